//! The bytes that a holder presents, pinned: how they are put together may change, they may not.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

use geleit_cose::algorithm::{Algorithm, Algorithms};
use geleit_cose::cbor::{Encoder, Encoding, Key, Limits, Value};
use geleit_cose::key::SigningKey;
use geleit_cose::sign1;
use geleit_credential::holder::HeldCredential;
use geleit_credential::numbers::{cbor, claim, confirmation};
use geleit_credential::scope::{ScopeEntry, ScopedClaim};
use geleit_credential::sd_cwt::{
    Disclosure, IssuerName, KeyBinding, MyKeys, Nonce, Receiving, Scratch, SdCwt, bind, issue, receive,
    select,
};
use geleit_testkit::forge::Envelope;
use geleit_testkit::world::{self, NOW};
use geleit_testkit::{FixedRng, World, people};
use sha2::{Digest, Sha256};

const NONCE: &[u8] = b"sixteen byte nonce";

/// Length, and the first eight bytes of SHA-256.
fn assert_pinned(name: &str, bytes: &[u8], length: usize, hash: &str) {
    let found = base16ct::lower::encode_string(&Sha256::digest(bytes)[..8]);
    assert_eq!((bytes.len(), found.as_str()), (length, hash), "{name}");
}

fn hidden(value: Value) -> Value {
    Value::Tag(cbor::TO_BE_REDACTED, Box::new(value))
}

/// Twenty redacted claims with texts as values, an address with two members inside, a decoy.
fn issued(holder: &SigningKey) -> Vec<u8> {
    let cose_key = Value::decode(&holder.public_key().to_cose_key(), &Limits::TOKEN, Encoding::Tolerant);
    let text = |number: u8| Value::text(format!("value of claim {number}"));
    let member = |key: &str| (hidden(Value::text(key)), Value::text(key.repeat(20)));
    let mut claims = vec![
        (Value::int(claim::ISS), Value::text("https://issuer.example")),
        (Value::int(claim::SUB), Value::text("somebody")),
        (Value::int(claim::EXP), Value::int(NOW.0 + 86_400)),
        (Value::int(claim::IAT), Value::int(NOW.0)),
        (Value::int(claim::CNF), Value::Map(vec![(Value::int(confirmation::COSE_KEY), cose_key.unwrap())])),
        (hidden(Value::text("address")), Value::Map(vec![member("locality"), member("street")])),
        (Value::Tag(cbor::TO_BE_DECOY, Box::new(Value::Uint(1))), Value::Null),
    ];
    claims.extend((0..20).map(|number| (hidden(Value::text(format!("claim {number}"))), text(number))));
    let (issuer, rng) = (world::key("issuer"), &mut FixedRng::new("twenty claims"));
    issue(&Value::Map(claims), b"issuer key 1", &issuer, Algorithm::ED25519, rng).unwrap()
}

/// The credential with more labels in the header that nobody signed.
fn with_labels(issued: &[u8], labels: &[(Value, Value)]) -> Vec<u8> {
    let mut envelope = Envelope::open(issued);
    for (label, value) in labels {
        envelope.unprotected.set(label, value);
    }
    let mut out = Encoder::new();
    out.tag(sign1::TAG).array(4).bytes(&envelope.protected.encode()).raw(&envelope.unprotected.encode());
    out.bytes(&envelope.payload.encode()).bytes(&signature(issued));
    out.into_bytes()
}

fn signature(issued: &[u8]) -> Vec<u8> {
    let token = SdCwt::parse(issued, &Limits::TOKEN, Encoding::Tolerant).unwrap();
    token.envelope().signature().to_vec()
}

fn present(
    issued: &[u8],
    choose: impl FnMut(&Disclosure<'_, '_>) -> bool,
    binding: &KeyBinding<'_>,
    holder: &SigningKey,
    algorithm: Algorithm,
) -> Vec<u8> {
    let token = SdCwt::parse(issued, &Limits::TOKEN, Encoding::Tolerant).unwrap();
    let keys = [holder.public_key().clone()];
    let receiving = Receiving {
        keys: MyKeys::OneOf(&keys),
        audiences: &[],
        nonces: &[],
        now: NOW,
        algorithms: Algorithms::ED25519,
        issuer: IssuerName::DangerousWhateverTheKeySigns,
    };
    let mut scratch = Scratch::default();
    let received = receive(&token, world::key("issuer").public_key(), &receiving, &mut scratch).unwrap();
    let selected = select(&received, choose).unwrap();
    bind(&selected, binding, holder, algorithm).unwrap()
}

fn named(names: &'static [&str]) -> impl FnMut(&Disclosure<'_, '_>) -> bool {
    move |one| matches!(one.key(), Some(Key::Text(key)) if names.contains(&key))
}

const THREE: &[&str] = &["claim 3", "claim 7", "claim 11"];

