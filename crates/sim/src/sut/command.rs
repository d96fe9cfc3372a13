//! A command as a system under test: JSON lines on its standard input and output.
//!
//! ```text
//! Client --line--> channel --writer thread--> stdin  \
//!                                                     child      stderr --thread--> log, with "sut: " before each line
//!        <--line-- channel <--reader thread-- stdout /
//! ```
//!
//! The threads only carry lines, so that neither a child that does not read nor one that does not write can hold up the
//! harness: whatever is awaited is awaited for a limited time, and then the child is killed. The next scenario starts it
//! again. Only the child itself is killed: a script that starts the real system should `exec` it.
//!
//! A question has one answer, which comes after it. What a child says beyond that breaks the connection off: together with an
//! answer it is found at once, later it is found before the next question. Only what comes after the last answer of
//! a run, and not together with it, is seen by nobody.

use super::client::{Client, Transport, shortened};
use super::lines::{Line, read_line};
use super::message::MAX_LINE_FROM_SYSTEM;
use super::{SutError, message::MAX_LINE_TO_SYSTEM};
use crate::printable::printable;
use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command as Start, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// How long a system may take for one message, unless something else is said.
pub const TIME_LIMIT: Duration = Duration::from_secs(10);

/// How long a system may take to end after `bye`, before it is killed.
const GRACE: Duration = Duration::from_secs(1);

/// The most bytes of a line of standard error that are passed on.
const MAX_LOG_LINE: usize = 4096;

/// Where a system's standard error goes.
type Log = Arc<Mutex<dyn Write + Send>>;

/// Not a command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoCommand {
    /// No word at all.
    #[error("the command is empty")]
    Empty,
    /// A quotation that does not end.
    #[error("the command has a quotation mark without its second one, or ends with a backslash")]
    Quote,
}

/// The words of a command. They are split as a POSIX shell splits them, with `'..'`, `".."` and `\`, but no shell
/// is run: `$`, `*`, `|`, `;` and `>` mean nothing. Who needs them writes `sh -c '...'`.
///
/// # Errors
/// [`NoCommand`].
pub fn words(command: &str) -> Result<Vec<String>, NoCommand> {
    let words = shlex::split(command).ok_or(NoCommand::Quote)?;
    if words.first().is_none_or(String::is_empty) { Err(NoCommand::Empty) } else { Ok(words) }
}

/// A system that is a command.
pub type Command = Client<Process>;

impl Command {
    /// The system that these words start, with what it writes to standard error going to `log`. It is started when it
    /// is greeted first.
    #[must_use]
    pub fn start<W: Write + Send + 'static>(words: Vec<String>, limit: Duration, log: Arc<Mutex<W>>) -> Self {
        Self::new(Process { words, limit, log, running: None })
    }
}

/// A child process and how it is started.
pub struct Process {
    words: Vec<String>,
    limit: Duration,
    log: Log,
    running: Option<Running>,
}

impl fmt::Debug for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Process")
            .field("words", &self.words)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

impl Process {
    fn spawn(&self) -> Result<Running, SutError> {
        let [program, arguments @ ..] = self.words.as_slice() else {
            return Err(SutError::Unreachable(NoCommand::Empty.to_string()));
        };
        let mut start = Start::new(program);
        start.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let unreachable = |error: &dyn fmt::Display| SutError::Unreachable(format!("{program}: {error}"));
        let mut child = start.spawn().map_err(|error| unreachable(&error))?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(stdin), Some(stdout), Some(stderr)) = pipes else {
            return Err(unreachable(&"it has no standard input, output and error"));
        };
        let (to, lines) = channel();
        thread::spawn(move || write_lines(stdin, &lines));
        let (heard, from) = channel();
        thread::spawn(move || read_lines(stdout, &heard));
        let log = Arc::clone(&self.log);
        thread::spawn(move || pass_on(stderr, &log));
        Ok(Running { child, to: Some(to), from })
    }

    fn ended(&mut self, about: &str) -> SutError {
        let status = self.running.take().and_then(Running::end);
        let status = status.map_or_else(|| "killed".to_owned(), |status| status.to_string());
        SutError::Ended(format!("{about} ({status})"))
    }

    /// Whether nothing was said since the last answer. A system that waits for a question has nothing to say before it.
    fn nothing_unasked(&mut self, about: &str) -> Result<(), SutError> {
        let Some(running) = &self.running else { return Err(self.ended(about)) };
        let said = match running.from.try_recv() {
            Err(TryRecvError::Empty) => return Ok(()),
            Err(TryRecvError::Disconnected) | Ok(Heard { line: Line::End, .. }) => {
                return Err(self.ended(about));
            }
            Ok(Heard { line: Line::Text(text), .. }) => shortened(&text),
            Ok(Heard { line: Line::TooLong | Line::NotText, .. }) => "something that is no line".to_owned(),
        };
        Err(self
            .broken(format!("{about}: it spoke without being asked, before this was sent; it said {said}")))
    }

    fn broken(&mut self, what: String) -> SutError {
        self.hang_up();
        SutError::Protocol(what)
    }
}

impl Transport for Process {
    fn connect(&mut self) -> Result<bool, SutError> {
        if self.running.is_some() {
            return Ok(false);
        }
        self.running = Some(self.spawn()?);
        Ok(true)
    }

    fn tell(&mut self, line: &str, about: &str) -> Result<(), SutError> {
        if line.len() > MAX_LINE_TO_SYSTEM {
            return Err(SutError::Protocol(format!(
                "{about}: more than {MAX_LINE_TO_SYSTEM} bytes are never sent"
            )));
        }
        let to = self.running.as_ref().and_then(|running| running.to.as_ref());
        let Some(to) = to else { return Err(self.ended(about)) };
        // When nobody reads any more, the next question finds the end of the output: the same report each time, however
        // quickly the child ends.
        let _ = to.send(line.to_owned());
        Ok(())
    }

