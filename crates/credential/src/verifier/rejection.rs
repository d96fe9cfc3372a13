//! Why a presentation was refused.

use crate::presentation::PresentationError;
use crate::sd_cwt;
use crate::time::UnixTime;
use core::fmt;

/// A rule between presentation, request and trust that has no numbers to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BindingRule {
    /// B-03: the request is one of another relying party or intended use.
    OtherRelyingParty,
    /// B-04: registration or trust list have expired since the verifier was built.
    TrustExpired,
    /// B-05: no issuer of the trust list has the key that `kid` names.
    UnknownIssuer,
    /// B-06: `vct` is none of the three credential types.
    UnknownType,
    /// B-07: the issuer may not issue this type.
    MayNotIssue,
    /// B-08: the issuer's key was outside of its window, or compromised, when it signed.
    KeyNotGood,
    /// B-09: `iat` and `exp` of the credential are required, in whole seconds.
    CredentialTimes,
    /// B-10: the same credential type twice.
    TypeTwice,
    /// B-11: the credentials are not bound to one holder's key.
    OtherHolder,
    /// B-12: the holder signed an answer to another request.
    RequestHash,
    /// B-13: `iat` of the key-binding token is required, in whole seconds.
    PresentationTime,
    /// B-15: a plain claim that credentials of the type do not have.
    PlainClaim,
    /// B-15: a group, claim or member that the type does not have.
    UnknownClaim,
    /// B-16: a CWT claims header.
    ClaimsHeader,
    /// B-18: a threshold link does not lead to the commitment.
    ThresholdLink,
    /// B-19: a commitment without a link, a link without a commitment, or one that was not asked.
    ThresholdNotAsked,
    /// B-20: the request was answered before.
    NonceUsed,
    /// B-22: no place in a status list.
    NoStatus,
    /// B-21: something that nobody asked for stands in an unprotected header, which nobody signed.
    UnsignedHeader,
    /// B-24: a decoy is shown, or the disclosures do not stand in the order of their hashes.
    Disclosed,
}

impl BindingRule {
    const fn entry(self) -> (&'static str, &'static str) {
        match self {
            Self::OtherRelyingParty => {
                ("B-03", "request: it is not one of this relying party and intended use")
            }
            Self::TrustExpired => ("B-04", "trust list or registration has expired"),
            Self::UnknownIssuer => ("B-05", "issuer: required a key id of the trust list"),
            Self::UnknownType => ("B-06", "credential type: required identity, qualification or residence"),
            Self::MayNotIssue => ("B-07", "issuer: the trust list does not let it issue this type"),
            Self::KeyNotGood => {
                ("B-08", "issuer key: required a key that was valid and not compromised at the time of issue")
            }
            Self::CredentialTimes => ("B-09", "credential: iat and exp are required, in whole seconds"),
            Self::TypeTwice => ("B-10", "presentation: a credential type occurs twice"),
            Self::OtherHolder => ("B-11", "presentation: the credentials are bound to different keys"),
            Self::RequestHash => ("B-12", "key-binding token: it answers another request"),
            Self::PresentationTime => ("B-13", "key-binding token: iat is required, in whole seconds"),
            Self::PlainClaim => ("B-15", "credential: it has a plain claim that its type does not have"),
            Self::UnknownClaim => ("B-15", "credential: it has a claim that its type does not have"),
            Self::ClaimsHeader => ("B-16", "credential: a CWT claims header is not allowed"),
            Self::ThresholdLink => ("B-18", "threshold: the link does not lead to the commitment"),
            Self::ThresholdNotAsked => {
                ("B-19", "threshold: required exactly one link for each threshold that was asked and shown")
            }
            Self::NonceUsed => ("B-20", "nonce: the request was answered before"),
            Self::NoStatus => {
                ("B-22", "credential: required a place in a status list, with index and address")
            }
            Self::UnsignedHeader => {
                ("B-21", "token: unprotected headers, which nobody signs, have nothing but the disclosures")
            }
            Self::Disclosed => ("B-24", "disclosures: no decoy, and in ascending order of their hashes"),
        }
    }
}

/// Why a presentation was refused: the first rule that was broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rejection {
    /// The bytes are not a presentation: B-01, M, C and V rules.
    Unreadable(PresentationError),
    /// C, M and V rules.
    Token(sd_cwt::Error),
    /// B-02: the request is not open at this time.
    RequestTime {
        /// First moment.
        from: UnixTime,
        /// First moment at which an answer is too late.
        until: UnixTime,
        /// The time of the check.
        now: UnixTime,
    },
    /// B-13: presented before the request was made, or in the future.
    PresentedAt {
        /// Earliest.
        from: UnixTime,
        /// Latest.
        until: UnixTime,
        /// What the key-binding token says.
        presented: UnixTime,
    },
    /// B-14: something was shown, or opened, that was not asked.
    NotAsked {
        /// The claim, group or credential type.
        id: &'static str,
    },
    /// B-17: a value that the schema does not allow.
    Value {
        /// The claim.
        id: &'static str,
        /// The S rule.
        rule: &'static str,
    },
    /// B-23: more disclosures than an answer to the request can have.
    Disclosures {
        /// The most that are read.
        most: usize,
        /// How many there are.
        presented: usize,
    },
    /// B-25: a payload that is longer than any of our types needs.
    PayloadBytes {
        /// Bytes at most.
        most: usize,
        /// Bytes of it.
        presented: usize,
    },
    /// Any other B rule.
    Binding(BindingRule),
}

impl Rejection {
    /// The rule id in `spec/verification.md`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(error) => error.code(),
            Self::Token(error) => error.code(),
            Self::RequestTime { .. } => "B-02",
            Self::PresentedAt { .. } => "B-13",
            Self::NotAsked { .. } => "B-14",
            Self::Value { .. } => "B-17",
            Self::Disclosures { .. } => "B-23",
            Self::PayloadBytes { .. } => "B-25",
            Self::Binding(rule) => rule.entry().0,
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) => error.fmt(f),
            Self::Token(error) => error.fmt(f),
            Self::RequestTime { from, until, now } => {
                write!(f, "B-02 request: answers are taken from {from} to {until}, presented {now}")
            }
            Self::PresentedAt { from, until, presented } => {
                write!(
                    f,
                    "B-13 key-binding token: required iat from {from} to {until}, presented {presented}"
                )
            }
            Self::NotAsked { id } => {
                write!(f, "B-14 presentation: it shows \"{id}\", which the request does not ask")
            }
            Self::Value { id, rule } => {
                write!(f, "B-17 claim {id}: its value breaks rule {rule} of the schema")
            }
            Self::Disclosures { most, presented } => {
                write!(f, "B-23 disclosures: at most {most} are read for this request, presented {presented}")
            }
            Self::PayloadBytes { most, presented } => {
                write!(f, "B-25 payload: at most {most} bytes are read, presented {presented}")
            }
            Self::Binding(rule) => {
                let (code, text) = rule.entry();
                write!(f, "{code} {text}")
            }
        }
    }
}

impl core::error::Error for Rejection {}

impl From<PresentationError> for Rejection {
    fn from(error: PresentationError) -> Self {
        Self::Unreadable(error)
    }
}

impl From<geleit_cose::cbor::Malformed> for Rejection {
    fn from(malformed: geleit_cose::cbor::Malformed) -> Self {
        Self::Token(malformed.into())
    }
}

impl From<sd_cwt::Error> for Rejection {
    fn from(error: sd_cwt::Error) -> Self {
        Self::Token(error)
    }
}
