//! A payload comes from a verified envelope and from nowhere else.

use geleit_cose::sign1::Payload;

fn main() {
    let _ = Payload { bytes: b"anything", span: 0..8 };
}
