//! Systems under test as processes and over HTTP: what is passed on, and what becomes of those that misbehave.

#![cfg(all(unix, feature = "http"))]
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests may fail loudly")]

use geleit_sim::sut::client::Client;
use geleit_sim::sut::command::{Command, TIME_LIMIT, words};
use geleit_sim::sut::geleit::Geleit;
use geleit_sim::sut::http::{Http, SESSION};
use geleit_sim::sut::message::{FromSystem, ToSystem, read, write};
use geleit_sim::sut::serve::{Heard, Session, serve};
use geleit_sim::sut::{Hello, Reply, SutError, SystemUnderTest};
use geleit_testkit::world::NOW;
use geleit_testkit::{Exchange, World};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

const SHORT: Duration = Duration::from_secs(2);

fn exchange() -> Exchange {
    Exchange::right_to_work(&World::new(), b"sixteen byte nonce", &[])
}

fn log() -> Arc<Mutex<Vec<u8>>> {
    Arc::new(Mutex::new(Vec::new()))
}

fn shell(script: &str, limit: Duration) -> Command {
    Command::start(vec!["sh".into(), "-c".into(), script.into()], limit, log())
}

/// What every script says before it misbehaves.
const HELLO: &str =
    r#"read -r line; echo '{"type":"hello","schema":"geleit.sut/1","name":"a script","reasons":"own"}'; "#;
const READY: &str = r#"read -r line; echo '{"type":"ready"}'; "#;
/// The first check, after its files and its profile.
const QUESTION: &str = "for i in 1 2 3 4 5 6; do read -r line; done; ";
const ANSWER: &str = r#"{"type":"answer","id":"T/1","outcome":"REFUSE","reason":"x","claims":[]}"#;

fn message(error: &SutError) -> String {
    error.to_string()
}

#[test]
fn a_command_that_cannot_be_started_is_unreachable() {
    let mut system = Command::start(words("no-such-program-here --x").unwrap(), TIME_LIMIT, log());
    let error = system.hello().unwrap_err();
    assert!(
        matches!(&error, SutError::Unreachable(text) if text.contains("no-such-program-here")),
        "{error}"
    );
}

#[test]
fn a_child_that_says_nothing_is_killed_in_time_and_started_again() {
    let log = log();
    let script = format!("echo $$ >&2; {HELLO}{READY}exec sleep 600");
    let mut system = Command::start(vec!["sh".into(), "-c".into(), script], SHORT, Arc::clone(&log));
    assert_eq!(system.hello().unwrap(), Hello { name: "a script".into(), geleit_reasons: false });
    let exchange = exchange();
    for started in 1..=2 {
        system.begin("T").unwrap();
        let late = system.check(&exchange.question("T/1", NOW)).unwrap_err();
        assert_eq!(late, SutError::Late { id: "check T/1".into(), seconds: 2 });
        let gone = system.check(&exchange.question("T/2", NOW)).unwrap_err();
        assert!(matches!(gone, SutError::Ended(_)), "{gone}");
        let written = String::from_utf8(log.lock().unwrap().clone()).unwrap();
        assert_eq!(written.lines().count(), started);
        let id = written.lines().last().unwrap().strip_prefix("sut: ").unwrap();
        let lives = process::Command::new("sh").args(["-c", &format!("kill -0 {id} 2> /dev/null")]).status();
        assert!(!lives.unwrap().success(), "process {id} still lives");
    }
}

#[test]
fn a_child_that_does_not_read_holds_nobody_up() {
    let mut system = shell(&format!("{HELLO}{READY}exec sleep 600"), SHORT);
    let mut exchange = exchange();
    exchange.presentation = vec![0; 1 << 20];
    system.begin("T").unwrap();
    let late = system.check(&exchange.question("T/1", NOW)).unwrap_err();
    assert!(matches!(late, SutError::Late { .. }), "{late}");
}

#[test]
fn a_child_that_dies_is_reported_with_its_status() {
    let mut system = shell(&format!("{HELLO}{READY}echo 'out of luck' >&2; exit 7"), TIME_LIMIT);
    system.begin("T").unwrap();
    let ended = system.check(&exchange().question("T/1", NOW)).unwrap_err();
    assert!(message(&ended).contains("check T/1 (exit status: 7)"), "{ended}");
}

#[test]
fn standard_error_is_passed_on() {
    let written = log();
    let script = format!("{HELLO}echo 'about to end' >&2; exec cat > /dev/null");
    let mut system = Command::start(vec!["sh".into(), "-c".into(), script], TIME_LIMIT, Arc::clone(&written));
    system.hello().unwrap();
    drop(system);
    settled(&written);
    assert_eq!(String::from_utf8_lossy(&written.lock().unwrap()), "sut: about to end\n");
}

