//! S4: a document of 400 kB is open, and 150 people open it at the same moment, as after a network failure in a school.

use anyhow::{Context, Result};

use super::{SETTLE, note_losses, outcome};
use crate::client::Phase;
use crate::histogram::Histogram;
use crate::laboratory::Laboratory;
use crate::meter::Meter;
use crate::outcome::Outcome;
use crate::peers::Peer;
use crate::process::resident_bytes;
use crate::swarm::Swarm;
use crate::trace::Kind;

const DOCUMENT_BYTES: usize = 400_000;
const MEMBERS: usize = 150;
/// How often memory is looked at.
const LOOK: f64 = 0.005;
const PATIENCE: f64 = 30.0;

pub fn run(laboratory: &Laboratory, peer: Peer) -> Result<Vec<Outcome>> {
    let written = laboratory.trace(Kind::Document, 1, DOCUMENT_BYTES)?;
    let document = &written.first().and_then(|writer| writer.updates.first()).context("a document")?.bytes;
    let running = peer.start(laboratory, Some(document))?;
    let server = running.process.id();
    let mut swarm = Swarm::new(peer.dialect(), 1)?;
    swarm.add(running.door(0, 0), 0, None);
    let resident_empty = resident_bytes(server);
    swarm.join_all(20)?;
    if !peer.stores() {
        swarm.send_update(0, document);
    }
    swarm.run_for(SETTLE * 2.0)?;
    for member in 1..=MEMBERS {
        swarm.add(running.door(0, member), 0, None);
    }
    let resident_before = resident_bytes(server);
    let meter = Meter::start(server, laboratory.postmaster()?);
    let began = swarm.now();
    for member in 1..=MEMBERS {
        swarm.connect(member, None)?;
    }
    let mut resident_most = resident_before;
    let waits = |swarm: &Swarm| swarm.clients.iter().any(|c| !matches!(c.phase, Phase::Joined | Phase::Gone));
    while waits(&swarm) && (swarm.now() - began) as f64 / 1e9 < PATIENCE {
        swarm.run_for(LOOK)?;
        resident_most = resident_most.max(resident_bytes(server));
    }
    let spent = meter.spent();
    let mut result = outcome("s4", peer);
    let mut synced = Histogram::new();
    let mut smallest = usize::MAX;
    for client in swarm.clients[1..].iter().filter(|client| client.phase == Phase::Joined) {
        synced.record(client.times.1 - began);
        smallest = smallest.min(client.document_bytes);
    }
    for (name, share) in [("p50", 0.5), ("p99", 0.99), ("all", 1.0)] {
        result.set(&format!("synced_{name}_ms"), synced.percentile(share));
    }
    result.set("not_synced", (MEMBERS as u64 - synced.count()) as f64);
    result.set("smallest_document_kb", smallest as f64 / 1e3);
    result.set("resident_growth_mb", (resident_most - resident_before) / 1e6);
    result.set("resident_open_document_mb", (resident_before - resident_empty) / 1e6);
    result.set_spent(spent, 0.0);
    result.set("server_cpu_ms", spent.server * 1e3);
    note_losses(&mut result, &swarm, 0);
    Ok(vec![result])
}
