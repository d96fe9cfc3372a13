//! `sd-cwt` with `cose2` and `cbor2` of LDC Labs: the same draft as geleit's, in another implementation. It
//! has no key-binding tokens, so that these are put together here with its envelopes.

use super::{About, FORGED_BYTE, Forgery, Peer, Refused, exchange, flip};
use crate::data::{self, Claim, Nonce, Value};
use cbor2::Value as Cbor;
use cose2::ed25519::{Ed25519Signer, Ed25519Verifier};
use cose2::{Label, Sign1Message};
use sd_cwt::{
    Disclosure, DisclosureKind, HEADER_KCWT, RedactionHasher, RestoreMode, SdCwtValidationOptions,
    Sha256RedactionHasher, TO_BE_REDACTED_TAG, disclosures_from_unprotected, issue_from_preissuance,
    set_disclosures, set_kb_cwt_typ, set_sd_alg, set_sd_cwt_typ, verify_validate_and_restore_sd_cwt,
};

pub(super) const ABOUT: About = About {
    system: "sd-cwt",
    package: Some(("sd-cwt", "0.3")),
    note: "the same draft by another project, with ed25519-dalek 3 too; the key-binding token is put together \
           and checked by the caller with cose2",
    hides: true,
    make: || Box::new(SdCwt::new()),
    make_knowing: None,
};

struct SdCwt {
    issuer: Ed25519Signer,
    issuer_key: Ed25519Verifier,
    holder: Ed25519Signer,
    claims: Cbor,
    held: Option<(Sign1Message, Vec<Disclosure>)>,
}

fn claims() -> Cbor {
    let key = vec![
        (Cbor::from(1), Cbor::from(1)),
        (Cbor::from(-1), Cbor::from(6)),
        (Cbor::from(-2), Cbor::Bytes(data::public(&data::HOLDER_SEED).to_vec())),
    ];
    let registered = [
        (1, Cbor::from(data::ISSUER)),
        (2, Cbor::from(data::SUBJECT)),
        (4, Cbor::from(data::EXPIRES)),
        (6, Cbor::from(data::NOW)),
        (8, Cbor::Map(vec![(Cbor::from(1), Cbor::Map(key))])),
        (11, Cbor::from(data::TYPE)),
    ];
    let registered = registered.into_iter().map(|(label, value)| (Cbor::from(label), value));
    let redacted = data::CLAIMS.iter().map(|claim| {
        let value = match claim.value {
            Value::Text(text) => Cbor::from(text),
            Value::Number(number) => Cbor::from(number),
        };
        (Cbor::Tag(TO_BE_REDACTED_TAG, Box::new(Cbor::from(claim.name))), value)
    });
    Cbor::Map(registered.chain(redacted).collect())
}

/// One draw for all salts of a credential.
fn salts() -> impl FnMut() -> [u8; 16] {
    let mut drawn = [[0; 16]; data::CLAIMS.len()];
    getrandom::fill(drawn.as_flattened_mut()).expect("the system has random numbers");
    let mut drawn = drawn.into_iter();
    move || drawn.next().expect("a salt for every claim")
}

fn entry<'v>(map: &'v Cbor, key: &Cbor) -> Option<&'v Cbor> {
    let Cbor::Map(entries) = map else { return None };
    entries.iter().find(|(other, _)| other == key).map(|(_, value)| value)
}

fn bytes(value: &Cbor) -> Option<&[u8]> {
    if let Cbor::Bytes(bytes) = value { Some(bytes) } else { None }
}

fn text(value: &Cbor) -> Option<&str> {
    if let Cbor::Text(text) = value { Some(text) } else { None }
}

fn number(value: &Cbor) -> Option<i64> {
    if let Cbor::Integer(number) = value { i64::try_from(*number).ok() } else { None }
}

fn name(disclosure: &Disclosure) -> Option<&str> {
    match disclosure.kind() {
        DisclosureKind::Claim { key: Label::Text(name), .. } => Some(name),
        _ => None,
    }
}

impl SdCwt {
    fn new() -> Self {
        let signer = |seed: &[u8; 32]| Ed25519Signer::from_secret_key(seed, None).expect("a seed");
        let key = data::public(&data::ISSUER_SEED);
        Self {
            issuer: signer(&data::ISSUER_SEED),
            issuer_key: Ed25519Verifier::from_public_key(&key, None).expect("a key"),
            holder: signer(&data::HOLDER_SEED),
            claims: claims(),
            held: None,
        }
    }

