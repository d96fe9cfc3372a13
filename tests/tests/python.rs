//! A second verifier, in Python and written without sight of the crates, agrees with the vectors.
//!
//! Needs `python3` with the packages `cbor2` and `cryptography`. Without them a test says so and is
//! skipped; when `GELEIT_PYTHON` names an interpreter, as `.ci/run` does, nothing is skipped.

use geleit_credential::presentation::DECLINED;
use geleit_credential::purpose::{Profile, Purposes};
use geleit_credential::scope::{Necessity, Scope, ScopeEntry, ScopedClaim};
use geleit_credential::standing::Standing;
use geleit_sim::sut::SystemUnderTest;
use geleit_sim::sut::command::Command;
use geleit_sim::sut::geleit::Geleit;
use geleit_testkit::world::{NOW, RELYING_PARTY, index_of};
use geleit_testkit::{Exchange, World, people};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process,
};

const NONCE: &[u8] = b"sixteen byte nonce";

#[test]
fn the_python_verifier_agrees_with_the_derived_vectors() {
    let Some(python) = python() else { return };
    let output = process::Command::new(&python)
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

/// What geleit writes is read by a program that shares no line with it: two credentials in one
/// answer, nested groups, and a threshold proof.
#[test]
fn the_python_verifier_accepts_a_fresh_presentation_and_no_other_audience() {
    let Some(python) = python() else { return };
    let world = World::new();
    let profile = Profile::find_embedded("uk-right-to-work").expect("an embedded profile");
    let registration = world.registration_bytes(&profile);
    let mut content = world.request_content(&profile, &registration, NONCE);
    let (through, steps) = profile.thresholds().first().expect("the profile registers a threshold");
    let mut entries: Vec<ScopeEntry> = content.scope.entries().to_vec();
    entries.push(ScopeEntry {
        claim: ScopedClaim::by_id(through).expect("a claim of the schema"),
        necessity: Necessity::Required,
        at_least: vec![steps[0]],
    });
    content.scope = Scope::new(entries).expect("distinct claims");
    let bytes = content.sign(&world.relying_party).expect("an Ed25519 key signs");
    let request = world.permit(&bytes, &Purposes::embedded(), NOW).expect("in scope");
    let identity = world.held(&people::identity(), "identity");
    let residence = world.held(&people::residence(), "residence");

    let folder = tempfile::tempdir().expect("a temporary folder");
    let (presentation, issuer_key) = (folder.path().join("answer.cbor"), folder.path().join("issuer.pem"));
    fs::write(&presentation, world.answer(&request, &[&identity, &residence])).expect("a new file");
    fs::write(&issuer_key, world.home_office.public_key().to_pem()).expect("a new file");
    let verify = |audience: &str| {
        process::Command::new(&python)
            .arg("-B")
            .arg(root().join("tests/python/verify_presentation.py"))
            .args(["--audience", audience, "--nonce", &base16ct::lower::encode_string(NONCE)])
            .args(["--now", &NOW.0.to_string(), "--issuer-key"])
            .args([&issuer_key, &presentation])
            .output()
            .expect("the interpreter was run a moment ago")
    };

    let accepted = verify(RELYING_PARTY);
    let printed = String::from_utf8_lossy(&accepted.stdout);
    assert!(accepted.status.success(), "{}", String::from_utf8_lossy(&accepted.stderr));
    let reports: Vec<serde_json::Value> =
        printed.lines().map(|line| serde_json::from_str(line).expect("one JSON object in a line")).collect();
    assert_eq!(reports.len(), 2);
    assert_eq!(reports[0]["claims"]["name"]["family_name"], "Öztürk");
    assert_eq!(reports[1]["claims"]["uk_work"]["until"], "2028-03-31");
    assert!(reports[1]["claims"]["uk_work"]["sponsor_match"].is_null());
    assert!(reports[1]["threshold_proofs"]["res.uk.work.through"].is_array());

    let refused = verify("https://somebody-else.example");
    assert_eq!(refused.status.code(), Some(1));
}

/// The adapter in `examples/python`: 50 lines between the harness and the Python verifier.
#[test]
fn a_system_under_test_in_python_answers_as_geleit_does() {
    let Some(python) = python() else { return };
    let script = root().join("examples/python/sut.py");
    let lines = fs::read_to_string(&script).expect("an example of the repository").lines().count();
    assert!(lines <= 50, "{lines} lines");
    let words =
        [OsString::from("-B"), script.into_os_string()].map(|word| word.to_string_lossy().into_owned());
    let words = [vec![python.to_string_lossy().into_owned()], words.to_vec()].concat();
    let log = Arc::new(Mutex::new(Vec::<u8>::new()));
    let mut system = Command::start(words, Duration::from_secs(60), Arc::clone(&log));
    let hello = system.hello().expect("it says who it is");
    assert_eq!((hello.name.as_str(), hello.geleit_reasons), ("sut.py", false));

    let world = World::new();
    let with =
        |nonce: &[u8], standings: &[(u64, Standing)]| Exchange::right_to_work(&world, nonce, standings);
    let good = with(NONCE, &[]);
    let residence = index_of("residence");
    let mut bent = good.clone();
    *bent.presentation.last_mut().expect("it has bytes") ^= 1;
    let other =
        Exchange { request: world.request_bytes(&good.profile, b"another nonce, 16+"), ..good.clone() };
    let answered: Vec<String> = [
        (&bent, NOW),
        (&other, NOW),
        (&good, NOW.plus(600)),
        (&good, NOW.plus(40 * 86_400)),
        (&Exchange { presentation: DECLINED.to_vec(), ..good.clone() }, NOW),
        (&good, NOW),
        (&good, NOW),
        (&with(b"a second nonce, 16+", &[(residence, Standing::Revoked)]), NOW),
        (&with(b"a third nonce, 16 +", &[(residence, Standing::Suspended)]), NOW),
    ]
    .into_iter()
    .map(|(exchange, now)| {
        let question = exchange.question("T/1", now);
        let expected = Geleit::new().check(&question).expect("an answer").answer;
        let reply = system.check(&question).expect("an answer").answer;
        // All but the second showing of one answer, which a new geleit has not seen.
        if reply.outcome == expected.outcome {
            let sorted = |claims: &[String]| claims.iter().cloned().collect::<BTreeSet<_>>();
            assert_eq!(sorted(&reply.disclosed), sorted(&expected.disclosed), "{reply:?}");
        }
        format!("{}, {}", reply.outcome, expected.outcome)
    })
    .collect();
    let both = |outcome: &str| format!("{outcome}, {outcome}");
    assert_eq!(
        answered,
        [
            both("NOT_VERIFIED"),
            both("NOT_VERIFIED"),
            both("NOT_VERIFIED"),
            both("INDETERMINATE"),
            both("INDETERMINATE"),
            both("ACCEPT_UNTIL 2028-03-31"),
            "NOT_VERIFIED, ACCEPT_UNTIL 2028-03-31".to_owned(),
            both("REFUSE"),
            both("INDETERMINATE"),
        ]
    );
    drop(system);
    assert_eq!(String::from_utf8_lossy(&log.lock().expect("nobody panicked")), "");
}

/// An interpreter that has both packages, or `None` after saying why the test is skipped.
fn python() -> Option<OsString> {
    let named = env::var_os("GELEIT_PYTHON");
    let required = named.is_some();
    let python = named.unwrap_or_else(|| "python3".into());
    let checked = process::Command::new(&python).args(["-c", "import cbor2, cryptography"]).output();
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
