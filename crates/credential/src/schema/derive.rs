//! Ladder steps: coarser claims that follow from finer ones, and do not contradict them (S-24).
//!
//! ```text
//! birth date      -> year, band of five years, at least n years     latest possible birth date
//! nationalities   -> EU/EEA/CH yes or no                            not from "unknown"
//! ISCO unit group -> minor -> sub-major
//! EQF level       -> at least n; primary/secondary/higher/none      only levels 3, 4 and 6 to 8
//! CEFR level      -> at least
//! end date        -> month, last whole month, unlimited, valid now
//! ```
//!
//! A step is only derived when it follows for certain. Nothing here derives one classification from another
//! (KldB from ISCO, a title from a class).

use super::claim_set::{ClaimError, ClaimSet};
use super::date::Date;
use super::identity::AGE_BANDS;
use super::threshold;
use crate::code_list::{country, level};
use geleit_cose::cbor::Value;

/// A step and the claim it follows from.
#[derive(Clone, Copy)]
struct Step {
    id: &'static str,
    source: &'static str,
}

const fn step(id: &'static str, source: &'static str) -> Step {
    Step { id, source }
}

pub(super) fn derive(set: &mut ClaimSet, today: Date) -> Result<(), ClaimError> {
    match set.credential_type().name {
        "identity" => identity(set, today),
        "qualification" => qualification(set, today),
        "residence" => residence(set, today),
        _ => Ok(()),
    }
}

fn identity(set: &mut ClaimSet, today: Date) -> Result<(), ClaimError> {
    let year = birth_year(set);
    put(set, step("id.birth_year", "id.birth_date"), year.map(Value::int))?;
    if let Some(birth) = set.partial_date("id.birth_date") {
        // Somebody born in "1993" is at least as old as somebody born on 1993-12-31.
        let (least, most) = (birth.latest().completed_years(today), birth.earliest().completed_years(today));
        let band = age_band(least).filter(|band| age_band(most) == Some(*band));
        put(set, step("id.age_band_5y", "id.birth_date"), band.map(Value::text))?;
        let age = u8::try_from(least).unwrap_or(u8::MAX).min(threshold::AGE.max);
        put_threshold(set, step("id.age_over", "id.birth_date"), Some(age))?;
    }
    let free = free_movement(set);
    put(set, step("id.eu_eea_ch", "id.nationality"), free.map(Value::Bool))?;
    let valid = set.date("doc.expiry_date").map(|end| end >= today);
    valid_now(set, step("doc.valid_now", "doc.expiry_date"), valid)
}

fn qualification(set: &mut ClaimSet, today: Date) -> Result<(), ClaimError> {
    let year = decision_year(set);
    put(set, step("qual.decision_year", "qual.decision_date"), year.map(Value::int))?;
    let minor = prefix(set, "qual.occupation.isco_unit", 3);
    put(set, step("qual.occupation.isco_minor", "qual.occupation.isco_unit"), minor)?;
    let sub_major = prefix(set, "qual.occupation.isco_minor", 2);
    put(set, step("qual.occupation.isco_submajor", "qual.occupation.isco_minor"), sub_major)?;
    let regulated = regulated(set);
    put(set, step("qual.regulated", "qual.kind"), regulated.map(Value::Bool))?;
    let four = education_of_four(set);
    put(set, step("qual.education_level_4", "qual.education_level_eqf"), four.map(Value::text))?;
    let education = education_at_least(set);
    put_threshold(set, step("qual.education_level_at_least", "qual.education_level_eqf"), education)?;
    let language = language_at_least(set);
    put_threshold(set, step("qual.language_test.at_least", "qual.language_test.cefr"), language)?;
    valid_now(set, step("qual.valid_now", "qual.licence.state"), paper_is_valid(set, today))
}

/// A notice does not expire; a licence does, and ends when it is suspended or withdrawn. While it is under
/// review only the issuer can say.
fn paper_is_valid(set: &ClaimSet, today: Date) -> Option<bool> {
    if !set.is("qual.kind", "licence") {
        return Some(true);
    }
    let in_time = set.end("qual.licence.valid_until").flatten().is_none_or(|end| end >= today);
    match set.text("qual.licence.state")? {
        "active" | "restricted" => Some(in_time),
        "suspended" | "withdrawn" => Some(false),
        _ => (!in_time).then_some(false),
    }
}

fn residence(set: &mut ClaimSet, today: Date) -> Result<(), ClaimError> {
    let end = set.end("res.valid_until");
    let unlimited = unlimited(set);
    put(set, step("res.unlimited", "res.valid_until"), unlimited.map(Value::Bool))?;
    let month = end.flatten().map(|end| Value::text(end.month().to_string()));
    put(set, step("res.valid_until_month", "res.valid_until"), month)?;
    let through = valid_through(set);
    put_threshold(set, step("res.valid_through", "res.valid_until"), through)?;
    // Under sec. 81 AufenthG the effect outlasts the date; then only the issuer can say.
    if set.text("res.de.fiction_type").is_none_or(|kind| kind == "none") {
        let valid = end.map(|end| end.is_none_or(|end| end >= today));
        valid_now(set, step("res.valid_now", "res.valid_until"), valid)?;
    }
    let any = any_employer(set);
    put(set, step("res.may_work_any_employer", "res.de.work_permission"), any.map(Value::Bool))?;
    let work = uk_work_through(set);
    put_threshold(set, step("res.uk.work.through", "res.uk.work.until"), work)
}

