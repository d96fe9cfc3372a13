//! What the project is built from: licences, sources, and one generation of cryptography.
//!
//! Reads `cargo metadata` and `cargo tree` with the committed lock file. It knows nothing of
//! security advisories.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

/// Permissive licences, by SPDX identifier. A package that offers a choice needs one of these.
const PERMISSIVE: [&str; 9] = [
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "ISC",
    "MIT",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// SPDX exceptions that only add permissions.
const EXCEPTIONS: [&str; 1] = ["LLVM-exception"];

/// The public registry, as `Cargo.lock` names it.
const REGISTRY: &str = concat!("registry+https://github.com/rust-lang/", "crates", ".io-index");

/// Two versions of one of these would mean two generations of types that do not fit together.
const ONE_VERSION: [&str; 7] =
    ["curve25519-dalek", "digest", "ed25519-dalek", "elliptic-curve", "rand_core", "sha2", "signature"];

/// Run-time, network, second cryptography and clock crates that nothing shipped needs.
const NOT_SHIPPED: [&str; 5] = ["chrono", "openssl", "reqwest", "ring", "tokio"];

#[test]
fn every_licence_is_permissive() {
    let metadata = metadata();
    let refused: Vec<String> = packages(&metadata)
        .filter(|package| !package["license"].as_str().is_some_and(is_permissive))
        .map(|package| format!("{}: {}", package["name"], package["license"]))
        .collect();
    assert!(refused.is_empty(), "licences that are not on the list:\n{}", refused.join("\n"));
}

#[test]
fn every_source_is_the_registry_or_this_workspace() {
    let metadata = metadata();
    let root = root();
    for package in packages(&metadata) {
        match package["source"].as_str() {
            Some(source) => assert_eq!(source, REGISTRY, "source of {}", package["name"]),
            None => {
                let manifest = package["manifest_path"].as_str().expect("cargo names every manifest");
                assert!(Path::new(manifest).starts_with(&root), "{manifest} is outside the workspace");
            }
        }
    }
}

#[test]
fn shipped_crates_have_one_generation_of_cryptography() {
    let shipped = Closure::of("geleit-cli");
    for name in ONE_VERSION {
        assert_eq!(shipped.versions(name).len(), 1, "versions of {name}: {:?}", shipped.versions(name));
    }
}

#[test]
fn shipped_crates_leave_out_what_they_do_not_need() {
    let shipped = Closure::of("geleit-cli");
    for name in NOT_SHIPPED {
        assert!(shipped.versions(name).is_empty(), "{name} is in the closure of the geleit command");
    }
}

/// In `cose` and `credential` randomness is an argument, so neither they nor a crate of their choice
/// may ask the operating system for it.
///
/// `getrandom` is nevertheless compiled in, by two crates and for one reason: `p256` needs its feature
/// `std` for the precomputed tables of the base point, its `std` implies its own feature `getrandom`,
/// and that reaches `crypto-bigint` and `crypto-common`. They add constructors that no code here calls.
/// Any third dependent would be news.
#[test]
fn library_crates_do_not_ask_the_system_for_randomness() {
    let expected = BTreeSet::from(["crypto-bigint", "crypto-common"].map(str::to_owned));
    for package in ["geleit-cose", "geleit-credential"] {
        let closure = Closure::of(package);
        assert!(closure.versions("rand").is_empty(), "rand is in the closure of {package}");
        let dependents = closure.dependents("getrandom");
        assert!(dependents.is_subset(&expected), "{package}: getrandom is asked for by {dependents:?}");
    }
}

#[test]
fn licence_expressions_are_read_as_spdx_means_them() {
    for accepted in [
        "MIT",
        "MIT/Apache-2.0",
        "Apache-2.0 OR MIT",
        "MIT OR Apache-2.0 OR LGPL-2.1-or-later",
        "(MIT OR Apache-2.0) AND Unicode-3.0",
        "Apache-2.0 WITH LLVM-exception",
        "GPL-3.0-only OR (MIT AND Zlib)",
    ] {
        assert!(is_permissive(accepted), "{accepted}");
    }
    for refused in [
        "",
        "MPL-2.0",
        "MIT AND GPL-3.0-only",
        "MIT AND (GPL-3.0-only OR MPL-2.0)",
        "MIT OR Apache-2.0 AND",
        "(MIT",
        "MIT Apache-2.0",
        "Apache-2.0 WITH Unknown-exception",
    ] {
        assert!(!is_permissive(refused), "{refused}");
    }
}

/// The normal dependencies of one workspace crate, on every platform, with the features it selects.
struct Closure {
    /// `(name, version)` of a package, to the names of its direct dependencies.
    packages: BTreeMap<(String, String), BTreeSet<String>>,
}

impl Closure {
    fn of(package: &str) -> Self {
        let text = cargo(&[
            "tree",
            "--locked",
            "--package",
            package,
            "--edges",
            "normal",
            "--target",
            "all",
            "--prefix",
            "depth",
            "--format",
            " {p}",
        ]);
        let mut packages: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
        let mut path: Vec<(String, String)> = Vec::new();
        for line in text.lines().filter(|line| !line.is_empty()) {
            let mut words = line.split_whitespace();
            let depth: usize = words.next().and_then(|word| word.parse().ok()).expect("a depth comes first");
            let name = words.next().expect("a name follows").to_owned();
            let version = words.next().expect("a version follows").to_owned();
            path.truncate(depth);
            if let Some(parent) = path.last() {
                packages.entry(parent.clone()).or_default().insert(name.clone());
            }
            path.push((name, version));
            packages.entry(path.last().expect("just pushed").clone()).or_default();
        }
        assert!(packages.keys().any(|(name, _)| name == package), "cargo tree printed nothing of {package}");
        Self { packages }
    }

    fn versions(&self, package: &str) -> BTreeSet<&str> {
        self.packages
            .keys()
            .filter(|(name, _)| name == package)
            .map(|(_, version)| version.as_str())
            .collect()
    }

    fn dependents(&self, package: &str) -> BTreeSet<String> {
        let direct = self.packages.iter().filter(|(_, dependencies)| dependencies.contains(package));
        direct.map(|((name, _), _)| name.clone()).collect()
    }
}

fn packages(metadata: &Value) -> impl Iterator<Item = &Value> {
    metadata["packages"].as_array().expect("metadata lists packages").iter()
}

fn metadata() -> Value {
    serde_json::from_str(&cargo(&["metadata", "--format-version", "1", "--locked"]))
        .expect("metadata is JSON")
}

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(root())
        .output()
        .expect("the cargo that built this test can be run");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo {arguments:?}: {errors}");
    String::from_utf8(output.stdout).expect("cargo prints UTF-8")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ is in the workspace root").to_owned()
}

