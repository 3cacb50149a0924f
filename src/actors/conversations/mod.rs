//! Rooms of conversation in memory: one actor a room and node, started when somebody attaches, gone when nobody has been there for a while.
//!
//! Thin: [`talk`] decides, this carries messages between it, the writer of the log ([`RoomWriter`]), the database and the sockets. One
//! turn is the same whatever came: hand new messages to the log, ask the database for what is missing, hand frames over. Read next: [`talk`], then
//! `docs/adr/0029`.

pub mod directory;
pub mod entrance;
pub mod fanout;
pub mod messages;
pub mod talk;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::time::{Duration, Instant};

use actix::fut::wrap_future;
use actix::{Actor, ActorContext, ActorFutureExt, AsyncContext, Context, Handler, Recipient, StreamHandler};
use futures_util::StreamExt;
use tokio::sync::{mpsc, oneshot};
use tokio_stream::wrappers::UnboundedReceiverStream;

use self::directory::Directory;
use self::messages::{Attach, Detach, Said, Say};
use self::talk::{Attached, Talk};
use super::messages::{Deliver, MemberId};
use super::outlet::{Outlet, Unsent};
use super::positions::{Head, Open};
use crate::domain::ids::RoomId;
use crate::metrics;
use crate::protocol::chat::{self, MOST_CATCH_UP, ToClient};
use crate::protocol::code::Code;
use crate::store::rooms::follow::{self, Standing};
use crate::store::rooms::marks::Marks;
use crate::store::rooms::writer::{Entry, RoomWriter, Settled};
use crate::store::rooms::{self, MOST_EVENTS, Part, RoomEvent};
use crate::store::{Error, Store};

/// Events read when a room is opened: what most devices that come back are behind.
const NEWEST: i64 = 64;
/// How soon marks that moved are told, so that somebody who scrolls moves them once.
const MARKS_EVERY: Duration = Duration::from_millis(300);
/// How soon a room looks whether somebody who lagged reads again.
const MAKE_UP_EVERY: Duration = Duration::from_millis(100);
/// How often it looks whether it may go, and how long it stays when nobody is there.
const TIDY_EVERY: Duration = Duration::from_secs(30);
const IDLE_FOR: Duration = Duration::from_secs(300);
/// How soon a failed question to the database is asked again.
const ASK_AGAIN: Duration = Duration::from_millis(500);

/// What every room stands on. Cheap to clone.
#[derive(Clone)]
pub struct Services {
    /// The database.
    pub store: Store,
    /// The way into the logs.
    pub writer: RoomWriter,
    /// The way of marks.
    pub marks: Marks,
    /// Which rooms are open on this node.
    pub open: Open<RoomId, follow::Head>,
    /// Where rooms are found.
    pub directory: Directory,
}

/// A socket, as the actor keeps it.
struct Seat {
    outlet: Outlet,
    /// Waits for the moment at which everything was handed over.
    entering: Option<oneshot::Sender<Result<(), Code>>>,
}

/// The actor.
pub struct Conversation {
    room: RoomId,
    services: Services,
    /// `None` while the room is read.
    talk: Option<Talk>,
    seats: HashMap<MemberId, Seat>,
    /// Wait for the room to be read, or for it to read on; with whether it began to read on after they came.
    waiting: Vec<(Attach, bool)>,
    attaches_seen: u64,
    last_ticket: u64,
    settled: mpsc::UnboundedSender<Settled>,
    settled_stream: Option<mpsc::UnboundedReceiver<Settled>>,
    reads_on: bool,
    marks_are_due: bool,
    make_up_is_due: bool,
    idle_since: Instant,
}

impl Conversation {
    /// Frames that may wait here; a full mailbox makes their sessions wait, which is the point.
    const MAILBOX: usize = 256;

    /// A room that is not read yet.
    #[must_use]
    pub fn new(room: RoomId, services: Services) -> Self {
        let (settled, stream) = mpsc::unbounded_channel();
        Self {
            room,
            services,
            talk: None,
            seats: HashMap::new(),
            waiting: Vec::new(),
            attaches_seen: 0,
            last_ticket: 0,
            settled,
            settled_stream: Some(stream),
            reads_on: false,
            marks_are_due: false,
            make_up_is_due: false,
            idle_since: Instant::now(),
        }
    }

