//! What was shown to whom, so that answers that are harmless alone do not add up (W-03, W-04).
//!
//! ```text
//! {"version": 1, "answers": [{"relying_party", "intended_use", "claims": [id],
//!   "thresholds": [{"claim", "at_least"}], "answered_at", "kept_until"}]}      times in seconds since 1970
//!
//! question --refusal--> nothing, W-03 or W-04         answer --record--> stands until kept_until
//! ```
//!
//! Ids only: no claim value is ever in it. Whom somebody has answered is private all the same; a wallet
//! keeps it where it keeps the credentials. Parties that share what they know under different names are
//! beyond it.

use super::AnswerError;
use super::asked::Asked;
use crate::purpose::{Profile, ProfileKind, Purposes};
use crate::request::PermittedRequest;
use crate::schema::threshold::{Domain, Notation, month_at};
use crate::schema::{Date, Lookup, lookup};
use crate::scope::ScopeEntry;
use crate::time::UnixTime;
use core::fmt;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The version of the stored form.
pub const LEDGER_VERSION: u32 = 1;

/// Days that an answer stands beyond the days for which the party may keep it.
///
/// The days of most purposes are counted from an event that the wallet does not see: the end of an
/// employment, a departure. The reserve is as long as a registration can last, after which a party has to
/// register and mostly to ask again. It is a limit, not knowledge.
pub const EVENT_RESERVE_DAYS: u32 = 366;

const DAY_S: i64 = 86_400;

/// What a wallet has answered, by relying party.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "StoredLedger", into = "StoredLedger")]
pub struct DisclosureLedger {
    entries: Vec<LedgerEntry>,
}

/// One answer: to whom, for what, which claims, and until when it may be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerEntry {
    relying_party: String,
    /// Shared, so that a refusal that names it allocates no more than any other.
    intended_use: Arc<str>,
    /// Values before thresholds, each in the order of the request.
    learned: Vec<Learned>,
    answered_at: UnixTime,
    kept_until: UnixTime,
}

/// What the party learned of one claim: its value, or that it reaches a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Learned {
    claim: &'static str,
    at_least: Option<u8>,
}

impl Learned {
    const fn value_of(claim: &'static str) -> Self {
        Self { claim, at_least: None }
    }
}

/// That "at least this step" was proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProvedThreshold {
    /// The claim.
    pub claim: &'static str,
    /// The step of its domain.
    pub at_least: u8,
}

impl DisclosureLedger {
    /// The ledger of a wallet that has answered nobody.
    #[must_use]
    pub const fn empty() -> Self {
        Self { entries: Vec::new() }
    }

    /// Adds an answer.
    pub fn record(&mut self, entry: LedgerEntry) {
        self.entries.push(entry);
    }

    /// Drops the answers that nobody may have kept until `now`.
    pub fn forget_expired(&mut self, now: UnixTime) {
        self.entries.retain(|entry| entry.stands(now));
    }

    /// The answers, oldest first.
    #[must_use]
    pub fn entries(&self) -> &[LedgerEntry] {
        &self.entries
    }

    /// Why `question` must not be answered after what was answered before: W-03 of the oldest answer, else
    /// W-04 of the oldest. Every answer of the ledger is compared by both rules, whatever was found before.
    pub(super) fn refusal(
        &self,
        question: &Question<'_>,
        purposes: &Purposes,
        now: UnixTime,
    ) -> Option<AnswerError> {
        let standing = || self.entries.iter().filter(|entry| entry.stands(now) && entry.concerns(question));
        let combined = first(standing().map(|entry| {
            let claim = question.combined(entry, purposes)?;
            Some(AnswerError::Combines { claim, earlier: Arc::clone(&entry.intended_use) })
        }));
        let bisected = first(standing().map(|entry| question.bisected(entry, now)));
        combined.or(bisected.map(|claim| AnswerError::ThresholdsCombine { claim }))
    }
}

