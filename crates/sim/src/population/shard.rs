//! Parts of a run, and putting them together: the same report as of a run in one piece, byte for byte.
//!
//! ```text
//! {"schema": "geleit.sim.shard/1", "chunk": 1000, "rows": {"file": .., "sha256": ..}, "report": {..}}
//! ```

use crate::report::{PopulationRun, Report};
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
    /// Its name, beside the shard.
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
    /// A part is not there.
    #[error("shards: part {number} of {of} is missing")]
    Missing {
        /// Which.
        number: u32,
        /// Of how many.
        of: u32,
    },
}

impl Shard {
    /// Reads the file of a shard. `name` is for messages.
    ///
    /// # Errors
    /// [`MergeError::Format`].
    pub fn from_json(name: &str, text: &str) -> Result<Self, MergeError> {
        let wrong = |why: String| MergeError::Format { name: name.to_owned(), why };
        let shard: Self = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
        if shard.schema == SHARD_SCHEMA {
            Ok(shard)
        } else {
            Err(wrong(format!("schema {SHARD_SCHEMA} is required; it says \"{}\"", shard.schema)))
        }
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
    let (first, others) = shards.split_first().ok_or(MergeError::None)?;
    let mut report = first.report.clone();
    for other in others {
        report.tally.add(&other.report.tally);
        for (to, from) in report.invariants.iter_mut().zip(&other.report.invariants) {
            to.checked += from.checked;
            to.broken += from.broken;
        }
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
        ("invariants", ids(one), ids(other)),
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

fn ids(shard: &Shard) -> String {
    shard.report.invariants.iter().map(|one| one.id.as_str()).collect::<Vec<_>>().join(" ")
}

fn kept(shard: &Shard) -> String {
    if shard.rows.is_some() { "yes" } else { "no" }.to_owned()
}
