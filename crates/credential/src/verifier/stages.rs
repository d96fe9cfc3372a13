//! The stages of a check, between which the signatures are verified: alone in [`Verifier::verify`], together with
//! those of others in [`Verifier::verify_many`].
//!
//! ```text
//! address --> issuer's signature --> check_issued --> holder's signature --> check_bound --> conclude
//!             HalfVerified           Issued           Bound                  VerifiedCredential
//! ```

use super::prepared::IssuerKey;
use super::rejection::{BindingRule, Rejection};
use super::scope_check::InScope;
use super::threshold_links::ThresholdsProved;
use super::{AlreadyUsed, NonceRegister, StatusEvidence, VerifiedCredential, VerifiedPresentation, Verifier};
use crate::numbers::header;
use crate::presentation::{MAX_TOKENS, Presentation};
use crate::request::PermittedRequest;
use crate::same_bytes::same_bytes;
use crate::schema::CredentialType;
use crate::sd_cwt::{
    self, CredentialStands, HalfVerified, IssuerName, IssuerSigned, KeyBound, KeyBoundToken, Nonce, Scratch,
    ToVerify,
};
use crate::status_list::StatusLists;
use crate::time::{MAX_CLOCK_SKEW_S, UnixTime};
use crate::trust_list::{KeyStanding, Party, TrustedKey};
use geleit_cose::algorithm::Algorithms;

/// Disclosures that a token may have beyond those that answer the request. They lead to a rejection in
/// any case, which can say what is wrong with them as long as they are few; hashing hundreds of them would make it
/// dearer than an answer (B-23).
const SPARE_DISCLOSURES: usize = 16;

/// [`header::SD_CLAIMS`] as its one byte.
const SD_CLAIMS: u8 = 17;
const _: () = assert!(header::SD_CLAIMS == 17);

/// The longest payload of a credential or key-binding token, in bytes (B-25). Ours have some 700 and 300: names, a
/// key, an address, and a hash for each group. What is longer is hashed by nobody.
const MAX_PAYLOAD_BYTES: usize = 2_048;

/// What a check is made with.
#[derive(Clone, Copy)]
pub(super) struct Context<'c> {
    pub(super) verifier: &'c Verifier,
    pub(super) request: &'c PermittedRequest,
    pub(super) statuses: &'c StatusLists,
    pub(super) now: UnixTime,
}

/// A token for which B-05, B-21, B-23 and B-25 hold: its issuer is on the trust list. Nothing in it is verified.
#[derive(Clone, Copy)]
pub(super) struct Addressed<'t, 'b> {
    token: &'t KeyBoundToken<'b>,
    issuer: &'t Party,
    trusted: &'t TrustedKey,
    key: IssuerKey<'t>,
}

impl<'t, 'b> Addressed<'t, 'b> {
    /// C-03, C-05, V-17 to V-20 and V-34.
    pub(super) fn verify_issuer(&self) -> Result<HalfVerified<'t, 'b>, Rejection> {
        let ToVerify { token, key, issuer } = self.to_verify();
        Ok(token.verify_issuer(key, Algorithms::ED25519, issuer)?)
    }

    fn to_verify(self) -> ToVerify<'t, 'b> {
        let issuer = IssuerName::Exactly(&self.issuer.iss);
        ToVerify { token: self.token, key: self.key.as_verify(), issuer }
    }

    /// As [`Self::verify_issuer`], for many.
    pub(super) fn verify_issuers<const N: usize>(
        tokens: [Option<Self>; N],
    ) -> [Option<(Self, Result<HalfVerified<'t, 'b>, Rejection>)>; N] {
        let tokens = tokens.map(|token| token.map(|token| (token, token.to_verify())));
        let halves = sd_cwt::verify_issuers(tokens, Algorithms::ED25519);
        halves.map(|half| half.map(|(token, half)| (token, half.map_err(Rejection::from))))
    }
}

/// A token that its issuer signed, with what [`Context::check_issued`] found in it.
pub(super) struct Issued<'t, 'b> {
    half: HalfVerified<'t, 'b>,
    found: Found,
}

