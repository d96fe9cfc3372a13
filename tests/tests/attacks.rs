//! Attacks that other implementations fell for, one test for each class. `spec/attacks.md` says where it
//! happened, and which tests in other files belong to the same table.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

use geleit_cose::algorithm::Algorithms;
use geleit_cose::cbor::{Encoder, Encoding, Limits, Value};
use geleit_cose::key::SigningKey;
use geleit_cose::sign1::{self, NoHeaders, Sign1, label};
use geleit_credential::decision::{FactError, Facts, decide};
use geleit_credential::holder::{AnswerError, Consent, DisclosureLedger, HeldCredential, answer, plan};
use geleit_credential::issuer::{Copy, DEFAULT_LIFETIME_S, Issuer};
use geleit_credential::known::Known;
use geleit_credential::numbers::{cbor, claim, header};
use geleit_credential::presentation::Presentation;
use geleit_credential::purpose::{Profile, Purposes, RetentionFrom};
use geleit_credential::receipt::{
    Decided, Deletion, LogPlace, Receipt, ReceiptError, SignedDeletion, SignedReceipt, VerifiedReceipt,
    verify_log,
};
use geleit_credential::registration::{Registration, RelyingParty};
use geleit_credential::request::{PermittedRequest, Request};
use geleit_credential::schema::residence::{LinkedDocument, Residence};
use geleit_credential::schema::{ClaimSet, Date, TYPES};
use geleit_credential::scope::{Necessity, Scope, ScopeEntry, ScopedClaim};
use geleit_credential::sd_cwt::{
    self, Expected, IssuerName, KeyBoundToken, Nonce, Scratch, redacted_claim_hash,
};
use geleit_credential::standing::Standing;
use geleit_credential::status_list::{StatusListToken, StatusLists, StatusReference};
use geleit_credential::time::UnixTime;
use geleit_credential::trust_list::{SignedTrustList, TrustList};
use geleit_credential::verifier::{AlreadyUsed, NonceRegister, OpenNonces, Verifier, Workspace};
use geleit_testkit::forge::{self, Credential, Envelope, Hidden, Node};
use geleit_testkit::purposes::permitting;
use geleit_testkit::world::{
    CREDENTIAL_LIST, HOME_OFFICE, LIST_AGE_S, NOW, RECOGNITION, REGISTRAR, RELYING_PARTY, WalletState,
    index_of,
};
use geleit_testkit::{FixedRng, World, people};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;

const NONCE: &[u8] = b"sixteen byte nonce";
const OTHER_NONCE: &[u8] = b"another byte nonce";
const WORK: &str = "uk-right-to-work";
const DAY_S: i64 = 86_400;

// --- A1: signed data that is not checked.

/// Whoever presents changes a disclosed value and signs again: the issuer signed a hash of it.
#[test]
fn values_changed_by_the_holder() {
    let check = Check::work();
    let token = &check.tokens()[1];
    let credential = forge::credential_of(token);
    let disclosures = disclosures(&credential);
    let start = credential.windows(disclosures.len()).position(|window| window == disclosures).unwrap();
    assert!(check.with_token(1, forge::rebind(token, credential.clone(), &check.world.holder)).is_ok());
    for at in start..start + disclosures.len() {
        for flip in [0x01, 0x20, 0xff] {
            let mut changed = credential.clone();
            changed[at] ^= flip;
            let refused =
                check.with_token(1, forge::rebind(token, changed, &check.world.holder)).unwrap_err();
            assert!(refused.starts_with(['V', 'M', 'C']), "byte {at} xor {flip:#04x}: {refused}");
        }
    }
}

#[test]
fn orphan_disclosures() {
    let check = Check::work();
    for parts in [
        vec![Value::bytes([9; 16])],
        vec![Value::bytes([9; 16]), Value::Bool(true)],
        vec![Value::bytes([9; 16]), Value::Bool(true), Value::text("permitted")],
    ] {
        let orphan = Value::bytes(Value::Array(parts).encode()).encode();
        assert_eq!(check.with_disclosures(|all| all.push(orphan.clone())), Err("V-15"));
        assert_eq!(check.with_disclosures(|all| all.insert(0, orphan.clone())), Err("V-15"));
    }
    // A few are told from too many to be an answer at all, which nobody reads.
    let orphan = |n: u8| Value::bytes(Value::Array(vec![Value::bytes([n; 16])]).encode()).encode();
    for (count, refused) in [(1, "V-15"), (16, "V-15"), (60, "B-23"), (255, "B-23")] {
        assert_eq!(check.with_disclosures(|all| all.extend((0..count).map(orphan))), Err(refused), "{count}");
    }
    // The group stays away, so that the hashes of its members are nowhere.
    let without = |number: usize| check.with_disclosures(|all| drop(all.remove(number)));
    let orphans = (0..check.disclosures()).filter(|number| without(*number) == Err("V-15"));
    assert_eq!(orphans.count(), 1);
}

/// The companion of a threshold claim is a decoy, and whoever has it computes the exact value: a wallet must not
/// show it, nor any other decoy, and a verifier must not take it. Order could carry a message.
#[test]
fn decoys_and_another_order() {
    let check = Check::work();
    let whole = check.world.issue(&people::residence(), check.world.holder.public_key(), "residence");
    let mut shown = Vec::new();
    assert!(check.with_disclosures(|all| shown = all.clone()).is_ok());
    let credential = forge::credential_of(&check.tokens()[1]);
    let holders: Vec<u8> = [shown.concat(), credential].concat();
    let decoys: Vec<Vec<u8>> = forge::disclosures(&whole)
        .into_iter()
        .filter(|one| one.len() == 19 && holders.windows(32).any(|hash| hash == redacted_claim_hash(one)))
        .collect();
    assert!(decoys.len() > 2, "{} decoys with their hashes in what is shown", decoys.len());
    for decoy in decoys {
        let sorted = |all: &mut Vec<Vec<u8>>| {
            all.push(decoy);
            all.sort_by_key(|one| redacted_claim_hash(one));
        };
        assert_eq!(check.with_disclosures(sorted), Err("B-24"));
    }
    assert_eq!(check.with_disclosures(|all| all.reverse()), Err("B-24"));
}

/// Of two rules that are broken the cheaper one is told: nobody pays for a signature before it has to be.
#[test]
fn cheap_rules_come_before_signatures() {
    let check = Check::work();
    let (tokens, holder) = (check.tokens(), &check.world.holder);
    let forged = |token: &[u8]| forge::with_broken_signature(token.to_vec());
    let forged_issuer = |token: &[u8]| {
        forge::rebind(token, forge::with_broken_signature(forge::credential_of(token)), holder)
    };
    // The nonce, before any signature.
    let answer = forge::presentation(&[forged_issuer(&tokens[0]), tokens[1].clone()]);
    assert_eq!(check.verify(&answer), Err("C-05"));
    let mut used = OpenNonces::default();
    used.use_up(check.request.nonce(), check.request.expires_at()).unwrap();
    assert_eq!(check.verify_with(&answer, &check.request, &mut used), Err("B-20"));
    // The issuer of the second token, before the first token's signature.
    let mut stranger = Envelope::open(&forge::credential_of(&tokens[1]));
    stranger.protected.set(&Value::int(label::KID), &Value::bytes([7; 8]));
    let stranger = forge::rebind(&tokens[1], stranger.seal(&check.world.home_office), holder);
    let answer = forge::presentation(&[forged_issuer(&tokens[0]), stranger]);
    assert_eq!(check.verify(&answer), Err("B-05"));
    // The times of a credential, before its holder's signature.
    let mut expired = Envelope::open(&forge::credential_of(&tokens[0]));
    expired.payload.set(&Value::int(claim::IAT), &Value::int(NOW.0 - 7 * 86_400));
    expired.payload.set(&Value::int(claim::EXP), &Value::int(NOW.0));
    let expired = forge::rebind(&tokens[0], expired.seal(&check.world.home_office), holder);
    assert_eq!(check.with_token(0, forged(&expired)), Err("V-22"));
}

/// What nobody asked for is not read: long payloads, labels beside the disclosures, a token more than there are
/// types. None of it costs a signature.
#[test]
fn bulk_beside_the_answer() {
    let check = Check::work();
    let (token, holder) = (&check.tokens()[1], &check.world.holder);
    let long = Value::bytes(vec![7; 2_100]);
    let plain = |credential: &mut Credential| credential.claims.set_plain(&Value::text("more"), &long);
    assert_eq!(check.with_credential(plain), Err("B-25"));
    let longer = Envelope::resign(token, holder, |kbt| kbt.payload.set(&Value::Uint(5_000), &long));
    assert_eq!(check.with_token(1, longer), Err("B-25"));
    let forged = forge::with_broken_signature(forge::credential_of(token));
    let mut labelled = Envelope::open(&forged);
    labelled.unprotected.set(&Value::Uint(999), &long);
    let sign1 = Sign1::parse(&forged, &Limits::TOKEN, Encoding::Tolerant, &mut NoHeaders).unwrap();
    let labelled = with_signature(&labelled, sign1.signature());
    assert_eq!(check.with_token(1, forge::rebind(token, labelled, holder)), Err("B-21"));
    let tokens = check.tokens();
    for repeated in [vec![0, 0], vec![1, 1], vec![0, 1, 1], vec![1, 1, 1, 1]] {
        let tokens: Vec<Vec<u8>> = repeated.iter().map(|number: &usize| tokens[*number].clone()).collect();
        assert_eq!(check.verify(&forge::presentation(&tokens)), Err("B-10"));
    }
}

#[test]
fn duplicate_disclosures() {
    let check = Check::work();
    for number in 0..check.disclosures() {
        let refused = check.with_disclosures(|all| all.push(all[number].clone()));
        assert_eq!(refused, Err("V-09"), "disclosure {number}");
    }
    // One hash in two places: one disclosure would say two things.
    let twice = check.with_credential(|credential| {
        let work = credential.at(&["uk_work"]).hidden();
        work.push(work[0].clone());
    });
    assert!(matches!(twice, Err("V-09" | "V-12")), "{twice:?}");
    let hidden_twice = check.with_credential(|credential| {
        credential.claims.hidden().extend([Hidden::Unknown([7; 32]), Hidden::Unknown([7; 32])]);
    });
    assert_eq!(hidden_twice, Err("V-12"));
}

/// A disclosure that says again, and otherwise, what is there already.
#[test]
fn disclosures_that_overwrite_a_claim() {
    let check = Check::work();
    let at_top = |key: Value, value: Value| {
        check.with_credential(|credential| credential.claims.replace_decoy([9; 16], &key, &value))
    };
    for label in claim::NEVER_REDACTED {
        let refused = at_top(Value::int(label), Value::int(NOW.0));
        assert_eq!(refused, Err("V-16"), "registered claim {label}");
    }
    assert_eq!(at_top(Value::int(claim::VCT), Value::text("urn:geleit:identity:1")), Err("V-14"));
    assert_eq!(at_top(Value::int(claim::STATUS), Value::Null), Err("V-14"));
    assert_eq!(at_top(Value::text("uk_work"), Value::Map(Vec::new())), Err("V-14"));
    let member = check.with_credential(|credential| {
        let work = credential.at(&["uk_work"]);
        work.replace_decoy([9; 16], &Value::text("permitted"), &Value::Bool(false));
    });
    assert_eq!(member, Err("V-14"));
    let plain = check.with_credential(|credential| {
        credential.at(&["uk_work"]).set_plain(&Value::text("permitted"), &Value::Bool(false));
    });
    assert_eq!(plain, Err("V-14"));
}

