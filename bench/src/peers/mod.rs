//! The servers under test: how each is started over a fresh database, and what a member needs to get in.
//!
//! Each runs as its documentation says, on one loopback port, with its defaults.

mod hocuspocus;
pub mod kazumi_server;

use std::net::{Ipv4Addr, TcpStream};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::client::Door;
use crate::dialect::Dialect;
use crate::laboratory::{Laboratory, free_port};
use crate::process::Process;

/// How long a server may take to start.
pub const START_WITHIN: Duration = Duration::from_secs(30);

/// A server to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Peer {
    /// `kazumi serve` over `/ws/collab`.
    Kazumi,
    /// `kazumi serve` over `/ws/y`.
    KazumiY,
    /// `@hocuspocus/server` with its database extension.
    Hocuspocus,
    /// The server of `y-websocket` 2.1, in memory.
    YWebsocket,
    /// The write loop of this crate.
    Bare,
}

/// A running server.
pub struct Running {
    /// Which.
    pub peer: Peer,
    /// Its process.
    pub process: Process,
    /// Its port on the loopback address.
    pub port: u16,
    tokens: Vec<String>,
}

impl Peer {
    /// Every peer, in the order of tables.
    pub const ALL: [Self; 5] = [Self::Kazumi, Self::KazumiY, Self::Hocuspocus, Self::YWebsocket, Self::Bare];

    /// Its name in tables and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kazumi => "kazumi",
            Self::KazumiY => "kazumi (y-websocket framing)",
            Self::Hocuspocus => "@hocuspocus/server",
            Self::YWebsocket => "y-websocket",
            Self::Bare => "bare loop",
        }
    }

    /// What it speaks.
    pub const fn dialect(self) -> Dialect {
        match self {
            Self::Kazumi | Self::Hocuspocus => Dialect::Collab,
            Self::KazumiY | Self::YWebsocket => Dialect::Y,
            Self::Bare => Dialect::Bare,
        }
    }

    /// Whether it has a database.
    pub const fn stores(self) -> bool {
        matches!(self, Self::Kazumi | Self::KazumiY | Self::Hocuspocus)
    }

    /// Starts it over fresh data and waits until it serves. `first_state` is what the first document holds, where documents come
    /// from a database.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(self, laboratory: &Laboratory, first_state: Option<&[u8]>) -> Result<Running> {
        let port = free_port()?;
        let mut tokens = Vec::new();
        let process = match self {
            Self::Kazumi | Self::KazumiY => kazumi_server::start(laboratory, port, first_state)?,
            Self::Hocuspocus => hocuspocus::start(laboratory, port, first_state)?,
            Self::YWebsocket => {
                let mut node = node(laboratory);
                node.arg(laboratory.peers.join("node_modules/y-websocket/bin/server.cjs"));
                node.env("HOST", "127.0.0.1").env("PORT", port.to_string());
                Process::start(&mut node, &laboratory.log("y-websocket"))?
            }
            Self::Bare => {
                let mut bare = Command::new(std::env::current_exe().context("our own program")?);
                bare.arg("bare-loop").arg(port.to_string());
                Process::start(&mut bare, &laboratory.log("bare-loop"))?
            }
        };
        let mut running = Running { peer: self, process, port, tokens: Vec::new() };
        await_listening(&mut running.process, port, self.name())?;
        if matches!(self, Self::Kazumi | Self::KazumiY) {
            tokens = kazumi_server::sign_in_all(port)?;
        }
        running.tokens = tokens;
        Ok(running)
    }
}

/// The Node that the other servers need, from their own packages: newer than what a system brings. Where npm was told to run no
/// scripts it is not there, and the system's may do.
pub fn node(laboratory: &Laboratory) -> Command {
    let packaged = laboratory.peers.join("node_modules/node/bin/node");
    let mut node = if packaged.exists() { Command::new(packaged) } else { Command::new("node") };
    node.current_dir(&laboratory.peers).env("NODE_ENV", "production");
    node
}

/// Waits until a server takes connections.
///
/// # Errors
/// When it ends, or takes too long.
pub fn await_listening(process: &mut Process, port: u16, name: &str) -> Result<()> {
    let deadline = Instant::now() + START_WITHIN;
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        if let Some(status) = process.ended() {
            bail!("{name} ended with {status}");
        }
        if Instant::now() > deadline {
            bail!("{name} does not listen");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

impl Running {
    /// Where a person enters a document.
    pub fn door(&self, document: usize, person: usize) -> Door {
        let name = match self.peer {
            Peer::Kazumi | Peer::KazumiY => crate::dataset::document_name(document),
            _ => format!("document-{document}"),
        };
        let path = match self.peer {
            Peer::Kazumi => "/ws/collab".to_owned(),
            Peer::KazumiY => format!("/ws/y/{name}"),
            Peer::Hocuspocus => "/".to_owned(),
            Peer::YWebsocket | Peer::Bare => format!("/{name}"),
        };
        let token = match self.tokens.len() {
            0 => "anybody".to_owned(),
            people => self.tokens[person % people].clone(),
        };
        Door { port: self.port, path, document: name, token, bearer: self.peer == Peer::KazumiY }
    }
}
