//! Receipts by hand: every check that ends leaves one, which its person, its verifier and a court can use.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

use serde_json::Value as Json;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

const NOW: &str = "2026-11-23T09:00:00Z";

/// A folder in which commands run, at a fixed time.
struct Desk(TempDir);

impl Desk {
    fn path(&self) -> &Path {
        self.0.path()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.file(name), text).unwrap();
    }

    fn run(&self, line: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_geleit"));
        command.current_dir(self.path()).args(line.split_whitespace()).stdin(Stdio::null());
        if !line.contains("--now") {
            command.args(["--now", NOW]);
        }
        command.output().unwrap()
    }

    /// Runs a command that has to end with this code.
    fn code(&self, code: i32, line: &str) -> String {
        let output = self.run(line);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{line}: {stderr}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn ok(&self, line: &str) -> String {
        self.code(0, line)
    }

    fn json(&self, code: i32, line: &str) -> Json {
        serde_json::from_str(&self.code(code, &format!("{line} --json"))).unwrap()
    }

    /// Runs a command that has to fail, with this exit code and this in its first line.
    fn fails(&self, code: i32, start: &str, line: &str) {
        let output = self.run(line);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{line}: {stderr}");
        assert!(stderr.starts_with(&format!("error: {start}")), "{line}: {stderr}");
        assert_eq!(stderr.lines().count(), 2, "{stderr}");
        assert!(output.stdout.is_empty());
    }

    /// The folder of a receipt in the store.
    fn entry(&self, id: &str) -> PathBuf {
        self.file("store").join(&id[..16])
    }
}

const TRUST: &str = r#"{
  "iss": "https://anchor.example", "sequence": 1, "expires": "2026-12-23T00:00:00Z",
  "issuers": [{"iss": "https://status.example", "types": ["identity", "residence"],
               "keys": [{"pem": "issuer.pub.pem", "from": "2026-01-01T00:00:00Z", "until": "2028-01-01T00:00:00Z"}]}],
  "registrars": [{"iss": "https://registrar.example",
                  "keys": [{"pem": "registrar.pub.pem", "from": "2026-01-01T00:00:00Z"}]}],
  "status_issuers": [{"iss": "https://lists.example",
                      "for": ["https://status.example", "https://registrar.example"],
                      "keys": [{"pem": "lists.pub.pem", "from": "2026-01-01T00:00:00Z"}]}]
}"#;

const IDENTITY: &str = r#"{
  "id.family_name": "Nemuna", "id.mononym": true, "id.birth_date": "1988", "id.place_of_birth.country": "AF",
  "id.nationality": ["AF"], "id.portrait.view": {"$file": "portrait.jpg"}
}"#;

const RESIDENCE: &str = r#"{
  "res.status_class": "work_skilled", "res.valid_now": true, "res.under_review": false,
  "res.uk.work.permitted": true, "res.uk.work.until": "2028-06-30", "res.uk.work.conditions": {"sponsor_tied": false}
}"#;

const KNOWN: &str =
    "--trust trust.cbor --anchor-key anchor.pub.pem --status list.cbor --status registrations.cbor";
const FACTS: &str = "--fact start_date=2026-12-01 --fact face_matches=yes";
const STORE: &str = "--store store --receipt-key employer.pem";

/// Everything up to a wallet with credentials and an employer with a registration.
fn prepared() -> Desk {
    let desk = Desk(tempfile::tempdir().unwrap());
    for name in ["anchor", "registrar", "issuer", "lists", "employer", "holder"] {
        desk.ok(&format!("key new -o {name}.pem"));
        desk.ok(&format!("key public {name}.pem -o {name}.pub.pem"));
    }
    desk.write("trust.json", TRUST);
    desk.write("identity.json", IDENTITY);
    desk.write("residence.json", RESIDENCE);
    fs::write(desk.file("portrait.jpg"), [0xff, 0xd8, 0xff, 0xe0, 0, 2, 0xff, 0xd9]).unwrap();
    desk.ok("trust build --anchor-key anchor.pem -o trust.cbor trust.json");
    lists(&desk, "");
    let issue = "issue --issuer-key issuer.pem --iss https://status.example --holder-key holder.pub.pem \
                 --status-uri https://lists.example/1";
    let early = "--now 2026-11-23T07:00:00Z";
    desk.ok(&format!("{issue} --status-index 11 --type identity -o identity.cbor identity.json {early}"));
    desk.ok(&format!("{issue} --status-index 12 --type residence -o residence.cbor residence.json {early}"));
    register(&desk, "uk-right-to-work", "registration.cbor");
    desk
}

