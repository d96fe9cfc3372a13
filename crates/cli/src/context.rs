//! What the options that every command has amount to.

use crate::clock;
use crate::failure::Failure;
use crate::random::Random;
use crate::text::Style;
use geleit_credential::time::UnixTime;
use std::io::IsTerminal;

/// The surroundings of one command.
#[derive(Debug)]
pub(crate) struct Context {
    /// `--json`.
    pub(crate) json: bool,
    /// `--now`, when given.
    pub(crate) given_now: Option<UnixTime>,
    /// `--seed`, when given.
    pub(crate) seed: Option<u64>,
}

impl Context {
    /// The time: `--now`, or the clock of the system.
    pub(crate) fn now(&self) -> Result<UnixTime, Failure> {
        self.given_now.map_or_else(clock::system, Ok)
    }

    /// Randomness: `--seed`, or the operating system.
    pub(crate) fn random(&self) -> Result<Random, Failure> {
        Random::new(self.seed)
    }

    /// Colours only for eyes: on a terminal, and not when `NO_COLOR` says no (<https://no-color.org>).
    #[expect(clippy::unused_self, reason = "what is shown is decided with the other surroundings")]
    pub(crate) fn style(&self) -> Style {
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Style::new(std::io::stdout().is_terminal() && !refused)
    }
}
