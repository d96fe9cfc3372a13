//! A key that was prepared before its signatures arrive.

use super::{PublicKey, SignatureError, Verify, is_eddsa};
use crate::algorithm::Algorithm;
use crate::ed25519::{self, Pending, PreparedBase};

/// A key that was known before its signatures: faster, with the same verdicts.
///
/// Never for a key that a stranger chose. Nothing is prepared for a key of another curve than Ed25519.
///
/// ```
/// use geleit_cose::algorithm::Algorithm;
/// use geleit_cose::ed25519::PreparedBase;
/// use geleit_cose::key::{PreparedKey, SigningKey, Verify};
///
/// let issuer = SigningKey::ed25519_from_seed(&[7; 32]);
/// let signature = issuer.sign(Algorithm::ED25519, &[b"safe conduct"])?;
/// let prepared = PreparedKey::new(issuer.public_key(), &PreparedBase::new());
/// assert!(prepared.verify(Algorithm::ED25519, &[b"safe ", b"conduct"], &signature).is_ok());
/// assert!(prepared.verify(Algorithm::ED25519, &[b"safe contact"], &signature).is_err());
/// # Ok::<(), geleit_cose::key::KeyError>(())
/// ```
#[derive(Clone, Debug)]
pub enum PreparedKey {
    /// An Ed25519 key with its multiples.
    Ed25519(ed25519::PreparedKey),
    /// Any other key, as it is.
    Unprepared(PublicKey),
}

impl PreparedKey {
    /// Prepares a key; `base` is shared by all of them.
    #[must_use]
    pub fn new(key: &PublicKey, base: &PreparedBase) -> Self {
        match key {
            PublicKey::Ed25519(key) => Self::Ed25519(ed25519::PreparedKey::new(key, base)),
            PublicKey::P256(_) => Self::Unprepared(key.clone()),
        }
    }

    /// Is it this key that was prepared?
    #[must_use]
    pub fn is(&self, key: &PublicKey) -> bool {
        match (self, key) {
            (Self::Ed25519(prepared), PublicKey::Ed25519(key)) => prepared.public_key() == key,
            (Self::Unprepared(mine), key) => mine == key,
            (Self::Ed25519(_), PublicKey::P256(_)) => false,
        }
    }
}

impl Verify for PreparedKey {
    fn verify(
        &self,
        algorithm: Algorithm,
        message: &[&[u8]],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        match self {
            Self::Ed25519(key) if is_eddsa(algorithm) => key.verify(message, signature),
            Self::Ed25519(_) => Err(SignatureError::new()),
            Self::Unprepared(key) => key.verify(algorithm, message, signature),
        }
    }

    fn begin(
        &self,
        algorithm: Algorithm,
        message: &[&[u8]],
        signature: &[u8],
    ) -> Result<Pending, SignatureError> {
        match self {
            Self::Ed25519(key) if is_eddsa(algorithm) => key.begin(message, signature),
            Self::Ed25519(_) => Err(SignatureError::new()),
            Self::Unprepared(key) => key.begin(algorithm, message, signature),
        }
    }

    /// By dalek: a slip of our own arithmetic must not refuse anybody.
    fn confirm(&self, pending: &Pending) -> Result<(), SignatureError> {
        match self {
            Self::Ed25519(key) => key.confirm(pending),
            Self::Unprepared(key) => key.confirm(pending),
        }
    }
}
