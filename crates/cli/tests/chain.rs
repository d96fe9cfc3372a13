//! The main job by hand: every role with its own command, on files.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

use serde_json::Value as Json;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

const NOW: &str = "2026-11-23T09:00:00Z";

/// A folder in which commands run, at a fixed time.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), text).unwrap();
    }

    fn run(&self, line: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_geleit"));
        command.current_dir(self.path()).args(line.split_whitespace()).stdin(Stdio::null());
        if !line.contains("--now") {
            command.args(["--now", NOW]);
        }
        command.output().unwrap()
    }

    /// Runs a command that has to succeed.
    fn ok(&self, line: &str) -> String {
        let output = self.run(line);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{line}: {stderr}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn json(&self, line: &str) -> Json {
        serde_json::from_str(&self.ok(&format!("{line} --json"))).unwrap()
    }

    /// Runs a command that has to fail, with this exit code and this in its first line.
    fn fails(&self, code: i32, start: &str, line: &str) {
        let output = self.run(line);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{line}: {stderr}");
        assert!(stderr.starts_with(&format!("error: {start}")), "{line}: {stderr}");
        assert_eq!(stderr.lines().count(), 2, "{stderr}");
        assert!(stderr.lines().last().unwrap().starts_with("hint: "), "{stderr}");
        assert!(output.stdout.is_empty());
    }

    fn key(&self, name: &str) {
        self.ok(&format!("key new -o {name}.pem"));
        self.ok(&format!("key public {name}.pem -o {name}.pub.pem"));
    }
}

const TRUST: &str = r#"{
  "iss": "https://anchor.example", "sequence": 1, "expires": "2026-12-23T00:00:00Z",
  "issuers": [{"iss": "https://status.example", "types": ["identity", "residence"],
               "keys": [{"pem": "issuer.pub.pem", "from": "2026-01-01T00:00:00Z", "until": "2028-01-01T00:00:00Z"}]}],
  "registrars": [{"iss": "https://registrar.example", "keys": [{"pem": "registrar.pub.pem", "from": 1767225600}]}],
  "status_issuers": [{"iss": "https://lists.example", "for": ["https://status.example", "https://registrar.example"],
                      "keys": [{"pem": "lists.pub.pem", "from": 1767225600}]}]
}"#;

const IDENTITY: &str = r#"{
  "id.family_name": "Nemuna", "id.mononym": true, "id.name_native": "نمونه",
  "id.birth_date": "1988", "id.place_of_birth.country": "AF", "id.nationality": ["AF"],
  "id.portrait.view": {"$file": "portrait.jpg"}
}"#;

const RESIDENCE: &str = r#"{
  "res.status_class": "work_skilled", "res.valid_now": true, "res.under_review": false,
  "res.uk.work.permitted": true, "res.uk.work.until": "2028-06-30", "res.uk.work.conditions": {"sponsor_tied": false}
}"#;

const TRUSTED: &str = "--trust trust.cbor --anchor-key anchor.pub.pem --status list.cbor";
const ISSUE: &str = "--issuer-key issuer.pem --iss https://status.example --holder-key holder.pub.pem --status-uri https://lists.example/1 --status-index";
const VERIFY: &str = "verify --trust trust.cbor --anchor-key anchor.pub.pem --status list.cbor --registration registration.cbor";
const FACTS: &str = "--fact start_date=2026-12-01 --fact face_matches=yes";

/// Everything up to a wallet with credentials and an employer with a registration.
fn prepared() -> Desk {
    let desk = Desk::new();
    for name in ["anchor", "registrar", "issuer", "lists", "employer", "holder"] {
        desk.key(name);
    }
    desk.write("trust.json", TRUST);
    desk.write("identity.json", IDENTITY);
    desk.write("residence.json", RESIDENCE);
    fs::write(desk.path().join("portrait.jpg"), [0xff, 0xd8, 0xff, 0xe0, 0, 2, 0xff, 0xd9]).unwrap();
    desk.ok("trust build --anchor-key anchor.pem -o trust.cbor trust.json");
    desk.ok("status build --uri https://lists.example/1 --status-key lists.pem -o list.cbor");
    desk.ok(&format!("issue --type identity {ISSUE} 4711 -o identity.cbor identity.json"));
    desk.ok(&format!("issue --type residence {ISSUE} 92614 -o residence.cbor residence.json"));
    desk.ok(&format!(
        "{REGISTER} --purpose uk-right-to-work {PLACE} --country GB \
         --relying-party https://employer.example -o registration.cbor"
    ));
    desk
}

