//! `geleit present`: the holder's side. A request is permitted or refused; what it asks is answered.

pub(crate) mod screen;

use crate::answer::Answer;
use crate::context::Context;
use crate::failure::{Class, Failure};
use crate::files::{self, Output, Readers};
use crate::ledger::LedgerFile;
use crate::outcome::{merge, reason_text};
use crate::purpose::Language;
use crate::registrar::nothing_may_be_asked;
use crate::request::{asked, purpose_of};
use crate::text::printable;
use crate::trust::Knowing;
use geleit_cose::key::PublicKey;
use geleit_credential::holder::{AcceptError, AnswerError, Consent, HeldCredential, Origin, Wallet, plan};
use geleit_credential::known::Known;
use geleit_credential::presentation::DECLINED;
use geleit_credential::reason::Lang;
use geleit_credential::registration::RegistrationError;
use geleit_credential::request::{PermittedRequest, Request, RequestError};
use geleit_credential::scope::Necessity;
use geleit_credential::sd_cwt::Scratch;
use geleit_credential::time::UnixTime;
use geleit_credential::trust_list::TrustList;
use screen::Screen;
use serde_json::json;
use std::path::{Path, PathBuf};

const AFTER_HELP: &str = "\
Who asks what, and why, and what is shown, is on standard error. What is optional is left out unless
--optional names it. A request that asks beyond its registration is refused: consent cannot widen it.
--plan shows the same and signs nothing.

A refusal ends with exit code 1. Its reason is for the holder, on standard error; --output then gets the
one answer that says nothing (the byte 80), whether the holder lacks something, declines, is under
duress, or a rule protects the holder: who asks cannot tell these apart.

The ledger remembers what was shown to whom, without any value, so that answers do not add up: it is
made when it is not there. Claims that could show protection are refused to the states of origin: those
in the identity credentials, and those that --origin names, such as a state of former residence.

Example: geleit present --trust trust-list.cbor --anchor-key anchor.pub.pem \\
           --status registrations.cbor --holder-key holder.pem --ledger ledger.json \\
           --request request.cbor -o presentation.cbor identity.cbor residence.cbor";

/// Answer a request with credentials, as a wallet does
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Present {
    #[command(flatten)]
    knowing: Knowing,
    /// The holder's private key that the credentials are bound to (PEM)
    #[arg(long, value_name = "PRIV.pem")]
    holder_key: PathBuf,
    /// The request
    #[arg(long, value_name = "FILE")]
    request: PathBuf,
    /// A file that remembers what was shown to whom: any new file name, it is made
    #[arg(long, value_name = "FILE")]
    ledger: PathBuf,
    /// A state of origin, beside those in the identity credentials (repeatable)
    #[arg(long, value_name = "CC", value_parser = state)]
    origin: Vec<String>,
    /// The states that --origin names are all: without it, and without a state in an identity credential,
    /// nothing that could show protection is shown to any state
    #[arg(long, requires = "origin")]
    origins_are_all: bool,
    /// Also show these optional claims; commas or one option for each
    #[arg(long, value_name = "ID,ID", value_delimiter = ',')]
    optional: Vec<String>,
    /// Show nothing
    #[arg(long)]
    decline: bool,
    /// Show nothing, because somebody else decides; nobody can tell it from --decline
    #[arg(long, conflicts_with = "decline")]
    duress: bool,
    /// Say what would be shown and what stays hidden, and sign nothing
    #[arg(long, conflicts_with_all = ["decline", "duress", "output"])]
    plan: bool,
    /// Language of the texts
    #[arg(long, value_enum, default_value_t = Language::En)]
    lang: Language,
    #[command(flatten)]
    output: Output,
    /// Credentials as their issuers sent them; of several of one type the first is used
    #[arg(value_name = "CREDENTIAL", required = true)]
    credentials: Vec<PathBuf>,
}

