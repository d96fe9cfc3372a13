//! `geleit sim`: the simulator of status checks, and the harness for verifiers.

mod files;
mod hashed;
mod list;
mod merge;
mod outputs;
mod population;
mod run;
mod verifier;

use crate::answer::Answer;
use crate::context::Context;
use crate::failure::Failure;
use clap::Subcommand;

/// The seed of a run without --seed.
const SEED: u64 = 1;

/// Simulate status checks, and test verifiers with them
#[derive(Debug, Subcommand)]
pub(crate) enum Sim {
    List(list::List),
    Merge(Box<merge::Merge>),
    Run(Box<run::Run>),
    Verifier(verifier::Verifier),
}

impl Sim {
    /// Runs the command.
    pub(crate) fn run(&self, context: &Context) -> Result<Answer, Failure> {
        match self {
            Self::List(command) => command.run(),
            Self::Merge(command) => command.run(context),
            Self::Run(command) => command.run(context),
            Self::Verifier(command) => command.run(context),
        }
    }
}
