//! The identity credential: name, birth, nationality, portrait, address, travel document, numbers, civil
//! status.
//!
//! ```text
//! name · birth · nationality · portrait · address · doc · number · civil
//! ```
//!
//! Claims and formats follow the EU person identification data (rulebook 1.7) where they overlap. Age is a
//! threshold claim, because those data have no age attributes since September 2025. The document group is
//! optional as a whole: people with the weakest papers have none.

use super::Presence::{Conditional, Derived, Mandatory, Optional, WithGroup};
use super::Sensitivity::{S0, S1, S2, S3};
use super::claim_set::{Builder, ClaimError, ClaimSet};
use super::date::{Date, PartialDate};
use super::kind::{Field, Kind};
use super::{Claim, CredentialType, Group, Text, group, row, threshold};
use crate::code_list::CodeList;
use geleit_cose::cbor::Value;

/// The type.
pub static TYPE: CredentialType = CredentialType {
    name: "identity",
    vct: "urn:geleit:identity:1",
    title: Text { en: "Identity", de: "Identität" },
    groups: GROUPS,
};

/// Five-year bands, `0-4` to `85+`.
pub const AGE_BANDS: &[&str] = &[
    "0-4", "5-9", "10-14", "15-19", "20-24", "25-29", "30-34", "35-39", "40-44", "45-49", "50-54", "55-59",
    "60-64", "65-69", "70-74", "75-79", "80-84", "85+",
];

/// Travel documents: passport, identity card, residence cards, refugee and stateless travel documents.
pub const DOCUMENT_TYPES: &[&str] = &["P", "ID", "AR", "AS", "CTD", "SPD"];

/// 0 unknown, 1 male, 2 female, 3 other, 4 inter, 5 diverse, 6 open, 9 not applicable.
pub const SEX: &[i64] = &[0, 1, 2, 3, 4, 5, 6, 9];

const COUNTRY: Kind = Kind::Code(CodeList::Country);
const NATIONALITY: Kind = Kind::Code(CodeList::Nationality);
const LINE: Kind = Kind::Text { max: 200 };

const GROUPS: &[Group] = &[
    group("name", "Name", "Name", NAME),
    group("birth", "Birth", "Geburt", BIRTH),
    group("nationality", "Nationality", "Staatsangehörigkeit", NATIONALITIES),
    group("portrait", "Portrait", "Lichtbild", PORTRAIT),
    group("address", "Address", "Anschrift", ADDRESS),
    group("doc", "Travel document", "Reisedokument", DOC),
    group("number", "Numbers", "Nummern", NUMBER),
    group("civil", "Civil status and family", "Personenstand und Familie", CIVIL),
];

const NAME: &[Claim] = &[
    row("id.family_name", "family_name", Kind::NAME, S1, Mandatory, "Family name", "Familienname"),
    row("id.given_name", "given_name", Kind::NAME, S1, Conditional, "Given names", "Vornamen"),
    row("id.mononym", "mononym", Kind::Bool, S3, Optional, "Has one name only", "Hat nur einen Namen"),
    row(
        "id.name_native",
        "name_native",
        Kind::Text { max: 300 },
        S3,
        Optional,
        "Name in native script",
        "Name in eigener Schrift",
    ),
    row(
        "id.name_latin1",
        "name_latin1",
        Kind::Text { max: 300 },
        S1,
        Optional,
        "Name as in the machine-readable zone",
        "Name wie in der maschinenlesbaren Zone",
    ),
    row(
        "id.birth_family_name",
        "birth_family_name",
        Kind::NAME,
        S1,
        Optional,
        "Family name at birth",
        "Geburtsname",
    ),
];

const BIRTH: &[Claim] = &[
    row("id.birth_date", "birthdate", Kind::PartialDate, S2, Mandatory, "Date of birth", "Geburtsdatum"),
    row(
        "id.birth_year",
        "birth_year",
        Kind::Int { min: 1, max: 9_999 },
        S1,
        Derived,
        "Year of birth",
        "Geburtsjahr",
    ),
    row(
        "id.age_band_5y",
        "age_band_5y",
        Kind::Enum(AGE_BANDS),
        S1,
        Derived,
        "Age in bands of five years",
        "Alter in Stufen von fünf Jahren",
    ),
    row(
        "id.age_over",
        "age_over",
        Kind::Threshold(&threshold::AGE),
        S0,
        Derived,
        "At least this old",
        "Mindestens so alt",
    ),
    row("id.place_of_birth.country", "country", COUNTRY, S3, Conditional, "Country of birth", "Geburtsland"),
    row("id.place_of_birth.region", "region", LINE, S3, Conditional, "Region of birth", "Geburtsregion"),
    row("id.place_of_birth.locality", "locality", LINE, S3, Conditional, "Place of birth", "Geburtsort"),
];

