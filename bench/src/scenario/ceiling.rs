//! S2: the same house as in S1, typing faster and faster, until the slowest hundredth of the deliveries takes longer than 100 ms or
//! something does not arrive. What counts is the last step that held.

use anyhow::Result;

use super::{DELIVERIES_PER_KEY, Pace, full_house, outcome};
use crate::laboratory::Laboratory;
use crate::meter::{Meter, Spent};
use crate::outcome::Outcome;
use crate::peers::{Peer, Running};
use crate::swarm::Swarm;

/// Keys per second and person, step by step: ×1.4. With 500 people, 2,000 deliveries for each.
const STEPS: [f64; 14] = [3.5, 5.0, 7.0, 10.0, 14.0, 20.0, 28.0, 40.0, 56.0, 80.0, 112.0, 160.0, 224.0, 320.0];
const LIMIT_MS: f64 = 100.0;
/// All steps together with their lead-ins, and the last of them three times.
const KEYSTROKES: usize = 12_000;
/// Time for the last deliveries of a step; what comes later is lost.
const GRACE: f64 = 1.0;

/// A machine that others use has bad moments: a step has failed when it failed so often in a row (twice in a short run).
const TRIES: usize = 3;

/// What one step led to.
struct Step {
    number: usize,
    spent: Spent,
    /// What arrived while the processor time was counted, and not what still waited.
    arrived: f64,
    holds: bool,
}

pub fn run(laboratory: &Laboratory, peer: Peer, pace: Pace) -> Result<Vec<Outcome>> {
    let running = peer.start(laboratory, None)?;
    let mut swarm = full_house(laboratory, &running, KEYSTROKES)?;
    let mut result = outcome("s2", peer);
    let (mut latency, mut cost) = (Vec::new(), Vec::new());
    for rate in STEPS {
        let mut step = try_step(&mut swarm, laboratory, &running, rate, pace)?;
        for _ in 1..pace.pick(2, TRIES) {
            if !step.holds {
                step = try_step(&mut swarm, laboratory, &running, rate, pace)?;
            }
        }
        let window = swarm.ledger.window(step.number);
        let p99 = window.deliveries.percentile(0.99);
        let asked = rate * DELIVERIES_PER_KEY;
        latency.push([asked, p99]);
        cost.push([asked, step.spent.server / step.arrived * 1e6]);
        if !step.holds {
            let lost = window.expected.saturating_sub(window.deliveries.count());
            result.set("failed_at_keys_per_s", rate);
            result.set("failed_p99_ms", p99);
            result.set("failed_undelivered", lost as f64);
            result.set("failed_generator_cores", step.spent.generator / step.spent.wall);
            result.set("failed_server_cores", step.spent.server / step.spent.wall);
            break;
        }
        result.set_window(window);
        result.set_spent(step.spent, step.arrived);
        result.set("keys_per_s", rate);
    }
    result.set_curve("p99", latency);
    result.set_curve("cost", cost);
    Ok(vec![result])
}

fn try_step(swarm: &mut Swarm, laboratory: &Laboratory, running: &Running, rate: f64, pace: Pace) -> Result<Step> {
    let everybody: Vec<usize> = (0..swarm.clients.len()).collect();
    swarm.schedule_edits(&everybody, rate);
    swarm.run_for(pace.pick(0.7, 1.0))?;
    let number = swarm.ledger.open_window(swarm.now());
    let meter = Meter::start(running.process.id(), laboratory.postmaster()?);
    swarm.run_for(pace.pick(2.0, 3.0))?;
    let spent = meter.spent();
    swarm.ledger.open_window(swarm.now());
    let arrived = swarm.ledger.window(number).deliveries.count() as f64;
    swarm.stop();
    swarm.run_for(GRACE)?;
    let window = swarm.ledger.window(number);
    let complete = window.deliveries.count() >= window.expected && swarm.lost().0 == 0;
    Ok(Step { number, spent, arrived, holds: complete && window.deliveries.percentile(0.99) <= LIMIT_MS })
}
