//! Account, code, pages, carriers, traces, and records from claims.

use super::{
    Entry, Letter, Page, Record, Residence, Screen, World, at, claims, day, identity, limited, linked, name,
    now, page, record_of, rng, settled, until,
};
use crate::outcome::Word;
use crate::share_code::account::{Account, Identifier, NoCode, Reach};
use crate::share_code::claims::NoRecord;
use crate::share_code::code::Code;
use crate::share_code::page::{CarrierAnswer, WorkPage};
use crate::share_code::record::{Photo, Right, Standing, plus_months};
use crate::share_code::trace;
use crate::share_code::{Check, Outage, Parameters, Passport, Service, Stops};
use geleit_cose::cbor::Value;
use geleit_credential::schema::identity::{Identity, Place};
use geleit_credential::schema::residence::{LinkedDocument, UkConditions};
use geleit_credential::schema::{Date, End, PartialDate};
use geleit_credential::time::UnixTime;

#[test]
fn sc_01_signing_in() {
    let mut world = World::of(record_of(settled()));
    let whole = world.account;
    let one_left = [Account { phone: Reach::Lost, ..whole }, Account { email: Reach::Lost, ..whole }];
    for account in one_left {
        assert!(world.service.get_code(&account, Letter::Work, now(), &mut rng()).is_ok());
    }
    let locked_out = [
        Account { phone: Reach::Lost, email: Reach::Lost, ..whole },
        Account { identifier: Identifier::Unknown, ..whole },
    ];
    for account in locked_out {
        let none = world.service.get_code(&account, Letter::Work, now(), &mut rng());
        assert_eq!(none, Err(NoCode::AccountLost));
    }
}

#[test]
fn sc_02_nine_characters() {
    for (text, letter) in [("W33 P9K ZMH", Letter::Work), ("SB9 3NG ZKE", Letter::SomethingElse)] {
        let code: Code = text.parse().unwrap();
        assert_eq!((code.to_string().as_str(), code.letter()), (text, letter));
        let typed = text.replace(' ', "").to_lowercase();
        assert_eq!(typed.parse::<Code>(), Ok(code));
    }
    for text in [
        "",
        "W33 P9K ZM",
        "W33 P9K ZMHH",
        "X33 P9K ZMH",
        "W33-P9K-ZMH",
        "W33-P9KZM",
        "W33 P9K ZMÉ",
        "W33P9KZM\u{1F600}",
    ] {
        assert!(text.parse::<Code>().is_err(), "{text}");
    }
    let mut rng = rng();
    let drawn: Vec<Code> = (0..200).map(|_| Code::draw(Letter::Rent, &mut rng)).collect();
    let letters = drawn.iter().map(Code::to_string).collect::<String>().replace(' ', "");
    assert!(drawn.iter().all(|code| code.to_string().parse() == Ok(*code) && code.letter() == Letter::Rent));
    assert!(('A'..='Z').chain('0'..='9').all(|character| letters.contains(character)));
}

#[test]
fn sc_03_one_letter_one_service() {
    let mut world = World::of(record_of(settled()));
    for made in Letter::ALL {
        let code = world.service.get_code(&world.account, made, now(), &mut rng()).unwrap().to_string();
        assert!(code.starts_with(made.character()));
        for asked in Letter::ALL {
            let opened = matches!(world.look(asked, &code, now()).screen, Screen::Page(_));
            assert_eq!(opened, made == asked, "{code} {asked:?}");
        }
    }
}

#[test]
fn sc_04_ninety_days() {
    let mut world = World::of(record_of(settled()));
    let code = world.service.get_code(&world.account, Letter::Work, now(), &mut rng()).unwrap().to_string();
    let opens =
        |seconds| matches!(world.look(Letter::Work, &code, now().plus(seconds)).screen, Screen::Page(_));
    assert_eq!([-1, 0, 90 * 86_400 - 1, 90 * 86_400].map(opens), [false, true, true, false]);
}

