//! The work that is the same for everybody: 20 claims of an invented person, three to be shown, and the
//! question that the presentation answers.
//!
//! Every system gets the same names and values, hides each claim by itself where it can hide anything, and
//! has issuer, subject, type and times in the clear.

use std::sync::LazyLock;

/// The value of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    /// A text.
    Text(&'a str),
    /// A whole number.
    Number(i64),
}

/// A claim of the credential.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claim {
    /// Its name.
    pub(crate) name: &'static str,
    /// Its value.
    pub(crate) value: Value<'static>,
}

const fn text(name: &'static str, value: &'static str) -> Claim {
    Claim { name, value: Value::Text(value) }
}

const fn number(name: &'static str, value: i64) -> Claim {
    Claim { name, value: Value::Number(value) }
}

/// A residence permit of nobody, from nowhere. `XX` is a code that ISO 3166 leaves to its users.
pub(crate) const CLAIMS: [Claim; 20] = [
    text("document_number", "XX-4471-0093-62"),
    text("permit_type", "skilled worker, invented"),
    text("family_name", "Beispiel-Example"),
    text("given_names", "Exempla Testine"),
    text("date_of_birth", "1991-01-01"),
    text("place_of_birth", "Nowhere-on-Sea"),
    text("nationality", "XX"),
    text("sex", "X"),
    text("street", "12 Sample Street, Flat 3"),
    text("locality", "Exampleton"),
    text("postal_code", "XX1 2XX"),
    text("country", "XX"),
    text("authority", "Office of Invented Permits"),
    text("issued_on", "2026-11-02"),
    text("valid_from", "2026-11-16"),
    text("work_permitted", "yes"),
    text("work_until", "2028-03-31"),
    text("work_conditions", "sponsor-tied, no self-employment"),
    number("weekly_hours", 40),
    number("dependants", 2),
];

/// Places of the claims that most questions ask for.
pub(crate) const THREE: &[usize] = &[15, 16, 17];

/// Places of all claims.
pub(crate) const ALL: &[usize] = &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19];

/// A value that every presentation shows, and one of the same length that a forger puts in its place.
pub(crate) const EXCHANGED: (&str, &str) = ("2028-03-31", "2098-03-31");

/// The claims at these places.
pub(crate) fn claims_at(places: &[usize]) -> impl Iterator<Item = &'static Claim> {
    places.iter().filter_map(|place| CLAIMS.get(*place))
}

/// Who issues.
pub(crate) const ISSUER: &str = "https://status.example";

/// The issuer's name for the holder.
pub(crate) const SUBJECT: &str = "urn:example:subject:1";

/// The type of the credential.
pub(crate) const TYPE: &str = "https://status.example/residence/1";

/// Who asks.
pub(crate) const AUDIENCE: &str = "https://employer.example";

/// When everything happens: 2026-11-23T09:00:00Z.
pub(crate) const NOW: i64 = 1_795_424_400;

/// When the credential expires: 2099-01-01. So late because a peer goes by the clock of the machine.
pub(crate) const EXPIRES: i64 = 4_070_908_800;

/// How old a presentation may be, in seconds.
pub(crate) const MAX_AGE_S: i64 = 600;

/// The seed of the issuer's key.
pub(crate) const ISSUER_SEED: [u8; 32] = [0x11; 32];

/// The seed of the holder's key.
pub(crate) const HOLDER_SEED: [u8; 32] = [0x22; 32];

/// A nonce, as bytes and in the base64url that JSON formats carry.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Nonce {
    /// The bytes.
    pub(crate) bytes: &'static [u8],
    /// The same as text.
    pub(crate) text: &'static str,
}

/// The nonce of the question.
pub(crate) const NONCE: Nonce =
    Nonce { bytes: b"a nonce of thirty-two bytes 1234", text: "YSBub25jZSBvZiB0aGlydHktdHdvIGJ5dGVzIDEyMzQ" };

/// The nonce of another question.
pub(crate) const OTHER_NONCE: Nonce =
    Nonce { bytes: b"another one of thirty-two bytes!", text: "YW5vdGhlciBvbmUgb2YgdGhpcnR5LXR3byBieXRlcyE" };

/// The public key of a seed.
pub(crate) fn public(seed: &[u8; 32]) -> [u8; 32] {
    ed25519_dalek::SigningKey::from_bytes(seed).verifying_key().to_bytes()
}

/// The claims as JSON, with issuer, subject, type and times.
pub(crate) static JSON: LazyLock<serde_json::Value> = LazyLock::new(|| {
    let registered = [("iss", ISSUER), ("sub", SUBJECT), ("vct", TYPE)];
    let registered = registered.map(|(name, value)| (name.to_owned(), value.into()));
    let times = [("iat".to_owned(), NOW.into()), ("exp".to_owned(), EXPIRES.into())];
    let claims = CLAIMS.iter().map(|claim| {
        let value = match claim.value {
            Value::Text(text) => text.into(),
            Value::Number(number) => number.into(),
        };
        (claim.name.to_owned(), value)
    });
    serde_json::Value::Object(registered.into_iter().chain(times).chain(claims).collect())
});

/// The holder's key as a JWK (RFC 8037).
pub(crate) fn holder_jwk() -> serde_json::Value {
    use base64ct::Encoding;
    let x = base64ct::Base64UrlUnpadded::encode_string(&public(&HOLDER_SEED));
    serde_json::json!({ "kty": "OKP", "crv": "Ed25519", "x": x })
}

/// A claim as JSON has it.
pub(crate) fn from_json(value: &serde_json::Value) -> Option<Value<'_>> {
    value.as_str().map(Value::Text).or_else(|| value.as_i64().map(Value::Number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64ct::{Base64UrlUnpadded, Encoding};

    #[test]
    fn claims_are_twenty_different_ones() {
        let names: std::collections::BTreeSet<&str> = CLAIMS.iter().map(|claim| claim.name).collect();
        assert_eq!((names.len(), CLAIMS.len(), ALL.len()), (20, 20, 20));
        assert!(claims_at(THREE).any(|claim| claim.value == Value::Text(EXCHANGED.0)));
        assert_eq!(EXCHANGED.0.len(), EXCHANGED.1.len());
    }

    #[test]
    fn nonces_are_the_same_as_bytes_and_text() {
        for nonce in [NONCE, OTHER_NONCE] {
            assert_eq!(nonce.text, Base64UrlUnpadded::encode_string(nonce.bytes));
            assert_eq!(nonce.bytes.len(), 32);
        }
    }
}
