//! `COSE_Key` and thumbprints against RFC 9679 and the COSE working group's examples, and every way in
//! which a key is refused.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests may fail loudly"
)]

use geleit_cose::algorithm::Algorithm;
use geleit_cose::cbor::{Decoder, Encoding, Limits, Value};
use geleit_cose::key::{KeyError, PublicKey, SigningKey, Verify};
use serde::Deserialize;
use std::fs;

fn hex(text: &str) -> Vec<u8> {
    base16ct::mixed::decode_vec(text).unwrap()
}

/// RFC 4648 section 5, without padding.
fn base64url(text: &str) -> Vec<u8> {
    let digit = |c: char| {
        let alphabet = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['-', '_']);
        u32::try_from(alphabet.into_iter().position(|a| a == c).unwrap()).unwrap()
    };
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
    for c in text.chars() {
        (bits, count) = (bits << 6 | digit(c), count + 6);
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count).to_le_bytes()[0]);
        }
    }
    bytes
}

/// RFC 9679 section 6: the key, with a `kid` that the thumbprint leaves out.
const RFC9679_X: &str = "65eda5a12577c2bae829437fe338701a10aaa375e1bb5b5de108de439c08551d";
const RFC9679_Y: &str = "1e52ed75701163f7f9e40ddf9f341b3dc9ba860af7e0ca7ca7e9eecd0084d19c";
const RFC9679_THUMBPRINT: &str = "496bd8afadf307e5b08c64b0421bf9dc01528a344a43bda88fadd1669da253ec";

#[test]
fn the_thumbprint_is_that_of_rfc_9679_section_6() {
    let required = hex(&format!("a40102200121 5820{RFC9679_X} 225820{RFC9679_Y}").replace(' ', ""));
    let key = PublicKey::from_cose_key(&required).unwrap();
    assert_eq!(key.to_cose_key(), required);
    assert_eq!(key.thumbprint().as_slice(), hex(RFC9679_THUMBPRINT));
    assert_eq!(key.key_id().as_slice(), &hex(RFC9679_THUMBPRINT)[..8]);

    let with_kid = map(vec![
        (1, Value::int(2)),
        (-1, Value::int(1)),
        (-2, Value::bytes(hex(RFC9679_X))),
        (-3, Value::bytes(hex(RFC9679_Y))),
        (2, Value::bytes(*b"meriadoc.brandybuck@buckland.example")),
    ]);
    assert_eq!(PublicKey::from_cose_key(&with_kid).unwrap().thumbprint(), key.thumbprint());
}

#[derive(Deserialize)]
struct Example {
    input: Input,
    intermediates: Intermediates,
    output: Output,
}

#[derive(Deserialize)]
struct Input {
    sign0: Sign0,
}

#[derive(Deserialize)]
struct Sign0 {
    key: Key,
}

#[derive(Deserialize)]
struct Key {
    kty: String,
    x: Option<String>,
    y: Option<String>,
    d: Option<String>,
    x_hex: Option<String>,
    d_hex: Option<String>,
}

#[derive(Deserialize)]
struct Intermediates {
    #[serde(rename = "ToBeSign_hex")]
    to_be_signed: String,
}

#[derive(Deserialize)]
struct Output {
    cbor: String,
}

