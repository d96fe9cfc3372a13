//! `geleit purpose show`: one entry of the catalogue, of any kind.

use super::list::state;
use super::{Language, fact_type, find};
use crate::answer::Answer;
use crate::failure::Failure;
use crate::text::{fields, table};
use core::fmt::Write;
use geleit_credential::purpose::{Fact, Feature, Profile, ProfileKind};
use geleit_credential::reason::Lang;
use geleit_credential::schema::{labels, title};
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
    let page = Page { profile, lang, words: Words::of(lang) };
    let (title, id, version) = (profile.title(lang), profile.id(), profile.version());
    let mut text = format!("{title} ({id}, version {version})\n\n{}", fields(page.head()));
    match profile.kind() {
        ProfileKind::Profile | ProfileKind::StatutoryFull => page.asked(&mut text),
        ProfileKind::ZeroClaim => page.local(&mut text),
        ProfileKind::Excluded => page.neighbours(&mut text),
        ProfileKind::Governance => page.features(&mut text),
        _ => {}
    }
    Answer::new(text, to_json(profile, lang))
}

/// A purpose, told in one language.
struct Page<'p> {
    profile: &'p Profile,
    lang: Lang,
    words: &'static Words,
}

impl Page<'_> {
    fn head(&self) -> Vec<(&'static str, String)> {
        let Self { profile, lang, words } = *self;
        let mut rows = vec![
            (words.kind, kind(profile)),
            (words.purpose, profile.purpose(lang).to_owned()),
            (words.asked_by, profile.controller().to_owned()),
        ];
        if !profile.legal_basis().is_empty() {
            rows.push((words.basis, profile.legal_basis().join("; ")));
        }
        rows.extend(profile.why_excluded(lang).map(|why| (words.why_not, why.to_owned())));
        if profile.asks() {
            rows.push((words.kept, self.kept()));
            rows.push((words.status_age, format!("{} {} s", words.at_most, profile.max_status_age_s())));
        }
        let ai = profile.ai_note(lang).map(|note| format!("{}. {note}", profile.ai_use().name()));
        rows.extend(ai.map(|ai| (words.ai_use, ai)));
        rows.extend(profile.oversight(lang).map(|who| (words.overseen_by, who.to_owned())));
        let ways_out = [(words.no_answer, profile.fallback(lang)), (words.redress, profile.redress(lang))];
        for (name, way_out) in ways_out {
            if !way_out.is_empty() {
                rows.push((name, way_out.to_owned()));
            }
        }
        rows.push((words.hash, hash(profile)));
        rows
    }

    /// No days after an event: until it.
    fn kept(&self) -> String {
        let note = self.profile.retention_note(self.lang);
        match self.profile.retention_days() {
            0 => note.to_owned(),
            1 => format!("1 {}. {note}", self.words.day),
            days => format!("{days} {}. {note}", self.words.days),
        }
    }

    fn asked(&self, text: &mut String) {
        let Self { profile, lang, words } = *self;
        self.section(text, words.required, profile.required());
        self.section(text, words.optional, profile.optional());
        if !profile.thresholds().is_empty() {
            let row =
                |(id, steps): &(String, Vec<u8>)| [id.clone(), title(id, lang), labels(id, steps).join(" ")];
            let rows = table(&[words.claim, words.title, words.steps], profile.thresholds().iter().map(row));
            let _ = write!(text, "\n{}\n{rows}", words.at_least);
        }
        self.facts(text, words.party_states);
        let forbidden = fields([(words.forbidden, profile.forbidden().join(", "))]);
        let _ = write!(text, "\n{forbidden}");
    }

    fn local(&self, text: &mut String) {
        self.section(text, self.words.read_locally, self.profile.local());
        self.facts(text, self.words.holder_states);
        let _ = write!(text, "\n{} `geleit purpose check {}`.\n", self.words.decided_by, self.profile.id());
    }

    fn neighbours(&self, text: &mut String) {
        let Self { profile, lang, words } = *self;
        let _ = write!(text, "\n{}\n", words.nothing_asked);
        if profile.neighbours().is_empty() {
            return;
        }
        let name = |id: &String| {
            Profile::find_embedded(id).map(|one| one.title(lang).to_owned()).unwrap_or_default()
        };
        let rows = profile.neighbours().iter().map(|id| [id.clone(), name(id)]);
        let _ = write!(text, "\n{}\n{}", words.nearby, table(&[words.purpose, words.title], rows));
    }

    fn features(&self, text: &mut String) {
        let Self { profile, lang, words } = *self;
        let row = |feature: Feature<'_>| {
            let command = feature.command().unwrap_or("-").to_owned();
            let state = feature.state().name().to_owned();
            [feature.name().to_owned(), state, command, feature.text(lang).to_owned()]
        };
        let names = [words.feature, words.state, words.command, words.what_it_does];
        let _ = write!(text, "\n{}\n{}", words.serves_it, table(&names, profile.features().map(row)));
    }

    fn facts(&self, text: &mut String, heading: &str) {
        let Self { profile, lang, words } = *self;
        let row = |fact: Fact<'_>| [fact.name().to_owned(), fact_type(fact), fact.title(lang).to_owned()];
        if profile.facts().next().is_some() {
            let rows = table(&[words.fact, words.value, words.title], profile.facts().map(row));
            let _ = write!(text, "\n{heading}\n{rows}");
        }
    }

    fn section(&self, text: &mut String, name: &str, ids: &[String]) {
        let Self { profile, lang, words } = *self;
        if ids.is_empty() {
            return;
        }
        let why = |id: &String| profile.why(id, lang).unwrap_or_default().to_owned();
        let row = |id: &String| [id.clone(), title(id, lang), why(id)];
        let rows = table(&[words.claim, words.title, words.why], ids.iter().map(row));
        let _ = write!(text, "\n{name}\n{rows}");
    }
}

