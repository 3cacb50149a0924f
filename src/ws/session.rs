//! One socket. Transport only: reads frames, carries out the effects that the dialogue returns, writes what rooms deliver. The only
//! file that names actix_web_actors (docs/adr/0001): on another transport, nothing else changes.
//!
//! While a frame is with a room, the socket is not read: a busy room slows its writers through TCP. When the peer stops reading, this
//! actor is never polled again, and only its kill switch can end it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix::fut::wrap_future;
use actix::{
    Actor, ActorContext, ActorFuture, ActorFutureExt, AsyncContext, Handler, Recipient, Running, StreamHandler,
};
use actix_web::http::header::RETRY_AFTER;
use actix_web::{HttpRequest, HttpResponse, web};
use actix_web_actors::ws;
use bytes::Bytes;
use bytestring::ByteString;

use super::admission::{self, end_of};
use super::attendance::Attendance;
use super::chat::Chat;
use super::collab::Collab;
use super::effect::Effect;
use super::frame_guard::{FrameLimit, GuardedPayload};
use super::inbox::{Inbox, Incoming, payload_bytes};
use super::pace::{Pace, QUESTION_FRAMES};
use super::y;
use crate::actors::messages::{Deliver, Joined, Leave, MemberId, Receive};
use crate::actors::outlet::{Outlet, SocketState};
use crate::actors::rooms::JoinRequest;
use crate::actors::{KillSwitch, Rooms};
use crate::auth::token::{AccessToken, KeyRing};
use crate::domain::ids::DocumentId;
use crate::domain::pei::DocumentName;
use crate::domain::session::Caller;
use crate::metrics::{self, SocketKind};
use crate::protocol::chat::{self, SUBPROTOCOL};
use crate::protocol::code::Code;
use crate::protocol::collab::{Framing, Inbound, MAX_MESSAGE_BYTES};

/// What is buffered of a frame before somebody was let in. Providers send a state vector right behind the token, without waiting;
/// what is looked at before is smaller still (`collab.rs`).
const MAX_EARLY_BYTES: usize = 64 * 1024;
/// Deliveries that may wait for a peer; their bytes are bounded by the outlet. One delivery carries all frames of a room's turn. More
/// than a room's own mailbox, so that a writer who waits for a busy room is not taken for one who does not read.
const MAILBOX: usize = 1024;
/// Below the 30 s after which clients give up, and far below the 75 s of nginx.
const PING_EVERY: Duration = Duration::from_secs(25);
/// How long a room's answer, and a join with all its questions to the database, count as our delay at most.
const ROOM_WITHIN: Duration = Duration::from_secs(1);
const JOIN_WITHIN: Duration = Duration::from_secs(40);
/// A ping follows what was sent after so long, so there are at most so many: one a second.
const PING_AFTER_OUTPUT: Duration = Duration::from_secs(1);
/// How often the dialogue is told that time passes, until somebody was let in and after.
const TICK_EARLY: Duration = Duration::from_secs(1);
const TICK_LATER: Duration = Duration::from_secs(5);

/// How a socket begins.
pub enum Opening {
    /// `/ws/collab`: tokens come in the first frames.
    Collab,
    /// `/ws/chat`: a token comes in the first frame.
    Chat,
    /// `/ws/y/…`: the caller was identified at the upgrade; a refusal is told by a close code, because browsers cannot see a
    /// refused upgrade.
    Y {
        /// The document in the address, if it is one.
        name: Option<DocumentName>,
        /// Who, or why not.
        caller: Result<Caller, Code>,
    },
}

pub(super) enum Dialogue {
    Collab(Collab),
    Y,
    Chat(Chat),
}

struct Seat {
    frames: Recipient<Receive>,
    goodbye: Recipient<Leave>,
    document: DocumentId,
    member: MemberId,
}

