//! The receipt of a check, signed and put into the store before anything is told.

use crate::context::Context;
use crate::failure::Failure;
use crate::files::{self, NewFile, Readers};
use crate::receipt_store::{Inputs, ReceiptStore};
use crate::trust::Knowledge;
use geleit_cose::key::SigningKey;
use geleit_credential::decision::{Decision, Facts};
use geleit_credential::purpose::Profile;
use geleit_credential::receipt::{Decided, Receipt, ReceiptError};
use geleit_credential::registration::RelyingParty;
use geleit_credential::request::PermittedRequest;
use geleit_credential::time::UnixTime;
use geleit_credential::verifier::{Rejection, VerifiedPresentation};
use rand_core::Rng;
use serde_json::{Value as Json, json};
use std::path::PathBuf;

/// Where a receipt goes.
#[derive(Debug, clap::Args)]
pub(crate) struct Recording {
    /// A new file for the receipt, which is for the person
    #[arg(long, value_name = "FILE", requires = "store")]
    receipt: Option<PathBuf>,
    /// The private key that is registered for requests; it signs the receipt (PEM)
    #[arg(long, value_name = "PRIV.pem", requires = "store")]
    receipt_key: Option<PathBuf>,
    /// The folder of the verifier: receipts, and what was received until its time is over
    #[arg(long, value_name = "DIR", requires = "receipt_key")]
    store: Option<PathBuf>,
}

impl Recording {
    /// Opens and locks the store, if there is one. What would keep the receipt from being written is found
    /// here, before the answer counts: a slip of the party must not use up the answer of a person.
    pub(super) fn open(&self, context: &Context, party: &RelyingParty) -> Result<Option<Recorder>, Failure> {
        let (Some(store), Some(path)) = (&self.store, &self.receipt_key) else { return Ok(None) };
        let key = files::read_private_key(path)?;
        if key.public_key() != party.request_key() {
            return Err(unsigned(&ReceiptError::Mismatch("key")).at(files::name(path)));
        }
        let reserve = |path: &PathBuf| {
            NewFile::reserve(path, Readers::Anybody)
                .map_err(|failure| failure.hint("give --receipt the name of a new file in a folder of yours"))
        };
        let file = self.receipt.as_ref().map(reserve).transpose()?;
        let mut salt = [0; 16];
        context.random()?.fill_bytes(&mut salt);
        Ok(Some(Recorder { store: ReceiptStore::open(store)?, key, salt, file }))
    }
}

/// An open store with the key for its next receipt.
pub(super) struct Recorder {
    store: ReceiptStore,
    key: SigningKey,
    salt: [u8; 16],
    file: Option<NewFile>,
}

/// What a check was about.
#[derive(Clone, Copy)]
pub(super) struct About<'a> {
    pub(super) request: &'a PermittedRequest,
    pub(super) request_bytes: &'a [u8],
    pub(super) presentation: Option<&'a [u8]>,
    pub(super) profile: &'a Profile,
    pub(super) knowledge: &'a Knowledge,
    pub(super) facts: &'a Facts,
    pub(super) fact_pairs: &'a [(String, String)],
    pub(super) now: UnixTime,
}

/// How it ended.
#[derive(Clone, Copy)]
pub(super) enum Ended<'a, 'b, 's> {
    Decided(&'a VerifiedPresentation<'b, 's>, &'a Decision),
    Rejected(&'a Rejection),
    NoAnswer,
}

/// A receipt that was written.
pub(super) struct Recorded {
    id: String,
    number: u64,
    file: Option<PathBuf>,
}

impl Recorder {
    /// Signs a receipt and puts it into the store; then writes it for the person.
    pub(super) fn record(mut self, about: About<'_>, ended: Ended<'_, '_, '_>) -> Result<Recorded, Failure> {
        let place = self.store.place()?;
        let decided = match ended {
            Ended::Decided(presentation, decision) => {
                Decided::Verified { presentation, decision, facts: about.facts, salt: &self.salt }
            }
            Ended::Rejected(rejection) => {
                Decided::Rejected { presentation: about.presentation.unwrap_or_default(), rejection }
            }
            Ended::NoAnswer => Decided::NoAnswer,
        };
        let receipt = Receipt {
            request: about.request,
            profile: about.profile,
            trust: &about.knowledge.trust,
            statuses: &about.knowledge.statuses,
            decided,
            decided_at: about.now,
            place,
        };
        let signed = receipt.sign(&self.key).map_err(|error| unsigned(&error))?;
        let inputs = Inputs {
            request: about.request_bytes,
            presentation: about.presentation,
            trust_list: &about.knowledge.read.trust_list,
            anchor: &about.knowledge.read.anchor.to_cose_key(),
            status_lists: &about.knowledge.read.status_lists,
            profile: about.profile.text(),
            facts: about.fact_pairs,
            salt: self.salt,
        };
        let id = self.store.add(&signed, &inputs)?;
        let id = base16ct::lower::encode_string(&id);
        let path = self.file.as_ref().map(|file| file.path().to_owned());
        if let Some(file) = self.file {
            file.fill(&signed).map_err(|failure| {
                failure.hint(format!("receipt {id} is in the store: copy it from there"))
            })?;
        }
        Ok(Recorded { id, number: place.number(), file: path })
    }
}

fn unsigned(error: &ReceiptError) -> Failure {
    Failure::unusable(error.code(), error.to_string())
        .hint("--receipt-key has to be the private key that is registered for requests")
}

impl Recorded {
    /// One line for people.
    pub(super) fn text(&self) -> String {
        let Self { id, number, file } = self;
        let file = file.as_ref().map(|file| format!(", in {}", file.display())).unwrap_or_default();
        format!("Receipt: number {number}, {id}{file}")
    }

    /// For programs.
    pub(super) fn json(&self) -> Json {
        let file = self.file.as_ref().map(|file| file.display().to_string());
        json!({"receipt": {"id": self.id, "number": self.number, "file": file}})
    }
}
