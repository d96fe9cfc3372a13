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
#[derive(Clone, Copy, Debug, PartialEq)]
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
        self.bytes.get(held.value.clone()).unwrap_or_default()
    }

    fn has(&self, place: impl Fn(&Place) -> bool) -> bool {
        self.disclosures.iter().any(|held| place(&held.place))
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

    /// The credential with the chosen disclosures only; they keep the order of their hashes.
    fn select(&self, choose: impl Fn(&Place) -> bool) -> Vec<u8> {
        let slice = |span: &Range<usize>| self.bytes.get(span.clone()).unwrap_or_default();
        let chosen = || self.disclosures.iter().filter(|held| choose(&held.place));
        let mut out = Encoder::with_capacity(self.bytes.len());
        out.tag(sign1::TAG).array(4).bytes(slice(&self.parts.protected));
        match chosen().count() {
            0 => out.map(0),
            count => out.map(1).int(crate::numbers::header::SD_CLAIMS).array(count),
        };
        for held in chosen() {
            out.raw(slice(&held.encoded));
        }
        out.bytes(slice(&self.parts.payload)).bytes(slice(&self.parts.signature));
        out.into_bytes()
    }
}
