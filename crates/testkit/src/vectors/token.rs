//! Any SD-CWT, keys, and misuse by issuers: rules M, C, V, H-01 to H-04, K and I.

use super::case::{CopyInputs, File, Inputs, Keys, Kind, VectorKey, VerifierInputs};
use crate::FixedRng;
use crate::forge::{self, Credential, Envelope, Hidden, RawMap};
use crate::world::{self, NOW};
use geleit_cose::algorithm::{Algorithm, Algorithms};
use geleit_cose::cbor::{Encoder, Encoding, Limits, Value};
use geleit_cose::key::{PublicKey, SigningKey};
use geleit_cose::sign1::label;
use geleit_credential::numbers::{cbor, claim, header};
use geleit_credential::sd_cwt::{
    IssuerName, KeyBinding, MyKeys, Nonce, Receiving, Scratch, SdCwt, bind, issue, receive, select,
};
use geleit_credential::time::UnixTime;

const AUDIENCE: &str = "https://verifier.example";
const NONCE: &[u8] = b"nonce of a verifier";
const KBT: Kind = Kind::Kbt;
const ISSUED: Kind = Kind::Issued;

/// An issuer, a holder, what the one issued and what the other shows of it.
struct Tokens {
    issuer: SigningKey,
    holder: SigningKey,
    issued: Vec<u8>,
    kbt: Vec<u8>,
}

fn marked(key: Value) -> Value {
    Value::Tag(cbor::TO_BE_REDACTED, Box::new(key))
}

fn decoy(number: u64) -> Value {
    Value::Tag(cbor::TO_BE_DECOY, Box::new(Value::Uint(number)))
}

/// Entries of a map.
type Entries = Vec<(Value, Value)>;

/// Claims of a person and what is redacted of them.
fn claims(holder: &PublicKey) -> Entries {
    let key = Value::decode(&holder.to_cose_key(), &Limits::TOKEN, Encoding::Deterministic).expect("a key");
    let address = Value::Map(vec![
        (Value::text("country"), Value::text("DE")),
        (marked(Value::text("locality")), Value::text("Musterstadt")),
        (decoy(1), Value::Null),
    ]);
    let languages = vec![Value::text("de"), marked(Value::text("tr")), decoy(2)];
    vec![
        (Value::int(claim::ISS), Value::text("https://issuer.example")),
        (Value::int(claim::SUB), Value::text("urn:example:subject:1")),
        (Value::int(claim::EXP), Value::int(NOW.plus(86_400).0)),
        (Value::int(claim::NBF), Value::int(NOW.plus(-3_600).0)),
        (Value::int(claim::IAT), Value::int(NOW.plus(-3_600).0)),
        (Value::int(claim::CNF), Value::Map(vec![(Value::int(1), key)])),
        (marked(Value::text("family_name")), Value::text("Muster")),
        (marked(Value::text("address")), address),
        (Value::text("languages"), Value::Array(languages)),
        (decoy(3), Value::Null),
    ]
}

impl Tokens {
    fn new() -> Self {
        let (issuer, holder) = (world::key("issuer"), world::key("holder"));
        let claims = Value::Map(claims(holder.public_key()));
        let rng = &mut FixedRng::new("token vectors");
        let issued = issue(&claims, b"issuer key 1", &issuer, Algorithm::ED25519, rng).expect("claims");
        let kbt = present(&issued, &issuer, &holder);
        Self { issuer, holder, issued, kbt }
    }

    /// The issuer signed something else, and the holder is offered it.
    fn issued(&self, change: impl FnOnce(&mut Credential)) -> Inputs {
        let mut credential = Credential::open(&self.issued);
        change(&mut credential);
        issued(credential.seal(&self.issuer))
    }

    /// The issuer signed something else, and the holder shows it.
    fn credential(&self, change: impl FnOnce(&mut Credential)) -> Inputs {
        let mut credential = Credential::open(&forge::credential_of(&self.kbt));
        change(&mut credential);
        self.presented(credential.seal(&self.issuer))
    }

    /// As [`Self::credential`], with changes of the encoding.
    fn raw_credential(&self, change: impl FnOnce(&mut Envelope)) -> Inputs {
        self.presented(Envelope::resign(&forge::credential_of(&self.kbt), &self.issuer, change))
    }

    /// The holder shows what the issuer signed, and signs something else about it.
    fn kbt(&self, change: impl FnOnce(&mut Envelope)) -> Inputs {
        shown(Envelope::resign(&self.kbt, &self.holder, change))
    }

