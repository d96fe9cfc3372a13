//! The entries of a list: numbers of 1, 2, 4 or 8 bits, compressed on the wire.
//!
//! ```text
//! entry i of b bits: byte i*b/8, from bit i*b%8 upwards      b = 2:  byte 0 = [ 3 | 2 | 1 | 0 ]
//! ```

use super::{InflateFault, PublishError, StatusListError, standing_of, value_of};
use crate::standing::Standing;
use core::fmt;
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

/// Bounds on what one list may cost.
///
/// | limit | standard | why |
/// |---|---:|---|
/// | `max_compressed` | 1 MiB | what a token may have as a whole (M-10) |
/// | `max_inflated` | 16 MiB | 2^24 entries of 8 bits; zlib packs a thousandfold, so that 1 MiB could become 1 GiB |
///
/// Both limits fit 2^24 entries. With two percent of them revoked, all over the list, they compress to
/// 394 kB at 1 bit and 503 kB at 8 bits; 1 MiB is reached at eight percent and at five. A publisher who
/// withdraws more uses more lists, which readers find as fast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListLimits {
    /// Bytes of the zlib stream.
    pub max_compressed: usize,
    /// Bytes of the list.
    pub max_inflated: usize,
}

impl ListLimits {
    /// The limits of [`StatusListToken::verify`](super::StatusListToken::verify).
    pub const STANDARD: Self = Self { max_compressed: 1 << 20, max_inflated: 1 << 24 };
}

/// L-07: 2^17 holders hide each other; who fetches a list of ten is one of ten. No limit of a caller lowers it.
pub const MIN_ENTRIES: u64 = 1 << 17;

/// Bits of one entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bits {
    /// Valid or revoked.
    One,
    /// Four values.
    Two,
    /// Sixteen values: the fewest that can say "superseded".
    Four,
    /// All values.
    Eight,
}

impl Bits {
    /// Every size.
    pub const ALL: [Self; 4] = [Self::One, Self::Two, Self::Four, Self::Eight];

    /// The size with this number of bits.
    ///
    /// # Errors
    /// L-05.
    pub const fn from_number(bits: u64) -> Result<Self, StatusListError> {
        match bits {
            1 => Ok(Self::One),
            2 => Ok(Self::Two),
            4 => Ok(Self::Four),
            8 => Ok(Self::Eight),
            presented => Err(StatusListError::Bits { presented }),
        }
    }

    /// The number of bits.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::Four => 4,
            Self::Eight => 8,
        }
    }

    /// The largest value.
    #[must_use]
    pub const fn max(self) -> u8 {
        u8::MAX >> (8 - self.number())
    }

    /// Binary logarithm of the entries in one byte: a look-up shifts, where it would have to divide by a
    /// number that is known at run time only.
    const fn per_byte_log2(self) -> u8 {
        match self {
            Self::One => 3,
            Self::Two => 2,
            Self::Four => 1,
            Self::Eight => 0,
        }
    }

    const fn per_byte(self) -> u64 {
        1 << self.per_byte_log2()
    }

    /// The number of the byte, and how far the entry is from its lowest bit.
    fn place(self, index: u64) -> Option<(usize, u8)> {
        let byte = usize::try_from(index >> self.per_byte_log2()).ok()?;
        let entry = u8::try_from(index & (self.per_byte() - 1)).ok()?;
        Some((byte, entry * self.number()))
    }
}

/// The entries of a list, inflated. Says nothing about who made them.
///
/// ```
/// use geleit_credential::status_list::{Bits, Entries, ListLimits};
///
/// // The first example of the draft: 16 entries of one bit.
/// let lst = [0x78, 0xda, 0xdb, 0xb9, 0x18, 0x00, 0x02, 0x17, 0x01, 0x5d];
/// let entries = Entries::dangerous_inflate_any_size(Bits::One, &lst, &ListLimits::STANDARD)?;
/// assert_eq!((entries.value(0), entries.value(1), entries.value(16)), (Some(1), Some(0), None));
/// # Ok::<(), geleit_credential::status_list::StatusListError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Entries {
    bits: Bits,
    bytes: Vec<u8>,
}

impl fmt::Debug for Entries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Entries({} of {} bits)", self.count(), self.bits.number())
    }
}

impl Entries {
    /// Entries that are all valid, `count` of them, rounded up to whole bytes.
    ///
    /// # Errors
    /// [`PublishError::Size`]: fewer or more than a reader accepts.
    pub fn all_valid(bits: Bits, count: u64) -> Result<Self, PublishError> {
        let limits = ListLimits::STANDARD;
        let size = usize::try_from(count.div_ceil(bits.per_byte())).ok();
        let size = size.filter(|size| *size <= limits.max_inflated && count >= MIN_ENTRIES);
        let bytes = vec![0; size.ok_or(PublishError::Size { presented: count, bits })?];
        Ok(Self { bits, bytes })
    }

