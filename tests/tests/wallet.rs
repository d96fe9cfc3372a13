//! What a wallet answers, refuses, remembers, and tells nobody.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

use geleit_cose::cbor::Limits;
use geleit_cose::key::SigningKey;
use geleit_credential::holder::{
    AnswerError, Consent, DisclosureLedger, EVENT_RESERVE_DAYS, Extent, GUARDED, HeldCredential, Origin,
    ProvedThreshold, answer, plan, respond,
};
use geleit_credential::presentation::{DECLINED, Presentation, is_declined};
use geleit_credential::purpose::{Profile, Purposes};
use geleit_credential::reason::{Kind, Lang, WalletRefusal};
use geleit_credential::request::PermittedRequest;
use geleit_credential::schema::identity::{Identity, Place};
use geleit_credential::schema::residence::Residence;
use geleit_credential::schema::{ClaimSet, PartialDate};
use geleit_credential::scope::{Scope, ScopeEntry, ScopedClaim};
use geleit_credential::sd_cwt::Scratch;
use geleit_credential::time::UnixTime;
use geleit_credential::verifier::{OpenNonces, Workspace};
use geleit_testkit::purposes::permitting;
use geleit_testkit::world::{NOW, RELYING_PARTY, WalletState};
use geleit_testkit::{World, people};

const NONCE: &[u8] = b"sixteen byte nonce";
const WORK: &str = "uk-right-to-work";
const TRAVEL: &str = "uk-carrier-permission-to-travel";

fn required(id: &str) -> ScopeEntry {
    ScopeEntry::required(ScopedClaim::by_id(id).unwrap())
}

fn optional(id: &str) -> ScopeEntry {
    ScopeEntry::optional(ScopedClaim::by_id(id).unwrap())
}

fn at_least(id: &str, step: u8) -> ScopeEntry {
    ScopeEntry { at_least: vec![step], ..required(id) }
}

/// Who asks, what for, and from where.
struct Asker<'a> {
    intended_use: &'a str,
    relying_party: &'a str,
    country: &'a str,
    at: UnixTime,
}

const EMPLOYER: Asker<'_> =
    Asker { intended_use: WORK, relying_party: RELYING_PARTY, country: "GB", at: NOW };

impl Asker<'_> {
    /// A request for exactly these claims, registered as they are asked.
    fn ask(&self, world: &World, asked: &[ScopeEntry]) -> PermittedRequest {
        let profile = Profile::find_embedded(self.intended_use).unwrap();
        let scope = Scope::new(asked.to_vec()).unwrap();
        let mut registration = world.registration_content(&profile);
        registration.relying_party = self.relying_party.to_owned();
        registration.country = self.country.to_owned();
        registration.intended_use.scope = scope.clone();
        let registration = registration.sign(&world.registrar).unwrap();
        let mut content = world.request_content(&profile, &registration, NONCE);
        content.relying_party = self.relying_party;
        content.scope = scope;
        content.issued_at = self.at;
        content.expires_at = self.at.plus(600);
        let bytes = content.sign(&world.relying_party).unwrap();
        let purposes = Purposes::new(vec![permitting(self.intended_use, asked)]);
        world.permit(&bytes, &purposes, self.at).unwrap()
    }
}

/// Claims of an employer, all held by the sample person.
fn work_claims() -> Vec<ScopeEntry> {
    vec![required("id.family_name"), required("res.uk.work.permitted"), optional("id.given_name")]
}

fn held_by(world: &World, key: &SigningKey, claims: &ClaimSet) -> HeldCredential {
    let bytes = world.issue(claims, key.public_key(), "a copy");
    let keys = core::slice::from_ref(key.public_key());
    HeldCredential::accept(&bytes, &world.trust_list(), keys, NOW, &mut Scratch::default()).unwrap()
}

fn national_of(nationalities: &[&str]) -> ClaimSet {
    Identity::new()
        .name("Sample", Some("Asha"))
        .birth_date(PartialDate::parse("1993-04-17").unwrap())
        .born_in(Place { country: Some("TR"), region: None, locality: None })
        .nationalities(nationalities)
        .portrait(people::PORTRAIT)
        .build(people::today())
        .unwrap()
}

/// A wallet with the sample identity and residence, under key 1.
struct Scene {
    world: World,
    identity: HeldCredential,
    residence: HeldCredential,
}

