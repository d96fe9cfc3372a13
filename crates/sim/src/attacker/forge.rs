//! Forging: taking signed objects apart, breaking one part, and signing again with the right key.
//!
//! ```text
//! bytes --Envelope::open--> {protected, unprotected, payload}, each a list of encoded pairs --seal(key)--> bytes
//! bytes --Credential::open--> headers + a tree of claims with their salts               --seal(key)--> bytes
//! ```
//!
//! The library has no such tools on purpose. What is forged here is what an evil issuer, holder or
//! relying party could send. What is taken apart was built by the library: of anything else these functions panic.

#![expect(
    clippy::missing_panics_doc,
    reason = "what is taken apart was built by the library in the same run"
)]

mod tree;

pub use tree::{Credential, Hidden, Node};

use geleit_cose::cbor::{Decoder, Encoder, Encoding, Limits, Value};
use geleit_cose::key::SigningKey;
use geleit_cose::sign1::{self, NoHeaders, Sign1};
use geleit_credential::sd_cwt::redacted_claim_hash;

/// A map as encoded pairs, in any order, with any encoding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawMap {
    /// Encoded key and encoded value.
    pub entries: Vec<(Vec<u8>, Vec<u8>)>,
}

impl RawMap {
    /// Reads an encoded map with a definite length.
    #[must_use]
    pub fn open(encoded: &[u8]) -> Self {
        if encoded.is_empty() {
            return Self::default();
        }
        let mut decoder = decoder(encoded);
        let count = decoder.map().expect("a map");
        let mut item = || {
            let span = decoder.skip_unchecked().expect("an item");
            decoder.slice(span).to_vec()
        };
        Self { entries: (0..count).map(|_| (item(), item())).collect() }
    }

    /// The encoded map, entries as they stand.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Encoder::new();
        out.map(self.entries.len());
        for (key, value) in &self.entries {
            out.raw(key).raw(value);
        }
        out.into_bytes()
    }

    /// The encoded value under a key.
    #[must_use]
    pub fn get(&self, key: &Value) -> Option<&[u8]> {
        let key = key.encode();
        self.entries.iter().find(|(one, _)| *one == key).map(|(_, value)| value.as_slice())
    }

    /// Sets a value, and puts the entries in order.
    pub fn set(&mut self, key: &Value, value: &Value) {
        self.set_raw(key, value.encode());
    }

    /// Sets an encoded value, and puts the entries in order.
    pub fn set_raw(&mut self, key: &Value, value: Vec<u8>) {
        self.remove(key);
        self.entries.push((key.encode(), value));
        self.entries.sort();
    }

    /// Takes an entry out.
    pub fn remove(&mut self, key: &Value) {
        let key = key.encode();
        self.entries.retain(|(one, _)| *one != key);
    }
}

/// A `COSE_Sign1` in parts.
#[derive(Clone, Debug)]
pub struct Envelope {
    /// Covered by the signature.
    pub protected: RawMap,
    /// Not covered by it.
    pub unprotected: RawMap,
    /// The claims.
    pub payload: RawMap,
}

impl Envelope {
    /// Takes an envelope apart without any check.
    #[must_use]
    pub fn open(bytes: &[u8]) -> Self {
        let sign1 = Sign1::parse(bytes, &Limits::REGISTER, Encoding::Tolerant, &mut NoHeaders);
        let sign1 = sign1.expect("an envelope");
        Self {
            protected: RawMap::open(sign1.protected()),
            unprotected: RawMap::open(sign1.unprotected()),
            payload: RawMap::open(sign1.dangerous_unverified_payload()),
        }
    }

    /// Signs the parts.
    #[must_use]
    pub fn seal(&self, key: &SigningKey) -> Vec<u8> {
        self.seal_payload(&self.payload.encode(), key)
    }

    /// Signs the headers with another payload, which need not be a map.
    #[must_use]
    pub fn seal_payload(&self, payload: &[u8], key: &SigningKey) -> Vec<u8> {
        let (protected, unprotected) = (self.protected.encode(), self.unprotected.encode());
        sign1::seal(&protected, &unprotected, payload, &[], key, key.algorithm())
            .expect("the algorithm is that of the key")
    }

    /// The parts under a signature that need not be one.
    #[must_use]
    pub fn assemble(&self, signature: &[u8]) -> Vec<u8> {
        let (protected, payload) = (self.protected.encode(), self.payload.encode());
        let mut out = Encoder::new();
        out.tag(sign1::TAG).array(4).bytes(&protected).raw(&self.unprotected.encode());
        out.bytes(&payload).bytes(signature);
        out.into_bytes()
    }

