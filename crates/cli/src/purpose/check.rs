//! `geleit purpose check`: a purpose without claims, decided on the holder's own device.

use super::{Language, fact_type, find};
use crate::answer::Answer;
use crate::context::Context;
use crate::failure::Failure;
use crate::files;
use crate::outcome;
use crate::request::pair;
use crate::text::fields;
use crate::trust;
use crate::wallet::not_accepted;
use geleit_credential::decision::stays::{Stay, days_used};
use geleit_credential::decision::{Decision, FactError, Facts, decide_locally};
use geleit_credential::holder::HeldCredential;
use geleit_credential::purpose::{Profile, ProfileKind};
use geleit_credential::schema::Date;
use geleit_credential::sd_cwt::Scratch;
use geleit_credential::time::UnixTime;
use serde_json::json;
use std::path::PathBuf;

const AFTER_HELP: &str = "\
Nothing is asked, signed or sent; the answer is for the holder only, and is no evidence for anybody else.
Credentials are checked as a wallet checks them, which needs the trust list and the holder's key. A stay is
two days, as in 2026-09-01/2026-09-20, or one for a stay that has not ended, as in 2026-11-01/.

Example: geleit purpose check schengen-days-selfcheck --stay 2026-09-01/2026-09-20 --stay 2026-11-01/";

/// The fact that stays are counted for.
const DAYS_USED: &str = "days_used";

/// Check a purpose without claims on the holder's own device
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Check {
    /// The id of a purpose of kind zero-claim
    id: String,
    /// A credential as its issuer sent it (repeatable)
    #[arg(long = "credential", value_name = "FILE", requires_all = ["trust", "anchor_key", "holder_key"])]
    credentials: Vec<PathBuf>,
    /// The trust list
    #[arg(long, value_name = "FILE")]
    trust: Option<PathBuf>,
    /// The public key of the trust anchor (PEM)
    #[arg(long, value_name = "PUB.pem")]
    anchor_key: Option<PathBuf>,
    /// The private key that the credentials are bound to (PEM)
    #[arg(long, value_name = "PRIV.pem")]
    holder_key: Option<PathBuf>,
    /// What the holder states; see `geleit purpose show`
    #[arg(long = "fact", value_name = "NAME=VALUE", value_parser = pair)]
    facts: Vec<(String, String)>,
    /// A stay in the Schengen area; the days of all stays are the fact days_used (repeatable)
    #[arg(long = "stay", value_name = "ENTRY/EXIT", value_parser = span)]
    stays: Vec<Span>,
    /// Language of the texts
    #[arg(long, value_enum, default_value_t = Language::En)]
    lang: Language,
}

/// A stay, which may not have ended.
#[derive(Clone, Copy, Debug)]
enum Span {
    Ended(Stay),
    Open(Date),
}

/// Reads `ENTRY/EXIT` or `ENTRY/`.
fn span(text: &str) -> Result<Span, String> {
    let required = "ENTRY/EXIT is required, two days YYYY-MM-DD with the entry first, or ENTRY/";
    let (entry, exit) = text.split_once('/').ok_or(required)?;
    let entry = Date::parse(entry).ok_or(required)?;
    if exit.is_empty() {
        return Ok(Span::Open(entry));
    }
    let stay = Date::parse(exit).and_then(|exit| Stay::new(entry, exit));
    stay.map(Span::Ended).ok_or_else(|| required.to_owned())
}

impl Check {
    pub(super) fn run(&self, context: &Context) -> Result<Answer, Failure> {
        let now = context.now()?;
        let profile = find(&self.id)?;
        require_local(&profile)?;
        let counted = self.days(&profile, now)?;
        let facts = self.facts(&profile, counted)?;
        let held = self.accept(now)?;
        let held: Vec<&HeldCredential> = held.iter().collect();
        let decision =
            decide_locally(&profile, &held, &facts, now).map_err(|error| wrong_fact(&error, &profile))?;
        Ok(self.answer(&profile, &decision, counted, context))
    }

