//! Threshold claims: "at least t" by a hash chain, without showing the value.
//!
//! ```text
//! seed = L(v) --H--> L(v-1) --H--> ... --H--> L(t) --H--> ... --H--> L(0) = commitment
//!   never leaves issuer and holder            link                     in the credential
//! ```
//!
//! The issuer signs the commitment as an ordinary redacted claim. To prove "at least t" the holder
//! shows the commitment and, under the signature of the key-binding token, the link `L(t)`; the
//! verifier hashes it `t` times. A link for more than the value would need a preimage of SHA-256.
//!
//! Every step is bound to the claim and to its distance from the commitment, so that a link of one
//! claim or place is worthless at another. The seed comes from the salt of a companion decoy of the
//! same group, which is never presented; so the credential is a plain SD-CWT without a side channel.
//! The distance from the seed stays hidden: all links look alike.

use crate::numbers::SALT_BYTES;
use crate::sha256;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// Bytes of a commitment or link.
pub(crate) const LINK_BYTES: usize = 32;

/// The longest chain: values are 0 to 127.
pub(crate) const MAX_VALUE: u8 = 127;

const STEP_DOMAIN: &[u8] = b"geleit threshold 1 step\0";
const SEED_DOMAIN: &[u8] = b"geleit threshold 1 seed\0";

/// The chain of one claim. `claim` is the claim id, such as `id.age_over`.
#[derive(Clone, Debug)]
pub(crate) struct Chain<'c> {
    /// First half of a digest over the claim id: with it, a step fits in one block of SHA-256.
    context: [u8; 16],
    claim: &'c str,
}

