//! Threshold claims of a presentation: one link for each commitment that is shown.
//!
//! ```text
//! threshold_links = { + claim id => [threshold: uint, link: bstr .size 32] }     in the key-binding token
//! ```

use super::rejection::{BindingRule, Rejection};
use super::scope_check::InScope;
use crate::schema::CredentialType;
use crate::scope::{Scope, ScopedClaim};
use crate::sd_cwt::{Claims, KeyBound};
use crate::threshold::{Chain, LINK_BYTES};
use geleit_cose::cbor::{Decoder, Key};

/// The most threshold claims in one token.
const MAX_PROVED: usize = 4;

/// Receipt of B-18 and B-19: what was proved.
#[derive(Clone, Copy, Debug)]
pub(super) struct ThresholdsProved {
    proved: [Option<(&'static str, u8)>; MAX_PROVED],
}

impl ThresholdsProved {
    pub(super) fn check(
        bound: &KeyBound<'_>,
        claims: &Claims<'_, '_>,
        credential_type: &'static CredentialType,
        scope: &Scope,
        in_scope: &InScope,
    ) -> Result<Self, Rejection> {
        let mut proved = Self { proved: [None; MAX_PROVED] };
        if let Some(span) = bound.threshold_links() {
            let mut decoder = bound.decoder()?;
            let outer = decoder.enter(span)?;
            decoder.map_entries(|decoder, key| proved.link(decoder, key, claims, credential_type, scope))?;
            decoder.leave(outer)?;
        }
        proved.require_all(in_scope.commitments())?;
        Ok(proved)
    }

    fn link(
        &mut self,
        decoder: &mut Decoder<'_>,
        key: Key<'_>,
        claims: &Claims<'_, '_>,
        credential_type: &'static CredentialType,
        scope: &Scope,
    ) -> Result<(), Rejection> {
        let not_asked = Rejection::Binding(BindingRule::ThresholdNotAsked);
        let Key::Text(id) = key else { return Err(not_asked) };
        let (group, claim) = credential_type.claim(id).ok_or(not_asked)?;
        let asked = ScopedClaim { credential_type, group, claim, member: None };
        let entry = scope.covering(&asked).ok_or(not_asked)?;
        if decoder.array()? != 2 {
            return Err(not_asked);
        }
        let threshold = u8::try_from(decoder.uint()?).map_err(|_| not_asked)?;
        let link: [u8; LINK_BYTES] = decoder.bytes()?.try_into().map_err(|_| not_asked)?;
        if entry.at_least.first() != Some(&threshold) {
            return Err(not_asked);
        }
        let commitment = claims.at_path(&[group.key, claim.key]).and_then(|item| item.as_bytes());
        if !Chain::of(claim.id).proves(commitment.ok_or(not_asked)?, threshold, &link) {
            return Err(Rejection::Binding(BindingRule::ThresholdLink));
        }
        let free = self.proved.iter_mut().find(|slot| slot.is_none()).ok_or(not_asked)?;
        *free = Some((claim.id, threshold));
        Ok(())
    }

    /// A commitment without a link would be a linking handle for nothing. Each link that was proved belongs to
    /// another commitment among those that are shown, so that their numbers tell.
    fn require_all(&self, commitments: usize) -> Result<(), Rejection> {
        if self.proved.iter().flatten().count() == commitments {
            Ok(())
        } else {
            Err(Rejection::Binding(BindingRule::ThresholdNotAsked))
        }
    }

    /// The threshold that was proved for a claim.
    pub(super) fn of(&self, id: &str) -> Option<u8> {
        self.proved.iter().flatten().find(|(claim, _)| *claim == id).map(|(_, threshold)| *threshold)
    }
}
