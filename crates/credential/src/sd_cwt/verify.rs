//! The verifier's algorithm for any conforming SD-CWT (draft section 9, Appendix G).
//!
//! ```text
//! KeyBoundToken --issuer key--> IssuerSigned --cnf key--> KeyBound --expectations--> VerifiedToken
//!        V-17 V-18 V-21..V-23 V-30             V-32                  V-24..V-31, V-06..V-16, V-33
//! ```
//!
//! Each arrow is one function whose result cannot be built in any other way.

mod many;

pub(crate) use many::{ToVerify, verify_holders, verify_issuers};

use super::claims::Claims;
use super::disclosure::Scratch;
use super::error::{BuildError, Error, Rule};
use super::registered::{CredentialClaims, KeyBindingClaims};
use super::restore::{Parts, Role, restore};
use super::time::{
    CredentialTimesValid, KeyBindingTimesValid, check_credential, check_key_binding, check_order,
};
use super::token::{KeyBoundToken, SdCwt};
use crate::same_bytes::same_bytes;
use crate::status_list::StatusReference;
use crate::time::UnixTime;
use core::fmt;
use core::ops::Range;
use geleit_cose::algorithm::Algorithms;
use geleit_cose::cbor::{Decoder, Encoding, Limits};
use geleit_cose::key::{PublicKey, Verify};
use geleit_cose::sign1::{self, Payload};

/// Which issuer name may stand behind a key.
#[derive(Clone, Copy, Debug)]
pub enum IssuerName<'a> {
    /// The key belongs to this issuer and to no other (draft section 16.5).
    Exactly(&'a str),
    /// The caller trusts the key itself, whatever name it signs.
    DangerousWhateverTheKeySigns,
}

/// Which nonce a key-binding token has to carry.
#[derive(Clone, Copy, Debug)]
pub enum Nonce<'a> {
    /// Exactly this one.
    Exactly(&'a [u8]),
    /// None was asked for; a token that carries one answers somebody else and is refused.
    NoneAsked,
}

/// What a verifier expects of a key-binding token. There is no field that can be left out.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The names of this verifier.
    pub audiences: &'a [&'a str],
    /// The nonce of its request.
    pub nonce: Nonce<'a>,
    /// The time of the check.
    pub now: UnixTime,
    /// Signature algorithms that are allowed.
    pub algorithms: Algorithms,
    /// The name behind the issuer key.
    pub issuer: IssuerName<'a>,
}

/// An SD-CWT whose issuer signature was verified. `Debug` prints no claim.
#[derive(Clone)]
pub(crate) struct IssuerSigned<'b> {
    input: &'b [u8],
    payload: Range<usize>,
    claims: CredentialClaims<'b>,
    iss: &'b str,
    confirmation_key: PublicKey,
    token: SdCwt<'b>,
}

impl fmt::Debug for IssuerSigned<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("IssuerSigned").field(&self.token).finish()
    }
}

impl<'b> IssuerSigned<'b> {
    /// Verifies the signature, then reads the registered claims.
    pub(crate) fn verify<K: Verify + ?Sized>(
        token: &SdCwt<'b>,
        key: &K,
        algorithms: Algorithms,
        issuer: IssuerName<'_>,
    ) -> Result<Self, Error> {
        let payload = token.sign1.verify(key, algorithms, &[])?;
        Self::of(token, &payload, issuer)
    }

    /// Reads the registered claims of a payload whose signature was verified.
    fn of(token: &SdCwt<'b>, payload: &Payload<'b>, issuer: IssuerName<'_>) -> Result<Self, Error> {
        let at = payload.span().start;
        let signed = Self::read(token, payload.span())?;
        match issuer {
            // V-34.
            IssuerName::Exactly(name) if name != signed.iss => Err(Error::rule(Rule::IssuerOfKey, at)),
            IssuerName::Exactly(_) | IssuerName::DangerousWhateverTheKeySigns => Ok(signed),
        }
    }

    fn read(token: &SdCwt<'b>, payload: Range<usize>) -> Result<Self, Error> {
        let at = payload.start;
        let mut decoder = token.decoder()?;
        let mut claims = CredentialClaims::default();
        if let Some(header) = token.headers.claims_header.clone() {
            claims.read(&mut decoder, header)?;
        }
        claims.read(&mut decoder, payload.clone())?;
        let iss = claims.iss.ok_or(Error::rule(Rule::Issuer, at))?;
        let confirmation_key = claims.cnf.clone().ok_or(Error::rule(Rule::ConfirmationKey, at))?;
        Ok(Self { input: token.input, payload, claims, iss, confirmation_key, token: token.clone() })
    }

