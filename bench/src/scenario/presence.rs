//! S3: one document that many people have open. Everybody's cursor moves once a second, one person types ten keys a second: do the
//! edits still arrive, and when?

use anyhow::Result;

use super::{Pace, SETTLE, add_members, note_losses, outcome};
use crate::laboratory::Laboratory;
use crate::meter::Meter;
use crate::outcome::Outcome;
use crate::peers::Peer;
use crate::swarm::Swarm;
use crate::trace::Kind;

const SIZES: [usize; 3] = [30, 100, 500];
const CURSORS_PER_SECOND: f64 = 1.0;
const KEYS_PER_SECOND: f64 = 10.0;
/// What is late by more than this counts as not delivered.
const GRACE: f64 = 3.0;

pub fn run(laboratory: &Laboratory, peer: Peer, pace: Pace) -> Result<Vec<Outcome>> {
    let sizes = pace.pick(&SIZES[1..], &SIZES[..]);
    sizes.iter().map(|size| with_members(laboratory, peer, pace, *size)).collect()
}

fn with_members(laboratory: &Laboratory, peer: Peer, pace: Pace, size: usize) -> Result<Outcome> {
    let running = peer.start(laboratory, None)?;
    let writers = laboratory.trace(Kind::Typing, 1, 1000)?;
    let mut swarm = Swarm::new(peer.dialect(), 1)?;
    add_members(&mut swarm, &running, 0, size, &writers);
    swarm.join_all(20)?;
    swarm.run_for(SETTLE)?;
    let everybody: Vec<usize> = (0..size).collect();
    swarm.schedule_cursors(&everybody, CURSORS_PER_SECOND);
    swarm.schedule_edits(&[0], KEYS_PER_SECOND);
    swarm.run_for(pace.pick(2.0, 3.0))?;
    let measured = swarm.ledger.open_window(swarm.now());
    let presence_before = swarm.presence_seen;
    let meter = Meter::start(running.process.id(), laboratory.postmaster()?);
    swarm.run_for(pace.pick(5.0, 8.0))?;
    let spent = meter.spent();
    let presence = (swarm.presence_seen - presence_before) as f64;
    swarm.ledger.open_window(swarm.now());
    swarm.stop();
    swarm.run_for(GRACE)?;
    let mut result = outcome(&format!("s3-{size}"), peer);
    let window = swarm.ledger.window(measured);
    result.set_window(window);
    result.set_spent(spent, window.deliveries.count() as f64);
    result.set("presence_messages_per_s", presence / spent.wall);
    note_losses(&mut result, &swarm, 0);
    Ok(result)
}
