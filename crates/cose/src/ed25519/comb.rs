//! `[s]B - [k]A` without a doubling, for points `B` and `A` that were known beforehand.
//!
//! A comb holds every multiple that can be asked of its point: with digits of `W` bits, for each position
//! `i` the points `1 2^(W i) P ... 2^(W-1) 2^(W i) P`. A product is then one addition for each digit that
//! is not zero: 32 for the base point (`W` = 8) and 37 for a key (`W` = 7), where a product of a point that
//! arrives with the signature costs 252 doublings besides. The method is Yao's and Brickell's (Brickell et
//! al., "Fast exponentiation with precomputation", EUROCRYPT '92), with signed digits.
//!
//! **Only for verifying, only with public data**: which entries are read depends on the signature. Signing
//! stays with dalek's tables, which are read in constant time.
//!
//! The additions are the complete formulas for `-x^2 + y^2 = 1 + d x^2 y^2` (Hisil et al., "Twisted Edwards
//! Curves Revisited", ASIACRYPT 2008, section 3.1: `a = -1` is a square and `d` is none, so there are no
//! exceptional points, torsion included). The result is exact: it is the point that dalek computes, and
//! its encoding is compared byte for byte as for every key (rule 6).

mod field;

use core::array::from_fn;
use field::{Fe, Sum, invert_all};

/// Bits of a digit for the base point: 32 positions of 128 points.
const BASE_BITS: usize = 8;

/// Bits of a digit for a key: 37 positions of 64 points. A bit more would save five additions of seventy and double
/// the memory of each key.
const KEY_BITS: usize = 7;

/// Bytes of a scalar, of a coordinate, and of an encoded point.
const BYTES: usize = 32;

/// A scalar is below `2^253`; the digits carry once more.
const SCALAR_BITS: usize = 254;

/// `d = -121665 / 121666` (RFC 8032 section 5.1).
const D: Fe = Fe::of_limbs([
    0x3_4dca_1359_78a3,
    0x1_a828_3b15_6ebd,
    0x5_e7a2_6001_c029,
    0x7_39c6_63a0_3cbb,
    0x5_2036_cee2_b6ff,
]);

const TWICE_D: Fe = Fe::of_limbs([
    0x6_9b94_26b2_f159,
    0x3_5050_762a_dd7a,
    0x3_cf44_c003_8052,
    0x6_738c_c740_7977,
    0x2_406d_9dc5_6dff,
]);

/// `2^((p - 1) / 4)`.
const ROOT_OF_MINUS_ONE: Fe = Fe::of_limbs([
    0x6_1b27_4a0e_a0b0,
    0x0_d5a5_fc8f_189d,
    0x7_ef5e_9cbd_0c60,
    0x7_8595_a680_4c9e,
    0x2_b832_4804_fc1d,
]);

/// The multiples of the base point.
#[derive(Clone)]
pub(super) struct BaseComb(Comb<BASE_BITS>);

/// The multiples of `-A` for one key `A`.
#[derive(Clone)]
pub(super) struct KeyComb(Comb<KEY_BITS>);

/// `[s]B - [k]A`, not yet encoded.
#[derive(Clone, Copy)]
pub(super) struct Recomputed {
    x: Fe,
    y: Fe,
    z: Fe,
}

impl BaseComb {
    pub(super) const BYTES: usize = Comb::<BASE_BITS>::BYTES;

    pub(super) fn new() -> Self {
        // RFC 8032 section 5.1: y = 4/5, x is even.
        let mut encoded = [0x66; BYTES];
        encoded[0] = 0x58;
        let base = Point::decode(&encoded).expect("the base point is on the curve");
        Self(Comb::of(base))
    }
}

impl KeyComb {
    pub(super) const BYTES: usize = Comb::<KEY_BITS>::BYTES;

