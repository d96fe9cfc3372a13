//! `run.json`: what has to be known to repeat a run, and to quote it, beside its rows.

use super::Report;
use super::Run;
use super::caveats::CAVEATS;
use super::columns::COLUMNS;
use serde::Serialize;

/// The schema of `run.json`.
pub const SCHEMA: &str = "geleit.sim.run/1";

#[derive(Serialize)]
struct Document<'r> {
    schema: &'static str,
    #[serde(flatten)]
    run: &'r Run,
    row_schema: &'static str,
    columns: Vec<&'static str>,
    interval: &'static str,
    caveats: [&'static str; 6],
}

/// `run.json`, two spaces deep, with a line feed at its end.
///
/// # Errors
/// None for a report that this crate made: every key is a text.
pub fn run_json(report: &Report) -> Result<String, serde_json::Error> {
    let document = Document {
        schema: SCHEMA,
        run: &report.run,
        row_schema: super::lines::SCHEMA,
        columns: COLUMNS.iter().map(|column| column.name).collect(),
        interval: "Wilson, 95 %, two-sided",
        caveats: CAVEATS,
    };
    let mut text = serde_json::to_string_pretty(&document)?;
    text.push('\n');
    Ok(text)
}