impl<'c> Chain<'c> {
    /// The chain of the claim with this id.
    pub(crate) fn of(claim: &'c str) -> Self {
        let digest: [u8; 32] = Sha256::new().chain_update(STEP_DOMAIN).chain_update(claim).finalize().into();
        let [half @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = digest;
        Self { context: half, claim }
    }

    /// `L(value)` from the salt of the companion decoy.
    fn seed(&self, companion: &[u8; SALT_BYTES]) -> [u8; LINK_BYTES] {
        let context = Sha256::new().chain_update(SEED_DOMAIN).chain_update(self.claim).finalize();
        Sha256::new().chain_update(context).chain_update(companion).finalize().into()
    }

    /// Walks from `L(from)` to `L(to)`, `to <= from`. The block is made here and not by a hasher, which would
    /// fill and pad it anew for every step.
    fn walk(&self, mut link: [u8; LINK_BYTES], from: u8, to: u8) -> [u8; LINK_BYTES] {
        // Context, distance, link, and the padding of FIPS 180-4 section 5.1.1: a bit, and 49 bytes in bits.
        let mut block = [0; 64];
        block[..16].copy_from_slice(&self.context);
        block[49] = 0x80;
        block[62..].copy_from_slice(&(49_u16 * 8).to_be_bytes());
        for distance in (to..from).rev() {
            block[16] = distance;
            block[17..49].copy_from_slice(&link);
            link = sha256::digest_padded(&block);
        }
        link
    }

    /// `L(0)`, for the issuer. `value` is at most [`MAX_VALUE`] by the claim's domain.
    pub(crate) fn commitment(&self, companion: &[u8; SALT_BYTES], value: u8) -> [u8; LINK_BYTES] {
        self.walk(self.seed(companion), value, 0)
    }

    /// `L(threshold)`, for the holder; `None` when the value does not reach the threshold.
    pub(crate) fn link(
        &self,
        companion: &[u8; SALT_BYTES],
        value: u8,
        threshold: u8,
    ) -> Option<[u8; LINK_BYTES]> {
        (threshold <= value).then(|| self.walk(self.seed(companion), value, threshold))
    }

    /// Does `link` prove "at least `threshold`" for this commitment? At most 127 hashes.
    pub(crate) fn proves(&self, commitment: &[u8], threshold: u8, link: &[u8; LINK_BYTES]) -> bool {
        threshold <= MAX_VALUE && bool::from(self.walk(*link, threshold, 0).ct_eq(commitment))
    }

    /// The companion and the value behind a commitment, for a holder who has the salts of the decoys
    /// beside it. What is likely comes first, if anything is, and then "no end", because it is common and the
    /// longest chain: a value of 40 that nobody expects takes some 800 hashes for each decoy.
    pub(crate) fn find<'s>(
        &self,
        companions: impl Iterator<Item = &'s [u8; SALT_BYTES]>,
        commitment: &[u8],
        likely: Option<u8>,
        max: u8,
    ) -> Option<(&'s [u8; SALT_BYTES], u8)> {
        let seeds: Vec<_> = companions.map(|salt| (salt, Zeroizing::new(self.seed(salt)))).collect();
        let max = max.min(MAX_VALUE);
        let likely = likely.filter(|value| *value <= max);
        likely.into_iter().chain([max]).chain(0..max).find_map(|value| {
            let explains = |seed: &[u8; LINK_BYTES]| self.walk(*seed, value, 0).ct_eq(commitment).into();
            seeds.iter().find(|(_, seed)| explains(seed)).map(|(salt, _)| (*salt, value))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Chain, MAX_VALUE, STEP_DOMAIN};
    use proptest::prelude::{any, proptest};
    use sha2::{Digest, Sha256};

    proptest! {
        #[test]
        fn proves_what_is_reached_and_nothing_more(salt in any::<[u8; 16]>(), value in 0_u8..=127, t in 0_u8..=127) {
            let chain = Chain::of("id.age_over");
            let commitment = chain.commitment(&salt, value);
            match chain.link(&salt, value, t) {
                Some(link) => {
                    assert!(t <= value);
                    assert!(chain.proves(&commitment, t, &link));
                    // No link says more than it was made for.
                    for more in t.saturating_add(1)..=127 {
                        assert!(!chain.proves(&commitment, more, &link));
                    }
                    // Nor less: the distance is hashed too.
                    for less in 0..t {
                        assert!(!chain.proves(&commitment, less, &link));
                    }
                }
                None => assert!(t > value),
            }
        }

        #[test]
        fn monotone(salt in any::<[u8; 16]>(), value in 0_u8..=127, t in 1_u8..=127) {
            let chain = Chain::of("res.uk.work.through");
            if chain.link(&salt, value, t).is_some() {
                assert!(chain.link(&salt, value, t - 1).is_some());
            }
        }

        #[test]
        fn a_link_belongs_to_one_claim_copy_and_commitment(a in any::<[u8; 16]>(), b in any::<[u8; 16]>()) {
            let (chain, other) = (Chain::of("id.age_over"), Chain::of("qual.education_level_at_least"));
            let link = chain.link(&a, 40, 18).unwrap();
            assert!(!other.proves(&other.commitment(&a, 40), 18, &link));
            if a != b {
                assert!(!chain.proves(&chain.commitment(&b, 40), 18, &link));
            }
        }
    }

    /// What the block says is what a hasher would be told.
    #[test]
    fn a_step_is_the_digest_of_context_distance_and_link() {
        let claim = "id.age_over";
        let context = Sha256::new().chain_update(STEP_DOMAIN).chain_update(claim).finalize();
        let seed = [7; 32];
        let mut link = seed;
        for distance in (0..=MAX_VALUE).rev() {
            let step = Sha256::new().chain_update(&context[..16]).chain_update([distance]).chain_update(link);
            link = step.finalize().into();
        }
        assert_eq!(Chain::of(claim).walk(seed, MAX_VALUE + 1, 0), link);
    }

    #[test]
    fn the_holder_finds_the_value_by_the_companion() {
        let chain = Chain::of("id.age_over");
        let commitment = chain.commitment(&[7; 16], 33);
        // What is likely changes the order in which values are tried, and nothing else.
        for likely in [None, Some(33), Some(32), Some(127), Some(255)] {
            let find = |salts: &[[u8; 16]], max| {
                chain.find(salts.iter(), &commitment, likely, max).map(|(salt, value)| (*salt, value))
            };
            assert_eq!(find(&[[8; 16], [7; 16]], 127), Some(([7; 16], 33)));
            assert_eq!(find(&[[7; 16]], 33), Some(([7; 16], 33)));
            assert_eq!(find(&[[7; 16]], 20), None);
            assert_eq!(find(&[[8; 16]], 127), None);
        }
    }
}
