//! Each operator in the three cases: true, false, unknown.

use super::super::truth::Truth::{self, False, True, Unknown};
use super::{Facts, Profile, Shown, UnixTime, Value, day, decide, evaluate, object};
use crate::standing::Standing;

/// A profile whose row 6 accepts on one condition. Row 8 refuses on what is always true, so that it shows
/// whether row 6 is false (REFUSE) or open (INDETERMINATE).
fn profile(condition: &str) -> Profile {
    profile_in("Europe/Berlin", condition)
}

fn profile_in(zone: &str, condition: &str) -> Profile {
    Profile::from_toml(&text(zone, condition)).unwrap_or_else(|error| panic!("{condition}: {error}"))
}

/// The same with an end date, on a condition that holds.
fn accepting_until(until: &str) -> String {
    let holds = "{ fact = \"always\", at_least = 2 }";
    let accepts = "outcome = \"ACCEPT\"\n        reason = \"work-permitted\"";
    let accepts_until =
        format!("outcome = \"ACCEPT_UNTIL\"\nuntil = {until}\nreason = \"work-permitted-until\"");
    text("Europe/Berlin", holds).replace(accepts, &accepts_until)
}

fn text(zone: &str, condition: &str) -> String {
    format!(
        r#"
        id = "sample-use"
        version = 1
        kind = "profile"
        controller = "sample"
        verifier_class = "sample"
        legal_basis = ["Sample Act s. 1"]
        retention_days = 1
        retention_from = "decision"
        zone = "{zone}"
        max_status_age_s = 100
        subject_id = "none"
        binding = "holder-key"
        ai_use = "none"
        confidence = "low"
        forbidden = []
        seen_by_person = [
            "id.birth_date", "id.nationality", "qual.dqr_level", "qual.foreign.country", "qual.licence.restrictions",
            "qual.reference_occupation", "res.uk.work.until", "res.valid_until", "res.valid_now", "res.uk.work.conditions", "id.age_over"
        ]
        title = {{ en = "S", de = "B" }}
        purpose = {{ en = "S", de = "B" }}
        retention_note = {{ en = "S", de = "B" }}
        fallback = {{ en = "S", de = "B" }}
        redress = {{ en = "S", de = "B" }}
        [claims.identity.optional]
        "id.birth_date" = {{ en = "S", de = "B" }}
        "id.nationality" = {{ en = "S", de = "B" }}
        [claims.qualification.optional]
        "qual.dqr_level" = {{ en = "S", de = "B" }}
        "qual.foreign.country" = {{ en = "S", de = "B" }}
        "qual.licence.restrictions" = {{ en = "S", de = "B" }}
        "qual.reference_occupation" = {{ en = "S", de = "B" }}
        [claims.residence.optional]
        "res.uk.work.until" = {{ en = "S", de = "B" }}
        "res.valid_until" = {{ en = "S", de = "B" }}
        "res.valid_now" = {{ en = "S", de = "B" }}
        "res.uk.work.conditions" = {{ en = "S", de = "B" }}
        [[threshold]]
        claim = "id.age_over"
        at_least = ["18", "21"]
        why = {{ en = "S", de = "B" }}
        [facts.day]
        type = "date"
        required = false
        title = {{ en = "S", de = "B" }}
        [facts.count]
        type = "number"
        required = false
        title = {{ en = "S", de = "B" }}
        [facts.word]
        type = "text"
        required = false
        title = {{ en = "S", de = "B" }}
        [facts.always]
        type = "number"
        required = true
        title = {{ en = "S", de = "B" }}
        [[decision]]
        when = [{{ status = "revoked" }}]
        outcome = "REFUSE"
        reason = "status-revoked"

        [[decision]]
        when = [{{ status = "suspended" }}]
        outcome = "INDETERMINATE"
        reason = "status-suspended"

        [[decision]]
        when = [{{ status = "superseded" }}]
        outcome = "INDETERMINATE"
        reason = "credential-superseded"

        [[decision]]
        when = [{{ status = "in-doubt" }}]
        outcome = "INDETERMINATE"
        reason = "status-in-doubt"

        [[decision]]
        when = [{{ evidence_older_than_s = "max_status_age_s" }}]
        outcome = "INDETERMINATE"
        reason = "evidence-stale"

        [[decision]]
        when = [{condition}]
        outcome = "ACCEPT"
        reason = "work-permitted"
        [[decision]]
        when = [
            {{ fact = "day", before = {{ now = true }} }},
            {{ fact = "count", equals = -1 }},
            {{ fact = "word", equals = "-" }},
            {{ fact = "always", equals = 0 }},
        ]
        outcome = "INDETERMINATE"
        reason = "claim-missing"
        [[decision]]
        when = [{{ fact = "always", equals = 1 }}]
        outcome = "REFUSE"
        reason = "work-not-permitted"
        [[decision]]
        when = []
        outcome = "INDETERMINATE"
        reason = "not-decidable"
        "#
    )
}

