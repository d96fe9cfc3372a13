//! Sample people. They are invented.

use geleit_credential::schema::identity::{Identity, Place, TravelDocument};
use geleit_credential::schema::qualification::{
    ForeignAward, Qualification, Recognition, ReferenceOccupation,
};
use geleit_credential::schema::residence::{LinkedDocument, Residence, UkConditions};
use geleit_credential::schema::{ClaimSet, Date, End, PartialDate};

/// The number of the sample passport; `UTO` is the specimen state of ICAO Doc 9303.
pub const PASSPORT: &str = "L898902C3";

/// A JPEG of one grey pixel block, as a portrait that nobody can be recognised on.
pub const PORTRAIT: &[u8] = &[
    0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10, b'J', b'F', b'I', b'F', 0x00, 0x01, 0x01, 0x00, 0x00, 0x01, 0x00,
    0x01, 0x00, 0x00, 0xff, 0xd9,
];

fn date(text: &str) -> Date {
    Date::parse(text).expect("a date in a test")
}

/// The day of [`crate::world::NOW`].
#[must_use]
pub fn today() -> Date {
    date("2026-11-23")
}

/// Identity of an invented person.
#[must_use]
pub fn identity() -> ClaimSet {
    Identity::new()
        .name("Öztürk", Some("Ayşe Nur"))
        .birth_date(PartialDate::parse("1993-04-17").expect("a date in a test"))
        .born_in(Place { country: Some("TR"), region: None, locality: Some("İzmir") })
        .nationalities(&["TR"])
        .portrait(PORTRAIT)
        .document(TravelDocument {
            kind: "P",
            number: PASSPORT,
            issuing_country: "UTO",
            expiry: date("2031-05-09"),
        })
        .build(today())
        .expect("claims that fit the schema")
}

/// Recognition of the qualification of an invented person.
#[must_use]
pub fn qualification() -> ClaimSet {
    Qualification::new("IHK FOSA")
        .recognition(Recognition {
            kind: "equivalence_nonregulated",
            result: "full",
            decided_on: date("2026-03-12"),
            case_number: "X-0000001",
            legal_basis: "BQFG:4",
        })
        .reference_occupation(ReferenceOccupation { kldb: "26212", label: "Elektroniker/in", dqr_level: 4 })
        .occupation("7411")
        .foreign_award(ForeignAward {
            title: "Elektrik Ustalık Belgesi",
            awarding_body: "Örnek Meslek Okulu",
            country: "TR",
            awarded_on: date("2015-06-30"),
            eqf_level: Some(4),
        })
        .build(today())
        .expect("claims that fit the schema")
}

/// Residence status of an invented person in the United Kingdom.
#[must_use]
pub fn residence() -> ClaimSet {
    Residence::new("work_skilled", true)
        .uk_work(
            End::Day(date("2028-03-31")),
            UkConditions {
                max_hours_term: None,
                sponsor_tied: Some(false),
                occupation_tied: None,
                self_employment: Some(true),
            },
        )
        .uk_rent(End::Day(date("2027-11-23")))
        .uk_travel("eVisa", &[LinkedDocument { kind: "P", country: "UTO", number: PASSPORT }])
        .build(today())
        .expect("claims that fit the schema")
}
