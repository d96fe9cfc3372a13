//! Each operator in the three cases: true, false, unknown.

use super::super::truth::Truth::{self, False, True, Unknown};
use super::{Facts, Profile, Shown, Value, day, decide, object};

/// A profile whose row 1 accepts on one condition: positive if true, the catch-all otherwise. Row 2
/// refuses on what is always false, so that an open row 1 is told from a false one by row 3.
fn profile(condition: &str) -> Profile {
    let text = format!(
        r#"
        id = "sample-use"
        version = 1
        kind = "profile"
        controller = "sample"
        verifier_class = "sample"
        legal_basis = ["Sample Act s. 1"]
        retention_days = 1
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
        when = [{{ under_review = true }}]
        outcome = "INDETERMINATE"
        reason = "status-under-review"

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
    );
    Profile::from_toml(&text).unwrap_or_else(|error| panic!("{condition}: {error}"))
}

/// A condition that is false lets the refusal of row 5 through; one that is unknown does not.
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
    assert_eq!(claims("{ under_review = true }", &Shown::default()), False);
    let older = ["\"max_status_age_s\"", "50"].map(|limit| format!("{{ evidence_older_than_s = {limit} }}"));
    for (age_s, expected) in [(50, [False, False]), (51, [False, True]), (100, [False, True])] {
        assert_eq!(
            older.clone().map(|condition| claims(&condition, &Shown::default().aged(age_s))),
            expected,
            "{age_s}"
        );
    }
}

/// P-19: whatever a table says, doubt and old evidence are never a yes or a no.
#[test]
fn the_guards_come_first() {
    let accepts_all = profile("{ missing_fact = \"count\" }");
    let reason =
        |shown: &Shown| decide(&accepts_all, shown, &Facts::new().number("always", 1)).reason().as_str();
    assert_eq!(reason(&Shown::default()), "work-permitted");
    assert_eq!(reason(&Shown::default().reviewed()), "status-under-review");
    assert_eq!(reason(&Shown::default().aged(101)), "evidence-stale");
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
