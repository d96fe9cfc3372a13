//! `geleit receipt`: what was decided, looked at, verified and replayed.

mod chain;
pub(crate) mod replay;
pub(crate) mod unverified;
mod verify;

use crate::answer::Answer;
use crate::context::Context;
use crate::failure::Failure;
use crate::files;
use crate::json;
use crate::outcome::reason_text;
use crate::purpose::Language;
use crate::text::{fields, printable};
use clap::Subcommand;
use geleit_credential::numbers::claim;
use geleit_credential::receipt::{ReceiptError, ReplayError, SignedReceipt};
use serde_json::json;
use std::path::{Path, PathBuf};
use unverified::Unverified;

/// Show, verify and replay decision receipts
#[derive(Debug, Subcommand)]
pub(crate) enum Receipt {
    Show(Show),
    Verify(verify::Verify),
    Replay(replay::Replay),
}

impl Receipt {
    /// Runs the command.
    pub(crate) fn run(&self, context: &Context) -> Result<Answer, Failure> {
        match self {
            Self::Show(command) => command.run(),
            Self::Verify(command) => command.run(context),
            Self::Replay(command) => command.run(context),
        }
    }
}

/// Say what is written in a receipt; nothing is verified
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: geleit receipt show receipt.cbor --lang de")]
pub(crate) struct Show {
    /// Language of the texts
    #[arg(long, value_enum, default_value_t = Language::En)]
    lang: Language,
    /// The receipt, or "-"
    file: PathBuf,
}

const UNVERIFIED: &str = "Nothing here was verified: this is what somebody wrote.";

impl Show {
    fn run(&self) -> Result<Answer, Failure> {
        let lang = self.lang.lang();
        let bytes = files::read_object(&self.file)?;
        SignedReceipt::parse(&bytes).map_err(|error| refused(&error, &self.file))?;
        let unreadable = || {
            Failure::usage(format!("{}: a receipt with missing fields", files::name(&self.file)))
                .hint("`geleit inspect FILE` shows what is in it")
        };
        let written = Unverified::read(&bytes).ok_or_else(unreadable)?;
        let reason = written.reason_code();
        let mut rows = vec![
            ("relying party", printable(&written.relying_party)),
            ("purpose", printable(&written.purpose)),
            ("number", written.number.to_string()),
            ("decided", written.decided_at.to_string()),
            ("outcome", printable(&written.outcome)),
            ("reason", printable(&written.reason)),
        ];
        rows.extend(reason.map(|code| ("because", reason_text(code, lang))));
        rows.extend(reason.map(|code| ("next", code.next(lang).to_owned())));
        rows.extend(written.text("fallback", lang).map(|text| ("instead", printable(text))));
        rows.extend(written.text("redress", lang).map(|text| ("to contest it", printable(text))));
        rows.extend(written.keep_until.map(|until| ("kept until", until.to_string())));
        let text = format!("{UNVERIFIED}\n\n{}", fields(rows));
        let mut payload = json::from_cbor(&written.payload);
        // The two fields with a number for a name, by their names in RFC 8392.
        if let Some(fields) = payload.as_object_mut() {
            for (number, name) in [(claim::ISS, "iss"), (claim::IAT, "iat")] {
                fields.remove(&number.to_string()).map(|value| fields.insert(name.to_owned(), value));
            }
        }
        let json = json!({"schema": "geleit.receipt-show/2", "verified": false, "written": payload});
        Ok(Answer::new(text, json))
    }
}

/// Why a receipt is not relied on.
pub(crate) fn refused(error: &ReceiptError, path: &Path) -> Failure {
    let hint = match error.code() {
        "E-01" => "it was changed, or signed by somebody else: ask the party for the receipt that it signed",
        "E-02" => "give the request or registration that it was about",
        "E-03" => "check the clock, or --now",
        "E-09" => "a receipt of the log is missing, or was exchanged: ask the party for all of them",
        "E-13" => "give the registration that held at the time of the decision",
        "T-01" => {
            "a receipt as `geleit verify --receipt` writes it is required; `geleit inspect FILE` says what the file is"
        }
        _ => "do not rely on it: ask the party for the receipt that it signed",
    };
    Failure::refused(error.code(), error).at(files::name(path)).hint(hint)
}

/// Why a replay does not confirm a receipt.
pub(crate) fn not_confirmed(error: &ReplayError) -> Failure {
    let hint = match error {
        ReplayError::OtherInput { .. } => "what is kept was changed or exchanged: restore it from a backup",
        ReplayError::OtherRules => "the profile that was used then has to be kept with the receipt",
        ReplayError::Input { .. } => "check that --anchor-key is the key of the anchor at that time",
        _ => "the receipt says something that does not follow from what was received: do not rely on it",
    };
    Failure::refused(error.code(), error).hint(hint)
}
