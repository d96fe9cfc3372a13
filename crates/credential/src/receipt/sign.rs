//! Signing a receipt: only from what was verified and decided, never from words.
//!
//! ```text
//! decided         decide(presentation, profile, facts, time) once more: the same decision
//! not verified    a rejection, not a word; what its times and bytes say is compared
//! no answer       the decision follows from the profile and the time
//! ```
//!
//! Whether a signature of an answer was really broken, or its nonce really used, is not tried again here:
//! [`replay`](super::replay) does that with what is kept.

use super::read::TRAINING_USE;
use super::{LogPlace, ReceiptError, TYPE, Verdict, lists_hash};
use crate::decision::{Decision, Facts, Outcome, decide};
use crate::numbers::claim;
use crate::presentation::Presentation;
use crate::purpose::{Profile, RetentionFrom};
use crate::reason::{Lang, ReasonCode, Text};
use crate::register::seal;
use crate::request::PermittedRequest;
use crate::status_list::StatusLists;
use crate::time::UnixTime;
use crate::trust_list::TrustList;
use crate::verifier::{Rejection, VerifiedCredential, VerifiedPresentation};
use geleit_cose::cbor::{Limits, Value};
use geleit_cose::key::SigningKey;
use sha2::{Digest, Sha256};

/// What a receipt is about.
#[derive(Clone, Copy, Debug)]
pub enum Decided<'a, 'b, 's> {
    /// A presentation was verified and decided.
    Verified {
        /// The presentation.
        presentation: &'a VerifiedPresentation<'b, 's>,
        /// What followed from it.
        decision: &'a Decision,
        /// What the relying party stated.
        facts: &'a Facts,
        /// 16 random bytes, kept with the facts: without them nobody can guess facts from their hash.
        salt: &'a [u8; 16],
    },
    /// An answer broke a rule of verification.
    Rejected {
        /// The answer as it was received.
        presentation: &'a [u8],
        /// Why it was not verified.
        rejection: &'a Rejection,
    },
    /// There was no answer.
    NoAnswer,
}

/// A receipt that is still to be signed.
#[derive(Clone, Copy, Debug)]
pub struct Receipt<'a, 'b, 's> {
    /// The question.
    pub request: &'a PermittedRequest,
    /// The rules.
    pub profile: &'a Profile,
    /// The trust list that was used.
    pub trust: &'a TrustList,
    /// The status lists that were at hand.
    pub statuses: &'a StatusLists,
    /// The answer and what followed.
    pub decided: Decided<'a, 'b, 's>,
    /// The time of the decision.
    pub decided_at: UnixTime,
    /// The place in the log of this verifier.
    pub place: LogPlace,
}

