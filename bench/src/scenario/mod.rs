//! The scenarios: what load, for how long, and what is looked at. Each starts its server over fresh data.

mod ceiling;
mod editing;
mod idle;
mod presence;
mod slow;
mod storm;

use std::rc::Rc;

use anyhow::Result;

use crate::laboratory::Laboratory;
use crate::outcome::Outcome;
use crate::peers::{Peer, Running};
use crate::swarm::Swarm;
use crate::trace::{Kind, Writer};

/// People who edit a document together.
const TEAM: usize = 5;
const DOCUMENTS: usize = crate::dataset::DOCUMENTS;
/// One key of each person in a full house goes to everybody else of their team.
pub const DELIVERIES_PER_KEY: f64 = (DOCUMENTS * TEAM * (TEAM - 1)) as f64;
/// After the handshakes and before the first edit: late answers to the handshake must not be taken for others.
const SETTLE: f64 = 1.0;

/// A scenario; numbers as in the design.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Scenario {
    /// Co-editing: 100 documents × 5 people × 5 keys a second.
    S1,
    /// The ceiling: more and more keys a second.
    S2,
    /// Presence: one document and many cursors.
    S3,
    /// Join storm: 150 people open a long document at once.
    S4,
    /// Idle sockets.
    S5,
    /// A member that does not read.
    S8,
}

/// How long everything takes.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Short, for a look.
    pub quick: bool,
}

impl Pace {
    /// The first for a short run, the second for a full one.
    pub fn pick<T>(self, quick: T, full: T) -> T {
        if self.quick { quick } else { full }
    }
}

impl Scenario {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::S1, Self::S2, Self::S3, Self::S4, Self::S5, Self::S8];

    /// How often it is measured in a full run: the noisier, the more often.
    pub const fn repetitions(self) -> usize {
        match self {
            Self::S1 | Self::S4 => 3,
            Self::S2 | Self::S3 => 2,
            Self::S5 | Self::S8 => 1,
        }
    }

    /// Which peers it says something about.
    pub fn applies_to(self, peer: Peer) -> bool {
        match self {
            Self::S1 => true,
            Self::S2 => peer != Peer::KazumiY,
            // The bare loop holds no document and drops nobody.
            _ => !matches!(peer, Peer::KazumiY | Peer::Bare),
        }
    }

    /// Runs it against a peer.
    ///
    /// # Errors
    /// When a server does not start or breaks the protocol.
    pub fn run(self, laboratory: &Laboratory, peer: Peer, pace: Pace) -> Result<Vec<Outcome>> {
        match self {
            Self::S1 => editing::run(laboratory, peer, pace),
            Self::S2 => ceiling::run(laboratory, peer, pace),
            Self::S3 => presence::run(laboratory, peer, pace),
            Self::S4 => storm::run(laboratory, peer),
            Self::S5 => idle::run(laboratory, peer, pace),
            Self::S8 => slow::run(laboratory, peer, pace),
        }
    }
}

/// What the scenarios with a full house have in common: every team in its document, ready to type.
fn full_house(laboratory: &Laboratory, running: &Running, keystrokes: usize) -> Result<Swarm> {
    let writers = laboratory.trace(Kind::Typing, TEAM, keystrokes)?;
    let mut swarm = Swarm::new(running.peer.dialect(), DOCUMENTS)?;
    for document in 0..DOCUMENTS {
        add_members(&mut swarm, running, document, TEAM, &writers);
    }
    swarm.join_all(20)?;
    swarm.run_for(SETTLE)?;
    Ok(swarm)
}

/// Adds so many members to a document; the first ones write.
fn add_members(swarm: &mut Swarm, running: &Running, document: usize, count: usize, writers: &[Rc<Writer>]) {
    for member in 0..count {
        swarm.add(running.door(document, member), document, writers.get(member).cloned());
    }
}

fn outcome(scenario: &str, peer: Peer) -> Outcome {
    Outcome { scenario: scenario.to_owned(), peer: peer.name().to_owned(), ..Outcome::default() }
}

/// Sockets that ended although nobody asked for it are a finding.
fn note_losses(outcome: &mut Outcome, swarm: &Swarm, on_purpose: usize) {
    let (lost, why) = swarm.lost();
    outcome.set("sockets_lost", lost.saturating_sub(on_purpose) as f64);
    if lost > on_purpose {
        outcome.trouble = Some(format!("{lost} sockets ended, the first: {}", why.unwrap_or("without a word")));
    }
}
