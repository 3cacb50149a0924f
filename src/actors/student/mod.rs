//! The student actor: owns every live section document of one student, and who is in them.
//!
//! Handlers are short and call pure parts: [`section`] judges updates, [`members`] collects output, [`presence`] knows who is here,
//! [`loading`] builds a document from rows. Commits come back as a stream on this actor's own context, in order, and are never
//! dropped. A room with unsaved work does not stop; a document that broke is drained and built again from the database.

pub mod isolation;
mod life;
pub mod loading;
pub mod members;
mod owners;
pub mod presence;
mod room;
pub mod section;
#[cfg(test)]
mod tests;
pub mod verdict;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix::{Actor, AsyncContext, Context, Handler, Recipient, StreamHandler};
use futures_util::StreamExt;
use tokio::sync::mpsc;
use tokio_stream::wrappers::UnboundedReceiverStream;

use self::room::{Out, Room};
use super::messages::{Close, Join, Joined, Leave, Receive, Retire, Seat};
use super::positions::{Head, Open};
use super::revocation::{Place, Revoke, Seats, TakenSeat};
use crate::domain::ids::{DocumentId, StudentId};
use crate::domain::pei::Section as SectionName;
use crate::metrics;
use crate::protocol::code::Code;
use crate::protocol::collab::Inbound;
use crate::store::Store;
use crate::store::compaction::Compactor;
use crate::store::journal::{Entry, Journal, Settled};

/// Presence is told at most this often.
const PRESENCE_EVERY: Duration = Duration::from_millis(50);
/// How soon a room looks whether somebody who lagged reads again.
const MAKE_UP_EVERY: Duration = Duration::from_millis(100);
/// How often rooms look for what has run out, unless documents are to leave memory sooner.
const TIDY_EVERY: Duration = Duration::from_secs(5);
/// Silence after which an (empty) presence message is sent: clients give up after 30 s without a message.
const KEEP_ALIVE_EVERY: Duration = Duration::from_secs(15);

/// What every room stands on.
#[derive(Clone)]
pub struct Services {
    /// The database.
    pub store: Store,
    /// The way into the log.
    pub journal: Journal,
    /// The way to shorter logs.
    pub compactor: Compactor,
    /// Which documents are open on this node.
    pub open_documents: Open<DocumentId, i64>,
    /// Who sits where on this node.
    pub seats: Seats,
    /// How long a document without members stays in memory.
    pub document_idle: Duration,
}

/// A document on its way into or out of memory.
enum Slot {
    /// Being read; these wait for it.
    Loading(Vec<Join>),
    /// Live.
    Open(Box<Room>),
    /// Broken: waits until nothing of it is on its way to the log, then is read again for those who wait.
    Draining(Box<Room>, Vec<Join>),
}

/// The actor. One per student and node.
pub struct StudentActor {
    student: StudentId,
    store: Store,
    journal: Journal,
    compactor: Compactor,
    open_documents: Open<DocumentId, i64>,
    seats: Seats,
    document_idle: Duration,
    registry: Recipient<Retire>,
    documents: HashMap<DocumentId, (SectionName, Slot)>,
    /// Which document an edit with the journal belongs to.
    tickets: HashMap<u64, DocumentId>,
    last_ticket: u64,
    joins_seen: u64,
    settled: mpsc::UnboundedSender<Settled>,
    settled_stream: Option<mpsc::UnboundedReceiver<Settled>>,
    presence_flush_is_due: bool,
    make_up_is_due: bool,
    last_keep_alive: Instant,
    /// A retirement question is with the registry.
    retiring: bool,
}

impl StudentActor {
    /// Frames of different members that may wait here; a full mailbox makes their sessions wait, which is the point.
    const MAILBOX: usize = 256;

    /// A room without documents yet.
    pub fn new(student: StudentId, services: Services, registry: Recipient<Retire>) -> Self {
        let Services { store, journal, compactor, open_documents, seats, document_idle } = services;
        let (settled, stream) = mpsc::unbounded_channel();
        Self {
            student,
            store,
            journal,
            compactor,
            open_documents,
            seats,
            document_idle,
            registry,
            documents: HashMap::new(),
            tickets: HashMap::new(),
            last_ticket: 0,
            joins_seen: 0,
            settled,
            settled_stream: Some(stream),
            presence_flush_is_due: false,
            make_up_is_due: false,
            last_keep_alive: Instant::now(),
            retiring: false,
        }
    }

