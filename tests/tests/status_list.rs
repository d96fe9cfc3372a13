//! Status lists: the draft's own examples, every size of entry, what a publisher or somebody else
//! could send, and who may speak for whom.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use geleit_cose::algorithm::Algorithms;
use geleit_cose::cbor::{Decoder, Encoding, Limits, Value};
use geleit_cose::key::SigningKey;
use geleit_cose::sign1::{NoHeaders, Sign1};
use geleit_credential::standing::Standing;
use geleit_credential::status_list::{
    Bits, Entries, InflateFault, ListLimits, PublishError, StatusFinding, StatusList, StatusListContent,
    StatusListError, StatusListToken, StatusLists, StatusReference, standing_of,
};
use geleit_credential::time::UnixTime;
use geleit_credential::trust_list::{
    Compromise, Party, SignedTrustList, TrustError, TrustList, TrustListContent, TrustedKey,
};
use geleit_testkit::World;
use geleit_testkit::forge::{Envelope, with_broken_signature};
use geleit_testkit::world::{HOME_OFFICE, NOW, RECOGNITION, REGISTRAR, key};
use proptest::prelude::*;
use sha2::{Digest, Sha256};
use std::fs;
use std::io::Write;
use std::num::NonZeroU64;
use std::path::Path;

const PUBLISHER: &str = "https://lists.example";
const OTHER_PUBLISHER: &str = "https://other-lists.example";
const URI: &str = "https://lists.example/1";
const ENTRIES: u64 = 1 << 17;

/// Publishes for the issuer of residence credentials and for the registrar.
fn publisher() -> SigningKey {
    key("status publisher")
}

/// Publishes for the issuer of qualifications.
fn other_publisher() -> SigningKey {
    key("other status publisher")
}

fn trust_with(change: impl FnOnce(&mut TrustListContent<'_>)) -> Result<TrustList, TrustError> {
    let world = World::new();
    let party = |iss: &str, names: &[&str], key: &SigningKey| Party {
        iss: iss.to_owned(),
        types: Vec::new(),
        publishes_for: names.iter().map(|name| (*name).to_owned()).collect(),
        keys: vec![TrustedKey::valid(key.public_key().clone(), NOW.plus(-86_400), NOW.plus(86_400))],
    };
    let mut content = world.trust_list_content();
    content.status_issuers = vec![
        party(PUBLISHER, &[HOME_OFFICE, REGISTRAR], &publisher()),
        party(OTHER_PUBLISHER, &[RECOGNITION], &other_publisher()),
    ];
    change(&mut content);
    let bytes = content.sign(&world.anchor).unwrap();
    SignedTrustList::parse(&bytes).unwrap().verify(world.anchor.public_key(), 0, NOW)
}

fn trust() -> TrustList {
    trust_with(|_| {}).unwrap()
}

fn content(issued_at: UnixTime, changes: &[(u64, Standing)]) -> StatusListContent {
    let mut entries = Entries::all_valid(Bits::Four, ENTRIES).unwrap();
    changes.iter().for_each(|(index, standing)| entries.set(*index, *standing).unwrap());
    let ttl_s = NonZeroU64::new(600);
    StatusListContent {
        uri: URI.to_owned(),
        issued_at,
        expires_at: Some(issued_at.plus(3_600)),
        ttl_s,
        entries,
    }
}

fn verify(bytes: &[u8]) -> Result<StatusList, StatusListError> {
    StatusListToken::parse(bytes)?.verify(&trust(), NOW)
}

fn published(issued_at: UnixTime, changes: &[(u64, Standing)]) -> StatusList {
    verify(&content(issued_at, changes).sign(&publisher()).unwrap()).unwrap()
}

fn at(index: u64) -> StatusReference<'static> {
    StatusReference { uri: URI, index }
}

/// A token of the publisher with its payload changed and signed again.
fn resigned(change: impl FnOnce(&mut Envelope)) -> Vec<u8> {
    Envelope::resign(&content(NOW, &[]).sign(&publisher()).unwrap(), &publisher(), change)
}

/// A token of the publisher with this list.
fn with_list(bits: u64, lst: &[u8]) -> Vec<u8> {
    let list =
        Value::Map(vec![(Value::text("bits"), Value::Uint(bits)), (Value::text("lst"), Value::bytes(lst))]);
    resigned(|token| token.payload.set(&Value::int(65_533), &list))
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn code<T>(result: Result<T, StatusListError>) -> &'static str {
    result.map(drop).unwrap_err().code()
}

