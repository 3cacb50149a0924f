//! A device of somebody who writes: what `docs/protocol.md` demands of one ("The way of a device"), with shorter pauses. Its outbox and its cursors outlive every
//! socket; it writes down everything that it says and hears.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use kazumi_check::log::Line;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};
use uuid::Uuid;

use super::notes::{Notes, Standing, Tally, now};

/// Messages of a device that may be without an answer.
const IN_FLIGHT: usize = 8;
/// How long opening a socket, and sending a frame, may take.
const OPENS_WITHIN: Duration = Duration::from_secs(5);
/// How often it asks whether the server is there, and after which silence it believes that it is not.
const PING_EVERY: Duration = Duration::from_secs(1);
const SILENCE: Duration = Duration::from_secs(5);
/// Shortest and longest pause before it comes back, in milliseconds.
const RETURNS_AFTER: std::ops::Range<u64> = 20..120;

/// What everybody is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Write.
    Write,
    /// Write nothing new; send what is left.
    Finish,
    /// Go.
    Leave,
}

/// What all devices share.
pub struct Stage {
    /// The address of the socket.
    pub url: String,
    /// The rooms in which they write.
    pub rooms: HashSet<String>,
    /// What has happened so far.
    pub tally: Tally,
}

/// Somebody, with one device or more.
pub struct Person {
    /// Their id.
    pub user: String,
    token: Mutex<String>,
}

impl Person {
    /// Somebody who has just signed in.
    pub fn new(user: String, token: String) -> Arc<Self> {
        Arc::new(Self { user, token: Mutex::new(token) })
    }

    /// Has signed in again.
    pub fn use_token(&self, token: String) {
        *self.token.lock().unwrap_or_else(PoisonError::into_inner) = token;
    }

    fn token(&self) -> String {
        self.token.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Something that is not known to be stored: a message, or what becomes of one.
struct Unsent {
    client: String,
    room: String,
    /// Empty for what has no words.
    text: String,
    act: Act,
}

/// What is done; to which message of one's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Publish,
    Edit(i64),
    Delete(i64),
    React(i64),
}

/// The socket has ended, or is believed to have.
struct Ended;

/// A device.
pub struct Device {
    number: usize,
    stage: Arc<Stage>,
    person: Arc<Person>,
    wish: watch::Receiver<Wish>,
    notes: Notes,
    written: u64,
    outbox: VecDeque<Unsent>,
    /// Room to epoch and sequence.
    cursors: HashMap<String, (i64, i64)>,
    /// Where its person may write.
    writable: Vec<String>,
    /// Of each room the last message that this device has written and not taken back.
    own: HashMap<String, i64>,
    /// Rooms of classes: not everything there says who it is about, so they are no matter of the judge.
    unheard: HashSet<String>,
}

/// One socket.
struct Socket {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    attached: HashSet<String>,
    caught_up: bool,
    /// Request to name.
    in_flight: HashMap<u64, String>,
    requests: u64,
    /// Before that, nothing is sent.
    not_before: Instant,
    pings_at: Instant,
    heard_at: Instant,
}

impl Device {
    /// A device that was never used.
    pub fn new(
        number: usize,
        stage: &Arc<Stage>,
        person: &Arc<Person>,
        wish: watch::Receiver<Wish>,
        notes: Notes,
    ) -> Self {
        Self {
            number,
            stage: Arc::clone(stage),
            person: Arc::clone(person),
            wish,
            notes,
            written: 0,
            outbox: VecDeque::new(),
            cursors: HashMap::new(),
            writable: Vec::new(),
            own: HashMap::new(),
            unheard: HashSet::new(),
        }
    }

    /// Writes, and comes back whatever becomes of its sockets, until it is time to go.
    pub async fn work(mut self) {
        while *self.wish.borrow() != Wish::Leave {
            if let Ok(socket) = self.open().await {
                self.notes.write(&Line::Connect { t: now() });
                let is_over = self.stay(socket).await.is_ok();
                self.notes.write(&Line::Close { t: now() });
                if is_over {
                    return;
                }
            }
            self.tell(None);
            tokio::time::sleep(Duration::from_millis(rand::random_range(RETURNS_AFTER))).await;
        }
    }

