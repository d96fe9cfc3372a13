//! DELIBERATELY WRONG. A verifier as it is written in a hurry, for the harness to catch. Never use it, nor parts of it.
//!
//! ```text
//! cargo build -p geleit-examples --example naive_verifier
//! geleit sim run --all --sut target/debug/examples/naive_verifier
//! ```
//!
//! It reads honest answers as it should, checks the issuer's signature, and looks "revoked" up: a demonstration with it
//! works. What is wrong with it has been seen in software that was in use, or in checks that did harm:
//!
//! - the claims are read from the disclosures, and not through the hashes that the issuer signed;
//! - a signature by any key of the trust list is good, whatever that key may sign and whenever; an algorithm that it does not
//!   know is not checked at all; the trust list itself is taken as it comes;
//! - the holder's signature is not looked at, and with it audience, nonce, request and purpose: an answer can be copied,
//!   forwarded, and shown again;
//! - the type of the credential and its times are not looked at;
//! - a status list of any age and any signer will do, everything but "valid" is "revoked", and no list is "revoked", too;
//! - there are two answers. Whatever is missing or not understood is a "no": silence, a claim that was not
//!   shown, a permission that goes on by law, a disputed record;
//! - conditions, sponsor, photo, linked documents and everything else that the relying party has to compare are
//!   ignored, and a day is a day in UTC.

use geleit_cose::algorithm::Algorithm;
use geleit_cose::cbor::{Encoder, Encoding, Limits, Value};
use geleit_cose::key::{PublicKey, Verify};
use geleit_credential::purpose::Profile;
use geleit_credential::schema::{Date, Lookup, lookup};
use geleit_credential::status_list::{Bits, Entries, ListLimits};
use geleit_credential::time::UnixTime;
use geleit_sim::outcome::{Outcome, Word};
use geleit_sim::row::Answer;
use geleit_sim::sut::serve::serve;
use geleit_sim::sut::{Hello, Question, Reply, SutError, SystemUnderTest, Texts};
use std::collections::BTreeMap;
use std::io::{BufReader, stdin, stdout};

fn main() -> std::io::Result<()> {
    serve(&mut Naive, &mut BufReader::new(stdin().lock()), &mut stdout().lock())
}

#[derive(Debug)]
struct Naive;

impl SystemUnderTest for Naive {
    fn hello(&mut self) -> Result<Hello, SutError> {
        Ok(Hello { name: "naive verifier (deliberately wrong)".to_owned(), geleit_reasons: false })
    }

    fn begin(&mut self, _: &str) -> Result<(), SutError> {
        Ok(())
    }

    fn check(&mut self, question: &Question<'_>) -> Result<Reply, SutError> {
        let claims = read_claims(question);
        let (outcome, reason) = match &claims {
            Some(claims) => decide(claims, question.profile, question.now),
            None => (Outcome::of(Word::Refuse), "invalid"),
        };
        let claims = claims.unwrap_or_default();
        let asked = question.profile.required().iter().chain(question.profile.optional());
        let answer = Answer {
            outcome,
            reason: reason.to_owned(),
            rule: None,
            notices: Vec::new(),
            disclosed: asked.filter(|id| claims.contains_key(name_of(id))).cloned().collect(),
        };
        Ok(Reply { answer, texts: Texts::default(), receipt: None })
    }
}

/// Everything that can be decoded is decoded.
fn decode(bytes: &[u8]) -> Option<Value> {
    let anything = Limits { max_bytes: usize::MAX, max_items: u32::MAX, max_depth: 64, ..Limits::TOKEN };
    Value::decode(bytes, &anything, Encoding::Tolerant).ok()
}

fn array(value: &Value) -> &[Value] {
    if let Value::Array(items) = value { items } else { &[] }
}

/// The four parts of a COSE_Sign1.
fn parts(value: &Value) -> Option<[&Value; 4]> {
    let inner = if let Value::Tag(_, inner) = value { inner } else { value };
    let [protected, unprotected, payload, signature] = array(inner) else { return None };
    Some([protected, unprotected, payload, signature])
}

fn payload(bytes: &[u8]) -> Option<Value> {
    let document = decode(bytes)?;
    let [_, _, payload, _] = parts(&document)?;
    decode(payload.as_bytes()?)
}

