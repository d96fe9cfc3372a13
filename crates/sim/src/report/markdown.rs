//! A summary in Markdown, as CI servers show it beside a run (`GITHUB_STEP_SUMMARY`).

use super::rates::{Rates, without_outages};
use super::{Report, ScenarioReport, Status, view};
use crate::row::Design;
use crate::tally::Dimension;

/// The summary: what happened, families by design, what failed, rates, invariants.
#[must_use]
pub fn markdown(report: &Report) -> String {
    let mut out = String::new();
    let state = if report.has_failed() { "failed" } else { "passed" };
    out.push_str(&format!("## geleit sim: {state}\n\n{}.\n\n", text(&view::summary(report))));
    out.push_str(&format!("{}.\n\n", text(&view::origin(report))));
    if let Some(missing) = view::partial(report) {
        out.push_str(&format!("**{missing}**\n\n"));
    }
    families(&mut out, report);
    unexpected(&mut out, report);
    rates(&mut out, report);
    invariants(&mut out, report);
    out
}

fn families(out: &mut String, report: &Report) {
    if report.scenarios.is_empty() {
        return;
    }
    let [first, second] = Design::ALL.map(|design| text(view::design(report, design)));
    out.push_str("### Scenarios\n\n");
    out.push_str(&format!(
        "| family | scenarios | not run | unexpected | as expected: {first} | as expected: {second} |\n"
    ));
    out.push_str("|---|--:|--:|--:|--:|--:|\n");
    for (family, members) in view::families(report) {
        let not_run = members
            .iter()
            .filter(|one| matches!(one.status, Status::Skipped | Status::NotApplicable))
            .count();
        let unexpected = members.iter().filter(|one| one.status.is_unexpected()).count();
        let [first, second] = Design::ALL.map(|design| {
            let (passed, of) = view::passed_of(members.iter().copied(), design);
            format!("{passed} of {of}")
        });
        let family = text(family);
        out.push_str(&format!(
            "| {family} | {} | {not_run} | {unexpected} | {first} | {second} |\n",
            members.len()
        ));
    }
    out.push('\n');
}

fn unexpected(out: &mut String, report: &Report) {
    let unexpected: Vec<&ScenarioReport> =
        report.scenarios.iter().filter(|one| one.status.is_unexpected()).collect();
    if unexpected.is_empty() {
        return;
    }
    out.push_str("### Unexpected\n\n| scenario | check | design | field | expected | got |\n");
    out.push_str("|---|---|---|---|---|---|\n");
    for one in unexpected {
        let title = text(&format!("{} {}", one.id, one.title));
        if one.checks.iter().all(|check| check.differences.is_empty()) {
            let what = view::words(one.status);
            let because = text(one.because.as_deref().unwrap_or_default());
            out.push_str(&format!("| {title} |  |  | {what} |  | {because} |\n"));
        }
        for check in &one.checks {
            for difference in &check.differences {
                let design = view::design(report, difference.design);
                let cells =
                    [&check.name, design, &difference.field, &difference.expected, &difference.actual];
                out.push_str(&format!("| {title} | {} |\n", cells.map(text).join(" | ")));
            }
        }
    }
    out.push('\n');
}

fn rates(out: &mut String, report: &Report) {
    if report.run.population.is_none() {
        return;
    }
    out.push_str("### Rates, with 95 % intervals (Wilson)\n\n");
    out.push_str("| design | checks | \"no\" to a right | \"yes\" to none | neither yes nor no |\n");
    out.push_str("|---|--:|--:|--:|--:|\n");
    for design in Design::ALL {
        let Some(counts) = report.tally.counts(design, Dimension::All, "all") else { continue };
        let rates = Rates::of(counts);
        let [negative, positive, open] =
            [rates.false_negative, rates.false_positive, rates.indeterminate].map(view::with_interval);
        let (design, checks) = (text(view::design(report, design)), view::grouped(counts.checks, ','));
        out.push_str(&format!("| {design} | {checks} | {negative} | {positive} | {open} |\n"));
    }
    for design in Design::ALL {
        let Some(counts) = without_outages(&report.tally, design) else { continue };
        let rates = Rates::of(&counts);
        let [negative, positive, open] =
            [rates.false_negative, rates.false_positive, rates.indeterminate].map(view::with_interval);
        let (design, checks) = (text(view::design(report, design)), view::grouped(counts.checks, ','));
        out.push_str(&format!(
            "| {design}, without injected outages | {checks} | {negative} | {positive} | {open} |\n"
        ));
    }
    out.push('\n');
    if let Some(assumed) = view::assumed(report) {
        out.push_str(&format!("{}\n\n", text(&assumed)));
    }
}

fn invariants(out: &mut String, report: &Report) {
    if report.invariants.is_empty() {
        return;
    }
    out.push_str("### Invariants\n\n| id | what holds | checked | broken |\n|---|---|--:|--:|\n");
    for one in &report.invariants {
        let broken = match one.broken {
            0 if view::was_checked(one) => "0".to_owned(),
            0 => "not checked".to_owned(),
            broken => format!("**{broken}**"),
        };
        let (id, what) = (text(&one.id), text(&one.text));
        out.push_str(&format!("| {id} | {what} | {} | {broken} |\n", one.checked));
    }
    if let Some(read) = view::read_as_no(report) {
        out.push_str(&format!("\n{}\n", text(&read)));
    }
}

/// Text that is no Markdown and no HTML, on one line.
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in view::printable(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '!' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}