/// The session actor.
pub struct Session {
    pub(super) rooms: Rooms,
    pub(super) keys: Arc<KeyRing>,
    pub(super) socket: Arc<SocketState>,
    pace: Pace,
    pub(super) dialogue: Dialogue,
    opening: Option<Opening>,
    seats: HashMap<String, Seat>,
    pub(super) attendance: Attendance,
    /// Who is on this socket, once somebody was let in.
    pub(super) caller: Option<Caller>,
    inbox: Inbox,
    pub(super) frame_limit: FrameLimit,
    last_ping: Instant,
    ping_is_due: bool,
    close_code: u16,
    closing: bool,
}

pub(super) type Context = ws::WebsocketContext<Session>;

/// Upgrades a request to a socket. When too many sockets wait to be let in, the answer is "try again later".
///
/// # Errors
/// When the request is no WebSocket handshake.
pub fn open(
    request: &HttpRequest,
    stream: web::Payload,
    rooms: Rooms,
    keys: Arc<KeyRing>,
    opening: Opening,
) -> Result<HttpResponse, actix_web::Error> {
    let now = Instant::now();
    let frame_limit = FrameLimit::new(match &opening {
        Opening::Y { caller: Ok(_), .. } => MAX_MESSAGE_BYTES,
        _ => MAX_EARLY_BYTES,
    });
    let kind = match &opening {
        Opening::Collab => SocketKind::Collab,
        Opening::Chat => SocketKind::Chat,
        Opening::Y { .. } => SocketKind::Y,
    };
    // A socket that could not be ended from outside is not opened; there is none when file descriptors have run out.
    let kill = request.conn_data::<KillSwitch>().cloned();
    let Some(socket) = kill.and_then(|kill| rooms.sockets().open(kind, kill)) else {
        metrics::ws_connect(kind, "overloaded");
        return Ok(HttpResponse::ServiceUnavailable().insert_header((RETRY_AFTER, "5")).finish());
    };
    let session = Session {
        rooms,
        keys,
        socket,
        pace: Pace::new(now),
        dialogue: match &opening {
            Opening::Collab => Dialogue::Collab(Collab::new(now)),
            Opening::Chat => Dialogue::Chat(Chat::new(now)),
            Opening::Y { .. } => Dialogue::Y,
        },
        opening: Some(opening),
        seats: HashMap::new(),
        attendance: Attendance::default(),
        caller: None,
        inbox: Inbox::new(frame_limit.clone(), kind == SocketKind::Chat),
        frame_limit: frame_limit.clone(),
        last_ping: now,
        ping_is_due: false,
        close_code: 1006,
        closing: false,
    };
    let stream = GuardedPayload::new(stream, frame_limit);
    let protocols: &[&str] = if kind == SocketKind::Chat { &[SUBPROTOCOL] } else { &[] };
    ws::WsResponseBuilder::new(session, request, stream).frame_size(MAX_MESSAGE_BYTES).protocols(protocols).start()
}

impl Session {
    pub(super) fn kind(&self) -> SocketKind {
        self.socket.kind()
    }

    /// Reads nothing more until `work` is done; what queues up for the peer meanwhile is not its fault.
    pub(super) fn wait_for(
        &self,
        work: impl ActorFuture<Self, Output = ()> + 'static,
        at_most: Duration,
        ctx: &mut Context,
    ) {
        self.socket.begin_wait(at_most);
        ctx.wait(work.map(|(), session: &mut Self, _| session.socket.end_wait()));
    }

    /// Stops reading for a moment when the peer sends more than its budget.
    fn keep_pace(&mut self, frame: &Result<ws::Message, ws::ProtocolError>, ctx: &mut Context) {
        let pause = self.pace.pause_after(frame.as_ref().map_or(0, payload_bytes), Instant::now());
        if !pause.is_zero() {
            metrics::throttled(self.kind());
            self.wait_for(wrap_future(tokio::time::sleep(pause)), pause, ctx);
        }
    }

    /// Writes a frame in the form of its dialogue.
    pub(super) fn write(&mut self, frame: Bytes, ctx: &mut Context) {
        if !matches!(self.dialogue, Dialogue::Chat(_)) {
            return ctx.binary(frame);
        }
        match ByteString::try_from(frame) {
            Ok(text) => ctx.text(text),
            Err(_) => self.close(Code::Internal, ctx),
        }
    }

