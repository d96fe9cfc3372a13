//! What a claim value may be: its type on the wire and the check that goes with it.
//!
//! A check looks at one value alone. What claims say about each other is in
//! [`super::invariant`]. Text is required to be in Unicode normalisation form C by the issuer; this module
//! does not normalise, because a verifier compares bytes.

use super::date::{Date, Month, PartialDate};
use super::threshold::Domain;
use super::{Claim, Presence};
use crate::code_list::CodeList;
use core::fmt;
use geleit_cose::cbor::Value;

/// Type and check of a claim value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// `true` or `false`.
    Bool,
    /// Integer from `min` to `max`.
    Int {
        /// Lowest value.
        min: i64,
        /// Highest value.
        max: i64,
    },
    /// One of these integers.
    IntOf(&'static [i64]),
    /// Text of any script: 1 to `max` Unicode characters, none of them a control character.
    Text {
        /// Unicode characters at most.
        max: usize,
    },
    /// Text `YYYY-MM-DD`, a day that exists.
    Date,
    /// Text `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; unknown parts are left out.
    PartialDate,
    /// Text `YYYY-MM`.
    Month,
    /// Text from a code list.
    Code(CodeList),
    /// One of these texts.
    Enum(&'static [&'static str]),
    /// Byte string: a JPEG image of at most [`Kind::IMAGE_BYTES`] bytes.
    Image,
    /// Byte string of 32 bytes: a SHA-256 digest.
    Hash,
    /// As the inner kind, or `null`, which states that there is none.
    Nullable(&'static Self),
    /// Map with these members in the clear: one disclosure for all.
    Object(&'static [Field]),
    /// Array in the clear: one disclosure for all; it may be empty.
    Array {
        /// Kind of each element.
        element: &'static Self,
        /// Elements at most.
        max: usize,
    },
    /// Array whose elements are each redacted. On the wire it has always `slots` elements; the missing ones
    /// are decoys. A value has 1 to `slots` elements, all different.
    List {
        /// Kind of each element; [`Kind::Record`] redacts again inside.
        element: &'static Self,
        /// Redacted elements on the wire.
        slots: u8,
    },
    /// Element of a [`Kind::List`]: a map whose members are each redacted again.
    Record(&'static [Claim]),
    /// Ordered claim that is answered as "at least t". The value on the wire is a commitment of 32 bytes;
    /// the number itself never is.
    Threshold(&'static Domain),
}

/// A member of a [`Kind::Object`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Field {
    /// Key on the wire.
    pub key: &'static str,
    /// Type and check.
    pub kind: Kind,
    /// Whether it may be absent.
    pub optional: bool,
}

impl Field {
    /// A member that has to be there.
    #[must_use]
    pub const fn required(key: &'static str, kind: Kind) -> Self {
        Self { key, kind, optional: false }
    }

    /// A member that may be absent.
    #[must_use]
    pub const fn optional(key: &'static str, kind: Kind) -> Self {
        Self { key, kind, optional: true }
    }
}

impl Kind {
    /// Bytes of a portrait at most (ICAO Doc 9303 part 10 recommends 15 to 20 kB).
    pub const IMAGE_BYTES: usize = 20_480;
    /// Bytes of a [`Kind::Hash`] and of a threshold commitment.
    pub const HASH_BYTES: usize = 32;
    /// Names: the EU person identification data allow 150 characters.
    pub const NAME: Self = Self::Text { max: 150 };
    /// A date, or `null` for "no end".
    pub const DATE_OR_NULL: Self = Self::Nullable(&Self::Date);

    /// Checks a value as it is on the wire before redaction: lists and records are plain arrays and maps
    /// here.
    ///
    /// # Errors
    /// S-01 to S-15, by kind. The fault says type and size of what was presented, never its content.
    pub fn check(&self, value: &Value) -> Result<(), ClaimFault> {
        match self {
            Self::Nullable(_) if *value == Value::Null => Ok(()),
            Self::Nullable(inner) => inner.check(value),
            Self::Object(fields) => check_object(self, fields, value),
            Self::Record(members) => check_record(self, members, value),
            Self::Array { element, max } => check_array(self, element, *max, value),
            Self::List { element, slots } => check_list(self, element, usize::from(*slots), value),
            Self::Bool
            | Self::Int { .. }
            | Self::IntOf(_)
            | Self::Text { .. }
            | Self::Date
            | Self::PartialDate
            | Self::Month
            | Self::Code(_)
            | Self::Enum(_)
            | Self::Image
            | Self::Hash
            | Self::Threshold(_) => {
                self.scalar(value).then_some(()).ok_or_else(|| ClaimFault::new(self, value))
            }
        }
    }

    fn scalar(&self, value: &Value) -> bool {
        match self {
            Self::Bool => value.as_bool().is_some(),
            Self::Int { min, max } => value.as_int().is_some_and(|n| (*min..=*max).contains(&n)),
            Self::IntOf(numbers) => value.as_int().is_some_and(|n| numbers.contains(&n)),
            Self::Hash | Self::Threshold(_) => value.as_bytes().is_some_and(|b| b.len() == Self::HASH_BYTES),
            Self::Image => value.as_bytes().is_some_and(is_portrait),
            Self::Text { .. }
            | Self::Date
            | Self::PartialDate
            | Self::Month
            | Self::Code(_)
            | Self::Enum(_) => value.as_text().is_some_and(|text| self.text(text)),
            Self::Nullable(_)
            | Self::Object(_)
            | Self::Array { .. }
            | Self::List { .. }
            | Self::Record(_) => false,
        }
    }

    pub(super) fn text(&self, text: &str) -> bool {
        match self {
            Self::Text { max } => {
                (1..=*max).contains(&text.chars().count()) && !text.chars().any(char::is_control)
            }
            Self::Date => Date::parse(text).is_some(),
            Self::PartialDate => PartialDate::parse(text).is_some(),
            Self::Month => Month::parse(text).is_some(),
            Self::Code(list) => list.contains(text),
            Self::Enum(texts) => texts.contains(&text),
            Self::Bool
            | Self::Int { .. }
            | Self::IntOf(_)
            | Self::Image
            | Self::Hash
            | Self::Nullable(_)
            | Self::Object(_)
            | Self::Array { .. }
            | Self::List { .. }
            | Self::Record(_)
            | Self::Threshold(_) => false,
        }
    }

    /// The rule id in `spec/verification.md`; `null` is judged by the rule of the inner kind.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Bool => "S-01",
            Self::Int { .. } | Self::IntOf(_) => "S-02",
            Self::Text { .. } => "S-03",
            Self::Date => "S-04",
            Self::PartialDate => "S-05",
            Self::Month => "S-06",
            Self::Code(_) => "S-07",
            Self::Enum(_) => "S-08",
            Self::Image => "S-09",
            Self::Hash => "S-10",
            Self::Object(_) => "S-11",
            Self::Array { .. } => "S-12",
            Self::List { .. } => "S-13",
            Self::Record(_) => "S-14",
            Self::Threshold(_) => "S-15",
            Self::Nullable(inner) => inner.code(),
        }
    }

    /// The word for the kind in errors.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Bool => "boolean",
            Self::Int { .. } | Self::IntOf(_) => "integer",
            Self::Text { .. } => "text",
            Self::Date => "date",
            Self::PartialDate => "partial date",
            Self::Month => "month",
            Self::Code(_) => "code",
            Self::Enum(_) => "enumeration",
            Self::Image => "image",
            Self::Hash => "digest",
            Self::Object(_) => "object",
            Self::Array { .. } => "array",
            Self::List { .. } => "list",
            Self::Record(_) => "record",
            Self::Threshold(_) => "threshold",
            Self::Nullable(inner) => inner.name(),
        }
    }
}

