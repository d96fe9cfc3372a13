//! Receipts: signed, verified, chained, deleted and replayed; and each E rule with the one fault that it
//! finds.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

use geleit_cose::cbor::{Encoding, Limits, Value};
use geleit_credential::decision::{Decision, Facts, OutcomeName};
use geleit_credential::holder::HeldCredential;
use geleit_credential::numbers::claim;
use geleit_credential::presentation::{DECLINED, PresentationError};
use geleit_credential::purpose::{Profile, RetentionFrom};
use geleit_credential::reason::{Lang, ReasonCode};
use geleit_credential::receipt::{
    Decided, Deletion, KeptInputs, LogPlace, Receipt, ReceiptError, ReplayError, SignedDeletion,
    SignedReceipt, Verdict, VerifiedDeletion, VerifiedReceipt, lists_hash, receipt_id,
};
use geleit_credential::registration::{Registration, RegistrationContent, RelyingParty};
use geleit_credential::request::{PermittedRequest, Request, RequestError};
use geleit_credential::schema::Date;
use geleit_credential::standing::Standing;
use geleit_credential::time::UnixTime;
use geleit_credential::trust_list::{SignedTrustList, TrustListContent};
use geleit_credential::verifier::{BindingRule, Rejection};
use geleit_testkit::forge::{self, Envelope, RawMap};
use geleit_testkit::vectors::File;
use geleit_testkit::world::{NOW, index_of};
use geleit_testkit::{Check, World, people};
use std::fs;
use std::path::Path;

fn held(world: &World) -> [HeldCredential; 2] {
    [world.held(&people::identity(), "identity"), world.held(&people::residence(), "residence")]
}

fn facts() -> Facts {
    Facts::new().date("start_date", Date::parse("2026-12-01").unwrap()).text("face_matches", "yes")
}

/// A right-to-work check, which is accepted until 2028-03-31.
fn accepted(world: &World) -> Check {
    Check::new(world, "uk-right-to-work", &held(world).each_ref(), facts())
}

/// The same check, when the residence credential has this standing.
fn with_standing(world: &World, standing: Standing) -> Check {
    let status_lists = world.status_list_bytes(&[(index_of("residence"), standing)]).to_vec();
    Check { status_lists, ..accepted(world) }
}

/// The same request, which was not answered.
fn silent(world: &World) -> Check {
    Check { presentation: DECLINED.to_vec(), ..accepted(world) }
}

/// The same check with a presentation whose holder did not sign it.
fn rejected(world: &World) -> Check {
    let mut check = accepted(world);
    check.presentation = forge::with_broken_signature(check.presentation);
    check
}

fn first(world: &World, check: &Check) -> VerifiedReceipt {
    check.verify(world, &check.receipt(world, LogPlace::FIRST)).unwrap()
}

fn signed(world: &World, check: &Check) -> Vec<u8> {
    check.receipt(world, LogPlace::FIRST)
}

/// The receipt with other fields, signed again by its relying party.
fn forged(world: &World, check: &Check, change: impl FnOnce(&mut Envelope)) -> Vec<u8> {
    Envelope::resign(&signed(world, check), &world.relying_party, change)
}

fn set(envelope: &mut Envelope, name: &str, value: &Value) {
    envelope.payload.set(&Value::text(name), value);
}

fn remove(envelope: &mut Envelope, name: &str) {
    envelope.payload.remove(&Value::text(name));
}

fn code<T>(result: Result<T, ReceiptError>) -> &'static str {
    result.err().map_or("accepted", |error| {
        // Every message starts with the rule that it is about.
        assert!(error.to_string().starts_with(error.code()), "{error}");
        error.code()
    })
}

fn replayed(world: &World, check: &Check, receipt: &VerifiedReceipt) -> &'static str {
    check.replay(world.anchor.public_key(), receipt).err().map_or("confirmed", |error| {
        assert!(error.to_string().starts_with(error.code()), "{error}");
        error.code()
    })
}

// What a receipt says, and that it is confirmed.

#[test]
fn an_accepted_check() {
    let world = World::new();
    let check = accepted(&world);
    let receipt = first(&world, &check);
    assert_eq!(receipt.verdict(), Verdict::Decision(OutcomeName::AcceptUntil));
    assert_eq!(receipt.reason().as_str(), "work-permitted-until");
    assert_eq!((receipt.decided_at(), receipt.verified_at()), (NOW, NOW));
    let profile = check.profile();
    let rule = receipt.rule().unwrap();
    assert_eq!((rule.version, *receipt.profile()), (profile.version(), profile.hash()));
    let statuses = world.status_lists_of(&check.status_lists, NOW);
    assert_eq!(receipt.status_lists(), &lists_hash(&statuses));
    let evidence: Vec<_> = receipt
        .evidence()
        .iter()
        .map(|note| (note.credential_type.name, note.age_s, note.standing))
        .collect();
    assert_eq!(evidence, [("identity", 0, Standing::Valid), ("residence", 0, Standing::Valid)]);
    assert!(receipt.evidence().iter().all(|note| note.list.is_some()));
    assert_eq!((receipt.retention_from(), receipt.keep_until()), (RetentionFrom::Event, None));
    assert_eq!(receipt.fallback(Lang::En), None);
    assert_eq!(receipt.redress(Lang::De), profile.redress(Lang::De));
    assert_eq!(receipt.contact(), "https://employer.example/help");
    let replayed = check.replay(world.anchor.public_key(), &receipt).unwrap();
    // The date is in no receipt, and comes back with the kept inputs.
    assert_eq!(replayed.decision().unwrap().outcome().to_string(), "ACCEPT_UNTIL 2028-03-31");
}

#[test]
fn refused_suspended_silent_and_not_verified() {
    let world = World::new();
    let late = Check { decided_at: NOW.plus(601), ..accepted(&world) };
    let twice = Check { nonce_used: true, ..accepted(&world) };
    let never = Check { decided_at: NOW.plus(86_400), ..silent(&world) };
    let no_presentation = Check { presentation: vec![0xa0], ..accepted(&world) };
    let late_and_unreadable = Check { decided_at: NOW.plus(601), ..no_presentation.clone() };
    let cases = [
        (with_standing(&world, Standing::Revoked), "REFUSE", "status-revoked", None),
        (with_standing(&world, Standing::Suspended), "INDETERMINATE", "status-suspended", None),
        (
            with_standing(&world, Standing::UnderReview),
            "ACCEPT_WITH_NOTICE",
            "dispute-open-rights-continue",
            None,
        ),
        (silent(&world), "INDETERMINATE", "no-answer", None),
        (never, "INDETERMINATE", "no-answer", None),
        (rejected(&world), "NOT_VERIFIED", "not-verified", Some("C-05")),
        (no_presentation, "NOT_VERIFIED", "not-verified", Some("B-01")),
        (late_and_unreadable, "NOT_VERIFIED", "not-verified", Some("B-01")),
        (late, "NOT_VERIFIED", "not-verified", Some("B-02")),
        (twice, "NOT_VERIFIED", "not-verified", Some("B-20")),
    ];
    for (check, outcome, reason, rule) in cases {
        let receipt = first(&world, &check);
        assert_eq!((receipt.verdict().name(), receipt.reason().as_str()), (outcome, reason));
        assert_eq!(receipt.rejected_by(), rule, "{reason}");
        assert_eq!(receipt.fallback(Lang::En).is_some(), outcome == "INDETERMINATE", "{reason}");
        assert_eq!(replayed(&world, &check, &receipt), "confirmed", "{reason} {rule:?}");
        let decision = check.replay(world.anchor.public_key(), &receipt).unwrap();
        let decision = decision.decision().map(|decision| decision.outcome().name());
        assert_eq!(decision, rule.is_none().then_some(outcome));
    }
}