fn standing(lists: &StatusLists, index: u64) -> Option<Standing> {
    lists.find(&trust(), HOME_OFFICE, &at(index)).standing()
}

fn vectors(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/token-status-list");
    fs::read(folder.join(name)).unwrap()
}

// --- The draft's examples.

#[test]
fn examples_of_the_draft_have_their_values() {
    let file: serde_json::Value = serde_json::from_slice(&vectors("status-list-vectors.json")).unwrap();
    let cases = file["vectors"].as_array().unwrap();
    for case in cases {
        let hex = |name: &str| base16ct::lower::decode_vec(case[name].as_str().unwrap()).unwrap();
        let encoded = Value::decode(&hex("cbor_hex"), &Limits::TOKEN, Encoding::Tolerant).unwrap();
        let lst = encoded.get("lst").unwrap().as_bytes().unwrap();
        assert_eq!(lst, hex("lst_hex"));
        let Some(Value::Uint(bits)) = encoded.get("bits") else { unreachable!() };
        assert_eq!(Some(*bits), case["bits"].as_u64());

        let entries = Entries::dangerous_inflate_any_size(
            Bits::from_number(*bits).unwrap(),
            lst,
            &ListLimits::STANDARD,
        )
        .unwrap();
        assert_eq!(Some(entries.count()), case["size"].as_u64());
        let listed = case["nonzero_or_listed"].as_object().unwrap();
        let expected = |index: u64| {
            let value = listed.get(&index.to_string()).map_or(Some(0), serde_json::Value::as_u64);
            u8::try_from(value.unwrap()).unwrap()
        };
        for index in 0..entries.count() {
            assert_eq!(entries.value(index), Some(expected(index)), "{}: entry {index}", case["name"]);
        }
        assert_eq!(entries.value(entries.count()), None);
    }
    let sizes: Vec<_> = cases.iter().filter_map(|case| case["bits"].as_u64()).collect();
    assert_eq!(sizes, [1, 2, 4, 8, 1, 2]);
}

/// It has the type, but it is signed with P-256 by nobody on the list.
#[test]
fn the_example_token_is_of_an_unknown_publisher() {
    let bytes = vectors("status_list_cwt.cbor");
    let token = StatusListToken::parse(&bytes).unwrap();
    assert_eq!(code(token.verify(&trust(), NOW)), "L-02");
}

#[test]
fn the_example_reference_is_read() {
    let bytes = vectors("referenced_token_cwt.cbor");
    let token = Sign1::parse(&bytes, &Limits::TOKEN, Encoding::Tolerant, &mut NoHeaders).unwrap();
    let payload = token.dangerous_unverified_payload();
    let claims = Value::decode(payload, &Limits::TOKEN, Encoding::Tolerant).unwrap();
    let status = claims.get_int(65_535).unwrap();
    let expected = StatusReference { uri: "https://example.com/statuslists/1", index: 0 };
    assert_eq!(StatusReference::from_value(status), Ok(expected));
    let encoded = status.encode();
    assert!(payload.windows(encoded.len()).any(|window| window == encoded));
    let mut decoder = Decoder::new(&encoded, &Limits::TOKEN, Encoding::Deterministic).unwrap();
    assert_eq!(StatusReference::read(&mut decoder), Ok(expected));
}

// --- Publishing and finding.

#[test]
fn what_is_published_is_found() {
    let changes = [
        (0, Standing::Revoked),
        (1, Standing::Suspended),
        (70_000, Standing::UnderReview),
        (ENTRIES - 1, Standing::Superseded),
    ];
    let signed = content(NOW.plus(-60), &changes).sign(&publisher()).unwrap();
    let list = verify(&signed).unwrap();
    assert_eq!((list.uri(), list.publisher()), (URI, PUBLISHER));
    assert_eq!((list.entries(), list.ttl_s()), (ENTRIES, NonZeroU64::new(600)));
    let mut lists = StatusLists::new();
    lists.insert(list).unwrap();
    for (index, standing) in changes {
        let expected = StatusFinding::Known {
            standing,
            as_of: NOW.plus(-60),
            expires_at: Some(NOW.plus(3_540)),
            hash: Sha256::digest(&signed).into(),
        };
        assert_eq!(lists.find(&trust(), HOME_OFFICE, &at(index)), expected);
        assert_eq!(lists.find(&trust(), REGISTRAR, &at(index)), expected);
    }
    assert_eq!(standing(&lists, 2), Some(Standing::Valid));
}