    /// `None` when `key` is not the canonical encoding of a point, which no
    /// [`PublicKey`](super::PublicKey) holds.
    pub(super) fn new(key: &[u8; BYTES]) -> Option<Self> {
        let point = Point::decode(key)?;
        let [again] = Recomputed::encode_all([point.unencoded()]);
        (again == *key).then(|| Self(Comb::of(point.negated())))
    }
}

impl Recomputed {
    /// `[s]B - [k]A`.
    pub(super) fn of(base: &BaseComb, s: &[u8; BYTES], key: &KeyComb, k: &[u8; BYTES]) -> Self {
        let mut sum = Point::IDENTITY;
        base.0.add_product(s, &mut sum);
        key.0.add_product(k, &mut sum);
        sum.unencoded()
    }

    /// What stands in for a result where there is none.
    pub(super) const NOTHING: Self = Self { x: Fe::ZERO, y: Fe::ONE, z: Fe::ONE };

    /// The encodings (RFC 8032 section 5.1.2), with one inversion for all. `z` is never zero, since the
    /// formulas are complete.
    pub(super) fn encode_all<const N: usize>(points: [Self; N]) -> [[u8; BYTES]; N] {
        let inverses = invert_all(points.map(|point| point.z));
        let mut encoded = [[0; BYTES]; N];
        for ((encoded, point), inverse) in encoded.iter_mut().zip(points).zip(inverses) {
            *encoded = (point.y * inverse).to_bytes();
            let [.., last] = encoded;
            *last |= u8::from((point.x * inverse).is_odd()) << 7;
        }
        encoded
    }
}

/// The multiples of one point, position by position.
#[derive(Clone)]
struct Comb<const W: usize> {
    multiples: Box<[Multiple]>,
}

impl<const W: usize> Comb<W> {
    const POSITIONS: usize = SCALAR_BITS.div_ceil(W);
    const PER_POSITION: usize = 1 << (W - 1);
    const BYTES: usize = Self::POSITIONS * Self::PER_POSITION * size_of::<Multiple>();

    fn of(point: Point) -> Self {
        let mut multiples = Vec::with_capacity(Self::POSITIONS * Self::PER_POSITION);
        let mut first = point;
        for _ in 0..Self::POSITIONS {
            let step = Step::of(&first);
            let mut points = vec![first; Self::PER_POSITION];
            let mut last = first;
            for point in points.iter_mut().skip(1) {
                last = last.plus(&step);
                *point = last;
            }
            first = last.plus(&Step::of(&last));
            for chunk in points.chunks(8) {
                multiples.extend(Multiple::all::<8>(chunk).into_iter().take(chunk.len()));
            }
        }
        Self { multiples: multiples.into_boxed_slice() }
    }

    /// Adds `[scalar]P` to `sum`.
    fn add_product(&self, scalar: &[u8; BYTES], sum: &mut Point) {
        let mut carry = 0;
        for (position, multiples) in self.multiples.chunks_exact(Self::PER_POSITION).enumerate() {
            let (digit, next) = signed_digit::<W>(scalar, position, carry);
            carry = next;
            let Some(index) = usize::from(digit.unsigned_abs()).checked_sub(1) else { continue };
            if let Some(multiple) = multiples.get(index) {
                *sum = sum.plus_multiple(multiple, digit < 0);
            }
        }
    }
}

/// The digit at a position, between `-2^(W-1)` and `2^(W-1)`, and the carry to the next.
fn signed_digit<const W: usize>(scalar: &[u8; BYTES], position: usize, carry: i16) -> (i16, i16) {
    let bit = position * W;
    let (byte, shift) = (bit / 8, bit % 8);
    let at = |index: usize| u16::from(scalar.get(index).copied().unwrap_or_default());
    let window = (at(byte) | at(byte + 1) << 8) >> shift & ((1 << W) - 1);
    let digit = window.cast_signed() + carry;
    let over = i16::from(digit > 1 << (W - 1));
    (digit - (over << W), over)
}

/// A point `(X : Y : Z : T)` with `x = X/Z`, `y = Y/Z`, `xy = T/Z`.
#[derive(Clone, Copy)]
struct Point {
    x: Fe,
    y: Fe,
    z: Fe,
    t: Fe,
}

