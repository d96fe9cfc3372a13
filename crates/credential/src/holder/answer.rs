//! What a wallet answers: everything that a permitted request requires, or nothing.
//!
//! ```text
//! PermittedRequest + Wallet + Consent --plan--> Plan --sign(key)--> Answered --record(ledger)--> bytes
//!                                       |  public key only
//!                                       +--> AnswerError, for the holder; 0x80 for the party that asked
//! ```
//!
//! A plan is made with the public key. So no path that ends without an answer can use a secret.

use super::asked::Asked;
use super::guard::{Origin, guarded_claim};
use super::ledger::{DisclosureLedger, LedgerEntry, Question};
use super::refusal::AnswerError;
use super::respond::Answered;
use super::select::{Copies, Row, Selection};
use super::{HeldCredential, Marks};
use crate::numbers::claim;
use crate::purpose::Purposes;
use crate::request::PermittedRequest;
use crate::scope::{Necessity, ScopedClaim};
use crate::sd_cwt::{BuildError, KeyBindingToken, Nonce};
use crate::time::{MAX_CLOCK_SKEW_S, UnixTime};
use core::fmt;
use geleit_cose::cbor::Encoder;
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

    fn declines(self, asked: Asked<'_>) -> Option<AnswerError> {
        let agreed = matches!(self, Self::Agreed { .. }) && asked.iter().count() > 0;
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
    consent: Consent<'a>,
    now: UnixTime,
) -> Result<Plan<'a>, AnswerError> {
    let party = request.relying_party();
    let asked = Asked::of(request, consent.optional());
    let question = Question { relying_party: party.id(), intended_use: &party.intended_use().id, asked };
    let selection = Selection::of(asked, wallet.held, Copies::Of(wallet.key), now);
    let refusals = [
        consent.declines(asked),
        not_open(request, now),
        consent.widens(request),
        guarded_claim(asked, party.country(), wallet.origin).map(|claim| AnswerError::OriginGuard { claim }),
        wallet.ledger.refusal(&question, wallet.purposes, now),
    ];
    let lacks = selection.missing().count() > 0;
    if !lacks && refusals.iter().all(Option::is_none) {
        return Ok(Plan { request, key: wallet.key, selection, at: now });
    }
    // For every refusal, whatever the rule.
    let under_any_key = Selection::of(asked, wallet.held, Copies::OfAnyKey, now);
    let of_keys = lacking(&selection, &under_any_key);
    Err(refusals.into_iter().flatten().next().unwrap_or(of_keys))
}

/// W-02. The clock of the party that asks may be as far ahead as R-04 allows.
fn not_open(request: &PermittedRequest, now: UnixTime) -> Option<AnswerError> {
    let (from, until) = (request.issued_at(), request.expires_at());
    (now < from.plus(-MAX_CLOCK_SKEW_S) || now >= until).then_some(AnswerError::RequestExpired {
        from,
        until,
        now,
    })
}

/// W-06 and W-01, when something is not held. The room for what is missing does not depend on what that is.
fn lacking(own: &Selection<'_>, under_any_key: &Selection<'_>) -> AnswerError {
    let mut missing = Vec::with_capacity(own.asked().iter().count());
    missing.extend(own.missing());
    if under_any_key.missing().count() == 0 { AnswerError::OtherKey } else { AnswerError::Lacks { missing } }
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
        let mut rows = Vec::with_capacity(self.selection.asked().iter().count());
        rows.extend(self.selection.rows());
        let tokens = self.selection.picked().map(|credential| Token::of(credential?, &rows));
        let room = |token: &Token<'_>| token.credential.length_of(token.shown) + self.room();
        let mut out = Encoder::with_capacity(tokens.iter().flatten().map(room).sum());
        out.array(tokens.iter().flatten().count());
        for token in tokens.iter().flatten() {
            self.write(token, &rows, &mut out, key)?;
        }
        let entry = LedgerEntry::of(self.request, rows.iter().map(|row| row.entry), self.at);
        Ok(Answered::new(out.into_bytes(), entry))
    }

    fn rows(&self) -> impl Iterator<Item = Row<'a>> {
        self.selection.rows()
    }

    /// Bytes of a token beside the credential, one proof included.
    fn room(&self) -> usize {
        ROOM + self.request.relying_party().id().len() + self.request.nonce().len()
    }

    /// The key-binding token for one type.
    fn write(
        &self,
        token: &Token<'_>,
        rows: &[Row<'_>],
        out: &mut Encoder,
        key: &SigningKey,
    ) -> Result<(), BuildError> {
        let proofs = || proofs(rows, token.credential);
        let links = proofs().count();
        let token = KeyBindingToken {
            audience: self.request.relying_party().id(),
            nonce: Nonce::Exactly(self.request.nonce()),
            issued_at: self.at,
            write_credential: |out: &mut Encoder| token.credential.write(token.shown, out),
            more: 1 + usize::from(links > 0),
            write_more: |out: &mut Encoder| {
                out.int(claim::REQUEST_HASH).bytes(self.request.hash());
                if links > 0 {
                    out.int(claim::THRESHOLD_LINKS).map(links);
                }
                for (id, threshold, link) in proofs().filter_map(Row::proof) {
                    out.text(id).array(2).uint(u64::from(threshold)).bytes(&link);
                }
            },
        };
        token.sign(out, key, key.algorithm())
    }
}

/// Bytes of a token beside the credential, party and nonce: envelope, signature, request hash, one proof.
const ROOM: usize = 320;

/// What is shown of one credential.
struct Token<'a> {
    credential: &'a HeldCredential,
    shown: Marks,
}

impl<'a> Token<'a> {
    /// `None` when no row is answered by this credential.
    fn of(credential: &'a HeldCredential, rows: &[Row<'_>]) -> Option<Self> {
        let rows = rows.iter().filter(|row| row.is_from(credential));
        let mut shown = Marks::default();
        rows.for_each(|row| credential.mark(&mut shown, |place| row.opens(place)));
        (shown != Marks::default()).then_some(Self { credential, shown })
    }
}

/// The rows of a credential that prove a threshold, in the order of a map with their ids: shorter ones first
/// (RFC 8949 section 4.2.1). There are few, and each is looked for.
fn proofs<'r>(rows: &'r [Row<'r>], credential: &'r HeldCredential) -> impl Iterator<Item = &'r Row<'r>> {
    let order = |row: &&Row<'_>| (row.entry.claim.id().len(), row.entry.claim.id());
    let all = move || rows.iter().filter(|row| row.is_proof() && row.is_from(credential));
    core::iter::successors(all().min_by_key(order), move |last| {
        all().filter(|row| order(row) > order(last)).min_by_key(order)
    })
}
