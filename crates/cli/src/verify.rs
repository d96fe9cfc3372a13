//! `geleit verify`: the relying party's side. A presentation is verified and decided.

mod recorder;

use crate::answer::Answer;
use crate::context::Context;
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::nonce_store::NonceStore;
use crate::outcome::{self, Learned};
use crate::purpose::{self, Language, fact_type};
use crate::request::pair;
use crate::text::{Style, fields, table};
use crate::trust::{Knowing, Knowledge};
use crate::wallet::{permit_bytes, permit_bytes_as_sent};
use core::fmt::Write;
use geleit_cose::cbor::{Limits, Value};
use geleit_credential::decision::{Decision, FactError, Facts, decide};
use geleit_credential::known::Known;
use geleit_credential::presentation::{Presentation, is_declined};
use geleit_credential::purpose::Profile;
use geleit_credential::registration::{Registration, RegistrationError, RelyingParty};
use geleit_credential::request::PermittedRequest;
use geleit_credential::time::UnixTime;
use geleit_credential::verifier::{
    AlreadyUsed, NonceRegister, OpenNonces, Rejection, VerifiedPresentation, Verifier, Workspace,
};
use recorder::{About, Ended, Recorded, Recorder, Recording};
use serde_json::json;
use std::path::{Path, PathBuf};

