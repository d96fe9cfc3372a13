//! For tests only: a fixed world with keys, clock and randomness that are the same in every run,
//! tools that forge what an attacker could send, and the one-fault vectors made with them.
//!
//! Nothing here may be used outside of tests: every key is derived from a published word.

#![expect(
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a helper of a test panics when the test is wrong"
)]

pub mod check;
pub mod exchange;
pub mod mutants;
pub mod people;
pub mod purposes;
pub mod rng;
pub mod twenty;
pub mod vectors;
pub mod world;

pub use check::Check;
pub use exchange::Exchange;
pub use geleit_sim::attacker::forge;
pub use rng::FixedRng;
pub use twenty::Twenty;
pub use world::World;
