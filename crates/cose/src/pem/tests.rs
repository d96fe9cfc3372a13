//! Key files made with `openssl` 3.0 and those of RFC 8410 section 10. All are throw-away test keys.

use super::{Kind, PemError};
use crate::algorithm::Algorithm;
use crate::key::{KeyError, PublicKey, SigningKey, Verify};
use ::p256::pkcs8::LineEnding;
use ::p256::pkcs8::der::pem::encode_string;

/// Throw-away test key: `openssl genpkey -algorithm ed25519`.
const ED25519: &str = "\
-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJIrJipb/z3y0bVeqKhPqpDc2ogKPkZwR8XVKWe8XI0d
-----END PRIVATE KEY-----
";
/// `openssl pkey -pubout` of [`ED25519`].
const ED25519_PUBLIC: &str = "\
-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAtij+Ywrrteb33t4d0w3asQiVjuSh2D1DQUhNXPYILFA=
-----END PUBLIC KEY-----
";
/// Throw-away test key: `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256`.
const P256: &str = "\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgc77CDe2rEhzkoDlu
JJLmo50oRVl4//Z6NYvFfqaLEeihRANCAAT2aoFGq4ChhqBG9CerV1wK74NuG4lg
2i4fYVXSH28nu7/cG1bTTNT3n1kF2f7SybY0jXrYSuM/ZyZiq63kC0Lk
-----END PRIVATE KEY-----
";
/// `openssl pkey -pubout` of [`P256`].
const P256_PUBLIC: &str = "\
-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE9mqBRquAoYagRvQnq1dcCu+DbhuJ
YNouH2FV0h9vJ7u/3BtW00zU959ZBdn+0sm2NI162ErjP2cmYqut5AtC5A==
-----END PUBLIC KEY-----
";
/// RFC 8410 section 10.3, first example.
const RFC8410_V1: &str = "\
-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
-----END PRIVATE KEY-----
";
/// RFC 8410 section 10.3, second example: version 2, with an attribute and the public key.
const RFC8410_V2: &str = "\
-----BEGIN PRIVATE KEY-----
MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
oB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB
Z9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PRIVATE KEY-----
";
/// RFC 8410 section 10.1.
const RFC8410_PUBLIC: &str = "\
-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PUBLIC KEY-----
";
/// Throw-away test key: `openssl pkcs8 -topk8` of [`ED25519`] with the password `example`.
const ENCRYPTED: &str = "\
-----BEGIN ENCRYPTED PRIVATE KEY-----
MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAiCn8NG26IRYAICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEE6E1dYEvxrAB7vNaKlofCgEQPk8
JGxYHYd9eIyw5t95CyGsQk8WIAyPIkQMEoA+WDtlX6GYl/kqxCWbgi1gzs4WVjS9
stSDFj6dTtVnYUybNg0=
-----END ENCRYPTED PRIVATE KEY-----
";
/// Throw-away test key: `openssl ecparam -name prime256v1 -genkey`.
const SEC1: &str = "\
-----BEGIN EC PARAMETERS-----
BggqhkjOPQMBBw==
-----END EC PARAMETERS-----
-----BEGIN EC PRIVATE KEY-----
MHcCAQEEILzSity3Fnaclh3tznlMbOO/fscLxz3PXOWit+bElhEIoAoGCCqGSM49
AwEHoUQDQgAEB7ShMI0P1hFu4DhxI6Sq2u8UL136nxhyaEtdEB/aw3i5cdngP/3U
mbZ7v1ZkqYRtigqwIedyZNRe1xJxE5NOuw==
-----END EC PRIVATE KEY-----
";
/// Throw-away test key: `openssl genpkey -algorithm x25519`.
const X25519: &str = "\
-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VuBCIEIKDvtnfnirFzkVnPu82jVZgEhmiqlUqsCQ1A+5ehroRn
-----END PRIVATE KEY-----
";
/// `openssl pkey -pubout` of [`X25519`].
const X25519_PUBLIC: &str = "\
-----BEGIN PUBLIC KEY-----
MCowBQYDK2VuAyEAD6tl81mj0TiyUvA8jmX6WUz2kOS1piIBwlF8ooSsfnQ=
-----END PUBLIC KEY-----
";
/// Throw-away test key: P-384.
const P384_PUBLIC: &str = "\
-----BEGIN PUBLIC KEY-----
MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAE7jviKiRqSC7naZE8YrzX2D6G6QfNdSYa
Zfoa5tecGytLeD4gp6/P0UbnnJinjB6UOQrw6ttIfELECvJTzHZabzOQ1OsqoRjL
lntABJZRfv6kQjPCGGRyi0Tc/lLSHOp1
-----END PUBLIC KEY-----
";
/// Throw-away test key: RSA with 1024 bits.
const RSA_PUBLIC: &str = "\
-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCvf6EWJuEBTM2BMoPErSselYct
1uT6ttFwgDHtJhRDIldnzCVZm63Tqgu/696b5FmCg1l9Zvcsu1C6WKWGojkAhYbB
YFly+QwBgH4d1/oagu5lsgObrxJ6v9jKptNjCwiI23o7/BaVB60PdiKgQaQTbmJj
qjRFEH4bemXahN0uFQIDAQAB
-----END PUBLIC KEY-----
";
/// Throw-away test key: `openssl genpkey -algorithm ed448`.
const ED448: &str = "\
-----BEGIN PRIVATE KEY-----
MEcCAQAwBQYDK2VxBDsEObYcsOlJO2veZ8eVj2Pc8aerDmKPvI3RXBbKpqQJT0PI
hs4xQQD9cxt5M5Zzsz9I8462cVUOnvjwYw==
-----END PRIVATE KEY-----
";

