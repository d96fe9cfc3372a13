//! COSE signature algorithms by their numbers, and lists of those that a caller permits.
//!
//! A token names its algorithm, so a token can never be asked which algorithms are acceptable:
//! every reader takes an [`Algorithms`] list and compares. This module does no cryptography.

use core::fmt;

/// A COSE algorithm number (IANA registry "COSE Algorithms").
///
/// Any number can be held, so that a refusal can name what was found; only those with a constant
/// here can ever be verified.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Algorithm(i64);

impl Algorithm {
    /// Ed25519, RFC 9864 section 2.2: the algorithm of everything that this project signs.
    pub const ED25519: Self = Self(-19);
    /// EdDSA, RFC 9053 section 2.2, deprecated by RFC 9864 because it leaves the curve open.
    pub const EDDSA: Self = Self(-8);
    /// ECDSA with P-256 and SHA-256, RFC 9864 section 2.1.
    pub const ESP256: Self = Self(-9);
    /// ECDSA with SHA-256, RFC 9053 section 2.1, deprecated by RFC 9864 because it leaves the curve
    /// open. Here it means P-256.
    pub const ES256: Self = Self(-7);

    /// The algorithm with this number, whether or not anybody knows it.
    #[must_use]
    pub const fn from_id(id: i64) -> Self {
        Self(id)
    }

    /// The number.
    #[must_use]
    pub const fn id(self) -> i64 {
        self.0
    }

    /// The registered name, for messages.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            -7 => "ES256",
            -8 => "EdDSA",
            -9 => "ESP256",
            -19 => "Ed25519",
            -35 => "ES384",
            -36 => "ES512",
            -51 => "ESP384",
            -52 => "ESP512",
            _ => return None,
        })
    }
}

/// `Ed25519 (-19)`, or `algorithm -999` when the number has no name here.
impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{name} ({})", self.0),
            None => write!(f, "algorithm {}", self.0),
        }
    }
}

/// The algorithms that a caller permits: an allow-list without a default.
///
/// ```
/// use geleit_cose::algorithm::{Algorithm, Algorithms};
///
/// assert!(Algorithms::ED25519.permits(Algorithm::ED25519));
/// assert!(!Algorithms::ED25519.permits(Algorithm::EDDSA));
/// assert!(!Algorithms::FOREIGN.permits(Algorithm::from_id(-51)));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Algorithms(&'static [Algorithm]);

impl Algorithms {
    /// Only Ed25519 (-19): for everything that this project makes.
    pub const ED25519: Self = Self(&[Algorithm::ED25519]);
    /// Ed25519 under its present and its deprecated number.
    pub const ED25519_AND_EDDSA: Self = Self(&[Algorithm::ED25519, Algorithm::EDDSA]);
    /// Tokens of others: Ed25519, and P-256 under both of its numbers.
    pub const FOREIGN: Self = Self(&[Algorithm::ED25519, Algorithm::ESP256, Algorithm::ES256]);
    /// As [`Self::FOREIGN`], and Ed25519 under its deprecated number.
    pub const FOREIGN_AND_EDDSA: Self =
        Self(&[Algorithm::ED25519, Algorithm::ESP256, Algorithm::ES256, Algorithm::EDDSA]);

    /// A list of the caller's own.
    #[must_use]
    pub const fn of(list: &'static [Algorithm]) -> Self {
        Self(list)
    }

    /// Is this algorithm on the list?
    #[must_use]
    pub fn permits(self, algorithm: Algorithm) -> bool {
        self.0.contains(&algorithm)
    }
}

/// The names, with commas between them.
impl fmt::Display for Algorithms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, algorithm) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{algorithm}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Algorithm, Algorithms};

    #[test]
    fn numbers_and_names_are_those_of_the_registry() {
        let known = [
            (Algorithm::ED25519, -19, "Ed25519 (-19)"),
            (Algorithm::EDDSA, -8, "EdDSA (-8)"),
            (Algorithm::ESP256, -9, "ESP256 (-9)"),
            (Algorithm::ES256, -7, "ES256 (-7)"),
            (Algorithm::from_id(-51), -51, "ESP384 (-51)"),
            (Algorithm::from_id(-35), -35, "ES384 (-35)"),
            (Algorithm::from_id(-52), -52, "ESP512 (-52)"),
            (Algorithm::from_id(-36), -36, "ES512 (-36)"),
            (Algorithm::from_id(5), 5, "algorithm 5"),
        ];
        for (algorithm, id, text) in known {
            assert_eq!(algorithm.id(), id);
            assert_eq!(algorithm.to_string(), text);
        }
    }

    #[test]
    fn lists_permit_what_they_name_and_nothing_else() {
        let of = |list: Algorithms| {
            (-300..300).filter(|id| list.permits(Algorithm::from_id(*id))).collect::<Vec<_>>()
        };
        assert_eq!(of(Algorithms::ED25519), [-19]);
        assert_eq!(of(Algorithms::ED25519_AND_EDDSA), [-19, -8]);
        assert_eq!(of(Algorithms::FOREIGN), [-19, -9, -7]);
        assert_eq!(of(Algorithms::FOREIGN_AND_EDDSA), [-19, -9, -8, -7]);
        assert_eq!(of(Algorithms::of(&[])), [0; 0]);
        assert_eq!(Algorithms::ED25519_AND_EDDSA.to_string(), "Ed25519 (-19), EdDSA (-8)");
    }
}
