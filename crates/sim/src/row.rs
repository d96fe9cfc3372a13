//! One check by one design: a line of every output. Column names carry their units.

use crate::instant::Instant;
use crate::outcome::{Outcome, Truth, Verdict};
use serde::{Deserialize, Serialize};

/// A way to do a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Design {
    /// Credentials in the holder's hands, bound to a purpose; or whoever is tested in place of geleit's verifier.
    Geleit,
    /// A code, a date of birth and a live look-up.
    ShareCode,
}

impl Design {
    /// Both designs, in the order of reports.
    pub const ALL: [Self; 2] = [Self::Geleit, Self::ShareCode];

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Geleit => "geleit",
            Self::ShareCode => "share-code",
        }
    }
}

/// What came of needing a way out after "neither yes nor no".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fallback {
    /// There was an answer.
    NotNeeded,
    /// A way out was named; whether it helped was not simulated.
    Named,
    /// The way out led to the right answer.
    Succeeded,
    /// It did not, in time.
    Failed,
    /// No way out was named.
    Missing,
    /// The desk took "neither" for "no", so that nobody looked for a way out.
    ReadAsNo,
}

impl Fallback {
    /// Every case, in the order of reports.
    pub const ALL: [Self; 6] =
        [Self::NotNeeded, Self::Named, Self::Succeeded, Self::Failed, Self::Missing, Self::ReadAsNo];

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotNeeded => "not-needed",
            Self::Named => "named",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Missing => "missing",
            Self::ReadAsNo => "read-as-no",
        }
    }
}

/// Groups that rates are reported for. Empty in scenarios.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subgroup {
    /// Class of permission, such as `work_skilled`.
    pub permit: String,
    /// Group of nationality of the mix, such as `india` or `stateless`.
    pub nationality: String,
    /// Band of age in years, such as `25-34`.
    pub age_band: String,
    /// The hard case, such as `mononym`, `unknown-birth-day`, `dependant`, `pending`; `none`.
    pub hard_case: String,
}

/// What a system said of one check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The outcome.
    pub outcome: Outcome,
    /// Reason code of the system.
    pub reason: String,
    /// The rule that failed, where one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Notices beside a "yes".
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<String>,
    /// Ids of the claims that the asking party learned, in order.
    #[serde(default)]
    pub disclosed: Vec<String>,
}

/// One check by one design.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// `B02/1` for the first check of a scenario, `p17/1` for the first check of person 17.
    pub check: String,
    /// The design.
    pub design: Design,
    /// Family of the scenario, or `population`.
    pub family: String,
    /// The intended use.
    pub purpose: String,
    /// Time of the check on the virtual clock.
    pub at: Instant,
    /// Who was checked, as coarse as rates need.
    pub subgroup: Subgroup,
    /// The fault that was injected, or `none`.
    pub fault: String,
    /// What is the case.
    pub truth: Truth,
    /// What the authority's record says.
    pub record: Truth,
    /// What the design answered.
    #[serde(flatten)]
    pub answer: Answer,
    /// The answer beside the truth.
    pub verdict: Verdict,
    /// Claims that were asked for; 0 for share codes, which have no list of them.
    pub asked: u32,
    /// Bytes of the request.
    pub request_bytes: u32,
    /// Bytes of the presentation, or of the pages that were looked up.
    pub presentation_bytes: u32,
    /// Time of the virtual network, in milliseconds.
    pub latency_ms: u32,
    /// What came of the way out.
    pub fallback: Fallback,
    /// Ids of invariants that this check broke.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub violated: Vec<String>,
}

impl Row {
    /// Whether the row stands beside that of its check, and answers nobody's question: a request for too much that was
    /// followed by an honest one, or an answer that was sent again (`p17/1/sent-again`).
    #[must_use]
    pub fn is_extra(&self) -> bool {
        self.verdict == Verdict::NotCounted && self.check.split('/').nth(2).is_some()
    }
}
