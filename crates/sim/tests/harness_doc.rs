//! Every example in `spec/harness.md` is a message of the protocol, and every message has an example.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests may fail loudly")]

use geleit_sim::invariant::Invariant;
use geleit_sim::sut::command::TIME_LIMIT;
use geleit_sim::sut::message::{
    ANSWERS, FromSystem, MAX_LINE_FROM_SYSTEM, MAX_LINE_TO_SYSTEM, ToSystem, read, write,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeSet;

const TEXT: &str = include_str!("../../../spec/harness.md");

/// The blocks with this word on their fence.
fn blocks(info: &str) -> Vec<&'static str> {
    let fence = format!("```{info}\n");
    TEXT.split(fence.as_str()).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

/// The types of the messages in these blocks, each of which is read and written again.
fn types<M: DeserializeOwned + Serialize>(info: &str) -> BTreeSet<String> {
    let mut types = BTreeSet::new();
    for line in blocks(info).into_iter().flat_map(str::lines) {
        let message: M = read(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let (shown, again): (Value, Value) = (read(line).unwrap(), read(&write(&message).unwrap()).unwrap());
        assert_eq!(shown, again);
        types.insert(shown.get("type").and_then(Value::as_str).unwrap().to_owned());
    }
    types
}

#[test]
fn every_message_has_an_example_that_is_one() {
    let to = types::<ToSystem>("json to-system");
    assert_eq!(to.into_iter().collect::<Vec<_>>(), ["begin", "bye", "check", "file", "hello", "profile"]);
    let from = types::<FromSystem>("json from-system");
    assert_eq!(from.into_iter().collect::<Vec<_>>(), ["answer", "error", "hello", "missing", "ready"]);
    assert_eq!(
        TEXT.matches("```json").count(),
        blocks("json to-system").len() + blocks("json from-system").len()
    );
}

#[test]
fn every_answer_in_the_examples_is_taken() {
    for line in blocks("json from-system").into_iter().flat_map(str::lines) {
        if let FromSystem::Answer(said) = read(line).unwrap() {
            said.into_reply().unwrap();
        }
    }
}

#[test]
fn numbers_words_and_invariants_are_those_of_the_program() {
    let grouped = |number: usize| {
        let digits = number.to_string();
        let parts: Vec<&str> =
            digits.as_bytes().rchunks(3).rev().map(|part| std::str::from_utf8(part).unwrap()).collect();
        parts.join(",")
    };
    assert!(TEXT.contains(&format!("to the system has at most {} bytes", grouped(MAX_LINE_TO_SYSTEM))));
    assert!(TEXT.contains(&grouped(MAX_LINE_FROM_SYSTEM)));
    assert!(TEXT.contains(&format!("{} seconds for each message", TIME_LIMIT.as_secs())));
    for word in ANSWERS {
        assert!(TEXT.contains(&format!("\n| `{word}` | ")), "{word}");
    }
    for invariant in Invariant::ALL {
        assert!(
            TEXT.contains(&format!("| {} | {} |", invariant.id(), invariant.text())),
            "{}",
            invariant.id()
        );
    }
}

#[test]
fn the_example_of_expected_failures_is_toml() {
    let blocks = blocks("toml expected");
    let file: toml::Table = toml::from_str(blocks.first().unwrap()).unwrap();
    let scenarios = file.get("scenario").and_then(toml::Value::as_array).unwrap();
    assert!(scenarios.iter().all(|one| one.get("id").is_some() && one.get("why").is_some()));
}
