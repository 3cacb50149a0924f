//! What a scenario found out about a peer, as named numbers; several repetitions become medians.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ledger::Window;
use crate::meter::Spent;

/// Percentiles of the curves.
const SHARES: [f64; 9] = [0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9999];

/// One run of one scenario against one peer.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Outcome {
    /// The scenario, e.g. `s1`.
    pub scenario: String,
    /// The peer's name.
    pub peer: String,
    /// Which repetition.
    pub repetition: usize,
    /// Named numbers; the unit ends the name.
    pub figures: BTreeMap<String, f64>,
    /// Named lines of a plot.
    pub curves: BTreeMap<String, Vec<[f64; 2]>>,
    /// What went wrong, if something did.
    pub trouble: Option<String>,
}

impl Outcome {
    /// Adds a number.
    pub fn set(&mut self, name: &str, value: f64) {
        if value.is_finite() {
            self.figures.insert(name.to_owned(), value);
        }
    }

    /// Adds a line of a plot; what is no number (nothing arrived) is no point of it.
    pub fn set_curve(&mut self, name: &str, points: impl IntoIterator<Item = [f64; 2]>) {
        let sound = points.into_iter().filter(|[x, y]| x.is_finite() && y.is_finite()).collect();
        self.curves.insert(name.to_owned(), sound);
    }

    /// Adds what a window says of latencies and losses.
    pub fn set_window(&mut self, window: &Window) {
        for (name, share) in [("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("p999", 0.999)] {
            self.set(&format!("delivery_{name}_ms"), window.deliveries.percentile(share));
            self.set(&format!("ack_{name}_ms"), window.acknowledgements.percentile(share));
        }
        self.set("deliveries", window.deliveries.count() as f64);
        self.set("undelivered", window.expected.saturating_sub(window.deliveries.count()) as f64);
        self.set("unacknowledged", window.sent.saturating_sub(window.acknowledgements.count()) as f64);
        self.set_curve("delivery", SHARES.map(|share| [share, window.deliveries.percentile(share)]));
    }

    /// Adds what a stretch cost, and what that is for each of so many deliveries.
    pub fn set_spent(&mut self, spent: Spent, deliveries: f64) {
        self.set("server_cores", spent.server / spent.wall);
        self.set("database_cores", spent.database / spent.wall);
        self.set("generator_cores", spent.generator / spent.wall);
        self.set("others_cores", spent.others / spent.wall);
        if deliveries > 0.0 {
            self.set("deliveries_per_s", deliveries / spent.wall);
            self.set("server_us_per_delivery", spent.server / deliveries * 1e6);
            self.set("database_us_per_delivery", spent.database / deliveries * 1e6);
        }
    }
}

/// The median of each number over all repetitions of one scenario and peer; curves and troubles of the middle one are kept.
pub fn median(outcomes: &[&Outcome]) -> Outcome {
    let Some(first) = outcomes.first() else { return Outcome::default() };
    let mut result = Outcome { scenario: first.scenario.clone(), peer: first.peer.clone(), ..Outcome::default() };
    let mut values: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for outcome in outcomes {
        for (name, value) in &outcome.figures {
            values.entry(name).or_default().push(*value);
        }
    }
    for (name, mut values) in values {
        values.sort_by(f64::total_cmp);
        let middle = values.len() / 2;
        let median = if values.len() % 2 == 1 { values[middle] } else { (values[middle - 1] + values[middle]) / 2.0 };
        result.set(name, median);
    }
    let sound: Vec<&&Outcome> = outcomes.iter().filter(|outcome| outcome.trouble.is_none()).collect();
    if let Some(middle) = sound.get(sound.len() / 2) {
        result.curves = middle.curves.clone();
    }
    result.trouble = outcomes.iter().find_map(|outcome| outcome.trouble.clone());
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_two_lies_between_them() {
        let outcome = |value| {
            let mut outcome = Outcome::default();
            outcome.set("a", value);
            outcome
        };
        let (one, two, three) = (outcome(1.0), outcome(2.0), outcome(9.0));
        assert_eq!(median(&[&one, &two]).figures["a"], 1.5);
        assert_eq!(median(&[&three, &one, &two]).figures["a"], 2.0);
    }
}
