//! The grammars in `spec/*.cddl` against what the library makes and what others made.
//!
//! The `cddl` crate parses the files (RFC 8610). Its validator cannot match `simple(59)` as a map key,
//! nor choices of types as map keys, so `cddl/matcher.rs` matches its syntax tree against items that
//! `geleit_cose` read. Where the crate's own validator is able to, it is asked for a second opinion.
//!
//! What is matched is the whole artefact: envelopes, headers, payloads, and every byte string that a
//! grammar says to hold encoded CBOR, disclosures included. Not matched: signatures, hashes, and every
//! relation between two values; those are the rules of `spec/verification.md`.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests may fail loudly"
)]

#[path = "cddl/matcher.rs"]
mod matcher;

use geleit_cose::cbor::{Encoding, Limits, Value};
use geleit_credential::decision::Facts;
use geleit_credential::holder::HeldCredential;
use geleit_credential::presentation::DECLINED;
use geleit_credential::purpose::{Profile, Purposes};
use geleit_credential::receipt::{Deletion, LogPlace};
use geleit_credential::request::PermittedRequest;
use geleit_credential::scope::{Necessity, Scope, ScopeEntry, ScopedClaim};
use geleit_credential::status_list::{Bits, Entries, StatusListContent, StatusReference};
use geleit_credential::trust_list::Compromise;
use geleit_testkit::world::{HOME_OFFICE, NOW};
use geleit_testkit::{Check, World, people};
use matcher::Grammar;
use std::fs;
use std::num::NonZeroU64;
use std::path::Path;

const NONCE: &[u8] = b"sixteen byte nonce";

const FILES: [&str; 8] =
    ["sd-cwt", "presentation", "trust-list", "registration", "request", "status-list", "receipt", "deletion"];

#[test]
fn every_file_is_cddl_and_names_only_rules_that_exist() {
    let text = FILES.map(read).join("\n");
    let grammar = Grammar::parse(&text);
    assert_eq!(grammar.unknown_names(), Vec::<String>::new());
}

#[test]
fn what_the_library_makes_matches() {
    for (name, rule, bytes) in artefacts() {
        matches(rule, &bytes).unwrap_or_else(|why| panic!("{name}: {why}"));
    }
}

/// The formats of others: no `geleit` profile, ECDSA, any claim.
#[test]
fn tokens_that_others_made_match() {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/sd-cwt");
    for (rule, names) in [
        ("sd-cwt", ["issuer_cwt", "presented_cwt", "decoy", "nested_issuer_cwt", "nested_cwt"].as_slice()),
        ("key-binding-token", ["kbt"].as_slice()),
    ] {
        for name in names {
            let bytes = fs::read(vectors.join(format!("draft-08/{name}.cbor"))).unwrap();
            matches(rule, &bytes).unwrap_or_else(|why| panic!("{name}: {why}"));
        }
    }
    let text = fs::read_to_string(vectors.join("derived-ed25519/vectors.json")).unwrap();
    let file: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut accepted = 0;
    for case in file["cases"].as_array().unwrap().iter().filter(|case| case["expect"] == "accept") {
        let rule = if case["kind"] == "kbt" { "key-binding-token" } else { "sd-cwt" };
        let bytes = base16ct::mixed::decode_vec(case["cbor"].as_str().unwrap()).unwrap();
        matches(rule, &bytes).unwrap_or_else(|why| panic!("{}: {why}", case["name"]));
        accepted += 1;
    }
    assert_eq!(accepted, 15);
}

/// No structure of ours has a float anywhere.
#[test]
fn an_item_of_another_type_does_not_match_wherever_it_stands() {
    for (name, rule, bytes) in closed_artefacts() {
        let tree = Tree::open(&bytes);
        for place in tree.places() {
            let broken = tree.with(&place, |_| Some(Value::Float(0.5)));
            assert!(matches(rule, &broken).is_err(), "{name}: a float at {place:?}");
        }
    }
}

