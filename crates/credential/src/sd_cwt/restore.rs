//! Restoration: one walk that checks every claim and puts every disclosure in its place.
//!
//! ```text
//! payload map -- simple(59): [hash ...] --> disclosure --> value --> nested hashes ...
//! array       -- 60(hash)               --> disclosure --> value --> nested hashes ...
//! ```
//!
//! Draft section 9 step 8 and Appendix G. Disclosures come in any order; each matches at most one
//! hash; at the end none is left over. Nothing is copied: a disclosure remembers the offset of the
//! map or array that it belongs to.

use super::disclosure::{Opens, Scratch, compare_keys, key_of, read_disclosures, read_hash};
use super::error::{Error, Rule};
use super::grammar::{SafeValue, require_label};
use super::prefixed::{self, Prefixed};
use super::work;
use crate::numbers::{HASH_BYTES, cbor, claim};
use core::ops::Range;
use geleit_cose::cbor::{Decoder, Fault, Head, Key, Malformed};

/// Who restores: a holder has to know what every hash hides, a verifier must not need to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Holder,
    Verifier,
}

/// The parts of a credential whose signature was verified.
#[derive(Clone, Debug)]
pub(super) struct Parts {
    /// The payload map.
    pub(super) payload: Range<usize>,
    /// The CWT claims header (15), when there is one.
    pub(super) claims_header: Option<Range<usize>>,
    /// The `sd_claims` array, when there is one.
    pub(super) sd_claims: Option<Range<usize>>,
}

/// Proof that every disclosure has its place and everything inside was checked (V-06 to V-16).
#[derive(Debug)]
pub(super) struct Restored<'s> {
    scratch: &'s Scratch,
}

impl<'s> Restored<'s> {
    pub(super) const fn scratch(&self) -> &'s Scratch {
        self.scratch
    }
}

/// Restores the claims of one credential.
pub(super) fn restore<'s>(
    decoder: &mut Decoder<'_>,
    parts: &Parts,
    role: Role,
    scratch: &'s mut Scratch,
) -> Result<Restored<'s>, Error> {
    scratch.clear();
    if let Some(sd_claims) = parts.sd_claims.clone() {
        read_disclosures(decoder, sd_claims, scratch)?;
    }
    let mut walk = Walk { scratch, role };
    for map in parts.claims_header.iter().chain([&parts.payload]) {
        let outer = decoder.enter(map.clone())?;
        walk.map(decoder, Level::Top)?;
        decoder.leave(outer)?;
    }
    walk.require_no_orphan()?;
    walk.require_distinct_hashes(decoder)?;
    let Walk { scratch, .. } = walk;
    Ok(Restored { scratch })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Top,
    Nested,
}

struct Walk<'s> {
    scratch: &'s mut Scratch,
    role: Role,
}

