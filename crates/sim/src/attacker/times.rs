//! Times that do not fit: V-20 to V-28 and the B rules beside them.

use super::Attack;
use super::accomplices::Target;
use super::forge::{self, Envelope};
use geleit_cose::cbor::Value;
use geleit_credential::numbers::claim;
use geleit_credential::time::UnixTime;

pub(super) const ATTACKS: &[Attack] = &[
    Attack::breaking("V-20", "expiry-in-text", "the end of the credential is text", |target| {
        Some(target.issuer_claim(claim::EXP, &Value::text("2027-01-01")))
    }),
    Attack::breaking("V-20", "expiry-not-a-number", "the end of the credential is not a number", |target| {
        Some(target.issuer_claim(claim::EXP, &Value::Float(f64::NAN)))
    }),
    Attack::breaking("V-21", "valid-after-issue", "the credential begins after it was issued", |target| {
        let issued_at = target.date(claim::IAT)?;
        Some(target.issuer_claim(claim::NBF, &seconds(issued_at.plus(1))))
    }),
    Attack::breaking("V-21", "ends-when-issued", "the credential ends when it is issued", |target| {
        let soon = target.scene.now.plus(30);
        Some(issued(target, &[(claim::IAT, soon), (claim::EXP, soon)]))
    }),
    Attack::breaking("V-22", "credential-ended", "the credential ends now", |target| {
        let now = target.scene.now;
        Some(issued(target, &[(claim::IAT, now.plus(-3_600)), (claim::EXP, now)]))
    }),
    Attack::breaking("V-23", "credential-not-begun", "the credential begins in 30 seconds", |target| {
        let soon = target.scene.now.plus(30);
        Some(issued(target, &[(claim::IAT, soon), (claim::NBF, soon)]))
    }),
    Attack::breaking(
        "V-25",
        "binding-begins-late",
        "the key-binding token begins after it was signed",
        |target| {
            let signed_at = target.bound_date(claim::IAT)?;
            Some(target.holder_claim(claim::NBF, &seconds(signed_at.plus(1))))
        },
    ),
    Attack::breaking(
        "V-25",
        "binding-ends-at-once",
        "the key-binding token ends when it was signed",
        |target| {
            let signed_at = target.bound_date(claim::IAT)?;
            Some(target.holder_claim(claim::EXP, &seconds(signed_at)))
        },
    ),
    Attack::breaking(
        "V-26",
        "shown-before-issue",
        "the credential was issued after it was shown",
        |target| {
            let signed_at = target.bound_date(claim::IAT)?;
            Some(target.issuer_claim(claim::IAT, &seconds(signed_at.plus(1))))
        },
    ),
    Attack::breaking(
        "V-26",
        "shown-after-end",
        "the holder signs a time at which the credential has ended",
        |target| {
            let now = target.scene.now;
            let credential =
                target.issued(|one| one.claims.set_plain(&Value::int(claim::EXP), &seconds(now.plus(20))));
            let token = forge::rebind(&target.token, credential, target.scene.holder_key);
            Some(target.with(Envelope::resign(&token, target.scene.holder_key, |token| {
                token.payload.set(&Value::int(claim::IAT), &seconds(now.plus(30)));
            })))
        },
    ),
    Attack::breaking("V-26", "binding-outlives", "the key-binding token outlives the credential", |target| {
        let end = target.date(claim::EXP)?;
        Some(target.holder_claim(claim::EXP, &seconds(end.plus(1))))
    }),
    Attack::breaking(
        "V-27",
        "binding-ended",
        "the key-binding token ends a second after it was signed",
        |target| {
            let signed_at = target.bound_date(claim::IAT)?;
            Some(target.holder_claim(claim::EXP, &seconds(signed_at.plus(1))))
        },
    ),
    Attack::breaking("V-28", "binding-not-begun", "the key-binding token begins in 30 seconds", |target| {
        let soon = seconds(target.scene.now.plus(30));
        Some(target.holder(|token| {
            token.payload.set(&Value::int(claim::IAT), &soon);
            token.payload.set(&Value::int(claim::NBF), &soon);
        }))
    }),
    Attack::breaking("B-08", "key-of-another-time", "the credential says it was issued in 2001", |target| {
        Some(target.issuer_claim(claim::IAT, &seconds(UnixTime(1_000_000_000))))
    }),
    Attack::breaking(
        "B-09",
        "no-time-of-issue",
        "the credential does not say when it was issued",
        |target| Some(target.issuer_without(claim::IAT)),
    ),
    Attack::breaking("B-09", "no-end", "the credential does not say when it ends", |target| {
        Some(target.issuer_without(claim::EXP))
    }),
    Attack::breaking(
        "B-13",
        "signed-before-the-request",
        "the holder signed an hour before it was asked",
        |target| {
            let asked_at = target.request_date(claim::IAT)?;
            Some(target.holder_claim(claim::IAT, &seconds(asked_at.plus(-3_600))))
        },
    ),
    Attack::breaking("B-13", "signed-in-the-future", "the holder signs a time in an hour", |target| {
        Some(target.holder_claim(claim::IAT, &seconds(target.scene.now.plus(3_600))))
    }),
    Attack::breaking("B-13", "signed-at-no-time", "the holder signs a number in place of a time", |target| {
        Some(target.holder(|token| {
            token.payload.remove(&Value::int(claim::IAT));
            token.payload.set(&Value::int(claim::CTI), &Value::bytes([7]));
        }))
    }),
];

const fn seconds(time: UnixTime) -> Value {
    Value::int(time.0)
}

fn issued(target: &Target<'_>, dates: &[(i64, UnixTime)]) -> Vec<u8> {
    target.issuer(|credential| {
        for (label, date) in dates {
            credential.claims.set_plain(&Value::int(*label), &seconds(*date));
        }
    })
}
