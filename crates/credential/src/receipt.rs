//! Receipts: what was decided, by which rule, on which evidence, signed by the party that decided.
//!
//! ```text
//! request + presentation + facts --verify, decide--> Decision --Receipt--> bytes, for the person and the file
//! bytes --SignedReceipt::parse--> SignedReceipt --verify(relying party, now)--> VerifiedReceipt
//! VerifiedReceipt + KeptInputs --replay--> the same decision, years later
//! keep-until has passed --Deletion--> bytes, which name the receipt
//! ```
//!
//! ```text
//! {iss: relying party, iat: time of the decision, "verified_at": time,
//!  "number": uint, "previous": hash,                          place in the log of this verifier
//!  "intended_use_id", "request": hash, ? "presentation": hash, ? "facts": hash,
//!  "profile": hash, "status_lists": hash,
//!  "outcome", "reason", "notices": [code], ? "rule": {"version", "row"}, ? "rejected_by": rule id,
//!  "evidence": [{"vct", "issuer", "age_s", "status", ? "list": hash}],
//!  "trust_list": {"anchor": thumbprint, "sequence", "hash"},
//!  "retention_days", "retention_from", ? "keep_until": time, ? "fallback": {"en", "de"}, "redress": {"en", "de"},
//!  "contact": uri, "automated_assessment": "none" | "rule-based" | "high-risk", "training_use": "prohibited"}
//! ```
//!
//! **It contains no claim value.** Not even the end date of `ACCEPT_UNTIL`, which is one: the kept inputs
//! have it, and a replay says it again. What the relying party stated itself is in it as a salted hash.
//!
//! A receipt proves what this party decided, on what. It does not prove that there are no other receipts
//! after the newest one that is shown: see [`verify_log`].

mod deletion;
mod error;
mod log;
mod read;
mod replay;
mod sign;

pub use deletion::{DELETION_TYPE, Deletion, SignedDeletion, VerifiedDeletion};
pub use error::{Incoherence, ReceiptError, ReplayError};
pub use log::{VerifiedLog, verify_log};
pub use replay::{KeptInputs, Replayed, replay};
pub use sign::{Decided, Receipt};

use crate::decision::OutcomeName;
use crate::purpose::{AiUse, RetentionFrom};
use crate::reason::{Lang, ReasonCode, Text};
use crate::register::Document;
use crate::registration::RelyingParty;
use crate::schema::CredentialType;
use crate::standing::Standing;
use crate::status_list::{StatusList, StatusLists};
use crate::time::UnixTime;
use geleit_cose::cbor::Limits;
use sha2::{Digest, Sha256};

/// The `typ` of a receipt.
pub const TYPE: &str = "application/geleit-receipt+cwt";

/// The place of a receipt in the log of its verifier: numbers without gaps, each naming the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogPlace {
    number: u64,
    previous: [u8; 32],
}

impl LogPlace {
    /// The place of the first receipt.
    pub const FIRST: Self = Self { number: 1, previous: [0; 32] };

    /// The place after a receipt.
    #[must_use]
    pub const fn after(receipt: &VerifiedReceipt) -> Self {
        Self::continues(receipt.place.number, receipt.id)
    }

    /// The place after the newest receipt of one's own log, which keeps number and id of it.
    #[must_use]
    pub const fn continues(newest_number: u64, newest_id: [u8; 32]) -> Self {
        Self { number: newest_number.saturating_add(1), previous: newest_id }
    }

    /// Counted from 1.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// SHA-256 of the receipt before; zeros for the first.
    #[must_use]
    pub const fn previous(&self) -> &[u8; 32] {
        &self.previous
    }

    /// E-09.
    fn require(&self, required: &Self) -> Result<(), ReceiptError> {
        if self.number != required.number {
            return Err(ReceiptError::Gap { required: required.number, presented: self.number });
        }
        if self.previous != required.previous {
            let (number, required, presented) = (self.number, required.previous, self.previous);
            return Err(ReceiptError::OtherPrevious { number, required, presented });
        }
        Ok(())
    }
}

/// What a receipt answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A decision, or none because there was no answer.
    Decision(OutcomeName),
    /// The answer broke a rule of verification: nothing was decided.
    NotVerified,
}

