//! Signatures of many tokens, stage by stage: as [`super::verify`] checks one token's, with the same verdict for
//! each.
//!
//! ```text
//! [token, key; N] --issuers' keys--> [HalfVerified; N] --cnf keys--> [KeyBound; N]
//! ```
//!
//! Tokens share one inversion in each stage and nothing else. Each payload comes back with the token that it is
//! of: nothing is matched by its place.

use super::{HalfVerified, IssuerName, KeyBound};
use crate::sd_cwt::error::Error;
use crate::sd_cwt::token::KeyBoundToken;
use geleit_cose::algorithm::Algorithms;
use geleit_cose::key::Verify;
use geleit_cose::sign1::Begun;

/// A token, and the key and name of its issuer.
#[derive(Clone, Copy)]
pub(crate) struct ToVerify<'t, 'b> {
    pub(crate) token: &'t KeyBoundToken<'b>,
    pub(crate) key: &'t dyn Verify,
    pub(crate) issuer: IssuerName<'t>,
}

/// As [`KeyBoundToken::verify_issuer`], for many; what belongs to each goes with it.
pub(crate) fn verify_issuers<'t, 'b, T, const N: usize>(
    tokens: [Option<(T, ToVerify<'t, 'b>)>; N],
    algorithms: Algorithms,
) -> [Option<(T, Result<HalfVerified<'t, 'b>, Error>)>; N] {
    let begun = tokens.map(|one| {
        let (with, one) = one?;
        Some(((with, one), one.token.credential.sign1.begin(one.key, algorithms, &[])))
    });
    Begun::finish_all(begun).map(|finished| {
        let ((with, one), payload) = finished?;
        let half = payload.map_err(Error::from);
        Some((with, half.and_then(|payload| HalfVerified::of(one.token, &payload, one.issuer))))
    })
}

/// As [`HalfVerified::verify_holder`], for many.
pub(crate) fn verify_holders<'b, T: Copy, const N: usize>(
    halves: &[Option<(T, HalfVerified<'_, 'b>)>; N],
    algorithms: Algorithms,
) -> [Option<(T, Result<KeyBound<'b>, Error>)>; N] {
    let begun = halves.each_ref().map(|one| {
        let (with, half) = one.as_ref()?;
        Some(((*with, half), half.token.sign1.begin(&half.credential.confirmation_key, algorithms, &[])))
    });
    Begun::finish_all(begun).map(|finished| {
        let ((with, half), payload) = finished?;
        Some((with, half.read_holder_payload(payload)))
    })
}
