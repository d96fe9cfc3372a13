//! Scenarios: one named situation each, as data that a domain expert can read and write.
//!
//! ```text
//! spec/scenarios/B02.toml --Scenario::from_toml--> Scenario --run--> ScenarioReport
//! ```
//!
//! The format is described in `spec/scenarios/README.md`. A field that is unknown, or names something that
//! does not exist, is an error with the place in the file: a misspelt word never makes a check weaker.

mod comparison;
mod embedded;
mod exchange;
mod judge;
mod lists;
pub mod people;
mod run;
mod schema;
mod share_code;
mod stage;
mod suite;

pub(crate) use exchange::blocked;
pub use judge::{Watch, permits};
pub use lists::{ExpectedFailures, ExpectedSkips, Listed};
pub use run::{Harness, WalletPolicy};
pub use schema::{
    Arf3Expect, Attack, Catalogue, CheckStep, Claims, Compare, Comparer, Earlier, Expect, HolderAct,
    IssueStep, IssuerTimes, ListLayout, Looker, Outage, Person, PrivacyExpect, Record, RegistrationState,
    RelyingPartySetup, Scenario, Service, ShareCodeExpect, StatusFetch, StatusSigner, Step, Texts, World,
};

pub use suite::{Suite, fingerprint};

use geleit_credential::purpose::Purposes;
use std::collections::BTreeSet;

/// Why a scenario cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScenarioError {
    /// It is not TOML, or not of the format.
    #[error("{name}: {message}")]
    Format {
        /// Name of the file.
        name: String,
        /// What is wrong, with its line.
        message: String,
    },
    /// It names something that does not exist, or contradicts itself.
    #[error("{name}: {what}")]
    Meaning {
        /// Name of the file.
        name: String,
        /// What is wrong.
        what: String,
    },
}

impl Scenario {
    /// Reads a scenario. `name` is the name of its file, for messages; the file is called by the id.
    ///
    /// # Errors
    /// [`ScenarioError`].
    pub fn from_toml(name: &str, text: &str) -> Result<Self, ScenarioError> {
        let scenario: Self = toml::from_str(text).map_err(|error| ScenarioError::Format {
            name: name.to_owned(),
            message: in_one_line(&error, text),
        })?;
        scenario.check(name).map_err(|what| ScenarioError::Meaning { name: name.to_owned(), what })?;
        Ok(scenario)
    }

    /// The texts of the embedded catalogue by the names of their files, those of `people.toml` and
    /// `expected-skips.toml` included.
    pub fn embedded_files() -> impl Iterator<Item = (&'static str, &'static str)> {
        let others = [("people.toml", embedded::PEOPLE), ("expected-skips.toml", embedded::SKIPS)];
        embedded::FILES.iter().copied().chain(others)
    }

    /// The embedded catalogue, by id.
    ///
    /// # Errors
    /// None for the files of this version; a test reads them all.
    pub fn catalogue() -> Result<Vec<Self>, ScenarioError> {
        embedded::FILES.iter().map(|(name, text)| Self::from_toml(name, text)).collect()
    }

    fn check(&self, name: &str) -> Result<(), String> {
        if name.strip_suffix(".toml").is_some_and(|stem| stem != self.id) {
            return Err(format!("the file is called by its id: {}.toml is required", self.id));
        }
        if self.step.is_empty() {
            return Err("at least one step is required".into());
        }
        let purposes = Purposes::embedded();
        let mut names = BTreeSet::new();
        for step in &self.step {
            match step {
                Step::Check(check) => {
                    if !names.insert(check.name.as_str()) {
                        return Err(format!("two checks are called \"{}\"", check.name));
                    }
                    self.check_step(check, &purposes, &names)?;
                }
                Step::Issue(issue) => self.require_person(&issue.who)?,
                Step::Status { who, .. } => self.require_person(who)?,
                Step::Compare(compare) => {
                    for one in &compare.checks {
                        if !names.contains(one.as_str()) {
                            return Err(format!(
                                "\"{}\" compares \"{one}\", which is no earlier check",
                                compare.name
                            ));
                        }
                    }
                }
                Step::Wait { .. }
                | Step::Publish { .. }
                | Step::Fetch { .. }
                | Step::Outage(_)
                | Step::RotateKey { .. }
                | Step::RollBackTrust => {}
            }
        }
        Ok(())
    }

    fn require_person(&self, who: &str) -> Result<(), String> {
        if self.people.contains_key(who) {
            Ok(())
        } else {
            Err(format!("nobody is called \"{who}\" in [people]"))
        }
    }

    fn check_step(
        &self,
        check: &CheckStep,
        purposes: &Purposes,
        names: &BTreeSet<&str>,
    ) -> Result<(), String> {
        let at = |what: String| format!("check \"{}\": {what}", check.name);
        self.require_person(&check.who).map_err(at)?;
        for purpose in [Some(&check.purpose), check.verified_for.as_ref()].into_iter().flatten() {
            let known = purposes.find(purpose).is_some() || check.purpose_is_unknown;
            if !known {
                return Err(at(format!(
                    "there is no purpose \"{purpose}\"; `geleit purpose list` shows all"
                )));
            }
        }
        for (field, earlier) in [("again", &check.again), ("same_answer_as", &check.same_answer_as)] {
            if let Some(earlier) = earlier
                && (!names.contains(earlier.as_str()) || *earlier == check.name)
            {
                return Err(at(format!("`{field}` names \"{earlier}\", which is no earlier check")));
            }
        }
        for id in check.expect.disclosed.iter().flatten().chain(&check.expect.withheld) {
            if !matches!(
                geleit_credential::schema::lookup(id),
                geleit_credential::schema::Lookup::Claim { .. }
            ) {
                return Err(at(format!("there is no claim \"{id}\"; `geleit claims` shows all")));
            }
        }
        Ok(())
    }
}

/// What is wrong with a file, and where, in one line.
#[must_use]
pub fn in_one_line(error: &toml::de::Error, text: &str) -> String {
    let line =
        error.span().and_then(|span| text.get(..span.start)).map(|before| before.matches('\n').count() + 1);
    let message = error.message().replace('\n', " ");
    line.map_or_else(|| message.clone(), |line| format!("line {line}: {message}"))
}
