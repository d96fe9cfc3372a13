use super::claims::Claims;
use super::*;
use geleit_cose::cbor::{Decoder, Encoder, Encoding, Value};
use geleit_testkit::FixedRng;
use proptest::prelude::*;
use std::collections::BTreeSet;

const URI: &str = "https://status.example/lists/1";

/// A payload with one entry changed, added or (by `None`) removed.
fn payload(label: i64, change: Option<Value>) -> Vec<u8> {
    let list = Value::Map(vec![
        (Value::text("bits"), Value::Uint(4)),
        (Value::text("lst"), Value::bytes([1, 2, 3])),
        (Value::text("aggregation_uri"), Value::text("https://status.example/all")),
    ]);
    let mut claims = vec![
        (Value::int(1), Value::text("publisher")),
        (Value::int(2), Value::text(URI)),
        (Value::int(4), Value::int(200)),
        (Value::int(6), Value::int(100)),
        (Value::int(65_533), list),
        (Value::int(65_534), Value::int(60)),
    ];
    claims.retain(|(key, _)| *key != Value::int(label));
    claims.extend(change.map(|value| (Value::int(label), value)));
    Value::Map(claims).encode()
}

fn list(entries: &[(&str, Value)]) -> Option<Value> {
    Some(Value::Map(entries.iter().map(|(name, value)| (Value::text(*name), value.clone())).collect()))
}

#[test]
fn claims_are_read_and_others_ignored() {
    for bytes in [payload(7, None), payload(-70_000, Some(Value::Float(0.5)))] {
        let claims = Claims::read(&bytes).unwrap();
        assert_eq!((claims.iss, claims.uri), (Some("publisher"), URI));
        assert_eq!((claims.issued_at, claims.expires_at), (UnixTime(100), Some(UnixTime(200))));
        assert_eq!((claims.ttl_s, claims.bits), (NonZeroU64::new(60), 4));
        assert_eq!(claims.lst, [1, 2, 3]);
    }
    for optional in [1, 4, 65_534] {
        assert!(Claims::read(&payload(optional, None)).is_ok(), "{optional}");
    }
}

#[test]
fn a_claim_that_is_read_is_strict() {
    let (bits, lst) = (("bits", Value::Uint(1)), ("lst", Value::bytes([1])));
    let cases = [
        ("iss", payload(1, Some(Value::Uint(1)))),
        ("sub", payload(2, None)),
        ("sub", payload(2, Some(Value::bytes(*b"uri")))),
        ("exp", payload(4, Some(Value::Float(200.0)))),
        ("exp", payload(4, Some(Value::Null))),
        ("exp", payload(4, Some(Value::int(100)))),
        ("iat", payload(6, None)),
        ("iat", payload(6, Some(Value::Float(100.5)))),
        ("iat", payload(6, Some(Value::Uint(u64::MAX)))),
        ("ttl", payload(65_534, Some(Value::Uint(0)))),
        ("ttl", payload(65_534, Some(Value::int(-1)))),
        ("bits", payload(65_533, None)),
        ("bits", payload(65_533, list(std::slice::from_ref(&lst)))),
        ("bits", payload(65_533, list(&[("bits", Value::text("1")), lst.clone()]))),
        ("lst", payload(65_533, list(std::slice::from_ref(&bits)))),
        ("lst", payload(65_533, list(&[bits.clone(), ("lst", Value::text("eNo"))]))),
        (
            "aggregation_uri",
            payload(65_533, list(&[bits.clone(), lst.clone(), ("aggregation_uri", Value::Null)])),
        ),
        ("status_list", payload(65_533, list(&[bits, lst, ("zip", Value::text("brotli"))]))),
        ("status_list", payload(65_533, Some(Value::Array(Vec::new())))),
        ("payload", Value::Array(Vec::new()).encode()),
    ];
    for (name, bytes) in cases {
        assert_eq!(Claims::read(&bytes).map(drop), Err(StatusListError::Claim(name)), "{name}");
    }
}

