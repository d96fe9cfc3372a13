//! The qualification credential: recognitions, licences, evaluations, language tests and foreign awards.
//!
//! ```text
//! recognition · decision · occupation · level · foreign · measure · licence · language · experience
//! ```
//!
//! Seven kinds of paper share the type and are never mixed: a statement of comparability is not a
//! recognition, a recognition is not a licence, and a licence can be suspended while the recognition
//! stands. What each kind has to state is rule S-42. Grades, employers and disciplinary records exist in no
//! kind.

use super::Presence::{Conditional, Derived, Mandatory, Optional, WithGroup};
use super::Sensitivity::{S0, S1, S2, S3};
use super::claim_set::{Builder, ClaimError, ClaimSet};
use super::date::{Date, End};
use super::kind::{Field, Kind};
use super::{Claim, CredentialType, Group, Text, group, row, threshold};
use crate::code_list::{CodeList, level};
use geleit_cose::cbor::Value;

/// The type.
pub static TYPE: CredentialType = CredentialType {
    name: "qualification",
    vct: "urn:geleit:qualification:1",
    title: Text { en: "Qualification", de: "Qualifikation" },
    groups: GROUPS,
};

/// Kinds of paper.
pub const KINDS: &[&str] = &[
    "equivalence_nonregulated",
    "access_regulated",
    "comparability_statement",
    "academic_recognition",
    "licence",
    "language_test",
    "foreign_award",
];

/// Results of a recognition or evaluation.
pub const RESULTS: &[&str] =
    &["full", "partial", "none", "full_after_measure", "comparable", "not_comparable"];

/// States of a licence.
pub const LICENCE_STATES: &[&str] = &["active", "suspended", "withdrawn", "restricted", "under_review"];

/// Compensation measures.
pub const MEASURES: &[&str] =
    &["adaptation_period", "aptitude_test", "knowledge_test", "language_exam", "adaptation_training"];

/// Results of a Canadian educational credential assessment.
pub const ASSESSMENTS: &[&str] = &[
    "secondary_equiv",
    "one_year_equiv",
    "two_year_equiv",
    "bachelor_equiv",
    "two_awards_equiv",
    "master_equiv",
    "professional_equiv",
    "doctorate_equiv",
];

const KLDB: Kind = Kind::Code(CodeList::Kldb);
const LINE: Kind = Kind::Text { max: 300 };

const GROUPS: &[Group] = &[
    group("recognition", "Recognition", "Anerkennung", RECOGNITION),
    group("decision", "Decision and file", "Bescheid und Akte", DECISION),
    group("occupation", "Occupation", "Beruf", OCCUPATION),
    group("level", "Level", "Niveau", LEVEL),
    group("foreign", "Foreign award", "Ausländischer Abschluss", FOREIGN),
    group("measure", "Differences and measure", "Unterschiede und Ausgleichsmaßnahme", MEASURE),
    group("licence", "Licence", "Berufserlaubnis", LICENCE),
    group("language", "Language", "Sprache", LANGUAGE),
    group("experience", "Experience and skills", "Erfahrung und Fähigkeiten", EXPERIENCE),
];

const RECOGNITION: &[Claim] = &[
    row("qual.kind", "kind", Kind::Enum(KINDS), S0, Mandatory, "Kind of paper", "Art des Nachweises"),
    row("qual.result", "result", Kind::Enum(RESULTS), S1, Conditional, "Result", "Ergebnis"),
    row("qual.valid_now", "valid_now", Kind::Bool, S0, Mandatory, "Valid", "Gültig"),
    row(
        "qual.issuing_authority",
        "issuing_authority",
        Kind::Object(AUTHORITY),
        S0,
        Mandatory,
        "Issuing body",
        "Ausstellende Stelle",
    ),
    row(
        "qual.regulated",
        "regulated",
        Kind::Bool,
        S0,
        Conditional,
        "Regulated occupation",
        "Reglementierter Beruf",
    ),
    row(
        "qual.legal_basis",
        "legal_basis",
        Kind::Code(CodeList::LegalBasis),
        S0,
        Conditional,
        "Legal basis",
        "Rechtsgrundlage",
    ),
];

