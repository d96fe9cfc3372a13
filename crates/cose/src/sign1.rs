//! `COSE_Sign1` (RFC 9052 section 4.2): the envelope whose payload nobody sees before its signature
//! was checked.
//!
//! ```text
//! 18([ protected: bstr .cbor map, unprotected: map, payload: bstr, signature: bstr ])
//!
//! Sign1::read ----> Sign1<'b> ----verify(key, algorithms)----> Payload<'b>
//!   no payload accessor             the only way to one
//! ```
//!
//! Only the tagged form with an attached payload is read. The headers that this module owns are
//! `alg`, `crit`, `kid` and `typ`; every other label is offered to the layer above ([`Headers`])
//! and otherwise checked and skipped.

use crate::algorithm::{Algorithm, Algorithms};
use crate::cbor::{Decoder, Encoder, Encoding, Fault, Grammar, Head, Key, Limits, Malformed};
use crate::ed25519::Pending;
use crate::key::{KeyError, SigningKey, Verify};
use core::fmt;
use core::ops::Range;

/// CBOR tag of `COSE_Sign1` (RFC 9052 section 2).
pub const TAG: u64 = 18;

/// Header parameter labels (RFC 9052 section 3.1, RFC 9596).
pub mod label {
    /// Algorithm.
    pub const ALG: i64 = 1;
    /// Critical headers.
    pub const CRIT: i64 = 2;
    /// Key identifier.
    pub const KID: i64 = 4;
    /// Type of the whole object (RFC 9596).
    pub const TYP: i64 = 16;
}

/// The most labels that one header bucket may have: comparing buckets is quadratic in it.
pub const MAX_LABELS: usize = 32;

const OWN_LABELS: [i64; 4] = [label::ALG, label::CRIT, label::KID, label::TYP];

/// Why an envelope was refused. The rule ids are those of `spec/verification.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// An M rule: not the CBOR that is required.
    Malformed(Malformed),
    /// C-01: not a tagged `COSE_Sign1` with four elements.
    NotSign1 {
        /// Byte offset.
        at: usize,
    },
    /// C-02: no `alg` in the protected header, or one in the unprotected header.
    Algorithm {
        /// Byte offset of the envelope.
        at: usize,
    },
    /// C-03: the algorithm is not in the allow-list. Decided before the signature is looked at.
    AlgorithmNotAllowed {
        /// What the header says.
        presented: Algorithm,
    },
    /// C-04: `crit` is empty, unprotected, names an absent label or one that is not understood.
    Critical {
        /// Byte offset of the envelope.
        at: usize,
    },
    /// C-05: the signature does not verify with this key.
    Signature,
    /// C-06: a label in both buckets (RFC 9052 section 3).
    LabelInBothBuckets {
        /// Byte offset of the second one.
        at: usize,
    },
    /// C-07: the payload is detached.
    Detached {
        /// Byte offset.
        at: usize,
    },
    /// C-08: more than [`MAX_LABELS`] labels in a bucket.
    TooManyLabels {
        /// Byte offset.
        at: usize,
    },
    /// C-09: `typ` in the unprotected header (RFC 9596 section 2).
    TypeUnprotected {
        /// Byte offset.
        at: usize,
    },
}

impl Error {
    /// The rule id in `spec/verification.md`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed(malformed) => malformed.code(),
            Self::NotSign1 { .. } => "C-01",
            Self::Algorithm { .. } => "C-02",
            Self::AlgorithmNotAllowed { .. } => "C-03",
            Self::Critical { .. } => "C-04",
            Self::Signature => "C-05",
            Self::LabelInBothBuckets { .. } => "C-06",
            Self::Detached { .. } => "C-07",
            Self::TooManyLabels { .. } => "C-08",
            Self::TypeUnprotected { .. } => "C-09",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(malformed) => malformed.fmt(f),
            Self::NotSign1 { at } => {
                write!(f, "C-01 not a COSE_Sign1: required tag 18 around an array of 4; byte {at}")
            }
            Self::Algorithm { at } => {
                write!(f, "C-02 algorithm: required one alg, an integer in the protected header; byte {at}")
            }
            Self::AlgorithmNotAllowed { presented } => {
                write!(f, "C-03 algorithm: {presented} is not allowed here")
            }
            Self::Critical { at } => {
                write!(
                    f,
                    "C-04 crit: every label in it has to be protected, present and understood; byte {at}"
                )
            }
            Self::Signature => f.write_str("C-05 the signature does not verify with this key"),
            Self::LabelInBothBuckets { at } => {
                write!(f, "C-06 a label is in the protected and in the unprotected header; byte {at}")
            }
            Self::Detached { at } => write!(f, "C-07 the payload is detached; byte {at}"),
            Self::TooManyLabels { at } => {
                write!(f, "C-08 a header has more than {MAX_LABELS} labels; byte {at}")
            }
            Self::TypeUnprotected { at } => {
                write!(f, "C-09 typ: required in the protected header; byte {at}")
            }
        }
    }
}

