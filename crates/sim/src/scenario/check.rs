//! What a scenario file may say: whatever it names exists, and nothing in it contradicts itself.
//!
//! ```text
//! check "employer": `attack` and `again` exclude each other
//! step 3 (wait): `span`: more than nothing is required
//! ```
//!
//! Closed sets of words are enums of the fields. What needs the people of `people.toml` is in
//! [`Scenario::check_people`], because a folder of scenarios may bring its own. Whether a scenario makes sense is not
//! looked at: that is for its reader.

use super::exchange::{plain, verifier_of};
use super::people::{Templates, fit};
use super::schema::{
    CheckStep, Compare, Comparer, CredentialName, Expect, IssueStep, RelyingPartySetup, Scenario,
    ShareCodeExpect, Step,
};
use super::stage::COPIES;
use super::{ScenarioError, people};
use crate::attacker;
use crate::instant::Span;
use crate::linking::Handle;
use crate::outcome::{Sign, Word};
use crate::share_code::reason::Reason;
use crate::world::relying_party::{Asking, scope};
use geleit_credential::decision::Facts;
use geleit_credential::purpose::{Profile, Purposes};
use geleit_credential::reason::ReasonCode;
use geleit_credential::schema::{Date, Lookup, lookup};
use std::collections::BTreeSet;

/// What scenarios are about, in the order of the letters of their ids. A word that is in no list would be a family of
/// its own.
pub const FAMILIES: [&str; 11] = [
    "working-cases",
    "status-changes",
    "purpose-and-over-asking",
    "replay-and-protocol",
    "time-and-connectivity",
    "issuers-and-keys",
    "identity-mix-ups",
    "people-and-roles",
    "conditions-and-second-credentials",
    "privacy-assertions",
    "verification-rules",
];

/// Reasons of comparisons, as `spec/scenarios/README.md` lists them.
const COMPARED: [&str; 6] = [
    "linked-by-copy",
    "linked-by-issuer",
    "linked-by-times",
    "not-linked",
    "fetch-tells",
    "fetch-tells-nothing",
];

const DAY_S: i64 = 86_400;

/// The longest span of time in a file: ten years.
const LONGEST_S: i64 = 3_653 * DAY_S;

/// Years from which a [`LONGEST_S`] leads neither out of the calendar nor before the epoch.
const YEARS: core::ops::RangeInclusive<u16> = 1_980..=9_900;

/// How long the first trust list has been signed when a scenario begins.
const TRUST_SIGNED_S: i64 = -30 * DAY_S;

/// The longest time to keep an answer that any purpose may have, in days.
const MOST_RETENTION_DAYS: u32 = 36_525;

type Checked = Result<(), String>;

/// What is known of a scenario while its steps are read.
struct Reading<'s> {
    scenario: &'s Scenario,
    purposes: Purposes,
    parties: BTreeSet<&'s str>,
    /// Earlier checks.
    earlier: Vec<&'s CheckStep>,
    clock: i64,
}

impl Scenario {
    /// Whatever can be said without the people of `people.toml`.
    pub(super) fn check(&self, name: &str) -> Checked {
        if name.strip_suffix(".toml").is_some_and(|stem| stem != self.id) {
            return Err(format!("the file is called by its id: {}.toml is required", self.id));
        }
        if self.step.is_empty() {
            return Err("at least one step is required".into());
        }
        if !FAMILIES.contains(&self.family.as_str()) {
            return Err(format!("`family`: there is no \"{}\": one of {}", self.family, FAMILIES.join(", ")));
        }
        self.check_catalogue()?;
        self.check_world()?;
        self.check_names()?;
        let checks = self.step.iter().filter_map(|step| match step {
            Step::Check(check) => Some(check.as_ref()),
            _ => None,
        });
        let parties =
            checks.flat_map(|check| [Some(check.by.as_str()), check.verified_by.as_deref()]).flatten();
        let mut reading = Reading {
            scenario: self,
            purposes: Purposes::embedded(),
            parties: parties.collect(),
            earlier: Vec::new(),
            clock: self.world.now.0.0,
        };
        for (alias, setup) in &self.relying_parties {
            reading.party(alias, setup).map_err(|what| format!("[relying_parties.{alias}]: {what}"))?;
        }
        for (number, step) in self.step.iter().enumerate() {
            reading.step(step).map_err(|what| format!("{}: {what}", called(number, step)))?;
        }
        Ok(())
    }

