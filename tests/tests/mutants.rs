//! The list of checks that can be taken out of the verifier: it fits the code, and no rule is left out.
//!
//! That a scenario notices each of them is shown by `cargo run -p geleit-testkit --bin mutants`, which builds the
//! program once for each.

use geleit_testkit::mutants::{Mutants, rules_of_the_verifier};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn each_text_stands_in_its_file_once() {
    let wrong: Vec<String> =
        Mutants::read(&root()).unwrap().mutant.iter().filter_map(|one| one.files(&root()).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_rule_of_the_verifier_can_be_taken_out() {
    let list = Mutants::read(&root()).unwrap();
    let removed: BTreeSet<&str> = list.mutant.iter().map(|one| one.rule.as_str()).collect();
    let shadowed: BTreeSet<&str> = list.shadowed.iter().map(|one| one.rule.as_str()).collect();
    assert!(removed.is_disjoint(&shadowed));
    let text = std::fs::read_to_string(root().join("spec/verification.md")).unwrap();
    let rules = rules_of_the_verifier(&text);
    assert!(rules.len() >= 60, "{rules:?}");
    let left_out: Vec<_> =
        rules.iter().filter(|rule| !removed.contains(*rule) && !shadowed.contains(*rule)).collect();
    assert!(left_out.is_empty(), "no mutant removes {left_out:?}");
}

#[test]
fn each_is_described_once() {
    let list = Mutants::read(&root()).unwrap();
    let described: BTreeSet<&str> = list.mutant.iter().map(|one| one.what.as_str()).collect();
    assert_eq!(described.len(), list.mutant.len());
    assert!(list.shadowed.iter().all(|one| !one.by.is_empty()));
}
