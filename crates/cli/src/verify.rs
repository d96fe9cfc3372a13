//! `geleit verify`: the relying party's side. A presentation is verified and decided.

use crate::answer::Answer;
use crate::context::Context;
use crate::failure::Failure;
use crate::files;
use crate::nonce_store::NonceStore;
use crate::outcome::{self, Learned};
use crate::purpose::{self, Language, fact_type};
use crate::request::pair;
use crate::text::{Style, fields, table};
use crate::trust::Trusted;
use crate::wallet::permit;
use core::fmt::Write;
use geleit_cose::cbor::Limits;
use geleit_credential::decision::{Decision, FactError, Facts, Outcome, decide};
use geleit_credential::presentation::Presentation;
use geleit_credential::purpose::Profile;
use geleit_credential::registration::{Registration, RegistrationError, RelyingParty};
use geleit_credential::request::PermittedRequest;
use geleit_credential::time::UnixTime;
use geleit_credential::trust_list::TrustList;
use geleit_credential::verifier::{OpenNonces, Rejection, VerifiedPresentation, Verifier, Workspace};
use serde_json::json;
use std::path::{Path, PathBuf};

const AFTER_HELP: &str = "\
Exit code 0: verified, and the outcome is ACCEPT, ACCEPT_UNTIL, ACCEPT_WITH_NOTICE or INDETERMINATE.
INDETERMINATE is neither yes nor no: a script has to read \"outcome\" and follow \"fallback\".
Exit code 1: the outcome is REFUSE, or the presentation was not verified; then standard error names
the rule.

Example: geleit verify --trust trust-list.cbor --anchor-key anchor.pub.pem \\
           --registration registration.cbor --request request.cbor --nonce-store nonces.json \\
           --fact start_date=2026-12-01 --fact face_matches=yes presentation.cbor";

/// Verify a presentation and decide by the rules of its purpose
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Verify {
    #[command(flatten)]
    trusted: Trusted,
    /// The own registration
    #[arg(long, value_name = "FILE")]
    registration: PathBuf,
    /// The own request that the presentation answers
    #[arg(long, value_name = "FILE")]
    request: PathBuf,
    /// What the relying party knows itself; see `geleit purpose show`
    #[arg(long = "fact", value_name = "NAME=VALUE", value_parser = pair)]
    facts: Vec<(String, String)>,
    /// Language of the texts
    #[arg(long, value_enum, default_value_t = Language::En)]
    lang: Language,
    /// A file that remembers answered requests: an answer counts once
    #[arg(long, value_name = "FILE")]
    nonce_store: Option<PathBuf>,
    /// The presentation, or "-"
    presentation: PathBuf,
}

impl Verify {
    /// Runs the command.
    pub(crate) fn run(&self, context: &Context) -> Result<Answer, Failure> {
        let now = context.now()?;
        let trust = self.trusted.read(now)?;
        let party = relying_party(&self.registration, &trust, now)?;
        let profile = purpose::find(&party.intended_use().id)?;
        let facts = self.facts(&profile)?;
        let request = permit(&self.request, &trust, now, self.lang.lang())?;
        let bytes = files::read_object(&self.presentation)?;
        let verifier = Verifier::new(trust, party);
        let mut workspace = Workspace::new();
        let verified = self.verify(&verifier, &bytes, &request, now, &mut workspace)?;
        let decision =
            decide(&verified, &profile, &facts, now).map_err(|error| wrong_fact(&error, &profile))?;
        let mut answer = self.answer(&verified, &decision, verifier.relying_party(), context.style());
        if self.nonce_store.is_none() {
            answer =
                answer.note("note: without --nonce-store a presentation that is shown twice is not noticed");
        }
        Ok(answer)
    }

    fn facts(&self, profile: &Profile) -> Result<Facts, Failure> {
        let pairs = self.facts.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        Facts::parse(profile, pairs).map_err(|error| wrong_fact(&error, profile))
    }

