//! What a wallet keeps and answers, with one fault: rules H-05 to H-14 and W.

use super::case::{File, Hex, Inputs, Kind};
use super::documents::{cose_key, signed_trust_list};
use super::presentation::{NONCE, Scene, required};
use crate::forge::{Credential, Hidden, Node};
use crate::world::{CREDENTIAL_LIST, NOW, RECOGNITION, WalletState};
use crate::{FixedRng, World, people};
use geleit_cose::cbor::Value;
use geleit_cose::key::SigningKey;
use geleit_cose::sign1::label;
use geleit_credential::holder::{Consent, DisclosureLedger, answer};
use geleit_credential::issuer::Copy;
use geleit_credential::numbers::{claim, header};
use geleit_credential::purpose::Profile;
use geleit_credential::request::Request;
use geleit_credential::schema::ClaimSet;
use geleit_credential::scope::{Necessity, Scope, ScopeEntry, ScopedClaim};
use geleit_credential::status_list::StatusReference;
use geleit_credential::time::UnixTime;
use geleit_credential::trust_list::{Compromise, TrustedKey};

const ACCEPT: Kind = Kind::CredentialAccept;

pub(super) fn accepted() -> File {
    let world = World::new();
    let issued = world.issue(&people::residence(), world.holder.public_key(), "residence");
    let baseline = Inputs {
        now: Some(NOW.0),
        anchor: Some(cose_key(world.anchor.public_key())),
        trust_list: Some(world.trust_list_bytes().into()),
        holder_keys: Some(vec![cose_key(world.holder.public_key())]),
        credential: Some(issued.clone().into()),
        ..Inputs::default()
    };
    let mut file = File::new("Credentials that a wallet is offered", baseline);
    file.accept(ACCEPT, "residence", "a residence credential", Inputs::default());
    for (name, claims) in [("identity", people::identity()), ("qualification", people::qualification())] {
        let bytes = world.issue(&claims, world.holder.public_key(), name);
        file.accept(ACCEPT, name, "a credential of another type", credential(bytes));
    }
    issuers(&mut file, &world, &issued);
    marks(&mut file, &world, &issued);
    contents(&mut file, &world, &issued);
    file
}

fn credential(bytes: Vec<u8>) -> Inputs {
    Inputs { credential: Some(bytes.into()), ..Inputs::default() }
}

fn changed(issued: &[u8], key: &SigningKey, change: impl FnOnce(&mut Credential)) -> Inputs {
    let mut one = Credential::open(issued);
    change(&mut one);
    credential(one.seal(key))
}

