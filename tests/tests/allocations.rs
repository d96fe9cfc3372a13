//! Heap allocations: none when a presentation is read and verified, five when a credential is issued, few elsewhere.
//!
//! | what | at most | which |
//! |---|---|---|
//! | an answer, whatever number of credentials | 5 | what is shown; the presentation; party, purpose and claims for the ledger |
//! | any SD-CWT, selected and bound | 2 | what is chosen; the token |
//! | a decision | 8 | see `deciding` |
//!
//! The counter sees every thread, so that this file has one test.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

use geleit_cose::algorithm::Algorithm;
use geleit_cose::cbor::{Encoding, Limits, Value};
use geleit_credential::decision::{Facts, decide};
use geleit_credential::holder::{Consent, HeldCredential, answer};
use geleit_credential::issuer::{Copy, DEFAULT_LIFETIME_S};
use geleit_credential::known::Known;
use geleit_credential::numbers::{cbor, claim, confirmation};
use geleit_credential::presentation::Presentation;
use geleit_credential::purpose::{Profile, Purposes};
use geleit_credential::request::Request;
use geleit_credential::schema::Date;
use geleit_credential::scope::{ScopeEntry, ScopedClaim};
use geleit_credential::sd_cwt::{self, Scratch};
use geleit_credential::status_list::StatusReference;
use geleit_credential::time::UnixTime;
use geleit_credential::verifier::{
    AlreadyUsed, NonceRegister, OpenNonces, ToCheck, VerifiedPresentation, Workspace, Workspaces,
};
use geleit_testkit::world::CREDENTIAL_LIST;
use geleit_testkit::world::{NOW, WalletState};
use geleit_testkit::{FixedRng, Twenty, World, people};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;

#[global_allocator]
static HEAP: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const NONCE: &[u8] = b"sixteen byte nonce";

/// Allocations and growths while `work` runs.
fn count<T>(what: &str, work: impl FnOnce() -> T) -> (T, usize) {
    let region = Region::new(HEAP);
    let result = work();
    let change = region.change();
    let number = change.allocations + change.reallocations;
    println!("{what}: {number} allocations, {} bytes", change.bytes_allocated);
    (result, number)
}

/// Lets one answer count as often as it comes.
struct Forgetful;

impl NonceRegister for Forgetful {
    fn is_used(&self, _: &[u8]) -> bool {
        false
    }

    fn use_up(&mut self, _: &[u8], _: UnixTime) -> Result<(), AlreadyUsed> {
        Ok(())
    }
}

/// A tree with twenty redacted claims.
fn twenty_claims(world: &World) -> Value {
    let key = world.holder.public_key().to_cose_key();
    let key =
        Value::decode(&key, &Limits::TOKEN, Encoding::Deterministic).expect("a key that was just encoded");
    let hidden = |key| Value::Tag(cbor::TO_BE_REDACTED, Box::new(key));
    let mut entries = vec![
        (Value::int(claim::ISS), Value::text("https://issuer.example")),
        (Value::int(claim::SUB), Value::text("urn:example:subject:1")),
        (Value::int(claim::EXP), Value::int(NOW.plus(DEFAULT_LIFETIME_S).0)),
        (Value::int(claim::IAT), Value::int(NOW.0)),
        (Value::int(claim::CNF), Value::Map(vec![(Value::int(confirmation::COSE_KEY), key)])),
    ];
    entries.extend((0..20).map(|n| (hidden(Value::text(format!("claim {n}"))), Value::text("its value"))));
    Value::Map(entries)
}

