//! What an issuer refuses is what a holder would refuse.

use super::{issue, issue_unread};
use crate::numbers::{cbor, claim, confirmation};
use crate::sd_cwt::BuildError;
use crate::sd_cwt::verify::check_own;
use geleit_cose::algorithm::Algorithm;
use geleit_cose::cbor::{Encoding, Limits, Value};
use geleit_cose::key::SigningKey;
use geleit_testkit::FixedRng;
use proptest::collection::vec;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof, proptest};
use rand_core::{TryCryptoRng, TryRng};

/// A generator that is broken: it gives the same eight bytes again and again after the first `good` ones.
struct Stuck {
    good: usize,
}

impl TryRng for Stuck {
    type Error = core::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(0)
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(0)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        for (number, sample) in bytes.chunks_mut(8).enumerate() {
            sample.fill(u8::try_from(number.min(self.good)).unwrap());
        }
        Ok(())
    }
}

impl TryCryptoRng for Stuck {}

fn key() -> SigningKey {
    SigningKey::ed25519_from_seed(&[7; 32])
}

fn issued(claims: &Value) -> Result<Vec<u8>, BuildError> {
    issue(claims, b"kid", &key(), Algorithm::ED25519, &mut FixedRng::new("check"))
}

/// Signs first and reads the result as its holder would.
fn issued_and_read(claims: &Value) -> Result<Vec<u8>, BuildError> {
    let token = issue_unread(claims, b"kid", &key(), Algorithm::ED25519, &mut FixedRng::new("check"))?;
    check_own(&token).map_err(BuildError::WouldBeRefused)?;
    Ok(token)
}

fn hidden(value: Value) -> Value {
    Value::Tag(cbor::TO_BE_REDACTED, Box::new(value))
}

fn cose_key() -> Value {
    Value::decode(&key().public_key().to_cose_key(), &Limits::TOKEN, Encoding::Tolerant).unwrap()
}

fn confirmation(cose_key: Value) -> Value {
    Value::Map(vec![(Value::int(confirmation::COSE_KEY), cose_key)])
}

/// Claims that can be issued, and `more`.
fn claims(more: impl IntoIterator<Item = (Value, Value)>) -> Value {
    let mut entries = vec![
        (Value::int(claim::ISS), Value::text("https://issuer.example")),
        (hidden(Value::int(claim::SUB)), Value::text("somebody")),
        (Value::int(claim::CNF), confirmation(cose_key())),
    ];
    entries.extend(more);
    Value::Map(entries)
}

fn date() -> impl Strategy<Value = Value> {
    const BOUND: i64 = 1 << 53;
    prop_oneof![
        4 => (-3_i64..3).prop_map(Value::int),
        1 => (BOUND - 2..BOUND + 2).prop_map(Value::int),
        1 => (-BOUND - 2..-BOUND + 2).prop_map(Value::int),
        1 => any::<u64>().prop_map(Value::Uint),
        1 => any::<u64>().prop_map(Value::Nint),
        1 => (-3_i8..3).prop_map(|n| Value::Float(f64::from(n) / 2.0)),
        1 => any::<f64>().prop_map(Value::Float),
        1 => Just(Value::Float(f64::INFINITY)),
        1 => Just(Value::Float(9_007_199_254_740_992.0)),
        1 => Just(Value::text("2027-01-01")),
        1 => Just(Value::Tag(1, Box::new(Value::Uint(1)))),
    ]
}

/// Values of types that a registered claim may or may not have.
fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => "[a-z]{0,4}".prop_map(Value::Text),
        3 => vec(any::<u8>(), 0..4).prop_map(Value::Bytes),
        1 => (-2_i64..2).prop_map(Value::int),
        1 => Just(Value::Null),
        1 => Just(Value::Simple(99)),
        1 => Just(Value::Array(vec![hidden(Value::Null)])),
    ]
}

fn cnf() -> impl Strategy<Value = Value> {
    let with = |change: fn(&mut Vec<(Value, Value)>)| {
        let Value::Map(mut members) = cose_key() else { unreachable!("a COSE_Key is a map") };
        change(&mut members);
        Just(confirmation(Value::Map(members)))
    };
    prop_oneof![
        6 => with(|_| {}),
        1 => with(|members| members.reverse()),
        1 => with(|members| drop(members.pop())),
        1 => with(|members| members.push((Value::int(4), Value::Array(vec![Value::int(1)])))),
        1 => with(|members| members.push((hidden(Value::text("more")), Value::Null))),
        1 => with(|members| members.push((Value::text("more"), Value::Array(vec![hidden(Value::Null)])))),
        // Not a point of the curve, and one of small order.
        1 => with(|members| members.iter_mut().last().unwrap().1 = Value::bytes([2; 32])),
        1 => with(|members| members.iter_mut().last().unwrap().1 = Value::bytes([0; 32])),
        1 => Just(Value::Map(vec![(Value::int(3), Value::bytes([7; 8]))])),
        1 => Just(Value::Null),
        1 => Just(Value::Tag(24, Box::new(confirmation(cose_key())))),
    ]
}

