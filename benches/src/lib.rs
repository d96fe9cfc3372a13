//! What the benchmarks share: three scenarios, and the cryptography that none of them can do without.
//!
//! ```text
//! Scenario    the library's own path over one question and its answer
//! floor::…    the same signatures, digests and random numbers, without a format around them
//! shown::…    tokens of the format alone, with as many disclosures as one likes
//! queue::…    answers of many people, each to a request of their own
//! reject::…   the same answer, with one thing wrong
//! lists::…    status lists of a size
//! ```
//!
//! Figures are quoted as ratios of the two, sampled in turn: the machines that run this are noisy.

#![expect(
    clippy::missing_panics_doc,
    reason = "a benchmark panics when its own fixed inputs do not work, and nothing else can happen"
)]

pub mod floor;
pub mod lists;
pub mod queue;
pub mod reject;
pub mod sample;
pub mod scenario;
pub mod shown;
pub mod svg;

pub use queue::Queue;
pub use reject::Reject;
pub use scenario::{BATCH, Scenario, Tree, wallet};