/// Every decision of every purpose has a receipt that its own inputs confirm.
#[test]
fn every_case_of_every_purpose() {
    let world = World::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/purposes");
    let mut confirmed = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let Some("json") = path.extension().and_then(|extension| extension.to_str()) else { continue };
        let file = File::parse(&fs::read_to_string(&path).unwrap()).unwrap();
        let id = path.file_stem().unwrap().to_str().unwrap();
        for check in checks(id, &file) {
            let receipt = first(&world, &check);
            assert_eq!(replayed(&world, &check, &receipt), "confirmed", "{id}");
            let from_decision = receipt.retention_from() == RetentionFrom::Decision;
            let end = check.decided_at.plus(86_400 * i64::from(receipt.retention_days()));
            assert_eq!(receipt.keep_until(), from_decision.then_some(end), "{id}");
            confirmed += 1;
        }
    }
    assert!(confirmed > 300, "{confirmed}");
}

/// The checks of a vector file; none for a purpose that is decided on the holder's device.
fn checks(id: &str, file: &File) -> Vec<Check> {
    let Some(registration) = &file.baseline.registration else { return Vec::new() };
    let text =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../spec/purposes/{id}.toml")));
    let profile = text.unwrap();
    let parsed = Profile::from_toml(&profile).unwrap();
    let check = |case: &geleit_testkit::vectors::Case| {
        let inputs = &case.inputs;
        let facts = inputs.facts.iter().flatten().map(|(name, value)| (name.as_str(), value.as_str()));
        let now = UnixTime(inputs.now.or(file.baseline.now).unwrap());
        let lists = inputs.status_lists.as_ref().or(file.baseline.status_lists.as_ref()).unwrap();
        Check {
            trust_list: file.baseline.trust_list.clone().unwrap().0,
            status_lists: lists.iter().map(|list| list.0.clone()).collect(),
            profile: profile.clone(),
            registration: registration.0.clone(),
            request: inputs.request.as_ref().or(file.baseline.request.as_ref()).unwrap().0.clone(),
            presentation: inputs.presentation.clone().unwrap().0,
            facts: Facts::parse(&parsed, facts).unwrap(),
            salt: [3; 16],
            asked_at: now,
            decided_at: now,
            nonce_used: false,
        }
    };
    file.cases.iter().map(check).collect()
}

/// Decided the day after: what was verified then is verified as of then.
#[test]
fn a_decision_after_its_verification() {
    let world = World::new();
    let check = accepted(&world);
    let receipt = check.decided(&world, |receipt| {
        let Decided::Verified { presentation, facts, salt, .. } = receipt.decided else {
            panic!("verified");
        };
        let later = NOW.plus(3_600);
        let decision =
            geleit_credential::decision::decide(presentation, receipt.profile, facts, later).unwrap();
        let decided = Decided::Verified { presentation, decision: &decision, facts, salt };
        Receipt { decided, decided_at: later, ..*receipt }.sign(&world.relying_party)
    });
    let later = Check { decided_at: NOW.plus(3_600), ..check.clone() };
    let receipt = later.verify(&world, &receipt.unwrap()).unwrap();
    assert_eq!((receipt.verified_at(), receipt.decided_at()), (NOW, NOW.plus(3_600)));
    assert_eq!(receipt.evidence().iter().map(|note| note.age_s).collect::<Vec<_>>(), [3_600, 3_600]);
    assert_eq!(replayed(&world, &check, &receipt), "confirmed");
}

// No claim value.

/// The word stands in each claim that is shown and in the fact; it is looked for in what is signed.
#[test]
fn no_receipt_has_the_value_of_a_claim_or_fact() {
    const WORD: &str = "SECRET";
    let world = World::new();
    let mut identity = people::identity();
    for id in ["id.family_name", "id.given_name", "doc.number"] {
        identity.set(id, Value::text(WORD)).unwrap();
    }
    let mut residence = people::residence();
    let document = [("type", "P"), ("country", "UTO"), ("number", WORD)]
        .map(|(key, value)| (Value::text(key), Value::text(value)));
    residence.set("res.uk.linked_documents", Value::Array(vec![Value::Map(document.into())])).unwrap();
    let held = [world.held(&identity, "identity"), world.held(&residence, "residence")];
    let fact = Facts::new().text("document_number_presented", WORD);
    let carrier = Check::new(&world, "uk-carrier-permission-to-travel", &held.each_ref(), fact);
    let employer = Check::new(&world, "uk-right-to-work", &held.each_ref(), facts());
    for check in [&carrier, &employer] {
        let contains =
            |bytes: &[u8], word: &str| bytes.windows(word.len()).any(|part| part == word.as_bytes());
        assert!(contains(&check.presentation, WORD), "the test would find nothing");
        let receipt = signed(&world, check);
        assert!(!contains(&receipt, WORD));
        // Neither the end of the permission nor the first working day.
        assert!(!contains(&receipt, "2028-03-31") && !contains(&receipt, "2026-12-01"));
        let verified = check.verify(&world, &receipt).unwrap();
        assert!(!format!("{verified:?}").contains(WORD));
    }
}

/// Facts are few: without the salt their hash could be found by trying.
#[test]
fn the_hash_of_facts_depends_on_the_salt() {
    assert_ne!(facts().digest(&[1; 16]), facts().digest(&[2; 16]));
    assert_ne!(facts().digest(&[1; 16]), Facts::new().digest(&[1; 16]));
}

// Who signed: E-01, E-02, E-13, and the envelope.

#[test]
fn another_key_or_party_is_refused() {
    let world = World::new();
    let check = accepted(&world);
    let strangers = Envelope::resign(&signed(&world, &check), &world.stranger, |_| {});
    assert_eq!(code(check.verify(&world, &strangers)), "E-01");
    let broken = forge::with_broken_signature(signed(&world, &check));
    assert_eq!(code(check.verify(&world, &broken)), "E-01");
    let other_key = registered(&world, |content| content.request_key = world.stranger.public_key().clone());
    let receipt = signed(&world, &check);
    let parsed = SignedReceipt::parse(&receipt).unwrap();
    assert_eq!(code(parsed.verify(&other_key, NOW)), "E-01");

    let other_iss = |envelope: &mut Envelope| {
        envelope.payload.set(&Value::int(claim::ISS), &Value::text("https://other.example"));
    };
    assert_eq!(code(check.verify(&world, &forged(&world, &check, other_iss))), "E-02");
    let other_party =
        registered(&world, |content| content.relying_party = "https://other.example".to_owned());
    assert_eq!(code(parsed.verify(&other_party, NOW)), "E-02");
    let other_use = |envelope: &mut Envelope| {
        set(envelope, "intended_use_id", &Value::text("uk-right-to-rent"));
    };
    assert_eq!(code(check.verify(&world, &forged(&world, &check, other_use))), "E-02");
}

