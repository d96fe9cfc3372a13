//! One response for every cause: an answer that is recorded, or the constant that says nothing.

use super::answer::{Consent, Wallet, plan};
use super::ledger::{DisclosureLedger, LedgerEntry};
use super::refusal::AnswerError;
use crate::presentation::DECLINED;
use crate::request::PermittedRequest;
use crate::time::UnixTime;
use core::fmt;
use geleit_cose::key::SigningKey;

/// A signed answer and what has to be remembered of it. The bytes come out when it is recorded.
#[must_use = "an answer that is not recorded cannot be weighed against later ones"]
pub struct Answered {
    presentation: Vec<u8>,
    entry: LedgerEntry,
}

impl Answered {
    pub(super) const fn new(presentation: Vec<u8>, entry: LedgerEntry) -> Self {
        Self { presentation, entry }
    }

    /// What is recorded.
    #[must_use]
    pub const fn entry(&self) -> &LedgerEntry {
        &self.entry
    }

    /// Records the answer and hands out the presentation. Store the ledger before the bytes are sent.
    #[must_use]
    pub fn record(self, ledger: &mut DisclosureLedger) -> Vec<u8> {
        ledger.record(self.entry);
        self.presentation
    }
}

impl fmt::Debug for Answered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answered")
            .field("bytes", &self.presentation.len())
            .field("entry", &self.entry)
            .finish()
    }
}

/// Plans and signs, for who does not ask the holder in between. `key` is the secret half of
/// `wallet.key`.
///
/// # Errors
/// W rules; I-06, I-10.
pub fn answer(
    request: &PermittedRequest,
    wallet: &Wallet<'_>,
    key: &SigningKey,
    consent: Consent<'_>,
    now: UnixTime,
) -> Result<Answered, AnswerError> {
    plan(request, wallet, consent, now)?.sign(key)
}

/// What goes to the party that asked, and what the holder is told.
#[must_use = "it has to be delivered, whatever it says"]
#[derive(Debug)]
pub struct Response(Result<Answered, AnswerError>);

/// As [`answer`], in the form that a wallet sends: the same bytes for whoever lacks something, declines,
/// is under duress, or is protected by a rule.
pub fn respond(
    request: &PermittedRequest,
    wallet: &Wallet<'_>,
    key: &SigningKey,
    consent: Consent<'_>,
    now: UnixTime,
) -> Response {
    Response(answer(request, wallet, key, consent, now))
}

impl Response {
    /// What will be recorded, or why nothing is answered. Not for the party that asked.
    ///
    /// # Errors
    /// The reason of the refusal.
    pub const fn for_holder(&self) -> Result<&LedgerEntry, &AnswerError> {
        match &self.0 {
            Ok(answered) => Ok(answered.entry()),
            Err(refusal) => Err(refusal),
        }
    }

    /// Records the answer, if there is one, and hands out the bytes for the party that asked:
    /// a presentation, or [`DECLINED`].
    #[must_use]
    pub fn deliver(self, ledger: &mut DisclosureLedger) -> Vec<u8> {
        match self.0 {
            Ok(answered) => answered.record(ledger),
            Err(_) => DECLINED.to_vec(),
        }
    }
}
