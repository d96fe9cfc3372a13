//! Keys, and the one joint through which every signature is checked.
//!
//! ```text
//! COSE_Key --PublicKey::from_cose_key--> PublicKey --Verify::verify--> ()
//! PEM      --pem::…-------------------->
//! ```
//!
//! A [`PublicKey`] that exists is usable: the point was checked when it was read. Whether a key is
//! trusted, and for what, is not known here.

mod cose_key;
mod error;
mod prepared;

pub use error::KeyError;
pub use prepared::PreparedKey;

use crate::algorithm::Algorithm;
use crate::cbor::{Decoder, Encoder, Encoding, Limits};
use crate::ed25519::Pending;
use crate::{ed25519, p256};
use ::p256::ecdsa::SigningKey as P256Secret;
use ::p256::elliptic_curve::Generate;
use core::fmt;
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Checks one signature: the joint behind which another implementation, a key cache or a second
/// curve can stand.
pub trait Verify {
    /// Checks `signature` over the concatenation of the parts of `message`, which are hashed in
    /// place and never joined.
    ///
    /// An implementation refuses an `algorithm` that does not belong to its key. Whether the
    /// algorithm is permitted at all was decided before, with an
    /// [`Algorithms`](crate::algorithm::Algorithms) list.
    ///
    /// # Errors
    /// C-05, whatever the reason.
    fn verify(&self, algorithm: Algorithm, message: &[&[u8]], signature: &[u8])
    -> Result<(), SignatureError>;

    /// As [`Self::verify`] without its end, which many signatures then share: see
    /// [`Begun`](crate::sign1::Begun). Unless an implementation has something to share, everything is done
    /// here.
    ///
    /// # Errors
    /// C-05, whatever the reason.
    fn begin(
        &self,
        algorithm: Algorithm,
        message: &[&[u8]],
        signature: &[u8],
    ) -> Result<Pending, SignatureError> {
        self.verify(algorithm, message, signature).map(|()| Pending::settled())
    }

    /// The last word on a signature that was begun and did not hold: there is none, unless an implementation
    /// trusts something else more than its beginning.
    ///
    /// # Errors
    /// C-05, whatever the reason.
    fn confirm(&self, pending: &Pending) -> Result<(), SignatureError> {
        let _ = pending;
        Err(SignatureError::new())
    }
}

/// A signature did not verify.
///
/// Opaque on purpose: which step failed (a scalar out of range, a point of small order, the
/// equation) helps nobody who holds an honest token, and tells somebody who probes the check how far
/// a forgery got; with some signature schemes such answers are an oracle that gives away the key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SignatureError(());

impl SignatureError {
    /// For implementations of [`Verify`].
    #[must_use]
    pub const fn new() -> Self {
        Self(())
    }

    /// The rule id in `spec/verification.md`: C-05.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        "C-05"
    }
}

impl Default for SignatureError {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for SignatureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignatureError")
    }
}

impl fmt::Display for SignatureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} the signature does not verify with this key", self.code())
    }
}

impl core::error::Error for SignatureError {}

/// A public key whose point was checked.
///
/// ```
/// use geleit_cose::key::{PublicKey, SigningKey};
///
/// let key = SigningKey::ed25519_from_seed(&[7; 32]);
/// let encoded = key.public_key().to_cose_key();
/// assert_eq!(encoded.len(), 40);
/// assert_eq!(PublicKey::from_cose_key(&encoded)?, *key.public_key());
/// # Ok::<(), geleit_cose::key::KeyError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublicKey {
    /// Ed25519: `kty` 1 (OKP), `crv` 6.
    Ed25519(ed25519::PublicKey),
    /// P-256: `kty` 2 (EC2), `crv` 1.
    P256(p256::PublicKey),
}