fn kind(profile: &Profile) -> String {
    let (kind, state) = (profile.kind().name(), state(profile));
    if kind == state { state } else { format!("{kind} ({state})") }
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

/// The words of one language.
struct Words {
    kind: &'static str,
    purpose: &'static str,
    asked_by: &'static str,
    basis: &'static str,
    why_not: &'static str,
    kept: &'static str,
    day: &'static str,
    days: &'static str,
    status_age: &'static str,
    at_most: &'static str,
    ai_use: &'static str,
    overseen_by: &'static str,
    no_answer: &'static str,
    redress: &'static str,
    hash: &'static str,
    required: &'static str,
    optional: &'static str,
    at_least: &'static str,
    claim: &'static str,
    title: &'static str,
    why: &'static str,
    steps: &'static str,
    party_states: &'static str,
    holder_states: &'static str,
    fact: &'static str,
    value: &'static str,
    forbidden: &'static str,
    read_locally: &'static str,
    decided_by: &'static str,
    nothing_asked: &'static str,
    nearby: &'static str,
    serves_it: &'static str,
    feature: &'static str,
    state: &'static str,
    command: &'static str,
    what_it_does: &'static str,
}

impl Words {
    const fn of(lang: Lang) -> &'static Self {
        match lang {
            Lang::En => &EN,
            Lang::De => &DE,
        }
    }
}

const EN: Words = Words {
    kind: "kind",
    purpose: "purpose",
    asked_by: "asked by",
    basis: "legal basis",
    why_not: "why not",
    kept: "kept",
    day: "day",
    days: "days",
    status_age: "status age",
    at_most: "at most",
    ai_use: "AI use",
    overseen_by: "overseen by",
    no_answer: "no answer",
    redress: "redress",
    hash: "hash",
    required: "Required",
    optional: "Optional",
    at_least: "At least",
    claim: "claim",
    title: "title",
    why: "why",
    steps: "steps",
    party_states: "Facts that the relying party states (--fact name=value)",
    holder_states: "What the holder states (--fact name=value)",
    fact: "fact",
    value: "value",
    forbidden: "forbidden, even with consent",
    read_locally: "Read on the holder's own device, shown to nobody",
    decided_by: "Decided by",
    nothing_asked: "No claim may be asked for it; a wallet answers no such request.",
    nearby: "What serves the need nearby",
    serves_it: "What serves it",
    feature: "feature",
    state: "state",
    command: "command",
    what_it_does: "what it does",
};

const DE: Words = Words {
    kind: "Art",
    purpose: "Zweck",
    asked_by: "angefragt von",
    basis: "Grundlage",
    why_not: "warum nicht",
    kept: "gespeichert",
    day: "Tag",
    days: "Tage",
    status_age: "Alter des Status",
    at_most: "höchstens",
    ai_use: "KI-Einsatz",
    overseen_by: "Aufsicht",
    no_answer: "ohne Antwort",
    redress: "Einspruch",
    hash: "Hash",
    required: "Erforderlich",
    optional: "Freiwillig",
    at_least: "Mindestens",
    claim: "Angabe",
    title: "Titel",
    why: "wozu",
    steps: "Stufen",
    party_states: "Was die anfragende Stelle selbst angibt (--fact name=wert)",
    holder_states: "Was die Person selbst angibt (--fact name=wert)",
    fact: "Tatsache",
    value: "Wert",
    forbidden: "verboten, auch mit Einwilligung",
    read_locally: "Auf dem eigenen Gerät gelesen, niemandem gezeigt",
    decided_by: "Entschieden von",
    nothing_asked: "Dafür darf nichts gefragt werden; eine Wallet beantwortet keine solche Anfrage.",
    nearby: "Was dem Anliegen stattdessen dient",
    serves_it: "Was dazu dient",
    feature: "Funktion",
    state: "Stand",
    command: "Befehl",
    what_it_does: "was sie tut",
};
