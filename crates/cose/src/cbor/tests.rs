//! Every M rule with inputs that break nothing else, the shortest forms, and properties.

use super::{
    Decoder, Encoder, Encoding, Fault, Grammar, Head, Key, Limits, Malformed, Position, Value, WellFormed,
};
use proptest::prelude::{Just, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};

fn bytes(hex: &str) -> Vec<u8> {
    base16ct::lower::decode_vec(hex.replace(' ', "")).unwrap()
}

fn decode(hex: &str, encoding: Encoding) -> Result<Value, Malformed> {
    Value::decode(&bytes(hex), &Limits::TOKEN, encoding)
}

/// The input has exactly this fault at this offset, in both modes.
#[track_caller]
fn refused(hex: &str, fault: Fault, at: usize) {
    for encoding in [Encoding::Tolerant, Encoding::Deterministic] {
        assert_eq!(decode(hex, encoding), Err(Malformed { fault, at }), "{hex} {encoding:?}");
    }
}

/// The input is well-formed, but not deterministic.
#[track_caller]
fn only_tolerated(hex: &str, fault: Fault, at: usize) {
    assert!(decode(hex, Encoding::Tolerant).is_ok(), "{hex}");
    assert_eq!(decode(hex, Encoding::Deterministic), Err(Malformed { fault, at }), "{hex}");
}

#[test]
fn m_01_truncated() {
    for (hex, at) in [
        ("", 0),
        ("18", 0),
        ("1901", 0),
        ("1a010203", 0),
        ("1b01020304050607", 0),
        ("41", 0),
        ("44010203", 0),
        ("5b0000000100000000", 0),
        ("5bffffffffffffffff", 0),
        ("6261", 0),
        ("81", 0),
        ("8201", 0),
        ("9bffffffffffffffff", 0),
        ("a1", 0),
        ("a101", 0),
        ("a2010203", 0),
        ("bb8000000000000000", 0),
        ("8242", 0),
        ("824201", 1),
        ("82014201", 2),
        ("c1", 1),
        ("a1014201", 2),
        ("f8", 0),
        ("f97e", 0),
        ("fa7fc000", 0),
        ("fb7ff80000000000", 0),
    ] {
        refused(hex, Fault::Truncated, at);
    }
}

#[test]
fn m_02_trailing() {
    refused("0000", Fault::Trailing, 1);
    refused("8000", Fault::Trailing, 1);
    refused("4101ff", Fault::Trailing, 2);
}

#[test]
fn m_03_not_well_formed() {
    for major in 0..8_u8 {
        for info in 28..=30_u8 {
            refused(&format!("{:02x}", major << 5 | info), Fault::NotWellFormed, 0);
        }
    }
    // RFC 8949 appendix F: no indefinite length for integers and tags.
    for hex in ["1f", "3f", "df"] {
        refused(hex, Fault::NotWellFormed, 0);
    }
    for value in 0..32_u8 {
        refused(&format!("f8{value:02x}"), Fault::NotWellFormed, 0);
    }
    refused("8301f81802", Fault::NotWellFormed, 2);
}

#[test]
fn m_04_indefinite() {
    for hex in ["5f4101ff", "7f6161ff", "9fff", "bfff", "ff"] {
        refused(hex, Fault::Indefinite, 0);
    }
    refused("82019f00ff", Fault::Indefinite, 2);
    refused("a1005f4100ff", Fault::Indefinite, 2);
}

#[test]
fn m_05_utf8() {
    // A lone byte, an overlong form, a surrogate, beyond U+10FFFF, a cut sequence.
    for hex in ["61ff", "62c080", "63eda080", "64f4908080", "62e282"] {
        refused(hex, Fault::Utf8, 0);
    }
    refused("8261616180", Fault::Utf8, 3);
    refused("a161ff00", Fault::Utf8, 1);
    assert_eq!(decode("63e282ac", Encoding::Deterministic), Ok(Value::text("€")));
}