impl Verdict {
    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Decision(outcome) => outcome.name(),
            Self::NotVerified => "NOT_VERIFIED",
        }
    }

    /// The verdict of this name. What a wallet did not answer is silence to a relying party, whose receipts
    /// do not have the wallet's own outcome.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        if name == Self::NotVerified.name() {
            return Some(Self::NotVerified);
        }
        OutcomeName::from_name(name)
            .filter(|outcome| *outcome != OutcomeName::BlockedByWallet)
            .map(Self::Decision)
    }
}

/// The row that answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleVersion {
    /// Version of the profile.
    pub version: u32,
    /// The row, counted from 1.
    pub row: u64,
}

/// What a decision rested on, for one credential. No claim.
#[derive(Clone, Debug, PartialEq)]
pub struct EvidenceNote {
    /// The credential type.
    pub credential_type: &'static CredentialType,
    /// The issuer.
    pub issuer: String,
    /// Age of what was known of its status, in seconds, at the time of the decision.
    pub age_s: i64,
    /// What was known.
    pub standing: Standing,
    /// SHA-256 of the status list that said so; none when the credential itself was the newest word, or when
    /// the list that there was is not to be relied on (in doubt).
    pub list: Option<[u8; 32]>,
}

/// The trust list by which issuers and registrars were judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrustNote {
    /// Thumbprint of the anchor's key.
    pub anchor: [u8; 32],
    /// Sequence number.
    pub sequence: u64,
    /// SHA-256 of the signed list.
    pub hash: [u8; 32],
}

/// A receipt before verification.
#[derive(Clone, Debug)]
pub struct SignedReceipt<'b> {
    document: Document<'b>,
    id: [u8; 32],
}

/// A receipt that its relying party signed and that says nothing impossible.
#[derive(Clone, Debug)]
pub struct VerifiedReceipt {
    id: [u8; 32],
    place: LogPlace,
    relying_party: String,
    key: [u8; 32],
    intended_use_id: String,
    decided_at: UnixTime,
    verified_at: UnixTime,
    request: [u8; 32],
    presentation: Option<[u8; 32]>,
    facts: Option<[u8; 32]>,
    profile: [u8; 32],
    status_lists: [u8; 32],
    verdict: Verdict,
    reason: ReasonCode,
    notices: Vec<ReasonCode>,
    rule: Option<RuleVersion>,
    rejected_by: Option<String>,
    evidence: Vec<EvidenceNote>,
    trust: TrustNote,
    retention_days: u32,
    retention_from: RetentionFrom,
    keep_until: Option<UnixTime>,
    fallback: Option<Text>,
    redress: Text,
    contact: String,
    automated: AiUse,
}

