//! The CBOR reader and writer against RFC 8949 appendix A and another implementation.

#![expect(clippy::panic, clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

use geleit_cose::cbor::{Encoding, Fault, Limits, Malformed, Value};
use geleit_cose::diagnostic::compact;
use proptest::prelude::{any, prop, prop_assert_eq, proptest};
use serde::Deserialize;
use std::fs;

/// One entry of `appendix_a.json`.
#[derive(Deserialize)]
struct Entry {
    hex: String,
    roundtrip: bool,
    decoded: Option<serde_json::Value>,
    diagnostic: Option<String>,
}

impl Entry {
    fn all() -> Vec<Self> {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/cbor/rfc8949-appendix-a.json");
        let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
        // `null` is also what an entry decodes to.
        let entries: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
        entries
            .into_iter()
            .map(|entry| {
                let decoded = entry.get("decoded").cloned();
                Self { decoded, ..serde_json::from_value(entry).unwrap() }
            })
            .collect()
    }

    fn bytes(&self) -> Vec<u8> {
        base16ct::lower::decode_vec(&self.hex).unwrap()
    }

    fn decode(&self, encoding: Encoding) -> Result<Value, Malformed> {
        Value::decode(&self.bytes(), &Limits::TOKEN, encoding)
    }
}

/// Simple value 24 in two bytes was an example of RFC 7049 and is not well-formed under RFC 8949.
const NOT_WELL_FORMED: [&str; 1] = ["f818"];

/// Every entry with an indefinite length.
const INDEFINITE: [&str; 11] = [
    "5f42010243030405ff",
    "7f657374726561646d696e67ff",
    "9fff",
    "9f018202039f0405ffff",
    "9f01820203820405ff",
    "83018202039f0405ff",
    "83019f0203ff820405",
    "9f0102030405060708090a0b0c0d0e0f101112131415161718181819ff",
    "bf61610161629f0203ffff",
    "826161bf61626163ff",
    "bf6346756ef563416d7421ff",
];

/// Infinities and NaN in four and eight bytes.
const NOT_SHORTEST: [&str; 6] = [
    "fa7f800000",
    "fa7fc00000",
    "faff800000",
    "fb7ff0000000000000",
    "fb7ff8000000000000",
    "fbfff0000000000000",
];

#[test]
fn every_entry_of_appendix_a_has_its_verdict() {
    let entries = Entry::all();
    assert_eq!(entries.len(), 82);
    let mut reproduced = 0;
    for entry in &entries {
        let hex = entry.hex.as_str();
        let strict = entry.decode(Encoding::Deterministic);
        let tolerant = entry.decode(Encoding::Tolerant);
        if NOT_WELL_FORMED.contains(&hex) {
            assert_eq!(tolerant.unwrap_err().fault, Fault::NotWellFormed, "{hex}");
            assert_eq!(strict.unwrap_err().fault, Fault::NotWellFormed, "{hex}");
        } else if INDEFINITE.contains(&hex) {
            assert_eq!(tolerant.unwrap_err().code(), "M-04", "{hex}");
            assert_eq!(strict.unwrap_err().code(), "M-04", "{hex}");
            assert!(!entry.roundtrip, "{hex}");
        } else if NOT_SHORTEST.contains(&hex) {
            assert_eq!(strict.unwrap_err().fault, Fault::NotShortest, "{hex}");
            assert_ne!(tolerant.unwrap().encode(), entry.bytes(), "{hex}");
            assert!(!entry.roundtrip, "{hex}");
        } else {
            assert!(entry.roundtrip, "{hex}");
            assert_eq!(strict.unwrap().encode(), entry.bytes(), "{hex}");
            assert!(tolerant.is_ok(), "{hex}");
            reproduced += 1;
        }
    }
    assert_eq!(reproduced, entries.len() - NOT_WELL_FORMED.len() - INDEFINITE.len() - NOT_SHORTEST.len());
}

