//! geleit's format alone, [`geleit_credential::sd_cwt`]: what the peers are compared with.

use super::{About, FORGED_BYTE, Forgery, Peer, Refused, exchange, flip};
use crate::data::{self, Claim, Nonce, Value};
use geleit_cose::algorithm::{Algorithm, Algorithms};
use geleit_cose::cbor::{self, Encoding, Key, Limits};
use geleit_cose::ed25519::PreparedBase;
use geleit_cose::key::{PreparedKey, PublicKey, SigningKey, Verify};
use geleit_credential::sd_cwt::{
    Expected, IssuerName, Item, KeyBinding, KeyBoundToken, MyKeys, Nonce as Asked, ReceivedToken, Receiving,
    Scratch, SdCwt, bind, issue_to, receive, select, verify,
};
use geleit_credential::time::UnixTime;
use getrandom::SysRng;
use rand_core::UnwrapErr;

pub(super) const ABOUT: About = About {
    system: "geleit sd-cwt",
    package: None,
    note: "the format alone: 20 redacted claims, no trust list, purpose or status; the issuer signs with a prepared key",
    hides: true,
    make: || Box::new(GeleitSdCwt::new(|key| key)),
    make_knowing: Some(|| Box::new(GeleitSdCwt::new(|key| PreparedKey::new(&key, &PreparedBase::new())))),
};

/// CWT claims and tags of the pre-issuance claims set (RFC 8392, draft section 11).
mod label {
    pub(super) const ISS: i64 = 1;
    pub(super) const SUB: i64 = 2;
    pub(super) const EXP: i64 = 4;
    pub(super) const IAT: i64 = 6;
    pub(super) const CNF: i64 = 8;
    pub(super) const VCT: i64 = 11;
    pub(super) const COSE_KEY: i64 = 1;
    pub(super) const TO_BE_REDACTED: u64 = 58;
}

/// Issuer, holder and verifier; `K` is the form in which the verifier keeps the issuer's key.
#[derive(Debug)]
pub(crate) struct GeleitSdCwt<K> {
    issuer: SigningKey,
    kid: [u8; 8],
    issuer_key: K,
    holder: SigningKey,
    claims: cbor::Value,
    held: Option<ReceivedToken<'static, 'static>>,
    scratch: Scratch,
}

impl<K: Verify> GeleitSdCwt<K> {
    /// With the issuer's key as `prepare` makes it.
    pub(crate) fn new(prepare: impl FnOnce(PublicKey) -> K) -> Self {
        let mut issuer = SigningKey::ed25519_from_seed(&data::ISSUER_SEED);
        issuer.prepare();
        let holder = SigningKey::ed25519_from_seed(&data::HOLDER_SEED);
        Self {
            kid: issuer.public_key().key_id(),
            issuer_key: prepare(issuer.public_key().clone()),
            claims: claims(holder.public_key()),
            issuer,
            holder,
            held: None,
            scratch: Scratch::default(),
        }
    }

    /// The issuer's public key.
    pub(crate) const fn issuer(&self) -> &PublicKey {
        self.issuer.public_key()
    }

    /// The holder's public key.
    pub(crate) const fn holder(&self) -> &PublicKey {
        self.holder.public_key()
    }

    /// An issued credential, parsed.
    pub(crate) fn credential(bytes: &[u8]) -> SdCwt<'_> {
        SdCwt::parse(bytes, &Limits::TOKEN, Encoding::Deterministic).expect("a credential")
    }

    /// A presentation, parsed.
    pub(crate) fn token(bytes: &[u8]) -> KeyBoundToken<'_> {
        KeyBoundToken::parse(bytes, &Limits::TOKEN, Encoding::Deterministic).expect("a presentation")
    }
}