impl Scene {
    fn new() -> Self {
        let world = World::new();
        let identity = world.held(&people::identity(), "identity");
        let residence = world.held(&people::residence(), "residence");
        Self { world, identity, residence }
    }

    fn held(&self) -> [&HeldCredential; 2] {
        [&self.identity, &self.residence]
    }

    fn state(&self) -> WalletState {
        WalletState::new(&self.held())
    }

    /// Why a plan with everything held is refused.
    fn refused(&self, state: &WalletState, request: &PermittedRequest, consent: Consent<'_>) -> AnswerError {
        self.refused_with(state, &self.held(), request, consent)
    }

    fn refused_with(
        &self,
        state: &WalletState,
        held: &[&HeldCredential],
        request: &PermittedRequest,
        consent: Consent<'_>,
    ) -> AnswerError {
        let wallet = state.wallet(self.world.holder.public_key(), held);
        plan(request, &wallet, consent, request.issued_at()).unwrap_err()
    }
}

#[test]
fn a_plan_says_what_would_be_shown() {
    let scene = Scene::new();
    let state = scene.state();
    let mut asked = work_claims();
    asked.extend([at_least("res.uk.work.through", 29), optional("res.uk.continuation")]);
    let request = EMPLOYER.ask(&scene.world, &asked);
    let held = scene.held();
    let wallet = state.wallet(scene.world.holder.public_key(), &held);

    let least = plan(&request, &wallet, Consent::REQUIRED_ONLY, NOW).unwrap();
    let ids: Vec<&str> = least.shown().map(|shown| shown.claim.id()).collect();
    assert_eq!(ids, ["id.family_name", "res.uk.work.permitted", "res.uk.work.through"]);
    assert_eq!(least.not_shown().collect::<Vec<_>>(), ["id.given_name", "res.uk.continuation"]);
    let through = least.shown().last().unwrap();
    assert_eq!((through.extent, through.label().as_deref()), (Extent::AtLeast(29), Some("2027-05")));
    assert_eq!(least.shown().next().unwrap().label(), None);

    // What is agreed to and not held is left out.
    let consent = Consent::Agreed { optional: &["id.given_name", "res.uk.continuation"] };
    let more = plan(&request, &wallet, consent, NOW).unwrap();
    assert_eq!(more.not_shown().collect::<Vec<_>>(), ["res.uk.continuation"]);

    let answered = more.sign(&scene.world.holder).unwrap();
    let entry = answered.entry().clone();
    assert_eq!((entry.relying_party(), entry.intended_use()), (RELYING_PARTY, WORK));
    assert_eq!(
        entry.claims().collect::<Vec<_>>(),
        ["id.family_name", "id.given_name", "res.uk.work.permitted"]
    );
    assert_eq!(
        entry.thresholds().collect::<Vec<_>>(),
        [ProvedThreshold { claim: "res.uk.work.through", at_least: 29 }]
    );
    let days = i64::from(request.retention_days()) + i64::from(EVENT_RESERVE_DAYS);
    assert_eq!((entry.answered_at(), entry.kept_until()), (NOW, NOW.plus(days * 86_400)));

    let mut ledger = DisclosureLedger::empty();
    let bytes = answered.record(&mut ledger);
    assert_eq!(ledger.entries(), [entry]);
    let verifier =
        geleit_credential::verifier::Verifier::new(scene.world.trust_list(), request.relying_party().clone());
    let presentation = Presentation::parse(&bytes, &Limits::TOKEN).unwrap();
    let (mut nonces, mut workspace) = (OpenNonces::default(), Workspace::new());
    let verified = verifier
        .verify(&presentation, &request, &scene.world.status_lists(), NOW, &mut nonces, &mut workspace)
        .unwrap();
    assert_eq!(verified.proven_at_least("res.uk.work.through"), Some(29));
}

#[test]
fn only_the_key_of_the_plan_signs() {
    let scene = Scene::new();
    let (state, held) = (scene.state(), scene.held());
    let request = EMPLOYER.ask(&scene.world, &work_claims());
    let wallet = state.wallet(scene.world.holder.public_key(), &held);
    let planned = plan(&request, &wallet, Consent::REQUIRED_ONLY, NOW).unwrap();
    let error = planned.sign(&scene.world.stranger).unwrap_err();
    assert_eq!((error.code(), error.refusal()), ("I-10", WalletRefusal::WalletCannotSign));
}

