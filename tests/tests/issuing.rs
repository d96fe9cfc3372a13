//! What issuers sign: the same bytes for the same claims and salts, alone or in a batch.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

use core::convert::Infallible;
use geleit_cose::algorithm::Algorithm;
use geleit_cose::cbor::{Decoder, Encoding, Head, Limits, Value};
use geleit_cose::key::{PublicKey, SigningKey};
use geleit_credential::holder::HeldCredential;
use geleit_credential::issuer::{BatchError, Copy, DEFAULT_LIFETIME_S, MAX_BATCH_COPIES, Order};
use geleit_credential::numbers::cbor;
use geleit_credential::schema::ClaimSet;
use geleit_credential::sd_cwt::{self, Scratch};
use geleit_credential::status_list::StatusReference;
use geleit_testkit::forge::Envelope;
use geleit_testkit::world::{CREDENTIAL_LIST, NOW};
use geleit_testkit::{FixedRng, World, people, world};
use rand_core::{TryCryptoRng, TryRng};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

fn digest(bytes: &[u8]) -> String {
    base16ct::lower::encode_string(&Sha256::digest(bytes))
}

fn hidden(value: Value) -> Value {
    Value::Tag(cbor::TO_BE_REDACTED, Box::new(value))
}

fn decoy(number: u64) -> Value {
    Value::Tag(cbor::TO_BE_DECOY, Box::new(Value::Uint(number)))
}

fn map(entries: Vec<(Value, Value)>) -> Value {
    Value::Map(entries)
}

fn text(text: &str) -> Value {
    Value::text(text)
}

/// Claims with marks wherever marks can stand, with keys in no order.
fn nasty(holder: &SigningKey) -> Value {
    let key = Value::decode(&holder.public_key().to_cose_key(), &Limits::TOKEN, Encoding::Tolerant).unwrap();
    let long: Vec<(Value, Value)> = (0..40_i64)
        .map(|number| (Value::int((number * 7_919) % 1_009 - 500), hidden_element(number)))
        .collect();
    let inside = map(vec![
        (text("zz"), map(vec![(hidden(text("deep")), text("z")), (Value::int(-1), Value::Null)])),
        (text("a"), Value::Array(vec![hidden(text("a")), Value::Float(1.5), hidden(Value::Array(vec![]))])),
        (hidden(text("b")), map(vec![(decoy(9), Value::Null), (hidden(Value::int(7)), Value::Bool(true))])),
        (Value::int(300), Value::Tag(0, Box::new(text("2026-11-23T09:00:00Z")))),
        (Value::int(-300), Value::Tag(1, Box::new(map(vec![(hidden(text("in a tag")), Value::Undefined)])))),
        (decoy(4), Value::Null),
    ]);
    map(vec![
        (text("longest of the keys"), inside.clone()),
        (Value::int(8), map(vec![(Value::int(2), Value::bytes([1; 3])), (Value::int(1), key)])),
        (hidden(Value::int(2)), text("urn:example:subject:1")),
        (hidden(text("object")), inside_again(inside)),
        (Value::int(6), Value::Float(1_795_000_000.5)),
        (text("list"), Value::Array(vec![decoy(1), hidden(Value::bytes([0; 30])), decoy(2), Value::int(-1)])),
        (hidden(text("empty")), map(vec![])),
        (hidden(Value::int(-70_000)), Value::Array(vec![hidden(map(long.clone())), hidden(Value::Null)])),
        (text("many"), map(long)),
        (Value::int(1), text("https://issuer.example")),
        (decoy(3), Value::Null),
        (Value::int(4), Value::Uint(1_900_000_000)),
    ])
}

fn hidden_element(number: i64) -> Value {
    Value::Array(vec![hidden(Value::int(number)), text(&"x".repeat(usize::try_from(number * 9).unwrap()))])
}

/// The same with other numbers on its decoys.
fn inside_again(value: Value) -> Value {
    match value {
        Value::Map(entries) => {
            map(entries.into_iter().map(|(key, value)| (inside_again(key), inside_again(value))).collect())
        }
        Value::Array(elements) => Value::Array(elements.into_iter().map(inside_again).collect()),
        Value::Tag(cbor::TO_BE_DECOY, number) => {
            decoy(u64::try_from(number.as_int().unwrap()).unwrap() + 100)
        }
        Value::Tag(tag, content) => Value::Tag(tag, Box::new(inside_again(*content))),
        value => value,
    }
}

/// Whatever is made faster, every byte stays: order of salts, of hashes, of disclosures, of keys.
#[test]
fn the_same_claims_and_salts_give_the_same_bytes() {
    let world = World::new();
    let (issuer, holder) = (world::key("issuer"), world::key("holder"));
    let mut rng = FixedRng::new("nasty");
    let tree = sd_cwt::issue(&nasty(&holder), b"kid", &issuer, Algorithm::ED25519, &mut rng).unwrap();
    assert_eq!(rng.draws(), 1);
    let of_type = |claims| digest(&world.issue(&claims, world.holder.public_key(), "golden"));
    let found = [
        digest(&tree),
        of_type(people::identity()),
        of_type(people::qualification()),
        of_type(people::residence()),
    ];
    insta::assert_debug_snapshot!(found);
}

