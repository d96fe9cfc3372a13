//! What a registration permits and a request asks: claims by their place, thresholds by their step.
//!
//! ```text
//! "credentials": [ { "meta": {"vct": ...}, "claim": [ {"path": [group, member]},
//!                                                     {"path": [group, list, null, member]},
//!                                                     {"path": [group, member], "at_least": [18]} ] } ]
//! ```
//!
//! Names after ETSI TS 119 475 and the claims path of DCQL; `at_least` is ours. Only claims of the
//! three credential types exist here: a path that is none of theirs is refused with the reason.

use crate::register;
use crate::schema::{Claim, CredentialType, Group, Lookup, lookup};
use core::fmt;
use geleit_cose::cbor::Value;

/// One claim that is permitted or asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScopedClaim {
    /// The type of credential.
    pub credential_type: &'static CredentialType,
    /// The group.
    pub group: &'static Group,
    /// The claim.
    pub claim: &'static Claim,
    /// The member of list elements, when only that is meant.
    pub member: Option<&'static Claim>,
}

impl ScopedClaim {
    /// The claim with this id, such as `res.uk.work.permitted`.
    ///
    /// # Errors
    /// R-08 for a claim that exists in no schema, R-09 for one that is not known.
    pub fn by_id(id: &str) -> Result<Self, ScopeError> {
        match lookup(id) {
            Lookup::Claim { credential_type, group, claim, member } => {
                Ok(Self { credential_type, group, claim, member })
            }
            Lookup::Never(never) => {
                Err(ScopeError::Never { id: never.id, why: never.reason.en, why_de: never.reason.de })
            }
            Lookup::OutOfScope(family) => {
                Err(ScopeError::Never { id: family.name, why: family.reason.en, why_de: family.reason.de })
            }
            Lookup::Step { .. } | Lookup::Several(_) | Lookup::Elsewhere(_) | Lookup::Unknown => {
                Err(ScopeError::Unknown)
            }
        }
    }

    /// The id, such as `res.uk.work.permitted`.
    #[must_use]
    pub fn id(&self) -> &'static str {
        self.member.map_or(self.claim.id, |member| member.id)
    }

    /// The place on the wire: group, claim, and member of list elements.
    #[must_use]
    pub fn path(&self) -> Value {
        let mut path = vec![Value::text(self.group.key), Value::text(self.claim.key)];
        if let Some(member) = self.member {
            path.extend([Value::Null, Value::text(member.key)]);
        }
        Value::Array(path)
    }

    fn at_path(credential_type: &'static CredentialType, path: &Value) -> Result<Self, ScopeError> {
        let Value::Array(path) = path else { return Err(ScopeError::Shape("path")) };
        let text = |index: usize| path.get(index).and_then(Value::as_text);
        let found = text(0).and_then(|group| credential_type.group(group));
        let found = found.and_then(|group| Some((group, group.claim(text(1)?)?)));
        let (group, claim) = found.ok_or(ScopeError::Unknown)?;
        let member = match (path.get(2), text(3), path.len()) {
            (None, None, 2) => None,
            (Some(Value::Null), Some(key), 4) => {
                Some(claim.record().iter().find(|member| member.key == key).ok_or(ScopeError::Unknown)?)
            }
            _ => return Err(ScopeError::Shape("path")),
        };
        Ok(Self { credential_type, group, claim, member })
    }

    /// Does a permission for `self` cover `other`? A list of records is covered with its members.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.claim.id == other.claim.id
            && (self.member.is_none() || self.member.map(|m| m.id) == other.member.map(|m| m.id))
    }
}

/// A claim with how it may be, or is, asked.
#[derive(Clone, Debug, PartialEq)]
pub struct ScopeEntry {
    /// The claim.
    pub claim: ScopedClaim,
    /// The holder may leave it out.
    pub necessity: Necessity,
    /// Thresholds, ascending; empty for a claim that is not a threshold claim.
    pub at_least: Vec<u8>,
}

