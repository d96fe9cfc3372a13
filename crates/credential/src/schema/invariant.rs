//! Rules between the claims of one credential, which the issuer's library checks before it signs.
//!
//! A rule that needs a claim which is not stated holds, unless it says that the claim is required. None of
//! the rules knows today: what depends on it is checked by [`super::ClaimSet::derive`].
//!
//! `qual.dqr_level` and `qual.education_level_eqf` are deliberately not compared. The scales have equal
//! numbers, but the first describes the German reference occupation and the second the foreign award: a
//! degree at level 6 is recognised for an occupation at level 4 every day.

use super::claim_set::{ClaimError, ClaimSet};
use super::derive;
use crate::code_list::{country, status};
use core::fmt;
use geleit_cose::cbor::Value;

/// A rule between claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Invariant {
    /// S-30: given names are absent exactly when the holder is stated to have one name only.
    Mononym,
    /// S-31: at least one part of the place of birth is stated.
    PlaceOfBirth,
    /// S-32: the year of birth is that of the date of birth.
    BirthYear,
    /// S-33: the age lies in the age band.
    AgeBand,
    /// S-34: free movement follows from the nationalities.
    FreeMovement,
    /// S-35: other nationalities repeat none of the nationalities.
    OtherNationalities,
    /// S-36: stateless and unknown stand alone.
    NoNationality,
    /// S-40: each ISCO-08 group begins with the group above it.
    IscoLadder,
    /// S-41: the result is one that this kind of paper can have.
    ResultOfKind,
    /// S-42: what this kind of paper always states is stated.
    RequiredOfKind,
    /// S-43: the kind of paper and the regulation agree.
    RegulatedOfKind,
    /// S-44: a partial result names the differences.
    PartialDifferences,
    /// S-45: a full result has no differences and no measure.
    FullDifferences,
    /// S-46: a measure has a type, and goes with a partial result or with differences in a regulated
    /// occupation.
    Measure,
    /// S-47: the year of the decision is that of its date.
    DecisionYear,
    /// S-48: the education threshold is the EQF level.
    EducationAtLeast,
    /// S-49: the education of four levels is that of the EQF level.
    EducationOfFour,
    /// S-50: the language threshold is the CEFR level.
    LanguageAtLeast,
    /// S-51: a licence that is suspended or withdrawn is not valid now.
    LicenceEnded,
    /// S-60: unlimited is stated exactly when there is no end.
    Unlimited,
    /// S-61: the month of the end is that of its date.
    ValidUntilMonth,
    /// S-62: the validity threshold is the last month that the end date covers.
    ValidThrough,
    /// S-63: work for any employer follows from the work permission.
    AnyEmployer,
    /// S-64: bound employment states every restriction, null where there is none, and has at least one.
    RestrictionsStated,
    /// S-65: employment that is not bound has no restriction, except on self-employment.
    RestrictionsAbsent,
    /// S-66: a German status states title, document, authority, end and work permission together.
    GermanStatus,
    /// S-67: the class of status is that of the title, or continuation.
    TitleClass,
    /// S-68: one credential states the status in one country.
    OneCountry,
    /// S-69: a residence restriction names the Land or the municipality that it is about, and nothing else.
    ResidenceRestriction,
    /// S-70: without permission to work there is no end, no threshold and no condition, only an empty map of them.
    UkNoWork,
    /// S-71: permission to work states its conditions, an empty map when there are none.
    UkConditions,
    /// S-72: the work threshold is the last month that the end date covers.
    UkWorkThrough,
    /// S-73: permission to work ends with the stay at the latest, unless the stay is continued.
    UkWorkWithinStay,
    /// S-74: without permission to rent there is no follow-up check.
    UkNoRent,
    /// S-75: permission to travel names its documents, except for who is exempt, and comes first.
    UkTravel,
    /// S-76: a travel authorisation is stated before its details.
    EuTravel,
}

