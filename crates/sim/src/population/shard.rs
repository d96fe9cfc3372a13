//! Parts of a run, and putting them together: the same report as of a run in one piece, byte for byte.
//!
//! ```text
//! {"schema": "geleit.sim.shard/1", "chunk": 1000, "people": 250000, "rows": {"file": .., "sha256": ..}, "report": {..}}
//! ```
//!
//! A shard is a file that somebody else may have changed. What contradicts itself is refused: counts that do not add
//! up, and a part with fewer or more people than its number says. It is not signed: who can write a whole part
//! anew can write what they like.

use super::run::Part;
use crate::invariant::Invariant;
use crate::report::{InvariantReport, PopulationRun, Report, SCHEMA};
use crate::row::Design;
use crate::tally::{Dimension, MOST};
use serde::{Deserialize, Serialize};

/// The schema of a shard.
pub const SHARD_SCHEMA: &str = "geleit.sim.shard/1";

/// What a part of a run found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shard {
    /// [`SHARD_SCHEMA`].
    pub schema: String,
    /// People of a chunk.
    pub chunk: u64,
    /// People who were checked in this part.
    pub people: u64,
    /// The file of its rows, if they were kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<RowsFile>,
    /// The report of this part.
    pub report: Report,
}

/// A file of rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowsFile {
    /// Its name, beside the shard: no path.
    pub file: String,
    /// SHA-256 of its content, in hexadecimal.
    pub sha256: String,
}

/// Why shards do not go together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// None was given.
    #[error("shards: at least one is required")]
    None,
    /// Not the text of a shard.
    #[error("shard {name}: {why}")]
    Format {
        /// Name of the file.
        name: String,
        /// What is wrong.
        why: String,
    },
    /// It is no part of a run of a population.
    #[error("shard: it is of no population")]
    NoPopulation,
    /// Two parts differ in what has to be the same.
    #[error("shards: {what} differs: {one} and {other}")]
    Differs {
        /// What.
        what: &'static str,
        /// In the first shard.
        one: String,
        /// In another.
        other: String,
    },
    /// A part is there twice.
    #[error("shards: part {number} of {of} is there twice")]
    Twice {
        /// Which.
        number: u32,
        /// Of how many.
        of: u32,
    },
    /// A part contradicts itself.
    #[error("shards: part {number} of {of}: {why}")]
    Unsound {
        /// Which.
        number: u32,
        /// Of how many.
        of: u32,
        /// What does not go together.
        why: String,
    },
    /// Counts of all parts do not fit into a number.
    #[error("shards: the sum of the counts of {0} is beyond all bounds")]
    TooMany(String),
    /// A part is not there.
    #[error("shards: part {number} of {of} is missing")]
    Missing {
        /// Which.
        number: u32,
        /// Of how many.
        of: u32,
    },
}

/// The most rows of a person in one design: 255 visits, and each of them may be asked for too much, honest, and sent
/// again.
const MOST_CHECKS: u64 = 3 * 255;

impl RowsFile {
    /// Whether it names a file beside the shard, on any system, and a hash.
    fn is_named(&self) -> bool {
        let hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        !matches!(self.file.as_str(), "" | "." | "..")
            && !self.file.contains(['/', '\\', ':', '\0'])
            && self.sha256.len() == 64
            && self.sha256.bytes().all(hex)
    }
}

impl Shard {
    /// Reads the file of a shard. `name` is for messages.
    ///
    /// # Errors
    /// [`MergeError::Format`].
    pub fn from_json(name: &str, text: &str) -> Result<Self, MergeError> {
        let wrong = |why: String| MergeError::Format { name: name.to_owned(), why };
        let shard: Self = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
        if shard.schema != SHARD_SCHEMA {
            return Err(wrong(format!("schema {SHARD_SCHEMA} is required; it says \"{}\"", shard.schema)));
        }
        match &shard.rows {
            Some(rows) if !rows.is_named() => Err(wrong(format!(
                "rows: a file beside the shard and its SHA-256 are required; it says \"{}\"",
                rows.file
            ))),
            _ => Ok(shard),
        }
    }

    /// What cannot be of a part that was run, if anything.
    fn unsound(&self) -> Result<Option<String>, MergeError> {
        let (population, (number, of)) = (self.population()?, self.part()?);
        let ids = Invariant::ALL.map(Invariant::id).join(" ");
        if ids_of(self) != ids {
            return Ok(Some(format!("the invariants {ids} are required")));
        }
        if self.report.schema != SCHEMA || !self.report.scenarios.is_empty() {
            return Ok(Some(format!("a report of schema {SCHEMA} without scenarios is required")));
        }
        let parts = population.people.div_ceil(self.chunk.max(1));
        if self.chunk == 0 || number == 0 || number > of || u64::from(of) > parts {
            return Ok(Some("there can be no such part".to_owned()));
        }
        let people = Part { number, of }.people(population.people, self.chunk);
        if self.people != people {
            return Ok(Some(format!("it has {} people, where {people} are required", self.people)));
        }
        for design in Design::ALL {
            let all = self.report.tally.counts(design, Dimension::All, "all");
            let checks = all.map_or(0, |all| all.checks);
            if checks < people || u128::from(checks) > u128::from(people) * u128::from(MOST_CHECKS) {
                let design = design.name();
                return Ok(Some(format!("{checks} checks by {design} cannot be of {people} people")));
            }
        }
        let tally = &self.report.tally;
        let possible =
            |one: &InvariantReport| (tally.violations(&one.id)..=one.checked).contains(&one.broken);
        let impossible = self.report.invariants.iter().find(|one| !possible(one));
        if let Some(one) = impossible {
            let (id, broken, checked) = (&one.id, one.broken, one.checked);
            return Ok(Some(format!("{id} cannot be broken by {broken} of {checked} checks")));
        }
        Ok(tally.unsound())
    }