    fn verify<'b, 's>(
        &self,
        verifier: &Verifier,
        bytes: &'b [u8],
        request: &PermittedRequest,
        now: UnixTime,
        workspace: &'s mut Workspace,
    ) -> Result<VerifiedPresentation<'b, 's>, Failure> {
        let name = files::name(&self.presentation);
        let presentation = Presentation::parse(bytes, &Limits::TOKEN)
            .map_err(|error| Failure::refused(error.code(), error).at(&name).hint(hint(error.code())))?;
        let rejected =
            |error: Rejection| Failure::refused(error.code(), error).at(&name).hint(hint(error.code()));
        match &self.nonce_store {
            None => {
                let mut nonces = OpenNonces::default();
                verifier.verify(&presentation, request, now, &mut nonces, workspace).map_err(rejected)
            }
            Some(path) => {
                let mut nonces = NonceStore::open(path)?;
                let verified =
                    verifier.verify(&presentation, request, now, &mut nonces, workspace).map_err(rejected)?;
                nonces.save(now)?;
                Ok(verified)
            }
        }
    }

    fn answer(
        &self,
        verified: &VerifiedPresentation<'_, '_>,
        decision: &Decision,
        party: &RelyingParty,
        style: Style,
    ) -> Answer {
        let lang = self.lang.lang();
        let learned = Learned::list(verified, lang);
        let mut text = format!("{}  {}\n\n", outcome::painted(decision.outcome(), style), decision.reason());
        text.push_str(&fields(outcome::rows(decision, lang)));
        let row = |one: &Learned| [one.title.clone(), one.text(), one.id.to_owned()];
        let _ = write!(text, "\n{}", table(&["learned", "value", "claim"], learned.iter().map(row)));
        if let Some(rule) = decision.rule() {
            let _ =
                write!(text, "\nRule: {} version {}, row {}\n", rule.profile(), rule.version(), rule.row());
        }
        let mut json = json!({
            "schema": "geleit.verify/1",
            "verified": true,
            "relying_party": party.id(),
            "intended_use": party.intended_use().id,
        });
        outcome::merge(&mut json, outcome::to_json(decision, lang));
        outcome::merge(
            &mut json,
            json!({
                "disclosed": learned.iter().map(|one| one.id).collect::<Vec<_>>(),
                "learned": learned.iter().map(Learned::to_json).collect::<Vec<_>>(),
                "request_hash": base16ct::lower::encode_string(verified.request_hash()),
            }),
        );
        let negative = match decision.outcome() {
            Outcome::Refuse | Outcome::BlockedByWallet => true,
            Outcome::Accept
            | Outcome::AcceptUntil(_)
            | Outcome::AcceptWithNotice
            | Outcome::Indeterminate(_) => false,
        };
        Answer::new(text, json).negative(negative)
    }
}

fn relying_party(path: &Path, trust: &TrustList, now: UnixTime) -> Result<RelyingParty, Failure> {
    let bytes = files::read_object(path)?;
    let party = Registration::parse(&bytes).and_then(|registration| registration.verify(trust, now));
    party.map_err(|error| {
        let hint = match error {
            RegistrationError::NotValid { .. } => "register again, or check --now",
            RegistrationError::NotRegistered => "the trust list has to name the registrar with this key",
            _ => "give the file that `geleit register` wrote",
        };
        Failure::refused(error.code(), error).at(files::name(path)).hint(hint)
    })
}

fn wrong_fact(error: &FactError, profile: &Profile) -> Failure {
    let facts: Vec<String> =
        profile.facts().map(|fact| format!("{}={}", fact.name(), fact_type(fact))).collect();
    Failure::usage(format!("--fact: {error}")).hint(format!(
        "facts of {} are {}",
        profile.id(),
        facts.join(", ")
    ))
}

/// What helps with a rejected presentation.
fn hint(rule: &str) -> &'static str {
    match rule {
        "B-01" => {
            "a presentation as `geleit present` writes it is required; `geleit inspect FILE` says what the file is"
        }
        "B-03" => "--request has to be a request of the same relying party and purpose as --registration",
        "B-05" | "B-07" | "B-08" => {
            "the trust list decides who may issue: get the newest one, or ask the issuer"
        }
        "B-12" | "V-29" | "V-31" => {
            "the holder answered another request: ask again, and verify with that request"
        }
        "B-20" => "this answer was counted before: send a new request",
        "V-22" => "the credential has expired: the holder needs a new copy",
        "M-10" | "M-11" | "M-12" | "V-35" => "larger or deeper than any honest presentation: do not use it",
        rule if rule.starts_with("M-") => "the file is truncated, damaged or no presentation: get it again",
        _ => "do not rely on this presentation: send a new request",
    }
}
