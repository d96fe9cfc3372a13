//! Why an SD-CWT or a key-binding token was refused, by rule id.

use crate::time::UnixTime;
use core::fmt;
use geleit_cose::cbor::Malformed;
use geleit_cose::key::KeyError;

/// A rule of the format that has no more to say than where it was broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// V-01: `typ` of the credential (draft section 4).
    CredentialType,
    /// V-02: `typ` of the key-binding token (section 8.1).
    KeyBindingType,
    /// V-03: `kcwt`, protected, holding the SD-CWT (section 8.1).
    Kcwt,
    /// V-04: a CWT claims header stands in the protected header of the credential and nowhere else
    /// (section 5.3, RFC 9597 section 2).
    ClaimsHeaderPlace,
    /// V-05: `sd_alg` is SHA-256 (section 6).
    HashAlgorithm,
    /// V-06: `sd_claims` is unprotected, an array of byte strings, and not empty (section 9 step 2).
    Disclosures,
    /// V-07: encrypted disclosures are not supported (section 12).
    EncryptedDisclosures,
    /// V-08: a disclosure is `[salt, value, key]`, `[salt, value]` or `[salt]` (section 4.1).
    DisclosureShape,
    /// V-09: the same disclosure twice (section 9 step 8).
    DisclosureTwice,
    /// V-10: the same salt in two disclosures (section 6.1).
    SaltTwice,
    /// V-11: a redacted claim hash is a byte string of 32 bytes (sections 3.2 and 6).
    HashShape,
    /// V-12: the same redacted claim hash twice (RFC 9901 section 7.1 step 4).
    HashTwice,
    /// V-13: a disclosure of an element for a key, or of a key for an element (section 9 step 8).
    DisclosureKind,
    /// V-14: a disclosed key that its map has already (section 9 step 8).
    DisclosedKeyTwice,
    /// V-15: a disclosure that matches no hash (section 9 step 8).
    OrphanDisclosure,
    /// V-16: a disclosure of a claim that is never redacted (section 6, table 2).
    NeverRedacted,
    /// V-17: `iss` is present and a text string (section 6).
    Issuer,
    /// V-18: `cnf` holds a `COSE_Key` that can be used (section 6).
    ConfirmationKey,
    /// V-19: a claim of the CWT registry that has the wrong type (section 6).
    ClaimType,
    /// V-20: a date is a finite number within 2^53 (section 5.2).
    Date,
    /// V-24: `iat` or `cti`; without `iat` no `exp` and no `nbf` (section 9 step 7).
    KeyBindingIssuedAt,
    /// V-29: the key-binding token names an audience of this verifier (section 9 step 9).
    Audience,
    /// V-30: so does the credential, when it names one (section 9 step 9).
    CredentialAudience,
    /// V-31: the nonce is the one that the verifier expects (section 9 step 6).
    Nonce,
    /// V-32: no `iss` and no `sub` in a key-binding token (section 8.1).
    KeyBindingSubject,
    /// V-33: a claim in header and payload has one value (section 5.3).
    ClaimsHeaderConflict,
    /// V-34: `iss` is the issuer that the key belongs to (section 16.5).
    IssuerOfKey,
    /// V-35: not more disclosures than the limit.
    TooManyDisclosures,
    /// H-01: every redacted claim hash has a disclosure (sections 6.2 and 16.3).
    HashWithoutDisclosure,
    /// H-02: `sub` is present, plain or redacted (section 6).
    SubjectMissing,
    /// H-03: `cnf` is a key of the holder (section 6.2).
    NotMyKey,
    /// H-04: `cnonce` is the holder's own (section 6.2).
    NotMyNonce,
}

