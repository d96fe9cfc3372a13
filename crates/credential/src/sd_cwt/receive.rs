//! What a holder checks before keeping a credential (draft section 6.2).

use super::claims::Claims;
use super::disclosure::Scratch;
use super::error::{Error, Rule};
use super::restore::Role;
use super::token::SdCwt;
use super::verify::{IssuerName, IssuerSigned};
use crate::numbers::claim;
use crate::time::UnixTime;
use core::fmt;
use geleit_cose::algorithm::Algorithms;
use geleit_cose::cbor::Key;
use geleit_cose::key::{PublicKey, Verify};
use geleit_cose::sign1::Sign1;
use subtle::ConstantTimeEq;

/// Whose key a credential has to be bound to.
#[derive(Clone, Copy, Debug)]
pub enum MyKeys<'a> {
    /// One of these.
    OneOf(&'a [PublicKey]),
    /// A tool that looks at somebody else's credential and says so.
    DangerousNotChecked,
}

/// What a holder expects of a credential.
#[derive(Clone, Copy, Debug)]
pub struct Receiving<'a> {
    /// The holder's keys.
    pub keys: MyKeys<'a>,
    /// Audiences that a credential may be limited to.
    pub audiences: &'a [&'a str],
    /// The nonces that the holder sent to the issuer and that are still fresh.
    pub nonces: &'a [&'a [u8]],
    /// The time of receipt.
    pub now: UnixTime,
    /// Signature algorithms that are allowed.
    pub algorithms: Algorithms,
    /// The name behind the issuer key.
    pub issuer: IssuerName<'a>,
}

/// A credential for which every check of section 6.2 holds: the holder knows what each hash hides.
/// `Debug` prints no claim.
#[derive(Clone)]
pub struct ReceivedToken<'b, 's> {
    signed: IssuerSigned<'b>,
    claims: Claims<'b, 's>,
    envelope: Sign1<'b>,
}

impl fmt::Debug for ReceivedToken<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ReceivedToken").field(&self.claims).finish()
    }
}

impl<'b, 's> ReceivedToken<'b, 's> {
    /// The issuer.
    #[must_use]
    pub const fn issuer(&self) -> &'b str {
        self.signed.iss()
    }

    /// The key that the credential is bound to.
    #[must_use]
    pub const fn confirmation_key(&self) -> &PublicKey {
        self.signed.confirmation_key()
    }

    /// All claims, plain and redacted.
    #[must_use]
    pub const fn claims(&self) -> &Claims<'b, 's> {
        &self.claims
    }

    /// The credential as received.
    #[must_use]
    pub fn raw(&self) -> &'b [u8] {
        self.envelope.raw()
    }

    pub(super) const fn envelope(&self) -> &Sign1<'b> {
        &self.envelope
    }

    pub(crate) const fn signed(&self) -> &IssuerSigned<'b> {
        &self.signed
    }
}

/// Checks a credential that an issuer sent.
///
/// Whether its claims are true and its plain claims acceptable is for the holder to say; the typed
/// credentials of this crate allow no plain claim about a person at all (see [`crate::holder`]).
///
/// # Errors
/// C, M, V rules of the format; H-01 to H-04.
pub fn receive<'b, 's, K: Verify + ?Sized>(
    token: &SdCwt<'b>,
    key: &K,
    receiving: &Receiving<'_>,
    scratch: &'s mut Scratch,
) -> Result<ReceivedToken<'b, 's>, Error> {
    let signed = IssuerSigned::verify(token, key, receiving.algorithms, receiving.issuer)?;
    let at = signed.payload_at();
    signed.check_times(receiving.now)?;
    signed.check_audience(receiving.audiences)?;
    if let MyKeys::OneOf(keys) = receiving.keys
        && !keys.contains(signed.confirmation_key())
    {
        return Err(Error::rule(Rule::NotMyKey, at));
    }
    if let Some(nonce) = signed.cnonce()
        && !receiving.nonces.iter().any(|mine| bool::from(mine.ct_eq(nonce)))
    {
        return Err(Error::rule(Rule::NotMyNonce, at));
    }
    let claims = signed.restore(Role::Holder, scratch)?;
    if signed.subject().is_none() && claims.get(Key::int(claim::SUB)).is_none() {
        return Err(Error::rule(Rule::SubjectMissing, at));
    }
    Ok(ReceivedToken { signed, claims, envelope: token.sign1.clone() })
}
