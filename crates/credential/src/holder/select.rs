//! Which held credential answers for which type, and how each asked claim is answered, or not (W-01).

use super::asked::Asked;
use super::{HeldCredential, Marks, Place};
use crate::schema::{self, CredentialType};
use crate::scope::{Necessity, ScopeEntry};
use crate::threshold::{Chain, LINK_BYTES};
use crate::time::UnixTime;
use geleit_cose::key::PublicKey;

/// Members of lists that are opened only where they equal another claim of the same answer: what
/// the verifier learns then, it knows already.
const OPENED_WHERE_EQUAL: &[(&str, &str)] = &[("res.uk.linked_documents.number", "doc.number")];

/// Which copies may be used.
#[derive(Clone, Copy)]
pub(super) enum Copies<'a> {
    /// Those bound to this key. One key proves that they have one holder.
    Of(&'a PublicKey),
    /// All. Nobody signs for this: it tells whether a copy under the right key would do.
    OfAnyKey,
}

/// The credentials that answer, and what they answer. Nothing is collected: how a claim is answered is found
/// whenever it is looked at.
#[derive(Clone, Copy)]
pub(super) struct Selection<'a> {
    asked: Asked<'a>,
    /// At most one of a type, in the order of [`schema::TYPES`].
    picked: [Option<&'a HeldCredential>; schema::TYPES.len()],
}

/// One claim that is answered.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) entry: &'a ScopeEntry,
    /// The credential that answers for the type.
    credential: &'a HeldCredential,
    choice: Choice,
}

impl<'a> Selection<'a> {
    /// Of several credentials of a type the first that has everything required is used.
    pub(super) fn of(
        asked: Asked<'a>,
        held: &[&'a HeldCredential],
        copies: Copies<'_>,
        now: UnixTime,
    ) -> Self {
        let usable = |one: &&HeldCredential| {
            let bound = match copies {
                Copies::Of(key) => one.key == *key,
                Copies::OfAnyKey => true,
            };
            bound && one.issued_at <= now && now < one.expires_at
        };
        let mut picked = [None; schema::TYPES.len()];
        for (credential_type, picked) in schema::TYPES.iter().zip(&mut picked) {
            let usable = held.iter().copied().filter(|one| is_of(one, credential_type)).filter(usable);
            let required = asked.iter().filter(|entry| is_required(entry) && is_from(entry, credential_type));
            let complete = |one: &&HeldCredential| required.clone().all(|entry| has(one, entry));
            let (first, other) = (usable.clone().next(), usable.clone().nth(1));
            // One alone needs no comparison.
            *picked = other.and_then(|_| usable.clone().find(complete)).or(first);
        }
        Self { asked, picked }
    }

    /// What is answered, in the order of the request.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'a>> {
        self.asked.iter().filter_map(|entry| self.row(entry))
    }

    pub(super) const fn asked(&self) -> Asked<'a> {
        self.asked
    }

    /// The credentials that may answer, at most one of a type.
    pub(super) const fn picked(&self) -> [Option<&'a HeldCredential>; schema::TYPES.len()] {
        self.picked
    }

    /// Claims without which nothing is answered: those that are required, else all when none is shown.
    pub(super) fn missing(&self) -> impl Iterator<Item = &'static str> {
        let is_any_required = self.asked.iter().any(is_required);
        let is_nothing_shown = !is_any_required && self.rows().count() == 0;
        let needed = self.asked.iter().filter(move |entry| is_nothing_shown || is_required(entry));
        needed.filter(|entry| self.row(entry).is_none()).map(|entry| entry.claim.id())
    }

    fn row(&self, entry: &'a ScopeEntry) -> Option<Row<'a>> {
        let credential = self.for_type(entry.claim.credential_type)?;
        let choice = self.choose(credential, entry)?;
        Some(Row { entry, credential, choice })
    }

    fn for_type(&self, credential_type: &CredentialType) -> Option<&'a HeldCredential> {
        self.picked.iter().flatten().copied().find(|one| is_of(one, credential_type))
    }

    fn choose(&self, credential: &HeldCredential, entry: &ScopeEntry) -> Option<Choice> {
        if !has(credential, entry) {
            return None;
        }
        // A permitted request asks for one threshold of a claim.
        if let Some(threshold) = entry.at_least.first() {
            return Some(Choice::AtLeast(*threshold));
        }
        let Some(member) = entry.claim.member else { return Some(Choice::Whole) };
        let equal_to = OPENED_WHERE_EQUAL.iter().find(|(list, _)| *list == member.id);
        let elements: Marks = match equal_to {
            Some((_, other)) => {
                let value = self.shown_value(other).into_iter();
                value.flat_map(|value| credential.elements_where(member, value)).collect()
            }
            None => (0..usize::from(entry.claim.claim.slots().unwrap_or_default())).collect(),
        };
        (elements != Marks::default()).then_some(Choice::Elements(elements))
    }

    /// The value of a claim that this answer shows, whatever else is held.
    fn shown_value(&self, id: &str) -> Option<&'a [u8]> {
        let entry = self.asked.iter().find(|entry| entry.claim.id() == id)?;
        self.for_type(entry.claim.credential_type)?.raw_value_of(id)
    }
}