#[test]
fn a_publisher_changes_its_own_list() {
    let signed = content(NOW.plus(-60), &[(7, Standing::Suspended)]).sign(&publisher()).unwrap();
    let mut again = StatusListContent::read(&signed, publisher().public_key()).unwrap();
    assert_eq!(again.sign(&publisher()).unwrap(), signed);
    assert_eq!(again.entries.get(7), Some(Standing::Suspended));
    again.entries.set(7, Standing::Valid).unwrap();
    again.issued_at = NOW;

    let mut lists = StatusLists::new();
    lists.insert(verify(&signed).unwrap()).unwrap();
    let snapshot = lists.clone();
    lists.insert(verify(&again.sign(&publisher()).unwrap()).unwrap()).unwrap();
    assert_eq!(standing(&lists, 7), Some(Standing::Valid));
    assert_eq!(standing(&snapshot, 7), Some(Standing::Suspended));
    assert_eq!((lists.len(), lists.iter().count(), lists.is_empty()), (1, 1, false));

    let stranger = StatusListContent::read(&signed, other_publisher().public_key());
    assert_eq!(code(stranger), "C-05");
}

#[test]
fn what_readers_would_refuse_is_not_signed() {
    let mut list = content(NOW, &[]);
    list.expires_at = Some(NOW);
    let error = PublishError::Times { issued_at: NOW, expires_at: NOW };
    assert_eq!(list.sign(&publisher()), Err(error));

    // Two bits of noise in each byte: eight mebibytes become more than two.
    let mut list = content(NOW, &[]);
    list.entries = Entries::all_valid(Bits::Eight, 1 << 23).unwrap();
    let all = [Standing::Valid, Standing::Revoked, Standing::Suspended, Standing::UnderReview];
    let mut noise = 1_u32;
    for index in 0..1 << 23 {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        list.entries.set(index, all[usize::try_from(noise >> 30).unwrap()]).unwrap();
    }
    assert_eq!(list.sign(&publisher()), Err(PublishError::TooLarge { limit: 1 << 20 }));
}

#[test]
fn the_largest_list_is_read() {
    for (bits, count) in Bits::ALL.into_iter().zip([1_u64 << 27, 1 << 26, 1 << 25, 1 << 24]) {
        let mut list = content(NOW, &[]);
        list.entries = Entries::all_valid(bits, count).unwrap();
        list.entries.set(count - 1, Standing::Revoked).unwrap();
        let mut lists = StatusLists::new();
        lists.insert(verify(&list.sign(&publisher()).unwrap()).unwrap()).unwrap();
        assert_eq!(standing(&lists, count - 1), Some(Standing::Revoked));
        assert_eq!(standing(&lists, count - 2), Some(Standing::Valid));
        assert_eq!(lists.find(&trust(), HOME_OFFICE, &at(count)), StatusFinding::OutOfRange);
    }
}

/// A list without `exp` never expires; with one, from that second on. Neither changes what it says.
#[test]
fn an_expired_list_still_says_what_it_said() {
    let list = published(NOW.plus(-7_200), &[(3, Standing::Revoked)]);
    assert!(list.is_expired(NOW) && list.is_expired(NOW.plus(-3_600)));
    assert!(!list.is_expired(NOW.plus(-3_601)));
    let mut lists = StatusLists::new();
    lists.insert(list).unwrap();
    let found = lists.find(&trust(), HOME_OFFICE, &at(3));
    assert!(matches!(found, StatusFinding::Known { expires_at: Some(end), .. } if end < NOW));
    assert_eq!(found.standing(), Some(Standing::Revoked));

    let mut forever = content(NOW, &[]);
    (forever.expires_at, forever.ttl_s) = (None, None);
    let list = verify(&forever.sign(&publisher()).unwrap()).unwrap();
    assert!(!list.is_expired(UnixTime(i64::MAX)));
    assert_eq!((list.expires_at(), list.ttl_s()), (None, None));
}

