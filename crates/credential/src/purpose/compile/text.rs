//! The text of a consent screen: what a person has to know before saying yes or no.

use crate::purpose::{Profile, RetentionFrom};
use crate::reason::Lang;
use crate::schema::{labels, title};
use core::fmt::Write;

/// The headings in one language.
struct Words {
    asks: &'static str,
    law: &'static str,
    needed: &'static str,
    optional: &'static str,
    at_least: &'static str,
    instead_of: &'static str,
    never: &'static str,
    kept: &'static str,
    systems: &'static str,
    object: &'static str,
    silence: &'static str,
}

const EN: Words = Words {
    asks: "Who asks",
    law: "By which law",
    needed: "Needed for an answer",
    optional: "Only if you like",
    at_least: "at least one of",
    instead_of: "in the place of",
    never: "Never asked for this purpose",
    kept: "How long it is kept",
    systems: "Automated systems",
    object: "How to object",
    silence: "If you do not answer",
};

const DE: Words = Words {
    asks: "Wer fragt",
    law: "Nach welchem Gesetz",
    needed: "Für eine Antwort nötig",
    optional: "Nur wenn Sie möchten",
    at_least: "mindestens eines von",
    instead_of: "anstelle von",
    never: "Wird für diesen Zweck nie verlangt",
    kept: "Wie lange es aufbewahrt wird",
    systems: "Automatische Systeme",
    object: "Wie Sie widersprechen können",
    silence: "Wenn Sie nicht antworten",
};

/// Who asks, what for, by which law, for which claims and why, how long they are kept, how to object; none
/// for kinds that ask nothing.
///
/// Plain text in paragraphs that are not wrapped. The name of the party comes from its registration; the
/// profile has the class of bodies. Texts are those of the profile and of the schema, never a claim value.
#[must_use]
pub fn consent_text(profile: &Profile, lang: Lang) -> Option<String> {
    profile.asks().then(|| write_text(profile, lang))
}

fn write_text(profile: &Profile, lang: Lang) -> String {
    let words = match lang {
        Lang::En => &EN,
        Lang::De => &DE,
    };
    let mut text = format!("{}\n\n{}\n", profile.title(lang), profile.purpose(lang));
    paragraph(&mut text, words.asks, &[asks(profile, lang)]);
    paragraph(&mut text, words.law, profile.legal_basis());
    let reason = |id: &String| reason(profile, id, lang);
    paragraph(&mut text, words.needed, &profile.required().iter().map(reason).collect::<Vec<_>>());
    let optional = profile.optional().iter().map(reason);
    let thresholds = profile.thresholds().iter().map(|(id, steps)| {
        let steps = labels(id, steps).join(", ");
        let replaced =
            profile.replaced_by(id).map(|claim| format!("; {} {}", words.instead_of, title(claim, lang)));
        let (name, why) = (title(id, lang), profile.why(id, lang).unwrap_or_default());
        format!("{name} ({} {steps}{}): {why}", words.at_least, replaced.unwrap_or_default())
    });
    paragraph(&mut text, words.optional, &optional.chain(thresholds).collect::<Vec<_>>());
    paragraph(&mut text, words.never, &[profile.forbidden().join(", ")]);
    paragraph(&mut text, words.kept, &[profile.retention_text(profile.retention_days(), lang)]);
    paragraph(
        &mut text,
        words.systems,
        &profile.ai_note(lang).map(str::to_owned).into_iter().collect::<Vec<_>>(),
    );
    paragraph(&mut text, words.object, &[profile.redress(lang).to_owned()]);
    paragraph(&mut text, words.silence, &[profile.fallback(lang).to_owned()]);
    text
}

/// The class of bodies, and who of them looks, when that says more. A profile has both in English only.
fn asks(profile: &Profile, lang: Lang) -> String {
    let (controller, looks) = (profile.controller(), profile.verifier_class());
    let asks =
        if controller.contains(looks) { controller.to_owned() } else { format!("{controller} ({looks})") };
    match lang {
        Lang::En => asks,
        Lang::De => format!("auf Englisch: {asks}"),
    }
}

fn paragraph(text: &mut String, heading: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    let _ = write!(text, "\n{heading}:\n");
    for line in lines {
        let _ = writeln!(text, "- {line}");
    }
}

fn reason(profile: &Profile, id: &str, lang: Lang) -> String {
    format!("{}: {}", title(id, lang), profile.why(id, lang).unwrap_or_default())
}

impl Profile {
    /// For how long what was received is kept, as a sentence for people: `days`, as they were registered, and
    /// what they are counted from. No days after an event means: until then.
    #[must_use]
    pub fn retention_text(&self, days: u32, lang: Lang) -> String {
        let note = self.retention_note(lang);
        match (days, self.retention_from(), lang) {
            (0, RetentionFrom::Event, _) => note.to_owned(),
            (1, _, Lang::En) => format!("1 day. {note}"),
            (1, _, Lang::De) => format!("1 Tag. {note}"),
            (_, _, Lang::En) => format!("{days} days. {note}"),
            (_, _, Lang::De) => format!("{days} Tage. {note}"),
        }
    }
}
