//! SHA-256 (FIPS 180-4) of bytes that lie in memory, as disclosures and links of chains do.
//!
//! ```text
//! message = [block | block | ... | rest]      last = [rest, 0x80, 0..., length in bits]: one or two blocks
//! ```
//!
//! A hasher takes a message in parts, and therefore keeps a buffer: of a message of one or two blocks, that is
//! a tenth of the time or more. What is hashed in parts is hashed by [`sha2::Sha256`], whose compression this is.

use sha2::block_api::compress256;

const BLOCK_BYTES: usize = 64;

/// The initial hash value (section 5.3.3).
const INITIAL: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// The digest of `message`.
pub(crate) fn digest(message: &[u8]) -> [u8; 32] {
    let mut state = INITIAL;
    let (blocks, rest) = message.as_chunks::<BLOCK_BYTES>();
    if !blocks.is_empty() {
        compress256(&mut state, blocks);
    }
    // Section 5.1.1. The length needs eight bytes behind the bit.
    let mut last = [[0; BLOCK_BYTES]; 2];
    let used = if rest.len() < BLOCK_BYTES - 8 { 1 } else { 2 };
    let last = last.get_mut(..used).unwrap_or_default();
    let padded = last.as_flattened_mut();
    if let Some((start, [bit, ..])) = padded.split_at_mut_checked(rest.len()) {
        start.copy_from_slice(rest);
        *bit = 0x80;
    }
    if let Some(length) = padded.last_chunk_mut() {
        // A `usize` has at most 64 bits on every platform that Rust supports.
        *length = u64::try_from(message.len()).unwrap_or(u64::MAX).wrapping_mul(8).to_be_bytes();
    }
    compress256(&mut state, last);
    to_bytes(state)
}

/// The digest of the one message that `block` is, padding included.
pub(crate) fn digest_padded(block: &[u8; BLOCK_BYTES]) -> [u8; 32] {
    let mut state = INITIAL;
    compress256(&mut state, core::slice::from_ref(block));
    to_bytes(state)
}

fn to_bytes(state: [u32; 8]) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (bytes, word) in bytes.as_chunks_mut().0.iter_mut().zip(state) {
        *bytes = word.to_be_bytes();
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::digest;
    use sha2::{Digest, Sha256};

    #[test]
    fn a_digest_is_that_of_a_hasher_whatever_the_length() {
        let bytes: Vec<u8> = (0..=255).cycle().take(300).collect();
        for length in 0..=bytes.len() {
            let message = &bytes[..length];
            assert_eq!(digest(message), <[u8; 32]>::from(Sha256::digest(message)), "{length} bytes");
        }
    }
}
