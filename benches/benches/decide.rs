//! The decision about a verified presentation: no cryptography but one hash.

use criterion::{Criterion, criterion_group, criterion_main};
use geleit_benches::Scenario;
use geleit_credential::verifier::{OpenNonces, Workspace};

fn decide(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decide");
    for scenario in Scenario::all() {
        let (mut nonces, mut workspace) = (OpenNonces::with_capacity(1), Workspace::new());
        let presentation = scenario.parse(&scenario.answer);
        let verified = scenario.verify(&presentation, &mut nonces, &mut workspace);
        let verified = verified.expect("an answer that was just made");
        let facts = Scenario::facts();
        group.bench_function(scenario.name, |bencher| bencher.iter(|| scenario.decide(&verified, &facts)));
    }
    group.finish();
}

criterion_group!(benches, decide);
criterion_main!(benches);