#[test]
fn standard_error_steers_no_terminal_and_no_ci_server() {
    let written = log();
    let script = r"printf '\033[2J\007a\rb\302\205c\n::error::c\n##[error]d\n' >&2";
    let script = format!("{HELLO}{script}; exec cat > /dev/null");
    let mut system = Command::start(vec!["sh".into(), "-c".into(), script], TIME_LIMIT, Arc::clone(&written));
    system.hello().unwrap();
    drop(system);
    settled(&written);
    assert_eq!(
        String::from_utf8_lossy(&written.lock().unwrap()),
        "sut: \\u{1b}[2J\\u{7}a\\rb\\u{85}c\nsut: :\\u{3a}error:\\u{3a}c\nsut: #\\u{23}[error]d\n"
    );
}

/// Waits until all of standard error was passed on.
fn settled(written: &Arc<Mutex<Vec<u8>>>) {
    // The thread that passes it on holds the log until the child's standard error has ended.
    while Arc::strong_count(written) > 1 {
        thread::yield_now();
    }
}

/// All answers are there before a question is, in whatever pieces they come.
#[test]
fn a_system_that_answers_before_it_is_asked_does_not_pass() {
    let exchange = exchange();
    let hello = r#"{"type":"hello","schema":"geleit.sut/1","name":"n","reasons":"own"}"#;
    let ready = r#"{"type":"ready"}"#;
    let mut system =
        shell(&format!("printf '%s\\n' '{hello}' '{ready}' '{ANSWER}'; exec sleep 600"), TIME_LIMIT);
    let error = message(&system.hello().unwrap_err());
    let known = ["more than one line in answer", "spoke without being asked"];
    assert!(known.iter().any(|text| error.contains(text)), "{error}");

    // It is started again for the next scenario, and gets no further.
    assert!(
        system.begin("U").and_then(|()| system.check(&exchange.question("T/1", NOW)).map(|_| ())).is_err()
    );
}

#[test]
fn two_answers_to_one_question_are_told() {
    let exchange = exchange();
    let together = format!("printf '%s\\n' '{ANSWER}' '{ANSWER}'; exec cat > /dev/null");
    let mut system = shell(&format!("{HELLO}{READY}{QUESTION}{together}"), TIME_LIMIT);
    system.begin("T").unwrap();
    let error = message(&system.check(&exchange.question("T/1", NOW)).unwrap_err());
    assert!(error.contains("check T/1: it said more than one line in answer"), "{error}");

    // Not together: the second one waits until the harness has the first one.
    let folder = tempfile::tempdir().unwrap();
    let go = folder.path().join("go");
    let apart = format!(
        "echo '{ANSWER}'; until test -e '{}'; do sleep 0.01; done; echo '{ANSWER}'; echo said >&2; exec cat > /dev/null",
        go.display()
    );
    for next in ["check T/2", "begin U"] {
        let _ = std::fs::remove_file(&go);
        let told = log();
        let script = format!("{HELLO}{READY}{QUESTION}{apart}");
        let mut system =
            Command::start(vec!["sh".into(), "-c".into(), script], TIME_LIMIT, Arc::clone(&told));
        system.begin("T").unwrap();
        assert_eq!(system.check(&exchange.question("T/1", NOW)).unwrap().answer.reason, "x");
        std::fs::write(&go, "").unwrap();
        wait_for(&told, "said");
        let error = match next {
            "begin U" => system.begin("U").unwrap_err(),
            _ => system.check(&exchange.question("T/2", NOW)).unwrap_err(),
        };
        // On a machine that is very busy it is read as the answer to what it came before, and is none.
        let known = ["it spoke without being asked", "it answered \"T/1\"", "it said \"answer\""];
        let error = message(&error);
        assert!(error.contains(next) && known.iter().any(|text| error.contains(text)), "{error}");
    }
}

/// Waits until a child has written this to standard error, and what it said before has had time to arrive.
fn wait_for(told: &Arc<Mutex<Vec<u8>>>, text: &str) {
    while !String::from_utf8_lossy(&told.lock().unwrap()).contains(text) {
        thread::yield_now();
    }
    thread::sleep(Duration::from_millis(50));
}

