//! What the README and the description of the format say is so.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests may fail loudly"
)]

use geleit_credential::schema::{Claim, TYPES};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn the_first_commands_are_those_of_the_checks() {
    let readme = read("README.md");
    let first = shell_lines(&readme);
    let (demo, tests) = (&first[0], &first[1]);
    assert!(demo.starts_with("cargo run ") && tests.starts_with("cargo test "), "{first:?}");
    // Both stand on the first screen.
    let line = |command: &str| readme.lines().position(|line| line.starts_with(command)).unwrap();
    assert!(line(demo).max(line(tests)) < 25);

    let checks = read(".ci/run");
    assert!(checks.lines().any(|line| line == tests), ".ci/run does not run `{tests}`");
    let with_options = format!("{demo} ");
    assert!(checks.lines().any(|line| line.starts_with(&with_options)), ".ci/run does not run `{demo}`");
}

#[test]
fn every_command_that_is_named_exists() {
    let readme = read("README.md");
    let commands: Vec<String> =
        shell_lines(&readme).into_iter().filter(|line| line.starts_with("geleit ")).collect();
    assert!(commands.len() >= 12, "{commands:?}");
    for command in commands {
        let arguments: Vec<&str> = command.split(' ').skip(1).collect();
        let output = Command::new(geleit()).args(&arguments).arg("--help").output().unwrap();
        assert!(output.status.success(), "`{command}` is not a command");
        let help = String::from_utf8(output.stdout).unwrap();
        assert!(help.contains(&format!("Usage: {command}")), "{command}: {help}");
    }
}

#[test]
fn every_command_is_named() {
    let output = Command::new(geleit()).arg("--help").output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let commands =
        commands.take_while(|line| !line.is_empty()).filter_map(|line| line.split_whitespace().next());
    let named = shell_lines(&read("README.md"));
    for command in commands.filter(|command| *command != "help") {
        assert!(
            named.iter().any(|line| line.split(' ').nth(1) == Some(command)),
            "README.md does not name `geleit {command}`"
        );
    }
}

/// The excerpts are lines of the demo, in its order.
#[test]
fn the_demo_prints_what_is_shown() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme-demo");
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    let mut demo = Command::new(geleit());
    demo.args(["demo", "--seed", "1", "--now", "2026-11-23T09:00:00Z", "--dir"]).arg(folder);
    let output = demo.output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let mut lines = printed.lines();
    let mut found = 0;
    let excerpts = read("README.md");
    let excerpts = block(&excerpts, "text").take_while(|line| !line.starts_with("crates/"));
    for wanted in excerpts.filter(|line| !line.is_empty()) {
        assert!(lines.any(|line| line == wanted), "the demo does not print, or not in this order: {wanted}");
        found += 1;
    }
    assert!(found > 20, "{found} lines");
}

/// The Rust text is an excerpt of an example, line by line and in order; the example is compiled and run.
#[test]
fn the_program_text_is_that_of_an_example() {
    let readme = read("README.md");
    let example = read("examples/examples/verify.rs");
    let mut lines = example.lines();
    let mut found = 0;
    for wanted in block(&readme, "rust").filter(|line| !line.is_empty()) {
        assert!(lines.any(|line| line == wanted), "not in the example, or not in this order: {wanted}");
        found += 1;
    }
    assert!(found > 5);
}

#[test]
fn files_that_are_named_exist() {
    for document in ["README.md", "spec/format.md", "spec/verification.md", "spec/decisions.md"] {
        let text = read(document);
        for path in text.split('`').skip(1).step_by(2).filter(|word| is_path(word)) {
            let places = ["", "crates/", "spec/", "crates/credential/src/", "crates/cose/src/"];
            assert!(
                places.iter().any(|place| root().join(place).join(path).exists()),
                "{document} names {path}, which does not exist"
            );
        }
        let folder = root().join(document).parent().unwrap().to_owned();
        for (_, rest) in text.match_indices("](").map(|(at, _)| text.split_at(at + 2)) {
            let target = rest.split(')').next().unwrap();
            assert!(
                target.starts_with("https://") || folder.join(target).exists(),
                "{document} links to {target}, which does not exist"
            );
        }
    }
}

#[test]
fn decisions_that_are_cited_exist() {
    let decisions = read("spec/decisions.md");
    let known: Vec<&str> = decisions
        .lines()
        .filter_map(|line| line.strip_prefix("### "))
        .filter_map(|line| line.get(..4))
        .collect();
    assert!(known.is_sorted(), "{known:?}");
    for document in ["spec/format.md", "spec/verification.md", "spec/decisions.md"] {
        let text = read(document);
        let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
        for cited in words.filter(|word| word.len() == 4 && word.starts_with("D-") && *word != "D-nn") {
            assert!(known.contains(&cited), "{document} cites {cited}");
        }
    }
}

#[test]
fn rules_that_are_cited_exist() {
    let rules = read("spec/verification.md");
    let known: Vec<&str> = rules.lines().filter_map(|line| line.strip_prefix("| ")?.get(..4)).collect();
    for document in [
        "spec/format.md",
        "spec/decisions.md",
        "spec/sources.md",
        "spec/attacks.md",
        "spec/purposes/README.md",
        "README.md",
    ] {
        let text = read(document);
        let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
        for cited in words.filter(|word| is_rule(word)) {
            assert!(known.contains(&cited), "{document} cites {cited}");
        }
    }
}