// --- Entries.

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Every size of entry: what is set is there after the way through zlib, and nothing else changed.
    #[test]
    fn entries_survive_the_way(
        size in 0_usize..4,
        places in prop::collection::btree_map(0..ENTRIES, 0_usize..5, 0..40),
    ) {
        let bits = Bits::ALL[size];
        let mut list = content(NOW, &[]);
        list.entries = Entries::all_valid(bits, ENTRIES).unwrap();
        let mut expected = std::collections::BTreeMap::new();
        for (index, number) in places {
            let standing = Standing::ALL[number];
            match list.entries.set(index, standing) {
                Ok(()) => drop(expected.insert(index, standing)),
                Err(error) => prop_assert_eq!(error, PublishError::NotExpressible { standing, bits }),
            }
        }
        let signed = list.sign(&publisher()).unwrap();
        let again = StatusListContent::read(&signed, publisher().public_key()).unwrap();
        prop_assert!(again.entries == list.entries);
        let mut lists = StatusLists::new();
        lists.insert(verify(&signed).unwrap()).unwrap();
        for index in expected.keys().flat_map(|index| index.saturating_sub(1)..index + 2) {
            let found = lists.find(&trust(), HOME_OFFICE, &at(index));
            let standing = expected.get(&index).copied().unwrap_or(Standing::Valid);
            let inside = if index < ENTRIES { standing } else { Standing::InDoubt };
            prop_assert_eq!(found.standing(), Some(inside));
        }
    }

    /// The order of bits, by another way of counting them.
    #[test]
    fn entries_are_counted_from_the_lowest_bit(bytes in prop::collection::vec(any::<u8>(), 1..40)) {
        for bits in Bits::ALL {
            let entries = Entries::dangerous_inflate_any_size(bits, &zlib(&bytes), &ListLimits::STANDARD).unwrap();
            let mut index = 0;
            for byte in &bytes {
                let mut rest = u32::from(*byte);
                for _ in 0..8 / bits.number() {
                    let base = 1_u32 << bits.number();
                    prop_assert_eq!(entries.value(index).map(u32::from), Some(rest % base));
                    rest /= base;
                    index += 1;
                }
            }
            prop_assert_eq!(entries.value(index), None);
            prop_assert_eq!(entries.count(), index);
        }
    }

    /// No bytes do more than be refused.
    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Entries::dangerous_inflate_any_size(Bits::One, &bytes, &ListLimits::STANDARD);
        let bytes_of_a_stream = [&[0x78, 0xda], bytes.as_slice()].concat();
        let _ = Entries::dangerous_inflate_any_size(Bits::One, &bytes_of_a_stream, &ListLimits::STANDARD);
        let _ = StatusListToken::parse(&bytes);
    }
}

/// What the draft reserves, and what others may mean by values of their own.
#[test]
fn other_values_are_in_doubt() {
    let mut bytes = vec![0; 1 << 17];
    for (value, byte) in (0..=u8::MAX).zip(&mut bytes) {
        *byte = value;
    }
    let mut lists = StatusLists::new();
    lists.insert(verify(&with_list(8, &zlib(&bytes))).unwrap()).unwrap();
    for value in 0..=u8::MAX {
        let found = standing(&lists, u64::from(value));
        assert_eq!(found, Some(standing_of(value)));
        let expected = [0x00, 0x01, 0x02, 0x03, 0x0c].contains(&value);
        assert_eq!(found != Some(Standing::InDoubt), expected, "{value:#x}");
    }
}

// --- L-01 to L-07.

#[test]
fn another_type_is_refused() {
    for typ in [
        Some(Value::text("application/statuslist+jwt")),
        Some(Value::text("statuslist+cwt")),
        Some(Value::text("application/cwt")),
        Some(Value::Uint(61)),
        None,
    ] {
        let bytes = resigned(|token| match &typ {
            Some(typ) => token.protected.set(&Value::int(16), typ),
            None => token.protected.remove(&Value::int(16)),
        });
        assert_eq!(StatusListToken::parse(&bytes).map(drop), Err(StatusListError::Type), "{typ:?}");
    }
}

