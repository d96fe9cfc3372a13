//! The examples run to their end and show what they promise.
//!
//! `cargo test` builds examples beside its tests; where it was told to build this test alone, they
//! are built here.

use std::path::PathBuf;
use std::process::Command;

/// Runs an example without arguments and returns what it printed.
fn run(example: &str) -> String {
    let output = Command::new(binary(example)).output().expect("an example that was built");
    let stdout = String::from_utf8(output.stdout).expect("examples print text");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{example} failed: {stderr}\n{stdout}");
    stdout
}

/// `target/debug/examples/NAME`, beside `target/debug/deps/run-…`.
fn binary(example: &str) -> PathBuf {
    let me = std::env::current_exe().expect("a test knows where it is");
    let profile = me.parent().and_then(|deps| deps.parent()).expect("a folder above `deps`");
    let path = profile.join("examples").join(format!("{example}{}", std::env::consts::EXE_SUFFIX));
    if !path.exists() {
        let built = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--package", env!("CARGO_PKG_NAME"), "--example", example])
            .status()
            .expect("cargo runs");
        assert!(built.success(), "{example} does not build");
    }
    path
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
    // Copies of one credential do not tell themselves apart by their length.
    let lengths: Vec<_> =
        output.lines().filter_map(|line| line.strip_prefix("copy ")?.split_once(": ")).collect();
    assert!(lengths.windows(2).all(|pair| pair[0].1 == pair[1].1), "{lengths:?}");
}

#[test]
fn issue_with_a_key_file() {
    let file = concat!(env!("CARGO_TARGET_TMPDIR"), "/issuer.pem");
    let key = geleit_cose::key::SigningKey::ed25519_from_seed(&[7; 32]);
    std::fs::write(file, key.to_pem().as_bytes()).unwrap();
    let output = Command::new(binary("issue")).arg(file).output().unwrap();
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
