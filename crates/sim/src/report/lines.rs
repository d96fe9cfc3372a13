//! Rows as JSON lines: one object per check and design, with the names of [`Row`].
//!
//! ```text
//! {"schema":"geleit.sim.row/1","check":"B02/1","design":"geleit",...}
//! ```

use super::columns::Sink;
use crate::row::Row;
use serde::{Deserialize, Serialize};
use std::io::{self, Write};

/// The schema of a line.
pub const SCHEMA: &str = "geleit.sim.row/1";

#[derive(Serialize)]
struct Line<'r> {
    schema: &'static str,
    #[serde(flatten)]
    row: &'r Row,
}

#[derive(Deserialize)]
struct Versioned {
    schema: String,
}

/// Why a line is no row.
#[derive(Debug, thiserror::Error)]
pub enum NoRow {
    /// It is not the JSON of a row.
    #[error("row: {0}")]
    Json(#[from] serde_json::Error),
    /// It is of another version.
    #[error("row: schema {SCHEMA} is required; this one is \"{0}\"")]
    Schema(String),
}

/// Writes rows as they come, each at once. Give it a writer that buffers.
#[derive(Debug)]
pub struct Lines<W> {
    out: W,
}

impl<W: Write> Lines<W> {
    /// A writer of lines.
    pub const fn new(out: W) -> Self {
        Self { out }
    }

    /// The writer.
    pub fn into_inner(self) -> W {
        self.out
    }
}

impl<W: Write> Sink for Lines<W> {
    fn row(&mut self, row: &Row) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, &Line { schema: SCHEMA, row })?;
        self.out.write_all(b"\n")
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Reads a line.
///
/// # Errors
/// [`NoRow`].
pub fn read(line: &str) -> Result<Row, NoRow> {
    let Versioned { schema } = serde_json::from_str(line)?;
    if schema != SCHEMA {
        return Err(NoRow::Schema(schema));
    }
    Ok(serde_json::from_str(line)?)
}