/// To a holder whose key is at hand: the same bytes, for this holder and no other.
#[test]
fn a_known_holder_gets_the_same_bytes() {
    let (issuer, holder, other) = (world::key("issuer"), world::key("holder"), world::key("other"));
    let tree = nasty(&holder);
    let rng = || FixedRng::new("nasty");
    let issued = sd_cwt::issue(&tree, b"kid", &issuer, Algorithm::ED25519, &mut rng()).unwrap();
    let to = |key: &SigningKey| {
        sd_cwt::issue_to(key.public_key(), &tree, b"kid", &issuer, Algorithm::ED25519, &mut rng())
    };
    assert_eq!(to(&holder), Ok(issued));
    assert_eq!(to(&other).map_err(|error| error.code()), Err("I-10"));
}

/// Random bytes that do not depend on how many are drawn at once.
struct Tape {
    used: u64,
}

impl TryRng for Tape {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(0)
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(0)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        for byte in bytes {
            *byte = Sha256::digest(self.used.to_be_bytes())[0];
            self.used += 1;
        }
        Ok(())
    }
}

impl TryCryptoRng for Tape {}

fn keys(count: usize) -> Vec<SigningKey> {
    (0..count).map(|number| world::key(&format!("wallet {number}"))).collect()
}

fn copy<'a>(key: &'a PublicKey, subject: &'a str, index: u64) -> Copy<'a> {
    Copy {
        holder_key: key,
        subject,
        issued_at: NOW,
        lifetime_s: DEFAULT_LIFETIME_S,
        status: StatusReference { uri: CREDENTIAL_LIST, index },
    }
}

