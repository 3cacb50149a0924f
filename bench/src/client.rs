//! One simulated member: a socket, and how far its handshake has come. Knows no schedule.

use std::collections::VecDeque;
use std::io;
use std::net::TcpStream;

use crate::ledger::Seen;
use crate::link::{Link, UPGRADE_HEADERS};

/// Where a member connects and as whom.
#[derive(Debug, Clone)]
pub struct Door {
    /// Port on the loopback address.
    pub port: u16,
    /// Path of the socket.
    pub path: String,
    /// The document, as frames name it.
    pub document: String,
    /// Access token; in the first frame or in a header, as the dialect wants it.
    pub token: String,
    /// Whether the token goes into a header.
    pub bearer: bool,
}

/// How far a member has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Not connected yet.
    Outside,
    /// The HTTP request is on its way.
    Upgrading,
    /// Waiting for the document.
    Syncing,
    /// In.
    Joined,
    /// The socket has ended.
    Gone,
}

/// A simulated member.
pub struct Client {
    /// Where it connects.
    pub door: Door,
    /// Number of its document.
    pub document: usize,
    /// Its number among the document's writers, if it writes.
    pub writer: Option<usize>,
    /// The client id under which it is present.
    pub presence_id: u64,
    /// How often it told where its cursor is.
    pub presence_clock: u64,
    /// What it has seen of each writer.
    pub seen: Vec<Seen>,
    /// When its unacknowledged edits were meant to be sent.
    pub unacknowledged: VecDeque<u64>,
    /// Where it stands.
    pub phase: Phase,
    /// When it began to connect, and when it had the document.
    pub times: (u64, u64),
    /// Bytes of the document it was given.
    pub document_bytes: usize,
    /// Whether it reads its socket.
    pub reads: bool,
    /// Whether the generator is to be told when the socket takes bytes again.
    pub waits_to_write: bool,
    /// Why the socket ended.
    pub farewell: Option<String>,
    /// Its connection.
    pub link: Link,
}

impl Client {
    /// A member that has not connected.
    pub fn new(door: Door, document: usize, writer: Option<usize>, presence_id: u64) -> Self {
        Self {
            door,
            document,
            writer,
            presence_id,
            presence_clock: 0,
            seen: Vec::new(),
            unacknowledged: VecDeque::new(),
            phase: Phase::Outside,
            times: (0, 0),
            document_bytes: 0,
            reads: true,
            waits_to_write: false,
            farewell: None,
            link: Link::default(),
        }
    }

    /// Opens the connection and asks for the upgrade. A connection on the loopback address does not wait.
    ///
    /// # Errors
    /// When nobody listens.
    pub fn connect(&mut self, receive_buffer: Option<usize>) -> io::Result<&TcpStream> {
        let credentials =
            if self.door.bearer { format!("Authorization: Bearer {}\r\n", self.door.token) } else { String::new() };
        let request = format!(
            "GET {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n{credentials}{UPGRADE_HEADERS}\r\n",
            self.door.path, self.door.port
        );
        self.phase = Phase::Upgrading;
        self.link.open(self.door.port, receive_buffer, &request)
    }

    /// Ends the connection.
    pub fn hang_up(&mut self, why: &str) {
        self.phase = Phase::Gone;
        self.farewell.get_or_insert_with(|| why.to_owned());
        self.link.close();
    }
}
