//! `geleit present`: the holder's side. A request is permitted or refused; what it asks is answered.

use crate::answer::Answer;
use crate::context::Context;
use crate::failure::Failure;
use crate::files::{self, Output, Readers};
use crate::purpose::{Language, title};
use crate::request::asked;
use crate::text::{fields, printable};
use crate::trust::Trusted;
use geleit_cose::key::PublicKey;
use geleit_credential::holder::{
    AcceptError, AnswerError, Consent, DisclosureLedger, HeldCredential, Origin, Wallet, answer,
};
use geleit_credential::purpose::Purposes;
use geleit_credential::reason::Lang;
use geleit_credential::request::{PermittedRequest, Request, RequestError};
use geleit_credential::scope::{Necessity, ScopeEntry};
use geleit_credential::sd_cwt::Scratch;
use geleit_credential::time::UnixTime;
use geleit_credential::trust_list::TrustList;
use serde_json::json;
use std::path::{Path, PathBuf};

const AFTER_HELP: &str = "\
Who asks what, and why, is shown on standard error. What is optional is left out unless --optional
names it. A request that asks beyond its registration is refused: consent cannot widen it.

Example: geleit present --trust trust-list.cbor --anchor-key anchor.pub.pem --holder-key holder.pem \\
           --request request.cbor -o presentation.cbor identity.cbor residence.cbor";

/// Answer a request with credentials, as a wallet does
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Present {
    #[command(flatten)]
    trusted: Trusted,
    /// The holder's private key that the credentials are bound to (PEM)
    #[arg(long, value_name = "PRIV.pem")]
    holder_key: PathBuf,
    /// The request
    #[arg(long, value_name = "FILE")]
    request: PathBuf,
    /// Also show this optional claim (repeatable)
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    optional: Vec<String>,
    /// Language of the texts
    #[arg(long, value_enum, default_value_t = Language::En)]
    lang: Language,
    #[command(flatten)]
    output: Output,
    /// Credentials as their issuers sent them; of several of one type the first is used
    #[arg(value_name = "CREDENTIAL", required = true)]
    credentials: Vec<PathBuf>,
}

impl Present {
    /// Runs the command.
    pub(crate) fn run(&self, context: &Context) -> Result<Answer, Failure> {
        let lang = self.lang.lang();
        let key = files::read_private_key(&self.holder_key)?;
        let now = context.now()?;
        let trust = self.trusted.read(now)?;
        let request = permit(&self.request, &trust, now, lang)?;
        self.check_optional(&request)?;
        let held = self.accept(&trust, key.public_key(), now)?;
        let held: Vec<&HeldCredential> = held.iter().collect();
        let optional: Vec<&str> = self.optional.iter().map(String::as_str).collect();
        // The command keeps nothing: each run is a wallet that has answered nobody.
        let mut ledger = DisclosureLedger::empty();
        let wallet = Wallet {
            held: &held,
            key: key.public_key(),
            origin: &Origin::of(&held),
            ledger: &ledger,
            purposes: &Purposes::embedded(),
        };
        let presentation = answer(&request, &wallet, &key, Consent::Agreed { optional: &optional }, now)
            .map_err(|error| not_answered(&error, lang))?
            .record(&mut ledger);
        let party = request.relying_party();
        let text = format!(
            "presentation of {} bytes for {}, {}\n",
            presentation.len(),
            printable(party.id()),
            party.intended_use().id
        );
        let json = json!({
            "schema": "geleit.present/1", "relying_party": party.id(), "intended_use": party.intended_use().id,
            "asked": request.scope().entries().iter().map(asked).collect::<Vec<_>>(),
            "optional_shown": optional, "bytes": presentation.len(),
        });
        let answer = Answer::new(text, json).note(question(&request, lang));
        self.output.deliver(presentation, Readers::Owner, answer)
    }

    fn check_optional(&self, request: &PermittedRequest) -> Result<(), Failure> {
        let optional = |entry: &&ScopeEntry| entry.necessity == Necessity::Optional;
        let ids: Vec<&str> =
            request.scope().entries().iter().filter(optional).map(|entry| entry.claim.id()).collect();
        match self.optional.iter().find(|id| !ids.contains(&id.as_str())) {
            None => Ok(()),
            Some(id) => {
                let hint = match ids.is_empty() {
                    true => "this request has no optional claims".to_owned(),
                    false => format!("optional in this request are {}", ids.join(", ")),
                };
                Err(Failure::usage(format!("--optional {id}: not an optional claim of this request"))
                    .hint(hint))
            }
        }
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
    trust: &TrustList,
    now: UnixTime,
    lang: Lang,
) -> Result<PermittedRequest, Failure> {
    let bytes = files::read_object(path)?;
    let permitted = Request::parse(&bytes).and_then(|request| request.permit(trust, now));
    permitted.map_err(|error| not_permitted(&error, lang).at(files::name(path)))
}

fn not_permitted(error: &RequestError, lang: Lang) -> Failure {
    let hint = match error {
        RequestError::NotValid { .. } => {
            "the request has expired or is not open yet: ask for a new one, or check --now"
        }
        error => error.refusal().reason().next(lang),
    };
    Failure::refused(error.code(), error).hint(hint)
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

fn not_answered(error: &AnswerError, lang: Lang) -> Failure {
    let hint = match error {
        AnswerError::Lacks { .. } => {
            "add the credentials that are missing; to the other side this looks like \"declined\""
        }
        error => error.refusal().reason().next(lang),
    };
    Failure::refused(error.code(), error).hint(hint)
}

/// Who asks what, why, on which basis, and for how long it is kept: what a holder sees before consent.
pub(crate) fn question(request: &PermittedRequest, lang: Lang) -> String {
    let party = request.relying_party();
    let intended_use = party.intended_use();
    let purpose =
        intended_use.purpose.iter().find(|(tag, _)| tag == lang.tag()).or(intended_use.purpose.first());
    let claim = |entry: &ScopeEntry| {
        let step = entry.at_least.first().and_then(|step| entry.claim.claim.domain()?.label(*step));
        let title = title(entry.claim.id(), lang);
        match (step, entry.necessity) {
            (Some(step), _) => format!("{title}: at least {step}"),
            (None, Necessity::Required) => title,
            (None, Necessity::Optional) => format!("{title} (optional)"),
        }
    };
    let claims: Vec<String> = request.scope().entries().iter().map(claim).collect();
    let who = format!("{} ({}, {})", party.name(), party.id(), party.country());
    let rows = [
        ("asked by", printable(&who)),
        ("for", printable(purpose.map_or("", |(_, text)| text))),
        ("basis", printable(&intended_use.legal_basis.join("; "))),
        ("claims", claims.join("; ")),
        ("kept for", format!("{} days", request.retention_days())),
        ("help", printable(&intended_use.support_uri)),
    ];
    fields(rows).trim_end().to_owned()
}
