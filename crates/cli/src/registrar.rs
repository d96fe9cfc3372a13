//! `geleit registrar`: a registrar signs what a relying party may ask.

use crate::answer::Answer;
use crate::context::Context;
use crate::failure::Failure;
use crate::files::{self, Output, Readers};
use crate::purpose::{self, Language};
use crate::status::Place;
use clap::Subcommand;
use geleit_credential::purpose::Profile;
use geleit_credential::reason::Lang;
use geleit_credential::registration::{
    Addresses, IntendedUse, MAX_UNREVOCABLE_S, RegistrationContent, RegistrationError, Revocation,
};
use geleit_credential::request::RequestError;
use serde_json::json;
use std::path::PathBuf;

const AFTER_HELP: &str = "\
A registration that holds for more than a day has to be revocable (R-17): it has a place in a status
list, which `geleit status draw` draws. Wallets refuse it when no list of the last 7 days says that it
was not withdrawn (R-18).

Example: geleit registrar register --registrar-key registrar.pem --iss https://registrar.example \\
           --purpose uk-right-to-work --relying-party https://employer.example \\
           --name \"Example Ltd\" --country GB --service front-desk \\
           --request-key employer.pub.pem --support-uri https://employer.example/help \\
           --privacy-policy https://employer.example/privacy \\
           --supervisory-authority https://ico.example \\
           --status-uri https://lists.example/r --status-index 4711 -o registration.cbor";

/// Register relying parties
#[derive(Debug, Subcommand)]
pub(crate) enum Registrar {
    Register(Register),
}

impl Registrar {
    /// Runs the command.
    pub(crate) fn run(&self, context: &Context) -> Result<Answer, Failure> {
        match self {
            Self::Register(command) => command.run(context),
        }
    }
}

/// Register a relying party for one purpose
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Register {
    /// The registrar's private key (PEM)
    #[arg(long, value_name = "PRIV.pem")]
    registrar_key: PathBuf,
    /// The registrar's name, as in the trust list
    #[arg(long, value_name = "NAME")]
    iss: String,
    /// The purpose; `geleit purpose list` lists them
    #[arg(long, value_name = "ID")]
    purpose: String,
    /// Identifier of the relying party: the audience of what it is shown
    #[arg(long, value_name = "ID")]
    relying_party: String,
    /// Its name for people
    #[arg(long, value_name = "N")]
    name: String,
    /// Its country: two letters (ISO 3166-1)
    #[arg(long, value_name = "CC", value_parser = country)]
    country: String,
    /// The public key that its requests will be signed with (PEM)
    #[arg(long, value_name = "PUB.pem")]
    request_key: PathBuf,
    /// The service that asks; party and service together name the verifier
    #[arg(long, value_name = "ID")]
    service: String,
    /// Where a person gets help, can correct and can object
    #[arg(long, value_name = "URI")]
    support_uri: String,
    /// Where the party says how it handles personal data
    #[arg(long, value_name = "URI")]
    privacy_policy: String,
    /// The data protection authority that supervises it
    #[arg(long, value_name = "URI")]
    supervisory_authority: String,
    #[command(flatten)]
    place: Place,
    /// Days for which the registration holds
    #[arg(long, value_name = "DAYS", default_value_t = 180, value_parser = clap::value_parser!(i64).range(1..=366))]
    days: i64,
    /// Language of the texts
    #[arg(long, value_enum, default_value_t = Language::En)]
    lang: Language,
    #[command(flatten)]
    output: Output,
}

fn country(text: &str) -> Result<String, String> {
    match geleit_credential::code_list::CodeList::Country.contains(text) {
        true => Ok(text.to_owned()),
        false => Err("a country code of ISO 3166-1 in two capital letters is required".to_owned()),
    }
}

/// Seconds of a day.
const DAY_S: i64 = 86_400;

impl Register {
    /// Runs the command.
    pub(crate) fn run(&self, context: &Context) -> Result<Answer, Failure> {
        let revocation = self.revocation()?;
        let key = files::read_private_key(&self.registrar_key)?;
        let request_key = files::read_public_key(&self.request_key)?;
        let profile = purpose::find(&self.purpose)?;
        let now = context.now()?;
        let content = RegistrationContent {
            iss: self.iss.clone(),
            relying_party: self.relying_party.clone(),
            name: self.name.clone(),
            country: self.country.clone(),
            service: self.service.clone(),
            request_key,
            revocation,
            issued_at: now,
            expires_at: now.plus(self.days * DAY_S),
            intended_use: self.intended_use(&profile)?,
        };
        let signed = content.sign(&key).map_err(|error| {
            Failure::refused(error.code(), error).hint("a registrar needs an Ed25519 key")
        })?;
        self.output.deliver(signed.clone(), Readers::Anybody, describe(&content, signed.len()))
    }

    /// R-17, before anything is signed that no wallet would accept.
    fn revocation(&self) -> Result<Revocation, Failure> {
        if let Some((uri, index)) = self.place.get() {
            return Ok(Revocation::Entry { uri: uri.to_owned(), index });
        }
        if self.days * DAY_S <= MAX_UNREVOCABLE_S {
            return Ok(Revocation::None);
        }
        let error = RegistrationError::NotRevocable;
        Err(Failure::refused(error.code(), error)
            .at(format!("--days {}", self.days))
            .hint("give --status-uri and --status-index, which `geleit status draw` draws, or --days 1"))
    }

    fn intended_use(&self, profile: &Profile) -> Result<IntendedUse, Failure> {
        if !profile.asks() {
            let error = RegistrationError::NothingMayBeAsked { kind: profile.kind() };
            return Err(nothing_may_be_asked(&error.into(), profile, self.lang.lang()));
        }
        let addresses = Addresses {
            support: &self.support_uri,
            privacy_policy: &self.privacy_policy,
            supervisory_authority: &self.supervisory_authority,
        };
        IntendedUse::from_profile(profile, &addresses)
            .map_err(|error| Failure::refused(error.code(), error).hint("report this purpose as broken"))
    }
}

/// R-19 with the words of the purpose: why nothing may be asked for it, and what serves the need instead.
pub(crate) fn nothing_may_be_asked(error: &RequestError, profile: &Profile, lang: Lang) -> Failure {
    let failure = Failure::refused(error.code(), error);
    let code = error.refusal().reason();
    let failure = match profile.why_excluded(lang) {
        Some(why) => failure.because(code.as_str(), why),
        None => failure.because(code.as_str(), profile.purpose(lang)),
    };
    let neighbours = profile.neighbours();
    if neighbours.is_empty() {
        return failure.hint("`geleit purpose list` lists the purposes");
    }
    let neighbours = neighbours.join(", ");
    failure.hint(match lang {
        Lang::En => format!("purposes that serve the need behind it: {neighbours}"),
        Lang::De => format!("Zwecke, die dem Anliegen dahinter dienen: {neighbours}"),
    })
}

fn describe(content: &RegistrationContent, bytes: usize) -> Answer {
    let (use_id, until) = (&content.intended_use.id, content.expires_at);
    let text =
        format!("registration of {} for {use_id}, {bytes} bytes, valid to {until}\n", content.relying_party);
    let status = match &content.revocation {
        Revocation::None => None,
        Revocation::Entry { uri, index } => Some(json!({"uri": uri, "index": index})),
    };
    let json = json!({
        "schema": "geleit.registration/1", "iss": content.iss, "relying_party": content.relying_party,
        "name": content.name, "country": content.country, "service": content.service,
        "intended_use": use_id, "status": status, "iat": content.issued_at.0, "exp": until.0, "bytes": bytes,
    });
    Answer::new(text, json)
}