impl core::error::Error for Error {}

impl From<Malformed> for Error {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed)
    }
}

/// Which header a label stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bucket {
    /// Covered by the signature.
    Protected,
    /// Not covered by it.
    Unprotected,
}

/// What the layer above does with header parameters.
pub trait Headers<'b> {
    /// What may stand inside values that nobody asked for.
    type Grammar: Grammar + Default;

    /// The error of the layer above.
    type Error: From<Error> + From<Malformed>;

    /// Labels that `header` reads, so that `crit` may name them.
    const UNDERSTOOD: &'static [i64];

    /// Reads the value of `label`, or leaves the decoder where it is and returns `false`.
    ///
    /// # Errors
    /// Any rule that the value breaks.
    fn header(&mut self, decoder: &mut Decoder<'b>, bucket: Bucket, label: i64) -> Result<bool, Self::Error>;
}

/// No header parameters but those of this module.
#[derive(Debug, Default)]
pub struct NoHeaders;

impl Headers<'_> for NoHeaders {
    type Grammar = crate::cbor::WellFormed;
    type Error = Error;
    const UNDERSTOOD: &'static [i64] = &[];

    fn header(&mut self, _: &mut Decoder<'_>, _: Bucket, _: i64) -> Result<bool, Error> {
        Ok(false)
    }
}

/// The value of the `typ` header parameter (RFC 9596 section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typ<'b> {
    /// A CoAP content format.
    ContentFormat(u64),
    /// A media type.
    MediaType(&'b str),
}

/// A parsed envelope. Nothing in it is verified. `Debug` prints no content.
#[derive(Clone)]
pub struct Sign1<'b> {
    algorithm: Algorithm,
    kid: Option<&'b [u8]>,
    typ: Option<Typ<'b>>,
    protected: Range<usize>,
    unprotected: Range<usize>,
    payload: Range<usize>,
    signature: Range<usize>,
    span: Range<usize>,
    input: &'b [u8],
}

impl fmt::Debug for Sign1<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sign1({}, {} bytes)", self.algorithm, self.span.len())
    }
}

/// Byte ranges of the parts that stay the same when a credential is repackaged.
#[derive(Clone, Debug)]
pub struct Spans {
    /// The encoded protected header.
    pub protected: Range<usize>,
    /// The payload. A place is no proof: whoever reads it before [`Sign1::verify`] reads unverified bytes.
    pub payload: Range<usize>,
    /// The signature.
    pub signature: Range<usize>,
}

/// The payload of an envelope whose signature was verified. `Debug` prints no content.
#[derive(Clone)]
pub struct Payload<'b> {
    /// The bytes.
    bytes: &'b [u8],
    /// Where they stand in the input that the envelope was read from.
    span: Range<usize>,
}

impl fmt::Debug for Payload<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Payload({} bytes)", self.bytes.len())
    }
}

impl<'b> Payload<'b> {
    /// The signed bytes.
    #[must_use]
    pub const fn bytes(&self) -> &'b [u8] {
        self.bytes
    }

    /// Where they stand in the input that the envelope was read from.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }
}