#[test]
fn m_06_duplicate_key() {
    refused("a200010002", Fault::DuplicateKey, 3);
    refused("a220012002", Fault::DuplicateKey, 3);
    refused("a2414100 414101", Fault::DuplicateKey, 4);
    refused("a2616100 616101", Fault::DuplicateKey, 4);
    refused("a2f83b80 f83b80", Fault::DuplicateKey, 4);
    refused("a2f400f401", Fault::DuplicateKey, 3);
    refused("8201 a200010002", Fault::DuplicateKey, 5);
    // Not next to each other, so that the order is broken first for the strict reader.
    let apart = bytes("a3 0200 0100 0200");
    let tolerant = Value::decode(&apart, &Limits::TOKEN, Encoding::Tolerant);
    assert_eq!(tolerant, Err(Malformed { fault: Fault::DuplicateKey, at: 5 }));
    // Values between them are skipped whole.
    let behind_values = bytes("a4 02 8201a10142ffff 01 c1fb3ff199999999999a 00 62c3bc 02 f6");
    let tolerant = Value::decode(&behind_values, &Limits::TOKEN, Encoding::Tolerant);
    assert_eq!(tolerant.unwrap_err().fault, Fault::DuplicateKey);
    // Equal keys in two encodings: 100 as one byte and as two.
    let two_ways = bytes("a2 186400 19006401");
    let tolerant = Value::decode(&two_ways, &Limits::TOKEN, Encoding::Tolerant);
    assert_eq!(tolerant, Err(Malformed { fault: Fault::DuplicateKey, at: 4 }));
    // A key is not equal to one of another type: 1, h'01', "1".
    assert!(decode("a3 0100 410100 613100", Encoding::Deterministic).is_ok());
}

#[test]
fn m_07_key_type() {
    for hex in ["a18000", "a1a000", "a1c10000", "a1f93c0000"] {
        refused(hex, Fault::KeyType, 1);
    }
    refused("a20001 8000", Fault::KeyType, 3);
}

#[test]
fn m_08_not_shortest() {
    for hex in [
        "1817",
        "190017",
        "1900ff",
        "1a0000ffff",
        "1b00000000ffffffff",
        "3817",
        "3900ff",
        "580100",
        "59000100",
        "780161",
        "9800",
        "980100",
        "b800",
        "d81700",
        "da0000000100",
        "fa3f800000",
        "fa00000000",
        "fa7fc00000",
        "fa7f800000",
        "fa33800000",
        "fb3ff0000000000000",
        "fb7ff8000000000000",
        "fb7ff0000000000000",
        "fb8000000000000000",
        "fb47efffffe0000000",
        "fb36a0000000000000",
    ] {
        only_tolerated(hex, Fault::NotShortest, 0);
    }
    only_tolerated("82001817", Fault::NotShortest, 2);
    only_tolerated("a1181700", Fault::NotShortest, 1);
}

#[test]
fn m_09_not_sorted() {
    for (hex, at) in [
        ("a2 0100 0000", 3),
        ("a2 1818 00 00 00", 4),
        ("a2 2000 0000", 3),
        ("a2 2100 2000", 3),
        ("a2 616200 616100", 4),
        // RFC 8949 section 4.2.1 orders bytewise, so the shorter string comes first.
        ("a2 62616100 616200", 5),
        ("a2 616100 4100 00", 4),
        ("a2 f400 616100", 3),
        ("a2 f83b00 f400", 4),
        ("a1 00 a2 0100 0000", 5),
    ] {
        only_tolerated(hex, Fault::NotSorted, at);
    }
}

#[test]
fn m_10_too_many_bytes() {
    let input = Value::bytes(vec![0; 97]).encode();
    assert_eq!(input.len(), 99);
    let limits = |max_bytes| Limits { max_bytes, ..Limits::TOKEN };
    assert!(Value::decode(&input, &limits(99), Encoding::Deterministic).is_ok());
    assert_eq!(
        Value::decode(&input, &limits(98), Encoding::Deterministic),
        Err(Malformed { fault: Fault::TooManyBytes, at: 98 })
    );
}

#[test]
fn m_11_too_many_items() {
    // An array with three scalars and a map of one entry: seven heads.
    let input = bytes("84 00 4101 6161 a10000");
    let limits = |max_items| Limits { max_items, ..Limits::TOKEN };
    assert!(Value::decode(&input, &limits(7), Encoding::Deterministic).is_ok());
    for few in 0..7 {
        let error = Value::decode(&input, &limits(few), Encoding::Deterministic).unwrap_err();
        assert_eq!(error.fault, Fault::TooManyItems, "{few}");
    }
}

