//! No error and no `Debug` says anything about a person: every text claim is the word SECRET, and the
//! word is looked for in everything that can be printed.
//!
//! `Value` is left out: it is the claims themselves, for those who ask for them. Nonces, request
//! hashes and keys may be printed: they are random, or public, and say nothing about anybody.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

use core::fmt::{Debug, Display};
use geleit_cose::algorithm::Algorithms;
use geleit_cose::cbor::{Decoder, Encoder, Encoding, Fault, Key, Limits, Malformed, Value, WellFormed};
use geleit_cose::key::{KeyError, SignatureError};
use geleit_cose::pem::{Kind as PemKind, PemError};
use geleit_credential::decision::{Facts, decide};
use geleit_credential::holder::{Consent, DisclosureLedger, HeldCredential, plan, respond};
use geleit_credential::issuer::{Copy, Issuer};
use geleit_credential::presentation::Presentation;
use geleit_credential::purpose::Profile;
use geleit_credential::request::Request;
use geleit_credential::schema::{ClaimError, ClaimSet, Date, Invariant, Kind, TYPES, threshold};
use geleit_credential::scope::ScopedClaim;
use geleit_credential::sd_cwt::{
    Expected, IssuerName, KeyBinding, KeyBoundToken, MyKeys, Nonce, Receiving, Scratch, SdCwt, receive,
    verify,
};
use geleit_credential::status_list::StatusReference;
use geleit_credential::verifier::{OpenNonces, VerifiedPresentation, Workspace};
use geleit_testkit::forge::{self, Credential, Hidden, Node};
use geleit_testkit::vectors::{self, Expect};
use geleit_testkit::world::CREDENTIAL_LIST;
use geleit_testkit::world::{HOME_OFFICE, NOW, RECOGNITION, RELYING_PARTY, WalletState};
use geleit_testkit::{FixedRng, World, people};
use std::collections::BTreeSet;

const WORD: &str = "SECRET";

/// The word as it would look in text, in dumps of bytes, and in Base64 at each of three places.
const FORMS: [&str; 8] = [
    WORD,
    "534543524554",
    "53 45 43 52 45 54",
    "83,69,67,82,69,84",
    "0x53,0x45,0x43,0x52,0x45,0x54",
    "U0VDUkVU",
    "NFQ1JFV",
    "TRUNSRV",
];

const NONCE: &[u8] = b"sixteen byte nonce";

/// Asserts that a text has the word in no form.
fn assert_silent(what: &str, text: &str) {
    let packed: String = text.to_uppercase().chars().filter(|c| !c.is_whitespace()).collect();
    for form in FORMS {
        let form: String = form.to_uppercase().chars().filter(|c| !c.is_whitespace()).collect();
        let start = packed.find(&form).map(|at| &packed[at.saturating_sub(40)..(at + 40).min(packed.len())]);
        assert!(start.is_none(), "{what} has the word: ...{}...", start.unwrap_or_default());
    }
}

fn assert_debug(what: &str, value: &impl Debug) {
    assert_silent(what, &format!("{value:?}"));
    assert_silent(what, &format!("{value:#?}"));
}

fn assert_error(error: &(impl Debug + Display)) {
    assert_silent("an error", &error.to_string());
    assert_debug("an error", error);
}

/// The set with the word in every claim that can hold it.
fn secret(mut set: ClaimSet) -> ClaimSet {
    let word = || Value::text(WORD);
    let jpeg = [&[0xff, 0xd8, 0xff, 0xe0], WORD.as_bytes()].concat();
    // Outside of identity, what is stated depends on what else is.
    let everything = set.credential_type().name == "identity";
    for (_, claim) in set.credential_type().claims() {
        match claim.kind {
            Kind::Text { .. } if everything || set.get(claim.id).is_some() => {
                set.set(claim.id, word()).unwrap();
            }
            Kind::Image => set.set(claim.id, Value::bytes(jpeg.as_slice())).unwrap(),
            _ => {}
        }
    }
    match set.credential_type().name {
        "identity" => {
            set.set("doc.number", word()).unwrap();
            set.set("id.address.country", Value::text("GB")).unwrap();
            set.set("id.parents_given_names", Value::Array(vec![word()])).unwrap();
            let relation = (Value::text("relation"), Value::text("parent"));
            let guardian = vec![(Value::text("family_name"), word()), relation];
            set.set("id.guardian", Value::Map(guardian)).unwrap();
        }
        "residence" => {
            let document = [("type", "P"), ("country", "UTO"), ("number", WORD)]
                .map(|(key, value)| (Value::text(key), Value::text(value)));
            set.set("res.uk.linked_documents", Value::Array(vec![Value::Map(document.into())])).unwrap();
        }
        _ => {}
    }
    set.check().unwrap();
    set
}

