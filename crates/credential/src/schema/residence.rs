//! The residence credential: status, work, rent and travel, in Germany, in the United Kingdom and at the
//! Schengen border.
//!
//! ```text
//! validity · title · de_work · uk_work · uk_rent · uk_status · travel
//! ```
//!
//! One credential states the status in one country (rule S-68). What only one country has is in groups of
//! its own, so that a check of work in the United Kingdom opens a group of seven digests and nothing else.
//! The ground of a stay (title code, route, protection) is never next to the permission to work: it is not
//! the employer's business.

use super::Presence::{Conditional, Derived, Mandatory, Optional, WithGroup};
use super::Sensitivity::{S0, S1, S2, S3};
use super::claim_set::{Builder, ClaimError, ClaimSet};
use super::date::{Date, End, Month};
use super::kind::{Field, Kind};
use super::qualification::{end, map};
use super::work_permission::{Restrictions, WorkPermission};
use super::{Claim, CredentialType, Group, Text, group, row, threshold};
use crate::code_list::CodeList;
use crate::code_list::status::{
    FICTION_TYPES, PROTECTION_GROUNDS, STATUS_CLASSES, StatusClass, UK_CONTINUATIONS, UK_PERMISSION_KINDS,
    UK_PUBLIC_FUNDS, UK_ROUTES, WORK_PERMISSIONS,
};
use geleit_cose::cbor::Value;

/// The type.
pub static TYPE: CredentialType = CredentialType {
    name: "residence",
    vct: "urn:geleit:residence:1",
    title: Text { en: "Residence status", de: "Aufenthaltsstatus" },
    groups: GROUPS,
};

const GROUPS: &[Group] = &[
    group("validity", "Validity and scope", "Gültigkeit und Umfang", VALIDITY),
    group("title", "Residence title and protection", "Aufenthaltstitel und Schutz", TITLE),
    group("de_work", "Work in Germany", "Arbeit in Deutschland", DE_WORK),
    group("uk_work", "Work in the United Kingdom", "Arbeit im Vereinigten Königreich", UK_WORK),
    group("uk_rent", "Renting in England", "Miete in England", UK_RENT),
    group("uk_status", "Status in the United Kingdom", "Status im Vereinigten Königreich", UK_STATUS),
    group("travel", "Travel", "Reise", TRAVEL),
];

const VALIDITY: &[Claim] = &[
    row("res.valid_now", "valid_now", Kind::Bool, S0, Mandatory, "Status is valid", "Status ist gültig"),
    row("res.valid_until", "valid_until", Kind::DATE_OR_NULL, S2, Conditional, "Valid until", "Gültig bis"),
    row(
        "res.valid_until_month",
        "valid_until_month",
        Kind::Month,
        S1,
        Derived,
        "Valid until (month)",
        "Gültig bis (Monat)",
    ),
    row(
        "res.valid_through",
        "valid_through",
        Kind::Threshold(&threshold::VALID_MONTHS),
        S0,
        Derived,
        "Valid at least to the end of this month",
        "Gültig mindestens bis Ende dieses Monats",
    ),
    row("res.unlimited", "unlimited", Kind::Bool, S1, Derived, "Without end", "Unbefristet"),
    row("res.under_review", "under_review", Kind::Bool, S1, Mandatory, "Under review", "In Prüfung"),
    row(
        "res.may_work_any_employer",
        "any_employer",
        Kind::Bool,
        S0,
        Derived,
        "May work for any employer",
        "Darf bei jedem Arbeitgeber arbeiten",
    ),
];

