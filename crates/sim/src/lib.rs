//! A deterministic simulator of status checks, and a harness for anybody's verifier.
//!
//! ```text
//! spec/scenarios/*.toml --scenario--> world: issuers, status service, trust list, registrar, wallets, relying parties
//! mix of a population  --population-->   |
//!                                        +-- geleit, or a system under test --> Row \
//!                                        +-- share-code model ----------------> Row  +--> Tally, Report --> outputs
//! ```
//!
//! One seed, one virtual clock, no real time: the same seed gives the same bytes on every machine, however
//! many cores it has. Honest parties use the public interface of `geleit_credential` only; wrong objects are built
//! by `attacker`, on purpose.

pub mod attacker;
pub mod instant;
pub mod invariant;
pub mod linking;
pub mod outcome;
pub mod population;
pub mod printable;
mod replay;
pub mod report;
pub mod rng;
pub mod row;
pub mod scenario;
pub mod share_code;
pub mod stats;
pub mod sut;
pub mod tally;
pub mod world;