#[test]
fn a_map_with_one_entry_more_does_not_match() {
    for (name, rule, bytes) in closed_artefacts() {
        let tree = Tree::open(&bytes);
        for place in tree.places().iter().filter(|place| matches!(tree.at(place), Value::Map(_))) {
            let broken = tree.with(place, |map| {
                let Value::Map(mut entries) = map else { unreachable!() };
                entries.push((Value::int(-99_999), Value::Null));
                Some(Value::Map(entries))
            });
            assert!(matches(rule, &broken).is_err(), "{name}: one entry more at {place:?}");
        }
    }
}

#[test]
fn a_map_without_an_entry_does_not_match_unless_it_is_optional() {
    let optional: Vec<Value> = [17, 65_535, -65_538]
        .map(Value::int)
        .into_iter()
        .chain(["optional", "at_least", "types", "compromised"].map(Value::text))
        .chain(
            ["presentation", "facts", "rule", "rejected_by", "keep_until", "fallback", "list"]
                .map(Value::text),
        )
        .collect();
    let mut removed = 0;
    for (name, rule, bytes) in closed_artefacts() {
        let tree = Tree::open(&bytes);
        for place in tree.places().iter().filter(|place| !place.is_empty()) {
            let (last, parent) = place.split_last().unwrap();
            let Value::Map(entries) = tree.at(parent) else { continue };
            let key = &entries[*last].0;
            // What an object has to have is for the schema to say, not for the grammar; and a group
            // without hashes has the form of an empty object.
            if tree.is_in_claim_value(parent) {
                continue;
            }
            let removable = optional.contains(key);
            let broken = tree.with(place, |_| None);
            let why = format!("{name}: without {key:?} at {place:?}");
            // The credential of a wallet has disclosures, one that is presented may have none.
            if removable && !(rule == "issued-credential" && *key == Value::int(17)) {
                assert!(matches(rule, &broken).is_ok(), "{why}");
            } else {
                assert!(matches(rule, &broken).is_err(), "{why}");
                removed += 1;
            }
        }
    }
    assert!(removed > 100, "{removed}");
}

/// One fault each, in forms that are open: any other label may stand there, so each rule counts.
#[test]
fn a_token_with_one_fault_does_not_match() {
    type Change = fn(&mut Parts);
    let faults: [(&str, Change); 17] = [
        ("typ of another thing", |parts| parts.protected.push((Value::int(16), Value::Uint(294)))),
        ("no typ", |parts| remove(&mut parts.protected, 16)),
        ("no alg", |parts| remove(&mut parts.protected, 1)),
        ("alg by name", |parts| parts.protected.push((Value::int(1), Value::text("EdDSA")))),
        ("another hash algorithm", |parts| parts.protected.push((Value::int(170), Value::int(-44)))),
        ("empty sd_claims", |parts| {
            parts.unprotected.push((Value::int(17), Value::Array(Vec::new())));
        }),
        ("a disclosure that is not bytes", |parts| {
            let disclosure = Value::Array(vec![Value::bytes([7; 16])]);
            parts.unprotected.push((Value::int(17), Value::Array(vec![disclosure])));
        }),
        ("a salt of 15 bytes", |parts| disclose(parts, vec![Value::bytes([7; 15])])),
        ("four items", |parts| {
            disclose(parts, vec![Value::bytes([7; 16]), Value::Uint(1), Value::Uint(2), Value::Null]);
        }),
        ("a key that is a byte string", |parts| {
            disclose(parts, vec![Value::bytes([7; 16]), Value::Null, Value::bytes([1])]);
        }),
        ("no issuer", |parts| remove(&mut parts.payload, 1)),
        ("no confirmation key", |parts| remove(&mut parts.payload, 8)),
        ("a date that is text", |parts| parts.payload.push((Value::int(4), Value::text("tomorrow")))),
        ("a type that is a byte string", |parts| parts.payload.push((Value::int(11), Value::bytes([1])))),
        ("a hash of 31 bytes", |parts| {
            parts.payload.push((Value::Simple(59), Value::Array(vec![Value::bytes([7; 31])])));
        }),
        ("tag 58 after issuance", |parts| {
            parts.payload.push((Value::text("claim"), Value::Tag(58, Box::new(Value::Null))));
        }),
        ("an empty key", |parts| parts.payload.push((Value::text(""), Value::Null))),
    ];
    let world = World::new();
    let bytes = world.issue(&people::residence(), world.holder.public_key(), "residence");
    assert_eq!(matches("sd-cwt", &Parts::open(&bytes).close()), Ok(()));
    for (name, change) in faults {
        let mut parts = Parts::open(&bytes);
        change(&mut parts);
        assert!(matches("sd-cwt", &parts.close()).is_err(), "{name}");
    }
}