const TITLE: &[Claim] = &[
    row(
        "res.status_class",
        "status_class",
        Kind::Enum(STATUS_CLASSES),
        S1,
        Mandatory,
        "Class of status",
        "Art des Status",
    ),
    row(
        "res.title_code",
        "title_code",
        Kind::Code(CodeList::TitleCode),
        S3,
        Conditional,
        "Legal basis of the title",
        "Rechtsgrundlage des Titels",
    ),
    row(
        "res.document_number",
        "document_number",
        Kind::Text { max: 20 },
        S2,
        Conditional,
        "Number of the residence document",
        "Nummer des Aufenthaltsdokuments",
    ),
    row(
        "res.issuing_authority",
        "issuing_authority",
        Kind::Text { max: 150 },
        S2,
        Conditional,
        "Issuing authority",
        "Ausstellende Behörde",
    ),
    row(
        "res.previous_title_credential_hash",
        "previous",
        Kind::Hash,
        S2,
        Optional,
        "Digest of the previous credential",
        "Prüfsumme des vorigen Nachweises",
    ),
    row(
        "res.protection_ground",
        "ground",
        Kind::Enum(PROTECTION_GROUNDS),
        S3,
        Optional,
        "Ground of protection",
        "Schutzgrund",
    ),
    row(
        "res.registered_with_unhcr",
        "registered_with_unhcr",
        Kind::Bool,
        S3,
        Optional,
        "Registered with UNHCR",
        "Beim UNHCR registriert",
    ),
    row(
        "res.reception_region",
        "reception_region",
        Kind::Code(CodeList::Land),
        S1,
        Optional,
        "Land of reception",
        "Land der Aufnahme",
    ),
    row(
        "res.de.residence_restriction",
        "residence_restriction",
        Kind::Object(RESIDENCE_RESTRICTION),
        S3,
        Conditional,
        "Restriction of residence",
        "Wohnsitzauflage",
    ),
];

const RESIDENCE_RESTRICTION: &[Field] = &[
    Field::required("level", Kind::Enum(&["none", "land", "municipality"])),
    Field::optional("ars", Kind::Code(CodeList::Ars)),
];

const DE_WORK: &[Claim] = &[
    row(
        "res.de.work_permission",
        "permission",
        Kind::Enum(WORK_PERMISSIONS),
        S1,
        Conditional,
        "Permission to work",
        "Erlaubnis zur Erwerbstätigkeit",
    ),
    row(
        "res.de.fiction_type",
        "fiction",
        Kind::Enum(FICTION_TYPES),
        S1,
        Conditional,
        "Provisional effect of an application",
        "Fiktionswirkung",
    ),
    row(
        "res.de.work_restrictions.until",
        "until",
        Kind::DATE_OR_NULL,
        S2,
        Conditional,
        "Work permitted until",
        "Arbeit erlaubt bis",
    ),
    row(
        "res.de.work_restrictions.establishment",
        "establishment",
        Kind::Nullable(&PARTY),
        S2,
        Conditional,
        "Only in this establishment",
        "Nur in diesem Betrieb",
    ),
    row(
        "res.de.work_restrictions.occupation",
        "occupation",
        Kind::Nullable(&Kind::Code(CodeList::KldbPrefix)),
        S2,
        Conditional,
        "Only in this occupation (KldB 2010)",
        "Nur in diesem Beruf (KldB 2010)",
    ),
    row(
        "res.de.work_restrictions.employer",
        "employer",
        Kind::Nullable(&PARTY),
        S2,
        Conditional,
        "Only for this employer",
        "Nur bei diesem Arbeitgeber",
    ),
    row(
        "res.de.work_restrictions.region",
        "region",
        Kind::Nullable(&Kind::Code(CodeList::Ars)),
        S2,
        Conditional,
        "Only in this region (regional key)",
        "Nur in dieser Region (Regionalschlüssel)",
    ),
    row(
        "res.de.work_restrictions.working_time",
        "working_time",
        Kind::Nullable(&Kind::Object(WORKING_TIME)),
        S2,
        Conditional,
        "Only at these working times",
        "Nur zu diesen Arbeitszeiten",
    ),
    row(
        "res.de.work_restrictions.days_year_max",
        "days_year_max",
        Kind::Nullable(&Kind::Int { min: 1, max: 366 }),
        S2,
        Conditional,
        "Days a year at most",
        "Tage im Jahr höchstens",
    ),
    row(
        "res.de.work_restrictions.self_employment",
        "self_employment",
        Kind::Bool,
        S2,
        Conditional,
        "Self-employment permitted",
        "Selbständige Tätigkeit erlaubt",
    ),
];

/// A name, compared exactly.
const PARTY: Kind = Kind::Text { max: 200 };

const WORKING_TIME: &[Field] = &[
    Field::required("hours_week_max", Kind::Int { min: 1, max: 60 }),
    Field::optional("night_work", Kind::Bool),
];