    /// The days of the stays, when there are any.
    fn days(&self, profile: &Profile, now: UnixTime) -> Result<Option<u8>, Failure> {
        if self.stays.is_empty() {
            return Ok(None);
        }
        if profile.fact(DAYS_USED).is_none() {
            return Err(Failure::usage(format!(
                "--stay: purpose \"{}\" counts no days of stay",
                profile.id()
            ))
            .hint("days of stay are counted by schengen-days-selfcheck"));
        }
        let today = profile
            .zone()
            .date(now)
            .ok_or_else(|| Failure::usage("the time is outside the calendar").hint("check --now"))?;
        let ended: Vec<Stay> = self.stays.iter().filter_map(Span::ended).collect();
        // Of several open stays the longest contains the others.
        let open = self.stays.iter().filter_map(Span::open).min();
        Ok(Some(days_used(&ended, open, today)))
    }

    fn facts(&self, profile: &Profile, counted: Option<u8>) -> Result<Facts, Failure> {
        let counted = counted.map(|days| days.to_string());
        let counted = counted.iter().map(|days| (DAYS_USED, days.as_str()));
        let stated = self.facts.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        Facts::parse(profile, stated.chain(counted)).map_err(|error| wrong_fact(&error, profile))
    }

    /// What a wallet would keep.
    fn accept(&self, now: UnixTime) -> Result<Vec<HeldCredential>, Failure> {
        // Without credentials none of them is needed, and with one all are: see the arguments.
        let (Some(trust), Some(anchor), Some(key)) = (&self.trust, &self.anchor_key, &self.holder_key) else {
            return Ok(Vec::new());
        };
        let key = files::read_private_key(key)?;
        let trust = trust::read(trust, anchor, now)?;
        let keys = core::slice::from_ref(key.public_key());
        let mut scratch = Scratch::default();
        let mut accept = |path: &PathBuf| {
            let bytes = files::read_object(path)?;
            HeldCredential::accept(&bytes, &trust, keys, now, &mut scratch)
                .map_err(|error| not_accepted(&error, path))
        };
        self.credentials.iter().map(&mut accept).collect()
    }

    fn answer(
        &self,
        profile: &Profile,
        decision: &Decision,
        counted: Option<u8>,
        context: &Context,
    ) -> Answer {
        let lang = self.lang.lang();
        let outcome = outcome::painted(decision.outcome(), context.style());
        let mut rows = outcome::rows(decision, lang);
        rows.extend(counted.map(|days| ("days used", format!("{days} of the last 180"))));
        let mut text = format!("{outcome}  {}\n\n{}", decision.reason(), fields(rows));
        if let Some(rule) = decision.rule() {
            let (id, version, row) = (rule.profile(), rule.version(), rule.row());
            text.push_str(&format!(
                "\nRule: {id} version {version}, row {row}. Nothing has left this device.\n"
            ));
        }
        let mut json =
            json!({"schema": "geleit.purpose-check/1", "purpose": profile.id(), "days_used": counted});
        outcome::merge(&mut json, outcome::to_json(decision, lang));
        Answer::new(text, json).class(outcome::class(decision.outcome()))
    }
}

impl Span {
    const fn ended(&self) -> Option<Stay> {
        if let Self::Ended(stay) = self { Some(*stay) } else { None }
    }

    const fn open(&self) -> Option<Date> {
        if let Self::Open(entry) = self { Some(*entry) } else { None }
    }
}

fn require_local(profile: &Profile) -> Result<(), Failure> {
    if profile.kind() == ProfileKind::ZeroClaim {
        return Ok(());
    }
    let profiles = Profile::embedded();
    let local = profiles.iter().filter(|one| one.kind() == ProfileKind::ZeroClaim).map(Profile::id);
    let kind = profile.kind().name();
    Err(Failure::usage(format!(
        "purpose \"{}\": kind {kind} is not decided on the holder's device",
        profile.id()
    ))
    .hint(format!("on the device are {}", local.collect::<Vec<_>>().join(", "))))
}

fn wrong_fact(error: &FactError, profile: &Profile) -> Failure {
    let facts: Vec<String> =
        profile.facts().map(|fact| format!("{}={}", fact.name(), fact_type(fact))).collect();
    Failure::usage(format!("--fact: {error}")).hint(format!(
        "facts of {} are {}",
        profile.id(),
        facts.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::{Span, span};

    #[test]
    fn stays_have_an_entry() {
        assert!(matches!(span("2026-09-01/2026-09-20"), Ok(Span::Ended(_))));
        assert!(matches!(span("2026-09-01/"), Ok(Span::Open(_))));
        for wrong in
            ["", "/", "2026-09-01", "/2026-09-20", "2026-09-20/2026-09-01", "2026-09-31/", "2026-09-01/x"]
        {
            assert!(span(wrong).is_err(), "{wrong}");
        }
    }
}
