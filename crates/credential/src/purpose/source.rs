//! The TOML of a profile, field by field, before any P rule other than P-01.
//!
//! All fields that only some kinds have are optional here; `body` says which kind has which.

use super::vocabulary::{
    AiUse, Binding, Confidence, FactType, FeatureState, ProfileKind, RetentionFrom, SubjectId,
};
use crate::reason::Text;
use crate::zone::Zone;
use core::num::NonZeroU32;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProfileSource {
    // The head, which every kind has.
    pub(super) id: String,
    pub(super) version: u32,
    pub(super) kind: ProfileKind,
    pub(super) controller: String,
    pub(super) verifier_class: String,
    pub(super) legal_basis: Vec<String>,
    pub(super) ai_use: AiUse,
    pub(super) ai_note: Option<Text>,
    pub(super) oversight: Option<Text>,
    pub(super) confidence: Confidence,
    pub(super) forbidden: Vec<String>,
    pub(super) title: Text,
    pub(super) purpose: Text,
    // Kinds with a decision table.
    pub(super) zone: Option<Zone>,
    pub(super) fallback: Option<Text>,
    pub(super) redress: Option<Text>,
    pub(super) facts: Option<BTreeMap<String, FactSource>>,
    pub(super) decision: Option<Vec<RowSource>>,
    // profile and statutory-full.
    pub(super) retention_days: Option<u32>,
    pub(super) retention_from: Option<RetentionFrom>,
    pub(super) retention_note: Option<Text>,
    pub(super) max_status_age_s: Option<NonZeroU32>,
    pub(super) subject_id: Option<SubjectId>,
    pub(super) binding: Option<Binding>,
    pub(super) seen_by_person: Option<Vec<String>>,
    pub(super) claims: Option<ClaimsSource>,
    pub(super) threshold: Option<Vec<ThresholdSource>>,
    pub(super) links_with: Option<Vec<String>>,
    pub(super) left_out: Option<BTreeMap<String, String>>,
    // zero-claim.
    pub(super) local: Option<LocalSource>,
    // excluded.
    pub(super) why_excluded: Option<Text>,
    pub(super) neighbours: Option<Vec<String>>,
    // governance.
    pub(super) feature: Option<Vec<FeatureSource>>,
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

/// Claim id to the reason why the device reads it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct LocalSource {
    pub(super) identity: BTreeMap<String, Text>,
    pub(super) qualification: BTreeMap<String, Text>,
    pub(super) residence: BTreeMap<String, Text>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ThresholdSource {
    pub(super) claim: String,
    pub(super) instead_of: Option<String>,
    pub(super) at_least: Vec<String>,
    pub(super) why: Text,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FactSource {
    #[serde(rename = "type")]
    pub(super) fact_type: FactType,
    pub(super) required: bool,
    #[serde(default)]
    pub(super) values: Vec<String>,
    pub(super) in_place_of: Option<String>,
    pub(super) title: Text,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FeatureSource {
    pub(super) name: String,
    pub(super) state: FeatureState,
    pub(super) command: Option<String>,
    pub(super) text: Text,
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

/// Exactly one of the first three, and whole months later if they are given.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UntilSource {
    pub(super) claim: Option<String>,
    pub(super) fact: Option<String>,
    pub(super) threshold: Option<String>,
    pub(super) plus_months: Option<i64>,
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
    pub(super) status: Option<String>,
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
