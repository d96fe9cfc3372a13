//! The issuer's workshop: salts from one draw of randomness, disclosures and their hashes.
//!
//! ```text
//! [disclosure | disclosure | ...]   one buffer, children before their parents, wiped when dropped
//! [hash, place | hash, place | ...] one table; hashes leave it sorted, container by container
//! ```

use super::disclosure::redacted_claim_hash;
use super::prefixed::{self, Prefixed};
use super::seen::Seen;
use crate::numbers::{HASH_BYTES, SALT_BYTES, cbor, header};
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
        // Twelve bits nearly always tell a few of them apart. These stay on the stack, the other 116 do not.
        let mut seen = Seen::default();
        if !salts.iter().any(|[a, b, ..]| seen.perhaps(u16::from_ne_bytes([*a, *b]))) {
            return true;
        }
        salts.sort_unstable_by_key(|salt| u128::from_ne_bytes(*salt));
        salts.windows(2).all(|pair| pair.first() != pair.last())
    }
}

/// A disclosure of the table: its hash, and where it stands.
struct Entry {
    hash: Hash,
    at: usize,
    length: usize,
    /// Some map or array has the hash already: it was the how-manieth to get a place, counted from 0.
    placed: Option<usize>,
}

/// The hashes of one credential, in the order in which they were made.
struct Hashes {
    table: Vec<Entry>,
    placed: usize,
    order: Order,
}

impl Hashes {
    fn with_capacity(count: usize) -> Self {
        Self { table: Vec::with_capacity(count), placed: 0, order: Order::default() }
    }

    fn clear(&mut self) {
        self.table.clear();
        self.placed = 0;
    }

    /// Gives a place to all since `from` that have none, in ascending order.
    fn place(&mut self, from: usize) -> impl ExactSizeIterator<Item = &Hash> {
        let Self { table, placed, order } = self;
        let waiting = || table.iter().enumerate().skip(from).filter(|(_, entry)| entry.placed.is_none());
        let order = order.slots(waiting().count());
        for (slot, (number, entry)) in order.iter_mut().zip(waiting()) {
            *slot = Prefixed::new(&entry.hash, number);
        }
        prefixed::sort(order, |number| &entry_of(table, number).hash);
        for one in order.iter() {
            if let Some(entry) = table.get_mut(one.at) {
                entry.placed = Some(*placed);
                *placed += 1;
            }
        }
        order.iter().map(|one| &entry_of(table, one.at).hash)
    }

    /// All, in ascending order.
    fn all(&mut self) -> impl ExactSizeIterator<Item = &Entry> {
        let Self { table, placed, order } = self;
        let order = order.slots(table.len());
        // In this order the hashes of each container are sorted already: in a flat map, all of them.
        let mut rest = *placed..;
        for (number, entry) in table.iter().enumerate() {
            let slot = entry.placed.or_else(|| rest.next()).and_then(|slot| order.get_mut(slot));
            *slot.expect("there is a slot for each entry") = Prefixed::new(&entry.hash, number);
        }
        prefixed::sort(order, |number| &entry_of(table, number).hash);
        order.iter().map(|one| entry_of(table, one.at))
    }
}

fn entry_of(table: &[Entry], number: usize) -> &Entry {
    table.get(number).expect("it is the number of an entry")
}

/// Room to sort numbers of entries in, which are smaller to move. It is on the heap only for more of them than
/// our types have.
struct Order {
    few: [Prefixed; 64],
    many: Vec<Prefixed>,
}

impl Default for Order {
    fn default() -> Self {
        Self { few: [Prefixed::default(); 64], many: Vec::new() }
    }
}

impl Order {
    fn slots(&mut self, count: usize) -> &mut [Prefixed] {
        if count > self.few.len() {
            self.many.resize(count, Prefixed::default());
            return &mut self.many;
        }
        self.few.get_mut(..count).unwrap_or_default()
    }
}

/// The disclosures of one credential while it is written. The capacity is given once: a buffer that grows
/// leaves salts behind.
pub(crate) struct Disclosures {
    encoded: Encoder,
    hashes: Hashes,
    /// Bytes and disclosures that there is room for.
    room: (usize, usize),
}

impl fmt::Debug for Disclosures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Disclosures({})", self.count())
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
        let (encoded, hashes) = (Encoder::with_capacity(bytes), Hashes::with_capacity(count));
        Self { encoded, hashes, room: (bytes, count) }
    }

    /// How many there are so far: where the children of the next container begin.
    pub(crate) const fn count(&self) -> usize {
        self.hashes.table.len()
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
        self.hashes.clear();
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
        debug_assert!(self.encoded.len() <= self.room.0 && self.count() < self.room.1, "too little room");
        self.hashes.table.push(Entry { hash: redacted_claim_hash(encoded), at, length, placed: None });
    }

    /// The hash of the last one, for a place of its own.
    pub(crate) fn place_last(&mut self) -> Hash {
        let hash = self.hashes.place(self.count().saturating_sub(1)).next().copied();
        hash.expect("an element was disclosed before its hash is written")
    }

    /// The hashes since `from` that have no place yet, in ascending order, for the container that is about
    /// to be written.
    pub(crate) fn place(&mut self, from: usize) -> impl ExactSizeIterator<Item = &Hash> {
        self.hashes.place(from)
    }

    /// As [`Self::place`], when the container stands in the buffer already: the first hash at `at`, the
    /// others `stride` bytes apart.
    pub(crate) fn place_at(&mut self, from: usize, at: usize, stride: usize) {
        let container = self.encoded.as_mut_bytes().get_mut(at..).unwrap_or_default();
        for (hash, place) in self.hashes.place(from).zip(container.chunks_mut(stride)) {
            if let Some(place) = place.first_chunk_mut() {
                *place = *hash;
            }
        }
    }

    /// How many hashes have no place.
    pub(crate) const fn without_place(&self) -> usize {
        self.hashes.table.len() - self.hashes.placed
    }

    /// Writes the unprotected header: `{17: [disclosures in the order of their hashes]}`, so that the order
    /// tells nothing; the empty map when there are none (draft section 6.1).
    pub(crate) fn write_unprotected(&mut self, out: &mut Encoder) {
        let all = self.hashes.all();
        if all.len() == 0 {
            out.map(0);
            return;
        }
        out.map(1).int(header::SD_CLAIMS).array(all.len());
        let encoded = self.encoded.as_bytes();
        for Entry { at, length, .. } in all {
            out.raw(encoded.get(*at..at + length).unwrap_or_default());
        }
    }

    /// Bytes of [`Self::write_unprotected`] at most.
    pub(crate) const fn max_unprotected(&self) -> usize {
        self.encoded.len() + 16
    }
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
    use super::{Entry, Hash, Hashes};
    use proptest::collection::vec;
    use proptest::prelude::{any, proptest};

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
            let mut table = Hashes::with_capacity(hashes.len());
            let entry = |hash: &Hash| Entry { hash: *hash, at: 0, length: 0, placed: None };
            table.table.extend(hashes.iter().map(entry));
            let from = first.min(hashes.len());
            let inner: Vec<Hash> = table.place(from).copied().collect();
            let all: Vec<Hash> = table.all().map(|entry| entry.hash).collect();
            let outer: Vec<Hash> = table.place(0).copied().collect();
            assert_eq!(table.place(0).len(), 0);
            hashes[from..].sort_unstable();
            assert_eq!(inner, hashes[from..]);
            hashes[..from].sort_unstable();
            assert_eq!(outer, hashes[..from]);
            hashes.sort_unstable();
            assert_eq!(all, hashes);
        }
    }
}