#[test]
fn a_payload_that_is_not_deterministic_is_refused() {
    let code = |bytes: &[u8]| Claims::read(bytes).map(drop).unwrap_err().code();
    assert_eq!(code(&[&payload(7, None)[..], &[0]].concat()), "M-02");
    // {6: 1, 2: "", 65533: {}} and {2: "", 6: 1 in two bytes}.
    assert_eq!(code(&[0xa3, 0x06, 0x01, 0x02, 0x60, 0x19, 0xff, 0xfd, 0xa0]), "M-09");
    assert_eq!(code(&[0xa2, 0x02, 0x60, 0x06, 0x18, 0x01]), "M-08");
    assert_eq!(code(&[0xa2, 0x02, 0x60, 0x02, 0x60]), "M-06");
}

#[test]
fn a_reference_is_read_back_both_ways() {
    let reference = StatusReference { uri: URI, index: 70_000 };
    let mut encoder = Encoder::new();
    reference.write(&mut encoder);
    let mut decoder = Decoder::new(encoder.as_bytes(), &Limits::TOKEN, Encoding::Deterministic).unwrap();
    assert_eq!(StatusReference::read(&mut decoder), Ok(reference));
    assert!(decoder.is_at_end());
    assert_eq!(StatusReference::from_value(&reference.to_value()), Ok(reference));
}

#[test]
fn a_reference_has_exactly_its_members() {
    let (idx, uri) = (("idx", Value::Uint(1)), ("uri", Value::text(URI)));
    let status = |members: &[(&str, Value)]| list(&[("status_list", list(members).unwrap())]).unwrap();
    let broken = [
        Value::Null,
        Value::Map(Vec::new()),
        list(&[("status_list", Value::Null)]).unwrap(),
        list(&[("identifier_list", list(&[idx.clone(), uri.clone()]).unwrap())]).unwrap(),
        list(&[
            ("status_list", list(&[idx.clone(), uri.clone()]).unwrap()),
            ("identifier_list", Value::Null),
        ])
        .unwrap(),
        status(&[]),
        status(std::slice::from_ref(&idx)),
        status(std::slice::from_ref(&uri)),
        status(&[idx.clone(), uri.clone(), ("bits", Value::Uint(1))]),
        status(&[idx.clone(), ("url", Value::text(URI))]),
        status(&[("idx", Value::int(-1)), uri.clone()]),
        status(&[("idx", Value::Float(1.0)), uri]),
        status(&[idx, ("uri", Value::bytes(*b"uri"))]),
    ];
    for value in broken {
        assert_eq!(StatusReference::from_value(&value), Err(StatusListError::Reference), "{value:?}");
        let bytes = value.encode();
        let mut decoder = Decoder::new(&bytes, &Limits::TOKEN, Encoding::Deterministic).unwrap();
        assert_eq!(StatusReference::read(&mut decoder), Err(StatusListError::Reference), "{value:?}");
    }
}

#[test]
fn only_five_values_mean_something() {
    let meant: Vec<u8> = (0..=u8::MAX).filter(|value| standing_of(*value) != Standing::InDoubt).collect();
    assert_eq!(meant, [0x00, 0x01, 0x02, 0x03, 0x0c]);
    for value in meant {
        assert_eq!(value_of(standing_of(value)), Some(value));
    }
    assert_eq!(value_of(Standing::InDoubt), None);
}

#[test]
fn entries_say_what_their_bits_can() {
    let expressible = |bits| {
        let mut entries = Entries::all_valid(bits, 1 << 17).unwrap();
        Standing::ALL.into_iter().filter(|standing| entries.set(5, *standing).is_ok()).count()
    };
    assert_eq!(Bits::ALL.map(expressible), [2, 4, 5, 5]);
    let mut entries = Entries::all_valid(Bits::Two, 1 << 17).unwrap();
    let error = PublishError::NotExpressible { standing: Standing::Superseded, bits: Bits::Two };
    assert_eq!(entries.set(0, Standing::Superseded), Err(error));
    assert_eq!(error.to_string(), "entries of 2 bits cannot say \"superseded\"");
    let error = PublishError::OutOfRange { presented: 1 << 17, entries: 1 << 17 };
    assert_eq!(entries.set(1 << 17, Standing::Revoked), Err(error));
    assert!(entries.set(u64::MAX, Standing::Revoked).is_err());
    assert_eq!((entries.get(u64::MAX), entries.get(1 << 17)), (None, None));
}

