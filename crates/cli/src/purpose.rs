//! `geleit purpose`: the purposes that are built in.

use crate::answer::Answer;
use crate::failure::Failure;
use crate::suggest::closest;
use crate::text::{fields, table};
use clap::{Subcommand, ValueEnum};
use core::fmt::Write;
use geleit_credential::purpose::{Fact, FactType, Profile};
use geleit_credential::reason::Lang;
use geleit_credential::schema::{Lookup, lookup};
use serde_json::{Value as Json, json};

/// Show registered purposes: what they may ask, why, on which legal basis
#[derive(Debug, Subcommand)]
pub(crate) enum Purpose {
    /// List the purposes
    #[command(after_help = "Example: geleit purpose list")]
    List {
        /// Language of the texts
        #[arg(long, value_enum, default_value_t = Language::En)]
        lang: Language,
    },
    /// Show one purpose
    #[command(after_help = "Example: geleit purpose show uk-right-to-work --lang de")]
    Show {
        /// The id, such as uk-right-to-work
        id: String,
        /// Language of the texts
        #[arg(long, value_enum, default_value_t = Language::En)]
        lang: Language,
    },
}

/// A language of the texts.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Language {
    En,
    De,
}

impl Language {
    /// The language of the library.
    pub(crate) const fn lang(self) -> Lang {
        match self {
            Self::En => Lang::En,
            Self::De => Lang::De,
        }
    }
}

/// The built-in purpose with this id.
pub(crate) fn find(id: &str) -> Result<Profile, Failure> {
    Profile::find_embedded(id).ok_or_else(|| {
        let profiles = Profile::embedded();
        let meant = closest(id, profiles.iter().map(Profile::id)).map(|id| format!("did you mean {id}? "));
        Failure::usage(format!("unknown purpose \"{id}\""))
            .hint(format!("{}`geleit purpose list` lists the purposes", meant.unwrap_or_default()))
    })
}

/// The name of a claim for people.
pub(crate) fn title(id: &str, lang: Lang) -> String {
    let Lookup::Claim { claim, member, .. } = lookup(id) else { return id.to_owned() };
    let own = member.map_or(claim.title, |member| member.title);
    match (lang, member.is_some()) {
        (Lang::En, false) => own.en.to_owned(),
        (Lang::De, false) => own.de.to_owned(),
        (Lang::En, true) => format!("{}: {}", claim.title.en, own.en),
        (Lang::De, true) => format!("{}: {}", claim.title.de, own.de),
    }
}

impl Purpose {
    /// Runs the command.
    pub(crate) fn run(&self) -> Result<Answer, Failure> {
        match self {
            Self::List { lang } => Ok(list(lang.lang())),
            Self::Show { id, lang } => Ok(show(&find(id)?, lang.lang())),
        }
    }
}

fn list(lang: Lang) -> Answer {
    let profiles = Profile::embedded();
    let row = |profile: &Profile| {
        let version = profile.version().to_string();
        [profile.id().to_owned(), version, profile.title(lang).to_owned(), profile.purpose(lang).to_owned()]
    };
    let text = table(&["purpose", "version", "title", "what for"], profiles.iter().map(row));
    let json = json!({
        "schema": "geleit.purpose-list/1",
        "purposes": profiles.iter().map(|profile| json!({
            "id": profile.id(), "version": profile.version(), "title": profile.title(lang), "purpose": profile.purpose(lang),
        })).collect::<Vec<_>>(),
    });
    Answer::new(text, json)
}

fn show(profile: &Profile, lang: Lang) -> Answer {
    let mut text = format!("{} ({}, version {})\n\n", profile.title(lang), profile.id(), profile.version());
    text.push_str(&fields([
        ("purpose", profile.purpose(lang)),
        ("asked by", profile.controller()),
        ("legal basis", &profile.legal_basis().join("; ")),
        ("kept", &format!("{} days. {}", profile.retention_days(), profile.retention_note(lang))),
        ("status age", &format!("at most {} s", profile.max_status_age_s())),
        ("no answer", profile.fallback(lang)),
        ("redress", profile.redress(lang)),
        ("hash", &hash(profile)),
    ]));
    section(&mut text, "Required", profile, profile.required(), lang);
    section(&mut text, "Optional", profile, profile.optional(), lang);
    if !profile.thresholds().is_empty() {
        text.push_str("\nAt least\n");
        let row =
            |(id, steps): &(String, Vec<u8>)| [id.clone(), title(id, lang), labels(id, steps).join(" ")];
        text.push_str(&table(&["claim", "title", "steps"], profile.thresholds().iter().map(row)));
    }
    text.push_str("\nFacts that the relying party states (--fact name=value)\n");
    let row = |fact: Fact<'_>| [fact.name().to_owned(), fact_type(fact), fact.title(lang).to_owned()];
    text.push_str(&table(&["fact", "value", "title"], profile.facts().map(row)));
    let forbidden = fields([("forbidden, even with consent", profile.forbidden().join(", "))]);
    let _ = write!(text, "\n{forbidden}");
    Answer::new(text, to_json(profile, lang))
}

fn section(text: &mut String, name: &str, profile: &Profile, ids: &[String], lang: Lang) {
    if ids.is_empty() {
        return;
    }
    let row =
        |id: &String| [id.clone(), title(id, lang), profile.why(id, lang).unwrap_or_default().to_owned()];
    let _ = write!(text, "\n{name}\n{}", table(&["claim", "title", "why"], ids.iter().map(row)));
}

/// What a fact may be.
pub(crate) fn fact_type(fact: Fact<'_>) -> String {
    let value = match fact.fact_type() {
        FactType::Date => "YYYY-MM-DD".to_owned(),
        FactType::Number => "whole number".to_owned(),
        FactType::Choice => fact.values().join(" | "),
        _ => "text".to_owned(),
    };
    if fact.is_required() { value } else { format!("{value} (optional)") }
}

fn hash(profile: &Profile) -> String {
    base16ct::lower::encode_string(&profile.hash())
}

fn labels(id: &str, steps: &[u8]) -> Vec<String> {
    let Lookup::Claim { claim, .. } = lookup(id) else { return Vec::new() };
    claim
        .domain()
        .map(|domain| steps.iter().filter_map(|step| domain.label(*step)).collect())
        .unwrap_or_default()
}

fn to_json(profile: &Profile, lang: Lang) -> Json {
    let claims = |ids: &[String]| -> Json {
        let claim = |id: &String| json!({"id": id, "title": title(id, lang), "why": profile.why(id, lang)});
        ids.iter().map(claim).collect()
    };
    let facts = profile.facts().map(|fact| {
        json!({"name": fact.name(), "required": fact.is_required(), "value": fact_type(fact), "title": fact.title(lang)})
    });
    json!({
        "schema": "geleit.purpose/1",
        "id": profile.id(), "version": profile.version(), "hash": hash(profile),
        "title": profile.title(lang), "purpose": profile.purpose(lang), "controller": profile.controller(),
        "legal_basis": profile.legal_basis(), "retention_days": profile.retention_days(),
        "max_status_age_s": profile.max_status_age_s(),
        "required": claims(profile.required()), "optional": claims(profile.optional()),
        "thresholds": profile.thresholds().iter().map(|(id, steps)| json!({
            "id": id, "instead_of": profile.replaced_by(id), "at_least": labels(id, steps),
        })).collect::<Vec<_>>(),
        "facts": facts.collect::<Vec<_>>(),
        "forbidden": profile.forbidden(), "fallback": profile.fallback(lang), "redress": profile.redress(lang),
    })
}