const UK_WORK: &[Claim] = &[
    row("res.uk.work.permitted", "permitted", Kind::Bool, S0, WithGroup, "May work", "Darf arbeiten"),
    row(
        "res.uk.work.until",
        "until",
        Kind::DATE_OR_NULL,
        S1,
        WithGroup,
        "May work until",
        "Darf arbeiten bis",
    ),
    row(
        "res.uk.work.through",
        "through",
        Kind::Threshold(&threshold::VALID_MONTHS),
        S0,
        Derived,
        "May work at least to the end of this month",
        "Darf mindestens bis Ende dieses Monats arbeiten",
    ),
    row(
        "res.uk.work.conditions",
        "conditions",
        Kind::Object(UK_CONDITIONS),
        S1,
        Conditional,
        "Conditions of work",
        "Bedingungen der Arbeit",
    ),
    row(
        "res.uk.sponsor_match",
        "sponsor_match",
        Kind::Bool,
        S1,
        Optional,
        "The asking employer is the sponsor",
        "Der anfragende Arbeitgeber ist der Sponsor",
    ),
    row(
        "res.uk.continuation",
        "continuation",
        Kind::Enum(UK_CONTINUATIONS),
        S1,
        Conditional,
        "Continuation of leave",
        "Fortgeltung des Aufenthalts",
    ),
];

/// Conditions of work; one that is absent does not apply.
const UK_CONDITIONS: &[Field] = &[
    // Hours a week in term time at most.
    Field::optional("max_hours_term", Kind::Int { min: 0, max: 60 }),
    Field::optional("sponsor_tied", Kind::Bool),
    // The unit group of SOC 2020 that the person is tied to.
    Field::optional("occupation_tied", Kind::Code(CodeList::SocUk)),
    // Whether self-employment is permitted.
    Field::optional("self_employment", Kind::Bool),
];

const UK_RENT: &[Claim] = &[
    row("res.uk.rent.permitted", "permitted", Kind::Bool, S0, WithGroup, "May rent", "Darf mieten"),
    row(
        "res.uk.rent.follow_up_by",
        "follow_up_by",
        Kind::DATE_OR_NULL,
        S1,
        Conditional,
        "Follow-up check by",
        "Nachprüfung bis",
    ),
];

const UK_STATUS: &[Claim] = &[
    row(
        "res.uk.valid_now",
        "valid_now",
        Kind::Bool,
        S0,
        Derived,
        "Permission is valid",
        "Erlaubnis ist gültig",
    ),
    row(
        "res.uk.valid_until_month",
        "valid_until_month",
        Kind::Month,
        S1,
        Derived,
        "Permission valid until (month)",
        "Erlaubnis gültig bis (Monat)",
    ),
    row("res.uk.study.permitted", "study_permitted", Kind::Bool, S0, Optional, "May study", "Darf studieren"),
    row(
        "res.uk.public_funds",
        "public_funds",
        Kind::Enum(UK_PUBLIC_FUNDS),
        S3,
        Optional,
        "Access to public funds",
        "Zugang zu öffentlichen Mitteln",
    ),
    row(
        "res.uk.route",
        "route",
        Kind::Enum(UK_ROUTES),
        S3,
        Optional,
        "Immigration route",
        "Einwanderungsweg",
    ),
];

const TRAVEL: &[Claim] = &[
    row(
        "travel.uk.permission_valid",
        "permission_valid",
        Kind::Bool,
        S0,
        Conditional,
        "May travel to the United Kingdom",
        "Darf in das Vereinigte Königreich reisen",
    ),
    row(
        "travel.uk.permission_kind",
        "permission_kind",
        Kind::Enum(UK_PERMISSION_KINDS),
        S1,
        Optional,
        "Kind of permission",
        "Art der Erlaubnis",
    ),
    row(
        "res.uk.linked_documents",
        "linked_documents",
        Kind::List { element: &Kind::Record(LINKED_DOCUMENT), slots: 4 },
        S2,
        Conditional,
        "Linked travel documents",
        "Verknüpfte Reisedokumente",
    ),
    row(
        "travel.authorised_now",
        "authorised_now",
        Kind::Bool,
        S0,
        Conditional,
        "Travel authorisation is valid",
        "Reisegenehmigung ist gültig",
    ),
    row(
        "travel.valid_until",
        "valid_until",
        Kind::Date,
        S1,
        Conditional,
        "Authorised until",
        "Genehmigt bis",
    ),
    row(
        "travel.first_member_state",
        "first_member_state",
        Kind::Code(CodeList::Country),
        S1,
        Optional,
        "First state of stay",
        "Erster Aufenthaltsstaat",
    ),
    row(
        "travel.days_remaining_at_least",
        "days_remaining",
        Kind::Threshold(&threshold::DAYS_REMAINING),
        S0,
        Derived,
        "Days that remain, at least",
        "Verbleibende Tage, mindestens",
    ),
];

