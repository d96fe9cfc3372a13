//! P-02 to P-05, P-08, P-10 and `instead_of` of P-09: names, texts, the legal basis, facts.

use super::claims::matches;
use crate::purpose::body::Body;
use crate::purpose::error::ProfileFault;
use crate::purpose::vocabulary::FactType;
use crate::purpose::{Fact, Profile};
use crate::reason::{Text, is_kebab};
use crate::schema::{self, Lookup};
use std::collections::BTreeSet;

pub(super) fn check(profile: &Profile) -> Result<(), ProfileFault> {
    check_names(profile)?;
    check_texts(profile)?;
    check_kind(profile)?;
    check_replaced(profile)?;
    check_forbidden(profile)?;
    check_facts(profile)
}

/// P-02.
fn check_names(profile: &Profile) -> Result<(), ProfileFault> {
    if !is_kebab(profile.id()) || profile.version() == 0 {
        return Err(ProfileFault::IdOrVersion);
    }
    for (field, ids) in [("links_with", profile.links_with()), ("neighbours", profile.neighbours())] {
        if let Some(id) = ids.iter().find(|id| !is_kebab(id) || *id == profile.id()) {
            return Err(ProfileFault::Reference { field, id: id.clone() });
        }
    }
    let mut seen = BTreeSet::new();
    match profile.features().find(|feature| !is_kebab(feature.name()) || !seen.insert(feature.name())) {
        Some(feature) => Err(ProfileFault::Feature { feature: feature.name().to_owned() }),
        None => Ok(()),
    }
}

/// P-03.
fn check_texts(profile: &Profile) -> Result<(), ProfileFault> {
    let content = &profile.0;
    let basis = profile.legal_basis().iter().map(|law| ("legal_basis", law.as_str()));
    let commands = profile.features().filter_map(|feature| Some((feature.name(), feature.command()?)));
    let mut plain = [("controller", profile.controller()), ("verifier_class", profile.verifier_class())]
        .into_iter()
        .chain(basis)
        .chain(profile.left_out())
        .chain(commands);
    let why = content.why.iter().map(|(id, why)| (id.as_str(), why));
    let facts = profile.facts().map(|fact| (fact.name, &fact.source.title));
    let features = profile.features().map(|feature| (feature.name(), &feature.source.text));
    let mut texts = named_texts(profile).into_iter().chain(why).chain(facts).chain(features);
    let broken_plain = plain.find(|(_, text)| text.is_empty() || text.trim() != *text);
    let broken_text = texts.find(|(_, text)| !text.is_complete());
    match broken_plain.map(|(field, _)| field).or_else(|| broken_text.map(|(field, _)| field)) {
        Some(field) => Err(ProfileFault::Text { field: field.to_owned() }),
        None => Ok(()),
    }
}

fn named_texts(profile: &Profile) -> Vec<(&str, &Text)> {
    let content = &profile.0;
    let why_excluded = if let Body::Excluded(excluded) = &content.body { Some(&excluded.why) } else { None };
    let texts = [
        ("title", Some(&content.head.title)),
        ("purpose", Some(&content.head.purpose)),
        ("ai_note", content.head.ai_note.as_ref()),
        ("oversight", content.head.oversight.as_ref()),
        ("retention_note", content.body.asking().map(|asking| &asking.retention_note)),
        ("fallback", profile.fallback_text()),
        ("redress", profile.redress_text()),
        ("why_excluded", why_excluded),
    ];
    texts.into_iter().filter_map(|(field, text)| Some((field, text?))).collect()
}

/// P-01 for an empty list of features, P-04 and P-05.
fn check_kind(profile: &Profile) -> Result<(), ProfileFault> {
    let kind = profile.kind();
    if matches!(&profile.0.body, Body::Governance(governance) if governance.features.is_empty()) {
        return Err(ProfileFault::MissingField { kind, field: "feature" });
    }
    if !profile.asks() {
        let forbids_all = profile.forbidden() == ["*"];
        return if forbids_all { Ok(()) } else { Err(ProfileFault::ForbidsNotAll) };
    }
    if profile.legal_basis().is_empty() {
        return Err(ProfileFault::NoLegalBasis);
    }
    let lists_nothing = profile.0.why.is_empty();
    if lists_nothing { Err(ProfileFault::KindAndClaims) } else { Ok(()) }
}

/// `instead_of` of P-09.
fn check_replaced(profile: &Profile) -> Result<(), ProfileFault> {
    let replaces_nothing = |threshold: &&str| {
        profile
            .replaced_by(threshold)
            .is_some_and(|replaced| !profile.required().iter().any(|id| id == replaced))
    };
    match profile.thresholds().iter().map(|(claim, _)| claim.as_str()).find(replaces_nothing) {
        Some(claim) => Err(ProfileFault::ReplacesNothing { claim: claim.to_owned() }),
        None => Ok(()),
    }
}

/// P-08. What a zero-claim purpose reads locally is shown to nobody, and may be forbidden.
fn check_forbidden(profile: &Profile) -> Result<(), ProfileFault> {
    if let Some(claim) = profile.0.why.keys().find(|claim| profile.asks() && profile.forbids(claim)) {
        return Err(ProfileFault::Forbidden { claim: claim.clone() });
    }
    match profile.forbidden().iter().find(|pattern| !exists(pattern)) {
        Some(pattern) => Err(ProfileFault::ForbidsNothing { pattern: pattern.clone() }),
        None => Ok(()),
    }
}

fn exists(pattern: &str) -> bool {
    let mut claims = schema::TYPES.iter().flat_map(|credential_type| credential_type.claims());
    !matches!(schema::lookup(pattern), Lookup::Unknown) || claims.any(|(_, claim)| matches(pattern, claim.id))
}

/// P-10.
fn check_facts(profile: &Profile) -> Result<(), ProfileFault> {
    let is_name =
        |name: &str| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b.is_ascii_digit());
    let fits = |fact: &Fact<'_>| match fact.fact_type() {
        FactType::Choice => fact.values().len() >= 2 && fact.values().iter().all(|value| is_kebab(value)),
        FactType::Date | FactType::Number | FactType::Text => fact.values().is_empty(),
    };
    if let Some(fact) = profile.facts().find(|fact| !is_name(fact.name()) || !fits(fact)) {
        return Err(ProfileFault::Fact { fact: fact.name().to_owned() });
    }
    for fact in profile.facts() {
        match fact.in_place_of() {
            Some(id) if !matches!(schema::lookup(id), Lookup::Elsewhere(_)) => {
                return Err(ProfileFault::InPlaceOf { fact: fact.name().to_owned(), claim: id.to_owned() });
            }
            Some(_) | None => {}
        }
    }
    Ok(())
}
