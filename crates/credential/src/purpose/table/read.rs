//! From the TOML of rows to a table: P-11, P-14, P-15, P-16.

use super::{
    Age, Anchor, Condition, Level, Literal, Moment, Operand, Row, Subject, Table, Test, Then, Until, UntilDay,
};
use crate::purpose::error::{ConditionFault, ProfileFault};
use crate::purpose::source::{ConditionSource, MissingSource, OutcomeSource, RowSource, UntilSource};
use crate::reason::ReasonCode;
use crate::standing::Standing;

/// More is no period that a law has, and would leave the calendar.
const MAX_MONTHS: i64 = 1_200;

impl Table {
    /// P-11, P-14, P-15 for every row, and P-16.
    pub(in crate::purpose) fn read(sources: &[RowSource]) -> Result<Self, ProfileFault> {
        let rows = sources.iter().zip(1..).map(|(source, number)| row(source, number));
        split_catch_all(rows.collect::<Result<_, _>>()?)
    }
}

fn split_catch_all(mut rows: Vec<Row>) -> Result<Table, ProfileFault> {
    let catch_all = rows.pop().ok_or(ProfileFault::CatchAll { row: 1 })?;
    if !catch_all.when.is_empty() || catch_all.then != Then::Indeterminate {
        return Err(ProfileFault::CatchAll { row: catch_all.number });
    }
    match rows.iter().find(|row| row.when.is_empty()) {
        Some(row) => Err(ProfileFault::CatchAll { row: row.number }),
        None => Ok(Table { rows, catch_all }),
    }
}

fn row(source: &RowSource, number: usize) -> Result<Row, ProfileFault> {
    let when = source
        .when
        .iter()
        .zip(1..)
        .map(|(source, place)| {
            condition(source).map_err(|fault| ProfileFault::Condition {
                row: number,
                condition: place,
                fault,
            })
        })
        .collect::<Result<_, _>>()?;
    let then = then(source).ok_or(ProfileFault::RowOutcome { row: number })?;
    let reason = ReasonCode::find(&source.reason)
        .ok_or_else(|| ProfileFault::UnknownReason { row: number, reason: source.reason.clone() })?;
    Ok(Row { number, when, then, reason })
}

fn then(source: &RowSource) -> Option<Then> {
    Some(match (source.notice, source.outcome, &source.until) {
        (true, None, None) => Then::Notice,
        (false, Some(OutcomeSource::Accept), None) => Then::Accept,
        (false, Some(OutcomeSource::AcceptUntil), Some(source)) => Then::AcceptUntil(until(source)?),
        (false, Some(OutcomeSource::AcceptWithNotice), None) => Then::AcceptWithNotice,
        (false, Some(OutcomeSource::Refuse), None) => Then::Refuse,
        (false, Some(OutcomeSource::Indeterminate), None) => Then::Indeterminate,
        _ => return None,
    })
}

fn until(source: &UntilSource) -> Option<Until> {
    let day = match (&source.claim, &source.fact, &source.threshold) {
        (Some(claim), None, None) => UntilDay::Claim(claim.clone()),
        (None, Some(fact), None) => UntilDay::Fact(fact.clone()),
        (None, None, Some(threshold)) => UntilDay::Threshold(threshold.clone()),
        _ => return None,
    };
    Some(Until { day, plus_months: source.plus_months.map_or(Some(0), whole_months)? })
}

/// A number of months, at least 1.
fn whole_months(months: i64) -> Option<i32> {
    i32::try_from(months).ok().filter(|_| (1..=MAX_MONTHS).contains(&months))
}

fn condition(source: &ConditionSource) -> Result<Condition, ConditionFault> {
    let (condition, threshold) = subject(source)?;
    match condition {
        Found::Whole(condition) if operators(source)?.is_empty() => Ok(condition),
        Found::Whole(_) => Err(ConditionFault::OperatorNotAllowed),
        Found::Tested(subject) => Ok(Condition::Test(subject, single(operators(source)?)?)),
        Found::Threshold => level(source).map(|at_least| Condition::Proven { threshold, at_least }),
    }
}

enum Found {
    /// A condition without operator.
    Whole(Condition),
    /// A claim or fact.
    Tested(Subject),
    Threshold,
}

/// The one subject, and the id of a threshold if it is one.
fn subject(source: &ConditionSource) -> Result<(Found, String), ConditionFault> {
    let mut found = Vec::new();
    if let Some(id) = &source.claim {
        let member = source.member.clone();
        found.push(Found::Tested(Subject::Claim { id: id.clone(), member }));
    } else if source.member.is_some() {
        return Err(ConditionFault::MemberWithoutClaim);
    }
    found.extend(source.fact.clone().map(|name| Found::Tested(Subject::Fact(name))));
    found.extend(source.threshold.as_ref().map(|_| Found::Threshold));
    found.extend(source.missing.map(|missing| {
        Found::Whole(match missing {
            MissingSource::RequiredClaims => Condition::MissingRequiredClaims,
            MissingSource::RequiredFacts => Condition::MissingRequiredFacts,
        })
    }));
    found.extend(source.missing_claim.clone().map(|id| Found::Whole(Condition::MissingClaim(id))));
    found.extend(source.missing_fact.clone().map(|name| Found::Whole(Condition::MissingFact(name))));
    if let Some(limit) = &source.evidence_older_than_s {
        found.push(Found::Whole(Condition::EvidenceOlderThan(age(limit)?)));
    }
    if let Some(name) = &source.status {
        found.push(Found::Whole(Condition::Status(standing(name)?)));
    }
    let mut found = found.into_iter();
    match (found.next(), found.next()) {
        (Some(subject), None) => Ok((subject, source.threshold.clone().unwrap_or_default())),
        (None, _) => Err(ConditionFault::NoSubject),
        (Some(_), Some(_)) => Err(ConditionFault::SeveralSubjects),
    }
}

