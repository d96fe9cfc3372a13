//! Bytes: strict bounded CBOR, `COSE_Sign1`, `COSE_Key` and one signature check.
//!
//! This crate knows no time, no trust and no claims, and does no I/O.

pub mod algorithm;
pub mod cbor;
pub mod diagnostic;
pub mod ed25519;
pub mod key;
pub mod p256;
pub mod pem;
pub mod sign1;
