//! The messages of the protocol `geleit.sut/1`: JSON objects, one on a line.
//!
//! ```text
//! to the system      hello · begin · profile · file · check · bye
//! from the system    hello (to hello) · ready (to begin) · answer or missing (to check) · error (at any time)
//! ```
//!
//! What two checks can have in common (trust list, status lists, registration, purpose) travels once and is named by its
//! SHA-256 from then on: a check would be ten times as long otherwise. Bytes are Base64 (RFC 4648 section 4, with padding),
//! which every language reads without a library and which is a third longer than the bytes, where hexadecimal
//! would double them. Hashes are 64 lower-case hexadecimal digits.
//!
//! The harness reads strictly: an answer with a member that it does not know is refused, because a misspelt
//! `notices` would otherwise pass as "none". A system should skip members that it does not know, as [`ToSystem`]
//! does: a later harness may say more, and what a system must not ignore would get another schema.

use crate::outcome::{Outcome, Word};
use crate::row::Answer;
use crate::sut::{Hello, Receipt, Reply, Texts};
use base64ct::{Base64, Encoding};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The most bytes of a line to a system, without its end: a status list of 1 MiB and a presentation that is meant to be
/// too large fit.
pub const MAX_LINE_TO_SYSTEM: usize = 8 << 20;

/// The most bytes of a line from a system, without its end.
pub const MAX_LINE_FROM_SYSTEM: usize = 1 << 20;

/// What the harness says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum ToSystem {
    /// Who are you? The first message. Answered by [`FromSystem::Hello`].
    Hello {
        /// [`PROTOCOL`](super::PROTOCOL).
        schema: String,
    },
    /// A new scenario: forget every answer that was counted. Answered by [`FromSystem::Ready`].
    Begin {
        /// Its id.
        scenario: String,
    },
    /// A purpose, before the first check that names it. Not answered.
    Profile(PurposeFile),
    /// A signed object, before the first check that names it. Not answered.
    File {
        /// SHA-256 of the bytes.
        sha256: Hash,
        /// The object.
        bytes: Bytes,
    },
    /// One question. Answered by [`FromSystem::Answer`], or by [`FromSystem::Missing`] and then asked once more.
    Check(Box<Check>),
    /// The end. Not answered.
    Bye {},
}

/// A file of `spec/purposes`, as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurposeFile {
    /// Id of the purpose, such as `uk-right-to-work`.
    pub id: String,
    /// Its version.
    pub version: u32,
    /// SHA-256 of the text, by which checks name it.
    pub sha256: Hash,
    /// TOML.
    pub text: String,
}

/// One question: everything that a relying party has at hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// `D01/1`.
    pub id: String,
    /// What the relying party's clock says, in seconds since 1970-01-01T00:00:00Z.
    pub now: i64,
    /// The trust anchor's key, SPKI in PEM.
    pub anchor: String,
    /// The signed trust list.
    pub trust_list: Hash,
    /// The signed status lists at hand.
    pub status_lists: Vec<Hash>,
    /// The relying party's own signed registration.
    pub registration: Hash,
    /// Id of the purpose.
    pub purpose: String,
    /// SHA-256 of its file.
    pub profile: Hash,
    /// The signed request that the relying party sent.
    pub request: Bytes,
    /// What came back.
    pub presentation: Bytes,
    /// What only the relying party knows, by name.
    pub facts: BTreeMap<String, String>,
}

/// What a system says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub enum FromSystem {
    /// Who it is.
    Hello {
        /// [`PROTOCOL`](super::PROTOCOL).
        schema: String,
        /// Name and version.
        name: String,
        /// Whose reasons it gives.
        reasons: Reasons,
    },
    /// It has forgotten what was before.
    Ready {},
    /// The answer to a check.
    Answer(Box<Said>),
    /// It does not have (any more) what a check names. The harness sends it again, then the check.
    Missing {
        /// The id of the check.
        id: String,
        /// What is missing.
        sha256: Vec<Hash>,
    },
    /// It cannot go on: the harness did something wrong, or the system is broken. This is no answer to a check.
    Error {
        /// What was wrong.
        message: String,
    },
}

/// Whose reasons a system gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reasons {
    /// Those of `spec/reasons.toml`, with the rules of `spec/verification.md`: they are compared.
    Geleit,
    /// Its own: shown in reports, not compared.
    Own,
}