const AUTHORITY: &[Field] =
    &[Field::required("name", Kind::Text { max: 150 }), Field::optional("code", Kind::Text { max: 30 })];

const DECISION: &[Claim] = &[
    row(
        "qual.decision_date",
        "decision_date",
        Kind::Date,
        S2,
        Conditional,
        "Date of decision",
        "Datum des Bescheids",
    ),
    row(
        "qual.decision_year",
        "decision_year",
        Kind::Int { min: 1, max: 9_999 },
        S1,
        Derived,
        "Year of decision",
        "Jahr des Bescheids",
    ),
    row(
        "qual.case_number",
        "case_number",
        Kind::Text { max: 60 },
        S2,
        Conditional,
        "File number",
        "Aktenzeichen",
    ),
    row(
        "qual.previous_application",
        "previous_application",
        Kind::Object(PREVIOUS),
        S1,
        Optional,
        "Earlier application at the same body",
        "Früherer Antrag bei derselben Stelle",
    ),
];

const PREVIOUS: &[Field] = &[
    Field::required("case_number", Kind::Text { max: 60 }),
    Field::optional("year", Kind::Int { min: 1950, max: 2155 }),
];

const OCCUPATION: &[Claim] = &[
    row(
        "qual.reference_occupation",
        "reference_occupation",
        Kind::Object(REFERENCE),
        S1,
        Conditional,
        "German reference occupation",
        "Deutscher Referenzberuf",
    ),
    row(
        "qual.reference_occupation_wanted",
        "reference_occupation_wanted",
        KLDB,
        S1,
        Optional,
        "Reference occupation applied for",
        "Beantragter Referenzberuf",
    ),
    row(
        "qual.occupation.isco_unit",
        "isco4",
        Kind::Code(CodeList::IscoUnit),
        S1,
        Optional,
        "Occupation (ISCO-08, 4 digits)",
        "Beruf (ISCO-08, vierstellig)",
    ),
    row(
        "qual.occupation.isco_minor",
        "isco3",
        Kind::Code(CodeList::IscoMinor),
        S1,
        Derived,
        "Occupation (ISCO-08, 3 digits)",
        "Beruf (ISCO-08, dreistellig)",
    ),
    row(
        "qual.occupation.isco_submajor",
        "isco2",
        Kind::Code(CodeList::IscoSubMajor),
        S0,
        Derived,
        "Occupation (ISCO-08, 2 digits)",
        "Beruf (ISCO-08, zweistellig)",
    ),
    row("qual.occupation.kldb", "kldb", KLDB, S1, Conditional, "Occupation (KldB 2010)", "Beruf (KldB 2010)"),
    row(
        "qual.occupation.esco_uri",
        "esco",
        Kind::Code(CodeList::EscoOccupation),
        S1,
        Optional,
        "Occupation (ESCO)",
        "Beruf (ESCO)",
    ),
];

const REFERENCE: &[Field] = &[
    Field::required("kldb", KLDB),
    Field::required("label", Kind::Text { max: 150 }),
    Field::optional("berufenet", Kind::Int { min: 1, max: 9_999_999 }),
];

const LEVEL: &[Claim] = &[
    row(
        "qual.dqr_level",
        "dqr_level",
        Kind::Int { min: 1, max: 8 },
        S1,
        Conditional,
        "DQR level of the reference occupation",
        "DQR-Niveau des Referenzberufs",
    ),
    row(
        "qual.education_level_eqf",
        "eqf_level",
        Kind::Int { min: 1, max: 8 },
        S1,
        Optional,
        "EQF level of the foreign award",
        "EQR-Niveau des ausländischen Abschlusses",
    ),
    row(
        "qual.education_level_4",
        "education_level_4",
        Kind::Enum(&["primary", "secondary", "higher", "none"]),
        S0,
        Derived,
        "Education in four levels",
        "Bildung in vier Stufen",
    ),
    row(
        "qual.education_level_at_least",
        "eqf_at_least",
        Kind::Threshold(&threshold::EQF),
        S0,
        Derived,
        "Foreign award at least at this EQF level",
        "Ausländischer Abschluss mindestens auf diesem EQR-Niveau",
    ),
    row(
        "qual.field_isced_f",
        "isced_f",
        Kind::Code(CodeList::IscedF),
        S1,
        Optional,
        "Field of study (ISCED-F)",
        "Fachrichtung (ISCED-F)",
    ),
];

