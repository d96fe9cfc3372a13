//! Scenarios: one named situation each, as data that a domain expert can read and write.
//!
//! ```text
//! spec/scenarios/B02.toml --Scenario::from_toml--> Scenario --run--> ScenarioReport
//! ```
//!
//! The format is described in `spec/scenarios/README.md`. A field that is unknown, or names something that
//! does not exist, is an error with the place in the file: a misspelt word never makes a check weaker.

mod check;
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

pub use check::FAMILIES;
pub(crate) use exchange::blocked;
pub use judge::{Watch, permits};
pub use lists::{ExpectedFailures, ExpectedSkips, Listed};
pub use run::{Harness, WalletPolicy};
pub use schema::{
    Arf3Expect, Attack, Catalogue, CheckStep, Claims, Compare, Comparer, CredentialName, Earlier, Expect,
    HolderAct, IssueStep, IssuerTimes, ListLayout, Looker, Outage, Person, PrivacyExpect, PublishedStanding,
    Record, RegistrationState, RelyingPartySetup, Scenario, Service, ShareCodeExpect, Signer, StatusFetch,
    StatusSigner, Step, Texts, World,
};

pub use suite::{Suite, fingerprint};

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
}

/// What is wrong with a file, and where, in one line.
#[must_use]
pub fn in_one_line(error: &toml::de::Error, text: &str) -> String {
    let line =
        error.span().and_then(|span| text.get(..span.start)).map(|before| before.matches('\n').count() + 1);
    let message = error.message().replace('\n', " ");
    line.map_or_else(|| message.clone(), |line| format!("line {line}: {message}"))
}
