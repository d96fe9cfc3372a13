//! The naive verifier works in a demonstration, and is wrong where it says that it is.

use geleit_credential::presentation::DECLINED;
use geleit_credential::standing::Standing;
use geleit_credential::time::UnixTime;
use geleit_sim::sut::SystemUnderTest;
use geleit_sim::sut::command::{Command, TIME_LIMIT};
use geleit_sim::sut::geleit::Geleit;
use geleit_testkit::forge;
use geleit_testkit::world::{NOW, index_of};
use geleit_testkit::{Exchange, World};
use std::sync::{Arc, Mutex};

#[path = "binary/mod.rs"]
mod binary;

const NONCE: &[u8] = b"sixteen byte nonce";

fn outcome(system: &mut dyn SystemUnderTest, exchange: &Exchange, now: UnixTime) -> String {
    let question = exchange.question("T/1", now);
    system.check(&question).expect("an answer").answer.outcome.to_string()
}

#[test]
fn it_is_wrong_where_it_says_so_and_right_in_a_demonstration() {
    let words = vec![binary::path("naive_verifier").display().to_string()];
    let log = Arc::new(Mutex::new(Vec::<u8>::new()));
    let mut naive = Command::start(words, TIME_LIMIT, Arc::clone(&log));
    let hello = naive.hello().expect("it says who it is");
    assert!(hello.name.contains("deliberately wrong") && !hello.geleit_reasons);

    let (yes, neither) = ("ACCEPT_UNTIL 2028-03-31", "INDETERMINATE");
    let world = World::new();
    let good = Exchange::right_to_work(&world, NONCE, &[]);
    let index = index_of("residence");
    let tokens = forge::tokens(&good.presentation);
    let with = |change: &dyn Fn(Vec<u8>) -> Vec<u8>| {
        let tokens: Vec<Vec<u8>> = tokens.iter().cloned().map(change).collect();
        Exchange { presentation: forge::presentation(&tokens), ..good.clone() }
    };
    let facts =
        |face: &str| vec![("start_date".into(), "2026-12-01".into()), ("face_matches".into(), face.into())];
    for (what, exchange, now, naive_says, geleit_says) in [
        ("honest", good.clone(), NOW, yes, yes),
        (
            "revoked",
            Exchange::right_to_work(&world, NONCE, &[(index, Standing::Revoked)]),
            NOW,
            "REFUSE",
            "REFUSE",
        ),
        (
            "broken bytes",
            Exchange { presentation: vec![0xff], ..good.clone() },
            NOW,
            "REFUSE",
            "NOT_VERIFIED",
        ),
        (
            "another issuer's signature",
            with(&|token| {
                let credential = forge::with_broken_signature(forge::credential_of(&token));
                forge::rebind(&token, credential, &world.holder)
            }),
            NOW,
            "REFUSE",
            "NOT_VERIFIED",
        ),
        ("no key binding", with(&|token| forge::credential_of(&token)), NOW, yes, "NOT_VERIFIED"),
        ("a broken key binding", with(&forge::with_broken_signature), NOW, yes, "NOT_VERIFIED"),
        (
            "another request",
            Exchange { request: world.request_bytes(&good.profile, b"another nonce, 16+"), ..good.clone() },
            NOW,
            yes,
            "NOT_VERIFIED",
        ),
        ("too late", good.clone(), NOW.plus(3_600), yes, "NOT_VERIFIED"),
        ("an expired trust list", good.clone(), NOW.plus(31 * 86_400), yes, neither),
        (
            "suspended",
            Exchange::right_to_work(&world, NONCE, &[(index, Standing::Suspended)]),
            NOW,
            "REFUSE",
            neither,
        ),
        ("no status list", Exchange { status_lists: Vec::new(), ..good.clone() }, NOW, "REFUSE", neither),
        ("silence", Exchange { presentation: DECLINED.to_vec(), ..good.clone() }, NOW, "REFUSE", neither),
        ("another face", Exchange { facts: facts("no"), ..good.clone() }, NOW, yes, neither),
    ] {
        let mut geleit = Geleit::new();
        naive.begin("T").expect("it is ready");
        assert_eq!(outcome(&mut naive, &exchange, now), naive_says, "{what}");
        assert_eq!(outcome(&mut geleit, &exchange, now), geleit_says, "{what}");
        if what == "honest" {
            assert_eq!(outcome(&mut naive, &exchange, now), yes, "shown again");
            assert_eq!(outcome(&mut geleit, &exchange, now), "NOT_VERIFIED", "shown again");
        }
    }
    drop(naive);
    assert!(log.lock().expect("nobody panicked").is_empty(), "it does not crash");
}
