//! The whole report as JSON, with its rates worked out, and back again.
//!
//! ```text
//! {"schema":"geleit.sim/1","run":{..},"scenarios":[..],"tally":{..},"invariants":[..],
//!  "rates":{"geleit":{"all":{"all":{"false_negative":{"count":..,"of":..,"share":..,"low":..,"high":..},..}}}}}
//! ```
//!
//! `rates_without_outages` has the same over all checks but those that are counted under an injected outage.
//! Rates are there for populations only: scenarios are chosen, not drawn, so a share of them estimates nothing.
//! They are worked out from the counts again when a report is read, and never added up.

use super::rates::{Rates, fallback_success, latency_within_ms, mean_bytes, without_outages};
use super::{Report, SCHEMA};
use crate::row::Design;
use crate::stats::Share;
use crate::tally::{Counts, Dimension};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Serialize)]
struct Document<'r> {
    #[serde(flatten)]
    report: &'r Report,
    #[serde(skip_serializing_if = "Option::is_none")]
    rates: Option<BTreeMap<Design, Dimensions<'r>>>,
    /// The same over all checks but those that are counted under an injected outage.
    #[serde(skip_serializing_if = "Option::is_none")]
    rates_without_outages: Option<BTreeMap<Design, Group>>,
}

type Dimensions<'r> = BTreeMap<Dimension, BTreeMap<&'r str, Group>>;

#[derive(Serialize)]
struct Group {
    false_negative: Rounded,
    false_positive: Rounded,
    indeterminate: Rounded,
    indeterminate_with_right: Rounded,
    fallback_success: Rounded,
    mean_request_bytes: u64,
    mean_presentation_bytes: u64,
    latency_p50_within_ms: Option<u32>,
    latency_p95_within_ms: Option<u32>,
}

/// A share to six decimals; nothing where it would be of nothing.
#[derive(Serialize)]
struct Rounded {
    count: u64,
    of: u64,
    share: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
}

impl From<Share> for Rounded {
    fn from(share: Share) -> Self {
        let round = |value: f64| (share.of > 0).then(|| (value * 1e6).round() / 1e6);
        Self {
            count: share.count,
            of: share.of,
            share: round(share.share),
            low: round(share.low),
            high: round(share.high),
        }
    }
}

impl Group {
    fn of(counts: &Counts) -> Self {
        let rates = Rates::of(counts);
        let (mean_request_bytes, mean_presentation_bytes) = mean_bytes(counts);
        Self {
            false_negative: rates.false_negative.into(),
            false_positive: rates.false_positive.into(),
            indeterminate: rates.indeterminate.into(),
            indeterminate_with_right: rates.indeterminate_with_right.into(),
            fallback_success: fallback_success(counts).into(),
            mean_request_bytes,
            mean_presentation_bytes,
            latency_p50_within_ms: latency_within_ms(counts, 50),
            latency_p95_within_ms: latency_within_ms(counts, 95),
        }
    }
}

/// The report as JSON, two spaces deep, with a line feed at its end.
///
/// # Errors
/// None for a report that this crate made: every key is a text and every number is finite.
pub fn json(report: &Report) -> Result<String, serde_json::Error> {
    let rates = report.run.population.is_some().then(|| {
        let dimensions = |design| {
            Dimension::ALL.map(|dimension| {
                let groups = report.tally.groups(design, dimension);
                (dimension, groups.map(|(name, counts)| (name, Group::of(counts))).collect())
            })
        };
        Design::ALL.map(|design| (design, BTreeMap::from(dimensions(design)))).into()
    });
    let rates_without_outages = report.run.population.is_some().then(|| {
        let group = |design| Some((design, Group::of(&without_outages(&report.tally, design)?)));
        Design::ALL.into_iter().filter_map(group).collect()
    });
    let mut text = serde_json::to_string_pretty(&Document { report, rates, rates_without_outages })?;
    text.push('\n');
    Ok(text)
}

#[derive(Deserialize)]
struct Versioned {
    schema: String,
}

/// Why a text is no report.
#[derive(Debug, thiserror::Error)]
pub enum NoReport {
    /// It is not the JSON of a report.
    #[error("report: {0}")]
    Json(#[from] serde_json::Error),
    /// It is of another version.
    #[error("report: schema {SCHEMA} is required; this one is \"{0}\"")]
    Schema(String),
}

/// Reads a report. Its rates are not read.
///
/// # Errors
/// [`NoReport`].
pub fn read(text: &str) -> Result<Report, NoReport> {
    let Versioned { schema } = serde_json::from_str(text)?;
    if schema != SCHEMA {
        return Err(NoReport::Schema(schema));
    }
    Ok(serde_json::from_str(text)?)
}
