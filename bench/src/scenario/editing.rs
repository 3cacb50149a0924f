//! S1: 100 documents, 5 people in each, 5 keys a second each; then the durability probe: what is acknowledged while the database
//! stands still?

use anyhow::Result;

use super::{Pace, full_house, note_losses, outcome};
use crate::laboratory::Laboratory;
use crate::meter::Meter;
use crate::outcome::Outcome;
use crate::peers::Peer;
use crate::process::{self, Frozen};
use crate::swarm::Swarm;

const KEYS_PER_SECOND: f64 = 5.0;
/// More than anybody types in this scenario.
const KEYSTROKES: usize = 8000;
/// Between the measured window and the probe.
const GAP: f64 = 0.5;
/// What was committed before the freeze may still be on its way for this long.
const IN_FLIGHT: f64 = 0.25;

pub fn run(laboratory: &Laboratory, peer: Peer, pace: Pace) -> Result<Vec<Outcome>> {
    let running = peer.start(laboratory, None)?;
    let mut swarm = full_house(laboratory, &running, KEYSTROKES)?;
    let everybody: Vec<usize> = (0..swarm.clients.len()).collect();
    swarm.schedule_edits(&everybody, KEYS_PER_SECOND);
    swarm.run_for(pace.pick(2.0, 3.0))?;
    let measured = swarm.ledger.open_window(swarm.now());
    let meter = Meter::start(running.process.id(), laboratory.postmaster()?);
    swarm.run_for(pace.pick(8.0, 20.0))?;
    let spent = meter.spent();
    // The last edits of the window arrive before the database is stopped.
    swarm.ledger.open_window(swarm.now());
    swarm.run_for(GAP)?;

    let mut result = outcome("s1", peer);
    probe(&mut swarm, laboratory, pace, &mut result)?;
    swarm.stop();
    swarm.run_for(2.0)?;

    let window = swarm.ledger.window(measured);
    result.set_window(window);
    result.set_spent(spent, window.deliveries.count() as f64);
    result.set("undelivered_in_all", swarm.ledger.undelivered() as f64);
    result.set("unknown_updates", swarm.ledger.unknown as f64);
    result.set("server_resident_mb", process::resident_bytes(running.process.id()) / 1e6);
    note_losses(&mut result, &swarm, 0);
    Ok(vec![result])
}

/// Stops the database for some seconds while people go on typing.
fn probe(swarm: &mut Swarm, laboratory: &Laboratory, pace: Pace, result: &mut Outcome) -> Result<()> {
    let frozen = Frozen::stop(process::family(laboratory.postmaster()?));
    swarm.run_for(IN_FLIGHT)?;
    let (acknowledged, delivered) = (swarm.ledger.acknowledged(), swarm.ledger.delivered());
    swarm.run_for(pace.pick(2.0, 3.0))?;
    result.set("acknowledged_while_frozen", (swarm.ledger.acknowledged() - acknowledged) as f64);
    result.set("delivered_while_frozen", (swarm.ledger.delivered() - delivered) as f64);
    drop(frozen);
    swarm.run_for(1.0)
}
