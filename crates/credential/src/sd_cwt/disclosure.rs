//! Disclosures, their hashes, and the table in which hashes find them: V-06, V-08 to V-10, V-35.

use super::error::{Error, Rule};
use super::work;
use crate::numbers::{HASH_BYTES, SALT_BYTES};
use core::cmp::Ordering;
use core::fmt;
use core::ops::Range;
use geleit_cose::cbor::{Decoder, Head, Key};
use sha2::{Digest, Sha256};
use zeroize::Zeroize;

/// The hash that stands for a disclosure: SHA-256 over the byte string **with its head**.
///
/// `encoded` is the element of `sd_claims` as it stands in the token, head included. Figures 8 and 9
/// of the draft print the hash without the head; the CDDL, Appendix G and every vector have it.
/// This function is the only place that knows.
#[must_use]
pub fn redacted_claim_hash(encoded: &[u8]) -> [u8; HASH_BYTES] {
    work::hash();
    Sha256::digest(encoded).into()
}

/// Memory for verification, used again and again: nothing is allocated once it has grown.
///
/// It holds offsets, hashes and salts of the last token, never claim values, and wipes the salts. `Debug` prints none of
/// them: with a salt and a hash, a claim of few values can be guessed.
#[derive(Default)]
pub struct Scratch {
    pub(super) slots: Vec<Slot>,
    /// Offsets of every redacted claim hash that was met.
    pub(super) hashes: Vec<usize>,
    /// A stack of slot numbers, for comparing the disclosed keys of one map.
    pub(super) keys: Vec<usize>,
}

impl fmt::Debug for Scratch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scratch({} disclosures)", self.slots.len())
    }
}

impl Scratch {
    /// Room for tokens of `disclosures` disclosures and `hashes` redacted claim hashes.
    #[must_use]
    pub fn with_capacity(disclosures: usize, hashes: usize) -> Self {
        Self {
            slots: Vec::with_capacity(disclosures),
            hashes: Vec::with_capacity(hashes),
            keys: Vec::with_capacity(disclosures),
        }
    }

    pub(super) fn clear(&mut self) {
        self.slots.iter_mut().for_each(|slot| slot.salt.zeroize());
        self.slots.clear();
        self.hashes.clear();
        self.keys.clear();
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        self.clear();
    }
}

/// A map key without a borrow; texts are offsets into the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum StoredKey {
    Uint(u64),
    Nint(u64),
    Text(Range<usize>),
}

impl StoredKey {
    pub(super) fn resolve<'b>(&self, input: &'b [u8]) -> Key<'b> {
        match self {
            Self::Uint(n) => Key::Uint(*n),
            Self::Nint(n) => Key::Nint(*n),
            // The range was read as text from the same input.
            Self::Text(range) => {
                let bytes = input.get(range.clone()).unwrap_or_default();
                Key::Text(core::str::from_utf8(bytes).unwrap_or_default())
            }
        }
    }
}

/// What a disclosure opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Opens {
    Entry { key: StoredKey, value: Range<usize> },
    Element { value: Range<usize> },
    Decoy,
}

/// One disclosure of the token.
#[derive(Clone)]
pub(super) struct Slot {
    pub(super) hash: [u8; HASH_BYTES],
    pub(super) salt: [u8; SALT_BYTES],
    /// The encoded disclosure, head of its byte string included.
    pub(super) encoded: Range<usize>,
    pub(super) opens: Opens,
    /// Offset of the map or array that holds its hash, once that was found.
    pub(super) parent: Option<usize>,
}

/// Reads `sd_claims` into the table, sorted by hash.
///
/// Values are only delimited here; the walk that restores them checks what is inside.
pub(super) fn read_disclosures(
    decoder: &mut Decoder<'_>,
    sd_claims: Range<usize>,
    max_disclosures: u32,
    scratch: &mut Scratch,
) -> Result<(), Error> {
    let at = sd_claims.start;
    let outer = decoder.enter(sd_claims)?;
    let count = decoder.array()?;
    if u32::try_from(count).map_or(true, |count| count > max_disclosures) {
        return Err(Error::rule(Rule::TooManyDisclosures, at));
    }
    for _ in 0..count {
        let slot = read_disclosure(decoder)?;
        scratch.slots.push(slot);
    }
    decoder.leave(outer)?;
    require_distinct_salts(scratch)?;
    require_distinct_hashes(scratch)
}

