//! The issuer's workshop: salts from one draw of randomness, disclosures and their hashes.
//!
//! ```text
//! seed of 32 bytes --ChaCha20--> salt, salt, salt, ...
//! [disclosure | disclosure | ...]   one buffer, children before their parents, wiped when dropped
//! [hash, place | hash, place | ...] one table; hashes leave it sorted, container by container
//! ```

use super::disclosure::redacted_claim_hash;
use super::error::BuildError;
use super::prefixed::{self, Prefixed};
use crate::numbers::{HASH_BYTES, SALT_BYTES, cbor, header};
use chacha20::ChaCha20Rng;
use core::fmt;
use geleit_cose::cbor::Encoder;
use rand_core::{CryptoRng, Rng, SeedableRng};
use zeroize::{Zeroize, Zeroizing};

/// The hash that stands in the payload for a disclosure.
pub(crate) type Hash = [u8; HASH_BYTES];

/// Where the salts of credentials come from: a seed for each of them, all of one draw. Wiped when dropped.
pub(crate) struct Seeds(Zeroizing<Vec<Seed>>);

type Seed = [u8; SEED_BYTES];

/// Bytes of a key of ChaCha20.
const SEED_BYTES: usize = 32;

impl fmt::Debug for Seeds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Seeds({})", self.0.len())
    }
}

impl Seeds {
    /// Draws the seeds of `count` credentials with one call of the generator.
    ///
    /// # Errors
    /// I-16.
    pub(crate) fn draw(count: usize, rng: &mut impl CryptoRng) -> Result<Self, BuildError> {
        let mut seeds = Self(Zeroizing::new(vec![[0; SEED_BYTES]; count]));
        fill(&mut seeds.0, rng)?;
        Ok(seeds)
    }

    /// The salts of each credential.
    pub(crate) fn salts(&self) -> impl Iterator<Item = Salts> {
        self.0.iter().map(Salts::of)
    }
}

/// I-16: as the repetition count test of SP 800-90B section 4.4.1, a health test that a working generator fails
/// once in 2^61 seeds. Only equality is asked, so that nothing else of a seed decides what is done.
fn fill(seeds: &mut [Seed], rng: &mut impl CryptoRng) -> Result<(), BuildError> {
    rng.fill_bytes(seeds.as_flattened_mut());
    for (number, seed) in seeds.iter().enumerate() {
        let (samples, _) = seed.as_chunks::<8>();
        let mut rest = samples;
        while let Some((sample, others)) = rest.split_first() {
            if others.contains(sample) {
                return Err(BuildError::StuckGenerator);
            }
            rest = others;
        }
        if seeds.iter().take(number).any(|earlier| earlier == seed) {
            return Err(BuildError::StuckGenerator);
        }
    }
    Ok(())
}

/// The salts of one credential: the key stream of ChaCha20 (RFC 8439, with nonce and counter 0) under a seed of its
/// own, cut into pieces (D-84). A draw from the system costs a call, and 2.5 ns for each byte; the stream costs a
/// third of that. Wiped when dropped.
pub(crate) struct Salts(ChaCha20Rng);

impl fmt::Debug for Salts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salts")
    }
}

impl Salts {
    /// As [`Seeds::draw`], for one credential and without a heap.
    ///
    /// # Errors
    /// I-16.
    pub(crate) fn draw(rng: &mut impl CryptoRng) -> Result<Self, BuildError> {
        let mut seed = Zeroizing::new([[0; SEED_BYTES]]);
        fill(seed.as_mut_slice(), rng)?;
        let [seed] = &*seed;
        Ok(Self::of(seed))
    }

    fn of(seed: &Seed) -> Self {
        Self(ChaCha20Rng::from_seed(*seed))
    }

    /// The next salt.
    pub(crate) fn take(&mut self) -> [u8; SALT_BYTES] {
        let mut salt = [0; SALT_BYTES];
        self.0.fill_bytes(&mut salt);
        salt
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
        let fill = |slots: &mut [Prefixed]| {
            for (slot, (number, entry)) in slots.iter_mut().zip(waiting()) {
                *slot = Prefixed::new(&entry.hash, number);
            }
        };
        let order = order.of(table, waiting().count(), fill);
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
        // In this order the hashes of each container are sorted already: in a flat map, all of them.
        let mut rest = *placed..;
        let fill = |slots: &mut [Prefixed]| {
            for (number, entry) in table.iter().enumerate() {
                let slot = entry.placed.or_else(|| rest.next()).and_then(|slot| slots.get_mut(slot));
                *slot.expect("there is a slot for each entry") = Prefixed::new(&entry.hash, number);
            }
        };
        order.of(table, table.len(), fill).iter().map(|one| entry_of(table, one.at))
    }
}

