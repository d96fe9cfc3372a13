//! The system's side of the protocol: any [`SystemUnderTest`] behind JSON lines.
//!
//! ```text
//! line --> message --> file, profile: kept, up to a limit, by SHA-256
//!                  \-> hello, begin, check --> SystemUnderTest --> line
//! ```
//!
//! What cannot be read is answered by `error`, which says what was wrong, and the next line is read. It decides nothing,
//! and knows nothing of a scenario but its id.

use super::lines::{Line, read_line};
use super::message::{
    Bytes, Check, FromSystem, Hash, MAX_LINE_TO_SYSTEM, PurposeFile, Said, ToSystem, read, write,
};
use super::{PROTOCOL, Question, SutError, SystemUnderTest};
use geleit_credential::purpose::Profile;
use geleit_credential::time::UnixTime;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, VecDeque};
use std::io::{self, BufRead, Write};

/// The most bytes of files that are kept. The oldest are forgotten first, and asked for when a check names them.
const MAX_KEPT: usize = 64 << 20;

/// Serves a system until `bye` or the end of the input.
///
/// # Errors
/// When the input cannot be read or the output cannot be written.
pub fn serve(
    system: &mut dyn SystemUnderTest,
    input: &mut impl BufRead,
    output: &mut impl Write,
) -> io::Result<()> {
    let mut session = Session::new(system);
    loop {
        let line = match read_line(input, MAX_LINE_TO_SYSTEM)? {
            Line::Text(line) => line,
            Line::TooLong => {
                say(output, &error(format!("a line has more than {MAX_LINE_TO_SYSTEM} bytes")))?;
                continue;
            }
            Line::NotText => {
                say(output, &error("a line is not UTF-8"))?;
                continue;
            }
            Line::End => return Ok(()),
        };
        match session.hear(&line) {
            Heard::Say(message) => say(output, &message)?,
            Heard::Nothing => {}
            Heard::Bye => return Ok(()),
        }
    }
}

fn say(output: &mut impl Write, message: &FromSystem) -> io::Result<()> {
    let line = write(message).map_err(io::Error::other)?;
    output.write_all(line.as_bytes())?;
    output.flush()
}

fn error(message: impl Into<String>) -> FromSystem {
    FromSystem::Error { message: message.into() }
}

/// What follows from a message.
#[derive(Debug)]
pub enum Heard {
    /// An answer.
    Say(FromSystem),
    /// No answer is due.
    Nothing,
    /// The harness has gone.
    Bye,
}

/// One connection, for programs that read and write it themselves, such as an HTTP server.
#[derive(Debug)]
pub struct Session<'s> {
    system: &'s mut dyn SystemUnderTest,
    kept: Kept,
}

/// Files and profiles that came in, by SHA-256.
#[derive(Debug, Default)]
struct Kept {
    files: BTreeMap<Hash, Vec<u8>>,
    profiles: BTreeMap<Hash, Profile>,
    /// From the oldest to the newest, with their lengths.
    order: VecDeque<(Hash, usize)>,
    bytes: usize,
}

impl<'s> Session<'s> {
    /// A connection to `system`.
    #[must_use]
    pub fn new(system: &'s mut dyn SystemUnderTest) -> Self {
        Self { system, kept: Kept::default() }
    }

    /// Takes one message.
    pub fn hear(&mut self, line: &str) -> Heard {
        match read(line) {
            Ok(ToSystem::Bye {}) => Heard::Bye,
            Ok(message) => self.take(message).map_or_else(
                |problem| Heard::Say(error(problem)),
                |said| said.map_or(Heard::Nothing, Heard::Say),
            ),
            Err(problem) => Heard::Say(error(problem.to_string())),
        }
    }

