//! Draws of whole numbers, so that every machine draws the same.

use super::mix::{Figure, Weighted};
use crate::rng::{SimRng, rng};
use rand_core::Rng;

/// What a share of one is counted in.
pub(super) const MILLION: u64 = 1_000_000;

/// One stream of draws.
#[derive(Debug)]
pub(super) struct Draw(SimRng);

impl Draw {
    /// The stream of one use.
    pub(super) fn of(seed: u64, label: &str) -> Self {
        Self(rng(seed, label))
    }

    /// A number from 0 to below `end`; 0 when there is none. The remainder favours small numbers by less than
    /// one in 10^9 for every `end` of a population.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.0.next_u64().checked_rem(end).unwrap_or(0)
    }

    /// A number between two, both included.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = u64::try_from(high.saturating_sub(low)).unwrap_or(0).saturating_add(1);
        low.saturating_add(i64::try_from(self.below(width)).unwrap_or(0))
    }

    /// Whether something of this rate happens.
    pub(super) fn hits(&mut self, per_million: &Figure) -> bool {
        self.below(MILLION) < per_million.value
    }

    /// One of several, by weight. `None` of nothing.
    pub(super) fn one_of<'w, T: Weighted>(&mut self, all: &'w [T]) -> Option<&'w T> {
        let mut left = self.below(all.iter().map(Weighted::weight).sum());
        all.iter().find(|one| {
            let found = left < one.weight();
            left = left.saturating_sub(one.weight());
            found
        })
    }

    /// One of several, each as likely.
    pub(super) fn any<'w, T>(&mut self, all: &'w [T]) -> Option<&'w T> {
        let number = self.below(u64::try_from(all.len()).unwrap_or(0));
        all.get(usize::try_from(number).ok()?)
    }

    /// The generator itself, for what takes one.
    pub(super) const fn rng(&mut self) -> &mut SimRng {
        &mut self.0
    }
}
