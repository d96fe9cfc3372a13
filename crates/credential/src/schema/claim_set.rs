//! The claims of one holder before they are redacted and signed.
//!
//! ```text
//! ClaimSet::new(type) --set--> each value checked alone --derive(today)--> ladder steps --check--> rules between claims
//! ```
//!
//! A set is the issuer's statement. It holds no salts, no decoys and no keys, and its `Debug` shows no
//! values.

use super::date::{Date, Month, PartialDate};
use super::{Claim, ClaimFault, CredentialType, Family, Group, Invariant, Lookup, NeverClaim, Presence};
use super::{derive, invariant, lookup};
use core::fmt;
use geleit_cose::cbor::Value;

/// Claims of one credential type with checked values.
#[derive(Clone)]
pub struct ClaimSet {
    credential_type: &'static CredentialType,
    /// In schema order.
    stated: Vec<Stated>,
    /// What [`ClaimSet::derive`] found, kept until a value changes: whoever issues many copies checks once.
    checked: Option<Checked>,
}

/// A claim with its value.
#[derive(Clone)]
struct Stated {
    /// Place of the claim in its type, in schema order.
    place: usize,
    claim: &'static Claim,
    value: ClaimValue,
}

/// Proof that what has to be there is there, and that the rules between claims hold.
#[derive(Clone, Copy)]
struct Checked(());

/// The value of a claim.
#[derive(Clone, PartialEq)]
pub enum ClaimValue {
    /// What is disclosed: for lists and records the plain arrays and maps.
    Plain(Value),
    /// The number behind a threshold claim, which is never disclosed.
    Threshold(u8),
}

impl ClaimSet {
    /// Without claims.
    #[must_use]
    pub const fn new(credential_type: &'static CredentialType) -> Self {
        Self { credential_type, stated: Vec::new(), checked: None }
    }