const REGISTER: &str = "registrar register --registrar-key registrar.pem --iss https://registrar.example \
    --name Example --service front-desk --request-key employer.pub.pem \
    --support-uri https://employer.example/help --privacy-policy https://employer.example/privacy \
    --supervisory-authority https://authority.example";
const PLACE: &str = "--status-uri https://lists.example/1 --status-index 131071";

fn ask(desk: &Desk, more: &str) {
    desk.ok(&format!(
        "request --registration registration.cbor --request-key employer.pem -o request.cbor {more}"
    ));
}

const PRESENT: &str = "present --holder-key holder.pem --ledger ledger.json --request request.cbor -o presentation.cbor identity.cbor residence.cbor";

#[test]
fn from_key_to_decision() {
    let desk = prepared();
    ask(&desk, "");
    desk.ok(&format!("{PRESENT} {TRUSTED}"));
    let answer = desk.json(&format!("{VERIFY} --request request.cbor {FACTS} presentation.cbor"));
    assert_eq!(answer["schema"], "geleit.verify/1");
    assert_eq!((&answer["outcome"], &answer["until"]), (&"ACCEPT_UNTIL".into(), &"2028-06-30".into()));
    assert_eq!(answer["disclosed"][0], "id.family_name");
    let shown = desk.ok("inspect presentation.cbor");
    assert!(shown.starts_with("Nothing here was verified"));
    assert!(!shown.contains("\"1988\"") && !shown.contains("نمونه"), "what was not asked is not in the file");
}

#[test]
fn a_threshold_stands_for_the_end_date() {
    let desk = prepared();
    ask(&desk, "--at-least res.uk.work.through=2028-05");
    desk.ok(&format!("{PRESENT} {TRUSTED}"));
    let answer = desk.json(&format!("{VERIFY} --request request.cbor {FACTS} presentation.cbor"));
    assert_eq!((&answer["outcome"], &answer["until"]), (&"ACCEPT_UNTIL".into(), &"2028-05-31".into()));
    assert!(!answer["disclosed"].as_array().unwrap().contains(&"res.uk.work.until".into()));
}

#[test]
fn a_missing_fact_is_no_refusal() {
    let desk = prepared();
    ask(&desk, "");
    desk.ok(&format!("{PRESENT} {TRUSTED}"));
    let output = desk.run(&format!("{VERIFY} --request request.cbor presentation.cbor --json"));
    assert_eq!(output.status.code(), Some(5), "no decision is neither 0 nor 1");
    let answer: Json = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["outcome"], "INDETERMINATE");
    assert!(answer["fallback"].as_str().is_some_and(|text| !text.is_empty()));
    desk.fails(
        2,
        "--fact: ",
        &format!("{VERIFY} --request request.cbor --fact start_date=soon presentation.cbor"),
    );
    desk.fails(
        2,
        "--fact: ",
        &format!("{VERIFY} --request request.cbor --fact religion=x presentation.cbor"),
    );
}

#[test]
fn a_no_is_exit_code_1() {
    let desk = prepared();
    let no = r#"{"res.status_class": "work_skilled", "res.valid_now": true, "res.under_review": false,
        "res.uk.work.permitted": false, "res.uk.work.until": null, "res.uk.work.conditions": {}}"#;
    desk.write("residence.json", no);
    desk.ok(&format!("issue --type residence {ISSUE} 92614 -o residence.cbor residence.json"));
    ask(&desk, "--optional res.under_review");
    desk.ok(&format!("{PRESENT} {TRUSTED} --optional res.under_review"));
    let output = desk.run(&format!("{VERIFY} --request request.cbor {FACTS} --json presentation.cbor"));
    assert_eq!(output.status.code(), Some(1));
    let answer: Json = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&answer["verified"], &answer["outcome"]), (&true.into(), &"REFUSE".into()));
}

