//! The decision table: ordered rows of conditions, from a closed set of operators.
//!
//! ```text
//! when    = [condition, ...]           all of them have to be definitely true
//! outcome = "ACCEPT" | "ACCEPT_UNTIL" | "ACCEPT_WITH_NOTICE" | "REFUSE" | "INDETERMINATE"
//! until   = { claim | fact | threshold = "..." }        with ACCEPT_UNTIL only
//! notice  = true                                        instead of outcome
//! reason  = "code"
//! ```
//!
//! This module turns the TOML of rows into types in which a condition has exactly one subject and
//! one operator. Whether what it reads is registered and fits is checked by `lint`.

use super::error::{ConditionFault, ProfileFault};
use super::source::{ConditionSource, MissingSource, OutcomeSource, RowSource, UntilSource};
use crate::reason::ReasonCode;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// Counted from 1 in the order of the file.
    pub(crate) number: usize,
    pub(crate) when: Vec<Condition>,
    pub(crate) then: Then,
    pub(crate) reason: ReasonCode,
}

/// What a row does when it fires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    /// Adds its reason to a positive answer of a later row.
    Notice,
    Accept,
    AcceptUntil(Until),
    AcceptWithNotice,
    Refuse,
    Indeterminate,
}

/// Where the date of `ACCEPT_UNTIL` comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Until {
    Claim(String),
    Fact(String),
    /// The end of the month that was proven.
    Threshold(String),
}

/// A condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    /// The age of the status information is above this number of seconds.
    EvidenceOlderThan(Age),
    /// The status of a shown credential is "suspended" or "under review".
    UnderReview,
    MissingClaim(String),
    MissingFact(String),
    MissingRequiredClaims,
    MissingRequiredFacts,
    /// The holder proved at least this level.
    Proven {
        threshold: String,
        at_least: Level,
    },
    /// An operator applied to a claim or fact.
    Test(Subject, Test),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Age {
    /// The profile's `max_status_age_s`.
    Permitted,
    Seconds(i64),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    Claim {
        id: String,
        /// A member of an object in the clear.
        member: Option<String>,
    },
    Fact(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Test {
    Is(bool),
    Null(bool),
    Equals(Operand),
    DiffersFrom(Operand),
    In(Vec<Literal>),
    Contains(Operand),
    OnOrAfter(Moment),
    Before(Moment),
    AtLeast(Operand),
    Below(Operand),
}

/// The right side of a comparison of texts or numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Operand {
    Literal(Literal),
    Claim(String),
    Fact(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Literal {
    Text(String),
    Number(i64),
}

/// The right side of a comparison of days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// The day of the decision in UTC.
    Now,
    Claim(String),
    Fact(String),
}

/// The right side of a threshold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    /// A registered step by its label, such as `2027-05`.
    Label(String),
    /// The month in which a fact lies.
    MonthOfFact(String),
    /// The month of the check.
    ThisMonth,
}

impl Condition {
    /// Whether not showing something can make it true.
    pub(super) const fn rests_on_absence(&self) -> bool {
        match self {
            Self::MissingClaim(_)
            | Self::MissingFact(_)
            | Self::MissingRequiredClaims
            | Self::MissingRequiredFacts => true,
            Self::EvidenceOlderThan(_) | Self::UnderReview | Self::Proven { .. } | Self::Test(..) => false,
        }
    }
}

impl Condition {
    /// The claims, thresholds and facts that it names.
    pub(crate) fn reads(&self) -> Vec<&str> {
        match self {
            Self::EvidenceOlderThan(_)
            | Self::UnderReview
            | Self::MissingRequiredClaims
            | Self::MissingRequiredFacts => Vec::new(),
            Self::MissingClaim(name) | Self::MissingFact(name) => vec![name],
            Self::Proven { threshold, at_least: Level::Label(_) | Level::ThisMonth } => vec![threshold],
            Self::Proven { threshold, at_least: Level::MonthOfFact(fact) } => vec![threshold, fact],
            Self::Test(Subject::Claim { id: name, .. } | Subject::Fact(name), test) => {
                core::iter::once(name.as_str()).chain(test.reads()).collect()
            }
        }
    }
}

impl Test {
    fn reads(&self) -> Option<&str> {
        match self {
            Self::Equals(operand)
            | Self::DiffersFrom(operand)
            | Self::Contains(operand)
            | Self::AtLeast(operand)
            | Self::Below(operand) => match operand {
                Operand::Claim(name) | Operand::Fact(name) => Some(name),
                Operand::Literal(_) => None,
            },
            Self::OnOrAfter(moment) | Self::Before(moment) => match moment {
                Moment::Claim(name) | Moment::Fact(name) => Some(name),
                Moment::Now => None,
            },
            Self::Is(_) | Self::Null(_) | Self::In(_) => None,
        }
    }
}

/// P-11, P-14 and P-15 for every row.
pub(super) fn rows(sources: &[RowSource]) -> Result<Vec<Row>, ProfileFault> {
    sources.iter().zip(1..).map(|(source, number)| row(source, number)).collect()
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
    match (&source.claim, &source.fact, &source.threshold) {
        (Some(claim), None, None) => Some(Until::Claim(claim.clone())),
        (None, Some(fact), None) => Some(Until::Fact(fact.clone())),
        (None, None, Some(threshold)) => Some(Until::Threshold(threshold.clone())),
        _ => None,
    }
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
    match source.under_review {
        Some(true) => found.push(Found::Whole(Condition::UnderReview)),
        Some(false) => return Err(ConditionFault::Operand("under_review")),
        None => {}
    }
    let mut found = found.into_iter();
    match (found.next(), found.next()) {
        (Some(subject), None) => Ok((subject, source.threshold.clone().unwrap_or_default())),
        (None, _) => Err(ConditionFault::NoSubject),
        (Some(_), Some(_)) => Err(ConditionFault::SeveralSubjects),
    }
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
        toml::Value::Table(table) => match reference(table).ok_or(fault)? {
            Reference::Fact(name) => Level::MonthOfFact(name),
            Reference::Now => Level::ThisMonth,
            Reference::Claim(_) => return Err(fault),
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
        toml::Value::Table(table) => match reference(table) {
            Some(Reference::Claim(id)) => Some(Operand::Claim(id)),
            Some(Reference::Fact(name)) => Some(Operand::Fact(name)),
            Some(Reference::Now) | None => None,
        },
        value => literal(value).map(Operand::Literal),
    };
    operand.map(Some).ok_or(ConditionFault::Operand(operator))
}

fn moment(operator: &'static str, value: Option<&toml::Value>) -> Result<Option<Moment>, ConditionFault> {
    let Some(value) = value else { return Ok(None) };
    let moment = value.as_table().and_then(reference).map(|reference| match reference {
        Reference::Claim(id) => Moment::Claim(id),
        Reference::Fact(name) => Moment::Fact(name),
        Reference::Now => Moment::Now,
    });
    moment.map(Some).ok_or(ConditionFault::Operand(operator))
}

enum Reference {
    Claim(String),
    Fact(String),
    Now,
}

/// `{ claim = "..." }`, `{ fact = "..." }` or `{ now = true }`, and nothing beside it.
fn reference(table: &toml::Table) -> Option<Reference> {
    let mut entries = table.iter();
    match (entries.next()?, entries.next()) {
        ((key, toml::Value::String(id)), None) if key == "claim" => Some(Reference::Claim(id.clone())),
        ((key, toml::Value::String(name)), None) if key == "fact" => Some(Reference::Fact(name.clone())),
        ((key, toml::Value::Boolean(true)), None) if key == "now" => Some(Reference::Now),
        _ => None,
    }
}
