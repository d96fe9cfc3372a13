//! Evidence that is made up, and the checks that all tables share.

mod carrier;
mod kinds;
mod laws;
mod local;
mod operators;
mod recognition;
mod right_to_work;
mod schema;
mod waiting;

use super::datum::Datum;
use super::evaluate::Evidence;
use super::{Decision, Facts, evaluate};
use crate::purpose::{Profile, Then};
use crate::reason::{Lang, ReasonCode, WalletRefusal};
use crate::schema::Date;
use crate::standing::Standing;
use crate::time::UnixTime;
use geleit_cose::cbor::Value;
use std::collections::{BTreeMap, BTreeSet};

/// 2026-11-23T09:00:00Z.
const NOW: UnixTime = UnixTime(1_795_424_400);

#[derive(Clone, Debug, Default)]
struct Shown {
    claims: BTreeMap<String, Datum<'static>>,
    proven: BTreeMap<String, u8>,
    age_s: i64,
    standings: Vec<Standing>,
}

impl Evidence for Shown {
    fn value(&self, claim_id: &str) -> Option<&Datum<'_>> {
        self.claims.get(claim_id)
    }

    fn proven_at_least(&self, claim_id: &str) -> Option<u8> {
        self.proven.get(claim_id).copied()
    }

    fn age_s(&self) -> i64 {
        self.age_s
    }

    fn has_standing(&self, standing: Standing) -> bool {
        self.standings.contains(&standing)
    }
}

impl Shown {
    fn with(mut self, claim: &str, value: Value) -> Self {
        self.claims.insert(claim.to_owned(), value.into());
        self
    }

    fn text(self, claim: &str, value: &str) -> Self {
        self.with(claim, Value::text(value))
    }

    fn bool(self, claim: &str, value: bool) -> Self {
        self.with(claim, Value::Bool(value))
    }

    fn proving(mut self, claim: &str, step: u8) -> Self {
        self.proven.insert(claim.to_owned(), step);
        self
    }

    fn without(mut self, claim: &str) -> Self {
        self.claims.remove(claim);
        self.proven.remove(claim);
        self
    }

    fn aged(self, age_s: i64) -> Self {
        Self { age_s, ..self }
    }

    fn standing(mut self, standing: Standing) -> Self {
        self.standings.push(standing);
        self
    }

    fn reviewed(self) -> Self {
        self.standing(Standing::UnderReview)
    }
}

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn object(entries: &[(&str, Value)]) -> Value {
    Value::Map(entries.iter().map(|(key, value)| (Value::text(*key), value.clone())).collect())
}

fn decide(profile: &Profile, shown: &Shown, facts: &Facts) -> Decision {
    evaluate(profile, shown, facts, NOW).unwrap()
}

fn row(decision: &Decision) -> usize {
    decision.rule().unwrap().row()
}

/// A row, what leads to it, and what it answers.
struct Case {
    row: usize,
    outcome: &'static str,
    reason: &'static str,
    shown: Shown,
    facts: Facts,
}

/// Every case answers as it says, and every row that answers has a case.
fn check_cases(profile: &Profile, cases: Vec<Case>) {
    let rows = profile.table().unwrap().iter();
    let mut open: BTreeSet<usize> =
        rows.filter(|row| row.then != Then::Notice).map(|row| row.number).collect();
    for case in cases.into_iter().chain(guard_cases()) {
        let decision = decide(profile, &case.shown, &case.facts);
        let answer = (row(&decision), decision.outcome().to_string(), decision.reason().as_str());
        assert_eq!(answer, (case.row, case.outcome.to_owned(), case.reason));
        check_decision(profile, &decision);
        open.remove(&case.row);
    }
    assert!(open.is_empty(), "no case for rows {open:?} of {}", profile.id());
}

/// P-19: whatever is shown, and whatever is missing.
fn guard_cases() -> Vec<Case> {
    let cases = [
        (1, "REFUSE", "status-revoked", Standing::Revoked),
        (2, "INDETERMINATE", "status-suspended", Standing::Suspended),
        (3, "INDETERMINATE", "credential-superseded", Standing::Superseded),
        (4, "INDETERMINATE", "status-in-doubt", Standing::InDoubt),
    ];
    let case = |(row, outcome, reason, standing)| {
        let shown = Shown::default().standing(standing);
        Case { row, outcome, reason, shown, facts: Facts::new() }
    };
    cases.into_iter().map(case).collect()
}