/// A condition that is false lets the refusal of row 8 through; one that is unknown does not.
fn truth(condition: &str, shown: &Shown, facts: &Facts) -> Truth {
    let decision = decide(&profile(condition), shown, &facts.clone().number("always", 1));
    match decision.outcome().name() {
        "ACCEPT" => True,
        "REFUSE" => False,
        _ => Unknown,
    }
}

fn claims(condition: &str, shown: &Shown) -> Truth {
    truth(condition, shown, &Facts::new())
}

fn one(claim: &str, value: Value) -> Shown {
    Shown::default().with(claim, value)
}

#[test]
fn booleans_and_null() {
    let is = "{ claim = \"res.valid_now\", is = true }";
    let values = [Value::Bool(true), Value::Bool(false), Value::text("true"), Value::Uint(1), Value::Null];
    let truths = values.map(|value| claims(is, &one("res.valid_now", value)));
    assert_eq!(truths, [True, False, Unknown, Unknown, False]);
    assert_eq!(claims(is, &Shown::default()), Unknown);
    let null = |expected| format!("{{ claim = \"res.uk.work.until\", null = {expected} }}");
    let until = |value| one("res.uk.work.until", value);
    assert_eq!(claims(&null(true), &until(Value::Null)), True);
    assert_eq!(claims(&null(true), &until(Value::text("2027-01-01"))), False);
    assert_eq!(claims(&null(false), &until(Value::text("2027-01-01"))), True);
    assert_eq!(claims(&null(false), &until(Value::Null)), False);
    assert_eq!(claims(&null(true), &Shown::default()), Unknown);
    assert_eq!(claims(&null(false), &Shown::default()), Unknown);
}

#[test]
fn texts() {
    let country = |value: &str| one("qual.foreign.country", Value::text(value));
    for (condition, expected) in [
        ("equals = \"TR\"", [True, False, Unknown]),
        ("differs_from = \"TR\"", [False, True, Unknown]),
        ("in = [\"AT\", \"TR\"]", [True, False, Unknown]),
    ] {
        let condition = format!("{{ claim = \"qual.foreign.country\", {condition} }}");
        let shown = [country("TR"), country("CH"), Shown::default()];
        assert_eq!(shown.map(|shown| claims(&condition, &shown)), expected, "{condition}");
        assert_eq!(
            claims(&condition, &one("qual.foreign.country", Value::Uint(3))),
            if condition.contains(" in ") { False } else { Unknown }
        );
    }
    let other = "{ claim = \"qual.foreign.country\", equals = { fact = \"word\" } }";
    assert_eq!(truth(other, &country("TR"), &Facts::new().text("word", "TR")), True);
    assert_eq!(truth(other, &country("TR"), &Facts::new().text("word", "tr")), False);
    assert_eq!(truth(other, &country("TR"), &Facts::new()), Unknown);
    let differs = "{ claim = \"qual.foreign.country\", differs_from = { fact = \"word\" } }";
    assert_eq!(truth(differs, &country("TR"), &Facts::new()), Unknown);
}

