//! The strict Ed25519 rule against four foreign sets of edge cases: exactly what is accepted.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests may fail loudly"
)]

use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use ed25519_dalek::{Signature, VerifyingKey};
use geleit_cose::algorithm::Algorithm;
use geleit_cose::ed25519::{self, Pending, PreparedBase, SMALL_ORDER};
use geleit_cose::key::{KeyError, PreparedKey, PublicKey, SigningKey, Verify};
use proptest::prelude::{any, prop, prop_assert, prop_assert_eq, proptest};
use serde::Deserialize;
use sha2::{Digest, Sha512};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::{Arc, LazyLock, Mutex};

fn read(path: &str) -> String {
    let path = format!("{}/vectors/ed25519/{path}", env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn hex(text: &str) -> Vec<u8> {
    base16ct::mixed::decode_vec(text).unwrap()
}

/// Both halves of the rule: the key is held, and the signature verifies with it. Every way to verify a
/// signature has to say the same.
fn accepts(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let Ok(key) = key.try_into() else { return false };
    let Ok(key) = ed25519::PublicKey::from_bytes(key).map(PublicKey::Ed25519) else { return false };
    let prepared = prepared(&key);
    let alone = key.verify(Algorithm::ED25519, &[message], signature).is_ok();
    assert_eq!(prepared.verify(Algorithm::ED25519, &[message], signature).is_ok(), alone);
    let begun = prepared.begin(Algorithm::ED25519, &[message], signature);
    assert_eq!(begun.is_ok_and(|pending| prepared.confirm(&pending).is_ok()), alone);
    // Without a last word of dalek: what the comb and the shared inversion say themselves.
    assert_eq!(together(&key, &prepared, message, signature), [alone; 2]);
    alone
}

/// The verdicts of both kinds of key when they are finished with others, good and bad ones.
fn together(key: &PublicKey, prepared: &PreparedKey, message: &[u8], signature: &[u8]) -> [bool; 2] {
    static OTHER: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::ed25519_from_seed(&[9; 32]));
    let other = OTHER.public_key();
    let good = OTHER.sign(Algorithm::ED25519, &[b"good"]).unwrap();
    let begin = |key: &dyn Verify, message: &[u8], signature: &[u8]| {
        key.begin(Algorithm::ED25519, &[message], signature).ok()
    };
    let others = self::prepared(other);
    let pending = [
        begin(other, b"good", &good),
        begin(key, message, signature),
        begin(other, b"bad", &good),
        None,
        begin(prepared, message, signature),
        begin(&*others, b"good", &good),
        begin(&*others, b"bad", &good),
    ];
    let [first, plain, bad, none, comb, second, worse] =
        Pending::hold_all(pending.each_ref().map(Option::as_ref));
    assert_eq!([first, bad, none, second, worse], [true, false, false, true, false]);
    [plain, comb]
}

/// Keys are prepared once: it takes as long as many signatures.
fn prepared(key: &PublicKey) -> Arc<PreparedKey> {
    static BASE: LazyLock<PreparedBase> = LazyLock::new(PreparedBase::new);
    static KEYS: Mutex<BTreeMap<Vec<u8>, Arc<PreparedKey>>> = Mutex::new(BTreeMap::new());
    let mut keys = KEYS.lock().unwrap();
    let new = || Arc::new(PreparedKey::new(key, &BASE));
    Arc::clone(keys.entry(key.to_cose_key()).or_insert_with(new))
}

/// What ed25519-dalek 3.0.0 answered on the same vectors.
#[derive(Deserialize)]
struct Observed {
    cctv_total: usize,
    cctv_verify_accepts: BTreeSet<u32>,
    cctv_verify_strict_accepts: Vec<u32>,
    speccheck: Vec<ObservedCase>,
}

#[derive(Deserialize)]
struct ObservedCase {
    index: usize,
    verify_strict: bool,
}

fn observed() -> Observed {
    serde_json::from_str(&read("observed-ed25519-dalek-3.0.0.json")).unwrap()
}

#[derive(Deserialize)]
struct Cctv {
    number: u32,
    key: String,
    sig: String,
    msg: String,
    flags: Option<BTreeSet<String>>,
}

impl Cctv {
    fn all() -> Vec<Self> {
        serde_json::from_str(&read("cctv/ed25519vectors.json")).unwrap()
    }

    fn has(&self, flag: &str) -> bool {
        self.flags.as_ref().is_some_and(|flags| flags.contains(flag))
    }

    fn accepted(&self) -> bool {
        accepts(&hex(&self.key), self.msg.as_bytes(), &hex(&self.sig))
    }
}

/// The 43 of 914 CCTV vectors that are accepted: those in which neither point is of small order,
/// nothing is encoded in a second way, and small-order components cancel out.
const CCTV_ACCEPTED: [u32; 43] = [
    7, 29, 50, 117, 139, 161, 182, 249, 305, 411, 425, 438, 465, 473, 481, 489, 497, 511, 525, 538, 565, 573,
    581, 589, 597, 611, 625, 638, 665, 673, 681, 689, 697, 711, 725, 738, 765, 773, 781, 789, 797, 832, 899,
];

#[test]
fn cctv_accepted_set() {
    let accepted: Vec<u32> = Cctv::all().iter().filter(|v| v.accepted()).map(|v| v.number).collect();
    assert_eq!(accepted, CCTV_ACCEPTED);
}

#[test]
fn cctv_accepted_set_is_what_its_flags_say() {
    for vector in Cctv::all() {
        let flags = vector.flags.iter().flatten();
        let harmless = flags.into_iter().all(|flag| flag.starts_with("low_order_component_"));
        assert_eq!(CCTV_ACCEPTED.contains(&vector.number), harmless, "{}", vector.number);
    }
}

#[test]
fn cctv_accepted_set_is_that_of_dalek_strict() {
    let observed = observed();
    assert_eq!(Cctv::all().len(), observed.cctv_total);
    assert_eq!(observed.cctv_verify_strict_accepts, CCTV_ACCEPTED);
}

/// Vectors that the equation alone lets through, so that only one rule stands against them.
#[test]
fn cctv_shows_that_rules_4_and_5_are_needed() {
    let by_equation = observed().cctv_verify_accepts;
    let count = |a: bool, r: bool| {
        let meant = |vector: &&Cctv| {
            by_equation.contains(&vector.number)
                && (vector.has("low_order_A"), vector.has("low_order_R")) == (a, r)
        };
        Cctv::all().iter().filter(meant).map(|vector| assert!(!vector.accepted())).count()
    };
    assert!(count(true, false) > 0, "rule 4 alone");
    assert!(count(false, true) > 0, "rule 5 alone");
}

#[derive(Deserialize)]
struct SpecCheck {
    message: String,
    pub_key: String,
    signature: String,
}

/// "Taming the many EdDSAs", table 1: mixed-order A and R, which every RFC 8032 verifier takes.
const SPECCHECK_ACCEPTED: [usize; 1] = [3];

#[test]
fn speccheck_accepted_set() {
    let cases: Vec<SpecCheck> = serde_json::from_str(&read("speccheck/cases.json")).unwrap();
    assert_eq!(cases.len(), 12);
    let accepted: Vec<usize> = (0..cases.len())
        .filter(|index| {
            let case = &cases[*index];
            accepts(&hex(&case.pub_key), &hex(&case.message), &hex(&case.signature))
        })
        .collect();
    assert_eq!(accepted, SPECCHECK_ACCEPTED);
    let strict = observed().speccheck.into_iter().filter(|case| case.verify_strict);
    assert!(strict.map(|case| case.index).eq(SPECCHECK_ACCEPTED));
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wycheproof {
    number_of_tests: usize,
    test_groups: Vec<WycheproofGroup>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WycheproofGroup {
    public_key: WycheproofKey,
    public_key_der: String,
    public_key_pem: String,
    tests: Vec<WycheproofTest>,
}

#[derive(Deserialize)]
struct WycheproofKey {
    pk: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WycheproofTest {
    tc_id: u32,
    msg: String,
    sig: String,
    result: String,
}

#[test]
fn wycheproof_all_results_agree() {
    let file: Wycheproof = serde_json::from_str(&read("wycheproof/ed25519_test.json")).unwrap();
    let mut seen = 0;
    for group in &file.test_groups {
        let key = hex(&group.public_key.pk);
        for test in &group.tests {
            let expected = match test.result.as_str() {
                "valid" => true,
                "invalid" => false,
                other => panic!("{other}"),
            };
            assert_eq!(accepts(&key, &hex(&test.msg), &hex(&test.sig)), expected, "{}", test.tc_id);
            seen += 1;
        }
    }
    assert_eq!((seen, file.number_of_tests), (151, 151));
}

#[test]
fn wycheproof_public_keys_are_read_as_pem() {
    let file: Wycheproof = serde_json::from_str(&read("wycheproof/ed25519_test.json")).unwrap();
    for group in &file.test_groups {
        let key = PublicKey::from_pem(&group.public_key_pem).unwrap();
        let PublicKey::Ed25519(point) = &key else { panic!("{key:?}") };
        assert_eq!(point.as_bytes().as_slice(), hex(&group.public_key.pk));
        assert!(hex(&group.public_key_der).ends_with(point.as_bytes()));
        assert_eq!(key.to_pem().trim_end(), group.public_key_pem.trim_end());
    }
}

/// One line of `sign.input`: `seed || key : key : message : signature || message :`.
struct SignInput {
    key: SigningKey,
    public: Vec<u8>,
    message: Vec<u8>,
    signature: Vec<u8>,
}

fn sign_input() -> Vec<SignInput> {
    let parse = |line: &str| {
        let fields: Vec<Vec<u8>> = line.split(':').map(hex).collect();
        let [secret, public, message, signed, _] = fields.as_slice() else { panic!("{line}") };
        assert_eq!(secret[32..], public[..]);
        assert_eq!(signed[64..], message[..]);
        SignInput {
            key: SigningKey::ed25519_from_seed(secret[..32].try_into().unwrap()),
            public: public.clone(),
            message: message.clone(),
            signature: signed[..64].to_vec(),
        }
    };
    read("ed25519-dalek/TESTVECTORS").lines().map(parse).collect()
}

/// RFC 8032 section 7.1 is among these: its tests 1 to 3 are the first lines.
#[test]
fn sign_input_is_signed_and_verified() {
    let cases = sign_input();
    assert_eq!(cases.len(), 128);
    for case in &cases {
        let PublicKey::Ed25519(public) = case.key.public_key() else { panic!() };
        assert_eq!(public.as_bytes().as_slice(), case.public);
        for algorithm in [Algorithm::ED25519, Algorithm::EDDSA] {
            assert_eq!(case.key.sign(algorithm, &[&case.message]).unwrap().as_slice(), case.signature);
        }
        assert!(accepts(&case.public, &case.message, &case.signature));
    }
}

/// The order of the base point, little endian.
const L: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

fn add(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut carry = 0;
    let digit = |(a, b): (&u8, &u8)| {
        let sum = u16::from(*a) + u16::from(*b) + carry;
        carry = sum >> 8;
        sum.to_le_bytes()[0]
    };
    a.iter().zip(b).map(digit).collect()
}

#[test]
fn rule_1_holds_whatever_multiple_of_the_order_is_added() {
    for case in sign_input() {
        let (r, s) = case.signature.split_at(32);
        let mut s = s.to_vec();
        // S + n L fits 32 bytes for n up to 15; the equation holds for every one of them.
        for n in 1..15 {
            s = add(&s, &L);
            assert!(!accepts(&case.public, &case.message, &[r, &s].concat()), "{n}");
        }
    }
}

#[test]
fn rule_1_refuses_the_order_itself_and_what_is_above() {
    let case = &sign_input()[0];
    let r = &case.signature[..32];
    for s in [L, [0xff; 32], [0x7f; 32]] {
        assert!(!accepts(&case.public, &case.message, &[r, &s].concat()));
    }
}

/// The encodings of small-order points that are not canonical (CCTV README).
fn second_encodings() -> [[u8; 32]; 6] {
    let high = |first: u8, last: u8| {
        let mut bytes = [0xff; 32];
        (bytes[0], bytes[31]) = (first, last);
        bytes
    };
    let mut minus_zero = [0; 32];
    (minus_zero[0], minus_zero[31]) = (1, 0x80);
    [high(0xed, 0x7f), high(0xed, 0xff), minus_zero, high(0xee, 0x7f), high(0xee, 0xff), high(0xec, 0xff)]
}

#[test]
fn no_small_order_point_is_a_key() {
    for bytes in SMALL_ORDER {
        assert_eq!(ed25519::PublicKey::from_bytes(&bytes), Err(KeyError::SmallOrder));
    }
    for bytes in second_encodings() {
        let error = ed25519::PublicKey::from_bytes(&bytes).unwrap_err();
        assert!(matches!(error, KeyError::NotCanonical | KeyError::SmallOrder), "{error}");
    }
}

/// Every pair of special encodings, with the scalars that such forgeries use.
#[test]
fn the_grid_of_special_encodings_is_refused() {
    let special: Vec<[u8; 32]> = SMALL_ORDER.into_iter().chain(second_encodings()).collect();
    let mut below_order = L;
    below_order[0] -= 1;
    let honest = sign_input();
    let keys = special.iter().map(<[u8; 32]>::as_slice);
    let keys: Vec<&[u8]> = keys.chain(honest.iter().take(3).map(|case| case.public.as_slice())).collect();
    for key in keys {
        for r in &special {
            for s in [[0; 32], below_order, L] {
                for message in [b"".as_slice(), b"geleit"] {
                    assert!(!accepts(key, message, &[r.as_slice(), &s].concat()));
                }
            }
        }
    }
}

/// `A = a B + T` and `R = r B + U` for all points `T` and `U` of small order, with the `S` for which the
/// equation holds up to a point of small order. Exactly those are accepted for which it holds, whose `A` and `R`
/// are not of small order themselves; which is what `verify_strict` of dalek says.
#[test]
fn the_torsion_grid_is_decided_as_by_dalek_strict() {
    let [zero, one] = [0, 1].map(|n: u64| Scalar::from(n) * Scalar::from_bytes_mod_order([0x5a; 32]));
    let mut counts = [0; 2];
    for (a, r) in [(zero, zero), (zero, one), (one, zero), (one, one)] {
        for (t, u) in EIGHT_TORSION.iter().flat_map(|t| EIGHT_TORSION.iter().map(move |u| (t, u))) {
            let (key, point) = (EdwardsPoint::mul_base(&a) + t, EdwardsPoint::mul_base(&r) + u);
            let (key_bytes, r_bytes) = (key.compress().to_bytes(), point.compress().to_bytes());
            for message in [b"".as_slice(), b"a", b"geleit", b"torsion"] {
                let hash = Sha512::new().chain_update(r_bytes).chain_update(key_bytes).chain_update(message);
                let k = Scalar::from_bytes_mod_order_wide(&hash.finalize().into());
                let s = r + k * a;
                let signature = [r_bytes, s.to_bytes()].concat();
                let holds = EdwardsPoint::mul_base(&s) - key * k == point;
                let expected = holds && a != zero && r != zero;
                let strict = VerifyingKey::from_bytes(&key_bytes).unwrap();
                let strict = strict.verify_strict(message, &Signature::from_slice(&signature).unwrap());
                assert_eq!(strict.is_ok(), expected);
                assert_eq!(accepts(&key_bytes, message, &signature), expected);
                counts[usize::from(expected)] += 1;
            }
        }
    }
    assert!(counts.iter().all(|count| *count > 16), "{counts:?}");
}

#[test]
fn encodings_with_y_not_below_p_are_no_keys() {
    for n in 0..19 {
        for last in [0x7f, 0xff] {
            let mut bytes = [0xff; 32];
            (bytes[0], bytes[31]) = (0xed + n, last);
            assert_eq!(ed25519::PublicKey::from_bytes(&bytes), Err(KeyError::NotCanonical));
        }
    }
}

proptest! {
    #[test]
    fn what_is_signed_verifies_however_it_is_cut(
        seed in any::<[u8; 32]>(),
        parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 0..6),
    ) {
        let key = SigningKey::ed25519_from_seed(&seed);
        let slices: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        let whole = parts.concat();
        let signature = key.sign(Algorithm::ED25519, &slices).unwrap();
        prop_assert_eq!(key.sign(Algorithm::ED25519, &[&whole]).unwrap(), signature);
        prop_assert!(key.public_key().verify(Algorithm::ED25519, &slices, &signature).is_ok());
        prop_assert!(key.public_key().verify(Algorithm::ED25519, &[&whole], &signature).is_ok());
    }

    #[test]
    fn one_changed_bit_is_refused(
        seed in any::<[u8; 32]>(),
        message in prop::collection::vec(any::<u8>(), 1..60),
        bit in any::<prop::sample::Index>(),
    ) {
        let key = SigningKey::ed25519_from_seed(&seed);
        let PublicKey::Ed25519(public) = key.public_key() else { panic!() };
        let signature = key.sign(Algorithm::ED25519, &[&message]).unwrap();
        let mut all = [public.as_bytes().as_slice(), &signature, &message].concat();
        let bit = bit.index(8 * all.len());
        all[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(!accepts(&all[..32], &all[96..], &all[32..96]));
    }
}
