//! Scenarios are run: the catalogue passes with geleit, and a run notices whatever is not as expected.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests may fail loudly")]

use geleit_sim::outcome::{Outcome, Word};
use geleit_sim::report::{Report, Status};
use geleit_sim::row::Design;
use geleit_sim::scenario::people::Templates;
use geleit_sim::scenario::{ExpectedFailures, ExpectedSkips, Scenario, Suite, WalletPolicy};
use geleit_sim::sut::geleit::Geleit;
use geleit_sim::sut::{Hello, Question, Reply, SutError, SystemUnderTest};
use std::collections::{BTreeMap, BTreeSet};

const SEED: u64 = 7;

type Lie = fn(&mut Reply);

/// Geleit, but for what `lie` makes of its answers.
#[derive(Debug)]
struct Lying {
    honest: Geleit,
    lie: Lie,
}

impl SystemUnderTest for Lying {
    fn hello(&mut self) -> Result<Hello, SutError> {
        self.honest.hello()
    }

    fn begin(&mut self, scenario: &str) -> Result<(), SutError> {
        self.honest.begin(scenario)
    }

    fn check(&mut self, question: &Question<'_>) -> Result<Reply, SutError> {
        let mut reply = self.honest.check(question)?;
        (self.lie)(&mut reply);
        Ok(reply)
    }
}

fn honest(_: &mut Reply) {}

fn run(seed: u64, policy: WalletPolicy, scenarios: &[Scenario], failures: &str, lie: Lie) -> Report {
    let suite = Suite {
        seed,
        policy,
        scenarios,
        skips: &ExpectedSkips::default(),
        failures: &ExpectedFailures::from_toml(failures).unwrap(),
        templates: &Templates::embedded().unwrap(),
        inputs: BTreeMap::new(),
    };
    let honest = Geleit::new().with_receipts(suite.receipt_keys());
    suite.run(&mut Lying { honest, lie }).unwrap()
}

fn text_of(id: &str) -> &'static str {
    let name = format!("{id}.toml");
    Scenario::embedded_files().find(|(one, _)| *one == name).unwrap().1
}

fn scenario(id: &str) -> Scenario {
    Scenario::from_toml(&format!("{id}.toml"), text_of(id)).unwrap()
}

/// Design and field of each difference of a run with one scenario, which failed for them.
fn differences(report: &Report) -> BTreeSet<(Design, &str)> {
    let [one] = report.scenarios.as_slice() else { panic!("one scenario") };
    assert_eq!((one.status, &one.because), (Status::Failed, &None), "{}", one.id);
    assert!(report.has_failed());
    let all = one.checks.iter().flat_map(|check| &check.differences);
    all.map(|difference| (difference.design, difference.field.as_str())).collect()
}

fn passes(report: &Report) {
    let failed = report.scenarios.iter().filter(|one| one.status != Status::Passed);
    let failed: Vec<String> = failed.map(|one| format!("{one:?}")).collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert!(!report.has_failed());
    assert!(report.invariants.iter().all(|one| one.checked > 0), "{:?}", report.invariants);
}

#[test]
fn the_catalogue_passes() {
    passes(&run(SEED, WalletPolicy::Strict, &Scenario::catalogue().unwrap(), "", honest));
}

#[test]
fn one_seed_gives_one_report() {
    let some: Vec<Scenario> = Scenario::catalogue().unwrap().into_iter().step_by(7).collect();
    let json = |seed| serde_json::to_string(&run(seed, WalletPolicy::Strict, &some, "", honest)).unwrap();
    assert_eq!(json(SEED), json(SEED));
}

#[test]
fn the_catalogue_passes_with_wallets_of_the_baseline() {
    let catalogue = Scenario::catalogue().unwrap();
    let report = run(SEED, WalletPolicy::Arf3, &catalogue, "", honest);
    passes(&report);
    let warned = |row: &&geleit_sim::row::Row| row.answer.outcome.word == Word::WarnUser;
    let rows = report.scenarios.iter().flat_map(|one| &one.checks).flat_map(|check| &check.rows);
    assert!(rows.filter(warned).count() > 0);
}

#[test]
fn the_catalogue_passes_with_another_seed() {
    passes(&run(1_000_003, WalletPolicy::Strict, &Scenario::catalogue().unwrap(), "", honest));
}

