//! Claims as JSON, in both directions.
//!
//! ```text
//! text key                "name": ...
//! integer key             "501": ...          decimal digits, "-" in front when negative
//! text key of digits      "text:501": ...     "text:" is taken off; needed for digits, "text:..." and "$..."
//! byte string             {"$hex": "00ff"} or {"$base64": "AP8="}
//! anything else           as in JSON; a number with a fraction or exponent is a float
//! ```
//!
//! Out of CBOR there are also `{"$simple": n}`, `{"$tag": n, "$value": ...}`, `{"$int": "-2^64.."}` and
//! `{"$float": "NaN"}`, which cannot be read back. A key that occurs twice is an error: nobody can know
//! which of the two was meant.

use crate::failure::Failure;
use crate::files;
use base64ct::{Base64, Encoding};
use core::fmt;
use geleit_cose::cbor::Value;
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value as Json, json};
use std::path::Path;

/// Reads a JSON file.
pub(crate) fn read(path: &Path) -> Result<Json, Failure> {
    let text = files::read_text(path)?;
    parse(&text).map_err(|error| {
        Failure::usage(format!("{}: not JSON that can be used: {error}", files::name(path)))
            .hint("correct the file at that line and column")
    })
}

/// Reads JSON in which no key occurs twice in an object.
pub(crate) fn parse(text: &str) -> Result<Json, serde_json::Error> {
    serde_json::from_str::<Unique>(text).map(|unique| unique.0)
}

/// A JSON value without duplicate keys.
struct Unique(Json);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UniqueVisitor).map(Self)
    }
}

struct UniqueVisitor;

impl<'de> Visitor<'de> for UniqueVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Json, E> {
        // An integer beyond 64 bits arrives here, rounded.
        if value.fract() == 0.0 && value.abs() > EXACT {
            return Err(E::custom("a number is too large to be exact"));
        }
        Number::from_f64(value).map(Json::Number).ok_or_else(|| E::custom("a number is not finite"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut array = Vec::new();
        while let Some(Unique(item)) = items.next_element()? {
            array.push(item);
        }
        Ok(Json::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if object.contains_key(&key) {
                return Err(de::Error::custom(format!("the key \"{key}\" occurs twice")));
            }
            let Unique(value) = entries.next_value()?;
            object.insert(key, value);
        }
        Ok(Json::Object(object))
    }
}

/// 2^53: integers up to here are exact as 64-bit floats.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Where in a JSON text something is wrong, as a JSON Pointer (RFC 6901), and what is required there.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Misplaced {
    /// The place.
    pub(crate) pointer: String,
    /// What is required.
    pub(crate) required: &'static str,
}

impl fmt::Display for Misplaced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.pointer.is_empty() { "the top level" } else { &self.pointer };
        write!(f, "at {place}: {} is required", self.required)
    }
}

/// The CBOR that a JSON text stands for. `pointer` is its place, for errors.
pub(crate) fn to_cbor(json: &Json, pointer: &str) -> Result<Value, Misplaced> {
    let misplaced = |required| Misplaced { pointer: pointer.to_owned(), required };
    Ok(match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => number_to_cbor(number).ok_or_else(|| misplaced("a finite number"))?,
        Json::String(text) => Value::text(text.as_str()),
        Json::Array(items) => {
            let item = |(index, item): (usize, &Json)| to_cbor(item, &format!("{pointer}/{index}"));
            Value::Array(items.iter().enumerate().map(item).collect::<Result<_, _>>()?)
        }
        Json::Object(entries) => match bytes(entries) {
            Some(bytes) => Value::Bytes(bytes.map_err(misplaced)?),
            None => Value::Map(map_to_cbor(entries, pointer)?),
        },
    })
}

fn map_to_cbor(entries: &Map<String, Json>, pointer: &str) -> Result<Vec<(Value, Value)>, Misplaced> {
    let entry = |(key, value): (&String, &Json)| {
        let inside = format!("{pointer}/{}", escaped(key));
        if key.starts_with('$') {
            let required =
                "\"$hex\" or \"$base64\" alone in its object (or \"text:$...\" for a key that begins with $)";
            return Err(Misplaced { pointer: inside, required });
        }
        Ok((key_to_cbor(key), to_cbor(value, &inside)?))
    };
    entries.iter().map(entry).collect()
}

/// `{"$hex": ...}` and `{"$base64": ...}`.
pub(crate) fn bytes(entries: &Map<String, Json>) -> Option<Result<Vec<u8>, &'static str>> {
    let mut all = entries.iter();
    let (Some((key, value)), None) = (all.next(), all.next()) else { return None };
    match (key.as_str(), value.as_str()) {
        ("$hex", text) => {
            Some(text.and_then(|text| base16ct::mixed::decode_vec(text).ok()).ok_or("hexadecimal text"))
        }
        ("$base64", text) => {
            Some(text.and_then(|text| Base64::decode_vec(text).ok()).ok_or("Base64 text with padding"))
        }
        _ => None,
    }
}

