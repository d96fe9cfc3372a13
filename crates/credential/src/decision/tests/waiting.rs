//! When a check is not finished, because the relying party has not said what it knows itself.

use super::{Decision, Facts, NOW, Profile, Shown, Standing, Value, evaluate};

fn decide(purpose: &str, shown: &Shown, facts: &Facts) -> Decision {
    evaluate(&Profile::find_embedded(purpose).unwrap(), shown, facts, NOW).unwrap()
}

fn face(result: &str) -> Facts {
    Facts::new().text("face_matches", result)
}

fn with_portrait() -> Shown {
    Shown::default().with("id.portrait.view", Value::Bytes(vec![1]))
}

#[test]
fn a_face_that_was_not_compared_waits() {
    let rent = |shown: &Shown, facts: &Facts| {
        let decision = decide("uk-right-to-rent", shown, facts);
        (decision.reason().as_str(), decision.waits_for_facts())
    };
    assert_eq!(rent(&with_portrait(), &Facts::new()), ("fact-missing", true));
    assert_eq!(rent(&with_portrait(), &face("not-checked")), ("photo-not-compared", true));
    // One thing is different each time: the check is finished, or facts do not help.
    assert_eq!(rent(&with_portrait(), &face("no")), ("photo-differs", false));
    assert_eq!(rent(&Shown::default(), &face("not-checked")), ("claim-missing", false));
    let suspended = with_portrait().standing(Standing::Suspended);
    assert!(!rent(&suspended, &Facts::new()).1);
    assert_eq!(rent(&with_portrait().aged(i64::MAX), &Facts::new()), ("evidence-stale", false));
    assert_eq!(rent(&with_portrait(), &face("yes")), ("claim-missing", false));
}

#[test]
fn the_name_of_the_reason_does_not_matter() {
    for (purpose, reason) in
        [("uk-right-to-work", "face-not-checked"), ("uk-right-to-rent", "photo-not-compared")]
    {
        let facts = face("not-checked");
        let facts = match purpose {
            "uk-right-to-work" => facts.date("start_date", super::day("2026-12-01")),
            _ => facts,
        };
        let decision = decide(purpose, &with_portrait(), &facts);
        assert_eq!((decision.reason().as_str(), decision.waits_for_facts()), (reason, true));
    }
}

#[test]
fn a_reference_that_is_missing_waits() {
    let matching = |facts: &Facts| {
        let decision = decide("job-matching-profile", &Shown::default(), facts);
        (decision.reason().as_str(), decision.waits_for_facts())
    };
    assert_eq!(matching(&Facts::new()), ("fundamental-rights-reference-missing", true));
    let reference = Facts::new().text("fria_reference", "2026/17");
    assert_eq!(matching(&reference), ("fact-missing", true));
    let revoked = Shown::default().standing(Standing::Revoked);
    assert!(!decide("job-matching-profile", &revoked, &Facts::new()).waits_for_facts());
}

#[test]
fn silence_does_not_wait() {
    let profile = Profile::find_embedded("uk-right-to-rent").unwrap();
    assert!(!Decision::no_answer(&profile, NOW).waits_for_facts());
}