#[test]
fn m_11_is_one_budget_for_all_windows() {
    let input = bytes("82 43820102 43820304");
    let read = |max_items| -> Result<(), Malformed> {
        let limits = Limits { max_items, ..Limits::TOKEN };
        let mut decoder = Decoder::new(&input, &limits, Encoding::Deterministic)?;
        for _ in 0..decoder.array()? {
            let outer = decoder.enter_bytes()?;
            decoder.check(&WellFormed)?;
            decoder.leave(outer)?;
        }
        decoder.finish()
    };
    assert_eq!(read(9), Ok(()));
    assert_eq!(read(8), Err(Malformed { fault: Fault::TooManyItems, at: 8 }));
}

#[test]
fn m_12_too_deep() {
    let limits = |max_depth| Limits { max_depth, ..Limits::TOKEN };
    for nested in ["8181818180", "a100a100a100a100a0", "c1c1c1c1c100", "81a100c181a0"] {
        let input = bytes(nested);
        assert!(Value::decode(&input, &limits(5), Encoding::Deterministic).is_ok(), "{nested}");
        let error = Value::decode(&input, &limits(4), Encoding::Deterministic).unwrap_err();
        assert_eq!(error.fault, Fault::TooDeep, "{nested}");
    }
    assert!(Value::decode(&bytes("00"), &limits(0), Encoding::Deterministic).is_ok());
    // No table allows more than `MAX_DEPTH`, which bounds the stack.
    let deepest = [vec![0x81; 63], vec![0x80]].concat();
    assert!(Value::decode(&deepest, &limits(u8::MAX), Encoding::Deterministic).is_ok());
    let deeper = [vec![0x81; 64], vec![0x80]].concat();
    assert_eq!(
        Value::decode(&deeper, &limits(u8::MAX), Encoding::Deterministic),
        Err(Malformed { fault: Fault::TooDeep, at: 64 })
    );
}

#[test]
fn m_12_counts_what_is_read_step_by_step() {
    // A map, an array and a tag around an array.
    let input = bytes("a10081c180");
    let read = |max_depth| -> Result<(), Malformed> {
        let limits = Limits { max_depth, ..Limits::TOKEN };
        let mut decoder = Decoder::new(&input, &limits, Encoding::Deterministic)?;
        decoder.map_entries(|decoder, _| {
            decoder.array_elements(|decoder| {
                decoder.tagged(|decoder, tag| {
                    assert_eq!(tag, 1);
                    decoder.check(&WellFormed).map(drop)
                })
            })
        })?;
        decoder.finish()
    };
    assert_eq!(read(4), Ok(()));
    for (max_depth, at) in [(3, 4), (2, 3), (1, 2), (0, 0)] {
        assert_eq!(read(max_depth), Err(Malformed { fault: Fault::TooDeep, at }));
    }
}

#[test]
fn skipping_looks_at_heads_only() {
    let skip = |hex: &str| reader(&bytes(hex)).skip_unchecked().map_err(|e| e.fault);
    assert_eq!(skip("83 a2 0100 0041 ff c1 80 f6"), Ok(0..10));
    // Duplicate keys, order and UTF-8 are left to whoever uses the bytes.
    assert_eq!(skip("a2 0100 0161ff 00"), Ok(0..6));
    assert_eq!(skip("8200"), Err(Fault::Truncated));
    assert_eq!(skip("82 82 82 82 00"), Err(Fault::Truncated));
    assert_eq!(skip("811817"), Err(Fault::NotShortest));
    assert_eq!(skip("819f"), Err(Fault::Indefinite));
    // Lengths that each fit but together do not.
    assert_eq!(skip(&"84".repeat(20_000)), Err(Fault::Truncated));
}

#[test]
fn m_13_too_many_unsorted() {
    let limits = Limits { max_unsorted_entries: 3, ..Limits::TOKEN };
    let tolerant = |hex: &str| Value::decode(&bytes(hex), &limits, Encoding::Tolerant).map(drop);
    assert_eq!(tolerant("a3 0200 0100 0000"), Ok(()));
    assert_eq!(tolerant("a4 0300 0200 0100 0000"), Err(Malformed { fault: Fault::TooManyUnsorted, at: 3 }));
    // Sorted maps of any size pass.
    assert_eq!(tolerant("a4 0000 0100 0200 0300"), Ok(()));
}

