//! Dates of tokens and the relations between them (draft sections 5.2 and 9).

use super::error::{Error, Rule, TimeRule};
use super::registered::{CredentialClaims, KeyBindingClaims};
use crate::time::UnixTime;
use geleit_cose::cbor::{Decoder, Head};

/// A CWT date: finite and within 2^53, so that integers and floats compare exactly.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(super) struct NumericDate(f64);

/// 2^53: every integer up to here is exact in a double.
const BOUND: i64 = 1 << 53;

impl NumericDate {
    /// V-20.
    pub(super) fn read(decoder: &mut Decoder<'_>) -> Result<Self, Error> {
        let rule = Error::rule(Rule::Date, decoder.position());
        match decoder.head()? {
            Head::Uint(n) => i64::try_from(n).ok().and_then(Self::exact).ok_or(rule),
            Head::Nint(n) => i64::try_from(n).ok().and_then(|n| Self::exact(!n)).ok_or(rule),
            Head::Float(seconds) if seconds.abs() <= 9_007_199_254_740_992.0 => Ok(Self(seconds)),
            _ => Err(rule),
        }
    }

    #[expect(clippy::as_conversions, reason = "exact: the integer is within 2^53")]
    const fn exact(seconds: i64) -> Option<Self> {
        if seconds >= -BOUND && seconds <= BOUND { Some(Self(seconds as f64)) } else { None }
    }

    /// Whole seconds, fractions cut.
    #[expect(clippy::as_conversions, reason = "within 2^53 by construction")]
    pub(super) const fn whole(self) -> UnixTime {
        UnixTime(self.0 as i64)
    }

    /// The date as an integer, when it has no fraction.
    pub(super) fn integral(self) -> Option<UnixTime> {
        let whole = self.whole();
        (Self::exact(whole.0) == Some(self)).then_some(whole)
    }
}

impl From<UnixTime> for NumericDate {
    fn from(time: UnixTime) -> Self {
        Self::exact(time.0.clamp(-BOUND, BOUND)).unwrap_or(Self(0.0))
    }
}

/// Proof that V-21, V-22 and V-23 hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct CredentialTimesValid(());

/// Proof that V-24 to V-28 hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct KeyBindingTimesValid(());

/// Draft section 9 steps 2 and 3, and section 6.2 for the holder.
pub(super) fn check_credential(
    claims: &CredentialClaims<'_>,
    now: UnixTime,
) -> Result<CredentialTimesValid, Error> {
    check_order(claims)?;
    let CredentialClaims { exp, nbf, .. } = *claims;
    before(TimeRule::CredentialExpired, Some(now.into()), exp)?;
    not_after(TimeRule::CredentialNotYet, nbf, Some(now.into()))?;
    Ok(CredentialTimesValid(()))
}

/// V-21: draft section 9 step 3.
pub(super) fn check_order(claims: &CredentialClaims<'_>) -> Result<(), Error> {
    let CredentialClaims { exp, nbf, iat, .. } = *claims;
    not_after(TimeRule::CredentialOrder, nbf, iat)?;
    before(TimeRule::CredentialOrder, nbf, exp)?;
    before(TimeRule::CredentialOrder, iat, exp)
}

/// Draft section 9 step 7; `at` is where the payload stands.
pub(super) fn check_key_binding(
    token: &KeyBindingClaims<'_>,
    credential: &CredentialClaims<'_>,
    now: UnixTime,
    at: usize,
) -> Result<KeyBindingTimesValid, Error> {
    let KeyBindingClaims { exp, nbf, iat, cti, .. } = *token;
    if iat.is_none() && (cti.is_none() || exp.is_some() || nbf.is_some()) {
        return Err(Error::rule(Rule::KeyBindingIssuedAt, at));
    }
    not_after(TimeRule::KeyBindingOrder, nbf, iat)?;
    before(TimeRule::KeyBindingOrder, iat, exp)?;
    within(TimeRule::KeyBindingOutside, exp, credential.exp)?;
    not_after(TimeRule::KeyBindingOutside, credential.nbf, nbf)?;
    not_after(TimeRule::KeyBindingOutside, credential.iat, iat)?;
    before(TimeRule::KeyBindingOutside, nbf, credential.exp)?;
    before(TimeRule::KeyBindingOutside, iat, credential.exp)?;
    not_after(TimeRule::KeyBindingOutside, credential.nbf, iat)?;
    before(TimeRule::KeyBindingExpired, Some(now.into()), exp)?;
    not_after(TimeRule::KeyBindingNotYet, nbf, Some(now.into()))?;
    Ok(KeyBindingTimesValid(()))
}

/// `early < late`, when both exist.
fn before(rule: TimeRule, early: Option<NumericDate>, late: Option<NumericDate>) -> Result<(), Error> {
    match (early, late) {
        (Some(early), Some(late)) if early >= late => {
            Err(Error::Time { rule, bound: late.whole(), presented: early.whole() })
        }
        _ => Ok(()),
    }
}

/// `presented <= bound`, when both exist.
fn within(rule: TimeRule, presented: Option<NumericDate>, bound: Option<NumericDate>) -> Result<(), Error> {
    match (presented, bound) {
        (Some(presented), Some(bound)) if presented > bound => {
            Err(Error::Time { rule, bound: bound.whole(), presented: presented.whole() })
        }
        _ => Ok(()),
    }
}

/// `early <= late`, when both exist.
fn not_after(rule: TimeRule, early: Option<NumericDate>, late: Option<NumericDate>) -> Result<(), Error> {
    match (early, late) {
        (Some(early), Some(late)) if early > late => {
            Err(Error::Time { rule, bound: early.whole(), presented: late.whole() })
        }
        _ => Ok(()),
    }
}
