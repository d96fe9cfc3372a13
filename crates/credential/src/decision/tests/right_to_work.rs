use super::{Case, Facts, Profile, Shown, Value, check_cases, check_withholding, day, decide, object, row};
use crate::schema::threshold::month_index;
use crate::standing::Standing;

fn profile() -> Profile {
    Profile::find_embedded("uk-right-to-work").unwrap()
}

/// Unlimited, without conditions.
fn settled() -> Shown {
    Shown::default()
        .with("id.portrait.view", Value::bytes([0xff, 0xd8, 0xff]))
        .text("id.family_name", "Beispiel")
        .text("id.given_name", "Alex")
        .bool("res.uk.work.permitted", true)
        .with("res.uk.work.until", Value::Null)
        .with("res.uk.work.conditions", object(&[]))
        .aged(600)
}

fn until(date: &str) -> Shown {
    settled().text("res.uk.work.until", date)
}

fn through(month: &str) -> Shown {
    let step = month_index(crate::schema::Month::parse(month).unwrap());
    settled().without("res.uk.work.until").proving("res.uk.work.through", step)
}

fn no_work() -> Shown {
    settled().bool("res.uk.work.permitted", false).without("res.uk.work.conditions")
}

fn conditions(shown: Shown, entries: &[(&str, Value)]) -> Shown {
    shown.with("res.uk.work.conditions", object(entries))
}

fn student() -> Shown {
    conditions(until("2028-03-31"), &[("max_hours_term", Value::Uint(20))])
}

fn sponsored(matches: bool) -> Shown {
    conditions(until("2028-03-31"), &[("sponsor_tied", Value::Bool(true))])
        .bool("res.uk.sponsor_match", matches)
}

fn disputed(shown: Shown) -> Shown {
    shown.bool("res.under_review", true)
}

fn undisputed(shown: Shown) -> Shown {
    shown.bool("res.under_review", false)
}

fn facts() -> Facts {
    Facts::new().date("start_date", day("2027-01-04")).text("face_matches", "yes")
}

fn start(date: &str) -> Facts {
    Facts::new().date("start_date", day(date)).text("face_matches", "yes")
}

fn face(answer: &str) -> Facts {
    Facts::new().date("start_date", day("2027-01-04")).text("face_matches", answer)
}

