//! The question: a request, signed by the relying party, that carries its registration by value.
//!
//! ```text
//! {iss: relying party, aud: audience of the answer, iat, exp, cnonce,
//!  "registration": bstr, "intended_use_id", "credentials": scope, "retention_days"}
//!
//! bytes --Request::parse--> Request --permit(what is known, now)--> PermittedRequest
//! ```
//!
//! `permit` is what a wallet does before it shows anything to the holder, and what a verifier does
//! with its own request before it verifies an answer. Over-asking is refused, not warned about:
//! consent cannot widen a registered use.

use crate::known::Known;
use crate::numbers::claim;
use crate::reason::WalletRefusal;
use crate::register::{self, Document, seal};
use crate::registration::{Limit, Registration, RegistrationError, RelyingParty};
use crate::scope::{Scope, ScopeError};
use crate::time::{MAX_CLOCK_SKEW_S, UnixTime};
use core::fmt;
use geleit_cose::cbor::{Limits, Value};
use geleit_cose::key::{KeyError, SigningKey};
use geleit_cose::sign1;
use sha2::{Digest, Sha256};

/// The `typ` of a request.
pub const TYPE: &str = "application/geleit-request+cwt";

/// Bytes of a nonce: at least 16 (128 bits), at most 64.
pub const NONCE_BYTES: core::ops::RangeInclusive<usize> = 16..=64;

/// Longest life of a request, in seconds: one day, for answers that are carried by hand.
pub const MAX_VALIDITY_S: i64 = 86_400;

/// A request before verification.
#[derive(Clone, Debug)]
pub struct Request<'b> {
    document: Document<'b>,
    hash: [u8; 32],
}

/// What a relying party signs.
#[derive(Clone, Debug)]
pub struct RequestContent<'a> {
    /// Its registration, as the registrar signed it.
    pub registration: &'a [u8],
    /// Identifier of the relying party.
    pub relying_party: &'a str,
    /// The intended use that it names.
    pub intended_use_id: &'a str,
    /// The claims that it asks; for each threshold claim exactly one threshold.
    pub scope: Scope,
    /// Days for which it will keep the answer.
    pub retention_days: u32,
    /// A fresh random value of at least 16 bytes.
    pub nonce: &'a [u8],
    /// Time of asking.
    pub issued_at: UnixTime,
    /// First moment at which an answer comes too late.
    pub expires_at: UnixTime,
}

/// A request for which every R rule holds: registered, in scope, in time.
#[derive(Clone, Debug)]
pub struct PermittedRequest {
    hash: [u8; 32],
    intended_use: [u8; 32],
    relying_party: RelyingParty,
    scope: Scope,
    nonce: Vec<u8>,
    retention_days: u32,
    issued_at: UnixTime,
    expires_at: UnixTime,
}

impl RequestContent<'_> {
    /// Signs the request. Whether it is permitted is for [`Request::permit`] to say, on both sides.
    ///
    /// # Errors
    /// R-15 for a nonce of the wrong length, [`KeyError`] when the key cannot sign.
    pub fn sign(&self, key: &SigningKey) -> Result<Vec<u8>, RequestError> {
        require_nonce(self.nonce)?;
        let payload = Value::Map(vec![
            (Value::int(claim::ISS), Value::text(self.relying_party)),
            (Value::int(claim::AUD), Value::text(self.relying_party)),
            (Value::int(claim::EXP), Value::int(self.expires_at.0)),
            (Value::int(claim::IAT), Value::int(self.issued_at.0)),
            (Value::int(claim::CNONCE), Value::bytes(self.nonce)),
            (Value::text("registration"), Value::bytes(self.registration)),
            (Value::text("intended_use_id"), Value::text(self.intended_use_id)),
            (Value::text("credentials"), self.scope.to_value()),
            (Value::text("retention_days"), Value::Uint(u64::from(self.retention_days))),
        ]);
        Ok(seal(TYPE, &payload, key)?)
    }
}

