//! Issuing the three credential types: every claim redacted, every holder of a type alike in shape.
//!
//! ```text
//! payload {iss, exp, iat, cnf, vct, status, simple(59): [sub, one hash per group]}
//!   group {simple(59): [one hash per member, one per threshold companion]}
//!     list  [60(hash) x slots]
//!       record {simple(59): [one hash per member]}
//! ```
//!
//! What a holder does not have is a decoy, hashes stand in ascending order, times are whole hours:
//! nothing but the claims themselves tells two holders apart. All salts come from one draw.

use crate::numbers::claim;
use crate::schema::{Claim, ClaimError, ClaimSet, ClaimValue, CredentialType, Group, Kind};
use crate::sd_cwt::{BuildError, Hash, Redactor, Salts, seal, write_redacted_keys};
use crate::status_list::StatusReference;
use crate::threshold::Chain;
use crate::time::UnixTime;
use core::fmt;
use geleit_cose::cbor::{Encoder, Value};
use geleit_cose::key::{PublicKey, SigningKey};
use rand_core::CryptoRng;

/// Times of credentials are multiples of this, in seconds, so that they single nobody out.
pub const TIME_GRAIN_S: i64 = 3_600;

/// The usual life of a copy, in seconds: a week.
pub const DEFAULT_LIFETIME_S: i64 = 7 * 86_400;

/// The lives that a copy can have, in seconds: a day, a week, four weeks. A free choice could mark a
/// holder.
pub const LIFETIMES_S: [i64; 3] = [86_400, DEFAULT_LIFETIME_S, 28 * 86_400];

/// An issuer with its key.
#[derive(Debug)]
pub struct Issuer<'a> {
    name: &'a str,
    key: &'a SigningKey,
    kid: [u8; 8],
}

/// One copy of a credential: whom it is bound to and when it holds. `Debug` prints no subject.
#[derive(Clone, Copy)]
pub struct Copy<'a> {
    /// The holder's key of this copy. Each copy has its own.
    pub holder_key: &'a PublicKey,
    /// The issuer's name for the holder. Always redacted, never asked by any registered use.
    pub subject: &'a str,
    /// Time of issue; rounded down to [`TIME_GRAIN_S`].
    pub issued_at: UnixTime,
    /// Life in seconds, one of [`LIFETIMES_S`].
    pub lifetime_s: i64,
    /// Place in the issuer's status list. Each copy has its own, drawn at random: two copies with
    /// neighbouring indices would be recognised as one holder's.
    pub status: StatusReference<'a>,
}

impl fmt::Debug for Copy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut copy = f.debug_struct("Copy");
        copy.field("issued_at", &self.issued_at).field("lifetime_s", &self.lifetime_s);
        copy.finish_non_exhaustive()
    }
}

impl<'a> Issuer<'a> {
    /// An issuer. `name` is the `iss` claim, and has to be its name in trust lists.
    #[must_use]
    pub fn new(name: &'a str, key: &'a SigningKey) -> Self {
        Self { name, key, kid: key.public_key().key_id() }
    }

