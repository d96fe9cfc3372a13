//! Ed25519 (RFC 8032) under one strict rule, the same for every key and every signature.
//!
//! Libraries disagree on signatures that no honest signer makes ("Taming the many EdDSAs",
//! IACR 2020/1244). Here a signature `R || S` by the key `A` over `M` is accepted if and only if
//!
//! 1. `S` is canonical: `S < L`, the order of the base point;
//! 2. `A` is the canonical encoding of a point on the curve: `y < p`, and the sign bit is not set
//!    for `x = 0`;
//! 3. `R` is the canonical encoding of a point on the curve, in the same sense;
//! 4. `A` is not of small order (1, 2, 4 or 8);
//! 5. `R` is not of small order;
//! 6. `encode([S]B - [k]A)` equals `R` byte for byte, where `k = SHA-512(R || A || M) mod L` over the
//!    bytes as received: the equation without the cofactor.
//!
//! Points with a small-order component that are not themselves of small order are accepted, as RFC
//! 8032 accepts them; a signer can give itself such a key and gains nothing by it here.
//!
//! Where each part is done:
//!
//! | rule | where |
//! |---|---|
//! | 2, 4 | [`PublicKey::from_bytes`], once per key. `x = 0` only happens for `y = 1` and `y = -1`, both of small order, so the second half of 2 is part of 4. |
//! | 1 | a comparison of bytes in [`PublicKey::verify`]. dalek rejects such an `S` too, but only while no crate of the build turns on its feature `legacy_compatibility`. |
//! | 5 | `R` is compared with [`SMALL_ORDER`], the eight canonical encodings; those that are not canonical fall to 3. |
//! | 6 | `ed25519_dalek::VerifyingKey::multipart_verify`: it computes the right-hand point, encodes it and compares 32 bytes. |
//! | 3 | follows from 6: an encoder only writes canonical encodings of points, and `R` equals what it wrote. So `R` is never decompressed. |
//!
//! Three ways lead there, with one verdict (`tests/tests/ed25519.rs` holds every vector and the grid of torsion points
//! against all of them):
//!
//! | way | rules 1 and 5 | the point of rule 6 | a "no" |
//! |---|---|---|---|
//! | [`PublicKey::verify`]: one signature, any key | comparisons of bytes | dalek, whole | is dalek's |
//! | [`PublicKey`], begun and finished with others ([`Pending`]) | dalek's scalar, a comparison | dalek's double product; only its encoding shares an inversion | is dalek's |
//! | [`PreparedKey`]: a key that was known before | dalek's scalar, a comparison | our comb over proved field arithmetic | is confirmed by dalek |
//!
//! This is `verify_strict` of ed25519-dalek, cheaper by one decompression, plus rule 2, which dalek
//! leaves out. Signatures are never checked in batches by a random linear combination: its
//! verdicts differ from rule 6 on edge cases.

mod comb;
mod equation;
mod prepared;
mod secret;

pub use equation::Pending;
pub use prepared::{PreparedBase, PreparedKey};
pub(crate) use secret::SecretKey;

use crate::key::{KeyError, SignatureError};
use core::fmt;
use ed25519_dalek::{Signature, VerifyingKey};
use equation::Equation;
use signature::MultipartVerifier;

/// Bytes of a public key, of a secret seed, and of each half of a signature.
pub const LENGTH: usize = 32;

/// The canonical encodings of the eight points whose order divides eight.
pub const SMALL_ORDER: [[u8; LENGTH]; 8] = [
    // Order 1: (0, 1).
    [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    // Order 2: (0, -1).
    [
        0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f,
    ],
    // Order 4: y = 0, both signs.
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80],
    // Order 8.
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5,
        0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ],
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5,
        0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x85,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a,
        0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a,
        0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0xfa,
    ],
];

/// `p = 2^255 - 19`, little endian (RFC 8032 section 5.1).
const P: [u8; LENGTH] = [
    0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f,
];