#[test]
fn a_second_validator_agrees_where_it_can_read_the_grammar() {
    for (name, rule, bytes) in artefacts() {
        let files: &[&str] = match rule {
            "trust-list" => &["trust-list"],
            "status-list-token" => &["status-list"],
            "registration" => &["registration"],
            "request" => &["request", "registration"],
            "receipt" => &["receipt"],
            "deletion" => &["deletion"],
            _ => continue,
        };
        // The first rule of the text is the one that it matches.
        let text = files.iter().map(|file| read(file)).collect::<Vec<_>>().join("\n");
        let check = |bytes: &[u8]| cddl::validate_cbor_from_slice(&text, bytes, None);
        assert!(check(&bytes).is_ok(), "{name}: {:?}", check(&bytes));
        let tree = Tree::open(&bytes);
        for place in tree.places() {
            let broken = tree.with(&place, |_| Some(Value::Float(0.5)));
            assert!(check(&broken).is_err(), "{name}: a float at {place:?}");
        }
    }
}

/// Everything that the library puts on the wire, with the rule that it has to match.
fn artefacts() -> Vec<(String, &'static str, Vec<u8>)> {
    let world = World::new();
    let held = [
        world.held(&people::identity(), "identity"),
        world.held(&people::qualification(), "qualification"),
        world.held(&people::residence(), "residence"),
    ];
    let mut all = vec![("trust list".to_owned(), "trust-list", world.trust_list_bytes())];
    let mut content = world.trust_list_content();
    content.issuers[0].keys[0].compromised = Compromise::Since(NOW);
    content.status_issuers = content.registrars.split_off(0);
    content.status_issuers[0].publishes_for = vec![HOME_OFFICE.to_owned()];
    all.push((
        "trust list, a key compromised".to_owned(),
        "trust-list",
        content.sign(&world.anchor).unwrap(),
    ));
    all.push(("status list".to_owned(), "status-list-token", status_list().sign(&world.anchor).unwrap()));
    for one in &held {
        all.push((one.credential_type().name.to_owned(), "issued-credential", one.bytes().to_vec()));
        all.push((one.credential_type().name.to_owned(), "sd-cwt", one.bytes().to_vec()));
    }
    let held = held.each_ref();
    for name in ["uk-right-to-work", "de-recognition-result-employer", "uk-carrier-permission-to-travel"] {
        let profile = Profile::find_embedded(name).unwrap();
        let request = world.request(&profile, NONCE);
        all.push((name.to_owned(), "registration", world.registration_bytes(&profile)));
        all.push((name.to_owned(), "request", world.request_bytes(&profile, NONCE)));
        all.push((name.to_owned(), "presentation", world.answer(&request, &held)));
    }
    let (bytes, request) = threshold_request(&world);
    let proof = world.answer(&request, &held);
    all.push(("threshold".to_owned(), "request", bytes));
    all.push(("threshold".to_owned(), "presentation", proof));
    all.extend(receipts(&world, &held));
    all
}

/// A receipt of each kind, and the record that the inputs of one were deleted.
fn receipts(world: &World, held: &[&HeldCredential]) -> Vec<(String, &'static str, Vec<u8>)> {
    let facts = Facts::new().text("face_matches", "yes");
    let check = Check::new(world, "uk-right-to-work", held, facts);
    let open = check.receipt(world, LogPlace::FIRST);
    let silent = Check { presentation: DECLINED.to_vec(), ..check.clone() };
    let broken = Check { presentation: vec![0xa0], ..check.clone() };
    let receipt = check.verify(world, &open).unwrap();
    let deletion = Deletion { receipt: &receipt, keep_until: NOW, deleted_at: NOW };
    vec![
        ("receipt, open".to_owned(), "receipt", open),
        ("receipt, no answer".to_owned(), "receipt", silent.receipt(world, LogPlace::FIRST)),
        ("receipt, not verified".to_owned(), "receipt", broken.receipt(world, LogPlace::after(&receipt))),
        ("deletion".to_owned(), "deletion", deletion.sign(&world.relying_party).unwrap()),
    ]
}

