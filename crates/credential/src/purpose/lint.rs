//! The P rules that look beyond one field: P-02 to P-10, P-12, P-13 and P-15 to P-18.
//!
//! Claims are checked against the schemas: that they exist, that they belong to the credential
//! type under which they are listed, and that an operator fits the kind of their value. A literal
//! that the code list of a claim does not have is a typing error that would make a row silent.

use super::error::ProfileFault;
use super::source::{FactType, GroupSource, ProfileSource};
use super::table::{Age, Condition, Level, Literal, Moment, Operand, Row, Subject, Test, Then, Until};
use super::{Fact, Profile};
use crate::reason::{Kind as ReasonKind, Text, is_kebab};
use crate::schema::kind::Kind;
use crate::schema::threshold::{Domain, Notation};
use crate::schema::{self, Lookup};
use std::collections::BTreeSet;

/// A claim of one of the lists.
pub(super) struct Listed<'s> {
    pub(super) id: &'s str,
    pub(super) why: &'s Text,
    pub(super) required: bool,
}

/// P-06 and P-07; in alphabetical order.
pub(super) fn listed(source: &ProfileSource) -> Result<Vec<Listed<'_>>, ProfileFault> {
    let groups: [(&'static str, &GroupSource); 3] = [
        ("identity", &source.claims.identity),
        ("qualification", &source.claims.qualification),
        ("residence", &source.claims.residence),
    ];
    let mut listed = Vec::new();
    for (credential_type, group) in groups {
        for (claims, required) in [(&group.required, true), (&group.optional, false)] {
            for (id, why) in claims {
                if !belongs(id, credential_type) {
                    return Err(ProfileFault::NotInSchema { claim: id.clone(), credential_type });
                }
                listed.push(Listed { id, why, required });
            }
        }
    }
    listed.sort_by_key(|claim| claim.id);
    let mut seen = BTreeSet::new();
    let thresholds = source.threshold.iter().map(|threshold| threshold.claim.as_str());
    match listed.iter().map(|claim| claim.id).chain(thresholds).find(|id| !seen.insert(*id)) {
        Some(twice) => Err(ProfileFault::ListedTwice { claim: twice.to_owned() }),
        None => Ok(listed),
    }
}

/// Whether the id is that of a claim of this type which is shown as a value.
fn belongs(id: &str, name: &str) -> bool {
    match schema::lookup(id) {
        Lookup::Claim { credential_type, claim, .. } => {
            credential_type.name == name && claim.domain().is_none()
        }
        _ => false,
    }
}

/// P-09: the steps of each threshold claim, as numbers of its domain.
pub(super) fn thresholds(source: &ProfileSource) -> Result<Vec<(String, Vec<u8>)>, ProfileFault> {
    let mut thresholds = Vec::new();
    for threshold in &source.threshold {
        let claim = || threshold.claim.clone();
        let steps: Option<Vec<u8>> = domain(&threshold.claim)
            .and_then(|domain| threshold.at_least.iter().map(|label| domain.threshold(label)).collect());
        let steps = steps.filter(|steps| !steps.is_empty() && steps.is_sorted_by(|a, b| a < b));
        thresholds.push((claim(), steps.ok_or_else(|| ProfileFault::Threshold { claim: claim() })?));
    }
    Ok(thresholds)
}

/// The domain of a threshold claim.
pub(super) fn domain(id: &str) -> Option<&'static Domain> {
    match schema::lookup(id) {
        Lookup::Claim { claim, member: None, .. } => claim.domain(),
        _ => None,
    }
}

/// The kind of a claim that is shown as a value.
fn kind_of(id: &str) -> Option<Kind> {
    match schema::lookup(id) {
        Lookup::Claim { claim, member, .. } => Some(member.unwrap_or(claim).kind),
        _ => None,
    }
}

/// All other rules.
pub(super) fn check(profile: &Profile) -> Result<(), ProfileFault> {
    check_head(profile)?;
    check_forbidden(profile)?;
    check_facts(profile)?;
    for row in profile.rows().iter().chain([profile.catch_all()]) {
        check_row(profile, row)?;
    }
    check_guards(profile)?;
    check_use(profile)
}

