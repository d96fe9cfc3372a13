//! What the types of this module promise about secrets and algorithms. `COSE_Key` has its tests
//! beside its vectors.

use super::{KeyError, PublicKey, SignatureError, SigningKey, Verify};
use crate::algorithm::Algorithm;
use crate::cbor::{Fault, Malformed};
use core::convert::Infallible;
use ed25519_dalek::Signer;
use rand_core::{TryCryptoRng, TryRng};
use zeroize::ZeroizeOnDrop;

/// Counts upwards: repeatable, and not random at all.
struct Counter(u8);

impl TryRng for Counter {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for byte in bytes {
            self.0 = self.0.wrapping_add(1);
            *byte = self.0;
        }
        Ok(())
    }
}

impl TryCryptoRng for Counter {}

fn keys() -> [SigningKey; 2] {
    [SigningKey::ed25519_from_seed(&[7; 32]), SigningKey::p256_from_scalar(&[7; 32]).unwrap()]
}

#[test]
fn the_secrets_are_wiped_on_drop() {
    const fn wiped<T: ZeroizeOnDrop>() {}
    wiped::<ed25519_dalek::SigningKey>();
    wiped::<ed25519_dalek::hazmat::ExpandedSecretKey>();
    wiped::<::p256::ecdsa::SigningKey>();
}

#[test]
fn many_signatures_are_those_that_each_would_be() {
    let texts: Vec<Vec<u8>> = (0..70_u8).map(|n| vec![n; usize::from(n) * 7]).collect();
    let parts: Vec<[&[u8]; 2]> = texts.iter().map(|text| text.split_at(text.len() / 3).into()).collect();
    for key in keys() {
        for count in [0, 1, 2, 70] {
            let messages: Vec<&[&[u8]]> = parts.iter().take(count).map(|one| one.as_slice()).collect();
            let alone = messages.iter().map(|message| key.sign(key.algorithm(), message).unwrap());
            assert_eq!(key.sign_all(key.algorithm(), &messages), Ok(alone.collect()));
        }
        let other = Algorithm::from_id(-51);
        let refused = Err(KeyError::Algorithm { found: other, required: key.algorithm() });
        assert_eq!(key.sign_all(other, &[]), refused);
    }
}

#[test]
fn a_prepared_key_signs_as_dalek_does() {
    for seed in 0..8_u8 {
        let dalek = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]);
        let key = SigningKey::ed25519_from_seed(&[seed; 32]);
        let mut prepared = SigningKey::ed25519_from_seed(&[seed; 32]);
        prepared.prepare();
        assert_eq!(prepared.public_key(), key.public_key());
        // Behind 32 or 64 bytes, blocks of SHA-512 and their padding end here.
        for length in [0, 1, 47, 48, 63, 64, 79, 80, 95, 96, 1_000] {
            let message = vec![seed; length];
            let expected = Ok(dalek.sign(&message).to_bytes());
            let parts: [&[u8]; 2] = message.split_at(length / 3).into();
            assert_eq!(key.sign(Algorithm::ED25519, &parts), expected);
            assert_eq!(prepared.sign(Algorithm::ED25519, &parts), expected);
            assert_eq!(prepared.sign_all(Algorithm::ED25519, &[&parts]), expected.map(|one| vec![one]));
        }
    }
    let [_, mut p256] = keys();
    let signature = p256.sign(Algorithm::ESP256, &[b"m"]);
    p256.prepare();
    assert_eq!(p256.sign(Algorithm::ESP256, &[b"m"]), signature);
}

#[test]
fn a_key_knows_its_encoding() {
    let [ed25519, p256] = keys();
    for (key, other) in [(&ed25519, &p256), (&p256, &ed25519)] {
        let encoded = key.public_key().to_cose_key();
        assert!(key.public_key().is_cose_key(&encoded) && !other.public_key().is_cose_key(&encoded));
        for bit in 0..8 * encoded.len() {
            let mut changed = encoded.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(!key.public_key().is_cose_key(&changed), "bit {bit}");
        }
        assert!(!key.public_key().is_cose_key(&[encoded.as_slice(), &[0]].concat()));
    }
}

#[test]
fn a_signing_key_prints_its_algorithm_only() {
    let [ed25519, p256] = keys();
    assert_eq!(format!("{ed25519:?} {p256:?}"), "SigningKey(Ed25519 (-19)) SigningKey(ESP256 (-9))");
}

#[test]
fn each_key_signs_and_verifies_with_its_own_algorithms_only() {
    let all = [Algorithm::ED25519, Algorithm::EDDSA, Algorithm::ESP256, Algorithm::ES256];
    let others = [-51, -35, -52, -36, 0, 1].map(Algorithm::from_id);
    for key in keys() {
        let own = match key.public_key() {
            PublicKey::Ed25519(_) => [Algorithm::ED25519, Algorithm::EDDSA],
            PublicKey::P256(_) => [Algorithm::ESP256, Algorithm::ES256],
        };
        let signature = key.sign(key.algorithm(), &[b"m"]).unwrap();
        for algorithm in all.into_iter().chain(others) {
            let fits = own.contains(&algorithm);
            let expected = if fits {
                Ok(signature)
            } else {
                Err(KeyError::Algorithm { found: algorithm, required: key.algorithm() })
            };
            assert_eq!(key.sign(algorithm, &[b"m"]), expected);
            assert_eq!(key.public_key().verify(algorithm, &[b"m"], &signature).is_ok(), fits);
        }
    }
}