impl Receipt<'_, '_, '_> {
    /// Signs the receipt with the request key of the relying party.
    ///
    /// # Errors
    /// E-12 when decision, presentation, facts, profile, request, lists, time and key do not belong to one
    /// check, E-13 when the registration did not hold at the time of the decision, I-06. All are misuse by the
    /// caller.
    pub fn sign(&self, key: &SigningKey) -> Result<Vec<u8>, ReceiptError> {
        self.require_one_check(key)?;
        let mut entries = self.common();
        match self.decided {
            Decided::Verified { presentation, decision, facts, salt } => {
                entries.extend(decided(decision));
                entries.extend([
                    (Value::text("verified_at"), Value::int(presentation.verified_at().0)),
                    (Value::text("presentation"), hash(presentation.bytes())),
                    (Value::text("facts"), Value::bytes(facts.digest(salt).as_slice())),
                    (Value::text("evidence"), self.evidence(presentation)),
                ]);
            }
            Decided::Rejected { presentation, rejection } => entries.extend([
                (Value::text("verified_at"), Value::int(self.decided_at.0)),
                (Value::text("outcome"), Value::text(Verdict::NotVerified.name())),
                (Value::text("reason"), Value::text(ReasonCode::NOT_VERIFIED.as_str())),
                (Value::text("notices"), Value::Array(Vec::new())),
                (Value::text("rejected_by"), Value::text(rejection.code())),
                (Value::text("presentation"), hash(presentation)),
                (Value::text("evidence"), Value::Array(Vec::new())),
                (Value::text("redress"), text(&self.redress())),
            ]),
            Decided::NoAnswer => {
                entries.extend(decided(&Decision::no_answer(self.profile, self.decided_at)));
                entries.extend([
                    (Value::text("verified_at"), Value::int(self.decided_at.0)),
                    (Value::text("evidence"), Value::Array(Vec::new())),
                ]);
            }
        }
        Ok(seal(TYPE, &Value::Map(entries), key)?)
    }

    /// E-12: what is put together belongs to one check.
    fn require_one_check(&self, key: &SigningKey) -> Result<(), ReceiptError> {
        let party = self.request.relying_party();
        if key.public_key() != party.request_key() {
            return Err(ReceiptError::Mismatch("key"));
        }
        if self.profile.id() != party.intended_use().id {
            return Err(ReceiptError::Mismatch("profile"));
        }
        if self.trust.anchor() != party.anchor() {
            return Err(ReceiptError::Mismatch("trust list"));
        }
        let (from, until, decided_at) = (party.issued_at(), party.expires_at(), self.decided_at);
        if decided_at < from || decided_at >= until {
            return Err(ReceiptError::NotRegisteredThen { from, until, decided_at });
        }
        if decided_at < self.request.issued_at() {
            return Err(ReceiptError::Mismatch("time"));
        }
        match self.decided {
            Decided::Verified { presentation, decision, facts, .. } => {
                self.require_decided(presentation, decision, facts)
            }
            Decided::Rejected { presentation, rejection } => self.require_rejected(presentation, rejection),
            Decided::NoAnswer => Ok(()),
        }
    }

    /// E-12: the decision is the one that follows.
    fn require_decided(
        &self,
        presentation: &VerifiedPresentation<'_, '_>,
        decision: &Decision,
        facts: &Facts,
    ) -> Result<(), ReceiptError> {
        if presentation.request_hash() != self.request.hash() {
            return Err(ReceiptError::Mismatch("request"));
        }
        if presentation.trust_list_hash() != self.trust.hash() {
            return Err(ReceiptError::Mismatch("trust list"));
        }
        if decision.decided_at() != self.decided_at || presentation.verified_at() > self.decided_at {
            return Err(ReceiptError::Mismatch("time"));
        }
        let has = |hash: &[u8; 32]| self.statuses.iter().any(|list| list.hash() == hash);
        if !presentation.credentials().filter_map(|one| one.status().list()).all(has) {
            return Err(ReceiptError::Mismatch("status lists"));
        }
        // A decision keeps no copy of what it came from. It is quicker to decide again than to sign.
        match decide(presentation, self.profile, facts, self.decided_at) {
            Ok(again) if again == *decision => Ok(()),
            Ok(_) => Err(ReceiptError::Mismatch("decision")),
            Err(_) => Err(ReceiptError::Mismatch("facts")),
        }
    }

    /// E-12: the bytes are read or not as the rejection says, and its times are those of this check.
    fn require_rejected(&self, presentation: &[u8], rejection: &Rejection) -> Result<(), ReceiptError> {
        let unreadable = Presentation::parse(presentation, &Limits::TOKEN).err().map(Rejection::from);
        let said = Some(*rejection).filter(|one| matches!(one, Rejection::Unreadable(_)));
        if unreadable != said {
            return Err(ReceiptError::Mismatch("rejection"));
        }
        let (issued_at, expires_at) = (self.request.issued_at(), self.request.expires_at());
        let skew = crate::time::MAX_CLOCK_SKEW_S;
        let same_times = match *rejection {
            Rejection::Unreadable(_) => true,
            // B-02: the first rule of all, so that every other one was broken in time.
            Rejection::RequestTime { from, until, now } => {
                (from, until, now) == (issued_at, expires_at, self.decided_at) && now >= until
            }
            Rejection::PresentedAt { from, until, .. } => {
                (from, until) == (issued_at.plus(-skew), self.decided_at.plus(skew))
                    && self.decided_at < expires_at
            }
            Rejection::Token(_)
            | Rejection::NotAsked { .. }
            | Rejection::Disclosures { .. }
            | Rejection::PayloadBytes { .. }
            | Rejection::Value { .. }
            | Rejection::Binding(_) => self.decided_at < expires_at,
        };
        if same_times { Ok(()) } else { Err(ReceiptError::Mismatch("time")) }
    }

    fn redress(&self) -> Text {
        let redress = |lang| self.profile.redress(lang).to_owned();
        Text::new(redress(Lang::En), redress(Lang::De))
    }

    /// What every receipt has.
    fn common(&self) -> Vec<(Value, Value)> {
        let party = self.request.relying_party();
        let trust = map(vec![
            ("anchor", Value::bytes(self.trust.anchor().as_slice())),
            ("sequence", Value::Uint(self.trust.sequence())),
            ("hash", Value::bytes(self.trust.hash().as_slice())),
        ]);
        let mut entries = vec![
            (Value::int(claim::ISS), Value::text(party.id())),
            (Value::int(claim::IAT), Value::int(self.decided_at.0)),
            (Value::text("number"), Value::Uint(self.place.number())),
            (Value::text("previous"), Value::bytes(self.place.previous().as_slice())),
            (Value::text("intended_use_id"), Value::text(self.profile.id())),
            (Value::text("request"), Value::bytes(self.request.hash().as_slice())),
            (Value::text("profile"), Value::bytes(self.profile.hash().as_slice())),
            (Value::text("trust_list"), trust),
            (Value::text("status_lists"), Value::bytes(lists_hash(self.statuses).as_slice())),
            (Value::text("retention_days"), Value::Uint(u64::from(self.request.retention_days()))),
            (Value::text("retention_from"), Value::text(self.profile.retention_from().name())),
            (Value::text("contact"), Value::text(party.intended_use().support_uri.as_str())),
            (Value::text("automated_assessment"), Value::text(self.profile.ai_use().name())),
            (Value::text("training_use"), Value::text(TRAINING_USE)),
        ];
        if self.profile.retention_from() == RetentionFrom::Decision {
            let until = self.decided_at.plus_days(self.request.retention_days());
            entries.push((Value::text("keep_until"), Value::int(until.0)));
        }
        entries
    }

    fn evidence(&self, presentation: &VerifiedPresentation<'_, '_>) -> Value {
        let note = |credential: &VerifiedCredential<'_, '_>| {
            let status = credential.status();
            let age = self.decided_at.since(status.as_of()).max(0);
            let mut note = vec![
                ("vct", Value::text(credential.credential_type().vct)),
                ("issuer", Value::text(credential.issuer())),
                ("age_s", Value::Uint(age.unsigned_abs())),
                ("status", Value::text(status.standing().name())),
            ];
            if let Some(list) = status.list() {
                note.push(("list", Value::bytes(list.as_slice())));
            }
            map(note)
        };
        Value::Array(presentation.credentials().map(note).collect())
    }
}