#[test]
fn only_a_good_key_of_a_status_issuer_publishes() {
    let list = content(NOW, &[]);
    // Whoever makes a key can sign a list with it, and so can those with another role.
    let world = World::new();
    for key in [&world.stranger, &world.home_office, &world.registrar, &world.anchor] {
        assert_eq!(code(verify(&list.sign(key).unwrap())), "L-02");
    }
    let kid = Value::bytes(publisher().public_key().key_id());
    let borrowed = Envelope::resign(&list.sign(&world.stranger).unwrap(), &world.stranger, |token| {
        token.protected.set(&Value::int(4), &kid);
    });
    assert_eq!(code(verify(&borrowed)), "C-05");
    assert_eq!(code(verify(&with_broken_signature(list.sign(&publisher()).unwrap()))), "C-05");
    let other_algorithm = resigned(|token| token.protected.set(&Value::int(1), &Value::int(-9)));
    assert_eq!(code(verify(&other_algorithm)), "C-03");
    assert_eq!(code(verify(&resigned(|token| token.protected.remove(&Value::int(4))))), "L-02");

    let named = |name: &str| {
        verify(&resigned(|token| token.payload.set(&Value::int(1), &Value::text(name)))).map(drop)
    };
    assert_eq!(named(PUBLISHER), Ok(()));
    assert_eq!(named(OTHER_PUBLISHER), Err(StatusListError::NotPublished));
}

#[test]
fn a_key_counts_inside_its_window_and_while_nobody_else_has_it() {
    let signed = content(NOW, &[]).sign(&publisher()).unwrap();
    let verify = |change: fn(&mut TrustedKey)| {
        let trust = trust_with(|content| change(&mut content.status_issuers[0].keys[0])).unwrap();
        StatusListToken::parse(&signed).unwrap().verify(&trust, NOW).map(drop)
    };
    assert_eq!(verify(|_| {}), Ok(()));
    assert_eq!(verify(|key| key.from = NOW), Ok(()));
    let changes: [fn(&mut TrustedKey); 4] = [
        |key| key.from = NOW.plus(1),
        |key| key.until = NOW,
        |key| key.compromised = Compromise::Since(NOW.plus(-1)),
        // Signed before by its own word, which whoever has the key can write.
        |key| key.compromised = Compromise::Since(NOW.plus(3_600)),
    ];
    for change in changes {
        assert_eq!(verify(change), Err(StatusListError::NotPublished));
    }
    let token = StatusListToken::parse(&signed).unwrap();
    assert_eq!(code(token.verify(&trust(), NOW.plus(86_400 * 40))), "T-04");
}

#[test]
fn claims_are_strict_after_the_signature() {
    let changed = |label: i64, value: Option<Value>| {
        code(verify(&resigned(|token| match &value {
            Some(value) => token.payload.set(&Value::int(label), value),
            None => token.payload.remove(&Value::int(label)),
        })))
    };
    for (label, value) in [
        (2, None),
        (6, None),
        (6, Some(Value::Float(1.5))),
        (4, Some(Value::int(NOW.0))),
        (65_534, Some(Value::Uint(0))),
        (65_533, None),
        (65_533, Some(Value::bytes([1]))),
    ] {
        assert_eq!(changed(label, value.clone()), "L-03", "{label}: {value:?}");
    }
    let unknown = resigned(|token| token.payload.set(&Value::text("x"), &Value::Float(0.5)));
    assert!(verify(&unknown).is_ok());
    assert_eq!(code(verify(&resigned(|token| token.payload.entries.reverse()))), "M-09");
}

#[test]
fn a_list_is_not_from_the_future() {
    let issued = |ahead: i64| verify(&content(NOW.plus(ahead), &[]).sign(&publisher()).unwrap()).map(drop);
    assert_eq!(issued(300), Ok(()));
    assert_eq!(issued(301), Err(StatusListError::FromFuture { issued_at: NOW.plus(301), now: NOW }));
}

#[test]
fn entries_have_one_two_four_or_eight_bits() {
    let lst = zlib(&[0; 1 << 17]);
    for bits in [1, 2, 4, 8] {
        assert!(verify(&with_list(bits, &lst)).is_ok(), "{bits}");
    }
    for presented in [0, 3, 5, 6, 7, 16, u64::MAX] {
        let refused = verify(&with_list(presented, &lst)).map(drop);
        assert_eq!(refused, Err(StatusListError::Bits { presented }));
    }
}