    fn on_message(&mut self, bytes: Bytes, ctx: &mut Context) {
        let effects = match &mut self.dialogue {
            Dialogue::Collab(collab) => collab.on_frame(bytes),
            Dialogue::Y => y::on_frame(bytes),
            Dialogue::Chat(chat) => chat.on_frame(&bytes, Instant::now()),
        };
        self.perform(effects, ctx);
    }

    pub(super) fn perform(&mut self, effects: Vec<Effect>, ctx: &mut Context) {
        for effect in effects {
            match effect {
                Effect::Send(frame) => self.write(frame, ctx),
                Effect::Authenticate { key, name, token } => self.authenticate(key, name, &token, ctx),
                Effect::Renew { key, token } => self.renew(key, &token, ctx),
                Effect::ToRoom { key, frame } => {
                    let Some(seat) = self.seats.get(&key) else { continue };
                    if matches!(frame, Inbound::SyncStep1(_)) {
                        self.pace.charge(QUESTION_FRAMES);
                    }
                    let receive = Receive { document: seat.document, member: seat.member, frame };
                    let answer = wrap_future::<_, Self>(seat.frames.send(receive));
                    let work = answer.map(|answer, session: &mut Self, ctx: &mut Context| {
                        if answer.is_err() {
                            // The room died. It is rebuilt for whoever comes back.
                            session.close(Code::Internal, ctx);
                        }
                    });
                    self.wait_for(work, ROOM_WITHIN, ctx);
                }
                Effect::Leave { key } => {
                    if let Some(seat) = self.seats.remove(&key) {
                        seat.leave();
                    }
                }
                Effect::Enter { token } => self.enter(&token, ctx),
                Effect::Sync { have } => self.sync(Some(have), ctx),
                Effect::ToConversation { room, said } => self.say_in(room, said, ctx),
                Effect::History { request, room, before, most } => self.history(request, room, before, most, ctx),
                Effect::Close(code) => self.close(code, ctx),
            }
        }
    }

    /// Verifies a token; the person must be the one who is on this socket already, if anybody is.
    fn verify(&self, token: &str) -> Result<AccessToken, Code> {
        let token = admission::verify(&self.keys, token)?;
        match &self.dialogue {
            Dialogue::Collab(collab) if !collab.admits(token.user) => Err(Code::Unauthenticated),
            Dialogue::Chat(chat) if !chat.admits(token.user) => Err(Code::Unauthenticated),
            _ => Ok(token),
        }
    }

    fn authenticate(&mut self, key: String, name: DocumentName, token: &str, ctx: &mut Context) {
        let token = match self.verify(token) {
            Ok(token) => token,
            Err(code) => return self.refused(&key, code, ctx),
        };
        let framing = Framing::Collab(key.clone());
        let join = self.join(token.caller(), name, framing, ctx);
        let work = wrap_future::<_, Self>(join).map(move |joined, session, ctx: &mut Context| match joined {
            Ok(joined) => {
                session.caller = Some(token.caller());
                session.joined(key, joined, Some(token), ctx);
            }
            Err(code) => session.refused(&key, code, ctx),
        });
        self.wait_for(work, JOIN_WITHIN, ctx);
    }

    fn renew(&mut self, key: String, token: &str, ctx: &mut Context) {
        let token = match self.verify(token) {
            Ok(token) => token,
            Err(code) => return self.refused(&key, code, ctx),
        };
        let rooms = self.rooms.clone();
        let check = async move { rooms.check_session(token.caller()).await };
        let work = wrap_future::<_, Self>(check).map(move |checked, session, ctx: &mut Context| {
            match (checked, &mut session.dialogue) {
                (Ok(_), Dialogue::Collab(collab)) => collab.on_renewed(token.user, end_of(&token)),
                (Ok(_), Dialogue::Chat(chat)) => chat.on_renewed(end_of(&token)),
                (Ok(_), Dialogue::Y) => {}
                (Err(code), _) => session.refused(&key, code, ctx),
            }
        });
        self.wait_for(work, JOIN_WITHIN, ctx);
    }