/// `L = 2^252 + 27742317777372353535851937790883648493`, little endian (RFC 8032 section 5.1).
const L: [u8; LENGTH] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// An Ed25519 public key that satisfies rules 2 and 4; there is no other way to hold one.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Decodes and checks a key.
    ///
    /// # Errors
    /// K-09 (rule 2, `y >= p`), K-10 (rule 2, not on the curve), K-11 (rule 4).
    pub fn from_bytes(bytes: &[u8; LENGTH]) -> Result<Self, KeyError> {
        let [y @ .., last] = *bytes;
        let mut magnitude = [0; LENGTH];
        magnitude.iter_mut().zip(y.into_iter().chain([last & 0x7f])).for_each(|(to, from)| *to = from);
        if !is_less(&magnitude, &P) {
            return Err(KeyError::NotCanonical);
        }
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::NotOnCurve)?;
        if has_small_order(&magnitude) {
            return Err(KeyError::SmallOrder);
        }
        Ok(Self(key))
    }

    /// The 32 bytes of the key.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; LENGTH] {
        self.0.as_bytes()
    }

    /// Checks a signature over the concatenation of `message`, hashed part by part.
    ///
    /// # Errors
    /// C-05 when any of the six rules fails, or the signature is not 64 bytes long.
    pub fn verify(&self, message: &[&[u8]], signature: &[u8]) -> Result<(), SignatureError> {
        let (halves, []) = signature.as_chunks::<LENGTH>() else { return Err(SignatureError::new()) };
        let [r, s] = halves else { return Err(SignatureError::new()) };
        if !is_less(s, &L) || SMALL_ORDER.contains(r) {
            return Err(SignatureError::new());
        }
        self.0
            .multipart_verify(message, &Signature::from_components(*r, *s))
            .map_err(|_| SignatureError::new())
    }

    /// Everything but the comparison of rule 6.
    pub(crate) fn begin(&self, message: &[&[u8]], signature: &[u8]) -> Result<Pending, SignatureError> {
        Ok(Equation::of(self.as_bytes(), message, signature)?.recompute(self))
    }

    pub(crate) const fn as_verifying_key(&self) -> &VerifyingKey {
        &self.0
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ed25519(")?;
        self.as_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(")")
    }
}

/// Rule 4 by comparing encodings, which spares three doublings of the point: those of small order have five
/// `y` among them, each with every `x` that is on the curve. `y` is below `p` here.
fn has_small_order(y: &[u8; LENGTH]) -> bool {
    SMALL_ORDER.iter().any(|bytes| y == bytes)
}

/// Compares little-endian numbers. Only public data comes here: not constant time.
fn is_less(a: &[u8; LENGTH], b: &[u8; LENGTH]) -> bool {
    a.iter().rev().lt(b.iter().rev())
}

#[cfg(test)]
mod tests {
    use super::{LENGTH, P, PublicKey, SMALL_ORDER};
    use crate::key::KeyError;
    use ed25519_dalek::VerifyingKey;

    /// The canonical encoding of the point that these bytes stand for.
    fn canonical(bytes: &[u8; LENGTH]) -> Option<[u8; LENGTH]> {
        let key = VerifyingKey::from_bytes(bytes).ok()?;
        Some(VerifyingKey::from(key.to_edwards()).to_bytes())
    }

    /// `p + n`, with a sign bit. `n` is at most 18.
    fn above_p(n: u8, sign: bool) -> [u8; LENGTH] {
        let mut bytes = P;
        bytes[0] += n;
        bytes[31] |= u8::from(sign) << 7;
        bytes
    }

    #[test]
    fn the_table_holds_eight_different_canonical_points_of_small_order() {
        for (index, bytes) in SMALL_ORDER.iter().enumerate() {
            assert!(VerifyingKey::from_bytes(bytes).unwrap().is_weak());
            assert_eq!(canonical(bytes), Some(*bytes));
            assert!(!SMALL_ORDER[..index].contains(bytes));
            assert_eq!(PublicKey::from_bytes(bytes), Err(KeyError::SmallOrder));
        }
    }

    #[test]
    fn encodings_of_y_not_below_p_are_refused_whatever_their_point() {
        let mut of_large_order = 0;
        for (n, sign) in (0..19).flat_map(|n| [(n, false), (n, true)]) {
            let bytes = above_p(n, sign);
            assert_eq!(PublicKey::from_bytes(&bytes), Err(KeyError::NotCanonical));
            if let Ok(key) = VerifyingKey::from_bytes(&bytes) {
                assert_ne!(canonical(&bytes), Some(bytes));
                of_large_order += usize::from(!key.is_weak());
            }
        }
        // Rule 2 is not a case of rule 4: dalek takes these encodings, and they are not weak.
        assert!(of_large_order > 0);
    }

    #[test]
    fn the_sign_of_zero_is_refused() {
        // y = 1 and y = -1, where x = 0.
        for mut bytes in [SMALL_ORDER[0], SMALL_ORDER[1]] {
            bytes[31] |= 0x80;
            assert_ne!(canonical(&bytes), Some(bytes));
            assert_eq!(PublicKey::from_bytes(&bytes), Err(KeyError::SmallOrder));
        }
    }

    #[test]
    fn a_key_is_held_only_in_its_canonical_encoding() {
        let mut held = 0;
        for n in 0..=255_u8 {
            let bytes = [[n; 16], [n.wrapping_mul(7); 16]].concat().try_into().unwrap();
            match PublicKey::from_bytes(&bytes) {
                Ok(key) => {
                    assert_eq!((key.as_bytes(), canonical(&bytes)), (&bytes, Some(bytes)));
                    held += 1;
                }
                Err(KeyError::NotOnCurve) => assert!(VerifyingKey::from_bytes(&bytes).is_err()),
                Err(KeyError::NotCanonical) => assert_eq!(n, 255),
                Err(error) => assert!(error == KeyError::SmallOrder && n == 0, "{error}"),
            }
        }
        // About every second number is the y of a point.
        assert!((90..170).contains(&held), "{held}");
    }
}
