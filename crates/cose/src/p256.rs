//! ECDSA with P-256 and SHA-256 (FIPS 186-5), for tokens of others.
//!
//! A signature is `r || s`, 64 bytes (RFC 9053 section 2.1). With `(r, s)` also `(r, n - s)`
//! verifies, and both are accepted, as ECDSA does and as other issuers' signers produce them. So a
//! P-256 signature can be changed into another valid one by anybody; nothing in this project tells
//! two tokens or presentations apart by their signature bytes. Everything that this project signs by
//! default is Ed25519.

use crate::key::{KeyError, SignatureError};
use core::fmt;
use p256::Sec1Point;
use p256::ecdsa::{Signature, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use signature::MultipartSigner;
use signature::hazmat::PrehashVerifier;

/// Bytes of a coordinate, of a secret scalar, and of each half of a signature.
pub const LENGTH: usize = 32;

/// A P-256 public key: a point on the curve that is not the point at infinity.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    key: VerifyingKey,
    x: [u8; LENGTH],
    y: [u8; LENGTH],
}

impl PublicKey {
    /// Checks a key given by its coordinates, big endian.
    ///
    /// # Errors
    /// K-10 when the point is not on the curve.
    pub fn from_coordinates(x: &[u8; LENGTH], y: &[u8; LENGTH]) -> Result<Self, KeyError> {
        let point = Sec1Point::from_affine_coordinates(&(*x).into(), &(*y).into(), false);
        let key = VerifyingKey::from_sec1_point(&point).map_err(|_| KeyError::NotOnCurve)?;
        Ok(Self { key, x: *x, y: *y })
    }

    /// The first coordinate, big endian.
    #[must_use]
    pub const fn x(&self) -> &[u8; LENGTH] {
        &self.x
    }

    /// The second coordinate, big endian.
    #[must_use]
    pub const fn y(&self) -> &[u8; LENGTH] {
        &self.y
    }

    /// Checks a signature over the concatenation of `message`, hashed part by part.
    ///
    /// # Errors
    /// C-05 when the signature is not 64 bytes long, `r` or `s` is not in `1..n`, or the equation
    /// does not hold.
    pub fn verify(&self, message: &[&[u8]], signature: &[u8]) -> Result<(), SignatureError> {
        let signature = Signature::from_slice(signature).map_err(|_| SignatureError::new())?;
        let mut hash = Sha256::new();
        message.iter().for_each(|part| hash.update(part));
        self.key.verify_prehash(&hash.finalize(), &signature).map_err(|_| SignatureError::new())
    }

    /// The key of a secret scalar.
    pub(crate) fn of(secret: &SigningKey) -> Self {
        let key = *secret.verifying_key();
        let point = key.to_sec1_point(false);
        let (Some(x), Some(y)) = (point.x(), point.y()) else {
            unreachable!("a public key is not the point at infinity, which alone has no coordinates")
        };
        Self { key, x: (*x).into(), y: (*y).into() }
    }

    pub(crate) const fn as_verifying_key(&self) -> &VerifyingKey {
        &self.key
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("P256(")?;
        self.x.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(", ")?;
        self.y.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(")")
    }
}

/// Signs the concatenation of `message`, hashed part by part, with the deterministic nonce of RFC
/// 6979. The result is not brought into the lower half of the range.
pub(crate) fn sign(secret: &SigningKey, message: &[&[u8]]) -> [u8; 2 * LENGTH] {
    let signature: Signature = secret.multipart_sign(message);
    signature.to_bytes().into()
}