    /// The type.
    #[must_use]
    pub const fn credential_type(&self) -> &'static CredentialType {
        self.credential_type
    }

    /// States a claim, in place of what was stated before.
    ///
    /// # Errors
    /// S-01 to S-15 for the value, S-16 to S-21 for the id.
    pub fn set(&mut self, id: &str, value: Value) -> Result<(), ClaimError> {
        let claim = self.claim(id)?;
        if claim.domain().is_some() {
            return Err(ClaimError::IsThreshold { id: claim.id });
        }
        claim.kind.check(&value).map_err(|fault| ClaimError::Fault { id: claim.id, fault })?;
        self.put(claim, ClaimValue::Plain(value));
        Ok(())
    }

    /// States the number behind a threshold claim, in place of what was stated before.
    ///
    /// # Errors
    /// S-16 to S-21 for the id, S-21 when the number is beyond the domain.
    pub fn set_threshold(&mut self, id: &str, value: u8) -> Result<(), ClaimError> {
        let claim = self.claim(id)?;
        let domain = claim.domain().ok_or(ClaimError::NotThreshold { id: claim.id })?;
        if value > domain.max {
            return Err(ClaimError::ThresholdRange { id: claim.id, max: domain.max });
        }
        self.put(claim, ClaimValue::Threshold(value));
        Ok(())
    }

    /// Takes a claim back. Whether it was there is returned.
    pub fn remove(&mut self, id: &str) -> bool {
        let stated = self.change();
        let before = stated.len();
        stated.retain(|stated| stated.claim.id != id);
        stated.len() < before
    }

    /// The only way to change what is stated: what was found before is forgotten.
    fn change(&mut self) -> &mut Vec<Stated> {
        self.checked = None;
        &mut self.stated
    }

    fn put(&mut self, claim: &'static Claim, value: ClaimValue) {
        let place = self.credential_type.claims().position(|(_, one)| one.id == claim.id);
        let place = place.expect("a claim of this type");
        let stated = self.change();
        match stated.binary_search_by_key(&place, |stated| stated.place) {
            Ok(found) => {
                if let Some(stated) = stated.get_mut(found) {
                    stated.value = value;
                }
            }
            Err(free) => stated.insert(free, Stated { place, claim, value }),
        }
    }

    /// The value of the claim with this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&ClaimValue> {
        self.stated.iter().find(|stated| stated.claim.id == id).map(|stated| &stated.value)
    }

    /// The value of a claim of the type.
    #[must_use]
    pub fn value_of(&self, claim: &Claim) -> Option<&ClaimValue> {
        self.get(claim.id)
    }

    /// The value of the claim with this id when it is not a threshold claim.
    #[must_use]
    pub fn plain(&self, id: &str) -> Option<&Value> {
        match self.get(id)? {
            ClaimValue::Plain(value) => Some(value),
            ClaimValue::Threshold(_) => None,
        }
    }

    /// The number behind the threshold claim with this id.
    #[must_use]
    pub fn threshold(&self, id: &str) -> Option<u8> {
        match self.get(id)? {
            ClaimValue::Plain(_) => None,
            ClaimValue::Threshold(value) => Some(*value),
        }
    }

    /// The stated claims in schema order.
    pub fn iter(&self) -> impl Iterator<Item = (&'static Group, &'static Claim, &ClaimValue)> {
        let mut claims = self.credential_type.claims().enumerate();
        self.stated.iter().filter_map(move |stated| {
            let (_, (group, claim)) = claims.find(|(place, _)| *place == stated.place)?;
            Some((group, claim, &stated.value))
        })
    }

    /// Every claim of the type in schema order, group by group, each with its value when it is stated.
    pub(crate) fn by_group(&self) -> impl Iterator<Item = (&'static Group, Members<'_>)> {
        let (mut first, mut rest) = (0, self.stated.as_slice());
        self.credential_type.groups.iter().map(move |group| {
            let end = first + group.members.len();
            let (here, after) = rest.split_at(rest.partition_point(|stated| stated.place < end));
            let members = Members { claims: group.members.iter(), place: first, stated: here };
            (first, rest) = (end, after);
            (group, members)
        })
    }

    /// Whether any claim of the group is stated.
    #[must_use]
    pub fn has_group(&self, group: &Group) -> bool {
        group.members.iter().any(|claim| self.has(claim.id))
    }

    /// States the ladder steps that follow from claims that are stated, as of `today`.
    ///
    /// Steps that are already stated are compared and kept. A step that does not follow with certainty (an
    /// age band from a birth year alone, free movement from an unknown nationality) is left out.
    ///
    /// A set that is complete afterwards need not be checked again before it changes; one that is not gets its
    /// error from [`Self::check`].
    ///
    /// # Errors
    /// S-24: a stated step contradicts its source.
    pub fn derive(&mut self, today: Date) -> Result<(), ClaimError> {
        derive::derive(self, today)?;
        self.checked = self.check_now().ok();
        Ok(())
    }

    /// Checks that what has to be there is there, and the rules between claims.
    ///
    /// # Errors
    /// S-22, S-23: a claim is missing. S-30 and up: see [`Invariant`].
    pub fn check(&self) -> Result<(), ClaimError> {
        self.checked.map_or_else(|| self.check_now(), Ok).map(drop)
    }

    fn check_now(&self) -> Result<Checked, ClaimError> {
        self.check_presence()?;
        invariant::check(self)?;
        Ok(Checked(()))
    }

    fn check_presence(&self) -> Result<(), ClaimError> {
        for (group, members) in self.by_group() {
            let open = !members.are_absent();
            for (claim, _) in members.filter(|(_, value)| value.is_none()) {
                match claim.presence {
                    Presence::Mandatory => return Err(ClaimError::Missing { id: claim.id }),
                    Presence::WithGroup if open => {
                        return Err(ClaimError::MissingInGroup { id: claim.id, group: group.key });
                    }
                    Presence::WithGroup | Presence::Conditional | Presence::Optional | Presence::Derived => {}
                }
            }
        }
        Ok(())
    }

    fn claim(&self, id: &str) -> Result<&'static Claim, ClaimError> {
        match lookup(id) {
            Lookup::Claim { member: Some(_), claim, .. } | Lookup::Step { claim, .. } => {
                Err(ClaimError::NotSettable { id: claim.id })
            }
            Lookup::Claim { credential_type, claim, .. }
                if credential_type.vct == self.credential_type.vct =>
            {
                Ok(claim)
            }
            Lookup::Claim { credential_type, claim, .. } => {
                Err(ClaimError::OtherCredential { id: claim.id, belongs: credential_type.name })
            }
            Lookup::Several(mapping) => Err(ClaimError::NotSettable { id: mapping.id }),
            Lookup::Never(never) => Err(ClaimError::Never(never)),
            Lookup::OutOfScope(family) => Err(ClaimError::OutOfScope(family)),
            Lookup::Elsewhere(other) => {
                Err(ClaimError::OtherCredential { id: other.id, belongs: other.credential })
            }
            Lookup::Unknown => Err(ClaimError::Unknown),
        }
    }

    pub(super) fn has(&self, id: &str) -> bool {
        self.get(id).is_some()
    }

    pub(super) fn text(&self, id: &str) -> Option<&str> {
        self.plain(id)?.as_text()
    }

    pub(super) fn is(&self, id: &str, text: &str) -> bool {
        self.text(id) == Some(text)
    }

    pub(super) fn bool(&self, id: &str) -> Option<bool> {
        self.plain(id)?.as_bool()
    }

    pub(super) fn int(&self, id: &str) -> Option<i64> {
        self.plain(id)?.as_int()
    }

    pub(super) fn items(&self, id: &str) -> Option<&[Value]> {
        match self.plain(id)? {
            Value::Array(items) => Some(items),
            _ => None,
        }
    }

    pub(super) fn date(&self, id: &str) -> Option<Date> {
        Date::parse(self.text(id)?)
    }

    /// A claim of [`super::Kind::DATE_OR_NULL`]: outside absent or not, inside the end or no end.
    pub(super) fn end(&self, id: &str) -> Option<Option<Date>> {
        match self.plain(id)? {
            Value::Null => Some(None),
            value => Date::parse(value.as_text()?).map(Some),
        }
    }

    pub(super) fn month(&self, id: &str) -> Option<Month> {
        Month::parse(self.text(id)?)
    }

    pub(super) fn partial_date(&self, id: &str) -> Option<PartialDate> {
        PartialDate::parse(self.text(id)?)
    }
}

