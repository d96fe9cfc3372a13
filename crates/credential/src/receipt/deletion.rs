//! Deletion records: the relying party signs that what it had received is gone.
//!
//! ```text
//! {iss: relying party, iat: time of the deletion, "receipt": hash, "keep_until": time}
//! ```
//!
//! A record says that request, presentation, facts and lists of one receipt were deleted. The receipt, which
//! has no claim value, stays. A signature cannot prove that nobody made a copy before.

use super::{ReceiptError, VerifiedReceipt};
use crate::numbers::claim;
use crate::register::{Document, seal};
use crate::registration::RelyingParty;
use crate::time::{MAX_CLOCK_SKEW_S, UnixTime};
use geleit_cose::cbor::{Limits, Value};
use geleit_cose::key::{PublicKey, SigningKey};

/// The `typ` of a deletion record.
pub const DELETION_TYPE: &str = "application/geleit-deletion+cwt";

/// A deletion that is still to be signed.
#[derive(Clone, Copy, Debug)]
pub struct Deletion<'a> {
    /// The receipt whose inputs were deleted.
    pub receipt: &'a VerifiedReceipt,
    /// The day until which they could be kept: that of the receipt, or counted from the event that it awaited.
    pub keep_until: UnixTime,
    /// The time of the deletion.
    pub deleted_at: UnixTime,
}

impl Deletion<'_> {
    /// Signs the record, with the key that signed the receipt.
    ///
    /// # Errors
    /// E-11 for a deletion before the decision or with another day than the receipt has, E-12 for another key, I-06: misuse by the caller.
    pub fn sign(&self, key: &SigningKey) -> Result<Vec<u8>, ReceiptError> {
        if key.public_key().thumbprint() != *self.receipt.key() {
            return Err(ReceiptError::Mismatch("key"));
        }
        require_times(self.deleted_at, self.receipt.decided_at(), self.deleted_at)?;
        require_promised(self.receipt, self.keep_until)?;
        let payload = Value::Map(vec![
            (Value::int(claim::ISS), Value::text(self.receipt.relying_party())),
            (Value::int(claim::IAT), Value::int(self.deleted_at.0)),
            (Value::text("receipt"), Value::bytes(self.receipt.id().as_slice())),
            (Value::text("keep_until"), Value::int(self.keep_until.0)),
        ]);
        Ok(seal(DELETION_TYPE, &payload, key)?)
    }
}

/// E-11.
const fn require_times(
    deleted_at: UnixTime,
    decided_at: UnixTime,
    now: UnixTime,
) -> Result<(), ReceiptError> {
    let (from, until) = (decided_at, now.plus(MAX_CLOCK_SKEW_S));
    if deleted_at.0 < from.0 || deleted_at.0 > until.0 {
        return Err(ReceiptError::DeletionTimes { deleted_at, from, until });
    }
    Ok(())
}

/// E-11: where the receipt says until when, the record does not say later, so that nothing is late unnoticed.
fn require_promised(receipt: &VerifiedReceipt, presented: UnixTime) -> Result<(), ReceiptError> {
    match receipt.keep_until() {
        Some(promised) if promised != presented => Err(ReceiptError::OtherDay { promised, presented }),
        _ => Ok(()),
    }
}

/// A deletion record before verification.
#[derive(Clone, Debug)]
pub struct SignedDeletion<'b> {
    document: Document<'b>,
}

/// A deletion record that belongs to a receipt and was signed by the same key.
#[derive(Clone, Debug)]
pub struct VerifiedDeletion {
    deleted_at: UnixTime,
    keep_until: UnixTime,
}

impl<'b> SignedDeletion<'b> {
    /// Reads a deletion record.
    ///
    /// # Errors
    /// M and C rules, T-01.
    pub fn parse(bytes: &'b [u8]) -> Result<Self, ReceiptError> {
        Ok(Self { document: Document::parse(bytes, DELETION_TYPE, &Limits::TOKEN)? })
    }

    /// Checks that this key signed the record for the receipt with this id, and nothing else: what its own
    /// verifier asks before it ends a deletion that was interrupted, when the rest may be gone.
    ///
    /// # Errors
    /// E-01, E-10, T-07, C-03.
    pub fn require_by(&self, key: &PublicKey, receipt: &[u8; 32]) -> Result<(), ReceiptError> {
        let fields = self.document.verify(key).map_err(ReceiptError::signature)?;
        fields.require_only(&[claim::ISS, claim::IAT], &["receipt", "keep_until"])?;
        if fields.hash("receipt")? == *receipt { Ok(()) } else { Err(ReceiptError::OtherReceipt) }
    }

    /// Checks that the party that signed the receipt signed this record, for this receipt.
    ///
    /// # Errors
    /// E-01, E-02, E-10, E-11, T-03, T-07, C-03.
    pub fn verify(
        &self,
        receipt: &VerifiedReceipt,
        relying_party: &RelyingParty,
        now: UnixTime,
    ) -> Result<VerifiedDeletion, ReceiptError> {
        let key = relying_party.request_key();
        if key.thumbprint() != *receipt.key() {
            return Err(ReceiptError::NotByRegisteredKey);
        }
        let fields = self.document.verify(key).map_err(ReceiptError::signature)?;
        fields.require_only(&[claim::ISS, claim::IAT], &["receipt", "keep_until"])?;
        if fields.iss()? != receipt.relying_party() {
            return Err(ReceiptError::OtherParty);
        }
        if fields.hash("receipt")? != *receipt.id() {
            return Err(ReceiptError::OtherReceipt);
        }
        let deleted_at = fields.iat()?;
        require_times(deleted_at, receipt.decided_at(), now)?;
        let keep_until = fields.time("keep_until")?;
        require_promised(receipt, keep_until)?;
        Ok(VerifiedDeletion { deleted_at, keep_until })
    }
}

impl VerifiedDeletion {
    /// When it was deleted.
    #[must_use]
    pub const fn deleted_at(&self) -> UnixTime {
        self.deleted_at
    }

    /// Until when it could be kept.
    #[must_use]
    pub const fn keep_until(&self) -> UnixTime {
        self.keep_until
    }

    /// Seconds by which the deletion came too late; 0 when it came in time.
    #[must_use]
    pub fn late_by_s(&self) -> i64 {
        self.deleted_at.since(self.keep_until).max(0)
    }
}
