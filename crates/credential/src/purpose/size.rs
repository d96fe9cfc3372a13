//! P-01: how large a profile may be, found before any rule compares rows with each other.
//!
//! Profiles of strangers are read too: by the lint, and in the replay of a receipt before the hash of the kept
//! profile is known. Each number is at least twice that of the largest file of `spec/purposes`.

use super::error::ProfileFault;
use super::source::ProfileSource;

/// Bytes of a file. The largest of `spec/purposes` has 34 thousand.
pub const MAX_FILE: usize = 128 * 1024;

/// Rows of a decision table. The largest has 65.
pub const MAX_ROWS: usize = 256;

/// Conditions of a row. The longest has 7.
pub const MAX_CONDITIONS: usize = 16;

/// Values of an `in`, and of a fact that is a choice. The longest have 6 and 16.
pub const MAX_VALUES: usize = 32;

/// Facts. The largest file has 11.
pub const MAX_FACTS: usize = 64;

/// Thresholds; one for each threshold claim is more than anybody needs. The largest file has 2.
pub const MAX_THRESHOLDS: usize = 16;

/// Before anything is parsed.
pub(super) fn file(text: &str) -> Result<(), ProfileFault> {
    at_most("bytes", None, MAX_FILE, text.len())
}

/// What was parsed, before it is read. The claims are bounded by the schema (P-06, P-07).
pub(super) fn content(source: &ProfileSource) -> Result<(), ProfileFault> {
    let rows = source.decision.as_deref().unwrap_or_default();
    at_most("rows", None, MAX_ROWS, rows.len())?;
    for (row, number) in rows.iter().zip(1..) {
        at_most("conditions", Some(number), MAX_CONDITIONS, row.when.len())?;
        for condition in &row.when {
            let values = condition.one_of.as_ref().map_or(0, Vec::len);
            at_most("values", Some(number), MAX_VALUES, values)?;
        }
    }
    at_most("thresholds", None, MAX_THRESHOLDS, source.threshold.as_ref().map_or(0, Vec::len))?;
    let facts = source.facts.iter().flatten();
    at_most("facts", None, MAX_FACTS, facts.clone().count())?;
    for (_, fact) in facts {
        at_most("values of a fact", None, MAX_VALUES, fact.values.len())?;
    }
    Ok(())
}

fn at_most(what: &'static str, row: Option<usize>, limit: usize, found: usize) -> Result<(), ProfileFault> {
    if found > limit { Err(ProfileFault::TooLarge { what, row, limit, found }) } else { Ok(()) }
}
