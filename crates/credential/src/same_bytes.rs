//! Comparing what somebody could guess byte by byte, if the time told how far the guess was right.

use core::hint::black_box;
use subtle::ConstantTimeEq;

/// Are the two the same? The time depends on their lengths alone. Eight bytes at a time: `subtle` goes byte by
/// byte over a slice and hides each from the optimiser, some thirty instructions for each.
pub(crate) fn same_bytes(a: &[u8], b: &[u8]) -> bool {
    let (words_a, rest_a) = a.as_chunks();
    let (words_b, rest_b) = b.as_chunks();
    let pairs = words_a.iter().zip(words_b);
    let difference = pairs.fold(0, |all, (a, b)| all | (u64::from_ne_bytes(*a) ^ u64::from_ne_bytes(*b)));
    a.len() == b.len() && bool::from(black_box(difference).ct_eq(&0) & rest_a.ct_eq(rest_b))
}

#[cfg(test)]
mod tests {
    use super::same_bytes;

    #[test]
    fn every_bit_counts_and_the_length_does() {
        for length in 0..70 {
            let bytes: Vec<u8> = (0..70).take(length).collect();
            assert!(same_bytes(&bytes, &bytes));
            assert!(!same_bytes(&bytes, &[bytes.as_slice(), &[0]].concat()));
            for bit in 0..8 * length {
                let mut other = bytes.clone();
                other[bit / 8] ^= 1 << (bit % 8);
                assert!(!same_bytes(&bytes, &other), "bit {bit} of {length} bytes");
            }
        }
    }
}
