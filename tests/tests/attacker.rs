//! The attacker of the simulator: each attack breaks the rule that it says, on an answer that is good without it.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

use geleit_cose::cbor::Limits;
use geleit_credential::holder::HeldCredential;
use geleit_credential::presentation::Presentation;
use geleit_credential::purpose::{Profile, Purposes};
use geleit_credential::request::PermittedRequest;
use geleit_credential::scope::{Scope, ScopeEntry, ScopedClaim};
use geleit_credential::time::UnixTime;
use geleit_credential::verifier::{OpenNonces, Rejection, Verifier, Workspace};
use geleit_sim::attacker::{self, Scene};
use geleit_sim::scenario::{CheckStep, Scenario, Step};
use geleit_testkit::mutants::rules_of_the_verifier;
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

/// Stages in the order in which an attack looks for one that it can be made on.
fn stages() -> [Stage; 5] {
    let carrier = "uk-carrier-permission-to-travel";
    [
        Stage::asking("uk-right-to-work", &[], None),
        Stage::asking("uk-right-to-work", &["res.uk.work.until"], Some("res.uk.work.through")),
        Stage::asking(carrier, &[], None),
        Stage::asking(carrier, &["res.uk.linked_documents.number"], None),
        Stage::asking("uk-right-to-work", &["id.portrait.view", "id.family_name"], None),
    ]
}