/// What [`ClaimFault`] says is required.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("true or false"),
            Self::Int { min, max } => write!(f, "{min} to {max}"),
            Self::IntOf(_) => f.write_str("an integer of the list"),
            Self::Text { max } => write!(f, "1 to {max} characters without control characters"),
            Self::Date => f.write_str("YYYY-MM-DD, a day of the calendar"),
            Self::PartialDate => f.write_str("YYYY, YYYY-MM or YYYY-MM-DD, in the calendar"),
            Self::Month => f.write_str("YYYY-MM"),
            Self::Code(list) => f.write_str(list.text()),
            Self::Enum(_) => f.write_str("a text of the list"),
            Self::Image => write!(f, "JPEG of at most {} bytes", Self::IMAGE_BYTES),
            Self::Hash | Self::Threshold(_) => write!(f, "{} bytes", Self::HASH_BYTES),
            Self::Nullable(inner) => write!(f, "{inner}, or null"),
            Self::Object(_) | Self::Record(_) => f.write_str("a map of the members of the schema"),
            Self::Array { max, .. } => write!(f, "0 to {max} elements"),
            Self::List { slots, .. } => write!(f, "1 to {slots} different elements"),
        }
    }
}

/// ISO/IEC 10918-1: start of image, then the next marker.
pub(super) fn is_portrait(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xff, 0xd8, 0xff]) && bytes.len() <= Kind::IMAGE_BYTES
}

