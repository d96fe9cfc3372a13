//! `geleit conformance run`: vector files, one line per case.
//!
//! A file is JSON: `{"keys": {"issuer": {"public": HEX}, "holder": {"public": HEX}?},
//! "cases": [{"name", "kind": "issued"|"kbt", "expect": "accept"|"reject",
//! "verifier": {"now", "audiences", "cnonce"}, "cbor": HEX, "validated_claims_cbor"?: HEX,
//! "rule"?: ID}]}`. Public keys are raw Ed25519 keys or `COSE_Key` maps (`cose_key_hex`).
//! `spec/format.md` describes it.

use crate::failure::Failure;
use geleit_cose::algorithm::Algorithms;
use geleit_cose::cbor::{Encoding, Limits};
use geleit_cose::key::PublicKey;
use geleit_credential::sd_cwt::{
    Error, Expected, IssuerName, KeyBoundToken, MyKeys, Nonce, Receiving, Scratch, SdCwt, receive, verify,
};
use geleit_credential::time::UnixTime;
use serde::Deserialize;

/// A vector file.
#[derive(Debug, Deserialize)]
pub(crate) struct VectorFile {
    keys: Keys,
    cases: Vec<Case>,
}

#[derive(Debug, Deserialize)]
struct Keys {
    issuer: VectorKey,
    holder: Option<VectorKey>,
}

#[derive(Debug, Deserialize)]
struct VectorKey {
    public: Option<String>,
    cose_key_hex: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Case {
    name: String,
    kind: Kind,
    expect: Expect,
    verifier: VerifierInputs,
    cbor: String,
    validated_claims_cbor: Option<String>,
    rule: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Issued,
    Kbt,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Expect {
    Accept,
    Reject,
}

#[derive(Debug, Deserialize)]
struct VerifierInputs {
    now: i64,
    audiences: Vec<String>,
    cnonce: Option<String>,
}

/// How one case ended.
#[derive(Debug)]
pub(crate) struct CaseResult {
    /// Its name.
    pub(crate) name: String,
    /// As expected?
    pub(crate) passed: bool,
    /// What happened, for people.
    pub(crate) detail: String,
}

/// Reads a vector file.
pub(crate) fn parse(text: &str, name: &str) -> Result<VectorFile, Failure> {
    serde_json::from_str(text).map_err(|error| {
        Failure::usage(format!("{name} is not a vector file: {error}"))
            .hint("the format is described in spec/format.md, section \"Vector files\"")
    })
}

impl VectorFile {
    /// Runs every case.
    pub(crate) fn run(&self) -> Result<Vec<CaseResult>, Failure> {
        let issuer = self.keys.issuer.read("issuer")?;
        let holder = self.keys.holder.as_ref().map(|key| key.read("holder")).transpose()?;
        self.cases.iter().map(|case| case.run(&issuer, holder.as_ref())).collect()
    }
}

impl VectorKey {
    fn read(&self, role: &str) -> Result<PublicKey, Failure> {
        let unreadable =
            |error: String| Failure::usage(format!("the {role} key of the vector file: {error}"));
        if let Some(cose_key) = &self.cose_key_hex {
            let bytes = from_hex(cose_key).map_err(unreadable)?;
            return PublicKey::from_cose_key(&bytes).map_err(|error| unreadable(error.to_string()));
        }
        let hex = self.public.as_deref().ok_or_else(|| unreadable("no public or cose_key_hex".into()))?;
        let x = from_hex(hex).map_err(unreadable)?;
        let mut cose_key = vec![0xa3, 0x01, 0x01, 0x20, 0x06, 0x21, 0x58, 0x20];
        cose_key.extend(x);
        PublicKey::from_cose_key(&cose_key).map_err(|error| unreadable(error.to_string()))
    }
}

impl Case {
    fn run(&self, issuer: &PublicKey, holder: Option<&PublicKey>) -> Result<CaseResult, Failure> {
        let unreadable = |error: String| Failure::usage(format!("case {}: {error}", self.name));
        let token = from_hex(&self.cbor).map_err(unreadable)?;
        let expected_claims =
            self.validated_claims_cbor.as_deref().map(from_hex).transpose().map_err(unreadable)?;
        let outcome = self.check(&token, issuer, holder).map_err(unreadable)?;
        let (passed, detail) = match (self.expect, outcome) {
            (Expect::Accept, Ok(claims)) => match expected_claims {
                Some(expected) if expected != claims => (false, "accepted with other claims".to_owned()),
                _ => (true, "accepted".to_owned()),
            },
            (Expect::Accept, Err(error)) => (false, format!("refused: {error}")),
            (Expect::Reject, Ok(_)) => (false, "accepted, but it has to be refused".to_owned()),
            (Expect::Reject, Err(error)) => match self.rule.as_deref() {
                Some(rule) if rule != error.code() => {
                    (false, format!("refused by {error}; expected rule {rule}"))
                }
                _ => (true, format!("refused: {error}")),
            },
        };
        Ok(CaseResult { name: self.name.clone(), passed, detail })
    }

    /// The deterministic encoding of the validated claims, or the refusal.
    fn check(
        &self,
        token: &[u8],
        issuer: &PublicKey,
        holder: Option<&PublicKey>,
    ) -> Result<Result<Vec<u8>, Error>, String> {
        let audiences: Vec<&str> = self.verifier.audiences.iter().map(String::as_str).collect();
        let nonce = self.verifier.cnonce.as_deref().map(from_hex).transpose()?;
        let mut scratch = Scratch::default();
        // Both names of Ed25519 are allowed: the files test the format, not a signature policy.
        let algorithms = Algorithms::ED25519_AND_EDDSA;
        let now = UnixTime(self.verifier.now);
        Ok(match self.kind {
            Kind::Issued => SdCwt::parse(token, &Limits::TOKEN, Encoding::Tolerant).and_then(|token| {
                let keys = holder.map_or(MyKeys::DangerousNotChecked, |key| {
                    MyKeys::OneOf(core::slice::from_ref(key))
                });
                let nonces: Vec<&[u8]> = nonce.iter().map(Vec::as_slice).collect();
                let receiving = Receiving {
                    keys,
                    audiences: &audiences,
                    nonces: &nonces,
                    now,
                    algorithms,
                    issuer: IssuerName::WhateverTheKeySigns,
                };
                let received = receive(&token, issuer, &receiving, &mut scratch)?;
                Ok(received.claims().to_value().encode())
            }),
            Kind::Kbt => {
                KeyBoundToken::parse(token, &Limits::TOKEN, Encoding::Tolerant).and_then(|token| {
                    let expected = Expected {
                        audiences: &audiences,
                        nonce: nonce.as_deref().map_or(Nonce::NoneAsked, Nonce::Exactly),
                        now,
                        algorithms,
                        issuer: IssuerName::WhateverTheKeySigns,
                    };
                    let verified = verify(&token, issuer, &expected, &mut scratch)?;
                    Ok(verified.claims().to_value().encode())
                })
            }
        })
    }
}

/// Hexadecimal text to bytes.
pub(crate) fn from_hex(text: &str) -> Result<Vec<u8>, String> {
    base16ct::mixed::decode_vec(text.trim()).map_err(|_| "hexadecimal digits are required".to_owned())
}