    fn join(
        &self,
        caller: Caller,
        name: DocumentName,
        framing: Framing,
        ctx: &mut Context,
    ) -> impl Future<Output = Result<Joined, Code>> + use<> {
        let rooms = self.rooms.clone();
        let outlet = Outlet::new(ctx.address().recipient(), Arc::clone(&self.socket));
        async move { rooms.join(JoinRequest { caller, name, framing, outlet }).await }
    }

    fn joined(&mut self, key: String, joined: Joined, token: Option<AccessToken>, ctx: &mut Context) {
        metrics::ws_connect(self.kind(), "ok");
        self.socket.admitted();
        self.frame_limit.raise(MAX_MESSAGE_BYTES);
        let Joined { frames, goodbye, document, member, access } = joined;
        let effects = match (&mut self.dialogue, token) {
            (Dialogue::Collab(collab), Some(token)) => {
                collab.on_joined(&key, member, access, token.user, end_of(&token))
            }
            _ => Vec::new(),
        };
        self.seats.insert(key, Seat { frames, goodbye, document, member });
        self.perform(effects, ctx);
    }

    fn refused(&mut self, key: &str, code: Code, ctx: &mut Context) {
        metrics::ws_connect(self.kind(), admission::result_label(code));
        let effects = match &mut self.dialogue {
            Dialogue::Collab(collab) => collab.on_refused(key, code),
            Dialogue::Y | Dialogue::Chat(_) => vec![Effect::Close(code)],
        };
        self.perform(effects, ctx);
    }

    pub(super) fn close(&mut self, code: Code, ctx: &mut Context) {
        self.close_with(code.close_code(), code.as_str(), ctx);
    }

    fn close_with(&mut self, code: u16, reason: &str, ctx: &mut Context) {
        if self.closing {
            return;
        }
        self.closing = true;
        self.close_code = code;
        if matches!(self.dialogue, Dialogue::Chat(_)) {
            ctx.text(ByteString::try_from(chat::bye(reason, code)).unwrap_or_default());
        }
        ctx.close(Some(ws::CloseReason { code: ws::CloseCode::from(code), description: Some(reason.to_owned()) }));
        ctx.stop();
    }

    /// A ping behind what was just sent: its answer says that the peer has read it, through whatever stands in between.
    fn ask_whether_it_reads(&mut self, ctx: &mut Context) {
        if !self.ping_is_due {
            self.ping_is_due = true;
            ctx.run_later(PING_AFTER_OUTPUT, |session, ctx| {
                session.ping_is_due = false;
                session.ping(Instant::now(), ctx);
            });
        }
    }

    fn ping(&mut self, now: Instant, ctx: &mut Context) {
        if self.socket.ping() {
            self.last_ping = now;
            ctx.ping(b"");
        }
    }

    /// Says so often that time passes. A peer that has fallen silent is found by the reaper.
    fn tick(&mut self, ctx: &mut Context) {
        ctx.run_later(if self.caller.is_some() { TICK_LATER } else { TICK_EARLY }, Self::tick);
        let now = Instant::now();
        if now.duration_since(self.last_ping) >= PING_EVERY {
            self.ping(now, ctx);
        }
        let effects = match &mut self.dialogue {
            Dialogue::Collab(collab) => collab.on_tick(now),
            Dialogue::Chat(chat) => chat.on_tick(now),
            Dialogue::Y => Vec::new(),
        };
        self.perform(effects, ctx);
    }
}

impl Seat {
    /// The one place where the mailbox's bound is passed over: a goodbye must never be lost, and each seat says it once.
    #[expect(clippy::disallowed_methods, reason = "a lost goodbye would leave a ghost in the room")]
    fn leave(self) {
        self.goodbye.do_send(Leave { document: self.document, member: self.member });
    }
}

