//! Presentations with one fault: rules B, and those of the envelopes inside.

use super::case::{File, Hex, Inputs, Kind, TableOfLimits};
use crate::forge::{self, Credential, Envelope};
use crate::vectors::documents::{cose_key, signed_trust_list, status_lists};
use crate::world::{
    CREDENTIAL_LIST, HOME_OFFICE, LIST_ENTRIES, NOW, RECOGNITION, REGISTRAR, RELYING_PARTY, WalletState,
    index_of,
};
use crate::{World, people};
use geleit_cose::cbor::Value;
use geleit_cose::key::SigningKey;
use geleit_credential::holder::{Consent, DisclosureLedger, HeldCredential, answer};
use geleit_credential::numbers::{claim, header};
use geleit_credential::purpose::Profile;
use geleit_credential::registration::RegistrationContent;
use geleit_credential::request::{PermittedRequest, Request};
use geleit_credential::scope::{Necessity, Scope, ScopeEntry, ScopedClaim};
use geleit_credential::sd_cwt::Scratch;
use geleit_credential::standing::Standing;
use geleit_credential::status_list::StatusReference;
use geleit_credential::trust_list::{Compromise, TrustListContent};

const PRESENTATION: Kind = Kind::Presentation;

/// The nonce of every request.
pub(super) const NONCE: &[u8] = b"sixteen byte nonce";

/// Everything that a right-to-work check needs, and a small answer to it.
pub(super) struct Scene {
    pub(super) world: World,
    pub(super) profile: Profile,
    pub(super) registration: Vec<u8>,
}

impl Scene {
    pub(super) fn new() -> Self {
        let world = World::new();
        let profile = Profile::find_embedded("uk-right-to-work").expect("an embedded profile");
        let registration = world.registration_bytes(&profile);
        Self { world, profile, registration }
    }

    /// The threshold claim of the profile with its steps.
    pub(super) fn threshold(&self) -> (ScopedClaim, &[u8]) {
        let (id, steps) = self.profile.thresholds().first().expect("a threshold");
        (ScopedClaim::by_id(id).expect("a claim"), steps)
    }

    /// "May work, at least until the first step."
    pub(super) fn scope(&self) -> Vec<ScopeEntry> {
        let (through, steps) = self.threshold();
        let at_least = steps.iter().take(1).copied().collect();
        vec![
            required("res.uk.work.permitted"),
            ScopeEntry { claim: through, necessity: Necessity::Required, at_least },
        ]
    }

    pub(super) fn request(&self, scope: Vec<ScopeEntry>) -> Vec<u8> {
        let mut content = self.world.request_content(&self.profile, &self.registration, NONCE);
        content.scope = Scope::new(scope).expect("distinct claims");
        content.sign(&self.world.relying_party).expect("an Ed25519 key signs")
    }

    fn permit(&self, request: &[u8]) -> PermittedRequest {
        let request = Request::parse(request).expect("a request that was just signed");
        self.world.with_known(|known| request.permit(known, NOW)).expect("a request within its registration")
    }

    /// The answer of the holder with this key.
    fn answer_by(&self, key: &SigningKey, request: &[u8], held: &[&HeldCredential]) -> Vec<u8> {
        let state = WalletState::new(held);
        let wallet = state.wallet(key.public_key(), held);
        answer(&self.permit(request), &wallet, key, Consent::REQUIRED_ONLY, NOW)
            .expect("everything is held")
            .record(&mut DisclosureLedger::empty())
    }

    fn held_by(
        &self,
        key: &SigningKey,
        claims: &geleit_credential::schema::ClaimSet,
        seed: &str,
    ) -> HeldCredential {
        let bytes = self.world.issue(claims, key.public_key(), seed);
        let keys = core::slice::from_ref(key.public_key());
        HeldCredential::accept(&bytes, &self.world.trust_list(), keys, NOW, &mut Scratch::default())
            .expect("a credential that was just issued")
    }
}

pub(super) fn required(id: &str) -> ScopeEntry {
    ScopeEntry::required(ScopedClaim::by_id(id).expect("a claim"))
}

/// The one-token baseline and what is forged from it.
struct Baseline {
    scene: Scene,
    request: Vec<u8>,
    presentation: Vec<u8>,
}

impl Baseline {
    fn new() -> Self {
        let scene = Scene::new();
        let request = scene.request(scene.scope());
        let residence = scene.world.held(&people::residence(), "residence");
        let presentation = scene.answer_by(&scene.world.holder, &request, &[&residence]);
        Self { scene, request, presentation }
    }

    fn inputs(&self) -> Inputs {
        let world = &self.scene.world;
        Inputs {
            now: Some(NOW.0),
            anchor: Some(cose_key(world.anchor.public_key())),
            trust_list: Some(world.trust_list_bytes().into()),
            status_lists: Some(status_lists(world)),
            registration: Some(self.scene.registration.clone().into()),
            request: Some(self.request.clone().into()),
            presentation: Some(self.presentation.clone().into()),
            ..Inputs::default()
        }
    }