#[test]
fn files_of_openssl_are_read_and_written_byte_for_byte() {
    for (private, public, algorithm) in
        [(ED25519, ED25519_PUBLIC, Algorithm::ED25519), (P256, P256_PUBLIC, Algorithm::ESP256)]
    {
        let key = SigningKey::from_pem(private).unwrap();
        assert_eq!(key.algorithm(), algorithm);
        assert_eq!(key.to_pem().as_str(), private);
        assert_eq!(key.public_key().to_pem(), public);
        assert_eq!(PublicKey::from_pem(public).unwrap(), *key.public_key());
        let signature = key.sign(algorithm, &[b"m"]).unwrap();
        assert!(PublicKey::from_pem(public).unwrap().verify(algorithm, &[b"m"], &signature).is_ok());
    }
}

#[test]
fn both_versions_of_rfc_8410_are_read() {
    let key = SigningKey::from_pem(RFC8410_V1).unwrap();
    assert_eq!(key.public_key().to_pem(), RFC8410_PUBLIC);
    let with_public = SigningKey::from_pem(RFC8410_V2).unwrap();
    assert_eq!(with_public.public_key(), key.public_key());
    assert_eq!(with_public.to_pem().as_str(), RFC8410_V1);
}

#[test]
fn text_before_the_key_and_white_space_around_it_are_allowed() {
    let text = format!("An example key.\n-----BEGIN in the middle of it\n\n{ED25519}\n \n");
    assert!(matches!(SigningKey::from_pem(&text), Err(PemError::Label { .. })));
    let text = format!("An example key, not -----BEGIN.\n\n{ED25519}\n \n");
    assert_eq!(SigningKey::from_pem(&text).unwrap().to_pem().as_str(), ED25519);
    let windows = ED25519.replace('\n', "\r\n");
    assert_eq!(SigningKey::from_pem(&windows).unwrap().to_pem().as_str(), ED25519);
    let unended = ED25519.trim_end();
    assert_eq!(SigningKey::from_pem(unended).unwrap().to_pem().as_str(), ED25519);
}

fn private(text: &str) -> String {
    SigningKey::from_pem(text).unwrap_err().to_string()
}

fn public(text: &str) -> String {
    PublicKey::from_pem(text).unwrap_err().to_string()
}

