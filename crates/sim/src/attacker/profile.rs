//! Answers that are well-formed and not what a registered use permits: B rules but those of times.

use super::Attack;
use super::accomplices::{SALT, SD_CLAIMS, Target, hidden_at, list_at, orphan, shown_at, value_of};
use super::forge::{self, Credential, Envelope, Hidden, Node};
use geleit_cose::cbor::{Encoding, Limits, Value};
use geleit_credential::numbers::{claim, confirmation, header};

pub(super) const ATTACKS: &[Attack] = &[
    Attack::breaking("B-01", "no-array", "a key-binding token without the array around it", |target| {
        Some(target.token.clone())
    }),
    Attack::breaking("B-01", "five-tokens", "five key-binding tokens", |target| {
        Some(forge::presentation(&vec![target.token.clone(); 5]))
    }),
    Attack::breaking("B-10", "type-twice", "a credential is shown twice", |target| {
        Some(forge::presentation(&[target.tokens.as_slice(), core::slice::from_ref(&target.token)].concat()))
    }),
    Attack::breaking(
        "B-11",
        "two-holders",
        "a credential of another person is shown beside the holder's",
        two_holders,
    ),
    Attack::breaking("B-12", "other-request", "the holder signs the hash of another request", |target| {
        Some(target.holder_claim(claim::REQUEST_HASH, &Value::bytes([7; 32])))
    }),
    Attack::breaking("B-12", "no-request", "the holder signs no hash of the request", |target| {
        Some(target.holder(|token| token.payload.remove(&Value::int(claim::REQUEST_HASH))))
    }),
    Attack::breaking("B-14", "group-not-asked", "a group is opened that was not asked", group_not_asked),
    Attack::breaking("B-14", "claim-not-asked", "a claim is shown that was not asked", |target| {
        member_not_asked(target, |value| !matches!(value, Node::Array(_)))
    }),
    Attack::breaking("B-14", "list-not-asked", "a list is opened that was not asked", |target| {
        member_not_asked(target, |value| matches!(value, Node::Array(_)))
    }),
    Attack::breaking(
        "B-14",
        "type-not-asked",
        "a credential of a type that was not asked is shown",
        type_not_asked,
    ),
    Attack::breaking("B-14", "subject-shown", "the issuer's name for the holder is shown", |target| {
        let mut credential = Credential::open(&target.credential);
        let value = Node::of(&Value::text("urn:example:subject:1"));
        *hidden_at(&mut credential.claims)? = Hidden::Entry(SALT, Value::int(claim::SUB).encode(), value);
        Some(target.around(credential.seal(target.issuer.1)))
    }),
    Attack::breaking("B-15", "claim-of-no-type", "a claim is shown that the type does not have", |target| {
        let mut credential = Credential::open(&target.credential);
        let (_, group) = shown_at(&mut credential.claims).next()?;
        let key = Value::text("pets").encode();
        *hidden_at(group)? = Hidden::Entry(SALT, key, Node::of(&Value::Uint(2)));
        Some(target.around(credential.seal(target.issuer.1)))
    }),
    Attack::breaking(
        "B-15",
        "plain-claim",
        "the credential has a claim in the clear beyond its type",
        |target| Some(target.issuer_claim(claim::CTI, &Value::bytes([7]))),
    ),
    Attack::breaking("B-15", "group-of-no-type", "a group is opened that the type does not have", |target| {
        let mut credential = Credential::open(&target.credential);
        let key = Value::text("pets").encode();
        *hidden_at(&mut credential.claims)? = Hidden::Entry(SALT, key, Node::of(&Value::Map(Vec::new())));
        Some(target.around(credential.seal(target.issuer.1)))
    }),
    Attack::breaking(
        "B-15",
        "member-of-no-type",
        "a member is shown that the records of a list do not have",
        |target| {
            let mut credential = Credential::open(&target.credential);
            let element = list_at(&mut credential.claims)?.iter_mut().find_map(|one| match one {
                Err(Hidden::Element(_, element)) => Some(element),
                Ok(_) | Err(_) => None,
            });
            let key = Value::text("pets").encode();
            *hidden_at(element?)? = Hidden::Entry(SALT, key, Node::of(&Value::Uint(2)));
            Some(target.around(credential.seal(target.issuer.1)))
        },
    ),
    Attack::breaking(
        "B-16",
        "claims-in-header",
        "the credential repeats its issuer in the header",
        |target| {
            let same = Value::Map(vec![(Value::int(claim::ISS), Value::text(target.issuer.0))]);
            Some(target.issuer(|one| one.protected.set(&Value::int(header::CWT_CLAIMS), &same)))
        },
    ),
    Attack::breaking("B-17", "too-many-elements", "a list of four has five elements more", |target| {
        let mut credential = Credential::open(&target.credential);
        let list = list_at(&mut credential.claims)?;
        let empty = || Node::of(&Value::Map(Vec::new()));
        list.extend((0..5).map(|number| Err(Hidden::Element([number; 16], empty()))));
        Some(target.around(credential.seal(target.issuer.1)))
    }),
    Attack::breaking("B-18", "link-made-up", "the proof of a threshold is made up", |target| {
        with_links(target, |proof| {
            if let Value::Array(parts) = proof
                && let Some(link) = parts.last_mut()
            {
                *link = Value::bytes([7; 32]);
            }
        })
    }),
    Attack::breaking(
        "B-19",
        "threshold-other",
        "a threshold is proved other than the one that was asked",
        |target| {
            with_links(target, |proof| {
                if let Value::Array(parts) = proof
                    && let Some(Value::Uint(threshold)) = parts.first_mut()
                {
                    *threshold += 1;
                }
            })
        },
    ),
    Attack::breaking("B-19", "threshold-not-asked", "a threshold is proved that was not asked", |target| {
        let id = if target.type_name() == "residence" { "res.uk.work.through" } else { "id.age_over" };
        let proof = Value::Array(vec![Value::Uint(18), Value::bytes([7; 32])]);
        let links = Value::Map(vec![(Value::text(id), proof)]);
        Some(target.holder_claim(claim::THRESHOLD_LINKS, &links))
    }),
    Attack::breaking(
        "B-19",
        "threshold-not-proved",
        "a commitment is shown, and nothing is proved",
        |target| {
            let links = Value::int(claim::THRESHOLD_LINKS);
            Envelope::open(&target.token).payload.get(&links)?;
            Some(target.holder(|token| token.payload.remove(&links)))
        },
    ),
    Attack::breaking(
        "B-21",
        "unsigned-label",
        "the key-binding token has a label that nobody signed",
        |target| Some(target.tampered(|token| token.unprotected.set(&Value::Uint(99), &Value::Uint(17)))),
    ),
    Attack::breaking(
        "B-21",
        "unsigned-label-inside",
        "the credential has a label that nobody signed",
        |target| {
            let label = Value::Uint(99);
            let labelled =
                Envelope::tamper(&target.credential, |one| one.unprotected.set(&label, &Value::Null));
            Some(target.around(labelled))
        },
    ),
    Attack::breaking("B-22", "no-status-entry", "the credential has no place in a status list", |target| {
        Some(target.issuer_without(claim::STATUS))
    }),
    Attack::breaking("B-23", "disclosures-for-nothing", "40 disclosures beyond any answer", |target| {
        let mut all = target.disclosures();
        all.extend((0..40).map(orphan));
        Some(target.disclosing(all))
    }),
    Attack::breaking(
        "B-24",
        "disclosures-not-sorted",
        "disclosures in descending order of their hashes",
        |target| {
            let mut credential = Credential::open(&target.credential);
            (shown_at(&mut credential.claims).count() > 0).then_some(())?;
            Some(target.around(credential.seal_with(target.issuer.1, |all| all.reverse())))
        },
    ),
    Attack::breaking("B-24", "decoy-shown", "a hash is opened that hides nothing", |target| {
        let mut credential = Credential::open(&target.credential);
        *hidden_at(&mut credential.claims)? = Hidden::Decoy(SALT);
        Some(target.around(credential.seal(target.issuer.1)))
    }),
    Attack::breaking(
        "B-25",
        "long-payload",
        "the holder signs 2,100 bytes that nobody asked for",
        |target| Some(target.holder_extra(&Value::bytes(vec![0; 2_100]).encode())),
    ),
];

