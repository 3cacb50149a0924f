//! The student actor: owns every live section document of one student, and who is in them.
//!
//! Handlers are short and call pure parts: [`section`] judges updates, [`members`] collects output, [`presence`] knows who is here,
//! [`loading`] builds a document from rows. Commits come back as a stream on this actor's own context, in order, and are never
//! dropped. A room with unsaved work does not stop; a document that broke is drained and built again from the database.

pub mod loading;
pub mod members;
pub mod presence;
mod room;
pub mod section;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::time::{Duration, Instant};

use actix::fut::wrap_future;
use actix::{Actor, ActorContext, ActorFutureExt, AsyncContext, Context, Handler, Message, Recipient, StreamHandler};
use futures_util::StreamExt;
use tokio::sync::mpsc;
use tokio_stream::wrappers::UnboundedReceiverStream;

use self::room::{Out, Room};
use super::messages::{Join, Joined, Leave, Receive};
use super::registry::Retire;
use crate::domain::ids::{DocumentId, StudentId};
use crate::domain::pei::Section as SectionName;
use crate::metrics;
use crate::protocol::code::Code;
use crate::protocol::collab::Inbound;
use crate::store::documents::Stored;
use crate::store::journal::{Entry, Journal, Settled};
use crate::store::{Error, Store};

/// Presence is told at most this often.
const PRESENCE_EVERY: Duration = Duration::from_millis(50);
/// How often rooms look for what has run out, unless documents are to leave memory sooner.
const TIDY_EVERY: Duration = Duration::from_secs(5);
/// Silence after which an (empty) presence message is sent: clients give up after 30 s without a message.
const KEEP_ALIVE_EVERY: Duration = Duration::from_secs(15);

/// The server goes down: end every socket with this code. Answered once everybody was told.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Close(pub Code);

/// What every room stands on.
#[derive(Clone)]
pub struct Services {
    /// The database.
    pub store: Store,
    /// The way into the log.
    pub journal: Journal,
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
    last_keep_alive: Instant,
    /// A retirement question is with the registry.
    retiring: bool,
}

impl StudentActor {
    /// Frames of different members that may wait here; a full mailbox makes their sessions wait, which is the point.
    const MAILBOX: usize = 256;

    /// A room without documents yet.
    pub fn new(student: StudentId, services: Services, registry: Recipient<Retire>) -> Self {
        let Services { store, journal, document_idle } = services;
        let (settled, stream) = mpsc::unbounded_channel();
        Self {
            student,
            store,
            journal,
            document_idle,
            registry,
            documents: HashMap::new(),
            tickets: HashMap::new(),
            last_ticket: 0,
            joins_seen: 0,
            settled,
            settled_stream: Some(stream),
            presence_flush_is_due: false,
            last_keep_alive: Instant::now(),
            retiring: false,
        }
    }

    fn start_loading(
        &mut self,
        document: DocumentId,
        section: SectionName,
        waiting: Vec<Join>,
        ctx: &mut Context<Self>,
    ) {
        self.documents.insert(document, (section, Slot::Loading(waiting)));
        let store = self.store.clone();
        let began = Instant::now();
        let read = async move { store.read_document(document).await };
        ctx.spawn(
            wrap_future::<_, Self>(read).map(move |stored, actor, ctx| actor.loaded(document, stored, began, ctx)),
        );
    }

    fn loaded(&mut self, document: DocumentId, stored: Result<Stored, Error>, began: Instant, ctx: &mut Context<Self>) {
        let Some((section, Slot::Loading(waiting))) = self.documents.remove(&document) else { return };
        let built = match stored {
            Ok(stored) => {
                if stored.load_attempts > 2 {
                    tracing::error!(%document, attempts = stored.load_attempts, "a document was begun and not finished loading");
                }
                loading::build(stored, section.kind().roots()).map_err(|error| {
                    tracing::error!(%document, %error, "a document cannot be loaded");
                    metrics::actor_panic("document");
                    Code::Internal
                })
            }
            Err(Error::NotFound) => Err(Code::NotFound),
            Err(Error::Unavailable(_)) => Err(Code::StoreUnavailable),
            Err(error) => {
                tracing::error!(%document, %error, "a document cannot be read");
                Err(Code::Internal)
            }
        };
        match built {
            Ok(loaded) => {
                metrics::doc_load(began.elapsed());
                self.after_load(document, loaded.quarantine, ctx);
                let mut room = Room::new(loaded.section);
                for join in waiting {
                    self.seat(document, &mut room, join, ctx);
                }
                room.flush();
                self.documents.insert(document, (section, Slot::Open(Box::new(room))));
            }
            Err(code) => {
                for join in waiting {
                    drop(join.reply.send(Err(code)));
                }
            }
        }
    }