impl<'b> Sign1<'b> {
    /// Reads one envelope and nothing after it.
    ///
    /// # Errors
    /// M and C rules, except C-03 and C-05, and those of `headers`.
    pub fn parse<H: Headers<'b>>(
        input: &'b [u8],
        limits: &Limits,
        encoding: Encoding,
        headers: &mut H,
    ) -> Result<Self, H::Error> {
        let mut decoder = Decoder::new(input, limits, encoding)?;
        let sign1 = Self::read(&mut decoder, headers)?;
        decoder.finish()?;
        Ok(sign1)
    }

    /// Reads the next item as an envelope.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn read<H: Headers<'b>>(decoder: &mut Decoder<'b>, headers: &mut H) -> Result<Self, H::Error> {
        let start = decoder.position();
        let not_sign1 = Error::NotSign1 { at: start };
        if decoder.peek()? != Head::Tag(TAG) {
            return Err(not_sign1.into());
        }
        decoder.tag()?;
        if decoder.peek()? != Head::Array(4) {
            return Err(not_sign1.into());
        }
        decoder.array()?;

        let mut own = OwnHeaders { at: start, ..OwnHeaders::default() };
        let protected = decoder.bytes_span()?;
        let outer = decoder.enter(protected.clone())?;
        own.read_bucket(decoder, Bucket::Protected, headers)?;
        decoder.leave(outer)?;
        let unprotected = decoder.position();
        own.read_bucket(decoder, Bucket::Unprotected, headers)?;
        let unprotected = unprotected..decoder.position();
        own.check_critical(decoder, H::UNDERSTOOD)?;

        let at = decoder.position();
        if decoder.peek()? == Head::Null {
            return Err(Error::Detached { at }.into());
        }
        let payload = decoder.bytes_span()?;
        let signature = decoder.bytes_span()?;
        Ok(Self {
            algorithm: own.algorithm.ok_or(Error::Algorithm { at: start })?,
            kid: own.kid,
            typ: own.typ,
            protected,
            unprotected,
            payload,
            signature,
            span: start..decoder.position(),
            input: decoder.input(),
        })
    }

    /// The algorithm of the protected header.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key identifier, from either bucket. It selects a key; it proves nothing.
    #[must_use]
    pub const fn kid(&self) -> Option<&'b [u8]> {
        self.kid
    }

    /// The type, from the protected header.
    #[must_use]
    pub const fn typ(&self) -> Option<Typ<'b>> {
        self.typ
    }

    /// The whole envelope, tag included, as received.
    #[must_use]
    pub fn raw(&self) -> &'b [u8] {
        self.slice(&self.span)
    }

    /// The encoded protected header, without the head of its byte string.
    #[must_use]
    pub fn protected(&self) -> &'b [u8] {
        self.slice(&self.protected)
    }

    /// The encoded unprotected header, a map.
    #[must_use]
    pub fn unprotected(&self) -> &'b [u8] {
        self.slice(&self.unprotected)
    }

    /// The signature bytes.
    #[must_use]
    pub fn signature(&self) -> &'b [u8] {
        self.slice(&self.signature)
    }

    /// Where the signed parts stand in the input, for a holder who repackages them bit for bit.
    #[must_use]
    pub fn spans(&self) -> Spans {
        Spans {
            protected: self.protected.clone(),
            payload: self.payload.clone(),
            signature: self.signature.clone(),
        }
    }

    fn slice(&self, span: &Range<usize>) -> &'b [u8] {
        self.input.get(span.clone()).unwrap_or_default()
    }

    /// Checks the algorithm, then the signature (RFC 9052 section 4.4), and hands out the payload.
    ///
    /// # Errors
    /// C-03, C-05.
    pub fn verify<K: Verify + ?Sized>(
        &self,
        key: &K,
        algorithms: Algorithms,
        external_aad: &[u8],
    ) -> Result<Payload<'b>, Error> {
        if !algorithms.permits(self.algorithm) {
            return Err(Error::AlgorithmNotAllowed { presented: self.algorithm });
        }
        self.with_signed_parts(external_aad, |parts| key.verify(self.algorithm, parts, self.signature()))
            .map_err(|_| Error::Signature)?;
        Ok(self.verified_payload())
    }

    /// For the two ways to verify a signature, and for nobody else.
    fn verified_payload(&self) -> Payload<'b> {
        Payload { bytes: self.dangerous_unverified_payload(), span: self.payload.clone() }
    }

    /// As [`Self::verify`] without its end, which many envelopes then share: whatever is wrong is said there.
    #[must_use]
    pub fn begin<'k, K: Verify + ?Sized>(
        &'k self,
        key: &'k K,
        algorithms: Algorithms,
        external_aad: &[u8],
    ) -> Begun<'b, 'k, K> {
        let pending = if algorithms.permits(self.algorithm) {
            self.with_signed_parts(external_aad, |parts| {
                key.begin(self.algorithm, parts, self.signature()).map_err(|_| Error::Signature)
            })
        } else {
            Err(Error::AlgorithmNotAllowed { presented: self.algorithm })
        };
        Begun { envelope: self, key, pending }
    }

    fn with_signed_parts<T>(&self, external_aad: &[u8], use_parts: impl FnOnce(&[&[u8]]) -> T) -> T {
        let payload = self.dangerous_unverified_payload();
        let parts = ToSign { protected: self.protected(), external_aad, payload };
        use_parts(&SignatureHeads::of(&parts).around(&parts))
    }

    /// The payload without any check, for tools that show a token and say that nothing was verified.
    #[must_use]
    pub fn dangerous_unverified_payload(&self) -> &'b [u8] {
        self.slice(&self.payload)
    }
}

