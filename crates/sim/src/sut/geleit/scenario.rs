//! What a relying party remembers from one check to the next, until the next scenario.

use geleit_cose::key::PublicKey;
use geleit_credential::receipt::{LogPlace, receipt_id};
use geleit_credential::time::UnixTime;
use geleit_credential::verifier::{AlreadyUsed, NonceRegister, OpenNonces};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The memory of all relying parties of a scenario.
#[derive(Debug, Default)]
pub(super) struct Scenario {
    /// Requests that were answered. Nonces of two parties do not collide.
    pub(super) nonces: OpenNonces,
    /// The highest sequence number that was accepted (T-05), by anchor and registration.
    newest: BTreeMap<([u8; 32], [u8; 32]), u64>,
    /// The last receipt of each log, by request key.
    logs: BTreeMap<[u8; 32], (u64, [u8; 32])>,
}

impl Scenario {
    /// The highest sequence number of a trust list that this party has accepted.
    pub(super) fn newest(&self, anchor: &PublicKey, registration: &[u8]) -> u64 {
        self.newest.get(&party(anchor, registration)).copied().unwrap_or_default()
    }

    /// Remembers a sequence number.
    pub(super) fn accepted(&mut self, anchor: &PublicKey, registration: &[u8], sequence: u64) {
        let newest = self.newest.entry(party(anchor, registration)).or_default();
        *newest = sequence.max(*newest);
    }

    /// The place of the next receipt.
    pub(super) fn place(&self, key: &PublicKey) -> LogPlace {
        let last = self.logs.get(&key.thumbprint());
        last.map_or(LogPlace::FIRST, |(number, id)| LogPlace::continues(*number, *id))
    }

    /// Remembers a receipt.
    pub(super) fn signed(&mut self, key: &PublicKey, bytes: &[u8]) {
        let number = self.place(key).number();
        self.logs.insert(key.thumbprint(), (number, receipt_id(bytes)));
    }
}

fn party(anchor: &PublicKey, registration: &[u8]) -> ([u8; 32], [u8; 32]) {
    (anchor.thumbprint(), Sha256::digest(registration).into())
}

/// Nonces that count only when the check has ended.
pub(super) struct Tentative<'n> {
    open: &'n mut OpenNonces,
    used: Option<(Vec<u8>, UnixTime)>,
}

impl<'n> Tentative<'n> {
    /// Nothing is used up yet.
    pub(super) const fn new(open: &'n mut OpenNonces) -> Self {
        Self { open, used: None }
    }

    /// The check has ended.
    pub(super) fn keep(self) {
        if let Some((nonce, expires_at)) = self.used {
            // It was not used before: `use_up` has asked.
            let _ = self.open.use_up(&nonce, expires_at);
        }
    }
}

impl NonceRegister for Tentative<'_> {
    fn is_used(&self, nonce: &[u8]) -> bool {
        self.open.is_used(nonce)
    }

    fn use_up(&mut self, nonce: &[u8], expires_at: UnixTime) -> Result<(), AlreadyUsed> {
        if self.open.is_used(nonce) {
            return Err(AlreadyUsed);
        }
        self.used = Some((nonce.to_vec(), expires_at));
        Ok(())
    }
}
