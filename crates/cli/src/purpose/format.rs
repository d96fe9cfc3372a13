//! P-01 in words: what the TOML reader says, for people who do not write Rust.

use crate::suggest::closest;
use core::ops::Range;

/// Names that are listed in a hint at most.
const FEW: usize = 8;

/// The message, which names the field, and what to do.
pub(super) fn in_words(message: &str, at: Option<Range<usize>>, text: &str) -> (String, String) {
    let field = at.map(|at| field(text, at.start)).unwrap_or_default();
    let (fault, hint) = sentence(message, &field);
    // An unknown field is named by the path already.
    let message = match fault.split_once(" is not a field") {
        Some((name, _)) if field.split('.').next_back() == Some(name) => {
            format!("{field} is not a field here")
        }
        _ if field.is_empty() => fault,
        _ => format!("{field}: {fault}"),
    };
    (message, hint)
}

fn sentence(message: &str, field: &str) -> (String, String) {
    let fields = "spec/purposes/README.md lists the fields of each kind";
    let (first, expected) = message.split_once(", expected ").unwrap_or((message, ""));
    if let Some(name) = quoted(message, "missing field ") {
        let hint = match name {
            "en" | "de" => "every text is there in English (en) and in German (de)",
            _ => fields,
        };
        return (format!("{name} is missing"), hint.to_owned());
    }
    if let Some(name) = quoted(first, "unknown field ") {
        let known = names(expected);
        let hint = match closest(name, known.iter().copied()) {
            Some(meant) => format!("did you mean {meant}? {fields}"),
            None if (1..=FEW).contains(&known.len()) => format!("fields here are {}", known.join(", ")),
            None => fields.to_owned(),
        };
        return (format!("{name} is not a field here"), hint);
    }
    if let Some(word) = quoted(first, "unknown variant ") {
        let known = names(expected);
        let meant = closest(word, known.iter().copied()).map(|meant| format!("; did you mean {meant}?"));
        let hint = format!("write one of the words that are listed{}", meant.unwrap_or_default());
        return (format!("one of {} is required, \"{word}\" is given", known.join(", ")), hint);
    }
    let given = first.strip_prefix("invalid type: ").or_else(|| first.strip_prefix("invalid value: "));
    if let (Some(given), false) = (given, expected.is_empty()) {
        let (wanted, hint) = wanted(expected, field);
        return (format!("{wanted} is required, {} is given", presented(given)), hint);
    }
    let hint =
        "a line is name = value: texts in quotation marks, lists in [ ], numbers and true or false bare";
    (format!("not TOML: {message}"), hint.to_owned())
}

/// What serde expects.
fn wanted(expected: &str, field: &str) -> (String, String) {
    let number = |least: &str| {
        let (unit, example) = match field.rsplit('.').next() {
            Some("retention_days") => (" of days", "730"),
            Some("max_status_age_s") => (" of seconds", "86400"),
            _ => ("", "1"),
        };
        let hint = format!("write digits without quotation marks, such as {example}");
        (format!("a whole number{unit}{least}"), hint)
    };
    let other = |wanted: &str, hint: &str| (wanted.to_owned(), hint.to_owned());
    match expected {
        "u32" | "u64" => number(", not below 0,"),
        "i64" => number(""),
        "a nonzero u32" => number(" of at least 1"),
        "a boolean" => other("true or false", "write true or false without quotation marks"),
        "a string" => other("a text", "put it in quotation marks"),
        "a sequence" => other("a list", "put it in brackets, such as [\"one\", \"two\"]"),
        "struct Text" => {
            other("a text in both languages", "write { en = \"English text\", de = \"German text\" }")
        }
        expected if expected == "a map" || expected.starts_with("struct ") => {
            other("a table", "write { name = value } or put the fields below a heading in [ ]")
        }
        expected => other(expected, "spec/purposes/README.md says what the field means"),
    }
}