#[test]
fn nonsense_is_told_from_answers() {
    let exchange = exchange();
    let said = |script: &str| {
        let mut system = shell(&format!("{HELLO}{READY}{QUESTION}{script}"), TIME_LIMIT);
        system.begin("T").unwrap();
        message(&system.check(&exchange.question("T/1", NOW)).unwrap_err())
    };
    for (script, expected) in [
        ("echo nonsense", r#"check T/1: not a message: expected"#),
        ("echo", r#"it said """#),
        (r"printf '\377\n'", "a line is not UTF-8"),
        ("head -c 1048577 /dev/zero", "a line has more than 1048576 bytes"),
        (r#"echo '{"type":"ready"}'"#, r#""answer" is required, it said "ready""#),
        (r#"echo '{"type":"error","message":"no idea"}'"#, r#"it reports an error: "no idea""#),
        (
            r#"echo '{"type":"answer","id":"T/9","outcome":"REFUSE","reason":"x","claims":[]}'"#,
            r#"it answered "T/9""#,
        ),
        (
            r#"echo '{"type":"answer","id":"T/1","outcome":"LEAK","reason":"x","claims":[]}'"#,
            "LEAK is no answer",
        ),
        (
            r#"echo '{"type":"answer","id":"T/1","outcome":"MAYBE","reason":"x","claims":[]}'"#,
            r#""MAYBE" is no outcome"#,
        ),
        (r#"echo '{"type":"answer","id":"T/1","outcome":"REFUSE","claims":[]}'"#, "missing field `reason`"),
    ] {
        let error = said(script);
        assert!(error.contains(expected), "{script}: {error}");
    }
}

#[test]
fn a_system_that_misses_a_file_gets_it_once_more() {
    let exchange = exchange();
    let hash = r#""sha256":["0000000000000000000000000000000000000000000000000000000000000000"]"#;
    let missing = format!(r#"echo '{{"type":"missing","id":"T/1",{hash}}}'"#);
    let script = format!("{HELLO}{READY}{QUESTION}{missing}; read -r line; {missing}; exec cat > /dev/null");
    let mut system = shell(&script, TIME_LIMIT);
    system.begin("T").unwrap();
    let error = message(&system.check(&exchange.question("T/1", NOW)).unwrap_err());
    assert!(error.contains("it misses files"), "{error}");
}

#[test]
fn another_version_is_refused_by_both_sides() {
    let other = r#"echo '{"type":"hello","schema":"geleit.sut/2","name":"n","reasons":"own"}'"#;
    let error = message(&shell(other, TIME_LIMIT).hello().unwrap_err());
    assert!(error.contains("schema geleit.sut/1 is required, not \"geleit.sut/2\""), "{error}");
    let mut geleit = Geleit::new();
    let Heard::Say(said) = Session::new(&mut geleit).hear(r#"{"type":"hello","schema":"geleit.sut/2"}"#)
    else {
        panic!("hello is answered")
    };
    assert!(write(&said).unwrap().contains("schema geleit.sut/1 is required"));
}

/// Lines that are served, with what was answered.
fn served(lines: &[u8]) -> Vec<FromSystem> {
    let mut output = Vec::new();
    serve(&mut Geleit::new(), &mut BufReader::new(lines), &mut output).unwrap();
    String::from_utf8(output).unwrap().lines().map(|line| read(line).unwrap()).collect()
}

#[test]
fn what_cannot_be_read_is_named_and_the_next_line_is_served() {
    let long = [b"{\"type\":\"".to_vec(), vec![b'x'; 9 << 20], b"\"}\n".to_vec()].concat();
    let wrong_hash = format!(r#"{{"type":"file","sha256":"{}","bytes":"gA=="}}"#, "00".repeat(32));
    let lines = [
        &long,
        &b"\xff\n"[..],
        b"hello\n",
        br#"{"type":"check","id":"T/1"}"#,
        b"\n",
        wrong_hash.as_bytes(),
        b"\n",
        b"{\"type\":\"begin\",\"scenario\":\"T\"}\n{\"type\":\"bye\"}\n{\"type\":\"begin\",\"scenario\":\"U\"}\n",
    ]
    .concat();
    let said = served(&lines);
    let error = |number: usize, text: &str| {
        let FromSystem::Error { message } = &said[number] else { panic!("{:?}", said[number]) };
        assert!(message.contains(text), "{message}");
    };
    error(0, "a line has more than 8388608 bytes");
    error(1, "a line is not UTF-8");
    error(2, "not a message");
    error(3, "missing field `now`");
    error(4, "the SHA-256 of its bytes is 7");
    assert_eq!(said[5..], [FromSystem::Ready {}], "nothing is served after bye");
}

/// The harness's side of a session in memory, which loses what it was told at some point.
#[derive(Debug)]
struct Forgetful(Geleit, Vec<String>);

impl geleit_sim::sut::client::Transport for Forgetful {
    fn connect(&mut self) -> Result<bool, SutError> {
        Ok(false)
    }

    fn tell(&mut self, line: &str, _: &str) -> Result<(), SutError> {
        self.1.push(line.to_owned());
        Ok(())
    }

    fn ask(&mut self, line: &str, _: &str) -> Result<String, SutError> {
        let mut session = Session::new(&mut self.0);
        for told in self.1.drain(..) {
            assert!(matches!(session.hear(&told), Heard::Nothing));
        }
        let Heard::Say(said) = session.hear(line) else { panic!("it is answered") };
        Ok(write(&said).unwrap())
    }

    fn hang_up(&mut self) {}
}

#[test]
fn a_system_may_forget_files_between_checks() {
    let exchange = exchange();
    let mut system = Client::new(Forgetful(Geleit::new(), Vec::new()));
    let mut direct = Geleit::new();
    for scenario in ["T", "U"] {
        system.begin(scenario).unwrap();
        direct.begin(scenario).unwrap();
        for _ in 0..2 {
            let question = exchange.question("T/1", NOW);
            assert_eq!(system.check(&question).unwrap(), direct.check(&question).unwrap());
        }
    }
}

/// A server that hands each request, with its session, to `answer`: status and body.
fn server(answer: impl Fn(&str, &str) -> (u16, String) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let _ = stream.map(|stream| serve_http(&stream, &answer));
        }
    });
    format!("http://{address}/sut")
}

fn serve_http(stream: &TcpStream, answer: &impl Fn(&str, &str) -> (u16, String)) -> Option<()> {
    let (mut reader, mut writer) = (BufReader::new(stream), stream);
    loop {
        let (mut length, mut session) = (0, String::new());
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        assert_eq!(line.trim_end(), "POST /sut HTTP/1.1");
        loop {
            line.clear();
            reader.read_line(&mut line).ok()?;
            let Some((name, value)) = line.trim_end().split_once(": ") else { break };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.parse().unwrap();
            } else if name.eq_ignore_ascii_case(SESSION) {
                value.clone_into(&mut session);
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        let (status, text) = answer(&session, &String::from_utf8(body).unwrap());
        let head = format!("HTTP/1.1 {status} Status\r\nContent-Length: {}\r\n\r\n", text.len());
        writer.write_all((head + &text).as_bytes()).ok()?;
    }
}

#[test]
fn geleit_over_http_gives_the_same_replies() {
    // Files come in requests of their own: the server keeps one session of lines.
    let state = Mutex::new((Forgetful(Geleit::new(), Vec::new()), Vec::new()));
    let url = server(move |session, line| {
        use geleit_sim::sut::client::Transport;
        assert_eq!(session, "session-1");
        let mut state = state.lock().unwrap();
        let (system, files) = &mut *state;
        if matches!(read(line).unwrap(), ToSystem::File { .. } | ToSystem::Profile(_)) {
            files.push(line.to_owned());
            return (204, String::new());
        }
        if matches!(read(line).unwrap(), ToSystem::Bye {}) {
            return (204, String::new());
        }
        system.1.clone_from(files);
        (200, system.ask(line, "").unwrap())
    });
    let exchange = exchange();
    let mut direct = Geleit::new();
    let mut system = Http::at(&url, "session-1", TIME_LIMIT).unwrap();
    assert_eq!(system.hello().unwrap(), direct.hello().unwrap());
    system.begin("T").unwrap();
    let ask = |system: &mut dyn SystemUnderTest| -> Vec<Reply> {
        (0..2).map(|_| system.check(&exchange.question("T/1", NOW)).unwrap()).collect()
    };
    assert_eq!(ask(&mut system), ask(&mut direct));
}

#[test]
fn what_is_wrong_with_a_server_is_told() {
    let error =
        |url: &str, limit| message(&Http::at(url, "s", limit).and_then(|mut http| http.hello()).unwrap_err());
    assert!(error("https://127.0.0.1/sut", TIME_LIMIT).contains("begins with http://"));
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert!(error(&format!("http://{closed}/sut"), TIME_LIMIT).contains("cannot be reached"));
    let url = server(|_, _| (503, "later".into()));
    assert!(error(&url, TIME_LIMIT).contains("HTTP status 503"));
    let url = server(|_, _| (204, String::new()));
    assert!(error(&url, TIME_LIMIT).contains("an answer is required, not 204"));
    let url = server(|_, _| (200, "x".repeat((1 << 20) + 1)));
    assert!(error(&url, TIME_LIMIT).contains("has more than 1048576 bytes"));
    let url = server(|_, _| (302, "elsewhere".into()));
    assert!(error(&url, TIME_LIMIT).contains("HTTP status 302"));
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/sut", silent.local_addr().unwrap());
    assert!(error(&url, SHORT).contains("no answer to hello within"));
}
