//! JUnit XML for CI servers: a suite per family, a case per scenario, and one suite for the invariants.
//!
//! ```xml
//! <testsuites name="geleit sim" tests="78" failures="1" errors="0" skipped="2">
//!   <testsuite name="status-changes" tests="12" ..>
//!     <properties><property name="seed" value="7"/>..</properties>
//!     <testcase classname="geleit-sim.status-changes" name="B08 Revoked leave">
//!       <failure message="outcome: expected REFUSE, got ACCEPT" type="failed">..</failure>
//! ```
//!
//! There are no times in it: the clock of a run is virtual, and the same run gives the same bytes.

use super::{InvariantReport, Report, ScenarioReport, Status, view};

/// How a case ends.
enum Ending {
    Passed,
    Failure(&'static str, String),
    Error(String),
    Skipped(String),
}

struct Case {
    name: String,
    ending: Ending,
    /// What is said beside it.
    output: Vec<String>,
}

#[derive(Default)]
struct Totals {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Totals {
    fn of<'c>(cases: impl IntoIterator<Item = &'c Case>) -> Self {
        let mut totals = Self::default();
        for case in cases {
            totals.tests += 1;
            match case.ending {
                Ending::Passed => {}
                Ending::Failure(..) => totals.failures += 1,
                Ending::Error(_) => totals.errors += 1,
                Ending::Skipped(_) => totals.skipped += 1,
            }
        }
        totals
    }

    fn attributes(&self) -> String {
        let Self { tests, failures, errors, skipped } = self;
        format!(r#"tests="{tests}" failures="{failures}" errors="{errors}" skipped="{skipped}""#)
    }
}

/// The report as JUnit XML.
#[must_use]
pub fn junit(report: &Report) -> String {
    let mut suites: Vec<(&str, Vec<Case>)> = view::families(report)
        .into_iter()
        .map(|(family, members)| (family, members.into_iter().map(|one| scenario(report, one)).collect()))
        .collect();
    suites.push(("invariants", report.invariants.iter().map(invariant).collect()));
    let totals = Totals::of(suites.iter().flat_map(|(_, cases)| cases));
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.push_str(&format!("<testsuites name=\"geleit sim\" {}>\n", totals.attributes()));
    for (family, cases) in &suites {
        suite(&mut out, report, family, cases);
    }
    out.push_str("</testsuites>\n");
    out
}

fn scenario(report: &Report, scenario: &ScenarioReport) -> Case {
    let because = scenario.because.clone().unwrap_or_default();
    let differences = view::differences(report, scenario);
    let (ending, output) = match scenario.status {
        Status::Passed => (Ending::Passed, Vec::new()),
        Status::Failed if differences.is_empty() => (Ending::Error(because), Vec::new()),
        Status::Failed => (Ending::Failure("failed", differences.join("\n")), Vec::new()),
        Status::ExpectedFailure => (Ending::Skipped(format!("expected failure: {because}")), differences),
        Status::UnexpectedSuccess => {
            let text = format!("passed, though a failure was expected: {because}");
            (Ending::Failure("unexpected-success", text), Vec::new())
        }
        Status::Skipped => (Ending::Skipped(because), Vec::new()),
        Status::NotApplicable => (Ending::Skipped(format!("not applicable: {because}")), Vec::new()),
    };
    Case { name: format!("{} {}", scenario.id, scenario.title), ending, output }
}

fn invariant(one: &InvariantReport) -> Case {
    let ending = if one.broken > 0 {
        let text = format!("broken by {} of {} checks", one.broken, one.checked);
        Ending::Failure("invariant", text)
    } else if !view::was_checked(one) {
        Ending::Skipped("not checked".to_owned())
    } else {
        Ending::Passed
    };
    Case { name: format!("{} {}", one.id, one.text), ending, output: Vec::new() }
}

fn suite(out: &mut String, report: &Report, family: &str, cases: &[Case]) {
    let family = xml(family);
    out.push_str(&format!("  <testsuite name=\"{family}\" {}>\n", Totals::of(cases).attributes()));
    out.push_str("    <properties>\n");
    let run = &report.run;
    let seed = run.seed.to_string();
    let properties = [
        ("seed", seed.as_str()),
        ("version", &run.version),
        ("system", &run.system),
        ("wallet-policy", &run.wallet_policy),
    ];
    for (name, value) in properties {
        out.push_str(&format!("      <property name=\"{name}\" value=\"{}\"/>\n", xml(value)));
    }
    for (name, digest) in &run.inputs {
        let (name, digest) = (xml(name), xml(digest));
        out.push_str(&format!("      <property name=\"sha256 {name}\" value=\"{digest}\"/>\n"));
    }
    out.push_str("    </properties>\n");
    for case in cases {
        case.write(out, &family);
    }
    out.push_str("  </testsuite>\n");
}

impl Case {
    fn write(&self, out: &mut String, family: &str) {
        let name = xml(&self.name);
        out.push_str(&format!("    <testcase classname=\"geleit-sim.{family}\" name=\"{name}\""));
        let ending = match &self.ending {
            Ending::Passed => String::new(),
            Ending::Failure(kind, text) => wrong("failure", kind, text),
            Ending::Error(text) => wrong("error", "broken-off", text),
            Ending::Skipped(why) => format!("      <skipped message=\"{}\"/>\n", xml(why)),
        };
        let output = if self.output.is_empty() {
            String::new()
        } else {
            format!("      <system-out>{}</system-out>\n", xml(&self.output.join("\n")))
        };
        if ending.is_empty() && output.is_empty() {
            out.push_str("/>\n");
        } else {
            out.push_str(&format!(">\n{ending}{output}    </testcase>\n"));
        }
    }
}

fn wrong(element: &str, kind: &str, text: &str) -> String {
    let first = text.lines().next().unwrap_or_default();
    format!("      <{element} message=\"{}\" type=\"{kind}\">{}</{element}>\n", xml(first), xml(text))
}

/// Text for XML 1.0, in elements and attributes: printable, and line ends as references, because a reader would turn
/// them into spaces in an attribute.
fn xml(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(|line| escaped(&view::printable(line))).collect();
    lines.join("&#10;")
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            // XML 1.0 section 2.2 has no place for them.
            '\u{fffe}' | '\u{ffff}' => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}
