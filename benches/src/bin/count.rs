//! Runs each operation once inside of [`measured`], for a tool that counts instructions.
//!
//! ```text
//! benches/count.sh            counts with valgrind and writes benches/instructions.txt
//! count                       prints the names of the operations, in the order in which they run
//! ```
//!
//! Everything that an operation needs is made before, and each has run once before it is counted, so that
//! memory that is kept is there. Nothing is random here, so that one program always has the same counts.

use core::convert::Infallible;
use geleit_benches::floor::{Accept, Issue, Permit, Present, Unit, Verify};
use geleit_benches::lists::Publisher;
use geleit_benches::queue::Desk;
use geleit_benches::sample::consume;
use geleit_benches::shown::{Shape, Shown};
use geleit_benches::{Queue, Reject, Scenario};
use geleit_credential::sd_cwt::Scratch;
use geleit_credential::status_list::{Bits, SharedStatusLists, StatusLists};
use geleit_credential::verifier::{OpenNonces, Workspace};
use rand_core::{TryCryptoRng, TryRng};
use std::hint::black_box;

/// What is counted: the tool goes by the name of this function.
#[inline(never)]
fn measured(operation: &mut dyn FnMut()) {
    operation();
}

fn count(name: &str, operation: &mut dyn FnMut()) {
    operation();
    println!("{name}");
    measured(black_box(operation));
}

/// An operation, and the cryptography that it cannot do without under the same name.
fn count_both(name: &str, operation: &mut dyn FnMut(), floor: &mut dyn FnMut()) {
    count(name, operation);
    count(&format!("{name}, floor"), floor);
}

fn main() {
    let unit = Unit::default();
    count("one dalek verify", &mut || unit.run());
    let [three, threshold, both] = Scenario::all();
    for index in 0..both.claims.len() {
        issue(&both, index);
        accept(&both, index);
    }
    let floor = Permit::of(&both);
    count_both("permit", &mut || consume(both.permit()), &mut || floor.run());
    for scenario in [&three, &threshold, &both] {
        answer(scenario);
    }
    many(&three, 64);
    rejects(&three);
    growth("entries", Shape::Map, &[1, 3, 10, 20, 100, 1_000, 10_000]);
    growth("elements", Shape::List, &[1, 10, 100, 1_000, 10_000]);
    status_lists();
}

fn issue(scenario: &Scenario, index: usize) {
    let (claims, _) = scenario.credential(index);
    let mut floor = Issue::of(scenario, index);
    let name = format!("issue {}", claims.credential_type().name);
    let issuer = scenario.issuer(claims);
    let mut ours = || consume(scenario.issue_with(&issuer, claims, &mut Numbers(0)));
    count_both(&name, &mut ours, &mut || floor.run());
}

fn accept(scenario: &Scenario, index: usize) {
    let (claims, bytes) = scenario.credential(index);
    let (floor, mut scratch) = (Accept::of(scenario, index), Scratch::default());
    let name = format!("accept {}", claims.credential_type().name);
    count_both(&name, &mut || consume(scenario.accept(bytes, &mut scratch)), &mut || floor.run());
}

fn answer(scenario: &Scenario) {
    let name = scenario.name;
    let floor = Present::of(scenario);
    count_both(&format!("present: {name}"), &mut || consume(scenario.present()), &mut || floor.run());
    count(&format!("parse: {name}"), &mut || consume(scenario.parse(black_box(&scenario.answer))));
    let presentation = scenario.parse(&scenario.answer);
    let (mut nonces, mut workspace) = (OpenNonces::with_capacity(1), Workspace::new());
    let floor = Verify::of(scenario);
    let mut ours = || consume(scenario.verify(black_box(&presentation), &mut nonces, &mut workspace));
    count_both(&format!("verify: {name}"), &mut ours, &mut || floor.run());
    let known = scenario.knowing_verifier();
    count(&format!("verify, known issuer: {name}"), &mut || {
        consume(scenario.verify_by(&known, black_box(&presentation), &mut nonces, &mut workspace));
    });
    let verified = scenario.verify(&presentation, &mut nonces, &mut workspace);
    let verified = verified.expect("an answer that was just made");
    let facts = Scenario::facts();
    count(&format!("decide: {name}"), &mut || consume(scenario.decide(&verified, &facts)));
}

fn many(scenario: &Scenario, size: usize) {
    let (queue, mut desk) = (Queue::new(scenario, size), Desk::new(scenario, size));
    count(&format!("parse and verify {size} at once: {}", scenario.name), &mut || {
        queue.verify_many(&mut desk);
    });
}

fn rejects(scenario: &Scenario) {
    for reject in Reject::all(scenario) {
        let mut desk = reject.desk(scenario);
        count(&format!("reject: {}", reject.name), &mut || reject.run(scenario, &mut desk));
    }
}

fn growth(what: &str, shape: Shape, shown: &[u16]) {
    for shown in shown {
        let token = Shown::new(shape, *shown, *shown);
        let (floor, mut scratch) = (token.floor(), Scratch::default());
        let name = format!("verify any sd-cwt: {shown} {what}");
        count_both(&name, &mut || token.verify(&mut scratch), &mut || floor.run());
    }
}

fn status_lists() {
    let publisher = Publisher::default();
    for (size, entries) in [("2^20", 1 << 20), ("2^24", 1 << 24)] {
        let token = publisher.sign(0, Bits::One, entries);
        let shared = SharedStatusLists::new(StatusLists::new());
        shared.insert(publisher.verify(&token)).expect("the first list");
        let uri = Publisher::uri(0);
        count(&format!("status look-up, {size} entries of 1 bit"), &mut || {
            consume(publisher.find(&shared.current(), black_box(&uri), entries - 1));
        });
        count(&format!("status refresh, {size} entries of 1 bit"), &mut || {
            consume(shared.insert(publisher.verify(black_box(&token))));
        });
    }
}

/// Numbers in place of randomness, at no cost: real ones would change how digests are sorted.
#[derive(Debug)]
struct Numbers(u64);

impl TryRng for Numbers {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        self.0 += 1;
        Ok(u32::try_from(self.0 & u64::from(u32::MAX)).unwrap_or_default())
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        self.0 += 1;
        Ok(self.0)
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Self::Error> {
        for chunk in to.chunks_mut(8) {
            self.0 += 1;
            chunk.iter_mut().zip(self.0.to_be_bytes()).for_each(|(to, from)| *to = from);
        }
        Ok(())
    }
}

impl TryCryptoRng for Numbers {}