impl Invariant {
    /// Every rule, in the order of the ids.
    pub const ALL: &'static [Self] = &[
        Self::Mononym,
        Self::PlaceOfBirth,
        Self::BirthYear,
        Self::AgeBand,
        Self::FreeMovement,
        Self::OtherNationalities,
        Self::NoNationality,
        Self::IscoLadder,
        Self::ResultOfKind,
        Self::RequiredOfKind,
        Self::RegulatedOfKind,
        Self::PartialDifferences,
        Self::FullDifferences,
        Self::Measure,
        Self::DecisionYear,
        Self::EducationAtLeast,
        Self::EducationOfFour,
        Self::LanguageAtLeast,
        Self::LicenceEnded,
        Self::Unlimited,
        Self::ValidUntilMonth,
        Self::ValidThrough,
        Self::AnyEmployer,
        Self::RestrictionsStated,
        Self::RestrictionsAbsent,
        Self::GermanStatus,
        Self::TitleClass,
        Self::OneCountry,
        Self::ResidenceRestriction,
        Self::UkNoWork,
        Self::UkConditions,
        Self::UkWorkThrough,
        Self::UkWorkWithinStay,
        Self::UkNoRent,
        Self::UkTravel,
        Self::EuTravel,
    ];

    /// The rule id in `spec/verification.md`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.row().0
    }

    /// What has to hold.
    #[must_use]
    pub const fn text(self) -> &'static str {
        self.row().1
    }

    /// The claims that the rule is about.
    #[must_use]
    pub const fn claims(self) -> &'static [&'static str] {
        self.row().2
    }

    const fn row(self) -> (&'static str, &'static str, &'static [&'static str]) {
        match self {
            Self::Mononym => (
                "S-30",
                "given names are absent exactly when the holder is stated to have one name only",
                &["id.given_name", "id.mononym"],
            ),
            Self::PlaceOfBirth => (
                "S-31",
                "at least one part of the place of birth is stated",
                &["id.place_of_birth.country", "id.place_of_birth.region", "id.place_of_birth.locality"],
            ),
            Self::BirthYear => (
                "S-32",
                "the year of birth is that of the date of birth",
                &["id.birth_year", "id.birth_date"],
            ),
            Self::AgeBand => ("S-33", "the age lies in the age band", &["id.age_over", "id.age_band_5y"]),
            Self::FreeMovement => (
                "S-34",
                "free movement follows from the nationalities",
                &["id.eu_eea_ch", "id.nationality", "id.other_nationalities"],
            ),
            Self::OtherNationalities => (
                "S-35",
                "other nationalities repeat none of the nationalities",
                &["id.other_nationalities", "id.nationality"],
            ),
            Self::NoNationality => {
                ("S-36", "stateless and unknown stand alone", &["id.nationality", "id.other_nationalities"])
            }
            Self::IscoLadder => (
                "S-40",
                "each ISCO-08 group begins with the group above it",
                &["qual.occupation.isco_unit", "qual.occupation.isco_minor", "qual.occupation.isco_submajor"],
            ),
            Self::ResultOfKind => {
                ("S-41", "the result is one that this kind of paper can have", &["qual.kind", "qual.result"])
            }
            Self::RequiredOfKind => {
                ("S-42", "what this kind of paper always states is stated", &["qual.kind"])
            }
            Self::RegulatedOfKind => {
                ("S-43", "the kind of paper and the regulation agree", &["qual.kind", "qual.regulated"])
            }
            Self::PartialDifferences => (
                "S-44",
                "a partial result names the differences",
                &["qual.result", "qual.differences_summary"],
            ),
            Self::FullDifferences => (
                "S-45",
                "a full result has no differences and no measure",
                &["qual.result", "qual.differences_summary", "qual.measure.type"],
            ),
            Self::Measure => (
                "S-46",
                "a measure has a type, and goes with a partial result or with differences in a regulated occupation",
                &[
                    "qual.measure.type",
                    "qual.measure.max_months",
                    "qual.result",
                    "qual.regulated",
                    "qual.differences_summary",
                ],
            ),
            Self::DecisionYear => (
                "S-47",
                "the year of the decision is that of its date",
                &["qual.decision_year", "qual.decision_date"],
            ),
            Self::EducationAtLeast => (
                "S-48",
                "the education threshold is the EQF level",
                &["qual.education_level_at_least", "qual.education_level_eqf"],
            ),
            Self::EducationOfFour => (
                "S-49",
                "the education of four levels is that of the EQF level",
                &["qual.education_level_4", "qual.education_level_eqf"],
            ),
            Self::LanguageAtLeast => (
                "S-50",
                "the language threshold is the CEFR level",
                &["qual.language_test.at_least", "qual.language_test.cefr"],
            ),
            Self::LicenceEnded => (
                "S-51",
                "a licence that is suspended or withdrawn is not valid now",
                &["qual.kind", "qual.licence.state", "qual.valid_now"],
            ),
            Self::Unlimited => (
                "S-60",
                "unlimited is stated exactly when there is no end",
                &["res.unlimited", "res.valid_until"],
            ),
            Self::ValidUntilMonth => (
                "S-61",
                "the month of the end is that of its date",
                &["res.valid_until_month", "res.valid_until"],
            ),
            Self::ValidThrough => (
                "S-62",
                "the validity threshold is the last month that the end date covers",
                &["res.valid_through", "res.valid_until"],
            ),
            Self::AnyEmployer => (
                "S-63",
                "work for any employer follows from the work permission",
                &["res.may_work_any_employer", "res.de.work_permission", "res.uk.work.permitted"],
            ),
            Self::RestrictionsStated => (
                "S-64",
                "bound employment states every restriction, null where there is none, and has at least one",
                &["res.de.work_permission", "res.de.work_restrictions"],
            ),
            Self::RestrictionsAbsent => (
                "S-65",
                "employment that is not bound has no restriction, except on self-employment",
                &["res.de.work_permission", "res.de.work_restrictions"],
            ),
            Self::GermanStatus => (
                "S-66",
                "a German status states title, document, authority, end and work permission together",
                &[
                    "res.title_code",
                    "res.document_number",
                    "res.issuing_authority",
                    "res.valid_until",
                    "res.de.work_permission",
                ],
            ),
            Self::TitleClass => (
                "S-67",
                "the class of status is that of the title, or continuation",
                &["res.title_code", "res.status_class"],
            ),
            Self::OneCountry => (
                "S-68",
                "one credential states the status in one country",
                &[
                    "res.title_code",
                    "res.de.work_permission",
                    "res.uk.work.permitted",
                    "travel.uk.permission_valid",
                ],
            ),
            Self::ResidenceRestriction => (
                "S-69",
                "a residence restriction names the Land or the municipality that it is about, and nothing else",
                &["res.de.residence_restriction"],
            ),
            Self::UkNoWork => (
                "S-70",
                "without permission to work there is no end, no threshold and no condition, only an empty map of them",
                &[
                    "res.uk.work.permitted",
                    "res.uk.work.until",
                    "res.uk.work.through",
                    "res.uk.work.conditions",
                ],
            ),
            Self::UkConditions => (
                "S-71",
                "permission to work states its conditions, an empty map when there are none",
                &["res.uk.work.permitted", "res.uk.work.conditions"],
            ),
            Self::UkWorkThrough => (
                "S-72",
                "the work threshold is the last month that the end date covers",
                &["res.uk.work.through", "res.uk.work.until"],
            ),
            Self::UkWorkWithinStay => (
                "S-73",
                "permission to work ends with the stay at the latest, unless the stay is continued",
                &["res.uk.work.until", "res.uk.valid_until_month", "res.uk.continuation"],
            ),
            Self::UkNoRent => (
                "S-74",
                "without permission to rent there is no follow-up check",
                &["res.uk.rent.permitted", "res.uk.rent.follow_up_by"],
            ),
            Self::UkTravel => (
                "S-75",
                "permission to travel names its documents, except for who is exempt, and comes first",
                &["travel.uk.permission_valid", "travel.uk.permission_kind", "res.uk.linked_documents"],
            ),
            Self::EuTravel => (
                "S-76",
                "a travel authorisation is stated before its details",
                &[
                    "travel.authorised_now",
                    "travel.valid_until",
                    "travel.first_member_state",
                    "travel.days_remaining_at_least",
                ],
            ),
        }
    }

    fn holds(self, set: &ClaimSet) -> bool {
        match self {
            Self::Mononym => set.has("id.given_name") != (set.bool("id.mononym") == Some(true)),
            Self::PlaceOfBirth => self.claims().iter().any(|id| set.has(id)),
            Self::BirthYear => same(set.int("id.birth_year"), derive::birth_year(set)),
            Self::AgeBand => age_in_band(set),
            Self::FreeMovement => same(set.bool("id.eu_eea_ch"), derive::free_movement(set)),
            Self::OtherNationalities => other_nationalities(set),
            Self::NoNationality => no_nationality(set),
            Self::IscoLadder => isco_ladder(set),
            Self::ResultOfKind => result_of_kind(set),
            Self::RequiredOfKind => required_of_kind(set),
            Self::RegulatedOfKind => same(set.bool("qual.regulated"), derive::regulated(set)),
            Self::PartialDifferences => !set.is("qual.result", "partial") || has_differences(set),
            Self::FullDifferences => {
                !set.is("qual.result", "full") || !(has_differences(set) || has_measure(set))
            }
            Self::Measure => measure(set),
            Self::DecisionYear => same(set.int("qual.decision_year"), derive::decision_year(set)),
            Self::EducationAtLeast => {
                same(set.threshold("qual.education_level_at_least"), derive::education_at_least(set))
            }
            Self::EducationOfFour => same(set.text("qual.education_level_4"), derive::education_of_four(set)),
            Self::LanguageAtLeast => {
                same(set.threshold("qual.language_test.at_least"), derive::language_at_least(set))
            }
            Self::LicenceEnded => !derive::licence_ended(set) || set.bool("qual.valid_now") != Some(true),
            Self::Unlimited => same(set.bool("res.unlimited"), derive::unlimited(set)),
            Self::ValidUntilMonth => match set.end("res.valid_until") {
                Some(end) => {
                    !set.has("res.valid_until_month")
                        || set.month("res.valid_until_month") == end.map(|end| end.month())
                }
                None => true,
            },
            Self::ValidThrough => same(set.threshold("res.valid_through"), derive::valid_through(set)),
            Self::AnyEmployer => same(set.bool("res.may_work_any_employer"), derive::any_employer(set)),
            Self::RestrictionsStated => {
                !set.is("res.de.work_permission", "employment_bound") || restrictions_stated(set)
            }
            Self::RestrictionsAbsent => {
                set.is("res.de.work_permission", "employment_bound")
                    || RESTRICTIONS.iter().all(|id| set.plain(id).is_none_or(|value| *value == Value::Null))
            }
            Self::GermanStatus => !is_german(set) || self.claims().iter().all(|id| set.has(id)),
            Self::TitleClass => title_class(set),
            Self::OneCountry => !(is_german(set) && is_british(set)),
            Self::ResidenceRestriction => residence_restriction(set),
            Self::UkNoWork => set.bool("res.uk.work.permitted") != Some(false) || uk_no_work(set),
            Self::UkConditions => {
                set.bool("res.uk.work.permitted") != Some(true) || set.has("res.uk.work.conditions")
            }
            Self::UkWorkThrough => same(set.threshold("res.uk.work.through"), derive::uk_work_through(set)),
            Self::UkWorkWithinStay => uk_work_within_stay(set),
            Self::UkNoRent => {
                set.bool("res.uk.rent.permitted") != Some(false)
                    || set.end("res.uk.rent.follow_up_by").flatten().is_none()
            }
            Self::UkTravel => uk_travel(set),
            Self::EuTravel => set.has("travel.authorised_now") || !self.claims().iter().any(|id| set.has(id)),
        }
    }

    /// The name of the type that the rule is for.
    #[must_use]
    pub const fn credential_type(self) -> &'static str {
        match self {
            Self::Mononym
            | Self::PlaceOfBirth
            | Self::BirthYear
            | Self::AgeBand
            | Self::FreeMovement
            | Self::OtherNationalities
            | Self::NoNationality => "identity",
            Self::IscoLadder
            | Self::ResultOfKind
            | Self::RequiredOfKind
            | Self::RegulatedOfKind
            | Self::PartialDifferences
            | Self::FullDifferences
            | Self::Measure
            | Self::DecisionYear
            | Self::EducationAtLeast
            | Self::EducationOfFour
            | Self::LanguageAtLeast
            | Self::LicenceEnded => "qualification",
            Self::Unlimited
            | Self::ValidUntilMonth
            | Self::ValidThrough
            | Self::AnyEmployer
            | Self::RestrictionsStated
            | Self::RestrictionsAbsent
            | Self::GermanStatus
            | Self::TitleClass
            | Self::OneCountry
            | Self::ResidenceRestriction
            | Self::UkNoWork
            | Self::UkConditions
            | Self::UkWorkThrough
            | Self::UkWorkWithinStay
            | Self::UkNoRent
            | Self::UkTravel
            | Self::EuTravel => "residence",
        }
    }
}

