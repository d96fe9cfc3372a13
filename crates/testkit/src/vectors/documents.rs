//! Trust lists, registrations and requests with one fault: rules T and R.

use super::case::{File, Hex, Inputs, Kind};
use super::presentation::{NONCE, Scene, required};
use crate::World;
use crate::forge::{self, Envelope};
use crate::world::{HOME_OFFICE, LIST_ENTRIES, NOW, REGISTRATION_INDEX, REGISTRATION_LIST};
use geleit_cose::cbor::Value;
use geleit_cose::key::{PublicKey, SigningKey};
use geleit_cose::sign1::label;
use geleit_credential::numbers::claim;
use geleit_credential::registration::{self, RegistrationContent, Revocation};
use geleit_credential::request::RequestContent;
use geleit_credential::scope::{Necessity, Scope, ScopeEntry, ScopedClaim};
use geleit_credential::standing::Standing;
use geleit_credential::status_list::StatusListContent;
use geleit_credential::trust_list::{Compromise, TrustListContent};

pub(super) fn cose_key(key: &PublicKey) -> Hex {
    key.to_cose_key().into()
}

/// The status lists of a world in which everything is valid.
pub(super) fn status_lists(world: &World) -> Vec<Hex> {
    world.status_list_bytes(&[]).into_iter().map(Hex::from).collect()
}