#[test]
fn another_kind_of_file_is_named() {
    let rows = [
        (
            private(""),
            "K-20 key file: a private key (PKCS#8, PRIVATE KEY) in PEM is required; no line starts with -----BEGIN",
        ),
        (
            public("ssh-ed25519 AAAA"),
            "K-20 key file: a public key (SPKI, PUBLIC KEY) in PEM is required; no line starts with -----BEGIN",
        ),
        (
            private(ED25519_PUBLIC),
            "K-21 key file: a private key (PKCS#8, PRIVATE KEY) is required; found a public key (PUBLIC KEY)",
        ),
        (
            public(ED25519),
            "K-21 key file: a public key (SPKI, PUBLIC KEY) is required; found a private key (PRIVATE KEY)",
        ),
        (
            private(SEC1),
            "K-21 key file: a private key (PKCS#8, PRIVATE KEY) is required; found an elliptic curve key in the older format (EC PRIVATE KEY)",
        ),
        (
            private("-----BEGIN X509 CRL-----\n"),
            "K-21 key file: a private key (PKCS#8, PRIVATE KEY) is required; found a PEM text with another label",
        ),
        (
            public(ENCRYPTED),
            "K-21 key file: a public key (SPKI, PUBLIC KEY) is required; found an encrypted private key (ENCRYPTED PRIVATE KEY)",
        ),
        (
            private(ENCRYPTED),
            "K-22 key file: a private key (PKCS#8, PRIVATE KEY) without a password is required; found an encrypted one",
        ),
        (
            private(X25519),
            "K-25 key file: an Ed25519 or P-256 key is required; found an X25519 key, which is for key agreement",
        ),
        (private(ED448), "K-25 key file: an Ed25519 or P-256 key is required; found an Ed448 key"),
        (
            public(X25519_PUBLIC),
            "K-25 key file: an Ed25519 or P-256 key is required; found an X25519 key, which is for key agreement",
        ),
        (public(P384_PUBLIC), "K-25 key file: an Ed25519 or P-256 key is required; found a P-384 key"),
        (public(RSA_PUBLIC), "K-25 key file: an Ed25519 or P-256 key is required; found an RSA key"),
    ];
    for (message, expected) in rows {
        assert_eq!(message, expected);
    }
}

#[test]
fn a_second_key_or_any_text_behind_is_refused() {
    for behind in [ED25519, "x", "\n\n# end"] {
        assert_eq!(
            private(&format!("{ED25519}{behind}")),
            "K-23 key file: one key is required; found text after it"
        );
    }
    assert_eq!(
        public(&format!("{P256_PUBLIC}{P256_PUBLIC}")),
        "K-23 key file: one key is required; found text after it"
    );
}

#[test]
fn damage_is_refused() {
    let damaged = "K-24 key file: a private key (PKCS#8, PRIVATE KEY) is required; the text has its label but cannot be decoded";
    let cut = ED25519.replace("-----END PRIVATE KEY-----\n", "");
    let other_end = ED25519.replace("END PRIVATE KEY", "END PUBLIC KEY");
    let character = ED25519.replace("MC4C", "MC4*");
    let shorter = ED25519.replace("MC4C", "MC0C");
    let header = ED25519.replace("KEY-----\nMC", "KEY-----\nProc-Type: 4,ENCRYPTED\n\nMC");
    for text in [cut, other_end, character, shorter, header] {
        assert_eq!(private(&text), damaged, "{text}");
    }
}

/// DER as PEM.
fn pem(label: &'static str, der: &[u8]) -> String {
    encode_string(label, LineEnding::LF, der).unwrap()
}

fn der(pem: &str) -> Vec<u8> {
    ::p256::pkcs8::der::pem::decode_vec(pem.as_bytes()).unwrap().1
}

#[test]
fn bytes_inside_and_behind_the_structure_are_refused() {
    let with = |der: Vec<u8>| SigningKey::from_pem(&pem("PRIVATE KEY", &der)).unwrap_err();
    let damaged = PemError::Damaged { required: Kind::Private };
    let good = der(ED25519);
    assert_eq!(with([good.as_slice(), &[0]].concat()), damaged);
    // The inner octet string: another tag, and a length of 31.
    let mut inner = good.clone();
    inner[14] = 0x03;
    assert_eq!(with(inner), damaged);
    let mut inner = good.clone();
    inner[15] = 0x1f;
    assert_eq!(with(inner), damaged);
    // Version 2 without a public key.
    let mut version = good.clone();
    version[4] = 1;
    assert_eq!(with(version), damaged);
    // RFC 8410 section 3: parameters are absent, also when they are NULL.
    let null = [&[0x30, 0x30], &good[2..5], &[0x30, 7], &good[7..12], &[5, 0], &good[12..]].concat();
    assert_eq!(with(null).code(), "K-25");

    let public = |der: Vec<u8>| PublicKey::from_pem(&pem("PUBLIC KEY", &der)).unwrap_err();
    let damaged = PemError::Damaged { required: Kind::Public };
    assert_eq!(public([der(ED25519_PUBLIC).as_slice(), &[0]].concat()), damaged);
    let mut unused_bits = der(ED25519_PUBLIC);
    unused_bits[11] = 1;
    unused_bits[43] &= 0xfe;
    assert_eq!(public(unused_bits), damaged);
}