/// SHA-256 of a receipt as it was signed: the name by which a deletion record and the next receipt call it.
#[must_use]
pub fn receipt_id(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// `SHA-256("geleit status lists 1\0" || hashes)`: the SHA-256 of each status list as it was signed, in ascending
/// order. One hash, so that a receipt does not grow with the lists that a verifier has.
#[must_use]
pub fn lists_hash(statuses: &StatusLists) -> [u8; 32] {
    let mut hashes: Vec<&[u8; 32]> = statuses.iter().map(StatusList::hash).collect();
    hashes.sort_unstable();
    let mut all = Sha256::new().chain_update(b"geleit status lists 1\0");
    for hash in hashes {
        all.update(hash);
    }
    all.finalize().into()
}

impl<'b> SignedReceipt<'b> {
    /// Reads a receipt.
    ///
    /// # Errors
    /// M and C rules, T-01.
    pub fn parse(bytes: &'b [u8]) -> Result<Self, ReceiptError> {
        Ok(Self { document: Document::parse(bytes, TYPE, &Limits::TOKEN)?, id: receipt_id(bytes) })
    }

    /// The time of the decision as the bytes say, before any signature: only to verify the registration as of
    /// then, since it may have expired. [`Self::verify`] compares the two.
    ///
    /// # Errors
    /// M rules, T-03.
    pub fn dangerous_unverified_time(&self) -> Result<UnixTime, ReceiptError> {
        Ok(self.document.dangerous_unverified_iat()?)
    }

    /// Checks that the relying party signed it with the key that is registered for its requests, at a time when
    /// the registration held, and that it says nothing impossible.
    ///
    /// # Errors
    /// E-01 to E-04, E-13, T-03, T-07, C-03.
    pub fn verify(
        &self,
        relying_party: &RelyingParty,
        now: UnixTime,
    ) -> Result<VerifiedReceipt, ReceiptError> {
        let fields = self.document.verify(relying_party.request_key()).map_err(ReceiptError::signature)?;
        read::receipt(&fields, self.id, relying_party, now)
    }
}

impl VerifiedReceipt {
    /// SHA-256 of the receipt as it was signed.
    #[must_use]
    pub const fn id(&self) -> &[u8; 32] {
        &self.id
    }

    /// Its place in the log of the verifier.
    #[must_use]
    pub const fn place(&self) -> &LogPlace {
        &self.place
    }

    /// Does this receipt stand directly after `earlier` in the log of one verifier?
    ///
    /// A log whose receipts follow each other without a gap has lost nothing in the middle. [`verify_log`]
    /// checks its head and its end as well.
    ///
    /// # Errors
    /// E-09.
    pub fn follows(&self, earlier: &Self) -> Result<(), ReceiptError> {
        let number = self.place.number;
        if self.relying_party != earlier.relying_party {
            return Err(ReceiptError::OtherPartysLog { number });
        }
        self.place.require(&LogPlace::after(earlier))
    }

    /// The party that decided.
    #[must_use]
    pub fn relying_party(&self) -> &str {
        &self.relying_party
    }

    /// Thumbprint of the key that signed.
    #[must_use]
    pub const fn key(&self) -> &[u8; 32] {
        &self.key
    }

    /// The purpose of the check.
    #[must_use]
    pub fn intended_use_id(&self) -> &str {
        &self.intended_use_id
    }

    /// The time of the decision.
    #[must_use]
    pub const fn decided_at(&self) -> UnixTime {
        self.decided_at
    }

    /// The time at which the presentation was verified.
    #[must_use]
    pub const fn verified_at(&self) -> UnixTime {
        self.verified_at
    }

    /// SHA-256 of the signed request.
    #[must_use]
    pub const fn request(&self) -> &[u8; 32] {
        &self.request
    }

    /// SHA-256 of the presentation as it was received; none when there was no answer.
    #[must_use]
    pub const fn presentation(&self) -> Option<&[u8; 32]> {
        self.presentation.as_ref()
    }

    /// SHA-256 of the text of the purpose profile.
    #[must_use]
    pub const fn profile(&self) -> &[u8; 32] {
        &self.profile
    }

    /// [`lists_hash`] of the status lists that were at hand.
    #[must_use]
    pub const fn status_lists(&self) -> &[u8; 32] {
        &self.status_lists
    }

    /// What was answered.
    #[must_use]
    pub const fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// Why.
    #[must_use]
    pub const fn reason(&self) -> ReasonCode {
        self.reason
    }

    /// What else has to be known.
    #[must_use]
    pub fn notices(&self) -> &[ReasonCode] {
        &self.notices
    }

    /// The row that answered; none for silence and for what was not verified.
    #[must_use]
    pub const fn rule(&self) -> Option<&RuleVersion> {
        self.rule.as_ref()
    }

    /// The id of the rule that the answer broke, when it was not verified.
    #[must_use]
    pub fn rejected_by(&self) -> Option<&str> {
        self.rejected_by.as_deref()
    }

    /// What it rested on, credential by credential.
    #[must_use]
    pub fn evidence(&self) -> &[EvidenceNote] {
        &self.evidence
    }

    /// The trust list that was used.
    #[must_use]
    pub const fn trust(&self) -> &TrustNote {
        &self.trust
    }

    /// Days for which what was received may be kept.
    #[must_use]
    pub const fn retention_days(&self) -> u32 {
        self.retention_days
    }

    /// What those days are counted from.
    #[must_use]
    pub const fn retention_from(&self) -> RetentionFrom {
        self.retention_from
    }

    /// First moment at which it has to be deleted; none while an event is awaited.
    #[must_use]
    pub const fn keep_until(&self) -> Option<UnixTime> {
        self.keep_until
    }

    /// What to do instead, for an answer that is neither yes nor no.
    #[must_use]
    pub fn fallback(&self, lang: Lang) -> Option<&str> {
        self.fallback.as_ref().map(|text| text.get(lang))
    }

    /// How to contest it or have data corrected.
    #[must_use]
    pub fn redress(&self, lang: Lang) -> &str {
        self.redress.get(lang)
    }

    /// Where a person gets help.
    #[must_use]
    pub fn contact(&self) -> &str {
        &self.contact
    }

    /// Whether an automated assessment takes part in what the party does with the answer.
    #[must_use]
    pub const fn automated(&self) -> AiUse {
        self.automated
    }
}