    pub(crate) const fn iss(&self) -> &'b str {
        self.iss
    }

    pub(crate) const fn vct(&self) -> Option<&'b str> {
        self.claims.vct
    }

    /// The place in a status list, when it is there and has its form.
    pub(crate) fn status(&self) -> Option<StatusReference<'b>> {
        let mut decoder = self.token.decoder().ok()?;
        let outer = decoder.enter(self.claims.status.clone()?).ok()?;
        let reference = StatusReference::read(&mut decoder).ok()?;
        decoder.leave(outer).ok()?;
        Some(reference)
    }

    pub(crate) const fn subject(&self) -> Option<&'b str> {
        self.claims.sub
    }

    pub(crate) const fn cnonce(&self) -> Option<&'b [u8]> {
        self.claims.cnonce
    }

    pub(crate) const fn confirmation_key(&self) -> &PublicKey {
        &self.confirmation_key
    }

    pub(crate) fn payload(&self) -> &'b [u8] {
        self.input.get(self.payload.clone()).unwrap_or_default()
    }

    pub(crate) const fn payload_at(&self) -> usize {
        self.payload.start
    }

    pub(crate) fn has_claims_header(&self) -> bool {
        self.token.headers.claims_header.is_some()
    }

    /// `iat` in whole seconds, when it is there and has no fraction.
    pub(crate) fn issued_at(&self) -> Option<UnixTime> {
        self.claims.iat.and_then(super::time::NumericDate::integral)
    }

    /// `exp` in whole seconds, when it is there and has no fraction.
    pub(crate) fn expires_at(&self) -> Option<UnixTime> {
        self.claims.exp.and_then(super::time::NumericDate::integral)
    }

    /// V-21 to V-23.
    pub(super) fn check_times(&self, now: UnixTime) -> Result<CredentialTimesValid, Error> {
        check_credential(&self.claims, now)
    }

    /// V-21 to V-23 and V-30: what can be said of a credential before its holder has signed anything.
    pub(crate) fn check_stands(&self, audiences: &[&str], now: UnixTime) -> Result<CredentialStands, Error> {
        self.check_audience(audiences)?;
        Ok(CredentialStands { times: self.check_times(now)? })
    }

    /// V-30.
    pub(super) fn check_audience(&self, audiences: &[&str]) -> Result<(), Error> {
        match self.claims.aud {
            Some(aud) if !audiences.contains(&aud) => {
                Err(Error::rule(Rule::CredentialAudience, self.payload.start))
            }
            _ => Ok(()),
        }
    }

    /// I-10 and I-09: what a holder is about to sign, compared with the credential inside.
    pub(super) fn check_binding(&self, key: &PublicKey, issued_at: UnixTime) -> Result<(), BuildError> {
        if self.confirmation_key != *key {
            return Err(BuildError::NotConfirmationKey);
        }
        let binding = KeyBindingClaims { iat: Some(issued_at.into()), ..KeyBindingClaims::default() };
        let checked = check_key_binding(&binding, &self.claims, issued_at, 0);
        checked.map(drop).map_err(BuildError::WouldBeRefused)
    }

    /// V-06 to V-16 and V-33.
    pub(super) fn restore<'s>(&self, role: Role, scratch: &'s mut Scratch) -> Result<Claims<'b, 's>, Error> {
        let parts = Parts {
            payload: self.payload.clone(),
            claims_header: self.token.headers.claims_header.clone(),
            sd_claims: self.token.headers.sd_claims.clone(),
        };
        let mut decoder = self.token.decoder()?;
        let restored = restore(&mut decoder, &parts, role, scratch)?;
        let header = parts.claims_header.map(|header| header.start);
        let claims = Claims::new(self.input, self.payload.start, header, &restored);
        if !claims.header_agrees() {
            return Err(Error::rule(Rule::ClaimsHeaderConflict, header.unwrap_or_default()));
        }
        Ok(claims)
    }
}

/// What an issuer signs or is about to sign (the signature is not looked at), read by the rules of those who will
/// receive it, at a time when it is valid by its own word.
pub(super) fn check_own(bytes: &[u8]) -> Result<(), Error> {
    let limits = Limits { max_bytes: bytes.len(), max_disclosures: u32::MAX, ..Limits::REGISTER };
    let token = SdCwt::parse(bytes, &limits, Encoding::Deterministic)?;
    let signed = IssuerSigned::read(&token, token.sign1.spans().payload)?;
    check_order(&signed.claims)?;
    signed.restore(Role::Holder, &mut Scratch::default()).map(drop)
}