#[test]
fn sc_05_again_and_by_anybody() {
    let mut world = World::of(record_of(settled()));
    let mut rng = rng();
    let first = world.service.get_code(&world.account, Letter::SomethingElse, now(), &mut rng).unwrap();
    let newer = world.service.get_code(&world.account, Letter::SomethingElse, now(), &mut rng).unwrap();
    assert_ne!(first, newer);
    let birth_date = world.record().birth_date;
    for who in ["Example Bank", "Example Gym", "Example Bank", "a stranger"] {
        let code = first.to_string();
        let entry =
            Entry { service: Letter::SomethingElse, code: &code, birth_date, who_and_why: Some((who, "-")) };
        assert!(matches!(world.service.check_code(&entry, now().plus(60)).screen, Screen::Page(_)), "{who}");
    }
}

#[test]
fn sc_06_the_birth_date_is_the_password() {
    let mut world = World::of(record_of(settled()));
    let code = world.service.get_code(&world.account, Letter::Work, now(), &mut rng()).unwrap().to_string();
    let entry = |birth_date| Entry { service: Letter::Work, code: &code, birth_date, who_and_why: None };
    let wrong = world.service.check_code(&entry(day("1993-04-18")), now());
    assert_eq!((wrong.screen, wrong.seen), (Screen::CodeDoesNotWork, None));
    let right = world.service.check_code(&entry(day("1993-04-17")), now()).screen;
    assert!(page(right).disclosed.contains(&"id.birth_date"));

    let (person, residence) = claims(identity().birth_date(PartialDate::parse("1993").unwrap()), settled());
    assert_eq!(Record::from_claims(&person, &residence).unwrap().birth_date, day("1993-01-01"));
}

#[test]
fn sc_07_who_and_why() {
    let mut world = World::of(record_of(settled()));
    let birth_date = world.record().birth_date;
    for letter in Letter::ALL {
        let code = world.service.get_code(&world.account, letter, now(), &mut rng()).unwrap().to_string();
        let entry = Entry { service: letter, code: &code, birth_date, who_and_why: None };
        let missing = world.service.check_code(&entry, now()).screen == Screen::WhoAndWhyMissing;
        assert_eq!(missing, letter == Letter::SomethingElse);
        let entry = Entry { who_and_why: Some(("", "anything at all")), ..entry };
        assert!(matches!(world.service.check_code(&entry, now()).screen, Screen::Page(_)));
    }
}

#[test]
fn sc_08_what_employers_see() {
    let student = UkConditions { max_hours_term: Some(20), ..UkConditions::default() };
    let page = World::of(record_of(limited("2028-03-31", student))).page(Letter::Work);
    assert_eq!(page.right, Right::Until(day("2028-03-31")));
    assert_eq!((page.photo, page.work.clone().unwrap().max_hours_term), (Some(Photo::Own), Some(20)));
    assert_eq!(
        page.disclosed,
        [
            "id.family_name",
            "id.given_name",
            "id.birth_date",
            "id.portrait.view",
            "res.uk.work.permitted",
            "res.uk.work.until",
            "res.uk.work.conditions"
        ]
    );
    assert_eq!((page.follow_up, page.study, page.public_funds), (None, None, None));
    let none = World::of(record_of(settled().uk_no_work())).page(Letter::Work);
    assert_eq!((none.right, none.disclosed.last()), (Right::None, Some(&"res.uk.work.permitted")));
}

#[test]
fn sc_09_category_and_sponsor_only_by_choice() {
    let tied = UkConditions { sponsor_tied: Some(true), ..UkConditions::default() };
    let shown = |work_page| {
        let parameters = Parameters { work_page, ..Parameters::default() };
        World::with(record_of(limited("2028-03-31", tied)), &parameters).page(Letter::Work).disclosed
    };
    assert!(!shown(Parameters::default().work_page).contains(&"res.uk.sponsor"));
    assert!(shown(WorkPage::WithCategory).ends_with(&["res.status_class", "res.uk.sponsor"]));
}

#[test]
fn sc_10_what_landlords_see() {
    let page = |last: &str| World::of(record_of(until(last))).page(Letter::Rent);
    let soon = page("2027-02-01");
    assert_eq!((soon.right, soon.follow_up), (Right::Until(day("2027-02-01")), Some(day("2027-11-23"))));
    assert_eq!(page("2028-03-31").follow_up, Some(day("2028-03-31")));
    assert_eq!(
        soon.disclosed,
        [
            "id.family_name",
            "id.given_name",
            "id.birth_date",
            "id.portrait.view",
            "res.uk.rent.permitted",
            "res.valid_until",
            "res.uk.rent.follow_up_by"
        ]
    );
    let unlimited = World::of(record_of(settled())).page(Letter::Rent);
    assert_eq!((unlimited.right, unlimited.follow_up, unlimited.work), (Right::Unlimited, None, None));
    let mut record = record_of(settled());
    record.status.rent = Some(false);
    let none = World::of(record).page(Letter::Rent);
    assert_eq!((none.right, none.disclosed.last()), (Right::None, Some(&"res.uk.rent.permitted")));
    assert_eq!(plus_months(day("2028-02-29"), 12), day("2029-02-28"));
    assert_eq!(plus_months(day("2026-12-31"), 6), day("2027-06-30"));
}