    fn load(&self, ctx: &mut Context<Self>) {
        let (store, room) = (self.services.store.clone(), self.room);
        let reading = async move {
            let Some(standing) = follow::read(&store, room).await? else { return Ok(None) };
            let newest = follow::after(&store, room, standing.last_seq - NEWEST, NEWEST).await?;
            Ok(Some((standing, newest)))
        };
        ctx.spawn(wrap_future::<_, Self>(reading).map(|read, actor, ctx| actor.loaded(read, ctx)));
    }

    fn loaded(&mut self, read: Result<Option<(Standing, Vec<RoomEvent>)>, Error>, ctx: &mut Context<Self>) {
        match read {
            Ok(Some((standing, newest))) => {
                self.talk = Some(Talk::new(self.room, standing, &newest));
                self.attach_waiting();
                self.turn(ctx);
            }
            Ok(None) => self.end(Code::NotFound, ctx),
            Err(error) => {
                tracing::warn!(%error, room = %self.room, "a room could not be read");
                self.end(Code::StoreUnavailable, ctx);
            }
        }
    }

    /// Lets those in who wait; whoever is not in the room as far as it was read waits until it has read on.
    fn attach_waiting(&mut self) {
        let Some(talk) = &mut self.talk else { return };
        for (attach, has_read_on) in std::mem::take(&mut self.waiting) {
            // Somebody who hung up meanwhile takes no seat.
            if attach.reply.is_closed() {
                continue;
            }
            let attached = match talk.attach(attach.member, attach.user, attach.have) {
                Attached::ReadOn if has_read_on => talk.attach(attach.member, attach.user, None),
                attached => attached,
            };
            match attached {
                Attached::Yes => {
                    let seat = Seat { outlet: attach.outlet, entering: Some(attach.reply) };
                    self.seats.insert(attach.member, seat);
                }
                Attached::NotIn if has_read_on => {
                    let _ = attach.reply.send(Err(Code::NotFound));
                }
                Attached::NotIn | Attached::ReadOn => self.waiting.push((attach, false)),
            }
        }
    }

    /// Everything that follows from what just came.
    fn turn(&mut self, ctx: &mut Context<Self>) {
        let Some(talk) = &mut self.talk else { return };
        for (ticket, event) in talk.take_outgoing() {
            self.services.writer.submit(Entry { event, ticket, reply: self.settled.clone() });
        }
        let after = talk.reads_on_from();
        if let Some(after) = after.or_else(|| (!self.waiting.is_empty()).then(|| talk.last_seq())) {
            self.read_on(after, ctx);
        }
        self.read_for_members(ctx);
        self.hand_over(ctx);
        let Some(talk) = &mut self.talk else { return };
        if talk.takes_functions() {
            self.ask_functions(ctx);
        }
        if self.talk.as_ref().is_some_and(Talk::has_marks) && !self.marks_are_due {
            self.marks_are_due = true;
            ctx.run_later(MARKS_EVERY, |actor, ctx| {
                actor.marks_are_due = false;
                if let Some(talk) = &mut actor.talk {
                    actor.services.marks.put(talk.take_marks());
                }
                actor.turn(ctx);
            });
        }
        self.look_for_lag(ctx);
    }

    fn read_on(&mut self, after: i64, ctx: &mut Context<Self>) {
        if std::mem::replace(&mut self.reads_on, true) {
            return;
        }
        metrics::chat::behind();
        self.waiting.iter_mut().for_each(|(_, has_read_on)| *has_read_on = true);
        let (store, room) = (self.services.store.clone(), self.room);
        let reading = async move { follow::after(&store, room, after, MOST_CATCH_UP).await };
        ctx.spawn(wrap_future::<_, Self>(reading).map(|read, actor, ctx| match read {
            Ok(events) => {
                actor.reads_on = false;
                if let Some(talk) = &mut actor.talk {
                    talk.read_on(events);
                }
                actor.attach_waiting();
                actor.turn(ctx);
            }
            Err(error) => {
                tracing::warn!(%error, room = %actor.room, "a room could not read on");
                for (attach, _) in actor.waiting.drain(..) {
                    let _ = attach.reply.send(Err(Code::StoreUnavailable));
                }
                ctx.run_later(ASK_AGAIN, |actor, ctx| {
                    actor.reads_on = false;
                    actor.turn(ctx);
                });
            }
        }));
    }

