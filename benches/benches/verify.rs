//! The verifier's part, beside the bare signatures and digests.

use criterion::{Criterion, criterion_group, criterion_main};
use geleit_benches::Scenario;
use geleit_benches::floor::Verify;
use geleit_benches::sample::consume;
use geleit_credential::verifier::{OpenNonces, Workspace};
use std::hint::black_box;

fn verify(criterion: &mut Criterion) {
    for scenario in Scenario::all() {
        let mut group = criterion.benchmark_group(format!("verify/{}", scenario.name));
        let (mut nonces, mut workspace) = (OpenNonces::with_capacity(1), Workspace::new());
        let presentation = scenario.parse(&scenario.answer);
        group.bench_function("Verifier::verify", |bencher| {
            bencher.iter(|| {
                consume(scenario.verify(black_box(&presentation), &mut nonces, &mut workspace));
            });
        });
        let known = scenario.knowing_verifier();
        group.bench_function("Verifier::verify, issuers prepared", |bencher| {
            bencher.iter(|| {
                consume(scenario.verify_by(&known, black_box(&presentation), &mut nonces, &mut workspace));
            });
        });
        let floor = Verify::of(&scenario);
        group.bench_function("floor: 2 verify_strict each, digests", |bencher| bencher.iter(|| floor.run()));
        group.finish();
    }
}

criterion_group!(benches, verify);
criterion_main!(benches);