    fn ask(&mut self, line: &str, about: &str) -> Result<String, SutError> {
        self.nothing_unasked(about)?;
        self.tell(line, about)?;
        let Some(running) = &self.running else { return Err(self.ended(about)) };
        match running.from.recv_timeout(self.limit) {
            Ok(Heard { line: Line::Text(_), more: true }) => {
                Err(self.broken(format!("{about}: it said more than one line in answer")))
            }
            Ok(Heard { line: Line::Text(line), more: false }) => Ok(line),
            Ok(Heard { line: Line::TooLong, .. }) => {
                Err(self.broken(format!("{about}: a line has more than {MAX_LINE_FROM_SYSTEM} bytes")))
            }
            Ok(Heard { line: Line::NotText, .. }) => {
                Err(self.broken(format!("{about}: a line is not UTF-8")))
            }
            Ok(Heard { line: Line::End, .. }) | Err(RecvTimeoutError::Disconnected) => Err(self.ended(about)),
            Err(RecvTimeoutError::Timeout) => {
                self.hang_up();
                Err(SutError::Late { id: about.to_owned(), seconds: self.limit.as_secs() })
            }
        }
    }

    fn hang_up(&mut self) {
        if let Some(mut running) = self.running.take() {
            let _ = running.child.kill();
        }
    }
}

/// A line of the child.
struct Heard {
    line: Line,
    /// Whether the child had said more by then.
    more: bool,
}

/// A child that runs.
struct Running {
    child: Child,
    to: Option<Sender<String>>,
    from: Receiver<Heard>,
}

impl Running {
    /// Lets the child end on its own for a while, then kills it. The status, when it ended on its own.
    fn end(mut self) -> Option<ExitStatus> {
        self.wait_or_kill()
    }

    fn wait_or_kill(&mut self) -> Option<ExitStatus> {
        const STEP: Duration = Duration::from_millis(5);
        // Its standard input ends when the writer has written what is left.
        self.to = None;
        let mut waited = Duration::ZERO;
        while waited < GRACE {
            match self.child.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) => thread::sleep(STEP),
                Err(_) => break,
            }
            waited += STEP;
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        None
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.wait_or_kill();
    }
}

fn write_lines(mut stdin: ChildStdin, lines: &Receiver<String>) {
    for line in lines {
        if stdin.write_all(line.as_bytes()).and_then(|()| stdin.flush()).is_err() {
            return;
        }
    }
}

fn read_lines(stdout: ChildStdout, heard: &Sender<Heard>) {
    let mut stdout = BufReader::new(stdout);
    loop {
        let line = read_line(&mut stdout, MAX_LINE_FROM_SYSTEM).unwrap_or(Line::End);
        let end = line == Line::End;
        let more = !stdout.buffer().is_empty();
        if heard.send(Heard { line, more }).is_err() || end {
            return;
        }
    }
}

fn pass_on(stderr: ChildStderr, log: &Log) {
    let mut stderr = BufReader::new(stderr);
    let limit = u64::try_from(MAX_LOG_LINE).unwrap_or(u64::MAX);
    let mut line = Vec::new();
    while matches!(stderr.by_ref().take(limit).read_until(b'\n', &mut line), Ok(1..)) {
        let text = String::from_utf8_lossy(&line);
        let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = writeln!(log, "sut: {}", printable(text.trim_end()));
        line.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::{Heard, Line, NoCommand, Process, SutError, TIME_LIMIT, Transport, words};
    use std::sync::mpsc::channel;
    use std::sync::{Arc, Mutex};

    #[cfg(unix)]
    #[test]
    fn what_was_said_before_the_question_is_no_answer() {
        for (line, expected) in [
            (Line::Text("{\"type\":\"ready\"}".to_owned()), "it said \"{\\\"type\\\":\\\"ready\\\"}\""),
            (Line::TooLong, "something that is no line"),
            (Line::NotText, "something that is no line"),
        ] {
            let log = Arc::new(Mutex::new(Vec::new()));
            let mut process =
                Process { words: vec!["cat".to_owned()], limit: TIME_LIMIT, log, running: None };
            process.connect().unwrap();
            // A line that is there already, in place of what `cat` says.
            let (heard, from) = channel();
            heard.send(Heard { line, more: false }).unwrap();
            process.running.as_mut().unwrap().from = from;
            let Err(SutError::Protocol(error)) = process.ask("{}\n", "begin T") else { panic!("{expected}") };
            assert!(
                error.starts_with("begin T: it spoke without being asked, before this was sent"),
                "{error}"
            );
            assert!(error.contains(expected), "{error}");
            assert!(process.running.is_none(), "the connection is given up");
        }
    }

    #[test]
    fn commands_are_split_without_a_shell() {
        for (command, expected) in [
            ("geleit sim verifier", vec!["geleit", "sim", "verifier"]),
            (
                "  python3 'my sut.py' \"--lang=de en\" a\\ b ",
                vec!["python3", "my sut.py", "--lang=de en", "a b"],
            ),
            ("run $HOME/*.py | tee", vec!["run", "$HOME/*.py", "|", "tee"]),
            ("sh -c 'a | b'", vec!["sh", "-c", "a | b"]),
        ] {
            assert_eq!(words(command).unwrap(), expected);
        }
        assert_eq!(words(" "), Err(NoCommand::Empty));
        assert_eq!(words("''"), Err(NoCommand::Empty));
        assert_eq!(words("python3 'sut.py"), Err(NoCommand::Quote));
    }
}
