//! Examples of the COSE working group, read and verified as COSE_Sign1.
//!
//! What is refused although it is valid COSE stands in `data/cose_divergences.json` with the reason; an
//! example that is on that list and accepted fails this test too.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests may fail loudly"
)]

use geleit_cose::algorithm::{Algorithm, Algorithms};
use geleit_cose::cbor::{Encoding, Limits, Value};
use geleit_cose::key::{PublicKey, SignatureError, Verify};
use geleit_cose::sign1::{NoHeaders, Sign1};
use serde::Deserialize;
use serde_json::Value as Json;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const FOLDERS: [&str; 4] = ["CWT", "RFC8152", "eddsa-examples", "sign1-tests"];

#[derive(Debug, Deserialize)]
struct OnFile {
    /// File, to rule and reason.
    refused_although_valid: BTreeMap<String, (String, String)>,
    /// File, to rule.
    refused_as_it_should_be: BTreeMap<String, String>,
}

#[test]
fn examples_are_accepted_or_refused_as_on_file() {
    let on_file: OnFile = serde_json::from_str(&read("data/cose_divergences.json")).unwrap();
    let mut seen = BTreeSet::new();
    for (name, example) in examples() {
        let valid = example["fail"] != Json::Bool(true);
        let refusal = match (valid, on_file.refused_although_valid.get(&name)) {
            (true, Some((rule, reason))) => {
                assert!(reason.len() > 10, "{name} needs a reason");
                Some(rule)
            }
            (true, None) => None,
            (false, listed) => {
                assert!(listed.is_none(), "{name} is not valid");
                let rule = on_file.refused_as_it_should_be.get(&name);
                Some(rule.unwrap_or_else(|| panic!("{name}: no rule on file")))
            }
        };
        assert_eq!(verify(&example).err().as_ref(), refusal, "{name}");
        seen.insert(name);
    }
    let listed = on_file.refused_although_valid.keys().chain(on_file.refused_as_it_should_be.keys());
    assert!(listed.into_iter().all(|name| seen.contains(name)), "a divergence of no example");
    assert_eq!(seen.len(), 19);
}

/// The bytes that a signature covers are those that the working group prints.
#[test]
fn signatures_cover_the_printed_bytes() {
    let mut compared = 0;
    for (name, example) in examples() {
        let Some(printed) = example["intermediates"]["ToBeSign_hex"].as_str() else { continue };
        if example["fail"] == Json::Bool(true) {
            continue;
        }
        let bytes = hex(example["output"]["cbor"].as_str().unwrap());
        let sign1 = Sign1::parse(&bytes, &Limits::TOKEN, Encoding::Tolerant, &mut NoHeaders);
        let Ok(sign1) = sign1 else { continue };
        let same = Same { printed: hex(printed), seen: Cell::new(false) };
        let any = Algorithms::of(&[Algorithm::ES256, Algorithm::EDDSA]);
        let payload = sign1.verify(&same, any, &external(&example)).unwrap();
        assert!(same.seen.get(), "{name}");
        assert_eq!(payload.bytes(), plaintext(&example), "{name}");
        compared += 1;
    }
    assert_eq!(compared, 5);
}

/// Accepts what it was told to expect.
struct Same {
    printed: Vec<u8>,
    seen: Cell<bool>,
}

impl Verify for Same {
    fn verify(&self, _: Algorithm, message: &[&[u8]], _: &[u8]) -> Result<(), SignatureError> {
        self.seen.set(true);
        if message.concat() == self.printed { Ok(()) } else { Err(SignatureError::new()) }
    }
}

/// The rule, when the example is refused.
fn verify(example: &Json) -> Result<(), String> {
    let bytes = hex(example["output"]["cbor"].as_str().unwrap());
    let sign1 = Sign1::parse(&bytes, &Limits::TOKEN, Encoding::Tolerant, &mut NoHeaders)
        .map_err(|error| error.code().to_owned())?;
    let key = key(&example["input"]["sign0"]["key"])?;
    let payload = sign1
        .verify(&key, Algorithms::FOREIGN_AND_EDDSA, &external(example))
        .map_err(|error| error.code().to_owned())?;
    assert_eq!(payload.bytes(), plaintext(example));
    Ok(())
}

fn external(example: &Json) -> Vec<u8> {
    example["input"]["sign0"]["external"].as_str().map(hex).unwrap_or_default()
}

fn plaintext(example: &Json) -> Vec<u8> {
    let input = &example["input"];
    let text = input["plaintext"].as_str().map(|text| text.as_bytes().to_vec());
    text.unwrap_or_else(|| hex(input["plaintext_hex"].as_str().unwrap()))
}

/// The key, through a `COSE_Key`; the rule when it cannot be held.
fn key(json: &Json) -> Result<PublicKey, String> {
    let coordinate = |name: &str| {
        let text = json[name].as_str().map(base64url);
        Value::Bytes(text.or_else(|| json[format!("{name}_hex")].as_str().map(hex)).unwrap())
    };
    let entries = match (json["kty"].as_str().unwrap(), json["crv"].as_str().unwrap()) {
        ("EC", "P-256") => {
            vec![(1, Value::int(2)), (-1, Value::int(1)), (-2, coordinate("x")), (-3, coordinate("y"))]
        }
        ("OKP", "Ed25519") => vec![(1, Value::int(1)), (-1, Value::int(6)), (-2, coordinate("x"))],
        ("OKP", "Ed448") => vec![(1, Value::int(1)), (-1, Value::int(7)), (-2, coordinate("x"))],
        (kty, crv) => panic!("{kty} {crv}"),
    };
    let map = Value::Map(entries.into_iter().map(|(label, value)| (Value::int(label), value)).collect());
    PublicKey::from_cose_key(&map.encode()).map_err(|error| error.code().to_owned())
}

fn examples() -> Vec<(String, Json)> {
    let mut examples = Vec::new();
    for folder in FOLDERS {
        for entry in fs::read_dir(root().join("vectors/cose").join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("{folder}/{}", path.file_name().unwrap().to_str().unwrap());
            examples.push((name, serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()));
        }
    }
    examples
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

fn hex(text: &str) -> Vec<u8> {
    base16ct::mixed::decode_vec(text).unwrap()
}

/// RFC 4648 section 5, without padding.
fn base64url(text: &str) -> Vec<u8> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (mut bytes, mut bits, mut buffer) = (Vec::new(), 0, 0_u32);
    for character in text.bytes() {
        let place = ALPHABET.iter().position(|one| *one == character).unwrap();
        buffer = buffer << 6 | u32::try_from(place).unwrap();
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(buffer >> bits & 0xff).unwrap());
        }
    }
    bytes
}