/// The labels of registered claims mean something at the top alone; in `cnf` nothing is redacted at all.
#[test]
fn registered_labels_further_down() {
    let check = Check::work();
    let encoded = |label: i64| Value::int(label).encode();
    let with = |change: &dyn Fn(&mut Credential)| {
        let mut credential = Credential::open(&forge::credential_of(&check.tokens()[1]));
        change(&mut credential);
        let sealed = credential.seal(&check.world.home_office);
        check.format(&forge::rebind(&check.tokens()[1], sealed, &check.world.holder), Encoding::Tolerant)
    };
    for label in claim::NEVER_REDACTED {
        let entry = |salt| Hidden::Entry([salt; 16], encoded(label), Node::of(&Value::Uint(1)));
        let hidden = with(&|one| {
            let inside = Node::Map(Vec::new(), vec![entry(8)]);
            one.claims.hidden().push(Hidden::Entry([9; 16], Value::text("x").encode(), inside));
        });
        assert_eq!(hidden, Ok(()), "{label} in a claim");
        let plain = with(&|one| {
            let inside = Node::Map(vec![(encoded(label), Node::Map(Vec::new(), vec![entry(8)]))], Vec::new());
            one.claims.plain().push((Value::text("x").encode(), inside));
        });
        assert_eq!(plain, Ok(()), "{label} above a claim");
        assert_eq!(with(&|one| one.claims.hidden().push(entry(8))), Err("V-16"), "{label} at the top");
    }
    let in_cnf = with(&|one| {
        let cnf = one.claims.member(&Value::int(claim::CNF));
        cnf.hidden().push(Hidden::Entry([8; 16], encoded(3), Node::of(&Value::bytes([1]))));
    });
    assert_eq!(in_cnf, Err("M-07"));
    let in_key = with(&|one| {
        let key = one.claims.member(&Value::int(claim::CNF)).member(&Value::int(1));
        key.hidden().push(Hidden::Entry([8; 16], encoded(2), Node::of(&Value::bytes([1]))));
    });
    assert!(matches!(in_key, Err("M-07" | "V-18")), "{in_key:?}");
}

/// What marks redaction is no claim, at no depth.
#[test]
fn reserved_marks_at_any_depth() {
    let check = Check::work();
    let wrap = |depth: usize, value: Value| {
        (0..depth).fold(value, |inner, level| match level % 2 {
            0 => Value::Array(vec![Value::Uint(1), inner]),
            _ => Value::Map(vec![(Value::text("in"), inner)]),
        })
    };
    for depth in 0..6 {
        for tag in [cbor::TO_BE_REDACTED, cbor::TO_BE_DECOY] {
            let marked = wrap(depth, Value::Tag(tag, Box::new(Value::Uint(1))));
            assert_eq!(check.with_value(&marked), Err("M-15"), "tag {tag}, depth {depth}");
        }
        let no_element = Value::Map(vec![(
            Value::text("in"),
            Value::Tag(cbor::REDACTED_ELEMENT, Box::new(Value::bytes([7; 32]))),
        )]);
        assert_eq!(check.with_value(&wrap(depth, no_element)), Err("M-15"), "tag 60, depth {depth}");
        let key_as_value = wrap(depth, Value::Simple(cbor::REDACTED_CLAIM_KEYS));
        assert_eq!(check.with_value(&key_as_value), Err("M-16"), "simple(59), depth {depth}");
        for hashes in [Value::Null, Value::Array(vec![Value::bytes([7; 31])]), Value::bytes([7; 32])] {
            let broken = Value::Map(vec![(Value::Simple(cbor::REDACTED_CLAIM_KEYS), hashes)]);
            assert_eq!(check.with_value(&wrap(depth, broken)), Err("V-11"), "hashes, depth {depth}");
        }
    }
}

/// Disclosures that are too short, too long, or something else.
#[test]
fn disclosures_of_another_shape() {
    let check = Check::work();
    let salt = |length: usize| Value::bytes(vec![9; length]);
    let contents = [
        Vec::new(),
        vec![0x80],
        vec![0x81],
        vec![0xff],
        Value::Null.encode(),
        Value::Map(Vec::new()).encode(),
        Value::text("salt").encode(),
        Value::Array(vec![Value::Null]).encode(),
        Value::Array(vec![Value::text("sixteen bytes...")]).encode(),
        Value::Array(vec![salt(0)]).encode(),
        Value::Array(vec![salt(15), Value::Null]).encode(),
        Value::Array(vec![salt(17), Value::Null, Value::text("x")]).encode(),
        Value::Array(vec![salt(16), Value::Null, Value::text("x"), Value::Null]).encode(),
        Value::Array(vec![salt(16), Value::Null, Value::Null]).encode(),
        Value::Array(vec![salt(16), Value::Null, Value::text("")]).encode(),
        Value::Array(vec![salt(16), Value::Null, Value::text("x".repeat(256))]).encode(),
        Value::Array(vec![salt(16), Value::Null, Value::bytes([1])]).encode(),
        [Value::Array(vec![salt(16)]).encode(), vec![0]].concat(),
        vec![0x83, 0x50],
        vec![0x9f, 0xff],
    ];
    for content in contents {
        let one = Value::bytes(content.clone()).encode();
        let refused = check.with_disclosures(|all| all.push(one.clone())).unwrap_err();
        let expected = refused.starts_with("M-") || matches!(refused, "V-08" | "V-06");
        assert!(expected, "{content:02x?}: {refused}");
    }
    // Not byte strings at all.
    for one in [Value::Null, Value::text("salt"), Value::Array(vec![salt(16)])] {
        let refused = check.with_disclosures(|all| all.push(one.encode())).unwrap_err();
        assert!(refused.starts_with("M-") || refused == "V-06", "{one:?}: {refused}");
    }
    // An element among the keys of a map, and an entry in a list.
    let element = check.with_credential(|credential| {
        credential.claims.hidden().push(Hidden::Element([9; 16], Node::of(&Value::Null)));
    });
    assert_eq!(element, Err("V-13"));
}

/// `exp` and `nbf` of the outer token do not stand for those of the credential inside.
#[test]
fn outer_times_do_not_shadow_inner_ones() {
    let check = Check::work();
    let credential = |iat: i64, nbf: i64, exp: i64| {
        let mut credential = Credential::open(&forge::credential_of(&check.tokens()[1]));
        for (label, seconds) in [(claim::IAT, iat), (claim::NBF, nbf), (claim::EXP, exp)] {
            credential.claims.set_plain(&Value::int(label), &Value::int(NOW.plus(seconds).0));
        }
        credential.seal(&check.world.home_office)
    };
    let outer = |credential: Vec<u8>, times: &[(i64, i64)]| {
        let token = forge::rebind(&check.tokens()[1], credential, &check.world.holder);
        check.with_token(
            1,
            Envelope::resign(&token, &check.world.holder, |kbt| {
                for (label, seconds) in times {
                    kbt.payload.set(&Value::int(*label), &Value::int(NOW.plus(*seconds).0));
                }
            }),
        )
    };
    let fresh: [&[(i64, i64)]; 4] = [
        &[],
        &[(claim::EXP, 300)],
        &[(claim::NBF, 0), (claim::EXP, 300)],
        &[(claim::NBF, -300), (claim::EXP, DAY_S)],
    ];
    for times in fresh {
        let expired = outer(credential(-DAY_S, -DAY_S, 0), times);
        assert_eq!(expired, Err("V-22"), "{times:?}");
        let future = outer(credential(30, 30, DAY_S), times);
        assert_eq!(future, Err("V-23"), "{times:?}");
    }
    let good = || {
        let mut credential = Credential::open(&credential(-60, -60, DAY_S));
        credential.claims.remove_plain(&Value::int(claim::NBF));
        credential.seal(&check.world.home_office)
    };
    assert!(outer(good(), &[(claim::NBF, 0), (claim::EXP, 300)]).is_ok());
    assert!(outer(good(), &[(claim::EXP, DAY_S)]).is_ok(), "both end together");
    // Nor do the inner ones stand for the outer ones.
    assert_eq!(outer(good(), &[(claim::IAT, 0), (claim::EXP, 0)]), Err("V-25"));
    assert_eq!(outer(good(), &[(claim::NBF, 1), (claim::IAT, 1)]), Err("V-28"));
    assert_eq!(outer(good(), &[(claim::EXP, DAY_S + 1)]), Err("V-26"));
    // Long before 1970, and as far away from it as something that is still valid.
    assert_eq!(outer(credential(-60, -60, -3 * NOW.0), &[]), Err("V-21"));
}

/// Times that a number of this size cannot hold, and that some reader would cut, wrap or round.
#[test]
fn times_out_of_range() {
    let check = Check::work();
    let with = |label: i64, value: Value| {
        let mut credential = Credential::open(&forge::credential_of(&check.tokens()[1]));
        credential.claims.set_plain(&Value::int(label), &value);
        let sealed = credential.seal(&check.world.home_office);
        check.format(&forge::rebind(&check.tokens()[1], sealed, &check.world.holder), Encoding::Tolerant)
    };
    let bound = 1_i64 << 53;
    let float = |seconds: f64| Value::Float(seconds);
    for last in [Value::int(bound), float(9_007_199_254_740_992.0)] {
        assert_eq!(with(claim::EXP, last.clone()), Ok(()), "{last:?}");
    }
    for first in [Value::int(-bound), float(-9_007_199_254_740_992.0)] {
        assert_eq!(with(claim::NBF, first.clone()), Ok(()), "{first:?}");
    }
    for outside in [
        Value::int(bound + 1),
        Value::int(-bound - 1),
        Value::int(i64::MAX),
        Value::int(i64::MIN),
        Value::Uint(u64::MAX),
        Value::Nint(u64::MAX),
        float(9_007_199_254_740_994.0),
        float(-9_007_199_254_740_994.0),
        float(f64::INFINITY),
        float(f64::NEG_INFINITY),
        float(f64::NAN),
    ] {
        for label in [claim::EXP, claim::NBF, claim::IAT] {
            assert_eq!(with(label, outside.clone()), Err("V-20"), "{label}: {outside:?}");
        }
    }
    // Without iat between them, nbf and exp are compared with each other.
    let mut credential = Credential::open(&forge::credential_of(&check.tokens()[1]));
    credential.claims.remove_plain(&Value::int(claim::IAT));
    credential.claims.set_plain(&Value::int(claim::NBF), &Value::int(NOW.plus(60).0));
    credential.claims.set_plain(&Value::int(claim::EXP), &Value::int(NOW.plus(60).0));
    let sealed = credential.seal(&check.world.home_office);
    let token = forge::rebind(&check.tokens()[1], sealed, &check.world.holder);
    assert_eq!(check.format(&token, Encoding::Tolerant), Err("V-21"));
}

/// Claims that stand in the CWT Claims header alone are claims of the issuer like the others.
#[test]
fn claims_that_hide_in_the_header() {
    let check = Check::work();
    let with_header = |label: i64, value: Value| {
        let mut credential = Credential::open(&forge::credential_of(&check.tokens()[1]));
        credential.claims.remove_plain(&Value::int(label));
        let header = Value::Map(vec![(Value::int(label), value)]);
        credential.protected.set(&Value::int(header::CWT_CLAIMS), &header);
        let sealed = credential.seal(&check.world.home_office);
        forge::rebind(&check.tokens()[1], sealed, &check.world.holder)
    };
    let format = |token: Vec<u8>| check.format(&token, Encoding::Tolerant);
    assert_eq!(format(with_header(claim::EXP, Value::int(NOW.plus(DAY_S).0))), Ok(()));
    assert_eq!(format(with_header(claim::EXP, Value::int(NOW.0))), Err("V-21"));
    assert_eq!(format(with_header(claim::NBF, Value::int(NOW.plus(1).0))), Err("V-21"));
    assert_eq!(format(with_header(claim::ISS, Value::text(RECOGNITION))), Err("V-34"));
    let elsewhere = Value::text("https://other.example");
    assert_eq!(format(with_header(claim::AUD, elsewhere)), Err("V-30"));
    // In the profile nothing stands there at all.
    let token = with_header(claim::EXP, Value::int(NOW.plus(DAY_S).0));
    assert!(matches!(check.with_token(1, token), Err("B-09" | "B-16")));
}

/// `alg` of the header is compared with what the caller permits; it selects nothing.
#[test]
fn algorithm_from_the_header() {
    let check = Check::work();
    let (alg, objects) = (Value::int(label::ALG), check.signed_objects());
    let algorithms = [-8, -7, -9, -35, -36, -37, -257, -16, 0, 1, 4, 5, 6, 7, 24, -65_535, 65_535]
        .map(Value::int)
        .into_iter()
        .chain(["none", "None", "HS256", "EdDSA", ""].map(Value::text))
        .chain([Value::Null, Value::Bool(false)]);
    for algorithm in algorithms {
        for signed in &objects {
            let mut envelope = Envelope::open(&signed.bytes);
            envelope.protected.set(&alg, &algorithm);
            let forgeries =
                [envelope.seal(signed.key), with_signature(&envelope, &[]), by_hmac(&envelope, signed.key)];
            for forged in forgeries {
                let refused = (signed.read)(&check, &forged).unwrap_err();
                let expected = matches!(refused, "C-02" | "C-03") || refused.starts_with("M-");
                assert!(expected, "{}, {algorithm:?}: {refused}", signed.name);
            }
        }
    }
}