fn check_object(kind: &Kind, fields: &'static [Field], value: &Value) -> Result<(), ClaimFault> {
    check_members(kind, fields.iter().map(|field| (field.key, &field.kind, field.optional)), value)
}

fn check_record(kind: &Kind, members: &'static [Claim], value: &Value) -> Result<(), ClaimFault> {
    let optional = |claim: &Claim| claim.presence != Presence::Mandatory;
    check_members(kind, members.iter().map(|claim| (claim.key, &claim.kind, optional(claim))), value)
}

/// A map has every required member, no other member than those of the schema, and none twice.
fn check_members(
    kind: &Kind,
    members: impl Iterator<Item = (&'static str, &'static Kind, bool)>,
    value: &Value,
) -> Result<(), ClaimFault> {
    let Value::Map(entries) = value else { return Err(ClaimFault::new(kind, value)) };
    let mut known = 0_usize;
    for (key, member, optional) in members {
        match value.get(key) {
            Some(content) => {
                known += 1;
                member.check(content).map_err(|fault| fault.inside(key))?;
            }
            None if optional => {}
            None => return Err(ClaimFault::new(kind, value).inside(key)),
        }
    }
    // A key that occurs twice was counted once, as one that the schema does not know was not at all.
    if known == entries.len() { Ok(()) } else { Err(ClaimFault::new(kind, value)) }
}

fn check_array(kind: &Kind, element: &Kind, max: usize, value: &Value) -> Result<(), ClaimFault> {
    match value {
        Value::Array(items) if items.len() <= max => items.iter().try_for_each(|item| element.check(item)),
        _ => Err(ClaimFault::new(kind, value)),
    }
}

fn check_list(kind: &Kind, element: &Kind, slots: usize, value: &Value) -> Result<(), ClaimFault> {
    match value {
        Value::Array(items) if (1..=slots).contains(&items.len()) && all_different(items) => {
            items.iter().try_for_each(|item| element.check(item))
        }
        _ => Err(ClaimFault::new(kind, value)),
    }
}

fn all_different(items: &[Value]) -> bool {
    items.iter().enumerate().all(|(i, item)| !items.iter().take(i).any(|earlier| earlier == item))
}

/// A value that its [`Kind`] does not allow. It keeps type and size of the value, never its content.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClaimFault {
    /// What is required.
    pub kind: Kind,
    /// What was presented.
    pub presented: Presented,
    /// The member of an object or record that is at fault or missing.
    pub member: Option<&'static str>,
}

impl ClaimFault {
    fn new(kind: &Kind, value: &Value) -> Self {
        Self { kind: *kind, presented: Presented::of(value), member: None }
    }

    fn inside(self, member: &'static str) -> Self {
        Self { member: self.member.or(Some(member)), ..self }
    }

    /// The rule id in `spec/verification.md`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.kind.code()
    }
}

impl fmt::Display for ClaimFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: ", self.code(), self.kind.name())?;
        if let Some(member) = self.member {
            write!(f, "member \"{member}\": ")?;
        }
        write!(f, "required {}, presented {}", self.kind, self.presented)
    }
}

impl core::error::Error for ClaimFault {}

/// Type and size of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Presented {
    /// An integer.
    Integer,
    /// Text, in Unicode characters.
    Text(usize),
    /// A byte string, in bytes.
    Bytes(usize),
    /// An array, in elements.
    Array(usize),
    /// A map, in entries.
    Map(usize),
    /// `true` or `false`.
    Bool,
    /// `null`.
    Null,
    /// A tag, float, `undefined` or other simple value.
    Other,
}

impl Presented {
    fn of(value: &Value) -> Self {
        match value {
            Value::Uint(_) | Value::Nint(_) => Self::Integer,
            Value::Text(text) => Self::Text(text.chars().count()),
            Value::Bytes(bytes) => Self::Bytes(bytes.len()),
            Value::Array(items) => Self::Array(items.len()),
            Value::Map(entries) => Self::Map(entries.len()),
            Value::Bool(_) => Self::Bool,
            Value::Null => Self::Null,
            Value::Tag(..) | Value::Undefined | Value::Simple(_) | Value::Float(_) => Self::Other,
        }
    }
}

impl fmt::Display for Presented {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer => f.write_str("an integer"),
            Self::Text(characters) => write!(f, "text of {characters} characters"),
            Self::Bytes(bytes) => write!(f, "byte string of {bytes} bytes"),
            Self::Array(elements) => write!(f, "array of {elements} elements"),
            Self::Map(entries) => write!(f, "map of {entries} entries"),
            Self::Bool => f.write_str("a boolean"),
            Self::Null => f.write_str("null"),
            Self::Other => f.write_str("another type"),
        }
    }
}