/// As [`IssuerSigned::check_binding`], of a credential that is read only for this.
pub(super) fn check_binding(
    credential: &[u8],
    key: &PublicKey,
    issued_at: UnixTime,
) -> Result<(), BuildError> {
    let limits = Limits { max_bytes: credential.len(), max_disclosures: u32::MAX, ..Limits::REGISTER };
    let refused = BuildError::WouldBeRefused;
    let token = SdCwt::parse(credential, &limits, Encoding::Tolerant).map_err(refused)?;
    let signed = IssuerSigned::read(&token, token.sign1.spans().payload).map_err(refused)?;
    signed.check_binding(key, issued_at)
}

/// A key-binding token of which the issuer's signature was verified, and the holder's was not yet.
#[derive(Debug)]
pub(crate) struct HalfVerified<'t, 'b> {
    token: &'t KeyBoundToken<'b>,
    credential: IssuerSigned<'b>,
}

impl<'b> KeyBoundToken<'b> {
    /// Verifies the issuer's signature of the credential inside.
    pub(crate) fn verify_issuer<K: Verify + ?Sized>(
        &self,
        key: &K,
        algorithms: Algorithms,
        issuer: IssuerName<'_>,
    ) -> Result<HalfVerified<'_, 'b>, Error> {
        let credential = IssuerSigned::verify(&self.credential, key, algorithms, issuer)?;
        Ok(HalfVerified { token: self, credential })
    }
}

impl<'t, 'b> HalfVerified<'t, 'b> {
    pub(crate) const fn credential(&self) -> &IssuerSigned<'b> {
        &self.credential
    }

    /// For [`many`], which has the payload of the credential inside `token` verified.
    fn of(
        token: &'t KeyBoundToken<'b>,
        payload: &Payload<'b>,
        issuer: IssuerName<'_>,
    ) -> Result<Self, Error> {
        Ok(Self { token, credential: IssuerSigned::of(&token.credential, payload, issuer)? })
    }

    /// Verifies the holder's signature with the key in `cnf` of the same token, then reads the payload.
    pub(crate) fn verify_holder(&self, algorithms: Algorithms) -> Result<KeyBound<'b>, Error> {
        let payload = self.token.sign1.verify(&self.credential.confirmation_key, algorithms, &[]);
        self.read_holder_payload(payload)
    }

    /// Reads what the holder signed, when the check of this token's signature gave it.
    fn read_holder_payload(&self, payload: Result<Payload<'b>, sign1::Error>) -> Result<KeyBound<'b>, Error> {
        let payload = payload.map_err(|error| match error {
            sign1::Error::Signature => Error::HolderSignature,
            error => error.into(),
        })?;
        let payload = payload.span();
        let mut decoder = self.credential.token.decoder()?;
        let claims = KeyBindingClaims::read(&mut decoder, payload.clone())?;
        Ok(KeyBound { credential: self.credential.clone(), payload, claims })
    }
}

/// A key-binding token whose two signatures were verified.
#[derive(Clone, Debug)]
pub(crate) struct KeyBound<'b> {
    credential: IssuerSigned<'b>,
    payload: Range<usize>,
    claims: KeyBindingClaims<'b>,
}

