//! What a command says when it fails, and the one place that maps failures to exit codes.
//!
//! ```text
//! error: R-06 intended use: "uk-right-to-work" registers 10 claims; request asks for 1 more: ...
//! hint: ask for registered claims only: geleit purpose show uk-right-to-work
//! ```
//!
//! A refusal of a wallet has its reason for the holder behind the message, in the holder's language.

use core::fmt;
use serde_json::{Value as Json, json};

/// Why a command failed, by who has to act. The exit codes are a promise to scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// 1: refused or not verified: a rule of the specification says no.
    Refused,
    /// 2: the command line or an input file is not what the command needs.
    Usage,
    /// 3: a file could not be read or written.
    Io,
    /// 4: the store is damaged or locked.
    Store,
    /// 5: no decision. The presentation was verified, and the outcome is neither yes nor no; a fallback
    /// says what to do. It is the exit code of a result, never of a failure.
    Undecided,
}

impl Class {
    /// The exit code.
    pub(crate) const fn exit_code(self) -> u8 {
        match self {
            Self::Refused => 1,
            Self::Usage => 2,
            Self::Io => 3,
            Self::Store => 4,
            Self::Undecided => 5,
        }
    }
}

/// A failure with what to do next.
#[derive(Debug)]
pub(crate) struct Failure {
    /// Decides the exit code.
    pub(crate) class: Class,
    /// The rule id, when a rule was broken.
    rule: Option<&'static str>,
    /// What happened.
    message: String,
    /// Why, for the holder: the reason code and its text.
    reason: Option<(&'static str, String)>,
    /// What to do next.
    hint: Option<String>,
}

impl Failure {
    /// Not verified or not permitted, by a rule. The message of a rule starts with its id.
    pub(crate) fn refused(rule: &'static str, message: impl fmt::Display) -> Self {
        Self {
            class: Class::Refused,
            rule: Some(rule),
            message: message.to_string(),
            reason: None,
            hint: None,
        }
    }

    /// The caller has to change the command or an input.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { class: Class::Usage, rule: None, message: message.into(), reason: None, hint: None }
    }

    /// An input that breaks a rule before it can be used at all, such as a file that is no key.
    pub(crate) fn unusable(rule: &'static str, message: impl Into<String>) -> Self {
        Self { rule: Some(rule), ..Self::usage(message) }
    }

    /// A file could not be read or written.
    pub(crate) fn io(what: impl fmt::Display, error: &std::io::Error) -> Self {
        Self {
            class: Class::Io,
            rule: None,
            message: format!("{what}: {}", plain(error)),
            reason: None,
            hint: Some("check the name of the file and its permissions".to_owned()),
        }
    }

    /// The folder of a demo, or a store, is not as it has to be.
    pub(crate) fn store(message: impl Into<String>) -> Self {
        Self { class: Class::Store, ..Self::usage(message) }
    }

    /// A store that breaks a rule, so that it cannot be relied on.
    pub(crate) fn damaged(rule: Option<&'static str>, message: impl Into<String>) -> Self {
        Self { rule, ..Self::store(message) }
    }

    /// Says why, for the holder of a wallet.
    pub(crate) fn because(mut self, code: &'static str, text: impl Into<String>) -> Self {
        self.reason = Some((code, text.into()));
        self
    }

    /// Says what to do next.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Puts the place in front of the message, such as a file or a claim; after the rule id.
    pub(crate) fn at(mut self, place: impl fmt::Display) -> Self {
        let id = self.rule.unwrap_or_default();
        self.message = match self.message.strip_prefix(id) {
            Some(rest) if !id.is_empty() => format!("{id} {place}: {}", rest.trim_start()),
            _ => format!("{place}: {}", self.message),
        };
        self
    }

    /// As `--json` prints it.
    pub(crate) fn to_json(&self) -> Json {
        let mut json = json!({
            "schema": "geleit.error/1",
            "error": self.message,
            "rule": self.rule,
            "hint": self.hint,
            "exit_code": self.class.exit_code(),
        });
        if let (Some((code, text)), Some(members)) = (&self.reason, json.as_object_mut()) {
            members.insert("reason".to_owned(), (*code).into());
            members.insert("reason_text".to_owned(), text.as_str().into());
        }
        json
    }
}

impl fmt::Display for Failure {
    /// One line `error:`, and one line `hint:` when there is one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = crate::text::printable(&self.message);
        match &self.reason {
            Some((_, text)) => writeln!(f, "error: {message}. {}", crate::text::printable(text))?,
            None => writeln!(f, "error: {message}")?,
        }
        match &self.hint {
            Some(hint) => writeln!(f, "hint: {}", crate::text::printable(hint)),
            None => Ok(()),
        }
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

#[cfg(test)]
mod tests {
    use super::Failure;

    #[test]
    fn the_place_comes_after_the_rule_id() {
        let failure = Failure::refused("S-04", "S-04 date: required YYYY-MM-DD").at("claims.json");
        assert_eq!(failure.to_string(), "error: S-04 claims.json: date: required YYYY-MM-DD\n");
        let failure = Failure::usage("not JSON").at("claims.json").hint("write JSON");
        assert_eq!(failure.to_string(), "error: claims.json: not JSON\nhint: write JSON\n");
    }

    #[test]
    fn a_reason_follows_the_message() {
        let failure =
            Failure::refused("W-01", "W-01 nothing").because("holder-declined", "Nothing was shown.");
        assert_eq!(failure.to_string(), "error: W-01 nothing. Nothing was shown.\n");
        assert_eq!(failure.to_json()["reason"], "holder-declined");
        assert!(Failure::usage("x").to_json().get("reason").is_none());
    }

    #[test]
    fn a_message_stays_one_line() {
        let failure = Failure::usage("a\nb\u{1b}[31m");
        assert_eq!(failure.to_string(), "error: a\\nb\\u{1b}[31m\n");
    }
}