fn issuers(file: &mut File, world: &World, issued: &[u8]) {
    let mut reject =
        |rule: &str, name: &str, why: &str, inputs: Inputs| file.reject(ACCEPT, rule, name, why, inputs);
    let kid = Value::int(label::KID);
    let by = |key: &SigningKey, iss: Option<&str>| {
        changed(issued, key, |one| {
            one.protected.set(&kid, &Value::bytes(key.public_key().key_id()));
            if let Some(iss) = iss {
                one.claims.set_plain(&Value::int(claim::ISS), &Value::text(iss));
            }
        })
    };
    reject("H-05", "unknown-issuer", "signed by a stranger under its own key id", by(&world.stranger, None));
    reject(
        "H-05",
        "may-not-issue",
        "signed by an issuer of qualifications",
        by(&world.recognition, Some(RECOGNITION)),
    );
    reject(
        "C-05",
        "key-id-of-another",
        "signed by a stranger under the issuer's key id",
        changed(issued, &world.stranger, |_| {}),
    );
    let name = changed(issued, &world.home_office, |one| {
        one.claims.set_plain(&Value::int(claim::ISS), &Value::text(RECOGNITION));
    });
    reject("V-34", "issuer-name-of-another", "iss is not the name that the key belongs to", name);
    let list = |change: &dyn Fn(&mut TrustedKey)| Inputs {
        trust_list: Some(signed_trust_list(world, |list| change(&mut list.issuers[0].keys[0]))),
        ..Inputs::default()
    };
    reject("H-05", "key-out-of-window", "the key was no longer valid", list(&|key| key.until = NOW));
    let compromised = list(&|key| key.compromised = Compromise::Since(NOW.plus(1)));
    reject("H-05", "key-compromised", "the key is compromised, whatever the date says", compromised);
    let keys = Inputs { holder_keys: Some(vec![cose_key(world.stranger.public_key())]), ..Inputs::default() };
    reject("H-03", "not-my-key", "bound to a key that is not the holder's", keys);
    let late = |seconds| Inputs { now: Some(NOW.plus(seconds).0), ..Inputs::default() };
    reject("V-22", "expired", "a week old", late(7 * 86_400));
    let list = signed_trust_list(world, |list| list.expires_at = NOW.plus(60));
    let old = Inputs { trust_list: Some(list), prepared_at: Some(NOW.0), ..late(60) };
    reject("T-04", "trust-list-expired", "the trust list expired since it was checked", old);
    let typ = changed(issued, &world.home_office, |one| {
        one.claims.set_plain(&Value::int(claim::VCT), &Value::text("urn:geleit:other:1"));
    });
    reject("H-13", "unknown-type", "vct is none of the three types", typ);
}

/// What would tell one holder from another.
fn marks(file: &mut File, world: &World, issued: &[u8]) {
    let key = &world.home_office;
    let mut reject =
        |rule: &str, name: &str, why: &str, inputs: Inputs| file.reject(ACCEPT, rule, name, why, inputs);
    let plain = |label: i64, value: Value| {
        changed(issued, key, |one| one.claims.set_plain(&Value::int(label), &value))
    };
    reject("H-06", "plain-cti", "a plain token number", plain(claim::CTI, Value::bytes([7])));
    let status = |index: u64, uri: &str| plain(claim::STATUS, StatusReference { uri, index }.to_value());
    reject("H-15", "long-status-uri", "an address of 129 bytes", status(1, &"u".repeat(129)));
    reject(
        "H-15",
        "status-of-another-kind",
        "a status that is a number",
        plain(claim::STATUS, Value::Uint(1)),
    );
    reject(
        "H-15",
        "no-status",
        "no place in a status list",
        changed(issued, key, |one| one.claims.remove_plain(&Value::int(claim::STATUS))),
    );
    reject("H-06", "plain-nbf", "a plain nbf", plain(claim::NBF, Value::int(NOW.0)));
    reject(
        "H-06",
        "plain-text-claim",
        "a plain claim with a name",
        changed(issued, key, |one| one.claims.set_plain(&Value::text("mark"), &Value::Uint(17))),
    );
    reject(
        "H-06",
        "plain-claim-in-group",
        "a plain claim inside a group",
        changed(issued, key, |one| one.at(&["uk_work"]).set_plain(&Value::text("mark"), &Value::Uint(17))),
    );
    reject(
        "H-06",
        "permitted-plain",
        "a claim of the type, but not redacted",
        changed(issued, key, |one| {
            let work = one.at(&["uk_work"]);
            let permitted = Value::text("permitted").encode();
            let is_it =
                |hidden: &&mut Hidden| matches!(hidden, Hidden::Entry(_, key, _) if *key == permitted);
            *work.hidden().iter_mut().find(is_it).expect("the claim") = Hidden::Decoy([9; 16]);
            work.set_plain(&Value::text("permitted"), &Value::Bool(true));
        }),
    );
    reject(
        "V-30",
        "audience",
        "limited to an audience",
        plain(claim::AUD, Value::text("https://employer.example")),
    );
    reject(
        "H-04",
        "nonce",
        "a nonce that the holder never sent",
        plain(claim::CNONCE, Value::bytes([7; 16])),
    );
    headers(&mut reject, key, issued);
    reject(
        "H-07",
        "hash-more",
        "one decoy more in a group",
        changed(issued, key, |one| one.at(&["uk_work"]).hidden().push(Hidden::Decoy([9; 16]))),
    );
    reject(
        "H-07",
        "hash-less",
        "one decoy less at the top",
        changed(issued, key, |one| {
            let decoy = |one: &Hidden| matches!(one, Hidden::Decoy(_));
            let hidden = one.claims.hidden();
            let place = hidden.iter().position(decoy).expect("a decoy");
            hidden.remove(place);
        }),
    );
    reject(
        "H-07",
        "element-more",
        "one decoy more in a list",
        changed(issued, key, |one| match one.at(&["travel", "linked_documents"]) {
            Node::Array(elements) => elements.push(Err(Hidden::Decoy([0x99; 16]))),
            _ => unreachable!("a list"),
        }),
    );
    reject("H-08", "seconds", "iat with seconds", plain(claim::IAT, Value::int(NOW.plus(-1).0)));
    reject("H-08", "expiry-seconds", "exp with seconds", plain(claim::EXP, Value::int(NOW.plus(7_201).0)));
    reject(
        "H-08",
        "no-times",
        "no exp",
        changed(issued, key, |one| {
            one.claims.remove_plain(&Value::int(claim::EXP));
        }),
    );
    let life = plain(claim::EXP, Value::int(NOW.plus(2 * 3_600).0));
    reject("H-08", "unusual-life", "a life of two hours, which nobody else's credential has", life);
    let mut swapped = Credential::open(issued);
    let order = swapped.seal_with(key, |disclosures| disclosures.swap(0, 1));
    reject("H-09", "disclosures-unsorted", "two disclosures have changed places", credential(order));
    let payload = reversed_hashes(&mut swapped, key);
    reject(
        "H-09",
        "hashes-unsorted",
        "the hashes of the payload are in descending order",
        credential(payload),
    );
}

