//! Everybody who talks: all simulated devices on one thread, with a fixed schedule of messages that no server can slow down. Like `swarm.rs`, whose documents
//! are rooms here.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use rustix::event::{Timespec, epoll};

use super::books::Books;
use super::plan::{Later, NANOSECONDS, Plan, share};
use super::speech::{Device, Heard, Speech};
use crate::client::Phase;
use crate::link::{Link, UPGRADE_HEADERS};
use crate::wire::{self, next_frame, put_client_text};

const CHUNK: usize = 64 * 1024;
const EVENTS: usize = 512;
/// What is done of the schedule before sockets are looked at again: a generator at its limit must still read.
const ACTS: usize = 256;
/// Devices that connect at the same time, where the scenario is not about that.
const JOINING_AT_ONCE: usize = 16;
/// First and longest pause before a device whose socket has ended comes back, where the scenario is about that.
const COME_BACK: (u64, u64) = (NANOSECONDS / 2, 8 * NANOSECONDS);
/// What is left of an allowance is known to the server more exactly than to us.
const ALLOWANCE_SLACK: f64 = 1.0;

/// A device and its connection.
struct Seat {
    device: Device,
    link: Link,
    phase: Phase,
    waits_to_write: bool,
    farewell: Option<String>,
    /// When it began to connect, and when it had everything it had missed.
    times: (u64, u64),
    /// What it may still send at once, and when that was so.
    allowance: (f64, u64),
    /// The pause before it comes back by itself; 0: it does not.
    comes_back: u64,
}

/// Everybody.
pub struct Crowd {
    /// Who sent and saw what.
    pub books: Books,
    /// Messages that were not taken at once.
    pub refused: u64,
    /// Devices that were turned away while coming back, and tried again.
    pub turned_away: u64,
    /// Times that a device with a cursor was told to begin elsewhere.
    pub begun_anew: u64,
    speech: Box<dyn Speech>,
    seats: Vec<Seat>,
    port: u16,
    epoll: OwnedFd,
    began: Instant,
    plan: Option<Plan>,
    later: BinaryHeap<Reverse<(u64, Later)>>,
    say: Vec<String>,
    heard: Vec<Heard>,
    frame: Vec<u8>,
    chunk: Vec<u8>,
    buffer: Vec<u8>,
}

impl Crowd {
    /// Nobody yet.
    ///
    /// # Errors
    /// When the system has no more descriptors.
    pub fn new(speech: Box<dyn Speech>, port: u16, rooms: usize) -> Result<Self> {
        Ok(Self {
            books: Books::new(rooms, speech.is_gapless()),
            refused: 0,
            turned_away: 0,
            begun_anew: 0,
            speech,
            seats: Vec::new(),
            port,
            epoll: epoll::create(epoll::CreateFlags::CLOEXEC).context("an epoll")?,
            began: Instant::now(),
            plan: None,
            later: BinaryHeap::new(),
            say: Vec::new(),
            heard: Vec::new(),
            frame: Vec::new(),
            chunk: vec![0; CHUNK],
            buffer: Vec::new(),
        })
    }

    /// Nanoseconds since the run began.
    pub fn now(&self) -> u64 {
        self.began.elapsed().as_nanos() as u64
    }

    /// Adds a device that does not connect yet; its number. One that writes only takes the cursor of the device `like`.
    pub fn add(&mut self, room: usize, person: usize, like: Option<usize>) -> usize {
        let mut device = Device { room, person, ..Device::default() };
        if let Some(like) = like {
            let like = &self.seats[like].device;
            device = Device { number: 1, cursor: like.cursor, epoch: like.epoch, ..device };
        }
        let burst = self.speech.allowance().map_or(0.0, |(_, burst)| burst);
        self.seats.push(Seat {
            device,
            link: Link::default(),
            phase: Phase::Outside,
            waits_to_write: false,
            farewell: None,
            times: (0, 0),
            allowance: (burst, 0),
            comes_back: 0,
        });
        self.books.add_receiver(room, like.is_some())
    }

