//! How status checks in the United Kingdom work today: a code, a date of birth, and a live look-up.
//!
//! ```text
//! holder   --sign in--> Account --get_code(W|R|S)--> Code, 9 characters, 90 days
//!             code and date of birth, by whatever way, to whomever
//! checker  --check_code(code, date of birth)--> Service --computes--> Screen
//! carrier  --carrier_query(passport)----------> Service --compares--> Screen
//!                                                  |                    |
//!                                          LookUp: the authority     Desk: what is made of it --> Reading, WayOut
//! ```
//!
//! `spec/share-code.md` has every rule (SC-01 and up) with its source, and says which are assumptions. The model is for
//! comparison: it makes no request to anybody, and reproduces no page. Nothing in it is drawn at random but codes.

pub mod account;
pub mod claims;
pub mod code;
pub mod desk;
pub mod fault;
pub mod page;
pub mod reason;
pub mod record;
#[cfg(test)]
mod tests;
pub mod trace;
pub mod way_out;

use account::{Account, NoCode};
use code::{Code, Letter};
use geleit_credential::schema::Date;
use geleit_credential::time::UnixTime;
use geleit_credential::zone::Zone;
use page::{CarrierAnswer, Page, Screen, WorkPage};
use rand_core::Rng;
use record::{Name, Record};
use std::collections::BTreeMap;

/// SC-04: days of 24 hours for which a code works.
pub const CODE_DAYS: u32 = 90;

/// Which check today's design has for a purpose (SC-53).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// A code with this letter.
    Code(Letter),
    /// The query of a carrier.
    Carrier,
    /// None: no code exists for it.
    None,
}

impl Check {
    /// The check for a purpose of `spec/purposes/`.
    #[must_use]
    pub fn of(purpose: &str) -> Self {
        match purpose {
            "uk-right-to-work" => Self::Code(Letter::Work),
            "uk-right-to-rent" => Self::Code(Letter::Rent),
            "uk-status-other" | "uk-status-study" | "uk-status-benefits" => Self::Code(Letter::SomethingElse),
            "uk-carrier-permission-to-travel" => Self::Carrier,
            _ => Self::None,
        }
    }
}

/// What an outage stops (SC-19).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stops {
    /// Accounts, and the services that take codes.
    Codes,
    /// Answers to carriers.
    Carriers,
    /// Both.
    Everything,
}

/// A time in which the authority does not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outage {
    /// Its first second.
    pub from: UnixTime,
    /// The first second after it.
    pub to: UnixTime,
    /// What it stops.
    pub stops: Stops,
}

/// What is assumed about the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// How much the page for employers shows.
    pub work_page: WorkPage,
    /// When it does not answer.
    pub outages: Vec<Outage>,
    /// SC-50: from the first form to the page of results, in milliseconds of the network.
    pub page_ms: u32,
    /// SC-50: the answer to a carrier, in milliseconds.
    pub carrier_ms: u32,
    /// SC-50: how long a checker waits for nothing, in milliseconds.
    pub time_out_ms: u32,
    /// SC-50: bytes of a page of results with its forms and the photo.
    pub page_bytes: u32,
    /// SC-50: bytes of a page that says that a code does not work, with its forms.
    pub error_bytes: u32,
    /// SC-50: bytes of an answer to a carrier.
    pub carrier_bytes: u32,
    /// How long the ways out take.
    pub delays: way_out::Delays,
}

impl Default for Parameters {
    /// The assumptions of SC-50, and no outage.
    fn default() -> Self {
        Self {
            work_page: WorkPage::Plain,
            outages: Vec::new(),
            page_ms: 2_000,
            carrier_ms: 500,
            time_out_ms: 30_000,
            page_bytes: 100_000,
            error_bytes: 40_000,
            carrier_bytes: 200,
            delays: way_out::Delays::default(),
        }
    }
}

/// A record of a [`Service`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(usize);

/// What a checker types.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The service that was opened, by its letter.
    pub service: Letter,
    /// The code as typed.
    pub code: &'a str,
    /// The date of birth as typed.
    pub birth_date: Date,
    /// SC-07: who asks, and why. Only the S service wants it, and nobody checks what was typed.
    pub who_and_why: Option<(&'a str, &'a str)>,
}

/// What a carrier reads from a passport.
#[derive(Clone, Copy, Debug)]
pub struct Passport<'a> {
    /// Its number.
    pub number: &'a str,
    /// The name in it.
    pub name: &'a Name,
    /// The date of birth in it.
    pub birth_date: Date,
    /// Whether it is British or Irish.
    pub british_or_irish: bool,
}

/// SC-52: what the authority knows of a look-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LookUp {
    /// Whose page it was.
    pub record: RecordId,
    /// When.
    pub at: UnixTime,
    /// For what: the letter; none for a carrier.
    pub service: Option<Letter>,
}

/// What came of a look-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// What the checker sees.
    pub screen: Screen,
    /// What the authority knows of it; none where it found nobody.
    pub seen: Option<LookUp>,
}

impl Look {
    /// The page, where one was shown.
    #[must_use]
    pub fn page(&self) -> Option<&Page> {
        match &self.screen {
            Screen::Page(page) => Some(page),
            _ => None,
        }
    }

    /// Of a checker who looked nothing up, or whom nobody answered.
    pub(crate) const fn blind(screen: Screen) -> Self {
        Self { screen, seen: None }
    }
}