const FOREIGN: &[Claim] = &[
    row(
        "qual.foreign.title",
        "title",
        LINE,
        S3,
        WithGroup,
        "Title of the award",
        "Bezeichnung des Abschlusses",
    ),
    row(
        "qual.foreign.awarding_body",
        "awarding_body",
        LINE,
        S3,
        WithGroup,
        "Awarding body",
        "Verleihende Einrichtung",
    ),
    row(
        "qual.foreign.institution_status",
        "institution_status",
        Kind::Enum(&["H+", "H+/-", "H-", "not listed"]),
        S0,
        Optional,
        "Institution in anabin",
        "Einrichtung in anabin",
    ),
    row(
        "qual.foreign.degree_class",
        "degree_class",
        Kind::Enum(&["entspricht", "gleichwertig", "bedingt vergleichbar", "nicht vergleichbar"]),
        S0,
        Optional,
        "Degree in anabin",
        "Abschluss in anabin",
    ),
    row(
        "qual.foreign.country",
        "country",
        Kind::Code(CodeList::Country),
        S3,
        WithGroup,
        "Country of training",
        "Ausbildungsland",
    ),
    row(
        "qual.foreign.duration_months",
        "duration_months",
        Kind::Int { min: 1, max: 180 },
        S1,
        Optional,
        "Duration in months",
        "Dauer in Monaten",
    ),
    row(
        "qual.foreign.awarded_on",
        "awarded_on",
        Kind::Date,
        S2,
        WithGroup,
        "Date of award",
        "Datum des Abschlusses",
    ),
    row(
        "qual.foreign.transcript",
        "transcript",
        Kind::Hash,
        S2,
        Optional,
        "Digest of the transcript",
        "Prüfsumme der Fächerübersicht",
    ),
    row(
        "qual.foreign_assessment_result",
        "eca_result",
        Kind::Enum(ASSESSMENTS),
        S1,
        Optional,
        "Canadian assessment",
        "Kanadische Bewertung",
    ),
];

const MEASURE: &[Claim] = &[
    row(
        "qual.differences_summary",
        "differences",
        Kind::Array { element: &Kind::Object(DIFFERENCE), max: 20 },
        S1,
        Conditional,
        "Essential differences",
        "Wesentliche Unterschiede",
    ),
    row(
        "qual.measure.type",
        "type",
        Kind::Enum(MEASURES),
        S1,
        Conditional,
        "Compensation measure",
        "Ausgleichsmaßnahme",
    ),
    row(
        "qual.measure.max_months",
        "max_months",
        Kind::Int { min: 1, max: 36 },
        S1,
        Conditional,
        "Months at most",
        "Monate höchstens",
    ),
];

const DIFFERENCE: &[Field] = &[
    Field::required("area", Kind::Text { max: 150 }),
    Field::required("hours", Kind::Int { min: 1, max: 9_999 }),
    Field::optional("part", Kind::Enum(&["theory", "practice"])),
];

const LICENCE: &[Claim] = &[
    row(
        "qual.licence.state",
        "state",
        Kind::Enum(LICENCE_STATES),
        S1,
        WithGroup,
        "State of the licence",
        "Stand der Erlaubnis",
    ),
    row(
        "qual.licence.title",
        "title",
        Kind::Text { max: 150 },
        S1,
        WithGroup,
        "Protected title",
        "Geschützte Berufsbezeichnung",
    ),
    row(
        "qual.licence.restrictions",
        "restrictions",
        Kind::Array { element: &LINE, max: 10 },
        S1,
        Optional,
        "Restrictions",
        "Einschränkungen",
    ),
    row(
        "qual.licence.valid_until",
        "valid_until",
        Kind::DATE_OR_NULL,
        S1,
        Optional,
        "Valid until",
        "Gültig bis",
    ),
];

