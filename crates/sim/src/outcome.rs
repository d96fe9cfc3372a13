//! What can come of a check, in the words of the scenario catalogue.
//!
//! ```text
//! yes        ACCEPT · ACCEPT_UNTIL · ACCEPT_WITH_NOTICE
//! no         REFUSE
//! neither    INDETERMINATE · NOT_VERIFIED · BLOCKED_BY_WALLET · WARN_USER · NO_WARNING · NO_SUCH_CHECK
//! privacy    LINKED · NOT_LINKED · LEAK · NO_LEAK
//! ```
//!
//! `NOT_VERIFIED` is a broken or foreign object: nothing was decided about a person. `NO_SUCH_CHECK` is
//! what the share-code model says of a purpose for which no code exists. `WARN_USER` and `NO_WARNING` are what a
//! wallet does that follows the EU baseline (ARF 3.0) instead of refusing.

use core::fmt;
use core::str::FromStr;
use geleit_credential::decision::OutcomeName;
use geleit_credential::schema::Date;
use serde::{Deserialize, Serialize};

/// The name of an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Word {
    /// Yes, without an end.
    Accept,
    /// Yes, until the end of a day.
    AcceptUntil,
    /// Yes; something has to be noted or done later.
    AcceptWithNotice,
    /// No.
    Refuse,
    /// Neither yes nor no: the fallback has to be used.
    Indeterminate,
    /// The object is broken, foreign or was used before: nothing was decided.
    NotVerified,
    /// The wallet did not answer.
    BlockedByWallet,
    /// The wallet warns and leaves it to the holder to release what was asked.
    WarnUser,
    /// The wallet releases what was asked without a warning.
    NoWarning,
    /// The design has no such check.
    NoSuchCheck,
    /// Two checks can be told to be of one person.
    Linked,
    /// They cannot, by what the design adds to the claims.
    NotLinked,
    /// Somebody learns of the check who is no party to it.
    Leak,
    /// Nobody does.
    NoLeak,
}

/// How an outcome is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sign {
    /// A "yes".
    Positive,
    /// A "no".
    Negative,
    /// Neither.
    Neither,
    /// A statement on privacy, which is no answer to a check.
    Privacy,
}

impl Word {
    /// Every outcome, in the order of reports.
    pub const ALL: [Self; 14] = [
        Self::Accept,
        Self::AcceptUntil,
        Self::AcceptWithNotice,
        Self::Refuse,
        Self::Indeterminate,
        Self::NotVerified,
        Self::BlockedByWallet,
        Self::WarnUser,
        Self::NoWarning,
        Self::NoSuchCheck,
        Self::Linked,
        Self::NotLinked,
        Self::Leak,
        Self::NoLeak,
    ];

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accept => "ACCEPT",
            Self::AcceptUntil => "ACCEPT_UNTIL",
            Self::AcceptWithNotice => "ACCEPT_WITH_NOTICE",
            Self::Refuse => "REFUSE",
            Self::Indeterminate => "INDETERMINATE",
            Self::NotVerified => "NOT_VERIFIED",
            Self::BlockedByWallet => "BLOCKED_BY_WALLET",
            Self::WarnUser => "WARN_USER",
            Self::NoWarning => "NO_WARNING",
            Self::NoSuchCheck => "NO_SUCH_CHECK",
            Self::Linked => "LINKED",
            Self::NotLinked => "NOT_LINKED",
            Self::Leak => "LEAK",
            Self::NoLeak => "NO_LEAK",
        }
    }

    /// How it is counted.
    #[must_use]
    pub const fn sign(self) -> Sign {
        match self {
            Self::Accept | Self::AcceptUntil | Self::AcceptWithNotice => Sign::Positive,
            Self::Refuse => Sign::Negative,
            Self::Indeterminate
            | Self::NotVerified
            | Self::BlockedByWallet
            | Self::WarnUser
            | Self::NoWarning
            | Self::NoSuchCheck => Sign::Neither,
            Self::Linked | Self::NotLinked | Self::Leak | Self::NoLeak => Sign::Privacy,
        }
    }
}

impl From<OutcomeName> for Word {
    fn from(name: OutcomeName) -> Self {
        match name {
            OutcomeName::Accept => Self::Accept,
            OutcomeName::AcceptUntil => Self::AcceptUntil,
            OutcomeName::AcceptWithNotice => Self::AcceptWithNotice,
            OutcomeName::Refuse => Self::Refuse,
            OutcomeName::Indeterminate => Self::Indeterminate,
            OutcomeName::BlockedByWallet => Self::BlockedByWallet,
        }
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// An outcome with its date, as scenarios write it: `ACCEPT_UNTIL 2028-03-31`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Outcome {
    /// Its name.
    pub word: Word,
    /// The day of `ACCEPT_UNTIL`.
    pub until: Option<Date>,
}

impl Outcome {
    /// An outcome without a date.
    #[must_use]
    pub const fn of(word: Word) -> Self {
        Self { word, until: None }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word.name())?;
        self.until.map_or(Ok(()), |day| write!(f, " {day}"))
    }
}