#[derive(Clone, Copy, Debug)]
struct Issued {
    record: RecordId,
    at: UnixTime,
}

/// The authority's service.
#[derive(Clone, Debug)]
pub struct Service<'a> {
    parameters: &'a Parameters,
    records: Vec<Record>,
    codes: BTreeMap<Code, Issued>,
}

impl<'a> Service<'a> {
    /// A service without records.
    #[must_use]
    pub const fn new(parameters: &'a Parameters) -> Self {
        Self { parameters, records: Vec::new(), codes: BTreeMap::new() }
    }

    /// Files a record.
    pub fn file(&mut self, record: Record) -> RecordId {
        self.records.push(record);
        RecordId(self.records.len() - 1)
    }

    /// A record of this service.
    #[must_use]
    pub fn record(&self, id: RecordId) -> Option<&Record> {
        self.records.get(id.0)
    }

    /// A record, to change it. SC-12: codes that were made before show what it says afterwards.
    pub fn record_mut(&mut self, id: RecordId) -> Option<&mut Record> {
        self.records.get_mut(id.0)
    }

    /// Makes a code for a holder who asks for one.
    ///
    /// # Errors
    /// Why there is none.
    pub fn get_code(
        &mut self,
        account: &Account,
        letter: Letter,
        at: UnixTime,
        rng: &mut impl Rng,
    ) -> Result<Code, NoCode> {
        if self.is_out(at, Stops::Codes) {
            return Err(NoCode::TimeOut);
        }
        let record = self.record(account.record).ok_or(NoCode::NoStatus)?;
        may_make_code(record, account)?;
        let code = loop {
            let drawn = Code::draw(letter, rng);
            if !self.codes.contains_key(&drawn) {
                break drawn;
            }
        };
        self.codes.insert(code, Issued { record: account.record, at });
        Ok(code)
    }

    /// A checker, whoever that is, looks a code up. SC-05: it may be the first time or any other.
    #[must_use]
    pub fn check_code(&self, entry: &Entry<'_>, at: UnixTime) -> Look {
        let Some(today) = Zone::London.date(at).filter(|_| !self.is_out(at, Stops::Codes)) else {
            return Look::blind(Screen::TimeOut);
        };
        let Some((id, record)) = self.opened(entry, at) else { return Look::blind(Screen::CodeDoesNotWork) };
        // SC-07.
        if entry.service == Letter::SomethingElse && entry.who_and_why.is_none() {
            return Look::blind(Screen::WhoAndWhyMissing);
        }
        let page = Page::of(record, entry.service, today, self.parameters.work_page);
        Look {
            screen: Screen::Page(Box::new(page)),
            seen: Some(LookUp { record: id, at, service: Some(entry.service) }),
        }
    }

    /// The record that code, letter, age and date of birth open together.
    fn opened(&self, entry: &Entry<'_>, at: UnixTime) -> Option<(RecordId, &Record)> {
        let code: Code = entry.code.parse().ok()?;
        let issued = self.codes.get(&code)?;
        let record = self.record(issued.record)?;
        let letter = code.letter() == entry.service; // SC-03
        let young = at >= issued.at && at < issued.at.plus_days(CODE_DAYS); // SC-04
        let known = record.birth_date == entry.birth_date; // SC-06
        (letter && young && known).then_some((issued.record, record))
    }

    /// A carrier sends what it read from a passport.
    #[must_use]
    pub fn carrier_query(&self, passport: &Passport<'_>, at: UnixTime) -> Look {
        let Some(today) = Zone::London.date(at).filter(|_| !self.is_out(at, Stops::Carriers)) else {
            return Look::blind(Screen::TimeOut);
        };
        // SC-20.
        if passport.british_or_irish {
            return Look::blind(Screen::Carrier(CarrierAnswer::Exempt));
        }
        let found = (0..)
            .map(RecordId)
            .zip(&self.records)
            .find(|(_, record)| is_of(record, passport) && record.status.may_travel(today));
        let Some((id, _)) = found else { return Look::blind(Screen::Carrier(CarrierAnswer::NoRecord)) };
        Look {
            screen: Screen::Carrier(CarrierAnswer::ValidPermission),
            seen: Some(LookUp { record: id, at, service: None }),
        }
    }

    fn is_out(&self, at: UnixTime, part: Stops) -> bool {
        let stops = |outage: &Outage| outage.stops == part || outage.stops == Stops::Everything;
        self.parameters.outages.iter().any(|outage| stops(outage) && outage.from <= at && at < outage.to)
    }
}

/// SC-01, SC-16 to SC-18, SC-28. A leave that has ended still makes a code, whose page says so (SC-13).
fn may_make_code(record: &Record, account: &Account) -> Result<(), NoCode> {
    if record.british_or_irish {
        Err(NoCode::BritishOrIrish)
    } else if record.status.leave.is_none() {
        Err(NoCode::NoStatus)
    } else if !record.name_matched {
        Err(NoCode::NameNotMatched)
    } else if !account.can_sign_in() {
        Err(NoCode::AccountLost)
    } else if record.disputed {
        Err(NoCode::Disputed)
    } else {
        Ok(())
    }
}

/// SC-21: a record is found by number, name and date of birth, all three.
fn is_of(record: &Record, passport: &Passport<'_>) -> bool {
    record.documents.iter().any(|number| number == passport.number)
        && record.name.same(passport.name)
        && record.birth_date == passport.birth_date
}
