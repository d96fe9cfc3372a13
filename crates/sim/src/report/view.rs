//! What the outputs for people share: names, numbers, scenarios by family, and the summary in one sentence.

use super::{CheckReport, InvariantReport, Report, ScenarioReport, Status, rates};
pub(super) use crate::printable::printable;
use crate::row::{Design, Row};
use crate::stats::Share;
use crate::tally::Dimension;

/// Dimensions that rates are shown for, beside the whole.
pub(super) const SUBGROUPS: [Dimension; 6] = [
    Dimension::Permit,
    Dimension::Nationality,
    Dimension::AgeBand,
    Dimension::HardCase,
    Dimension::Purpose,
    Dimension::Fault,
];

/// What a dimension is called.
pub(super) const fn dimension(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::All => "all checks",
        Dimension::Family => "family of scenarios",
        Dimension::Purpose => "intended use",
        Dimension::Fault => "injected fault",
        Dimension::Permit => "class of permission",
        Dimension::Nationality => "nationality",
        Dimension::AgeBand => "age in years",
        Dimension::HardCase => "hard case",
    }
}

/// What a design is called in this run: a system under test stands in geleit's place.
pub(super) fn design(report: &Report, design: Design) -> &str {
    match design {
        Design::Geleit => &report.run.system,
        Design::ShareCode => design.name(),
    }
}

/// Scenarios by family, in the order in which families first appear.
pub(super) fn families(report: &Report) -> Vec<(&str, Vec<&ScenarioReport>)> {
    let mut families: Vec<(&str, Vec<&ScenarioReport>)> = Vec::new();
    for scenario in &report.scenarios {
        match families.iter_mut().find(|(name, _)| *name == scenario.family) {
            Some((_, members)) => members.push(scenario),
            None => families.push((&scenario.family, vec![scenario])),
        }
    }
    families
}

/// The answer of a design, if it was run.
pub(super) fn row(check: &CheckReport, design: Design) -> Option<&Row> {
    check.rows.iter().find(|row| row.design == design)
}

/// Whether a design answered a check as expected; `None` where nothing was expected of it.
pub(super) fn as_expected(check: &CheckReport, design: Design) -> Option<bool> {
    check.expected.get(&design)?;
    Some(!check.differences.iter().any(|one| one.design == design))
}

/// How many checks a design answered as expected, of those where something was expected of it.
pub(super) fn passed_of<'r>(
    scenarios: impl IntoIterator<Item = &'r ScenarioReport>,
    design: Design,
) -> (u64, u64) {
    let checks = scenarios.into_iter().flat_map(|one| &one.checks);
    let ran = checks.filter(|check| row(check, design).is_some());
    ran.filter_map(|check| as_expected(check, design))
        .fold((0, 0), |(passed, of), as_expected| (passed + u64::from(as_expected), of + 1))
}

/// The groups of a dimension, each with every design that has checks of it: both designs of a group stand together.
pub(super) fn groups(report: &Report, dimension: Dimension) -> Vec<(&str, Design)> {
    let mut groups: Vec<(&str, Design)> = Design::ALL
        .into_iter()
        .flat_map(|design| report.tally.groups(design, dimension).map(move |(name, _)| (name, design)))
        .collect();
    groups.sort_unstable();
    groups
}

/// Every difference of a scenario, one per line: which check, whose answer, what was expected and what came.
pub(super) fn differences(report: &Report, scenario: &ScenarioReport) -> Vec<String> {
    let of_check = |(at, check): (usize, &CheckReport)| {
        let lines = check.differences.iter().map(move |one| {
            let whose = design(report, one.design);
            format!(
                "check {} ({}), {whose}: {}: expected {}, got {}",
                at + 1,
                check.name,
                one.field,
                one.expected,
                one.actual
            )
        });
        lines.collect::<Vec<_>>()
    };
    scenario.checks.iter().enumerate().flat_map(of_check).collect()
}

/// Whether the run was of scenarios, of a population, and how it ended.
pub(super) fn summary(report: &Report) -> String {
    let mut parts = Vec::new();
    if let Some(population) = &report.run.population {
        let people = grouped(population.people, ',');
        parts.push(format!("population of {people} ({})", population.mix));
    }
    if !report.scenarios.is_empty() {
        let statuses = Status::ALL.into_iter().filter_map(|status| {
            let count = report.with_status(status);
            (count > 0).then(|| format!("{count} {}", words(status)))
        });
        let statuses: Vec<_> = statuses.collect();
        let many = if report.scenarios.len() == 1 { "scenario" } else { "scenarios" };
        parts.push(format!("{} {many}: {}", report.scenarios.len(), statuses.join(", ")));
    }
    let checks: Vec<_> = Design::ALL
        .into_iter()
        .filter_map(|one| {
            let counts = report.tally.counts(one, Dimension::All, "all")?;
            Some(format!("{} by {}", grouped(counts.checks, ','), design(report, one)))
        })
        .collect();
    if !checks.is_empty() {
        parts.push(format!("checks: {}", checks.join(", ")));
    }
    let broken = report.invariants.iter().filter(|one| one.broken > 0).count();
    let unseen = report.invariants.iter().filter(|one| !was_checked(one)).count();
    let held = report.invariants.len().saturating_sub(broken + unseen);
    parts.push(match broken {
        0 => format!("{held} invariants held"),
        broken => format!("{broken} of {} invariants broken", report.invariants.len()),
    });
    if unseen > 0 {
        parts.push(format!("{unseen} not checked"));
    }
    parts.join("; ")
}

