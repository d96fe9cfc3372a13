//! The check of a shown value where it stands in a presentation: the rules of [`Kind::check`] without
//! building a tree.
//!
//! A list may show fewer elements, and a record fewer members, than the holder has.

use super::Claim;
use super::kind::{ClaimFault, Field, Kind, Presented, is_portrait};
use crate::sd_cwt::Item;
use geleit_cose::cbor::{Head, Key};

impl Kind {
    /// Checks a shown value.
    ///
    /// # Errors
    /// S-01 to S-15, as [`Kind::check`].
    pub(crate) fn check_shown(&self, item: &Item<'_, '_>) -> Result<(), ClaimFault> {
        let fits = match self {
            Self::Nullable(_) if item.is_null() => true,
            Self::Nullable(inner) => return inner.check_shown(item),
            Self::Bool => item.as_bool().is_some(),
            Self::Int { min, max } => item.as_int().is_some_and(|n| (*min..=*max).contains(&n)),
            Self::IntOf(numbers) => item.as_int().is_some_and(|n| numbers.contains(&n)),
            Self::Hash | Self::Threshold(_) => {
                item.as_bytes().is_some_and(|bytes| bytes.len() == Self::HASH_BYTES)
            }
            Self::Image => item.as_bytes().is_some_and(is_portrait),
            Self::Text { .. }
            | Self::Date
            | Self::PartialDate
            | Self::Month
            | Self::Code(_)
            | Self::Enum(_) => item.as_text().is_some_and(|text| self.text(text)),
            // One disclosure is the whole claim: a part that is hidden inside would be read as absent.
            Self::Object(_) | Self::Array { .. } if !item.is_unredacted() => false,
            Self::Object(fields) => return check_object(self, fields, item),
            Self::Record(members) => return check_record(self, members, item),
            Self::Array { element, max } => return check_elements(self, element, *max, item),
            Self::List { element, slots } => {
                return check_elements(self, element, usize::from(*slots), item);
            }
        };
        if fits { Ok(()) } else { Err(fault(self, item)) }
    }
}

fn check_object(kind: &Kind, fields: &'static [Field], item: &Item<'_, '_>) -> Result<(), ClaimFault> {
    let mut required = fields.iter().filter(|field| !field.optional).count();
    let mut outcome = Ok(());
    let visited = item.for_each_entry(|key, value| {
        if outcome.is_ok() {
            outcome = match fields.iter().find(|field| Key::Text(field.key) == key) {
                Some(field) => {
                    required = required.saturating_sub(usize::from(!field.optional));
                    field.kind.check_shown(&value)
                }
                None => Err(fault(kind, item)),
            };
        }
    });
    outcome?;
    if visited.is_some() && required == 0 { Ok(()) } else { Err(fault(kind, item)) }
}

fn check_record(kind: &Kind, members: &'static [Claim], item: &Item<'_, '_>) -> Result<(), ClaimFault> {
    let mut outcome = Ok(());
    let visited = item.for_each_entry(|key, value| {
        if outcome.is_ok() {
            outcome = match members.iter().find(|member| Key::Text(member.key) == key) {
                Some(member) => member.kind.check_shown(&value),
                None => Err(fault(kind, item)),
            };
        }
    });
    visited.ok_or_else(|| fault(kind, item))?;
    outcome
}

fn check_elements(kind: &Kind, element: &Kind, max: usize, item: &Item<'_, '_>) -> Result<(), ClaimFault> {
    let mut count = 0_usize;
    let mut outcome = Ok(());
    let visited = item.for_each_element(|value| {
        count += 1;
        if outcome.is_ok() {
            outcome = element.check_shown(&value);
        }
    });
    outcome?;
    if visited.is_some() && count <= max { Ok(()) } else { Err(fault(kind, item)) }
}

fn fault(kind: &Kind, item: &Item<'_, '_>) -> ClaimFault {
    let presented = match item.head() {
        Head::Uint(_) | Head::Nint(_) => Presented::Integer,
        Head::Text(_) => Presented::Text(item.as_text().map_or(0, |text| text.chars().count())),
        Head::Bytes(bytes) => Presented::Bytes(bytes),
        Head::Array(elements) => Presented::Array(elements),
        Head::Map(entries) => Presented::Map(entries),
        Head::Bool(_) => Presented::Bool,
        Head::Null => Presented::Null,
        Head::Tag(_) | Head::Undefined | Head::Simple(_) | Head::Float(_) => Presented::Other,
    };
    ClaimFault { kind: *kind, presented, member: None }
}
