//! Strict, bounded, borrowing CBOR (RFC 8949) for bytes that somebody signed.
//!
//! ```text
//! bytes --Decoder--> heads, strings, raw items      nothing is copied, every item knows its offset
//!       --check----> the same, and every rule below held for everything inside the item
//! Value --encode---> bytes                          always RFC 8949 section 4.2.1
//! ```
//!
//! The reader refuses, whatever the caller does: indefinite lengths, duplicate map keys (compared
//! decoded), trailing bytes, text that is not UTF-8, reserved and ill-formed simple values, and
//! input beyond a [`Limits`] table. Encodings that are not preferred are a policy of the caller
//! ([`Encoding`]), because SD-CWT leaves them open and a holder does not.
//!
//! This module knows nothing of COSE or of claims; what is allowed as a map key, tag or simple
//! value inside a checked item is a [`Grammar`] of the layer above.

mod decoder;
mod encoder;
mod key;
mod value;

pub use decoder::{Check, Decoder, Grammar, Head, Position, WellFormed, Window};
pub use encoder::Encoder;
pub use key::Key;
pub use value::Value;

use core::fmt;

/// What a [`Decoder`] does with encodings that are valid but not preferred.
///
/// RFC 8949 section 4.2.1 defines the deterministic form; draft-ietf-spice-sd-cwt-08 section 5 does
/// not require it, and its section 15.2 names the difference as a covert channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Only RFC 8949 section 4.2.1: shortest heads and floats, map keys in bytewise order.
    Deterministic,
    /// Any well-formed encoding with definite lengths.
    Tolerant,
}

/// Bounds on the work that one untrusted input can cause.
///
/// Every number is a limit on counters, never on time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the whole input.
    pub max_bytes: usize,
    /// CBOR items (heads) read from one input, those inside byte strings that are opened included.
    pub max_items: u32,
    /// Nesting of arrays, maps and tags, not counting byte strings that are opened; at most
    /// [`Limits::MAX_DEPTH`].
    pub max_depth: u8,
    /// Entries of a map whose keys are not in the order of RFC 8949 section 4.2.1, at most
    /// [`Limits::MAX_UNSORTED`]. Larger maps have to be sorted, so that looking for duplicates stays
    /// linear.
    pub max_unsorted_entries: u16,
    /// Disclosures in one credential or presentation.
    pub max_disclosures: u32,
}

impl Limits {
    /// The deepest nesting that any limit table can allow; it bounds the stack.
    pub const MAX_DEPTH: u8 = 64;

    /// The largest unsorted map that any limit table can allow; it bounds the stack.
    pub const MAX_UNSORTED: usize = 64;

    /// For credentials and presentations.
    ///
    /// - 65,535 bytes: a portrait of 15 to 20 kB (ICAO Doc 9303 part 10 recommends that size for
    ///   the facial image) with room for everything else.
    /// - 8,192 items: a residence credential with every claim has under 600.
    /// - depth 16: draft-ietf-spice-sd-cwt-08 section 5.5 lets implementations refuse more; the
    ///   entries of the claims set are level 1.
    /// - 64 unsorted entries: a claims map of our types has at most 16.
    /// - 512 disclosures: our largest type has under 120.
    pub const TOKEN: Self = Self {
        max_bytes: 65_535,
        max_items: 8_192,
        max_depth: 16,
        max_unsorted_entries: 64,
        max_disclosures: 512,
    };

    /// For trust lists and other signed registers: 1 MiB, 65,536 items.
    pub const REGISTER: Self = Self { max_bytes: 1 << 20, max_items: 65_536, ..Self::TOKEN };
}

impl Default for Limits {
    /// [`Limits::TOKEN`].
    fn default() -> Self {
        Self::TOKEN
    }
}

/// Why bytes were not accepted as CBOR. The rule ids are those of `spec/verification.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// M-01: the input ends inside an item.
    Truncated,
    /// M-02: bytes follow the item that should have been the last.
    Trailing,
    /// M-03: a head that RFC 8949 section 3 reserves or forbids (additional information 28 to 30,
    /// a simple value under 32 in two bytes).
    NotWellFormed,
    /// M-04: an indefinite length.
    Indefinite,
    /// M-05: a text string that is not UTF-8.
    Utf8,
    /// M-06: two equal keys in one map.
    DuplicateKey,
    /// M-07: a map key of a type that is not allowed here.
    KeyType,
    /// M-08: an integer, length or float that is not in its shortest form.
    NotShortest,
    /// M-09: map keys that are not in bytewise order.
    NotSorted,
    /// M-10: more bytes than [`Limits::max_bytes`].
    TooManyBytes,
    /// M-11: more items than [`Limits::max_items`].
    TooManyItems,
    /// M-12: deeper than [`Limits::max_depth`].
    TooDeep,
    /// M-13: an unsorted map with more entries than [`Limits::max_unsorted_entries`].
    TooManyUnsorted,
    /// M-14: an item of another type than the structure requires.
    WrongType,
    /// M-15: a tag that is not allowed here.
    ForbiddenTag,
    /// M-16: a simple value that is not allowed here.
    ForbiddenSimple,
    /// M-17: a number outside the range that the structure allows.
    OutOfRange,
}

impl Fault {
    /// The rule id in `spec/verification.md`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Truncated => "M-01",
            Self::Trailing => "M-02",
            Self::NotWellFormed => "M-03",
            Self::Indefinite => "M-04",
            Self::Utf8 => "M-05",
            Self::DuplicateKey => "M-06",
            Self::KeyType => "M-07",
            Self::NotShortest => "M-08",
            Self::NotSorted => "M-09",
            Self::TooManyBytes => "M-10",
            Self::TooManyItems => "M-11",
            Self::TooDeep => "M-12",
            Self::TooManyUnsorted => "M-13",
            Self::WrongType => "M-14",
            Self::ForbiddenTag => "M-15",
            Self::ForbiddenSimple => "M-16",
            Self::OutOfRange => "M-17",
        }
    }

    const fn text(self) -> &'static str {
        match self {
            Self::Truncated => "the input ends inside an item",
            Self::Trailing => "bytes follow the last item",
            Self::NotWellFormed => "the head is not well-formed",
            Self::Indefinite => "an indefinite length is not allowed",
            Self::Utf8 => "a text string is not UTF-8",
            Self::DuplicateKey => "a map has the same key twice",
            Self::KeyType => "a map key of this type is not allowed here",
            Self::NotShortest => "not deterministic: a head or float is longer than necessary",
            Self::NotSorted => "not deterministic: a map key is out of order",
            Self::TooManyBytes => "the input is larger than the limit",
            Self::TooManyItems => "the input has more items than the limit",
            Self::TooDeep => "the input is nested deeper than the limit",
            Self::TooManyUnsorted => "an unsorted map has more entries than the limit",
            Self::WrongType => "an item of another type is required here",
            Self::ForbiddenTag => "this tag is not allowed here",
            Self::ForbiddenSimple => "this simple value is not allowed here",
            Self::OutOfRange => "the number is out of range",
        }
    }
}

/// A [`Fault`] and the byte offset, from the start of the input, of the item that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// What is wrong.
    pub fault: Fault,
    /// Where: byte offset in the whole input.
    pub at: usize,
}

impl Malformed {
    /// The rule id in `spec/verification.md`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.fault.code()
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: byte {}", self.fault.code(), self.fault.text(), self.at)
    }
}

impl core::error::Error for Malformed {}

#[cfg(test)]
mod tests;
