//! The sample people. They are invented: their family names mean "sample" in Turkish, Ukrainian and
//! Persian, and their passports are of Utopia, the specimen state of ICAO Doc 9303.
//!
//! Dates that matter are counted from the day of the demo, so that it works on every day.

use geleit_cose::cbor::Value;
use geleit_credential::schema::identity::{Identity, Place, TravelDocument};
use geleit_credential::schema::qualification::{
    ForeignAward, Qualification, Recognition, ReferenceOccupation,
};
use geleit_credential::schema::residence::{GermanTitle, LinkedDocument, Residence, UkConditions};
use geleit_credential::schema::work_permission::WorkPermission;
use geleit_credential::schema::{ClaimError, ClaimSet, Date, End, PartialDate};

/// A JPEG header without a picture: nobody can be recognised on it.
const PORTRAIT: &[u8] = &[
    0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10, b'J', b'F', b'I', b'F', 0x00, 0x01, 0x01, 0x00, 0x00, 0x01, 0x00,
    0x01, 0x00, 0x00, 0xff, 0xd9,
];

/// Somebody with credentials.
#[derive(Debug)]
pub(super) struct Person {
    /// Name of the wallet's folder.
    pub(super) folder: &'static str,
    /// Name as shown.
    pub(super) name: &'static str,
    /// What is special about the sample.
    pub(super) about: [&'static str; 2],
    /// Number of the passport.
    pub(super) passport: &'static str,
    /// What the issuers state.
    pub(super) credentials: Vec<ClaimSet>,
}

/// The sample people on a day.
pub(super) fn invented(today: Date) -> Result<[Person; 3], ClaimError> {
    Ok([oernek(today)?, zrazok(today)?, nemuna(today)?])
}

/// The day that many days from today; the calendar ends with the year 9999.
fn day(today: Date, days: i64) -> Date {
    today.plus_days(days).unwrap_or(today)
}

fn passport(today: Date, number: &'static str) -> TravelDocument<'static> {
    TravelDocument { kind: "P", number, issuing_country: "UTO", expiry: day(today, 1_628) }
}

/// A partial date that is written in the source; a mistake there fails as a missing birth date.
fn born(identity: Identity, text: &str) -> Identity {
    match PartialDate::parse(text) {
        Some(date) => identity.birth_date(date),
        None => identity,
    }
}

fn oernek(today: Date) -> Result<Person, ClaimError> {
    let number = "L898902C3";
    let identity = born(Identity::new(), "1993-04-17")
        .name("Örnek", Some("Ayşe Nur"))
        .born_in(Place { country: Some("TR"), region: None, locality: Some("İzmir") })
        .nationalities(&["TR"])
        .portrait(PORTRAIT)
        .document(passport(today, number))
        .build(today)?;
    let residence = Residence::new("work_skilled", true)
        .uk_work(
            End::Day(day(today, 494)),
            UkConditions {
                sponsor_tied: Some(false),
                self_employment: Some(true),
                ..UkConditions::default()
            },
        )
        .uk_rent(End::Day(day(today, 365)))
        .uk_travel("eVisa", &[LinkedDocument { kind: "P", country: "UTO", number }])
        .build(today)?;
    Ok(Person {
        folder: "oernek",
        name: "Ayşe Nur Örnek",
        about: ["skilled worker in the United Kingdom", "Fachkraft im Vereinigten Königreich"],
        passport: number,
        credentials: vec![identity, foreign_award(today)?, residence],
    })
}

fn foreign_award(today: Date) -> Result<ClaimSet, ClaimError> {
    Qualification::new("Örnek Meslek Okulu")
        .kind("foreign_award")
        .foreign_award(ForeignAward {
            title: "Mobilya Ustalık Belgesi",
            awarding_body: "Örnek Meslek Okulu",
            country: "TR",
            awarded_on: day(today, -4_000),
            eqf_level: Some(4),
        })
        .build(today)
}

fn zrazok(today: Date) -> Result<Person, ClaimError> {
    let number = "D23145890";
    let identity = born(Identity::new(), "1989-08")
        .name("Zrazok", Some("Olena"))
        .set("id.name_native", Value::text("Олена Зразок"))
        .born_in(Place { country: Some("UA"), region: None, locality: Some("Полтава") })
        .nationalities(&["UA"])
        .portrait(PORTRAIT)
        .document(passport(today, number))
        .build(today)?;
    let qualification = Qualification::new("IHK FOSA")
        .recognition(Recognition {
            kind: "equivalence_nonregulated",
            result: "full",
            decided_on: day(today, -256),
            case_number: "X-0000001",
            legal_basis: "BQFG:4",
        })
        .reference_occupation(ReferenceOccupation { kldb: "26212", label: "Elektroniker/in", dqr_level: 4 })
        .occupation("7411")
        .foreign_award(ForeignAward {
            title: "Диплом електрика",
            awarding_body: "Зразковий технікум",
            country: "UA",
            awarded_on: day(today, -5_600),
            eqf_level: Some(4),
        })
        .build(today)?;
    let residence = Residence::new("work_skilled", true)
        .german_title(GermanTitle {
            code: "AufenthG:18a",
            document_number: "Y0000001",
            issuing_authority: "Ausländerbehörde Musterstadt",
            until: End::Day(day(today, 900)),
        })
        .german_work(&WorkPermission::EmploymentAny)
        .build(today)?;
    Ok(Person {
        folder: "zrazok",
        name: "Olena Zrazok (Олена Зразок)",
        about: [
            "electrician in Germany, day of birth unknown",
            "Elektronikerin in Deutschland, Geburtstag unbekannt",
        ],
        passport: number,
        credentials: vec![identity, qualification, residence],
    })
}

fn nemuna(today: Date) -> Result<Person, ClaimError> {
    let number = "U55512345";
    let identity = born(Identity::new(), "1988")
        .name("Nemuna", None)
        .set("id.name_native", Value::text("نمونه"))
        .born_in(Place { country: Some("AF"), ..Place::default() })
        .nationalities(&["AF"])
        .portrait(PORTRAIT)
        .document(passport(today, number))
        .build(today)?;
    let residence = Residence::new("family", true)
        .uk_work(End::Never, UkConditions::default())
        .uk_travel(
            "eVisa",
            &[
                LinkedDocument { kind: "P", country: "UTO", number: "U00000001" },
                LinkedDocument { kind: "P", country: "UTO", number },
            ],
        )
        .build(today)?;
    Ok(Person {
        folder: "nemuna",
        name: "Nemuna (نمونه)",
        about: [
            "one name only, only the year of birth is known",
            "nur ein Name, nur das Geburtsjahr ist bekannt",
        ],
        passport: number,
        credentials: vec![identity, residence],
    })
}
