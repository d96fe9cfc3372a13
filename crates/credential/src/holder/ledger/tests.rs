//! Each rule with its allowed case and one fault; then sequences of answers at random.

use super::{
    AnswerError, Asked, DAY_S, DisclosureLedger, EVENT_RESERVE_DAYS, LEDGER_VERSION, Learned, LedgerEntry,
    Question,
};
use crate::purpose::{Profile, ProfileKind, Purposes};
use crate::schema::Month;
use crate::schema::threshold::month_index;
use crate::scope::{ScopeEntry, ScopedClaim};
use crate::time::UnixTime;
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
use proptest::sample::{select, subsequence};
use std::sync::LazyLock;

/// 2026-11-23T09:00:00Z.
const NOW: UnixTime = UnixTime(1_795_424_400);
const PARTY: &str = "https://airport.example";
const WORK: &str = "uk-right-to-work";
const TRAVEL: &str = "uk-carrier-permission-to-travel";

const WORK_TOML: &str = include_str!("../../../../../spec/purposes/uk-right-to-work.toml");
const TRAVEL_TOML: &str = include_str!("../../../../../spec/purposes/uk-carrier-permission-to-travel.toml");

static PURPOSES: LazyLock<Purposes> = LazyLock::new(purposes);

/// The embedded purposes; both with another name, once as they are and once ordered by a law; and one
/// that forbids a member of a list without the list.
fn purposes() -> Purposes {
    let variant = |toml: &str, from: &str, id: &str, more: (&str, &str)| {
        let toml = toml.replacen(&format!("id = \"{from}\""), &format!("id = \"{id}\""), 1);
        Profile::from_toml(&toml.replacen(more.0, more.1, 1)).unwrap()
    };
    let by_law = ("kind = \"profile\"", "kind = \"statutory-full\"");
    let member = ("\"res.uk.linked_documents\",", "\"res.uk.linked_documents.number\",");
    let mut profiles = Profile::embedded();
    profiles.push(variant(WORK_TOML, WORK, "work-twin", ("", "")));
    profiles.push(variant(WORK_TOML, WORK, "work-by-law", by_law));
    profiles.push(variant(WORK_TOML, WORK, "work-member", member));
    profiles.push(variant(TRAVEL_TOML, TRAVEL, "travel-by-law", by_law));
    Purposes::new(profiles)
}

fn value(id: &str) -> ScopeEntry {
    ScopeEntry::required(ScopedClaim::by_id(id).unwrap())
}

fn at_least(id: &str, step: u8) -> ScopeEntry {
    ScopeEntry { at_least: vec![step], ..value(id) }
}

fn month(text: &str) -> u8 {
    month_index(Month::parse(text).unwrap())
}

fn start_of(day: &str) -> UnixTime {
    UnixTime(crate::schema::Date::parse(day).unwrap().days() * DAY_S)
}

/// An answer that may be kept for a hundred days.
fn answered(intended_use: &str, shown: &[ScopeEntry], at: UnixTime) -> LedgerEntry {
    let learned =
        |entry: &ScopeEntry| Learned { claim: entry.claim.id(), at_least: entry.at_least.first().copied() };
    let mut learned: Vec<Learned> = shown.iter().map(learned).collect();
    learned.sort_by_key(|one| one.at_least.is_some());
    LedgerEntry {
        relying_party: PARTY.to_owned(),
        intended_use: intended_use.into(),
        learned,
        answered_at: at,
        kept_until: at.plus(100 * DAY_S),
    }
}

fn ledger(entries: impl IntoIterator<Item = LedgerEntry>) -> DisclosureLedger {
    let mut ledger = DisclosureLedger::empty();
    entries.into_iter().for_each(|entry| ledger.record(entry));
    ledger
}

fn ask_of(
    ledger: &DisclosureLedger,
    relying_party: &str,
    intended_use: &str,
    asked: &[ScopeEntry],
    now: UnixTime,
) -> Option<AnswerError> {
    let asked = Asked::all(asked);
    ledger.refusal(&Question { relying_party, intended_use, asked }, &PURPOSES, now)
}

fn ask(
    ledger: &DisclosureLedger,
    intended_use: &str,
    asked: &[ScopeEntry],
    now: UnixTime,
) -> Option<AnswerError> {
    ask_of(ledger, PARTY, intended_use, asked, now)
}

fn combines(claim: &'static str, earlier: &str) -> Option<AnswerError> {
    Some(AnswerError::Combines { claim, earlier: earlier.into() })
}

