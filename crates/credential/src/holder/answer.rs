//! What a wallet answers: everything that a permitted request requires, or nothing.
//!
//! ```text
//! PermittedRequest + Wallet + Consent --plan--> Plan --sign(key)--> Answered --record(ledger)--> bytes
//!                                       |  public key only
//!                                       +--> AnswerError, for the holder; 0x80 for the party that asked
//! ```
//!
//! A plan is made with the public key. So no path that ends without an answer can use a secret.

use super::HeldCredential;
use super::guard::{Origin, guarded_claim};
use super::ledger::{DisclosureLedger, LedgerEntry, Question};
use super::refusal::AnswerError;
use super::respond::Answered;
use super::select::{Copies, Row, Selection};
use crate::numbers::claim;
use crate::purpose::Purposes;
use crate::request::PermittedRequest;
use crate::schema::CredentialType;
use crate::scope::{Necessity, ScopeEntry, ScopedClaim};
use crate::sd_cwt::{BuildError, KeyBinding, Nonce, bind_checked};
use crate::time::UnixTime;
use core::fmt;
use geleit_cose::cbor::{Encoder, Value};
use geleit_cose::key::{PublicKey, SigningKey};

/// What the holder decides. There is no default.
#[derive(Clone, Copy, Debug)]
pub enum Consent<'a> {
    /// To show what is required, and these optional claims.
    Agreed {
        /// Ids of optional claims of the request that are shown too.
        optional: &'a [&'a str],
    },
    /// To show nothing.
    Declined,
    /// Somebody else decides: shows nothing, and is [`Self::Declined`] for everybody who looks on.
    Duress,
}

impl<'a> Consent<'a> {
    /// Agreed to what the purpose requires, and to nothing more.
    pub const REQUIRED_ONLY: Self = Self::Agreed { optional: &[] };

    const fn optional(self) -> &'a [&'a str] {
        match self {
            Self::Agreed { optional } => optional,
            Self::Declined | Self::Duress => &[],
        }
    }

    /// The claims that are required or agreed to.
    fn asked(self, request: &PermittedRequest) -> Vec<&ScopeEntry> {
        let entries = request.scope().entries();
        let mut asked = Vec::with_capacity(entries.len());
        asked.extend(entries.iter().filter(|entry| match entry.necessity {
            Necessity::Required => true,
            Necessity::Optional => self.optional().contains(&entry.claim.id()),
        }));
        asked
    }

    fn declines(self, asked: &[&ScopeEntry]) -> Option<AnswerError> {
        let agreed = matches!(self, Self::Agreed { .. }) && !asked.is_empty();
        (!agreed).then_some(AnswerError::Declined)
    }

    /// W-08.
    fn widens(self, request: &PermittedRequest) -> Option<AnswerError> {
        let is_optional = |id: &str| {
            let mut entries = request.scope().entries().iter();
            entries.any(|entry| entry.claim.id() == id && entry.necessity == Necessity::Optional)
        };
        let widening = self.optional().iter().find(|id| !is_optional(id))?;
        Some(AnswerError::ConsentWidens { id: (*widening).to_owned() })
    }
}

/// What a wallet goes by when it answers.
#[derive(Clone, Copy, Debug)]
pub struct Wallet<'a> {
    /// The credentials, in the order in which they are used.
    pub held: &'a [&'a HeldCredential],
    /// The key of the copies that are shown.
    pub key: &'a PublicKey,
    /// Where guarded claims are not shown.
    pub origin: &'a Origin,
    /// What was answered before.
    pub ledger: &'a DisclosureLedger,
    /// The purposes that the wallet knows.
    pub purposes: &'a Purposes,
}

/// What would be shown. Nothing is shown before [`Self::sign`].
pub struct Plan<'a> {
    request: &'a PermittedRequest,
    key: &'a PublicKey,
    selection: Selection<'a>,
    at: UnixTime,
}

/// One claim that would be shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shown {
    /// The claim.
    pub claim: ScopedClaim,
    /// How much of it.
    pub extent: Extent,
}

/// How much of a claim is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// That it reaches this step of its domain, not its value.
    AtLeast(u8),
    /// Its value.
    Value,
}

impl Shown {
    /// The step as people write it, such as `2027-05`; `None` for a value.
    #[must_use]
    pub fn label(&self) -> Option<String> {
        match self.extent {
            Extent::AtLeast(step) => self.claim.claim.domain()?.label(step),
            Extent::Value => None,
        }
    }
}

