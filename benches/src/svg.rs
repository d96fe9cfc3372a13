//! A line chart as an SVG file: what the plots of this folder need and no more.
//!
//! It reads in light and dark, without colour (each series has its own mark and dashes), and aloud
//! (title and description).

use std::fmt::Write;

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 440.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 84.0;
const BOTTOM: f64 = 62.0;
/// From one line of the legend to the next.
const LINE: f64 = 20.0;

/// How the lines differ without colour, beside their marks.
const DASHES: [&str; 4] = ["none", "7 4", "2 3", "9 3 2 3"];

const FONT: &str = "
text { font: 13px system-ui, sans-serif }
.title { font-size: 16px; font-weight: 600 }
.grid, .axis { stroke-width: 1 }
.floor { stroke-width: 1.5 }
";

/// The ground, and what stands on it.
struct Theme {
    ground: &'static str,
    ink: &'static str,
    quiet: &'static str,
    grid: &'static str,
    lines: [&'static str; 4],
}

const LIGHT: Theme = Theme {
    ground: "#ffffff",
    ink: "#1b1f24",
    quiet: "#57606a",
    grid: "#d8dee4",
    lines: ["#1d5ea8", "#a8480f", "#1f7344", "#7440ad"],
};

const DARK: Theme = Theme {
    ground: "#0d1117",
    ink: "#e6edf3",
    quiet: "#9da7b3",
    grid: "#30363d",
    lines: ["#7db4f0", "#f2a568", "#7fd0a0", "#c9adf2"],
};

impl Theme {
    /// Plain rules, because not every program that shows such files knows variables.
    fn rules(&self) -> String {
        let Self { ground, ink, quiet, grid, lines } = self;
        let mut rules = format!(
            ".ground {{ fill: {ground} }}\ntext {{ fill: {ink} }}\n.quiet {{ fill: {quiet} }}\n\
             .grid {{ stroke: {grid} }}\n.axis {{ stroke: {quiet} }}\n.floor {{ stroke: {ink} }}\n"
        );
        for (number, colour) in lines.iter().enumerate() {
            let rule =
                format_args!(".line{number} {{ stroke: {colour} }}\n.mark{number} {{ fill: {colour} }}\n");
            write(&mut rules, rule);
        }
        rules
    }
}

/// How numbers are placed along the horizontal axis.
#[derive(Clone, Copy, Debug)]
pub enum Scale {
    /// Equal steps.
    Linear,
    /// Equal doublings.
    Doubling,
}

/// One measured place: lower quartile, median, upper quartile.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    /// Along the horizontal axis.
    pub x: u16,
    /// Lower quartile, median and upper quartile.
    pub quartiles: (f64, f64, f64),
}

/// One line of a chart.
#[derive(Debug)]
pub struct Series {
    /// What the legend says.
    pub label: String,
    /// From left to right.
    pub points: Vec<Point>,
}

/// A chart of ratios, with a line at 1.
#[derive(Debug)]
pub struct Chart {
    /// Above the chart.
    pub title: &'static str,
    /// Along the horizontal axis.
    pub x_label: &'static str,
    /// Along the vertical axis.
    pub y_label: &'static str,
    /// What stands at 1.
    pub one: &'static str,
    /// The horizontal axis.
    pub scale: Scale,
    /// Numbers that are written under it.
    pub ticks: &'static [u16],
    /// The lines: four at most.
    pub series: Vec<Series>,
}

impl Chart {
    /// The file.
    #[must_use]
    pub fn render(&self) -> String {
        let legend = |line: usize| TOP - 16.0 + LINE * f64::from(u32::try_from(line).unwrap_or(u32::MAX));
        let frame = Frame::around(self, legend(self.series.len() + 2));
        let mut out = String::new();
        self.head(&mut out, frame.height);
        self.grid(&mut out, &frame);
        for (number, series) in self.series.iter().enumerate() {
            series.draw(&mut out, number, &frame, legend(number));
        }
        let y = legend(self.series.len());
        write(&mut out, format_args!("<path class=\"floor\" d=\"M{LEFT} {y}h36\"/>\n"));
        label(&mut out, y, self.one);
        out.push_str("</svg>\n");
        out
    }

    /// What is said instead of shown: the first and the last place of each line.
    fn description(&self) -> String {
        let mut text = format!("{}, by {}.", self.y_label, self.x_label);
        for series in &self.series {
            if let (Some(first), Some(last)) = (series.points.first(), series.points.last()) {
                let (from, to) = (first.quartiles.1, last.quartiles.1);
                write(
                    &mut text,
                    format_args!(" {}: {from:.2} at {}, {to:.2} at {}.", series.label, first.x, last.x),
                );
            }
        }
        text
    }

