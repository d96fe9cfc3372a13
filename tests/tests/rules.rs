//! Every rule of `spec/verification.md` stands in the code, and something fails without it.
//!
//! The one-fault vectors of `tests/vectors/geleit` are made by `geleit_testkit::vectors`; after a change
//! that is meant to change them, `cargo run -p geleit-testkit --bin write-vectors` writes them again.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

use geleit_testkit::vectors::{self, Expect, File};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Families whose rules all need a vector with that one fault. Rules of the others need a test.
const WITH_VECTORS: [char; 9] = ['M', 'C', 'V', 'H', 'B', 'R', 'T', 'I', 'W'];

/// Rules of a file that a wallet keeps for itself: tests of the ledger break them one by one.
const STORED: [&str; 2] = ["W-09", "W-10"];

#[test]
fn vector_files_are_those_of_the_generator() {
    let folder = root().join("tests/vectors/geleit");
    let generated = vectors::all();
    for (name, file) in &generated {
        let committed = fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert!(committed == file.to_text(), "{name} differs from what the generator makes");
    }
    let names: BTreeSet<String> = generated.iter().map(|(name, _)| (*name).to_owned()).collect();
    let files: BTreeSet<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".json"))
        .collect();
    assert_eq!(files, names);
}

#[test]
fn each_vector_is_refused_by_its_rule_or_accepted() {
    let mut wrong = Vec::new();
    for (name, file) in files() {
        for case in &file.cases {
            let outcome = file.run(case);
            let as_expected = match (&outcome, case.expect) {
                (Ok(accepted), Expect::Accept) => {
                    let claims = &case.inputs.validated_claims_cbor;
                    (claims.is_none() || *claims == accepted.claims)
                        && (case.inputs.shows.is_none() || case.inputs.shows == accepted.shows)
                }
                (Err(refusal), Expect::Reject) => {
                    // Every message starts with the rule that it is about.
                    case.rule.as_ref().is_some_and(|rule| *rule == refusal.rule)
                        && refusal.text.starts_with(&refusal.rule)
                }
                (Ok(_), Expect::Reject) | (Err(_), Expect::Accept) => false,
            };
            if !as_expected {
                let expected = case.rule.as_deref().unwrap_or("accepted");
                wrong.push(format!("{name} {}: expected {expected}, found {outcome:?}", case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{} vectors:\n{}", wrong.len(), wrong.join("\n"));
}

/// The rules that the vectors of others break, by the name of the case.
#[test]
fn vectors_of_derived_ed25519_are_refused_by_the_rule_on_file() {
    let (_, file) = derived();
    let rules = rules_of_derived();
    for case in &file.cases {
        let found = file.run(case).err().map(|refusal| refusal.rule);
        let expected = (case.expect == Expect::Reject).then(|| {
            rules.get(&case.name).unwrap_or_else(|| panic!("{}: no rule on file", case.name)).clone()
        });
        assert_eq!(found, expected, "{}", case.name);
    }
    let names: BTreeSet<&String> = file.cases.iter().map(|case| &case.name).collect();
    assert!(rules.keys().all(|name| names.contains(name)), "a rule for a case that is not there");
}

#[test]
fn every_rule_of_the_specification_is_in_the_code_and_the_reverse() {
    let specified: BTreeSet<String> = specified().into_iter().collect();
    let emitted = emitted();
    let missing: Vec<_> = specified.difference(&emitted).collect();
    assert!(missing.is_empty(), "rules of spec/verification.md that no code reports: {missing:?}");
    let unknown: Vec<_> = emitted.difference(&specified).collect();
    assert!(unknown.is_empty(), "rules of the code that spec/verification.md does not have: {unknown:?}");
}

#[test]
fn no_rule_is_specified_twice() {
    let mut seen = BTreeSet::new();
    let twice: Vec<String> = specified().into_iter().filter(|id| !seen.insert(id.clone())).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

#[test]
fn every_rule_has_a_vector_or_a_test() {
    let with_vector: BTreeSet<String> = files()
        .into_iter()
        .flat_map(|(_, file)| file.cases)
        .filter(|case| case.expect == Expect::Reject)
        .filter_map(|case| case.rule)
        .chain(rules_of_derived().into_values())
        .collect();
    let (in_tests, variants) = (words_in_tests(), variants());
    let tested = |id: &String| {
        in_tests.contains(id) || variants.get(id).is_some_and(|names| names.is_subset(&in_tests))
    };
    let mut without = Vec::new();
    for id in specified() {
        let family = id.chars().next().unwrap();
        let covered = with_vector.contains(&id)
            || ((!WITH_VECTORS.contains(&family) || STORED.contains(&id.as_str())) && tested(&id));
        if !covered {
            without.push(id);
        }
    }
    assert!(without.is_empty(), "rules without a vector or test: {without:?}");
    let unknown: Vec<_> = with_vector.difference(&specified().into_iter().collect()).cloned().collect();
    assert!(unknown.is_empty(), "vectors of rules that spec/verification.md does not have: {unknown:?}");
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The committed vector files.
fn files() -> Vec<(String, File)> {
    let folder = root().join("tests/vectors/geleit");
    let read = |name: &str| File::parse(&fs::read_to_string(folder.join(name)).unwrap()).unwrap();
    vectors::all().into_iter().map(|(name, _)| (name.to_owned(), read(name))).collect()
}

fn derived() -> (String, File) {
    let path = "tests/vectors/sd-cwt/derived-ed25519/vectors.json";
    let text = fs::read_to_string(root().join(path)).unwrap();
    (path.to_owned(), File::parse(&text).unwrap())
}

fn rules_of_derived() -> BTreeMap<String, String> {
    let text = fs::read_to_string(root().join("tests/data/derived_rules.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The ids of the rows `| M-01 | ... |` of the specification, in order.
fn specified() -> Vec<String> {
    let text =
        fs::read_to_string(root().join("spec/verification.md")).expect("spec/verification.md can be read");
    let cells = text.lines().filter_map(|line| line.strip_prefix('|')?.split('|').next());
    let ids: Vec<String> = cells.map(str::trim).filter(|cell| is_id(cell)).map(str::to_owned).collect();
    assert!(ids.len() > 100, "spec/verification.md has {} rules", ids.len());
    ids
}

/// One capital letter, a hyphen, two digits.
fn is_id(text: &str) -> bool {
    let is_id = |bytes: [u8; 4]| {
        bytes[0].is_ascii_uppercase() && bytes[1] == b'-' && bytes[2..].iter().all(u8::is_ascii_digit)
    };
    text.as_bytes().try_into().is_ok_and(is_id)
}

/// Ids in string literals of the two library crates, tests left out.
fn emitted() -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for folder in ["crates/cose/src", "crates/credential/src"] {
        for path in rust_files(&root().join(folder)) {
            if is_test_module(&path) {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let shipped = text.split("\n#[cfg(test)]\nmod ").next().unwrap();
            let code = shipped.lines().filter(|line| !line.trim_start().starts_with("//"));
            for literal in code.flat_map(|line| line.split('"').skip(1).step_by(2)) {
                let (start, rest) = literal.split_at_checked(4).unwrap_or_default();
                if is_id(start) && !rest.starts_with(|c: char| c.is_ascii_alphanumeric()) {
                    ids.insert(start.to_owned());
                }
            }
        }
    }
    ids
}

/// The error variants whose comment starts with an id, by id.
fn variants() -> BTreeMap<String, BTreeSet<String>> {
    let mut variants: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for folder in ["crates/cose/src", "crates/credential/src"] {
        for path in rust_files(&root().join(folder)) {
            let text = fs::read_to_string(&path).unwrap();
            let lines: Vec<&str> = text.lines().map(str::trim).collect();
            for (number, line) in lines.iter().enumerate() {
                let Some((id, _)) = line.strip_prefix("/// ").and_then(|comment| comment.split_once(':'))
                else {
                    continue;
                };
                let item = lines[number..].iter().find(|line| !line.starts_with("///"));
                let name = item.and_then(|item| item.split(|c: char| !c.is_alphanumeric()).next());
                if let (true, Some(name)) = (is_id(id), name) {
                    variants.entry(id.to_owned()).or_default().insert(name.to_owned());
                }
            }
        }
    }
    variants
}

/// Words of every test: ids, and names of error variants.
fn words_in_tests() -> BTreeSet<String> {
    let root = root();
    let mut texts = Vec::new();
    for path in rust_files(&root.join("tests/tests")) {
        texts.push(fs::read_to_string(path).unwrap());
    }
    for folder in ["crates/cose/src", "crates/credential/src"] {
        for path in rust_files(&root.join(folder)) {
            let text = fs::read_to_string(&path).unwrap();
            if is_test_module(&path) {
                texts.push(text);
            } else if let Some((_, tests)) = text.split_once("\n#[cfg(test)]\nmod ") {
                texts.push(tests.to_owned());
            }
        }
    }
    let bounds = |c: char| !(c.is_ascii_alphanumeric() || c == '-');
    texts.iter().flat_map(|text| text.split(bounds)).map(str::to_owned).collect()
}

/// `tests.rs`, or a file below a folder of that name.
fn is_test_module(path: &Path) -> bool {
    path.with_extension("").components().any(|part| part.as_os_str() == "tests")
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
