//! What came of the way out after neither yes nor no.

use super::page::{Cell, Page, Shown};
use super::scale::About;
use super::stacks::{Bar, stacks};
use crate::report::rates::fallback_success;
use crate::report::{Report, view};
use crate::row::{Design, Fallback};
use crate::tally::Dimension;

/// What is drawn, in order: class of the style sheet, what it says, and what it counts.
const KINDS: [(&str, &str, Fallback); 5] = [
    ("right", "led to the right answer", Fallback::Succeeded),
    ("open", "was named, not simulated", Fallback::Named),
    ("neither", "did not lead there in time", Fallback::Failed),
    ("wrong-no", "no way out was named", Fallback::Missing),
    ("wrong-yes", "the desk took it for \"no\"", Fallback::ReadAsNo),
];

/// Adds the success of ways out.
pub(super) fn fallback(page: &mut Page, report: &Report) {
    let mut bars = Vec::new();
    let mut rows = Vec::new();
    for design in Design::ALL {
        let Some(counts) = report.tally.counts(design, Dimension::All, "all") else { continue };
        let with = |fallback| counts.fallbacks.get(&fallback).copied().unwrap_or(0);
        let numbers = KINDS.map(|(_, _, fallback)| with(fallback));
        let name = view::design(report, design);
        let mut row = vec![Cell::word(name), Cell::number(view::grouped(with(Fallback::NotNeeded), ','))];
        row.extend(numbers.map(|number| Cell::number(view::grouped(number, ','))));
        let success = fallback_success(counts);
        row.push(Cell::number(view::with_interval(success)));
        rows.push(row);
        bars.push(Bar { group: "", design: name, counts: numbers.to_vec() });
    }
    if rows.is_empty() {
        return;
    }
    page.begin("fallback", "Ways out");
    page.text("p", "Where a check gives neither yes nor no, a way out has to be named, such as another desk. Success is the share of checks whose way out led to the right answer, of those where it was simulated, missing, or not looked for because the desk took the answer for \"no\".");
    if bars.iter().any(|bar| bar.counts.iter().any(|count| *count > 0)) {
        let about = About {
            title: "Ways out, in checks",
            desc: "Stacked bars from zero, one for each design: checks that needed a way out, by what came of it. The table below has the numbers.",
        };
        page.raw("<div class=\"charts one\">\n");
        stacks(page, &about, &KINDS.map(|(class, name, _)| (class, name)), &bars);
        page.raw("</div>\n");
    }
    let names = KINDS.map(|(_, name, _)| name);
    let head: Vec<&str> =
        ["design", "not needed"].into_iter().chain(names).chain(["success (95 % interval)"]).collect();
    page.table(Shown::Open, "Ways out by design, in checks", &head, &rows);
    page.end();
}