#[derive(Clone, Copy)]
struct Found {
    trusted: IssuerTrusted,
    stands: CredentialStands,
}

/// The same, signed by its holder.
pub(super) struct Bound<'b> {
    bound: KeyBound<'b>,
    found: Found,
}

impl<'b> Issued<'_, 'b> {
    /// C-03, C-05 with the key in `cnf`, and V-32.
    pub(super) fn verify_holder(&self) -> Result<Bound<'b>, Rejection> {
        Ok(Bound { bound: self.half.verify_holder(Algorithms::ED25519)?, found: self.found })
    }

    /// As [`Self::verify_holder`], for many.
    pub(super) fn verify_holders<const N: usize>(
        issued: [Option<Self>; N],
    ) -> [Option<Result<Bound<'b>, Rejection>>; N] {
        let halves = issued.map(|one| one.map(|Issued { half, found }| (found, half)));
        let bound = sd_cwt::verify_holders(&halves, Algorithms::ED25519);
        bound.map(|one| one.map(|(found, bound)| Ok(Bound { bound: bound?, found })))
    }
}

impl<'c> Context<'c> {
    /// B-02 to B-04: before anything that costs.
    pub(super) fn check_request(&self) -> Result<RequestStands, Rejection> {
        let Self { verifier, request, now, .. } = *self;
        let (from, until) = (request.issued_at(), request.expires_at());
        if now < from || now >= until {
            return Err(Rejection::RequestTime { from, until, now });
        }
        let (mine, theirs) = (&verifier.relying_party, request.relying_party());
        let same = mine.id() == theirs.id()
            && mine.intended_use().id == theirs.intended_use().id
            && mine.anchor() == theirs.anchor()
            && mine.anchor() == verifier.trust.anchor();
        if !same {
            return Err(Rejection::Binding(BindingRule::OtherRelyingParty));
        }
        if now >= theirs.expires_at() || now >= verifier.trust.expires_at() {
            return Err(Rejection::Binding(BindingRule::TrustExpired));
        }
        Ok(RequestStands(()))
    }

    /// B-21, B-25, B-05 and B-23 for every token, before the first signature of any.
    pub(super) fn address<'t, 'b>(
        &self,
        presentation: &'t Presentation<'b>,
    ) -> Result<[Option<Addressed<'t, 'b>>; MAX_TOKENS], Rejection>
    where
        'c: 't,
    {
        let mut addressed = [None; MAX_TOKENS];
        for (slot, token) in addressed.iter_mut().zip(presentation.tokens()) {
            *slot = Some(self.address_one(token)?);
        }
        Ok(addressed)
    }

    fn address_one<'t, 'b>(&self, token: &'t KeyBoundToken<'b>) -> Result<Addressed<'t, 'b>, Rejection>
    where
        'c: 't,
    {
        // B-21: the empty map, so that one answer has one encoding; around the credential, `{}` or `{17: [...]}`.
        let alone = matches!(token.credential().envelope().unprotected(), [0xa0] | [0xa1, SD_CLAIMS, ..]);
        if token.envelope().unprotected() != [0xa0] || !alone {
            return Err(Rejection::Binding(BindingRule::UnsignedHeader));
        }
        // B-25.
        for envelope in [token.envelope(), token.credential().envelope()] {
            let presented = envelope.spans().payload.len();
            if presented > MAX_PAYLOAD_BYTES {
                return Err(Rejection::PayloadBytes { most: MAX_PAYLOAD_BYTES, presented });
            }
        }
        // B-05.
        let Verifier { trust, prepared, .. } = self.verifier;
        let kid = token.credential().kid().unwrap_or_default();
        let (issuer, trusted) =
            trust.issuer_key(kid).ok_or(Rejection::Binding(BindingRule::UnknownIssuer))?;
        // B-23.
        let most = self.request.scope().most_disclosures() + SPARE_DISCLOSURES;
        let presented = token.credential().disclosure_count();
        if presented > most {
            return Err(Rejection::Disclosures { most, presented });
        }
        Ok(Addressed { token, issuer, trusted, key: prepared.key(kid, &trusted.key) })
    }

