//! Stacked bars of counts, by group and design: kinds differ by pattern as well as by colour, and large parts carry
//! their number.

use super::page::Page;
use super::scale::{About, Scale, WIDTH, shortened, text};
use crate::report::view::grouped;

const PLOT: (f64, f64) = (96.0, 388.0);
const BAR: f64 = 16.0;
const GAP: f64 = 8.0;

/// Room for the name of a group, above its bars.
const NAME: f64 = 18.0;

/// Room that a digit needs in a part.
const DIGIT: f64 = 8.5;

/// The kinds of parts: class of the style sheet, and name.
pub(super) type Kinds<'t> = &'t [(&'static str, &'static str)];

/// A bar: group (empty when it is the one above), design, and a count for each kind.
pub(super) struct Bar<'t> {
    pub(super) group: &'t str,
    pub(super) design: &'t str,
    pub(super) counts: Vec<u64>,
}

/// Adds the chart. The kinds and the counts of each bar stand in the same order.
pub(super) fn stacks(page: &mut Page, about: &About<'_>, kinds: Kinds<'_>, bars: &[Bar<'_>]) {
    let id = page.id();
    let total = |bar: &Bar<'_>| bar.counts.iter().sum::<u64>();
    let max = bars.iter().map(total).max().unwrap_or(0);
    let scale = Scale::new(float(max), 1.0, PLOT.0, PLOT.1);
    let (legend, top) = legend(id, kinds);
    let mut body = format!("{}{legend}", patterns(id));
    let mut y = top + 6.0;
    for bar in bars {
        if !bar.group.is_empty() {
            y += GAP + NAME;
            body.push_str(&text("label", 0.0, y - 5.0, "start", &shortened(bar.group, 60)));
        }
        body.push_str(&text("tick", PLOT.0 - 6.0, y + 12.0, "end", &shortened(bar.design, 14)));
        body.push_str(&parts(id, kinds, bar, y, &scale));
        body.push_str(&text("value", WIDTH - 2.0, y + 12.0, "end", &grouped(total(bar), ',')));
        y += BAR + 2.0;
    }
    page.chart(id, about, y + 6.0, &body);
}

fn parts(id: u32, kinds: Kinds<'_>, bar: &Bar<'_>, y: f64, scale: &Scale) -> String {
    let mut out = String::new();
    let mut before = 0;
    for ((class, _), count) in kinds.iter().zip(&bar.counts) {
        if *count == 0 {
            continue;
        }
        let (from, to) = (scale.at(float(before)), scale.at(float(before + count)));
        before += count;
        out.push_str(&part(id, class, from, y, (to - from - 1.0).max(0.6)));
        let words = grouped(*count, ',');
        let room = words.chars().map(|_| DIGIT).sum::<f64>() + 2.0;
        if to - from >= room {
            out.push_str(&text("inside", (from + to) / 2.0, y + 12.0, "middle", &words));
        }
    }
    out
}

fn part(id: u32, class: &str, x: f64, y: f64, width: f64) -> String {
    format!(
        "<rect class=\"part {class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{BAR:.0}\"/><rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{BAR:.0}\" fill=\"url(#{class}{id})\"/>\n"
    )
}

/// Patterns over the colours: slanted lines for a wrong "no", dots for a wrong "yes", upright lines for neither.
fn patterns(id: u32) -> String {
    format!(
        concat!(
            "<defs>",
            "<pattern id=\"wrong-no{id}\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><line class=\"over\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"5\"/></pattern>",
            "<pattern id=\"wrong-yes{id}\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\"><circle class=\"over\" cx=\"2.5\" cy=\"2.5\" r=\"0.8\"/></pattern>",
            "<pattern id=\"neither{id}\" width=\"4\" height=\"4\" patternUnits=\"userSpaceOnUse\"><line class=\"over\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"4\"/></pattern>",
            "<pattern id=\"right{id}\" width=\"4\" height=\"4\" patternUnits=\"userSpaceOnUse\"/>",
            "<pattern id=\"open{id}\" width=\"4\" height=\"4\" patternUnits=\"userSpaceOnUse\"/>",
            "</defs>\n"
        ),
        id = id
    )
}

/// The legend, two kinds on a line, and where it ends.
fn legend(id: u32, kinds: Kinds<'_>) -> (String, f64) {
    let mut out = String::new();
    let mut y = 0.0;
    for pair in kinds.chunks(2) {
        for ((class, name), x) in pair.iter().zip([2.0, 216.0]) {
            out.push_str(&part(id, class, x, y, 22.0));
            out.push_str(&text("label", x + 29.0, y + 12.0, "start", name));
        }
        y += BAR + 5.0;
    }
    (out, y)
}

#[expect(clippy::as_conversions, reason = "counts of a simulation are far below 2^53")]
const fn float(count: u64) -> f64 {
    count as f64
}