    /// Clears the count of unfinished loads and marks rows that were put aside.
    fn after_load(&self, document: DocumentId, quarantine: Vec<i64>, ctx: &mut Context<Self>) {
        let store = self.store.clone();
        let work = async move {
            for seq in quarantine {
                tracing::error!(%document, seq, "an edit that breaks its document was put aside");
                metrics::actor_panic("document");
                drop(store.quarantine_update(document, seq).await);
            }
            drop(store.end_load(document).await);
        };
        ctx.spawn(wrap_future::<_, Self>(work).map(|(), _, _| ()));
    }

    fn seat(&self, document: DocumentId, room: &mut Room, join: Join, ctx: &Context<Self>) {
        let joined = Joined { room: ctx.address(), document, member: join.seat.member, access: join.seat.access };
        // Somebody who hung up while the document was loading takes no seat.
        if join.reply.send(Ok(joined)).is_ok() {
            room.seat(join.seat);
        }
    }

    /// Does what a room asked for.
    fn carry_out(&mut self, document: DocumentId, out: Out, ctx: &mut Context<Self>) {
        for (ticket, submission) in out.submissions {
            self.tickets.insert(ticket, document);
            let member = submission.member;
            let entry = Entry {
                document,
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
            ctx.run_later(PRESENCE_EVERY, |actor, _| {
                actor.presence_flush_is_due = false;
                actor.each_room(Room::flush_presence);
            });
        }
        if let Some(seq) = out.poison {
            self.put_aside(document, seq, ctx);
        }
    }

    /// A committed row breaks its document. It is marked before the document is built again; members come back by themselves.
    fn put_aside(&mut self, document: DocumentId, seq: i64, ctx: &mut Context<Self>) {
        metrics::actor_panic("document");
        let store = self.store.clone();
        let mark = async move {
            while let Err(error) = store.quarantine_update(document, seq).await {
                tracing::error!(%document, seq, %error, "an edit could not be put aside yet");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        };
        if let Some((section, Slot::Open(mut room))) = self.documents.remove(&document) {
            room.end_everybody(Code::Internal);
            self.documents.insert(document, (section, Slot::Draining(room, Vec::new())));
        }
        ctx.spawn(wrap_future::<_, Self>(mark).map(move |(), actor, ctx| actor.drained(document, ctx)));
    }

    /// A broken document leaves memory once nothing of it is on its way.
    fn drained(&mut self, document: DocumentId, ctx: &mut Context<Self>) {
        match self.documents.remove(&document) {
            Some((section, Slot::Draining(room, waiting))) if room.is_settled() => {
                if !waiting.is_empty() {
                    self.start_loading(document, section, waiting, ctx);
                }
            }
            Some((section, slot @ Slot::Draining(..))) => {
                self.documents.insert(document, (section, slot));
                ctx.run_later(Duration::from_millis(100), move |actor, ctx| actor.drained(document, ctx));
            }
            Some(other) => drop(self.documents.insert(document, other)),
            None => {}
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
        let idle: Vec<_> = self
            .documents
            .iter()
            .filter(|(_, (_, slot))| matches!(slot, Slot::Open(room) if room.is_idle(now, self.document_idle)))
            .map(|(document, _)| *document)
            .collect();
        for document in idle {
            if let Some((_, Slot::Open(room))) = self.documents.remove(&document) {
                self.passivate(document, &room, ctx);
            }
        }
        if self.documents.is_empty() && self.tickets.is_empty() && !self.retiring {
            self.retire(ctx);
        }
    }

    /// Keeps a snapshot when the log has grown long.
    fn passivate(&self, document: DocumentId, room: &Room, ctx: &mut Context<Self>) {
        let Some((covers, state)) = room.snapshot_worth_keeping() else { return };
        let store = self.store.clone();
        let save = async move { store.save_snapshot(document, covers, state).await };
        ctx.spawn(wrap_future::<_, Self>(save).map(move |saved, _, _| {
            if let Err(error) = saved {
                tracing::warn!(%document, %error, "a snapshot was not kept; the log still holds everything");
            }
        }));
    }

    fn retire(&mut self, ctx: &mut Context<Self>) {
        self.retiring = true;
        let question = self.registry.send(Retire { student: self.student, joins_seen: self.joins_seen });
        ctx.spawn(wrap_future::<_, Self>(question).map(|agreed, actor, ctx| {
            actor.retiring = false;
            if agreed.unwrap_or(false) {
                ctx.stop();
            }
        }));
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
            Some((section, Slot::Open(mut room))) => {
                self.seat(document, &mut room, join, ctx);
                room.flush();
                self.documents.insert(document, (section, Slot::Open(room)));
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
    }

    fn finished(&mut self, _: &mut Self::Context) {
        // Our own sender keeps the stream open; were it to end, the room must not stop because of it.
    }
}
