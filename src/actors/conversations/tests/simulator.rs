//! A seeded world of servers, devices and one log, in which everything goes wrong that can: lost and repeated answers, crashes, sockets that do not read,
//! people taken out while messages flow, messages changed and taken back while they are on their way. `KAZUMI_SIMULATOR_SEED=7 cargo test simulator` runs one seed again.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Instant;

use bytes::Bytes;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::Value;

use super::log::Log;
use crate::actors::conversations::talk::{Attached, Talk, Wish};
use crate::actors::messages::MemberId;
use crate::domain::conversation::{Act, EventKind, Reaction};
use crate::domain::ids::{ClientMessageId, RoomId, UserId};
use crate::store::rooms::RoomEvent;
use crate::store::rooms::follow::Head;
use crate::store::rooms::log::NewEvent;
use crate::store::rooms::writer::Settled;

/// Seeds of a usual run, and steps of each.
const SEEDS: u64 = 3_000;
const STEPS: usize = 200;
/// Frames that wait for a device before its socket has no room.
const ROOM_FOR_FRAMES: usize = 3;
const SERVERS: usize = 2;
const DEVICES: usize = 4;

/// A node with the room in memory, and what it has with the database.
struct Server {
    talk: Talk,
    submitted: VecDeque<(u64, NewEvent)>,
    settled: VecDeque<Settled>,
    ticket: u64,
}

/// Somebody's phone.
struct Device {
    user: UserId,
    /// On which server, as which member, and the frames on their way.
    socket: Option<(usize, MemberId, VecDeque<Bytes>)>,
    cursor: Option<i64>,
    /// What was seen since the device last began anew: from which place on.
    seen: Vec<i64>,
    /// What is shown of each message: its words, or nothing once they were taken back.
    shown: BTreeMap<i64, Option<String>>,
    /// How each message came.
    first_shown: BTreeMap<i64, Option<String>>,
    outbox: VecDeque<(ClientMessageId, Act)>,
    acked: HashMap<ClientMessageId, i64>,
    /// Refused for good: about a message that is out of their sight or was taken back meanwhile.
    given_up: Vec<ClientMessageId>,
}