#[test]
fn sc_11_the_broad_page() {
    let mut record = record_of(until("2028-03-31"));
    (record.status.study, record.status.public_funds) = (Some(true), Some(false));
    let page = World::of(record).page(Letter::SomethingElse);
    assert_eq!((page.photo, page.study, page.public_funds), (None, Some(true), Some(false)));
    assert_eq!(
        page.disclosed,
        [
            "id.family_name",
            "id.given_name",
            "id.birth_date",
            "res.status_class",
            "res.valid_until",
            "res.uk.work.permitted",
            "res.uk.rent.permitted",
            "res.uk.study.permitted",
            "res.uk.public_funds"
        ]
    );
    let route = record_of(settled().set("res.uk.route", Value::text("Refugee")));
    assert!(World::of(route).page(Letter::SomethingElse).disclosed.contains(&"res.uk.route"));
}

#[test]
fn sc_12_computed_at_each_check() {
    let mut world = World::of(record_of(until("2028-03-31")));
    let code = world.service.get_code(&world.account, Letter::Work, now(), &mut rng()).unwrap().to_string();
    let curtailed = record_of(until("2027-01-31")).status;
    world.service.record_mut(world.id).unwrap().status = curtailed;
    let page = page(world.look(Letter::Work, &code, now()).screen);
    assert_eq!(page.right, Right::Until(day("2027-01-31")));
}

#[test]
fn sc_13_the_last_day_counts_in_london() {
    let right = |last: &str, at: UnixTime| {
        let mut world = World::of(record_of(until(last)));
        let code = world.service.get_code(&world.account, Letter::Work, at, &mut rng()).unwrap().to_string();
        page(world.look(Letter::Work, &code, at).screen).right
    };
    let shown = |last: &str| Right::Until(day(last));
    assert_eq!(right("2026-11-23", at("2026-11-23", 23, 59)), shown("2026-11-23"));
    assert_eq!(right("2026-11-23", at("2026-11-24", 0, 0)), Right::None);
    // In summer London is an hour ahead.
    assert_eq!(right("2027-07-01", at("2027-07-01", 22, 59)), shown("2027-07-01"));
    assert_eq!(right("2027-07-01", at("2027-07-01", 23, 0)), Right::None);
}

#[test]
fn sc_14_cancelled_and_suspended() {
    let right = |standing, letter| {
        let mut record = record_of(settled());
        record.status.standing = standing;
        World::of(record).page(letter).right
    };
    for letter in Letter::ALL {
        assert_eq!(right(Standing::Cancelled, letter), Right::None);
        assert_eq!(right(Standing::Ended, letter), Right::None);
        assert_eq!(right(Standing::Suspended, letter), Right::Unlimited);
    }
}

#[test]
fn sc_15_leave_by_law_is_not_shown() {
    let continued = until("2026-11-20").uk_continuation("3C");
    let record = record_of(continued);
    assert!(record.pending && record.status.right_by_law(Letter::Work, day("2026-11-23"), record.pending));
    let mut world = World::of(record);
    for letter in Letter::ALL {
        assert_eq!(world.page(letter).right, Right::None);
    }
    assert!(!record_of(until("2026-11-20").uk_continuation("none")).pending);
    let ended = Residence::new("continuation", false)
        .uk_work(End::Day(day("2026-11-20")), UkConditions::default())
        .uk_continuation("3C");
    let record = record_of(ended);
    assert_eq!(record.status.standing, Standing::Ended);
    assert!(record.status.right_by_law(Letter::Work, day("2026-11-23"), record.pending));
    assert!(!record.status.right_by_law(Letter::Work, day("2026-11-23"), false));
}

