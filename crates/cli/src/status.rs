//! `geleit status`: status lists, which say what became of credentials and registrations.
//!
//! ```text
//! build  a list in which everything is valid           publisher
//! draw   places that belong to nobody yet              whoever issues or registers
//! set    other standings, signed anew                  publisher
//! show   who publishes it, since when, what it says    everybody
//! ```

mod draw;
mod show;

use crate::answer::Answer;
use crate::context::Context;
use crate::failure::Failure;
use crate::files::{self, Output, Readers};
use clap::Subcommand;
use core::num::NonZeroU64;
use draw::Draw;
use geleit_credential::standing::Standing;
use geleit_credential::status_list::{Bits, Entries, PublishError, StatusListContent, StatusListError};
use geleit_credential::time::UnixTime;
use serde_json::{Value as Json, json};
use show::Show;
use std::path::{Path, PathBuf};

const BUILD_HELP: &str = "\
Every entry is valid at first, also those that belong to nobody yet, so that nobody can count the
others. Entries of 4 bits are the smallest that can say \"superseded\". A list has at least 131072
entries: who fetches a list of ten is one of ten.

Example: geleit status build --uri https://lists.example/1 --bits 4 --entries 131072 \\
           --status-key lists.pem --ttl 3600 --valid 86400 -o list.cbor";

const SET_HELP: &str = "\
The list keeps its address, its ttl and the time for which it is valid, counted anew. Readers refuse a
list that is not newer than the one that they know (L-08): the time has to be later than its own.

Example: geleit status set list.cbor --status-key lists.pem --index 4711 --to suspended -o list.cbor
         geleit status set list.cbor --status-key lists.pem --set 4711=revoked --set 12=valid -o new.cbor";

/// Build, draw from, change and show status lists
#[derive(Debug, Subcommand)]
pub(crate) enum Status {
    Build(Build),
    Draw(Draw),
    Set(Set),
    Show(Show),
}

impl Status {
    /// Runs the command.
    pub(crate) fn run(&self, context: &Context) -> Result<Answer, Failure> {
        match self {
            Self::Build(command) => command.run(context),
            Self::Draw(command) => command.run(context),
            Self::Set(command) => command.run(context),
            Self::Show(command) => command.run(context),
        }
    }
}

/// The place of something in a status list; of what cannot be revoked there is none.
#[derive(Debug, clap::Args)]
pub(crate) struct Place {
    /// Address of the status list that can say that it was withdrawn
    #[arg(long, value_name = "URI", requires = "status_index")]
    status_uri: Option<String>,
    /// Its place in that list, drawn at random
    #[arg(long, value_name = "N", requires = "status_uri")]
    status_index: Option<u64>,
}

impl Place {
    /// Address and index.
    pub(crate) fn get(&self) -> Option<(&str, u64)> {
        self.status_uri.as_deref().zip(self.status_index)
    }
}

/// Sign a new list in which everything is valid
#[derive(Debug, clap::Args)]
#[command(after_help = BUILD_HELP)]
pub(crate) struct Build {
    /// Its address, by which credentials and registrations refer to it
    #[arg(long, value_name = "URI")]
    uri: String,
    /// Bits of an entry: 1, 2, 4 or 8
    #[arg(long, value_name = "N", default_value = "4", value_parser = bits)]
    bits: Bits,
    /// How many entries, rounded up to whole bytes
    #[arg(long, value_name = "N", default_value_t = 131_072)]
    entries: u64,
    /// The publisher's private key (PEM)
    #[arg(long, value_name = "PRIV.pem")]
    status_key: PathBuf,
    #[command(flatten)]
    times: Times,
    #[command(flatten)]
    output: Output,
}

/// How long a list stands.
#[derive(Debug, clap::Args)]
struct Times {
    /// Seconds after which readers fetch it again: a hint
    #[arg(long, value_name = "S")]
    ttl: Option<NonZeroU64>,
    /// Seconds after which the publisher no longer stands by it
    #[arg(long, value_name = "S", value_parser = clap::value_parser!(i64).range(1..=31_622_400))]
    valid: Option<i64>,
}

/// Change entries of an own list and sign it anew
#[derive(Debug, clap::Args)]
#[command(after_help = SET_HELP)]
pub(crate) struct Set {
    /// The list, or "-"
    list: PathBuf,
    /// The publisher's private key, which has signed the list (PEM)
    #[arg(long, value_name = "PRIV.pem")]
    status_key: PathBuf,
    /// The entry to change
    #[arg(long, value_name = "N", requires = "to", required_unless_present = "set")]
    index: Option<u64>,
    /// valid, revoked, suspended, under-review or superseded
    #[arg(long, value_name = "STANDING", requires = "index", value_parser = standing)]
    to: Option<Standing>,
    /// The same in one word, such as 4711=revoked (repeatable)
    #[arg(long, value_name = "N=STANDING", value_parser = change)]
    set: Vec<(u64, Standing)>,
    #[command(flatten)]
    times: Times,
    #[command(flatten)]
    output: Output,
}

fn bits(text: &str) -> Result<Bits, String> {
    let bits = text.parse().ok().and_then(|number| Bits::from_number(number).ok());
    bits.ok_or_else(|| "1, 2, 4 or 8 is required".to_owned())
}

/// A standing that can be published: nobody publishes doubt.
fn standing(name: &str) -> Result<Standing, String> {
    Standing::by_name(name)
        .filter(|standing| *standing != Standing::InDoubt)
        .ok_or_else(|| "valid, revoked, suspended, under-review or superseded is required".to_owned())
}

