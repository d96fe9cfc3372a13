//! The non-return guard: what no wallet shows to the state that its holder may have fled (W-05).
//!
//! ```text
//! guarded claim asked  and  country of the party in the holder's origin, or origin unknown  ->  refused
//! ```
//!
//! The rule reads which claims are asked and where the party is registered, never what a claim says:
//! a refusal is the same for a student and for a refugee. It does not know of parties that hide where
//! they belong; a holder who fears others than the own states names those too ([`Origin::stated`]).

use super::HeldCredential;
use super::asked::Asked;
use crate::code_list::country;
use crate::scope::ScopeEntry;
use core::fmt;
use geleit_cose::cbor::Value;

/// A claim that can show that somebody has sought protection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guarded {
    /// The claim.
    pub id: &'static str,
    /// Why it is guarded.
    pub why: &'static str,
}

/// The guarded claims.
pub const GUARDED: &[Guarded] = &[
    guarded("doc.type", "a travel document for refugees or stateless persons is a kind of its own"),
    guarded("doc.issuing_country", "XXB and XXC mean a refugee, and another state than the own issued it"),
    guarded("res.status_class", "protection and asylum procedure are classes"),
    guarded("res.title_code", "the section of the law names the ground of protection"),
    guarded("res.protection_ground", "it names the ground"),
    guarded("res.registered_with_unhcr", "only who seeks protection is registered there"),
    guarded("res.reception_region", "only who seeks protection is distributed to a region"),
    guarded("res.de.residence_restriction", "it binds people in asylum procedures and with protection"),
    guarded("res.uk.route", "Refugee and Humanitarian protection are routes"),
    guarded("res.uk.linked_documents.type", "as doc.type: it is the kind of a linked travel document"),
    guarded("res.uk.linked_documents.country", "as doc.issuing_country: it is the state that issued it"),
];

const fn guarded(id: &'static str, why: &'static str) -> Guarded {
    Guarded { id, why }
}

/// The states to which a holder's guarded claims are never shown. While none is known, they are
/// shown to nobody.
///
/// `Debug` shows no state: it is what a claim says.
#[derive(Clone, PartialEq, Eq)]
pub struct Origin {
    /// ISO 3166-1 alpha-2, or `XK`. Empty: unknown.
    states: Vec<String>,
}

impl Origin {
    /// Not known: guarded claims are shown to nobody.
    #[must_use]
    pub const fn unknown() -> Self {
        Self { states: Vec::new() }
    }

    /// The states that the holder's own identity credentials name as nationalities, expired ones
    /// included. "Stateless" (QS) and "unknown" (QU) name no state.
    #[must_use]
    pub fn of(held: &[&HeldCredential]) -> Self {
        let mut states = Vec::new();
        for (id, value) in held.iter().flat_map(|credential| credential.claims()) {
            if matches!(id, "id.nationality" | "id.other_nationalities") {
                collect(&value, &mut states);
            }
        }
        Self::from_states(states)
    }

    /// These states, and those that the holder names beside them. What is unknown stays unknown: to name one
    /// state takes no guard against the others away. `None` when a code is none of a state.
    #[must_use]
    pub fn and_stated(mut self, states: &[&str]) -> Option<Self> {
        let all_known = states.iter().all(|code| country::is_country(code));
        if !self.states.is_empty() {
            self.states.extend(states.iter().map(|code| (*code).to_owned()));
        }
        all_known.then(|| Self::from_states(self.states))
    }

    /// The states that the holder names as all of them, by their codes (ISO 3166-1 alpha-2, such as `SY`): for
    /// who has no identity credential, or is stateless and fears a state of former residence. `None`
    /// when no state is named, or when a code is none of a state.
    #[must_use]
    pub fn stated(states: &[&str]) -> Option<Self> {
        let all_known = !states.is_empty() && states.iter().all(|code| country::is_country(code));
        all_known.then(|| Self::from_states(states.iter().map(|code| (*code).to_owned()).collect()))
    }

    fn from_states(mut states: Vec<String>) -> Self {
        states.sort_unstable();
        states.dedup();
        Self { states }
    }

    /// Whether guarded claims are refused to a party of this country. A code that is none could stand
    /// for any state.
    #[must_use]
    pub fn guards_against(&self, country: &str) -> bool {
        self.states.is_empty()
            || !country::is_country(country)
            || self.states.iter().any(|one| one == country)
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.states.is_empty() { "Origin(unknown)" } else { "Origin(known)" })
    }
}

