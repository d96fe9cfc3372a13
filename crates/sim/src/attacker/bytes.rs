//! Bytes that are no strict CBOR: M rules.

use super::Attack;
use super::forge::Envelope;
use geleit_cose::cbor::Value;
use geleit_cose::sign1::label;

pub(super) const ATTACKS: &[Attack] = &[
    Attack::breaking("M-01", "cut-short", "the last byte is missing", |target| {
        let mut bytes = target.scene.honest.to_vec();
        bytes.pop().map(|_| bytes)
    }),
    Attack::breaking("M-02", "trailing-byte", "a byte follows the answer", |target| {
        Some([target.scene.honest, &[0]].concat())
    }),
    Attack::breaking("M-03", "reserved-head", "the holder signs a head that no item has", |target| {
        Some(target.holder_extra(&[0x1c]))
    }),
    Attack::breaking("M-04", "indefinite-length", "the holder signs an array without a length", |target| {
        Some(target.holder_extra(&[0x9f, 0xff]))
    }),
    Attack::breaking("M-05", "text-not-utf8", "the holder signs a text that is none", |target| {
        Some(target.holder_extra(&[0x61, 0xff]))
    }),
    Attack::breaking("M-06", "key-twice", "the audience stands twice in what the holder signs", |target| {
        Some(target.holder(|token| token.payload.entries = doubled(token)))
    }),
    Attack::breaking(
        "M-07",
        "key-of-bytes",
        "a claim of the key-binding token has a key of bytes",
        |target| Some(target.holder(|token| token.payload.set(&Value::bytes([7]), &Value::Null))),
    ),
    Attack::breaking("M-08", "head-not-shortest", "a head has one byte more than necessary", |target| {
        let (head, rest) = target.scene.honest.split_first()?;
        Some([&[0x98, head & 0x1f], rest].concat())
    }),
    Attack::breaking("M-09", "keys-not-sorted", "the holder signs claims in descending order", |target| {
        Some(target.holder(|token| token.payload.entries.reverse()))
    }),
    Attack::breaking("M-11", "many-items", "a signed header has 9,000 numbers", |target| {
        let many = Value::Array(vec![Value::Uint(0); 9_000]);
        Some(target.holder(|token| token.protected.set(&Value::Uint(99), &many)))
    }),
    Attack::breaking("M-12", "too-deep", "the holder signs arrays that are nested twenty deep", |target| {
        Some(target.holder_extra(&[[0x81; 20].as_slice(), &[0x80]].concat()))
    }),
    Attack::breaking("M-14", "key-id-of-text", "the key id of the credential is text", |target| {
        let kid = Value::int(label::KID);
        Some(target.issuer_envelope(|one| one.protected.set(&kid, &Value::text("key 1"))))
    }),
    Attack::breaking(
        "M-15",
        "redaction-tag",
        "a mark of redaction stands where nothing is redacted",
        |target| Some(target.holder_extra(&[0xd8, 0x3a, 0xf6])),
    ),
    Attack::breaking("M-16", "redaction-mark", "the key of redacted claims stands as a value", |target| {
        Some(target.holder_extra(&[0xf8, 0x3b]))
    }),
];

fn doubled(token: &Envelope) -> Vec<(Vec<u8>, Vec<u8>)> {
    token.payload.entries.iter().take(1).chain(&token.payload.entries).cloned().collect()
}
