//! What the mix of a population assumes: outages and the rates of desks at once, every other figure in a folded table.

use super::page::{Cell, Page, Shown};
use crate::report::{Assumed, Report, view};

/// Adds what was assumed.
pub(super) fn assumptions(page: &mut Page, report: &Report) {
    let Some(population) = report.run.population.as_ref() else { return };
    let (assumptions, Some(said)) = (&population.assumptions, view::assumed(report)) else { return };
    page.begin("assumptions", "Assumptions");
    page.text("p", &said);
    let outages: Vec<Vec<Cell>> = assumptions
        .outages
        .iter()
        .map(|one| {
            vec![
                Cell::word(&one.of),
                Cell::text(&one.after),
                Cell::text(&one.span),
                Cell::word(&one.mark),
                Cell::text(&one.source),
            ]
        })
        .collect();
    let head = ["what is away", "after the start", "for", "mark", "source"];
    page.table(Shown::Open, "Injected outages", &head, &outages);
    let of_desks = |one: &&Assumed| one.name.starts_with("desk.");
    let (desks, others): (Vec<&Assumed>, Vec<&Assumed>) = assumptions.figures.iter().partition(of_desks);
    table(page, Shown::Open, "What desks do", &desks);
    table(page, Shown::Folded, "Every other figure of the mix", &others);
    let context: Vec<&Assumed> = assumptions.context.iter().collect();
    table(page, Shown::Folded, "Numbers that no draw uses, to hold results against", &context);
    page.end();
}

fn table(page: &mut Page, shown: Shown, caption: &str, figures: &[&Assumed]) {
    let rows: Vec<Vec<Cell>> = figures
        .iter()
        .map(|one| {
            let date = one.date.as_ref().map(|date| format!(" ({date})")).unwrap_or_default();
            vec![
                Cell::text(&one.name),
                Cell::number(&one.value),
                Cell::word(&one.mark),
                Cell::text(format!("{}{date}", one.source)),
            ]
        })
        .collect();
    page.table(shown, caption, &["figure", "value", "mark", "source"], &rows);
}
