//! What a mix assumes, as a reader of a report sees it: every figure with its origin.
//!
//! ```text
//! desk.unknown_as_no_code_per_million   100000   assumption   nearly all reported harm is unknown read as no; ..
//! ```
//!
//! Figures are found by their form (`value`, `mark`, `source`), so that none can be left out.

use super::mix::{Mix, service_name};
use crate::report::{Assumed, AssumedOutage, Assumptions};
use crate::world::network::LOCAL;
use serde_json::{Map, Value};

/// Tables whose plain entries are assumptions, too; where their source stands, beside `source` in the same table.
const PLAIN: [&str; 5] = ["time", "holder", "desk", "way_out", "key_rotation"];

/// Everything that a mix assumes. The order is that of the format.
pub(super) fn of(mix: &Mix) -> Assumptions {
    let Ok(Value::Object(tables)) = serde_json::to_value(mix) else { return Assumptions::default() };
    let mut figures = Vec::new();
    for (table, value) in &tables {
        if !["outage", "context", "person"].contains(&table.as_str()) {
            walk(table, value, PLAIN.contains(&table.as_str()), &mut figures);
        }
    }
    for (name, value) in [("round_trip_ms", LOCAL.round_trip_ms), ("bytes_per_s", LOCAL.bytes_per_s)] {
        figures.push(Assumed {
            name: format!("link.{name}"),
            value: value.to_string(),
            mark: "assumption".to_owned(),
            source: "a short-range link between phone and desk; not in the mix".to_owned(),
            date: None,
        });
    }
    let outages = mix.outage.iter().map(|window| AssumedOutage {
        of: service_name(window.of).to_owned(),
        after: window.after.into(),
        span: window.span.into(),
        mark: window.mark.name().to_owned(),
        source: window.source.clone(),
    });
    let context = mix.context.iter().map(|one| Assumed {
        name: one.what.clone(),
        value: one.figure.value.to_string(),
        mark: one.figure.mark.name().to_owned(),
        source: one.figure.source.clone(),
        date: one.figure.date.clone(),
    });
    Assumptions { outages: outages.collect(), context: context.collect(), figures }
}

fn walk(name: &str, value: &Value, plain: bool, found: &mut Vec<Assumed>) {
    match value {
        Value::Object(table) if table.contains_key("mark") => found.push(figure(name, table)),
        Value::Object(table) => {
            for (key, value) in table {
                let name = format!("{name}.{key}");
                match value {
                    Value::Object(_) | Value::Array(_) => walk(&name, value, plain, found),
                    Value::Number(_) | Value::String(_) if plain && !key.ends_with("source") => {
                        found.push(Assumed {
                            name,
                            value: text(value),
                            mark: "assumption".to_owned(),
                            source: source(table, key),
                            date: None,
                        });
                    }
                    Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
                }
            }
        }
        Value::Array(entries) => {
            for (entry, number) in entries.iter().zip(1_u64..) {
                if entry.is_object() {
                    walk(&format!("{name}[{}]", called(entry, number)), entry, plain, found);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn figure(name: &str, table: &Map<String, Value>) -> Assumed {
    let word = |key| table.get(key).map(text).unwrap_or_default();
    Assumed {
        name: name.to_owned(),
        value: word("value"),
        mark: word("mark"),
        source: word("source"),
        date: table.get("date").and_then(Value::as_str).map(str::to_owned),
    }
}

/// What an entry of a list is called: its name, or its place.
fn called(entry: &Value, number: u64) -> String {
    if let (Some(from), Some(to)) = (entry.get("from"), entry.get("to")) {
        return format!("{}-{}", text(from), text(to));
    }
    let by = ["name", "id", "code", "checks", "within"].iter().find_map(|key| entry.get(key));
    by.map_or_else(|| number.to_string(), text)
}

/// Where a plain entry is from: patience has a source of its own.
fn source(table: &Map<String, Value>, key: &str) -> String {
    let of = if key.starts_with("patience") { "patience_source" } else { "source" };
    table.get(of).map_or_else(|| "a setting of the mix".to_owned(), text)
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