    /// Inflates a list (RFC 1950), once and into the memory that it is read from. What may be taken follows
    /// from the length of `lst` and the limits; what the list does not need is given back.
    ///
    /// # Errors
    /// L-06, L-07.
    pub fn inflate(bits: Bits, lst: &[u8], limits: &ListLimits) -> Result<Self, StatusListError> {
        let entries = Self::dangerous_inflate_any_size(bits, lst, limits)?;
        if entries.count() < MIN_ENTRIES {
            return Err(StatusListError::TooFew { required: MIN_ENTRIES, presented: entries.count() });
        }
        Ok(entries)
    }

    /// The same without L-07, for examples of the draft and for tests. Dangerous, because whoever fetches a
    /// small list tells its publisher who is being checked.
    ///
    /// # Errors
    /// L-06.
    pub fn dangerous_inflate_any_size(
        bits: Bits,
        lst: &[u8],
        limits: &ListLimits,
    ) -> Result<Self, StatusListError> {
        Ok(Self { bits, bytes: inflate(lst, limits)? })
    }

    /// Compresses the list; `None` when more than `max_bytes` come out.
    pub(super) fn deflate(&self, max_bytes: usize) -> Option<Vec<u8>> {
        let mut output = Vec::with_capacity(max_bytes);
        let mut encoder = Compress::new(Compression::best(), true);
        let status = encoder.compress_vec(&self.bytes, &mut output, FlushCompress::Finish);
        output.shrink_to_fit();
        (matches!(status, Ok(Status::StreamEnd)) && output.len() <= max_bytes).then_some(output)
    }

    /// Bits of one entry.
    #[must_use]
    pub const fn bits(&self) -> Bits {
        self.bits
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        u64::try_from(self.bytes.len()).unwrap_or(u64::MAX).saturating_mul(self.bits.per_byte())
    }

    /// The number at `index`, counted from 0; `None` outside of the list.
    #[must_use]
    pub fn value(&self, index: u64) -> Option<u8> {
        let (byte, shift) = self.bits.place(index)?;
        self.bytes.get(byte).map(|byte| byte >> shift & self.bits.max())
    }

    /// What it stands for.
    #[must_use]
    pub fn get(&self, index: u64) -> Option<Standing> {
        self.value(index).map(standing_of)
    }

    /// Changes the entry at `index`.
    ///
    /// # Errors
    /// [`PublishError::NotExpressible`], [`PublishError::OutOfRange`].
    pub fn set(&mut self, index: u64, standing: Standing) -> Result<(), PublishError> {
        let bits = self.bits;
        let value = value_of(standing).filter(|value| *value <= bits.max());
        let value = value.ok_or(PublishError::NotExpressible { standing, bits })?;
        let outside = PublishError::OutOfRange { presented: index, entries: self.count() };
        let (byte, shift) = bits.place(index).ok_or(outside)?;
        let byte = self.bytes.get_mut(byte).ok_or(outside)?;
        *byte = *byte & !(bits.max() << shift) | value << shift;
        Ok(())
    }
}

/// Bytes that one byte of a deflate stream can become at most: matches of 258 bytes, in two bits each, and
/// the ends of blocks (zlib, technical details, "maximum compression factor").
const MAX_EXPANSION: usize = 1_032;

/// L-06: one zlib stream, whole and nothing after it, into at most `max_inflated` bytes.
///
/// The stream does not say how long the list is. So the room for the longest one that these bytes can hold
/// is taken at once, zeroed by the system, which on most systems costs nothing for pages that stay
/// untouched. [`FlushDecompress::Finish`] in the first call makes the decoder write straight into it, with no
/// window to copy from; and to give back the rest moves nothing.
fn inflate(lst: &[u8], limits: &ListLimits) -> Result<Vec<u8>, StatusListError> {
    if lst.len() > limits.max_compressed {
        return Err(InflateFault::TooManyCompressed { limit: limits.max_compressed }.into());
    }
    let longest = lst.len().saturating_mul(MAX_EXPANSION).min(limits.max_inflated);
    // One byte more, so that what ends at the limit differs from what goes on.
    let mut list = vec![0; longest.saturating_add(1)];
    let mut decoder = Decompress::new(true);
    let status = decoder.decompress(lst, &mut list, FlushDecompress::Finish);
    let status = status.map_err(|_| InflateFault::Corrupt)?;
    let (read, written) = (total(decoder.total_in()), total(decoder.total_out()));
    if written > limits.max_inflated {
        return Err(InflateFault::TooMany { limit: limits.max_inflated }.into());
    }
    match status {
        Status::StreamEnd if read < lst.len() => Err(InflateFault::Trailing.into()),
        Status::StreamEnd => {
            list.truncate(written);
            list.shrink_to_fit();
            Ok(list)
        }
        Status::Ok | Status::BufError => Err(InflateFault::Truncated.into()),
    }
}

/// Bytes of one call: no more than its buffers have, so that they fit.
fn total(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}
