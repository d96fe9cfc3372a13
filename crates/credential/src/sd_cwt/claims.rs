//! The validated disclosed claims: a view that looks claims up, without building a tree.

use super::disclosure::{Opens, Scratch, Slot, read_hash};
use super::restore::Restored;
use crate::numbers::{SALT_BYTES, cbor};
use core::fmt;
use core::ops::Range;
use geleit_cose::cbor::{Decoder, Encoding, Head, Key, Limits, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The claims of a verified token: payload, CWT claims header and disclosures put together, with
/// everything that stayed redacted left out (draft section 9 step 10).
///
/// `Debug` prints no claim value.
#[derive(Clone)]
pub struct Claims<'b, 's> {
    input: &'b [u8],
    payload: usize,
    claims_header: Option<usize>,
    scratch: &'s Scratch,
}

impl fmt::Debug for Claims<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Claims({} disclosures)", self.scratch.slots.len())
    }
}

/// One item among the claims.
#[derive(Clone)]
pub struct Item<'b, 's> {
    claims: Claims<'b, 's>,
    at: usize,
}

impl fmt::Debug for Item<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Item")
    }
}

impl<'b, 's> Claims<'b, 's> {
    pub(super) const fn new(
        input: &'b [u8],
        payload: usize,
        claims_header: Option<usize>,
        restored: &Restored<'s>,
    ) -> Self {
        Self { input, payload, claims_header, scratch: restored.scratch() }
    }

    /// The claim under `key` at the top level.
    #[must_use]
    pub fn get(&self, key: Key<'_>) -> Option<Item<'b, 's>> {
        let header = self.claims_header.into_iter();
        [self.payload].into_iter().chain(header).find_map(|map| self.item(map).get(key))
    }

    /// The claim at a path of text keys: group, then member.
    #[must_use]
    pub fn at_path(&self, path: &[&str]) -> Option<Item<'b, 's>> {
        let (first, rest) = path.split_first()?;
        rest.iter().try_fold(self.get(Key::Text(first))?, |item, key| item.get(Key::Text(key)))
    }

    /// Everything as a tree.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mut all = self.item(self.payload).to_value();
        if let (Some(header), Value::Map(entries)) = (self.claims_header, &mut all)
            && let Value::Map(more) = self.item(header).to_value()
        {
            let known: BTreeSet<Vec<u8>> = entries.iter().map(|(key, _)| key.encode()).collect();
            entries.extend(more.into_iter().filter(|(key, _)| !known.contains(&key.encode())));
        }
        all
    }

    /// Does every claim that is in header and payload have one value? (V-33)
    pub(super) fn header_agrees(&self) -> bool {
        let Some(header) = self.claims_header else { return true };
        let (payload, header) = (self.item(self.payload).to_value(), self.item(header).to_value());
        let (Value::Map(payload), Value::Map(header)) = (payload, header) else { return false };
        let encoded = |(key, value): &(Value, Value)| (key.encode(), value.encode());
        let payload: BTreeMap<_, _> = payload.iter().map(encoded).collect();
        header.iter().map(encoded).all(|(key, value)| payload.get(&key).is_none_or(|same| *same == value))
    }

    /// The payload map itself.
    #[must_use]
    pub const fn top(&self) -> Item<'b, 's> {
        self.item(self.payload)
    }

    /// Is a disclosure among them that opens nothing?
    pub(crate) fn shows_decoys(&self) -> bool {
        self.scratch.slots.iter().any(|slot| slot.opens == Opens::Decoy)
    }

    /// Every disclosure stands in the order of its hash, so that order tells nothing.
    pub(crate) fn disclosures_are_sorted(&self) -> bool {
        self.scratch.in_order_of_hashes().is_sorted_by_key(|slot| slot.encoded.start)
    }

    pub(super) const fn item(&self, at: usize) -> Item<'b, 's> {
        Item { claims: Claims { ..*self }, at }
    }

    /// Salts of the decoys in one map, for a holder who looks for the companions of threshold claims.
    pub(crate) fn decoy_salts(&self, map: &Item<'b, 's>) -> impl Iterator<Item = &'s [u8; SALT_BYTES]> {
        let map = map.at;
        let decoys = self.scratch.slots.iter().filter(|slot| slot.opens == Opens::Decoy);
        decoys.filter(move |slot| slot.parent == Some(map)).map(|slot| &slot.salt)
    }

    /// How many disclosures this token has.
    #[must_use]
    pub fn disclosure_count(&self) -> usize {
        self.scratch.slots.len()
    }

    /// The disclosures of this token, as encoded, in the order of their hashes.
    pub fn disclosures(&self) -> impl Iterator<Item = Disclosure<'b, 's>> {
        let claims = self.clone();
        self.scratch.in_order_of_hashes().map(move |slot| Disclosure { claims: claims.clone(), slot })
    }

    fn decoder(&self, at: usize) -> Option<Decoder<'b>> {
        // The walk that restored these claims checked every byte under the caller's limits.
        let limits = Limits {
            max_bytes: usize::MAX,
            max_items: u32::MAX,
            max_depth: Limits::MAX_DEPTH,
            ..Limits::TOKEN
        };
        Decoder::new(self.input, &limits, Encoding::Tolerant).ok().map(|decoder| decoder.rescan(at))
    }

    fn opened(&self, hash: &[u8]) -> Option<&'s Slot> {
        self.scratch.slots.get(self.scratch.find(hash)?)
    }
}

