//! `zkryptium`: BBS signatures over BLS12-381 with SHA-256 (draft-irtf-cfrg-bbs-signatures). A presentation
//! is a proof of knowledge of a signature.

use super::{About, Forgery, Peer, Refused, exchange, flip};
use crate::data::{self, Claim, Nonce, Value};
use std::io::Write;
use zkryptium::keys::pair::KeyPair;
use zkryptium::schemes::algorithms::BbsBls12381Sha256 as Bbs;
use zkryptium::schemes::generics::{PoKSignature, Signature};

pub(super) const ABOUT: About = About {
    system: "zkryptium",
    package: Some(("zkryptium", "0.8")),
    note: "BBS-SHA-256 buys unlinkability: two presentations of one credential cannot be matched; no envelope \
           (bytes are signature or proof, header and messages with lengths), and no key of a holder: the proof \
           covers audience, nonce and time",
    hides: true,
    make: || Box::new(Zkryptium::new()),
    make_knowing: None,
};

struct Zkryptium {
    issuer: KeyPair<Bbs>,
    messages: Vec<Vec<u8>>,
    header: Vec<u8>,
    signature: Option<[u8; 80]>,
}

/// Name, a zero, value.
fn message(claim: &Claim) -> Vec<u8> {
    match claim.value {
        Value::Text(text) => [claim.name.as_bytes(), &[0], text.as_bytes()].concat(),
        Value::Number(number) => [claim.name.as_bytes(), &[0], number.to_string().as_bytes()].concat(),
    }
}

/// What the issuer says in the clear; ends with the time of expiry.
fn header() -> Vec<u8> {
    let mut header = [data::ISSUER, data::SUBJECT, data::TYPE].join("\0").into_bytes();
    header.extend(data::NOW.to_be_bytes());
    header.extend(data::EXPIRES.to_be_bytes());
    header
}

/// What the presentation is for.
fn question(nonce: Nonce, at: i64) -> Vec<u8> {
    [data::AUDIENCE.as_bytes(), &[0], nonce.bytes, &at.to_be_bytes()].concat()
}

fn put(out: &mut Vec<u8>, part: &[u8]) {
    let length = u16::try_from(part.len()).expect("a short part");
    out.write_all(&length.to_be_bytes()).and_then(|()| out.write_all(part)).expect("memory");
}

fn take<'b>(input: &mut &'b [u8]) -> Option<&'b [u8]> {
    let (length, rest) = input.split_first_chunk()?;
    let (part, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    *input = rest;
    Some(part)
}

impl Zkryptium {
    fn new() -> Self {
        Self {
            issuer: KeyPair::generate(&data::ISSUER_SEED, None, None).expect("a seed"),
            messages: data::CLAIMS.iter().map(message).collect(),
            header: header(),
            signature: None,
        }
    }

    fn verified<'b>(
        &self,
        mut input: &'b [u8],
        asked: &[usize],
        nonce: Nonce,
    ) -> Option<Vec<(usize, &'b [u8])>> {
        let (proof, header) = (take(&mut input)?, take(&mut input)?);
        let (at, mut rest) = input.split_first_chunk()?;
        let at = i64::from_be_bytes(*at);
        let expires = i64::from_be_bytes(*header.last_chunk()?);
        let (mut places, mut shown, mut messages) = (Vec::new(), Vec::new(), Vec::new());
        while let Some((place, after)) = rest.split_first() {
            rest = after;
            let message = take(&mut rest)?;
            places.push(usize::from(*place));
            shown.push((usize::from(*place), message));
            messages.push(message.to_vec());
        }
        let fresh = at <= data::NOW && data::NOW - at <= data::MAX_AGE_S;
        if !fresh || data::NOW >= expires || !header.starts_with(data::ISSUER.as_bytes()) || places != asked {
            return None;
        }
        let proof = PoKSignature::<Bbs>::from_bytes(proof).ok()?;
        let question = question(nonce, at);
        let key = self.issuer.public_key();
        proof.proof_verify(key, Some(&messages), Some(&places), Some(header), Some(&question)).ok()?;
        Some(shown)
    }
}

impl Peer for Zkryptium {
    fn issue(&mut self) -> Vec<u8> {
        let (secret, public) = (self.issuer.private_key(), self.issuer.public_key());
        let signature = Signature::<Bbs>::sign(Some(&self.messages), secret, public, Some(&self.header));
        let mut out = signature.expect("messages").to_bytes().to_vec();
        put(&mut out, &self.header);
        for message in &self.messages {
            put(&mut out, message);
        }
        out
    }

    fn accept(&mut self, issued: &[u8]) {
        let bytes = *issued.first_chunk::<80>().expect("a signature");
        let signature = Signature::<Bbs>::from_bytes(&bytes).expect("a signature");
        signature
            .verify(self.issuer.public_key(), Some(&self.messages), Some(&self.header))
            .expect("a signature");
        self.signature = Some(bytes);
    }

    fn present(&mut self, shown: &[usize], nonce: Nonce) -> Vec<u8> {
        let signature = self.signature.as_ref().expect("a signature was accepted");
        let proof = PoKSignature::<Bbs>::proof_gen(
            self.issuer.public_key(),
            signature,
            Some(&self.header),
            Some(&question(nonce, data::NOW)),
            Some(&self.messages),
            Some(shown),
        );
        let mut out = Vec::new();
        put(&mut out, &proof.expect("messages").to_bytes());
        put(&mut out, &self.header);
        out.extend(data::NOW.to_be_bytes());
        for place in shown {
            out.push(u8::try_from(*place).expect("one of twenty"));
            put(&mut out, self.messages.get(*place).expect("one of twenty"));
        }
        out
    }

    fn verify(
        &mut self,
        presentation: &[u8],
        asked: &[usize],
        nonce: Nonce,
        read: &mut dyn FnMut(&'static Claim, Value<'_>),
    ) -> Result<(), Refused> {
        let shown = self.verified(presentation, asked, nonce).ok_or(Refused)?;
        for (place, message) in shown {
            let claim = data::CLAIMS.get(place).ok_or(Refused)?;
            let value = message.strip_prefix(claim.name.as_bytes()).and_then(|rest| rest.strip_prefix(&[0]));
            let text = str::from_utf8(value.ok_or(Refused)?).map_err(|_| Refused)?;
            match claim.value {
                Value::Text(_) => read(claim, Value::Text(text)),
                Value::Number(_) => read(claim, Value::Number(text.parse().map_err(|_| Refused)?)),
            }
        }
        Ok(())
    }

    fn forge(&self, presentation: &[u8], forgery: Forgery) -> Option<Vec<u8>> {
        match forgery {
            // The lowest bit of the last scalar, the challenge: what is forged still reads as a proof.
            Forgery::IssuerSignature => {
                let (length, _) = presentation.split_first_chunk()?;
                flip(presentation, 1 + usize::from(u16::from_be_bytes(*length)))
            }
            Forgery::HolderSignature => None,
            Forgery::Claim => exchange(presentation),
        }
    }
}
