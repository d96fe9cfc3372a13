//! Systems under test: whoever answers the question of a relying party in place of geleit's verifier.
//!
//! ```text
//! harness                                     system under test
//!   {"type":"hello","schema":"geleit.sut/1"} ->
//!                                            <- {"type":"hello","schema":"geleit.sut/1","name":..,"reasons":"geleit"|"own"}
//!   {"type":"begin","scenario":"D01"}        ->    forget everything, nonces too
//!                                            <- {"type":"ready"}
//!   {"type":"file","sha256":..,"bytes":..}   ->    once for each trust list, status list, registration
//!   {"type":"profile","sha256":..,"text":..} ->    once for each purpose
//!   {"type":"check","id":"D01/1",..}         ->
//!                                            <- {"type":"answer","id":"D01/1","outcome":..,"reason":..,"claims":[..]}
//! ```
//!
//! [`message`] has the messages, [`client`] the side of the harness with two transports, [`command`] and `http`, and
//! [`serve`] the side of the system. [`geleit`] is geleit's own verifier. `spec/harness.md` is the specification. A system sees what a relying party sees, and never what was expected.

pub mod client;
pub mod command;
pub mod geleit;
#[cfg(feature = "http")]
pub mod http;
mod lines;
pub mod message;
pub mod serve;

use crate::row::Answer;
use geleit_credential::purpose::Profile;
use geleit_credential::time::UnixTime;
use std::fmt::Debug;

/// The version of the protocol.
pub const PROTOCOL: &str = "geleit.sut/1";

/// What a system says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hello {
    /// Name and version, for the report.
    pub name: String,
    /// Whether its reasons and rules are those of `spec/reasons.toml` and `spec/verification.md`, so that they are
    /// compared.
    pub geleit_reasons: bool,
}

/// One question: everything that a relying party has at hand.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// `D01/1`.
    pub id: &'a str,
    /// What the relying party's clock says.
    pub now: UnixTime,
    /// The trust anchor's key, SPKI in PEM.
    pub anchor: &'a str,
    /// The signed trust list.
    pub trust_list: &'a [u8],
    /// The signed status lists at hand; the relying party may have been unable to fetch newer ones.
    pub status_lists: &'a [Vec<u8>],
    /// The relying party's own signed registration.
    pub registration: &'a [u8],
    /// The purpose, with its decision table.
    pub profile: &'a Profile,
    /// The signed request that the relying party sent.
    pub request: &'a [u8],
    /// What came back: a presentation, or the constant that declines.
    pub presentation: &'a [u8],
    /// What only the relying party knows, by name.
    pub facts: &'a [(String, String)],
}

/// What a system answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Outcome, reason, claims.
    pub answer: Answer,
    /// What it told about the way out.
    pub texts: Texts,
    /// The signed receipt and the salt of its facts, where the system makes one.
    pub receipt: Option<Receipt>,
}

/// Texts for people that came with an answer; `None` where a system has none to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    /// What happened, in English and German.
    pub what: Option<[String; 2]>,
    /// What to do in place of the check.
    pub fallback: Option<[String; 2]>,
    /// How the person can object.
    pub redress: Option<[String; 2]>,
}

/// A receipt with what is needed to replay it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// As signed.
    pub bytes: Vec<u8>,
    /// The salt of the facts.
    pub salt: [u8; 16],
}

/// Why there is no answer: the system is broken, not the person's papers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SutError {
    /// It could not be started or reached.
    #[error("system under test: cannot be reached: {0}")]
    Unreachable(String),
    /// It ended or hung up.
    #[error("system under test: ended without an answer to {0}")]
    Ended(String),
    /// It took longer than it may.
    #[error("system under test: no answer to {id} within {seconds} s")]
    Late {
        /// The message that was not answered.
        id: String,
        /// The limit.
        seconds: u64,
    },
    /// What it said does not follow the protocol.
    #[error("system under test: {0}")]
    Protocol(String),
}

/// A system that answers.
pub trait SystemUnderTest: Debug {
    /// Who are you?
    ///
    /// # Errors
    /// [`SutError`].
    fn hello(&mut self) -> Result<Hello, SutError>;

    /// A new scenario: everything seen before is forgotten, nonces too.
    ///
    /// # Errors
    /// [`SutError`].
    fn begin(&mut self, scenario: &str) -> Result<(), SutError>;

    /// One question.
    ///
    /// # Errors
    /// [`SutError`]. A broken presentation is no error of the system: it is answered with `NOT_VERIFIED`.
    fn check(&mut self, question: &Question<'_>) -> Result<Reply, SutError>;
}
