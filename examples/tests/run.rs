//! The examples run to their end and show what they promise.
//!
//! `cargo test` builds examples beside its tests; where it was told to build this test alone, they
//! are built here.

use std::process::Command;

#[path = "binary/mod.rs"]
mod binary;

/// Runs an example without arguments and returns what it printed.
fn run(example: &str) -> String {
    let output = Command::new(binary::path(example)).output().expect("an example that was built");
    let stdout = String::from_utf8(output.stdout).expect("examples print text");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{example} failed: {stderr}\n{stdout}");
    stdout
}

#[track_caller]
fn assert_lines(output: &str, starts: &[&str]) {
    for start in starts {
        assert!(output.lines().any(|line| line.starts_with(start)), "no line {start:?} in\n{output}");
    }
}

#[test]
fn issue() {
    let output = run("issue");
    assert_lines(&output, &["-----BEGIN PUBLIC KEY-----", "copy 2: ", "refused: S-17 "]);
    // Copies of one credential do not tell themselves apart by their length, but for that of the index in the
    // status list, which is in the clear in any case.
    let length = |line: &str| line.strip_prefix("copy ")?.split_once(": ")?.1.split_once(' ')?.0.parse().ok();
    let lengths: Vec<usize> = output.lines().filter_map(length).collect();
    assert!(lengths.len() == 3 && lengths.iter().all(|one| one.abs_diff(lengths[0]) <= 4), "{lengths:?}");
}

#[test]
fn issue_with_a_key_file() {
    let file = concat!(env!("CARGO_TARGET_TMPDIR"), "/issuer.pem");
    let key = geleit_cose::key::SigningKey::ed25519_from_seed(&[7; 32]);
    std::fs::write(file, key.to_pem().as_bytes()).unwrap();
    let output = Command::new(binary::path("issue")).arg(file).output().unwrap();
    assert!(String::from_utf8(output.stdout).unwrap().starts_with(&key.public_key().to_pem()));
}

#[test]
fn present() {
    let output = run("present");
    assert_lines(&output, &["Example Ltd asks: UK right-to-work check", "answered with ", "refused: R-06 "]);
}

#[test]
fn verify() {
    let output = run("verify");
    assert_lines(&output, &["verified ", "ACCEPT_UNTIL ", "shown again: B-20 "]);
}

#[test]
fn queue() {
    let output = run("queue");
    assert_lines(&output, &["at once: {\"ok\": 96}", "shown again: {\"B-20\": 96}"]);
}

/// From the registrar to a replay, with the command line and keys made by openssl, where there is one.
#[test]
fn walk_through() {
    let has_openssl =
        Command::new("openssl").arg("version").output().is_ok_and(|output| output.status.success());
    if !has_openssl {
        eprintln!("skipped: no openssl to make keys with");
        return;
    }
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--package", "geleit-cli"])
        .current_dir(root)
        .status()
        .expect("cargo runs");
    assert!(built.success(), "the command line does not build");
    let me = std::env::current_exe().expect("a test knows where it is");
    let profile = me.parent().and_then(|deps| deps.parent()).expect("a folder above `deps`");
    let geleit = profile.join(format!("geleit{}", std::env::consts::EXE_SUFFIX));
    let folder = concat!(env!("CARGO_TARGET_TMPDIR"), "/walk-through");
    let _ = std::fs::remove_dir_all(folder);
    let output = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/walk-through.sh"))
        .arg(folder)
        .env("GELEIT", geleit)
        .output()
        .expect("bash runs the script");
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{stdout}\n{stderr}");
    let told = ["ACCEPT  work-permitted", "confirmed: ACCEPT", "the party that asked sees no difference"];
    assert_lines(&stdout, &told);
    for rule in ["B-20 ", "R-06 ", "W-01 ", "R-18 "] {
        assert!(stderr.contains(&format!("error: {rule}")), "no {rule}in\n{stderr}");
    }
}
