//! The claims of a credential as a tree that can be changed: disclosures in their places.

use super::{Envelope, RawMap, decoder};
use geleit_cose::cbor::{Decoder, Encoder, Head, Value};
use geleit_cose::key::SigningKey;
use geleit_credential::numbers::{SALT_BYTES, cbor, header};
use geleit_credential::sd_cwt::redacted_claim_hash;
use std::collections::BTreeMap;

/// A salt.
pub(super) type Salt = [u8; SALT_BYTES];

/// A credential or what a holder selected of it.
#[derive(Clone, Debug)]
pub struct Credential {
    /// Protected header.
    pub protected: RawMap,
    /// Unprotected header without `sd_claims`.
    pub unprotected: RawMap,
    /// The payload with every disclosure in its place.
    pub claims: Node,
}

/// An item of the tree.
#[derive(Clone, Debug)]
pub enum Node {
    /// Anything without redaction inside, encoded.
    Leaf(Vec<u8>),
    /// A map: plain entries by encoded key, and what stands behind `simple(59)`.
    Map(Vec<(Vec<u8>, Self)>, Vec<Hidden>),
    /// An array; a redacted element is a hidden one.
    Array(Vec<Result<Self, Hidden>>),
}

/// A redacted claim hash and what it stands for.
#[derive(Clone, Debug)]
pub enum Hidden {
    /// Not disclosed.
    Unknown([u8; 32]),
    /// `[salt]`.
    Decoy(Salt),
    /// `[salt, value]`.
    Element(Salt, Node),
    /// `[salt, value, key]`, the key encoded.
    Entry(Salt, Vec<u8>, Node),
}

impl Credential {
    /// Takes a credential apart without any check.
    #[must_use]
    pub fn open(bytes: &[u8]) -> Self {
        let Envelope { protected, mut unprotected, payload } = Envelope::open(bytes);
        let sd_claims = Value::int(header::SD_CLAIMS);
        let disclosures = unprotected.get(&sd_claims).map(read_disclosures).unwrap_or_default();
        unprotected.remove(&sd_claims);
        let payload = payload.encode();
        let claims = read_node(&mut decoder(&payload), &disclosures);
        Self { protected, unprotected, claims }
    }

    /// Signs the tree: hashes and disclosures in ascending order of the hashes.
    #[must_use]
    pub fn seal(&self, key: &SigningKey) -> Vec<u8> {
        self.seal_with(key, |_| {})
    }

    /// As [`Self::seal`], after `change` of the order or number of disclosures.
    #[must_use]
    pub fn seal_with(&self, key: &SigningKey, change: impl FnOnce(&mut Vec<Vec<u8>>)) -> Vec<u8> {
        let mut disclosures = Vec::new();
        let payload = self.claims.encode(&mut disclosures);
        disclosures.sort();
        let mut disclosures: Vec<Vec<u8>> = disclosures.into_iter().map(|(_, encoded)| encoded).collect();
        change(&mut disclosures);
        let mut envelope = Envelope {
            protected: self.protected.clone(),
            unprotected: self.unprotected.clone(),
            payload: RawMap::default(),
        };
        if !disclosures.is_empty() {
            let mut array = Encoder::new();
            array.array(disclosures.len());
            for disclosure in &disclosures {
                array.raw(disclosure);
            }
            envelope.unprotected.set_raw(&Value::int(header::SD_CLAIMS), array.into_bytes());
        }
        envelope.seal_payload(&payload, key)
    }

    /// The node at a path of text keys through plain and disclosed entries, if it is there.
    #[must_use]
    pub fn find(&mut self, path: &[&str]) -> Option<&mut Node> {
        path.iter().try_fold(&mut self.claims, |node, key| node.find(&Value::text(*key)))
    }

    /// The node at a path of text keys through plain and disclosed entries.
    #[must_use]
    pub fn at(&mut self, path: &[&str]) -> &mut Node {
        path.iter().fold(&mut self.claims, |node, key| node.member(&Value::text(*key)))
    }
}

