//! Presenting: the chosen disclosures, then the holder's signature over all of it (draft section 8).
//!
//! ```text
//! 18([ protected {alg, kcwt, typ: 294}, {}, payload, signature ])              in one buffer, from left to right
//!                      kcwt = 18([ as issued, {17: [chosen]}, as issued, as issued ])
//! ```

use super::claims::Disclosure;
use super::error::{BuildError, Error, Rule};
use super::receive::ReceivedToken;
use super::verify::{Nonce, check_binding};
use crate::numbers::{claim, header, typ};
use crate::time::UnixTime;
use core::ops::Range;
use geleit_cose::algorithm::Algorithm;
use geleit_cose::cbor::{Encoder, Encoding, Limits, Value};
use geleit_cose::key::SigningKey;
use geleit_cose::sign1::{self, ToSign};

/// The claims of a key-binding token.
#[derive(Clone, Debug)]
pub struct KeyBinding<'a> {
    /// The verifier that the presentation is for.
    pub audience: &'a str,
    /// Its nonce, echoed bit for bit.
    pub nonce: Nonce<'a>,
    /// The time of the presentation.
    pub issued_at: UnixTime,
    /// More claims: integer label and encoded value, in ascending order of the encoded labels.
    pub more: &'a [(i64, Vec<u8>)],
}

/// A received credential and those of its disclosures that will be shown.
#[derive(Clone, Debug)]
pub struct Selected<'r, 'b, 's> {
    received: &'r ReceivedToken<'b, 's>,
    chosen: Vec<Disclosure<'b, 's>>,
}

/// Selects the disclosures for which `choose` says yes; decoys are never shown, because that would tell which
/// hashes are decoys.
///
/// # Errors
/// I-07 when a disclosure is chosen whose parent is not.
pub fn select<'r, 'b, 's>(
    received: &'r ReceivedToken<'b, 's>,
    mut choose: impl FnMut(&Disclosure<'b, 's>) -> bool,
) -> Result<Selected<'r, 'b, 's>, BuildError> {
    let claims = received.claims();
    let mut chosen = Vec::with_capacity(claims.disclosure_count());
    chosen.extend(claims.disclosures().filter(|one| !one.is_decoy() && choose(one)));
    let is_chosen = |parent: &Disclosure<'b, 's>| {
        chosen.iter().any(|one: &Disclosure<'b, 's>| one.encoded_span() == parent.encoded_span())
    };
    if !chosen.iter().filter_map(Disclosure::parent).all(|parent| is_chosen(&parent)) {
        return Err(BuildError::ParentNotChosen);
    }
    Ok(Selected { received, chosen })
}

impl Selected<'_, '_, '_> {
    /// The SD-CWT with these disclosures only: protected header, payload and signature stay bit for bit what
    /// the issuer signed.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Encoder::with_capacity(self.received.raw().len());
        self.write(&mut out);
        out.into_bytes()
    }

    fn write(&self, out: &mut Encoder) {
        let envelope = self.received.envelope();
        out.tag(sign1::TAG).array(4).bytes(envelope.protected());
        match envelope.unprotected() {
            EMPTY_MAP | [ONE_ENTRY, SD_CLAIMS, ..] => {
                write_disclosures(out, self.chosen.len(), self.chosen.iter().map(Disclosure::encoded));
            }
            labels => self.write_beside(labels, out),
        }
        out.bytes(envelope.dangerous_unverified_payload()).bytes(envelope.signature());
    }

    /// The disclosures beside labels of the issuer that are not ours: these stay.
    fn write_beside(&self, labels: &[u8], out: &mut Encoder) {
        let mut entries = match Value::decode(labels, &unbounded(), Encoding::Tolerant) {
            Ok(Value::Map(entries)) => entries,
            _ => Vec::new(),
        };
        entries.retain(|(key, _)| *key != Value::int(header::SD_CLAIMS));
        if !self.chosen.is_empty() {
            let disclosures = self.chosen.iter().map(|one| {
                // The content of a disclosure is kept as bytes, so that its hash stays what it was.
                Value::decode(one.encoded(), &unbounded(), Encoding::Tolerant).unwrap_or(Value::Null)
            });
            entries.push((Value::int(header::SD_CLAIMS), Value::Array(disclosures.collect())));
        }
        Value::Map(entries).write(out);
    }
}

/// Lengths at which the heads of header and payload are right at once, as they are for most tokens.
const PROTECTED_BYTES: usize = 1_024;
const PAYLOAD_BYTES: usize = 128;

/// `{}`.
const EMPTY_MAP: &[u8] = &[0xa0];

/// The head of a map with one entry, and the label [`header::SD_CLAIMS`].
const ONE_ENTRY: u8 = 0xa1;
const SD_CLAIMS: u8 = 17;

/// `{17: [disclosures]}`, or the empty map when there are none (draft section 6.1).
pub(crate) fn write_disclosures<'a>(
    out: &mut Encoder,
    count: usize,
    disclosures: impl Iterator<Item = &'a [u8]>,
) {
    match count {
        0 => out.map(0),
        count => out.map(1).int(header::SD_CLAIMS).array(count),
    };
    for encoded in disclosures {
        out.raw(encoded);
    }
}

