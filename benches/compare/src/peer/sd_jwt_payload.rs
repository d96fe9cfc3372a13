//! `sd-jwt-payload` of IOTA (RFC 9901): payload, disclosures and digests. Signatures are the caller's, made
//! and checked here with the same ed25519-dalek as geleit's.

use super::{About, FORGED_BYTE, Forgery, Peer, Refused};
use crate::data::{self, Claim, Nonce, Value};
use async_trait::async_trait;
use base64ct::{Base64UrlUnpadded, Encoding};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sd_jwt_payload::{Hasher, JsonObject, JwsSigner, KeyBindingJwt, RequiredKeyBinding, SdJwt, SdJwtBuilder};
use sha2::{Digest, Sha256};
use std::convert::Infallible;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

pub(super) const ABOUT: About = About {
    system: "sd-jwt-payload",
    package: Some(("sd-jwt-payload", "0.5")),
    note: "signatures, key of the holder, audience, nonce, times and sd_hash are the caller's work, done here \
           with ed25519-dalek 3; SHA-256 is sha2 0.11",
    hides: true,
    make: || Box::new(SdJwtPayload::new()),
    make_knowing: None,
};

const ALGORITHM: &str = "EdDSA";

struct Sha;

impl Hasher for Sha {
    fn digest(&self, input: &[u8]) -> Vec<u8> {
        Sha256::digest(input).to_vec()
    }

    fn alg_name(&self) -> &str {
        sd_jwt_payload::SHA_ALG_NAME
    }
}

struct Jws<'k>(&'k SigningKey);

#[async_trait]
impl JwsSigner for Jws<'_> {
    type Error = Infallible;

    async fn sign(&self, header: &JsonObject, payload: &JsonObject) -> Result<Vec<u8>, Infallible> {
        let encode = |object: &JsonObject| {
            Base64UrlUnpadded::encode_string(&serde_json::to_vec(object).expect("an object"))
        };
        let mut jws = encode(header);
        jws.push('.');
        jws.push_str(&encode(payload));
        let signature = self.0.sign(jws.as_bytes()).to_bytes();
        jws.push('.');
        jws.push_str(&Base64UrlUnpadded::encode_string(&signature));
        Ok(jws.into_bytes())
    }
}

/// The result of a future that waits for nothing.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => unreachable!("signing waits for nothing"),
    }
}

fn verify_jws(jws: &str, key: &VerifyingKey) -> Result<(), Refused> {
    let (message, signature) = jws.rsplit_once('.').ok_or(Refused)?;
    let mut bytes = [0; 64];
    let signature = Base64UrlUnpadded::decode(signature, &mut bytes).map_err(|_| Refused)?;
    let signature = Signature::from_slice(signature).map_err(|_| Refused)?;
    key.verify_strict(message.as_bytes(), &signature).map_err(|_| Refused)
}

struct SdJwtPayload {
    issuer: SigningKey,
    issuer_key: VerifyingKey,
    holder: SigningKey,
    holder_jwk: JsonObject,
    pointers: Vec<String>,
    held: Option<SdJwt>,
}

impl SdJwtPayload {
    fn new() -> Self {
        let issuer = SigningKey::from_bytes(&data::ISSUER_SEED);
        Self {
            issuer_key: issuer.verifying_key(),
            issuer,
            holder: SigningKey::from_bytes(&data::HOLDER_SEED),
            holder_jwk: data::holder_jwk().as_object().expect("an object").clone(),
            pointers: data::CLAIMS.iter().map(|claim| format!("/{}", claim.name)).collect(),
            held: None,
        }
    }
}

fn holder_key(sd_jwt: &SdJwt) -> Option<VerifyingKey> {
    let Some(RequiredKeyBinding::Jwk(jwk)) = sd_jwt.required_key_bind() else { return None };
    if jwk.get("crv")?.as_str()? != "Ed25519" {
        return None;
    }
    let mut bytes = [0; 32];
    Base64UrlUnpadded::decode(jwk.get("x")?.as_str()?, &mut bytes).ok()?;
    VerifyingKey::from_bytes(&bytes).ok()
}

fn require(holds: bool) -> Result<(), Refused> {
    if holds { Ok(()) } else { Err(Refused) }
}

impl Peer for SdJwtPayload {
    fn issue(&mut self) -> Vec<u8> {
        let builder = SdJwtBuilder::new_with_hasher(&*data::JSON, Sha).expect("an object");
        let builder = self.pointers.iter().fold(builder, |builder, pointer| {
            builder.make_concealable(pointer).expect("a claim of the object")
        });
        let builder = builder.require_key_binding(RequiredKeyBinding::Jwk(self.holder_jwk.clone()));
        let sd_jwt = ready(builder.finish(&Jws(&self.issuer), ALGORITHM)).expect("claims");
        sd_jwt.presentation().into_bytes()
    }

