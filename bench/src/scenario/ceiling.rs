//! S2: the same house as in S1, typing faster and faster, until the slowest hundredth of the deliveries takes longer than 100 ms or
//! something does not arrive. What counts is the last step that held.

use anyhow::Result;

use super::{Pace, full_house, outcome};
use crate::laboratory::Laboratory;
use crate::meter::Meter;
use crate::outcome::Outcome;
use crate::peers::Peer;

/// Keys per second and person, step by step: ×1.4. With 500 people, 2,000 deliveries for each.
const STEPS: [f64; 14] = [3.5, 5.0, 7.0, 10.0, 14.0, 20.0, 28.0, 40.0, 56.0, 80.0, 112.0, 160.0, 224.0, 320.0];
const LIMIT_MS: f64 = 100.0;
/// All steps together, with their lead-ins, in the full run.
const KEYSTROKES: usize = 8000;
/// Time for the last deliveries of a step; what comes later is lost.
const GRACE: f64 = 1.0;

pub fn run(laboratory: &Laboratory, peer: Peer, pace: Pace) -> Result<Vec<Outcome>> {
    let running = peer.start(laboratory, None)?;
    let mut swarm = full_house(laboratory, &running, KEYSTROKES)?;
    let everybody: Vec<usize> = (0..swarm.clients.len()).collect();
    let mut result = outcome("s2", peer);
    let (mut latency, mut cost, mut total) = (Vec::new(), Vec::new(), Vec::new());
    for rate in STEPS {
        swarm.schedule_edits(&everybody, rate);
        swarm.run_for(pace.pick(0.7, 1.5))?;
        let number = swarm.ledger.open_window(swarm.now());
        let meter = Meter::start(running.process.id(), laboratory.postmaster()?);
        swarm.run_for(pace.pick(2.0, 4.0))?;
        let spent = meter.spent();
        swarm.ledger.open_window(swarm.now());
        // What arrived while the processor time was counted, and not what still waits.
        let arrived = swarm.ledger.window(number).deliveries.count() as f64;
        swarm.stop();
        swarm.run_for(GRACE)?;
        let window = swarm.ledger.window(number);
        let p99 = window.deliveries.percentile(0.99);
        let per_second = arrived / spent.wall;
        latency.push([per_second, p99]);
        cost.push([per_second, spent.server / arrived * 1e6]);
        total.push([per_second, (spent.server + spent.database) / arrived * 1e6]);
        let lost = window.expected.saturating_sub(window.deliveries.count());
        if p99 > LIMIT_MS || lost > 0 || swarm.lost().0 > 0 {
            result.set("failed_at_keys_per_s", rate);
            result.set("failed_p99_ms", p99);
            result.set("failed_undelivered", lost as f64);
            break;
        }
        result.set_window(window);
        result.set_spent(spent, arrived);
        result.set("keys_per_s", rate);
    }
    result.curves.insert("p99".to_owned(), latency);
    result.curves.insert("cost".to_owned(), cost);
    result.curves.insert("cost with database".to_owned(), total);
    Ok(vec![result])
}
