//! What checks cost: time in the virtual network, and bytes.

use super::bars::{Pair, bars};
use super::page::{Cell, Page, Shown};
use super::scale::About;
use crate::report::rates::{latency_within_ms, mean_bytes};
use crate::report::{Report, view};
use crate::row::Design;
use crate::tally::{Counts, Dimension, LATENCY_CLASSES_MS};

/// Adds latency and bytes.
pub(super) fn costs(page: &mut Page, report: &Report) {
    page.begin("costs", "Time and bytes");
    page.text("p", "Time is that of the virtual network, not of a processor. It is counted in classes: a quantile is the upper bound of its class. Requests for too much that were followed by an honest one, and answers that were sent again, are left out. Fetching of status lists, trust lists and copies is not counted.");
    latency(page, report);
    table(page, report);
    page.end();
}

fn all(report: &Report, design: Design) -> Option<&Counts> {
    report.tally.counts(design, Dimension::All, "all").filter(|counts| counts.without_extra() > 0)
}

fn class(bound: u32) -> String {
    let last = LATENCY_CLASSES_MS.iter().rev().nth(1).copied().unwrap_or_default();
    if bound == u32::MAX { format!("over {}", time(last)) } else { format!("up to {}", time(bound)) }
}

fn time(ms: u32) -> String {
    if ms >= 1_000 && ms.is_multiple_of(1_000) { format!("{} s", ms / 1_000) } else { format!("{ms} ms") }
}

fn latency(page: &mut Page, report: &Report) {
    let checks = |design, bound| {
        let counts = all(report, design)?;
        Some((counts.latency_ms.get(&bound).copied().unwrap_or(0), counts.without_extra()))
    };
    let seen = |bound: &u32| {
        Design::ALL.into_iter().any(|design| checks(design, *bound).is_some_and(|(count, _)| count > 0))
    };
    let bounds: Vec<u32> = LATENCY_CLASSES_MS.into_iter().filter(seen).collect();
    let pairs: Vec<Pair> = bounds
        .iter()
        .map(|bound| Pair {
            name: class(*bound),
            shares: Design::ALL.map(|design| {
                checks(design, *bound).map(|(count, of)| crate::stats::Share::new(count, of).share)
            }),
        })
        .collect();
    let about = About {
        title: "Time in the virtual network, share of checks",
        desc: "Pairs of bars from zero: the share of the checks of each design in each class of latency. Classes without checks are left out. The table below has the numbers.",
    };
    let designs = Design::ALL.map(|design| view::design(report, design));
    page.raw("<div class=\"charts one\">\n");
    bars(page, &about, designs, &pairs);
    page.raw("</div>\n");
    let rows: Vec<Vec<Cell>> = bounds
        .iter()
        .map(|bound| {
            let numbers = Design::ALL.map(|design| {
                Cell::number(
                    checks(design, *bound)
                        .map_or_else(|| "-".to_owned(), |(count, _)| view::grouped(count, ',')),
                )
            });
            [Cell::text(class(*bound))].into_iter().chain(numbers).collect()
        })
        .collect();
    let [first, second] = designs.map(|name| format!("checks by {name}"));
    page.table(Shown::Folded, "Checks by class of latency", &["latency", &first, &second], &rows);
}

fn table(page: &mut Page, report: &Report) {
    let head = [
        "design",
        "checks",
        "half within",
        "95 % within",
        "99 % within",
        "request, mean bytes",
        "presentation or pages, mean bytes",
        "all bytes",
    ];
    let mut rows = Vec::new();
    for design in Design::ALL {
        let Some(counts) = all(report, design) else { continue };
        let within = |percent| {
            Cell::number(match latency_within_ms(counts, percent) {
                None => "-".to_owned(),
                Some(u32::MAX) => class(u32::MAX),
                Some(bound) => time(bound),
            })
        };
        let (request, presentation) = mean_bytes(counts);
        rows.push(vec![
            Cell::word(view::design(report, design)),
            Cell::number(view::grouped(counts.without_extra(), ',')),
            within(50),
            within(95),
            within(99),
            Cell::number(view::grouped(request, ',')),
            Cell::number(view::grouped(presentation, ',')),
            Cell::number(view::grouped(counts.request_bytes + counts.presentation_bytes, ',')),
        ]);
    }
    page.table(Shown::Open, "Time and bytes by design", &head, &rows);
}
