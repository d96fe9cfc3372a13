//! The check: one call that verifies everything a presentation claims, for the request it answers.
//!
//! ```text
//!   Presentation   PermittedRequest   StatusLists   now   NonceRegister   Workspace
//!        |                |                |         |          |             |
//!        +----------------+------- Verifier::verify -+----------+-------------+
//!                                |
//!                  VerifiedPresentation (one receipt per rule)  or  Rejection (the first rule broken)
//! ```
//!
//! Rules run cheapest first: what needs no signature, then issuer signature, holder signature, request
//! binding, audience, nonce, times, disclosures, scope, values, thresholds; the nonce is used up last, so
//! that a broken presentation cannot use up the nonce of an honest one. No clock is read, and nothing is
//! allocated once the [`Workspace`] exists; a [`NonceRegister`] may need memory of its own.
//!
//! The status of a credential is looked up in memory, after both signatures. Whatever is found is noted, and
//! nothing is refused for it: a list that is missing, old or not to be relied on is no "no".
//!
//! It does not decide: see [`crate::decision`].

mod rejection;
mod scope_check;
mod status;
mod threshold_links;

pub use rejection::{BindingRule, Rejection};
pub use status::StatusEvidence;

use crate::presentation::{MAX_TOKENS, Presentation};
use crate::registration::RelyingParty;
use crate::request::PermittedRequest;
use crate::same_bytes::same_bytes;
use crate::schema::{CredentialType, Lookup, lookup};
use crate::scope::ScopedClaim;
use crate::sd_cwt::{
    Checked, Claims, IssuerName, IssuerSigned, Item, KeyBound, KeyBoundToken, Nonce, Scratch,
};
use crate::status_list::StatusLists;
use crate::time::UnixTime;
use crate::trust_list::{KeyStanding, Party, TrustList, TrustedKey};
use core::fmt;
use geleit_cose::algorithm::Algorithms;
use geleit_cose::cbor::Key;
use geleit_cose::key::PublicKey;
use scope_check::{InScope, Shown};
use threshold_links::ThresholdsProved;

/// How far the holder's clock may be ahead of the verifier's, in seconds.
pub const MAX_CLOCK_SKEW_S: i64 = 60;

/// A verifier of one relying party.
#[derive(Clone, Debug)]
pub struct Verifier {
    trust: TrustList,
    relying_party: RelyingParty,
}

/// Remembers which nonces were answered. An answer counts once.
pub trait NonceRegister {
    /// Takes note of `nonce`, which need not be remembered after `expires_at`.
    ///
    /// # Errors
    /// [`AlreadyUsed`] when it was noted before.
    fn use_up(&mut self, nonce: &[u8], expires_at: UnixTime) -> Result<(), AlreadyUsed>;
}

/// A nonce was answered before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlreadyUsed;

/// A register in memory. It grows with the answers that were accepted; [`Self::forget_expired`] keeps it
/// as small as the number of requests that are open.
#[derive(Debug, Default)]
pub struct OpenNonces {
    /// Padded nonces in ascending order.
    open: Vec<([u8; 64], UnixTime)>,
}

impl OpenNonces {
    /// An empty register with room for `requests` answers before it has to grow.
    #[must_use]
    pub fn with_capacity(requests: usize) -> Self {
        Self { open: Vec::with_capacity(requests) }
    }

    /// Forgets what has expired.
    pub fn forget_expired(&mut self, now: UnixTime) {
        self.open.retain(|(_, expires_at)| *expires_at > now);
    }
}

impl NonceRegister for OpenNonces {
    fn use_up(&mut self, nonce: &[u8], expires_at: UnixTime) -> Result<(), AlreadyUsed> {
        // Nonces have 16 to 64 bytes (R-15). Two that differ only by zeros at the end count as one.
        let mut padded = [0; 64];
        for (to, from) in padded.iter_mut().zip(nonce) {
            *to = *from;
        }
        match self.open.binary_search_by_key(&padded, |(used, _)| *used) {
            Ok(_) => Err(AlreadyUsed),
            Err(place) => {
                self.open.insert(place, (padded, expires_at));
                Ok(())
            }
        }
    }
}

