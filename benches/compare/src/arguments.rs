//! The command line.

use std::ffi::OsString;

/// What `--help` says.
pub(crate) const HELP: &str = "\
Compares geleit, the bare cryptography and other projects at the same jobs, sampled in turn.

Usage: compare [--json] [--quick]

Options:
      --json   Print one JSON object (schema geleit.compare/1) instead of a table
      --quick  Fewer rounds: some seconds instead of half a minute
  -h, --help   Print this help

Every ratio is the median over rounds in which all operations were sampled one after the other; times are
those of this machine at this moment. Exit codes: 0 done; 1 a system did not do what it is measured for;
2 wrong usage.
";

/// What was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Arguments {
    /// JSON instead of a table.
    pub(crate) json: bool,
    /// Fewer rounds.
    pub(crate) quick: bool,
}

/// What the command line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Measure.
    Compare(Arguments),
    /// Explain.
    Help,
    /// This was not understood.
    Misuse(String),
}

impl Command {
    /// Reads the arguments after the name of the program.
    pub(crate) fn read(arguments: impl IntoIterator<Item = OsString>) -> Self {
        let mut read = Arguments::default();
        for argument in arguments {
            match argument.to_str() {
                Some("--json") => read.json = true,
                Some("--quick") => read.quick = true,
                Some("-h" | "--help") => return Self::Help,
                _ => return Self::Misuse(argument.to_string_lossy().escape_debug().to_string()),
            }
        }
        Self::Compare(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str]) -> Command {
        Command::read(arguments.iter().map(OsString::from))
    }

    #[test]
    fn options_are_read() {
        let both = Arguments { json: true, quick: true };
        assert_eq!(read(&[]), Command::Compare(Arguments::default()));
        assert_eq!(read(&["--quick", "--json"]), Command::Compare(both));
        assert_eq!(read(&["--quick", "-h"]), Command::Help);
    }

    #[test]
    fn what_is_unknown_is_misuse() {
        assert_eq!(read(&["--fast"]), Command::Misuse("--fast".to_owned()));
        assert_eq!(read(&["--json", "301"]), Command::Misuse("301".to_owned()));
        assert_eq!(read(&["\u{1b}[2J"]), Command::Misuse("\\u{1b}[2J".to_owned()));
    }
}
