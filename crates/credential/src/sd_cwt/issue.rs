//! Issuing any conforming SD-CWT from a tree of claims with redaction marks (draft section 6.1).
//!
//! Before issuance, tag 58 around a map key or an array element says "to be redacted", tag 62 around
//! a positive number says "decoy here" (section 11).

use super::error::{BuildError, Error};
use super::redact::{Disclosures, Salts, write_redacted_keys};
use super::registered::CredentialClaims;
use super::seen::Seen;
use super::time::check_order;
use super::verify::check_own;
use crate::numbers::{HASH_BYTES, MAX_KEY_BYTES, cbor, claim, typ};
use core::ops::Range;
use geleit_cose::algorithm::Algorithm;
use geleit_cose::cbor::{Decoder, Encoder, Encoding, Limits, Value};
use geleit_cose::key::{KeyError, PublicKey, SigningKey};
use geleit_cose::sign1::{self, ToSign};
use rand_core::CryptoRng;
use std::collections::BTreeSet;

/// Issues one SD-CWT.
///
/// `claims` is the pre-issuance claims set: a map with at least `iss` (1), `sub` (2, plain or
/// redacted) and `cnf` (8). `kid` goes into the protected header. All salts come from a seed of one draw.
///
/// # Errors
/// I-01 to I-06, I-09 for claims that no holder or verifier could accept, and I-16.
pub fn issue(
    claims: &Value,
    kid: &[u8],
    key: &SigningKey,
    algorithm: Algorithm,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, BuildError> {
    let written = Written::new(claims, kid, algorithm, rng)?;
    Ok(written.require_acceptable(None)?.sign(key, algorithm)?)
}

/// As [`issue`], to a holder whose key was read before: `cnf` has to be that key. Its point, which was checked then,
/// is not checked once more.
///
/// # Errors
/// I-10 for another key in `cnf`, and those of [`issue`].
pub fn issue_to(
    holder: &PublicKey,
    claims: &Value,
    kid: &[u8],
    key: &SigningKey,
    algorithm: Algorithm,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, BuildError> {
    let written = Written::new(claims, kid, algorithm, rng)?;
    Ok(written.require_acceptable(Some(holder))?.sign(key, algorithm)?)
}

/// As [`issue`], whoever may refuse the result.
#[cfg(test)]
pub(super) fn issue_unread(
    claims: &Value,
    kid: &[u8],
    key: &SigningKey,
    algorithm: Algorithm,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, BuildError> {
    Ok(Written::new(claims, kid, algorithm, rng)?.token.sign(key, algorithm)?)
}

/// An SD-CWT that is complete but for its signature.
#[derive(Debug)]
pub(crate) struct Unsigned {
    token: Encoder,
    protected: Range<usize>,
    payload: Range<usize>,
}

impl Unsigned {
    /// Puts the parts together. `payload` writes about `expected` bytes; the disclosures are those of the
    /// payload, whose hashes have their places.
    pub(crate) fn assemble(
        kid: &[u8],
        algorithm: Algorithm,
        disclosures: &mut Disclosures,
        expected: usize,
        payload: impl FnOnce(&mut Encoder, &mut Disclosures),
    ) -> Self {
        let header = PROTECTED_BYTES + kid.len();
        let around = 3 * HEAD_BYTES + SIGNATURE_BYTES;
        let mut token = Encoder::with_capacity(around + header + disclosures.max_unprotected() + expected);
        token.tag(sign1::TAG).array(4);
        let protected = token.bytes_with(header, |out| write_protected_header(out, kid, algorithm));
        disclosures.write_unprotected(&mut token);
        let payload = token.bytes_with(expected, |out| payload(out, disclosures));
        Self { token, protected, payload }
    }

    /// Signs.
    ///
    /// # Errors
    /// [`KeyError`] when the algorithm does not belong to the key.
    pub(crate) fn sign(mut self, key: &SigningKey, algorithm: Algorithm) -> Result<Vec<u8>, KeyError> {
        let signature = sign1::sign(&self.to_sign(), key, algorithm)?;
        self.token.bytes(&signature);
        Ok(self.token.into_bytes())
    }

    /// Signs all of a batch with one key. Nothing else is left to do for any of them.
    ///
    /// # Errors
    /// As [`Self::sign`].
    pub(crate) fn sign_all(
        batch: Vec<Self>,
        key: &SigningKey,
        algorithm: Algorithm,
    ) -> Result<Vec<Vec<u8>>, KeyError> {
        let signed: Vec<ToSign<'_>> = batch.iter().map(Self::to_sign).collect();
        let signatures = sign1::sign_all(&signed, key, algorithm)?;
        let finished = batch.into_iter().zip(&signatures).map(|(mut one, signature)| {
            one.token.bytes(signature);
            one.token.into_bytes()
        });
        Ok(finished.collect())
    }

    fn to_sign(&self) -> ToSign<'_> {
        let part = |span: &Range<usize>| self.token.as_bytes().get(span.clone());
        let part = |span| part(span).expect("`assemble` has written it there");
        ToSign { protected: part(&self.protected), external_aad: &[], payload: part(&self.payload) }
    }
}

/// The longest head of CBOR.
const HEAD_BYTES: usize = 9;
/// A signature with its head.
const SIGNATURE_BYTES: usize = 2 + 64;
/// The protected header for Ed25519 with an empty key id.
const PROTECTED_BYTES: usize = 9;

/// The protected header of every credential that is issued here.
pub(crate) fn protected_header(kid: &[u8], algorithm: Algorithm) -> Vec<u8> {
    let mut protected = Encoder::with_capacity(24 + kid.len());
    write_protected_header(&mut protected, kid, algorithm);
    protected.into_bytes()
}

fn write_protected_header(out: &mut Encoder, kid: &[u8], algorithm: Algorithm) {
    out.map(3).int(sign1::label::ALG).int(algorithm.id());
    out.int(sign1::label::KID).bytes(kid);
    out.int(sign1::label::TYP).uint(typ::SD_CWT);
}

/// A token that was written from claims of the caller, whatever they say.
struct Written {
    token: Unsigned,
    marks: Marks,
}

impl Written {
    fn new(
        claims: &Value,
        kid: &[u8],
        algorithm: Algorithm,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, BuildError> {
        let Value::Map(entries) = claims else { return Err(BuildError::Claims("a map")) };
        require_registered(entries)?;
        let mut marks = Marks::default();
        marks.count(claims, 1)?;
        let mut writer = Writer {
            salts: Salts::draw(rng)?,
            disclosures: Disclosures::with_capacity(
                marks.total,
                marks.bytes + marks.total * Disclosures::FRAME_BYTES,
            ),
            values: Encoder::with_capacity(marks.bytes),
        };
        writer.map(entries);
        let Writer { mut disclosures, values, .. } = writer;
        let payload = values.as_bytes();
        let write = |out: &mut Encoder, _: &mut Disclosures| {
            out.raw(payload);
        };
        let token = Unsigned::assemble(kid, algorithm, &mut disclosures, payload.len(), write);
        Ok(Self { token, marks })
    }

    /// I-09, before anything is signed.
    ///
    /// Registered claims are read by the function that reads them in a token. Everything else that a
    /// reader checks holds already: I-01 to I-05 leave no key, mark or tag that it refuses, a disclosure is
    /// written with its hash, the salts of one stream differ, and what the encoder writes is deterministic. Limits
    /// and marks inside `cnf` are left; where one of them is in doubt, the reader itself decides.
    fn require_acceptable(self, holder: Option<&PublicKey>) -> Result<Unsigned, BuildError> {
        let Self { token, marks } = self;
        let confirmed = token.check_registered(holder).map_err(BuildError::WouldBeRefused)?;
        if !marks.are_within_limits() {
            token.check_all().map_err(BuildError::WouldBeRefused)?;
        }
        match holder {
            Some(holder) if confirmed.as_ref() != Some(holder) => Err(BuildError::NotConfirmationKey),
            Some(_) | None => Ok(token),
        }
    }
}

impl Unsigned {
    /// V-17 to V-21; the key in `cnf`.
    fn check_registered(&self, holder: Option<&PublicKey>) -> Result<Option<PublicKey>, Error> {
        let bytes = self.token.as_bytes();
        let limits = Limits { max_bytes: bytes.len(), ..Limits::REGISTER };
        let mut decoder = Decoder::new(bytes, &limits, Encoding::Deterministic)?;
        let mut claims = CredentialClaims::default();
        claims.read_knowing(&mut decoder, self.payload.clone(), holder)?;
        check_order(&claims)?;
        Ok(claims.cnf)
    }

    /// All that a holder checks, with every disclosure hashed once more.
    fn check_all(&self) -> Result<(), Error> {
        let mut token = Encoder::with_capacity(self.token.len() + SIGNATURE_BYTES);
        token.raw(self.token.as_bytes()).bytes(&[0; 64]);
        check_own(token.as_bytes())
    }
}

/// I-03, I-04: table 2 of section 6.
fn require_registered(entries: &[(Value, Value)]) -> Result<(), BuildError> {
    let (mut plain, mut marked) = (Labels::default(), Labels::default());
    for (key, _) in entries {
        match key {
            Value::Tag(cbor::TO_BE_REDACTED, key) => marked.add(key),
            key => plain.add(key),
        }
    }
    if let Some(label) = claim::NEVER_REDACTED.into_iter().find(|label| marked.have(*label)) {
        return Err(BuildError::NeverRedacted { claim: label });
    }
    for label in [claim::ISS, claim::CNF] {
        if !plain.have(label) {
            return Err(BuildError::Missing { claim: label });
        }
    }
    if !plain.have(claim::SUB) && !marked.have(claim::SUB) {
        return Err(BuildError::Missing { claim: claim::SUB });
    }
    Ok(())
}

/// A set of the labels 0 to 63, among which are all that table 2 names.
#[derive(Default)]
struct Labels(u64);

impl Labels {
    fn add(&mut self, key: &Value) {
        if let Value::Uint(label @ 0..=63) = key {
            self.0 |= 1 << label;
        }
    }

    const fn have(&self, label: i64) -> bool {
        matches!(label, 0..=63) && self.0 >> label & 1 == 1
    }
}

/// Counts what will need a salt, and refuses marks in wrong places (I-01, I-02, I-05).
#[derive(Default)]
struct Marks {
    total: usize,
    decoys: BTreeSet<u64>,
    /// Everything encoded, with a head and a hash for each mark, at most.
    bytes: usize,
    /// Values and keys.
    items: usize,
    /// Levels of maps, arrays and tags.
    depth: u8,
    /// The top level redacts inside `cnf`.
    in_confirmation: bool,
}

impl Marks {
    /// `depth` is that of `value`, should it be a map, array or tag.
    fn count(&mut self, value: &Value, depth: u8) -> Result<(), BuildError> {
        self.item(value);
        if !is_leaf(value) {
            self.depth = self.depth.max(depth);
        }
        let inside = depth.saturating_add(1);
        match value {
            Value::Map(entries) => self.entries(entries, inside),
            Value::Array(elements) => elements.iter().try_for_each(|element| match element {
                Value::Tag(cbor::TO_BE_REDACTED, value) => {
                    self.mark();
                    self.count(value, inside)
                }
                Value::Tag(cbor::TO_BE_DECOY, number) => self.decoy(number),
                element => self.count(element, inside),
            }),
            Value::Tag(cbor::TO_BE_REDACTED | cbor::TO_BE_DECOY | cbor::REDACTED_ELEMENT, _)
            | Value::Simple(cbor::REDACTED_CLAIM_KEYS) => Err(BuildError::ReservedMark),
            Value::Tag(_, content) => self.count(content, inside),
            Value::Uint(_)
            | Value::Nint(_)
            | Value::Bytes(_)
            | Value::Text(_)
            | Value::Bool(_)
            | Value::Null
            | Value::Undefined
            | Value::Simple(_)
            | Value::Float(_) => Ok(()),
        }
    }

    fn entries(&mut self, entries: &[(Value, Value)], inside: u8) -> Result<(), BuildError> {
        // `simple(59)` and the head of its array.
        self.bytes += 2 + HEAD_BYTES;
        let many = entries.len() > MANY_KEYS;
        if many && has_key_twice(entries) {
            return Err(BuildError::KeyTwice);
        }
        let mut seen = Seen::default();
        for (index, (key, value)) in entries.iter().enumerate() {
            let earlier = entries.get(..index).unwrap_or_default();
            let before = self.total;
            self.key(key, value)?;
            if !many
                && seen.perhaps(bits_of(unmarked(key)))
                && earlier.iter().any(|(other, _)| unmarked(other) == unmarked(key))
            {
                return Err(BuildError::KeyTwice);
            }
            self.count(value, inside)?;
            self.in_confirmation |= inside == 2 && is_confirmation(key) && self.total > before;
        }
        Ok(())
    }

    fn key(&mut self, key: &Value, value: &Value) -> Result<(), BuildError> {
        self.item(unmarked(key));
        match key {
            Value::Tag(cbor::TO_BE_DECOY, number) if *value == Value::Null => return self.decoy(number),
            Value::Tag(cbor::TO_BE_REDACTED, _) => self.mark(),
            _ => {}
        }
        require_label(unmarked(key))
    }

    fn item(&mut self, value: &Value) {
        let content = match value {
            Value::Bytes(bytes) => bytes.len(),
            Value::Text(text) => text.len(),
            _ => 0,
        };
        self.items += 1;
        self.bytes += HEAD_BYTES + content;
    }

    fn decoy(&mut self, number: &Value) -> Result<(), BuildError> {
        match number {
            Value::Uint(number) if *number > 0 && self.decoys.insert(*number) => {
                self.mark();
                Ok(())
            }
            _ => Err(BuildError::ReservedMark),
        }
    }

    const fn mark(&mut self) {
        self.total += 1;
        // A tag and a byte string.
        self.bytes += 2 + 2 + HASH_BYTES;
    }

    /// Is the token certainly within the limits of those who read it?
    ///
    /// A reader goes through each disclosure twice, in the header and in its place. A mark has at most six
    /// items beyond its value and key: hash and tag, `simple(59)` and its array, two for the disclosure and
    /// its salt.
    fn are_within_limits(&self) -> bool {
        const LIMITS: Limits = Limits::REGISTER;
        let items = 2 * (self.items + 8 * self.total) + 64;
        let few = u32::try_from(items).is_ok_and(|items| items <= LIMITS.max_items);
        few && self.depth <= LIMITS.max_depth && !self.in_confirmation
    }
}

/// Keys of a map beyond which sorting them is cheaper than looking for each that may have been seen before.
const MANY_KEYS: usize = 256;

fn has_key_twice(entries: &[(Value, Value)]) -> bool {
    let keys = entries.iter().map(|(key, _)| unmarked(key));
    // The numbers of decoys are unique in the token, which is looked at elsewhere (I-05).
    let mut keys: Vec<&Value> = keys.filter(|key| !matches!(key, Value::Tag(cbor::TO_BE_DECOY, _))).collect();
    keys.sort_unstable_by(|a, b| a.key_order(b));
    keys.windows(2).any(|pair| pair.first() == pair.last())
}

/// What tells most keys of a map apart: the end of a text, where names that are numbered differ, and its length,
/// for names such as `date_of_birth` and `place_of_birth`.
fn bits_of(key: &Value) -> u16 {
    let bits = match key {
        Value::Uint(number) | Value::Nint(number) => *number,
        Value::Text(text) => match text.as_bytes().last_chunk() {
            Some([a, b, c, d]) => u64::from_le_bytes([*a, *b, *c, *d, short_length(text), 0, 0, 0]),
            None => text.bytes().fold(0, |bits, byte| bits << 8 | u64::from(byte)),
        },
        _ => 0,
    };
    // The upper bits of a product depend on all of its factor (Knuth, section 6.4).
    let [.., low, high] = bits.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes();
    u16::from_le_bytes([low, high]) >> 4
}

/// The length of a key, of which none that is allowed has more than [`MAX_KEY_BYTES`].
fn short_length(text: &str) -> u8 {
    u8::try_from(text.len()).unwrap_or(u8::MAX)
}

fn is_confirmation(key: &Value) -> bool {
    key.as_int() == Some(claim::CNF)
}

fn unmarked(key: &Value) -> &Value {
    if let Value::Tag(cbor::TO_BE_REDACTED, key) = key { key } else { key }
}

fn require_label(key: &Value) -> Result<(), BuildError> {
    match key {
        Value::Uint(_) | Value::Nint(_) => Ok(()),
        Value::Text(text) if !text.is_empty() && text.len() <= MAX_KEY_BYTES => Ok(()),
        Value::Tag(..) => Err(BuildError::ReservedMark),
        _ => Err(BuildError::Claims("map keys that are integers or texts of 1 to 255 bytes")),
    }
}

/// Writes claims depth first: the disclosure of a parent holds the hashes of its children.
struct Writer {
    salts: Salts,
    disclosures: Disclosures,
    /// A stack of encoded values: each redacted one that is no leaf moves into its disclosure as soon as it is
    /// complete. What is left in the end is the payload.
    values: Encoder,
}

impl Writer {
    fn map(&mut self, entries: &[(Value, Value)]) {
        let children = self.disclosures.count();
        let plain = || entries.iter().map(|(key, _)| key).filter(|key| !matches!(key, Value::Tag(..)));
        let sorted = plain().is_sorted_by(|a, b| a.key_order(b).is_le());
        let plain = plain().count();
        let redacted = plain < entries.len();
        self.values.map(plain + usize::from(redacted));
        let mut starts = Vec::new();
        for (key, value) in entries {
            let start = self.values.len();
            match key {
                Value::Tag(cbor::TO_BE_DECOY, _) => self.disclose(1, start),
                // Most claims are leaves, whose length is known: they need no detour over the stack.
                Value::Tag(_, key) if is_leaf(value) => {
                    let length = value.encoded_len() + key.encoded_len();
                    self.disclosures.disclose_with(&self.salts.take(), 3, length, |out| {
                        value.write(out);
                        key.write(out);
                    });
                }
                Value::Tag(_, key) => {
                    self.value(value);
                    key.write(&mut self.values);
                    self.disclose(3, start);
                }
                key => {
                    if !sorted {
                        starts.push(start);
                    }
                    key.write(&mut self.values);
                    self.value(value);
                }
            }
        }
        sort_entries(&mut self.values, &starts);
        if redacted {
            write_redacted_keys(&mut self.values, self.disclosures.place(children));
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Map(entries) => self.map(entries),
            Value::Array(elements) => {
                self.values.array(elements.len());
                elements.iter().for_each(|element| self.element(element));
            }
            Value::Tag(tag, content) => {
                self.values.tag(*tag);
                self.value(content);
            }
            value => value.write(&mut self.values),
        }
    }

    fn element(&mut self, element: &Value) {
        let start = self.values.len();
        match element {
            Value::Tag(cbor::TO_BE_REDACTED, value) => {
                self.value(value);
                self.disclose(2, start);
            }
            Value::Tag(cbor::TO_BE_DECOY, _) => self.disclose(1, start),
            element => return self.value(element),
        }
        self.values.tag(cbor::REDACTED_ELEMENT).bytes32(&self.disclosures.place_last());
    }

    /// Moves what was written since `start` into a disclosure.
    fn disclose(&mut self, items: u8, start: usize) {
        let content = self.values.as_bytes().get(start..).unwrap_or_default();
        self.disclosures.disclose(&self.salts.take(), items, content);
        self.values.truncate(start);
    }
}

const fn is_leaf(value: &Value) -> bool {
    !matches!(value, Value::Map(_) | Value::Array(_) | Value::Tag(..))
}

/// Puts the entries at the end of `out` in the order of their bytes, which is that of their keys. Salts
/// follow the order in which the caller gave the entries, so that they cannot be sorted before.
fn sort_entries(out: &mut Encoder, starts: &[usize]) {
    let Some(first) = starts.first() else { return };
    let written = out.as_bytes().get(*first..).unwrap_or_default().to_vec();
    let ends = starts.iter().skip(1).map(|start| start - first).chain([written.len()]);
    let entry = |(start, end): (&usize, usize)| written.get(start - first..end).unwrap_or_default();
    let mut entries: Vec<&[u8]> = starts.iter().zip(ends).map(entry).collect();
    entries.sort_unstable();
    out.truncate(*first);
    for entry in entries {
        out.raw(entry);
    }
}

#[cfg(test)]
mod tests;