const LINKED_DOCUMENT: &[Claim] = &[
    row(
        "res.uk.linked_documents.type",
        "type",
        Kind::Enum(super::identity::DOCUMENT_TYPES),
        S1,
        Mandatory,
        "Kind of document",
        "Art des Dokuments",
    ),
    row(
        "res.uk.linked_documents.country",
        "country",
        Kind::Code(CodeList::IcaoState),
        S3,
        Mandatory,
        "Issuing state",
        "Ausstellender Staat",
    ),
    row(
        "res.uk.linked_documents.number",
        "number",
        Kind::Code(CodeList::DocumentNumber),
        S2,
        Mandatory,
        "Document number",
        "Dokumentennummer",
    ),
];

/// A German title, for [`Residence::german_title`].
#[derive(Clone, Copy, Debug)]
pub struct GermanTitle<'a> {
    /// Law and section, `AufenthG:18a`.
    pub code: &'a str,
    /// Number of the card or paper.
    pub document_number: &'a str,
    /// The authority.
    pub issuing_authority: &'a str,
    /// The last day, or no end.
    pub until: End,
}

/// Conditions of work in the United Kingdom, for [`Residence::uk_work`].
#[derive(Clone, Copy, Debug, Default)]
pub struct UkConditions<'a> {
    /// Hours a week in term time at most.
    pub max_hours_term: Option<u8>,
    /// Whether only the sponsor may employ.
    pub sponsor_tied: Option<bool>,
    /// The SOC 2020 unit group that the person is tied to.
    pub occupation_tied: Option<&'a str>,
    /// Whether self-employment is permitted.
    pub self_employment: Option<bool>,
}

/// A travel document linked to a permission, for [`Residence::uk_travel`].
#[derive(Clone, Copy, Debug)]
pub struct LinkedDocument<'a> {
    /// One of [`super::identity::DOCUMENT_TYPES`].
    pub kind: &'a str,
    /// The issuing state in the codes of ICAO Doc 9303.
    pub country: &'a str,
    /// The number, without fillers.
    pub number: &'a str,
}

/// Builds the claims of a residence credential. The first mistake is kept, and [`Residence::build`] reports
/// it.
///
/// ```
/// use geleit_credential::schema::{Date, End};
/// use geleit_credential::schema::residence::{Residence, UkConditions};
///
/// let day = |text| Date::parse(text).ok_or("no such day");
/// let tied = UkConditions { sponsor_tied: Some(true), ..UkConditions::default() };
/// let claims = Residence::new("work_skilled", true)
///     .uk_work(End::Day(day("2028-03-31")?), tied)
///     .uk_rent(End::Day(day("2027-11-23")?))
///     .build(day("2026-11-23")?)?;
/// assert_eq!(claims.threshold("res.uk.work.through"), Some(39));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use]
pub struct Residence(Builder);

impl Residence {
    /// A status of this class (a code of [`StatusClass`]) that is valid now or not, and not under review.
    pub fn new(status_class: &str, valid_now: bool) -> Self {
        Self(Builder::new(&TYPE))
            .text("res.status_class", status_class)
            .set("res.valid_now", Value::Bool(valid_now))
            .set("res.under_review", Value::Bool(false))
    }

    /// As [`Self::new`], for a class of the list.
    pub fn of_class(class: StatusClass, valid_now: bool) -> Self {
        Self::new(class.code(), valid_now)
    }

    /// The facts are disputed or being checked; the last confirmed rights are stated.
    pub fn under_review(self) -> Self {
        self.set("res.under_review", Value::Bool(true))
    }

    /// A German title.
    pub fn german_title(self, title: GermanTitle<'_>) -> Self {
        self.text("res.title_code", title.code)
            .text("res.document_number", title.document_number)
            .text("res.issuing_authority", title.issuing_authority)
            .set("res.valid_until", end(title.until.last_day()))
    }

