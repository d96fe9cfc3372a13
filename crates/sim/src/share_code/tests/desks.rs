//! What desks make of screens, and the ways out.

use super::{
    At, DEFAULT, Desk, Facts, Letter, Page, Screen, World, day, desk, limited, name, now, read, record_of,
    settled, told, until,
};
use crate::instant::Span;
use crate::outcome::{Truth, Word};
use crate::row::Fallback;
use crate::share_code::Parameters;
use crate::share_code::account::NoCode;
use crate::share_code::desk::{Ask, ENTRY_BYTES, Employer, Face, Job, OverAsk, Reading, ReadsUnknownAsNo};
use crate::share_code::page::CarrierAnswer;
use crate::share_code::reason::Reason;
use crate::share_code::record::{Photo, Record, Standing};
use crate::share_code::way_out::{Notice, WayOut};
use geleit_cose::cbor::Value;
use geleit_credential::schema::residence::UkConditions;

const WORK: At = At::Code(Letter::Work);
const RENT: At = At::Code(Letter::Rent);
const STATUS: At = At::Code(Letter::SomethingElse);
const DAY_S: i64 = 86_400;

fn seen(record: Record, letter: Letter, change: impl FnOnce(&mut Facts<'_>)) -> Reading {
    read(At::Code(letter), &World::of(record).screen(letter), change)
}

fn work(record: Record, change: impl FnOnce(&mut Facts<'_>)) -> String {
    told(&seen(record, Letter::Work, change))
}

#[test]
fn sc_30_faces_are_compared() {
    for letter in [Letter::Work, Letter::Rent] {
        let reading = seen(record_of(settled()), letter, |facts| facts.face = Face::NotCompared);
        assert_eq!(told(&reading), "INDETERMINATE face-not-compared");
        let reading = seen(record_of(settled()), letter, |facts| facts.face = Face::OfAnother);
        assert_eq!(told(&reading), "INDETERMINATE photo-does-not-match");
    }
    let reading = seen(record_of(settled()), Letter::SomethingElse, |facts| facts.face = Face::NotCompared);
    assert_eq!(told(&reading), "ACCEPT share-code-valid");
}

#[test]
fn sc_31_a_bad_photo_is_no_refusal() {
    for (photo, reason) in [(Photo::OfAnother, "photo-does-not-match"), (Photo::Missing, "photo-missing")] {
        let reading = seen(Record { photo, ..record_of(settled()) }, Letter::Work, |_| ());
        assert_eq!(told(&reading), format!("INDETERMINATE {reason}"));
        assert_eq!((reading.way_out, reading.fallback), (Some(WayOut::Correction), Fallback::Named));
    }
}

#[test]
fn sc_32_only_the_checkers_page_counts() {
    let reading = read(RENT, &Screen::HoldersOwn, |_| ());
    assert_eq!(told(&reading), "INDETERMINATE print-out-does-not-count");
    assert!(reading.answer.disclosed.is_empty());
}

#[test]
fn sc_33_another_name_on_the_page() {
    let reading = |own: crate::share_code::record::Name| {
        let facts = Facts::honest(&own);
        told(&desk(WORK).read(&World::of(record_of(settled())).screen(Letter::Work), &facts))
    };
    assert_eq!(reading(name("Muster", "Alma")), "INDETERMINATE name-differs");
    assert_eq!(reading(name("BEI-SPIEL", "al ma")), "ACCEPT share-code-valid");
}

#[test]
fn sc_34_no_right_or_an_open_application() {
    let over = || record_of(until("2026-11-20").uk_continuation("3C"));
    assert_eq!(work(over(), |_| ()), "REFUSE no-right-shown");
    let told_of = |facts: &mut Facts<'_>| facts.told_of_application = true;
    for (letter, way) in
        [(Letter::Work, WayOut::EmployerCheckingService), (Letter::Rent, WayOut::LandlordCheckingService)]
    {
        let reading = seen(over(), letter, told_of);
        assert_eq!(told(&reading), "INDETERMINATE pending-application");
        assert_eq!(reading.way_out, Some(way));
    }
    let mut cancelled = record_of(settled());
    cancelled.status.standing = Standing::Cancelled;
    assert_eq!(work(cancelled, |_| ()), "REFUSE no-right-shown");
}

#[test]
fn sc_35_conditions_and_the_job() {
    let job = |start: Option<&str>, hours_week, employer| {
        let start = start.map(day);
        move |facts: &mut Facts<'_>| facts.job = Job { start, hours_week, employer }
    };
    let tied = || {
        let conditions = UkConditions { sponsor_tied: Some(true), ..UkConditions::default() };
        record_of(limited("2028-03-31", conditions))
    };
    for (hours, employer, outcome) in [
        (None, Employer::Sponsor, "ACCEPT_UNTIL 2028-03-31 share-code-valid"),
        (Some(38), Employer::Sponsor, "ACCEPT_UNTIL 2028-03-31 share-code-valid"),
        (None, Employer::Other, "INDETERMINATE hours-not-given"),
        (Some(20), Employer::Other, "INDETERMINATE supplementary-work"),
        (Some(21), Employer::Other, "REFUSE condition-not-met"),
    ] {
        assert_eq!(work(tied(), job(None, hours, employer)), outcome);
    }
    assert_eq!(work(record_of(settled()), job(None, Some(38), Employer::Other)), "ACCEPT share-code-valid");

    let student = || {
        let conditions = UkConditions { max_hours_term: Some(20), ..UkConditions::default() };
        record_of(limited("2027-09-30", conditions))
    };
    for (hours, outcome) in [
        (Some(20), "ACCEPT_UNTIL 2027-09-30 share-code-valid"),
        (Some(21), "INDETERMINATE hours-above-limit"),
        (None, "INDETERMINATE hours-not-given"),
    ] {
        assert_eq!(work(student(), job(None, hours, Employer::Sponsor)), outcome);
    }

    let start = |first| job(Some(first), None, Employer::Sponsor);
    let last = || record_of(until("2027-01-31"));
    assert_eq!(work(last(), start("2027-01-31")), "ACCEPT_UNTIL 2027-01-31 share-code-valid");
    assert_eq!(work(last(), start("2027-02-01")), "REFUSE ends-before-start");
    let both = |facts: &mut Facts<'_>| {
        start("2027-02-01")(facts);
        facts.told_of_application = true;
    };
    assert_eq!(work(last(), both), "INDETERMINATE pending-application");
}

#[test]
fn sc_36_yes_with_and_without_an_end() {
    let rent = |record| told(&seen(record, Letter::Rent, |_| ()));
    assert_eq!(work(record_of(settled()), |_| ()), "ACCEPT share-code-valid");
    assert_eq!(work(record_of(until("2028-03-31")), |_| ()), "ACCEPT_UNTIL 2028-03-31 share-code-valid");
    assert_eq!(rent(record_of(settled())), "ACCEPT share-code-valid");
    assert_eq!(rent(record_of(until("2027-02-01"))), "ACCEPT_UNTIL 2027-11-23 share-code-valid");
    let mut record = record_of(until("2027-02-01"));
    (record.status.study, record.status.public_funds) = (Some(true), Some(false));
    for (ask, outcome) in [
        (Ask::Leave, "ACCEPT share-code-valid"),
        (Ask::Study, "ACCEPT share-code-valid"),
        (Ask::PublicFunds, "REFUSE condition-not-met"),
    ] {
        assert_eq!(told(&seen(record.clone(), Letter::SomethingElse, |facts| facts.ask = ask)), outcome);
    }
    let silent = record_of(until("2027-02-01"));
    let reading = seen(silent, Letter::SomethingElse, |facts| facts.ask = Ask::Study);
    assert_eq!(told(&reading), "INDETERMINATE not-shown");
}

#[test]
fn sc_37_screens_are_read_as_they_stand() {
    assert_eq!(told(&read(WORK, &Screen::CodeDoesNotWork, |_| ())), "REFUSE code-does-not-work");
    let gate = |answer| told(&read(At::Carrier, &Screen::Carrier(answer), |_| ()));
    assert_eq!(gate(CarrierAnswer::NoRecord), "REFUSE no-record");
    assert_eq!(gate(CarrierAnswer::ValidPermission), "ACCEPT valid-permission");
    assert_eq!(gate(CarrierAnswer::Exempt), "ACCEPT carrier-exempt");
}

#[test]
fn sc_38_unknown_is_no_answer() {
    let unknown = [
        (Screen::TimeOut, "time-out"),
        (Screen::NoCode(NoCode::TimeOut), "time-out"),
        (Screen::NoCode(NoCode::AccountLost), "no-code-account-lost"),
        (Screen::NoCode(NoCode::Declined), "no-code-declined"),
        (Screen::NoCode(NoCode::Disputed), "no-code-disputed"),
        (Screen::NoCode(NoCode::NameNotMatched), "no-code-name-not-matched"),
        (Screen::NoCode(NoCode::NoStatus), "no-code-no-status"),
        (Screen::WhoAndWhyMissing, "who-and-why-missing"),
        (Screen::HoldersOwn, "print-out-does-not-count"),
    ];
    let own = name("Beispiel", "Alma");
    let hasty = Desk { reads_unknown_as_no: ReadsUnknownAsNo::Yes, ..desk(WORK) };
    for (screen, reason) in unknown {
        let followed = read(WORK, &screen, |_| ());
        assert_eq!(told(&followed), format!("INDETERMINATE {reason}"));
        assert!(followed.way_out.is_some() && followed.fallback == Fallback::Named);
        assert!(followed.answer.rule.is_some());
        let sent_away = hasty.read(&screen, &Facts::honest(&own));
        assert_eq!(told(&sent_away), format!("REFUSE {reason}"));
        assert_eq!((sent_away.way_out, sent_away.fallback), (None, Fallback::ReadAsNo));
    }
    // What is known stays known.
    let page = World::of(record_of(settled())).screen(Letter::Work);
    let reading = hasty.read(&page, &Facts::honest(&own));
    assert_eq!((told(&reading).as_str(), reading.fallback), ("ACCEPT share-code-valid", Fallback::NotNeeded));
    let outside = hasty.read(&Screen::NoCode(NoCode::BritishOrIrish), &Facts::honest(&own));
    assert_eq!(told(&outside), "NO_SUCH_CHECK outside-the-scheme");
}

#[test]
fn sc_39_nothing_stops_over_asking() {
    const WANTED: [&str; 3] = ["id.nationality", "doc.number", "id.birth_date"];
    let disclosed = |over_ask| {
        let reading = seen(record_of(settled()), Letter::Work, |facts| facts.over_ask = over_ask);
        assert_eq!(told(&reading), "ACCEPT share-code-valid");
        reading.answer.disclosed
    };
    let plain = disclosed(OverAsk::Nothing);
    assert_eq!(disclosed(OverAsk::Declined), plain);
    let more = disclosed(OverAsk::Met(&WANTED));
    assert!(more.starts_with(&plain));
    assert_eq!(more[plain.len()..], ["id.nationality", "doc.number"]);
}

/// The birth date goes with every code, whatever comes of it.
#[test]
fn sc_06_what_is_given_is_disclosed() {
    for screen in [Screen::CodeDoesNotWork, Screen::WhoAndWhyMissing, Screen::TimeOut] {
        assert_eq!(read(WORK, &screen, |_| ()).answer.disclosed, ["id.birth_date"]);
    }
    assert!(read(WORK, &Screen::NoCode(NoCode::Declined), |_| ()).answer.disclosed.is_empty());
}

#[test]
fn sc_21_what_a_carrier_is_given() {
    let passport = ["id.family_name", "id.given_name", "id.birth_date", "doc.number"];
    assert_eq!(read(At::Carrier, &Screen::TimeOut, |_| ()).answer.disclosed, passport);
    let answered = read(At::Carrier, &Screen::Carrier(CarrierAnswer::NoRecord), |_| ()).answer.disclosed;
    assert_eq!(answered[..4], passport);
    assert_eq!(answered[4..], ["travel.uk.permission_valid"]);
}

#[test]
fn sc_40_employer_checking_service() {
    let ask = |record| {
        let world = World::of(record);
        world.service.ask(WayOut::EmployerCheckingService, world.id, now())
    };
    // Seven days, and six months.
    let excuse = Some(Notice::Positive(Some(day("2027-05-30"))));
    assert_eq!(ask(record_of(until("2026-11-20").uk_continuation("3C"))), excuse);
    assert_eq!(ask(record_of(until("2027-02-01"))), excuse);
    assert_eq!(ask(record_of(until("2026-11-20"))), Some(Notice::Negative));
    assert_eq!(ask(record_of(settled().uk_no_work().uk_continuation("3C"))), Some(Notice::Negative));
    let mut cancelled = record_of(until("2026-11-20").uk_continuation("3C"));
    cancelled.status.standing = Standing::Cancelled;
    assert_eq!(ask(cancelled), Some(Notice::Negative));
}

#[test]
fn sc_41_landlord_checking_service() {
    let mut record = record_of(until("2026-11-20").uk_continuation("3C"));
    let ask = |record: &Record| {
        let world = World::of(record.clone());
        world.service.ask(WayOut::LandlordCheckingService, world.id, now())
    };
    assert_eq!(ask(&record), Some(Notice::Positive(Some(day("2027-11-27")))));
    record.status.rent = Some(false);
    assert_eq!(ask(&record), Some(Notice::Negative));
    assert_eq!(read(RENT, &Screen::TimeOut, |_| ()).way_out, Some(WayOut::LandlordCheckingService));
}

#[test]
fn sc_42_carrier_support_hub() {
    let mut record = record_of(settled());
    record.documents = vec!["Z99999999".to_owned()];
    let world = World::of(record);
    let answer = world.service.ask(WayOut::CarrierSupportHub, world.id, now());
    assert_eq!(answer, Some(Notice::Positive(None)));
    assert_eq!(read(At::Carrier, &Screen::TimeOut, |_| ()).way_out, Some(WayOut::CarrierSupportHub));
    assert_eq!(WayOut::CarrierSupportHub.delay(&DEFAULT.delays), Some(Span(1_800)));
    let over = World::of(record_of(until("2026-11-20")));
    assert_eq!(over.service.ask(WayOut::CarrierSupportHub, over.id, now()), Some(Notice::Negative));
}

#[test]
fn sc_43_corrections_take_weeks() {
    let world = World::of(Record { photo: Photo::OfAnother, ..record_of(settled()) });
    let settle =
        |days| world.service.settle(WayOut::Correction, world.id, now(), Span(days * DAY_S), Truth::Right);
    assert_eq!([settle(20), settle(21)], [Fallback::Failed, Fallback::Succeeded]);
}

#[test]
fn sc_44_right_and_in_time() {
    let settle = |record, days, truth| {
        let world = World::of(record);
        world.service.settle(WayOut::EmployerCheckingService, world.id, now(), Span(days * DAY_S), truth)
    };
    let continued = || record_of(until("2026-11-20").uk_continuation("3C"));
    assert_eq!(settle(continued(), 7, Truth::Right), Fallback::Succeeded);
    assert_eq!(settle(continued(), 6, Truth::Right), Fallback::Failed);
    assert_eq!(settle(continued(), 7, Truth::NoRight), Fallback::Failed);
    assert_eq!(settle(continued(), 7, Truth::Open), Fallback::Named);
    // The service reads the same record, also when it is wrong.
    assert_eq!(settle(record_of(until("2026-11-20")), 7, Truth::Right), Fallback::Failed);
    assert_eq!(settle(record_of(until("2026-11-20")), 7, Truth::NoRight), Fallback::Succeeded);
}

#[test]
fn sc_45_what_is_asked_again_is_only_named() {
    let world = World::of(record_of(settled()));
    let long = Span(365 * DAY_S);
    assert_eq!(world.service.settle(WayOut::AskAgain, world.id, now(), long, Truth::Right), Fallback::Named);
    assert_eq!(world.service.ask(WayOut::AskAgain, world.id, now()), None);
    assert_eq!(read(STATUS, &Screen::TimeOut, |_| ()).way_out, Some(WayOut::AskAgain));
}

#[test]
fn sc_50_times_and_bytes_are_parameters() {
    let parameters = Parameters {
        page_ms: 1,
        carrier_ms: 2,
        time_out_ms: 3,
        page_bytes: 4,
        error_bytes: 5,
        carrier_bytes: 6,
        ..Parameters::default()
    };
    let own = name("Beispiel", "Alma");
    let cost = |screen: &Screen| {
        let reading = Desk { parameters: &parameters, ..desk(WORK) }.read(screen, &Facts::honest(&own));
        (reading.latency_ms, reading.bytes)
    };
    assert_eq!(cost(&World::of(record_of(settled())).screen(Letter::Work)), (1, 4));
    assert_eq!(cost(&Screen::CodeDoesNotWork), (1, 5));
    assert_eq!(cost(&Screen::Carrier(CarrierAnswer::NoRecord)), (2, 6));
    assert_eq!(cost(&Screen::TimeOut), (3, 0));
    assert_eq!(cost(&Screen::NoCode(NoCode::Disputed)), (0, 0));
    let typed = "W33P9KZMH".len() + "1993-04-17".len();
    assert_eq!(usize::try_from(ENTRY_BYTES).unwrap(), typed);
    let assumed = Parameters::default();
    assert_eq!((assumed.page_ms, assumed.carrier_ms, assumed.time_out_ms), (2_000, 500, 30_000));
    assert_eq!((assumed.page_bytes, assumed.error_bytes, assumed.carrier_bytes), (100_000, 40_000, 200));
}

#[test]
fn sc_53_no_such_check() {
    let reading = Reading::no_such_check();
    assert_eq!(told(&reading), "NO_SUCH_CHECK no-such-check");
    assert_eq!((reading.answer.outcome.word, reading.fallback), (Word::NoSuchCheck, Fallback::NotNeeded));
}

#[test]
fn sc_66_facts_of_a_profile() {
    let own = name("Beispiel", "Alma");
    let taken = |fact, value| {
        let mut facts = Facts::honest(&own);
        let known = facts.take(fact, value);
        known.then_some((facts.face, facts.job.hours_week, facts.job.start))
    };
    for (value, face) in
        [("yes", Face::OfThePerson), ("no", Face::OfAnother), ("not-checked", Face::NotCompared)]
    {
        assert_eq!(taken("face_matches", value), Some((face, None, None)));
    }
    assert_eq!(taken("hours_per_week", "15"), Some((Face::OfThePerson, Some(15), None)));
    assert_eq!(taken("start_date", "2026-12-01"), Some((Face::OfThePerson, None, Some(day("2026-12-01")))));
    for (fact, value) in
        [("face_matches", "perhaps"), ("hours_per_week", "-1"), ("start_date", "soon"), ("x", "1")]
    {
        assert_eq!(taken(fact, value), None, "{fact}");
    }
    let employer = |residence| Employer::of(&super::claims(super::identity(), residence).1);
    assert_eq!(employer(settled()), Employer::Sponsor);
    assert_eq!(employer(settled().set("res.uk.sponsor_match", Value::Bool(true))), Employer::Sponsor);
    assert_eq!(employer(settled().set("res.uk.sponsor_match", Value::Bool(false))), Employer::Other);
}

#[test]
fn reasons_have_codes_and_rules() {
    let mut codes: Vec<&str> = Reason::ALL.iter().map(|reason| reason.code()).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), Reason::ALL.len());
    for reason in Reason::ALL {
        let (code, rule) = (format!("`{}`", reason.code()), format!("| {} |", reason.rule()));
        let in_table = |row: &str| row.contains(&code) && row.ends_with(&rule);
        assert!(super::SPECIFICATION.lines().any(in_table), "{code} {rule}");
    }
}

/// Every claim that the model says was disclosed exists in a schema, or is one that no credential holds.
#[test]
fn disclosed_ids_exist() {
    use geleit_credential::schema::{Lookup, lookup};
    let mut record = record_of(settled());
    (record.status.study, record.status.public_funds) = (Some(true), Some(true));
    let mut world = World::of(record);
    let pages: Vec<Page> = Letter::ALL.into_iter().map(|letter| world.page(letter)).collect();
    let ids = pages.iter().flat_map(|page| page.disclosed.iter().copied());
    for id in ids.chain(["res.uk.sponsor", "res.uk.route", "doc.number", "travel.uk.permission_valid"]) {
        assert!(!matches!(lookup(id), Lookup::Unknown), "{id}");
    }
}