    fn presented(&self, credential: Vec<u8>) -> Inputs {
        shown(forge::rebind(&self.kbt, credential, &self.holder))
    }
}

/// A key-binding token around everything but decoys and the locality.
fn present(issued: &[u8], issuer: &SigningKey, holder: &SigningKey) -> Vec<u8> {
    let token = SdCwt::parse(issued, &Limits::TOKEN, Encoding::Deterministic).expect("a token");
    let receiving = Receiving {
        keys: MyKeys::OneOf(core::slice::from_ref(holder.public_key())),
        audiences: &[],
        nonces: &[],
        now: NOW,
        algorithms: Algorithms::ED25519,
        issuer: IssuerName::DangerousWhateverTheKeySigns,
    };
    let mut scratch = Scratch::default();
    let received = receive(&token, issuer.public_key(), &receiving, &mut scratch).expect("a credential");
    let locality = Some(geleit_cose::cbor::Key::Text("locality"));
    let selected = select(&received, |one| one.key() != locality).expect("parents are chosen");
    let binding = KeyBinding { audience: AUDIENCE, nonce: Nonce::Exactly(NONCE), issued_at: NOW, more: &[] };
    bind(&selected, &binding, holder, Algorithm::ED25519).expect("an Ed25519 key signs")
}

fn verifier(now: UnixTime, cnonce: Option<&[u8]>) -> Option<VerifierInputs> {
    Some(VerifierInputs { now: now.0, audiences: vec![AUDIENCE.to_owned()], cnonce: cnonce.map(Into::into) })
}

fn shown(token: Vec<u8>) -> Inputs {
    Inputs { verifier: verifier(NOW, Some(NONCE)), cbor: Some(token.into()), ..Inputs::default() }
}

fn issued(token: Vec<u8>) -> Inputs {
    Inputs { verifier: verifier(NOW, None), cbor: Some(token.into()), ..Inputs::default() }
}

fn keys(tokens: &Tokens) -> Keys {
    let public = |key: &SigningKey| {
        let cose_key = key.public_key().to_cose_key();
        VectorKey { public: cose_key[cose_key.len() - 32..].into() }
    };
    Keys { issuer: public(&tokens.issuer), holder: Some(public(&tokens.holder)) }
}

pub(super) fn tokens() -> File {
    let tokens = Tokens::new();
    let mut file =
        File::new("Any SD-CWT and key-binding token, beside those of derived-ed25519", Inputs::default());
    file.keys = Some(keys(&tokens));
    accepted(&mut file, &tokens);
    malformed(&mut file, &tokens);
    envelopes(&mut file, &tokens);
    format(&mut file, &tokens);
    times(&mut file, &tokens);
    holder(&mut file, &tokens);
    file
}

fn accepted(file: &mut File, tokens: &Tokens) {
    for (kind, name, inputs) in
        [(ISSUED, "issued", issued(tokens.issued.clone())), (KBT, "shown", shown(tokens.kbt.clone()))]
    {
        file.accept(kind, name, "nothing is broken: the baseline of this file", inputs);
        let case = file.cases.last().cloned().expect("just added");
        let claims = file.run(&case).expect("the baseline is accepted").claims;
        if let Some(case) = file.cases.last_mut() {
            case.inputs.validated_claims_cbor = claims;
        }
    }
    let cti = tokens.kbt(|kbt| {
        kbt.payload.remove(&Value::int(claim::IAT));
        kbt.payload.set(&Value::int(claim::CTI), &Value::bytes([7]));
    });
    file.accept(KBT, "cti-instead-of-iat", "a key-binding token may have cti instead of iat", cti);
    let header = tokens.credential(|credential| {
        let same = Value::Map(vec![(Value::int(claim::ISS), Value::text("https://issuer.example"))]);
        credential.protected.set(&Value::int(header::CWT_CLAIMS), &same);
    });
    file.accept(KBT, "claims-header", "a CWT claims header that agrees with the payload", header);
    let critical = tokens.raw_credential(|credential| {
        let labels = Value::Array(vec![Value::int(label::TYP), Value::int(header::SD_ALG)]);
        credential.protected.set(&Value::int(header::SD_ALG), &Value::int(-16));
        credential.protected.set(&Value::int(label::CRIT), &labels);
    });
    file.accept(KBT, "critical-and-understood", "crit names labels that are there and understood", critical);
}

