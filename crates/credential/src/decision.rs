//! Decisions: what a verified presentation means for one purpose.
//!
//! ```text
//! positive        ACCEPT | ACCEPT_UNTIL date | ACCEPT_WITH_NOTICE
//! negative        REFUSE
//! neither         INDETERMINATE, always with a fallback; never to be read as "no"
//! the wallet's    BLOCKED_BY_WALLET
//! ```
//!
//! A decision is computed from a decision table, evidence that was verified, facts that the
//! relying party states, and a time; from nothing else. The same inputs give the same decision at
//! any later time. A decided [`Decision`] cannot be built, defaulted or deserialised outside this module;
//! the two that follow from silence and from a wallet's "no" rest on nothing that was shown.
//!
//! This module does not verify anything: it is reached with verified evidence only. Of a zero-claim
//! purpose the evidence is the holder's own credentials, and the decision is for the holder's eyes.

mod calendar;
mod datum;
mod evaluate;
mod facts;
mod local;
pub mod stays;
mod truth;
mod verified;

pub(crate) use evaluate::Evidence;
pub use facts::{FactError, Facts};
pub use local::decide_locally;
pub use verified::decide;

use crate::purpose::{Profile, Then};
use crate::reason::{Kind, Lang, ReasonCode, Text, WalletRefusal};
use crate::schema::Date;
use crate::time::UnixTime;
use core::fmt;

/// An outcome without what goes with it: its stable name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OutcomeName {
    /// Yes.
    Accept,
    /// Yes, until a day.
    AcceptUntil,
    /// Yes; something has to be noted or done later.
    AcceptWithNotice,
    /// No.
    Refuse,
    /// Neither yes nor no.
    Indeterminate,
    /// The wallet did not answer.
    BlockedByWallet,
}

impl OutcomeName {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Accept,
        Self::AcceptUntil,
        Self::AcceptWithNotice,
        Self::Refuse,
        Self::Indeterminate,
        Self::BlockedByWallet,
    ];

    /// As it is written in receipts and JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accept => "ACCEPT",
            Self::AcceptUntil => "ACCEPT_UNTIL",
            Self::AcceptWithNotice => "ACCEPT_WITH_NOTICE",
            Self::Refuse => "REFUSE",
            Self::Indeterminate => "INDETERMINATE",
            Self::BlockedByWallet => "BLOCKED_BY_WALLET",
        }
    }

    /// The outcome of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }

    /// The kind of reason that goes with it.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Self::Accept | Self::AcceptUntil | Self::AcceptWithNotice => Kind::Positive,
            Self::Refuse => Kind::Negative,
            Self::Indeterminate => Kind::Indeterminate,
            Self::BlockedByWallet => Kind::Wallet,
        }
    }
}

/// The answer to one check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Yes, without an end date and without anything to note.
    Accept,
    /// Yes, until the end of this day.
    AcceptUntil(Date),
    /// Yes; something has to be noted or done later.
    AcceptWithNotice,
    /// No.
    Refuse,
    /// Neither yes nor no: the fallback has to be used.
    Indeterminate(Fallback),
    /// The wallet did not answer.
    BlockedByWallet,
}

impl Outcome {
    /// The stable name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.named().name()
    }

    /// The outcome without its date or fallback.
    #[must_use]
    pub const fn named(&self) -> OutcomeName {
        match self {
            Self::Accept => OutcomeName::Accept,
            Self::AcceptUntil(_) => OutcomeName::AcceptUntil,
            Self::AcceptWithNotice => OutcomeName::AcceptWithNotice,
            Self::Refuse => OutcomeName::Refuse,
            Self::Indeterminate(_) => OutcomeName::Indeterminate,
            Self::BlockedByWallet => OutcomeName::BlockedByWallet,
        }
    }

    /// Whether this is one of the three positive answers. What is not positive is not a refusal.
    #[must_use]
    pub const fn is_positive(&self) -> bool {
        match self {
            Self::Accept | Self::AcceptUntil(_) | Self::AcceptWithNotice => true,
            Self::Refuse | Self::Indeterminate(_) | Self::BlockedByWallet => false,
        }
    }
}

impl fmt::Display for Outcome {
    /// The name, and the date if there is one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        if let Self::AcceptUntil(date) = self { write!(f, " {date}") } else { Ok(()) }
    }
}

/// What to do when there is no definite answer; it comes from the profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fallback(Option<Text>);

impl Fallback {
    fn of(profile: &Profile) -> Self {
        Self(profile.fallback_text().cloned())
    }

    /// The text. For a purpose that decides nothing, and therefore names no other way, it is what
    /// `no-answer` says to do next.
    #[must_use]
    pub fn text(&self, lang: Lang) -> &str {
        self.0.as_ref().map_or_else(|| ReasonCode::NO_ANSWER.next(lang), |text| text.get(lang))
    }
}

/// The exact rule behind a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    profile: String,
    version: u32,
    hash: [u8; 32],
    row: usize,
}

impl Rule {
    /// The id of the profile.
    #[must_use]
    pub fn profile(&self) -> &str {
        &self.profile
    }

    /// The version of the profile.
    #[must_use]
    pub const fn version(&self) -> u32 {
        self.version
    }

    /// SHA-256 of the profile's file.
    #[must_use]
    pub const fn hash(&self) -> [u8; 32] {
        self.hash
    }

