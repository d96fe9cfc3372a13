//! The attacks of the published catalogue: its families "replay and protocol" and "issuers and keys".

use super::Attack;
use super::accomplices::{SALT, Target, hidden_at, orphan, shown_at, value_of};
use super::forge::{self, Credential, Envelope, Hidden, Node};
use geleit_cose::cbor::{Encoder, Value};
use geleit_cose::sign1::label;
use geleit_credential::numbers::{claim, header};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// COSE algorithm number of HMAC with SHA-256 (RFC 9053 section 3.1).
const HMAC_256: i64 = 5;

pub(super) const ATTACKS: &[Attack] = &[
    Attack::breaking(
        "V-06",
        "key-binding-missing",
        "the credential itself, without a key-binding token",
        |target| Some(target.with(target.credential.clone())),
    ),
    Attack::breaking("C-05", "key-binding-by-another-key", "the key of another wallet signs", |target| {
        Some(target.with(Envelope::resign(&target.token, target.scene.second_holder, |_| {})))
    }),
    Attack::breaking(
        "C-05",
        "disclosure-added-after-signing",
        "one disclosure more than the holder signed",
        |target| {
            let mut all = target.disclosures();
            let more = forge::disclosures(target.whole()?).into_iter().find(|one| !all.contains(one));
            all.push(more?);
            let credential = forge::with_disclosures(&target.credential, all);
            Some(target.tampered(|token| token.protected.set_raw(&Value::int(header::KCWT), credential)))
        },
    ),
    Attack::breaking(
        "V-15",
        "unreferenced-disclosure",
        "a disclosure that the issuer never signed",
        |target| {
            let mut all = target.disclosures();
            all.push(orphan(7));
            Some(target.disclosing(all))
        },
    ),
    Attack::breaking("V-14", "claim-twice", "a group shows a claim twice, with different values", |target| {
        let mut credential = Credential::open(&target.credential);
        let (_, group) = shown_at(&mut credential.claims).next()?;
        let Node::Map(_, members) = &*group else { return None };
        let key = members.iter().find_map(|one| match one {
            Hidden::Entry(_, key, _) => Some(key.clone()),
            Hidden::Unknown(_) | Hidden::Decoy(_) | Hidden::Element(..) => None,
        });
        *hidden_at(group)? = Hidden::Entry(SALT, key?, Node::of(&Value::Null));
        Some(target.around(credential.seal(target.issuer.1)))
    }),
    Attack::breaking(
        "C-03",
        "alg-none",
        "the credential has no algorithm (0) and an empty signature",
        |target| Some(target.around(signed_otherwise(target, 0, |_| Some(Vec::new()))?)),
    ),
    Attack::breaking(
        "C-03",
        "alg-hmac-with-public-key",
        "an HMAC, with the issuer's public key as the secret, in place of the signature",
        |target| {
            let public = target.issuer.1.public_key().to_cose_key();
            let x = value_of(&public)?.get_int(-2)?.as_bytes()?.to_vec();
            Some(target.around(signed_otherwise(target, HMAC_256, |message| {
                let mut mac = Hmac::<Sha256>::new_from_slice(&x).ok()?;
                mac.update(message);
                Some(mac.finalize().into_bytes().to_vec())
            })?))
        },
    ),
    Attack::breaking("B-17", "malformed-claim", "the issuer writes a day as 31.03.2028", |target| {
        let mut credential = Credential::open(&target.credential);
        *credential.find(&["uk_work", "until"])? = Node::of(&Value::text("31.03.2028"));
        Some(target.around(credential.seal(target.issuer.1)))
    }),
    Attack {
        name: "required-claim-withheld",
        what: "the holder leaves out the conditions of work",
        rule: None,
        make: |target| {
            let all = target.disclosures();
            let rest: Vec<_> = all.iter().filter(|one| !discloses(one, "conditions")).cloned().collect();
            (rest.len() < all.len()).then(|| target.disclosing(rest))
        },
    },
    Attack::breaking("M-10", "huge", "2 MB with 10,000 disclosures", |target| {
        let many = (0..10_000_u32).map(|number| {
            let salt = Value::bytes([number.to_be_bytes(); 4].concat());
            let content = Value::Array(vec![salt, Value::bytes(vec![0; 170]), Value::text("bonus")]);
            Value::bytes(content.encode()).encode()
        });
        Some(target.disclosing(many.collect()))
    }),
    Attack::breaking(
        "B-06",
        "look-alike-type",
        "the name of the type has one letter of another script",
        |target| {
            let payload = Envelope::open(&target.credential).payload;
            let vct = value_of(payload.get(&Value::int(claim::VCT))?)?;
            // U+0435, which looks like an e.
            let other = vct.as_text()?.replacen('e', "\u{435}", 1);
            Some(target.issuer_claim(claim::VCT, &Value::text(other)))
        },
    ),
    Attack::breaking(
        "B-05",
        "forged-issuer",
        "a stranger signs with its own key, under the name of the issuer",
        |target| {
            let stranger = target.scene.stranger;
            let kid = Value::bytes(stranger.public_key().key_id());
            Some(target.around(Envelope::resign(&target.credential, stranger, |one| {
                one.protected.set(&Value::int(label::KID), &kid);
            })))
        },
    ),
    Attack::breaking("B-07", "wrong-issuer", "a body that may issue another type signs this one", |target| {
        let mine = target.type_name();
        let issues_mine =
            |iss: &str| target.scene.issuers.iter().any(|(name, one, _)| *name == mine && *one == iss);
        let (_, iss, key) = target.scene.issuers.iter().find(|(_, iss, _)| !issues_mine(iss))?;
        Some(target.around(Envelope::resign(&target.credential, key, |one| {
            let kid = Value::bytes(key.public_key().key_id());
            one.protected.set(&Value::int(label::KID), &kid);
            one.payload.set(&Value::int(claim::ISS), &Value::text(*iss));
        })))
    }),
];

/// The credential with another algorithm and what passes for a signature of it.
fn signed_otherwise(
    target: &Target<'_>,
    algorithm: i64,
    sign: impl Fn(&[u8]) -> Option<Vec<u8>>,
) -> Option<Vec<u8>> {
    let mut credential = Envelope::open(&target.credential);
    credential.protected.set(&Value::int(label::ALG), &Value::int(algorithm));
    let mut message = Encoder::new();
    message.array(4).text("Signature1").bytes(&credential.protected.encode()).bytes(&[]);
    message.bytes(&credential.payload.encode());
    let signature = sign(message.as_bytes())?;
    Some(credential.assemble(&signature))
}

/// Whether a disclosure is of a claim of this name.
fn discloses(disclosure: &[u8], name: &str) -> bool {
    let key = || {
        let Value::Bytes(content) = value_of(disclosure)? else { return None };
        let Value::Array(parts) = value_of(&content)? else { return None };
        parts.get(2)?.as_text().map(|key| key == name)
    };
    key().unwrap_or_default()
}