    fn seat(&self, document: DocumentId, room: &mut Room, join: Join, ctx: &Context<Self>) {
        let room_address = ctx.address();
        let joined = Joined {
            frames: room_address.clone().recipient(),
            goodbye: room_address.clone().recipient(),
            document,
            member: join.seat.member,
            access: join.seat.access,
        };
        // Somebody who hung up while the document was loading takes no seat.
        if join.reply.send(Ok(joined)).is_ok() {
            let Seat { member, caller, access, lineage, decided, .. } = join.seat;
            let (socket, room_of_seat) = (Arc::clone(join.seat.outlet.socket()), room_address.recipient());
            let place = Place::Document { document, lineage, student: self.student, access };
            let taken = TakenSeat { caller, place, room: room_of_seat, socket };
            room.seat(join.seat, self.seats.take(member, taken, decided));
        }
    }

    /// Does what a room asked for.
    fn carry_out(&mut self, document: DocumentId, out: Out, ctx: &mut Context<Self>) {
        for (ticket, submission) in out.submissions {
            self.tickets.insert(ticket, document);
            let member = submission.member;
            let entry = Entry {
                document,
                lineage: submission.lineage,
                author: submission.author,
                chain: member.0,
                client_ids: submission.client_ids.iter().map(|id| *id as i64).collect(),
                payload: submission.payload,
                sha256: submission.sha256,
                ticket,
                reply: self.settled.clone(),
            };
            self.journal.submit(entry);
        }
        if out.presence_changed && !self.presence_flush_is_due {
            self.presence_flush_is_due = true;
            ctx.run_later(PRESENCE_EVERY, |actor, ctx| {
                actor.presence_flush_is_due = false;
                actor.each_room(Room::flush_presence);
                actor.look_for_lag(ctx);
            });
        }
        if let Some(after) = out.behind_since {
            self.read_on(document, after, ctx);
        }
        if let Some(bad_row) = out.rebuild {
            self.rebuild(document, bad_row, Code::Internal, ctx);
        }
    }

    /// Comes back soon as long as somebody lags. Called after output was handed over.
    fn look_for_lag(&mut self, ctx: &mut Context<Self>) {
        let mut lags = false;
        self.each_room(|room| lags |= room.is_any_lagging());
        if lags && !self.make_up_is_due {
            self.make_up_is_due = true;
            ctx.run_later(MAKE_UP_EVERY, |actor, ctx| {
                actor.make_up_is_due = false;
                actor.each_room(Room::make_up);
                actor.look_for_lag(ctx);
            });
        }
    }

    fn each_room(&mut self, mut act: impl FnMut(&mut Room)) {
        for (_, slot) in self.documents.values_mut() {
            if let Slot::Open(room) = slot {
                act(room);
            }
        }
    }

    fn open_room(&mut self, document: DocumentId) -> Option<&mut Room> {
        match self.documents.get_mut(&document) {
            Some((_, Slot::Open(room))) => Some(room),
            _ => None,
        }
    }

    fn tidy(&mut self, ctx: &mut Context<Self>) {
        let now = Instant::now();
        let keep_alive = now.duration_since(self.last_keep_alive) >= KEEP_ALIVE_EVERY;
        if keep_alive {
            self.last_keep_alive = now;
        }
        self.each_room(|room| room.tidy(now, keep_alive));
        self.look_for_lag(ctx);
        let idle: Vec<_> = self
            .documents
            .iter()
            .filter(|(_, (_, slot))| matches!(slot, Slot::Open(room) if room.is_idle(now, self.document_idle)))
            .map(|(document, _)| *document)
            .collect();
        for document in idle {
            if let Some((_, Slot::Open(mut room))) = self.documents.remove(&document) {
                self.passivate(document, &mut room);
            }
        }
        for (document, (_, slot)) in &mut self.documents {
            if let Slot::Open(room) = slot
                && room.takes_compaction(false)
            {
                self.compactor.request(*document);
            }
        }
        if self.documents.is_empty() && self.tickets.is_empty() && !self.retiring {
            self.retire(ctx);
        }
    }
}

impl Actor for StudentActor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(Self::MAILBOX);
        metrics::doc_actors(1.0);
        if let Some(stream) = self.settled_stream.take() {
            // What settled together is shown together: one write per member and turn.
            ctx.add_stream(UnboundedReceiverStream::new(stream).ready_chunks(256));
        }
        ctx.run_interval(TIDY_EVERY.min(self.document_idle), |actor, ctx| actor.tidy(ctx));
    }

    fn stopped(&mut self, _: &mut Self::Context) {
        metrics::doc_actors(-1.0);
    }
}

impl Handler<Join> for StudentActor {
    type Result = ();

