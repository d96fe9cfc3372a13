//! Horizontal bars in pairs: a share of the checks of each design, from zero.
//!
//! The first design is filled, the second is hatched.

use super::page::Page;
use super::scale::{About, Scale, WIDTH, axis_below, label, shortened, text};
use crate::report::view::percent;

const PLOT: (f64, f64) = (164.0, 368.0);
const TOP: f64 = 26.0;
const BAR: f64 = 12.0;
const GAP: f64 = 10.0;

/// A pair of bars; `None` where a design has nothing to show.
pub(super) struct Pair {
    pub(super) name: String,
    pub(super) shares: [Option<f64>; 2],
}

/// Adds the chart. `designs` are the names of the two.
pub(super) fn bars(page: &mut Page, about: &About<'_>, designs: [&str; 2], pairs: &[Pair]) {
    let id = page.id();
    let max = pairs.iter().flat_map(|pair| pair.shares.into_iter().flatten()).fold(0.0, f64::max);
    let scale = Scale::new(max, 0.000_1, PLOT.0, PLOT.1);
    let mut y = TOP;
    let mut marks = String::new();
    for pair in pairs {
        marks.push_str(&text("label", PLOT.0 - 8.0, y + GAP / 2.0 + BAR + 4.0, "end", &label(&pair.name)));
        for (series, share) in pair.shares.into_iter().enumerate() {
            let top = y + GAP / 2.0 + BAR * if series == 0 { 0.0 } else { 1.0 };
            let words = share.map_or_else(|| "none".to_owned(), percent);
            marks.push_str(&text("value", WIDTH - 2.0, top + 10.0, "end", &words));
            if let Some(share) = share.filter(|share| *share > 0.0) {
                marks.push_str(&bar(id, series, PLOT.0, scale.at(share) - PLOT.0, top));
            }
        }
        y += 2.0 * BAR + GAP;
    }
    let body = format!("{}{}{}{marks}", hatching(id), legend(id, designs), axis_below(&scale, TOP, y));
    page.chart(id, about, y + 22.0, &body);
}

fn bar(id: u32, series: usize, x: f64, width: f64, top: f64) -> String {
    let (class, fill) =
        if series == 0 { ("bar a", String::new()) } else { ("bar b", format!(" fill=\"url(#h{id})\"")) };
    let (width, height) = (width.max(0.8), BAR - 2.0);
    format!(
        "<rect class=\"{class}\"{fill} x=\"{x:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"/>\n"
    )
}

fn hatching(id: u32) -> String {
    format!(
        "<defs><pattern id=\"h{id}\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><line class=\"hatch b\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"5\"/></pattern></defs>\n"
    )
}

fn legend(id: u32, designs: [&str; 2]) -> String {
    let [first, second] = designs.map(|name| shortened(name, 24));
    let mut out = bar(id, 0, 2.0, 16.0, 4.0);
    out.push_str(&text("label", 24.0, 13.0, "start", &first));
    out.push_str(&bar(id, 1, 222.0, 16.0, 4.0));
    out.push_str(&text("label", 244.0, 13.0, "start", &second));
    out
}