/// Two sets are equal that state the same, whether it was checked or not.
impl PartialEq for ClaimSet {
    fn eq(&self, other: &Self) -> bool {
        let same = |(a, b): (&Stated, &Stated)| a.claim.id == b.claim.id && a.value == b.value;
        self.credential_type.vct == other.credential_type.vct
            && self.stated.len() == other.stated.len()
            && self.stated.iter().zip(&other.stated).all(same)
    }
}

/// The claims of one group, each with its value when it is stated.
#[derive(Clone)]
pub(crate) struct Members<'s> {
    claims: core::slice::Iter<'static, Claim>,
    place: usize,
    stated: &'s [Stated],
}

impl Members<'_> {
    /// No claim of the group is stated.
    pub(crate) const fn are_absent(&self) -> bool {
        self.stated.is_empty()
    }
}

impl<'s> Iterator for Members<'s> {
    type Item = (&'static Claim, Option<&'s ClaimValue>);

    fn next(&mut self) -> Option<Self::Item> {
        let claim = self.claims.next()?;
        let value = match self.stated.split_first() {
            Some((first, rest)) if first.place == self.place => {
                self.stated = rest;
                Some(&first.value)
            }
            Some(_) | None => None,
        };
        self.place += 1;
        Some((claim, value))
    }
}

impl fmt::Debug for ClaimSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<&str> = self.iter().map(|(_, claim, _)| claim.id).collect();
        f.debug_struct("ClaimSet").field("type", &self.credential_type.name).field("claims", &ids).finish()
    }
}

impl fmt::Debug for ClaimValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plain(_) => "Plain(..)",
            Self::Threshold(_) => "Threshold(..)",
        })
    }
}

