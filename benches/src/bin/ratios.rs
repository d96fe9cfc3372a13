//! Prints each operation as a ratio of the bare cryptography that it cannot do without.
//!
//! ```text
//! cargo run --release -p geleit-benches --bin ratios [-- ROUNDS]
//! ```
//!
//! Operation, floor and one `verify` of ed25519-dalek are sampled in turn; ratios are medians over the
//! rounds, with the quartiles beside them. Microseconds are this machine's at this moment.

use geleit_benches::floor::{Accept, Issue, Permit, Present, Unit, Verify};
use geleit_benches::queue::Desk;
use geleit_benches::sample::{Samples, consume};
use geleit_benches::{BATCH, Queue, Reject, Scenario, Tree, wallet};
use geleit_credential::sd_cwt::Scratch;
use geleit_credential::verifier::{OpenNonces, Verifier, Workspace};
use geleit_testkit::Twenty;
use sha2::{Digest, Sha256};
use std::hint::black_box;

const ROUNDS: usize = 301;

fn main() {
    let rounds = match std::env::args().nth(1).map(|text| text.parse()) {
        None => ROUNDS,
        Some(Ok(rounds @ 1..)) => rounds,
        Some(_) => {
            eprintln!("usage: ratios [ROUNDS], a number from 1; {ROUNDS} when there is none");
            std::process::exit(2);
        }
    };
    smoke(rounds);
    println!();
    println!("| operation | bytes | µs | of its floor (quartiles) | of one dalek verify |");
    println!("|---|---|---|---|---|");
    let table = Table { rounds, unit: Unit::default() };
    let [three, threshold, both] = Scenario::all();
    for (index, claims) in both.claims.iter().enumerate() {
        table.issue(&both, index, claims.credential_type().name);
    }
    for (index, claims) in both.claims.iter().enumerate() {
        table.issue_batch(&both, index, claims.credential_type().name);
    }
    table.issue_tree(&Tree::twenty_claims());
    for (index, claims) in both.claims.iter().enumerate() {
        table.accept(&both, index, claims.credential_type().name);
    }
    table.permit(&both);
    table.any_sd_cwt();
    for scenario in [&three, &threshold, &both] {
        table.present(scenario);
    }
    for scenario in [&three, &threshold, &both] {
        table.parse(scenario);
        table.verify(scenario, "verify", &scenario.verifier);
        table.verify(scenario, "verify, known issuer", &scenario.knowing_verifier());
        table.decide(scenario);
        table.check(scenario);
    }
    for scenario in [&three, &both] {
        table.verify_many(scenario, 64);
    }
    for scenario in [&three, &both] {
        table.rejects(scenario);
    }
}

/// SHA-256 is known to have run a hundred times slower in builds that mix instruction sets.
fn smoke(rounds: usize) {
    let block = [0x2a; 64];
    let samples = Samples::take(rounds, &mut [&mut || consume(Sha256::digest(black_box(&block)))]);
    let micros = samples.micros(0);
    let verdict = if micros < 1.0 { "as it should be" } else { "TOO SLOW: 1 µs is the limit" };
    println!("SHA-256 of 64 bytes: {micros:.3} µs, {verdict}");
}

struct Table {
    rounds: usize,
    unit: Unit,
}

impl Table {
    fn row(&self, name: &str, bytes: usize, ours: &mut dyn FnMut(), floor: &mut dyn FnMut()) {
        let samples = Samples::take(self.rounds, &mut [ours, floor, &mut || self.unit.run()]);
        let (low, median, high) = samples.ratio(0, 1);
        let (_, of_unit, _) = samples.ratio(0, 2);
        let micros = samples.micros(0);
        println!("| {name} | {bytes} | {micros:.1} | {median:.3} ({low:.3} to {high:.3}) | {of_unit:.2} |");
    }

    /// For what needs no cryptography at all.
    fn row_without_floor(&self, name: &str, bytes: usize, ours: &mut dyn FnMut()) {
        let samples = Samples::take(self.rounds, &mut [ours, &mut || self.unit.run()]);
        let (_, of_unit, _) = samples.ratio(0, 1);
        println!("| {name} | {bytes} | {:.2} | - | {of_unit:.3} |", samples.micros(0));
    }

    fn issue(&self, scenario: &Scenario, index: usize, name: &str) {
        let (claims, bytes) = scenario.credential(index);
        let issuer = scenario.issuer(claims);
        let mut floor = Issue::of(scenario, index);
        let name = format!("issue {name}, {} digests", floor.disclosures());
        self.row(&name, bytes.len(), &mut || consume(scenario.issue(&issuer, claims)), &mut || floor.run());
    }

    /// All copies of a batch; the floor is that of as many.
    fn issue_batch(&self, scenario: &Scenario, index: usize, name: &str) {
        let (claims, bytes) = scenario.credential(index);
        let (issuer, keys) = (scenario.issuer(claims), wallet(BATCH));
        let mut floor = Issue::batch(scenario, index, BATCH);
        let name = format!("issue {name}, batch of {BATCH}");
        let mut ours = || consume(Scenario::issue_batch(&issuer, claims, &keys));
        self.row(&name, BATCH * bytes.len(), &mut ours, &mut || floor.run());
    }

    fn issue_tree(&self, tree: &Tree) {
        let mut floor = Issue::tree(tree);
        let name = format!("issue any SD-CWT, {} digests", floor.disclosures());
        self.row(&name, tree.issue().len(), &mut || consume(tree.issue()), &mut || floor.run());
    }

