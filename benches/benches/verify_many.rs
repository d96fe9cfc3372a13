//! Many presentations at once, beside the bare signatures and digests of all of them.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use geleit_benches::queue::Desk;
use geleit_benches::{Queue, Scenario};

fn verify_many(criterion: &mut Criterion) {
    let scenario = Scenario::three_claims();
    let mut group = criterion.benchmark_group(format!("verify_many/{}", scenario.name));
    for size in [16, 64, 1_024] {
        let queue = Queue::new(&scenario, size);
        let mut desk = Desk::new(&scenario, size);
        group.throughput(Throughput::Elements(u64::try_from(size).unwrap_or_default()));
        group.bench_function(format!("Verifier::verify_many of {size}"), |bencher| {
            bencher.iter(|| queue.verify_many(&mut desk));
        });
        let floors = queue.floors(&scenario);
        group.bench_function(format!("floor of {size}: 2 verify_strict each, digests"), |bencher| {
            bencher.iter(|| floors.iter().for_each(geleit_benches::floor::Verify::run));
        });
    }
    group.finish();
}

criterion_group!(benches, verify_many);
criterion_main!(benches);