    /// B-20, before any signature.
    pub(super) fn require_unused(&self, nonces: &impl NonceRegister) -> Result<(), Rejection> {
        NonceUsedUp::require_unused(nonces, self.request)
    }

    /// B-06 to B-09, B-16, B-10, V-21 to V-23, V-30, and B-14 for the type: what the issuer's signature lets say.
    /// (The type is met once more with the claims; here it spares the holder's signature.)
    pub(super) fn check_issued<'t, 'b>(
        &self,
        token: &Addressed<'t, 'b>,
        half: HalfVerified<'t, 'b>,
        earlier: &[Option<VerifiedCredential<'_, '_>>],
    ) -> Result<Issued<'t, 'b>, Rejection> {
        let signed = half.credential();
        let trusted = IssuerTrusted::check(token.issuer, token.trusted, signed)?;
        let same =
            |one: &VerifiedCredential<'_, '_>| one.trusted.credential_type.vct == trusted.credential_type.vct;
        if earlier.iter().flatten().any(same) {
            return Err(Rejection::Binding(BindingRule::TypeTwice));
        }
        let stands = signed.check_stands(&[self.verifier.relying_party.id()], self.now)?;
        InScope::require_type(trusted.credential_type, self.request.scope())?;
        Ok(Issued { half, found: Found { trusted, stands } })
    }

    /// B-12 to B-15, B-17 to B-19 and B-22, V-24 to V-29, V-31, and what restoring the claims checks.
    pub(super) fn check_bound<'b, 's>(
        &self,
        Bound { bound, found }: &Bound<'b>,
        scratch: &'s mut Scratch,
    ) -> Result<VerifiedCredential<'b, 's>, Rejection> {
        let Self { verifier, request, statuses, now } = *self;
        let Found { trusted, stands } = *found;
        let (credential_type, scope) = (trusted.credential_type, request.scope());
        let request_bound = RequestBound::check(bound, request, now)?;
        let audience = [verifier.relying_party.id()];
        let checked = bound.check(stands, &audience, Nonce::Exactly(request.nonce()), now, scratch)?;
        let in_scope = InScope::check(checked.claims(), credential_type, scope)?;
        let thresholds = ThresholdsProved::check(bound, checked.claims(), credential_type, scope, &in_scope)?;
        let status = StatusEvidence::look_up(&verifier.trust, statuses, bound.credential(), trusted)?;
        Ok(VerifiedCredential {
            confirmation_key: bound.credential().confirmation_key().clone(),
            issuer: bound.credential().iss(),
            trusted,
            thresholds,
            status,
            checked,
            _receipts: (request_bound, in_scope),
        })
    }

    /// B-10, B-11 and, last of all, B-20.
    pub(super) fn conclude<'b, 's>(
        &self,
        presentation: &Presentation<'b>,
        standing: RequestStands,
        credentials: [Option<VerifiedCredential<'b, 's>>; MAX_TOKENS],
        nonces: &mut impl NonceRegister,
    ) -> Result<VerifiedPresentation<'b, 's>, Rejection> {
        let together = OneHolder::check(presentation, &credentials)?;
        let nonce = NonceUsedUp::by(nonces, self.request)?;
        Ok(VerifiedPresentation {
            credentials,
            input: presentation.bytes(),
            request_hash: *self.request.hash(),
            intended_use: *self.request.intended_use(),
            trust: *self.verifier.trust.hash(),
            verified_at: self.now,
            _receipts: (standing, together, nonce),
        })
    }
}

/// Receipt of B-06 to B-09 and B-16, with what they found.
#[derive(Clone, Copy, Debug)]
pub(super) struct IssuerTrusted {
    pub(super) credential_type: &'static CredentialType,
    pub(super) issued_at: UnixTime,
    pub(super) expires_at: UnixTime,
    pub(super) issuer_key: KeyStanding,
}