/// Signs the key-binding token around what was selected.
///
/// # Errors
/// I-06 when `algorithm` does not belong to `key`, I-09 for a time at which the credential is not valid
/// or a claim that a key-binding token must not have, I-10 when `key` is not that of `cnf`.
pub fn bind(
    selected: &Selected<'_, '_, '_>,
    binding: &KeyBinding<'_>,
    key: &SigningKey,
    algorithm: Algorithm,
) -> Result<Vec<u8>, BuildError> {
    selected.received.signed().check_binding(key.public_key(), binding.issued_at)?;
    binding.sign(selected.received.raw().len(), |out| selected.write(out), key, algorithm)
}

/// As [`bind`], for a credential whose disclosures were selected before and that is kept as
/// [`Selected::to_bytes`]. It is read again for the checks; its signature is not.
///
/// # Errors
/// As [`bind`], and I-09 with the rule when `credential` is not a credential.
pub fn bind_encoded(
    credential: &[u8],
    binding: &KeyBinding<'_>,
    key: &SigningKey,
    algorithm: Algorithm,
) -> Result<Vec<u8>, BuildError> {
    check_binding(credential, key.public_key(), binding.issued_at)?;
    let write = |out: &mut Encoder| {
        out.raw(credential);
    };
    binding.sign(credential.len(), write, key, algorithm)
}

impl KeyBinding<'_> {
    /// `room` is about the length of the credential.
    pub(super) fn sign(
        &self,
        room: usize,
        write_credential: impl FnOnce(&mut Encoder),
        key: &SigningKey,
        algorithm: Algorithm,
    ) -> Result<Vec<u8>, BuildError> {
        if self.more.iter().any(|(label, _)| matches!(*label, claim::ISS | claim::SUB)) {
            return Err(BuildError::WouldBeRefused(Error::rule(Rule::KeyBindingSubject, 0)));
        }
        let token = KeyBindingToken {
            audience: self.audience,
            nonce: self.nonce,
            issued_at: self.issued_at,
            write_credential,
            more: self.more.len(),
            write_more: |out: &mut Encoder| {
                for (label, value) in self.more {
                    out.int(*label).raw(value);
                }
            },
        };
        let more: usize = self.more.iter().map(|(_, value)| 9 + value.len()).sum();
        let mut out = Encoder::with_capacity(room + token.room() + more);
        token.sign(&mut out, key, algorithm)?;
        Ok(out.into_bytes())
    }
}

/// A key-binding token, as it is written and signed in one buffer. Key and times of the credential were
/// compared before.
pub(crate) struct KeyBindingToken<'a, C, M> {
    pub(crate) audience: &'a str,
    pub(crate) nonce: Nonce<'a>,
    pub(crate) issued_at: UnixTime,
    /// Writes the credential in its place.
    pub(crate) write_credential: C,
    /// How many claims `write_more` writes, in ascending order behind the others.
    pub(crate) more: usize,
    pub(crate) write_more: M,
}

/// Bytes of a key-binding token beside the credential and what has no fixed length, and some to spare.
const FRAME: usize = 160;

impl<'a, C: FnOnce(&mut Encoder), M: FnOnce(&mut Encoder)> KeyBindingToken<'a, C, M> {
    /// Bytes that it takes, without credential and further claims: for who makes room beforehand.
    pub(crate) fn room(&self) -> usize {
        FRAME + self.audience.len() + self.nonce().map_or(0, <[u8]>::len)
    }

    /// Nothing is written twice: the credential goes where it is signed, and header and payload are hashed
    /// where they stand.
    pub(crate) fn sign(
        self,
        out: &mut Encoder,
        key: &SigningKey,
        algorithm: Algorithm,
    ) -> Result<(), BuildError> {
        let nonce = self.nonce();
        out.tag(sign1::TAG).array(4);
        let protected = out.bytes_with(PROTECTED_BYTES, |out| {
            out.map(3).int(sign1::label::ALG).int(algorithm.id()).int(header::KCWT);
            (self.write_credential)(out);
            out.int(sign1::label::TYP).uint(typ::KB_CWT);
        });
        out.map(0);
        let payload = out.bytes_with(PAYLOAD_BYTES, |out| {
            out.map(2 + usize::from(nonce.is_some()) + self.more);
            out.int(claim::AUD).text(self.audience);
            out.int(claim::IAT).int(self.issued_at.0);
            if let Some(nonce) = nonce {
                out.int(claim::CNONCE).bytes(nonce);
            }
            (self.write_more)(out);
        });
        let part = |span| out.as_bytes().get::<Range<usize>>(span).expect("it was just written there");
        let parts = ToSign { protected: part(protected), external_aad: &[], payload: part(payload) };
        let signature = sign1::sign(&parts, key, algorithm)?;
        out.bytes(&signature);
        Ok(())
    }

    const fn nonce(&self) -> Option<&'a [u8]> {
        match self.nonce {
            Nonce::Exactly(nonce) => Some(nonce),
            Nonce::NoneAsked => None,
        }
    }
}

/// For bytes that passed the holder's limits when they were received.
const fn unbounded() -> Limits {
    Limits {
        max_bytes: usize::MAX,
        max_items: u32::MAX,
        max_depth: Limits::MAX_DEPTH,
        max_unsorted_entries: u16::MAX,
        max_disclosures: u32::MAX,
    }
}
