//! The harness's side of the protocol: a [`SystemUnderTest`] that is asked over some transport.
//!
//! What a check names by its SHA-256 is sent before the first check that names it, and again when the system says
//! that it is missing. After any mistake the connection is given up; the next scenario begins with a new one, so that one
//! broken answer spoils one scenario.

use super::message::{Bytes, Check, FromSystem, Hash, PurposeFile, Reasons, Said, ToSystem, read, write};
use super::{Hello, PROTOCOL, Question, Reply, SutError, SystemUnderTest};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fmt::Debug;

/// A way to a system.
pub trait Transport: Debug {
    /// Connects when there is no connection. Says whether this one is new.
    ///
    /// # Errors
    /// [`SutError::Unreachable`].
    fn connect(&mut self) -> Result<bool, SutError>;

    /// Sends a line that is not answered. `about` names it.
    ///
    /// # Errors
    /// [`SutError`].
    fn tell(&mut self, line: &str, about: &str) -> Result<(), SutError>;

    /// Sends a line and waits for the one that answers it.
    ///
    /// # Errors
    /// [`SutError`].
    fn ask(&mut self, line: &str, about: &str) -> Result<String, SutError>;

    /// Gives up the connection.
    fn hang_up(&mut self);
}

/// A system behind a transport.
#[derive(Debug)]
pub struct Client<T: Transport> {
    transport: T,
    told: BTreeSet<Hash>,
    connected: bool,
}

impl<T: Transport> Client<T> {
    /// A system behind `transport`. Nothing is sent yet.
    pub const fn new(transport: T) -> Self {
        Self { transport, told: BTreeSet::new(), connected: false }
    }

    fn greet(&mut self) -> Result<Hello, SutError> {
        self.told.clear();
        self.connected = true;
        match self.ask(&ToSystem::Hello { schema: PROTOCOL.to_owned() }, "hello")? {
            FromSystem::Hello { schema, name, reasons } if schema == PROTOCOL => {
                Ok(Hello { name, geleit_reasons: reasons == Reasons::Geleit })
            }
            FromSystem::Hello { schema, .. } => {
                Err(self.broken(format!("hello: schema {PROTOCOL} is required, not \"{schema}\"")))
            }
            other => Err(self.unexpected("hello", "hello", &other)),
        }
    }

    fn ask(&mut self, message: &ToSystem, about: &str) -> Result<FromSystem, SutError> {
        let line = write(message).map_err(|error| SutError::Protocol(error.to_string()))?;
        let answer = self.transport.ask(&line, about);
        let line = answer.inspect_err(|_| self.connected = false)?;
        match read(&line) {
            Ok(FromSystem::Error { message }) => {
                Err(self.broken(format!("{about}: it reports an error: {}", shortened(&message))))
            }
            Ok(message) => Ok(message),
            Err(error) => Err(self.broken(format!("{about}: {error}; it said {}", shortened(&line)))),
        }
    }

    fn tell(&mut self, message: &ToSystem, about: &str) -> Result<(), SutError> {
        let line = write(message).map_err(|error| SutError::Protocol(error.to_string()))?;
        self.transport.tell(&line, about).inspect_err(|_| self.connected = false)
    }

    fn tell_files(&mut self, question: &Question<'_>, names: &Names) -> Result<(), SutError> {
        let lists =
            names.status_lists.iter().zip(question.status_lists).map(|(hash, list)| (*hash, list.as_slice()));
        let own = [(names.trust_list, question.trust_list), (names.registration, question.registration)];
        for (sha256, bytes) in own.into_iter().chain(lists) {
            if self.told.insert(sha256) {
                self.tell(&ToSystem::File { sha256, bytes: Bytes(bytes.to_vec()) }, "file")?;
            }
        }
        if self.told.insert(names.profile) {
            let profile = question.profile;
            let file = PurposeFile {
                id: profile.id().to_owned(),
                version: profile.version(),
                sha256: names.profile,
                text: profile.text().to_owned(),
            };
            self.tell(&ToSystem::Profile(file), "profile")?;
        }
        Ok(())
    }

