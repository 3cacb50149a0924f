//! `kazumi-check`: prints each violation on a line of its own, and how much was looked at. Ends with 1 when there is a violation, and with 2 when something
//! could not be read.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;
use kazumi_check::{Report, Room, check, database, read_logs, rooms};
use tokio_postgres::NoTls;

/// Compares what clients of conversations have logged with what the database holds.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Folder with the logs of the clients (*.jsonl).
    #[arg(long)]
    logs: PathBuf,
    /// Address of the database, as a role that sees every row.
    #[arg(long, required_unless_present = "rooms", conflicts_with = "rooms")]
    database: Option<String>,
    /// File with the rooms instead, as `--dump` writes it.
    #[arg(long)]
    rooms: Option<PathBuf>,
    /// Writes the rooms to this file too.
    #[arg(long)]
    dump: Option<PathBuf>,
}

#[allow(clippy::print_stdout, clippy::print_stderr, reason = "a command speaks on its terminal")]
fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(report) => {
            report.violations.iter().for_each(|violation| println!("{violation}"));
            println!("{report}");
            if report.violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) }
        }
        Err(error) => {
            eprintln!("kazumi-check: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<Report> {
    let clients = read_logs(&arguments.logs)?;
    let rooms = match (&arguments.rooms, &arguments.database) {
        (Some(file), _) => rooms::read_rooms(file)?,
        (None, Some(address)) => from_database(address)?,
        (None, None) => anyhow::bail!("where are the rooms?"),
    };
    if let Some(file) = &arguments.dump {
        let text = serde_json::to_vec(&rooms)?;
        std::fs::write(file, text).with_context(|| format!("{} cannot be written", file.display()))?;
    }
    Ok(check(&clients, &rooms))
}

fn from_database(address: &str) -> Result<Vec<Room>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let (mut client, connection) = tokio_postgres::connect(address, NoTls).await.context("no connection")?;
        let connection = tokio::spawn(connection);
        let rooms = database::rooms(&mut client).await.context("the rooms cannot be read")?;
        drop(client);
        connection.await?.context("the connection ended badly")?;
        Ok(rooms)
    })
}
