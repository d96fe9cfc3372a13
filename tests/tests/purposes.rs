//! The files of `spec/purposes` against the research that they come from (`tests/data/purpose_profiles.json`):
//! everything that the research asks or forbids is asked, forbidden, replaced, or left out with a reason.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

use geleit_credential::purpose::{Profile, ProfileKind, Purposes, lint_all};
use geleit_credential::schema::{ELSEWHERE, How, Lookup, MAPPINGS, NEVER, TYPES, lookup};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Purposes that the research has as parts of another one.
const SUB_PURPOSES: [&str; 2] = ["uk-status-benefits", "uk-status-study"];

fn research() -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/purpose_profiles.json");
    let whole: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    whole["profiles"].as_array().unwrap().clone()
}

fn texts<'v>(entry: &'v Value, field: &str) -> Vec<&'v str> {
    entry[field].as_array().into_iter().flatten().map(|text| text.as_str().unwrap()).collect()
}

/// An id of a claim, and not a phrase.
fn is_claim(text: &str) -> bool {
    text.contains('.') && !text.contains(' ')
}

/// The ids of the schema that an id of the research stands for.
fn ids(id: &str) -> Vec<String> {
    match MAPPINGS.iter().find(|mapping| mapping.id == id) {
        Some(mapping) if matches!(mapping.how, How::Parts | How::View) => {
            mapping.claims.iter().map(|claim| (*claim).to_owned()).collect()
        }
        _ => match lookup(id) {
            Lookup::Step { claim, .. } => vec![claim.id.to_owned()],
            _ => vec![id.to_owned()],
        },
    }
}

/// Why an asked claim of the research is accounted for.
fn is_accounted_for(profile: &Profile, research_id: &str) -> bool {
    let left_out: BTreeSet<&str> = profile.left_out().map(|(id, _)| id).collect();
    if left_out.contains(research_id) {
        return true;
    }
    let stands_in = |id: &str| profile.facts().any(|fact| fact.in_place_of() == Some(id));
    let asks = |id: &String| {
        profile.required().contains(id)
            || profile.optional().contains(id)
            || profile.local().contains(id)
            || profile.thresholds().iter().any(|(threshold, _)| threshold == id)
    };
    stands_in(research_id)
        || ids(research_id).iter().all(|id| asks(id) || stands_in(id) || left_out.contains(id.as_str()))
}

/// Every claim that exists, exists elsewhere, or never, under a pattern of the research.
fn covered(pattern: &str) -> Vec<String> {
    let pattern = pattern.split(" unless").next().unwrap();
    let Some(prefix) = pattern.strip_suffix('*') else { return ids(pattern) };
    let schema = TYPES.iter().flat_map(|one| one.claims()).map(|(_, claim)| claim.id);
    let others = NEVER.iter().map(|never| never.id).chain(ELSEWHERE.iter().map(|other| other.id));
    schema.chain(others).filter(|id| id.starts_with(prefix)).map(str::to_owned).collect()
}

#[test]
fn every_entry_of_the_research_is_a_purpose_of_its_kind() {
    let purposes = Purposes::embedded();
    let mut names: BTreeSet<String> = SUB_PURPOSES.map(str::to_owned).into();
    for entry in research() {
        let id = entry["id"].as_str().unwrap();
        let profile = purposes.find(id).unwrap_or_else(|| panic!("{id} is missing"));
        assert_eq!(profile.kind().name(), entry["kind"].as_str().unwrap(), "{id}");
        names.insert(id.to_owned());
    }
    assert_eq!(names, purposes.iter().map(|profile| profile.id().to_owned()).collect());
    let of = |kind: ProfileKind| purposes.iter().filter(|profile| profile.kind() == kind).count();
    let counts = [
        ProfileKind::Profile,
        ProfileKind::StatutoryFull,
        ProfileKind::ZeroClaim,
        ProfileKind::Excluded,
        ProfileKind::Governance,
    ]
    .map(of);
    assert_eq!(counts, [24 + SUB_PURPOSES.len(), 5, 3, 7, 9]);
}

#[test]
fn what_the_research_asks_is_asked_replaced_or_left_out_with_a_reason() {
    let mut missing = Vec::new();
    for entry in research() {
        let profile = Profile::find_embedded(entry["id"].as_str().unwrap()).unwrap();
        for id in texts(&entry, "required").into_iter().chain(texts(&entry, "optional")) {
            if is_claim(id) && !is_accounted_for(&profile, id) {
                missing.push(format!("{}: {id}", profile.id()));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn what_the_research_forbids_is_forbidden_or_excepted_with_a_reason() {
    let mut missing = Vec::new();
    for entry in research() {
        let profile = Profile::find_embedded(entry["id"].as_str().unwrap()).unwrap();
        let excepted: BTreeSet<&str> =
            profile.left_out().filter_map(|(id, _)| id.strip_prefix("forbidden:")).collect();
        for pattern in texts(&entry, "forbidden") {
            if excepted.contains(pattern) || !(pattern == "*" || is_claim(pattern.split(' ').next().unwrap()))
            {
                continue;
            }
            for id in covered(pattern) {
                if !profile.forbids(&id) && !excepted.contains(id.as_str()) {
                    missing.push(format!("{}: {pattern} ({id})", profile.id()));
                }
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn reasons_for_what_is_left_out_are_sentences() {
    for profile in Purposes::embedded().iter() {
        for (id, reason) in profile.left_out() {
            assert!(reason.len() > 20 && reason.ends_with('.'), "{}: {id}: {reason}", profile.id());
        }
    }
}

#[test]
fn the_catalogue_has_no_findings() {
    let purposes = Purposes::embedded();
    let findings = lint_all(&purposes.iter().collect::<Vec<_>>());
    assert!(findings.is_empty(), "{findings:#?}");
}

/// Neighbours and links name purposes that exist.
#[test]
fn purposes_name_purposes() {
    let purposes = Purposes::embedded();
    for profile in purposes.iter() {
        for id in profile.neighbours().iter().chain(profile.links_with()) {
            assert!(purposes.find(id).is_some(), "{} names {id}", profile.id());
        }
        let reason = profile.why_excluded(geleit_credential::reason::Lang::De);
        assert_eq!(profile.kind() == ProfileKind::Excluded, reason.is_some(), "{}", profile.id());
        assert_eq!(profile.kind() == ProfileKind::Governance, profile.features().count() > 0);
    }
}
