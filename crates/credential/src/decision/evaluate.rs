//! Evaluation of a decision table over evidence and facts.
//!
//! ```text
//! a row holds      all its conditions are definitely true
//! a row is open    no condition is definitely false, at least one is unknown
//! a row answers    it holds, and no earlier row of another sign is open; INDETERMINATE: it holds
//! the answer       the first row that answers, else the last row, which is INDETERMINATE
//! ```
//!
//! The sign of a row is positive, negative or indeterminate. An open row of another sign means
//! that something that was not shown could give another kind of answer; a row that holds and does
//! not answer for this reason stays in the way of later rows as an open one does. Therefore no
//! refusal and no acceptance ever comes from something that is missing: whoever shows more of the
//! same truth keeps the sign of the answer (`tests::laws`).
//!
//! What is absent is unknown. So is a value of an unexpected type, and an element that is not in
//! an array: it may be redacted.

use super::calendar::{Days, plus_months};
use super::datum::{Datum, Scalar};
use super::facts::{FactValue, Facts};
use super::truth::Truth;
use crate::purpose::{
    Age, Anchor, Condition, Level, Literal, Moment, Operand, Profile, Row, Subject, Table, Test, Then, Until,
    UntilDay,
};
use crate::schema::threshold::{month_at, month_index};
use crate::schema::{Date, Month, PartialDate};
use crate::standing::Standing;
use crate::time::UnixTime;

/// What was verified, as a decision reads it. Only verified presentations implement this, and the
/// holder's own credentials on the holder's device.
pub(crate) trait Evidence {
    /// The value of a disclosed claim; of a list whose elements are redacted, the disclosed ones.
    fn value(&self, claim_id: &str) -> Option<&Datum<'_>>;

    /// The step of a threshold claim that was proven.
    fn proven_at_least(&self, claim_id: &str) -> Option<u8>;

    /// Age of the oldest status information, in seconds.
    fn age_s(&self) -> i64;

    /// Whether this is what is known of the status of any shown credential. This is always known. It is
    /// not the claim `res.under_review`, which states a dispute: then the last confirmed rights go on, and
    /// the table itself says which.
    fn has_standing(&self, standing: Standing) -> bool;
}

/// What a table answers.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer<'p> {
    pub(super) row: &'p Row,
    /// The date, for `ACCEPT_UNTIL`.
    pub(super) until: Option<Date>,
    pub(super) notices: Vec<&'p Row>,
    /// Claims and facts whose absence left the answer open.
    pub(super) missing: Vec<String>,
    /// Whether facts, and nothing else, left the answer open.
    pub(super) waits_for_facts: bool,
}

/// Evaluates the table of a profile. `now` is a day in the zone of the profile.
pub(super) fn answer<'p>(
    profile: &Profile,
    table: &'p Table,
    evidence: &dyn Evidence,
    facts: &Facts,
    now: UnixTime,
) -> Answer<'p> {
    let inputs = Inputs { profile, evidence, facts, today: profile.zone().date(now) };
    let mut notices = Vec::new();
    let mut open: Vec<&Row> = Vec::new();
    let mut fired = None;
    for row in &table.rows {
        match (inputs.row(row), sign(&row.then)) {
            (Truth::True, None) => notices.push(row),
            (Truth::True, Some(sign)) if stands(sign, &open) => {
                fired = Some(row);
                break;
            }
            (Truth::True | Truth::Unknown, Some(_)) => open.push(row),
            (Truth::Unknown, None) | (Truth::False, _) => {}
        }
    }
    let row = fired.unwrap_or(&table.catch_all);
    if sign(&row.then) != Some(Sign::Positive) {
        notices.clear();
    }
    let missing = fired.map_or_else(|| inputs.missing(&open), |row| inputs.missing(&[row]));
    let waits_for_facts = missing.iter().all(|name| profile.fact(name).is_some())
        && (!missing.is_empty() || row.when.iter().any(rests_on_not_yet));
    Answer { row, until: inputs.until(&row.then), notices, missing, waits_for_facts }
}