#[test]
fn the_tree_of_the_format_is_that_of_the_schema() {
    let format = read("spec/format.md");
    let rows: Vec<&str> = format.lines().collect();
    for credential_type in TYPES {
        for group in credential_type.groups {
            let members: Vec<String> = group.members.iter().map(describe).collect();
            let row = format!(
                "| {} | `{}` | {} | {} |",
                credential_type.name,
                group.key,
                group.digest_count(),
                members.join(", ")
            );
            assert!(rows.contains(&row.as_str()), "spec/format.md lacks\n{row}");
        }
        let count = format!("{} {}", credential_type.name, credential_type.digest_count() + 1);
        assert!(format.contains(&count), "spec/format.md lacks \"{count}\"");
    }
}

/// The chain as `spec/format.md` describes it, written anew, gives the example of `spec/format.md` and
/// accepts the link of the example presentation.
#[test]
fn the_threshold_chain_is_as_described() {
    let format = read("spec/format.md");
    let row = |name: &str| {
        let row = format.lines().find(|line| line.starts_with(&format!("| {name} |"))).unwrap();
        base16ct::lower::decode_vec(row.split('`').nth(1).unwrap()).unwrap()
    };
    let id = "id.age_over";
    let salt: Vec<u8> = (0..16).collect();
    assert_eq!(step_context(id), row("step_context"));
    let seed_context = hash(&[b"geleit threshold 1 seed\0", id.as_bytes()]);
    assert_eq!(seed_context, row("seed_context"));
    let seed = hash(&[&seed_context, &salt]);
    assert_eq!(seed, row("L(33)"));
    assert_eq!(walk(id, &seed, 33, 18), row("link for 18"));
    assert_eq!(walk(id, &row("link for 18"), 18, 0), row("commitment"));

    let after = |mark: &str| {
        let rest = format.split(mark).nth(1).unwrap();
        base16ct::lower::decode_vec(rest.split('\'').next().unwrap()).unwrap()
    };
    let link = after("\"res.uk.work.through\": [29, h'");
    let commitment = after("h'a2406d4aad8065bebe8b70af75481757',\n              h'");
    assert_eq!(walk("res.uk.work.through", &link, 29, 0), commitment);
}

fn step_context(id: &str) -> Vec<u8> {
    hash(&[b"geleit threshold 1 step\0", id.as_bytes()])[..16].to_vec()
}

/// From `L(from)` to `L(to)`.
fn walk(id: &str, link: &[u8], from: u8, to: u8) -> Vec<u8> {
    let context = step_context(id);
    (to..from).rev().fold(link.to_vec(), |link, distance| hash(&[&context, &[distance], &link]))
}

fn hash(parts: &[&[u8]]) -> Vec<u8> {
    Sha256::digest(parts.concat()).to_vec()
}

fn describe(claim: &Claim) -> String {
    let key = format!("`{}`", claim.key);
    match (claim.domain(), claim.slots()) {
        (Some(_), _) => format!("{key} (threshold)"),
        (None, Some(slots)) if claim.record().is_empty() => format!("{key} (list of {slots})"),
        (None, Some(slots)) => {
            let members: Vec<String> =
                claim.record().iter().map(|member| format!("`{}`", member.key)).collect();
            format!("{key} (list of {slots} records: {})", members.join(", "))
        }
        (None, None) => key,
    }
}

/// A file or folder of the repository, without patterns.
fn is_path(word: &str) -> bool {
    let is_name = word.bytes().all(|b| b.is_ascii_alphanumeric() || b"/_.-".contains(&b));
    let ends = [".rs", ".md", ".toml", ".json", ".cddl"];
    let begins = ["crates/", "spec/", "tests/", "examples/"];
    is_name
        && (ends.iter().any(|end| word.ends_with(end)) || begins.iter().any(|start| word.starts_with(start)))
}

/// A capital letter, a hyphen, two digits: a rule of `spec/verification.md`, unless it is a decision (`D-01`).
fn is_rule(word: &str) -> bool {
    match word.as_bytes() {
        [family, b'-', a, b] => {
            family.is_ascii_uppercase() && *family != b'D' && a.is_ascii_digit() && b.is_ascii_digit()
        }
        _ => false,
    }
}

/// The commands of every shell block, comments cut off.
fn shell_lines(text: &str) -> Vec<String> {
    let command = |line: &str| line.split(" #").next().unwrap_or_default().trim().to_owned();
    block(text, "sh").map(command).filter(|line| !line.is_empty()).collect()
}

/// The lines of all fenced blocks of a language.
fn block<'t>(text: &'t str, language: &'t str) -> impl Iterator<Item = &'t str> {
    let mut inside = false;
    text.lines().filter(move |line| {
        if let Some(found) = line.strip_prefix("```") {
            inside = found == language;
            return false;
        }
        inside
    })
}

/// The command line tool, beside this test; where it was not built, it is built here.
fn geleit() -> PathBuf {
    let me = std::env::current_exe().unwrap();
    let profile = me.parent().and_then(Path::parent).unwrap();
    let path = profile.join(format!("geleit{}", std::env::consts::EXE_SUFFIX));
    if !path.exists() {
        let built =
            Command::new(env!("CARGO")).args(["build", "--quiet", "--package", "geleit-cli"]).status();
        assert!(built.unwrap().success(), "geleit-cli does not build");
    }
    path
}

fn read(path: &str) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}
