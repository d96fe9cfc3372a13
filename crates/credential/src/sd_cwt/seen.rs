//! A set that forgets what it was given: it says of most things with certainty that they were not there before.
//!
//! Only for the others does anybody have to search.

/// 4,096 bits.
#[derive(Clone, Copy)]
pub(super) struct Seen([u64; 64]);

impl Default for Seen {
    fn default() -> Self {
        Self([0; 64])
    }
}

impl Seen {
    /// May the same have been asked before? A "no" is certain. Things are told apart by twelve bits of each, the
    /// lowest of `bits`.
    pub(super) fn perhaps(&mut self, bits: u16) -> bool {
        let Some(word) = self.0.get_mut(usize::from(bits >> 6 & 63)) else { return true };
        let (bit, before) = (1 << (bits & 63), *word);
        *word |= bit;
        before & bit != 0
    }
}

#[cfg(test)]
mod tests {
    use super::Seen;

    #[test]
    fn whatever_was_there_before_is_seen_and_little_else() {
        let mut seen = Seen::default();
        for bits in 0..1 << 12 {
            assert!(!seen.perhaps(bits), "{bits}");
            assert!(seen.perhaps(bits), "{bits}");
        }
        assert!(seen.perhaps(u16::MAX), "only the lowest twelve bits count");
    }
}
