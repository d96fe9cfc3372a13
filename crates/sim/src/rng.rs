//! Randomness and keys from one seed: each use has a label, so that a new use changes no other.

use chacha20::ChaCha8Rng;
use geleit_cose::key::SigningKey;
use rand_core::SeedableRng;
use sha2::{Digest, Sha256};

/// The generator of all simulated randomness.
pub type SimRng = ChaCha8Rng;

fn derive(seed: u64, label: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"geleit simulation");
    hash.update(seed.to_be_bytes());
    hash.update(label.as_bytes());
    hash.finalize().into()
}

/// The generator for one use, such as `scenario B02`.
#[must_use]
pub fn rng(seed: u64, label: &str) -> SimRng {
    SimRng::from_seed(derive(seed, label))
}

/// The key of one actor, such as `issuer home-office 1`. Whoever knows the seed knows it.
#[must_use]
pub fn key(seed: u64, label: &str) -> SigningKey {
    SigningKey::ed25519_from_seed(&derive(seed, label))
}

/// A fixed number for one use, as a fraction of 2^64.
#[must_use]
pub fn number(seed: u64, label: &str) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = derive(seed, label);
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}

#[cfg(test)]
mod tests {
    use super::{key, number, rng};
    use rand_core::Rng;

    /// The stream is part of what "the same seed gives the same bytes" promises.
    #[test]
    fn the_stream_is_fixed() {
        assert_eq!(rng(7, "a").next_u64(), rng(7, "a").next_u64());
        assert_ne!(rng(7, "a").next_u64(), rng(7, "b").next_u64());
        assert_ne!(rng(7, "a").next_u64(), rng(8, "a").next_u64());
        assert_eq!(key(7, "a").public_key(), key(7, "a").public_key());
        assert_eq!(rng(7, "a").next_u64(), 8_665_666_362_291_817_749);
        // SHA-256 of the domain, the seed and the label, by another program.
        assert_eq!(number(7, "a"), 0xbc696947b19a81b5);
    }
}
