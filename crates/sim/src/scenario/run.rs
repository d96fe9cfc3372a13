//! Running scenarios: steps in order, each answer compared with what is expected.

use super::comparison;
use super::exchange::{Broken, Done, Spoke, Systems};
use super::judge::{Watch, broken, counted, differences, same_answer, share_code_differences};
use super::lists::{ExpectedFailures, Listed};
use super::people::Templates;
use super::schema::{CheckStep, Compare, Scenario, Step};
use super::share_code;
use super::stage::Stage;
use crate::instant::Instant;
use crate::outcome::{Outcome, Truth, Verdict, Word};
use crate::report::{CheckReport, ScenarioReport, Status};
use crate::row::{Answer, Design, Fallback, Row, Subgroup};
use crate::sut::geleit::Geleit;
use crate::sut::{Hello, Reply, SystemUnderTest};
use crate::tally::Tally;
use geleit_credential::purpose::Purposes;
use std::collections::BTreeMap;

/// What wallets do with over-asking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WalletPolicy {
    /// Refuse.
    #[default]
    Strict,
    /// What the EU baseline asks of wallets (ARF 3.0): warn, and leave it to the holder.
    Arf3,
}

impl WalletPolicy {
    /// The name on the command line and in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::Arf3 => "arf3",
        }
    }
}

/// Runs scenarios one after the other, and counts.
#[derive(Debug)]
pub struct Harness<'a> {
    /// The seed.
    pub seed: u64,
    /// What wallets do.
    pub policy: WalletPolicy,
    /// People that scenarios start from.
    pub templates: &'a Templates,
    /// The purposes that exist.
    pub purposes: &'a Purposes,
    /// Scenarios that the system is known to fail.
    pub expected_failures: &'a ExpectedFailures,
    /// Who verifies.
    pub system: &'a mut dyn SystemUnderTest,
    /// What it says of itself.
    pub hello: Hello,
    /// geleit's own verifier, which says what could be learned from the same bytes.
    pub reference: Geleit,
    /// All checks so far.
    pub tally: Tally,
    /// All invariants so far.
    pub watch: Watch,
}