const NATIONALITIES: &[Claim] = &[
    row(
        "id.nationality",
        "nationalities",
        Kind::List { element: &NATIONALITY, slots: 4 },
        S3,
        Mandatory,
        "Nationalities",
        "Staatsangehörigkeiten",
    ),
    row(
        "id.eu_eea_ch",
        "eu_eea_ch",
        Kind::Bool,
        S1,
        Derived,
        "Citizen of the EU, the EEA or Switzerland",
        "Staatsangehörig in EU, EWR oder der Schweiz",
    ),
    row(
        "id.other_nationalities",
        "other_nationalities",
        Kind::Array { element: &NATIONALITY, max: 4 },
        S3,
        Optional,
        "Other nationalities",
        "Weitere Staatsangehörigkeiten",
    ),
    row(
        "id.eu_family_member",
        "eu_family_member",
        Kind::Bool,
        S1,
        Optional,
        "Family member of a Union citizen",
        "Familienangehörig zu Unionsbürgern",
    ),
];

const PORTRAIT: &[Claim] = &[row(
    "id.portrait.view",
    "picture",
    Kind::Image,
    S3,
    Optional,
    "Portrait, to look at",
    "Lichtbild, nur zum Ansehen",
)];

const ADDRESS: &[Claim] = &[
    row(
        "id.address.formatted",
        "formatted",
        Kind::Text { max: 400 },
        S2,
        Optional,
        "Address in one line",
        "Anschrift in einer Zeile",
    ),
    row(
        "id.address.street_address",
        "street_address",
        LINE,
        S2,
        Optional,
        "Street and house number",
        "Straße und Hausnummer",
    ),
    row("id.address.locality", "locality", LINE, S1, Optional, "Town", "Ort"),
    row(
        "id.address.postal_code",
        "postal_code",
        Kind::Text { max: 20 },
        S2,
        Optional,
        "Postal code",
        "Postleitzahl",
    ),
    row("id.address.region", "region", LINE, S1, Optional, "Region", "Region"),
    row("id.address.country", "country", COUNTRY, S1, WithGroup, "Country of residence", "Wohnsitzland"),
];

const DOC: &[Claim] = &[
    row(
        "doc.type",
        "type",
        Kind::Enum(DOCUMENT_TYPES),
        S1,
        WithGroup,
        "Kind of document",
        "Art des Dokuments",
    ),
    row(
        "doc.number",
        "number",
        Kind::Code(CodeList::DocumentNumber),
        S2,
        WithGroup,
        "Document number",
        "Dokumentennummer",
    ),
    row(
        "doc.issuing_country",
        "issuing_country",
        Kind::Code(CodeList::IcaoState),
        S3,
        WithGroup,
        "Issuing state",
        "Ausstellender Staat",
    ),
    row("doc.expiry_date", "expiry_date", Kind::Date, S1, WithGroup, "Valid until", "Gültig bis"),
    row("doc.valid_now", "valid_now", Kind::Bool, S0, Derived, "Document is valid", "Dokument ist gültig"),
];

const NUMBER: &[Claim] = &[
    row(
        "id.personal_administrative_number",
        "personal_administrative_number",
        Kind::Text { max: 50 },
        S2,
        Optional,
        "Personal number",
        "Personenkennziffer",
    ),
    row(
        "id.tax_id",
        "tax_id",
        Kind::Text { max: 20 },
        S2,
        Optional,
        "Tax number",
        "Steuer-Identifikationsnummer",
    ),
];

const CIVIL: &[Claim] = &[
    row("id.sex", "sex", Kind::IntOf(SEX), S3, Optional, "Sex", "Geschlecht"),
    row(
        "id.parents_given_names",
        "parents_given_names",
        Kind::Array { element: &Kind::NAME, max: 4 },
        S1,
        Optional,
        "Given names of the parents",
        "Vornamen der Eltern",
    ),
    row(
        "id.guardian",
        "guardian",
        Kind::Object(GUARDIAN),
        S1,
        Optional,
        "Guardian",
        "Sorgeberechtigte Person",
    ),
    row(
        "id.spouse_in_application",
        "spouse_in_application",
        Kind::Bool,
        S1,
        Optional,
        "Spouse is part of the application",
        "Ehegatte ist Teil des Antrags",
    ),
];

const GUARDIAN: &[Field] = &[
    Field::required("family_name", Kind::NAME),
    Field::optional("given_name", Kind::NAME),
    Field::required("relation", Kind::Enum(&["parent", "guardian", "institution"])),
];