    async fn open(&self) -> Result<WebSocketStream<MaybeTlsStream<TcpStream>>, Ended> {
        let mut request = self.stage.url.as_str().into_client_request().expect("an address");
        request.headers_mut().insert("sec-websocket-protocol", "kazumi.v1".parse().expect("a header"));
        let opening = timeout(OPENS_WITHIN, connect_async_with_config(request, None, true));
        opening.await.map_err(|_| Ended)?.map(|(socket, _)| socket).map_err(|_| Ended)
    }

    /// One life of a socket. `Ok` when it is time to go.
    async fn stay(&mut self, socket: WebSocketStream<MaybeTlsStream<TcpStream>>) -> Result<(), Ended> {
        let begin = Instant::now();
        let mut line = Socket {
            socket,
            attached: HashSet::new(),
            caught_up: false,
            in_flight: HashMap::new(),
            requests: 0,
            not_before: begin,
            pings_at: begin + PING_EVERY,
            heard_at: begin,
        };
        line.say(&json!({ "t": "hello", "token": self.person.token() })).await?;
        self.sync(&mut line).await?;
        self.notes.write(&Line::Hello { t: now() });
        loop {
            self.send_on(&mut line).await?;
            self.tell(Some(&line));
            if *self.wish.borrow_and_update() == Wish::Leave {
                self.notes.write(&Line::Quiet { t: now() });
                return Ok(());
            }
            let wakes_at = line.wakes_at();
            tokio::select! {
                heard = line.socket.next() => {
                    line.heard_at = Instant::now();
                    match heard {
                        Some(Ok(Message::Text(text))) => self.hear(&mut line, &text).await?,
                        Some(Ok(Message::Close(frame))) => {
                            let code = frame.map_or(1005, |frame| frame.code.into());
                            assert_ne!(code, 4400, "an honest device is understood");
                            return Err(Ended);
                        }
                        Some(Ok(_)) => {}
                        Some(Err(_)) | None => return Err(Ended),
                    }
                }
                changed = self.wish.changed() => changed.map_err(|_| Ended)?,
                () = tokio::time::sleep_until(wakes_at) => self.wake(&mut line).await?,
            }
        }
    }

    async fn wake(&self, line: &mut Socket) -> Result<(), Ended> {
        let now = Instant::now();
        if now.duration_since(line.heard_at) >= SILENCE {
            return Err(Ended);
        }
        if now >= line.pings_at {
            line.pings_at = now + PING_EVERY;
            line.say(&json!({ "t": "ping" })).await?;
        }
        Ok(())
    }

    /// Begins anew with what it holds. The server may have forgotten what it was asked before.
    async fn sync(&self, line: &mut Socket) -> Result<(), Ended> {
        line.caught_up = false;
        line.in_flight.clear();
        line.say(&json!({ "t": "sync", "have": self.cursors })).await
    }

