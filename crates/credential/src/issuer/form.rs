//! The redacted claims of one holder, encoded once and filled in for each copy.
//!
//! ```text
//! ClaimSet --of--> disclosures with salts and hashes left open, and the steps that fill them in
//!                      |  ^
//!                      +--+ fill_in: salt, hash; hashes of a map, sorted, into its disclosure; salt, hash; ...
//! ```
//!
//! Claims fix the length of everything, so that every salt and hash has its place before the first salt is
//! drawn. The disclosure of the subject stands behind the others: each copy may have a subject of its own.

use crate::numbers::{HASH_BYTES, SALT_BYTES, cbor, claim};
use crate::schema::{Claim, ClaimError, ClaimSet, ClaimValue, CredentialType, Group, Members};
use crate::sd_cwt::{Disclosures, Salts};
use crate::threshold::{Chain, LINK_BYTES};
use geleit_cose::cbor::{Encoder, Value};

/// Bytes of a hash among the redacted claim keys of a map: head and hash.
pub(super) const HASH_BYTES_IN_MAP: usize = 34;
/// Bytes of a redacted element of an array: tag, head and hash.
const HASH_BYTES_IN_ARRAY: usize = 36;

/// A credential of one holder but for what differs between copies.
pub(super) struct Form {
    credential_type: &'static CredentialType,
    disclosures: Disclosures,
    /// Bytes of the disclosures without that of the subject.
    length: usize,
    steps: Vec<Step>,
    /// Disclosures of one copy so far, that of the subject included.
    count: usize,
}

/// What is left to do for a copy, children before their parents. Places are offsets in the buffer.
enum Step {
    /// The next salt goes to `salt`, and what stands at `at` is hashed.
    Disclose { at: usize, length: usize, salt: usize },
    /// The hashes since number `from` that have no place go to `at`, one every `stride` bytes.
    Hashes { from: usize, at: usize, stride: usize },
    /// The commitment to `value` goes to `at`. Its seed comes from the salt before: the companion's.
    Commit { at: usize, chain: Chain<'static>, value: u8 },
}

impl Form {
    /// Checks and encodes claims. `subject` is the length of the longest subject in bytes.
    pub(super) fn of(claims: &ClaimSet, subject: usize) -> Result<Self, ClaimError> {
        claims.check()?;
        let size = Size::of(claims);
        let mut form = Self {
            credential_type: claims.credential_type(),
            disclosures: Disclosures::with_capacity(size.count, size.bytes + subject),
            length: 0,
            steps: Vec::with_capacity(size.steps),
            count: 1,
        };
        for (group, members) in claims.by_group() {
            if members.are_absent() {
                form.decoy();
            } else {
                form.group(group, members);
            }
        }
        form.length = form.out().len();
        Ok(form)
    }

    pub(super) const fn credential_type(&self) -> &'static CredentialType {
        self.credential_type
    }

    /// Fills in everything for one copy. What is left without a place are the hashes of the payload.
    pub(super) fn fill_in(&mut self, subject: &str, salts: &mut Salts) -> &mut Disclosures {
        let disclosures = &mut self.disclosures;
        disclosures.restart(self.length);
        let mut salt = salts.take();
        disclosures.disclose_with(&salt, 3, text_bytes(subject) + 1, |out| {
            out.text(subject).int(claim::SUB);
        });
        for step in &self.steps {
            match step {
                Step::Disclose { at, length, salt: place } => {
                    salt = salts.take();
                    disclosures.fill(*place, &salt);
                    disclosures.enter(*at, *length);
                }
                Step::Hashes { from, at, stride } => disclosures.place_at(*from, *at, *stride),
                Step::Commit { at, chain, value } => {
                    disclosures.fill(*at, &chain.commitment(&salt, *value));
                }
            }
        }
        disclosures
    }

    fn group(&mut self, group: &Group, members: Members<'_>) {
        let from = self.count;
        for (claim, value) in members {
            self.member(claim, value);
        }
        self.redacted_map(Some(group.key), from, group.digest_count());
    }

    fn member(&mut self, claim: &'static Claim, value: Option<&ClaimValue>) {
        if let Some(domain) = claim.domain() {
            // The companion comes with every threshold claim, whether the holder has it or not.
            self.decoy();
            return match value {
                Some(ClaimValue::Threshold(value)) => self.threshold(claim, (*value).min(domain.max)),
                Some(ClaimValue::Plain(_)) | None => self.decoy(),
            };
        }
        match (value, claim.slots()) {
            (Some(ClaimValue::Plain(Value::Array(elements))), Some(slots)) => {
                self.list(claim, elements, usize::from(slots));
            }
            (Some(ClaimValue::Plain(value)), _) => self.value(Some(claim.key), value),
            (Some(ClaimValue::Threshold(_)) | None, _) => self.decoy(),
        }
    }

    fn threshold(&mut self, claim: &'static Claim, value: u8) {
        self.disclose(Some(claim.key), 2 + LINK_BYTES, |form| {
            let at = form.out().bytes(&[0; LINK_BYTES]).len() - LINK_BYTES;
            form.steps.push(Step::Commit { at, chain: Chain::of(claim.id), value });
        });
    }

