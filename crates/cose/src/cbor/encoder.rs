//! The writer: heads and floats in their shortest form (RFC 8949 section 4.2.1).

use core::fmt;
use core::ops::Range;

/// Appends deterministic CBOR to a buffer.
///
/// Heads and floats are always shortest. The order of map keys is the caller's duty here; trees
/// are written in order by [`super::Value::encode`]. `Debug` prints no content.
#[derive(Default)]
pub struct Encoder {
    buffer: Vec<u8>,
}

impl fmt::Debug for Encoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Encoder({} bytes)", self.buffer.len())
    }
}

impl Encoder {
    /// An empty buffer.
    #[must_use]
    pub const fn new() -> Self {
        Self { buffer: Vec::new() }
    }

    /// An empty buffer with room for `bytes` bytes.
    #[must_use]
    pub fn with_capacity(bytes: usize) -> Self {
        Self { buffer: Vec::with_capacity(bytes) }
    }

    /// What was written.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.buffer
    }

    /// What was written so far.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.buffer
    }

    /// What was written so far, to fill in what was left open. Lengths stay as they are.
    #[must_use]
    pub fn as_mut_bytes(&mut self) -> &mut [u8] {
        &mut self.buffer
    }

    /// Bytes written so far.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.buffer.len()
    }

    /// Nothing was written so far.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.buffer.is_empty()
    }

    /// Takes back everything after the first `length` bytes. The memory is kept.
    pub fn truncate(&mut self, length: usize) {
        self.buffer.truncate(length);
    }

    fn head(&mut self, major: u8, argument: u64) -> &mut Self {
        let initial = major << 5;
        let bytes = argument.to_be_bytes();
        let [.., b4, b5, b6, b7] = bytes;
        match argument {
            0..=23 => self.buffer.push(initial | b7),
            24..=0xff => self.buffer.extend_from_slice(&[initial | 24, b7]),
            0x100..=0xffff => self.buffer.extend_from_slice(&[initial | 25, b6, b7]),
            0x1_0000..=0xffff_ffff => self.buffer.extend_from_slice(&[initial | 26, b4, b5, b6, b7]),
            _ => {
                self.buffer.push(initial | 27);
                self.buffer.extend_from_slice(&bytes);
            }
        }
        self
    }

    fn length(&mut self, major: u8, length: usize) -> &mut Self {
        // A `usize` has at most 64 bits on every platform that Rust supports.
        self.head(major, u64::try_from(length).unwrap_or(u64::MAX))
    }

    /// An unsigned integer.
    pub fn uint(&mut self, number: u64) -> &mut Self {
        self.head(0, number)
    }

    /// A negative integer by the argument of its head: `nint(0)` is -1.
    pub fn nint(&mut self, argument: u64) -> &mut Self {
        self.head(1, argument)
    }

    /// A signed integer.
    pub fn int(&mut self, number: i64) -> &mut Self {
        if number < 0 { self.nint((!number).cast_unsigned()) } else { self.uint(number.cast_unsigned()) }
    }

    /// A byte string.
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.bytes_head(bytes.len());
        self.raw(bytes)
    }

    /// A byte string of 32 bytes: hashes and keys, which are half of a credential. Head (RFC 8949 section 3: major type
    /// 2, one byte of length) and content are appended together, in place of two lengths that only run time knows.
    pub fn bytes32(&mut self, bytes: &[u8; 32]) -> &mut Self {
        let mut item = [0; 34];
        let (head, content) = item.split_at_mut(2);
        head.copy_from_slice(&[0x58, 32]);
        content.copy_from_slice(bytes);
        self.raw(&item)
    }

    /// The head of a byte string whose content is written next.
    pub fn bytes_head(&mut self, length: usize) -> &mut Self {
        self.length(2, length)
    }

    /// A byte string whose content `write` appends, and where the content stands: nobody has to know its length
    /// before, and the content needs no buffer of its own.
    ///
    /// The head is written for `expected` bytes and put right afterwards; only when it then takes more or
    /// fewer bytes is the content moved.
    pub fn bytes_with(&mut self, expected: usize, write: impl FnOnce(&mut Self)) -> Range<usize> {
        let start = self.len();
        self.bytes_head(expected);
        let content = self.len();
        write(self);
        let end = self.len();
        // The right head stands at the end for a moment, and then before the content.
        self.bytes_head(end - content);
        let head = self.len() - end;
        if head == content - start {
            self.buffer.copy_within(end.., start);
            self.buffer.truncate(end);
        } else {
            if let Some(moved) = self.buffer.get_mut(content..) {
                moved.rotate_right(head);
            }
            self.buffer.drain(start..content);
        }
        start + head..self.len()
    }

    /// A text string.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.length(3, text.len());
        self.raw(text.as_bytes())
    }

    /// The head of an array of `length` items.
    pub fn array(&mut self, length: usize) -> &mut Self {
        self.length(4, length)
    }

    /// The head of a map of `entries` entries.
    pub fn map(&mut self, entries: usize) -> &mut Self {
        self.length(5, entries)
    }

    /// A tag; its content is written next.
    pub fn tag(&mut self, tag: u64) -> &mut Self {
        self.head(6, tag)
    }

    /// `false` or `true`.
    pub fn bool(&mut self, value: bool) -> &mut Self {
        self.simple(20 + u8::from(value))
    }

    /// `null`.
    pub fn null(&mut self) -> &mut Self {
        self.simple(22)
    }

    /// A simple value. The values 24 to 31 do not exist (RFC 8949 section 3.3); they are written
    /// as `undefined`, which no structure of this project allows.
    pub fn simple(&mut self, value: u8) -> &mut Self {
        let value = if matches!(value, 24..=31) { 23 } else { value };
        self.head(7, u64::from(value))
    }

    /// A float in the shortest of the three widths that keeps every bit.
    pub fn float(&mut self, value: f64) -> &mut Self {
        let bits = value.to_bits();
        match single_bits(bits) {
            Some(single) => match half_bits(single) {
                Some(half) => {
                    self.buffer.push(0xf9);
                    self.raw(&half.to_be_bytes())
                }
                None => {
                    self.buffer.push(0xfa);
                    self.raw(&single.to_be_bytes())
                }
            },
            None => {
                self.buffer.push(0xfb);
                self.raw(&bits.to_be_bytes())
            }
        }
    }

    /// Bytes that are CBOR already.
    pub fn raw(&mut self, encoded: &[u8]) -> &mut Self {
        self.buffer.extend_from_slice(encoded);
        self
    }
}