#[test]
fn over_asking_is_signed_and_refused() {
    let desk = prepared();
    ask(&desk, "--claims id.family_name,id.nationality");
    desk.fails(1, "R-06 request.cbor: ", &format!("{PRESENT} {TRUSTED}"));
    assert_eq!(
        fs::read(desk.path().join("presentation.cbor")).unwrap(),
        [0x80],
        "the answer that says nothing"
    );
    assert!(!desk.path().join("ledger.json").exists(), "nothing was shown");
    let request = "request --registration registration.cbor --request-key employer.pem -o other.cbor";
    desk.fails(1, "R-08 ", &format!("{request} --claims id.religion"));
    desk.fails(1, "R-09 ", &format!("{request} --claims id.familyname"));
    desk.fails(1, "R-14 ", &format!("{request} --claims id.family_name,id.family_name"));
    desk.fails(1, "R-14 ", &format!("{request} --at-least res.uk.work.through=soon"));
    desk.fails(1, "R-15 ", &format!("{request} --nonce 00"));
    assert!(!desk.path().join("other.cbor").exists());
}

#[test]
fn an_answer_counts_once() {
    let desk = prepared();
    ask(&desk, "");
    desk.ok(&format!("{PRESENT} {TRUSTED}"));
    let verify =
        format!("{VERIFY} --request request.cbor {FACTS} --nonce-store nonces.json presentation.cbor");
    desk.ok(&verify);
    desk.fails(1, "B-20 ", &verify);
    desk.write("nonces.json", "{");
    desk.fails(4, "nonces.json is damaged", &verify);
    ask(&desk, "");
    desk.fails(1, "B-12 ", &format!("{VERIFY} --request request.cbor {FACTS} presentation.cbor"));
}

/// Facts that are missing can be added: the answer counts only when the check was finished.
#[test]
fn an_unfinished_check_does_not_use_up_the_answer() {
    let desk = prepared();
    ask(&desk, "");
    desk.ok(&format!("{PRESENT} {TRUSTED}"));
    let verify = |facts: &str| {
        desk.run(&format!(
            "{VERIFY} --request request.cbor --nonce-store nonces.json {facts} presentation.cbor --json"
        ))
    };
    let start = "--fact start_date=2026-12-01";
    for (facts, reason) in
        [("", "fact-missing"), (&*format!("{start} --fact face_matches=not-checked"), "face-not-checked")]
    {
        let output = verify(facts);
        assert_eq!(output.status.code(), Some(5), "{output:?}");
        let answer: Json = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(answer["reason"], reason);
        assert!(!desk.path().join("nonces.json").exists());
    }
    assert_eq!(verify(FACTS).status.code(), Some(0));
    for facts in [FACTS, ""] {
        assert_eq!(verify(facts).status.code(), Some(1), "counted once, whatever is asked after it");
    }
}

#[test]
fn the_portrait_is_written_for_the_person_who_compares() {
    let desk = prepared();
    ask(&desk, "");
    desk.ok(&format!("{PRESENT} {TRUSTED}"));
    let verify = format!("{VERIFY} --request request.cbor --portrait-out shown.jpg presentation.cbor");
    assert_eq!(desk.run(&verify).status.code(), Some(5));
    let shown = desk.path().join("shown.jpg");
    assert_eq!(fs::read(&shown).unwrap(), fs::read(desk.path().join("portrait.jpg")).unwrap());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&shown).unwrap().permissions().mode() & 0o777, 0o600);
    }
    desk.fails(2, "shown.jpg exists already", &format!("{verify} {FACTS} --nonce-store nonces.json"));
    assert!(!desk.path().join("nonces.json").exists(), "a check that failed does not count");
    fs::write(desk.path().join("damaged.cbor"), b"damaged").unwrap();
    let damaged = format!("{VERIFY} --request request.cbor --portrait-out other.jpg damaged.cbor");
    assert_eq!(desk.run(&damaged).status.code(), Some(1));
    assert!(!desk.path().join("other.jpg").exists(), "what is not verified is not shown");
}

