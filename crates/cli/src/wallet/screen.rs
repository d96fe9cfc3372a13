//! What a holder sees: who asks, what for, what is shown, what stays hidden, and for how long it is kept.

use crate::answer::Answer;
use crate::text::{fields, printable};
use geleit_credential::holder::{HeldCredential, Plan};
use geleit_credential::purpose::Purposes;
use geleit_credential::reason::Lang;
use geleit_credential::request::PermittedRequest;
use geleit_credential::schema::title;
use geleit_credential::scope::{Scope, ScopedClaim};
use serde_json::{Value as Json, json};

/// One claim that is shown.
struct Row {
    id: &'static str,
    title: String,
    at_least: Option<String>,
}

/// The screen.
pub(super) struct Screen {
    relying_party: Json,
    who: String,
    intended_use: String,
    purpose: String,
    legal_basis: Vec<String>,
    support_uri: String,
    retention_days: u32,
    retention_from: &'static str,
    retention: String,
    shown: Vec<Row>,
    not_shown: Vec<(&'static str, String)>,
    hidden: Vec<(&'static str, String)>,
    lang: Lang,
}

impl Screen {
    /// Of a plan.
    pub(super) fn of(
        plan: &Plan<'_>,
        request: &PermittedRequest,
        held: &[&HeldCredential],
        purposes: &Purposes,
        lang: Lang,
    ) -> Self {
        let party = request.relying_party();
        let profile = purposes.find(&party.intended_use().id);
        let days = request.retention_days();
        let intended_use = party.intended_use();
        let named = |id: &'static str| (id, title(id, lang));
        let shown = plan.shown().map(|one| Row {
            id: one.claim.id(),
            title: title(one.claim.id(), lang),
            at_least: one.label(),
        });
        let hidden = hidden(request.scope(), held.iter().copied(), |id| is_named(plan, id));
        Self {
            relying_party: json!({"id": party.id(), "name": party.name(), "country": party.country()}),
            who: format!("{} ({}, {})", party.name(), party.id(), party.country()),
            intended_use: intended_use.id.clone(),
            // In the words of the wallet's own catalogue: a registrar cannot soften them.
            purpose: profile.map_or_else(String::new, |profile| profile.purpose(lang).to_owned()),
            legal_basis: profile.map_or_else(Vec::new, |profile| profile.legal_basis().to_vec()),
            support_uri: intended_use.support_uri.clone(),
            retention_days: days,
            retention_from: profile.map_or("decision", |profile| profile.retention_from().name()),
            retention: profile.map_or_else(String::new, |profile| profile.retention_text(days, lang)),
            shown: shown.collect(),
            not_shown: plan.not_shown().map(named).collect(),
            hidden: hidden.into_iter().map(named).collect(),
            lang,
        }
    }

    /// In words.
    pub(super) fn rows(&self) -> String {
        let words = Words::of(self.lang);
        let shown = self.shown.iter().map(|row| match &row.at_least {
            Some(step) => format!("{}: {} {step}", row.title, words.at_least),
            None => row.title.clone(),
        });
        let mut rows = vec![
            (words.asked_by, printable(&self.who)),
            (words.what_for, format!("{} ({})", self.purpose, printable(&self.intended_use))),
            (words.basis, self.legal_basis.join("; ")),
            (words.shown, shown.collect::<Vec<_>>().join("; ")),
        ];
        if !self.not_shown.is_empty() {
            rows.push((words.not_shown, titles(&self.not_shown)));
        }
        if !self.hidden.is_empty() {
            rows.push((words.hidden, titles(&self.hidden)));
        }
        rows.push((words.kept, self.retention.clone()));
        rows.push((words.help, printable(&self.support_uri)));
        fields(rows)
    }

    /// For programs.
    pub(super) fn to_json(&self) -> Json {
        let shown = self
            .shown
            .iter()
            .map(|row| json!({"id": row.id, "title": row.title, "at_least": row.at_least}))
            .collect::<Vec<_>>();
        let ids = |claims: &[(&'static str, String)]| claims.iter().map(|(id, _)| *id).collect::<Vec<_>>();
        json!({
            "relying_party": self.relying_party, "intended_use": self.intended_use, "purpose": self.purpose,
            "legal_basis": self.legal_basis, "retention_days": self.retention_days,
            "retention_from": self.retention_from, "retention": self.retention, "support_uri": self.support_uri,
            "shown": shown, "not_shown": ids(&self.not_shown), "hidden": ids(&self.hidden),
        })
    }

    /// As the result of a command that signs nothing.
    pub(super) fn planned(&self) -> Answer {
        let mut json = json!({"schema": "geleit.plan/1", "signed": false});
        crate::outcome::merge(&mut json, self.to_json());
        Answer::new(self.rows(), json).note("note: nothing was signed, and nothing was noted in the ledger")
    }
}

fn titles(claims: &[(&'static str, String)]) -> String {
    claims.iter().map(|(_, title)| title.as_str()).collect::<Vec<_>>().join("; ")
}

/// What the credentials of the types that are asked hold, and the party does not learn: each claim once.
pub(crate) fn hidden<'h>(
    scope: &Scope,
    held: impl IntoIterator<Item = &'h HeldCredential>,
    is_shown: impl Fn(&'static str) -> bool,
) -> Vec<&'static str> {
    let types: Vec<&str> = scope.credential_types().map(|one| one.vct).collect();
    let asked = held.into_iter().filter(|one| types.contains(&one.credential_type().vct));
    let mut ids: Vec<&'static str> = Vec::new();
    for (id, _) in asked.flat_map(HeldCredential::claims) {
        if !ids.contains(&id) && !is_shown(id) {
            ids.push(id);
        }
    }
    ids
}

/// Whether a plan shows the claim, or names it as one that it leaves out.
fn is_named(plan: &Plan<'_>, id: &'static str) -> bool {
    let is_shown = |claim: ScopedClaim| plan.shown().any(|one| one.claim.covers(&claim));
    ScopedClaim::by_id(id).is_ok_and(is_shown) || plan.not_shown().any(|asked| asked == id)
}

/// The words of one language.
struct Words {
    asked_by: &'static str,
    what_for: &'static str,
    basis: &'static str,
    shown: &'static str,
    at_least: &'static str,
    not_shown: &'static str,
    hidden: &'static str,
    kept: &'static str,
    help: &'static str,
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
    asked_by: "asked by",
    what_for: "for",
    basis: "basis",
    shown: "shown",
    at_least: "at least",
    not_shown: "left out",
    hidden: "stays hidden",
    kept: "kept for",
    help: "help",
};

const DE: Words = Words {
    asked_by: "angefragt von",
    what_for: "für",
    basis: "Grundlage",
    shown: "gezeigt",
    at_least: "mindestens",
    not_shown: "ausgelassen",
    hidden: "bleibt verdeckt",
    kept: "gespeichert",
    help: "Hilfe",
};
