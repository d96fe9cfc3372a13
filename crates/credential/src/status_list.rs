//! Status lists (draft-ietf-oauth-status-list-20, CWT form): what became of a credential or
//! registration, looked up by number in a signed array.
//!
//! ```text
//! 18([ protected {alg: -19, kid, typ: "application/statuslist+cwt"}, {},
//!      {? iss, sub: uri, ? exp, iat, 65533: {"lst": zlib, "bits": 1/2/4/8, ? "aggregation_uri"}, ? 65534: ttl},
//!      signature ])
//!
//! credential:  65535: {"status_list": {"idx": number, "uri": uri}}                    StatusReference
//!
//! bytes --StatusListToken::parse--> StatusListToken --verify(trust list, now)--> StatusList
//!       StatusList --insert--> StatusLists --find(trust list, issuer, reference)--> StatusFinding
//! ```
//!
//! A verified list is not yet an answer: who published it must still be trusted, and for this issuer,
//! when something is looked up. A verified list hands out no value: the one way to it is
//! [`StatusLists::find`]. Publishers read back what they signed ([`StatusListContent::read`]), and whoever
//! has the entries reads them ([`Entries`]); neither says anything about a credential, because no trust list
//! was asked, and nothing that decides takes them.
//!
//! Lists come from publishers that also serve others: claims of a token that are not known here are
//! checked for their encoding and otherwise ignored. The claims that are read are strict, and the
//! list itself has no member that is not known, which could change how the others are read.
//!
//! A service whose threads verify while lists are fetched shares them by [`SharedStatusLists`].
//!
//! Not here: fetching, the age that a purpose permits (an expired list is a signed statement of the
//! past, [`StatusList::is_expired`]), historical lists, aggregation, and the `ttl` as anything but a
//! hint when to fetch again.

mod cache;
mod claims;
mod entries;
mod error;
mod indices;
mod publish;
mod reference;
mod snapshot;

pub use cache::{StatusFinding, StatusLists};
pub use entries::{Bits, Entries, ListLimits, MIN_ENTRIES};
pub use error::{InflateFault, PublishError, StatusListError};
pub use indices::StatusIndices;
pub use publish::StatusListContent;
pub use reference::StatusReference;
pub use snapshot::SharedStatusLists;

use crate::numbers::status;
use crate::register::Document;
use crate::standing::Standing;
use crate::time::{MAX_CLOCK_SKEW_S, UnixTime};
use crate::trust_list::{KeyStanding, Party, TrustList};
use claims::Claims;
use core::num::NonZeroU64;
use geleit_cose::cbor::Limits;
use geleit_cose::key::PublicKey;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// The `typ` of a status list token.
///
/// The draft also has a `CoAP` content format for it, which has no number yet.
pub const TYPE: &str = "application/statuslist+cwt";

/// The standing that a value of a list stands for. What the draft reserves, and what other
/// applications may mean by values of their own, is no ground to rely on anything.
#[must_use]
pub const fn standing_of(value: u8) -> Standing {
    match value {
        status::VALID => Standing::Valid,
        status::INVALID => Standing::Revoked,
        status::SUSPENDED => Standing::Suspended,
        status::UNDER_REVIEW => Standing::UnderReview,
        status::SUPERSEDED => Standing::Superseded,
        _ => Standing::InDoubt,
    }
}

/// The value that stands for a standing; nobody publishes doubt.
const fn value_of(standing: Standing) -> Option<u8> {
    match standing {
        Standing::Valid => Some(status::VALID),
        Standing::Revoked => Some(status::INVALID),
        Standing::Suspended => Some(status::SUSPENDED),
        Standing::UnderReview => Some(status::UNDER_REVIEW),
        Standing::Superseded => Some(status::SUPERSEDED),
        Standing::InDoubt => None,
    }
}

/// A status list token before verification. Nothing in it can be read.
#[derive(Clone, Debug)]
pub struct StatusListToken<'b> {
    document: Document<'b>,
    bytes: &'b [u8],
}

impl<'b> StatusListToken<'b> {
    /// Reads a token and nothing after it.
    ///
    /// # Errors
    /// M and C rules, L-01.
    pub fn parse(bytes: &'b [u8]) -> Result<Self, StatusListError> {
        Ok(Self { document: Document::parse(bytes, TYPE, &Limits::REGISTER)?, bytes })
    }