impl PublicKey {
    /// Reads a `COSE_Key` in any well-formed encoding, to the last byte.
    ///
    /// Members that are not known here are skipped. `alg` has to be an algorithm of the key, and
    /// `key_ops` has to permit verification, when they are present; neither is kept.
    ///
    /// # Errors
    /// K-01 to K-11, or any M rule.
    pub fn from_cose_key(bytes: &[u8]) -> Result<Self, KeyError> {
        let mut decoder = Decoder::new(bytes, &Limits::TOKEN, Encoding::Tolerant)?;
        let key = Self::read_cose_key(&mut decoder)?;
        decoder.finish()?;
        Ok(key)
    }

    /// As [`Self::from_cose_key`], the next item of `decoder`.
    ///
    /// # Errors
    /// K-01 to K-11, or any M rule except M-02.
    pub fn read_cose_key(decoder: &mut Decoder<'_>) -> Result<Self, KeyError> {
        cose_key::read(decoder)
    }

    /// The `COSE_Key` with only the required members, in deterministic form.
    #[must_use]
    pub fn to_cose_key(&self) -> Vec<u8> {
        let mut encoder = Encoder::with_capacity(80);
        self.write_cose_key(&mut encoder);
        encoder.into_bytes()
    }

    /// As [`Self::to_cose_key`], into an encoder.
    pub fn write_cose_key(&self, encoder: &mut Encoder) {
        cose_key::write(self, encoder);
    }

    /// Whether `encoded` is [`Self::to_cose_key`], byte for byte.
    #[must_use]
    pub fn is_cose_key(&self, encoded: &[u8]) -> bool {
        cose_key::is_written_as(self, encoded)
    }

    /// The thumbprint of RFC 9679 with SHA-256: over the deterministic encoding of the required
    /// members.
    #[must_use]
    pub fn thumbprint(&self) -> [u8; 32] {
        Sha256::digest(self.to_cose_key()).into()
    }

    /// The key id (`kid`) that this project writes: the first eight bytes of the thumbprint.
    ///
    /// A hint for finding a key, never a proof: eight bytes can be made to collide.
    #[must_use]
    pub fn key_id(&self) -> [u8; 8] {
        let [a, b, c, d, e, f, g, h, ..] = self.thumbprint();
        [a, b, c, d, e, f, g, h]
    }

    /// The algorithm that names the curve: [`Algorithm::ED25519`] or [`Algorithm::ESP256`].
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        match self {
            Self::Ed25519(_) => Algorithm::ED25519,
            Self::P256(_) => Algorithm::ESP256,
        }
    }

    /// K-08: an algorithm belongs to one type of key.
    fn require(&self, found: Algorithm) -> Result<(), KeyError> {
        let fits = match self {
            Self::Ed25519(_) => is_eddsa(found),
            Self::P256(_) => matches!(found, Algorithm::ESP256 | Algorithm::ES256),
        };
        if fits { Ok(()) } else { Err(KeyError::Algorithm { found, required: self.algorithm() }) }
    }
}

fn is_eddsa(algorithm: Algorithm) -> bool {
    matches!(algorithm, Algorithm::ED25519 | Algorithm::EDDSA)
}

impl Verify for PublicKey {
    fn verify(
        &self,
        algorithm: Algorithm,
        message: &[&[u8]],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        self.require(algorithm).map_err(|_| SignatureError::new())?;
        match self {
            Self::Ed25519(key) => key.verify(message, signature),
            Self::P256(key) => key.verify(message, signature),
        }
    }

    fn begin(
        &self,
        algorithm: Algorithm,
        message: &[&[u8]],
        signature: &[u8],
    ) -> Result<Pending, SignatureError> {
        self.require(algorithm).map_err(|_| SignatureError::new())?;
        match self {
            Self::Ed25519(key) => key.begin(message, signature),
            Self::P256(key) => key.verify(message, signature).map(|()| Pending::settled()),
        }
    }
}

/// A secret key with its public key. Wiped when dropped; never printed, never copied.
///
/// ```
/// use geleit_cose::algorithm::Algorithm;
/// use geleit_cose::key::{SigningKey, Verify};
///
/// let key = SigningKey::ed25519_from_seed(&[7; 32]);
/// let signature = key.sign(key.algorithm(), &[b"safe ", b"conduct"])?;
/// assert!(key.public_key().verify(Algorithm::ED25519, &[b"safe conduct"], &signature).is_ok());
/// assert!(key.public_key().verify(Algorithm::ES256, &[b"safe conduct"], &signature).is_err());
/// # Ok::<(), geleit_cose::key::KeyError>(())
/// ```
pub struct SigningKey {
    secret: Secret,
    public: PublicKey,
}