/// Trust lists whose keys say nothing about time hold for credentials that are issued at once.
#[test]
fn a_key_without_times_is_good_for_the_hour_that_has_begun() {
    let desk = prepared();
    let spec: String = TRUST
        .replace(r#", "from": "2026-01-01T00:00:00Z", "until": "2028-01-01T00:00:00Z""#, "")
        .replace(r#", "from": 1767225600"#, "");
    assert!(!spec.contains("from"));
    desk.write("trust.json", &spec);
    let now = "--now 2026-11-23T09:30:00Z";
    desk.ok(&format!("trust build --anchor-key anchor.pem -o trust.cbor trust.json {now}"));
    desk.ok(&format!("status build --uri https://lists.example/1 --status-key lists.pem -o list.cbor {now}"));
    desk.ok(&format!(
        "{REGISTER} --purpose uk-right-to-work {PLACE} --country GB --relying-party https://employer.example -o registration.cbor {now}"
    ));
    desk.ok(&format!("issue --type identity {ISSUE} 4711 -o identity.cbor identity.json {now}"));
    desk.ok(&format!("issue --type residence {ISSUE} 92614 -o residence.cbor residence.json {now}"));
    ask(&desk, now);
    desk.ok(&format!("{PRESENT} {TRUSTED} {now}"));
    desk.ok(&format!("{VERIFY} --request request.cbor {FACTS} presentation.cbor {now}"));
}

/// The claims that the help shows are copied and used.
#[test]
fn the_claims_of_the_help_can_be_issued() {
    let desk = prepared();
    let help = desk.ok("issue --help");
    let (_, claims) = help.split_once("complete file for --type identity:").unwrap();
    let (claims, _) = claims.split_once("]}").unwrap();
    desk.write("copied.json", &format!("{claims}]}}"));
    let output = desk.run(&format!("issue --type identity {ISSUE} 7 -o copied.cbor copied.json"));
    assert!(output.status.success(), "{output:?}");
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.starts_with("issued: identity credential of https://status.example with "), "{stderr}");
    assert!(stderr.ends_with(", holds from 2026-11-23T09:00:00Z to 2026-11-30T09:00:00Z\n"), "{stderr}");
}

#[test]
fn one_claim_can_be_looked_up() {
    let desk = Desk::new();
    let conditions = desk.json("claims res.uk.work.conditions");
    let claims = conditions["types"][0]["claims"].as_array().unwrap();
    assert_eq!((claims.len(), &claims[0]["id"]), (1, &"res.uk.work.conditions".into()));
    let member = |key: &str| {
        claims[0]["members"].as_array().unwrap().iter().find(|member| member["key"] == key).unwrap()
    };
    let hours = member("max_hours_term");
    assert_eq!((&hours["required"], &hours["optional"]), (&"0 to 60".into(), &true.into()));
    assert_eq!(member("sponsor_tied")["kind"], "boolean");
    let text = desk.ok("claims res.uk.linked_documents");
    assert!(text.contains("res.uk.linked_documents.number") && !text.contains("res.uk.work"), "{text}");
    assert!(desk.ok("claims id.age_over.18").contains("id.age_over "));
    assert!(desk.ok("claims id.place_of_birth").contains("id.place_of_birth.locality"));
    assert!(desk.ok("claims id.religion").starts_with("id.religion exists in no credential: "));
    desk.fails(2, "there is no claim \"id.familyname\"", "claims id.familyname");
    desk.fails(2, "the argument ", "claims id.family_name --type identity");
}

#[test]
fn wrong_files_are_refused_with_their_name() {
    let desk = prepared();
    ask(&desk, "");
    desk.ok(&format!("{PRESENT} {TRUSTED}"));
    desk.key("stranger");
    let present = "present --request request.cbor --ledger ledger.json -o p.cbor";
    desk.fails(
        1,
        "H-03 identity.cbor: ",
        &format!("{present} {TRUSTED} --holder-key stranger.pem identity.cbor"),
    );
    desk.fails(
        1,
        "V-01 request.cbor: ",
        &format!("{present} {TRUSTED} --holder-key holder.pem request.cbor"),
    );
    desk.fails(1, "W-01 ", &format!("{present} {TRUSTED} --holder-key holder.pem identity.cbor"));
    let untrusted = "--trust trust.cbor --anchor-key stranger.pub.pem --status list.cbor";
    desk.fails(
        1,
        "C-05 trust.cbor: ",
        &format!("{present} {untrusted} --holder-key holder.pem identity.cbor"),
    );
    desk.fails(1, "T-04 trust.cbor: ", &format!("{PRESENT} {TRUSTED} --now 2027-11-23T09:00:00Z"));
    desk.fails(1, "R-04 request.cbor: ", &format!("{PRESENT} {TRUSTED} --now 2026-11-24T09:00:00Z"));
    desk.fails(1, "B-01 identity.cbor: ", &format!("{VERIFY} --request request.cbor identity.cbor"));
    desk.fails(1, "T-01 trust.cbor: ", &format!("{VERIFY} --request trust.cbor presentation.cbor"));
    desk.fails(3, "absent.cbor: ", &format!("{VERIFY} --request request.cbor absent.cbor"));
    let mut bytes = fs::read(desk.path().join("presentation.cbor")).unwrap();
    bytes.truncate(bytes.len() / 2);
    fs::write(desk.path().join("half.cbor"), &bytes).unwrap();
    desk.fails(1, "M-01 half.cbor: ", &format!("{VERIFY} --request request.cbor half.cbor"));
    fs::write(desk.path().join("large.cbor"), vec![0; 2_000_000]).unwrap();
    desk.fails(1, "M-10 large.cbor: ", &format!("{VERIFY} --request request.cbor large.cbor"));
}

#[test]
fn the_demo_can_be_checked_again() {
    let desk = Desk::new();
    let first = desk.json("demo --seed 7 --dir one");
    let second = desk.json("demo --seed 7 --dir two");
    let checks = first["checks"].as_array().unwrap();
    assert_eq!(checks.len(), second["checks"].as_array().unwrap().len());
    let cases: Vec<&str> = checks.iter().map(|check| check["case"].as_str().unwrap()).collect();
    let expected = [
        "check",
        "check",
        "check",
        "over-asking",
        "replay",
        "replay",
        "forwarded",
        "forwarded",
        "bisect",
        "excluded-purpose",
        "stale",
        "declined",
        "withdrawn",
        "revoked",
    ];
    assert_eq!(cases, expected);
    let of = |case: &str, member: &str| -> Vec<&Json> {
        checks.iter().filter(|check| check["case"] == case).map(|check| &check[member]).collect()
    };
    assert_eq!(of("check", "outcome"), ["ACCEPT_UNTIL", "ACCEPT", "ACCEPT"]);
    for (case, rule) in
        [("over-asking", "R-06"), ("bisect", "W-04"), ("excluded-purpose", "R-19"), ("withdrawn", "R-18")]
    {
        assert_eq!(of(case, "outcome"), ["BLOCKED_BY_WALLET"], "{case}");
        assert_eq!(of(case, "rule_id"), [rule]);
    }
    assert_eq!(of("replay", "rule_id"), ["B-20", "B-12"]);
    assert_eq!(of("forwarded", "rule_id"), ["B-12", "B-03"]);
    for (case, outcome, reason) in [
        ("stale", "INDETERMINATE", "evidence-stale"),
        ("declined", "INDETERMINATE", "no-answer"),
        ("revoked", "REFUSE", "status-revoked"),
    ] {
        assert_eq!((of(case, "outcome"), of(case, "reason")), (vec![&outcome.into()], vec![&reason.into()]));
    }
    for check in checks {
        assert!(check["disclosed"].is_array() && !check["withheld"].as_array().unwrap().is_empty());
        assert!(check["reason"].is_string() && check["micros"].is_u64());
    }
    let receipts: Vec<&Json> =
        checks.iter().map(|check| &check["receipt"]).filter(|one| one.is_object()).collect();
    assert_eq!(receipts.len(), 10);
    assert!(receipts.iter().all(|receipt| receipt["replayed"] == true && receipt["number"].is_u64()));
    assert_eq!(files(&desk.path().join("one")), files(&desk.path().join("two")), "a seed repeats every byte");
    readme_commands_work(&desk.path().join("one"));
}

/// Every command that the folder of a demo offers, with its exit code.
fn readme_commands_work(folder: &Path) {
    let readme = fs::read_to_string(folder.join("README.txt")).unwrap();
    let commands: Vec<String> = readme
        .replace("\\\n", " ")
        .lines()
        .filter_map(|line| line.trim().strip_prefix("geleit ").map(str::to_owned))
        .filter(|line| line.starts_with("verify ") || line.starts_with("present "))
        .collect();
    assert_eq!(commands.len(), 9);
    for command in commands {
        let output = Command::new(env!("CARGO_BIN_EXE_geleit"))
            .current_dir(folder)
            .args(command.split_whitespace())
            .output()
            .unwrap();
        let expected = match () {
            () if command.starts_with("present ") || command.contains("presentations/10-") => 1,
            () if command.contains("presentations/6-") => 5,
            () => 0,
        };
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(expected), "{command}: {stderr}");
    }
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            all.push((path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap()));
        }
    }
    all.sort();
    all
}