fn malformed(file: &mut File, tokens: &Tokens) {
    let mut reject =
        |rule: &str, name: &str, why: &str, inputs: Inputs| file.reject(KBT, rule, name, why, inputs);
    let value = |encoded: &[u8]| {
        let encoded = encoded.to_vec();
        tokens.raw_credential(|credential| credential.payload.set_raw(&Value::text("extra"), encoded))
    };
    reject(
        "M-03",
        "simple-in-two-bytes",
        "the value null in the form that is reserved",
        value(&[0xf8, 0x16]),
    );
    reject("M-03", "reserved-head", "additional information 28", value(&[0x1c]));
    reject("M-04", "indefinite-array", "an array without a length", value(&[0x9f, 0xff]));
    let order = |count: u64| {
        let mut map = RawMap::default();
        map.entries = (0..count).rev().map(|n| (Value::Uint(n).encode(), Value::Null.encode())).collect();
        map.encode()
    };
    reject("M-13", "unsorted-65", "a map of 65 entries in descending order", value(&order(65)));
    let two = [0xa2, 0x61, b'b', 0x01, 0x61, b'a', 0x02];
    file.accept(KBT, "unsorted-2", "a small map in descending order, which the draft allows", value(&two));
    file.accept(KBT, "unsorted-64", "a map of 64 entries in descending order", value(&order(64)));
    let mut reject =
        |rule: &str, name: &str, why: &str, inputs: Inputs| file.reject(KBT, rule, name, why, inputs);
    let kid = tokens.raw_credential(|one| one.protected.set(&Value::int(label::KID), &Value::text("key 1")));
    reject("M-14", "kid-is-text", "kid is text instead of bytes", kid);
    let many = Value::Array(vec![Value::Uint(0); 9_000]).encode();
    reject("M-11", "nine-thousand-items", "an array of 9,000 numbers", value(&many));
    let long = "k".repeat(256);
    let key = tokens.raw_credential(|one| one.payload.set(&Value::text(long), &Value::Null));
    reject("M-07", "key-of-256-bytes", "a claim key of 256 bytes", key);
    let empty = tokens.raw_credential(|one| one.payload.set(&Value::text(""), &Value::Null));
    reject("M-07", "key-empty", "a claim key without a character", empty);
}

fn envelopes(file: &mut File, tokens: &Tokens) {
    let mut reject =
        |rule: &str, name: &str, why: &str, inputs: Inputs| file.reject(KBT, rule, name, why, inputs);
    let alg = Value::int(label::ALG);
    reject(
        "C-01",
        "encrypted",
        "tag 16, a COSE_Encrypt0",
        shown([vec![0xd0], tokens.kbt[1..].to_vec()].concat()),
    );
    reject("C-02", "algorithm-missing", "no alg", tokens.kbt(|kbt| kbt.protected.remove(&alg)));
    let moved = tokens.kbt(|kbt| {
        kbt.protected.remove(&alg);
        kbt.unprotected.set(&alg, &Value::int(-19));
    });
    reject("C-02", "algorithm-unprotected", "alg stands in the unprotected header", moved);
    let text = tokens.kbt(|kbt| kbt.protected.set(&alg, &Value::text("Ed25519")));
    reject("C-02", "algorithm-in-text", "alg is text", text);
    let p256 = tokens.kbt(|kbt| kbt.protected.set(&alg, &Value::int(-9)));
    reject("C-03", "algorithm-of-another-key", "the algorithm of another kind of key", p256);
    let crit = |labels: Vec<Value>| {
        tokens.kbt(|kbt| kbt.protected.set(&Value::int(label::CRIT), &Value::Array(labels)))
    };
    reject(
        "C-04",
        "critical-unknown",
        "crit names a label that nobody knows",
        crit(vec![Value::int(-70_000)]),
    );
    reject(
        "C-04",
        "critical-absent",
        "crit names a label that is not there",
        crit(vec![Value::int(label::KID)]),
    );
    reject("C-04", "critical-empty", "crit names nothing", crit(Vec::new()));
    let unprotected = tokens.kbt(|kbt| {
        kbt.unprotected.set(&Value::int(label::CRIT), &Value::Array(vec![Value::int(label::ALG)]));
    });
    reject("C-04", "critical-unprotected", "crit stands in the unprotected header", unprotected);
    let both = tokens.kbt(|kbt| {
        kbt.protected.set(&Value::int(99), &Value::Uint(1));
        kbt.unprotected.set(&Value::int(99), &Value::Uint(1));
    });
    reject("C-06", "label-in-both-headers", "label 99 in both headers", both);
    reject("C-07", "detached", "null instead of the payload", shown(detached(&tokens.kbt)));
    let typ = tokens.kbt(|kbt| {
        kbt.protected.remove(&Value::int(label::TYP));
        kbt.unprotected.set(&Value::int(label::TYP), &Value::Uint(294));
    });
    reject("C-09", "type-unprotected", "typ stands in the unprotected header", typ);
    let many = tokens.kbt(|kbt| {
        (100..133).for_each(|label| kbt.unprotected.set(&Value::int(label), &Value::Null));
    });
    reject("C-08", "33-labels", "33 labels in the unprotected header", many);
    let most = tokens.kbt(|kbt| {
        (100..132).for_each(|label| kbt.unprotected.set(&Value::int(label), &Value::Null));
    });
    file.accept(KBT, "32-labels", "32 unknown labels in the unprotected header", most);
}