fn registered(world: &World, change: impl FnOnce(&mut RegistrationContent)) -> RelyingParty {
    registered_at(world, NOW.plus(60), change)
}

fn registered_at(world: &World, at: UnixTime, change: impl FnOnce(&mut RegistrationContent)) -> RelyingParty {
    let profile = Profile::find_embedded("uk-right-to-work").unwrap();
    let mut content = world.registration_content(&profile);
    change(&mut content);
    let bytes = content.sign(&world.registrar).unwrap();
    let registration = Registration::parse(&bytes).unwrap();
    world.with_known(|known| registration.verify(known, at)).unwrap()
}

#[test]
fn a_registration_that_did_not_hold_then_is_refused() {
    let world = World::new();
    let receipt = signed(&world, &accepted(&world));
    let parsed = SignedReceipt::parse(&receipt).unwrap();
    let later = registered(&world, |content| content.issued_at = NOW.plus(1));
    assert_eq!(code(parsed.verify(&later, NOW.plus(60))), "E-13");
    let ended = registered_at(&world, NOW.plus(-60), |content| content.expires_at = NOW);
    assert_eq!(code(parsed.verify(&ended, NOW.plus(60))), "E-13");
    let begun = registered(&world, |content| content.issued_at = NOW);
    assert_eq!(code(parsed.verify(&begun, NOW.plus(60))), "accepted");
    let held = registered_at(&world, NOW.plus(-60), |content| content.expires_at = NOW.plus(1));
    assert_eq!(code(parsed.verify(&held, NOW.plus(86_400 * 3_650))), "accepted");
    // Verified while it held, and decided when it no longer did.
    let check = accepted(&world);
    let later = forged(&world, &check, |one| {
        one.payload.set(&Value::int(claim::IAT), &Value::int(NOW.0 + 1));
    });
    let refused = SignedReceipt::parse(&later).unwrap().verify(&held, NOW.plus(60)).unwrap_err();
    let (from, until) = (held.issued_at(), held.expires_at());
    assert_eq!(refused, ReceiptError::NotRegisteredThen { from, until, decided_at: NOW.plus(1) });
}

#[test]
fn other_documents_and_fields_are_refused() {
    let world = World::new();
    let check = accepted(&world);
    assert_eq!(code(SignedReceipt::parse(&check.request)), "T-01");
    let marked = forged(&world, &check, |envelope| set(envelope, "mark", &Value::Uint(1)));
    assert_eq!(code(check.verify(&world, &marked)), "T-07");
    for name in ["rule", "trust_list", "redress"] {
        let marked = forged(&world, &check, |envelope| {
            let name = Value::text(name);
            let mut inner = RawMap::open(envelope.payload.get(&name).unwrap());
            inner.set(&Value::text("mark"), &Value::Uint(1));
            envelope.payload.set_raw(&name, inner.encode());
        });
        assert_eq!(code(check.verify(&world, &marked)), "T-07", "{name}");
    }
    let marked = forged(&world, &check, |envelope| {
        let note = Value::Map(vec![
            (Value::text("vct"), Value::text("urn:geleit:residence:1")),
            (Value::text("issuer"), Value::text("https://status.example")),
            (Value::text("age_s"), Value::Uint(1)),
            (Value::text("status"), Value::text("valid")),
            (Value::text("mark"), Value::Uint(1)),
        ]);
        set(envelope, "evidence", &Value::Array(vec![note]));
    });
    assert_eq!(code(check.verify(&world, &marked)), "T-07", "evidence");
    for name in [
        "verified_at",
        "number",
        "previous",
        "intended_use_id",
        "request",
        "profile",
        "status_lists",
        "outcome",
        "reason",
    ]
    .into_iter()
    .chain(["notices", "evidence", "trust_list", "retention_days", "retention_from", "redress", "contact"])
    .chain(["automated_assessment", "training_use"])
    {
        let without = forged(&world, &check, |envelope| remove(envelope, name));
        assert_eq!(code(check.verify(&world, &without)), "T-03", "{name}");
        let other = forged(&world, &check, |envelope| set(envelope, name, &Value::Null));
        assert_eq!(code(check.verify(&world, &other)), "T-03", "{name}");
    }
}

// E-03.

#[test]
fn times_that_cannot_be_are_refused() {
    let world = World::new();
    let check = accepted(&world);
    let before = forged(&world, &check, |envelope| set(envelope, "verified_at", &Value::int(NOW.0 + 1)));
    assert_eq!(code(check.verify(&world, &before)), "E-03");
    let receipt = signed(&world, &check);
    let parsed = SignedReceipt::parse(&receipt).unwrap();
    assert_eq!(parsed.dangerous_unverified_time(), Ok(NOW));
    let party = check.relying_party(&world);
    assert_eq!(code(parsed.verify(&party, NOW.plus(-301))), "E-03");
    assert_eq!(code(parsed.verify(&party, NOW.plus(-300))), "accepted");
}

// E-04.

