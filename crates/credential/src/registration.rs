//! A relying party's registered intended use, signed by a registrar.
//!
//! ```text
//! {iss: registrar, sub: relying party, iat, exp, cnf: {1: request key}, ? status: {"status_list": {"idx", "uri"}},
//!  "name", "country", "srv_id", "intended_use_id", "purpose": [{"lang", "value"}], "legal_basis": [text],
//!  "credentials": scope, "retention_days", "max_status_age_s",
//!  "support_uri", "privacy_policy", "supervisory_authority"}
//!
//! bytes --Registration::parse--> Registration --verify(what is known, now)--> RelyingParty
//! ```
//!
//! Names after ETSI TS 119 475 where it has them. One registration is one intended use of one service.
//!
//! A registrar states what a party may ask; it does not judge whether that is necessary. So whoever
//! verifies a registration compares it with the purpose profile as well: a use that is in no catalogue,
//! or wider than its profile, is not permitted, whoever signed it.

use crate::known::Known;
use crate::numbers::{claim, confirmation};
use crate::purpose::{Profile, ProfileKind};
use crate::reason::Lang;
use crate::register::{self, Document, Fields, seal};
use crate::scope::{Necessity, Scope, ScopeEntry, ScopeError, ScopedClaim};
use crate::standing::Standing;
use crate::status_list::{StatusFinding, StatusReference};
use crate::time::UnixTime;
use crate::trust_list::{KeyStanding, TrustError};
use core::fmt;
use geleit_cose::cbor::{Encoding, Limits, Value};
use geleit_cose::key::{KeyError, PublicKey, SigningKey};

/// The `typ` of a registration.
pub const TYPE: &str = "application/geleit-registration+cwt";

/// Longest validity (ETSI TS 119 475: 12 months), in seconds.
pub const MAX_VALIDITY_S: i64 = 366 * 86_400;

/// Longest validity of a registration that cannot be revoked (ARF 3.0, RPRC: over 24 hours it has to be), in
/// seconds.
pub const MAX_UNREVOCABLE_S: i64 = 86_400;

/// How old the word that a registration was not withdrawn may be, in seconds: seven days, the life of a copy,
/// after which a wallet has to go online anyway.
pub const MAX_STATUS_AGE_S: i64 = 7 * 86_400;

/// Fields of a registration beside the registered claims.
const NAMES: &[&str] = &[
    "name",
    "country",
    "srv_id",
    "intended_use_id",
    "purpose",
    "legal_basis",
    "credentials",
    "retention_days",
    "max_status_age_s",
    "support_uri",
    "privacy_policy",
    "supervisory_authority",
];

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
    /// Where the party says how it handles personal data.
    pub privacy_policy: String,
    /// The data protection authority that supervises it.
    pub supervisory_authority: String,
}

/// The addresses that a registration states for people.
#[derive(Clone, Copy, Debug)]
pub struct Addresses<'a> {
    /// Where a person gets help, can correct and can object.
    pub support: &'a str,
    /// Where the party says how it handles personal data.
    pub privacy_policy: &'a str,
    /// The data protection authority that supervises it.
    pub supervisory_authority: &'a str,
}

/// The place of a registration in a status list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Revocation {
    /// It cannot be revoked; it is valid for a day at most.
    None,
    /// It has this entry.
    Entry {
        /// Address of the list.
        uri: String,
        /// Index in the list.
        index: u64,
    },
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
    /// The service that asks; party and service together name the verifier.
    pub service: String,
    /// The key that signs its requests.
    pub request_key: PublicKey,
    /// How it can be revoked.
    pub revocation: Revocation,
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
            (Value::text("srv_id"), Value::text(self.service.as_str())),
        ];
        if let Some(reference) = self.revocation.reference() {
            entries.push((Value::int(claim::STATUS), reference.to_value()));
        }
        entries.extend(self.intended_use.to_entries());
        seal(TYPE, &Value::Map(entries), registrar)
    }
}

