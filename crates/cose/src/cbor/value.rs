//! An owned tree, for claims before they are signed and for results after they are verified.

use super::encoder::{half_bits, single_bits};
use super::{Decoder, Encoder, Encoding, Grammar, Head, Key, Limits, Malformed, WellFormed};
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
        self.find(|one| one.as_text() == Some(key))
    }

    /// The value under an integer key, when this is a map that has it.
    #[must_use]
    pub fn get_int(&self, key: i64) -> Option<&Self> {
        self.find(|one| *one == Self::int(key))
    }

    fn find(&self, is_it: impl Fn(&Self) -> bool) -> Option<&Self> {
        let Self::Map(entries) = self else { return None };
        entries.iter().find(|(key, _)| is_it(key)).map(|(_, value)| value)
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
                let mut write = |(key, value): &(Self, Self)| {
                    key.write(encoder);
                    value.write(encoder);
                };
                if entries.is_sorted_by(|(a, _), (b, _)| a.key_order(b).is_le()) {
                    return entries.iter().for_each(write);
                }
                let mut sorted: Vec<&(Self, Self)> = entries.iter().collect();
                sorted.sort_by(|(a, _), (b, _)| a.key_order(b));
                sorted.into_iter().for_each(&mut write);
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

    /// The order in which map keys are written: that of their encodings.
    #[must_use]
    pub fn key_order(&self, other: &Self) -> Ordering {
        match (self.as_key(), other.as_key()) {
            (Some(key), Some(other)) => key.cmp(&other),
            _ => self.encode().cmp(&other.encode()),
        }
    }

    const fn as_key(&self) -> Option<Key<'_>> {
        match self {
            Self::Uint(n) => Some(Key::Uint(*n)),
            Self::Nint(n) => Some(Key::Nint(*n)),
            Self::Bytes(bytes) => Some(Key::Bytes(bytes.as_slice())),
            Self::Text(text) => Some(Key::Text(text.as_str())),
            _ => None,
        }
    }

    /// Bytes of [`Self::encode`].
    #[must_use]
    pub fn encoded_len(&self) -> usize {
        match self {
            Self::Uint(n) | Self::Nint(n) => head_len(*n),
            Self::Bytes(bytes) => string_len(bytes.len()),
            Self::Text(text) => string_len(text.len()),
            Self::Array(items) => {
                length_len(items.len()) + items.iter().map(Self::encoded_len).sum::<usize>()
            }
            Self::Map(entries) => {
                let entry = |(key, value): &(Self, Self)| key.encoded_len() + value.encoded_len();
                length_len(entries.len()) + entries.iter().map(entry).sum::<usize>()
            }
            Self::Tag(tag, content) => head_len(*tag) + content.encoded_len(),
            Self::Bool(_) | Self::Null | Self::Undefined | Self::Simple(0..=31) => 1,
            Self::Simple(_) => 2,
            Self::Float(value) => float_len(*value),
        }
    }
}

const fn head_len(argument: u64) -> usize {
    match argument {
        0..=23 => 1,
        24..=0xff => 2,
        0x100..=0xffff => 3,
        0x1_0000..=0xffff_ffff => 5,
        _ => 9,
    }
}

fn length_len(length: usize) -> usize {
    head_len(u64::try_from(length).unwrap_or(u64::MAX))
}

fn string_len(length: usize) -> usize {
    length_len(length) + length
}

fn float_len(value: f64) -> usize {
    match single_bits(value.to_bits()) {
        Some(single) if half_bits(single).is_some() => 3,
        Some(_) => 5,
        None => 9,
    }
}