    fn accept(&self, scenario: &Scenario, index: usize, name: &str) {
        let (_, bytes) = scenario.credential(index);
        let floor = Accept::of(scenario, index);
        let mut scratch = Scratch::default();
        let mut ours = || consume(scenario.accept(bytes, &mut scratch));
        self.row(&format!("accept {name}"), bytes.len(), &mut ours, &mut || floor.run());
    }

    fn permit(&self, scenario: &Scenario) {
        let floor = Permit::of(scenario);
        let mut ours = || consume(scenario.permit());
        self.row("permit: parse and check a request", scenario.question.len(), &mut ours, &mut || {
            floor.run();
        });
    }

    fn present(&self, scenario: &Scenario) {
        let floor = Present::of(scenario);
        let name = format!("answer: {}", scenario.name);
        let mut ours = || consume(scenario.present());
        self.row(&name, scenario.answer.len(), &mut ours, &mut || floor.run());
    }

    fn any_sd_cwt(&self) {
        let twenty = Twenty::new();
        let (token, mut scratch) = (twenty.token(), Scratch::default());
        let received = twenty.receive(&token, &mut scratch);
        let presented = twenty.present(&received);
        let floor = Present::of_token(&presented);
        let mut ours = || consume(twenty.present(black_box(&received)));
        self.row("answer: any SD-CWT, 3 of 20 claims", presented.len(), &mut ours, &mut || floor.run());
    }

    fn parse(&self, scenario: &Scenario) {
        let name = format!("parse: {}", scenario.name);
        let mut ours = || consume(scenario.parse(black_box(&scenario.answer)));
        self.row_without_floor(&name, scenario.answer.len(), &mut ours);
    }

    fn verify(&self, scenario: &Scenario, what: &str, verifier: &Verifier) {
        let floor = Verify::of(scenario);
        let presentation = scenario.parse(&scenario.answer);
        let (mut nonces, mut workspace) = (OpenNonces::with_capacity(1), Workspace::new());
        let mut ours = || {
            let answer = black_box(&presentation);
            let verified = scenario.verify_by(verifier, answer, &mut nonces, &mut workspace);
            assert!(black_box(verified).is_ok(), "an answer that was just made");
        };
        let name = format!("{what}: {}", scenario.name);
        self.row(&name, scenario.answer.len(), &mut ours, &mut || floor.run());
    }

    /// Many at once, read and verified: the ratio of one.
    fn verify_many(&self, scenario: &Scenario, size: usize) {
        let queue = Queue::new(scenario, size);
        let mut desk = Desk::new(scenario, size);
        let floors = queue.floors(scenario);
        let name = format!("parse and verify {size} at once: {}", scenario.name);
        let mut ours = || queue.verify_many(&mut desk);
        self.row(&name, scenario.answer.len(), &mut ours, &mut || floors.iter().for_each(Verify::run));
    }

    fn decide(&self, scenario: &Scenario) {
        let presentation = scenario.parse(&scenario.answer);
        let (mut nonces, mut workspace) = (OpenNonces::default(), Workspace::new());
        let verified = scenario.verify(&presentation, &mut nonces, &mut workspace);
        let verified = verified.expect("an answer that was just made");
        let facts = Scenario::facts();
        let mut ours = || consume(scenario.decide(&verified, &facts));
        self.row_without_floor(&format!("decide: {}", scenario.name), scenario.answer.len(), &mut ours);
    }

    /// The whole check: the request's hash, verification with status, the decision.
    fn check(&self, scenario: &Scenario) {
        let floor = Verify::of(scenario);
        let presentation = scenario.parse(&scenario.answer);
        let (mut nonces, mut workspace) = (OpenNonces::with_capacity(1), Workspace::new());
        let facts = Scenario::facts();
        let hash = || consume(Sha256::digest(black_box(&scenario.question)));
        let mut ours = || {
            hash();
            let verified = scenario.verify(black_box(&presentation), &mut nonces, &mut workspace);
            consume(scenario.decide(&verified.expect("an answer that was just made"), &facts));
        };
        let name = format!("request hash, verify, decide: {}", scenario.name);
        self.row(&name, scenario.answer.len(), &mut ours, &mut || {
            hash();
            floor.run();
        });
    }

    /// What is refused must not cost more than what is good: the reference of these rows is not a floor but
    /// the good presentation of the same scenario, read and verified.
    fn rejects(&self, scenario: &Scenario) {
        println!();
        println!(
            "| parse and reject: {} | rule | bytes | µs | of the good one (quartiles) | of one dalek verify |",
            scenario.name
        );
        println!("|---|---|---|---|---|---|");
        let (mut nonces, mut workspace) = (OpenNonces::with_capacity(1), Workspace::new());
        let mut good = || {
            let presentation = scenario.parse(black_box(&scenario.answer));
            consume(scenario.verify(&presentation, &mut nonces, &mut workspace));
        };
        for reject in Reject::all(scenario) {
            let mut desk = reject.desk(scenario);
            let mut ours = || reject.run(scenario, &mut desk);
            let samples = Samples::take(self.rounds, &mut [&mut ours, &mut good, &mut || self.unit.run()]);
            let (low, median, high) = samples.ratio(0, 1);
            let (_, of_unit, _) = samples.ratio(0, 2);
            println!(
                "| {} | {} | {} | {:.1} | {median:.3} ({low:.3} to {high:.3}) | {of_unit:.2} |",
                reject.name,
                reject.code,
                reject.bytes().len(),
                samples.micros(0),
            );
        }
    }
}