#[rustfmt::skip]
fn cases() -> Vec<Case> {
    let continued = |shown: Shown, kind| shown.text("res.uk.continuation", kind);
    let table = [
        (28, "ACCEPT_WITH_NOTICE", "dispute-open-rights-continue", settled().reviewed(), facts()),
        (30, "ACCEPT_WITH_NOTICE", "dispute-open-rights-continue", until("2028-03-31").reviewed(), facts()),
        (34, "ACCEPT_WITH_NOTICE", "dispute-open-rights-continue", through("2027-05").reviewed(), facts()),
        (10, "INDETERMINATE", "dispute-open", undisputed(no_work()).reviewed(), facts()),
        (20, "INDETERMINATE", "dispute-open", undisputed(sponsored(false)).reviewed(), facts().number("hours_per_week", 38)),
        (42, "INDETERMINATE", "dispute-open", undisputed(continued(until("2026-11-22"), "none")).reviewed(), facts()),
        (5, "INDETERMINATE", "evidence-stale", settled().aged(86_401), facts()),
        (5, "INDETERMINATE", "evidence-stale", undisputed(no_work()).aged(86_401), facts()),
        (6, "INDETERMINATE", "fact-missing", settled(), facts().without("start_date")),
        (6, "INDETERMINATE", "fact-missing", settled(), Facts::new()),
        (7, "INDETERMINATE", "claim-missing", settled().without("id.portrait.view"), facts()),
        (8, "INDETERMINATE", "face-not-checked", settled(), face("not-checked")),
        (9, "INDETERMINATE", "face-differs", settled(), face("no")),
        (9, "INDETERMINATE", "face-differs", undisputed(no_work()), face("no")),
        (11, "INDETERMINATE", "dispute-open", disputed(no_work()), facts()),
        (12, "INDETERMINATE", "dispute-state-not-shown", no_work(), facts()),
        (13, "REFUSE", "work-not-permitted", undisputed(no_work()), facts()),
        (14, "INDETERMINATE", "claim-missing", settled().without("res.uk.work.permitted"), facts()),
        (14, "INDETERMINATE", "claim-missing", settled().without("res.uk.work.until"), facts()),
        (14, "INDETERMINATE", "claim-missing", settled().without("res.uk.work.conditions"), facts()),
        (15, "INDETERMINATE", "work-hours-not-given", student(), facts()),
        (16, "INDETERMINATE", "work-hours-above-limit", student(), facts().number("hours_per_week", 21)),
        (17, "INDETERMINATE", "sponsor-not-shown", sponsored(true).without("res.uk.sponsor_match"), facts()),
        (18, "INDETERMINATE", "work-hours-not-given", sponsored(false), facts()),
        (19, "INDETERMINATE", "sponsor-differs-small-job", undisputed(sponsored(false)), facts().number("hours_per_week", 20)),
        (21, "INDETERMINATE", "dispute-open", disputed(sponsored(false)), facts().number("hours_per_week", 38)),
        (22, "INDETERMINATE", "dispute-state-not-shown", sponsored(false), facts().number("hours_per_week", 38)),
        (23, "REFUSE", "sponsor-differs", undisputed(sponsored(false)), facts().number("hours_per_week", 21)),
        (29, "ACCEPT_WITH_NOTICE", "dispute-open-rights-continue", disputed(settled()), facts()),
        (31, "ACCEPT_WITH_NOTICE", "dispute-open-rights-continue", disputed(until("2028-03-31")), facts()),
        (32, "ACCEPT", "work-permitted", settled(), facts()),
        (32, "ACCEPT", "work-permitted", undisputed(settled()).without("id.given_name"), facts()),
        (33, "ACCEPT_UNTIL 2028-03-31", "work-permitted-until", until("2028-03-31"), facts()),
        (33, "ACCEPT_UNTIL 2028-03-31", "work-permitted-until", sponsored(true), facts()),
        (33, "ACCEPT_UNTIL 2028-03-31", "work-permitted-until", student(), facts().number("hours_per_week", 15)),
        (33, "ACCEPT_UNTIL 2027-01-04", "work-permitted-until", until("2027-01-04"), facts()),
        (35, "ACCEPT_WITH_NOTICE", "dispute-open-rights-continue", disputed(through("2027-05")), facts()),
        (36, "ACCEPT_UNTIL 2027-05-31", "work-permitted-through", through("2027-05"), facts()),
        (36, "ACCEPT_UNTIL 2029-11-30", "work-permitted-through", through("2029-11"), facts()),
        (37, "INDETERMINATE", "proof-too-short", through("2026-12"), facts()),
        (38, "ACCEPT_WITH_NOTICE", "continuation-pending", continued(until("2026-11-20"), "3C"), facts()),
        (39, "ACCEPT_WITH_NOTICE", "continuation-pending", continued(until("2026-12-20"), "euss_pending"), facts()),
        (40, "INDETERMINATE", "continuation-not-shown", undisputed(until("2026-11-22")), facts()),
        (41, "INDETERMINATE", "continuation-not-shown", undisputed(until("2027-01-03")), facts()),
        (43, "INDETERMINATE", "dispute-open", disputed(continued(until("2026-11-22"), "none")), facts()),
        (44, "INDETERMINATE", "dispute-state-not-shown", continued(until("2026-11-22"), "none"), facts()),
        (45, "REFUSE", "permission-ended", undisputed(continued(until("2026-11-22"), "none")), facts()),
        (46, "REFUSE", "permission-ends-before-start", undisputed(continued(until("2027-01-03"), "none")), facts()),
        // The last day before six months, and the first after.
        (38, "ACCEPT_WITH_NOTICE", "continuation-pending", continued(until("2026-11-20"), "3C"), start("2027-05-22")),
        (39, "ACCEPT_WITH_NOTICE", "continuation-pending", continued(until("2026-12-20"), "3C"), start("2027-05-22")),
        (47, "INDETERMINATE", "not-decidable", continued(until("2026-11-20"), "3C"), start("2027-05-23")),
        (47, "INDETERMINATE", "not-decidable", continued(until("2026-12-20"), "3C"), start("2027-05-23")),
        (47, "INDETERMINATE", "not-decidable", undisputed(continued(until("2026-11-20"), "3D")), start("2099-01-01")),
        (47, "INDETERMINATE", "not-decidable", undisputed(continued(until("2026-12-20"), "euss_pending")), start("2099-01-01")),
        // A value of a type that the schema does not have is not a "no".
        (47, "INDETERMINATE", "not-decidable", undisputed(settled()).text("res.uk.work.permitted", "false"), facts()),
    ];
    table.into_iter().map(|(row, outcome, reason, shown, facts)| Case { row, outcome, reason, shown, facts }).collect()
}

#[test]
fn every_row_answers() {
    check_cases(&profile(), cases());
}

#[test]
fn withholding_never_helps_and_never_harms() {
    for case in cases() {
        check_withholding(&profile(), &case.shown, &case.facts);
    }
}

