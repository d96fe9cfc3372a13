//! For tests only: a fixed world with keys, clock and randomness that are the same in every run.
//!
//! Nothing here may be used outside of tests: every key is derived from a published word.

pub mod people;
pub mod rng;
pub mod world;

pub use rng::FixedRng;
pub use world::World;