#[test]
fn a_list_is_one_whole_zlib_stream() {
    let fault = |lst: &[u8]| match verify(&with_list(1, lst)).map(drop) {
        Err(error @ StatusListError::Inflate(fault)) => {
            assert_eq!(error.code(), "L-06");
            fault
        }
        other => unreachable!("{other:?}"),
    };
    let bytes: Vec<u8> = (0..1_u32 << 15).map(|number| u8::try_from(number * 7 % 251).unwrap()).collect();
    let lst = zlib(&bytes);
    assert!(verify(&with_list(1, &lst)).is_ok());
    for length in [0, 1, 2, 3, lst.len() / 2, lst.len() - 5, lst.len() - 4, lst.len() - 1] {
        assert_eq!(fault(&lst[..length]), InflateFault::Truncated, "{length} bytes");
    }
    for after in [&[0][..], &lst] {
        assert_eq!(fault(&[lst.as_slice(), after].concat()), InflateFault::Trailing);
    }
    let mut checksum = lst.clone();
    *checksum.last_mut().unwrap() ^= 1;
    assert_eq!(fault(&checksum), InflateFault::Corrupt);
    let mut dictionary = lst;
    (dictionary[0], dictionary[1]) = (0x78, 0xf9);
    assert!(matches!(fault(&dictionary), InflateFault::Corrupt | InflateFault::Truncated));
    assert_eq!(fault(b"not compressed"), InflateFault::Corrupt);

    let mut raw = DeflateEncoder::new(Vec::new(), Compression::best());
    raw.write_all(&bytes).unwrap();
    assert_eq!(fault(&raw.finish().unwrap()), InflateFault::Corrupt);
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&bytes).unwrap();
    assert_eq!(fault(&gzip.finish().unwrap()), InflateFault::Corrupt);
}

#[test]
fn a_list_inflates_to_sixteen_mebibytes_at_most() {
    let limit = ListLimits::STANDARD.max_inflated;
    assert!(verify(&with_list(8, &zlib(&vec![0; limit]))).is_ok());
    let refused = verify(&with_list(8, &zlib(&vec![0; limit + 1]))).map(drop);
    assert_eq!(refused, Err(InflateFault::TooMany { limit }.into()));
    let small = ListLimits { max_compressed: 9, ..ListLimits::STANDARD };
    let refused = Entries::inflate(Bits::One, &zlib(&[0xb9, 0xa3]), &small).map(drop);
    assert_eq!(refused, Err(InflateFault::TooManyCompressed { limit: 9 }.into()));
}

#[test]
fn a_small_list_is_a_tracking_device() {
    for (bits, bytes) in [(1, 1 << 14), (2, 1 << 15), (4, 1 << 16), (8, 1 << 17)] {
        assert!(verify(&with_list(bits, &zlib(&vec![0; bytes]))).is_ok(), "{bits} bits");
        let refused = verify(&with_list(bits, &zlib(&vec![0; bytes - 1]))).map(drop);
        let presented = (1 << 17) - 8 / bits;
        assert_eq!(refused, Err(StatusListError::TooFew { required: 1 << 17, presented }), "{bits} bits");
    }
    assert_eq!(code(verify(&with_list(1, &zlib(&[])))), "L-07");
}

// --- L-08.

#[test]
fn an_older_list_does_not_come_back() {
    let mut lists = StatusLists::new();
    let old = published(NOW.plus(-100), &[]);
    lists.insert(old.clone()).unwrap();
    lists.insert(published(NOW.plus(-50), &[(1, Standing::Revoked)])).unwrap();
    let error = StatusListError::RollBack { newest: NOW.plus(-50), presented: NOW.plus(-100) };
    assert_eq!(lists.insert(old), Err(error));
    assert_eq!(error.code(), "L-08");
    assert_eq!(standing(&lists, 1), Some(Standing::Revoked));
    // The same list once more is nothing new; another one of the same moment is two truths.
    lists.insert(published(NOW.plus(-50), &[(1, Standing::Revoked)])).unwrap();
    let refused = lists.insert(published(NOW.plus(-50), &[]));
    assert_eq!(refused.map_err(|error| error.code()), Err("L-08"));
    assert_eq!(standing(&lists, 1), Some(Standing::Revoked));
}

/// Somebody else's list under the same address neither answers for it nor keeps newer ones out.
#[test]
fn a_publisher_does_not_displace_another() {
    let mut lists = StatusLists::new();
    let foreign = content(NOW, &[]).sign(&other_publisher()).unwrap();
    lists.insert(verify(&foreign).unwrap()).unwrap();
    assert_eq!(lists.find(&trust(), HOME_OFFICE, &at(1)), StatusFinding::NotEntitled);
    lists.insert(published(NOW.plus(-50), &[(1, Standing::Revoked)])).unwrap();
    assert_eq!(lists.len(), 2);
    assert_eq!(standing(&lists, 1), Some(Standing::Revoked));
    assert_eq!(lists.find(&trust(), RECOGNITION, &at(1)).standing(), Some(Standing::Valid));
}

