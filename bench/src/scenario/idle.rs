//! S5: thousands of people have a plan open and do nothing. What does each of them cost?

use anyhow::Result;

use super::{DOCUMENTS, Pace, SETTLE, note_losses, outcome};
use crate::laboratory::Laboratory;
use crate::meter::Meter;
use crate::outcome::Outcome;
use crate::peers::Peer;
use crate::process::resident_bytes;
use crate::swarm::Swarm;

pub fn run(laboratory: &Laboratory, peer: Peer, pace: Pace) -> Result<Vec<Outcome>> {
    let running = peer.start(laboratory, None)?;
    let server = running.process.id();
    let mut swarm = Swarm::new(peer.dialect(), DOCUMENTS)?;
    // The documents are open before anything is counted: what is asked is what one more socket costs.
    for document in 0..DOCUMENTS {
        swarm.add(running.door(document, 0), document, None);
    }
    swarm.join_all(20)?;
    swarm.run_for(SETTLE)?;
    let resident_before = resident_bytes(server);
    let more = pace.pick(2000, 5000) - DOCUMENTS;
    for number in 0..more {
        swarm.add(running.door(number % DOCUMENTS, number / DOCUMENTS), number % DOCUMENTS, None);
    }
    let began = swarm.now();
    swarm.join_all(20)?;
    let joining = (swarm.now() - began) as f64 / 1e9;
    swarm.run_for(SETTLE * 2.0)?;
    let meter = Meter::start(server, laboratory.postmaster()?);
    swarm.run_for(pace.pick(6.0, 12.0))?;
    let mut result = outcome("s5", peer);
    result.set_spent(meter.spent(), 0.0);
    result.set("sockets", (more + DOCUMENTS) as f64);
    result.set("joins_per_s", more as f64 / joining);
    result.set("resident_kb_per_socket", (resident_bytes(server) - resident_before) / more as f64 / 1e3);
    result.set("resident_mb", resident_bytes(server) / 1e6);
    note_losses(&mut result, &swarm, 0);
    Ok(vec![result])
}