fn collect(value: &Value, states: &mut Vec<String>) {
    match value {
        Value::Text(code) if country::is_country(code) => states.push(code.clone()),
        Value::Array(elements) => elements.iter().for_each(|element| collect(element, states)),
        _ => {}
    }
}

/// W-05: the first claim that is asked and guarded against this country. Everything that is asked is looked
/// at, whatever was found before.
pub(super) fn guarded_claim(asked: Asked<'_>, country: &str, origin: &Origin) -> Option<&'static str> {
    let guards = origin.guards_against(country);
    let pairs = asked.iter().flat_map(|entry| GUARDED.iter().map(move |one| (entry, one)));
    let hits = pairs.map(|(entry, one)| shows(entry, one).then_some(one.id));
    hits.fold(None, Option::or).filter(|_| guards)
}

/// Whether the guarded claim is shown with the entry: it is the claim, its list, or a member of it.
fn shows(entry: &ScopeEntry, guarded: &Guarded) -> bool {
    let members = if entry.claim.member.is_none() { entry.claim.claim.record() } else { &[] };
    guarded.id == entry.claim.claim.id
        || guarded.id == entry.claim.id()
        || members.iter().any(|member| member.id == guarded.id)
}

#[cfg(test)]
mod tests {
    use super::{Asked, GUARDED, Origin, guarded_claim};
    use crate::scope::{ScopeEntry, ScopedClaim};

    #[test]
    fn guarded_claims_are_claims_and_have_reasons() {
        for (index, one) in GUARDED.iter().enumerate() {
            assert_eq!(ScopedClaim::by_id(one.id).unwrap().id(), one.id);
            assert!(!one.why.is_empty());
            assert!(GUARDED.iter().skip(index + 1).all(|other| other.id != one.id), "{}", one.id);
        }
    }

    #[test]
    fn guards_against_the_named_states_and_whoever_hides() {
        let origin = Origin::stated(&["SY", "IR"]).unwrap();
        assert!(origin.guards_against("SY") && origin.guards_against("IR"));
        assert!(!origin.guards_against("DE"));
        for code in ["", "sy", "SYR", "Syria", "QU", "ZZ"] {
            assert!(origin.guards_against(code), "{code}");
        }
        assert!(Origin::unknown().guards_against("DE"));
    }

    #[test]
    fn a_list_is_guarded_with_its_members() {
        let origin = Origin::stated(&["SY"]).unwrap();
        let guarded = |id: &str| {
            let entry = ScopeEntry::required(ScopedClaim::by_id(id).unwrap());
            guarded_claim(Asked::all(&[entry]), "SY", &origin)
        };
        for id in ["res.uk.linked_documents.type", "res.uk.linked_documents.country"] {
            assert_eq!(guarded(id), Some(id));
        }
        assert_eq!(guarded("res.uk.linked_documents"), Some("res.uk.linked_documents.type"));
        assert_eq!(guarded("res.uk.linked_documents.number"), None, "a number names no state");
    }

    #[test]
    fn states_are_added_and_none_is_taken_away() {
        let both = Origin::stated(&["SY", "IR"]);
        assert_eq!(Origin::stated(&["SY"]).unwrap().and_stated(&["IR", "SY"]), both);
        assert_eq!(Origin::stated(&["SY"]).unwrap().and_stated(&[]), Origin::stated(&["SY"]));
        assert_eq!(Origin::unknown().and_stated(&["SY"]), Some(Origin::unknown()));
        assert_eq!(Origin::unknown().and_stated(&[]), Some(Origin::unknown()));
        assert_eq!(Origin::stated(&["SY"]).unwrap().and_stated(&["IR", "QU"]), None);
    }

    #[test]
    fn states_are_stated_by_code() {
        assert_eq!(Origin::stated(&[]), None);
        for code in ["SYR", "sy", "QS", "QU", "D", ""] {
            assert_eq!(Origin::stated(&["SY", code]), None, "{code}");
        }
        assert_eq!(format!("{:?}", Origin::stated(&["SY"]).unwrap()), "Origin(known)");
        assert_eq!(format!("{:?}", Origin::unknown()), "Origin(unknown)");
    }
}
