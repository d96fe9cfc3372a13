//! Randomness that is the same in every run.

use core::convert::Infallible;
use rand_core::{TryCryptoRng, TryRng};
use sha2::{Digest, Sha256};

/// SHA-256 of seed and counter, or bytes that are given. It counts its draws, so that a test can assert their number.
#[derive(Debug)]
pub struct FixedRng {
    source: Source,
    counter: u64,
    draws: u64,
}

#[derive(Debug)]
enum Source {
    Seed([u8; 32]),
    Given([u8; 32]),
}

impl FixedRng {
    /// A generator whose output depends on `seed` alone.
    #[must_use]
    pub fn new(seed: &str) -> Self {
        Self { source: Source::Seed(Sha256::digest(seed.as_bytes()).into()), counter: 0, draws: 0 }
    }

    /// A generator that gives these bytes again and again, whatever they are worth.
    #[must_use]
    pub const fn giving(bytes: [u8; 32]) -> Self {
        Self { source: Source::Given(bytes), counter: 0, draws: 0 }
    }

    /// How often randomness was drawn.
    #[must_use]
    pub const fn draws(&self) -> u64 {
        self.draws
    }

    fn block(&mut self) -> [u8; 32] {
        self.counter += 1;
        match self.source {
            Source::Seed(seed) => {
                Sha256::new().chain_update(seed).chain_update(self.counter.to_be_bytes()).finalize().into()
            }
            Source::Given(bytes) => bytes,
        }
    }
}

impl TryRng for FixedRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_be_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_be_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, dst: &mut [u8]) -> Result<(), Self::Error> {
        self.draws += 1;
        for chunk in dst.chunks_mut(32) {
            let block = self.block();
            for (to, from) in chunk.iter_mut().zip(block) {
                *to = from;
            }
        }
        Ok(())
    }
}

impl TryCryptoRng for FixedRng {}