fn reader(input: &[u8]) -> Decoder<'_> {
    Decoder::new(input, &Limits::TOKEN, Encoding::Deterministic).unwrap()
}

#[test]
fn m_14_wrong_type() {
    let wrong = Err(Fault::WrongType);
    for hex in ["00", "20", "4100", "6161", "80", "a0", "c100", "f4", "f6", "f7", "f0", "f93c00"] {
        let input = bytes(hex);
        let major = input[0] >> 5;
        let expect = |fits: bool| if fits { Ok(()) } else { wrong };
        let is_bool = hex == "f4";
        assert_eq!(reader(&input).uint().map(drop).map_err(|e| e.fault), expect(major == 0), "{hex}");
        assert_eq!(reader(&input).int().map(drop).map_err(|e| e.fault), expect(major < 2), "{hex}");
        assert_eq!(reader(&input).bytes().map(drop).map_err(|e| e.fault), expect(major == 2), "{hex}");
        assert_eq!(reader(&input).text().map(drop).map_err(|e| e.fault), expect(major == 3), "{hex}");
        assert_eq!(reader(&input).array().map(drop).map_err(|e| e.fault), expect(major == 4), "{hex}");
        assert_eq!(reader(&input).map().map(drop).map_err(|e| e.fault), expect(major == 5), "{hex}");
        assert_eq!(reader(&input).tag().map(drop).map_err(|e| e.fault), expect(major == 6), "{hex}");
        assert_eq!(reader(&input).bool().map(drop).map_err(|e| e.fault), expect(is_bool), "{hex}");
        assert_eq!(reader(&input).enter_bytes().map(drop).map_err(|e| e.fault), expect(major == 2), "{hex}");
    }
}

/// No tags, no simple values, no negative keys.
struct Strict;

impl Grammar for Strict {
    fn key(&self, key: &Key<'_>) -> Result<(), Fault> {
        if let Key::Nint(_) = key { Err(Fault::KeyType) } else { Ok(()) }
    }

    fn tag(&self, tag: u64, position: Position, content: Head) -> Result<(), Fault> {
        let allowed = (tag, position, content) == (1, Position::MapValue, Head::Uint(7));
        if allowed { Ok(()) } else { Err(Fault::ForbiddenTag) }
    }

    fn simple(&self, _: u8) -> Result<(), Fault> {
        Err(Fault::ForbiddenSimple)
    }
}

#[test]
fn m_07_m_15_m_16_are_the_grammar_of_the_layer_above() {
    let check = |hex: &str| reader(&bytes(hex)).check(&Strict).map(drop).map_err(|e| (e.fault, e.at));
    assert_eq!(check("a1 00 c107"), Ok(()));
    assert_eq!(check("a1 00 c108"), Err((Fault::ForbiddenTag, 2)));
    assert_eq!(check("81 c107"), Err((Fault::ForbiddenTag, 1)));
    assert_eq!(check("c107"), Err((Fault::ForbiddenTag, 0)));
    assert_eq!(check("82 00 f83b"), Err((Fault::ForbiddenSimple, 2)));
    assert_eq!(check("a2 0000 2000"), Err((Fault::KeyType, 3)));
    assert_eq!(check("84 f4 f5 f6 f7"), Ok(()));
}

#[test]
fn m_17_out_of_range() {
    let int = |hex: &str| reader(&bytes(hex)).int().map_err(|e| (e.fault, e.at));
    assert_eq!(int("1b7fffffffffffffff"), Ok(i64::MAX));
    assert_eq!(int("3b7fffffffffffffff"), Ok(i64::MIN));
    assert_eq!(int("1b8000000000000000"), Err((Fault::OutOfRange, 0)));
    assert_eq!(int("3b8000000000000000"), Err((Fault::OutOfRange, 0)));
}

#[test]
fn every_fault_has_its_own_code_and_says_where() {
    let faults = [
        Fault::Truncated,
        Fault::Trailing,
        Fault::NotWellFormed,
        Fault::Indefinite,
        Fault::Utf8,
        Fault::DuplicateKey,
        Fault::KeyType,
        Fault::NotShortest,
        Fault::NotSorted,
        Fault::TooManyBytes,
        Fault::TooManyItems,
        Fault::TooDeep,
        Fault::TooManyUnsorted,
        Fault::WrongType,
        Fault::ForbiddenTag,
        Fault::ForbiddenSimple,
        Fault::OutOfRange,
    ];
    for (index, fault) in faults.into_iter().enumerate() {
        assert_eq!(fault.code(), format!("M-{:02}", index + 1));
        let text = Malformed { fault, at: 112 }.to_string();
        assert!(text.starts_with(fault.code()) && text.ends_with(": byte 112"), "{text}");
    }
}

