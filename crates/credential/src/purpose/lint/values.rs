//! The values that a claim or fact can have, as far as the literals of a table tell them apart.
//!
//! ```text
//! enumeration, occupation, boolean   every value
//! number                             each literal, the one before and the one after
//! text                               each literal, and one other
//! day, object, picture               one, which stands for all
//! nullable                           null besides
//! ```
//!
//! Conditions that compare with another claim, with a fact or with a day cannot be said of a value alone.

use super::fit::{kind_of, member_kind};
use crate::code_list::{CodeList, isco};
use crate::purpose::table::{Literal, Operand, Subject, Test};
use crate::purpose::vocabulary::FactType;
use crate::purpose::{Fact, Profile};
use crate::schema::kind::Kind;
use std::collections::BTreeSet;

/// More values than this are told apart by the literals instead.
const MAX_RANGE: i64 = 400;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Candidate {
    Null,
    Bool(bool),
    Is(Literal),
    /// One that no literal names.
    Another,
}

impl Candidate {
    /// Whether a test holds of this value; none when that depends on something else.
    pub(super) fn passes(&self, test: &Test) -> Option<bool> {
        match (self, test) {
            (value, Test::Null(expected)) => Some((*value == Self::Null) == *expected),
            // "There is none" is equal to nothing, and neither before nor after anything.
            (Self::Null, _) => Some(false),
            (Self::Bool(value), Test::Is(expected)) => Some(value == expected),
            (value, Test::Equals(Operand::Literal(other))) => Some(value.is(other)),
            (value, Test::DiffersFrom(Operand::Literal(other))) => Some(!value.is(other)),
            (value, Test::In(literals)) => Some(literals.iter().any(|other| value.is(other))),
            (Self::Is(Literal::Number(own)), Test::AtLeast(Operand::Literal(Literal::Number(n)))) => {
                Some(own >= n)
            }
            (Self::Is(Literal::Number(own)), Test::Below(Operand::Literal(Literal::Number(n)))) => {
                Some(own < n)
            }
            _ => None,
        }
    }

    fn is(&self, literal: &Literal) -> bool {
        matches!(self, Self::Is(own) if own == literal)
    }
}

/// Every value of an enumerated claim; none when there are too many.
pub(super) fn enumerate(kind: Kind) -> Option<Vec<Candidate>> {
    let text = |text: &str| Candidate::Is(Literal::Text(text.to_owned()));
    let number = |number: i64| Candidate::Is(Literal::Number(number));
    Some(match kind {
        Kind::Bool => vec![Candidate::Bool(false), Candidate::Bool(true)],
        Kind::Enum(texts) => texts.iter().copied().map(text).collect(),
        Kind::IntOf(numbers) => numbers.iter().copied().map(number).collect(),
        Kind::Int { min, max } if max.checked_sub(min)? <= MAX_RANGE => (min..=max).map(number).collect(),
        Kind::Code(CodeList::IscoUnit) => isco::unit_groups().map(|code| text(&code)).collect(),
        Kind::Code(CodeList::IscoMinor) => isco::minor_groups().map(text).collect(),
        _ => return None,
    })
}

/// What the subject of these tests can be, in a row that holds.
pub(super) fn candidates(profile: &Profile, subject: &Subject, tests: &[&Test]) -> Vec<Candidate> {
    match subject {
        Subject::Fact(name) => profile.fact(name).map_or_else(Vec::new, |fact| of_fact(fact, tests)),
        Subject::Claim { id, member } => {
            let kind = kind_of(id);
            let kind = match member {
                None => kind,
                Some(member) => kind.and_then(|kind| member_kind(kind, member)),
            };
            let mut values = kind.map_or_else(Vec::new, |kind| of_kind(kind, tests));
            // A member that is not there does not exist.
            if member.is_some() || matches!(kind, Some(Kind::Nullable(_))) {
                values.push(Candidate::Null);
            }
            values
        }
    }
}

fn of_fact(fact: Fact<'_>, tests: &[&Test]) -> Vec<Candidate> {
    match fact.fact_type() {
        FactType::Choice => {
            fact.values().iter().map(|value| Candidate::Is(Literal::Text(value.clone()))).collect()
        }
        FactType::Number => numbers(i64::MIN, i64::MAX, tests),
        FactType::Date | FactType::Text => texts(tests),
    }
}

fn of_kind(kind: Kind, tests: &[&Test]) -> Vec<Candidate> {
    match kind {
        Kind::Nullable(inner) => of_kind(*inner, tests),
        // One element stands for the list, and several are none of the literals.
        Kind::Array { .. } | Kind::List { .. } => texts(tests),
        Kind::Int { min, max } => enumerate(kind).unwrap_or_else(|| numbers(min, max, tests)),
        kind => enumerate(kind).unwrap_or_else(|| texts(tests)),
    }
}

fn texts(tests: &[&Test]) -> Vec<Candidate> {
    let distinct: BTreeSet<&Literal> = literals(tests).collect();
    distinct.into_iter().cloned().map(Candidate::Is).chain([Candidate::Another]).collect()
}

fn numbers(min: i64, max: i64, tests: &[&Test]) -> Vec<Candidate> {
    let near = |n: i64| [n.saturating_sub(1), n, n.saturating_add(1)];
    let stated = literals(tests).filter_map(|literal| match literal {
        Literal::Number(number) => Some(*number),
        Literal::Text(_) => None,
    });
    // Zero stands for all numbers where no literal tells them apart.
    let mut numbers: Vec<i64> = stated.chain([0]).flat_map(near).map(|n| n.clamp(min, max)).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers.into_iter().map(|number| Candidate::Is(Literal::Number(number))).collect()
}

fn literals<'t>(tests: &'t [&'t Test]) -> impl Iterator<Item = &'t Literal> {
    tests.iter().flat_map(|test| match test {
        Test::In(literals) => literals.as_slice(),
        Test::Equals(Operand::Literal(literal))
        | Test::DiffersFrom(Operand::Literal(literal))
        | Test::AtLeast(Operand::Literal(literal))
        | Test::Below(Operand::Literal(literal)) => core::slice::from_ref(literal),
        _ => &[],
    })
}
