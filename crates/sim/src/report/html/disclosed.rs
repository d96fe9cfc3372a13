//! What the asking parties learned: claims by how often they were disclosed, in both designs.

use super::bars::{Pair, bars};
use super::page::{Cell, Page, Shown};
use super::scale::About;
use crate::report::{Report, view};
use crate::row::Design;
use crate::stats::Share;
use crate::tally::{Counts, Dimension};
use std::collections::BTreeMap;

/// Claims in the chart, at most. The table has all of them.
const DRAWN: usize = 24;

/// Adds what was disclosed.
pub(super) fn disclosed(page: &mut Page, report: &Report) {
    let mut claims: BTreeMap<&str, [u64; 2]> = BTreeMap::new();
    for (at, design) in Design::ALL.into_iter().enumerate() {
        for (claim, count) in report.tally.disclosed(design) {
            if let Some(slot) = claims.entry(claim).or_default().get_mut(at) {
                *slot = count;
            }
        }
    }
    if claims.is_empty() {
        return;
    }
    let checks = Design::ALL
        .map(|design| report.tally.counts(design, Dimension::All, "all").map_or(0, Counts::without_extra));
    let mut claims: Vec<(&str, [u64; 2])> = claims.into_iter().collect();
    claims.sort_by_key(|(name, counts)| (core::cmp::Reverse(counts.iter().max().copied()), *name));
    let shares = |counts: [u64; 2]| {
        let mut checks = checks.into_iter();
        counts.map(|count| Some(Share::new(count, checks.next()?).share))
    };
    let pairs: Vec<Pair> = claims
        .iter()
        .take(DRAWN)
        .map(|(name, counts)| Pair { name: (*name).to_owned(), shares: shares(*counts) })
        .collect();
    page.begin("disclosed", "What was disclosed");
    page.text("p", "How often an asking party learned a claim, as a share of all checks of a design. Requests for too much that were followed by an honest one, and answers that were sent again, are left out.");
    sums(page, report, &claims, checks);
    let more = claims.len().saturating_sub(DRAWN);
    let more = if more > 0 { format!(" The table has {more} more claims.") } else { String::new() };
    let about = About {
        title: "Claims learned, share of checks",
        desc: &format!(
            "Pairs of bars from zero, most frequent first: the share of the checks of each design in which a claim was disclosed.{more} The table below has the numbers."
        ),
    };
    let designs = Design::ALL.map(|design| view::design(report, design));
    page.raw("<div class=\"charts one\">\n");
    bars(page, &about, designs, &pairs);
    page.raw("</div>\n");
    let rows: Vec<Vec<Cell>> = claims
        .iter()
        .map(|(name, counts)| {
            let numbers = counts.iter().zip(shares(*counts)).flat_map(|(count, share)| {
                let share = share.map_or_else(|| "-".to_owned(), view::percent);
                [Cell::number(view::grouped(*count, ',')), Cell::number(share)]
            });
            [Cell::word(*name)].into_iter().chain(numbers).collect()
        })
        .collect();
    let [first, second] = designs;
    let head = ["claim", first, "share", second, "share"];
    page.table(Shown::Folded, "Claims disclosed, in checks", &head, &rows);
    page.end();
}

/// How many claims a check discloses on average.
fn sums(page: &mut Page, report: &Report, claims: &[(&str, [u64; 2])], checks: [u64; 2]) {
    let sums = claims.iter().fold([0, 0], |[a, b], (_, [first, second])| [a + first, b + second]);
    let means = Design::ALL.into_iter().zip(sums).zip(checks).filter(|(_, checks)| *checks > 0);
    page.list(means.map(|((design, sum), checks)| {
        let hundredths = (sum * 100 + checks / 2) / checks;
        let name = view::design(report, design);
        format!("{name}: {}.{:02} claims per check on average.", hundredths / 100, hundredths % 100)
    }));
}