impl Node {
    /// A leaf.
    #[must_use]
    pub fn of(value: &Value) -> Self {
        Self::Leaf(value.encode())
    }

    /// The plain entries of a map.
    #[must_use]
    pub fn plain(&mut self) -> &mut Vec<(Vec<u8>, Self)> {
        match self {
            Self::Map(plain, _) => plain,
            Self::Leaf(_) | Self::Array(_) => unreachable!("a map"),
        }
    }

    /// What stands behind `simple(59)` of a map.
    #[must_use]
    pub fn hidden(&mut self) -> &mut Vec<Hidden> {
        match self {
            Self::Map(_, hidden) => hidden,
            Self::Leaf(_) | Self::Array(_) => unreachable!("a map"),
        }
    }

    /// Sets a plain entry of a map; the entries stay in order.
    pub fn set_plain(&mut self, key: &Value, value: &Value) {
        self.remove_plain(key);
        let plain = self.plain();
        plain.push((key.encode(), Self::of(value)));
        plain.sort_by(|(a, _), (b, _)| a.cmp(b));
    }

    /// Takes a plain entry out of a map.
    pub fn remove_plain(&mut self, key: &Value) {
        let key = key.encode();
        self.plain().retain(|(one, _)| *one != key);
    }

    /// The entry under a key, plain or disclosed.
    #[must_use]
    pub fn member(&mut self, key: &Value) -> &mut Self {
        self.find(key).expect("an entry that is there")
    }

    /// The entry under a key, plain or disclosed, if this is a map that shows one.
    #[must_use]
    pub fn find(&mut self, key: &Value) -> Option<&mut Self> {
        let encoded = key.encode();
        let Self::Map(plain, hidden) = self else { return None };
        let plain = plain.iter_mut().find(|(one, _)| *one == encoded).map(|(_, node)| node);
        let mut disclosed = hidden.iter_mut().filter_map(|one| match one {
            Hidden::Entry(_, key, node) if *key == encoded => Some(node),
            _ => None,
        });
        plain.or_else(|| disclosed.next())
    }

    /// Replaces one decoy or unknown hash of a map by an entry.
    pub fn replace_decoy(&mut self, salt: Salt, key: &Value, value: &Value) {
        let decoy = |one: &&mut Hidden| matches!(one, Hidden::Decoy(_) | Hidden::Unknown(_));
        let place = self.hidden().iter_mut().find(decoy).expect("a decoy");
        *place = Hidden::Entry(salt, key.encode(), Self::of(value));
    }

    /// Writes the node and collects its disclosures with their hashes.
    fn encode(&self, disclosures: &mut Vec<([u8; 32], Vec<u8>)>) -> Vec<u8> {
        let mut out = Encoder::new();
        match self {
            Self::Leaf(encoded) => {
                out.raw(encoded);
            }
            Self::Map(plain, hidden) => {
                out.map(plain.len() + usize::from(!hidden.is_empty()));
                for (key, value) in plain {
                    out.raw(key).raw(&value.encode(disclosures));
                }
                if !hidden.is_empty() {
                    let mut hashes: Vec<_> = hidden.iter().map(|one| one.encode(disclosures)).collect();
                    hashes.sort_unstable();
                    out.simple(cbor::REDACTED_CLAIM_KEYS).array(hashes.len());
                    for hash in hashes {
                        out.bytes(&hash);
                    }
                }
            }
            Self::Array(elements) => {
                out.array(elements.len());
                for element in elements {
                    match element {
                        Ok(node) => out.raw(&node.encode(disclosures)),
                        Err(hidden) => out.tag(cbor::REDACTED_ELEMENT).bytes(&hidden.encode(disclosures)),
                    };
                }
            }
        }
        out.into_bytes()
    }
}

impl Hidden {
    /// Leaves the hash and takes the disclosure away, with everything inside it.
    pub fn forget(&mut self) {
        *self = Self::Unknown(self.encode(&mut Vec::new()));
    }