    fn population(&self) -> Result<&PopulationRun, MergeError> {
        self.report.run.population.as_ref().ok_or(MergeError::NoPopulation)
    }

    /// Parts that it has, and of how many.
    fn part(&self) -> Result<(u32, u32), MergeError> {
        let population = self.population()?;
        let [number] = population.shards.as_slice() else { return Err(MergeError::NoPopulation) };
        Ok((*number, population.of))
    }
}

/// Puts all parts of a run together, in whatever order they come. They are sorted on the way, so that the rows can be
/// joined in the order of `shards` afterwards.
///
/// # Errors
/// [`MergeError`].
pub fn merge(shards: &mut [Shard]) -> Result<Report, MergeError> {
    for shard in shards.iter() {
        shard.part()?;
    }
    shards.sort_by_key(|shard| shard.part().map(|(number, _)| number).unwrap_or_default());
    let (first, others) = shards.split_first().ok_or(MergeError::None)?;
    let (_, of) = first.part()?;
    others.iter().try_for_each(|other| same(first, other))?;
    let mut next = 1;
    for shard in shards.iter() {
        let (number, _) = shard.part()?;
        if number < next {
            return Err(MergeError::Twice { number, of });
        }
        if number > next {
            return Err(MergeError::Missing { number: next, of });
        }
        next += 1;
    }
    if next <= of {
        return Err(MergeError::Missing { number: next, of });
    }
    for shard in shards.iter() {
        let (number, of) = shard.part()?;
        if let Some(why) = shard.unsound()? {
            return Err(MergeError::Unsound { number, of, why });
        }
    }
    let (first, others) = shards.split_first().ok_or(MergeError::None)?;
    let mut report = first.report.clone();
    for other in others {
        report.tally.add(&other.report.tally);
        for (to, from) in report.invariants.iter_mut().zip(&other.report.invariants) {
            let add = |one: u64, more: u64| one.checked_add(more).filter(|sum| *sum <= MOST);
            let sums = (add(to.checked, from.checked), add(to.broken, from.broken));
            let (Some(checked), Some(broken)) = sums else { return Err(MergeError::TooMany(to.id.clone())) };
            (to.checked, to.broken) = (checked, broken);
        }
    }
    if report.tally.unsound().is_some() {
        return Err(MergeError::TooMany("checks".to_owned()));
    }
    if let Some(population) = &mut report.run.population {
        (population.shards, population.of) = (vec![1], 1);
    }
    Ok(report)
}

/// Everything that makes two parts parts of one run.
fn same(one: &Shard, other: &Shard) -> Result<(), MergeError> {
    let (a, b) = (&one.report.run, &other.report.run);
    let (p, q) = (one.population()?, other.population()?);
    let pairs = [
        ("version", a.version.clone(), b.version.clone()),
        ("seed", a.seed.to_string(), b.seed.to_string()),
        ("population", p.people.to_string(), q.people.to_string()),
        ("mix", p.mix.clone(), q.mix.clone()),
        ("text of the mix", texts(one), texts(other)),
        ("system", a.system.clone(), b.system.clone()),
        ("wallet policy", a.wallet_policy.clone(), b.wallet_policy.clone()),
        ("number of parts", p.of.to_string(), q.of.to_string()),
        ("size of chunks", one.chunk.to_string(), other.chunk.to_string()),
        ("schema of the report", one.report.schema.clone(), other.report.schema.clone()),
        ("invariants", ids_of(one), ids_of(other)),
        ("kept rows", kept(one), kept(other)),
    ];
    match pairs.into_iter().find(|(_, one, other)| one != other) {
        None => Ok(()),
        Some((what, one, other)) => Err(MergeError::Differs { what, one, other }),
    }
}

/// Hashes of the inputs, whatever their files are called.
fn texts(shard: &Shard) -> String {
    shard.report.run.inputs.values().map(String::as_str).collect::<Vec<_>>().join(" ")
}

fn ids_of(shard: &Shard) -> String {
    shard.report.invariants.iter().map(|one| one.id.as_str()).collect::<Vec<_>>().join(" ")
}

fn kept(shard: &Shard) -> String {
    if shard.rows.is_some() { "yes" } else { "no" }.to_owned()
}
