//! The issuer's workshop: salts from one draw of randomness, disclosures and their hashes.
//!
//! ```text
//! [disclosure | disclosure | ...]   one buffer, children before their parents, wiped when dropped
//! [hash, place | hash, place | ...] one table; hashes leave it sorted, container by container
//! ```

use super::disclosure::redacted_claim_hash;
use crate::numbers::{HASH_BYTES, SALT_BYTES, cbor, header};
use core::cmp::Ordering;
use core::fmt;
use geleit_cose::cbor::Encoder;
use rand_core::CryptoRng;
use zeroize::Zeroize;

/// The hash that stands in the payload for a disclosure.
pub(crate) type Hash = [u8; HASH_BYTES];

/// Salts of one call of the issuer, drawn at once. They are independent: each is its own part of the draw.
pub(crate) struct Salts {
    bytes: Vec<u8>,
    used: usize,
}

impl fmt::Debug for Salts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salts")
    }
}

impl Drop for Salts {
    fn drop(&mut self) {
        // A slice is wiped in one stroke, a vector byte by byte.
        self.bytes.as_mut_slice().zeroize();
    }
}

impl Salts {
    /// Draws `count` salts of 16 bytes with one call of the generator.
    pub(crate) fn draw(count: usize, rng: &mut impl CryptoRng) -> Self {
        let mut salts = Self { bytes: vec![0; count * SALT_BYTES], used: 0 };
        rng.fill_bytes(&mut salts.bytes);
        salts
    }

    /// The next salt. The caller counted before drawing, so there is always one.
    pub(crate) fn take(&mut self) -> [u8; SALT_BYTES] {
        let salt = self.bytes.get(self.used..).and_then(|rest| rest.first_chunk::<SALT_BYTES>());
        self.used += SALT_BYTES;
        *salt.expect("the number of salts was counted before they were drawn")
    }

    /// Are they all different, as a working generator makes them? Their order is lost.
    pub(super) fn all_differ(mut self) -> bool {
        let (salts, _) = self.bytes.as_chunks_mut::<SALT_BYTES>();
        salts.sort_unstable_by_key(|salt| u128::from_ne_bytes(*salt));
        salts.windows(2).all(|pair| pair.first() != pair.last())
    }
}

/// Where a disclosure of the table stands, and where its hash has to go.
struct Entry {
    hash: Hash,
    at: usize,
    length: usize,
    /// Some map or array has the hash already.
    placed: bool,
}

/// The disclosures of one credential while it is written. The capacity is given once: a buffer that grows
/// leaves salts behind.
pub(crate) struct Disclosures {
    encoded: Encoder,
    table: Vec<Entry>,
    /// Bytes and disclosures that there is room for.
    room: (usize, usize),
}

impl fmt::Debug for Disclosures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Disclosures({})", self.table.len())
    }
}

impl Drop for Disclosures {
    fn drop(&mut self) {
        self.encoded.as_mut_bytes().zeroize();
    }
}

impl Disclosures {
    /// Bytes of a disclosure around value and key: two heads, salt and its head.
    pub(crate) const FRAME_BYTES: usize = 5 + 1 + 1 + SALT_BYTES;

    /// Room for `count` disclosures of `bytes` bytes together.
    pub(crate) fn with_capacity(count: usize, bytes: usize) -> Self {
        let (encoded, table) = (Encoder::with_capacity(bytes), Vec::with_capacity(count));
        Self { encoded, table, room: (bytes, count) }
    }

    /// How many there are so far: where the children of the next container begin.
    pub(crate) const fn count(&self) -> usize {
        self.table.len()
    }

    /// `[salt, value, key]`, `[salt, value]` or `[salt]`: `items` of them, the others in `content`.
    pub(crate) fn disclose(&mut self, salt: &[u8; SALT_BYTES], items: u8, content: &[u8]) {
        let at = self.encoded.len();
        self.open(salt, items, content.len()).raw(content);
        self.enter(at, self.encoded.len() - at);
    }

    /// Writes a disclosure up to its salt; `content` bytes follow.
    pub(crate) fn open(&mut self, salt: &[u8; SALT_BYTES], items: u8, content: usize) -> &mut Encoder {
        let mut start = [0; 2 + SALT_BYTES];
        start[0] = 0x80 | items;
        start[1] = 0x50;
        start[2..].copy_from_slice(salt);
        self.encoded.bytes_head(start.len() + content).raw(&start)
    }

    /// As [`Self::disclose`], of about `expected` bytes that `write` appends.
    pub(crate) fn disclose_with(&mut self, expected: usize, write: impl FnOnce(&mut Encoder)) {
        let at = self.encoded.len();
        self.encoded.bytes_with(expected, write);
        self.enter(at, self.encoded.len() - at);
    }

    /// The buffer, for who writes disclosures before their salts are known.
    pub(crate) const fn encoded(&mut self) -> &mut Encoder {
        &mut self.encoded
    }

    /// Forgets every hash, and everything in the buffer after the first `length` bytes.
    pub(crate) fn restart(&mut self, length: usize) {
        self.encoded.as_mut_bytes().get_mut(length..).unwrap_or_default().zeroize();
        self.encoded.truncate(length);
        self.table.clear();
    }

    /// Writes over what stands at `at` in the buffer.
    pub(crate) fn fill<const N: usize>(&mut self, at: usize, bytes: &[u8; N]) {
        if let Some(place) = self.encoded.as_mut_bytes().get_mut(at..).and_then(<[u8]>::first_chunk_mut) {
            *place = *bytes;
        }
    }

