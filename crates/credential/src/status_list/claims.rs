//! The claims of a status list token, once its signature was checked.

use super::StatusListError;
use crate::numbers::claim;
use crate::time::UnixTime;
use crate::trust_list::Party;
use core::num::NonZeroU64;
use geleit_cose::cbor::{Decoder, Encoding, Fault, Head, Key, Limits, Malformed, WellFormed};

const ISS: Key<'_> = Key::int(claim::ISS);
const SUB: Key<'_> = Key::int(claim::SUB);
const EXP: Key<'_> = Key::int(claim::EXP);
const IAT: Key<'_> = Key::int(claim::IAT);
const STATUS_LIST: Key<'_> = Key::int(claim::STATUS_LIST);
const TTL: Key<'_> = Key::int(claim::TTL);

/// What a token says, by reference to the signed bytes.
#[derive(Debug)]
pub(super) struct Claims<'b> {
    pub(super) iss: Option<&'b str>,
    pub(super) uri: &'b str,
    pub(super) issued_at: UnixTime,
    pub(super) expires_at: Option<UnixTime>,
    pub(super) ttl_s: Option<NonZeroU64>,
    pub(super) bits: u64,
    pub(super) lst: &'b [u8],
}

/// The claims as they are met.
#[derive(Default)]
struct Found<'b> {
    iss: Option<&'b str>,
    sub: Option<&'b str>,
    iat: Option<i64>,
    exp: Option<i64>,
    ttl: Option<u64>,
    bits: Option<u64>,
    lst: Option<&'b [u8]>,
}

impl<'b> Claims<'b> {
    /// L-03.
    pub(super) fn read(payload: &'b [u8]) -> Result<Self, StatusListError> {
        let mut decoder = Decoder::new(payload, &Limits::REGISTER, Encoding::Deterministic)?;
        if !matches!(decoder.peek()?, Head::Map(_)) {
            return Err(StatusListError::Claim("payload"));
        }
        let mut found = Found::default();
        decoder.map_entries(|decoder, key| found.read(decoder, key))?;
        decoder.finish()?;
        found.complete()
    }

    /// Who names itself is who signed.
    pub(super) fn is_from(&self, publisher: &Party) -> bool {
        self.iss.is_none_or(|iss| iss == publisher.iss)
    }
}

impl<'b> Found<'b> {
    fn read(&mut self, decoder: &mut Decoder<'b>, key: Key<'b>) -> Result<(), StatusListError> {
        match key {
            ISS => self.iss = Some(typed("iss", decoder.text())?),
            SUB => self.sub = Some(typed("sub", decoder.text())?),
            EXP => self.exp = Some(typed("exp", decoder.int())?),
            IAT => self.iat = Some(typed("iat", decoder.int())?),
            TTL => self.ttl = Some(typed("ttl", decoder.uint())?),
            STATUS_LIST => {
                if !matches!(decoder.peek()?, Head::Map(_)) {
                    return Err(StatusListError::Claim("status_list"));
                }
                decoder.map_entries(|decoder, key| self.read_list(decoder, key))?;
            }
            _ => {
                decoder.check(&WellFormed)?;
            }
        }
        Ok(())
    }

    fn read_list(&mut self, decoder: &mut Decoder<'b>, key: Key<'b>) -> Result<(), StatusListError> {
        match key {
            Key::Text("bits") => self.bits = Some(typed("bits", decoder.uint())?),
            Key::Text("lst") => self.lst = Some(typed("lst", decoder.bytes())?),
            Key::Text("aggregation_uri") => {
                typed("aggregation_uri", decoder.text())?;
            }
            _ => return Err(StatusListError::Claim("status_list")),
        }
        Ok(())
    }

    fn complete(self) -> Result<Claims<'b>, StatusListError> {
        let missing = StatusListError::Claim;
        let issued_at = UnixTime(self.iat.ok_or(missing("iat"))?);
        let expires_at = self.exp.map(UnixTime);
        if expires_at.is_some_and(|end| end <= issued_at) {
            return Err(missing("exp"));
        }
        let ttl_s = self.ttl.map(|ttl| NonZeroU64::new(ttl).ok_or(missing("ttl"))).transpose()?;
        Ok(Claims {
            iss: self.iss,
            uri: self.sub.ok_or(missing("sub"))?,
            issued_at,
            expires_at,
            ttl_s,
            bits: self.bits.ok_or(missing("bits"))?,
            lst: self.lst.ok_or(missing("lst"))?,
        })
    }
}

/// L-03 instead of M-14 and M-17: the name of the claim says more than the place of the byte.
fn typed<T>(name: &'static str, read: Result<T, Malformed>) -> Result<T, StatusListError> {
    read.map_err(|malformed| match malformed.fault {
        Fault::WrongType | Fault::OutOfRange => StatusListError::Claim(name),
        _ => malformed.into(),
    })
}