/// The order of the table: what is doubtful comes before what is negative.
#[test]
fn doubt_comes_before_refusal() {
    let negative = undisputed(no_work());
    let doubts = [
        decide(&profile(), &negative.clone().standing(Standing::Suspended).aged(90_000), &facts()),
        decide(&profile(), &negative.clone().standing(Standing::Superseded).aged(90_000), &facts()),
        decide(&profile(), &negative.clone().standing(Standing::InDoubt).aged(90_000), &facts()),
        decide(&profile(), &negative.clone().reviewed().aged(90_000), &facts()),
        decide(&profile(), &negative, &Facts::new()),
        decide(&profile(), &negative.clone().without("id.portrait.view"), &facts()),
        decide(&profile(), &negative, &face("not-checked")),
        decide(&profile(), &negative, &face("no")),
        decide(&profile(), &negative.clone().reviewed(), &facts()),
    ];
    assert!(doubts.iter().map(row).eq(2..=10));
    assert!(doubts.iter().all(|decision| decision.outcome().name() == "INDETERMINATE"));
}

#[test]
fn notices_accompany_positive_answers() {
    let notices = |shown: &Shown, facts: &Facts| {
        let decision = decide(&profile(), shown, facts);
        let codes: Vec<_> = decision.notices().iter().map(|code| code.as_str()).collect();
        (decision.outcome().to_string(), codes)
    };
    let hours = facts().number("hours_per_week", 20);
    assert_eq!(
        notices(&student(), &hours),
        ("ACCEPT_UNTIL 2028-03-31".to_owned(), vec!["work-hours-limited"])
    );
    assert_eq!(notices(&student(), &facts()), ("INDETERMINATE".to_owned(), vec![]));
    let bound = [
        ("occupation_tied", Value::text("2134")),
        ("self_employment", Value::Bool(false)),
        ("sponsor_tied", Value::Bool(false)),
    ];
    assert_eq!(
        notices(&conditions(until("2028-03-31"), &bound), &facts()).1,
        ["work-occupation-limited", "self-employment-not-permitted"]
    );
    assert!(
        notices(&conditions(settled(), &[("self_employment", Value::Bool(true))]), &facts()).1.is_empty()
    );
    // An unlimited answer with something to note is not a plain ACCEPT.
    let offline = settled().aged(72_000);
    assert_eq!(notices(&offline, &facts()), ("ACCEPT_WITH_NOTICE".to_owned(), vec!["evidence-not-fresh"]));
    assert_eq!(notices(&settled().aged(43_200), &facts()), ("ACCEPT".to_owned(), vec![]));
    assert_eq!(notices(&undisputed(no_work()).aged(72_000), &facts()), ("REFUSE".to_owned(), vec![]));
}

#[test]
fn end_dates_are_inclusive_and_never_in_the_past() {
    let today = Facts::new().date("start_date", day("2026-11-23")).text("face_matches", "yes");
    assert_eq!(
        decide(&profile(), &until("2026-11-23"), &today).outcome().to_string(),
        "ACCEPT_UNTIL 2026-11-23"
    );
    // Started long ago, ended yesterday: the first working day does not save the answer.
    let earlier = Facts::new().date("start_date", day("2024-01-08")).text("face_matches", "yes");
    assert_eq!(
        decide(&profile(), &until("2026-11-22"), &earlier).reason().as_str(),
        "continuation-not-shown"
    );
    assert_eq!(decide(&profile(), &through("2026-10"), &earlier).reason().as_str(), "proof-too-short");
    assert_eq!(
        decide(&profile(), &through("2026-11"), &earlier).outcome().to_string(),
        "ACCEPT_UNTIL 2026-11-30"
    );
}

/// The last step of the list stands for every later month and therefore proves none of them.
#[test]
fn the_end_of_the_list_of_months_proves_nothing_beyond_itself() {
    let facts = |start| Facts::new().date("start_date", day(start)).text("face_matches", "yes");
    let last = settled().without("res.uk.work.until").proving("res.uk.work.through", 127);
    assert_eq!(
        decide(&profile(), &last, &facts("2035-07-31")).outcome().to_string(),
        "ACCEPT_UNTIL 2035-07-31"
    );
    assert_eq!(decide(&profile(), &last, &facts("2035-08-01")).reason().as_str(), "proof-too-short");
}

#[test]
fn what_is_missing_is_named() {
    let missing = |shown: &Shown, facts: &Facts| decide(&profile(), shown, facts).missing().join(" ");
    assert_eq!(missing(&settled(), &Facts::new()), "face_matches start_date");
    assert_eq!(missing(&settled().without("res.uk.work.until"), &facts()), "res.uk.work.until");
    assert_eq!(missing(&no_work(), &facts()), "res.under_review");
    assert_eq!(missing(&student(), &facts()), "hours_per_week");
    assert_eq!(missing(&settled(), &facts()), "");
    assert_eq!(missing(&settled(), &face("no")), "");
}
