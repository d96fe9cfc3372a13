//! `geleit inspect`: what an object is and what is written in it. Nothing is verified.

use crate::answer::Answer;
use crate::failure::Failure;
use crate::files;
use crate::key;
use geleit_cose::cbor::{Encoding, Limits};
use geleit_cose::diagnostic;
use geleit_cose::sign1::{NoHeaders, Sign1, Typ};
use geleit_credential::numbers::typ;
use geleit_credential::presentation::{Presentation, is_declined};
use geleit_credential::{receipt, registration, request, status_list, trust_list};
use serde_json::json;
use std::path::{Path, PathBuf};

const UNVERIFIED: &str = "Nothing here was verified: this is what somebody wrote.";

/// Say what a file is and show what is in it; nothing is verified
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: geleit inspect presentation.cbor")]
pub(crate) struct Inspect {
    /// Any object of geleit, or a key file, or "-"
    file: PathBuf,
}

impl Inspect {
    /// Runs the command.
    pub(crate) fn run(&self) -> Result<Answer, Failure> {
        object(&self.file)
    }
}

/// Shows a file.
pub(crate) fn object(path: &Path) -> Result<Answer, Failure> {
    let bytes = files::read_object(path)?;
    if let Some(answer) = core::str::from_utf8(&bytes).ok().and_then(key::inspect) {
        return Ok(answer);
    }
    let notation = diagnostic::pretty(&bytes, &Limits::REGISTER).map_err(|error| {
        Failure::refused(error.code(), error)
            .at(files::name(path))
            .hint("the file is truncated, damaged or no CBOR; key files have to be PEM")
    })?;
    let kind = kind(&bytes);
    let text = format!("{UNVERIFIED}\n{kind}, {} bytes\n\n{notation}\n", bytes.len());
    let json = json!({
        "schema": "geleit.inspect/1", "verified": false, "kind": kind, "bytes": bytes.len(), "diagnostic": notation,
    });
    Ok(Answer::new(text, json))
}

/// What the object says that it is.
fn kind(bytes: &[u8]) -> String {
    if is_declined(bytes) {
        return "declined answer: nothing was shown, and nothing follows from that".to_owned();
    }
    if let Ok(presentation) = Presentation::parse(bytes, &Limits::TOKEN) {
        return format!("presentation with {} key-binding tokens", presentation.tokens().count());
    }
    let envelope = Sign1::parse(bytes, &Limits::REGISTER, Encoding::Tolerant, &mut NoHeaders);
    match envelope.as_ref().ok().map(Sign1::typ) {
        Some(Some(Typ::ContentFormat(typ::SD_CWT) | Typ::MediaType(typ::SD_CWT_TEXT))) => {
            "SD-CWT (credential)"
        }
        Some(Some(Typ::ContentFormat(typ::KB_CWT) | Typ::MediaType(typ::KB_CWT_TEXT))) => "key-binding token",
        Some(Some(Typ::MediaType(trust_list::TYPE))) => "trust list",
        Some(Some(Typ::MediaType(registration::TYPE))) => "registration",
        Some(Some(Typ::MediaType(request::TYPE))) => "request",
        Some(Some(Typ::MediaType(status_list::TYPE))) => "status list",
        Some(Some(Typ::MediaType(receipt::TYPE))) => "receipt",
        Some(Some(Typ::MediaType(receipt::DELETION_TYPE))) => "deletion record",
        Some(_) => "COSE_Sign1 of a type that is not known here",
        None => "CBOR that is none of the known objects",
    }
    .to_owned()
}
