//! A wallet that lacks something, declines, or is under duress does the same work, counted in heap
//! allocations. That none of them signs is in the types: a plan is made without a secret key.
//!
//! The counter sees every thread, so that this file has one test.

use geleit_credential::holder::{Consent, DisclosureLedger, HeldCredential, respond};
use geleit_credential::presentation::DECLINED;
use geleit_credential::purpose::Profile;
use geleit_testkit::world::{NOW, WalletState};
use geleit_testkit::{World, people};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;

#[global_allocator]
static HEAP: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

#[test]
fn refusals_cost_alike() {
    let world = World::new();
    let identity = world.held(&people::identity(), "identity");
    let residence = world.held(&people::residence(), "residence");
    let all = [&identity, &residence];
    let state = WalletState::new(&all);
    for name in ["uk-right-to-work", "uk-carrier-permission-to-travel"] {
        let profile = Profile::find_embedded(name).unwrap();
        let request = world.request(&profile, b"sixteen byte nonce");
        let mut ledger = DisclosureLedger::empty();
        let mut count = |what: &str, held: &[&HeldCredential], consent: Consent<'_>| {
            let wallet = state.wallet(world.holder.public_key(), held);
            let region = Region::new(HEAP);
            let bytes = respond(&request, &wallet, &world.holder, consent, NOW).deliver(&mut ledger);
            let change = region.change();
            let number = change.allocations + change.reallocations;
            println!("{name}, {what}: {number} allocations, {} bytes", change.bytes_allocated);
            assert_eq!(bytes, DECLINED);
            number
        };
        let numbers = [
            count("lacks everything", &[], Consent::REQUIRED_ONLY),
            count("lacks residence", &all[..1], Consent::REQUIRED_ONLY),
            count("lacks identity", &all[1..], Consent::REQUIRED_ONLY),
            count("declines", &all, Consent::Declined),
            count("duress", &all, Consent::Duress),
            count("declines with nothing", &[], Consent::Declined),
        ];
        assert!(numbers.iter().all(|number| *number == numbers[0]), "{name}: {numbers:?}");
    }
}