    fn list(&mut self, claim: &'static Claim, elements: &[Value], slots: usize) {
        let from = self.count;
        for element in elements {
            match claim.record() {
                [] => self.value(None, element),
                members => self.record(members, element),
            }
        }
        for _ in elements.len()..slots {
            self.decoy();
        }
        let length = array_head(slots) + HASH_BYTES_IN_ARRAY * slots;
        self.disclose(Some(claim.key), length, |form| {
            form.out().array(slots);
            let at = form.out().len() + HASH_BYTES_IN_ARRAY - HASH_BYTES;
            for _ in 0..slots {
                form.out().tag(cbor::REDACTED_ELEMENT).bytes32(&[0; HASH_BYTES]);
            }
            form.steps.push(Step::Hashes { from, at, stride: HASH_BYTES_IN_ARRAY });
        });
    }

    fn record(&mut self, members: &[Claim], element: &Value) {
        let from = self.count;
        for member in members {
            match element.get(member.key) {
                Some(value) => self.value(Some(member.key), value),
                None => self.decoy(),
            }
        }
        self.redacted_map(None, from, members.len());
    }

    /// `{simple(59): [hashes]}`.
    fn redacted_map(&mut self, key: Option<&str>, from: usize, hashes: usize) {
        let length = 1 + 2 + array_head(hashes) + HASH_BYTES_IN_MAP * hashes;
        self.disclose(key, length, |form| {
            form.out().map(1).simple(cbor::REDACTED_CLAIM_KEYS).array(hashes);
            let at = form.out().len() + HASH_BYTES_IN_MAP - HASH_BYTES;
            for _ in 0..hashes {
                form.out().bytes32(&[0; HASH_BYTES]);
            }
            form.steps.push(Step::Hashes { from, at, stride: HASH_BYTES_IN_MAP });
        });
    }

    fn value(&mut self, key: Option<&str>, value: &Value) {
        self.disclose(key, value.encoded_len(), |form| value.write(form.out()));
    }

    fn decoy(&mut self) {
        self.disclosure(1, 0, |_| ());
    }

    /// `[salt, value, key]`, or `[salt, value]` for an element; `write` appends a value of `length` bytes.
    fn disclose(&mut self, key: Option<&str>, length: usize, write: impl FnOnce(&mut Self)) {
        let Some(key) = key else { return self.disclosure(2, length, write) };
        self.disclosure(3, length + text_bytes(key), |form| {
            write(form);
            form.out().text(key);
        });
    }

    fn disclosure(&mut self, items: u8, content: usize, write: impl FnOnce(&mut Self)) {
        let at = self.out().len();
        let start = self.disclosures.open(&[0; SALT_BYTES], items, content).len();
        write(self);
        debug_assert_eq!(self.out().len() - start, content, "a head of another length");
        let salt = start - SALT_BYTES;
        let length = self.out().len() - at;
        self.steps.push(Step::Disclose { at, length, salt });
        self.count += 1;
    }

    const fn out(&mut self) -> &mut Encoder {
        self.disclosures.encoded()
    }
}

/// How much memory a form takes: disclosures and steps exactly, bytes at most.
struct Size {
    count: usize,
    steps: usize,
    bytes: usize,
}

impl Size {
    fn of(claims: &ClaimSet) -> Self {
        // The subject, without its text.
        let mut size = Self { count: 1, steps: 0, bytes: 9 };
        for (group, members) in claims.by_group() {
            size.count += 1;
            size.bytes += group.key.len();
            if members.are_absent() {
                continue;
            }
            size.count += group.digest_count();
            size.steps += 1;
            for (claim, value) in members {
                size.member(claim, value);
            }
        }
        // One for each disclosure but the subject's.
        size.steps += size.count - 1;
        // A disclosure, its hash where it belongs, the head of its key and that of its hashes.
        size.bytes += size.count * (Disclosures::FRAME_BYTES + HASH_BYTES_IN_ARRAY + 2 + 6);
        size
    }

    fn member(&mut self, claim: &Claim, value: Option<&ClaimValue>) {
        self.bytes += claim.key.len();
        match value {
            Some(ClaimValue::Plain(value)) => {
                self.bytes += value.encoded_len();
                if let (Value::Array(elements), Some(slots)) = (value, claim.slots()) {
                    let records = if claim.record().is_empty() { 0 } else { elements.len() };
                    self.count += usize::from(slots) + elements.len() * claim.record().len();
                    self.steps += 1 + records;
                }
            }
            Some(ClaimValue::Threshold(_)) => {
                self.bytes += LINK_BYTES;
                self.steps += 1;
            }
            None => {}
        }
    }
}

/// Bytes of a text with its head, below 64 KiB.
const fn text_bytes(text: &str) -> usize {
    let head = match text.len() {
        0..=23 => 1,
        24..=0xff => 2,
        _ => 3,
    };
    head + text.len()
}

/// Bytes of the head of an array of at most 255 elements.
const fn array_head(elements: usize) -> usize {
    if elements <= 23 { 1 } else { 2 }
}
