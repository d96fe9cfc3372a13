//! Vectors for SD-CWTs and key-binding tokens.
//!
//! ```text
//! {"keys": {"issuer": KEY, "holder"?: KEY}, "cases": [CASE]}
//! KEY  = {"cose_key_hex": HEX} | {"public": HEX of a raw Ed25519 key}
//! CASE = {"name", "kind": "issued"|"kbt", "expect": "accept"|"reject",
//!         "verifier": {"now", "audiences", "cnonce"}, "cbor": HEX,
//!         "validated_claims_cbor"?: HEX, "rule"?: ID}
//! ```
//!
//! Other members are for people and are skipped. Both names of Ed25519 are allowed, and P-256 when the
//! issuer's key is one: the files test the format, not a signature policy.

use super::{CaseResult, from_hex};
use geleit_cose::algorithm::Algorithms;
use geleit_cose::cbor::{Encoding, Limits, Value};
use geleit_cose::key::PublicKey;
use geleit_credential::sd_cwt::{
    Error, Expected, IssuerName, KeyBoundToken, MyKeys, Nonce, Receiving, Scratch, SdCwt, receive, verify,
};
use geleit_credential::time::UnixTime;
use serde::Deserialize;
use serde_json::Value as Json;

/// A vector file.
#[derive(Debug, Deserialize)]
pub(super) struct File {
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

#[derive(Clone, Copy, Debug, Deserialize)]
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

/// A kind of cases that this command does not run, when the file has one.
pub(super) fn other_kind(json: &Json) -> Option<&str> {
    let cases = json.get("cases")?.as_array()?;
    let mut kinds = cases.iter().filter_map(|case| case.get("kind")?.as_str());
    kinds.find(|kind| !matches!(*kind, "issued" | "kbt"))
}

impl File {
    /// Reads a vector file.
    pub(super) fn read(json: Json) -> Result<Self, String> {
        serde_json::from_value(json).map_err(|error| error.to_string())
    }

    /// Runs every case.
    pub(super) fn run(&self) -> Result<Vec<CaseResult>, String> {
        let issuer = self.keys.issuer.read("issuer")?;
        let holder = self.keys.holder.as_ref().map(|key| key.read("holder")).transpose()?;
        self.cases.iter().map(|case| case.run(&issuer, holder.as_ref())).collect()
    }
}

impl VectorKey {
    fn read(&self, role: &str) -> Result<PublicKey, String> {
        let unreadable = |error: String| format!("key of the {role}: {error}");
        let bytes = match (&self.cose_key_hex, &self.public) {
            (Some(cose_key), _) => from_hex(cose_key).map_err(unreadable)?,
            (None, Some(x)) => okp(from_hex(x).map_err(unreadable)?),
            (None, None) => return Err(unreadable("neither public nor cose_key_hex".to_owned())),
        };
        PublicKey::from_cose_key(&bytes).map_err(|error| unreadable(error.to_string()))
    }
}

const fn algorithms(issuer: &PublicKey) -> Algorithms {
    match issuer {
        PublicKey::Ed25519(_) => Algorithms::ED25519_AND_EDDSA,
        PublicKey::P256(_) => Algorithms::FOREIGN_AND_EDDSA,
    }
}

/// The `COSE_Key` {1: 1, -1: 6, -2: x} of a raw Ed25519 key.
fn okp(x: Vec<u8>) -> Vec<u8> {
    let entry = |label: i64, value: Value| (Value::int(label), value);
    Value::Map(vec![entry(1, Value::int(1)), entry(-1, Value::int(6)), entry(-2, Value::Bytes(x))]).encode()
}

impl Case {
    fn run(&self, issuer: &PublicKey, holder: Option<&PublicKey>) -> Result<CaseResult, String> {
        let unreadable = |error: String| format!("case {}: {error}", self.name);
        let token = from_hex(&self.cbor).map_err(unreadable)?;
        let claims = self.validated_claims_cbor.as_deref().map(from_hex).transpose().map_err(unreadable)?;
        let nonce = self.verifier.cnonce.as_deref().map(from_hex).transpose().map_err(unreadable)?;
        let outcome = match self.kind {
            Kind::Issued => self.receive(&token, nonce.as_deref(), issuer, holder),
            Kind::Kbt => self.verify(&token, nonce.as_deref(), issuer),
        };
        let (passed, detail) = self.compare(outcome, claims.as_deref());
        Ok(CaseResult { name: self.name.clone(), passed, detail })
    }

    fn compare(&self, outcome: Result<Vec<u8>, Error>, expected: Option<&[u8]>) -> (bool, String) {
        match (self.expect, outcome) {
            (Expect::Accept, Ok(claims)) => match expected {
                Some(expected) if expected != claims => (false, "accepted, with other claims".to_owned()),
                _ => (true, "accepted".to_owned()),
            },
            (Expect::Accept, Err(error)) => (false, format!("refused, has to be accepted: {error}")),
            (Expect::Reject, Ok(_)) => (false, "accepted, has to be refused".to_owned()),
            (Expect::Reject, Err(error)) => match self.rule.as_deref() {
                Some(rule) if rule != error.code() => {
                    (false, format!("refused by {error}; rule {rule} is expected"))
                }
                _ => (true, format!("refused: {error}")),
            },
        }
    }

    fn audiences(&self) -> Vec<&str> {
        self.verifier.audiences.iter().map(String::as_str).collect()
    }

    /// The deterministic encoding of the validated claims, or the refusal.
    fn receive(
        &self,
        token: &[u8],
        nonce: Option<&[u8]>,
        issuer: &PublicKey,
        holder: Option<&PublicKey>,
    ) -> Result<Vec<u8>, Error> {
        let token = SdCwt::parse(token, &Limits::TOKEN, Encoding::Tolerant)?;
        let keys =
            holder.map_or(MyKeys::DangerousNotChecked, |key| MyKeys::OneOf(core::slice::from_ref(key)));
        let receiving = Receiving {
            keys,
            audiences: &self.audiences(),
            nonces: nonce.as_slice(),
            now: UnixTime(self.verifier.now),
            algorithms: algorithms(issuer),
            issuer: IssuerName::DangerousWhateverTheKeySigns,
        };
        let mut scratch = Scratch::default();
        let received = receive(&token, issuer, &receiving, &mut scratch)?;
        Ok(received.claims().to_value().encode())
    }

    /// As [`Self::receive`], for a key-binding token.
    fn verify(&self, token: &[u8], nonce: Option<&[u8]>, issuer: &PublicKey) -> Result<Vec<u8>, Error> {
        let token = KeyBoundToken::parse(token, &Limits::TOKEN, Encoding::Tolerant)?;
        let expected = Expected {
            audiences: &self.audiences(),
            nonce: nonce.map_or(Nonce::NoneAsked, Nonce::Exactly),
            now: UnixTime(self.verifier.now),
            algorithms: algorithms(issuer),
            issuer: IssuerName::DangerousWhateverTheKeySigns,
        };
        let mut scratch = Scratch::default();
        let verified = verify(&token, issuer, &expected, &mut scratch)?;
        Ok(verified.claims().to_value().encode())
    }
}