    /// The row that answered, counted from 1 in the order of the file.
    #[must_use]
    pub const fn row(&self) -> usize {
        self.row
    }
}

/// An answer with everything that is needed to explain, contest and replay it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    outcome: Outcome,
    reason: ReasonCode,
    notices: Vec<ReasonCode>,
    redress: Option<Text>,
    rule: Option<Rule>,
    missing: Vec<String>,
    waits_for_facts: bool,
    evidence_age_s: Option<i64>,
    decided_at: UnixTime,
}

impl Decision {
    /// The answer.
    #[must_use]
    pub const fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// Why.
    #[must_use]
    pub const fn reason(&self) -> ReasonCode {
        self.reason
    }

    /// What else has to be known; with positive answers only, in the order of the table.
    #[must_use]
    pub fn notices(&self) -> &[ReasonCode] {
        &self.notices
    }

    /// The fallback, which an indeterminate answer always has and no other answer has.
    #[must_use]
    pub const fn fallback(&self) -> Option<&Fallback> {
        if let Outcome::Indeterminate(fallback) = &self.outcome { Some(fallback) } else { None }
    }

    /// How to contest the answer or have the data corrected. Without a profile, which a wallet's
    /// refusal may lack, this is what the reason says to do next.
    #[must_use]
    pub fn redress(&self, lang: Lang) -> &str {
        self.redress.as_ref().map_or_else(|| self.reason.next(lang), |redress| redress.get(lang))
    }

    /// The rule that answered. Silence and refusals of the wallet come from no row.
    #[must_use]
    pub const fn rule(&self) -> Option<&Rule> {
        self.rule.as_ref()
    }

    /// Claims and facts whose absence left the answer open, in alphabetical order.
    #[must_use]
    pub fn missing(&self) -> &[String] {
        &self.missing
    }

    /// Whether the relying party has not finished: the answer is open, nothing that the holder could show is
    /// missing, and a fact is, or was stated as not yet looked at (`not-checked`). With the fact the same
    /// presentation can be decided.
    #[must_use]
    pub const fn waits_for_facts(&self) -> bool {
        self.waits_for_facts
    }

    /// The age of the oldest status information, in seconds; none where no status was read.
    #[must_use]
    pub const fn evidence_age_s(&self) -> Option<i64> {
        self.evidence_age_s
    }

    /// The time of the decision.
    #[must_use]
    pub const fn decided_at(&self) -> UnixTime {
        self.decided_at
    }

    /// The wallet gave no answer: what a relying party concludes from silence, whatever its cause.
    #[must_use]
    pub fn no_answer(profile: &Profile, now: UnixTime) -> Self {
        Self {
            outcome: Outcome::Indeterminate(Fallback::of(profile)),
            redress: profile.redress_text().cloned(),
            ..Self::without_rule(ReasonCode::NO_ANSWER, now)
        }
    }

    /// The holder's wallet does not answer a request. The reason is for the holder only.
    #[must_use]
    pub fn blocked_by_wallet(refusal: WalletRefusal, profile: Option<&Profile>, now: UnixTime) -> Self {
        Self {
            redress: profile.and_then(|profile| profile.redress_text().cloned()),
            ..Self::without_rule(refusal.reason(), now)
        }
    }

    const fn without_rule(reason: ReasonCode, decided_at: UnixTime) -> Self {
        Self {
            outcome: Outcome::BlockedByWallet,
            reason,
            notices: Vec::new(),
            redress: None,
            rule: None,
            missing: Vec::new(),
            waits_for_facts: false,
            evidence_age_s: None,
            decided_at,
        }
    }
}

/// Decides by the table of a profile.
///
/// # Errors
/// Misuse: facts that the profile does not declare, or a profile without a table.
pub(crate) fn evaluate(
    profile: &Profile,
    evidence: &dyn Evidence,
    facts: &Facts,
    now: UnixTime,
) -> Result<Decision, FactError> {
    facts.check(profile)?;
    let table = profile.table().ok_or_else(|| FactError::wrong_kind(profile))?;
    let answer = evaluate::answer(profile, table, evidence, facts, now);
    let row = answer.row;
    let fallback = || Outcome::Indeterminate(Fallback::of(profile));
    let outcome = match (&row.then, answer.until) {
        (Then::Accept, _) if answer.notices.is_empty() => Outcome::Accept,
        (Then::Accept | Then::AcceptWithNotice, _) => Outcome::AcceptWithNotice,
        (Then::AcceptUntil(_), Some(date)) => Outcome::AcceptUntil(date),
        (Then::Refuse, _) => Outcome::Refuse,
        // A row without its date does not fire, and a notice does not answer.
        (Then::Indeterminate | Then::AcceptUntil(_) | Then::Notice, _) => fallback(),
    };
    let rule = Rule {
        profile: profile.id().to_owned(),
        version: profile.version(),
        hash: profile.hash(),
        row: row.number,
    };
    Ok(Decision {
        waits_for_facts: answer.waits_for_facts && matches!(outcome, Outcome::Indeterminate(_)),
        outcome,
        reason: row.reason,
        notices: answer.notices.iter().map(|row| row.reason).collect(),
        redress: profile.redress_text().cloned(),
        rule: Some(rule),
        missing: answer.missing,
        evidence_age_s: Some(evidence.age_s()),
        decided_at: now,
    })
}

#[cfg(test)]
mod tests;
