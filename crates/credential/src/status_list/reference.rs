//! Where the status of a token is published: the claim `status`.
//!
//! ```text
//! 65535: {"status_list": {"idx": uint, "uri": tstr}}
//! ```

use super::StatusListError;
use geleit_cose::cbor::{Decoder, Encoder, Fault, Head, Key, Malformed, Value};

/// A place in a status list.
///
/// The pair is as unique as a serial number: whoever issues several copies of one credential gives
/// each another index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusReference<'a> {
    /// The list: the `sub` of its token, compared byte for byte.
    pub uri: &'a str,
    /// The entry, counted from 0.
    pub index: u64,
}

impl<'a> StatusReference<'a> {
    /// Reads the value of the claim, the next item of `decoder`. A second mechanism beside the
    /// status list, or a member that is not known, is refused: it could say what this one does not.
    ///
    /// # Errors
    /// L-09, M rules.
    pub fn read(decoder: &mut Decoder<'a>) -> Result<Self, StatusListError> {
        let mut reference = None;
        entries(decoder, |decoder, key| {
            require(key == Key::Text("status_list"))?;
            reference = Some(Self::read_list(decoder)?);
            Ok(())
        })?;
        reference.ok_or(StatusListError::Reference)
    }

    fn read_list(decoder: &mut Decoder<'a>) -> Result<Self, StatusListError> {
        let (mut index, mut uri) = (None, None);
        entries(decoder, |decoder, key| {
            match key {
                Key::Text("idx") => index = Some(typed(decoder.uint())?),
                Key::Text("uri") => uri = Some(typed(decoder.text())?),
                _ => return Err(StatusListError::Reference),
            }
            Ok(())
        })?;
        let missing = StatusListError::Reference;
        Ok(Self { uri: uri.ok_or(missing)?, index: index.ok_or(missing)? })
    }

    /// Reads the value of the claim from a tree, as strictly.
    ///
    /// # Errors
    /// L-09.
    pub fn from_value(value: &'a Value) -> Result<Self, StatusListError> {
        let members = |value: &'a Value, count: usize| match value {
            Value::Map(entries) if entries.len() == count => Ok(value),
            _ => Err(StatusListError::Reference),
        };
        let list = members(value, 1)?.get("status_list").ok_or(StatusListError::Reference)?;
        let list = members(list, 2)?;
        match (list.get("idx"), list.get("uri")) {
            (Some(Value::Uint(index)), Some(Value::Text(uri))) => Ok(Self { uri, index: *index }),
            _ => Err(StatusListError::Reference),
        }
    }

    /// The value of the claim, as a tree.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let idx = (Value::text("idx"), Value::Uint(self.index));
        let list = Value::Map(vec![idx, (Value::text("uri"), Value::text(self.uri))]);
        Value::Map(vec![(Value::text("status_list"), list)])
    }

    /// The value of the claim, in deterministic form.
    pub fn write(&self, encoder: &mut Encoder) {
        encoder.map(1).text("status_list").map(2);
        encoder.text("idx").uint(self.index).text("uri").text(self.uri);
    }
}

fn entries<'a>(
    decoder: &mut Decoder<'a>,
    entry: impl FnMut(&mut Decoder<'a>, Key<'a>) -> Result<(), StatusListError>,
) -> Result<(), StatusListError> {
    require(matches!(decoder.peek()?, Head::Map(_)))?;
    decoder.map_entries(entry)
}

const fn require(holds: bool) -> Result<(), StatusListError> {
    if holds { Ok(()) } else { Err(StatusListError::Reference) }
}

/// L-09 instead of M-14.
fn typed<T>(read: Result<T, Malformed>) -> Result<T, StatusListError> {
    read.map_err(|malformed| match malformed.fault {
        Fault::WrongType => StatusListError::Reference,
        _ => malformed.into(),
    })
}
