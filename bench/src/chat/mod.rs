//! Conversations under load: rooms of four that talk faster and faster, a hall of two hundred, and everybody coming back from a tunnel. Kazumi against other
//! servers that also store before they acknowledge, in the same PostgreSQL. Read next: `scenario.rs`, `crowd.rs`, `books.rs`.

mod books;
mod climb;
mod crowd;
mod people;
mod plan;
mod scenario;
pub mod servers;
mod speech;
mod text;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::laboratory::{self, Laboratory};
use crate::outcome::Outcome;
use crate::report::{self, Results};
use crate::scenario::Pace;
use scenario::Scenario;
use servers::Server;

/// Rooms of a few.
pub const ROOMS: usize = 500;
/// Members of each.
pub const ROOM_MEMBERS: usize = 4;
/// The number of the room of many.
pub const HALL: usize = ROOMS;
/// Its members.
pub const HALL_MEMBERS: usize = 200;

/// What is measured.
#[derive(clap::Args)]
pub struct Chat {
    /// Short scenarios, one repetition: some minutes.
    #[arg(long)]
    quick: bool,
    /// How often everything is measured; medians are reported.
    #[arg(long)]
    repetitions: Option<usize>,
    /// Only these scenarios.
    #[arg(long, value_delimiter = ',')]
    scenarios: Vec<Scenario>,
    /// Only these servers.
    #[arg(long, value_delimiter = ',')]
    peers: Vec<Server>,
    /// Where numbers are written.
    #[arg(long, default_value = "test-output/bench")]
    out: PathBuf,
    /// Also write the section of `performance.md` and its charts into this folder.
    #[arg(long)]
    docs: Option<PathBuf>,
    /// The server under test, a release build.
    #[arg(long, env = "KAZUMI_BIN")]
    kazumi: PathBuf,
    /// A Python that has what `bench/peers/requirements.txt` names.
    #[arg(long, env = "KAZUMI_BENCH_PYTHON")]
    python: Option<PathBuf>,
}

/// Repetitions of a full run.
const REPETITIONS: usize = 3;

/// Servers take turns within a repetition, so that whatever else the machine does meets all of them.
///
/// # Errors
/// When the database does not start, or numbers cannot be written.
pub fn measure(run: &Chat) -> Result<()> {
    let laboratory = Laboratory::open(run.kazumi.clone(), laboratory::peers_folder())?;
    people::make(&laboratory)?;
    let pace = Pace { quick: run.quick };
    let scenarios = if run.scenarios.is_empty() { Scenario::ALL.to_vec() } else { run.scenarios.clone() };
    let servers = if run.peers.is_empty() { Server::ALL.to_vec() } else { run.peers.clone() };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut results = Results { cores, quick: run.quick, outcomes: Vec::new() };
    fs::create_dir_all(&run.out).context("the folder for numbers")?;
    for scenario in scenarios {
        for repetition in 0..run.repetitions.unwrap_or(if run.quick { 1 } else { REPETITIONS }) {
            for server in servers.iter().copied() {
                let found = scenario.run(&laboratory, server, run.python.as_ref(), pace);
                for mut outcome in found.unwrap_or_else(|error| vec![failed(scenario, server, &error)]) {
                    outcome.repetition = repetition;
                    crate::say(&outcome);
                    results.outcomes.push(outcome);
                }
                let text = serde_json::to_string_pretty(&results).context("write numbers")?;
                fs::write(run.out.join("chat.json"), text).context("keep numbers")?;
            }
        }
    }
    laboratory.close().context("clear up")?;
    crate::print(&report::chat::text(&results));
    run.docs.as_deref().map_or(Ok(()), |docs| report::chat::write(&results, docs))
}

fn failed(scenario: Scenario, server: Server, error: &anyhow::Error) -> Outcome {
    let trouble = Some(format!("{error:#}"));
    Outcome { scenario: scenario.name().to_owned(), peer: server.name().to_owned(), trouble, ..Outcome::default() }
}
