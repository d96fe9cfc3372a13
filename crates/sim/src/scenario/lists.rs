//! Files of scenarios that are expected to be skipped or to fail, each with its reason.

use serde::Deserialize;

/// Scenarios that are not run, because a mechanism does not exist yet.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedSkips {
    /// Each with what is missing.
    #[serde(default)]
    pub scenario: Vec<Listed>,
}

/// Scenarios that a system under test is known to fail.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedFailures {
    /// Each with the reason.
    #[serde(default)]
    pub scenario: Vec<Listed>,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// Id of the scenario.
    pub id: String,
    /// Title, for skips: there is no file of such a scenario.
    #[serde(default)]
    pub title: String,
    /// Why.
    pub why: String,
}

impl ExpectedSkips {
    /// Reads the file.
    ///
    /// # Errors
    /// What is wrong, with line and column.
    pub fn from_toml(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// The skips of the embedded catalogue.
    ///
    /// # Errors
    /// None for the file of this version; a test reads it.
    pub fn embedded() -> Result<Self, toml::de::Error> {
        Self::from_toml(super::embedded::SKIPS)
    }
}

impl ExpectedFailures {
    /// Reads the file.
    ///
    /// # Errors
    /// What is wrong, with line and column.
    pub fn from_toml(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// The entry of a scenario.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Listed> {
        self.scenario.iter().find(|listed| listed.id == id)
    }
}
