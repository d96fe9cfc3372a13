//! The two envelopes: the SD-CWT that an issuer signs and the key-binding token around it.

use super::error::{Error, Rule};
use super::grammar::SafeValue;
use crate::numbers::{SHA_256, header, typ};
use core::fmt;
use core::ops::Range;
use geleit_cose::cbor::{Decoder, Encoding, Head, Limits};
use geleit_cose::sign1::{Bucket, Headers, Sign1, Typ};

/// A parsed SD-CWT. Nothing in it is verified. `Debug` prints no content.
#[derive(Clone)]
pub struct SdCwt<'b> {
    pub(super) sign1: Sign1<'b>,
    pub(super) headers: CredentialHeaders,
    pub(super) input: &'b [u8],
    pub(super) limits: Limits,
    pub(super) encoding: Encoding,
}

impl fmt::Debug for SdCwt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SdCwt").field(&self.sign1).finish()
    }
}

/// A parsed key-binding token with the SD-CWT inside. Nothing in it is verified.
#[derive(Clone, Debug)]
pub struct KeyBoundToken<'b> {
    pub(super) sign1: Sign1<'b>,
    pub(super) credential: SdCwt<'b>,
}

impl<'b> SdCwt<'b> {
    /// Reads one SD-CWT and nothing after it.
    ///
    /// # Errors
    /// M and C rules, V-01, V-05, V-06, V-07.
    pub fn parse(input: &'b [u8], limits: &Limits, encoding: Encoding) -> Result<Self, Error> {
        let mut decoder = Decoder::new(input, limits, encoding)?;
        let token = Self::read(&mut decoder, limits, encoding)?;
        decoder.finish()?;
        Ok(token)
    }

    fn read(decoder: &mut Decoder<'b>, limits: &Limits, encoding: Encoding) -> Result<Self, Error> {
        let at = decoder.position();
        let mut headers =
            CredentialHeaders { most_disclosures: limits.max_disclosures, ..CredentialHeaders::default() };
        let sign1 = Sign1::read(decoder, &mut headers)?;
        if !is_sd_cwt(sign1.typ()) {
            return Err(Error::rule(Rule::CredentialType, at));
        }
        Ok(Self { sign1, headers, input: decoder.input(), limits: *limits, encoding })
    }

    /// The key identifier. It selects a key; it proves nothing.
    #[must_use]
    pub const fn kid(&self) -> Option<&'b [u8]> {
        self.sign1.kid()
    }

    /// The envelope.
    #[must_use]
    pub const fn envelope(&self) -> &Sign1<'b> {
        &self.sign1
    }

    /// How many disclosures there are.
    #[must_use]
    pub const fn disclosure_count(&self) -> usize {
        self.headers.disclosure_count
    }

    pub(crate) fn decoder(&self) -> Result<Decoder<'b>, Error> {
        Ok(Decoder::new(self.input, &self.limits, self.encoding)?)
    }
}

impl<'b> KeyBoundToken<'b> {
    /// Reads one key-binding token and nothing after it.
    ///
    /// # Errors
    /// M and C rules, V-01 to V-07.
    pub fn parse(input: &'b [u8], limits: &Limits, encoding: Encoding) -> Result<Self, Error> {
        let mut decoder = Decoder::new(input, limits, encoding)?;
        let token = Self::read(&mut decoder, limits, encoding)?;
        decoder.finish()?;
        Ok(token)
    }

    pub(crate) fn read(
        decoder: &mut Decoder<'b>,
        limits: &Limits,
        encoding: Encoding,
    ) -> Result<Self, Error> {
        let at = decoder.position();
        let mut headers = KeyBindingHeaders { kcwt: None, limits: *limits, encoding };
        let sign1 = Sign1::read(decoder, &mut headers)?;
        if !is_kb_cwt(sign1.typ()) {
            return Err(Error::rule(Rule::KeyBindingType, at));
        }
        let credential = headers.kcwt.ok_or(Error::rule(Rule::Kcwt, at))?;
        Ok(Self { sign1, credential })
    }

    /// The SD-CWT with the disclosures that the holder chose.
    #[must_use]
    pub const fn credential(&self) -> &SdCwt<'b> {
        &self.credential
    }

    /// The envelope.
    #[must_use]
    pub const fn envelope(&self) -> &Sign1<'b> {
        &self.sign1
    }
}