/// States a step, or compares it with what is stated.
fn put(set: &mut ClaimSet, step: Step, value: Option<Value>) -> Result<(), ClaimError> {
    match (set.plain(step.id), value) {
        (_, None) => Ok(()),
        (Some(stated), Some(value)) if *stated == value => Ok(()),
        (Some(_), Some(_)) => Err(ClaimError::Contradicts { id: step.id, source: step.source }),
        (None, Some(value)) => set.set(step.id, value),
    }
}

fn put_threshold(set: &mut ClaimSet, step: Step, value: Option<u8>) -> Result<(), ClaimError> {
    match (set.threshold(step.id), value) {
        (_, None) => Ok(()),
        (Some(stated), Some(value)) if stated == value => Ok(()),
        (Some(_), Some(_)) => Err(ClaimError::Contradicts { id: step.id, source: step.source }),
        (None, Some(value)) => set.set_threshold(step.id, value),
    }
}

/// Something can end before its date, so that a stated `false` stays; a stated `true` after the date is
/// refused.
fn valid_now(set: &mut ClaimSet, step: Step, derived: Option<bool>) -> Result<(), ClaimError> {
    match (set.bool(step.id), derived) {
        (Some(false), _) => Ok(()),
        _ => put(set, step, derived.map(Value::Bool)),
    }
}

pub(super) fn birth_year(set: &ClaimSet) -> Option<i64> {
    Some(i64::from(set.partial_date("id.birth_date")?.year()))
}

/// The band of an age in completed years.
pub(super) fn age_band(years: u16) -> Option<&'static str> {
    AGE_BANDS.get(usize::from(years / 5)).or(AGE_BANDS.last()).copied()
}

/// Not from an unknown nationality, unless another one decides.
pub(super) fn free_movement(set: &ClaimSet) -> Option<bool> {
    let own = set.items("id.nationality")?;
    let codes = || {
        own.iter().chain(set.items("id.other_nationalities").unwrap_or_default()).filter_map(Value::as_text)
    };
    let unknown = codes().any(|code| code == country::UNKNOWN);
    let free = codes().any(country::is_eu_eea_ch);
    (free || !unknown).then_some(free)
}

fn prefix(set: &ClaimSet, id: &str, digits: usize) -> Option<Value> {
    set.text(id)?.get(..digits).map(Value::text)
}

pub(super) fn decision_year(set: &ClaimSet) -> Option<i64> {
    Some(i64::from(set.date("qual.decision_date")?.year()))
}

pub(super) fn regulated(set: &ClaimSet) -> Option<bool> {
    match set.text("qual.kind")? {
        "access_regulated" | "licence" => Some(true),
        "equivalence_nonregulated" => Some(false),
        _ => None,
    }
}

pub(super) fn education_at_least(set: &ClaimSet) -> Option<u8> {
    u8::try_from(set.int("qual.education_level_eqf")?).ok()
}

/// ETIAS knows primary, secondary, higher and none. EQF 1, 2 and 5 are on both sides of a border: not
/// derived.
pub(super) fn education_of_four(set: &ClaimSet) -> Option<&'static str> {
    match set.int("qual.education_level_eqf")? {
        3 | 4 => Some("secondary"),
        6..=8 => Some("higher"),
        _ => None,
    }
}

pub(super) fn language_at_least(set: &ClaimSet) -> Option<u8> {
    level::cefr_rank(set.text("qual.language_test.cefr")?)
}

/// The paper is a licence, and it is suspended or withdrawn. In other kinds of paper the state of a licence
/// changes nothing: a recognition stands without the licence.
pub(super) fn licence_ended(set: &ClaimSet) -> bool {
    set.is("qual.kind", "licence")
        && (set.is("qual.licence.state", "suspended") || set.is("qual.licence.state", "withdrawn"))
}

pub(super) fn unlimited(set: &ClaimSet) -> Option<bool> {
    set.end("res.valid_until").map(|end| end.is_none())
}

pub(super) fn valid_through(set: &ClaimSet) -> Option<u8> {
    set.end("res.valid_until").map(threshold::valid_through)
}

/// From the German work permission, else from the British conditions when they are stated.
pub(super) fn any_employer(set: &ClaimSet) -> Option<bool> {
    if let Some(permission) = set.text("res.de.work_permission") {
        return Some(matches!(permission, "any" | "employment_any"));
    }
    match set.bool("res.uk.work.permitted")? {
        false => Some(false),
        true => {
            let tied = set.plain("res.uk.work.conditions")?.get("sponsor_tied").and_then(Value::as_bool);
            Some(tied != Some(true))
        }
    }
}

pub(super) fn uk_work_through(set: &ClaimSet) -> Option<u8> {
    match set.bool("res.uk.work.permitted")? {
        false => Some(0),
        true => set.end("res.uk.work.until").map(threshold::valid_through),
    }
}