#[test]
fn numbers() {
    let level = |value: u64| one("qual.dqr_level", Value::Uint(value));
    for (condition, expected) in [
        ("at_least = 4", [False, True, True]),
        ("below = 4", [True, False, False]),
        ("equals = 4", [False, True, False]),
        ("at_least = { fact = \"count\" }", [False, True, True]),
        ("below = { fact = \"count\" }", [True, False, False]),
    ] {
        let condition = format!("{{ claim = \"qual.dqr_level\", {condition} }}");
        let facts = Facts::new().number("count", 4);
        assert_eq!(
            [level(3), level(4), level(5)].map(|shown| truth(&condition, &shown, &facts)),
            expected,
            "{condition}"
        );
        assert_eq!(truth(&condition, &Shown::default(), &facts), Unknown);
        assert_eq!(truth(&condition, &one("qual.dqr_level", Value::text("4")), &facts), Unknown);
    }
    assert_eq!(claims("{ claim = \"qual.dqr_level\", below = { fact = \"count\" } }", &level(3)), Unknown);
    assert_eq!(
        truth("{ fact = \"count\", at_least = 4 }", &Shown::default(), &Facts::new().number("count", 4)),
        True
    );
}

#[test]
fn days() {
    let until = |text: &str| one("res.uk.work.until", Value::text(text));
    let (after, before) = (
        "{ claim = \"res.uk.work.until\", on_or_after = { now = true } }",
        "{ claim = \"res.uk.work.until\", before = { now = true } }",
    );
    for (text, expected) in [
        ("2026-11-22", (False, True)),
        ("2026-11-23", (True, False)),
        ("2026-11-24", (True, False)),
        ("23.11.2026", (Unknown, Unknown)),
    ] {
        assert_eq!((claims(after, &until(text)), claims(before, &until(text))), expected, "{text}");
    }
    assert_eq!((claims(after, &Shown::default()), claims(before, &Shown::default())), (Unknown, Unknown));
    let never = one("res.uk.work.until", Value::Null);
    assert_eq!(claims(before, &never), False);
    let facts = Facts::new().date("day", day("2027-01-04"));
    assert_eq!(truth("{ fact = \"day\", on_or_after = { now = true } }", &Shown::default(), &facts), True);
    let two = until("2027-01-04").text("res.valid_until", "2027-01-05");
    assert_eq!(
        claims("{ claim = \"res.uk.work.until\", before = { claim = \"res.valid_until\" } }", &two),
        True
    );
}

/// A date of which only a part is known is true or false only if every day it can be is.
#[test]
fn partial_dates() {
    let born = |text: &str| one("id.birth_date", Value::text(text));
    let condition = "{ claim = \"id.birth_date\", before = { fact = \"day\" } }";
    let facts = Facts::new().date("day", day("2008-11-23"));
    for (text, expected) in [
        ("2007", True),
        ("2008", Unknown),
        ("2009", False),
        ("2008-10", True),
        ("2008-11", Unknown),
        ("2008-12", False),
        ("2008-11-22", True),
        ("2008-11-23", False),
    ] {
        assert_eq!(truth(condition, &born(text), &facts), expected, "{text}");
    }
}

/// An object is shown whole; an array may have elements that are not shown.
#[test]
fn members_and_elements() {
    let condition = "{ claim = \"qual.reference_occupation\", member = \"kldb\", equals = \"26212\" }";
    let occupation = |entries: &[(&str, Value)]| one("qual.reference_occupation", object(entries));
    assert_eq!(claims(condition, &occupation(&[("kldb", Value::text("26212"))])), True);
    assert_eq!(claims(condition, &occupation(&[("kldb", Value::text("26213"))])), False);
    assert_eq!(claims(condition, &occupation(&[])), False);
    assert_eq!(claims(condition, &one("qual.reference_occupation", Value::text("26212"))), Unknown);
    assert_eq!(claims(condition, &Shown::default()), Unknown);
    let none = "{ claim = \"res.uk.work.conditions\", member = \"max_hours_term\", null = true }";
    assert_eq!(claims(none, &one("res.uk.work.conditions", object(&[]))), True);
    let contains = "{ claim = \"id.nationality\", contains = \"SY\" }";
    let nationality = |codes: &[&str]| {
        one("id.nationality", Value::Array(codes.iter().map(|code| Value::text(*code)).collect()))
    };
    assert_eq!(claims(contains, &nationality(&["TR", "SY"])), True);
    assert_eq!(claims(contains, &nationality(&["TR"])), Unknown);
    assert_eq!(claims(contains, &Shown::default()), Unknown);
    let wanted = "{ claim = \"id.nationality\", contains = { fact = \"word\" } }";
    assert_eq!(truth(wanted, &nationality(&["TR"]), &Facts::new().text("word", "TR")), True);
}

