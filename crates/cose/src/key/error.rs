//! Why a key was not accepted.

use crate::algorithm::Algorithm;
use crate::cbor::Malformed;
use core::fmt;

/// Why a key was not accepted or cannot be used. Never contains bytes of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// An M rule: the bytes are not the CBOR of a `COSE_Key`.
    Malformed(Malformed),
    /// K-01: a key type (`kty`) that is neither OKP (1) nor EC2 (2).
    KeyType {
        /// The number found.
        found: i64,
    },
    /// K-02: a curve (`crv`) that is not supported for this key type.
    Curve {
        /// The number found.
        found: i64,
        /// The number required.
        required: i64,
    },
    /// K-03: a required member is absent.
    Missing {
        /// Its name in RFC 9053.
        member: &'static str,
    },
    /// K-04: a coordinate that is not 32 bytes long.
    Length {
        /// Its name in RFC 9053.
        member: &'static str,
        /// Bytes found.
        found: usize,
    },
    /// K-05: `y` is a sign bit (a compressed point).
    Compressed,
    /// K-06: label -4 is present: a private key where a public one is required.
    Private,
    /// K-07: `key_ops` is present and does not permit verification.
    Operations,
    /// K-08: an algorithm that does not belong to this key.
    Algorithm {
        /// The algorithm asked for, or that of the member `alg`.
        found: Algorithm,
        /// The algorithm of the key.
        required: Algorithm,
    },
    /// K-09: an Ed25519 key that is not canonically encoded (`y >= p`).
    NotCanonical,
    /// K-10: not a point on the curve.
    NotOnCurve,
    /// K-11: an Ed25519 key of small order.
    SmallOrder,
    /// K-12: a P-256 secret that is zero or not below the order of the group.
    Scalar,
}

impl KeyError {
    /// The rule id in `spec/verification.md`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed(malformed) => malformed.code(),
            Self::KeyType { .. } => "K-01",
            Self::Curve { .. } => "K-02",
            Self::Missing { .. } => "K-03",
            Self::Length { .. } => "K-04",
            Self::Compressed => "K-05",
            Self::Private => "K-06",
            Self::Operations => "K-07",
            Self::Algorithm { .. } => "K-08",
            Self::NotCanonical => "K-09",
            Self::NotOnCurve => "K-10",
            Self::SmallOrder => "K-11",
            Self::Scalar => "K-12",
        }
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Malformed(malformed) = self {
            return malformed.fmt(f);
        }
        write!(f, "{} key: ", self.code())?;
        match self {
            Self::Malformed(_) => Ok(()),
            Self::KeyType { found } => {
                write!(f, "kty 1 (OKP) or 2 (EC2) is required; found {found}")
            }
            Self::Curve { found, required } => {
                let name = if *required == 1 { "P-256" } else { "Ed25519" };
                write!(f, "crv {required} ({name}) is required; found {found}")
            }
            Self::Missing { member } => write!(f, "the member {member} is required; it is absent"),
            Self::Length { member, found } => {
                write!(f, "{member} of 32 bytes is required; found {found} bytes")
            }
            Self::Compressed => f.write_str("y of 32 bytes is required; found a compressed point"),
            Self::Private => f.write_str("a public key is required; found a private key (label -4)"),
            Self::Operations => f.write_str("key_ops with verify (2), or no key_ops, is required"),
            Self::Algorithm { found, required } => {
                write!(f, "an algorithm of this key, such as {required}, is required; found {found}")
            }
            Self::NotCanonical => {
                f.write_str("the canonical encoding of an Ed25519 point is required; y is not below p")
            }
            Self::NotOnCurve => f.write_str("a point on the curve is required"),
            Self::SmallOrder => f.write_str("a point of large order is required; this one is of small order"),
            Self::Scalar => {
                f.write_str("a P-256 secret from 1 up to, but not including, the group's order is required")
            }
        }
    }
}

impl core::error::Error for KeyError {}

impl From<Malformed> for KeyError {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed)
    }
}
