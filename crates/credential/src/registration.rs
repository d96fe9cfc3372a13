//! A relying party's registered intended use, signed by a registrar.
//!
//! ```text
//! {iss: registrar, sub: relying party, iat, exp, cnf: {1: request key},
//!  "name", "country", "intended_use_id", "purpose": [{"lang", "value"}], "legal_basis": [text],
//!  "credentials": scope, "retention_days", "max_status_age_s", "support_uri"}
//!
//! bytes --Registration::parse--> Registration --verify(trust list, now)--> RelyingParty
//! ```
//!
//! Names after ETSI TS 119 475 where it has them. One registration is one intended use.

use crate::numbers::{claim, confirmation};
use crate::purpose::Profile;
use crate::reason::Lang;
use crate::register::{self, Document, Fields, seal};
use crate::scope::{Necessity, Scope, ScopeEntry, ScopeError, ScopedClaim};
use crate::time::UnixTime;
use crate::trust_list::{KeyStanding, TrustError, TrustList};
use core::fmt;
use geleit_cose::cbor::{Encoding, Limits, Value};
use geleit_cose::key::{KeyError, PublicKey, SigningKey};

/// The `typ` of a registration.
pub const TYPE: &str = "application/geleit-registration+cwt";

/// Longest validity (ETSI TS 119 475: 12 months), in seconds.
pub const MAX_VALIDITY_S: i64 = 366 * 86_400;

/// A registration before verification.
#[derive(Clone, Debug)]
pub struct Registration<'b> {
    document: Document<'b>,
}

/// What a registrar signs.
#[derive(Clone, Debug)]
pub struct IntendedUse {
    /// Identifier, such as `uk-right-to-work`.
    pub id: String,
    /// The purpose in plain words, by language (`en`, `de`).
    pub purpose: Vec<(String, String)>,
    /// Laws that permit it.
    pub legal_basis: Vec<String>,
    /// The claims and thresholds that may be asked.
    pub scope: Scope,
    /// Days for which answers may be kept.
    pub retention_days: u32,
    /// Seconds for which evidence of status is fresh enough.
    pub max_status_age_s: u32,
    /// Where a person gets help, can correct and can object.
    pub support_uri: String,
}

/// A registration as content.
#[derive(Clone, Debug)]
pub struct RegistrationContent {
    /// Name of the registrar.
    pub iss: String,
    /// Identifier of the relying party: the audience of presentations.
    pub relying_party: String,
    /// Its name for people.
    pub name: String,
    /// Country of the relying party, ISO 3166-1 alpha-2.
    pub country: String,
    /// The key that signs its requests.
    pub request_key: PublicKey,
    /// Time of registration.
    pub issued_at: UnixTime,
    /// First moment at which it no longer holds.
    pub expires_at: UnixTime,
    /// What it may ask and why.
    pub intended_use: IntendedUse,
}

/// A relying party whose registration was verified.
#[derive(Clone, Debug)]
pub struct RelyingParty {
    content: RegistrationContent,
    anchor: [u8; 32],
}

impl RegistrationContent {
    /// Signs the registration.
    ///
    /// # Errors
    /// [`KeyError`] when the registrar's key cannot sign.
    pub fn sign(&self, registrar: &SigningKey) -> Result<Vec<u8>, KeyError> {
        let key = Value::decode(&self.request_key.to_cose_key(), &Limits::TOKEN, Encoding::Deterministic);
        let cnf = Value::Map(vec![(Value::int(confirmation::COSE_KEY), key.unwrap_or(Value::Null))]);
        let mut entries = vec![
            (Value::int(claim::ISS), Value::text(self.iss.as_str())),
            (Value::int(claim::SUB), Value::text(self.relying_party.as_str())),
            (Value::int(claim::EXP), Value::int(self.expires_at.0)),
            (Value::int(claim::IAT), Value::int(self.issued_at.0)),
            (Value::int(claim::CNF), cnf),
            (Value::text("name"), Value::text(self.name.as_str())),
            (Value::text("country"), Value::text(self.country.as_str())),
        ];
        entries.extend(self.intended_use.to_entries());
        seal(TYPE, &Value::Map(entries), registrar)
    }
}

