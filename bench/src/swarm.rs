//! The open-loop generator: all simulated members on one thread, with a fixed schedule that no server can slow down.
//!
//! It shares the machine with the server it measures, so it does little: frames are put together from updates made beforehand,
//! received bytes are compared rather than decoded, and one `epoll` wakes it to a fraction of a millisecond.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::rc::Rc;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use rustix::event::{Timespec, epoll};

use crate::client::{Client, Door, Phase};
use crate::dialect::{Dialect, Heard, STEP_1, STEP_2, UPDATE};
use crate::ledger::{Ledger, Seen};
use crate::schedule::{Act, Schedule};
use crate::trace::Writer;
use crate::wire::{self, next_frame, put_client_message};

/// Bytes read at once: a turn of a busy document.
const CHUNK: usize = 64 * 1024;
const EVENTS: usize = 512;
/// What is done of the schedule before sockets are looked at again: a generator at its limit must still read.
const ACTS: usize = 1024;
/// Members that connect at the same time, where the scenario is not about that.
const JOINING_AT_ONCE: usize = 16;
const NANOSECONDS: u64 = 1_000_000_000;
/// The update that creates and deletes nothing.
const NOTHING: [u8; 2] = [0, 0];
/// An empty state vector.
const NO_STATE: [u8; 1] = [0];

/// All simulated members.
pub struct Swarm {
    /// The members, in the order in which they were added.
    pub clients: Vec<Client>,
    /// Who sent and saw what.
    pub ledger: Ledger,
    /// Presence messages received.
    pub presence_seen: u64,
    dialect: Dialect,
    epoll: OwnedFd,
    began: Instant,
    schedule: Schedule,
    readers: Vec<u64>,
    message: Vec<u8>,
    frame: Vec<u8>,
    chunk: Vec<u8>,
    buffer: Vec<u8>,
}

impl Swarm {
    /// Nobody yet, for so many documents.
    ///
    /// # Errors
    /// When the system has no more descriptors.
    pub fn new(dialect: Dialect, documents: usize) -> Result<Self> {
        Ok(Self {
            clients: Vec::new(),
            ledger: Ledger::new(documents),
            presence_seen: 0,
            dialect,
            epoll: epoll::create(epoll::CreateFlags::CLOEXEC).context("an epoll")?,
            began: Instant::now(),
            schedule: Schedule::default(),
            readers: vec![0; documents],
            message: Vec::new(),
            frame: Vec::new(),
            chunk: vec![0; CHUNK],
            buffer: Vec::new(),
        })
    }

    /// Nanoseconds since the run began.
    pub fn now(&self) -> u64 {
        self.began.elapsed().as_nanos() as u64
    }

    /// Adds a member that does not connect yet; with a `writer` it can be scheduled to edit.
    pub fn add(&mut self, door: Door, document: usize, writer: Option<Rc<Writer>>) {
        let index = self.clients.len();
        let presence = writer.as_ref().map_or(1_000_000 + index as u64, |writer| writer.client);
        let writer = writer.map(|writer| self.ledger.add_writer(document, writer));
        self.readers[document] += 1;
        self.clients.push(Client::new(door, document, writer, presence));
    }

    /// Connects a member.
    ///
    /// # Errors
    /// When nobody listens.
    pub fn connect(&mut self, index: usize, receive_buffer: Option<usize>) -> Result<()> {
        let now = self.now();
        let client = &mut self.clients[index];
        client.seen = vec![Seen::default(); self.ledger.writers(client.document)];
        client.times.0 = now;
        let stream = client.connect(receive_buffer).context("the server takes no connection")?;
        epoll::add(&self.epoll, stream, epoll::EventData::new_u64(index as u64), epoll::EventFlags::IN)?;
        Ok(())
    }

    /// Connects everybody who is outside, a few at a time, and waits until they have their document.
    ///
    /// # Errors
    /// When one of them does not get in within `patience` seconds of its turn.
    pub fn join_all(&mut self, patience: u64) -> Result<()> {
        let outside: Vec<usize> =
            (0..self.clients.len()).filter(|index| self.clients[*index].phase == Phase::Outside).collect();
        for group in outside.chunks(JOINING_AT_ONCE) {
            for index in group {
                self.connect(*index, None)?;
            }
            self.await_joined(group, patience)?;
        }
        Ok(())
    }

    /// Waits until these members have their document.
    ///
    /// # Errors
    /// When one of them does not get it within `patience` seconds.
    pub fn await_joined(&mut self, group: &[usize], patience: u64) -> Result<()> {
        let deadline = self.now() + patience * NANOSECONDS;
        while let Some(index) = group.iter().find(|index| self.clients[**index].phase != Phase::Joined) {
            let client = &self.clients[*index];
            if client.phase == Phase::Gone || self.now() > deadline {
                bail!("member {index} is not let in: {:?} {:?}", client.phase, client.farewell);
            }
            self.turn(self.now() + NANOSECONDS / 1000)?;
        }
        Ok(())
    }