    /// Checks that a status issuer of the trust list signed it, and inflates the list, in this order.
    ///
    /// That `exp` has passed is no error: how old a status may be is for the purpose to say.
    ///
    /// # Errors
    /// T-04, L-02, C-03, C-05, M rules, L-03 to L-07.
    pub fn verify(&self, trust: &TrustList, now: UnixTime) -> Result<StatusList, StatusListError> {
        trust.require_current(now)?;
        let kid = self.document.kid().unwrap_or_default();
        let (publisher, trusted) = trust.status_issuer_key(kid).ok_or(StatusListError::NotPublished)?;
        let claims = Claims::read(self.document.verify_payload(&trusted.key)?)?;
        // A stolen key could have published anything, whatever the date says.
        if trusted.standing_at(claims.issued_at) != Some(KeyStanding::Good) || !claims.is_from(publisher) {
            return Err(StatusListError::NotPublished);
        }
        if claims.issued_at > now.plus(MAX_CLOCK_SKEW_S) {
            return Err(StatusListError::FromFuture { issued_at: claims.issued_at, now });
        }
        let entries = Entries::inflate(Bits::from_number(claims.bits)?, claims.lst, &ListLimits::STANDARD)?;
        Ok(StatusList(Arc::new(Verified {
            uri: claims.uri.to_owned(),
            publisher: publisher.iss.clone(),
            key: trusted.key.clone(),
            kid: trusted.key.key_id(),
            issued_at: claims.issued_at,
            expires_at: claims.expires_at,
            ttl_s: claims.ttl_s,
            hash: Sha256::digest(self.bytes).into(),
            entries,
        })))
    }
}

/// A status list whose signature, publisher, times and size were checked. A clone shares the content.
#[derive(Clone, Debug)]
pub struct StatusList(Arc<Verified>);

#[derive(Debug)]
struct Verified {
    uri: String,
    publisher: String,
    key: PublicKey,
    kid: [u8; 8],
    issued_at: UnixTime,
    expires_at: Option<UnixTime>,
    ttl_s: Option<NonZeroU64>,
    hash: [u8; 32],
    entries: Entries,
}

impl StatusList {
    /// Its address, by which credentials and registrations refer to it.
    #[must_use]
    pub fn uri(&self) -> &str {
        &self.0.uri
    }

    /// The status issuer that signed it, by its name on the trust list.
    #[must_use]
    pub fn publisher(&self) -> &str {
        &self.0.publisher
    }

    /// The moment of which it speaks.
    #[must_use]
    pub fn issued_at(&self) -> UnixTime {
        self.0.issued_at
    }

    /// First moment at which its publisher no longer stands by it, if it said so.
    #[must_use]
    pub fn expires_at(&self) -> Option<UnixTime> {
        self.0.expires_at
    }

    /// Has its publisher announced a newer one for now?
    #[must_use]
    pub fn is_expired(&self, now: UnixTime) -> bool {
        self.0.expires_at.is_some_and(|end| now >= end)
    }

    /// Seconds after which it should be fetched again: a hint.
    #[must_use]
    pub fn ttl_s(&self) -> Option<NonZeroU64> {
        self.0.ttl_s
    }

    /// How many entries it has.
    #[must_use]
    pub fn entries(&self) -> u64 {
        self.0.entries.count()
    }

    /// SHA-256 of the token as it was signed.
    #[must_use]
    pub fn hash(&self) -> &[u8; 32] {
        &self.0.hash
    }

    /// Does this trust list let its publisher speak for `issuer`, and the key that signed it count?
    fn may_speak_for(&self, trust: &TrustList, issuer: &str) -> bool {
        let entitled = |(party, trusted): (&Party, &crate::trust_list::TrustedKey)| {
            trusted.key == self.0.key
                && trusted.standing_at(self.0.issued_at) == Some(KeyStanding::Good)
                && party.publishes_for(issuer)
        };
        trust.status_issuer_key(&self.0.kid).is_some_and(entitled)
    }
}

#[cfg(test)]
mod tests;