impl fmt::Display for Invariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.code(), self.text(), self.claims().join(", "))
    }
}

/// Every rule of the type of `set`; the first that does not hold is the error.
pub(super) fn check(set: &ClaimSet) -> Result<(), ClaimError> {
    let name = set.credential_type().name;
    let mut rules = Invariant::ALL.iter().filter(|rule| rule.credential_type() == name);
    rules.find(|rule| !rule.holds(set)).map_or(Ok(()), |rule| Err(ClaimError::Broken(*rule)))
}

/// A stated step equals what follows from its source, when both are there.
fn same<T: PartialEq>(stated: Option<T>, derived: Option<T>) -> bool {
    match (stated, derived) {
        (Some(stated), Some(derived)) => stated == derived,
        _ => true,
    }
}

fn age_in_band(set: &ClaimSet) -> bool {
    let (Some(age), Some(band)) = (set.threshold("id.age_over"), set.text("id.age_band_5y")) else {
        return true;
    };
    derive::age_band(u16::from(age)) == Some(band)
}

fn other_nationalities(set: &ClaimSet) -> bool {
    let own = set.items("id.nationality").unwrap_or_default();
    set.items("id.other_nationalities").unwrap_or_default().iter().all(|code| !own.contains(code))
}

fn no_nationality(set: &ClaimSet) -> bool {
    let own = set.items("id.nationality").unwrap_or_default();
    let other = set.items("id.other_nationalities").unwrap_or_default();
    let stands_alone = own.len() + other.len() <= 1;
    let is_none = |value: &Value| matches!(value.as_text(), Some(country::STATELESS | country::UNKNOWN));
    stands_alone || !own.iter().chain(other).any(is_none)
}

