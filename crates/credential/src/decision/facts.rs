//! Facts that the relying party states, checked against the closed list of the profile.
//!
//! A fact is about the relying party's own side (first day of work, number read from the passport
//! in the hand). It is not evidence, and a receipt has a salted hash of it only.

use crate::purpose::{FactType, Profile, ProfileKind};
use crate::schema::Date;
use crate::time::UnixTime;
use core::fmt;
use geleit_cose::cbor::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Facts by name. An absent fact is unknown, never "no". `Debug` prints names only.
///
/// ```text
/// Facts::new().date("start_date", date).text("face_matches", "yes").number("hours_per_week", 38)
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Facts {
    values: BTreeMap<String, FactValue>,
    twice: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FactValue {
    Date(Date),
    Number(i64),
    Text(String),
}

impl fmt::Debug for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Facts").field(&self.values.keys()).finish()
    }
}

impl Facts {
    /// No facts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a calendar day.
    #[must_use]
    pub fn date(self, name: &str, value: Date) -> Self {
        self.with(name, FactValue::Date(value))
    }

    /// Adds a whole number.
    #[must_use]
    pub fn number(self, name: &str, value: i64) -> Self {
        self.with(name, FactValue::Number(value))
    }

    /// Adds a text, or one of the values of a choice.
    #[must_use]
    pub fn text(self, name: &str, value: impl Into<String>) -> Self {
        self.with(name, FactValue::Text(value.into()))
    }

    /// Reads facts from names and texts, such as those of a command line or a form, by the types
    /// that the profile gives them.
    ///
    /// # Errors
    /// As [`Self::check`].
    pub fn parse<'t>(
        profile: &Profile,
        texts: impl IntoIterator<Item = (&'t str, &'t str)>,
    ) -> Result<Self, FactError> {
        let mut facts = Self::new();
        for (name, text) in texts {
            let fact = profile.fact(name).ok_or_else(|| FactError::unknown(profile, name))?;
            let wrong = || FactError::WrongType { fact: name.to_owned(), required: fact.fact_type() };
            facts = match fact.fact_type() {
                FactType::Date => facts.date(name, Date::parse(text).ok_or_else(wrong)?),
                FactType::Number => facts.number(name, text.parse().map_err(|_| wrong())?),
                FactType::Choice | FactType::Text => facts.text(name, text),
            };
        }
        facts.check(profile)?;
        Ok(facts)
    }

    /// Whether the profile declares every fact, with this type. Required facts may be absent: then
    /// the answer is indeterminate.
    ///
    /// # Errors
    /// Misuse: a fact that the profile does not declare, that has another type, that is not one of
    /// the values of its choice, or that was given twice.
    pub fn check(&self, profile: &Profile) -> Result<(), FactError> {
        if let Some(fact) = &self.twice {
            return Err(FactError::Twice { fact: fact.clone() });
        }
        for (name, value) in &self.values {
            let fact = profile.fact(name).ok_or_else(|| FactError::unknown(profile, name))?;
            let fits = match (fact.fact_type(), value) {
                (FactType::Choice, FactValue::Text(text)) => fact.values().contains(text),
                (FactType::Text, FactValue::Text(text)) => !text.is_empty(),
                (FactType::Date, FactValue::Date(_)) | (FactType::Number, FactValue::Number(_)) => true,
                (FactType::Choice | FactType::Date | FactType::Number | FactType::Text, _) => false,
            };
            if !fits {
                return Err(FactError::WrongType { fact: name.clone(), required: fact.fact_type() });
            }
        }
        Ok(())
    }

    /// `SHA-256("geleit facts 1\0" || salt || facts)`, the facts as a map from name to value in deterministic
    /// encoding. Facts are few and can be guessed; the salt, which is kept with them, prevents that.
    #[must_use]
    pub fn digest(&self, salt: &[u8; 16]) -> [u8; 32] {
        let entry = |(name, value): (&String, &FactValue)| {
            let value = match value {
                FactValue::Date(date) => Value::text(date.to_string()),
                FactValue::Number(number) => Value::int(*number),
                FactValue::Text(text) => Value::text(text.as_str()),
            };
            (Value::text(name.as_str()), value)
        };
        let facts = Value::Map(self.values.iter().map(entry).collect()).encode();
        Sha256::new()
            .chain_update(b"geleit facts 1\0")
            .chain_update(salt)
            .chain_update(facts)
            .finalize()
            .into()
    }

    pub(super) fn get(&self, name: &str) -> Option<&FactValue> {
        self.values.get(name)
    }

    pub(super) fn day(&self, name: &str) -> Option<Date> {
        if let Some(FactValue::Date(date)) = self.get(name) { Some(*date) } else { None }
    }

    #[cfg(test)]
    pub(super) fn without(&self, name: &str) -> Self {
        let mut facts = self.clone();
        facts.values.remove(name);
        facts
    }

    fn with(mut self, name: &str, value: FactValue) -> Self {
        if self.values.insert(name.to_owned(), value).is_some() {
            self.twice = Some(name.to_owned());
        }
        self
    }
}

/// Facts that do not fit a profile: a mistake of the program or form that supplies them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FactError {
    /// The same fact twice.
    Twice {
        /// Its name.
        fact: String,
    },
    /// A fact that the profile does not declare.
    Unknown {
        /// Its name.
        fact: String,
        /// The profile.
        profile: String,
    },
    /// The answer was given for another purpose than that of the profile.
    OtherPurpose {
        /// The profile.
        profile: String,
    },
    /// Decided at a time before the verification.
    BeforeVerification {
        /// When it was verified.
        verified_at: UnixTime,
        /// The time that was given.
        now: UnixTime,
    },
    /// The profile is of a kind that is not decided this way: a presentation is decided for a purpose that
    /// asks, credentials on the holder's device for a zero-claim purpose, and nothing for the others.
    WrongKind {
        /// The profile.
        profile: String,
        /// Its kind.
        kind: ProfileKind,
    },
    /// A value of another type, or one that is not among the values of a choice.
    WrongType {
        /// Its name.
        fact: String,
        /// The type that is required.
        required: FactType,
    },
}

impl FactError {
    pub(super) fn wrong_kind(profile: &Profile) -> Self {
        Self::WrongKind { profile: profile.id().to_owned(), kind: profile.kind() }
    }

    fn unknown(profile: &Profile, fact: &str) -> Self {
        Self::Unknown { fact: fact.to_owned(), profile: profile.id().to_owned() }
    }
}

impl fmt::Display for FactError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Twice { fact } => write!(f, "fact \"{fact}\" is given twice"),
            Self::Unknown { fact, profile } => write!(f, "fact \"{fact}\" is not one of \"{profile}\""),
            Self::OtherPurpose { profile } => {
                write!(f, "profile \"{profile}\": the presentation was given for another purpose")
            }
            Self::BeforeVerification { verified_at, now } => {
                write!(f, "decided at {now}, but verified at {verified_at}")
            }
            Self::WrongKind { profile, kind } => {
                write!(f, "profile \"{profile}\": kind {} is not decided this way", kind.name())
            }
            Self::WrongType { fact, required } => {
                let required = match required {
                    FactType::Choice => "one of its listed values",
                    FactType::Date => "a day YYYY-MM-DD",
                    FactType::Number => "a whole number",
                    FactType::Text => "a text",
                };
                write!(f, "fact \"{fact}\": {required} is required")
            }
        }
    }
}

impl core::error::Error for FactError {}
