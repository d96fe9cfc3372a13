//! `geleit verifier`: the store of a verifier: deletion when its time has come, counts without persons, and
//! whether the log is whole.

mod count;
mod purge;

use crate::answer::Answer;
use crate::context::Context;
use crate::failure::Failure;
use crate::receipt_store::ReceiptStore;
use clap::Subcommand;
use serde_json::json;
use std::path::PathBuf;

/// Look after the receipts of a verifier: check, purge, count
#[derive(Debug, Subcommand)]
pub(crate) enum Verifier {
    Check(Check),
    Purge(purge::Purge),
    Count(count::Count),
}

impl Verifier {
    /// Runs the command.
    pub(crate) fn run(&self, context: &Context) -> Result<Answer, Failure> {
        match self {
            Self::Check(command) => command.run(),
            Self::Purge(command) => command.run(context),
            Self::Count(command) => command.run(),
        }
    }
}

const CHECK_HELP: &str = "\
Each receipt names the one before by its hash, so that none can be exchanged or taken out unnoticed, and
log.json has the last number. Signatures are not verified here: `geleit receipt replay` does that.

Example: geleit verifier check --store receipts";

/// Check that the log of receipts has no gap
#[derive(Debug, clap::Args)]
#[command(after_help = CHECK_HELP)]
pub(crate) struct Check {
    /// The folder of the verifier
    #[arg(long, value_name = "DIR")]
    store: PathBuf,
}

impl Check {
    fn run(&self) -> Result<Answer, Failure> {
        let entries = ReceiptStore::open_existing(&self.store)?.entries()?;
        let (mut deleted, mut kept) = (0_usize, 0_usize);
        for entry in &entries {
            if entry.is_half_deleted() {
                return Err(Failure::store(format!("receipt {}: its deletion was interrupted", entry.hex()))
                    .hint("`geleit verifier purge` ends it"));
            }
            if entry.deletion()?.is_some() {
                deleted += 1;
            } else {
                entry.kept()?;
                kept += 1;
            }
        }
        let last = entries.last();
        let text = format!(
            "{} receipts without a gap; what was received is kept for {kept} and deleted for {deleted}\n",
            entries.len()
        );
        let json = json!({
            "schema": "geleit.verifier-check/1", "receipts": entries.len(), "kept": kept, "deleted": deleted,
            "last": last.map(|entry| json!({"number": entry.written.number, "id": entry.hex()})),
        });
        Ok(Answer::new(text, json))
    }
}