/// Outcome and reasons, without the date of `ACCEPT_UNTIL`, which is the value of a claim.
fn decided(decision: &Decision) -> Vec<(Value, Value)> {
    let notices = decision.notices().iter().map(|code| Value::text(code.as_str())).collect();
    let redress = Text::new(decision.redress(Lang::En).to_owned(), decision.redress(Lang::De).to_owned());
    let mut entries = vec![
        (Value::text("outcome"), Value::text(decision.outcome().name())),
        (Value::text("reason"), Value::text(decision.reason().as_str())),
        (Value::text("notices"), Value::Array(notices)),
        (Value::text("redress"), text(&redress)),
    ];
    if let Some(rule) = decision.rule() {
        let row = u64::try_from(rule.row()).unwrap_or(u64::MAX);
        let rule = map(vec![("version", Value::Uint(u64::from(rule.version()))), ("row", Value::Uint(row))]);
        entries.push((Value::text("rule"), rule));
    }
    if let Outcome::Indeterminate(fallback) = decision.outcome() {
        let fallback = Text::new(fallback.text(Lang::En).to_owned(), fallback.text(Lang::De).to_owned());
        entries.push((Value::text("fallback"), text(&fallback)));
    }
    entries
}

fn hash(bytes: &[u8]) -> Value {
    Value::bytes(Sha256::digest(bytes).as_slice())
}

fn text(text: &Text) -> Value {
    map(vec![("en", Value::text(text.get(Lang::En))), ("de", Value::text(text.get(Lang::De)))])
}

fn map(entries: Vec<(&str, Value)>) -> Value {
    Value::Map(entries.into_iter().map(|(name, value)| (Value::text(name), value)).collect())
}
