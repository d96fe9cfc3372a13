use super::Geleit;
use crate::sut::{Question, Reply, SystemUnderTest};
use geleit_credential::decision::Facts;
use geleit_credential::presentation::DECLINED;
use geleit_credential::reason::{Kind, ReasonCode};
use geleit_credential::receipt::{KeptInputs, SignedReceipt, replay};
use geleit_credential::registration::RegistrationContent;
use geleit_credential::standing::Standing;
use geleit_credential::time::UnixTime;
use geleit_credential::trust_list::TrustListContent;
use geleit_testkit::world::{NOW, index_of, key};
use geleit_testkit::{Exchange, World};
use std::sync::Arc;

const NONCE: &[u8] = b"sixteen byte nonce";

fn question<'a>(exchange: &'a Exchange, now: UnixTime) -> Question<'a> {
    Question {
        id: "T/1",
        now,
        anchor: &exchange.anchor,
        trust_list: &exchange.trust_list,
        status_lists: &exchange.status_lists,
        registration: &exchange.registration,
        profile: &exchange.profile,
        request: &exchange.request,
        presentation: &exchange.presentation,
        facts: &exchange.facts,
    }
}

fn exchange() -> (World, Exchange) {
    let world = World::new();
    let exchange = Exchange::right_to_work(&world, NONCE, &[]);
    (world, exchange)
}

fn ask(system: &mut Geleit, exchange: &Exchange, now: UnixTime) -> Reply {
    system.check(&question(exchange, now)).unwrap()
}

/// Outcome, reason and rule.
fn told(reply: &Reply) -> (String, &str, Option<&str>) {
    (reply.answer.outcome.to_string(), &reply.answer.reason, reply.answer.rule.as_deref())
}

fn is_complete(reply: &Reply, fallback: bool) -> bool {
    let texts = [&reply.texts.what, &reply.texts.redress];
    let said = |text: &Option<[String; 2]>| {
        text.as_ref().is_some_and(|[en, de]| !en.is_empty() && !de.is_empty() && en != de)
    };
    texts.into_iter().all(said) && said(&reply.texts.fallback) == fallback
}

#[test]
fn an_answer_is_accepted_once_in_a_scenario() {
    let (_, exchange) = exchange();
    let mut system = Geleit::new();
    for _ in 0..2 {
        system.begin("T").unwrap();
        let first = ask(&mut system, &exchange, NOW);
        assert_eq!(told(&first), ("ACCEPT_UNTIL 2028-03-31".into(), "work-permitted-until", None));
        assert!(first.answer.disclosed.iter().any(|id| id == "res.uk.work.until"));
        assert!(is_complete(&first, false), "{:?}", first.texts);
        let second = ask(&mut system, &exchange, NOW);
        assert_eq!(told(&second), ("NOT_VERIFIED".into(), "not-verified", Some("B-20")));
        assert!(second.answer.disclosed.is_empty() && is_complete(&second, true));
    }
}

#[test]
fn a_check_that_waits_for_facts_does_not_use_up_the_answer() {
    let (_, exchange) = exchange();
    let mut system = Geleit::new();
    let without = Exchange { facts: Vec::new(), ..exchange.clone() };
    let open = ask(&mut system, &without, NOW);
    assert_eq!(open.answer.outcome.to_string(), "INDETERMINATE");
    assert!(is_complete(&open, true));
    assert_eq!(ask(&mut system, &exchange, NOW).answer.outcome.to_string(), "ACCEPT_UNTIL 2028-03-31");
}

#[test]
fn what_is_withdrawn_is_refused_and_what_is_unknown_is_not() {
    let world = World::new();
    let index = index_of("residence");
    let mut system = Geleit::new();
    let mut outcome = |standings: &[(u64, Standing)], missing: usize| {
        let mut exchange = Exchange::right_to_work(&world, NONCE, standings);
        exchange.status_lists.remove(missing);
        exchange.status_lists.push(b"no list".to_vec());
        system.begin("T").unwrap();
        let reply = ask(&mut system, &exchange, NOW);
        (reply.answer.outcome.to_string(), reply.answer.reason)
    };
    let not_possible = ("INDETERMINATE".to_owned(), "check-not-possible".to_owned());
    assert_eq!(outcome(&[], 1), not_possible, "the list of registrations is missing");
    // Without a list the word of the credential itself counts, which is of this hour.
    let fresh = ("ACCEPT_UNTIL 2028-03-31".to_owned(), "work-permitted-until".to_owned());
    assert_eq!(outcome(&[(index, Standing::Revoked)], 0), fresh, "the list of credentials is missing");

    let exchange = Exchange::right_to_work(&world, NONCE, &[(index, Standing::Revoked)]);
    system.begin("T").unwrap();
    let revoked = ask(&mut system, &exchange, NOW);
    assert_eq!(told(&revoked), ("REFUSE".into(), "status-revoked", None));
    assert!(is_complete(&revoked, false));
}

#[test]
fn silence_is_no_answer_even_when_the_own_side_is_not_in_order() {
    let (_, exchange) = exchange();
    let silent = Exchange { presentation: DECLINED.to_vec(), ..exchange };
    let broken = Exchange { trust_list: Vec::new(), ..silent.clone() };
    for exchange in [silent, broken] {
        let reply = ask(&mut Geleit::new(), &exchange, NOW);
        assert_eq!(told(&reply), ("INDETERMINATE".into(), "no-answer", None));
        assert!(is_complete(&reply, true));
    }
}

