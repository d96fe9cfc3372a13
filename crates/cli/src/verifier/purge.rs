//! `geleit verifier purge`: what was received is deleted when its time has come, and a signed record says so.

use crate::answer::Answer;
use crate::clock;
use crate::context::Context;
use crate::failure::Failure;
use crate::files;
use crate::receipt::refused;
use crate::receipt::replay::verified;
use crate::receipt_store::{Entry, ReceiptStore};
use crate::text::table;
use geleit_cose::key::{PublicKey, SigningKey};
use geleit_credential::receipt::{Deletion, SignedDeletion, VerifiedReceipt};
use geleit_credential::time::UnixTime;
use serde_json::json;
use std::path::PathBuf;

const AFTER_HELP: &str = "\
Deleted are request, answer, facts, lists and rules of each receipt whose time is over. The receipt stays:
it has no claim value. For purposes whose days are counted from an event, such as the end of employment,
--ended says when it came, by the first eight or more digits of the receipt's id; that is remembered. Until
then they are kept, and named.

Files are overwritten once and removed. Backups, and media that write elsewhere, are for you to see to.

Example: geleit verifier purge --store receipts --key employer.pem --ended 3f2c81d09a77b6e4=2026-11-30";

/// Delete what was received when its time is over, and sign that it was done
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Purge {
    /// The folder of the verifier
    #[arg(long, value_name = "DIR")]
    store: PathBuf,
    /// The private key that signed the receipts (PEM)
    #[arg(long, value_name = "PRIV.pem")]
    key: PathBuf,
    /// When the event came from which the days of a receipt are counted, a day or a time (repeatable)
    #[arg(long, value_name = "ID=DAY", value_parser = ended)]
    ended: Vec<(String, UnixTime)>,
}

fn ended(text: &str) -> Result<(String, UnixTime), String> {
    let (id, time) = text.split_once('=').ok_or("ID=DAY is required, such as 3f2c81d0=2026-11-30")?;
    let begin = format!("{time}T00:00:00Z");
    Ok((id.to_owned(), clock::parse(time).or_else(|error| clock::parse(&begin).map_err(|_| error))?))
}

/// What becomes of one receipt's inputs.
struct Due {
    entry: Entry,
    receipt: VerifiedReceipt,
    record: Vec<u8>,
    keep_until: UnixTime,
}

/// One receipt whose inputs stay.
struct Kept {
    id: String,
    short: String,
    purpose: String,
    days: u32,
    keep_until: Option<UnixTime>,
}

impl Kept {
    fn of(entry: &Entry, receipt: &VerifiedReceipt, keep_until: Option<UnixTime>) -> Self {
        Self {
            id: entry.hex(),
            short: entry.short(),
            purpose: receipt.intended_use_id().to_owned(),
            days: receipt.retention_days(),
            keep_until,
        }
    }

    /// Until when, or what is waited for.
    fn row(&self) -> [String; 3] {
        let until = match self.keep_until {
            Some(until) => until.to_string(),
            None => format!("{} days after the event: --ended {}=DAY", self.days, self.short),
        };
        [self.short.clone(), self.purpose.clone(), until]
    }
}

impl Purge {
    /// Runs the command.
    pub(crate) fn run(&self, context: &Context) -> Result<Answer, Failure> {
        let now = context.now()?;
        let key = files::read_private_key(&self.key)?;
        let store = ReceiptStore::open_existing(&self.store)?;
        let events = self.events(&store)?;
        let (mut due, mut waiting, mut kept, mut ends) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut begun = Vec::new();
        for entry in store.entries()? {
            if let Some(record) = entry.begun()? {
                require_record(&entry, &record, &key)?;
                entry.received()?;
                begun.push(entry);
                continue;
            }
            if entry.deletion()?.is_some() {
                continue;
            }
            let receipt = receipt_of(&entry, now)?;
            let said = events.iter().find(|(id, _)| *id == entry.id).map(|(_, time)| *time);
            let event = said.map_or_else(|| entry.ended(), |time| Ok(Some(time)))?;
            match keep_until(&receipt, event).map_err(|failure| failure.at(entry.short()))? {
                Some(keep_until) if keep_until <= now => {
                    entry.received()?;
                    let deletion = Deletion { receipt: &receipt, keep_until, deleted_at: now };
                    let record = deletion.sign(&key).map_err(|error| refused(&error, &self.key))?;
                    due.push(Due { entry, receipt, record, keep_until });
                }
                Some(keep_until) => {
                    kept.push(Kept::of(&entry, &receipt, Some(keep_until)));
                    ends.extend(said.map(|time| (entry, time)));
                }
                None => waiting.push(Kept::of(&entry, &receipt, None)),
            }
        }
        // Nothing is written or deleted before everything was found good.
        for entry in &begun {
            entry.end_deletion()?;
        }
        for (entry, time) in &ends {
            entry.note_end(*time)?;
        }
        for one in &due {
            one.entry.delete(&one.record)?;
        }
        Ok(answer(&due, &waiting, &kept, now))
    }