impl ScopeEntry {
    /// How many disclosures an answer to it can have: group, claim, and what of a list may be opened.
    fn most_disclosures(&self) -> usize {
        let ScopedClaim { claim, member, .. } = self.claim;
        let members = if member.is_some() { 1 } else { claim.record().len() };
        2 + claim.slots().map_or(0, |slots| usize::from(slots) * (1 + members))
    }
}

/// Must a claim be answered, or may the holder leave it out?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Necessity {
    /// Without it the purpose cannot be met.
    Required,
    /// The holder decides.
    Optional,
}

/// Claims that are permitted or asked, each once.
#[derive(Clone, Debug, PartialEq)]
pub struct Scope {
    entries: Vec<ScopeEntry>,
}

impl Scope {
    /// More disclosures than this no answer can have.
    pub(crate) fn most_disclosures(&self) -> usize {
        self.entries.iter().map(ScopeEntry::most_disclosures).sum()
    }

    /// A scope of these claims.
    ///
    /// # Errors
    /// R-12 for no claim at all; R-14: a claim twice, thresholds on a claim that has none or without any, a threshold that is
    /// not a step of its domain, or one that would show the commitment of a threshold for nothing.
    pub fn new(entries: Vec<ScopeEntry>) -> Result<Self, ScopeError> {
        if entries.is_empty() {
            return Err(ScopeError::CatchAll);
        }
        for (index, entry) in entries.iter().enumerate() {
            let earlier = entries.iter().take(index);
            if earlier
                .clone()
                .any(|other| other.claim.covers(&entry.claim) || entry.claim.covers(&other.claim))
            {
                return Err(ScopeError::Twice { id: entry.claim.id() });
            }
            let thresholds_fit = match entry.claim.claim.domain() {
                None => entry.at_least.is_empty(),
                Some(domain) => {
                    !entry.at_least.is_empty()
                        && entry.at_least.is_sorted_by(|a, b| a < b)
                        && entry.at_least.iter().all(|t| domain.has_step(*t))
                }
            };
            if !thresholds_fit {
                return Err(ScopeError::Thresholds { id: entry.claim.id() });
            }
        }
        Ok(Self { entries })
    }

    /// The claims.
    #[must_use]
    pub fn entries(&self) -> &[ScopeEntry] {
        &self.entries
    }

    /// The types of credential, each once, in schema order.
    pub fn credential_types(&self) -> impl Iterator<Item = &'static CredentialType> + '_ {
        crate::schema::TYPES.iter().copied().filter(|t| self.of_type(t).next().is_some())
    }

    /// The claims of one type of credential.
    pub fn of_type(&self, credential_type: &CredentialType) -> impl Iterator<Item = &ScopeEntry> {
        let vct = credential_type.vct;
        self.entries.iter().filter(move |entry| entry.claim.credential_type.vct == vct)
    }

    /// The entry that covers a claim.
    #[must_use]
    pub fn covering(&self, claim: &ScopedClaim) -> Option<&ScopeEntry> {
        self.entries.iter().find(|entry| entry.claim.covers(claim))
    }