impl Harness<'_> {
    /// Runs a scenario. What breaks it off is in its report.
    pub fn run(&mut self, scenario: &Scenario) -> ScenarioReport {
        self.watch.begin();
        let mut checks = Vec::new();
        let played = self.play(scenario, &mut checks);
        let listed = self.expected_failures.find(&scenario.id);
        let (status, because) = status(played, listed, &checks);
        ScenarioReport {
            id: scenario.id.clone(),
            family: scenario.family.clone(),
            title: scenario.title.en.clone(),
            title_de: scenario.title.de.clone(),
            status,
            because,
            checks,
        }
    }

    fn play(&mut self, scenario: &Scenario, checks: &mut Vec<CheckReport>) -> Result<Part, Broken> {
        let mut stage = Stage::set(scenario, self.templates, self.purposes, self.seed)?;
        self.system.begin(&scenario.id)?;
        self.reference.begin(&scenario.id)?;
        let mut part = if self.hello.geleit_reasons { Part::Some } else { Part::None };
        let mut done: BTreeMap<&str, Done> = BTreeMap::new();
        for step in &scenario.step {
            match step {
                Step::Check(check) => {
                    let id = format!("{}/{}", scenario.id, checks.len() + 1);
                    let earlier = check.again.as_deref().and_then(|name| done.get(name)).cloned();
                    let systems = Systems { tested: self.system, reference: &mut self.reference };
                    let mut one = stage.exchange(&id, check, earlier.as_ref(), systems)?;
                    if one.spoke == Spoke::Verifier {
                        part = Part::Some;
                    }
                    let mut report = self.judge(&id, &mut stage, check, &mut one)?;
                    let like = check.same_answer_as.as_deref().and_then(|name| done.get(name));
                    report.differences.extend(same_answer(check, &one, like));
                    checks.push(report);
                    done.insert(&check.name, one);
                }
                Step::Compare(compare) => {
                    let id = format!("{}/{}", scenario.id, checks.len() + 1);
                    part = Part::Some;
                    checks.push(self.compare(&id, &stage, compare, &done)?);
                }
                Step::Issue(issue) => stage.issue(issue)?,
                Step::Status { who, credential, standing } => {
                    stage.set_standing(who, credential, standing)?;
                }
                Step::Publish { fetched } => stage.publish(stage.now, *fetched)?,
                Step::Fetch { by } => stage.fetch(by),
                Step::Wait { span } => stage.now = stage.now.plus(span.0),
                Step::Outage(outage) => stage.cut(outage),
                Step::RollBackTrust => stage.authorities.roll_back(),
                Step::RotateKey { issuer, compromised_since } => {
                    stage.rotate(issuer, compromised_since.map(|span| span.0))?;
                }
            }
        }
        Ok(part)
    }

    fn judge(
        &mut self,
        id: &str,
        stage: &mut Stage<'_>,
        step: &CheckStep,
        done: &mut Done,
    ) -> Result<CheckReport, Broken> {
        let truth = step.expect.truth;
        let record = step.expect.record.unwrap_or(truth);
        let profile = stage.purposes.find(&done.purpose);
        let nonce = (done.spoke == Spoke::Verifier).then_some(done.request.as_slice());
        let counts_as = counted(step, done, &self.hello);
        let mut broke = self.watch.look_at_as(&done.reply, counts_as, record, profile, nonce, &self.hello);
        self.watch.replay(done, stage.authorities.anchor(), &mut broke);

        let expected = self.expected(step);
        let mut found = differences(step, done, &self.hello);
        let mut answer = done.reply.answer.clone();
        if self.policy == WalletPolicy::Arf3 && step.arf3.is_some() {
            // What a wallet of the baseline does instead of refusing.
            answer.outcome = baseline(&answer);
            found.retain(|difference| difference.field != "outcome");
            if answer.outcome != expected {
                found.push(super::judge::outcome(expected, answer.outcome));
            }
        }
        found.extend(broke.iter().map(|invariant| broken(*invariant)));

        let today = share_code::check(stage, step)?;
        found.extend(share_code_differences(&step.share_code, &today.answer));
        done.look = today.look;
        let common = Common { id, stage, step, truth, record, purpose: &done.purpose, at: done.at };
        let measures = Measures {
            asked: done.asked,
            request_bytes: length(&done.request),
            presentation_bytes: length(&done.presentation),
            latency_ms: done.latency_ms,
            fallback: fallback(&done.reply),
            violated: broke.iter().map(|invariant| invariant.id().to_owned()).collect(),
        };
        let rows = vec![
            common.row(Design::Geleit, answer, &measures),
            common.row(Design::ShareCode, today.answer, &today.measures),
        ];
        for row in &rows {
            self.tally.add_row(row);
        }
        let expected =
            BTreeMap::from([(Design::Geleit, expected), (Design::ShareCode, step.share_code.outcome)]);
        Ok(CheckReport { name: step.name.clone(), expected, rows, differences: found })
    }

    fn expected(&self, step: &CheckStep) -> Outcome {
        match (&step.arf3, self.policy) {
            (Some(baseline), WalletPolicy::Arf3) => baseline.outcome,
            (Some(_) | None, WalletPolicy::Strict) | (None, WalletPolicy::Arf3) => step.expect.outcome,
        }
    }

    fn compare(
        &mut self,
        id: &str,
        stage: &Stage<'_>,
        compare: &Compare,
        done: &BTreeMap<&str, Done>,
    ) -> Result<CheckReport, Broken> {
        let found = comparison::compare(stage, compare, done)?;
        let rows = found.rows(id, stage);
        for row in &rows {
            self.tally.add_row(row);
        }
        Ok(found.report(compare, rows))
    }
}