#[test]
fn parts_that_do_not_go_together_are_refused() {
    type Change = fn(&mut Envelope);
    let world = World::new();
    let hash = || Value::bytes([1; 32]);
    let text =
        || Value::Map(vec![(Value::text("en"), Value::text("x")), (Value::text("de"), Value::text("x"))]);
    let decided: [(&str, Change); 21] = [
        ("no such outcome", |one| set(one, "outcome", &Value::text("ACCEPTED"))),
        ("the wallet's outcome", |one| set(one, "outcome", &Value::text("BLOCKED_BY_WALLET"))),
        ("a reason of another kind", |one| set(one, "outcome", &Value::text("REFUSE"))),
        ("no such reason", |one| set(one, "reason", &Value::text("because"))),
        ("no such notice", |one| set(one, "notices", &Value::Array(vec![Value::text("nota bene")]))),
        ("no rule", |one| remove(one, "rule")),
        ("no facts", |one| remove(one, "facts")),
        ("no presentation", |one| remove(one, "presentation")),
        ("no evidence", |one| set(one, "evidence", &Value::Array(Vec::new()))),
        ("a rule that was broken", |one| set(one, "rejected_by", &Value::text("C-05"))),
        ("number 0", |one| set(one, "number", &Value::Uint(0))),
        ("the second without a first", |one| set(one, "number", &Value::Uint(2))),
        ("the first after another", |one| set(one, "previous", &Value::bytes([1; 32]))),
        ("an end while an event is awaited", |one| set(one, "keep_until", &Value::int(NOW.0))),
        ("no end", |one| set(one, "retention_from", &Value::text("decision"))),
        ("another end", |one| {
            set(one, "retention_from", &Value::text("decision"));
            set(one, "keep_until", &Value::int(NOW.0 + 730 * 86_400 + 1));
        }),
        ("no such beginning", |one| set(one, "retention_from", &Value::text("birth"))),
        ("longer than registered", |one| set(one, "retention_days", &Value::Uint(731))),
        ("no such use of machines", |one| set(one, "automated_assessment", &Value::text("a little"))),
        ("training", |one| set(one, "training_use", &Value::text("permitted"))),
        ("not verified, but decided", |one| {
            set(one, "outcome", &Value::text("NOT_VERIFIED"));
            set(one, "reason", &Value::text("not-verified"));
            set(one, "rejected_by", &Value::text("C-05"));
        }),
    ];
    let check = accepted(&world);
    for (name, change) in decided {
        assert_eq!(code(check.verify(&world, &forged(&world, &check, change))), "E-04", "{name}");
    }
    let fallback = forged(&world, &check, |one| set(one, "fallback", &text()));
    assert_eq!(code(check.verify(&world, &fallback)), "E-04", "a fallback beside a yes");
    let end = forged(&world, &check, |one| {
        set(one, "retention_from", &Value::text("decision"));
        set(one, "keep_until", &Value::int(NOW.0 + 730 * 86_400));
    });
    assert_eq!(code(check.verify(&world, &end)), "accepted");

    let open = with_standing(&world, Standing::Suspended);
    let without = forged(&world, &open, |one| remove(one, "fallback"));
    assert_eq!(code(open.verify(&world, &without)), "E-04", "neither yes nor no, and no fallback");
    let noted =
        |one: &mut Envelope| set(one, "notices", &Value::Array(vec![Value::text("evidence-not-fresh")]));
    assert_eq!(code(open.verify(&world, &forged(&world, &open, noted))), "E-04", "a notice beside no yes");
    let excuse = |one: &mut Envelope| set(one, "reason", &Value::text("not-verified"));
    assert_eq!(
        code(open.verify(&world, &forged(&world, &open, excuse))),
        "E-04",
        "decided, but not verified"
    );

    let silence = silent(&world);
    let shown = forged(&world, &silence, |one| set(one, "presentation", &hash()));
    assert_eq!(code(silence.verify(&world, &shown)), "E-04", "silence that says something");

    let broken = rejected(&world);
    let kept: [(&str, Change); 5] = [
        ("no rule was broken", |one| remove(one, "rejected_by")),
        ("another reason", |one| set(one, "reason", &Value::text("no-answer"))),
        ("no presentation", |one| remove(one, "presentation")),
        ("facts", |one| set(one, "facts", &Value::bytes([1; 32]))),
        ("notices", |one| set(one, "notices", &Value::Array(vec![Value::text("evidence-not-fresh")]))),
    ];
    for (name, change) in kept {
        assert_eq!(code(broken.verify(&world, &forged(&world, &broken, change))), "E-04", "{name}");
    }
    let fallback = forged(&world, &broken, |one| set(one, "fallback", &text()));
    assert_eq!(code(broken.verify(&world, &fallback)), "E-04", "a fallback of what was not decided");
    let note = |vct: &str, status: &str| {
        Value::Array(vec![Value::Map(vec![
            (Value::text("vct"), Value::text(vct)),
            (Value::text("issuer"), Value::text("https://status.example")),
            (Value::text("age_s"), Value::Uint(1)),
            (Value::text("status"), Value::text(status)),
        ])])
    };
    for (vct, status) in [("urn:example:other", "valid"), ("urn:geleit:residence:1", "dead")] {
        let other = forged(&world, &check, |one| set(one, "evidence", &note(vct, status)));
        assert_eq!(code(check.verify(&world, &other)), "E-04", "{vct} {status}");
    }
}

/// The message names the part, what was required and what was presented.
#[test]
fn the_part_that_does_not_go_with_the_others_is_named() {
    type Change = fn(&mut Envelope);
    let world = World::new();
    let check = accepted(&world);
    let cases: [(Change, &str); 9] = [
        (|one| remove(one, "rule"), "rule: required with ACCEPT_UNTIL, presented none"),
        (
            |one| set(one, "rejected_by", &Value::text("C-05")),
            "rejected_by: required none with ACCEPT_UNTIL, presented one",
        ),
        (
            |one| set(one, "outcome", &Value::text("REFUSE")),
            "reason: required one of REFUSE, presented work-permitted-until",
        ),
        (
            |one| set(one, "reason", &Value::text("because")),
            "reason: required a name of its list, presented another text",
        ),
        (
            |one| set(one, "outcome", &Value::text("BLOCKED_BY_WALLET")),
            "outcome: required a name of its list, presented another text",
        ),
        (
            |one| set(one, "number", &Value::Uint(2)),
            "place in the log: required number 1 with no receipt before it, or a later number with one; \
             presented number 2 otherwise",
        ),
        (
            |one| set(one, "keep_until", &Value::int(0)),
            "keep_until: required none, presented 1970-01-01T00:00:00Z",
        ),
        (
            |one| set(one, "retention_days", &Value::Uint(100_000)),
            "retention: required 730 days at most, presented 100000 days",
        ),
        (
            |one| set(one, "training_use", &Value::text("permitted")),
            "training_use: required prohibited, presented another text",
        ),
    ];
    for (change, text) in cases {
        let refused = check.verify(&world, &forged(&world, &check, change)).unwrap_err();
        assert_eq!(refused.to_string(), format!("E-04 receipt: {text}"));
    }
}

/// Every outcome has one name, and a receipt has all but the wallet's.
#[test]
fn outcomes_and_their_names() {
    for outcome in OutcomeName::ALL {
        assert_eq!(OutcomeName::from_name(outcome.name()), Some(outcome));
        let verdict = (outcome != OutcomeName::BlockedByWallet).then_some(Verdict::Decision(outcome));
        assert_eq!(Verdict::from_name(outcome.name()), verdict);
    }
    assert_eq!(Verdict::from_name(Verdict::NotVerified.name()), Some(Verdict::NotVerified));
    assert_eq!(OutcomeName::from_name("NOT_VERIFIED"), None);
}

// E-05 to E-08: replay.

#[test]
fn another_input_is_noticed() {
    let world = World::new();
    let check = accepted(&world);
    let receipt = first(&world, &check);
    let other_list = {
        let mut content = world.trust_list_content();
        content.sequence = 8;
        content.sign(&world.anchor).unwrap()
    };
    let other_request = world.request_bytes(&check.profile(), b"another nonce of 16");
    let inputs = [
        ("trust list", Check { trust_list: other_list, ..check.clone() }),
        ("request", Check { request: other_request, ..check.clone() }),
        ("presentation", Check { presentation: rejected(&world).presentation, ..check.clone() }),
        ("facts", Check { facts: facts().number("hours_per_week", 20), ..check.clone() }),
        ("salt", Check { salt: [8; 16], ..check.clone() }),
    ];
    for (name, other) in inputs {
        assert_eq!(replayed(&world, &other, &receipt), "E-05", "{name}");
    }
    let silence = silent(&world);
    let other = Check { trust_list: silence.request.clone(), ..silence.clone() };
    assert_eq!(replayed(&world, &other, &first(&world, &silence)), "E-05");
}