struct World {
    random: StdRng,
    room: RoomId,
    log: Log,
    servers: Vec<Server>,
    devices: Vec<Device>,
    written: Vec<(UserId, ClientMessageId)>,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut log = Log::default();
        let users: Vec<UserId> = (0..DEVICES - 1).map(|_| UserId::generate()).collect();
        users.iter().for_each(|user| log.admit(*user));
        let room = RoomId::generate();
        // Two devices are of one person.
        let devices = (0..DEVICES).map(|index| Device::new(users[index % users.len()])).collect();
        let mut world =
            Self { random: StdRng::seed_from_u64(seed), room, log, servers: Vec::new(), devices, written: Vec::new() };
        world.servers = (0..SERVERS).map(|_| world.fresh_server()).collect();
        world
    }

    fn fresh_server(&self) -> Server {
        let newest = self.log.after(self.log.last() - 3, 3);
        let talk = Talk::new(self.room, self.log.standing(), &newest);
        Server { talk, submitted: VecDeque::new(), settled: VecDeque::new(), ticket: 0 }
    }

    fn step(&mut self) {
        let (server, device) = (self.random.random_range(0..SERVERS), self.random.random_range(0..DEVICES));
        match self.random.random_range(0..100) {
            0..15 => self.write(device),
            15..35 => self.send(device),
            35..50 => self.commit(server),
            50..62 => self.settle(server),
            62..78 => self.read_frames(device),
            78..84 => self.connect(device, server),
            84..88 => self.disconnect(device),
            88..93 => self.check_position(server),
            93..95 => self.crash(server),
            95..97 => self.log.dismiss(self.devices[device].user),
            _ => self.log.admit(self.devices[device].user),
        }
        for server in 0..SERVERS {
            self.turn(server);
        }
    }

    fn write(&mut self, device: usize) {
        let client = ClientMessageId::generate();
        let device = &mut self.devices[device];
        // About a message that is still shown here, mostly one of their own.
        let own =
            |event: &&RoomEvent| event.user == device.user && matches!(device.shown.get(&event.seq), Some(Some(_)));
        let target = self.log.events.iter().rev().find(own).map(|event| event.seq);
        let act = match (self.random.random_range(0..10), target) {
            (0..2, Some(target)) => Act::Edit { target, body: format!("melhor assim {client}") },
            (2, Some(target)) => Act::Delete { target },
            (3, Some(target)) => Act::React { target, reaction: Some(Reaction::Love) },
            _ => Act::Text { body: format!("recado {client}"), reply_to: None },
        };
        self.written.push((device.user, client));
        device.outbox.push_back((client, act));
    }

    /// The oldest message without an answer, perhaps for the second time.
    fn send(&mut self, device: usize) {
        let device = &self.devices[device];
        let (Some((server, member, _)), Some((client, act))) = (&device.socket, device.outbox.front()) else { return };
        let server = &mut self.servers[*server];
        server.ticket += 1;
        let wish = Wish { request: 1, client: *client, act: act.clone() };
        server.talk.write(*member, wish, server.ticket, false, Instant::now());
    }

    /// What waits is written; the answer is on its way. Sometimes it was written already, and its answer was lost.
    fn commit(&mut self, server: usize) {
        let twice = self.random.random_bool(0.2);
        let server = &mut self.servers[server];
        for (ticket, event) in server.submitted.drain(..) {
            if twice {
                self.log.append(&event);
            }
            let fate = Some(self.log.append(&event));
            server.settled.push_back(Settled { ticket, fate });
        }
    }

    fn settle(&mut self, server: usize) {
        let server = &mut self.servers[server];
        server.settled.drain(..).for_each(|settled| server.talk.settle(settled));
    }

    fn check_position(&mut self, server: usize) {
        let head = Head { last_seq: self.log.last(), epoch: 1 };
        assert!(!self.servers[server].talk.note_head(head));
    }

    /// Everything in memory is gone, on its way or not; what was committed is not.
    fn crash(&mut self, server: usize) {
        self.servers[server] = self.fresh_server();
        for device in &mut self.devices {
            if device.socket.as_ref().is_some_and(|(on, ..)| *on == server) {
                device.socket = None;
            }
        }
    }

    fn disconnect(&mut self, device: usize) {
        if let Some((server, member, _)) = self.devices[device].socket.take() {
            self.servers[server].talk.detach(member);
        }
    }

    fn connect(&mut self, device: usize, server: usize) {
        self.disconnect(device);
        let (user, cursor) = (self.devices[device].user, self.devices[device].cursor);
        let (talk, member) = (&mut self.servers[server].talk, MemberId::next());
        let have = cursor.map(|seq| (1, seq));
        let mut attached = talk.attach(member, user, have);
        if attached != Attached::Yes {
            // As the actor does: the log may know more.
            talk.read_on(self.log.after(talk.last_seq(), 300));
            attached = match talk.attach(member, user, have) {
                Attached::ReadOn => talk.attach(member, user, None),
                attached => attached,
            };
        }
        if attached == Attached::Yes {
            self.devices[device].socket = Some((server, member, VecDeque::new()));
        }
    }

    /// As the actor does after whatever came.
    fn turn(&mut self, index: usize) {
        let log = &self.log;
        let server = &mut self.servers[index];
        server.submitted.extend(server.talk.take_outgoing());
        while let Some(after) = server.talk.reads_on_from() {
            // Part by part, as long as the log goes on.
            server.talk.read_on(log.after(after, 2));
        }
        loop {
            for (member, user, after) in server.talk.take_reads() {
                server.talk.read_for(member, &log.after_as(user, after, 2));
            }
            let lagging: Vec<MemberId> = server.talk.lagging().collect();
            for member in lagging {
                let is_drained = |device: &Device| {
                    device.socket.as_ref().is_some_and(|(_, of, frames)| *of == member && frames.is_empty())
                };
                if self.devices.iter().any(is_drained) {
                    server.talk.make_up(member);
                }
            }
            let (deliveries, over) = server.talk.take_output();
            if deliveries.is_empty() && over.is_empty() {
                return;
            }
            for mut delivery in deliveries {
                let to = self.devices.iter_mut().filter_map(|device| device.socket.as_mut());
                let Some((_, _, queue)) = to.into_iter().find(|(_, member, _)| *member == delivery.member) else {
                    continue;
                };
                if queue.len() >= ROOM_FOR_FRAMES {
                    server.talk.unsent(delivery);
                } else {
                    queue.extend(std::mem::take(&mut delivery.frames));
                }
            }
            for device in &mut self.devices {
                if device.socket.as_ref().is_some_and(|(_, member, _)| over.iter().any(|(gone, _)| gone == member)) {
                    (device.socket, device.cursor) = (None, None);
                    device.forget();
                }
            }
        }
    }

    fn read_frames(&mut self, index: usize) {
        let device = &mut self.devices[index];
        let Some((_, _, queue)) = &mut device.socket else { return };
        for frame in std::mem::take(queue) {
            let frame: Value = serde_json::from_slice(&frame).expect("JSON");
            device.hear(&frame, &self.log);
        }
    }

    /// Everybody is in, everything is read, nothing goes wrong any more.
    fn come_to_rest(&mut self) {
        let users: Vec<UserId> = self.devices.iter().map(|device| device.user).collect();
        users.into_iter().for_each(|user| self.log.admit(user));
        for server in 0..SERVERS {
            self.commit(server);
            self.settle(server);
            self.check_position(server);
            self.turn(server);
        }
        for device in 0..DEVICES {
            self.connect(device, device % SERVERS);
        }
        for _ in 0..self.devices.iter().map(|device| device.outbox.len()).max().unwrap_or_default() + 8 {
            for device in 0..DEVICES {
                self.read_frames(device);
                self.send(device);
            }
            for server in 0..SERVERS {
                self.turn(server);
                self.commit(server);
                self.settle(server);
                self.check_position(server);
                self.turn(server);
            }
        }
        (0..DEVICES).for_each(|device| self.read_frames(device));
    }

    /// Somebody who was away since before the last messages comes to every server: what was taken back is not told again.
    fn hear_what_is_left(&mut self) {
        let user = self.devices[0].user;
        let joined = self.log.joined(user).expect("everybody is in");
        for server in 0..SERVERS {
            let have = joined.max(self.log.last() - 40);
            let device = Device { cursor: Some(have), ..Device::new(user) };
            self.disconnect(0);
            self.devices[0] = device;
            self.connect(0, server);
            for _ in 0..40 {
                if self.devices[0].cursor == Some(self.log.last()) {
                    break;
                }
                self.turn(server);
                self.read_frames(0);
            }
            assert_eq!(self.devices[0].cursor, Some(self.log.last()));
            for (seq, first) in &self.devices[0].first_shown {
                assert_eq!(first.as_deref(), self.log.text(*seq), "told as it was before, to somebody who came later");
            }
        }
    }

    fn check(&self) {
        for (user, client) in &self.written {
            let stored = self.log.events.iter().filter(|event| event.client == Some(*client)).count();
            let is_given_up = self.devices.iter().any(|device| device.given_up.contains(client));
            // The answer that it was written may have been lost before somebody was refused.
            assert!(stored == 1 || stored == 0 && is_given_up, "an event of {user} is {stored} times in the log");
        }
        for device in &self.devices {
            assert!(device.outbox.is_empty(), "not everything was acknowledged");
            assert_eq!(device.cursor, Some(self.log.last()), "a device was left behind");
            for (seq, text) in &device.shown {
                assert_eq!(text.as_deref(), self.log.text(*seq), "a device shows what does not hold any more");
            }
            for (client, seq) in &device.acked {
                assert_eq!(self.log.events[*seq as usize - 1].client, Some(*client), "an acknowledgement lied");
            }
        }
    }
}