/// The credentials of the secret person, as issued.
fn issued(world: &World) -> Vec<Vec<u8>> {
    [people::identity(), people::qualification(), people::residence()]
        .into_iter()
        .map(|set| {
            let copy = Copy {
                holder_key: world.holder.public_key(),
                subject: WORD,
                issued_at: NOW,
                lifetime_s: 86_400,
                status: StatusReference { uri: CREDENTIAL_LIST, index: 1 },
            };
            assert_debug("Copy", &copy);
            let set = secret(set);
            assert_debug("ClaimSet", &set);
            for (_, _, value) in set.iter() {
                assert_debug("ClaimValue", value);
            }
            let (name, key) = match set.credential_type().name {
                "qualification" => (RECOGNITION, &world.recognition),
                _ => (HOME_OFFICE, &world.home_office),
            };
            let issuer = Issuer::new(name, key);
            assert_debug("Issuer", &issuer);
            issuer.issue(&set, &copy, &mut FixedRng::new(name)).unwrap()
        })
        .collect()
}

fn held(world: &World, bytes: &[u8]) -> HeldCredential {
    let keys = [world.holder.public_key().clone()];
    HeldCredential::accept(bytes, &world.trust_list(), &keys, NOW, &mut Scratch::default()).unwrap()
}

/// The presentation of the secret person for everything that a profile requires.
fn presented(world: &World, profile: &Profile) -> Vec<u8> {
    let held: Vec<HeldCredential> = issued(world).iter().map(|bytes| held(world, bytes)).collect();
    let held: Vec<&HeldCredential> = held.iter().collect();
    world.answer(&world.request(profile, NONCE), &held)
}

fn profile() -> Profile {
    Profile::find_embedded("uk-right-to-work").unwrap()
}

/// The test below would find nothing if the word were not there.
#[test]
fn the_word_is_in_what_is_tested() {
    let world = World::new();
    let presentation = presented(&world, &profile());
    assert!(presentation.windows(WORD.len()).any(|window| window == WORD.as_bytes()));
    let found = std::panic::catch_unwind(|| assert_debug("bytes", &WORD.as_bytes()));
    assert!(found.is_err());
    let found = std::panic::catch_unwind(|| assert_debug("a text", &WORD));
    assert!(found.is_err());
}