    fn token(&self) -> Vec<u8> {
        forge::tokens(&self.presentation).remove(0)
    }

    /// The holder signs something else.
    fn token_with(&self, change: impl FnOnce(&mut Envelope)) -> Inputs {
        tokens(&[Envelope::resign(&self.token(), &self.scene.world.holder, change)])
    }

    /// The issuer signed something else, and the holder presents it.
    fn credential_with(&self, change: impl FnOnce(&mut Credential)) -> Inputs {
        self.credential_by(&self.scene.world.home_office, change)
    }

    fn credential_by(&self, issuer: &SigningKey, change: impl FnOnce(&mut Credential)) -> Inputs {
        let mut credential = Credential::open(&forge::credential_of(&self.token()));
        change(&mut credential);
        self.presenting(credential.seal(issuer))
    }

    fn presenting(&self, credential: Vec<u8>) -> Inputs {
        tokens(&[forge::rebind(&self.token(), credential, &self.scene.world.holder)])
    }

    fn trust_list_with(&self, change: impl FnOnce(&mut TrustListContent<'_>)) -> Inputs {
        Inputs { trust_list: Some(signed_trust_list(&self.scene.world, change)), ..Inputs::default() }
    }

    fn registration_with(&self, change: impl FnOnce(&mut RegistrationContent)) -> Hex {
        let mut content = self.scene.world.registration_content(&self.scene.profile);
        change(&mut content);
        content.sign(&self.scene.world.registrar).expect("an Ed25519 key signs").into()
    }
}

fn tokens(tokens: &[Vec<u8>]) -> Inputs {
    raw(forge::presentation(tokens))
}

fn raw(presentation: Vec<u8>) -> Inputs {
    Inputs { presentation: Some(presentation.into()), ..Inputs::default() }
}

pub(super) fn file() -> File {
    let base = Baseline::new();
    let mut file = File::new("Presentations for a right-to-work request, at its verifier", base.inputs());
    accepted(&mut file, &base);
    envelope(&mut file, &base);
    request_and_trust(&mut file, &base);
    credential(&mut file, &base);
    together(&mut file, &base);
    binding(&mut file, &base);
    scope(&mut file, &base);
    thresholds(&mut file, &base);
    file
}

fn accepted(file: &mut File, base: &Baseline) {
    let shows = ["res.uk.work.permitted", "res.uk.work.through >= 29"].map(str::to_owned).to_vec();
    let inputs = Inputs { shows: Some(shows), ..Inputs::default() };
    file.accept(PRESENTATION, "right-to-work", "one claim and one threshold, both asked", inputs);
    let last = Inputs { now: Some(NOW.plus(599).0), ..Inputs::default() };
    file.accept(PRESENTATION, "last-second", "one second before the request ends", last);
    let other =
        Inputs { nonces_used: Some(vec![b"another byte nonce".as_slice().into()]), ..Inputs::default() };
    file.accept(PRESENTATION, "other-nonce-used", "another request was answered before", other);
    let ahead = base.token_with(|kbt| kbt.payload.set(&Value::int(claim::IAT), &Value::int(NOW.plus(300).0)));
    file.accept(PRESENTATION, "clock-ahead-300-s", "the holder's clock may be 300 s ahead", ahead);
    let inputs = base.trust_list_with(|list| {
        each_key(list, |key| key.compromised = Compromise::Since(NOW.plus(1)));
    });
    let why = "the issuer's key was compromised after it signed; the decision is told";
    file.accept(PRESENTATION, "key-compromised-later", why, Inputs { ..merge(standing("in-doubt"), inputs) });
    statuses(file, base);
    let (two, request) = two_tokens(base);
    let inputs = Inputs { request: Some(request.into()), ..tokens(&two) };
    file.accept(PRESENTATION, "two-credentials", "identity and residence of one holder", inputs);
}

/// What the holder of the baseline shows, with the standing of the credential.
fn standing(standing: &str) -> Inputs {
    let mut shows = ["res.uk.work.permitted", "res.uk.work.through >= 29"].map(str::to_owned).to_vec();
    if standing != "valid" {
        shows.push(format!("residence is {standing}"));
    }
    shows.sort();
    Inputs { shows: Some(shows), ..Inputs::default() }
}

/// Whatever the status is, nothing is refused for it: it is noted for the decision.
fn statuses(file: &mut File, base: &Baseline) {
    let world = &base.scene.world;
    let index = index_of("residence");
    let lists = |lists: Vec<Vec<u8>>| Inputs {
        status_lists: Some(lists.into_iter().map(Hex::from).collect()),
        ..Inputs::default()
    };
    for one in [Standing::Revoked, Standing::Suspended, Standing::UnderReview, Standing::Superseded] {
        let inputs = lists(world.status_list_bytes(&[(index, one)]).to_vec());
        let name = format!("status-{}", one.name());
        file.accept(PRESENTATION, &name, "the status list says so", merge(standing(one.name()), inputs));
    }
    let [credentials, registrations] = world.status_list_bytes(&[(index + 1, Standing::Revoked)]);
    let inputs = lists(vec![credentials, registrations.clone()]);
    file.accept(
        PRESENTATION,
        "neighbour-revoked",
        "the next entry is revoked",
        merge(standing("valid"), inputs),
    );
    let none = lists(vec![registrations.clone()]);
    let why = "no list at hand: the credential's own word, as old as the credential";
    file.accept(PRESENTATION, "no-status-list", why, merge(standing("valid"), none));
    let mut content = world.status_list_content(CREDENTIAL_LIST);
    content.expires_at = Some(NOW.plus(-1));
    let expired = content.sign(&world.publisher).expect("an Ed25519 key signs");
    let inputs = lists(vec![expired, registrations.clone()]);
    let why = "an expired list is an old word, not a wrong one";
    file.accept(PRESENTATION, "status-list-expired", why, merge(standing("valid"), inputs));
    let elsewhere = base.trust_list_with(|list| {
        list.status_issuers[0].publishes_for = vec![REGISTRAR.to_owned(), format!("{HOME_OFFICE}.example")];
    });
    let why = "the publisher may not speak for this issuer, but for one whose name begins alike";
    file.accept(PRESENTATION, "status-not-entitled", why, merge(standing("in-doubt"), elsewhere));
    let beyond = base.credential_with(|credential| {
        let place = StatusReference { uri: CREDENTIAL_LIST, index: LIST_ENTRIES };
        credential.claims.set_plain(&Value::int(claim::STATUS), &place.to_value());
    });
    let why = "an index after the last entry";
    file.accept(PRESENTATION, "status-out-of-range", why, merge(standing("in-doubt"), beyond));
    let fake =
        world.status_list_content(CREDENTIAL_LIST).sign(&world.stranger).expect("an Ed25519 key signs");
    let why = "a list by a stranger is no list";
    let inputs = lists(vec![fake, registrations]);
    file.accept(PRESENTATION, "status-list-by-a-stranger", why, merge(standing("valid"), inputs));
}

fn each_key(
    list: &mut TrustListContent<'_>,
    change: impl FnMut(&mut geleit_credential::trust_list::TrustedKey),
) {
    list.issuers.iter_mut().flat_map(|party| &mut party.keys).for_each(change);
}

/// Identity and residence of one holder, and the request for them.
fn two_tokens(base: &Baseline) -> (Vec<Vec<u8>>, Vec<u8>) {
    let scene = &base.scene;
    let request = scene.request(vec![required("id.family_name"), required("res.uk.work.permitted")]);
    let identity = scene.world.held(&people::identity(), "identity");
    let residence = scene.world.held(&people::residence(), "residence");
    let answer = scene.answer_by(&scene.world.holder, &request, &[&identity, &residence]);
    (forge::tokens(&answer), request)
}

fn envelope(file: &mut File, base: &Baseline) {
    let mut reject = |rule: &str, name: &str, why: &str, inputs: Inputs| {
        file.reject(PRESENTATION, rule, name, why, inputs);
    };
    reject("B-01", "no-token", "an empty array", tokens(&[]));
    reject("B-01", "five-tokens", "five tokens", tokens(&vec![base.token(); 5]));
    reject("B-01", "bare-token", "a token without the array around it", raw(base.token()));
    let limits = |limits| Inputs { limits: Some(limits), ..Inputs::default() };
    let bytes = Some(base.presentation.len() - 1);
    let lower = limits(TableOfLimits { max_bytes: bytes, ..TableOfLimits::default() });
    reject("M-10", "too-many-bytes", "one byte more than the limit", lower);
    let lower = limits(TableOfLimits { max_items: Some(30), ..TableOfLimits::default() });
    reject("M-11", "too-many-items", "more items than the limit", lower);
    let lower = limits(TableOfLimits { max_depth: Some(1), ..TableOfLimits::default() });
    reject("M-12", "too-deep", "nested deeper than the limit", lower);
    let lower = limits(TableOfLimits { max_disclosures: Some(2), ..TableOfLimits::default() });
    reject("V-35", "too-many-disclosures", "three disclosures, one more than the limit", lower);
    let trailing = [base.presentation.clone(), vec![0]].concat();
    reject("M-02", "trailing-byte", "a byte after the presentation", raw(trailing));
    let truncated = base.presentation[..base.presentation.len() - 1].to_vec();
    reject("M-01", "truncated", "the last byte is missing", raw(truncated));
    let mut long = base.presentation.clone();
    long.splice(0..1, [0x98, 0x01]);
    reject("M-08", "head-not-shortest", "the array head has one byte more than necessary", raw(long));
    let unsorted = base.token_with(|kbt| kbt.payload.entries.reverse());
    reject(
        "M-09",
        "keys-not-sorted",
        "the claims of the key-binding token are in descending order",
        unsorted,
    );
    let double = base.token_with(|kbt| {
        let first = kbt.payload.entries[0].clone();
        kbt.payload.entries.insert(0, first);
    });
    reject("M-06", "claim-twice", "aud stands twice in the key-binding token", double);
    let broken = forge::with_broken_signature(base.token());
    reject("C-05", "holder-signature-broken", "one bit of the holder's signature", tokens(&[broken]));
    let stranger = &base.scene.world.stranger;
    let other = Envelope::resign(&base.token(), stranger, |_| {});
    reject("C-05", "signed-by-another-holder", "signed with a key that is not in cnf", tokens(&[other]));
    let credential = forge::with_broken_signature(forge::credential_of(&base.token()));
    reject(
        "C-05",
        "issuer-signature-broken",
        "one bit of the issuer's signature",
        base.presenting(credential),
    );
    let alg = Value::int(geleit_cose::sign1::label::ALG);
    let eddsa = base.token_with(|kbt| kbt.protected.set(&alg, &Value::int(-8)));
    reject("C-03", "polymorphic-algorithm", "EdDSA (-8) instead of Ed25519 (-19)", eddsa);
    let none = base.credential_with(|credential| credential.protected.set(&alg, &Value::int(0)));
    reject("C-03", "algorithm-none", "algorithm number 0 in the credential", none);
}

fn request_and_trust(file: &mut File, base: &Baseline) {
    let mut reject = |rule: &str, name: &str, why: &str, inputs: Inputs| {
        file.reject(PRESENTATION, rule, name, why, inputs);
    };
    let at =
        |seconds| Inputs { prepared_at: Some(NOW.0), now: Some(NOW.plus(seconds).0), ..Inputs::default() };
    reject("B-02", "too-late", "the request has ended", at(600));
    reject("B-02", "too-early", "the request has not begun", at(-1));
    let other = base.registration_with(|content| content.relying_party = "https://other.example".to_owned());
    let inputs = Inputs { registration: Some(other), ..Inputs::default() };
    reject("B-03", "other-relying-party", "the verifier is registered under another name", inputs);
    let rent = Profile::find_embedded("uk-right-to-rent").expect("an embedded profile");
    let other: Hex = base.scene.world.registration_bytes(&rent).into();
    let inputs = Inputs { registration: Some(other), ..Inputs::default() };
    reject("B-03", "other-intended-use", "the verifier is registered for another use", inputs);
    let mut other = World::new();
    other.anchor = crate::world::key("another anchor");
    let inputs = Inputs {
        request_anchor: Some(cose_key(other.anchor.public_key())),
        request_trust_list: Some(other.trust_list_bytes().into()),
        ..Inputs::default()
    };
    reject("B-03", "other-anchor", "the request was permitted under another trust anchor", inputs);
    let list = base.trust_list_with(|list| list.expires_at = NOW.plus(300));
    reject(
        "B-04",
        "trust-list-expired",
        "it expired while the request was open",
        Inputs { ..merge(at(300), list) },
    );
    let registration = base.registration_with(|content| content.expires_at = NOW.plus(300));
    let mut content = base.scene.world.request_content(&base.scene.profile, &registration.0, NONCE);
    content.scope = Scope::new(base.scene.scope()).expect("distinct claims");
    let request = content.sign(&base.scene.world.relying_party).expect("an Ed25519 key signs");
    let hash = base.scene.permit(&request).hash().to_vec();
    let answer = base.token_with(|kbt| {
        kbt.payload.set(&Value::int(claim::REQUEST_HASH), &Value::Bytes(hash));
        kbt.payload.entries.sort();
    });
    let inputs = Inputs { registration: Some(registration), request: Some(request.into()), ..at(300) };
    reject("B-04", "registration-expired", "it expired while the request was open", merge(inputs, answer));
    let stranger = &base.scene.world.stranger;
    let kid = Value::int(geleit_cose::sign1::label::KID);
    let unknown = base.credential_by(stranger, |credential| {
        credential.protected.set(&kid, &Value::bytes(stranger.public_key().key_id()));
    });
    reject("B-05", "unknown-issuer", "a key id that the trust list does not have", unknown);
    let no_kid = base.credential_with(|credential| credential.protected.remove(&kid));
    reject("B-05", "no-key-id", "a credential without kid", no_kid);
    let stranger_with_kid = base.credential_by(stranger, |_| {});
    reject("C-05", "key-id-of-another", "signed by a stranger under the issuer's key id", stranger_with_kid);
    let until = base.trust_list_with(|list| each_key(list, |key| key.until = NOW.plus(-1)));
    reject("B-08", "key-out-of-window", "the issuer's key was no longer valid when it signed", until);
    let from = base.trust_list_with(|list| each_key(list, |key| key.from = NOW.plus(1)));
    reject("B-08", "key-not-yet-valid", "the issuer's key was not yet valid when it signed", from);
    let compromised = base.trust_list_with(|list| {
        each_key(list, |key| key.compromised = Compromise::Since(NOW.plus(-1)));
    });
    reject("B-08", "key-compromised", "the issuer's key was compromised when it signed", compromised);
    let status = Value::int(claim::STATUS);
    let without = base.credential_with(|credential| credential.claims.remove_plain(&status));
    reject("B-22", "no-status", "a credential without a place in a status list", without);
    let place = |value: Value| base.credential_with(|one| one.claims.set_plain(&status, &value));
    let list = |entries: Vec<(&str, Value)>| {
        let entries = entries.into_iter().map(|(key, value)| (Value::text(key), value)).collect();
        Value::Map(vec![(Value::text("status_list"), Value::Map(entries))])
    };
    let uri = || ("uri", Value::text(CREDENTIAL_LIST));
    reject("B-22", "status-without-index", "an address without index", place(list(vec![uri()])));
    let negative = place(list(vec![("idx", Value::int(-1)), uri()]));
    reject("B-22", "status-index-negative", "a negative index", negative);
    let more = place(list(vec![("idx", Value::Uint(1)), uri(), ("zip", Value::Bool(true))]));
    reject("B-22", "status-with-more", "a member that changes how the others are read", more);
}

/// `upper` where it names something, else `lower`.
fn merge(upper: Inputs, lower: Inputs) -> Inputs {
    Inputs {
        now: upper.now.or(lower.now),
        prepared_at: upper.prepared_at.or(lower.prepared_at),
        trust_list: upper.trust_list.or(lower.trust_list),
        status_lists: upper.status_lists.or(lower.status_lists),
        registration: upper.registration.or(lower.registration),
        request: upper.request.or(lower.request),
        presentation: upper.presentation.or(lower.presentation),
        ..Inputs::default()
    }
}

fn credential(file: &mut File, base: &Baseline) {
    let mut reject = |rule: &str, name: &str, why: &str, inputs: Inputs| {
        file.reject(PRESENTATION, rule, name, why, inputs);
    };
    let set = |label: i64, value: Value| {
        base.credential_with(move |credential| credential.claims.set_plain(&Value::int(label), &value))
    };
    let without =
        |label: i64| base.credential_with(|credential| credential.claims.remove_plain(&Value::int(label)));
    reject(
        "V-34",
        "issuer-name-of-another",
        "iss is not the name that the key belongs to",
        set(claim::ISS, Value::text(RECOGNITION)),
    );
    reject(
        "B-06",
        "unknown-type",
        "vct is none of the three types",
        set(claim::VCT, Value::text("urn:geleit:other:1")),
    );
    reject("B-06", "no-type", "a credential without vct", without(claim::VCT));
    let recognition = &base.scene.world.recognition;
    let may_not = base.credential_by(recognition, |credential| {
        let kid = Value::bytes(recognition.public_key().key_id());
        credential.protected.set(&Value::int(geleit_cose::sign1::label::KID), &kid);
        credential.claims.set_plain(&Value::int(claim::ISS), &Value::text(RECOGNITION));
    });
    reject("B-07", "may-not-issue", "an issuer of qualifications signed a residence credential", may_not);
    reject("B-09", "no-iat", "a credential without iat", without(claim::IAT));
    reject("B-09", "no-exp", "a credential without exp", without(claim::EXP));
    let seconds = Value::Float(1_795_424_399.5);
    reject("B-09", "iat-with-fraction", "iat with a fraction of a second", set(claim::IAT, seconds));
    reject(
        "B-15",
        "plain-claim",
        "a plain cti, which the type does not have",
        set(claim::CTI, Value::bytes([7])),
    );
    reject(
        "B-15",
        "plain-audience",
        "aud, even when it is this verifier",
        set(claim::AUD, Value::text(RELYING_PARTY)),
    );
    let foreign = set(claim::AUD, Value::text("https://other.example"));
    reject("V-30", "credential-for-another", "the credential is limited to another audience", foreign);
    let claims_header = base.credential_with(|credential| {
        let same = Value::Map(vec![(Value::int(claim::ISS), Value::text(HOME_OFFICE))]);
        credential.protected.set(&Value::int(header::CWT_CLAIMS), &same);
    });
    reject(
        "B-16",
        "claims-header",
        "a CWT claims header, even one that agrees with the payload",
        claims_header,
    );
    let times = |claims: &[(i64, i64)]| {
        base.credential_with(|credential| {
            for (label, seconds) in claims {
                credential.claims.set_plain(&Value::int(*label), &Value::int(NOW.plus(*seconds).0));
            }
        })
    };
    let expired = times(&[(claim::IAT, -3_600), (claim::EXP, 10)]);
    let late = Inputs { prepared_at: Some(NOW.0), now: Some(NOW.plus(10).0), ..expired };
    reject("V-22", "expired", "the credential ends now", late);
    let future = times(&[(claim::IAT, 30), (claim::NBF, 30)]).presentation.expect("a presentation").0;
    let later = Envelope::resign(&forge::tokens(&future)[0], &base.scene.world.holder, |kbt| {
        kbt.payload.set(&Value::int(claim::IAT), &Value::int(NOW.plus(30).0));
    });
    reject("V-23", "not-yet-valid", "the credential is valid in half a minute", tokens(&[later]));
}

fn together(file: &mut File, base: &Baseline) {
    let scene = &base.scene;
    let (two, request) = two_tokens(base);
    let asked = |inputs| merge(Inputs { request: Some(request.clone().into()), ..Inputs::default() }, inputs);
    let mut reject = |rule: &str, name: &str, why: &str, inputs: Inputs| {
        file.reject(PRESENTATION, rule, name, why, asked(inputs));
    };
    let twice = tokens(&[two[1].clone(), two[1].clone()]);
    reject("B-10", "type-twice", "two residence credentials", twice);
    let stranger = &scene.world.stranger;
    let other = scene.held_by(stranger, &people::residence(), "residence of somebody else");
    let identity = scene.held_by(stranger, &people::identity(), "identity of somebody else");
    let theirs = forge::tokens(&scene.answer_by(stranger, &request, &[&identity, &other]));
    let mixed = tokens(&[two[0].clone(), theirs[1].clone()]);
    reject("B-11", "two-holders", "the residence credential of another holder", mixed);
    let broken = tokens(&[two[0].clone(), forge::with_broken_signature(two[1].clone())]);
    reject(
        "C-05",
        "second-token-broken",
        "the first token is good, the second has a broken signature",
        broken,
    );
}

fn binding(file: &mut File, base: &Baseline) {
    let mut reject = |rule: &str, name: &str, why: &str, inputs: Inputs| {
        file.reject(PRESENTATION, rule, name, why, inputs);
    };
    let set = |label: i64, value: Value| base.token_with(|kbt| kbt.payload.set(&Value::int(label), &value));
    let without = |label: i64| base.token_with(|kbt| kbt.payload.remove(&Value::int(label)));
    reject(
        "B-12",
        "other-request",
        "the hash of another request",
        set(claim::REQUEST_HASH, Value::bytes([7; 32])),
    );
    reject("B-12", "no-request-hash", "a key-binding token without the hash", without(claim::REQUEST_HASH));
    let long = base.token_with(|kbt| {
        let hash = kbt.payload.get(&Value::int(claim::REQUEST_HASH)).expect("the hash")[2..].to_vec();
        let longer = Value::Bytes([hash, vec![0]].concat());
        kbt.payload.set(&Value::int(claim::REQUEST_HASH), &longer);
    });
    reject("B-12", "hash-with-a-byte-more", "the right hash and a byte", long);
    reject(
        "B-13",
        "before-the-request",
        "signed more than five minutes before the request",
        set(claim::IAT, Value::int(NOW.plus(-301).0)),
    );
    reject(
        "B-13",
        "in-the-future",
        "signed more than five minutes after the time of the check",
        set(claim::IAT, Value::int(NOW.plus(301).0)),
    );
    let cti = base.token_with(|kbt| {
        kbt.payload.remove(&Value::int(claim::IAT));
        kbt.payload.set(&Value::int(claim::CTI), &Value::bytes([7]));
    });
    reject("B-13", "no-time", "cti instead of iat", cti);
    reject(
        "V-29",
        "other-audience",
        "signed for another verifier",
        set(claim::AUD, Value::text("https://other.example")),
    );
    reject("V-31", "other-nonce", "another nonce", set(claim::CNONCE, Value::bytes(*b"another byte nonce")));
    reject("V-31", "no-nonce", "no nonce", without(claim::CNONCE));
    let unsigned = base.token_with(|kbt| kbt.unprotected.set(&Value::Uint(99), &Value::Uint(17)));
    reject("B-21", "unsigned-header", "a label that nobody signed", unsigned);
    let orphan = |number: u8| Value::bytes(Value::Array(vec![Value::bytes([number; 16])]).encode()).encode();
    let credential = Credential::open(&forge::credential_of(&base.token()));
    let many = credential.seal_with(&base.scene.world.home_office, |all| all.extend((0..40).map(orphan)));
    reject("B-23", "more-than-an-answer", "40 disclosures beyond the answer", base.presenting(many));
    let reversed = credential.seal_with(&base.scene.world.home_office, |all| all.reverse());
    reject(
        "B-24",
        "disclosures-not-sorted",
        "in descending order of their hashes",
        base.presenting(reversed),
    );
    let long = Value::bytes(vec![0; 2_100]);
    let long = base.token_with(|kbt| kbt.payload.set(&Value::Uint(5_000), &long));
    reject("B-25", "long-payload", "2,100 bytes that nobody asked for, signed by the holder", long);
    let used = Inputs { nonces_used: Some(vec![NONCE.into()]), ..Inputs::default() };
    reject("B-20", "replay", "the request was answered before", used);
}

fn scope(file: &mut File, base: &Baseline) {
    let scene = &base.scene;
    let world = &scene.world;
    let mut reject = |rule: &str, name: &str, why: &str, inputs: Inputs| {
        file.reject(PRESENTATION, rule, name, why, inputs);
    };
    let mut wide = scene.scope();
    wide.push(required("res.uk.work.until"));
    let residence = world.held(&people::residence(), "residence");
    let more = scene.answer_by(&world.holder, &scene.request(wide), &[&residence]);
    let shown = forge::credential_of(&forge::tokens(&more)[0]);
    reject(
        "B-14",
        "more-than-asked",
        "the exact end date is shown, but was not asked",
        base.presenting(shown),
    );
    let only_identity = scene.request(vec![required("id.family_name")]);
    let identity = world.held(&people::identity(), "identity");
    let name = scene.answer_by(&world.holder, &only_identity, &[&identity]);
    let shown = forge::credential_of(&forge::tokens(&name)[0]);
    let inputs = merge(base.presenting(shown), Inputs::default());
    reject(
        "B-14",
        "other-type",
        "a name is shown, but only residence was asked",
        without_links(base, inputs),
    );
    let subject = base.credential_with(|credential| {
        credential.claims.replace_decoy(
            [9; 16],
            &Value::int(claim::SUB),
            &Value::text("urn:example:subject:1"),
        );
    });
    reject("B-14", "subject", "sub is shown; no request can ask for it", subject);
    let group = base.credential_with(|credential| {
        credential.claims.replace_decoy([9; 16], &Value::text("pets"), &Value::Map(Vec::new()));
    });
    reject("B-15", "unknown-group", "a group that the type does not have", group);
    let member = base.credential_with(|credential| {
        credential.at(&["uk_work"]).replace_decoy([9; 16], &Value::text("pets"), &Value::Uint(2));
    });
    reject("B-15", "unknown-member", "a claim that the group does not have", member);
    let value = base.credential_with(|credential| {
        *credential.at(&["uk_work", "permitted"]) = forge::Node::of(&Value::text("yes"));
    });
    reject("B-17", "wrong-type", "permitted is text instead of true or false", value);
    let group = base.credential_with(|credential| {
        *credential.at(&["uk_work"]) = forge::Node::of(&Value::Bool(true));
    });
    reject("B-15", "group-is-no-map", "the group is true instead of a map", without_links(base, group));
    opened(file, base);
    let mut reject = |rule: &str, name: &str, why: &str, inputs: Inputs| {
        file.reject(PRESENTATION, rule, name, why, inputs);
    };
    let both = base.credential_with(|credential| {
        let work = credential.at(&["uk_work"]);
        work.replace_decoy([9; 16], &Value::text("permitted"), &Value::Bool(false));
    });
    reject("V-14", "disclosed-twice", "permitted is disclosed twice, with both answers", both);
}

/// Groups, lists and objects that are opened for nothing, or only in part.
fn opened(file: &mut File, base: &Baseline) {
    let world = &base.scene.world;
    let profile = Profile::find_embedded("uk-carrier-permission-to-travel").expect("an embedded profile");
    let registration = world.registration_bytes(&profile);
    let request = |claims: &[&str]| {
        let mut content = world.request_content(&profile, &registration, NONCE);
        content.scope = Scope::new(claims.iter().map(|id| required(id)).collect()).expect("distinct claims");
        content.sign(&world.relying_party).expect("an Ed25519 key signs")
    };
    let (identity, residence) = (people::identity(), people::residence());
    let held = [world.held(&identity, "identity"), world.held(&residence, "residence")];
    let held: Vec<&HeldCredential> = held.iter().collect();
    let everything = request(&["doc.number", "travel.uk.permission_valid", "res.uk.linked_documents.number"]);
    let answer = forge::tokens(&base.scene.answer_by(&world.holder, &everything, &held));
    let less = |asked: &[&str], change: &dyn Fn(&mut Credential)| {
        let asked = request(asked);
        let mut credential = Credential::open(&forge::credential_of(&answer[1]));
        change(&mut credential);
        let token = forge::rebind(&answer[1], credential.seal(&world.home_office), &world.holder);
        let hash = Value::bytes(base.scene.permit(&asked).hash().as_slice());
        let token = Envelope::resign(&token, &world.holder, |kbt| {
            kbt.payload.set(&Value::int(claim::REQUEST_HASH), &hash);
        });
        Inputs {
            registration: Some(registration.clone().into()),
            request: Some(asked.into()),
            ..tokens(&[token])
        }
    };
    let forget = |node: &mut forge::Node| node.hidden().iter_mut().for_each(forge::Hidden::forget);
    let list = less(&["travel.uk.permission_valid"], &|one| {
        let forge::Node::Array(elements) = one.at(&["travel", "linked_documents"]) else {
            unreachable!("a list");
        };
        elements.iter_mut().filter_map(|element| element.as_mut().err()).for_each(forge::Hidden::forget);
    });
    file.reject(
        PRESENTATION,
        "B-14",
        "list-opened",
        "a list is opened that was not asked, with nothing in it",
        list,
    );
    let group = less(&["doc.number"], &|one| forget(one.at(&["travel"])));
    file.reject(PRESENTATION, "B-14", "group-opened", "a group is opened of which nothing was asked", group);
    let asked = ["travel.uk.permission_valid", "res.uk.linked_documents.number", "doc.number"];
    let five = less(&asked, &|one| {
        let forge::Node::Array(elements) = one.at(&["travel", "linked_documents"]) else {
            unreachable!("a list");
        };
        let empty = || forge::Node::of(&Value::Map(Vec::new()));
        *elements = (0..5).map(|n| Err(forge::Hidden::Element([n; 16], empty()))).collect();
    });
    file.reject(PRESENTATION, "B-17", "five-elements", "a list of four has five elements", five);
    let inside = base.credential_by(&world.home_office, |credential| {
        let plain = vec![(Value::text("sponsor_tied").encode(), forge::Node::of(&Value::Bool(false)))];
        let hidden = vec![forge::Hidden::Unknown([7; 32])];
        let node = forge::Node::Map(plain, hidden);
        let work = credential.at(&["uk_work"]);
        let place = work.hidden().iter_mut().find(|one| matches!(one, forge::Hidden::Unknown(_)));
        let key = Value::text("conditions").encode();
        *place.expect("an undisclosed claim") = forge::Hidden::Entry([9; 16], key, node);
    });
    let mut scope = base.scene.scope();
    scope.push(required("res.uk.work.conditions"));
    let request = base.scene.request(scope);
    let hash = Value::bytes(base.scene.permit(&request).hash().as_slice());
    let token = forge::tokens(&inside.presentation.expect("a presentation").0).remove(0);
    let token = Envelope::resign(&token, &world.holder, |kbt| {
        kbt.payload.set(&Value::int(claim::REQUEST_HASH), &hash);
    });
    let inputs = Inputs { request: Some(request.into()), ..tokens(&[token]) };
    file.reject(
        PRESENTATION,
        "B-17",
        "object-with-a-hidden-part",
        "a condition is hidden inside the conditions",
        inputs,
    );
}

/// The same presentation without threshold links, signed by the holder again.
fn without_links(base: &Baseline, inputs: Inputs) -> Inputs {
    let presentation = inputs.presentation.expect("a presentation").0;
    let token = forge::tokens(&presentation).remove(0);
    tokens(&[Envelope::resign(&token, &base.scene.world.holder, |kbt| {
        kbt.payload.remove(&Value::int(claim::THRESHOLD_LINKS));
    })])
}

fn thresholds(file: &mut File, base: &Baseline) {
    let scene = &base.scene;
    let world = &scene.world;
    let mut reject = |rule: &str, name: &str, why: &str, inputs: Inputs| {
        file.reject(PRESENTATION, rule, name, why, inputs);
    };
    let links = Value::int(claim::THRESHOLD_LINKS);
    let set = |value: &Value| base.token_with(|kbt| kbt.payload.set(&links, value));
    let (through, steps) = scene.threshold();
    let proof = |id: &str, threshold: u8, link: &[u8]| {
        let proof = Value::Array(vec![Value::Uint(u64::from(threshold)), Value::bytes(link)]);
        Value::Map(vec![(Value::text(id), proof)])
    };
    let [first, second, ..] = steps else { unreachable!("several steps") };
    let lie = set(&proof(through.id(), *first, &[7; 32]));
    reject("B-18", "link-made-up", "a link that nobody computed", lie);
    let mut entries = scene.scope();
    entries[1].at_least = vec![*second];
    let residence = world.held(&people::residence(), "residence");
    let further = scene.answer_by(&world.holder, &scene.request(entries), &[&residence]);
    let link = link_of(&forge::tokens(&further)[0]);
    reject(
        "B-18",
        "link-of-another-threshold",
        "the link of a later month under the month that was asked",
        set(&proof(through.id(), *first, &link)),
    );
    reject(
        "B-19",
        "threshold-not-asked",
        "a later month is proved than was asked",
        set(&proof(through.id(), *second, &link)),
    );
    let nothing = base.token_with(|kbt| kbt.payload.remove(&links));
    reject("B-19", "commitment-without-link", "the commitment is shown, but nothing is proved", nothing);
    let plain = scene.answer_by(
        &world.holder,
        &scene.request(vec![required("res.uk.work.permitted")]),
        &[&residence],
    );
    let shown = forge::credential_of(&forge::tokens(&plain)[0]);
    reject(
        "B-19",
        "link-without-commitment",
        "a link, but the commitment is not shown",
        base.presenting(shown),
    );
    let mut short = link_of(&base.token());
    short.pop();
    reject("B-19", "link-too-short", "a link of 31 bytes", set(&proof(through.id(), *first, &short)));
    let unknown = set(&proof("id.age_over", 18, &[7; 32]));
    reject("B-19", "link-of-another-type", "a link for a claim of another credential type", unknown);
}

/// The only link of a token.
fn link_of(token: &[u8]) -> Vec<u8> {
    let envelope = Envelope::open(token);
    let links = envelope.payload.get(&Value::int(claim::THRESHOLD_LINKS)).expect("links");
    links[links.len() - 32..].to_vec()
}
