//! Keys of issuers, prepared when the verifier is made.

use crate::trust_list::TrustList;
use core::fmt;
use geleit_cose::ed25519::{self, PreparedBase};
use geleit_cose::key::{PreparedKey, PublicKey, Verify};
use std::sync::Arc;

/// The most keys that one verifier prepares: a bound on memory, 19 MB.
pub const MAX_PREPARED: usize = 64;

/// Bytes that each prepared key takes.
pub const PREPARED_KEY_BYTES: usize = ed25519::PreparedKey::BYTES;

/// Bytes that they take together besides.
pub const PREPARED_BASE_BYTES: usize = PreparedBase::BYTES;

/// Prepared keys by their key ids, in ascending order.
#[derive(Clone, Default)]
pub(super) struct PreparedIssuers {
    by_kid: Arc<[([u8; 8], PreparedKey)]>,
}

impl fmt::Debug for PreparedIssuers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PreparedIssuers({} keys)", self.by_kid.len())
    }
}

/// The key of one issuer, as it is at hand.
#[derive(Clone, Copy)]
pub(super) enum IssuerKey<'k> {
    Plain(&'k PublicKey),
    Prepared(&'k PreparedKey),
}

impl<'k> IssuerKey<'k> {
    pub(super) fn as_verify(self) -> &'k dyn Verify {
        match self {
            Self::Plain(key) => key,
            Self::Prepared(key) => key,
        }
    }
}

impl PreparedIssuers {
    pub(super) fn of(trust: &TrustList, most: usize) -> Self {
        let base = PreparedBase::new();
        let keys = trust.issuers().iter().flat_map(|party| &party.keys).take(most.min(MAX_PREPARED));
        let mut by_kid: Vec<_> =
            keys.map(|trusted| (trusted.key.key_id(), PreparedKey::new(&trusted.key, &base))).collect();
        by_kid.sort_unstable_by_key(|(kid, _)| *kid);
        Self { by_kid: by_kid.into() }
    }

    /// The prepared form of `key`, whose key id this is; else the key as it is. A key id is a hint and never a proof,
    /// even though a trust list has each once (T-06): the keys are compared.
    pub(super) fn key<'k>(&'k self, kid: &[u8], key: &'k PublicKey) -> IssuerKey<'k> {
        let found = self.by_kid.binary_search_by(|(known, _)| known.as_slice().cmp(kid)).ok();
        match found.and_then(|index| self.by_kid.get(index)) {
            Some((_, prepared)) if prepared.is(key) => IssuerKey::Prepared(prepared),
            Some(_) | None => IssuerKey::Plain(key),
        }
    }
}
