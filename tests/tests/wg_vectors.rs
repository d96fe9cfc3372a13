//! The working group's SD-CWT examples, as they were after draft -07 and as draft -08 prints them.
//!
//! Signed with ES384 and ES256, so that the issuer's key stands behind the `Verify` trait here; the
//! project itself has no P-384. Expected claims are those of the diagnostic notation beside the tokens.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

use geleit_cose::algorithm::{Algorithm, Algorithms};
use geleit_cose::cbor::{Encoding, Limits, Value};
use geleit_cose::key::{PublicKey, SignatureError, SigningKey, Verify};
use geleit_credential::sd_cwt::{
    Expected, IssuerName, KeyBoundToken, MyKeys, Nonce, Receiving, Scratch, SdCwt, receive,
    redacted_claim_hash, select, verify,
};
use geleit_credential::time::UnixTime;
use geleit_testkit::forge::Envelope;
use p384::ecdsa::signature::Verifier as _;
use p384::ecdsa::{Signature, VerifyingKey};
use p384::pkcs8::DecodePrivateKey;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};

/// ES384 (-35) and ES256 (-7), both deprecated by RFC 9864.
const EXAMPLES: Algorithms = Algorithms::of(&[Algorithm::from_id(-35), Algorithm::ES256]);

/// 2024-09-02T02:31:40Z: the credentials are valid from 02:25 of that day to 02:30 of the next.
const NOW: UnixTime = UnixTime(1_725_244_300);
const ISSUER: &str = "https://issuer.example";
const AUDIENCE: &str = "https://verifier.example/app";
const NONCE: &str = "8c0f5f523b95bea44a9a48c649240803";

/// The issuer's key of Appendix C.
struct P384(VerifyingKey);

impl Verify for P384 {
    fn verify(
        &self,
        algorithm: Algorithm,
        message: &[&[u8]],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        if algorithm.id() != -35 {
            return Err(SignatureError::new());
        }
        let signature = Signature::from_slice(signature).map_err(|_| SignatureError::new())?;
        self.0.verify(&message.concat(), &signature).map_err(|_| SignatureError::new())
    }
}

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/sd-cwt")
}

fn read(path: &str) -> Vec<u8> {
    fs::read(vectors().join(path)).unwrap()
}

fn issuer() -> P384 {
    let pem = fs::read_to_string(vectors().join("keys/issuer_privkey.pem")).unwrap();
    P384(*p384::ecdsa::SigningKey::from_pkcs8_pem(pem.trim()).unwrap().verifying_key())
}

fn holder() -> PublicKey {
    let pem = fs::read_to_string(vectors().join("keys/holder_privkey.pem")).unwrap();
    SigningKey::from_pem(&pem).unwrap().public_key().clone()
}

fn hex(text: &str) -> Vec<u8> {
    base16ct::mixed::decode_vec(text).unwrap()
}

fn map(entries: Vec<(i64, Value)>) -> Value {
    Value::Map(entries.into_iter().map(|(key, value)| (Value::int(key), value)).collect())
}

/// What stands in every payload; the two sets differ in the subject.
fn registered(subject: &str) -> Vec<(i64, Value)> {
    let key = Value::decode(&holder().to_cose_key(), &Limits::TOKEN, Encoding::Deterministic).unwrap();
    vec![
        (1, Value::text(ISSUER)),
        (2, Value::text(subject)),
        (4, Value::Uint(1_725_330_600)),
        (5, Value::Uint(1_725_243_900)),
        (6, Value::Uint(1_725_244_200)),
        (8, map(vec![(1, key)])),
    ]
}

fn claims(subject: &str, more: Vec<(i64, Value)>) -> Value {
    let mut entries = registered(subject);
    entries.extend(more);
    map(entries)
}

fn dates(dates: &[u64]) -> Value {
    Value::Array(dates.iter().map(|date| Value::Uint(*date)).collect())
}

/// `issuer_cwt`: with `region` and `postal_code` when they are known.
fn inspection(subject: &str, more: &[(&str, &str)], days: &[u64]) -> Value {
    let country = [("country", "us")];
    let location = country.iter().chain(more).map(|(key, value)| (Value::text(*key), Value::text(*value)));
    claims(
        subject,
        vec![
            (500, Value::Bool(true)),
            (501, Value::text("ABCD-123456")),
            (502, dates(days)),
            (503, Value::Map(location.collect())),
        ],
    )
}

/// One entry of the inspection log of the nested examples.
fn logged(day: u64, license: Option<&str>, location: Option<Vec<&str>>) -> Value {
    let mut entry = vec![(500, Value::Bool(true)), (502, Value::Uint(day))];
    entry.extend(license.map(|license| (501, Value::text(license))));
    let location = location.map(|parts| (1..).zip(parts.into_iter().map(Value::text)).collect());
    entry.extend(location.map(|location| (503, map(location))));
    map(entry)
}