fn read_disclosure(decoder: &mut Decoder<'_>) -> Result<Slot, Error> {
    let start = decoder.position();
    let content = decoder.bytes_span().map_err(|_| Error::rule(Rule::Disclosures, start))?;
    let encoded = start..content.end;
    // The digest covers the shortest head only (RFC 8949 section 4.2.1); a longer one would make
    // the same disclosure hash differently.
    if content.start - start != shortest_head(content.len()) {
        return Err(Error::rule(Rule::DisclosureShape, start));
    }
    let hash = redacted_claim_hash(decoder.slice(encoded.clone()));
    let shape = Error::rule(Rule::DisclosureShape, start);
    let outer = decoder.enter(content)?;
    let items = match decoder.head()? {
        Head::Array(n @ 1..=3) => n,
        _ => return Err(shape),
    };
    let salt: [u8; SALT_BYTES] = decoder.bytes().map_err(|_| shape)?.try_into().map_err(|_| shape)?;
    let opens = match items {
        1 => Opens::Decoy,
        2 => Opens::Element { value: decoder.skip_unchecked()? },
        _ => {
            let value = decoder.skip_unchecked()?;
            Opens::Entry { key: read_key(decoder).ok_or(shape)?, value }
        }
    };
    decoder.leave(outer)?;
    Ok(Slot { hash, salt, encoded, opens, parent: None })
}

fn read_key(decoder: &mut Decoder<'_>) -> Option<StoredKey> {
    let key = decoder.key().ok()?;
    super::grammar::require_label(&key).ok()?;
    match key {
        Key::Uint(n) => Some(StoredKey::Uint(n)),
        Key::Nint(n) => Some(StoredKey::Nint(n)),
        Key::Text(text) => Some(StoredKey::Text(decoder.position() - text.len()..decoder.position())),
        Key::Bytes(_) | Key::Simple(_) => None,
    }
}

const fn shortest_head(length: usize) -> usize {
    match length {
        0..=23 => 1,
        24..=0xff => 2,
        0x100..=0xffff => 3,
        0x1_0000..=0xffff_ffff => 5,
        _ => 9,
    }
}

/// V-10.
fn require_distinct_salts(scratch: &mut Scratch) -> Result<(), Error> {
    scratch.slots.sort_unstable_by(|a, b| counted(&a.salt, &b.salt));
    require_adjacent_differ(&scratch.slots, Rule::SaltTwice, |a, b| a.salt == b.salt && a.hash != b.hash)
}

/// V-09; leaves the table sorted by hash.
fn require_distinct_hashes(scratch: &mut Scratch) -> Result<(), Error> {
    scratch.slots.sort_unstable_by(|a, b| counted(&a.hash, &b.hash));
    require_adjacent_differ(&scratch.slots, Rule::DisclosureTwice, |a, b| a.hash == b.hash)
}

fn require_adjacent_differ(slots: &[Slot], rule: Rule, same: fn(&Slot, &Slot) -> bool) -> Result<(), Error> {
    for pair in slots.windows(2) {
        if let [a, b] = pair
            && same(a, b)
        {
            return Err(Error::rule(rule, a.encoded.start.max(b.encoded.start)));
        }
    }
    Ok(())
}

/// The slot whose hash is `hash`, in a table sorted by hash.
pub(super) fn find(slots: &[Slot], hash: &[u8]) -> Option<usize> {
    slots.binary_search_by(|slot| counted(slot.hash.as_slice(), hash)).ok()
}

/// The order in which keys of two slots stand in a map.
pub(super) fn compare_keys(slots: &[Slot], input: &[u8], a: usize, b: usize) -> Ordering {
    counted(&key_of(slots, input, a), &key_of(slots, input, b))
}

fn counted<T: Ord + ?Sized>(a: &T, b: &T) -> Ordering {
    work::step();
    a.cmp(b)
}

/// The key that a slot opens, if it opens a map entry.
pub(super) fn key_of<'b>(slots: &[Slot], input: &'b [u8], slot: usize) -> Option<Key<'b>> {
    match &slots.get(slot)?.opens {
        Opens::Entry { key, .. } => Some(key.resolve(input)),
        Opens::Element { .. } | Opens::Decoy => None,
    }
}
