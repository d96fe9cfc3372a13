//! Dots with whiskers: a share and its interval, by group and design.
//!
//! The first design is a filled dot, the second a hollow diamond, so that no colour is needed to tell them apart.

use super::page::Page;
use super::scale::{About, Scale, WIDTH, axis_below, label, shortened, text};
use crate::report::view::percent;
use crate::stats::Share;

const PLOT: (f64, f64) = (164.0, 368.0);
const TOP: f64 = 26.0;
const LINE: f64 = 15.0;
const GAP: f64 = 8.0;

/// Checks of a group at least, for its interval to stretch the scale.
const WEIGHTY: u64 = 30;

/// A group and the share of each design; `None` where a design has no such checks.
pub(super) struct Group<'t> {
    pub(super) name: &'t str,
    pub(super) shares: [Option<Share>; 2],
}

/// Adds the chart. `designs` are the names of the two.
pub(super) fn whiskers(page: &mut Page, about: &About<'_>, designs: [&str; 2], groups: &[Group<'_>]) {
    let shares = || groups.iter().flat_map(|group| group.shares.into_iter().flatten());
    let weighty = shares().filter(|share| share.of >= WEIGHTY).map(|share| share.high);
    let max = weighty.chain(shares().map(|share| share.share)).fold(0.0, f64::max);
    let scale = Scale::new(max, 0.000_01, PLOT.0, PLOT.1);
    let mut y = TOP;
    let mut body = legend(designs);
    let mut marks = String::new();
    for group in groups {
        let height = 2.0 * LINE + GAP;
        marks.push_str(&text("label", PLOT.0 - 10.0, y + height / 2.0 + 4.0, "end", &label(group.name)));
        for (series, share) in group.shares.into_iter().enumerate() {
            let middle = y + GAP / 2.0 + LINE * if series == 0 { 0.5 } else { 1.5 };
            marks.push_str(&mark(series, share, middle, &scale));
        }
        y += height;
        marks.push_str(&format!(
            "<line class=\"rule\" x1=\"0\" x2=\"{WIDTH:.0}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\n"
        ));
    }
    body.push_str(&axis_below(&scale, TOP, y));
    body.push_str(&marks);
    let id = page.id();
    page.chart(id, about, y + 22.0, &body);
}

fn mark(series: usize, share: Option<Share>, y: f64, scale: &Scale) -> String {
    let value = |words: &str| text("value", WIDTH - 2.0, y + 4.0, "end", words);
    let Some(share) = share.filter(|share| share.of > 0) else { return value("none") };
    let (low, high, x) = (scale.at(share.low), scale.at(share.high), scale.at(share.share));
    let end = if scale.is_beyond(share.high) {
        format!("M{:.1} {:.1}l5 4l-5 4", high - 5.0, y - 4.0)
    } else {
        format!("M{high:.1} {:.1}v8", y - 4.0)
    };
    let class = if series == 0 { "a" } else { "b" };
    format!(
        "<path class=\"whisker {class}\" d=\"M{low:.1} {y:.1}H{high:.1}M{low:.1} {:.1}v8{end}\"/>{}{}",
        y - 4.0,
        dot(series, x, y),
        value(&percent(share.share))
    )
}

fn dot(series: usize, x: f64, y: f64) -> String {
    if series == 0 {
        format!("<circle class=\"dot a\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4.5\"/>\n")
    } else {
        format!("<path class=\"dot b\" d=\"M{:.1} {y:.1}l5 -5l5 5l-5 5z\"/>\n", x - 5.0)
    }
}

fn legend(designs: [&str; 2]) -> String {
    let [first, second] = designs.map(|name| shortened(name, 26));
    let mut out = dot(0, 8.0, 9.0);
    out.push_str(&text("label", 18.0, 13.0, "start", &first));
    out.push_str(&dot(1, 222.0, 9.0));
    out.push_str(&text("label", 232.0, 13.0, "start", &second));
    out
}