impl Rule {
    /// The rule id in `spec/verification.md`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.entry().0
    }

    const fn entry(self) -> (&'static str, &'static str) {
        match self {
            Self::CredentialType => ("V-01", "typ: required 293 or application/sd-cwt in the credential"),
            Self::KeyBindingType => {
                ("V-02", "typ: required 294 or application/kb+cwt in the key-binding token")
            }
            Self::Kcwt => ("V-03", "kcwt: required one credential in the protected header"),
            Self::ClaimsHeaderPlace => {
                ("V-04", "CWT claims header: allowed in the protected header of the credential only")
            }
            Self::HashAlgorithm => ("V-05", "sd_alg: required SHA-256 (-16)"),
            Self::Disclosures => {
                ("V-06", "sd_claims: required a non-empty unprotected array of byte strings")
            }
            Self::EncryptedDisclosures => ("V-07", "encrypted disclosures (171) are not supported"),
            Self::DisclosureShape => {
                ("V-08", "disclosure: required [salt of 16 bytes], [salt, value] or [salt, value, key]")
            }
            Self::DisclosureTwice => ("V-09", "disclosure: presented twice"),
            Self::SaltTwice => ("V-10", "disclosure: two of them have the same salt"),
            Self::HashShape => ("V-11", "redacted claim hash: required a byte string of 32 bytes"),
            Self::HashTwice => ("V-12", "redacted claim hash: it occurs twice"),
            Self::DisclosureKind => {
                ("V-13", "disclosure: one for a map entry stands for an element, or the reverse")
            }
            Self::DisclosedKeyTwice => ("V-14", "disclosure: its key is in the map already"),
            Self::OrphanDisclosure => ("V-15", "disclosure: it matches no redacted claim hash"),
            Self::NeverRedacted => ("V-16", "disclosure: its claim must never be redacted"),
            Self::Issuer => ("V-17", "iss: required a text string"),
            Self::ConfirmationKey => ("V-18", "cnf: required a COSE_Key that can verify signatures"),
            Self::ClaimType => ("V-19", "a registered claim has another type than it must have"),
            Self::Date => ("V-20", "date: required a finite number within 2^53"),
            Self::KeyBindingIssuedAt => {
                ("V-24", "key-binding token: required iat or cti, and iat when there is exp or nbf")
            }
            Self::Audience => ("V-29", "aud: required an audience of this verifier in the key-binding token"),
            Self::CredentialAudience => {
                ("V-30", "aud: the credential is limited to an audience that is not this verifier")
            }
            Self::Nonce => ("V-31", "cnonce: required exactly the nonce of the request"),
            Self::KeyBindingSubject => ("V-32", "key-binding token: iss and sub are not allowed"),
            Self::ClaimsHeaderConflict => ("V-33", "CWT claims header: a claim differs from the payload"),
            Self::IssuerOfKey => ("V-34", "iss: it is not the issuer that the key belongs to"),
            Self::TooManyDisclosures => ("V-35", "disclosures: more than the limit"),
            Self::HashWithoutDisclosure => {
                ("H-01", "redacted claim hash: it has no disclosure, so the holder cannot know what it hides")
            }
            Self::SubjectMissing => ("H-02", "sub: required, plain or redacted"),
            Self::NotMyKey => ("H-03", "cnf: required a key of this holder"),
            Self::NotMyNonce => ("H-04", "cnonce: required the nonce of this holder, or none"),
        }
    }
}

/// Which comparison of times failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TimeRule {
    /// V-21: credential `nbf <= iat`, `nbf < exp`, `iat < exp` (section 9 step 3).
    CredentialOrder,
    /// V-22: the credential has not expired: `now < exp`.
    CredentialExpired,
    /// V-23: the credential is valid already: `nbf <= now`.
    CredentialNotYet,
    /// V-25: key-binding token `nbf <= iat`, `iat < exp` (section 9 step 7).
    KeyBindingOrder,
    /// V-26: key-binding token inside the validity of the credential (section 9 step 7).
    KeyBindingOutside,
    /// V-27: the key-binding token has not expired: `now < exp`.
    KeyBindingExpired,
    /// V-28: the key-binding token is valid already: `nbf <= now`.
    KeyBindingNotYet,
}

impl TimeRule {
    /// The rule id in `spec/verification.md`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.entry().0
    }

    const fn entry(self) -> (&'static str, &'static str) {
        match self {
            Self::CredentialOrder => ("V-21", "credential: its own times contradict each other"),
            Self::CredentialExpired => ("V-22", "credential expired"),
            Self::CredentialNotYet => ("V-23", "credential not yet valid"),
            Self::KeyBindingOrder => ("V-25", "key-binding token: its own times contradict each other"),
            Self::KeyBindingOutside => ("V-26", "key-binding token: valid when the credential is not"),
            Self::KeyBindingExpired => ("V-27", "key-binding token expired"),
            Self::KeyBindingNotYet => ("V-28", "key-binding token not yet valid"),
        }
    }
}

/// Why an SD-CWT or a key-binding token was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// An M or C rule: bytes or envelope.
    Cose(geleit_cose::sign1::Error),
    /// A V or H rule.
    Rule {
        /// Which.
        rule: Rule,
        /// Byte offset in the input.
        at: usize,
    },
    /// C-05 for the signature of the holder, so that nobody looks for the fault at the issuer.
    HolderSignature,
    /// A comparison of times. Fractions of seconds are cut for the message.
    Time {
        /// Which.
        rule: TimeRule,
        /// The bound that had to be kept.
        bound: UnixTime,
        /// The time that did not keep it.
        presented: UnixTime,
    },
}

