//! What must not stand in the repository, and that the copied vectors are what they were.
//!
//! The forbidden words are put together from pieces here, so that this file does not contain them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use sha2::{Digest, Sha256};

/// Names of places outside the repository and of how it was made. Compared in lower case.
const NOWHERE: [&str; 6] = [
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("../sha", "red"),
    concat!("sub", "agent"),
    concat!("this ", "session"),
    concat!("coding ", "agent"),
];

/// Package registries; `Cargo.lock` alone names one.
const REGISTRIES: [&str; 6] = [
    concat!("crates", ".io"),
    concat!("pypi", ".org"),
    concat!("python", "hosted"),
    concat!("npmjs", ".org"),
    concat!("npmjs", ".com"),
    concat!("proxy.golang", ".org"),
];

/// Marks of unfinished work.
const UNFINISHED: [&str; 2] = [concat!("TO", "DO"), concat!("FIX", "ME")];

/// A folder that only shell code may name.
const TEMPORARY: &str = concat!("/t", "mp/");

/// Clocks, files, network, environment and hidden randomness: arguments in the two library crates.
const AMBIENT: [&str; 6] =
    ["SystemTime::now", "Instant::now", "std::fs", "std::net", "std::env::var", "thread_rng"];

/// The folders of `tests/vectors` that were copied and must not change.
const COPIED: [&str; 5] = ["cbor", "cose", "ed25519", "sd-cwt", "token-status-list"];

#[test]
fn no_file_names_a_place_outside_the_repository() {
    let mut found = Vec::new();
    for (path, text) in text_files() {
        let lower = text.to_lowercase();
        for (number, line) in lower.lines().enumerate() {
            found.extend(NOWHERE.iter().filter(|word| line.contains(*word)).map(|_| at(&path, number)));
        }
        let lock_file = path.file_name().is_some_and(|name| name == "Cargo.lock");
        for (number, line) in lower.lines().enumerate().filter(|_| !lock_file) {
            found.extend(REGISTRIES.iter().filter(|word| line.contains(*word)).map(|_| at(&path, number)));
        }
        for (number, line) in lines_outside_shell_code(&path, &lower) {
            found.extend(line.contains(TEMPORARY).then(|| at(&path, number)));
        }
    }
    assert!(found.is_empty(), "forbidden words in:\n{}", found.join("\n"));
}

#[test]
fn no_file_holds_unfinished_work() {
    let mut found = Vec::new();
    for (path, text) in text_files() {
        for (number, line) in text.lines().enumerate() {
            found.extend(UNFINISHED.iter().filter(|word| line.contains(*word)).map(|_| at(&path, number)));
        }
    }
    assert!(found.is_empty(), "unfinished work in:\n{}", found.join("\n"));
}

#[test]
fn library_crates_take_time_files_and_randomness_as_arguments() {
    let mut found = Vec::new();
    for (path, text) in text_files() {
        let library = path.starts_with("crates/cose/src") || path.starts_with("crates/credential/src");
        if !library || !is_rust(&path) || is_test_module(&path) {
            continue;
        }
        let shipped = text.split("\n#[cfg(test)]\nmod ").next().expect("split yields at least one part");
        for (number, line) in code_lines(shipped) {
            found.extend(AMBIENT.iter().filter(|word| line.contains(*word)).map(|_| at(&path, number)));
        }
    }
    assert!(found.is_empty(), "ambient authority in:\n{}", found.join("\n"));
}

#[test]
fn no_crate_holds_unsafe_code() {
    let keyword = concat!("uns", "afe");
    let mut found = Vec::new();
    for (path, text) in text_files() {
        if !path.starts_with("crates") || !is_rust(&path) {
            continue;
        }
        for (number, line) in code_lines(&text) {
            let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
            found.extend(words.any(|word| word == keyword).then(|| at(&path, number)));
        }
    }
    assert!(found.is_empty(), "{keyword} code in:\n{}", found.join("\n"));
}