    /// Connects a device.
    ///
    /// # Errors
    /// When nobody listens.
    pub fn connect(&mut self, index: usize) -> Result<()> {
        let now = self.now();
        let (path, headers) = self.speech.upgrade();
        let request = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n{headers}{UPGRADE_HEADERS}\r\n", self.port);
        let seat = &mut self.seats[index];
        // Coming back begins with the first try.
        if seat.phase != Phase::Gone {
            seat.times.0 = now;
        }
        seat.phase = Phase::Upgrading;
        seat.waits_to_write = false;
        seat.farewell = None;
        seat.allowance = (self.speech.allowance().map_or(0.0, |(_, burst)| burst), now);
        let stream = seat.link.open(self.port, None, &request).context("the server takes no connection")?;
        epoll::add(&self.epoll, stream, epoll::EventData::new_u64(index as u64), epoll::EventFlags::IN)?;
        Ok(())
    }

    /// Connects these devices, a few at a time, and waits until they are in.
    ///
    /// # Errors
    /// When one of them does not get in within `patience` seconds of its turn.
    pub fn join(&mut self, devices: &[usize], patience: u64) -> Result<()> {
        for group in devices.chunks(JOINING_AT_ONCE) {
            for index in group {
                self.connect(*index)?;
            }
            let deadline = self.now() + patience * NANOSECONDS;
            while let Some(index) = group.iter().find(|index| self.seats[**index].phase != Phase::Joined) {
                let seat = &self.seats[*index];
                if seat.phase == Phase::Gone || self.now() > deadline {
                    let (stage, why) = (seat.device.stage, &seat.farewell);
                    bail!("device {index} is not let in: {:?}, stage {stage}, {why:?}", seat.phase);
                }
                self.turn(self.now() + NANOSECONDS / 1000)?;
            }
        }
        Ok(())
    }

    /// These devices are gone from now on, without a word.
    pub fn drop_sockets(&mut self, devices: &[usize]) {
        for index in devices {
            let seat = &mut self.seats[*index];
            seat.link.close();
            seat.phase = Phase::Outside;
        }
    }

    /// Plans that these devices come back, evenly spread over so many seconds. Whoever is turned away comes again, as real devices do.
    pub fn schedule_connects(&mut self, devices: &[usize], seconds: f64) {
        let now = self.now();
        for (place, index) in devices.iter().enumerate() {
            self.seats[*index].comes_back = COME_BACK.0;
            let moment = now + (seconds * NANOSECONDS as f64) as u64 * place as u64 / devices.len() as u64;
            self.later.push(Reverse((moment, Later::Connect(*index))));
        }
    }

    /// Plans messages from now on: `rate` a second, by these devices in turn, at most so many.
    pub fn schedule_messages(&mut self, authors: Vec<usize>, rate: f64, most: u64) {
        self.plan = Some(Plan::new(authors, rate, self.now(), most));
    }

    /// Plans no message any more.
    pub fn stop(&mut self) {
        self.plan = None;
    }

    /// Whether messages are still to be sent.
    pub fn is_sending(&self) -> bool {
        self.plan.as_ref().is_some_and(|plan| plan.moment().is_some())
    }

    /// How many seconds must pass until each of these authors may send its share of `messages` within `seconds`; `None`: never.
    pub fn pause_before(&self, authors: &[usize], messages: f64, seconds: f64) -> Option<f64> {
        let Some((rate, burst)) = self.speech.allowance() else { return Some(0.0) };
        let shares = share(authors, messages);
        let now = self.now();
        let mut pause: f64 = 0.0;
        for (author, share) in shares {
            let needed = share - rate * seconds + ALLOWANCE_SLACK;
            if needed > burst {
                return None;
            }
            pause = pause.max((needed - self.allowance_of(author, now)) / rate);
        }
        Some(pause)
    }

    fn allowance_of(&self, index: usize, now: u64) -> f64 {
        let Some((rate, burst)) = self.speech.allowance() else { return 0.0 };
        let (left, at) = self.seats[index].allowance;
        (left + (now - at) as f64 / NANOSECONDS as f64 * rate).min(burst)
    }

    /// Keeps the schedule for so many seconds.
    ///
    /// # Errors
    /// When a server breaks the protocol.
    pub fn run_for(&mut self, seconds: f64) -> Result<()> {
        let until = self.now() + (seconds.max(0.0) * NANOSECONDS as f64) as u64;
        while self.now() < until {
            self.turn(until)?;
        }
        Ok(())
    }

