//! A WebSocket connection of the generator, without anything that is said on it: what was read too early, and what the socket did not take yet.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};

/// The key of every upgrade; nobody here checks the answer to it.
pub const UPGRADE_HEADERS: &str = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                                   Sec-WebSocket-Key: a2F6dW1pIGJlbmNoMTIzNA==\r\n";

/// A connection, open or not.
#[derive(Default)]
pub struct Link {
    stream: Option<TcpStream>,
    inbox: Vec<u8>,
    outbox: Vec<u8>,
}

impl Link {
    /// Opens the connection and asks for the upgrade. A connection on the loopback address does not wait.
    ///
    /// # Errors
    /// When nobody listens.
    pub fn open(&mut self, port: u16, receive_buffer: Option<usize>, request: &str) -> io::Result<&TcpStream> {
        self.close();
        let stream = TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
        if let Some(bytes) = receive_buffer {
            rustix::net::sockopt::set_socket_recv_buffer_size(&stream, bytes)?;
        }
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
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

    /// Ends the connection and forgets what was on its way.
    pub fn close(&mut self) {
        self.stream = None;
        self.inbox.clear();
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