#[test]
fn a_message_is_the_concatenation_of_its_parts() {
    for key in keys() {
        let signature = key.sign(key.algorithm(), &[b"", b"safe ", b"", b"conduct"]).unwrap();
        assert_eq!(key.sign(key.algorithm(), &[b"safe conduct"]).unwrap(), signature);
        let verify = |message: &[&[u8]]| key.public_key().verify(key.algorithm(), message, &signature);
        assert_eq!(verify(&[b"safe conduct"]), Ok(()));
        assert_eq!(verify(&[b"s", b"afe conduct", b""]), Ok(()));
        assert_eq!(verify(&[b"safe", b"conduct"]), Err(SignatureError::new()));
        assert_eq!(verify(&[b"conduct", b"safe "]), Err(SignatureError::new()));
        assert_eq!(verify(&[]), Err(SignatureError::new()));
    }
}

#[test]
fn a_signature_is_64_bytes() {
    for key in keys() {
        let signature = key.sign(key.algorithm(), &[b"m"]).unwrap();
        let longer = [signature.as_slice(), &[0]].concat();
        for wrong in [&[], &signature[..32], &signature[..63], &longer] {
            assert!(key.public_key().verify(key.algorithm(), &[b"m"], wrong).is_err());
        }
        for bit in 0..512 {
            let mut changed = signature;
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(key.public_key().verify(key.algorithm(), &[b"m"], &changed).is_err(), "{bit}");
        }
    }
}

#[test]
fn p256_signs_as_rfc_6979_appendix_a_2_5() {
    let hex = |text: &str| base16ct::lower::decode_vec(text).unwrap();
    let scalar = hex("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
    let key = SigningKey::p256_from_scalar(scalar.as_slice().try_into().unwrap()).unwrap();
    let expected = hex(concat!(
        "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
        "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"
    ));
    assert_eq!(key.sign(Algorithm::ESP256, &[b"sample"]).unwrap().as_slice(), expected);
    // The other half of the range, n - s, verifies as well.
    let low =
        [&expected[..32], &hex("0834e36ad29a83bf2bc9385e491d6099c8fdf9d1ed67aa7ea5f51f93782857a9")].concat();
    assert!(key.public_key().verify(Algorithm::ESP256, &[b"sample"], &low).is_ok());
}

#[test]
fn p256_scalars_are_below_the_order_and_not_zero() {
    let order =
        base16ct::lower::decode_vec("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    let order: [u8; 32] = order.unwrap().try_into().unwrap();
    let mut below = order;
    below[31] -= 1;
    assert!(SigningKey::p256_from_scalar(&below).is_ok());
    for bad in [[0; 32], order, [0xff; 32]] {
        assert_eq!(SigningKey::p256_from_scalar(&bad).unwrap_err(), KeyError::Scalar);
    }
}

#[test]
fn generated_keys_depend_on_the_generator_alone() {
    let ed25519 = || SigningKey::generate_ed25519(&mut Counter(0));
    let seed: [u8; 32] = core::array::from_fn(|index| u8::try_from(index + 1).unwrap());
    assert_eq!(ed25519().public_key(), SigningKey::ed25519_from_seed(&seed).public_key());
    let p256 = |from| SigningKey::generate_p256(&mut Counter(from));
    assert_eq!(p256(0).public_key(), p256(0).public_key());
    assert_ne!(p256(0).public_key(), p256(1).public_key());
}

#[test]
fn errors_read_well() {
    let algorithm = KeyError::Algorithm { found: Algorithm::ES256, required: Algorithm::ED25519 };
    let rows = [
        (
            KeyError::Malformed(Malformed { fault: Fault::WrongType, at: 3 }),
            "M-14 an item of another type is required here: byte 3",
        ),
        (KeyError::KeyType { found: 4 }, "K-01 key: kty 1 (OKP) or 2 (EC2) is required; found 4"),
        (KeyError::Curve { found: 4, required: 6 }, "K-02 key: crv 6 (Ed25519) is required; found 4"),
        (KeyError::Curve { found: 2, required: 1 }, "K-02 key: crv 1 (P-256) is required; found 2"),
        (KeyError::Missing { member: "x" }, "K-03 key: the member x is required; it is absent"),
        (KeyError::Length { member: "y", found: 31 }, "K-04 key: y of 32 bytes is required; found 31 bytes"),
        (KeyError::Compressed, "K-05 key: y of 32 bytes is required; found a compressed point"),
        (KeyError::Private, "K-06 key: a public key is required; found a private key (label -4)"),
        (KeyError::Operations, "K-07 key: key_ops with verify (2), or no key_ops, is required"),
        (
            algorithm,
            "K-08 key: an algorithm of this key, such as Ed25519 (-19), is required; found ES256 (-7)",
        ),
        (
            KeyError::NotCanonical,
            "K-09 key: the canonical encoding of an Ed25519 point is required; y is not below p",
        ),
        (KeyError::NotOnCurve, "K-10 key: a point on the curve is required"),
        (KeyError::SmallOrder, "K-11 key: a point of large order is required; this one is of small order"),
        (
            KeyError::Scalar,
            "K-12 key: a P-256 secret from 1 up to, but not including, the group's order is required",
        ),
    ];
    for (error, text) in rows {
        assert_eq!(error.to_string(), text);
        assert!(text.starts_with(error.code()));
    }
    assert_eq!(SignatureError::new().to_string(), "C-05 the signature does not verify with this key");
    assert_eq!(format!("{:?}", SignatureError::new()), "SignatureError");
}