#[test]
fn windows_keep_the_offsets_of_the_whole_input() {
    let input = bytes("82 44 1817 0001 02");
    let mut decoder = reader(&input);
    decoder.array().unwrap();
    let outer = decoder.enter_bytes().unwrap();
    assert_eq!(decoder.uint(), Err(Malformed { fault: Fault::NotShortest, at: 2 }));
    decoder.leave(outer).unwrap_err();

    let mut decoder = reader(&input);
    decoder.array().unwrap();
    let span = decoder.bytes_span().unwrap();
    assert_eq!((span.clone(), decoder.slice(span.clone())), (2..6, &input[2..6]));
    let outer = decoder.enter(4..6).unwrap();
    assert_eq!(decoder.uint(), Ok(0));
    assert_eq!(decoder.leave(outer), Err(Malformed { fault: Fault::Trailing, at: 5 }));

    let mut decoder = reader(&input);
    let outer = decoder.enter(2..3).unwrap();
    assert_eq!(decoder.head(), Err(Malformed { fault: Fault::Truncated, at: 2 }), "a window ends an item");
    drop(outer);
    assert_eq!(reader(&input).enter(2..8).unwrap_err().fault, Fault::Truncated);
    assert_eq!(reader(&input).slice(2..8), b"");
}

#[test]
fn map_entries_check_what_check_checks() {
    let read = |hex: &str, encoding| -> Result<(), Malformed> {
        let input = bytes(hex);
        let mut decoder = Decoder::new(&input, &Limits::TOKEN, encoding)?;
        decoder.map_entries(|decoder, _| decoder.check(&WellFormed).map(drop))?;
        decoder.finish()
    };
    let strict = |hex: &str| read(hex, Encoding::Deterministic).map_err(|e| (e.fault, e.at));
    let tolerant = |hex: &str| read(hex, Encoding::Tolerant).map_err(|e| (e.fault, e.at));
    assert_eq!(strict("a2 0000 0180"), Ok(()));
    assert_eq!(strict("a2 0100 0080"), Err((Fault::NotSorted, 3)));
    assert_eq!(tolerant("a2 0100 0080"), Ok(()));
    assert_eq!(tolerant("a3 0100 0080 0100"), Err((Fault::DuplicateKey, 5)));
    assert_eq!(strict("a1 8000"), Err((Fault::KeyType, 1)));
    assert_eq!(strict("8000"), Err((Fault::WrongType, 0)));
}

#[test]
fn floats_are_written_in_the_shortest_width_that_keeps_every_bit() {
    let rows = [
        (0.0, "f90000"),
        (-0.0, "f98000"),
        (1.0, "f93c00"),
        (1.5, "f93e00"),
        (-4.0, "f9c400"),
        (65504.0, "f97bff"),
        (65505.0, "fa477fe100"),
        (65536.0, "fa47800000"),
        (100_000.0, "fa47c35000"),
        (f64::from(f32::MAX), "fa7f7fffff"),
        (f64::from(f32::MAX) * 2.0, "fb47ffffffe0000000"),
        (1.1, "fb3ff199999999999a"),
        (1e300, "fb7e37e43c8800759c"),
        (f64::MAX, "fb7fefffffffffffff"),
        // The smallest normal and subnormal halves, and what is just below them.
        (2f64.powi(-14), "f90400"),
        (2f64.powi(-24), "f90001"),
        (2f64.powi(-24) * 1023.0, "f903ff"),
        (2f64.powi(-24) * 1.5, "fa33c00000"),
        (2f64.powi(-25), "fa33000000"),
        // Singles: smallest normal, smallest subnormal; then doubles.
        (2f64.powi(-126), "fa00800000"),
        (2f64.powi(-149), "fa00000001"),
        (2f64.powi(-149) * 3.0, "fa00000003"),
        (2f64.powi(-149) * 1.5, "fb36a8000000000000"),
        (2f64.powi(-150), "fb3690000000000000"),
        (f64::MIN_POSITIVE, "fb0010000000000000"),
        (f64::from_bits(1), "fb0000000000000001"),
        (f64::INFINITY, "f97c00"),
        (f64::NEG_INFINITY, "f9fc00"),
        (f64::from_bits(0x7ff8_0000_0000_0000), "f97e00"),
        (f64::from_bits(0xfff8_0000_0000_0000), "f9fe00"),
        // NaN payloads, quiet and signalling, are kept.
        (f64::from_bits(0x7ff0_0400_0000_0000), "f97c01"),
        (f64::from_bits(0x7ff0_0000_2000_0000), "fa7f800001"),
        (f64::from_bits(0x7ff0_0000_0000_0001), "fb7ff0000000000001"),
    ];
    for (value, hex) in rows {
        assert_eq!(Value::Float(value).encode(), bytes(hex), "{value:e}");
        let Ok(Value::Float(back)) = decode(hex, Encoding::Deterministic) else { panic!("{hex}") };
        assert_eq!(back.to_bits(), value.to_bits(), "{hex}");
    }
}