    /// The ids of `self` that `permitted` does not cover: claims and thresholds that it does not have,
    /// and claims that are required here but optional there.
    #[must_use]
    pub fn beyond(&self, permitted: &Self) -> Vec<&'static str> {
        let covered = |entry: &ScopeEntry| {
            permitted.covering(&entry.claim).is_some_and(|allowed| {
                (entry.necessity == Necessity::Optional || allowed.necessity == Necessity::Required)
                    && entry.at_least.iter().all(|t| allowed.at_least.contains(t))
            })
        };
        self.entries.iter().filter(|entry| !covered(entry)).map(|entry| entry.claim.id()).collect()
    }

    /// The wire form.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let credentials = self.credential_types().map(|credential_type| {
            let claims = self.of_type(credential_type).map(ScopeEntry::to_value).collect();
            Value::Map(vec![
                (Value::text("format"), Value::text(FORMAT)),
                (
                    Value::text("meta"),
                    Value::Map(vec![(Value::text("vct"), Value::text(credential_type.vct))]),
                ),
                (Value::text("claim"), Value::Array(claims)),
            ])
        });
        Value::Array(credentials.collect())
    }

    /// Reads the wire form.
    ///
    /// # Errors
    /// R-08, R-09, R-12 to R-14, T-07.
    pub fn from_value(value: &Value) -> Result<Self, ScopeError> {
        let Value::Array(credentials) = value else { return Err(ScopeError::Shape("credentials")) };
        let mut entries = Vec::new();
        for credential in credentials {
            require_only(credential, &["format", "meta", "claim"], "credentials")?;
            if credential.get("format").and_then(Value::as_text) != Some(FORMAT) {
                return Err(ScopeError::Shape("format"));
            }
            let meta = credential.get("meta");
            meta.map_or(Ok(()), |meta| require_only(meta, &["vct"], "meta"))?;
            let vct = meta.and_then(|meta| meta.get("vct")).and_then(Value::as_text);
            let credential_type =
                vct.and_then(CredentialType::by_vct).ok_or(ScopeError::UnknownCredentialType)?;
            let Some(Value::Array(claims)) = credential.get("claim") else {
                return Err(ScopeError::Shape("claim"));
            };
            // A request for a whole credential is the widest question there is.
            if claims.is_empty() {
                return Err(ScopeError::CatchAll);
            }
            for claim in claims {
                entries.push(ScopeEntry::from_value(credential_type, claim)?);
            }
        }
        Self::new(entries)
    }
}

/// The name of the credential format.
const FORMAT: &str = "sd-cwt";

impl ScopeEntry {
    /// A claim that has to be answered.
    #[must_use]
    pub const fn required(claim: ScopedClaim) -> Self {
        Self { claim, necessity: Necessity::Required, at_least: Vec::new() }
    }

    /// A claim that the holder may leave out.
    #[must_use]
    pub const fn optional(claim: ScopedClaim) -> Self {
        Self { claim, necessity: Necessity::Optional, at_least: Vec::new() }
    }

    fn to_value(&self) -> Value {
        let mut map = vec![(Value::text("path"), self.claim.path())];
        if self.necessity == Necessity::Optional {
            map.push((Value::text("optional"), Value::Bool(true)));
        }
        if !self.at_least.is_empty() {
            let steps = self.at_least.iter().map(|t| Value::Uint(u64::from(*t))).collect();
            map.push((Value::text("at_least"), Value::Array(steps)));
        }
        Value::Map(map)
    }

    fn from_value(credential_type: &'static CredentialType, value: &Value) -> Result<Self, ScopeError> {
        // A misspelt "optional" must not read as "required".
        require_only(value, &["path", "optional", "at_least"], "claim")?;
        let path = value.get("path").ok_or(ScopeError::Shape("path"))?;
        let claim = ScopedClaim::at_path(credential_type, path)?;
        let necessity = match value.get("optional") {
            None => Necessity::Required,
            Some(Value::Bool(true)) => Necessity::Optional,
            Some(_) => return Err(ScopeError::Shape("optional")),
        };
        let at_least = match value.get("at_least") {
            None => Vec::new(),
            Some(Value::Array(steps)) => steps
                .iter()
                .map(|step| step.as_int().and_then(|t| u8::try_from(t).ok()))
                .collect::<Option<_>>()
                .ok_or(ScopeError::Shape("at_least"))?,
            Some(_) => return Err(ScopeError::Shape("at_least")),
        };
        Ok(Self { claim, necessity, at_least })
    }
}

/// T-07, or R-13 when `value`, a part of the field `field`, is no map.
fn require_only(value: &Value, names: &[&str], field: &'static str) -> Result<(), ScopeError> {
    match register::require_only(value, &[], names) {
        Ok(()) => Ok(()),
        Err(register::Error::UnknownField) => Err(ScopeError::UnknownField { within: field }),
        Err(_) => Err(ScopeError::Shape(field)),
    }
}

