//! Takes one check after the other out of the verifier, and looks whether a scenario notices.
//!
//! ```text
//! for each mutant: a copy of the workspace --one check less--> build geleit --> geleit sim run --all
//!                                                               exit 0: MISSED    else: caught, by these scenarios
//! ```
//!
//! `cargo run -p geleit-testkit --bin mutants [RULE...]`, with rules to run some only. The copy and what is
//! built of it stay in `target/mutants`, so that the next run is faster. It ends with 1 when a mutant was missed, and with 2
//! when one cannot be built: then the list is wrong.

use geleit_testkit::mutants::{Mutant, Mutants};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// A copy of the workspace in which checks are missing.
struct Copy {
    root: PathBuf,
    folder: PathBuf,
    built: PathBuf,
}

/// What a run of all scenarios says.
struct Run {
    passed: bool,
    /// Ids of scenarios that failed, and of invariants that were broken.
    noticed: Vec<String>,
}

fn main() -> ExitCode {
    match run(&std::env::args().skip(1).collect::<Vec<_>>()) {
        Ok(Tally { broken: 0, missed: 0, .. }) => ExitCode::SUCCESS,
        Ok(Tally { broken: 0, .. }) => ExitCode::from(1),
        Ok(_) => ExitCode::from(2),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// What became of all mutants.
#[derive(Default)]
struct Tally {
    noticed: usize,
    missed: usize,
    /// They cannot be built.
    broken: usize,
}

/// Runs the mutants of these rules, or all.
fn run(rules: &[String]) -> Result<Tally, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize();
    let root = root.map_err(|error| error.to_string())?;
    let list = Mutants::read(&root)?;
    let copy = Copy::of(root)?;
    if !copy.scenarios()?.passed {
        return Err("geleit sim run --all fails before anything is taken out".to_owned());
    }
    let meant = |one: &&Mutant| rules.is_empty() || rules.contains(&one.rule);
    let mut tally = Tally::default();
    for mutant in list.mutant.iter().filter(meant) {
        let (word, by) = match copy.without(mutant) {
            Ok(run) if run.passed => ("MISSED", String::new()),
            Ok(run) => ("caught", few(&run.noticed)),
            Err(error) => ("BROKEN", error),
        };
        tally.noticed += usize::from(word == "caught");
        tally.missed += usize::from(word == "MISSED");
        tally.broken += usize::from(word == "BROKEN");
        println!("{:8} {word}  {:62} {by}", mutant.rule, mutant.what);
    }
    for one in &list.shadowed {
        println!("{:8} hidden  by {}", one.rule, one.by);
    }
    let Tally { noticed, missed, broken } = &tally;
    println!("{noticed} noticed, {missed} missed, {broken} cannot be built");
    Ok(tally)
}

/// The first of many names.
fn few(names: &[String]) -> String {
    let shown = names.iter().take(6).map(String::as_str).collect::<Vec<_>>().join(" ");
    if names.len() > 6 { format!("{shown} and {} more", names.len() - 6) } else { shown }
}

impl Copy {
    /// Copies what git knows of the workspace. Files that are the same stay as they are, and need no new build.
    fn of(root: PathBuf) -> Result<Self, String> {
        let folder = root.join("target/mutants/workspace");
        let built = root.join("target/mutants/target");
        let listed = Command::new("git").arg("-C").arg(&root).args(["ls-files", "-z"]).output();
        let listed = listed.map_err(|error| format!("git ls-files: {error}"))?;
        let names = String::from_utf8(listed.stdout).map_err(|error| error.to_string())?;
        let copy = Self { root, folder, built };
        for name in names.split_terminator('\0') {
            if let Ok(content) = fs::read(copy.root.join(name)) {
                copy.write(Path::new(name), &content)?;
            }
        }
        Ok(copy)
    }

    fn write(&self, name: &Path, content: &[u8]) -> Result<(), String> {
        let path = self.folder.join(name);
        if fs::read(&path).is_ok_and(|same| same == content) {
            return Ok(());
        }
        let wrong = |error: std::io::Error| format!("{}: {error}", path.display());
        path.parent().map_or(Ok(()), fs::create_dir_all).map_err(wrong)?;
        fs::write(&path, content).map_err(wrong)
    }

    /// Takes a check out, runs all scenarios, and puts it back.
    fn without(&self, mutant: &Mutant) -> Result<Run, String> {
        let files = mutant.files(&self.root)?;
        let write = |files: &BTreeMap<PathBuf, String>| {
            files.iter().try_for_each(|(name, text)| self.write(name, text.as_bytes()))
        };
        write(&files)?;
        let run = self.scenarios();
        for name in files.keys() {
            let text = fs::read(self.root.join(name)).map_err(|error| error.to_string())?;
            self.write(name, &text)?;
        }
        run
    }

    /// Builds `geleit` and runs the embedded catalogue.
    fn scenarios(&self) -> Result<Run, String> {
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        let build = Command::new(cargo)
            .current_dir(&self.folder)
            .args(["build", "--quiet", "--locked", "-p", "geleit-cli"])
            .env("CARGO_TARGET_DIR", &self.built)
            .output()
            .map_err(|error| format!("cargo: {error}"))?;
        if !build.status.success() {
            return Err(format!("it cannot be built:\n{}", String::from_utf8_lossy(&build.stderr)));
        }
        let geleit = self.built.join("debug/geleit");
        let run = Command::new(geleit).args(["sim", "run", "--all", "--json"]).output();
        let run = run.map_err(|error| format!("geleit: {error}"))?;
        let noticed = noticed(&run.stdout).unwrap_or_else(|| vec![format!("({})", run.status)]);
        Ok(Run { passed: run.status.success(), noticed })
    }
}

/// Ids of what a report says is not as expected.
fn noticed(report: &[u8]) -> Option<Vec<String>> {
    let report: serde_json::Value = serde_json::from_slice(report).ok()?;
    let id = |one: &serde_json::Value| one.get("id")?.as_str().map(str::to_owned);
    let failed = |one: &&serde_json::Value| {
        matches!(one.get("status").and_then(serde_json::Value::as_str), Some("failed" | "unexpected-success"))
    };
    let broken = |one: &&serde_json::Value| one.get("broken").and_then(serde_json::Value::as_u64) > Some(0);
    let scenarios = report.get("scenarios")?.as_array()?.iter().filter(failed).filter_map(id);
    let invariants = report.get("invariants")?.as_array()?.iter().filter(broken).filter_map(id);
    Some(scenarios.chain(invariants).collect())
}