    /// Writes something new, if it is to, and sends what waits, in the order of writing.
    async fn send_on(&mut self, line: &mut Socket) -> Result<(), Ended> {
        if !line.caught_up || Instant::now() < line.not_before {
            return Ok(());
        }
        let here: Vec<&String> = self.writable.iter().filter(|room| line.attached.contains(*room)).collect();
        while *self.wish.borrow() == Wish::Write && self.outbox.len() < IN_FLIGHT && !here.is_empty() {
            let room = here[rand::random_range(0..here.len())].clone();
            self.written += 1;
            let act = match (rand::random_range(0..20), self.own.get(&room)) {
                (0..2, Some(&own)) => Act::Edit(own),
                (2..4, Some(&own)) => Act::React(own),
                (4, Some(&own)) => Act::Delete(own),
                _ => Act::Publish,
            };
            let text = match act {
                Act::Publish | Act::Edit(_) => format!("recado {} do aparelho {}", self.written, self.number),
                Act::Delete(_) | Act::React(_) => String::new(),
            };
            if matches!(act, Act::Delete(_)) {
                self.own.remove(&room);
            }
            self.outbox.push_back(Unsent { client: Uuid::now_v7().to_string(), room, text, act });
        }
        for unsent in &self.outbox {
            let is_sent = line.in_flight.values().any(|client| *client == unsent.client);
            if is_sent || line.in_flight.len() >= IN_FLIGHT {
                continue;
            }
            line.requests += 1;
            line.in_flight.insert(line.requests, unsent.client.clone());
            let Unsent { client, room, text, act } = unsent;
            self.notes.write(&Line::Invoke {
                client: client.clone(),
                room: room.clone(),
                text: text.clone(),
                t: now(),
            });
            let mut frame = json!({ "request": line.requests, "room": room, "client": client });
            let (kind, target) = match *act {
                Act::Publish => ("publish", None),
                Act::Edit(target) => ("edit", Some(target)),
                Act::Delete(target) => ("delete", Some(target)),
                Act::React(target) => ("react", Some(target)),
            };
            frame["t"] = kind.into();
            if let Some(target) = target {
                frame["target"] = target.into();
            }
            match act {
                Act::Publish | Act::Edit(_) => frame["text"] = text.as_str().into(),
                Act::React(_) => frame["reaction"] = "like".into(),
                Act::Delete(_) => {}
            }
            line.say(&frame).await?;
        }
        Ok(())
    }

    async fn hear(&mut self, line: &mut Socket, text: &str) -> Result<(), Ended> {
        let frame: Value = serde_json::from_str(text).expect("JSON");
        let room = frame["room"].as_str().unwrap_or_default().to_owned();
        if self.unheard.contains(&room) {
            return Ok(());
        }
        match frame["t"].as_str().expect("a type") {
            "inbox" => self.list(line, &frame),
            "attached" => {
                let (epoch, from) = (number(&frame, "epoch"), number(&frame, "from"));
                self.notes.write(&Line::Attached { room: room.clone(), epoch, from, t: now() });
                self.cursors.insert(room.clone(), (epoch, from));
                line.attached.insert(room);
            }
            "events" => return self.events(line, &room, &frame).await,
            "caught_up" => line.caught_up = true,
            "ack" => self.acked(line, room, &frame),
            "nack" => self.nacked(line, &frame),
            "gone" => {
                self.notes.write(&Line::Gone { room: room.clone(), t: now() });
                self.stage.tally.gone.fetch_add(1, Ordering::Relaxed);
                self.forget(line, &room);
            }
            "token" => return line.say(&json!({ "t": "token", "token": self.person.token() })).await,
            _ => {}
        }
        Ok(())
    }

    fn list(&mut self, line: &mut Socket, frame: &Value) {
        let rooms = frame["rooms"].as_array().expect("rooms");
        let listed: HashSet<&str> = rooms.iter().filter_map(|room| room["room"].as_str()).collect();
        let over: Vec<String> = self.cursors.keys().filter(|room| !listed.contains(room.as_str())).cloned().collect();
        over.iter().for_each(|room| self.forget(line, room));
        let classes = rooms.iter().filter(|room| room["kind"] == "class").filter_map(|room| room["room"].as_str());
        self.unheard.extend(classes.map(str::to_owned));
        let writable = rooms.iter().filter(|room| room["access"] == "write").filter_map(|room| room["room"].as_str());
        self.writable = writable.filter(|room| self.stage.rooms.contains(*room)).map(str::to_owned).collect();
    }

