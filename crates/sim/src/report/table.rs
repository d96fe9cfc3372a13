//! The report on a terminal: plain text of at most 100 columns, coloured where the caller asks for it.
//!
//! ```text
//! status-changes                                    geleit                   share-code
//! passed   B02  Time-limited, ends tomorrow         ACCEPT_UNTIL 2026-11-24  ACCEPT_UNTIL 2026-11-24
//! FAILED   B08  Revoked (cancelled) leave           ACCEPT                   REFUSE
//! ```
//!
//! What failed comes again in full, with field, expected and got. Everything that comes from a file or from a system
//! under test is printed without characters that steer a terminal.

use super::rates::{Rates, without_outages};
use super::view::{self, printable};
use super::{Report, ScenarioReport, Status};
use crate::row::Design;
use crate::tally::{Counts, Dimension};
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, Width, presets};

/// Columns of a line, at most.
pub const WIDTH: u16 = 100;

/// Space before the next column.
const PADDING: u16 = 2;

/// Colours, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// For files, pipes, and people who asked for none.
    Plain,
    /// For terminals.
    Colour,
}

impl Style {
    fn paint(self, code: &str, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Colour => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        }
    }

    fn heading(self, text: &str) -> String {
        self.paint("1", text)
    }

    /// A line that begins with a word of [`mark`] gets the colour of the word.
    fn line(self, line: &str) -> String {
        let word = line.split(' ').next().unwrap_or_default();
        let code = match word {
            "passed" | "held" => "32",
            "FAILED" | "PASSED" | "BROKEN" => "1;31",
            "skipped" | "n/a" | "xfail" => "33",
            _ => return line.to_owned(),
        };
        format!("{}{}", self.paint(code, word), line.get(word.len()..).unwrap_or_default())
    }
}

/// A status in one short word; what fails a run is in capitals, for eyes without colours.
const fn mark(status: Status) -> &'static str {
    match status {
        Status::Passed => "passed",
        Status::Failed => "FAILED",
        Status::ExpectedFailure => "xfail",
        Status::UnexpectedSuccess => "PASSED!",
        Status::Skipped => "skipped",
        Status::NotApplicable => "n/a",
    }
}

/// The report for people at a terminal.
#[must_use]
pub fn table(report: &Report, style: Style) -> String {
    let mut out = format!("{}\n", wrapped(&view::origin(report)));
    if let Some(missing) = view::partial(report) {
        out.push_str(&format!("{missing}\n"));
    }
    scenarios(&mut out, report, style);
    in_full(&mut out, report, style);
    if report.run.population.is_some() {
        rates(&mut out, report, style);
    }
    invariants(&mut out, report, style);
    let state =
        if report.has_failed() { style.paint("1;31", "FAILED") } else { style.paint("1;32", "passed") };
    out.push_str(&format!("\n{state}\n{}\n", wrapped(&view::summary(report))));
    out
}

fn scenarios(out: &mut String, report: &Report, style: Style) {
    for (family, members) in view::families(report) {
        let mut table = columns([9, 6, 31, 27, 27]);
        let [first, second] = Design::ALL.map(|design| printable(view::design(report, design)));
        table.add_row(["", "", "", &first, &second]);
        for one in members {
            scenario(&mut table, one);
        }
        out.push_str(&format!("\n{}\n{}", style.heading(&printable(family)), lines(&table, style)));
    }
}

fn scenario(table: &mut Table, one: &ScenarioReport) {
    let (mark, id, title) = (mark(one.status), printable(&one.id), printable(&one.title));
    let outcomes = |check: &super::CheckReport| {
        Design::ALL.map(|design| {
            let answer = view::row(check, design).map(|row| row.answer.outcome.to_string());
            let wrong = view::as_expected(check, design) == Some(false);
            answer
                .map_or_else(|| "-".to_owned(), |answer| format!("{answer}{}", if wrong { " !" } else { "" }))
        })
    };
    match one.checks.as_slice() {
        [] => {
            table.add_row([mark, &id, &title, "-", "-"]);
        }
        [check] => {
            let [first, second] = outcomes(check);
            table.add_row([mark, &id, &title, &first, &second]);
        }
        checks => {
            table.add_row([mark, &id, &title, "", ""]);
            for check in checks {
                let [first, second] = outcomes(check);
                table.add_row(["", "", &format!("- {}", printable(&check.name)), &first, &second]);
            }
        }
    }
}

/// Everything that is not simply passed, with its reason or its differences.
fn in_full(out: &mut String, report: &Report, style: Style) {
    let told = |one: &&ScenarioReport| !matches!(one.status, Status::Passed);
    for one in report.scenarios.iter().filter(told) {
        let title = printable(&format!("{} {}", one.id, one.title));
        let heading = format!("{} {title}", mark(one.status));
        out.push('\n');
        out.push_str(&wrapped(&heading).lines().map(|line| style.line(line) + "\n").collect::<String>());
        if let Some(because) = &one.because {
            out.push_str(&indented(&printable(because)));
        }
        differences(out, report, one);
    }
}

