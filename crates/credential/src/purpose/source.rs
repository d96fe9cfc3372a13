//! The TOML of a profile, field by field, before any P rule other than P-01.

use crate::reason::Text;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProfileSource {
    pub(super) id: String,
    pub(super) version: u32,
    pub(super) kind: ProfileKind,
    pub(super) controller: String,
    pub(super) verifier_class: String,
    pub(super) legal_basis: Vec<String>,
    pub(super) retention_days: u32,
    pub(super) max_status_age_s: u32,
    pub(super) subject_id: SubjectId,
    pub(super) binding: Binding,
    pub(super) ai_use: String,
    pub(super) confidence: Confidence,
    pub(super) forbidden: Vec<String>,
    #[serde(default)]
    pub(super) seen_by_person: Vec<String>,
    pub(super) title: Text,
    pub(super) purpose: Text,
    pub(super) retention_note: Text,
    pub(super) fallback: Text,
    pub(super) redress: Text,
    #[serde(default)]
    pub(super) claims: ClaimsSource,
    #[serde(default)]
    pub(super) threshold: Vec<ThresholdSource>,
    #[serde(default)]
    pub(super) facts: BTreeMap<String, FactSource>,
    pub(super) decision: Vec<RowSource>,
}

/// What sort of entry of the catalogue of purposes a profile is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ProfileKind {
    /// Excluded on purpose: no claim may be asked.
    Excluded,
    /// A rule about the system itself: no claim may be asked.
    Governance,
    /// A check with a list as short as the purpose allows.
    Profile,
    /// A list that a law closes.
    StatutoryFull,
    /// Answered on the holder's own device: no claim may be asked.
    ZeroClaim,
}

impl ProfileKind {
    /// Whether profiles of this kind may list claims.
    pub(super) const fn asks(self) -> bool {
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

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ClaimsSource {
    pub(super) identity: GroupSource,
    pub(super) qualification: GroupSource,
    pub(super) residence: GroupSource,
}

/// Claim id to the reason why it is needed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct GroupSource {
    pub(super) required: BTreeMap<String, Text>,
    pub(super) optional: BTreeMap<String, Text>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ThresholdSource {
    pub(super) claim: String,
    pub(super) instead_of: Option<String>,
    pub(super) at_least: Vec<String>,
    pub(super) why: Text,
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

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FactSource {
    #[serde(rename = "type")]
    pub(super) fact_type: FactType,
    pub(super) required: bool,
    #[serde(default)]
    pub(super) values: Vec<String>,
    pub(super) title: Text,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RowSource {
    pub(super) when: Vec<ConditionSource>,
    #[serde(default)]
    pub(super) notice: bool,
    pub(super) outcome: Option<OutcomeSource>,
    pub(super) until: Option<UntilSource>,
    pub(super) reason: String,
}

/// The outcomes that a row can have: the wallet's refusal is not decided by a verifier's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum OutcomeSource {
    Accept,
    AcceptUntil,
    AcceptWithNotice,
    Refuse,
    Indeterminate,
}

/// Exactly one of the three.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UntilSource {
    pub(super) claim: Option<String>,
    pub(super) fact: Option<String>,
    pub(super) threshold: Option<String>,
}

/// The closed set: one subject, and for a claim, fact or threshold one operator.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConditionSource {
    // Subjects.
    pub(super) claim: Option<String>,
    pub(super) member: Option<String>,
    pub(super) fact: Option<String>,
    pub(super) threshold: Option<String>,
    pub(super) missing: Option<MissingSource>,
    pub(super) missing_claim: Option<String>,
    pub(super) missing_fact: Option<String>,
    pub(super) evidence_older_than_s: Option<toml::Value>,
    pub(super) under_review: Option<bool>,
    // Operators.
    pub(super) is: Option<bool>,
    pub(super) null: Option<bool>,
    pub(super) equals: Option<toml::Value>,
    pub(super) differs_from: Option<toml::Value>,
    #[serde(rename = "in")]
    pub(super) one_of: Option<Vec<toml::Value>>,
    pub(super) contains: Option<toml::Value>,
    pub(super) on_or_after: Option<toml::Value>,
    pub(super) before: Option<toml::Value>,
    pub(super) at_least: Option<toml::Value>,
    pub(super) below: Option<toml::Value>,
}

/// Everything that a profile marks as required.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum MissingSource {
    RequiredClaims,
    RequiredFacts,
}
