//! Why a wallet does not answer: for its holder, never for the party that asked.

use crate::reason::WalletRefusal;
use crate::sd_cwt::BuildError;
use crate::time::UnixTime;
use core::fmt;
use std::sync::Arc;

/// Why a wallet answers nothing. The party that asked receives the same bytes in every case.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnswerError {
    /// W-01: the holder declines, is under duress, or agreed to nothing although nothing is required.
    /// There is no way to tell these apart, on the screen neither.
    Declined,
    /// W-01: something that is required is not held or no longer valid.
    Lacks {
        /// Claims that are not held.
        missing: Vec<&'static str>,
    },
    /// W-02: the request is not open at this time.
    RequestExpired {
        /// First moment.
        from: UnixTime,
        /// First moment at which an answer comes too late.
        until: UnixTime,
        /// The time of the answer.
        now: UnixTime,
    },
    /// W-03: with an earlier answer to the same party it would make a combination that one of the two
    /// purposes forbids.
    Combines {
        /// The forbidden claim: one that is asked now, or one that was shown earlier.
        claim: &'static str,
        /// The intended use of the earlier answer.
        earlier: Arc<str>,
    },
    /// W-04: another threshold of the claim was proved to the same party.
    ThresholdsCombine {
        /// The claim.
        claim: &'static str,
    },
    /// W-05: a guarded claim, asked by a party of a state of the holder's origin, or while that is not
    /// known. It says nothing about what the claim says.
    OriginGuard {
        /// The claim.
        claim: &'static str,
    },
    /// W-06: everything that is required is held, but not under the key that answers.
    OtherKey,
    /// W-08: the holder agreed to a claim that is not optional in the request.
    ConsentWidens {
        /// What the holder named.
        id: String,
    },
    /// I-06, I-10: the key cannot sign, or is not the one of the plan: misuse.
    Build(BuildError),
}

impl AnswerError {
    /// The rule id in `spec/verification.md`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Declined | Self::Lacks { .. } => "W-01",
            Self::RequestExpired { .. } => "W-02",
            Self::Combines { .. } => "W-03",
            Self::ThresholdsCombine { .. } => "W-04",
            Self::OriginGuard { .. } => "W-05",
            Self::OtherKey => "W-06",
            Self::ConsentWidens { .. } => "W-08",
            Self::Build(error) => error.code(),
        }
    }

    /// What the wallet tells its holder.
    #[must_use]
    pub const fn refusal(&self) -> WalletRefusal {
        match self {
            Self::Declined => WalletRefusal::HolderDeclined,
            Self::Lacks { .. } => WalletRefusal::ClaimsNotHeld,
            Self::RequestExpired { .. } => WalletRefusal::RequestInvalid,
            Self::Combines { .. } => WalletRefusal::RequestsCombine,
            Self::ThresholdsCombine { .. } => WalletRefusal::ThresholdCombine,
            Self::OriginGuard { .. } => WalletRefusal::OriginStateGuard,
            Self::OtherKey => WalletRefusal::CopiesDoNotMatch,
            Self::ConsentWidens { .. } => WalletRefusal::ConsentCannotWiden,
            Self::Build(_) => WalletRefusal::WalletCannotSign,
        }
    }
}

impl fmt::Display for AnswerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Declined => f.write_str("W-01 nothing is answered: the holder released nothing"),
            Self::Lacks { missing } => {
                write!(f, "W-01 nothing is answered: the wallet has no valid {}", missing.join(", "))
            }
            Self::RequestExpired { from, until, now } => {
                write!(f, "W-02 request: answers are given from {from} to {until}, asked at {now}")
            }
            Self::Combines { claim, earlier } => write!(
                f,
                "W-03 claim {claim}: must not be known beside the earlier answer for \"{earlier}\" to the same party"
            ),
            Self::ThresholdsCombine { claim } => {
                write!(f, "W-04 threshold of {claim}: another one was proved to the same party")
            }
            Self::OriginGuard { claim } => write!(
                f,
                "W-05 claim {claim}: required a party outside the states of origin, which have to be known; \
                 this holds for everybody, whatever the claim says"
            ),
            Self::OtherKey => f.write_str(
                "W-06 copies: required one key for all that is shown together; what is held is bound to others",
            ),
            Self::ConsentWidens { id } => {
                write!(f, "W-08 consent: required optional claims of the request, presented {id:?}")
            }
            Self::Build(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for AnswerError {}

impl From<BuildError> for AnswerError {
    fn from(error: BuildError) -> Self {
        Self::Build(error)
    }
}