/// Whether an invariant was ever looked at: one that was not neither held nor broke.
pub(super) const fn was_checked(one: &InvariantReport) -> bool {
    one.checked > 0 || one.broken > 0
}

/// What invariants leave to desks, as a sentence; `None` where no population was run.
pub(super) fn read_as_no(report: &Report) -> Option<String> {
    report.run.population.as_ref()?;
    let counts = |design| report.tally.counts(design, Dimension::All, "all").map_or(0, rates::read_as_no);
    let [first, second] = Design::ALL.map(|one| {
        let rows = grouped(counts(one), ',');
        format!("{rows} with {}", design(report, one))
    });
    Some(format!(
        "X-01 looks at what was answered, before a desk reads it. Rows in which a desk then took \"neither\" for \"no\": {first}, {second}."
    ))
}

/// What the mix of a run assumes, in a sentence; `None` where nothing is known of it.
pub(super) fn assumed(report: &Report) -> Option<String> {
    let assumptions = &report.run.population.as_ref()?.assumptions;
    if assumptions.is_empty() {
        return None;
    }
    let outages: Vec<String> = assumptions
        .outages
        .iter()
        .map(|one| format!("{} for {} after {}", one.of, one.span, one.after))
        .collect();
    let outages = if outages.is_empty() { "none".to_owned() } else { outages.join(", ") };
    Some(format!(
        "Of the figures that draws use, {} are assumed, {} are published. Outages: {outages}. The HTML report and run.json list them all.",
        assumptions.with_mark("assumption"),
        assumptions.with_mark("published"),
    ))
}

/// A status in words.
pub(super) const fn words(status: Status) -> &'static str {
    match status {
        Status::Passed => "passed",
        Status::Failed => "failed",
        Status::ExpectedFailure => "failed as expected",
        Status::UnexpectedSuccess => "passed unexpectedly",
        Status::Skipped => "skipped",
        Status::NotApplicable => "not applicable",
    }
}

/// `of` and seed of a run, in one line.
pub(super) fn origin(report: &Report) -> String {
    let run = &report.run;
    format!(
        "geleit sim {}, seed {}, system {}, wallet policy {}",
        run.version, run.seed, run.system, run.wallet_policy
    )
}

/// Which parts of a run are missing from a report, as a sentence; `None` when it is whole.
pub(super) fn partial(report: &Report) -> Option<String> {
    let population = report.run.population.as_ref()?;
    let missing = (1..=population.of).filter(|part| !population.shards.contains(part)).count();
    (missing > 0).then(|| format!("{missing} of {} parts of this run are missing.", population.of))
}

/// A whole number with its thousands set apart.
pub(super) fn grouped(number: u64, mark: char) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(mark);
        }
        out.push(digit);
    }
    out
}

/// Decimals of a percentage: two, and more where two would make something look like nothing.
const fn decimals(share: f64) -> usize {
    if share == 0.0 || share >= 0.001 {
        2
    } else if share >= 0.000_1 {
        3
    } else {
        4
    }
}

/// A share as a percentage: `1.23%`.
pub(super) fn percent(share: f64) -> String {
    format!("{:.*}%", decimals(share), share * 100.0)
}

/// A share and the ends of its interval in percent, without the sign, all with the same decimals.
pub(super) fn in_percent(share: Share) -> [String; 3] {
    let decimals = decimals(share.high);
    [share.share, share.low, share.high].map(|value| format!("{:.decimals$}", value * 100.0))
}

/// A share with its interval: `1.23% (1.20 to 1.26)`; a dash of nothing.
pub(super) fn with_interval(share: Share) -> String {
    let [middle, low, high] = in_percent(share);
    if share.of == 0 { "-".to_owned() } else { format!("{middle}% ({low} to {high})") }
}

/// A share in percent with its interval, for narrow columns: `1.23 [1.20-1.26]`; a dash of nothing.
pub(super) fn narrow_interval(share: Share) -> String {
    let [middle, low, high] = in_percent(share);
    if share.of == 0 { "-".to_owned() } else { format!("{middle} [{low}-{high}]") }
}

#[cfg(test)]
mod tests {
    use super::{grouped, percent, with_interval};
    use crate::stats::Share;

    #[test]
    fn numbers_are_set_for_reading() {
        assert_eq!(grouped(0, ','), "0");
        assert_eq!(grouped(999, ','), "999");
        assert_eq!(grouped(1_000_000, '.'), "1.000.000");
        assert_eq!(with_interval(Share::new(1, 10)), "10.00% (1.79 to 40.42)");
        assert_eq!(with_interval(Share::new(0, 0)), "-");
        assert_eq!(with_interval(Share::new(3, 1_000_000)), "0.0003% (0.0001 to 0.0009)");
        assert_eq!(
            (percent(0.0), percent(0.000_2), percent(1.0)),
            ("0.00%".into(), "0.020%".into(), "100.00%".into())
        );
    }
}
