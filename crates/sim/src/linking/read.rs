//! What can be read from a presentation by anybody: the traces that a linking program compares.
//!
//! ```text
//! [ 18([protected {13: 18([protected, {17: [disclosures]}, payload, signature]), ..}, {}, payload, signature]), .. ]
//!                                             salts, values  |  |        | issuer's signature
//!                                                               key, place, times, hashes
//! ```
//!
//! No signature is checked, and nothing is refused that a verifier would refuse.

use super::Handle;
use geleit_cose::cbor::{Encoding, Limits, Malformed, Value};
use geleit_credential::numbers::{HASH_BYTES, SALT_BYTES, cbor, claim, confirmation, header};
use geleit_credential::schema::{Claim, CredentialType, Group};
use geleit_credential::sd_cwt::redacted_claim_hash;
use geleit_credential::time::UnixTime;
use std::collections::{BTreeMap, BTreeSet};

/// Bytes from which nothing was learned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// They are not CBOR.
    #[error("{0}")]
    Malformed(#[from] Malformed),
    /// They are not what was looked for.
    #[error("{0} is required")]
    Not(&'static str),
}

/// Claims whose values belong to one person, or nearly so. Others, such as "may work" or a country, narrow down and are
/// no handle of their own.
pub(super) const PERSONAL: &[&str] = &[
    "id.family_name",
    "id.given_name",
    "id.name_native",
    "id.name_latin1",
    "id.birth_family_name",
    "id.birth_date",
    "id.portrait.view",
    "id.address.formatted",
    "id.address.street_address",
    "doc.number",
    "id.personal_administrative_number",
    "id.tax_id",
    "id.parents_given_names",
    "id.guardian",
    "res.document_number",
    "res.previous_title_credential_hash",
    "res.uk.linked_documents.number",
    "qual.case_number",
    "qual.foreign.transcript",
];

/// What a presentation or credential gives away.
#[derive(Debug, Default)]
pub(super) struct Trace {
    signatures: BTreeSet<Vec<u8>>,
    keys: BTreeSet<Vec<u8>>,
    salts: BTreeSet<Vec<u8>>,
    digests: BTreeSet<Vec<u8>>,
    entries: BTreeSet<(String, u64)>,
    times: BTreeSet<i64>,
    subjects: BTreeSet<Vec<u8>>,
    claims: BTreeSet<(&'static str, Vec<u8>)>,
}

impl Trace {
    pub(super) fn of_presentation(bytes: &[u8]) -> Result<Self, Unreadable> {
        let Value::Array(tokens) = decode(bytes)? else {
            return Err(Unreadable::Not("an array of tokens"));
        };
        let mut trace = Self::default();
        for token in &tokens {
            let [protected, ..] = envelope(token)?;
            let protected = decode(bytes_of(protected)?)?;
            let credential = protected.get_int(header::KCWT);
            trace.credential(credential.ok_or(Unreadable::Not("a credential inside the token"))?)?;
        }
        Ok(trace)
    }

    pub(super) fn of_credential(bytes: &[u8]) -> Result<Self, Unreadable> {
        let mut trace = Self::default();
        trace.credential(&decode(bytes)?)?;
        Ok(trace)
    }

    /// The names of what both have, in the order of [`Handle::ALL`].
    pub(super) fn in_common(&self, other: &Self) -> Vec<Handle> {
        let has = |handle: &Handle| match handle {
            Handle::IssuerSignature => meet(&self.signatures, &other.signatures),
            Handle::HolderKey => meet(&self.keys, &other.keys),
            Handle::Salts => meet(&self.salts, &other.salts),
            Handle::Digests => meet(&self.digests, &other.digests),
            Handle::StatusEntry => meet(&self.entries, &other.entries),
            Handle::Times => meet(&self.times, &other.times),
            Handle::Subject => meet(&self.subjects, &other.subjects),
            Handle::Claims => meet(&self.claims, &other.claims),
        };
        Handle::ALL.into_iter().filter(has).collect()
    }

    /// Addresses of status lists, each once.
    pub(super) fn lists(&self) -> Vec<String> {
        let lists: BTreeSet<&String> = self.entries.iter().map(|(uri, _)| uri).collect();
        lists.into_iter().cloned().collect()
    }

    fn credential(&mut self, credential: &Value) -> Result<(), Unreadable> {
        let [_, unprotected, payload, signature] = envelope(credential)?;
        let payload = decode(bytes_of(payload)?)?;
        self.signatures.insert(bytes_of(signature)?.to_vec());
        if let Some(key) = payload.get_int(claim::CNF).and_then(|cnf| cnf.get_int(confirmation::COSE_KEY)) {
            self.keys.insert(key.encode());
        }
        self.entries.extend(status_entry(&payload));
        let times = [claim::IAT, claim::EXP, claim::NBF].into_iter();
        let times = times.filter_map(|label| payload.get_int(label)?.as_int());
        self.times.extend(times.filter(|time| UnixTime(*time).rounded_down(HOUR_S).0 != *time));
        let disclosures = self.disclosures(unprotected)?;
        let vct = payload.get_int(claim::VCT).and_then(Value::as_text).unwrap_or_default();
        let opened = Opened { disclosures, credential_type: CredentialType::by_vct(vct) };
        self.top(&payload, &opened);
        Ok(())
    }

    /// The disclosures by the hash that stands for each.
    fn disclosures(&mut self, unprotected: &Value) -> Result<BTreeMap<Vec<u8>, Vec<Value>>, Unreadable> {
        let mut by_hash = BTreeMap::new();
        let Some(Value::Array(all)) = unprotected.get_int(header::SD_CLAIMS) else { return Ok(by_hash) };
        for one in all {
            let Value::Array(parts) = decode(bytes_of(one)?)? else {
                return Err(Unreadable::Not("an array as disclosure"));
            };
            let salt = parts.first().and_then(Value::as_bytes).filter(|salt| salt.len() == SALT_BYTES);
            self.salts.insert(salt.ok_or(Unreadable::Not("a salt of 16 bytes"))?.to_vec());
            by_hash.insert(redacted_claim_hash(&one.encode()).to_vec(), parts);
        }
        Ok(by_hash)
    }

    /// `sub` and the groups.
    fn top(&mut self, payload: &Value, opened: &Opened) {
        if let Some(subject) = payload.get_int(claim::SUB) {
            self.subjects.insert(subject.encode());
        }
        for (key, value) in self.entries_of(payload, opened) {
            if key.as_int() == Some(claim::SUB) {
                self.subjects.insert(value.encode());
            }
            self.group(opened.group(&key), &value, opened);
        }
    }

    fn group(&mut self, group: Option<&'static Group>, value: &Value, opened: &Opened) {
        for (key, value) in self.entries_of(value, opened) {
            let member = group.and_then(|group| named(group.members, &key));
            self.claim(member, &value, opened);
        }
    }

    fn claim(&mut self, claim: Option<&'static Claim>, value: &Value, opened: &Opened) {
        let records = claim.map(Claim::record).unwrap_or_default();
        for element in self.elements_of(value, opened) {
            for (key, value) in self.entries_of(&element, opened) {
                self.value(named(records, &key), &value);
            }
        }
        self.value(claim, value);
    }

    fn value(&mut self, claim: Option<&'static Claim>, value: &Value) {
        if let Some(claim) = claim.filter(|claim| PERSONAL.contains(&claim.id)) {
            self.claims.insert((claim.id, value.encode()));
        }
    }

    /// What was opened of a map with redacted keys; its hashes are noted on the way.
    fn entries_of(&mut self, map: &Value, opened: &Opened) -> Vec<(Value, Value)> {
        let Value::Map(entries) = map else { return Vec::new() };
        let redacted = entries.iter().find(|(key, _)| *key == Value::Simple(cbor::REDACTED_CLAIM_KEYS));
        let Some((_, Value::Array(hashes))) = redacted else { return Vec::new() };
        let hashes: Vec<&[u8]> = hashes.iter().filter_map(Value::as_bytes).collect();
        self.note(&hashes);
        let pairs = hashes.into_iter().filter_map(|hash| match opened.disclosures.get(hash)?.as_slice() {
            [_, value, key] => Some((key.clone(), value.clone())),
            _ => None,
        });
        pairs.collect()
    }

    /// The same for the elements of a list.
    fn elements_of(&mut self, list: &Value, opened: &Opened) -> Vec<Value> {
        let Value::Array(elements) = list else { return Vec::new() };
        let hash = |element| match element {
            &Value::Tag(cbor::REDACTED_ELEMENT, ref hash) => hash.as_bytes(),
            _ => None,
        };
        let hashes: Vec<&[u8]> = elements.iter().filter_map(hash).collect();
        self.note(&hashes);
        let values = hashes.into_iter().filter_map(|hash| match opened.disclosures.get(hash)?.as_slice() {
            [_, value] => Some(value.clone()),
            _ => None,
        });
        values.collect()
    }

    fn note(&mut self, hashes: &[&[u8]]) {
        let whole = hashes.iter().filter(|hash| hash.len() == HASH_BYTES);
        self.digests.extend(whole.map(|hash| hash.to_vec()));
    }
}

/// The disclosures of one credential, and its type if it is one of ours.
struct Opened {
    disclosures: BTreeMap<Vec<u8>, Vec<Value>>,
    credential_type: Option<&'static CredentialType>,
}

impl Opened {
    fn group(&self, key: &Value) -> Option<&'static Group> {
        let groups = self.credential_type?.groups.iter();
        groups.into_iter().find(|group| key.as_text() == Some(group.key))
    }
}

const HOUR_S: i64 = 3_600;

fn named(claims: &'static [Claim], key: &Value) -> Option<&'static Claim> {
    claims.iter().find(|claim| key.as_text() == Some(claim.key))
}

fn meet<T: Ord>(a: &BTreeSet<T>, b: &BTreeSet<T>) -> bool {
    !a.is_disjoint(b)
}

fn status_entry(payload: &Value) -> Option<(String, u64)> {
    let entry = payload.get_int(claim::STATUS)?.get("status_list")?;
    match (entry.get("uri")?.as_text()?, entry.get("idx")?) {
        (uri, &Value::Uint(index)) => Some((uri.to_owned(), index)),
        _ => None,
    }
}

/// The four parts of a `COSE_Sign1`.
pub(super) fn envelope(value: &Value) -> Result<[&Value; 4], Unreadable> {
    const NOT: Unreadable = Unreadable::Not("a tagged array of four parts");
    let Value::Tag(geleit_cose::sign1::TAG, parts) = value else { return Err(NOT) };
    let Value::Array(parts) = &**parts else { return Err(NOT) };
    match parts.as_slice() {
        [protected, unprotected, payload, signature] => Ok([protected, unprotected, payload, signature]),
        _ => Err(NOT),
    }
}

pub(super) fn decode(bytes: &[u8]) -> Result<Value, Unreadable> {
    Ok(Value::decode(bytes, &Limits::REGISTER, Encoding::Tolerant)?)
}

pub(super) fn bytes_of(value: &Value) -> Result<&[u8], Unreadable> {
    value.as_bytes().ok_or(Unreadable::Not("a byte string"))
}

#[cfg(test)]
mod tests {
    use super::{PERSONAL, Trace, Unreadable};
    use geleit_credential::schema::{Lookup, lookup};

    #[test]
    fn personal_claims_exist() {
        for id in PERSONAL {
            assert!(matches!(lookup(id), Lookup::Claim { .. }), "{id}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_not_compared() {
        for (bytes, error) in [
            (&[0x80, 0x00][..], "M-02 bytes follow the last item: byte 1"),
            (&[0xa0], "an array of tokens is required"),
            (&[0x81, 0x00], "a tagged array of four parts is required"),
            (&[0x81, 0xd2, 0x84, 0x41, 0xa0, 0xa0, 0x40, 0x40], "a credential inside the token is required"),
        ] {
            let found = Trace::of_presentation(bytes).unwrap_err();
            assert_eq!(found.to_string(), error);
        }
        assert!(matches!(Trace::of_credential(&[]), Err(Unreadable::Malformed(_))));
    }
}
