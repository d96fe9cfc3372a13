//! Who may issue, register and publish status, and with which keys: one list, signed by the anchor.
//!
//! ```text
//! {iss, iat, exp, "sequence": uint,
//!  "issuers":        [{"iss", "types": [vct], "keys": [key]}],
//!  "registrars":     [{"iss", "keys": [key]}],
//!  "status_issuers": [{"iss", "for": [iss], "keys": [key]}]}
//! key = {"key": COSE_Key, "from": time, "until": time, ? "compromised": time}
//!
//! bytes --SignedTrustList::parse--> SignedTrustList --verify(anchor, now, at least sequence)--> TrustList
//! ```

use crate::numbers::claim;
use crate::register::{self, Document, Fields, seal};
use crate::schema::CredentialType;
use crate::time::UnixTime;
use core::fmt;
use geleit_cose::cbor::{Limits, Value};
use geleit_cose::key::{KeyError, PublicKey, SigningKey};
use sha2::{Digest, Sha256};

/// The `typ` of a trust list.
pub const TYPE: &str = "application/geleit-trust-list+cwt";

/// A trust list before verification.
#[derive(Clone, Debug)]
pub struct SignedTrustList<'b> {
    document: Document<'b>,
    hash: [u8; 32],
}

/// A trust list whose signature, times and sequence number were checked.
#[derive(Clone, Debug)]
pub struct TrustList {
    anchor: [u8; 32],
    hash: [u8; 32],
    sequence: u64,
    issued_at: UnixTime,
    expires_at: UnixTime,
    issuers: Directory,
    registrars: Directory,
    status_issuers: Directory,
}

/// Parties of one role, found by key id without a hash or an allocation.
#[derive(Clone, Debug)]
struct Directory {
    parties: Vec<Party>,
    /// Key id, number of the party, number of its key; in ascending order of the key ids.
    by_kid: Vec<([u8; 8], usize, usize)>,
}

/// A party of the list.
#[derive(Clone, Debug)]
pub struct Party {
    /// Its name: the `iss` of what it signs.
    pub iss: String,
    /// The credential types that it may issue; empty for registrars and status issuers.
    pub types: Vec<&'static CredentialType>,
    /// The issuers and registrars whose status it may publish, by their `iss`; empty for all but
    /// status issuers.
    pub publishes_for: Vec<String>,
    /// Its keys.
    pub keys: Vec<TrustedKey>,
}

/// What the parties of a directory do.
#[derive(Clone, Copy, Debug)]
enum Role {
    /// They sign credentials.
    Issuer,
    /// They sign registrations.
    Registrar,
    /// They say what became of them.
    StatusIssuer,
}

/// A key with the time in which it may sign.
#[derive(Clone, Debug)]
pub struct TrustedKey {
    /// The key.
    pub key: PublicKey,
    /// First moment.
    pub from: UnixTime,
    /// First moment at which it no longer may.
    pub until: UnixTime,
    /// Since when others may have it.
    pub compromised: Compromise,
}

/// Whether others may have a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compromise {
    /// Nothing is known of it.
    NotKnown,
    /// Since this time.
    Since(UnixTime),
}

/// What a key was allowed to sign at some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyStanding {
    /// Inside its window, not compromised.
    Good,
    /// Signed, by its own word, before the key was compromised. Whoever has the key can write any
    /// date, so this is not proof.
    BeforeCompromise,
}

/// What an anchor signs.
#[derive(Clone, Debug)]
pub struct TrustListContent<'a> {
    /// Name of the anchor.
    pub iss: &'a str,
    /// Rises with every list.
    pub sequence: u64,
    /// Time of signing.
    pub issued_at: UnixTime,
    /// First moment at which the list is too old.
    pub expires_at: UnixTime,
    /// Who may issue credentials.
    pub issuers: Vec<Party>,
    /// Who may register relying parties.
    pub registrars: Vec<Party>,
    /// Who may publish status lists.
    pub status_issuers: Vec<Party>,
}

