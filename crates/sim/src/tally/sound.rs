//! Whether counts can be those of a run: a file of counts may have been changed.
//!
//! ```text
//! checks = sum of outcomes = sum of verdicts = sum of fallbacks = sum of latencies + extra rows   of every group
//! checks of all = sum of a time line >= sum of the groups of a dimension
//! ```
//!
//! It finds what contradicts itself and what does not fit into a sum, not a lie that is told throughout.

use super::{Counts, Dimension, Tally};
use std::collections::BTreeMap;

/// No count of a run comes near to this, so that two of them can be added anywhere.
pub(crate) const MOST: u64 = u64::MAX / 4;

/// The sum, if it is one of a run.
fn sum<'c>(counts: impl IntoIterator<Item = &'c u64>) -> Option<u64> {
    counts.into_iter().try_fold(0_u64, |sum, count| sum.checked_add(*count).filter(|sum| *sum <= MOST))
}

fn total<K>(counts: &BTreeMap<K, u64>) -> Option<u64> {
    sum(counts.values())
}

impl Counts {
    fn is_sound(&self) -> bool {
        let checks = Some(self.checks);
        let most_bytes = u128::from(self.checks) * u128::from(u32::MAX);
        let judged = sum([&self.with_right, &self.without_right]);
        self.checks <= MOST
            && total(&self.outcomes) == checks
            && total(&self.verdicts) == checks
            && total(&self.fallbacks) == checks
            && sum(self.latency_ms.values().chain([&self.extra])) == checks
            && judged.is_some_and(|judged| judged <= self.checks)
            && self.indeterminate_with_right <= self.with_right
            && [self.request_bytes, self.presentation_bytes]
                .into_iter()
                .all(|bytes| bytes <= MOST && u128::from(bytes) <= most_bytes)
    }
}

impl Tally {
    /// What cannot be of a run, if anything.
    pub(crate) fn unsound(&self) -> Option<String> {
        for (design, dimensions) in &self.groups {
            let all = self.counts(*design, Dimension::All, "all").map_or(0, |all| all.checks);
            for (dimension, groups) in dimensions {
                let of = || format!("the counts of {} by {}", design.name(), dimension.name());
                if !groups.values().all(Counts::is_sound) {
                    return Some(format!("{} contradict themselves", of()));
                }
                let sum = sum(groups.values().map(|one| &one.checks));
                if sum.is_none_or(|sum| sum > all) {
                    return Some(format!("{} are more than all", of()));
                }
            }
        }
        for (design, hours) in &self.hours {
            let all = self.counts(*design, Dimension::All, "all").map_or(0, |all| all.checks);
            if sum(hours.values().flat_map(BTreeMap::values)) != Some(all) {
                return Some(format!("the time line of {} has another number of checks", design.name()));
            }
        }
        let others = self.disclosed.values().chain([&self.violations]);
        let fit = others.into_iter().all(|counts| total(counts).is_some());
        (!fit).then(|| "the counts of claims or of invariants are beyond all bounds".to_owned())
    }
}