/// Two publishers for one issuer: neither undoes what the other has said, in whichever order they came and
/// whichever list is newer; of equal words the newest counts.
#[test]
fn the_least_favourable_word_of_several_publishers_counts() {
    let both = trust_with(|list| list.status_issuers[1].publishes_for.push(HOME_OFFICE.to_owned())).unwrap();
    let found = |first: &StatusListContent, second: &StatusListContent, index: u64| {
        let first = verify(&first.sign(&publisher()).unwrap()).unwrap();
        let second = verify(&second.sign(&other_publisher()).unwrap()).unwrap();
        let mut lists = StatusLists::new();
        lists.insert(first.clone()).unwrap();
        lists.insert(second.clone()).unwrap();
        let mut reverse = StatusLists::new();
        reverse.insert(second).unwrap();
        reverse.insert(first).unwrap();
        let found = lists.find(&both, HOME_OFFICE, &at(index));
        assert_eq!(reverse.find(&both, HOME_OFFICE, &at(index)), found);
        found
    };
    let order = [
        Standing::Valid,
        Standing::UnderReview,
        Standing::Superseded,
        Standing::Suspended,
        Standing::Revoked,
    ];
    for (better, worse) in order.iter().zip(&order[1..]) {
        for (ahead, behind) in [(0, -50), (-50, 0), (-50, -50)] {
            let better = content(NOW.plus(ahead), &[(1, *better)]);
            let other = content(NOW.plus(behind), &[(1, *worse)]);
            assert_eq!(found(&better, &other, 1).standing(), Some(*worse));
            assert_eq!(found(&other, &better, 1).standing(), Some(*worse));
        }
    }
    let (old, new) = (content(NOW.plus(-50), &[]), content(NOW, &[]));
    for equal in [found(&old, &new, 1), found(&new, &old, 1)] {
        assert!(matches!(equal, StatusFinding::Known { as_of: NOW, .. }));
    }
    // No entry in one of them is doubt, and no doubt undoes a revocation.
    let (short, mut long) = (content(NOW, &[]), content(NOW, &[]));
    long.entries = Entries::all_valid(Bits::Four, 2 * ENTRIES).unwrap();
    long.entries.set(ENTRIES, Standing::Revoked).unwrap();
    assert_eq!(found(&long, &short, ENTRIES).standing(), Some(Standing::Revoked));
    assert_eq!(found(&long, &short, ENTRIES + 1), StatusFinding::OutOfRange);
}

// --- Who may speak for whom.

#[test]
fn the_name_of_an_issuer_is_compared_whole() {
    let mut lists = StatusLists::new();
    lists.insert(published(NOW, &[])).unwrap();
    assert_eq!(lists.find(&trust(), HOME_OFFICE, &at(0)).standing(), Some(Standing::Valid));
    for name in [
        "",
        "https://",
        &HOME_OFFICE[..HOME_OFFICE.len() - 1],
        &HOME_OFFICE[8..],
        &format!("{HOME_OFFICE}/"),
        &format!("{HOME_OFFICE}.attacker.example"),
        &format!("{HOME_OFFICE}:443"),
        &format!(" {HOME_OFFICE}"),
        &HOME_OFFICE.to_uppercase(),
        &HOME_OFFICE.replace("https", "HTTPS"),
        PUBLISHER,
        RECOGNITION,
    ] {
        let found = lists.find(&trust(), name, &at(0));
        assert_eq!(found, StatusFinding::NotEntitled, "{name}");
        assert_eq!(found.standing(), Some(Standing::InDoubt));
    }
}

#[test]
fn a_list_that_is_not_there_is_not_an_answer() {
    let mut lists = StatusLists::default();
    assert_eq!(lists.find(&trust(), HOME_OFFICE, &at(0)), StatusFinding::NoList);
    lists.insert(published(NOW, &[])).unwrap();
    for uri in ["", "https://lists.example/", "https://lists.example/10", "https://LISTS.example/1"] {
        let found = lists.find(&trust(), HOME_OFFICE, &StatusReference { uri, index: 0 });
        assert_eq!((found, found.standing()), (StatusFinding::NoList, None), "{uri}");
    }
    for index in [ENTRIES, ENTRIES + 1, 1 << 40, u64::MAX] {
        let found = lists.find(&trust(), HOME_OFFICE, &at(index));
        assert_eq!((found, found.standing()), (StatusFinding::OutOfRange, Some(Standing::InDoubt)));
    }
    assert_eq!(standing(&lists, ENTRIES - 1), Some(Standing::Valid));
}

