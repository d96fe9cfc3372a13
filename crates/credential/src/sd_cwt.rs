//! SD-CWT, any conforming one: issue, receive, present, verify (draft-ietf-spice-sd-cwt-08).
//!
//! ```text
//! 18([ protected {alg, kid, typ: 293}, unprotected {17: [+ disclosure]},
//!      payload {iss, exp, iat, cnf, simple(59): [* hash], ...}, signature ])            the credential
//! 18([ protected {alg, kcwt: <credential>, typ: 294}, {},
//!      payload {aud, iat, cnonce, ...}, signature ])                          the key-binding token
//! ```
//!
//! ```text
//! issuer: Value + marks --issue--> bytes
//! holder: SdCwt --receive--> ReceivedToken --select--> Selected --bind--> bytes
//! verifier: KeyBoundToken --verify--> VerifiedToken
//! ```
//!
//! This module is the format alone. Trust lists, purposes, credential types and decisions are in the
//! modules beside it; an app that checks people uses [`crate::verifier`], not this.

mod claims;
mod disclosure;
mod error;
mod grammar;
mod issue;
mod prefixed;
mod present;
mod receive;
mod redact;
mod registered;
mod restore;
mod seen;
mod time;
mod token;
mod verify;
mod work;

pub use claims::{Claims, Disclosure, Item};
pub use disclosure::{Scratch, redacted_claim_hash};
pub use error::{BuildError, Error, Rule, TimeRule};
pub use issue::{issue, issue_to};
pub use present::{KeyBinding, Selected, bind, bind_encoded, select};
pub use receive::{MyKeys, ReceivedToken, Receiving, receive};
pub use token::{KeyBoundToken, SdCwt};
pub use verify::{Expected, IssuerName, Nonce, VerifiedToken, verify};

pub(crate) use issue::{Unsigned, protected_header};
pub(crate) use present::{KeyBindingToken, write_disclosures};
pub(crate) use redact::{Disclosures, Salts, Seeds, write_redacted_keys};
pub(crate) use verify::{
    Checked, CredentialStands, HalfVerified, IssuerSigned, KeyBound, ToVerify, verify_holders, verify_issuers,
};
