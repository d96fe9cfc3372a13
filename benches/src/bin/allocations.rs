//! Prints how often each operation allocates, and how many bytes.
//!
//! ```text
//! cargo run --release -p geleit-benches --bin allocations
//! ```
//!
//! A program of its own, because counting costs time. Each operation runs once beforehand, so that
//! memory which is kept and used again does not count.

use geleit_benches::sample::consume;
use geleit_benches::{BATCH, Scenario, Tree, wallet};
use geleit_credential::sd_cwt::Scratch;
use geleit_credential::verifier::{OpenNonces, Workspace};
use geleit_testkit::Twenty;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() {
    println!("| operation | allocations | bytes |");
    println!("|---|---|---|");
    let scenarios = Scenario::all();
    let [_, _, both] = &scenarios;
    let mut scratch = Scratch::default();
    for (claims, issued) in both.claims.iter().zip(&both.issued) {
        let name = claims.credential_type().name;
        let issuer = both.issuer(claims);
        count(&format!("issue {name}"), &mut || consume(both.issue(&issuer, claims)));
        count(&format!("accept {name}"), &mut || consume(both.accept(issued, &mut scratch)));
    }
    let (tree, keys) = (Tree::twenty_claims(), wallet(BATCH));
    count("issue any SD-CWT", &mut || consume(tree.issue()));
    for claims in &both.claims {
        let issuer = both.issuer(claims);
        let name = format!("issue {}, batch of {BATCH}", claims.credential_type().name);
        count(&name, &mut || consume(Scenario::issue_batch(&issuer, claims, &keys)));
    }
    count("permit: parse and check a request", &mut || consume(both.permit()));
    let twenty = Twenty::new();
    let token = twenty.token();
    let received = twenty.receive(&token, &mut scratch);
    count("answer: any SD-CWT, 3 of 20 claims", &mut || consume(twenty.present(&received)));
    for scenario in &scenarios {
        let name = scenario.name;
        let (mut nonces, mut workspace) = (OpenNonces::with_capacity(1), Workspace::new());
        count(&format!("answer: {name}"), &mut || consume(scenario.present()));
        count(&format!("parse: {name}"), &mut || consume(scenario.parse(&scenario.answer)));
        let presentation = scenario.parse(&scenario.answer);
        count(&format!("verify: {name}"), &mut || {
            consume(scenario.verify(&presentation, &mut nonces, &mut workspace));
        });
        let verified = scenario.verify(&presentation, &mut nonces, &mut workspace);
        let verified = verified.expect("an answer that was just made");
        let facts = Scenario::facts();
        count(&format!("decide: {name}"), &mut || consume(scenario.decide(&verified, &facts)));
    }
}

fn count(name: &str, operation: &mut dyn FnMut()) {
    operation();
    let region = Region::new(ALLOCATOR);
    operation();
    let change = region.change();
    let times = change.allocations + change.reallocations;
    println!("| {name} | {times} | {} |", change.bytes_allocated);
}
