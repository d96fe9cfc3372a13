//! `geleit purpose compile`: what other systems read of a purpose.

use super::{Language, find_or_read};
use crate::answer::Answer;
use crate::failure::Failure;
use clap::ValueEnum;
use geleit_credential::purpose::Profile;
use geleit_credential::purpose::compile::{consent_text, query, registration};
use serde::Serialize;
use serde_json::{Value as Json, json};

const AFTER_HELP: &str = "\
registration  the payload of a registration certificate, names of ETSI TS 119 475; what it has no name for is
              under \"geleit\". The registrar adds name, sub, country, times and status, and signs
dcql          a query of OpenID4VP 1.0, the least that is enough first. \"sd-cwt\" is no registered format
text          what a wallet shows before consent

Example: geleit purpose compile uk-right-to-work --to dcql";

/// Compile a purpose to a registration, a query or the text of a consent screen
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Compile {
    /// The id of a built-in purpose, a profile in TOML, or "-"
    #[arg(value_name = "ID|FILE")]
    source: String,
    /// What to write
    #[arg(long, value_enum)]
    to: Target,
    /// Language of the text
    #[arg(long, value_enum, default_value_t = Language::En)]
    lang: Language,
}

/// What a purpose is compiled to.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Target {
    Registration,
    Dcql,
    Text,
}

impl Compile {
    pub(super) fn run(&self) -> Result<Answer, Failure> {
        let profile = find_or_read(&self.source)?;
        let compiled = match self.to {
            Target::Registration => registration(&profile).map(|payload| object("registration", &payload)),
            Target::Dcql => query(&profile).map(|query| object("dcql", &query)),
            Target::Text => {
                consent_text(&profile, self.lang.lang()).map(|text| Ok((text.clone(), json!({"text": text}))))
            }
        };
        let (text, compiled) = compiled.ok_or_else(|| nothing_asked(&profile))??;
        let mut json = json!({"schema": "geleit.purpose-compile/1", "purpose": profile.id()});
        crate::outcome::merge(&mut json, compiled);
        Ok(Answer::new(text, json))
    }
}

/// The object as text, and as a member with this name.
fn object(name: &str, value: &impl Serialize) -> Result<(String, Json), Failure> {
    let value = serde_json::to_value(value).map_err(|error| {
        Failure::usage(format!("not a JSON value: {error}")).hint("report this as a mistake of geleit")
    })?;
    Ok((format!("{value:#}\n"), json!({ name: value })))
}

fn nothing_asked(profile: &Profile) -> Failure {
    let kind = profile.kind().name();
    Failure::usage(format!(
        "purpose \"{}\": kind {kind} asks for nothing, so that nobody registers it",
        profile.id()
    ))
    .hint(format!("`geleit purpose show {}` says what it is", profile.id()))
}