/// `count` copies; numbers of keys and places in the list begin at `first`.
fn copies<'a>(keys: &'a [SigningKey], subjects: &[&'a str], first: u64) -> Vec<Copy<'a>> {
    let subjects = subjects.iter().cycle();
    let copies = keys.iter().zip(subjects).zip(first..);
    copies.map(|((key, subject), index)| copy(key.public_key(), subject, index)).collect()
}

/// What could link two copies: salts, hashes of disclosures, and 32 bytes inside of them, which are hashes
/// and commitments.
fn marks(token: &[u8]) -> Vec<Vec<u8>> {
    let unprotected = Envelope::open(token).unprotected;
    let sd_claims = &unprotected.entries.iter().find(|(key, _)| *key == [0x11]).unwrap().1;
    let mut decoder = Decoder::new(sd_claims, &Limits::TOKEN, Encoding::Deterministic).unwrap();
    let mut found = Vec::new();
    for _ in 0..decoder.array().unwrap() {
        let start = decoder.position();
        let content = decoder.bytes_span().unwrap();
        found.push(Sha256::digest(decoder.slice(start..content.end)).to_vec());
        let outer = decoder.enter(content).unwrap();
        decoder.array().unwrap();
        found.push(decoder.bytes().unwrap().to_vec());
        while !decoder.is_at_end() {
            match decoder.peek().unwrap() {
                Head::Bytes(32) => found.push(decoder.bytes().unwrap().to_vec()),
                Head::Bytes(_) => drop(decoder.bytes().unwrap()),
                Head::Text(_) => drop(decoder.text().unwrap()),
                _ => drop(decoder.head().unwrap()),
            }
        }
        decoder.leave(outer).unwrap();
    }
    found
}

#[test]
fn a_batch_is_what_single_copies_are() {
    let world = World::new();
    let issuer = world.issuer_of(people::residence().credential_type());
    let (keys, others) = (keys(3), keys(1));
    let (identity, residence) = (people::identity(), people::residence());
    let long = "urn:example:subject:".repeat(12);
    let ordered: [(&ClaimSet, Vec<Copy<'_>>); 4] = [
        (&identity, copies(&keys, &["one", "another", &long], 0)),
        (&residence, copies(&keys, &["one"], 10)),
        (&residence, Vec::new()),
        (&residence, copies(&others, &["the same claims of somebody else"], 20)),
    ];
    let fourth = world::key("a fourth");
    let mut ordered = ordered;
    ordered[3].1[0].holder_key = fourth.public_key();
    let orders: Vec<Order<'_>> = ordered.iter().map(|(claims, copies)| Order { claims, copies }).collect();
    let batch = issuer.issue_batch(&orders, &mut Tape { used: 0 }).unwrap();
    let mut tape = Tape { used: 0 };
    let single: Vec<Vec<Vec<u8>>> = orders
        .iter()
        .map(|order| {
            order.copies.iter().map(|copy| issuer.issue(order.claims, copy, &mut tape).unwrap()).collect()
        })
        .collect();
    assert_eq!(batch, single);
}

#[test]
fn copies_of_a_batch_share_nothing_and_take_one_draw() {
    let world = World::new();
    let keys = keys(4);
    for claims in [people::identity(), people::qualification(), people::residence()] {
        let copies = copies(&keys, &["somebody"], 100);
        let order = Order { claims: &claims, copies: &copies };
        let mut rng = FixedRng::new("batch");
        let batch = world.issuer_of(claims.credential_type()).issue_batch(&[order], &mut rng).unwrap();
        assert_eq!(rng.draws(), 1);
        let marks: Vec<Vec<u8>> = batch[0].iter().flat_map(|token| marks(token)).collect();
        // A hash occurs as such and where it stands; everything else occurs once.
        let mut seen = BTreeSet::new();
        let twice: Vec<_> = marks.iter().filter(|mark| !seen.insert(*mark)).collect();
        assert!(batch[0].len() == 4 && seen.len() >= 4 * 2 * 37, "{}", seen.len());
        for mark in twice {
            let in_copies = batch[0].iter().filter(|token| self::marks(token).contains(mark)).count();
            assert_eq!(in_copies, 1);
        }
    }
}

#[test]
fn a_batch_is_issued_whole_or_not_at_all() {
    let world = World::new();
    let keys = keys(3);
    let (identity, residence) = (people::identity(), people::residence());
    let mut incomplete = residence.clone();
    incomplete.remove("res.status_class");
    let refused = |first: &ClaimSet, change: &dyn Fn(&mut Vec<Copy<'_>>)| {
        let (mut copies, others) = (copies(&keys, &["somebody"], 0), copies(&keys, &["somebody"], 50));
        change(&mut copies);
        let orders =
            [Order { claims: first, copies: &others }, Order { claims: &residence, copies: &copies }];
        let mut rng = FixedRng::new("refused");
        let error = world.issuer_of(residence.credential_type()).issue_batch(&orders, &mut rng).unwrap_err();
        assert_eq!(rng.draws(), 0, "{error}");
        assert!(error.to_string().starts_with(error.code()));
        let place = match error {
            BatchError::Copy { order, copy, .. } => Some((order, Some(copy))),
            BatchError::Order { order, .. } => Some((order, None)),
            _ => None,
        };
        (error.code(), place)
    };
    assert_eq!(refused(&identity, &|copies| copies[2].lifetime_s = 1), ("I-08", Some((1, Some(2)))));
    assert_eq!(refused(&identity, &|copies| copies[1].status.uri = ""), ("I-11", Some((1, Some(1)))));
    let same_key = |copies: &mut Vec<Copy<'_>>| copies[2].holder_key = copies[0].holder_key;
    assert_eq!(refused(&identity, &same_key), ("I-12", Some((1, Some(2)))));
    // Keys of one type in two orders, and places of two types.
    assert_eq!(refused(&residence, &|_| ()), ("I-12", Some((1, Some(0)))));
    assert_eq!(refused(&identity, &|copies| copies[1].status.index = 50), ("I-13", Some((1, Some(1)))));
    let many = |copies: &mut Vec<Copy<'_>>| *copies = vec![copies[0]; MAX_BATCH_COPIES - 2];
    assert_eq!(refused(&identity, &many), ("I-14", None));
    assert_eq!(refused(&incomplete, &|copies| copies.truncate(0)).1, Some((0, None)));
}

#[test]
fn a_subject_that_nobody_could_read_is_refused() {
    let (world, claims) = (World::new(), people::residence());
    let status = StatusReference { uri: CREDENTIAL_LIST, index: 7 };
    let issue = |subject: &str| {
        let holder_key = world.holder.public_key();
        let copy = Copy { holder_key, subject, issued_at: NOW, lifetime_s: DEFAULT_LIFETIME_S, status };
        let issuer = world.issuer_of(claims.credential_type());
        issuer.issue(&claims, &copy, &mut FixedRng::new("subject")).map_err(|error| error.code())
    };
    for refused in ["".to_owned(), "u".repeat(257), "u".repeat(65_000)] {
        assert_eq!(issue(&refused).map(drop), Err("I-15"), "{} bytes", refused.len());
    }
    // The head of a text, and that of its disclosure, grow at these lengths.
    for length in [1, 3, 4, 23, 24, 233, 234, 255, 256] {
        let credential = issue(&"u".repeat(length)).unwrap();
        let keys = core::slice::from_ref(world.holder.public_key());
        let accepted =
            HeldCredential::accept(&credential, &world.trust_list(), keys, NOW, &mut Scratch::default());
        assert!(accepted.is_ok(), "{length} bytes");
    }
}