#[test]
fn what_the_earlier_purpose_forbids_is_not_added() {
    let shown = ledger([answered(WORK, &[value("res.uk.work.permitted")], NOW)]);
    let asked = [value("doc.number")];
    assert_eq!(ask(&shown, TRAVEL, &asked, NOW), combines("doc.number", WORK));
    assert_eq!(ask(&shown, "work-twin", &[value("id.family_name")], NOW), None, "neither forbids anything");
    assert_eq!(ask(&shown, WORK, &asked, NOW), None, "one purpose is one list");
    assert_eq!(ask_of(&shown, "https://airline.example", TRAVEL, &asked, NOW), None, "another party");
    assert_eq!(ask_of(&shown, "https://airport.example/", TRAVEL, &asked, NOW), None, "an exact match");
}

#[test]
fn what_the_new_purpose_forbids_must_not_be_known() {
    let shown = ledger([answered(WORK, &[value("res.uk.work.permitted")], NOW)]);
    let asked = [value("travel.uk.permission_valid")];
    assert_eq!(ask(&shown, TRAVEL, &asked, NOW), combines("res.uk.work.permitted", WORK));
    let harmless = ledger([answered(WORK, &[value("res.under_review")], NOW)]);
    assert_eq!(ask(&harmless, TRAVEL, &asked, NOW), None);
    let proved = ledger([answered(WORK, &[at_least("res.uk.work.through", 29)], NOW)]);
    assert_eq!(
        ask(&proved, TRAVEL, &asked, NOW),
        combines("res.uk.work.through", WORK),
        "a threshold counts"
    );
}

#[test]
fn an_answer_stands_until_it_can_no_longer_be_kept() {
    let mut shown = ledger([answered(WORK, &[value("res.uk.work.permitted")], NOW)]);
    let asked = [value("doc.number")];
    let end = NOW.plus(100 * DAY_S);
    assert!(ask(&shown, TRAVEL, &asked, end.plus(-1)).is_some());
    assert_eq!(ask(&shown, TRAVEL, &asked, end), None);
    shown.forget_expired(end.plus(-1));
    assert_eq!(shown.entries().len(), 1);
    shown.forget_expired(end);
    assert_eq!(shown, DisclosureLedger::empty());
}

#[test]
fn what_a_law_orders_is_not_held_against_it() {
    let travelled = [value("travel.uk.permission_valid")];
    let shown = ledger([answered(TRAVEL, &travelled, NOW)]);
    let asked = [value("res.uk.work.permitted")];
    assert_eq!(ask(&shown, WORK, &asked, NOW), combines("res.uk.work.permitted", TRAVEL));
    assert_eq!(ask(&shown, "work-by-law", &asked, NOW), None);

    let number = [value("doc.number")];
    let asked = [value("res.under_review")];
    assert_eq!(
        ask(&ledger([answered(TRAVEL, &number, NOW)]), WORK, &asked, NOW),
        combines("doc.number", TRAVEL)
    );
    assert_eq!(ask(&ledger([answered("travel-by-law", &number, NOW)]), WORK, &asked, NOW), None);

    // The law orders what it asks, not that something else be known beside it.
    assert_eq!(
        ask(&ledger([answered(TRAVEL, &number, NOW)]), "work-by-law", &asked, NOW),
        combines("doc.number", TRAVEL)
    );
}

#[test]
fn a_purpose_that_is_not_known_forbids_everything() {
    let gone = ledger([answered("gone", &[value("res.under_review")], NOW)]);
    let asked = [value("res.uk.work.permitted")];
    assert_eq!(ask(&gone, WORK, &asked, NOW), combines("res.uk.work.permitted", "gone"));
    assert_eq!(ask(&gone, "gone", &asked, NOW), None, "one purpose is one list");
    assert_eq!(ask(&gone, "work-by-law", &asked, NOW), None, "a law orders what is asked");
    let known = ledger([answered(WORK, &[value("res.under_review")], NOW)]);
    assert_eq!(ask(&known, "gone", &asked, NOW), combines("res.under_review", WORK));
    assert_eq!(ask(&DisclosureLedger::empty(), "gone", &asked, NOW), None);
}

#[test]
fn a_list_shows_its_members() {
    let shown = ledger([answered("work-member", &[value("res.uk.work.permitted")], NOW)]);
    let whole = [value("res.uk.linked_documents")];
    assert_eq!(ask(&shown, "work-by-law", &whole, NOW), None);
    assert_eq!(ask(&shown, "work-twin", &whole, NOW), combines("res.uk.linked_documents", "work-member"));
}

