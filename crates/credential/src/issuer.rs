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
//! nothing but the claims themselves tells two holders apart. All salts come from a seed of one draw.

mod batch;
mod form;

pub use batch::{BatchError, MAX_BATCH_COPIES, Order};

use crate::numbers::claim;
use crate::schema::{ClaimError, ClaimSet, CredentialType};
use crate::sd_cwt::{BuildError, Salts, Seeds, Unsigned, write_redacted_keys};
use crate::status_list::StatusReference;
use crate::time::UnixTime;
use core::fmt;
use form::{Form, HASH_BYTES_IN_MAP};
use geleit_cose::cbor::Encoder;
use geleit_cose::key::{KeyError, PublicKey, SigningKey};
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

impl Copy<'_> {
    /// I-08, I-11.
    fn check(&self) -> Result<(), IssueError> {
        if !LIFETIMES_S.contains(&self.lifetime_s) {
            return Err(IssueError::Lifetime { presented: self.lifetime_s });
        }
        let address = self.status.uri.len();
        if !(1..=MAX_STATUS_URI_BYTES).contains(&address) {
            return Err(IssueError::StatusUri { presented: address });
        }
        let subject = self.subject.len();
        if !(1..=MAX_SUBJECT_BYTES).contains(&subject) {
            return Err(IssueError::Subject { presented: subject });
        }
        Ok(())
    }
}

impl fmt::Debug for Copy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut copy = f.debug_struct("Copy");
        copy.field("issued_at", &self.issued_at).field("lifetime_s", &self.lifetime_s);
        copy.finish_non_exhaustive()
    }
}

impl<'a> Issuer<'a> {
    /// An issuer. `name` is the `iss` claim, and has to be its name in trust lists: it is not checked here, and with
    /// another one a credential is read by nobody. A key that signs much can be prepared ([`SigningKey::prepare`]).
    #[must_use]
    pub fn new(name: &'a str, key: &'a SigningKey) -> Self {
        Self { name, key, kid: key.public_key().key_id() }
    }