impl TrustListContent<'_> {
    /// Signs the list.
    ///
    /// # Errors
    /// [`KeyError`] when the anchor's key cannot sign.
    pub fn sign(&self, anchor: &SigningKey) -> Result<Vec<u8>, KeyError> {
        let parties = |parties: &[Party]| Value::Array(parties.iter().map(Party::to_value).collect());
        let payload = Value::Map(vec![
            (Value::int(claim::ISS), Value::text(self.iss)),
            (Value::int(claim::EXP), Value::int(self.expires_at.0)),
            (Value::int(claim::IAT), Value::int(self.issued_at.0)),
            (Value::text("sequence"), Value::Uint(self.sequence)),
            (Value::text("issuers"), parties(&self.issuers)),
            (Value::text("registrars"), parties(&self.registrars)),
            (Value::text("status_issuers"), parties(&self.status_issuers)),
        ]);
        seal(TYPE, &payload, anchor)
    }
}

impl<'b> SignedTrustList<'b> {
    /// Reads a list.
    ///
    /// # Errors
    /// M and C rules, T-01.
    pub fn parse(bytes: &'b [u8]) -> Result<Self, TrustError> {
        let document = Document::parse(bytes, TYPE, &Limits::REGISTER)?;
        Ok(Self { document, hash: Sha256::digest(bytes).into() })
    }

    /// Checks signature, times and sequence number. `newest_known` is the highest sequence number
    /// that the caller has accepted so far (0 at first): an older list is a roll-back.
    ///
    /// # Errors
    /// C-03, C-05, T-03 to T-08.
    pub fn verify(
        &self,
        anchor: &PublicKey,
        newest_known: u64,
        now: UnixTime,
    ) -> Result<TrustList, TrustError> {
        let fields = self.document.verify(anchor)?;
        fields.require_only(
            &[claim::ISS, claim::EXP, claim::IAT],
            &["sequence", "issuers", "registrars", "status_issuers"],
        )?;
        let (issued_at, expires_at) = (fields.iat()?, fields.exp()?);
        if now < issued_at || now >= expires_at {
            return Err(TrustError::NotValid { from: issued_at, until: expires_at, now });
        }
        let sequence = fields.uint("sequence")?;
        if sequence < newest_known {
            return Err(TrustError::RollBack { newest: newest_known, presented: sequence });
        }
        let list = TrustList {
            anchor: anchor.thumbprint(),
            hash: self.hash,
            sequence,
            issued_at,
            expires_at,
            issuers: Directory::of(Party::read_all(&fields, "issuers", Role::Issuer)?),
            registrars: Directory::of(Party::read_all(&fields, "registrars", Role::Registrar)?),
            status_issuers: Directory::of(Party::read_all(&fields, "status_issuers", Role::StatusIssuer)?),
        };
        list.require_distinct_keys()?;
        Ok(list)
    }
}

impl TrustList {
    /// Thumbprint (RFC 9679) of the anchor's key.
    #[must_use]
    pub const fn anchor(&self) -> &[u8; 32] {
        &self.anchor
    }

    /// SHA-256 of the list as it was signed.
    #[must_use]
    pub const fn hash(&self) -> &[u8; 32] {
        &self.hash
    }

    /// The sequence number, to be remembered as `newest_known`.
    #[must_use]
    pub const fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Is the list still the one to go by?
    ///
    /// # Errors
    /// T-04.
    pub fn require_current(&self, now: UnixTime) -> Result<(), TrustError> {
        if now < self.issued_at || now >= self.expires_at {
            return Err(TrustError::NotValid { from: self.issued_at, until: self.expires_at, now });
        }
        Ok(())
    }

    /// First moment at which the list is too old.
    #[must_use]
    pub const fn expires_at(&self) -> UnixTime {
        self.expires_at
    }

    /// Issuers of credentials.
    #[must_use]
    pub fn issuers(&self) -> &[Party] {
        &self.issuers.parties
    }

    /// Registrars of relying parties.
    #[must_use]
    pub fn registrars(&self) -> &[Party] {
        &self.registrars.parties
    }

    /// Publishers of status lists.
    #[must_use]
    pub fn status_issuers(&self) -> &[Party] {
        &self.status_issuers.parties
    }