/// The token with null in place of its payload; the signature stays.
fn detached(token: &[u8]) -> Vec<u8> {
    let mut decoder = forge::decoder(token);
    decoder.tag().expect("a tag");
    decoder.array().expect("an array");
    let before = (0..2).map(|_| decoder.skip_unchecked().expect("a header").end).last().expect("two headers");
    let payload = decoder.skip_unchecked().expect("a payload");
    [&token[..before], &[0xf6], &token[payload.end..]].concat()
}

fn format(file: &mut File, tokens: &Tokens) {
    let mut reject =
        |rule: &str, name: &str, why: &str, inputs: Inputs| file.reject(KBT, rule, name, why, inputs);
    let typ = Value::int(label::TYP);
    let credential = |value: Value| tokens.credential(|one| one.protected.set(&typ, &value));
    reject("V-01", "type-of-a-kbt", "typ 294 in the credential", credential(Value::Uint(294)));
    reject(
        "V-01",
        "type-of-a-cwt",
        "the media type of a plain CWT",
        credential(Value::text("application/cwt")),
    );
    let kbt = |value: Value| tokens.kbt(|one| one.protected.set(&typ, &value));
    reject("V-02", "type-of-a-credential", "typ 293 in the key-binding token", kbt(Value::Uint(293)));
    let kcwt = Value::int(header::KCWT);
    let moved = tokens.kbt(|one| {
        let credential = one.protected.get(&kcwt).expect("kcwt").to_vec();
        one.protected.remove(&kcwt);
        one.unprotected.set_raw(&kcwt, credential);
    });
    reject("V-03", "kcwt-unprotected", "kcwt stands in the unprotected header", moved);
    let disclosures =
        tokens.kbt(|one| one.unprotected.set(&Value::int(header::SD_CLAIMS), &Value::Array(Vec::new())));
    reject("V-06", "disclosures-beside-the-credential", "sd_claims in the key-binding token", disclosures);
    let protected = tokens.raw_credential(|one| {
        let label = Value::int(header::SD_CLAIMS);
        let disclosures = one.unprotected.get(&label).expect("disclosures").to_vec();
        one.unprotected.remove(&label);
        one.protected.set_raw(&label, disclosures);
    });
    reject("V-06", "disclosures-protected", "sd_claims in the protected header", protected);
    let encrypted = tokens.raw_credential(|one| {
        let disclosure =
            Value::Array(vec![Value::bytes([1; 16]), Value::bytes([2; 40]), Value::bytes([3; 16])]);
        let all = Value::Array(vec![disclosure]);
        one.unprotected.set(&Value::int(header::SD_AEAD_ENCRYPTED_CLAIMS), &all);
    });
    reject("V-07", "encrypted-disclosure", "an encrypted disclosure beside the plain ones", encrypted);
    let claims = tokens.credential(|one| {
        let same = Value::Map(vec![(Value::int(claim::ISS), Value::text("https://issuer.example"))]);
        one.unprotected.set(&Value::int(header::CWT_CLAIMS), &same);
    });
    reject("V-04", "claims-header-unprotected", "a CWT claims header that nobody signed", claims);
    let algorithm =
        tokens.credential(|one| one.unprotected.set(&Value::int(header::SD_ALG), &Value::int(-16)));
    reject("V-05", "hash-algorithm-unprotected", "sd_alg stands in the unprotected header", algorithm);
    let long = tokens.raw_credential(longer_head);
    reject(
        "V-08",
        "disclosure-head-too-long",
        "the length of a disclosure has a byte more than necessary",
        long,
    );
    let salts = tokens.credential(|one| {
        let salt = salt_of(one, "family_name");
        one.at(&["address"]).hidden().push(Hidden::Decoy(salt));
    });
    reject("V-10", "salt-twice", "two disclosures have the same salt", salts);
    let set =
        |label: i64, value: Value| tokens.credential(|one| one.claims.set_plain(&Value::int(label), &value));
    reject("V-17", "issuer-is-bytes", "iss is bytes", set(claim::ISS, Value::bytes(*b"issuer")));
    reject(
        "V-18",
        "cnf-is-a-key-id",
        "cnf names a key id only",
        set(claim::CNF, Value::Map(vec![(Value::int(3), Value::bytes([7]))])),
    );
    reject(
        "V-18",
        "cnf-is-private",
        "cnf holds a private key",
        tokens.credential(|one| {
            let key = one.claims.member(&Value::int(claim::CNF)).member(&Value::int(1));
            key.set_plain(&Value::int(-4), &Value::bytes([7; 32]));
        }),
    );
    reject(
        "V-19",
        "audience-is-an-array",
        "aud is an array",
        set(claim::AUD, Value::Array(vec![Value::text(AUDIENCE)])),
    );
    reject("V-19", "type-is-bytes", "vct is bytes", set(claim::VCT, Value::bytes([7])));
    reject("V-20", "date-in-text", "exp is text", set(claim::EXP, Value::text("2027-01-01")));
    reject("V-20", "date-is-nan", "exp is not a number", set(claim::EXP, Value::Float(f64::NAN)));
}

