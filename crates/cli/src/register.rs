//! `geleit register`: a registrar signs what a relying party may ask.

use crate::answer::Answer;
use crate::context::Context;
use crate::failure::Failure;
use crate::files::{self, Output, Readers};
use crate::purpose;
use geleit_credential::registration::{IntendedUse, RegistrationContent};
use serde_json::json;
use std::path::PathBuf;

const AFTER_HELP: &str = "\
Example: geleit register --registrar-key registrar.pem --iss https://registrar.example \\
           --purpose uk-right-to-work --relying-party https://employer.example \\
           --name \"Example Ltd\" --country GB --request-key employer.pub.pem \\
           --support-uri https://employer.example/help -o registration.cbor";

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
    /// Where a person gets help, can correct and can object
    #[arg(long, value_name = "URI")]
    support_uri: String,
    /// Days for which the registration holds
    #[arg(long, value_name = "DAYS", default_value_t = 180, value_parser = clap::value_parser!(i64).range(1..=366))]
    days: i64,
    #[command(flatten)]
    output: Output,
}

fn country(text: &str) -> Result<String, String> {
    match geleit_credential::code_list::CodeList::Country.contains(text) {
        true => Ok(text.to_owned()),
        false => Err("a country code of ISO 3166-1 in two capital letters is required".to_owned()),
    }
}

impl Register {
    /// Runs the command.
    pub(crate) fn run(&self, context: &Context) -> Result<Answer, Failure> {
        let key = files::read_private_key(&self.registrar_key)?;
        let request_key = files::read_public_key(&self.request_key)?;
        let profile = purpose::find(&self.purpose)?;
        let now = context.now()?;
        let intended_use = IntendedUse::from_profile(&profile, &self.support_uri)
            .map_err(|error| Failure::refused(error.code(), error).hint("report this purpose as broken"))?;
        let content = RegistrationContent {
            iss: self.iss.clone(),
            relying_party: self.relying_party.clone(),
            name: self.name.clone(),
            country: self.country.clone(),
            request_key,
            issued_at: now,
            expires_at: now.plus(self.days * 86_400),
            intended_use,
        };
        let signed = content.sign(&key).map_err(|error| {
            Failure::refused(error.code(), error).hint("a registrar needs an Ed25519 key")
        })?;
        let until = content.expires_at;
        let text = format!(
            "registration of {} for {}, {} bytes, valid to {until}\n",
            self.relying_party,
            self.purpose,
            signed.len()
        );
        let json = json!({
            "schema": "geleit.registration/1", "iss": self.iss, "relying_party": self.relying_party, "name": self.name,
            "country": self.country, "intended_use": self.purpose, "exp": until.0, "bytes": signed.len(),
        });
        self.output.deliver(signed, Readers::Anybody, Answer::new(text, json))
    }
}