#[test]
fn a_list_has_the_size_that_readers_accept() {
    for (bits, largest) in Bits::ALL.into_iter().zip([1 << 27, 1 << 26, 1 << 25, 1 << 24]) {
        for count in [0, (1 << 17) - 1, largest + 1, u64::MAX] {
            let error = PublishError::Size { presented: count, bits };
            assert_eq!(Entries::all_valid(bits, count).map(drop), Err(error));
        }
        assert_eq!(Entries::all_valid(bits, largest).map(|entries| entries.count()), Ok(largest));
        assert_eq!(
            Entries::all_valid(bits, (1 << 17) + 1).map(|entries| entries.count() % 8),
            Ok(if bits == Bits::Eight { 1 } else { u64::from(8 / bits.number()) % 8 })
        );
    }
}

#[test]
fn indices_are_drawn_until_none_is_left() {
    let entries = Entries::all_valid(Bits::One, 1 << 17).unwrap();
    let mut indices = StatusIndices::of(&entries);
    for index in 0..(1 << 17) - 70 {
        indices.take(index).unwrap();
    }
    assert_eq!(indices.free(), 70);
    let mut rng = FixedRng::new("indices");
    let drawn: Vec<u64> = std::iter::from_fn(|| indices.draw(&mut rng)).collect();
    assert_eq!(drawn.iter().copied().collect::<BTreeSet<_>>(), ((1 << 17) - 70..1 << 17).collect());
    assert!(!drawn.is_sorted());
    assert!(rng.draws() < 300, "{}", rng.draws());
    assert_eq!((indices.free(), indices.draw(&mut rng)), (0, None));
}

/// A list whose size is not a multiple of 64 entries.
#[test]
fn no_index_is_outside_of_the_list() {
    let entries = Entries::all_valid(Bits::Eight, (1 << 17) + 3).unwrap();
    let mut indices = StatusIndices::of(&entries);
    (0..1 << 17).for_each(|index| indices.take(index).unwrap());
    assert!(indices.take((1 << 17) + 3).is_err());
    assert!(indices.is_taken((1 << 17) + 3) && !indices.is_taken((1 << 17) + 2));
    let mut rng = FixedRng::new("indices");
    let drawn: BTreeSet<u64> = std::iter::from_fn(|| indices.draw(&mut rng)).collect();
    assert_eq!(drawn, ((1 << 17)..(1 << 17) + 3).collect());
}

/// Halves, quarters and the last digit come up as often as they should.
#[test]
fn indices_are_uniform() {
    let entries = Entries::all_valid(Bits::One, 1 << 17).unwrap();
    let mut rng = FixedRng::new("uniform");
    let mut indices = StatusIndices::of(&entries);
    let drawn: Vec<u64> = (0..8_000).map(|_| indices.draw(&mut rng).unwrap()).collect();
    let mut quarters = [0; 4];
    drawn.iter().for_each(|index| quarters[usize::try_from(index >> 15).unwrap()] += 1);
    assert!(quarters.iter().all(|count| (1_800..2_200).contains(count)), "{quarters:?}");
    let neighbours = drawn.windows(2).filter(|pair| pair[0].abs_diff(pair[1]) == 1).count();
    assert!(neighbours < 5, "{neighbours}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A reference that was read is written as it was.
    #[test]
    fn any_reference_is_read_back(uri in ".{0,40}", index: u64) {
        let reference = StatusReference { uri: &uri, index };
        let value = reference.to_value();
        prop_assert_eq!(StatusReference::from_value(&value), Ok(reference));
        let bytes = value.encode();
        let mut decoder = Decoder::new(&bytes, &Limits::TOKEN, Encoding::Deterministic).unwrap();
        prop_assert_eq!(StatusReference::read(&mut decoder), Ok(reference));
    }
}
