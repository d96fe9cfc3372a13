//! The same check in the share-code model: the record is what issuers state, with the faults that the scenario names.
//!
//! ```text
//! claims of the person + [people.NAME.record] + changes of status --> Record --code, date of birth--> Screen --> Reading
//! ```
//!
//! SC-53 says which check would take place where the scenario is about something that this design does not have.

use super::exchange::{Broken, verifier_of};
use super::run::Measures;
use super::schema::{CheckStep, HolderAct, Service};
use super::stage::{Actor, Stage};
use crate::rng::rng;
use crate::row::Answer;
use crate::share_code::account::{Account, NoCode};
use crate::share_code::code::Letter;
use crate::share_code::desk::{At, Desk, Employer, Facts, OverAsk, Reading, ReadsUnknownAsNo};
use crate::share_code::fault::RecordFault;
use crate::share_code::page::Screen;
use crate::share_code::record::{Name, Record, Standing as OnFile};
use crate::share_code::{Check, Entry, Look, Outage, Parameters, Passport, Service as Authority, Stops};
use crate::world::authority::Defect;
use geleit_credential::schema::{ClaimSet, Date};
use geleit_credential::standing::Standing;

/// What came of it.
#[derive(Debug)]
pub(super) struct Today {
    pub(super) answer: Answer,
    pub(super) measures: Measures,
    /// The look-up, where there was one.
    pub(super) look: Option<Look>,
}

/// An attack on what a holder sends: in this design the page shows everything all the same.
const SHOWN_ANYHOW: &str = "required-claim-withheld";

/// Plays the check.
pub(super) fn check(stage: &Stage<'_>, step: &CheckStep) -> Result<Today, Broken> {
    let (reading, look) = read(stage, step)?;
    Ok(Today {
        measures: Measures {
            asked: 0,
            request_bytes: if reading.bytes == 0 { 0 } else { crate::share_code::desk::ENTRY_BYTES },
            presentation_bytes: reading.bytes,
            latency_ms: reading.latency_ms,
            fallback: reading.fallback,
            violated: Vec::new(),
        },
        answer: reading.answer,
        look,
    })
}

fn read(stage: &Stage<'_>, step: &CheckStep) -> Result<(Reading, Option<Look>), Broken> {
    let (_, verified_for) = verifier_of(step);
    let at = match Check::of(verified_for) {
        // SC-07: whatever was typed as a reason, the S service shows its page.
        Check::None if step.purpose_is_unknown => At::Code(Letter::SomethingElse),
        Check::None => return Ok((Reading::no_such_check(), None)),
        Check::Code(letter) => At::Code(letter),
        Check::Carrier => At::Carrier,
    };
    if step.attack.as_ref().is_some_and(|attack| attack.0 != SHOWN_ANYHOW) {
        return Ok((Reading::no_such_check(), None));
    }
    let actor = stage.person(&step.who)?;
    let Some(mut record) = record(actor)? else { return Ok((without_record(at, actor), None)) };
    let known_as = record.name.clone();
    let mut account = None;
    let parameters = Parameters { outages: outages(stage), ..Parameters::default() };
    let mut authority = Authority::new(&parameters);
    let pending = record.pending;
    for fault in faults(stage, actor)? {
        // The account is filed with the record below; a fault changes both.
        let changed = account.get_or_insert_with(|| Account::of(authority.file(record.clone())));
        fault.apply(&mut record, changed);
    }
    let account = match account {
        Some(account) => {
            if let Some(filed) = authority.record_mut(account.record) {
                *filed = record.clone();
            }
            account
        }
        None => Account::of(authority.file(record.clone())),
    };
    let over_ask: Vec<&str> = step.over_ask.iter().map(String::as_str).collect();
    let mut facts = Facts::honest(&known_as);
    facts.told_of_application = pending;
    facts.over_ask = if over_ask.is_empty() { OverAsk::Nothing } else { OverAsk::Met(&over_ask) };
    if flag(actor, "res.uk.sponsor_match") == Some(false) {
        facts.job.employer = Employer::Other;
    }
    if verified_for == "uk-status-benefits" {
        facts.ask = crate::share_code::desk::Ask::PublicFunds;
    } else if verified_for == "uk-status-study" {
        facts.ask = crate::share_code::desk::Ask::Study;
    }
    for (name, value) in &step.facts {
        facts.take(name, &super::exchange::plain(value));
    }
    let look = match at {
        At::Code(service) => look(stage, step, service, &mut authority, &account, record.birth_date),
        At::Carrier => {
            let presented = step.facts.get("document_number_presented").map(super::exchange::plain);
            let number = presented.unwrap_or_default();
            let passport = Passport {
                number: &number,
                name: &known_as,
                birth_date: record.birth_date,
                british_or_irish: record.british_or_irish,
            };
            authority.carrier_query(&passport, stage.now)
        }
    };
    let desk = Desk { at, reads_unknown_as_no: ReadsUnknownAsNo::No, parameters: &parameters };
    Ok((desk.read(&look.screen, &facts), Some(look)))
}

