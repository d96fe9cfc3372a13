//! Tokens of the format alone, with as many disclosures as one likes: how cost grows with what is shown.

use crate::floor;
use geleit_cose::algorithm::{Algorithm, Algorithms};
use geleit_cose::cbor::{Encoder, Encoding, Limits};
use geleit_cose::key::SigningKey;
use geleit_cose::sign1;
use geleit_credential::numbers::{cbor, claim, confirmation, header, typ};
use geleit_credential::sd_cwt::{
    Expected, IssuerName, KeyBinding, KeyBoundToken, MyKeys, Nonce, Receiving, Scratch, SdCwt, bind, receive,
    redacted_claim_hash, select, verify,
};
use geleit_credential::time::UnixTime;
use sha2::{Digest, Sha256};

/// For tokens far larger than any credential of ours.
pub const LIMITS: Limits =
    Limits { max_bytes: 1 << 24, max_items: 1 << 20, max_disclosures: 20_000, ..Limits::TOKEN };

const NOW: UnixTime = UnixTime(1_000);
const ISSUER: &str = "https://issuer.example";
const AUDIENCE: &str = "https://verifier.example";
const NONCE: Nonce<'static> = Nonce::Exactly(b"a nonce of thirty-two bytes 1234");

/// Where the redacted claims stand.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Entries of one map: each has a key, and keys are compared.
    Map,
    /// Elements of one array.
    List,
}

/// A credential with redacted claims, and a token that shows some of them.
#[derive(Debug)]
pub struct Shown {
    issuer: SigningKey,
    holder: SigningKey,
    bytes: Vec<u8>,
}

impl Shown {
    /// A token that shows `shown` of `claims` claims.
    #[must_use]
    pub fn new(shape: Shape, shown: u16, claims: u16) -> Self {
        let issuer = SigningKey::ed25519_from_seed(&[1; 32]);
        let holder = SigningKey::ed25519_from_seed(&[2; 32]);
        let issued = issued(shape, claims, &issuer, &holder);
        let bytes = bound(&issued, shown, &issuer, &holder);
        Self { issuer, holder, bytes }
    }

    /// The token on the wire.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Reads the token and verifies it by the rules of the format.
    pub fn verify(&self, scratch: &mut Scratch) {
        let expected = Expected {
            audiences: &[AUDIENCE],
            nonce: NONCE,
            now: NOW,
            algorithms: Algorithms::ED25519,
            issuer: IssuerName::Exactly(ISSUER),
        };
        let verified = verify(&self.token(), self.issuer.public_key(), &expected, scratch);
        core::hint::black_box(verified.expect("a token that was just signed"));
    }

    /// The floor of that.
    #[must_use]
    pub fn floor(&self) -> floor::Verify {
        floor::Verify::of_token(&self.token(), self.issuer.public_key(), self.holder.public_key())
    }

    fn token(&self) -> KeyBoundToken<'_> {
        let bytes = core::hint::black_box(self.bytes.as_slice());
        KeyBoundToken::parse(bytes, &LIMITS, Encoding::Deterministic).expect("a token that was just signed")
    }
}

/// Written by hand, because the library issues nothing that has more items than its own limits.
fn issued(shape: Shape, claims: u16, issuer: &SigningKey, holder: &SigningKey) -> Vec<u8> {
    let disclosures: Vec<Vec<u8>> = (0..claims).map(|number| disclosure(shape, number)).collect();
    let mut hashes: Vec<[u8; 32]> = disclosures.iter().map(|one| redacted_claim_hash(one)).collect();
    hashes.sort_unstable();

    let mut payload = Encoder::new();
    payload.map(4).int(claim::ISS).text(ISSUER).int(claim::SUB).text("somebody");
    payload.int(claim::CNF).map(1).int(confirmation::COSE_KEY).raw(&holder.public_key().to_cose_key());
    payload.text("many");
    match shape {
        Shape::Map => {
            payload.map(1).simple(cbor::REDACTED_CLAIM_KEYS).array(hashes.len());
            for hash in &hashes {
                payload.bytes(hash);
            }
        }
        Shape::List => {
            payload.array(hashes.len());
            for hash in &hashes {
                payload.tag(cbor::REDACTED_ELEMENT).bytes(hash);
            }
        }
    }
    let mut protected = Encoder::new();
    protected.map(3).int(sign1::label::ALG).int(issuer.algorithm().id());
    protected.int(sign1::label::KID).bytes(&issuer.public_key().key_id());
    protected.int(sign1::label::TYP).uint(typ::SD_CWT);
    let mut unprotected = Encoder::new();
    unprotected.map(1).int(header::SD_CLAIMS).array(disclosures.len());
    for one in &disclosures {
        unprotected.raw(one);
    }
    let parts = [protected.as_bytes(), unprotected.as_bytes(), payload.as_bytes()];
    let [protected, unprotected, payload] = parts;
    sign1::seal(protected, unprotected, payload, &[], issuer, issuer.algorithm())
        .expect("an Ed25519 key signs")
}

/// `bstr([salt, value, key])` or `bstr([salt, value])`.
fn disclosure(shape: Shape, number: u16) -> Vec<u8> {
    let salt = Sha256::digest(number.to_be_bytes());
    let salt = salt.first_chunk::<16>().expect("a digest is longer");
    let mut content = Encoder::new();
    content.array(if matches!(shape, Shape::Map) { 3 } else { 2 });
    content.bytes(salt).text(&format!("the value of claim {number}"));
    if matches!(shape, Shape::Map) {
        content.text(&format!("claim {number}"));
    }
    let mut disclosure = Encoder::new();
    disclosure.bytes(content.as_bytes());
    disclosure.into_bytes()
}

fn bound(issued: &[u8], shown: u16, issuer: &SigningKey, holder: &SigningKey) -> Vec<u8> {
    let keys = [holder.public_key().clone()];
    let receiving = Receiving {
        keys: MyKeys::OneOf(&keys),
        audiences: &[],
        nonces: &[],
        now: NOW,
        algorithms: Algorithms::ED25519,
        issuer: IssuerName::Exactly(ISSUER),
    };
    let token = SdCwt::parse(issued, &LIMITS, Encoding::Tolerant).expect("a credential");
    let mut scratch = Scratch::default();
    let received = receive(&token, issuer.public_key(), &receiving, &mut scratch).expect("a credential");
    let mut left = shown;
    let chosen = select(&received, |_| {
        let choose = left > 0;
        left = left.saturating_sub(1);
        choose
    });
    let binding = KeyBinding { audience: AUDIENCE, nonce: NONCE, issued_at: NOW, more: &[] };
    bind(&chosen.expect("claims without parents"), &binding, holder, Algorithm::ED25519).expect("its holder")
}