/// A tree says what JSON says, as far as JSON can.
fn says(value: &Value, json: &serde_json::Value) -> bool {
    match value {
        Value::Uint(n) => json.as_u64() == Some(*n),
        // -2^64 is beyond `i64`; there JSON has a float.
        Value::Nint(n) => match i64::try_from(*n) {
            Ok(n) => json.as_i64() == Some(!n),
            Err(_) => json.as_f64() == Some(-(2f64.powi(64))),
        },
        Value::Text(text) => json.as_str() == Some(text),
        Value::Bool(truth) => json.as_bool() == Some(*truth),
        Value::Null => json.is_null(),
        // The JSON reader rounds the last bit as it likes; the bits are compared by encoding again.
        Value::Float(number) => {
            json.as_f64().is_some_and(|json| (json - number).abs() <= number.abs() * f64::EPSILON)
        }
        Value::Array(items) => json.as_array().is_some_and(|expected| {
            items.len() == expected.len() && items.iter().zip(expected).all(|(item, json)| says(item, json))
        }),
        Value::Map(entries) => json.as_object().is_some_and(|expected| {
            entries.len() == expected.len()
                && entries.iter().all(|(key, value)| {
                    key.as_text().and_then(|key| expected.get(key)).is_some_and(|json| says(value, json))
                })
        }),
        // Big numbers stay what they are on the wire: RFC 8949 section 3.4.3.
        Value::Tag(2, content) => **content == Value::bytes([1, 0, 0, 0, 0, 0, 0, 0, 0]),
        Value::Tag(3, content) => **content == Value::bytes([1, 0, 0, 0, 0, 0, 0, 0, 0]),
        Value::Tag(..) | Value::Bytes(_) | Value::Undefined | Value::Simple(_) => false,
    }
}

#[test]
fn appendix_a_values_are_read_as_its_json_says() {
    let mut compared = 0;
    for entry in Entry::all() {
        let (Some(json), Ok(value)) = (&entry.decoded, entry.decode(Encoding::Tolerant)) else { continue };
        assert!(says(&value, json), "{}: {value:?} {json}", entry.hex);
        compared += 1;
    }
    assert!(compared > 45, "{compared}");
}

#[test]
fn appendix_a_diagnostic_notation_is_reproduced() {
    let mut compared = 0;
    for entry in Entry::all() {
        let (Some(diagnostic), Ok(_)) = (&entry.diagnostic, entry.decode(Encoding::Tolerant)) else {
            continue;
        };
        assert_eq!(compact(&entry.bytes(), &Limits::TOKEN).as_ref(), Ok(diagnostic), "{}", entry.hex);
        compared += 1;
    }
    assert_eq!(compared, 21);
}

/// What `ciborium` writes for a tree without simple values; it writes shortest heads and floats.
fn by_ciborium(value: &ciborium::Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}

proptest! {
    #[test]
    fn another_writer_is_read(
        numbers in prop::collection::vec(any::<i64>(), 0..8),
        floats in prop::collection::vec(any::<f64>(), 0..8),
        text in "\\PC{0,40}",
        bytes in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let array = |items: Vec<ciborium::Value>| ciborium::Value::Array(items);
        let theirs = array(vec![
            array(numbers.iter().map(|n| (*n).into()).collect()),
            array(floats.iter().map(|n| (*n).into()).collect()),
            text.clone().into(),
            bytes.clone().into(),
            ciborium::Value::Tag(61, Box::new(ciborium::Value::Map(vec![(1.into(), true.into())]))),
            ciborium::Value::Null,
        ]);
        let ours = Value::Array(vec![
            Value::Array(numbers.into_iter().map(Value::int).collect()),
            Value::Array(floats.into_iter().map(Value::Float).collect()),
            Value::Text(text),
            Value::Bytes(bytes),
            Value::Tag(61, Box::new(Value::Map(vec![(Value::int(1), Value::Bool(true))]))),
            Value::Null,
        ]);
        let encoded = by_ciborium(&theirs);
        prop_assert_eq!(&ours.encode(), &encoded);
        prop_assert_eq!(Value::decode(&encoded, &Limits::TOKEN, Encoding::Deterministic), Ok(ours));
        let back: ciborium::Value = ciborium::from_reader(encoded.as_slice()).unwrap();
        prop_assert_eq!(back, theirs);
    }
}
