//! Key files as `openssl` writes them: PKCS#8 for secrets, SPKI for public keys, in PEM.
//!
//! ```text
//! openssl genpkey -algorithm ed25519                                 SigningKey::from_pem, to_pem
//! openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256     SigningKey::from_pem, to_pem
//! openssl pkey -pubout                                               PublicKey::from_pem, to_pem
//! ```
//!
//! PKCS#8 version 1 (RFC 5208) and version 2 with a public key (RFC 5958) are read; a public key
//! inside has to belong to the secret. Version 1 is written, byte for byte as `openssl` 3.0 does: RFC
//! 8410 for Ed25519, RFC 5915 for P-256. One file holds one key; text before it is allowed (RFC 7468
//! section 2), nothing but white space may follow. Encrypted files are not read here.

use crate::key::{KeyError, PublicKey, Secret, SigningKey};
use crate::{ed25519, p256};
use ::p256::pkcs8::der::{Decode, ErrorKind, Tag, asn1::BitStringRef, pem::encode_string};
use ::p256::pkcs8::{
    self, AlgorithmIdentifierRef, EncodePrivateKey, EncodePublicKey, LineEnding, ObjectIdentifier,
    PrivateKeyInfoRef, SecretDocument, SubjectPublicKeyInfoRef,
};
use core::fmt;
use zeroize::Zeroizing;

/// Why a PEM text was not accepted as the key that is needed. Never contains bytes of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PemError {
    /// K-20: no line begins with `-----BEGIN `.
    NotPem {
        /// What is required.
        required: Kind,
    },
    /// K-21: a PEM text of another kind.
    Label {
        /// What is required.
        required: Kind,
        /// What its label says it is.
        found: &'static str,
    },
    /// K-22: a private key that is encrypted with a password.
    Encrypted,
    /// K-23: text follows the key.
    Trailing,
    /// K-24: the label fits, but not the frame, the Base64 or the DER inside.
    Damaged {
        /// What is required.
        required: Kind,
    },
    /// K-25: a key of another type.
    KeyType {
        /// The type found.
        found: &'static str,
    },
    /// K-26: the public key inside a private key file does not belong to the secret.
    Mismatch,
    /// A K rule of the key itself.
    Key(KeyError),
}

/// The two kinds of key file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// PKCS#8, label `PRIVATE KEY`.
    Private,
    /// SPKI, label `PUBLIC KEY`.
    Public,
}

impl Kind {
    const fn label(self) -> &'static str {
        match self {
            Self::Private => "PRIVATE KEY",
            Self::Public => "PUBLIC KEY",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Private => "a private key (PKCS#8, PRIVATE KEY)",
            Self::Public => "a public key (SPKI, PUBLIC KEY)",
        })
    }
}

impl PemError {
    /// The rule id in `spec/verification.md`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotPem { .. } => "K-20",
            Self::Label { .. } => "K-21",
            Self::Encrypted => "K-22",
            Self::Trailing => "K-23",
            Self::Damaged { .. } => "K-24",
            Self::KeyType { .. } => "K-25",
            Self::Mismatch => "K-26",
            Self::Key(error) => error.code(),
        }
    }

    /// What to do about it, where one command helps.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Label { required: Kind::Public, found } if *found == PRIVATE_KEY => {
                Some("`openssl pkey -pubout` writes the public key of a private key")
            }
            Self::Label { required: Kind::Private, found } if *found == SEC1_KEY => {
                Some("`openssl pkcs8 -topk8 -nocrypt` turns it into PKCS#8")
            }
            Self::Encrypted => Some("`openssl pkey` writes it without the password"),
            Self::KeyType { .. } => Some("`openssl genpkey -algorithm ed25519` makes a key"),
            Self::Label { .. }
            | Self::NotPem { .. }
            | Self::Trailing
            | Self::Damaged { .. }
            | Self::Mismatch
            | Self::Key(_) => None,
        }
    }
}