/// The first disclosure of `sd_claims` with a head that is one byte too long; its hash is not changed,
/// because the hash covers the shortest head.
fn longer_head(credential: &mut Envelope) {
    let label = Value::int(header::SD_CLAIMS);
    let disclosures = credential.unprotected.get(&label).expect("disclosures").to_vec();
    let [array, 0x58, length, rest @ ..] = disclosures.as_slice() else {
        unreachable!("a disclosure of 24 to 255")
    };
    credential.unprotected.set_raw(&label, [&[*array, 0x59, 0x00, *length], rest].concat());
}

fn salt_of(credential: &mut Credential, key: &str) -> [u8; 16] {
    let encoded = Value::text(key).encode();
    let salt = credential.claims.hidden().iter().find_map(|one| match one {
        Hidden::Entry(salt, key, _) if *key == encoded => Some(*salt),
        _ => None,
    });
    salt.expect("a disclosed entry")
}

fn times(file: &mut File, tokens: &Tokens) {
    let mut reject =
        |rule: &str, name: &str, why: &str, inputs: Inputs| file.reject(KBT, rule, name, why, inputs);
    let set = |claims: &[(i64, i64)]| {
        tokens.kbt(|kbt| {
            for (label, seconds) in claims {
                kbt.payload.set(&Value::int(*label), &Value::int(NOW.plus(*seconds).0));
            }
        })
    };
    reject(
        "V-24",
        "cti-with-expiry",
        "cti instead of iat, but with exp",
        tokens.kbt(|kbt| {
            kbt.payload.remove(&Value::int(claim::IAT));
            kbt.payload.set(&Value::int(claim::CTI), &Value::bytes([7]));
            kbt.payload.set(&Value::int(claim::EXP), &Value::int(NOW.plus(60).0));
        }),
    );
    reject(
        "V-25",
        "nbf-after-iat",
        "valid only after it was signed",
        set(&[(claim::NBF, -10), (claim::IAT, -20)]),
    );
    reject("V-25", "exp-at-iat", "it ends when it was signed", set(&[(claim::IAT, 10), (claim::EXP, 10)]));
    reject("V-26", "exp-after-credential", "it outlives the credential", set(&[(claim::EXP, 86_401)]));
    reject("V-26", "nbf-before-credential", "it begins before the credential", set(&[(claim::NBF, -3_601)]));
    reject("V-27", "ended", "it ends now", set(&[(claim::IAT, -1), (claim::EXP, 0)]));
    reject("V-28", "not-begun", "it begins in the next second", set(&[(claim::IAT, 1), (claim::NBF, 1)]));
    reject(
        "V-21",
        "credential-nbf-after-iat",
        "the credential is valid only after it was issued",
        tokens
            .credential(|one| one.claims.set_plain(&Value::int(claim::NBF), &Value::int(NOW.plus(-3_599).0))),
    );
    let sub =
        tokens.kbt(|kbt| kbt.payload.set(&Value::int(claim::SUB), &Value::text("urn:example:subject:1")));
    reject("V-32", "subject-in-kbt", "sub in the key-binding token", sub);
    let nonce = Inputs { verifier: verifier(NOW, None), ..shown(tokens.kbt.clone()) };
    reject("V-31", "nonce-not-asked", "a nonce, although the verifier asked for none", nonce);
    let header = tokens.credential(|one| {
        let other = Value::Map(vec![(Value::int(claim::ISS), Value::text("https://other.example"))]);
        one.protected.set(&Value::int(header::CWT_CLAIMS), &other);
    });
    reject("V-33", "claims-header-differs", "iss differs between header and payload", header);
}