/// Each with what is written in place of what, and the one difference that is noticed.
const CHANGED: [(&str, &str, &str, Design, &str); 10] = [
    ("A01", "\"ACCEPT\"\nreason = \"work", "\"REFUSE\"\nreason = \"work", Design::Geleit, "outcome"),
    (
        "A02",
        "UNTIL 2028-03-31\"\nreason = \"work",
        "UNTIL 2028-03-30\"\nreason = \"work",
        Design::Geleit,
        "outcome",
    ),
    ("A01", "\"work-permitted\"", "\"rent-permitted\"", Design::Geleit, "reason"),
    ("D01", "\"B-20\"", "\"B-21\"", Design::Geleit, "rule"),
    ("E01", "notices = [\"evidence-not-fresh\"]\n", "", Design::Geleit, "notices"),
    ("A01", "withheld = [", "disclosed = [\"id.family_name\"]\nwithheld = [", Design::Geleit, "disclosed"),
    ("A01", "withheld = [", "withheld = [\"id.portrait.view\", ", Design::Geleit, "withheld"),
    ("A01", "\"ACCEPT\"\nreason = \"share", "\"REFUSE\"\nreason = \"share", Design::ShareCode, "outcome"),
    ("A01", "\"share-code-valid\"", "\"no-record\"", Design::ShareCode, "reason"),
    ("J01", "handles = [", "handles = [\"times\", ", Design::Geleit, "handles"),
];

#[test]
fn another_expectation_is_a_difference_of_its_field() {
    for (id, from, to, design, field) in CHANGED {
        let text = text_of(id);
        assert!(text.contains(from), "{id}: {from}");
        let scenario = Scenario::from_toml(&format!("{id}.toml"), &text.replacen(from, to, 1)).unwrap();
        let report = run(SEED, WalletPolicy::Strict, &[scenario], "", honest);
        assert_eq!(differences(&report), BTreeSet::from([(design, field)]), "{id}: {to}");
    }
}

#[test]
fn another_expectation_of_the_baseline_is_a_difference() {
    let text = text_of("C02");
    let baseline = text.replacen("outcome = \"WARN_USER\"", "outcome = \"NO_WARNING\"", 1);
    assert!(text != baseline);
    let scenario = [Scenario::from_toml("C02.toml", &baseline).unwrap()];
    passes_or_not(&run(SEED, WalletPolicy::Strict, &scenario, "", honest), Status::Passed);
    let report = run(SEED, WalletPolicy::Arf3, &scenario, "", honest);
    assert_eq!(differences(&report), BTreeSet::from([(Design::Geleit, "outcome")]));
}

fn passes_or_not(report: &Report, status: Status) {
    assert_eq!(report.scenarios.iter().map(|one| one.status).collect::<Vec<_>>(), [status]);
}

fn says(reply: &mut Reply, word: Word) {
    reply.answer.outcome = Outcome::of(word);
}

/// A scenario, a lie, and the field that tells of it.
const LIES: [(&str, Lie, &str); 12] = [
    ("A01", |reply| says(reply, Word::Indeterminate), "outcome"),
    ("A01", |reply| reply.answer.reason = "rent-permitted".into(), "reason"),
    ("D01", |reply| reply.answer.rule = None, "rule"),
    ("E01", |reply| reply.answer.notices.clear(), "notices"),
    ("A01", |reply| reply.answer.disclosed.push("doc.number".into()), "withheld"),
    ("A01", |reply| says(reply, Word::Refuse), "X-01"),
    ("A01", |reply| reply.answer.disclosed.push("doc.number".into()), "X-02"),
    ("D01", |reply| says(reply, Word::Accept), "X-03"),
    ("B01", |reply| reply.texts.redress = None, "X-04"),
    ("B01", |reply| reply.texts.what = Some(["What".into(), " ".into()]), "X-04"),
    ("B01", |reply| reply.texts.fallback = None, "X-05"),
    ("A01", |reply| reply.receipt.as_mut().unwrap().salt = [0; 16], "X-06"),
];

#[test]
fn a_lie_is_a_difference_of_its_field() {
    for (id, lie, field) in LIES {
        let report = run(SEED, WalletPolicy::Strict, &[scenario(id)], "", lie);
        assert!(differences(&report).contains(&(Design::Geleit, field)), "{id}: {field}: {report:?}");
        let broken = report.invariants.iter().filter(|one| one.broken > 0).map(|one| one.id.as_str());
        assert_eq!(field.starts_with("X-"), broken.clone().any(|id| id == field), "{field}");
    }
}