/// A request that has expired is looked at as of the time when it was sent; one that is not open yet, or for
/// too long, is not permitted that way either.
#[test]
fn a_request_as_it_was_sent() {
    let world = World::new();
    let check = accepted(&world);
    let permit = |bytes: &[u8], at| {
        let request = Request::parse(bytes).unwrap();
        let code = |permitted: Result<PermittedRequest, RequestError>| {
            permitted.map_or_else(|error| error.code(), |_| "permitted")
        };
        world.with_known(|known| (code(request.permit(known, at)), code(request.permit_as_sent(known, at))))
    };
    assert_eq!(permit(&check.request, NOW), ("permitted", "permitted"));
    assert_eq!(permit(&check.request, NOW.plus(600)), ("R-04", "permitted"));
    assert_eq!(permit(&check.request, NOW.plus(-301)), ("R-04", "R-04"));
    let profile = check.profile();
    let mut content = world.request_content(&profile, &check.registration, b"sixteen byte nonce");
    content.expires_at = NOW.plus(86_401);
    let too_long = content.sign(&world.relying_party).unwrap();
    assert_eq!(permit(&too_long, NOW.plus(90_000)), ("R-04", "R-04"));
    let others = check.request.clone();
    assert_eq!(permit(&forge::with_broken_signature(others), NOW.plus(600)), ("R-03", "R-03"));
}

/// The party of a kept request, for whoever has nothing but what was kept.
#[test]
fn the_party_of_the_kept_inputs() {
    let world = World::new();
    let (check, facts) = (accepted(&world), Facts::new());
    let lists: Vec<&[u8]> = check.status_lists.iter().map(Vec::as_slice).collect();
    let kept = KeptInputs {
        trust_list: &check.trust_list,
        status_lists: &lists,
        profile: &check.profile,
        request: &check.request,
        presentation: &check.presentation,
        facts: &facts,
        salt: &check.salt,
    };
    let (anchor, later) = (world.anchor.public_key(), NOW.plus(3_600));
    let party = kept.relying_party(anchor, later).unwrap();
    assert_eq!(party.id(), check.relying_party(&world).id());
    let refused = |kept: KeptInputs<'_>| match kept.relying_party(anchor, later) {
        Err(ReplayError::Input { input, .. }) => input,
        other => panic!("{other:?}"),
    };
    let other = kept.request;
    assert_eq!(refused(KeptInputs { trust_list: other, ..kept }), "trust list");
    assert_eq!(refused(KeptInputs { status_lists: &[other], ..kept }), "status list");
    assert_eq!(refused(KeptInputs { status_lists: &[], ..kept }), "request");
    assert_eq!(refused(KeptInputs { profile: "id = 1", ..kept }), "profile");
    assert_eq!(refused(KeptInputs { request: kept.trust_list, ..kept }), "request");
}

/// Version 1 of a table, in which an open dispute is no answer; version 2 lets the rights go on.
fn version_1(text: &str) -> String {
    let (before, row) = text.split_once("# Row 30.").unwrap();
    let row = row.replacen("outcome = \"ACCEPT_WITH_NOTICE\"", "outcome = \"INDETERMINATE\"", 1);
    let row = row.replacen("reason = \"dispute-open-rights-continue\"", "reason = \"dispute-open\"", 1);
    format!("{before}# Row 30.{row}").replacen("version = 2", "version = 1", 1)
}

#[test]
fn the_rules_of_then_decide_and_not_those_of_now() {
    let world = World::new();
    let new = with_standing(&world, Standing::UnderReview);
    let old = Check { profile: version_1(&new.profile), ..new.clone() };
    assert_eq!((old.profile().version(), new.profile().version()), (1, 2));
    let (before, after) = (first(&world, &old), first(&world, &new));
    assert_eq!(before.verdict().name(), "INDETERMINATE");
    assert_eq!(after.verdict().name(), "ACCEPT_WITH_NOTICE");
    assert_eq!(before.rule().unwrap().version, 1);
    assert_eq!(replayed(&world, &old, &before), "confirmed");
    assert_eq!(replayed(&world, &new, &after), "confirmed");
    assert_eq!(replayed(&world, &new, &before), "E-06");
    assert_eq!(replayed(&world, &old, &after), "E-06");
    // The same version with one letter more is another text, and another purpose is another rule.
    let edited = Check { profile: format!("{}#", old.profile), ..old.clone() };
    assert_eq!(replayed(&world, &edited, &before), "E-06");
    let silence = silent(&world);
    let rent = accepted_profile("uk-right-to-rent");
    assert_eq!(
        replayed(&world, &Check { profile: rent, ..silence.clone() }, &first(&world, &silence)),
        "E-06"
    );
    // A receipt of silence names no row, but the profile all the same; and so does one of what was not verified.
    let reworded = silence.profile.replace("Ask the Employer Checking Service.", "Ask somebody.");
    let reworded = Check { profile: reworded, ..silence.clone() };
    assert_eq!(replayed(&world, &reworded, &first(&world, &silence)), "E-06");
    let broken = rejected(&world);
    let edited = Check { profile: format!("{}#", broken.profile), ..broken.clone() };
    assert_eq!(replayed(&world, &edited, &first(&world, &broken)), "E-06");
}

fn accepted_profile(id: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../spec/purposes/{id}.toml")))
        .unwrap()
}

#[test]
fn an_input_that_does_not_verify_is_noticed() {
    let world = World::new();
    let check = accepted(&world);
    let receipt = first(&world, &check);
    let anchor = check.replay(world.stranger.public_key(), &receipt).unwrap_err();
    assert_eq!(anchor, ReplayError::Input { input: "trust list", rule: "C-05" });
    let mut broken = check.clone();
    for list in &mut broken.status_lists {
        *list = forge::with_broken_signature(core::mem::take(list));
    }
    assert_eq!(replayed(&world, &broken, &receipt), "E-07");
    // Without the list of registrations nobody knows whether the party was registered.
    let mut without = check.clone();
    without.status_lists.truncate(1);
    let own = forged(&world, &check, |one| set_lists(one, &world, &without));
    let own = check.verify(&world, &own).unwrap();
    let unknown = without.replay(world.anchor.public_key(), &own).unwrap_err();
    assert!(matches!(unknown, ReplayError::Input { input: "request", .. }), "{unknown}");
    let unreadable = Check { profile: "id = 1".to_owned(), ..check.clone() };
    assert_eq!(replayed(&world, &unreadable, &receipt), "E-07");
    // A party that says "verified" of what was not.
    let lie = rejected(&world);
    let hash = Value::bytes(receipt_id(&lie.presentation));
    let lied = forged(&world, &check, |one| set(one, "presentation", &hash));
    let lied = check.verify(&world, &lied).unwrap();
    let noticed = lie.replay(world.anchor.public_key(), &lied).unwrap_err();
    assert_eq!(noticed, ReplayError::Input { input: "presentation", rule: "C-05" });
}