/// No signature, one of zeros, one of somebody else: with the right algorithm in the header.
#[test]
fn empty_signatures() {
    let check = Check::work();
    for signed in check.signed_objects() {
        assert_eq!((signed.read)(&check, &signed.bytes), Ok(()), "{}", signed.name);
        let envelope = Envelope::open(&signed.bytes);
        for forged in [
            with_signature(&envelope, &[]),
            with_signature(&envelope, &[0; 64]),
            with_signature(&envelope, &[0xff; 64]),
            with_signature(&envelope, &[0; 63]),
            by_hmac(&envelope, signed.key),
            envelope.seal(&check.world.stranger),
        ] {
            let refused = (signed.read)(&check, &forged).unwrap_err();
            assert!(matches!(refused, "C-05" | "R-03" | "E-01"), "{}: {refused}", signed.name);
        }
    }
}

/// A document of one kind is none of another kind, whoever signed it.
#[test]
fn documents_of_another_type() {
    let check = Check::work();
    let all = check.signed_objects();
    for one in &all {
        for other in all.iter().filter(|other| other.name != one.name) {
            let refused = (other.read)(&check, &one.bytes).unwrap_err();
            let expected = matches!(refused, "T-01" | "L-01" | "V-01" | "V-02" | "V-03" | "V-04" | "V-06");
            assert!(expected || refused.starts_with("M-"), "{} as {}: {refused}", one.name, other.name);
            // The same with the right key.
            let resigned = Envelope::open(&one.bytes).seal(other.key);
            assert!((other.read)(&check, &resigned).is_err(), "{} as {}", one.name, other.name);
        }
    }
    // A credential that nobody presented, in the place of a presentation.
    let bare = forge::presentation(&[forge::credential_of(&check.tokens()[1])]);
    assert!(matches!(check.verify(&bare), Err("V-02" | "V-03" | "V-06")));
}

/// The hash is over the bytes that were received: what is encoded anew, though equal, is another thing.
#[test]
fn digest_of_reencoded_bytes() {
    let check = Check::work();
    let short = [&[0x83, 0x50][..], &[9; 16], &[0x01, 0x61, b'x']].concat();
    let long = [&[0x83, 0x50][..], &[9; 16], &[0x18, 0x01, 0x61, b'x']].concat();
    let [short, long] = [short, long].map(|content| Value::bytes(content).encode());
    let issued_over = |disclosure: &[u8]| {
        let mut credential = Credential::open(&forge::credential_of(&check.tokens()[1]));
        credential.claims.hidden().push(Hidden::Unknown(redacted_claim_hash(disclosure)));
        credential
    };
    for (signed, shown, expected) in [
        (&long, &long, Ok(())),
        (&short, &short, Ok(())),
        (&long, &short, Err("V-15")),
        (&short, &long, Err("V-15")),
    ] {
        let sealed = issued_over(signed).seal_with(&check.world.home_office, |all| all.push(shown.clone()));
        let token = forge::rebind(&check.tokens()[1], sealed, &check.world.holder);
        assert_eq!(check.format(&token, Encoding::Tolerant), expected);
    }
    // A longer head outside of the content would be another hash for the same disclosure.
    let mut head = short;
    head.splice(0..1, [0x58, 21]);
    let sealed = issued_over(&head).seal_with(&check.world.home_office, |all| all.push(head.clone()));
    let token = forge::rebind(&check.tokens()[1], sealed, &check.world.holder);
    assert_eq!(check.format(&token, Encoding::Tolerant), Err("V-08"));
}

/// Whoever nests as deep as the bytes allow meets a counter, not the end of the stack.
#[test]
fn deep_nesting() {
    let check = Check::work();
    let wrappers: [&[u8]; 4] = [&[0x81], &[0xa1, 0x00], &[0xc1], &[0xd8, 0x2a]];
    let mut nested = Vec::new();
    for wrapper in wrappers {
        for depth in [17, 1_000, 30_000] {
            nested.push([wrapper.repeat(depth), vec![0x00]].concat());
        }
    }
    let bytes: Vec<Vec<u8>> = nested
        .iter()
        .flat_map(|value| {
            let objects = check.signed_objects().into_iter();
            let inside = objects.map(|one| Envelope::open(&one.bytes).seal_payload(value, one.key));
            inside.chain([value.clone()]).collect::<Vec<_>>()
        })
        .collect();
    // A hidden value opens at the depth of its place.
    let presented: Vec<Vec<u8>> = nested
        .iter()
        .map(|value| {
            let mut credential = Credential::open(&forge::credential_of(&check.tokens()[1]));
            let deep = Node::Leaf(value.clone());
            credential.claims.hidden().push(Hidden::Entry([9; 16], Value::text("x").encode(), deep));
            let sealed = credential.seal(&check.world.home_office);
            forge::presentation(&[forge::rebind(&check.tokens()[1], sealed, &check.world.holder)])
        })
        .collect();
    let work = move || {
        for (number, bytes) in bytes.iter().enumerate() {
            for signed in check.signed_objects() {
                assert!((signed.read)(&check, bytes).is_err(), "{number} as {}", signed.name);
            }
        }
        for (number, bytes) in presented.iter().enumerate() {
            let refused = check.verify(bytes).unwrap_err();
            assert!(refused.starts_with("M-"), "{number}: {refused}");
        }
    };
    thread::Builder::new().stack_size(512 * 1_024).spawn(work).unwrap().join().unwrap();
}

/// A name and a key that belong to different parties, and a key in a role that it does not have.
#[test]
fn issuer_and_key_of_different_parties() {
    let check = Check::work();
    let world = &check.world;
    let signed = |key: &SigningKey, kid: &SigningKey, iss: &str| {
        let mut credential = Credential::open(&forge::credential_of(&check.tokens()[1]));
        credential.protected.set(&Value::int(label::KID), &Value::bytes(kid.public_key().key_id()));
        credential.claims.set_plain(&Value::int(claim::ISS), &Value::text(iss));
        check.with_token(1, forge::rebind(&check.tokens()[1], credential.seal(key), &world.holder))
    };
    let parties = [
        (&world.home_office, HOME_OFFICE),
        (&world.recognition, RECOGNITION),
        (&world.registrar, REGISTRAR),
        (&world.publisher, "https://lists.example"),
        (&world.anchor, "https://anchor.example"),
        (&world.relying_party, RELYING_PARTY),
        (&world.holder, "urn:example:subject:1"),
        (&world.stranger, "https://stranger.example"),
    ];
    for (number, (key, _)) in parties.iter().enumerate() {
        for (kid_number, (kid, _)) in parties.iter().enumerate() {
            for (iss_number, (_, iss)) in parties.iter().enumerate() {
                let outcome = signed(key, kid, iss).map(drop);
                let expected = match (number, kid_number, iss_number) {
                    (0, 0, 0) => Ok(()),
                    // Entitled for another type only.
                    (1, 1, 1) => Err("B-07"),
                    (_, 2.., _) => Err("B-05"),
                    (key, kid, _) if key != kid => Err("C-05"),
                    _ => Err("V-34"),
                };
                assert_eq!(outcome, expected, "key {number}, kid {kid_number}, iss {iss}");
            }
        }
    }
}

/// The holder's signature belongs to the credential inside it.
#[test]
fn key_binding_around_another_credential() {
    let check = Check::work();
    let other = check.world.issue(&people::residence(), check.world.holder.public_key(), "another copy");
    let token = check.tokens().remove(1);
    let sign1 = Sign1::parse(&token, &Limits::TOKEN, Encoding::Tolerant, &mut NoHeaders).unwrap();
    let mut envelope = Envelope::open(&token);
    assert_eq!(with_signature(&envelope, sign1.signature()), token);
    envelope.protected.set_raw(&Value::int(header::KCWT), other.clone());
    // All of its disclosures are there.
    assert_eq!(check.with_token(1, with_signature(&envelope, sign1.signature())), Err("B-23"));
    let shown = Sign1::parse(&other, &Limits::TOKEN, Encoding::Tolerant, &mut NoHeaders).unwrap();
    let mut none_shown = Envelope::open(&other);
    none_shown.unprotected.remove(&Value::int(header::SD_CLAIMS));
    envelope.protected.set_raw(&Value::int(header::KCWT), with_signature(&none_shown, shown.signature()));
    assert_eq!(check.with_token(1, with_signature(&envelope, sign1.signature())), Err("C-05"));
}

// --- A2: replay, session, binding.

/// A register that several threads share.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<OpenNonces>>);

impl NonceRegister for Shared {
    /// Never noticed early, so that the threads meet where the nonce is used up.
    fn is_used(&self, _: &[u8]) -> bool {
        false
    }

    fn use_up(&mut self, nonce: &[u8], expires_at: UnixTime) -> Result<(), AlreadyUsed> {
        self.0.lock().unwrap().use_up(nonce, expires_at)
    }
}

