//! `geleit purpose`: the catalogue of purposes, and profiles in files.
//!
//! ```text
//! list      every entry of the catalogue          lint     P-01 to P-28, for people, programs and code review
//! show      one entry                             compile  registration payload, DCQL query, consent text
//! check     a purpose without claims, on the holder's own device
//! ```

mod check;
mod compile;
mod format;
mod lint;
mod list;
mod remedy;
mod sarif;
mod show;

use crate::answer::Answer;
use crate::context::Context;
use crate::failure::Failure;
use crate::files;
use crate::suggest::closest;
use clap::{Subcommand, ValueEnum};
use geleit_credential::purpose::{Fact, FactType, Profile};
use geleit_credential::reason::Lang;
use std::path::Path;

/// Show registered purposes: what they may ask, why, on which legal basis
#[derive(Debug, Subcommand)]
pub(crate) enum Purpose {
    List(list::List),
    Show(show::Show),
    Lint(lint::Lint),
    Compile(compile::Compile),
    Check(check::Check),
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
        let hint = if id.contains(['.', '/', '\\']) {
            "the id of a built-in purpose is required; a file can be given to `geleit purpose lint` and `compile`"
                .to_owned()
        } else {
            format!("{}`geleit purpose list` lists the purposes", meant.unwrap_or_default())
        };
        Failure::usage(format!("unknown purpose \"{id}\"")).hint(hint)
    })
}

impl Purpose {
    /// Runs the command.
    pub(crate) fn run(&self, context: &Context) -> Result<Answer, Failure> {
        match self {
            Self::List(command) => Ok(command.run()),
            Self::Show(command) => command.run(),
            Self::Lint(command) => command.run(),
            Self::Compile(command) => command.run(),
            Self::Check(command) => command.run(context),
        }
    }
}

/// The built-in purpose with this id, or the profile in this file: what is no id has a dot, a slash or is "-".
fn find_or_read(source: &str) -> Result<Profile, Failure> {
    if source != "-" && !source.contains(['.', '/', '\\']) {
        return find(source);
    }
    let path = Path::new(source);
    let text = files::read_text(path)?;
    Profile::from_toml(&text).map_err(|error| {
        let (fault, _) = lint::in_words(error.fault(), &text);
        Failure::unusable(error.code(), format!("{} {fault}", error.code()))
            .at(files::name(path))
            .hint(format!("`geleit purpose lint {source}` shows the line and what to do"))
    })
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