    /// Hashes the disclosure at `at` in the buffer.
    pub(crate) fn enter(&mut self, at: usize, length: usize) {
        let encoded = self.encoded.as_bytes().get(at..at + length);
        let encoded = encoded.expect("the disclosure was written there");
        debug_assert!(self.encoded.len() <= self.room.0 && self.table.len() < self.room.1, "too little room");
        self.table.push(Entry { hash: redacted_claim_hash(encoded), at, length, placed: false });
    }

    /// The hash of the last one, for a place of its own.
    pub(crate) fn place_last(&mut self) -> Hash {
        let last = self.table.last_mut().expect("an element was disclosed before its hash is written");
        last.placed = true;
        last.hash
    }

    /// The hashes since `from` that have no place yet, in ascending order, for the container that is about
    /// to be written.
    pub(crate) fn place(&mut self, from: usize) -> impl ExactSizeIterator<Item = &Hash> {
        place(self.table.get_mut(from..).unwrap_or_default())
    }

    /// As [`Self::place`], when the container stands in the buffer already: the first hash at `at`, the
    /// others `stride` bytes apart.
    pub(crate) fn place_at(&mut self, from: usize, at: usize, stride: usize) {
        let hashes = place(self.table.get_mut(from..).unwrap_or_default());
        let container = self.encoded.as_mut_bytes().get_mut(at..).unwrap_or_default();
        for (hash, place) in hashes.zip(container.chunks_mut(stride)) {
            if let Some(place) = place.first_chunk_mut() {
                *place = *hash;
            }
        }
    }

    /// How many hashes have no place.
    pub(crate) fn without_place(&self) -> usize {
        self.table.iter().filter(|entry| !entry.placed).count()
    }

    /// Writes the unprotected header: `{17: [disclosures in the order of their hashes]}`, so that the order
    /// tells nothing; the empty map when there are none (draft section 6.1).
    pub(crate) fn write_unprotected(&mut self, out: &mut Encoder) {
        if self.table.is_empty() {
            out.map(0);
            return;
        }
        self.table.sort_unstable_by(by_hash);
        out.map(1).int(header::SD_CLAIMS).array(self.table.len());
        let encoded = self.encoded.as_bytes();
        for Entry { at, length, .. } in &self.table {
            out.raw(encoded.get(*at..at + length).unwrap_or_default());
        }
    }

    /// Bytes of [`Self::write_unprotected`] at most.
    pub(crate) const fn max_unprotected(&self) -> usize {
        self.encoded.len() + 16
    }
}

/// The hashes without a place, sorted. Those with one move to the front: the order of the table says nothing.
fn place(table: &mut [Entry]) -> impl ExactSizeIterator<Item = &Hash> {
    let mut placed = 0;
    for index in 0..table.len() {
        if table.get(index).is_some_and(|entry| entry.placed) {
            table.swap(index, placed);
            placed += 1;
        }
    }
    let free = table.get_mut(placed..).unwrap_or_default();
    free.sort_unstable_by(by_hash);
    free.iter_mut().map(|entry| {
        entry.placed = true;
        &entry.hash
    })
}

/// Ascending hashes. The first eight bytes decide nearly always; comparing them takes no call.
fn by_hash(a: &Entry, b: &Entry) -> Ordering {
    let first = |hash: &Hash| hash.first_chunk().map(|bytes| u64::from_be_bytes(*bytes));
    first(&a.hash).cmp(&first(&b.hash)).then_with(|| a.hash.cmp(&b.hash))
}

/// Writes `simple(59): [hashes]`, the last entry of a map.
pub(crate) fn write_redacted_keys<'h>(out: &mut Encoder, hashes: impl ExactSizeIterator<Item = &'h Hash>) {
    out.simple(cbor::REDACTED_CLAIM_KEYS).array(hashes.len());
    for hash in hashes {
        out.bytes(hash);
    }
}

#[cfg(test)]
mod tests {
    use super::{Entry, Hash, by_hash, place};
    use proptest::collection::vec;
    use proptest::prelude::{any, proptest};

    fn table(hashes: &[Hash]) -> Vec<Entry> {
        hashes.iter().map(|hash| Entry { hash: *hash, at: 0, length: 0, placed: false }).collect()
    }

    fn placed(table: &mut [Entry]) -> Vec<Hash> {
        place(table).copied().collect()
    }

    proptest! {
        /// Random ones, and such as differ in their last bytes only.
        #[test]
        fn hashes_are_placed_once_and_in_order(
            mut hashes in vec(any::<Hash>(), 0..200),
            alike in any::<bool>(),
            first in 0_usize..200,
        ) {
            if alike {
                hashes.iter_mut().for_each(|hash| hash[..31].fill(7));
            }
            let mut table = table(&hashes);
            let from = first.min(hashes.len());
            let inner = placed(&mut table[from..]);
            let outer = placed(&mut table);
            hashes[from..].sort_unstable();
            assert_eq!(inner, hashes[from..]);
            hashes[..from].sort_unstable();
            assert_eq!(outer, hashes[..from]);
            assert!(placed(&mut table).is_empty());
            hashes.sort_unstable();
            table.sort_unstable_by(by_hash);
            assert!(table.iter().map(|entry| &entry.hash).eq(&hashes));
        }
    }
}