#[test]
fn one_nonce_many_threads() {
    const THREADS: usize = 8;
    let check = Check::work();
    for round in 0..10 {
        let (register, start) = (Shared::default(), Barrier::new(THREADS));
        let outcomes: Vec<Result<(), &str>> = thread::scope(|scope| {
            let attempt = || {
                let mut register = register.clone();
                start.wait();
                check.verify_with(&check.answer, &check.request, &mut register).map(drop)
            };
            let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(attempt)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(outcomes.iter().filter(|one| one.is_ok()).count(), 1, "round {round}: {outcomes:?}");
        assert_eq!(outcomes.iter().filter(|one| **one == Err("B-20")).count(), THREADS - 1);
    }
}

#[test]
fn replayed_answers() {
    let check = Check::work();
    let mut nonces = OpenNonces::default();
    assert!(check.verify_with(&check.answer, &check.request, &mut nonces).is_ok());
    assert_eq!(check.verify_with(&check.answer, &check.request, &mut nonces), Err("B-20"));
    // Another answer to the same request, and the same one until the request has ended.
    let again = check.world.answer(&check.request, &check.held());
    assert_eq!(check.verify_with(&again, &check.request, &mut nonces), Err("B-20"));
    nonces.forget_expired(NOW.plus(599));
    assert_eq!(check.verify_with(&check.answer, &check.request, &mut nonces), Err("B-20"));
    nonces.forget_expired(check.request.expires_at());
    assert_eq!(check.verify_at(&check.answer, &check.request, NOW.plus(600), &mut nonces), Err("B-02"));
    // A holder's clock may be ahead: the note outlives the request by a minute, and not longer.
    let until = check.request.expires_at().plus(300);
    nonces.forget_expired(until.plus(-1));
    assert_eq!(nonces.use_up(NONCE, until), Err(AlreadyUsed));
    nonces.forget_expired(until);
    assert_eq!(nonces.use_up(NONCE, until), Ok(()));
}

/// Garbage does not use up the nonce of an honest answer, and an unanswered request stays open.
#[test]
fn broken_answers_leave_the_nonce() {
    let check = Check::work();
    let mut nonces = OpenNonces::default();
    let broken = forge::with_broken_signature(check.answer.clone());
    assert_eq!(check.verify_with(&broken, &check.request, &mut nonces), Err("C-05"));
    let tokens = check.tokens();
    let twice = forge::presentation(&[tokens[0].clone(), tokens[0].clone()]);
    assert_eq!(check.verify_with(&twice, &check.request, &mut nonces), Err("B-10"));
    assert!(check.verify_with(&check.answer, &check.request, &mut nonces).is_ok());
}

/// Requests of one verifier that are open at the same time: each is answered by its own answer only.
#[test]
fn an_answer_to_another_request() {
    let check = Check::work();
    let world = &check.world;
    let registration = world.registration_bytes(&check.profile);
    let asked = |nonce: &[u8], issued_at: UnixTime, retention_days: u32, claims: &[&str]| {
        let mut content = world.request_content(&check.profile, &registration, nonce);
        content.issued_at = issued_at;
        content.retention_days = retention_days;
        content.scope = scope(claims);
        content.sign(&world.relying_party).unwrap()
    };
    let claims = ["id.family_name", "res.uk.work.permitted"];
    let days = check.profile.retention_days();
    let requests = [
        asked(NONCE, NOW, days, &claims),
        asked(OTHER_NONCE, NOW, days, &claims),
        asked(NONCE, NOW.plus(-1), days, &claims),
        asked(NONCE, NOW, days - 1, &claims),
        asked(NONCE, NOW, days, &claims[..1]),
    ]
    .map(|bytes| check.permit(&bytes).unwrap());
    let answers = requests.each_ref().map(|request| world.answer(request, &check.held()));
    for (number, request) in requests.iter().enumerate() {
        for (answered, answer) in answers.iter().enumerate() {
            let outcome = check.verify_with(answer, request, &mut OpenNonces::default()).map(drop);
            let expected = if number == answered { Ok(()) } else { Err("B-12") };
            assert_eq!(outcome, expected, "answer {answered} to request {number}");
        }
    }
}

/// A token for one party is none for another one that asks with the same nonce.
#[test]
fn an_answer_to_another_party() {
    let check = Check::work();
    let mut content = check.world.registration_content(&check.profile);
    content.relying_party = "https://landlord.example".to_owned();
    let registration = content.sign(&check.world.registrar).unwrap();
    let mut content = check.world.request_content(&check.profile, &registration, NONCE);
    content.relying_party = "https://landlord.example";
    let theirs = check.permit(&content.sign(&check.world.relying_party).unwrap()).unwrap();
    // Both parties have the same key, so that nothing but the name tells them apart.
    let verifier = Verifier::new(check.world.trust_list(), theirs.relying_party().clone());
    let at = |verifier: &Verifier, request| {
        verify(verifier, &check.answer, request, &check.statuses, NOW, &mut OpenNonces::default())
    };
    assert_eq!(at(&verifier, &theirs), Err("B-12"));
    let rebound = check.rebound(&check.tokens(), &theirs);
    let mut nonces = OpenNonces::default();
    let outcome = verify(&verifier, &rebound, &theirs, &check.statuses, NOW, &mut nonces);
    assert_eq!(outcome, Err("V-29"));
    assert_eq!(at(&verifier, &check.request), Err("B-03"));
    assert_eq!(at(&check.verifier, &theirs), Err("B-03"));
    // Nor does a verifier whose issuers come from another anchor than its registration.
    let mut elsewhere = World::new();
    elsewhere.anchor = geleit_testkit::world::key("another anchor");
    let foreign = Verifier::new(elsewhere.trust_list(), check.verifier.relying_party().clone());
    assert_eq!(at(&foreign, &check.request), Err("B-03"));
}

/// A request that somebody else signed, or with somebody else's registration.
#[test]
fn a_borrowed_registration() {
    let check = Check::work();
    let world = &check.world;
    let registration = world.registration_bytes(&check.profile);
    let content = world.request_content(&check.profile, &registration, NONCE);
    let code = |bytes: &[u8]| check.permit(bytes).map(drop).unwrap_err();
    for thief in [&world.stranger, &world.registrar, &world.home_office, &world.holder] {
        assert_eq!(code(&content.sign(thief).unwrap()), "R-03");
    }
    // The thief has a registration of their own, and names the victim.
    let mut own = world.registration_content(&check.profile);
    own.relying_party = "https://thief.example".to_owned();
    own.request_key = world.stranger.public_key().clone();
    let own = own.sign(&world.registrar).unwrap();
    let mut content = world.request_content(&check.profile, &own, NONCE);
    assert_eq!(code(&content.sign(&world.stranger).unwrap()), "R-11");
    content.relying_party = "https://thief.example";
    assert!(check.permit(&content.sign(&world.stranger).unwrap()).is_ok());
    // A registration that the thief changed to have the thief's key.
    let changed = Envelope::resign(&registration, &world.stranger, |envelope| {
        let key =
            Value::decode(&world.stranger.public_key().to_cose_key(), &Limits::TOKEN, Encoding::Tolerant);
        let cnf = Value::Map(vec![(Value::int(1), key.unwrap())]);
        envelope.payload.set(&Value::int(claim::CNF), &cnf);
    });
    let content = world.request_content(&check.profile, &changed, NONCE);
    assert_eq!(code(&content.sign(&world.stranger).unwrap()), "C-05");
}

/// Registrations and requests hold from their first second to the one before their last, and not longer
/// than they may.
#[test]
fn validity_to_the_second() {
    let check = Check::work();
    let world = &check.world;
    let registered = |from: i64, until: i64| {
        let mut content = world.registration_content(&check.profile);
        (content.issued_at, content.expires_at) = (NOW.plus(from), NOW.plus(until));
        check.register(&content.sign(&world.registrar).unwrap()).map(drop)
    };
    let registration = world.registration_bytes(&check.profile);
    let asked = |from: i64, until: i64| {
        let mut content = world.request_content(&check.profile, &registration, NONCE);
        (content.issued_at, content.expires_at) = (NOW.plus(from), NOW.plus(until));
        check.permit(&content.sign(&world.relying_party).unwrap()).map(drop)
    };
    let year = 366 * DAY_S;
    for (from, until, expected) in [
        (0, DAY_S, Ok(())),
        (1, DAY_S, Err("R-02")),
        (-DAY_S, 1, Ok(())),
        (-DAY_S, 0, Err("R-02")),
        (0, year, Ok(())),
        (0, year + 1, Err("R-02")),
        (0, -1, Err("R-02")),
    ] {
        assert_eq!(registered(from, until), expected, "{from} to {until}");
    }
    for (from, until, expected) in [
        (0, DAY_S, Ok(())),
        (0, DAY_S + 1, Err("R-04")),
        (300, DAY_S, Ok(())),
        (301, DAY_S, Err("R-04")),
        (-1, 1, Ok(())),
        (-1, 0, Err("R-04")),
    ] {
        assert_eq!(asked(from, until), expected, "{from} to {until}");
    }
}

// --- A3: authorisation, query, over-disclosure.

/// Of n credentials each is verified: the k-th alone has one fault, for each k.
#[test]
fn only_the_first_credential_is_checked() {
    type Fault = fn(&Check, usize, &[u8]) -> Vec<u8>;
    let faults: [(&str, Fault); 11] = [
        ("C-05", |_, _, token| forge::with_broken_signature(token.to_vec())),
        ("C-05", |check, _, token| {
            let credential = forge::with_broken_signature(forge::credential_of(token));
            forge::rebind(token, credential, &check.world.holder)
        }),
        ("C-05", |check, _, token| Envelope::resign(token, &check.world.stranger, |_| {})),
        ("V-29", |check, _, token| {
            Envelope::resign(token, &check.world.holder, |kbt| {
                kbt.payload.set(&Value::int(claim::AUD), &Value::text("https://other.example"));
            })
        }),
        ("V-31", |check, _, token| {
            Envelope::resign(token, &check.world.holder, |kbt| {
                kbt.payload.set(&Value::int(claim::CNONCE), &Value::bytes(OTHER_NONCE));
            })
        }),
        ("B-12", |check, _, token| {
            Envelope::resign(token, &check.world.holder, |kbt| {
                kbt.payload.set(&Value::int(claim::REQUEST_HASH), &Value::bytes([7; 32]));
            })
        }),
        ("B-13", |check, _, token| {
            Envelope::resign(token, &check.world.holder, |kbt| {
                kbt.payload.set(&Value::int(claim::IAT), &Value::int(NOW.plus(301).0));
            })
        }),
        ("V-22", |check, number, token| {
            let credential = forge::credential_of(token);
            let mut credential = Credential::open(&credential);
            for (label, seconds) in [(claim::IAT, -3_600), (claim::EXP, 0)] {
                credential.claims.set_plain(&Value::int(label), &Value::int(NOW.plus(seconds).0));
            }
            forge::rebind(token, credential.seal(check.issuer(number)), &check.world.holder)
        }),
        ("V-15", |check, number, token| {
            let credential = Credential::open(&forge::credential_of(token));
            let orphan = Value::bytes(Value::Array(vec![Value::bytes([9; 16])]).encode()).encode();
            let credential = credential.seal_with(check.issuer(number), |all| all.push(orphan));
            forge::rebind(token, credential, &check.world.holder)
        }),
        ("B-15", |check, number, token| {
            let mut credential = Credential::open(&forge::credential_of(token));
            credential.claims.replace_decoy([9; 16], &Value::text("pets"), &Value::Map(Vec::new()));
            forge::rebind(token, credential.seal(check.issuer(number)), &check.world.holder)
        }),
        ("B-22", |check, number, token| {
            let mut credential = Credential::open(&forge::credential_of(token));
            credential.claims.remove_plain(&Value::int(claim::STATUS));
            forge::rebind(token, credential.seal(check.issuer(number)), &check.world.holder)
        }),
    ];
    let check = Check::three();
    let tokens = check.tokens();
    assert_eq!(tokens.len(), 3);
    assert!(check.verify(&check.answer).is_ok());
    for (expected, fault) in faults {
        for (number, token) in tokens.iter().enumerate() {
            let broken = fault(&check, number, token);
            assert_eq!(check.with_token(number, broken), Err(expected), "token {number}");
        }
    }
    // Whichever comes from another holder, it is noticed.
    let strangers = Check::three_of(&check.world.stranger);
    for number in 0..tokens.len() {
        assert_eq!(check.with_token(number, strangers.tokens()[number].clone()), Err("B-11"));
    }
}

/// What is asked and left out is no reason for a yes; what is not asked is refused.
#[test]
fn extra_and_missing_credentials() {
    let check = Check::work();
    let facts = facts();
    let tokens = check.tokens();
    for number in 0..tokens.len() {
        let fewer = forge::presentation(&[tokens[1 - number].clone()]);
        let outcome = check.decided(&fewer, &check.statuses, &facts);
        assert_eq!(outcome, ("INDETERMINATE", "claim-missing"), "without token {number}");
    }
    assert_eq!(check.decided(&check.answer, &check.statuses, &facts).0, "ACCEPT_UNTIL");
    let request = check.ask(&["res.uk.work.permitted"]);
    let both = check.rebound(&tokens, &request);
    assert_eq!(check.verify_with(&both, &request, &mut OpenNonces::default()), Err("B-14"));
}

/// A group is opened of which nothing is asked, though another one of the same type is: what is in it
/// stays hidden, and that there is such a thing is shown.
#[test]
fn a_group_opened_for_nothing() {
    let check = Check::work();
    let issued = check.world.issue(&people::residence(), check.world.holder.public_key(), "residence");
    let opening = |groups: &[&str]| {
        let mut credential = Credential::open(&issued);
        keep(&mut credential.claims, groups);
        for group in groups {
            let asked: &[&str] = if *group == "uk_work" { &["permitted"] } else { &[] };
            keep(credential.at(&[group]), asked);
        }
        let request = check.ask(&["res.uk.work.permitted"]);
        let sealed = credential.seal(&check.world.home_office);
        let token = forge::rebind(&check.tokens()[1], sealed, &check.world.holder);
        let token = Envelope::resign(&token, &check.world.holder, |kbt| {
            kbt.payload.remove(&Value::int(claim::THRESHOLD_LINKS));
        });
        let answer = check.rebound(&[token], &request);
        check.verify_with(&answer, &request, &mut OpenNonces::default())
    };
    assert_eq!(opening(&["uk_work"]), Ok(vec!["res.uk.work.permitted"]));
    assert_eq!(opening(&["uk_work", "travel"]), Err("B-14"));
    assert_eq!(opening(&["travel"]), Err("B-14"));
}

/// A credential of a type that was not asked is refused also when it shows nothing: that it exists is shown.
#[test]
fn a_credential_that_shows_nothing() {
    let check = Check::work();
    let request = check.ask(&["res.uk.work.permitted"]);
    let answer = |residence: bool, identity: bool| {
        let mut tokens = Vec::new();
        let sealed = |claims: &ClaimSet, seed: &str, group: Option<&str>| {
            let issued = check.world.issue(claims, check.world.holder.public_key(), seed);
            let mut credential = Credential::open(&issued);
            keep(&mut credential.claims, group.as_slice());
            if let Some(group) = group {
                keep(credential.at(&[group]), &["permitted"]);
            }
            credential.seal(&check.world.home_office)
        };
        let shown = [
            (identity, 0, sealed(&people::identity(), "identity", None)),
            (residence, 1, sealed(&people::residence(), "residence", Some("uk_work"))),
        ];
        for (_, number, sealed) in shown.into_iter().filter(|(wanted, ..)| *wanted) {
            let token = forge::rebind(&check.tokens()[number], sealed, &check.world.holder);
            tokens.push(Envelope::resign(&token, &check.world.holder, |kbt| {
                kbt.payload.remove(&Value::int(claim::THRESHOLD_LINKS));
            }));
        }
        let answer = check.rebound(&tokens, &request);
        check.verify_with(&answer, &request, &mut OpenNonces::default())
    };
    assert_eq!(answer(true, false), Ok(vec!["res.uk.work.permitted"]));
    assert_eq!(answer(true, true), Err("B-14"));
    assert_eq!(answer(false, true), Err("B-14"));
}

/// Who opens two elements of a list, where one would answer, has answered nothing.
#[test]
fn several_elements_for_one_answer() {
    let world = World::new();
    let residence = |numbers: &[&str]| {
        let documents: Vec<LinkedDocument<'_>> =
            numbers.iter().map(|number| LinkedDocument { kind: "P", country: "UTO", number }).collect();
        let residence = Residence::new("work_skilled", true).uk_travel("eVisa", &documents);
        residence.build(people::today()).unwrap()
    };
    let profile = Profile::find_embedded("uk-carrier-permission-to-travel").unwrap();
    let ids: Vec<&str> = profile.required().iter().map(String::as_str).collect();
    let shown = |numbers: &[&str]| {
        let held = [people::identity(), residence(numbers)];
        let held =
            held.map(|claims| held_since(&world, &world.holder, &claims, claims.credential_type().name, NOW));
        let check =
            Check::new(&world.holder, held.into(), profile.clone(), scope(&ids), Purposes::embedded());
        // Everything that was issued, less what was not asked.
        let issued = world.issue(&residence(numbers), world.holder.public_key(), "residence");
        let mut credential = Credential::open(&issued);
        keep(&mut credential.claims, &["travel"]);
        keep(credential.at(&["travel"]), &["permission_valid", "linked_documents"]);
        let Node::Array(elements) = credential.at(&["travel", "linked_documents"]) else {
            unreachable!("a list");
        };
        for element in elements.iter_mut().filter_map(|element| element.as_mut().err()) {
            match element {
                Hidden::Element(_, record) => keep(record, &["number"]),
                decoy => decoy.forget(),
            }
        }
        let token = forge::rebind(&check.tokens()[1], credential.seal(&world.home_office), &world.holder);
        let answer = forge::presentation(&[check.tokens()[0].clone(), token]);
        let facts = Facts::new().text("document_number_presented", people::PASSPORT);
        assert_eq!(check.verify(&answer).map(drop), Ok(()));
        check.decided(&answer, &check.statuses, &facts)
    };
    assert_eq!(shown(&[people::PASSPORT]).0, "ACCEPT");
    for numbers in [["X0000001", people::PASSPORT], [people::PASSPORT, "X0000001"]] {
        assert_eq!(shown(&numbers), ("INDETERMINATE", "claim-missing"));
    }
}

/// Leaves these entries of a map open, and only the hash of every other.
fn keep(map: &mut Node, keys: &[&str]) {
    for hidden in map.hidden() {
        match hidden {
            Hidden::Entry(_, key, _) if keys.iter().any(|one| Value::text(*one).encode() == *key) => {}
            other => other.forget(),
        }
    }
}

/// Every name is compared whole: not its beginning, not without case, not after clean-up.
#[test]
fn names_that_begin_alike() {
    let check = Check::work();
    let world = &check.world;
    let set_aud = |name: &str| {
        let aud = (Value::int(claim::AUD), Value::text(name));
        let resigned =
            Envelope::resign(&check.tokens()[1], &world.holder, |kbt| kbt.payload.set(&aud.0, &aud.1));
        check.with_token(1, resigned)
    };
    let set_iss = |name: &str| {
        check.with_credential(|one| one.claims.set_plain(&Value::int(claim::ISS), &Value::text(name)))
    };
    let set_vct = |name: &str| {
        check.with_credential(|one| one.claims.set_plain(&Value::int(claim::VCT), &Value::text(name)))
    };
    let registrar = |name: &str| {
        let mut content = world.registration_content(&check.profile);
        content.iss = name.to_owned();
        check.register(&content.sign(&world.registrar).unwrap()).map(drop)
    };
    let purpose = |name: &str| {
        let mut content = world.registration_content(&check.profile);
        content.intended_use.id = name.to_owned();
        check.register(&content.sign(&world.registrar).unwrap()).map(drop)
    };
    let registration = world.registration_bytes(&check.profile);
    let asked_as = |name: &str| {
        let mut content = world.request_content(&check.profile, &registration, NONCE);
        content.intended_use_id = name;
        check.permit(&content.sign(&world.relying_party).unwrap()).map(drop)
    };
    let asker = |name: &str| {
        let mut content = world.request_content(&check.profile, &registration, NONCE);
        content.relying_party = name;
        check.permit(&content.sign(&world.relying_party).unwrap()).map(drop)
    };
    type Named<'a> = &'a dyn Fn(&str) -> Result<(), &'static str>;
    let residence = TYPES.iter().find(|one| one.name == "residence").unwrap().vct;
    let names: [(&str, &str, Named<'_>); 7] = [
        (RELYING_PARTY, "V-29", &|name| set_aud(name).map(drop)),
        (HOME_OFFICE, "V-34", &|name| set_iss(name).map(drop)),
        (residence, "B-06", &|name| set_vct(name).map(drop)),
        (REGISTRAR, "R-01", &registrar),
        (WORK, "R-19", &purpose),
        (WORK, "R-05", &asked_as),
        (RELYING_PARTY, "R-11", &asker),
    ];
    for (name, rule, accept) in names {
        assert_eq!(accept(name), Ok(()), "{name}");
        for like in alike(name) {
            assert_eq!(accept(&like), Err(rule), "{like:?}");
        }
    }
    // What was shown was shown for this purpose and for no other that is called nearly so.
    let presentation = Presentation::parse(&check.answer, &Limits::TOKEN).unwrap();
    let (mut nonces, mut workspace) = (OpenNonces::default(), Workspace::new());
    let verified = check
        .verifier
        .verify(&presentation, &check.request, &check.statuses, NOW, &mut nonces, &mut workspace)
        .unwrap();
    assert!(verified.is_for(WORK) && alike(WORK).iter().all(|like| !verified.is_for(like)));
}

/// Claims are addressed by every part of their path, exactly.
#[test]
fn claim_paths_that_begin_alike() {
    let id = "res.uk.work.permitted";
    assert!(ScopedClaim::by_id(id).is_ok());
    for like in alike(id).into_iter().chain(["res.uk.work".to_owned(), "res".to_owned(), "*".to_owned()]) {
        assert!(ScopedClaim::by_id(&like).is_err(), "{like:?}");
    }
    let residence = TYPES.iter().find(|one| one.name == "residence").unwrap();
    let read = |path: Vec<Value>| {
        let claim = Value::Map(vec![(Value::text("path"), Value::Array(path))]);
        let meta = Value::Map(vec![(Value::text("vct"), Value::text(residence.vct))]);
        let credential = Value::Map(vec![
            (Value::text("format"), Value::text("sd-cwt")),
            (Value::text("meta"), meta),
            (Value::text("claim"), Value::Array(vec![claim])),
        ]);
        Scope::from_value(&Value::Array(vec![credential])).map(drop)
    };
    let text = |word: &str| Value::text(word);
    assert_eq!(read(vec![text("uk_work"), text("permitted")]), Ok(()));
    for like in alike("permitted") {
        assert!(read(vec![text("uk_work"), text(&like)]).is_err(), "{like:?}");
    }
    for like in alike("uk_work") {
        assert!(read(vec![text(&like), text("permitted")]).is_err(), "{like:?}");
    }
    for path in [
        vec![],
        vec![text("uk_work")],
        vec![text("permitted")],
        vec![text("uk_work"), Value::Null],
        vec![Value::Null, text("permitted")],
        vec![text("uk_work"), text("permitted"), Value::Null],
        vec![text("uk_work"), text("permitted"), text("x")],
        vec![text("uk_work.permitted")],
        vec![text("uk_work"), text("permitted"), Value::Null, text("x")],
        vec![text("travel"), text("linked_documents"), Value::Uint(0), text("number")],
    ] {
        assert!(read(path.clone()).is_err(), "{path:?}");
    }
}

/// The ledger keeps parties apart, and no party apart from itself.
#[test]
fn ledger_parties_that_begin_alike() {
    let check = Check::work();
    let mut state = WalletState::new(&check.held());
    let request = check.ask(&["id.family_name"]);
    let held = check.held();
    let wallet = state.wallet(check.world.holder.public_key(), &held);
    let answered = answer(&request, &wallet, &check.world.holder, Consent::REQUIRED_ONLY, NOW).unwrap();
    let mut ledger = DisclosureLedger::empty();
    drop(answered.record(&mut ledger));
    state.ledger = ledger;
    let travel = |relying_party: &str| {
        let asked = [required("doc.number")];
        let profile = permitting("uk-carrier-permission-to-travel", &asked);
        let mut registration = check.world.registration_content(&profile);
        registration.relying_party = relying_party.to_owned();
        let registration = registration.sign(&check.world.registrar).unwrap();
        let mut content = check.world.request_content(&profile, &registration, NONCE);
        content.relying_party = relying_party;
        content.scope = Scope::new(asked.to_vec()).unwrap();
        let bytes = content.sign(&check.world.relying_party).unwrap();
        let request = check.world.permit(&bytes, &Purposes::new(vec![profile]), NOW).unwrap();
        let wallet = state.wallet(check.world.holder.public_key(), &held);
        plan(&request, &wallet, Consent::REQUIRED_ONLY, NOW).map(drop)
    };
    let combines = AnswerError::Combines { claim: "doc.number", earlier: WORK.into() };
    assert_eq!(travel(RELYING_PARTY), Err(combines));
    for like in alike(RELYING_PARTY).iter().filter(|like| !like.is_empty()) {
        assert_eq!(travel(like), Ok(()), "{like:?}");
    }
}

/// Each issuer may issue what the trust list says, and nothing else.
#[test]
fn issuer_not_entitled_for_the_type() {
    let world = World::new();
    for (issuer, key) in [(HOME_OFFICE, &world.home_office), (RECOGNITION, &world.recognition)] {
        for claims in [people::identity(), people::qualification(), people::residence()] {
            let entitled = world.trust_list().issuer_key(&key.public_key().key_id()).unwrap().0.clone();
            let bytes = issued(&world, issuer, key, &claims, NOW);
            let keys = [world.holder.public_key().clone()];
            let accepted =
                HeldCredential::accept(&bytes, &world.trust_list(), &keys, NOW, &mut Scratch::default());
            let expected = if entitled.may_issue(claims.credential_type()) { Ok(()) } else { Err("H-05") };
            assert_eq!(accepted.map(drop).map_err(|error| error.code()), expected, "{issuer}");
        }
    }
}

/// Every claim and every threshold that is not registered is refused; a registration is not widened either.
#[test]
fn over_broad_requests() {
    let check = Check::work();
    let world = &check.world;
    let registration = world.registration_bytes(&check.profile);
    let registered = world.registration_content(&check.profile).intended_use.scope;
    let (mut permitted, mut refused) = (0, 0);
    for entry in every_question() {
        let id = entry.claim.id();
        let mut content = world.request_content(&check.profile, &registration, NONCE);
        content.scope = Scope::new(vec![entry.clone()]).unwrap();
        let outcome = check.permit(&content.sign(&world.relying_party).unwrap()).map(drop);
        if is_listed(&check.profile, &entry) {
            assert_eq!(outcome, Ok(()), "{entry:?}");
            permitted += 1;
            continue;
        }
        assert_eq!(outcome, Err("R-06"), "{id} {:?} {:?}", entry.at_least, entry.necessity);
        refused += 1;
        // Nor does a registrar make it more than the purpose permits.
        let mut content = world.registration_content(&check.profile);
        let mut entries = registered.entries().to_vec();
        entries.retain(|other| !other.claim.covers(&entry.claim) && !entry.claim.covers(&other.claim));
        entries.push(entry.clone());
        content.intended_use.scope = Scope::new(entries).unwrap();
        let outcome = check.register(&content.sign(&world.registrar).unwrap()).map(drop);
        assert_eq!(outcome, Err("R-20"), "{id} {:?} {:?}", entry.at_least, entry.necessity);
    }
    assert!(permitted > 10 && refused > 300, "{permitted} permitted, {refused} refused");
}

/// Each claim and member of all types, each step, required and optional.
fn every_question() -> Vec<ScopeEntry> {
    let mut questions = Vec::new();
    let claims = TYPES.iter().flat_map(|credential_type| credential_type.claims());
    for one in claims.flat_map(|(_, claim)| core::iter::once(claim).chain(claim.record())) {
        let claim = ScopedClaim::by_id(one.id).unwrap();
        let steps: Vec<Vec<u8>> = match one.domain() {
            Some(domain) => {
                (0..=u8::MAX).filter(|step| domain.has_step(*step)).map(|one| vec![one]).collect()
            }
            None => vec![Vec::new()],
        };
        for at_least in steps {
            for necessity in [Necessity::Required, Necessity::Optional] {
                questions.push(ScopeEntry { claim, necessity, at_least: at_least.clone() });
            }
        }
    }
    questions
}

/// Does a profile list this question, by its text?
fn is_listed(profile: &Profile, asked: &ScopeEntry) -> bool {
    let id = asked.claim.id().to_owned();
    let optional = asked.necessity == Necessity::Optional;
    if asked.at_least.is_empty() {
        return profile.required().contains(&id) || optional && profile.optional().contains(&id);
    }
    let steps = profile.thresholds().iter().find(|(claim, _)| *claim == id).map(|(_, steps)| steps);
    steps.is_some_and(|steps| asked.at_least.iter().all(|step| steps.contains(step)))
        && (optional || profile.replaced_by(&id).is_some())
}

/// An answer for one purpose is decided, and put on record, for no other.
#[test]
fn purpose_changed_behind_the_holders_back() {
    let check = Check::work();
    let presentation = Presentation::parse(&check.answer, &Limits::TOKEN).unwrap();
    let (mut nonces, mut workspace) = (OpenNonces::default(), Workspace::new());
    let verified = check
        .verifier
        .verify(&presentation, &check.request, &check.statuses, NOW, &mut nonces, &mut workspace)
        .unwrap();
    let (facts, trust) = (facts(), check.world.trust_list());
    let decision = decide(&verified, &check.profile, &facts, NOW).unwrap();
    let receipt = Receipt {
        request: &check.request,
        profile: &check.profile,
        trust: &trust,
        statuses: &check.statuses,
        decided: Decided::Verified {
            presentation: &verified,
            decision: &decision,
            facts: &facts,
            salt: &[7; 16],
        },
        decided_at: NOW,
        place: LogPlace::FIRST,
    };
    assert!(receipt.sign(&check.world.relying_party).is_ok());
    let before = FactError::BeforeVerification { verified_at: NOW, now: NOW.plus(-1) };
    assert_eq!(decide(&verified, &check.profile, &facts, NOW.plus(-1)), Err(before));
    for other in Profile::embedded().iter().filter(|other| other.id() != WORK) {
        let refused = decide(&verified, other, &Facts::new(), NOW).unwrap_err();
        assert_eq!(refused, FactError::OtherPurpose { profile: other.id().to_owned() });
        let refused = Receipt { profile: other, ..receipt }.sign(&check.world.relying_party);
        assert_eq!(refused, Err(ReceiptError::Mismatch("profile")));
    }
    // The same purpose with other rules than those that decided.
    let text = check.profile.text();
    let version = format!("version = {}", check.profile.version());
    let changed = text.replacen(&version, &format!("version = {}", check.profile.version() + 1), 1);
    assert_ne!(changed, text);
    let changed = Profile::from_toml(&changed).unwrap();
    let refused = Receipt { profile: &changed, ..receipt }.sign(&check.world.relying_party);
    assert_eq!(refused, Err(ReceiptError::Mismatch("decision")));
}

/// Longer than registered, longer than the purpose permits, longer than the receipt promised.
#[test]
fn kept_longer_than_asked() {
    let check = Check::work();
    let world = &check.world;
    let days = check.profile.retention_days();
    let registration = world.registration_bytes(&check.profile);
    for (asked, expected) in [(days, Ok(())), (days + 1, Err("R-10")), (u32::MAX, Err("R-10"))] {
        let mut content = world.request_content(&check.profile, &registration, NONCE);
        content.retention_days = asked;
        assert_eq!(check.permit(&content.sign(&world.relying_party).unwrap()).map(drop), expected);
        let mut content = world.registration_content(&check.profile);
        content.intended_use.retention_days = asked;
        let expected = expected.map_err(|_| "R-20");
        assert_eq!(check.register(&content.sign(&world.registrar).unwrap()).map(drop), expected);
    }

    let log = Log::new(RetentionFrom::Decision);
    let receipt = log.receipts(1).remove(0);
    let promised = receipt.keep_until().unwrap();
    assert_eq!(promised, NOW.plus(i64::from(receipt.retention_days()) * DAY_S));
    let late = promised.plus(30 * DAY_S);
    let key = &log.world.relying_party;
    let honest = Deletion { receipt: &receipt, keep_until: promised, deleted_at: late };
    let bytes = honest.sign(key).unwrap();
    let read = |bytes: &[u8]| SignedDeletion::parse(bytes)?.verify(&receipt, &log.relying_party(), late);
    assert_eq!(read(&bytes).unwrap().late_by_s(), 30 * DAY_S);
    // The party would like to have had more time.
    let other_day = ReceiptError::OtherDay { promised, presented: late };
    assert_eq!(Deletion { keep_until: late, ..honest }.sign(key), Err(other_day));
    let forged = Envelope::resign(&bytes, key, |envelope| {
        envelope.payload.set(&Value::text("keep_until"), &Value::int(late.0));
    });
    assert_eq!(read(&forged).map(drop), Err(other_day));
    assert_eq!(other_day.code(), "E-11");
}

// --- A4: status, freshness, roll-back, work.

/// No status, an old one, and one that is not to be relied on are no good news, and no bad news either.
#[test]
fn status_that_fails_open() {
    let facts = facts();
    let old = Check::issued_at(NOW.plus(-2 * DAY_S));
    let decided = |check: &Check, statuses: &StatusLists| check.decided(&check.answer, statuses, &facts);
    assert_eq!(decided(&old, &old.statuses).0, "ACCEPT_UNTIL", "a list of today");
    assert_eq!(decided(&old, &StatusLists::new()), ("INDETERMINATE", "evidence-stale"));
    let of_age = |age: i64| {
        let mut content = old.world.status_list_content(CREDENTIAL_LIST);
        content.issued_at = NOW.plus(-age);
        let bytes = content.sign(&old.world.publisher).unwrap();
        old.world.status_lists_of(&[bytes], NOW)
    };
    let limit = i64::from(old.profile.max_status_age_s());
    assert_eq!(decided(&old, &of_age(limit)).0, "ACCEPT_UNTIL");
    assert_eq!(decided(&old, &of_age(limit + 1)), ("INDETERMINATE", "evidence-stale"));

    let fresh = Check::work();
    assert_eq!(decided(&fresh, &StatusLists::new()).0, "ACCEPT_UNTIL", "the credential's own word of now");
    for (standing, expected) in [
        (Standing::Revoked, ("REFUSE", "status-revoked")),
        (Standing::Suspended, ("INDETERMINATE", "status-suspended")),
        (Standing::Superseded, ("INDETERMINATE", "credential-superseded")),
    ] {
        for number in ["identity", "residence"] {
            let lists = fresh.world.status_list_bytes(&[(index_of(number), standing)]);
            let statuses = fresh.world.status_lists_of(&lists, NOW);
            // A withdrawn identity copy says nothing about the right to work (D-61).
            let beside = number == "identity" && standing == Standing::Revoked;
            let expected = if beside { ("INDETERMINATE", "credential-superseded") } else { expected };
            assert_eq!(decided(&fresh, &statuses), expected, "{number} {standing:?}");
        }
    }
    // The list is there, but its publisher may not speak for this issuer any more.
    let mut content = fresh.world.trust_list_content();
    content.status_issuers[0].publishes_for = vec![REGISTRAR.to_owned(), RECOGNITION.to_owned()];
    let trust = trust_list(&fresh.world, &content.sign(&fresh.world.anchor).unwrap(), 0).unwrap();
    let verifier = Verifier::new(trust, fresh.verifier.relying_party().clone());
    let doubtful = Check { verifier, ..fresh };
    assert_eq!(decided(&doubtful, &doubtful.statuses), ("INDETERMINATE", "status-in-doubt"));
}

/// Nothing that was newer is forgotten: trust lists by number, status lists by time.
#[test]
fn older_lists_that_come_back() {
    let world = World::new();
    let numbered = |sequence: u64| {
        let mut content = world.trust_list_content();
        content.sequence = sequence;
        content.sign(&world.anchor).unwrap()
    };
    let mut newest = 0;
    for (sequence, expected) in [(7, Ok(7)), (9, Ok(9)), (8, Err("T-05")), (7, Err("T-05")), (9, Ok(9))] {
        let outcome = trust_list(&world, &numbered(sequence), newest).map(|list| list.sequence());
        assert_eq!(outcome, expected);
        newest = outcome.unwrap_or(newest);
    }
    // A key that was taken off the list stays off, whatever the attacker keeps of the old one.
    let mut without = world.trust_list_content();
    without.sequence = 8;
    without.issuers.remove(0);
    let newer = trust_list(&world, &without.sign(&world.anchor).unwrap(), 7).unwrap();
    assert!(newer.issuer_key(&world.home_office.public_key().key_id()).is_none());
    assert_eq!(trust_list(&world, &world.trust_list_bytes(), newer.sequence()).map(drop), Err("T-05"));

    let index = index_of("residence");
    let at = |age: i64, standing: Standing| {
        let mut content = world.status_list_content(CREDENTIAL_LIST);
        content.issued_at = NOW.plus(-age);
        content.entries.set(index, standing).unwrap();
        let bytes = content.sign(&world.publisher).unwrap();
        StatusListToken::parse(&bytes).unwrap().verify(&world.trust_list(), NOW).unwrap()
    };
    let mut lists = StatusLists::new();
    lists.insert(at(LIST_AGE_S, Standing::Revoked)).unwrap();
    for age in [LIST_AGE_S, LIST_AGE_S + 1, DAY_S] {
        let refused = lists.insert(at(age, Standing::Valid)).unwrap_err();
        assert_eq!(refused.code(), "L-08", "{age}");
    }
    let place = StatusReference { uri: CREDENTIAL_LIST, index };
    let found = lists.find(&world.trust_list(), HOME_OFFICE, &place);
    assert_eq!(found.standing(), Some(Standing::Revoked));
}

// --- A5: logs and receipts.

/// Head, middle and end cut off, turned round, doubled, taken from another log, written anew.
#[test]
fn receipt_log_rolled_back() {
    let log = Log::new(RetentionFrom::Event);
    let all = log.receipts(5);
    let person = &all[3];
    let code = |receipts: &[VerifiedReceipt], witnesses: &[&VerifiedReceipt]| {
        verify_log(receipts, witnesses).map(|log| (log.receipts(), log.witnessed(), log.unwitnessed()))
    };
    assert_eq!(code(&all, &[person]), Ok((5, 4, 1)));
    assert_eq!(code(&all, &[]), Ok((5, 0, 5)), "a chain alone proves no end");
    assert_eq!(code(&all, &[&all[4], person]), Ok((5, 5, 0)));
    assert_eq!(code(&[], &[]), Ok((0, 0, 0)));
    assert_eq!(verify_log(&all, &[]).unwrap().next(), &LogPlace::after(&all[4]));

    let gap = |required, presented| Err(ReceiptError::Gap { required, presented });
    assert_eq!(code(&all[1..], &[person]), gap(1, 2), "head");
    for middle in 1..4 {
        let without = [&all[..middle], &all[middle + 1..]].concat();
        let number = u64::try_from(middle).unwrap() + 1;
        assert_eq!(code(&without, &[person]), gap(number, number + 1), "middle");
        let mut turned = all.clone();
        turned.swap(middle, middle + 1);
        assert_eq!(code(&turned, &[person]), gap(number, number + 1), "turned round");
        let twice = [&all[..=middle], &all[middle..]].concat();
        assert_eq!(code(&twice, &[person]), gap(number + 1, number), "doubled");
    }
    let cut_off = |presented| Err(ReceiptError::CutOff { known: 4, presented });
    for end in 0..4 {
        assert_eq!(code(&all[..end], &[person]), cut_off(u64::try_from(end).unwrap()), "end");
    }
    assert_eq!(code(&all[..4], &[person]), Ok((4, 4, 0)));
    assert_eq!(code(&all[..2], &[]), Ok((2, 0, 2)), "nobody outside has a later receipt");

    // The party writes its log anew: the same numbers, another history.
    let anew = Log { salt: 1, ..Log::new(RetentionFrom::Event) }.receipts(5);
    assert_eq!(code(&anew, &[]), Ok((5, 0, 5)));
    assert_eq!(code(&anew, &[person]), Err(ReceiptError::OtherLog { number: 4 }));
    let spliced = [&all[..2], &anew[2..]].concat();
    let (required, presented) = (*all[1].id(), *anew[2].place().previous());
    assert_eq!(
        code(&spliced, &[person]),
        Err(ReceiptError::OtherPrevious { number: 3, required, presented })
    );
    for refused in [gap(1, 2), cut_off(2), Err(ReceiptError::OtherLog { number: 4 })] {
        let error: ReceiptError = refused.map(|_: (u64, u64, u64)| ()).unwrap_err();
        assert_eq!(error.code(), "E-09");
        assert!(error.to_string().starts_with("E-09 "), "{error}");
    }
}

/// There is no unsigned receipt, and none by a key that is not registered for the party.
#[test]
fn receipts_of_somebody_else() {
    let log = Log::new(RetentionFrom::Event);
    let bytes = log.signed(LogPlace::FIRST, 0);
    let read = |bytes: &[u8]| {
        let receipt = SignedReceipt::parse(bytes)?;
        receipt.verify(&log.relying_party(), NOW).map(drop)
    };
    assert_eq!(read(&bytes), Ok(()));
    for key in [&log.world.stranger, &log.world.registrar, &log.world.anchor, &log.world.holder] {
        let forged = Envelope::resign(&bytes, key, |_| {});
        assert_eq!(read(&forged), Err(ReceiptError::NotByRegisteredKey));
    }
    assert_eq!(read(&with_signature(&Envelope::open(&bytes), &[])), Err(ReceiptError::NotByRegisteredKey));
}

// --- The table.

/// Every test and vector that `spec/attacks.md` names is there, and every test above is named.
#[test]
fn the_table_names_tests_that_exist() {
    let text = fs::read_to_string(root().join("spec/attacks.md")).unwrap();
    let rows: Vec<&str> = text
        .lines()
        .skip_while(|line| !line.starts_with("| class |"))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .collect();
    assert!(rows.len() > 30, "{} rows", rows.len());
    let mut named = BTreeSet::new();
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        assert_eq!(cells.len(), 4, "{row}");
        let tests: Vec<&str> = cells[3].split('`').skip(1).step_by(2).collect();
        assert!(!tests.is_empty() && cells.iter().all(|cell| !cell.is_empty()), "{row}");
        for test in tests {
            assert!(exists(test), "{test} is not there: {row}");
            named.extend(test.strip_prefix("attacks.rs::").map(str::to_owned));
        }
    }
    let own = fs::read_to_string(root().join("tests/tests/attacks.rs")).unwrap();
    let written = own.split("\n#[test]\nfn ").skip(1).map(|test| test.split('(').next().unwrap().to_owned());
    let unnamed: Vec<String> =
        written.filter(|test| test != "the_table_names_tests_that_exist" && !named.contains(test)).collect();
    assert!(unnamed.is_empty(), "tests that the table does not name: {unnamed:?}");
}

/// `file.rs::test` of `tests/tests` or of a crate, `file.json/case` of the vectors, or `ui/file.rs`.
fn exists(test: &str) -> bool {
    let read = |path: String| fs::read_to_string(root().join(path)).unwrap_or_default();
    if let Some((file, name)) = test.split_once("::") {
        let folder = if file.contains("/src/") { "crates" } else { "tests/tests" };
        return read(format!("{folder}/{file}")).contains(&format!("fn {name}("));
    }
    if let Some((file, case)) = test.split_once(".json/") {
        let file = read(format!("tests/vectors/geleit/{file}.json"));
        return file.contains(&format!("\"name\": \"{case}\""));
    }
    test.starts_with("ui/") && root().join("tests").join(test).is_file()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

// --- What the tests share.

fn required(id: &str) -> ScopeEntry {
    ScopeEntry::required(ScopedClaim::by_id(id).unwrap())
}

fn scope(claims: &[&str]) -> Scope {
    Scope::new(claims.iter().map(|id| required(id)).collect()).unwrap()
}

fn facts() -> Facts {
    Facts::new().date("start_date", Date::parse("2026-12-01").unwrap()).text("face_matches", "yes")
}

/// Names that somebody could take for `name`.
fn alike(name: &str) -> Vec<String> {
    let (first, last) = (&name[..1], &name[name.len() - 1..]);
    vec![
        String::new(),
        name[1..].to_owned(),
        name[..name.len() - 1].to_owned(),
        format!("{name}{last}"),
        format!("{first}{name}"),
        format!("{name}/"),
        format!("{name}."),
        format!("{name}:443"),
        format!("{name}?"),
        format!("{name}.attacker.example"),
        format!("https://attacker.example/{name}"),
        format!(" {name}"),
        format!("{name} "),
        format!("{name}\0"),
        format!("{name}\u{200b}"),
        name.to_uppercase(),
        name.replacen('e', "\u{435}", 1) + "\u{200d}",
        name.replacen('o', "\u{43e}", 1) + "\u{feff}",
        format!("{name},{name}"),
        format!("{name}*"),
        "*".to_owned(),
    ]
}

/// A verifier with an open request, a holder with credentials, and the answer.
struct Check {
    world: World,
    profile: Profile,
    purposes: Purposes,
    held: Vec<HeldCredential>,
    request: PermittedRequest,
    answer: Vec<u8>,
    verifier: Verifier,
    trust: TrustList,
    statuses: StatusLists,
}

impl Check {
    /// A right-to-work check with identity and residence.
    fn work() -> Self {
        Self::issued_at(NOW)
    }

    /// The same with credentials of another time.
    fn issued_at(at: UnixTime) -> Self {
        let world = World::new();
        let held = [(people::identity(), "identity"), (people::residence(), "residence")];
        let held = held.map(|(claims, seed)| held_since(&world, &world.holder, &claims, seed, at));
        let profile = Profile::find_embedded(WORK).unwrap();
        let ids: Vec<&str> = profile.required().iter().map(String::as_str).collect();
        let scope = scope(&ids);
        Self::new(&world.holder, held.into(), profile, scope, Purposes::embedded())
    }

    /// A check with one credential of each type.
    fn three() -> Self {
        Self::three_of(&World::new().holder)
    }

    fn three_of(holder: &SigningKey) -> Self {
        let world = World::new();
        let asked = ["id.family_name", "qual.result", "res.uk.work.permitted"];
        let people = [people::identity(), people::qualification(), people::residence()];
        let held =
            people.map(|claims| held_since(&world, holder, &claims, claims.credential_type().name, NOW));
        let profile = permitting("three-credentials", &asked.map(required));
        let purposes = Purposes::new(vec![profile.clone()]);
        Self::new(holder, held.into(), profile, scope(&asked), purposes)
    }

    fn new(
        holder: &SigningKey,
        held: Vec<HeldCredential>,
        profile: Profile,
        scope: Scope,
        purposes: Purposes,
    ) -> Self {
        let world = World::new();
        let registration = world.registration_bytes(&profile);
        let mut content = world.request_content(&profile, &registration, NONCE);
        content.scope = scope;
        let request = content.sign(&world.relying_party).unwrap();
        let (trust, statuses) = (world.trust_list(), world.status_lists());
        let known = Known { trust: &trust, purposes: &purposes, statuses: &statuses };
        let request = Request::parse(&request).unwrap().permit(&known, NOW).unwrap();
        let verifier = Verifier::new(trust.clone(), request.relying_party().clone());
        let all: Vec<&HeldCredential> = held.iter().collect();
        let state = WalletState::new(&all);
        let wallet = state.wallet(holder.public_key(), &all);
        let answer = answer(&request, &wallet, holder, Consent::REQUIRED_ONLY, NOW).unwrap();
        let answer = answer.record(&mut DisclosureLedger::empty());
        Self { world, profile, purposes, held, request, answer, verifier, trust, statuses }
    }

    fn held(&self) -> Vec<&HeldCredential> {
        self.held.iter().collect()
    }

    fn tokens(&self) -> Vec<Vec<u8>> {
        forge::tokens(&self.answer)
    }

    /// The key of the issuer of the n-th credential.
    fn issuer(&self, number: usize) -> &SigningKey {
        if self.held[number].issuer() == RECOGNITION {
            &self.world.recognition
        } else {
            &self.world.home_office
        }
    }

    fn known(&self) -> Known<'_> {
        Known { trust: &self.trust, purposes: &self.purposes, statuses: &self.statuses }
    }

    fn permit(&self, bytes: &[u8]) -> Result<PermittedRequest, &'static str> {
        let permitted = Request::parse(bytes).and_then(|request| request.permit(&self.known(), NOW));
        permitted.map_err(|error| error.code())
    }

    fn register(&self, bytes: &[u8]) -> Result<RelyingParty, &'static str> {
        let registered = Registration::parse(bytes).and_then(|one| one.verify(&self.known(), NOW));
        registered.map_err(|error| error.code())
    }

    /// A request of the verifier for these claims.
    fn ask(&self, claims: &[&str]) -> PermittedRequest {
        let registration = self.world.registration_bytes(&self.profile);
        let mut content = self.world.request_content(&self.profile, &registration, NONCE);
        content.scope = scope(claims);
        self.permit(&content.sign(&self.world.relying_party).unwrap()).unwrap()
    }

    /// The same tokens as an answer to another request.
    fn rebound(&self, tokens: &[Vec<u8>], request: &PermittedRequest) -> Vec<u8> {
        let hash = Value::bytes(request.hash().as_slice());
        let rebind = |token: &Vec<u8>| {
            Envelope::resign(token, &self.world.holder, |kbt| {
                kbt.payload.set(&Value::int(claim::REQUEST_HASH), &hash);
            })
        };
        forge::presentation(&tokens.iter().map(rebind).collect::<Vec<_>>())
    }

    fn verify(&self, answer: &[u8]) -> Result<Vec<&'static str>, &'static str> {
        self.verify_with(answer, &self.request, &mut OpenNonces::default())
    }

    fn verify_with(
        &self,
        answer: &[u8],
        request: &PermittedRequest,
        nonces: &mut impl NonceRegister,
    ) -> Result<Vec<&'static str>, &'static str> {
        self.verify_at(answer, request, NOW, nonces)
    }

    fn verify_at(
        &self,
        answer: &[u8],
        request: &PermittedRequest,
        now: UnixTime,
        nonces: &mut impl NonceRegister,
    ) -> Result<Vec<&'static str>, &'static str> {
        verify(&self.verifier, answer, request, &self.statuses, now, nonces)
    }

    /// The answer with another token in place `number`.
    fn with_token(&self, number: usize, token: Vec<u8>) -> Result<Vec<&'static str>, &'static str> {
        let mut tokens = self.tokens();
        tokens[number] = token;
        self.verify(&forge::presentation(&tokens))
    }

    /// The answer with something else in the residence credential, signed by its issuer.
    fn with_credential(
        &self,
        change: impl FnOnce(&mut Credential),
    ) -> Result<Vec<&'static str>, &'static str> {
        let token = &self.tokens()[1];
        let mut credential = Credential::open(&forge::credential_of(token));
        change(&mut credential);
        let sealed = credential.seal(&self.world.home_office);
        self.with_token(1, forge::rebind(token, sealed, &self.world.holder))
    }

    /// The answer with other disclosures, which no issuer has to sign.
    fn with_disclosures(
        &self,
        change: impl FnOnce(&mut Vec<Vec<u8>>),
    ) -> Result<Vec<&'static str>, &'static str> {
        let token = &self.tokens()[1];
        let credential = Credential::open(&forge::credential_of(token));
        let sealed = credential.seal_with(&self.world.home_office, change);
        self.with_token(1, forge::rebind(token, sealed, &self.world.holder))
    }

    fn disclosures(&self) -> usize {
        let mut count = 0;
        let all = self.with_disclosures(|all| count = all.len());
        assert!(all.is_ok() && count > 1);
        count
    }

    /// What the format says when the issuer puts a value, plain or hidden, into the credential.
    fn with_value(&self, value: &Value) -> Result<(), &'static str> {
        let token = &self.tokens()[1];
        let outcomes: Vec<Result<(), &str>> = [false, true]
            .map(|hidden| {
                let mut credential = Credential::open(&forge::credential_of(token));
                if hidden {
                    let value = Node::Leaf(encoded(value));
                    credential.claims.hidden().push(Hidden::Entry([9; 16], Value::text("x").encode(), value));
                } else {
                    credential.claims.plain().push((Value::text("x").encode(), Node::Leaf(encoded(value))));
                }
                let sealed = credential.seal(&self.world.home_office);
                self.format(&forge::rebind(token, sealed, &self.world.holder), Encoding::Tolerant)
            })
            .into();
        assert_eq!(outcomes[0], outcomes[1], "plain and hidden: {value:?}");
        outcomes[0]
    }

    /// Verifies a token by the rules of the format alone.
    fn format(&self, token: &[u8], encoding: Encoding) -> Result<(), &'static str> {
        let token = KeyBoundToken::parse(token, &Limits::TOKEN, encoding).map_err(|error| error.code())?;
        let expected = Expected {
            audiences: &[RELYING_PARTY],
            nonce: Nonce::Exactly(NONCE),
            now: NOW,
            algorithms: Algorithms::ED25519,
            issuer: IssuerName::Exactly(HOME_OFFICE),
        };
        let mut scratch = Scratch::default();
        let key = self.world.home_office.public_key();
        sd_cwt::verify(&token, key, &expected, &mut scratch).map(drop).map_err(|error| error.code())
    }

    /// Outcome and reason of a decision on an answer that verifies.
    fn decided(&self, answer: &[u8], statuses: &StatusLists, facts: &Facts) -> (&'static str, &'static str) {
        let presentation = Presentation::parse(answer, &Limits::TOKEN).unwrap();
        let (mut nonces, mut workspace) = (OpenNonces::default(), Workspace::new());
        let verified =
            self.verifier.verify(&presentation, &self.request, statuses, NOW, &mut nonces, &mut workspace);
        let decision = decide(&verified.unwrap(), &self.profile, facts, NOW).unwrap();
        (decision.outcome().name(), decision.reason().as_str())
    }

    /// Everything that somebody signs, with the key and the way in which it is read.
    fn signed_objects(&self) -> Vec<Signed<'_>> {
        let world = &self.world;
        let token = self.tokens().remove(1);
        let log = Log::new(RetentionFrom::Event);
        let receipt = log.signed(LogPlace::FIRST, 0);
        let verified = log.receipts(1).remove(0);
        let deletion = Deletion { receipt: &verified, keep_until: NOW, deleted_at: NOW };
        let deletion = deletion.sign(&world.relying_party).unwrap();
        let one = |name, bytes, key, read| Signed { name, bytes, key, read };
        vec![
            one("trust list", world.trust_list_bytes(), &world.anchor, |check, bytes| {
                trust_list(&check.world, bytes, 0).map(drop)
            }),
            one("registration", world.registration_bytes(&self.profile), &world.registrar, |check, bytes| {
                check.register(bytes).map(drop)
            }),
            one(
                "request",
                world.request_bytes(&self.profile, NONCE),
                &world.relying_party,
                |check, bytes| check.permit(bytes).map(drop),
            ),
            one("status list", world.status_list_bytes(&[])[0].clone(), &world.publisher, |check, bytes| {
                let list = StatusListToken::parse(bytes);
                let list = list.and_then(|token| token.verify(&check.trust, NOW));
                list.map(drop).map_err(|error| error.code())
            }),
            one("credential", forge::credential_of(&token), &world.home_office, |check, bytes| {
                let token = check.tokens().remove(1);
                check.format_of(&token, bytes)
            }),
            one("key-binding token", token, &world.holder, |check, bytes| {
                check.with_token(1, bytes.to_vec()).map(drop)
            }),
            one("receipt", receipt, &world.relying_party, |_, bytes| {
                let log = Log::new(RetentionFrom::Event);
                let receipt = SignedReceipt::parse(bytes);
                let receipt = receipt.and_then(|receipt| receipt.verify(&log.relying_party(), NOW));
                receipt.map(drop).map_err(|error| error.code())
            }),
            one("deletion record", deletion, &world.relying_party, |_, bytes| {
                let log = Log::new(RetentionFrom::Event);
                let receipt = log.receipts(1).remove(0);
                let deletion = SignedDeletion::parse(bytes);
                let deletion = deletion.and_then(|record| record.verify(&receipt, &log.relying_party(), NOW));
                deletion.map(drop).map_err(|error| error.code())
            }),
        ]
    }

    /// A credential as its holder presents it.
    fn format_of(&self, token: &[u8], credential: &[u8]) -> Result<(), &'static str> {
        self.with_token(1, forge::rebind(token, credential.to_vec(), &self.world.holder)).map(drop)
    }
}