fn isco_ladder(set: &ClaimSet) -> bool {
    let steps = ["qual.occupation.isco_unit", "qual.occupation.isco_minor", "qual.occupation.isco_submajor"];
    let stated: Vec<&str> = steps.iter().filter_map(|id| set.text(id)).collect();
    stated.iter().zip(stated.iter().skip(1)).all(|(finer, coarser)| finer.starts_with(coarser))
}

fn result_of_kind(set: &ClaimSet) -> bool {
    let Some(result) = set.text("qual.result") else { return true };
    let allowed: &[&str] = match set.text("qual.kind") {
        Some("equivalence_nonregulated" | "access_regulated") => {
            &["full", "partial", "none", "full_after_measure"]
        }
        Some("academic_recognition") => &["full", "partial", "none"],
        Some("comparability_statement") => &["comparable", "not_comparable"],
        _ => &[],
    };
    allowed.contains(&result)
}

/// What BQFG secs. 4 to 13 put into every decision.
const DECISION: &[&str] = &[
    "qual.result",
    "qual.decision_date",
    "qual.case_number",
    "qual.legal_basis",
    "qual.regulated",
    "qual.reference_occupation",
    "qual.occupation.kldb",
    "qual.dqr_level",
    "qual.foreign.title",
    "qual.foreign.awarding_body",
    "qual.foreign.country",
    "qual.foreign.awarded_on",
];
const EVALUATION: &[&str] = &[
    "qual.result",
    "qual.decision_date",
    "qual.case_number",
    "qual.foreign.title",
    "qual.foreign.awarding_body",
    "qual.foreign.country",
    "qual.foreign.awarded_on",
];
const AWARD: &[&str] =
    &["qual.foreign.title", "qual.foreign.awarding_body", "qual.foreign.country", "qual.foreign.awarded_on"];