/// The issuer binds the last credential to the key of somebody else, who shows it.
fn two_holders(target: &Target<'_>) -> Option<Vec<u8>> {
    (target.tokens.len() > 1).then_some(())?;
    let second = target.scene.second_holder;
    let key = Value::decode(&second.public_key().to_cose_key(), &Limits::TOKEN, Encoding::Deterministic);
    let cnf = Value::Map(vec![(Value::int(confirmation::COSE_KEY), key.ok()?)]);
    let credential = target.issued(|one| one.claims.set_plain(&Value::int(claim::CNF), &cnf));
    Some(target.with(forge::rebind(&target.token, credential, second)))
}

/// The holder opens one more group of the credential, with nothing in it.
fn group_not_asked(target: &Target<'_>) -> Option<Vec<u8>> {
    let mut whole = Credential::open(target.whole()?);
    let groups = whole.claims.hidden().iter().filter(|one| matches!(one, Hidden::Entry(_, _, Node::Map(..))));
    let group = groups.into_iter().find(|one| !target.shows(one))?.disclosure()?;
    let mut all = target.disclosures();
    all.push(group);
    Some(target.disclosing(all))
}

/// The holder opens one more claim of a group that was asked.
fn member_not_asked(target: &Target<'_>, is_meant: fn(&Node) -> bool) -> Option<Vec<u8>> {
    let mut whole = Credential::open(target.whole()?);
    let groups = whole.claims.hidden().iter().filter(|one| target.shows(one));
    let mut members = groups.filter_map(|group| match group {
        Hidden::Entry(_, _, Node::Map(_, members)) => Some(members),
        Hidden::Entry(..) | Hidden::Unknown(_) | Hidden::Decoy(_) | Hidden::Element(..) => None,
    });
    let meant = |one: &&Hidden| matches!(one, Hidden::Entry(_, _, value) if is_meant(value));
    let hidden = members.find_map(|members| members.iter().filter(meant).find(|one| !target.shows(one)));
    let mut all = target.disclosures();
    all.push(hidden?.disclosure()?);
    Some(target.disclosing(all))
}

/// The holder shows a credential of a type that was not asked, with nothing in it.
fn type_not_asked(target: &Target<'_>) -> Option<Vec<u8>> {
    let shown: Vec<Vec<u8>> =
        target.tokens.iter().map(|token| forge::signature(&forge::credential_of(token))).collect();
    let other = target.scene.credentials.iter().find(|one| !shown.contains(&forge::signature(one)))?;
    let bare = Envelope::tamper(other, |credential| credential.unprotected.remove(&SD_CLAIMS));
    let token = forge::rebind(&target.token, bare, target.scene.holder_key);
    Some(forge::presentation(&[target.tokens.as_slice(), &[token]].concat()))
}

/// The holder signs other proofs of thresholds.
fn with_links(target: &Target<'_>, change: impl Fn(&mut Value)) -> Option<Vec<u8>> {
    let token = Envelope::open(&target.token);
    let links = token.payload.get(&Value::int(claim::THRESHOLD_LINKS))?;
    let Value::Map(mut entries) = value_of(links)? else { return None };
    entries.iter_mut().for_each(|(_, proof)| change(proof));
    Some(target.holder_claim(claim::THRESHOLD_LINKS, &Value::Map(entries)))
}
