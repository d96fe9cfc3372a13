//! Heap allocations of status lists: a bomb costs no more than the largest list, a look-up nothing.
//!
//! The counter sees every thread, so that this file has one test.

use flate2::Compression;
use flate2::write::ZlibEncoder;
use geleit_credential::standing::Standing;
use geleit_credential::status_list::{
    Bits, Entries, InflateFault, ListLimits, SharedStatusLists, StatusListContent, StatusListToken,
    StatusLists, StatusReference,
};
use geleit_credential::trust_list::{Party, SignedTrustList, TrustedKey};
use geleit_testkit::World;
use geleit_testkit::world::{HOME_OFFICE, NOW, key};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;
use std::io::Write;

#[global_allocator]
static HEAP: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

#[test]
fn memory_is_bounded() {
    // 256 MiB of zeros in 256 KiB.
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    (0..256).for_each(|_| encoder.write_all(&[0; 1 << 20]).unwrap());
    let bomb = encoder.finish().unwrap();
    assert!(bomb.len() < 1 << 20);
    let region = Region::new(HEAP);
    let refused = Entries::inflate(Bits::Eight, &bomb, &ListLimits::STANDARD).map(drop);
    let change = region.change();
    assert_eq!(refused, Err(InflateFault::TooMany { limit: 1 << 24 }.into()));
    // The room for the longest list, once, and the decoder.
    assert!(change.bytes_allocated < (1 << 24) + (1 << 17), "{} bytes", change.bytes_allocated);
    let small = ListLimits { max_inflated: 1 << 16, ..ListLimits::STANDARD };
    let region = Region::new(HEAP);
    assert!(Entries::inflate(Bits::Eight, &bomb, &small).is_err());
    assert!(region.change().bytes_allocated < 1 << 18, "{} bytes", region.change().bytes_allocated);

    // A short stream gets no more room than it can fill, and a list keeps what it needs.
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&[0; 1 << 17]).unwrap();
    let short = encoder.finish().unwrap();
    let region = Region::new(HEAP);
    let entries = Entries::inflate(Bits::Eight, &short, &ListLimits::STANDARD).unwrap();
    let change = region.change();
    assert!(change.bytes_allocated < short.len() * 1_032 + (1 << 17), "{} bytes", change.bytes_allocated);
    assert_eq!(change.bytes_allocated - change.bytes_deallocated, 1 << 17);
    assert_eq!(entries.count(), 1 << 17);

    let (world, publisher) = (World::new(), key("status publisher"));
    let mut content = world.trust_list_content();
    content.status_issuers = vec![Party {
        iss: "https://lists.example".to_owned(),
        types: Vec::new(),
        publishes_for: vec![HOME_OFFICE.to_owned()],
        keys: vec![TrustedKey::valid(publisher.public_key().clone(), NOW, NOW.plus(86_400))],
    }];
    let signed = content.sign(&world.anchor).unwrap();
    let trust = SignedTrustList::parse(&signed).unwrap().verify(world.anchor.public_key(), 0, NOW).unwrap();
    let mut lists = StatusLists::new();
    for number in 0..50 {
        let list = StatusListContent {
            uri: format!("https://lists.example/{number}"),
            issued_at: NOW,
            expires_at: None,
            ttl_s: None,
            entries: Entries::all_valid(Bits::Four, 1 << 17).unwrap(),
        };
        let signed = list.sign(&publisher).unwrap();
        lists.insert(StatusListToken::parse(&signed).unwrap().verify(&trust, NOW).unwrap()).unwrap();
    }

    let region = Region::new(HEAP);
    let reference = StatusReference { uri: "https://lists.example/30", index: 99_999 };
    let found = lists.find(&trust, HOME_OFFICE, &reference);
    let change = region.change();
    assert_eq!(found.standing(), Some(Standing::Valid));
    assert_eq!(change.allocations + change.reallocations, 0);

    // A snapshot shares the lists.
    let region = Region::new(HEAP);
    let snapshot = lists.clone();
    let bytes = region.change().bytes_allocated;
    assert_eq!(snapshot.len(), 50);
    assert!(bytes <= 50 * size_of::<usize>(), "{bytes} bytes");

    // So does every reader of a shared set.
    let shared = SharedStatusLists::new(snapshot);
    let region = Region::new(HEAP);
    let found = shared.current().find(&trust, HOME_OFFICE, &reference);
    assert_eq!(region.change().allocations, 0);
    assert_eq!(found.standing(), Some(Standing::Valid));
}
