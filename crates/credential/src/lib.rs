//! Meaning: the only trust boundary of geleit.
//!
//! No clock, no I/O, not async: time, randomness, trust, limits and memory are arguments.

pub mod numbers;
pub mod sd_cwt;
pub mod time;
