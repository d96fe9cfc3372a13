//! Tokens that break the format: V rules but those of times.

use super::Attack;
use super::accomplices::{SALT, SD_CLAIMS, Target, hidden_at, list_at, shown_at, value_of};
use super::forge::{Credential, Envelope, Hidden, Node};
use geleit_cose::cbor::Value;
use geleit_cose::sign1::label;
use geleit_credential::numbers::{cbor, claim, confirmation, header};
use geleit_credential::sd_cwt::redacted_claim_hash;

pub(super) const ATTACKS: &[Attack] = &[
    Attack::breaking("V-01", "type-of-a-cwt", "the credential has the type of a plain CWT", |target| {
        let typ = Value::int(label::TYP);
        Some(target.issuer(|one| one.protected.set(&typ, &Value::text("application/cwt"))))
    }),
    Attack::breaking(
        "V-02",
        "type-of-a-credential",
        "the key-binding token has the type of a credential",
        |target| Some(target.holder(|token| token.protected.set(&Value::int(label::TYP), &Value::Uint(293)))),
    ),
    Attack::breaking("V-03", "credential-unsigned", "the holder does not sign what it shows", |target| {
        let kcwt = Value::int(header::KCWT);
        Some(target.holder(|token| {
            token.protected.remove(&kcwt);
            token.unprotected.set_raw(&kcwt, target.credential.clone());
        }))
    }),
    Attack::breaking("V-04", "claims-unsigned", "the credential has claims that nobody signed", |target| {
        let same = Value::Map(vec![(Value::int(claim::ISS), Value::text(target.issuer.0))]);
        let label = Value::int(header::CWT_CLAIMS);
        Some(target.around(Envelope::tamper(&target.credential, |one| one.unprotected.set(&label, &same))))
    }),
    Attack::breaking("V-04", "claims-around", "the key-binding token has claims in its header", |target| {
        let same = Value::Map(vec![(Value::int(claim::ISS), Value::text(target.issuer.0))]);
        Some(target.holder(|token| token.protected.set(&Value::int(header::CWT_CLAIMS), &same)))
    }),
    Attack::breaking("V-05", "hash-unsigned", "the way of hashing stands where nobody signs it", |target| {
        let label = Value::int(header::SD_ALG);
        let named = Envelope::tamper(&target.credential, |one| one.unprotected.set(&label, &Value::int(-16)));
        Some(target.around(named))
    }),
    Attack::breaking("V-05", "other-hash", "the credential says that its hashes are SHA-512", |target| {
        Some(target.issuer(|one| one.protected.set(&Value::int(header::SD_ALG), &Value::int(-44))))
    }),
    Attack::breaking("V-06", "disclosures-signed", "the disclosures stand in the signed header", |target| {
        Some(target.issuer_envelope(|one| {
            let all = one.unprotected.get(&SD_CLAIMS).map(<[u8]>::to_vec).unwrap_or_default();
            one.unprotected.remove(&SD_CLAIMS);
            one.protected.set_raw(&SD_CLAIMS, all);
        }))
    }),
    Attack::breaking("V-06", "disclosures-empty", "the list of disclosures is there and empty", |target| {
        Some(target.disclosing(Vec::new()))
    }),
    Attack::breaking(
        "V-07",
        "encrypted-disclosure",
        "an encrypted disclosure beside the plain ones",
        |target| {
            let parts = [(16, 1), (40, 2), (16, 3)].map(|(length, fill)| Value::bytes(vec![fill; length]));
            let all = Value::Array(vec![Value::Array(parts.to_vec())]);
            let label = Value::int(header::SD_AEAD_ENCRYPTED_CLAIMS);
            Some(target.around(Envelope::tamper(&target.credential, |one| one.unprotected.set(&label, &all))))
        },
    ),
    Attack::breaking(
        "V-08",
        "short-salt",
        "a disclosure has a salt of 8 bytes, which can be guessed",
        |target| {
            target.issued_disclosure(&Value::Array(vec![
                Value::bytes([7; 8]),
                Value::Bool(true),
                Value::text("bonus"),
            ]))
        },
    ),
    Attack::breaking("V-09", "disclosure-twice", "a disclosure is there twice", |target| {
        let mut all = target.disclosures();
        all.push(all.first()?.clone());
        Some(target.disclosing(all))
    }),
    Attack::breaking("V-10", "salt-twice", "two disclosures have the same salt", |target| {
        let mut credential = Credential::open(&target.credential);
        let (salt, group) = shown_at(&mut credential.claims).next()?;
        *shown_at(group).next()?.0 = *salt;
        Some(target.around(credential.seal(target.issuer.1)))
    }),
    Attack::breaking("V-11", "short-hash", "a redacted claim hash has 31 bytes", short_hash),
    Attack::breaking("V-12", "hash-twice", "a hash that nobody discloses is there twice", |target| {
        let mut credential = Credential::open(&target.credential);
        let same = hidden_at(&mut credential.claims)?.clone();
        credential.claims.hidden().push(same);
        Some(target.around(credential.seal(target.issuer.1)))
    }),
    Attack::breaking(
        "V-13",
        "element-among-keys",
        "the disclosure of an element stands among keys",
        |target| {
            let mut credential = Credential::open(&target.credential);
            *hidden_at(&mut credential.claims)? = Hidden::Element(SALT, Node::of(&Value::Bool(true)));
            Some(target.around(credential.seal(target.issuer.1)))
        },
    ),
    Attack::breaking("V-13", "entry-among-elements", "a claim with a name stands among elements", |target| {
        let mut credential = Credential::open(&target.credential);
        let key = Value::text("bonus").encode();
        let hidden = list_at(&mut credential.claims)?.iter_mut().find_map(|one| match one {
            Err(hidden @ Hidden::Unknown(_)) => Some(hidden),
            Ok(_) | Err(_) => None,
        });
        *hidden? = Hidden::Entry(SALT, key, Node::of(&Value::Bool(true)));
        Some(target.around(credential.seal(target.issuer.1)))
    }),
    Attack::breaking("V-14", "claim-over-plain", "a disclosure overwrites a claim in the clear", |target| {
        let mut credential = Credential::open(&target.credential);
        let (key, type_name) = (Value::int(claim::VCT).encode(), Value::text("urn:example:other"));
        *hidden_at(&mut credential.claims)? = Hidden::Entry(SALT, key, Node::of(&type_name));
        Some(target.around(credential.seal(target.issuer.1)))
    }),
    Attack::breaking("V-15", "value-changed", "the holder changes the value of a disclosure", value_changed),
    Attack::breaking(
        "V-16",
        "registered-claim-redacted",
        "a claim is hidden that must be in the clear",
        |target| {
            let mut credential = Credential::open(&target.credential);
            let key = Value::int(claim::CTI).encode();
            *hidden_at(&mut credential.claims)? = Hidden::Entry(SALT, key, Node::of(&Value::bytes([7])));
            Some(target.around(credential.seal(target.issuer.1)))
        },
    ),
    Attack::breaking("V-17", "no-issuer", "the credential does not name its issuer", |target| {
        Some(target.issuer_without(claim::ISS))
    }),
    Attack::breaking(
        "V-18",
        "no-holder-key",
        "the credential names the holder's key by a number only",
        |target| {
            let by_number = Value::Map(vec![(Value::int(3), Value::bytes([7]))]);
            Some(target.issuer_claim(claim::CNF, &by_number))
        },
    ),
    Attack::breaking(
        "V-18",
        "holder-key-private",
        "the credential contains the holder's private key",
        |target| {
            let mut credential = Credential::open(&target.credential);
            let cnf = credential.claims.find(&Value::int(claim::CNF))?;
            cnf.find(&Value::int(confirmation::COSE_KEY))?.set_plain(&Value::int(-4), &Value::bytes([7; 32]));
            Some(target.around(credential.seal(target.issuer.1)))
        },
    ),
    Attack::breaking("V-19", "audience-of-number", "the audience of the credential is a number", |target| {
        Some(target.issuer_claim(claim::AUD, &Value::Uint(7)))
    }),
    Attack::breaking("V-29", "other-audience", "the holder signs for another verifier", |target| {
        Some(target.holder_claim(claim::AUD, &Value::text("https://elsewhere.example")))
    }),
    Attack::breaking("V-29", "no-audience", "the holder signs for nobody in particular", |target| {
        Some(target.holder(|token| token.payload.remove(&Value::int(claim::AUD))))
    }),
    Attack::breaking(
        "V-30",
        "credential-for-another",
        "the credential is for another verifier only",
        |target| Some(target.issuer_claim(claim::AUD, &Value::text("https://elsewhere.example"))),
    ),
    Attack::breaking("V-31", "other-nonce", "the holder signs another nonce", |target| {
        Some(target.holder_claim(claim::CNONCE, &Value::bytes(*b"nonce of nobody.")))
    }),
    Attack::breaking("V-31", "no-nonce", "the holder signs no nonce", |target| {
        Some(target.holder(|token| token.payload.remove(&Value::int(claim::CNONCE))))
    }),
    Attack::breaking("V-32", "subject-in-binding", "the holder signs a name for itself", |target| {
        Some(target.holder_claim(claim::SUB, &Value::text("urn:example:somebody")))
    }),
    Attack::breaking("V-34", "name-of-another", "an issuer signs under the name of another", |target| {
        Some(target.issuer_claim(claim::ISS, &Value::text("https://elsewhere.example")))
    }),
    Attack::breaking("V-35", "many-disclosures", "600 disclosures", |target| {
        let many = (0..600_u16).map(|number| {
            let content = Value::Array(vec![Value::bytes([number.to_be_bytes(); 8].concat())]);
            Value::bytes(content.encode()).encode()
        });
        Some(target.disclosing(many.collect()))
    }),
];