/// Headers are covered by the issuer's signature and shown in every presentation.
fn headers(reject: &mut dyn FnMut(&str, &str, &str, Inputs), key: &SigningKey, issued: &[u8]) {
    let mut header = |name: &str, why: &str, change: &dyn Fn(&mut Credential)| {
        reject("H-06", name, why, changed(issued, key, |one| change(one)));
    };
    header("claims-header", "a CWT claims header that agrees with the payload", &|one| {
        let same = Value::Map(vec![(Value::int(claim::ISS), Value::text(crate::world::HOME_OFFICE))]);
        one.protected.set(&Value::int(header::CWT_CLAIMS), &same);
    });
    header("protected-label", "a protected header parameter of its own", &|one| {
        one.protected.set(&Value::int(99), &Value::Uint(17));
    });
    header("unprotected-label", "an unprotected header parameter of its own", &|one| {
        one.unprotected.set(&Value::int(99), &Value::Uint(17));
    });
    header("type-in-text", "a media type with a prefix of its own", &|one| {
        one.protected.set(&Value::int(label::TYP), &Value::text("application/holder-17+sd-cwt"));
    });
    header("hash-algorithm-named", "sd_alg is named, although it is the default", &|one| {
        one.protected.set(&Value::int(header::SD_ALG), &Value::int(geleit_credential::numbers::SHA_256));
    });
    header("member-in-cnf", "a member of cnf beside the key", &|one| {
        let key = &mut one.claims.member(&Value::int(claim::CNF));
        key.set_plain(&Value::int(3), &Value::bytes([17]));
    });
    header("member-in-key", "a key id inside the confirmation key", &|one| {
        let key = &mut one.claims.member(&Value::int(claim::CNF)).member(&Value::int(1));
        key.set_plain(&Value::int(2), &Value::bytes([17]));
    });
}

