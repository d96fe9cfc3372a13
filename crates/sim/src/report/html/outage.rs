//! The time line of a population's checks: answers by hour, so that an outage is seen.

use super::page::{Cell, Page, Shown};
use super::scale::About;
use super::timeline::{Span, timeline};
use crate::outcome::{Sign, Word};
use crate::report::{Report, view};
use crate::row::Design;
use crate::stats::Share;
use geleit_credential::time::UnixTime;
use std::collections::BTreeMap;

/// Hours that are drawn one by one; a longer run is drawn in steps of several.
const MOST_STEPS: i64 = 1_500;

/// Windows that are named in words, at most.
const NAMED: usize = 6;

const KINDS: [(Sign, &str); 3] =
    [(Sign::Neither, "neither yes nor no"), (Sign::Negative, "\"no\""), (Sign::Positive, "\"yes\"")];

/// Checks of a step, and of them those with each of [`KINDS`].
#[derive(Clone, Copy, Default)]
struct Step {
    checks: u64,
    kinds: [u64; 3],
}

impl Step {
    fn add(&mut self, word: Word, count: u64) {
        self.checks += count;
        for ((sign, _), slot) in KINDS.iter().zip(&mut self.kinds) {
            if word.sign() == *sign {
                *slot += count;
            }
        }
    }

    fn share(&self, kind: usize) -> Option<f64> {
        let count = *self.kinds.get(kind)?;
        (self.checks > 0).then(|| Share::new(count, self.checks).share)
    }
}

/// Adds the time line of a run of a population.
pub(super) fn outage(page: &mut Page, report: &Report) {
    let Some(span) = span(report).filter(|_| report.run.population.is_some()) else { return };
    let lines = Design::ALL.map(|design| steps(report, design, span));
    let every = if span.step == 1 { "hour".to_owned() } else { format!("{} hours", span.step) };
    page.begin("timeline", "Time line");
    let (first, last) = (stamp(span.first), stamp(span.first + span.step * span.count));
    page.text("p", &format!("Answers by {every}, from {first} to {last}, UTC, on the virtual clock. Charts of the same kind of answer share their scale."));
    page.list(
        Design::ALL
            .iter()
            .zip(&lines)
            .map(|(design, steps)| outages(view::design(report, *design), steps, span)),
    );
    page.raw("<div class=\"charts pairs\">\n");
    for (kind, (_, name)) in KINDS.into_iter().enumerate() {
        let shares =
            lines.each_ref().map(|steps| steps.iter().map(|step| step.share(kind)).collect::<Vec<_>>());
        let max = shares.iter().flatten().flatten().copied().fold(0.0, f64::max);
        for ((design, class), shares) in Design::ALL.into_iter().zip(["a", "b"]).zip(&shares) {
            let design = view::design(report, design);
            let most = shares.iter().flatten().copied().fold(0.0, f64::max);
            let about = About {
                title: &format!("{name}: {design}"),
                desc: &format!(
                    "An area over time, by {every}, from zero: the share of checks by {design} that had the answer {name}. Its highest value is {}. The table below has the numbers.",
                    view::percent(most)
                ),
            };
            timeline(page, &about, class, span, max, shares);
        }
    }
    page.raw("</div>\n");
    table(page, report, span, &lines);
    page.end();
}

/// From the first hour with a check to the last, of both designs.
fn span(report: &Report) -> Option<Span> {
    let hours =
        || Design::ALL.into_iter().flat_map(|design| report.tally.hours(design)).map(|(hour, _)| hour);
    let (first, last) = (hours().min()?, hours().max()?);
    let hours = last - first + 1;
    let step = [1, 6, 24, 168].into_iter().find(|step| hours / step <= MOST_STEPS).unwrap_or(720);
    let first = first.div_euclid(step) * step;
    (hours > 1).then_some(Span { first, step, count: (last - first) / step + 1 })
}

fn steps(report: &Report, design: Design, span: Span) -> Vec<Step> {
    let mut steps: BTreeMap<i64, Step> = BTreeMap::new();
    for (hour, words) in report.tally.hours(design) {
        let step = steps.entry((hour - span.first).div_euclid(span.step)).or_default();
        for (word, count) in words {
            step.add(*word, *count);
        }
    }
    (0..span.count).map(|at| steps.get(&at).copied().unwrap_or_default()).collect()
}

/// When most checks had neither yes nor no, as a sentence.
fn outages(design: &str, steps: &[Step], span: Span) -> String {
    let mut windows: Vec<(i64, i64)> = Vec::new();
    let mut hour = span.first;
    for step in steps {
        let next = hour + span.step;
        if step.kinds.first().is_some_and(|neither| neither * 2 > step.checks) {
            match windows.last_mut() {
                Some((_, end)) if *end == hour => *end = next,
                _ => windows.push((hour, next)),
            }
        }
        hour = next;
    }
    if windows.is_empty() {
        return format!("{design}: at no time had most checks neither yes nor no.");
    }
    let named: Vec<_> = windows
        .iter()
        .take(NAMED)
        .map(|(from, to)| format!("from {} to {} ({} h)", stamp(*from), stamp(*to), to - from))
        .collect();
    let more = windows.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(", and {more} times more") } else { String::new() };
    format!("{design}: most checks had neither yes nor no {}{more}.", named.join(", "))
}

fn table(page: &mut Page, report: &Report, span: Span, lines: &[Vec<Step>; 2]) {
    let [first, second] = Design::ALL.map(|design| {
        let name = view::design(report, design);
        ["checks", "neither", "\"no\"", "\"yes\""].map(|what| format!("{name}: {what}"))
    });
    let head: Vec<&str> =
        ["from, UTC"].into_iter().chain(first.iter().chain(&second).map(String::as_str)).collect();
    let [left, right] = lines;
    let mut rows = Vec::new();
    let mut hour = span.first;
    for pair in left.iter().zip(right) {
        let numbers =
            [pair.0, pair.1].into_iter().flat_map(|step| [step.checks].into_iter().chain(step.kinds));
        let numbers = numbers.map(|number| Cell::number(view::grouped(number, ',')));
        rows.push([Cell::word(stamp(hour))].into_iter().chain(numbers).collect());
        hour += span.step;
    }
    page.table(Shown::Folded, "Answers over time, in checks", &head, &rows);
}

/// `2026-05-08 14:00`.
fn stamp(hour: i64) -> String {
    let time = UnixTime(hour.saturating_mul(3_600)).to_string();
    time.get(..16).unwrap_or(&time).replace('T', " ")
}