/// The party that asked gets the same bytes, whatever the reason.
#[test]
fn every_refusal_looks_alike() {
    let desk = prepared();
    ask(&desk, "");
    let answer = |line: &str, code: &str| {
        desk.fails(1, code, line);
        let bytes = fs::read(desk.path().join("presentation.cbor")).unwrap();
        fs::remove_file(desk.path().join("presentation.cbor")).unwrap();
        bytes
    };
    let lacks = PRESENT.replace(" residence.cbor", "");
    for (line, code) in [
        (format!("{PRESENT} {TRUSTED} --decline"), "W-01 "),
        (format!("{PRESENT} {TRUSTED} --duress"), "W-01 "),
        (format!("{lacks} {TRUSTED}"), "W-01 "),
        (format!("{PRESENT} {TRUSTED} --optional id.birth_date"), "W-08 "),
        (format!("{PRESENT} {TRUSTED} --now 2026-11-23T09:10:00Z"), "R-04 "),
        (format!("{PRESENT} --trust trust.cbor --anchor-key anchor.pub.pem"), "R-18 "),
    ] {
        assert_eq!(answer(&line, code), [0x80], "{line}");
    }
    let said = |how: &str| desk.run(&format!("{PRESENT} {TRUSTED} {how}")).stderr;
    assert_eq!(said("--decline"), said("--duress"), "nobody who looks on can tell");
    let widened = String::from_utf8(said("--optional id.birth_date")).unwrap();
    assert!(widened.contains("hint: this request has no optional claims"), "{widened}");
    assert!(!desk.path().join("ledger.json").exists());
    assert!(desk.ok("inspect presentation.cbor").contains("declined answer: nothing was shown"));
    let german = String::from_utf8(said("--decline --lang de")).unwrap();
    assert!(german.contains("Es wurde nichts gezeigt."), "{german}");
    let output = desk.run(&format!("{PRESENT} {TRUSTED} --decline --json"));
    let json: Json = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&json["rule"], &json["reason"]), (&"W-01".into(), &"holder-declined".into()));
}