#[test]
fn copied_vectors_have_their_recorded_digests() {
    let vectors = root().join("tests/vectors");
    let sums = fs::read_to_string(vectors.join("SHA256SUMS")).expect("SHA256SUMS can be read");
    let recorded: BTreeMap<PathBuf, &str> = sums
        .lines()
        .map(|line| line.split_once("  ").expect("a digest, two spaces, a path"))
        .map(|(digest, path)| (PathBuf::from(path), digest))
        .collect();
    for (path, digest) in &recorded {
        let bytes = fs::read(vectors.join(path)).expect("a recorded vector can be read");
        let found = base16ct::lower::encode_string(&Sha256::digest(&bytes));
        assert_eq!(&found, digest, "{}", path.display());
    }

    let mut present = Vec::new();
    COPIED.iter().for_each(|folder| walk(&vectors.join(folder), &mut present));
    let present: BTreeSet<&Path> =
        present.iter().map(|path| path.strip_prefix(&vectors).unwrap_or(path)).collect();
    let recorded: BTreeSet<&Path> = recorded.keys().map(PathBuf::as_path).collect();
    let unrecorded: Vec<_> = present.difference(&recorded).collect();
    assert!(unrecorded.is_empty(), "copied vectors that SHA256SUMS does not name: {unrecorded:?}");
}

/// Every text file that is tracked or could be, with its path from the root.
fn text_files() -> Vec<(PathBuf, String)> {
    let root = root();
    let files = listed_by_git(&root).unwrap_or_else(|| listed_by_walking(&root));
    assert!(files.iter().any(|path| path == Path::new("Cargo.toml")), "no files were found");
    // A file that is not UTF-8 is binary; one that is listed but gone was deleted and not committed yet.
    files
        .into_iter()
        .filter_map(|path| fs::read_to_string(root.join(&path)).ok().map(|text| (path, text)))
        .collect()
}

fn listed_by_git(root: &Path) -> Option<Vec<PathBuf>> {
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .ok()?;
    let text = output.status.success().then(|| String::from_utf8(output.stdout).ok())??;
    let files: Vec<PathBuf> = text.split_terminator('\0').map(PathBuf::from).collect();
    (!files.is_empty()).then_some(files)
}

/// For a copy of the sources without its history.
fn listed_by_walking(root: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    walk(root, &mut files);
    files.into_iter().filter_map(|path| path.strip_prefix(root).ok().map(Path::to_owned)).collect()
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of the repository can be listed") {
        let path = entry.expect("an entry of the repository can be read").path();
        let skipped = path.file_name().is_some_and(|name| name == "target" || name == ".git");
        if path.is_dir() && !skipped {
            walk(&path, files);
        } else if path.is_file() {
            files.push(path);
        }
    }
}

/// Drops shell scripts as a whole, and the fenced shell blocks of a Markdown file.
fn lines_outside_shell_code<'t>(path: &Path, text: &'t str) -> Vec<(usize, &'t str)> {
    let interpreter = text.lines().next().unwrap_or_default();
    let script = path.extension().is_some_and(|extension| extension == "sh")
        || (interpreter.starts_with("#!") && interpreter.ends_with("sh"));
    if script {
        return Vec::new();
    }
    let markdown = path.extension().is_some_and(|extension| extension == "md");
    let mut shell = false;
    let mut lines = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if markdown && line.trim_start().starts_with("```") {
            shell = ["sh", "bash", "console", "shell"].contains(&line.trim().trim_start_matches('`'));
        } else if !shell {
            lines.push((number, line));
        }
    }
    lines
}

fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"))
}

fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rs")
}

fn is_test_module(path: &Path) -> bool {
    path.file_stem().is_some_and(|stem| stem == "tests")
        || path.components().any(|part| part.as_os_str() == "tests")
}

fn at(path: &Path, line: usize) -> String {
    format!("{}:{}", path.display(), line + 1)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ is in the workspace root").to_owned()
}