/// P-19: doubt and old evidence come before every other question.
fn check_guards(profile: &Profile) -> Result<(), ProfileFault> {
    let guards = [Condition::UnderReview, Condition::EvidenceOlderThan(Age::Permitted)];
    let stands = |(row, guard): (&Row, &Condition)| {
        row.then == Then::Indeterminate && row.when == core::slice::from_ref(guard)
    };
    let rows = profile.rows();
    if !profile.source.kind.asks() || rows.len() >= guards.len() && rows.iter().zip(&guards).all(stands) {
        Ok(())
    } else {
        Err(ProfileFault::NoGuards)
    }
}

/// P-02 to P-05, and `instead_of` of P-09.
fn check_head(profile: &Profile) -> Result<(), ProfileFault> {
    let source = &profile.source;
    if !is_kebab(&source.id) || source.version == 0 {
        return Err(ProfileFault::IdOrVersion);
    }
    check_texts(profile)?;
    if source.legal_basis.is_empty() {
        return Err(ProfileFault::NoLegalBasis);
    }
    let asks_nothing = profile.why.is_empty();
    if source.kind.asks() == asks_nothing {
        return Err(ProfileFault::KindAndClaims);
    }
    let replaces = |instead_of: &Option<String>| {
        instead_of.as_ref().is_none_or(|replaced| profile.required().contains(replaced))
    };
    match source.threshold.iter().find(|threshold| !replaces(&threshold.instead_of)) {
        Some(threshold) => Err(ProfileFault::ReplacesNothing { claim: threshold.claim.clone() }),
        None => Ok(()),
    }
}

fn check_texts(profile: &Profile) -> Result<(), ProfileFault> {
    let source = &profile.source;
    let plain = [
        ("controller", &source.controller),
        ("verifier_class", &source.verifier_class),
        ("ai_use", &source.ai_use),
    ];
    let basis = source.legal_basis.iter().map(|law| ("legal_basis", law));
    let texts = [
        ("title", &source.title),
        ("purpose", &source.purpose),
        ("retention_note", &source.retention_note),
        ("fallback", &source.fallback),
        ("redress", &source.redress),
    ];
    let why = profile.why.iter().map(|(id, why)| (id.as_str(), why));
    let facts = source.facts.iter().map(|(name, fact)| (name.as_str(), &fact.title));
    let broken_plain =
        plain.into_iter().chain(basis).find(|(_, text)| text.is_empty() || text.trim() != text.as_str());
    let broken_text = texts.into_iter().chain(why).chain(facts).find(|(_, text)| !text.is_complete());
    match broken_plain.map(|(field, _)| field).or_else(|| broken_text.map(|(field, _)| field)) {
        Some(field) => Err(ProfileFault::Text { field: field.to_owned() }),
        None => Ok(()),
    }
}

/// Whether an entry of the forbidden list covers a claim: `*`, `group.*`, or the id itself and
/// everything below it.
pub(super) fn matches(pattern: &str, claim: &str) -> bool {
    let below = |prefix: &str| claim.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('.'));
    match pattern.strip_suffix('*') {
        Some("") => true,
        Some(prefix) => prefix.strip_suffix('.').is_some_and(below),
        None => pattern == claim || below(pattern),
    }
}

/// P-08.
fn check_forbidden(profile: &Profile) -> Result<(), ProfileFault> {
    if let Some(claim) = profile.why.keys().find(|claim| profile.forbids(claim)) {
        return Err(ProfileFault::Forbidden { claim: claim.clone() });
    }
    match profile.forbidden().iter().find(|pattern| !exists(pattern)) {
        Some(pattern) => Err(ProfileFault::ForbidsNothing { pattern: pattern.clone() }),
        None => Ok(()),
    }
}

fn exists(pattern: &str) -> bool {
    let mut claims = schema::TYPES.iter().flat_map(|credential_type| credential_type.claims());
    !matches!(schema::lookup(pattern), Lookup::Unknown) || claims.any(|(_, claim)| matches(pattern, claim.id))
}

/// P-10.
fn check_facts(profile: &Profile) -> Result<(), ProfileFault> {
    let is_name =
        |name: &str| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b.is_ascii_digit());
    let fits = |fact: &Fact<'_>| match fact.fact_type() {
        FactType::Choice => fact.values().len() >= 2 && fact.values().iter().all(|value| is_kebab(value)),
        FactType::Date | FactType::Number | FactType::Text => fact.values().is_empty(),
    };
    match profile.facts().find(|fact| !is_name(fact.name()) || !fits(fact)) {
        Some(fact) => Err(ProfileFault::Fact { fact: fact.name().to_owned() }),
        None => Ok(()),
    }
}