#[test]
fn sc_16_no_code_while_an_error_is_open() {
    let mut world = World::of(record_of(settled()));
    let before = world.service.get_code(&world.account, Letter::Work, now(), &mut rng()).unwrap().to_string();
    world.service.record_mut(world.id).unwrap().disputed = true;
    assert_eq!(world.screen(Letter::Work), Screen::NoCode(NoCode::Disputed));
    assert!(matches!(world.look(Letter::Work, &before, now()).screen, Screen::Page(_)));
    assert!(record_of(settled().under_review()).disputed);
}

#[test]
fn sc_17_british_and_irish_citizens() {
    for nationalities in [&["GB"][..], &["IE"], &["TR", "GB"]] {
        let (person, residence) = claims(identity().nationalities(nationalities), settled());
        let mut world = World::of(Record::from_claims(&person, &residence).unwrap());
        assert_eq!(world.screen(Letter::Work), Screen::NoCode(NoCode::BritishOrIrish));
    }
}

#[test]
fn sc_18_no_status_no_code() {
    let passport = LinkedDocument { kind: "P", country: "TUR", number: "U12345678" };
    let visitor = Residence::new("visitor", true).uk_travel("ETA", &[passport]);
    let mut world = World::of(record_of(visitor));
    assert_eq!(world.screen(Letter::SomethingElse), Screen::NoCode(NoCode::NoStatus));
    let answer = world.carrier("U12345678", now()).screen;
    assert_eq!(answer, Screen::Carrier(CarrierAnswer::ValidPermission));
    world.service.record_mut(world.id).unwrap().status.standing = Standing::Cancelled;
    assert_eq!(world.carrier("U12345678", now()).screen, Screen::Carrier(CarrierAnswer::NoRecord));
}

#[test]
fn sc_19_nothing_without_the_service() {
    let parameters = |stops| Parameters {
        outages: vec![Outage { from: now(), to: now().plus(3_600), stops }],
        ..Parameters::default()
    };
    for (stops, codes, carriers) in
        [(Stops::Codes, true, false), (Stops::Carriers, false, true), (Stops::Everything, true, true)]
    {
        let parameters = parameters(stops);
        let mut world = World::with(record_of(linked("U12345678")), &parameters);
        let early = now().plus(-1);
        let code =
            world.service.get_code(&world.account, Letter::Work, early, &mut rng()).unwrap().to_string();
        for (at, out) in
            [(early, false), (now(), true), (now().plus(3_599), true), (now().plus(3_600), false)]
        {
            assert_eq!(world.look(Letter::Work, &code, at).screen == Screen::TimeOut, out && codes);
            assert_eq!(world.carrier("U12345678", at).screen == Screen::TimeOut, out && carriers);
        }
        let late = world.service.get_code(&world.account, Letter::Work, now(), &mut rng());
        assert_eq!(late == Err(NoCode::TimeOut), codes);
    }
}

#[test]
fn sc_20_answers_to_carriers() {
    let world = World::of(record_of(linked("U12345678")));
    assert_eq!(world.carrier("U12345678", now()).screen, Screen::Carrier(CarrierAnswer::ValidPermission));
    assert_eq!(world.carrier("U00000000", now()).screen, Screen::Carrier(CarrierAnswer::NoRecord));
    let name = name("Example", "Ann");
    let british =
        Passport { number: "123456789", name: &name, birth_date: day("1990-01-01"), british_or_irish: true };
    assert_eq!(world.service.carrier_query(&british, now()).screen, Screen::Carrier(CarrierAnswer::Exempt));
}

#[test]
fn sc_21_number_name_and_birth_date() {
    let world = World::of(record_of(linked("U12345678")));
    let (right, wrong) = (name("BEISPIEL", "alma"), name("Beispiel", "Alina"));
    let passport = Passport {
        number: "U12345678",
        name: &right,
        birth_date: day("1993-04-17"),
        british_or_irish: false,
    };
    let answer = |passport: &Passport<'_>| world.service.carrier_query(passport, now()).screen;
    assert_eq!(answer(&passport), Screen::Carrier(CarrierAnswer::ValidPermission));
    for other in [
        Passport { number: "U12345679", ..passport },
        Passport { name: &wrong, ..passport },
        Passport { birth_date: day("1993-04-18"), ..passport },
    ] {
        assert_eq!(answer(&other), Screen::Carrier(CarrierAnswer::NoRecord), "{other:?}");
    }
    for change in [
        |record: &mut Record| record.status.standing = Standing::Cancelled,
        |record: &mut Record| record.status.leave = Some(End::Day(day("2026-11-22"))),
        |record: &mut Record| record.status.travel = Some(false),
    ] {
        let mut record = record_of(linked("U12345678"));
        change(&mut record);
        let screen = World::of(record).carrier("U12345678", now()).screen;
        assert_eq!(screen, Screen::Carrier(CarrierAnswer::NoRecord));
    }
}