/// The answer to a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// The id of the check.
    pub id: String,
    /// The outcome, with the day of `ACCEPT_UNTIL`.
    pub outcome: Outcome,
    /// Why, as a code.
    pub reason: String,
    /// The rule that was broken, where one was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Codes of what else has to be noted, beside a "yes".
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<String>,
    /// Ids of the claims that the system learned.
    pub claims: Vec<String>,
    /// Texts for people.
    #[serde(default, skip_serializing_if = "SaidTexts::is_empty")]
    pub texts: SaidTexts,
    /// The receipt, where the system signs one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<SaidReceipt>,
}

/// Texts for people, each in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaidTexts {
    /// What happened, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what: Option<Both>,
    /// What to do in place of the check.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<Both>,
    /// How the person can object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redress: Option<Both>,
}

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Both {
    /// English.
    pub en: String,
    /// German.
    pub de: String,
}

/// A signed receipt with the salt of its facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaidReceipt {
    /// As signed.
    pub bytes: Bytes,
    /// 16 bytes.
    pub salt: Bytes,
}

/// Bytes, as Base64.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Bytes(pub Vec<u8>);

/// A SHA-256, in hexadecimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hash(pub [u8; 32]);

/// Not a message of the protocol.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// Not JSON, not this type, or with a member too many, too few or of the wrong kind.
    #[error("not a message: {0}")]
    Json(String),
    /// Not Base64.
    #[error("bytes have to be Base64 with padding (RFC 4648 section 4), on one line")]
    Base64,
    /// Not a SHA-256.
    #[error("\"{0}\" is no SHA-256: 64 lower-case hexadecimal digits are required")]
    Hash(String),
    /// An outcome that no verifier can have.
    #[error("{0} is no answer of a verifier: one of {names} is required", names = ANSWERS.map(Word::name).join(", "))]
    Outcome(Word),
    /// A salt of another length.
    #[error("the salt of a receipt is {0} bytes; 16 are required")]
    Salt(usize),
}

/// What a verifier can answer.
pub const ANSWERS: [Word; 7] = [
    Word::Accept,
    Word::AcceptUntil,
    Word::AcceptWithNotice,
    Word::Refuse,
    Word::Indeterminate,
    Word::NotVerified,
    Word::NoSuchCheck,
];

/// Reads one line.
///
/// # Errors
/// [`MessageError::Json`], which names the member that is wrong.
pub fn read<M: DeserializeOwned>(line: &str) -> Result<M, MessageError> {
    serde_json::from_str(line).map_err(|error| MessageError::Json(error.to_string()))
}

/// Writes one line, with its end.
///
/// # Errors
/// [`MessageError::Json`]; no message of this module has a part that JSON lacks.
pub fn write<M: Serialize>(message: &M) -> Result<String, MessageError> {
    let line = serde_json::to_string(message).map_err(|error| MessageError::Json(error.to_string()))?;
    Ok(line + "\n")
}

impl TryFrom<String> for Bytes {
    type Error = MessageError;

    fn try_from(text: String) -> Result<Self, MessageError> {
        Base64::decode_vec(&text).map(Self).map_err(|_| MessageError::Base64)
    }
}

impl From<Bytes> for String {
    fn from(Bytes(bytes): Bytes) -> Self {
        Base64::encode_string(&bytes)
    }
}

impl TryFrom<String> for Hash {
    type Error = MessageError;

    fn try_from(text: String) -> Result<Self, MessageError> {
        let mut hash = [0; 32];
        match base16ct::lower::decode(&text, &mut hash) {
            Ok(bytes) if bytes.len() == 32 => Ok(Self(hash)),
            _ => Err(MessageError::Hash(text)),
        }
    }
}

impl From<Hash> for String {
    fn from(Hash(hash): Hash) -> Self {
        base16ct::lower::encode_string(&hash)
    }
}

impl Said {
    /// A reply as it goes over the wire.
    #[must_use]
    pub fn of(id: &str, reply: &Reply) -> Self {
        let Reply { answer, texts, receipt } = reply;
        Self {
            id: id.to_owned(),
            outcome: answer.outcome,
            reason: answer.reason.clone(),
            rule: answer.rule.clone(),
            notices: answer.notices.clone(),
            claims: answer.disclosed.clone(),
            texts: SaidTexts {
                what: texts.what.as_ref().map(Both::of),
                fallback: texts.fallback.as_ref().map(Both::of),
                redress: texts.redress.as_ref().map(Both::of),
            },
            receipt: receipt.as_ref().map(|receipt| SaidReceipt {
                bytes: Bytes(receipt.bytes.clone()),
                salt: Bytes(receipt.salt.to_vec()),
            }),
        }
    }