fn claims(holder: &PublicKey) -> cbor::Value {
    let text = |text: &str| cbor::Value::text(text);
    let key = cbor::Value::decode(&holder.to_cose_key(), &Limits::TOKEN, Encoding::Deterministic);
    let cnf = cbor::Value::Map(vec![(cbor::Value::int(label::COSE_KEY), key.expect("a COSE_Key"))]);
    let registered = [
        (label::ISS, text(data::ISSUER)),
        (label::SUB, text(data::SUBJECT)),
        (label::EXP, cbor::Value::int(data::EXPIRES)),
        (label::IAT, cbor::Value::int(data::NOW)),
        (label::CNF, cnf),
        (label::VCT, text(data::TYPE)),
    ];
    let registered = registered.into_iter().map(|(label, value)| (cbor::Value::int(label), value));
    let redacted = data::CLAIMS.iter().map(|claim| {
        let value = match claim.value {
            Value::Text(value) => text(value),
            Value::Number(value) => cbor::Value::int(value),
        };
        (cbor::Value::Tag(label::TO_BE_REDACTED, Box::new(text(claim.name))), value)
    });
    cbor::Value::Map(registered.chain(redacted).collect())
}

impl<K: Verify> Peer for GeleitSdCwt<K> {
    fn issue(&mut self) -> Vec<u8> {
        let (holder, random) = (self.holder.public_key(), &mut UnwrapErr(SysRng));
        issue_to(holder, &self.claims, &self.kid, &self.issuer, Algorithm::ED25519, random).expect("claims")
    }

    fn accept(&mut self, issued: &[u8]) {
        // A received token borrows its bytes, and this program ends soon.
        let issued: &'static [u8] = issued.to_vec().leak();
        let scratch: &'static mut Scratch = Box::leak(Box::default());
        let receiving = Receiving {
            keys: MyKeys::OneOf(core::slice::from_ref(self.holder.public_key())),
            audiences: &[],
            nonces: &[],
            now: UnixTime(data::NOW),
            algorithms: Algorithms::ED25519,
            issuer: IssuerName::Exactly(data::ISSUER),
        };
        let token = Self::credential(issued);
        self.held =
            Some(receive(&token, self.issuer.public_key(), &receiving, scratch).expect("a credential"));
    }

    fn present(&mut self, shown: &[usize], nonce: Nonce) -> Vec<u8> {
        let held = self.held.as_ref().expect("a credential was accepted");
        let credential = select(held, |disclosure| {
            data::claims_at(shown).any(|claim| disclosure.key() == Some(Key::Text(claim.name)))
        });
        let binding = KeyBinding {
            audience: data::AUDIENCE,
            nonce: Asked::Exactly(nonce.bytes),
            issued_at: UnixTime(data::NOW),
            more: &[],
        };
        let credential = credential.expect("claims without parents");
        bind(&credential, &binding, &self.holder, Algorithm::ED25519).expect("the holder's key")
    }

    fn verify(
        &mut self,
        presentation: &[u8],
        asked: &[usize],
        nonce: Nonce,
        read: &mut dyn FnMut(&'static Claim, Value<'_>),
    ) -> Result<(), Refused> {
        let expected = Expected {
            audiences: &[data::AUDIENCE],
            nonce: Asked::Exactly(nonce.bytes),
            now: UnixTime(data::NOW),
            algorithms: Algorithms::ED25519,
            issuer: IssuerName::Exactly(data::ISSUER),
        };
        let token = KeyBoundToken::parse(presentation, &Limits::TOKEN, Encoding::Deterministic);
        let token = token.map_err(|_| Refused)?;
        let verified = verify(&token, &self.issuer_key, &expected, &mut self.scratch).map_err(|_| Refused)?;
        for claim in data::claims_at(asked) {
            let item = verified.claims().get(Key::Text(claim.name)).ok_or(Refused)?;
            read(claim, value(&item).ok_or(Refused)?);
        }
        Ok(())
    }

    fn forge(&self, presentation: &[u8], forgery: Forgery) -> Option<Vec<u8>> {
        let token = Self::token(presentation);
        let signature = match forgery {
            Forgery::IssuerSignature => token.credential().envelope().spans().signature,
            Forgery::HolderSignature => token.envelope().spans().signature,
            Forgery::Claim => return exchange(presentation),
        };
        flip(presentation, signature.start + FORGED_BYTE)
    }
}

fn value<'b>(item: &Item<'b, '_>) -> Option<Value<'b>> {
    item.as_text().map(Value::Text).or_else(|| item.as_int().map(Value::Number))
}
