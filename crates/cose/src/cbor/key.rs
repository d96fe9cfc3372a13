//! Map keys, compared decoded and ordered as RFC 8949 section 4.2.1 orders their encodings.

use core::cmp::Ordering;

/// A map key: what `0x1864` and `0x190064` have in common.
///
/// The order is the bytewise order of the preferred encodings: unsigned integers, negative
/// integers, byte strings, text strings, simple values; shorter strings first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key<'b> {
    /// An unsigned integer.
    Uint(u64),
    /// A negative integer, as the argument of its head: `Nint(0)` is -1.
    Nint(u64),
    /// A byte string.
    Bytes(&'b [u8]),
    /// A text string.
    Text(&'b str),
    /// A simple value, `false`, `true`, `null` and `undefined` included.
    Simple(u8),
}

impl Key<'_> {
    /// The key of a signed integer label.
    #[must_use]
    pub const fn int(label: i64) -> Self {
        if label < 0 { Self::Nint((!label).cast_unsigned()) } else { Self::Uint(label.cast_unsigned()) }
    }

    const fn rank(&self) -> u8 {
        match self {
            Self::Uint(_) => 0,
            Self::Nint(_) => 1,
            Self::Bytes(_) => 2,
            Self::Text(_) => 3,
            Self::Simple(_) => 7,
        }
    }
}

impl PartialOrd for Key<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Uint(a), Self::Uint(b)) | (Self::Nint(a), Self::Nint(b)) => a.cmp(b),
            (Self::Bytes(a), Self::Bytes(b)) => a.len().cmp(&b.len()).then_with(|| a.cmp(b)),
            (Self::Text(a), Self::Text(b)) => a.len().cmp(&b.len()).then_with(|| a.cmp(b)),
            (Self::Simple(a), Self::Simple(b)) => a.cmp(b),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}
