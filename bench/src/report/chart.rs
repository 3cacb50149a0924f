//! Line charts as SVG, by hand: two axes, a few lines, a name at the end of each. Colours are told apart by people who see few of
//! them (the palette of Okabe and Ito), and lines differ in their dashes too.

use std::fmt::Write;

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 400.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 190.0;
const TOP: f64 = 44.0;
const BOTTOM: f64 = 56.0;
/// Names closer than this would overlap.
const LINE_HEIGHT: f64 = 16.0;
const STYLES: [(&str, &str); 5] =
    [("#0072b2", ""), ("#56b4e9", "2 3"), ("#d55e00", "8 4"), ("#009e73", "3 4"), ("#555555", "10 3 2 3")];

/// One direction of a chart.
pub struct Axis {
    /// What it shows, with the unit.
    pub label: &'static str,
    /// Whether equal distances are equal factors.
    pub is_log: bool,
    /// Marks with other words than their number.
    pub names: Vec<(f64, String)>,
}

/// A line.
pub struct Line {
    /// Which colour and dashes.
    pub style: usize,
    /// At its end.
    pub name: String,
    /// From left to right.
    pub points: Vec<[f64; 2]>,
}

/// A chart.
pub struct Chart {
    /// Above it.
    pub title: &'static str,
    /// To the right.
    pub x: Axis,
    /// Upwards.
    pub y: Axis,
    /// What it shows.
    pub lines: Vec<Line>,
    /// A limit, drawn across.
    pub limit: Option<f64>,
}

/// From values of an axis to places on the sheet.
struct Scale {
    is_log: bool,
    from: f64,
    to: f64,
    start: f64,
    end: f64,
}

impl Scale {
    fn new(axis: &Axis, values: impl Iterator<Item = f64>, start: f64, end: f64) -> Self {
        let (mut from, mut to) = values
            .filter(|value| value.is_finite() && (!axis.is_log || *value > 0.0))
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        if from > to {
            (from, to) = (1.0, 10.0);
        }
        if axis.is_log {
            (from, to) = (10f64.powf(from.log10().floor()), 10f64.powf(to.log10().ceil()).max(from * 10.0));
        } else if axis.names.is_empty() {
            (from, to) = (from.min(0.0), if to > 0.0 { to * 1.05 } else { 1.0 });
        }
        Self { is_log: axis.is_log, from, to, start, end }
    }

    fn place(&self, value: f64) -> f64 {
        let share = if self.is_log {
            (value.max(self.from) / self.from).ln() / (self.to / self.from).ln()
        } else {
            (value - self.from) / (self.to - self.from)
        };
        self.start + share * (self.end - self.start)
    }

    fn marks(&self, axis: &Axis) -> Vec<(f64, String)> {
        if !axis.names.is_empty() {
            return axis.names.clone();
        }
        if self.is_log {
            let powers = self.from.log10().round() as i32..=self.to.log10().round() as i32;
            return powers.map(|power| (10f64.powi(power), number(10f64.powi(power)))).collect();
        }
        let rough = (self.to - self.from) / 5.0;
        let unit = 10f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * unit).into_iter().find(|step| *step >= rough);
        let step = step.unwrap_or(unit * 10.0);
        let first = (self.from / step).ceil() as i64;
        (first..=(self.to / step) as i64).map(|n| (n as f64 * step, number(n as f64 * step))).collect()
    }
}

