//! A record from the claims of a scenario, so that one setup feeds both designs.
//!
//! ```text
//! identity   id.family_name id.given_name id.birth_date id.nationality doc.number
//! residence  res.valid_until res.uk.* travel.uk.*  res.under_review       -> Record
//! ```
//!
//! What claims do not say is left to the assumptions SC-60 to SC-65, and to whoever changes the record afterwards.

use super::record::{Name, Photo, Record, Standing, Status, Work};
use geleit_cose::cbor::Value;
use geleit_credential::schema::{ClaimSet, Date, End, Month, PartialDate};

/// Why claims make no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoRecord {
    /// The identity lacks what every identity states.
    #[error("no record: the identity has no {0}")]
    Missing(&'static str),
    /// SC-53: the residence credential states nothing about the United Kingdom.
    #[error("no record: the status is not one of the United Kingdom")]
    ElsewhereOnly,
}

impl Record {
    /// The record of a person whom the authority knows by these claims.
    ///
    /// # Errors
    /// [`NoRecord`].
    pub fn from_claims(identity: &ClaimSet, residence: &ClaimSet) -> Result<Self, NoRecord> {
        let family = text(identity, "id.family_name").ok_or(NoRecord::Missing("id.family_name"))?;
        let birth = text(identity, "id.birth_date").and_then(PartialDate::parse);
        let pending = text(residence, "res.uk.continuation").is_some_and(|kind| kind != "none");
        Ok(Self {
            name: Name {
                family: family.to_owned(),
                given: text(identity, "id.given_name").map(str::to_owned),
            },
            birth_date: birth.ok_or(NoRecord::Missing("id.birth_date"))?.earliest(),
            british_or_irish: texts(identity, "id.nationality").any(|code| ["GB", "IE"].contains(&code)),
            // SC-60: the authority has a photo, whether or not the credential of the other design holds one.
            photo: Photo::Own,
            documents: documents(identity, residence),
            status: Status::from_claims(residence)?,
            pending,
            disputed: flag(residence, "res.under_review") == Some(true),
            name_matched: true,
        })
    }
}

impl Status {
    fn from_claims(residence: &ClaimSet) -> Result<Self, NoRecord> {
        if !is_british(residence) {
            return Err(NoRecord::ElsewhereOnly);
        }
        // SC-61: "not valid now" is over, whatever the end on file.
        let over =
            [flag(residence, "res.valid_now"), flag(residence, "res.uk.valid_now")].contains(&Some(false));
        Ok(Self {
            leave: leave(residence),
            standing: if over { Standing::Ended } else { Standing::InForce },
            work: work(residence),
            rent: flag(residence, "res.uk.rent.permitted"),
            study: flag(residence, "res.uk.study.permitted"),
            public_funds: text(residence, "res.uk.public_funds").map(|access| access == "permitted"),
            travel: flag(residence, "travel.uk.permission_valid"),
            kind: if residence.get("res.uk.route").is_some() { "res.uk.route" } else { "res.status_class" },
        })
    }
}

fn is_british(residence: &ClaimSet) -> bool {
    residence
        .iter()
        .any(|(_, claim, _)| claim.id.starts_with("res.uk.") || claim.id.starts_with("travel.uk."))
}

/// SC-62: the end of the leave is the first of these that is stated; of a month it is the last day. The day of a
/// follow-up check stands in for it only where nothing else is stated.
fn leave(residence: &ClaimSet) -> Option<End> {
    let worked = flag(residence, "res.uk.work.permitted") == Some(true);
    let month = || text(residence, "res.uk.valid_until_month").and_then(Month::parse).map(Month::last_day);
    end(residence, "res.valid_until")
        .or_else(|| worked.then(|| end(residence, "res.uk.work.until")).flatten())
        .or_else(|| month().map(End::Day))
        .or_else(|| end(residence, "res.uk.rent.follow_up_by"))
        .or_else(|| flag(residence, "res.uk.valid_now").map(|_| End::Never))
}

/// SC-63: permission to work that is not stated is not there.
fn work(residence: &ClaimSet) -> Option<Work> {
    flag(residence, "res.uk.work.permitted").filter(|permitted| *permitted)?;
    let condition = |key| residence.plain("res.uk.work.conditions").and_then(|all| all.get(key));
    let hours = condition("max_hours_term").and_then(Value::as_int);
    let tied = condition("occupation_tied").is_some();
    Some(Work {
        until: end(residence, "res.uk.work.until").unwrap_or(End::Never),
        max_hours_term: hours.and_then(|hours| u8::try_from(hours).ok()),
        sponsor_tied: condition("sponsor_tied").and_then(Value::as_bool) == Some(true),
        other_conditions: tied || condition("self_employment").and_then(Value::as_bool) == Some(false),
    })
}

/// SC-64: the linked documents, or where none is stated the passport of the identity.
fn documents(identity: &ClaimSet, residence: &ClaimSet) -> Vec<String> {
    let linked = residence.plain("res.uk.linked_documents");
    let Some(Value::Array(linked)) = linked else {
        return text(identity, "doc.number").map(str::to_owned).into_iter().collect();
    };
    linked.iter().filter_map(|one| one.get("number")?.as_text()).map(str::to_owned).collect()
}

fn text<'c>(claims: &'c ClaimSet, id: &str) -> Option<&'c str> {
    claims.plain(id)?.as_text()
}

fn flag(claims: &ClaimSet, id: &str) -> Option<bool> {
    claims.plain(id)?.as_bool()
}

/// A day, or `null` for no end.
fn end(claims: &ClaimSet, id: &str) -> Option<End> {
    match claims.plain(id)? {
        Value::Null => Some(End::Never),
        value => value.as_text().and_then(Date::parse).map(End::Day),
    }
}

fn texts<'c>(claims: &'c ClaimSet, id: &str) -> impl Iterator<Item = &'c str> {
    let list = match claims.plain(id) {
        Some(Value::Array(list)) => list.as_slice(),
        _ => &[],
    };
    list.iter().filter_map(Value::as_text)
}
