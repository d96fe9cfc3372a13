//! The main job through all layers: issue, ask, answer, verify, decide.

use geleit_cose::cbor::Limits;
use geleit_credential::decision::{Facts, Outcome, decide};
use geleit_credential::holder::HeldCredential;
use geleit_credential::presentation::Presentation;
use geleit_credential::purpose::Profile;
use geleit_credential::schema::Date;
use geleit_credential::verifier::{OpenNonces, Workspace};
use geleit_testkit::world::NOW;
use geleit_testkit::{World, people};

const NONCE: &[u8] = b"sixteen byte nonce";

/// What was shown and how it was decided: outcome, reason, end date.
struct Answered {
    shown: Vec<&'static str>,
    outcome: &'static str,
    reason: &'static str,
    until: Option<Date>,
}

fn check(id: &str, held: &[HeldCredential], facts: &Facts) -> Answered {
    let world = World::new();
    let profile = Profile::find_embedded(id).expect("an embedded profile");
    let request = world.request(&profile, NONCE);
    let answer = world.answer(&request, &held.iter().collect::<Vec<_>>());
    let presentation = Presentation::parse(&answer, &Limits::TOKEN).expect("an answer");
    let (mut nonces, mut workspace) = (OpenNonces::default(), Workspace::new());
    let verifier = world.verifier(&profile);
    let statuses = world.status_lists();
    let verified = verifier.verify(&presentation, &request, &statuses, NOW, &mut nonces, &mut workspace);
    let verified = verified.expect("every rule holds");
    let mut shown = verified.disclosed();
    shown.sort_unstable();
    // Exactly what was asked, no more and no less.
    let mut asked: Vec<_> = request.scope().entries().iter().map(|entry| entry.claim.id()).collect();
    asked.sort_unstable();
    assert_eq!(shown, asked);
    let decision = decide(&verified, &profile, facts, NOW).expect("facts of the profile");
    let until = match decision.outcome() {
        Outcome::AcceptUntil(date) => Some(*date),
        _ => None,
    };
    Answered { shown, outcome: decision.outcome().name(), reason: decision.reason().as_str(), until }
}

#[test]
fn right_to_work() {
    let world = World::new();
    let held = [world.held(&people::identity(), "identity"), world.held(&people::residence(), "residence")];
    let facts =
        Facts::new().date("start_date", Date::parse("2026-12-01").unwrap()).text("face_matches", "yes");
    let answered = check("uk-right-to-work", &held, &facts);
    assert_eq!((answered.outcome, answered.reason), ("ACCEPT_UNTIL", "work-permitted-until"));
    assert_eq!(answered.until, Date::parse("2028-03-31"));
    assert!(!answered.shown.iter().any(|id| id.starts_with("doc.") || id.contains("birth")));
}

#[test]
fn recognition_of_a_qualification() {
    let world = World::new();
    let held = [world.held(&people::qualification(), "qualification")];
    let answered = check("de-recognition-result-employer", &held, &Facts::new().text("job_kldb", "26212"));
    assert_eq!((answered.outcome, answered.reason), ("ACCEPT", "recognition-full"));
    assert!(!answered.shown.iter().any(|id| id.contains("foreign")));
}

#[test]
fn permission_to_travel() {
    let world = World::new();
    let held = [world.held(&people::identity(), "identity"), world.held(&people::residence(), "residence")];
    let facts = Facts::new().text("document_number_presented", people::PASSPORT);
    let answered = check("uk-carrier-permission-to-travel", &held, &facts);
    assert_eq!((answered.outcome, answered.reason), ("ACCEPT", "permission-to-travel-valid"));
    assert!(answered.shown.contains(&"res.uk.linked_documents.number"));
    assert!(!answered.shown.contains(&"res.uk.linked_documents.country"));
}