/// A byte less of a hash at the top that nobody disclosed.
fn short_hash(target: &Target<'_>) -> Option<Vec<u8>> {
    let key = Value::Simple(cbor::REDACTED_CLAIM_KEYS);
    let shown: Vec<[u8; 32]> = target.disclosures().iter().map(|one| redacted_claim_hash(one)).collect();
    let payload = Envelope::open(&target.credential).payload;
    let Value::Array(mut hashes) = value_of(payload.get(&key)?)? else { return None };
    let hidden = hashes.iter_mut().find_map(|hash| match hash {
        Value::Bytes(bytes) if !shown.iter().any(|one| one == bytes.as_slice()) => Some(bytes),
        _ => None,
    });
    hidden?.pop();
    Some(target.issuer_envelope(|one| one.payload.set(&key, &Value::Array(hashes))))
}

/// The first disclosure that shows no group, with another value. Its hash is no longer the one that was signed.
fn value_changed(target: &Target<'_>) -> Option<Vec<u8>> {
    let mut all = target.disclosures();
    let (place, changed) = all.iter().enumerate().find_map(|(place, one)| Some((place, changed(one)?)))?;
    *all.get_mut(place)? = changed;
    Some(target.disclosing(all))
}

fn changed(disclosure: &[u8]) -> Option<Vec<u8>> {
    let Value::Bytes(content) = value_of(disclosure)? else { return None };
    let Value::Array(mut parts) = value_of(&content)? else { return None };
    let value = parts.get_mut(1)?;
    *value = match value {
        Value::Bool(truth) => Value::Bool(!*truth),
        Value::Text(text) => Value::text(format!("{text}!")),
        Value::Bytes(_) => Value::bytes([7]),
        _ => return None,
    };
    Some(Value::bytes(Value::Array(parts).encode()).encode())
}