fn change(text: &str) -> Result<(u64, Standing), String> {
    let required = || "N=STANDING is required, such as 4711=revoked".to_owned();
    let (index, name) = text.split_once('=').ok_or_else(required)?;
    Ok((index.parse().map_err(|_| required())?, standing(name)?))
}

impl Build {
    fn run(&self, context: &Context) -> Result<Answer, Failure> {
        let key = files::read_private_key(&self.status_key)?;
        let now = context.now()?;
        let content = StatusListContent {
            uri: self.uri.clone(),
            issued_at: now,
            expires_at: self.times.valid.map(|valid| now.plus(valid)),
            ttl_s: self.times.ttl,
            entries: Entries::all_valid(self.bits, self.entries).map_err(|error| not_published(&error))?,
        };
        let signed = content.sign(&key).map_err(|error| not_published(&error))?;
        let answer = describe(&content, &[], signed.len());
        self.output.deliver(signed, Readers::Anybody, answer)
    }
}

impl Set {
    fn run(&self, context: &Context) -> Result<Answer, Failure> {
        let key = files::read_private_key(&self.status_key)?;
        let bytes = files::read_object(&self.list)?;
        let mut content =
            StatusListContent::read(&bytes, key.public_key()).map_err(|error| not_own(&error, &self.list))?;
        self.renew(&mut content, context.now()?)?;
        let mut changed = Vec::new();
        for (index, to) in self.changes() {
            let from = content.entries.get(index);
            content.entries.set(index, to).map_err(|error| not_published(&error))?;
            changed.push((index, from, to));
        }
        let signed = content.sign(&key).map_err(|error| not_published(&error))?;
        let answer = describe(&content, &changed, signed.len());
        self.output.deliver(signed, Readers::Anybody, answer)
    }

    fn changes(&self) -> impl Iterator<Item = (u64, Standing)> {
        self.index.zip(self.to).into_iter().chain(self.set.iter().copied())
    }

    /// The times of the list that follows: later than those of the list before.
    fn renew(&self, content: &mut StatusListContent, now: UnixTime) -> Result<(), Failure> {
        let newest = content.issued_at;
        if now <= newest {
            let error = StatusListError::RollBack { newest, presented: now };
            return Err(Failure::refused(error.code(), error)
                .at(files::name(&self.list))
                .hint("readers refuse a list that is not newer: wait a second, or give a later --now"));
        }
        let life = content.expires_at.map(|end| end.since(newest));
        content.expires_at = self.times.valid.or(life).map(|valid| now.plus(valid));
        content.ttl_s = self.times.ttl.or(content.ttl_s);
        content.issued_at = now;
        Ok(())
    }
}

fn not_own(error: &StatusListError, path: &Path) -> Failure {
    let hint = match error.code() {
        "C-05" | "C-03" => {
            "the list was signed with another key: give the one of its publisher as --status-key"
        }
        _ => "a list as `geleit status build` writes it is required",
    };
    Failure::refused(error.code(), error).at(files::name(path)).hint(hint)
}

/// Misuse by the publisher.
fn not_published(error: &PublishError) -> Failure {
    let hint = match error {
        PublishError::Size { .. } => {
            "give at least --entries 131072; several lists serve more people than one"
        }
        PublishError::NotExpressible { .. } => "build the list with --bits 4",
        PublishError::OutOfRange { .. } => "`geleit status show LIST` says how many entries there are",
        PublishError::TooLarge { .. } => "use several lists with fewer entries",
        PublishError::Key(_) => "a status issuer needs an Ed25519 key",
        _ => "`geleit status --help` shows how lists are made",
    };
    Failure::usage(error.to_string()).hint(hint)
}

fn describe(
    content: &StatusListContent,
    changed: &[(u64, Option<Standing>, Standing)],
    bytes: usize,
) -> Answer {
    let (entries, bits) = (content.entries.count(), content.entries.bits().number());
    let changes: String =
        changed.iter().map(|(index, _, to)| format!("; entry {index} is now {}", to.name())).collect();
    let uri = crate::text::printable(&content.uri);
    let until = content.expires_at.map(|end| format!(", valid to {end}")).unwrap_or_default();
    let text =
        format!("status list {uri} of {bytes} bytes with {entries} entries of {bits} bits{until}{changes}\n");
    let change = |(index, from, to): &(u64, Option<Standing>, Standing)| json!({"index": index, "from": from.map(Standing::name), "to": to.name()});
    let json = json!({
        "schema": "geleit.status-list/1", "uri": content.uri, "entries": entries, "bits": bits,
        "iat": content.issued_at.0, "exp": content.expires_at.map(|end| end.0), "ttl_s": content.ttl_s,
        "changed": changed.iter().map(change).collect::<Vec<Json>>(), "bytes": bytes,
    });
    Answer::new(text, json)
}

#[cfg(test)]
mod tests {
    use super::{change, standing};
    use geleit_credential::standing::Standing;

    #[test]
    fn a_change_is_a_number_and_a_standing() {
        assert_eq!(change("4711=under-review"), Ok((4711, Standing::UnderReview)));
        for wrong in ["4711", "4711=", "=revoked", "-1=revoked", "1=in-doubt", "1=invalid"] {
            assert!(change(wrong).is_err(), "{wrong}");
        }
        assert!(standing("in-doubt").is_err());
    }
}