fn example(path: &str) -> Example {
    let path = format!("{}/vectors/cose/{path}", env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

impl Example {
    /// The examples give keys as JWK; this is the same as a `COSE_Key`.
    fn public(&self) -> PublicKey {
        let key = &self.input.sign0.key;
        let member = |hex_text: &Option<String>, base64: &Option<String>| {
            hex_text.as_deref().map(hex).or(base64.as_deref().map(base64url)).unwrap()
        };
        let x = member(&key.x_hex, &key.x);
        let encoded = match key.kty.as_str() {
            "OKP" => okp(x),
            "EC" => ec2(x, member(&None, &key.y)),
            other => panic!("{other}"),
        };
        PublicKey::from_cose_key(&encoded).unwrap()
    }

    fn secret(&self) -> SigningKey {
        let key = &self.input.sign0.key;
        match (&key.d_hex, &key.d) {
            (Some(seed), _) => SigningKey::ed25519_from_seed(&hex(seed).try_into().unwrap()),
            (None, Some(scalar)) => {
                SigningKey::p256_from_scalar(&base64url(scalar).try_into().unwrap()).unwrap()
            }
            (None, None) => panic!(),
        }
    }

    /// The last 64 bytes of a `COSE_Sign1` are its signature.
    fn signature(&self) -> Vec<u8> {
        let cbor = hex(&self.output.cbor);
        cbor[cbor.len() - 64..].to_vec()
    }
}

#[test]
fn keys_of_the_working_group_are_read_and_verify() {
    for (path, algorithm) in [
        ("eddsa-examples/eddsa-sig-01.json", Algorithm::EDDSA),
        ("sign1-tests/sign-pass-01.json", Algorithm::ES256),
        ("sign1-tests/sign-pass-02.json", Algorithm::ES256),
        ("sign1-tests/sign-pass-03.json", Algorithm::ES256),
        ("RFC8152/Appendix_C_2_1.json", Algorithm::ES256),
    ] {
        let example = example(path);
        let key = example.public();
        let message = hex(&example.intermediates.to_be_signed);
        assert_eq!(key.verify(algorithm, &[&message], &example.signature()), Ok(()), "{path}");
        let secret = example.secret();
        assert_eq!(*secret.public_key(), key, "{path}");
        let signature = secret.sign(algorithm, &[&message]).unwrap();
        if algorithm == Algorithm::EDDSA {
            assert_eq!(signature.as_slice(), example.signature(), "{path}");
        }
        assert!(key.verify(algorithm, &[&message], &signature).is_ok(), "{path}");
    }
}

fn map(entries: Vec<(i64, Value)>) -> Vec<u8> {
    Value::Map(entries.into_iter().map(|(label, value)| (Value::int(label), value)).collect()).encode()
}

/// RFC 8032 section 7.1, test 1.
const ED25519: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

fn okp(x: impl Into<Vec<u8>>) -> Vec<u8> {
    map(vec![(1, Value::int(1)), (-1, Value::int(6)), (-2, Value::bytes(x))])
}

fn ec2(x: impl Into<Vec<u8>>, y: impl Into<Vec<u8>>) -> Vec<u8> {
    map(vec![(1, Value::int(2)), (-1, Value::int(1)), (-2, Value::bytes(x)), (-3, Value::bytes(y))])
}

/// A good Ed25519 key with more members.
fn okp_with(more: Vec<(i64, Value)>) -> Vec<u8> {
    let good = vec![(1, Value::int(1)), (-1, Value::int(6)), (-2, Value::bytes(hex(ED25519)))];
    map([good, more].concat())
}

/// A good P-256 key with more members.
fn ec2_with(more: Vec<(i64, Value)>) -> Vec<u8> {
    let x = Value::bytes(hex(RFC9679_X));
    let y = Value::bytes(hex(RFC9679_Y));
    let good = vec![(1, Value::int(2)), (-1, Value::int(1)), (-2, x), (-3, y)];
    map([good, more].concat())
}

fn refusal(cose_key: &[u8]) -> KeyError {
    PublicKey::from_cose_key(cose_key).unwrap_err()
}

#[test]
fn an_ed25519_key_is_exactly_40_bytes() {
    let key = PublicKey::from_cose_key(&okp(hex(ED25519))).unwrap();
    assert_eq!(key.to_cose_key(), hex(&format!("a3010120062158 20{ED25519}").replace(' ', "")));
    assert_eq!(key.to_cose_key().len(), 40);
    assert_eq!(key.algorithm(), Algorithm::ED25519);
}

#[test]
fn a_key_is_read_in_the_middle_of_something_else() {
    let bytes = [&[0x82], okp(hex(ED25519)).as_slice(), &[0x07]].concat();
    let mut decoder = Decoder::new(&bytes, &Limits::TOKEN, Encoding::Deterministic).unwrap();
    assert_eq!(decoder.array(), Ok(2));
    assert_eq!(PublicKey::read_cose_key(&mut decoder).unwrap().to_cose_key(), okp(hex(ED25519)));
    assert_eq!(decoder.uint(), Ok(7));
    assert_eq!(decoder.finish(), Ok(()));
}

#[test]
fn members_that_do_not_matter_are_skipped() {
    let good = PublicKey::from_cose_key(&okp(hex(ED25519))).unwrap();
    for more in [
        vec![(2, Value::bytes(*b"kid"))],
        vec![(3, Value::int(-19))],
        vec![(3, Value::int(-8))],
        vec![(4, Value::Array(vec![Value::int(1), Value::int(2)]))],
        vec![(4, Value::Array(vec![Value::text("example"), Value::int(2)]))],
        vec![(5, Value::bytes([0; 8])), (-3, Value::bytes([0; 2])), (-70_001, Value::Map(vec![]))],
    ] {
        assert_eq!(PublicKey::from_cose_key(&okp_with(more)).as_ref(), Ok(&good));
    }
    for alg in [-7, -9] {
        let key = PublicKey::from_cose_key(&ec2_with(vec![(3, Value::int(alg))])).unwrap();
        assert_eq!(key.algorithm(), Algorithm::ESP256);
    }
    let text_label = Value::Map(vec![
        (Value::int(1), Value::int(1)),
        (Value::int(-1), Value::int(6)),
        (Value::int(-2), Value::bytes(hex(ED25519))),
        (Value::text("example"), Value::Array(vec![Value::Null])),
    ]);
    assert_eq!(PublicKey::from_cose_key(&text_label.encode()).as_ref(), Ok(&good));
}

#[test]
fn k_01_key_type() {
    for found in [0, 3, 4, 5, -1] {
        let key = map(vec![(1, Value::int(found)), (-1, Value::int(6)), (-2, Value::bytes(hex(ED25519)))]);
        assert_eq!(refusal(&key), KeyError::KeyType { found });
    }
}

#[test]
fn k_02_curve() {
    for found in [1, 4, 5, 7] {
        let key = map(vec![(1, Value::int(1)), (-1, Value::int(found)), (-2, Value::bytes(hex(ED25519)))]);
        assert_eq!(refusal(&key), KeyError::Curve { found, required: 6 });
    }
    for found in [2, 3, 6, 8] {
        let (x, y) = (Value::bytes(hex(RFC9679_X)), Value::bytes(hex(RFC9679_Y)));
        let key = map(vec![(1, Value::int(2)), (-1, Value::int(found)), (-2, x), (-3, y)]);
        assert_eq!(refusal(&key), KeyError::Curve { found, required: 1 });
    }
}

#[test]
fn k_03_missing_member() {
    let ed25519 = [(1, Value::int(1)), (-1, Value::int(6)), (-2, Value::bytes(hex(ED25519)))];
    for (index, member) in ["kty", "crv", "x"].into_iter().enumerate() {
        let mut entries = ed25519.to_vec();
        entries.remove(index);
        assert_eq!(refusal(&map(entries)), KeyError::Missing { member });
    }
    let (x, y) = (Value::bytes(hex(RFC9679_X)), Value::bytes(hex(RFC9679_Y)));
    let p256 = [(1, Value::int(2)), (-1, Value::int(1)), (-2, x), (-3, y)];
    for (index, member) in ["kty", "crv", "x", "y"].into_iter().enumerate() {
        let mut entries = p256.to_vec();
        entries.remove(index);
        assert_eq!(refusal(&map(entries)), KeyError::Missing { member });
    }
    assert_eq!(refusal(&[0xa0]), KeyError::Missing { member: "kty" });
}

#[test]
fn k_04_length() {
    for found in [0, 31, 33, 57, 64] {
        assert_eq!(refusal(&okp(vec![1; found])), KeyError::Length { member: "x", found });
        assert_eq!(refusal(&ec2(vec![1; found], hex(RFC9679_Y))), KeyError::Length { member: "x", found });
        assert_eq!(refusal(&ec2(hex(RFC9679_X), vec![1; found])), KeyError::Length { member: "y", found });
    }
}

#[test]
fn k_05_compressed_point() {
    for sign in [false, true] {
        let x = Value::bytes(hex(RFC9679_X));
        let key = map(vec![(1, Value::int(2)), (-1, Value::int(1)), (-2, x), (-3, Value::Bool(sign))]);
        assert_eq!(refusal(&key), KeyError::Compressed);
    }
}

#[test]
fn k_06_private_key() {
    let secret = || vec![(-4, Value::bytes([9; 32]))];
    assert_eq!(refusal(&okp_with(secret())), KeyError::Private);
    assert_eq!(refusal(&ec2_with(secret())), KeyError::Private);
    // Named before anything else that is wrong with it.
    assert_eq!(refusal(&map(secret())), KeyError::Private);
    assert_eq!(refusal(&okp_with(vec![(-4, Value::Null)])), KeyError::Private);
    assert!(!refusal(&okp_with(secret())).to_string().contains("09"));
}

#[test]
fn k_07_operations() {
    for operations in [vec![], vec![Value::int(1)], vec![Value::text("verify")]] {
        assert_eq!(refusal(&okp_with(vec![(4, Value::Array(operations))])), KeyError::Operations);
    }
}

#[test]
fn k_08_algorithm_of_another_key() {
    for id in [-7, -9, -35, -50, 1] {
        let found = Algorithm::from_id(id);
        assert_eq!(
            refusal(&okp_with(vec![(3, Value::int(id))])),
            KeyError::Algorithm { found, required: Algorithm::ED25519 }
        );
    }
    for id in [-8, -19, -35, -51] {
        let found = Algorithm::from_id(id);
        assert_eq!(
            refusal(&ec2_with(vec![(3, Value::int(id))])),
            KeyError::Algorithm { found, required: Algorithm::ESP256 }
        );
    }
}

#[test]
fn k_09_to_k_11_points() {
    let mut not_canonical = [0xff; 32];
    (not_canonical[0], not_canonical[31]) = (0xf0, 0x7f);
    assert_eq!(refusal(&okp(not_canonical)), KeyError::NotCanonical);
    assert_eq!(refusal(&okp([2; 32])), KeyError::NotOnCurve);
    assert_eq!(refusal(&okp([0; 32])), KeyError::SmallOrder);

    let mut y = hex(RFC9679_Y);
    y[31] ^= 1;
    assert_eq!(refusal(&ec2(hex(RFC9679_X), y)), KeyError::NotOnCurve);
    assert_eq!(refusal(&ec2([0; 32], [0; 32])), KeyError::NotOnCurve);
    assert_eq!(refusal(&ec2([0xff; 32], hex(RFC9679_Y))), KeyError::NotOnCurve);
}

#[test]
fn m_rules_hold_for_keys() {
    let code = |bytes: &[u8]| refusal(bytes).code();
    let good = okp(hex(ED25519));
    assert_eq!(code(&good[..39]), "M-01");
    assert_eq!(code(&[good.as_slice(), &[0]].concat()), "M-02");
    assert_eq!(code(&[0x80]), "M-14");
    // `kty` twice, in a map of four.
    let twice = [&[0xa4, 1, 1, 1, 1], &good[3..]].concat();
    assert_eq!(code(&twice), "M-06");
    assert_eq!(code(&okp_with(vec![(4, Value::int(2))])), "M-14");
    assert_eq!(code(&okp_with(vec![(3, Value::text("EdDSA"))])), "M-14");
    let kty = map(vec![(1, Value::text("OKP")), (-1, Value::int(6)), (-2, Value::bytes(hex(ED25519)))]);
    assert_eq!(code(&kty), "M-14");
    // Unknown members are skipped, not ignored.
    let nested = okp_with(vec![(100, Value::Map(vec![(Value::Null, Value::Null); 2]))]);
    assert_eq!(code(&nested), "M-06");
}

#[test]
fn the_encoding_of_the_reader_applies_to_keys() {
    // `x` before `crv`.
    let turned = [hex("a30101215820"), hex(ED25519), hex("2006")].concat();
    assert_eq!(PublicKey::from_cose_key(&turned).unwrap().to_cose_key(), okp(hex(ED25519)));
    let mut decoder = Decoder::new(&turned, &Limits::TOKEN, Encoding::Deterministic).unwrap();
    assert_eq!(PublicKey::read_cose_key(&mut decoder).unwrap_err().code(), "M-09");
}