    /// What people have, with those that they can be like: claims, and credentials that steps are about.
    ///
    /// # Errors
    /// [`ScenarioError::Meaning`], named by the id.
    pub fn check_people(&self, templates: &Templates) -> Result<(), ScenarioError> {
        self.people_have(templates).map_err(|what| ScenarioError::Meaning { name: self.id.clone(), what })
    }

    fn people_have(&self, templates: &Templates) -> Checked {
        let today = Date::from_unix(self.world.now.0.0).ok_or("`now`: a day of the calendar is required")?;
        let mut held = BTreeSet::new();
        for (who, person) in &self.people {
            let sets = templates.claims(person, today).map_err(|what| format!("[people.{who}]: {what}"))?;
            if let Some(id) = person.without.iter().find(|id| !templates.states(person, id)) {
                return Err(format!("[people.{who}]: `without`: there is no \"{id}\" to take away"));
            }
            held.extend(sets.into_keys().map(|name| (who.as_str(), name)));
        }
        for (number, step) in self.step.iter().enumerate() {
            let (who, credential) = match step {
                Step::Issue(issue) => (&issue.who, issue.credential),
                Step::Status { who, credential, .. } => (who, *credential),
                _ => continue,
            };
            if !held.contains(&(who.as_str(), credential.name())) {
                let what = format!("\"{who}\" has no {} credential", credential.name());
                return Err(format!("{}: `credential`: {what}", called(number, step)));
            }
        }
        Ok(())
    }

    fn check_catalogue(&self) -> Checked {
        let Some(catalogue) = &self.catalogue else { return Ok(()) };
        let word = catalogue.outcome.split(' ').next().unwrap_or_default();
        if !Word::ALL.iter().any(|one| one.name() == word) {
            return Err(format!("[catalogue]: `outcome`: \"{word}\" is no outcome"));
        }
        match &catalogue.differs {
            Some(decision) if !is_numbered(decision, "D-", 1) => {
                Err(format!("[catalogue]: `differs`: \"{decision}\" is no decision such as D-71"))
            }
            Some(_) | None => Ok(()),
        }
    }

    fn check_world(&self) -> Checked {
        let world = &self.world;
        let at = |what: String| format!("[world]: {what}");
        in_calendar("now", world.now.0.0).map_err(at)?;
        let spans = [
            ("credential_age", Some(world.credential_age), 0),
            ("status_age", Some(world.status_age), 0),
            ("status_expires_after", world.status_expires_after, 1),
            ("trust_expires_in", Some(world.trust_expires_in), TRUST_SIGNED_S + 1),
        ];
        spans.into_iter().try_for_each(|(field, span, least)| {
            span.map_or(Ok(()), |span| span_of(field, span, least)).map_err(at)
        })
    }

    /// People who are named by others, and claims without their people.
    fn check_names(&self) -> Checked {
        for (who, person) in &self.people {
            let at = |what: String| format!("[people.{who}]: {what}");
            let named = [
                ("residence_bound_to", &person.residence_bound_to),
                ("record.merged_with", &person.record.merged_with),
            ];
            for (field, other) in named {
                if let Some(other) = other {
                    self.require_person(other).map_err(|what| at(format!("`{field}`: {what}")))?;
                }
            }
            let claims = [&person.identity, &person.residence, &person.qualification];
            for (name, claims) in people::TYPES.into_iter().zip(claims) {
                fit(name, claims).map_err(|what| at(format!("`{name}`: {what}")))?;
            }
            claims_exist("without", &person.without).map_err(at)?;
            let born = person.record.earlier.as_ref().and_then(|earlier| earlier.birth_date.as_ref());
            if let Some(day) = born.filter(|day| Date::parse(day).is_none()) {
                return Err(at(format!("`record.earlier.birth_date`: \"{day}\" is no day")));
            }
        }
        Ok(())
    }

