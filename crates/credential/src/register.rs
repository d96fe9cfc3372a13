//! What trust lists, registrations and requests share: a CWT with a type, one signature, text fields.
//!
//! ```text
//! 18([ protected {alg: -19, kid, typ: "application/geleit-...+cwt"}, {}, payload map, signature ])
//! ```
//!
//! Deterministic encoding is required, so that one document has one hash. No field counts before the
//! signature is checked; a request is opened once before, to find the key that has to have signed it.

use crate::numbers::claim;
use crate::time::UnixTime;
use core::fmt;
use geleit_cose::algorithm::Algorithms;
use geleit_cose::cbor::{Decoder, Encoder, Encoding, Key, Limits, Value};
use geleit_cose::key::{KeyError, PublicKey, SigningKey};
use geleit_cose::sign1::{self, NoHeaders, Sign1, Typ};

/// A parsed document. Nothing in it is verified.
#[derive(Clone, Debug)]
pub(crate) struct Document<'b> {
    sign1: Sign1<'b>,
    limits: Limits,
}

impl<'b> Document<'b> {
    /// Reads one document of this type and nothing after it.
    pub(crate) fn parse(bytes: &'b [u8], typ: &'static str, limits: &Limits) -> Result<Self, Error> {
        let sign1 = Sign1::parse(bytes, limits, Encoding::Deterministic, &mut NoHeaders)?;
        match sign1.typ() {
            Some(Typ::MediaType(presented)) if presented == typ => Ok(Self { sign1, limits: *limits }),
            _ => Err(Error::Type { required: typ }),
        }
    }

    /// The key id of the protected header. It selects a key; it proves nothing.
    pub(crate) const fn kid(&self) -> Option<&'b [u8]> {
        self.sign1.kid()
    }

    /// Checks the signature and hands out the signed payload.
    pub(crate) fn verify_payload(&self, key: &PublicKey) -> Result<&'b [u8], Error> {
        Ok(self.sign1.verify(key, Algorithms::ED25519, &[])?.bytes())
    }

    /// Checks the signature and hands out the fields.
    pub(crate) fn verify(&self, key: &PublicKey) -> Result<Fields, Error> {
        match Value::decode(self.verify_payload(key)?, &self.limits, Encoding::Deterministic)? {
            map @ Value::Map(_) => Ok(Fields(map)),
            _ => Err(Error::Field("payload")),
        }
    }

    /// One byte string of the payload without any check, to find the key that has to verify the
    /// document. Nothing is built, and what is read here is read again from [`Self::verify`] before it
    /// counts.
    pub(crate) fn dangerous_unverified_bytes(&self, name: &'static str) -> Result<&'b [u8], Error> {
        let payload = self.sign1.dangerous_unverified_payload();
        let mut decoder = Decoder::new(payload, &self.limits, Encoding::Deterministic)?;
        let mut found = None;
        decoder.map_entries(|decoder, key| {
            if key == Key::Text(name) {
                found = Some(decoder.bytes()?);
            } else {
                decoder.skip_unchecked()?;
            }
            Ok::<_, Error>(())
        })?;
        found.ok_or(Error::Field(name))
    }
}

impl Document<'_> {
    /// `iat` without any check, to know as of when something else is to be verified.
    pub(crate) fn dangerous_unverified_iat(&self) -> Result<UnixTime, Error> {
        let payload = self.sign1.dangerous_unverified_payload();
        Fields(Value::decode(payload, &self.limits, Encoding::Deterministic)?).iat()
    }
}

/// Signs a document.
pub(crate) fn seal(typ: &str, payload: &Value, key: &SigningKey) -> Result<Vec<u8>, KeyError> {
    let mut protected = Encoder::with_capacity(64);
    protected.map(3).int(sign1::label::ALG).int(key.algorithm().id());
    protected.int(sign1::label::KID).bytes(&key.public_key().key_id());
    protected.int(sign1::label::TYP).text(typ);
    sign1::seal(protected.as_bytes(), &[0xa0], &payload.encode(), &[], key, key.algorithm())
}

/// As [`Fields::require_only`], for an object that is not cut out of its document.
pub(crate) fn require_only(map: &Value, labels: &[i64], names: &[&str]) -> Result<(), Error> {
    let Value::Map(entries) = map else { return Err(Error::Field("payload")) };
    let known = |key: &Value| match key {
        Value::Text(name) => names.contains(&name.as_str()),
        key => key.as_int().is_some_and(|label| labels.contains(&label)),
    };
    if entries.iter().all(|(key, _)| known(key)) { Ok(()) } else { Err(Error::UnknownField) }
}

/// The fields of a document whose signature was verified, or of an object inside it.
#[derive(Clone, Debug)]
pub(crate) struct Fields(Value);

impl Fields {
    pub(crate) const fn new(map: Value) -> Self {
        Self(map)
    }

    /// T-07: no field but these. What a reader does not know could change what the rest means.
    pub(crate) fn require_only(&self, labels: &[i64], names: &[&str]) -> Result<(), Error> {
        require_only(&self.0, labels, names)
    }

    pub(crate) fn value(&self, name: &'static str) -> Result<&Value, Error> {
        self.0.get(name).ok_or(Error::Field(name))
    }