    /// Changes the envelope and leaves the signature as it was.
    #[must_use]
    pub fn tamper(bytes: &[u8], change: impl FnOnce(&mut Self)) -> Vec<u8> {
        let mut envelope = Self::open(bytes);
        change(&mut envelope);
        envelope.assemble(&signature(bytes))
    }

    /// Changes the envelope and signs it again.
    #[must_use]
    pub fn resign(bytes: &[u8], key: &SigningKey, change: impl FnOnce(&mut Self)) -> Vec<u8> {
        let mut envelope = Self::open(bytes);
        change(&mut envelope);
        envelope.seal(key)
    }
}

/// The signature of an envelope.
#[must_use]
pub fn signature(envelope: &[u8]) -> Vec<u8> {
    let sign1 = Sign1::parse(envelope, &Limits::REGISTER, Encoding::Tolerant, &mut NoHeaders);
    sign1.expect("an envelope").signature().to_vec()
}

/// The tokens of a presentation.
#[must_use]
pub fn tokens(presentation: &[u8]) -> Vec<Vec<u8>> {
    let mut decoder = decoder(presentation);
    let count = decoder.array().expect("an array of tokens");
    let mut token = || {
        let span = decoder.skip_unchecked().expect("a token");
        decoder.slice(span).to_vec()
    };
    (0..count).map(|_| token()).collect()
}

/// A presentation of tokens.
#[must_use]
pub fn presentation(tokens: &[Vec<u8>]) -> Vec<u8> {
    let mut out = Encoder::new();
    out.array(tokens.len());
    for token in tokens {
        out.raw(token);
    }
    out.into_bytes()
}

/// The credential inside a key-binding token.
#[must_use]
pub fn credential_of(token: &[u8]) -> Vec<u8> {
    let kcwt = Value::int(geleit_credential::numbers::header::KCWT);
    Envelope::open(token).protected.get(&kcwt).expect("a key-binding token").to_vec()
}

/// The disclosures of a credential, each encoded with its head.
#[must_use]
pub fn disclosures(credential: &[u8]) -> Vec<Vec<u8>> {
    let envelope = Envelope::open(credential);
    let sd_claims = Value::int(geleit_credential::numbers::header::SD_CLAIMS);
    let Some(list) = envelope.unprotected.get(&sd_claims) else { return Vec::new() };
    let Ok(Value::Array(all)) = Value::decode(list, &Limits::REGISTER, Encoding::Tolerant) else {
        unreachable!("a list of disclosures")
    };
    all.iter().map(Value::encode).collect()
}

/// The credential with other disclosures, in ascending order of their hashes, under the issuer's signature as it was.
#[must_use]
pub fn with_disclosures(credential: &[u8], mut disclosures: Vec<Vec<u8>>) -> Vec<u8> {
    sort_disclosures(&mut disclosures);
    let mut array = Encoder::new();
    array.array(disclosures.len());
    for disclosure in &disclosures {
        array.raw(disclosure);
    }
    Envelope::tamper(credential, |envelope| {
        let label = Value::int(geleit_credential::numbers::header::SD_CLAIMS);
        envelope.unprotected.set_raw(&label, array.into_bytes());
    })
}

/// Puts disclosures in ascending order of their hashes.
pub fn sort_disclosures(disclosures: &mut [Vec<u8>]) {
    disclosures.sort_by_cached_key(|disclosure| redacted_claim_hash(disclosure));
}

/// The key-binding token around another credential, signed again.
#[must_use]
pub fn rebind(token: &[u8], credential: Vec<u8>, key: &SigningKey) -> Vec<u8> {
    Envelope::resign(token, key, |envelope| {
        envelope.protected.set_raw(&Value::int(geleit_credential::numbers::header::KCWT), credential);
    })
}

/// One bit of the last byte flipped: in every envelope that is the signature.
#[must_use]
pub fn with_broken_signature(mut bytes: Vec<u8>) -> Vec<u8> {
    if let Some(last) = bytes.last_mut() {
        *last ^= 1;
    }
    bytes
}

/// A reader without limits.
#[must_use]
pub fn decoder(input: &[u8]) -> Decoder<'_> {
    Decoder::new(input, &unbounded(), Encoding::Tolerant).expect("no limit on bytes")
}

const fn unbounded() -> Limits {
    Limits {
        max_bytes: usize::MAX,
        max_items: u32::MAX,
        max_depth: Limits::MAX_DEPTH,
        max_unsorted_entries: u16::MAX,
        max_disclosures: u32::MAX,
    }
}