/// Whether an SPDX expression can be met with permissive licences alone: a choice needs one, a
/// conjunction all. `/` is the old spelling of `OR`.
fn is_permissive(expression: &str) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    any(&mut rest) == Some(true) && rest.is_empty()
}

/// `all *("OR" all)`; `None` when the words are no expression.
fn any(words: &mut &[&str]) -> Option<bool> {
    let mut met = all(words)?;
    while take(words, "OR") {
        met |= all(words)?;
    }
    Some(met)
}

/// `licence *("AND" licence)`.
fn all(words: &mut &[&str]) -> Option<bool> {
    let mut met = licence(words)?;
    while take(words, "AND") {
        met &= licence(words)?;
    }
    Some(met)
}

/// `"(" any ")"`, or `identifier ["WITH" exception]`.
fn licence(words: &mut &[&str]) -> Option<bool> {
    if take(words, "(") {
        let met = any(words)?;
        return take(words, ")").then_some(met);
    }
    let met = PERMISSIVE.contains(&identifier(words)?);
    if !take(words, "WITH") {
        return Some(met);
    }
    Some(EXCEPTIONS.contains(&identifier(words)?) && met)
}

fn identifier<'w>(words: &mut &[&'w str]) -> Option<&'w str> {
    let (first, rest) = words.split_first()?;
    *words = rest;
    Some(first)
}

fn take(words: &mut &[&str], word: &str) -> bool {
    match words.split_first() {
        Some((first, rest)) if *first == word => {
            *words = rest;
            true
        }
        _ => false,
    }
}