    /// The encoded disclosure, where there is one.
    #[must_use]
    pub fn disclosure(&self) -> Option<Vec<u8>> {
        let mut disclosures = Vec::new();
        let hash = self.encode(&mut disclosures);
        disclosures.into_iter().find(|(one, _)| *one == hash).map(|(_, encoded)| encoded)
    }

    /// Writes the disclosure and returns its hash.
    fn encode(&self, disclosures: &mut Vec<([u8; 32], Vec<u8>)>) -> [u8; 32] {
        let (salt, parts) = match self {
            Self::Unknown(hash) => return *hash,
            Self::Decoy(salt) => (salt, Vec::new()),
            Self::Element(salt, value) => (salt, vec![value.encode(disclosures)]),
            Self::Entry(salt, key, value) => (salt, vec![value.encode(disclosures), key.clone()]),
        };
        let mut content = Encoder::new();
        content.array(1 + parts.len()).bytes(salt);
        for part in parts {
            content.raw(&part);
        }
        let encoded = Value::bytes(content.into_bytes()).encode();
        let hash = redacted_claim_hash(&encoded);
        disclosures.push((hash, encoded));
        hash
    }
}

type Disclosures = BTreeMap<[u8; 32], Vec<u8>>;

fn read_disclosures(sd_claims: &[u8]) -> Disclosures {
    let mut decoder = decoder(sd_claims);
    let count = decoder.array().expect("an array of disclosures");
    let mut one = || {
        let start = decoder.position();
        let content = decoder.bytes().expect("a byte string");
        (redacted_claim_hash(decoder.slice(start..decoder.position())), content.to_vec())
    };
    (0..count).map(|_| one()).collect()
}

fn read_node(decoder: &mut Decoder<'_>, disclosures: &Disclosures) -> Node {
    match decoder.peek().expect("an item") {
        Head::Map(_) => read_map(decoder, disclosures),
        Head::Array(_) => read_array(decoder, disclosures),
        _ => Node::Leaf(raw(decoder)),
    }
}

fn read_map(decoder: &mut Decoder<'_>, disclosures: &Disclosures) -> Node {
    let (mut plain, mut hidden) = (Vec::new(), Vec::new());
    for _ in 0..decoder.map().expect("a map") {
        let key = raw(decoder);
        if key == Value::Simple(cbor::REDACTED_CLAIM_KEYS).encode() {
            for _ in 0..decoder.array().expect("hashes") {
                hidden.push(read_hidden(decoder, disclosures));
            }
        } else {
            plain.push((key, read_node(decoder, disclosures)));
        }
    }
    Node::Map(plain, hidden)
}

fn read_array(decoder: &mut Decoder<'_>, disclosures: &Disclosures) -> Node {
    let mut elements = Vec::new();
    for _ in 0..decoder.array().expect("an array") {
        elements.push(if decoder.peek() == Ok(Head::Tag(cbor::REDACTED_ELEMENT)) {
            decoder.tag().expect("a tag");
            Err(read_hidden(decoder, disclosures))
        } else {
            Ok(read_node(decoder, disclosures))
        });
    }
    Node::Array(elements)
}

fn read_hidden(hashes: &mut Decoder<'_>, disclosures: &Disclosures) -> Hidden {
    let hash: [u8; 32] = hashes.bytes().expect("a hash").try_into().expect("32 bytes");
    let Some(content) = disclosures.get(&hash) else { return Hidden::Unknown(hash) };
    let mut decoder = decoder(content);
    let items = decoder.array().expect("a disclosure");
    let salt: Salt = decoder.bytes().expect("a salt").try_into().expect("16 bytes");
    match items {
        1 => Hidden::Decoy(salt),
        2 => Hidden::Element(salt, read_node(&mut decoder, disclosures)),
        _ => {
            let value = read_node(&mut decoder, disclosures);
            Hidden::Entry(salt, raw(&mut decoder), value)
        }
    }
}

fn raw(decoder: &mut Decoder<'_>) -> Vec<u8> {
    let span = decoder.skip_unchecked().expect("an item");
    decoder.slice(span).to_vec()
}