    fn verified(&self, presentation: &[u8], nonce: Nonce) -> Option<Cbor> {
        let token = Sign1Message::from_slice(presentation).ok()?;
        let credential = token.protected.iter().find(|(label, _)| **label == Label::Int(HEADER_KCWT))?.1;
        let credential = cbor2::to_vec(credential).ok()?;
        let (_, report) = verify_validate_and_restore_sd_cwt(
            &self.issuer_key,
            &credential,
            None,
            RestoreMode::Verifier,
            SdCwtValidationOptions::default(),
        )
        .ok()?;
        let claims = report.value;
        let key = entry(entry(&claims, &Cbor::from(8))?, &Cbor::from(1))?;
        let key = Ed25519Verifier::from_public_key(bytes(entry(key, &Cbor::from(-2))?)?, None).ok()?;
        token.verify(&key, None).ok()?;
        let binding: Cbor = cbor2::from_slice(token.payload.as_deref()?).ok()?;
        let at = number(entry(&binding, &Cbor::from(6))?)?;
        let holds = text(entry(&claims, &Cbor::from(1))?) == Some(data::ISSUER)
            && number(entry(&claims, &Cbor::from(6))?)? <= data::NOW
            && data::NOW < number(entry(&claims, &Cbor::from(4))?)?
            && text(entry(&binding, &Cbor::from(3))?) == Some(data::AUDIENCE)
            && bytes(entry(&binding, &Cbor::from(39))?) == Some(nonce.bytes)
            && at <= data::NOW
            && data::NOW - at <= data::MAX_AGE_S;
        holds.then_some(claims)
    }
}

impl Peer for SdCwt {
    fn issue(&mut self) -> Vec<u8> {
        let hasher = Sha256RedactionHasher;
        let issued = issue_from_preissuance(self.claims.clone(), &mut salts(), &hasher).expect("claims");
        let mut token = Sign1Message::new(Some(cbor2::to_vec(&issued.value).expect("claims")));
        set_sd_cwt_typ(&mut token.protected);
        set_sd_alg(&mut token.protected, hasher.algorithm());
        set_disclosures(&mut token.unprotected, issued.disclosures.as_slice());
        token.sign_and_encode(&self.issuer, None).expect("a credential")
    }

    fn accept(&mut self, issued: &[u8]) {
        let options = SdCwtValidationOptions::default();
        let mode = RestoreMode::Holder;
        let verified = verify_validate_and_restore_sd_cwt(&self.issuer_key, issued, None, mode, options);
        let (token, _) = verified.expect("a credential");
        let disclosures = disclosures_from_unprotected(&token.unprotected).expect("disclosures");
        self.held = Some((token, disclosures));
    }

    fn present(&mut self, shown: &[usize], nonce: Nonce) -> Vec<u8> {
        let (token, disclosures) = self.held.as_ref().expect("a credential was accepted");
        let chosen = disclosures
            .iter()
            .filter(|one| data::claims_at(shown).any(|claim| name(one) == Some(claim.name)));
        let mut credential = token.clone();
        set_disclosures(&mut credential.unprotected, &chosen.cloned().collect::<Vec<_>>());
        let credential = credential.to_vec().expect("a credential");
        let binding = Cbor::Map(vec![
            (Cbor::from(3), Cbor::from(data::AUDIENCE)),
            (Cbor::from(6), Cbor::from(data::NOW)),
            (Cbor::from(39), Cbor::Bytes(nonce.bytes.to_vec())),
        ]);
        let mut token = Sign1Message::new(Some(cbor2::to_vec(&binding).expect("claims")));
        set_kb_cwt_typ(&mut token.protected);
        let credential: Cbor = cbor2::from_slice(&credential).expect("what was just encoded");
        token.protected.as_mut_map().insert(Label::Int(HEADER_KCWT), credential);
        token.sign_and_encode(&self.holder, None).expect("a token")
    }

    fn verify(
        &mut self,
        presentation: &[u8],
        asked: &[usize],
        nonce: Nonce,
        read: &mut dyn FnMut(&'static Claim, Value<'_>),
    ) -> Result<(), Refused> {
        let claims = self.verified(presentation, nonce).ok_or(Refused)?;
        for claim in data::claims_at(asked) {
            let value = entry(&claims, &Cbor::from(claim.name)).ok_or(Refused)?;
            let value = text(value).map(Value::Text).or_else(|| number(value).map(Value::Number));
            read(claim, value.ok_or(Refused)?);
        }
        Ok(())
    }

    fn forge(&self, presentation: &[u8], forgery: Forgery) -> Option<Vec<u8>> {
        match forgery {
            Forgery::IssuerSignature => {
                let (token, _) = self.held.as_ref()?;
                let signature = token.signature();
                let place = presentation.windows(signature.len()).position(|window| window == signature)?;
                flip(presentation, place + FORGED_BYTE)
            }
            // The signature is the last item of an envelope.
            Forgery::HolderSignature => flip(presentation, presentation.len() - 64 + FORGED_BYTE),
            Forgery::Claim => exchange(presentation),
        }
    }
}
