//! `sd-jwt-rs` of the OpenWallet Foundation, with EdDSA by `jsonwebtoken` and ring.

use super::{About, Forgery, Peer, Refused, sd_jwt_payload};
use crate::data::{self, Claim, Nonce, Value};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{DecodingKey, EncodingKey};
use sd_jwt_rs::{
    ClaimsForSelectiveDisclosureStrategy, SDJWTHolder, SDJWTIssuer, SDJWTSerializationFormat, SDJWTVerifier,
};
use serde_json::Map;

pub(super) const ABOUT: About = About {
    system: "sd-jwt-rs",
    package: Some(("sd-jwt-rs", "0.7")),
    note: "EdDSA with ring; goes by the clock of the machine, and does not check when a presentation was \
           made",
    hides: true,
    make: || Box::new(SdJwtRs::new()),
    make_knowing: None,
};

const ALGORITHM: &str = "EdDSA";
const FORMAT: SDJWTSerializationFormat = SDJWTSerializationFormat::Compact;

struct SdJwtRs {
    issuer: SDJWTIssuer,
    issuer_key: DecodingKey,
    holder_key: EncodingKey,
    holder_jwk: Jwk,
    paths: Vec<String>,
    held: Option<SDJWTHolder>,
}

/// PKCS#8 of an Ed25519 seed (RFC 8410).
fn pkcs8(seed: &[u8; 32]) -> Vec<u8> {
    const HEAD: [u8; 16] =
        [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    [HEAD.as_slice(), seed].concat()
}

impl SdJwtRs {
    fn new() -> Self {
        let issuer = EncodingKey::from_ed_der(&pkcs8(&data::ISSUER_SEED));
        Self {
            issuer: SDJWTIssuer::new(issuer, Some(ALGORITHM.to_owned())),
            issuer_key: DecodingKey::from_ed_der(&data::public(&data::ISSUER_SEED)),
            holder_key: EncodingKey::from_ed_der(&pkcs8(&data::HOLDER_SEED)),
            holder_jwk: serde_json::from_value(data::holder_jwk()).expect("a JWK"),
            paths: data::CLAIMS.iter().map(|claim| format!("$.{}", claim.name)).collect(),
            held: None,
        }
    }

    fn read(
        &self,
        presentation: &[u8],
        audience: Option<&str>,
        nonce: Option<Nonce>,
    ) -> Option<serde_json::Value> {
        let text = String::from_utf8(presentation.to_vec()).ok()?;
        let key = self.issuer_key.clone();
        let nonce = nonce.map(|nonce| nonce.text.to_owned());
        let audience = audience.map(str::to_owned);
        let verifier = SDJWTVerifier::new(text, Box::new(move |_, _| key.clone()), audience, nonce, FORMAT);
        Some(verifier.ok()?.verified_claims)
    }
}

impl Peer for SdJwtRs {
    fn issue(&mut self) -> Vec<u8> {
        let paths = self.paths.iter().map(String::as_str).collect();
        let strategy = ClaimsForSelectiveDisclosureStrategy::Custom(paths);
        let jwk = Some(self.holder_jwk.clone());
        let issued = self.issuer.issue_sd_jwt(data::JSON.clone(), strategy, jwk, false, FORMAT);
        issued.expect("claims").into_bytes()
    }

    fn accept(&mut self, issued: &[u8]) {
        // Its holder does not verify what is received; its verifier does.
        assert!(self.read(issued, None, None).is_some());
        let text = String::from_utf8(issued.to_vec()).expect("text");
        self.held = Some(SDJWTHolder::new(text, FORMAT).expect("a credential"));
    }

    fn present(&mut self, shown: &[usize], nonce: Nonce) -> Vec<u8> {
        let held = self.held.as_mut().expect("a credential was accepted");
        let claims: Map<_, _> =
            data::claims_at(shown).map(|claim| (claim.name.to_owned(), true.into())).collect();
        let presentation = held.create_presentation(
            claims,
            Some(nonce.text.to_owned()),
            Some(data::AUDIENCE.to_owned()),
            Some(self.holder_key.clone()),
            Some(ALGORITHM.to_owned()),
        );
        presentation.expect("hidden claims").into_bytes()
    }

    fn verify(
        &mut self,
        presentation: &[u8],
        asked: &[usize],
        nonce: Nonce,
        read: &mut dyn FnMut(&'static Claim, Value<'_>),
    ) -> Result<(), Refused> {
        let claims = self.read(presentation, Some(data::AUDIENCE), Some(nonce)).ok_or(Refused)?;
        if claims.get("iss").and_then(|iss| iss.as_str()) != Some(data::ISSUER) {
            return Err(Refused);
        }
        for claim in data::claims_at(asked) {
            read(claim, claims.get(claim.name).and_then(data::from_json).ok_or(Refused)?);
        }
        Ok(())
    }

    fn forge(&self, presentation: &[u8], forgery: Forgery) -> Option<Vec<u8>> {
        sd_jwt_payload::forge(presentation, forgery)
    }
}
