//! Why a receipt, a deletion record or a replay was refused: E-01 to E-13.

use crate::register;
use crate::time::UnixTime;
use core::fmt;
use geleit_cose::key::KeyError;
use geleit_cose::sign1;

/// Why a receipt or a deletion record is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReceiptError {
    /// M and C rules, T-01, T-03, T-07.
    Document(register::Error),
    /// E-01: not signed with the key that is registered for the party's requests.
    NotByRegisteredKey,
    /// E-02: another party or purpose than the one that is registered.
    OtherParty,
    /// E-03: verified after it was decided, or decided in the future.
    Times {
        /// When the presentation was verified.
        verified_at: UnixTime,
        /// When it was decided.
        decided_at: UnixTime,
        /// The time of the reader.
        now: UnixTime,
    },
    /// E-04: parts that do not go together.
    Incoherent,
    /// E-09: a receipt does not follow the one before it.
    Gap {
        /// The number that should come.
        required: u64,
        /// The number that came.
        presented: u64,
    },
    /// E-09: a log ends before a receipt that somebody else has.
    CutOff {
        /// The number of that receipt.
        known: u64,
        /// The number of the last one in the log.
        presented: u64,
    },
    /// E-09: somebody else has another receipt of this number.
    OtherLog {
        /// The number.
        number: u64,
    },
    /// E-10: a deletion record for another receipt.
    OtherReceipt,
    /// E-11: deleted later than permitted, or recorded before the deletion.
    DeletionTimes {
        /// When it was deleted.
        deleted_at: UnixTime,
        /// The time that is required: of the decision at least, of the reader at most.
        limit: UnixTime,
    },
    /// E-11: the record says that more time was permitted, or less, than the receipt does.
    OtherDay {
        /// Until when the receipt permits to keep what was received.
        promised: UnixTime,
        /// What the record says.
        presented: UnixTime,
    },
    /// E-13: the registration did not hold at the time of the decision.
    NotRegisteredThen {
        /// First moment of the registration.
        from: UnixTime,
        /// First moment at which it no longer held.
        until: UnixTime,
        /// When it was decided.
        decided_at: UnixTime,
    },
    /// E-12: what is put together does not belong together: misuse by the caller.
    Mismatch(&'static str),
    /// The key cannot sign: misuse by the caller.
    Key(KeyError),
}

impl ReceiptError {
    /// A signature that does not verify is one by another key.
    pub(super) const fn signature(error: register::Error) -> Self {
        match error {
            register::Error::Cose(sign1::Error::Signature) => Self::NotByRegisteredKey,
            error => Self::Document(error),
        }
    }

    /// The rule id in `spec/verification.md`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Document(error) => error.code(),
            Self::NotByRegisteredKey => "E-01",
            Self::OtherParty => "E-02",
            Self::Times { .. } => "E-03",
            Self::Incoherent => "E-04",
            Self::Gap { .. } | Self::CutOff { .. } | Self::OtherLog { .. } => "E-09",
            Self::OtherReceipt => "E-10",
            Self::DeletionTimes { .. } | Self::OtherDay { .. } => "E-11",
            Self::Mismatch(_) => "E-12",
            Self::NotRegisteredThen { .. } => "E-13",
            Self::Key(_) => "I-06",
        }
    }
}

impl fmt::Display for ReceiptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document(error) => error.fmt(f),
            Self::NotByRegisteredKey => {
                f.write_str("E-01 receipt: required a signature with the registered request key of the party")
            }
            Self::OtherParty => {
                f.write_str("E-02 receipt: it names another relying party or purpose than its registration")
            }
            Self::Times { verified_at, decided_at, now } => write!(
                f,
                "E-03 receipt: required verified before decided, and decided before now; \
                 presented verified {verified_at}, decided {decided_at}, now {now}"
            ),
            Self::Incoherent => {
                f.write_str("E-04 receipt: outcome, reason, rule, evidence and retention do not go together")
            }
            Self::Gap { required, presented } => {
                write!(
                    f,
                    "E-09 receipt log: required number {required} after this receipt, presented {presented}"
                )
            }
            Self::CutOff { known, presented } => {
                write!(f, "E-09 receipt log: required {known} receipts at least, presented {presented}")
            }
            Self::OtherLog { number } => {
                write!(f, "E-09 receipt log: receipt {number} is another one than somebody else has")
            }
            Self::OtherDay { promised, presented } => write!(
                f,
                "E-11 deletion record: the receipt permits to keep until {promised}, the record says {presented}"
            ),
            Self::OtherReceipt => f.write_str("E-10 deletion record: it names another receipt"),
            Self::DeletionTimes { deleted_at, limit } => {
                write!(f, "E-11 deletion record: deleted {deleted_at}, which does not fit {limit}")
            }
            Self::Mismatch(what) => write!(f, "E-12 receipt: the {what} is not that of the check"),
            Self::NotRegisteredThen { from, until, decided_at } => {
                write!(f, "E-13 receipt: the registration held from {from} to {until}, decided {decided_at}")
            }
            Self::Key(error) => write!(f, "I-06 signing key: {error}"),
        }
    }
}

impl core::error::Error for ReceiptError {}

impl From<register::Error> for ReceiptError {
    fn from(error: register::Error) -> Self {
        Self::Document(error)
    }
}

impl From<KeyError> for ReceiptError {
    fn from(error: KeyError) -> Self {
        Self::Key(error)
    }
}

/// Why a replay does not confirm a receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReplayError {
    /// E-05: a kept input is not the one that the receipt names.
    OtherInput {
        /// Which.
        input: &'static str,
    },
    /// E-06: the rules of that time are not at hand.
    OtherRules,
    /// E-07: a kept input can no longer be verified as of the time of the decision.
    Input {
        /// Which.
        input: &'static str,
        /// The rule that it breaks.
        rule: &'static str,
    },
    /// E-08: the same inputs give another answer.
    Differs {
        /// In what.
        what: &'static str,
    },
}

impl ReplayError {
    /// The rule id in `spec/verification.md`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OtherInput { .. } => "E-05",
            Self::OtherRules => "E-06",
            Self::Input { .. } => "E-07",
            Self::Differs { .. } => "E-08",
        }
    }
}

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherInput { input } => {
                write!(f, "E-05 replay: the kept {input} is not the one that the receipt names")
            }
            Self::OtherRules => {
                f.write_str("E-06 replay: the purpose profile has another hash than the receipt names")
            }
            Self::Input { input, rule } => {
                write!(f, "E-07 replay: the kept {input} breaks rule {rule} at the time of the decision")
            }
            Self::Differs { what } => {
                write!(f, "E-08 replay: the same inputs give another {what} than the receipt says")
            }
        }
    }
}

impl core::error::Error for ReplayError {}
