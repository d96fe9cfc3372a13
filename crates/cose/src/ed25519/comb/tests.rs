use super::field::{Fe, invert_all};
use super::{BYTES, BaseComb, D, KeyComb, Point, ROOT_OF_MINUS_ONE, Recomputed, TWICE_D, signed_digit};
use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use proptest::prelude::{Strategy, any, prop_assert_eq, proptest};
use std::sync::LazyLock;

static BASE: LazyLock<BaseComb> = LazyLock::new(BaseComb::new);

fn small(number: u8) -> Fe {
    let mut bytes = [0; BYTES];
    bytes[0] = number;
    Fe::from_bytes(&bytes)
}

/// The number with this many units, by addition.
fn units(number: u32) -> Fe {
    (0..32).rev().fold(Fe::ZERO, |sum, bit| {
        let twice = (sum + sum).carried();
        if number >> bit & 1 == 1 { (twice + Fe::ONE).carried() } else { twice }
    })
}

#[test]
fn the_constants_are_what_they_are_defined_to_be() {
    let minus = units(121_665).negated();
    assert_eq!((D * units(121_666)).to_bytes(), minus.to_bytes());
    assert_eq!(TWICE_D.to_bytes(), (D + D).carried().to_bytes());
    assert_eq!(ROOT_OF_MINUS_ONE.square().to_bytes(), Fe::ONE.negated().to_bytes());
    // 2^((p - 1) / 4), and not its negative.
    assert_eq!(ROOT_OF_MINUS_ONE.to_bytes(), (small(2).power_p58().square() * small(2)).to_bytes());
}

#[test]
fn inversion_alone_and_together() {
    let numbers = [small(1), small(2), small(200), D, ROOT_OF_MINUS_ONE];
    for (number, inverse) in numbers.into_iter().zip(invert_all(numbers)) {
        assert_eq!((number * inverse).to_bytes(), Fe::ONE.to_bytes());
        assert_eq!(number.inverted().to_bytes(), inverse.to_bytes());
    }
    assert_eq!(Fe::ZERO.inverted().to_bytes(), [0; BYTES]);
}

/// Scalars at the edges of digits and of the group.
fn edge_scalars() -> Vec<Scalar> {
    let mut scalars = vec![Scalar::ZERO, Scalar::ONE, -Scalar::ONE];
    let mut power = Scalar::ONE;
    for _ in 0..253 {
        scalars.extend([power, power - Scalar::ONE, -power]);
        power += power;
    }
    for byte in [0x7f, 0x80, 0x81, 0x3f, 0x40, 0x41, 0xff] {
        scalars.push(Scalar::from_bytes_mod_order([byte; BYTES]));
    }
    scalars
}

fn value<const W: usize>(scalar: &Scalar) -> Scalar {
    let (mut carry, mut power, mut sum) = (0, Scalar::ONE, Scalar::ZERO);
    for position in 0..254_usize.div_ceil(W) {
        let (digit, next) = signed_digit::<W>(scalar.as_bytes(), position, carry);
        carry = next;
        let magnitude = Scalar::from(digit.unsigned_abs()) * power;
        assert!(usize::from(digit.unsigned_abs()) <= 1 << (W - 1));
        sum += if digit < 0 { -magnitude } else { magnitude };
        power *= Scalar::from(1_u32 << W);
    }
    assert_eq!(carry, 0);
    sum
}

#[test]
fn digits_add_up_to_their_scalar() {
    for scalar in edge_scalars() {
        assert_eq!(value::<7>(&scalar), scalar);
        assert_eq!(value::<8>(&scalar), scalar);
    }
}

/// Keys as the comb meets them: of full order, and with every component of small order.
fn keys() -> Vec<EdwardsPoint> {
    let plain = [3_u32, 5, 1_000_003].map(|n| EdwardsPoint::mul_base(&Scalar::from(n)));
    let mixed = plain.iter().flat_map(|point| EIGHT_TORSION.map(|torsion| point + torsion));
    mixed.chain(EIGHT_TORSION).collect()
}

#[test]
fn products_are_those_of_dalek() {
    let scalars = edge_scalars();
    for (number, point) in keys().into_iter().enumerate() {
        let comb = KeyComb::new(point.compress().as_bytes()).unwrap();
        for pair in scalars.windows(2).skip(number).step_by(11) {
            let (s, k) = (pair[0], pair[1]);
            let expected = EdwardsPoint::vartime_double_scalar_mul_basepoint(&k, &-point, &s).compress();
            let recomputed = Recomputed::of(&BASE, s.as_bytes(), &comb, k.as_bytes());
            assert_eq!(Recomputed::encode_all([recomputed]), [expected.to_bytes()]);
        }
    }
}

#[test]
fn only_canonical_points_have_a_comb() {
    let mut seen = [0_usize; 2];
    for n in 0..=255_u8 {
        let mut bytes = [n; BYTES];
        bytes[31] &= 0xbf;
        let canonical = CompressedEdwardsY(bytes).decompress().map(|point| point.compress().to_bytes());
        let has_comb = Point::decode(&bytes).is_some();
        assert_eq!(has_comb, canonical.is_some());
        seen[usize::from(has_comb)] += 1;
    }
    assert!(seen.iter().all(|count| *count > 64));
    // y = 1 with the sign of x = 0, and y = p + 1: points, in encodings that are not canonical.
    let (mut signed, mut above) = ([0; BYTES], [0xff; BYTES]);
    (signed[0], signed[31]) = (1, 0x80);
    (above[0], above[31]) = (0xee, 0x7f);
    for bytes in [signed, above] {
        assert!(CompressedEdwardsY(bytes).decompress().is_some());
        assert!(KeyComb::new(&bytes).is_none());
    }
}

fn scalar() -> impl Strategy<Value = Scalar> {
    any::<[u8; BYTES]>().prop_map(Scalar::from_bytes_mod_order)
}

proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 64, ..Default::default() })]

    #[test]
    fn random_products_are_those_of_dalek(key in scalar(), torsion in 0_usize..8, s in scalar(), k in scalar()) {
        let point = EdwardsPoint::mul_base(&key) + EIGHT_TORSION[torsion];
        let comb = KeyComb::new(point.compress().as_bytes()).unwrap();
        let expected = EdwardsPoint::vartime_double_scalar_mul_basepoint(&k, &-point, &s).compress();
        let recomputed = Recomputed::of(&BASE, s.as_bytes(), &comb, k.as_bytes());
        prop_assert_eq!(Recomputed::encode_all([recomputed, Recomputed::NOTHING])[0], expected.to_bytes());
    }
}
