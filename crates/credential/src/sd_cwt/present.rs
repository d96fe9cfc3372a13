//! Presenting: the chosen disclosures, then the holder's signature over all of it (draft section 8).

use super::claims::Disclosure;
use super::error::{BuildError, Error, Rule};
use super::receive::ReceivedToken;
use super::redact::write_unprotected;
use super::token::SdCwt;
use super::verify::{Nonce, check_binding};
use crate::numbers::{claim, header, typ};
use crate::time::UnixTime;
use geleit_cose::algorithm::Algorithm;
use geleit_cose::cbor::{Encoder, Encoding, Limits, Value};
use geleit_cose::key::SigningKey;
use geleit_cose::sign1;

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

/// The SD-CWT with only the disclosures for which `choose` says yes; decoys are never shown,
/// because that would tell which hashes are decoys.
///
/// Protected header, payload and signature stay bit for bit what the issuer signed.
///
/// # Errors
/// I-07 when a disclosure is chosen whose parent is not.
pub fn select<'b, 's>(
    received: &ReceivedToken<'b, 's>,
    mut choose: impl FnMut(&Disclosure<'b, 's>) -> bool,
) -> Result<Vec<u8>, BuildError> {
    let chosen: Vec<Disclosure<'b, 's>> =
        received.claims().disclosures().filter(|one| !one.is_decoy() && choose(one)).collect();
    for one in &chosen {
        if let Some(parent) = one.parent()
            && !chosen.iter().any(|other| other.encoded() == parent.encoded())
        {
            return Err(BuildError::ParentNotChosen);
        }
    }
    let token = SdCwt::parse(received.raw(), &unbounded(), Encoding::Tolerant)
        .map_err(|_| BuildError::Claims("a credential that was received"))?;
    let envelope = token.envelope();
    let unprotected = rewrite_unprotected(envelope.unprotected(), &chosen);
    let payload = envelope.dangerous_unverified_payload();
    let mut out = Encoder::with_capacity(received.raw().len());
    out.tag(sign1::TAG).array(4).bytes(envelope.protected()).raw(&unprotected);
    out.bytes(payload).bytes(envelope.signature());
    Ok(out.into_bytes())
}

/// Signs the key-binding token around `credential`, which [`select`] made.
///
/// # Errors
/// I-06 when `algorithm` does not belong to `key`, I-09 for a time at which the credential is not valid
/// or a claim that a key-binding token must not have, I-10 when `key` is not that of `cnf`.
pub fn bind(
    credential: &[u8],
    binding: &KeyBinding<'_>,
    key: &SigningKey,
    algorithm: Algorithm,
) -> Result<Vec<u8>, BuildError> {
    check_binding(credential, key.public_key(), binding.issued_at)?;
    if binding.more.iter().any(|(label, _)| matches!(*label, claim::ISS | claim::SUB)) {
        return Err(BuildError::WouldBeRefused(Error::rule(Rule::KeyBindingSubject, 0)));
    }
    bind_checked(credential, binding, key, algorithm)
}

/// As [`bind`], for a holder who compared key and times when the credential was chosen.
pub(crate) fn bind_checked(
    credential: &[u8],
    binding: &KeyBinding<'_>,
    key: &SigningKey,
    algorithm: Algorithm,
) -> Result<Vec<u8>, BuildError> {
    let mut protected = Encoder::with_capacity(credential.len() + 16);
    protected.map(3).int(sign1::label::ALG).int(algorithm.id());
    protected.int(header::KCWT).raw(credential);
    protected.int(sign1::label::TYP).uint(typ::KB_CWT);

    let nonce = match binding.nonce {
        Nonce::Exactly(nonce) => Some(nonce),
        Nonce::NoneAsked => None,
    };
    let mut payload = Encoder::with_capacity(128);
    payload.map(2 + usize::from(nonce.is_some()) + binding.more.len());
    payload.int(claim::AUD).text(binding.audience);
    payload.int(claim::IAT).int(binding.issued_at.0);
    if let Some(nonce) = nonce {
        payload.int(claim::CNONCE).bytes(nonce);
    }
    for (label, value) in binding.more {
        payload.int(*label).raw(value);
    }
    Ok(sign1::seal(protected.as_bytes(), &[0xa0], payload.as_bytes(), &[], key, algorithm)?)
}

/// The unprotected header with other disclosures; labels of the issuer that are not ours stay.
fn rewrite_unprotected(original: &[u8], chosen: &[Disclosure<'_, '_>]) -> Vec<u8> {
    let others = match Value::decode(original, &unbounded(), Encoding::Tolerant) {
        Ok(Value::Map(entries)) => entries,
        _ => Vec::new(),
    };
    let others: Vec<_> =
        others.into_iter().filter(|(key, _)| *key != Value::int(header::SD_CLAIMS)).collect();
    if others.is_empty() {
        return write_unprotected(chosen.iter().map(Disclosure::encoded));
    }
    let mut entries = others;
    if !chosen.is_empty() {
        let disclosures = chosen.iter().map(|one| {
            // The content of a disclosure is kept as bytes, so that its hash stays what it was.
            Value::decode(one.encoded(), &unbounded(), Encoding::Tolerant).unwrap_or(Value::Null)
        });
        entries.push((Value::int(header::SD_CLAIMS), Value::Array(disclosures.collect())));
    }
    Value::Map(entries).encode()
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
