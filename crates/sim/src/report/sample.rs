//! Small reports for tests, with every status, and with texts that try to break out of every output.

use super::{
    Assumed, AssumedOutage, Assumptions, CheckReport, Difference, InvariantReport, PopulationRun, Report,
    Run, SCHEMA, ScenarioReport, Status,
};
use crate::instant::Instant;
use crate::invariant::Invariant;
use crate::outcome::{Outcome, Truth, Verdict};
use crate::row::{Answer, Design, Fallback, Row, Subgroup};
use crate::tally::Tally;
use geleit_credential::time::UnixTime;
use std::collections::BTreeMap;

/// Something for every syntax that a report is written in.
pub(super) const HOSTILE: &str = "<b>&\"'</b> 100% | `x` # \\ a:b,c\n::error::no\r\u{1b}[31m\u{0} </script>";

/// A row whose verdict follows from its outcome.
pub(super) fn row(check: &str, design: Design, outcome: &str, truth: Truth) -> Row {
    let outcome: Outcome = outcome.parse().unwrap();
    let geleit = design == Design::Geleit;
    Row {
        check: check.to_owned(),
        design,
        family: "status-changes".to_owned(),
        purpose: "uk-right-to-work".to_owned(),
        at: Instant(UnixTime(1_795_424_400)),
        subgroup: Subgroup::default(),
        fault: "none".to_owned(),
        truth,
        record: truth,
        verdict: Verdict::of(outcome.word, truth),
        answer: Answer {
            outcome,
            reason: "ok.unlimited".to_owned(),
            rule: None,
            notices: Vec::new(),
            disclosed: if geleit {
                vec!["work.permitted".to_owned()]
            } else {
                vec!["id.birth_date".to_owned(), "id.name".to_owned()]
            },
        },
        asked: 3,
        request_bytes: 400,
        presentation_bytes: 1_000,
        latency_ms: if geleit { 40 } else { 900 },
        fallback: Fallback::NotNeeded,
        violated: Vec::new(),
    }
}

fn difference(field: &str, expected: &str, actual: &str) -> Difference {
    let (expected, actual) = (expected.to_owned(), actual.to_owned());
    Difference { design: Design::Geleit, field: field.to_owned(), expected, actual }
}

fn check(name: &str, id: &str, outcomes: [&str; 2], differences: Vec<Difference>) -> CheckReport {
    let expected = |(design, outcome): (Design, &str)| {
        let wrong = differences.iter().find(|one| one.design == design && one.field == "outcome");
        (design, wrong.map_or(outcome, |one| &one.expected).parse().unwrap())
    };
    let of = || Design::ALL.into_iter().zip(outcomes);
    CheckReport {
        name: name.to_owned(),
        expected: of().map(expected).collect(),
        rows: of().map(|(design, outcome)| row(id, design, outcome, Truth::Right)).collect(),
        differences,
    }
}

fn scenario(id: &str, family: &str, title: &str, status: Status, checks: Vec<CheckReport>) -> ScenarioReport {
    let because = match status {
        Status::Passed | Status::Failed => None,
        Status::ExpectedFailure => Some("reason codes differ, see the list of the supplier"),
        Status::UnexpectedSuccess => Some("expected to fail until tokens are checked"),
        Status::Skipped => Some("no printed sheet yet"),
        Status::NotApplicable => Some("only the wallet acts"),
    };
    ScenarioReport {
        id: id.to_owned(),
        family: family.to_owned(),
        title: title.to_owned(),
        title_de: format!("{title} (de)"),
        status,
        because: because.map(str::to_owned),
        checks,
    }
}

fn report(scenarios: Vec<ScenarioReport>, population: Option<PopulationRun>, tally: Tally) -> Report {
    let invariants = Invariant::ALL.map(|one| InvariantReport {
        id: one.id().to_owned(),
        text: one.text().to_owned(),
        text_de: one.text_de().to_owned(),
        checked: 8,
        broken: 0,
    });
    Report {
        schema: SCHEMA.to_owned(),
        run: Run {
            seed: 7,
            version: "0.1.0".to_owned(),
            system: "geleit".to_owned(),
            wallet_policy: "strict".to_owned(),
            population,
            inputs: BTreeMap::from([("scenarios/status.toml".to_owned(), "ab".repeat(32))]),
        },
        scenarios,
        tally,
        invariants: invariants.to_vec(),
    }
}