/// Narrows 1+11+52 bits to 1+8+23 when nothing is lost (NaN payloads included).
pub(super) fn single_bits(bits: u64) -> Option<u32> {
    narrow(bits, Format { exponent: 11, mantissa: 52 }, Format { exponent: 8, mantissa: 23 })
        .and_then(|bits| u32::try_from(bits).ok())
}

/// Narrows 1+8+23 bits to 1+5+10 when nothing is lost (NaN payloads included).
pub(super) fn half_bits(bits: u32) -> Option<u16> {
    narrow(u64::from(bits), Format { exponent: 8, mantissa: 23 }, Format { exponent: 5, mantissa: 10 })
        .and_then(|bits| u16::try_from(bits).ok())
}

#[derive(Clone, Copy)]
struct Format {
    exponent: u32,
    mantissa: u32,
}

impl Format {
    const fn bias(self) -> i64 {
        (1 << (self.exponent - 1)) - 1
    }

    const fn exponent_mask(self) -> u64 {
        (1 << self.exponent) - 1
    }
}

/// Integer arithmetic on the bits, so that no rounding can hide a loss.
fn narrow(bits: u64, from: Format, to: Format) -> Option<u64> {
    let sign = bits >> (from.exponent + from.mantissa) & 1;
    let exponent = bits >> from.mantissa & from.exponent_mask();
    let mantissa = bits & ((1 << from.mantissa) - 1);
    let dropped = from.mantissa - to.mantissa;
    let exact = |mantissa: u64, dropped: u32| {
        (dropped < 64 && mantissa.trailing_zeros() >= dropped).then(|| mantissa >> dropped)
    };
    let magnitude = if exponent == from.exponent_mask() {
        to.exponent_mask() << to.mantissa | exact(mantissa, dropped)?
    } else if exponent == 0 {
        // Zero; a subnormal of the wide format is far below the narrow one's range.
        (mantissa == 0).then_some(0)?
    } else {
        let unbiased = i64::try_from(exponent).ok()? - from.bias();
        if unbiased > to.bias() {
            return None;
        }
        if unbiased >= 1 - to.bias() {
            let exponent = u64::try_from(unbiased + to.bias()).ok()?;
            exponent << to.mantissa | exact(mantissa, dropped)?
        } else {
            // Subnormal in the narrow format: the implicit one becomes a bit of the mantissa.
            let shift = u32::try_from(1 - to.bias() - unbiased).ok()?;
            let mantissa = exact(mantissa | 1 << from.mantissa, dropped + shift)?;
            (mantissa != 0).then_some(mantissa)?
        }
    };
    Some(sign << (to.exponent + to.mantissa) | magnitude)
}
