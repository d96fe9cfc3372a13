//! P-06 to P-09: the claims and thresholds that a profile lists, against the schemas.

use crate::purpose::body::Body;
use crate::purpose::error::ProfileFault;
use crate::reason::Text;
use crate::schema::threshold::Domain;
use crate::schema::{self, Lookup};
use std::collections::{BTreeMap, BTreeSet};

/// A claim of one of the lists.
pub(in crate::purpose) struct Listed<'s> {
    pub(in crate::purpose) id: &'s str,
    pub(in crate::purpose) why: &'s Text,
    pub(in crate::purpose) required: bool,
}

/// P-06 and P-07: what may be asked, in alphabetical order.
pub(in crate::purpose) fn listed(body: &Body) -> Result<Vec<Listed<'_>>, ProfileFault> {
    let Body::Asking(asking) = body else { return Ok(Vec::new()) };
    let mut listed = Vec::new();
    for (credential_type, group) in [
        ("identity", &asking.claims.identity),
        ("qualification", &asking.claims.qualification),
        ("residence", &asking.claims.residence),
    ] {
        for (claims, required) in [(&group.required, true), (&group.optional, false)] {
            add(&mut listed, claims, credential_type, required, is_shown_as_value)?;
        }
    }
    listed.sort_by_key(|claim| claim.id);
    let mut seen = BTreeSet::new();
    let thresholds = asking.threshold.iter().map(|threshold| threshold.claim.as_str());
    let left_out = asking.left_out.keys().map(String::as_str);
    let all = listed.iter().map(|claim| claim.id).chain(thresholds).chain(left_out);
    match all.into_iter().find(|id| !seen.insert(*id)) {
        Some(twice) => Err(ProfileFault::ListedTwice { claim: twice.to_owned() }),
        None => Ok(listed),
    }
}

/// P-07: what is read on the holder's device, in alphabetical order. There a threshold claim is the
/// number itself.
pub(in crate::purpose) fn local(body: &Body) -> Result<Vec<Listed<'_>>, ProfileFault> {
    let Body::Local(local) = body else { return Ok(Vec::new()) };
    let mut listed = Vec::new();
    for (credential_type, claims) in [
        ("identity", &local.claims.identity),
        ("qualification", &local.claims.qualification),
        ("residence", &local.claims.residence),
    ] {
        add(&mut listed, claims, credential_type, false, |_| true)?;
    }
    listed.sort_by_key(|claim| claim.id);
    Ok(listed)
}

fn add<'s>(
    listed: &mut Vec<Listed<'s>>,
    claims: &'s BTreeMap<String, Text>,
    credential_type: &'static str,
    required: bool,
    permits: fn(&str) -> bool,
) -> Result<(), ProfileFault> {
    for (id, why) in claims {
        if !belongs(id, credential_type) || !permits(id) {
            return Err(ProfileFault::NotInSchema { claim: id.clone(), credential_type });
        }
        listed.push(Listed { id, why, required });
    }
    Ok(())
}

/// Whether the id is that of a claim of this type.
fn belongs(id: &str, name: &str) -> bool {
    match schema::lookup(id) {
        Lookup::Claim { credential_type, .. } => credential_type.name == name,
        _ => false,
    }
}

fn is_shown_as_value(id: &str) -> bool {
    domain(id).is_none()
}

/// P-09: the steps of each threshold claim, as numbers of its domain.
pub(in crate::purpose) fn thresholds(body: &Body) -> Result<Vec<(String, Vec<u8>)>, ProfileFault> {
    let mut thresholds = Vec::new();
    for threshold in body.asking().into_iter().flat_map(|asking| &asking.threshold) {
        let claim = || threshold.claim.clone();
        let steps: Option<Vec<u8>> = domain(&threshold.claim)
            .and_then(|domain| threshold.at_least.iter().map(|label| domain.threshold(label)).collect());
        let steps = steps.filter(|steps| !steps.is_empty() && steps.is_sorted_by(|a, b| a < b));
        thresholds.push((claim(), steps.ok_or_else(|| ProfileFault::Threshold { claim: claim() })?));
    }
    Ok(thresholds)
}

/// The domain of a threshold claim.
pub(in crate::purpose) fn domain(id: &str) -> Option<&'static Domain> {
    match schema::lookup(id) {
        Lookup::Claim { claim, member: None, .. } => claim.domain(),
        _ => None,
    }
}

/// Whether an entry of the forbidden list covers a claim: `*`, `group.*`, or the id itself and
/// everything below it.
pub(in crate::purpose) fn matches(pattern: &str, claim: &str) -> bool {
    let below = |prefix: &str| claim.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('.'));
    match pattern.strip_suffix('*') {
        Some("") => true,
        Some(prefix) => prefix.strip_suffix('.').is_some_and(below),
        None => pattern == claim || below(pattern),
    }
}