    /// A member sends an update that is in nobody's books.
    pub fn send_update(&mut self, index: usize, update: &[u8]) {
        let name = self.clients[index].door.document.clone();
        self.dialect.sync(&mut self.message, &name, UPDATE, update);
        self.send_message(index);
    }

    /// Plans edits: each of these members makes `rate` a second, evenly spread over all.
    pub fn schedule_edits(&mut self, members: &[usize], rate: f64) {
        self.schedule.add(members, rate, Act::Edit, self.now());
    }

    /// Plans cursor movements likewise.
    pub fn schedule_cursors(&mut self, members: &[usize], rate: f64) {
        self.schedule.add(members, rate, Act::Cursor, self.now());
    }

    /// Plans nothing any more.
    pub fn stop(&mut self) {
        self.schedule.clear();
    }

    /// This member reads nothing from now on, and nobody expects it to.
    ///
    /// # Errors
    /// When the socket is gone.
    pub fn stop_reading(&mut self, index: usize) -> Result<()> {
        let client = &mut self.clients[index];
        client.reads = false;
        self.readers[client.document] -= 1;
        let stream = client.link.stream().context("the slow member's socket is open")?;
        epoll::delete(&self.epoll, stream)?;
        Ok(())
    }

    /// Keeps the schedule until this moment (nanoseconds of the run).
    ///
    /// # Errors
    /// When the trace is too short or a server breaks the protocol.
    pub fn run_until(&mut self, until: u64) -> Result<()> {
        while self.now() < until {
            self.turn(until)?;
        }
        Ok(())
    }

    /// As [`Self::run_until`], for so many seconds.
    ///
    /// # Errors
    /// As there.
    pub fn run_for(&mut self, seconds: f64) -> Result<()> {
        self.run_until(self.now() + (seconds * NANOSECONDS as f64) as u64)
    }

