//! Failures that were reported, and what they do to a check.

use super::{
    At, Letter, Record, Screen, World, day, limited, linked, name, now, page, read, record_of, rng, settled,
    told, until,
};
use crate::share_code::account::NoCode;
use crate::share_code::fault::RecordFault;
use crate::share_code::page::CarrierAnswer;
use crate::share_code::record::{Photo, Right};
use geleit_credential::schema::residence::UkConditions;

fn faulty(record: Record, fault: &RecordFault) -> World<'static> {
    let mut world = World::of(record);
    let World { service, account, id } = &mut world;
    fault.apply(service.record_mut(*id).unwrap(), account);
    world
}

#[test]
fn sc_23_merged_records() {
    let mut other = record_of(until("2027-01-31"));
    other.name = name("Sample", "Vera");
    other.birth_date = day("1980-05-05");
    other.documents = vec!["X00000001".to_owned()];
    let mut world = faulty(record_of(linked("U12345678")), &RecordFault::Merged(Box::new(other.clone())));
    let page = world.page(Letter::Work);
    assert_eq!((&page.name, page.photo), (&other.name, Some(Photo::OfAnother)));
    assert_eq!((page.right, page.birth_date), (Right::Until(day("2027-01-31")), day("1993-04-17")));
    assert_eq!(world.record().documents, other.documents);
    assert_eq!(world.carrier("U12345678", now()).screen, Screen::Carrier(CarrierAnswer::NoRecord));

    let twin = faulty(record_of(settled()), &RecordFault::MergedStatus(other.status)).page(Letter::Work);
    assert_eq!((twin.name, twin.photo), (name("Beispiel", "Alma"), Some(Photo::Own)));
    assert_eq!(twin.right, Right::Until(day("2027-01-31")));
}

#[test]
fn sc_24_ghost_document() {
    let fault = RecordFault::GhostDocument("Z99999999".to_owned());
    let mut world = faulty(record_of(linked("U12345678")), &fault);
    let screen = world.carrier("U12345678", now()).screen;
    assert_eq!(told(&read(At::Carrier, &screen, |_| ())), "REFUSE no-record");
    assert_eq!(world.page(Letter::Work).right, Right::Unlimited);
}

#[test]
fn sc_25_photos() {
    for (fault, photo, shown) in [
        (RecordFault::WrongPhoto, Photo::OfAnother, true),
        (RecordFault::MissingPhoto, Photo::Missing, false),
    ] {
        let page = faulty(record_of(settled()), &fault).page(Letter::Rent);
        assert_eq!((page.photo, page.disclosed.contains(&"id.portrait.view")), (Some(photo), shown));
    }
}

#[test]
fn sc_26_stale_conditions() {
    let hours = UkConditions { max_hours_term: Some(20), ..UkConditions::default() };
    let old = record_of(limited("2027-06-30", hours)).status;
    let page = faulty(record_of(settled()), &RecordFault::StaleConditions(old)).page(Letter::Work);
    assert_eq!((page.right, page.work.unwrap().max_hours_term), (Right::Until(day("2027-06-30")), Some(20)));
}

#[test]
fn sc_27_the_name_of_before() {
    let alias = RecordFault::Alias(name("Fremd", "Name"), day("1990-01-01"));
    let mut world = faulty(record_of(settled()), &alias);
    let code = world.service.get_code(&world.account, Letter::Rent, now(), &mut rng()).unwrap().to_string();
    let shown = page(world.look(Letter::Rent, &code, now()).screen);
    assert_eq!((shown.name, shown.birth_date), (name("Fremd", "Name"), day("1990-01-01")));
    world.service.record_mut(world.id).unwrap().birth_date = day("1993-04-17");
    let own = crate::share_code::Entry {
        service: Letter::Rent,
        code: &code,
        birth_date: day("1990-01-01"),
        who_and_why: None,
    };
    assert_eq!(world.service.check_code(&own, now()).screen, Screen::CodeDoesNotWork);
}

#[test]
fn sc_28_a_name_that_is_not_matched() {
    let mut world = faulty(record_of(settled()), &RecordFault::NameNotMatched);
    assert_eq!(world.screen(Letter::Work), Screen::NoCode(NoCode::NameNotMatched));
}

#[test]
fn faults_of_accounts_and_disputes() {
    let mut world = faulty(record_of(settled()), &RecordFault::AccountLost);
    assert_eq!(world.screen(Letter::Work), Screen::NoCode(NoCode::AccountLost));
    let mut world = faulty(record_of(settled()), &RecordFault::Disputed);
    assert_eq!(world.screen(Letter::Work), Screen::NoCode(NoCode::Disputed));
}

#[test]
fn names_of_faults_are_distinct() {
    let record = record_of(settled());
    let faults = [
        RecordFault::Merged(Box::new(record.clone())),
        RecordFault::MergedStatus(record.status.clone()),
        RecordFault::GhostDocument(String::new()),
        RecordFault::WrongPhoto,
        RecordFault::MissingPhoto,
        RecordFault::StaleConditions(record.status.clone()),
        RecordFault::Alias(record.name, record.birth_date),
        RecordFault::NameNotMatched,
        RecordFault::Disputed,
        RecordFault::AccountLost,
    ];
    let mut names: Vec<&str> = faults.iter().map(RecordFault::name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), faults.len());
}