/// "valid" is not a subject: a row that waits for it would answer although another credential is revoked.
fn standing(name: &str) -> Result<Standing, ConditionFault> {
    let standing = Standing::by_name(name).filter(|standing| *standing != Standing::Valid);
    standing.ok_or(ConditionFault::Operand("status"))
}

fn age(value: &toml::Value) -> Result<Age, ConditionFault> {
    match value {
        toml::Value::String(name) if name == "max_status_age_s" => Ok(Age::Permitted),
        toml::Value::Integer(seconds) if *seconds > 0 => Ok(Age::Seconds(*seconds)),
        _ => Err(ConditionFault::Operand("evidence_older_than_s")),
    }
}

/// The operator of a threshold is `at_least` and no other.
fn level(source: &ConditionSource) -> Result<Level, ConditionFault> {
    let fault = ConditionFault::Operand("at_least");
    let level = match source.at_least.as_ref().ok_or(ConditionFault::NoOperator)? {
        toml::Value::String(label) => Level::Label(label.clone()),
        toml::Value::Table(table) => match anchor(table).ok_or(fault)? {
            Anchor::Fact(name) => Level::MonthOfFact(name),
            Anchor::Now => Level::ThisMonth,
            Anchor::Claim(_) => return Err(fault),
        },
        _ => return Err(fault),
    };
    let others = ConditionSource { at_least: None, ..source.clone() };
    if operators(&others)?.is_empty() { Ok(level) } else { Err(ConditionFault::SeveralOperators) }
}

fn single(tests: Vec<Test>) -> Result<Test, ConditionFault> {
    let mut tests = tests.into_iter();
    match (tests.next(), tests.next()) {
        (Some(test), None) => Ok(test),
        (None, _) => Err(ConditionFault::NoOperator),
        (Some(_), Some(_)) => Err(ConditionFault::SeveralOperators),
    }
}

fn operators(source: &ConditionSource) -> Result<Vec<Test>, ConditionFault> {
    let mut tests = Vec::new();
    tests.extend(source.is.map(Test::Is));
    tests.extend(source.null.map(Test::Null));
    tests.extend(operand("equals", source.equals.as_ref())?.map(Test::Equals));
    tests.extend(operand("differs_from", source.differs_from.as_ref())?.map(Test::DiffersFrom));
    if let Some(values) = &source.one_of {
        tests.push(Test::In(literals(values)?));
    }
    tests.extend(operand("contains", source.contains.as_ref())?.map(Test::Contains));
    tests.extend(moment("on_or_after", source.on_or_after.as_ref())?.map(Test::OnOrAfter));
    tests.extend(moment("before", source.before.as_ref())?.map(Test::Before));
    if source.threshold.is_none() {
        tests.extend(operand("at_least", source.at_least.as_ref())?.map(Test::AtLeast));
    }
    tests.extend(operand("below", source.below.as_ref())?.map(Test::Below));
    Ok(tests)
}

fn literals(values: &[toml::Value]) -> Result<Vec<Literal>, ConditionFault> {
    let literals: Option<Vec<Literal>> = values.iter().map(literal).collect();
    literals.filter(|literals| !literals.is_empty()).ok_or(ConditionFault::Operand("in"))
}

fn literal(value: &toml::Value) -> Option<Literal> {
    match value {
        toml::Value::String(text) => Some(Literal::Text(text.clone())),
        toml::Value::Integer(number) => Some(Literal::Number(*number)),
        _ => None,
    }
}

fn operand(operator: &'static str, value: Option<&toml::Value>) -> Result<Option<Operand>, ConditionFault> {
    let Some(value) = value else { return Ok(None) };
    let operand = match value {
        toml::Value::Table(table) => match anchor(table) {
            Some(Anchor::Claim(id)) => Some(Operand::Claim(id)),
            Some(Anchor::Fact(name)) => Some(Operand::Fact(name)),
            Some(Anchor::Now) | None => None,
        },
        value => literal(value).map(Operand::Literal),
    };
    operand.map(Some).ok_or(ConditionFault::Operand(operator))
}

fn moment(operator: &'static str, value: Option<&toml::Value>) -> Result<Option<Moment>, ConditionFault> {
    let Some(value) = value else { return Ok(None) };
    let moment = value.as_table().and_then(dated);
    moment.map(Some).ok_or(ConditionFault::Operand(operator))
}

/// `{ claim = "..." }`, `{ fact = "..." }` or `{ now = true }`, and nothing beside it.
fn anchor(table: &toml::Table) -> Option<Anchor> {
    dated(table).filter(|moment| moment.months == 0).map(|moment| moment.of)
}

/// The same, with one of `plus_months` and `minus_months` at most.
fn dated(table: &toml::Table) -> Option<Moment> {
    let (mut anchors, mut months) = (Vec::new(), Vec::new());
    for (key, value) in table {
        match (key.as_str(), value) {
            ("claim", toml::Value::String(id)) => anchors.push(Anchor::Claim(id.clone())),
            ("fact", toml::Value::String(name)) => anchors.push(Anchor::Fact(name.clone())),
            ("now", toml::Value::Boolean(true)) => anchors.push(Anchor::Now),
            ("plus_months", toml::Value::Integer(number)) => months.push(whole_months(*number)?),
            ("minus_months", toml::Value::Integer(number)) => months.push(-whole_months(*number)?),
            _ => return None,
        }
    }
    match (anchors.as_slice(), months.as_slice()) {
        ([of], []) => Some(Moment { of: of.clone(), months: 0 }),
        ([of], [months]) => Some(Moment { of: of.clone(), months: *months }),
        _ => None,
    }
}