impl Actor for Session {
    type Context = Context;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(MAILBOX);
        metrics::ws_opened(self.kind());
        ctx.run_later(TICK_EARLY, Self::tick);
        if self.rooms.is_draining() {
            return self.close(Code::Restarting, ctx);
        }
        match self.opening.take() {
            Some(Opening::Y { name: Some(name), caller: Ok(caller) }) => {
                let join = self.join(caller, name, Framing::Y, ctx);
                let work = wrap_future::<_, Self>(join).map(move |joined, session, ctx: &mut Context| match joined {
                    Ok(joined) => {
                        session.caller = Some(caller);
                        session.joined(y::KEY.to_owned(), joined, None, ctx);
                    }
                    Err(code) => session.refused(y::KEY, code, ctx),
                });
                self.wait_for(work, JOIN_WITHIN, ctx);
            }
            Some(Opening::Y { name: None, caller: Ok(_) }) => self.refused(y::KEY, Code::NotFound, ctx),
            Some(Opening::Y { caller: Err(code), .. }) => self.refused(y::KEY, code, ctx),
            Some(Opening::Collab | Opening::Chat) | None => {}
        }
    }

    fn stopping(&mut self, _: &mut Self::Context) -> Running {
        for (_, seat) in self.seats.drain() {
            seat.leave();
        }
        self.attendance.clear();
        let evicted = self.socket.was_evicted().then(|| Code::SlowConsumer.close_code());
        metrics::ws_closed(self.kind(), evicted.unwrap_or(self.close_code));
        Running::Stop
    }
}

impl Handler<Deliver> for Session {
    type Result = ();

    fn handle(&mut self, deliver: Deliver, ctx: &mut Self::Context) {
        match deliver {
            Deliver::Frames(frames) => {
                self.socket.took(&frames);
                frames.into_iter().for_each(|frame| self.write(frame, ctx));
                self.ask_whether_it_reads(ctx);
            }
            Deliver::Ended { member, code } => {
                self.socket.took_word();
                self.seats.retain(|_, seat| seat.member != member);
                let effects = match &mut self.dialogue {
                    Dialogue::Collab(collab) => collab.on_ended(member, code),
                    Dialogue::Y | Dialogue::Chat(_) => vec![Effect::Close(code)],
                };
                self.perform(effects, ctx);
            }
            Deliver::Close(code) => {
                self.socket.took_word();
                self.close(code, ctx);
            }
        }
    }
}

impl StreamHandler<Result<ws::Message, ws::ProtocolError>> for Session {
    fn handle(&mut self, message: Result<ws::Message, ws::ProtocolError>, ctx: &mut Self::Context) {
        self.socket.heard();
        if matches!(message, Ok(ws::Message::Pong(_))) {
            self.socket.ponged();
        }
        if self.closing {
            return;
        }
        self.keep_pace(&message, ctx);
        let most = match self.kind() {
            _ if self.caller.is_none() => MAX_EARLY_BYTES,
            SocketKind::Chat => chat::MAX_FRAME_BYTES,
            SocketKind::Collab | SocketKind::Y => MAX_MESSAGE_BYTES,
        };
        match self.inbox.take(message, most) {
            Incoming::Nothing => {}
            Incoming::Binary(bytes) if self.kind() != SocketKind::Chat => self.on_message(bytes, ctx),
            Incoming::Text(text) if self.kind() == SocketKind::Chat => self.on_message(text, ctx),
            // Both framings of documents are binary, and conversations are text.
            Incoming::Binary(_) | Incoming::Text(_) => self.close(Code::Malformed, ctx),
            Incoming::Ping(bytes) => ctx.pong(&bytes),
            Incoming::Close(reason) => {
                self.closing = true;
                self.close_code = reason.as_ref().map_or(1000, |reason| reason.code.into());
                ctx.close(reason);
                ctx.stop();
            }
            Incoming::Broken(code, reason) => self.close_with(code, reason, ctx),
            // The normal end of a phone's connection.
            Incoming::Gone => ctx.stop(),
        }
    }
}
