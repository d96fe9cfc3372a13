//! What may stand inside headers, `cnf` and key-binding payloads (`safe_value` of the draft).

use crate::numbers::{MAX_KEY_BYTES, cbor};
use geleit_cose::cbor::{Fault, Grammar, Head, Key, Position};

/// `safe_value` (draft section 5.3): no redaction of any kind, map keys are integers or texts (M-07, M-15,
/// M-16).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SafeValue;

impl Grammar for SafeValue {
    fn key(&self, key: &Key<'_>) -> Result<(), Fault> {
        require_label(key)
    }

    fn tag(&self, tag: u64, _: Position, _: Head) -> Result<(), Fault> {
        match tag {
            cbor::TO_BE_REDACTED | cbor::REDACTED_ELEMENT | cbor::TO_BE_DECOY => Err(Fault::ForbiddenTag),
            _ => Ok(()),
        }
    }

    fn simple(&self, value: u8) -> Result<(), Fault> {
        if value == cbor::REDACTED_CLAIM_KEYS { Err(Fault::ForbiddenSimple) } else { Ok(()) }
    }
}

/// M-07: `label = int / tstr .size (1..255)` (draft section 5.3).
pub(crate) const fn require_label(key: &Key<'_>) -> Result<(), Fault> {
    match key {
        Key::Uint(_) | Key::Nint(_) => Ok(()),
        Key::Text(text) if !text.is_empty() && text.len() <= MAX_KEY_BYTES => Ok(()),
        Key::Text(_) | Key::Bytes(_) | Key::Simple(_) => Err(Fault::KeyType),
    }
}