/// Memory for verification, used again and again.
#[derive(Debug, Default)]
pub struct Workspace {
    scratch: [Scratch; MAX_TOKENS],
}

impl Workspace {
    /// Room for presentations of our credential types, so that not even the first one allocates.
    #[must_use]
    pub fn new() -> Self {
        Self { scratch: core::array::from_fn(|_| Scratch::with_capacity(128, 256)) }
    }
}

impl Verifier {
    /// A verifier for presentations to `relying_party`, by issuers of `trust`.
    #[must_use]
    pub const fn new(trust: TrustList, relying_party: RelyingParty) -> Self {
        Self { trust, relying_party }
    }

    /// The relying party.
    #[must_use]
    pub const fn relying_party(&self) -> &RelyingParty {
        &self.relying_party
    }

    /// Verifies a presentation for the request that it answers, with the status lists at hand, at the time
    /// `now`.
    ///
    /// # Errors
    /// The first rule that is broken: C, M, V, B or S rules of `spec/verification.md`.
    pub fn verify<'b, 's>(
        &self,
        presentation: &Presentation<'b>,
        request: &PermittedRequest,
        statuses: &StatusLists,
        now: UnixTime,
        nonces: &mut impl NonceRegister,
        workspace: &'s mut Workspace,
    ) -> Result<VerifiedPresentation<'b, 's>, Rejection> {
        let standing = self.check_request(request, now)?;
        let mut credentials = [const { None }; MAX_TOKENS];
        let pairs = presentation.tokens().zip(workspace.scratch.iter_mut());
        for (slot, (token, scratch)) in credentials.iter_mut().zip(pairs) {
            *slot = Some(self.verify_token(token, request, statuses, now, scratch)?);
        }
        let together = OneHolder::check(&credentials)?;
        let nonce = NonceUsedUp::by(nonces, request)?;
        Ok(VerifiedPresentation {
            credentials,
            input: presentation.bytes(),
            request_hash: *request.hash(),
            intended_use: *request.intended_use(),
            trust: *self.trust.hash(),
            verified_at: now,
            _receipts: (standing, together, nonce),
        })
    }

    /// B-02 to B-04: before anything that costs.
    fn check_request(&self, request: &PermittedRequest, now: UnixTime) -> Result<RequestStands, Rejection> {
        let (from, until) = (request.issued_at(), request.expires_at());
        if now < from || now >= until {
            return Err(Rejection::RequestTime { from, until, now });
        }
        let (mine, theirs) = (&self.relying_party, request.relying_party());
        let same = mine.id() == theirs.id()
            && mine.intended_use().id == theirs.intended_use().id
            && mine.anchor() == theirs.anchor()
            && mine.anchor() == self.trust.anchor();
        if !same {
            return Err(Rejection::Binding(BindingRule::OtherRelyingParty));
        }
        if now >= theirs.expires_at() || now >= self.trust.expires_at() {
            return Err(Rejection::Binding(BindingRule::TrustExpired));
        }
        Ok(RequestStands(()))
    }