fn is_required(entry: &ScopeEntry) -> bool {
    entry.necessity == Necessity::Required
}

fn is_of(credential: &HeldCredential, credential_type: &CredentialType) -> bool {
    credential.credential_type.vct == credential_type.vct
}

fn is_from(entry: &ScopeEntry, credential_type: &CredentialType) -> bool {
    entry.claim.credential_type.vct == credential_type.vct
}

/// Whether the credential has a claim and reaches every threshold that is asked.
fn has(credential: &HeldCredential, entry: &ScopeEntry) -> bool {
    let wanted = entry.claim.claim;
    credential.has(wanted) && entry.at_least.iter().all(|step| credential.reaches(wanted, *step))
}

/// How one asked claim is answered.
#[derive(Clone, Copy)]
enum Choice {
    /// The claim with everything inside.
    Whole,
    /// One member of these elements of a list.
    Elements(Marks),
    /// A commitment, and the link for this threshold.
    AtLeast(u8),
}

impl<'a> Row<'a> {
    /// Whether this credential answers it.
    pub(super) fn is_from(&self, credential: &HeldCredential) -> bool {
        is_from(self.entry, credential.credential_type)
    }

    /// Does a disclosure at `place` belong to the answer?
    pub(super) fn opens(&self, place: &Place) -> bool {
        let (group, wanted) = (self.entry.claim.group, self.entry.claim.claim);
        match (place, self.choice) {
            (Place::Subject, _) => false,
            (Place::Group(one), _) => one.key == group.key,
            (Place::Claim(one), _) => one.id == wanted.id,
            (Place::Element { claim, .. } | Place::Member { claim, .. }, Choice::Whole) => {
                claim.id == wanted.id
            }
            (Place::Element { claim, element }, Choice::Elements(elements)) => {
                claim.id == wanted.id && elements.contains(*element)
            }
            (Place::Member { claim, element, member }, Choice::Elements(elements)) => {
                claim.id == wanted.id
                    && elements.contains(*element)
                    && self.entry.claim.member.is_some_and(|wanted| wanted.id == member.id)
            }
            (Place::Element { .. } | Place::Member { .. }, Choice::AtLeast(_)) => false,
        }
    }

    /// The claim, the threshold that is proved, and its link. Walking the chain takes a time that depends on
    /// the value; a plan does not do it.
    pub(super) fn proof(&self) -> Option<(&'static str, u8, [u8; LINK_BYTES])> {
        let Choice::AtLeast(threshold) = self.choice else { return None };
        let claim = self.entry.claim.claim;
        let held = self.credential.threshold(claim)?;
        Some((claim.id, threshold, Chain::of(claim.id).link(&held.companion, held.value, threshold)?))
    }

    pub(super) const fn is_proof(&self) -> bool {
        matches!(self.choice, Choice::AtLeast(_))
    }
}
