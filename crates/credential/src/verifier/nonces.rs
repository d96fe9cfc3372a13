//! Which requests were answered before (B-20): what a verifier asks, and a register in memory.

use crate::time::UnixTime;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::sync::{Mutex, PoisonError};

/// Remembers which nonces were answered. An answer counts once.
pub trait NonceRegister {
    /// Was `nonce` noted before? Asked before any signature is checked, so that answers that are sent again cost
    /// next to nothing; [`Self::use_up`] has the last word.
    fn is_used(&self, nonce: &[u8]) -> bool;

    /// Takes note of `nonce`, which need not be remembered after `expires_at`.
    ///
    /// # Errors
    /// [`AlreadyUsed`] when it was noted before.
    fn use_up(&mut self, nonce: &[u8], expires_at: UnixTime) -> Result<(), AlreadyUsed>;
}

/// A nonce was answered before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlreadyUsed;

/// A register in memory. It grows with the answers that were accepted; [`Self::forget_expired`] keeps it
/// as small as the number of requests that are open. Asking and noting take as long among a million as among a few.
#[derive(Clone, Debug, Default)]
pub struct OpenNonces {
    /// Padded nonces. The relying party chose them, so that nobody else can make them collide in the table.
    open: HashMap<[u8; 64], UnixTime, BuildHasherDefault<DefaultHasher>>,
}

impl OpenNonces {
    /// An empty register with room for `requests` answers before it has to grow.
    #[must_use]
    pub fn with_capacity(requests: usize) -> Self {
        Self { open: HashMap::with_capacity_and_hasher(requests, BuildHasherDefault::default()) }
    }

    /// Forgets what has expired.
    pub fn forget_expired(&mut self, now: UnixTime) {
        self.open.retain(|_, expires_at| *expires_at > now);
    }
}

/// Nonces have 16 to 64 bytes. Two that differ only by zeros at the end count as one.
fn padded(nonce: &[u8]) -> [u8; 64] {
    let mut padded = [0; 64];
    padded.iter_mut().zip(nonce).for_each(|(to, from)| *to = *from);
    padded
}

impl NonceRegister for OpenNonces {
    fn is_used(&self, nonce: &[u8]) -> bool {
        self.open.contains_key(&padded(nonce))
    }

    fn use_up(&mut self, nonce: &[u8], expires_at: UnixTime) -> Result<(), AlreadyUsed> {
        match self.open.entry(padded(nonce)) {
            Entry::Occupied(_) => Err(AlreadyUsed),
            Entry::Vacant(free) => {
                free.insert(expires_at);
                Ok(())
            }
        }
    }
}

/// A register that threads share. Whoever panicked while holding it left it as it was before or after.
impl<R: NonceRegister> NonceRegister for &Mutex<R> {
    fn is_used(&self, nonce: &[u8]) -> bool {
        self.lock().unwrap_or_else(PoisonError::into_inner).is_used(nonce)
    }

    fn use_up(&mut self, nonce: &[u8], expires_at: UnixTime) -> Result<(), AlreadyUsed> {
        self.lock().unwrap_or_else(PoisonError::into_inner).use_up(nonce, expires_at)
    }
}