/// A cached list is asked with the trust list of the moment.
#[test]
fn trust_that_ended_ends_the_answer() {
    let mut lists = StatusLists::new();
    lists.insert(published(NOW, &[])).unwrap();
    let find =
        |change: fn(&mut TrustListContent<'_>)| lists.find(&trust_with(change).unwrap(), HOME_OFFICE, &at(0));
    assert!(matches!(find(|_| {}), StatusFinding::Known { standing: Standing::Valid, .. }));
    let changes: [fn(&mut TrustListContent<'_>); 8] = [
        |list| drop(list.status_issuers.remove(0)),
        |list| list.status_issuers[0].publishes_for = vec![RECOGNITION.to_owned()],
        |list| list.status_issuers[0].keys.clear(),
        |list| list.status_issuers[0].keys[0].compromised = Compromise::Since(NOW.plus(-1)),
        |list| list.status_issuers[0].keys[0].compromised = Compromise::Since(NOW.plus(1)),
        |list| list.status_issuers[0].keys[0].until = NOW,
        |list| list.status_issuers[0].keys[0].from = NOW.plus(1),
        // The key has another role now.
        |list| {
            let key = list.status_issuers.remove(0).keys;
            list.registrars[0].keys.extend(key);
        },
    ];
    for change in changes {
        assert_eq!(find(change), StatusFinding::NotEntitled);
    }
}

// --- T-08.

#[test]
fn a_status_issuer_names_for_whom_it_publishes() {
    assert!(trust().status_issuers()[0].publishes_for(REGISTRAR));
    let names = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        trust_with(|list| list.status_issuers[1].publishes_for = names).map(drop)
    };
    assert_eq!(names(&[RECOGNITION, "https://not-on-this-list.example"]), Ok(()));
    for none in [&[][..], &[""], &[RECOGNITION, ""]] {
        assert_eq!(names(none), Err(TrustError::PublishesForNobody), "{none:?}");
    }
    assert_eq!(TrustError::PublishesForNobody.code(), "T-08");
    // Nobody else has the field, and a status issuer issues nothing.
    let code = |change: fn(&mut TrustListContent<'_>)| trust_with(change).map(drop).unwrap_err().code();
    assert_eq!(code(|list| list.issuers[0].publishes_for = vec![HOME_OFFICE.to_owned()]), "T-07");
    assert_eq!(code(|list| list.registrars[0].publishes_for = vec![HOME_OFFICE.to_owned()]), "T-07");
    assert_eq!(code(|list| list.registrars[0].types = list.issuers[0].types.clone()), "T-07");
    assert_eq!(code(|list| list.status_issuers[0].types = list.issuers[0].types.clone()), "T-07");
}

#[test]
fn every_text_starts_with_its_rule() {
    let errors = [
        StatusListError::Type,
        StatusListError::NotPublished,
        StatusListError::Claim("iat"),
        StatusListError::FromFuture { issued_at: NOW, now: NOW.plus(-301) },
        StatusListError::Bits { presented: 3 },
        InflateFault::Truncated.into(),
        StatusListError::TooFew { required: 1 << 17, presented: 8 },
        StatusListError::RollBack { newest: NOW, presented: NOW.plus(-1) },
        StatusListError::Reference,
    ];
    for (number, error) in (1..).zip(errors) {
        assert_eq!(error.code(), format!("L-{number:02}"));
        assert!(error.to_string().starts_with(error.code()), "{error}");
    }
    let trust = StatusListError::Trust(TrustError::KeyTwice);
    assert!(trust.to_string().starts_with(trust.code()));
    let future = StatusListError::FromFuture { issued_at: NOW, now: NOW.plus(-301) };
    assert_eq!(
        future.to_string(),
        "L-04 status list: required from 2026-11-23T08:59:59Z or earlier, presented 2026-11-23T09:00:00Z"
    );
}

/// The signature algorithm of the profile is the only one that lists are signed with.
#[test]
fn the_example_is_not_in_the_profile() {
    let bytes = vectors("status_list_cwt.cbor");
    let token = Sign1::parse(&bytes, &Limits::TOKEN, Encoding::Tolerant, &mut NoHeaders).unwrap();
    let refused = token.verify(publisher().public_key(), Algorithms::ED25519, &[]);
    assert_eq!(refused.map(drop).unwrap_err().code(), "C-03");
}