impl<'b> KeyBound<'b> {
    pub(crate) const fn credential(&self) -> &IssuerSigned<'b> {
        &self.credential
    }

    pub(crate) const fn request_hash(&self) -> Option<&'b [u8]> {
        self.claims.request_hash
    }

    pub(crate) fn threshold_links(&self) -> Option<Range<usize>> {
        self.claims.threshold_links.clone()
    }

    /// `iat` in whole seconds, when it is there and has no fraction.
    pub(crate) fn issued_at(&self) -> Option<UnixTime> {
        self.claims.iat.and_then(super::time::NumericDate::integral)
    }

    /// A reader over the bytes of the presentation, for what the threshold module reads.
    pub(crate) fn decoder(&self) -> Result<Decoder<'b>, Error> {
        self.credential.token.decoder()
    }

    /// Everything that is left: audience, nonce, times, disclosures.
    pub(crate) fn check<'s>(
        &self,
        credential: CredentialStands,
        audiences: &[&str],
        nonce: Nonce<'_>,
        now: UnixTime,
        scratch: &'s mut Scratch,
    ) -> Result<Checked<'b, 's>, Error> {
        let audience = self.check_audience(audiences)?;
        let nonce = self.check_nonce(nonce)?;
        let key_binding_times =
            check_key_binding(&self.claims, &self.credential.claims, now, self.payload.start)?;
        let claims = self.credential.restore(Role::Verifier, scratch)?;
        Ok(Checked { claims, _evidence: Evidence { credential, audience, nonce, key_binding_times } })
    }

    /// V-29.
    fn check_audience(&self, audiences: &[&str]) -> Result<AudienceMatched, Error> {
        if self.claims.aud.is_some_and(|aud| audiences.contains(&aud)) {
            Ok(AudienceMatched(()))
        } else {
            Err(Error::rule(Rule::Audience, self.payload.start))
        }
    }

    /// V-31.
    fn check_nonce(&self, expected: Nonce<'_>) -> Result<NonceMatched, Error> {
        let matches = match (expected, self.claims.cnonce) {
            (Nonce::Exactly(expected), Some(presented)) => same_bytes(expected, presented),
            (Nonce::NoneAsked, None) => true,
            (Nonce::Exactly(_), None) | (Nonce::NoneAsked, Some(_)) => false,
        };
        if matches { Ok(NonceMatched(())) } else { Err(Error::rule(Rule::Nonce, self.payload.start)) }
    }
}

/// What [`IssuerSigned::check_stands`] proves of one credential.
#[derive(Clone, Copy, Debug)]
#[expect(dead_code, reason = "the field is a receipt: it exists so that the check cannot be left out")]
pub(crate) struct CredentialStands {
    times: CredentialTimesValid,
}

#[derive(Clone, Copy, Debug)]
struct AudienceMatched(());

#[derive(Clone, Copy, Debug)]
struct NonceMatched(());

/// One field per group of rules, each with a constructor in the module that checks it.
#[derive(Clone, Copy, Debug)]
#[expect(dead_code, reason = "the fields are receipts: they exist so that no check can be left out")]
struct Evidence {
    credential: CredentialStands,
    audience: AudienceMatched,
    nonce: NonceMatched,
    key_binding_times: KeyBindingTimesValid,
}

/// What [`KeyBound::check`] proves.
#[derive(Clone, Debug)]
pub(crate) struct Checked<'b, 's> {
    claims: Claims<'b, 's>,
    _evidence: Evidence,
}

impl<'b, 's> Checked<'b, 's> {
    pub(crate) const fn claims(&self) -> &Claims<'b, 's> {
        &self.claims
    }
}

/// A key-binding token for which every rule of the format holds.
///
/// It says that the issuer signed these claims, that the holder of the confirmation key showed them
/// to this audience for this nonce, and that the times fit. It says nothing of trust in the issuer,
/// of status or of purpose: see [`crate::verifier`].
#[derive(Clone, Debug)]
pub struct VerifiedToken<'b, 's> {
    bound: KeyBound<'b>,
    checked: Checked<'b, 's>,
}

impl<'b, 's> VerifiedToken<'b, 's> {
    /// The issuer.
    #[must_use]
    pub const fn issuer(&self) -> &'b str {
        self.bound.credential.iss
    }

    /// The holder's key.
    #[must_use]
    pub const fn confirmation_key(&self) -> &PublicKey {
        &self.bound.credential.confirmation_key
    }

    /// The validated disclosed claims set.
    #[must_use]
    pub const fn claims(&self) -> &Claims<'b, 's> {
        &self.checked.claims
    }
}

/// Verifies one key-binding token of any conforming SD-CWT.
///
/// `key` is the issuer's; whoever calls decides that it may be trusted.
///
/// # Errors
/// The C, M and V rules of the format.
pub fn verify<'b, 's, K: Verify + ?Sized>(
    token: &KeyBoundToken<'b>,
    key: &K,
    expected: &Expected<'_>,
    scratch: &'s mut Scratch,
) -> Result<VerifiedToken<'b, 's>, Error> {
    let half = token.verify_issuer(key, expected.algorithms, expected.issuer)?;
    let stands = half.credential().check_stands(expected.audiences, expected.now)?;
    let bound = half.verify_holder(expected.algorithms)?;
    let checked = bound.check(stands, expected.audiences, expected.nonce, expected.now, scratch)?;
    Ok(VerifiedToken { bound, checked })
}