/// Status lists, with these changes of the one of credentials.
fn lists(desk: &Desk, changes: &str) {
    let build = "status build --status-key lists.pem --now 2026-11-23T08:50:00Z";
    desk.ok(&format!("{build} --uri https://lists.example/1 -o list.cbor"));
    desk.ok(&format!("{build} --uri https://lists.example/r -o registrations.cbor"));
    if !changes.is_empty() {
        let set = "status set list.cbor --status-key lists.pem --now 2026-11-23T08:55:00Z -o list.cbor";
        desk.ok(&format!("{set} {changes}"));
    }
}

fn register(desk: &Desk, purpose: &str, file: &str) {
    desk.ok(&format!(
        "registrar register --registrar-key registrar.pem --iss https://registrar.example --purpose {purpose} \
         --relying-party https://employer.example --name Example --country GB --service desk \
         --request-key employer.pub.pem --support-uri https://employer.example/help \
         --privacy-policy https://employer.example/privacy --supervisory-authority https://ico.example \
         --status-uri https://lists.example/r --status-index 4711 -o {file} --now 2026-11-23T08:00:00Z"
    ));
}

/// A request and its answer, in files with this name.
fn answered(desk: &Desk, name: &str) {
    desk.ok(&format!(
        "request --registration registration.cbor --request-key employer.pem -o {name}.request.cbor"
    ));
    let _ = fs::remove_file(desk.file("ledger.json"));
    desk.ok(&format!(
        "present --holder-key holder.pem --request {name}.request.cbor --ledger ledger.json {KNOWN} \
         -o {name}.cbor identity.cbor residence.cbor"
    ));
}

fn verify(name: &str) -> String {
    format!(
        "verify {KNOWN} --registration registration.cbor --request {name}.request.cbor {FACTS} {STORE} {name}.cbor"
    )
}

/// Checks an answer and gives the id of its receipt.
fn checked(desk: &Desk, code: i32, name: &str) -> String {
    answered(desk, name);
    let checked = desk.json(code, &format!("{} --receipt {name}.receipt.cbor", verify(name)));
    checked.pointer("/receipt/id").unwrap().as_str().unwrap().to_owned()
}

fn replay(id: &str) -> String {
    format!("receipt replay --store store --anchor-key anchor.pub.pem {id}")
}

#[test]
fn a_receipt_is_shown_verified_and_replayed() {
    let desk = prepared();
    let id = checked(&desk, 0, "a");
    let shown = desk.ok("receipt show a.receipt.cbor --lang de");
    assert!(shown.starts_with("Nothing here was verified"), "{shown}");
    assert!(
        shown.contains("ACCEPT_UNTIL") && !shown.contains("2028") && !shown.contains("Nemuna"),
        "{shown}"
    );

    let verified = desk.json(0, &format!("receipt verify a.receipt.cbor {KNOWN} --request a.request.cbor"));
    assert_eq!(verified["schema"], "geleit.receipt-verify/1");
    let receipt = &verified["receipts"][0];
    assert_eq!((&receipt["outcome"], &receipt["number"]), (&"ACCEPT_UNTIL".into(), &1.into()));
    assert_eq!(receipt["evidence"][1]["age_s"], 600);
    assert_eq!(receipt["retention_from"], "event");
    let text = desk.ok(&format!("receipt verify a.receipt.cbor {KNOWN} --registration registration.cbor"));
    assert!(text.contains("Not proved: that there is no receipt after number 1."), "{text}");

    let replayed = desk.json(0, &replay(&id));
    assert_eq!(replayed["confirmed"], true);
    assert_eq!(
        (&replayed["decision"]["outcome"], &replayed["decision"]["until"]),
        (&"ACCEPT_UNTIL".into(), &"2028-06-30".into())
    );
    desk.ok(&replay("a.receipt.cbor"));
    desk.ok(&replay(&id[..8]));
    desk.fails(2, "store: no receipt ", &replay(&id[..7]));
    // Years later, with a clock that is long past every validity.
    desk.ok(&format!("{} --now 2039-01-01T00:00:00Z", replay(&id)));
    desk.ok(&format!(
        "receipt verify a.receipt.cbor {KNOWN} --request a.request.cbor --now 2039-01-01T00:00:00Z"
    ));
}