    pub(crate) fn find(&self, name: &'static str) -> Option<&Value> {
        self.0.get(name)
    }

    pub(crate) fn text(&self, name: &'static str) -> Result<String, Error> {
        self.value(name)?.as_text().map(str::to_owned).ok_or(Error::Field(name))
    }

    pub(crate) fn uint(&self, name: &'static str) -> Result<u64, Error> {
        match self.value(name)? {
            Value::Uint(number) => Ok(*number),
            _ => Err(Error::Field(name)),
        }
    }

    pub(crate) fn time(&self, name: &'static str) -> Result<UnixTime, Error> {
        self.value(name)?.as_int().map(UnixTime).ok_or(Error::Field(name))
    }

    /// 32 bytes, such as a SHA-256.
    pub(crate) fn hash(&self, name: &'static str) -> Result<[u8; 32], Error> {
        let bytes = self.value(name)?.as_bytes();
        bytes.and_then(|bytes| bytes.try_into().ok()).ok_or(Error::Field(name))
    }

    /// A field that may be absent.
    pub(crate) fn optional<T>(
        &self,
        name: &'static str,
        read: impl FnOnce(&Self, &'static str) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        self.find(name).map(|_| read(self, name)).transpose()
    }

    pub(crate) fn array(&self, name: &'static str) -> Result<&[Value], Error> {
        match self.value(name)? {
            Value::Array(items) => Ok(items),
            _ => Err(Error::Field(name)),
        }
    }

    pub(crate) fn texts(&self, name: &'static str) -> Result<Vec<String>, Error> {
        let text = |item: &Value| item.as_text().map(str::to_owned).ok_or(Error::Field(name));
        self.array(name)?.iter().map(text).collect()
    }

    pub(crate) fn key(&self, name: &'static str) -> Result<PublicKey, Error> {
        PublicKey::from_cose_key(&self.value(name)?.encode()).map_err(|_| Error::Field(name))
    }

    /// A registered claim that may be absent.
    pub(crate) fn find_registered(&self, label: i64) -> Option<&Value> {
        self.0.get_int(label)
    }

    fn registered(&self, label: i64, name: &'static str) -> Result<&Value, Error> {
        self.0.get_int(label).ok_or(Error::Field(name))
    }

    pub(crate) fn iss(&self) -> Result<String, Error> {
        self.registered(claim::ISS, "iss")?.as_text().map(str::to_owned).ok_or(Error::Field("iss"))
    }

    pub(crate) fn sub(&self) -> Result<String, Error> {
        self.registered(claim::SUB, "sub")?.as_text().map(str::to_owned).ok_or(Error::Field("sub"))
    }

    pub(crate) fn aud(&self) -> Result<String, Error> {
        self.registered(claim::AUD, "aud")?.as_text().map(str::to_owned).ok_or(Error::Field("aud"))
    }

    pub(crate) fn iat(&self) -> Result<UnixTime, Error> {
        self.registered(claim::IAT, "iat")?.as_int().map(UnixTime).ok_or(Error::Field("iat"))
    }

    pub(crate) fn exp(&self) -> Result<UnixTime, Error> {
        self.registered(claim::EXP, "exp")?.as_int().map(UnixTime).ok_or(Error::Field("exp"))
    }

    pub(crate) fn cnonce(&self) -> Result<Vec<u8>, Error> {
        let nonce = self.registered(claim::CNONCE, "cnonce")?;
        nonce.as_bytes().map(<[u8]>::to_vec).ok_or(Error::Field("cnonce"))
    }

    /// `cnf: {1: COSE_Key}`.
    pub(crate) fn cnf(&self) -> Result<PublicKey, Error> {
        let key = self.registered(claim::CNF, "cnf")?.get_int(crate::numbers::confirmation::COSE_KEY);
        PublicKey::from_cose_key(&key.ok_or(Error::Field("cnf"))?.encode()).map_err(|_| Error::Field("cnf"))
    }
}

/// Why a document is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// An M or C rule.
    Cose(sign1::Error),
    /// T-01: another `typ`.
    Type {
        /// The type that is required.
        required: &'static str,
    },
    /// T-03: a field is missing or has another type than it must have.
    Field(&'static str),
    /// T-07: a field that the document does not have.
    UnknownField,
}

impl Error {
    /// The rule id in `spec/verification.md`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Cose(error) => error.code(),
            Self::Type { .. } => "T-01",
            Self::Field(_) => "T-03",
            Self::UnknownField => "T-07",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cose(error) => error.fmt(f),
            Self::Type { required } => write!(f, "T-01 typ: required {required}"),
            Self::UnknownField => f.write_str("T-07 a field is not one that this type of document has"),
            Self::Field(name) => {
                write!(f, "T-03 field \"{name}\" is missing or has another type than it must have")
            }
        }
    }
}

impl core::error::Error for Error {}

impl From<sign1::Error> for Error {
    fn from(error: sign1::Error) -> Self {
        Self::Cose(error)
    }
}

impl From<geleit_cose::cbor::Malformed> for Error {
    fn from(malformed: geleit_cose::cbor::Malformed) -> Self {
        Self::Cose(malformed.into())
    }
}