#[test]
fn any_sd_cwt() {
    let (holder, curve) = (world::key("holder"), SigningKey::p256_from_scalar(&[7; 32]).unwrap());
    let (issued, other) = (issued(&holder), issued(&curve));
    let binding = KeyBinding {
        audience: "https://verifier.example",
        nonce: Nonce::Exactly(NONCE),
        issued_at: NOW,
        more: &[],
    };
    let check = |name, choose: &'static [&'static str], length, hash| {
        let bytes = present(&issued, named(choose), &binding, &holder, Algorithm::ED25519);
        assert_pinned(name, &bytes, length, hash);
    };
    check("three of twenty", THREE, 1211, "fe234b0f859697c8");
    check("nothing", &[], 1072, "cb2215186686f0a3");
    check("nested", &["claim 3", "address", "street"], 1368, "936784584f2d6488");
    let all = present(&issued, |_| true, &binding, &holder, Algorithm::ED25519);
    assert_pinned("everything", &all, 2434, "be32ad1dc5c43ac4");
    let number = present(&issued, named(THREE), &binding, &holder, Algorithm::EDDSA);
    assert_pinned("another number of the algorithm", &number, 1211, "1ee80af74cbe6059");
    let key = present(&other, named(THREE), &binding, &curve, Algorithm::ESP256);
    assert_pinned("another curve", &key, 1246, "30117845bc809a26");

    let plain = KeyBinding { nonce: Nonce::NoneAsked, ..binding.clone() };
    let plain = present(&issued, named(THREE), &plain, &holder, Algorithm::ED25519);
    assert_pinned("no nonce", &plain, 1190, "61450ff6803abd63");
    let more = [(70_000, Value::bytes([7; 32]).encode()), (70_001, Value::text("more").encode())];
    let audience = "https://verifier.example/".repeat(12);
    let long = KeyBinding { audience: &audience, more: &more, ..binding.clone() };
    let long = present(&issued, named(THREE), &long, &holder, Algorithm::ED25519);
    assert_pinned("more claims, and a payload of more than 255 bytes", &long, 1538, "f7b596603d1a5260");
}

/// Labels that the issuer put beside the disclosures stay, in their deterministic order.
#[test]
fn labels_of_the_issuer() {
    let holder = world::key("holder");
    let binding = KeyBinding {
        audience: "https://verifier.example",
        nonce: Nonce::Exactly(NONCE),
        issued_at: NOW,
        more: &[],
    };
    let labels = [
        (Value::text("note"), Value::Array(vec![Value::Uint(1), Value::Float(1.5)])),
        (Value::int(-7), Value::bytes([7; 30])),
        (Value::int(33), Value::text("x5chain")),
    ];
    let issued = with_labels(&issued(&holder), &labels);
    let check = |name, names: &'static [&'static str], length, hash| {
        let bytes = present(&issued, named(names), &binding, &holder, Algorithm::ED25519);
        assert_pinned(name, &bytes, length, hash);
    };
    check("three of twenty", THREE, 1264, "44c04af770c0ba02");
    check("nothing", &[], 1125, "8fdd04ff70251bcf");
}

fn asked(claims: &[(&str, &[u8])]) -> Vec<ScopeEntry> {
    let entry = |(id, at_least): &(&str, &[u8])| ScopeEntry {
        at_least: at_least.to_vec(),
        ..ScopeEntry::required(ScopedClaim::by_id(id).unwrap())
    };
    claims.iter().map(entry).collect()
}

/// Answers of credentials of this project: values, thresholds, members of lists, several credentials.
#[test]
fn answers() {
    let world = World::new();
    let identity = world.held(&people::identity(), "identity");
    let qualification = world.held(&people::qualification(), "qualification");
    let residence = world.held(&people::residence(), "residence");
    let held: [&HeldCredential; 3] = [&identity, &qualification, &residence];
    let check = |name, claims: &[&[(&str, &[u8])]], length, hash| {
        let request = world.request_for("uk-right-to-work", &asked(&claims.concat()), NONCE);
        assert_pinned(name, &world.answer(&request, &held), length, hash);
    };
    let work: [(&str, &[u8]); 3] =
        [("res.uk.work.permitted", &[]), ("res.uk.work.until", &[]), ("res.uk.work.conditions", &[])];
    let through: (&str, &[u8]) = ("res.uk.work.through", &[13]);
    let person: [(&str, &[u8]); 3] = [("id.portrait.view", &[]), ("id.age_over", &[18]), ("doc.number", &[])];
    check("three claims", &[&work], 1102, "5b53825037638fed");
    check("three claims and a threshold", &[&work, &[through]], 1226, "94c600bfc12a0054");
    check("two credentials, two thresholds", &[&person, &work, &[through]], 2731, "34f925dbac9b9d84");
    let listed: (&str, &[u8]) = ("res.uk.linked_documents.number", &[]);
    check("a member of a list", &[&person, &[listed]], 2854, "228a2f4b864ea1e1");
    let title: (&str, &[u8]) = ("qual.reference_occupation", &[]);
    let level: (&str, &[u8]) = ("qual.education_level_at_least", &[4]);
    check("three credentials", &[&[level, through], &work, &person, &[title]], 4232, "2cd7796996a076a6");
}