fn state(code: &str) -> Result<String, String> {
    match Origin::stated(&[code]) {
        Some(_) => Ok(code.to_owned()),
        None => {
            Err("the code of a state in two capital letters is required (ISO 3166-1), such as SY".to_owned())
        }
    }
}

impl Present {
    /// Runs the command. Whoever asks receives the same bytes whatever the reason of a refusal.
    pub(crate) fn run(&self, context: &Context) -> Result<Answer, Failure> {
        let result = self.answer(context);
        if let (Err(failure), Some(path)) = (&result, self.output.file())
            && failure.class == Class::Refused
        {
            files::write(path, &DECLINED, Readers::Owner)?;
        }
        result
    }

    fn answer(&self, context: &Context) -> Result<Answer, Failure> {
        let lang = self.lang.lang();
        let key = files::read_private_key(&self.holder_key)?;
        let now = context.now()?;
        let mut file = LedgerFile::open(&self.ledger)?;
        let knowledge = self.knowing.read_beside(&self.ledger, now)?;
        let request = permit(&self.request, &knowledge.known(), now, lang)?;
        let held = self.accept(&knowledge.trust, key.public_key(), now)?;
        let held: Vec<&HeldCredential> = held.iter().collect();
        let optional: Vec<&str> = self.optional.iter().map(String::as_str).collect();
        let wallet = Wallet {
            held: &held,
            key: key.public_key(),
            origin: &self.origin(&held),
            ledger: &file.ledger,
            purposes: &knowledge.purposes,
        };
        let refused = |error: AnswerError| not_answered(&error, &request, lang);
        let plan = plan(&request, &wallet, self.consent(&optional), now).map_err(refused)?;
        let screen = Screen::of(&plan, &request, &held, &knowledge.purposes, lang);
        if self.plan {
            return Ok(screen.planned());
        }
        let answered = plan.sign(&key).map_err(refused)?;
        let presentation = answered.record(&mut file.ledger);
        // What is handed out stands in the ledger, whatever happens next.
        file.save(now)?;
        let answer = self.describe(&request, &screen, presentation.len());
        self.output.deliver(presentation, Readers::Owner, answer)
    }