impl fmt::Display for PemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Key(error) = self {
            return error.fmt(f);
        }
        write!(f, "{} key file: ", self.code())?;
        match self {
            Self::NotPem { required } => {
                write!(f, "{required} in PEM is required; no line starts with -----BEGIN")
            }
            Self::Label { required, found } => write!(f, "{required} is required; found {found}"),
            Self::Encrypted => {
                write!(f, "{} without a password is required; found an encrypted one", Kind::Private)
            }
            Self::Trailing => f.write_str("one key is required; found text after it"),
            Self::Damaged { required } => {
                write!(f, "{required} is required; the text has its label but cannot be decoded")
            }
            Self::KeyType { found } => write!(f, "an Ed25519 or P-256 key is required; found {found}"),
            Self::Mismatch => f.write_str(
                "the public key in the file is required to be that of the secret; it is another one",
            ),
            Self::Key(_) => Ok(()),
        }
    }
}

impl core::error::Error for PemError {}

impl From<KeyError> for PemError {
    fn from(error: KeyError) -> Self {
        Self::Key(error)
    }
}

impl SigningKey {
    /// Reads a private key file.
    ///
    /// # Errors
    /// K-20 to K-26, K-12.
    pub fn from_pem(text: &str) -> Result<Self, PemError> {
        let frame = frame(text, Kind::Private)?;
        let damaged = PemError::Damaged { required: Kind::Private };
        let (_, document) = SecretDocument::from_pem(frame).map_err(|_| damaged)?;
        let info = PrivateKeyInfoRef::from_der(document.as_bytes()).map_err(|_| damaged)?;
        let key = match KeyType::of(&info.algorithm)? {
            KeyType::Ed25519 => Self::ed25519_from_seed(ed25519_seed(&info).ok_or(damaged)?),
            KeyType::P256 => p256_from_info(&info)?,
        };
        match info.public_key.map(|bits| public_matches(&key, bits)) {
            Some(false) => Err(PemError::Mismatch),
            Some(true) | None => Ok(key),
        }
    }

    /// Writes a private key file, as `openssl genpkey` does. The text is wiped when dropped.
    ///
    /// ```
    /// use geleit_cose::key::SigningKey;
    ///
    /// let key = SigningKey::ed25519_from_seed(&[7; 32]);
    /// let file = key.to_pem();
    /// assert!(file.starts_with("-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIE"));
    /// assert_eq!(SigningKey::from_pem(&file)?.public_key(), key.public_key());
    /// # Ok::<(), geleit_cose::pem::PemError>(())
    /// ```
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "encoding a key of fixed length has no failure case")]
    pub fn to_pem(&self) -> Zeroizing<String> {
        match self.secret() {
            Secret::Ed25519(secret) => {
                // Not `ed25519_dalek`'s own writer: it leaves copies of the seed behind.
                let der = Zeroizing::new([ED25519_HEAD.as_slice(), secret.seed().as_slice()].concat());
                encode_string(Kind::Private.label(), LineEnding::LF, &der)
                    .map(Zeroizing::new)
                    .expect("48 bytes have a Base64 form")
            }
            Secret::P256(secret) => {
                secret.to_pkcs8_pem(LineEnding::LF).expect("a scalar of 32 bytes fits every length field")
            }
        }
    }
}

impl PublicKey {
    /// Reads a public key file.
    ///
    /// # Errors
    /// K-20, K-21, K-23 to K-25, K-05, K-09 to K-11.
    pub fn from_pem(text: &str) -> Result<Self, PemError> {
        let frame = frame(text, Kind::Public)?;
        let damaged = PemError::Damaged { required: Kind::Public };
        let (_, document) = pkcs8::Document::from_pem(frame).map_err(|_| damaged)?;
        let info = SubjectPublicKeyInfoRef::from_der(document.as_bytes()).map_err(|_| damaged)?;
        let bytes = info.subject_public_key.as_bytes().ok_or(damaged)?;
        match KeyType::of(&info.algorithm)? {
            KeyType::Ed25519 => {
                let bytes = bytes.try_into().map_err(|_| damaged)?;
                Ok(Self::Ed25519(ed25519::PublicKey::from_bytes(bytes)?))
            }
            KeyType::P256 => p256_from_sec1(bytes, damaged),
        }
    }

