//! Nobody sees a payload before its signature was checked.

use geleit_cose::cbor::{Encoding, Limits};
use geleit_cose::sign1::{NoHeaders, Sign1};

fn main() {
    let sign1 = Sign1::parse(b"", &Limits::TOKEN, Encoding::Deterministic, &mut NoHeaders).unwrap();
    let _ = sign1.payload();
}