const AFTER_HELP: &str = "\
Exit code 0: verified, and the outcome is ACCEPT, ACCEPT_UNTIL or ACCEPT_WITH_NOTICE.
Exit code 1: the outcome is REFUSE, or the presentation was not verified; then standard error names
the rule.
Exit code 5: verified, but no decision (INDETERMINATE), neither yes nor no: do what \"instead\" says
(\"fallback\" with --json). When only facts are missing, the answer is not counted in the nonce store:
add the facts and check again.

With --store a receipt is signed for every check that ends, also when the answer was refused or did not
come (--no-answer, or a wallet's \"no\"): it says what was decided, by which rule, on what, and has no claim
value. What was received is kept beside it for `geleit receipt replay`, until `geleit verifier purge`
deletes it. --receipt writes the receipt for the person.

Example: geleit verify --trust trust-list.cbor --anchor-key anchor.pub.pem \\
           --status list.cbor --status registrations.cbor --registration registration.cbor \\
           --request request.cbor --nonce-store nonces.json --store receipts --receipt receipt.cbor \\
           --receipt-key employer.pem --fact start_date=2026-12-01 --fact face_matches=yes \\
           presentation.cbor";

/// Verify a presentation and decide by the rules of its purpose
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Verify {
    #[command(flatten)]
    knowing: Knowing,
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
    /// A new file for the portrait that is shown, for the person who compares faces
    #[arg(long, value_name = "FILE")]
    portrait_out: Option<PathBuf>,
    #[command(flatten)]
    recording: Recording,
    /// The request was not answered: note that, and what happens instead
    #[arg(long)]
    no_answer: bool,
    /// The presentation, or "-"
    #[arg(required_unless_present = "no_answer", conflicts_with = "no_answer")]
    presentation: Option<PathBuf>,
}

/// Everything that a check goes by.
struct Before {
    knowledge: Knowledge,
    party: RelyingParty,
    profile: Profile,
    facts: Facts,
    request: PermittedRequest,
    request_bytes: Vec<u8>,
    now: UnixTime,
}

impl Verify {
    /// Runs the command.
    pub(crate) fn run(&self, context: &Context) -> Result<Answer, Failure> {
        let presentation = self.presentation.as_deref().map(files::read_object).transpose()?;
        let answered = presentation.as_deref().filter(|bytes| !is_declined(bytes));
        let before = self.before(context.now()?, answered.is_some())?;
        let recorder = self.recording.open(context, &before.party)?;
        match answered {
            Some(bytes) => self.check(&before, bytes, recorder, context.style()),
            None => self.no_answer(&before, recorder, context.style()),
        }
    }

    fn before(&self, now: UnixTime, answered: bool) -> Result<Before, Failure> {
        let knowledge = match &self.nonce_store {
            Some(store) => self.knowing.read_beside(store, now)?,
            None => self.knowing.read(now)?,
        };
        let party = verify_registration(&self.registration, &knowledge.known(), now)?;
        let profile = purpose::find(&party.intended_use().id)?;
        let facts = self.facts(&profile)?;
        let request_bytes = files::read_object(&self.request)?;
        // What was not answered may no longer be open.
        let permit = if answered { permit_bytes } else { permit_bytes_as_sent };
        let request = permit(&request_bytes, &self.request, &knowledge.known(), now, self.lang.lang())?;
        Ok(Before { knowledge, party, profile, facts, request, request_bytes, now })
    }

    fn check(
        &self,
        before: &Before,
        bytes: &[u8],
        recorder: Option<Recorder>,
        style: Style,
    ) -> Result<Answer, Failure> {
        let now = before.now;
        let about = self.about(before, Some(bytes));
        let mut nonces = Nonces::open(self.nonce_store.as_deref())?;
        let mut workspace = Workspace::new();
        let verified = match verify(before, bytes, &mut nonces, &mut workspace) {
            Ok(verified) => verified,
            Err(rejection) => return Err(self.rejected(&rejection, about, recorder)?),
        };
        let decision = decide(&verified, &before.profile, &before.facts, now);
        let decision = decision.map_err(|error| wrong_fact(&error, &before.profile))?;
        let portrait = self.write_portrait(&verified)?;
        let mut answer = self.answer(&verified, &decision, &before.party, style);
        // A check that was not finished is run again with the facts, and the answer counts then.
        if decision.waits_for_facts() {
            if recorder.is_some() {
                answer = answer
                    .note("note: no receipt yet: the check is not finished; add the facts, and check again");
            }
        } else {
            nonces.save(now)?;
            if let Some(recorder) = recorder {
                let recorded = recorder.record(about, Ended::Decided(&verified, &decision))?;
                answer = with_receipt(answer, &recorded);
            }
        }
        if self.nonce_store.is_none() {
            answer =
                answer.note("note: without --nonce-store a presentation that is shown twice is not noticed");
        }
        Ok(portrait.into_iter().fold(answer, Answer::note))
    }

    /// Nothing was shown: neither yes nor no, and the fallback of the purpose is what happens instead.
    fn no_answer(
        &self,
        before: &Before,
        recorder: Option<Recorder>,
        style: Style,
    ) -> Result<Answer, Failure> {
        let lang = self.lang.lang();
        let decision = Decision::no_answer(&before.profile, before.now);
        let name = outcome::painted(decision.outcome(), style);
        let text = format!("{name}  {}\n\n{}", decision.reason(), fields(outcome::rows(&decision, lang)));
        let mut json = json!({
            "schema": "geleit.verify/1",
            "verified": false,
            "relying_party": before.party.id(),
            "intended_use": before.party.intended_use().id,
        });
        outcome::merge(&mut json, outcome::to_json(&decision, lang));
        outcome::merge(&mut json, json!({"disclosed": [], "learned": []}));
        let answer = Answer::new(text, json).class(outcome::class(decision.outcome()));
        let Some(recorder) = recorder else { return Ok(answer) };
        let recorded = recorder.record(self.about(before, None), Ended::NoAnswer)?;
        Ok(with_receipt(answer, &recorded))
    }

    /// The failure for an answer that broke a rule, when its receipt has been written.
    fn rejected(
        &self,
        rejection: &Rejection,
        about: About<'_>,
        recorder: Option<Recorder>,
    ) -> Result<Failure, Failure> {
        let rule = rejection.code();
        let name = self.presentation.as_deref().map(files::name).unwrap_or_default();
        let failure = Failure::refused(rule, rejection).at(name);
        let Some(recorder) = recorder else { return Ok(failure.hint(hint(rule))) };
        let recorded = recorder.record(about, Ended::Rejected(rejection))?;
        Ok(failure.hint(format!("{}. {}", hint(rule), recorded.text())))
    }

    fn about<'a>(&'a self, before: &'a Before, presentation: Option<&'a [u8]>) -> About<'a> {
        About {
            request: &before.request,
            request_bytes: &before.request_bytes,
            presentation,
            profile: &before.profile,
            knowledge: &before.knowledge,
            facts: &before.facts,
            fact_pairs: &self.facts,
            now: before.now,
        }
    }

    fn facts(&self, profile: &Profile) -> Result<Facts, Failure> {
        let pairs = self.facts.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        Facts::parse(profile, pairs).map_err(|error| wrong_fact(&error, profile))
    }

    /// Writes the portrait that was shown, for the person who compares faces; says what became of it.
    fn write_portrait(&self, verified: &VerifiedPresentation<'_, '_>) -> Result<Option<String>, Failure> {
        let Some(path) = &self.portrait_out else { return Ok(None) };
        let shown = verified.claim("id.portrait.view").map(|item| item.to_value());
        let Some(Value::Bytes(image)) = shown else {
            return Ok(Some("note: no portrait was shown, so that none is written".to_owned()));
        };
        files::write_new(path, &image, Readers::Owner)
            .map_err(|failure| failure.hint("give --portrait-out the name of a new file"))?;
        Ok(Some(format!("note: the portrait is in {}: delete it after the comparison", path.display())))
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
        Answer::new(text, json).class(outcome::class(decision.outcome()))
    }
}

