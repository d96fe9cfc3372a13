//! Error rates of a group of checks, and what checks cost: the numbers that every output shows alike.
//!
//! ```text
//! false negatives      "no" to a right             of checks of people who have the right
//! false positives      "yes" to none               of checks of people who have not
//! indeterminate        neither yes nor no          of both
//! ```
//!
//! Checks that can be judged neither way (`Verdict::NotCounted`) are in no rate.

use crate::outcome::Verdict;
use crate::row::{Design, Fallback};
use crate::stats::Share;
use crate::tally::{Counts, Tally};

/// The error rates of a group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rates {
    /// "No" to people who have the right.
    pub false_negative: Share,
    /// "Yes" to people who have not.
    pub false_positive: Share,
    /// Neither yes nor no, to anybody.
    pub indeterminate: Share,
    /// Neither yes nor no, to people who have the right.
    pub indeterminate_with_right: Share,
}

impl Rates {
    /// The rates of these counts.
    #[must_use]
    pub fn of(counts: &Counts) -> Self {
        let of = |verdict, all| Share::new(counts.with_verdict(verdict), all);
        Self {
            false_negative: of(Verdict::FalseNegative, counts.with_right),
            false_positive: of(Verdict::FalsePositive, counts.without_right),
            indeterminate: of(Verdict::Indeterminate, counts.with_right + counts.without_right),
            indeterminate_with_right: Share::new(counts.indeterminate_with_right, counts.with_right),
        }
    }
}

/// How often the way out led to the right answer, of the checks that needed one, except where it was only named.
#[must_use]
pub fn fallback_success(counts: &Counts) -> Share {
    let with = |fallback| counts.fallbacks.get(&fallback).copied().unwrap_or(0);
    let succeeded = with(Fallback::Succeeded);
    Share::new(
        succeeded,
        succeeded + with(Fallback::Failed) + with(Fallback::Missing) + with(Fallback::ReadAsNo),
    )
}

/// The counts of a design without the checks that are counted under an injected outage.
#[must_use]
pub fn without_outages(tally: &Tally, design: Design) -> Option<Counts> {
    tally.without_faults(design, |fault| fault.starts_with("outage"))
}

/// In how many rows a desk took "neither" for "no".
#[must_use]
pub fn read_as_no(counts: &Counts) -> u64 {
    counts.fallbacks.get(&Fallback::ReadAsNo).copied().unwrap_or(0)
}

/// The class of latency that so many percent of the checks do not exceed, as its upper bound in milliseconds;
/// `None` of nothing.
#[must_use]
pub fn latency_within_ms(counts: &Counts, percent: u64) -> Option<u32> {
    let needed = u128::from(counts.without_extra()) * u128::from(percent);
    let mut seen = 0_u128;
    counts.latency_ms.iter().find_map(|(bound, checks)| {
        seen += u128::from(*checks) * 100;
        (seen >= needed && seen > 0).then_some(*bound)
    })
}

/// Bytes of a check on average, request and presentation, rounded to whole bytes.
#[must_use]
pub const fn mean_bytes(counts: &Counts) -> (u64, u64) {
    let checks = counts.without_extra();
    if checks == 0 {
        return (0, 0);
    }
    let half = checks / 2;
    ((counts.request_bytes + half) / checks, (counts.presentation_bytes + half) / checks)
}

#[cfg(test)]
mod tests {
    use super::{Rates, fallback_success, latency_within_ms, mean_bytes};
    use crate::report::sample;
    use crate::row::Design;
    use crate::tally::{Counts, Dimension};

    #[test]
    fn rates_are_of_those_whom_the_error_can_meet() {
        let report = sample::population();
        let counts = report.tally.counts(Design::ShareCode, Dimension::All, "all").unwrap();
        let rates = Rates::of(counts);
        assert_eq!((rates.false_negative.count, rates.false_negative.of), (20, 180));
        assert_eq!((rates.false_positive.count, rates.false_positive.of), (4, 20));
        assert_eq!((rates.indeterminate.count, rates.indeterminate.of), (40, 200));
        assert_eq!((rates.indeterminate_with_right.count, rates.indeterminate_with_right.of), (40, 180));
        assert_eq!((fallback_success(counts).count, fallback_success(counts).of), (10, 40));
    }

    #[test]
    fn costs_are_of_all_checks() {
        let report = sample::population();
        let counts = report.tally.counts(Design::Geleit, Dimension::All, "all").unwrap();
        assert_eq!(latency_within_ms(counts, 50), Some(50));
        assert_eq!(latency_within_ms(counts, 100), Some(500));
        assert_eq!(mean_bytes(counts), (400, 1_000));
        assert_eq!(
            (latency_within_ms(&Counts::default(), 50), mean_bytes(&Counts::default())),
            (None, (0, 0))
        );
    }
}