    /// The issuer and key with this key id.
    #[must_use]
    pub fn issuer_key(&self, kid: &[u8]) -> Option<(&Party, &TrustedKey)> {
        self.issuers.find(kid)
    }

    /// The registrar and key with this key id.
    #[must_use]
    pub fn registrar_key(&self, kid: &[u8]) -> Option<(&Party, &TrustedKey)> {
        self.registrars.find(kid)
    }

    /// The status issuer and key with this key id.
    #[must_use]
    pub fn status_issuer_key(&self, kid: &[u8]) -> Option<(&Party, &TrustedKey)> {
        self.status_issuers.find(kid)
    }

    /// T-06: a key id selects one key, and one key has one role.
    fn require_distinct_keys(&self) -> Result<(), TrustError> {
        let all = [&self.issuers, &self.registrars, &self.status_issuers];
        let mut ids: Vec<[u8; 8]> =
            all.iter().flat_map(|directory| directory.by_kid.iter().map(|(kid, ..)| *kid)).collect();
        ids.sort_unstable();
        if ids.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
            return Err(TrustError::KeyTwice);
        }
        Ok(())
    }
}

impl Directory {
    fn of(parties: Vec<Party>) -> Self {
        let mut by_kid = Vec::new();
        for (party, entry) in parties.iter().enumerate() {
            by_kid.extend(entry.keys.iter().enumerate().map(|(key, one)| (one.key.key_id(), party, key)));
        }
        by_kid.sort_unstable();
        Self { parties, by_kid }
    }

    fn find(&self, kid: &[u8]) -> Option<(&Party, &TrustedKey)> {
        let found = self.by_kid.binary_search_by(|(known, ..)| known.as_slice().cmp(kid)).ok()?;
        let (_, party, key) = self.by_kid.get(found)?;
        let party = self.parties.get(*party)?;
        Some((party, party.keys.get(*key)?))
    }
}

impl Party {
    fn to_value(&self) -> Value {
        let keys = Value::Array(self.keys.iter().map(TrustedKey::to_value).collect());
        let mut entries =
            vec![(Value::text("iss"), Value::text(self.iss.as_str())), (Value::text("keys"), keys)];
        if !self.types.is_empty() {
            let types = self.types.iter().map(|one| Value::text(one.vct)).collect();
            entries.push((Value::text("types"), Value::Array(types)));
        }
        if !self.publishes_for.is_empty() {
            let names = self.publishes_for.iter().map(|name| Value::text(name.as_str())).collect();
            entries.push((Value::text("for"), Value::Array(names)));
        }
        Value::Map(entries)
    }

    fn read_all(fields: &Fields, name: &'static str, role: Role) -> Result<Vec<Self>, TrustError> {
        fields.array(name)?.iter().map(|party| Self::read(&Fields::new(party.clone()), role)).collect()
    }

    fn read(fields: &Fields, role: Role) -> Result<Self, TrustError> {
        fields.require_only(&[], role.fields())?;
        let types = match fields.find("types") {
            None => Vec::new(),
            // A type that this version does not know cannot be issued to it.
            Some(_) => fields.texts("types")?.iter().filter_map(|vct| CredentialType::by_vct(vct)).collect(),
        };
        let keys = fields.array("keys")?.iter().map(|key| TrustedKey::read(&Fields::new(key.clone())));
        let publishes_for = role.read_publishes_for(fields)?;
        Ok(Self { iss: fields.text("iss")?, types, publishes_for, keys: keys.collect::<Result<_, _>>()? })
    }

    /// May it issue credentials of this type?
    #[must_use]
    pub fn may_issue(&self, credential_type: &CredentialType) -> bool {
        self.types.iter().any(|one| one.vct == credential_type.vct)
    }

    /// May it publish the status of what this issuer or registrar signed?
    ///
    /// The whole name counts, byte for byte: a name that begins alike, or differs in case, is another
    /// party.
    #[must_use]
    pub fn publishes_for(&self, name: &str) -> bool {
        self.publishes_for.iter().any(|one| one == name)
    }
}

