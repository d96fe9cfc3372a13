//! The attacker of the simulator: each attack breaks the rule that it says, on an answer that is good without it.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

use geleit_cose::cbor::Limits;
use geleit_credential::holder::HeldCredential;
use geleit_credential::presentation::Presentation;
use geleit_credential::purpose::Profile;
use geleit_credential::request::PermittedRequest;
use geleit_credential::scope::{Necessity, ScopeEntry, ScopedClaim};
use geleit_credential::time::UnixTime;
use geleit_credential::verifier::{OpenNonces, Rejection, Verifier, Workspace};
use geleit_sim::attacker::{self, Scene};
use geleit_testkit::world::{HOME_OFFICE, NOW, RECOGNITION, key};
use geleit_testkit::{World, people};
use std::collections::BTreeSet;

const NONCE: &[u8] = b"nonce of attacks";

/// A right-to-work check with everything that an attacker knows of it.
struct Stage {
    world: World,
    verifier: Verifier,
    request: Vec<u8>,
    permitted: PermittedRequest,
    honest: Vec<u8>,
    issued: Vec<Vec<u8>>,
}

impl Stage {
    /// With the exact end date, as the profile requires.
    fn new() -> Self {
        let (world, profile) = (World::new(), profile());
        let request = world.request_bytes(&profile, NONCE);
        Self::asking(world, request)
    }

    /// With a threshold instead of it.
    fn with_threshold() -> Self {
        let (world, profile) = (World::new(), profile());
        let registration = world.registration_bytes(&profile);
        let mut content = world.request_content(&profile, &registration, NONCE);
        let (id, steps) = profile.thresholds().first().unwrap();
        let through = ScopedClaim::by_id(id).unwrap();
        let at_least = steps.iter().take(1).copied().collect();
        let threshold = ScopeEntry { claim: through, necessity: Necessity::Required, at_least };
        content.scope = geleit_credential::scope::Scope::new(vec![
            ScopeEntry::required(ScopedClaim::by_id("id.family_name").unwrap()),
            ScopeEntry::required(ScopedClaim::by_id("res.uk.work.permitted").unwrap()),
            threshold,
        ])
        .unwrap();
        let request = content.sign(&world.relying_party).unwrap();
        Self::asking(world, request)
    }

    fn asking(world: World, request: Vec<u8>) -> Self {
        let purposes = geleit_credential::purpose::Purposes::embedded();
        let permitted = world.permit(&request, &purposes, NOW).unwrap();
        let held =
            [world.held(&people::identity(), "identity"), world.held(&people::residence(), "residence")];
        let honest = world.answer(&permitted, &held.iter().collect::<Vec<&HeldCredential>>());
        let holder = world.holder.public_key();
        let issued = vec![
            world.issue(&people::identity(), holder, "identity"),
            world.issue(&people::residence(), holder, "residence"),
        ];
        let verifier = world.verifier(&profile());
        Self { world, verifier, request, permitted, honest, issued }
    }

    fn with_scene<T>(&self, with: impl FnOnce(&Scene<'_>) -> T) -> T {
        let credentials: Vec<&[u8]> = self.issued.iter().map(Vec::as_slice).collect();
        let World { home_office, recognition, holder, stranger, .. } = &self.world;
        with(&Scene {
            request: &self.request,
            honest: &self.honest,
            holder_key: holder,
            issuers: &[
                ("identity", HOME_OFFICE, home_office),
                ("residence", HOME_OFFICE, home_office),
                ("qualification", RECOGNITION, recognition),
            ],
            stranger,
            second_holder: &key("holder of another wallet"),
            credentials: &credentials,
            now: NOW,
        })
    }

    fn verify(&self, answer: &[u8], now: UnixTime) -> Result<(), &'static str> {
        let presentation = Presentation::parse(answer, &Limits::TOKEN).map_err(|error| error.code())?;
        let statuses = self.world.status_lists();
        let (nonces, workspace) = (&mut OpenNonces::default(), &mut Workspace::new());
        let verified =
            self.verifier.verify(&presentation, &self.permitted, &statuses, now, nonces, workspace);
        verified.map(drop).map_err(|rejection: Rejection| rejection.code())
    }
}

fn profile() -> Profile {
    Profile::find_embedded("uk-right-to-work").unwrap()
}

/// Two seconds after the answer was signed.
const LATER: UnixTime = UnixTime(NOW.0 + 2);

#[test]
fn the_honest_answers_are_good() {
    for stage in [Stage::new(), Stage::with_threshold()] {
        assert_eq!(stage.verify(&stage.honest, NOW), Ok(()));
        assert_eq!(stage.verify(&stage.honest, LATER), Ok(()));
    }
}

#[test]
fn each_attack_breaks_its_rule() {
    let (plain, threshold) = (Stage::new(), Stage::with_threshold());
    let mut wrong = Vec::new();
    for attack in attacker::all() {
        let stage =
            if matches!(attack.name, "link-made-up" | "threshold-not-proved") { &threshold } else { &plain };
        let now = if attack.name == "binding-ended" { LATER } else { NOW };
        let answer = stage.with_scene(|scene| attack.on(scene));
        let answer = answer.unwrap_or_else(|| panic!("{} cannot be made", attack.name));
        assert_ne!(answer, stage.honest, "{}", attack.name);
        let found = stage.verify(&answer, now).err();
        if found != attack.rule {
            wrong.push(format!("{}: required {:?}, got {found:?}", attack.name, attack.rule));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_same_scene_gives_the_same_bytes() {
    let stages = [Stage::new(), Stage::new()];
    for attack in attacker::all() {
        let [first, second] = stages.each_ref().map(|stage| stage.with_scene(|scene| attack.on(scene)));
        assert_eq!(first, second, "{}", attack.name);
    }
}

#[test]
fn names_are_distinct_and_found() {
    let names: BTreeSet<&str> = attacker::all().map(|attack| attack.name).collect();
    assert_eq!(names.len(), attacker::all().count());
    let stage = Stage::new();
    assert!(stage.with_scene(|scene| attacker::attack("alg-none", scene)).is_some());
    assert!(stage.with_scene(|scene| attacker::attack("no such attack", scene)).is_none());
}

/// A wallet that sends nothing gives nothing to break.
#[test]
fn nothing_is_made_of_no_answer() {
    let stage = Stage::new();
    stage.with_scene(|scene| {
        let scene = Scene { honest: &[0x80], ..*scene };
        assert!(attacker::all().all(|attack| attack.on(&scene).is_none()));
    });
}
