//! Scenario files: those that are named, or the embedded catalogue.

use crate::failure::Failure;
use crate::files;
use geleit_sim::scenario::people::Templates;
use geleit_sim::scenario::{
    ExpectedFailures, ExpectedSkips, Scenario, ScenarioError, fingerprint, in_one_line,
};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Everything that a run of scenarios reads.
#[derive(Debug)]
pub(super) struct Inputs {
    pub(super) scenarios: Vec<Scenario>,
    pub(super) skips: ExpectedSkips,
    pub(super) templates: Templates,
    /// SHA-256 by name.
    pub(super) hashes: BTreeMap<String, String>,
}

fn unusable(error: &ScenarioError) -> Failure {
    Failure::usage(error.to_string()).hint("spec/scenarios/README.md describes the format")
}

/// A file beside the scenarios that cannot be used.
fn wrong(path: &Path, error: &toml::de::Error, text: &str) -> Failure {
    Failure::usage(format!("{}: {}", files::name(path), in_one_line(error, text)))
        .hint("spec/scenarios/README.md describes the format")
}

fn defect(error: &toml::de::Error) -> Failure {
    Failure::usage(format!("embedded files: {error}"))
}

impl Inputs {
    /// The embedded catalogue.
    pub(super) fn catalogue() -> Result<Self, Failure> {
        let hashes = Scenario::embedded_files().map(|(name, text)| (name.to_owned(), fingerprint(text)));
        Ok(Self {
            hashes: hashes.collect(),
            scenarios: Scenario::catalogue().map_err(|error| unusable(&error))?,
            skips: ExpectedSkips::embedded().map_err(|error| defect(&error))?,
            ..Self::none()?
        })
    }

    /// These files, those of these folders, and the scenarios of the catalogue with these ids.
    pub(super) fn named(paths: &[PathBuf]) -> Result<Self, Failure> {
        let mut inputs = Self::none()?;
        let embedded: BTreeMap<&str, &str> = Scenario::embedded_files().collect();
        for path in paths {
            let name = format!("{}.toml", path.display());
            match embedded.get(name.as_str()) {
                Some(text) => inputs.add(name, text)?,
                None if path.is_dir() => inputs.read_folder(path)?,
                None => inputs.read(path)?,
            }
        }
        for scenario in &inputs.scenarios {
            scenario.check_people(&inputs.templates).map_err(|error| unusable(&error))?;
        }
        inputs.scenarios.sort_by(|a, b| a.id.cmp(&b.id));
        let next = inputs.scenarios.iter().skip(1);
        if let Some((twice, _)) = inputs.scenarios.iter().zip(next).find(|(one, next)| one.id == next.id) {
            return Err(
                Failure::usage(format!("scenario {} is there twice", twice.id)).hint("name each file once")
            );
        }
        Ok(inputs)
    }

    fn none() -> Result<Self, Failure> {
        Ok(Self {
            scenarios: Vec::new(),
            skips: ExpectedSkips::default(),
            templates: Templates::embedded().map_err(|error| defect(&error))?,
            hashes: BTreeMap::new(),
        })
    }

    fn read(&mut self, path: &Path) -> Result<(), Failure> {
        let text = files::read_text(path)?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        self.add(name, &text)
    }

    fn add(&mut self, name: String, text: &str) -> Result<(), Failure> {
        self.scenarios.push(Scenario::from_toml(&name, text).map_err(|error| unusable(&error))?);
        self.hashes.insert(name, fingerprint(text));
        Ok(())
    }

    /// Every scenario of a folder, with its own people and skips where it has some.
    fn read_folder(&mut self, folder: &Path) -> Result<(), Failure> {
        let entries = std::fs::read_dir(folder).map_err(|error| Failure::io(folder.display(), &error))?;
        let mut paths = Vec::new();
        for entry in entries {
            paths.push(entry.map_err(|error| Failure::io(folder.display(), &error))?.path());
        }
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
        paths.sort();
        for path in &paths {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            match name.as_str() {
                "people.toml" => {
                    let text = files::read_text(path)?;
                    self.templates =
                        Templates::from_toml(&text).map_err(|error| wrong(path, &error, &text))?;
                    self.hashes.insert(name, fingerprint(&text));
                }
                "expected-skips.toml" => {
                    let text = files::read_text(path)?;
                    self.skips =
                        ExpectedSkips::from_toml(&text).map_err(|error| wrong(path, &error, &text))?;
                    self.hashes.insert(name, fingerprint(&text));
                }
                _ => self.read(path)?,
            }
        }
        Ok(())
    }
}

/// The file of expected failures, or none. Each entry names a scenario that there is, once, with its reason.
pub(super) fn expected_failures(path: Option<&Path>, inputs: &Inputs) -> Result<ExpectedFailures, Failure> {
    let Some(path) = path else { return Ok(ExpectedFailures::default()) };
    let text = files::read_text(path)?;
    let wrong = |what: String| {
        Failure::usage(format!("{}: {what}", files::name(path)))
            .hint("an entry is [[scenario]] with id and why; spec/harness.md describes the file")
    };
    let failures = ExpectedFailures::from_toml(&text).map_err(|error| wrong(in_one_line(&error, &text)))?;
    let mut seen = BTreeSet::new();
    for listed in &failures.scenario {
        let id = listed.id.as_str();
        let embedded = Scenario::embedded_files().any(|(name, _)| name.strip_suffix(".toml") == Some(id));
        if !embedded && inputs.scenarios.iter().all(|one| one.id != id) {
            return Err(wrong(format!("there is no scenario {id}")));
        }
        if !seen.insert(id) {
            return Err(wrong(format!("{id} is there twice")));
        }
        if listed.why.trim().is_empty() {
            return Err(wrong(format!("{id}: why is empty")));
        }
    }
    Ok(failures)
}
