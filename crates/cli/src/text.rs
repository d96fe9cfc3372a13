//! Words on a terminal: of 100 columns, unless it says that it has more or fewer.
//!
//! Everything that comes from a file passes [`printable`], so that it cannot steer the terminal.

use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};
use geleit_cose::cbor::Value;
use geleit_credential::reason::Lang;
pub(crate) use geleit_sim::printable::printable;
use std::io::IsTerminal;

/// Columns that are used when nobody says how many there are, and in files and pipes.
const WIDTH: u16 = 100;

/// Columns for the names of [`fields`] at least, so that blocks below each other line up.
const NAMES: u16 = 16;

/// Colours, or none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    colours: bool,
}

/// What a word means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// A heading.
    Heading,
    /// A yes.
    Good,
    /// A no.
    Bad,
    /// Neither.
    Open,
}

impl Style {
    /// With colours, or without.
    pub(crate) const fn new(colours: bool) -> Self {
        Self { colours }
    }

    /// Whether there are colours.
    pub(crate) const fn has_colours(self) -> bool {
        self.colours
    }

    /// The text in its tone.
    pub(crate) fn paint(self, tone: Tone, text: &str) -> String {
        let code = match tone {
            Tone::Heading => "1",
            Tone::Good => "1;32",
            Tone::Bad => "1;31",
            Tone::Open => "1;33",
        };
        if self.colours { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// Names and what they stand for, one per line, long texts wrapped beside their name.
pub(crate) fn fields<N: AsRef<str>, T: AsRef<str>>(rows: impl IntoIterator<Item = (N, T)>) -> String {
    let mut table = plain();
    for (name, text) in rows {
        table.add_row([name.as_ref(), text.as_ref()]);
    }
    if let Some(names) = table.column_mut(0) {
        names.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(NAMES)));
    }
    lines(&mut table)
}

/// A table with a heading row. What stands in the first column is never broken: it may have to be copied.
pub(crate) fn table<R: IntoIterator<Item = String>>(
    header: &[&str],
    rows: impl IntoIterator<Item = R>,
) -> String {
    let mut table = plain();
    table.set_header(header.iter().copied());
    for row in rows {
        table.add_row(row.into_iter().collect::<Vec<_>>());
    }
    if let Some(names) = table.column_mut(0) {
        names.set_constraint(ColumnConstraint::ContentWidth);
    }
    lines(&mut table)
}

fn plain() -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(columns());
    table
}

/// What the shell exports as `COLUMNS` for a terminal, within reason.
fn columns() -> u16 {
    if !std::io::stdout().is_terminal() {
        return WIDTH;
    }
    let stated = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    stated.map_or(WIDTH, |columns: u16| columns.clamp(60, 160))
}

fn lines(table: &mut Table) -> String {
    for column in table.column_iter_mut() {
        column.set_padding((2, 0));
    }
    if table.is_empty() { String::new() } else { format!("{}\n", table.trim_fmt()) }
}

/// A claim value as people read it.
pub(crate) fn shown(value: &Value, lang: Lang) -> String {
    let say = |en: &str, de: &str| match lang {
        Lang::En => en.to_owned(),
        Lang::De => de.to_owned(),
    };
    match value {
        Value::Uint(number) => number.to_string(),
        Value::Nint(_) => {
            value.as_int().map_or_else(|| say("a number", "eine Zahl"), |number| number.to_string())
        }
        Value::Text(text) => printable(text),
        Value::Bytes(bytes) if bytes.starts_with(&[0xff, 0xd8, 0xff]) => {
            format!("({}, {} bytes)", say("picture", "Bild"), bytes.len())
        }
        Value::Bytes(bytes) => format!("({} bytes)", bytes.len()),
        Value::Array(items) if !items.is_empty() => {
            items.iter().map(|item| shown(item, lang)).collect::<Vec<_>>().join(", ")
        }
        Value::Map(entries) if !entries.is_empty() => {
            let entry =
                |(key, value): &(Value, Value)| format!("{}: {}", shown(key, lang), shown(value, lang));
            entries.iter().map(entry).collect::<Vec<_>>().join(", ")
        }
        Value::Tag(_, content) => shown(content, lang),
        Value::Bool(true) => say("yes", "ja"),
        Value::Bool(false) => say("no", "nein"),
        Value::Null | Value::Undefined | Value::Array(_) | Value::Map(_) => say("none", "nichts"),
        Value::Simple(number) => format!("simple({number})"),
        Value::Float(number) => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::fields;

    #[test]
    fn long_texts_are_wrapped_beside_their_name() {
        let text = fields([("name", "word ".repeat(60))]);
        assert!(text.lines().count() > 1 && text.lines().all(|line| line.chars().count() <= 160));
        assert!(text.lines().skip(1).all(|line| line.starts_with("        ")));
    }
}
