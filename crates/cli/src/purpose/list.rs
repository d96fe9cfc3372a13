//! `geleit purpose list`: every entry of the catalogue, also what is not done.

use super::Language;
use crate::answer::Answer;
use crate::text::table;
use clap::ValueEnum;
use geleit_credential::purpose::{FeatureState, Profile, ProfileKind};
use serde_json::json;

const AFTER_HELP: &str = "\
States: \"runs\" is decided from a presentation; \"closed list\", too, with claims that a law lists; \"on the
device\" is decided by `geleit purpose check` and shown to nobody; \"excluded\" is not done. A demand on the
system itself has features that are present or planned.

Example: geleit purpose list --kind zero-claim";

/// List the purposes, also those that are excluded
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct List {
    /// Only entries of this kind
    #[arg(long, value_enum)]
    kind: Option<Kind>,
    /// Language of the texts
    #[arg(long, value_enum, default_value_t = Language::En)]
    lang: Language,
}

/// A kind of entry.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    Profile,
    StatutoryFull,
    ZeroClaim,
    Excluded,
    Governance,
}

impl Kind {
    const fn kind(self) -> ProfileKind {
        match self {
            Self::Profile => ProfileKind::Profile,
            Self::StatutoryFull => ProfileKind::StatutoryFull,
            Self::ZeroClaim => ProfileKind::ZeroClaim,
            Self::Excluded => ProfileKind::Excluded,
            Self::Governance => ProfileKind::Governance,
        }
    }
}

impl List {
    pub(super) fn run(&self) -> Answer {
        let lang = self.lang.lang();
        let mut profiles = Profile::embedded();
        profiles.retain(|profile| self.kind.is_none_or(|kind| kind.kind() == profile.kind()));
        let row = |profile: &Profile| {
            [
                profile.id().to_owned(),
                profile.kind().name().to_owned(),
                state(profile),
                profile.title(lang).to_owned(),
            ]
        };
        let text = table(&["purpose", "kind", "state", "title"], profiles.iter().map(row));
        let json = json!({
            "schema": "geleit.purpose-list/1",
            "purposes": profiles.iter().map(|profile| json!({
                "id": profile.id(), "version": profile.version(), "kind": profile.kind().name(),
                "state": state(profile), "title": profile.title(lang), "purpose": profile.purpose(lang),
            })).collect::<Vec<_>>(),
        });
        Answer::new(text, json)
    }
}

/// What becomes of an entry.
pub(super) fn state(profile: &Profile) -> String {
    match profile.kind() {
        ProfileKind::Profile => "runs".to_owned(),
        ProfileKind::StatutoryFull => "closed list".to_owned(),
        ProfileKind::ZeroClaim => "on the device".to_owned(),
        ProfileKind::Excluded => "excluded".to_owned(),
        ProfileKind::Governance => features(profile),
        other => other.name().to_owned(),
    }
}

fn features(profile: &Profile) -> String {
    let all = profile.features().count();
    match profile.features().filter(|feature| feature.state() == FeatureState::Present).count() {
        0 => "planned".to_owned(),
        present if present == all => "present".to_owned(),
        present => format!("{present} of {all} present"),
    }
}