impl<'b> Request<'b> {
    /// Reads a request.
    ///
    /// # Errors
    /// M and C rules, T-01.
    pub fn parse(bytes: &'b [u8]) -> Result<Self, RequestError> {
        let document = Document::parse(bytes, TYPE, &Limits::TOKEN)?;
        Ok(Self { document, hash: Sha256::digest(bytes).into() })
    }

    /// Checks the registration inside, the request's signature with the registered key, the times,
    /// and that nothing is asked beyond the registration.
    ///
    /// # Errors
    /// R-01 to R-20, T-03, T-04, T-07, C-03.
    pub fn permit(&self, known: &Known<'_>, now: UnixTime) -> Result<PermittedRequest, RequestError> {
        let registration = self.document.dangerous_unverified_bytes("registration")?;
        let relying_party = Registration::parse(registration)?.verify(known, now)?;
        let fields = self.document.verify(relying_party.request_key()).map_err(|error| match error {
            register::Error::Cose(sign1::Error::Signature) => RequestError::NotByRegisteredKey,
            error => error.into(),
        })?;
        // The verified fields are read from the same bytes as the registration above.
        fields.require_only(
            &[claim::ISS, claim::AUD, claim::EXP, claim::IAT, claim::CNONCE],
            &["registration", "intended_use_id", "credentials", "retention_days"],
        )?;
        let audience = fields.aud()?;
        if fields.iss()? != relying_party.id() || audience != relying_party.id() {
            return Err(RequestError::Identity);
        }
        let (issued_at, expires_at) = (fields.iat()?, fields.exp()?);
        if now < issued_at.plus(-MAX_CLOCK_SKEW_S)
            || now >= expires_at
            || !(1..=MAX_VALIDITY_S).contains(&expires_at.since(issued_at))
        {
            return Err(RequestError::NotValid { from: issued_at, until: expires_at, now });
        }
        if fields.text("intended_use_id")? != relying_party.intended_use().id {
            return Err(RequestError::IntendedUse);
        }
        let nonce = fields.cnonce()?;
        require_nonce(&nonce)?;
        let scope = Scope::from_value(fields.value("credentials")?)?;
        check_scope(&scope, &relying_party)?;
        let retention_days = u32::try_from(fields.uint("retention_days")?)
            .map_err(|_| register::Error::Field("retention_days"))?;
        let registered = relying_party.intended_use().retention_days;
        if retention_days > registered {
            return Err(RequestError::Retention { registered, asked: retention_days });
        }
        Ok(PermittedRequest {
            hash: self.hash,
            intended_use: intended_use_digest(&relying_party.intended_use().id),
            relying_party,
            scope,
            nonce,
            retention_days,
            issued_at,
            expires_at,
        })
    }

    /// [`Self::permit`] of a request that may no longer be open at `now`: then it has to have been permitted
    /// when it was sent. For whoever looks at an answer that came too late, or did not come. Whether an answer
    /// came in time is not said by it: [`Verifier::verify`](crate::verifier::Verifier::verify) compares that
    /// (B-02).
    ///
    /// # Errors
    /// As [`Self::permit`]; R-04 for a request that is not open yet, or for longer than a day.
    pub fn permit_as_sent(&self, known: &Known<'_>, now: UnixTime) -> Result<PermittedRequest, RequestError> {
        match self.permit(known, now) {
            Err(RequestError::NotValid { from, .. }) if from <= now => self.permit(known, from),
            permitted => permitted,
        }
    }
}

/// R-06 and R-07.
fn check_scope(scope: &Scope, relying_party: &RelyingParty) -> Result<(), RequestError> {
    let claims = scope.beyond(&relying_party.intended_use().scope);
    if !claims.is_empty() {
        let registered = relying_party.intended_use().scope.entries().len();
        return Err(RequestError::OverAsking {
            intended_use: relying_party.intended_use().id.clone(),
            registered,
            claims,
        });
    }
    match scope.entries().iter().find(|entry| entry.at_least.len() > 1) {
        Some(entry) => Err(RequestError::SeveralThresholds { claim: entry.claim.id() }),
        None => Ok(()),
    }
}

/// SHA-256 of the id of an intended use.
pub(crate) fn intended_use_digest(id: &str) -> [u8; 32] {
    Sha256::digest(id).into()
}

