//! `geleit sim merge`: the parts of a run, put together.

use super::hashed::Hashed;
use super::outputs::{Outputs, Rows};
use super::run::answer;
use crate::answer::Answer;
use crate::context::Context;
use crate::failure::Failure;
use crate::files;
use geleit_sim::population::{Shard, merge};
use geleit_sim::report::lines;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

const AFTER_HELP: &str = "\
The report is that of a run in one piece, byte for byte, in whatever order the parts are named. Parts of different
runs are refused, and so is a part that is missing or there twice. With --jsonl, --csv the rows of all parts are joined,
after their hashes were compared; they are looked for beside the shards.

Example: geleit sim merge part-1.json part-2.json part-3.json part-4.json";

/// Put the parts of a run together
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Merge {
    /// What `geleit sim run --population N --shard I/N --out FILE` wrote
    #[arg(value_name = "SHARD", required = true)]
    shards: Vec<PathBuf>,
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
        if self.outputs.want_rows() {
            let mut rows = self.outputs.rows()?;
            copy(&mut rows, &shards, &folders)?;
            rows.finish()?;
        }
        self.outputs.write(&report)?;
        answer(&report, false, context)
    }
}

/// The rows of a part, after their hash was compared.
fn verified(shard: &Shard, found: &BTreeMap<String, PathBuf>) -> Result<BufReader<File>, Failure> {
    let rows = shard.rows.as_ref().and_then(|rows| Some((rows, found.get(&rows.sha256)?)));
    let (rows, from) = rows.ok_or_else(|| {
        Failure::usage("--csv, --jsonl: the parts were run without rows").hint("run them with --jsonl FILE")
    })?;
    let at = |error: &io::Error| Failure::io(from.display(), error);
    let mut hashed = Hashed::new(io::sink());
    io::copy(&mut File::open(from).map_err(|error| at(&error))?, &mut hashed).map_err(|error| at(&error))?;
    if hashed.finish() != rows.sha256 {
        return Err(Failure::usage(format!("{}: these are not the rows of the part", from.display()))
            .hint("run the part again"));
    }
    File::open(from).map(BufReader::new).map_err(|error| at(&error))
}

/// Copies the rows of all parts, in their order.
fn copy(rows: &mut Rows, shards: &[Shard], found: &BTreeMap<String, PathBuf>) -> Result<(), Failure> {
    for shard in shards {
        for line in verified(shard, found)?.lines() {
            let line = line.map_err(|error| Failure::io("rows", &error))?;
            let row = lines::read(&line)
                .map_err(|error| Failure::usage(format!("rows: {error}")).hint("run the part again"))?;
            rows.row(&row).map_err(|error| Failure::io("rows", &error))?;
        }
    }
    Ok(())
}
