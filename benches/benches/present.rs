//! The wallet's part: a request is permitted and answered, beside the bare cryptography of each; and any
//! SD-CWT, of which 3 of 20 claims are shown.

use criterion::{Criterion, criterion_group, criterion_main};
use geleit_benches::Scenario;
use geleit_benches::floor::{Permit, Present};
use geleit_credential::sd_cwt::Scratch;
use geleit_testkit::Twenty;

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

fn any_sd_cwt(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("present/any SD-CWT, 3 of 20 claims");
    let twenty = Twenty::new();
    let (token, mut scratch) = (twenty.token(), Scratch::default());
    let received = twenty.receive(&token, &mut scratch);
    let floor = Present::of_token(&twenty.present(&received));
    group.bench_function("select and bind", |bencher| bencher.iter(|| twenty.present(&received)));
    group.bench_function("floor: sign", |bencher| bencher.iter(|| floor.run()));
    group.finish();
}

criterion_group!(benches, present, any_sd_cwt);
criterion_main!(benches);
