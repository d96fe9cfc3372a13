//! What a command says when it fails, and the one place that maps failures to exit codes.

use core::fmt;

/// Why a command failed, by who has to act. The exit codes are a promise to scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// 1: refused or not verified.
    Refused,
    /// 2: the command line or an input file is not what the command needs.
    Usage,
    /// 3: a file could not be read or written.
    Io,
    /// 4: the store is damaged or locked.
    Store,
}

impl Class {
    /// The exit code.
    pub(crate) const fn exit_code(self) -> u8 {
        match self {
            Self::Refused => 1,
            Self::Usage => 2,
            Self::Io => 3,
            Self::Store => 4,
        }
    }
}

/// A failure with what to do next.
#[derive(Debug)]
pub(crate) struct Failure {
    /// Decides the exit code.
    pub(crate) class: Class,
    /// The rule id, when a rule was broken.
    pub(crate) rule: Option<&'static str>,
    /// What happened; starts with the rule id, when there is one.
    pub(crate) message: String,
    /// What to do next.
    pub(crate) hint: Option<String>,
}

impl Failure {
    /// Not verified, by a rule.
    pub(crate) fn refused(rule: &'static str, message: impl fmt::Display) -> Self {
        Self { class: Class::Refused, rule: Some(rule), message: message.to_string(), hint: None }
    }

    /// Refused without a rule of the specification, such as a vector that differs.
    pub(crate) fn differs(message: impl Into<String>) -> Self {
        Self { class: Class::Refused, rule: None, message: message.into(), hint: None }
    }

    /// The caller has to change the command or an input.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { class: Class::Usage, rule: None, message: message.into(), hint: None }
    }

    /// A file could not be read or written.
    pub(crate) fn io(path: &std::path::Path, error: &std::io::Error) -> Self {
        Self {
            class: Class::Io,
            rule: None,
            message: format!("{}: {}", path.display(), plain(error)),
            hint: None,
        }
    }

    /// The folder of a demo or wallet is not as it was left.
    pub(crate) fn store(message: impl Into<String>) -> Self {
        Self { class: Class::Store, rule: None, message: message.into(), hint: None }
    }

    /// Adds what to do next.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// The message of the system without its number, which says nothing to people.
fn plain(error: &std::io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error") {
        Some((message, _)) => message.to_lowercase(),
        None => text,
    }
}
