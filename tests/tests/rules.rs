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
fn every_rule_is_named_in_the_file_that_obeys_it() {
    let text = fs::read_to_string(root().join("spec/verification.md")).unwrap();
    let mut wrong = Vec::new();
    for row in text.lines() {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let (Some(id), Some(code)) = (cells.first().filter(|id| is_id(id)), cells.last()) else { continue };
        let files: Vec<&str> = code.split('`').skip(1).step_by(2).collect();
        assert!(!files.is_empty(), "{id} has no file");
        for file in files {
            let source = fs::read_to_string(root().join("crates").join(file));
            if !source.is_ok_and(|source| named_ids(&source).contains(*id)) {
                wrong.push(format!("{id} in {file}"));
            }
        }
    }
    assert!(wrong.is_empty(), "rules that their file does not name: {wrong:?}");
}

/// The words that name a rule in a test: a literal that is the id or begins with it, or the error variant in
/// what is asserted. A comment is no test, and neither is a text of an error that no check returned.
#[test]
fn a_mention_is_no_test() {
    let read = |body: &str| {
        let mut tested = Tested::default();
        tested.add(&format!("#[test]\nfn sample() {{\n{body}\n}}\n"));
        tested
    };
    let variant = BTreeSet::from(["Fault::Text".to_owned()]);
    let has = |body: &str| read(body).has("Z-01", Some(&variant));
    assert!(has("assert_eq!(error.code(), \"Z-01\");"));
    assert!(has("assert_eq!(error.to_string(), \"Z-01 sample: a text\");"));
    assert!(has("assert!(matches!(read(\"(\"),\n Err(Fault::Text { .. })));"));
    assert!(has("let cases = [(1, \"Z-01\")];\nassert_eq!(cases, found);"));
    assert!(has("use Fault as F;\nassert_eq!(tested, F::ALL);"));
    for body in [
        "// Z-01\nassert!(true);",
        "// assert_eq!(code, \"Z-01\");",
        "let id = \"Z-01\";",
        "assert!(true, \"Z-012\");",
        "let error = Fault::Text; assert!(true);",
        "assert_eq!(error, Other::Text);",
        "assert_eq!(error, Fault::Texts);",
        "assert_eq!(every, Fault::ALL);",
    ] {
        assert!(!has(body), "{body}");
    }
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
    let (tested, variants) = (Tested::read(), variants());
    let tested = |id: &String| tested.has(id, variants.get(id));
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

/// The ids in a text, those between the ends of "M-01 to M-17" included.
fn named_ids(text: &str) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    let mut words = Vec::new();
    for word in text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).filter(|word| !word.is_empty())
    {
        words.push(word);
        if !is_id(word) {
            continue;
        }
        ids.insert(word.to_owned());
        if let [.., from, "to", to] = words[..]
            && is_id(from)
            && from[..2] == to[..2]
        {
            let number = |id: &str| id[2..].parse::<u8>().unwrap();
            ids.extend((number(from)..=number(to)).map(|number| format!("{}{number:02}", &from[..2])));
        }
    }
    ids
}

/// The error variants whose comment starts with an id, by id, as `Enum::Variant`.
fn variants() -> BTreeMap<String, BTreeSet<String>> {
    let mut variants: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for folder in ["crates/cose/src", "crates/credential/src"] {
        for path in rust_files(&root().join(folder)) {
            let text = fs::read_to_string(&path).unwrap();
            let mut of = None;
            let mut about = None;
            for line in text.lines() {
                let words: Vec<&str> = line.split(|c: char| !c.is_alphanumeric()).collect();
                if let Some(at) =
                    words.iter().position(|word| *word == "enum").filter(|_| !line.contains("//"))
                {
                    of = words.get(at + 1).copied();
                } else if line == "}" {
                    of = None;
                } else if let Some(comment) = line.trim().strip_prefix("/// ") {
                    let id = comment.split_once(':').map(|(id, _)| id).filter(|id| is_id(id));
                    about = id.or(about);
                } else if let (Some(name), Some(id)) = (of, about.take()) {
                    let variant = line.trim().split(|c: char| !c.is_alphanumeric()).next().unwrap();
                    variants.entry(id.to_owned()).or_default().insert(format!("{name}::{variant}"));
                }
            }
        }
    }
    variants
}