    fn accept(&mut self, issued: &[u8]) {
        let text = str::from_utf8(issued).expect("text");
        let (jwt, _) = text.split_once('~').expect("a token and disclosures");
        verify_jws(jwt, &self.issuer_key).expect("a credential");
        let sd_jwt = SdJwt::parse(text).expect("a credential");
        let claims = sd_jwt.clone().into_disclosed_object(&Sha).expect("disclosures that belong to it");
        assert!(claims.len() > data::CLAIMS.len());
        self.held = Some(sd_jwt);
    }

    fn present(&mut self, shown: &[usize], nonce: Nonce) -> Vec<u8> {
        let held = self.held.as_ref().expect("a credential was accepted");
        let builder = held.clone().into_presentation(&Sha).expect("a credential").conceal_all();
        let pointers = shown.iter().filter_map(|place| self.pointers.get(*place));
        let builder =
            pointers.fold(builder, |builder, pointer| builder.disclose(pointer).expect("a hidden claim"));
        let (mut sd_jwt, _) = builder.finish();
        let binding = KeyBindingJwt::builder().iat(data::NOW).aud(data::AUDIENCE).nonce(nonce.text);
        let binding = ready(binding.finish(&sd_jwt, &Sha, ALGORITHM, &Jws(&self.holder)));
        sd_jwt.attach_key_binding_jwt(binding.expect("claims"));
        sd_jwt.presentation().into_bytes()
    }

    fn verify(
        &mut self,
        presentation: &[u8],
        asked: &[usize],
        nonce: Nonce,
        read: &mut dyn FnMut(&'static Claim, Value<'_>),
    ) -> Result<(), Refused> {
        let text = str::from_utf8(presentation).map_err(|_| Refused)?;
        let sd_jwt = SdJwt::parse(text).map_err(|_| Refused)?;
        let (jwt, _) = text.split_once('~').ok_or(Refused)?;
        let (_, kb_jwt) = text.rsplit_once('~').ok_or(Refused)?;
        let bound = text.strip_suffix(kb_jwt).ok_or(Refused)?;
        require(sd_jwt.headers().get("alg").and_then(|alg| alg.as_str()) == Some(ALGORITHM))?;
        verify_jws(jwt, &self.issuer_key)?;
        verify_jws(kb_jwt, &holder_key(&sd_jwt).ok_or(Refused)?)?;
        let binding = sd_jwt.key_binding_jwt().ok_or(Refused)?.claims();
        require(binding.aud == data::AUDIENCE && binding.nonce == nonce.text)?;
        require(binding.iat <= data::NOW && data::NOW - binding.iat <= data::MAX_AGE_S)?;
        require(binding.sd_hash == Sha.encoded_digest(bound))?;
        let number = |name| sd_jwt.claims().get(name).and_then(|value: &serde_json::Value| value.as_i64());
        require(number("iat").is_some_and(|at| at <= data::NOW))?;
        require(number("exp").is_some_and(|at| at > data::NOW))?;
        let claims = sd_jwt.into_disclosed_object(&Sha).map_err(|_| Refused)?;
        require(claims.get("iss").and_then(|iss| iss.as_str()) == Some(data::ISSUER))?;
        for claim in data::claims_at(asked) {
            read(claim, claims.get(claim.name).and_then(data::from_json).ok_or(Refused)?);
        }
        Ok(())
    }

    fn forge(&self, presentation: &[u8], forgery: Forgery) -> Option<Vec<u8>> {
        forge(presentation, forgery)
    }
}

/// Forges any compact SD-JWT with key binding.
pub(super) fn forge(presentation: &[u8], forgery: Forgery) -> Option<Vec<u8>> {
    let mut parts: Vec<String> = str::from_utf8(presentation).ok()?.split('~').map(str::to_owned).collect();
    match forgery {
        Forgery::IssuerSignature => forge_signature(parts.first_mut()?)?,
        Forgery::HolderSignature => forge_signature(parts.last_mut()?)?,
        Forgery::Claim => forge_disclosure(&mut parts)?,
    }
    Some(parts.join("~").into_bytes())
}

fn forge_signature(jws: &mut String) -> Option<()> {
    let (message, signature) = jws.rsplit_once('.')?;
    let mut signature = Base64UrlUnpadded::decode_vec(signature).ok()?;
    *signature.get_mut(FORGED_BYTE)? ^= 1;
    *jws = format!("{message}.{}", Base64UrlUnpadded::encode_string(&signature));
    Some(())
}

fn forge_disclosure(parts: &mut [String]) -> Option<()> {
    parts.iter_mut().skip(1).find_map(|part| {
        let forged = super::exchange(&Base64UrlUnpadded::decode_vec(part).ok()?)?;
        *part = Base64UrlUnpadded::encode_string(&forged);
        Some(())
    })
}
