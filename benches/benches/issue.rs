//! Issuing, and the holder's check on receipt, beside the bare cryptography of each.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use geleit_benches::floor::{Accept, Issue};
use geleit_benches::{BATCH, Scenario, Tree, wallet};
use geleit_credential::sd_cwt::Scratch;

fn issue(criterion: &mut Criterion) {
    let scenario = Scenario::right_to_work();
    for (index, (claims, issued)) in scenario.claims.iter().zip(&scenario.issued).enumerate() {
        let name = claims.credential_type().name;
        let mut group = criterion.benchmark_group(format!("issue/{name}"));
        let (issuer, mut floor) = (scenario.issuer(claims), Issue::of(&scenario, index));
        group.bench_function("Issuer::issue", |bencher| bencher.iter(|| scenario.issue(&issuer, claims)));
        group.bench_function("floor: draw, digests, chains, sign", |bencher| bencher.iter(|| floor.run()));
        let (keys, mut floor) = (wallet(BATCH), Issue::batch(&scenario, index, BATCH));
        group.throughput(Throughput::Elements(u64::try_from(BATCH).expect("a small number")));
        group.bench_function("Issuer::issue_batch", |bencher| {
            bencher.iter(|| Scenario::issue_batch(&issuer, claims, &keys));
        });
        group.bench_function("floor of the batch", |bencher| bencher.iter(|| floor.run()));
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

fn issue_tree(criterion: &mut Criterion) {
    let tree = Tree::twenty_claims();
    let mut floor = Issue::tree(&tree);
    let mut group = criterion.benchmark_group("issue/any");
    group.bench_function("sd_cwt::issue", |bencher| bencher.iter(|| tree.issue()));
    group.bench_function("floor: draw, key, digests, sign", |bencher| bencher.iter(|| floor.run()));
    group.finish();
}

criterion_group!(benches, issue, issue_tree);
criterion_main!(benches);
