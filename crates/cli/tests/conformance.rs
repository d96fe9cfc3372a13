//! Decisions as vectors: the files of the repository pass, and a difference is named.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/purposes")
}

fn run(files: &[PathBuf]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_geleit")).args(["conformance", "run"]).args(files).output().unwrap()
}

#[test]
fn the_decisions_of_every_purpose_pass() {
    let entries = fs::read_dir(vectors()).unwrap().map(|entry| entry.unwrap().path());
    let files: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|extension| extension == "json")).collect();
    assert!(files.len() > 30, "{}", files.len());
    let output = run(&files);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.trim_end().ends_with(" passed, 0 failed"), "{text}");
}

#[test]
fn another_outcome_reason_notice_or_fact_is_a_difference() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("changed.json");
    let check = |change: &[(&str, &str)], text: &str| {
        let vectors = fs::read_to_string(vectors().join("schengen-days-selfcheck.json")).unwrap();
        let changed =
            change.iter().fold(vectors.clone(), |vectors, (from, to)| vectors.replacen(from, to, 1));
        assert_ne!(vectors, changed);
        fs::write(&path, changed).unwrap();
        let output = run(std::slice::from_ref(&path));
        let stdout = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(1), "{stdout}");
        assert!(stdout.contains(text), "{stdout}");
        assert!(stdout.ends_with(" 1 failed\n"), "{stdout}");
    };
    let first = "FAIL first-day: ACCEPT days-remaining; ";
    check(
        &[("\"outcome\": \"ACCEPT\"", "\"outcome\": \"REFUSE\"")],
        &format!("{first}REFUSE days-remaining is expected"),
    );
    check(&[("\"days-remaining\"", "\"days-used-up\"")], &format!("{first}ACCEPT days-used-up is expected"));
    check(
        &[("\"notices\": []", "\"notices\": [\"days-nearly-used\"]")],
        &format!("{first}ACCEPT days-remaining + days-nearly-used is expected"),
    );
    check(&[("\"days_used\": \"1\"", "\"days_used\": \"90\"")], "FAIL first-day: REFUSE days-used-up; ");
    check(
        &[("\"days_used\": \"1\"", "\"religion\": \"1\"")],
        "FAIL first-day: not decided: fact \"religion\"",
    );
}

#[test]
fn a_presentation_of_another_request_is_not_decided() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("changed.json");
    let text = fs::read_to_string(vectors().join("uk-right-to-work.json")).unwrap();
    let mut vectors: serde_json::Value = serde_json::from_str(&text).unwrap();
    let cases = vectors["cases"].as_array_mut().unwrap();
    let other = cases.iter().find(|case| case.get("request").is_some()).unwrap()["request"].clone();
    cases.truncate(1);
    cases[0]["request"] = other;
    fs::write(&path, vectors.to_string()).unwrap();
    let output = run(std::slice::from_ref(&path));
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("not decided: B-12 "), "{output:?}");
    vectors["cases"][0]["presentation"] = "zz".into();
    fs::write(&path, vectors.to_string()).unwrap();
    assert_eq!(run(&[path]).status.code(), Some(2), "not a vector file");
}