/// Lacks, declines, duress, and every rule: the same bytes, and nothing to remember.
#[test]
fn all_refusals_are_one_answer() {
    let scene = Scene::new();
    let state = scene.state();
    let all = scene.held();
    let known = DisclosureLedger::empty();
    let ordinary = EMPLOYER.ask(&scene.world, &work_claims());
    let guarded = Asker { country: "TR", ..EMPLOYER }.ask(&scene.world, &[required("res.status_class")]);
    let agreed = Consent::REQUIRED_ONLY;
    let widened = Consent::Agreed { optional: &["res.uk.route"] };
    let cases: [(&PermittedRequest, &[&HeldCredential], Consent<'_>, UnixTime, WalletRefusal); 7] = [
        (&ordinary, &all[..1], agreed, NOW, WalletRefusal::ClaimsNotHeld),
        (&ordinary, &[], agreed, NOW, WalletRefusal::ClaimsNotHeld),
        (&ordinary, &all, Consent::Declined, NOW, WalletRefusal::HolderDeclined),
        (&ordinary, &all, Consent::Duress, NOW, WalletRefusal::HolderDeclined),
        (&ordinary, &all, widened, NOW, WalletRefusal::ConsentCannotWiden),
        (&ordinary, &all, agreed, NOW.plus(600), WalletRefusal::RequestInvalid),
        (&guarded, &all, agreed, NOW, WalletRefusal::OriginStateGuard),
    ];
    for (request, held, consent, now, refusal) in cases {
        let wallet = state.wallet(scene.world.holder.public_key(), held);
        let response = respond(request, &wallet, &scene.world.holder, consent, now);
        assert_eq!(response.for_holder().unwrap_err().refusal(), refusal);
        let mut ledger = known.clone();
        let bytes = response.deliver(&mut ledger);
        assert!(bytes == DECLINED && is_declined(&bytes));
        assert_eq!(ledger, known);
    }
    assert_eq!(Presentation::parse(&DECLINED, &Limits::TOKEN).unwrap_err().code(), "B-01");

    let wallet = state.wallet(scene.world.holder.public_key(), &all);
    let response = respond(&ordinary, &wallet, &scene.world.holder, agreed, NOW);
    assert!(response.for_holder().is_ok());
    assert!(!is_declined(&response.deliver(&mut DisclosureLedger::empty())));
}

/// Who looks at the screen sees no difference either.
#[test]
fn duress_looks_like_declining_whatever_else_is_wrong() {
    let scene = Scene::new();
    let state = scene.state();
    let requests = [
        EMPLOYER.ask(&scene.world, &work_claims()),
        Asker { country: "TR", ..EMPLOYER }.ask(&scene.world, &[required("res.status_class")]),
    ];
    for request in &requests {
        for held in [&scene.held()[..], &[]] {
            let declined = scene.refused_with(&state, held, request, Consent::Declined);
            let duress = scene.refused_with(&state, held, request, Consent::Duress);
            assert_eq!((&declined, &duress), (&AnswerError::Declined, &AnswerError::Declined));
            assert_eq!(format!("{declined:?} {declined}"), format!("{duress:?} {duress}"));
        }
    }
}

#[test]
fn copies_of_different_numbers_are_told_apart_from_lacking_ones() {
    let scene = Scene::new();
    let state = scene.state();
    let theirs = held_by(&scene.world, &scene.world.stranger, &people::residence());
    let request = EMPLOYER.ask(&scene.world, &work_claims());
    let refused =
        |held: &[&HeldCredential]| scene.refused_with(&state, held, &request, Consent::REQUIRED_ONLY);
    let error = refused(&[&scene.identity, &theirs]);
    assert_eq!((error.code(), error.refusal()), ("W-06", WalletRefusal::CopiesDoNotMatch));
    let error = refused(&[&theirs]);
    assert_eq!(error, AnswerError::Lacks { missing: vec!["id.family_name", "res.uk.work.permitted"] });
    let wallet_has_both = [&scene.identity, &theirs, &scene.residence];
    let wallet = state.wallet(scene.world.holder.public_key(), &wallet_has_both);
    assert!(plan(&request, &wallet, Consent::REQUIRED_ONLY, NOW).is_ok());
}

#[test]
fn consent_does_not_widen_a_request() {
    let scene = Scene::new();
    let state = scene.state();
    let request = EMPLOYER.ask(&scene.world, &work_claims());
    for id in ["id.birth_date", "id.family_name", "no.claim"] {
        let optional = ["id.given_name", id];
        let error = scene.refused(&state, &request, Consent::Agreed { optional: &optional });
        assert_eq!(error, AnswerError::ConsentWidens { id: id.to_owned() });
        assert_eq!((error.code(), error.refusal()), ("W-08", WalletRefusal::ConsentCannotWiden));
    }
    let held = scene.held();
    let wallet = state.wallet(scene.world.holder.public_key(), &held);
    assert!(plan(&request, &wallet, Consent::Agreed { optional: &["id.given_name"] }, NOW).is_ok());
}

#[test]
fn nothing_required_and_nothing_chosen_is_declined() {
    let scene = Scene::new();
    let state = scene.state();
    let request = EMPLOYER.ask(&scene.world, &[optional("id.given_name"), optional("res.uk.continuation")]);
    let refused = |consent| scene.refused(&state, &request, consent);
    assert_eq!(refused(Consent::REQUIRED_ONLY), AnswerError::Declined);
    let lacking = Consent::Agreed { optional: &["res.uk.continuation"] };
    assert_eq!(refused(lacking), AnswerError::Lacks { missing: vec!["res.uk.continuation"] });
}

#[test]
fn guarded_claims_are_not_shown_to_a_state_of_origin() {
    let scene = Scene::new();
    let refusal = |origin: Origin, country: &str, id: &str| {
        let state = WalletState { origin, ..scene.state() };
        let request = Asker { country, ..EMPLOYER }.ask(&scene.world, &[required(id)]);
        let held = scene.held();
        let wallet = state.wallet(scene.world.holder.public_key(), &held);
        plan(&request, &wallet, Consent::REQUIRED_ONLY, NOW).err()
    };
    let own = || Origin::of(&scene.held());
    let stated = || Origin::stated(&["SY", "TR"]).unwrap();
    let refused = Some(AnswerError::OriginGuard { claim: "res.status_class" });
    assert_eq!(refusal(own(), "TR", "res.status_class"), refused);
    assert_eq!(refusal(stated(), "SY", "res.status_class"), refused);
    assert_eq!(refusal(Origin::unknown(), "GB", "res.status_class"), refused);
    for code in ["TUR", "tr", "Türkiye"] {
        assert_eq!(refusal(own(), code, "res.status_class"), refused, "{code}");
    }
    assert_eq!(refusal(own(), "GB", "res.status_class"), None);
    assert_eq!(refusal(stated(), "GB", "res.status_class"), None);
    for country in ["TR", "GB"] {
        for origin in [own(), Origin::unknown()] {
            assert_eq!(refusal(origin, country, "res.uk.work.permitted"), None, "not guarded");
        }
    }
    // Every guarded claim, held or not.
    for one in GUARDED {
        assert_eq!(refusal(own(), "TR", one.id), Some(AnswerError::OriginGuard { claim: one.id }));
        assert_ne!(refusal(own(), "GB", one.id), Some(AnswerError::OriginGuard { claim: one.id }));
    }
}

#[test]
fn the_guard_does_not_look_at_the_claim() {
    let scene = Scene::new();
    let request = Asker { country: "TR", ..EMPLOYER }.ask(&scene.world, &[required("res.status_class")]);
    let texts: Vec<String> = ["protection", "work_skilled", "study_training"]
        .iter()
        .map(|class| {
            let status = Residence::new(class, true).build(people::today()).unwrap();
            let residence = scene.world.held(&status, class);
            let held = [&scene.identity, &residence];
            let state = WalletState::new(&held);
            let error = scene.refused_with(&state, &held, &request, Consent::REQUIRED_ONLY);
            format!("{error:?} {error} {}", error.refusal().reason().why(Lang::En))
        })
        .collect();
    assert!(texts.iter().all(|text| *text == texts[0] && !text.contains("protect")), "{texts:?}");

    // An optional claim is guarded when the holder agrees to it.
    let asked = [required("res.uk.work.permitted"), optional("res.status_class")];
    let request = Asker { country: "TR", ..EMPLOYER }.ask(&scene.world, &asked);
    let (state, held) = (scene.state(), scene.held());
    let wallet = state.wallet(scene.world.holder.public_key(), &held);
    assert!(plan(&request, &wallet, Consent::REQUIRED_ONLY, NOW).is_ok());
    let error = scene.refused(&state, &request, Consent::Agreed { optional: &["res.status_class"] });
    assert_eq!(error.refusal(), WalletRefusal::OriginStateGuard);
}

#[test]
fn origin_comes_from_the_identity_credentials() {
    let scene = Scene::new();
    let of = |nationalities: &[&str]| {
        let identity = scene.world.held(&national_of(nationalities), "identity");
        Origin::of(&[&scene.residence, &identity])
    };
    assert_eq!(of(&["SY", "IR"]), Origin::stated(&["SY", "IR", "SY"]).unwrap());
    for none in [&["QS"], &["QU"]] {
        assert_eq!(of(none), Origin::unknown(), "{none:?} names no state");
    }
    assert_eq!(Origin::of(&[&scene.residence]), Origin::unknown(), "no identity credential");
    assert_eq!(Origin::of(&[]), Origin::unknown());

    let mut two = national_of(&["SY"]);
    let more = geleit_cose::cbor::Value::Array(vec![geleit_cose::cbor::Value::text("LB")]);
    two.set("id.other_nationalities", more).unwrap();
    let identity = scene.world.held(&two, "identity");
    let origin = Origin::of(&[&identity]);
    assert!(origin.guards_against("SY") && origin.guards_against("LB") && !origin.guards_against("GB"));
}

/// Two purposes of one party, through requests and answers.
#[test]
fn answers_to_one_party_do_not_add_up() {
    let scene = Scene::new();
    let mut state = scene.state();
    let answer_to = |state: &mut WalletState, asker: &Asker<'_>, asked: &[ScopeEntry]| {
        let request = asker.ask(&scene.world, asked);
        let held = scene.held();
        let wallet = state.wallet(scene.world.holder.public_key(), &held);
        let answered = answer(&request, &wallet, &scene.world.holder, Consent::REQUIRED_ONLY, asker.at)?;
        drop(answered.record(&mut state.ledger));
        Ok::<(), AnswerError>(())
    };
    let carrier = Asker { intended_use: TRAVEL, ..EMPLOYER };
    let month = |step| [at_least("res.uk.work.through", step)];
    let number = [required("doc.number")];
    answer_to(&mut state, &EMPLOYER, &month(29)).unwrap();
    answer_to(&mut state, &EMPLOYER, &work_claims()).unwrap();

    let error = answer_to(&mut state, &carrier, &number).unwrap_err();
    assert_eq!(error, AnswerError::Combines { claim: "doc.number", earlier: WORK.into() });
    assert_eq!((error.code(), error.refusal()), ("W-03", WalletRefusal::RequestsCombine));
    answer_to(&mut state, &Asker { relying_party: "https://airline.example", ..carrier }, &number).unwrap();

    let error = answer_to(&mut state, &EMPLOYER, &month(35)).unwrap_err();
    assert_eq!((error.code(), error.refusal()), ("W-04", WalletRefusal::ThresholdCombine));
    answer_to(&mut state, &EMPLOYER, &month(29)).unwrap();

    // The ledger survives a restart of the wallet, and what is refused leaves no trace in it.
    assert_eq!(state.ledger.entries().len(), 4);
    let stored = serde_json::to_string(&state.ledger).unwrap();
    state.ledger = serde_json::from_str(&stored).unwrap();
    assert!(answer_to(&mut state, &carrier, &number).is_err());
    let last = state.ledger.entries().iter().map(|entry| entry.kept_until()).max().unwrap();
    state.ledger.forget_expired(last);
    answer_to(&mut state, &carrier, &number).unwrap();
}

#[test]
fn every_refusal_has_a_text_for_the_holder() {
    let lacks = AnswerError::Lacks { missing: vec!["id.family_name"] };
    let combines = AnswerError::Combines { claim: "doc.number", earlier: WORK.into() };
    let all = [
        AnswerError::Declined,
        lacks,
        AnswerError::RequestExpired { from: NOW, until: NOW, now: NOW },
        combines,
        AnswerError::ThresholdsCombine { claim: "id.age_over" },
        AnswerError::OriginGuard { claim: "res.uk.route" },
        AnswerError::OtherKey,
        AnswerError::ConsentWidens { id: "id.sex".to_owned() },
        AnswerError::Build(geleit_credential::sd_cwt::BuildError::NotConfirmationKey),
    ];
    for error in all {
        let reason = error.refusal().reason();
        assert_eq!(reason.kind(), Kind::Wallet);
        assert!(error.to_string().starts_with(error.code()), "{error}");
        for lang in Lang::ALL {
            assert!(!reason.next(lang).is_empty());
        }
    }
}
