//! Keys that are known before a signature arrives: those of the issuers on a trust list.
//!
//! ```text
//! PublicKey --new--> PreparedKey --verify--> the comb says yes: it holds
//!                                            the comb says no:  dalek has the last word
//! ```
//!
//! Never for a key that a stranger chose: preparing one costs as much time as sixty verifications, and keeps
//! memory.

use super::PublicKey;
use super::comb::{BaseComb, KeyComb, Recomputed};
use super::equation::{Equation, Pending};
use crate::key::SignatureError;
use core::fmt;
use std::sync::Arc;

/// Multiples of the base point, which prepared keys share. Clones are cheap.
#[derive(Clone)]
pub struct PreparedBase(Arc<BaseComb>);

impl PreparedBase {
    /// Bytes of memory.
    pub const BYTES: usize = BaseComb::BYTES;

    /// Computes the multiples.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(BaseComb::new()))
    }
}

impl Default for PreparedBase {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for PreparedBase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PreparedBase")
    }
}

/// A public key with its multiples: verdicts as those of [`PublicKey`], in about a third of the time.
#[derive(Clone)]
pub struct PreparedKey {
    key: PublicKey,
    base: PreparedBase,
    multiples: Arc<KeyComb>,
}

impl PreparedKey {
    /// Bytes of memory of one key, those of [`PreparedBase`] not counted.
    pub const BYTES: usize = KeyComb::BYTES;

    /// Computes the multiples of a key.
    ///
    /// # Panics
    /// Never: a [`PublicKey`] is the canonical encoding of a point.
    #[must_use]
    pub fn new(key: &PublicKey, base: &PreparedBase) -> Self {
        let multiples = KeyComb::new(key.as_bytes()).expect("rule 2 was checked when the key was read");
        Self { key: key.clone(), base: base.clone(), multiples: Arc::new(multiples) }
    }

    /// The key.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.key
    }

    /// As [`PublicKey::verify`], with the same verdict on every input.
    ///
    /// # Errors
    /// C-05 when any of the six rules fails, or the signature is not 64 bytes long.
    pub fn verify(&self, message: &[&[u8]], signature: &[u8]) -> Result<(), SignatureError> {
        let pending = self.begin(message, signature)?;
        let [holds] = Pending::hold_all([Some(&pending)]);
        if holds { Ok(()) } else { self.confirm(&pending) }
    }

    /// By dalek, when the comb said no.
    pub(crate) fn confirm(&self, pending: &Pending) -> Result<(), SignatureError> {
        pending.confirm(&self.key)
    }

    /// Everything but the comparison of rule 6.
    pub(crate) fn begin(&self, message: &[&[u8]], signature: &[u8]) -> Result<Pending, SignatureError> {
        let equation = Equation::of(self.key.as_bytes(), message, signature)?;
        let (s, k) = (equation.s.as_bytes(), equation.k.as_bytes());
        Ok(equation.recomputed(Recomputed::of(&self.base.0, s, &self.multiples, k)))
    }
}

impl fmt::Debug for PreparedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PreparedKey").field(&self.key).finish()
    }
}