    fn require_person(&self, who: &str) -> Checked {
        match self.people.contains_key(who) {
            true => Ok(()),
            false => Err(format!("nobody is called \"{who}\" in [people]")),
        }
    }
}

impl<'s> Reading<'s> {
    fn party(&self, alias: &str, setup: &RelyingPartySetup) -> Checked {
        if !self.parties.contains(alias) {
            return Err("no step names it in `by` or `verified_by`".into());
        }
        if let Some(purpose) = &setup.registered_for {
            self.purpose("registered_for", purpose)?;
        }
        if let Some(country) = &setup.country
            && !(country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase()))
        {
            return Err(format!("`country`: \"{country}\" is no country such as GB"));
        }
        span_of("clock_ahead", setup.clock_ahead, -LONGEST_S)?;
        match setup.request_open {
            Some(Span(seconds)) if !(1..=DAY_S).contains(&seconds) => {
                Err("`request_open`: more than nothing and a day at most is required".into())
            }
            Some(_) | None => Ok(()),
        }
    }

    fn purpose(&self, field: &str, purpose: &str) -> Result<&Profile, String> {
        let found = self.purposes.find(purpose);
        found.ok_or_else(|| {
            format!("`{field}`: there is no purpose \"{purpose}\"; `geleit purpose list` shows all")
        })
    }

    fn step(&mut self, step: &'s Step) -> Checked {
        match step {
            Step::Check(check) => {
                self.check(check)?;
                self.earlier.push(check);
                Ok(())
            }
            Step::Compare(compare) => self.compare(compare),
            Step::Issue(issue) => self.issue(issue),
            Step::Status { who, .. } => self.scenario.require_person(who),
            Step::Publish { .. } | Step::RollBackTrust => Ok(()),
            Step::Fetch { by } => match self.parties.contains(by.as_str()) {
                true => Ok(()),
                false => Err(format!("`by`: no check is made by \"{by}\"")),
            },
            Step::Wait { span } => {
                span_of("span", *span, 1)?;
                self.clock = self.clock.saturating_add(span.0);
                in_calendar("span", self.clock)
            }
            Step::Outage(outage) => span_of("span", outage.span, 1),
            Step::RotateKey { compromised_since, .. } => {
                compromised_since.map_or(Ok(()), |since| span_of("compromised_since", since, 0))
            }
        }
    }

    fn issue(&self, step: &IssueStep) -> Checked {
        self.scenario.require_person(&step.who)?;
        fit(step.credential.name(), &step.claims).map_err(|what| format!("`claims`: {what}"))?;
        claims_exist("without", &step.without)?;
        let others = CredentialName::ALL.into_iter().filter(|one| *one != step.credential);
        match step.with.iter().find(|one| !others.clone().any(|other| other == **one)) {
            Some(same) => Err(format!("`with`: {} is issued anyway", same.name())),
            None => Ok(()),
        }
    }

    fn compare(&self, step: &Compare) -> Checked {
        for one in &step.checks {
            if !self.earlier.iter().any(|check| check.name == *one) {
                return Err(format!("`checks` names \"{one}\", which is no earlier check"));
            }
        }
        let least = if step.by == Comparer::RelyingParties { 2 } else { 1 };
        if step.checks.len() < least {
            return Err(format!("`checks`: at least {least} is required"));
        }
        if step.expect.outcome.word.sign() != Sign::Privacy {
            return Err(format!("`expect.outcome`: {} is of no comparison", step.expect.outcome));
        }
        word("expect.reason", &step.expect.reason, COMPARED)?;
        for handle in step.expect.handles.iter().flatten() {
            word("expect.handles", handle, Handle::ALL.map(Handle::name))?;
        }
        share_code(&step.share_code)
    }

    fn check(&self, step: &CheckStep) -> Checked {
        if self.earlier.iter().any(|earlier| earlier.name == step.name) {
            return Err("another check has the same name".into());
        }
        self.scenario.require_person(&step.who)?;
        if !step.purpose_is_unknown {
            self.purpose("purpose", &step.purpose)?;
            step.verified_for
                .as_ref()
                .map_or(Ok(()), |other| self.purpose("verified_for", other).map(drop))?;
        }
        self.again(step)?;
        self.asked(step)?;
        self.facts(step)?;
        span_of("delay", step.delay, -LONGEST_S)?;
        span_of("holder_clock_ahead", step.holder_clock_ahead, -LONGEST_S)?;
        if step.copy.is_some_and(|number| !(1..=COPIES).contains(&number)) {
            return Err(format!("`copy`: copies are counted from 1 to {COPIES}"));
        }
        if let Some(attack) = step.attack.as_ref().filter(|attack| attacker::find(&attack.0).is_none()) {
            return Err(format!("`attack`: there is no attack \"{}\"", attack.0));
        }
        let is_verified_elsewhere = step.verified_by.is_some() || step.verified_for.is_some();
        if step.for_original_request && !is_verified_elsewhere {
            return Err("`for_original_request` needs `verified_by` or `verified_for`".into());
        }
        if let Some(baseline) = &step.arf3
            && !matches!(baseline.outcome.word, Word::WarnUser | Word::NoWarning)
        {
            return Err(format!("`arf3.outcome`: {} is neither WARN_USER nor NO_WARNING", baseline.outcome));
        }
        expected(&step.expect)?;
        share_code(&step.share_code)
    }

    /// Earlier checks that a check names.
    fn again(&self, step: &CheckStep) -> Checked {
        for (field, name) in [("again", &step.again), ("same_answer_as", &step.same_answer_as)] {
            let Some(name) = name else { continue };
            let earlier = self.earlier.iter().find(|check| check.name == *name);
            let earlier =
                earlier.ok_or_else(|| format!("`{field}` names \"{name}\", which is no earlier check"))?;
            if field == "again" && earlier.who != step.who {
                return Err(format!("`again`: the answer in \"{name}\" is of \"{}\"", earlier.who));
            }
        }
        let excluded = [("attack", step.attack.is_some()), ("copy", step.copy.is_some())];
        match excluded.into_iter().find(|(_, there)| *there && step.again.is_some()) {
            Some((field, _)) => {
                Err(format!("`{field}` and `again` exclude each other: the very bytes are shown once more"))
            }
            None => Ok(()),
        }
    }

    /// What is asked, and what is agreed to.
    fn asked(&self, step: &CheckStep) -> Checked {
        let profile = self.purposes.find(&step.purpose);
        let asked = [("ask", &step.ask), ("over_ask", &step.over_ask)];
        for (field, ids) in asked.into_iter().filter(|(_, ids)| !ids.is_empty()) {
            let (optional, beyond): (&[String], &[String]) =
                if field == "ask" { (ids, &[]) } else { (&[], ids) };
            let asking =
                Asking { purpose: &step.purpose, optional, beyond, leave_out: &[], retention_days: None };
            scope(None, &asking).map_err(|error| format!("`{field}`: {error}"))?;
        }
        let required = profile.map(Profile::required).unwrap_or_default();
        if let Some(id) = step.leave_out.iter().find(|id| !required.contains(id)) {
            return Err(format!("`leave_out`: \"{id}\" is not required by the purpose"));
        }
        // What nobody may agree to is agreed to on purpose.
        let exists =
            |id: &str| matches!(lookup(id), Lookup::Claim { .. } | Lookup::Never(_) | Lookup::OutOfScope(_));
        if let Some(id) = step.show.iter().find(|id| !exists(id)) {
            return Err(no_claim("show", id));
        }
        match step.retention_days {
            Some(days) if !(1..=MOST_RETENTION_DAYS).contains(&days) => {
                Err(format!("`retention_days`: 1 to {MOST_RETENTION_DAYS} is required"))
            }
            Some(_) | None => Ok(()),
        }
    }

    fn facts(&self, step: &CheckStep) -> Checked {
        for (name, value) in &step.facts {
            if !(value.is_str() || value.is_integer() || value.is_bool()) {
                let what = "text in quotation marks, a whole number, true or false is required";
                return Err(format!("`facts.{name}`: {what}"));
            }
        }
        let Some(profile) = self.purposes.find(verifier_of(step).1) else { return Ok(()) };
        let texts: Vec<(&str, String)> =
            step.facts.iter().map(|(name, value)| (name.as_str(), plain(value))).collect();
        let facts = Facts::parse(profile, texts.iter().map(|(name, text)| (*name, text.as_str())));
        facts.map(drop).map_err(|error| format!("`facts`: {error}"))
    }
}

