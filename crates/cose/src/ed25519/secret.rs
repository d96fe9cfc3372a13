//! Signing (RFC 8032 section 5.1.6): its steps around dalek's arithmetic. All arithmetic with secrets is dalek's
//! and takes constant time.

use super::PublicKey;
use core::fmt;
use curve25519_dalek::constants::ED25519_BASEPOINT_POINT;
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsBasepointTableRadix32, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::BasepointTable;
use ed25519_dalek::SigningKey;
use ed25519_dalek::hazmat::ExpandedSecretKey;
use sha2::{Digest, Sha512};
use zeroize::Zeroizing;

/// A seed with what its SHA-512 gives (RFC 8032 section 5.1.5 steps 1 to 3), which dalek's own signing key
/// computes anew for each signature. The public key that goes into every signature is the one of this seed:
/// with another one, two signatures of one message would give the secret away.
pub(crate) struct SecretKey {
    seed: SigningKey,
    expanded: ExpandedSecretKey,
    /// Multiples of the base point for digits of five bits: 52 additions for a point, where dalek's own table
    /// for digits of four bits takes 64. `None`: that table.
    multiples: Option<Box<EdwardsBasepointTableRadix32>>,
}

impl SecretKey {
    pub(crate) fn of(seed: &[u8; 32]) -> Self {
        let seed = SigningKey::from_bytes(seed);
        let hash = Zeroizing::new(<[u8; 64]>::from(Sha512::digest(seed.as_bytes())));
        Self { expanded: ExpandedSecretKey::from_bytes(&hash), seed, multiples: None }
    }

    pub(crate) fn seed(&self) -> &[u8; 32] {
        self.seed.as_bytes()
    }

    /// It satisfies rules 2 and 4 by construction: the clamped scalar is a multiple of eight below `8 L` and
    /// not zero, so that its product with the base point has order `L`, and the encoder wrote it.
    pub(crate) fn public_key(&self) -> PublicKey {
        PublicKey(self.seed.verifying_key())
    }

    /// Computes the multiples. The secrets stay where they are: a move would leave a copy behind.
    pub(crate) fn prepare(&mut self) {
        self.multiples = Some(Box::new(EdwardsBasepointTableRadix32::create(&ED25519_BASEPOINT_POINT)));
    }

    /// Signs the concatenation of `message`, hashed part by part.
    pub(crate) fn sign(&self, message: &[&[u8]]) -> [u8; 64] {
        let nonce = Zeroizing::new(self.nonce(message));
        self.complete(message, &nonce, &self.times_base(&nonce).compress())
    }

    /// As [`Self::sign`] for each message. One inversion encodes the points `R` of all of them: Montgomery's
    /// trick, with multiplications only, so that it takes constant time as well.
    pub(crate) fn sign_all(&self, messages: &[&[&[u8]]]) -> Vec<[u8; 64]> {
        let nonces = messages.iter().map(|message| self.nonce(message));
        let nonces = Zeroizing::new(nonces.collect::<Vec<Scalar>>());
        let points: Vec<EdwardsPoint> = nonces.iter().map(|nonce| self.times_base(nonce)).collect();
        let encoded = EdwardsPoint::compress_batch_alloc(&points);
        let each = messages.iter().zip(nonces.iter()).zip(&encoded);
        each.map(|((message, nonce), r)| self.complete(message, nonce, r)).collect()
    }

    fn nonce(&self, message: &[&[u8]]) -> Scalar {
        self.number(&[&self.expanded.hash_prefix], message)
    }

    fn times_base(&self, nonce: &Scalar) -> EdwardsPoint {
        match &self.multiples {
            Some(multiples) => multiples.mul_base(nonce),
            None => EdwardsPoint::mul_base(nonce),
        }
    }

    /// `S = r + k a`.
    fn complete(&self, message: &[&[u8]], nonce: &Scalar, r: &CompressedEdwardsY) -> [u8; 64] {
        let k = self.number(&[r.as_bytes(), self.seed.verifying_key().as_bytes()], message);
        let s = k * self.expanded.scalar + nonce;
        let mut signature = [0; 64];
        let (start, end) = signature.split_at_mut(32);
        start.copy_from_slice(r.as_bytes());
        end.copy_from_slice(s.as_bytes());
        signature
    }

    /// `SHA-512(start || message) mod L`.
    fn number(&self, start: &[&[u8]], message: &[&[u8]]) -> Scalar {
        let mut hash = Sha512::new();
        start.iter().chain(message).for_each(|part| hash.update(part));
        Scalar::from_hash(hash)
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey")
    }
}
