//! `geleit purpose show`: one entry of the catalogue, of any kind.

use super::list::state;
use super::{Language, fact_type, find, labels, title};
use crate::answer::Answer;
use crate::failure::Failure;
use crate::text::{fields, table};
use core::fmt::Write;
use geleit_credential::purpose::{Fact, Feature, Profile, ProfileKind};
use geleit_credential::reason::Lang;
use serde_json::{Value as Json, json};

/// Show one purpose
///
/// For a purpose that is excluded: why, and what serves the legitimate need nearby. For a demand on the
/// system itself: what does it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: geleit purpose show uk-right-to-work --lang de")]
pub(crate) struct Show {
    /// The id, such as uk-right-to-work
    id: String,
    /// Language of the texts
    #[arg(long, value_enum, default_value_t = Language::En)]
    lang: Language,
}

impl Show {
    pub(super) fn run(&self) -> Result<Answer, Failure> {
        Ok(show(&find(&self.id)?, self.lang.lang()))
    }
}

fn show(profile: &Profile, lang: Lang) -> Answer {
    let mut text = format!("{} ({}, version {})\n\n", profile.title(lang), profile.id(), profile.version());
    text.push_str(&fields(head(profile, lang)));
    match profile.kind() {
        ProfileKind::Profile | ProfileKind::StatutoryFull => asked(&mut text, profile, lang),
        ProfileKind::ZeroClaim => local(&mut text, profile, lang),
        ProfileKind::Excluded => neighbours(&mut text, profile, lang),
        ProfileKind::Governance => features(&mut text, profile, lang),
        _ => {}
    }
    Answer::new(text, to_json(profile, lang))
}

fn head(profile: &Profile, lang: Lang) -> Vec<(&'static str, String)> {
    let mut rows = vec![
        ("kind", kind(profile)),
        ("purpose", profile.purpose(lang).to_owned()),
        ("asked by", profile.controller().to_owned()),
    ];
    if !profile.legal_basis().is_empty() {
        rows.push(("legal basis", profile.legal_basis().join("; ")));
    }
    rows.extend(profile.why_excluded(lang).map(|why| ("why not", why.to_owned())));
    if profile.asks() {
        rows.push(("kept", kept(profile, lang)));
        rows.push(("status age", format!("at most {} s", profile.max_status_age_s())));
    }
    let ai = profile.ai_note(lang).map(|note| format!("{}. {note}", profile.ai_use().name()));
    rows.extend(ai.map(|ai| ("AI use", ai)));
    rows.extend(profile.oversight(lang).map(|who| ("overseen by", who.to_owned())));
    for (name, way_out) in [("no answer", profile.fallback(lang)), ("redress", profile.redress(lang))] {
        if !way_out.is_empty() {
            rows.push((name, way_out.to_owned()));
        }
    }
    rows.push(("hash", hash(profile)));
    rows
}

fn kind(profile: &Profile) -> String {
    let (kind, state) = (profile.kind().name(), state(profile));
    if kind == state { state } else { format!("{kind} ({state})") }
}

/// No days after an event: until it.
fn kept(profile: &Profile, lang: Lang) -> String {
    match profile.retention_days() {
        0 => profile.retention_note(lang).to_owned(),
        1 => format!("1 day. {}", profile.retention_note(lang)),
        days => format!("{days} days. {}", profile.retention_note(lang)),
    }
}

fn asked(text: &mut String, profile: &Profile, lang: Lang) {
    section(text, "Required", profile, profile.required(), lang);
    section(text, "Optional", profile, profile.optional(), lang);
    if !profile.thresholds().is_empty() {
        text.push_str("\nAt least\n");
        let row =
            |(id, steps): &(String, Vec<u8>)| [id.clone(), title(id, lang), labels(id, steps).join(" ")];
        text.push_str(&table(&["claim", "title", "steps"], profile.thresholds().iter().map(row)));
    }
    facts(text, "Facts that the relying party states (--fact name=value)", profile, lang);
    let forbidden = fields([("forbidden, even with consent", profile.forbidden().join(", "))]);
    let _ = write!(text, "\n{forbidden}");
}