impl Stage {
    /// For everything that a profile requires but some claims, and perhaps a threshold in its first step.
    fn asking(purpose: &str, leave_out: &[&str], threshold: Option<&str>) -> Self {
        let (world, profile) = (World::new(), Profile::find_embedded(purpose).unwrap());
        let registration = world.registration_bytes(&profile);
        let mut content = world.request_content(&profile, &registration, NONCE);
        let asked = profile.required().iter().filter(|id| !leave_out.contains(&id.as_str()));
        let mut entries: Vec<ScopeEntry> =
            asked.map(|id| ScopeEntry::required(ScopedClaim::by_id(id).unwrap())).collect();
        entries.extend(threshold.map(|threshold| {
            let (id, steps) = profile.thresholds().iter().find(|(id, _)| id == threshold).unwrap();
            let at_least = steps.iter().take(1).copied().collect();
            ScopeEntry { at_least, ..ScopeEntry::required(ScopedClaim::by_id(id).unwrap()) }
        }));
        content.scope = Scope::new(entries).unwrap();
        let request = content.sign(&world.relying_party).unwrap();
        let permitted = world.permit(&request, &Purposes::embedded(), NOW).unwrap();
        let held =
            [world.held(&people::identity(), "identity"), world.held(&people::residence(), "residence")];
        let honest = world.answer(&permitted, &held.iter().collect::<Vec<&HeldCredential>>());
        let holder = world.holder.public_key();
        let issued = vec![
            world.issue(&people::identity(), holder, "identity"),
            world.issue(&people::residence(), holder, "residence"),
        ];
        let verifier = world.verifier(&profile);
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

/// Two seconds after the answer was signed.
const LATER: UnixTime = UnixTime(NOW.0 + 2);

#[test]
fn the_honest_answers_are_good() {
    for stage in stages() {
        assert_eq!(stage.verify(&stage.honest, NOW), Ok(()));
        assert_eq!(stage.verify(&stage.honest, LATER), Ok(()));
    }
}

#[test]
fn each_attack_breaks_its_rule() {
    let stages = stages();
    let mut wrong = Vec::new();
    for attack in attacker::all() {
        let made = stages.iter().find_map(|stage| Some((stage, stage.with_scene(|scene| attack.on(scene))?)));
        let (stage, answer) = made.unwrap_or_else(|| panic!("{} cannot be made", attack.name));
        assert_ne!(answer, stage.honest, "{}", attack.name);
        let now = if attack.name == "binding-ended" { LATER } else { NOW };
        let found = stage.verify(&answer, now).err();
        if found != attack.rule {
            wrong.push(format!("{}: required {:?}, got {found:?}", attack.name, attack.rule));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_same_scene_gives_the_same_bytes() {
    for (first, second) in stages().iter().zip(&stages()) {
        for attack in attacker::all() {
            let made = [first, second].map(|stage| stage.with_scene(|scene| attack.on(scene)));
            assert_eq!(made[0], made[1], "{}", attack.name);
        }
    }
}

#[test]
fn names_are_distinct_and_found() {
    let names: BTreeSet<&str> = attacker::all().map(|attack| attack.name).collect();
    assert_eq!(names.len(), attacker::all().count());
    stages()[0].with_scene(|scene| {
        assert!(attacker::attack("alg-none", scene).is_some());
        assert!(attacker::attack("no such attack", scene).is_none());
    });
}

/// A wallet that sends nothing gives nothing to break.
#[test]
fn nothing_is_made_of_no_answer() {
    stages()[0].with_scene(|scene| {
        let scene = Scene { honest: &[0x80], ..*scene };
        assert!(attacker::all().all(|attack| attack.on(&scene).is_none()));
    });
}

/// Nothing panics, whatever is taken for honest: cut short, changed in one byte, or broken by another attack.
#[test]
fn whatever_is_taken_for_honest_can_be_attacked() {
    let stage = &stages()[0];
    stage.with_scene(|scene| {
        let honest = scene.honest;
        let cut = (0..honest.len()).step_by(97).map(|end| honest[..end].to_vec());
        let changed = (0..honest.len()).step_by(41).map(|place| {
            let mut bytes = honest.to_vec();
            bytes[place] ^= 0x41;
            bytes
        });
        let broken = attacker::all().filter_map(|attack| attack.on(scene));
        let garbage = [vec![], vec![0x81, 0x80], b"no answer".to_vec()];
        let mut taken = 0;
        for bytes in garbage.into_iter().chain(cut).chain(changed).chain(broken) {
            let scene = Scene { honest: &bytes, ..*scene };
            taken += attacker::all().filter(|attack| attack.on(&scene).is_some()).count();
        }
        assert!(taken > 1_000, "{taken}");
    });
}

/// Rules of the verifier that no scenario reaches, each with the reason.
const NOT_REACHED: [(&str, &str); 3] = [
    ("V-24", "B-13 asks for iat before: a key-binding token of this profile always has it"),
    ("V-33", "B-16 permits no CWT Claims header, so that nothing in it can differ"),
    (
        "B-04",
        "who runs a check looks at its own lists before: T-04 and R-02 are told, and it is INDETERMINATE",
    ),
];

fn catalogue() -> Vec<Scenario> {
    Scenario::catalogue().unwrap()
}

fn checks(scenarios: &[Scenario]) -> impl Iterator<Item = (&str, &CheckStep)> {
    scenarios.iter().flat_map(|scenario| {
        scenario.step.iter().filter_map(|step| match step {
            Step::Check(check) => Some((scenario.id.as_str(), check.as_ref())),
            _ => None,
        })
    })
}

#[test]
fn scenarios_use_every_attack_and_no_other() {
    let scenarios = catalogue();
    let mut unused: BTreeSet<&str> = attacker::all().map(|attack| attack.name).collect();
    for (id, check) in checks(&scenarios) {
        let Some(attack) = &check.attack else { continue };
        let found = attacker::find(&attack.0).unwrap_or_else(|| panic!("{id}: no attack {}", attack.0));
        assert_eq!(check.expect.rule.as_deref(), found.rule, "{id}");
        unused.remove(found.name);
    }
    assert!(unused.is_empty(), "no scenario uses {unused:?}");
}

#[test]
fn a_scenario_expects_each_rule_of_the_verifier() {
    let scenarios = catalogue();
    let expected: BTreeSet<&str> =
        checks(&scenarios).filter_map(|(_, check)| check.expect.rule.as_deref()).collect();
    let text = include_str!("../../spec/verification.md");
    let rules = rules_of_the_verifier(text);
    assert!(rules.len() >= 60, "{rules:?}");
    let not_reached: BTreeSet<&str> = NOT_REACHED.iter().map(|(rule, _)| *rule).collect();
    let missing: Vec<_> = rules.difference(&expected).filter(|rule| !not_reached.contains(*rule)).collect();
    assert!(missing.is_empty(), "no scenario expects {missing:?}");
    let both: Vec<_> = expected.intersection(&not_reached).collect();
    assert!(both.is_empty(), "reached after all: {both:?}");
    assert!(not_reached.is_subset(&rules), "{not_reached:?}");
}

#[test]
fn the_table_of_the_readme_is_complete() {
    let text = include_str!("../../spec/scenarios/README.md");
    let listed: Vec<&str> = text.lines().filter(|line| line.starts_with("| `")).collect();
    for attack in attacker::all() {
        let row = format!("| `{}` | {} | {} |", attack.name, attack.rule.unwrap_or("-"), attack.what);
        assert!(listed.contains(&row.as_str()), "spec/scenarios/README.md lacks: {row}");
    }
}
