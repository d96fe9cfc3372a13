//! Counts of checks: whole numbers only, so that parts of a run add up to the run, in any order.

use crate::outcome::{Verdict, Word};
use crate::row::{Design, Fallback, Row};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

mod sound;

pub(crate) use sound::MOST;

/// Counts of one group of checks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Checks.
    pub checks: u64,
    /// By outcome.
    pub outcomes: BTreeMap<Word, u64>,
    /// By verdict.
    pub verdicts: BTreeMap<Verdict, u64>,
    /// By what came of the way out.
    pub fallbacks: BTreeMap<Fallback, u64>,
    /// Checks of people who have the right.
    pub with_right: u64,
    /// Checks of people who have not.
    pub without_right: u64,
    /// "Neither yes nor no" to people who have the right.
    pub indeterminate_with_right: u64,
    /// Bytes of all requests, without those of extra rows.
    pub request_bytes: u64,
    /// Bytes of all presentations, without those of extra rows.
    pub presentation_bytes: u64,
    /// Rows beside the row of the check (`Row::is_extra`): they are in no average of bytes, time or claims.
    #[serde(default)]
    pub extra: u64,
    /// Checks by latency: the key is the upper bound of the class, in milliseconds.
    pub latency_ms: BTreeMap<u32, u64>,
}

/// Upper bounds of the classes of latency, in milliseconds.
pub const LATENCY_CLASSES_MS: [u32; 14] =
    [10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000, u32::MAX];

impl Counts {
    fn add_row(&mut self, row: &Row) {
        use crate::outcome::Truth;
        self.checks += 1;
        *self.outcomes.entry(row.answer.outcome.word).or_default() += 1;
        *self.verdicts.entry(row.verdict).or_default() += 1;
        *self.fallbacks.entry(row.fallback).or_default() += 1;
        let counted = row.verdict != Verdict::NotCounted;
        match row.truth {
            Truth::Right if counted => {
                self.with_right += 1;
                self.indeterminate_with_right += u64::from(row.verdict == Verdict::Indeterminate);
            }
            Truth::NoRight if counted => self.without_right += 1,
            Truth::Right | Truth::NoRight | Truth::Open => {}
        }
        if row.is_extra() {
            self.extra += 1;
            return;
        }
        self.request_bytes += u64::from(row.request_bytes);
        self.presentation_bytes += u64::from(row.presentation_bytes);
        let class = LATENCY_CLASSES_MS.into_iter().find(|bound| row.latency_ms <= *bound);
        *self.latency_ms.entry(class.unwrap_or(u32::MAX)).or_default() += 1;
    }

    fn add(&mut self, other: &Self) {
        for (to, from) in [
            (&mut self.checks, other.checks),
            (&mut self.with_right, other.with_right),
            (&mut self.without_right, other.without_right),
            (&mut self.indeterminate_with_right, other.indeterminate_with_right),
            (&mut self.extra, other.extra),
            (&mut self.request_bytes, other.request_bytes),
            (&mut self.presentation_bytes, other.presentation_bytes),
        ] {
            *to = to.saturating_add(from);
        }
        add_all(&mut self.outcomes, &other.outcomes);
        add_all(&mut self.verdicts, &other.verdicts);
        add_all(&mut self.fallbacks, &other.fallbacks);
        add_all(&mut self.latency_ms, &other.latency_ms);
    }

    /// Checks with this verdict.
    #[must_use]
    pub fn with_verdict(&self, verdict: Verdict) -> u64 {
        self.verdicts.get(&verdict).copied().unwrap_or(0)
    }

    /// Checks without the rows beside them: what averages are of.
    #[must_use]
    pub const fn without_extra(&self) -> u64 {
        self.checks.saturating_sub(self.extra)
    }

    /// Checks with this outcome.
    #[must_use]
    pub fn with_outcome(&self, word: Word) -> u64 {
        self.outcomes.get(&word).copied().unwrap_or(0)
    }
}

fn add_all<K: Ord + Clone>(to: &mut BTreeMap<K, u64>, from: &BTreeMap<K, u64>) {
    for (key, count) in from {
        let to = to.entry(key.clone()).or_default();
        *to = to.saturating_add(*count);
    }
}

/// What groups of checks are named by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dimension {
    /// Everything.
    All,
    /// Family of scenarios.
    Family,
    /// Intended use.
    Purpose,
    /// Injected fault.
    Fault,
    /// Class of permission.
    Permit,
    /// Group of nationality.
    Nationality,
    /// Band of age.
    AgeBand,
    /// Hard case.
    HardCase,
}

