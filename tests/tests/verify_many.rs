//! Many presentations at once: the verdicts of single checks, in their order, whatever stands beside them.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

use geleit_cose::cbor::Limits;
use geleit_credential::holder::HeldCredential;
use geleit_credential::presentation::Presentation;
use geleit_credential::purpose::Profile;
use geleit_credential::request::PermittedRequest;
use geleit_credential::status_list::StatusLists;
use geleit_credential::time::UnixTime;
use geleit_credential::verifier::{
    AlreadyUsed, NonceRegister, OpenNonces, Rejection, ToCheck, Verifier, Workspace, Workspaces,
};
use geleit_testkit::world::NOW;
use geleit_testkit::{World, forge, people};
use proptest::prelude::{ProptestConfig, Strategy, any, prop, prop_assert_eq, proptest};
use std::collections::BTreeSet;
use std::sync::{LazyLock, Mutex};
use std::thread;

/// Requests with nonces of their own, and an answer to each.
struct Counter {
    verifiers: [Verifier; 2],
    statuses: StatusLists,
    requests: Vec<PermittedRequest>,
    answers: Vec<Vec<u8>>,
    world: World,
}

const PEOPLE: usize = 24;

static COUNTER: LazyLock<Counter> = LazyLock::new(|| {
    let world = World::new();
    let profile = Profile::find_embedded("uk-right-to-work").unwrap();
    let held: [HeldCredential; 2] =
        [world.held(&people::identity(), "identity"), world.held(&people::residence(), "residence")];
    let request = |number: usize| world.request(&profile, format!("nonce number {number:08}").as_bytes());
    let requests: Vec<PermittedRequest> = (0..PEOPLE).map(request).collect();
    let answers = requests.iter().map(|request| world.answer(request, &held.each_ref())).collect();
    let verifier = world.verifier(&profile);
    let verifiers = [verifier.clone(), verifier.with_prepared_issuers(usize::MAX)];
    let statuses = world.status_lists();
    Counter { verifiers, statuses, requests, answers, world }
});

/// What one person sends, and what the counter takes it for.
#[derive(Clone, Copy, Debug)]
struct Case {
    request: usize,
    answer: usize,
    change: Change,
    at: i64,
}

#[derive(Clone, Copy, Debug)]
enum Change {
    None,
    Bit(usize),
    OneToken(usize),
    Reversed,
    Rebound,
}

fn case() -> impl Strategy<Value = Case> {
    let change = prop::sample::select(vec![0, 0, 0, 0, 1, 1, 2, 3, 4]);
    let parts = (0..PEOPLE, any::<bool>(), 0..PEOPLE, change, any::<usize>(), 0_i64..20);
    parts.prop_map(|(request, honest, other, change, place, at)| Case {
        request,
        answer: if honest { request } else { other },
        change: match change {
            0 => Change::None,
            1 => Change::Bit(place),
            2 => Change::OneToken(place % 2),
            3 => Change::Reversed,
            _ => Change::Rebound,
        },
        at,
    })
}

fn bytes(case: &Case) -> Vec<u8> {
    let mut bytes = COUNTER.answers[case.answer].clone();
    let mut tokens = forge::tokens(&bytes);
    match case.change {
        Change::None => bytes,
        Change::Bit(place) => {
            let bit = place % (8 * bytes.len());
            bytes[bit / 8] ^= 1 << (bit % 8);
            bytes
        }
        Change::OneToken(which) => forge::presentation(&tokens[which..=which]),
        Change::Reversed => {
            tokens.reverse();
            forge::presentation(&tokens)
        }
        Change::Rebound => {
            let credential = forge::credential_of(&tokens[0]);
            tokens[0] = forge::rebind(&tokens[0], credential, &COUNTER.world.home_office);
            forge::presentation(&tokens)
        }
    }
}

/// What was shown, or the rule that was broken.
type Verdict = Result<Vec<&'static str>, Rejection>;

fn alone(verifier: &Verifier, checks: &[ToCheck<'_, '_>], now: UnixTime) -> Vec<Verdict> {
    let (mut nonces, mut workspace) = (OpenNonces::default(), Workspace::new());
    let verify = |check: &ToCheck<'_, '_>| {
        let (presentation, statuses) = (check.presentation, &COUNTER.statuses);
        let verified =
            verifier.verify(presentation, check.request, statuses, now, &mut nonces, &mut workspace)?;
        Ok(verified.disclosed())
    };
    checks.iter().map(verify).collect()
}

fn together(
    verifier: &Verifier,
    checks: &[ToCheck<'_, '_>],
    now: UnixTime,
    nonces: &mut impl NonceRegister,
) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    let (all, mut workspaces) = (checks.iter().copied(), Workspaces::new());
    verifier.verify_many(all, &COUNTER.statuses, now, nonces, &mut workspaces, |number, verified| {
        assert_eq!(number, verdicts.len());
        verdicts.push(verified.map(|one| one.disclosed()));
    });
    verdicts
}

