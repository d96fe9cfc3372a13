//! The data dictionary: what stands in which column, as comma-separated values.
//!
//! In CSV a text or list that would begin a formula of a spreadsheet has a `'` in front, and controls are escapes
//! ([`super::csv`]); JSON lines and Parquet have it as it is.

use super::columns::COLUMNS;
use super::csv::field;
use std::io::{self, Write};

/// The heading of the dictionary.
pub const HEADING: [&str; 5] = ["column", "type", "unit", "meaning", "values"];

/// Writes the dictionary of [`COLUMNS`].
///
/// # Errors
/// When it cannot be written.
pub fn write(out: &mut impl Write) -> io::Result<()> {
    line(out, HEADING)?;
    for column in COLUMNS {
        line(out, [column.name, column.kind.name(), column.unit, column.meaning, &(column.values)()])?;
    }
    Ok(())
}

fn line(out: &mut impl Write, fields: [&str; 5]) -> io::Result<()> {
    for (at, text) in fields.into_iter().enumerate() {
        if at > 0 {
            out.write_all(b",")?;
        }
        field(out, text)?;
    }
    out.write_all(b"\r\n")
}