/// A signed object.
struct Signed<'a> {
    name: &'static str,
    bytes: Vec<u8>,
    key: &'a SigningKey,
    read: fn(&Check, &[u8]) -> Result<(), &'static str>,
}

/// The log of a verifier whose requests nobody answers.
struct Log {
    world: World,
    profile: Profile,
    purposes: Purposes,
    /// Another one makes another history.
    salt: u8,
}

impl Log {
    fn new(retention: RetentionFrom) -> Self {
        let profile = if retention == RetentionFrom::Decision {
            permitting("a-test", &[required("id.family_name")])
        } else {
            Profile::find_embedded(WORK).unwrap()
        };
        assert_eq!(profile.retention_from(), retention);
        let purposes = Purposes::new(vec![profile.clone()]);
        Self { world: World::new(), profile, purposes, salt: 0 }
    }

    fn request(&self, number: u8) -> PermittedRequest {
        let nonce = [self.salt + 10 * (number + 1); 16];
        let bytes = self.world.request_bytes(&self.profile, &nonce);
        self.world.permit(&bytes, &self.purposes, NOW).unwrap()
    }

    fn relying_party(&self) -> RelyingParty {
        self.request(0).relying_party().clone()
    }

    fn signed(&self, place: LogPlace, number: u8) -> Vec<u8> {
        let (request, trust) = (self.request(number), self.world.trust_list());
        let statuses = self.world.status_lists_of(&self.world.status_list_bytes(&[]), NOW);
        let decided = Decided::NoAnswer;
        let receipt = Receipt {
            request: &request,
            profile: &self.profile,
            trust: &trust,
            statuses: &statuses,
            decided,
            decided_at: NOW,
            place,
        };
        receipt.sign(&self.world.relying_party).unwrap()
    }