/// A run of scenarios with one of every status, one of them failed in two fields.
pub(super) fn scenarios() -> Report {
    let until = "ACCEPT_UNTIL 2028-03-31";
    let failed = vec![
        difference("outcome", "REFUSE", "ACCEPT"),
        difference("reason", "status.revoked", "ok.unlimited"),
    ];
    let scenarios = vec![
        scenario(
            "A01",
            "working-cases",
            "Unlimited permission to work",
            Status::Passed,
            vec![check("first look", "A01/1", ["ACCEPT", "ACCEPT"], Vec::new())],
        ),
        scenario(
            "A02",
            "working-cases",
            "Time-limited permission, looked at twice",
            Status::Passed,
            vec![
                check("before", "A02/1", [until, until], Vec::new()),
                check("after the list is refreshed", "A02/2", [until, "INDETERMINATE"], Vec::new()),
            ],
        ),
        scenario("A07", "working-cases", "Printed sheet", Status::Skipped, Vec::new()),
        scenario(
            "B08",
            "status-changes",
            "Revoked (cancelled) leave",
            Status::Failed,
            vec![check("first", "B08/1", ["ACCEPT", "REFUSE"], failed)],
        ),
        scenario(
            "B09",
            "status-changes",
            "Suspended pending review",
            Status::ExpectedFailure,
            vec![check(
                "first",
                "B09/1",
                ["INDETERMINATE", "NO_SUCH_CHECK"],
                vec![difference("reason", "status.suspended", "unknown")],
            )],
        ),
        scenario("C02", "purpose", "Over-asking employer", Status::NotApplicable, Vec::new()),
        scenario(
            "D08",
            "purpose",
            "No algorithm",
            Status::UnexpectedSuccess,
            vec![check("first", "D08/1", ["NOT_VERIFIED", "NO_SUCH_CHECK"], Vec::new())],
        ),
    ];
    let mut tally = Tally::default();
    for row in scenarios.iter().flat_map(|one| &one.checks).flat_map(|check| &check.rows) {
        tally.add_row(row);
    }
    report(scenarios, None, tally)
}

/// A run in which every text that can be free is [`HOSTILE`], and an invariant is broken.
pub(super) fn hostile() -> Report {
    let mut report = scenarios();
    let hostile = || HOSTILE.to_owned();
    report.run.system = hostile();
    report.run.version = hostile();
    report.run.inputs.insert(hostile(), hostile());
    for one in &mut report.scenarios {
        let id = one.id.clone();
        one.title = format!("{id} {HOSTILE}");
        one.title_de = hostile();
        one.family = format!("{} {HOSTILE}", one.family);
        one.because = one.because.take().map(|_| hostile());
        for check in &mut one.checks {
            check.name = hostile();
            for row in &mut check.rows {
                row.family.clone_from(&one.family);
                row.answer.reason = hostile();
                row.answer.disclosed = vec![hostile()];
                row.purpose = hostile();
                report.tally.add_row(row);
            }
            for difference in &mut check.differences {
                difference.field = hostile();
                difference.expected = hostile();
                difference.actual = hostile();
            }
        }
    }
    for one in &mut report.invariants {
        one.text = hostile();
        one.text_de = hostile();
        one.broken = 2;
    }
    report
}

/// Two hundred people over three hours: 180 of them have the right.
pub(super) fn population() -> Report {
    let mut tally = Tally::default();
    for number in 0..200_i64 {
        let truth = if number < 180 { Truth::Right } else { Truth::NoRight };
        for design in Design::ALL {
            let outcome = match (design, number) {
                (Design::Geleit, 0..180) => "ACCEPT",
                (Design::Geleit, _) => "REFUSE",
                (Design::ShareCode, 0..20) => "REFUSE",
                (Design::ShareCode, 20..60) => "INDETERMINATE",
                (Design::ShareCode, 60..180) => "ACCEPT",
                (Design::ShareCode, 180..184) => "ACCEPT",
                (Design::ShareCode, _) => "REFUSE",
            };
            let mut row = row(&format!("p{number}/1"), design, outcome, truth);
            "population".clone_into(&mut row.family);
            row.at = Instant(UnixTime(1_795_424_400 + number % 3 * 3_600));
            row.subgroup = Subgroup {
                permit: ["settled", "work_skilled"][usize::from(number % 2 == 0)].to_owned(),
                nationality: ["india", "stateless", "poland"][usize::try_from(number % 3).unwrap()]
                    .to_owned(),
                age_band: ["18-24", "25-34"][usize::from(number % 5 == 0)].to_owned(),
                hard_case: ["none", "mononym"][usize::from(number % 50 == 0)].to_owned(),
            };
            ["none", "outage"][usize::from((20..60).contains(&number))].clone_into(&mut row.fault);
            if row.verdict == Verdict::Indeterminate {
                row.fallback = if number < 30 { Fallback::Succeeded } else { Fallback::Failed };
            }
            if design == Design::Geleit && number >= 190 {
                row.latency_ms = 400;
            }
            tally.add_row(&row);
        }
    }
    let assumed = |name: &str, value: &str, mark: &str, source: &str| Assumed {
        name: name.to_owned(),
        value: value.to_owned(),
        mark: mark.to_owned(),
        source: source.to_owned(),
        date: (mark == "published").then(|| "2024-12".to_owned()),
    };
    let assumptions = Assumptions {
        outages: vec![AssumedOutage {
            of: "look-up".to_owned(),
            after: "80h".to_owned(),
            span: "30h".to_owned(),
            mark: "assumption".to_owned(),
            source: "a test".to_owned(),
        }],
        figures: vec![
            assumed("permit[settled].weight", "3000", "assumption", "order of size <only>"),
            assumed("desk.gives_in_per_million", "800000", "assumption", "power is not equal"),
        ],
        context: vec![assumed("formal complaints", "441", "published", "a digest")],
    };
    let mix = "small".to_owned();
    let run = PopulationRun { people: 200, mix, shards: vec![1], of: 1, assumptions };
    report(Vec::new(), Some(run), tally)
}