    fn turn(&mut self, until: u64) -> Result<()> {
        for _ in 0..ACTS {
            let now = self.now();
            let Some((at, index, act)) = self.schedule.take_due(now) else { break };
            self.act(index, act, at)?;
        }
        let next = self.schedule.next_moment().map_or(until, |moment| moment.min(until));
        let pause = next.saturating_sub(self.now());
        let timeout = Timespec { tv_sec: (pause / NANOSECONDS) as i64, tv_nsec: (pause % NANOSECONDS) as i64 };
        let mut events = Vec::with_capacity(EVENTS);
        match epoll::wait(&self.epoll, rustix::buffer::spare_capacity(&mut events), Some(&timeout)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error).context("wait for sockets"),
        }
        for event in events {
            let (flags, index) = (event.flags, event.data.u64() as usize);
            if flags.contains(epoll::EventFlags::OUT) {
                let outcome = self.clients[index].link.flush();
                self.after_write(index, outcome);
            }
            if flags.intersects(epoll::EventFlags::IN | epoll::EventFlags::HUP | epoll::EventFlags::ERR) {
                self.read(index)?;
            }
        }
        Ok(())
    }

    fn act(&mut self, index: usize, act: Act, meant_at: u64) -> Result<()> {
        let client = &mut self.clients[index];
        if client.phase != Phase::Joined {
            return Ok(());
        }
        match act {
            Act::Edit => {
                let writer = client.writer.context("a reader was scheduled to write")?;
                let receivers = self.readers[client.document] - 1;
                let update =
                    self.ledger.send(client.document, writer, meant_at, receivers).context("the trace is too short")?;
                self.dialect.sync(&mut self.message, &client.door.document, UPDATE, update);
                client.unacknowledged.push_back(meant_at);
            }
            Act::Cursor => {
                client.presence_clock += 1;
                let (id, clock) = (client.presence_id, client.presence_clock);
                self.dialect.cursor(&mut self.message, &client.door.document, id, clock);
            }
        }
        self.send_message(index);
        Ok(())
    }

    /// Sends what is in `message`.
    fn send_message(&mut self, index: usize) {
        self.frame.clear();
        put_client_message(&mut self.frame, &self.message);
        let outcome = self.clients[index].link.send(&self.frame);
        self.after_write(index, outcome);
    }

    fn after_write(&mut self, index: usize, outcome: io::Result<bool>) {
        let client = &mut self.clients[index];
        match outcome {
            Ok(waiting) if client.reads => {
                let flags =
                    if waiting { epoll::EventFlags::IN | epoll::EventFlags::OUT } else { epoll::EventFlags::IN };
                // Only a change costs a call to the kernel.
                if waiting != client.waits_to_write
                    && let Some(stream) = client.link.stream()
                {
                    let data = epoll::EventData::new_u64(index as u64);
                    if let Err(error) = epoll::modify(&self.epoll, stream.as_fd(), data, flags) {
                        return client.hang_up(&error.to_string());
                    }
                    client.waits_to_write = waiting;
                }
            }
            Ok(_) => {}
            Err(error) => client.hang_up(&format!("write: {error}")),
        }
    }

    fn read(&mut self, index: usize) -> Result<()> {
        let mut buffer = std::mem::take(&mut self.buffer);
        let outcome = self.clients[index].link.read(&mut buffer, &mut self.chunk);
        if let Err(error) = outcome {
            self.clients[index].hang_up(&format!("read: {error}"));
            return Ok(());
        }
        let now = self.now();
        let mut rest = &buffer[..];
        if self.clients[index].phase == Phase::Upgrading {
            let Some(end) = rest.windows(4).position(|bytes| bytes == b"\r\n\r\n") else {
                self.clients[index].link.keep(&buffer);
                return Ok(());
            };
            if !rest.starts_with(b"HTTP/1.1 101") {
                bail!("no upgrade: {}", String::from_utf8_lossy(&rest[..end.min(200)]));
            }
            rest = &rest[end + 4..];
            self.greet(index, now);
        }
        while let Some(frame) = next_frame(rest).map_err(anyhow::Error::msg)? {
            let payload = &rest[frame.payload.clone()];
            match frame.opcode {
                wire::BINARY => self.hear(index, payload, now)?,
                wire::PING => {
                    let mut pong = Vec::new();
                    wire::put_pong(&mut pong, payload);
                    let outcome = self.clients[index].link.send(&pong);
                    self.after_write(index, outcome);
                }
                wire::CLOSE => {
                    let code = payload.first_chunk().map_or(1005, |code| u16::from_be_bytes(*code));
                    self.clients[index].hang_up(&format!("closed with {code}"));
                }
                _ => {}
            }
            rest = &rest[frame.payload.end..];
        }
        self.clients[index].link.keep(rest);
        self.buffer = buffer;
        Ok(())
    }

    /// The socket is open: says who we are and that we have nothing, in one go, as providers do.
    fn greet(&mut self, index: usize, now: u64) {
        let door = self.clients[index].door.clone();
        self.clients[index].phase = Phase::Syncing;
        match self.dialect {
            Dialect::Bare => {
                self.clients[index].phase = Phase::Joined;
                self.clients[index].times.1 = now;
                return;
            }
            Dialect::Collab => {
                self.dialect.token(&mut self.message, &door.document, &door.token);
                self.send_message(index);
            }
            Dialect::Y => {}
        }
        self.dialect.sync(&mut self.message, &door.document, STEP_1, &NO_STATE);
        self.send_message(index);
    }

    fn hear(&mut self, index: usize, message: &[u8], now: u64) -> Result<()> {
        let client = &mut self.clients[index];
        match self.dialect.read(message).context("a server's message makes no sense")? {
            Heard::Update(update) => {
                let own = client.writer;
                let echoes = self.ledger.receive(client.document, &mut client.seen, own, update, now);
                // Where there is a message for it, the echo says nothing: some servers send both.
                if self.dialect != Dialect::Collab {
                    for meant_at in echoes {
                        client.unacknowledged.pop_front();
                        self.ledger.acknowledge(meant_at, now);
                    }
                }
            }
            Heard::Acknowledged(taken) => {
                // Without an edit on its way it is the handshake's.
                if let Some(meant_at) = client.unacknowledged.pop_front() {
                    match taken {
                        true => self.ledger.acknowledge(meant_at, now),
                        false => bail!("an edit was refused"),
                    }
                }
            }
            Heard::Awareness => self.presence_seen += 1,
            Heard::Step1 => {
                let name = client.door.document.clone();
                self.dialect.sync(&mut self.message, &name, STEP_2, &NOTHING);
                self.send_message(index);
            }
            Heard::Step2(update) if client.phase == Phase::Syncing => {
                client.phase = Phase::Joined;
                client.times.1 = now;
                client.document_bytes = update.len();
            }
            Heard::Refused(why) => {
                let why = format!("refused: {}", String::from_utf8_lossy(why));
                client.hang_up(&why);
            }
            Heard::Step2(_) | Heard::Other => {}
        }
        Ok(())
    }

    /// How many sockets have ended, and why the first of them did.
    pub fn lost(&self) -> (usize, Option<&str>) {
        let mut gone = self.clients.iter().filter(|client| client.phase == Phase::Gone);
        let first = gone.next();
        (first.is_some() as usize + gone.count(), first.and_then(|client| client.farewell.as_deref()))
    }
}
