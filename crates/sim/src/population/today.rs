//! The same check as it works today, by the share-code model.

use super::draw::Draw;
use super::mix::Mix;
use super::person::{Person, Phone, Visit};
use super::state::Purpose;
use crate::instant::Span;
use crate::outcome::Truth;
use crate::row::{Design, Fallback};
use crate::scenario::Service as Away;
use crate::share_code::account::{Account, NoCode, Reach};
use crate::share_code::code::Letter;
use crate::share_code::desk::{
    Ask, At, Desk, ENTRY_BYTES, Employer, Face, Facts, Job, OverAsk, Reading, ReadsUnknownAsNo,
};
use crate::share_code::page::Screen;
use crate::share_code::way_out::Delays;
use crate::share_code::{Check, Entry, Outage, Parameters, Passport, RecordId, Service, Stops};
use geleit_credential::time::UnixTime;

/// The model with the outages and delays of a mix.
pub(super) fn parameters(mix: &Mix) -> Parameters {
    let away = mix.outage.iter().filter(|window| window.of != Away::StatusService);
    let outages = away.map(|window| {
        let from = mix.time.start.0.plus(window.after.0);
        Outage { from, to: from.plus(window.span.0), stops: Stops::Everything }
    });
    Parameters {
        outages: outages.collect(),
        delays: Delays {
            employer: mix.way_out.employer,
            landlord: mix.way_out.landlord,
            carrier: mix.way_out.carrier,
            correction: mix.way_out.correction,
        },
        ..Parameters::default()
    }
}

/// What came of it.
#[derive(Debug)]
pub(super) struct Today {
    pub(super) reading: Reading,
    pub(super) fallback: Fallback,
    pub(super) record: Truth,
    pub(super) request_bytes: u32,
    /// Somebody else uses the code once more, at the same desk.
    pub(super) again: Option<Reading>,
}

/// How long the desk of a purpose waits.
pub(super) const fn patience(mix: &Mix, purpose: Purpose) -> Span {
    match purpose {
        Purpose::Work => mix.desk.patience_work,
        Purpose::Rent => mix.desk.patience_rent,
        Purpose::Carrier => mix.desk.patience_carrier,
        Purpose::Study | Purpose::Benefits => mix.desk.patience_other,
    }
}

/// The authority's service with this person's record only: no other record has the same document, name and date.
pub(super) fn service<'p>(
    parameters: &'p Parameters,
    person: &Person,
    (design, at): (Design, UnixTime),
) -> (Service<'p>, RecordId) {
    let mut service = Service::new(parameters);
    let on_record = person.on_record(design, at, parameters.delays.correction.0);
    let mut record = on_record.state.record();
    record.disputed = on_record.disputed;
    record.name_matched = !on_record.name_fails;
    let id = service.file(record);
    (service, id)
}

impl Today {
    /// Plays the check.
    pub(super) fn check(
        parameters: &Parameters,
        mix: &Mix,
        person: &Person,
        visit: &Visit,
        (truth, over_asked): (Truth, &[String]),
        draw: &mut Draw,
    ) -> Self {
        let (question, at) = (&visit.question, visit.at);
        let (mut service, id) = service(parameters, person, (Design::ShareCode, at));
        let on_record = person.on_record(Design::ShareCode, at, parameters.delays.correction.0);
        let record = on_record.state.right(question);
        let check = Check::of(question.purpose.id());
        let desk = Desk {
            at: if let Check::Code(letter) = check { At::Code(letter) } else { At::Carrier },
            reads_unknown_as_no: match visit.unknown_as_no_code {
                true => ReadsUnknownAsNo::Yes,
                false => ReadsUnknownAsNo::No,
            },
            parameters,
        };
        let more: Vec<&str> = over_asked.iter().map(String::as_str).collect();
        let facts = facts(person, visit, &more);
        let (screen, request_bytes, code) = match check {
            Check::Code(letter) => look_up(&mut service, id, (person, visit), letter, draw),
            Check::Carrier | Check::None => (carrier(&service, person, visit), ENTRY_BYTES, None),
        };
        let reading = desk.read(&screen, &facts);
        let patience = patience(mix, question.purpose);
        let fallback = match (reading.fallback, reading.way_out) {
            (Fallback::Named, Some(way)) => service.settle(way, id, at, patience, truth),
            (other, _) => other,
        };
        // Who has code and date of birth looks again; the face is another one.
        let again = code.filter(|_| visit.replayed).map(|(text, letter)| {
            let screen = enter(&service, id, &text, letter, at.plus(60));
            desk.read(&screen, &Facts { face: Face::OfAnother, ..facts })
        });
        Self { reading, fallback, record, request_bytes, again }
    }
}

fn facts<'f>(person: &'f Person, visit: &Visit, more: &'f [&'f str]) -> Facts<'f> {
    let question = &visit.question;
    Facts {
        told_of_application: person.truth.pending && visit.tells_of_application,
        job: Job {
            start: Some(question.start),
            hours_week: Some(u32::from(question.hours)),
            employer: if question.is_sponsor { Employer::Sponsor } else { Employer::Other },
        },
        ask: match question.purpose {
            Purpose::Study => Ask::Study,
            Purpose::Benefits => Ask::PublicFunds,
            Purpose::Work | Purpose::Rent | Purpose::Carrier => Ask::Leave,
        },
        over_ask: match (visit.over_asks, visit.gives_in) {
            (false, _) => OverAsk::Nothing,
            (true, true) => OverAsk::Met(more),
            (true, false) => OverAsk::Declined,
        },
        ..Facts::honest(&person.truth.name)
    }
}

/// The account of a holder. Whoever has no phone, or lost it, needs the e-mail address.
fn account(person: &Person, id: RecordId, at: UnixTime) -> Account {
    let mut account = Account::of(id);
    let without = match person.phone {
        Phone::Works => false,
        Phone::None => true,
        Phone::Lost { since, renewed, .. } => since <= at && at < renewed,
    };
    if without {
        account.phone = Reach::Lost;
        if !person.code_without_phone {
            account.email = Reach::Lost;
        }
    }
    account
}

/// The holder makes a code, and the desk looks it up.
fn look_up(
    service: &mut Service<'_>,
    id: RecordId,
    (person, visit): (&Person, &Visit),
    letter: Letter,
    draw: &mut Draw,
) -> (Screen, u32, Option<(String, Letter)>) {
    let account = account(person, id, visit.at);
    match service.get_code(&account, letter, visit.at, draw.rng()) {
        Ok(code) => {
            let text = code.to_string();
            (enter(service, id, &text, letter, visit.at), ENTRY_BYTES, Some((text, letter)))
        }
        Err(NoCode::TimeOut) => (Screen::TimeOut, ENTRY_BYTES, None),
        Err(why) => (Screen::NoCode(why), 0, None),
    }
}

/// SC-27: the date of birth on file opens the page; holders know it.
fn enter(service: &Service<'_>, id: RecordId, code: &str, letter: Letter, at: UnixTime) -> Screen {
    let Some(birth_date) = service.record(id).map(|record| record.birth_date) else { return Screen::TimeOut };
    let who_and_why = (letter == Letter::SomethingElse).then_some(("desk", "check"));
    service.check_code(&Entry { service: letter, code, birth_date, who_and_why }, at).screen
}

fn carrier(service: &Service<'_>, person: &Person, visit: &Visit) -> Screen {
    let passport = Passport {
        number: &visit.presented,
        name: &person.truth.name,
        birth_date: person.truth.birth.earliest(),
        british_or_irish: false,
    };
    service.carrier_query(&passport, visit.at).screen
}
