//! `geleit sim merge`: the parts of a run, put together.

use super::outputs::{Outputs, Rows};
use super::run::answer;
use crate::answer::Answer;
use crate::context::Context;
use crate::failure::Failure;
use crate::files;
use geleit_sim::population::{Shard, merge};
use geleit_sim::report::lines;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

const AFTER_HELP: &str = "\
The report is that of a run in one piece, byte for byte, in whatever order the parts are named. Parts of different
runs are refused, and so is a part that is missing or there twice. With --rows the rows of all parts are joined; their
files are looked for beside the shards.

Example: geleit sim merge part-1.json part-2.json part-3.json part-4.json";

/// Put the parts of a run together
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Merge {
    /// What `geleit sim run --population N --shard I/N --out FILE` wrote
    #[arg(value_name = "SHARD", required = true)]
    shards: Vec<PathBuf>,
    /// All rows in one file
    #[arg(long, value_name = "FILE")]
    rows: Option<PathBuf>,
    #[command(flatten)]
    outputs: Outputs,
}

impl Merge {
    /// Runs the command.
    pub(super) fn run(&self, context: &Context) -> Result<Answer, Failure> {
        let unusable = |error: geleit_sim::population::MergeError| {
            Failure::usage(error.to_string()).hint("name every part of one run, each once")
        };
        let mut shards = Vec::new();
        let mut folders = BTreeMap::new();
        for path in &self.shards {
            let shard = Shard::from_json(&files::name(path), &files::read_text(path)?).map_err(unusable)?;
            if let Some(rows) = &shard.rows {
                let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
                folders.insert(rows.sha256.clone(), folder.join(&rows.file));
            }
            shards.push(shard);
        }
        let report = merge(&mut shards).map_err(unusable)?;
        if let Some(path) = &self.rows {
            join(path, &shards, &folders)?;
        }
        if self.outputs.want_rows() {
            let mut rows = self.outputs.rows()?;
            convert(&mut rows, &shards, &folders)?;
            rows.finish()?;
        }
        self.outputs.write(&report)?;
        answer(&report, false, context)
    }
}

/// Joins rows in the order of the parts, each after its hash was compared.
fn join(path: &Path, shards: &[Shard], found: &BTreeMap<String, PathBuf>) -> Result<(), Failure> {
    let at = |path: &Path, error: &io::Error| Failure::io(path.display(), error);
    let file = File::create(path).map_err(|error| at(path, &error))?;
    let mut out = BufWriter::new(file);
    for shard in shards {
        let kept = shard.rows.as_ref();
        let rows = kept.ok_or_else(|| {
            Failure::usage("--rows: the parts were run without rows").hint("run them with --rows")
        })?;
        let Some(from) = found.get(&rows.sha256) else { continue };
        let opened = File::open(from).map_err(|error| at(from, &error))?;
        let mut hashed = Hashed { out: &mut out, hash: Sha256::new() };
        io::copy(&mut BufReader::new(opened), &mut hashed).map_err(|error| at(from, &error))?;
        if base16ct::lower::encode_string(&hashed.hash.finalize()) != rows.sha256 {
            return Err(Failure::usage(format!("{}: these are not the rows of the part", from.display()))
                .hint("run the part again"));
        }
    }
    out.flush().map_err(|error| at(path, &error))
}

/// Rows in other forms, in the order of the parts.
fn convert(rows: &mut Rows, shards: &[Shard], found: &BTreeMap<String, PathBuf>) -> Result<(), Failure> {
    for shard in shards {
        let kept = shard.rows.as_ref().and_then(|rows| found.get(&rows.sha256));
        let from = kept.ok_or_else(|| {
            Failure::usage("--csv, --jsonl: the parts were run without rows").hint("run them with --rows")
        })?;
        let at = |error: &io::Error| Failure::io(from.display(), error);
        for line in BufReader::new(File::open(from).map_err(|error| at(&error))?).lines() {
            let line = line.map_err(|error| at(&error))?;
            let row = lines::read(&line).map_err(|error| {
                Failure::usage(format!("{}: {error}", from.display())).hint("run the part again")
            })?;
            rows.row(&row).map_err(|error| Failure::io("rows", &error))?;
        }
    }
    Ok(())
}

struct Hashed<'o, W> {
    out: &'o mut W,
    hash: Sha256,
}

impl<W: Write> Write for Hashed<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or(bytes));
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
