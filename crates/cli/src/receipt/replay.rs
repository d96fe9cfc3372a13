//! `geleit receipt replay`: the kept inputs give the same answer again.

use super::{chain, not_confirmed, refused};
use crate::answer::Answer;
use crate::context::Context;
use crate::failure::Failure;
use crate::files;
use crate::outcome;
use crate::purpose::Language;
use crate::receipt_store::{Entry, Kept, ReceiptStore};
use crate::text::fields;
use geleit_cose::key::PublicKey;
use geleit_credential::decision::Facts;
use geleit_credential::purpose::Profile;
use geleit_credential::receipt::{KeptInputs, Replayed, SignedReceipt, VerifiedReceipt, receipt_id, replay};
use geleit_credential::time::UnixTime;
use serde_json::json;
use std::path::{Path, PathBuf};

const AFTER_HELP: &str = "\
Request, answer, facts, lists and rules are those that were kept with the receipt, and the clock is that
of the decision; nothing of today is used but the anchor's key. Exit code 0: the receipt is confirmed,
whatever it says. Exit code 1: something differs, and the rule says what (E-05 to E-08).

Example: geleit receipt replay --store receipts receipt.cbor --anchor-key anchor.pub.pem";

/// Verify and decide once more from what was kept, as of the time of the receipt
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Replay {
    /// The folder of the verifier
    #[arg(long, value_name = "DIR")]
    store: PathBuf,
    /// The public key of the trust anchor (PEM)
    #[arg(long, value_name = "PUB.pem")]
    anchor_key: PathBuf,
    /// Language of the texts
    #[arg(long, value_enum, default_value_t = Language::En)]
    lang: Language,
    /// The receipt, or eight or more digits of its id
    #[arg(value_name = "ID|FILE")]
    receipt: String,
}

impl Replay {
    /// Runs the command.
    pub(crate) fn run(&self, context: &Context) -> Result<Answer, Failure> {
        let anchor = files::read_public_key(&self.anchor_key)?;
        let store = ReceiptStore::open_existing(&self.store)?;
        let path = Path::new(&self.receipt);
        let id = match path.is_file() {
            true => chain::hex(&receipt_id(&files::read_object(path)?)),
            false => self.receipt.clone(),
        };
        let entry = store.find(&id)?;
        if entry.deletion()?.is_some() || entry.is_half_deleted() {
            return Err(Failure::usage(format!(
                "receipt {}: what was received for it was deleted",
                entry.hex()
            ))
            .hint("without it nobody can replay the decision; the receipt itself is still good"));
        }
        let kept = entry.kept()?;
        let receipt = verified(&entry, &kept, &anchor, context.now()?)?;
        let replayed = confirm(&receipt, &kept, &anchor)?;
        Ok(self.answer(&receipt, &replayed))
    }

    fn answer(&self, receipt: &VerifiedReceipt, replayed: &Replayed) -> Answer {
        let lang = self.lang.lang();
        let rule = receipt.rejected_by().map(|rule| format!("again by {rule}"));
        let (name, rows) = match replayed.decision() {
            Some(decision) => (decision.outcome().to_string(), outcome::rows(decision, lang)),
            None => (receipt.verdict().name().to_owned(), Vec::from_iter(rule.map(|rule| ("refused", rule)))),
        };
        let text = format!("confirmed: {name}  {}\n\n{}", receipt.reason(), fields(rows));
        let mut json = json!({
            "schema": "geleit.receipt-replay/1", "confirmed": true, "receipt": chain::json(receipt, lang),
        });
        if let Some(decision) = replayed.decision() {
            outcome::merge(&mut json, json!({"decision": outcome::to_json(decision, lang)}));
        }
        Answer::new(text, json)
    }
}

/// The receipt of an entry, verified with the registration in its request, as of then.
pub(crate) fn verified(
    entry: &Entry,
    kept: &Kept,
    anchor: &PublicKey,
    now: UnixTime,
) -> Result<VerifiedReceipt, Failure> {
    let path = PathBuf::from(entry.hex());
    let parsed = SignedReceipt::parse(&entry.receipt).map_err(|error| refused(&error, &path))?;
    let then = parsed.dangerous_unverified_time().map_err(|error| refused(&error, &path))?;
    let party = with_inputs(kept, |inputs| inputs.relying_party(anchor, then));
    let party = party.map_err(|error| not_confirmed(&error))?;
    parsed.verify(&party, now).map_err(|error| refused(&error, &path))
}

/// Replays a receipt.
pub(crate) fn confirm(
    receipt: &VerifiedReceipt,
    kept: &Kept,
    anchor: &PublicKey,
) -> Result<Replayed, Failure> {
    with_inputs(kept, |inputs| replay(receipt, inputs, anchor)).map_err(|error| not_confirmed(&error))
}

/// Calls `with` with what was kept.
fn with_inputs<T>(kept: &Kept, with: impl FnOnce(&KeptInputs<'_>) -> T) -> T {
    let profile = Profile::from_toml(&kept.profile);
    let pairs = || kept.facts.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    // Facts that do not fit the profile are not those of the receipt, which the replay says.
    let facts = profile.ok().and_then(|profile| Facts::parse(&profile, pairs()).ok()).unwrap_or_default();
    let status_lists: Vec<&[u8]> = kept.status_lists.iter().map(Vec::as_slice).collect();
    with(&KeptInputs {
        trust_list: &kept.trust_list,
        status_lists: &status_lists,
        profile: &kept.profile,
        request: &kept.request,
        presentation: &kept.presentation,
        facts: &facts,
        salt: &kept.salt,
    })
}
