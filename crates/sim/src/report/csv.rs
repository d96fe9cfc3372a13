//! Tidy rows as comma-separated values (RFC 4180): a heading, then one line per check and design.
//!
//! ```text
//! check,design,family,purpose,at_utc,...
//! B02/1,geleit,status-changes,uk-right-to-work,2026-11-23T09:00:00Z,...
//! ```
//!
//! A text is [printable](crate::printable), and one that a program for spreadsheets would take for a formula gets a `'` in
//! front: it begins with `=`, `+`, `-`, `@`, a tab or a carriage return ([OWASP, CSV injection][owasp]). Words, numbers,
//! times and days are written as they are.
//!
//! [owasp]: https://owasp.org/www-community/attacks/CSV_Injection

use super::columns::{COLUMNS, Cell, Sink};
use crate::printable::printable;
use crate::row::Row;
use geleit_credential::schema::Date;
use geleit_credential::time::UnixTime;
use std::io::{self, Write};

/// Writes rows as they come, each at once. Give it a writer that buffers.
#[derive(Debug)]
pub struct Csv<W> {
    out: W,
}

impl<W: Write> Csv<W> {
    /// Writes the heading.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn new(mut out: W) -> io::Result<Self> {
        out.write_all(COLUMNS.map(|column| column.name).join(",").as_bytes())?;
        out.write_all(b"\r\n")?;
        Ok(Self { out })
    }

    /// The writer.
    pub fn into_inner(self) -> W {
        self.out
    }
}

impl<W: Write> Sink for Csv<W> {
    fn row(&mut self, row: &Row) -> io::Result<()> {
        for (at, column) in COLUMNS.iter().enumerate() {
            if at > 0 {
                self.out.write_all(b",")?;
            }
            cell(&mut self.out, (column.cell)(row))?;
        }
        self.out.write_all(b"\r\n")
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn cell(out: &mut impl Write, cell: Cell<'_>) -> io::Result<()> {
    match cell {
        Cell::Text(text) => free(out, text),
        Cell::Word(word) => out.write_all(word.as_bytes()),
        Cell::Number(number) => write!(out, "{number}"),
        Cell::Time(seconds) => write!(out, "{}", UnixTime(seconds)),
        Cell::Day(day) => match day.and_then(Date::from_days) {
            Some(day) => write!(out, "{day}"),
            None => Ok(()),
        },
        Cell::List([]) => Ok(()),
        Cell::List([one]) => free(out, one),
        Cell::List(words) => free(out, &words.join(" ")),
    }
}

/// Text of somebody else.
fn free(out: &mut impl Write, text: &str) -> io::Result<()> {
    let shown = printable(text);
    if is_formula(text) { field(out, &format!("'{shown}")) } else { field(out, &shown) }
}

/// Whether a program for spreadsheets may take a text for a formula. Some read the wide forms of East Asia alike, and some
/// skip spaces.
fn is_formula(text: &str) -> bool {
    const BEGINNINGS: [char; 8] = ['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];
    text.starts_with(['\t', '\r']) || text.trim_start().starts_with(BEGINNINGS)
}

/// A field, in quotes where RFC 4180 section 2 asks for them.
pub(super) fn field(out: &mut impl Write, text: &str) -> io::Result<()> {
    if !text.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n')) {
        return out.write_all(text.as_bytes());
    }
    out.write_all(b"\"")?;
    for (at, part) in text.split('"').enumerate() {
        if at > 0 {
            out.write_all(b"\"\"")?;
        }
        out.write_all(part.as_bytes())?;
    }
    out.write_all(b"\"")
}