/// An envelope whose check was begun. It gives nothing away before it is finished.
pub struct Begun<'b, 'k, K: ?Sized> {
    envelope: &'k Sign1<'b>,
    key: &'k K,
    pending: Result<Pending, Error>,
}

impl<K: ?Sized> fmt::Debug for Begun<'_, '_, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Begun").field(&self.envelope).finish()
    }
}

/// What [`Begun::finish_all`] says of one envelope, and whose it is.
pub type Finished<'b, T> = (T, Result<Payload<'b>, Error>);

impl<'b, K: Verify + ?Sized> Begun<'b, '_, K> {
    /// Ends the checks, with the verdict of [`Sign1::verify`] for each: every signature is compared on its
    /// own, and only an inversion is shared. Never a random linear combination, whose verdict is one for all
    /// and differs on edge cases.
    ///
    /// Each check comes with its owner and goes back to it: C-03 or C-05 for what does not hold.
    #[must_use]
    pub fn finish_all<T, const N: usize>(begun: [Option<(T, Self)>; N]) -> [Option<Finished<'b, T>>; N] {
        let pending = begun.each_ref().map(|one| one.as_ref()?.1.pending.as_ref().ok());
        let mut hold = Pending::hold_all(pending).into_iter();
        begun.map(|one| {
            let holds = hold.next().unwrap_or_default();
            one.map(|(owner, one)| (owner, one.finish(holds)))
        })
    }

    fn finish(self, holds: bool) -> Result<Payload<'b>, Error> {
        let pending = self.pending?;
        if !holds {
            self.key.confirm(&pending).map_err(|_| Error::Signature)?;
        }
        Ok(self.envelope.verified_payload())
    }
}

/// The headers that every envelope shares, while they are read.
#[derive(Default)]
struct OwnHeaders<'b> {
    at: usize,
    algorithm: Option<Algorithm>,
    kid: Option<&'b [u8]>,
    typ: Option<Typ<'b>>,
    critical: Option<usize>,
    /// The labels of the protected header, [`MAX_LABELS`] at most.
    protected: [Option<Key<'b>>; MAX_LABELS],
}

