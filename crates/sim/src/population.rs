//! Populations: synthetic people with one or a few checks each, in both designs, with everything that goes wrong.
//!
//! ```text
//! mix, seed --person i--> truth, record, checks          chunk of 1,000 people: a world of its own on common ground
//!   geleit      copies -> request -> wallet -> verify -> decide -> receipt     all signatures are made and checked
//!   share code  account -> code -> look-up -> desk                             the model of `share_code`
//!                                    both --> Row --> sink, Tally --> Report; a shard is a run of some chunks
//! ```
//!
//! Nothing depends on how many chunks are worked on at once or in which shard they are. People come from
//! assumed margins; the mix says which figure has a source (`spec/populations/README.md`). It is no forecast: rates follow
//! from the mix.

mod assumptions;
mod check_mix;
mod chunk;
mod desk;
mod draw;
mod ground;
mod issue;
pub mod mix;
mod names;
mod on_record;
mod person;
pub mod run;
pub mod shard;
mod state;
#[cfg(test)]
mod tests;
mod today;
mod wallet;

pub use mix::{Mix, MixError};
pub use run::{CHUNK, Part, Population, Progress, RowSink};
pub use shard::{MergeError, Shard, merge};

use crate::world::authority::Defect;

/// One receipt in so many is replayed (X-06): a replay costs as much as a check.
pub const REPLAYED_ONE_IN: u64 = 64;

/// What broke a run off.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The simulator: something honest was not accepted.
    #[error(transparent)]
    Defect(#[from] Defect),
    /// The sink of rows.
    #[error("rows: {0}")]
    Sink(#[from] std::io::Error),
    /// What was asked for cannot be run.
    #[error("{0}")]
    Usage(String),
}
