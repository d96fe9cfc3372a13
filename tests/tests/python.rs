//! A second verifier, in Python and written without sight of the crates, agrees with the vectors.
//!
//! Needs `python3` with the packages `cbor2` and `cryptography`. Without them a test says so and is
//! skipped; when `GELEIT_PYTHON` names an interpreter, as `.ci/run` does, nothing is skipped.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

#[test]
fn the_python_verifier_agrees_with_the_derived_vectors() {
    let Some(python) = python() else { return };
    let output = Command::new(&python)
        .arg("-B")
        .arg(root().join("tests/python/run_vectors.py"))
        .output()
        .expect("the interpreter was run a moment ago");
    let printed = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    let summary = printed.lines().last().unwrap_or_default();
    let (passed, failed) = summary.split_once(" passed, ").expect("the last line counts the cases");
    assert_eq!(failed, "0 failed", "{printed}{errors}");
    let passed: u32 = passed.parse().expect("the count is a number");
    assert!(passed > 0, "no case was run");
    assert!(output.status.success(), "{printed}{errors}");
}

/// An interpreter that has both packages, or `None` after saying why the test is skipped.
fn python() -> Option<OsString> {
    let named = env::var_os("GELEIT_PYTHON");
    let required = named.is_some();
    let python = named.unwrap_or_else(|| "python3".into());
    let checked = Command::new(&python).args(["-c", "import cbor2, cryptography"]).output();
    let usable = checked.is_ok_and(|output| output.status.success());
    if usable {
        return Some(python);
    }
    assert!(!required, "GELEIT_PYTHON names an interpreter without cbor2 and cryptography");
    eprintln!("skipped: no python3 with the packages cbor2 and cryptography");
    None
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ is in the workspace root").to_owned()
}
