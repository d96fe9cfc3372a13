//! The shape of a vector file.

use geleit_credential::decision::Decision;
use geleit_credential::holder::DisclosureLedger;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A vector file.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct File {
    /// What it is about.
    pub title: String,
    /// Keys of the kinds `issued`, `kbt` and `select`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keys: Option<Keys>,
    /// Inputs that hold for every case that does not name its own.
    #[serde(default, skip_serializing_if = "Inputs::is_empty")]
    pub baseline: Inputs,
    /// The cases.
    pub cases: Vec<Case>,
}

/// Keys of a file.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Keys {
    /// Signs credentials.
    pub issuer: VectorKey,
    /// The confirmation key that a holder expects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holder: Option<VectorKey>,
}

/// A raw Ed25519 public key.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct VectorKey {
    /// 32 bytes.
    pub public: Hex,
}

/// One case.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Case {
    /// Unique within the file.
    pub name: String,
    /// What is checked.
    pub kind: Kind,
    /// The outcome.
    pub expect: Expect,
    /// The rule that is broken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// What was broken, or what is shown to be allowed.
    pub why: String,
    /// What differs from the baseline.
    #[serde(flatten)]
    pub inputs: Inputs,
}

/// What a case checks.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A wallet's answer to a request.
    Answer,
    /// The holder's signature around an SD-CWT.
    Bind,
    /// The id of a claim in a profile or request.
    ClaimId,
    /// A `COSE_Key`.
    CoseKey,
    /// A credential that a wallet is offered.
    CredentialAccept,
    /// What an answer means for its purpose; `accept` means that it is verified.
    Decision,
    /// The issuing of any SD-CWT.
    Issue,
    /// The issuing of several typed credentials at once.
    IssueBatch,
    /// The issuing of a typed credential.
    IssueCopy,
    /// Any SD-CWT that a holder is offered.
    Issued,
    /// Any key-binding token that a verifier is shown.
    Kbt,
    /// What credentials mean for a purpose that is decided on the holder's device.
    LocalDecision,
    /// An answer to a request, at its verifier.
    Presentation,
    /// A registration.
    Registration,
    /// A request, at the wallet.
    Request,
    /// The choice of disclosures.
    Select,
    /// A trust list.
    TrustList,
}

/// The outcome of a case.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Expect {
    /// No rule is broken.
    Accept,
    /// One is.
    Reject,
}

/// Inputs by name. Times are seconds since 1970, bytes hexadecimal.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(default)]
pub struct Inputs {
    /// `issued`, `kbt`: what the verifier or holder brings along.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verifier: Option<VerifierInputs>,
    /// `issued`, `kbt`, `select`, `bind`: the token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cbor: Option<Hex>,
    /// `issued`, `kbt`: the claims of an accepted token, in deterministic encoding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validated_claims_cbor: Option<Hex>,
    /// The time of the check.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<i64>,
    /// The time at which everything was checked that comes before: trust list, registration,
    /// request, held credentials. Absent: `now`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prepared_at: Option<i64>,
    /// Trust anchor, a `COSE_Key`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anchor: Option<Hex>,
    /// The newest sequence number of a trust list that was accepted before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub newest_known: Option<u64>,
    /// Trust list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trust_list: Option<Hex>,
    /// Status lists at hand; one that does not verify under the trust list is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_lists: Option<Vec<Hex>>,
    /// Registration; for `presentation` that of the verifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration: Option<Hex>,
    /// Request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<Hex>,
    /// `presentation`: the anchor under which the request was permitted, when it is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_anchor: Option<Hex>,
    /// `presentation`: the trust list under which the request was permitted, when it is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_trust_list: Option<Hex>,
    /// Presentation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub presentation: Option<Hex>,
    /// Nonces that were answered before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonces_used: Option<Vec<Hex>>,
    /// Limits that are lower than `Limits::TOKEN`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limits: Option<TableOfLimits>,
    /// Ids of the claims that an accepted presentation shows, with ` >= t` the threshold; and for each
    /// credential that is not valid its type and standing, such as `residence is revoked`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shows: Option<Vec<String>>,
    /// `credential-accept`: the credential.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential: Option<Hex>,
    /// `credential-accept`, `local-decision`: the holder's public keys, each a `COSE_Key`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holder_keys: Option<Vec<Hex>>,
    /// `answer`, `bind`: the seed of the holder's Ed25519 key. `issue`: that of the issuer's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<Hex>,
    /// `answer`, `local-decision`: held credentials.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credentials: Option<Vec<Hex>>,
    /// `answer`: ids of optional claims that the holder shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optional: Option<Vec<String>>,
    /// `answer`: what the wallet has answered before. Absent: nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ledger: Option<DisclosureLedger>,
    /// `answer`: states of origin, none when they are not known. Absent: those of the held credentials.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<Vec<String>>,
    /// `issue`: claims with marks for redaction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claims: Option<Hex>,
    /// `issue`: COSE algorithm number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<i64>,
    /// `issue-copy`: life in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifetime_s: Option<i64>,
    /// `issue-copy`: address of the status list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_uri: Option<String>,
    /// `issue-copy`: the issuer's name for the holder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// `issue`, `issue-copy`, `issue-batch`: 32 bytes that the generator of randomness gives, again and again.
    /// Absent: bytes that depend on the name of the case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drawn: Option<Hex>,
    /// `issue-batch`: the copies, each an order of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copies: Option<Vec<CopyInputs>>,
    /// `select`: text keys of the disclosures that are chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chosen: Option<Vec<String>>,
    /// `cose-key`: the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cose_key: Option<Hex>,
    /// `claim-id`: the id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim_id: Option<String>,
    /// `local-decision`: the id of the purpose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// `decision`, `local-decision`: what is stated beside the credentials, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facts: Option<BTreeMap<String, String>>,
    /// `decision`, `local-decision`: what has to follow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decided>,
}