    /// The German permission to work. Bound employment states every restriction.
    pub fn german_work(self, permission: &WorkPermission) -> Self {
        let stated = self.text("res.de.work_permission", permission.code());
        match permission {
            WorkPermission::EmploymentBound(restrictions) => stated.restrictions(restrictions),
            WorkPermission::EmploymentAny => {
                stated.set("res.de.work_restrictions.self_employment", Value::Bool(false))
            }
            WorkPermission::Any | WorkPermission::AuthorityPermissionNeeded | WorkPermission::None => stated,
        }
    }

    /// Provisional effect of an application, a code of [`FICTION_TYPES`].
    pub fn german_fiction(self, kind: &str) -> Self {
        self.text("res.de.fiction_type", kind)
    }

    /// Permission to work in the United Kingdom until the end of a day, or without end.
    pub fn uk_work(self, until: End, conditions: UkConditions<'_>) -> Self {
        let entries = [
            ("max_hours_term", conditions.max_hours_term.map(|hours| Value::Uint(u64::from(hours)))),
            ("sponsor_tied", conditions.sponsor_tied.map(Value::Bool)),
            ("occupation_tied", conditions.occupation_tied.map(Value::text)),
            ("self_employment", conditions.self_employment.map(Value::Bool)),
        ];
        let stated = entries.into_iter().filter_map(|(key, value)| Some((Value::text(key), value?)));
        self.set("res.uk.work.permitted", Value::Bool(true))
            .set("res.uk.work.until", end(until.last_day()))
            .set("res.uk.work.conditions", Value::Map(stated.collect()))
    }

    /// No permission to work in the United Kingdom. End and conditions are stated as none, so that a
    /// check can be answered in the same way as anybody else's.
    pub fn uk_no_work(self) -> Self {
        self.set("res.uk.work.permitted", Value::Bool(false))
            .set("res.uk.work.until", Value::Null)
            .set("res.uk.work.conditions", Value::Map(Vec::new()))
    }

    /// Permission to rent in England, with the day of the follow-up check if there is one.
    pub fn uk_rent(self, follow_up_by: End) -> Self {
        self.set("res.uk.rent.permitted", Value::Bool(true))
            .set("res.uk.rent.follow_up_by", end(follow_up_by.last_day()))
    }

    /// Leave in the United Kingdom: valid now, and the month of its end if it has one.
    pub fn uk_status(self, valid_now: bool, until: Option<Month>) -> Self {
        let stated = self.set("res.uk.valid_now", Value::Bool(valid_now));
        match until {
            Some(month) => stated.text("res.uk.valid_until_month", &month.to_string()),
            None => stated,
        }
    }

    /// Continuation of leave, a code of [`UK_CONTINUATIONS`]. It goes with [`Self::uk_work`].
    pub fn uk_continuation(self, kind: &str) -> Self {
        self.text("res.uk.continuation", kind)
    }

    /// Permission to travel to the United Kingdom with these documents, one to four; the kind is one of
    /// [`UK_PERMISSION_KINDS`].
    pub fn uk_travel(self, kind: &str, documents: &[LinkedDocument<'_>]) -> Self {
        let records = documents.iter().map(|document| {
            map([
                ("type", Value::text(document.kind)),
                ("country", Value::text(document.country)),
                ("number", Value::text(document.number)),
            ])
        });
        self.set("travel.uk.permission_valid", Value::Bool(true))
            .text("travel.uk.permission_kind", kind)
            .set("res.uk.linked_documents", Value::Array(records.collect()))
    }

    /// A travel authorisation for the Schengen area and the days that remain of the stay.
    pub fn eu_travel(self, authorised_now: bool, until: Date, days_remaining: u16) -> Self {
        let stated = self
            .set("travel.authorised_now", Value::Bool(authorised_now))
            .text("travel.valid_until", &until.to_string());
        Self(
            stated
                .0
                .set_threshold("travel.days_remaining_at_least", threshold::days_remaining(days_remaining)),
        )
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

    fn restrictions(self, restrictions: &Restrictions) -> Self {
        restrictions.claims().into_iter().fold(self, |stated, (id, value)| stated.set(id, value))
    }
}
