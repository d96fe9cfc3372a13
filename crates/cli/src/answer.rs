//! What a command has to say, and how it leaves the program: all of it at once, or nothing.
//!
//! ```text
//! without --json   text (or bytes) on standard output; failures as two lines on standard error
//! with --json      exactly one JSON object on standard output, whatever happens;
//!                  failures are on standard error too
//! ```

use crate::failure::{Class, Failure};
use serde_json::Value as Json;
use std::io::Write;
use std::process::ExitCode;

/// A result, complete, before anything is printed.
#[derive(Debug)]
pub(crate) struct Answer {
    /// For people.
    pub(crate) text: String,
    /// For programs. Its first member is `schema`.
    pub(crate) json: Json,
    /// The object itself, when it goes to standard output instead of the text.
    pub(crate) object: Option<Vec<u8>>,
    /// Lines for standard error that are no failure.
    pub(crate) notes: Vec<String>,
    /// What the result is when it is no "yes"; it decides the exit code.
    pub(crate) class: Option<Class>,
}

impl Answer {
    /// A result with its two forms.
    pub(crate) fn new(text: impl Into<String>, json: Json) -> Self {
        Self { text: text.into(), json, object: None, notes: Vec::new(), class: None }
    }

    /// Adds a line for standard error.
    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Marks a result that is no "yes", or does not.
    pub(crate) const fn class(mut self, class: Option<Class>) -> Self {
        self.class = class;
        self
    }
}

/// What the program prints and how it exits.
#[derive(Debug)]
pub(crate) struct Printed {
    stdout: Vec<u8>,
    stderr: String,
    code: u8,
}

impl Printed {
    /// A result in the form that was asked for.
    pub(crate) fn result(answer: Answer, json: bool) -> Self {
        let code = answer.class.map_or(0, Class::exit_code);
        let stdout = match (json, answer.object) {
            (true, _) => json_line(&answer.json),
            (false, Some(object)) => object,
            (false, None) => answer.text.into_bytes(),
        };
        let stderr = answer.notes.iter().map(|note| format!("{note}\n")).collect();
        Self { stdout, stderr, code }
    }

    /// A failure.
    pub(crate) fn failure(failure: &Failure, json: bool) -> Self {
        let stdout = if json { json_line(&failure.to_json()) } else { Vec::new() };
        Self { stdout, stderr: failure.to_string(), code: failure.class.exit_code() }
    }

    /// Help or version.
    pub(crate) fn help(text: String) -> Self {
        Self { stdout: text.into_bytes(), stderr: String::new(), code: 0 }
    }

    /// Writes everything. A reader that has seen enough (`geleit ... | head`) is no failure.
    pub(crate) fn print(&self) -> ExitCode {
        let _ = std::io::stderr().write_all(self.stderr.as_bytes());
        let mut stdout = std::io::stdout().lock();
        match stdout.write_all(&self.stdout).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                let failure = Failure::io("standard output", &error);
                let _ = std::io::stderr().write_all(failure.to_string().as_bytes());
                ExitCode::from(failure.class.exit_code())
            }
            Ok(()) | Err(_) => ExitCode::from(self.code),
        }
    }
}

fn json_line(json: &Json) -> Vec<u8> {
    format!("{json:#}\n").into_bytes()
}