/// R-15.
fn require_nonce(nonce: &[u8]) -> Result<(), RequestError> {
    if NONCE_BYTES.contains(&nonce.len()) {
        Ok(())
    } else {
        Err(RequestError::Nonce { presented: nonce.len() })
    }
}

impl PermittedRequest {
    /// SHA-256 of the signed request: what the holder's signature binds to.
    #[must_use]
    pub const fn hash(&self) -> &[u8; 32] {
        &self.hash
    }

    /// SHA-256 of the id of the intended use, which a verified presentation carries along.
    pub(crate) const fn intended_use(&self) -> &[u8; 32] {
        &self.intended_use
    }

    /// Who asks, with the registered use.
    #[must_use]
    pub const fn relying_party(&self) -> &RelyingParty {
        &self.relying_party
    }

    /// The claims that are asked.
    #[must_use]
    pub const fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The nonce.
    #[must_use]
    pub fn nonce(&self) -> &[u8] {
        &self.nonce
    }

    /// Days for which the answer will be kept.
    #[must_use]
    pub const fn retention_days(&self) -> u32 {
        self.retention_days
    }

    /// Time of asking.
    #[must_use]
    pub const fn issued_at(&self) -> UnixTime {
        self.issued_at
    }

    /// First moment at which an answer comes too late.
    #[must_use]
    pub const fn expires_at(&self) -> UnixTime {
        self.expires_at
    }
}

/// Why a request was refused. A wallet answers nothing then.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestError {
    /// M and C rules, T-01, T-03.
    Document(register::Error),
    /// The registration inside was refused: T-04, R-01, R-02, R-16 to R-20, the rules of scopes, or one of
    /// the document (M, C, T-01, T-03, T-07).
    Registration(RegistrationError),
    /// R-03: not signed with the key that is registered.
    NotByRegisteredKey,
    /// R-04: not valid now, or for longer than a day.
    NotValid {
        /// First moment.
        from: UnixTime,
        /// First moment at which it is too late.
        until: UnixTime,
        /// The time of the check.
        now: UnixTime,
    },
    /// R-05: another intended use than the one that is registered.
    IntendedUse,
    /// R-06: claims or thresholds beyond the registration.
    OverAsking {
        /// The intended use.
        intended_use: String,
        /// How many claims it registers.
        registered: usize,
        /// The claims that are too much.
        claims: Vec<&'static str>,
    },
    /// R-07: several thresholds of one claim, which together would locate the value.
    SeveralThresholds {
        /// The claim.
        claim: &'static str,
    },
    /// R-08, R-09, R-12, R-13, R-14.
    Scope(ScopeError),
    /// R-10: kept for longer than registered.
    Retention {
        /// Days that are registered.
        registered: u32,
        /// Days that are asked.
        asked: u32,
    },
    /// R-11: issuer or audience is not the registered relying party.
    Identity,
    /// R-15: a nonce that is too short or too long.
    Nonce {
        /// Its length in bytes.
        presented: usize,
    },
    /// The key cannot sign: misuse, not an attack.
    Key(KeyError),
}

impl RequestError {
    /// The rule id in `spec/verification.md`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Document(error) => error.code(),
            Self::Registration(error) => error.code(),
            Self::NotByRegisteredKey => "R-03",
            Self::NotValid { .. } => "R-04",
            Self::IntendedUse => "R-05",
            Self::OverAsking { .. } => "R-06",
            Self::SeveralThresholds { .. } => "R-07",
            Self::Scope(error) => error.code(),
            Self::Retention { .. } => "R-10",
            Self::Identity => "R-11",
            Self::Nonce { .. } => "R-15",
            Self::Key(_) => "I-06",
        }
    }

    /// What the wallet tells its holder. The party that asked learns nothing of it.
    #[must_use]
    pub const fn refusal(&self) -> WalletRefusal {
        match self {
            Self::Registration(error) => registration_refusal(error),
            Self::IntendedUse => WalletRefusal::UseNotRegistered,
            Self::OverAsking { .. } => WalletRefusal::ClaimsOutsideUse,
            Self::SeveralThresholds { .. } => WalletRefusal::ThresholdNotRegistered,
            Self::Scope(ScopeError::Never { .. }) => WalletRefusal::ClaimNeverShown,
            Self::Scope(ScopeError::CatchAll) => WalletRefusal::PurposeUnspecified,
            Self::Retention { .. } => WalletRefusal::RetentionExceeds,
            Self::Document(_)
            | Self::NotByRegisteredKey
            | Self::NotValid { .. }
            | Self::Scope(_)
            | Self::Identity
            | Self::Nonce { .. }
            | Self::Key(_) => WalletRefusal::RequestInvalid,
        }
    }
}