fn differences(out: &mut String, report: &Report, one: &ScenarioReport) {
    // The first column is the indent, which lines have that a long name is broken into.
    let mut table = columns([3, 17, 14, 12, 27, 27]);
    table.add_row(["", "check", "design", "field", "expected", "got"]);
    let mut any = false;
    for check in &one.checks {
        for difference in &check.differences {
            any = true;
            let design = printable(view::design(report, difference.design));
            let name = printable(&check.name);
            let [field, expected, actual] =
                [&difference.field, &difference.expected, &difference.actual].map(|text| printable(text));
            table.add_row(["", &name, &design, &field, &expected, &actual]);
        }
    }
    if any {
        out.push_str(&lines(&table, Style::Plain));
    }
}

fn rates(out: &mut String, report: &Report, style: Style) {
    for dimension in [Dimension::All].into_iter().chain(view::SUBGROUPS) {
        let mut table = columns([26, 11, 21, 21, 21]);
        for column in 1..5 {
            if let Some(column) = table.column_mut(column) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        table.add_row(["", "checks", "\"no\" to a right", "\"yes\" to none", "neither"]);
        let mut above = None;
        for (name, design) in view::groups(report, dimension) {
            let Some(counts) = report.tally.counts(design, dimension, name) else { continue };
            if above.replace(name) != Some(name) && dimension != Dimension::All {
                table.add_row([&printable(name), "", "", "", ""]);
            }
            rates_of(&mut table, report, (design, counts));
        }
        if dimension == Dimension::All {
            without_injected_outages(&mut table, report);
        }
        let heading = style.heading(view::dimension(dimension));
        out.push_str(&format!("\n{heading}\n{}", lines(&table, style)));
    }
    out.push_str("\nShares in percent, with 95 % intervals after Wilson in brackets.\n");
    let settled = "\"neither\" is of checks of people of whom it is settled whether they have the right.";
    out.push_str(&format!("{}\n", wrapped(settled)));
    if let Some(assumed) = view::assumed(report) {
        out.push_str(&format!("{}\n", wrapped(&assumed)));
    }
}

fn rates_of(table: &mut Table, report: &Report, (design, counts): (Design, &Counts)) {
    let rates = Rates::of(counts);
    let [negative, positive, open] =
        [rates.false_negative, rates.false_positive, rates.indeterminate].map(view::narrow_interval);
    let checks = view::grouped(counts.checks, ',');
    let design = format!("  {}", printable(view::design(report, design)));
    table.add_row([&design, &checks, &negative, &positive, &open]);
}

fn without_injected_outages(table: &mut Table, report: &Report) {
    table.add_row(["without injected outages", "", "", "", ""]);
    for design in Design::ALL {
        if let Some(counts) = without_outages(&report.tally, design) {
            rates_of(table, report, (design, &counts));
        }
    }
}

fn invariants(out: &mut String, report: &Report, style: Style) {
    if report.invariants.is_empty() {
        return;
    }
    let mut table = columns([9, 7, 56, 28]);
    for one in &report.invariants {
        let mark = match one.broken {
            0 if view::was_checked(one) => "held",
            0 => "n/a",
            _ => "BROKEN",
        };
        let checked = view::grouped(one.checked, ',');
        let count = match one.broken {
            0 if !view::was_checked(one) => "not checked".to_owned(),
            0 => format!("{checked} checked"),
            broken => format!("{} of {checked}", view::grouped(broken, ',')),
        };
        table.add_row([mark, &printable(&one.id), &printable(&one.text), &count]);
    }
    out.push_str(&format!("\n{}\n{}", style.heading("invariants"), lines(&table, style)));
    if let Some(read) = view::read_as_no(report) {
        out.push_str(&format!("{}\n", wrapped(&read)));
    }
}

/// A table whose columns have these widths, the space before the next column in them.
fn columns<const N: usize>(widths: [u16; N]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH);
    table.add_row([""; N]);
    for (at, width) in widths.into_iter().enumerate() {
        if let Some(column) = table.column_mut(at) {
            let (padding, width) = (if N == 1 { 0 } else { PADDING }, Width::Fixed(width));
            column.set_padding((0, padding)).set_constraint(ColumnConstraint::Absolute(width));
        }
    }
    table
}

/// The lines of a table without the empty one that made its columns.
fn lines(table: &Table, style: Style) -> String {
    let text = table.trim_fmt();
    text.lines().skip(1).map(|line| style.line(line) + "\n").collect()
}

/// A long line, broken between words.
fn wrapped(text: &str) -> String {
    let mut table = columns([WIDTH]);
    table.add_row([printable(text)]);
    lines(&table, Style::Plain).trim_end().to_owned()
}

fn indented(text: &str) -> String {
    let mut table = columns([3, WIDTH - 3]);
    table.add_row(["", text]);
    lines(&table, Style::Plain)
}