impl<'b> OwnHeaders<'b> {
    fn read_bucket<H: Headers<'b>>(
        &mut self,
        decoder: &mut Decoder<'b>,
        bucket: Bucket,
        headers: &mut H,
    ) -> Result<(), H::Error> {
        let at = decoder.position();
        if bucket == Bucket::Protected {
            // RFC 9052 section 3: an empty protected header is the zero-length byte string.
            if decoder.is_at_end() {
                return Ok(());
            }
        }
        if matches!(decoder.peek()?, Head::Map(n) if n > MAX_LABELS) {
            return Err(Error::TooManyLabels { at }.into());
        }
        let mut labels = 0;
        decoder.map_entries(|decoder, key| {
            let at = decoder.position();
            match bucket {
                Bucket::Protected => {
                    if let Some(label) = self.protected.get_mut(labels) {
                        *label = Some(key);
                    }
                    labels += 1;
                }
                Bucket::Unprotected if self.has_protected(key) => {
                    return Err(Error::LabelInBothBuckets { at }.into());
                }
                Bucket::Unprotected => {}
            }
            match key {
                Key::Uint(_) | Key::Nint(_) => {
                    let read = match int_label(key) {
                        Some(label) if OWN_LABELS.contains(&label) => self.own(decoder, bucket, label, at)?,
                        Some(label) => headers.header(decoder, bucket, label)?,
                        None => false,
                    };
                    if read {
                        return Ok(());
                    }
                }
                // label = int / tstr .size (1..255) (draft section 2).
                Key::Text(text) if (1..=255).contains(&text.len()) => {}
                Key::Text(_) | Key::Bytes(_) | Key::Simple(_) => {
                    return Err(Malformed { fault: Fault::KeyType, at }.into());
                }
            }
            decoder.check(&H::Grammar::default()).map(drop)?;
            Ok(())
        })
    }

    fn own(
        &mut self,
        decoder: &mut Decoder<'b>,
        bucket: Bucket,
        label: i64,
        at: usize,
    ) -> Result<bool, Error> {
        match (label, bucket) {
            (label::ALG, Bucket::Protected) => {
                self.algorithm =
                    Some(Algorithm::from_id(decoder.int().map_err(|_| Error::Algorithm { at })?));
            }
            (label::ALG, Bucket::Unprotected) => return Err(Error::Algorithm { at }),
            (label::CRIT, Bucket::Protected) => {
                self.critical = Some(decoder.position());
                decoder.check(&crate::cbor::WellFormed)?;
            }
            (label::CRIT, Bucket::Unprotected) => return Err(Error::Critical { at }),
            (label::KID, _) => self.kid = Some(decoder.bytes()?),
            (label::TYP, Bucket::Protected) => {
                self.typ = Some(match decoder.peek()? {
                    Head::Text(_) => Typ::MediaType(decoder.text()?),
                    _ => Typ::ContentFormat(decoder.uint()?),
                });
            }
            // RFC 9596 section 2: typ must not be in the unprotected header.
            (label::TYP, Bucket::Unprotected) => return Err(Error::TypeUnprotected { at }),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// For C-04 and C-06.
    fn has_protected(&self, key: Key<'b>) -> bool {
        self.protected.contains(&Some(key))
    }

    /// C-04: RFC 9052 section 3.1.
    fn check_critical(&self, decoder: &Decoder<'b>, understood: &[i64]) -> Result<(), Error> {
        let Some(position) = self.critical else { return Ok(()) };
        let critical = Error::Critical { at: self.at };
        let mut again = decoder.rescan(position);
        let labels = again.array().map_err(|_| critical)?;
        if labels == 0 || labels > MAX_LABELS {
            return Err(critical);
        }
        for _ in 0..labels {
            let key = again.key().map_err(|_| critical)?;
            let known = int_label(key).is_some_and(|n| OWN_LABELS.contains(&n) || understood.contains(&n));
            if !known || !self.has_protected(key) {
                return Err(critical);
            }
        }
        Ok(())
    }
}

fn int_label(key: Key<'_>) -> Option<i64> {
    match key {
        Key::Uint(n) => i64::try_from(n).ok(),
        Key::Nint(n) => i64::try_from(n).ok().map(|n| !n),
        Key::Bytes(_) | Key::Text(_) | Key::Simple(_) => None,
    }
}

/// Signs and assembles an envelope (RFC 9052 section 4.4).
///
/// `protected` and `unprotected` are encoded maps; `protected` has to contain `alg` with the
/// algorithm that is named here.
///
/// # Errors
/// [`KeyError`] when `algorithm` does not belong to `key`.
pub fn seal(
    protected: &[u8],
    unprotected: &[u8],
    payload: &[u8],
    external_aad: &[u8],
    key: &SigningKey,
    algorithm: Algorithm,
) -> Result<Vec<u8>, KeyError> {
    let signature = sign(&ToSign { protected, external_aad, payload }, key, algorithm)?;
    let mut out =
        Encoder::with_capacity(protected.len() + unprotected.len() + payload.len() + signature.len() + 16);
    out.tag(TAG).array(4).bytes(protected).raw(unprotected).bytes(payload).bytes(&signature);
    Ok(out.into_bytes())
}

/// What a signature covers (RFC 9052 section 4.4).
#[derive(Clone, Copy)]
pub struct ToSign<'p> {
    /// The encoded protected header.
    pub protected: &'p [u8],
    /// What both sides know and nobody sends.
    pub external_aad: &'p [u8],
    /// The payload.
    pub payload: &'p [u8],
}

