//! Signed bytes: strict bounded CBOR, `COSE_Sign1`, keys, and one signature check.
//!
//! This crate knows no time, no trust and no claims, and does no I/O. Apps that issue, hold or check
//! credentials start at `geleit-credential` and meet this crate in two places: keys ([`key`], [`pem`]) and
//! limits ([`cbor::Limits`]). Whoever builds another format on COSE starts here.
//!
//! # Signing and reading
//!
//! ```
//! use geleit_cose::algorithm::{Algorithm, Algorithms};
//! use geleit_cose::cbor::{Encoder, Encoding, Limits};
//! use geleit_cose::key::{PublicKey, SigningKey};
//! use geleit_cose::sign1::{self, NoHeaders, Sign1, label};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // `SigningKey::generate_ed25519(&mut rng)`, or a file of `openssl genpkey -algorithm ed25519`.
//! let key = SigningKey::ed25519_from_seed(&[7; 32]);
//! let key = SigningKey::from_pem(&key.to_pem())?;
//! let public = PublicKey::from_pem(&key.public_key().to_pem())?;
//!
//! let mut protected = Encoder::new();
//! protected.map(2).int(label::ALG).int(Algorithm::ED25519.id());
//! protected.int(label::KID).bytes(&public.key_id());
//! let (unprotected, payload) = ([0xa0], b"safe conduct");
//! let bytes =
//!     sign1::seal(protected.as_bytes(), &unprotected, payload, &[], &key, Algorithm::ED25519)?;
//!
//! // The whole input is one item, in deterministic form, within limits. The key id finds a key.
//! let read = Sign1::parse(&bytes, &Limits::TOKEN, Encoding::Deterministic, &mut NoHeaders)?;
//! assert_eq!(read.kid(), Some(public.key_id().as_slice()));
//! // The payload comes out of the check, and of nowhere else.
//! let verified = read.verify(&public, Algorithms::ED25519, &[])?;
//! assert_eq!(verified.bytes(), payload);
//!
//! let mut forged = bytes.clone();
//! *forged.last_mut().ok_or("a signature")? ^= 1;
//! let read = Sign1::parse(&forged, &Limits::TOKEN, Encoding::Deterministic, &mut NoHeaders)?;
//! let refused = read.verify(&public, Algorithms::ED25519, &[]);
//! assert_eq!(refused.map_err(|error| error.code()).err(), Some("C-05"));
//! # Ok(())
//! # }
//! ```
//!
//! # Modules
//!
//! | module | what it is for | standard |
//! |---|---|---|
//! | [`cbor`] | the strict reader, the deterministic writer, limits | RFC 8949 |
//! | [`sign1`] | the envelope | RFC 9052, RFC 9596 |
//! | [`algorithm`] | names, and the allow-list that is asked before any signature is checked | RFC 9053, RFC 9864 |
//! | [`key`] | key pairs, `COSE_Key`, thumbprints, the trait behind which signatures are checked | RFC 9053, RFC 9679 |
//! | [`ed25519`] | the one rule for Ed25519, written out | RFC 8032 |
//! | [`p256`] | ECDSA with P-256, for tokens of others | FIPS 186-5, RFC 6979 |
//! | [`pem`] | key files as `openssl` writes them | RFC 8410, RFC 7468 |
//! | [`diagnostic`] | bytes as text for people; it verifies nothing | RFC 8949 section 8 |
//!
//! # What holds everywhere
//!
//! - **The bytes that were signed are the bytes that were read.** Nothing is encoded again to check a
//!   signature; the parts of `Sig_structure` are hashed where they stand.
//! - **Reading borrows and allocates nothing**, except for trees ([`cbor::Value`]) and `diagnostic`.
//! - **Limits are counters** (bytes, items, depth), never time.
//! - **One error per rule.** `code()` gives its id: M in [`cbor`], C in [`sign1`], K in [`key`] and
//!   [`pem`]; `spec/verification.md` lists them with their sources. Errors carry
//!   places, lengths and numbers, never content.
//!
//! # What is not here
//!
//! Detached payloads, several signers, MACs and encryption; certificates; other curves. A key that parses
//! is usable, not trusted: who may sign what is for the layer above.

pub mod algorithm;
pub mod cbor;
pub mod diagnostic;
pub mod ed25519;
pub mod key;
pub mod p256;
pub mod pem;
pub mod sign1;
