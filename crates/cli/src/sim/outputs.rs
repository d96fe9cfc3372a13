//! Where the results of a run go, besides standard output.

use super::hashed::Hashed;
use crate::failure::Failure;
use crate::files::{self, Readers};
use geleit_sim::population::shard::RowsFile;
use geleit_sim::report::columns::Sink;
use geleit_sim::report::csv::Csv;
use geleit_sim::report::lines::Lines;
use geleit_sim::report::{Report, dictionary, github, html, json, junit, markdown, run_json, tap};
use geleit_sim::row::Row;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Files for reports and rows.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Results")]
pub(crate) struct Outputs {
    /// The whole report in JSON, as with --json
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// One page for a browser, without anything from a network
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// A summary in Markdown
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// JUnit XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// What is needed to repeat the run, in JSON
    #[arg(long, value_name = "FILE")]
    run_json: Option<PathBuf>,
    /// One row for each check and design, as CSV
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// What the columns of rows mean, as CSV
    #[arg(long, value_name = "FILE")]
    dictionary: Option<PathBuf>,
    /// One row for each check and design, as JSON lines
    #[arg(long, value_name = "FILE")]
    jsonl: Option<PathBuf>,
    /// One row for each check and design, as Apache Parquet
    #[cfg(feature = "parquet")]
    #[arg(long, value_name = "FILE")]
    parquet: Option<PathBuf>,
}

/// Files of rows that are being written.
pub(crate) struct Rows {
    others: Vec<(PathBuf, Box<dyn Sink>)>,
    lines: Option<(PathBuf, Lines<Hashed<BufWriter<File>>>)>,
}

impl Rows {
    /// Writes a row to each of them.
    pub(crate) fn row(&mut self, row: &Row) -> io::Result<()> {
        self.others.iter_mut().try_for_each(|(_, sink)| sink.row(row))?;
        self.lines.as_mut().map_or(Ok(()), |(_, lines)| lines.row(row))
    }

    /// Completes them. The name of the file of JSON lines is returned, and the hash of what is in it.
    pub(crate) fn finish(mut self) -> Result<Option<RowsFile>, Failure> {
        for (path, sink) in &mut self.others {
            sink.finish().map_err(|error| Failure::io(path.display(), &error))?;
        }
        let Some((path, mut lines)) = self.lines else { return Ok(None) };
        lines.finish().map_err(|error| Failure::io(path.display(), &error))?;
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Some(RowsFile { file, sha256: lines.into_inner().finish() }))
    }
}

fn create(path: &Path) -> Result<BufWriter<File>, Failure> {
    File::create(path).map(BufWriter::new).map_err(|error| Failure::io(path.display(), &error))
}

impl Outputs {
    /// Whether rows are to be written at all.
    pub(crate) const fn want_rows(&self) -> bool {
        #[cfg(feature = "parquet")]
        if self.parquet.is_some() {
            return true;
        }
        self.csv.is_some() || self.jsonl.is_some()
    }

    /// Files of rows, which are written while the run goes on.
    pub(crate) fn rows(&self) -> Result<Rows, Failure> {
        let mut sinks: Vec<(PathBuf, Box<dyn Sink>)> = Vec::new();
        let at = |path: &Path, error: io::Error| Failure::io(path.display(), &error);
        if let Some(path) = &self.csv {
            let csv = Csv::new(create(path)?).map_err(|error| at(path, error))?;
            sinks.push((path.clone(), Box::new(csv)));
        }
        #[cfg(feature = "parquet")]
        if let Some(path) = &self.parquet {
            let parquet = geleit_sim::report::parquet::Parquet::new(create(path)?);
            sinks.push((path.clone(), Box::new(parquet.map_err(|error| at(path, error))?)));
        }
        let lines = match &self.jsonl {
            Some(path) => Some((path.clone(), Lines::new(Hashed::new(create(path)?)))),
            None => None,
        };
        Ok(Rows { others: sinks, lines })
    }

    /// Reports, when the run is over.
    pub(crate) fn write(&self, report: &Report) -> Result<(), Failure> {
        let texts = [
            (&self.report, as_json(report)?),
            (&self.html, html::html(report)),
            (&self.markdown, markdown::markdown(report)),
            (&self.junit, junit::junit(report)),
            (&self.run_json, run_json::run_json(report).map_err(unwritable)?),
        ];
        for (path, text) in texts {
            if let Some(path) = path {
                files::write(path, text.as_bytes(), Readers::Anybody)?;
            }
        }
        if let Some(path) = &self.dictionary {
            let mut text = Vec::new();
            dictionary::write(&mut text).map_err(|error| Failure::io(path.display(), &error))?;
            files::write(path, &text, Readers::Anybody)?;
        }
        Ok(())
    }
}

/// The report as JSON.
pub(crate) fn as_json(report: &Report) -> Result<String, Failure> {
    json::json(report).map_err(unwritable)
}

fn unwritable(error: serde_json::Error) -> Failure {
    Failure::io("the report", &error.into())
}

/// What a CI server reads: annotations on standard output, and its summary.
pub(crate) fn annotate(report: &Report, tap: bool, text: &mut String) -> Result<(), Failure> {
    // In TAP a line of another kind would be a mistake.
    if !tap && std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true") {
        text.push_str(&github::github(report));
    }
    if let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").map(PathBuf::from) {
        let file = File::options().append(true).create(true).open(&path);
        let written = file.and_then(|mut file| file.write_all(markdown::markdown(report).as_bytes()));
        written.map_err(|error| Failure::io(path.display(), &error))?;
    }
    Ok(())
}

/// TAP on standard output in place of the table.
pub(crate) fn as_tap(report: &Report) -> String {
    tap::tap(report)
}