fn holder(file: &mut File, tokens: &Tokens) {
    let mut reject =
        |rule: &str, name: &str, why: &str, inputs: Inputs| file.reject(ISSUED, rule, name, why, inputs);
    let missing =
        Credential::open(&tokens.issued).seal_with(&tokens.issuer, |disclosures| drop(disclosures.pop()));
    reject("H-01", "disclosure-missing", "one hash has no disclosure", issued(missing));
    reject(
        "H-02",
        "no-subject",
        "sub is missing",
        tokens.issued(|one| one.claims.remove_plain(&Value::int(claim::SUB))),
    );
    let stranger = world::key("stranger");
    let other = tokens.issued(|one| {
        let key =
            Value::decode(&stranger.public_key().to_cose_key(), &Limits::TOKEN, Encoding::Deterministic);
        let cnf = Value::Map(vec![(Value::int(1), key.expect("a key"))]);
        one.claims.set_plain(&Value::int(claim::CNF), &cnf);
    });
    reject("H-03", "key-of-another", "bound to somebody else's key", other);
    let nonce = tokens.issued(|one| one.claims.set_plain(&Value::int(claim::CNONCE), &Value::bytes(NONCE)));
    reject("H-04", "nonce-of-another", "a nonce that the holder did not send", nonce.clone());
    let sent = Inputs { verifier: verifier(NOW, Some(NONCE)), ..nonce };
    file.accept(ISSUED, "my-nonce", "the nonce that the holder sent", sent);
}

const KEY: Kind = Kind::CoseKey;

pub(super) fn cose_keys() -> File {
    let mut file = File::new("Public keys as COSE_Key", Inputs::default());
    let ed25519 = RawMap::open(&world::key("holder").public_key().to_cose_key());
    let p256 = SigningKey::p256_from_scalar(&[7; 32]).expect("a scalar");
    let p256 = RawMap::open(&p256.public_key().to_cose_key());
    let input = |key: &RawMap| Inputs { cose_key: Some(key.encode().into()), ..Inputs::default() };
    file.accept(KEY, "ed25519", "an Ed25519 key", input(&ed25519));
    file.accept(KEY, "p256", "a P-256 key", input(&p256));
    let mut reject =
        |rule: &str, name: &str, why: &str, inputs: Inputs| file.reject(KEY, rule, name, why, inputs);
    let with = |base: &RawMap, label: i64, value: Value| {
        let mut key = base.clone();
        key.set(&Value::int(label), &value);
        input(&key)
    };
    let without = |base: &RawMap, label: i64| {
        let mut key = base.clone();
        key.remove(&Value::int(label));
        input(&key)
    };
    reject("K-01", "symmetric", "kty 4", with(&ed25519, 1, Value::Uint(4)));
    reject("K-02", "ed448", "crv 7", with(&ed25519, -1, Value::Uint(7)));
    reject("K-02", "p384", "crv 2", with(&p256, -1, Value::Uint(2)));
    reject("K-03", "no-x", "x is missing", without(&ed25519, -2));
    reject("K-03", "no-y", "y is missing", without(&p256, -3));
    reject("K-03", "no-kty", "kty is missing", without(&ed25519, 1));
    reject("K-04", "x-of-31-bytes", "x has 31 bytes", with(&ed25519, -2, Value::bytes([7; 31])));
    reject("K-05", "compressed", "y is a sign", with(&p256, -3, Value::Bool(true)));
    reject("K-06", "private", "the private half is there", with(&ed25519, -4, Value::bytes([7; 32])));
    reject(
        "K-07",
        "sign-only",
        "key_ops allows signing only",
        with(&ed25519, 4, Value::Array(vec![Value::Uint(1)])),
    );
    reject("K-08", "other-algorithm", "alg of another kind of key", with(&ed25519, 3, Value::int(-9)));
    let mut not_canonical = [0xff; 32];
    not_canonical[31] = 0x7f;
    reject(
        "K-09",
        "not-canonical",
        "y is 2^255 - 1, not below p",
        with(&ed25519, -2, Value::bytes(not_canonical)),
    );
    let mut two = [0; 32];
    two[0] = 2;
    reject("K-10", "not-on-the-curve", "y is 2, which no point has", with(&ed25519, -2, Value::bytes(two)));
    reject("K-10", "not-on-p256", "x and y of no point", with(&p256, -3, Value::bytes([7; 32])));
    reject("K-11", "small-order", "a point of order 4", with(&ed25519, -2, Value::bytes([0; 32])));
    reject("M-17", "kty-too-large", "kty is beyond 2^63", with(&ed25519, 1, Value::Uint(u64::MAX)));
    reject("M-14", "kty-in-bytes", "kty is a byte string", with(&ed25519, 1, Value::bytes([1])));
    let trailing = [ed25519.encode(), vec![0]].concat();
    reject(
        "M-02",
        "trailing-byte",
        "a byte after the key",
        Inputs { cose_key: Some(trailing.into()), ..Inputs::default() },
    );
    file
}

