//! What issuers sign: the same bytes for the same claims and salts.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

use geleit_cose::algorithm::Algorithm;
use geleit_cose::cbor::{Encoding, Limits, Value};
use geleit_cose::key::SigningKey;
use geleit_credential::numbers::cbor;
use geleit_credential::sd_cwt;
use geleit_testkit::{FixedRng, World, people, world};
use sha2::{Digest, Sha256};

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
        Value::Tag(cbor::TO_BE_DECOY, number) => decoy(u64::try_from(number.as_int().unwrap()).unwrap() + 100),
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