/// Only what a status list has to have; its optional times are required in other documents.
fn status_list() -> StatusListContent {
    StatusListContent {
        uri: "https://status.example/lists/1".to_owned(),
        issued_at: NOW,
        expires_at: None,
        ttl_s: None,
        entries: Entries::all_valid(Bits::Four, 1 << 17).unwrap(),
    }
}

#[test]
fn a_status_list_with_times_and_a_reference_match() {
    let mut list = status_list();
    (list.expires_at, list.ttl_s) = (Some(NOW.plus(3_600)), NonZeroU64::new(600));
    assert_eq!(matches("status-list-token", &list.sign(&World::new().anchor).unwrap()), Ok(()));
    let reference = StatusReference { uri: &list.uri, index: 5 }.to_value();
    assert_eq!(matches("status-reference", &reference.encode()), Ok(()));
    let Value::Map(mut entries) = reference else { unreachable!() };
    entries.push((Value::text("identifier_list"), Value::Null));
    assert!(matches("status-reference", &Value::Map(entries).encode()).is_err());
}

/// Those whose grammar says everything. `sd-cwt.cddl` is open: any label may be added, and a float is
/// a value; its negative cases are in a test of their own.
fn closed_artefacts() -> Vec<(String, &'static str, Vec<u8>)> {
    artefacts().into_iter().filter(|(_, rule, _)| *rule != "sd-cwt").collect()
}

/// A request for one threshold, which needs no other claim.
fn threshold_request(world: &World) -> (Vec<u8>, PermittedRequest) {
    let profile = Profile::find_embedded("uk-right-to-work").unwrap();
    let registration = world.registration_bytes(&profile);
    let (id, steps) = &profile.thresholds()[0];
    let entry = ScopeEntry {
        claim: ScopedClaim::by_id(id).unwrap(),
        necessity: Necessity::Required,
        at_least: vec![steps[0]],
    };
    let mut content = world.request_content(&profile, &registration, NONCE);
    content.scope = Scope::new(vec![entry]).unwrap();
    let bytes = content.sign(&world.relying_party).unwrap();
    let request = world.permit(&bytes, &Purposes::embedded(), NOW).unwrap();
    (bytes, request)
}

fn matches(rule: &str, bytes: &[u8]) -> Result<(), String> {
    thread_local! {
        static GRAMMAR: Grammar<'static> = Grammar::parse(FILES.map(read).join("\n").leak());
    }
    let limits = Limits { max_bytes: usize::MAX, ..Limits::REGISTER };
    let item = Value::decode(bytes, &limits, Encoding::Tolerant).map_err(|error| error.to_string())?;
    GRAMMAR.with(|grammar| grammar.matches(rule, &item))
}

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../spec/{name}.cddl"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// An item with every byte string opened that holds an encoded map or array.
struct Tree(Value);

/// The place of an item: its number in each array, map (values) and tag on the way.
type Place = Vec<usize>;

impl Tree {
    fn open(bytes: &[u8]) -> Self {
        Self(decode(bytes).unwrap())
    }

    fn places(&self) -> Vec<Place> {
        let mut places = Vec::new();
        let mut open = vec![Place::new()];
        while let Some(place) = open.pop() {
            let inside = children(&self.at(&place)).len();
            open.extend((0..inside).map(|number| [place.as_slice(), &[number]].concat()));
            places.push(place);
        }
        places
    }

    /// `17: [ + [salt, value, ...] ]`, at the value or deeper.
    fn is_in_claim_value(&self, place: &[usize]) -> bool {
        (0..place.len().saturating_sub(2)).any(|depth| match self.at(&place[..depth]) {
            Value::Map(entries) => entries[place[depth]].0 == Value::int(17) && place[depth + 2] == 1,
            _ => false,
        })
    }

