//! Envelopes that are wrong: C rules.

use super::Attack;
use super::forge::{self, Envelope};
use geleit_cose::cbor::{Encoder, Value};
use geleit_cose::sign1::{self, label};

pub(super) const ATTACKS: &[Attack] = &[
    Attack::breaking("C-01", "another-tag", "the key-binding token says that it is a COSE_Mac0", |target| {
        let (_, rest) = target.token.split_first()?;
        Some(target.with([&[0xd1], rest].concat()))
    }),
    Attack::breaking("C-02", "algorithm-unsigned", "the algorithm stands where nobody signs it", |target| {
        let alg = Value::int(label::ALG);
        Some(target.holder(|token| {
            let value = token.protected.get(&alg).map(<[u8]>::to_vec).unwrap_or_default();
            token.protected.remove(&alg);
            token.unprotected.set_raw(&alg, value);
        }))
    }),
    Attack::breaking("C-03", "algorithm-of-many-curves", "EdDSA, which names no curve", |target| {
        let alg = Value::int(label::ALG);
        Some(target.holder(|token| token.protected.set(&alg, &Value::int(-8))))
    }),
    Attack::breaking("C-04", "critical-unknown", "a header that nobody understands is critical", |target| {
        let labels = Value::Array(vec![Value::int(-70_000)]);
        Some(target.holder(|token| {
            token.protected.set(&Value::int(-70_000), &Value::Bool(true));
            token.protected.set(&Value::int(label::CRIT), &labels);
        }))
    }),
    Attack::breaking("C-05", "issuer-signature-broken", "one bit of the issuer's signature", |target| {
        Some(target.around(forge::with_broken_signature(target.credential.clone())))
    }),
    Attack::breaking("C-05", "holder-signature-broken", "one bit of the holder's signature", |target| {
        Some(target.with(forge::with_broken_signature(target.token.clone())))
    }),
    Attack::breaking(
        "C-05",
        "key-id-of-another",
        "a stranger signs under the key id of the issuer",
        |target| Some(target.around(Envelope::resign(&target.credential, target.scene.stranger, |_| {}))),
    ),
    Attack::breaking("C-06", "label-in-both-headers", "a label stands in both headers", |target| {
        Some(target.holder(|token| {
            token.protected.set(&Value::Uint(99), &Value::Uint(1));
            token.unprotected.set(&Value::Uint(99), &Value::Uint(1));
        }))
    }),
    Attack::breaking("C-07", "payload-detached", "the payload of the key-binding token is null", |target| {
        let token = Envelope::open(&target.token);
        let mut out = Encoder::new();
        out.tag(sign1::TAG).array(4).bytes(&token.protected.encode()).raw(&token.unprotected.encode());
        out.null().bytes(&forge::signature(&target.token));
        Some(target.with(out.into_bytes()))
    }),
    Attack::breaking("C-08", "too-many-labels", "33 labels in a header", |target| {
        Some(target.holder(|token| {
            (100..133).for_each(|label| token.unprotected.set(&Value::int(label), &Value::Null));
        }))
    }),
    Attack::breaking("C-09", "type-unsigned", "the type stands where nobody signs it", |target| {
        let typ = Value::int(label::TYP);
        Some(target.holder(|token| {
            let value = token.protected.get(&typ).map(<[u8]>::to_vec).unwrap_or_default();
            token.protected.remove(&typ);
            token.unprotected.set_raw(&typ, value);
        }))
    }),
];