    fn receipts(&self, count: u8) -> Vec<VerifiedReceipt> {
        let mut receipts: Vec<VerifiedReceipt> = Vec::new();
        for number in 0..count {
            let place = receipts.last().map_or(LogPlace::FIRST, LogPlace::after);
            let bytes = self.signed(place, number);
            let receipt = SignedReceipt::parse(&bytes).unwrap().verify(&self.relying_party(), NOW);
            receipts.push(receipt.unwrap());
        }
        receipts
    }
}

fn verify(
    verifier: &Verifier,
    answer: &[u8],
    request: &PermittedRequest,
    statuses: &StatusLists,
    now: UnixTime,
    nonces: &mut impl NonceRegister,
) -> Result<Vec<&'static str>, &'static str> {
    let presentation = Presentation::parse(answer, &Limits::TOKEN).map_err(|error| error.code())?;
    let mut workspace = Workspace::new();
    let verified = verifier.verify(&presentation, request, statuses, now, nonces, &mut workspace);
    verified.map(|verified| verified.disclosed()).map_err(|rejection| rejection.code())
}

fn trust_list(world: &World, bytes: &[u8], newest: u64) -> Result<TrustList, &'static str> {
    let list = SignedTrustList::parse(bytes);
    list.and_then(|list| list.verify(world.anchor.public_key(), newest, NOW)).map_err(|error| error.code())
}