    fn head(&self, out: &mut String, height: f64) {
        let (light, dark) = (LIGHT.rules(), DARK.rules());
        write(
            out,
            format_args!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
                 aria-labelledby=\"title desc\">\n<title id=\"title\">{}</title>\n<desc id=\"desc\">{}</desc>\n\
                 <style>{FONT}{light}@media (prefers-color-scheme: dark) {{\n{dark}}}\n</style>\n\
                 <rect class=\"ground\" width=\"{WIDTH}\" height=\"{height}\"/>\n\
                 <text class=\"title\" x=\"{LEFT}\" y=\"30\">{}</text>\n\
                 <text class=\"quiet\" x=\"{LEFT}\" y=\"50\">{}</text>\n",
                escape(self.title),
                escape(&self.description()),
                escape(self.title),
                escape(self.y_label),
            ),
        );
    }

    fn grid(&self, out: &mut String, frame: &Frame) {
        let (left, right, bottom) = (LEFT, WIDTH - RIGHT, frame.y(0.0));
        let mut value = 0.0;
        while value <= frame.y_max {
            let (y, text) = (frame.y(value), frame.y(value) + 4.5);
            let class = if (value - 1.0_f64).abs() < 1e-9 { "floor" } else { "grid" };
            write(
                out,
                format_args!(
                    "<path class=\"{class}\" d=\"M{left} {y:.1}H{right}\"/>\
                     <text class=\"quiet\" x=\"{:.1}\" y=\"{text:.1}\" text-anchor=\"end\">{value:.2}</text>\n",
                    left - 8.0
                ),
            );
            value += frame.y_step;
        }
        for tick in self.ticks {
            let x = frame.x(*tick);
            write(
                out,
                format_args!(
                    "<path class=\"axis\" d=\"M{x:.1} {bottom:.1}v5\"/>\
                     <text class=\"quiet\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{tick}</text>\n",
                    bottom + 20.0
                ),
            );
        }
        write(
            out,
            format_args!(
                "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>\n",
                f64::midpoint(left, right),
                bottom + 44.0,
                escape(self.x_label),
            ),
        );
    }
}

impl Series {
    fn draw(&self, out: &mut String, number: usize, frame: &Frame, legend: f64) {
        let number = number % DASHES.len();
        let dashes = DASHES.get(number).copied().unwrap_or("none");
        let stroke =
            format!("class=\"line{number}\" fill=\"none\" stroke-width=\"2\" stroke-dasharray=\"{dashes}\"");
        let line: Vec<String> =
            self.points.iter().map(|point| frame.place(point, point.quartiles.1)).collect();
        let upper = self.points.iter().map(|point| frame.place(point, point.quartiles.2));
        let lower = self.points.iter().rev().map(|point| frame.place(point, point.quartiles.0));
        let band: Vec<String> = upper.chain(lower).collect();
        write(
            out,
            format_args!(
                "<polygon class=\"mark{number}\" opacity=\"0.15\" points=\"{}\"/>\n<polyline {stroke} points=\"{}\"/>\n",
                band.join(" "),
                line.join(" ")
            ),
        );
        for point in &self.points {
            mark(out, number, frame.x(point.x), frame.y(point.quartiles.1));
        }
        write(out, format_args!("<path {stroke} d=\"M{LEFT} {legend}h36\"/>\n"));
        mark(out, number, LEFT + 18.0, legend);
        label(out, legend, &self.label);
    }
}

/// A line of the legend.
fn label(out: &mut String, y: f64, text: &str) {
    let (x, y) = (LEFT + 46.0, y + 4.5);
    write(out, format_args!("<text x=\"{x}\" y=\"{y}\">{}</text>\n", escape(text)));
}

/// A circle, a square, a triangle, a diamond.
fn mark(out: &mut String, number: usize, x: f64, y: f64) {
    let shape = match number {
        0 => "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0",
        1 => "M-3.5 -3.5h7v7h-7z",
        2 => "M0 -5L4.5 3.5H-4.5z",
        _ => "M0 -5L5 0L0 5L-5 0z",
    };
    write(
        out,
        format_args!("<path class=\"mark{number}\" transform=\"translate({x:.1} {y:.1})\" d=\"{shape}\"/>\n"),
    );
}

/// Where numbers are on the sheet.
struct Frame {
    scale: Scale,
    x_range: (f64, f64),
    y_max: f64,
    y_step: f64,
    top: f64,
    height: f64,
}

impl Frame {
    fn around(chart: &Chart, top: f64) -> Self {
        let points = || chart.series.iter().flat_map(|series| &series.points);
        let along = |x: u16| along(chart.scale, x);
        let ends = points().map(|point| along(point.x));
        let x_range = ends.fold((f64::MAX, f64::MIN), |(low, high), x| (low.min(x), high.max(x)));
        // By the medians: one quartile of a busy machine would flatten all lines.
        let highest = points().map(|point| point.quartiles.1).fold(1.0, f64::max) * 1.2;
        let y_step = if highest > 2.5 { 0.5 } else { 0.25 };
        let y_max = (highest / y_step).ceil() * y_step;
        Self { scale: chart.scale, x_range, y_max, y_step, top, height: HEIGHT + top - TOP }
    }

    fn x(&self, x: u16) -> f64 {
        let (low, high) = self.x_range;
        LEFT + (along(self.scale, x) - low) / (high - low).max(f64::EPSILON) * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, value: f64) -> f64 {
        let bottom = self.height - BOTTOM;
        bottom - value.min(self.y_max) / self.y_max * (bottom - self.top)
    }

    fn place(&self, point: &Point, value: f64) -> String {
        format!("{:.1},{:.1}", self.x(point.x), self.y(value))
    }
}

fn along(scale: Scale, x: u16) -> f64 {
    match scale {
        Scale::Linear => f64::from(x),
        Scale::Doubling => f64::from(x.max(1)).log2(),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

fn write(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("a string takes every text");
}
