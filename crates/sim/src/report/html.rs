//! The report as one page of HTML: no network, no script, and every chart's numbers in a table too.
//!
//! ```text
//! html.rs        the page: heading, sections, caveats
//! html/page      escaped text, tables, ids            html/scale      scales, axes, the frame of a chart
//! html/whiskers  html/bars  html/stacks  html/timeline            one kind of chart each
//! html/summary  matrix  errors  outage  costs  disclosed  fallback  assumptions  one section each
//! ```
//!
//! It is read in print, with a screen reader, in light and dark, and without colours. It links to nothing, and its
//! policy lets a browser load nothing and take no style but its own.

mod assumptions;
mod bars;
mod costs;
mod disclosed;
mod errors;
mod fallback;
mod matrix;
mod outage;
mod page;
mod scale;
mod stacks;
mod summary;
mod timeline;
mod whiskers;

use super::caveats::{CAVEATS, CAVEATS_DE};
use super::{Report, view};
use base64ct::{Base64, Encoding};
use page::{Cell, Page, Shown, escape};
use sha2::{Digest, Sha256};

const STYLE: &str = include_str!("html/style.css");

/// The report as a page.
#[must_use]
pub fn html(report: &Report) -> String {
    let mut page = Page::new();
    head(&mut page, report);
    summary::summary(&mut page, report);
    matrix::matrix(&mut page, report);
    errors::errors(&mut page, report);
    outage::outage(&mut page, report);
    costs::costs(&mut page, report);
    disclosed::disclosed(&mut page, report);
    fallback::fallback(&mut page, report);
    invariants(&mut page, report);
    assumptions::assumptions(&mut page, report);
    inputs(&mut page, report);
    caveats(&mut page);
    page.raw("</main>\n</body>\n</html>\n");
    page.into_text()
}

fn head(page: &mut Page, report: &Report) {
    let what = match &report.run.population {
        Some(population) => format!("population of {}", view::grouped(population.people, ',')),
        None => format!("{} scenarios", report.scenarios.len()),
    };
    let title = format!("Simulated status checks: {what}");
    let escaped = escape(&title);
    let style = format!("\n{STYLE}");
    let digest = Base64::encode_string(&Sha256::digest(style.as_bytes()));
    page.raw(&format!(
        concat!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n",
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{}'\">\n",
            "<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n",
            "<a class=\"skip\" href=\"#main\">Skip to the report</a>\n<header>\n<h1>{}</h1>\n"
        ),
        digest, escaped, style, escaped
    ));
    facts(page, report);
    contents(page, report);
    page.raw("</header>\n<main id=\"main\">\n");
}

fn facts(page: &mut Page, report: &Report) {
    let run = &report.run;
    let mut facts = vec![
        ("Result", if report.has_failed() { "failed" } else { "passed" }.to_owned()),
        ("System", run.system.clone()),
        ("Compared with", "share-code, a model".to_owned()),
        ("Seed", run.seed.to_string()),
        ("Version", format!("geleit sim {}", run.version)),
        ("Wallet policy", run.wallet_policy.clone()),
    ];
    if let Some(population) = &run.population {
        facts.push(("Mix", population.mix.clone()));
        facts.push(("Parts", format!("{} of {}", population.shards.len(), population.of)));
    }
    page.raw("<dl class=\"run\">\n");
    for (name, value) in facts {
        page.raw(&format!("<dt>{name}</dt><dd>{}</dd>\n", escape(&value)));
    }
    page.raw("</dl>\n");
}

fn contents(page: &mut Page, report: &Report) {
    let links: &[(&str, &str)] = if report.scenarios.is_empty() {
        &[("rates", "Error rates"), ("timeline", "Time line")]
    } else {
        &[("matrix", "Scenarios by family"), ("scenarios", "Every scenario")]
    };
    let links =
        [("summary", "Summary"), ("zusammenfassung", "Zusammenfassung")].iter().chain(links).chain(&[
            ("costs", "Time and bytes"),
            ("disclosed", "What was disclosed"),
            ("fallback", "Ways out"),
            ("invariants", "Invariants"),
            ("assumptions", "Assumptions"),
            ("caveats", "Caveats"),
        ]);
    page.raw("<nav aria-label=\"Contents\">\n<ul>\n");
    let assumed = view::assumed(report).is_some();
    for (id, name) in links.filter(|(id, _)| assumed || *id != "assumptions") {
        let lang = if *id == "zusammenfassung" { " lang=\"de\"" } else { "" };
        page.raw(&format!("<li><a href=\"#{id}\"{lang}>{name}</a></li>\n"));
    }
    page.raw("</ul>\n</nav>\n");
}

fn invariants(page: &mut Page, report: &Report) {
    page.begin("invariants", "Invariants");
    page.text("p", "What has to hold in every run, whatever is simulated. A run that breaks one fails.");
    let rows: Vec<Vec<Cell>> = report
        .invariants
        .iter()
        .map(|one| {
            let state = match one.broken {
                0 if view::was_checked(one) => ("good", "held"),
                0 => ("w", "not checked"),
                _ => ("bad", "broken"),
            };
            vec![
                Cell::text(&one.id),
                Cell::text(&one.text),
                Cell::number(view::grouped(one.checked, ',')),
                Cell::number(view::grouped(one.broken, ',')),
                Cell::State(state.0, state.1.to_owned()),
            ]
        })
        .collect();
    page.table(Shown::Open, "Invariants", &["id", "what holds", "checked", "broken", "result"], &rows);
    if let Some(read) = view::read_as_no(report) {
        page.text("p", &read);
    }
    page.end();
}

fn inputs(page: &mut Page, report: &Report) {
    if report.run.inputs.is_empty() {
        return;
    }
    page.begin("inputs", "Inputs");
    let rows: Vec<Vec<Cell>> = report
        .run
        .inputs
        .iter()
        .map(|(name, digest)| vec![Cell::text(name), Cell::State("hash", digest.clone())])
        .collect();
    page.table(Shown::Folded, "SHA-256 of every input", &["input", "SHA-256"], &rows);
    page.end();
}

fn caveats(page: &mut Page) {
    page.begin("caveats", "Caveats");
    page.list(CAVEATS);
    page.end();
    page.raw("<section lang=\"de\" aria-labelledby=\"vorbehalte\">\n<h2 id=\"vorbehalte\">Vorbehalte</h2>\n");
    page.list(CAVEATS_DE);
    page.end();
}
