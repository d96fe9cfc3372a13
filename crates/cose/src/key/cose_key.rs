//! `COSE_Key` (RFC 9052 section 7, RFC 9053 section 7) for public keys.
//!
//! ```text
//! OKP:  {1: 1, -1: 6, -2: x}            Ed25519, 40 bytes in deterministic form
//! EC2:  {1: 2, -1: 1, -2: x, -3: y}     P-256
//! ```
//!
//! Rules: K-01 to K-07.

use super::{KeyError, PublicKey};
use crate::algorithm::Algorithm;
use crate::cbor::{Decoder, Encoder, Head, Key, WellFormed};
use crate::{ed25519, p256};

/// RFC 9052 table 4.
mod label {
    pub(super) const KTY: i64 = 1;
    pub(super) const ALG: i64 = 3;
    pub(super) const KEY_OPS: i64 = 4;
    /// RFC 9053 tables 19 and 20.
    pub(super) const CRV: i64 = -1;
    pub(super) const X: i64 = -2;
    pub(super) const Y: i64 = -3;
    pub(super) const D: i64 = -4;
}

/// RFC 9053 table 17.
const KTY_OKP: i64 = 1;
const KTY_EC2: i64 = 2;
/// RFC 9053 table 18.
const CRV_P256: i64 = 1;
const CRV_ED25519: i64 = 6;
/// RFC 9052 table 5.
const KEY_OP_VERIFY: i64 = 2;

/// What stands in the map, before the members are seen together.
#[derive(Default)]
struct Members<'b> {
    kty: Option<i64>,
    alg: Option<Algorithm>,
    may_verify: Option<bool>,
    crv: Option<i64>,
    x: Option<&'b [u8]>,
    y: Option<Y<'b>>,
    private: bool,
}

enum Y<'b> {
    Coordinate(&'b [u8]),
    Sign,
}

pub(super) fn read(decoder: &mut Decoder<'_>) -> Result<PublicKey, KeyError> {
    let mut members = Members::default();
    decoder.map_entries(|decoder, key| members.read_entry(decoder, &key))?;
    members.into_key()
}

impl<'b> Members<'b> {
    fn read_entry(&mut self, decoder: &mut Decoder<'b>, key: &Key<'b>) -> Result<(), KeyError> {
        if *key == Key::int(label::KTY) {
            self.kty = Some(decoder.int()?);
        } else if *key == Key::int(label::ALG) {
            self.alg = Some(Algorithm::from_id(decoder.int()?));
        } else if *key == Key::int(label::KEY_OPS) {
            self.may_verify = Some(read_may_verify(decoder)?);
        } else if *key == Key::int(label::CRV) {
            self.crv = Some(decoder.int()?);
        } else if *key == Key::int(label::X) {
            self.x = Some(decoder.bytes()?);
        } else if *key == Key::int(label::Y) {
            self.y = Some(Y::read(decoder)?);
        } else {
            self.private |= *key == Key::int(label::D);
            decoder.check(&WellFormed)?;
        }
        Ok(())
    }

    /// A private key is named first: whoever sent it has to know, whatever else is wrong with it.
    fn into_key(self) -> Result<PublicKey, KeyError> {
        if self.private {
            return Err(KeyError::Private);
        }
        let key = match self.kty.ok_or(KeyError::Missing { member: "kty" })? {
            KTY_OKP => {
                self.require_curve(CRV_ED25519)?;
                PublicKey::Ed25519(ed25519::PublicKey::from_bytes(self.x()?)?)
            }
            KTY_EC2 => {
                self.require_curve(CRV_P256)?;
                PublicKey::P256(p256::PublicKey::from_coordinates(self.x()?, self.y()?)?)
            }
            found => return Err(KeyError::KeyType { found }),
        };
        if let Some(found) = self.alg {
            key.require(found)?;
        }
        if self.may_verify == Some(false) {
            return Err(KeyError::Operations);
        }
        Ok(key)
    }

    fn require_curve(&self, required: i64) -> Result<(), KeyError> {
        match self.crv.ok_or(KeyError::Missing { member: "crv" })? {
            found if found == required => Ok(()),
            found => Err(KeyError::Curve { found, required }),
        }
    }

    fn x(&self) -> Result<&'b [u8; 32], KeyError> {
        coordinate("x", self.x.ok_or(KeyError::Missing { member: "x" })?)
    }

    fn y(&self) -> Result<&'b [u8; 32], KeyError> {
        match self.y.as_ref().ok_or(KeyError::Missing { member: "y" })? {
            Y::Coordinate(bytes) => coordinate("y", bytes),
            Y::Sign => Err(KeyError::Compressed),
        }
    }
}

impl<'b> Y<'b> {
    fn read(decoder: &mut Decoder<'b>) -> Result<Self, KeyError> {
        if let Head::Bool(_) = decoder.peek()? {
            decoder.bool()?;
            return Ok(Self::Sign);
        }
        Ok(Self::Coordinate(decoder.bytes()?))
    }
}

/// RFC 9053 sections 2.1 and 2.2: `key_ops`, if present, includes `verify`. Operations may be text.
fn read_may_verify(decoder: &mut Decoder<'_>) -> Result<bool, KeyError> {
    let mut found = false;
    decoder.array_elements::<KeyError>(|decoder| {
        if let Head::Text(_) = decoder.peek()? {
            decoder.text()?;
        } else {
            found |= decoder.int()? == KEY_OP_VERIFY;
        }
        Ok(())
    })?;
    Ok(found)
}

fn coordinate<'b>(member: &'static str, bytes: &'b [u8]) -> Result<&'b [u8; 32], KeyError> {
    bytes.try_into().map_err(|_| KeyError::Length { member, found: bytes.len() })
}

/// `{1: 1, -1: 6, -2: bytes .size 32}` up to the bytes of the key.
const ED25519_START: [u8; 8] = [0xa3, 0x01, 0x01, 0x20, 0x06, 0x21, 0x58, 0x20];

/// Whether `encoded` is what [`write`] writes.
pub(super) fn is_written_as(key: &PublicKey, encoded: &[u8]) -> bool {
    match key {
        PublicKey::Ed25519(key) => encoded.strip_prefix(&ED25519_START).is_some_and(|x| x == key.as_bytes()),
        PublicKey::P256(_) => key.to_cose_key() == encoded,
    }
}

/// Only the required members, in deterministic order: what RFC 9679 section 4 hashes.
pub(super) fn write(key: &PublicKey, encoder: &mut Encoder) {
    match key {
        PublicKey::Ed25519(key) => {
            encoder.map(3).int(label::KTY).int(KTY_OKP).int(label::CRV).int(CRV_ED25519);
            encoder.int(label::X).bytes32(key.as_bytes());
        }
        PublicKey::P256(key) => {
            encoder.map(4).int(label::KTY).int(KTY_EC2).int(label::CRV).int(CRV_P256);
            encoder.int(label::X).bytes32(key.x()).int(label::Y).bytes32(key.y());
        }
    }
}