/// How a message names a step.
fn called(number: usize, step: &Step) -> String {
    let what = match step {
        Step::Check(check) => return format!("check \"{}\"", check.name),
        Step::Compare(compare) => return format!("compare \"{}\"", compare.name),
        Step::Issue(_) => "issue",
        Step::Status { .. } => "status",
        Step::Publish { .. } => "publish",
        Step::Fetch { .. } => "fetch",
        Step::Wait { .. } => "wait",
        Step::Outage(_) => "outage",
        Step::RotateKey { .. } => "rotate-key",
        Step::RollBackTrust => "roll-back-trust",
    };
    format!("step {} ({what})", number + 1)
}

fn expected(expect: &Expect) -> Checked {
    reason("expect.reason", &expect.reason)?;
    expect.notices.iter().try_for_each(|notice| reason("expect.notices", notice))?;
    if let Some(rule) = &expect.rule
        && !(rule.starts_with(|first: char| first.is_ascii_uppercase())
            && rule.get(1..).is_some_and(|rest| rest.len() == 3 && is_numbered(rest, "-", 2)))
    {
        return Err(format!("`expect.rule`: \"{rule}\" is no rule such as B-20"));
    }
    claims_exist("expect.disclosed", expect.disclosed.iter().flatten())?;
    claims_exist("expect.withheld", &expect.withheld)
}

