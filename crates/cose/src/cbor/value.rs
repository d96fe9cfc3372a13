//! An owned tree, for claims before they are signed and for results after they are verified.

use super::{Decoder, Encoder, Encoding, Grammar, Head, Limits, Malformed, WellFormed};
use core::cmp::Ordering;

/// Any CBOR item as a tree. Maps keep their entries as pairs, in any order.
///
/// A tree is never used to check a signature or a digest: those are computed over received bytes.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Unsigned integer.
    Uint(u64),
    /// Negative integer by the argument of its head: `Nint(0)` is -1.
    Nint(u64),
    /// Byte string.
    Bytes(Vec<u8>),
    /// Text string.
    Text(String),
    /// Array.
    Array(Vec<Self>),
    /// Map.
    Map(Vec<(Self, Self)>),
    /// Tag and content.
    Tag(u64, Box<Self>),
    /// `false` or `true`.
    Bool(bool),
    /// `null`.
    Null,
    /// `undefined`.
    Undefined,
    /// Any other simple value.
    Simple(u8),
    /// A float.
    Float(f64),
}

impl Value {
    /// A signed integer.
    #[must_use]
    pub const fn int(number: i64) -> Self {
        if number < 0 { Self::Nint((!number).cast_unsigned()) } else { Self::Uint(number.cast_unsigned()) }
    }

    /// A text string.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A byte string.
    #[must_use]
    pub fn bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self::Bytes(bytes.into())
    }

    /// The integer, when it is one that fits.
    #[must_use]
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Self::Uint(n) => i64::try_from(*n).ok(),
            Self::Nint(n) => i64::try_from(*n).ok().map(|n| !n),
            _ => None,
        }
    }

    /// The text, when it is text.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The bytes, when it is a byte string.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&[u8]> {
        if let Self::Bytes(bytes) = self { Some(bytes) } else { None }
    }

    /// The truth value, when it is one.
    #[must_use]
    pub const fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(value) = self { Some(*value) } else { None }
    }

    /// The value under a text key, when this is a map that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.get_key(&Self::text(key))
    }

    /// The value under an integer key, when this is a map that has it.
    #[must_use]
    pub fn get_int(&self, key: i64) -> Option<&Self> {
        self.get_key(&Self::int(key))
    }

    fn get_key(&self, key: &Self) -> Option<&Self> {
        let Self::Map(entries) = self else { return None };
        entries.iter().find(|(k, _)| k == key).map(|(_, value)| value)
    }

    /// Reads exactly one item.
    ///
    /// # Errors
    /// Any M rule.
    pub fn decode(input: &[u8], limits: &Limits, encoding: Encoding) -> Result<Self, Malformed> {
        let mut decoder = Decoder::new(input, limits, encoding)?;
        let value = Self::read(&mut decoder, &WellFormed)?;
        decoder.finish()?;
        Ok(value)
    }

    /// Reads the next item, after it was checked against `grammar`.
    ///
    /// # Errors
    /// Any M rule except M-02.
    pub fn read<G: Grammar>(decoder: &mut Decoder<'_>, grammar: &G) -> Result<Self, Malformed> {
        let checked = decoder.check(grammar)?;
        // The item passed every rule, so that the depth of this recursion is bounded.
        let limits = Limits {
            max_items: u32::MAX,
            max_bytes: usize::MAX,
            max_depth: Limits::MAX_DEPTH,
            ..Limits::TOKEN
        };
        let mut inner = Decoder::new(checked.raw, &limits, Encoding::Tolerant)?;
        Self::build(&mut inner)
    }

    fn build(decoder: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(match decoder.peek()? {
            Head::Bytes(_) => Self::Bytes(decoder.bytes()?.to_vec()),
            Head::Text(_) => Self::Text(decoder.text()?.to_owned()),
            head => {
                decoder.head()?;
                match head {
                    Head::Uint(n) => Self::Uint(n),
                    Head::Nint(n) => Self::Nint(n),
                    Head::Array(n) => {
                        Self::Array((0..n).map(|_| Self::build(decoder)).collect::<Result<_, _>>()?)
                    }
                    Head::Map(n) => Self::Map(
                        (0..n)
                            .map(|_| Ok((Self::build(decoder)?, Self::build(decoder)?)))
                            .collect::<Result<_, _>>()?,
                    ),
                    Head::Tag(tag) => Self::Tag(tag, Box::new(Self::build(decoder)?)),
                    Head::Bool(value) => Self::Bool(value),
                    Head::Null => Self::Null,
                    Head::Undefined | Head::Bytes(_) | Head::Text(_) => Self::Undefined,
                    Head::Simple(value) => Self::Simple(value),
                    Head::Float(value) => Self::Float(value),
                }
            }
        })
    }

    /// The deterministic encoding (RFC 8949 section 4.2.1): shortest heads, map entries in bytewise
    /// order of their encoded keys. Entries with equal keys are all written; whoever builds a tree
    /// from untrusted parts checks for them first.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut encoder = Encoder::new();
        self.write(&mut encoder);
        encoder.into_bytes()
    }

    /// As [`Self::encode`], into an encoder.
    pub fn write(&self, encoder: &mut Encoder) {
        match self {
            Self::Uint(n) => drop(encoder.uint(*n)),
            Self::Nint(n) => drop(encoder.nint(*n)),
            Self::Bytes(bytes) => drop(encoder.bytes(bytes)),
            Self::Text(text) => drop(encoder.text(text)),
            Self::Array(items) => {
                encoder.array(items.len());
                items.iter().for_each(|item| item.write(encoder));
            }
            Self::Map(entries) => {
                encoder.map(entries.len());
                let mut encoded: Vec<(Vec<u8>, &Self)> =
                    entries.iter().map(|(key, value)| (key.encode(), value)).collect();
                encoded.sort_by(|(a, _), (b, _)| a.cmp(b));
                for (key, value) in encoded {
                    encoder.raw(&key);
                    value.write(encoder);
                }
            }
            Self::Tag(tag, content) => {
                encoder.tag(*tag);
                content.write(encoder);
            }
            Self::Bool(value) => drop(encoder.bool(*value)),
            Self::Null => drop(encoder.null()),
            Self::Undefined => drop(encoder.simple(23)),
            Self::Simple(value) => drop(encoder.simple(*value)),
            Self::Float(value) => drop(encoder.float(*value)),
        }
    }

    /// The order in which map keys are written.
    #[must_use]
    pub fn key_order(&self, other: &Self) -> Ordering {
        self.encode().cmp(&other.encode())
    }
}