fn issued(world: &World, issuer: &str, key: &SigningKey, claims: &ClaimSet, at: UnixTime) -> Vec<u8> {
    copy(issuer, key, &world.holder, claims, "a copy", at)
}

fn copy(
    issuer: &str,
    key: &SigningKey,
    holder: &SigningKey,
    claims: &ClaimSet,
    seed: &str,
    at: UnixTime,
) -> Vec<u8> {
    let copy = Copy {
        holder_key: holder.public_key(),
        subject: "urn:example:subject:1",
        issued_at: at,
        lifetime_s: DEFAULT_LIFETIME_S,
        status: StatusReference { uri: CREDENTIAL_LIST, index: index_of(seed) },
    };
    let issuer = Issuer::new(issuer, key);
    issuer.issue(claims, &copy, &mut FixedRng::new(seed)).unwrap()
}

fn held_since(
    world: &World,
    holder: &SigningKey,
    claims: &ClaimSet,
    seed: &str,
    at: UnixTime,
) -> HeldCredential {
    let (name, key) = match claims.credential_type().name {
        "qualification" => (RECOGNITION, &world.recognition),
        _ => (HOME_OFFICE, &world.home_office),
    };
    let bytes = copy(name, key, holder, claims, seed, at);
    let keys = [holder.public_key().clone()];
    HeldCredential::accept(&bytes, &world.trust_list(), &keys, NOW, &mut Scratch::default()).unwrap()
}

