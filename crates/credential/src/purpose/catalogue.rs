//! The purposes that a party goes by: a closed vocabulary, given as an argument to every check.

use super::Profile;

/// Purposes by id, each once. A purpose that is not among them is not a purpose: a wallet answers no
/// request for it.
#[derive(Clone, Debug)]
pub struct Purposes {
    /// In ascending order of their ids.
    profiles: Vec<Profile>,
}

impl Purposes {
    /// These purposes. Of several with one id the newest version counts.
    #[must_use]
    pub fn new(mut profiles: Vec<Profile>) -> Self {
        profiles.sort_by(|a, b| (a.id(), b.version()).cmp(&(b.id(), a.version())));
        profiles.dedup_by(|later, kept| later.id() == kept.id());
        Self { profiles }
    }

    /// The purposes in `spec/purposes`.
    #[must_use]
    pub fn embedded() -> Self {
        Self::new(Profile::embedded())
    }

    /// The purpose with this id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Profile> {
        let found = self.profiles.binary_search_by(|profile| profile.id().cmp(id)).ok()?;
        self.profiles.get(found)
    }

    /// Every purpose, in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = &Profile> {
        self.profiles.iter()
    }
}
