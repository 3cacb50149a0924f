//! The chat servers under test. Each is started over a fresh database of the same private PostgreSQL, on a loopback port, with its defaults.

mod ejabberd;
pub mod relay;

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use kazumi::store::migrations;
use tokio_postgres::config::Host;

use super::people;
use super::speech::{Plain, SocketIo, Speech, Xmpp};
use crate::laboratory::{Laboratory, free_port};
use crate::peers::{await_listening, kazumi_server, node};
use crate::process::Process;

/// A server to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Server {
    /// `kazumi serve` over `/ws/chat`.
    Kazumi,
    /// Socket.IO's tutorial over `pg`.
    SocketIo,
    /// A WebSocket route of Starlette over `asyncpg`.
    Starlette,
    /// MUC and an SQL archive, XMPP over WebSocket.
    Ejabberd,
}

/// A running server, and how to speak with it.
pub struct Running {
    /// Its process.
    pub process: Process,
    /// Its port on the loopback address.
    pub port: u16,
    /// Its protocol.
    pub speech: Box<dyn Speech>,
    /// Processes that help it, ended with it.
    pub helpers: Vec<Process>,
}

impl Server {
    /// All, in the order of tables.
    pub const ALL: [Self; 4] = [Self::Kazumi, Self::SocketIo, Self::Starlette, Self::Ejabberd];

    /// Its name in tables and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kazumi => "kazumi",
            Self::SocketIo => "Socket.IO 4.8 + pg",
            Self::Starlette => "Starlette + asyncpg",
            Self::Ejabberd => "ejabberd 23.01",
        }
    }

    /// Starts it over a fresh database and waits until it serves.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(self, laboratory: &Laboratory, python: Option<&PathBuf>) -> Result<Running> {
        let port = free_port()?;
        let name = self.name();
        let template = if self == Self::Kazumi { people::TEMPLATE } else { "template0" };
        let database = laboratory.fresh_database(template)?;
        let mut helpers = Vec::new();
        let (mut process, speech): (Process, Box<dyn Speech>) = match self {
            Self::Kazumi => {
                let process = kazumi_server::serve(laboratory, port, &database)?;
                kazumi_server::await_ready(port)?;
                (process, Box::new(people::speech(laboratory, &database)?))
            }
            Self::SocketIo => {
                let mut server = node(laboratory);
                server.arg("socketio-chat.mjs").env("PORT", port.to_string());
                name_database(&mut server, laboratory, &database)?;
                (Process::start(&mut server, &laboratory.log("socketio"))?, Box::new(SocketIo))
            }
            Self::Starlette => {
                let mut server = Command::new(python.context("no Python with its packages: tools/install.sh bench")?);
                server.current_dir(&laboratory.peers).args([
                    "-m",
                    "uvicorn",
                    "starlette_chat:app",
                    "--host",
                    "127.0.0.1",
                ]);
                server.args(["--port", &port.to_string(), "--log-level", "warning"]);
                server.env("PYTHONDONTWRITEBYTECODE", "1");
                name_database(&mut server, laboratory, &database)?;
                (Process::start(&mut server, &laboratory.log("starlette"))?, Box::new(Plain))
            }
            Self::Ejabberd => {
                let process = ejabberd::start(laboratory, port, &database, &mut helpers)?;
                (process, Box::new(Xmpp))
            }
        };
        await_listening(&mut process, port, name)?;
        Ok(Running { process, port, speech, helpers })
    }
}

/// Names the database by the variables of libpq.
fn name_database(command: &mut Command, laboratory: &Laboratory, database: &str) -> Result<()> {
    let config = laboratory.cluster.superuser(database);
    let host = config.get_hosts().first().and_then(|host| match host {
        Host::Unix(path) => Some(path.clone()),
        Host::Tcp(_) => None,
    });
    command.env("PGHOST", host.context("the database's socket")?).env("PGDATABASE", database);
    command.env("PGUSER", config.get_user().unwrap_or_default());
    command.env("PGPASSWORD", password(&config));
    Ok(())
}

fn password(config: &tokio_postgres::Config) -> String {
    String::from_utf8_lossy(config.get_password().unwrap_or_default()).into_owned()
}

/// Runs statements in a database.
fn execute(laboratory: &Laboratory, database: &str, statements: &str) -> Result<()> {
    laboratory.runtime.block_on(async {
        let client = migrations::connect(&laboratory.cluster.superuser(database)).await?;
        client.batch_execute(statements).await.context("prepare the database")
    })
}
