//! Issuing any conforming SD-CWT from a tree of claims with redaction marks (draft section 6.1).
//!
//! Before issuance, tag 58 around a map key or an array element says "to be redacted", tag 62 around
//! a positive number says "decoy here" (section 11).

use super::error::BuildError;
use super::redact::{Hash, Redactor, Salts, write_redacted_keys};
use super::verify::check_own;
use crate::numbers::{MAX_KEY_BYTES, cbor, claim, typ};
use geleit_cose::algorithm::Algorithm;
use geleit_cose::cbor::{Encoder, Value};
use geleit_cose::key::SigningKey;
use geleit_cose::sign1;
use rand_core::CryptoRng;

/// Issues one SD-CWT.
///
/// `claims` is the pre-issuance claims set: a map with at least `iss` (1), `sub` (2, plain or
/// redacted) and `cnf` (8). `kid` goes into the protected header. All salts come from one draw.
///
/// # Errors
/// I-01 to I-06, and I-09 for claims that no holder or verifier could accept.
pub fn issue(
    claims: &Value,
    kid: &[u8],
    key: &SigningKey,
    algorithm: Algorithm,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, BuildError> {
    let token = issue_unread(claims, kid, key, algorithm, rng)?;
    check_own(&token).map_err(BuildError::WouldBeRefused)?;
    Ok(token)
}

/// As [`issue`], without reading the result as its holder will.
pub(super) fn issue_unread(
    claims: &Value,
    kid: &[u8],
    key: &SigningKey,
    algorithm: Algorithm,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, BuildError> {
    let Value::Map(entries) = claims else { return Err(BuildError::Claims("a map")) };
    require_registered(entries)?;
    let mut marks = Marks::default();
    marks.count(claims)?;
    let mut writer =
        Writer { salts: Salts::draw(marks.total, rng), redactor: Redactor::with_capacity(marks.total) };
    let mut payload = Encoder::new();
    writer.map(&mut payload, entries)?;
    seal(&payload.into_bytes(), writer.redactor, kid, key, algorithm)
}

/// Signs a payload with the disclosures that were collected for it.
pub(crate) fn seal(
    payload: &[u8],
    redactor: Redactor,
    kid: &[u8],
    key: &SigningKey,
    algorithm: Algorithm,
) -> Result<Vec<u8>, BuildError> {
    let protected = protected_header(kid, algorithm);
    let unprotected = redactor.into_unprotected();
    Ok(sign1::seal(&protected, &unprotected, payload, &[], key, algorithm)?)
}

/// The protected header of every credential that is issued here.
pub(crate) fn protected_header(kid: &[u8], algorithm: Algorithm) -> Vec<u8> {
    let mut protected = Encoder::with_capacity(24 + kid.len());
    protected.map(3).int(sign1::label::ALG).int(algorithm.id());
    protected.int(sign1::label::KID).bytes(kid);
    protected.int(sign1::label::TYP).uint(typ::SD_CWT);
    protected.into_bytes()
}

/// I-03, I-04: table 2 of section 6.
fn require_registered(entries: &[(Value, Value)]) -> Result<(), BuildError> {
    let plain = |label| entries.iter().any(|(key, _)| *key == Value::int(label));
    let marked = |label| {
        let mark = Value::Tag(cbor::TO_BE_REDACTED, Box::new(Value::int(label)));
        entries.iter().any(|(key, _)| *key == mark)
    };
    if let Some(label) = claim::NEVER_REDACTED.into_iter().find(|label| marked(*label)) {
        return Err(BuildError::NeverRedacted { claim: label });
    }
    for label in [claim::ISS, claim::CNF] {
        if !plain(label) {
            return Err(BuildError::Missing { claim: label });
        }
    }
    if !plain(claim::SUB) && !marked(claim::SUB) {
        return Err(BuildError::Missing { claim: claim::SUB });
    }
    Ok(())
}

/// Counts what will need a salt, and refuses marks in wrong places (I-01, I-02, I-05).
#[derive(Default)]
struct Marks {
    total: usize,
    decoys: Vec<u64>,
}

impl Marks {
    fn count(&mut self, value: &Value) -> Result<(), BuildError> {
        match value {
            Value::Map(entries) => {
                for (index, (key, value)) in entries.iter().enumerate() {
                    let earlier = entries.get(..index).unwrap_or_default();
                    self.key(key, value)?;
                    if earlier.iter().any(|(other, _)| unmarked(other) == unmarked(key)) {
                        return Err(BuildError::KeyTwice);
                    }
                    self.count(value)?;
                }
                Ok(())
            }
            Value::Array(elements) => elements.iter().try_for_each(|element| match element {
                Value::Tag(cbor::TO_BE_REDACTED, value) => {
                    self.total += 1;
                    self.count(value)
                }
                Value::Tag(cbor::TO_BE_DECOY, number) => self.decoy(number),
                element => self.count(element),
            }),
            Value::Tag(cbor::TO_BE_REDACTED | cbor::TO_BE_DECOY | cbor::REDACTED_ELEMENT, _)
            | Value::Simple(cbor::REDACTED_CLAIM_KEYS) => Err(BuildError::ReservedMark),
            Value::Tag(_, content) => self.count(content),
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

    fn key(&mut self, key: &Value, value: &Value) -> Result<(), BuildError> {
        match key {
            Value::Tag(cbor::TO_BE_DECOY, number) if *value == Value::Null => self.decoy(number),
            Value::Tag(cbor::TO_BE_REDACTED, key) => {
                self.total += 1;
                require_label(key)
            }
            key => require_label(key),
        }
    }

    fn decoy(&mut self, number: &Value) -> Result<(), BuildError> {
        match number {
            Value::Uint(number) if *number > 0 && !self.decoys.contains(number) => {
                self.decoys.push(*number);
                self.total += 1;
                Ok(())
            }
            _ => Err(BuildError::ReservedMark),
        }
    }
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
    redactor: Redactor,
}

impl Writer {
    fn map(&mut self, out: &mut Encoder, entries: &[(Value, Value)]) -> Result<(), BuildError> {
        let mut hashes: Vec<Hash> = Vec::new();
        let mut plain: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
        for (key, value) in entries {
            match key {
                Value::Tag(cbor::TO_BE_DECOY, _) => hashes.push(self.redactor.decoy(&self.salts.take())),
                Value::Tag(_, key) => {
                    let value = self.encoded(value)?;
                    hashes.push(self.redactor.entry(&self.salts.take(), &key.encode(), &value));
                }
                key => plain.push((key.encode(), self.encoded(value)?)),
            }
        }
        plain.sort();
        out.map(plain.len() + usize::from(!hashes.is_empty()));
        for (key, value) in plain {
            out.raw(&key).raw(&value);
        }
        if !hashes.is_empty() {
            write_redacted_keys(out, &mut hashes);
        }
        Ok(())
    }

    fn encoded(&mut self, value: &Value) -> Result<Vec<u8>, BuildError> {
        let mut out = Encoder::new();
        self.value(&mut out, value)?;
        Ok(out.into_bytes())
    }

    fn value(&mut self, out: &mut Encoder, value: &Value) -> Result<(), BuildError> {
        match value {
            Value::Map(entries) => self.map(out, entries),
            Value::Array(elements) => {
                out.array(elements.len());
                elements.iter().try_for_each(|element| self.element(out, element))
            }
            Value::Tag(tag, content) => {
                out.tag(*tag);
                self.value(out, content)
            }
            value => {
                value.write(out);
                Ok(())
            }
        }
    }

    fn element(&mut self, out: &mut Encoder, element: &Value) -> Result<(), BuildError> {
        let hash = match element {
            Value::Tag(cbor::TO_BE_REDACTED, value) => {
                let value = self.encoded(value)?;
                self.redactor.element(&self.salts.take(), &value)
            }
            Value::Tag(cbor::TO_BE_DECOY, _) => self.redactor.decoy(&self.salts.take()),
            element => return self.value(out, element),
        };
        out.tag(cbor::REDACTED_ELEMENT).bytes(&hash);
        Ok(())
    }
}