/// P-12, P-13, P-15 and P-17.
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
        Condition::EvidenceOlderThan(_)
        | Condition::UnderReview
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
    let listed = [profile.required(), profile.optional()].concat();
    let kind = listed.iter().any(|claim| claim == id).then(|| kind_of(id)).flatten();
    kind.ok_or(Misread::NotRegistered(id))
}

fn fact<'p>(profile: &'p Profile, name: &'p str) -> Result<Fact<'p>, Misread<'p>> {
    profile.fact(name).ok_or(Misread::NotRegistered(name))
}

fn check_level<'r>(profile: &'r Profile, threshold: &'r str, level: &'r Level) -> Result<(), Misread<'r>> {
    let registered = profile.thresholds().iter().find(|(id, _)| id == threshold);
    let (Some((_, steps)), Some(domain)) = (registered, domain(threshold)) else {
        return Err(Misread::NotRegistered(threshold));
    };
    let fits = match level {
        Level::Label(label) => domain.threshold(label).is_some_and(|step| steps.contains(&step)),
        Level::ThisMonth => domain.notation == Notation::Month,
        Level::MonthOfFact(name) => {
            fact(profile, name)?.fact_type() == FactType::Date && domain.notation == Notation::Month
        }
    };
    if fits { Ok(()) } else { Err(Misread::DoesNotFit(threshold)) }
}

fn check_until<'r>(profile: &'r Profile, until: &'r Until) -> Result<(), Misread<'r>> {
    let (name, fits) = match until {
        Until::Claim(id) => (id, matches!(Sort::of(claim(profile, id)?), Sort::Day)),
        Until::Fact(name) => (name, fact(profile, name)?.fact_type() == FactType::Date),
        Until::Threshold(id) => {
            let registered = profile.thresholds().iter().any(|(threshold, _)| threshold == id);
            let domain = domain(id).filter(|_| registered).ok_or(Misread::NotRegistered(id))?;
            (id, domain.notation == Notation::Month)
        }
    };
    if fits { Ok(()) } else { Err(Misread::DoesNotFit(name)) }
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

fn member_kind(kind: Kind, member: &str) -> Option<Kind> {
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
    Ok(match moment {
        Moment::Now => true,
        Moment::Claim(id) => matches!(Sort::of(claim(profile, id)?), Sort::Day),
        Moment::Fact(name) => matches!(Sort::of_fact(fact(profile, name)?), Sort::Day),
    })
}

/// P-16: the rows, and the last one.
pub(super) fn split_catch_all(mut rows: Vec<Row>) -> Result<(Vec<Row>, Row), ProfileFault> {
    let last = rows.pop().ok_or(ProfileFault::CatchAll { row: 1 })?;
    if !last.when.is_empty() || last.then != Then::Indeterminate {
        return Err(ProfileFault::CatchAll { row: last.number });
    }
    match rows.iter().find(|row| row.when.is_empty()) {
        Some(row) => Err(ProfileFault::CatchAll { row: row.number }),
        None => Ok((rows, last)),
    }
}

/// P-12 for what people look at, and P-18.
fn check_use(profile: &Profile) -> Result<(), ProfileFault> {
    let seen = profile.seen_by_person();
    if let Some(claim) = seen.iter().find(|claim| !profile.why.contains_key(*claim)) {
        return Err(ProfileFault::SeenNotRegistered { claim: claim.clone() });
    }
    let mut used: BTreeSet<&str> = seen.iter().map(String::as_str).collect();
    for row in profile.rows() {
        row.when.iter().for_each(|condition| used.extend(condition.reads()));
        if let Then::AcceptUntil(Until::Claim(name) | Until::Fact(name) | Until::Threshold(name)) = &row.then
        {
            used.insert(name);
        }
    }
    let facts = profile.facts().map(|fact| fact.name());
    match profile.why.keys().map(String::as_str).chain(facts).find(|name| !used.contains(name)) {
        Some(name) => Err(ProfileFault::Unused { name: name.to_owned() }),
        None => Ok(()),
    }
}
