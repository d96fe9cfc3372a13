//! Foreign text on a terminal and in the log of a CI server: it is shown, and steers nothing.
//!
//! ```text
//! "\x1b[2J"          ->  \u{1b}[2J            control characters, line ends too
//! "a<U+202E>b"       ->  a\u{202e}b           marks that turn the direction of writing, characters without width
//! "::error::no"      ->  :\u{3a}error:\u{3a}no   workflow commands of CI servers
//! "##[error]no"      ->  #\u{23}[error]no
//! ```
//!
//! It escapes nothing for a syntax: HTML, XML, Markdown and YAML are the matter of what writes them.

/// The text without anything that steers a terminal or a CI server, or that cannot be seen. It is one line.
///
/// A line that begins with `::` is a command of [GitHub Actions], `##[` and `##vso[` are commands wherever they
/// stand. A long text may be broken into lines later, so `::` before a letter is escaped in the middle of it, too.
///
/// [GitHub Actions]: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
#[must_use]
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut before, mut only_space) = (None, true);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let letter_follows = chars.peek().is_some_and(char::is_ascii_alphabetic);
        let commands = match (before, c) {
            (Some(':'), ':') => letter_follows || only_space,
            (Some('#'), '#') => letter_follows || chars.peek() == Some(&'['),
            _ => false,
        };
        match c {
            c if commands => out.extend(c.escape_unicode()),
            c if steers(c) => out.extend(c.escape_default()),
            c => out.push(c),
        }
        only_space &= c.is_whitespace() || (c == ':' && before != Some(':'));
        before = Some(c);
    }
    out
}

/// Whether a character steers a terminal or cannot be seen.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn nothing_steers_a_terminal() {
        assert_eq!(printable("a\u{1b}[31m\n\u{202e}b ü"), "a\\u{1b}[31m\\n\\u{202e}b ü");
        assert_eq!(printable("\u{7}\r\u{85}\u{2028}"), "\\u{7}\\r\\u{85}\\u{2028}");
        assert_eq!(printable("نمونه Öztürk"), "نمونه Öztürk");
    }

    #[test]
    fn nothing_commands_a_ci_server() {
        for (text, shown) in [
            ("::error::no", ":\\u{3a}error:\\u{3a}no"),
            (" \t::7f3a::", " \\t:\\u{3a}7f3a::"),
            (":::error::", ":\\u{3a}\\u{3a}error::"),
            ("a long text ::add-mask::x", "a long text :\\u{3a}add-mask:\\u{3a}x"),
            ("x##[error]y", "x#\\u{23}[error]y"),
            ("###vso[task]", "##\\u{23}vso[task]"),
        ] {
            assert_eq!(printable(text), shown);
        }
        for text in ["check T/1: missing", "http://[::1]:8000/", "## Heading", "#1", "12:30", ": x", ""] {
            assert_eq!(printable(text), text);
        }
    }

    #[test]
    fn however_a_text_is_broken_no_line_is_a_command() {
        for text in [":::error::x", "::::warning::", "##[[error]]", "a::b::c", "####[group]"] {
            let shown = printable(text);
            for (at, _) in shown.char_indices() {
                let line = shown[at..].trim_start();
                let name = line.strip_prefix("::").unwrap_or_default();
                assert!(!name.starts_with(|c: char| c.is_ascii_alphabetic()), "{line}");
                assert!(!line.contains("##["), "{line}");
            }
        }
    }
}
