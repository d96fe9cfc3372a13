//! A system under test behind HTTP/1.1: the same messages, one in each request.
//!
//! ```text
//! POST <url>                                     200 OK
//! Content-Type: application/json                 Content-Type: application/json
//! Geleit-Session: 7f3a..                         {"type":"answer",..}
//! {"type":"check",..}                            204 No Content, to what is not answered
//! ```
//!
//! It speaks plain HTTP, for a system on the same machine or in the same test network: nothing in a simulation is secret,
//! and no person is in it. No proxy is used and no redirection followed.

use super::SutError;
use super::client::{Client, Transport};
use super::message::{MAX_LINE_FROM_SYSTEM, MAX_LINE_TO_SYSTEM};
use std::time::Duration;
use ureq::http::StatusCode;
use ureq::{Agent, Body, Error, Timeout};

/// The header that says which requests belong together.
pub const SESSION: &str = "Geleit-Session";

/// A system behind HTTP.
pub type Http = Client<Url>;

impl Http {
    /// The system at `url`. `session` is for the server to tell harnesses apart that run at the same time.
    ///
    /// # Errors
    /// [`SutError::Unreachable`] for an address that is not `http://`.
    pub fn at(url: &str, session: &str, limit: Duration) -> Result<Self, SutError> {
        if !url.starts_with("http://") {
            return Err(SutError::Unreachable(format!(
                "{url}: an address that begins with http:// is required"
            )));
        }
        let config = Agent::config_builder()
            .timeout_global(Some(limit))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .build();
        let (url, session) = (url.to_owned(), session.to_owned());
        Ok(Self::new(Url { agent: Agent::new_with_config(config), url, session, limit, greeted: false }))
    }
}

/// An address, and the connections to it.
#[derive(Debug)]
pub struct Url {
    agent: Agent,
    url: String,
    session: String,
    limit: Duration,
    greeted: bool,
}

impl Url {
    fn post(&self, line: &str, about: &str) -> Result<(StatusCode, String), SutError> {
        if line.len() > MAX_LINE_TO_SYSTEM {
            return Err(SutError::Protocol(format!(
                "{about}: more than {MAX_LINE_TO_SYSTEM} bytes are never sent"
            )));
        }
        let request = self.agent.post(&self.url);
        let request = request.header("Content-Type", "application/json").header(SESSION, &self.session);
        let failed = |error| self.failed(error, about);
        let mut response = request.send(line.trim_end()).map_err(failed)?;
        let status = response.status();
        let text = read(response.body_mut()).map_err(failed)?;
        if status.is_success() {
            return Ok((status, text));
        }
        Err(SutError::Protocol(format!("{about}: HTTP status {status}")))
    }

    fn failed(&self, error: Error, about: &str) -> SutError {
        match error {
            Error::Timeout(Timeout::Resolve | Timeout::Connect)
            | Error::HostNotFound
            | Error::ConnectionFailed => SutError::Unreachable(format!("{}: {error}", self.url)),
            Error::Timeout(_) => SutError::Late { id: about.to_owned(), seconds: self.limit.as_secs() },
            Error::BodyExceedsLimit(limit) => {
                SutError::Protocol(format!("{about}: an answer has more than {limit} bytes"))
            }
            Error::Io(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
                SutError::Unreachable(format!("{}: {error}", self.url))
            }
            Error::Io(error) => SutError::Ended(format!("{about} ({error})")),
            error => SutError::Protocol(format!("{about}: {error}")),
        }
    }
}

fn read(body: &mut Body) -> Result<String, Error> {
    let limit = u64::try_from(MAX_LINE_FROM_SYSTEM).unwrap_or(u64::MAX);
    body.with_config().limit(limit).lossy_utf8(false).read_to_string()
}

impl Transport for Url {
    fn connect(&mut self) -> Result<bool, SutError> {
        Ok(!std::mem::replace(&mut self.greeted, true))
    }

    fn tell(&mut self, line: &str, about: &str) -> Result<(), SutError> {
        let (_, text) = self.post(line, about)?;
        if text.trim().is_empty() {
            return Ok(());
        }
        Err(SutError::Protocol(format!(
            "{about}: 204 without a body is required, it said {}",
            super::client::shortened(&text)
        )))
    }

    fn ask(&mut self, line: &str, about: &str) -> Result<String, SutError> {
        match self.post(line, about)? {
            (StatusCode::NO_CONTENT, _) => {
                Err(SutError::Protocol(format!("{about}: an answer is required, not 204")))
            }
            (_, text) => Ok(text),
        }
    }

    fn hang_up(&mut self) {
        self.greeted = false;
    }
}