/// What serde found.
fn presented(given: &str) -> String {
    let (kind, value) = given.split_once(' ').unwrap_or((given, ""));
    match (kind, value) {
        ("string", value) => format!("the text {value}"),
        ("integer" | "boolean", value) => value.trim_matches('`').to_owned(),
        ("floating", _) => "a number with a fraction".to_owned(),
        ("map", _) => "a table".to_owned(),
        ("sequence", _) => "a list".to_owned(),
        _ => given.to_owned(),
    }
}

/// The name in back quotes after these words.
fn quoted<'m>(message: &'m str, words: &str) -> Option<&'m str> {
    message.strip_prefix(words)?.strip_prefix('`')?.split('`').next()
}

/// All names in back quotes.
fn names(list: &str) -> Vec<&str> {
    list.split('`').skip(1).step_by(2).collect()
}

/// The field that stands at this byte: the heading above it and the name at the start of its line.
fn field(text: &str, byte: usize) -> String {
    let start = text.get(..byte).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
    let (before, rest) = text.split_at_checked(start).unwrap_or((text, ""));
    let line = rest.lines().next().unwrap_or_default();
    let is_heading = |line: &str| line.trim_start().starts_with('[');
    let above = before.lines().rev().find(|line| is_heading(line)).unwrap_or_default();
    let rows = |text: &str| text.lines().filter(|line| line.trim() == "[[decision]]").count();
    let named = |heading: &str, rows: usize| match heading.trim() {
        "[[decision]]" => format!("row {rows}"),
        heading => heading.trim_matches(['[', ']']).to_owned(),
    };
    if is_heading(line) {
        return named(line, rows(before) + 1);
    }
    let heading = named(above, rows(before));
    let is_name = |name: &str| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.\"".contains(c))
    };
    let name = line.split_once('=').map(|(name, _)| name.trim()).filter(|name| is_name(name));
    match (heading.as_str(), name) {
        (heading, None) => heading.to_owned(),
        ("", Some(name)) => name.to_owned(),
        (row, Some(name)) if row.starts_with("row ") => format!("{row}, {name}"),
        (heading, Some(name)) => format!("{heading}.{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{field, in_words};

    const TEXT: &str = "# A sample.\nretention_days = \"one year\"\n[facts.start]\ntitle = 5\n\
                        [[decision]]\nwhen = []\n[[decision]]\nwhen = [\n  { iss = true },\n]\n";

    fn at(part: &str) -> usize {
        TEXT.find(part).unwrap()
    }

    #[test]
    fn a_field_has_a_path() {
        for (part, path) in [
            ("A sample", ""),
            ("\"one", "retention_days"),
            ("[facts", "facts.start"),
            ("5", "facts.start.title"),
            ("[]", "row 1, when"),
            ("{ iss", "row 2"),
        ] {
            assert_eq!(field(TEXT, at(part)), path, "{part}");
        }
        assert_eq!(field(TEXT, usize::MAX), "");
    }

    #[test]
    fn what_the_reader_says_is_put_in_words() {
        for (said, place, message) in [
            (
                "invalid type: string \"one year\", expected u32",
                "\"one",
                "retention_days: a whole number of days, not below 0, is required, the text \"one year\" is given",
            ),
            ("missing field `version`", "A sample", "version is missing"),
            (
                "invalid type: integer `5`, expected struct Text",
                "5",
                "facts.start.title: a text in both languages is required, 5 is given",
            ),
            ("unknown field `iss`, expected one of `is`, `null`", "{ iss", "row 2: iss is not a field here"),
            (
                "unknown variant `mid`, expected `a` or `b`",
                "A sample",
                "one of a, b is required, \"mid\" is given",
            ),
            ("string values must be quoted", "A sample", "not TOML: string values must be quoted"),
        ] {
            let start = at(place);
            assert_eq!(in_words(said, Some(start..start), TEXT).0, message);
        }
    }
}
