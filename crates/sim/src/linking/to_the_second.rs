//! A sloppy issuer that writes times to the second, and a careless wallet that takes what it gets.
//!
//! ```text
//! credential  {4: exp, 6: iat, ..}  --issue-->  {4: exp + s, 6: iat + s, ..}   signed again by the issuer
//! presentation of the first         --answer--> presentation of the second     signed again by issuer and holder
//! ```
//!
//! All copies of one batch are made in the same second, and hardly anybody else's: the time is a mark. A wallet that
//! follows `spec/verification.md` does not accept such a credential (H-08), so that [`answer`] is the only way to
//! see what it would do. A verifier accepts it: it cannot know who else has that second.

use super::read::{Unreadable, bytes_of, decode, envelope};
use geleit_cose::cbor::{Encoder, Value};
use geleit_cose::key::{KeyError, SigningKey};
use geleit_cose::sign1;
use geleit_credential::numbers::{claim, header};

/// Why nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SloppyError {
    /// The object that is to be changed.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The issuer whose key is not there.
    #[error("a key of {0} is required")]
    NoKey(String),
    /// The key does not sign.
    #[error("{0}")]
    Key(KeyError),
}

/// The credential with times that are `seconds` later, signed again by its issuer.
///
/// # Errors
/// [`SloppyError`].
pub fn issue(credential: &[u8], seconds: i64, issuer: &SigningKey) -> Result<Vec<u8>, SloppyError> {
    moved(&decode(credential)?, seconds, issuer)
}

/// The answer of a wallet that holds the copies of a sloppy issuer in place of those in `presentation`. `issuer` has
/// the keys by name, and `holder` is the key of the copies.
///
/// # Errors
/// [`SloppyError`].
pub fn answer<'k>(
    presentation: &[u8],
    seconds: i64,
    issuer: impl Fn(&str) -> Option<&'k SigningKey>,
    holder: &SigningKey,
) -> Result<Vec<u8>, SloppyError> {
    let Value::Array(tokens) = decode(presentation)? else {
        return Err(Unreadable::Not("an array of tokens").into());
    };
    let mut out = Encoder::new();
    out.array(tokens.len());
    for token in &tokens {
        let [protected, unprotected, payload, _] = envelope(token)?;
        let Value::Map(mut headers) = decode(bytes_of(protected)?)? else {
            return Err(Unreadable::Not("a map of headers").into());
        };
        for (label, value) in &mut headers {
            if label.as_int() == Some(header::KCWT) {
                let name = issuer_of(value)?;
                let key = issuer(&name).ok_or(SloppyError::NoKey(name))?;
                *value = decode(&moved(value, seconds, key)?)?;
            }
        }
        out.raw(&seal(&Value::Map(headers).encode(), unprotected, bytes_of(payload)?, holder)?);
    }
    Ok(out.into_bytes())
}

fn issuer_of(credential: &Value) -> Result<String, Unreadable> {
    let [_, _, payload, _] = envelope(credential)?;
    let payload = decode(bytes_of(payload)?)?;
    let name = payload.get_int(claim::ISS).and_then(Value::as_text);
    Ok(name.ok_or(Unreadable::Not("the name of an issuer"))?.to_owned())
}

fn moved(credential: &Value, seconds: i64, issuer: &SigningKey) -> Result<Vec<u8>, SloppyError> {
    let [protected, unprotected, payload, _] = envelope(credential)?;
    let Value::Map(mut claims) = decode(bytes_of(payload)?)? else {
        return Err(Unreadable::Not("a map of claims").into());
    };
    for (label, value) in &mut claims {
        let is_time = matches!(label.as_int(), Some(claim::EXP | claim::IAT));
        if let Some(time) = value.as_int().filter(|_| is_time) {
            *value = Value::int(time.saturating_add(seconds));
        }
    }
    seal(bytes_of(protected)?, unprotected, &Value::Map(claims).encode(), issuer)
}

fn seal(
    protected: &[u8],
    unprotected: &Value,
    payload: &[u8],
    key: &SigningKey,
) -> Result<Vec<u8>, SloppyError> {
    sign1::seal(protected, &unprotected.encode(), payload, &[], key, key.algorithm())
        .map_err(SloppyError::Key)
}