impl LedgerEntry {
    /// What is recorded when these claims of a request are shown at `now`.
    pub(super) fn of<'e>(
        request: &PermittedRequest,
        shown: impl ExactSizeIterator<Item = &'e ScopeEntry>,
        now: UnixTime,
    ) -> Self {
        let days = i64::from(request.retention_days()) + i64::from(EVENT_RESERVE_DAYS);
        let learned = |entry: &ScopeEntry| Learned {
            claim: entry.claim.id(),
            at_least: entry.at_least.first().copied(),
        };
        let mut learned: Vec<Learned> = shown.map(learned).collect();
        learned.sort_by_key(|one| one.at_least.is_some());
        Self {
            relying_party: request.relying_party().id().to_owned(),
            intended_use: request.relying_party().intended_use().id.as_str().into(),
            learned,
            answered_at: now,
            kept_until: now.plus(days * DAY_S),
        }
    }

    /// Identifier of the party that was answered.
    #[must_use]
    pub fn relying_party(&self) -> &str {
        &self.relying_party
    }

    /// The intended use, which is the id of a purpose.
    #[must_use]
    pub fn intended_use(&self) -> &str {
        &self.intended_use
    }

    /// Ids of the claims whose values were shown.
    pub fn claims(&self) -> impl Iterator<Item = &'static str> {
        self.learned.iter().filter(|one| one.at_least.is_none()).map(|one| one.claim)
    }

    /// The thresholds that were proved.
    pub fn thresholds(&self) -> impl Iterator<Item = ProvedThreshold> {
        let proofs = self.learned.iter().filter_map(|one| Some((one.claim, one.at_least?)));
        proofs.map(|(claim, at_least)| ProvedThreshold { claim, at_least })
    }

    /// Time of the answer.
    #[must_use]
    pub const fn answered_at(&self) -> UnixTime {
        self.answered_at
    }

    /// First moment at which the party can no longer have it.
    #[must_use]
    pub const fn kept_until(&self) -> UnixTime {
        self.kept_until
    }

    fn stands(&self, now: UnixTime) -> bool {
        now < self.kept_until
    }

    fn concerns(&self, question: &Question<'_>) -> bool {
        self.relying_party == question.relying_party
    }

    /// Every claim of which the party learned something.
    fn ids(&self) -> impl Iterator<Item = &'static str> {
        self.learned.iter().map(|one| one.claim)
    }
}

/// A question, as it is compared with earlier answers: what is asked with the holder's agreement,
/// whether or not it is held, so that no refusal says anything about a value.
pub(super) struct Question<'a> {
    pub(super) relying_party: &'a str,
    pub(super) intended_use: &'a str,
    pub(super) asked: Asked<'a>,
}

impl Question<'_> {
    /// W-03: a claim that either purpose forbids to be known beside the other.
    fn combined(&self, earlier: &LedgerEntry, purposes: &Purposes) -> Option<&'static str> {
        let differs = *earlier.intended_use != *self.intended_use;
        let (now, then) =
            (Terms::of(purposes, self.intended_use), Terms::of(purposes, &earlier.intended_use));
        let asked = self.asked.iter().map(|entry| entry.claim.id());
        let added = first(asked.map(|id| (then.forbids(id) && !now.is_ordered_by_law()).then_some(id)));
        let known =
            first(earlier.ids().map(|id| (now.forbids(id) && !then.is_ordered_by_law()).then_some(id)));
        added.or(known).filter(|_| differs)
    }

    /// W-04: a claim of which another threshold was proved. Two thresholds locate a value between them.
    fn bisected(&self, earlier: &LedgerEntry, now: UnixTime) -> Option<&'static str> {
        let located = |entry: &ScopeEntry| {
            let (domain, step) = (entry.claim.claim.domain(), entry.at_least.first());
            let (Some(domain), Some(step)) = (domain, step) else { return false };
            let mut of_claim = earlier.thresholds().filter(|proved| proved.claim == entry.claim.id());
            of_claim
                .any(|proved| proved.at_least != *step && !follows_up(domain, proved.at_least, *step, now))
        };
        first(self.asked.iter().map(|entry| located(entry).then(|| entry.claim.id())))
    }
}

/// The first hit. Unlike `find`, it goes on to the end: the work does not tell where the hit was.
fn first<T>(hits: impl Iterator<Item = Option<T>>) -> Option<T> {
    hits.fold(None, Option::or)
}

/// Whether "at least to the end of month `step`" is the next check after an earlier month that has
/// ended: what was proved then locates nothing any more.
fn follows_up(domain: &Domain, earlier: u8, step: u8, now: UnixTime) -> bool {
    let ended =
        month_at(earlier).zip(Date::from_unix(now.0)).is_some_and(|(month, today)| month.last_day() < today);
    matches!(domain.notation, Notation::Month) && ended && step > earlier
}

/// What a purpose says about combinations. One that is not known forbids everything, and no law
/// orders it.
struct Terms<'p>(Option<&'p Profile>);

impl<'p> Terms<'p> {
    fn of(purposes: &'p Purposes, intended_use: &str) -> Self {
        Self(purposes.find(intended_use))
    }

    /// A law closes its list: what it asks has to be shown, whatever another purpose forbids.
    fn is_ordered_by_law(&self) -> bool {
        self.0.is_some_and(|profile| profile.kind() == ProfileKind::StatutoryFull)
    }

