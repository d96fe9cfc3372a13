//! A run of scenarios from the first to the last: the catalogue, or what somebody names.

use super::judge::Watch;
use super::lists::{ExpectedFailures, ExpectedSkips};
use super::people::Templates;
use super::run::{Harness, WalletPolicy};
use super::schema::{Scenario, Step};
use crate::report::{Report, Run, SCHEMA, ScenarioReport, Status};
use crate::rng::key;
use crate::sut::geleit::Geleit;
use crate::sut::{SutError, SystemUnderTest};
use crate::tally::Tally;
use geleit_cose::key::SigningKey;
use geleit_credential::purpose::Purposes;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What is run.
#[derive(Debug)]
pub struct Suite<'a> {
    /// The seed.
    pub seed: u64,
    /// What wallets do.
    pub policy: WalletPolicy,
    /// Scenarios by id.
    pub scenarios: &'a [Scenario],
    /// Those that are not run, with what is missing.
    pub skips: &'a ExpectedSkips,
    /// Those that the system is known to fail.
    pub failures: &'a ExpectedFailures,
    /// People that scenarios start from.
    pub templates: &'a Templates,
    /// SHA-256 of the inputs by name.
    pub inputs: BTreeMap<String, String>,
}

impl Suite<'_> {
    /// Runs everything against a system.
    ///
    /// # Errors
    /// [`SutError`] when the system does not even say who it is.
    pub fn run(&self, system: &mut dyn SystemUnderTest) -> Result<Report, SutError> {
        let hello = system.hello()?;
        let purposes = Purposes::embedded();
        let name = hello.name.clone();
        let mut harness = Harness {
            seed: self.seed,
            policy: self.policy,
            templates: self.templates,
            purposes: &purposes,
            expected_failures: self.failures,
            system,
            hello,
            reference: Geleit::new(),
            tally: Tally::default(),
            watch: Watch::default(),
        };
        let run = self.scenarios.iter().map(|scenario| harness.run(scenario));
        let mut scenarios: Vec<ScenarioReport> = run.collect();
        let unrun = self.skips.scenario.iter().filter(|skip| scenarios.iter().all(|one| one.id != skip.id));
        let skipped: Vec<ScenarioReport> = unrun
            .map(|skip| ScenarioReport {
                id: skip.id.clone(),
                family: self.family_of(&skip.id),
                title: skip.title.clone(),
                title_de: skip.title.clone(),
                status: Status::Skipped,
                because: Some(skip.why.clone()),
                checks: Vec::new(),
            })
            .collect();
        scenarios.extend(skipped);
        scenarios.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(Report {
            schema: SCHEMA.to_owned(),
            run: Run {
                seed: self.seed,
                version: env!("CARGO_PKG_VERSION").to_owned(),
                system: name,
                wallet_policy: self.policy.name().to_owned(),
                population: None,
                inputs: self.inputs.clone(),
            },
            scenarios,
            invariants: harness.watch.report(),
            tally: harness.tally,
        })
    }

    /// The family whose ids begin with the same letter.
    fn family_of(&self, id: &str) -> String {
        let letter = id.chars().next();
        let like = self.scenarios.iter().find(|one| one.id.chars().next() == letter);
        like.map_or_else(|| "not-run".to_owned(), |one| one.family.clone())
    }

    /// The keys of all relying parties, with which a system in this process signs receipts.
    #[must_use]
    pub fn receipt_keys(&self) -> Vec<Arc<SigningKey>> {
        let mut names = BTreeSet::new();
        for step in self.scenarios.iter().flat_map(|scenario| &scenario.step) {
            if let Step::Check(check) = step {
                names.insert(check.by.as_str());
                names.extend(check.verified_by.as_deref());
            }
        }
        names.into_iter().map(|name| Arc::new(key(self.seed, &format!("relying party {name}")))).collect()
    }
}

/// SHA-256 in hexadecimal, as reports name inputs by.
#[must_use]
pub fn fingerprint(text: &str) -> String {
    base16ct::lower::encode_string(&Sha256::digest(text))
}