/// What is told must be told of every answer, whoever lies: no lie above is noticed without being told.
#[test]
fn who_does_not_lie_passes() {
    for id in LIES.map(|(id, ..)| id) {
        passes_or_not(&run(SEED, WalletPolicy::Strict, &[scenario(id)], "", honest), Status::Passed);
    }
}

#[test]
fn what_is_expected_to_fail_has_to_fail() {
    let listed = "[[scenario]]\nid = \"A01\"\nwhy = \"notes too much\"\n";
    let scenarios = [scenario("A01")];
    let report = run(SEED, WalletPolicy::Strict, &scenarios, listed, |reply| {
        reply.answer.notices.push("evidence-not-fresh".into());
    });
    passes_or_not(&report, Status::ExpectedFailure);
    assert_eq!(report.scenarios[0].because.as_deref(), Some("notes too much"));
    assert!(!report.has_failed());
    let report = run(SEED, WalletPolicy::Strict, &scenarios, listed, honest);
    passes_or_not(&report, Status::UnexpectedSuccess);
    assert!(report.has_failed());
}

/// One check more at the end of a scenario.
fn and_one_more(id: &str, fields: &str) -> Report {
    let step = format!(
        "\n[[step]]\ndo = \"check\"\nname = \"one more\"\nwho = \"asha\"\nby = \"employer\"\n\
        purpose = \"uk-right-to-work\"\nfacts = {{ start_date = \"2026-12-01\", face_matches = \"yes\" }}\n{fields}\
        [step.expect]\noutcome = \"ACCEPT\"\nreason = \"work-permitted\"\ntruth = \"right\"\n\
        [step.share_code]\noutcome = \"ACCEPT\"\nreason = \"share-code-valid\"\n"
    );
    let text = format!("{}{step}", text_of(id));
    let scenario = Scenario::from_toml(&format!("{id}.toml"), &text).unwrap();
    run(SEED, WalletPolicy::Strict, &[scenario], "", honest)
}

/// D01 shows an answer a second time. The next check gets the second copy, as if it had not.
#[test]
fn an_answer_that_is_shown_again_uses_up_no_copy() {
    let (next, second) = (and_one_more("D01", ""), and_one_more("D01", "copy = 2\n"));
    passes_or_not(&next, Status::Passed);
    assert_eq!(serde_json::to_string(&next).unwrap(), serde_json::to_string(&second).unwrap());
}

#[test]
fn another_answer_than_before_is_a_difference() {
    let report = and_one_more("A01", "same_answer_as = \"employer\"\n");
    assert_eq!(differences(&report), BTreeSet::from([(Design::Geleit, "answer")]));
}

#[test]
fn an_attack_that_finds_nothing_says_so() {
    let text = text_of("A01").replacen("facts =", "attack = \"link-made-up\"\nfacts =", 1);
    let scenario = Scenario::from_toml("A01.toml", &text).unwrap();
    let report = run(SEED, WalletPolicy::Strict, &[scenario], "", honest);
    passes_or_not(&report, Status::Failed);
    let because = report.scenarios[0].because.as_deref();
    assert_eq!(because, Some("the attack \"link-made-up\" finds nothing to break in this answer"));
}

/// A wallet without copies answers as one whose holder declines; nobody is to take one for the other.
#[test]
fn a_wallet_without_copies_is_no_wallet_that_declines() {
    let one = text_of("A01");
    let step = one.find("[[step]]").unwrap();
    let again =
        |number: usize| one[step..].replace("name = \"employer\"", &format!("name = \"employer {number}\""));
    let checks: String = (2..=6).map(again).collect();
    let scenario = Scenario::from_toml("A01.toml", &format!("{one}\n{checks}")).unwrap();
    let report = run(SEED, WalletPolicy::Strict, &[scenario], "", honest);
    let [one] = report.scenarios.as_slice() else { panic!("one scenario") };
    assert_eq!((one.status, one.checks.len()), (Status::Failed, 5));
    let because = one.because.as_deref().unwrap();
    assert!(because.starts_with("asha has no unused copy left"), "{because}");
}
