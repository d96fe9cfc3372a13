//! A value as conditions read it: without its encoding, and as far as possible without a copy.

use crate::purpose::Literal;
use crate::sd_cwt::Item;
use geleit_cose::cbor::{Head, Key, Value};
use std::borrow::Cow;

/// A value of a claim.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Datum<'v> {
    Null,
    Bool(bool),
    Number(i64),
    Text(Cow<'v, str>),
    /// Of a list whose elements are redacted, those that were shown.
    List(Vec<Self>),
    /// An object in the clear, by its text keys.
    Object(Vec<(Cow<'v, str>, Self)>),
    /// What no condition reads, such as a picture.
    Other,
}

/// What can be compared: a text or an integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scalar<'a> {
    Text(&'a str),
    Number(i64),
}

impl<'a> From<&'a Literal> for Scalar<'a> {
    fn from(literal: &'a Literal) -> Self {
        match literal {
            Literal::Text(text) => Self::Text(text),
            Literal::Number(number) => Self::Number(*number),
        }
    }
}

impl<'v> Datum<'v> {
    /// Reads an item that was verified.
    pub(super) fn read(item: &Item<'v, '_>) -> Self {
        match item.head() {
            Head::Null => Self::Null,
            Head::Bool(value) => Self::Bool(value),
            Head::Uint(_) | Head::Nint(_) => item.as_int().map_or(Self::Other, Self::Number),
            Head::Text(_) => item.as_text().map_or(Self::Other, |text| Self::Text(text.into())),
            Head::Array(shown_or_not) => {
                let mut elements = Vec::with_capacity(shown_or_not);
                let _ = item.for_each_element(|element| elements.push(Self::read(&element)));
                Self::List(elements)
            }
            Head::Map(plain) => {
                let mut entries = Vec::with_capacity(plain);
                let _ = item.for_each_entry(|key, value| {
                    if let Key::Text(key) = key {
                        entries.push((key.into(), Self::read(&value)));
                    }
                });
                Self::Object(entries)
            }
            Head::Bytes(_) | Head::Tag(_) | Head::Undefined | Head::Simple(_) | Head::Float(_) => Self::Other,
        }
    }

    pub(super) fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(value) = self { Some(*value) } else { None }
    }

    pub(super) fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The member of an object. An object is shown whole: a member that is not there does not exist.
    pub(super) fn member(&self, key: &str) -> Option<&Self> {
        let Self::Object(entries) = self else { return None };
        let found = entries.iter().find(|(member, _)| member == key);
        Some(found.map_or(&Self::Null, |(_, value)| value))
    }

    /// A text or an integer.
    pub(super) fn scalar(&self) -> Option<Scalar<'_>> {
        match self {
            Self::Text(text) => Some(Scalar::Text(text)),
            Self::Number(number) => Some(Scalar::Number(*number)),
            Self::Null | Self::Bool(_) | Self::List(_) | Self::Object(_) | Self::Other => None,
        }
    }

    /// As [`Self::scalar`]; of a list the holder opens one element, which then stands for the list.
    pub(super) fn literal(&self) -> Option<Scalar<'_>> {
        match self {
            Self::List(elements) => match elements.as_slice() {
                [element] => element.scalar(),
                _ => None,
            },
            datum => datum.scalar(),
        }
    }
}

impl From<Value> for Datum<'_> {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(value),
            Value::Uint(_) | Value::Nint(_) => value.as_int().map_or(Self::Other, Self::Number),
            Value::Text(text) => Self::Text(text.into()),
            Value::Array(elements) => Self::List(elements.into_iter().map(Self::from).collect()),
            Value::Map(entries) => {
                let entry = |(key, value)| match key {
                    Value::Text(key) => Some((key.into(), Self::from(value))),
                    _ => None,
                };
                Self::Object(entries.into_iter().filter_map(entry).collect())
            }
            Value::Bytes(_) | Value::Tag(..) | Value::Undefined | Value::Simple(_) | Value::Float(_) => {
                Self::Other
            }
        }
    }
}
