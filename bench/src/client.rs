//! One simulated member: a socket, what is buffered for it, and how far its handshake has come. Knows no schedule.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};

use crate::ledger::Seen;

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
    stream: Option<TcpStream>,
    inbox: Vec<u8>,
    outbox: Vec<u8>,
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
            stream: None,
            inbox: Vec::new(),
            outbox: Vec::new(),
        }
    }

    /// Opens the connection and asks for the upgrade. A connection on the loopback address does not wait.
    ///
    /// # Errors
    /// When nobody listens.
    pub fn connect(&mut self, receive_buffer: Option<usize>) -> io::Result<&TcpStream> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.door.port));
        let stream = TcpStream::connect(address)?;
        if let Some(bytes) = receive_buffer {
            rustix::net::sockopt::set_socket_recv_buffer_size(&stream, bytes)?;
        }
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        let credentials =
            if self.door.bearer { format!("Authorization: Bearer {}\r\n", self.door.token) } else { String::new() };
        let request = format!(
            "GET {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n{credentials}\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: a2F6dW1pIGJlbmNoMTIzNA==\r\n\r\n",
            self.door.path, self.door.port
        );
        self.phase = Phase::Upgrading;
        let stream = self.stream.insert(stream);
        stream.write_all(request.as_bytes())?;
        Ok(stream)
    }

    /// The open connection.
    pub fn stream(&self) -> Option<&TcpStream> {
        self.stream.as_ref()
    }

    /// Reads what is there into `buffer`, behind what was left over. Returns whether there may be more.
    ///
    /// # Errors
    /// When the connection has ended.
    pub fn read(&mut self, buffer: &mut Vec<u8>, chunk: &mut [u8]) -> io::Result<bool> {
        buffer.clear();
        buffer.append(&mut self.inbox);
        let Some(stream) = &mut self.stream else { return Ok(false) };
        match stream.read(chunk) {
            Ok(0) => Err(ErrorKind::UnexpectedEof.into()),
            Ok(count) => {
                buffer.extend_from_slice(&chunk[..count]);
                Ok(count == chunk.len())
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Keeps the beginning of a message for the next read.
    pub fn keep(&mut self, rest: &[u8]) {
        self.inbox.extend_from_slice(rest);
    }

    /// Sends a frame; what the socket does not take is kept. Returns whether something is kept.
    ///
    /// # Errors
    /// When the connection has ended.
    pub fn send(&mut self, frame: &[u8]) -> io::Result<bool> {
        if self.outbox.is_empty() {
            let written = write_some(self.stream.as_mut(), frame)?;
            self.outbox.extend_from_slice(&frame[written..]);
        } else {
            self.outbox.extend_from_slice(frame);
        }
        Ok(!self.outbox.is_empty())
    }

    /// Sends what was kept. Returns whether something still is.
    ///
    /// # Errors
    /// When the connection has ended.
    pub fn flush(&mut self) -> io::Result<bool> {
        let written = write_some(self.stream.as_mut(), &self.outbox)?;
        self.outbox.drain(..written);
        Ok(!self.outbox.is_empty())
    }

    /// Ends the connection.
    pub fn hang_up(&mut self, why: &str) {
        self.phase = Phase::Gone;
        self.farewell.get_or_insert_with(|| why.to_owned());
        self.stream = None;
        self.outbox.clear();
    }
}

fn write_some(stream: Option<&mut TcpStream>, bytes: &[u8]) -> io::Result<usize> {
    let Some(stream) = stream else { return Ok(bytes.len()) };
    match stream.write(bytes) {
        Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(0),
        other => other,
    }
}
