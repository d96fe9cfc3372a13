//! P-12, P-13, P-15 and P-17: what each row reads is listed, operators fit it, and the reason fits the
//! answer.
//!
//! An operator has to fit the kind of the value. A literal that the code list of a claim does not have is
//! a typing error that would make a row silent; so is a condition on a status where none is known.

use super::claims::domain;
use crate::purpose::error::ProfileFault;
use crate::purpose::table::{
    Anchor, Condition, Level, Literal, Moment, Operand, Row, Subject, Table, Test, Then, Until, UntilDay,
};
use crate::purpose::vocabulary::FactType;
use crate::purpose::{Fact, Profile};
use crate::reason::Kind as ReasonKind;
use crate::schema::kind::Kind;
use crate::schema::threshold::Notation;
use crate::schema::{self, Lookup};

pub(super) fn check(profile: &Profile) -> Result<(), ProfileFault> {
    profile.table().into_iter().flat_map(Table::iter).try_for_each(|row| check_row(profile, row))
}

fn check_row(profile: &Profile, row: &Row) -> Result<(), ProfileFault> {
    let number = row.number;
    for condition in &row.when {
        check_condition(profile, condition).map_err(|read| read.into_fault(number))?;
    }
    if let Then::AcceptUntil(until) = &row.then {
        check_until(profile, until).map_err(|read| read.into_fault(number))?;
    }
    let kind = match row.then {
        Then::Notice => ReasonKind::Notice,
        Then::Accept | Then::AcceptUntil(_) | Then::AcceptWithNotice => ReasonKind::Positive,
        Then::Refuse => ReasonKind::Negative,
        Then::Indeterminate => ReasonKind::Indeterminate,
    };
    if row.reason.kind() != kind {
        return Err(ProfileFault::ReasonOfOtherKind { row: number, reason: row.reason.as_str() });
    }
    if row.then == Then::Refuse && row.when.iter().any(Condition::rests_on_absence) {
        return Err(ProfileFault::RefusesAbsence { row: number });
    }
    Ok(())
}

/// The kind of a claim that is shown as a value.
pub(super) fn kind_of(id: &str) -> Option<Kind> {
    match schema::lookup(id) {
        Lookup::Claim { claim, member, .. } => Some(member.unwrap_or(claim).kind),
        _ => None,
    }
}

/// What is wrong with something that a row reads.
enum Misread<'r> {
    NotRegistered(&'r str),
    DoesNotFit(&'r str),
}

impl Misread<'_> {
    fn into_fault(self, row: usize) -> ProfileFault {
        match self {
            Self::NotRegistered(name) => ProfileFault::NotRegistered { row, name: name.to_owned() },
            Self::DoesNotFit(name) => ProfileFault::DoesNotFit { row, name: name.to_owned() },
        }
    }
}

fn check_condition<'r>(profile: &'r Profile, condition: &'r Condition) -> Result<(), Misread<'r>> {
    match condition {
        // On the holder's device there is no status.
        Condition::EvidenceOlderThan(_) if !profile.asks() => {
            Err(Misread::NotRegistered("evidence_older_than_s"))
        }
        Condition::Status(_) if !profile.asks() => Err(Misread::NotRegistered("status")),
        Condition::EvidenceOlderThan(_)
        | Condition::Status(_)
        | Condition::MissingRequiredClaims
        | Condition::MissingRequiredFacts => Ok(()),
        Condition::MissingClaim(id) => claim(profile, id).map(drop),
        Condition::MissingFact(name) => fact(profile, name).map(drop),
        Condition::Proven { threshold, at_least } => check_level(profile, threshold, at_least),
        Condition::Test(Subject::Claim { id, member }, test) => {
            let kind = claim(profile, id)?;
            let kind = match member {
                None => kind,
                Some(member) => member_kind(kind, member).ok_or(Misread::DoesNotFit(id))?,
            };
            check_test(profile, id, Sort::of(kind), member.is_some() || nullable(kind), test)
        }
        Condition::Test(Subject::Fact(name), test) => {
            let fact = fact(profile, name)?;
            check_test(profile, name, Sort::of_fact(fact), false, test)
        }
    }
}

fn claim<'r>(profile: &Profile, id: &'r str) -> Result<Kind, Misread<'r>> {
    let mut listed = [profile.required(), profile.optional(), profile.local()].into_iter().flatten();
    let kind = listed.any(|claim| claim == id).then(|| kind_of(id)).flatten();
    // The number of a threshold claim is read as a threshold, on the holder's device too.
    kind.filter(|kind| !matches!(kind, Kind::Threshold(_))).ok_or(Misread::NotRegistered(id))
}

fn fact<'p>(profile: &'p Profile, name: &'p str) -> Result<Fact<'p>, Misread<'p>> {
    profile.fact(name).ok_or(Misread::NotRegistered(name))
}

fn check_level<'r>(profile: &'r Profile, threshold: &'r str, level: &'r Level) -> Result<(), Misread<'r>> {
    let domain = domain(threshold).ok_or(Misread::NotRegistered(threshold))?;
    let registered = profile.thresholds().iter().find(|(id, _)| id == threshold);
    let is_local = profile.local().iter().any(|id| id == threshold);
    if registered.is_none() && !is_local {
        return Err(Misread::NotRegistered(threshold));
    }
    let permitted = |step: u8| registered.is_none_or(|(_, steps)| steps.contains(&step));
    let fits = match level {
        Level::Label(label) => domain.threshold(label).is_some_and(permitted),
        Level::ThisMonth => domain.notation == Notation::Month,
        Level::MonthOfFact(name) => {
            fact(profile, name)?.fact_type() == FactType::Date && domain.notation == Notation::Month
        }
    };
    if fits { Ok(()) } else { Err(Misread::DoesNotFit(threshold)) }
}