#[test]
fn what_is_broken_on_the_own_side_is_never_a_refusal() {
    let (world, good) = exchange();
    assert_eq!(ReasonCode::find("check-not-possible").map(ReasonCode::kind), Some(Kind::Indeterminate));
    let profile = &good.profile;
    let expired = RegistrationContent { expires_at: NOW, ..world.registration_content(profile) };
    let expired = expired.sign(&world.registrar).unwrap();
    let month = NOW.plus(31 * 86_400);
    for (rule, exchange, now) in [
        ("M-01", Exchange { trust_list: Vec::new(), ..good.clone() }, NOW),
        ("T-04", good.clone(), month),
        ("C-05", Exchange { anchor: world.stranger.public_key().to_pem(), ..good.clone() }, NOW),
        ("M-01", Exchange { registration: Vec::new(), ..good.clone() }, NOW),
        ("R-02", Exchange { registration: expired, ..good.clone() }, NOW),
        ("R-18", Exchange { status_lists: Vec::new(), ..good.clone() }, NOW),
        ("M-01", Exchange { request: Vec::new(), ..good.clone() }, NOW),
        ("T-01", Exchange { request: good.registration.clone(), ..good.clone() }, NOW),
    ] {
        let reply = ask(&mut Geleit::new(), &exchange, now);
        assert_eq!(told(&reply), ("INDETERMINATE".into(), "check-not-possible", Some(rule)));
        assert!(is_complete(&reply, true));
    }
}

#[test]
fn an_answer_that_comes_too_late_is_not_verified() {
    let (_, exchange) = exchange();
    let reply = ask(&mut Geleit::new(), &exchange, NOW.plus(600));
    assert_eq!(told(&reply), ("NOT_VERIFIED".into(), "not-verified", Some("B-02")));
}

#[test]
fn an_older_trust_list_than_before_is_a_roll_back() {
    let (world, exchange) = exchange();
    let list =
        |sequence| TrustListContent { sequence, ..world.trust_list_content() }.sign(&world.anchor).unwrap();
    let with = |sequence| Exchange { trust_list: list(sequence), ..exchange.clone() };
    let mut system = Geleit::new();
    assert_eq!(ask(&mut system, &with(5), NOW).answer.outcome.to_string(), "ACCEPT_UNTIL 2028-03-31");
    assert_eq!(told(&ask(&mut system, &with(6), NOW)).2, Some("B-20"));
    assert_eq!(told(&ask(&mut system, &with(5), NOW)).2, Some("T-05"), "although it is known");
    system.begin("T").unwrap();
    assert_eq!(ask(&mut system, &with(5), NOW).answer.outcome.to_string(), "ACCEPT_UNTIL 2028-03-31");
}

#[test]
fn what_is_kept_changes_no_answer() {
    let (_, exchange) = exchange();
    let mut lived = Geleit::new().with_prepared_issuers(4);
    // A list from the future is left out (L-04), also when it was verified later before.
    for now in [NOW, NOW.plus(-700), NOW.plus(300), NOW.plus(31 * 86_400), NOW.plus(-2 * 365 * 86_400), NOW] {
        lived.begin("T").unwrap();
        assert_eq!(ask(&mut lived, &exchange, now), ask(&mut Geleit::new(), &exchange, now), "{now}");
    }
}

#[test]
fn receipts_are_signed_with_the_right_key_and_replay() {
    let (world, exchange) = exchange();
    let key = || Arc::new(key("relying party"));
    let mut stranger = Geleit::new().with_receipts([Arc::new(geleit_testkit::world::key("stranger"))]);
    assert_eq!(ask(&mut stranger, &exchange, NOW).receipt, None);
    let mut system = Geleit::new().with_receipts([Arc::new(geleit_testkit::world::key("stranger")), key()]);
    let party = world.relying_party(&exchange.profile);
    let facts = Facts::parse(&exchange.profile, exchange.facts.iter().map(|(n, v)| (n.as_str(), v.as_str())))
        .unwrap();
    for (number, outcome) in [(1, "ACCEPT_UNTIL"), (2, "NOT_VERIFIED")] {
        let reply = ask(&mut system, &exchange, NOW);
        let signed = reply.receipt.unwrap();
        let receipt = SignedReceipt::parse(&signed.bytes).unwrap().verify(&party, NOW).unwrap();
        assert_eq!((receipt.place().number(), receipt.verdict().name()), (number, outcome));
        let lists: Vec<&[u8]> = exchange.status_lists.iter().map(Vec::as_slice).collect();
        let kept = KeptInputs {
            trust_list: &exchange.trust_list,
            status_lists: &lists,
            profile: exchange.profile.text(),
            request: &exchange.request,
            presentation: &exchange.presentation,
            facts: &facts,
            salt: &signed.salt,
        };
        // That an answer was counted before is not in the kept inputs, and a replay says so.
        let replayed =
            replay(&receipt, &kept, world.anchor.public_key()).map(|replayed| replayed.decision().is_some());
        assert_eq!(replayed.ok(), Some(number == 1), "{number}");
    }
    let mut declined = exchange.clone();
    declined.presentation = DECLINED.to_vec();
    assert!(ask(&mut system, &declined, NOW).receipt.is_some());
}

/// A run takes one for each core.
#[test]
fn it_can_be_sent_to_another_thread() {
    const fn is_send<T: Send>() {}
    is_send::<Geleit>();
    let exchange = exchange().1;
    let reply = std::thread::spawn(move || ask(&mut Geleit::new(), &exchange, NOW)).join().unwrap();
    assert_eq!(reply.answer.reason, "work-permitted-until");
}

#[test]
fn mistakes_of_the_harness_are_errors() {
    let (_, exchange) = exchange();
    for (broken, word) in [
        (Exchange { anchor: "no key".into(), ..exchange.clone() }, "anchor"),
        (Exchange { facts: vec![("favourite_colour".into(), "blue".into())], ..exchange.clone() }, "facts"),
    ] {
        let error = Geleit::new().check(&question(&broken, NOW)).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
}
