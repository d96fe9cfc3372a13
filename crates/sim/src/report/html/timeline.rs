//! A time line in small multiples: the share of the checks of an hour that had one kind of answer.
//!
//! One design per chart; charts of one kind of answer share their scale, which begins at zero.

use super::page::Page;
use super::scale::{About, Scale, WIDTH, text};
use geleit_credential::time::UnixTime;

const PLOT: (f64, f64) = (46.0, 424.0);
const TOP: f64 = 8.0;
const BOTTOM: f64 = 118.0;

/// Steps of the time axis, in hours.
const STEPS: [i64; 12] = [1, 3, 6, 12, 24, 48, 120, 240, 480, 960, 1_920, 3_840];

/// The hours that are shown: the first one since 1970, how many hours a step has, and how many steps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(super) first: i64,
    pub(super) step: i64,
    pub(super) count: i64,
}

/// Adds a chart. `shares` has a value for each step with checks in it, and `None` for the others; `max` is the
/// largest share of all charts with the same scale.
pub(super) fn timeline(
    page: &mut Page,
    about: &About<'_>,
    class: &str,
    span: Span,
    max: f64,
    shares: &[Option<f64>],
) {
    let scale = Scale::new(max, 0.000_1, BOTTOM, TOP);
    let mut body = String::new();
    for tick in scale.ticks() {
        let y = scale.at(tick);
        body.push_str(&format!(
            "<line class=\"grid\" x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>",
            PLOT.0, PLOT.1
        ));
        body.push_str(&text("tick", PLOT.0 - 5.0, y + 4.0, "end", &scale.percent(tick)));
    }
    body.push_str(&area(class, &scale, span, shares));
    body.push_str(&hours(span));
    let id = page.id();
    page.chart(id, about, BOTTOM + 24.0, &body);
}

/// The shares as steps above zero, with a gap where there were no checks.
fn area(class: &str, scale: &Scale, span: Span, shares: &[Option<f64>]) -> String {
    let mut path = String::new();
    let mut open = false;
    let mut x = PLOT.0;
    let wide = (PLOT.1 - PLOT.0) / float(span.count.max(1));
    for share in shares {
        match (share, open) {
            (Some(share), _) => {
                if !open {
                    path.push_str(&format!("M{x:.2} {BOTTOM:.1}"));
                }
                path.push_str(&format!("V{:.1}H{:.2}", scale.at(*share), x + wide));
                open = true;
            }
            (None, true) => {
                path.push_str(&format!("V{BOTTOM:.1}Z"));
                open = false;
            }
            (None, false) => {}
        }
        x += wide;
    }
    if open {
        path.push_str(&format!("V{BOTTOM:.1}Z"));
    }
    format!("<path class=\"area {class}\" d=\"{path}\"/>\n")
}

/// Ticks in time, at most seven: days at midnight UTC, or hours of a short span.
fn hours(span: Span) -> String {
    let length = (span.step * span.count).max(1);
    let step = STEPS.into_iter().find(|step| length / step <= 6).unwrap_or(7_680);
    let mut hour = span.first.div_euclid(step) * step;
    if hour < span.first {
        hour += step;
    }
    let mut out = String::new();
    while hour <= span.first + length {
        let x = PLOT.0 + (PLOT.1 - PLOT.0) * float(hour - span.first) / float(length);
        out.push_str(&format!(
            "<line class=\"axis\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{BOTTOM:.1}\" y2=\"{:.1}\"/>",
            BOTTOM + 4.0
        ));
        if x < WIDTH - 16.0 {
            out.push_str(&text("tick", x, BOTTOM + 17.0, "middle", &name(hour, step)));
        }
        hour += step;
    }
    out
}

/// `05-08`, with the hour where steps are shorter than a day.
fn name(hour: i64, step: i64) -> String {
    let time = UnixTime(hour.saturating_mul(3_600)).to_string();
    let day = time.get(5..10).unwrap_or_default();
    let clock = time.get(11..13).unwrap_or_default();
    if step < 24 { format!("{day} {clock}h") } else { day.to_owned() }
}

#[expect(clippy::as_conversions, reason = "hours since 1970 are far below 2^53")]
const fn float(hours: i64) -> f64 {
    hours as f64
}