/// The values of a choice by which somebody states that it has not looked yet.
const NOT_YET: &[&str] = &["not-checked", "not-compared", "not-examined"];

/// Whether the condition holds because a fact was stated as not yet looked at, which is to state nothing.
fn rests_on_not_yet(condition: &Condition) -> bool {
    match condition {
        Condition::Test(Subject::Fact(_), Test::Equals(Operand::Literal(Literal::Text(value)))) => {
            NOT_YET.contains(&value.as_str())
        }
        Condition::EvidenceOlderThan(_)
        | Condition::Status(_)
        | Condition::MissingClaim(_)
        | Condition::MissingFact(_)
        | Condition::MissingRequiredClaims
        | Condition::MissingRequiredFacts
        | Condition::Proven { .. }
        | Condition::Test(..) => false,
    }
}

/// Whether an answer of this sign stands although these earlier rows are open.
fn stands(answer: Sign, open: &[&Row]) -> bool {
    answer == Sign::Indeterminate || open.iter().all(|row| sign(&row.then) == Some(answer))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Positive,
    Negative,
    Indeterminate,
}

/// A notice gives no answer.
const fn sign(then: &Then) -> Option<Sign> {
    match then {
        Then::Notice => None,
        Then::Accept | Then::AcceptUntil(_) | Then::AcceptWithNotice => Some(Sign::Positive),
        Then::Refuse => Some(Sign::Negative),
        Then::Indeterminate => Some(Sign::Indeterminate),
    }
}

struct Inputs<'a> {
    profile: &'a Profile,
    evidence: &'a dyn Evidence,
    facts: &'a Facts,
    /// Absent when the clock is outside the calendar.
    today: Option<Date>,
}

