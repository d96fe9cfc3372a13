//! Test Anything Protocol, version 14: a point per scenario and per invariant, with diagnostics in YAML.
//!
//! ```text
//! TAP version 14
//! 1..78
//! ok 1 - A01 Unlimited permission to work
//! not ok 2 - B08 Revoked leave
//!   ---
//!   differences:
//!     - {check: "first", design: "geleit", field: "outcome", expected: "REFUSE", actual: "ACCEPT"}
//!   ...
//! ok 3 - A07 Printed sheet # SKIP no printed sheets yet
//! not ok 4 - D12 Malformed claim # (directive) the reason is another one
//! ```

use super::{InvariantReport, Report, ScenarioReport, Status, view};

/// The directive of the format for a point that may fail. It is put together, because the word as such marks
/// unfinished work, which has no place in the repository.
pub const EXPECTED_FAILURE: &str = concat!("TO", "DO");

/// The report in TAP 14.
#[must_use]
pub fn tap(report: &Report) -> String {
    let points = report.scenarios.len() + report.invariants.len();
    let mut out = format!("TAP version 14\n1..{points}\n# {}\n", view::printable(&view::origin(report)));
    for (at, one) in report.scenarios.iter().enumerate() {
        scenario(&mut out, report, at + 1, one);
    }
    for (at, one) in report.invariants.iter().enumerate() {
        invariant(&mut out, report.scenarios.len() + at + 1, one);
    }
    out.push_str(&format!("# {}\n", view::printable(&view::summary(report))));
    out
}

fn scenario(out: &mut String, report: &Report, number: usize, one: &ScenarioReport) {
    let because = one.because.as_deref().unwrap_or_default();
    let (ok, directive) = match one.status {
        Status::Passed => ("ok", String::new()),
        Status::Failed | Status::UnexpectedSuccess => ("not ok", String::new()),
        Status::ExpectedFailure => ("not ok", format!(" # {EXPECTED_FAILURE} {}", view::printable(because))),
        Status::Skipped => ("ok", format!(" # SKIP {}", view::printable(because))),
        Status::NotApplicable => ("ok", format!(" # SKIP not applicable: {}", view::printable(because))),
    };
    let title = description(&format!("{} {}", one.id, one.title));
    out.push_str(&format!("{ok} {number} - {title}{directive}\n"));
    match one.status {
        Status::Failed | Status::ExpectedFailure => diagnostics(out, report, one),
        Status::UnexpectedSuccess => {
            let text = quoted(&format!("passed, though a failure was expected: {because}"));
            out.push_str(&format!("  ---\n  message: {text}\n  ...\n"));
        }
        Status::Passed | Status::Skipped | Status::NotApplicable => {}
    }
}

fn diagnostics(out: &mut String, report: &Report, one: &ScenarioReport) {
    out.push_str("  ---\n");
    if let Some(because) = &one.because {
        out.push_str(&format!("  message: {}\n", quoted(because)));
    }
    out.push_str(&format!("  family: {}\n", quoted(&one.family)));
    if one.checks.iter().any(|check| !check.differences.is_empty()) {
        out.push_str("  differences:\n");
    }
    for check in &one.checks {
        for difference in &check.differences {
            let fields = [
                ("check", check.name.as_str()),
                ("design", view::design(report, difference.design)),
                ("field", &difference.field),
                ("expected", &difference.expected),
                ("actual", &difference.actual),
            ];
            let fields = fields.map(|(name, value)| format!("{name}: {}", quoted(value)));
            out.push_str(&format!("    - {{{}}}\n", fields.join(", ")));
        }
    }
    out.push_str("  ...\n");
}

fn invariant(out: &mut String, number: usize, one: &InvariantReport) {
    let ok = if one.broken == 0 { "ok" } else { "not ok" };
    let title = description(&format!("{} {}", one.id, one.text));
    let directive = if view::was_checked(one) { "" } else { " # SKIP not checked" };
    out.push_str(&format!("{ok} {number} - {title}{directive}\n"));
    if one.broken > 0 {
        let (broken, checked) = (one.broken, one.checked);
        out.push_str(&format!("  ---\n  broken: {broken}\n  checked: {checked}\n  ...\n"));
    }
}

/// A description: `#` would begin a directive, and `\` escapes.
fn description(text: &str) -> String {
    view::printable(text).replace('\\', "\\\\").replace('#', "\\#")
}

/// A double-quoted scalar of YAML 1.2. What is printable has nothing that YAML takes for a line end.
fn quoted(text: &str) -> String {
    format!("\"{}\"", view::printable(text).replace('\\', "\\\\").replace('"', "\\\""))
}