impl fmt::Debug for ToSign<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ToSign({} and {} bytes)", self.protected.len(), self.payload.len())
    }
}

/// The signature of an envelope that the caller assembles, for tokens that are written in place, head by head.
/// [`seal`] does both.
///
/// # Errors
/// [`KeyError`] when `algorithm` does not belong to `key`.
pub fn sign(parts: &ToSign<'_>, key: &SigningKey, algorithm: Algorithm) -> Result<[u8; 64], KeyError> {
    key.sign(algorithm, &SignatureHeads::of(parts).around(parts))
}

/// As [`sign`] for each, in their order: [`SigningKey::sign_all`] says what they share.
///
/// # Errors
/// As [`sign`].
pub fn sign_all(
    envelopes: &[ToSign<'_>],
    key: &SigningKey,
    algorithm: Algorithm,
) -> Result<Vec<[u8; 64]>, KeyError> {
    let heads: Vec<SignatureHeads> = envelopes.iter().map(SignatureHeads::of).collect();
    let pairs = heads.iter().zip(envelopes);
    let inputs: Vec<[&[u8]; PARTS]> = pairs.map(|(heads, parts)| heads.around(parts)).collect();
    let messages: Vec<&[&[u8]]> = inputs.iter().map(|input| input.as_slice()).collect();
    key.sign_all(algorithm, &messages)
}

/// The heads of `Sig_structure = ["Signature1", protected, external_aad, payload]` (RFC 9052 section 4.4), whose
/// parts are hashed where they stand.
struct SignatureHeads {
    protected: BytesHead,
    external_aad: BytesHead,
    payload: BytesHead,
}

/// Parts of a `Sig_structure`.
const PARTS: usize = 7;

impl SignatureHeads {
    fn of(parts: &ToSign<'_>) -> Self {
        Self {
            protected: BytesHead::of(parts.protected),
            external_aad: BytesHead::of(parts.external_aad),
            payload: BytesHead::of(parts.payload),
        }
    }

    /// What is signed, part by part.
    fn around<'p>(&'p self, parts: &ToSign<'p>) -> [&'p [u8]; PARTS] {
        [
            b"\x84\x6aSignature1",
            self.protected.as_bytes(),
            parts.protected,
            self.external_aad.as_bytes(),
            parts.external_aad,
            self.payload.as_bytes(),
            parts.payload,
        ]
    }
}

/// The shortest head of a byte string, without a heap.
struct BytesHead {
    bytes: [u8; 9],
    length: usize,
}

impl BytesHead {
    fn of(content: &[u8]) -> Self {
        let length = u64::try_from(content.len()).unwrap_or(u64::MAX);
        let [b0, b1, b2, b3, b4, b5, b6, b7] = length.to_be_bytes();
        let (bytes, length) = match length {
            0..=23 => ([0x40 | b7, 0, 0, 0, 0, 0, 0, 0, 0], 1),
            24..=0xff => ([0x58, b7, 0, 0, 0, 0, 0, 0, 0], 2),
            0x100..=0xffff => ([0x59, b6, b7, 0, 0, 0, 0, 0, 0], 3),
            0x1_0000..=0xffff_ffff => ([0x5a, b4, b5, b6, b7, 0, 0, 0, 0], 5),
            _ => ([0x5b, b0, b1, b2, b3, b4, b5, b6, b7], 9),
        };
        Self { bytes, length }
    }

    fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or(&self.bytes)
    }
}
