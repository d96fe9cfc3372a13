//! A second implementation of SD-CWT, the crate `sd-cwt`, on the same credentials: same verdict, same
//! claims.
//!
//! The oracle has no clock, no audience and no rules for key-binding tokens, so that only the credential
//! is compared: it is taken out of its key-binding token and put into a good one. Its ready-made
//! validation hashes disclosures without the head of their byte string, which matches no published
//! token; here it gets a hasher that includes the head, and its other checks run beside it.
//!
//! Known differences stand in `data/oracle_divergences.json` with a reason each; one that no longer
//! differs fails the test too.

use cose2::{Sign1Message, Verifier};
use geleit_cose::algorithm::{Algorithm, Algorithms};
use geleit_cose::cbor::{Encoding, Limits, Value};
use geleit_cose::key::{PublicKey, SigningKey, Verify};
use geleit_cose::sign1::{NoHeaders, Sign1};
use geleit_credential::schema::CredentialType;
use geleit_credential::sd_cwt::{
    Expected, IssuerName, KeyBoundToken, MyKeys, Nonce, Receiving, Scratch, SdCwt, receive, verify,
};
use geleit_credential::time::UnixTime;
use geleit_testkit::forge::{self, Envelope};
use geleit_testkit::vectors::{self, File, Kind};
use geleit_testkit::world::{self, NOW};
use geleit_testkit::{World, people};
use sd_cwt::{
    Disclosure, ProcessingLimits, RedactionHasher, RestoreMode, SdCwtValidationOptions, SdCwtValidator,
    disclosures_from_unprotected, restore_payload_with_disclosures, verify_and_decode_sd_cwt,
};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

const AUDIENCE: &str = "https://employer.example/hire";
const NONCE: &[u8] = b"sixteen byte nonce";

/// Rules about the time, the audience, the nonce and the owner, which the oracle leaves to its caller.
const NOT_THE_ORACLES: [&str; 5] = ["V-22", "V-23", "V-30", "H-03", "H-04"];

/// SHA-256 over the disclosure with the head of its byte string.
struct WithHead;

impl RedactionHasher for WithHead {
    fn algorithm(&self) -> i64 {
        -16
    }

    fn digest(&self, content: &[u8]) -> Vec<u8> {
        Sha256::digest(Value::bytes(content).encode()).to_vec()
    }
}

/// Signatures are not what is compared: both sides check them with the same key and code.
struct Issuer(PublicKey);

impl Verifier for Issuer {
    fn verify(&self, data: &[u8], signature: &[u8]) -> Result<(), cose2::Error> {
        let valid = self.0.verify(Algorithm::ED25519, &[data], signature);
        valid.map_err(|_| cose2::Error::verify("signature"))
    }
}

/// The restored claims in deterministic encoding.
fn oracle(credential: &[u8], issuer: &PublicKey, mode: RestoreMode) -> Result<Vec<u8>, cose2::Error> {
    let issuer = Issuer(issuer.clone());
    let message = verify_and_decode_sd_cwt(&issuer, credential, None, ProcessingLimits::default())?;
    let disclosures: Vec<Disclosure> = disclosures_from_unprotected(&message.unprotected)?;
    // Everything but the disclosures, because this function has no other hasher.
    let mut plain: Sign1Message = message.clone();
    plain.unprotected.remove(17);
    let validator = SdCwtValidator::new(SdCwtValidationOptions::default());
    validator.validate_and_restore(&plain, RestoreMode::Verifier)?;
    let restored = restore_payload_with_disclosures(&message, disclosures, &WithHead, mode)?;
    Ok(cbor2::to_canonical_vec(&restored.value)?)
}

/// The restored claims, or the rule; `issued` for a holder, else for a verifier of a good key-binding
/// token around the credential.
fn ours(
    credential: &[u8],
    issued: bool,
    issuer: &PublicKey,
    holder: &SigningKey,
    now: UnixTime,
) -> Result<Vec<u8>, &'static str> {
    let algorithms = Algorithms::ED25519_AND_EDDSA;
    let mut scratch = Scratch::default();
    if issued {
        let receiving = Receiving {
            keys: MyKeys::DangerousNotChecked,
            audiences: &[AUDIENCE],
            nonces: &[],
            now,
            algorithms,
            issuer: IssuerName::DangerousWhateverTheKeySigns,
        };
        let token =
            SdCwt::parse(credential, &Limits::TOKEN, Encoding::Tolerant).map_err(|error| error.code())?;
        let received = receive(&token, issuer, &receiving, &mut scratch).map_err(|error| error.code())?;
        return Ok(received.claims().to_value().encode());
    }
    let token = bound(credential, holder, now);
    let expected = Expected {
        audiences: &[AUDIENCE],
        nonce: Nonce::Exactly(NONCE),
        now,
        algorithms,
        issuer: IssuerName::DangerousWhateverTheKeySigns,
    };
    let token =
        KeyBoundToken::parse(&token, &Limits::TOKEN, Encoding::Tolerant).map_err(|error| error.code())?;
    let verified = verify(&token, issuer, &expected, &mut scratch).map_err(|error| error.code())?;
    Ok(verified.claims().to_value().encode())
}

/// A good key-binding token around anything. The library binds only what can be accepted.
fn bound(credential: &[u8], holder: &SigningKey, now: UnixTime) -> Vec<u8> {
    let mut protected = forge::RawMap::default();
    protected.set(&Value::int(1), &Value::int(-19));
    protected.set(&Value::int(16), &Value::Uint(294));
    protected.set_raw(&Value::int(13), credential.to_vec());
    let mut payload = forge::RawMap::default();
    payload.set(&Value::int(3), &Value::text(AUDIENCE));
    payload.set(&Value::int(6), &Value::int(now.0));
    payload.set(&Value::int(39), &Value::bytes(NONCE));
    Envelope { protected, unprotected: forge::RawMap::default(), payload }.seal(holder)
}

