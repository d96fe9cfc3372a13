//! `--seed`: randomness from the operating system, or from a number for repeatable runs.

use crate::failure::Failure;
use core::convert::Infallible;
use getrandom::SysRng;
use rand_core::{TryCryptoRng, TryRng, UnwrapErr};
use sha2::{Digest, Sha256};

/// The randomness of one command.
pub(crate) enum Random {
    /// Of the operating system.
    System(UnwrapErr<SysRng>),
    /// SHA-256 of seed and counter: the same in every run, and known to everybody who knows the seed.
    Seeded { seed: u64, counter: u64 },
}

impl Random {
    /// Of the operating system, or seeded.
    pub(crate) fn new(seed: Option<u64>) -> Result<Self, Failure> {
        if let Some(seed) = seed {
            return Ok(Self::Seeded { seed, counter: 0 });
        }
        // One draw that may fail, before the draws that may not.
        SysRng.try_next_u64().map_err(|error| {
            Failure::io("random numbers of the operating system", &std::io::Error::other(error.to_string()))
        })?;
        Ok(Self::System(UnwrapErr(SysRng)))
    }
}

impl TryRng for Random {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_be_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_be_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, dst: &mut [u8]) -> Result<(), Infallible> {
        match self {
            Self::System(system) => system.try_fill_bytes(dst),
            Self::Seeded { seed, counter } => {
                for chunk in dst.chunks_mut(32) {
                    *counter += 1;
                    let input = [&b"geleit seed"[..], &seed.to_be_bytes(), &counter.to_be_bytes()].concat();
                    for (to, from) in chunk.iter_mut().zip(Sha256::digest(input)) {
                        *to = from;
                    }
                }
                Ok(())
            }
        }
    }
}

impl TryCryptoRng for Random {}
