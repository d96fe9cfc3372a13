//! Numbers modulo `p = 2^255 - 19`: a thin coat over the field arithmetic that `fiat-crypto` generates
//! from a machine-checked proof (Erbsen et al., "Simple High-Level Code For Cryptographic Arithmetic",
//! IEEE S&P 2019). Public data only: nothing here has to be constant time.
//!
//! The two types carry the proof's bounds: a [`Fe`] is tight, a [`Sum`] of two is loose, and only what the
//! proof permits compiles. `Fe + Fe` and `Fe - Fe` are sums, products take either and are tight again.

use core::array::from_fn;
use core::ops::{Add, Mul, Sub};
use fiat_crypto::curve25519_64::{
    fiat_25519_add, fiat_25519_carry, fiat_25519_carry_mul, fiat_25519_carry_square, fiat_25519_from_bytes,
    fiat_25519_loose_field_element, fiat_25519_opp, fiat_25519_relax, fiat_25519_sub,
    fiat_25519_tight_field_element, fiat_25519_to_bytes,
};

/// A number in five limbs of 51 bits.
#[derive(Clone, Copy)]
pub(super) struct Fe(fiat_25519_tight_field_element);

/// A sum or difference that was not carried.
#[derive(Clone, Copy)]
pub(super) struct Sum(fiat_25519_loose_field_element);

const TIGHT: fiat_25519_tight_field_element = fiat_25519_tight_field_element([0; 5]);
const LOOSE: fiat_25519_loose_field_element = fiat_25519_loose_field_element([0; 5]);

impl Fe {
    pub(super) const ZERO: Self = Self(TIGHT);
    pub(super) const ONE: Self = Self(fiat_25519_tight_field_element([1, 0, 0, 0, 0]));

    /// From limbs of 51 bits, the lowest first.
    pub(super) const fn of_limbs(limbs: [u64; 5]) -> Self {
        Self(fiat_25519_tight_field_element(limbs))
    }

    /// Little endian; the top bit is ignored.
    pub(super) fn from_bytes(bytes: &[u8; 32]) -> Self {
        let mut magnitude = *bytes;
        let [.., last] = &mut magnitude;
        *last &= 0x7f;
        let mut out = TIGHT;
        fiat_25519_from_bytes(&mut out, &magnitude);
        Self(out)
    }

    /// The one canonical encoding, below `p`.
    pub(super) fn to_bytes(self) -> [u8; 32] {
        let mut out = [0; 32];
        fiat_25519_to_bytes(&mut out, &self.0);
        out
    }

    pub(super) fn is_odd(self) -> bool {
        let [first, ..] = self.to_bytes();
        first & 1 == 1
    }

    pub(super) fn square(self) -> Self {
        let mut out = TIGHT;
        fiat_25519_carry_square(&mut out, &self.loose().0);
        Self(out)
    }

    pub(super) fn negated(self) -> Self {
        let mut out = LOOSE;
        fiat_25519_opp(&mut out, &self.0);
        Sum(out).carried()
    }

    fn square_times(self, times: u32) -> Self {
        (0..times).fold(self, |number, _| number.square())
    }

    /// `self^(2^250 - 1)` and `self^11`: the common beginning of both powers below.
    fn power_250(self) -> (Self, Self) {
        let x2 = self.square();
        let x9 = self * x2.square_times(2);
        let x11 = x9 * x2;
        let x5 = x9 * x11.square();
        let x10 = x5 * x5.square_times(5);
        let x20 = x10 * x10.square_times(10);
        let x40 = x20 * x20.square_times(20);
        let x50 = x10 * x40.square_times(10);
        let x100 = x50 * x50.square_times(50);
        let x200 = x100 * x100.square_times(100);
        (x50 * x200.square_times(50), x11)
    }

    /// `1 / self` as `self^(p - 2)`; zero for zero.
    pub(super) fn inverted(self) -> Self {
        let (x250, x11) = self.power_250();
        x11 * x250.square_times(5)
    }

    /// `self^((p - 5) / 8)` (RFC 8032 section 5.1.3).
    pub(super) fn power_p58(self) -> Self {
        let (x250, _) = self.power_250();
        self * x250.square_times(2)
    }

    fn loose(self) -> Sum {
        let mut out = LOOSE;
        fiat_25519_relax(&mut out, &self.0);
        Sum(out)
    }
}

impl Sum {
    pub(super) fn carried(self) -> Fe {
        let mut out = TIGHT;
        fiat_25519_carry(&mut out, &self.0);
        Fe(out)
    }
}

impl From<Fe> for Sum {
    fn from(number: Fe) -> Self {
        number.loose()
    }
}

impl Add for Fe {
    type Output = Sum;

    fn add(self, other: Self) -> Sum {
        let mut out = LOOSE;
        fiat_25519_add(&mut out, &self.0, &other.0);
        Sum(out)
    }
}

impl Sub for Fe {
    type Output = Sum;

    fn sub(self, other: Self) -> Sum {
        let mut out = LOOSE;
        fiat_25519_sub(&mut out, &self.0, &other.0);
        Sum(out)
    }
}

impl<T: Into<Sum>> Mul<T> for Fe {
    type Output = Self;

    fn mul(self, other: T) -> Self {
        self.loose() * other
    }
}

impl<T: Into<Self>> Mul<T> for Sum {
    type Output = Fe;

    fn mul(self, other: T) -> Fe {
        let mut out = TIGHT;
        fiat_25519_carry_mul(&mut out, &self.0, &other.into().0);
        Fe(out)
    }
}

/// Inverts all numbers with one inversion and three products each (Montgomery 1987). None may be zero: one
/// zero would turn every result into zero.
pub(super) fn invert_all<const N: usize>(numbers: [Fe; N]) -> [Fe; N] {
    let mut product = Fe::ONE;
    let before: [Fe; N] = from_fn(|index| {
        let before = product;
        product = product * numbers.get(index).copied().unwrap_or(Fe::ONE);
        before
    });
    let mut inverse = product.inverted();
    let mut out = before;
    for (out, number) in out.iter_mut().zip(&numbers).rev() {
        *out = *out * inverse;
        inverse = inverse * *number;
    }
    out
}