#[test]
fn sc_22_a_time_out_is_not_no_record() {
    let outages = vec![Outage { from: now(), to: now().plus(60), stops: Stops::Carriers }];
    let parameters = Parameters { outages, ..Parameters::default() };
    let world = World::with(record_of(linked("U12345678")), &parameters);
    assert_eq!(world.carrier("U12345678", now()).screen, Screen::TimeOut);
    assert_eq!(world.carrier("U00000000", now()).screen, Screen::TimeOut);
    assert_eq!(world.carrier("U00000000", now().plus(60)).screen, Screen::Carrier(CarrierAnswer::NoRecord));
}

#[test]
fn sc_51_two_checkers_know_one_person() {
    let pages = |record: Record| -> [Page; 2] {
        let mut world = World::of(record);
        [world.page(Letter::Work), world.page(Letter::Rent)]
    };
    let [work, rent] = pages(record_of(settled()));
    let word = |one: &Page, other: &Page| trace::checkers(one, other).outcome.word;
    assert_eq!(word(&work, &rent), Word::Linked);
    let namesake = Record { birth_date: day("1993-04-18"), ..record_of(settled()) };
    let twin = Record { name: name("Beispiel", "Berta"), ..record_of(settled()) };
    for other in [namesake, twin] {
        let [other, _] = pages(other);
        assert_eq!(word(&work, &other), Word::NotLinked);
    }
}

#[test]
fn sc_52_the_authority_knows_each_look() {
    let mut world = World::of(record_of(linked("U12345678")));
    let code = world.service.get_code(&world.account, Letter::Rent, now(), &mut rng()).unwrap().to_string();
    let look = world.look(Letter::Rent, &code, now());
    let words =
        |look| [trace::authority(look), trace::checker_and_authority(look)].map(|answer| answer.outcome.word);
    assert_eq!(words(&look), [Word::Leak, Word::Linked]);
    let seen = look.seen.unwrap();
    assert_eq!((seen.record, seen.at, seen.service), (world.id, now(), Some(Letter::Rent)));
    let seen = world.carrier("U12345678", now()).seen.unwrap();
    assert_eq!((seen.record, seen.service), (world.id, None));
    let nobody = world.carrier("U00000000", now());
    assert_eq!((nobody.seen, words(&nobody)), (None, [Word::NoLeak, Word::NotLinked]));
}

#[test]
fn sc_53_checks_that_exist() {
    for (purpose, check) in [
        ("uk-right-to-work", Check::Code(Letter::Work)),
        ("uk-right-to-rent", Check::Code(Letter::Rent)),
        ("uk-status-other", Check::Code(Letter::SomethingElse)),
        ("uk-status-study", Check::Code(Letter::SomethingElse)),
        ("uk-status-benefits", Check::Code(Letter::SomethingElse)),
        ("uk-carrier-permission-to-travel", Check::Carrier),
        ("de-employer-residence-check", Check::None),
        ("eu-carrier-status-query", Check::None),
    ] {
        assert_eq!(Check::of(purpose), check, "{purpose}");
    }
    let (person, german) = claims(identity(), Residence::new("settled", true));
    assert_eq!(Record::from_claims(&person, &german), Err(NoRecord::ElsewhereOnly));
}

#[test]
fn sc_60_the_authority_has_a_photo() {
    let (person, residence) = claims(identity(), settled());
    assert!(person.plain("id.portrait.view").is_none());
    assert_eq!(Record::from_claims(&person, &residence).unwrap().photo, Photo::Own);
}

#[test]
fn sc_61_not_valid_now_is_over() {
    for residence in [
        Residence::new("work_skilled", false).uk_work(End::Day(day("2028-03-31")), UkConditions::default()),
        Residence::new("work_skilled", true).uk_status(false, None),
    ] {
        assert_eq!(record_of(residence).status.standing, Standing::Ended);
    }
    assert_eq!(record_of(settled()).status.standing, Standing::InForce);
}

