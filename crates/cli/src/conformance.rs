//! `geleit conformance run`: vector files, one line per case.
//!
//! ```text
//! tokens::File       {"keys": .., "cases": [..]}          SD-CWT and key-binding tokens, spec/format.md
//! decisions::File    {"baseline": .., "cases": [..]}      what follows from an answer, spec/format.md
//! ed25519::File      {"algorithm": "EDDSA", ..}           Wycheproof
//!                    [{"number", "key", "sig", "msg"}]     CCTV
//!                    [{"message", "pub_key", "signature"}] speccheck
//! ```
//!
//! A file is recognised by what is in it, not by its name.

mod decisions;
mod ed25519;
mod tokens;

use crate::answer::Answer;
use crate::failure::{Class, Failure};
use crate::files;
use crate::text::printable;
use clap::Subcommand;
use core::fmt::Write;
use serde_json::{Value as Json, json};
use std::path::{Path, PathBuf};

/// Run conformance vectors
#[derive(Debug, Subcommand)]
pub(crate) enum Conformance {
    /// Run every case of vector files; exit code 1 on any difference
    #[command(after_help = "\
Prints \"ok   NAME\" or \"FAIL NAME: WHY\" for each case and ends with \"N passed, N failed\". Reads files
of SD-CWT vectors and of decisions (spec/format.md, \"Vector files\") and the Ed25519 vectors of
Wycheproof, CCTV and speccheck.

Example: geleit conformance run tests/vectors/sd-cwt/derived-ed25519/vectors.json")]
    Run {
        /// Vector files in JSON, or "-"
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
}

/// How one case ended.
#[derive(Debug)]
struct CaseResult {
    name: String,
    /// As expected?
    passed: bool,
    /// What happened, for people.
    detail: String,
}

/// A file with its results.
struct FileResult {
    file: String,
    format: &'static str,
    cases: Vec<CaseResult>,
}

impl Conformance {
    /// Runs the command.
    pub(crate) fn run(&self) -> Result<Answer, Failure> {
        let Self::Run { files } = self;
        let results = files.iter().map(|path| run_file(path)).collect::<Result<Vec<_>, _>>()?;
        Ok(report(&results))
    }
}

fn run_file(path: &Path) -> Result<FileResult, Failure> {
    let file = files::name(path);
    let text = files::read_text(path)?;
    let json: Json = serde_json::from_str(&text).map_err(|error| not_vectors(&file, &error.to_string()))?;
    if let Some(kind) = tokens::other_kind(&json).filter(|_| !decisions::is_one(&json)) {
        let kind = printable(kind);
        return Err(Failure::usage(format!(
            "{file} has cases of kind `{kind}`, which only the project's own tests run"
        ))
        .hint(
            "`cargo test -p geleit-tests` runs them; this command runs the kinds `issued` and `kbt`, \
               and files of the kinds `decision` and `local-decision`",
        ));
    }
    let (format, cases) = run_json(json).map_err(|error| not_vectors(&file, &error))?;
    if cases.is_empty() {
        return Err(not_vectors(&file, "it has no cases"));
    }
    Ok(FileResult { file, format, cases })
}

fn not_vectors(file: &str, why: &str) -> Failure {
    Failure::usage(format!("{file} is not a vector file: {why}"))
        .hint("the format is described in spec/format.md, section \"Vector files\"")
}

fn run_json(json: Json) -> Result<(&'static str, Vec<CaseResult>), String> {
    if decisions::is_one(&json) {
        return Ok(("decisions", decisions::File::read(json)?.run()?));
    }
    if json.get("cases").is_some() {
        return Ok(("sd-cwt", tokens::File::read(json)?.run()?));
    }
    let format = ed25519::Format::of(&json).ok_or("none of the known formats")?;
    Ok((format.name(), format.run(json)?))
}

fn report(results: &[FileResult]) -> Answer {
    let mut text = String::new();
    for result in results {
        if results.len() > 1 {
            let _ = writeln!(text, "# {}", printable(&result.file));
        }
        for case in &result.cases {
            let name = printable(&case.name);
            let _ = match case.passed {
                true => writeln!(text, "ok   {name}"),
                false => writeln!(text, "FAIL {name}: {}", printable(&case.detail)),
            };
        }
    }
    let count = |passed: bool| {
        results.iter().flat_map(|result| &result.cases).filter(|case| case.passed == passed).count()
    };
    let (passed, failed) = (count(true), count(false));
    let _ = writeln!(text, "{passed} passed, {failed} failed");
    let json = json!({
        "schema": "geleit.conformance/1",
        "files": results.iter().map(FileResult::to_json).collect::<Vec<_>>(),
        "passed": passed,
        "failed": failed,
    });
    Answer::new(text, json).class((failed > 0).then_some(Class::Refused))
}

impl FileResult {
    fn to_json(&self) -> Json {
        let case =
            |case: &CaseResult| json!({"name": case.name, "passed": case.passed, "detail": case.detail});
        json!({
            "file": self.file,
            "format": self.format,
            "cases": self.cases.iter().map(case).collect::<Vec<_>>(),
        })
    }
}

/// Hexadecimal text to bytes.
fn from_hex(text: &str) -> Result<Vec<u8>, String> {
    base16ct::mixed::decode_vec(text.trim()).map_err(|_| "hexadecimal digits are required".to_owned())
}