#[test]
fn another_answer_is_noticed() {
    type Change = fn(&mut Envelope);
    let world = World::new();
    let check = accepted(&world);
    let changes: [(&str, Change); 5] = [
        ("outcome", |one| set(one, "outcome", &Value::text("ACCEPT"))),
        ("reason", |one| set(one, "reason", &Value::text("work-permitted"))),
        ("reason", |one| set(one, "notices", &Value::Array(vec![Value::text("evidence-not-fresh")]))),
        ("text", |one| {
            let texts =
                vec![(Value::text("en"), Value::text("No.")), (Value::text("de"), Value::text("Nein."))];
            set(one, "redress", &Value::Map(texts));
        }),
        ("row", |one| {
            let profile = Profile::find_embedded("uk-right-to-work").unwrap();
            let rule = vec![
                (Value::text("version"), Value::Uint(u64::from(profile.version()))),
                (Value::text("row"), Value::Uint(1)),
            ];
            set(one, "rule", &Value::Map(rule));
        }),
    ];
    for (what, change) in changes {
        let lied = check.verify(&world, &forged(&world, &check, change)).unwrap();
        let noticed = check.replay(world.anchor.public_key(), &lied);
        assert_eq!(noticed.unwrap_err(), ReplayError::Differs { what }, "{what}");
    }
    for what in ["left out", "added", "vct", "issuer", "age_s", "status", "list"] {
        let lied = forged(&world, &check, |one| {
            let encoded = one.payload.get(&Value::text("evidence")).unwrap();
            let Value::Array(mut notes) =
                Value::decode(encoded, &Limits::TOKEN, Encoding::Deterministic).unwrap()
            else {
                unreachable!("a list")
            };
            let mut last = RawMap::open(&notes.pop().unwrap().encode());
            let change = match what {
                "vct" => Value::text("urn:geleit:qualification:1"),
                "issuer" => Value::text("https://other.example"),
                "age_s" => Value::Uint(9_999),
                "status" => Value::text("under-review"),
                _ => Value::bytes([0; 32]),
            };
            if matches!(what, "vct" | "issuer" | "age_s" | "status" | "list") {
                last.set(&Value::text(what), &change);
            }
            let last = Value::decode(&last.encode(), &Limits::TOKEN, Encoding::Deterministic).unwrap();
            let times = match what {
                "left out" => 0,
                "added" => 2,
                _ => 1,
            };
            notes.extend(std::iter::repeat_n(last, times));
            set(one, "evidence", &Value::Array(notes));
        });
        let lied = check.verify(&world, &lied).unwrap();
        let noticed = check.replay(world.anchor.public_key(), &lied);
        assert_eq!(noticed.unwrap_err(), ReplayError::Differs { what: "evidence" }, "{what}");
    }
    let broken = rejected(&world);
    let lied = forged(&world, &broken, |one| set(one, "rejected_by", &Value::text("B-12")));
    let lied = broken.verify(&world, &lied).unwrap();
    assert_eq!(replayed(&world, &broken, &lied), "E-08");
    let honest = accepted(&world);
    let excuse = forged(&world, &broken, |one| {
        set(one, "presentation", &Value::bytes(receipt_id(&honest.presentation)));
    });
    let excuse = honest.verify(&world, &excuse).unwrap();
    assert_eq!(replayed(&world, &honest, &excuse), "E-08", "an honest answer that was called broken");
}

fn set_lists(envelope: &mut Envelope, world: &World, check: &Check) {
    let statuses = world.status_lists_of(&check.status_lists, NOW);
    set(envelope, "status_lists", &Value::bytes(lists_hash(&statuses)));
}

/// The list that said "revoked" cannot be exchanged for the one before it, nor left away, also not when the
/// receipt names what is kept.
#[test]
fn an_older_status_list_is_noticed() {
    let world = World::new();
    let check = with_standing(&world, Standing::Revoked);
    let rolled_back = Check { status_lists: accepted(&world).status_lists, ..check.clone() };
    let left_away = Check { status_lists: check.status_lists[1..].to_vec(), ..check.clone() };
    // As good in what it says, but not the one of the receipt.
    let fine = accepted(&world);
    let mut content = world.status_list_content(geleit_testkit::world::CREDENTIAL_LIST);
    content.issued_at = content.issued_at.plus(1);
    let reissued = content.sign(&world.publisher).unwrap();
    let other = Check { status_lists: vec![reissued, fine.status_lists[1].clone()], ..fine.clone() };
    for (check, changed) in [(&check, rolled_back), (&check, left_away), (&fine, other)] {
        let set_of = ReplayError::OtherInput { input: "set of status lists" };
        let receipt = first(&world, check);
        assert_eq!(changed.replay(world.anchor.public_key(), &receipt).unwrap_err(), set_of);
        let lied = forged(&world, check, |one| set_lists(one, &world, &changed));
        let lied = check.verify(&world, &lied).unwrap();
        assert_eq!(replayed(&world, &changed, &lied), "E-08");
    }
}

/// Lists of which the evidence says nothing: that of the registration, one that was not there, and those of a
/// check that decided nothing.
#[test]
fn a_status_list_outside_of_the_evidence_is_noticed() {
    let world = World::new();
    let mut content = world.status_list_content(geleit_testkit::world::REGISTRATION_LIST);
    content.issued_at = content.issued_at.plus(1);
    let reissued = content.sign(&world.publisher).unwrap();
    let added = world.status_list_content("https://lists.example/another").sign(&world.publisher).unwrap();
    for check in [accepted(&world), rejected(&world), silent(&world)] {
        let receipt = first(&world, &check);
        let registration = vec![check.status_lists[0].clone(), reissued.clone()];
        let one_more = [check.status_lists.clone(), vec![added.clone()]].concat();
        for status_lists in [registration, one_more] {
            let other = Check { status_lists, ..check.clone() };
            assert_eq!(replayed(&world, &other, &receipt), "E-05");
        }
    }
    let statuses = world.status_lists_of(&[reissued], NOW);
    let refused = accepted(&world)
        .decided(&world, |receipt| Receipt { statuses: &statuses, ..*receipt }.sign(&world.relying_party));
    assert_eq!(refused, Err(ReceiptError::Mismatch("status lists")));
}

// E-09: the log.

/// Four receipts in a row, of four different answers.
fn log(world: &World) -> Vec<VerifiedReceipt> {
    let checks = [accepted(world), rejected(world), silent(world), with_standing(world, Standing::Revoked)];
    let mut receipts: Vec<VerifiedReceipt> = Vec::new();
    for check in &checks {
        let place = receipts.last().map_or(LogPlace::FIRST, LogPlace::after);
        receipts.push(check.verify(world, &check.receipt(world, place)).unwrap());
    }
    receipts
}

