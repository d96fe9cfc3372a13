//! CBOR diagnostic notation (RFC 8949 section 8), for people who look at a token.
//!
//! ```text
//! d2 84 43 a1 01 32 a0 f6 40   ->   18([<< {1: -19} >>, {}, null, h''])
//! ```
//!
//! Byte strings that hold exactly one encoded map or array are shown opened, as `<< … >>` (RFC 8610
//! appendix G.3). The notation does not say how wide a number was encoded, so that bytes which are not
//! in deterministic form cannot be rebuilt from it. Nothing is verified here: what is shown is what
//! somebody wrote. Text is escaped so that it cannot steer a terminal.

use crate::cbor::{Decoder, Encoding, Head, Key, Limits, Malformed, WellFormed};
use core::fmt::Write;

/// One item on several lines, two spaces per level. What fits on a line stays on it.
///
/// ```
/// let bytes = [0xd2, 0x84, 0x43, 0xa1, 0x01, 0x32, 0xa0, 0xf6, 0x40];
/// let text = geleit_cose::diagnostic::pretty(&bytes, &Default::default())?;
/// assert_eq!(text, "18([<< {1: -19} >>, {}, null, h''])");
/// # Ok::<(), geleit_cose::cbor::Malformed>(())
/// ```
///
/// # Errors
/// Any M rule: also the strict ones that other tools read over (M-02, M-04, M-06).
pub fn pretty(bytes: &[u8], limits: &Limits) -> Result<String, Malformed> {
    let mut out = String::new();
    Node::decode(bytes, limits)?.write_pretty(&mut out, 0);
    Ok(out)
}

/// One item on one line.
///
/// # Errors
/// As [`pretty`].
pub fn compact(bytes: &[u8], limits: &Limits) -> Result<String, Malformed> {
    let mut out = String::new();
    Node::decode(bytes, limits)?.write_compact(&mut out);
    Ok(out)
}

/// Characters that a nested item may take before it is broken into lines.
const LINE: usize = 80;

/// An item as it will be shown, with the width of its one-line form.
struct Node {
    form: Form,
    width: usize,
}

enum Form {
    Atom(String),
    Array(Vec<Node>),
    Map(Vec<(Node, Node)>),
    Tag(u64, Box<Node>),
    Embedded(Box<Node>),
}

impl Node {
    fn decode(bytes: &[u8], limits: &Limits) -> Result<Self, Malformed> {
        Decoder::new(bytes, limits, Encoding::Tolerant).and_then(|mut decoder| {
            decoder.check(&WellFormed)?;
            decoder.finish()
        })?;
        // Every rule holds now, so that the recursion below is bounded.
        let mut decoder = Decoder::new(bytes, limits, Encoding::Tolerant)?;
        Self::read(&mut decoder, limits)
    }

    /// Reads the next item. `limits.max_depth` is what is left at this level.
    fn read(decoder: &mut Decoder<'_>, limits: &Limits) -> Result<Self, Malformed> {
        let inside = Limits { max_depth: limits.max_depth.saturating_sub(1), ..*limits };
        let form = match decoder.peek()? {
            Head::Bytes(_) => byte_string(decoder.bytes()?, &inside),
            Head::Text(_) => Form::Atom(quote(decoder.text()?)),
            Head::Array(n) => {
                decoder.head()?;
                Form::Array((0..n).map(|_| Self::read(decoder, &inside)).collect::<Result<_, _>>()?)
            }
            Head::Map(_) => {
                let mut entries = Vec::new();
                decoder.map_entries::<Malformed>(|decoder, key| {
                    entries.push((Self::of_key(&key), Self::read(decoder, &inside)?));
                    Ok(())
                })?;
                Form::Map(entries)
            }
            Head::Tag(tag) => {
                decoder.head()?;
                Form::Tag(tag, Box::new(Self::read(decoder, &inside)?))
            }
            head => {
                decoder.head()?;
                Form::Atom(scalar(head))
            }
        };
        Ok(Self::new(form))
    }

    fn of_key(key: &Key<'_>) -> Self {
        Self::new(Form::Atom(match key {
            Key::Uint(n) => scalar(Head::Uint(*n)),
            Key::Nint(n) => scalar(Head::Nint(*n)),
            Key::Bytes(bytes) => hex(bytes),
            Key::Text(text) => quote(text),
            Key::Simple(value) => simple(*value),
        }))
    }