#[test]
fn refused_undecided_silent_and_broken_answers_have_receipts() {
    let desk = prepared();
    lists(&desk, "--index 12 --to revoked");
    let refused = checked(&desk, 1, "refused");
    lists(&desk, "--index 12 --to suspended");
    let open = checked(&desk, 5, "open");
    lists(&desk, "");

    answered(&desk, "broken");
    let mut bytes = fs::read(desk.file("broken.cbor")).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(desk.file("broken.cbor"), bytes).unwrap();
    desk.fails(1, "C-05 broken.cbor: ", &format!("{} --receipt broken.receipt.cbor", verify("broken")));

    answered(&desk, "declined");
    fs::write(desk.file("declined.cbor"), [0x80]).unwrap();
    let silent = desk.json(5, &format!("{} --receipt declined.receipt.cbor", verify("declined")));
    assert_eq!((&silent["reason"], &silent["verified"]), (&"no-answer".into(), &false.into()));
    assert!(silent["fallback"].as_str().is_some_and(|text| !text.is_empty()));

    // A day later there is still no answer.
    answered(&desk, "never");
    let never = format!(
        "verify {KNOWN} --registration registration.cbor --request never.request.cbor {STORE} --no-answer \
         --receipt never.receipt.cbor --now 2026-11-24T09:00:00Z"
    );
    let never = desk.json(5, &never);
    for id in
        [&refused, &open, silent["receipt"]["id"].as_str().unwrap(), never["receipt"]["id"].as_str().unwrap()]
    {
        desk.ok(&format!("{} --now 2026-11-24T09:00:00Z", replay(id)));
    }
    let broken = desk.json(0, &replay("broken.receipt.cbor"));
    assert_eq!(broken["receipt"]["rejected_by"], "C-05");

    let later = "--now 2026-11-25T00:00:00Z";
    let text = desk.ok(&format!(
        "receipt verify broken.receipt.cbor declined.receipt.cbor never.receipt.cbor {KNOWN} --registration registration.cbor {later}"
    ));
    assert!(text.contains("numbers 3 to 5 without a gap"), "{text}");
    assert!(text.contains("Not proved: that the receipts before number 3 are still there."), "{text}");
    let gap = "receipt verify broken.receipt.cbor never.receipt.cbor";
    desk.fails(
        1,
        "E-09 never.receipt.cbor: ",
        &format!("{gap} {KNOWN} --registration registration.cbor {later}"),
    );
    assert!(desk.ok("verifier check --store store").starts_with("5 receipts without a gap"));
}

#[test]
fn an_answer_that_counts_twice_has_two_receipts() {
    let desk = prepared();
    answered(&desk, "a");
    desk.ok(&format!("{} --nonce-store nonces.json", verify("a")));
    desk.fails(
        1,
        "B-20 a.cbor: ",
        &format!("{} --nonce-store nonces.json --receipt second.cbor", verify("a")),
    );
    assert_eq!(desk.json(0, &replay("second.cbor"))["receipt"]["rejected_by"], "B-20");
}

/// A slip of the party is found before the answer counts: the person is not asked again.
#[test]
fn what_cannot_be_recorded_does_not_use_up_the_answer() {
    let desk = prepared();
    answered(&desk, "a");
    let good = format!("{} --nonce-store nonces.json", verify("a"));
    desk.fails(2, "E-12 holder.pem: ", &good.replace(STORE, "--store store --receipt-key holder.pem"));
    desk.fails(3, "no/r.cbor: ", &format!("{good} --receipt no/r.cbor"));
    desk.fails(2, "a.cbor exists already", &format!("{good} --receipt a.cbor"));
    assert!(!desk.file("nonces.json").exists() && !desk.file("store/log.json").exists());
    desk.ok(&format!("{good} --receipt r.cbor"));
    let left = fs::read_dir(desk.path()).unwrap().map(|file| file.unwrap().file_name());
    assert!(left.into_iter().all(|name| !name.to_string_lossy().starts_with('.')), "nothing lies about");
}

#[test]
fn a_check_that_is_not_finished_has_no_receipt() {
    let desk = prepared();
    answered(&desk, "a");
    let unfinished = verify("a").replace(FACTS, "");
    let output = desk.run(&format!("{unfinished} --receipt r.cbor"));
    assert_eq!(output.status.code(), Some(5));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no receipt yet"));
    assert!(!desk.file("r.cbor").exists());
    desk.ok(&format!("{} --receipt r.cbor", verify("a")));
    desk.fails(2, "r.cbor exists already", &format!("{} --receipt r.cbor", verify("a")));
    desk.fails(2, "the following required", &verify("a").replace("--receipt-key employer.pem", ""));
    desk.fails(2, "E-12 ", &verify("a").replace("--receipt-key employer.pem", "--receipt-key holder.pem"));
}

