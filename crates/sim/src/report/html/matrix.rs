//! Scenarios: families by design, then every scenario with both outcomes side by side.

use super::page::{Cell, Page, Shown};
use super::scale::About;
use super::stacks::{Bar, stacks};
use crate::outcome::Verdict;
use crate::report::{CheckReport, Report, ScenarioReport, Status, view};
use crate::row::Design;
use crate::tally::Dimension;

/// How verdicts are drawn: class of the style sheet, and what it says.
const KINDS: [(&str, &str); 5] = [
    ("right", "right answer"),
    ("wrong-no", "\"no\" to a right"),
    ("wrong-yes", "\"yes\" to no right"),
    ("neither", "neither yes nor no"),
    ("open", "nothing to judge by"),
];

/// Adds the matrix and the scenarios.
pub(super) fn matrix(page: &mut Page, report: &Report) {
    if report.scenarios.is_empty() {
        return;
    }
    page.begin("matrix", "Scenarios by family and design");
    page.text(
        "p",
        "Scenarios are chosen, not drawn at random. Their counts say what can happen, not how often it does.",
    );
    families(page, report);
    verdicts(page, report);
    page.end();
    unexpected(page, report);
    page.begin("scenarios", "Every scenario");
    page.text("p", "An answer is shown alone where it is what was expected, and beside what was expected where it is not.");
    for (family, members) in view::families(report) {
        page.text("h3", family);
        scenarios(page, report, family, &members);
    }
    page.end();
}

fn families(page: &mut Page, report: &Report) {
    let [first, second] = Design::ALL.map(|one| format!("as expected: {}", view::design(report, one)));
    let head = ["family", "scenarios", &first, &second, "expected failures", "not run", "unexpected"];
    let rows: Vec<Vec<Cell>> = view::families(report)
        .into_iter()
        .map(|(family, members)| {
            let with = |wanted: &[Status]| members.iter().filter(|one| wanted.contains(&one.status)).count();
            let unexpected = members.iter().filter(|one| one.status.is_unexpected()).count();
            let [first, second] = Design::ALL.map(|design| {
                let (passed, of) = view::passed_of(members.iter().copied(), design);
                Cell::number(format!("{passed} of {of}"))
            });
            let state = if unexpected > 0 { "n bad" } else { "n" };
            vec![
                Cell::word(family),
                Cell::number(members.len().to_string()),
                first,
                second,
                Cell::number(with(&[Status::ExpectedFailure]).to_string()),
                Cell::number(with(&[Status::Skipped, Status::NotApplicable]).to_string()),
                Cell::State(state, unexpected.to_string()),
            ]
        })
        .collect();
    page.table(Shown::Open, "Checks answered as expected, by family and design", &head, &rows);
}

fn verdicts(page: &mut Page, report: &Report) {
    let mut bars = Vec::new();
    let mut rows = Vec::new();
    for (family, _) in view::families(report) {
        let mut group = family;
        for design in Design::ALL {
            let Some(counts) = report.tally.counts(design, Dimension::Family, family) else { continue };
            let numbers = Verdict::ALL.map(|verdict| counts.with_verdict(verdict));
            let name = view::design(report, design);
            let mut row = vec![Cell::word(family), Cell::word(name)];
            row.extend(numbers.map(|number| Cell::number(number.to_string())));
            rows.push(row);
            bars.push(Bar { group, design: name, counts: numbers.to_vec() });
            group = "";
        }
    }
    let about = About {
        title: "Answers beside the truth, in checks",
        desc: "Stacked bars from zero, two for each family of scenarios, one for each design: how many checks had a right answer, a wrong no, a wrong yes, neither, or nothing to judge by. The table below has the numbers.",
    };
    page.raw("<div class=\"charts one\">\n");
    stacks(page, &about, &KINDS, &bars);
    page.raw("</div>\n");
    let head: Vec<&str> = ["family", "design"].into_iter().chain(KINDS.map(|(_, name)| name)).collect();
    page.table(Shown::Folded, "answers beside the truth, in checks", &head, &rows);
}

