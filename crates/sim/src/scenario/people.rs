//! From the claims of a scenario to claim sets: what an issuer would state.
//!
//! ```text
//! people.toml [like]  +  [people.NAME] overrides  -  without  -  lacks   -->  ClaimSet for each credential type
//! ```
//!
//! Values are written as in the claims file of `geleit issue`. TOML has no null, which is written `"null"`, and no
//! picture: `"portrait"` is one grey block.

use super::embedded;
use super::schema::{Claims, Person};
use geleit_cose::cbor::Value;
use geleit_credential::schema::{
    Claim, ClaimSet, ClaimValue, CredentialType, Date, Lookup, Presence, lookup,
};
use std::collections::BTreeMap;

/// A JPEG of one grey block.
pub const PORTRAIT: &[u8] = &[
    0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10, b'J', b'F', b'I', b'F', 0x00, 0x01, 0x01, 0x00, 0x00, 0x01, 0x00,
    0x01, 0x00, 0x00, 0xff, 0xd9,
];

/// Names of credential types, in the order in which they are issued.
pub const TYPES: [&str; 3] = ["identity", "residence", "qualification"];

/// People that scenarios can start from, by name.
#[derive(Clone, Debug)]
pub struct Templates(BTreeMap<String, Person>);

impl Templates {
    /// Those of `spec/scenarios/people.toml`.
    ///
    /// # Errors
    /// None for the file of this version; a test reads it.
    pub fn embedded() -> Result<Self, toml::de::Error> {
        Self::from_toml(embedded::PEOPLE)
    }

    /// Those of a file.
    ///
    /// # Errors
    /// What is wrong, with line and column.
    pub fn from_toml(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text).map(Self)
    }

    /// Whether a person has a claim before `without` takes it away.
    pub(super) fn states(&self, person: &Person, id: &str) -> bool {
        let base = person.like.as_ref().and_then(|like| self.0.get(like));
        base.into_iter()
            .chain([person])
            .any(|one| TYPES.iter().any(|name| of_type(one, name).contains_key(id)))
    }

    /// The claims of a person, by credential type.
    ///
    /// # Errors
    /// The template that does not exist, the claim that does not, or the value that does not fit.
    pub fn claims(&self, person: &Person, today: Date) -> Result<BTreeMap<&'static str, ClaimSet>, String> {
        let base = match &person.like {
            Some(like) => {
                let found = self.0.get(like);
                found.ok_or_else(|| format!("people.toml has no person \"{like}\""))?.clone()
            }
            None => Person::default(),
        };
        let mut sets = BTreeMap::new();
        for name in TYPES {
            let mut claims = of_type(&base, name).clone();
            claims.extend(of_type(person, name).clone());
            claims.retain(|id, _| !person.without.contains(id));
            if !claims.is_empty() && !person.lacks.iter().any(|lacked| lacked.name() == name) {
                sets.insert(name, claim_set(name, &claims, today)?);
            }
        }
        Ok(sets)
    }
}

fn of_type<'p>(person: &'p Person, name: &str) -> &'p Claims {
    match name {
        "identity" => &person.identity,
        "residence" => &person.residence,
        _ => &person.qualification,
    }
}

/// States claims of one type, derives coarser ones and checks that all agree.
///
/// # Errors
/// The claim that does not exist or fit.
pub fn claim_set(name: &str, claims: &Claims, today: Date) -> Result<ClaimSet, String> {
    let credential_type =
        CredentialType::by_name(name).ok_or_else(|| format!("no credential is called \"{name}\""))?;
    let mut set = ClaimSet::new(credential_type);
    for (id, value) in claims {
        state(&mut set, id, value)?;
    }
    set.derive(today).and_then(|()| set.check()).map_err(|error| format!("{name}: {error}"))?;
    Ok(set)
}

