//! What a lint finds in a profile that is well-formed: P-20 to P-23 and P-25 to P-28.

use crate::purpose::error::Place;
use core::fmt;

/// Something that a readable profile should not say, by the id of its rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    profile: String,
    flaw: Flaw,
}

impl Finding {
    pub(super) fn new(profile: &str, flaw: Flaw) -> Self {
        Self { profile: profile.to_owned(), flaw }
    }

    /// The rule id in `spec/purposes/README.md`.
    #[must_use]
    pub const fn rule(&self) -> &'static str {
        self.flaw.code()
    }

    /// The id of the profile.
    #[must_use]
    pub fn profile(&self) -> &str {
        &self.profile
    }

    /// What is wrong.
    #[must_use]
    pub const fn flaw(&self) -> &Flaw {
        &self.flaw
    }

    /// Where it stands in the file.
    #[must_use]
    pub fn place(&self) -> Place<'_> {
        self.flaw.place()
    }

    /// What is wrong, in words, without rule and profile.
    #[must_use]
    pub fn message(&self) -> String {
        self.flaw.to_string()
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        self.flaw.hint()
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.rule(), self.profile, self.flaw)
    }
}

/// What is wrong with a profile that can be read. Rows are counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Flaw {
    /// P-20: a coarser claim gives the same decisions.
    TooFine {
        /// The claim that is asked.
        claim: String,
        /// The claim or threshold that is enough.
        coarser: &'static str,
    },
    /// P-21: the purpose fits everything.
    CatchAll {
        /// The field or the name of the fact.
        field: String,
        /// The words.
        words: &'static str,
    },
    /// P-22: what is received is kept without an end.
    NoPeriod {
        /// The days that the profile states.
        days: u32,
    },
    /// P-23: two purposes of one controller ask for the same identifier.
    SharedHandle {
        /// The claim.
        claim: String,
        /// The other purpose.
        other: String,
    },
    /// P-25: whenever this row holds, an earlier one has answered.
    Unreachable {
        /// The row.
        row: usize,
        /// The earlier row.
        by: usize,
    },
    /// P-25: the conditions of a row exclude each other.
    Contradiction {
        /// The row.
        row: usize,
        /// The claim, threshold or fact on which they do.
        name: String,
    },
    /// P-26: two rows have the same conditions.
    SameConditions {
        /// The row.
        row: usize,
        /// The earlier row.
        earlier: usize,
    },
    /// P-27: no row says what follows when a required claim or fact is missing.
    NoRowForMissing {
        /// The claim or fact.
        name: String,
    },
    /// P-27: no row says what follows while the status is under review.
    NoRowForReview,
    /// P-28: nobody oversees a high-risk system.
    NoOversight,
    /// P-28: a high-risk system without the reference of its impact assessment.
    NoAssessment,
}

impl Flaw {
    /// The rule id in `spec/purposes/README.md`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooFine { .. } => "P-20",
            Self::CatchAll { .. } => "P-21",
            Self::NoPeriod { .. } => "P-22",
            Self::SharedHandle { .. } => "P-23",
            Self::Unreachable { .. } | Self::Contradiction { .. } => "P-25",
            Self::SameConditions { .. } => "P-26",
            Self::NoRowForMissing { .. } | Self::NoRowForReview => "P-27",
            Self::NoOversight | Self::NoAssessment => "P-28",
        }
    }

    fn place(&self) -> Place<'_> {
        match self {
            Self::TooFine { claim, .. } | Self::SharedHandle { claim, .. } => Place::Field(claim),
            Self::CatchAll { field, .. } => Place::Field(field),
            Self::NoPeriod { .. } => Place::Field("retention_days"),
            Self::Unreachable { row, .. }
            | Self::Contradiction { row, .. }
            | Self::SameConditions { row, .. } => Place::Row(*row),
            Self::NoRowForMissing { name } => Place::Field(name),
            Self::NoRowForReview => Place::Row(1),
            Self::NoOversight | Self::NoAssessment => Place::Field("ai_use"),
        }
    }

    fn hint(&self) -> String {
        match self {
            Self::TooFine { claim, coarser } => {
                format!("list {coarser} in the place of {claim} and read that in the rows")
            }
            Self::CatchAll { .. } => {
                "write one profile for each thing that is done, with its own law, list and period".to_owned()
            }
            Self::NoPeriod { .. } => {
                "state the days of the law, or retention_from = \"event\" with the event in the note"
                    .to_owned()
            }
            Self::SharedHandle { claim, other } => format!(
                "leave {claim} out of one of them, or state links_with = [\"{other}\"] with the law that joins them"
            ),
            Self::Unreachable { by, .. } => format!("move the row before row {by}, or delete it"),
            Self::Contradiction { .. } => {
                "make two rows of it if either condition is enough, else delete the row".to_owned()
            }
            Self::SameConditions { earlier, .. } => {
                format!("keep one of the two rows, or tell them apart; row {earlier} comes first")
            }
            Self::NoRowForMissing { name } => {
                format!(
                    "add an INDETERMINATE row when {name} is missing; \
                     missing = \"required-claims\" or \"required-facts\" covers all"
                )
            }
            Self::NoRowForReview => {
                "add a row when = [{ status = \"under-review\" }] that is INDETERMINATE, or keeps the last \
                 confirmed rights"
                    .to_owned()
            }
            Self::NoOversight => "add [oversight] with the person who can set the system aside".to_owned(),
            Self::NoAssessment => {
                "add [facts.fria_reference] with type = \"text\" and required = true".to_owned()
            }
        }
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFine { claim, coarser } => {
                write!(f, "claim \"{claim}\": \"{coarser}\" is coarser and gives the same decisions")
            }
            Self::CatchAll { field, words } => {
                write!(f, "{field}: a purpose for one thing is required, \"{words}\" fits everything")
            }
            Self::NoPeriod { days: 0 } => f.write_str(
                "retention_days: days from the decision, or an event, are required; 0 days are stated",
            ),
            Self::NoPeriod { days } => {
                write!(f, "retention_days: a period of at most 100 years is required, {days} days are stated")
            }
            Self::SharedHandle { claim, other } => write!(
                f,
                "claim \"{claim}\": \"{other}\" of the same controller asks for it, too, so that both can be joined"
            ),
            Self::Unreachable { row, by } => {
                write!(f, "row {row}: never answers, because whenever it holds row {by} holds before it")
            }
            Self::Contradiction { row, name } => {
                write!(f, "row {row}: never holds, because its conditions on \"{name}\" exclude each other")
            }
            Self::SameConditions { row, earlier } => {
                write!(f, "row {row}: has the same conditions as row {earlier}")
            }
            Self::NoRowForMissing { name } => {
                write!(f, "\"{name}\": a row is required for when it is missing")
            }
            Self::NoRowForReview => {
                f.write_str("decision: a row is required for when the status is \"under-review\"")
            }
            Self::NoOversight => f.write_str("ai_use: high-risk requires oversight by a person"),
            Self::NoAssessment => f.write_str(
                "ai_use: high-risk requires the fact fria_reference, a text that has to be stated",
            ),
        }
    }
}