    /// As themselves, so that row-level security has a word in it.
    fn read_for_members(&mut self, ctx: &mut Context<Self>) {
        let Some(talk) = &mut self.talk else { return };
        for (member, user, after) in talk.take_reads() {
            let (store, room) = (self.services.store.clone(), self.room);
            let reading = async move { rooms::events(&store, user, room, Part::After(after), MOST_EVENTS).await };
            ctx.spawn(wrap_future::<_, Self>(reading).map(move |read, actor, ctx| {
                match (read, &mut actor.talk) {
                    (Ok(events), Some(talk)) => talk.read_for(member, &events),
                    (Ok(_), None) => {}
                    (Err(error), _) => {
                        tracing::warn!(%error, room = %actor.room, "a room could not be read for a member");
                        actor.close_seat(member, Code::StoreUnavailable);
                    }
                }
                actor.turn(ctx);
            }));
        }
    }

    fn hand_over(&mut self, ctx: &mut Context<Self>) {
        let Some(talk) = &mut self.talk else { return };
        let (deliveries, over) = talk.take_output();
        let mut dead = Vec::new();
        for mut delivery in deliveries {
            let Some(seat) = self.seats.get(&delivery.member) else { continue };
            let frames = std::mem::take(&mut delivery.frames);
            match seat.outlet.frames(frames) {
                Ok(()) => metrics::chat::delivered(delivery.events()),
                Err(Unsent::Full(frames)) => {
                    delivery.frames = frames;
                    talk.unsent(delivery);
                }
                Err(Unsent::Gone) => dead.push(delivery.member),
            }
        }
        talk.delivered();
        for member in dead {
            talk.detach(member);
            self.seats.remove(&member);
        }
        let gone = chat::write(&ToClient::Gone { room: self.room });
        for (member, is_in_again) in over {
            if let Some(seat) = self.seats.remove(&member) {
                if is_in_again {
                    // Told that the room is gone, the device would forget what is theirs: it comes back and begins anew.
                    if let Some(reply) = seat.entering {
                        let _ = reply.send(Err(Code::Restarting));
                    }
                    seat.outlet.last_word(Deliver::Close(Code::Restarting));
                    continue;
                }
                // The log said so; a socket without room for the word is told by its next `sync`.
                let _ = seat.outlet.frames(vec![gone.clone()]);
                if let Some(reply) = seat.entering {
                    let _ = reply.send(Err(Code::NotFound));
                }
            }
        }
        for (member, seat) in &mut self.seats {
            if seat.entering.is_some()
                && talk.is_settled(*member)
                && let Some(reply) = seat.entering.take()
            {
                let _ = reply.send(Ok(()));
            }
        }
        // Somebody may have caught up with one part and need the next.
        if self.talk.as_ref().is_some_and(Talk::is_reading_due) {
            self.read_for_members(ctx);
        }
    }

    fn ask_functions(&self, ctx: &mut Context<Self>) {
        let (store, room) = (self.services.store.clone(), self.room);
        let reading = async move { follow::read(&store, room).await };
        ctx.spawn(wrap_future::<_, Self>(reading).map(|read, actor, _| {
            if let (Ok(Some(standing)), Some(talk)) = (read, &mut actor.talk) {
                talk.name_members(standing);
            }
        }));
    }

    /// Comes back soon as long as somebody lags.
    fn look_for_lag(&mut self, ctx: &mut Context<Self>) {
        let Some(talk) = &self.talk else { return };
        if self.make_up_is_due || talk.lagging().next().is_none() {
            return;
        }
        self.make_up_is_due = true;
        ctx.run_later(MAKE_UP_EVERY, |actor, ctx| {
            actor.make_up_is_due = false;
            if let Some(talk) = &mut actor.talk {
                let drained = |member: &MemberId| actor.seats.get(member).is_none_or(|seat| seat.outlet.is_drained());
                let ready: Vec<MemberId> = talk.lagging().filter(drained).collect();
                ready.into_iter().for_each(|member| talk.make_up(member));
            }
            actor.turn(ctx);
        });
    }

    /// Ends one socket, which comes back.
    fn close_seat(&mut self, member: MemberId, code: Code) {
        if let Some(talk) = &mut self.talk {
            talk.detach(member);
        }
        if let Some(seat) = self.seats.remove(&member) {
            seat.outlet.last_word(Deliver::Close(code));
        }
    }