#[test]
fn debug_of_what_a_holder_has() {
    let world = World::new();
    for bytes in issued(&world) {
        assert_debug("HeldCredential", &held(&world, &bytes));
        let token = SdCwt::parse(&bytes, &Limits::TOKEN, Encoding::Deterministic).unwrap();
        assert_debug("SdCwt", &token);
        assert_debug("Sign1", token.envelope());
        let keys = [world.home_office.public_key(), world.recognition.public_key()];
        for key in keys {
            let Ok(payload) = token.envelope().verify(key, Algorithms::ED25519, &[]) else { continue };
            assert_debug("Payload", &payload);
            let my_keys = [world.holder.public_key().clone()];
            let receiving = Receiving {
                keys: MyKeys::OneOf(&my_keys),
                audiences: &[],
                nonces: &[],
                now: NOW,
                algorithms: Algorithms::ED25519,
                issuer: IssuerName::DangerousWhateverTheKeySigns,
            };
            assert_debug("Receiving", &receiving);
            let mut scratch = Scratch::default();
            let received = receive(&token, key, &receiving, &mut scratch).unwrap();
            assert_debug("ReceivedToken", &received);
            assert_debug("Claims", received.claims());
            for disclosure in received.claims().disclosures() {
                assert_debug("Disclosure", &disclosure);
                assert_debug("Item", &disclosure.item());
            }
            assert_debug("Scratch", &scratch);
        }
        let mut decoder = Decoder::new(&bytes, &Limits::TOKEN, Encoding::Deterministic).unwrap();
        assert_debug("Decoder", &decoder);
        assert_debug("Check", &decoder.check(&WellFormed).unwrap());
        let mut encoder = Encoder::new();
        encoder.text(WORD);
        assert_debug("Encoder", &encoder);
    }
    assert_debug("SigningKey", &world.holder);
    let held: Vec<HeldCredential> = issued(&world).iter().map(|bytes| held(&world, bytes)).collect();
    let held: Vec<&HeldCredential> = held.iter().collect();
    let (state, request) = (WalletState::new(&held), world.request(&profile(), NONCE));
    let wallet = state.wallet(world.holder.public_key(), &held);
    assert_debug("Wallet", &wallet);
    assert_debug("Plan", &plan(&request, &wallet, Consent::REQUIRED_ONLY, NOW).unwrap());
    let response = respond(&request, &wallet, &world.holder, Consent::REQUIRED_ONLY, NOW);
    assert!(response.for_holder().is_ok());
    assert_debug("Response", &response);
    let mut ledger = DisclosureLedger::empty();
    drop(response.deliver(&mut ledger));
    assert_debug("DisclosureLedger", &ledger);
    assert_debug("Consent", &Consent::Agreed { optional: &["id.given_name"] });
}

#[test]
fn debug_of_what_a_verifier_has() {
    let (world, profile) = (World::new(), profile());
    let bytes = presented(&world, &profile);
    let request = world.request(&profile, NONCE);
    assert_debug("PermittedRequest", &request);
    assert_debug("Request", &Request::parse(&world.request_bytes(&profile, NONCE)).unwrap());
    let presentation = Presentation::parse(&bytes, &Limits::TOKEN).unwrap();
    assert_debug("Presentation", &presentation);
    let verifier = world.verifier(&profile);
    assert_debug("Verifier", &verifier);
    let (mut nonces, mut workspace) = (OpenNonces::default(), Workspace::new());
    let verified = verifier
        .verify(&presentation, &request, &world.status_lists(), NOW, &mut nonces, &mut workspace)
        .unwrap();
    assert_debug("VerifiedPresentation", &verified);
    assert_debug("what was disclosed", &verified.disclosed());
    for credential in verified.credentials() {
        assert_debug("VerifiedCredential", credential);
        assert_debug("Claims", credential.claims());
    }
    assert_eq!(text_of(&verified, "id.family_name"), WORD);
    assert_debug("Item", &verified.claim("id.family_name"));
    let facts = Facts::new()
        .date("start_date", Date::parse("2026-12-01").unwrap())
        .text("face_matches", "yes")
        .text("passport_number", WORD);
    assert_debug("Facts", &facts);
    assert_error(&facts.check(&profile).unwrap_err());
    let facts =
        Facts::new().date("start_date", Date::parse("2026-12-01").unwrap()).text("face_matches", "yes");
    assert_debug("Decision", &decide(&verified, &profile, &facts, NOW).unwrap());
    assert_debug("OpenNonces", &nonces);
    assert_debug("Workspace", &workspace);
    let binding =
        KeyBinding { audience: RELYING_PARTY, nonce: Nonce::Exactly(NONCE), issued_at: NOW, more: &[] };
    assert_debug("KeyBinding", &binding);
}

fn text_of<'b>(verified: &VerifiedPresentation<'b, '_>, id: &str) -> &'b str {
    verified.claim(id).and_then(|item| item.as_text()).unwrap()
}

