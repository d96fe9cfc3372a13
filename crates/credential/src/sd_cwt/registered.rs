//! The registered CWT claims of a payload (RFC 8392 section 3.1, RFC 8747, the draft's table 2):
//! their types (V-17 to V-20, V-29), and none that a key-binding token must not have (V-32).

use super::error::{Error, Rule};
use super::grammar::{SafeValue, require_label};
use super::time::NumericDate;
use crate::numbers::{claim, confirmation};
use core::ops::Range;
use geleit_cose::cbor::{Decoder, Head, Key, Malformed};
use geleit_cose::key::PublicKey;

/// Registered claims of a credential, read from payload and CWT claims header.
#[derive(Clone, Default)]
pub(super) struct CredentialClaims<'b> {
    pub(super) iss: Option<&'b str>,
    pub(super) sub: Option<&'b str>,
    pub(super) aud: Option<&'b str>,
    pub(super) exp: Option<NumericDate>,
    pub(super) nbf: Option<NumericDate>,
    pub(super) iat: Option<NumericDate>,
    pub(super) cnf: Option<PublicKey>,
    pub(super) cnonce: Option<&'b [u8]>,
    pub(super) vct: Option<&'b str>,
    /// Where the value of `status` stands. What it means is the profile's: any SD-CWT may have one.
    pub(super) status: Option<Range<usize>>,
}

impl<'b> CredentialClaims<'b> {
    /// Reads one map; a claim that is known already is compared later (V-33).
    pub(super) fn read(&mut self, decoder: &mut Decoder<'b>, map: Range<usize>) -> Result<(), Error> {
        self.read_knowing(decoder, map, None)
    }

    /// The same for who holds the key that `cnf` should have: where its bytes are those of a key that was checked before,
    /// the point is not checked once more, which takes a sixth of the time of a signature.
    pub(super) fn read_knowing(
        &mut self,
        decoder: &mut Decoder<'b>,
        map: Range<usize>,
        known: Option<&PublicKey>,
    ) -> Result<(), Error> {
        let outer = decoder.enter(map)?;
        each_claim(decoder, |decoder, key, at| {
            let wrong = Error::rule(Rule::ClaimType, at);
            match label(key).unwrap_or_default() {
                claim::ISS => {
                    self.iss = Some(decoder.text().map_err(|_| Error::rule(Rule::Issuer, at))?);
                }
                claim::SUB => self.sub = Some(decoder.text().map_err(|_| wrong)?),
                claim::AUD => self.aud = Some(decoder.text().map_err(|_| wrong)?),
                claim::EXP => self.exp = Some(NumericDate::read(decoder)?),
                claim::NBF => self.nbf = Some(NumericDate::read(decoder)?),
                claim::IAT => self.iat = Some(NumericDate::read(decoder)?),
                claim::CTI => decoder.bytes().map(drop).map_err(|_| wrong)?,
                claim::CNF => {
                    let same = known.and_then(|known| read_same(known, decoder));
                    self.cnf = Some(same.map_or_else(|| read_confirmation(decoder), Ok)?);
                }
                claim::CNONCE => self.cnonce = Some(decoder.bytes().map_err(|_| wrong)?),
                // The draft contradicts itself on the type; text and integer are accepted, a byte
                // string is not (spec/format.md, readings).
                claim::VCT => match decoder.peek()? {
                    Head::Text(_) => self.vct = Some(decoder.text()?),
                    Head::Uint(_) => drop(decoder.uint()?),
                    _ => return Err(wrong),
                },
                claim::STATUS => {
                    decoder.skip_unchecked()?;
                    self.status = Some(at..decoder.position());
                }
                // The walk that restores the claims checks every other key and value.
                _ => {
                    decoder.skip_unchecked()?;
                }
            }
            Ok(())
        })?;
        decoder.leave(outer)?;
        Ok(())
    }
}

/// Reads `cnf`, when it is `{1: COSE_Key}` of a key that was checked before, byte for byte.
fn read_same(known: &PublicKey, decoder: &mut Decoder<'_>) -> Option<PublicKey> {
    let mut ahead = decoder.rescan(decoder.position());
    let span = ahead.skip_unchecked().ok()?;
    let encoded = ahead.slice(span).strip_prefix(&[0xa1, COSE_KEY])?;
    if !known.is_cose_key(encoded) {
        return None;
    }
    decoder.skip_unchecked().ok()?;
    Some(known.clone())
}

