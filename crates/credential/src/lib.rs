//! Meaning: the only trust boundary of geleit.
//!
//! No clock, no I/O, not async: time, randomness, trust, limits and memory are arguments.

pub mod numbers;
pub mod sd_cwt;
pub mod time;

pub mod code_list;
pub mod schema;

pub mod decision;
pub mod purpose;
pub mod reason;

pub mod holder;
pub mod issuer;
pub mod presentation;
mod register;
pub mod registration;
pub mod request;
pub mod scope;
mod threshold;
pub mod trust_list;
pub mod verifier;

pub use register::Error as RegisterError;