fn entry_of(table: &[Entry], number: usize) -> &Entry {
    table.get(number).expect("it is the number of an entry")
}

/// Room to sort numbers of entries in, which are smaller to move: on the heap only for more than [`Self::FEW`].
struct Order {
    few: [Prefixed; Self::FEW],
    /// Where they stand before they are spread.
    spare: [Prefixed; Self::FEW],
    many: Vec<Prefixed>,
}

impl Default for Order {
    fn default() -> Self {
        let none = [Prefixed::default(); Self::FEW];
        Self { few: none, spare: none, many: Vec::new() }
    }
}

impl Order {
    const FEW: usize = 64;

    /// The numbers of the `count` entries that `fill` chooses, in the order of their hashes.
    fn of(&mut self, table: &[Entry], count: usize, fill: impl FnOnce(&mut [Prefixed])) -> &[Prefixed] {
        let hash = |number: usize| entry_of(table, number).hash.as_slice();
        if let (Some(few), Some(spare)) = (self.few.get_mut(..count), self.spare.get_mut(..count)) {
            fill(few);
            prefixed::sort_few(few, spare, hash);
            return few;
        }
        self.many.resize(count, Prefixed::default());
        fill(&mut self.many);
        prefixed::sort(&mut self.many, hash);
        &self.many
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
        self.disclose_with(salt, items, content.len(), |out| {
            out.raw(content);
        });
    }

    /// Writes a disclosure up to its salt; `content` bytes follow.
    pub(crate) fn open(&mut self, salt: &[u8; SALT_BYTES], items: u8, content: usize) -> &mut Encoder {
        let mut start = [0; 2 + SALT_BYTES];
        start[0] = 0x80 | items;
        start[1] = 0x50;
        start[2..].copy_from_slice(salt);
        self.encoded.bytes_head(start.len() + content).raw(&start)
    }

    /// As [`Self::disclose`], with `content` bytes that `write` appends: neither more nor fewer, since the head is
    /// written before.
    pub(crate) fn disclose_with(
        &mut self,
        salt: &[u8; SALT_BYTES],
        items: u8,
        content: usize,
        write: impl FnOnce(&mut Encoder),
    ) {
        let at = self.encoded.len();
        let start = self.open(salt, items, content).len();
        write(&mut self.encoded);
        debug_assert_eq!(self.encoded.len() - start, content, "a head of another length");
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
        out.bytes32(hash);
    }
}

#[cfg(test)]
mod tests {
    use super::{Entry, Hash, Hashes, Salts, Seeds};
    use chacha20::ChaCha20Rng;
    use geleit_testkit::FixedRng;
    use proptest::collection::vec;
    use proptest::prelude::{any, proptest};
    use zeroize::ZeroizeOnDrop;

    #[test]
    fn the_stream_is_wiped_on_drop() {
        const fn wiped<T: ZeroizeOnDrop>() {}
        wiped::<ChaCha20Rng>();
    }

    /// RFC 8439 appendix A.1, test vector 1.
    #[test]
    fn salts_are_the_key_stream_of_their_seed() {
        let mut salts = Salts::of(&[0; 32]);
        let expected = [0x76b8_e0ad_a0f1_3d90_405d_6ae5_5386_bd28, 0xbdd2_19b8_a08d_ed1a_a836_efcc_8b77_0dc7];
        assert_eq!([salts.take(), salts.take()].map(u128::from_be_bytes), expected);
    }

    #[test]
    fn each_credential_has_a_seed_of_its_own() {
        let mut rng = FixedRng::new("seeds");
        let seeds = Seeds::draw(3, &mut rng).unwrap();
        assert_eq!((seeds.0.len(), rng.draws()), (3, 1));
        let mut alone = FixedRng::new("seeds");
        for mut salts in seeds.salts() {
            assert_eq!(salts.take(), Salts::draw(&mut alone).unwrap().take());
        }
    }

    #[test]
    fn a_draw_that_repeats_itself_is_refused() {
        let draw = |count, samples: [u8; 4]| {
            let given = samples.map(|sample| [sample; 8]).concat().try_into().unwrap();
            Seeds::draw(count, &mut FixedRng::giving(given)).map(drop).map_err(|error| error.code())
        };
        assert_eq!(draw(1, [1, 2, 3, 4]), Ok(()));
        for (count, samples) in [(1, [0; 4]), (1, [1, 2, 1, 3]), (1, [1, 2, 3, 3]), (2, [1, 2, 3, 4])] {
            assert_eq!(draw(count, samples), Err("I-16"), "{count} {samples:?}");
        }
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