fn check_until<'r>(profile: &'r Profile, until: &'r Until) -> Result<(), Misread<'r>> {
    let fits = match &until.day {
        UntilDay::Claim(id) => matches!(Sort::of(claim(profile, id)?), Sort::Day),
        UntilDay::Fact(name) => fact(profile, name)?.fact_type() == FactType::Date,
        UntilDay::Threshold(id) => {
            let mut registered = profile.thresholds().iter().map(|(id, _)| id).chain(profile.local());
            let domain = domain(id).filter(|_| registered.any(|threshold| threshold == id));
            domain.ok_or(Misread::NotRegistered(id))?.notation == Notation::Month
        }
    };
    if fits { Ok(()) } else { Err(Misread::DoesNotFit(until.reads())) }
}

/// What the values of a claim or fact can be compared with.
#[derive(Clone, Copy)]
enum Sort<'p> {
    Bool,
    Number(Option<Kind>),
    /// Texts; the kind or the choice says which exist.
    Text(Option<Kind>, Option<Fact<'p>>),
    Day,
    List(Kind),
    Other,
}

impl<'p> Sort<'p> {
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Bool => Self::Bool,
            Kind::Int { .. } | Kind::IntOf(_) => Self::Number(Some(kind)),
            Kind::Text { .. } | Kind::Code(_) | Kind::Enum(_) => Self::Text(Some(kind), None),
            Kind::Date | Kind::PartialDate | Kind::Month => Self::Day,
            Kind::Nullable(inner) => Self::of(*inner),
            Kind::Array { element, .. } | Kind::List { element, .. } => Self::List(*element),
            Kind::Image | Kind::Hash | Kind::Object(_) | Kind::Record(_) | Kind::Threshold(_) => Self::Other,
        }
    }

    fn of_fact(fact: Fact<'p>) -> Self {
        match fact.fact_type() {
            FactType::Choice => Self::Text(None, Some(fact)),
            FactType::Date => Self::Day,
            FactType::Number => Self::Number(None),
            FactType::Text => Self::Text(None, None),
        }
    }

    /// Whether a value can ever be equal to this literal.
    fn has(self, literal: &Literal) -> bool {
        match (self, literal) {
            (Self::Text(Some(Kind::Enum(texts)), _), Literal::Text(text)) => texts.contains(&text.as_str()),
            (Self::Text(Some(Kind::Code(list)), _), Literal::Text(text)) => list.contains(text),
            (Self::Text(_, Some(fact)), Literal::Text(text)) => fact.values().contains(text),
            (Self::Text(..), Literal::Text(text)) => !text.is_empty(),
            (Self::Number(Some(Kind::Int { min, max })), Literal::Number(n)) => (min..=max).contains(n),
            (Self::Number(Some(Kind::IntOf(numbers))), Literal::Number(n)) => numbers.contains(n),
            (Self::Number(_), Literal::Number(_)) => true,
            _ => false,
        }
    }

    const fn is_like(self, other: Sort<'_>) -> bool {
        matches!(
            (self, other),
            (Self::Text(..), Sort::Text(..)) | (Self::Number(_), Sort::Number(_)) | (Self::Day, Sort::Day)
        )
    }
}

const fn nullable(kind: Kind) -> bool {
    matches!(kind, Kind::Nullable(_))
}

pub(super) fn member_kind(kind: Kind, member: &str) -> Option<Kind> {
    match kind {
        Kind::Object(fields) => fields.iter().find(|field| field.key == member).map(|field| field.kind),
        Kind::Nullable(inner) => member_kind(*inner, member),
        _ => None,
    }
}

fn check_test<'r>(
    profile: &'r Profile,
    name: &'r str,
    sort: Sort<'_>,
    can_be_null: bool,
    test: &'r Test,
) -> Result<(), Misread<'r>> {
    let fits = match test {
        Test::Is(_) => matches!(sort, Sort::Bool),
        Test::Null(_) => can_be_null,
        Test::Equals(operand) | Test::DiffersFrom(operand) => {
            !matches!(sort, Sort::Day) && operand_fits(profile, sort, operand)?
        }
        Test::In(literals) => literals.iter().all(|literal| sort.has(literal)),
        Test::Contains(operand) => match sort {
            Sort::List(element) => operand_fits(profile, Sort::of(element), operand)?,
            _ => false,
        },
        Test::OnOrAfter(moment) | Test::Before(moment) => {
            matches!(sort, Sort::Day) && moment_fits(profile, moment)?
        }
        Test::AtLeast(operand) | Test::Below(operand) => {
            matches!(sort, Sort::Number(_)) && operand_fits(profile, sort, operand)?
        }
    };
    if fits { Ok(()) } else { Err(Misread::DoesNotFit(name)) }
}

fn operand_fits<'r>(profile: &'r Profile, sort: Sort<'_>, operand: &'r Operand) -> Result<bool, Misread<'r>> {
    Ok(match operand {
        Operand::Literal(literal) => sort.has(literal),
        Operand::Claim(id) => sort.is_like(Sort::of(claim(profile, id)?)),
        Operand::Fact(name) => sort.is_like(Sort::of_fact(fact(profile, name)?)),
    })
}

fn moment_fits<'r>(profile: &'r Profile, moment: &'r Moment) -> Result<bool, Misread<'r>> {
    Ok(match &moment.of {
        Anchor::Now => true,
        Anchor::Claim(id) => matches!(Sort::of(claim(profile, id)?), Sort::Day),
        Anchor::Fact(name) => matches!(Sort::of_fact(fact(profile, name)?), Sort::Day),
    })
}