/// Changes claims of a set, and derives anew. A coarser claim that follows from no other stays as it was stated.
///
/// # Errors
/// The claim that does not exist or fit.
pub fn changed(set: &ClaimSet, claims: &Claims, without: &[String], today: Date) -> Result<ClaimSet, String> {
    let is_coarser = |claim: &Claim| matches!(claim.presence, Presence::Derived);
    let mut derived = copied(set, |claim| !is_coarser(claim))?;
    derived.derive(today).map_err(|error| error.to_string())?;
    let again = |id: &str| claims.contains_key(id) || without.iter().any(|one| one == id);
    let follows = |claim: &Claim| is_coarser(claim) && derived.plain(claim.id).is_some();
    let mut changed = copied(set, |claim| !again(claim.id) && !follows(claim))?;
    for (id, value) in claims {
        state(&mut changed, id, value)?;
    }
    changed.derive(today).and_then(|()| changed.check()).map_err(|error| error.to_string())?;
    Ok(changed)
}

/// The plain claims that are kept.
fn copied(set: &ClaimSet, keeps: impl Fn(&Claim) -> bool) -> Result<ClaimSet, String> {
    let mut copy = ClaimSet::new(set.credential_type());
    for (_, claim, value) in set.iter() {
        if let (ClaimValue::Plain(value), true) = (value, keeps(claim)) {
            copy.set(claim.id, value.clone()).map_err(|error| error.to_string())?;
        }
    }
    Ok(copy)
}

/// Whether claims of one type exist, and each value fits.
pub(super) fn fit(name: &str, claims: &Claims) -> Result<(), String> {
    let credential_type =
        CredentialType::by_name(name).ok_or_else(|| format!("no credential is called \"{name}\""))?;
    let mut set = ClaimSet::new(credential_type);
    claims.iter().try_for_each(|(id, value)| state(&mut set, id, value))
}

fn state(set: &mut ClaimSet, id: &str, value: &toml::Value) -> Result<(), String> {
    if let Lookup::Claim { claim, member: None, .. } = lookup(id)
        && let Some(domain) = claim.domain()
    {
        let number = match value {
            toml::Value::Integer(number) => u8::try_from(*number).ok(),
            toml::Value::String(label) => domain.threshold(label),
            _ => None,
        };
        let number = number.ok_or_else(|| format!("{id}: a step of the threshold is required"))?;
        return set.set_threshold(id, number).map_err(|error| error.to_string());
    }
    set.set(id, cbor(id, value)?).map_err(|error| format!("{id}: {error}"))
}

fn cbor(id: &str, value: &toml::Value) -> Result<Value, String> {
    Ok(match value {
        toml::Value::String(text) if text == "null" => Value::Null,
        toml::Value::String(text) if text == "portrait" => Value::bytes(PORTRAIT),
        toml::Value::String(text) => Value::text(text),
        toml::Value::Integer(number) => Value::int(*number),
        toml::Value::Boolean(truth) => Value::Bool(*truth),
        toml::Value::Array(items) => {
            Value::Array(items.iter().map(|item| cbor(id, item)).collect::<Result<_, _>>()?)
        }
        toml::Value::Table(entries) => {
            let pairs = entries.iter().map(|(key, item)| Ok((Value::text(key), cbor(id, item)?)));
            Value::Map(pairs.collect::<Result<_, String>>()?)
        }
        toml::Value::Float(_) | toml::Value::Datetime(_) => {
            return Err(format!("{id}: text, a whole number, true, false, a list or a table is required"));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{Templates, changed};
    use crate::scenario::schema::{Claims, Person};
    use geleit_cose::cbor::Value;
    use geleit_credential::schema::Date;

    #[test]
    fn what_follows_is_derived_anew_and_what_was_stated_stays() {
        let today = Date::parse("2026-11-23").unwrap();
        let student = Person { like: Some("student".into()), ..Person::default() };
        let sets = Templates::embedded().unwrap().claims(&student, today).unwrap();
        let later = toml::Value::String("2028-01-15".into());
        let claims = Claims::from([("res.valid_until".to_owned(), later)]);
        let set = changed(sets.get("residence").unwrap(), &claims, &[], today).unwrap();
        assert_eq!(set.plain("res.valid_until_month"), Some(&Value::text("2028-01")));
        assert_eq!(set.plain("res.uk.valid_now"), Some(&Value::Bool(true)));
        assert_eq!(set.plain("res.uk.valid_until_month"), Some(&Value::text("2027-10")));
    }
}