const LANGUAGE: &[Claim] = &[
    row(
        "qual.language_test.cefr",
        "cefr",
        Kind::Enum(level::CEFR),
        S1,
        Optional,
        "Language level (CEFR)",
        "Sprachniveau (GER)",
    ),
    row(
        "qual.language_test.at_least",
        "at_least",
        Kind::Threshold(&threshold::CEFR),
        S0,
        Derived,
        "Language at least at this level",
        "Sprache mindestens auf diesem Niveau",
    ),
    row(
        "qual.language_test.clb_min",
        "clb_min",
        Kind::Int { min: 1, max: 12 },
        S1,
        Optional,
        "Lowest of four abilities (CLB/NCLC)",
        "Niedrigste von vier Fertigkeiten (CLB/NCLC)",
    ),
    row(
        "qual.language_test.test_date",
        "test_date",
        Kind::Date,
        S2,
        Optional,
        "Date of the test",
        "Datum der Prüfung",
    ),
];

const EXPERIENCE: &[Claim] = &[
    row(
        "qual.experience_years_band",
        "years_band",
        Kind::Enum(&["1", "2", "3", "4", "5+"]),
        S1,
        Optional,
        "Years of experience",
        "Jahre Berufserfahrung",
    ),
    row(
        "qual.experience_records",
        "records",
        Kind::Array { element: &Kind::Object(EXPERIENCE_RECORD), max: 20 },
        S2,
        Optional,
        "Periods of experience, without employers",
        "Zeiten der Berufserfahrung, ohne Arbeitgeber",
    ),
    row(
        "qual.skills.esco[]",
        "skills",
        Kind::List { element: &Kind::Code(CodeList::EscoSkill), slots: 16 },
        S1,
        Optional,
        "Skills (ESCO)",
        "Fähigkeiten (ESCO)",
    ),
];

const EXPERIENCE_RECORD: &[Field] = &[
    Field::required("isco3", Kind::Code(CodeList::IscoMinor)),
    Field::required("from", Kind::Month),
    Field::optional("to", Kind::Month),
    Field::optional("hours_week", Kind::Int { min: 1, max: 80 }),
];

/// A decision on recognition, for [`Qualification::recognition`].
#[derive(Clone, Copy, Debug)]
pub struct Recognition<'a> {
    /// `equivalence_nonregulated` or `access_regulated`.
    pub kind: &'a str,
    /// One of [`RESULTS`] that the kind can have.
    pub result: &'a str,
    /// Date of the decision.
    pub decided_on: Date,
    /// File number.
    pub case_number: &'a str,
    /// Law and section, `PflBG:40`.
    pub legal_basis: &'a str,
}

/// A German reference occupation, for [`Qualification::reference_occupation`].
#[derive(Clone, Copy, Debug)]
pub struct ReferenceOccupation<'a> {
    /// KldB 2010, 5 digits.
    pub kldb: &'a str,
    /// Name.
    pub label: &'a str,
    /// DQR level, 1 to 8.
    pub dqr_level: u8,
}

/// A foreign award, for [`Qualification::foreign_award`].
#[derive(Clone, Copy, Debug)]
pub struct ForeignAward<'a> {
    /// Title in the original language.
    pub title: &'a str,
    /// Awarding body.
    pub awarding_body: &'a str,
    /// ISO 3166-1 alpha-2.
    pub country: &'a str,
    /// Date of award.
    pub awarded_on: Date,
    /// EQF level, when it was determined.
    pub eqf_level: Option<u8>,
}

/// Builds the claims of a qualification credential. The first mistake is kept, and [`Qualification::build`]
/// reports it.
///
/// ```
/// use geleit_credential::schema::Date;
/// use geleit_credential::schema::qualification::{ForeignAward, Qualification, Recognition, ReferenceOccupation};
///
/// let day = |text| Date::parse(text).ok_or("no such day");
/// let claims = Qualification::new("IHK FOSA")
///     .recognition(Recognition {
///         kind: "equivalence_nonregulated",
///         result: "full",
///         decided_on: day("2026-03-12")?,
///         case_number: "FOSA-2026-0000001",
///         legal_basis: "BQFG:4",
///     })
///     .reference_occupation(ReferenceOccupation { kldb: "26212", label: "Elektroniker/in", dqr_level: 4 })
///     .occupation("7411")
///     .foreign_award(ForeignAward {
///         title: "Elektrik Ustalık Belgesi",
///         awarding_body: "Örnek Meslek Okulu",
///         country: "TR",
///         awarded_on: day("2015-06-30")?,
///         eqf_level: Some(4),
///     })
///     .build(day("2026-11-23")?)?;
/// assert_eq!(claims.threshold("qual.education_level_at_least"), Some(4));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use]
pub struct Qualification(Builder);

