//! `geleit receipt verify`: who signed, when, and that the receipts follow each other.

use super::{chain, refused};
use crate::answer::Answer;
use crate::context::Context;
use crate::failure::Failure;
use crate::files;
use crate::purpose::Language;
use crate::trust::Knowing;
use crate::verify::verify_registration;
use crate::wallet::permit_bytes_as_sent;
use core::fmt::Write;
use geleit_credential::known::Known;
use geleit_credential::reason::Lang;
use geleit_credential::receipt::{SignedDeletion, SignedReceipt, VerifiedDeletion, VerifiedReceipt};
use geleit_credential::registration::RelyingParty;
use geleit_credential::time::UnixTime;
use serde_json::json;
use std::path::{Path, PathBuf};

const AFTER_HELP: &str = "\
The party's key is the one that was registered at the time of the decision. It is in the request, which
the wallet keeps, or in the registration. Give the trust list and the status lists of that time.

Several receipts have to follow each other in the log of their verifier, in the order of the arguments.

Example: geleit receipt verify receipt.cbor --trust trust-list.cbor --anchor-key anchor.pub.pem \\
           --status list.cbor --status registrations.cbor --request request.cbor";

/// Verify signature and registration of receipts, and that none is missing between them
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Verify {
    #[command(flatten)]
    knowing: Knowing,
    /// A request that was answered; it carries the registration (repeatable)
    #[arg(long = "request", value_name = "FILE", required_unless_present = "registrations")]
    requests: Vec<PathBuf>,
    /// A registration of the party (repeatable)
    #[arg(long = "registration", value_name = "FILE")]
    registrations: Vec<PathBuf>,
    /// The party's record that it deleted what it had received; with one receipt
    #[arg(long, value_name = "FILE")]
    deletion: Option<PathBuf>,
    /// Language of the texts
    #[arg(long, value_enum, default_value_t = Language::En)]
    lang: Language,
    /// The receipts, oldest first
    #[arg(value_name = "RECEIPT", required = true)]
    receipts: Vec<PathBuf>,
}

impl Verify {
    /// Runs the command.
    pub(crate) fn run(&self, context: &Context) -> Result<Answer, Failure> {
        let (now, lang) = (context.now()?, self.lang.lang());
        let verify = |path: &PathBuf| self.verify(path, now);
        let verified: Vec<_> = self.receipts.iter().map(verify).collect::<Result<_, _>>()?;
        let deletion = self.deletion(&verified, now)?;
        let receipts: Vec<VerifiedReceipt> = verified.into_iter().map(|(receipt, _)| receipt).collect();
        let later = receipts.iter().zip(&self.receipts).skip(1);
        for (earlier, (later, path)) in receipts.iter().zip(later) {
            later.follows(earlier).map_err(|error| refused(&error, path))?;
        }
        Ok(answer(&receipts, deletion.as_ref(), lang))
    }

    fn deletion(
        &self,
        verified: &[(VerifiedReceipt, RelyingParty)],
        now: UnixTime,
    ) -> Result<Option<VerifiedDeletion>, Failure> {
        let Some(path) = &self.deletion else { return Ok(None) };
        let [(receipt, party)] = verified else {
            return Err(Failure::usage("--deletion: a record belongs to one receipt")
                .hint("give the receipt that it is about, alone"));
        };
        let bytes = files::read_object(path)?;
        let record = SignedDeletion::parse(&bytes).and_then(|record| record.verify(receipt, party, now));
        record.map(Some).map_err(|error| refused(&error, path))
    }

    fn verify(&self, path: &Path, now: UnixTime) -> Result<(VerifiedReceipt, RelyingParty), Failure> {
        let bytes = files::read_object(path)?;
        let parsed = SignedReceipt::parse(&bytes).map_err(|error| refused(&error, path))?;
        let then = parsed.dangerous_unverified_time().map_err(|error| refused(&error, path))?;
        let knowledge = self.knowing.read(then)?;
        let mut failure = None;
        for party in self.parties(&knowledge.known(), then) {
            let verified = party.and_then(|party| {
                let receipt = parsed.verify(&party, now).map_err(|error| refused(&error, path))?;
                Ok((receipt, party))
            });
            match verified {
                Ok(verified) => return Ok(verified),
                // The first is as good a reason as any; most often there is one.
                Err(error) => drop(failure.get_or_insert(error)),
            }
        }
        Err(failure.unwrap_or_else(|| Failure::usage("a request or registration is required")))
    }

    /// The party as each of the files has it.
    fn parties<'a>(
        &'a self,
        known: &'a Known<'a>,
        then: UnixTime,
    ) -> impl Iterator<Item = Result<RelyingParty, Failure>> + 'a {
        let requests = self.requests.iter().map(move |path| from_request(path, known, then));
        requests.chain(self.registrations.iter().map(move |path| verify_registration(path, known, then)))
    }
}

/// A request that was no longer open at the time of the decision was so when it was sent.
fn from_request(path: &Path, known: &Known<'_>, then: UnixTime) -> Result<RelyingParty, Failure> {
    let permitted = permit_bytes_as_sent(&files::read_object(path)?, path, known, then, Lang::En)?;
    Ok(permitted.relying_party().clone())
}

fn answer(receipts: &[VerifiedReceipt], deletion: Option<&VerifiedDeletion>, lang: Lang) -> Answer {
    let first = receipts.first().map_or(1, |receipt| receipt.place().number());
    let last = receipts.last().map_or(1, |receipt| receipt.place().number());
    let mut not_proved = vec![
        format!("that there is no receipt after number {last}"),
        "that the decision follows from what was shown: `geleit receipt replay` shows it, with what was kept"
            .to_owned(),
    ];
    if first > 1 {
        not_proved.insert(0, format!("that the receipts before number {first} are still there"));
    }
    let mut text = String::new();
    for receipt in receipts {
        text.push_str(&chain::text(receipt, lang));
        text.push('\n');
    }
    let proved = match receipts.len() {
        1 => "Verified: signature, registration at that time, parts that go together.".to_owned(),
        _ => format!(
            "Verified: signatures, registrations at that time, numbers {first} to {last} without a gap."
        ),
    };
    let _ = writeln!(text, "{proved}");
    if let Some(record) = deletion {
        let (at, until, late) = (record.deleted_at(), record.keep_until(), record.late_by_s());
        let _ = writeln!(text, "Deleted: {at}, to be kept until {until}, {late} s late; so the party says.");
        not_proved.push("that nobody made a copy of what was deleted".to_owned());
    }
    for one in &not_proved {
        let _ = writeln!(text, "Not proved: {one}.");
    }
    let json = json!({
        "schema": "geleit.receipt-verify/1", "verified": true, "first": first, "last": last,
        "receipts": receipts.iter().map(|receipt| chain::json(receipt, lang)).collect::<Vec<_>>(),
        "deletion": deletion.map(|record| json!({
            "deleted_at": record.deleted_at().0, "keep_until": record.keep_until().0, "late_by_s": record.late_by_s(),
        })),
        "not_proved": not_proved,
    });
    Answer::new(text, json)
}
