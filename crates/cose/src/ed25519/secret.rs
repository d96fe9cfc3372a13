//! Signing (RFC 8032 section 5.1.6): alone by dalek, many with the same steps around dalek's arithmetic. All
//! arithmetic with secrets is dalek's and takes constant time.

use super::PublicKey;
use core::fmt;
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use ed25519_dalek::SigningKey;
use ed25519_dalek::hazmat::{ExpandedSecretKey, raw_sign_byupdate};
use sha2::{Digest, Sha512};
use zeroize::Zeroizing;

/// A seed with what its SHA-512 gives (RFC 8032 section 5.1.5 steps 1 to 3), which dalek's own signing key
/// computes anew for each signature. The public key that goes into every signature is the one of this seed:
/// with another one, two signatures of one message would give the secret away.
pub(crate) struct SecretKey {
    seed: SigningKey,
    expanded: ExpandedSecretKey,
}

impl SecretKey {
    pub(crate) fn of(seed: &[u8; 32]) -> Self {
        let seed = SigningKey::from_bytes(seed);
        let hash = Zeroizing::new(<[u8; 64]>::from(Sha512::digest(seed.as_bytes())));
        Self { expanded: ExpandedSecretKey::from_bytes(&hash), seed }
    }

    pub(crate) fn seed(&self) -> &[u8; 32] {
        self.seed.as_bytes()
    }

    /// It satisfies rules 2 and 4 by construction: the clamped scalar is a multiple of eight below `8 L` and
    /// not zero, so that its product with the base point has order `L`, and the encoder wrote it.
    pub(crate) fn public_key(&self) -> PublicKey {
        PublicKey(self.seed.verifying_key())
    }

    /// Signs the concatenation of `message`, hashed part by part.
    pub(crate) fn sign(&self, message: &[&[u8]]) -> [u8; 64] {
        let update = |hash: &mut Sha512| {
            message.iter().for_each(|part| hash.update(part));
            Ok(())
        };
        let signature = raw_sign_byupdate(&self.expanded, update, self.seed.as_ref());
        signature.expect("hashing a message does not fail").to_bytes()
    }

    /// As [`Self::sign`] for each message. One inversion encodes the points `R` of all of them: Montgomery's
    /// trick, with multiplications only, so that it takes constant time as well.
    pub(crate) fn sign_all(&self, messages: &[&[&[u8]]]) -> Vec<[u8; 64]> {
        let nonce = |message: &&[&[u8]]| self.number(&[&self.expanded.hash_prefix], message);
        let nonces = Zeroizing::new(messages.iter().map(nonce).collect::<Vec<Scalar>>());
        let points: Vec<EdwardsPoint> = nonces.iter().map(EdwardsPoint::mul_base).collect();
        let encoded = EdwardsPoint::compress_batch_alloc(&points);
        let each = messages.iter().zip(nonces.iter()).zip(&encoded);
        each.map(|((message, nonce), r)| self.complete(message, nonce, r)).collect()
    }

    /// `S = r + k a`.
    fn complete(&self, message: &[&[u8]], nonce: &Scalar, r: &CompressedEdwardsY) -> [u8; 64] {
        let k = self.number(&[r.as_bytes(), self.seed.verifying_key().as_bytes()], message);
        let s = k * self.expanded.scalar + nonce;
        let mut signature = [0; 64];
        signature.iter_mut().zip(r.as_bytes().iter().chain(s.as_bytes())).for_each(|(to, from)| *to = *from);
        signature
    }

    /// `SHA-512(start || message) mod L`.
    fn number(&self, start: &[&[u8]], message: &[&[u8]]) -> Scalar {
        let hash = start.iter().chain(message).fold(Sha512::new(), |hash, part| hash.chain_update(part));
        Scalar::from_hash(hash)
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey")
    }
}