impl Qualification {
    /// A paper of this body.
    pub fn new(issuing_authority: &str) -> Self {
        let authority = map([("name", Value::text(issuing_authority))]);
        Self(Builder::new(&TYPE)).set("qual.issuing_authority", authority)
    }

    /// The kind of paper, one of [`KINDS`], where it is not a recognition.
    pub fn kind(self, kind: &str) -> Self {
        self.text("qual.kind", kind)
    }

    /// A decision on recognition.
    pub fn recognition(self, decision: Recognition<'_>) -> Self {
        self.text("qual.kind", decision.kind)
            .text("qual.result", decision.result)
            .text("qual.decision_date", &decision.decided_on.to_string())
            .text("qual.case_number", decision.case_number)
            .text("qual.legal_basis", decision.legal_basis)
    }

    /// The reference occupation, which is also the occupation in KldB 2010.
    pub fn reference_occupation(self, occupation: ReferenceOccupation<'_>) -> Self {
        let reference =
            map([("kldb", Value::text(occupation.kldb)), ("label", Value::text(occupation.label))]);
        self.set("qual.reference_occupation", reference)
            .text("qual.occupation.kldb", occupation.kldb)
            .set("qual.dqr_level", Value::Uint(u64::from(occupation.dqr_level)))
    }

    /// The occupation as ISCO-08 unit group.
    pub fn occupation(self, isco_unit: &str) -> Self {
        self.text("qual.occupation.isco_unit", isco_unit)
    }

    /// The foreign award.
    pub fn foreign_award(self, award: ForeignAward<'_>) -> Self {
        let stated = self
            .text("qual.foreign.title", award.title)
            .text("qual.foreign.awarding_body", award.awarding_body)
            .text("qual.foreign.country", award.country)
            .text("qual.foreign.awarded_on", &award.awarded_on.to_string());
        match award.eqf_level {
            Some(level) => stated.set("qual.education_level_eqf", Value::Uint(u64::from(level))),
            None => stated,
        }
    }

    /// Essential differences by area and hours.
    pub fn differences(self, differences: &[(&str, u16)]) -> Self {
        let items = differences.iter().map(|(area, hours)| {
            map([("area", Value::text(*area)), ("hours", Value::Uint(u64::from(*hours)))])
        });
        self.set("qual.differences_summary", Value::Array(items.collect()))
    }

    /// The compensation measure, one of [`MEASURES`], and its longest duration.
    pub fn measure(self, kind: &str, max_months: u8) -> Self {
        self.text("qual.measure.type", kind)
            .set("qual.measure.max_months", Value::Uint(u64::from(max_months)))
    }

    /// The licence: state, one of [`LICENCE_STATES`], and protected title. `until` is `None`
    /// where the licence says nothing about an end.
    pub fn licence(self, state: &str, title: &str, until: Option<End>) -> Self {
        let stated = self.text("qual.licence.state", state).text("qual.licence.title", title);
        match until {
            Some(until) => stated.set("qual.licence.valid_until", end(until.last_day())),
            None => stated,
        }
    }

    /// The language level of a test, one of [`level::CEFR`], and its date.
    pub fn language(self, cefr: &str, tested_on: Date) -> Self {
        self.text("qual.language_test.cefr", cefr)
            .text("qual.language_test.test_date", &tested_on.to_string())
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
}

/// A map with text keys.
pub(super) fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::Map(entries.into_iter().map(|(key, value)| (Value::text(key), value)).collect())
}

/// A value of [`Kind::DATE_OR_NULL`].
pub(super) fn end(date: Option<Date>) -> Value {
    date.map_or(Value::Null, |date| Value::text(date.to_string()))
}
