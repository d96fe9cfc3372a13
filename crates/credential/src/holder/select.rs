//! Which held credential answers for which type, and how each asked claim is answered, or not (W-01).

use super::{HeldCredential, Place};
use crate::schema;
use crate::scope::{Necessity, ScopeEntry};
use crate::threshold::Chain;
use crate::time::UnixTime;
use geleit_cose::cbor::Value;
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

/// How each asked claim is answered.
pub(super) struct Selection<'a> {
    rows: Vec<Row<'a>>,
}

/// One asked claim.
pub(super) struct Row<'a> {
    pub(super) entry: &'a ScopeEntry,
    /// The credential that answers for the type.
    pub(super) credential: Option<&'a HeldCredential>,
    pub(super) choice: Choice,
}

impl Row<'_> {
    pub(super) fn is_shown(&self) -> bool {
        !matches!(self.choice, Choice::Lacks)
    }
}

impl<'a> Selection<'a> {
    /// One row for each claim. Of several credentials of a type the first that has everything required
    /// is used.
    pub(super) fn of(
        asked: &[&'a ScopeEntry],
        held: &[&'a HeldCredential],
        copies: Copies<'_>,
        now: UnixTime,
    ) -> Self {
        let usable = |one: &HeldCredential| {
            let bound = match copies {
                Copies::Of(key) => one.key == *key,
                Copies::OfAnyKey => true,
            };
            bound && one.issued_at <= now && now < one.expires_at
        };
        let picked: Vec<Option<&'a HeldCredential>> = schema::TYPES
            .iter()
            .map(|credential_type| {
                let of_type = |vct: &str| vct == credential_type.vct;
                let mut candidates =
                    held.iter().copied().filter(|one| usable(one) && of_type(one.credential_type.vct));
                let first = candidates.clone().next();
                let required = asked.iter().filter(|entry| {
                    of_type(entry.claim.credential_type.vct) && entry.necessity == Necessity::Required
                });
                candidates.find(|one| required.clone().all(|entry| has(one, entry))).or(first)
            })
            .collect();
        let all = Picked { asked, credentials: &picked };
        let row = |entry: &&'a ScopeEntry| {
            let credential = all.for_type(entry.claim.credential_type.vct);
            let choice = credential.map_or(Choice::Lacks, |one| Choice::of(one, entry, &all));
            Row { entry, credential, choice }
        };
        Self { rows: asked.iter().map(row).collect() }
    }

    pub(super) fn rows(&self) -> &[Row<'a>] {
        &self.rows
    }

    /// Claims without which nothing is answered: those that are required, else all when none is shown.
    pub(super) fn missing(&self) -> Vec<&'static str> {
        let nothing = !self.rows.iter().any(Row::is_shown);
        let required = |row: &&Row<'_>| row.entry.necessity == Necessity::Required;
        let any_required = self.rows.iter().any(|row| required(&row));
        let needed = |row: &&Row<'_>| required(row) || (nothing && !any_required);
        let mut missing = Vec::with_capacity(self.rows.len());
        missing.extend(
            self.rows.iter().filter(|row| needed(row) && !row.is_shown()).map(|row| row.entry.claim.id()),
        );
        missing
    }
}

/// Whether the credential has a claim and reaches the threshold that is asked.
fn has(credential: &HeldCredential, entry: &ScopeEntry) -> bool {
    let wanted = entry.claim.claim;
    let reached = |step: &u8| {
        credential.thresholds.iter().any(|held| held.claim.id == wanted.id && *step <= held.value)
    };
    credential.has(|place| *place == Place::Claim(wanted)) && entry.at_least.iter().all(reached)
}

/// The credentials that answer, at most one of a type.
struct Picked<'p, 'a> {
    asked: &'p [&'a ScopeEntry],
    credentials: &'p [Option<&'a HeldCredential>],
}

impl<'a> Picked<'_, 'a> {
    fn for_type(&self, vct: &str) -> Option<&'a HeldCredential> {
        self.credentials.iter().flatten().copied().find(|one| one.credential_type.vct == vct)
    }

    /// The value of a claim that this answer shows, whatever else is held.
    fn shown_value(&self, id: &str) -> Option<&'a [u8]> {
        let entry = self.asked.iter().find(|entry| entry.claim.id() == id)?;
        self.for_type(entry.claim.credential_type.vct)?.raw_value_of(id)
    }
}