impl Error {
    pub(crate) const fn rule(rule: Rule, at: usize) -> Self {
        Self::Rule { rule, at }
    }

    /// The rule id in `spec/verification.md`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Cose(error) => error.code(),
            Self::Rule { rule, .. } => rule.code(),
            Self::HolderSignature => "C-05",
            Self::Time { rule, .. } => rule.code(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cose(error) => error.fmt(f),
            Self::Rule { rule, at } => {
                let (code, text) = rule.entry();
                write!(f, "{code} {text}; byte {at}")
            }
            Self::HolderSignature => {
                f.write_str("C-05 the holder's signature does not verify with the key in cnf")
            }
            Self::Time {
                rule: rule @ (TimeRule::CredentialExpired | TimeRule::KeyBindingExpired),
                bound,
                presented,
            } => {
                let (code, text) = rule.entry();
                write!(f, "{code} {text} at {bound}; now is {presented}")
            }
            Self::Time {
                rule: rule @ (TimeRule::CredentialNotYet | TimeRule::KeyBindingNotYet),
                bound,
                presented,
            } => {
                let (code, text) = rule.entry();
                write!(f, "{code} {text}, but from {bound}; now is {presented}")
            }
            Self::Time { rule, bound, presented } => {
                let (code, text) = rule.entry();
                write!(f, "{code} {text}: bound {bound}, presented {presented}")
            }
        }
    }
}

impl core::error::Error for Error {}

impl From<geleit_cose::sign1::Error> for Error {
    fn from(error: geleit_cose::sign1::Error) -> Self {
        Self::Cose(error)
    }
}

impl From<Malformed> for Error {
    fn from(malformed: Malformed) -> Self {
        Self::Cose(malformed.into())
    }
}

/// Why an SD-CWT could not be issued or presented: misuse by the caller, not an attack.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuildError {
    /// I-01: the claims are not a map, or a key is not an integer or a text of 1 to 255 bytes.
    Claims(&'static str),
    /// I-02: the same key twice in a map, `k` and `58(k)` counted as the same (section 6.1).
    KeyTwice,
    /// I-03: a claim that is never redacted is marked for redaction (section 6, table 2).
    NeverRedacted {
        /// The CWT claim key.
        claim: i64,
    },
    /// I-04: a claim that every SD-CWT has is missing (section 6, table 2).
    Missing {
        /// The CWT claim key.
        claim: i64,
    },
    /// I-05: tags 58, 60, 62 or simple(59) where they cannot stand.
    ReservedMark,
    /// I-06: the key does not fit the algorithm.
    Key(KeyError),
    /// I-07: a disclosure is chosen whose parent is not (section 8).
    ParentNotChosen,
    /// I-09: what would be signed breaks a rule of the format, so that no verifier could accept it.
    WouldBeRefused(Error),
    /// I-10: the key is not the one that the credential is bound to (section 8.1).
    NotConfirmationKey,
    /// I-16: a draw of the generator of randomness repeats itself (D-84).
    StuckGenerator,
}

impl BuildError {
    /// The rule id in `spec/verification.md`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Claims(_) => "I-01",
            Self::KeyTwice => "I-02",
            Self::NeverRedacted { .. } => "I-03",
            Self::Missing { .. } => "I-04",
            Self::ReservedMark => "I-05",
            Self::Key(_) => "I-06",
            Self::ParentNotChosen => "I-07",
            Self::WouldBeRefused(_) => "I-09",
            Self::NotConfirmationKey => "I-10",
            Self::StuckGenerator => "I-16",
        }
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())?;
        match self {
            Self::Claims(what) => write!(f, " claims: required {what}"),
            Self::KeyTwice => f.write_str(" claims: a map has the same key twice"),
            Self::NeverRedacted { claim } => write!(f, " claims: claim {claim} must not be redacted"),
            Self::Missing { claim } => write!(f, " claims: claim {claim} is required"),
            Self::ReservedMark => f.write_str(" claims: a redaction mark stands where it cannot"),
            Self::Key(error) => write!(f, " signing key: {error}"),
            Self::ParentNotChosen => f.write_str(" disclosure: its parent is not chosen"),
            Self::WouldBeRefused(error) => write!(f, " nobody could accept what would be signed: {error}"),
            Self::NotConfirmationKey => f.write_str(" signing key: required the key that cnf names"),
            Self::StuckGenerator => {
                f.write_str(" random generator: its draw repeats itself, so that salts could be guessed")
            }
        }
    }
}

impl core::error::Error for BuildError {}

impl From<KeyError> for BuildError {
    fn from(error: KeyError) -> Self {
        Self::Key(error)
    }
}