pub(super) fn issuing() -> File {
    let tokens = Tokens::new();
    let plain = claims(tokens.holder.public_key());
    let with = |change: &dyn Fn(&mut Entries)| {
        let mut entries = plain.clone();
        change(&mut entries);
        // Written in the order of the list, because some of these maps have a key twice.
        let mut out = Encoder::new();
        out.map(entries.len());
        for (key, value) in entries {
            out.raw(&key.encode()).raw(&value.encode());
        }
        Inputs { claims: Some(out.into_bytes().into()), ..Inputs::default() }
    };
    let baseline = Inputs {
        now: Some(NOW.0),
        seed: Some(world::seed("issuer").to_vec().into()),
        algorithm: Some(Algorithm::ED25519.id()),
        claims: with(&|_| {}).claims,
        lifetime_s: Some(86_400),
        cbor: Some(tokens.issued.clone().into()),
        ..Inputs::default()
    };
    let mut file = File::new("Misuse by issuers and holders, before anything is signed", baseline);
    file.keys = Some(keys(&tokens));
    file.accept(Kind::Issue, "claims", "marks and decoys on three levels", Inputs::default());
    file.accept(Kind::IssueCopy, "one-day", "a life of one day", Inputs::default());
    let choose = |names: &[&str]| Inputs {
        chosen: Some(names.iter().map(|name| (*name).to_owned()).collect()),
        ..Inputs::default()
    };
    file.accept(Kind::Select, "child-and-parent", "a member and its map", choose(&["address", "locality"]));
    file.reject(Kind::Select, "I-07", "child-alone", "a member without its map", choose(&["locality"]));
    let lifetime = |seconds| Inputs { lifetime_s: Some(seconds), ..Inputs::default() };
    file.reject(Kind::IssueCopy, "I-08", "half-an-hour", "a life of half an hour", lifetime(1_800));
    file.reject(Kind::IssueCopy, "I-08", "no-life", "a life of nothing", lifetime(0));
    let uri = |uri: String| Inputs { status_uri: Some(uri), ..Inputs::default() };
    file.reject(
        Kind::IssueCopy,
        "I-11",
        "no-status-uri",
        "a status list without address",
        uri(String::new()),
    );
    let long = uri("u".repeat(129));
    file.reject(Kind::IssueCopy, "I-11", "long-status-uri", "an address of 129 bytes", long);
    let subject = |subject: String| Inputs { subject: Some(subject), ..Inputs::default() };
    let (none, long) = (subject(String::new()), subject("u".repeat(257)));
    file.reject(Kind::IssueCopy, "I-15", "empty-subject", "an empty name for the holder", none);
    file.reject(Kind::IssueCopy, "I-15", "long-subject", "a name of 257 bytes", long);

    batches(&mut file);
    generators(&mut file);

    let mut reject = |rule: &str, name: &str, why: &str, inputs: Inputs| {
        file.reject(Kind::Issue, rule, name, why, inputs);
    };
    let list = Inputs { claims: Some(vec![0x80].into()), ..Inputs::default() };
    reject("I-01", "claims-no-map", "the claims are an array", list);
    reject(
        "I-01",
        "key-is-bytes",
        "a key that is a byte string",
        with(&|entries| entries.push((Value::bytes([7]), Value::Null))),
    );
    reject(
        "I-02",
        "key-twice",
        "a name plain and redacted",
        with(&|entries| entries.push((Value::text("family_name"), Value::Null))),
    );
    reject(
        "I-03",
        "redacted-issuer",
        "iss is marked for redaction",
        with(&|entries| entries[0].0 = marked(Value::int(claim::ISS))),
    );
    reject("I-04", "no-cnf", "cnf is missing", with(&|entries| drop(entries.remove(5))));
    reject("I-04", "no-subject", "sub is missing", with(&|entries| drop(entries.remove(1))));
    reject("I-05", "redacted-already", "a hash in place of an element", {
        let hash = Value::Tag(cbor::REDACTED_ELEMENT, Box::new(Value::bytes([7; 32])));
        with(&|entries| entries[8].1 = Value::Array(vec![hash.clone()]))
    });
    reject(
        "I-05",
        "decoy-twice",
        "two decoys with one number",
        with(&|entries| entries.push((decoy(3), Value::Null))),
    );
    let text = with(&|entries| entries[2].1 = Value::text("2027-01-01"));
    reject("I-09", "expiry-in-text", "exp is text, which every verifier would refuse", text);
    let ended = with(&|entries| entries[2].1 = Value::int(NOW.plus(-3_600).0));
    reject("I-09", "expires-when-issued", "exp is not later than iat", ended);
    let other = Inputs { algorithm: Some(Algorithm::ESP256.id()), ..Inputs::default() };
    reject("I-06", "algorithm-of-another-key", "the algorithm of another kind of key", other);
    let seed = |word| Some(world::seed(word).to_vec().into());
    let bind = |inputs| Inputs { seed: seed("holder"), ..inputs };
    file.accept(
        Kind::Bind,
        "bound",
        "the holder's key, while the credential is valid",
        bind(Inputs::default()),
    );
    let late = Inputs { now: Some(NOW.plus(86_400).0), ..Inputs::default() };
    file.reject(Kind::Bind, "I-09", "bound-too-late", "the credential ends now", bind(late));
    let stranger = Inputs { seed: seed("stranger"), ..Inputs::default() };
    file.reject(Kind::Bind, "I-10", "bound-by-a-stranger", "a key that is not in cnf", stranger);
    file
}