    /// Issues one copy.
    ///
    /// # Errors
    /// I-06, I-08 for a life that is not one of [`LIFETIMES_S`], I-11, and the S rules for claims that contradict the
    /// schema or each other.
    pub fn issue(
        &self,
        claims: &ClaimSet,
        copy: &Copy<'_>,
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<u8>, IssueError> {
        if !LIFETIMES_S.contains(&copy.lifetime_s) {
            return Err(IssueError::Lifetime { presented: copy.lifetime_s });
        }
        claims.check()?;
        let salts = count_salts(claims);
        let mut writer =
            Writer { claims, salts: Salts::draw(salts, rng), redactor: Redactor::with_capacity(salts) };
        let status = copy.status;
        if status.uri.is_empty() || status.uri.len() > MAX_STATUS_URI_BYTES {
            return Err(IssueError::StatusUri { presented: status.uri.len() });
        }
        let issued_at = copy.issued_at.rounded_down(TIME_GRAIN_S);
        let times = (issued_at, issued_at.plus(copy.lifetime_s));
        let plain = PlainClaims {
            iss: self.name,
            times,
            holder_key: copy.holder_key,
            credential_type: claims.credential_type(),
            status: copy.status,
        };
        let mut payload = plain.encode();
        writer.top_level(&mut payload, copy.subject);
        Ok(seal(payload.as_bytes(), writer.redactor, &self.kid, self.key, self.key.algorithm())?)
    }
}

/// Longest address of a status list, in bytes: it stands in every presentation.
pub const MAX_STATUS_URI_BYTES: usize = 128;

/// What stands in the clear in every credential.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlainClaims<'a> {
    pub(crate) iss: &'a str,
    /// `iat` and `exp`.
    pub(crate) times: (UnixTime, UnixTime),
    pub(crate) holder_key: &'a PublicKey,
    pub(crate) credential_type: &'a CredentialType,
    pub(crate) status: StatusReference<'a>,
}

impl PlainClaims<'_> {
    /// How many there are.
    pub(crate) const COUNT: usize = 6;

    /// The payload up to its hashes: what a holder compares byte for byte.
    pub(crate) fn encode(&self) -> Encoder {
        let (issued_at, expires_at) = self.times;
        let mut payload = Encoder::with_capacity(576);
        payload.map(Self::COUNT + 1).int(claim::ISS).text(self.iss);
        payload.int(claim::EXP).int(expires_at.0).int(claim::IAT).int(issued_at.0);
        payload.int(claim::CNF).map(1).int(crate::numbers::confirmation::COSE_KEY);
        self.holder_key.write_cose_key(&mut payload);
        payload.int(claim::VCT).text(self.credential_type.vct);
        payload.int(claim::STATUS);
        self.status.write(&mut payload);
        payload
    }
}

/// How many disclosures a credential has, decoys included.
fn count_salts(claims: &ClaimSet) -> usize {
    let groups = claims.credential_type().groups;
    let present = groups.iter().filter(|group| claims.has_group(group));
    1 + groups.len() + present.map(|group| count_group(claims, group)).sum::<usize>()
}

fn count_group(claims: &ClaimSet, group: &Group) -> usize {
    let inside = |claim: &Claim| match (claims.value_of(claim), claim.slots()) {
        (Some(ClaimValue::Plain(Value::Array(elements))), Some(slots)) => {
            usize::from(slots) + elements.len() * claim.record().len()
        }
        _ => 0,
    };
    group.digest_count() + group.members.iter().map(inside).sum::<usize>()
}

struct Writer<'c> {
    claims: &'c ClaimSet,
    salts: Salts,
    redactor: Redactor,
}