#[test]
fn what_was_changed_is_noticed() {
    let desk = prepared();
    let id = checked(&desk, 0, "a");
    let entry = desk.entry(&id);
    let changed = |name: &str, change: &dyn Fn(Vec<u8>) -> Vec<u8>, code: i32, start: &str| {
        let path = entry.join(name);
        let before = fs::read(&path).unwrap();
        fs::write(&path, change(before.clone())).unwrap();
        desk.fails(code, start, &replay(&id));
        fs::write(&path, before).unwrap();
        desk.ok(&replay(&id));
    };
    let last_bit = |mut bytes: Vec<u8>| {
        *bytes.last_mut().unwrap() ^= 1;
        bytes
    };
    let more = |mut bytes: Vec<u8>| {
        bytes.extend(b"\n# other rules\n");
        bytes
    };
    let other_fact =
        |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace("2026-12-01", "2026-12-02").into_bytes();
    changed("presentation.cbor", &last_bit, 1, "E-05 ");
    changed("facts.json", &other_fact, 1, "E-05 ");
    changed("profile.toml", &more, 1, "E-06 ");
    changed("receipt.cbor", &last_bit, 4, "store");
    changed("facts.json", &|_| b"{}".to_vec(), 4, "store");
    desk.fails(
        1,
        "E-07 replay: the kept trust list breaks rule C-05 ",
        &replay(&id).replace("anchor.pub.pem", "holder.pub.pem"),
    );
    let bytes = last_bit(fs::read(desk.file("a.receipt.cbor")).unwrap());
    fs::write(desk.file("forged.cbor"), bytes).unwrap();
    desk.fails(
        1,
        "E-01 forged.cbor: ",
        &format!("receipt verify forged.cbor {KNOWN} --request a.request.cbor"),
    );
    desk.fails(1, "T-01 a.request.cbor: ", "receipt show a.request.cbor");
}

#[test]
fn a_log_that_lost_receipts_is_damaged() {
    let desk = prepared();
    let ids: Vec<String> = ["a", "b", "c"].iter().map(|name| checked(&desk, 0, name)).collect();
    let folder = desk.entry(&ids[1]);
    fs::rename(&folder, desk.file("away")).unwrap();
    desk.fails(4, "store", "verifier check --store store");
    desk.fails(4, "store", "verifier count --store store");
    fs::rename(desk.file("away"), &folder).unwrap();
    desk.ok("verifier check --store store");
    // Cut off at its end, or begun anew.
    let log = fs::read_to_string(desk.file("store/log.json")).unwrap();
    desk.write("store/log.json", &log.replace("\"number\": 3", "\"number\": 2"));
    desk.fails(4, "store", "verifier check --store store");
    fs::remove_file(desk.file("store/log.json")).unwrap();
    answered(&desk, "d");
    desk.fails(4, "store/log.json is damaged: it is missing", &verify("d"));
    desk.write("store/log.json", "{");
    desk.fails(4, "store/log.json is damaged", &verify("d"));
    desk.write("store/log.json", &log);
    // What a crash has left behind is not part of the log.
    fs::create_dir(desk.file("store/.new-1")).unwrap();
    desk.ok(&verify("d"));
    assert!(desk.ok("verifier check --store store").starts_with("4 receipts"));
}

