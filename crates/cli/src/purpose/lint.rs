//! `geleit purpose lint`: P-01 to P-28 on files or on the catalogue.

use super::remedy::remedy;
use super::{format, sarif};
use crate::answer::Answer;
use crate::failure::{Class, Failure};
use crate::files;
use crate::text::printable;
use core::fmt::Write;
use geleit_credential::purpose::{Finding, Place, Profile, ProfileError, ProfileFault, lint_all};
use serde_json::{Value as Json, json};
use std::path::{Path, PathBuf};

const AFTER_HELP: &str = "\
Without FILE the purposes that are built in are looked at. A file is looked at together with them: two
purposes of one controller must not ask for a common identifier, a claim of class S2 (P-23). Reading stops
at the first fault of P-01 to P-19 and P-24; of the other rules all findings are listed. The exit code is 1
when something is found. With --sarif the output is a log of SARIF 2.1.0, as code review reads it.

Example: geleit purpose lint my-purpose.toml";

/// Find what a purpose should not say: claims that are too fine, rows that are never reached
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Lint {
    /// Print a log of SARIF 2.1.0
    #[arg(long)]
    sarif: bool,
    /// Profiles in TOML, or "-"
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// A finding with the place where somebody can go and change it.
#[derive(Debug)]
pub(super) struct Found {
    /// The rule.
    pub(super) rule: &'static str,
    /// The id of the profile, when the file has got that far.
    pub(super) profile: Option<String>,
    /// What is wrong.
    pub(super) message: String,
    /// What to do.
    pub(super) hint: String,
    /// The name of the file and a line of it.
    pub(super) at: Option<(String, usize)>,
}

/// A file and what is in it.
struct Source {
    name: String,
    /// Its name without folder and ending; none for standard input.
    stem: Option<String>,
    text: String,
    profile: Result<Profile, ProfileError>,
}

impl Lint {
    pub(super) fn run(&self) -> Result<Answer, Failure> {
        let sources: Vec<Source> =
            self.files.iter().map(|path| Source::read(path)).collect::<Result<_, _>>()?;
        let (count, found) = match sources.is_empty() {
            true => built_in(),
            false => (sources.len(), in_files(&sources)),
        };
        let class = (!found.is_empty()).then_some(Class::Refused);
        if self.sarif {
            let log = sarif::log(&found);
            return Ok(Answer::new(format!("{log:#}\n"), log).class(class));
        }
        let json = json!({
            "schema": "geleit.purpose-lint/1", "profiles": count,
            "findings": found.iter().map(Found::to_json).collect::<Vec<_>>(),
        });
        let mut text = text(count, &found);
        if sources.iter().any(|source| source.profile.is_err()) {
            text.push_str("reading stops at the first fault of a file: mend it and lint again\n");
        }
        let answer = Answer::new(text, json).class(class);
        Ok(sources.iter().filter_map(Source::misnamed).fold(answer, Answer::note))
    }
}

fn stem(path: &Path) -> Option<String> {
    let stem = path.file_stem()?.to_str()?;
    (stem != "-").then(|| stem.to_owned())
}

fn built_in() -> (usize, Vec<Found>) {
    let profiles = Profile::embedded();
    let all: Vec<&Profile> = profiles.iter().collect();
    (all.len(), lint_all(&all).iter().map(|finding| Found::of(finding, None)).collect())
}

/// Each file in the company of what is built in and of the files before it, as far as it does not replace
/// them.
fn in_files(sources: &[Source]) -> Vec<Found> {
    let embedded = Profile::embedded();
    let mut found = Vec::new();
    for (index, source) in sources.iter().enumerate() {
        match &source.profile {
            Err(error) => found.push(Found::of_error(error, source)),
            Ok(profile) => {
                let earlier = sources.iter().take(index).filter_map(|source| source.profile.as_ref().ok());
                let others = embedded.iter().chain(earlier);
                // Only purposes of the same controller can share something with it.
                let others = others.filter(|one| one.controller() == profile.controller());
                let all: Vec<&Profile> =
                    others.filter(|one| one.id() != profile.id()).chain([profile]).collect();
                let findings = lint_all(&all);
                let own = findings.iter().filter(|finding| finding.profile() == profile.id());
                found.extend(own.map(|finding| Found::of(finding, Some(source))));
            }
        }
    }
    found
}

impl Source {
    fn read(path: &Path) -> Result<Self, Failure> {
        let text = files::read_text(path)?.to_string();
        let name = files::name(path);
        Ok(Self { stem: stem(path), name, profile: Profile::from_toml(&text), text })
    }

    /// A file of the catalogue has the name of its purpose; a file elsewhere may have another.
    fn misnamed(&self) -> Option<String> {
        let (id, stem) = (self.profile.as_ref().ok()?.id(), self.stem.as_ref()?);
        let name = &self.name;
        (id != stem).then(|| format!("note: {name}: in spec/purposes the file must be named {id}.toml"))
    }
}

impl Found {
    fn of(finding: &Finding, source: Option<&Source>) -> Self {
        Self {
            rule: finding.rule(),
            profile: Some(finding.profile().to_owned()),
            message: finding.message(),
            hint: finding.hint(),
            at: source.map(|source| (source.name.clone(), line_of(&source.text, finding.place()))),
        }
    }

    fn of_error(error: &ProfileError, source: &Source) -> Self {
        let line = match error.fault() {
            ProfileFault::Toml(error) => error.span().map_or(1, |span| line_at(&source.text, span.start)),
            fault => line_of(&source.text, fault.place()),
        };
        let (message, hint) = in_words(error.fault(), &source.text);
        Self {
            rule: error.code(),
            profile: error.profile().map(str::to_owned),
            message,
            hint,
            at: Some((source.name.clone(), line)),
        }
    }

    fn to_json(&self) -> Json {
        json!({
            "rule": self.rule, "profile": self.profile, "message": self.message, "hint": self.hint,
            "file": self.at.as_ref().map(|(file, _)| file), "line": self.at.as_ref().map(|(_, line)| line),
        })
    }
}

fn text(count: usize, found: &[Found]) -> String {
    let mut text = String::new();
    for one in found {
        let at = one.at.as_ref().map(|(file, line)| format!("{file}:{line}: ")).unwrap_or_default();
        let profile = one.profile.as_ref().map(|id| format!(" {id}")).unwrap_or_default();
        let line = format!("{at}{}{profile}: {}", one.rule, one.message);
        let _ = writeln!(text, "{}\nhint: {}", printable(&line), printable(&one.hint));
    }
    let profiles = if count == 1 { "1 profile".to_owned() } else { format!("{count} profiles") };
    let _ = match found.len() {
        0 => writeln!(text, "{profiles}, no findings"),
        1 => writeln!(text, "{profiles}, 1 finding"),
        many => writeln!(text, "{profiles}, {many} findings"),
    };
    text
}

/// The fault and what to do about it, in words.
pub(super) fn in_words(fault: &ProfileFault, text: &str) -> (String, String) {
    match fault {
        ProfileFault::Toml(error) => format::in_words(error.message(), error.span(), text),
        fault => (fault.to_string(), remedy(fault)),
    }
}

/// The line of a place, counted from 1; the first one when it is not found.
fn line_of(text: &str, place: Place<'_>) -> usize {
    let lines = || (1..).zip(text.lines().map(str::trim));
    let found = match place {
        Place::File => None,
        Place::Row(row) => lines()
            .filter(|(_, line)| *line == "[[decision]]")
            .nth(row.saturating_sub(1))
            .map(|(line, _)| line),
        Place::Field(name) => {
            let quoted = format!("\"{name}\"");
            let names = |line: &str| !line.starts_with('#') && line.contains(&quoted);
            let defined = lines().find(|(_, line)| defines(line, name));
            // An element of a list, such as a pattern of `forbidden`.
            defined.or_else(|| lines().find(|(_, line)| names(line))).map(|(line, _)| line)
        }
    };
    found.unwrap_or(1)
}

/// Whether a line states a field, or is the heading of a claim, fact or text with this name.
fn defines(line: &str, name: &str) -> bool {
    let quoted = format!("\"{name}\"");
    let is_entry = |rest: &str| rest.trim_start().starts_with(['=', '.']);
    let by_name = |name: &str| line.strip_prefix(name).is_some_and(is_entry);
    let heading = line.strip_prefix('[').and_then(|line| line.strip_suffix(']'));
    let in_heading = heading.is_some_and(|heading| {
        heading == name || heading.ends_with(&quoted) || heading.ends_with(&format!(".{name}"))
    });
    let is_threshold =
        line.strip_prefix("claim").is_some_and(|rest| is_entry(rest) && rest.ends_with(&quoted));
    in_heading || is_threshold || by_name(name) || by_name(&quoted)
}

fn line_at(text: &str, byte: usize) -> usize {
    text.bytes().take(byte).filter(|byte| *byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::{defines, line_at, line_of};
    use geleit_credential::purpose::Place;

    const TEXT: &str = "id = \"x\"\n\n[claims.identity.required.\"doc.number\"]\nen = \"N.\"\n\n[facts.start]\n\
                        [[threshold]]\nclaim = \"id.age_over\"\n\n[[decision]]\n[[decision]]\n\
                        forbidden = [\"id.sex\"]\n";

    #[test]
    fn places_have_lines() {
        for (place, line) in [
            (Place::File, 1),
            (Place::Field("id"), 1),
            (Place::Field("doc.number"), 3),
            (Place::Field("start"), 6),
            (Place::Field("id.age_over"), 8),
            (Place::Field("unknown"), 1),
            (Place::Field("id.sex"), 12),
            (Place::Row(1), 10),
            (Place::Row(2), 11),
            (Place::Row(3), 1),
        ] {
            assert_eq!(line_of(TEXT, place), line, "{place:?}");
        }
        assert_eq!((line_at(TEXT, 0), line_at(TEXT, 10)), (1, 3));
    }

    #[test]
    fn a_name_is_a_whole_name() {
        assert!(
            defines("retention_days = 3", "retention_days") && !defines("retention_days = 3", "retention")
        );
        assert!(defines("\"doc.number\" = { en = \"N.\" }", "doc.number"));
        assert!(defines("purpose.en = \"A.\"", "purpose") && defines("[purpose]", "purpose"));
        assert!(!defines("forbidden = [\"doc.number\"]", "doc.number"));
    }
}