#[test]
fn every_half_survives() {
    for bits in 0..=u16::MAX {
        let input = [&[0xf9], bits.to_be_bytes().as_slice()].concat();
        let value = Value::decode(&input, &Limits::TOKEN, Encoding::Deterministic).unwrap();
        assert_eq!(value.encode(), input);
    }
}

#[test]
fn heads_are_written_in_their_shortest_form() {
    let rows = [
        (0, "00"),
        (23, "17"),
        (24, "1818"),
        (0xff, "18ff"),
        (0x100, "190100"),
        (0xffff, "19ffff"),
        (0x1_0000, "1a00010000"),
        (0xffff_ffff, "1affffffff"),
        (0x1_0000_0000, "1b0000000100000000"),
        (u64::MAX, "1bffffffffffffffff"),
    ];
    for (number, hex) in rows {
        assert_eq!(Value::Uint(number).encode(), bytes(hex));
        let mut negative = bytes(hex);
        negative[0] |= 0x20;
        assert_eq!(Value::Nint(number).encode(), negative);
        let mut tagged = bytes(hex);
        tagged[0] |= 0xc0;
        tagged.push(0xf6);
        assert_eq!(Value::Tag(number, Box::new(Value::Null)).encode(), tagged);
    }
    let mut encoder = Encoder::with_capacity(16);
    encoder
        .int(-1)
        .int(i64::MIN)
        .int(i64::MAX)
        .bool(true)
        .null()
        .simple(59)
        .simple(24)
        .bytes_head(1)
        .raw(b"x");
    let expected = bytes("20 3b7fffffffffffffff 1b7fffffffffffffff f5 f6 f83b f7 4178");
    assert_eq!(encoder.as_bytes(), expected);
}

#[test]
fn map_keys_are_written_in_bytewise_order() {
    // RFC 8949 section 4.2.1, with simple values between strings and floats.
    let ordered = [
        Value::Uint(10),
        Value::Uint(100),
        Value::Nint(0),
        Value::bytes([]),
        Value::bytes([0xff]),
        Value::bytes([0, 0]),
        Value::text("z"),
        Value::text("aa"),
        Value::Array(vec![Value::Uint(100)]),
        Value::Array(vec![Value::Nint(0)]),
        Value::Bool(false),
        Value::Simple(59),
    ];
    let map = Value::Map(ordered.iter().rev().map(|key| (key.clone(), Value::Null)).collect());
    let body: Vec<u8> = ordered.iter().flat_map(|key| [key.encode(), vec![0xf6]].concat()).collect();
    assert_eq!(map.encode(), [vec![0xac], body].concat());
    assert!(ordered.windows(2).all(|pair| pair[0].key_order(&pair[1]).is_lt()));
}