#[test]
fn what_was_received_is_deleted_when_its_time_is_over() {
    let desk = prepared();
    let id = checked(&desk, 0, "a");
    let purge = "verifier purge --store store --key employer.pem";
    let waiting = desk.json(0, purge);
    assert_eq!((&waiting["waiting"][0], &waiting["deleted"]), (&id.clone().into(), &Json::Array(Vec::new())));
    // The employment ended; two years are kept from then on.
    let ended = format!("{purge} --ended {}=2026-11-30", &id[..16]);
    assert_eq!(desk.json(0, &format!("{ended} --now 2028-11-28T23:59:59Z"))["kept"], 1);
    assert!(desk.ok(&format!("{purge} --now 2028-11-28T23:59:59Z")).contains("2028-11-29T00:00:00Z"));
    assert!(desk.entry(&id).join("presentation.cbor").exists());
    desk.fails(
        1,
        "E-12 ",
        &format!("{} --now 2028-11-29T00:01:00Z", purge.replace("employer.pem", "holder.pem")),
    );
    assert!(desk.entry(&id).join("presentation.cbor").exists(), "nothing is deleted that cannot be recorded");
    // When it ended is remembered.
    let purged = desk.json(0, &format!("{purge} --now 2028-11-29T00:01:00Z"));
    assert_eq!(
        (&purged["deleted"][0]["id"], &purged["deleted"][0]["late_by_s"]),
        (&id.clone().into(), &60.into())
    );
    let mut left: Vec<String> = fs::read_dir(desk.entry(&id))
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    assert_eq!(left, ["deletion.cbor", "receipt.cbor"]);
    desk.fails(2, &format!("receipt {id}: what was received"), &replay(&id));
    assert!(desk.ok("verifier check --store store").contains("deleted for 1"));
    // The person is shown the record.
    let record = desk.entry(&id).join("deletion.cbor");
    let verified = format!(
        "receipt verify a.receipt.cbor --deletion {} {KNOWN} --request a.request.cbor --now 2028-12-01T00:00:00Z",
        record.display()
    );
    assert_eq!(desk.json(0, &verified)["deletion"]["late_by_s"], 60);
    let other = checked(&desk, 0, "b");
    let wrong = verified.replace("a.receipt.cbor", "b.receipt.cbor").replace("a.request", "b.request");
    desk.fails(1, "E-10 ", &wrong);
    // A deletion that was interrupted is ended.
    fs::rename(&record, desk.entry(&id).join("deletion.begun")).unwrap();
    fs::write(desk.entry(&id).join("presentation.cbor"), b"left").unwrap();
    desk.fails(4, &format!("receipt {id}: its deletion was interrupted"), "verifier check --store store");
    desk.ok(purge);
    assert!(record.exists() && !desk.entry(&id).join("presentation.cbor").exists());
    desk.fails(2, "store: no receipt ", &format!("{purge} --ended 0000000000000000=2026-11-30T00:00:00Z"));
    assert!(desk.entry(&other).join("presentation.cbor").exists());
}

/// A purge acts on what was signed, in folders that hold what the store has put there.
#[test]
fn a_purge_deletes_only_what_it_may() {
    let desk = prepared();
    let id = checked(&desk, 0, "a");
    let folder = desk.entry(&id);
    let purge = "verifier purge --store store --key employer.pem";
    let due = format!("{purge} --ended {}=2026-11-30 --now 2028-11-29T00:00:00Z", &id[..8]);
    let kept = || folder.join("presentation.cbor").exists() && folder.join("facts.json").exists();
    // A deletion that nobody has signed was not begun, and one that did not happen is noticed.
    fs::write(folder.join("deletion.begun"), b"").unwrap();
    desk.fails(4, "M-01 ", purge);
    fs::copy(folder.join("receipt.cbor"), folder.join("deletion.begun")).unwrap();
    desk.fails(4, "T-01 ", purge);
    fs::remove_file(folder.join("deletion.begun")).unwrap();
    fs::write(folder.join("deletion.cbor"), b"x").unwrap();
    desk.fails(4, "store/", &due);
    desk.fails(4, "store/", "verifier check --store store");
    fs::remove_file(folder.join("deletion.cbor")).unwrap();
    // An event before the decision would end the time of the person at once.
    for before in ["0", "2026-11-21"] {
        let early = format!("{purge} --ended {}={before} --now 2028-11-29T00:00:00Z", &id[..8]);
        desk.fails(2, &format!("{}: --ended: the event was before", &id[..16]), &early);
    }
    // What is not of the store is not touched, nor is anything beside it.
    fs::create_dir(folder.join("notes")).unwrap();
    desk.fails(4, "store/", &due);
    fs::remove_dir(folder.join("notes")).unwrap();
    fs::write(desk.file("mine.txt"), b"mine").unwrap();
    #[cfg(unix)]
    for name in ["notes.txt", "status-9.cbor"] {
        std::os::unix::fs::symlink(desk.file("mine.txt"), folder.join(name)).unwrap();
        desk.fails(4, "store/", &due);
        fs::remove_file(folder.join(name)).unwrap();
    }
    assert!(kept() && fs::read(desk.file("mine.txt")).unwrap() == b"mine");
    desk.ok(&due);
    assert!(!kept());
    assert!(desk.ok("verifier check --store store").contains("deleted for 1"));
}