impl Writer<'_> {
    fn top_level(&mut self, payload: &mut Encoder, subject: &str) {
        let groups = self.claims.credential_type().groups;
        let mut hashes: Vec<Hash> = Vec::with_capacity(groups.len() + 1);
        let subject = Value::text(subject).encode();
        hashes.push(self.redactor.entry(&self.salts.take(), &Value::int(claim::SUB).encode(), &subject));
        for group in groups {
            hashes.push(self.group(group));
        }
        write_redacted_keys(payload, &mut hashes);
    }

    fn group(&mut self, group: &Group) -> Hash {
        if !self.claims.has_group(group) {
            return self.decoy();
        }
        let mut hashes = Vec::with_capacity(group.digest_count());
        for claim in group.members {
            self.member(claim, &mut hashes);
        }
        self.entry(group.key, &redacted_map(&mut hashes))
    }

    fn member(&mut self, claim: &Claim, hashes: &mut Vec<Hash>) {
        if let Some(domain) = claim.domain() {
            // The companion comes with every threshold claim, whether the holder has it or not.
            let companion = self.salts.take();
            hashes.push(self.redactor.decoy(&companion));
            let value = match self.claims.value_of(claim) {
                Some(ClaimValue::Threshold(value)) => Some((*value).min(domain.max)),
                Some(ClaimValue::Plain(_)) | None => None,
            };
            hashes.push(match value {
                Some(value) => {
                    let commitment = Chain::of(claim.id).commitment(&companion, value);
                    self.entry(claim.key, &Value::bytes(commitment).encode())
                }
                None => self.decoy(),
            });
            return;
        }
        hashes.push(match (self.claims.value_of(claim), claim.slots()) {
            (Some(ClaimValue::Plain(Value::Array(elements))), Some(slots)) => {
                let list = self.list(claim, elements, usize::from(slots));
                self.entry(claim.key, &list)
            }
            (Some(ClaimValue::Plain(value)), _) => self.entry(claim.key, &value.encode()),
            (Some(ClaimValue::Threshold(_)) | None, _) => self.decoy(),
        });
    }

    fn list(&mut self, claim: &Claim, elements: &[Value], slots: usize) -> Vec<u8> {
        let mut hashes: Vec<Hash> = Vec::with_capacity(slots);
        for element in elements {
            let value = match claim.kind {
                Kind::List { element: Kind::Record(members), .. } => self.record(members, element),
                _ => element.encode(),
            };
            hashes.push(self.redactor.element(&self.salts.take(), &value));
        }
        while hashes.len() < slots {
            hashes.push(self.decoy());
        }
        hashes.sort_unstable();
        let mut out = Encoder::with_capacity(4 + 36 * slots);
        out.array(slots);
        for hash in &hashes {
            out.tag(crate::numbers::cbor::REDACTED_ELEMENT).bytes(hash);
        }
        out.into_bytes()
    }

    fn record(&mut self, members: &[Claim], element: &Value) -> Vec<u8> {
        let mut hashes = Vec::with_capacity(members.len());
        for member in members {
            hashes.push(match element.get(member.key) {
                Some(value) => self.entry(member.key, &value.encode()),
                None => self.decoy(),
            });
        }
        redacted_map(&mut hashes)
    }

    fn entry(&mut self, key: &str, value: &[u8]) -> Hash {
        self.redactor.entry(&self.salts.take(), &Value::text(key).encode(), value)
    }

    fn decoy(&mut self) -> Hash {
        self.redactor.decoy(&self.salts.take())
    }
}

/// `{simple(59): [hashes]}`.
fn redacted_map(hashes: &mut [Hash]) -> Vec<u8> {
    let mut out = Encoder::with_capacity(8 + 34 * hashes.len());
    out.map(1);
    write_redacted_keys(&mut out, hashes);
    out.into_bytes()
}

/// Why a credential was not issued: misuse by the caller.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum IssueError {
    /// I-06.
    Build(BuildError),
    /// S rules.
    Claims(ClaimError),
    /// I-08: a life that is not one of [`LIFETIMES_S`].
    Lifetime {
        /// Seconds.
        presented: i64,
    },
    /// I-11: the address of the status list is empty, or longer than [`MAX_STATUS_URI_BYTES`].
    StatusUri {
        /// Bytes.
        presented: usize,
    },
}

impl IssueError {
    /// The rule id in `spec/verification.md`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Build(error) => error.code(),
            Self::Claims(error) => error.code(),
            Self::Lifetime { .. } => "I-08",
            Self::StatusUri { .. } => "I-11",
        }
    }
}

impl fmt::Display for IssueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Build(error) => error.fmt(f),
            Self::Claims(error) => error.fmt(f),
            Self::Lifetime { presented } => {
                write!(f, "I-08 lifetime is {presented} s; 1, 7 or 28 days are required")
            }
            Self::StatusUri { presented } => write!(
                f,
                "I-11 address of the status list is {presented} bytes; 1 to {MAX_STATUS_URI_BYTES} are required"
            ),
        }
    }
}

impl core::error::Error for IssueError {}

impl From<BuildError> for IssueError {
    fn from(error: BuildError) -> Self {
        Self::Build(error)
    }
}

impl From<ClaimError> for IssueError {
    fn from(error: ClaimError) -> Self {
        Self::Claims(error)
    }
}