    /// The reply that came over the wire.
    ///
    /// # Errors
    /// [`MessageError::Outcome`] and [`MessageError::Salt`].
    pub fn into_reply(self) -> Result<Reply, MessageError> {
        if !ANSWERS.contains(&self.outcome.word) {
            return Err(MessageError::Outcome(self.outcome.word));
        }
        let receipt = self.receipt.map(|SaidReceipt { bytes: Bytes(bytes), salt: Bytes(salt) }| {
            let length = salt.len();
            let salt = salt.try_into().map_err(|_| MessageError::Salt(length))?;
            Ok(Receipt { bytes, salt })
        });
        Ok(Reply {
            answer: Answer {
                outcome: self.outcome,
                reason: self.reason,
                rule: self.rule,
                notices: self.notices,
                disclosed: self.claims,
            },
            texts: Texts {
                what: self.texts.what.map(Both::into_pair),
                fallback: self.texts.fallback.map(Both::into_pair),
                redress: self.texts.redress.map(Both::into_pair),
            },
            receipt: receipt.transpose()?,
        })
    }
}

impl SaidTexts {
    const fn is_empty(&self) -> bool {
        self.what.is_none() && self.fallback.is_none() && self.redress.is_none()
    }
}

impl Both {
    fn of([en, de]: &[String; 2]) -> Self {
        Self { en: en.clone(), de: de.clone() }
    }

    fn into_pair(self) -> [String; 2] {
        [self.en, self.de]
    }
}

impl FromSystem {
    /// How a system introduces itself.
    #[must_use]
    pub fn hello(hello: &Hello) -> Self {
        Self::Hello {
            schema: super::PROTOCOL.to_owned(),
            name: hello.name.clone(),
            reasons: if hello.geleit_reasons { Reasons::Geleit } else { Reasons::Own },
        }
    }