fn with_checks<T>(cases: &[Case], with: impl FnOnce(&[ToCheck<'_, '_>]) -> T) -> T {
    let bytes: Vec<Vec<u8>> = cases.iter().map(bytes).collect();
    let parsed: Vec<_> = bytes.iter().map(|bytes| Presentation::parse(bytes, &Limits::TOKEN).ok()).collect();
    let pairs = parsed.iter().zip(cases);
    let checks: Vec<ToCheck<'_, '_>> = pairs
        .filter_map(|(presentation, case)| {
            Some(ToCheck { presentation: presentation.as_ref()?, request: &COUNTER.requests[case.request] })
        })
        .collect();
    with(&checks)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..Default::default() })]

    #[test]
    fn many_have_the_verdicts_of_each_alone(cases in prop::collection::vec(case(), 0..40)) {
        let now = NOW.plus(cases.first().map_or(0, |case| case.at));
        with_checks(&cases, |checks| {
            let expected = alone(&COUNTER.verifiers[0], checks, now);
            for verifier in &COUNTER.verifiers {
                prop_assert_eq!(&alone(verifier, checks, now), &expected);
                prop_assert_eq!(&together(verifier, checks, now, &mut OpenNonces::default()), &expected);
            }
            Ok(())
        })?;
    }
}

/// Everything that the strategy can make happens, so that the property is not one of empty lists.
#[test]
fn the_cases_meet_many_rules() {
    let changes = [Change::None, Change::OneToken(0), Change::OneToken(1), Change::Reversed, Change::Rebound];
    let honest =
        changes.iter().enumerate().map(|(n, change)| Case { request: n, answer: n, change: *change, at: 0 });
    let others =
        (0..PEOPLE).map(|n| Case { request: n, answer: (n + 1) % PEOPLE, change: Change::None, at: 0 });
    let bits = (0..400).map(|n| Case {
        request: n % PEOPLE,
        answer: n % PEOPLE,
        change: Change::Bit(n * 37),
        at: 0,
    });
    let cases: Vec<Case> = honest.chain(others).chain(bits).collect();
    with_checks(&cases, |checks| {
        let verdicts = together(&COUNTER.verifiers[1], checks, NOW, &mut OpenNonces::default());
        assert_eq!(verdicts, alone(&COUNTER.verifiers[0], checks, NOW));
        let rules: BTreeSet<&str> =
            verdicts.iter().filter_map(|verdict| verdict.as_ref().err().map(Rejection::code)).collect();
        for rule in ["B-05", "B-12", "B-20", "C-05"] {
            assert!(rules.contains(rule), "{rule} is not among {rules:?}");
        }
        assert!(verdicts.iter().any(Result::is_ok));
    });
}

/// Threads that share one register: each answer counts once, whoever checks it.
#[test]
fn threads_share_a_register() {
    const THREADS: usize = 4;
    let cases: Vec<Case> =
        (0..PEOPLE).map(|n| Case { request: n, answer: n, change: Change::None, at: 0 }).collect();
    with_checks(&cases, |checks| {
        let register = Mutex::new(OpenNonces::default());
        let all: Vec<Verdict> = thread::scope(|scope| {
            let check = || together(&COUNTER.verifiers[1], checks, NOW, &mut &register);
            let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(check)).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(all.iter().filter(|verdict| verdict.is_ok()).count(), PEOPLE);
        let used = |verdict: &&Verdict| verdict.as_ref().is_err_and(|rejection| rejection.code() == "B-20");
        assert_eq!(all.iter().filter(used).count(), PEOPLE * (THREADS - 1));
    });
}

/// A register that takes a nonce while the signatures are checked, as another thread would.
struct Meanwhile(Option<OpenNonces>);

impl NonceRegister for Meanwhile {
    fn is_used(&self, _: &[u8]) -> bool {
        false
    }

    fn use_up(&mut self, nonce: &[u8], expires_at: UnixTime) -> Result<(), AlreadyUsed> {
        let nonces = self.0.get_or_insert_with(OpenNonces::default);
        let _ = nonces.use_up(nonce, expires_at);
        nonces.use_up(nonce, expires_at)
    }
}

#[test]
fn the_last_word_on_a_nonce_is_that_of_using_it_up() {
    let case = Case { request: 0, answer: 0, change: Change::None, at: 0 };
    with_checks(&[case], |checks| {
        let verdicts = together(&COUNTER.verifiers[0], checks, NOW, &mut Meanwhile(None));
        assert_eq!(verdicts[0].as_ref().map_err(Rejection::code), Err("B-20"));
    });
}
