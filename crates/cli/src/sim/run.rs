//! `geleit sim run`: scenarios against geleit, or against whoever is tested.

use super::files::{Inputs, expected_failures};
use crate::answer::Answer;
use crate::context::Context;
use crate::failure::{Class, Failure};
use core::fmt::Write;
use geleit_sim::report::{Report, Status};
use geleit_sim::scenario::{Suite, WalletPolicy};
use geleit_sim::sut::geleit::Geleit;
use std::path::PathBuf;

/// Run scenarios
#[derive(Debug, clap::Args)]
pub(crate) struct Run {
    /// Scenario files, or folders of them
    #[arg(value_name = "FILE", required_unless_present_any = ["all", "population"])]
    files: Vec<PathBuf>,
    /// Run the embedded catalogue
    #[arg(long, conflicts_with = "files")]
    all: bool,
    /// Scenarios that are known to fail, each with the reason
    #[arg(long, value_name = "FILE")]
    expected_failures: Option<PathBuf>,
    #[command(flatten)]
    people: super::population::People,
}

impl Run {
    /// Runs the command.
    pub(crate) fn run(&self, context: &Context) -> Result<Answer, Failure> {
        if let Some(people) = self.people.population {
            return self.people.run(people, context);
        }
        let inputs = if self.all { Inputs::catalogue()? } else { Inputs::named(&self.files)? };
        let failures = expected_failures(self.expected_failures.as_deref())?;
        let suite = Suite {
            seed: context.seed.unwrap_or(1),
            policy: WalletPolicy::Strict,
            scenarios: &inputs.scenarios,
            skips: &inputs.skips,
            failures: &failures,
            templates: &inputs.templates,
            inputs: inputs.hashes.clone(),
        };
        let mut system = Geleit::new().with_receipts(suite.receipt_keys());
        let report = suite.run(&mut system).map_err(|error| Failure::usage(error.to_string()))?;
        let json = serde_json::to_value(&report).unwrap_or_default();
        let class = report.has_failed().then_some(Class::Refused);
        Ok(Answer::new(text(&report), json).class(class))
    }
}

fn text(report: &Report) -> String {
    let mut out = String::new();
    for scenario in &report.scenarios {
        let _ = writeln!(out, "{:<5} {:<18} {}", scenario.id, scenario.status.name(), scenario.title);
        if scenario.status.is_unexpected() {
            if let Some(because) = &scenario.because {
                let _ = writeln!(out, "      {because}");
            }
            for check in &scenario.checks {
                for one in &check.differences {
                    let _ = writeln!(
                        out,
                        "      {}: {} {}: expected {}, got {}",
                        check.name,
                        one.design.name(),
                        one.field,
                        one.expected,
                        one.actual
                    );
                }
            }
        }
    }
    for one in report.invariants.iter().filter(|one| one.broken > 0) {
        let _ = writeln!(out, "{} broken {} of {}: {}", one.id, one.broken, one.checked, one.text);
    }
    let _ = writeln!(
        out,
        "{} passed, {} failed, {} skipped",
        report.with_status(Status::Passed),
        report.with_status(Status::Failed),
        report.with_status(Status::Skipped)
    );
    out
}