impl Role {
    const fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Issuer => &["iss", "types", "keys"],
            Self::Registrar => &["iss", "keys"],
            Self::StatusIssuer => &["iss", "for", "keys"],
        }
    }

    /// T-08: entitlement is never a default.
    fn read_publishes_for(self, fields: &Fields) -> Result<Vec<String>, TrustError> {
        match self {
            Self::Issuer | Self::Registrar => Ok(Vec::new()),
            Self::StatusIssuer => {
                let names = if fields.find("for").is_some() { fields.texts("for")? } else { Vec::new() };
                let named = !names.is_empty() && names.iter().all(|name| !name.is_empty());
                if named { Ok(names) } else { Err(TrustError::PublishesForNobody) }
            }
        }
    }
}

impl TrustedKey {
    /// A key that may sign from `from` until `until`.
    #[must_use]
    pub const fn valid(key: PublicKey, from: UnixTime, until: UnixTime) -> Self {
        Self { key, from, until, compromised: Compromise::NotKnown }
    }

    /// What a signature of `time` is worth; `None` outside of the window or after a compromise.
    #[must_use]
    pub fn standing_at(&self, time: UnixTime) -> Option<KeyStanding> {
        if time < self.from || time >= self.until {
            return None;
        }
        match self.compromised {
            Compromise::NotKnown => Some(KeyStanding::Good),
            Compromise::Since(since) if time < since => Some(KeyStanding::BeforeCompromise),
            Compromise::Since(_) => None,
        }
    }

    fn to_value(&self) -> Value {
        let key = Value::decode(
            &self.key.to_cose_key(),
            &Limits::TOKEN,
            geleit_cose::cbor::Encoding::Deterministic,
        );
        let mut entries = vec![
            (Value::text("key"), key.unwrap_or(Value::Null)),
            (Value::text("from"), Value::int(self.from.0)),
            (Value::text("until"), Value::int(self.until.0)),
        ];
        if let Compromise::Since(since) = self.compromised {
            entries.push((Value::text("compromised"), Value::int(since.0)));
        }
        Value::Map(entries)
    }

    fn read(fields: &Fields) -> Result<Self, register::Error> {
        fields.require_only(&[], &["key", "from", "until", "compromised"])?;
        let compromised = match fields.find("compromised") {
            None => Compromise::NotKnown,
            Some(_) => Compromise::Since(fields.time("compromised")?),
        };
        Ok(Self {
            key: fields.key("key")?,
            from: fields.time("from")?,
            until: fields.time("until")?,
            compromised,
        })
    }
}

/// Why a trust list was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TrustError {
    /// M and C rules, T-01, T-03.
    Document(register::Error),
    /// T-04: not valid at this time.
    NotValid {
        /// First moment.
        from: UnixTime,
        /// First moment at which it is too old.
        until: UnixTime,
        /// The time of the check.
        now: UnixTime,
    },
    /// T-05: older than one that was accepted before.
    RollBack {
        /// The newest sequence number that is known.
        newest: u64,
        /// The one that was presented.
        presented: u64,
    },
    /// T-06: a key id stands for two keys.
    KeyTwice,
    /// T-08: a status issuer without the names of those for whom it publishes.
    PublishesForNobody,
}

impl TrustError {
    /// The rule id in `spec/verification.md`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Document(error) => error.code(),
            Self::NotValid { .. } => "T-04",
            Self::RollBack { .. } => "T-05",
            Self::KeyTwice => "T-06",
            Self::PublishesForNobody => "T-08",
        }
    }
}

impl fmt::Display for TrustError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document(error) => error.fmt(f),
            Self::NotValid { from, until, now } => {
                write!(f, "T-04 trust list: valid from {from} to {until}, checked at {now}")
            }
            Self::RollBack { newest, presented } => {
                write!(f, "T-05 trust list: sequence {newest} was accepted before, presented {presented}")
            }
            Self::KeyTwice => f.write_str("T-06 trust list: a key id stands for more than one key or role"),
            Self::PublishesForNobody => {
                f.write_str("T-08 trust list: a status issuer has to name for whom it publishes")
            }
        }
    }
}

impl core::error::Error for TrustError {}

impl From<register::Error> for TrustError {
    fn from(error: register::Error) -> Self {
        Self::Document(error)
    }
}
