//! Laws that hold for every input, and some of them for every table.

use super::{
    Datum, Evidence, Facts, NOW, Profile, Shown, UnixTime, Value, check_withholding, day, decide, evaluate,
    object,
};
use crate::schema::threshold::valid_through;
use crate::standing::Standing;
use proptest::prelude::{Just, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::sample::select;
use std::sync::LazyLock;

static PROFILES: LazyLock<Vec<Profile>> = LazyLock::new(|| {
    let ids = ["de-recognition-result-employer", "uk-carrier-permission-to-travel", "uk-right-to-work"];
    ids.map(|id| Profile::find_embedded(id).unwrap()).to_vec()
});

const RIGHT_TO_WORK: &str = include_str!("../../../../../spec/purposes/uk-right-to-work.toml");

fn right_to_work() -> &'static Profile {
    PROFILES.iter().find(|profile| profile.id() == "uk-right-to-work").unwrap()
}

fn truth() -> impl Strategy<Value = Value> {
    any::<bool>().prop_map(Value::Bool)
}

fn one_of(texts: &'static [&'static str]) -> impl Strategy<Value = Value> {
    select(texts).prop_map(Value::text)
}

/// Days around the clock and the first working day.
fn near_day() -> impl Strategy<Value = crate::schema::Date> {
    (-90_i64..400).prop_map(|days| day("2026-11-23").plus_days(days).unwrap())
}

fn end() -> impl Strategy<Value = Value> {
    prop_oneof![1 => Just(Value::Null), 4 => near_day().prop_map(|day| Value::text(day.to_string()))]
}

fn conditions() -> impl Strategy<Value = Value> {
    (prop::option::of(0_u64..40), prop::option::of(any::<bool>()), prop::option::of(any::<bool>())).prop_map(
        |(hours, tied, self_employment)| {
            let entries = [
                ("max_hours_term", hours.map(Value::Uint)),
                ("sponsor_tied", tied.map(Value::Bool)),
                ("self_employment", self_employment.map(Value::Bool)),
            ];
            object(&entries.into_iter().filter_map(|(key, value)| Some((key, value?))).collect::<Vec<_>>())
        },
    )
}

/// A holder of everything, of whom each claim is shown or not.
fn evidence() -> impl Strategy<Value = Shown> {
    let claims: Vec<(&str, prop::strategy::BoxedStrategy<Value>)> = vec![
        ("id.portrait.view", Just(Value::bytes([0xff])).boxed()),
        ("id.family_name", Just(Value::text("Beispiel")).boxed()),
        ("id.given_name", Just(Value::text("Alex")).boxed()),
        ("doc.number", one_of(&["L898902C3", "X1"]).boxed()),
        (
            "res.uk.work.permitted",
            prop_oneof![1 => Just(Value::Bool(false)), 3 => Just(Value::Bool(true))].boxed(),
        ),
        ("res.uk.work.until", end().boxed()),
        ("res.uk.work.conditions", conditions().boxed()),
        ("res.uk.sponsor_match", truth().boxed()),
        ("res.uk.continuation", one_of(&["none", "3C", "euss_pending"]).boxed()),
        ("res.under_review", truth().boxed()),
        ("travel.uk.permission_valid", truth().boxed()),
        ("res.uk.linked_documents.number", one_of(&["L898902C3", "X1"]).boxed()),
        ("qual.kind", select(crate::schema::qualification::KINDS).prop_map(Value::text).boxed()),
        ("qual.result", select(crate::schema::qualification::RESULTS).prop_map(Value::text).boxed()),
        ("qual.valid_now", truth().boxed()),
        ("qual.issuing_authority", Just(object(&[("name", Value::text("Beispielkammer"))])).boxed()),
        (
            "qual.reference_occupation",
            one_of(&["26212", "81302"]).prop_map(|kldb| object(&[("kldb", kldb)])).boxed(),
        ),
    ];
    let names: Vec<&str> = claims.iter().map(|(name, _)| *name).collect();
    let shown = prop::collection::vec(prop::bool::weighted(0.9), names.len());
    let values: Vec<_> = claims.into_iter().map(|(_, value)| value).collect();
    (values, shown, any::<bool>(), 0_i64..200_000, standings()).prop_map(
        move |(values, shown, proves, age_s, standings)| {
            let mut evidence = Shown { age_s, standings, ..Shown::default() };
            for ((name, value), shown) in names.iter().zip(values).zip(shown) {
                // A proof can only be made for the end date that the holder has.
                if *name == "res.uk.work.until" && proves {
                    let until = value.as_text().map(day);
                    evidence = evidence.proving("res.uk.work.through", valid_through(until));
                }
                if shown {
                    evidence = evidence.with(name, value);
                }
            }
            evidence
        },
    )
}