impl IntendedUse {
    /// What a purpose profile permits, as the content of a registration.
    ///
    /// A threshold that replaces a required claim may be required in its place.
    ///
    /// # Errors
    /// R-08, R-09, R-14 when the profile names claims that do not exist.
    pub fn from_profile(profile: &Profile, support_uri: &str) -> Result<Self, ScopeError> {
        let mut entries = Vec::new();
        for id in profile.required() {
            entries.push(ScopeEntry::required(ScopedClaim::by_id(id)?));
        }
        for id in profile.optional() {
            entries.push(ScopeEntry::optional(ScopedClaim::by_id(id)?));
        }
        for (id, steps) in profile.thresholds() {
            let necessity = match profile.replaced_by(id) {
                Some(_) => Necessity::Required,
                None => Necessity::Optional,
            };
            entries.push(ScopeEntry { claim: ScopedClaim::by_id(id)?, necessity, at_least: steps.clone() });
        }
        let text = |lang: Lang, name: &str| (name.to_owned(), profile.purpose(lang).to_owned());
        Ok(Self {
            id: profile.id().to_owned(),
            purpose: vec![text(Lang::En, "en"), text(Lang::De, "de")],
            legal_basis: profile.legal_basis().to_vec(),
            scope: Scope::new(entries)?,
            retention_days: profile.retention_days(),
            max_status_age_s: profile.max_status_age_s(),
            support_uri: support_uri.to_owned(),
        })
    }

    fn to_entries(&self) -> Vec<(Value, Value)> {
        let purpose = self.purpose.iter().map(|(lang, value)| {
            Value::Map(vec![
                (Value::text("lang"), Value::text(lang.as_str())),
                (Value::text("value"), Value::text(value.as_str())),
            ])
        });
        let legal_basis = self.legal_basis.iter().map(|law| Value::text(law.as_str())).collect();
        vec![
            (Value::text("intended_use_id"), Value::text(self.id.as_str())),
            (Value::text("purpose"), Value::Array(purpose.collect())),
            (Value::text("legal_basis"), Value::Array(legal_basis)),
            (Value::text("credentials"), self.scope.to_value()),
            (Value::text("retention_days"), Value::Uint(u64::from(self.retention_days))),
            (Value::text("max_status_age_s"), Value::Uint(u64::from(self.max_status_age_s))),
            (Value::text("support_uri"), Value::text(self.support_uri.as_str())),
        ]
    }

    fn read(fields: &Fields) -> Result<Self, RegistrationError> {
        let purpose = fields.array("purpose")?.iter().map(|text| {
            let text = Fields::new(text.clone());
            Ok((text.text("lang")?, text.text("value")?))
        });
        let number = |name| {
            let number = u32::try_from(fields.uint(name)?);
            number.map_err(|_| register::Error::Field(name))
        };
        let purpose: Vec<(String, String)> = purpose.collect::<Result<_, register::Error>>()?;
        let legal_basis = fields.texts("legal_basis")?;
        // Who does not say what for and by what right has not registered a purpose.
        if !purpose.iter().any(|(_, text)| !text.trim().is_empty())
            || !legal_basis.iter().any(|law| !law.trim().is_empty())
        {
            return Err(RegistrationError::NoPurpose);
        }
        Ok(Self {
            id: fields.text("intended_use_id")?,
            purpose,
            legal_basis,
            scope: Scope::from_value(fields.value("credentials")?)?,
            retention_days: number("retention_days")?,
            max_status_age_s: number("max_status_age_s")?,
            support_uri: fields.text("support_uri")?,
        })
    }
}

impl<'b> Registration<'b> {
    /// Reads a registration.
    ///
    /// # Errors
    /// M and C rules, T-01.
    pub fn parse(bytes: &'b [u8]) -> Result<Self, RegistrationError> {
        Ok(Self { document: Document::parse(bytes, TYPE, &Limits::TOKEN)? })
    }