    fn new(form: Form) -> Self {
        let width = match &form {
            Form::Atom(text) => text.chars().count(),
            Form::Array(items) => items.iter().map(|item| item.width + 2).sum(),
            Form::Map(entries) => entries.iter().map(|(key, value)| key.width + value.width + 4).sum(),
            Form::Tag(_, content) => content.width + 4,
            Form::Embedded(content) => content.width + 6,
        };
        Self { form, width }
    }

    fn write_compact(&self, out: &mut String) {
        match &self.form {
            Form::Atom(text) => out.push_str(text),
            Form::Array(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { ", " });
                    item.write_compact(out);
                }
                out.push(']');
            }
            Form::Map(entries) => {
                out.push('{');
                for (index, (key, value)) in entries.iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { ", " });
                    key.write_compact(out);
                    out.push_str(": ");
                    value.write_compact(out);
                }
                out.push('}');
            }
            Form::Tag(tag, content) => {
                append(out, format_args!("{tag}("));
                content.write_compact(out);
                out.push(')');
            }
            Form::Embedded(content) => {
                out.push_str("<< ");
                content.write_compact(out);
                out.push_str(" >>");
            }
        }
    }

    fn write_pretty(&self, out: &mut String, level: usize) {
        if self.width <= LINE {
            return self.write_compact(out);
        }
        match &self.form {
            Form::Atom(text) => out.push_str(text),
            Form::Array(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    new_line(out, level + 1, index);
                    item.write_pretty(out, level + 1);
                }
                close(out, level, "]");
            }
            Form::Map(entries) => {
                out.push('{');
                for (index, (key, value)) in entries.iter().enumerate() {
                    new_line(out, level + 1, index);
                    key.write_compact(out);
                    out.push_str(": ");
                    value.write_pretty(out, level + 1);
                }
                close(out, level, "}");
            }
            Form::Tag(tag, content) => {
                append(out, format_args!("{tag}("));
                content.write_pretty(out, level);
                out.push(')');
            }
            Form::Embedded(content) => {
                out.push_str("<< ");
                content.write_pretty(out, level);
                out.push_str(" >>");
            }
        }
    }
}

fn new_line(out: &mut String, level: usize, index: usize) {
    out.push_str(if index == 0 { "\n" } else { ",\n" });
    out.extend(core::iter::repeat_n("  ", level));
}

fn close(out: &mut String, level: usize, bracket: &str) {
    new_line(out, level, 0);
    out.push_str(bracket);
}

/// Opens a byte string when it holds one map or array. Opening is one level of depth, so that the
/// work stays below the bytes times [`Limits::max_depth`].
fn byte_string(bytes: &[u8], limits: &Limits) -> Form {
    let container = matches!(bytes.first().map(|initial| initial >> 5), Some(4 | 5));
    match container.then(|| Node::decode(bytes, limits)) {
        Some(Ok(node)) => Form::Embedded(Box::new(node)),
        Some(Err(_)) | None => Form::Atom(hex(bytes)),
    }
}

fn scalar(head: Head) -> String {
    match head {
        Head::Uint(n) => n.to_string(),
        Head::Nint(n) => (-1 - i128::from(n)).to_string(),
        Head::Bool(value) => value.to_string(),
        Head::Null => "null".to_owned(),
        Head::Simple(value) => simple(value),
        Head::Float(value) => float(value),
        // Everything else has content and was read before.
        Head::Undefined | Head::Bytes(_) | Head::Text(_) | Head::Array(_) | Head::Map(_) | Head::Tag(_) => {
            "undefined".to_owned()
        }
    }
}

fn simple(value: u8) -> String {
    match value {
        20 => "false".to_owned(),
        21 => "true".to_owned(),
        22 => "null".to_owned(),
        23 => "undefined".to_owned(),
        other => format!("simple({other})"),
    }
}

/// The shortest decimal number that gives the same float, always with a point or an exponent.
fn float(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "Infinity".to_owned() } else { "-Infinity".to_owned() }
    } else {
        format!("{value:?}")
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(2 * bytes.len() + 3);
    out.push_str("h'");
    for byte in bytes {
        append(&mut out, format_args!("{byte:02x}"));
    }
    out.push('\'');
    out
}

/// Escapes as JSON does, and also what a terminal would obey or hide.
fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if c.is_control() || is_invisible(c) => {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    append(&mut out, format_args!("\\u{unit:04x}"));
                }
            }
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Direction marks, zero-width characters, separators, tags: what makes two texts look the same or
/// one text look like another.
const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

fn append(out: &mut String, arguments: core::fmt::Arguments<'_>) {
    // Writing to a `String` has no failure case.
    let _ = out.write_fmt(arguments);
}

#[cfg(test)]
mod tests;
