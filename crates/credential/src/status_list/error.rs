//! Why a status list is not relied on, and why one cannot be published.

use super::{Bits, TYPE};
use crate::register;
use crate::standing::Standing;
use crate::time::{MAX_CLOCK_SKEW_S, UnixTime};
use crate::trust_list::TrustError;
use core::fmt;
use geleit_cose::cbor::Malformed;
use geleit_cose::key::KeyError;
use geleit_cose::sign1;

/// Why a status list or a reference to one was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StatusListError {
    /// M and C rules.
    Cose(sign1::Error),
    /// T-04: the trust list is not valid now.
    Trust(TrustError),
    /// L-01: another `typ`.
    Type,
    /// L-02: no status issuer of the trust list signed it with a good key.
    NotPublished,
    /// L-03: a claim is missing, or has another type or range than it must have.
    Claim(&'static str),
    /// L-04: from the future.
    FromFuture {
        /// When it says that it was issued.
        issued_at: UnixTime,
        /// The time of the check.
        now: UnixTime,
    },
    /// L-05: entries of a size that does not exist.
    Bits {
        /// Bits.
        presented: u64,
    },
    /// L-06: not one zlib stream of a list that fits.
    Inflate(InflateFault),
    /// L-07: so few entries that a fetch points at somebody.
    TooFew {
        /// Fewest.
        required: u64,
        /// Entries.
        presented: u64,
    },
    /// L-08: another list than the newest one that is known, and not newer.
    RollBack {
        /// When the newest was issued.
        newest: UnixTime,
        /// When this one was.
        presented: UnixTime,
    },
    /// L-09: a `status` that is not one reference to a status list.
    Reference,
}

/// What is wrong with the compressed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InflateFault {
    /// More bytes than may be inflated.
    TooManyCompressed {
        /// Bytes.
        limit: usize,
    },
    /// More bytes than a list may have.
    TooMany {
        /// Bytes.
        limit: usize,
    },
    /// The stream ends early.
    Truncated,
    /// Bytes follow the stream.
    Trailing,
    /// Not RFC 1950, or another checksum.
    Corrupt,
}

impl StatusListError {
    /// The rule id in `spec/verification.md`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Cose(error) => error.code(),
            Self::Trust(error) => error.code(),
            Self::Type => "L-01",
            Self::NotPublished => "L-02",
            Self::Claim(_) => "L-03",
            Self::FromFuture { .. } => "L-04",
            Self::Bits { .. } => "L-05",
            Self::Inflate(_) => "L-06",
            Self::TooFew { .. } => "L-07",
            Self::RollBack { .. } => "L-08",
            Self::Reference => "L-09",
        }
    }
}

impl fmt::Display for StatusListError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cose(error) => error.fmt(f),
            Self::Trust(error) => error.fmt(f),
            Self::Type => write!(f, "L-01 typ: required {TYPE}"),
            Self::NotPublished => {
                f.write_str("L-02 status list: no status issuer of the trust list signed it with a good key")
            }
            Self::Claim(name) => write!(
                f,
                "L-03 status list: \"{name}\" is missing, or has another type or range than it must have"
            ),
            Self::FromFuture { issued_at, now } => write!(
                f,
                "L-04 status list: required from {} or earlier, presented {issued_at}",
                now.plus(MAX_CLOCK_SKEW_S)
            ),
            Self::Bits { presented } => {
                write!(f, "L-05 status list: required 1, 2, 4 or 8 bits, presented {presented}")
            }
            Self::Inflate(fault) => write!(f, "L-06 status list: {fault}"),
            Self::TooFew { required, presented } => {
                write!(f, "L-07 status list: required at least {required} entries, presented {presented}")
            }
            Self::RollBack { newest, presented } => write!(
                f,
                "L-08 status list: one issued at {newest} was accepted before, presented another of {presented}"
            ),
            Self::Reference => {
                f.write_str("L-09 status: required one status_list with idx and uri, and nothing else")
            }
        }
    }
}

impl fmt::Display for InflateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManyCompressed { limit } => write!(f, "more than {limit} compressed bytes"),
            Self::TooMany { limit } => write!(f, "it inflates to more than {limit} bytes"),
            Self::Truncated => f.write_str("the zlib stream is truncated"),
            Self::Trailing => f.write_str("bytes follow the zlib stream"),
            Self::Corrupt => f.write_str("not a zlib stream, or one with another checksum"),
        }
    }
}

impl core::error::Error for StatusListError {}

impl From<Malformed> for StatusListError {
    fn from(malformed: Malformed) -> Self {
        Self::Cose(malformed.into())
    }
}

impl From<register::Error> for StatusListError {
    fn from(error: register::Error) -> Self {
        match error {
            register::Error::Cose(error) => Self::Cose(error),
            register::Error::Type { .. } => Self::Type,
            register::Error::Field(name) => Self::Claim(name),
            register::Error::UnknownField => Self::Claim("payload"),
        }
    }
}

impl From<TrustError> for StatusListError {
    fn from(error: TrustError) -> Self {
        Self::Trust(error)
    }
}

impl From<InflateFault> for StatusListError {
    fn from(fault: InflateFault) -> Self {
        Self::Inflate(fault)
    }
}

/// Why a list cannot be written: misuse by its publisher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PublishError {
    /// Fewer entries than readers accept (L-07), or more (L-06).
    Size {
        /// Entries.
        presented: u64,
        /// Bits of one.
        bits: Bits,
    },
    /// A standing that entries of this size cannot say.
    NotExpressible {
        /// The standing.
        standing: Standing,
        /// Bits of an entry.
        bits: Bits,
    },
    /// An index outside of the list.
    OutOfRange {
        /// The index.
        presented: u64,
        /// Entries of the list.
        entries: u64,
    },
    /// It would expire before it is issued.
    Times {
        /// When it is issued.
        issued_at: UnixTime,
        /// When it expires.
        expires_at: UnixTime,
    },
    /// Signed, it has more bytes than readers accept (M-10).
    TooLarge {
        /// Bytes of a token at most.
        limit: usize,
    },
    /// The key cannot sign.
    Key(KeyError),
}

impl fmt::Display for PublishError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Size { presented, bits } => write!(
                f,
                "{presented} entries of {} bits; 131072 entries to 16 MiB are required",
                bits.number()
            ),
            Self::NotExpressible { standing, bits } => {
                write!(f, "entries of {} bits cannot say \"{}\"", bits.number(), standing.name())
            }
            Self::OutOfRange { presented, entries } => {
                write!(f, "index {presented} is outside of a list of {entries} entries")
            }
            Self::Times { issued_at, expires_at } => {
                write!(f, "expiry has to be later than {issued_at}; it is {expires_at}")
            }
            Self::TooLarge { limit } => write!(f, "the token has more than {limit} bytes; use more lists"),
            Self::Key(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for PublishError {}

impl From<KeyError> for PublishError {
    fn from(error: KeyError) -> Self {
        Self::Key(error)
    }
}
