//! The wallet's part: a request is permitted and answered, beside the bare cryptography of each.

use criterion::{Criterion, criterion_group, criterion_main};
use geleit_benches::Scenario;
use geleit_benches::floor::{Permit, Present};

fn present(criterion: &mut Criterion) {
    for scenario in Scenario::all() {
        let mut group = criterion.benchmark_group(format!("present/{}", scenario.name));
        let (permit, present) = (Permit::of(&scenario), Present::of(&scenario));
        group.bench_function("Request::permit", |bencher| bencher.iter(|| scenario.permit()));
        group.bench_function("floor of permit: 2 verify_strict", |bencher| bencher.iter(|| permit.run()));
        group.bench_function("answer", |bencher| bencher.iter(|| scenario.present()));
        group.bench_function("floor of answer: sign", |bencher| bencher.iter(|| present.run()));
        group.finish();
    }
}

criterion_group!(benches, present);
criterion_main!(benches);
