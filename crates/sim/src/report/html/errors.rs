//! Error rates of a population, as a whole and by subgroup, as dots with whiskers and as tables.

use super::page::{Cell, Page, Shown};
use super::scale::About;
use super::whiskers::{Group, whiskers};
use crate::report::rates::{Rates, without_outages};
use crate::report::{Report, view};
use crate::row::Design;
use crate::stats::Share;
use crate::tally::{Counts, Dimension};

/// A rate: its name, what it is of, and where it stands.
type Metric = (&'static str, &'static str, fn(&Rates) -> Share);

const METRICS: [Metric; 3] = [
    ("\"no\" to a right (false negatives)", "checks of people who have the right", |rates| {
        rates.false_negative
    }),
    ("\"yes\" to no right (false positives)", "checks of people who have no right", |rates| {
        rates.false_positive
    }),
    (
        "neither yes nor no (indeterminate)",
        "checks of people of whom it is settled whether they have the right",
        |rates| rates.indeterminate,
    ),
];

/// The columns of tables: those of the charts of groups, and "neither" to people who have the right.
const RATES: [fn(&Rates) -> Share; 4] = [
    |rates| rates.false_negative,
    |rates| rates.false_positive,
    |rates| rates.indeterminate,
    |rates| rates.indeterminate_with_right,
];

/// Adds the rates of a run of a population.
pub(super) fn errors(page: &mut Page, report: &Report) {
    if report.run.population.is_none() {
        return;
    }
    page.begin("rates", "Error rates");
    page.text(
        "p",
        "A dot is the share of checks, its whiskers are the 95 % interval after Wilson. Every chart has its own scale, which begins at 0. Groups with fewer than 30 checks do not stretch it: an arrow says that their interval goes on. \"Neither\" is of checks of people of whom it is settled whether they have the right.",
    );
    overall(page, report);
    for dimension in view::SUBGROUPS {
        subgroup(page, report, dimension);
    }
    page.end();
}

fn overall(page: &mut Page, report: &Report) {
    let rates = Design::ALL.map(|one| Some(Rates::of(report.tally.counts(one, Dimension::All, "all")?)));
    let names = ["\"no\" to a right", "\"yes\" to no right", "neither", "neither, with a right"];
    let groups: Vec<Group<'_>> = names
        .into_iter()
        .zip(RATES)
        .map(|(name, of)| Group { name, shares: rates.map(|rates| rates.as_ref().map(of)) })
        .collect();
    page.text("h3", "All checks");
    let about = About {
        title: "Rates over all checks",
        desc: "Dots with whiskers: four rates, each for both designs. The table below has the numbers.",
    };
    let designs = Design::ALL.map(|design| view::design(report, design));
    page.raw("<div class=\"charts one\">\n");
    whiskers(page, &about, designs, &groups);
    page.raw("</div>\n");
    table(page, report, Dimension::All, Shown::Open);
}

fn subgroup(page: &mut Page, report: &Report, dimension: Dimension) {
    let mut names: Vec<&str> = view::groups(report, dimension).into_iter().map(|(name, _)| name).collect();
    names.dedup();
    if names.is_empty() {
        return;
    }
    let called = view::dimension(dimension);
    page.text("h3", &format!("By {called}"));
    page.raw("<div class=\"charts\">\n");
    for (metric, of, rate) in METRICS {
        let share = |name, design| Some(rate(&Rates::of(report.tally.counts(design, dimension, name)?)));
        let groups: Vec<Group<'_>> = names
            .iter()
            .map(|name| Group { name, shares: Design::ALL.map(|design| share(name, design)) })
            .collect();
        let about = About {
            title: metric,
            desc: &format!(
                "Dots with whiskers: the share of {of}, by {called}, for both designs.{} The table below has the numbers.",
                highest(report, &groups)
            ),
        };
        whiskers(page, &about, Design::ALL.map(|design| view::design(report, design)), &groups);
    }
    page.raw("</div>\n");
    table(page, report, dimension, Shown::Folded);
}

/// Where each design has its highest share, as a sentence.
fn highest(report: &Report, groups: &[Group<'_>]) -> String {
    let of = |series: usize, design: Design| {
        let shares = groups.iter().filter_map(|group| Some((group.name, (*group.shares.get(series)?)?)));
        let shares = shares.filter(|(_, share)| share.count > 0);
        let (name, share) = shares.max_by(|(_, a), (_, b)| a.share.total_cmp(&b.share))?;
        let design = view::design(report, design);
        Some(format!(" Highest for {design}: {name}, {}.", view::with_interval(share)))
    };
    Design::ALL.into_iter().enumerate().filter_map(|(series, design)| of(series, design)).collect()
}

fn table(page: &mut Page, report: &Report, dimension: Dimension, shown: Shown) {
    let all = dimension == Dimension::All;
    let called = view::dimension(dimension);
    let metrics = [
        "\"no\" to a right",
        "% (95 % interval)",
        "\"yes\" to no right",
        "% (95 % interval)",
        "neither",
        "% (95 % interval)",
        "neither, with a right",
        "% (95 % interval)",
    ];
    let first: &[&str] = if all { &["design", "checks"] } else { &[called, "design", "checks"] };
    let head: Vec<&str> = first.iter().copied().chain(metrics).collect();
    let mut rows = Vec::new();
    for (name, design) in view::groups(report, dimension) {
        let Some(counts) = report.tally.counts(design, dimension, name) else { continue };
        let mut row = if all { Vec::new() } else { vec![Cell::word(name)] };
        row.push(Cell::word(view::design(report, design)));
        row.extend(numbers(counts));
        rows.push(row);
    }
    for design in Design::ALL.into_iter().filter(|_| all) {
        let Some(counts) = without_outages(&report.tally, design) else { continue };
        let mut row = vec![Cell::text(format!("{}, without injected outages", view::design(report, design)))];
        row.extend(numbers(&counts));
        rows.push(row);
    }
    let caption =
        if all { "Error rates over all checks".to_owned() } else { format!("Error rates by {called}") };
    page.table(shown, &caption, &head, &rows);
}

/// How many checks, and every rate.
fn numbers(counts: &Counts) -> Vec<Cell> {
    let rates = Rates::of(counts);
    let rates = RATES.into_iter().flat_map(|rate| {
        let share = rate(&rates);
        let (count, of) = (view::grouped(share.count, ','), view::grouped(share.of, ','));
        [Cell::number(format!("{count} of {of}")), Cell::number(view::with_interval(share))]
    });
    [Cell::number(view::grouped(counts.checks, ','))].into_iter().chain(rates).collect()
}