/// A travel document, for [`Identity::document`].
#[derive(Clone, Copy, Debug)]
pub struct TravelDocument<'a> {
    /// One of [`DOCUMENT_TYPES`].
    pub kind: &'a str,
    /// The number, without fillers.
    pub number: &'a str,
    /// The issuing state in the codes of ICAO Doc 9303.
    pub issuing_country: &'a str,
    /// The last day of validity.
    pub expiry: Date,
}

/// An address, for [`Identity::address`]; absent parts are not stated.
#[derive(Clone, Copy, Debug, Default)]
pub struct Address<'a> {
    /// The whole address in one line.
    pub formatted: Option<&'a str>,
    /// Street and house number.
    pub street_address: Option<&'a str>,
    /// Town.
    pub locality: Option<&'a str>,
    /// Postal code.
    pub postal_code: Option<&'a str>,
    /// Region or Land.
    pub region: Option<&'a str>,
    /// ISO 3166-1 alpha-2.
    pub country: &'a str,
}

/// A place of birth, for [`Identity::born_in`]; at least one part is required.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place<'a> {
    /// ISO 3166-1 alpha-2.
    pub country: Option<&'a str>,
    /// Region.
    pub region: Option<&'a str>,
    /// Town or village.
    pub locality: Option<&'a str>,
}

/// Builds the claims of an identity credential. The first mistake is kept, and [`Identity::build`] reports
/// it.
///
/// ```
/// use geleit_credential::schema::{Date, PartialDate, identity::{Identity, Place}};
///
/// let today = Date::new(2026, 11, 23).ok_or("no such day")?;
/// let claims = Identity::new()
///     .name("Öztürk", Some("Ayşe Nur"))
///     .birth_date(PartialDate::parse("1993-04").ok_or("no such month")?)
///     .born_in(Place { country: Some("TR"), ..Place::default() })
///     .nationalities(&["TR"])
///     .build(today)?;
/// assert_eq!(claims.threshold("id.age_over"), Some(33));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use]
pub struct Identity(Builder);

impl Default for Identity {
    fn default() -> Self {
        Self::new()
    }
}

impl Identity {
    /// Nothing stated.
    pub const fn new() -> Self {
        Self(Builder::new(&TYPE))
    }

    /// Family name and given names. Without given names the holder has one name only, and that is stated.
    pub fn name(self, family: &str, given: Option<&str>) -> Self {
        let named = self.text("id.family_name", family);
        match given {
            Some(given) => named.text("id.given_name", given),
            None => named.set("id.mononym", Value::Bool(true)),
        }
    }

    /// The date of birth, as far as it is known.
    pub fn birth_date(self, date: PartialDate) -> Self {
        self.text("id.birth_date", &date.to_string())
    }

    /// The place of birth, as far as it is known.
    pub fn born_in(self, place: Place<'_>) -> Self {
        self.some("id.place_of_birth.country", place.country)
            .some("id.place_of_birth.region", place.region)
            .some("id.place_of_birth.locality", place.locality)
    }

    /// One to four nationalities; `QS` is stateless and `QU` unknown.
    pub fn nationalities(self, codes: &[&str]) -> Self {
        self.set("id.nationality", Value::Array(codes.iter().copied().map(Value::text).collect()))
    }

    /// The portrait, a JPEG file of at most [`Kind::IMAGE_BYTES`] bytes.
    pub fn portrait(self, jpeg: &[u8]) -> Self {
        self.set("id.portrait.view", Value::bytes(jpeg))
    }

    /// The address.
    pub fn address(self, address: Address<'_>) -> Self {
        self.some("id.address.formatted", address.formatted)
            .some("id.address.street_address", address.street_address)
            .some("id.address.locality", address.locality)
            .some("id.address.postal_code", address.postal_code)
            .some("id.address.region", address.region)
            .text("id.address.country", address.country)
    }

    /// The travel document.
    pub fn document(self, document: TravelDocument<'_>) -> Self {
        self.text("doc.type", document.kind)
            .text("doc.number", document.number)
            .text("doc.issuing_country", document.issuing_country)
            .text("doc.expiry_date", &document.expiry.to_string())
    }

    /// One of [`SEX`].
    pub fn sex(self, code: i64) -> Self {
        self.set("id.sex", Value::int(code))
    }

    /// Any claim by its id.
    pub fn set(self, id: &str, value: Value) -> Self {
        Self(self.0.set(id, value))
    }

    /// Derives the ladder steps and checks everything.
    ///
    /// # Errors
    /// The first mistake of the statements above, else what [`ClaimSet::derive`] and [`ClaimSet::check`]
    /// find.
    pub fn build(self, today: Date) -> Result<ClaimSet, ClaimError> {
        self.0.build(today)
    }

    fn text(self, id: &str, text: &str) -> Self {
        self.set(id, Value::text(text))
    }

    fn some(self, id: &str, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.text(id, text),
            None => self,
        }
    }
}