/// Of each credential shown one; most are valid.
fn standings() -> impl Strategy<Value = Vec<Standing>> {
    let standing = prop_oneof![30 => Just(Standing::Valid), 1 => select(&Standing::ALL[1..])];
    prop::collection::vec(standing, 2)
}

fn work_facts() -> impl Strategy<Value = Facts> {
    let face = prop_oneof![8 => Just("yes"), 1 => Just("no"), 1 => Just("not-checked")];
    (near_day(), face, prop::option::of(0_i64..45)).prop_map(|(start, face, hours)| {
        let facts = Facts::new().date("start_date", start).text("face_matches", face);
        hours.map_or(facts.clone(), |hours| facts.number("hours_per_week", hours))
    })
}

fn any_facts(profile: &Profile, work: &Facts) -> Facts {
    match profile.id() {
        "uk-right-to-work" => work.clone(),
        "uk-carrier-permission-to-travel" => Facts::new().text("document_number_presented", "L898902C3"),
        _ => Facts::new().text("job_kldb", "26212"),
    }
}

/// The flagship with its rows in another order: an author's mistake.
fn shuffled() -> impl Strategy<Value = Profile> {
    let blocks: Vec<&str> = RIGHT_TO_WORK.split("[[decision]]").collect();
    let (head, rows) = blocks.split_first().unwrap();
    let (last, rows) = rows.split_last().unwrap();
    // The guards stay where P-19 wants them.
    let (guards, rows) = rows.split_at(5);
    let head = [&[*head], guards].concat().join("[[decision]]");
    let last = (*last).to_owned();
    let rows: Vec<String> = rows.iter().map(|row| (*row).to_owned()).collect();
    Just(rows).prop_shuffle().prop_map(move |rows| {
        let blocks: Vec<&str> = core::iter::once(head.as_str())
            .chain(rows.iter().map(String::as_str))
            .chain([last.as_str()])
            .collect();
        Profile::from_toml(&blocks.join("[[decision]]")).unwrap()
    })
}

fn refuses(profile: &Profile, shown: &Shown, facts: &Facts) -> bool {
    decide(profile, shown, facts).outcome().name() == "REFUSE"
}