    fn at(&self, place: &[usize]) -> Value {
        place.iter().fold(self.0.clone(), |item, number| children(&item)[*number].clone())
    }

    /// The bytes after `change` of the item at a place; `None` takes a map entry out.
    fn with(&self, place: &[usize], change: impl FnOnce(Value) -> Option<Value>) -> Vec<u8> {
        replace(&self.0, place, change).expect("the outermost item stays").encode()
    }
}

fn decode(bytes: &[u8]) -> Option<Value> {
    Value::decode(bytes, &Limits::REGISTER, Encoding::Deterministic).ok()
}

fn opened(bytes: &[u8]) -> Option<Value> {
    decode(bytes).filter(|inside| matches!(inside, Value::Map(_) | Value::Array(_)))
}

fn children(item: &Value) -> Vec<Value> {
    match item {
        Value::Array(items) => items.clone(),
        Value::Map(entries) => entries.iter().map(|(_, value)| value.clone()).collect(),
        Value::Tag(_, content) => vec![content.as_ref().clone()],
        Value::Bytes(bytes) => opened(bytes).as_ref().map(children).unwrap_or_default(),
        _ => Vec::new(),
    }
}

fn replace(item: &Value, place: &[usize], change: impl FnOnce(Value) -> Option<Value>) -> Option<Value> {
    let Some((number, rest)) = place.split_first() else { return change(item.clone()) };
    Some(match item {
        Value::Array(items) => {
            let mut items = items.clone();
            items[*number] = replace(&items[*number], rest, change).unwrap_or(Value::Float(0.5));
            Value::Array(items)
        }
        Value::Map(entries) => {
            let mut entries = entries.clone();
            match replace(&entries[*number].1, rest, change) {
                Some(value) => entries[*number].1 = value,
                None => drop(entries.remove(*number)),
            }
            Value::Map(entries)
        }
        Value::Tag(tag, content) => Value::Tag(*tag, Box::new(replace(content, rest, change)?)),
        Value::Bytes(bytes) => {
            Value::Bytes(replace(&opened(bytes).unwrap(), place, change).unwrap().encode())
        }
        _ => unreachable!("nothing inside"),
    })
}

/// A token in parts, for faults. An entry that is pushed replaces one with the same key.
struct Parts {
    protected: Vec<(Value, Value)>,
    unprotected: Vec<(Value, Value)>,
    payload: Vec<(Value, Value)>,
}

impl Parts {
    fn open(bytes: &[u8]) -> Self {
        let Value::Tag(18, content) = decode(bytes).unwrap() else { unreachable!() };
        let entries = |number: usize| match &children(&content)[number] {
            Value::Map(entries) => entries.clone(),
            Value::Bytes(bytes) => match opened(bytes) {
                Some(Value::Map(entries)) => entries,
                _ => unreachable!(),
            },
            _ => unreachable!(),
        };
        Self { protected: entries(0), unprotected: entries(1), payload: entries(2) }
    }

    fn close(self) -> Vec<u8> {
        let map = |entries: Vec<(Value, Value)>| {
            let mut kept: Vec<(Value, Value)> = Vec::new();
            for (key, value) in entries {
                kept.retain(|(earlier, _)| *earlier != key);
                kept.push((key, value));
            }
            Value::Map(kept)
        };
        let parts = vec![
            Value::Bytes(map(self.protected).encode()),
            map(self.unprotected),
            Value::Bytes(map(self.payload).encode()),
            Value::bytes([0; 64]),
        ];
        Value::Tag(18, Box::new(Value::Array(parts))).encode()
    }
}

fn remove(entries: &mut Vec<(Value, Value)>, label: i64) {
    entries.retain(|(key, _)| *key != Value::int(label));
}

fn disclose(parts: &mut Parts, disclosure: Vec<Value>) {
    let bytes = Value::Bytes(Value::Array(disclosure).encode());
    parts.unprotected.push((Value::int(17), Value::Array(vec![bytes])));
}