    /// Issues one copy.
    ///
    /// # Errors
    /// I-06, I-08 for a life that is not one of [`LIFETIMES_S`], I-11, I-15, I-16, and the S rules for claims that
    /// contradict the schema or each other.
    pub fn issue(
        &self,
        claims: &ClaimSet,
        copy: &Copy<'_>,
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<u8>, IssueError> {
        copy.check()?;
        let mut form = Form::of(claims, copy.subject.len())?;
        let mut salts = Salts::draw(rng)?;
        let unsigned = self.fill_in(&mut form, copy, &mut salts);
        Ok(unsigned.sign(self.key, self.key.algorithm())?)
    }

    /// Issues many copies, of one holder or of many: all of them or none, in the order of the orders and of
    /// their copies.
    ///
    /// Each copy is what [`Self::issue`] makes, with salts, decoys and threshold companions of its own. What
    /// the copies of one order share is done once: claims are checked and encoded for all of them, and there
    /// is one draw of randomness for the whole batch.
    ///
    /// # Errors
    /// Those of [`Self::issue`]; I-12, I-13, and I-14 for more than [`MAX_BATCH_COPIES`] copies. The error says
    /// which order and copy it is about, when it is about one.
    pub fn issue_batch(
        &self,
        orders: &[Order<'_>],
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<Vec<Vec<u8>>>, BatchError> {
        batch::check(orders)?;
        let mut forms = batch::forms(orders)?;
        let count = batch::count(orders);
        let seeds = Seeds::draw(count, rng)?;
        let (mut salts, mut unsigned) = (seeds.salts(), Vec::with_capacity(count));
        for (form, order) in forms.iter_mut().zip(orders) {
            // The copies come first: `zip` takes no salts when there is none left.
            let copies = order.copies.iter().zip(&mut salts);
            unsigned.extend(copies.map(|(copy, mut salts)| self.fill_in(form, copy, &mut salts)));
        }
        debug_assert_eq!(unsigned.len(), count, "a copy without a seed");
        let mut signed = Unsigned::sign_all(unsigned, self.key, self.key.algorithm())?.into_iter();
        Ok(orders.iter().map(|order| signed.by_ref().take(order.copies.len()).collect()).collect())
    }

    /// Everything of a copy but its signature.
    fn fill_in(&self, form: &mut Form, copy: &Copy<'_>, salts: &mut Salts) -> Unsigned {
        let issued_at = copy.issued_at.rounded_down(TIME_GRAIN_S);
        let plain = PlainClaims {
            iss: self.name,
            times: (issued_at, issued_at.plus(copy.lifetime_s)),
            holder_key: copy.holder_key,
            credential_type: form.credential_type(),
            status: copy.status,
        };
        let disclosures = form.fill_in(copy.subject, salts);
        let expected = plain.max_bytes() + 4 + HASH_BYTES_IN_MAP * disclosures.without_place();
        Unsigned::assemble(&self.kid, self.key.algorithm(), disclosures, expected, |payload, disclosures| {
            plain.write(payload);
            write_redacted_keys(payload, disclosures.place(0));
        })
    }
}

/// Longest name of a holder, in bytes: it is never shown, and stands in every copy.
pub const MAX_SUBJECT_BYTES: usize = 256;

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
        let mut payload = Encoder::with_capacity(self.max_bytes());
        self.write(&mut payload);
        payload
    }

    fn write(&self, payload: &mut Encoder) {
        let (issued_at, expires_at) = self.times;
        payload.map(Self::COUNT + 1).int(claim::ISS).text(self.iss);
        payload.int(claim::EXP).int(expires_at.0).int(claim::IAT).int(issued_at.0);
        payload.int(claim::CNF).map(1).int(crate::numbers::confirmation::COSE_KEY);
        self.holder_key.write_cose_key(payload);
        payload.int(claim::VCT).text(self.credential_type.vct);
        payload.int(claim::STATUS);
        self.status.write(payload);
    }

    /// The three texts, the longest key (77 bytes), three numbers of 9 bytes, heads and names.
    const fn max_bytes(&self) -> usize {
        self.iss.len() + self.credential_type.vct.len() + self.status.uri.len() + 77 + 27 + 72
    }
}

/// Why a credential was not issued: misuse by the caller.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum IssueError {
    /// I-06, I-16.
    Build(BuildError),
    /// S rules.
    Claims(ClaimError),
    /// I-08: a life that is not one of [`LIFETIMES_S`].
    Lifetime {
        /// Seconds.
        presented: i64,
    },
    /// I-15: the issuer's name for the holder is empty, or longer than [`MAX_SUBJECT_BYTES`].
    Subject {
        /// Bytes.
        presented: usize,
    },
    /// I-11: the address of the status list is empty, or longer than [`MAX_STATUS_URI_BYTES`].
    StatusUri {
        /// Bytes.
        presented: usize,
    },
    /// I-12: another copy of the same type in the batch is bound to the same key.
    HolderKeyTwice,
    /// I-13: another copy in the batch has the same place in the same status list.
    StatusTwice,
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
            Self::Subject { .. } => "I-15",
            Self::HolderKeyTwice => "I-12",
            Self::StatusTwice => "I-13",
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
            Self::Subject { presented } => {
                write!(f, "I-15 subject is {presented} bytes; 1 to {MAX_SUBJECT_BYTES} are required")
            }
            Self::StatusUri { presented } => write!(
                f,
                "I-11 address of the status list is {presented} bytes; 1 to {MAX_STATUS_URI_BYTES} are required"
            ),
            Self::HolderKeyTwice => f.write_str(
                "I-12 holder key: a key of its own is required for each copy of a type; an earlier copy has this one",
            ),
            Self::StatusTwice => f.write_str(
                "I-13 status: a place of its own is required for each copy; an earlier copy has this one",
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

impl From<KeyError> for IssueError {
    fn from(error: KeyError) -> Self {
        Self::Build(error.into())
    }
}

impl From<ClaimError> for IssueError {
    fn from(error: ClaimError) -> Self {
        Self::Claims(error)
    }
}