fn number_to_cbor(number: &Number) -> Option<Value> {
    if let Some(unsigned) = number.as_u64() {
        return Some(Value::Uint(unsigned));
    }
    number.as_i64().map(Value::int).or_else(|| number.as_f64().map(Value::Float))
}

/// The map key that a JSON key stands for.
pub(crate) fn key_to_cbor(key: &str) -> Value {
    match key.strip_prefix(TEXT) {
        Some(text) => Value::text(text),
        None => integer(key).map_or_else(|| Value::text(key), Value::int),
    }
}

const TEXT: &str = "text:";

/// An integer as decimal digits without a sign `+` or zeros in front.
fn integer(key: &str) -> Option<i64> {
    key.parse::<i64>().ok().filter(|number| number.to_string() == key)
}

/// The JSON key of a map key.
pub(crate) fn key_to_json(key: &Value) -> String {
    match key {
        Value::Text(text) if integer(text).is_some() || text.starts_with(TEXT) || text.starts_with('$') => {
            format!("{TEXT}{text}")
        }
        Value::Text(text) => text.clone(),
        Value::Bytes(bytes) => format!("$hex:{}", base16ct::lower::encode_string(bytes)),
        Value::Simple(number) => format!("$simple:{number}"),
        other => other.as_int().map_or_else(|| "$key".to_owned(), |number| number.to_string()),
    }
}

/// CBOR as JSON.
pub(crate) fn from_cbor(value: &Value) -> Json {
    match value {
        Value::Uint(number) => json!(number),
        Value::Nint(argument) => match value.as_int() {
            Some(number) => json!(number),
            None => json!({"$int": (-1 - i128::from(*argument)).to_string()}),
        },
        Value::Bytes(bytes) => json!({"$hex": base16ct::lower::encode_string(bytes)}),
        Value::Text(text) => json!(text),
        Value::Array(items) => items.iter().map(from_cbor).collect(),
        Value::Map(entries) => {
            let entry = |(key, value): &(Value, Value)| (key_to_json(key), from_cbor(value));
            Json::Object(entries.iter().map(entry).collect())
        }
        Value::Tag(tag, content) => json!({"$tag": tag, "$value": from_cbor(content)}),
        Value::Bool(value) => json!(value),
        Value::Null => Json::Null,
        Value::Undefined => json!({"$simple": 23}),
        Value::Simple(number) => json!({"$simple": number}),
        Value::Float(number) if number.is_finite() => json!(number),
        Value::Float(number) => json!({"$float": number.to_string()}),
    }
}

/// One step of a JSON Pointer.
pub(crate) fn escaped(step: &str) -> String {
    step.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::{from_cbor, parse, to_cbor};
    use geleit_cose::cbor::Value;
    use serde_json::json;

    #[test]
    fn a_key_that_occurs_twice_is_refused_with_its_place() {
        let error = parse("{\"a\": 1,\n \"b\": {\"x\": 1, \"x\": 2}}").unwrap_err().to_string();
        assert_eq!(error, "the key \"x\" occurs twice at line 2 column 18");
        assert!(parse("{\"a\": 1} x").is_err());
        assert!(parse(&"[".repeat(1_000)).is_err());
        assert!(parse("18446744073709551616").is_err());
    }

    #[test]
    fn there_and_back() {
        let json = json!({
            "501": "integer key", "-3": 1, "text:501": "text key", "007": [true, null, -5, 1.5],
            "bytes": {"$hex": "00ff"}, "map": {"text:$x": "y", "text:text:": 0}
        });
        let cbor = to_cbor(&json, "").unwrap();
        assert_eq!(from_cbor(&cbor), json);
        assert_eq!(cbor.get_int(501), Some(&Value::text("integer key")));
        assert_eq!(cbor.get("501"), Some(&Value::text("text key")));
        let base64 = to_cbor(&json!({"$base64": "AP8="}), "").unwrap();
        assert_eq!(base64, Value::bytes([0, 255]));
    }

    #[test]
    fn mistakes_have_a_place() {
        let error = |json| to_cbor(&json, "").unwrap_err().to_string();
        assert_eq!(error(json!({"a": [0, {"$hex": "0"}]})), "at /a/1: hexadecimal text is required");
        assert!(error(json!({"a/b": {"$what": 1}})).starts_with("at /a~1b/$what: "));
    }
}
