//! Parts of a profile that are handed out one by one: facts and features.

use super::source::{FactSource, FeatureSource};
use super::vocabulary::{FactType, FeatureState};
use crate::reason::Lang;

/// A fact that the relying party has to supply; for a zero-claim purpose the holder.
#[derive(Clone, Copy, Debug)]
pub struct Fact<'p> {
    pub(super) name: &'p str,
    pub(super) source: &'p FactSource,
}

impl<'p> Fact<'p> {
    /// The name.
    #[must_use]
    pub const fn name(&self) -> &'p str {
        self.name
    }

    /// The type.
    #[must_use]
    pub const fn fact_type(&self) -> FactType {
        self.source.fact_type
    }

    /// Whether no definite answer is possible without it.
    #[must_use]
    pub const fn is_required(&self) -> bool {
        self.source.required
    }

    /// The values that a choice can take; empty for other types.
    #[must_use]
    pub fn values(&self) -> &'p [String] {
        &self.source.values
    }

    /// The claim of a credential that this project does not define, in whose place it is stated.
    #[must_use]
    pub fn in_place_of(&self) -> Option<&'p str> {
        self.source.in_place_of.as_deref()
    }

    /// What to ask the person at the desk.
    #[must_use]
    pub fn title(&self, lang: Lang) -> &'p str {
        self.source.title.get(lang)
    }
}

/// What this project does for a demand on the system itself.
#[derive(Clone, Copy, Debug)]
pub struct Feature<'p> {
    pub(super) source: &'p FeatureSource,
}

impl<'p> Feature<'p> {
    /// The name: lower-case words with hyphens.
    #[must_use]
    pub fn name(&self) -> &'p str {
        &self.source.name
    }

    /// Whether it exists.
    #[must_use]
    pub const fn state(&self) -> FeatureState {
        self.source.state
    }

    /// The command that does it, such as `geleit receipt replay`.
    #[must_use]
    pub fn command(&self) -> Option<&'p str> {
        self.source.command.as_deref()
    }

    /// What it does for the demand.
    #[must_use]
    pub fn text(&self, lang: Lang) -> &'p str {
        self.source.text.get(lang)
    }
}