/// [`confirmation::COSE_KEY`] as its one byte.
const COSE_KEY: u8 = 1;
const _: () = assert!(confirmation::COSE_KEY == 1);

/// Registered claims of a key-binding token.
#[derive(Clone, Debug, Default)]
pub(super) struct KeyBindingClaims<'b> {
    pub(super) aud: Option<&'b str>,
    pub(super) exp: Option<NumericDate>,
    pub(super) nbf: Option<NumericDate>,
    pub(super) iat: Option<NumericDate>,
    pub(super) cti: Option<&'b [u8]>,
    pub(super) cnonce: Option<&'b [u8]>,
    pub(super) request_hash: Option<&'b [u8]>,
    /// Content of `THRESHOLD_LINKS`: a map that the threshold module reads.
    pub(super) threshold_links: Option<Range<usize>>,
}

impl<'b> KeyBindingClaims<'b> {
    pub(super) fn read(decoder: &mut Decoder<'b>, payload: Range<usize>) -> Result<Self, Error> {
        let mut claims = Self::default();
        let outer = decoder.enter(payload)?;
        each_claim(decoder, |decoder, key, at| {
            require_label(&key).map_err(|fault| Malformed { fault, at })?;
            let wrong = Error::rule(Rule::ClaimType, at);
            match label(key).unwrap_or_default() {
                claim::ISS | claim::SUB => return Err(Error::rule(Rule::KeyBindingSubject, at)),
                claim::AUD => {
                    claims.aud = Some(decoder.text().map_err(|_| Error::rule(Rule::Audience, at))?);
                }
                claim::EXP => claims.exp = Some(NumericDate::read(decoder)?),
                claim::NBF => claims.nbf = Some(NumericDate::read(decoder)?),
                claim::IAT => claims.iat = Some(NumericDate::read(decoder)?),
                claim::CTI => claims.cti = Some(decoder.bytes().map_err(|_| wrong)?),
                claim::CNONCE => claims.cnonce = Some(decoder.bytes().map_err(|_| wrong)?),
                claim::REQUEST_HASH => claims.request_hash = Some(decoder.bytes().map_err(|_| wrong)?),
                claim::THRESHOLD_LINKS => {
                    claims.threshold_links = Some(decoder.check(&SafeValue)?.span);
                }
                _ => {
                    decoder.check(&SafeValue)?;
                }
            }
            Ok(())
        })?;
        decoder.leave(outer)?;
        Ok(claims)
    }
}

/// Visits the entries of a claims map; `read` has to read each value.
fn each_claim<'b>(
    decoder: &mut Decoder<'b>,
    mut read: impl FnMut(&mut Decoder<'b>, Key<'b>, usize) -> Result<(), Error>,
) -> Result<(), Error> {
    decoder.map_entries(|decoder, key| {
        let at = decoder.position();
        read(decoder, key, at)
    })
}

/// The integer label of a key. No registered claim has the label 0.
fn label(key: Key<'_>) -> Option<i64> {
    match key {
        Key::Uint(n) => i64::try_from(n).ok(),
        Key::Nint(n) => i64::try_from(n).ok().map(|n| !n),
        Key::Text(_) | Key::Bytes(_) | Key::Simple(_) => None,
    }
}

/// `cnf = { 1: COSE_Key }` (RFC 8747 section 3.2). Other members alone are not enough to verify a
/// key-binding token.
fn read_confirmation(decoder: &mut Decoder<'_>) -> Result<PublicKey, Error> {
    let at = decoder.position();
    let unusable = Error::rule(Rule::ConfirmationKey, at);
    let mut key = None;
    if !matches!(decoder.peek()?, Head::Map(_)) {
        return Err(unusable);
    }
    decoder.map_entries(|decoder, member| {
        if member == Key::int(confirmation::COSE_KEY) {
            key = Some(PublicKey::read_cose_key(decoder).map_err(|_| unusable)?);
        } else {
            decoder.check(&SafeValue)?;
        }
        Ok::<_, Error>(())
    })?;
    key.ok_or(unusable)
}
