//! The cases of `tests/purposes`, signed and decided: the vectors of `tests/vectors/purposes`.
//!
//! After a change that is meant to change them, `cargo run -p geleit-testkit --bin write-vectors` writes
//! them again.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

use geleit_credential::purpose::{Profile, ProfileKind};
use geleit_testkit::vectors::{self, File};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn folder() -> PathBuf {
    root().join("tests/vectors/purposes")
}

/// The committed files by the id of their purpose.
fn committed() -> BTreeMap<String, File> {
    let entries = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    entries
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| {
            let id = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (id, File::parse(&fs::read_to_string(path).unwrap()).unwrap())
        })
        .collect()
}

#[test]
fn vector_files_are_those_of_the_generator() {
    let generated =
        vectors::purposes().unwrap_or_else(|faults| panic!("no vectors of these cases:\n{faults}"));
    for (name, file) in &generated {
        let committed = fs::read_to_string(folder().join(name)).unwrap_or_default();
        assert!(committed == file.to_text(), "{name} differs from what the generator makes");
    }
    let names: BTreeSet<String> = generated.into_iter().map(|(name, _)| name).collect();
    let files: BTreeSet<String> = committed().into_keys().map(|id| format!("{id}.json")).collect();
    assert_eq!(files, names);
}

#[test]
fn each_case_is_decided_as_it_says() {
    let mut wrong = Vec::new();
    for (id, file) in committed() {
        for case in &file.cases {
            let expected = case.inputs.decision.as_ref().unwrap();
            match file.run(case) {
                Ok(accepted) if accepted.decision.as_ref() == Some(expected) => {}
                Ok(accepted) => {
                    let found = accepted.decision.unwrap();
                    wrong.push(format!("{id} {}: expected {expected:?}, found {found:?}", case.name));
                }
                Err(refusal) => wrong.push(format!("{id} {}: {}", case.name, refusal.text)),
            }
        }
    }
    assert!(wrong.is_empty(), "{} cases:\n{}", wrong.len(), wrong.join("\n"));
}

/// Every purpose that decides says yes, no and neither to somebody. A revocation alone is no example of a
/// "no" of the purpose, except where its head says why the table has no other.
#[test]
fn each_purpose_has_cases_of_every_kind() {
    let committed = committed();
    let mut missing = Vec::new();
    for profile in Profile::embedded() {
        let decides = matches!(
            profile.kind(),
            ProfileKind::Profile | ProfileKind::StatutoryFull | ProfileKind::ZeroClaim
        );
        let cases = committed.get(profile.id()).map_or(&[][..], |file| &file.cases);
        assert_eq!(decides, !cases.is_empty(), "{}", profile.id());
        let decisions: Vec<_> = cases.iter().filter_map(|case| case.inputs.decision.as_ref()).collect();
        let has = |outcome: &str| decisions.iter().any(|one| one.outcome.starts_with(outcome));
        for outcome in ["ACCEPT", "REFUSE", "INDETERMINATE"] {
            if decides && !has(outcome) {
                missing.push(format!("{}: {outcome}", profile.id()));
            }
        }
        let refuses = |one: &vectors::Decided| one.outcome == "REFUSE" && one.reason != "status-revoked";
        let text = fs::read_to_string(root().join(format!("spec/purposes/{}.toml", profile.id()))).unwrap();
        let never_refuses =
            text.contains("# - Why the table never refuses (except for a withdrawn credential)");
        if decides && never_refuses == decisions.iter().copied().any(refuses) {
            missing
                .push(format!("{}: REFUSE by a row of its own, or a head that says why not", profile.id()));
        }
    }
    assert!(missing.is_empty(), "purposes without a case:\n{}", missing.join("\n"));
}