/// Why a scope is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ScopeError {
    /// R-08: a claim that exists in no schema, with the reason in English and German.
    Never {
        /// The id or family.
        id: &'static str,
        /// Why, in English.
        why: &'static str,
        /// Why, in German.
        why_de: &'static str,
    },
    /// R-09: not a claim of the three credential types.
    Unknown,
    /// R-09: not one of the three credential types.
    UnknownCredentialType,
    /// R-12: no claims are named, which would mean all.
    CatchAll,
    /// R-13: a field has another shape than it must have.
    Shape(&'static str),
    /// T-07: an entry has a field that it does not have.
    UnknownField {
        /// The field whose entries are read.
        within: &'static str,
    },
    /// R-14: the same claim twice.
    Twice {
        /// The claim.
        id: &'static str,
    },
    /// R-14: thresholds that do not fit the claim.
    Thresholds {
        /// The claim.
        id: &'static str,
    },
}

impl ScopeError {
    /// The rule id in `spec/verification.md`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Never { .. } => "R-08",
            Self::Unknown | Self::UnknownCredentialType => "R-09",
            Self::CatchAll => "R-12",
            Self::Shape(_) => "R-13",
            Self::UnknownField { .. } => "T-07",
            Self::Twice { .. } | Self::Thresholds { .. } => "R-14",
        }
    }
}

impl fmt::Display for ScopeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())?;
        match self {
            Self::Never { id, why, .. } => write!(f, " claim {id}: exists in no credential: {why}"),
            Self::Unknown => {
                f.write_str(" claim: required one of the three credential types; see `geleit claims`")
            }
            Self::UnknownCredentialType => {
                f.write_str(" credential type: required identity, qualification or residence")
            }
            Self::CatchAll => {
                f.write_str(" claims: required named claims; a request for everything is refused")
            }
            Self::Shape(field) => {
                write!(f, " field \"{field}\" is missing or has another type than it must have")
            }
            Self::UnknownField { within } => {
                write!(f, " field \"{within}\" has a field that it does not have")
            }
            Self::Twice { id } => write!(f, " claim {id} is named twice"),
            Self::Thresholds { id } => {
                write!(f, " claim {id}: required ascending steps of its domain, on threshold claims only")
            }
        }
    }
}

impl core::error::Error for ScopeError {}

#[cfg(test)]
mod tests {
    use super::{FORMAT, Scope, ScopeEntry, ScopeError, ScopedClaim};
    use geleit_cose::cbor::Value;

    /// The wire form of one optional claim, with a field more in one of its maps.
    fn with(
        change: impl FnOnce(&mut Vec<(Value, Value)>, &mut Vec<(Value, Value)>, &mut Vec<(Value, Value)>),
    ) -> Value {
        let claim = ScopedClaim::by_id("id.given_name").unwrap();
        let text = Value::text;
        let mut meta = vec![(text("vct"), text(claim.credential_type.vct))];
        let mut entry = vec![(text("path"), claim.path()), (text("optional"), Value::Bool(true))];
        let mut credential = vec![(text("format"), text(FORMAT))];
        change(&mut credential, &mut meta, &mut entry);
        credential.push((text("meta"), Value::Map(meta)));
        credential.push((text("claim"), Value::Array(vec![Value::Map(entry)])));
        Value::Array(vec![Value::Map(credential)])
    }

    #[test]
    fn unknown_fields_are_refused_everywhere() {
        let more = || (Value::text("mark"), Value::Bool(true));
        let given_name = ScopedClaim::by_id("id.given_name").unwrap();
        let plain = Scope::from_value(&with(|_, _, _| ())).unwrap();
        assert_eq!(plain.entries(), [ScopeEntry::optional(given_name)]);
        for (within, value) in [
            ("credentials", with(|credential, _, _| credential.push(more()))),
            ("meta", with(|_, meta, _| meta.push(more()))),
            ("claim", with(|_, _, entry| entry.push(more()))),
            // Read as it is meant it would be optional, read without it required.
            ("claim", with(|_, _, entry| entry[1].0 = Value::text("optionel"))),
        ] {
            let error = Scope::from_value(&value).unwrap_err();
            assert_eq!((error, error.code()), (ScopeError::UnknownField { within }, "T-07"));
            assert!(error.to_string().starts_with("T-07 "), "{error}");
        }
        let no_map = Scope::from_value(&Value::Array(vec![Value::Null]));
        assert_eq!(no_map, Err(ScopeError::Shape("credentials")));
    }
}