fn verify<'b, 's>(
    before: &Before,
    bytes: &'b [u8],
    nonces: &mut Nonces,
    workspace: &'s mut Workspace,
) -> Result<VerifiedPresentation<'b, 's>, Rejection> {
    let Before { knowledge, party, request, now, .. } = before;
    let presentation = Presentation::parse(bytes, &Limits::TOKEN)?;
    let verifier = Verifier::new(knowledge.trust.clone(), party.clone());
    verifier.verify(&presentation, request, &knowledge.statuses, *now, nonces, workspace)
}

fn with_receipt(mut answer: Answer, recorded: &Recorded) -> Answer {
    let _ = writeln!(answer.text, "\n{}", recorded.text());
    outcome::merge(&mut answer.json, recorded.json());
    answer
}

/// Where answered requests are remembered: in a file, or nowhere.
enum Nonces {
    Kept(NonceStore),
    Forgotten(OpenNonces),
}

impl Nonces {
    fn open(path: Option<&Path>) -> Result<Self, Failure> {
        match path {
            Some(path) => NonceStore::open(path).map(Self::Kept),
            None => Ok(Self::Forgotten(OpenNonces::default())),
        }
    }

    fn save(self, now: UnixTime) -> Result<(), Failure> {
        match self {
            Self::Kept(store) => store.save(now),
            Self::Forgotten(_) => Ok(()),
        }
    }
}

impl NonceRegister for Nonces {
    fn is_used(&self, nonce: &[u8]) -> bool {
        match self {
            Self::Kept(store) => store.is_used(nonce),
            Self::Forgotten(nonces) => nonces.is_used(nonce),
        }
    }

    fn use_up(&mut self, nonce: &[u8], expires_at: UnixTime) -> Result<(), AlreadyUsed> {
        match self {
            Self::Kept(store) => store.use_up(nonce, expires_at),
            Self::Forgotten(nonces) => nonces.use_up(nonce, expires_at),
        }
    }
}

/// Reads a registration and verifies it.
pub(crate) fn verify_registration(
    path: &Path,
    known: &Known<'_>,
    now: UnixTime,
) -> Result<RelyingParty, Failure> {
    let bytes = files::read_object(path)?;
    let party = Registration::parse(&bytes).and_then(|registration| registration.verify(known, now));
    party.map_err(|error| {
        let hint = match error {
            RegistrationError::NotValid { .. } => "register again, or check --now",
            RegistrationError::NotRegistered => "the trust list has to name the registrar with this key",
            RegistrationError::StatusUnknown | RegistrationError::StatusTooOld { .. } => {
                "give the newest status list of the registration with --status"
            }
            RegistrationError::Withdrawn { .. } => "the registrar says why, and how to register again",
            _ => "give the file that `geleit registrar register` wrote",
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