    fn consent<'a>(&self, optional: &'a [&'a str]) -> Consent<'a> {
        match (self.decline, self.duress) {
            (true, _) => Consent::Declined,
            (_, true) => Consent::Duress,
            (false, false) => Consent::Agreed { optional },
        }
    }

    /// The states of the credentials, and those that are named beside them. Where no credential names one,
    /// those that are named count when the holder says that they are all.
    fn origin(&self, held: &[&HeldCredential]) -> Origin {
        let named: Vec<&str> = self.origin.iter().map(String::as_str).collect();
        let of_credentials = Origin::of(held);
        let origin = match of_credentials == Origin::unknown() && self.origins_are_all {
            true => Origin::stated(&named),
            false => of_credentials.and_stated(&named),
        };
        // Each of them was read as a state before.
        origin.unwrap_or_else(Origin::unknown)
    }

    fn describe(&self, request: &PermittedRequest, screen: &Screen, bytes: usize) -> Answer {
        let party = request.relying_party();
        let use_id = &party.intended_use().id;
        let text = format!("presentation of {bytes} bytes for {}, {use_id}\n", printable(party.id()));
        let mut json = json!({
            "schema": "geleit.present/1",
            "asked": request.scope().entries().iter().map(asked).collect::<Vec<_>>(),
            "optional_shown": self.optional, "bytes": bytes,
        });
        merge(&mut json, screen.to_json());
        Answer::new(text, json).note(screen.rows().trim_end())
    }

    fn accept(
        &self,
        trust: &TrustList,
        key: &PublicKey,
        now: UnixTime,
    ) -> Result<Vec<HeldCredential>, Failure> {
        let mut scratch = Scratch::default();
        let mut accept = |path: &PathBuf| {
            let bytes = files::read_object(path)?;
            let keys = core::slice::from_ref(key);
            HeldCredential::accept(&bytes, trust, keys, now, &mut scratch)
                .map_err(|error| not_accepted(&error, path))
        };
        self.credentials.iter().map(&mut accept).collect()
    }
}

/// Reads a request and checks it as a wallet does.
pub(crate) fn permit(
    path: &Path,
    known: &Known<'_>,
    now: UnixTime,
    lang: Lang,
) -> Result<PermittedRequest, Failure> {
    permit_bytes(&files::read_object(path)?, path, known, now, lang)
}

/// As [`permit`], for bytes that were read from `path`.
pub(crate) fn permit_bytes(
    bytes: &[u8],
    path: &Path,
    known: &Known<'_>,
    now: UnixTime,
    lang: Lang,
) -> Result<PermittedRequest, Failure> {
    let permitted = Request::parse(bytes).and_then(|request| request.permit(known, now));
    permitted.map_err(|error| not_permitted(&error, bytes, known, lang).at(files::name(path)))
}

/// The same for a request that may no longer be open: it was permitted when it was sent.
pub(crate) fn permit_bytes_as_sent(
    bytes: &[u8],
    path: &Path,
    known: &Known<'_>,
    now: UnixTime,
    lang: Lang,
) -> Result<PermittedRequest, Failure> {
    let permitted = Request::parse(bytes).and_then(|request| request.permit_as_sent(known, now));
    permitted.map_err(|error| not_permitted(&error, bytes, known, lang).at(files::name(path)))
}

/// Why a request is not answered. An excluded purpose has words of its own.
fn not_permitted(error: &RequestError, bytes: &[u8], known: &Known<'_>, lang: Lang) -> Failure {
    if let RequestError::Registration(RegistrationError::NothingMayBeAsked { .. }) = error
        && let Some(profile) = purpose_of(bytes).and_then(|id| known.purposes.find(&id))
    {
        return nothing_may_be_asked(error, profile, lang);
    }
    let reason = error.refusal().reason();
    let hint = match error {
        RequestError::NotValid { .. } => {
            "the request has expired or is not open yet: ask for a new one, or check --now"
        }
        RequestError::Registration(
            RegistrationError::StatusUnknown | RegistrationError::StatusTooOld { .. },
        ) => "give the newest status list of the registration with --status",
        _ => reason.next(lang),
    };
    Failure::refused(error.code(), error).because(reason.as_str(), reason_text(reason, lang)).hint(hint)
}

/// Why a wallet does not keep a credential.
pub(crate) fn not_accepted(error: &AcceptError, path: &Path) -> Failure {
    let hint = match error.code() {
        "H-03" => "the credential belongs to another key: give the one that it was issued to as --holder-key",
        "H-05" => "the trust list does not have this issuer for this type at this time",
        "V-22" => "the copy has expired: get a new one from the issuer",
        "V-01" => {
            "a credential as `geleit issue` writes it is required; `geleit inspect FILE` says what the file is"
        }
        rule if rule.starts_with("M-") => "the file is truncated, damaged or no credential: get it again",
        _ => "do not keep this credential: it is not built as all others of its type",
    };
    Failure::refused(error.code(), error).at(files::name(path)).hint(hint)
}

fn not_answered(error: &AnswerError, request: &PermittedRequest, lang: Lang) -> Failure {
    let reason = error.refusal().reason();
    let hint = match error {
        AnswerError::ConsentWidens { .. } => optional_hint(request),
        _ => reason.next(lang).to_owned(),
    };
    Failure::refused(error.code(), error).because(reason.as_str(), reason_text(reason, lang)).hint(hint)
}

/// What --optional may name.
fn optional_hint(request: &PermittedRequest) -> String {
    let entries = request.scope().entries().iter();
    let optional = entries.filter(|entry| entry.necessity == Necessity::Optional);
    let ids: Vec<&str> = optional.map(|entry| entry.claim.id()).collect();
    match ids.is_empty() {
        true => "this request has no optional claims: leave --optional away".to_owned(),
        false => format!("optional in this request are {}", ids.join(", ")),
    }
}
