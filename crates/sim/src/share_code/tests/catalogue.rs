//! The scenarios of the catalogue in which today's design has a check: what it says in each of them.

use super::{
    At, DEFAULT, Desk, Facts, LinkedDocument, Name, Record, Residence, Screen, World, at, day, desk, limited,
    linked, name, now, read, record_of, rng, settled, told, until,
};
use crate::share_code::account::NoCode;
use crate::share_code::code::Letter;
use crate::share_code::desk::{Ask, Employer, Job};
use crate::share_code::fault::RecordFault;
use crate::share_code::record::Standing;
use geleit_credential::schema::End;
use geleit_credential::schema::residence::UkConditions;

fn by(letter: Letter, record: Record, change: impl FnOnce(&mut Facts<'_>)) -> String {
    told(&read(At::Code(letter), &World::of(record).screen(letter), change))
}

fn work(residence: Residence) -> String {
    by(Letter::Work, record_of(residence), |_| ())
}

fn after(fault: &RecordFault, letter: Letter, record: Record) -> String {
    let mut world = World::of(record);
    let World { service, account, id } = &mut world;
    fault.apply(service.record_mut(*id).unwrap(), account);
    told(&read(At::Code(letter), &world.screen(letter), |_| ()))
}

fn student() -> Residence {
    limited("2027-09-30", UkConditions { max_hours_term: Some(20), ..UkConditions::default() })
}

#[test]
fn working_cases() {
    assert_eq!(work(settled()), "ACCEPT share-code-valid", "A01");
    assert_eq!(work(until("2028-03-31")), "ACCEPT_UNTIL 2028-03-31 share-code-valid", "A02");
    let fifteen = |facts: &mut Facts<'_>| {
        facts.job = Job { start: None, hours_week: Some(15), employer: Employer::Sponsor }
    };
    let a03 = by(Letter::Work, record_of(student()), fifteen);
    assert_eq!(a03, "ACCEPT_UNTIL 2027-09-30 share-code-valid", "A03");
    let a04 = by(Letter::Rent, record_of(until("2027-02-01")), |_| ());
    assert_eq!(a04, "ACCEPT_UNTIL 2027-11-23 share-code-valid", "A04");
    let a05 = World::of(record_of(linked("U12345678"))).carrier("U12345678", now()).screen;
    assert_eq!(told(&read(At::Carrier, &a05, |_| ())), "ACCEPT valid-permission", "A05");
    let a07 = read(At::Code(Letter::Rent), &Screen::HoldersOwn, |_| ());
    assert_eq!(told(&a07), "INDETERMINATE print-out-does-not-count", "A07");
}

#[test]
fn status_changes() {
    assert_eq!(work(until("2026-11-22")), "REFUSE no-right-shown", "B01, B04");
    let continued = || record_of(until("2026-11-20").uk_continuation("3C"));
    let b02 = by(Letter::Work, continued(), |facts| facts.told_of_application = true);
    assert_eq!(b02, "INDETERMINATE pending-application", "B02");
    let standing = |standing, letter| {
        let mut record = record_of(settled());
        record.status.standing = standing;
        by(letter, record, |_| ())
    };
    assert_eq!(standing(Standing::Cancelled, Letter::Rent), "REFUSE no-right-shown", "B08");
    assert_eq!(standing(Standing::Suspended, Letter::Work), "ACCEPT share-code-valid", "B09");
    assert_eq!(work(settled().under_review()), "INDETERMINATE no-code-disputed", "B10");
}

#[test]
fn purposes() {
    let mut world = World::of(record_of(settled()));
    let rent = world.service.get_code(&world.account, Letter::Rent, now(), &mut rng()).unwrap().to_string();
    let c01 = world.look(Letter::Work, &rent, now()).screen;
    assert_eq!(told(&read(At::Code(Letter::Work), &c01, |_| ())), "REFUSE code-does-not-work", "C01");
    let c08 = by(Letter::SomethingElse, record_of(settled()), |_| ());
    assert_eq!(c08, "ACCEPT share-code-valid", "C08, C10");
    let c13 = read(At::Code(Letter::Work), &Screen::NoCode(NoCode::Declined), |_| ());
    assert_eq!(told(&c13), "INDETERMINATE no-code-declined", "C13");
}