impl IssuerTrusted {
    fn check(issuer: &Party, key: &TrustedKey, signed: &IssuerSigned<'_>) -> Result<Self, Rejection> {
        let rejected = Rejection::Binding;
        let credential_type = signed.vct().and_then(CredentialType::by_vct);
        let credential_type = credential_type.ok_or(rejected(BindingRule::UnknownType))?;
        if !issuer.may_issue(credential_type) {
            return Err(rejected(BindingRule::MayNotIssue));
        }
        let (Some(issued_at), Some(expires_at)) = (signed.issued_at(), signed.expires_at()) else {
            return Err(rejected(BindingRule::CredentialTimes));
        };
        let issuer_key = key.standing_at(issued_at).ok_or(rejected(BindingRule::KeyNotGood))?;
        if signed.has_claims_header() {
            return Err(rejected(BindingRule::ClaimsHeader));
        }
        Ok(Self { credential_type, issued_at, expires_at, issuer_key })
    }
}

/// Receipt of B-10 and B-11: every token was verified, each type once, and all for one holder.
#[derive(Clone, Copy, Debug)]
pub(super) struct OneHolder(());

impl OneHolder {
    fn check(
        presentation: &Presentation<'_>,
        credentials: &[Option<VerifiedCredential<'_, '_>>],
    ) -> Result<Self, Rejection> {
        let all = || credentials.iter().flatten();
        assert_eq!(all().count(), presentation.tokens().count(), "a token was left out");
        for (index, new) in all().enumerate() {
            for other in all().take(index) {
                if other.trusted.credential_type.vct == new.trusted.credential_type.vct {
                    return Err(Rejection::Binding(BindingRule::TypeTwice));
                }
                if other.confirmation_key != new.confirmation_key {
                    return Err(Rejection::Binding(BindingRule::OtherHolder));
                }
            }
        }
        Ok(Self(()))
    }
}

/// Receipt of B-02 to B-04.
#[derive(Clone, Copy, Debug)]
pub(super) struct RequestStands(());

/// Receipt of B-12 and B-13.
#[derive(Clone, Copy, Debug)]
pub(super) struct RequestBound(());

impl RequestBound {
    fn check(bound: &KeyBound<'_>, request: &PermittedRequest, now: UnixTime) -> Result<Self, Rejection> {
        let hash = bound.request_hash().unwrap_or_default();
        if !same_bytes(hash, request.hash()) {
            return Err(Rejection::Binding(BindingRule::RequestHash));
        }
        let from = request.issued_at().plus(-MAX_CLOCK_SKEW_S);
        let until = now.plus(MAX_CLOCK_SKEW_S);
        match bound.issued_at() {
            Some(presented) if presented >= from && presented <= until => Ok(Self(())),
            Some(presented) => Err(Rejection::PresentedAt { from, until, presented }),
            None => Err(Rejection::Binding(BindingRule::PresentationTime)),
        }
    }
}

/// Receipt of B-20.
#[derive(Clone, Copy, Debug)]
pub(super) struct NonceUsedUp(());

impl NonceUsedUp {
    /// B-20, before anything that costs. A nonce that is noted meanwhile is found by [`Self::by`].
    fn require_unused(nonces: &impl NonceRegister, request: &PermittedRequest) -> Result<(), Rejection> {
        if nonces.is_used(request.nonce()) {
            return Err(Rejection::Binding(BindingRule::NonceUsed));
        }
        Ok(())
    }

    fn by(nonces: &mut impl NonceRegister, request: &PermittedRequest) -> Result<Self, Rejection> {
        // A holder's clock may be ahead, so the note is kept a little longer than the request.
        let until = request.expires_at().plus(MAX_CLOCK_SKEW_S);
        match nonces.use_up(request.nonce(), until) {
            Ok(()) => Ok(Self(())),
            Err(AlreadyUsed) => Err(Rejection::Binding(BindingRule::NonceUsed)),
        }
    }
}
