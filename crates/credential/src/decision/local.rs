//! Zero-claim purposes: a table over the holder's own credentials, evaluated on the holder's device.
//!
//! Nothing is asked, signed or sent, and the answer is for the holder only: it is evidence for nobody else.

use super::datum::Datum;
use super::{Decision, Evidence, FactError, Facts, evaluate};
use crate::holder::HeldCredential;
use crate::purpose::{Profile, ProfileKind};
use crate::schema::{Lookup, lookup};
use crate::standing::Standing;
use crate::time::UnixTime;
use geleit_cose::cbor::Value;
use std::collections::BTreeMap;

/// Decides a zero-claim purpose from the holder's own credentials and what the holder states.
///
/// Only claims that the profile lists as local are read. The number of a threshold claim is the level that
/// counts as proven. Credentials that are not valid at `now` are no evidence. Of several that have a claim
/// the value counts when all agree, and the lowest level; where they contradict each other it is unknown:
/// the caller chooses which credentials to look at.
///
/// # Errors
/// [`FactError`]: a profile of another kind, facts that the profile does not declare or of another type.
/// All are misuse by the caller, found before anything is decided.
pub fn decide_locally(
    profile: &Profile,
    held: &[&HeldCredential],
    facts: &Facts,
    now: UnixTime,
) -> Result<Decision, FactError> {
    if profile.kind() != ProfileKind::ZeroClaim {
        return Err(FactError::wrong_kind(profile));
    }
    let is_valid = |one: &&&HeldCredential| one.issued_at() <= now && now < one.expires_at();
    let own = Own::new(profile, held.iter().filter(is_valid).map(|one| one.claims()));
    let decision = evaluate(profile, &own, facts, now)?;
    Ok(Decision { evidence_age_s: None, ..decision })
}

/// The local claims, by their ids.
struct Own<'p> {
    values: BTreeMap<&'p str, Datum<'static>>,
    levels: BTreeMap<&'p str, u8>,
}

impl<'p> Own<'p> {
    fn new(profile: &'p Profile, credentials: impl Iterator<Item = Vec<(&'static str, Value)>>) -> Self {
        let credentials: Vec<_> = credentials.collect();
        let (numbers, others): (Vec<_>, Vec<_>) =
            profile.local().iter().map(String::as_str).partition(|id| is_number(id));
        let value = |id| Some((id, value(each(&credentials, id))?.into()));
        let level = |id| Some((id, lowest(each(&credentials, id))?));
        Self {
            values: others.into_iter().filter_map(value).collect(),
            levels: numbers.into_iter().filter_map(level).collect(),
        }
    }
}

/// What each credential that has the claim says: its value, for a list all its elements.
fn each(credentials: &[Vec<(&str, Value)>], id: &str) -> impl Iterator<Item = Value> {
    let is_list = is_list(id);
    credentials.iter().filter_map(move |claims| {
        let mut values = claims.iter().filter(|(own, _)| *own == id).map(|(_, value)| value.clone());
        let first = values.next()?;
        Some(if is_list { Value::Array(core::iter::once(first).chain(values).collect()) } else { first })
    })
}

/// The value on which all agree.
fn value(mut values: impl Iterator<Item = Value>) -> Option<Value> {
    let first = values.next()?;
    values.all(|value| value == first).then_some(first)
}

/// The lowest of these numbers.
fn lowest(values: impl Iterator<Item = Value>) -> Option<u8> {
    values.filter_map(|value| value.as_int()).filter_map(|level| u8::try_from(level).ok()).min()
}

/// Whether the claim is a list of redacted elements, or a member of such elements.
fn is_list(id: &str) -> bool {
    matches!(lookup(id), Lookup::Claim { claim, .. } if claim.slots().is_some())
}

/// Whether the claim is the number of a threshold claim.
fn is_number(id: &str) -> bool {
    matches!(lookup(id), Lookup::Claim { claim, member: None, .. } if claim.domain().is_some())
}

impl Evidence for Own<'_> {
    fn value(&self, claim_id: &str) -> Option<&Datum<'_>> {
        self.values.get(claim_id)
    }

    fn proven_at_least(&self, claim_id: &str) -> Option<u8> {
        self.levels.get(claim_id).copied()
    }

    /// No row of a zero-claim purpose reads it (P-12).
    fn age_s(&self) -> i64 {
        0
    }

    /// No row of a zero-claim purpose reads it (P-12).
    fn has_standing(&self, _: Standing) -> bool {
        false
    }
}