/// The credential with the hashes of its payload, the last entry, in the opposite order.
fn reversed_hashes(credential: &mut Credential, key: &SigningKey) -> Vec<u8> {
    let mut envelope = crate::forge::Envelope::open(&credential.seal(key));
    let (_, hashes) = envelope.payload.entries.last_mut().expect("hashes");
    let (head, hashes_only) = hashes.split_at(hashes.len() % 34);
    let reversed: Vec<u8> = hashes_only.chunks(34).rev().flatten().copied().collect();
    *hashes = [head, &reversed].concat();
    envelope.seal(key)
}

fn contents(file: &mut File, world: &World, issued: &[u8]) {
    let key = &world.home_office;
    let mut reject =
        |rule: &str, name: &str, why: &str, inputs: Inputs| file.reject(ACCEPT, rule, name, why, inputs);
    let set = |path: &[&str], value: Value| changed(issued, key, |one| *one.at(path) = Node::of(&value));
    reject("H-10", "wrong-type", "permitted is text", set(&["uk_work", "permitted"], Value::text("yes")));
    reject(
        "H-10",
        "impossible-date",
        "the 30th of February",
        set(&["uk_work", "until"], Value::text("2027-02-30")),
    );
    let add = |path: &[&str], name: &str, value: Value| {
        changed(issued, key, |one| one.at(path).replace_decoy([9; 16], &Value::text(name), &value))
    };
    reject(
        "H-11",
        "unknown-group",
        "a group that the type does not have",
        add(&[], "pets", Value::Map(Vec::new())),
    );
    reject(
        "H-11",
        "unknown-member",
        "a claim that the group does not have",
        add(&["uk_work"], "pets", Value::Uint(2)),
    );
    reject(
        "H-12",
        "commitment-unexplained",
        "a commitment that no companion leads to",
        set(&["uk_work", "through"], Value::bytes([7; 32])),
    );
    reject(
        "H-14",
        "group-is-no-map",
        "a group is true instead of a map",
        set(&["uk_work"], Value::Bool(true)),
    );
    let inside = changed(issued, key, |one| match one.at(&["uk_work", "conditions"]) {
        Node::Map(_, hidden) => hidden.push(Hidden::Decoy([9; 16])),
        Node::Leaf(_) | Node::Array(_) => unreachable!("an object"),
    });
    reject("H-14", "decoy-in-object", "a hash inside a claim that is one disclosure", inside);
    reject(
        "H-14",
        "subject-is-no-text",
        "sub is a number",
        changed(issued, key, |one| *one.claims.member(&Value::int(claim::SUB)) = Node::of(&Value::Uint(1))),
    );
    let hidden = |label: i64| {
        changed(issued, key, |one| {
            one.claims.replace_decoy([9; 16], &Value::int(label), &Value::Uint(1));
        })
    };
    reject("V-16", "redacted-nbf", "a claim that must never be redacted", hidden(claim::NBF));
    reject(
        "H-11",
        "redacted-number",
        "a redacted claim under a number that the type does not have",
        hidden(99),
    );
    reject(
        "H-01",
        "disclosure-missing",
        "a hash that nobody explains",
        credential(Credential::open(issued).seal_with(key, |disclosures| drop(disclosures.pop()))),
    );
    reject(
        "H-02",
        "no-subject",
        "sub is missing",
        changed(issued, key, |one| {
            let sub = Value::int(claim::SUB).encode();
            let is_it = |hidden: &&mut Hidden| matches!(hidden, Hidden::Entry(_, key, _) if *key == sub);
            *one.claims.hidden().iter_mut().find(is_it).expect("sub") = Hidden::Decoy([9; 16]);
        }),
    );
}

const ANSWER: Kind = Kind::Answer;