#[test]
fn a_plan_shows_everything_and_signs_nothing() {
    let desk = prepared();
    ask(&desk, "--optional id.given_name,res.under_review");
    let plan = "present --plan --holder-key holder.pem --ledger ledger.json --request request.cbor identity.cbor residence.cbor";
    let json = desk.json(&format!("{plan} {TRUSTED} --optional res.under_review"));
    assert_eq!((&json["schema"], &json["signed"]), (&"geleit.plan/1".into(), &false.into()));
    let ids = |member: &str| json[member].as_array().unwrap().clone();
    assert!(ids("shown").iter().any(|one| one["id"] == "res.under_review"));
    assert_eq!(ids("not_shown"), ["id.given_name"]);
    assert!(
        ids("hidden").contains(&"id.birth_date".into()) && !ids("hidden").contains(&"id.family_name".into())
    );
    let text = desk.ok(&format!("{plan} {TRUSTED}"));
    assert!(
        text.contains("stays hidden") && text.contains("Date of birth") && text.contains("730 days"),
        "{text}"
    );
    assert!(!desk.path().join("ledger.json").exists());
    desk.fails(2, "the argument '--plan'", &format!("{plan} {TRUSTED} -o presentation.cbor"));
}

/// The ledger remembers across runs, and a wallet without it answers nothing.
#[test]
fn the_ledger_is_kept_and_needed() {
    let desk = prepared();
    ask(&desk, "--at-least res.uk.work.through=2028-05");
    desk.ok(&format!("{PRESENT} {TRUSTED}"));
    ask(&desk, "--at-least res.uk.work.through=2027-11");
    desk.fails(1, "W-04 ", &format!("{PRESENT} {TRUSTED}"));
    let ledger = fs::read_to_string(desk.path().join("ledger.json")).unwrap();
    assert!(ledger.contains("https://employer.example") && !ledger.contains("Nemuna"), "{ledger}");
    for (text, start) in [
        ("{".to_owned(), "ledger.json is damaged: "),
        (ledger.replace("\"version\": 1", "\"version\": 2"), "W-09 ledger.json: "),
        (ledger.replace("id.family_name", "id.familyname"), "W-10 ledger.json: "),
    ] {
        desk.write("ledger.json", &text);
        desk.fails(4, start, &format!("{PRESENT} {TRUSTED}"));
    }
}

