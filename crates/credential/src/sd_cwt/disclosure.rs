//! Disclosures, their hashes, and the table in which hashes find them: V-06, V-08 to V-11.

use super::error::{Error, Rule};
use super::prefixed::{self, Prefixed};
use super::work;
use crate::numbers::{HASH_BYTES, SALT_BYTES};
use crate::sha256;
use core::cmp::Ordering;
use core::fmt;
use core::ops::Range;
use geleit_cose::cbor::{Decoder, Head, Key};
use zeroize::Zeroize;

/// The hash that stands for a disclosure: SHA-256 over the byte string **with its head**.
///
/// `encoded` is the element of `sd_claims` as it stands in the token, head included. Figures 8 and 9
/// of the draft print the hash without the head; the CDDL, Appendix G and every vector have it.
/// This function is the only place that knows.
#[must_use]
pub fn redacted_claim_hash(encoded: &[u8]) -> [u8; HASH_BYTES] {
    work::hash();
    sha256::digest(encoded)
}

/// Memory for verification, used again and again: nothing is allocated once it has grown.
///
/// It holds offsets, hashes and salts of the last token, never claim values, and wipes the salts. `Debug` prints none of
/// them: with a salt and a hash, a claim of few values can be guessed.
#[derive(Default)]
pub struct Scratch {
    /// The disclosures, in the order of the token.
    pub(super) slots: Vec<Slot>,
    /// Numbers of the slots, in the order of their hashes.
    by_hash: Vec<Prefixed>,
    /// Offsets of every redacted claim hash that was met.
    pub(super) hashes: Vec<Prefixed>,
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
            by_hash: Vec::with_capacity(disclosures),
            hashes: Vec::with_capacity(hashes),
            keys: Vec::with_capacity(disclosures),
        }
    }

    pub(super) fn clear(&mut self) {
        self.slots.iter_mut().for_each(|slot| slot.salt.zeroize());
        self.slots.clear();
        self.by_hash.clear();
        self.hashes.clear();
        self.keys.clear();
    }

    /// The number of the disclosure with this hash.
    pub(super) fn find(&self, hash: &[u8]) -> Option<usize> {
        prefixed::find(&self.by_hash, hash, |slot| hash_of(&self.slots, slot))
    }

    /// The disclosures in the order of their hashes.
    pub(super) fn in_order_of_hashes(&self) -> impl Iterator<Item = &Slot> {
        self.by_hash.iter().filter_map(|one| self.slots.get(one.at))
    }
}

fn hash_of(slots: &[Slot], slot: usize) -> &[u8] {
    slots.get(slot).map_or(&[], |slot| &slot.hash)
}

fn salt_of(slots: &[Slot], slot: usize) -> &[u8] {
    slots.get(slot).map_or(&[], |slot| &slot.salt)
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

/// Reads a redacted claim hash, and says where it starts: V-11, M-11.
#[inline]
pub(super) fn read_hash<'b>(decoder: &mut Decoder<'b>) -> Result<(&'b [u8; HASH_BYTES], usize), Error> {
    if let Some(hash) = decoder.byte_array()? {
        return Ok(hash);
    }
    // A tolerant reader takes a longer head, too.
    let shape = Error::rule(Rule::HashShape, decoder.position());
    let span = decoder.bytes_span().map_err(|_| shape)?;
    let hash = decoder.slice(span.clone()).try_into().map_err(|_| shape)?;
    Ok((hash, span.start))
}

/// Reads `sd_claims` into the table.
///
/// Values are only delimited here; the walk that restores them checks what is inside.
pub(super) fn read_disclosures(
    decoder: &mut Decoder<'_>,
    sd_claims: Range<usize>,
    scratch: &mut Scratch,
) -> Result<(), Error> {
    let outer = decoder.enter(sd_claims)?;
    let count = decoder.array()?;
    // At once: a table that grows leaves salts behind.
    scratch.slots.reserve_exact(count);
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
    let Scratch { slots, by_hash: by_salt, .. } = scratch;
    by_salt.clear();
    by_salt.extend(slots.iter().enumerate().map(|(number, slot)| Prefixed::new(&slot.salt, number)));
    prefixed::sort(by_salt, |slot| salt_of(slots, slot));
    // Two disclosures that are the same in everything fall to V-09.
    let differ = |a, b| hash_of(slots, a) != hash_of(slots, b);
    let twice = prefixed::equal_pair(by_salt, |slot| salt_of(slots, slot), differ);
    let outcome = twice.map_or(Ok(()), |pair| Err(at_later(slots, Rule::SaltTwice, pair)));
    // It holds half of each salt.
    by_salt.iter_mut().for_each(Prefixed::wipe);
    by_salt.clear();
    outcome
}

/// V-09; leaves the numbers of the slots sorted by hash.
fn require_distinct_hashes(scratch: &mut Scratch) -> Result<(), Error> {
    let Scratch { slots, by_hash, .. } = scratch;
    by_hash.clear();
    by_hash.extend(slots.iter().enumerate().map(|(number, slot)| Prefixed::new(&slot.hash, number)));
    prefixed::sort(by_hash, |slot| hash_of(slots, slot));
    let twice = prefixed::equal_pair(by_hash, |slot| hash_of(slots, slot), |_, _| true);
    twice.map_or(Ok(()), |pair| Err(at_later(slots, Rule::DisclosureTwice, pair)))
}

fn at_later(slots: &[Slot], rule: Rule, (a, b): (usize, usize)) -> Error {
    let start = |slot: usize| slots.get(slot).map_or(0, |slot| slot.encoded.start);
    Error::rule(rule, start(a).max(start(b)))
}

/// The order in which keys of two slots stand in a map; texts are compared as the bytes that they are, which are
/// known to be texts.
pub(super) fn compare_keys(slots: &[Slot], input: &[u8], a: usize, b: usize) -> Ordering {
    work::step();
    let key = |slot: usize| match slots.get(slot).map(|slot| &slot.opens) {
        Some(Opens::Entry { key, .. }) => Some(key),
        Some(Opens::Element { .. } | Opens::Decoy) | None => None,
    };
    match (key(a), key(b)) {
        (Some(StoredKey::Text(a)), Some(StoredKey::Text(b))) => {
            a.len().cmp(&b.len()).then_with(|| input.get(a.clone()).cmp(&input.get(b.clone())))
        }
        (a, b) => a.map(|key| key.resolve(input)).cmp(&b.map(|key| key.resolve(input))),
    }
}

/// The key that a slot opens, if it opens a map entry.
pub(super) fn key_of<'b>(slots: &[Slot], input: &'b [u8], slot: usize) -> Option<Key<'b>> {
    match &slots.get(slot)?.opens {
        Opens::Entry { key, .. } => Some(key.resolve(input)),
        Opens::Element { .. } | Opens::Decoy => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Opens, Scratch, Slot, require_distinct_salts};

    fn slot(salt: u8, hash: u8) -> Slot {
        Slot { hash: [hash; 32], salt: [salt; 16], encoded: 0..0, opens: Opens::Decoy, parent: None }
    }

    /// The table of V-10 holds half of each salt: it is gone whatever it found.
    #[test]
    fn no_table_of_salts_is_left() {
        for (second, expected) in [(7, Err("V-10")), (8, Ok(()))] {
            let mut scratch = Scratch::default();
            scratch.slots.extend([slot(7, 1), slot(second, 2)]);
            let outcome = require_distinct_salts(&mut scratch).map_err(|error| error.code());
            assert_eq!((outcome, scratch.by_hash.len()), (expected, 0));
        }
    }
}