const fn registration_refusal(error: &RegistrationError) -> WalletRefusal {
    match error {
        RegistrationError::NotRegistered => WalletRefusal::RelyingPartyUnregistered,
        RegistrationError::UnknownPurpose => WalletRefusal::PurposeUnspecified,

        RegistrationError::NothingMayBeAsked { .. } | RegistrationError::NoPurpose => {
            WalletRefusal::PurposeWithoutLegalBasis
        }
        RegistrationError::WiderThanPurpose { .. } => WalletRefusal::ClaimsOutsideUse,
        RegistrationError::LongerThanPurpose { limit: Limit::RetentionDays, .. } => {
            WalletRefusal::RetentionExceeds
        }
        RegistrationError::LongerThanPurpose { limit: Limit::StatusAgeSeconds, .. } => {
            WalletRefusal::StatusAgeExceeds
        }
        RegistrationError::Scope(ScopeError::Never { .. }) => WalletRefusal::ClaimNeverShown,
        RegistrationError::Scope(ScopeError::CatchAll) => WalletRefusal::PurposeUnspecified,
        RegistrationError::Document(_)
        | RegistrationError::Trust(_)
        | RegistrationError::NotValid { .. }
        | RegistrationError::NotRevocable
        | RegistrationError::Withdrawn { .. }
        | RegistrationError::StatusTooOld { .. }
        | RegistrationError::StatusUnknown
        | RegistrationError::Scope(_) => WalletRefusal::RegistrationInvalid,
    }
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document(error) => error.fmt(f),
            Self::Registration(error) => error.fmt(f),
            Self::NotByRegisteredKey => {
                f.write_str("R-03 request: required a signature with the key of the registration")
            }
            Self::NotValid { from, until, now } => {
                write!(f, "R-04 request: valid from {from} to {until} (at most 1 day), checked at {now}")
            }
            Self::IntendedUse => {
                f.write_str("R-05 request: it names another intended use than its registration")
            }
            Self::OverAsking { intended_use, registered, claims } => {
                let (more, list) = (claims.len(), claims.join(", "));
                write!(
                    f,
                    "R-06 intended use: \"{intended_use}\" registers {registered} claims; \
                     request asks for {more} more: {list}"
                )
            }
            Self::SeveralThresholds { claim } => {
                write!(f, "R-07 request: required one threshold of {claim}, presented several")
            }
            Self::Scope(error) => error.fmt(f),
            Self::Retention { registered, asked } => {
                write!(f, "R-10 retention: {registered} days are registered, request asks for {asked} days")
            }
            Self::Identity => {
                f.write_str("R-11 request: issuer and audience have to be the registered relying party")
            }
            Self::Nonce { presented } => {
                write!(f, "R-15 nonce is {presented} bytes; 16 to 64 are required")
            }
            Self::Key(error) => write!(f, "I-06 signing key: {error}"),
        }
    }
}

impl core::error::Error for RequestError {}

impl From<register::Error> for RequestError {
    fn from(error: register::Error) -> Self {
        Self::Document(error)
    }
}

impl From<RegistrationError> for RequestError {
    fn from(error: RegistrationError) -> Self {
        Self::Registration(error)
    }
}

impl From<ScopeError> for RequestError {
    fn from(error: ScopeError) -> Self {
        Self::Scope(error)
    }
}

impl From<KeyError> for RequestError {
    fn from(error: KeyError) -> Self {
        Self::Key(error)
    }
}