fn reason(field: &str, code: &str) -> Checked {
    let found = ReasonCode::find(code).map(drop);
    found.ok_or_else(|| format!("`{field}`: spec/reasons.toml has no \"{code}\""))
}

fn share_code(expect: &ShareCodeExpect) -> Checked {
    word("share_code.reason", &expect.reason, Reason::ALL.map(Reason::code))
}

fn word<const N: usize>(field: &str, said: &str, words: [&str; N]) -> Checked {
    match words.contains(&said) {
        true => Ok(()),
        false => Err(format!("`{field}`: there is no \"{said}\": one of {}", words.join(", "))),
    }
}

fn claims_exist<'i>(field: &str, ids: impl IntoIterator<Item = &'i String>) -> Checked {
    let unknown = ids.into_iter().find(|id| !matches!(lookup(id), Lookup::Claim { .. }));
    unknown.map_or(Ok(()), |id| Err(no_claim(field, id)))
}

fn no_claim(field: &str, id: &str) -> String {
    format!("`{field}`: there is no claim \"{id}\"; `geleit claims` shows all")
}

/// `D-71`: a prefix and at least so many digits.
fn is_numbered(text: &str, prefix: &str, digits: usize) -> bool {
    text.strip_prefix(prefix)
        .is_some_and(|number| number.len() >= digits && number.bytes().all(|byte| byte.is_ascii_digit()))
}

fn span_of(field: &str, Span(seconds): Span, least: i64) -> Checked {
    match seconds {
        _ if seconds < least && least == 1 => Err(format!("`{field}`: more than nothing is required")),
        _ if seconds < least && least == 0 => {
            Err(format!("`{field}`: a span that is not negative is required"))
        }
        _ if seconds < least => Err(format!("`{field}`: {seconds} s is too far back")),
        _ if seconds > LONGEST_S => Err(format!("`{field}`: ten years at most is required")),
        _ => Ok(()),
    }
}

fn in_calendar(field: &str, seconds: i64) -> Checked {
    match Date::from_unix(seconds).is_some_and(|day| YEARS.contains(&day.year())) {
        true => Ok(()),
        false => {
            Err(format!("`{field}`: a time of the years {} to {} is required", YEARS.start(), YEARS.end()))
        }
    }
}
