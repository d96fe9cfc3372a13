//! The two outputs.

use crate::job::Job;
use crate::measure::{Comparison, Figures, Other, Ratio};
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The name of the JSON that is printed.
pub(crate) const SCHEMA: &str = "geleit.compare/1";

/// What ratios are relative to, where signatures are verified; `floor.rs` of the benchmarks has every job.
pub(crate) const REFERENCE: &str = "2x ed25519-dalek verify_strict + digests";

impl Comparison {
    /// One JSON object.
    pub(crate) fn to_json(&self) -> Value {
        let systems = self
            .systems
            .iter()
            .map(|system| json!({ "system": system.name, "version": system.version, "note": system.note }));
        let absent = self.absent.iter().map(
            |absent| json!({ "job": absent.job.name(), "system": absent.system, "reason": absent.reason }),
        );
        json!({
            "schema": SCHEMA,
            "reference": REFERENCE,
            "quick": self.quick,
            "rounds": self.rounds,
            "environment": {
                "cpu": self.environment.cpu,
                "rustc": self.environment.rustc,
                "profile": self.environment.profile,
                "sha256_64_bytes_ns": rounded(self.environment.sha_256_ns, 1.0),
                "warnings": self.environment.warnings,
            },
            "systems": systems.collect::<Vec<_>>(),
            "rows": self.figures.iter().map(|row| self.row(row)).collect::<Vec<_>>(),
            "absent": absent.collect::<Vec<_>>(),
        })
    }

    fn row(&self, row: &Figures) -> Value {
        let median = |ratio: Option<Ratio>| ratio.map(|ratio| rounded(ratio.median, 1e4));
        let quartiles =
            |ratio: Option<Ratio>| ratio.map(|ratio| [rounded(ratio.low, 1e4), rounded(ratio.high, 1e4)]);
        let others = row.others.iter().map(|other| {
            json!({
                "variant": other.variant,
                "ratio_to_floor": median(other.of_floor),
                "median_ns": nanos(other.median),
            })
        });
        let note = self.systems.iter().find(|system| system.name == row.system).map(|system| system.note);
        json!({
            "job": row.job.name(),
            "system": row.system,
            "ratio_to_floor": median(row.of_floor),
            "ratio_to_geleit": median(row.of_geleit),
            "median_ns": nanos(row.median),
            "min_ns": nanos(row.fastest),
            "bytes": row.bytes,
            "allocations": rounded(row.allocations, 1e2),
            "ratio_to_floor_quartiles": quartiles(row.of_floor),
            "ratio_to_geleit_quartiles": quartiles(row.of_geleit),
            "good_ratio_to_floor": row.good_of_floor.map(|ratio| rounded(ratio, 1e4)),
            "unit": row.job.unit(),
            "per_call": row.per_call,
            "claims_visible": row.shown,
            "samples": row.samples,
            "variant": (!row.variant.is_empty()).then_some(row.variant),
            "faster_variants": others.collect::<Vec<_>>(),
            "note": note,
        })
    }

    /// A table for each job, then notes.
    pub(crate) fn to_text(&self) -> String {
        let mut text = self.head();
        for job in Job::ALL {
            let rows: Vec<&Figures> = self.figures.iter().filter(|row| row.job == job).collect();
            if !rows.is_empty() {
                text.push_str(&table(job, &rows));
            }
        }
        text.push_str("\nNotes\n");
        for system in &self.systems {
            let version = system.version.map(|version| format!(" {version}")).unwrap_or_default();
            text.push_str(&paragraph(&format!("{}{version}: {}", system.name, system.note)));
        }
        text.push_str("\nNo row\n");
        text.push_str(&self.gaps());
        text
    }

