//! Status lists: a look-up in lists and sets of several sizes, and the refresh of a list, with its memory.
//!
//! A look-up has to cost the same in a list of a million entries and in one of sixteen million, but for
//! what the caches of the processor hold. A refresh is parse, signature, inflate, and the swap of the set.

use criterion::{Criterion, criterion_group, criterion_main};
use geleit_benches::lists::{Publisher, scattered};
use geleit_credential::status_list::{Bits, SharedStatusLists, StatusLists};
use sha2::{Digest, Sha256, Sha512};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;
use std::hint::black_box;

/// Prints what a list takes and keeps. Counting costs a few additions for each allocation, of which a
/// refresh has about a dozen and a look-up none.
#[global_allocator]
static HEAP: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const SIZES: [(&str, u64); 2] = [("2^20", 1 << 20), ("2^24", 1 << 24)];
const BITS: [Bits; 3] = [Bits::One, Bits::Two, Bits::Eight];

fn by_entries(criterion: &mut Criterion) {
    let publisher = Publisher::default();
    let uri = Publisher::uri(0);
    for (size, entries) in SIZES {
        for bits in BITS {
            let token = publisher.sign(0, bits, entries);
            let name = format!("status_list/{size} entries of {} bits", bits.number());
            println!("{name}: {}", memory(&publisher, &token));

            let mut lists = StatusLists::new();
            lists.insert(publisher.verify(&token)).expect("the first list");
            let shared = SharedStatusLists::new(lists);
            let mut group = criterion.benchmark_group(&name);
            let mut indices = scattered(entries);
            group.bench_function("look-up", |bencher| {
                bencher.iter(|| {
                    let index = indices.next().unwrap_or_default();
                    publisher.find(&shared.current(), black_box(&uri), index)
                });
            });
            group.sample_size(10);
            group.bench_function("refresh", |bencher| {
                bencher.iter(|| shared.insert(publisher.verify(black_box(&token))));
            });
            group.bench_function("reference: SHA-512 and SHA-256 of the token", |bencher| {
                bencher.iter(|| (Sha512::digest(black_box(&token)), Sha256::digest(black_box(&token))));
            });
            group.finish();
        }
    }
}

fn by_lists(criterion: &mut Criterion) {
    let publisher = Publisher::default();
    let mut group = criterion.benchmark_group("status_list/look-up in a set");
    for count in [1, 10, 100, 1_000] {
        let mut lists = StatusLists::new();
        for number in 0..count {
            let token = publisher.sign(number, Bits::One, 1 << 17);
            lists.insert(publisher.verify(&token)).expect("lists with different addresses");
        }
        let uris: Vec<String> = (0..count).map(Publisher::uri).collect();
        let mut places = uris.iter().cycle().step_by(7).zip(scattered(1 << 17));
        group.bench_function(format!("of {count}"), |bencher| {
            bencher.iter(|| {
                let (uri, index) = places.next().expect("there is no end");
                publisher.find(&lists, uri, index)
            });
        });
    }
    group.finish();
}

/// Bytes taken while a list is verified, and bytes kept by it.
fn memory(publisher: &Publisher, token: &[u8]) -> String {
    let region = Region::new(HEAP);
    let list = publisher.verify(token);
    let change = region.change();
    let kept = change.bytes_allocated - change.bytes_deallocated;
    format!(
        "token {} bytes; verified with {} allocations, {} bytes reserved, {kept} bytes kept for {} entries",
        token.len(),
        change.allocations,
        change.bytes_allocated,
        list.entries(),
    )
}

criterion_group!(benches, by_entries, by_lists);
criterion_main!(benches);