/// What every decision has.
fn check_decision(profile: &Profile, decision: &Decision) {
    let rule = decision.rule().unwrap();
    assert_eq!(
        (rule.profile(), rule.version(), rule.hash()),
        (profile.id(), profile.version(), profile.hash())
    );
    for lang in Lang::ALL {
        assert_eq!(decision.redress(lang), profile.redress(lang));
        if let Some(fallback) = decision.fallback() {
            assert_eq!(fallback.text(lang), profile.fallback(lang));
        }
    }
    assert_eq!(decision.fallback().is_some(), decision.outcome().name() == "INDETERMINATE");
    assert!(decision.notices().is_empty() || decision.outcome().is_positive());
    assert_eq!(decision.decided_at(), NOW);
}

/// Without any one claim, threshold or fact there is no refusal that was not there with it, and
/// the same for acceptances.
fn check_withholding(profile: &Profile, shown: &Shown, facts: &Facts) {
    let whole = decide(profile, shown, facts);
    for claim in shown.claims.keys().chain(shown.proven.keys()) {
        check_less(&whole, &decide(profile, &shown.clone().without(claim), facts), claim);
    }
    for fact in profile.facts() {
        check_less(&whole, &decide(profile, shown, &facts.without(fact.name())), fact.name());
    }
}

fn check_less(whole: &Decision, less: &Decision, withheld: &str) {
    let refuses = |decision: &Decision| decision.outcome().name() == "REFUSE";
    assert!(!refuses(less) || refuses(whole), "refused because {withheld} is missing");
    let accepts = |decision: &Decision| decision.outcome().is_positive();
    assert!(!accepts(less) || accepts(whole), "accepted because {withheld} is missing");
}

#[test]
fn outcomes_have_stable_names() {
    let profile = Profile::find_embedded("uk-right-to-work").unwrap();
    let silent = Decision::no_answer(&profile, NOW);
    assert_eq!((silent.outcome().name(), silent.reason()), ("INDETERMINATE", ReasonCode::NO_ANSWER));
    assert_eq!(silent.fallback().unwrap().text(Lang::De), profile.fallback(Lang::De));
    assert!(silent.rule().is_none());
}

#[test]
fn wallets_refuse_with_or_without_a_profile() {
    let profile = Profile::find_embedded("uk-right-to-work").unwrap();
    for refusal in WalletRefusal::ALL {
        let decision = Decision::blocked_by_wallet(refusal, Some(&profile), NOW);
        assert_eq!((decision.outcome().name(), decision.reason()), ("BLOCKED_BY_WALLET", refusal.reason()));
        assert!(decision.fallback().is_none() && !decision.outcome().is_positive());
        assert_eq!(decision.redress(Lang::En), profile.redress(Lang::En));
        let unknown = Decision::blocked_by_wallet(refusal, None, NOW);
        assert_eq!(unknown.redress(Lang::De), refusal.reason().next(Lang::De));
    }
}

#[test]
fn facts_that_do_not_fit_are_misuse() {
    let profile = Profile::find_embedded("uk-right-to-work").unwrap();
    let error = |facts: Facts| evaluate(&profile, &Shown::default(), &facts, NOW).unwrap_err().to_string();
    assert_eq!(error(Facts::new().text("salary", "1")), "fact \"salary\" is not one of \"uk-right-to-work\"");
    assert_eq!(
        error(Facts::new().text("start_date", "2027-01-04")),
        "fact \"start_date\": a day YYYY-MM-DD is required"
    );
    assert_eq!(
        error(Facts::new().text("face_matches", "maybe")),
        "fact \"face_matches\": one of its listed values is required"
    );
    assert_eq!(
        error(Facts::new().text("hours_per_week", "38")),
        "fact \"hours_per_week\": a whole number is required"
    );
    assert_eq!(
        error(Facts::new().number("hours_per_week", 38).number("hours_per_week", 38)),
        "fact \"hours_per_week\" is given twice"
    );
}

#[test]
fn facts_are_read_from_text() {
    let profile = Profile::find_embedded("uk-right-to-work").unwrap();
    let texts = [("start_date", "2027-01-04"), ("face_matches", "yes"), ("hours_per_week", "38")];
    let facts = Facts::new()
        .date("start_date", day("2027-01-04"))
        .text("face_matches", "yes")
        .number("hours_per_week", 38);
    assert_eq!(Facts::parse(&profile, texts), Ok(facts));
    for (name, text) in
        [("start_date", "2027-02-30"), ("hours_per_week", "many"), ("face_matches", ""), ("salary", "1")]
    {
        assert!(Facts::parse(&profile, [(name, text)]).is_err(), "{name}");
    }
    assert!(Facts::parse(&profile, [("face_matches", "yes"), ("face_matches", "yes")]).is_err());
}
