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
//! Rules run cheapest first: what needs no signature; for each token the issuer's signature, type, key and times of
//! the credential, the holder's signature, request binding, audience, nonce, times, disclosures, scope, values,
//! thresholds; the nonce is used up last, so that a broken presentation cannot use up the nonce of an honest one. No clock is read, and nothing is
//! allocated once the [`Workspace`] exists; a [`NonceRegister`] may need memory of its own.
//!
//! The status of a credential is looked up in memory, after both signatures. Whatever is found is noted, and
//! nothing is refused for it: a list that is missing, old or not to be relied on is no "no".
//!
//! It does not decide: see [`crate::decision`].

mod many;
mod nonces;
mod prepared;
mod rejection;
mod scope_check;
mod stages;
mod status;
mod threshold_links;

pub use many::{ToCheck, Workspaces};
pub use nonces::{AlreadyUsed, NonceRegister, OpenNonces};
pub use prepared::{MAX_PREPARED, PREPARED_BASE_BYTES, PREPARED_KEY_BYTES};
pub use rejection::{BindingRule, Rejection};
pub use status::StatusEvidence;

use crate::presentation::{MAX_TOKENS, Presentation};
use crate::registration::RelyingParty;
use crate::request::PermittedRequest;
use crate::schema::{CredentialType, Lookup, lookup};
use crate::scope::ScopedClaim;
use crate::sd_cwt::{Checked, Claims, Item, Scratch};
use crate::status_list::StatusLists;
use crate::time::UnixTime;
use crate::trust_list::{KeyStanding, TrustList};
use core::fmt;
use geleit_cose::cbor::Key;
use geleit_cose::key::PublicKey;
use prepared::PreparedIssuers;
use scope_check::{InScope, Shown};
use stages::{Context, IssuerTrusted, NonceUsedUp, OneHolder, RequestBound, RequestStands};
use threshold_links::ThresholdsProved;

/// A verifier of one relying party.
#[derive(Clone, Debug)]
pub struct Verifier {
    trust: TrustList,
    relying_party: RelyingParty,
    prepared: PreparedIssuers,
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
    pub fn new(trust: TrustList, relying_party: RelyingParty) -> Self {
        Self { trust, relying_party, prepared: PreparedIssuers::default() }
    }

    /// Prepares up to `most` keys of issuers, in the order of the trust list and never more than
    /// [`MAX_PREPARED`]: for a verifier that lives on. What it decides stays the same; a signature of such an issuer
    /// costs about half, and a whole check nearly a quarter less (benches/README.md). A newer trust list needs a
    /// new verifier, prepared anew.
    ///
    /// Each key takes about two milliseconds and [`PREPARED_KEY_BYTES`] of memory, all together
    /// [`PREPARED_BASE_BYTES`] more; clones of the verifier share them. No key that a presentation brings is
    /// ever prepared.
    #[must_use]
    pub fn with_prepared_issuers(self, most: usize) -> Self {
        Self { prepared: PreparedIssuers::of(&self.trust, most), ..self }
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
        let context = Context { verifier: self, request, statuses, now };
        let standing = context.check_request()?;
        let addressed = context.address(presentation)?;
        context.require_unused(nonces)?;
        let mut credentials = [const { None }; MAX_TOKENS];
        let pairs = addressed.into_iter().flatten().zip(workspace.scratch.iter_mut());
        for (place, (token, scratch)) in pairs.enumerate() {
            let issued = context.check_issued(&token, token.verify_issuer()?, &credentials)?;
            let credential = context.check_bound(&issued.verify_holder()?, scratch)?;
            if let Some(slot) = credentials.get_mut(place) {
                *slot = Some(credential);
            }
        }
        context.conclude(presentation, standing, credentials, nonces)
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