/// Both types wipe themselves when dropped (a test holds them to it).
pub(crate) enum Secret {
    Ed25519(ed25519::SecretKey),
    P256(P256Secret),
}

impl SigningKey {
    /// The Ed25519 key of a seed (RFC 8032 section 5.1.5).
    #[must_use]
    pub fn ed25519_from_seed(seed: &[u8; 32]) -> Self {
        let secret = ed25519::SecretKey::of(seed);
        Self { public: PublicKey::Ed25519(secret.public_key()), secret: Secret::Ed25519(secret) }
    }

    /// The P-256 key of a scalar, big endian.
    ///
    /// # Errors
    /// K-12 when the scalar is zero or not below the order of the group.
    pub fn p256_from_scalar(scalar: &[u8; 32]) -> Result<Self, KeyError> {
        P256Secret::from_slice(scalar).map(Self::from_p256).map_err(|_| KeyError::Scalar)
    }

    /// A new Ed25519 key.
    #[must_use]
    pub fn generate_ed25519(rng: &mut impl CryptoRng) -> Self {
        let mut seed = Zeroizing::new([0; 32]);
        rng.fill_bytes(seed.as_mut_slice());
        Self::ed25519_from_seed(&seed)
    }

    /// A new P-256 key.
    #[must_use]
    pub fn generate_p256(rng: &mut impl CryptoRng) -> Self {
        Self::from_p256(P256Secret::generate_from_rng(rng))
    }

    pub(crate) fn from_p256(secret: P256Secret) -> Self {
        Self { public: PublicKey::P256(p256::PublicKey::of(&secret)), secret: Secret::P256(secret) }
    }

    /// For who signs much with this key, such as an issuer: a signature takes one or two in a hundred less time
    /// (`benches/README.md`).
    ///
    /// That costs 61 kB of memory and about the time of a hundred signatures, once. Signatures stay the same, byte
    /// for byte, and an ECDSA key stays as it is.
    pub fn prepare(&mut self) {
        match &mut self.secret {
            Secret::Ed25519(secret) => secret.prepare(),
            Secret::P256(_) => {}
        }
    }

    /// The public key.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// The algorithm that names the curve: [`Algorithm::ED25519`] or [`Algorithm::ESP256`].
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.public.algorithm()
    }

    /// Signs the concatenation of the parts of `message`. Both schemes are deterministic: RFC 8032,
    /// and for P-256 RFC 6979.
    ///
    /// The deprecated numbers [`Algorithm::EDDSA`] and [`Algorithm::ES256`] give the same bytes as
    /// their successors.
    ///
    /// # Errors
    /// K-08 when the algorithm does not belong to this key.
    pub fn sign(&self, algorithm: Algorithm, message: &[&[u8]]) -> Result<[u8; 64], KeyError> {
        self.public.require(algorithm)?;
        Ok(match &self.secret {
            Secret::Ed25519(secret) => secret.sign(message),
            Secret::P256(secret) => p256::sign(secret, message),
        })
    }

    /// As [`Self::sign`] for each message, in their order. Ed25519 shares one inversion among them, a sixth
    /// of the time of a signature.
    ///
    /// # Errors
    /// K-08 when the algorithm does not belong to this key.
    pub fn sign_all(&self, algorithm: Algorithm, messages: &[&[&[u8]]]) -> Result<Vec<[u8; 64]>, KeyError> {
        self.public.require(algorithm)?;
        Ok(match &self.secret {
            Secret::Ed25519(secret) => secret.sign_all(messages),
            Secret::P256(secret) => messages.iter().map(|message| p256::sign(secret, message)).collect(),
        })
    }

    pub(crate) const fn secret(&self) -> &Secret {
        &self.secret
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.algorithm())
    }
}

#[cfg(test)]
mod tests;
