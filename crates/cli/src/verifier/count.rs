//! `geleit verifier count`: how many checks of a purpose ended how, in which month. No rows of persons.

use crate::answer::Answer;
use crate::failure::Failure;
use crate::receipt_store::ReceiptStore;
use crate::text::{printable, table};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Cells with fewer checks are left out: so few people can be recognised, and even that there is such a cell
/// could tell of somebody.
const MINIMUM: u64 = 10;

const AFTER_HELP: &str = "\
Counted by purpose, month (UTC), outcome and reason. Cells with fewer than 10 checks are left out without
a trace, and no totals are given, from which they could be computed.

Example: geleit verifier count --store receipts --json";

/// Count checks by purpose, month, outcome and reason
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Count {
    /// The folder of the verifier
    #[arg(long, value_name = "DIR")]
    store: PathBuf,
}

impl Count {
    /// Runs the command.
    pub(crate) fn run(&self) -> Result<Answer, Failure> {
        let entries = ReceiptStore::open_existing(&self.store)?.entries()?;
        let mut cells: BTreeMap<[String; 4], u64> = BTreeMap::new();
        for entry in &entries {
            let written = &entry.written;
            let month = written.decided_at.to_string().chars().take(7).collect();
            let cell = [written.purpose.clone(), month, written.outcome.clone(), written.reason.clone()];
            *cells.entry(cell).or_default() += 1;
        }
        cells.retain(|_, count| *count >= MINIMUM);
        let row = |(cell, count): (&[String; 4], &u64)| {
            let mut row: Vec<String> = cell.iter().map(|text| printable(text)).collect();
            row.push(count.to_string());
            row
        };
        let mut text = table(&["purpose", "month", "outcome", "reason", "checks"], cells.iter().map(row));
        text.push_str(&format!("\nCells with fewer than {MINIMUM} checks are left out.\n"));
        let cell = |([purpose, month, outcome, reason], count): (&[String; 4], &u64)| json!({"intended_use": purpose, "month": month, "outcome": outcome, "reason": reason, "checks": count});
        let json = json!({
            "schema": "geleit.verifier-count/1", "minimum": MINIMUM, "cells": cells.iter().map(cell).collect::<Vec<_>>(),
        });
        Ok(Answer::new(text, json))
    }
}