impl Revocation {
    fn reference(&self) -> Option<StatusReference<'_>> {
        match self {
            Self::None => None,
            Self::Entry { uri, index } => Some(StatusReference { uri, index: *index }),
        }
    }

    fn read(fields: &Fields) -> Result<Self, RegistrationError> {
        let Some(status) = fields.find_registered(claim::STATUS) else { return Ok(Self::None) };
        let reference = StatusReference::from_value(status);
        let reference = reference.map_err(|_| register::Error::Field("status"))?;
        Ok(Self::Entry { uri: reference.uri.to_owned(), index: reference.index })
    }
}

impl IntendedUse {
    /// What a purpose profile permits, as the content of a registration.
    ///
    /// A threshold that replaces a required claim may be required in its place.
    ///
    /// # Errors
    /// R-08, R-09, R-14 when the profile names claims that do not exist.
    pub fn from_profile(profile: &Profile, addresses: &Addresses<'_>) -> Result<Self, ScopeError> {
        let text = |lang: Lang, name: &str| (name.to_owned(), profile.purpose(lang).to_owned());
        Ok(Self {
            id: profile.id().to_owned(),
            purpose: vec![text(Lang::En, "en"), text(Lang::De, "de")],
            legal_basis: profile.legal_basis().to_vec(),
            scope: Self::scope_of(profile)?,
            retention_days: profile.retention_days(),
            max_status_age_s: profile.max_status_age_s(),
            support_uri: addresses.support.to_owned(),
            privacy_policy: addresses.privacy_policy.to_owned(),
            supervisory_authority: addresses.supervisory_authority.to_owned(),
        })
    }

    /// Everything that a profile lets anybody ask.
    fn scope_of(profile: &Profile) -> Result<Scope, ScopeError> {
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
        Scope::new(entries)
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
            (Value::text("privacy_policy"), Value::text(self.privacy_policy.as_str())),
            (Value::text("supervisory_authority"), Value::text(self.supervisory_authority.as_str())),
        ]
    }

    fn read(fields: &Fields) -> Result<Self, RegistrationError> {
        let purpose = fields.array("purpose")?.iter().map(|text| {
            let text = Fields::new(text.clone());
            text.require_only(&[], &["lang", "value"])?;
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
            privacy_policy: fields.text("privacy_policy")?,
            supervisory_authority: fields.text("supervisory_authority")?,
        })
    }

    /// R-19 and R-20: the use is a purpose that exists, and not wider than its profile.
    fn require_in_catalogue(&self, known: &Known<'_>) -> Result<(), RegistrationError> {
        let profile = known.purposes.find(&self.id).ok_or(RegistrationError::UnknownPurpose)?;
        match profile.kind() {
            ProfileKind::Profile | ProfileKind::StatutoryFull => {}
            kind @ (ProfileKind::Excluded | ProfileKind::Governance | ProfileKind::ZeroClaim) => {
                return Err(RegistrationError::NothingMayBeAsked { kind });
            }
        }
        let claims = self.scope.beyond(&Self::scope_of(profile)?);
        if !claims.is_empty() {
            return Err(RegistrationError::WiderThanPurpose { claims });
        }
        let limits = [
            (self.retention_days, profile.retention_days(), Limit::RetentionDays),
            (self.max_status_age_s, profile.max_status_age_s(), Limit::StatusAgeSeconds),
        ];
        match limits.into_iter().find(|(registered, permitted, _)| registered > permitted) {
            Some((registered, permitted, limit)) => {
                Err(RegistrationError::LongerThanPurpose { limit, permitted, registered })
            }
            None => Ok(()),
        }
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

    /// Checks that a registrar of the trust list signed it, that it holds now and was not withdrawn, and that
    /// it permits nothing that its purpose does not.
    ///
    /// # Errors
    /// R-01, R-02, R-08, R-09, R-12 to R-14, R-16 to R-20, T-03, T-04, T-07, C-03, C-05.
    pub fn verify(&self, known: &Known<'_>, now: UnixTime) -> Result<RelyingParty, RegistrationError> {
        let trust = known.trust;
        trust.require_current(now)?;
        let kid = self.document.kid().unwrap_or_default();
        let (registrar, trusted) = trust.registrar_key(kid).ok_or(RegistrationError::NotRegistered)?;
        let fields = self.document.verify(&trusted.key)?;
        fields.require_only(
            &[claim::ISS, claim::SUB, claim::EXP, claim::IAT, claim::CNF, claim::STATUS],
            NAMES,
        )?;
        let (issued_at, expires_at) = (fields.iat()?, fields.exp()?);
        // A registrar's compromised key could have registered anybody, whatever the date says.
        if fields.iss()? != registrar.iss || trusted.standing_at(issued_at) != Some(KeyStanding::Good) {
            return Err(RegistrationError::NotRegistered);
        }
        if now < issued_at || now >= expires_at || expires_at.since(issued_at) > MAX_VALIDITY_S {
            return Err(RegistrationError::NotValid { from: issued_at, until: expires_at, now });
        }
        let revocation = Revocation::read(&fields)?;
        if revocation == Revocation::None && expires_at.since(issued_at) > MAX_UNREVOCABLE_S {
            return Err(RegistrationError::NotRevocable);
        }
        require_not_revoked(&revocation, &registrar.iss, known, now)?;
        let content = RegistrationContent {
            iss: registrar.iss.clone(),
            relying_party: fields.sub()?,
            name: fields.text("name")?,
            country: fields.text("country")?,
            service: fields.text("srv_id")?,
            request_key: fields.cnf()?,
            revocation,
            issued_at,
            expires_at,
            intended_use: IntendedUse::read(&fields)?,
        };
        content.intended_use.require_in_catalogue(known)?;
        Ok(RelyingParty { content, anchor: *trust.anchor() })
    }
}