#[test]
fn sc_62_the_end_of_leave() {
    let text = |last: &str| Value::text(last);
    let rent = |last: &str| Residence::new("work_skilled", true).uk_rent(End::Day(day(last)));
    let month = || rent("2029-01-01").uk_status(true, Some(day("2028-02-10").month()));
    let work = || month().uk_work(End::Day(day("2028-01-20")), UkConditions::default());
    for (residence, last) in [
        (rent("2029-01-01"), "2029-01-01"),
        (month(), "2028-02-29"),
        (work(), "2028-01-20"),
        (work().set("res.valid_until", text("2028-02-20")), "2028-02-20"),
    ] {
        assert_eq!(record_of(residence).status.leave, Some(End::Day(day(last))));
    }
    let unstated = Residence::new("settled", true).uk_status(true, None);
    assert_eq!(record_of(unstated).status.leave, Some(End::Never));
    assert_eq!(record_of(settled().uk_no_work()).status.leave, Some(End::Never));
}

#[test]
fn sc_63_work_that_is_not_stated() {
    assert_eq!(record_of(Residence::new("settled", true).uk_rent(End::Never)).status.work, None);
    assert_eq!(record_of(settled().uk_no_work()).status.work, None);
    // The earlier of both ends counts.
    for (leave, last) in [("2028-02-01", "2028-02-01"), ("2028-05-01", "2028-03-31")] {
        let mut record = record_of(until("2028-03-31"));
        record.status.leave = Some(End::Day(day(leave)));
        assert_eq!(World::of(record).page(Letter::Work).right, Right::Until(day(last)));
    }
}

#[test]
fn sc_64_linked_documents() {
    assert_eq!(record_of(settled()).documents, ["U12345678"]);
    assert_eq!(record_of(linked("U99999999")).documents, ["U99999999"]);
    let plain = Identity::new()
        .name("Beispiel", None)
        .birth_date(PartialDate::from(day("1993-04-17")))
        .born_in(Place { country: Some("TR"), ..Default::default() })
        .nationalities(&["TR"]);
    let (person, residence) = claims(plain, settled());
    let record = Record::from_claims(&person, &residence).unwrap();
    assert!(record.documents.is_empty() && record.name.given.is_none());
    assert!(!World::of(record).page(Letter::Work).disclosed.contains(&"id.given_name"));
}

#[test]
fn sc_65_rent_and_travel_follow_leave() {
    let leave = Residence::new("settled", true).uk_status(true, None);
    let record = record_of(leave);
    assert_eq!((record.status.rent, record.status.travel), (None, None));
    let mut world = World::of(record);
    assert_eq!(world.page(Letter::Rent).right, Right::Unlimited);
    let answer = world.carrier("U12345678", now()).screen;
    assert_eq!(answer, Screen::Carrier(CarrierAnswer::ValidPermission));
}

/// The same codes from the same seed, and no code twice.
#[test]
fn codes_are_those_of_the_seed() {
    let draw = || -> Vec<Code> {
        let mut world = World::of(record_of(settled()));
        let mut rng = rng();
        (0..50)
            .map(|_| world.service.get_code(&world.account, Letter::Work, now(), &mut rng).unwrap())
            .collect()
    };
    let mut codes = draw();
    assert_eq!(codes, draw());
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), 50);
}

/// Codes open the record of their account, however many there are.
#[test]
fn a_code_opens_one_record() {
    let parameters = Parameters::default();
    let mut service = Service::new(&parameters);
    let mut rng = rng();
    let dates: Vec<Date> = ["1990-01-01", "1991-02-02", "1992-03-03"].map(day).into();
    let codes: Vec<(Date, Code)> = dates
        .into_iter()
        .map(|birth_date| {
            let id = service.file(Record { birth_date, ..record_of(settled()) });
            (birth_date, service.get_code(&Account::of(id), Letter::Work, now(), &mut rng).unwrap())
        })
        .collect();
    for (birth_date, code) in &codes {
        let code = code.to_string();
        let entry = Entry { service: Letter::Work, code: &code, birth_date: *birth_date, who_and_why: None };
        assert_eq!(page(service.check_code(&entry, now()).screen).birth_date, *birth_date);
    }
}