/// How one asked claim is answered.
pub(super) enum Choice {
    Lacks,
    /// The claim with everything inside.
    Whole,
    /// One member of these elements of a list.
    Elements(Elements),
    /// A commitment, and the link for the threshold.
    AtLeast {
        threshold: u8,
        link: [u8; 32],
    },
}

/// Elements of a list, as bits: lists have few slots, and choosing takes no memory of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Elements(u64);

impl Elements {
    fn bit(element: usize) -> u64 {
        u32::try_from(element).ok().and_then(|element| 1_u64.checked_shl(element)).unwrap_or_default()
    }

    fn contains(self, element: usize) -> bool {
        self.0 & Self::bit(element) != 0
    }
}

impl FromIterator<usize> for Elements {
    fn from_iter<I: IntoIterator<Item = usize>>(elements: I) -> Self {
        Self(elements.into_iter().fold(0, |all, element| all | Self::bit(element)))
    }
}

impl Choice {
    fn of(credential: &HeldCredential, entry: &ScopeEntry, all: &Picked<'_, '_>) -> Self {
        let wanted = entry.claim.claim;
        if !credential.has(|place| *place == Place::Claim(wanted)) {
            return Self::Lacks;
        }
        if let Some(threshold) = entry.at_least.first() {
            let held = credential.thresholds.iter().find(|held| held.claim.id == wanted.id);
            let link =
                held.and_then(|held| Chain::of(wanted.id).link(&held.companion, held.value, *threshold));
            return link.map_or(Self::Lacks, |link| Self::AtLeast { threshold: *threshold, link });
        }
        let Some(member) = entry.claim.member else { return Self::Whole };
        let equal_to = OPENED_WHERE_EQUAL.iter().find(|(list, _)| *list == member.id);
        let elements: Elements = match equal_to {
            Some((_, other)) => {
                let value = all.shown_value(other).into_iter();
                value.flat_map(|value| credential.elements_where(member, value)).collect()
            }
            None => (0..usize::from(wanted.slots().unwrap_or_default())).collect(),
        };
        if elements == Elements::default() { Self::Lacks } else { Self::Elements(elements) }
    }

    /// Does a disclosure at `place` belong to the answer?
    pub(super) fn opens(&self, entry: &ScopeEntry, place: &Place) -> bool {
        let (group, wanted) = (entry.claim.group, entry.claim.claim);
        match (place, self) {
            (_, Self::Lacks) | (Place::Subject, _) => false,
            (Place::Group(one), _) => one.key == group.key,
            (Place::Claim(one), _) => one.id == wanted.id,
            (Place::Element { claim, .. } | Place::Member { claim, .. }, Self::Whole) => {
                claim.id == wanted.id
            }
            (Place::Element { claim, element }, Self::Elements(elements)) => {
                claim.id == wanted.id && elements.contains(*element)
            }
            (Place::Member { claim, element, member }, Self::Elements(elements)) => {
                claim.id == wanted.id
                    && elements.contains(*element)
                    && entry.claim.member.is_some_and(|wanted| wanted.id == member.id)
            }
            (Place::Element { .. } | Place::Member { .. }, Self::AtLeast { .. }) => false,
        }
    }

    /// `claim id: [threshold, link]`.
    pub(super) fn link(&self, entry: &ScopeEntry) -> Option<(Value, Value)> {
        let Self::AtLeast { threshold, link } = self else { return None };
        let proof = vec![Value::Uint(u64::from(*threshold)), Value::bytes(link.as_slice())];
        Some((Value::text(entry.claim.id()), Value::Array(proof)))
    }
}

#[cfg(test)]
mod tests {
    use super::Elements;
    use crate::schema::TYPES;

    #[test]
    fn every_list_fits_into_the_bits() {
        for (_, claim) in TYPES.iter().flat_map(|credential_type| credential_type.claims()) {
            let slots = usize::from(claim.slots().unwrap_or_default());
            let all: Elements = (0..slots).collect();
            assert!((0..slots).all(|element| all.contains(element)), "{}", claim.id);
            assert!(!all.contains(slots));
        }
        assert_eq!([64, usize::MAX].into_iter().collect::<Elements>(), Elements::default());
    }
}