    /// The name of the message.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Hello { .. } => "hello",
            Self::Ready {} => "ready",
            Self::Answer(_) => "answer",
            Self::Missing { .. } => "missing",
            Self::Error { .. } => "error",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        Both, Bytes, Check, FromSystem, Hash, MessageError, PurposeFile, Reasons, Said, SaidReceipt,
        SaidTexts, ToSystem, read, write,
    };

    fn to_system() -> Vec<ToSystem> {
        let check = Check {
            id: "D01/1".into(),
            now: 1_795_424_400,
            anchor: "-----BEGIN PUBLIC KEY-----\n".into(),
            trust_list: Hash([1; 32]),
            status_lists: vec![Hash([2; 32]), Hash([3; 32])],
            registration: Hash([4; 32]),
            purpose: "uk-right-to-work".into(),
            profile: Hash([5; 32]),
            request: Bytes(vec![0xd2]),
            presentation: Bytes(vec![0x80]),
            facts: [("face_matches".to_owned(), "yes".to_owned())].into(),
        };
        vec![
            ToSystem::Hello { schema: "geleit.sut/1".into() },
            ToSystem::Begin { scenario: "D01".into() },
            ToSystem::Profile(PurposeFile {
                id: "uk-right-to-work".into(),
                version: 3,
                sha256: Hash([5; 32]),
                text: "id = \"uk-right-to-work\"\n".into(),
            }),
            ToSystem::File { sha256: Hash([1; 32]), bytes: Bytes((0..=255).collect()) },
            ToSystem::Check(Box::new(check)),
            ToSystem::Bye {},
        ]
    }

    fn from_system() -> Vec<FromSystem> {
        let both = || Some(Both { en: "No.".into(), de: "Nein.".into() });
        let short = Said {
            id: "D01/1".into(),
            outcome: "REFUSE".parse().unwrap(),
            reason: "own-code".into(),
            rule: None,
            notices: vec![],
            claims: vec![],
            texts: SaidTexts::default(),
            receipt: None,
        };
        let long = Said {
            outcome: "ACCEPT_UNTIL 2028-03-31".parse().unwrap(),
            rule: Some("B-20".into()),
            notices: vec!["evidence-not-fresh".into()],
            claims: vec!["res.uk.work.permitted".into()],
            texts: SaidTexts { what: both(), fallback: both(), redress: both() },
            receipt: Some(SaidReceipt { bytes: Bytes(vec![1, 2]), salt: Bytes(vec![7; 16]) }),
            ..short.clone()
        };
        vec![
            FromSystem::Hello {
                schema: "geleit.sut/1".into(),
                name: "a verifier 1.0".into(),
                reasons: Reasons::Own,
            },
            FromSystem::Ready {},
            FromSystem::Answer(Box::new(short)),
            FromSystem::Answer(Box::new(long)),
            FromSystem::Missing { id: "D01/1".into(), sha256: vec![Hash([9; 32])] },
            FromSystem::Error { message: "no".into() },
        ]
    }

    #[test]
    fn messages_are_read_as_written() {
        for message in to_system() {
            let line = write(&message).unwrap();
            assert_eq!(line.matches('\n').count(), 1, "{line}");
            assert_eq!(read::<ToSystem>(&line).unwrap(), message, "{line}");
        }
        for message in from_system() {
            let line = write(&message).unwrap();
            assert_eq!(read::<FromSystem>(&line).unwrap(), message, "{line}");
        }
    }

    #[test]
    fn replies_are_the_same_after_the_wire() {
        for message in from_system() {
            let FromSystem::Answer(said) = message else { continue };
            let reply = said.clone().into_reply().unwrap();
            assert_eq!(Said::of("D01/1", &reply), *said);
        }
    }

    #[test]
    fn the_harness_reads_strictly_and_a_system_does_not() {
        let later = r#"{"type":"begin","scenario":"D01","design":"geleit"}"#;
        assert_eq!(read::<ToSystem>(later).unwrap(), ToSystem::Begin { scenario: "D01".into() });
        for line in [
            r#"{"type":"ready","soon":true}"#,
            r#"{"type":"ready","type":"ready"}"#,
            r#"{"type":"answer","id":"1","outcome":"ACCEPT","reason":"r","claims":[],"notice":[]}"#,
            r#"{"type":"answer","id":"1","outcome":"ACCEPT","reason":"r","claims":[],"claims":[]}"#,
            r#"{"type":"answer","id":"1","outcome":"ACCEPT","reason":"r"}"#,
            r#"{"type":"answer","id":"1","outcome":"YES","reason":"r","claims":[]}"#,
            r#"{"type":"answer","id":"1","outcome":"ACCEPT_UNTIL","reason":"r","claims":[]}"#,
            r#"{"type":"answer","id":"1","outcome":"ACCEPT","reason":"r","claims":[],"texts":{"what":{"en":"No."}}}"#,
            r#"{"type":"hello","schema":"geleit.sut/1","name":"n","reasons":"mine"}"#,
            r#"{"type":"missing","id":"1","sha256":["AA"]}"#,
            r#"{"type":"ready"} {"type":"ready"}"#,
            "ready",
            "",
        ] {
            assert!(matches!(read::<FromSystem>(line), Err(MessageError::Json(_))), "{line}");
        }
    }

    #[test]
    fn bytes_have_one_text() {
        for text in ["gA", "gB==", "gA==\n", "gA== ", "g-==", "80"] {
            assert!(Bytes::try_from(text.to_owned()).is_err(), "{text}");
        }
        assert_eq!(Bytes::try_from("gA==".to_owned()).unwrap(), Bytes(vec![0x80]));
    }

    #[test]
    fn words_that_no_verifier_has_are_refused() {
        for (outcome, salt, error) in [
            ("LINKED", 16, "LINKED is no answer"),
            ("BLOCKED_BY_WALLET", 16, "BLOCKED"),
            ("ACCEPT", 15, "15 bytes"),
        ] {
            let said = Said {
                id: "1".into(),
                outcome: outcome.parse().unwrap(),
                reason: "r".into(),
                rule: None,
                notices: vec![],
                claims: vec![],
                texts: SaidTexts::default(),
                receipt: Some(SaidReceipt { bytes: Bytes(vec![]), salt: Bytes(vec![0; salt]) }),
            };
            let refused = said.into_reply().unwrap_err().to_string();
            assert!(refused.contains(error), "{refused}");
        }
    }
}