    fn verify_token<'b, 's>(
        &self,
        token: &KeyBoundToken<'b>,
        request: &PermittedRequest,
        statuses: &StatusLists,
        now: UnixTime,
        scratch: &'s mut Scratch,
    ) -> Result<VerifiedCredential<'b, 's>, Rejection> {
        // B-21: the empty map, so that one answer has one encoding.
        if token.envelope().unprotected() != [0xa0] {
            return Err(Rejection::Binding(BindingRule::UnsignedHeader));
        }
        // B-05.
        let kid = token.credential().kid().unwrap_or_default();
        let (issuer, trusted) =
            self.trust.issuer_key(kid).ok_or(Rejection::Binding(BindingRule::UnknownIssuer))?;
        let name = IssuerName::Exactly(&issuer.iss);
        let half = token.verify_issuer(&trusted.key, Algorithms::ED25519, name)?;
        let signed = half.credential();
        let trusted = IssuerTrusted::check(issuer, trusted, signed)?;
        let credential_type = trusted.credential_type;

        let bound = half.verify_holder(Algorithms::ED25519)?;
        let request_bound = RequestBound::check(&bound, request, now)?;
        let audience = [self.relying_party.id()];
        let checked = bound.check(&audience, Nonce::Exactly(request.nonce()), now, scratch)?;
        let in_scope = InScope::check(checked.claims(), credential_type, request.scope())?;
        let thresholds =
            ThresholdsProved::check(&bound, checked.claims(), credential_type, request.scope(), &in_scope)?;
        let status = StatusEvidence::look_up(&self.trust, statuses, bound.credential(), trusted)?;
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
}

/// Receipt of B-06 to B-09 and B-16, with what they found.
#[derive(Clone, Copy, Debug)]
struct IssuerTrusted {
    credential_type: &'static CredentialType,
    issued_at: UnixTime,
    expires_at: UnixTime,
    issuer_key: KeyStanding,
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

/// Receipt of B-10 and B-11: each type once, and one holder.
#[derive(Clone, Copy, Debug)]
struct OneHolder(());

impl OneHolder {
    fn check(credentials: &[Option<VerifiedCredential<'_, '_>>]) -> Result<Self, Rejection> {
        let all = || credentials.iter().flatten();
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
struct RequestStands(());

/// Receipt of B-12 and B-13.
#[derive(Clone, Copy, Debug)]
struct RequestBound(());

impl RequestBound {
    fn check(bound: &KeyBound<'_>, request: &PermittedRequest, now: UnixTime) -> Result<Self, Rejection> {
        let hash = bound.request_hash().unwrap_or_default();
        if !same_bytes(hash, request.hash()) {
            return Err(Rejection::Binding(BindingRule::RequestHash));
        }
        let from = request.issued_at();
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
struct NonceUsedUp(());

impl NonceUsedUp {
    fn by(nonces: &mut impl NonceRegister, request: &PermittedRequest) -> Result<Self, Rejection> {
        // A holder's clock may be ahead, so the note is kept a little longer than the request.
        let until = request.expires_at().plus(MAX_CLOCK_SKEW_S);
        match nonces.use_up(request.nonce(), until) {
            Ok(()) => Ok(Self(())),
            Err(AlreadyUsed) => Err(Rejection::Binding(BindingRule::NonceUsed)),
        }
    }
}

/// One credential of a presentation for which every rule holds.
#[derive(Clone)]
pub struct VerifiedCredential<'b, 's> {
    confirmation_key: PublicKey,
    issuer: &'b str,
    trusted: IssuerTrusted,
    thresholds: ThresholdsProved,
    status: StatusEvidence,
    checked: Checked<'b, 's>,
    _receipts: (RequestBound, InScope),
}

/// A presentation for which every rule holds. There is no other way to one than [`Verifier::verify`].
#[derive(Clone)]
pub struct VerifiedPresentation<'b, 's> {
    credentials: [Option<VerifiedCredential<'b, 's>>; MAX_TOKENS],
    input: &'b [u8],
    request_hash: [u8; 32],
    intended_use: [u8; 32],
    trust: [u8; 32],
    verified_at: UnixTime,
    _receipts: (RequestStands, OneHolder, NonceUsedUp),
}

impl fmt::Debug for VerifiedCredential<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifiedCredential({} by {})", self.trusted.credential_type.name, self.issuer)
    }
}

impl fmt::Debug for VerifiedPresentation<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.credentials()).finish()
    }
}

impl<'b, 's> VerifiedCredential<'b, 's> {
    /// The type.
    #[must_use]
    pub const fn credential_type(&self) -> &'static CredentialType {
        self.trusted.credential_type
    }