/// R-18: a list that is fresh enough says that it was not withdrawn. No list is not good news.
fn require_not_revoked(
    revocation: &Revocation,
    registrar: &str,
    known: &Known<'_>,
    now: UnixTime,
) -> Result<(), RegistrationError> {
    let Some(reference) = revocation.reference() else { return Ok(()) };
    match known.statuses.find(known.trust, registrar, &reference) {
        StatusFinding::Known { standing: Standing::Valid, as_of, .. }
            if now.since(as_of) <= MAX_STATUS_AGE_S =>
        {
            Ok(())
        }
        StatusFinding::Known { standing: Standing::Valid, as_of, .. } => {
            Err(RegistrationError::StatusTooOld { as_of, now })
        }
        StatusFinding::Known { standing, .. } => Err(RegistrationError::Withdrawn { standing }),
        StatusFinding::NoList | StatusFinding::NotEntitled | StatusFinding::OutOfRange => {
            Err(RegistrationError::StatusUnknown)
        }
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

    /// The service that asks.
    #[must_use]
    pub fn service(&self) -> &str {
        &self.content.service
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

    /// First moment at which the registration holds.
    #[must_use]
    pub const fn issued_at(&self) -> UnixTime {
        self.content.issued_at
    }

    /// First moment at which the registration no longer holds.
    #[must_use]
    pub const fn expires_at(&self) -> UnixTime {
        self.content.expires_at
    }
}

/// A limit of time that a registration may not stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// How long an answer is kept.
    RetentionDays,
    /// How old the evidence of status may be.
    StatusAgeSeconds,
}

impl Limit {
    const fn field(self) -> &'static str {
        match self {
            Self::RetentionDays => "retention_days",
            Self::StatusAgeSeconds => "max_status_age_s",
        }
    }
}

