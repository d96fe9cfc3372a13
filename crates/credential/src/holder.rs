//! The holder: which credentials are kept, and what answers a permitted request.
//!
//! ```text
//! bytes --accept(trust list, my keys, now)--> HeldCredential       refuses what could be a tracking mark
//! PermittedRequest + Wallet + Consent --plan--> Plan --sign--> Answered --record--> presentation
//!                                       what was asked, and nothing else; or the one answer of all refusals
//! ```
//!
//! `accept` goes beyond the draft: encoding, order, number of hashes and times have to be those that
//! every holder of the type gets, because any difference could mark a person (draft section 16.7).

mod accept;
mod answer;
mod asked;
mod guard;
mod ledger;
mod refusal;
mod respond;
mod select;

pub use accept::AcceptError;
pub use answer::{Consent, Extent, Plan, Shown, Wallet, plan};
pub use guard::{GUARDED, Guarded, Origin};
pub use ledger::{
    DisclosureLedger, EVENT_RESERVE_DAYS, LEDGER_VERSION, LedgerEntry, LedgerError, ProvedThreshold,
    StoredLedger,
};
pub use refusal::AnswerError;
pub use respond::{Answered, Response, answer, respond};

use crate::numbers::SALT_BYTES;
use crate::schema::{Claim, CredentialType, Group};
use crate::sd_cwt::write_disclosures;
use crate::time::UnixTime;
use core::fmt;
use core::ops::Range;
use geleit_cose::cbor::{Encoder, Encoding, Limits, Value};
use geleit_cose::key::PublicKey;
use geleit_cose::sign1::{self, Spans};
use zeroize::Zeroizing;

/// A credential that passed every check of the holder. It is wiped when it is dropped; `Debug`
/// prints no claim.
pub struct HeldCredential {
    bytes: Zeroizing<Vec<u8>>,
    credential_type: &'static CredentialType,
    issuer: String,
    key: PublicKey,
    issued_at: UnixTime,
    expires_at: UnixTime,
    parts: Spans,
    disclosures: Vec<Held>,
    thresholds: Vec<HeldThreshold>,
}

/// One disclosure and what it opens.
struct Held {
    encoded: Range<usize>,
    value: Range<usize>,
    place: Place,
}