/// A multiple in a comb, as the addition wants it: `y + x`, `y - x`, `2 d x y`. Aligned so that one lies in
/// two cache lines and not in three.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Multiple {
    sum: Fe,
    difference: Fe,
    product: Fe,
}

/// A point that is added again and again while a comb is built: `Y + X`, `Y - X`, `2 Z`, `2 d T`.
struct Step {
    sum: Sum,
    difference: Sum,
    twice_z: Sum,
    product: Fe,
}

impl Step {
    fn of(point: &Point) -> Self {
        Self {
            sum: point.y + point.x,
            difference: point.y - point.x,
            twice_z: point.z + point.z,
            product: point.t * TWICE_D,
        }
    }
}

impl Multiple {
    /// Up to `N` points, with one inversion.
    fn all<const N: usize>(points: &[Point]) -> [Self; N] {
        let points: [Point; N] = from_fn(|index| points.get(index).copied().unwrap_or(Point::IDENTITY));
        let mut inverses = invert_all(points.map(|point| point.z)).into_iter();
        points.map(|point| {
            let inverse = inverses.next().unwrap_or(Fe::ONE);
            let (x, y) = (point.x * inverse, point.y * inverse);
            Self { sum: (y + x).carried(), difference: (y - x).carried(), product: x * y * TWICE_D }
        })
    }
}

impl Point {
    const IDENTITY: Self = Self { x: Fe::ZERO, y: Fe::ONE, z: Fe::ONE, t: Fe::ZERO };

    /// RFC 8032 section 5.1.3.
    fn decode(encoded: &[u8; BYTES]) -> Option<Self> {
        let y = Fe::from_bytes(encoded);
        let square = y.square();
        let u = (square - Fe::ONE).carried();
        let v = (square * D + Fe::ONE).carried();
        let v3 = v.square() * v;
        let mut x = u * v3 * (u * v3.square() * v).power_p58();
        let vxx = (v * x.square()).to_bytes();
        if vxx == u.negated().to_bytes() {
            x = x * ROOT_OF_MINUS_ONE;
        } else if vxx != u.to_bytes() {
            return None;
        }
        let [.., last] = *encoded;
        if x.is_odd() != (last >> 7 == 1) {
            x = x.negated();
        }
        Some(Self { x, y, z: Fe::ONE, t: x * y })
    }

    fn negated(&self) -> Self {
        Self { x: self.x.negated(), t: self.t.negated(), ..*self }
    }

    const fn unencoded(&self) -> Recomputed {
        Recomputed { x: self.x, y: self.y, z: self.z }
    }

    /// `self + step`.
    fn plus(&self, step: &Step) -> Self {
        let a = (self.y - self.x) * step.difference;
        let b = (self.y + self.x) * step.sum;
        let (c, d) = (self.t * step.product, self.z * step.twice_z);
        Self::completed(b - a, d - c, d + c, b + a)
    }

    /// `self + multiple`, or `self - multiple`: the negative of a point has `-x`, which exchanges the sum with the
    /// difference and turns the sign of the product.
    fn plus_multiple(&self, multiple: &Multiple, negative: bool) -> Self {
        let Multiple { sum, difference, product } = multiple;
        let (sum, difference) = if negative { (difference, sum) } else { (sum, difference) };
        let a = (self.y - self.x) * *difference;
        let b = (self.y + self.x) * *sum;
        let c = self.t * *product;
        let d = (self.z + self.z).carried();
        let (f, g) = if negative { (d + c, d - c) } else { (d - c, d + c) };
        Self::completed(b - a, f, g, b + a)
    }

    /// The end of both additions.
    fn completed(e: Sum, f: Sum, g: Sum, h: Sum) -> Self {
        Self { x: e * f, y: g * h, z: f * g, t: e * h }
    }
}

#[cfg(test)]
mod tests;