#[test]
fn debug_of_any_verified_token() {
    let (world, profile) = (World::new(), profile());
    let bytes = presented(&world, &profile);
    for token in forge::tokens(&bytes) {
        let token = KeyBoundToken::parse(&token, &Limits::TOKEN, Encoding::Deterministic).unwrap();
        assert_debug("KeyBoundToken", &token);
        let expected = Expected {
            audiences: &[RELYING_PARTY],
            nonce: Nonce::Exactly(NONCE),
            now: NOW,
            algorithms: Algorithms::ED25519,
            issuer: IssuerName::Exactly(HOME_OFFICE),
        };
        assert_debug("Expected", &expected);
        let mut scratch = Scratch::default();
        let verified = verify(&token, world.home_office.public_key(), &expected, &mut scratch).unwrap();
        assert_debug("VerifiedToken", &verified);
        assert_debug("Claims", verified.claims());
        assert_debug("Item", &verified.claims().get(Key::Text("name")));
    }
}

#[test]
fn rejections_of_presentations_with_a_changed_byte() {
    let (world, profile) = (World::new(), profile());
    let mut bytes = presented(&world, &profile);
    let request = world.request(&profile, NONCE);
    let verifier = world.verifier(&profile);
    let mut workspace = Workspace::new();
    let mut seen = BTreeSet::new();
    for position in 0..bytes.len() {
        for flip in [0x01, 0x20, 0xff] {
            bytes[position] ^= flip;
            match Presentation::parse(&bytes, &Limits::TOKEN) {
                Err(error) => {
                    assert_error(&error);
                    seen.insert(error.code());
                }
                Ok(presentation) => {
                    let mut nonces = OpenNonces::default();
                    let error = verifier
                        .verify(
                            &presentation,
                            &request,
                            &world.status_lists(),
                            NOW,
                            &mut nonces,
                            &mut workspace,
                        )
                        .map(drop)
                        .unwrap_err();
                    assert_error(&error);
                    seen.insert(error.code());
                }
            }
            bytes[position] ^= flip;
        }
    }
    assert!(seen.len() > 10, "{seen:?}");
}

/// An evil issuer puts the word into every value, group, list and key that there is.
#[test]
fn rejections_of_credentials_with_the_word_in_wrong_places() {
    let world = World::new();
    let trust = world.trust_list();
    let keys = [world.holder.public_key().clone()];
    let accept = |bytes: &[u8]| {
        let error =
            HeldCredential::accept(bytes, &trust, &keys, NOW, &mut Scratch::default()).map(drop).unwrap_err();
        assert_error(&error);
    };
    for (claims, bytes) in [people::identity(), people::residence()].iter().zip([0, 2]) {
        let issued = &issued(&world)[bytes];
        let key = &world.home_office;
        let changed = |change: &dyn Fn(&mut Credential)| {
            let mut credential = Credential::open(issued);
            change(&mut credential);
            accept(&credential.seal(key));
        };
        for wrong in [
            Value::Map(vec![(Value::text(WORD), Value::text(WORD))]),
            Value::Array(vec![Value::Map(Vec::new()), Value::text(WORD)]),
            Value::Tag(0, Box::new(Value::text(WORD))),
        ] {
            for (group, claim, _) in claims.iter() {
                changed(&|one| *one.at(&[group.key, claim.key]) = Node::of(&wrong));
                changed(&|one| *one.at(&[group.key]) = Node::of(&wrong));
            }
            for label in [1, 4, 6, 8, 11] {
                changed(&|one| one.claims.set_plain(&Value::int(label), &wrong));
                changed(&|one| one.claims.set_plain(&Value::int(label), &Value::text(WORD)));
            }
        }
        changed(&|one| one.claims.set_plain(&Value::text(WORD), &Value::text(WORD)));
        let word = || Hidden::Entry([9; 16], Value::text(WORD).encode(), Node::of(&Value::text(WORD)));
        changed(&|one| one.claims.hidden().push(word()));
        changed(&|one| one.protected.set(&Value::text(WORD), &Value::text(WORD)));
        changed(&|one| one.protected.set(&Value::int(16), &Value::text(WORD)));
    }
}