/// A log whose end is gone is not continued.
#[test]
fn a_log_without_its_last_receipt_is_not_continued() {
    let desk = prepared();
    let id = checked(&desk, 0, "a");
    answered(&desk, "b");
    let folder = desk.entry(&id);
    fs::rename(&folder, desk.file("away")).unwrap();
    desk.fails(4, "store/", &verify("b"));
    fs::rename(desk.file("away"), &folder).unwrap();
    let log = fs::read_to_string(desk.file("store/log.json")).unwrap();
    for number in ["2", "18446744073709551615"] {
        desk.write("store/log.json", &log.replace("\"number\": 1", &format!("\"number\": {number}")));
        desk.fails(4, "store/log.json is damaged", &verify("b"));
    }
    desk.write("store/log.json", &log);
    desk.ok(&verify("b"));
}

/// An answer counts once, by whatever name the file of nonces is reached.
#[cfg(unix)]
#[test]
fn a_second_name_of_the_nonces_is_no_second_register() {
    let desk = prepared();
    answered(&desk, "a");
    let check = |nonces: &str| verify("a").replace(STORE, &format!("--nonce-store {nonces}"));
    std::os::unix::fs::symlink("nonces.json", desk.file("link.json")).unwrap();
    desk.fails(3, "link.json: ", &check("link.json"));
    desk.write("nonces.json", r#"{"schema": "geleit.nonces/1", "used": []}"#);
    desk.ok(&check("link.json"));
    desk.fails(1, "B-20 ", &check("nonces.json"));
    assert!(desk.file("link.json").is_symlink());
    fs::hard_link(desk.file("nonces.json"), desk.file("hard.json")).unwrap();
    let output = desk.run(&check("hard.json"));
    assert_eq!(output.status.code(), Some(4), "{}", String::from_utf8_lossy(&output.stderr));
}

/// An older trust list is not gone back to, neither by a wallet nor by a verifier.
#[test]
fn an_older_trust_list_is_refused() {
    let desk = prepared();
    fs::copy(desk.file("trust.cbor"), desk.file("old.cbor")).unwrap();
    desk.write("trust.json", &TRUST.replace("\"sequence\": 1", "\"sequence\": 2"));
    desk.ok("trust build --anchor-key anchor.pem -o trust.cbor trust.json");
    answered(&desk, "a");
    let check = format!("{} --nonce-store nonces.json", verify("a"));
    desk.ok(&check);
    desk.fails(1, "T-05 old.cbor: ", &check.replace("trust.cbor", "old.cbor"));
    let present = format!(
        "present --holder-key holder.pem --request a.request.cbor --ledger ledger.json {KNOWN} --plan identity.cbor residence.cbor"
    );
    desk.ok(&present);
    desk.fails(1, "T-05 old.cbor: ", &present.replace("trust.cbor", "old.cbor"));
    for text in ["{", r#"{"schema": "geleit.trust-memory/2", "anchors": {}}"#] {
        desk.write("ledger.json.trust", text);
        desk.fails(4, "", &present);
    }
}

#[test]
fn counts_show_no_small_cell() {
    let desk = prepared();
    let count = "verifier count --store store";
    desk.fails(2, "store: no store of receipts", count);
    for number in 0..9 {
        checked(&desk, 0, &format!("a{number}"));
    }
    lists(&desk, "--index 12 --to revoked");
    checked(&desk, 1, "revoked");
    lists(&desk, "");
    let nothing = desk.json(0, count);
    assert_eq!((&nothing["cells"], &nothing["minimum"]), (&Json::Array(Vec::new()), &10.into()));
    checked(&desk, 0, "a9");
    let cells = desk.json(0, count);
    assert_eq!(
        cells["cells"],
        serde_json::json!([{
            "intended_use": "uk-right-to-work", "month": "2026-11", "outcome": "ACCEPT_UNTIL",
            "reason": "work-permitted-until", "checks": 10,
        }])
    );
    let text = desk.ok(count);
    assert!(!text.contains("revoked"), "{text}");
    assert_eq!(text.lines().count(), 4, "head, one row, and no sum: {text}");
}

#[cfg(unix)]
#[test]
fn the_store_is_for_its_owner() {
    use std::os::unix::fs::PermissionsExt;
    let desk = prepared();
    let id = checked(&desk, 0, "a");
    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o077;
    assert_eq!(mode(desk.file("store")), 0);
    assert_eq!(mode(desk.entry(&id)), 0);
    for file in fs::read_dir(desk.entry(&id)).unwrap() {
        assert_eq!(mode(file.unwrap().path()), 0);
    }
}