    fn head(&self) -> String {
        let environment = &self.environment;
        let versions = self.systems.iter().filter_map(|system| {
            Some(format!(
                "{} {}",
                system.name.strip_prefix("floor").map_or(system.name, |_| "ed25519-dalek"),
                system.version?
            ))
        });
        let mut versions: Vec<String> = versions.collect();
        versions.dedup();
        let mut head = format!(
            "geleit compared: ratios of medians over {} rounds; floor = bare cryptography, \
             for verifying {REFERENCE}\n\n",
            self.rounds
        );
        let facts = [
            ("machine", environment.cpu.clone()),
            ("compiler", environment.rustc.to_owned()),
            ("profile", environment.profile.to_owned()),
            ("versions", versions.join(", ")),
            ("SHA-256 of 64 bytes", format!("{:.0} ns", environment.sha_256_ns)),
        ];
        for (name, fact) in facts {
            head.push_str(&format!("  {name:<20} {fact}\n"));
        }
        for warning in &environment.warnings {
            head.push_str(&format!("  {:<20} {warning}\n", "WARNING"));
        }
        head
    }

    /// Reasons, with the jobs and systems that have them.
    fn gaps(&self) -> String {
        let mut gaps: BTreeMap<(&str, Job), Vec<&str>> = BTreeMap::new();
        for absent in &self.absent {
            gaps.entry((absent.reason, absent.job)).or_default().push(absent.system);
        }
        let line = |((reason, job), systems): (&(&str, Job), &Vec<&str>)| {
            paragraph(&format!("{}, {reason}: {}", job.name(), systems.join(", ")))
        };
        gaps.iter().map(line).collect()
    }
}