#[test]
fn values_answer_only_for_their_type() {
    let map = decode("a3 0102 2003 616104", Encoding::Deterministic).unwrap();
    assert_eq!(map.get_int(1).and_then(Value::as_int), Some(2));
    assert_eq!(map.get_int(-1).and_then(Value::as_int), Some(3));
    assert_eq!(map.get("a").and_then(Value::as_int), Some(4));
    assert_eq!((map.get("b"), map.get_int(7), Value::Null.get("a")), (None, None, None));
    assert_eq!(Value::int(-5).as_int(), Some(-5));
    assert_eq!(Value::Uint(u64::MAX).as_int(), None);
    assert_eq!(Value::Nint(u64::MAX).as_int(), None);
    assert_eq!((Value::text("x").as_text(), Value::Null.as_text()), (Some("x"), None));
    assert_eq!((Value::bytes([1]).as_bytes(), Value::Null.as_bytes()), (Some([1].as_slice()), None));
    assert_eq!((Value::Bool(true).as_bool(), Value::Null.as_bool()), (Some(true), None));
}

/// The head is right whatever was expected, and so is what stands around it.
#[test]
fn bytes_with_puts_its_head_right() {
    for length in [0, 1, 23, 24, 255, 256, 65_535, 65_536] {
        let content = vec![7; length];
        let mut required = Encoder::new();
        required.null().bytes(&content).null();
        for expected in [0, 23, 24, 255, 256, 65_535, 65_536, length] {
            let mut encoder = Encoder::new();
            encoder.null();
            let span = encoder.bytes_with(expected, |inner| {
                inner.raw(&content);
            });
            assert_eq!(encoder.as_bytes().get(span), Some(content.as_slice()));
            encoder.null();
            assert_eq!(encoder.as_bytes(), required.as_bytes(), "{length} for {expected}");
        }
    }
}

/// One string inside another.
#[test]
fn a_byte_string_is_written_from_the_inside() {
    for length in [0, 23, 24, 256, 65_536] {
        let content = vec![7; length];
        let (mut ours, mut inner, mut plain) = (Encoder::new(), Encoder::new(), Encoder::new());
        ours.null().bytes_with(0, |out| {
            out.bytes_with(24, |out| {
                out.raw(&content);
            });
        });
        inner.bytes(&content);
        plain.null().bytes(inner.as_bytes());
        assert_eq!(ours.as_bytes(), plain.as_bytes(), "{length}");
    }
}

/// What a map key can be.
fn key() -> impl Strategy<Value = Value> {
    prop_oneof![
        number().prop_map(Value::Uint),
        number().prop_map(Value::Nint),
        prop::collection::vec(any::<u8>(), 0..30).prop_map(Value::Bytes),
        "\\PC{0,12}".prop_map(Value::Text),
        any::<bool>().prop_map(Value::Bool),
        Just(Value::Null),
        Just(Value::Undefined),
        prop_oneof![0..20_u8, 32..=255_u8].prop_map(Value::Simple),
    ]
}

/// Numbers of every width.
fn number() -> impl Strategy<Value = u64> {
    (any::<u64>(), 0..64_u32).prop_map(|(number, shift)| number >> shift)
}

fn float() -> impl Strategy<Value = f64> {
    prop_oneof![any::<f64>(), any::<f32>().prop_map(f64::from), any::<u64>().prop_map(f64::from_bits)]
}

/// Trees whose maps have distinct keys in any order.
fn tree() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![4 => key(), 1 => float().prop_map(Value::Float)];
    leaf.prop_recursive(6, 80, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::Array),
            prop::collection::vec((key(), inner.clone()), 0..8).prop_map(|mut entries| {
                entries.sort_by(|(a, _), (b, _)| a.key_order(b));
                entries.dedup_by(|(a, _), (b, _)| a == b);
                Value::Map(entries)
            }),
            (number(), inner).prop_map(|(tag, content)| Value::Tag(tag, Box::new(content))),
        ]
    })
}

/// The same tree with the entries of every map turned around.
fn permuted(value: &Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.iter().map(permuted).collect()),
        Value::Map(entries) => {
            Value::Map(entries.iter().rev().map(|(key, value)| (key.clone(), permuted(value))).collect())
        }
        Value::Tag(tag, content) => Value::Tag(*tag, Box::new(permuted(content))),
        other => other.clone(),
    }
}

/// The encoding of a tree as it stands: no sorting.
fn as_it_stands(value: &Value, encoder: &mut Encoder) {
    match value {
        Value::Array(items) => {
            encoder.array(items.len());
            items.iter().for_each(|item| as_it_stands(item, encoder));
        }
        Value::Map(entries) => {
            encoder.map(entries.len());
            for (key, value) in entries {
                as_it_stands(key, encoder);
                as_it_stands(value, encoder);
            }
        }
        Value::Tag(tag, content) => {
            encoder.tag(*tag);
            as_it_stands(content, encoder);
        }
        other => other.write(encoder),
    }
}