#[test]
fn one_value_is_not_bisected() {
    let shown = ledger([answered(WORK, &[at_least("res.uk.work.through", month("2027-05"))], NOW)]);
    let refused = Some(AnswerError::ThresholdsCombine { claim: "res.uk.work.through" });
    let asked = |step: &str| [at_least("res.uk.work.through", month(step))];
    assert_eq!(ask(&shown, WORK, &asked("2027-05"), NOW), None, "the same again");
    for step in ["2026-12", "2027-04", "2027-06", "2029-11"] {
        assert_eq!(ask(&shown, WORK, &asked(step), NOW), refused, "{step}");
        assert_eq!(ask(&shown, "work-twin", &asked(step), NOW), refused, "{step}, for another purpose");
    }
    assert_eq!(ask(&shown, WORK, &[at_least("res.valid_through", 30)], NOW), None, "another claim");
    assert_eq!(ask_of(&shown, "https://other.example", WORK, &asked("2029-11"), NOW), None);
    assert_eq!(ask(&shown, WORK, &asked("2029-11"), NOW.plus(100 * DAY_S)), None);
}

#[test]
fn a_combination_is_told_before_a_bisection_of_an_older_answer() {
    let through = |step: &str| at_least("res.uk.work.through", month(step));
    let older = || answered(WORK, &[through("2027-05")], NOW);
    let newer = || answered(TRAVEL, &[value("doc.number")], NOW);
    let asked = [through("2029-11"), value("id.family_name")];
    assert_eq!(
        ask(&ledger([older()]), WORK, &asked, NOW),
        Some(AnswerError::ThresholdsCombine { claim: "res.uk.work.through" })
    );
    for entries in [[older(), newer()], [newer(), older()]] {
        assert_eq!(
            ask(&ledger(entries), WORK, &asked, NOW),
            combines("res.uk.work.through", TRAVEL),
            "W-03 is told first, wherever the two stand"
        );
    }
}

#[test]
fn a_follow_up_check_asks_a_later_month() {
    let mut entry = answered(WORK, &[at_least("res.uk.work.through", month("2026-12"))], NOW);
    entry.kept_until = NOW.plus(1_000 * DAY_S);
    let shown = ledger([entry]);
    let asked = |step: &str| [at_least("res.uk.work.through", month(step))];
    let january = start_of("2027-01-01");
    assert!(ask(&shown, WORK, &asked("2027-05"), january.plus(-1)).is_some(), "December has not ended");
    assert_eq!(ask(&shown, WORK, &asked("2027-05"), january), None);
    assert!(ask(&shown, WORK, &asked("2026-11"), january).is_some(), "an earlier month");

    // A number has no end: who was 18 is still.
    let adult = ledger([answered(WORK, &[at_least("id.age_over", 18)], NOW)]);
    let refused = Some(AnswerError::ThresholdsCombine { claim: "id.age_over" });
    assert_eq!(ask(&adult, WORK, &[at_least("id.age_over", 21)], NOW.plus(99 * DAY_S)), refused);
}

#[test]
fn the_stored_form_is_read_back_or_refused() {
    let shown = ledger([
        answered(WORK, &[value("id.family_name"), at_least("res.uk.work.through", 29)], NOW),
        answered(TRAVEL, &[value("res.uk.linked_documents.number")], NOW),
    ]);
    let text = serde_json::to_string(&shown).unwrap();
    let read = |text: &str| serde_json::from_str::<DisclosureLedger>(text).map_err(|error| error.to_string());
    assert_eq!(read(&text).unwrap(), shown);
    assert_eq!(read("{\"version\":1,\"answers\":[]}").unwrap(), DisclosureLedger::empty());
    assert!(text.starts_with(&format!("{{\"version\":{LEDGER_VERSION},")));

    let broken = |from: &str, to: &str| {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from}");
        read(&changed).unwrap_err()
    };
    assert!(broken("\"version\":1", "\"version\":2").starts_with("W-09"));
    for (from, to) in [
        ("id.family_name", "id.family_names"),
        ("id.family_name", "id.age_over"),
        ("id.family_name", "id.portrait.template"),
        ("\"claim\":\"res.uk.work.through\"", "\"claim\":\"res.uk.work.until\""),
        ("\"at_least\":29", "\"at_least\":0"),
        ("\"at_least\":29", "\"at_least\":128"),
        ("\"relying_party\":\"https://airport.example\"", "\"relying_party\":\"\""),
        ("\"intended_use\":\"uk-right-to-work\"", "\"intended_use\":\"\""),
        ("\"claims\":[\"res.uk.linked_documents.number\"]", "\"claims\":[]"),
        ("\"answered_at\":1795424400", "\"answered_at\":1895424400"),
    ] {
        assert!(broken(from, to).starts_with("W-10"), "{to}");
    }
    let ended = answered(WORK, &[value("id.family_name")], NOW);
    let ended = ledger([LedgerEntry { kept_until: ended.answered_at, ..ended }]);
    assert_eq!(read(&serde_json::to_string(&ended).unwrap()), Ok(ended), "kept for no time at all");
    for (from, to) in [
        ("\"version\":1,", ""),
        ("\"version\":1", "\"version\":1,\"more\":1"),
        ("\"answered_at\"", "\"name\":\"x\",\"answered_at\""),
        ("\"at_least\":29", "\"at_least\":29,\"value\":40"),
        ("\"at_least\":29", "\"at_least\":-1"),
    ] {
        assert!(!broken(from, to).is_empty());
    }
}

