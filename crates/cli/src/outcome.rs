//! What a verifier learned and what was decided, in words and as JSON.

use crate::failure::Class;
use crate::json;
use crate::suggest::claim_ids;
use crate::text::{Style, Tone, shown};
use geleit_cose::cbor::Value;
use geleit_credential::decision::{Decision, Outcome};
use geleit_credential::reason::{Lang, ReasonCode};
use geleit_credential::schema::{Lookup, lookup, title};
use geleit_credential::verifier::VerifiedPresentation;
use serde_json::{Value as Json, json};

/// One claim that a verifier learned.
#[derive(Debug)]
pub(crate) struct Learned {
    /// The claim.
    pub(crate) id: &'static str,
    /// Its name for people.
    pub(crate) title: String,
    value: Value,
    at_least: Option<String>,
    lang: Lang,
}

impl Learned {
    /// Everything that a presentation shows, in the order of the schema.
    pub(crate) fn list(verified: &VerifiedPresentation<'_, '_>, lang: Lang) -> Vec<Self> {
        let disclosed = verified.disclosed();
        let shown = claim_ids().filter(|id| disclosed.contains(id));
        shown.map(|id| Self::read(verified, id, lang)).collect()
    }

    fn read(verified: &VerifiedPresentation<'_, '_>, id: &'static str, lang: Lang) -> Self {
        let value = verified.claim(id).map_or(Value::Undefined, |item| item.to_value());
        let step = verified.proven_at_least(id);
        let at_least = step.and_then(|step| match lookup(id) {
            Lookup::Claim { claim, .. } => claim.domain()?.label(step),
            _ => None,
        });
        Self { id, title: title(id, lang), value, at_least, lang }
    }

    /// The value for people.
    pub(crate) fn text(&self) -> String {
        match (&self.at_least, self.lang) {
            (Some(step), Lang::En) => format!("at least {step}"),
            (Some(step), Lang::De) => format!("mindestens {step}"),
            (None, lang) => shown(&self.value, lang),
        }
    }

    /// The claim for programs.
    pub(crate) fn to_json(&self) -> Json {
        match &self.at_least {
            Some(step) => json!({"id": self.id, "title": self.title, "at_least": step}),
            None => json!({"id": self.id, "title": self.title, "value": json::from_cbor(&self.value)}),
        }
    }
}

/// The outcome with its date, in its colour.
pub(crate) fn painted(outcome: &Outcome, style: Style) -> String {
    let tone = match outcome {
        Outcome::Accept | Outcome::AcceptUntil(_) | Outcome::AcceptWithNotice => Tone::Good,
        Outcome::Refuse | Outcome::BlockedByWallet => Tone::Bad,
        Outcome::Indeterminate(_) => Tone::Open,
    };
    style.paint(tone, &outcome.to_string())
}

/// The exit code of an outcome when it is not 0: only a yes is 0.
pub(crate) const fn class(outcome: &Outcome) -> Option<Class> {
    match outcome {
        Outcome::Accept | Outcome::AcceptUntil(_) | Outcome::AcceptWithNotice => None,
        Outcome::Refuse | Outcome::BlockedByWallet => Some(Class::Refused),
        Outcome::Indeterminate(_) => Some(Class::Undecided),
    }
}

/// What happened and why, in one text.
pub(crate) fn reason_text(reason: ReasonCode, lang: Lang) -> String {
    format!("{} {}", reason.what(lang), reason.why(lang))
}

/// The decision as names and texts.
pub(crate) fn rows(decision: &Decision, lang: Lang) -> Vec<(&'static str, String)> {
    let words = Words::of(lang);
    let mut rows = vec![
        (words.because, reason_text(decision.reason(), lang)),
        (words.next, decision.reason().next(lang).to_owned()),
    ];
    for notice in decision.notices() {
        rows.push((words.notice, reason_text(*notice, lang)));
    }
    if let Some(fallback) = decision.fallback() {
        rows.push((words.instead, fallback.text(lang).to_owned()));
    }
    if !decision.missing().is_empty() {
        rows.push((words.missing, decision.missing().join(", ")));
    }
    if !decision.redress(lang).is_empty() {
        rows.push(("to contest it", decision.redress(lang).to_owned()));
    }
    rows
}

/// The words of one language, those that the demo has too.
struct Words {
    because: &'static str,
    next: &'static str,
    notice: &'static str,
    instead: &'static str,
    missing: &'static str,
}

impl Words {
    const fn of(lang: Lang) -> &'static Self {
        match lang {
            Lang::En => &EN,
            Lang::De => &DE,
        }
    }
}

const EN: Words =
    Words { because: "because", next: "next", notice: "notice", instead: "instead", missing: "missing" };

const DE: Words =
    Words { because: "weil", next: "nun", notice: "Hinweis", instead: "stattdessen", missing: "fehlt" };

/// The members of a decision, for an object that a command completes.
pub(crate) fn to_json(decision: &Decision, lang: Lang) -> Json {
    let reason = |code: ReasonCode| json!({"reason": code.as_str(), "what": code.what(lang), "why": code.why(lang), "next": code.next(lang)});
    let until = match decision.outcome() {
        Outcome::AcceptUntil(date) => Some(date.to_string()),
        _ => None,
    };
    let rule = decision.rule().map(|rule| {
        json!({
            "profile": rule.profile(), "version": rule.version(),
            "hash": base16ct::lower::encode_string(&rule.hash()), "row": rule.row(),
        })
    });
    json!({
        "outcome": decision.outcome().name(),
        "until": until,
        "reason": decision.reason().as_str(),
        "reason_text": reason_text(decision.reason(), lang),
        "next": decision.reason().next(lang),
        "notices": decision.notices().iter().map(|code| reason(*code)).collect::<Vec<_>>(),
        "fallback": decision.fallback().map(|fallback| fallback.text(lang)),
        "redress": decision.redress(lang),
        "missing": decision.missing(),
        "evidence_age_s": decision.evidence_age_s(),
        "decided_at": decision.decided_at().0,
        "rule": rule,
    })
}

/// Adds the members of one object to another.
pub(crate) fn merge(into: &mut Json, more: Json) {
    if let (Some(into), Json::Object(more)) = (into.as_object_mut(), more) {
        into.extend(more);
    }
}