/// What a generator of randomness may give.
fn generators(file: &mut File) {
    let drawn = |samples: [u8; 4]| Inputs {
        drawn: Some(samples.map(|sample| [sample; 8]).concat().into()),
        ..Inputs::default()
    };
    file.accept(Kind::Issue, "four-samples", "a draw that repeats nothing", drawn([1, 2, 3, 4]));
    file.reject(Kind::Issue, "I-16", "period-of-two", "every second sample is the same", drawn([1, 2, 1, 3]));
    file.reject(Kind::Issue, "I-16", "all-zero", "the generator gives zeros", drawn([0; 4]));
    let last = drawn([1, 2, 3, 3]);
    file.reject(Kind::IssueCopy, "I-16", "same-at-the-end", "the last eight bytes repeat those before", last);
    let copies = ["identity", "residence"].into_iter().zip(1..).map(|(of, number)| CopyInputs {
        of: of.to_owned(),
        holder: 1,
        index: number,
        times: None,
    });
    let both = Inputs { copies: Some(copies.collect()), ..drawn([1, 2, 3, 4]) };
    file.reject(Kind::IssueBatch, "I-16", "same-seed", "two copies would have the same salts", both);
}

/// What copies that are issued together may share.
fn batches(file: &mut File) {
    let batch = |copies: &[(&str, usize, u64)]| {
        let copy = |(of, holder, index): &(&str, usize, u64)| CopyInputs {
            of: (*of).to_owned(),
            holder: *holder,
            index: *index,
            times: None,
        };
        Inputs { copies: Some(copies.iter().map(copy).collect()), ..Inputs::default() }
    };
    file.accept(
        Kind::IssueBatch,
        "a-key-for-each-pair",
        "two types are bound to one key, so that they can be shown together",
        batch(&[("identity", 1, 11), ("residence", 1, 12), ("residence", 2, 13)]),
    );
    file.reject(
        Kind::IssueBatch,
        "I-12",
        "one-key-for-two-copies",
        "two copies of one type with one key",
        batch(&[("residence", 1, 11), ("identity", 2, 12), ("residence", 1, 13)]),
    );
    file.reject(
        Kind::IssueBatch,
        "I-13",
        "one-place-for-two-copies",
        "an identity and a residence credential with one place in the status list",
        batch(&[("identity", 1, 11), ("residence", 2, 12), ("residence", 1, 11)]),
    );
    let mut many = batch(&[("residence", 1, 11)]);
    many.copies.iter_mut().flatten().for_each(|copy| copy.times = Some(1_025));
    file.reject(Kind::IssueBatch, "I-14", "too-many-copies", "1,025 copies, whatever else is wrong", many);
}
