//! Issuing, and the holder's check on receipt, beside the bare cryptography of each.

use criterion::{Criterion, criterion_group, criterion_main};
use geleit_benches::Scenario;
use geleit_benches::floor::{Accept, Issue};
use geleit_credential::sd_cwt::Scratch;

fn issue(criterion: &mut Criterion) {
    let scenario = Scenario::right_to_work();
    for (index, (claims, issued)) in scenario.claims.iter().zip(&scenario.issued).enumerate() {
        let name = claims.credential_type().name;
        let mut group = criterion.benchmark_group(format!("issue/{name}"));
        let mut floor = Issue::of(&scenario, index);
        group.bench_function("Issuer::issue", |bencher| bencher.iter(|| scenario.issue(claims)));
        group.bench_function("floor: draw, digests, chains, sign", |bencher| bencher.iter(|| floor.run()));
        group.finish();

        let mut group = criterion.benchmark_group(format!("accept/{name}"));
        let (floor, mut scratch) = (Accept::of(&scenario, index), Scratch::default());
        group.bench_function("HeldCredential::accept", |bencher| {
            bencher.iter(|| scenario.accept(issued, &mut scratch));
        });
        group.bench_function("floor: verify_strict, digests, chains", |bencher| bencher.iter(|| floor.run()));
        group.finish();
    }
}

criterion_group!(benches, issue);
criterion_main!(benches);