/// Plans the answer to a permitted request: what is required and what the holder agreed to, nothing
/// beyond. Of several held credentials of one type the first that has everything required is used. All
/// have to be bound to `wallet.key`, which proves that they have one holder.
///
/// Every rule is evaluated, whatever the others say, and goes on after its first hit, so that the work does
/// not tell which of them refused: what is asked and answered decides how many heap allocations there are.
/// Time is not measured. Of several refusals the first in this order is reported: W-01 for a holder who
/// declines, W-02, W-08, W-05, W-03, W-04, W-06, W-01 for what is not held.
///
/// # Errors
/// W-01 to W-08.
pub fn plan<'a>(
    request: &'a PermittedRequest,
    wallet: &Wallet<'a>,
    consent: Consent<'_>,
    now: UnixTime,
) -> Result<Plan<'a>, AnswerError> {
    let party = request.relying_party();
    let asked = consent.asked(request);
    let question =
        Question { relying_party: party.id(), intended_use: &party.intended_use().id, asked: &asked };
    let selection = Selection::of(&asked, wallet.held, Copies::Of(wallet.key), now);
    let under_any_key = Selection::of(&asked, wallet.held, Copies::OfAnyKey, now);
    let refusals = [
        consent.declines(&asked),
        not_open(request, now),
        consent.widens(request),
        guarded_claim(&asked, party.country(), wallet.origin).map(|claim| AnswerError::OriginGuard { claim }),
        wallet.ledger.refusal(&question, wallet.purposes, now),
        lacks(selection.missing(), &under_any_key.missing()),
    ];
    match refusals.into_iter().flatten().next() {
        Some(refusal) => Err(refusal),
        None => Ok(Plan { request, key: wallet.key, selection, at: now }),
    }
}

/// W-02.
fn not_open(request: &PermittedRequest, now: UnixTime) -> Option<AnswerError> {
    let (from, until) = (request.issued_at(), request.expires_at());
    (now < from || now >= until).then_some(AnswerError::RequestExpired { from, until, now })
}

/// W-06 and W-01.
fn lacks(missing: Vec<&'static str>, missing_under_any_key: &[&'static str]) -> Option<AnswerError> {
    match (missing.is_empty(), missing_under_any_key.is_empty()) {
        (true, _) => None,
        (false, true) => Some(AnswerError::OtherKey),
        (false, false) => Some(AnswerError::Lacks { missing }),
    }
}

impl fmt::Debug for Plan<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: Vec<&str> = self.rows().map(|row| row.entry.claim.id()).collect();
        f.debug_struct("Plan")
            .field("relying_party", &self.request.relying_party().id())
            .field("shown", &shown)
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

impl<'a> Plan<'a> {
    /// What would be shown, for the consent screen.
    pub fn shown(&self) -> impl Iterator<Item = Shown> {
        self.rows().map(|row| Shown {
            claim: row.entry.claim,
            extent: row.entry.at_least.first().map_or(Extent::Value, |step| Extent::AtLeast(*step)),
        })
    }

    /// Ids of what is asked and would not be shown: optional claims that the holder did not agree to
    /// or does not have.
    pub fn not_shown(&self) -> impl Iterator<Item = &'static str> {
        let entries = self.request.scope().entries().iter().map(|entry| entry.claim.id());
        entries.filter(|id| !self.rows().any(|row| row.entry.claim.id() == *id))
    }

    /// Signs the answer: one key-binding token for each credential type that is shown. Who shows the
    /// plan to a person for longer than the request is open makes a new one.
    ///
    /// # Errors
    /// I-10 when `key` is not that of the wallet for which the plan was made, I-06 when it cannot sign.
    pub fn sign(self, key: &SigningKey) -> Result<Answered, AnswerError> {
        if key.public_key() != self.key {
            return Err(BuildError::NotConfirmationKey.into());
        }
        let types = self.request.scope().credential_types();
        let tokens: Vec<Vec<u8>> =
            types.filter_map(|one| self.token(one, key)).collect::<Result<_, BuildError>>()?;
        let mut out = Encoder::with_capacity(tokens.iter().map(Vec::len).sum::<usize>() + 4);
        out.array(tokens.len());
        for token in &tokens {
            out.raw(token);
        }
        let entry = LedgerEntry::of(self.request, self.rows().map(|row| row.entry), self.at);
        Ok(Answered::new(out.into_bytes(), entry))
    }

    fn rows(&self) -> impl Iterator<Item = &Row<'a>> + Clone {
        self.selection.rows().iter().filter(|row| row.is_shown())
    }

    /// The key-binding token for one type, when anything of it is shown.
    fn token(
        &self,
        credential_type: &CredentialType,
        key: &SigningKey,
    ) -> Option<Result<Vec<u8>, BuildError>> {
        let rows = self.rows().filter(|row| row.entry.claim.credential_type.vct == credential_type.vct);
        let credential = rows.clone().find_map(|row| row.credential)?;
        let selected = credential.select(|place| rows.clone().any(|row| row.choice.opens(row.entry, place)));
        let mut more = vec![(claim::REQUEST_HASH, Value::bytes(self.request.hash().as_slice()).encode())];
        let links: Vec<(Value, Value)> = rows.filter_map(|row| row.choice.link(row.entry)).collect();
        if !links.is_empty() {
            more.push((claim::THRESHOLD_LINKS, Value::Map(links).encode()));
        }
        let binding = KeyBinding {
            audience: self.request.relying_party().id(),
            nonce: Nonce::Exactly(self.request.nonce()),
            issued_at: self.at,
            more: &more,
        };
        Some(bind_checked(&selected, &binding, key, key.algorithm()))
    }
}