proptest! {
    #[test]
    fn the_same_inputs_give_the_same_decision(shown in evidence(), facts in work_facts()) {
        for profile in PROFILES.iter() {
            let again = Profile::find_embedded(profile.id()).unwrap();
            let facts = any_facts(profile, &facts);
            let first = decide(profile, &shown, &facts);
            prop_assert_eq!(&first, &decide(&again, &shown.clone(), &facts.clone()));
            super::check_decision(profile, &first);
        }
    }

    /// In particular, dropping anything never yields a refusal.
    #[test]
    fn withholding_never_helps_and_never_harms(shown in evidence(), facts in work_facts()) {
        for profile in PROFILES.iter() {
            check_withholding(profile, &shown, &any_facts(profile, &facts));
        }
    }

    /// No order of rows makes a table that refuses because something is missing.
    #[test]
    fn no_table_refuses_what_is_not_known(profile in shuffled(), shown in evidence(), facts in work_facts()) {
        let whole = refuses(&profile, &shown, &facts);
        for claim in shown.claims.keys().chain(shown.proven.keys()) {
            prop_assert!(whole || !refuses(&profile, &shown.clone().without(claim), &facts), "{}", claim);
        }
        for fact in profile.facts() {
            prop_assert!(whole || !refuses(&profile, &shown, &facts.without(fact.name())), "{}", fact.name());
        }
    }

    #[test]
    fn nothing_shown_is_never_a_yes_or_a_no(facts in work_facts(), age_s in 0_i64..200_000) {
        for profile in PROFILES.iter() {
            let decision = decide(profile, &Shown::default().aged(age_s), &any_facts(profile, &facts));
            prop_assert_eq!(decision.outcome().name(), "INDETERMINATE");
        }
    }

    #[test]
    fn a_later_end_never_takes_an_acceptance_away(shown in evidence(), facts in work_facts(), longer in 1_i64..2_000) {
        let profile = right_to_work();
        let Some(until) = shown.value("res.uk.work.until").and_then(Datum::as_text).map(day) else {
            return Ok(());
        };
        // What is proven about the shorter end holds for the longer one too.
        let later = shown.clone().text("res.uk.work.until", &until.plus_days(longer).unwrap().to_string());
        let unlimited = shown.clone().with("res.uk.work.until", Value::Null);
        let before = decide(profile, &shown, &facts).outcome().is_positive();
        for longer in [later, unlimited] {
            prop_assert!(!before || decide(profile, &longer, &facts).outcome().is_positive());
        }
    }

    #[test]
    fn older_status_information_never_refuses(shown in evidence(), facts in work_facts(), older in 0_i64..200_000) {
        for profile in PROFILES.iter() {
            let facts = any_facts(profile, &facts);
            let aged = decide(profile, &shown.clone().aged(shown.age_s + older), &facts);
            let fresh = decide(profile, &shown, &facts);
            prop_assert!(aged.outcome().name() == "INDETERMINATE" || aged.reason() == fresh.reason());
        }
    }

    /// A status is known whatever is shown, so that it can refuse where nothing else is known.
    #[test]
    fn a_status_that_is_not_valid_answers_first(shown in evidence(), facts in work_facts(), at in 1_usize..6) {
        let standing = Standing::ALL[at];
        for profile in PROFILES.iter() {
            let shown = Shown { standings: vec![Standing::Valid, standing], ..shown.clone() };
            let decision = decide(profile, &shown, &any_facts(profile, &facts));
            match standing {
                Standing::Revoked => prop_assert_eq!(decision.outcome().name(), "REFUSE"),
                // The last confirmed rights may go on; a "no" may not come of it.
                Standing::UnderReview => prop_assert!(decision.outcome().name() != "REFUSE"),
                _ => prop_assert_eq!(decision.outcome().name(), "INDETERMINATE"),
            }
        }
    }

    #[test]
    fn no_clock_panics(shown in evidence(), facts in work_facts(), now in any::<i64>()) {
        for profile in PROFILES.iter() {
            let facts = any_facts(profile, &facts);
            prop_assert!(evaluate(profile, &shown, &facts, UnixTime(now)).is_ok());
        }
    }
}

#[test]
fn the_generator_reaches_every_kind_of_answer() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut names = std::collections::BTreeSet::new();
    for _ in 0..2_000 {
        let shown = evidence().new_tree(&mut runner).unwrap().current();
        let facts = work_facts().new_tree(&mut runner).unwrap().current();
        for profile in PROFILES.iter() {
            let decision = evaluate(profile, &shown, &any_facts(profile, &facts), NOW).unwrap();
            names.insert(format!("{} {}", profile.id(), decision.outcome().name()));
        }
    }
    let expected = [
        "de-recognition-result-employer ACCEPT",
        "de-recognition-result-employer ACCEPT_WITH_NOTICE",
        "de-recognition-result-employer INDETERMINATE",
        "de-recognition-result-employer REFUSE",
        "uk-carrier-permission-to-travel ACCEPT",
        "uk-carrier-permission-to-travel INDETERMINATE",
        "uk-carrier-permission-to-travel REFUSE",
        "uk-right-to-work ACCEPT",
        "uk-right-to-work ACCEPT_UNTIL",
        "uk-right-to-work ACCEPT_WITH_NOTICE",
        "uk-right-to-work INDETERMINATE",
        "uk-right-to-work REFUSE",
    ];
    assert!(names.iter().map(String::as_str).eq(expected), "{names:?}");
}
