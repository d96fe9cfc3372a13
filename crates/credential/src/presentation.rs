//! The answer on the wire: one key-binding token for each credential type that was asked.
//!
//! ```text
//! presentation = [ 1*4 kbt-cwt ]
//! declined     = [ ]
//! ```

use crate::sd_cwt::{self, KeyBoundToken};
use core::fmt;
use geleit_cose::cbor::{Decoder, Encoding, Head, Limits, Malformed};

/// The most tokens in one presentation.
pub const MAX_TOKENS: usize = 4;

/// What a wallet sends that does not answer, whatever the reason: an array without tokens, which
/// [`Presentation::parse`] refuses (B-01). Whether the holder lacks something, declines, is under duress, or
/// the wallet refused the request cannot be told from it.
pub const DECLINED: [u8; 1] = [0x80];

/// Whether a wallet has sent [`DECLINED`]: nothing was shown, and nothing follows from that about the
/// person. A verifier goes on with the fallback of its purpose.
#[must_use]
pub fn is_declined(bytes: &[u8]) -> bool {
    bytes == DECLINED
}

/// A parsed presentation. Nothing in it is verified.
#[derive(Clone)]
pub struct Presentation<'b> {
    tokens: [Option<KeyBoundToken<'b>>; MAX_TOKENS],
    input: &'b [u8],
}

impl fmt::Debug for Presentation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.tokens()).finish()
    }
}

impl<'b> Presentation<'b> {
    /// Reads a presentation and nothing after it. Nothing is allocated.
    ///
    /// # Errors
    /// B-01, M and C rules, V-01 to V-07.
    pub fn parse(input: &'b [u8], limits: &Limits) -> Result<Self, PresentationError> {
        let mut decoder = Decoder::new(input, limits, Encoding::Deterministic)?;
        let count = match decoder.peek()? {
            Head::Array(count @ 1..=MAX_TOKENS) => count,
            _ => return Err(PresentationError::Envelope),
        };
        decoder.array()?;
        let mut tokens = [const { None }; MAX_TOKENS];
        for token in tokens.iter_mut().take(count) {
            *token = Some(KeyBoundToken::read(&mut decoder, limits, Encoding::Deterministic)?);
        }
        decoder.finish()?;
        Ok(Self { tokens, input })
    }

    /// The tokens.
    pub fn tokens(&self) -> impl Iterator<Item = &KeyBoundToken<'b>> {
        self.tokens.iter().flatten()
    }

    /// Bytes on the wire.
    #[must_use]
    pub const fn length(&self) -> usize {
        self.input.len()
    }

    /// The bytes on the wire.
    #[must_use]
    pub const fn bytes(&self) -> &'b [u8] {
        self.input
    }
}

/// Why bytes are not a presentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PresentationError {
    /// B-01: not an array of one to four tokens.
    Envelope,
    /// M, C and V rules.
    Token(sd_cwt::Error),
}

impl PresentationError {
    /// The rule id in `spec/verification.md`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Envelope => "B-01",
            Self::Token(error) => error.code(),
        }
    }
}

impl fmt::Display for PresentationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Envelope => {
                write!(f, "B-01 presentation: required an array of 1 to {MAX_TOKENS} key-binding tokens")
            }
            Self::Token(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for PresentationError {}

impl From<sd_cwt::Error> for PresentationError {
    fn from(error: sd_cwt::Error) -> Self {
        Self::Token(error)
    }
}

impl From<Malformed> for PresentationError {
    fn from(malformed: Malformed) -> Self {
        Self::Token(malformed.into())
    }
}
