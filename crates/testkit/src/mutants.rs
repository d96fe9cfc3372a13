//! Checks that are taken out of the verifier, one at a time: `tests/mutants.toml`.
//!
//! ```text
//! tests/mutants.toml --Mutants::read--> Mutant {rule, what, changes} --apply--> a workspace with one check less
//! ```
//!
//! `src/bin/mutants.rs` builds each and looks whether a scenario notices. A test looks that every text that is
//! replaced still stands where the list says, exactly once.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The list.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mutants {
    /// In the order of the file.
    pub mutant: Vec<Mutant>,
    /// Rules that another rule always hides.
    #[serde(default)]
    pub shadowed: Vec<Shadowed>,
}

/// One check less.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mutant {
    /// The rule of `spec/verification.md`, or what else the check is part of.
    pub rule: String,
    /// What passes without the check.
    pub what: String,
    /// Where it stands.
    pub file: PathBuf,
    /// The text that is replaced.
    pub find: String,
    /// What it is replaced by.
    pub replace: String,
    /// Other places of the same check.
    #[serde(default)]
    pub also: Vec<Change>,
}

/// A text that is replaced in a file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Path from the root of the workspace.
    pub file: PathBuf,
    /// The text.
    pub find: String,
    /// What it is replaced by.
    pub replace: String,
}

/// A rule that no scenario can reach.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shadowed {
    /// The rule.
    pub rule: String,
    /// What refuses first.
    pub by: String,
}

impl Mutants {
    /// Reads the list of a workspace.
    ///
    /// # Errors
    /// A file that cannot be read, or is no such list.
    pub fn read(root: &Path) -> Result<Self, String> {
        let path = root.join("tests/mutants.toml");
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
    }
}

impl Mutant {
    /// Everything that is replaced.
    pub fn changes(&self) -> impl Iterator<Item = Change> {
        let Self { file, find, replace, also, .. } = self.clone();
        core::iter::once(Change { file, find, replace }).chain(also)
    }

    /// The files as they are without the check.
    ///
    /// # Errors
    /// A file that cannot be read, or in which the text does not stand exactly once.
    pub fn files(&self, root: &Path) -> Result<BTreeMap<PathBuf, String>, String> {
        let mut files = BTreeMap::new();
        for Change { file, find, replace } in self.changes() {
            let at = |what: String| format!("{} ({}): {}: {what}", self.rule, self.what, file.display());
            let text = match files.remove(&file) {
                Some(changed) => changed,
                None => std::fs::read_to_string(root.join(&file)).map_err(|error| at(error.to_string()))?,
            };
            match text.matches(&find).count() {
                1 => {}
                times => return Err(at(format!("required once, found {times} times: {find}"))),
            }
            if find == replace {
                return Err(at("nothing is replaced".to_owned()));
            }
            files.insert(file, text.replace(&find, &replace));
        }
        Ok(files)
    }
}

/// The B and V rules that are for a verifier, in the text of `spec/verification.md`.
#[must_use]
pub fn rules_of_the_verifier(text: &str) -> BTreeSet<&str> {
    text.lines()
        .filter_map(|line| {
            let mut cells = line.strip_prefix("| ")?.split(" | ");
            let (rule, who) = (cells.next()?, cells.next()?);
            let is_rule = rule.starts_with("B-") || rule.starts_with("V-");
            (is_rule && who.contains("verifier")).then_some(rule)
        })
        .collect()
}
