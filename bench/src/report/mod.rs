//! From numbers to `docs/performance.md` and its charts. What the page says about a scenario is in `page.rs`.

mod bars;
mod chart;
mod page;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::outcome::{Outcome, median};
use crate::peers::Peer;
use chart::{Axis, Chart};

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

    /// The lines of one name, of all peers that have one.
    fn lines(&self, scenario: &str, curve: &str) -> Vec<(String, Vec<[f64; 2]>)> {
        let medians = self.medians(scenario).into_iter();
        medians.filter_map(|mut outcome| Some((outcome.peer, outcome.curves.remove(curve)?))).collect()
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
    fs::write(docs.join("performance.md"), page::text(results)).context("the page")
}

fn all_charts(results: &Results) -> Vec<(&'static str, Chart)> {
    let log = |label| Axis { label, is_log: true, names: Vec::new() };
    let linear = |label| Axis { label, is_log: false, names: Vec::new() };
    let throughput = || log("deliveries a second");
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

fn by_nines(lines: Vec<(String, Vec<[f64; 2]>)>) -> Vec<(String, Vec<[f64; 2]>)> {
    let bend = |points: Vec<[f64; 2]>| points.into_iter().map(|[share, value]| [nines(share), value]).collect();
    lines.into_iter().map(|(name, points)| (name, bend(points))).collect()
}

fn percentiles() -> Axis {
    let marks = [(0.5, "p50"), (0.9, "p90"), (0.99, "p99"), (0.999, "p99.9"), (0.9999, "p99.99")];
    let names = marks.map(|(share, name)| (nines(share), name.to_owned())).to_vec();
    Axis { label: "share of the deliveries", is_log: false, names }
}