#[test]
fn a_log_without_gaps() {
    let receipts = log(&World::new());
    for pair in receipts.windows(2) {
        assert_eq!(pair[1].follows(&pair[0]), Ok(()));
    }
    let numbers: Vec<u64> = receipts.iter().map(|receipt| receipt.place().number()).collect();
    assert_eq!(numbers, [1, 2, 3, 4]);
    assert_eq!(receipts[0].place(), &LogPlace::FIRST);
    assert_eq!(&LogPlace::continues(3, *receipts[2].id()), receipts[3].place());
}

#[test]
fn what_was_cut_out_is_noticed() {
    let world = World::new();
    let receipts = log(&world);
    // In the middle: the next does not follow.
    assert_eq!(code(receipts[2].follows(&receipts[0])), "E-09");
    assert_eq!(receipts[2].follows(&receipts[0]), Err(ReceiptError::Gap { required: 2, presented: 3 }));
    // At the head: what is left does not begin with number 1.
    assert_ne!(receipts[1].place(), &LogPlace::FIRST);
    // Turned round, or twice.
    assert_eq!(code(receipts[0].follows(&receipts[1])), "E-09");
    assert_eq!(code(receipts[1].follows(&receipts[1])), "E-09");
    // Another receipt in the place of one that was taken out has another hash.
    let check = with_standing(&world, Standing::Suspended);
    let place = LogPlace::after(&receipts[0]);
    let exchanged = check.verify(&world, &check.receipt(&world, place)).unwrap();
    assert_eq!(exchanged.follows(&receipts[0]), Ok(()));
    assert_eq!(code(receipts[2].follows(&exchanged)), "E-09");
    let (required, presented) = (*exchanged.id(), *receipts[1].id());
    let other = ReceiptError::OtherPrevious { number: 3, required, presented };
    assert_eq!(receipts[2].follows(&exchanged), Err(other));
    assert!(!other.to_string().contains("required number"), "{other}");
}

/// The log of another party, with the same numbers and even the same hash before.
#[test]
fn a_receipt_of_another_party_does_not_follow() {
    let world = World::new();
    let receipts = log(&world);
    let other_party =
        registered(&world, |content| content.relying_party = "https://other.example".to_owned());
    let check = accepted(&world);
    let next = check.receipt(&world, LogPlace::after(&receipts[3]));
    let others = Envelope::resign(&next, &world.relying_party, |envelope| {
        envelope.payload.set(&Value::int(claim::ISS), &Value::text("https://other.example"));
    });
    let others = SignedReceipt::parse(&others).unwrap().verify(&other_party, NOW).unwrap();
    assert_eq!(code(others.follows(&receipts[3])), "E-09");
    assert_eq!(others.follows(&receipts[3]), Err(ReceiptError::OtherPartysLog { number: 5 }));
}

// E-10 to E-12: deletion, and what a party may sign.

fn deletion(receipt: &VerifiedReceipt) -> Deletion<'_> {
    Deletion { receipt, keep_until: NOW.plus(86_400), deleted_at: NOW.plus(86_400 + 120) }
}

fn read_deletion(
    world: &World,
    bytes: &[u8],
    receipt: &VerifiedReceipt,
    now: UnixTime,
) -> Result<VerifiedDeletion, ReceiptError> {
    SignedDeletion::parse(bytes)?.verify(receipt, &accepted(world).relying_party(world), now)
}

#[test]
fn a_deletion_record() {
    let world = World::new();
    let receipt = first(&world, &accepted(&world));
    let bytes = deletion(&receipt).sign(&world.relying_party).unwrap();
    let record = read_deletion(&world, &bytes, &receipt, NOW.plus(100_000)).unwrap();
    assert_eq!((record.keep_until(), record.deleted_at()), (NOW.plus(86_400), NOW.plus(86_520)));
    assert_eq!(record.late_by_s(), 120);
    let early =
        Deletion { deleted_at: NOW.plus(60), ..deletion(&receipt) }.sign(&world.relying_party).unwrap();
    assert_eq!(read_deletion(&world, &early, &receipt, NOW.plus(60)).unwrap().late_by_s(), 0);
}

#[test]
fn deletion_records_with_one_fault() {
    let world = World::new();
    let (receipt, other) = (first(&world, &accepted(&world)), first(&world, &silent(&world)));
    let bytes = deletion(&receipt).sign(&world.relying_party).unwrap();
    let now = NOW.plus(100_000);
    let read = |bytes: &[u8]| code(read_deletion(&world, bytes, &receipt, now));
    assert_eq!(code(read_deletion(&world, &bytes, &other, now)), "E-10");
    assert_eq!(read(&Envelope::resign(&bytes, &world.stranger, |_| {})), "E-01");
    let resigned = |change: &dyn Fn(&mut Envelope)| Envelope::resign(&bytes, &world.relying_party, change);
    let iss =
        |one: &mut Envelope| one.payload.set(&Value::int(claim::ISS), &Value::text("https://o.example"));
    assert_eq!(read(&resigned(&iss)), "E-02");
    let too_early = |one: &mut Envelope| one.payload.set(&Value::int(claim::IAT), &Value::int(NOW.0 - 1));
    assert_eq!(read(&resigned(&too_early)), "E-11");
    assert_eq!(code(read_deletion(&world, &bytes, &receipt, NOW.plus(86_219))), "E-11");
    assert_eq!(code(read_deletion(&world, &bytes, &receipt, NOW.plus(86_220))), "accepted");
    assert_eq!(read(&resigned(&|one: &mut Envelope| set(one, "mark", &Value::Null))), "T-07");
    assert_eq!(read(&resigned(&|one: &mut Envelope| remove(one, "keep_until"))), "T-03");
    assert_eq!(read(&signed(&world, &accepted(&world))), "T-01");
    let other_key = registered(&world, |content| content.request_key = world.stranger.public_key().clone());
    let strangers = Envelope::resign(&bytes, &world.stranger, |_| {});
    let strangers = SignedDeletion::parse(&strangers).unwrap().verify(&receipt, &other_key, now);
    assert_eq!(code(strangers), "E-01", "a key that signed no receipt");

    let before = Deletion { deleted_at: NOW.plus(-1), ..deletion(&receipt) };
    assert_eq!(code(before.sign(&world.relying_party)), "E-11");
    assert_eq!(code(deletion(&receipt).sign(&world.stranger)), "E-12");
}