#[test]
fn few_allocations_and_none_to_verify() {
    let world = World::new();
    let profile = Profile::find_embedded("uk-right-to-work").unwrap();
    let trust = world.trust_list();
    let keys = [world.holder.public_key().clone()];

    let copy = Copy {
        holder_key: world.holder.public_key(),
        subject: "urn:example:subject:1",
        issued_at: NOW,
        lifetime_s: DEFAULT_LIFETIME_S,
        status: StatusReference { uri: CREDENTIAL_LIST, index: 1 },
    };
    let mut issued = Vec::new();
    for claims in [people::identity(), people::qualification(), people::residence()] {
        let name = claims.credential_type().name;
        let (issuer, mut rng) = (world.issuer_of(claims.credential_type()), FixedRng::new(name));
        let number;
        (issued, number) =
            count(&format!("issue {name}"), || issuer.issue(&claims, &copy, &mut rng).unwrap());
        assert!(number <= 5, "issue {name}: {number} allocations");
    }
    let (tree, mut rng) = (twenty_claims(&world), FixedRng::new("twenty claims"));
    let holder = world.holder.public_key();
    let issue =
        || sd_cwt::issue_to(holder, &tree, b"kid", &world.home_office, Algorithm::ED25519, &mut rng).unwrap();
    let (_, number) = count("issue any SD-CWT, 20 claims", issue);
    assert!(number <= 5, "issue any SD-CWT: {number} allocations");

    let mut scratch = Scratch::with_capacity(128, 256);
    let accept = || HeldCredential::accept(&issued, &trust, &keys, NOW, &mut scratch).unwrap();
    let (residence, number) = count("accept", accept);
    assert!(number < 80, "accept: {number} allocations");

    let bytes = world.request_bytes(&profile, NONCE);
    let (purposes, statuses) = (Purposes::embedded(), world.status_lists());
    let known = Known { trust: &trust, purposes: &purposes, statuses: &statuses };
    let permit = || Request::parse(&bytes).unwrap().permit(&known, NOW).unwrap();
    let (request, number) = count("permit", permit);
    assert!(number < 500, "permit: {number} allocations");

    let identity = world.held(&people::identity(), "identity");
    let held = [&identity, &residence];
    let state = WalletState::new(&held);
    let presentation = world.answer_as(&state, &request, &held);
    presenting(&world, &held);

    let verifier = world.verifier(&profile);
    let mut workspace = Workspace::new();
    for round in ["first presentation", "second presentation"] {
        let mut nonces = OpenNonces::with_capacity(1);
        let ((), number) = count(round, || {
            let presentation = Presentation::parse(&presentation, &Limits::TOKEN).unwrap();
            let verified = verifier
                .verify(&presentation, &request, &statuses, NOW, &mut nonces, &mut workspace)
                .unwrap();
            assert_eq!(verified.credentials().count(), 2);
            assert_eq!(verified.claim("res.uk.work.permitted").and_then(|item| item.as_bool()), Some(true));
        });
        assert_eq!(number, 0, "{round}");
    }

    let parsed = Presentation::parse(&presentation, &Limits::TOKEN).unwrap();
    for verifier in [verifier.clone(), verifier.clone().with_prepared_issuers(4)] {
        let checks = [ToCheck { presentation: &parsed, request: &request }; 20];
        let (mut workspaces, mut accepted) = (Workspaces::new(), 0);
        let ((), number) = count("20 presentations at once", || {
            verifier.verify_many(checks, &statuses, NOW, &mut Forgetful, &mut workspaces, |_, verified| {
                accepted += usize::from(verified.is_ok());
            });
        });
        assert_eq!((accepted, number), (20, 0));
    }

    let mut nonces = OpenNonces::with_capacity(1);
    let verified = verifier.verify(&parsed, &request, &statuses, NOW, &mut nonces, &mut workspace).unwrap();
    deciding(&verified, &profile);

    // The last byte is part of a signature. The signature crate puts its error in a box.
    let mut broken = presentation;
    *broken.last_mut().unwrap() ^= 1;
    let mut nonces = OpenNonces::with_capacity(1);
    let ((), number) = count("refusal", || {
        let presentation = Presentation::parse(&broken, &Limits::TOKEN).unwrap();
        let refused = verifier.verify(&presentation, &request, &statuses, NOW, &mut nonces, &mut workspace);
        assert_eq!(refused.map(drop).unwrap_err().code(), "C-05");
    });
    assert!(number <= 1, "refusal: {number} allocations");
}

/// Answers of one credential, of one with a threshold, and of two.
fn presenting(world: &World, held: &[&HeldCredential]) {
    let state = WalletState::new(held);
    let wallet = state.wallet(world.holder.public_key(), held);
    let work = ["res.uk.work.permitted", "res.uk.work.until", "res.uk.work.conditions"];
    let person = ["id.family_name", "id.given_name", "id.portrait.view"];
    for (what, ids, thresholds) in [
        ("one credential", work.to_vec(), None),
        ("one credential and a threshold", work.to_vec(), Some(("res.uk.work.through", 29))),
        ("two credentials", [work, person].concat(), Some(("res.uk.work.through", 29))),
    ] {
        let claim = |id: &str| ScopeEntry::required(ScopedClaim::by_id(id).unwrap());
        let threshold = thresholds.map(|(id, step)| ScopeEntry { at_least: vec![step], ..claim(id) });
        let asked: Vec<ScopeEntry> = ids.iter().map(|id| claim(id)).chain(threshold).collect();
        let request = world.request_for("uk-right-to-work", &asked, NONCE);
        let answered = || answer(&request, &wallet, &world.holder, Consent::REQUIRED_ONLY, NOW).unwrap();
        let (_, number) = count(what, answered);
        assert!(number <= 5, "{what}: {number} allocations");
    }
    any_sd_cwt();
}

/// Three of twenty redacted claims, and nothing of this project's types.
fn any_sd_cwt() {
    let twenty = Twenty::new();
    let (token, mut scratch) = (twenty.token(), Scratch::default());
    let received = twenty.receive(&token, &mut scratch);
    let (_, number) = count("any SD-CWT", || twenty.present(&received));
    assert!(number <= 2, "any SD-CWT: {number} allocations");
}

/// The claims that were shown, an object among them, the open rows and the notices; profile and texts of
/// the answer.
fn deciding(verified: &VerifiedPresentation<'_, '_>, profile: &Profile) {
    let start = Date::parse("2026-12-01").unwrap();
    let facts = Facts::new().date("start_date", start).text("face_matches", "yes");
    let (decision, number) = count("decide", || decide(verified, profile, &facts, NOW).unwrap());
    assert_eq!(decision.outcome().name(), "ACCEPT_UNTIL");
    assert!(number <= 8, "decide: {number} allocations");
}