    /// Nothing more can be said here: whoever waits hears why, whoever is here comes back and finds out.
    fn end(&mut self, code: Code, ctx: &mut Context<Self>) {
        for (attach, _) in self.waiting.drain(..) {
            let _ = attach.reply.send(Err(code));
        }
        let members: Vec<MemberId> = self.seats.keys().copied().collect();
        members.into_iter().for_each(|member| self.close_seat(member, Code::Restarting));
        self.services.directory.forget(self.room, &ctx.address());
        ctx.stop();
    }

    fn tidy(&mut self, ctx: &mut Context<Self>) {
        let dead: Vec<MemberId> =
            self.seats.iter().filter(|(_, seat)| !seat.outlet.is_connected()).map(|(member, _)| *member).collect();
        for member in dead {
            self.seats.remove(&member);
            if let Some(talk) = &mut self.talk {
                talk.detach(member);
            }
        }
        let is_idle = self.waiting.is_empty() && self.talk.as_ref().is_some_and(Talk::is_idle);
        if !is_idle {
            self.idle_since = Instant::now();
        } else if self.idle_since.elapsed() >= IDLE_FOR && self.services.directory.retire(self.room, self.attaches_seen)
        {
            ctx.stop();
        }
    }
}

impl Actor for Conversation {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(Self::MAILBOX);
        metrics::chat::rooms(1.0);
        let heads: Recipient<Head<RoomId, follow::Head>> = ctx.address().recipient();
        self.services.open.insert(self.room, heads);
        if let Some(stream) = self.settled_stream.take() {
            // What settled together leaves together: one write a socket and turn.
            ctx.add_stream(UnboundedReceiverStream::new(stream).ready_chunks(256));
        }
        ctx.run_interval(TIDY_EVERY, Self::tidy);
        self.load(ctx);
    }

    fn stopped(&mut self, _: &mut Self::Context) {
        self.services.open.remove(self.room);
        metrics::chat::rooms(-1.0);
    }
}

impl Handler<Attach> for Conversation {
    type Result = ();

    fn handle(&mut self, attach: Attach, ctx: &mut Self::Context) {
        self.attaches_seen += 1;
        self.idle_since = Instant::now();
        self.waiting.push((attach, false));
        if self.talk.is_some() {
            self.attach_waiting();
            self.turn(ctx);
        }
    }
}

impl Handler<Say> for Conversation {
    type Result = bool;

    fn handle(&mut self, say: Say, ctx: &mut Self::Context) -> bool {
        let Some(talk) = self.talk.as_mut().filter(|talk| talk.has(say.member)) else { return false };
        let now = Instant::now();
        match say.what {
            Said::Write(wish) => {
                self.last_ticket += 1;
                talk.write(say.member, wish, self.last_ticket, self.services.writer.is_full(), now);
            }
            Said::Read(seq) => talk.mark(say.member, seq, seq),
            Said::Received(seq) => talk.mark(say.member, 0, seq),
            Said::Typing => talk.typing(say.member, now),
        }
        self.turn(ctx);
        true
    }
}

impl Handler<Detach> for Conversation {
    type Result = ();

    fn handle(&mut self, detach: Detach, _: &mut Self::Context) {
        self.seats.remove(&detach.member);
        self.waiting.retain(|(attach, _)| attach.member != detach.member);
        if let Some(talk) = &mut self.talk {
            talk.detach(detach.member);
        }
    }
}

impl Handler<Head<RoomId, follow::Head>> for Conversation {
    type Result = ();

    fn handle(&mut self, head: Head<RoomId, follow::Head>, ctx: &mut Self::Context) {
        let Some(talk) = &mut self.talk else { return };
        match head.head {
            // Erased with its student.
            None => self.end(Code::NotFound, ctx),
            // The log is another one: everybody begins anew, and this room too.
            Some(found) if talk.note_head(found) => self.end(Code::Restarting, ctx),
            Some(_) => self.turn(ctx),
        }
    }
}

impl StreamHandler<Vec<Settled>> for Conversation {
    fn handle(&mut self, settled: Vec<Settled>, ctx: &mut Self::Context) {
        if let Some(talk) = &mut self.talk {
            settled.into_iter().for_each(|settled| talk.settle(settled));
        }
        self.turn(ctx);
    }

    fn finished(&mut self, _: &mut Self::Context) {
        // Our own sender keeps the stream open; were it to end, the room must not stop because of it.
    }
}
