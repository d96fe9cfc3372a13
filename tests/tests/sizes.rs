//! Sizes on the wire.

use geleit_cose::cbor::Limits;
use geleit_credential::presentation::Presentation;
use geleit_credential::purpose::{Profile, Purposes};
use geleit_credential::scope::{Necessity, Scope, ScopeEntry, ScopedClaim};
use geleit_testkit::world::NOW;
use geleit_testkit::{World, people};

/// A right-to-work answer has to fit a QR code.
#[test]
fn three_claims_and_a_threshold_fit_in_1200_bytes() {
    let world = World::new();
    let profile = Profile::find_embedded("uk-right-to-work").unwrap();
    let registration = world.registration_bytes(&profile);
    let claim = |id| ScopeEntry::required(ScopedClaim::by_id(id).unwrap());
    let (through, steps) = &profile.thresholds()[0];
    let scope = Scope::new(vec![
        claim("res.uk.work.permitted"),
        claim("res.uk.work.until"),
        claim("res.uk.work.conditions"),
        ScopeEntry {
            claim: ScopedClaim::by_id(through).unwrap(),
            necessity: Necessity::Required,
            at_least: vec![steps[0]],
        },
    ]);
    let mut content = world.request_content(&profile, &registration, b"sixteen byte nonce");
    content.scope = scope.unwrap();
    let bytes = content.sign(&world.relying_party).unwrap();
    let request = world.permit(&bytes, &Purposes::embedded(), NOW).unwrap();
    let residence = world.held(&people::residence(), "residence");
    let answer = world.answer(&request, &[&residence]);
    let presentation = Presentation::parse(&answer, &Limits::TOKEN).unwrap();
    let token = presentation.tokens().next().unwrap().envelope().raw().len();
    println!("{token} bytes");
    assert!(token <= 1_280, "{token} bytes");
}
