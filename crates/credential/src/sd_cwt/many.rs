//! Signatures of many tokens, stage by stage: as [`super::verify`] checks one token's, with the same verdict for each.
//!
//! ```text
//! [KeyBoundToken; N] --issuers' keys--> [HalfVerified; N] --cnf keys--> [KeyBound; N]
//! ```
//!
//! Tokens share one inversion in each stage and nothing else.

use super::error::Error;
use super::token::KeyBoundToken;
use super::verify::{HalfVerified, IssuerName, KeyBound};
use geleit_cose::algorithm::Algorithms;
use geleit_cose::key::Verify;
use geleit_cose::sign1::{self, Begun, Payload, Sign1};

/// A token, and the key and name of its issuer.
#[derive(Clone, Copy)]
pub(crate) struct ToVerify<'t, 'b> {
    pub(crate) token: &'t KeyBoundToken<'b>,
    pub(crate) key: &'t dyn Verify,
    pub(crate) issuer: IssuerName<'t>,
}

/// As [`KeyBoundToken::verify_issuer`], for many.
pub(crate) fn verify_issuers<'t, 'b, const N: usize>(
    tokens: [Option<ToVerify<'t, 'b>>; N],
    algorithms: Algorithms,
) -> [Option<Result<HalfVerified<'t, 'b>, Error>>; N] {
    let envelopes = tokens.map(|one| one.map(|one| (&one.token.credential.sign1, one.key)));
    let mut payloads = payloads(envelopes, algorithms).into_iter();
    tokens.map(|one| {
        let payload = payloads.next().flatten()?;
        let ToVerify { token, issuer, .. } = one?;
        Some(payload.map_err(Error::from).and_then(|payload| HalfVerified::of(token, &payload, issuer)))
    })
}

/// As [`HalfVerified::verify_holder`], for many.
pub(crate) fn verify_holders<'b, const N: usize>(
    halves: [Option<HalfVerified<'_, 'b>>; N],
    algorithms: Algorithms,
) -> [Option<Result<KeyBound<'b>, Error>>; N] {
    let envelopes = halves.each_ref().map(|half| {
        let (envelope, key) = half.as_ref()?.envelope_and_key();
        let key: &dyn Verify = key;
        Some((envelope, key))
    });
    let mut payloads = payloads(envelopes, algorithms).into_iter();
    halves.map(|half| {
        let payload = payloads.next().flatten()?;
        Some(half?.holder_verified(payload))
    })
}

fn payloads<'k, 'b, const N: usize>(
    envelopes: [Option<(&'k Sign1<'b>, &'k dyn Verify)>; N],
    algorithms: Algorithms,
) -> [Option<Result<Payload<'b>, sign1::Error>>; N] {
    let begun = envelopes.map(|one| one.map(|(envelope, key)| envelope.begin(key, algorithms, &[])));
    let mut refused = [const { None }; N];
    let mut refusals = refused.iter_mut();
    let begun = begun.map(|one| {
        let refusal = refusals.next()?;
        one?.map_err(|error| *refusal = Some(error)).ok()
    });
    let mut finished = Begun::finish_all(begun).into_iter();
    refused.map(|refusal| {
        let finished = finished.next().flatten();
        refusal.map(Err).or(finished)
    })
}
