//! geleit's purpose-bound path: request, trust list, status, scope and a register of nonces, as an app uses
//! it, for the residence credential of [`Scenario::three_claims`].

use super::{Plan, Row, System, Variant, floor};
use crate::job::Job;
use geleit_benches::queue::Desk;
use geleit_benches::sample::consume;
use geleit_benches::{BATCH, Queue, Scenario, wallet};
use geleit_cose::cbor::Limits;
use geleit_credential::presentation::Presentation;
use geleit_credential::verifier::{OpenNonces, Rejection, Verifier, Workspace};
use geleit_testkit::world::NOW;
use std::hint::black_box;

/// Claims that are shown.
pub(super) const SHOWN: usize = 3;

pub(super) const NO_20: &str = "no purpose asks for 20 claims";

pub(super) fn system() -> System {
    System {
        name: "geleit",
        package: None,
        note: "bound to a purpose: a residence credential with 49 digests, three claims in their group shown; \
               verify includes the request, trust list, status, scope and a register of nonces; the issuer signs \
               with a prepared key",
        floor: floor::PURPOSE,
        plan: Box::new(plan),
    }
}

fn plan(job: Job) -> Plan {
    // Presentations and verified values borrow it, and this program ends soon.
    let scenario: &'static Scenario = Box::leak(Box::new(Scenario::three_claims()));
    match job {
        Job::Issue20 => Plan::Row(issue(scenario)),
        Job::Present3Of20 => {
            Plan::Row(Row::new(scenario.answer.len(), Some(SHOWN), || consume(scenario.present())))
        }
        Job::Verify3Of20 => Plan::Row(verify(scenario, scenario.verifier.clone())),
        Job::Verify20Of20 => Plan::Absent(NO_20),
        Job::VerifyKnownIssuer3Of20 => Plan::Row(verify(scenario, scenario.knowing_verifier())),
        Job::VerifyMany64 => Plan::Row(verify_many(scenario, 64)),
        Job::VerifyMany1024 => Plan::Row(verify_many(scenario, 1024)),
        Job::IssueBatch64 => Plan::Row(issue_batch(scenario)),
        Job::RejectForged => Plan::Row(reject_forged(scenario)),
        Job::RejectReplayed => Plan::Row(reject_replayed(scenario)),
        Job::Decide => Plan::Row(decide(scenario)),
    }
}

fn issue(scenario: &'static Scenario) -> Row {
    let (claims, bytes) = scenario.credential(0);
    let issuer = scenario.issuer(claims);
    Row::new(bytes.len(), None, move || consume(scenario.issue(&issuer, claims)))
}

fn issue_batch(scenario: &'static Scenario) -> Row {
    let (claims, bytes) = scenario.credential(0);
    let (issuer, keys) = (scenario.issuer(claims), wallet(BATCH));
    let per_call = u32::try_from(BATCH).expect("a small number");
    let run = move || consume(Scenario::issue_batch(&issuer, claims, &keys));
    Row { per_call, ..Row::new(bytes.len(), None, run) }
}

fn verify(scenario: &'static Scenario, verifier: Verifier) -> Row {
    let (mut nonces, mut workspace) = (OpenNonces::with_capacity(1), Workspace::new());
    Row::new(scenario.answer.len(), Some(SHOWN), move || {
        let presentation = scenario.parse(black_box(&scenario.answer));
        let verified = scenario.verify_by(&verifier, &presentation, &mut nonces, &mut workspace);
        consume(verified.expect("an answer that was just made"));
    })
}

/// One thread; each presentation answers a request of its own.
fn verify_many(scenario: &'static Scenario, size: u32) -> Row {
    let queue = Queue::new(scenario, usize::try_from(size).expect("a small number"));
    let mut desk = Desk::new(scenario, queue.size());
    Row {
        per_call: size,
        ..Row::new(scenario.answer.len(), Some(SHOWN), move || queue.verify_many(&mut desk))
    }
}

fn reject_forged(scenario: &'static Scenario) -> Row {
    let refuse = |name, forged: Vec<u8>| {
        let (mut nonces, mut workspace) = (OpenNonces::with_capacity(1), Workspace::new());
        Variant::new(name, move || {
            let presentation = scenario.parse(black_box(&forged));
            let rejection = scenario.verify(&presentation, &mut nonces, &mut workspace).err();
            expect_code(rejection.as_ref(), "C-05");
        })
    };
    rejects(
        scenario,
        vec![
            refuse("issuer's signature forged", scenario.forged_by_issuer()),
            refuse("holder's signature forged", scenario.forged_by_holder()),
        ],
    )
}

/// All of these end before a signature is checked.
fn reject_replayed(scenario: &'static Scenario) -> Row {
    let refuse = |name, now, code| {
        let (mut nonces, mut workspace) = (OpenNonces::with_capacity(1), Workspace::new());
        let presentation = scenario.parse(&scenario.answer);
        scenario.verify(&presentation, &mut nonces, &mut workspace).expect("an answer that was just made");
        Variant::new(name, move || {
            let presentation = scenario.parse(black_box(&scenario.answer));
            let Scenario { verifier, request, statuses, .. } = scenario;
            let verdict = verifier.verify(&presentation, request, statuses, now, &mut nonces, &mut workspace);
            expect_code(verdict.err().as_ref(), code);
        })
    };
    let mut long = scenario.answer.clone();
    long.resize(Limits::TOKEN.max_bytes + 1, 0);
    let too_long = move || {
        let refused = Presentation::parse(black_box(&long), &Limits::TOKEN).is_err();
        assert!(refused, "an answer that is too long");
    };
    rejects(
        scenario,
        vec![
            refuse("nonce used before", NOW, "B-20"),
            refuse("request expired", scenario.request.expires_at(), "B-02"),
            Variant::new("too long", too_long),
        ],
    )
}

fn rejects(scenario: &Scenario, variants: Vec<Variant>) -> Row {
    Row { variants, per_call: 1, bytes: Some(scenario.answer.len()), shown: Some(SHOWN) }
}

fn expect_code(rejection: Option<&Rejection>, code: &str) {
    assert_eq!(rejection.map(Rejection::code), Some(code));
}

fn decide(scenario: &'static Scenario) -> Row {
    let workspace: &'static mut Workspace = Box::leak(Box::new(Workspace::new()));
    let presentation = scenario.parse(&scenario.answer);
    let verified = scenario.verify(&presentation, &mut OpenNonces::default(), workspace);
    let verified = verified.expect("an answer that was just made");
    let facts = Scenario::facts();
    Row { bytes: None, ..Row::new(0, Some(SHOWN), move || consume(scenario.decide(&verified, &facts))) }
}