    fn answered(&mut self, question: &Question<'_>, said: Said) -> Result<Reply, SutError> {
        if said.id != question.id {
            let presented = shortened(&said.id);
            return Err(self.broken(format!("check {}: it answered {presented}", question.id)));
        }
        said.into_reply().map_err(|error| self.broken(format!("check {}: {error}", question.id)))
    }

    fn unexpected(&mut self, about: &str, required: &str, found: &FromSystem) -> SutError {
        self.broken(format!("{about}: \"{required}\" is required, it said \"{}\"", found.name()))
    }

    fn broken(&mut self, what: String) -> SutError {
        self.connected = false;
        self.transport.hang_up();
        SutError::Protocol(what)
    }
}

/// The hashes by which a check names its files.
struct Names {
    trust_list: Hash,
    status_lists: Vec<Hash>,
    registration: Hash,
    profile: Hash,
}

impl Names {
    fn of(question: &Question<'_>) -> Self {
        let hash = |bytes: &[u8]| Hash(Sha256::digest(bytes).into());
        Self {
            trust_list: hash(question.trust_list),
            status_lists: question.status_lists.iter().map(|list| hash(list)).collect(),
            registration: hash(question.registration),
            profile: Hash(question.profile.hash()),
        }
    }

    fn check(&self, question: &Question<'_>) -> ToSystem {
        ToSystem::Check(Box::new(Check {
            id: question.id.to_owned(),
            now: question.now.0,
            anchor: question.anchor.to_owned(),
            trust_list: self.trust_list,
            status_lists: self.status_lists.clone(),
            registration: self.registration,
            purpose: question.profile.id().to_owned(),
            profile: self.profile,
            request: Bytes(question.request.to_vec()),
            presentation: Bytes(question.presentation.to_vec()),
            facts: question.facts.iter().cloned().collect(),
        }))
    }
}

impl<T: Transport> SystemUnderTest for Client<T> {
    fn hello(&mut self) -> Result<Hello, SutError> {
        self.transport.connect()?;
        self.greet()
    }

    fn begin(&mut self, scenario: &str) -> Result<(), SutError> {
        if self.transport.connect()? || !self.connected {
            self.greet()?;
        }
        match self.ask(&ToSystem::Begin { scenario: scenario.to_owned() }, &format!("begin {scenario}"))? {
            FromSystem::Ready {} => Ok(()),
            other => Err(self.unexpected(&format!("begin {scenario}"), "ready", &other)),
        }
    }

    fn check(&mut self, question: &Question<'_>) -> Result<Reply, SutError> {
        let names = Names::of(question);
        let about = format!("check {}", question.id);
        for _ in 0..2 {
            self.tell_files(question, &names)?;
            match self.ask(&names.check(question), &about)? {
                FromSystem::Answer(said) => return self.answered(question, *said),
                FromSystem::Missing { id, sha256 } if id == question.id => {
                    sha256.iter().for_each(|hash| {
                        self.told.remove(hash);
                    });
                }
                other => return Err(self.unexpected(&about, "answer", &other)),
            }
        }
        Err(self.broken(format!(
            "{about}: it misses files that were sent twice, or that the check does not name"
        )))
    }
}

impl<T: Transport> Drop for Client<T> {
    fn drop(&mut self) {
        if self.connected {
            let _ = self.tell(&ToSystem::Bye {}, "bye");
        }
    }
}

/// As much of what somebody else wrote as fits into an error message.
pub(super) fn shortened(text: &str) -> String {
    const MOST: usize = 200;
    let mut short: String = text.chars().take(MOST).flat_map(char::escape_debug).collect();
    if text.chars().nth(MOST).is_some() {
        short.push_str("...");
    }
    format!("\"{short}\"")
}