impl Inputs<'_> {
    /// A condition that is definitely false decides, whatever those behind it say.
    fn row(&self, row: &Row) -> Truth {
        let mut all = Truth::True;
        for condition in &row.when {
            all = all.and(self.condition(condition));
            if all == Truth::False {
                return all;
            }
        }
        all.and(self.date_is_to_come(&row.then))
    }

    /// `ACCEPT_UNTIL` never names a day that has passed.
    fn date_is_to_come(&self, then: &Then) -> Truth {
        match then {
            Then::AcceptUntil(_) => {
                self.until(then).zip(self.today).map(|(until, today)| until >= today).into()
            }
            Then::Notice | Then::Accept | Then::AcceptWithNotice | Then::Refuse | Then::Indeterminate => {
                Truth::True
            }
        }
    }

    fn until(&self, then: &Then) -> Option<Date> {
        let Then::AcceptUntil(Until { day, plus_months: months }) = then else { return None };
        let day = match day {
            UntilDay::Claim(id) => self.claim_day(id).map(PartialDate::earliest),
            UntilDay::Fact(name) => self.facts.day(name),
            UntilDay::Threshold(id) => {
                self.evidence.proven_at_least(id).and_then(month_at).map(|month| month.last_day())
            }
        };
        plus_months(day?, *months)
    }

    fn condition(&self, condition: &Condition) -> Truth {
        match condition {
            Condition::EvidenceOlderThan(Age::Permitted) => {
                (self.evidence.age_s() > i64::from(self.profile.max_status_age_s())).into()
            }
            Condition::EvidenceOlderThan(Age::Seconds(limit)) => (self.evidence.age_s() > *limit).into(),
            Condition::Status(standing) => self.evidence.has_standing(*standing).into(),
            Condition::MissingClaim(id) => self.evidence.value(id).is_none().into(),
            Condition::MissingFact(name) => self.facts.get(name).is_none().into(),
            Condition::MissingRequiredClaims => self.missing_claims().next().is_some().into(),
            Condition::MissingRequiredFacts => self.missing_facts().next().is_some().into(),
            Condition::Proven { threshold, at_least } => self.proven(threshold, at_least),
            Condition::Test(Subject::Fact(name), test) => {
                self.facts.get(name).map_or(Truth::Unknown, |fact| self.test_fact(fact, test))
            }
            Condition::Test(Subject::Claim { id, member }, test) => {
                let value = self.evidence.value(id);
                let value = value.and_then(|value| match member {
                    Some(member) => value.member(member),
                    None => Some(value),
                });
                value.map_or(Truth::Unknown, |value| self.test_claim(value, test))
            }
        }
    }

    /// A proof of less than is required does not show that the value is less.
    fn proven(&self, threshold: &str, at_least: &Level) -> Truth {
        let required = match at_least {
            Level::Label(label) => Profile::step(threshold, label),
            Level::MonthOfFact(name) => self.facts.day(name).and_then(|day| step_of(day.month())),
            Level::ThisMonth => self.today.and_then(|day| step_of(day.month())),
        };
        match (self.evidence.proven_at_least(threshold), required) {
            (Some(proven), Some(required)) if proven >= required => Truth::True,
            _ => Truth::Unknown,
        }
    }

    fn test_claim(&self, value: &Datum<'_>, test: &Test) -> Truth {
        let is_null = matches!(value, Datum::Null);
        match test {
            Test::Null(expected) => (is_null == *expected).into(),
            // `null` states that there is none: it is equal to nothing and has no limit.
            _ if is_null => Truth::False,
            Test::Is(expected) => value.as_bool().map(|truth| truth == *expected).into(),
            Test::Contains(operand) => self.contains(value, operand),
            Test::OnOrAfter(moment) => self.on_or_after(day_of(value), moment),
            Test::Before(moment) => self.on_or_after(day_of(value), moment).negated(),
            Test::Equals(_) | Test::DiffersFrom(_) | Test::In(_) | Test::AtLeast(_) | Test::Below(_) => {
                value.literal().map_or(Truth::Unknown, |value| self.test_scalar(value, test))
            }
        }
    }

    fn test_fact(&self, fact: &FactValue, test: &Test) -> Truth {
        match (fact, test) {
            (FactValue::Date(day), Test::OnOrAfter(moment)) => {
                self.on_or_after(Some(PartialDate::from(*day)), moment)
            }
            (FactValue::Date(day), Test::Before(moment)) => {
                self.on_or_after(Some(PartialDate::from(*day)), moment).negated()
            }
            (FactValue::Date(_), _) => Truth::Unknown,
            (FactValue::Number(number), test) => self.test_scalar(Scalar::Number(*number), test),
            (FactValue::Text(text), test) => self.test_scalar(Scalar::Text(text), test),
        }
    }

    fn test_scalar(&self, value: Scalar<'_>, test: &Test) -> Truth {
        match test {
            Test::Equals(operand) => self.operand(operand).and_then(|other| equal(value, other)).into(),
            Test::DiffersFrom(operand) => {
                Truth::from(self.operand(operand).and_then(|other| equal(value, other))).negated()
            }
            Test::In(literals) => literals.iter().any(|one| Scalar::from(one) == value).into(),
            Test::AtLeast(operand) => self.operand(operand).and_then(|other| at_least(value, other)).into(),
            Test::Below(operand) => {
                Truth::from(self.operand(operand).and_then(|other| at_least(value, other))).negated()
            }
            Test::Is(_) | Test::Null(_) | Test::Contains(_) | Test::OnOrAfter(_) | Test::Before(_) => {
                Truth::Unknown
            }
        }
    }

    fn contains(&self, value: &Datum<'_>, operand: &Operand) -> Truth {
        let Datum::List(elements) = value else { return Truth::Unknown };
        let wanted = self.operand(operand);
        let found = wanted.is_some() && elements.iter().any(|element| element.literal() == wanted);
        if found { Truth::True } else { Truth::Unknown }
    }

    fn operand<'o>(&'o self, operand: &'o Operand) -> Option<Scalar<'o>> {
        match operand {
            Operand::Literal(literal) => Some(literal.into()),
            Operand::Claim(id) => self.evidence.value(id).and_then(Datum::literal),
            Operand::Fact(name) => match self.facts.get(name)? {
                FactValue::Number(number) => Some(Scalar::Number(*number)),
                FactValue::Text(text) => Some(Scalar::Text(text)),
                FactValue::Date(_) => None,
            },
        }
    }

    /// A date of which only the month or the year is known is compared in both directions.
    fn on_or_after(&self, day: Option<PartialDate>, moment: &Moment) -> Truth {
        let day = day.map(Days::from);
        day.zip(self.moment(moment)).and_then(|(day, other)| day.on_or_after(other)).into()
    }

    fn moment(&self, moment: &Moment) -> Option<Days> {
        let days = match &moment.of {
            Anchor::Now => self.today.map(Days::from),
            Anchor::Claim(id) => self.claim_day(id).map(Days::from),
            Anchor::Fact(name) => self.facts.day(name).map(Days::from),
        };
        days?.plus_months(moment.months)
    }

    fn claim_day(&self, id: &str) -> Option<PartialDate> {
        self.evidence.value(id).and_then(day_of)
    }

    /// A required claim is not missed when a threshold that replaces it was proven.
    fn missing_claims(&self) -> impl Iterator<Item = &str> {
        let replaced = move |claim: &str| {
            self.profile.thresholds().iter().any(|(threshold, _)| {
                self.profile.replaced_by(threshold) == Some(claim)
                    && self.evidence.proven_at_least(threshold).is_some()
            })
        };
        let required = self.profile.required().iter().map(String::as_str);
        required.filter(move |id| self.evidence.value(id).is_none() && !replaced(id))
    }

    fn missing_facts(&self) -> impl Iterator<Item = &str> {
        let required = self.profile.facts().filter(|fact| fact.is_required());
        required.map(|fact| fact.name()).filter(|name| self.facts.get(name).is_none())
    }

    fn knows(&self, name: &str) -> bool {
        self.evidence.value(name).is_some()
            || self.facts.get(name).is_some()
            || self.evidence.proven_at_least(name).is_some()
    }

    /// What would have been needed: by the row that answered, or by those that were left open.
    fn missing(&self, rows: &[&Row]) -> Vec<String> {
        let mut missing = Vec::new();
        for row in rows {
            for condition in &row.when {
                match condition {
                    Condition::MissingRequiredClaims => missing.extend(self.missing_claims()),
                    Condition::MissingRequiredFacts => missing.extend(self.missing_facts()),
                    condition => missing.extend(condition.reads().filter(|name| !self.knows(name))),
                }
            }
            if let Then::AcceptUntil(until) = &row.then {
                missing.extend(Some(until.reads()).filter(|name| !self.knows(name)));
            }
        }
        missing.sort_unstable();
        missing.dedup();
        missing.into_iter().map(str::to_owned).collect()
    }
}

/// The step that covers a month. Any step covers the months before the first one; the last one
/// stands for every later month too and therefore proves none of those.
fn step_of(month: Month) -> Option<u8> {
    let step = month_index(month).max(1);
    month_at(step).filter(|covered| *covered >= month).map(|_| step)
}

fn day_of(value: &Datum<'_>) -> Option<PartialDate> {
    PartialDate::parse(value.as_text()?)
}

/// Only values of one type can be compared.
fn equal(a: Scalar<'_>, b: Scalar<'_>) -> Option<bool> {
    match (a, b) {
        (Scalar::Text(a), Scalar::Text(b)) => Some(a == b),
        (Scalar::Number(a), Scalar::Number(b)) => Some(a == b),
        (Scalar::Text(_), Scalar::Number(_)) | (Scalar::Number(_), Scalar::Text(_)) => None,
    }
}

fn at_least(a: Scalar<'_>, b: Scalar<'_>) -> Option<bool> {
    match (a, b) {
        (Scalar::Number(a), Scalar::Number(b)) => Some(a >= b),
        _ => None,
    }
}