    /// The events by the receipt that they are about.
    fn events(&self, store: &ReceiptStore) -> Result<Vec<([u8; 32], UnixTime)>, Failure> {
        self.ended.iter().map(|(id, time)| Ok((store.find(id)?.id, *time))).collect()
    }
}

/// A deletion that was interrupted is ended only when this key has signed that it was begun.
fn require_record(entry: &Entry, record: &[u8], key: &SigningKey) -> Result<(), Failure> {
    let signed =
        SignedDeletion::parse(record).and_then(|record| record.require_by(key.public_key(), &entry.id));
    signed.map_err(|error| {
        Failure::damaged(Some(error.code()), error.to_string())
            .at(format!("receipt {}: deletion.begun", entry.short()))
            .hint("nothing was deleted: take the file away if --key is the key that signs the receipts")
    })
}

fn receipt_of(entry: &Entry, now: UnixTime) -> Result<VerifiedReceipt, Failure> {
    let kept = entry.kept()?;
    let anchor = PublicKey::from_cose_key(&kept.anchor).map_err(|error| {
        Failure::store(format!("receipt {}: the kept key of the anchor is damaged: {error}", entry.hex()))
            .hint("restore the store from a backup")
    })?;
    verified(entry, &kept, &anchor, now)
}

/// The first moment at which it has to be deleted; none while an event is awaited.
fn keep_until(receipt: &VerifiedReceipt, event: Option<UnixTime>) -> Result<Option<UnixTime>, Failure> {
    match (receipt.keep_until(), event) {
        (until, None) => Ok(until),
        (Some(_), Some(_)) => {
            Err(Failure::usage("--ended: the days of this receipt are counted from its decision")
                .hint("leave --ended away: it is deleted by itself when its time is over"))
        }
        // The event of a day is noted as its begin.
        (None, Some(event)) if event.plus(86_400) < receipt.decided_at() => Err(Failure::usage(format!(
            "--ended: the event was before the decision of {}",
            receipt.decided_at()
        ))
        .hint("give the day on which it came; what is kept for the person is not deleted early")),
        (None, Some(event)) => Ok(Some(event.plus_days(receipt.retention_days()))),
    }
}

fn answer(due: &[Due], waiting: &[Kept], kept: &[Kept], now: UnixTime) -> Answer {
    let late = |one: &Due| now.since(one.keep_until).max(0);
    let mut text = String::new();
    if !due.is_empty() {
        let row = |one: &Due| {
            let purpose = one.receipt.intended_use_id().to_owned();
            [one.entry.short(), purpose, one.keep_until.to_string(), format!("{} days", late(one) / 86_400)]
        };
        text.push_str(&table(&["deleted", "purpose", "to be kept until", "late"], due.iter().map(row)));
        text.push('\n');
    }
    if !kept.is_empty() || !waiting.is_empty() {
        let rows = kept.iter().chain(waiting).map(Kept::row);
        text.push_str(&table(&["kept", "purpose", "until"], rows));
        text.push('\n');
    }
    text.push_str(&format!(
        "{} deleted, {} still kept, {} wait for an event\n",
        due.len(),
        kept.len(),
        waiting.len()
    ));
    let deleted = due.iter().map(|one| {
        json!({
            "id": one.entry.hex(), "intended_use": one.receipt.intended_use_id(),
            "keep_until": one.keep_until.0, "deleted_at": now.0, "late_by_s": late(one),
        })
    });
    let json = json!({
        "schema": "geleit.verifier-purge/1", "deleted": deleted.collect::<Vec<_>>(), "kept": kept.len(),
        "waiting": waiting.iter().map(|one| &one.id).collect::<Vec<_>>(),
    });
    Answer::new(text, json)
}
