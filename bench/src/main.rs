//! The open-loop benchmark of the collaboration server and its peers: same generator, same machine, same run.
//!
//! `kazumi-bench run` measures and writes numbers; `kazumi-bench report` turns numbers into `docs/performance.md`. It uses loopback
//! addresses only, starts every process it measures, and ends those and no others. Read next: `scenario/mod.rs`, `swarm.rs`.

mod bare;
mod chat;
mod client;
mod dataset;
mod dialect;
mod histogram;
mod http;
mod laboratory;
mod ledger;
mod link;
mod meter;
mod outcome;
mod peers;
mod process;
mod report;
mod scenario;
mod schedule;
mod swarm;
mod trace;
mod wire;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

use laboratory::Laboratory;
use outcome::Outcome;
use peers::Peer;
use report::Results;
use scenario::{Pace, Scenario};

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Measure documents.
    Run(Run),
    /// Measure conversations.
    Chat(chat::Chat),
    /// Turn the numbers of a run into the page and its charts; those of conversations into their section of it.
    Report {
        /// Files of numbers; a scenario is taken from the last one that has it.
        #[arg(long, value_delimiter = ',', default_value = "test-output/bench/outcomes.json")]
        from: Vec<PathBuf>,
        /// The folder of `performance.md`.
        #[arg(long, default_value = "docs")]
        docs: PathBuf,
    },
    /// The floor: pass every message on to all sockets of its document.
    #[command(hide = true)]
    BareLoop {
        /// Port on the loopback address.
        port: u16,
    },
    /// From a TCP port to the database's Unix socket.
    #[command(hide = true)]
    Relay {
        /// Port on the loopback address.
        port: u16,
        /// The socket's file.
        socket: PathBuf,
    },
}

#[derive(clap::Args)]
struct Run {
    /// Short scenarios, one repetition: under eight minutes.
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
    peers: Vec<Peer>,
    /// Where numbers are written.
    #[arg(long, default_value = "test-output/bench")]
    out: PathBuf,
    /// Also write `performance.md` and its charts into this folder.
    #[arg(long)]
    docs: Option<PathBuf>,
    /// The server under test, a release build.
    #[arg(long, env = "KAZUMI_BIN")]
    kazumi: PathBuf,
}

fn main() -> Result<()> {
    match Arguments::parse().command {
        Action::BareLoop { port } => bare::serve(port),
        Action::Relay { port, socket } => chat::servers::relay::serve(port, &socket),
        Action::Run(run) => measure(&run),
        Action::Chat(run) => chat::measure(&run),
        Action::Report { from, docs } => {
            let mut results = Results::default();
            for file in from {
                let text = fs::read_to_string(&file).context("the file of numbers")?;
                results.replace_with(serde_json::from_str(&text).context("the numbers are damaged")?);
            }
            let (chat, documents): (Vec<_>, Vec<_>) =
                results.outcomes.into_iter().partition(|outcome| outcome.scenario.starts_with("chat"));
            for (outcomes, write) in
                [(documents, report::write as fn(&Results, &Path) -> Result<()>), (chat, report::chat::write)]
            {
                if !outcomes.is_empty() {
                    write(&Results { outcomes, ..results }, &docs)?;
                }
            }
            Ok(())
        }
    }
}

/// Peers take turns within a repetition, so that whatever else the machine does meets all of them.
fn measure(run: &Run) -> Result<()> {
    let laboratory = Laboratory::open(run.kazumi.clone(), laboratory::peers_folder())?;
    laboratory.make_documents()?;
    let pace = Pace { quick: run.quick };
    let scenarios = if run.scenarios.is_empty() { Scenario::ALL.to_vec() } else { run.scenarios.clone() };
    let peers = if run.peers.is_empty() { Peer::ALL.to_vec() } else { run.peers.clone() };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut results = Results { cores, quick: run.quick, outcomes: Vec::new() };
    fs::create_dir_all(&run.out).context("the folder for numbers")?;
    for scenario in scenarios {
        let repetitions = if run.quick { 1 } else { scenario.repetitions() };
        for repetition in 0..run.repetitions.unwrap_or(repetitions) {
            for peer in peers.iter().copied().filter(|peer| scenario.applies_to(*peer)) {
                let found = scenario.run(&laboratory, peer, pace);
                for mut outcome in found.unwrap_or_else(|error| vec![failed(scenario, peer, &error)]) {
                    outcome.repetition = repetition;
                    say(&outcome);
                    results.outcomes.push(outcome);
                }
                let text = serde_json::to_string_pretty(&results).context("write numbers")?;
                fs::write(run.out.join("outcomes.json"), text).context("keep numbers")?;
            }
        }
    }
    laboratory.close().context("clear up")?;
    run.docs.as_deref().map_or(Ok(()), |docs| report::write(&results, docs))
}

fn failed(scenario: Scenario, peer: Peer, error: &anyhow::Error) -> Outcome {
    let scenario = format!("{scenario:?}").to_lowercase();
    Outcome { scenario, peer: peer.name().to_owned(), trouble: Some(format!("{error:#}")), ..Outcome::default() }
}

#[allow(clippy::print_stdout, reason = "a program for a terminal")]
fn print(text: &str) {
    println!("{text}");
}

#[allow(clippy::print_stdout, reason = "a program for a terminal")]
fn say(outcome: &Outcome) {
    println!("{} {} #{}", outcome.scenario, outcome.peer, outcome.repetition + 1);
    for (name, value) in &outcome.figures {
        println!("    {name:32} {value:12.3}");
    }
    if let Some(trouble) = &outcome.trouble {
        println!("    trouble: {trouble}");
    }
}