/// D01 and D02: the same code again, and by somebody else.
#[test]
fn replay_and_forwarding() {
    let mut world = World::of(record_of(settled()));
    let code = world.service.get_code(&world.account, Letter::Work, now(), &mut rng()).unwrap().to_string();
    let answers = [0, 0, 60, 80 * 86_400].map(|seconds| {
        let screen = world.look(Letter::Work, &code, now().plus(seconds)).screen;
        told(&read(At::Code(Letter::Work), &screen, |_| ()))
    });
    assert_eq!(answers, ["ACCEPT share-code-valid"; 4]);
}

#[test]
fn time_and_connectivity() {
    let e01 = read(At::Code(Letter::Rent), &Screen::TimeOut, |_| ());
    assert_eq!(told(&e01), "INDETERMINATE time-out", "E01, E03");
    let mut world = World::of(record_of(until("2026-11-23")));
    let evening = at("2026-11-23", 23, 30);
    let code = world.service.get_code(&world.account, Letter::Work, evening, &mut rng()).unwrap().to_string();
    let e07 = told(&read(At::Code(Letter::Work), &world.look(Letter::Work, &code, evening).screen, |_| ()));
    assert_eq!(e07, "ACCEPT_UNTIL 2026-11-23 share-code-valid", "E07");
}

#[test]
fn mix_ups() {
    let g01 = after(&RecordFault::WrongPhoto, Letter::Work, record_of(settled()));
    assert_eq!(g01, "INDETERMINATE photo-does-not-match", "G01");
    let sibling = record_of(until("2027-01-31")).status;
    let g03 = after(&RecordFault::MergedStatus(sibling), Letter::Work, record_of(settled()));
    assert_eq!(g03, "ACCEPT_UNTIL 2027-01-31 share-code-valid", "G03");
    let mut world = World::of(record_of(linked("U12345678")));
    let World { service, account, id } = &mut world;
    RecordFault::GhostDocument("Z99999999".to_owned()).apply(service.record_mut(*id).unwrap(), account);
    let g04 = world.carrier("U12345678", now()).screen;
    assert_eq!(told(&read(At::Carrier, &g04, |_| ())), "REFUSE no-record", "G04");
    let married: Name = name("Muster", "Alma");
    let page = World::of(record_of(settled())).screen(Letter::Work);
    let g06 =
        Desk { parameters: &DEFAULT, ..desk(At::Code(Letter::Work)) }.read(&page, &Facts::honest(&married));
    assert_eq!(told(&g06), "INDETERMINATE name-differs", "G06");
    let g07 = after(&RecordFault::NameNotMatched, Letter::Work, record_of(settled()));
    assert_eq!(g07, "INDETERMINATE no-code-name-not-matched", "G07");
    let alias = RecordFault::Alias(name("Fremd", "Name"), day("1990-01-01"));
    assert_eq!(after(&alias, Letter::Rent, record_of(settled())), "INDETERMINATE name-differs", "G09");
}

#[test]
fn people_and_conditions() {
    let h05 = after(&RecordFault::AccountLost, Letter::Work, record_of(settled()));
    assert_eq!(h05, "INDETERMINATE no-code-account-lost", "H05");
    let tied = UkConditions { sponsor_tied: Some(true), ..UkConditions::default() };
    let other = |facts: &mut Facts<'_>| {
        facts.job = Job { start: None, hours_week: Some(38), employer: Employer::Other }
    };
    let i01 = by(Letter::Work, record_of(limited("2028-03-31", tied)), other);
    assert_eq!(i01, "REFUSE condition-not-met", "I01");
    let mut record = record_of(settled());
    record.status.public_funds = Some(false);
    let i02 = by(Letter::SomethingElse, record, |facts| facts.ask = Ask::PublicFunds);
    assert_eq!(i02, "REFUSE condition-not-met", "I02");
}

/// Two records with the same passport: a carrier finds any that holds, and a code opens the one of its account.
#[test]
fn duplicate_records() {
    let mut world = World::of(record_of(until("2026-11-20")));
    let passport = LinkedDocument { kind: "P", country: "TUR", number: "U12345678" };
    world
        .service
        .file(record_of(Residence::new("settled", true).uk_rent(End::Never).uk_travel("eVisa", &[passport])));
    let carrier = world.carrier("U12345678", now()).screen;
    assert_eq!(told(&read(At::Carrier, &carrier, |_| ())), "ACCEPT valid-permission");
    let screen = world.screen(Letter::Work);
    assert_eq!(told(&read(At::Code(Letter::Work), &screen, |_| ())), "REFUSE no-right-shown");
}
