//! Rule 6 in two halves: compute the right-hand point, then compare its encoding with `R`. Between them
//! signatures can wait for each other, because one inversion serves the encodings of all.

use super::comb::Recomputed;
use super::{LENGTH, PublicKey, SMALL_ORDER};
use crate::key::SignatureError;
use core::fmt;
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::Identity;
use sha2::{Digest, Sha512};

/// The numbers of rule 6 for one signature, after rules 1 and 5.
#[derive(Clone, Copy)]
pub(super) struct Equation {
    r: [u8; LENGTH],
    pub(super) s: Scalar,
    /// `SHA-512(R || A || M) mod L`.
    pub(super) k: Scalar,
}

impl Equation {
    /// The message is hashed part by part, where it stands.
    pub(super) fn of(
        key: &[u8; LENGTH],
        message: &[&[u8]],
        signature: &[u8],
    ) -> Result<Self, SignatureError> {
        let (halves, []) = signature.as_chunks::<LENGTH>() else { return Err(SignatureError::new()) };
        let [r, s] = halves else { return Err(SignatureError::new()) };
        // Rule 1.
        let s = Option::from(Scalar::from_canonical_bytes(*s)).ok_or(SignatureError::new())?;
        // Rule 5.
        if SMALL_ORDER.contains(r) {
            return Err(SignatureError::new());
        }
        let hash = Sha512::new_with_prefix(r).chain_update(key);
        let hash = message.iter().fold(hash, |hash, part| hash.chain_update(part));
        Ok(Self { r: *r, s, k: Scalar::from_bytes_mod_order_wide(&hash.finalize().into()) })
    }

    /// By dalek, for a key that came with the signature.
    pub(super) fn recompute(&self, key: &PublicKey) -> Pending {
        let negated = -key.as_verifying_key().to_edwards();
        let point = EdwardsPoint::vartime_double_scalar_mul_basepoint(&self.k, &negated, &self.s);
        Pending(Waiting::Fresh { r: self.r, point })
    }

    /// By a comb, for a key that was known before.
    pub(super) const fn recomputed(self, point: Recomputed) -> Pending {
        Pending(Waiting::Prepared { equation: self, point })
    }
}

/// A signature whose point was computed and is not compared yet: whoever holds one knows nothing so far.
/// For envelopes, [`Begun`](crate::sign1::Begun) compares and confirms.
pub struct Pending(Waiting);

enum Waiting {
    /// Verified at once.
    Settled,
    Fresh {
        r: [u8; LENGTH],
        point: EdwardsPoint,
    },
    Prepared {
        equation: Equation,
        point: Recomputed,
    },
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pending")
    }
}

impl Pending {
    /// For [`Verify::begin`](crate::key::Verify::begin) where there is nothing to share: the signature was verified.
    pub(crate) const fn settled() -> Self {
        Self(Waiting::Settled)
    }

    /// The last word of dalek on a point that a comb computed and that did not hold; nothing is hashed again.
    pub(super) fn confirm(&self, key: &PublicKey) -> Result<(), SignatureError> {
        let Waiting::Prepared { equation, .. } = &self.0 else { return Err(SignatureError::new()) };
        let [holds] = Self::hold_all([Some(&equation.recompute(key))]);
        if holds { Ok(()) } else { Err(SignatureError::new()) }
    }

    /// Does the encoding equal `R`? One inversion for the fresh keys and one for the prepared ones. A `false`
    /// is for [`Verify::confirm`](crate::key::Verify::confirm) to confirm.
    #[must_use]
    pub fn hold_all<const N: usize>(pending: [Option<&Self>; N]) -> [bool; N] {
        let (fresh, prepared) = (compress(pending), encode(pending));
        let mut encoded = fresh.iter().zip(&prepared);
        pending.map(|one| {
            let (fresh, prepared) = encoded.next().unwrap_or((&[0; LENGTH], &[0; LENGTH]));
            match one {
                None => false,
                Some(Self(Waiting::Settled)) => true,
                Some(Self(Waiting::Fresh { r, .. })) => r == fresh,
                Some(Self(Waiting::Prepared { equation, .. })) => equation.r == *prepared,
            }
        })
    }
}

fn compress<const N: usize>(pending: [Option<&Pending>; N]) -> [[u8; LENGTH]; N] {
    let point = |one: Option<&Pending>| match one {
        Some(Pending(Waiting::Fresh { point, .. })) => Some(*point),
        Some(Pending(Waiting::Settled | Waiting::Prepared { .. })) | None => None,
    };
    if !pending.into_iter().any(|one| point(one).is_some()) {
        return [[0; LENGTH]; N];
    }
    let points = pending.map(|one| point(one).unwrap_or(EdwardsPoint::identity()));
    EdwardsPoint::compress_batch(&points).map(|encoded| encoded.to_bytes())
}

fn encode<const N: usize>(pending: [Option<&Pending>; N]) -> [[u8; LENGTH]; N] {
    let point = |one: Option<&Pending>| match one {
        Some(Pending(Waiting::Prepared { point, .. })) => Some(*point),
        Some(Pending(Waiting::Settled | Waiting::Fresh { .. })) | None => None,
    };
    if !pending.into_iter().any(|one| point(one).is_some()) {
        return [[0; LENGTH]; N];
    }
    Recomputed::encode_all(pending.map(|one| point(one).unwrap_or(Recomputed::NOTHING)))
}