/// Not the text of an outcome.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no outcome: one of {names} is required, ACCEPT_UNTIL with a day such as 2028-03-31", names = Word::ALL.map(Word::name).join(", "))]
pub struct NoOutcome(String);

impl FromStr for Outcome {
    type Err = NoOutcome;

    fn from_str(text: &str) -> Result<Self, NoOutcome> {
        let wrong = || NoOutcome(text.to_owned());
        let (name, day) = text.split_once(' ').map_or((text, None), |(name, day)| (name, Some(day)));
        let word = Word::ALL.into_iter().find(|word| word.name() == name).ok_or_else(wrong)?;
        let until = day.map(|day| Date::parse(day).ok_or_else(wrong)).transpose()?;
        if until.is_some() != (word == Word::AcceptUntil) {
            return Err(wrong());
        }
        Ok(Self { word, until })
    }
}

impl TryFrom<String> for Outcome {
    type Error = NoOutcome;

    fn try_from(text: String) -> Result<Self, NoOutcome> {
        text.parse()
    }
}

impl From<Outcome> for String {
    fn from(outcome: Outcome) -> Self {
        outcome.to_string()
    }
}

/// What is the case, whatever anybody's record says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Truth {
    /// The person in front of the desk has the right that the check asks for.
    Right,
    /// They do not.
    NoRight,
    /// It is not settled, or the check is about no right: attacks, privacy, over-asking.
    Open,
}

impl Truth {
    /// Every case, in the order of reports.
    pub const ALL: [Self; 3] = [Self::Right, Self::NoRight, Self::Open];

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::NoRight => "no-right",
            Self::Open => "open",
        }
    }
}

/// An outcome beside the truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// A "yes" to a right, or a "no" to none.
    Correct,
    /// A "no" to somebody who has the right.
    FalseNegative,
    /// A "yes" to somebody who has not.
    FalsePositive,
    /// Neither yes nor no.
    Indeterminate,
    /// Nothing to compare with.
    NotCounted,
}

impl Verdict {
    /// Every verdict, in the order of reports.
    pub const ALL: [Self; 5] =
        [Self::Correct, Self::FalseNegative, Self::FalsePositive, Self::Indeterminate, Self::NotCounted];

    /// The verdict on an outcome. A person whose right is open can be judged neither way.
    #[must_use]
    pub const fn of(word: Word, truth: Truth) -> Self {
        match (word, word.sign(), truth) {
            (Word::NoSuchCheck, _, _) | (_, Sign::Privacy, _) | (_, _, Truth::Open) => Self::NotCounted,
            (_, Sign::Positive, Truth::Right) | (_, Sign::Negative, Truth::NoRight) => Self::Correct,
            (_, Sign::Positive, Truth::NoRight) => Self::FalsePositive,
            (_, Sign::Negative, Truth::Right) => Self::FalseNegative,
            (_, Sign::Neither, _) => Self::Indeterminate,
        }
    }

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Correct => "correct",
            Self::FalseNegative => "false-negative",
            Self::FalsePositive => "false-positive",
            Self::Indeterminate => "indeterminate",
            Self::NotCounted => "not-counted",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Outcome, Truth, Verdict, Word};

    #[test]
    fn outcomes_are_read_as_written() {
        for word in Word::ALL {
            let text = if word == Word::AcceptUntil { "ACCEPT_UNTIL 2028-03-31" } else { word.name() };
            assert_eq!(text.parse::<Outcome>().unwrap().to_string(), text);
        }
        for text in ["", "accept", "ACCEPT 2028-03-31", "ACCEPT_UNTIL", "ACCEPT_UNTIL soon"] {
            assert!(text.parse::<Outcome>().is_err(), "{text}");
        }
    }

    #[test]
    fn unknown_is_neither_right_nor_wrong() {
        for word in [Word::Indeterminate, Word::NotVerified, Word::BlockedByWallet] {
            assert_eq!(Verdict::of(word, Truth::Right), Verdict::Indeterminate);
        }
        assert_eq!(Verdict::of(Word::Refuse, Truth::Right), Verdict::FalseNegative);
        assert_eq!(Verdict::of(Word::AcceptUntil, Truth::NoRight), Verdict::FalsePositive);
        assert_eq!(Verdict::of(Word::Refuse, Truth::Open), Verdict::NotCounted);
    }
}
