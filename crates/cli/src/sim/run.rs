//! `geleit sim run`: scenarios, or a population, against geleit or against whoever is tested.

use super::files::{Inputs, expected_failures};
use super::outputs::{Outputs, annotate, as_json, as_tap};
use crate::answer::Answer;
use crate::context::Context;
use crate::failure::{Class, Failure};
use geleit_sim::report::Report;
use geleit_sim::report::table::{Style, table};
use geleit_sim::scenario::{Suite, WalletPolicy};
use geleit_sim::sut::SystemUnderTest;
use geleit_sim::sut::command::{self, Command, TIME_LIMIT};
use geleit_sim::sut::geleit::Geleit;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const AFTER_HELP: &str = "\
Runs scenarios in two designs, geleit and a model of share codes, and compares what came with what the
files expect. With --sut or --sut-url somebody else's verifier answers in the place of geleit's;
spec/harness.md says how. The same seed gives the same bytes.

Exit codes: 0 everything was as expected; 1 something was not; 2 and 3 as for every command.

Example: geleit sim run --all --html report.html
         geleit sim run spec/scenarios/B02.toml
         geleit sim run --all --sut 'python3 examples/python/sut.py' --junit results.xml";

/// Run scenarios against geleit or another verifier, or a population
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Run {
    /// Scenario files, folders of them, or ids of the catalogue
    #[arg(value_name = "SCENARIO", required_unless_present_any = ["all", "population"])]
    scenarios: Vec<PathBuf>,
    /// Run the embedded catalogue
    #[arg(long, conflicts_with = "scenarios")]
    all: bool,
    /// What wallets do with over-asking: refuse (strict), or warn as the EU baseline has it (arf3)
    #[arg(long, value_name = "POLICY", default_value = "strict", value_parser = policy)]
    wallet_policy: WalletPolicy,
    /// Scenarios that are known to fail, each with the reason
    #[arg(long, value_name = "FILE")]
    expected_failures: Option<PathBuf>,
    #[command(flatten)]
    system: System,
    #[command(flatten)]
    people: super::population::People,
    /// TAP version 14 on standard output in place of the table
    #[arg(long, help_heading = "Results")]
    tap: bool,
    #[command(flatten)]
    outputs: Outputs,
}

/// Who verifies.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "System under test")]
struct System {
    /// A command that speaks the protocol on standard input and output
    #[arg(long, value_name = "CMD", conflicts_with = "sut_url")]
    sut: Option<String>,
    /// An address that speaks it over HTTP
    #[arg(long, value_name = "URL")]
    sut_url: Option<String>,
    /// Seconds for each answer
    #[arg(long, value_name = "SECONDS", default_value_t = TIME_LIMIT.as_secs(), value_parser = clap::value_parser!(u64).range(1..=3_600))]
    sut_timeout: u64,
}

fn policy(name: &str) -> Result<WalletPolicy, String> {
    let known = [WalletPolicy::Strict, WalletPolicy::Arf3];
    known.into_iter().find(|one| one.name() == name).ok_or_else(|| "strict or arf3 is required".to_owned())
}

impl System {
    fn start(&self, suite: &Suite<'_>) -> Result<Box<dyn SystemUnderTest>, Failure> {
        let limit = Duration::from_secs(self.sut_timeout);
        if let Some(text) = &self.sut {
            let words = command::words(text).map_err(|error| {
                Failure::usage(format!("--sut: {error}"))
                    .hint("quote words as in a shell; no shell runs them")
            })?;
            return Ok(Box::new(Command::start(words, limit, Arc::new(Mutex::new(std::io::stderr())))));
        }
        if let Some(url) = &self.sut_url {
            return http(url, limit, suite.seed);
        }
        Ok(Box::new(Geleit::new().with_receipts(suite.receipt_keys())))
    }
}

#[cfg(feature = "http")]
fn http(url: &str, limit: Duration, seed: u64) -> Result<Box<dyn SystemUnderTest>, Failure> {
    let session = format!("geleit-sim-{}-{seed}", std::process::id());
    let system = geleit_sim::sut::http::Http::at(url, &session, limit);
    let system =
        system.map_err(|error| Failure::usage(error.to_string()).hint("only plain HTTP is spoken"))?;
    Ok(Box::new(system))
}

#[cfg(not(feature = "http"))]
fn http(_: &str, _: Duration, _: u64) -> Result<Box<dyn SystemUnderTest>, Failure> {
    Err(Failure::usage("--sut-url: this program was built without HTTP")
        .hint("build it with --features http"))
}

impl Run {
    /// Runs the command.
    pub(crate) fn run(&self, context: &Context) -> Result<Answer, Failure> {
        if let Some(people) = self.people.population {
            let report = self.people.run(people, &self.outputs, context)?;
            return answer(&report, self.tap, context);
        }
        let inputs = if self.all { Inputs::catalogue()? } else { Inputs::named(&self.scenarios)? };
        let failures = expected_failures(self.expected_failures.as_deref(), &inputs)?;
        let suite = Suite {
            seed: context.seed.unwrap_or(super::SEED),
            policy: self.wallet_policy,
            scenarios: &inputs.scenarios,
            skips: &inputs.skips,
            failures: &failures,
            templates: &inputs.templates,
            inputs: inputs.hashes.clone(),
        };
        let mut system = self.system.start(&suite)?;
        let mut rows = self.outputs.rows()?;
        let report = suite.run(system.as_mut()).map_err(|error| {
            Failure::usage(error.to_string()).hint("spec/harness.md describes what a system has to answer")
        })?;
        let checks = report.scenarios.iter().flat_map(|scenario| &scenario.checks);
        for row in checks.flat_map(|check| &check.rows) {
            rows.row(row).map_err(|error| Failure::io("rows", &error))?;
        }
        rows.finish()?;
        self.outputs.write(&report)?;
        answer(&report, self.tap, context)
    }
}

/// What is printed of a report, and how the command exits.
pub(super) fn answer(report: &Report, tap: bool, context: &Context) -> Result<Answer, Failure> {
    let json = as_json(report)?;
    let json = serde_json::from_str(&json).map_err(|error| Failure::io("the report", &error.into()))?;
    let mut text = match (tap, context.style().has_colours()) {
        (true, _) => as_tap(report),
        (false, true) => table(report, Style::Colour),
        (false, false) => table(report, Style::Plain),
    };
    annotate(report, tap, &mut text)?;
    Ok(Answer::new(text, json).class(report.has_failed().then_some(Class::Refused)))
}
