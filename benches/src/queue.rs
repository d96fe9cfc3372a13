//! Many people, one after the other: each with a request of their own.

use crate::Scenario;
use crate::floor::Verify;
use geleit_credential::holder::DisclosureLedger;
use geleit_credential::request::PermittedRequest;
use geleit_credential::time::UnixTime;
use geleit_credential::verifier::{OpenNonces, ToCheck, Verifier, Workspaces};
use geleit_testkit::world::NOW;

/// The answers of a scenario to many requests.
#[derive(Debug)]
pub struct Queue {
    requests: Vec<PermittedRequest>,
    answers: Vec<Vec<u8>>,
}

/// A verifier, what it goes by, and the memory that it uses again and again.
#[derive(Debug)]
pub struct Desk<'s> {
    scenario: &'s Scenario,
    verifier: Verifier,
    nonces: OpenNonces,
    workspaces: Workspaces,
}

impl Queue {
    /// As many answers, each to a request with a nonce of its own.
    #[must_use]
    pub fn new(scenario: &Scenario, size: usize) -> Self {
        let request = |number: usize| scenario.request_with(format!("nonce number {number:010}").as_bytes());
        let requests: Vec<PermittedRequest> = (0..size).map(request).collect();
        let answer = |request| scenario.present_to(request).record(&mut DisclosureLedger::empty());
        let answers = requests.iter().map(answer).collect();
        Self { requests, answers }
    }

    /// How many there are.
    #[must_use]
    pub const fn size(&self) -> usize {
        self.answers.len()
    }

    /// The floor of each answer.
    #[must_use]
    pub fn floors(&self, scenario: &Scenario) -> Vec<Verify> {
        self.answers.iter().map(|answer| Verify::of_answer(scenario, answer)).collect()
    }

    /// Reads and verifies all of them at once.
    pub fn verify_many(&self, desk: &mut Desk<'_>) {
        let Desk { scenario, verifier, nonces, workspaces } = desk;
        nonces.forget_expired(UnixTime(i64::MAX));
        let presentations: Vec<_> = self.answers.iter().map(|answer| scenario.parse(answer)).collect();
        let checks = presentations.iter().zip(&self.requests);
        let checks = checks.map(|(presentation, request)| ToCheck { presentation, request });
        let mut accepted = 0;
        verifier.verify_many(checks, &scenario.statuses, NOW, nonces, workspaces, |_, verified| {
            accepted += usize::from(verified.is_ok());
        });
        assert_eq!(accepted, self.size());
    }
}

impl<'s> Desk<'s> {
    /// A desk with the verifier of a scenario, its issuers' keys prepared, and room for `size` answers.
    #[must_use]
    pub fn new(scenario: &'s Scenario, size: usize) -> Self {
        Self {
            scenario,
            verifier: scenario.knowing_verifier(),
            nonces: OpenNonces::with_capacity(size),
            workspaces: Workspaces::new(),
        }
    }
}