/// V-01: draft section 4.
fn is_sd_cwt(value: Option<Typ<'_>>) -> bool {
    match value {
        Some(Typ::ContentFormat(number)) => number == typ::SD_CWT,
        Some(Typ::MediaType(text)) => {
            text == typ::SD_CWT_TEXT || text.contains('/') && text.ends_with(typ::SD_CWT_SUFFIX)
        }
        None => false,
    }
}

/// V-02: draft section 8.1.
fn is_kb_cwt(value: Option<Typ<'_>>) -> bool {
    match value {
        Some(Typ::ContentFormat(number)) => number == typ::KB_CWT,
        Some(Typ::MediaType(text)) => text == typ::KB_CWT_TEXT,
        None => false,
    }
}

/// The headers of an SD-CWT beyond those of every envelope.
#[derive(Clone, Debug, Default)]
pub(super) struct CredentialHeaders {
    pub(super) sd_claims: Option<Range<usize>>,
    disclosure_count: usize,
    most_disclosures: u32,
    pub(super) claims_header: Option<Range<usize>>,
}

impl<'b> Headers<'b> for CredentialHeaders {
    type Grammar = SafeValue;
    type Error = Error;
    const UNDERSTOOD: &'static [i64] = &[header::CWT_CLAIMS, header::SD_ALG];

    fn header(&mut self, decoder: &mut Decoder<'b>, bucket: Bucket, label: i64) -> Result<bool, Error> {
        let at = decoder.position();
        match (label, bucket) {
            (header::SD_CLAIMS, Bucket::Unprotected) => {
                let Head::Array(count @ 1..) = decoder.peek()? else {
                    return Err(Error::rule(Rule::Disclosures, at));
                };
                // V-35, before the list is read.
                if u32::try_from(count).map_or(true, |count| count > self.most_disclosures) {
                    return Err(Error::rule(Rule::TooManyDisclosures, at));
                }
                self.disclosure_count = count;
                self.sd_claims = Some(decoder.skip_unchecked()?);
            }
            (header::SD_CLAIMS, Bucket::Protected) => return Err(Error::rule(Rule::Disclosures, at)),
            (header::SD_AEAD_ENCRYPTED_CLAIMS, _) => {
                return Err(Error::rule(Rule::EncryptedDisclosures, at));
            }
            (header::SD_ALG, Bucket::Protected) => {
                let rule = Error::rule(Rule::HashAlgorithm, at);
                if decoder.int().map_err(|_| rule)? != SHA_256 {
                    return Err(rule);
                }
            }
            (header::SD_ALG, Bucket::Unprotected) => return Err(Error::rule(Rule::HashAlgorithm, at)),
            (header::CWT_CLAIMS, Bucket::Protected) => {
                // V-19.
                if !matches!(decoder.peek()?, Head::Map(_)) {
                    return Err(Error::rule(Rule::ClaimType, at));
                }
                self.claims_header = Some(decoder.skip_unchecked()?);
            }
            // RFC 9597 section 2: protected only.
            (header::CWT_CLAIMS, Bucket::Unprotected) => {
                return Err(Error::rule(Rule::ClaimsHeaderPlace, at));
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// The headers of a key-binding token beyond those of every envelope.
struct KeyBindingHeaders<'b> {
    kcwt: Option<SdCwt<'b>>,
    limits: Limits,
    encoding: Encoding,
}

impl<'b> Headers<'b> for KeyBindingHeaders<'b> {
    type Grammar = SafeValue;
    type Error = Error;
    const UNDERSTOOD: &'static [i64] = &[header::KCWT];

    fn header(&mut self, decoder: &mut Decoder<'b>, bucket: Bucket, label: i64) -> Result<bool, Error> {
        let at = decoder.position();
        match (label, bucket) {
            (header::KCWT, Bucket::Protected) => {
                self.kcwt = Some(SdCwt::read(decoder, &self.limits, self.encoding)?);
            }
            (header::KCWT, Bucket::Unprotected) => return Err(Error::rule(Rule::Kcwt, at)),
            (header::CWT_CLAIMS, _) => return Err(Error::rule(Rule::ClaimsHeaderPlace, at)),
            (header::SD_CLAIMS | header::SD_AEAD_ENCRYPTED_CLAIMS, _) => {
                return Err(Error::rule(Rule::Disclosures, at));
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}