pub(super) fn answers() -> File {
    let scene = Scene::new();
    let world = &scene.world;
    let issue = |claims: &ClaimSet, key: &SigningKey, seed: &str| -> Hex {
        world.issue(claims, key.public_key(), seed).into()
    };
    let residence = issue(&people::residence(), &world.holder, "residence");
    let identity = issue(&people::identity(), &world.holder, "identity");
    let request = scene.request(scene.scope());
    let baseline = Inputs {
        now: Some(NOW.0),
        anchor: Some(cose_key(world.anchor.public_key())),
        trust_list: Some(world.trust_list_bytes().into()),
        status_lists: Some(super::documents::status_lists(world)),
        request: Some(request.into()),
        seed: Some(crate::world::seed("holder 1").to_vec().into()),
        credentials: Some(vec![identity.clone(), residence.clone()]),
        ..Inputs::default()
    };
    let mut file = File::new("Answers of a wallet to a permitted request", baseline);
    let asking =
        |scope: Vec<ScopeEntry>| Inputs { request: Some(scene.request(scope).into()), ..Inputs::default() };
    let optional = |id: &str| ScopeEntry::optional(ScopedClaim::by_id(id).expect("a claim"));
    file.accept(ANSWER, "right-to-work", "one claim and one threshold", Inputs::default());
    file.accept(ANSWER, "option-not-held", "an option that the holder lacks is left out", {
        let scope = vec![required("res.uk.work.permitted"), optional("res.uk.continuation")];
        Inputs { optional: Some(vec!["res.uk.continuation".to_owned()]), ..asking(scope) }
    });

    let mut reject = |name: &str, why: &str, inputs: Inputs| file.reject(ANSWER, "W-01", name, why, inputs);
    let held = |credentials: Vec<Hex>| Inputs { credentials: Some(credentials), ..Inputs::default() };
    reject("nothing-held", "an empty wallet", held(Vec::new()));
    reject("other-type-held", "a wallet without a residence credential", held(vec![identity.clone()]));
    let theirs = issue(&people::residence(), &world.stranger, "residence of somebody else");
    let copy = Copy {
        holder_key: world.holder.public_key(),
        subject: "urn:example:subject:1",
        issued_at: NOW.plus(-3_600),
        lifetime_s: 86_400,
        status: StatusReference { uri: CREDENTIAL_LIST, index: 1 },
    };
    let issuer = world.issuer_of(people::residence().credential_type());
    let short = issuer.issue(&people::residence(), &copy, &mut FixedRng::new("a day"));
    let mut content = world.request_content(&scene.profile, &scene.registration, NONCE);
    content.expires_at = NOW.plus(86_400);
    content.scope = Scope::new(scene.scope()).expect("distinct claims");
    let open = content.sign(&world.relying_party).expect("an Ed25519 key signs");
    let later = Inputs {
        prepared_at: Some(NOW.0),
        now: Some(NOW.plus(82_800).0),
        request: Some(open.into()),
        ..held(vec![short.expect("claims that fit the schema").into()])
    };
    reject("expired", "the credential has expired since it was received", later);
    let (through, steps) = scene.threshold();
    let last = steps.last().copied().into_iter().collect();
    reject(
        "threshold-not-reached",
        "the permission ends before the month that is asked",
        asking(vec![ScopeEntry { claim: through, necessity: Necessity::Required, at_least: last }]),
    );
    reject(
        "only-options-declined",
        "nothing is required and the holder chose nothing",
        asking(vec![optional("id.given_name")]),
    );
    let at =
        |seconds| Inputs { prepared_at: Some(NOW.0), now: Some(NOW.plus(seconds).0), ..Inputs::default() };
    let other_key = held(vec![identity, theirs]);
    file.reject(ANSWER, "W-06", "bound-to-another-key", "the credential is bound to another key", other_key);
    file.reject(ANSWER, "W-02", "too-late", "the request has ended", at(600));
    file.reject(
        ANSWER,
        "W-02",
        "too-early",
        "the request has not begun, by more than clocks may be apart",
        at(-301),
    );
    remembering(&mut file, &scene);
    guarding(&mut file, &scene);
    file
}