const LICENCE: &[&str] = &["qual.regulated", "qual.licence.state", "qual.licence.title"];

fn required_of_kind(set: &ClaimSet) -> bool {
    let required = match set.text("qual.kind") {
        Some("equivalence_nonregulated" | "access_regulated") => DECISION,
        Some("academic_recognition" | "comparability_statement") => EVALUATION,
        Some("licence") => LICENCE,
        Some("foreign_award") => AWARD,
        Some("language_test") => {
            return set.has("qual.language_test.cefr") || set.has("qual.language_test.clb_min");
        }
        _ => return true,
    };
    required.iter().all(|id| set.has(id))
}

fn has_differences(set: &ClaimSet) -> bool {
    set.items("qual.differences_summary").is_some_and(|items| !items.is_empty())
}

fn has_measure(set: &ClaimSet) -> bool {
    set.has("qual.measure.type") || set.has("qual.measure.max_months")
}

fn measure(set: &ClaimSet) -> bool {
    let regulated = set.bool("qual.regulated") == Some(true);
    !has_measure(set)
        || set.has("qual.measure.type")
            && (set.is("qual.result", "partial") || regulated && has_differences(set))
}

/// The restrictions of sec. 34 BeschV and the day limit; `null` states that there is none.
const RESTRICTIONS: &[&str] = &[
    "res.de.work_restrictions.until",
    "res.de.work_restrictions.establishment",
    "res.de.work_restrictions.occupation",
    "res.de.work_restrictions.employer",
    "res.de.work_restrictions.region",
    "res.de.work_restrictions.working_time",
    "res.de.work_restrictions.days_year_max",
];

