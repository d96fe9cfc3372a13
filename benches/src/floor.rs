//! The cryptography of each operation, bare: what no implementation of the format can leave out.
//!
//! ```text
//! issue     1 draw of all salts, N digests, the threshold chains, 1 signature
//! accept    1 strict verification, the holder's key decompressed, N digests, the threshold chains
//! permit    2 strict verifications, the request key decompressed, 1 digest of the request
//! present   1 signature per credential, and the part of a threshold chain that the holder walks
//! verify    per credential: 2 strict verifications, the holder's key decompressed, the digests of what
//!           is shown, and the part of a threshold chain that the verifier walks
//! ```
//!
//! The inputs are taken from what the library made, so that lengths are the same to the byte. The bytes
//! to be signed are joined beforehand, at no cost.

use crate::{Scenario, Tree, shown};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use geleit_cose::cbor::{Decoder, Encoder, Encoding, Limits};
use geleit_cose::key::PublicKey;
use geleit_cose::sign1::{NoHeaders, Sign1};
use geleit_credential::presentation::Presentation;
use geleit_credential::schema::ClaimSet;
use geleit_credential::scope::ScopeEntry;
use geleit_credential::sd_cwt::{KeyBoundToken, SdCwt};
use sha2::{Digest, Sha256};
use std::hint::black_box;

/// One signature over bytes.
#[derive(Debug)]
struct Signed {
    message: Vec<u8>,
    signature: Signature,
    key: KeyAt,
}

/// When a verifier meets a key: keys of issuers and registrars are decompressed before, others with
/// every token.
#[derive(Debug)]
enum KeyAt {
    Before(VerifyingKey),
    WithToken([u8; 32]),
}

impl Signed {
    fn new(envelope: &Sign1<'_>, key: KeyAt) -> Self {
        let signature = Signature::from_slice(envelope.signature()).expect("64 bytes");
        Self { message: signature_input(envelope), signature, key }
    }

    fn by_known(envelope: &Sign1<'_>, key: &PublicKey) -> Self {
        Self::new(envelope, KeyAt::Before(VerifyingKey::from_bytes(&bytes_of(key)).expect("a key")))
    }

    fn by_fresh(envelope: &Sign1<'_>, key: &PublicKey) -> Self {
        Self::new(envelope, KeyAt::WithToken(bytes_of(key)))
    }

    fn verify(&self) {
        let key = match &self.key {
            KeyAt::Before(key) => *key,
            KeyAt::WithToken(bytes) => VerifyingKey::from_bytes(black_box(bytes)).expect("a key"),
        };
        key.verify_strict(black_box(&self.message), &self.signature).expect("a signature");
    }
}

/// `Sig_structure` of RFC 9052 section 4.4.
fn signature_input(envelope: &Sign1<'_>) -> Vec<u8> {
    let payload = envelope.dangerous_unverified_payload();
    let mut out = Encoder::with_capacity(payload.len() + envelope.protected().len() + 32);
    out.array(4).text("Signature1").bytes(envelope.protected()).bytes(&[]).bytes(payload);
    out.into_bytes()
}

fn bytes_of(key: &PublicKey) -> [u8; 32] {
    match key {
        PublicKey::Ed25519(key) => *key.as_bytes(),
        PublicKey::P256(_) => unreachable!("the world has Ed25519 keys only"),
    }
}

/// The encoded disclosures of a credential, which are what its digests cover.
fn disclosures(credential: &SdCwt<'_>) -> Vec<Vec<u8>> {
    let unprotected = credential.envelope().unprotected();
    let mut decoder = Decoder::new(unprotected, &shown::LIMITS, Encoding::Deterministic).expect("a map");
    let mut found = Vec::new();
    for _ in 0..decoder.map().expect("a map") {
        decoder.key().expect("a label");
        for _ in 0..decoder.array().expect("an array") {
            let start = decoder.position();
            let end = decoder.bytes_span().expect("a disclosure").end;
            found.push(decoder.slice(start..end).to_vec());
        }
    }
    found
}

fn digest_all(disclosures: &[Vec<u8>]) {
    for one in disclosures {
        black_box(Sha256::digest(black_box(one)));
    }
}

/// The digests of threshold chains: one block of SHA-256 for each step.
fn walk(steps: u32) {
    let mut link = [0_u8; 49];
    for _ in 0..steps {
        let next = Sha256::digest(black_box(&link));
        link.iter_mut().zip(next).for_each(|(to, from)| *to = from);
    }
}

/// The steps of all chains of a credential, from the seeds to the commitments.
fn steps(claims: &ClaimSet) -> u32 {
    claims.iter().map(|(_, claim, _)| claims.threshold(claim.id).map_or(0, u32::from)).sum()
}