/// A proof of less is no proof of "less than".
#[test]
fn thresholds() {
    let condition = "{ threshold = \"id.age_over\", at_least = \"21\" }";
    let proven = |step| Shown::default().proving("id.age_over", step);
    assert_eq!(
        [proven(25), proven(21), proven(18), Shown::default()].map(|shown| claims(condition, &shown)),
        [True, True, Unknown, Unknown]
    );
}

#[test]
fn absence_age_and_review_are_always_known() {
    let shown = one("res.valid_now", Value::Bool(true));
    assert_eq!(claims("{ missing_claim = \"res.valid_now\" }", &Shown::default()), True);
    assert_eq!(claims("{ missing_claim = \"res.valid_now\" }", &shown), False);
    assert_eq!(claims("{ missing_fact = \"count\" }", &shown), True);
    assert_eq!(truth("{ missing_fact = \"count\" }", &shown, &Facts::new().number("count", 1)), False);
    assert_eq!(claims("{ missing = \"required-claims\" }", &Shown::default()), False);
    assert_eq!(claims("{ status = \"under-review\" }", &Shown::default()), False);
    assert_eq!(claims("{ status = \"under-review\" }", &Shown::default().reviewed()), True);
    let older = ["\"max_status_age_s\"", "50"].map(|limit| format!("{{ evidence_older_than_s = {limit} }}"));
    for (age_s, expected) in [(50, [False, False]), (51, [False, True]), (100, [False, True])] {
        assert_eq!(
            older.clone().map(|condition| claims(&condition, &Shown::default().aged(age_s))),
            expected,
            "{age_s}"
        );
    }
}

/// P-19: whatever a table says, a withdrawn, doubtful or old status is never a yes.
#[test]
fn the_guards_come_first() {
    let accepts_all = profile("{ missing_fact = \"count\" }");
    let reason =
        |shown: &Shown| decide(&accepts_all, shown, &Facts::new().number("always", 1)).reason().as_str();
    assert_eq!(reason(&Shown::default()), "work-permitted");
    for (standing, expected) in [
        (Standing::Valid, "work-permitted"),
        (Standing::Revoked, "status-revoked"),
        (Standing::Suspended, "status-suspended"),
        (Standing::Superseded, "credential-superseded"),
        (Standing::InDoubt, "status-in-doubt"),
        (Standing::UnderReview, "work-permitted"),
    ] {
        let shown = Shown::default().standing(standing);
        assert_eq!(reason(&shown), expected, "{standing:?}");
        // The first of the rows answers for several credentials.
        let revoked = shown.standing(Standing::Revoked);
        assert_eq!(reason(&revoked), "status-revoked", "{standing:?}");
    }
    assert_eq!(reason(&Shown::default().aged(101)), "evidence-stale");
    assert_eq!(reason(&Shown::default().aged(101).standing(Standing::InDoubt)), "status-in-doubt");
}

/// NOW is 2026-11-23, and two years before that is 2024-11-23.
#[test]
fn whole_months() {
    let until = |text: &str| one("res.uk.work.until", Value::text(text));
    for (moment, day_before, day) in [
        ("{ now = true, minus_months = 24 }", "2024-11-22", "2024-11-23"),
        ("{ now = true, plus_months = 3 }", "2027-02-22", "2027-02-23"),
        ("{ now = true }", "2026-11-22", "2026-11-23"),
    ] {
        for (operator, expected) in [("on_or_after", [False, True]), ("before", [True, False])] {
            let condition = format!("{{ claim = \"res.uk.work.until\", {operator} = {moment} }}");
            assert_eq!([day_before, day].map(|day| claims(&condition, &until(day))), expected, "{condition}");
            assert_eq!(claims(&condition, &Shown::default()), Unknown);
            assert_eq!(claims(&condition, &one("res.uk.work.until", Value::Null)), False);
        }
    }
}