/// What the tests assert.
#[derive(Default)]
struct Tested {
    /// Ids that a literal of an asserting function is or begins with.
    ids: BTreeSet<String>,
    /// `Enum::Variant` inside an assertion; `Enum::ALL` where it is compared with what was `tested`.
    variants: BTreeSet<String>,
}

impl Tested {
    /// Files that list rules or texts of errors, and break none.
    const LISTS: [&str; 3] = ["rules.rs", "readme.rs", "secret.rs"];

    /// Tests of texts, which make the errors themselves.
    const TEXTS: [&str; 3] =
        ["errors_read_well", "every_text_starts_with_its_rule", "rules_are_those_of_the_table"];

    fn read() -> Self {
        let root = root();
        let mut tested = Self::default();
        for path in rust_files(&root.join("tests/tests")) {
            if !Self::LISTS.iter().any(|name| path.ends_with(name)) {
                tested.add(&fs::read_to_string(path).unwrap());
            }
        }
        for folder in ["crates/cose/src", "crates/credential/src"] {
            for path in rust_files(&root.join(folder)) {
                let text = fs::read_to_string(&path).unwrap();
                if is_test_module(&path) {
                    tested.add(&text);
                } else if let Some((_, tests)) = text.split_once("\n#[cfg(test)]\nmod ") {
                    tested.add(tests);
                }
            }
        }
        tested
    }

    /// Takes what the functions of one file assert.
    fn add(&mut self, text: &str) {
        let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let is_function = |line: &&str| line.trim_start().trim_start_matches("pub ").starts_with("fn ");
        for function in code.chunk_by(|_, next| !is_function(next)) {
            let named = |head: &&str| Self::TEXTS.iter().any(|name| head.contains(&format!("fn {name}(")));
            if function.first().is_some_and(named) {
                continue;
            }
            let body = function.join("\n");
            let assertions = assertions(&body);
            for assertion in &assertions {
                let is_part = |c: char| c.is_alphanumeric() || c == ':' || c == '_';
                let words: Vec<&str> = assertion.split(|c| !is_part(c)).collect();
                for path in words.iter().filter(|word| word.contains("::")) {
                    if !path.ends_with("::ALL") || words.contains(&"tested") {
                        self.variants.insert(unaliased(&body, path));
                    }
                }
            }
            let asserts = !assertions.is_empty();
            let literals = function.iter().filter(|_| asserts).flat_map(|line| literals(line));
            for literal in literals {
                let (start, rest) = literal.split_at_checked(4).unwrap_or_default();
                if is_id(start) && (rest.is_empty() || rest.starts_with(' ')) {
                    self.ids.insert(start.to_owned());
                }
            }
        }
    }

    fn has(&self, id: &str, variants: Option<&BTreeSet<String>>) -> bool {
        let all_of = |variant: &String| {
            let (name, _) = variant.split_once("::").unwrap();
            self.variants.contains(variant) || self.variants.contains(&format!("{name}::ALL"))
        };
        self.ids.contains(id) || variants.is_some_and(|variants| variants.iter().all(all_of))
    }
}

/// The literals of a line.
fn literals(line: &str) -> Vec<String> {
    let line = line.replace("\\\"", "'");
    line.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// What stands in the parentheses of each assertion.
fn assertions(body: &str) -> Vec<String> {
    let mut found = Vec::new();
    for start in ["assert!(", "assert_eq!(", "assert_ne!(", "matches!("] {
        for (at, _) in body.match_indices(start) {
            let mut depth = 1;
            let mut quoted = false;
            let mut before = ' ';
            let inside = body[at + start.len()..].chars().take_while(|c| {
                quoted ^= *c == '"' && before != '\\';
                before = *c;
                match c {
                    '(' if !quoted => depth += 1,
                    ')' if !quoted => depth -= 1,
                    _ => {}
                }
                depth > 0
            });
            found.push(inside.collect());
        }
    }
    found
}

/// A path with the name of its enum where the function renamed it.
fn unaliased(body: &str, path: &str) -> String {
    let mut parts: Vec<&str> = path.rsplit("::").take(2).collect();
    parts.reverse();
    let alias = format!(" as {};", parts[0]);
    let renamed = body.lines().find_map(|line| line.trim().strip_prefix("use ")?.strip_suffix(&alias));
    format!("{}::{}", renamed.map_or(parts[0], |name| name.rsplit("::").next().unwrap()), parts[1..].concat())
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
