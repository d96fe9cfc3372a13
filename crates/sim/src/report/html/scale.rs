//! Scales, axes and the frame that every chart has: a figure with a title, a description and a legend.
//!
//! Scales begin at zero. Numbers are worked out with multiplication and division alone, so that they are the same on
//! every machine.

use super::page::{Page, escape};

/// Width of a chart, in units of its drawing. The page scales it.
pub(super) const WIDTH: f64 = 430.0;

/// Characters of a label that fit beside a plot.
const LABEL: usize = 23;

/// From values to units of the drawing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    /// The end of the axis.
    pub(super) max: f64,
    step: f64,
    from: f64,
    to: f64,
}

impl Scale {
    /// A scale from 0 to a round number that is `max` at least, with at most five steps of `least` at least.
    pub(super) fn new(max: f64, least: f64, from: f64, to: f64) -> Self {
        let mut unit = least;
        let step = loop {
            let fits = [1.0, 2.0, 5.0].into_iter().map(|factor| factor * unit).find(|step| step * 5.0 >= max);
            match fits {
                Some(step) => break step,
                None => unit *= 10.0,
            }
        };
        let steps = (max / step).ceil().max(1.0);
        Self { max: steps * step, step, from, to }
    }

    /// Where a value stands; values beyond the end stand at the end.
    pub(super) fn at(&self, value: f64) -> f64 {
        self.from + (self.to - self.from) * (value / self.max).clamp(0.0, 1.0)
    }

    /// Whether a value is beyond the end.
    pub(super) fn is_beyond(&self, value: f64) -> bool {
        value > self.max * 1.000_001
    }

    /// The values with a tick.
    pub(super) fn ticks(&self) -> Vec<f64> {
        let mut ticks = Vec::new();
        let mut count = 0.0;
        while count * self.step <= self.max * 1.000_001 {
            ticks.push(count * self.step);
            count += 1.0;
        }
        ticks
    }

    /// A share as a percentage with the decimals that the steps of this scale need.
    pub(super) fn percent(&self, share: f64) -> String {
        let decimals = match self.step {
            step if step >= 0.009_9 => 0,
            step if step >= 0.000_99 => 1,
            step if step >= 0.000_099 => 2,
            _ => 3,
        };
        format!("{:.decimals$}%", share * 100.0)
    }
}

/// Lines across a plot at the ticks, with percentages below them.
pub(super) fn axis_below(scale: &Scale, top: f64, bottom: f64) -> String {
    let lines = scale.ticks().into_iter().map(|tick| {
        let (x, label, label_y) = (scale.at(tick), scale.percent(tick), bottom + 14.0);
        format!(
            "<line class=\"grid\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{top:.1}\" y2=\"{bottom:.1}\"/><text class=\"tick\" text-anchor=\"middle\" x=\"{x:.1}\" y=\"{label_y:.1}\">{label}</text>\n"
        )
    });
    lines.collect()
}

/// A label that fits beside a plot. The table has it in full.
pub(super) fn label(text: &str) -> String {
    shortened(text, LABEL)
}

/// A text of at most so many characters, escaped.
pub(super) fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return escape(text);
    }
    let head: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", escape(head.trim_end()))
}

/// A text at a place.
pub(super) fn text(class: &str, x: f64, y: f64, anchor: &str, escaped: &str) -> String {
    format!("<text class=\"{class}\" text-anchor=\"{anchor}\" x=\"{x:.1}\" y=\"{y:.1}\">{escaped}</text>\n")
}

/// What a chart is about.
pub(super) struct About<'t> {
    /// A few words.
    pub(super) title: &'t str,
    /// What is drawn, on which scale, and what stands out.
    pub(super) desc: &'t str,
}

impl Page {
    /// Adds a chart of this height. `id` has to be one of [`Page::id`].
    pub(super) fn chart(&mut self, id: u32, about: &About<'_>, height: f64, body: &str) {
        let (title, desc) = (escape(about.title), escape(about.desc));
        self.raw(&format!(
            "<figure>\n<figcaption>{title}</figcaption>\n<svg role=\"img\" aria-labelledby=\"c{id} d{id}\" viewBox=\"0 0 {WIDTH:.0} {height:.0}\" preserveAspectRatio=\"xMinYMin meet\">\n<title id=\"c{id}\">{title}</title>\n<desc id=\"d{id}\">{desc}</desc>\n{body}</svg>\n</figure>\n"
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::{Scale, label};

    #[test]
    fn scales_end_at_round_numbers() {
        for (max, end, ticks) in
            [(0.0, 0.000_01, 2), (0.013, 0.015, 4), (0.4, 0.4, 5), (1.0, 1.0, 6), (0.92, 1.0, 6)]
        {
            let scale = Scale::new(max, 0.000_01, 0.0, 100.0);
            assert!((scale.max - end).abs() < 1e-9, "{max}: {}", scale.max);
            assert_eq!(scale.ticks().len(), ticks, "{max}");
        }
        let scale = Scale::new(0.013, 0.000_01, 0.0, 150.0);
        assert_eq!((scale.at(0.0), scale.percent(0.005)), (0.0, "0.5%".to_owned()));
        assert!((scale.at(0.005) - 50.0).abs() < 1e-9 && scale.is_beyond(0.02) && !scale.is_beyond(0.015));
    }

    #[test]
    fn labels_are_shortened_between_characters() {
        assert_eq!(label("<ä>"), "&lt;ä&gt;");
        assert_eq!(label("ääääääääääääääääääääääääääääää").chars().count(), 23);
    }
}