/// Floats compare by their bits, so that NaN is equal to itself.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Float(a), Value::Float(b)) => a.to_bits() == b.to_bits(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Map(a), Value::Map(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(&a.0, &b.0) && same(&a.1, &b.1))
        }
        (Value::Tag(a, x), Value::Tag(b, y)) => a == b && same(x, y),
        _ => a == b,
    }
}

/// What holds for any input: no panic; the strict reader accepts exactly what the writer writes;
/// the tolerant one accepts what the strict one accepts, and reads the same.
fn holds_for_any_input(input: &[u8]) {
    let tolerant = Value::decode(input, &Limits::TOKEN, Encoding::Tolerant);
    let strict = Value::decode(input, &Limits::TOKEN, Encoding::Deterministic);
    if let Ok(strict) = &strict {
        assert_eq!(strict.encode(), input);
        assert!(tolerant.as_ref().is_ok_and(|tolerant| same(tolerant, strict)));
    }
    if let Ok(tolerant) = tolerant {
        let encoded = tolerant.encode();
        assert_eq!(strict.is_ok(), encoded == input);
        assert!(Value::decode(&encoded, &Limits::TOKEN, Encoding::Deterministic).is_ok());
    }
}

proptest! {
    #[test]
    fn decoding_gives_back_what_was_encoded(value in tree()) {
        let encoded = value.encode();
        for encoding in [Encoding::Deterministic, Encoding::Tolerant] {
            let decoded = Value::decode(&encoded, &Limits::TOKEN, encoding).unwrap();
            prop_assert!(same(&decoded, &value));
        }
    }

    #[test]
    fn the_length_is_that_of_the_encoding(value in tree()) {
        prop_assert_eq!(value.encoded_len(), value.encode().len());
    }

    #[test]
    fn keys_are_in_the_order_of_their_encodings(a in tree(), b in tree()) {
        prop_assert_eq!(a.key_order(&b), a.encode().cmp(&b.encode()));
    }

    #[test]
    fn the_order_of_entries_does_not_change_the_encoding(value in tree()) {
        prop_assert_eq!(permuted(&value).encode(), value.encode());
    }

    #[test]
    fn the_tolerant_reader_keeps_the_order_it_finds(value in tree()) {
        let turned = permuted(&value);
        let mut encoder = Encoder::new();
        as_it_stands(&turned, &mut encoder);
        let decoded = Value::decode(encoder.as_bytes(), &Limits::TOKEN, Encoding::Tolerant).unwrap();
        prop_assert!(same(&decoded, &turned));
        holds_for_any_input(encoder.as_bytes());
    }

    #[test]
    fn any_bytes_are_read_or_refused(input in prop::collection::vec(any::<u8>(), 0..200)) {
        holds_for_any_input(&input);
    }

    #[test]
    fn damaged_encodings_are_read_or_refused(
        value in tree(),
        at in any::<prop::sample::Index>(),
        bytes in prop::collection::vec(any::<u8>(), 0..4),
        replaced in 0..4_usize,
    ) {
        let mut input = value.encode();
        let at = at.index(input.len());
        let end = input.len().min(at + replaced);
        input.splice(at..end, bytes);
        holds_for_any_input(&input);
    }

    #[test]
    fn every_prefix_is_truncated(value in tree(), cut in any::<prop::sample::Index>()) {
        let input = value.encode();
        let prefix = &input[..cut.index(input.len())];
        for encoding in [Encoding::Deterministic, Encoding::Tolerant] {
            let error = Value::decode(prefix, &Limits::TOKEN, encoding).unwrap_err();
            prop_assert_eq!(error.fault, Fault::Truncated);
        }
    }

    #[test]
    fn keys_are_ordered_as_their_encodings(a in key(), b in key()) {
        let (left, right) = (a.encode(), b.encode());
        let key = |input| Decoder::new(input, &Limits::TOKEN, Encoding::Deterministic).unwrap().key().unwrap();
        prop_assert_eq!(key(&left).cmp(&key(&right)), left.cmp(&right));
    }
}
