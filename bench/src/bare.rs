//! The bare loop: passes every message on to all sockets of its document, and does nothing else. No CRDT, no database, no check.
//!
//! It is the floor: what it costs to write these bytes to these sockets from one thread. The author gets the echo as well, so that
//! it writes as many messages as a server that acknowledges. It serves the generator of this crate only and trusts its frames.

use std::collections::HashMap;
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};

use anyhow::{Context, Result};
use rustix::event::epoll;

use crate::wire::{BINARY, next_frame, put_server_message};

const LISTENER: u64 = u64::MAX;
/// Of the key that our own clients send; nobody checks it.
const ANSWER: &str = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                      Sec-WebSocket-Accept: unchecked\r\n\r\n";

struct Socket {
    stream: TcpStream,
    document: Option<String>,
    inbox: Vec<u8>,
    outbox: Vec<u8>,
}

/// Serves until the process is ended.
///
/// # Errors
/// When the port is taken.
pub fn serve(port: u16) -> Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).context("listen")?;
    let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
    epoll::add(&epoll, &listener, epoll::EventData::new_u64(LISTENER), epoll::EventFlags::IN)?;
    let mut sockets: HashMap<u64, Socket> = HashMap::new();
    let mut documents: HashMap<String, Vec<u64>> = HashMap::new();
    let mut chunk = vec![0; 64 * 1024];
    let mut out = Vec::new();
    for next in 0.. {
        let mut events = Vec::with_capacity(256);
        epoll::wait(&epoll, rustix::buffer::spare_capacity(&mut events), None)?;
        for event in events {
            let id = event.data.u64();
            if id == LISTENER {
                let (stream, _) = listener.accept()?;
                stream.set_nodelay(true)?;
                stream.set_nonblocking(true)?;
                epoll::add(&epoll, &stream, epoll::EventData::new_u64(next), epoll::EventFlags::IN)?;
                sockets.insert(next, Socket { stream, document: None, inbox: Vec::new(), outbox: Vec::new() });
                // One a turn: their numbers are the turns'.
                break;
            }
            let Some(socket) = sockets.get_mut(&id) else { continue };
            let Some(document) = take_in(socket, &mut chunk) else {
                sockets.remove(&id);
                continue;
            };
            let members = documents.entry(document).or_default();
            if !members.contains(&id) {
                members.push(id);
            }
            pass_on(id, members, &mut sockets, &mut out);
        }
    }
    Ok(())
}

/// Reads what is there. The document, or `None` when the socket has ended.
fn take_in(socket: &mut Socket, chunk: &mut [u8]) -> Option<String> {
    match socket.stream.read(chunk) {
        Ok(0) => return None,
        Ok(count) => socket.inbox.extend_from_slice(&chunk[..count]),
        Err(error) if error.kind() == ErrorKind::WouldBlock => {}
        Err(_) => return None,
    }
    if socket.document.is_none() {
        let end = socket.inbox.windows(4).position(|bytes| bytes == b"\r\n\r\n")?;
        let path = String::from_utf8_lossy(&socket.inbox).split(' ').nth(1).unwrap_or_default().to_owned();
        socket.inbox.drain(..end + 4);
        socket.stream.write_all(ANSWER.as_bytes()).ok()?;
        socket.document = Some(path);
    }
    socket.document.clone()
}

/// Everything that is whole goes to everybody; all that came in one read leaves in one write.
fn pass_on(id: u64, members: &[u64], sockets: &mut HashMap<u64, Socket>, out: &mut Vec<u8>) {
    let Some(sender) = sockets.get_mut(&id) else { return };
    out.clear();
    let mut taken = 0;
    while let Ok(Some(frame)) = next_frame(&sender.inbox[taken..]) {
        let payload = taken + frame.payload.start..taken + frame.payload.end;
        if frame.opcode == BINARY {
            put_server_message(out, &sender.inbox[payload.clone()]);
        }
        taken = payload.end;
    }
    sender.inbox.drain(..taken);
    if out.is_empty() {
        return;
    }
    for member in members {
        let Some(socket) = sockets.get_mut(member) else { continue };
        socket.outbox.extend_from_slice(out);
        // A full socket keeps its bytes until somebody writes again; the floor is not measured beyond that.
        if let Ok(written) = socket.stream.write(&socket.outbox) {
            socket.outbox.drain(..written);
        }
    }
}