impl Device {
    fn new(user: UserId) -> Self {
        Self {
            user,
            socket: None,
            cursor: None,
            seen: Vec::new(),
            shown: BTreeMap::new(),
            first_shown: BTreeMap::new(),
            outbox: VecDeque::new(),
            acked: HashMap::new(),
            given_up: Vec::new(),
        }
    }

    fn forget(&mut self) {
        self.seen.clear();
        self.shown.clear();
    }

    /// As a screen does: what an event says of a message holds unless something later was heard before.
    fn show(&mut self, seq: i64, event: &Value) {
        let text = || event["text"].as_str().map(str::to_owned);
        let target = event["target"].as_i64().and_then(|target| self.shown.get_mut(&target));
        match (event["kind"].as_str(), target) {
            (Some("text"), _) => {
                self.shown.insert(seq, text());
                self.first_shown.insert(seq, text());
            }
            (Some("edited"), Some(shown)) if shown.is_some() && !event["text"].is_null() => *shown = text(),
            (Some("deleted"), Some(shown)) => *shown = None,
            _ => {}
        }
    }

    fn hear(&mut self, frame: &Value, log: &Log) {
        let number = |name: &str| frame[name].as_i64().expect("a number");
        match frame["t"].as_str().expect("a type") {
            "attached" => {
                if self.cursor != Some(number("from")) {
                    self.forget();
                }
                self.cursor = Some(number("from"));
            }
            "events" => {
                for event in frame["events"].as_array().expect("events") {
                    let seq = event["seq"].as_i64().expect("a number");
                    assert_eq!(Some(seq - 1), self.cursor, "a gap, or something twice");
                    let stored = log.events.get(seq as usize - 1).expect("nothing is shown before it is in the log");
                    let words: Vec<Option<&str>> = log
                        .events
                        .iter()
                        .filter(|other| {
                            other.seq == seq || other.kind == EventKind::Edited && other.target == Some(seq)
                        })
                        .map(|other| other.body.as_deref())
                        .collect();
                    let text = event["text"].as_str();
                    assert!(text.is_none() || words.contains(&text), "words that nobody wrote there");
                    assert!(
                        text.is_some() || stored.kind != EventKind::Text || stored.deleted_seq.is_some(),
                        "words are missing"
                    );
                    self.show(seq, event);
                    // Whoever is in now came at this place; whoever is not any more was in at that one.
                    let came = |at: i64| {
                        log.events[..at as usize]
                            .iter()
                            .rev()
                            .find(|event| event.user == self.user && event.client.is_none())
                    };
                    assert!(came(seq).is_some_and(|event| event.kind == EventKind::MemberAdded), "seen from outside");
                    self.cursor = Some(seq);
                    self.seen.push(seq);
                    self.outbox.retain(|(client, _)| event["client"] != client.to_string());
                }
            }
            "ack" => {
                let client: ClientMessageId = frame["client"].as_str().expect("an id").parse().expect("an id");
                self.acked.insert(client, number("seq"));
                self.outbox.retain(|(waiting, _)| *waiting != client);
            }
            // Taken out meanwhile: a message is tried again later, as somebody would who is let in again; what it was about may be out of sight by then.
            "nack" => {
                let code = frame["code"].as_str().expect("a code");
                assert!(["forbidden", "not_found", "overloaded"].contains(&code), "{code}");
                if code == "forbidden" && self.outbox.front().is_some_and(|(_, act)| act.target().is_some()) {
                    let given_up = self.outbox.pop_front().map(|(client, _)| client);
                    self.given_up.extend(given_up);
                }
            }
            _ => {}
        }
    }
}