/// The steps from the value that a holder has to the threshold that is asked.
fn holder_steps(claims: &[ClaimSet], entry: &ScopeEntry) -> u32 {
    let value = claims.iter().find_map(|one| one.threshold(entry.claim.id()));
    let threshold = entry.at_least.first();
    value.zip(threshold).map_or(0, |(value, threshold)| u32::from(value.saturating_sub(*threshold)))
}

/// The floor of issuing copies of one credential.
#[derive(Debug)]
pub struct Issue {
    message: Vec<u8>,
    key: SigningKey,
    disclosures: Vec<Vec<u8>>,
    chain_steps: u32,
    copies: usize,
    /// The holder's key, when the issuer gets it as bytes.
    salts: Vec<u8>,
}

impl Issue {
    /// The floor for credential number `index` of a scenario.
    #[must_use]
    pub fn of(scenario: &Scenario, index: usize) -> Self {
        let (claims, bytes) = scenario.credential(index);
        Self { chain_steps: steps(claims), ..Self::of_credential(&credential(bytes)) }
    }

    /// The floor for any credential, without threshold chains.
    #[must_use]
    pub fn of_credential(credential: &SdCwt<'_>) -> Self {
        let disclosures = disclosures(credential);
        let salts = vec![0; 16 * disclosures.len()];
        let message = signature_input(credential.envelope());
        Self { message, key: any_key(), disclosures, chain_steps: 0, copies: 1, salts }
    }

    /// The same for many copies.
    #[must_use]
    pub fn batch(scenario: &Scenario, index: usize, copies: usize) -> Self {
        let one = Self::of(scenario, index);
        Self { copies, salts: vec![0; copies * one.salts.len()], ..one }
    }

    /// The floor for a credential that is issued from a tree of claims.
    #[must_use]
    pub fn tree(tree: &Tree) -> Self {
        Self::of_credential(&credential(&tree.issue()))
    }

    /// Disclosures, decoys included.
    #[must_use]
    pub const fn disclosures(&self) -> usize {
        self.disclosures.len()
    }

    /// One draw; the holder's key decompressed, when it was not before; for each copy N digests, the chains,
    /// one signature.
    pub fn run(&mut self) {
        getrandom::fill(black_box(&mut self.salts)).expect("the system has random numbers");
        for _ in 0..self.copies {
            digest_all(&self.disclosures);
            walk(self.chain_steps);
            black_box(self.key.sign(black_box(&self.message)));
        }
    }
}

/// The floor of accepting one credential.
#[derive(Debug)]
pub struct Accept {
    signed: Signed,
    holder_key: [u8; 32],
    disclosures: Vec<Vec<u8>>,
    chain_steps: u32,
}

impl Accept {
    /// The floor for credential number `index` of a scenario.
    #[must_use]
    pub fn of(scenario: &Scenario, index: usize) -> Self {
        let (claims, bytes) = scenario.credential(index);
        let credential = credential(bytes);
        let key = issuer_key(scenario, &credential);
        Self {
            signed: Signed::by_known(credential.envelope(), key),
            holder_key: bytes_of(scenario.world.holder.public_key()),
            disclosures: disclosures(&credential),
            chain_steps: steps(claims),
        }
    }

    /// One strict verification, one decompression, N digests, the chains.
    pub fn run(&self) {
        self.signed.verify();
        black_box(VerifyingKey::from_bytes(black_box(&self.holder_key)).expect("a key"));
        digest_all(&self.disclosures);
        walk(self.chain_steps);
    }
}

/// The floor of permitting a request.
#[derive(Debug)]
pub struct Permit {
    registration: Signed,
    request: Signed,
    question: Vec<u8>,
}

impl Permit {
    /// The floor for the request of a scenario.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        let registration = scenario.world.registration_bytes(&scenario.profile);
        let envelope = |bytes| {
            Sign1::parse(bytes, &Limits::TOKEN, Encoding::Deterministic, &mut NoHeaders).expect("an envelope")
        };
        Self {
            registration: Signed::by_known(&envelope(&registration), scenario.world.registrar.public_key()),
            request: Signed::by_fresh(
                &envelope(&scenario.question),
                scenario.world.relying_party.public_key(),
            ),
            question: scenario.question.clone(),
        }
    }

    /// Two strict verifications, one decompression, one digest.
    pub fn run(&self) {
        black_box(Sha256::digest(black_box(&self.question)));
        self.registration.verify();
        self.request.verify();
    }
}

/// The floor of presenting.
#[derive(Debug)]
pub struct Present {
    messages: Vec<Vec<u8>>,
    key: SigningKey,
    chain_steps: u32,
}

