//! geleit's verifier as a child process answers as it does inside a program.

use geleit_credential::presentation::DECLINED;
use geleit_credential::standing::Standing;
use geleit_credential::time::UnixTime;
use geleit_sim::sut::command::{Command, TIME_LIMIT};
use geleit_sim::sut::geleit::Geleit;
use geleit_sim::sut::{Reply, SystemUnderTest};
use geleit_testkit::world::{NOW, index_of};
use geleit_testkit::{Exchange, World};
use std::io::Write;
use std::process::{self, Stdio};
use std::sync::{Arc, Mutex};

const GELEIT: &str = env!("CARGO_BIN_EXE_geleit");

/// Checks that end in every way that a check can end.
fn exchanges() -> Vec<(Exchange, UnixTime)> {
    let world = World::new();
    let good = Exchange::right_to_work(&world, b"sixteen byte nonce", &[]);
    let residence = index_of("residence");
    let with = |nonce: &[u8], standing| Exchange::right_to_work(&world, nonce, &[(residence, standing)]);
    let mut bent = good.clone();
    *bent.presentation.last_mut().expect("it has bytes") ^= 1;
    vec![
        (Exchange { facts: Vec::new(), ..good.clone() }, NOW),
        (good.clone(), NOW),
        (good.clone(), NOW),
        (good.clone(), NOW.plus(86_400 * 40)),
        (with(b"a second nonce, 16+", Standing::Revoked), NOW),
        (with(b"a third nonce, 16 +", Standing::Suspended), NOW),
        (bent, NOW),
        (Exchange { presentation: DECLINED.to_vec(), ..good.clone() }, NOW),
        (Exchange { presentation: vec![0x81; 100_000], ..good }, NOW),
    ]
}

fn replies(system: &mut dyn SystemUnderTest) -> Vec<Reply> {
    let ask = |(number, (exchange, now)): (usize, &(Exchange, UnixTime))| {
        let id = format!("T/{number}");
        let question = exchange.question(&id, *now);
        system.check(&question).expect("an answer")
    };
    exchanges().iter().enumerate().map(ask).collect()
}

#[test]
fn geleit_answers_in_a_process_of_its_own_as_in_this_one() {
    let log = Arc::new(Mutex::new(Vec::<u8>::new()));
    let words = [GELEIT, "sim", "verifier"].map(str::to_owned).to_vec();
    let mut child = Command::start(words, TIME_LIMIT, Arc::clone(&log));
    let mut direct = Geleit::new();
    assert_eq!(child.hello(), direct.hello());
    for scenario in ["T", "U"] {
        child.begin(scenario).expect("it is ready");
        direct.begin(scenario).expect("it is ready");
        let answered = replies(&mut child);
        assert_eq!(answered, replies(&mut direct));
        let outcomes: Vec<String> = answered.iter().map(|reply| reply.answer.outcome.to_string()).collect();
        assert_eq!(
            outcomes,
            [
                "INDETERMINATE",
                "ACCEPT_UNTIL 2028-03-31",
                "NOT_VERIFIED",
                "INDETERMINATE",
                "REFUSE",
                "INDETERMINATE",
                "NOT_VERIFIED",
                "INDETERMINATE",
                "NOT_VERIFIED",
            ]
        );
    }
    drop(child);
    assert!(log.lock().expect("nobody panicked").is_empty(), "nothing is on standard error");
}

#[test]
fn it_ends_with_its_input_and_after_bye() {
    for (input, expected) in [
        ("", ""),
        ("{\"type\":\"begin\",\"scenario\":\"T\"}", "{\"type\":\"ready\"}\n"),
        ("{\"type\":\"bye\"}\n{\"type\":\"begin\",\"scenario\":\"T\"}\n", ""),
    ] {
        let mut command = process::Command::new(GELEIT);
        command.args(["sim", "verifier"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("geleit was built");
        child.stdin.take().expect("it is piped").write_all(input.as_bytes()).expect("it reads");
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success());
        assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
    }
}
