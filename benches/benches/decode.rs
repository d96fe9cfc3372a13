//! Reading: strict CBOR and the envelopes, before any signature. The reference is SHA-256 of the bytes.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use geleit_benches::Scenario;
use geleit_benches::sample::consume;
use geleit_cose::cbor::{Decoder, Encoding, Limits, WellFormed};
use geleit_credential::sd_cwt::SdCwt;
use sha2::{Digest, Sha256};
use std::hint::black_box;

fn decode(criterion: &mut Criterion) {
    let scenario = Scenario::three_claims();
    for (name, bytes) in
        scenario.issued.iter().map(|one| ("credential", one)).chain([("presentation", &scenario.answer)])
    {
        let mut group = criterion.benchmark_group(format!("decode/{name}"));
        group.throughput(Throughput::Bytes(u64::try_from(bytes.len()).unwrap_or(u64::MAX)));
        group.bench_function("check", |bencher| {
            bencher.iter(|| {
                let mut decoder =
                    Decoder::new(black_box(bytes), &Limits::TOKEN, Encoding::Deterministic).expect("input");
                decoder.check(&WellFormed).expect("well-formed").span
            });
        });
        group.bench_function("reference: sha-256", |bencher| {
            bencher.iter(|| Sha256::digest(black_box(bytes)));
        });
        group.finish();
    }
    let mut group = criterion.benchmark_group("decode/parse");
    for issued in &scenario.issued {
        group.bench_function("SdCwt", |bencher| {
            bencher.iter(|| SdCwt::parse(black_box(issued), &Limits::TOKEN, Encoding::Deterministic));
        });
    }
    group.bench_function("Presentation", |bencher| {
        bencher.iter(|| consume(scenario.parse(black_box(&scenario.answer))));
    });
    group.finish();
}

criterion_group!(benches, decode);
criterion_main!(benches);