    fn handle(&mut self, join: Join, ctx: &mut Self::Context) {
        self.joins_seen += 1;
        let document = join.document;
        match self.documents.remove(&document) {
            None => self.start_loading(document, join.section, vec![join], ctx),
            Some((section, Slot::Loading(mut waiting))) => {
                waiting.push(join);
                self.documents.insert(document, (section, Slot::Loading(waiting)));
            }
            Some((section, Slot::Open(room))) if room.lineage() != join.seat.lineage => {
                // The document was replaced, and the one in memory is of the past: all of it goes before anybody sits down again.
                self.documents.insert(document, (section, Slot::Open(room)));
                self.rebuild(document, None, Code::WrongLineage, ctx);
                if let Some((_, Slot::Draining(_, waiting))) = self.documents.get_mut(&document) {
                    waiting.push(join);
                }
            }
            Some((section, Slot::Open(mut room))) => {
                self.seat(document, &mut room, join, ctx);
                room.flush();
                self.documents.insert(document, (section, Slot::Open(room)));
                self.look_for_lag(ctx);
            }
            Some((section, Slot::Draining(room, mut waiting))) => {
                waiting.push(join);
                self.documents.insert(document, (section, Slot::Draining(room, waiting)));
            }
        }
    }
}

impl Handler<Receive> for StudentActor {
    type Result = ();

    fn handle(&mut self, receive: Receive, ctx: &mut Self::Context) {
        let mut last = self.last_ticket;
        let node_is_full = self.journal.is_full();
        let Some(room) = self.open_room(receive.document) else { return };
        if node_is_full && matches!(receive.frame, Inbound::Update(_) | Inbound::SyncStep2(_)) {
            return room.end(receive.member, Code::Overloaded, true);
        }
        let out = room.receive(receive.member, receive.frame, &mut last, Instant::now());
        self.last_ticket = last;
        self.carry_out(receive.document, out, ctx);
        self.look_for_lag(ctx);
    }
}

impl Handler<Leave> for StudentActor {
    type Result = ();

    fn handle(&mut self, leave: Leave, ctx: &mut Self::Context) {
        if let Some(room) = self.open_room(leave.document) {
            let out = room.leave(leave.member);
            self.carry_out(leave.document, out, ctx);
        } else if let Some((_, Slot::Loading(waiting))) = self.documents.get_mut(&leave.document) {
            waiting.retain(|join| join.seat.member != leave.member);
        }
    }
}

impl Handler<Head<DocumentId, i64>> for StudentActor {
    type Result = ();

    fn handle(&mut self, head: Head<DocumentId, i64>, ctx: &mut Self::Context) {
        let Some(seq) = head.head else {
            return self.forget_erased(head.id, ctx);
        };
        if let Some(room) = self.open_room(head.id) {
            let out = room.note_head(seq);
            self.carry_out(head.id, out, ctx);
        }
    }
}

impl Handler<Revoke> for StudentActor {
    type Result = bool;

    fn handle(&mut self, revoke: Revoke, ctx: &mut Self::Context) -> bool {
        let Some(document) = revoke.document else { return false };
        let Some(room) = self.open_room(document).filter(|room| room.has(revoke.member)) else {
            return false;
        };
        metrics::authz_denied("section");
        room.end(revoke.member, revoke.code, revoke.whole_socket);
        if revoke.code == Code::NotFound && room.is_empty() {
            self.look_for_erasure(document, ctx);
        }
        true
    }
}

impl Handler<Close> for StudentActor {
    type Result = ();

    fn handle(&mut self, close: Close, _: &mut Self::Context) {
        self.each_room(|room| room.end_everybody(close.0));
    }
}

impl StreamHandler<Vec<Settled>> for StudentActor {
    fn handle(&mut self, settled: Vec<Settled>, ctx: &mut Self::Context) {
        let mut touched = Vec::new();
        for Settled { ticket, seq } in settled {
            let Some(document) = self.tickets.remove(&ticket) else { continue };
            let mut last = self.last_ticket;
            let out = match self.documents.get_mut(&document) {
                Some((_, Slot::Open(room))) => room.settle(ticket, seq, &mut last, Instant::now()),
                Some((_, Slot::Draining(room, _))) => {
                    room.settle_unseen(ticket, seq);
                    continue;
                }
                _ => continue,
            };
            self.last_ticket = last;
            self.carry_out(document, out, ctx);
            if !touched.contains(&document) {
                touched.push(document);
            }
        }
        for document in touched {
            if let Some(room) = self.open_room(document) {
                room.flush();
            }
        }
        self.look_for_lag(ctx);
    }

    fn finished(&mut self, _: &mut Self::Context) {
        // Our own sender keeps the stream open; were it to end, the room must not stop because of it.
    }
}