#[test]
fn only_parts_of_one_check_are_signed() {
    let world = World::new();
    let check = accepted(&world);
    let mismatch = |change: &dyn Fn(Receipt<'_, '_, '_>) -> Result<Vec<u8>, ReceiptError>| {
        let refused = check.decided(&world, |receipt| change(*receipt));
        assert_eq!(code(refused.clone()), "E-12");
        let Err(ReceiptError::Mismatch(what)) = refused else { panic!("E-12") };
        what
    };
    let sign = |receipt: Receipt<'_, '_, '_>| receipt.sign(&world.relying_party);
    assert_eq!(mismatch(&|receipt| receipt.sign(&world.stranger)), "key");
    let rent = Profile::find_embedded("uk-right-to-rent").unwrap();
    assert_eq!(mismatch(&|receipt| sign(Receipt { profile: &rent, ..receipt })), "profile");
    let anchored = World { anchor: geleit_testkit::world::key("other anchor"), ..World::new() };
    let trust = anchored.trust_list();
    assert_eq!(mismatch(&|receipt| sign(Receipt { trust: &trust, ..receipt })), "trust list");
    let other = world.request(&check.profile(), b"another nonce of 16");
    assert_eq!(mismatch(&|receipt| sign(Receipt { request: &other, ..receipt })), "request");
    let old = Profile::from_toml(&version_1(&check.profile)).unwrap();
    assert_eq!(mismatch(&|receipt| sign(Receipt { profile: &old, ..receipt })), "decision");
    assert_eq!(mismatch(&|receipt| sign(Receipt { decided_at: NOW.plus(1), ..receipt })), "time");
    let newer = world.trust_list_content();
    let newer = TrustListContent { sequence: newer.sequence + 1, ..newer }.sign(&world.anchor).unwrap();
    let newer = SignedTrustList::parse(&newer).unwrap().verify(world.anchor.public_key(), 0, NOW).unwrap();
    assert_eq!(mismatch(&|receipt| sign(Receipt { trust: &newer, ..receipt })), "trust list");
}

/// The decision is the one that follows from the presentation and the facts, and not from others.
#[test]
fn a_decision_of_something_else_is_not_signed() {
    let world = World::new();
    let (check, revoked) = (accepted(&world), with_standing(&world, Standing::Revoked));
    let later = facts_from("2029-01-01");
    let with_parts = |other: &Decision, stated: Option<&Facts>| {
        check.decided(&world, |receipt| {
            let Decided::Verified { presentation, decision, facts, salt } = receipt.decided else {
                panic!("verified");
            };
            let decision = if stated.is_some() { decision } else { other };
            let facts = stated.unwrap_or(facts);
            let decided = Decided::Verified { presentation, decision, facts, salt };
            Receipt { decided, ..*receipt }.sign(&world.relying_party)
        })
    };
    let signed_with = |other: &Check, stated: Option<&Facts>| {
        other.decided(&world, |receipt| {
            let Decided::Verified { decision, .. } = receipt.decided else { panic!("verified") };
            with_parts(decision, stated)
        })
    };
    assert!(signed_with(&check, None).is_ok());
    assert_eq!(signed_with(&revoked, None), Err(ReceiptError::Mismatch("decision")));
    let other_facts = Check { facts: later.clone(), ..check.clone() };
    assert_eq!(signed_with(&other_facts, None), Err(ReceiptError::Mismatch("decision")));
    assert_eq!(signed_with(&check, Some(&later)), Err(ReceiptError::Mismatch("decision")));
    let unknown = facts().text("no_such_fact", "yes");
    assert_eq!(signed_with(&check, Some(&unknown)), Err(ReceiptError::Mismatch("facts")));
    let silence = Decision::no_answer(&check.profile(), NOW);
    assert_eq!(with_parts(&silence, None), Err(ReceiptError::Mismatch("decision")));
}

fn facts_from(day: &str) -> Facts {
    Facts::new().date("start_date", Date::parse(day).unwrap()).text("face_matches", "yes")
}

/// "Not verified" is said of a rejection, and of one that can be of this answer at this time.
#[test]
fn a_rejection_of_something_else_is_not_signed() {
    let world = World::new();
    let sign = |check: &Check, rejection: Rejection, presentation: &[u8], decided_at: UnixTime| {
        check.decided(&world, |receipt| {
            let decided = Decided::Rejected { presentation, rejection: &rejection };
            Receipt { decided, decided_at, ..*receipt }.sign(&world.relying_party)
        })
    };
    let (check, mismatch) = (rejected(&world), |what| Err(ReceiptError::Mismatch(what)));
    let (bytes, end) = (check.presentation.clone(), NOW.plus(600));
    let nonce_used = Rejection::Binding(BindingRule::NonceUsed);
    assert!(sign(&check, nonce_used, &bytes, NOW).is_ok());
    assert!(sign(&check, nonce_used, &bytes, end.plus(-1)).is_ok());
    assert_eq!(sign(&check, nonce_used, &bytes, end), mismatch("time"), "it was too late before that");
    assert_eq!(sign(&check, nonce_used, &bytes, NOW.plus(-1)), mismatch("time"), "before the question");
    let late = |now| Rejection::RequestTime { from: NOW, until: end, now };
    assert!(sign(&check, late(end), &bytes, end).is_ok());
    assert_eq!(sign(&check, late(end), &bytes, end.plus(1)), mismatch("time"), "another time");
    assert_eq!(sign(&check, late(NOW), &bytes, NOW), mismatch("time"), "it was open");
    let other = Rejection::RequestTime { from: NOW, until: end.plus(1), now: end.plus(1) };
    assert_eq!(sign(&check, other, &bytes, end.plus(1)), mismatch("time"), "another request");
    let presented = |until| Rejection::PresentedAt { from: NOW.plus(-300), until, presented: NOW.plus(-301) };
    assert!(sign(&check, presented(NOW.plus(300)), &bytes, NOW).is_ok());
    assert_eq!(sign(&check, presented(NOW.plus(301)), &bytes, NOW), mismatch("time"));
    let unreadable = Rejection::Unreadable(PresentationError::Envelope);
    assert!(sign(&check, unreadable, &[0xa0], NOW).is_ok());
    assert_eq!(sign(&check, unreadable, &bytes, NOW), mismatch("rejection"), "it can be read");
    assert_eq!(sign(&check, nonce_used, &[0xa0], NOW), mismatch("rejection"), "it cannot be read");
}

#[test]
fn no_answer_before_the_question_and_none_without_a_registration() {
    let world = World::new();
    let sign = |decided_at| {
        silent(&world)
            .decided(&world, |receipt| Receipt { decided_at, ..*receipt }.sign(&world.relying_party))
    };
    assert_eq!(sign(NOW.plus(-1)), Err(ReceiptError::Mismatch("time")));
    assert!(sign(NOW).is_ok());
    let until = silent(&world).relying_party(&world).expires_at();
    assert!(sign(until.plus(-1)).is_ok());
    assert_eq!(code(sign(until)), "E-13");
}

/// Codes of a receipt are codes of the catalogue, so that whoever reads it years later finds the text.
#[test]
fn reasons_are_in_the_catalogue() {
    let receipt = first(&World::new(), &accepted(&World::new()));
    assert_eq!(ReasonCode::find(receipt.reason().as_str()), Some(receipt.reason()));
}
