//! A wallet that lacks something, declines, is under duress, or protects its holder by W-03, W-04 or W-05
//! does the same work, counted in heap allocations. That none of them signs is in the types: a plan is made
//! without a secret key.
//!
//! The counter sees every thread, so that this file has one test.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

use geleit_credential::holder::{Consent, DisclosureLedger, HeldCredential, Origin, plan, respond};
use geleit_credential::presentation::DECLINED;
use geleit_credential::purpose::{Profile, Purposes};
use geleit_credential::request::PermittedRequest;
use geleit_credential::scope::{ScopeEntry, ScopedClaim};
use geleit_testkit::world::{NOW, RELYING_PARTY, WalletState};
use geleit_testkit::{World, people};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;

#[global_allocator]
static HEAP: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const NONCE: &[u8] = b"sixteen byte nonce";
const WORK: &str = "uk-right-to-work";
const TRAVEL: &str = "uk-carrier-permission-to-travel";

/// The allocations of one refusal, and its rule.
struct Cost {
    what: &'static str,
    rule: &'static str,
    allocations: usize,
}

/// Answers a request with these credentials, or rather does not.
fn refuse(
    world: &World,
    request: &PermittedRequest,
    state: &WalletState,
    held: &[&HeldCredential],
    consent: Consent<'_>,
    what: &'static str,
) -> Cost {
    let wallet = state.wallet(world.holder.public_key(), held);
    let rule = plan(request, &wallet, consent, NOW).unwrap_err().code();
    let mut ledger = DisclosureLedger::empty();
    let region = Region::new(HEAP);
    let bytes = respond(request, &wallet, &world.holder, consent, NOW).deliver(&mut ledger);
    let change = region.change();
    assert_eq!(bytes, DECLINED);
    let allocations = change.allocations + change.reallocations;
    println!("{what}, {rule}: {allocations} allocations, {} bytes", change.bytes_allocated);
    Cost { what, rule, allocations }
}

fn assert_alike(costs: &[Cost]) {
    let first = costs.first().unwrap();
    for cost in costs {
        assert_eq!(cost.allocations, first.allocations, "{}, {}", cost.what, cost.rule);
    }
}

/// A request for a claim that is guarded, a threshold, and a name.
fn everything_at_once(world: &World) -> PermittedRequest {
    let required = |id: &str| ScopeEntry::required(ScopedClaim::by_id(id).unwrap());
    let through = ScopeEntry { at_least: vec![29], ..required("res.uk.work.through") };
    let asked = [required("id.family_name"), required("res.status_class"), through];
    world.request_for(WORK, &asked, NONCE)
}

/// A ledger with these earlier answers to the same party: for what, which claims, which thresholds.
fn ledger(answers: &[(&str, &str, &str)]) -> DisclosureLedger {
    let answers: Vec<String> = answers
        .iter()
        .map(|(intended_use, claims, thresholds)| {
            format!(
                r#"{{"relying_party":"{RELYING_PARTY}","intended_use":"{intended_use}","claims":[{claims}],
                "thresholds":[{thresholds}],"answered_at":{},"kept_until":{}}}"#,
                NOW.0,
                NOW.plus(86_400).0
            )
        })
        .collect();
    serde_json::from_str(&format!(r#"{{"version":1,"answers":[{}]}}"#, answers.join(","))).unwrap()
}

#[test]
fn refusals_cost_alike() {
    let world = World::new();
    let identity = world.held(&people::identity(), "identity");
    let residence = world.held(&people::residence(), "residence");
    let all = [&identity, &residence];
    let state = WalletState::new(&all);
    for name in [WORK, TRAVEL] {
        let request = world.request(&Profile::find_embedded(name).unwrap(), NONCE);
        let cost =
            |what, held: &[&HeldCredential], consent| refuse(&world, &request, &state, held, consent, what);
        assert_alike(&[
            cost("lacks everything", &[], Consent::REQUIRED_ONLY),
            cost("lacks residence", &all[..1], Consent::REQUIRED_ONLY),
            cost("lacks identity", &all[1..], Consent::REQUIRED_ONLY),
            cost("declines", &all, Consent::Declined),
            cost("duress", &all, Consent::Duress),
            cost("declines with nothing", &[], Consent::Declined),
        ]);
    }

    // The rules that protect the holder: each case differs from the first in what refuses.
    let request = everything_at_once(&world);
    let none = || ("gone-by", r#""doc.number""#, "");
    let harmless = || (WORK, r#""res.under_review""#, "");
    let combines = || (TRAVEL, r#""doc.number""#, "");
    let bisects = || (WORK, "", r#"{"claim":"res.uk.work.through","at_least":35}"#);
    let known = Purposes::embedded;
    let with =
        |answers: &[_], origin: Origin| WalletState { origin, ledger: ledger(answers), purposes: known() };
    let of_holder = || Origin::of(&all);
    let cost = |what, state: &WalletState, held: &[&HeldCredential], consent| {
        refuse(&world, &request, state, held, consent, what)
    };
    let agreed = Consent::REQUIRED_ONLY;
    let costs = [
        cost("lacks residence", &with(&[harmless()], of_holder()), &all[..1], agreed),
        cost("lacks residence, answered nobody", &with(&[], of_holder()), &all[..1], agreed),
        cost("declines", &with(&[harmless()], of_holder()), &all, Consent::Declined),
        cost("duress", &with(&[combines(), bisects()], of_holder()), &all, Consent::Duress),
        cost("combines", &with(&[combines()], of_holder()), &all, agreed),
        cost("combines last", &with(&[harmless(), bisects(), combines()], of_holder()), &all, agreed),
        cost("combines often", &with(&[combines(), none(), combines()], of_holder()), &all, agreed),
        cost("bisects", &with(&[bisects()], of_holder()), &all, agreed),
        cost("bisects last", &with(&[harmless(), harmless(), bisects()], of_holder()), &all, agreed),
        cost("origin not known", &with(&[harmless()], Origin::unknown()), &all, agreed),
        cost("state of origin", &with(&[], Origin::stated(&["GB"]).unwrap()), &all, agreed),
        cost("everything", &with(&[combines(), bisects()], Origin::unknown()), &[], agreed),
    ];
    let rules: Vec<&str> = costs.iter().map(|cost| cost.rule).collect();
    let expected =
        ["W-01", "W-01", "W-01", "W-01", "W-03", "W-03", "W-03", "W-04", "W-04", "W-05", "W-05", "W-05"];
    assert_eq!(rules, expected);
    assert_alike(&costs);
}