fn number(value: f64) -> String {
    let digits = if value == 0.0 || value.abs() >= 1.0 { 0 } else { (-value.abs().log10().floor()) as usize };
    let text = format!("{value:.digits$}");
    if value < 10_000.0 { text } else { format!("{} k", value / 1000.0) }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

impl Chart {
    /// The whole file.
    pub fn svg(&self) -> String {
        let points = || self.lines.iter().flat_map(|line| line.points.iter());
        let x = Scale::new(&self.x, points().map(|point| point[0]), LEFT, WIDTH - RIGHT);
        let heights = points().map(|point| point[1]).chain(self.limit);
        let y = Scale::new(&self.y, heights, HEIGHT - BOTTOM, TOP);
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
             font-family=\"sans-serif\" font-size=\"12\">\n<title>{0}</title>\n\
             <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#ffffff\"/>\n\
             <text x=\"{LEFT}\" y=\"24\" font-size=\"15\" font-weight=\"bold\">{0}</text>\n",
            escape(self.title)
        );
        self.axes(&mut out, &x, &y);
        if let Some(limit) = self.limit {
            let (end, at) = (WIDTH - RIGHT, y.place(limit));
            line(&mut out, (LEFT, at), (end, at), "stroke=\"#cc0000\" stroke-dasharray=\"4 4\"");
        }
        self.curves(&mut out, &x, &y);
        out.push_str("</svg>\n");
        out
    }

    fn axes(&self, out: &mut String, x: &Scale, y: &Scale) {
        let (right, bottom) = (WIDTH - RIGHT, HEIGHT - BOTTOM);
        for (value, name) in y.marks(&self.y) {
            let at = y.place(value);
            line(out, (LEFT, at), (right, at), "stroke=\"#dddddd\"");
            text(out, (LEFT - 8.0, at + 4.0), "text-anchor=\"end\"", &name);
        }
        for (value, name) in x.marks(&self.x) {
            let at = x.place(value);
            line(out, (at, bottom), (at, bottom + 5.0), "stroke=\"#333333\"");
            text(out, (at, bottom + 20.0), "text-anchor=\"middle\"", &name);
        }
        line(out, (LEFT, bottom), (right, bottom), "stroke=\"#333333\"");
        text(out, ((LEFT + right) / 2.0, HEIGHT - 12.0), "text-anchor=\"middle\"", self.x.label);
        let middle = (TOP + bottom) / 2.0;
        text(
            out,
            (18.0, middle),
            &format!("text-anchor=\"middle\" transform=\"rotate(-90 18 {middle})\""),
            self.y.label,
        );
    }

    fn curves(&self, out: &mut String, x: &Scale, y: &Scale) {
        let mut names: Vec<(f64, &Line)> = Vec::new();
        for line in &self.lines {
            let (colour, dashes) = STYLES[line.style % STYLES.len()];
            let places: Vec<_> = line.points.iter().map(|point| (x.place(point[0]), y.place(point[1]))).collect();
            let path: Vec<String> = places.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
            writeln!(
                out,
                "<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"{dashes}\" points=\"{}\"/>",
                path.join(" ")
            )
            .ok();
            names.extend(places.last().map(|last| (last.1, line)));
        }
        names.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut lowest = TOP;
        for (at, line) in names {
            let at = at.max(lowest);
            lowest = at + LINE_HEIGHT;
            let style = format!("fill=\"{}\"", STYLES[line.style % STYLES.len()].0);
            text(out, (WIDTH - RIGHT + 8.0, at + 4.0), &style, &line.name);
        }
    }
}

fn line(out: &mut String, from: (f64, f64), to: (f64, f64), style: &str) {
    writeln!(out, "<line x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\" {style}/>", from.0, from.1, to.0, to.1)
        .ok();
}

fn text(out: &mut String, at: (f64, f64), style: &str, words: &str) {
    writeln!(out, "<text x=\"{:.1}\" y=\"{:.1}\" {style}>{}</text>", at.0, at.1, escape(words)).ok();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logarithmic_axis_has_a_mark_at_each_power_and_places_them_evenly() {
        let axis = Axis { label: "", is_log: true, names: Vec::new() };
        let scale = Scale::new(&axis, [2.0, 700.0].into_iter(), 0.0, 300.0);
        let places: Vec<f64> = scale.marks(&axis).iter().map(|(value, _)| scale.place(*value).round()).collect();
        assert_eq!(places, [0.0, 100.0, 200.0, 300.0]);
    }
}
