//! A run over a population: chunks on all cores, rows and counts in the order of people.
//!
//! ```text
//! chunks   0 1 2 3 | 4 5 6 7 | ...      a window at a time; each chunk on any core
//!          \______/  rows in order to the sink, counts added; then the next window
//! ```
//!
//! Memory is bounded by a window, whatever the size of the population.

use super::chunk::Work;
use super::ground::Ground;
use super::shard::Shard;
use super::{Failure, Mix};
use crate::report::{PopulationRun, Report, Run, SCHEMA};
use crate::row::Row;
use crate::scenario::Watch;
use crate::tally::Tally;
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use std::collections::BTreeMap;

/// People of a chunk. It is part of what a seed means: signatures and list places are drawn by chunk.
pub const CHUNK: u64 = 1_000;

/// Chunks of a window for each thread.
const WINDOW: u64 = 4;

/// Where rows go, in the order of people.
pub type RowSink<'s> = dyn FnMut(&Row) -> std::io::Result<()> + 's;

/// Told from time to time: people done, and people to do.
pub type Progress<'p> = dyn FnMut(u64, u64) + 'p;

/// Which chunks are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// From 1.
    pub number: u32,
    /// How many parts there are.
    pub of: u32,
}

impl Part {
    /// Everything.
    pub const WHOLE: Self = Self { number: 1, of: 1 };

    /// Reads `2/4`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (number, of) = text.split_once('/')?;
        let part = Self { number: number.parse().ok()?, of: of.parse().ok()? };
        (1..=part.of).contains(&part.number).then_some(part)
    }

    /// Its chunks, of so many: a range without gaps to the parts beside it.
    fn chunks(self, all: u64) -> core::ops::Range<u64> {
        let cut = |part: u32| {
            let cut = u128::from(all) * u128::from(part) / u128::from(self.of.max(1));
            u64::try_from(cut).unwrap_or(all)
        };
        cut(self.number.saturating_sub(1))..cut(self.number)
    }

    /// How many of so many people are in it, in chunks of this size.
    pub(super) fn people(self, all: u64, chunk: u64) -> u64 {
        let chunks = self.chunks(all.div_ceil(chunk.max(1)));
        let end = |number: u64| number.saturating_mul(chunk).min(all);
        end(chunks.end).saturating_sub(end(chunks.start))
    }
}

/// A population to be run.
#[derive(Clone, Copy, Debug)]
pub struct Population<'m> {
    /// The mix.
    pub mix: &'m Mix,
    /// Name of the file of the mix.
    pub mix_file: &'m str,
    /// SHA-256 of the text of the mix.
    pub mix_hash: &'m str,
    /// The seed.
    pub seed: u64,
    /// How many people.
    pub people: u64,
    /// People of a chunk: [`CHUNK`], except in tests.
    pub chunk: u64,
    /// The part that is run.
    pub part: Part,
    /// Threads; `None` is one for each core. It changes no result.
    pub threads: Option<usize>,
}

impl Population<'_> {
    /// Runs the part.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn run(
        &self,
        mut sink: Option<&mut RowSink<'_>>,
        progress: &mut Progress<'_>,
    ) -> Result<Shard, Failure> {
        if self.people == 0 || self.chunk == 0 {
            return Err(Failure::Usage("at least one person is required".to_owned()));
        }
        let every = self.people.div_ceil(self.chunk);
        if u64::from(self.part.of) > every {
            return Err(Failure::Usage(format!(
                "{every} parts at most are possible: {} people are in chunks of {}; {} parts were asked for",
                self.people, self.chunk, self.part.of
            )));
        }
        let ground = Ground::make(self.mix, self.seed)?;
        let work = Work { mix: self.mix, seed: self.seed, ground: &ground, keep_rows: sink.is_some() };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(self.threads.unwrap_or(0)).build();
        let pool = pool.map_err(|error| Failure::Usage(format!("threads: {error}")))?;
        let mut chunks = self.part.chunks(every);
        let people = |chunk: u64| {
            let from = chunk.saturating_mul(self.chunk);
            from..from.saturating_add(self.chunk).min(self.people)
        };
        let all = self.part.people(self.people, self.chunk);
        let (mut tally, mut watch, mut done) = (Tally::default(), Watch::default(), 0);
        let threads = u64::try_from(pool.current_num_threads()).unwrap_or(1);
        let window = usize::try_from(threads.saturating_mul(WINDOW)).unwrap_or(1);
        loop {
            let next: Vec<u64> = chunks.by_ref().take(window).collect();
            if next.is_empty() {
                break;
            }
            let worked = pool.install(|| {
                next.into_par_iter()
                    .map(|chunk| Ok((people(chunk), work.chunk(chunk, people(chunk))?)))
                    .collect::<Result<Vec<_>, Failure>>()
            })?;
            for (range, chunk) in worked {
                tally.add(&chunk.tally);
                watch.add(&chunk.watch);
                if let Some(sink) = sink.as_mut() {
                    chunk.rows.iter().try_for_each(&mut **sink)?;
                }
                done += range.end.saturating_sub(range.start);
                progress(done, all);
            }
        }
        Ok(self.shard(done, tally, &watch))
    }

    fn shard(&self, people: u64, tally: Tally, watch: &Watch) -> Shard {
        let whole = self.part.of == 1;
        let inputs = BTreeMap::from([(self.mix_file.to_owned(), self.mix_hash.to_owned())]);
        Shard {
            schema: super::shard::SHARD_SCHEMA.to_owned(),
            chunk: self.chunk,
            people,
            rows: None,
            report: Report {
                schema: SCHEMA.to_owned(),
                run: Run {
                    seed: self.seed,
                    version: env!("CARGO_PKG_VERSION").to_owned(),
                    system: concat!("geleit ", env!("CARGO_PKG_VERSION")).to_owned(),
                    wallet_policy: crate::scenario::WalletPolicy::Strict.name().to_owned(),
                    population: Some(PopulationRun {
                        people: self.people,
                        mix: self.mix.name.clone(),
                        shards: vec![if whole { 1 } else { self.part.number }],
                        of: self.part.of,
                        assumptions: super::assumptions::of(self.mix),
                    }),
                    inputs,
                },
                scenarios: Vec::new(),
                tally,
                invariants: watch.report(),
            },
        }
    }
}
