//! S8: one of thirty members stops reading while others paste text. What does that cost the server, when does it let go, and do the
//! others notice? Measured twice over the same stretch of time, with a member that stops and, as the control, with none: text grows
//! and logs are compacted in both, so what differs is the member.

use anyhow::{Context, Result};

use super::{Pace, SETTLE, TEAM, add_members, note_losses, outcome};
use crate::laboratory::Laboratory;
use crate::outcome::Outcome;
use crate::peers::Peer;
use crate::process::{established_connections, resident_bytes};
use crate::swarm::Swarm;
use crate::trace::Kind;

const MEMBERS: usize = 30;
const SLOW: usize = MEMBERS - 1;
/// The kernel must not hide the problem: its buffers are some megabytes on each side.
const RECEIVE_BUFFER: usize = 16 * 1024;
/// Each second time 8 kB are pasted, then deleted again: with five writers 400 kB a second.
const PASTES_PER_SECOND: f64 = 20.0;
const PASTES: usize = 1400;
/// A member that shows its cursor now and then: some servers end a socket that says nothing for a minute.
const CURSORS_PER_SECOND: f64 = 0.1;
const LOOK: f64 = 0.25;
/// Pasting before the measured stretch: caches fill, the first compaction runs.
const WARM_UP: f64 = 5.0;

pub fn run(laboratory: &Laboratory, peer: Peer, pace: Pace) -> Result<Vec<Outcome>> {
    let control = measure(laboratory, peer, pace, false)?;
    let mut result = measure(laboratory, peer, pace, true)?;
    for (name, of) in [("control_p99_ms", "delivery_p99_ms"), ("control_p50_ms", "delivery_p50_ms")] {
        if let Some(value) = control.figures.get(of) {
            result.set(name, *value);
        }
    }
    Ok(vec![result])
}

fn measure(laboratory: &Laboratory, peer: Peer, pace: Pace, somebody_stops: bool) -> Result<Outcome> {
    let running = peer.start(laboratory, None)?;
    let server = running.process.id();
    let writers = laboratory.trace(Kind::Pasting, TEAM, PASTES)?;
    let mut swarm = Swarm::new(peer.dialect(), 1)?;
    add_members(&mut swarm, &running, 0, MEMBERS, &writers);
    swarm.connect(SLOW, Some(RECEIVE_BUFFER))?;
    swarm.await_joined(&[SLOW], 20)?;
    swarm.join_all(20)?;
    swarm.run_for(SETTLE)?;
    let everybody: Vec<usize> = (0..SLOW).collect();
    swarm.schedule_cursors(&everybody, CURSORS_PER_SECOND);
    swarm.schedule_edits(&everybody[..TEAM], PASTES_PER_SECOND);
    swarm.run_for(WARM_UP)?;

    let resident_before = resident_bytes(server);
    let sockets = established_connections(running.port);
    if somebody_stops {
        swarm.stop_reading(SLOW)?;
    }
    let during = swarm.ledger.open_window(swarm.now());
    let (began, mut resident_most, mut cut_after) = (swarm.now(), resident_before, None);
    let mut growth = Vec::new();
    let elapsed = |swarm: &Swarm| (swarm.now() - began) as f64 / 1e9;
    while elapsed(&swarm) < pace.pick(15.0, 45.0) {
        swarm.run_for(LOOK)?;
        let resident = resident_bytes(server);
        resident_most = resident_most.max(resident);
        growth.push([elapsed(&swarm), (resident - resident_before) / 1e6]);
        if established_connections(running.port) < sockets {
            cut_after.get_or_insert(elapsed(&swarm));
        }
    }
    swarm.stop();
    swarm.run_for(2.0)?;
    let mut result = outcome("s8", peer);
    result.set_window(swarm.ledger.window(during));
    result.set("resident_growth_mb", (resident_most - resident_before) / 1e6);
    let last = growth.last().context("memory was looked at")?[1];
    result.set("resident_growth_at_the_end_mb", last);
    if let Some(seconds) = cut_after {
        result.set("cut_after_s", seconds);
    }
    result.set_curve("growth", growth);
    note_losses(&mut result, &swarm, 0);
    Ok(result)
}