/// Why a registration was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// R-17: valid for more than a day, and without an entry in a status list.
    NotRevocable,
    /// R-18: withdrawn, suspended, or replaced.
    Withdrawn {
        /// What the status list says.
        standing: Standing,
    },
    /// R-18: the newest word that it was not withdrawn is too old.
    StatusTooOld {
        /// The time of that word.
        as_of: UnixTime,
        /// The time of the check.
        now: UnixTime,
    },
    /// R-18: no status list to rely on has its entry.
    StatusUnknown,
    /// R-19: the intended use is no purpose that is known.
    UnknownPurpose,
    /// R-19: a purpose for which nothing may be asked.
    NothingMayBeAsked {
        /// What sort of purpose it is.
        kind: ProfileKind,
    },
    /// R-20: claims or thresholds beyond the purpose profile.
    WiderThanPurpose {
        /// The claims that are too much.
        claims: Vec<&'static str>,
    },
    /// R-20: kept for longer, or older evidence, than the purpose profile permits.
    LongerThanPurpose {
        /// Which limit.
        limit: Limit,
        /// What the profile permits.
        permitted: u32,
        /// What is registered.
        registered: u32,
    },
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
            Self::NotRevocable => "R-17",
            Self::Withdrawn { .. } | Self::StatusTooOld { .. } | Self::StatusUnknown => "R-18",
            Self::UnknownPurpose | Self::NothingMayBeAsked { .. } => "R-19",
            Self::WiderThanPurpose { .. } | Self::LongerThanPurpose { .. } => "R-20",
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
            Self::NotRevocable => f.write_str(
                "R-17 registration: required an entry in a status list, because it is valid for more than 24 hours",
            ),
            Self::Withdrawn { standing } => {
                write!(f, "R-18 registration: required status valid, presented {}", standing.name())
            }
            Self::StatusTooOld { as_of, now } => {
                let days = MAX_STATUS_AGE_S / 86_400;
                write!(f, "R-18 registration: required a status of the last {days} days, newest {as_of}, now {now}")
            }
            Self::StatusUnknown => {
                f.write_str("R-18 registration: no status list to rely on has its entry")
            }
            Self::UnknownPurpose => {
                f.write_str("R-19 registration: the intended use is not a purpose of the catalogue")
            }
            Self::NothingMayBeAsked { kind } => {
                write!(f, "R-19 registration: the purpose is of kind {}; nothing may be asked for it", kind.name())
            }
            Self::WiderThanPurpose { claims } => {
                write!(f, "R-20 registration: its purpose does not need {}", claims.join(", "))
            }
            Self::LongerThanPurpose { limit, permitted, registered } => {
                let field = limit.field();
                write!(f, "R-20 registration: {field}: the purpose permits {permitted}, registered {registered}")
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

#[cfg(test)]
mod tests {
    use super::{IntendedUse, RegistrationError};
    use crate::purpose::Profile;
    use crate::register::{self, Fields};
    use geleit_cose::cbor::Value;

    const ADDRESSES: super::Addresses<'_> =
        super::Addresses { support: "s", privacy_policy: "p", supervisory_authority: "a" };

    /// T-07.
    #[test]
    fn a_purpose_text_has_no_field_that_is_not_known() {
        let profile = Profile::find_embedded("uk-right-to-work").unwrap();
        let mut entries = IntendedUse::from_profile(&profile, &ADDRESSES).unwrap().to_entries();
        assert!(IntendedUse::read(&Fields::new(Value::Map(entries.clone()))).is_ok());
        for (name, value) in &mut entries {
            if let (Some("purpose"), Value::Array(texts)) = (name.as_text(), value)
                && let Some(Value::Map(text)) = texts.last_mut()
            {
                text.push((Value::text("mark"), Value::text("x")));
            }
        }
        let error = IntendedUse::read(&Fields::new(Value::Map(entries))).unwrap_err();
        assert_eq!(error, RegistrationError::Document(register::Error::UnknownField));
    }
}
