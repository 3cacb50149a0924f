//! Who spent how much processor time in a stretch of a run: the server, its database, this generator, and everybody else on the
//! machine, so that a figure taken beside somebody's build can be told from one that was not.

use std::time::Instant;

use crate::process::{cpu_seconds, family_cpu_seconds, machine_busy_seconds};

/// Processor seconds, and the seconds on the clock in which they were spent.
#[derive(Debug, Clone, Copy)]
pub struct Spent {
    /// By the server's process.
    pub server: f64,
    /// By all processes of the database.
    pub database: f64,
    /// By this process.
    pub generator: f64,
    /// By all others on the machine.
    pub others: f64,
    /// On the clock.
    pub wall: f64,
}

/// Reads the counters at the beginning of a stretch.
pub struct Meter {
    server: u32,
    postmaster: u32,
    began: Instant,
    first: [f64; 4],
}

impl Meter {
    /// Begins a stretch.
    pub fn start(server: u32, postmaster: u32) -> Self {
        Self { server, postmaster, began: Instant::now(), first: read(server, postmaster) }
    }

    /// What was spent since.
    pub fn spent(&self) -> Spent {
        let last = read(self.server, self.postmaster);
        let [server, database, generator, machine] = std::array::from_fn(|index| last[index] - self.first[index]);
        let others = (machine - server - database - generator).max(0.0);
        Spent { server, database, generator, others, wall: self.began.elapsed().as_secs_f64() }
    }
}

fn read(server: u32, postmaster: u32) -> [f64; 4] {
    let own = cpu_seconds(std::process::id());
    [cpu_seconds(server), family_cpu_seconds(postmaster), own, machine_busy_seconds()]
}
