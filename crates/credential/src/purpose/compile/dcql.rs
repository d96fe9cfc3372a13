//! A query in the Digital Credentials Query Language of OpenID4VP 1.0, section 6.
//!
//! ```text
//! claim_sets   1. the required claims, thresholds in the place of what they replace   the least that is enough
//!              2. the required claims as they are                                     if that differs
//!              3. the first one and one optional claim or threshold, for each
//!              4. the first one and all of them
//! ```
//!
//! A wallet takes the first set that it can answer, so that the least that is enough comes first; a holder
//! who wants to add something takes a later one. DCQL knows no "at least": the steps are an addition, of
//! which a request names one. It has no purpose either, which travels in the registration certificate.

use super::{FORMAT, Meta, Path, of_type};
use crate::purpose::{Binding, Profile};
use crate::schema::{CredentialType, TYPES, labels};
use serde::Serialize;

/// A query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DcqlQuery {
    /// One for each type of credential.
    pub credentials: Vec<CredentialQuery>,
    /// Which of them are needed; empty when all are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub credential_sets: Vec<CredentialSet>,
}

/// What is asked of one type of credential.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CredentialQuery {
    /// The name of the type.
    pub id: &'static str,
    /// [`FORMAT`].
    pub format: &'static str,
    /// Which type.
    pub meta: Meta,
    /// Whether the holder's key signs.
    pub require_cryptographic_holder_binding: bool,
    /// The claims.
    pub claims: Vec<ClaimQuery>,
    /// Which of them together are enough, the least first; empty when there is one set of all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub claim_sets: Vec<Vec<String>>,
}

/// A claim that is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ClaimQuery {
    /// The id of the claim in letters, digits, `_` and `-`.
    pub id: String,
    /// Its place.
    pub path: Path,
    /// The addition of a threshold claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub geleit: Option<Steps>,
}

/// The steps that may be asked, of which a request names one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Steps {
    /// Their labels, ascending.
    pub at_least: Vec<String>,
}

/// Queries of which one option is needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CredentialSet {
    /// Ids of queries that are answered together.
    pub options: Vec<Vec<&'static str>>,
    /// Whether an answer is needed at all.
    pub required: bool,
}

pub(super) fn query(profile: &Profile) -> DcqlQuery {
    let asked: Vec<OfType> = TYPES.iter().filter_map(|one| OfType::of(profile, one)).collect();
    DcqlQuery {
        credential_sets: credential_sets(&asked),
        credentials: asked.iter().map(|one| one.query(profile)).collect(),
    }
}

/// Types of which nothing is required may be left out; when nothing is required at all, one of them is.
fn credential_sets(asked: &[OfType]) -> Vec<CredentialSet> {
    let (needed, extra): (Vec<&OfType>, Vec<&OfType>) = asked.iter().partition(|one| !one.least.is_empty());
    let each = |many: &[&OfType]| many.iter().map(|one| vec![one.credential_type.name]).collect();
    if extra.is_empty() {
        return Vec::new();
    }
    if needed.is_empty() {
        return vec![CredentialSet { options: each(&extra), required: true }];
    }
    let all = needed.iter().map(|one| one.credential_type.name).collect();
    let optional = extra.iter().map(|one| CredentialSet { options: each(&[one]), required: false });
    core::iter::once(CredentialSet { options: vec![all], required: true }).chain(optional).collect()
}

/// What is asked of one type, by the ids of the query.
struct OfType {
    credential_type: &'static CredentialType,
    /// The required claims, with thresholds in the place of what they replace.
    least: Vec<String>,
    /// The required claims.
    required: Vec<String>,
    /// Optional claims, and thresholds that replace nothing.
    extra: Vec<String>,
}

impl OfType {
    fn of(profile: &Profile, credential_type: &'static CredentialType) -> Option<Self> {
        let names = |ids: &[&str]| -> Vec<String> {
            of_type(ids.iter().copied(), credential_type).map(|(id, _)| query_id(id)).collect()
        };
        let thresholds = || profile.thresholds().iter().map(|(id, _)| id.as_str());
        let replacing = |claim: &str| thresholds().find(|id| profile.replaced_by(id) == Some(claim));
        let required: Vec<&str> = profile.required().iter().map(String::as_str).collect();
        let least: Vec<&str> = required.iter().map(|id| replacing(id).unwrap_or(id)).collect();
        let alone = thresholds().filter(|id| profile.replaced_by(id).is_none());
        let extra: Vec<&str> = profile.optional().iter().map(String::as_str).chain(alone).collect();
        let one =
            Self { credential_type, least: names(&least), required: names(&required), extra: names(&extra) };
        (!one.required.is_empty() || !one.extra.is_empty()).then_some(one)
    }

    fn query(&self, profile: &Profile) -> CredentialQuery {
        let thresholds = profile.thresholds().iter().map(|(id, _)| id);
        let ids = profile.required().iter().chain(profile.optional()).chain(thresholds);
        let claims = of_type(ids.map(String::as_str), self.credential_type);
        CredentialQuery {
            id: self.credential_type.name,
            format: FORMAT,
            meta: Meta { vct_values: vec![self.credential_type.vct] },
            require_cryptographic_holder_binding: profile.binding() != Binding::None,
            claims: claims
                .map(|(id, path)| ClaimQuery { id: query_id(id), path, geleit: steps(profile, id) })
                .collect(),
            claim_sets: self.claim_sets(),
        }
    }

    fn claim_sets(&self) -> Vec<Vec<String>> {
        let mut sets = vec![self.least.clone(), self.required.clone()];
        let with = |more: &[String]| self.least.iter().chain(more).cloned().collect();
        sets.extend(self.extra.chunks(1).map(with));
        sets.push(with(&self.extra));
        let mut distinct: Vec<Vec<String>> = Vec::new();
        for set in sets {
            if !set.is_empty() && !distinct.contains(&set) {
                distinct.push(set);
            }
        }
        // One set of all claims is what a query without sets means.
        if distinct.len() > 1 { distinct } else { Vec::new() }
    }
}

fn steps(profile: &Profile, id: &str) -> Option<Steps> {
    let (_, steps) = profile.thresholds().iter().find(|(threshold, _)| threshold == id)?;
    Some(Steps { at_least: labels(id, steps) })
}

/// Ids of a query have no dots: `res_uk_work_until`.
fn query_id(id: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let id: String = id.chars().map(|c| if allowed(c) { c } else { '_' }).collect();
    id.trim_end_matches('_').to_owned()
}
