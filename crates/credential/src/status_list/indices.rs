//! Which entries belong to somebody, and a draw of those that do not.

use super::{Entries, PublishError};
use core::fmt;
use rand_core::CryptoRng;

/// The free indices of one list.
///
/// An index is drawn, never counted up: neighbours would show which credentials were issued together,
/// and the copies of one holder would stand side by side. It is never given back, because somebody may
/// still hold what it stands for.
pub struct StatusIndices {
    /// One bit for each entry, from the lowest; bits beyond the list are set.
    taken: Vec<u64>,
    entries: u64,
    free: u64,
}

impl fmt::Debug for StatusIndices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StatusIndices({} of {} free)", self.free, self.entries)
    }
}

impl StatusIndices {
    /// Every index of a list, all free.
    #[must_use]
    pub fn of(list: &Entries) -> Self {
        let entries = list.count();
        let mut taken = vec![0; usize::try_from(entries.div_ceil(64)).unwrap_or_default()];
        if let (Some(last), beyond @ 1..) = (taken.last_mut(), entries % 64) {
            *last = u64::MAX << beyond;
        }
        Self { taken, entries, free: entries }
    }

    /// How many are free.
    #[must_use]
    pub const fn free(&self) -> u64 {
        self.free
    }

    /// Does the index belong to somebody?
    #[must_use]
    pub fn is_taken(&self, index: u64) -> bool {
        let word = usize::try_from(index / 64).ok().and_then(|word| self.taken.get(word));
        word.is_none_or(|word| word >> (index % 64) & 1 == 1)
    }

    /// Takes an index that was given away before, as the publisher's own records say.
    ///
    /// # Errors
    /// [`PublishError::OutOfRange`].
    pub fn take(&mut self, index: u64) -> Result<(), PublishError> {
        let outside = PublishError::OutOfRange { presented: index, entries: self.entries };
        if index >= self.entries {
            return Err(outside);
        }
        let word = usize::try_from(index / 64).map_err(|_| outside)?;
        let word = self.taken.get_mut(word).ok_or(outside)?;
        let bit = 1 << (index % 64);
        if *word & bit == 0 {
            *word |= bit;
            self.free = self.free.saturating_sub(1);
        }
        Ok(())
    }

    /// Takes one of the free indices, each as likely as any other; `None` when none is left.
    ///
    /// The number among the free ones is drawn, so that a list that is nearly full costs no more
    /// random numbers than an empty one.
    pub fn draw(&mut self, rng: &mut impl CryptoRng) -> Option<u64> {
        let number = below(self.free, rng)?;
        let index = self.nth_free(number)?;
        self.take(index).ok()?;
        Some(index)
    }

    fn nth_free(&self, number: u64) -> Option<u64> {
        let (mut left, mut first) = (number, 0_u64);
        for word in &self.taken {
            let free = u64::from(word.count_zeros());
            if left < free {
                // Drops the lowest free bit as often as there are free ones before the one drawn.
                let from_here = (0..left).fold(!word, |free, _| free & free.wrapping_sub(1));
                return Some(first.saturating_add(u64::from(from_here.trailing_zeros())));
            }
            left -= free;
            first = first.saturating_add(64);
        }
        None
    }
}

/// A number below `end`, uniform: what a mask leaves is drawn again until it is in range.
fn below(end: u64, rng: &mut impl CryptoRng) -> Option<u64> {
    let mask = u64::MAX >> end.checked_sub(1)?.leading_zeros().min(63);
    loop {
        let number = rng.next_u64() & mask;
        if number < end {
            return Some(number);
        }
    }
}
