//! The main job through all layers: issue, ask, answer, verify, decide.

use geleit_cose::cbor::Limits;
use geleit_credential::decision::{Facts, Outcome, decide};
use geleit_credential::presentation::Presentation;
use geleit_credential::purpose::Profile;
use geleit_credential::schema::Date;
use geleit_credential::verifier::{OpenNonces, Workspace};
use geleit_testkit::world::NOW;
use geleit_testkit::{World, people};

const NONCE: &[u8] = b"sixteen byte nonce";

#[test]
fn right_to_work() {
    let world = World::new();
    let profile = Profile::find_embedded("uk-right-to-work").unwrap();
    let identity = world.held(&people::identity(), "identity");
    let residence = world.held(&people::residence(), "residence");
    let request = world.request(&profile, NONCE);
    let answer = world.answer(&request, &[&identity, &residence]);
    let presentation = Presentation::parse(&answer, &Limits::TOKEN).unwrap();
    let mut workspace = Workspace::new();
    let verified = world
        .verifier(&profile)
        .verify(&presentation, &request, NOW, &mut OpenNonces::default(), &mut workspace)
        .unwrap();
    println!("{} bytes, {:?}", answer.len(), verified.disclosed());
    for t in presentation.tokens() {
        println!("{}", t.envelope().raw().len());
    }
    let facts = Facts::new().date("start_date", Date::parse("2026-12-01").unwrap()).text("face_matches", "yes");
    let decision = decide(&verified, &profile, &facts, NOW).unwrap();
    println!("{:?}", decision);
    assert!(matches!(decision.outcome(), Outcome::AcceptUntil(_)));
}