    /// The issuer.
    #[must_use]
    pub const fn issuer(&self) -> &'b str {
        self.issuer
    }

    /// What is known of its status, and since when.
    #[must_use]
    pub const fn status(&self) -> &StatusEvidence {
        &self.status
    }

    /// Time of issue: what the credential states is as old as this.
    #[must_use]
    pub const fn issued_at(&self) -> UnixTime {
        self.trusted.issued_at
    }

    /// First moment at which it has expired.
    #[must_use]
    pub const fn expires_at(&self) -> UnixTime {
        self.trusted.expires_at
    }

    /// Whether the issuer's key was compromised after this credential was, by its own word, signed.
    #[must_use]
    pub const fn issuer_key(&self) -> KeyStanding {
        self.trusted.issuer_key
    }

    /// The claims that were shown.
    #[must_use]
    pub const fn claims(&self) -> &Claims<'b, 's> {
        self.checked.claims()
    }

    fn item(&self, claim: &ScopedClaim) -> Option<Item<'b, 's>> {
        let group = self.claims().get(Key::Text(claim.group.key))?;
        group.get(Key::Text(claim.claim.key))
    }
}

impl<'b, 's> VerifiedPresentation<'b, 's> {
    /// The credentials, in the order of the presentation.
    pub fn credentials(&self) -> impl Iterator<Item = &VerifiedCredential<'b, 's>> {
        self.credentials.iter().flatten()
    }

    /// The presentation as it was received.
    #[must_use]
    pub const fn bytes(&self) -> &'b [u8] {
        self.input
    }

    /// SHA-256 of the request that was answered.
    #[must_use]
    pub const fn request_hash(&self) -> &[u8; 32] {
        &self.request_hash
    }

    /// SHA-256 of the trust list that it was verified with.
    #[must_use]
    pub const fn trust_list_hash(&self) -> &[u8; 32] {
        &self.trust
    }

    /// Was it given for this intended use?
    #[must_use]
    pub fn is_for(&self, intended_use_id: &str) -> bool {
        self.intended_use == crate::request::intended_use_digest(intended_use_id)
    }

    /// The time of the check.
    #[must_use]
    pub const fn verified_at(&self) -> UnixTime {
        self.verified_at
    }

    /// The shown value of a claim, such as `res.uk.work.permitted`.
    ///
    /// For a member of list elements, such as `res.uk.linked_documents.number`, it is the member of
    /// the only element that was opened.
    #[must_use]
    pub fn claim(&self, id: &str) -> Option<Item<'b, 's>> {
        let Lookup::Claim { credential_type, group, claim, member } = lookup(id) else { return None };
        let scoped = ScopedClaim { credential_type, group, claim, member };
        let credential =
            self.credentials().find(|one| one.trusted.credential_type.vct == credential_type.vct)?;
        let item = credential.item(&scoped)?;
        let Some(member) = member else { return Some(item) };
        let mut only = None;
        let mut elements = 0_u32;
        item.for_each_element(|element| {
            elements += 1;
            only = element.get(Key::Text(member.key));
        })?;
        only.filter(|_| elements == 1)
    }

    /// The threshold that was proved for a claim, such as 18 for `id.age_over`.
    #[must_use]
    pub fn proven_at_least(&self, id: &str) -> Option<u8> {
        self.credentials().find_map(|one| one.thresholds.of(id))
    }

    /// Ids of everything that was shown, for logs and screens. Of a threshold claim the
    /// id alone; [`Self::proven_at_least`] has the step.
    #[must_use]
    pub fn disclosed(&self) -> Vec<&'static str> {
        let mut ids = Vec::new();
        for credential in self.credentials() {
            let visited = scope_check::visit_shown(
                credential.claims(),
                credential.trusted.credential_type,
                |shown, _| {
                    if let Shown::Claim(claim) = shown {
                        ids.push(claim.id());
                    }
                    Ok(())
                },
            );
            // It passed once, in `verify`.
            debug_assert_eq!(visited, Ok(()));
        }
        ids
    }
}
