//! What is refused, beside the good presentation of the same scenario: none may cost more than that.

use criterion::{Criterion, criterion_group, criterion_main};
use geleit_benches::sample::consume;
use geleit_benches::{Reject, Scenario};
use geleit_credential::verifier::{OpenNonces, Workspace};
use std::hint::black_box;

fn reject(criterion: &mut Criterion) {
    for scenario in [Scenario::three_claims(), Scenario::right_to_work()] {
        let mut group = criterion.benchmark_group(format!("reject/{}", scenario.name));
        let (mut nonces, mut workspace) = (OpenNonces::with_capacity(1), Workspace::new());
        group.bench_function("reference: the good one", |bencher| {
            bencher.iter(|| {
                let presentation = scenario.parse(black_box(&scenario.answer));
                consume(scenario.verify(&presentation, &mut nonces, &mut workspace));
            });
        });
        for reject in Reject::all(&scenario) {
            let mut desk = reject.desk(&scenario);
            group.bench_function(reject.name, |bencher| {
                bencher.iter(|| reject.run(&scenario, &mut desk));
            });
        }
        group.finish();
    }
}

criterion_group!(benches, reject);
criterion_main!(benches);
