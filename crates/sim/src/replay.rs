//! X-06: everything once more, from the kept inputs alone.
//!
//! ```text
//! receipt + kept inputs --replay--> decision' ; the same outcome and reason as were answered, or the receipt does not hold
//! ```

use crate::outcome::Word;
use crate::row::Answer;
use geleit_cose::key::PublicKey;
use geleit_credential::receipt::{KeptInputs, SignedReceipt, replay};
use geleit_credential::time::UnixTime;
use sha2::{Digest, Sha256};

/// Whether a receipt of this time leads to what was answered.
pub(crate) fn replays(
    receipt: &[u8],
    inputs: &KeptInputs<'_>,
    anchor: &PublicKey,
    decided_at: UnixTime,
    answer: &Answer,
) -> bool {
    let again = || {
        let party = inputs.relying_party(anchor, decided_at).ok()?;
        let receipt = SignedReceipt::parse(receipt).ok()?.verify(&party, decided_at).ok()?;
        let replayed = replay(&receipt, inputs, anchor).ok()?;
        Some(match replayed.decision() {
            Some(decision) => {
                Word::from(decision.outcome().named()) == answer.outcome.word
                    && decision.reason().as_str() == answer.reason
            }
            None => answer.outcome.word == Word::NotVerified,
        })
    };
    again() == Some(true)
}

/// The salt of the facts of a receipt. In a simulation nobody has to be kept from guessing them, and the same run gives
/// the same bytes. `id` tells questions apart whose request and presentation are the same.
pub(crate) fn salt(request: &[u8], presentation: &[u8], id: &str) -> [u8; 16] {
    let mut hasher = Sha256::new();
    hasher.update(b"geleit simulation salt\0");
    hasher.update(Sha256::digest(request));
    hasher.update(Sha256::digest(presentation));
    hasher.update(id.as_bytes());
    let digest: [u8; 32] = hasher.finalize().into();
    let mut salt = [0; 16];
    salt.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    salt
}