/// The place of a disclosure in the tree of its type.
#[derive(Clone, Copy, Debug)]
enum Place {
    Subject,
    Group(&'static Group),
    Claim(&'static Claim),
    /// An element of a list, by its number among those that the holder has.
    Element {
        claim: &'static Claim,
        element: usize,
    },
    /// A member of such an element.
    Member {
        claim: &'static Claim,
        element: usize,
        member: &'static Claim,
    },
}

/// The value behind a commitment, with the salt that its chain starts from.
struct HeldThreshold {
    claim: &'static Claim,
    value: u8,
    companion: Zeroizing<[u8; SALT_BYTES]>,
}

impl fmt::Debug for HeldCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HeldCredential")
            .field("credential_type", &self.credential_type.name)
            .field("issuer", &self.issuer)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

impl HeldCredential {
    /// The type.
    #[must_use]
    pub const fn credential_type(&self) -> &'static CredentialType {
        self.credential_type
    }

    /// The issuer.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The key that it is bound to.
    #[must_use]
    pub const fn key(&self) -> &PublicKey {
        &self.key
    }

    /// Time of issue, in whole hours.
    #[must_use]
    pub const fn issued_at(&self) -> UnixTime {
        self.issued_at
    }

    /// First moment at which it has expired.
    #[must_use]
    pub const fn expires_at(&self) -> UnixTime {
        self.expires_at
    }

    /// The credential as the issuer sent it.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The claims that the holder has, for the holder's own eyes: id and value; for a threshold
    /// claim the number, for a list the elements.
    #[must_use]
    pub fn claims(&self) -> Vec<(&'static str, Value)> {
        let mut claims = Vec::new();
        for held in &self.disclosures {
            match held.place {
                Place::Claim(claim) if claim.domain().is_none() && claim.slots().is_none() => {
                    claims.push((claim.id, self.value(held)));
                }
                Place::Element { claim, .. } if claim.record().is_empty() => {
                    claims.push((claim.id, self.value(held)));
                }
                Place::Member { member, .. } => claims.push((member.id, self.value(held))),
                Place::Subject | Place::Group(_) | Place::Claim(_) | Place::Element { .. } => {}
            }
        }
        let numbers = self.thresholds.iter();
        claims.extend(numbers.map(|held| (held.claim.id, Value::Uint(u64::from(held.value)))));
        claims.sort_by_key(|(id, _)| *id);
        claims
    }

    fn value(&self, held: &Held) -> Value {
        Value::decode(self.raw(held), &Limits::TOKEN, Encoding::Deterministic).unwrap_or(Value::Undefined)
    }

    fn raw(&self, held: &Held) -> &[u8] {
        self.part(&held.value)
    }

    fn has(&self, wanted: &Claim) -> bool {
        self.disclosures.iter().any(|held| matches!(held.place, Place::Claim(claim) if claim.id == wanted.id))
    }

    fn reaches(&self, wanted: &Claim, step: u8) -> bool {
        self.threshold(wanted).is_some_and(|held| step <= held.value)
    }

    fn threshold(&self, wanted: &Claim) -> Option<&HeldThreshold> {
        self.thresholds.iter().find(|held| held.claim.id == wanted.id)
    }

    /// The elements of the list whose member has this encoding. It is deterministic, so that equal
    /// values have equal bytes.
    fn elements_where(&self, member: &Claim, wanted: &[u8]) -> impl Iterator<Item = usize> {
        self.disclosures.iter().filter_map(move |held| match held.place {
            Place::Member { member: one, element, .. } if one.id == member.id && self.raw(held) == wanted => {
                Some(element)
            }
            _ => None,
        })
    }

    /// The value of a claim, encoded.
    fn raw_value_of(&self, id: &str) -> Option<&[u8]> {
        let held = self.disclosures.iter().find(|held| match held.place {
            Place::Claim(claim) => claim.id == id,
            _ => false,
        })?;
        Some(self.raw(held))
    }

    /// Marks the disclosures whose place is to be shown.
    fn mark(&self, marks: &mut Marks, is_shown: impl Fn(&Place) -> bool) {
        for (number, held) in self.disclosures.iter().enumerate() {
            if is_shown(&held.place) {
                marks.insert(number);
            }
        }
    }

    fn marked(&self, marks: Marks) -> impl Iterator<Item = &[u8]> {
        let held = marks.iter().filter_map(|number| self.disclosures.get(number));
        held.map(|held| self.part(&held.encoded))
    }

    /// Bytes that [`Self::write`] writes, heads not counted.
    fn length_of(&self, marks: Marks) -> usize {
        let Spans { protected, payload, signature } = &self.parts;
        let signed = protected.len() + payload.len() + signature.len();
        signed + self.marked(marks).map(<[u8]>::len).sum::<usize>()
    }

    /// The credential with the marked disclosures only; they keep the order of their hashes.
    fn write(&self, marks: Marks, out: &mut Encoder) {
        out.tag(sign1::TAG).array(4).bytes(self.part(&self.parts.protected));
        write_disclosures(out, marks.count(), self.marked(marks));
        out.bytes(self.part(&self.parts.payload)).bytes(self.part(&self.parts.signature));
    }

    fn part(&self, span: &Range<usize>) -> &[u8] {
        self.bytes.get(span.clone()).unwrap_or_default()
    }
}

/// A set of numbers below 128, as bits: disclosures of a credential, or elements of a list. The types have
/// fewer of both (a test), so that choosing takes no memory of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Marks(u128);

impl Marks {
    fn bit(number: usize) -> u128 {
        u32::try_from(number).ok().and_then(|number| 1_u128.checked_shl(number)).unwrap_or_default()
    }

    fn insert(&mut self, number: usize) {
        self.0 |= Self::bit(number);
    }

    fn contains(self, number: usize) -> bool {
        self.0 & Self::bit(number) != 0
    }

    /// The numbers, ascending.
    fn iter(self) -> impl Iterator<Item = usize> {
        let lowest = |bits: u128| usize::try_from(bits.trailing_zeros()).ok().filter(|_| bits != 0);
        let without_lowest = |bits: &u128| Some(bits & bits.wrapping_sub(1));
        core::iter::successors(Some(self.0), without_lowest).map_while(lowest)
    }

    /// How many there are.
    fn count(self) -> usize {
        usize::try_from(self.0.count_ones()).unwrap_or_default()
    }
}

impl FromIterator<usize> for Marks {
    fn from_iter<I: IntoIterator<Item = usize>>(numbers: I) -> Self {
        let mut marks = Self::default();
        numbers.into_iter().for_each(|number| marks.insert(number));
        marks
    }
}

#[cfg(test)]
mod tests {
    use super::Marks;
    use crate::schema::{CredentialType, TYPES};

    /// Everything that a credential of a type can disclose: `sub`, groups, claims, elements and their members.
    fn disclosures(credential_type: &CredentialType) -> usize {
        let inside = credential_type
            .claims()
            .map(|(_, claim)| usize::from(claim.slots().unwrap_or_default()) * (1 + claim.record().len()));
        1 + credential_type.groups.len() + credential_type.claims().count() + inside.sum::<usize>()
    }

    #[test]
    fn disclosures_and_elements_fit_into_the_bits() {
        for credential_type in TYPES {
            let all: Marks = (0..disclosures(credential_type)).collect();
            assert_eq!(all.count(), disclosures(credential_type), "{}", credential_type.name);
        }
        assert_eq!([128, usize::MAX].into_iter().collect::<Marks>(), Marks::default());
        let some: Marks = [0, 127].into_iter().collect();
        assert_eq!(some.iter().collect::<Vec<_>>(), [0, 127]);
        assert!(some.contains(0) && some.contains(127) && !some.contains(64) && !some.contains(128));
    }
}