/// Why claims were not accepted. Errors name ids and rules, never values, and never an id that is not in a
/// table: it could be a value in the wrong place.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum ClaimError {
    /// S-01 to S-15: the value is not one that the claim can have.
    Fault {
        /// The claim.
        id: &'static str,
        /// What is wrong.
        fault: ClaimFault,
    },
    /// S-16: no table knows the id.
    Unknown,
    /// S-17: the claim exists in no schema.
    Never(&'static NeverClaim),
    /// S-18: this kind of data exists in no schema.
    OutOfScope(&'static Family),
    /// S-19: the claim belongs to another credential.
    OtherCredential {
        /// The claim.
        id: &'static str,
        /// The type or kind of credential.
        belongs: &'static str,
    },
    /// S-20: the id names a part or step of this claim, or several claims together.
    NotSettable {
        /// The claim, or the name for several.
        id: &'static str,
    },
    /// S-21: a threshold claim is stated as a number, with `set_threshold`.
    IsThreshold {
        /// The claim.
        id: &'static str,
    },
    /// S-21: the claim is not a threshold claim.
    NotThreshold {
        /// The claim.
        id: &'static str,
    },
    /// S-21: the number is beyond the domain.
    ThresholdRange {
        /// The claim.
        id: &'static str,
        /// The highest number.
        max: u8,
    },
    /// S-22: a claim that every holder has is missing.
    Missing {
        /// The claim.
        id: &'static str,
    },
    /// S-23: a claim that goes with its group is missing.
    MissingInGroup {
        /// The claim.
        id: &'static str,
        /// The group.
        group: &'static str,
    },
    /// S-24: a derived claim contradicts the claim it comes from.
    Contradicts {
        /// The derived claim.
        id: &'static str,
        /// The source.
        source: &'static str,
    },
    /// S-30 and up: a rule between claims.
    Broken(Invariant),
}

impl ClaimError {
    /// The rule id in `spec/verification.md`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Fault { fault, .. } => fault.code(),
            Self::Unknown => "S-16",
            Self::Never(_) => "S-17",
            Self::OutOfScope(_) => "S-18",
            Self::OtherCredential { .. } => "S-19",
            Self::NotSettable { .. } => "S-20",
            Self::IsThreshold { .. } | Self::NotThreshold { .. } | Self::ThresholdRange { .. } => "S-21",
            Self::Missing { .. } => "S-22",
            Self::MissingInGroup { .. } => "S-23",
            Self::Contradicts { .. } => "S-24",
            Self::Broken(invariant) => invariant.code(),
        }
    }
}

impl fmt::Display for ClaimError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fault { id, fault } => return write!(f, "{fault} in \"{id}\""),
            Self::Broken(invariant) => return invariant.fmt(f),
            _ => write!(f, "{} ", self.code())?,
        }
        match self {
            Self::Unknown => f.write_str("unknown claim: the id is in no table"),
            Self::Never(never) => {
                write!(f, "claim \"{}\" exists in no schema: {}", never.id, never.reason.en)
            }
            Self::OutOfScope(family) => {
                write!(f, "{} data exist in no schema: {}", family.name, family.reason.en)
            }
            Self::OtherCredential { id, belongs } => {
                write!(f, "claim \"{id}\" belongs to credential \"{belongs}\"")
            }
            Self::NotSettable { id } => write!(f, "\"{id}\" is not stated as a whole or by steps"),
            Self::IsThreshold { id } => {
                write!(f, "claim \"{id}\" is a threshold claim: a number is required")
            }
            Self::NotThreshold { id } => {
                write!(f, "claim \"{id}\" is not a threshold claim: a value is required")
            }
            Self::ThresholdRange { id, max } => {
                write!(f, "claim \"{id}\": at most {max} is required, presented more")
            }
            Self::Missing { id } => write!(f, "claim \"{id}\" is required for every holder and missing"),
            Self::MissingInGroup { id, group } => {
                write!(f, "claim \"{id}\" is required with group \"{group}\" and missing")
            }
            Self::Contradicts { id, source } => write!(f, "claim \"{id}\" contradicts \"{source}\""),
            Self::Fault { .. } | Self::Broken(_) => Ok(()),
        }
    }
}

impl core::error::Error for ClaimError {}

/// Keeps the first mistake of a chain of statements.
#[derive(Debug)]
pub(super) struct Builder {
    claims: ClaimSet,
    mistake: Option<ClaimError>,
}

impl Builder {
    pub(super) const fn new(credential_type: &'static CredentialType) -> Self {
        Self { claims: ClaimSet::new(credential_type), mistake: None }
    }

    pub(super) fn set(mut self, id: &str, value: Value) -> Self {
        let result = self.claims.set(id, value);
        self.keep(result)
    }

    pub(super) fn set_threshold(mut self, id: &str, value: u8) -> Self {
        let result = self.claims.set_threshold(id, value);
        self.keep(result)
    }

    pub(super) fn build(mut self, today: Date) -> Result<ClaimSet, ClaimError> {
        if let Some(mistake) = self.mistake {
            return Err(mistake);
        }
        self.claims.derive(today)?;
        self.claims.check()?;
        Ok(self.claims)
    }

    fn keep(mut self, result: Result<(), ClaimError>) -> Self {
        if self.mistake.is_none() {
            self.mistake = result.err();
        }
        self
    }
}
