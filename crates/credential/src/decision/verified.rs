//! The door to a decision: only a verified presentation can be decided.

use super::{Decision, Evidence, FactError, Facts, evaluate};
use crate::purpose::Profile;
use crate::schema::{CredentialType, Lookup, identity, lookup};
use crate::standing::Standing;
use crate::time::UnixTime;
use crate::verifier::{VerifiedCredential, VerifiedPresentation};
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
    let identity_is_beside = requires_another_type(profile);
    evaluate(profile, &Shown { verified, identity_is_beside, now, read: RefCell::default() }, facts, now)
}

/// Whether the purpose rests on a credential of another type than identity. It goes by the purpose and not by
/// what was shown: nobody is refused who would not be refused after showing more.
fn requires_another_type(profile: &Profile) -> bool {
    profile.required().iter().any(|id| match lookup(id) {
        Lookup::Claim { credential_type, .. } | Lookup::Step { credential_type, .. } => {
            !is_identity(credential_type)
        }
        _ => false,
    })
}

fn is_identity(credential_type: &CredentialType) -> bool {
    credential_type.vct == identity::TYPE.vct
}

struct Shown<'a, 'b, 's> {
    verified: &'a VerifiedPresentation<'b, 's>,
    /// The identity credential says whose the other credentials are, and no more.
    identity_is_beside: bool,
    now: UnixTime,
    /// Claims that a row has read already.
    read: RefCell<BTreeMap<String, Option<Value>>>,
}

impl<'b, 's> Shown<'_, 'b, 's> {
    /// What a table reads of the status of a credential. A withdrawn identity copy is no statement on what
    /// another credential says, such as the right to work: beside others it counts as superseded (D-61).
    fn standing(&self, one: &VerifiedCredential<'b, 's>) -> Standing {
        match one.status().standing() {
            Standing::Revoked if self.identity_is_beside && is_identity(one.credential_type()) => {
                Standing::Superseded
            }
            standing => standing,
        }
    }
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
        self.verified.credentials().any(|one| self.standing(one) == standing)
    }
}