#[test]
fn the_reserve_is_the_longest_registration() {
    assert_eq!(i64::from(EVENT_RESERVE_DAYS) * DAY_S, crate::registration::MAX_VALIDITY_S);
}

/// One question: for what, which claims, which month, and how many days after the one before.
type Step = (&'static str, Vec<&'static str>, Option<&'static str>, i64);

const USES: &[&str] = &[WORK, TRAVEL, "work-twin", "work-by-law", "travel-by-law", "work-member", "gone"];
const CLAIMS: &[&str] = &[
    "id.family_name",
    "doc.number",
    "res.under_review",
    "res.uk.work.permitted",
    "res.uk.linked_documents",
    "res.uk.linked_documents.number",
    "travel.uk.permission_valid",
];

fn step() -> impl Strategy<Value = Step> {
    let month = prop_oneof![Just(None), select(&["2026-12", "2027-01", "2027-05"][..]).prop_map(Some)];
    (select(USES), subsequence(CLAIMS, 0..3), month, 0..60_i64)
}

proptest! {
    /// Whatever is asked in whatever order: no two answers that stand together are a combination that
    /// one of the purposes forbids, and no value is located by two thresholds.
    #[test]
    fn no_sequence_of_answers_adds_up(steps in proptest::collection::vec(step(), 1..12), keep in any::<bool>()) {
        let mut ledger = DisclosureLedger::empty();
        let mut now = NOW;
        for (intended_use, claims, step, days) in steps {
            now = now.plus(days * DAY_S);
            let mut asked: Vec<ScopeEntry> = claims.iter().map(|id| value(id)).collect();
            asked.extend(step.map(|step| at_least("res.uk.work.through", month(step))));
            if ask(&ledger, intended_use, &asked, now).is_none() {
                ledger.record(answered(intended_use, &asked, now));
            }
            if !keep {
                ledger.forget_expired(now);
            }
        }
        let entries = ledger.entries();
        for (index, later) in entries.iter().enumerate() {
            for earlier in &entries[..index] {
                if later.answered_at < earlier.kept_until {
                    assert_combinable(earlier, later);
                }
            }
        }
    }
}

/// The rules in other words than the code.
fn assert_combinable(earlier: &LedgerEntry, later: &LedgerEntry) {
    for (one, other) in [(earlier, later), (later, earlier)] {
        let asking = PURPOSES.find(&one.intended_use);
        let by_law = asking.is_some_and(|profile| profile.kind() == ProfileKind::StatutoryFull);
        if one.intended_use == other.intended_use || by_law {
            continue;
        }
        for id in one.ids() {
            let known = PURPOSES.find(&other.intended_use);
            let whole = id == "res.uk.linked_documents";
            let forbidden = known.is_none_or(|profile| {
                profile.forbids(id) || whole && profile.forbids("res.uk.linked_documents.number")
            });
            assert!(!forbidden, "{id} for {} beside {}", one.intended_use, other.intended_use);
        }
    }
    for (one, other) in earlier.thresholds().flat_map(|a| later.thresholds().map(move |b| (a, b))) {
        let ended = |step: u8| {
            let (year, number) = (2_025 + u16::from(step - 1) / 12, (step - 1) % 12 + 1);
            later.answered_at >= UnixTime((Month::new(year, number).unwrap().last_day().days() + 1) * DAY_S)
        };
        let follows_up = one.at_least < other.at_least && ended(one.at_least);
        assert!(one.at_least == other.at_least || follows_up, "{one:?} and {other:?}");
    }
}