/// What was disclosed, by name. A later disclosure of the same name wins.
fn read_claims(question: &Question<'_>) -> Option<BTreeMap<String, Value>> {
    let mut claims = BTreeMap::new();
    for token in array(&decode(question.presentation)?) {
        let outer = decode(parts(token)?[0].as_bytes()?)?;
        // With or without a key-binding token around it.
        let credential = outer.get_int(13).unwrap_or(token);
        let [protected, unprotected, body, signature] = parts(credential)?;
        let header = decode(protected.as_bytes()?)?;
        let key = find_key(question.trust_list, header.get_int(4)?.as_bytes()?)?;
        require_signature(&key, &header, [protected, body, signature])?;
        require_not_revoked(&decode(body.as_bytes()?)?, question.status_lists)?;
        for disclosure in unprotected.get_int(17).map(array).unwrap_or_default() {
            let disclosure = disclosure.as_bytes().and_then(decode)?;
            if let [_, value, Value::Text(name)] = array(&disclosure) {
                claims.insert(name.clone(), value.clone());
            }
        }
    }
    Some(claims)
}

/// Any key of the trust list, of whatever role.
fn find_key(trust_list: &[u8], kid: &[u8]) -> Option<PublicKey> {
    let list = payload(trust_list)?;
    let roles = ["issuers", "registrars", "status_issuers"].into_iter().filter_map(|role| list.get(role));
    let keys = roles.flat_map(array).filter_map(|party| party.get("keys")).flat_map(array);
    let mut keys = keys.filter_map(|key| PublicKey::from_cose_key(&key.get("key")?.encode()).ok());
    keys.find(|key| key.key_id() == kid)
}

fn require_signature(
    key: &PublicKey,
    header: &Value,
    [protected, payload, signature]: [&Value; 3],
) -> Option<()> {
    match header.get_int(1).and_then(Value::as_int) {
        Some(-19 | -8) => {
            let mut signed = Encoder::with_capacity(1024);
            signed
                .array(4)
                .text("Signature1")
                .bytes(protected.as_bytes()?)
                .bytes(&[])
                .bytes(payload.as_bytes()?);
            key.verify(Algorithm::ED25519, &[signed.as_bytes()], signature.as_bytes()?).ok()
        }
        _ => Some(()),
    }
}

/// The first list of this address, however old and by whomever.
fn require_not_revoked(credential: &Value, lists: &[Vec<u8>]) -> Option<()> {
    let reference = credential.get_int(65_535)?.get("status_list")?;
    let (index, uri) = (reference.get("idx")?.as_int()?, reference.get("uri")?.as_text()?);
    let mut lists = lists.iter().filter_map(|list| payload(list));
    let list = lists.find(|list| list.get_int(2).and_then(Value::as_text) == Some(uri))?;
    let list = list.get_int(65_533)?;
    let bits = u64::try_from(list.get("bits")?.as_int()?).ok()?;
    let bits = Bits::from_number(bits).ok()?;
    let entries = Entries::inflate(bits, list.get("lst")?.as_bytes()?, &ListLimits::STANDARD).ok()?;
    (entries.value(u64::try_from(index).ok()?)? == 0).then_some(())
}

/// The name under which a claim is disclosed.
fn name_of(id: &str) -> &'static str {
    match lookup(id) {
        Lookup::Claim { claim, member, .. } => member.unwrap_or(claim).key,
        _ => "",
    }
}

/// Yes or no, by whatever is true or false, and by whatever looks like an end.
fn decide(claims: &BTreeMap<String, Value>, profile: &Profile, now: UnixTime) -> (Outcome, &'static str) {
    let refuse = |reason| (Outcome::of(Word::Refuse), reason);
    let today = Date::from_unix(now.0).map(|today| today.to_string()).unwrap_or_default();
    let mut end = None;
    for name in profile.required().iter().map(|id| name_of(id)) {
        match claims.get(name) {
            None => return refuse("incomplete"),
            Some(Value::Bool(false)) => return refuse("not-permitted"),
            Some(Value::Text(day)) if name.contains("until") || name.contains("follow_up") => {
                if *day < today {
                    return refuse("expired");
                }
                end = Date::parse(day);
            }
            Some(_) => {}
        }
    }
    match end {
        Some(day) => (Outcome { word: Word::AcceptUntil, until: Some(day) }, "ok"),
        None => (Outcome::of(Word::Accept), "ok"),
    }
}