#[test]
fn claims_of_protection_are_not_shown_to_the_state_of_origin() {
    let desk = prepared();
    let ask_as = |country: &str| {
        desk.ok(&format!(
            "{REGISTER} --purpose asylum-registration-proof {PLACE} --country {country} \
             --relying-party https://desk.example -o registration.cbor"
        ));
        ask(&desk, "");
    };
    ask_as("AF");
    desk.fails(1, "W-05 claim res.status_class: ", &format!("{PRESENT} {TRUSTED}"));
    desk.fails(1, "W-05 ", &format!("{PRESENT} {TRUSTED} --origin SY"));
    ask_as("SY");
    desk.fails(1, "W-05 ", &format!("{PRESENT} {TRUSTED} --origin SY"));
    desk.ok(&format!("{PRESENT} {TRUSTED}"));
    // Without a nationality no state is known not to be one of origin, unless the holder says so.
    let bare = PRESENT.replace("identity.cbor ", "");
    ask_as("TR");
    desk.fails(1, "W-05 ", &format!("{bare} {TRUSTED}"));
    desk.fails(1, "W-05 ", &format!("{bare} {TRUSTED} --origin SY"));
    desk.fails(1, "W-05 ", &format!("{bare} {TRUSTED} --origin SY --origin TR --origins-are-all"));
    desk.ok(&format!("{bare} {TRUSTED} --origin SY --origins-are-all"));
    desk.fails(2, "invalid value 'Syria'", &format!("{PRESENT} {TRUSTED} --origin Syria"));
}

#[test]
fn what_was_withdrawn_is_not_relied_on() {
    let desk = prepared();
    ask(&desk, "");
    desk.ok(&format!("{PRESENT} {TRUSTED}"));
    let set = "status set list.cbor --status-key lists.pem --now 2026-11-23T09:05:00Z -o newer.cbor";
    let changed = desk.json(&format!("{set} --index 92614 --to suspended"));
    assert_eq!(changed["changed"][0]["from"], "valid");
    let (now, newer) = ("--now 2026-11-23T09:06:00Z", |line: &str| line.replace("list.cbor", "newer.cbor"));
    let verify = format!("{VERIFY} --request request.cbor {FACTS} presentation.cbor --json {now}");
    let output = desk.run(&newer(&verify));
    let answer: Json = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), &answer["outcome"]), (Some(5), &"INDETERMINATE".into()), "{answer}");
    desk.ok(&format!("{set} --set 131071=revoked"));
    desk.fails(1, "R-18 request.cbor: ", &newer(&format!("{PRESENT} {TRUSTED} {now}")));
    desk.fails(
        1,
        "L-08 list.cbor: ",
        &format!("{} --status list.cbor {now}", newer(&format!("{PRESENT} {TRUSTED}"))),
    );
}

#[test]
fn places_are_drawn_once() {
    let desk = prepared();
    let draw = "status draw list.cbor --count 3 --taken taken.json";
    let mut drawn: Vec<u64> = Vec::new();
    for _ in 0..3 {
        let json = desk.json(draw);
        drawn.extend(json["indices"].as_array().unwrap().iter().map(|one| one.as_u64().unwrap()));
    }
    let count = drawn.len();
    drawn.sort_unstable();
    drawn.dedup();
    assert_eq!((count, drawn.len()), (9, 9));
    let taken: Json = serde_json::from_slice(&fs::read(desk.path().join("taken.json")).unwrap()).unwrap();
    assert_eq!(taken["taken"], serde_json::json!(drawn), "in ascending order, whatever was drawn together");
    desk.ok("status build --uri https://lists.example/2 --status-key lists.pem -o other.cbor");
    desk.fails(2, "taken.json is about another list", "status draw other.cbor --taken taken.json");
    let most = "status draw list.cbor --count 100000 --taken full.json";
    desk.ok(most);
    desk.fails(2, "list.cbor: 100000 are wanted, 31072 are free", most);
    desk.write("taken.json", "{}");
    desk.fails(4, "taken.json is damaged: ", draw);
}

#[test]
fn an_excluded_purpose_is_refused_in_its_own_words() {
    let desk = prepared();
    let register = format!("{REGISTER} --country DE --relying-party https://b.example -o r.cbor");
    desk.fails(
        1,
        "R-19 registration: the purpose is of kind excluded; nothing may be asked for it. Eurodac ",
        &format!("{register} --purpose eurodac {PLACE}"),
    );
    desk.fails(1, "R-17 --days 180: ", &format!("{register} --purpose uk-right-to-work"));
    desk.ok(&format!("{register} --purpose uk-right-to-work --days 1"));
    desk.ok("demo --seed 7 --dir demo");
    let folder = "demo/wallets/oernek";
    let present = format!(
        "present --trust demo/trust-list.cbor --anchor-key demo/keys/anchor.pub.pem --status demo/lists/registrations-1.cbor \
         --holder-key {folder}/key.pem --ledger {folder}/ledger.json --request demo/requests/excluded-border-agency.cbor \
         --lang de {folder}/identity.cbor"
    );
    let output = desk.run(&present);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(
        stderr.contains("Eurodac erkennt Menschen am Körper") && stderr.contains("asylum-registration-proof"),
        "{stderr}"
    );
}

