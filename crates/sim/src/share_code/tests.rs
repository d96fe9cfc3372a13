//! One test for each rule of `spec/share-code.md`, by its id, and a test that none is left out.

mod catalogue;
mod desks;
mod faults;
mod rules;

use super::account::Account;
use super::code::Letter;
use super::desk::{At, Desk, Facts, Reading, ReadsUnknownAsNo};
use super::page::{Page, Screen};
use super::record::{Name, Record};
use super::{Entry, Look, Parameters, Passport, RecordId, Service};
use chacha20::ChaCha12Rng;
use chacha20::rand_core::SeedableRng;
use geleit_credential::schema::identity::{Identity, Place, TravelDocument};
use geleit_credential::schema::residence::{LinkedDocument, Residence, UkConditions};
use geleit_credential::schema::{ClaimSet, Date, End, PartialDate};
use geleit_credential::time::UnixTime;
use std::sync::LazyLock;

static DEFAULT: LazyLock<Parameters> = LazyLock::new(Parameters::default);

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

/// A time of day in UTC.
fn at(text: &str, hour: i64, minute: i64) -> UnixTime {
    UnixTime(day(text).days() * 86_400 + hour * 3_600 + minute * 60)
}

/// The reference clock of the catalogue.
fn now() -> UnixTime {
    at("2026-11-23", 9, 0)
}

fn rng() -> ChaCha12Rng {
    ChaCha12Rng::seed_from_u64(7)
}

fn name(family: &str, given: &str) -> Name {
    Name { family: family.to_owned(), given: Some(given.to_owned()) }
}

fn identity() -> Identity {
    Identity::new()
        .name("Beispiel", Some("Alma"))
        .birth_date(PartialDate::parse("1993-04-17").unwrap())
        .born_in(Place { country: Some("TR"), ..Default::default() })
        .nationalities(&["TR"])
        .document(TravelDocument {
            kind: "P",
            number: "U12345678",
            issuing_country: "TUR",
            expiry: day("2030-01-01"),
        })
}

fn claims(identity: Identity, residence: Residence) -> (ClaimSet, ClaimSet) {
    let today = day("2026-11-23");
    (identity.build(today).unwrap(), residence.build(today).unwrap())
}

fn record_of(residence: Residence) -> Record {
    let (identity, residence) = claims(identity(), residence);
    Record::from_claims(&identity, &residence).unwrap()
}

fn settled() -> Residence {
    Residence::new("settled", true)
        .uk_work(End::Never, UkConditions::default())
        .uk_rent(End::Never)
        .uk_status(true, None)
}

fn until(last: &str) -> Residence {
    limited(last, UkConditions::default())
}

fn limited(last: &str, conditions: UkConditions<'_>) -> Residence {
    Residence::new("work_skilled", true)
        .uk_work(End::Day(day(last)), conditions)
        .uk_rent(End::Day(day(last)))
        .uk_status(true, Some(day(last).month()))
}

fn linked(number: &str) -> Residence {
    settled().uk_travel("eVisa", &[LinkedDocument { kind: "P", country: "TUR", number }])
}

/// A service with one person.
struct World<'a> {
    service: Service<'a>,
    id: RecordId,
    account: Account,
}

impl World<'static> {
    fn of(record: Record) -> Self {
        Self::with(record, &DEFAULT)
    }
}

impl<'a> World<'a> {
    fn with(record: Record, parameters: &'a Parameters) -> Self {
        let mut service = Service::new(parameters);
        let id = service.file(record);
        Self { service, id, account: Account::of(id) }
    }

    fn record(&self) -> &Record {
        self.service.record(self.id).unwrap()
    }

    fn look(&self, service: Letter, code: &str, at: UnixTime) -> Look {
        let birth_date = self.record().birth_date;
        let who_and_why = Some(("Example Bank", "opening an account"));
        self.service.check_code(&Entry { service, code, birth_date, who_and_why }, at)
    }

    /// What is before a desk that asks for a code of this letter now.
    fn screen(&mut self, letter: Letter) -> Screen {
        match self.service.get_code(&self.account, letter, now(), &mut rng()) {
            Ok(code) => self.look(letter, &code.to_string(), now()).screen,
            Err(why) => Screen::NoCode(why),
        }
    }

    fn page(&mut self, letter: Letter) -> Page {
        page(self.screen(letter))
    }

    fn carrier(&self, number: &str, at: UnixTime) -> Look {
        let name = name("Beispiel", "Alma");
        let birth_date = day("1993-04-17");
        self.service.carrier_query(&Passport { number, name: &name, birth_date, british_or_irish: false }, at)
    }
}

fn page(screen: Screen) -> Page {
    match screen {
        Screen::Page(page) => *page,
        other => panic!("a page is expected: {other:?}"),
    }
}

fn desk(place: At) -> Desk<'static> {
    Desk { at: place, reads_unknown_as_no: ReadsUnknownAsNo::No, parameters: &DEFAULT }
}

/// Outcome and reason of an answer.
fn told(reading: &Reading) -> String {
    format!("{} {}", reading.answer.outcome, reading.answer.reason)
}

fn read(place: At, screen: &Screen, change: impl FnOnce(&mut Facts<'_>)) -> Reading {
    let name = name("Beispiel", "Alma");
    let mut facts = Facts::honest(&name);
    change(&mut facts);
    desk(place).read(screen, &facts)
}

const SPECIFICATION: &str = include_str!("../../../../spec/share-code.md");
const CODE: [&str; 11] = [
    include_str!("../share_code.rs"),
    include_str!("account.rs"),
    include_str!("claims.rs"),
    include_str!("code.rs"),
    include_str!("desk.rs"),
    include_str!("fault.rs"),
    include_str!("page.rs"),
    include_str!("reason.rs"),
    include_str!("record.rs"),
    include_str!("trace.rs"),
    include_str!("way_out.rs"),
];
const TESTS: [&str; 3] =
    [include_str!("tests/rules.rs"), include_str!("tests/faults.rs"), include_str!("tests/desks.rs")];

/// Ids of rules in a text, `SC-07`.
fn ids(text: &str) -> Vec<&str> {
    let found = text.match_indices("SC-").filter_map(|(start, _)| text.get(start..start + 5));
    found.filter(|id| id.bytes().skip(3).all(|byte| byte.is_ascii_digit())).collect()
}

#[test]
fn every_rule_is_in_the_code_and_has_a_test() {
    let rules: Vec<&str> =
        SPECIFICATION.lines().filter_map(|line| line.strip_prefix("| SC-").and(line.get(2..7))).collect();
    assert!(rules.len() > 40, "{rules:?}");
    let named: Vec<&str> = CODE.iter().flat_map(|file| ids(file)).collect();
    for id in &rules {
        assert!(named.contains(id), "{id} is not named in the code");
        let test = format!("fn {}_", id.to_lowercase().replace('-', "_"));
        assert!(TESTS.iter().any(|file| file.contains(&test)), "{id} has no test");
    }
    let unknown: Vec<&&str> = named.iter().filter(|id| !rules.contains(id)).collect();
    assert!(unknown.is_empty(), "rules of the code that the specification does not have: {unknown:?}");
}

/// Every row says where it comes from, with a mark.
#[test]
fn every_rule_has_a_mark() {
    for row in SPECIFICATION.lines().filter(|line| line.starts_with("| SC-")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let marked = ["[S]", "[K]", "[I]", "[A]"].iter().any(|mark| cells[3].starts_with(mark));
        assert!(cells.len() == 4 && !cells[2].is_empty() && marked, "{row}");
    }
}
