//! What a run found: the one structure from which every output is made.
//!
//! ```text
//!            +-> table, markdown, html              for people
//! Report ----+-> junit, tap, github                 for CI servers
//!            +-> json, run_json                     for programs; json is read back
//! Row, Row.. --> csv, lines, parquet + dictionary   as they stream
//! ```
//!
//! Outputs are functions of the report: no clock, no file, no environment.

pub mod caveats;
pub mod columns;
pub mod csv;
pub mod dictionary;
pub mod github;
pub mod html;
pub mod json;
pub mod junit;
pub mod lines;
pub mod markdown;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod rates;
pub mod run_json;
pub mod table;
pub mod tap;

mod view;

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;

use crate::outcome::Outcome;
use crate::row::{Design, Row};
use crate::tally::Tally;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The schema of a report.
pub const SCHEMA: &str = "geleit.sim/1";

/// A run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: String,
    /// What was run.
    pub run: Run,
    /// Scenarios in the order of their ids; none in a run of a population.
    pub scenarios: Vec<ScenarioReport>,
    /// Counts of all checks.
    pub tally: Tally,
    /// Every invariant, and how often it was broken.
    pub invariants: Vec<InvariantReport>,
}

/// What has to be known to repeat a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The seed of all randomness.
    pub seed: u64,
    /// Version of the simulator.
    pub version: String,
    /// Who verified: `geleit`, or what the system under test calls itself.
    pub system: String,
    /// What wallets do with over-asking: `strict` or `arf3`.
    pub wallet_policy: String,
    /// Size of the population; absent in a run of scenarios.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population: Option<PopulationRun>,
    /// SHA-256 of every input by name, in hexadecimal.
    pub inputs: BTreeMap<String, String>,
}

/// Which part of which population.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PopulationRun {
    /// People of the whole run.
    pub people: u64,
    /// Name of the mix.
    pub mix: String,
    /// Parts of the run that are in this report, from 1; all of them in a whole run.
    pub shards: Vec<u32>,
    /// Parts that the run was cut into; 1 when it was not.
    pub of: u32,
    /// What the mix assumes.
    #[serde(default, skip_serializing_if = "Assumptions::is_empty")]
    pub assumptions: Assumptions,
}

/// What a mix assumes: what a reader has to know before a rate means anything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assumptions {
    /// When something is away.
    pub outages: Vec<AssumedOutage>,
    /// Every other figure of the mix, in the order of its format.
    pub figures: Vec<Assumed>,
    /// Numbers that no draw uses, to hold results against.
    pub context: Vec<Assumed>,
}

/// A figure of a mix with its origin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assumed {
    /// Where it stands in the mix, such as `desk.gives_in_per_million`.
    pub name: String,
    /// The figure as the mix writes it.
    pub value: String,
    /// `published` or `assumption`.
    pub mark: String,
    /// Where it was published, or why it was chosen.
    pub source: String,
    /// When it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
}

/// A time in which something is away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssumedOutage {
    /// What: `look-up`, `status-service`, `network`.
    pub of: String,
    /// Since when, from the start on.
    pub after: String,
    /// For how long.
    pub span: String,
    /// `published` or `assumption`.
    pub mark: String,
    /// Where there was one like it, or why it was chosen.
    pub source: String,
}

impl Assumptions {
    /// Whether nothing is known of the mix, as in reports of earlier versions.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.outages.is_empty() && self.figures.is_empty() && self.context.is_empty()
    }

    /// How many figures and outages, which draws use, have this mark.
    #[must_use]
    pub fn with_mark(&self, mark: &str) -> usize {
        let figures = self.figures.iter().map(|one| &one.mark);
        figures.chain(self.outages.iter().map(|one| &one.mark)).filter(|one| *one == mark).count()
    }
}

/// One scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScenarioReport {
    /// Such as `B02`.
    pub id: String,
    /// The family, such as `status-changes`.
    pub family: String,
    /// Its title in English.
    pub title: String,
    /// Its title in German.
    pub title_de: String,
    /// What became of it.
    pub status: Status,
    /// Why it was skipped or expected to fail, or what broke it off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// Its checks, in order.
    pub checks: Vec<CheckReport>,
}

/// What became of a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Everything was as expected.
    Passed,
    /// Something was not.
    Failed,
    /// Something was not, and the file of expected failures says so.
    ExpectedFailure,
    /// Everything was as expected, though the file of expected failures says otherwise: the run fails.
    UnexpectedSuccess,
    /// Not run: the file of expected skips says what is missing.
    Skipped,
    /// The system under test has no part in it: only the wallet acts.
    NotApplicable,
}

impl Status {
    /// Every status, in the order of reports.
    pub const ALL: [Self; 6] = [
        Self::Passed,
        Self::Failed,
        Self::ExpectedFailure,
        Self::UnexpectedSuccess,
        Self::Skipped,
        Self::NotApplicable,
    ];

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::ExpectedFailure => "expected-failure",
            Self::UnexpectedSuccess => "unexpected-success",
            Self::Skipped => "skipped",
            Self::NotApplicable => "not-applicable",
        }
    }

    /// Whether the run fails for it.
    #[must_use]
    pub const fn is_unexpected(self) -> bool {
        match self {
            Self::Failed | Self::UnexpectedSuccess => true,
            Self::Passed | Self::ExpectedFailure | Self::Skipped | Self::NotApplicable => false,
        }
    }
}

/// One check of a scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckReport {
    /// What it is, in a few words of the scenario.
    pub name: String,
    /// What each design should answer. A design that is absent was not run.
    pub expected: BTreeMap<Design, Outcome>,
    /// What each design answered, in the order of [`Design::ALL`].
    pub rows: Vec<Row>,
    /// Where answers differ from what was expected.
    pub differences: Vec<Difference>,
}

/// One difference between what was expected and what came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Whose answer.
    pub design: Design,
    /// What of it: `outcome`, `reason`, `rule`, `notices`, `disclosed`, `withheld`, or an invariant's id.
    pub field: String,
    /// What was expected.
    pub expected: String,
    /// What came.
    pub actual: String,
}

/// An invariant and how often it was broken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvariantReport {
    /// Such as `X-01`.
    pub id: String,
    /// What holds.
    pub text: String,
    /// What holds, in German.
    pub text_de: String,
    /// Checks that were looked at.
    pub checked: u64,
    /// Checks that broke it.
    pub broken: u64,
}

impl Report {
    /// Whether something happened that nobody expected: the run fails.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.scenarios.iter().any(|one| one.status.is_unexpected())
            || self.invariants.iter().any(|one| one.broken > 0)
    }

    /// How many scenarios have this status.
    #[must_use]
    pub fn with_status(&self, status: Status) -> usize {
        self.scenarios.iter().filter(|one| one.status == status).count()
    }
}
