//! The tables against credentials as issuers build them: claim names and values fit together.

use super::Shown;
use super::{Evidence, Facts, Profile, Value, day, decide};
use crate::schema::ClaimSet;
use crate::schema::End;
use crate::schema::identity::{Identity, TravelDocument};
use crate::schema::qualification::{ForeignAward, Qualification, Recognition, ReferenceOccupation};
use crate::schema::residence::{LinkedDocument, Residence, UkConditions};

const TODAY: &str = "2026-11-23";

/// What a holder shows of these credentials for this purpose.
fn shown(profile: &Profile, sets: &[&ClaimSet]) -> Shown {
    let mut shown = Shown::default().aged(600);
    for id in profile.required().iter().chain(profile.optional()) {
        let value = |set: &&ClaimSet| match id.rsplit_once('.') {
            Some((list, "number")) if list.ends_with("linked_documents") => {
                let Value::Array(items) = set.plain(list)? else { return None };
                items.first()?.get("number").cloned()
            }
            _ => set.plain(id).cloned(),
        };
        if let Some(value) = sets.iter().find_map(value) {
            shown = shown.with(id, value);
        }
    }
    assert!(shown.value("id.nationality").is_none());
    shown
}

fn person() -> ClaimSet {
    let jpeg = [0xff, 0xd8, 0xff, 0xe0];
    let document =
        TravelDocument { kind: "P", number: "L898902C3", issuing_country: "UTO", expiry: day("2031-05-09") };
    Identity::new()
        .name("Beispiel", Some("Alex"))
        .birth_date(day("1993-04-17").into())
        .nationalities(&["TR"])
        .born_in(crate::schema::identity::Place { country: Some("TR"), region: None, locality: None })
        .portrait(&jpeg)
        .document(document)
        .build(day(TODAY))
        .unwrap()
}

fn work(residence: Residence) -> String {
    let profile = Profile::find_embedded("uk-right-to-work").unwrap();
    let facts = Facts::new()
        .date("start_date", day("2027-01-04"))
        .text("face_matches", "yes")
        .number("hours_per_week", 38);
    let shown = shown(&profile, &[&person(), &residence.build(day(TODAY)).unwrap()]);
    let decision = decide(&profile, &shown, &facts);
    format!("{} {}", decision.outcome(), decision.reason())
}

#[test]
fn right_to_work() {
    let settled = || Residence::new("settled", true);
    let skilled = || Residence::new("work_skilled", true);
    let none = UkConditions::default();
    assert_eq!(work(settled().uk_work(End::Never, none)), "ACCEPT work-permitted");
    assert_eq!(
        work(skilled().uk_work(End::Day(day("2028-03-31")), none)),
        "ACCEPT_UNTIL 2028-03-31 work-permitted-until"
    );
    assert_eq!(work(skilled().uk_no_work()), "REFUSE work-not-permitted");
    let ended = || skilled().uk_work(End::Day(day("2026-11-20")), none);
    assert_eq!(work(ended()), "INDETERMINATE continuation-not-shown");
    assert_eq!(work(ended().uk_continuation("none")), "REFUSE permission-ended");
    assert_eq!(work(ended().uk_continuation("3C")), "ACCEPT_WITH_NOTICE continuation-pending");
    assert_eq!(
        work(settled().under_review().uk_work(End::Never, none)),
        "ACCEPT_WITH_NOTICE dispute-open-rights-continue"
    );
    assert_eq!(work(skilled().under_review().uk_no_work()), "INDETERMINATE dispute-open");
    let tied = UkConditions { sponsor_tied: Some(true), ..none };
    assert_eq!(work(skilled().uk_work(End::Day(day("2028-03-31")), tied)), "INDETERMINATE sponsor-not-shown");
    let student = UkConditions { max_hours_term: Some(20), ..none };
    let study = Residence::new("study_training", true).uk_work(End::Day(day("2028-03-31")), student);
    assert_eq!(work(study), "INDETERMINATE work-hours-above-limit");
}

#[test]
fn recognition() {
    let profile = Profile::find_embedded("de-recognition-result-employer").unwrap();
    let decision = |result| Recognition {
        kind: "equivalence_nonregulated",
        result,
        decided_on: day("2026-03-12"),
        case_number: "X-0000001",
        legal_basis: "BQFG:4",
    };
    let occupation = ReferenceOccupation { kldb: "26212", label: "Elektroniker/in", dqr_level: 4 };
    let award = ForeignAward {
        title: "Elektrik Ustalık Belgesi",
        awarding_body: "Örnek Meslek Okulu",
        country: "TR",
        awarded_on: day("2015-06-30"),
        eqf_level: Some(4),
    };
    let full = Qualification::new("Beispielkammer")
        .recognition(decision("full"))
        .reference_occupation(occupation)
        .occupation("7411")
        .foreign_award(award);
    let shown = shown(&profile, &[&full.build(day(TODAY)).unwrap()]);
    let answer = |job: &str| decide(&profile, &shown, &Facts::new().text("job_kldb", job)).reason().as_str();
    assert_eq!((answer("26212"), answer("81302")), ("recognition-full", "recognition-other-occupation"));
}

#[test]
fn permission_to_travel() {
    let profile = Profile::find_embedded("uk-carrier-permission-to-travel").unwrap();
    let answer = |number| {
        let documents = [LinkedDocument { kind: "P", country: "UTO", number }];
        let residence =
            Residence::new("settled", true).uk_travel("eVisa", &documents).build(day(TODAY)).unwrap();
        let shown = shown(&profile, &[&person(), &residence]);
        decide(&profile, &shown, &Facts::new().text("document_number_presented", "L898902C3"))
            .reason()
            .as_str()
    };
    assert_eq!(
        (answer("L898902C3"), answer("G0000001")),
        ("permission-to-travel-valid", "document-not-linked")
    );
}