impl<'b, 's> Item<'b, 's> {
    fn decoder(&self) -> Option<Decoder<'b>> {
        self.claims.decoder(self.at)
    }

    /// The head of the item.
    #[must_use]
    pub fn head(&self) -> Head {
        self.decoder().and_then(|decoder| decoder.peek().ok()).unwrap_or(Head::Undefined)
    }

    /// The encoded item as received, redactions inside included.
    #[must_use]
    pub fn raw(&self) -> &'b [u8] {
        self.span().and_then(|span| self.claims.input.get(span)).unwrap_or_default()
    }

    /// Byte offset in the input. Two items of one token are the same exactly when this is.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.at
    }

    /// Where the item stands in the input.
    pub(crate) fn span(&self) -> Option<Range<usize>> {
        self.decoder()?.skip_unchecked().ok()
    }

    /// The text, when it is text.
    #[must_use]
    pub fn as_text(&self) -> Option<&'b str> {
        self.decoder()?.text().ok()
    }

    /// The bytes, when it is a byte string.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&'b [u8]> {
        self.decoder()?.bytes().ok()
    }

    /// The integer, when it is one within `i64`.
    #[must_use]
    pub fn as_int(&self) -> Option<i64> {
        self.decoder()?.int().ok()
    }

    /// The truth value, when it is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        self.decoder()?.bool().ok()
    }

    /// Is it `null`?
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.head() == Head::Null
    }

    /// The entry under `key`, plain or disclosed, when this is a map that has it.
    #[must_use]
    pub fn get(&self, key: Key<'_>) -> Option<Self> {
        let mut found = None;
        self.for_each_entry(|entry, value| {
            if entry == key {
                found = Some(value);
            }
        })?;
        found
    }

    /// Calls `visit` for each entry of a map, plain or disclosed; `None` when this is no map.
    pub fn for_each_entry(&self, mut visit: impl FnMut(Key<'b>, Self)) -> Option<()> {
        let mut decoder = self.decoder()?;
        for more in (0..decoder.map().ok()?).rev() {
            let key = decoder.key().ok()?;
            if key != Key::Simple(cbor::REDACTED_CLAIM_KEYS) {
                visit(key, self.claims.item(decoder.position()));
                decoder.skip_unchecked().ok()?;
                continue;
            }
            self.for_each_opened(decoder.rescan(decoder.position()), |slot| {
                if let Opens::Entry { key, value } = &slot.opens {
                    visit(key.resolve(self.claims.input), self.claims.item(value.start));
                }
            })?;
            if more > 0 {
                decoder.skip_unchecked().ok()?;
            }
        }
        Some(())
    }

    /// The disclosures behind the redacted claim hashes of this map.
    ///
    /// Most hashes of a presentation open nothing. Where it has no more disclosures than the map has hashes,
    /// the disclosures are looked through, each of which knows its map.
    fn for_each_opened(&self, mut hashes: Decoder<'b>, mut visit: impl FnMut(&'s Slot)) -> Option<()> {
        let (count, scratch) = (hashes.array().ok()?, self.claims.scratch);
        if scratch.slots.len() <= count {
            scratch.in_order_of_hashes().filter(|slot| slot.parent == Some(self.at)).for_each(visit);
            return Some(());
        }
        for _ in 0..count {
            let (hash, _) = read_hash(&mut hashes).ok()?;
            if let Some(slot) = self.claims.opened(hash) {
                visit(slot);
            }
        }
        Some(())
    }

    /// As [`Self::for_each_entry`], with a visitor that can fail. `otherwise` is the error when this is
    /// not a map.
    pub(crate) fn try_each_entry<E>(
        &self,
        otherwise: E,
        mut visit: impl FnMut(Key<'b>, Self) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut outcome = Ok(());
        let walked = self.for_each_entry(|key, value| {
            if outcome.is_ok() {
                outcome = visit(key, value);
            }
        });
        outcome?;
        walked.ok_or(otherwise)
    }

    /// As [`Self::for_each_element`], with a visitor that can fail. `otherwise` is the error when this
    /// is not an array.
    pub(crate) fn try_each_element<E>(
        &self,
        otherwise: E,
        mut visit: impl FnMut(Self) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut outcome = Ok(());
        let walked = self.for_each_element(|element| {
            if outcome.is_ok() {
                outcome = visit(element);
            }
        });
        outcome?;
        walked.ok_or(otherwise)
    }

    /// Calls `visit` for each element of an array that is plain or disclosed; `None` when this is no array.
    pub fn for_each_element(&self, mut visit: impl FnMut(Self)) -> Option<()> {
        let mut decoder = self.decoder()?;
        for _ in 0..decoder.array().ok()? {
            if decoder.peek().ok()? != Head::Tag(cbor::REDACTED_ELEMENT) {
                visit(self.claims.item(decoder.position()));
                decoder.skip_unchecked().ok()?;
                continue;
            }
            decoder.tag().ok()?;
            let (hash, _) = read_hash(&mut decoder).ok()?;
            if let Some(slot) = self.claims.opened(hash)
                && let Opens::Element { value } = &slot.opens
            {
                visit(self.claims.item(value.start));
            }
        }
        Some(())
    }

    /// Is nothing inside redacted, neither hidden nor shown nor a decoy?
    pub(crate) fn is_unredacted(&self) -> bool {
        self.decoder().is_some_and(|mut decoder| decoder.check(&super::grammar::SafeValue).is_ok())
    }

    /// How many entries or elements are plain, and the redacted claim hashes beside them.
    pub(crate) fn shape(&self) -> Option<Shape<'b>> {
        let mut shape = Shape::default();
        let mut decoder = self.decoder()?;
        match decoder.head().ok()? {
            Head::Map(entries) => {
                for _ in 0..entries {
                    if decoder.key().ok()? == Key::Simple(cbor::REDACTED_CLAIM_KEYS) {
                        for _ in 0..decoder.array().ok()? {
                            shape.hash(decoder.bytes().ok()?);
                        }
                    } else {
                        shape.plain += 1;
                        decoder.skip_unchecked().ok()?;
                    }
                }
            }
            Head::Array(elements) => {
                for _ in 0..elements {
                    if decoder.peek().ok()? == Head::Tag(cbor::REDACTED_ELEMENT) {
                        decoder.tag().ok()?;
                        shape.hash(decoder.bytes().ok()?);
                    } else {
                        shape.plain += 1;
                        decoder.skip_unchecked().ok()?;
                    }
                }
            }
            _ => return None,
        }
        Some(shape)
    }

    /// The item as a tree, with everything that stayed redacted left out.
    #[must_use]
    pub fn to_value(&self) -> Value {
        match self.head() {
            Head::Map(_) => {
                let mut entries = Vec::new();
                let _ = self.for_each_entry(|key, value| entries.push((owned(key), value.to_value())));
                Value::Map(entries)
            }
            Head::Array(_) => {
                let mut elements = Vec::new();
                let _ = self.for_each_element(|element| elements.push(element.to_value()));
                Value::Array(elements)
            }
            Head::Tag(tag) => {
                let content = self.decoder().and_then(|mut decoder| {
                    decoder.tag().ok()?;
                    Some(self.claims.item(decoder.position()).to_value())
                });
                Value::Tag(tag, Box::new(content.unwrap_or(Value::Undefined)))
            }
            _ => self
                .decoder()
                .and_then(|mut decoder| Value::read(&mut decoder, &super::grammar::SafeValue).ok())
                .unwrap_or(Value::Undefined),
        }
    }
}

