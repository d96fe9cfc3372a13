//! `geleit status draw`: places of a list that belong to nobody yet.
//!
//! ```text
//! {"schema": "geleit.status-taken/1", "uri": address of the list, "taken": [index]}
//! ```

use super::show::Seen;
use crate::answer::Answer;
use crate::context::Context;
use crate::failure::Failure;
use crate::files::{self, Locked, Readers};
use core::fmt::Write;
use geleit_credential::status_list::StatusIndices;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const AFTER_HELP: &str = "\
Indices are drawn, never counted up: neighbours would show what was issued together. --taken remembers
those that were handed out, in ascending order, so that none is drawn twice; it is made when it is not
there. Of the list only its size is read, and which entries are no longer valid; it is not verified.

Example: geleit status draw list.cbor --count 4 --taken taken.json";

/// Draw places that belong to nobody yet
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Draw {
    /// The list, or "-"
    list: PathBuf,
    /// How many
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    count: u32,
    /// A file that remembers what was handed out
    #[arg(long, value_name = "FILE")]
    taken: Option<PathBuf>,
}

const SCHEMA: &str = "geleit.status-taken/1";

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Taken {
    schema: String,
    uri: String,
    /// In ascending order: what was drawn together does not stand together.
    taken: BTreeSet<u64>,
}

/// The record of one list in its file, which nobody else uses until this is dropped.
struct Record {
    taken: Taken,
    lock: Locked,
}

impl Draw {
    pub(super) fn run(&self, context: &Context) -> Result<Answer, Failure> {
        let seen = Seen::read(&self.list)?;
        let mut indices = StatusIndices::of(&seen.entries);
        let mut record = self.taken.as_deref().map(|path| Record::open(path, &seen.uri)).transpose()?;
        let known = record.iter().flat_map(|record| record.taken.taken.iter().copied());
        let no_longer_valid = (0..seen.entries.count()).filter(|index| seen.entries.value(*index) != Some(0));
        for index in known.chain(no_longer_valid) {
            indices.take(index).map_err(|error| {
                let name = self.taken.as_deref().map(files::name).unwrap_or_default();
                damaged(&name, &error.to_string())
            })?;
        }
        let drawn = self.draw(&mut indices, context)?;
        if let Some(record) = &mut record {
            record.taken.taken.extend(&drawn);
            record.save()?;
        }
        let free = indices.free();
        let json = json!({"schema": "geleit.status-draw/1", "uri": seen.uri, "indices": drawn, "free": free});
        let mut text = String::new();
        for index in &drawn {
            let _ = writeln!(text, "{index}");
        }
        let answer = Answer::new(text, json);
        Ok(match record {
            Some(_) => answer,
            None => {
                answer.note("note: without --taken an index that was handed out before can be drawn again")
            }
        })
    }

    fn draw(&self, indices: &mut StatusIndices, context: &Context) -> Result<Vec<u64>, Failure> {
        let free = indices.free();
        let mut random = context.random()?;
        let drawn: Option<Vec<u64>> = (0..self.count).map(|_| indices.draw(&mut random)).collect();
        drawn.ok_or_else(|| {
            Failure::usage(format!("{}: {} are wanted, {free} are free", files::name(&self.list), self.count))
                .hint("draw fewer, or use another list")
        })
    }
}

impl Record {
    fn open(path: &Path, uri: &str) -> Result<Self, Failure> {
        let lock = files::lock(path)?;
        let taken = match lock.path().try_exists() {
            Ok(false) => Taken { schema: SCHEMA.to_owned(), uri: uri.to_owned(), taken: BTreeSet::new() },
            Ok(true) => read(path)?,
            Err(error) => return Err(Failure::io(path.display(), &error)),
        };
        if taken.uri != uri {
            return Err(Failure::usage(format!("{} is about another list: {}", path.display(), taken.uri))
                .hint("keep one file for each list"));
        }
        Ok(Self { taken, lock })
    }

    /// Nothing is handed out before this succeeded.
    fn save(&self) -> Result<(), Failure> {
        let text = serde_json::to_string(&self.taken)
            .map_err(|error| Failure::store(format!("{}: {error}", self.lock.path().display())))?;
        files::write(self.lock.path(), format!("{text}\n").as_bytes(), Readers::Owner)
    }
}

fn read(path: &Path) -> Result<Taken, Failure> {
    let name = path.display().to_string();
    let text = files::read_text(path)?;
    let taken: Taken = serde_json::from_str(&text).map_err(|error| damaged(&name, &error.to_string()))?;
    if taken.schema == SCHEMA {
        Ok(taken)
    } else {
        Err(damaged(&name, &format!("its schema is not {SCHEMA}")))
    }
}

fn damaged(name: &str, why: &str) -> Failure {
    Failure::store(format!("{name} is damaged: {why}"))
        .hint("restore it from a backup; with an empty file a place could get two owners")
}