impl Walk<'_> {
    fn map(&mut self, decoder: &mut Decoder<'_>, level: Level) -> Result<(), Error> {
        let map = decoder.position();
        let base = self.scratch.keys.len();
        let mut plain: Option<(Key<'_>, Key<'_>)> = None;
        decoder.map_entries(|decoder, key| {
            let at = decoder.position();
            if key == Key::Simple(cbor::REDACTED_CLAIM_KEYS) {
                return self.redacted_keys(decoder, map, level);
            }
            require_label(&key).map_err(|fault| Malformed { fault, at })?;
            plain = Some(plain.map_or((key, key), |(low, high)| (low.min(key), high.max(key))));
            if level == Level::Top && key == Key::int(claim::CNF) {
                // cnf is a safe_map: nothing in it can be redacted (section 5.3).
                decoder.check(&SafeValue)?;
                return Ok(());
            }
            self.value(decoder)
        })?;
        self.require_distinct_keys(decoder, map, base, plain)?;
        self.scratch.keys.truncate(base);
        Ok(())
    }

    fn value(&mut self, decoder: &mut Decoder<'_>) -> Result<(), Error> {
        match decoder.peek()? {
            Head::Map(_) => self.map(decoder, Level::Nested),
            Head::Array(_) => self.array(decoder),
            Head::Tag(cbor::TO_BE_REDACTED | cbor::REDACTED_ELEMENT | cbor::TO_BE_DECOY) => {
                // M-15.
                Err(decoder.fault(Fault::ForbiddenTag).into())
            }
            Head::Tag(_) => decoder.tagged(|decoder, _| self.value(decoder)),
            _ => Ok(decoder.check(&SafeValue).map(drop)?),
        }
    }

    fn array(&mut self, decoder: &mut Decoder<'_>) -> Result<(), Error> {
        let array = decoder.position();
        decoder.array_elements(|decoder| {
            if decoder.peek()? != Head::Tag(cbor::REDACTED_ELEMENT) {
                return self.value(decoder);
            }
            decoder.tag()?;
            let Some(slot) = self.hash(decoder, array)? else { return Ok(()) };
            match self.scratch.slots.get(slot).map(|slot| slot.opens.clone()) {
                Some(Opens::Element { value }) => self.inside(decoder, value),
                Some(Opens::Entry { .. }) => Err(self.at_slot(Rule::DisclosureKind, slot)),
                Some(Opens::Decoy) | None => Ok(()),
            }
        })
    }

    /// `simple(59): [ * bstr ]`.
    fn redacted_keys(&mut self, decoder: &mut Decoder<'_>, map: usize, level: Level) -> Result<(), Error> {
        let at = decoder.position();
        let count = match decoder.peek()? {
            Head::Array(count) => count,
            _ => return Err(Error::rule(Rule::HashShape, at)),
        };
        decoder.array()?;
        for _ in 0..count {
            let Some(slot) = self.hash(decoder, map)? else { continue };
            match self.scratch.slots.get(slot).map(|slot| slot.opens.clone()) {
                Some(Opens::Entry { key, value }) => {
                    let key = key.resolve(decoder.input());
                    if level == Level::Top && never_redacted(&key) {
                        return Err(self.at_slot(Rule::NeverRedacted, slot));
                    }
                    self.scratch.keys.push(slot);
                    self.inside(decoder, value)?;
                }
                Some(Opens::Element { .. }) => return Err(self.at_slot(Rule::DisclosureKind, slot)),
                Some(Opens::Decoy) | None => {}
            }
        }
        Ok(())
    }

    /// Reads one redacted claim hash and claims its disclosure for `container`.
    fn hash(&mut self, decoder: &mut Decoder<'_>, container: usize) -> Result<Option<usize>, Error> {
        work::step();
        let at = decoder.position();
        let (hash, start) = read_hash(decoder)?;
        self.scratch.hashes.push(Prefixed::new(hash, start));
        let Some(number) = self.scratch.find(hash) else {
            return match self.role {
                // H-01.
                Role::Holder => Err(Error::rule(Rule::HashWithoutDisclosure, at)),
                Role::Verifier => Ok(None),
            };
        };
        match self.scratch.slots.get_mut(number) {
            Some(slot) if slot.parent.is_none() => slot.parent = Some(container),
            _ => return Err(Error::rule(Rule::HashTwice, at)),
        }
        Ok(Some(number))
    }

    /// Walks a disclosed value at the depth of the place that it is restored to.
    fn inside(&mut self, decoder: &mut Decoder<'_>, value: Range<usize>) -> Result<(), Error> {
        let outer = decoder.enter(value)?;
        self.value(decoder)?;
        decoder.leave(outer)?;
        Ok(())
    }

    /// V-14: no disclosed key is in the map already, plain or disclosed. Those of this map are at the end of
    /// the stack, from `base`; `plain` has the least and the greatest of its plain keys.
    fn require_distinct_keys(
        &mut self,
        decoder: &Decoder<'_>,
        map: usize,
        base: usize,
        plain: Option<(Key<'_>, Key<'_>)>,
    ) -> Result<(), Error> {
        let input = decoder.input();
        let Scratch { slots, keys, .. } = &mut *self.scratch;
        let disclosed = keys.get_mut(base..).unwrap_or_default();
        disclosed.sort_unstable_by(|a, b| compare_keys(slots, input, *a, *b));
        let twice = disclosed.windows(2).find_map(|pair| match pair {
            [a, b] if compare_keys(slots, input, *a, *b).is_eq() => Some(*b),
            _ => None,
        });
        if let Some(slot) = twice {
            return Err(self.at_slot(Rule::DisclosedKeyTwice, slot));
        }
        // The plain keys are read again only where one could be met: a text is above every integer.
        let between = |slot: &usize| {
            let key = key_of(slots, input, *slot);
            plain.is_some_and(|(low, high)| Some(low) <= key && key <= Some(high))
        };
        if !disclosed.iter().any(between) {
            return Ok(());
        }
        let mut again = decoder.rescan(map);
        let entries = again.map()?;
        for left in (0..entries).rev() {
            let key = Some(again.key()?);
            // Nothing is read after the last value: in order, that is the long list of hashes.
            if left > 0 {
                again.skip_unchecked()?;
            }
            let found = disclosed.binary_search_by(|slot| {
                work::step();
                key_of(slots, input, *slot).cmp(&key)
            });
            if let Some(slot) = found.ok().and_then(|index| disclosed.get(index)) {
                let slot = *slot;
                return Err(self.at_slot(Rule::DisclosedKeyTwice, slot));
            }
        }
        Ok(())
    }

    /// V-15.
    fn require_no_orphan(&self) -> Result<(), Error> {
        match self.scratch.slots.iter().find(|slot| slot.parent.is_none()) {
            Some(orphan) => Err(Error::rule(Rule::OrphanDisclosure, orphan.encoded.start)),
            None => Ok(()),
        }
    }

    /// V-12, for hashes that nobody disclosed too.
    fn require_distinct_hashes(&mut self, decoder: &Decoder<'_>) -> Result<(), Error> {
        let hash = |at: usize| decoder.slice(at..at + HASH_BYTES);
        prefixed::sort(&mut self.scratch.hashes, hash);
        let twice = prefixed::equal_pair(&self.scratch.hashes, hash, |_, _| true);
        twice.map_or(Ok(()), |(a, b)| Err(Error::rule(Rule::HashTwice, a.max(b))))
    }

    fn at_slot(&self, rule: Rule, slot: usize) -> Error {
        Error::rule(rule, self.scratch.slots.get(slot).map_or(0, |slot| slot.encoded.start))
    }
}

fn never_redacted(key: &Key<'_>) -> bool {
    claim::NEVER_REDACTED.iter().any(|label| Key::int(*label) == *key)
}
