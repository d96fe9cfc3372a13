//! The issuer's workshop: salts from one draw of randomness, disclosures and their hashes.

use super::disclosure::redacted_claim_hash;
use crate::numbers::{HASH_BYTES, SALT_BYTES};
use core::fmt;
use geleit_cose::cbor::Encoder;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

/// The hash that stands in the payload for a disclosure.
pub(crate) type Hash = [u8; HASH_BYTES];

/// Salts of one credential, drawn at once. They are independent: each is its own part of the draw.
pub(crate) struct Salts {
    bytes: Zeroizing<Vec<u8>>,
    used: usize,
}

impl fmt::Debug for Salts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salts")
    }
}

impl Salts {
    /// Draws `count` salts of 16 bytes with one call of the generator.
    pub(crate) fn draw(count: usize, rng: &mut impl CryptoRng) -> Self {
        let mut bytes = Zeroizing::new(vec![0; count * SALT_BYTES]);
        rng.fill_bytes(&mut bytes);
        Self { bytes, used: 0 }
    }

    /// The next salt. The caller counted before drawing, so there is always one.
    pub(crate) fn take(&mut self) -> [u8; SALT_BYTES] {
        let salt = self.bytes.get(self.used..).and_then(|rest| rest.first_chunk::<SALT_BYTES>());
        self.used += SALT_BYTES;
        *salt.expect("the number of salts was counted before they were drawn")
    }
}

/// Collects disclosures while claims are written.
#[derive(Default)]
pub(crate) struct Redactor {
    disclosures: Vec<(Hash, Vec<u8>)>,
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Redactor({} disclosures)", self.disclosures.len())
    }
}

impl Redactor {
    /// Room for `count` disclosures.
    pub(crate) fn with_capacity(count: usize) -> Self {
        Self { disclosures: Vec::with_capacity(count) }
    }

    /// `[salt, value, key]`; `value` and `key` are encoded.
    pub(crate) fn entry(&mut self, salt: &[u8; SALT_BYTES], key: &[u8], value: &[u8]) -> Hash {
        self.disclosure(salt, &[value, key])
    }

    /// `[salt, value]`; `value` is encoded.
    pub(crate) fn element(&mut self, salt: &[u8; SALT_BYTES], value: &[u8]) -> Hash {
        self.disclosure(salt, &[value])
    }

    /// `[salt]`.
    pub(crate) fn decoy(&mut self, salt: &[u8; SALT_BYTES]) -> Hash {
        self.disclosure(salt, &[])
    }

    fn disclosure(&mut self, salt: &[u8; SALT_BYTES], parts: &[&[u8]]) -> Hash {
        let content = 2 + SALT_BYTES + parts.iter().map(|part| part.len()).sum::<usize>();
        let mut encoded = Encoder::with_capacity(content + 5);
        encoded.bytes_head(content).array(1 + parts.len()).bytes(salt);
        for part in parts {
            encoded.raw(part);
        }
        let hash = redacted_claim_hash(encoded.as_bytes());
        self.disclosures.push((hash, encoded.into_bytes()));
        hash
    }

    /// The unprotected header: `{17: [disclosures in the order of their hashes]}`, so that the order
    /// tells nothing; the empty map when there are none (draft section 6.1).
    pub(crate) fn into_unprotected(mut self) -> Vec<u8> {
        self.disclosures.sort_unstable_by_key(|(hash, _)| *hash);
        write_unprotected(self.disclosures.iter().map(|(_, encoded)| encoded.as_slice()))
    }
}

/// `{17: [...]}` or `{}`.
pub(super) fn write_unprotected<'a>(disclosures: impl ExactSizeIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut out = Encoder::new();
    if disclosures.len() == 0 {
        out.map(0);
        return out.into_bytes();
    }
    out.map(1).int(crate::numbers::header::SD_CLAIMS).array(disclosures.len());
    for encoded in disclosures {
        out.raw(encoded);
    }
    out.into_bytes()
}

/// Writes `simple(59): [hashes]`, sorted, as the last entry of a map.
pub(crate) fn write_redacted_keys(out: &mut Encoder, hashes: &mut [Hash]) {
    hashes.sort_unstable();
    out.simple(crate::numbers::cbor::REDACTED_CLAIM_KEYS).array(hashes.len());
    for hash in hashes {
        out.bytes(hash);
    }
}