impl Dimension {
    /// Every dimension, in the order of reports.
    pub const ALL: [Self; 8] = [
        Self::All,
        Self::Family,
        Self::Purpose,
        Self::Fault,
        Self::Permit,
        Self::Nationality,
        Self::AgeBand,
        Self::HardCase,
    ];

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Family => "family",
            Self::Purpose => "purpose",
            Self::Fault => "fault",
            Self::Permit => "permit",
            Self::Nationality => "nationality",
            Self::AgeBand => "age-band",
            Self::HardCase => "hard-case",
        }
    }

    fn of(self, row: &Row) -> &str {
        match self {
            Self::All => "all",
            Self::Family => &row.family,
            Self::Purpose => &row.purpose,
            Self::Fault => &row.fault,
            Self::Permit => &row.subgroup.permit,
            Self::Nationality => &row.subgroup.nationality,
            Self::AgeBand => &row.subgroup.age_band,
            Self::HardCase => &row.subgroup.hard_case,
        }
    }
}

/// The counts of a run, or of a part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    groups: BTreeMap<Design, BTreeMap<Dimension, BTreeMap<String, Counts>>>,
    /// How often each claim was disclosed.
    disclosed: BTreeMap<Design, BTreeMap<String, u64>>,
    /// Outcomes by hour since 1970: the time line.
    hours: BTreeMap<Design, BTreeMap<i64, BTreeMap<Word, u64>>>,
    /// How often each invariant was broken.
    violations: BTreeMap<String, u64>,
}

impl Tally {
    /// Adds a check.
    pub fn add_row(&mut self, row: &Row) {
        let groups = self.groups.entry(row.design).or_default();
        for dimension in Dimension::ALL {
            let name = dimension.of(row);
            if name.is_empty() {
                continue;
            }
            let values = groups.entry(dimension).or_default();
            if let Some(counts) = values.get_mut(name) {
                counts.add_row(row);
            } else {
                values.entry(name.to_owned()).or_default().add_row(row);
            }
        }
        let disclosed = self.disclosed.entry(row.design).or_default();
        for claim in row.answer.disclosed.iter().filter(|_| !row.is_extra()) {
            if let Some(count) = disclosed.get_mut(claim) {
                *count += 1;
            } else {
                disclosed.insert(claim.clone(), 1);
            }
        }
        let hour = row.at.0.0.div_euclid(3_600);
        let hour = self.hours.entry(row.design).or_default().entry(hour).or_default();
        *hour.entry(row.answer.outcome.word).or_default() += 1;
        for id in &row.violated {
            *self.violations.entry(id.clone()).or_default() += 1;
        }
    }

    /// Adds another part of the same run. A count that does not fit is the largest one there is, which no run has.
    pub fn add(&mut self, other: &Self) {
        for (design, dimensions) in &other.groups {
            let to = self.groups.entry(*design).or_default();
            for (dimension, values) in dimensions {
                let to = to.entry(*dimension).or_default();
                for (value, counts) in values {
                    to.entry(value.clone()).or_default().add(counts);
                }
            }
        }
        for (design, claims) in &other.disclosed {
            add_all(self.disclosed.entry(*design).or_default(), claims);
        }
        for (design, hours) in &other.hours {
            let to = self.hours.entry(*design).or_default();
            for (hour, words) in hours {
                add_all(to.entry(*hour).or_default(), words);
            }
        }
        add_all(&mut self.violations, &other.violations);
    }

    /// The counts of one group; `None` when there was no such check.
    #[must_use]
    pub fn counts(&self, design: Design, dimension: Dimension, value: &str) -> Option<&Counts> {
        self.groups.get(&design)?.get(&dimension)?.get(value)
    }

    /// The groups of one dimension by name.
    pub fn groups(&self, design: Design, dimension: Dimension) -> impl Iterator<Item = (&str, &Counts)> {
        let values = self.groups.get(&design).and_then(|one| one.get(&dimension));
        values.into_iter().flatten().map(|(value, counts)| (value.as_str(), counts))
    }

    /// The counts of all checks but those with these faults; `None` when there is no other.
    pub fn without_faults(&self, design: Design, is_left_out: impl Fn(&str) -> bool) -> Option<Counts> {
        let mut kept =
            self.groups(design, Dimension::Fault).filter(|(fault, _)| !is_left_out(fault)).peekable();
        kept.peek()?;
        let mut sum = Counts::default();
        kept.for_each(|(_, counts)| sum.add(counts));
        Some(sum)
    }

    /// How often each claim was disclosed, by id. Rows beside a check are left out.
    pub fn disclosed(&self, design: Design) -> impl Iterator<Item = (&str, u64)> {
        let claims = self.disclosed.get(&design).into_iter().flatten();
        claims.map(|(claim, count)| (claim.as_str(), *count))
    }

    /// Outcomes by hour since 1970.
    pub fn hours(&self, design: Design) -> impl Iterator<Item = (i64, &BTreeMap<Word, u64>)> {
        self.hours.get(&design).into_iter().flatten().map(|(hour, words)| (*hour, words))
    }

    /// How often an invariant was broken.
    #[must_use]
    pub fn violations(&self, id: &str) -> u64 {
        self.violations.get(id).copied().unwrap_or(0)
    }
}
