//! `coset` with ciborium and ed25519-dalek: a CWT without selective disclosure, and a key-binding token
//! around it.

use super::{About, FORGED_BYTE, Forgery, Peer, Refused, exchange, flip};
use crate::data::{self, Claim, Nonce, Value};
use ciborium::Value as Cbor;
use coset::cwt::{ClaimName, ClaimsSet, ClaimsSetBuilder, Timestamp};
use coset::iana::{Algorithm, CwtClaimName};
use coset::{
    AsCborValue, CborSerializable, CoseKey, CoseKeyBuilder, CoseSign1, CoseSign1Builder, Header,
    HeaderBuilder, Label, RegisteredLabelWithPrivate, TaggedCborSerializable,
};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

pub(super) const ABOUT: About = About {
    system: "coset",
    package: Some(("coset", "0.4")),
    note: "the bare envelope: a CWT without selective disclosure, so every presentation shows all 20, and \
           three are read; the key-binding token around it is the caller's work; signatures by ed25519-dalek 3",
    hides: false,
    make: || Box::new(Coset::new()),
    make_knowing: None,
};

/// The header that carries the credential in a key-binding token, as a byte string.
const KCWT: i64 = 13;

struct Coset {
    issuer: SigningKey,
    issuer_key: VerifyingKey,
    holder: SigningKey,
    holder_key: CoseKey,
    held: Vec<u8>,
}

fn protected() -> HeaderBuilder {
    HeaderBuilder::new().algorithm(Algorithm::EdDSA)
}

fn seal(header: Header, claims: ClaimsSet, key: &SigningKey) -> Vec<u8> {
    CoseSign1Builder::new()
        .protected(header)
        .payload(claims.to_vec().expect("claims"))
        .create_signature(&[], |message| key.sign(message).to_vec())
        .build()
        .to_tagged_vec()
        .expect("an envelope")
}

fn open(token: &CoseSign1, key: &VerifyingKey) -> Option<ClaimsSet> {
    if token.protected.header.alg != Some(RegisteredLabelWithPrivate::Assigned(Algorithm::EdDSA)) {
        return None;
    }
    let verified = token.verify_signature(&[], |signature, message| {
        Signature::from_slice(signature).and_then(|signature| key.verify_strict(message, &signature))
    });
    verified.ok()?;
    ClaimsSet::from_slice(token.payload.as_deref()?).ok()
}

fn credential(token: &CoseSign1) -> Option<&[u8]> {
    let headers = &token.protected.header.rest;
    headers.iter().find(|(label, _)| *label == Label::Int(KCWT))?.1.as_bytes().map(Vec::as_slice)
}

fn registered(claims: &ClaimsSet, name: CwtClaimName) -> Option<&Cbor> {
    let name = ClaimName::Assigned(name);
    claims.rest.iter().find(|(other, _)| *other == name).map(|(_, value)| value)
}

fn seconds(time: Option<&Timestamp>) -> Option<i64> {
    match time? {
        Timestamp::WholeSeconds(seconds) => Some(*seconds),
        Timestamp::FractionalSeconds(_) => None,
    }
}

fn holder_key(claims: &ClaimsSet) -> Option<VerifyingKey> {
    let (_, key) = registered(claims, CwtClaimName::Cnf)?.as_map()?.first()?;
    let key = CoseKey::from_cbor_value(key.clone()).ok()?;
    // Parameter -2 of an OKP key: x.
    let (_, x) = key.params.iter().find(|(label, _)| *label == Label::Int(-2))?;
    VerifyingKey::from_bytes(x.as_bytes()?.as_slice().try_into().ok()?).ok()
}

impl Coset {
    fn new() -> Self {
        let issuer = SigningKey::from_bytes(&data::ISSUER_SEED);
        let holder = SigningKey::from_bytes(&data::HOLDER_SEED);
        let x = holder.verifying_key().to_bytes().to_vec();
        let okp = CoseKeyBuilder::new_okp_key().param(-1, Cbor::from(6)).param(-2, Cbor::Bytes(x));
        Self { issuer_key: issuer.verifying_key(), issuer, holder, holder_key: okp.build(), held: Vec::new() }
    }

