//! The P rules that look beyond one field. Those to P-19 and P-24 are errors: the file cannot be used. The
//! others are findings: the file says what it means, and that should not be said.
//!
//! ```text
//! claims    what is listed exists, once, and is not forbidden       P-06 to P-09
//! head      names, texts, legal basis, facts                        P-02 to P-05, P-08, P-10
//! fit       what a row reads is listed, and operators fit it        P-12, P-13, P-15, P-17
//! here      rules on the table as a whole                           P-12, P-18, P-19
//!
//! minimal   the list is as short and as coarse as the rows allow    P-20
//! words     the purpose is one thing                                P-21
//! party     retention, joined purposes, high-risk systems           P-22, P-23, P-28
//! rows      rows are reachable, once, and cover missing input       P-25 to P-27
//! ```

mod claims;
mod finding;
mod fit;
mod head;
mod minimal;
mod party;
mod rows;
mod values;
mod words;

pub(super) use claims::{domain, listed, local, matches, thresholds};
pub use finding::{Finding, Flaw};

use super::error::ProfileFault;
use super::table::{Age, Condition, Row, Then};
use super::{Profile, Table};
use crate::standing::Standing;
use std::collections::BTreeSet;

/// A rule on a readable profile.
type Check = fn(&Profile) -> Vec<Flaw>;

/// In the order of their ids, as far as they look at one profile alone.
const CHECKS: &[Check] = &[
    minimal::coarser,
    words::catch_all,
    party::retention,
    rows::reachable,
    rows::input_has_rows,
    party::high_risk,
];

/// What a profile should not say: P-20 to P-22 and P-25 to P-28, in this order.
///
/// P-24 is an error of [`Profile::from_toml`], and P-23 needs other profiles: [`lint_all`].
#[must_use]
pub fn lint(profile: &Profile) -> Vec<Finding> {
    let flaws = CHECKS.iter().flat_map(|check| check(profile));
    flaws.map(|flaw| Finding::new(profile.id(), flaw)).collect()
}

/// The findings of each profile, and P-23 between them. What two profiles share is found at the later one.
#[must_use]
pub fn lint_all(profiles: &[&Profile]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, profile) in profiles.iter().enumerate() {
        findings.extend(lint(profile));
        let earlier = profiles.get(..index).unwrap_or_default();
        let shared = party::shared_handles(profile, earlier);
        findings.extend(shared.into_iter().map(|flaw| Finding::new(profile.id(), flaw)));
    }
    findings
}

/// A rule on a profile whose parts are well-formed.
type Rule = fn(&Profile) -> Result<(), ProfileFault>;

/// In the order in which their faults are reported.
const RULES: &[Rule] = &[head::check, fit::check, guards, use_of_what_is_listed];

/// All rules that are not needed to build the profile.
pub(super) fn check(profile: &Profile) -> Result<(), ProfileFault> {
    RULES.iter().try_for_each(|rule| rule(profile))
}

/// P-19: revoked, suspended, superseded, in doubt and old come before every other question. A
/// zero-claim purpose reads no status.
fn guards(profile: &Profile) -> Result<(), ProfileFault> {
    let refuse = Then::Refuse;
    let open = Then::Indeterminate;
    let guards = [
        (Condition::Status(Standing::Revoked), &refuse, "status-revoked"),
        (Condition::Status(Standing::Suspended), &open, "status-suspended"),
        (Condition::Status(Standing::Superseded), &open, "credential-superseded"),
        (Condition::Status(Standing::InDoubt), &open, "status-in-doubt"),
        (Condition::EvidenceOlderThan(Age::Permitted), &open, "evidence-stale"),
    ];
    let Some(table) = profile.table().filter(|_| profile.asks()) else { return Ok(()) };
    for (number, (condition, then, reason)) in (1..).zip(&guards) {
        let stands = |row: &Row| {
            row.when == core::slice::from_ref(condition)
                && row.then == **then
                && row.reason.as_str() == *reason
        };
        if !table.rows.get(number - 1).is_some_and(stands) {
            return Err(ProfileFault::NoGuards { row: number });
        }
    }
    Ok(())
}

/// P-12 for what people look at, and P-18.
fn use_of_what_is_listed(profile: &Profile) -> Result<(), ProfileFault> {
    let seen = profile.seen_by_person();
    let content = &profile.0;
    if let Some(claim) = seen.iter().find(|claim| !content.why.contains_key(*claim)) {
        return Err(ProfileFault::SeenNotRegistered { claim: claim.clone() });
    }
    let mut used: BTreeSet<&str> = seen.iter().map(String::as_str).collect();
    for row in profile.table().into_iter().flat_map(Table::iter) {
        row.when.iter().for_each(|condition| used.extend(condition.reads()));
        if let Then::AcceptUntil(until) = &row.then {
            used.insert(until.reads());
        }
    }
    let facts = profile.facts().map(|fact| fact.name());
    match content.why.keys().map(String::as_str).chain(facts).find(|name| !used.contains(name)) {
        Some(name) => Err(ProfileFault::Unused { name: name.to_owned() }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