/// A copy of a batch, or several in a row.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct CopyInputs {
    /// Name of the credential type.
    pub of: String,
    /// Number of the holder's key.
    pub holder: usize,
    /// Place in the status list.
    pub index: u64,
    /// How many there are, each with the same key and the next place. Absent: one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
}

/// A decision in the words of its outcome and codes.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Decided {
    /// As it is printed: the name and, if there is one, the date.
    pub outcome: String,
    /// The reason code.
    pub reason: String,
    /// The codes of the notices, in the order of the table.
    pub notices: Vec<String>,
}

impl From<&Decision> for Decided {
    fn from(decision: &Decision) -> Self {
        Self {
            outcome: decision.outcome().to_string(),
            reason: decision.reason().as_str().to_owned(),
            notices: decision.notices().iter().map(|code| code.as_str().to_owned()).collect(),
        }
    }
}

/// What a verifier or holder brings along for any SD-CWT.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct VerifierInputs {
    /// The time of the check.
    pub now: i64,
    /// Its names.
    pub audiences: Vec<String>,
    /// The nonce; absent when none was asked for.
    pub cnonce: Option<Hex>,
}

/// Limits that a case lowers.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(default)]
pub struct TableOfLimits {
    /// Bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_bytes: Option<usize>,
    /// Items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_items: Option<u32>,
    /// Nesting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_depth: Option<u8>,
    /// Disclosures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_disclosures: Option<u32>,
}

/// Bytes, in files as lower-case hexadecimal text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hex(pub Vec<u8>);

impl Serialize for Hex {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&base16ct::lower::encode_string(&self.0))
    }
}

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        base16ct::mixed::decode_vec(&text).map(Self).map_err(serde::de::Error::custom)
    }
}

impl From<Vec<u8>> for Hex {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl From<&[u8]> for Hex {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }
}

impl Inputs {
    /// Nothing is named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl File {
    /// A file without keys or cases.
    #[must_use]
    pub fn new(title: &str, baseline: Inputs) -> Self {
        Self { title: title.to_owned(), keys: None, baseline, cases: Vec::new() }
    }

    /// Reads a vector file.
    ///
    /// # Errors
    /// When the text is not one.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// The text of the file.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("texts and numbers");
        text.push('\n');
        text
    }

    /// Adds a case that breaks no rule.
    pub fn accept(&mut self, kind: Kind, name: &str, why: &str, inputs: Inputs) {
        self.push(kind, Expect::Accept, None, name, why, inputs);
    }

    /// Adds a case that breaks one rule.
    pub fn reject(&mut self, kind: Kind, rule: &str, name: &str, why: &str, inputs: Inputs) {
        self.push(kind, Expect::Reject, Some(rule.to_owned()), name, why, inputs);
    }

    fn push(
        &mut self,
        kind: Kind,
        expect: Expect,
        rule: Option<String>,
        name: &str,
        why: &str,
        inputs: Inputs,
    ) {
        assert!(self.cases.iter().all(|case| case.name != name), "case {name} twice");
        let (name, why) = (name.to_owned(), why.to_owned());
        self.cases.push(Case { name, kind, expect, rule, why, inputs });
    }
}
