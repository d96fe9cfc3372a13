//! The decision table: ordered rows of conditions, from a closed set of operators.
//!
//! ```text
//! when    = [condition, ...]           all of them have to be definitely true
//! outcome = "ACCEPT" | "ACCEPT_UNTIL" | "ACCEPT_WITH_NOTICE" | "REFUSE" | "INDETERMINATE"
//! until   = { claim | fact | threshold = "...", plus_months = N }    with ACCEPT_UNTIL only
//! notice  = true                                        instead of outcome
//! reason  = "code"
//! ```
//!
//! In these types a condition has exactly one subject and one operator; `read` makes them from the
//! TOML. Whether what a row reads is registered and fits is checked by `lint`.

mod read;

use crate::reason::ReasonCode;
use crate::standing::Standing;

/// A table: rows, and the last one, which catches everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Table {
    /// The rows before the last one.
    pub(crate) rows: Vec<Row>,
    /// The last row: no condition, `INDETERMINATE`.
    pub(crate) catch_all: Row,
}

impl Table {
    /// Every row in the order of the file.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().chain([&self.catch_all])
    }
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// Counted from 1 in the order of the file.
    pub(crate) number: usize,
    pub(crate) when: Vec<Condition>,
    pub(crate) then: Then,
    pub(crate) reason: ReasonCode,
}

/// What a row does when it fires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    /// Adds its reason to a positive answer of a later row.
    Notice,
    Accept,
    AcceptUntil(Until),
    AcceptWithNotice,
    Refuse,
    Indeterminate,
}

/// Where the date of `ACCEPT_UNTIL` comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Until {
    pub(crate) day: UntilDay,
    /// Whole months later than that day.
    pub(crate) plus_months: i32,
}

/// The day before months are added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum UntilDay {
    Claim(String),
    Fact(String),
    /// The end of the month that was proven.
    Threshold(String),
}

/// A condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    /// The age of the status information is above this number of seconds.
    EvidenceOlderThan(Age),
    /// The status list says this of a shown credential.
    Status(Standing),
    MissingClaim(String),
    MissingFact(String),
    MissingRequiredClaims,
    MissingRequiredFacts,
    /// The holder proved at least this level.
    Proven {
        threshold: String,
        at_least: Level,
    },
    /// An operator applied to a claim or fact.
    Test(Subject, Test),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Age {
    /// The profile's `max_status_age_s`.
    Permitted,
    Seconds(i64),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    Claim {
        id: String,
        /// A member of an object in the clear.
        member: Option<String>,
    },
    Fact(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Test {
    Is(bool),
    Null(bool),
    Equals(Operand),
    DiffersFrom(Operand),
    In(Vec<Literal>),
    Contains(Operand),
    OnOrAfter(Moment),
    Before(Moment),
    AtLeast(Operand),
    Below(Operand),
}

/// The right side of a comparison of texts or numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Operand {
    Literal(Literal),
    Claim(String),
    Fact(String),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Literal {
    Text(String),
    Number(i64),
}

/// The right side of a comparison of days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) of: Anchor,
    /// Whole months later, earlier when negative.
    pub(crate) months: i32,
}

/// A day before months are added or taken away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    /// The day of the decision in the zone of the profile.
    Now,
    Claim(String),
    Fact(String),
}

/// The right side of a threshold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    /// A registered step by its label, such as `2027-05`.
    Label(String),
    /// The month in which a fact lies.
    MonthOfFact(String),
    /// The month of the check.
    ThisMonth,
}

impl Until {
    /// The claim, fact or threshold that it names.
    pub(crate) fn reads(&self) -> &str {
        match &self.day {
            UntilDay::Claim(name) | UntilDay::Fact(name) | UntilDay::Threshold(name) => name,
        }
    }
}

impl Condition {
    /// Whether not showing something can make it true.
    pub(super) const fn rests_on_absence(&self) -> bool {
        match self {
            Self::MissingClaim(_)
            | Self::MissingFact(_)
            | Self::MissingRequiredClaims
            | Self::MissingRequiredFacts => true,
            Self::EvidenceOlderThan(_) | Self::Status(_) | Self::Proven { .. } | Self::Test(..) => false,
        }
    }

    /// The claims, thresholds and facts that it names.
    pub(crate) fn reads(&self) -> impl Iterator<Item = &str> {
        let names: [Option<&str>; 2] = match self {
            Self::EvidenceOlderThan(_)
            | Self::Status(_)
            | Self::MissingRequiredClaims
            | Self::MissingRequiredFacts => [None, None],
            Self::MissingClaim(name) | Self::MissingFact(name) => [Some(name), None],
            Self::Proven { threshold, at_least: Level::Label(_) | Level::ThisMonth } => {
                [Some(threshold), None]
            }
            Self::Proven { threshold, at_least: Level::MonthOfFact(fact) } => [Some(threshold), Some(fact)],
            Self::Test(Subject::Claim { id: name, .. } | Subject::Fact(name), test) => {
                [Some(name), test.reads()]
            }
        };
        names.into_iter().flatten()
    }
}

impl Test {
    /// The claim or fact on the right side.
    pub(super) fn reads(&self) -> Option<&str> {
        match self {
            Self::Equals(operand)
            | Self::DiffersFrom(operand)
            | Self::Contains(operand)
            | Self::AtLeast(operand)
            | Self::Below(operand) => match operand {
                Operand::Claim(name) | Operand::Fact(name) => Some(name),
                Operand::Literal(_) => None,
            },
            Self::OnOrAfter(moment) | Self::Before(moment) => match &moment.of {
                Anchor::Claim(name) | Anchor::Fact(name) => Some(name),
                Anchor::Now => None,
            },
            Self::Is(_) | Self::Null(_) | Self::In(_) => None,
        }
    }
}