    /// Checks that a registrar of the trust list signed it and that it holds now.
    ///
    /// # Errors
    /// R-01, R-02, R-08, R-09, R-12 to R-14, R-16, T-03, T-04, T-07, C-03, C-05.
    pub fn verify(&self, trust: &TrustList, now: UnixTime) -> Result<RelyingParty, RegistrationError> {
        trust.require_current(now)?;
        let kid = self.document.kid().unwrap_or_default();
        let (registrar, trusted) = trust.registrar_key(kid).ok_or(RegistrationError::NotRegistered)?;
        let fields = self.document.verify(&trusted.key)?;
        fields.require_only(
            &[claim::ISS, claim::SUB, claim::EXP, claim::IAT, claim::CNF],
            &[
                "name",
                "country",
                "intended_use_id",
                "purpose",
                "legal_basis",
                "credentials",
                "retention_days",
                "max_status_age_s",
                "support_uri",
            ],
        )?;
        let (issued_at, expires_at) = (fields.iat()?, fields.exp()?);
        // A registrar's compromised key could have registered anybody, whatever the date says.
        if fields.iss()? != registrar.iss || trusted.standing_at(issued_at) != Some(KeyStanding::Good) {
            return Err(RegistrationError::NotRegistered);
        }
        if now < issued_at || now >= expires_at || expires_at.since(issued_at) > MAX_VALIDITY_S {
            return Err(RegistrationError::NotValid { from: issued_at, until: expires_at, now });
        }
        let content = RegistrationContent {
            iss: registrar.iss.clone(),
            relying_party: fields.sub()?,
            name: fields.text("name")?,
            country: fields.text("country")?,
            request_key: fields.cnf()?,
            issued_at,
            expires_at,
            intended_use: IntendedUse::read(&fields)?,
        };
        Ok(RelyingParty { content, anchor: *trust.anchor() })
    }
}

impl RelyingParty {
    /// Thumbprint of the trust anchor under which it was verified.
    #[must_use]
    pub const fn anchor(&self) -> &[u8; 32] {
        &self.anchor
    }

    /// Identifier: the audience of presentations.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.content.relying_party
    }

    /// Name for people.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.content.name
    }

    /// Country, ISO 3166-1 alpha-2.
    #[must_use]
    pub fn country(&self) -> &str {
        &self.content.country
    }

    /// The key that signs its requests.
    #[must_use]
    pub const fn request_key(&self) -> &PublicKey {
        &self.content.request_key
    }

    /// What it may ask and why.
    #[must_use]
    pub const fn intended_use(&self) -> &IntendedUse {
        &self.content.intended_use
    }

    /// First moment at which the registration no longer holds.
    #[must_use]
    pub const fn expires_at(&self) -> UnixTime {
        self.content.expires_at
    }
}

/// Why a registration was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegistrationError {
    /// M and C rules, T-01, T-03.
    Document(register::Error),
    /// T-04: the trust list is not valid now.
    Trust(TrustError),
    /// R-01: no registrar of the trust list signed it with a good key.
    NotRegistered,
    /// R-02: not valid now, or for longer than twelve months.
    NotValid {
        /// First moment.
        from: UnixTime,
        /// First moment at which it no longer holds.
        until: UnixTime,
        /// The time of the check.
        now: UnixTime,
    },
    /// R-16: no purpose in words, or no legal basis.
    NoPurpose,
    /// R-08, R-09, R-12, R-13, R-14.
    Scope(ScopeError),
}

impl RegistrationError {
    /// The rule id in `spec/verification.md`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Document(error) => error.code(),
            Self::Trust(error) => error.code(),
            Self::NotRegistered => "R-01",
            Self::NotValid { .. } => "R-02",
            Self::NoPurpose => "R-16",
            Self::Scope(error) => error.code(),
        }
    }
}

impl fmt::Display for RegistrationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document(error) => error.fmt(f),
            Self::Trust(error) => error.fmt(f),
            Self::NotRegistered => {
                f.write_str("R-01 registration: required the signature of a registrar of the trust list")
            }
            Self::NotValid { from, until, now } => {
                write!(
                    f,
                    "R-02 registration: valid from {from} to {until} (at most 366 days), checked at {now}"
                )
            }
            Self::NoPurpose => {
                f.write_str("R-16 registration: a purpose in words and a legal basis are required")
            }
            Self::Scope(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for RegistrationError {}

impl From<register::Error> for RegistrationError {
    fn from(error: register::Error) -> Self {
        Self::Document(error)
    }
}

impl From<TrustError> for RegistrationError {
    fn from(error: TrustError) -> Self {
        Self::Trust(error)
    }
}

impl From<ScopeError> for RegistrationError {
    fn from(error: ScopeError) -> Self {
        Self::Scope(error)
    }
}
