//! Why a receipt, a deletion record or a replay was refused: E-01 to E-13.

use crate::reason::ReasonCode;
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
    Incoherent(Incoherence),
    /// E-09: a receipt does not follow the one before it.
    Gap {
        /// The number that should come.
        required: u64,
        /// The number that came.
        presented: u64,
    },
    /// E-09: a receipt of another party than the one before it.
    OtherPartysLog {
        /// Its number.
        number: u64,
    },
    /// E-09: a receipt of the right number that names another one before it.
    OtherPrevious {
        /// Its number.
        number: u64,
        /// SHA-256 of the receipt before.
        required: [u8; 32],
        /// The hash that it names.
        presented: [u8; 32],
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
    /// E-11: deleted before the decision, or in the future.
    DeletionTimes {
        /// When it was deleted.
        deleted_at: UnixTime,
        /// Earliest: the time of the decision.
        from: UnixTime,
        /// Latest: the time of the reader, and how far a clock may be ahead.
        until: UnixTime,
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
            Self::Incoherent(_) => "E-04",
            Self::Gap { .. }
            | Self::OtherPartysLog { .. }
            | Self::OtherPrevious { .. }
            | Self::CutOff { .. }
            | Self::OtherLog { .. } => "E-09",
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
            Self::Incoherent(part) => write!(f, "E-04 receipt: {part}"),
            Self::Gap { required, presented } => {
                write!(
                    f,
                    "E-09 receipt log: required number {required} after this receipt, presented {presented}"
                )
            }
            Self::OtherPartysLog { number } => write!(
                f,
                "E-09 receipt log: required a receipt of the party of the one before, presented number {number} \
                 of another party"
            ),
            Self::OtherPrevious { number, required, presented } => {
                write!(f, "E-09 receipt log: number {number} after another receipt: required ")?;
                hex(f, required)?;
                f.write_str(", presented ")?;
                hex(f, presented)
            }
            Self::CutOff { known, presented } => {
                write!(f, "E-09 receipt log: required {known} receipts at least, presented {presented}")
            }
            Self::OtherLog { number } => {
                write!(f, "E-09 receipt log: receipt {number} is another one than somebody else has")
            }
            Self::OtherDay { promised, presented } => write!(
                f,
                "E-11 deletion record: required kept until {promised}, as the receipt says, presented {presented}"
            ),
            Self::OtherReceipt => f.write_str("E-10 deletion record: it names another receipt"),
            Self::DeletionTimes { deleted_at, from, until } => write!(
                f,
                "E-11 deletion record: required deleted from {from} to {until}, presented {deleted_at}"
            ),
            Self::Mismatch(what) => write!(f, "E-12 receipt: the {what} is not that of the check"),
            Self::NotRegisteredThen { from, until, decided_at } => {
                write!(
                    f,
                    "E-13 receipt: required decided from {from} to before {until}, while the registration held; \
                     presented {decided_at}"
                )
            }
            Self::Key(error) => write!(f, "I-06 signing key: {error}"),
        }
    }
}

/// The first bytes of a hash, by which people tell two apart.
fn hex(f: &mut fmt::Formatter<'_>, hash: &[u8; 32]) -> fmt::Result {
    hash.iter().take(8).try_for_each(|byte| write!(f, "{byte:02x}"))?;
    f.write_str("...")
}

impl core::error::Error for ReceiptError {}

/// E-04: which part of a receipt does not go with the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Incoherence {
    /// A part that the outcome has to have.
    Absent {
        /// Which.
        part: &'static str,
        /// The outcome.
        outcome: &'static str,
    },
    /// A part that the outcome does not have.
    Present {
        /// Which.
        part: &'static str,
        /// The outcome.
        outcome: &'static str,
    },
    /// A name that is not one of the list for it.
    UnknownName {
        /// Of what.
        part: &'static str,
    },
    /// A reason that does not go with the outcome.
    Reason {
        /// The reason.
        reason: ReasonCode,
        /// The outcome.
        outcome: &'static str,
    },
    /// Receipt 1 follows none, and only that.
    Place {
        /// The number.
        number: u64,
    },
    /// The end of the retention is not its days after the decision, or stands there while an event is
    /// awaited.
    KeepUntil {
        /// What follows from the days; none while an event is awaited.
        required: Option<UnixTime>,
        /// What the receipt says.
        presented: Option<UnixTime>,
    },
    /// More days than are registered.
    Retention {
        /// Days that are registered.
        registered: u32,
        /// Days that the receipt says.
        presented: u32,
    },
    /// Another use for training than none.
    TrainingUse,
}

impl fmt::Display for Incoherence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent { part, outcome } => write!(f, "{part}: required with {outcome}, presented none"),
            Self::Present { part, outcome } => {
                write!(f, "{part}: required none with {outcome}, presented one")
            }
            Self::UnknownName { part } => {
                write!(f, "{part}: required a name of its list, presented another text")
            }
            Self::Reason { reason, outcome } => {
                write!(f, "reason: required one of {outcome}, presented {reason}")
            }
            Self::Place { number } => write!(
                f,
                "place in the log: required number 1 with no receipt before it, or a later number with one; \
                 presented number {number} otherwise"
            ),
            Self::KeepUntil { required, presented } => {
                f.write_str("keep_until: required ")?;
                time(f, *required)?;
                f.write_str(", presented ")?;
                time(f, *presented)
            }
            Self::Retention { registered, presented } => {
                write!(f, "retention: required {registered} days at most, presented {presented} days")
            }
            Self::TrainingUse => f.write_str("training_use: required prohibited, presented another text"),
        }
    }
}

fn time(f: &mut fmt::Formatter<'_>, time: Option<UnixTime>) -> fmt::Result {
    match time {
        Some(time) => write!(f, "{time}"),
        None => f.write_str("none"),
    }
}

impl From<Incoherence> for ReceiptError {
    fn from(part: Incoherence) -> Self {
        Self::Incoherent(part)
    }
}

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
