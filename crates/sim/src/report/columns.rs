//! The columns of tidy rows: one list from which CSV, Parquet and the data dictionary are made.
//!
//! One line per check and design. Columns with a unit carry it in their name. Lists are joined by a space.

use crate::outcome::{Outcome, Truth, Verdict, Word};
use crate::row::{Design, Fallback, Row};

/// A column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name, as in the heading.
    pub name: &'static str,
    /// What its cells are.
    pub kind: Kind,
    /// The unit of its numbers; empty where there is none.
    pub unit: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// Which values it can have; empty where they are open.
    pub values: fn() -> String,
    /// The cell of a row.
    pub cell: for<'r> fn(&'r Row) -> Cell<'r>,
}

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text in UTF-8.
    Text,
    /// One of a closed set of words.
    Word,
    /// A whole number from 0.
    Number,
    /// A time, RFC 3339 in UTC.
    Time,
    /// A calendar day, `YYYY-MM-DD`; empty where there is none.
    Day,
    /// Words, joined by a space; empty where there are none.
    List,
}

impl Kind {
    /// The name in the data dictionary.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Word => "word",
            Self::Number => "integer",
            Self::Time => "date-time",
            Self::Day => "date",
            Self::List => "list",
        }
    }
}

/// The content of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell<'r> {
    /// Of [`Kind::Text`].
    Text(&'r str),
    /// Of [`Kind::Word`].
    Word(&'static str),
    /// Of [`Kind::Number`].
    Number(u32),
    /// Of [`Kind::Time`], in seconds since 1970.
    Time(i64),
    /// Of [`Kind::Day`], in days since 1970.
    Day(Option<i64>),
    /// Of [`Kind::List`].
    List(&'r [String]),
}

const fn open() -> String {
    String::new()
}

fn words() -> String {
    Word::ALL.map(Word::name).join(" ")
}

fn truths() -> String {
    Truth::ALL.map(Truth::name).join(" ")
}

const fn text(name: &'static str, meaning: &'static str, cell: fn(&Row) -> Cell<'_>) -> Column {
    Column { name, kind: Kind::Text, unit: "", meaning, values: open, cell }
}

const fn word(
    name: &'static str,
    meaning: &'static str,
    values: fn() -> String,
    cell: fn(&Row) -> Cell<'_>,
) -> Column {
    Column { name, kind: Kind::Word, unit: "", meaning, values, cell }
}

const fn number(
    name: &'static str,
    unit: &'static str,
    meaning: &'static str,
    cell: fn(&Row) -> Cell<'_>,
) -> Column {
    Column { name, kind: Kind::Number, unit, meaning, values: open, cell }
}

const fn list(name: &'static str, meaning: &'static str, cell: fn(&Row) -> Cell<'_>) -> Column {
    Column { name, kind: Kind::List, unit: "", meaning, values: open, cell }
}

/// Every column, in order.
pub const COLUMNS: [Column; 26] = [
    text(
        "check",
        "Id of the check: scenario or person, a slash, and the number of the check; a further part for a row beside it, such as sent-again.",
        |row| Cell::Text(&row.check),
    ),
    word(
        "design",
        "How it was checked: geleit (or the system under test in its place), or the model of share codes.",
        || Design::ALL.map(Design::name).join(" "),
        |row| Cell::Word(row.design.name()),
    ),
    text("family", "Family of the scenario; population for people of a population.", |row| {
        Cell::Text(&row.family)
    }),
    text("purpose", "Id of the intended use that the check was for.", |row| Cell::Text(&row.purpose)),
    Column {
        name: "at_utc",
        kind: Kind::Time,
        unit: "",
        meaning: "Time of the check on the virtual clock.",
        values: open,
        cell: |row| Cell::Time(row.at.0.0),
    },
    text("permit", "Class of permission of the person; empty in scenarios.", |row| {
        Cell::Text(&row.subgroup.permit)
    }),
    text("nationality", "Group of nationality of the mix; empty in scenarios.", |row| {
        Cell::Text(&row.subgroup.nationality)
    }),
    Column {
        name: "age_band_years",
        kind: Kind::Text,
        unit: "years",
        meaning: "Band of age; empty in scenarios.",
        values: open,
        cell: |row| Cell::Text(&row.subgroup.age_band),
    },
    text("hard_case", "What makes the person a hard case, or none; empty in scenarios.", |row| {
        Cell::Text(&row.subgroup.hard_case)
    }),
    text("fault", "The fault that was injected, or none.", |row| Cell::Text(&row.fault)),
    word("truth", "Whether the person has the right that the check asks for, in fact.", truths, |row| {
        Cell::Word(row.truth.name())
    }),
    word("record", "Whether the authority's record says that they have.", truths, |row| {
        Cell::Word(row.record.name())
    }),
    word("outcome", "The name of the outcome.", words, |row| Cell::Word(row.answer.outcome.word.name())),
    Column {
        name: "until_date",
        kind: Kind::Day,
        unit: "",
        meaning: "The last day of ACCEPT_UNTIL; empty for other outcomes.",
        values: open,
        cell: |row| {
            let Outcome { until, .. } = row.answer.outcome;
            Cell::Day(until.map(|day| day.days()))
        },
    },
    text("reason", "Reason code of the system.", |row| Cell::Text(&row.answer.reason)),
    text("rule", "The rule that failed; empty where none did or none was named.", |row| {
        Cell::Text(row.answer.rule.as_deref().unwrap_or_default())
    }),
    list("notices", "Notices beside a positive outcome.", |row| Cell::List(&row.answer.notices)),
    list("disclosed", "Ids of the claims that the asking party learned.", |row| {
        Cell::List(&row.answer.disclosed)
    }),
    number("disclosed_claims", "claims", "How many claims the asking party learned.", |row| {
        Cell::Number(u32::try_from(row.answer.disclosed.len()).unwrap_or(u32::MAX))
    }),
    number(
        "asked_claims",
        "claims",
        "How many claims were asked for; 0 for share codes, which have no list of what is asked.",
        |row| Cell::Number(row.asked),
    ),
    word(
        "verdict",
        "The outcome beside the truth.",
        || Verdict::ALL.map(Verdict::name).join(" "),
        |row| Cell::Word(row.verdict.name()),
    ),
    number("request_bytes", "bytes", "Size of the request.", |row| Cell::Number(row.request_bytes)),
    number("presentation_bytes", "bytes", "Size of the presentation, or of the pages looked up.", |row| {
        Cell::Number(row.presentation_bytes)
    }),
    number("latency_ms", "milliseconds", "Time spent in the virtual network.", |row| {
        Cell::Number(row.latency_ms)
    }),
    word(
        "fallback",
        "What came of the way out after neither yes nor no.",
        || Fallback::ALL.map(Fallback::name).join(" "),
        |row| Cell::Word(row.fallback.name()),
    ),
    list("violated", "Ids of the invariants that the check broke.", |row| Cell::List(&row.violated)),
];

/// Where rows go as they come, so that a run of millions of checks needs no memory for them.
pub trait Sink {
    /// Writes a row.
    ///
    /// # Errors
    /// When it cannot be written.
    fn row(&mut self, row: &Row) -> std::io::Result<()>;

    /// Writes what was held back. Nothing may be written after it.
    ///
    /// # Errors
    /// When it cannot be written.
    fn finish(&mut self) -> std::io::Result<()>;
}