fn received(bytes: &[u8], subject_is: &str) -> Result<Value, &'static str> {
    let mut scratch = Scratch::default();
    let keys = [holder()];
    let receiving = Receiving {
        keys: MyKeys::OneOf(&keys),
        audiences: &[],
        nonces: &[],
        now: NOW,
        algorithms: EXAMPLES,
        issuer: IssuerName::Exactly(ISSUER),
    };
    let token = SdCwt::parse(bytes, &Limits::TOKEN, Encoding::Tolerant).map_err(|error| error.code())?;
    assert_eq!(token.kid(), Some(b"https://issuer.example/cose-key3".as_slice()));
    let received = receive(&token, &issuer(), &receiving, &mut scratch).map_err(|error| error.code())?;
    assert_eq!(received.issuer(), ISSUER);
    let claims = received.claims().to_value();
    assert_eq!(claims.get_int(2).and_then(Value::as_text), Some(subject_is));
    Ok(claims)
}

fn verified(bytes: &[u8], change: impl FnOnce(&mut Expected<'_>)) -> Result<Value, &'static str> {
    let nonce = hex(NONCE);
    let mut expected = Expected {
        audiences: &[AUDIENCE],
        nonce: Nonce::Exactly(&nonce),
        now: NOW,
        algorithms: EXAMPLES,
        issuer: IssuerName::Exactly(ISSUER),
    };
    change(&mut expected);
    let mut scratch = Scratch::default();
    let token =
        KeyBoundToken::parse(bytes, &Limits::TOKEN, Encoding::Tolerant).map_err(|error| error.code())?;
    let verified = verify(&token, &issuer(), &expected, &mut scratch).map_err(|error| error.code())?;
    assert_eq!(*verified.confirmation_key(), holder());
    Ok(verified.claims().to_value())
}

/// The folder, and the subject of its tokens.
const SETS: [(&str, &str); 2] =
    [("main-after-07", "https://device.example"), ("draft-08", "https://holder.example")];

#[test]
fn issued_credentials_are_received_with_all_claims() {
    for (folder, subject) in SETS {
        let file = |name: &str| received(&read(&format!("{folder}/{name}")), subject).unwrap().encode();
        let all = [("region", "ca"), ("postal_code", "94188")];
        let days = [1_549_560_720, 1_612_560_720, 1_674_004_740];
        assert_eq!(file("issuer_cwt.cbor"), inspection(subject, &all, &days).encode(), "{folder}");

        let decoy = vec![(98, Value::Array(vec![Value::text("fr")])), (500, Value::Bool(true))];
        assert_eq!(file("decoy.cbor"), claims(subject, decoy).encode(), "{folder}");

        let log = Value::Array(vec![
            logged(days[0], Some("DCBA-101777"), Some(vec!["us", "co", "80302"])),
            logged(days[1], Some("EFGH-789012"), Some(vec!["us", "nv", "89155"])),
            logged(days[2], Some("ABCD-123456"), Some(vec!["us", "ca", "94188"])),
        ]);
        assert_eq!(file("nested_issuer_cwt.cbor"), claims(subject, vec![(504, log)]).encode(), "{folder}");
    }
}

/// Tokens with some of the disclosures are for verifiers; a holder would not know what it holds.
#[test]
fn presented_credentials_are_not_received() {
    for (file, subject) in [
        ("main-after-07/nested_cwt.cbor", SETS[0].1),
        ("draft-08/nested_cwt.cbor", SETS[1].1),
        ("draft-08/presented_cwt.cbor", SETS[1].1),
    ] {
        assert_eq!(received(&read(file), subject), Err("H-01"), "{file}");
    }
}

#[test]
fn key_binding_tokens_verify_and_show_what_was_chosen() {
    for (folder, subject) in SETS {
        let shown = verified(&read(&format!("{folder}/kbt.cbor")), |_| {}).unwrap();
        let expected = inspection(subject, &[("region", "ca")], &[1_549_560_720, 1_674_004_740]);
        assert_eq!(shown.encode(), expected.encode(), "{folder}");
    }
    let shown = verified(&read("main-after-07/nested_kbt.cbor"), |_| {}).unwrap();
    let log = Value::Array(vec![
        logged(1_549_560_720, Some("DCBA-101777"), Some(vec!["us"])),
        logged(1_674_004_740, Some("ABCD-123456"), Some(vec!["us", "ca"])),
    ]);
    assert_eq!(shown.encode(), claims(SETS[0].1, vec![(504, log)]).encode());
}

#[test]
fn key_binding_tokens_are_refused_for_anything_else() {
    for (folder, _) in SETS {
        let bytes = read(&format!("{folder}/kbt.cbor"));
        let refused =
            |change: &dyn Fn(&mut Expected<'_>)| verified(&bytes, |expected| change(expected)).err();
        assert_eq!(refused(&|expected| expected.now = UnixTime(1_725_330_600)), Some("V-22"));
        assert_eq!(refused(&|expected| expected.now = UnixTime(1_725_243_899)), Some("V-23"));
        assert_eq!(refused(&|expected| expected.audiences = &["https://other.example"]), Some("V-29"));
        assert_eq!(refused(&|expected| expected.nonce = Nonce::NoneAsked), Some("V-31"));
        assert_eq!(refused(&|expected| expected.algorithms = Algorithms::FOREIGN), Some("C-03"));
        let other_issuer = IssuerName::Exactly("https://other.example");
        assert_eq!(refused(&|expected| expected.issuer = other_issuer), Some("V-34"));
        assert_eq!(refused(&|expected| expected.nonce = Nonce::Exactly(&[0; 16])), Some("V-31"));
        let mut broken = bytes;
        let last = broken.len() - 1;
        broken[last] ^= 1;
        assert_eq!(verified(&broken, |_| {}), Err("C-05"));
    }
}

/// Section 3.2 and the notation beside it print two hashes of one disclosure: that of every token has
/// the head of the byte string in it.
#[test]
fn the_hash_of_the_worked_example_includes_the_head() {
    let disclosure = Value::Array(vec![
        Value::bytes(hex("bae611067bb823486797da1ebbb52f83")),
        Value::text("ABCD-123456"),
        Value::Uint(501),
    ])
    .encode();
    let with_head = Value::bytes(disclosure.as_slice()).encode();
    assert_eq!(
        redacted_claim_hash(&with_head).as_slice(),
        hex("af375dc3fba1d082448642c00be7b2f7bb05c9d8fb61cfc230ddfdfb4616a693")
    );
    assert_eq!(
        Sha256::digest(&disclosure).as_slice(),
        hex("d9df03da474fcb3c65771748e2e0608cf437504ecc24f450aaeacd40dd552b3f")
    );
    let printed = fs::read_to_string(vectors().join("main-after-07/first-redacted.edn")).unwrap();
    assert!(
        printed.contains("d9df03da474fcb3c65771748e2e0608c"),
        "the notation has the hash without the head"
    );
    let token = read("main-after-07/issuer_cwt.cbor");
    let in_token = redacted_claim_hash(&with_head);
    assert!(token.windows(32).any(|window| window == in_token));
}

/// The holder's own selection from the issued example gives the bytes of the presented one.
#[test]
fn selecting_makes_the_presented_example() {
    let bytes = read("draft-08/issuer_cwt.cbor");
    let token = SdCwt::parse(&bytes, &Limits::TOKEN, Encoding::Tolerant).unwrap();
    let keys = [holder()];
    let receiving = Receiving {
        keys: MyKeys::OneOf(&keys),
        audiences: &[],
        nonces: &[],
        now: NOW,
        algorithms: EXAMPLES,
        issuer: IssuerName::Exactly(ISSUER),
    };
    let mut scratch = Scratch::default();
    let received = receive(&token, &issuer(), &receiving, &mut scratch).unwrap();
    let chosen = [Value::text("ABCD-123456"), Value::Uint(1_549_560_720), Value::text("ca")];
    let selected = select(&received, |one| one.item().is_some_and(|item| chosen.contains(&item.to_value())))
        .unwrap()
        .to_bytes();
    let (ours, theirs) = (Envelope::open(&selected), Envelope::open(&read("draft-08/presented_cwt.cbor")));
    assert_eq!((&ours.protected, &ours.payload), (&theirs.protected, &theirs.payload));
    // Ours stand in the order of their hashes, theirs in the order of the example.
    let sorted = |envelope: &Envelope| {
        let array = envelope.unprotected.get(&Value::int(17)).unwrap();
        let mut disclosures = geleit_testkit::forge::tokens(array);
        disclosures.sort();
        disclosures
    };
    assert_eq!(sorted(&ours), sorted(&theirs));
}

/// The encrypted disclosure of the example, put where section 12 puts it, is refused and not skipped.
#[test]
fn encrypted_disclosures_are_refused() {
    let notation = fs::read_to_string(vectors().join("main-after-07/aead-claim-array.edn")).unwrap();
    let parts: Vec<Value> = notation
        .split("h'")
        .skip(1)
        .map(|part| part.split('\'').next().unwrap().split_whitespace().collect::<String>())
        .map(|part| Value::bytes(hex(&part)))
        .collect();
    assert_eq!(parts.len(), 3, "nonce, ciphertext, tag");
    let bytes = read("main-after-07/issuer_cwt.cbor");
    let token = SdCwt::parse(&bytes, &Limits::TOKEN, Encoding::Tolerant).unwrap();
    let envelope = token.envelope();
    let mut unprotected = Envelope::open(&bytes).unprotected;
    unprotected.set(&Value::int(171), &Value::Array(vec![Value::Array(parts)]));
    let mut out = geleit_cose::cbor::Encoder::new();
    // The unprotected header is not signed: the issuer's signature still holds.
    out.tag(18).array(4).bytes(envelope.protected()).raw(&unprotected.encode());
    out.bytes(envelope.dangerous_unverified_payload()).bytes(envelope.signature());
    assert_eq!(received(out.as_bytes(), SETS[0].1), Err("V-07"));
}