    fn take(&mut self, message: ToSystem) -> Result<Option<FromSystem>, String> {
        match message {
            ToSystem::Hello { schema } if schema == PROTOCOL => {
                let hello = self.system.hello().map_err(|error| own(&error))?;
                Ok(Some(FromSystem::hello(&hello)))
            }
            ToSystem::Hello { schema } => {
                Err(format!("hello: schema {PROTOCOL} is required, not \"{schema}\""))
            }
            ToSystem::Begin { scenario } => {
                self.system.begin(&scenario).map_err(|error| own(&error))?;
                Ok(Some(FromSystem::Ready {}))
            }
            ToSystem::Profile(file) => self.kept.profile(&file).map(|()| None),
            ToSystem::File { sha256, bytes: Bytes(bytes) } => self.kept.file(sha256, bytes).map(|()| None),
            ToSystem::Check(check) => self.check(&check).map(Some),
            ToSystem::Bye {} => Ok(None),
        }
    }

    fn check(&mut self, check: &Check) -> Result<FromSystem, String> {
        let files = [check.trust_list, check.registration];
        let files = files.into_iter().chain(check.status_lists.iter().copied());
        let mut missing: Vec<Hash> = files.filter(|hash| !self.kept.files.contains_key(hash)).collect();
        missing.extend(Some(check.profile).filter(|hash| !self.kept.profiles.contains_key(hash)));
        if !missing.is_empty() {
            missing.sort_unstable();
            missing.dedup();
            return Ok(FromSystem::Missing { id: check.id.clone(), sha256: missing });
        }
        let gone = || format!("check {}: a file is gone", check.id);
        let file = |hash: &Hash| self.kept.files.get(hash).ok_or_else(gone);
        let status_lists: Vec<Vec<u8>> =
            check.status_lists.iter().map(|hash| file(hash).cloned()).collect::<Result<_, _>>()?;
        let facts: Vec<(String, String)> = check.facts.clone().into_iter().collect();
        let reply = self.system.check(&Question {
            id: &check.id,
            now: UnixTime(check.now),
            anchor: &check.anchor,
            trust_list: file(&check.trust_list)?,
            status_lists: &status_lists,
            registration: file(&check.registration)?,
            profile: self.kept.profiles.get(&check.profile).ok_or_else(gone)?,
            request: &check.request.0,
            presentation: &check.presentation.0,
            facts: &facts,
        });
        let reply = reply.map_err(|error| format!("check {}: {}", check.id, own(&error)))?;
        Ok(FromSystem::Answer(Box::new(Said::of(&check.id, &reply))))
    }
}

/// What a system says of itself needs no "system under test" in front.
fn own(error: &SutError) -> String {
    match error {
        SutError::Protocol(text) => text.clone(),
        error => error.to_string(),
    }
}

impl Kept {
    fn file(&mut self, sha256: Hash, bytes: Vec<u8>) -> Result<(), String> {
        require_hash(sha256, &bytes)?;
        let length = bytes.len();
        if self.files.insert(sha256, bytes).is_none() {
            self.make_room(sha256, length);
        }
        Ok(())
    }

    fn profile(&mut self, file: &PurposeFile) -> Result<(), String> {
        require_hash(file.sha256, file.text.as_bytes())?;
        let profile =
            Profile::from_toml(&file.text).map_err(|error| format!("profile {}: {error}", file.id))?;
        if profile.id() != file.id {
            return Err(format!("profile {}: its text is that of {}", file.id, profile.id()));
        }
        if self.profiles.insert(file.sha256, profile).is_none() {
            self.make_room(file.sha256, file.text.len());
        }
        Ok(())
    }

    fn make_room(&mut self, newest: Hash, length: usize) {
        self.order.push_back((newest, length));
        self.bytes += length;
        while self.bytes > MAX_KEPT && self.order.len() > 1 {
            let Some((oldest, length)) = self.order.pop_front() else { return };
            self.files.remove(&oldest);
            self.profiles.remove(&oldest);
            self.bytes -= length;
        }
    }
}

fn require_hash(sha256: Hash, bytes: &[u8]) -> Result<(), String> {
    let found = Hash(Sha256::digest(bytes).into());
    if found == sha256 {
        return Ok(());
    }
    Err(format!("file {}: the SHA-256 of its bytes is {}", String::from(sha256), String::from(found)))
}
