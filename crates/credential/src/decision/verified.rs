//! The door to a decision: only a verified presentation can be decided.

use super::datum::Datum;
use super::{Decision, Evidence, FactError, Facts, evaluate};
use crate::purpose::Profile;
use crate::schema::{Claim, CredentialType, Lookup, identity, lookup};
use crate::sd_cwt::Item;
use crate::standing::Standing;
use crate::time::UnixTime;
use crate::verifier::{VerifiedCredential, VerifiedPresentation};
use geleit_cose::cbor::Key;

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
    let shown = Shown { verified, profile, now, claims: read_claims(verified) };
    evaluate(profile, &shown, facts, now)
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
    profile: &'a Profile,
    now: UnixTime,
    /// Every claim that was shown, by its id. Rows read few of them, but these many times.
    claims: Vec<(&'static str, Datum<'b>)>,
}

/// Reads what was shown, as [`VerifiedPresentation::claim`] does it for one claim.
fn read_claims<'b>(verified: &VerifiedPresentation<'b, '_>) -> Vec<(&'static str, Datum<'b>)> {
    let disclosures = verified.credentials().map(|one| one.claims().disclosure_count());
    let mut claims = Vec::with_capacity(disclosures.sum());
    for credential in verified.credentials() {
        let _ = credential.claims().top().for_each_entry(|key, group| {
            let Key::Text(key) = key else { return };
            let Some(members) = credential.credential_type().group(key) else { return };
            let _ = group.for_each_entry(|key, value| {
                let Key::Text(key) = key else { return };
                let Some(claim) = members.claim(key) else { return };
                claims.push((claim.id, Datum::read(&value)));
                read_only_element(claim, &value, &mut claims);
            });
        });
    }
    claims
}

/// The members of the only element of a list of records, by their own ids; none when there are several.
fn read_only_element<'b>(
    list: &'static Claim,
    value: &Item<'b, '_>,
    claims: &mut Vec<(&'static str, Datum<'b>)>,
) {
    if list.record().is_empty() {
        return;
    }
    let (mut only, mut elements) = (None, 0_u32);
    let _ = value.for_each_element(|element| {
        elements += 1;
        only = Some(element);
    });
    let Some(element) = only.filter(|_| elements == 1) else { return };
    let _ = element.for_each_entry(|key, value| {
        let member = list.record().iter().find(|member| Key::Text(member.key) == key);
        claims.extend(member.map(|member| (member.id, Datum::read(&value))));
    });
}

impl<'b, 's> Shown<'_, 'b, 's> {
    /// What a table reads of the status of a credential. A withdrawn identity copy is no statement on what
    /// another credential says, such as the right to work: beside others it counts as superseded (D-61).
    fn standing(&self, one: &VerifiedCredential<'b, 's>) -> Standing {
        match one.status().standing() {
            Standing::Revoked
                if is_identity(one.credential_type()) && requires_another_type(self.profile) =>
            {
                Standing::Superseded
            }
            standing => standing,
        }
    }
}

impl Evidence for Shown<'_, '_, '_> {
    fn value(&self, claim_id: &str) -> Option<&Datum<'_>> {
        self.claims.iter().find(|(id, _)| *id == claim_id).map(|(_, value)| value)
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