/// SC-18 for somebody without any status; SC-53 for somebody whose status is that of another country.
fn without_record(at: At, actor: &Actor) -> Reading {
    if actor.claims.contains_key("residence") {
        return Reading::no_such_check();
    }
    let parameters = Parameters::default();
    let desk = Desk { at, reads_unknown_as_no: ReadsUnknownAsNo::No, parameters: &parameters };
    let nobody = Name { family: String::new(), given: None };
    desk.read(&Screen::NoCode(NoCode::NoStatus), &Facts::honest(&nobody))
}

/// A code is made for the purpose that was asked, and typed into the service of whoever verifies.
fn look(
    stage: &Stage<'_>,
    step: &CheckStep,
    service: Letter,
    authority: &mut Authority<'_>,
    account: &Account,
    birth_date: Date,
) -> Look {
    let letter = match Check::of(&step.purpose) {
        Check::Code(letter) => letter,
        Check::Carrier | Check::None => service,
    };
    if step.holder == HolderAct::Declines {
        return Look::blind(Screen::NoCode(NoCode::Declined));
    }
    let mut draws = rng(stage.seed, &format!("code {} {}", stage.scenario.id, step.name));
    let code = match authority.get_code(account, letter, stage.now, &mut draws) {
        Ok(code) => code.to_string(),
        Err(why) => return Look::blind(Screen::NoCode(why)),
    };
    let entry = Entry { service, code: &code, birth_date, who_and_why: Some((&step.by, &step.purpose)) };
    // A desk whose clock is wrong does not move the authority's.
    authority.check_code(&entry, stage.now.plus(step.delay.0.max(0)))
}

/// What is on file: the claims, and what became of the residence credential.
fn record(actor: &Actor) -> Result<Option<Record>, Defect> {
    let (Some(identity), Some(residence)) = (actor.claims.get("identity"), actor.claims.get("residence"))
    else {
        return Ok(None);
    };
    let Ok(mut record) = Record::from_claims(identity, residence) else { return Ok(None) };
    match actor.standings.get("residence") {
        Some(Standing::Revoked) => record.status.standing = OnFile::Cancelled,
        Some(Standing::Suspended) => record.status.standing = OnFile::Suspended,
        Some(Standing::UnderReview) => record.disputed = true,
        Some(_) | None => {}
    }
    let wrong = &actor.record;
    record.pending |= wrong.application_pending;
    record.disputed |= wrong.disputed;
    if wrong.cancelled {
        record.status.standing = OnFile::Cancelled;
    }
    if wrong.suspended {
        record.status.standing = OnFile::Suspended;
    }
    // No application continues what was cancelled.
    record.pending &= record.status.standing != OnFile::Cancelled;
    Ok(Some(record))
}

fn faults(stage: &Stage<'_>, actor: &Actor) -> Result<Vec<RecordFault>, Broken> {
    let wrong = &actor.record;
    let mut faults = Vec::new();
    if let Some(other) = &wrong.merged_with
        && let Some(other) = record(stage.person(other)?)?
    {
        faults.push(RecordFault::MergedStatus(other.status));
    }
    if let Some(number) = &wrong.ghost_document {
        faults.push(RecordFault::GhostDocument(number.clone()));
    }
    if let Some(earlier) = &wrong.earlier
        && let Some(now) = record(actor)?
    {
        let birth_date = match &earlier.birth_date {
            Some(day) => Date::parse(day).ok_or_else(|| Broken::Scenario(format!("{day} is no day")))?,
            None => now.birth_date,
        };
        let family = earlier.family_name.clone().unwrap_or(now.name.family);
        let given = earlier.given_name.clone().or(now.name.given);
        faults.push(RecordFault::Alias(Name { family, given }, birth_date));
    }
    let simple = [
        (wrong.wrong_photo, RecordFault::WrongPhoto),
        (wrong.name_not_matched, RecordFault::NameNotMatched),
        (wrong.account_lost, RecordFault::AccountLost),
    ];
    faults.extend(simple.into_iter().filter(|(there, _)| *there).map(|(_, fault)| fault));
    Ok(faults)
}

/// Whatever keeps the checker from the authority is an outage of it, seen from the desk.
fn outages(stage: &Stage<'_>) -> Vec<Outage> {
    if stage.network.is_up(Service::LookUp, stage.now) {
        return Vec::new();
    }
    vec![Outage { from: stage.now, to: stage.now.plus(1), stops: Stops::Everything }]
}

fn flag(actor: &Actor, id: &str) -> Option<bool> {
    let residence: &ClaimSet = actor.claims.get("residence")?;
    residence.plain(id)?.as_bool()
}