/// The disclosures of a credential, encoded as one array.
fn disclosures(credential: &[u8]) -> Vec<u8> {
    Envelope::open(credential).unprotected.get(&Value::int(header::SD_CLAIMS)).unwrap().to_vec()
}

/// A value in which reserved marks stand as they are.
fn encoded(value: &Value) -> Vec<u8> {
    let mut out = Encoder::new();
    write(value, &mut out);
    out.into_bytes()
}

fn write(value: &Value, out: &mut Encoder) {
    match value {
        Value::Array(elements) => {
            out.array(elements.len());
            elements.iter().for_each(|element| write(element, out));
        }
        Value::Map(entries) => {
            out.map(entries.len());
            for (key, value) in entries {
                write(key, out);
                write(value, out);
            }
        }
        Value::Tag(tag, content) => {
            out.tag(*tag);
            write(content, out);
        }
        Value::Simple(number) => {
            out.simple(*number);
        }
        other => {
            out.raw(&other.encode());
        }
    }
}

/// The envelope with other bytes in the place of the signature.
fn with_signature(envelope: &Envelope, signature: &[u8]) -> Vec<u8> {
    let mut out = Encoder::new();
    out.tag(sign1::TAG).array(4).bytes(&envelope.protected.encode()).raw(&envelope.unprotected.encode());
    out.bytes(&envelope.payload.encode()).bytes(signature);
    out.into_bytes()
}

/// The tag of whoever takes the public key for a shared secret (RFC 2104).
fn by_hmac(envelope: &Envelope, key: &SigningKey) -> Vec<u8> {
    let parts = [envelope.protected.encode(), Vec::new(), envelope.payload.encode()].map(Value::Bytes);
    let signed = [&[Value::text("Signature1")][..], &parts].concat();
    let signed = Value::Array(signed).encode();
    let mut secret = [0; 64];
    let public = key.public_key().to_cose_key();
    secret[..public.len()].copy_from_slice(&public);
    let inner = Sha256::new().chain_update(secret.map(|byte| byte ^ 0x36)).chain_update(signed).finalize();
    let outer = Sha256::new().chain_update(secret.map(|byte| byte ^ 0x5c)).chain_update(inner).finalize();
    with_signature(envelope, &outer)
}
