//! A population on the command line: the same bytes each time, and from its parts.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const GELEIT: &str = env!("CARGO_BIN_EXE_geleit");

fn geleit(folder: &Path, line: &str) -> Output {
    Command::new(GELEIT).current_dir(folder).args(line.split(' ')).output().expect("the program runs")
}

fn succeed(folder: &Path, line: &str) -> Vec<u8> {
    let output = geleit(folder, line);
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "progress is for a terminal");
    output.stdout
}

/// One more than a chunk: the second part has one person in it.
#[test]
fn parts_give_the_bytes_of_the_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    let run = "--json --seed 7 sim run --population 1001 --mix tiny-50";
    let whole = succeed(at, &format!("{run} --jsonl whole.jsonl --threads 1"));
    assert_eq!(succeed(at, &format!("{run} --threads 2")), whole);

    for part in [1, 2] {
        succeed(at, &format!("{run} --shard {part}/2 --out {part}.json --jsonl {part}.jsonl"));
    }
    assert_eq!(succeed(at, "--json sim merge 2.json 1.json --jsonl all.jsonl"), whole);
    let read = |name: &str| fs::read(at.join(name)).expect("a file");
    assert_eq!(read("all.jsonl"), read("whole.jsonl"));
    let lines = read("all.jsonl").split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).count();
    assert!(lines >= 2_002, "a row for each person and design: {lines}");

    let twice = geleit(at, "sim merge 1.json 1.json");
    assert_eq!(twice.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&twice.stderr).contains("part 1 of 2 is there twice"));

    fs::write(at.join("2.jsonl"), b"other rows\n").expect("a file");
    let other = geleit(at, "sim merge 1.json 2.json --jsonl all.jsonl");
    assert_eq!(other.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&other.stderr).contains("these are not the rows of the part"));
}

#[test]
fn a_mix_is_a_file_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = geleit_sim::population::mix::PRESETS[1].1;
    fs::write(folder.path().join("tiny-50.toml"), text).expect("a file");
    let of = |mix: &str| succeed(folder.path(), &format!("--json sim run --population 1 --mix {mix}"));
    assert_eq!(of("tiny-50.toml"), of("tiny-50"));
    // Another text has another name, and the report lists its file.
    let changed = text.replace("days = 14", "days = 13");
    fs::write(folder.path().join("mine.toml"), &changed).expect("a file");
    let same_name = geleit(folder.path(), "sim run --population 1 --mix mine.toml");
    assert_eq!(same_name.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&same_name.stderr).contains("\"tiny-50\" is a preset with another text"));
    let renamed = changed.replace("name = \"tiny-50\"", "name = \"of mine\"");
    fs::write(folder.path().join("mine.toml"), renamed).expect("a file");
    let report = String::from_utf8(of("mine.toml")).expect("text");
    assert!(
        report.contains("\"mine.toml\"") && report.contains("\"of mine\"") && !report.contains("tiny-50")
    );
    fs::write(folder.path().join("mine.toml"), text.replace("days = 14", "days = 0")).expect("a file");
    let wrong = geleit(folder.path(), "sim run --population 1 --mix mine.toml");
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("time.days"));
    assert_eq!(geleit(folder.path(), "sim run --population 1 --shard 1/2").status.code(), Some(2));
}
