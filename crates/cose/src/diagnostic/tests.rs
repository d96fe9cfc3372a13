//! Notation against RFC 8949 appendix A, and what must not reach a terminal.

use super::{compact, pretty};
use crate::cbor::{Encoder, Fault, Limits};

fn show(hex: &str) -> String {
    compact(&base16ct::lower::decode_vec(hex).unwrap(), &Limits::TOKEN).unwrap()
}

#[test]
fn scalars_are_those_of_rfc_8949_appendix_a() {
    let rows = [
        ("00", "0"),
        ("1bffffffffffffffff", "18446744073709551615"),
        ("3bffffffffffffffff", "-18446744073709551616"),
        ("20", "-1"),
        ("f90000", "0.0"),
        ("f98000", "-0.0"),
        ("f93c00", "1.0"),
        ("fb3ff199999999999a", "1.1"),
        ("f97bff", "65504.0"),
        ("fa47c35000", "100000.0"),
        ("fb7e37e43c8800759c", "1e300"),
        ("f90001", "5.960464477539063e-8"),
        ("f97c00", "Infinity"),
        ("f9fc00", "-Infinity"),
        ("f97e00", "NaN"),
        ("fb7ff8000000000000", "NaN"),
        ("f4", "false"),
        ("f5", "true"),
        ("f6", "null"),
        ("f7", "undefined"),
        ("f0", "simple(16)"),
        ("f83b", "simple(59)"),
        ("f8ff", "simple(255)"),
        ("40", "h''"),
        ("4401020304", "h'01020304'"),
        ("60", "\"\""),
        ("62225c", "\"\\\"\\\\\""),
        ("62c3bc", "\"ü\""),
    ];
    for (hex, text) in rows {
        assert_eq!(show(hex), text, "{hex}");
    }
}

#[test]
fn containers_and_tags_nest() {
    assert_eq!(show("80"), "[]");
    assert_eq!(show("a0"), "{}");
    assert_eq!(show("8301820203820405"), "[1, [2, 3], [4, 5]]");
    assert_eq!(show("a26161016162820203"), "{\"a\": 1, \"b\": [2, 3]}");
    assert_eq!(show("c11a514b67b0"), "1(1363896240)");
    assert_eq!(show("c249010000000000000000"), "2(h'010000000000000000')");
    assert_eq!(show("a4f83b8041aa0120f4f502"), "{simple(59): [], h'aa': 1, -1: false, true: 2}");
}

#[test]
fn byte_strings_that_hold_a_map_or_an_array_are_opened() {
    assert_eq!(show("43a10126"), "<< {1: -7} >>");
    assert_eq!(show("4180"), "<< [] >>");
    // A byte string inside a byte string: << [ << [1] >>, null ] >>.
    assert_eq!(show("4582428101f6"), "<< [<< [1] >>, null] >>");
    // An integer, a text, a broken map, and a map with a byte behind it stay as they are.
    for closed in ["4101", "426161", "42a101", "44a1012600"] {
        assert!(show(closed).starts_with("h'"), "{closed}");
    }
}

#[test]
fn opening_stops_at_the_depth_limit() {
    let wrap = |levels: u8| {
        (0..levels).fold(vec![0x80], |inner, _| {
            let mut encoder = Encoder::new();
            encoder.array(1).bytes(&inner);
            encoder.into_bytes()
        })
    };
    let limits = Limits { max_depth: 6, ..Limits::TOKEN };
    assert_eq!(compact(&wrap(2), &limits).unwrap(), "[<< [<< [] >>] >>]");
    assert_eq!(compact(&wrap(3), &limits).unwrap(), "[<< [<< [h'80'] >>] >>]");
}

#[test]
fn long_items_are_broken_into_lines() {
    let mut encoder = Encoder::new();
    encoder.tag(18).array(2).map(2);
    encoder.int(1).text(&"a".repeat(60)).int(2).text(&"b".repeat(60)).array(2).uint(1).uint(2);
    let expected = [
        "18([".to_owned(),
        "  {".to_owned(),
        format!("    1: \"{}\",", "a".repeat(60)),
        format!("    2: \"{}\"", "b".repeat(60)),
        "  },".to_owned(),
        "  [1, 2]".to_owned(),
        "])".to_owned(),
    ];
    assert_eq!(pretty(encoder.as_bytes(), &Limits::TOKEN).unwrap(), expected.join("\n"));
}

#[test]
fn text_cannot_steer_a_terminal() {
    let mut encoder = Encoder::new();
    encoder.text("a\u{1b}[2J\u{7}\u{9b}\u{202e}b\u{200b}\u{e0041}\r\n\t\u{7f}");
    assert_eq!(
        compact(encoder.as_bytes(), &Limits::TOKEN).unwrap(),
        r#""a\u001b[2J\u0007\u009b\u202eb\u200b\udb40\udc41\r\n\t\u007f""#
    );
}

#[test]
fn the_strict_rules_hold_here_too() {
    let fault = |hex: &str| {
        let bytes = base16ct::lower::decode_vec(hex).unwrap();
        pretty(&bytes, &Limits::TOKEN).unwrap_err().fault
    };
    assert_eq!(fault("0000"), Fault::Trailing);
    assert_eq!(fault("9fff"), Fault::Indefinite);
    assert_eq!(fault("a200010002"), Fault::DuplicateKey);
    let deep = [vec![0x81; 20], vec![0x80]].concat();
    assert_eq!(pretty(&deep, &Limits::TOKEN).unwrap_err().fault, Fault::TooDeep);
}
