//! The closed vocabularies of profiles.

use serde::Deserialize;

/// What sort of entry of the catalogue of purposes a profile is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ProfileKind {
    /// Excluded on purpose: no claim may be asked, and nothing is decided.
    Excluded,
    /// A demand on the system itself: no claim may be asked, and nothing is decided.
    Governance,
    /// A check with a list as short as the purpose allows.
    Profile,
    /// A list that a law closes.
    StatutoryFull,
    /// Answered on the holder's own device: no claim may be asked.
    ZeroClaim,
}

impl ProfileKind {
    /// The word in the file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Excluded => "excluded",
            Self::Governance => "governance",
            Self::Profile => "profile",
            Self::StatutoryFull => "statutory-full",
            Self::ZeroClaim => "zero-claim",
        }
    }

    /// Whether purposes of this kind may ask for claims.
    #[must_use]
    pub const fn asks(self) -> bool {
        match self {
            Self::Profile | Self::StatutoryFull => true,
            Self::Excluded | Self::Governance | Self::ZeroClaim => false,
        }
    }
}

/// What links two checks of the same person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SubjectId {
    /// The file number of a case.
    Case,
    /// The number of a document that the law has checked.
    Document,
    /// The name, because the law asks for it.
    Named,
    /// Nothing.
    None,
    /// A pseudonym for one relying party.
    Pairwise,
    /// A pseudonym for one event.
    Scope,
}

/// How a person is tied to what they show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Binding {
    /// The holder's key signs.
    HolderKey,
    /// The holder's key signs, and a person compares the photo with the face.
    #[serde(rename = "holder-key+face-by-human")]
    HolderKeyAndFaceByHuman,
    /// Nothing is shown, so nothing is bound.
    None,
}

/// What automated systems the controller uses for a purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum AiUse {
    /// None: a decision table and people.
    None,
    /// Rules that people wrote; no model that was trained.
    RuleBased,
    /// A high-risk system in the sense of Regulation (EU) 2024/1689, Annex III.
    HighRisk,
}

impl AiUse {
    /// The word in the file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::RuleBased => "rule-based",
            Self::HighRisk => "high-risk",
        }
    }

    /// The use with this word.
    pub(crate) fn by_name(name: &str) -> Option<Self> {
        [Self::None, Self::RuleBased, Self::HighRisk].into_iter().find(|one| one.name() == name)
    }
}

/// From when the days of retention are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RetentionFrom {
    /// From the decision.
    Decision,
    /// From an event that the note names, such as the end of an employment.
    Event,
}

impl RetentionFrom {
    /// The word in the file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Decision => "decision",
            Self::Event => "event",
        }
    }

    /// The start with this word.
    pub(crate) fn by_name(name: &str) -> Option<Self> {
        [Self::Decision, Self::Event].into_iter().find(|one| one.name() == name)
    }
}

/// How well the legal statements of a profile are backed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// By the text of the law or official guidance.
    High,
    /// In part by guidance or commentary; the file says where it is unsure.
    Medium,
    /// By general knowledge.
    Low,
}

/// The type of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FactType {
    /// One of the listed values.
    Choice,
    /// A calendar day, `YYYY-MM-DD`.
    Date,
    /// A whole number.
    Number,
    /// Any text.
    Text,
}

/// Whether a feature that serves a demand exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FeatureState {
    /// It can be used.
    Present,
    /// It is planned.
    Planned,
}

impl FeatureState {
    /// The word in the file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Planned => "planned",
        }
    }
}
