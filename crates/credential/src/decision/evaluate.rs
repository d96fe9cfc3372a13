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
use geleit_cose::cbor::Value;

/// What was verified, as a decision reads it. Only verified presentations implement this, and the
/// holder's own credentials on the holder's device.
pub(crate) trait Evidence {
    /// The value of a disclosed claim; of a list whose elements are redacted, the disclosed ones.
    fn value(&self, claim_id: &str) -> Option<Value>;

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
    fn row(&self, row: &Row) -> Truth {
        let conditions = row.when.iter().map(|condition| self.condition(condition));
        conditions.fold(self.date_is_to_come(&row.then), Truth::and)
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
            Condition::MissingRequiredClaims => (!self.missing_claims().is_empty()).into(),
            Condition::MissingRequiredFacts => (!self.missing_facts().is_empty()).into(),
            Condition::Proven { threshold, at_least } => self.proven(threshold, at_least),
            Condition::Test(Subject::Fact(name), test) => {
                self.facts.get(name).map_or(Truth::Unknown, |fact| self.test_fact(fact, test))
            }
            Condition::Test(Subject::Claim { id, member: None }, test) => {
                self.evidence.value(id).map_or(Truth::Unknown, |value| self.test_claim(&value, test))
            }
            Condition::Test(Subject::Claim { id, member: Some(member) }, test) => {
                match self.evidence.value(id) {
                    // An object is shown whole: a member that is not there does not exist.
                    Some(object @ Value::Map(_)) => {
                        self.test_claim(object.get(member).unwrap_or(&Value::Null), test)
                    }
                    _ => Truth::Unknown,
                }
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

    fn test_claim(&self, value: &Value, test: &Test) -> Truth {
        match test {
            Test::Null(expected) => ((*value == Value::Null) == *expected).into(),
            // `null` states that there is none: it is equal to nothing and has no limit.
            _ if *value == Value::Null => Truth::False,
            Test::Is(expected) => value.as_bool().map(|truth| truth == *expected).into(),
            Test::Contains(operand) => self.contains(value, operand),
            Test::OnOrAfter(moment) => self.on_or_after(day_of(value), moment),
            Test::Before(moment) => self.on_or_after(day_of(value), moment).negated(),
            Test::Equals(_) | Test::DiffersFrom(_) | Test::In(_) | Test::AtLeast(_) | Test::Below(_) => {
                literal_of(value).map_or(Truth::Unknown, |value| self.test_literal(&value, test))
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
            (FactValue::Number(number), test) => self.test_literal(&Literal::Number(*number), test),
            (FactValue::Text(text), test) => self.test_literal(&Literal::Text(text.clone()), test),
        }
    }

    fn test_literal(&self, value: &Literal, test: &Test) -> Truth {
        match test {
            Test::Equals(operand) => self.operand(operand).and_then(|other| equal(value, &other)).into(),
            Test::DiffersFrom(operand) => {
                Truth::from(self.operand(operand).and_then(|other| equal(value, &other))).negated()
            }
            Test::In(literals) => literals.contains(value).into(),
            Test::AtLeast(operand) => self.operand(operand).and_then(|other| at_least(value, &other)).into(),
            Test::Below(operand) => {
                Truth::from(self.operand(operand).and_then(|other| at_least(value, &other))).negated()
            }
            Test::Is(_) | Test::Null(_) | Test::Contains(_) | Test::OnOrAfter(_) | Test::Before(_) => {
                Truth::Unknown
            }
        }
    }

    fn contains(&self, value: &Value, operand: &Operand) -> Truth {
        let Value::Array(items) = value else { return Truth::Unknown };
        let found = self.operand(operand).is_some_and(|wanted| {
            items.iter().any(|item| literal_of(item).is_some_and(|item| item == wanted))
        });
        if found { Truth::True } else { Truth::Unknown }
    }

    fn operand(&self, operand: &Operand) -> Option<Literal> {
        match operand {
            Operand::Literal(literal) => Some(literal.clone()),
            Operand::Claim(id) => self.evidence.value(id).as_ref().and_then(literal_of),
            Operand::Fact(name) => match self.facts.get(name)? {
                FactValue::Number(number) => Some(Literal::Number(*number)),
                FactValue::Text(text) => Some(Literal::Text(text.clone())),
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
        self.evidence.value(id).as_ref().and_then(day_of)
    }

    /// A required claim is not missed when a threshold that replaces it was proven.
    fn missing_claims(&self) -> Vec<String> {
        let replaced = |claim: &str| {
            self.profile.thresholds().iter().any(|(threshold, _)| {
                self.profile.replaced_by(threshold) == Some(claim)
                    && self.evidence.proven_at_least(threshold).is_some()
            })
        };
        let required = self.profile.required().iter();
        required.filter(|id| self.evidence.value(id).is_none() && !replaced(id)).cloned().collect()
    }

    fn missing_facts(&self) -> Vec<String> {
        let required = self.profile.facts().filter(|fact| fact.is_required());
        required
            .map(|fact| fact.name())
            .filter(|name| self.facts.get(name).is_none())
            .map(str::to_owned)
            .collect()
    }

    /// What a condition reads and was not given.
    fn absent(&self, condition: &Condition) -> Vec<String> {
        match condition {
            Condition::MissingRequiredClaims => self.missing_claims(),
            Condition::MissingRequiredFacts => self.missing_facts(),
            condition => {
                condition.reads().into_iter().filter(|name| !self.knows(name)).map(str::to_owned).collect()
            }
        }
    }

    /// What the date of `ACCEPT_UNTIL` comes from and was not given.
    fn absent_date(&self, then: &Then) -> Option<String> {
        let Then::AcceptUntil(until) = then else { return None };
        Some(until.reads()).filter(|name| !self.knows(name)).map(str::to_owned)
    }

    fn knows(&self, name: &str) -> bool {
        self.evidence.value(name).is_some()
            || self.evidence.proven_at_least(name).is_some()
            || self.facts.get(name).is_some()
    }

    /// What would have been needed: by the row that answered, or by those that were left open.
    fn missing(&self, rows: &[&Row]) -> Vec<String> {
        let conditions = rows.iter().flat_map(|row| row.when.iter());
        let mut missing: Vec<String> = conditions.flat_map(|condition| self.absent(condition)).collect();
        missing.extend(rows.iter().filter_map(|row| self.absent_date(&row.then)));
        missing.sort_unstable();
        missing.dedup();
        missing
    }
}

/// A text or an integer. Of a list the holder opens one element, which then stands for the list.
fn literal_of(value: &Value) -> Option<Literal> {
    let scalar = |value: &Value| match value {
        Value::Text(text) => Some(Literal::Text(text.clone())),
        value => value.as_int().map(Literal::Number),
    };
    match value {
        Value::Array(items) => match items.as_slice() {
            [item] => scalar(item),
            _ => None,
        },
        value => scalar(value),
    }
}

/// The step that covers a month. Any step covers the months before the first one; the last one
/// stands for every later month too and therefore proves none of those.
fn step_of(month: Month) -> Option<u8> {
    let step = month_index(month).max(1);
    month_at(step).filter(|covered| *covered >= month).map(|_| step)
}

fn day_of(value: &Value) -> Option<PartialDate> {
    PartialDate::parse(value.as_text()?)
}

/// Only values of one type can be compared.
fn equal(a: &Literal, b: &Literal) -> Option<bool> {
    match (a, b) {
        (Literal::Text(a), Literal::Text(b)) => Some(a == b),
        (Literal::Number(a), Literal::Number(b)) => Some(a == b),
        (Literal::Text(_), Literal::Number(_)) | (Literal::Number(_), Literal::Text(_)) => None,
    }
}

fn at_least(a: &Literal, b: &Literal) -> Option<bool> {
    match (a, b) {
        (Literal::Number(a), Literal::Number(b)) => Some(a >= b),
        _ => None,
    }
}
