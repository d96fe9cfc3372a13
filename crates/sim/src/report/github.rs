//! Lines that GitHub Actions shows beside a run (workflow commands).
//!
//! ```text
//! ::error title=B08 Revoked leave::check 1 (first), geleit: outcome: expected REFUSE, got ACCEPT
//! ::warning title=1 scenario skipped::A07: no printed sheets yet
//! ```
//!
//! Nothing in a text can begin a command of its own or steer the log: line ends are escaped, and what is left is
//! [printable](crate::printable).

use super::{Report, Status, view};

/// One line per scenario that failed or passed unexpectedly and per broken invariant; a warning per expected
/// failure, and one for all that was skipped. Empty when there is nothing to say.
#[must_use]
pub fn github(report: &Report) -> String {
    let mut out = String::new();
    for one in &report.scenarios {
        let title = format!("{} {}", one.id, one.title);
        let because = one.because.as_deref().unwrap_or_default();
        let differences = || view::differences(report, one).join("\n");
        match one.status {
            Status::Failed => {
                let lines: Vec<_> = one.because.iter().cloned().chain([differences()]).collect();
                command(&mut out, "error", &title, lines.join("\n").trim_end());
            }
            Status::UnexpectedSuccess => {
                let text = format!("passed, though a failure was expected: {because}");
                command(&mut out, "error", &title, &text);
            }
            Status::ExpectedFailure => {
                let text = format!("failed as expected: {because}\n{}", differences());
                command(&mut out, "warning", &title, text.trim_end());
            }
            Status::Passed | Status::Skipped | Status::NotApplicable => {}
        }
    }
    for one in report.invariants.iter().filter(|one| one.broken > 0) {
        let text = format!("broken by {} of {} checks", one.broken, one.checked);
        command(&mut out, "error", &format!("{} {}", one.id, one.text), &text);
    }
    skipped(&mut out, report);
    out
}

fn skipped(out: &mut String, report: &Report) {
    let skipped = report.scenarios.iter().filter(|one| one.status == Status::Skipped);
    let lines: Vec<_> =
        skipped.map(|one| format!("{}: {}", one.id, one.because.as_deref().unwrap_or_default())).collect();
    match lines.len() {
        0 => {}
        1 => command(out, "warning", "1 scenario skipped", &lines.join("\n")),
        many => command(out, "warning", &format!("{many} scenarios skipped"), &lines.join("\n")),
    }
}

fn command(out: &mut String, name: &str, title: &str, message: &str) {
    out.push_str(&format!("::{name} title={}::{}\n", property(title), data(message)));
}

/// The message of a command. It may have several lines.
fn data(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(|line| view::printable(line).replace('%', "%25")).collect();
    lines.join("%0A")
}

/// A property of a command.
fn property(text: &str) -> String {
    view::printable(text).replace('%', "%25").replace(':', "%3A").replace(',', "%2C")
}