fn local(text: &mut String, profile: &Profile, lang: Lang) {
    section(text, "Read on the holder's own device, shown to nobody", profile, profile.local(), lang);
    facts(text, "What the holder states (--fact name=value)", profile, lang);
    let _ = write!(text, "\nDecided by `geleit purpose check {}`.\n", profile.id());
}

fn neighbours(text: &mut String, profile: &Profile, lang: Lang) {
    text.push_str("\nNo claim may be asked for it; a wallet answers no such request.\n");
    if profile.neighbours().is_empty() {
        return;
    }
    let name =
        |id: &String| Profile::find_embedded(id).map(|one| one.title(lang).to_owned()).unwrap_or_default();
    let rows = profile.neighbours().iter().map(|id| [id.clone(), name(id)]);
    let _ = write!(text, "\nWhat serves the need nearby\n{}", table(&["purpose", "title"], rows));
}

fn features(text: &mut String, profile: &Profile, lang: Lang) {
    let row = |feature: Feature<'_>| {
        let command = feature.command().unwrap_or("-").to_owned();
        [feature.name().to_owned(), feature.state().name().to_owned(), command, feature.text(lang).to_owned()]
    };
    let rows = table(&["feature", "state", "command", "what it does"], profile.features().map(row));
    let _ = write!(text, "\nWhat serves it\n{rows}");
}

fn facts(text: &mut String, heading: &str, profile: &Profile, lang: Lang) {
    let row = |fact: Fact<'_>| [fact.name().to_owned(), fact_type(fact), fact.title(lang).to_owned()];
    if profile.facts().next().is_some() {
        let rows = table(&["fact", "value", "title"], profile.facts().map(row));
        let _ = write!(text, "\n{heading}\n{rows}");
    }
}

fn section(text: &mut String, name: &str, profile: &Profile, ids: &[String], lang: Lang) {
    if ids.is_empty() {
        return;
    }
    let row =
        |id: &String| [id.clone(), title(id, lang), profile.why(id, lang).unwrap_or_default().to_owned()];
    let _ = write!(text, "\n{name}\n{}", table(&["claim", "title", "why"], ids.iter().map(row)));
}

fn hash(profile: &Profile) -> String {
    base16ct::lower::encode_string(&profile.hash())
}

fn to_json(profile: &Profile, lang: Lang) -> Json {
    let claims = |ids: &[String]| -> Json {
        let claim = |id: &String| json!({"id": id, "title": title(id, lang), "why": profile.why(id, lang)});
        ids.iter().map(claim).collect()
    };
    let facts = profile.facts().map(|fact| {
        json!({"name": fact.name(), "required": fact.is_required(), "value": fact_type(fact), "title": fact.title(lang)})
    });
    let features = profile.features().map(|feature| {
        json!({"name": feature.name(), "state": feature.state().name(), "command": feature.command(), "text": feature.text(lang)})
    });
    json!({
        "schema": "geleit.purpose/1",
        "id": profile.id(), "version": profile.version(), "hash": hash(profile),
        "kind": profile.kind().name(), "state": state(profile),
        "title": profile.title(lang), "purpose": profile.purpose(lang), "controller": profile.controller(),
        "legal_basis": profile.legal_basis(), "retention_days": profile.retention_days(),
        "max_status_age_s": profile.max_status_age_s(),
        "required": claims(profile.required()), "optional": claims(profile.optional()), "local": claims(profile.local()),
        "thresholds": profile.thresholds().iter().map(|(id, steps)| json!({
            "id": id, "instead_of": profile.replaced_by(id), "at_least": labels(id, steps),
        })).collect::<Vec<_>>(),
        "facts": facts.collect::<Vec<_>>(),
        "why_excluded": profile.why_excluded(lang), "neighbours": profile.neighbours(),
        "features": features.collect::<Vec<_>>(),
        "forbidden": profile.forbidden(), "fallback": profile.fallback(lang), "redress": profile.redress(lang),
    })
}