    /// Keeps the schedule until this is so, or so many seconds have passed; whether it was so.
    ///
    /// # Errors
    /// When a server breaks the protocol.
    pub fn run_until(&mut self, patience: f64, mut is_so: impl FnMut(&Self) -> bool) -> Result<bool> {
        let deadline = self.now() + (patience * NANOSECONDS as f64) as u64;
        while !is_so(self) {
            let now = self.now();
            if now > deadline {
                return Ok(false);
            }
            self.turn(now + NANOSECONDS / 500)?;
        }
        Ok(true)
    }

    fn turn(&mut self, until: u64) -> Result<()> {
        for _ in 0..ACTS {
            if !self.do_next_due()? {
                break;
            }
        }
        let planned = self.plan.as_ref().and_then(Plan::moment);
        let later = self.later.peek().map(|entry| entry.0.0);
        let next = [planned, later].into_iter().flatten().fold(until, u64::min);
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
                let outcome = self.seats[index].link.flush();
                self.after_write(index, outcome);
            }
            if flags.intersects(epoll::EventFlags::IN | epoll::EventFlags::HUP | epoll::EventFlags::ERR) {
                self.read(index)?;
            }
        }
        Ok(())
    }

    /// Does what is due first; whether something was.
    fn do_next_due(&mut self) -> Result<bool> {
        let now = self.now();
        if let Some(Reverse((at, act))) = self.later.peek().copied()
            && at <= now
        {
            self.later.pop();
            match act {
                Later::Connect(index) => self.connect(index)?,
                Later::Again(message) => {
                    if let Some(author) = self.books.author(message) {
                        self.publish(author, message);
                    }
                }
            }
            return Ok(true);
        }
        let Some((at, author)) = self.plan.as_mut().and_then(|plan| plan.take_due(now)) else { return Ok(false) };
        if self.seats[author].phase == Phase::Joined {
            let message = self.books.send(author, at);
            self.seats[author].allowance = (self.allowance_of(author, now) - 1.0, now);
            self.publish(author, message);
        }
        Ok(true)
    }

    fn publish(&mut self, author: usize, message: u32) {
        let text = self.speech.publish(&self.seats[author].device, message);
        self.send(author, &text);
    }

    fn send(&mut self, index: usize, text: &str) {
        self.frame.clear();
        put_client_text(&mut self.frame, text);
        let outcome = self.seats[index].link.send(&self.frame);
        self.after_write(index, outcome);
    }

    fn after_write(&mut self, index: usize, outcome: io::Result<bool>) {
        match outcome {
            Ok(waiting) => {
                let seat = &mut self.seats[index];
                // Only a change costs a call to the kernel.
                if waiting != seat.waits_to_write
                    && let Some(stream) = seat.link.stream()
                {
                    let out = if waiting { epoll::EventFlags::OUT } else { epoll::EventFlags::empty() };
                    let data = epoll::EventData::new_u64(index as u64);
                    if let Err(error) = epoll::modify(&self.epoll, stream.as_fd(), data, epoll::EventFlags::IN | out) {
                        return self.hang_up(index, &error.to_string());
                    }
                    seat.waits_to_write = waiting;
                }
            }
            Err(error) => self.hang_up(index, &format!("write: {error}")),
        }
    }

    fn hang_up(&mut self, index: usize, why: &str) {
        let seat = &mut self.seats[index];
        seat.link.close();
        seat.phase = Phase::Gone;
        seat.farewell.get_or_insert_with(|| why.to_owned());
        if seat.comes_back > 0 {
            let pause = seat.comes_back;
            seat.comes_back = (pause * 2).min(COME_BACK.1);
            self.turned_away += 1;
            let moment = self.now() + pause;
            self.later.push(Reverse((moment, Later::Connect(index))));
        }
    }

    fn read(&mut self, index: usize) -> Result<()> {
        let mut buffer = std::mem::take(&mut self.buffer);
        let outcome = self.seats[index].link.read(&mut buffer, &mut self.chunk);
        let result = match outcome {
            Ok(_) => self.read_frames(index, &buffer),
            Err(error) => {
                self.hang_up(index, &format!("read: {error}"));
                Ok(())
            }
        };
        self.buffer = buffer;
        result
    }

    fn read_frames(&mut self, index: usize, buffer: &[u8]) -> Result<()> {
        let now = self.now();
        let mut rest = buffer;
        if self.seats[index].phase == Phase::Upgrading {
            let Some(end) = rest.windows(4).position(|bytes| bytes == b"\r\n\r\n") else {
                self.seats[index].link.keep(buffer);
                return Ok(());
            };
            if !rest.starts_with(b"HTTP/1.1 101") {
                bail!("no upgrade: {}", String::from_utf8_lossy(&rest[..end.min(200)]));
            }
            rest = &rest[end + 4..];
            let seat = &mut self.seats[index];
            seat.phase = Phase::Syncing;
            self.speech.greet(&mut seat.device, &mut self.say);
            self.send_what_is_said(index);
        }
        while let Some(frame) = next_frame(rest).map_err(anyhow::Error::msg)? {
            let payload = &rest[frame.payload.clone()];
            match frame.opcode {
                wire::TEXT => self.hear(index, payload, now)?,
                wire::PING => {
                    let mut pong = Vec::new();
                    wire::put_pong(&mut pong, payload);
                    let outcome = self.seats[index].link.send(&pong);
                    self.after_write(index, outcome);
                }
                wire::CLOSE => {
                    let code = payload.first_chunk().map_or(1005, |code| u16::from_be_bytes(*code));
                    self.hang_up(index, &format!("closed with {code}"));
                }
                _ => {}
            }
            rest = &rest[frame.payload.end..];
        }
        self.seats[index].link.keep(rest);
        Ok(())
    }

    fn send_what_is_said(&mut self, index: usize) {
        let mut say = std::mem::take(&mut self.say);
        for text in say.drain(..) {
            self.send(index, &text);
        }
        self.say = say;
    }

    fn hear(&mut self, index: usize, text: &[u8], now: u64) -> Result<()> {
        let mut heard = std::mem::take(&mut self.heard);
        let understood = self.speech.hear(&mut self.seats[index].device, text, &mut self.say, &mut heard);
        for heard in heard.drain(..) {
            self.take_in(index, heard, now);
        }
        self.heard = heard;
        self.send_what_is_said(index);
        understood.with_context(|| {
            format!("a frame of the server: {}", String::from_utf8_lossy(&text[..text.len().min(200)]))
        })
    }

    fn take_in(&mut self, index: usize, heard: Heard, now: u64) {
        let seat = &mut self.seats[index];
        match heard {
            Heard::Joined => {
                seat.phase = Phase::Joined;
                seat.times.1 = now;
            }
            Heard::Acknowledged(message) => self.books.acknowledge(message, now),
            Heard::Delivered(message, place) => {
                seat.device.cursor = seat.device.cursor.max(place);
                self.books.deliver(index, message, place, now);
                if self.speech.echo_acknowledges() && self.books.author(message) == Some(index) {
                    self.books.acknowledge(message, now);
                }
            }
            Heard::Passed(place) => {
                seat.device.cursor = seat.device.cursor.max(place);
                self.books.pass(index, place);
            }
            Heard::Attached(place) => {
                // It would forget what it holds and read the history; what it does not get otherwise counts as lost here.
                self.begun_anew += u64::from(seat.device.cursor != 0 && seat.device.cursor != place);
                seat.device.cursor = place;
                self.books.begin_behind(index, place);
            }
            Heard::Refused(message, retry) => {
                self.refused += 1;
                if let Some(pause) = retry {
                    self.later.push(Reverse((now + pause * NANOSECONDS / 1000, Later::Again(message))));
                }
            }
            Heard::Farewell(why) => {
                seat.farewell.get_or_insert(why);
            }
        }
    }

    /// Seconds that a device took from its connection to having everything.
    pub fn seconds_to_join(&self, index: usize) -> f64 {
        let (began, joined) = self.seats[index].times;
        joined.saturating_sub(began) as f64 / NANOSECONDS as f64
    }

    /// Whether these devices are in and have everything of their rooms.
    pub fn are_caught_up(&self, devices: &[usize]) -> bool {
        devices.iter().all(|index| self.seats[*index].phase == Phase::Joined && self.books.has_everything(*index))
    }

    /// How many sockets have ended although nobody asked for it, and why the first of them did.
    pub fn lost(&self) -> (usize, Option<&str>) {
        let mut gone = self.seats.iter().filter(|seat| seat.phase == Phase::Gone);
        let first = gone.next();
        (first.is_some() as usize + gone.count(), first.and_then(|seat| seat.farewell.as_deref()))
    }
}
