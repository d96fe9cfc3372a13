//! The result in sentences, in English and in German.

use super::page::Page;
use crate::report::rates::{Rates, without_outages};
use crate::report::view::{self, grouped};
use crate::report::{Report, Status};
use crate::row::Design;
use crate::stats::Share;
use crate::tally::Dimension;

/// Adds both summaries.
pub(super) fn summary(page: &mut Page, report: &Report) {
    page.begin("summary", "Summary");
    page.list(english(report));
    page.end();
    page.raw("<section lang=\"de\" aria-labelledby=\"zusammenfassung\">\n");
    page.raw("<h2 id=\"zusammenfassung\">Zusammenfassung</h2>\n");
    page.list(german(report));
    page.end();
}

fn english(report: &Report) -> Vec<String> {
    let mut out = vec![if report.has_failed() {
        "The run failed: something happened that was not expected.".to_owned()
    } else {
        "The run passed: nothing happened that was not expected.".to_owned()
    }];
    out.extend(view::partial(report));
    if !report.scenarios.is_empty() {
        let statuses = Status::ALL.map(|status| (report.with_status(status), view::words(status)));
        let statuses = statuses.into_iter().filter(|(count, _)| *count > 0);
        let statuses: Vec<_> = statuses.map(|(count, words)| format!("{count} {words}")).collect();
        out.push(format!("Of {} scenarios: {}.", report.scenarios.len(), statuses.join(", ")));
        for design in Design::ALL {
            let (passed, of) = view::passed_of(&report.scenarios, design);
            let name = view::design(report, design);
            out.push(format!("{name} answered {passed} of {of} checks as expected."));
        }
    }
    let sentence = |rates: &Rates| {
        format!(
            "\"no\" in {} of people who have the right, \"yes\" in {} of people who have not, neither yes nor no in {} of people of whom it is settled whether they have the right.",
            share(rates.false_negative, ',', "."),
            share(rates.false_positive, ',', "."),
            share(rates.indeterminate, ',', "."),
        )
    };
    for (name, all, calm) in rates(report) {
        out.push(format!("{name}: {}", sentence(&all)));
        if let Some(calm) = calm {
            out.push(format!("{name}, without injected outages: {}", sentence(&calm)));
        }
    }
    if report.run.population.is_some() {
        out.push("Percentages in brackets are 95 % intervals after Wilson.".to_owned());
    }
    let broken = report.invariants.iter().filter(|one| one.broken > 0).count();
    let unseen = report.invariants.iter().filter(|one| !view::was_checked(one)).count();
    let held = report.invariants.len().saturating_sub(broken + unseen);
    out.push(match broken {
        0 if unseen > 0 => format!("{held} invariants held, {unseen} were not checked."),
        0 => format!("All {held} invariants held."),
        broken => format!("{broken} of {} invariants were broken.", report.invariants.len()),
    });
    out
}

fn german(report: &Report) -> Vec<String> {
    let mut out = vec![if report.has_failed() {
        "Der Lauf ist fehlgeschlagen: Etwas Unerwartetes ist geschehen.".to_owned()
    } else {
        "Der Lauf ist bestanden: Nichts Unerwartetes ist geschehen.".to_owned()
    }];
    if view::partial(report).is_some() {
        out.push("Teile dieses Laufs fehlen.".to_owned());
    }
    if !report.scenarios.is_empty() {
        let statuses = Status::ALL.map(|status| (report.with_status(status), status_de(status)));
        let statuses = statuses.into_iter().filter(|(count, _)| *count > 0);
        let statuses: Vec<_> = statuses.map(|(count, words)| format!("{count} {words}")).collect();
        out.push(format!("Von {} Szenarien: {}.", report.scenarios.len(), statuses.join(", ")));
        for design in Design::ALL {
            let (passed, of) = view::passed_of(&report.scenarios, design);
            let name = view::design(report, design);
            out.push(format!("{name} hat {passed} von {of} Prüfungen wie erwartet beantwortet."));
        }
        let unexpected = report.scenarios.iter().filter(|one| one.status.is_unexpected());
        out.extend(unexpected.map(|one| format!("Unerwartet: {} {}.", one.id, one.title_de)));
    }
    let sentence = |rates: &Rates| {
        format!(
            "Nein bei {} von Personen, die das Recht haben, Ja bei {} von Personen, die es nicht haben, weder Ja noch Nein bei {} von Personen, bei denen feststeht, ob sie das Recht haben.",
            share(rates.false_negative, '.', ","),
            share(rates.false_positive, '.', ","),
            share(rates.indeterminate, '.', ","),
        )
    };
    for (name, all, calm) in rates(report) {
        out.push(format!("{name}: {}", sentence(&all)));
        if let Some(calm) = calm {
            out.push(format!("{name}, ohne eingespielte Ausfälle: {}", sentence(&calm)));
        }
    }
    if report.run.population.is_some() {
        out.push("In Klammern stehen 95-%-Bereiche nach Wilson.".to_owned());
    }
    for one in report.invariants.iter().filter(|one| one.broken > 0) {
        out.push(format!("{} gilt nicht: {}", one.id, one.text_de));
    }
    if report.invariants.iter().all(|one| one.broken == 0) {
        let unseen = report.invariants.iter().filter(|one| !view::was_checked(one)).count();
        let held = report.invariants.len().saturating_sub(unseen);
        out.push(match unseen {
            0 => format!("Alle {held} Invarianten gelten."),
            unseen => format!("{held} Invarianten gelten, {unseen} wurden nicht geprüft."),
        });
    }
    out.push("Alle Personen sind erfunden. Dies ist keine Rechtsberatung.".to_owned());
    out
}

/// The rates of each design, over all checks and without injected outages.
fn rates(report: &Report) -> Vec<(&str, Rates, Option<Rates>)> {
    if report.run.population.is_none() {
        return Vec::new();
    }
    let of = |design| report.tally.counts(design, Dimension::All, "all");
    let calm = |design| Some(Rates::of(&without_outages(&report.tally, design)?));
    let both = |one| Some((view::design(report, one), Rates::of(of(one)?), calm(one)));
    Design::ALL.into_iter().filter_map(both).collect()
}

/// `20 of 180 checks (11.11%, 7.31 to 16.54%)`, with the marks of the language.
fn share(share: Share, thousands: char, point: &str) -> String {
    let (count, of) = (grouped(share.count, thousands), grouped(share.of, thousands));
    let ([word, checks, to], unit) =
        if point == "," { (["von", "Prüfungen", "bis"], "\u{a0}%") } else { (["of", "checks", "to"], "%") };
    if share.of == 0 {
        return format!("{count} {word} {of} {checks}");
    }
    let [middle, low, high] = view::in_percent(share).map(|digits| digits.replace('.', point));
    format!("{count} {word} {of} {checks} ({middle}{unit}; {low} {to} {high}{unit})")
}

const fn status_de(status: Status) -> &'static str {
    match status {
        Status::Passed => "bestanden",
        Status::Failed => "fehlgeschlagen",
        Status::ExpectedFailure => "wie erwartet fehlgeschlagen",
        Status::UnexpectedSuccess => "unerwartet bestanden",
        Status::Skipped => "übersprungen",
        Status::NotApplicable => "nicht anwendbar",
    }
}