#[test]
fn nothing_is_lost_doubled_out_of_order_or_seen_from_outside_whatever_goes_wrong() {
    let chosen = std::env::var("KAZUMI_SIMULATOR_SEED").ok().and_then(|seed| seed.parse::<u64>().ok());
    let seeds = chosen.map_or(0..SEEDS, |seed| seed..seed + 1);
    let (mut written, mut revised) = (0, 0);
    for seed in seeds {
        let outcome = std::panic::catch_unwind(|| {
            let mut world = World::new(seed);
            (0..STEPS).for_each(|_| world.step());
            world.come_to_rest();
            // Now that everything is shown, there is something to change.
            (0..DEVICES).cycle().take(2 * DEVICES).for_each(|device| world.write(device));
            world.come_to_rest();
            world.check();
            world.hear_what_is_left();
            let is_revision = |event: &&RoomEvent| matches!(event.kind, EventKind::Edited | EventKind::Deleted);
            (world.written.len(), world.log.events.iter().filter(is_revision).count())
        });
        match outcome {
            Ok((events, revisions)) => (written, revised) = (written + events, revised + revisions),
            Err(_) => panic!("run it again: KAZUMI_SIMULATOR_SEED={seed} cargo test --lib simulator"),
        }
    }
    assert!(chosen.is_some() || (written > 50_000 && revised > 3_000), "{written} events, {revised} of them revisions");
}