    /// Writes a public key file, as `openssl pkey -pubout` does.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "encoding a key of fixed length has no failure case")]
    pub fn to_pem(&self) -> String {
        match self {
            Self::Ed25519(key) => key.as_verifying_key().to_public_key_pem(LineEnding::LF),
            Self::P256(key) => key.as_verifying_key().to_public_key_pem(LineEnding::LF),
        }
        .expect("a point of 32 or 65 bytes fits every length field")
    }
}

const PRIVATE_KEY: &str = "a private key (PRIVATE KEY)";
const SEC1_KEY: &str = "an elliptic curve key in the older format (EC PRIVATE KEY)";

/// What labels mean, for messages. A file with `EC PARAMETERS` comes from `openssl ecparam`.
const LABELS: [(&str, &str); 10] = [
    ("CERTIFICATE", "a certificate (CERTIFICATE)"),
    ("CERTIFICATE REQUEST", "a certificate request (CERTIFICATE REQUEST)"),
    ("EC PARAMETERS", SEC1_KEY),
    ("EC PRIVATE KEY", SEC1_KEY),
    ("ENCRYPTED PRIVATE KEY", "an encrypted private key (ENCRYPTED PRIVATE KEY)"),
    ("OPENSSH PRIVATE KEY", "an OpenSSH key (OPENSSH PRIVATE KEY)"),
    ("PRIVATE KEY", PRIVATE_KEY),
    ("PUBLIC KEY", "a public key (PUBLIC KEY)"),
    ("RSA PRIVATE KEY", "an RSA key in the older format (RSA PRIVATE KEY)"),
    ("RSA PUBLIC KEY", "an RSA key in the older format (RSA PUBLIC KEY)"),
];

const BEGIN: &str = "-----BEGIN ";
const DASHES: &str = "-----";

/// Cuts one PEM frame out of `text`, from its first to its last dash.
fn frame(text: &str, required: Kind) -> Result<&str, PemError> {
    let start = if text.starts_with(BEGIN) {
        Some(0)
    } else {
        text.match_indices(BEGIN).map(|(at, _)| at).find(|at| text.get(..*at).is_some_and(ends_line))
    };
    let body = start.and_then(|at| text.get(at..)).ok_or(PemError::NotPem { required })?;
    let label = body.strip_prefix(BEGIN).and_then(|rest| rest.split(DASHES).next()).unwrap_or_default();
    require_label(label, required)?;

    let end = match required {
        Kind::Private => "-----END PRIVATE KEY-----",
        Kind::Public => "-----END PUBLIC KEY-----",
    };
    let length = body.find(end).ok_or(PemError::Damaged { required })? + end.len();
    let (frame, rest) = body.split_at(length);
    if rest.trim().is_empty() { Ok(frame) } else { Err(PemError::Trailing) }
}

fn ends_line(text: &str) -> bool {
    text.ends_with(['\n', '\r'])
}

fn require_label(label: &str, required: Kind) -> Result<(), PemError> {
    if label == required.label() {
        return Ok(());
    }
    if label == "ENCRYPTED PRIVATE KEY" && required == Kind::Private {
        return Err(PemError::Encrypted);
    }
    let known = LABELS.iter().find(|(name, _)| *name == label);
    Err(PemError::Label { required, found: known.map_or("a PEM text with another label", |(_, text)| text) })
}

enum KeyType {
    Ed25519,
    P256,
}

/// RFC 8410 section 3.
const ID_ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
/// RFC 5480 section 2.1.1: `id-ecPublicKey`.
const ID_EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
/// RFC 5480 section 2.1.1.1: `secp256r1`.
const ID_P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");