    /// What was to be said there goes with the room.
    fn forget(&mut self, line: &mut Socket, room: &str) {
        line.attached.remove(room);
        self.cursors.remove(room);
        self.own.remove(room);
        self.writable.retain(|other| other != room);
        let dropped: HashSet<String> =
            self.outbox.iter().filter(|unsent| unsent.room == room).map(|unsent| unsent.client.clone()).collect();
        self.outbox.retain(|unsent| unsent.room != room);
        line.in_flight.retain(|_, client| !dropped.contains(client));
    }

    async fn events(&mut self, line: &mut Socket, room: &str, frame: &Value) -> Result<(), Ended> {
        let mut misses = false;
        for event in frame["events"].as_array().expect("events") {
            let text = |name: &str| event[name].as_str().map(str::to_owned);
            let (seq, client) = (number(event, "seq"), text("client"));
            self.notes.write(&Line::Deliver {
                room: room.to_owned(),
                seq,
                kind: text("kind").expect("a kind"),
                message_no: number(event, "message_no"),
                client: client.clone(),
                user: text("user").expect("a person"),
                text: text("text"),
                t: now(),
            });
            match self.cursors.get_mut(room) {
                Some((_, held)) if seq == *held + 1 => *held = seq,
                Some((_, held)) if seq <= *held => {}
                _ => misses = true,
            }
            if event["user"] == self.person.user.as_str()
                && let Some(client) = client
            {
                // As good as an acknowledgement, which may never come.
                self.is_stored(&client, room, seq);
            }
        }
        // Further on than this device: what is missing is asked for.
        if misses { self.sync(line).await } else { Ok(()) }
    }

    fn is_stored(&mut self, client: &str, room: &str, seq: i64) {
        let place = self.outbox.iter().position(|unsent| unsent.client == client);
        if let Some(stored) = place.and_then(|place| self.outbox.remove(place)) {
            if stored.act == Act::Publish {
                self.own.insert(room.to_owned(), seq);
            }
            self.stage.tally.acked.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn acked(&mut self, line: &mut Socket, room: String, frame: &Value) {
        line.in_flight.remove(&(number(frame, "request") as u64));
        let client = frame["client"].as_str().expect("a name").to_owned();
        self.is_stored(&client, &room, number(frame, "seq"));
        self.notes.write(&Line::Ack {
            client,
            room,
            seq: number(frame, "seq"),
            message_no: number(frame, "message_no"),
            known: frame["known"] == true,
            t: now(),
        });
    }

    fn nacked(&mut self, line: &mut Socket, frame: &Value) {
        let pause = number(frame, "retry_after_ms") as u64;
        // Of a request before the last `sync`: sent again since, or about to be.
        let Some(client) = line.in_flight.remove(&(number(frame, "request") as u64)) else { return };
        let code = frame["code"].as_str().expect("a code").to_owned();
        if pause == 0 {
            self.outbox.retain(|unsent| unsent.client != client);
        } else {
            line.not_before = Instant::now() + Duration::from_millis(pause);
        }
        self.notes.write(&Line::Nack { client, code, r#final: pause == 0, t: now() });
    }

    fn tell(&self, line: Option<&Socket>) {
        let here = line.filter(|line| line.caught_up);
        let cursors = here.map(|line| {
            let attached = self.cursors.iter().filter(|(room, _)| line.attached.contains(*room));
            attached.map(|(room, (_, seq))| (room.clone(), *seq)).collect()
        });
        self.stage.tally.stands(self.number, Standing { unsent: self.outbox.len(), cursors });
    }
}

impl Socket {
    async fn say(&mut self, frame: &Value) -> Result<(), Ended> {
        let sending = timeout(OPENS_WITHIN, self.socket.send(Message::text(frame.to_string())));
        sending.await.map_err(|_| Ended)?.map_err(|_| Ended)
    }

    fn wakes_at(&self) -> Instant {
        let next = self.pings_at.min(self.heard_at + SILENCE);
        if self.not_before > Instant::now() { next.min(self.not_before) } else { next }
    }
}

fn number(frame: &Value, name: &str) -> i64 {
    frame[name].as_i64().unwrap_or_else(|| panic!("no number {name} in {frame}"))
}