fn restrictions_stated(set: &ClaimSet) -> bool {
    let values: Vec<&Value> = RESTRICTIONS.iter().filter_map(|id| set.plain(id)).collect();
    values.len() == RESTRICTIONS.len()
        && set.has("res.de.work_restrictions.self_employment")
        && values.iter().any(|value| **value != Value::Null)
}

fn is_german(set: &ClaimSet) -> bool {
    set.has("res.title_code") || stated_below(set, "res.de.")
}

fn is_british(set: &ClaimSet) -> bool {
    stated_below(set, "res.uk.") || stated_below(set, "travel.uk.")
}

fn stated_below(set: &ClaimSet, prefix: &str) -> bool {
    set.iter().any(|(_, claim, _)| claim.id.starts_with(prefix))
}

fn title_class(set: &ClaimSet) -> bool {
    let stated = set.text("res.status_class").and_then(status::StatusClass::from_code);
    stated == Some(status::StatusClass::Continuation)
        || same(stated, set.text("res.title_code").and_then(status::title_class))
}

fn residence_restriction(set: &ClaimSet) -> bool {
    let Some(restriction) = set.plain("res.de.residence_restriction") else { return true };
    let length = restriction.get("ars").and_then(Value::as_text).map(str::len);
    match restriction.get("level").and_then(Value::as_text) {
        Some("none") => length.is_none(),
        Some("land") => length == Some(2),
        _ => length.is_some_and(|length| length >= 5),
    }
}

fn uk_no_work(set: &ClaimSet) -> bool {
    set.end("res.uk.work.until").flatten().is_none()
        && set.threshold("res.uk.work.through").is_none_or(|through| through == 0)
        && set.plain("res.uk.work.conditions").is_none_or(|value| *value == Value::Map(Vec::new()))
}

fn uk_work_within_stay(set: &ClaimSet) -> bool {
    let continued = set.text("res.uk.continuation").is_some_and(|kind| kind != "none");
    let (Some(work), Some(stay)) = (set.end("res.uk.work.until"), set.month("res.uk.valid_until_month"))
    else {
        return true;
    };
    let permitted = set.bool("res.uk.work.permitted") == Some(true);
    continued || !permitted || work.is_some_and(|work| work.month() <= stay)
}

fn uk_travel(set: &ClaimSet) -> bool {
    let permitted = set.bool("travel.uk.permission_valid");
    let documents = set.has("res.uk.linked_documents");
    let exempt = set.is("travel.uk.permission_kind", "exempt");
    match permitted {
        Some(true) => documents || exempt,
        Some(false) => true,
        None => !documents && !set.has("travel.uk.permission_kind"),
    }
}