pub(super) fn signed_trust_list(world: &World, change: impl FnOnce(&mut TrustListContent<'_>)) -> Hex {
    let mut content = world.trust_list_content();
    change(&mut content);
    content.sign(&world.anchor).expect("an Ed25519 key signs").into()
}

/// Sets or takes out a field of a payload.
fn field(envelope: &mut Envelope, name: &Value, value: Option<Value>) {
    match value {
        Some(value) => envelope.payload.set(name, &value),
        None => envelope.payload.remove(name),
    }
}

/// Adds a field that no document has.
fn mark(envelope: &mut Envelope) {
    envelope.payload.set(&Value::text("mark"), &Value::Uint(17));
}

/// Adds a registered claim that no document has.
fn nbf(envelope: &mut Envelope) {
    envelope.payload.set(&Value::int(claim::NBF), &Value::int(NOW.plus(-1).0));
}

const TRUST: Kind = Kind::TrustList;

pub(super) fn trust_lists() -> File {
    let world = World::new();
    let baseline = Inputs {
        now: Some(NOW.0),
        anchor: Some(cose_key(world.anchor.public_key())),
        newest_known: Some(7),
        trust_list: Some(world.trust_list_bytes().into()),
        ..Inputs::default()
    };
    let mut file = File::new("Trust lists, at everybody who relies on them", baseline);
    file.accept(TRUST, "same-sequence", "the list that is known already", Inputs::default());
    let first = Inputs { newest_known: Some(0), ..Inputs::default() };
    file.accept(TRUST, "first-list", "no list was accepted before", first);

    let list = |bytes: Vec<u8>| Inputs { trust_list: Some(bytes.into()), ..Inputs::default() };
    let content = |change: &dyn Fn(&mut TrustListContent<'_>)| Inputs {
        trust_list: Some(signed_trust_list(&world, change)),
        ..Inputs::default()
    };
    let resigned = |change: &dyn Fn(&mut Envelope)| {
        list(Envelope::resign(&world.trust_list_bytes(), &world.anchor, change))
    };
    let mut reject =
        |rule: &str, name: &str, why: &str, inputs: Inputs| file.reject(TRUST, rule, name, why, inputs);
    reject(
        "C-05",
        "other-anchor",
        "signed by a stranger",
        list(world.trust_list_content().sign(&world.stranger).expect("an Ed25519 key signs")),
    );
    reject(
        "C-03",
        "other-algorithm",
        "the algorithm of another kind of key",
        resigned(&|one| one.protected.set(&Value::int(label::ALG), &Value::int(-9))),
    );
    reject(
        "C-02",
        "no-algorithm",
        "no algorithm",
        resigned(&|one| one.protected.remove(&Value::int(label::ALG))),
    );
    reject(
        "T-01",
        "registration-type",
        "the typ of a registration",
        resigned(&|one| one.protected.set(&Value::int(label::TYP), &Value::text(registration::TYPE))),
    );
    reject("T-01", "no-type", "no typ", resigned(&|one| one.protected.remove(&Value::int(label::TYP))));
    reject(
        "M-09",
        "not-sorted",
        "the fields are in descending order",
        resigned(&|one| one.payload.entries.reverse()),
    );
    reject(
        "M-02",
        "trailing-byte",
        "a byte after the list",
        list([world.trust_list_bytes(), vec![0]].concat()),
    );
    for (name, label) in [("no-iat", claim::IAT), ("no-exp", claim::EXP)] {
        reject(
            "T-03",
            name,
            "a required time is missing",
            resigned(&|one| field(one, &Value::int(label), None)),
        );
    }
    for name in ["sequence", "issuers", "registrars", "status_issuers"] {
        let inputs = resigned(&|one| field(one, &Value::text(name), None));
        reject("T-03", &format!("no-{name}"), "a required field is missing", inputs);
    }
    reject(
        "T-03",
        "issuers-no-array",
        "issuers is text",
        resigned(&|one| field(one, &Value::text("issuers"), Some(Value::text("none")))),
    );
    reject(
        "T-03",
        "payload-no-map",
        "the payload is an array",
        list(Envelope::open(&world.trust_list_bytes()).seal_payload(&[0x80], &world.anchor)),
    );
    reject("T-07", "unknown-field", "a field that trust lists do not have", resigned(&|one| mark(one)));
    reject(
        "T-07",
        "unknown-registered-claim",
        "a CWT claim that trust lists do not have",
        resigned(&|one| nbf(one)),
    );
    reject("T-04", "expired", "the list ends now", content(&|list| list.expires_at = NOW));
    reject(
        "T-04",
        "not-yet-valid",
        "the list begins in the next second",
        content(&|list| list.issued_at = NOW.plus(1)),
    );
    reject("T-05", "roll-back", "the list before the one that is known", content(&|list| list.sequence = 6));
    reject(
        "T-06",
        "key-twice",
        "one key for two issuers",
        content(&|list| list.issuers[1].keys = list.issuers[0].keys.clone()),
    );
    reject(
        "T-08",
        "status-issuer-for-nobody",
        "a status issuer that does not name for whom it publishes",
        content(&|list| list.status_issuers[0].publishes_for.clear()),
    );
    reject(
        "T-06",
        "key-with-two-roles",
        "one key for an issuer and a registrar",
        content(&|list| list.registrars[0].keys = list.issuers[0].keys.clone()),
    );
    file
}

const REGISTRATION: Kind = Kind::Registration;

pub(super) fn registrations() -> File {
    let scene = Scene::new();
    let world = &scene.world;
    let baseline = Inputs {
        now: Some(NOW.0),
        anchor: Some(cose_key(world.anchor.public_key())),
        trust_list: Some(world.trust_list_bytes().into()),
        status_lists: Some(status_lists(world)),
        registration: Some(scene.registration.clone().into()),
        ..Inputs::default()
    };
    let mut file = File::new("Registrations, at wallet and verifier", baseline);
    file.accept(REGISTRATION, "right-to-work", "the registration of an embedded profile", Inputs::default());

    let bytes = |bytes: Vec<u8>| Inputs { registration: Some(bytes.into()), ..Inputs::default() };
    let content = |change: &dyn Fn(&mut RegistrationContent)| {
        let mut content = world.registration_content(&scene.profile);
        change(&mut content);
        bytes(content.sign(&world.registrar).expect("an Ed25519 key signs"))
    };
    let by = |key: &SigningKey, change: &dyn Fn(&mut Envelope)| {
        bytes(Envelope::resign(&scene.registration, key, change))
    };
    let resigned = |change: &dyn Fn(&mut Envelope)| by(&world.registrar, change);
    let kid = Value::int(label::KID);
    let mut reject = |rule: &str, name: &str, why: &str, inputs: Inputs| {
        file.reject(REGISTRATION, rule, name, why, inputs);
    };
    reject(
        "R-01",
        "unknown-registrar",
        "signed by a stranger under a key id of its own",
        by(&world.stranger, &|one| {
            one.protected.set(&kid, &Value::bytes(world.stranger.public_key().key_id()));
        }),
    );
    reject(
        "R-01",
        "signed-by-an-issuer",
        "signed by an issuer, who may not register anybody",
        by(&world.home_office, &|one| {
            one.protected.set(&kid, &Value::bytes(world.home_office.public_key().key_id()));
        }),
    );
    reject("R-01", "no-key-id", "no kid", resigned(&|one| one.protected.remove(&kid)));
    reject(
        "R-01",
        "other-name",
        "iss is not the registrar's name",
        content(&|content| content.iss = "https://other.example".to_owned()),
    );
    let list = |change: &dyn Fn(&mut TrustListContent<'_>)| Inputs {
        trust_list: Some(signed_trust_list(world, change)),
        ..Inputs::default()
    };
    reject(
        "R-01",
        "key-out-of-window",
        "the registrar's key was not yet valid when it signed",
        list(&|list| list.registrars[0].keys[0].from = NOW),
    );
    reject(
        "R-01",
        "key-compromised-later",
        "the registrar's key is compromised, whatever the date says",
        list(&|list| list.registrars[0].keys[0].compromised = Compromise::Since(NOW)),
    );
    reject(
        "C-05",
        "key-id-of-another",
        "signed by a stranger under the registrar's key id",
        by(&world.stranger, &|_| {}),
    );
    reject(
        "T-01",
        "request-type",
        "the typ of a request",
        resigned(&|one| {
            one.protected.set(&Value::int(label::TYP), &Value::text(geleit_credential::request::TYPE));
        }),
    );
    reject("R-02", "expired", "the registration ends now", content(&|content| content.expires_at = NOW));
    reject(
        "R-02",
        "not-yet-valid",
        "it begins in the next second",
        content(&|content| content.issued_at = NOW.plus(1)),
    );
    reject(
        "R-02",
        "too-long",
        "one second more than 366 days",
        content(&|content| content.expires_at = content.issued_at.plus(registration::MAX_VALIDITY_S + 1)),
    );
    for label in [claim::SUB, claim::CNF, claim::IAT, claim::EXP] {
        let inputs = resigned(&|one| field(one, &Value::int(label), None));
        reject("T-03", &format!("no-claim-{label}"), "a required claim is missing", inputs);
    }
    for name in [
        "name",
        "country",
        "intended_use_id",
        "legal_basis",
        "retention_days",
        "max_status_age_s",
        "srv_id",
        "support_uri",
        "privacy_policy",
        "supervisory_authority",
    ] {
        let inputs = resigned(&|one| field(one, &Value::text(name), None));
        reject("T-03", &format!("no-{name}"), "a required field is missing", inputs);
    }
    reject(
        "T-03",
        "retention-negative",
        "a negative number of days",
        resigned(&|one| field(one, &Value::text("retention_days"), Some(Value::int(-1)))),
    );
    reject("T-07", "unknown-field", "a field that registrations do not have", resigned(&|one| mark(one)));
    reject(
        "T-07",
        "unknown-registered-claim",
        "a CWT claim that registrations do not have",
        resigned(&|one| nbf(one)),
    );
    let old = list(&|list| list.expires_at = NOW.plus(60));
    let old = Inputs { prepared_at: Some(NOW.0), now: Some(NOW.plus(60).0), ..old };
    reject("T-04", "trust-list-expired", "the trust list expired since it was checked", old);
    let no_purpose = content(&|content| content.intended_use.purpose.clear());
    reject("R-16", "no-purpose", "no purpose in words", no_purpose);
    let blank = content(&|content| {
        content.intended_use.purpose.iter_mut().for_each(|(_, text)| *text = " ".to_owned());
    });
    reject("R-16", "blank-purpose", "a purpose of spaces", blank);
    let no_law = content(&|content| content.intended_use.legal_basis.clear());
    reject("R-16", "no-legal-basis", "no legal basis", no_law);
    for (rule, name, why, value) in scopes(&scene) {
        reject(
            rule,
            name,
            why,
            resigned(&|one| field(one, &Value::text("credentials"), Some(value.clone()))),
        );
    }
    revocation(&mut file, world, &content);
    purpose(&mut file, &content);
    file
}

/// A change of the content of a registration.
type Registering<'c> = &'c dyn Fn(&mut RegistrationContent);

///
fn revocation(file: &mut File, world: &World, content: &dyn Fn(Registering<'_>) -> Inputs) {
    let day = content(&|content| {
        content.revocation = Revocation::None;
        content.issued_at = NOW.plus(-3_600);
        content.expires_at = NOW.plus(82_800);
    });
    file.accept(REGISTRATION, "one-day-irrevocable", "valid for 24 hours, without a status entry", day);
    let lists = |content: StatusListContent| Inputs {
        status_lists: Some(vec![content.sign(&world.publisher).expect("an Ed25519 key signs").into()]),
        ..Inputs::default()
    };
    let of = |standing: Standing| {
        let mut content = world.status_list_content(REGISTRATION_LIST);
        content.entries.set(REGISTRATION_INDEX, standing).expect("an index of the list");
        content
    };
    let aged = |seconds: i64| StatusListContent {
        issued_at: NOW.plus(-seconds),
        expires_at: None,
        ..of(Standing::Valid)
    };
    file.accept(REGISTRATION, "status-seven-days", "a status list of seven days", lists(aged(7 * 86_400)));
    let mut reject = |rule: &str, name: &str, why: &str, inputs: Inputs| {
        file.reject(REGISTRATION, rule, name, why, inputs);
    };
    reject(
        "R-17",
        "not-revocable",
        "valid for 180 days, without a status entry",
        content(&|content| content.revocation = Revocation::None),
    );
    for standing in [Standing::Revoked, Standing::Suspended, Standing::UnderReview, Standing::Superseded] {
        let name = format!("status-{}", standing.name());
        reject("R-18", &name, "the status list says so", lists(of(standing)));
    }
    reject("R-18", "status-too-old", "a status list of seven days and a second", lists(aged(7 * 86_400 + 1)));
    let none = Inputs { status_lists: Some(Vec::new()), ..Inputs::default() };
    reject("R-18", "no-status-list", "no status list at hand", none);
    let elsewhere = signed_trust_list(world, |list| {
        list.status_issuers[0].publishes_for = vec![HOME_OFFICE.to_owned()];
    });
    let elsewhere = Inputs { trust_list: Some(elsewhere), ..Inputs::default() };
    reject("R-18", "status-not-entitled", "the publisher may not speak for the registrar", elsewhere);
    let beyond = content(&|content| {
        content.revocation = Revocation::Entry { uri: REGISTRATION_LIST.to_owned(), index: LIST_ENTRIES };
    });
    reject("R-18", "status-out-of-range", "an index after the last entry", beyond);
}

///
fn purpose(file: &mut File, content: &dyn Fn(Registering<'_>) -> Inputs) {
    let mut reject = |rule: &str, name: &str, why: &str, inputs: Inputs| {
        file.reject(REGISTRATION, rule, name, why, inputs);
    };
    for (name, why, id) in [
        ("purpose-unknown", "a use that is no purpose", "something-else"),
        ("purpose-begins-alike", "a use whose name begins like that of a purpose", "uk-right-to-wor"),
        ("purpose-excluded", "a purpose that is excluded", "eurodac"),
        ("purpose-zero-claim", "a purpose that is answered on the device", "aid-service-discovery"),
        ("purpose-governance", "a rule about the system", "holder-export"),
    ] {
        let id = id.to_owned();
        reject("R-19", name, why, content(&|content| content.intended_use.id = id.clone()));
    }
    let with = |entry: &dyn Fn() -> ScopeEntry| {
        content(&|content| {
            let mut entries = content.intended_use.scope.entries().to_vec();
            entries.push(entry());
            content.intended_use.scope = Scope::new(entries).expect("distinct claims");
        })
    };
    reject(
        "R-20",
        "claim-beyond-purpose",
        "a nationality, which the purpose does not need",
        with(&|| required("id.nationality")),
    );
    let age = ScopedClaim::by_id("id.age_over").expect("a claim");
    let steps = || ScopeEntry { claim: age, necessity: Necessity::Required, at_least: vec![18] };
    reject("R-20", "threshold-beyond-purpose", "an age, which the purpose does not need", with(&steps));
    let required_option = content(&|content| {
        let entries = content.intended_use.scope.entries().iter().cloned().map(|mut entry| {
            entry.necessity = Necessity::Required;
            entry
        });
        content.intended_use.scope = Scope::new(entries.collect()).expect("distinct claims");
    });
    reject("R-20", "option-required", "what the purpose leaves to the holder is required", required_option);
    let longer = content(&|content| content.intended_use.retention_days += 1);
    reject("R-20", "kept-too-long", "a day longer than the purpose permits", longer);
    let older = content(&|content| content.intended_use.max_status_age_s += 1);
    reject("R-20", "evidence-too-old", "evidence a second older than the purpose permits", older);
}

/// Scopes that are none, with the rule that says so.
fn scopes(scene: &Scene) -> Vec<(&'static str, &'static str, &'static str, Value)> {
    let text = |text: &str| Value::text(text);
    let map = |entries: Vec<(&str, Value)>| {
        Value::Map(entries.into_iter().map(|(key, value)| (Value::text(key), value)).collect())
    };
    let path = |path: &[&str]| Value::Array(path.iter().map(|step| Value::text(*step)).collect());
    let permitted = || ("path", path(&["uk_work", "permitted"]));
    let (_, steps) = scene.threshold();
    let at_least = |steps: &[u8]| Value::Array(steps.iter().map(|t| Value::Uint(u64::from(*t))).collect());
    let through =
        |steps: &[u8]| map(vec![("path", path(&["uk_work", "through"])), ("at_least", at_least(steps))]);
    let of = |vct: &str, claims: Vec<Value>| {
        let meta = map(vec![("vct", text(vct))]);
        map(vec![("format", text("sd-cwt")), ("meta", meta), ("claim", Value::Array(claims))])
    };
    let residence = |claims| Value::Array(vec![of("urn:geleit:residence:1", claims)]);
    let mut unformatted = of("urn:geleit:residence:1", vec![map(vec![permitted()])]);
    if let Value::Map(entries) = &mut unformatted {
        entries.remove(0);
    }
    vec![
        (
            "R-09",
            "unknown-claim",
            "a member that the group does not have",
            residence(vec![map(vec![("path", path(&["uk_work", "religion"]))])]),
        ),
        (
            "R-09",
            "unknown-group",
            "a group that the type does not have",
            residence(vec![map(vec![("path", path(&["pets", "name"]))])]),
        ),
        (
            "R-09",
            "unknown-type",
            "a credential type that is none of the three",
            Value::Array(vec![of("urn:geleit:other:1", vec![map(vec![permitted()])])]),
        ),
        ("R-12", "nothing-named", "no claim is named, which would mean all", residence(Vec::new())),
        ("R-12", "no-credential", "no credential type is named", Value::Array(Vec::new())),
        ("R-13", "scope-no-array", "the scope is text", text("everything")),
        ("R-13", "no-format", "the format is missing", Value::Array(vec![unformatted])),
        (
            "R-13",
            "path-too-short",
            "a path of one step",
            // A path that names a group alone would mean everything in it.
            residence(vec![map(vec![(
                "path",
                Value::Array(vec![text("uk_work"), text("permitted"), Value::Null]),
            )])]),
        ),
        (
            "R-13",
            "no-path",
            "a claim without a path",
            residence(vec![map(vec![("optional", Value::Bool(true))])]),
        ),
        (
            "R-13",
            "optional-false",
            "optional is false instead of absent",
            residence(vec![map(vec![permitted(), ("optional", Value::Bool(false))])]),
        ),
        (
            "R-13",
            "at-least-no-array",
            "at_least is a number",
            residence(vec![map(vec![("path", path(&["uk_work", "through"])), ("at_least", Value::Uint(5))])]),
        ),
        (
            "R-14",
            "claim-twice",
            "the same claim twice",
            residence(vec![map(vec![permitted()]), map(vec![permitted()])]),
        ),
        (
            "R-14",
            "threshold-without-steps",
            "a threshold claim without thresholds",
            residence(vec![map(vec![("path", path(&["uk_work", "through"]))])]),
        ),
        (
            "R-14",
            "thresholds-descending",
            "thresholds in descending order",
            residence(vec![through(&[steps[1], steps[0]])]),
        ),
        ("R-14", "threshold-zero", "a threshold that says nothing", residence(vec![through(&[0])])),
        (
            "R-14",
            "threshold-on-plain-claim",
            "thresholds on a claim that is yes or no",
            residence(vec![map(vec![permitted(), ("at_least", at_least(&[1]))])]),
        ),
    ]
}

const REQUEST: Kind = Kind::Request;

pub(super) fn requests() -> File {
    let scene = Scene::new();
    let world = &scene.world;
    let signed = scene.request(scene.scope());
    let baseline = Inputs {
        now: Some(NOW.0),
        anchor: Some(cose_key(world.anchor.public_key())),
        trust_list: Some(world.trust_list_bytes().into()),
        status_lists: Some(status_lists(world)),
        request: Some(signed.clone().into()),
        ..Inputs::default()
    };
    let mut file = File::new("Requests, at the wallet and at their own verifier", baseline);
    let bytes = |bytes: Vec<u8>| Inputs { request: Some(bytes.into()), ..Inputs::default() };
    let content = |change: &dyn Fn(&mut RequestContent<'_>)| {
        let mut content = world.request_content(&scene.profile, &scene.registration, NONCE);
        content.scope = Scope::new(scene.scope()).expect("distinct claims");
        change(&mut content);
        bytes(content.sign(&world.relying_party).expect("an Ed25519 key signs"))
    };
    let resigned =
        |change: &dyn Fn(&mut Envelope)| bytes(Envelope::resign(&signed, &world.relying_party, change));
    let registered = |registration: Vec<u8>| {
        resigned(&|one| field(one, &Value::text("registration"), Some(Value::bytes(registration.clone()))))
    };
    file.accept(
        REQUEST,
        "right-to-work",
        "one claim and one threshold of the registration",
        Inputs::default(),
    );
    file.accept(
        REQUEST,
        "shorter-retention",
        "kept for fewer days than registered",
        content(&|content| content.retention_days = 1),
    );
    file.accept(
        REQUEST,
        "one-day",
        "open for a whole day",
        content(&|content| content.expires_at = NOW.plus(86_400)),
    );

    let mut reject =
        |rule: &str, name: &str, why: &str, inputs: Inputs| file.reject(REQUEST, rule, name, why, inputs);
    let unknown =
        world.registration_content(&scene.profile).sign(&world.stranger).expect("an Ed25519 key signs");
    reject("R-01", "unknown-registrar", "a registration that a stranger signed", registered(unknown));
    let excluded = |id: &str| {
        let mut content = world.registration_content(&scene.profile);
        content.intended_use.id = id.to_owned();
        registered(content.sign(&world.registrar).expect("an Ed25519 key signs"))
    };
    reject("R-19", "purpose-excluded", "a request for a purpose that is excluded", excluded("eurodac"));
    reject("R-19", "purpose-unknown", "a request for something else", excluded("something-else"));
    let mut expired = world.registration_content(&scene.profile);
    expired.expires_at = NOW;
    let expired = expired.sign(&world.registrar).expect("an Ed25519 key signs");
    reject("R-02", "registration-expired", "a registration that ends now", registered(expired));
    reject(
        "C-05",
        "registration-broken",
        "a registration with a broken signature",
        registered(forge::with_broken_signature(scene.registration.clone())),
    );
    reject("T-07", "unknown-field", "a field that requests do not have", resigned(&|one| mark(one)));
    reject(
        "T-07",
        "unknown-registered-claim",
        "a CWT claim that requests do not have",
        resigned(&|one| nbf(one)),
    );
    let old = signed_trust_list(world, |list| list.expires_at = NOW.plus(60));
    let old = Inputs {
        trust_list: Some(old),
        prepared_at: Some(NOW.0),
        now: Some(NOW.plus(60).0),
        ..Inputs::default()
    };
    reject("T-04", "trust-list-expired", "the trust list expired since it was checked", old);
    reject(
        "R-03",
        "signed-by-a-stranger",
        "the registration of another, replayed by a stranger",
        bytes(Envelope::resign(&signed, &world.stranger, |_| {})),
    );
    reject(
        "R-03",
        "signature-broken",
        "one bit of the signature",
        bytes(forge::with_broken_signature(signed.clone())),
    );
    reject(
        "T-01",
        "registration-type",
        "the typ of a registration",
        resigned(&|one| one.protected.set(&Value::int(label::TYP), &Value::text(registration::TYPE))),
    );
    for name in ["registration", "intended_use_id", "credentials", "retention_days"] {
        let inputs = resigned(&|one| field(one, &Value::text(name), None));
        reject("T-03", &format!("no-{name}"), "a required field is missing", inputs);
    }
    for label in [claim::ISS, claim::AUD, claim::IAT, claim::EXP, claim::CNONCE] {
        let inputs = resigned(&|one| field(one, &Value::int(label), None));
        reject("T-03", &format!("no-claim-{label}"), "a required claim is missing", inputs);
    }
    reject("R-04", "expired", "the request ends now", content(&|content| content.expires_at = NOW));
    reject(
        "R-04",
        "not-yet-valid",
        "it begins more than five minutes from now",
        content(&|content| content.issued_at = NOW.plus(301)),
    );
    reject(
        "R-04",
        "ends-before-it-begins",
        "it begins in five minutes and ends in one",
        content(&|content| {
            content.issued_at = NOW.plus(300);
            content.expires_at = NOW.plus(60);
        }),
    );
    reject(
        "R-04",
        "too-long",
        "open for a day and a second",
        content(&|content| content.expires_at = NOW.plus(86_401)),
    );
    reject(
        "R-05",
        "other-use",
        "another intended use than the registered one",
        content(&|content| content.intended_use_id = "uk-right-to-rent"),
    );
    over_asking(&mut reject, &scene, &content);
    reject(
        "R-10",
        "longer-retention",
        "kept for a day longer than registered",
        content(&|content| content.retention_days += 1),
    );
    let other = || Some(Value::text("https://other.example"));
    reject(
        "R-11",
        "other-issuer",
        "iss is not the registered relying party",
        resigned(&|one| field(one, &Value::int(claim::ISS), other())),
    );
    reject(
        "R-11",
        "other-audience",
        "the answer would go to another",
        resigned(&|one| field(one, &Value::int(claim::AUD), other())),
    );
    for (name, bytes) in [("nonce-15-bytes", 15), ("nonce-65-bytes", 65), ("nonce-empty", 0)] {
        let nonce = Value::bytes(vec![7; bytes]);
        let inputs = resigned(&|one| field(one, &Value::int(claim::CNONCE), Some(nonce.clone())));
        reject("R-15", name, "a nonce of the wrong length", inputs);
    }
    for (rule, name, why, value) in scopes(&scene) {
        reject(
            rule,
            name,
            why,
            resigned(&|one| field(one, &Value::text("credentials"), Some(value.clone()))),
        );
    }
    for (rule, name, why, id) in [
        ("R-08", "claim-of-no-schema", "a claim that exists in no schema", "id.fingerprints"),
        ("R-09", "claim-unknown", "an id that nobody knows", "id.shoe_size"),
    ] {
        let inputs = Inputs { claim_id: Some(id.to_owned()), ..Inputs::default() };
        file.reject(Kind::ClaimId, rule, name, why, inputs);
    }
    let inputs = Inputs { claim_id: Some("res.uk.work.permitted".to_owned()), ..Inputs::default() };
    file.accept(Kind::ClaimId, "claim-of-residence", "a claim of a credential type", inputs);
    file
}

/// A change of the content of a request.
type Change<'c> = &'c dyn Fn(&mut RequestContent<'_>);

fn over_asking(
    reject: &mut dyn FnMut(&str, &str, &str, Inputs),
    scene: &Scene,
    content: &dyn Fn(Change<'_>) -> Inputs,
) {
    let with = |entry: ScopeEntry| {
        let mut entries = scene.scope();
        entries.push(entry);
        content(&|content| content.scope = Scope::new(entries.clone()).expect("distinct claims"))
    };
    reject(
        "R-06",
        "claim-not-registered",
        "a nationality, which the use does not register",
        with(required("id.nationality")),
    );
    reject(
        "R-06",
        "optional-as-required",
        "a registered option is asked as a requirement",
        with(required("id.given_name")),
    );
    let (through, steps) = scene.threshold();
    let thresholds = |at_least: Vec<u8>| {
        let mut entries = scene.scope();
        entries[1] = ScopeEntry { claim: through, necessity: Necessity::Required, at_least };
        content(&|content| content.scope = Scope::new(entries.clone()).expect("distinct claims"))
    };
    reject(
        "R-06",
        "threshold-not-registered",
        "a month between those that are registered",
        thresholds(vec![steps[0] + 1]),
    );
    reject("R-07", "several-thresholds", "two thresholds of one claim", thresholds(vec![steps[0], steps[1]]));
    let linked = ScopedClaim::by_id("res.uk.linked_documents").expect("a claim");
    reject("R-06", "forbidden-claim", "every linked document", with(ScopeEntry::required(linked)));
}