/// Compares one credential; what differs is described.
fn difference(
    credential: &[u8],
    issued: bool,
    issuer: &PublicKey,
    holder: &SigningKey,
    now: UnixTime,
) -> Option<String> {
    let mode = if issued { RestoreMode::Holder } else { RestoreMode::Verifier };
    match (ours(credential, issued, issuer, holder, now), oracle(credential, issuer, mode)) {
        (Ok(ours), Ok(theirs)) => (ours != theirs).then(|| "other claims".to_owned()),
        (Err(_), Err(_)) => None,
        (Err(rule), Ok(_)) if NOT_THE_ORACLES.contains(&rule) => None,
        (Err(rule), Ok(_)) => Some(format!("refused here by {rule}")),
        (Ok(_), Err(error)) => Some(format!("refused there: {error}")),
    }
}

/// The credential of a case, when the case has one that can be taken out.
fn credential(kind: Kind, bytes: &[u8]) -> Option<Vec<u8>> {
    if kind == Kind::Issued {
        return Some(bytes.to_vec());
    }
    let limits = Limits { max_depth: Limits::MAX_DEPTH, ..Limits::REGISTER };
    let sign1 = Sign1::parse(bytes, &limits, Encoding::Tolerant, &mut NoHeaders).ok()?;
    let kcwt = forge::RawMap::open(sign1.protected());
    kcwt.get(&Value::int(13)).map(<[u8]>::to_vec)
}

#[test]
fn vectors_get_the_same_verdict_and_claims() {
    let on_file: BTreeMap<String, String> =
        serde_json::from_str(include_str!("../data/oracle_divergences.json")).unwrap();
    let derived = File::parse(include_str!("../vectors/sd-cwt/derived-ed25519/vectors.json")).unwrap();
    // The holder's key of RFC 8032 section 7.1, TEST 2, and that of our own vectors.
    let seed = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
    let seed: [u8; 32] = base16ct::mixed::decode_vec(seed).unwrap().try_into().unwrap();
    let mut own = vectors::all();
    let position = own.iter().position(|(name, _)| *name == "token.json").unwrap();
    let own = own.swap_remove(position).1;
    let sets =
        [("derived", derived, SigningKey::ed25519_from_seed(&seed)), ("token", own, world::key("holder"))];
    let (mut compared, mut differing) = (0, BTreeMap::new());
    for (set, file, holder) in sets {
        let public = &file.keys.as_ref().unwrap().issuer.public.0;
        let mut issuer = vec![0xa3, 0x01, 0x01, 0x20, 0x06, 0x21, 0x58, 0x20];
        issuer.extend(public);
        let issuer = PublicKey::from_cose_key(&issuer).unwrap();
        for case in &file.cases {
            let inputs = &case.inputs;
            let Some(credential) = credential(case.kind, &inputs.cbor.as_ref().unwrap().0) else { continue };
            let now = UnixTime(inputs.verifier.as_ref().unwrap().now);
            compared += 1;
            let issued = case.kind == Kind::Issued;
            if let Some(difference) = difference(&credential, issued, &issuer, &holder, now) {
                differing.insert(format!("{set}/{}", case.name), difference);
            }
        }
    }
    let unknown: Vec<_> = differing.iter().filter(|(name, _)| !on_file.contains_key(*name)).collect();
    assert!(unknown.is_empty(), "{} differ:\n{unknown:#?}", unknown.len());
    let names: BTreeSet<&String> = differing.keys().collect();
    let agreed: Vec<_> = on_file.keys().filter(|name| !names.contains(name)).collect();
    assert!(agreed.is_empty(), "no longer differ: {agreed:?}");
    assert!(on_file.values().all(|reason| reason.len() > 10), "a difference without a reason");
    assert!(compared > 120, "{compared} compared");
}

/// What our issuer makes and our holder selects, another implementation restores alike.
#[test]
fn our_credentials_are_restored_alike() {
    let world = World::new();
    for claims in [people::identity(), people::qualification(), people::residence()] {
        let credential_type: &CredentialType = claims.credential_type();
        let key = match credential_type.name {
            "qualification" => &world.recognition,
            _ => &world.home_office,
        };
        let issued = world.issue(&claims, world.holder.public_key(), credential_type.name);
        let difference =
            |credential: &[u8], issued| difference(credential, issued, key.public_key(), &world.holder, NOW);
        assert_eq!(difference(&issued, true), None, "{}", credential_type.name);
        assert_eq!(difference(&issued, false), None, "{}", credential_type.name);
        // Without any disclosure, and with the first of them, which hangs in the air unless it is a group.
        let sign1 = Sign1::parse(&issued, &Limits::TOKEN, Encoding::Deterministic, &mut NoHeaders).unwrap();
        let disclosures = forge::tokens(Envelope::open(&issued).unprotected.get(&Value::int(17)).unwrap());
        for chosen in [0..0, 0..1, 1..2, 0..disclosures.len() - 1] {
            let mut out = geleit_cose::cbor::Encoder::new();
            out.tag(18).array(4).bytes(sign1.protected());
            let array = forge::presentation(&disclosures[chosen.clone()]);
            match chosen.is_empty() {
                true => out.raw(&[0xa0]),
                false => out.map(1).int(17).raw(&array),
            };
            out.bytes(sign1.dangerous_unverified_payload()).bytes(sign1.signature());
            assert_eq!(difference(out.as_bytes(), false), None, "{} {chosen:?}", credential_type.name);
            assert_eq!(difference(out.as_bytes(), true), None, "{} {chosen:?}", credential_type.name);
        }
    }
}