    fn verified(&self, presentation: &[u8], nonce: Nonce) -> Option<ClaimsSet> {
        let token = CoseSign1::from_tagged_slice(presentation).ok()?;
        let claims = open(&CoseSign1::from_tagged_slice(credential(&token)?).ok()?, &self.issuer_key)?;
        let binding = open(&token, &holder_key(&claims)?)?;
        let echoed = registered(&binding, CwtClaimName::Nonce)?.as_bytes()?;
        let at = seconds(binding.issued_at.as_ref())?;
        let holds = claims.issuer.as_deref() == Some(data::ISSUER)
            && seconds(claims.issued_at.as_ref())? <= data::NOW
            && data::NOW < seconds(claims.expiration_time.as_ref())?
            && binding.audience.as_deref() == Some(data::AUDIENCE)
            && echoed == nonce.bytes
            && at <= data::NOW
            && data::NOW - at <= data::MAX_AGE_S;
        holds.then_some(claims)
    }
}

impl Peer for Coset {
    fn issue(&mut self) -> Vec<u8> {
        let cnf = self.holder_key.clone().to_cbor_value().expect("a key");
        let builder = ClaimsSetBuilder::new()
            .issuer(data::ISSUER.to_owned())
            .subject(data::SUBJECT.to_owned())
            .issued_at(Timestamp::WholeSeconds(data::NOW))
            .expiration_time(Timestamp::WholeSeconds(data::EXPIRES))
            .claim(CwtClaimName::Cnf, Cbor::Map(vec![(Cbor::from(1), cnf)]))
            .text_claim("vct".to_owned(), Cbor::from(data::TYPE));
        let builder = data::CLAIMS.iter().fold(builder, |builder, claim| {
            let value = match claim.value {
                Value::Text(text) => Cbor::from(text),
                Value::Number(number) => Cbor::from(number),
            };
            builder.text_claim(claim.name.to_owned(), value)
        });
        seal(protected().build(), builder.build(), &self.issuer)
    }

    fn accept(&mut self, issued: &[u8]) {
        let token = CoseSign1::from_tagged_slice(issued).expect("a credential");
        assert!(open(&token, &self.issuer_key).is_some());
        self.held = issued.to_vec();
    }

    fn present(&mut self, _: &[usize], nonce: Nonce) -> Vec<u8> {
        let claims = ClaimsSetBuilder::new()
            .audience(data::AUDIENCE.to_owned())
            .issued_at(Timestamp::WholeSeconds(data::NOW))
            .claim(CwtClaimName::Nonce, Cbor::Bytes(nonce.bytes.to_vec()));
        let header = protected().value(KCWT, Cbor::Bytes(self.held.clone()));
        seal(header.build(), claims.build(), &self.holder)
    }

    fn verify(
        &mut self,
        presentation: &[u8],
        asked: &[usize],
        nonce: Nonce,
        read: &mut dyn FnMut(&'static Claim, Value<'_>),
    ) -> Result<(), Refused> {
        let claims = self.verified(presentation, nonce).ok_or(Refused)?;
        for claim in data::claims_at(asked) {
            let named = claims.rest.iter().find_map(|(name, value)| match name {
                ClaimName::Text(name) if name == claim.name => Some(value),
                _ => None,
            });
            match named.ok_or(Refused)? {
                Cbor::Text(text) => read(claim, Value::Text(text)),
                Cbor::Integer(number) => {
                    read(claim, Value::Number((*number).try_into().map_err(|_| Refused)?));
                }
                _ => return Err(Refused),
            }
        }
        Ok(())
    }

    fn forge(&self, presentation: &[u8], forgery: Forgery) -> Option<Vec<u8>> {
        match forgery {
            Forgery::IssuerSignature => {
                let token = CoseSign1::from_tagged_slice(presentation).ok()?;
                let inner = CoseSign1::from_tagged_slice(credential(&token)?).ok()?.signature;
                let place = presentation.windows(inner.len()).position(|window| window == inner)?;
                flip(presentation, place + FORGED_BYTE)
            }
            // The signature is the last item of an envelope.
            Forgery::HolderSignature => flip(presentation, presentation.len() - 64 + FORGED_BYTE),
            Forgery::Claim => exchange(presentation),
        }
    }
}
