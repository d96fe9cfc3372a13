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
use geleit_cose::key::PublicKey;
use geleit_credential::receipt::{Deletion, VerifiedReceipt};
use geleit_credential::time::UnixTime;
use serde_json::json;
use std::path::PathBuf;

const AFTER_HELP: &str = "\
Deleted are request, answer, facts, lists and rules of each receipt whose time is over. The receipt stays:
it has no claim value. For purposes whose days are counted from an event, such as the end of employment,
--ended says when it came; without it they are kept, and named.

Files are overwritten once and removed. Backups, and media that write elsewhere, are for you to see to.

Example: geleit verifier purge --store receipts --key employer.pem --ended 3f2c81d09a77b6e4=2026-11-30T00:00:00Z";

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
    /// When the event came from which the days of a receipt are counted (repeatable)
    #[arg(long, value_name = "ID=TIME", value_parser = ended)]
    ended: Vec<(String, UnixTime)>,
}

fn ended(text: &str) -> Result<(String, UnixTime), String> {
    let (id, time) = text.split_once('=').ok_or("ID=TIME is required")?;
    Ok((id.to_owned(), clock::parse(time)?))
}

/// What becomes of one receipt's inputs.
struct Due {
    entry: Entry,
    receipt: VerifiedReceipt,
    record: Vec<u8>,
    keep_until: UnixTime,
}

impl Purge {
    /// Runs the command.
    pub(crate) fn run(&self, context: &Context) -> Result<Answer, Failure> {
        let now = context.now()?;
        let key = files::read_private_key(&self.key)?;
        let store = ReceiptStore::open_existing(&self.store)?;
        let events = self.events(&store)?;
        let (mut due, mut waiting, mut kept) = (Vec::new(), Vec::new(), 0_usize);
        for entry in store.entries()? {
            if entry.is_half_deleted() {
                entry.end_deletion()?;
            }
            if entry.deletion()?.is_some() {
                continue;
            }
            let receipt = receipt_of(&entry, now)?;
            let event = events.iter().find(|(id, _)| *id == entry.id).map(|(_, time)| *time);
            match keep_until(&receipt, event)? {
                Some(keep_until) if keep_until <= now => {
                    let deletion = Deletion { receipt: &receipt, keep_until, deleted_at: now };
                    let record = deletion.sign(&key).map_err(|error| refused(&error, &self.key))?;
                    due.push(Due { entry, receipt, record, keep_until });
                }
                Some(_) => kept += 1,
                None => waiting.push(entry.hex()),
            }
        }
        // Nothing is deleted before everything was found good.
        for one in &due {
            one.entry.delete(&one.record)?;
        }
        Ok(answer(&due, &waiting, kept, now))
    }

    /// The events by the receipt that they are about.
    fn events(&self, store: &ReceiptStore) -> Result<Vec<([u8; 32], UnixTime)>, Failure> {
        self.ended.iter().map(|(id, time)| Ok((store.find(id)?.id, *time))).collect()
    }
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
        (None, Some(event)) => Ok(Some(event.plus_days(receipt.retention_days()))),
    }
}

fn answer(due: &[Due], waiting: &[String], kept: usize, now: UnixTime) -> Answer {
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
    for id in waiting {
        text.push_str(&format!("waits for an event: {id}\n"));
    }
    text.push_str(&format!(
        "{} deleted, {kept} still kept, {} wait for an event\n",
        due.len(),
        waiting.len()
    ));
    let deleted = due.iter().map(|one| {
        json!({
            "id": one.entry.hex(), "intended_use": one.receipt.intended_use_id(),
            "keep_until": one.keep_until.0, "deleted_at": now.0, "late_by_s": late(one),
        })
    });
    let json = json!({
        "schema": "geleit.verifier-purge/1", "deleted": deleted.collect::<Vec<_>>(), "kept": kept,
        "waiting": waiting,
    });
    Answer::new(text, json)
}
