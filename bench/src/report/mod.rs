//! From numbers to `docs/performance.md` and its charts. What the page says about a scenario is in `page.rs`.

mod bars;
mod chart;
pub mod chat;
mod page;
mod table;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::outcome::{Outcome, median};
use crate::peers::Peer;
use chart::{Axis, Chart, Line};

/// Everything a run found out.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Results {
    /// Processors of the machine.
    pub cores: usize,
    /// Whether it was a short run.
    pub quick: bool,
    /// One for each scenario, peer and repetition.
    pub outcomes: Vec<Outcome>,
}

impl Results {
    /// Takes over another run; whole scenarios, so that what is compared comes from one run.
    pub fn replace_with(&mut self, other: Results) {
        let is_new = |old: &Outcome| other.outcomes.iter().any(|new| new.scenario == old.scenario);
        self.outcomes.retain(|old| !is_new(old));
        self.outcomes.extend(other.outcomes);
        (self.cores, self.quick) = (other.cores, self.quick || other.quick);
    }

    /// The medians of a scenario, in the order of peers.
    fn medians(&self, scenario: &str) -> Vec<Outcome> {
        let of_peer = |peer: &Peer| {
            let all = self.outcomes.iter();
            let found: Vec<_> =
                all.filter(|outcome| outcome.scenario == scenario && outcome.peer == peer.name()).collect();
            (!found.is_empty()).then(|| median(&found))
        };
        Peer::ALL.iter().filter_map(of_peer).collect()
    }

    /// The lines of one name, of all peers that have one; a peer looks the same in every chart.
    fn lines(&self, scenario: &str, curve: &str) -> Vec<Line> {
        let style = |outcome: &Outcome| Peer::ALL.iter().position(|peer| peer.name() == outcome.peer).unwrap_or(0);
        let line = |mut outcome: Outcome| {
            let points = outcome.curves.remove(curve)?;
            Some(Line { style: style(&outcome), name: outcome.peer, points })
        };
        self.medians(scenario).into_iter().filter_map(line).collect()
    }
}

/// Writes the page and its charts below `docs`.
///
/// # Errors
/// When the folder cannot be written.
pub fn write(results: &Results, docs: &Path) -> Result<()> {
    let charts = docs.join("performance");
    fs::create_dir_all(&charts).context("the folder of charts")?;
    for (name, chart) in all_charts(results) {
        if !chart.lines.is_empty() {
            fs::write(charts.join(name), chart.svg()).context("a chart")?;
        }
    }
    let page = docs.join("performance.md");
    let mut text = page::text(results);
    // What was measured of conversations is not this run's to remove.
    if let Some(kept) = fs::read_to_string(&page).ok().as_deref().and_then(chat::kept) {
        text.push_str(&format!("\n{kept}\n"));
    }
    fs::write(page, text).context("the page")
}

fn all_charts(results: &Results) -> Vec<(&'static str, Chart)> {
    let log = |label| Axis { label, is_log: true, names: Vec::new() };
    let linear = |label| Axis { label, is_log: false, names: Vec::new() };
    let throughput = || log("deliveries a second that the schedule asks for");
    vec![
        (
            "s1-delivery.svg",
            Chart {
                title: "Co-editing: from keystroke to the others' sockets",
                x: percentiles(),
                y: log("milliseconds"),
                lines: by_nines(results.lines("s1", "delivery")),
                limit: None,
            },
        ),
        (
            "s2-latency.svg",
            Chart {
                title: "Ceiling: slowest hundredth of the deliveries",
                x: throughput(),
                y: log("p99, milliseconds"),
                lines: results.lines("s2", "p99"),
                limit: Some(100.0),
            },
        ),
        (
            "s2-cost.svg",
            Chart {
                title: "Processor time for each delivery: server without database",
                x: throughput(),
                y: linear("microseconds"),
                lines: results.lines("s2", "cost"),
                limit: None,
            },
        ),
        (
            "s8-growth.svg",
            Chart {
                title: "A member that does not read: growth of the server's memory",
                x: linear("seconds"),
                y: linear("megabytes"),
                lines: results.lines("s8", "growth"),
                limit: None,
            },
        ),
    ]
}

/// Percentiles are drawn by their number of nines, as latencies are read.
fn nines(share: f64) -> f64 {
    -(1.0 - share).log10()
}

fn by_nines(mut lines: Vec<Line>) -> Vec<Line> {
    lines.iter_mut().flat_map(|line| line.points.iter_mut()).for_each(|point| point[0] = nines(point[0]));
    lines
}

fn percentiles() -> Axis {
    let marks = [(0.5, "p50"), (0.9, "p90"), (0.99, "p99"), (0.999, "p99.9"), (0.9999, "p99.99")];
    let names = marks.map(|(share, name)| (nines(share), name.to_owned())).to_vec();
    Axis { label: "share of the deliveries", is_log: false, names }
}