/// What a wallet remembers: W-03 and W-04.
fn remembering(file: &mut File, scene: &Scene) {
    let world = &scene.world;
    let held = [&world.held(&people::identity(), "identity"), &world.held(&people::residence(), "residence")];
    let state = WalletState::new(&held);
    let first = scene.request(scene.scope());
    let first = Request::parse(&first).expect("a request");
    let first = world.with_known(|known| first.permit(known, NOW));
    let first = first.expect("a request within its registration");
    let wallet = state.wallet(world.holder.public_key(), &held);
    let mut ledger = DisclosureLedger::empty();
    let answered = answer(&first, &wallet, &world.holder, Consent::REQUIRED_ONLY, NOW);
    drop(answered.expect("everything is held").record(&mut ledger));

    let remembered = |ledger: &DisclosureLedger, request: Vec<u8>| Inputs {
        ledger: Some(ledger.clone()),
        request: Some(request.into()),
        ..Inputs::default()
    };
    let again = remembered(&ledger, scene.request(scene.scope()));
    file.accept(ANSWER, "the-same-again", "the same was shown to the same party before", again);
    let carrier = Profile::find_embedded("uk-carrier-permission-to-travel").expect("an embedded profile");
    let carrier = world.request_bytes(&carrier, NONCE);
    file.reject(
        ANSWER,
        "W-03",
        "combines",
        "the carrier's purpose forbids what the same party knows as an employer",
        remembered(&ledger, carrier.clone()),
    );
    let mut forgotten = ledger.clone();
    forgotten.forget_expired(UnixTime(i64::MAX));
    let alone = remembered(&forgotten, carrier);
    file.accept(ANSWER, "forgotten", "the same question, when the earlier answer is no longer kept", alone);
    let (through, steps) = scene.threshold();
    let other = steps.iter().skip(1).take(1).copied().collect();
    let other = ScopeEntry { claim: through, necessity: Necessity::Required, at_least: other };
    let other = remembered(&ledger, scene.request(vec![other]));
    file.reject(ANSWER, "W-04", "bisects", "another month was proved to the same party", other);
}

/// What a wallet guards: W-05 and W-08.
fn guarding(file: &mut File, scene: &Scene) {
    let world = &scene.world;
    let profile = Profile::find_embedded("asylum-registration-proof").expect("an embedded profile");
    let from = |country: &str| {
        let mut registration = world.registration_content(&profile);
        registration.country = country.to_owned();
        let scope = Scope::new(vec![required("res.status_class")]).expect("one claim");
        let registration = registration.sign(&world.registrar).expect("an Ed25519 key signs");
        let mut content = world.request_content(&profile, &registration, NONCE);
        content.scope = scope;
        let request = content.sign(&world.relying_party).expect("an Ed25519 key signs");
        Inputs { request: Some(request.into()), ..Inputs::default() }
    };
    let stated = |states: &[&str], inputs: Inputs| Inputs {
        origin: Some(states.iter().map(|code| (*code).to_owned()).collect()),
        ..inputs
    };
    file.accept(ANSWER, "guarded-elsewhere", "a guarded claim, for a party of another state", from("GB"));
    let mut reject = |name: &str, why: &str, inputs: Inputs| file.reject(ANSWER, "W-05", name, why, inputs);
    reject("state-of-nationality", "a guarded claim, for a party of the state of nationality", from("TR"));
    reject("stated-origin", "a guarded claim, for a party of a state that the holder named", {
        stated(&["SY", "IR"], from("IR"))
    });
    reject("origin-unknown", "a guarded claim, by a wallet that knows no origin", stated(&[], from("GB")));
    reject("country-unknown", "a guarded claim, for a party whose country is no code", from("Türkiye"));
    let widened = Inputs { optional: Some(vec!["id.birth_date".to_owned()]), ..Inputs::default() };
    file.reject(ANSWER, "W-08", "consent-widens", "the holder agrees to what is not asked", widened);
}
