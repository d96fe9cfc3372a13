//! Tidy rows as Apache Parquet: the columns of the CSV with their types, written by row groups as rows come.
//!
//! ```text
//! message check {
//!   required binary check (STRING);
//!   required int64 at_utc (TIMESTAMP(MILLIS,true));
//!   optional int32 until_date (DATE);
//!   required int32 latency_ms (INTEGER(32,false));
//!   ..
//! }
//! ```
//!
//! Memory is bounded by one row group. Nothing is compressed but by dictionaries.

use super::columns::{COLUMNS, Cell, Kind, Sink};
use crate::row::Row;
use ::parquet::data_type::{ByteArray, ByteArrayType, Int32Type, Int64Type};
use ::parquet::errors::{ParquetError, Result};
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use ::parquet::schema::parser::parse_message_type;
use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

/// Rows of a group.
const GROUP_ROWS: usize = 65_536;

/// Writes rows, a group at once.
pub struct Parquet<W: Write + Send> {
    out: SerializedFileWriter<W>,
    columns: Vec<Values>,
    rows: usize,
}

impl<W: Write + Send> fmt::Debug for Parquet<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parquet").field("rows", &self.rows).finish_non_exhaustive()
    }
}

/// The values of a column that wait for their group to be full.
enum Values {
    Bytes(Vec<ByteArray>),
    Numbers(Vec<i32>),
    Times(Vec<i64>),
    /// Days, and for each row 1 where there is one and 0 where there is none.
    Days(Vec<i32>, Vec<i16>),
}

impl<W: Write + Send> Parquet<W> {
    /// Writes the head of the file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn new(out: W) -> io::Result<Self> {
        let schema = Arc::new(parse_message_type(&schema()).map_err(io::Error::other)?);
        let properties =
            Arc::new(WriterProperties::builder().set_created_by("geleit sim".to_owned()).build());
        let out = SerializedFileWriter::new(out, schema, properties).map_err(io::Error::other)?;
        Ok(Self { out, columns: COLUMNS.iter().map(|column| Values::of(column.kind)).collect(), rows: 0 })
    }

    fn group(&mut self) -> Result<()> {
        let mut group = self.out.next_row_group()?;
        for values in &mut self.columns {
            let mut column = group
                .next_column()?
                .ok_or_else(|| ParquetError::General("the schema has a column for every value".to_owned()))?;
            values.write(&mut column)?;
            column.close()?;
        }
        group.close()?;
        self.rows = 0;
        Ok(())
    }
}

impl<W: Write + Send> Sink for Parquet<W> {
    fn row(&mut self, row: &Row) -> io::Result<()> {
        for (values, column) in self.columns.iter_mut().zip(&COLUMNS) {
            values.push((column.cell)(row));
        }
        self.rows += 1;
        if self.rows == GROUP_ROWS { self.group().map_err(io::Error::other) } else { Ok(()) }
    }

    fn finish(&mut self) -> io::Result<()> {
        if self.rows > 0 {
            self.group().map_err(io::Error::other)?;
        }
        self.out.finish().map(drop).map_err(io::Error::other)
    }
}

impl Values {
    const fn of(kind: Kind) -> Self {
        match kind {
            Kind::Text | Kind::Word | Kind::List => Self::Bytes(Vec::new()),
            Kind::Number => Self::Numbers(Vec::new()),
            Kind::Time => Self::Times(Vec::new()),
            Kind::Day => Self::Days(Vec::new(), Vec::new()),
        }
    }

    /// A cell of the kind that the column was made for.
    fn push(&mut self, cell: Cell<'_>) {
        match (self, cell) {
            (Self::Bytes(values), Cell::Text(text)) => values.push(text.into()),
            (Self::Bytes(values), Cell::Word(word)) => values.push(word.into()),
            (Self::Bytes(values), Cell::List(words)) => values.push(words.join(" ").as_str().into()),
            (Self::Numbers(values), Cell::Number(number)) => values.push(number.cast_signed()),
            (Self::Times(values), Cell::Time(seconds)) => values.push(seconds.saturating_mul(1_000)),
            (Self::Days(values, present), Cell::Day(day)) => {
                let day = day.and_then(|day| i32::try_from(day).ok());
                present.push(i16::from(day.is_some()));
                values.extend(day);
            }
            (Self::Bytes(_) | Self::Numbers(_) | Self::Times(_) | Self::Days(..), _) => {
                debug_assert!(false, "a cell is of the kind of its column");
            }
        }
    }

    fn write(&mut self, column: &mut SerializedColumnWriter<'_>) -> Result<()> {
        match self {
            Self::Bytes(values) => {
                column.typed::<ByteArrayType>().write_batch(values, None, None)?;
                values.clear();
            }
            Self::Numbers(values) => {
                column.typed::<Int32Type>().write_batch(values, None, None)?;
                values.clear();
            }
            Self::Times(values) => {
                column.typed::<Int64Type>().write_batch(values, None, None)?;
                values.clear();
            }
            Self::Days(values, present) => {
                column.typed::<Int32Type>().write_batch(values, Some(present), None)?;
                values.clear();
                present.clear();
            }
        }
        Ok(())
    }
}

fn schema() -> String {
    let column = |kind| match kind {
        Kind::Text | Kind::Word | Kind::List => ("required binary", "STRING"),
        Kind::Number => ("required int32", "INTEGER(32,false)"),
        Kind::Time => ("required int64", "TIMESTAMP(MILLIS,true)"),
        Kind::Day => ("optional int32", "DATE"),
    };
    let lines = COLUMNS.iter().map(|one| {
        let (physical, logical) = column(one.kind);
        format!("  {physical} {} ({logical});\n", one.name)
    });
    format!("message check {{\n{}}}\n", lines.collect::<String>())
}
