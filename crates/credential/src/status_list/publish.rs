//! What a status issuer writes.

use super::claims::Claims;
use super::{Bits, Entries, ListLimits, PublishError, StatusListError, TYPE};
use crate::numbers::claim;
use crate::register::{Document, seal};
use crate::time::UnixTime;
use core::num::NonZeroU64;
use geleit_cose::cbor::{Limits, Value};
use geleit_cose::key::{PublicKey, SigningKey};

/// Bytes of a token that are not the compressed list: headers, times, signature, and the address.
const FRAME_BYTES: usize = 512;

/// A status list as content.
#[derive(Clone, Debug)]
pub struct StatusListContent {
    /// Its address: the `sub` of the token.
    pub uri: String,
    /// The moment of which it speaks. Later than that of the list before, or readers refuse it (L-08).
    pub issued_at: UnixTime,
    /// First moment at which a newer one is there.
    pub expires_at: Option<UnixTime>,
    /// Seconds after which to fetch it again.
    pub ttl_s: Option<NonZeroU64>,
    /// What it says. Entries that belong to nobody yet stay valid, so that nobody can count the others.
    pub entries: Entries,
}

impl StatusListContent {
    /// Signs the list.
    ///
    /// # Errors
    /// [`PublishError::Times`], [`PublishError::TooLarge`], [`PublishError::Key`].
    pub fn sign(&self, key: &SigningKey) -> Result<Vec<u8>, PublishError> {
        if let Some(expires_at) = self.expires_at.filter(|end| *end <= self.issued_at) {
            return Err(PublishError::Times { issued_at: self.issued_at, expires_at });
        }
        let limit = Limits::REGISTER.max_bytes;
        let too_large = PublishError::TooLarge { limit };
        let frame = FRAME_BYTES.saturating_add(self.uri.len());
        let room = limit.checked_sub(frame).ok_or(too_large)?;
        let lst = self.entries.deflate(room).ok_or(too_large)?;
        Ok(seal(TYPE, &self.payload(lst), key)?)
    }

    fn payload(&self, lst: Vec<u8>) -> Value {
        let bits = u64::from(self.entries.bits().number());
        let list = vec![(Value::text("lst"), Value::Bytes(lst)), (Value::text("bits"), Value::Uint(bits))];
        let mut claims = vec![
            (Value::int(claim::SUB), Value::text(self.uri.as_str())),
            (Value::int(claim::IAT), Value::int(self.issued_at.0)),
            (Value::int(claim::STATUS_LIST), Value::Map(list)),
        ];
        claims.extend(self.expires_at.map(|end| (Value::int(claim::EXP), Value::int(end.0))));
        claims.extend(self.ttl_s.map(|ttl| (Value::int(claim::TTL), Value::Uint(ttl.get()))));
        Value::Map(claims)
    }

    /// Reads back a list that its publisher signed with `own` key, to change it and sign it again.
    /// Knows nothing of trust lists and of the time: this is not how a reader verifies.
    ///
    /// # Errors
    /// M and C rules, L-01, L-03, L-05 to L-07.
    pub fn read(bytes: &[u8], own: &PublicKey) -> Result<Self, StatusListError> {
        let document = Document::parse(bytes, TYPE, &Limits::REGISTER)?;
        let claims = Claims::read(document.verify_payload(own)?)?;
        Ok(Self {
            uri: claims.uri.to_owned(),
            issued_at: claims.issued_at,
            expires_at: claims.expires_at,
            ttl_s: claims.ttl_s,
            entries: Entries::inflate(Bits::from_number(claims.bits)?, claims.lst, &ListLimits::STANDARD)?,
        })
    }
}