/// Keys that `openssl` makes are used as they are.
#[test]
fn keys_of_openssl_work() {
    let desk = Desk::new();
    let openssl =
        |arguments: &[&str]| Command::new("openssl").current_dir(desk.path()).args(arguments).output();
    for name in ["issuer", "holder"] {
        match openssl(&["genpkey", "-algorithm", "ed25519", "-out", &format!("{name}.pem")]) {
            Ok(output) if output.status.success() => {}
            // No openssl that knows Ed25519: nothing to test here.
            Ok(_) | Err(_) => return,
        }
        let (private, public) = (format!("{name}.pem"), format!("{name}.pub.pem"));
        assert!(openssl(&["pkey", "-in", &private, "-pubout", "-out", &public]).unwrap().status.success());
        assert_eq!(
            desk.ok(&format!("key public {private}")),
            fs::read_to_string(desk.path().join(public)).unwrap()
        );
    }
    desk.write("claims.json", r#"{"name": "Nemuna", "501": {"$hex": "00ff"}}"#);
    desk.ok("sd-cwt issue --issuer-key issuer.pem --holder-key holder.pub.pem --iss i --redact /name -o c.cbor claims.json");
    desk.ok(
        "sd-cwt present --holder-key holder.pem --audience a --nonce 0011 --disclose /name -o p.cbor c.cbor",
    );
    let verified = desk.json("sd-cwt verify --issuer-key issuer.pub.pem --audience a --nonce 0011 p.cbor");
    assert_eq!((&verified["verified"], &verified["claims"]["name"]), (&true.into(), &"Nemuna".into()));
}

#[test]
fn a_token_without_a_nonce_is_not_called_fresh() {
    let desk = Desk::new();
    desk.key("issuer");
    desk.key("holder");
    desk.write("claims.json", r#"{"name": "Nemuna"}"#);
    desk.ok("sd-cwt issue --issuer-key issuer.pem --holder-key holder.pub.pem --iss i -o c.cbor claims.json");
    for (nonce, checked) in [("", false), ("--nonce 0011", true)] {
        desk.ok(&format!(
            "sd-cwt present --holder-key holder.pem --audience a --none {nonce} -o p.cbor c.cbor"
        ));
        let verify = format!("sd-cwt verify --issuer-key issuer.pub.pem --audience a {nonce} p.cbor");
        assert_eq!(desk.json(&verify)["nonce_checked"], checked);
        let words = desk.ok(&verify).split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(words.contains("no nonce: freshness not checked"), !checked, "{words}");
        assert_eq!(words.contains("audience, nonce,"), checked, "{words}");
    }
}

/// The vectors that stand in the repository, through the command.
#[test]
fn conformance() {
    let vectors = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors");
    let desk = Desk::new();
    let run = |file: &str| desk.ok(&format!("conformance run {vectors}/{file}"));
    let last = |text: String| text.lines().last().map(str::to_owned);
    let expected = |count| Some(format!("{count} passed, 0 failed"));
    assert_eq!(last(run("sd-cwt/derived-ed25519/vectors.json")), expected(85));
    assert_eq!(last(run("ed25519/wycheproof/ed25519_test.json")), expected(151));
    assert_eq!(last(run("ed25519/cctv/ed25519vectors.json")), expected(914));
    assert_eq!(last(run("ed25519/speccheck/cases.json")), expected(12));
}

#[test]
fn kinds_that_only_the_tests_run_are_named() {
    let vectors = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/geleit");
    let desk = Desk::new();
    desk.fails(
        2,
        &format!("{vectors}/answer.json has cases of kind `answer`, which only the project's own tests run"),
        &format!("conformance run {vectors}/answer.json"),
    );
}

/// A reader that stops early is no failure, and nothing is said about it.
#[cfg(unix)]
#[test]
fn a_closed_pipe_is_quiet() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_geleit"))
        .arg("claims")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.stderr.is_empty() && output.status.success(), "{output:?}");
}