/// The text of every error, by rule. The list changes only when somebody means to change a text.
#[test]
fn error_texts() {
    let mut texts = BTreeSet::new();
    for (_, file) in vectors::all() {
        for case in file.cases.iter().filter(|case| case.expect == Expect::Reject) {
            texts.insert(without_position(&file.run(case).unwrap_err().text));
        }
    }
    let faults = [
        Fault::Truncated,
        Fault::Trailing,
        Fault::NotWellFormed,
        Fault::Indefinite,
        Fault::Utf8,
        Fault::DuplicateKey,
        Fault::KeyType,
        Fault::NotShortest,
        Fault::NotSorted,
        Fault::TooManyBytes,
        Fault::TooManyItems,
        Fault::TooDeep,
        Fault::TooManyUnsorted,
        Fault::WrongType,
        Fault::ForbiddenTag,
        Fault::ForbiddenSimple,
        Fault::OutOfRange,
    ];
    texts.extend(faults.map(|fault| without_position(&Malformed { fault, at: 0 }.to_string())));
    texts.insert(SignatureError::new().to_string());
    texts.insert(KeyError::Scalar.to_string());
    let pem = [
        PemError::NotPem { required: PemKind::Public },
        PemError::Label { required: PemKind::Public, found: "PRIVATE KEY" },
        PemError::Encrypted,
        PemError::Trailing,
        PemError::Damaged { required: PemKind::Private },
        PemError::KeyType { found: "RSA" },
        PemError::Mismatch,
    ];
    texts.extend(pem.map(|error| error.to_string()));
    texts.extend(Invariant::ALL.iter().map(|rule| ClaimError::Broken(*rule).to_string()));
    texts.extend(claim_errors());
    let derived = include_str!("../vectors/sd-cwt/derived-ed25519/vectors.json");
    let derived = vectors::File::parse(derived).unwrap();
    let refusals = derived.cases.iter().filter_map(|case| derived.run(case).err());
    texts.extend(refusals.map(|refusal| without_position(&refusal.text)));
    let texts: Vec<String> = texts.into_iter().collect();
    insta::assert_snapshot!(texts.join("\n"));
}

/// One error of each kind of claim, and each that is about an id.
fn claim_errors() -> Vec<String> {
    let mut errors = Vec::new();
    let mut rules = BTreeSet::new();
    for credential_type in TYPES {
        let mut set = ClaimSet::new(credential_type);
        for (_, claim) in credential_type.claims() {
            // No claim of any type is a float.
            if let Err(error) = set.set(claim.id, Value::Float(0.5))
                && rules.insert(error.code())
            {
                errors.push(error.to_string());
            }
        }
        errors.push(set.check().unwrap_err().to_string());
    }
    let mut set = people::identity();
    for id in ["no.such.claim", "id.fingerprints", "id.dna", "res.valid_now", "id.address", "id.age_over"] {
        errors.push(set.set(id, Value::Null).unwrap_err().to_string());
    }
    set.remove("doc.number");
    errors.push(set.check().unwrap_err().to_string());
    set.set("id.birth_year", Value::Uint(1992)).unwrap();
    errors.push(set.derive(people::today()).unwrap_err().to_string());
    let list = Value::Array(vec![Value::text("no record")]);
    errors.push(people::residence().set("res.uk.linked_documents", list).unwrap_err().to_string());
    errors.push(Kind::Threshold(&threshold::AGE).check(&Value::Uint(18)).unwrap_err().to_string());
    errors.push(set.set_threshold("id.sex", 1).unwrap_err().to_string());
    errors.push(set.set_threshold("id.age_over", 128).unwrap_err().to_string());
    errors.push(ScopedClaim::by_id("id.religion").unwrap_err().to_string());
    errors
}

/// The text without the byte offset at its end.
fn without_position(text: &str) -> String {
    let cut = text.rfind("byte ").filter(|at| text[at + 5..].chars().all(|c| c.is_ascii_digit()));
    cut.map_or_else(|| text.to_owned(), |at| format!("{}byte N", &text[..at]))
}