/// What became of a scenario. Only what the system under test does can be expected: a fault of the harness, of the
/// file or of the share-code model never is.
fn status(
    played: Result<Part, Broken>,
    listed: Option<&Listed>,
    checks: &[CheckReport],
) -> (Status, Option<String>) {
    let differs = |design| checks.iter().flat_map(|check| &check.differences).any(|one| one.design == design);
    let why = || listed.map(|listed| listed.why.clone());
    match played {
        Err(Broken::System(_)) if listed.is_some() => (Status::ExpectedFailure, why()),
        Err(broken) => (Status::Failed, Some(broken.to_string())),
        Ok(_) if differs(Design::ShareCode) => (Status::Failed, None),
        Ok(_) if differs(Design::Geleit) => match listed {
            Some(_) => (Status::ExpectedFailure, why()),
            None => (Status::Failed, None),
        },
        Ok(_) if listed.is_some() => (Status::UnexpectedSuccess, why()),
        Ok(Part::None) => (Status::NotApplicable, Some("only the wallet acts".to_owned())),
        Ok(Part::Some) => (Status::Passed, None),
    }
}

/// Whether the system under test had a part in a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Some,
    None,
}

/// What is measured beside the answer.
#[derive(Clone, Debug)]
pub(super) struct Measures {
    pub(super) asked: u32,
    pub(super) request_bytes: u32,
    pub(super) presentation_bytes: u32,
    pub(super) latency_ms: u32,
    pub(super) fallback: Fallback,
    pub(super) violated: Vec<String>,
}

struct Common<'a, 's> {
    id: &'a str,
    stage: &'a Stage<'s>,
    step: &'a CheckStep,
    truth: Truth,
    record: Truth,
    purpose: &'a str,
    at: geleit_credential::time::UnixTime,
}

impl Common<'_, '_> {
    fn row(&self, design: Design, answer: Answer, measures: &Measures) -> Row {
        Row {
            check: self.id.to_owned(),
            design,
            family: self.stage.scenario.family.clone(),
            purpose: self.purpose.to_owned(),
            at: Instant(self.at),
            subgroup: Subgroup::default(),
            fault: self.step.attack.as_ref().map_or_else(|| "none".to_owned(), |attack| attack.0.clone()),
            truth: self.truth,
            record: self.record,
            verdict: Verdict::of(answer.outcome.word, self.truth),
            answer,
            asked: measures.asked,
            request_bytes: measures.request_bytes,
            presentation_bytes: measures.presentation_bytes,
            latency_ms: measures.latency_ms,
            fallback: measures.fallback,
            violated: measures.violated.clone(),
        }
    }
}

/// What a wallet of ARF 3.0 does where geleit's refuses: it compares what is asked with what is registered and
/// warns; how long something is kept it does not compare.
fn baseline(answer: &Answer) -> Outcome {
    let warned = [
        "claims-outside-use",
        "consent-cannot-widen",
        "relying-party-unregistered",
        "use-not-registered",
        "registration-invalid",
    ];
    match answer.outcome.word {
        Word::BlockedByWallet if warned.contains(&answer.reason.as_str()) => Outcome::of(Word::WarnUser),
        Word::BlockedByWallet if answer.reason == "retention-exceeds" => Outcome::of(Word::NoWarning),
        _ => answer.outcome,
    }
}

/// Whether a way out was needed, and named.
fn fallback(reply: &Reply) -> Fallback {
    match reply.answer.outcome.word {
        Word::Indeterminate | Word::NotVerified | Word::BlockedByWallet => match reply.texts.fallback {
            Some(_) => Fallback::Named,
            None => Fallback::Missing,
        },
        Word::Accept
        | Word::AcceptUntil
        | Word::AcceptWithNotice
        | Word::Refuse
        | Word::WarnUser
        | Word::NoWarning
        | Word::NoSuchCheck
        | Word::Linked
        | Word::NotLinked
        | Word::Leak
        | Word::NoLeak => Fallback::NotNeeded,
    }
}

fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}