#[test]
fn a_public_key_inside_has_to_belong_to_the_secret() {
    let mut ed25519 = der(RFC8410_V2);
    *ed25519.last_mut().unwrap() ^= 1;
    let mut p256 = der(P256);
    *p256.last_mut().unwrap() ^= 1;
    let mut unused_bits = der(RFC8410_V2);
    let last = unused_bits.len() - 33;
    assert_eq!(unused_bits[last], 0);
    unused_bits[last] = 1;
    *unused_bits.last_mut().unwrap() &= 0xfe;
    // Version 2 of a P-256 key, with the public key of another one outside.
    let outside = |point: &[u8]| {
        let v1 = der(P256);
        let body = [&[2, 1, 1], &v1[6..], &[0x81, 0x42, 0], point].concat();
        [&[0x30, 0x81, u8::try_from(body.len()).unwrap()], body.as_slice()].concat()
    };
    let own = der(P256_PUBLIC).split_off(26);
    let mut other = own.clone();
    other[64] ^= 1;
    assert!(SigningKey::from_pem(&pem("PRIVATE KEY", &outside(&own))).is_ok());
    for der in [ed25519, p256, unused_bits, outside(&other)] {
        assert_eq!(SigningKey::from_pem(&pem("PRIVATE KEY", &der)).unwrap_err(), PemError::Mismatch);
    }
}

#[test]
fn keys_that_break_a_rule_are_refused() {
    let public = |der: &[u8]| PublicKey::from_pem(&pem("PUBLIC KEY", der)).unwrap_err();
    let mut small = der(ED25519_PUBLIC);
    small[12..].fill(0);
    assert_eq!(public(&small), PemError::Key(KeyError::SmallOrder));
    small[12..].fill(0xff);
    assert_eq!(public(&small), PemError::Key(KeyError::NotCanonical));
    let mut off = der(P256_PUBLIC);
    off[90] ^= 1;
    assert_eq!(public(&off), PemError::Key(KeyError::NotOnCurve));
    let point = der(P256_PUBLIC).split_off(27);
    let head = [0x30, 0x39, 0x30, 0x13, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 8, 0x2a];
    let head = [&head[..], &[0x86, 0x48, 0xce, 0x3d, 3, 1, 7, 3, 0x22, 0, 2 + (point[63] & 1)]].concat();
    assert_eq!(public(&[&head, &point[..32]].concat()), PemError::Key(KeyError::Compressed));

    let mut scalar = der(P256);
    let at = scalar.windows(2).position(|pair| pair == [4, 0x20]).unwrap() + 2;
    scalar[at..at + 32].fill(0);
    let zero = SigningKey::from_pem(&pem("PRIVATE KEY", &scalar)).unwrap_err();
    assert_eq!(zero, PemError::Key(KeyError::Scalar));
}

#[test]
fn errors_and_debug_texts_carry_no_secret() {
    let key = SigningKey::from_pem(ED25519).unwrap();
    assert_eq!(format!("{key:?}"), "SigningKey(Ed25519 (-19))");
    for error in [private(&ED25519.replace("KEY-----\n", "KEY-----\n!")), private(&format!("{ED25519}x"))] {
        assert!(!error.contains("MC4CAQAw"), "{error}");
    }
}

#[test]
fn hints_name_a_command() {
    let hint = |text: &str| SigningKey::from_pem(text).unwrap_err().hint();
    assert_eq!(hint(SEC1), Some("`openssl pkcs8 -topk8 -nocrypt` turns it into PKCS#8"));
    assert_eq!(hint(ENCRYPTED), Some("`openssl pkey` writes it without the password"));
    assert_eq!(hint(X25519), Some("`openssl genpkey -algorithm ed25519` makes a key"));
    assert_eq!(hint(ED25519_PUBLIC), None);
    assert_eq!(
        PublicKey::from_pem(ED25519).unwrap_err().hint(),
        Some("`openssl pkey -pubout` writes the public key of a private key")
    );
}