impl Present {
    /// The floor for the answer of a scenario.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        let mut floor = Self::of_tokens(presentation(&scenario.answer).tokens());
        let entries = scenario.request.scope().entries().iter();
        floor.chain_steps = entries.map(|entry| holder_steps(&scenario.claims, entry)).sum();
        floor
    }

    /// The floor for any key-binding tokens.
    #[must_use]
    pub fn of_tokens<'t, 'b: 't>(tokens: impl Iterator<Item = &'t KeyBoundToken<'b>>) -> Self {
        let messages = tokens.map(|token| signature_input(token.envelope())).collect();
        Self { messages, key: any_key(), chain_steps: 0 }
    }

    /// The floor for one key-binding token of any SD-CWT.
    #[must_use]
    pub fn of_token(token: &[u8]) -> Self {
        let token = KeyBoundToken::parse(token, &Limits::TOKEN, Encoding::Deterministic);
        let token = token.expect("a key-binding token");
        Self { messages: vec![signature_input(token.envelope())], key: any_key(), chain_steps: 0 }
    }

    /// One signature per credential, and the chain.
    pub fn run(&self) {
        walk(self.chain_steps);
        for message in &self.messages {
            black_box(self.key.sign(black_box(message)));
        }
    }
}

/// The floor of verifying.
#[derive(Debug)]
pub struct Verify {
    signed: Vec<Signed>,
    disclosures: Vec<Vec<u8>>,
    chain_steps: u32,
}

impl Verify {
    /// The floor for the answer of a scenario.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        Self::of_answer(scenario, &scenario.answer)
    }

    /// The floor for another answer of a scenario.
    #[must_use]
    pub fn of_answer(scenario: &Scenario, answer: &[u8]) -> Self {
        let presentation = presentation(answer);
        let mut floor = Self { signed: Vec::new(), disclosures: Vec::new(), chain_steps: 0 };
        for token in presentation.tokens() {
            let issuer = issuer_key(scenario, token.credential());
            floor.add(token, issuer, scenario.world.holder.public_key());
        }
        let thresholds = scenario.request.scope().entries().iter().flat_map(|entry| &entry.at_least);
        floor.chain_steps = thresholds.map(|step| u32::from(*step)).sum();
        floor
    }

    /// The floor for any key-binding token, with the key of its issuer and that of its holder.
    #[must_use]
    pub fn of_token(token: &KeyBoundToken<'_>, issuer: &PublicKey, holder: &PublicKey) -> Self {
        let mut floor = Self { signed: Vec::new(), disclosures: Vec::new(), chain_steps: 0 };
        floor.add(token, issuer, holder);
        floor
    }

    fn add(&mut self, token: &KeyBoundToken<'_>, issuer: &PublicKey, holder: &PublicKey) {
        self.signed.push(Signed::by_known(token.credential().envelope(), issuer));
        self.signed.push(Signed::by_fresh(token.envelope(), holder));
        self.disclosures.extend(disclosures(token.credential()));
    }

    /// Two strict verifications and one decompression per credential, the digests, the chain.
    pub fn run(&self) {
        self.signed.iter().for_each(Signed::verify);
        digest_all(&self.disclosures);
        walk(self.chain_steps);
    }
}

/// One `verify` of ed25519-dalek over 100 bytes: the unit of tables that compare projects.
#[derive(Debug)]
pub struct Unit {
    signed: Signed,
}

impl Default for Unit {
    fn default() -> Self {
        let key = any_key();
        let message = vec![0x2a; 100];
        let signature = key.sign(&message);
        Self { signed: Signed { message, signature, key: KeyAt::Before(key.verifying_key()) } }
    }
}

impl Unit {
    /// One `verify`, not the strict one.
    pub fn run(&self) {
        use ed25519_dalek::Verifier;
        if let KeyAt::Before(key) = &self.signed.key {
            key.verify(black_box(&self.signed.message), &self.signed.signature).expect("a signature");
        }
    }
}

fn any_key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

fn credential(bytes: &[u8]) -> SdCwt<'_> {
    SdCwt::parse(bytes, &Limits::TOKEN, Encoding::Deterministic).expect("a credential")
}

fn presentation(bytes: &[u8]) -> Presentation<'_> {
    Presentation::parse(bytes, &Limits::TOKEN).expect("a presentation")
}

fn issuer_key<'s>(scenario: &'s Scenario, credential: &SdCwt<'_>) -> &'s PublicKey {
    let kid = credential.kid().expect("a key id");
    let (_, trusted) = scenario.trust.issuer_key(kid).expect("a trusted issuer");
    &trusted.key
}