fn table(job: Job, rows: &[&Figures]) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    let what = if job.refuses() { "good one" } else { "visible" };
    table.set_header([
        job.name(),
        "of floor",
        "quartiles",
        "of geleit",
        what,
        "median",
        "min",
        "bytes",
        "allocs",
    ]);
    for row in rows {
        let what =
            if job.refuses() { opt(row.good_of_floor, ratio) } else { opt(row.shown, |n| n.to_string()) };
        table.add_row([
            row.system.to_owned(),
            opt(row.of_floor, |one| ratio(one.median)),
            opt(row.of_floor, |one| format!("{} to {}", ratio(one.low), ratio(one.high))),
            opt(row.of_geleit, |one| ratio(one.median)),
            what,
            time(row.median),
            time(row.fastest),
            opt(row.bytes, |bytes| bytes.to_string()),
            format!("{}", rounded(row.allocations, 1e1)),
        ]);
        if !row.others.is_empty() {
            table.add_row([format!("  ({})", row.variant)]);
        }
        for Other { variant, of_floor, median } in &row.others {
            let of_floor = opt(*of_floor, |one| ratio(one.median));
            let none = String::new();
            table.add_row([
                format!("  {variant}"),
                of_floor,
                none.clone(),
                none.clone(),
                none,
                time(*median),
            ]);
        }
    }
    for (place, column) in table.column_iter_mut().enumerate() {
        column.set_padding((2, 0));
        if place > 0 {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    format!("\n{}\n", table.trim_fmt())
}

fn opt<T>(value: Option<T>, show: impl FnOnce(T) -> String) -> String {
    value.map_or_else(|| "-".to_owned(), show)
}

/// Three figures that matter.
fn ratio(ratio: f64) -> String {
    match ratio {
        none if none.is_nan() => "-".to_owned(),
        large if large >= 100.0 => format!("{large:.0}"),
        medium if medium >= 10.0 => format!("{medium:.1}"),
        small if small >= 0.001 => format!("{small:.3}"),
        _ => "<0.001".to_owned(),
    }
}

fn time(seconds: f64) -> String {
    match 1e6 * seconds {
        long if long >= 1000.0 => format!("{:.2} ms", long / 1e3),
        middle if middle >= 1.0 => format!("{middle:.2} µs"),
        short => format!("{:.0} ns", 1e3 * short),
    }
}

fn nanos(seconds: f64) -> f64 {
    rounded(1e9 * seconds, 1e1)
}

fn rounded(value: f64, parts: f64) -> f64 {
    (value * parts).round() / parts
}

/// Wrapped to 100 columns.
fn paragraph(text: &str) -> String {
    let mut lines = String::new();
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > 96 {
            lines.push_str(&format!("  {line}\n"));
            line = String::from("  ");
        } else if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines + &format!("  {line}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::Environment;
    use crate::measure::{About, Absent};

    fn comparison() -> Comparison {
        let ratio = Some(Ratio { low: 0.9, median: 1.0 / 3.0, high: 1.25 });
        let row = |job, system: &'static str, of_geleit| Figures {
            job,
            system,
            variant: "",
            of_floor: ratio,
            of_geleit,
            good_of_floor: None,
            median: 63.123_456e-6,
            fastest: 60e-6,
            samples: 61,
            per_call: 1,
            bytes: Some(1117),
            shown: Some(3),
            allocations: 0.0,
            others: Vec::new(),
        };
        let other = Other { variant: "issuer's signature forged", of_floor: ratio, median: 30e-6 };
        let reject = Figures {
            variant: "holder's signature forged",
            good_of_floor: Some(1.5),
            others: vec![other],
            ..row(Job::RejectForged, "geleit", ratio)
        };
        let decide = Figures { of_floor: None, bytes: None, ..row(Job::Decide, "geleit", None) };
        Comparison {
            environment: Environment {
                cpu: "a processor".to_owned(),
                rustc: "rustc 1",
                profile: "release",
                sha_256_ns: 57.0,
                warnings: vec!["something".to_owned()],
            },
            quick: true,
            rounds: 61,
            systems: vec![About { name: "geleit", version: None, note: "a note" }],
            figures: vec![row(Job::Verify3Of20, "geleit", ratio), reject, decide],
            absent: vec![Absent { job: Job::IssueBatch64, system: "coset", reason: "no call for a batch" }],
        }
    }

    #[test]
    fn the_schema_has_its_fields() {
        let json = comparison().to_json();
        assert_eq!(json["schema"], "geleit.compare/1");
        assert_eq!(json["reference"], "2x ed25519-dalek verify_strict + digests");
        let row = &json["rows"][0];
        let fields = ["job", "system", "ratio_to_floor", "ratio_to_geleit", "median_ns", "min_ns", "bytes"];
        for field in fields.into_iter().chain(["allocations", "unit", "note"]) {
            assert!(!row[field].is_null(), "{field}");
        }
        assert_eq!(row["job"], "verify-3-of-20");
        assert_eq!(row["ratio_to_floor"], 0.3333);
        assert_eq!(row["ratio_to_floor_quartiles"], json!([0.9, 1.25]));
        assert_eq!(row["median_ns"], 63_123.5);
        assert_eq!(row["allocations"], 0.0);
        assert_eq!(json["absent"][0]["job"], "issue-batch-64");
    }

    #[test]
    fn ratios_that_do_not_exist_are_null() {
        let json = comparison().to_json();
        let decide = json["rows"].as_array().unwrap().iter().find(|row| row["job"] == "decide").unwrap();
        for field in ["ratio_to_floor", "ratio_to_geleit", "ratio_to_floor_quartiles", "bytes", "variant"] {
            assert!(decide.get(field).is_some_and(Value::is_null), "{field}");
        }
    }

    #[test]
    fn jobs_have_the_names_that_were_agreed() {
        let names = [
            "issue-20",
            "present-3-of-20",
            "verify-3-of-20",
            "verify-20-of-20",
            "verify-known-issuer-3-of-20",
            "verify-many-64",
            "verify-many-1024",
            "issue-batch-64",
            "reject-forged",
            "reject-replayed",
            "decide",
        ];
        assert_eq!(Job::ALL.map(Job::name), names);
    }

    #[test]
    fn the_table_says_what_the_figures_say() {
        let text = comparison().to_text();
        for part in [
            "verify-3-of-20",
            "0.333",
            "0.900 to 1.250",
            "63.12 µs",
            "1117",
            "(holder's signature forged)",
            "issuer's signature forged",
            "1.500",
            "geleit: a note",
            "issue-batch-64, no call for a batch: coset",
            "WARNING",
        ] {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
        assert!(!text.contains('\u{1b}'), "no colours");
        assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");
    }
}