/// What of a map or array can be seen without its disclosures.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Shape<'b> {
    /// Entries or elements that are not redacted.
    pub(crate) plain: usize,
    /// Redacted claim hashes.
    pub(crate) hashes: usize,
    /// A hash stands before a smaller one.
    pub(crate) unsorted: bool,
    last: Option<&'b [u8]>,
}

impl<'b> Shape<'b> {
    fn hash(&mut self, hash: &'b [u8]) {
        self.hashes += 1;
        self.unsorted |= self.last.is_some_and(|last| last > hash);
        self.last = Some(hash);
    }
}

fn owned(key: Key<'_>) -> Value {
    match key {
        Key::Uint(n) => Value::Uint(n),
        Key::Nint(n) => Value::Nint(n),
        Key::Text(text) => Value::text(text),
        Key::Bytes(bytes) => Value::bytes(bytes),
        Key::Simple(n) => Value::Simple(n),
    }
}

/// One disclosure of a restored token. `Debug` prints no content.
#[derive(Clone)]
pub struct Disclosure<'b, 's> {
    claims: Claims<'b, 's>,
    slot: &'s Slot,
}

impl fmt::Debug for Disclosure<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Disclosure({} bytes)", self.slot.encoded.len())
    }
}

impl<'b, 's> Disclosure<'b, 's> {
    /// The element of `sd_claims`, head included.
    #[must_use]
    pub fn encoded(&self) -> &'b [u8] {
        self.claims.input.get(self.slot.encoded.clone()).unwrap_or_default()
    }

    /// Does it open nothing?
    #[must_use]
    pub fn is_decoy(&self) -> bool {
        self.slot.opens == Opens::Decoy
    }

    /// The key that it opens, when it opens a map entry.
    #[must_use]
    pub fn key(&self) -> Option<Key<'b>> {
        match &self.slot.opens {
            Opens::Entry { key, .. } => Some(key.resolve(self.claims.input)),
            Opens::Element { .. } | Opens::Decoy => None,
        }
    }

    /// What it opens.
    #[must_use]
    pub fn item(&self) -> Option<Item<'b, 's>> {
        match &self.slot.opens {
            Opens::Entry { value, .. } | Opens::Element { value } => Some(self.claims.item(value.start)),
            Opens::Decoy => None,
        }
    }

    /// Where [`Self::encoded`] stands in the input.
    pub(crate) fn encoded_span(&self) -> Range<usize> {
        self.slot.encoded.clone()
    }

    /// Where the value stands that it opens; `None` for a decoy.
    pub(crate) fn value_span(&self) -> Option<Range<usize>> {
        match &self.slot.opens {
            Opens::Entry { value, .. } | Opens::Element { value } => Some(value.clone()),
            Opens::Decoy => None,
        }
    }

    /// The disclosure whose value holds this one's hash; `None` when the payload holds it.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let container = self.slot.parent?;
        self.claims
            .scratch
            .slots
            .iter()
            .find(|slot| match &slot.opens {
                Opens::Entry { value, .. } | Opens::Element { value } => value.contains(&container),
                Opens::Decoy => false,
            })
            .map(|slot| Disclosure { claims: self.claims.clone(), slot })
    }
}
