//! What is written in a receipt, before anybody has verified it: for a first look, and for counting in one's
//! own store, whose log says by its hashes that nothing was exchanged.

use geleit_cose::cbor::{Encoding, Limits, Value};
use geleit_cose::sign1::{NoHeaders, Sign1};
use geleit_credential::numbers::claim;
use geleit_credential::reason::{Lang, ReasonCode};
use geleit_credential::receipt::SignedReceipt;
use geleit_credential::time::UnixTime;

/// The fields that commands look at.
#[derive(Debug)]
pub(crate) struct Unverified {
    /// Place in the log.
    pub(crate) number: u64,
    /// SHA-256 of the receipt before.
    pub(crate) previous: [u8; 32],
    /// The relying party.
    pub(crate) relying_party: String,
    /// The purpose.
    pub(crate) purpose: String,
    /// The time of the decision.
    pub(crate) decided_at: UnixTime,
    /// The name of the outcome.
    pub(crate) outcome: String,
    /// The reason code.
    pub(crate) reason: String,
    /// The last moment of retention, if it is known.
    pub(crate) keep_until: Option<UnixTime>,
    /// All of it.
    pub(crate) payload: Value,
}

impl Unverified {
    /// Reads a receipt; none when it is not built as one.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        SignedReceipt::parse(bytes).ok()?;
        let sign1 = Sign1::parse(bytes, &Limits::TOKEN, Encoding::Deterministic, &mut NoHeaders).ok()?;
        let payload = sign1.dangerous_unverified_payload();
        let payload = Value::decode(payload, &Limits::TOKEN, Encoding::Deterministic).ok()?;
        let text = |name: &str| payload.get(name).and_then(Value::as_text).map(str::to_owned);
        Some(Self {
            number: payload.get("number").and_then(Value::as_int).and_then(|n| u64::try_from(n).ok())?,
            previous: payload.get("previous").and_then(Value::as_bytes)?.try_into().ok()?,
            relying_party: payload.get_int(claim::ISS).and_then(Value::as_text)?.to_owned(),
            purpose: text("intended_use_id")?,
            decided_at: payload.get_int(claim::IAT).and_then(Value::as_int).map(UnixTime)?,
            outcome: text("outcome")?,
            reason: text("reason")?,
            keep_until: payload.get("keep_until").and_then(Value::as_int).map(UnixTime),
            payload,
        })
    }

    /// A text in a language.
    pub(crate) fn text(&self, name: &str, lang: Lang) -> Option<&str> {
        self.payload.get(name)?.get(lang.tag())?.as_text()
    }

    /// What its reason code stands for, when it is one.
    pub(crate) fn reason_code(&self) -> Option<ReasonCode> {
        ReasonCode::find(&self.reason)
    }
}
