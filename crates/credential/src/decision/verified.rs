//! The door to a decision: only a verified presentation can be decided.

use super::{Decision, Evidence, FactError, Facts, evaluate};
use crate::purpose::Profile;
use crate::schema::{Lookup, lookup};
use crate::standing::Standing;
use crate::time::UnixTime;
use crate::verifier::VerifiedPresentation;
use core::cell::RefCell;
use geleit_cose::cbor::Value;
use std::collections::BTreeMap;

/// Decides by the table of `profile`, from what was verified and what the relying party knows itself.
///
/// Same inputs, same `now`, same answer. Nothing that is missing leads to a refusal.
///
/// # Errors
/// [`FactError`]: facts that the profile does not declare or of another type, a profile that asks
/// nothing or that is of another purpose than the one that was answered, a time before the verification. All are misuse by the
/// caller, found before anything is decided.
pub fn decide(
    verified: &VerifiedPresentation<'_, '_>,
    profile: &Profile,
    facts: &Facts,
    now: UnixTime,
) -> Result<Decision, FactError> {
    if !verified.is_for(profile.id()) {
        return Err(FactError::OtherPurpose { profile: profile.id().to_owned() });
    }
    if !profile.asks() {
        return Err(FactError::wrong_kind(profile));
    }
    if now < verified.verified_at() {
        return Err(FactError::BeforeVerification { verified_at: verified.verified_at(), now });
    }
    evaluate(profile, &Shown { verified, now, read: RefCell::default() }, facts, now)
}

struct Shown<'a, 'b, 's> {
    verified: &'a VerifiedPresentation<'b, 's>,
    now: UnixTime,
    /// Claims that a row has read already.
    read: RefCell<BTreeMap<String, Option<Value>>>,
}

impl Evidence for Shown<'_, '_, '_> {
    fn value(&self, claim_id: &str) -> Option<Value> {
        let mut read = self.read.borrow_mut();
        if let Some(value) = read.get(claim_id) {
            return value.clone();
        }
        let value = self.verified.claim(claim_id).map(|item| item.to_value());
        read.insert(claim_id.to_owned(), value.clone());
        value
    }

    fn proven_at_least(&self, claim_id: &str) -> Option<u8> {
        match lookup(claim_id) {
            Lookup::Claim { claim, .. } | Lookup::Step { claim, .. } => {
                self.verified.proven_at_least(claim.id)
            }
            _ => None,
        }
    }

    /// The oldest word on a status that was shown. Without a status list it is that of the credential itself.
    fn age_s(&self) -> i64 {
        let ages = self.verified.credentials().map(|one| self.now.since(one.status().as_of()));
        ages.max().unwrap_or(i64::MAX)
    }

    fn has_standing(&self, standing: Standing) -> bool {
        self.verified.credentials().any(|one| one.status().standing() == standing)
    }
}