/// Other types that people try, for messages.
const OTHER_TYPES: [(ObjectIdentifier, &str); 10] = [
    (ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1"), "an RSA key"),
    (ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10"), "an RSA-PSS key"),
    (ObjectIdentifier::new_unwrap("1.3.101.110"), "an X25519 key, which is for key agreement"),
    (ObjectIdentifier::new_unwrap("1.3.101.111"), "an X448 key, which is for key agreement"),
    (ObjectIdentifier::new_unwrap("1.3.101.113"), "an Ed448 key"),
    (ObjectIdentifier::new_unwrap("1.3.132.0.10"), "a secp256k1 key"),
    (ObjectIdentifier::new_unwrap("1.3.132.0.34"), "a P-384 key"),
    (ObjectIdentifier::new_unwrap("1.3.132.0.35"), "a P-521 key"),
    (ObjectIdentifier::new_unwrap("1.3.36.3.3.2.8.1.1.7"), "a brainpoolP256r1 key"),
    (ID_EC, "an elliptic curve key without a named curve"),
];

impl KeyType {
    fn of(algorithm: &AlgorithmIdentifierRef<'_>) -> Result<Self, PemError> {
        let curve = algorithm.parameters.and_then(|any| any.decode_as::<ObjectIdentifier>().ok());
        match (algorithm.oid, curve) {
            // RFC 8410 section 3: the parameters are absent.
            (ID_ED25519, None) if algorithm.parameters.is_none() => Ok(Self::Ed25519),
            (ID_EC, Some(ID_P256)) => Ok(Self::P256),
            (ID_EC, Some(curve)) => Err(Self::other(curve)),
            (oid, _) => Err(Self::other(oid)),
        }
    }

    fn other(oid: ObjectIdentifier) -> PemError {
        let known = OTHER_TYPES.iter().find(|(known, _)| *known == oid);
        PemError::KeyType { found: known.map_or("a key of another type", |(_, name)| name) }
    }
}

/// RFC 8410 section 7, version 1 without attributes: everything in front of the seed.
const ED25519_HEAD: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// RFC 8410 section 7: an octet string inside the octet string.
fn ed25519_seed<'d>(info: &PrivateKeyInfoRef<'d>) -> Option<&'d [u8; ed25519::LENGTH]> {
    let [0x04, 0x20, seed @ ..] = info.private_key.as_bytes() else { return None };
    seed.try_into().ok()
}

/// RFC 5915. The decoder compares the public key inside, if there is one.
fn p256_from_info(info: &PrivateKeyInfoRef<'_>) -> Result<SigningKey, PemError> {
    let secret = ::p256::SecretKey::try_from(info.clone()).map_err(|error| match error {
        pkcs8::Error::Asn1(error) => match error.kind() {
            ErrorKind::Value { tag: Tag::BitString } => PemError::Mismatch,
            ErrorKind::Value { tag: Tag::OctetString } => PemError::Key(KeyError::Scalar),
            _ => PemError::Damaged { required: Kind::Private },
        },
        _ => PemError::Damaged { required: Kind::Private },
    })?;
    Ok(SigningKey::from_p256(secret.into()))
}

/// RFC 5958 section 2: `publicKey`, in the form that SPKI has.
fn public_matches(key: &SigningKey, bits: BitStringRef<'_>) -> bool {
    bits.as_bytes().is_some_and(|bytes| match key.public_key() {
        PublicKey::Ed25519(public) => bytes == public.as_bytes(),
        PublicKey::P256(public) => split_sec1(bytes) == Some((public.x(), public.y())),
    })
}

/// RFC 5480 section 2.2: `04 || x || y`.
fn p256_from_sec1(bytes: &[u8], damaged: PemError) -> Result<PublicKey, PemError> {
    if let [0x02 | 0x03, ..] = bytes {
        return Err(KeyError::Compressed.into());
    }
    let (x, y) = split_sec1(bytes).ok_or(damaged)?;
    Ok(PublicKey::P256(p256::PublicKey::from_coordinates(x, y)?))
}

fn split_sec1(bytes: &[u8]) -> Option<(&[u8; p256::LENGTH], &[u8; p256::LENGTH])> {
    let [0x04, point @ ..] = bytes else { return None };
    match point.as_chunks() {
        ([x, y], []) => Some((x, y)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