fn unexpected(page: &mut Page, report: &Report) {
    let mut rows = Vec::new();
    for one in report.scenarios.iter().filter(|one| one.status.is_unexpected()) {
        let title = || Cell::text(format!("{} {}", one.id, one.title));
        let checks = || one.checks.iter().filter(|check| !check.differences.is_empty());
        if checks().next().is_none() {
            let because = one.because.as_deref().unwrap_or_default();
            let what = Cell::State("bad", view::words(one.status).to_owned());
            rows.push(vec![
                title(),
                Cell::text(""),
                Cell::text(""),
                what,
                Cell::text(""),
                Cell::text(because),
            ]);
        }
        for check in checks() {
            for difference in &check.differences {
                rows.push(vec![
                    title(),
                    Cell::text(&check.name),
                    Cell::word(view::design(report, difference.design)),
                    Cell::text(&difference.field),
                    Cell::text(&difference.expected),
                    Cell::State("bad", difference.actual.clone()),
                ]);
            }
        }
    }
    if rows.is_empty() {
        return;
    }
    page.begin("unexpected", "Unexpected");
    let head = ["scenario", "check", "design", "field", "expected", "got"];
    page.table(Shown::Open, "What was not as expected, in full", &head, &rows);
    page.end();
}

fn scenarios(page: &mut Page, report: &Report, family: &str, members: &[&ScenarioReport]) {
    let [first, second] = Design::ALL.map(|design| view::design(report, design));
    let reasons = [first, second].map(|name| format!("reason: {name}"));
    let [first_reason, second_reason] = &reasons;
    let head = ["id", "scenario", first, first_reason, second, second_reason, "result"];
    let rows: Vec<Vec<Cell>> = members.iter().flat_map(|one| rows(one)).collect();
    page.table(Shown::Open, &format!("Scenarios of the family {family}"), &head, &rows);
}

fn rows(one: &ScenarioReport) -> Vec<Vec<Cell>> {
    let because = one.because.as_ref().map(|because| format!(": {because}")).unwrap_or_default();
    let result = |text: &str| {
        let class = match one.status {
            Status::Passed => "good",
            Status::Failed | Status::UnexpectedSuccess => "bad",
            Status::ExpectedFailure | Status::Skipped | Status::NotApplicable => "note",
        };
        Cell::State(class, text.to_owned())
    };
    let told = format!("{}{because}", view::words(one.status));
    if one.checks.is_empty() {
        let empty = || Cell::text("");
        return vec![vec![
            Cell::word(&one.id),
            Cell::text(&one.title),
            empty(),
            empty(),
            empty(),
            empty(),
            result(&told),
        ]];
    }
    let of_check = |(at, check): (usize, &CheckReport)| {
        let title = match one.checks.as_slice() {
            [_] => one.title.clone(),
            _ => format!("{} ({})", one.title, check.name),
        };
        let [first, second] = Design::ALL.map(|design| answer(check, design));
        let [[first, first_reason], [second, second_reason]] = [first, second];
        let told = if at == 0 { &told } else { "" };
        vec![Cell::word(&one.id), Cell::text(title), first, first_reason, second, second_reason, result(told)]
    };
    one.checks.iter().enumerate().map(of_check).collect()
}

/// Outcome and reason of a design, with what was expected where it differs.
fn answer(check: &CheckReport, design: Design) -> [Cell; 2] {
    let Some(row) = view::row(check, design) else { return [Cell::text("not run"), Cell::text("")] };
    let outcome = row.answer.outcome.to_string();
    let wrong = |field: &str| check.differences.iter().find(|one| one.design == design && one.field == field);
    let cell = |text: &str, field| match wrong(field) {
        Some(one) => Cell::State("bad", format!("{text}; expected {}", one.expected)),
        None => Cell::word(text),
    };
    [cell(&outcome, "outcome"), cell(&row.answer.reason, "reason")]
}