fn nested(levels: usize, redacted: bool) -> Value {
    (0..levels).fold(Value::Bool(true), |value, level| match (level % 3, redacted) {
        (0, true) => Value::Array(vec![hidden(value)]),
        (0, false) => Value::Array(vec![value]),
        (1, true) => Value::Map(vec![(hidden(Value::int(1)), value)]),
        (1, false) => Value::Map(vec![(Value::int(1), value)]),
        _ => Value::Tag(99, Box::new(value)),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_024))]

    /// The same bytes, or the same error at the same byte.
    #[test]
    fn the_check_before_signing_is_that_of_the_holder(
        cnf in cnf(),
        iss in prop_oneof![9 => Just(Value::text("issuer")), 1 => scalar()],
        dates in vec(date(), 3),
        present in vec(any::<bool>(), 3),
        others in vec((prop_oneof![
            Just(claim::AUD), Just(claim::CTI), Just(claim::CNONCE), Just(claim::VCT), Just(claim::STATUS),
        ], scalar()), 0..3),
        levels in 0_usize..20,
        redacted in any::<bool>(),
    ) {
        let mut entries = vec![
            (Value::int(claim::CNF), cnf),
            (Value::int(claim::ISS), iss),
            (Value::int(claim::SUB), Value::text("somebody")),
            (Value::text("deep"), nested(levels, redacted)),
        ];
        let labels = [claim::EXP, claim::NBF, claim::IAT].map(Value::int);
        entries.extend(labels.into_iter().zip(dates).zip(present).filter_map(|(date, here)| here.then_some(date)));
        entries.extend(others.into_iter().map(|(label, value)| (Value::int(label), value)));
        let claims = Value::Map(entries);
        assert_eq!(issued(&claims), issued_and_read(&claims));
    }
}

fn code(result: Result<Vec<u8>, BuildError>) -> Option<(&'static str, &'static str)> {
    match result.err()? {
        BuildError::WouldBeRefused(error) => Some(("I-09", error.code())),
        error => Some((error.code(), "")),
    }
}

#[test]
fn what_no_holder_could_accept_is_not_signed() {
    let deep = |levels| claims([(Value::text("deep"), nested(levels, true))]);
    assert_eq!(code(issued(&deep(15))), None);
    assert_eq!(code(issued(&deep(16))), Some(("I-09", "M-12")));
    let many = |elements| claims([(Value::text("many"), Value::Array(vec![Value::Null; elements]))]);
    // In doubt above half of the limit, and refused above it.
    for (elements, expected) in [(30_000, None), (40_000, None), (65_600, Some(("I-09", "M-11")))] {
        assert_eq!(code(issued(&many(elements))), expected, "{elements}");
        assert_eq!(issued(&many(elements)), issued_and_read(&many(elements)), "{elements}");
    }
}

#[test]
fn a_generator_that_repeats_itself_is_noticed() {
    let claims = claims([]);
    let with = |good| code(issue(&claims, b"kid", &key(), Algorithm::ED25519, &mut Stuck { good }));
    // A seed is four samples.
    assert_eq!(with(3), None);
    for good in 0..3 {
        assert_eq!(with(good), Some(("I-16", "")), "{good}");
    }
}

#[test]
fn a_key_twice_is_found_among_many() {
    let numbered = |number: u64| (hidden(Value::Uint(number)), Value::Null);
    let decoys =
        (1..=300).map(|number| (Value::Tag(cbor::TO_BE_DECOY, Box::new(Value::Uint(number))), Value::Null));
    let many: Vec<_> = (100..1_000).map(numbered).chain(decoys).collect();
    assert_eq!(code(issued(&claims(many.clone()))), None);
    let plain = (Value::Uint(100), Value::Null);
    assert_eq!(code(issued(&claims(many.iter().cloned().chain([plain])))), Some(("I-02", "")));
    let decoy = (Value::Tag(cbor::TO_BE_DECOY, Box::new(Value::Uint(300))), Value::Null);
    assert_eq!(code(issued(&claims(many.into_iter().chain([decoy])))), Some(("I-05", "")));
}