    /// Whether the claim is forbidden, or a member that is shown with it.
    fn forbids(&self, id: &str) -> bool {
        let Some(profile) = self.0 else { return true };
        let members = match lookup(id) {
            Lookup::Claim { claim, member: None, .. } => claim.record(),
            _ => &[],
        };
        profile.forbids(id) || members.iter().any(|member| profile.forbids(member.id))
    }
}

/// The stored form of a ledger, read but not checked.
///
/// Whoever wants to know which rule a ledger breaks reads this first and then
/// `DisclosureLedger::try_from(stored)`.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct StoredLedger {
    version: u32,
    answers: Vec<StoredEntry>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct StoredEntry {
    relying_party: String,
    intended_use: String,
    claims: Vec<String>,
    thresholds: Vec<StoredThreshold>,
    answered_at: i64,
    kept_until: i64,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct StoredThreshold {
    claim: String,
    at_least: u8,
}

impl TryFrom<StoredLedger> for DisclosureLedger {
    type Error = LedgerError;

    fn try_from(stored: StoredLedger) -> Result<Self, LedgerError> {
        if stored.version != LEDGER_VERSION {
            return Err(LedgerError::Version { presented: stored.version });
        }
        let entries = stored.answers.into_iter().enumerate();
        let entries = entries.map(|(index, answer)| answer.check().ok_or(LedgerError::Answer { index }));
        Ok(Self { entries: entries.collect::<Result<_, _>>()? })
    }
}

impl StoredEntry {
    fn check(self) -> Option<LedgerEntry> {
        let value = |id: &String| value_claim(id).map(Learned::value_of);
        let proved = |one: &StoredThreshold| {
            let (claim, domain) = threshold_claim(&one.claim)?;
            domain.has_step(one.at_least).then_some(Learned { claim, at_least: Some(one.at_least) })
        };
        let learned = self.claims.iter().map(value).chain(self.thresholds.iter().map(proved));
        let learned = learned.collect::<Option<Vec<_>>>()?;
        let named = !self.relying_party.is_empty() && !self.intended_use.is_empty();
        (named && !learned.is_empty() && self.answered_at <= self.kept_until).then_some(LedgerEntry {
            relying_party: self.relying_party,
            intended_use: self.intended_use.into(),
            learned,
            answered_at: UnixTime(self.answered_at),
            kept_until: UnixTime(self.kept_until),
        })
    }
}

/// The claim with this id, when its value can be shown.
fn value_claim(id: &str) -> Option<&'static str> {
    match lookup(id) {
        Lookup::Claim { claim, member, .. } if claim.domain().is_none() => Some(member.unwrap_or(claim).id),
        _ => None,
    }
}

fn threshold_claim(id: &str) -> Option<(&'static str, &'static Domain)> {
    match lookup(id) {
        Lookup::Claim { claim, member: None, .. } => Some((claim.id, claim.domain()?)),
        _ => None,
    }
}

impl From<DisclosureLedger> for StoredLedger {
    fn from(ledger: DisclosureLedger) -> Self {
        Self { version: LEDGER_VERSION, answers: ledger.entries.into_iter().map(StoredEntry::from).collect() }
    }
}

impl From<LedgerEntry> for StoredEntry {
    fn from(entry: LedgerEntry) -> Self {
        let threshold = |proved: ProvedThreshold| StoredThreshold {
            claim: proved.claim.to_owned(),
            at_least: proved.at_least,
        };
        Self {
            claims: entry.claims().map(str::to_owned).collect(),
            thresholds: entry.thresholds().map(threshold).collect(),
            intended_use: entry.intended_use.as_ref().to_owned(),
            relying_party: entry.relying_party,
            answered_at: entry.answered_at.0,
            kept_until: entry.kept_until.0,
        }
    }
}

/// Why a stored ledger is not read. A wallet that cannot read its ledger does not know what it has
/// shown, and answers nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LedgerError {
    /// W-09: another version.
    Version {
        /// The version.
        presented: u32,
    },
    /// W-10: an answer without party, purpose or claims, with a claim or step that does not exist, or
    /// that ended before it was given.
    Answer {
        /// Its place in the list, from 0.
        index: usize,
    },
}

impl LedgerError {
    /// The rule id in `spec/verification.md`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Version { .. } => "W-09",
            Self::Answer { .. } => "W-10",
        }
    }
}

impl fmt::Display for LedgerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version { presented } => {
                write!(f, "W-09 ledger: version {LEDGER_VERSION} is required, presented {presented}")
            }
            Self::Answer { index } => write!(
                f,
                "W-10 ledger: answer {index} needs party, purpose, known claims and steps, and an end after its time"
            ),
        }
    }
}

impl core::error::Error for LedgerError {}

#[cfg(test)]
mod tests;