#[test]
fn months_of_claims_and_facts_end_with_the_month() {
    let condition =
        "{ claim = \"res.uk.work.until\", on_or_after = { claim = \"id.birth_date\", plus_months = 12 } }";
    let born =
        |birth: &str, until: &str| one("id.birth_date", Value::text(birth)).text("res.uk.work.until", until);
    assert_eq!(claims(condition, &born("2024-02-29", "2025-02-28")), True);
    assert_eq!(claims(condition, &born("2024-02-29", "2025-02-27")), False);
    assert_eq!(claims(condition, &born("2024-02", "2025-02-28")), True);
    assert_eq!(claims(condition, &born("2024-02", "2025-02-27")), Unknown);
    assert_eq!(claims(condition, &born("2024-02", "2025-01-31")), False);
    assert_eq!(claims(condition, &born("9999-02-01", "2025-01-31")), Unknown);
    let fact = "{ claim = \"res.uk.work.until\", before = { fact = \"day\", minus_months = 1 } }";
    let until = |text: &str| one("res.uk.work.until", Value::text(text));
    let facts = Facts::new().date("day", day("2027-03-31"));
    assert_eq!(truth(fact, &until("2027-02-27"), &facts), True);
    assert_eq!(truth(fact, &until("2027-02-28"), &facts), False);
    assert_eq!(truth(fact, &until("2027-02-27"), &Facts::new()), Unknown);
}

/// Half past eleven in the evening UTC is the next day in Berlin and Tallinn, in summer in London too.
#[test]
fn today_is_a_day_of_the_zone() {
    let condition = "{ claim = \"res.uk.work.until\", before = { now = true } }";
    let facts = Facts::new().number("always", 1);
    for (evening, today, tomorrow_in) in [
        ("2026-11-23", "2026-11-23", vec!["Europe/Berlin", "Europe/Tallinn"]),
        ("2026-07-01", "2026-07-01", vec!["Europe/London", "Europe/Berlin", "Europe/Tallinn"]),
    ] {
        let now = UnixTime(day(evening).days() * 86_400 + 23 * 3_600 + 1_800);
        let shown = one("res.uk.work.until", Value::text(today));
        for zone in ["UTC", "Europe/London", "Europe/Berlin", "Europe/Tallinn"] {
            let decision = evaluate(&profile_in(zone, condition), &shown, &facts, now).unwrap();
            let has_ended = decision.outcome().name() == "ACCEPT";
            assert_eq!(has_ended, tomorrow_in.contains(&zone), "{evening} {zone}");
        }
    }
}

/// The end of the answer, some months after a day; the day and the months are in the zone of the profile.
#[test]
fn an_answer_ends_whole_months_later() {
    let ends = |until: &str, months: u16| {
        let text = accepting_until(&format!("{{ {until}, plus_months = {months} }}"));
        let profile = Profile::from_toml(&text).unwrap();
        move |shown: &Shown, facts: &Facts| {
            let decision = decide(&profile, shown, &facts.clone().number("always", 2));
            (decision.outcome().to_string(), decision.missing().join(" "))
        }
    };
    let until = |text: &str| one("res.uk.work.until", Value::text(text));
    let claim = ends("claim = \"res.uk.work.until\"", 6);
    let answer = |text: &str| claim(&until(text), &Facts::new()).0;
    assert_eq!(answer("2026-08-31"), "ACCEPT_UNTIL 2027-02-28");
    assert_eq!(answer("2026-05-23"), "ACCEPT_UNTIL 2026-11-23");
    assert_eq!(answer("2026-05-22"), "INDETERMINATE");
    assert_eq!(
        claim(&Shown::default(), &Facts::new()),
        ("INDETERMINATE".to_owned(), "res.uk.work.until".to_owned())
    );
    let fact = ends("fact = \"day\"", 12);
    let facts = Facts::new().date("day", day("2028-02-29"));
    assert_eq!(fact(&Shown::default(), &facts).0, "ACCEPT_UNTIL 2029-02-28");
    assert_eq!(fact(&Shown::default(), &Facts::new().date("day", day("9999-12-31"))).0, "INDETERMINATE");
}

#[test]
fn all_conditions_of_a_row_have_to_hold() {
    let (yes, no, unknown) = (
        "{ missing_fact = \"count\" }",
        "{ missing_claim = \"res.valid_now\" }",
        "{ claim = \"res.uk.work.until\", null = true }",
    );
    let shown = one("res.valid_now", Value::Bool(true));
    for (conditions, expected) in [
        ([yes, yes], True),
        ([yes, no], False),
        ([yes, unknown], Unknown),
        ([no, unknown], False),
        ([unknown, no], False),
        ([unknown, unknown], Unknown),
    ] {
        assert_eq!(claims(&conditions.join(", "), &shown), expected, "{conditions:?}");
    }
}
