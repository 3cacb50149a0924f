//! How documents enter memory, are read on, built again and leave it, and how the room itself retires. Everything here waits for the
//! database on the room's own context and comes back as a short continuation.

use std::time::{Duration, Instant};

use actix::fut::wrap_future;
use actix::{ActorContext, ActorFutureExt, AsyncContext, Context};

use super::isolation;
use super::room::Room;
use super::{Slot, StudentActor, loading};
use crate::actors::messages::{Join, Retire};
use crate::domain::ids::DocumentId;
use crate::domain::pei::Section as SectionName;
use crate::metrics;
use crate::protocol::code::Code;
use crate::store::Error;
use crate::store::documents::Stored;

impl StudentActor {
    pub(super) fn start_loading(
        &mut self,
        document: DocumentId,
        section: SectionName,
        waiting: Vec<Join>,
        ctx: &mut Context<Self>,
    ) {
        self.documents.insert(document, (section, Slot::Loading(waiting)));
        let store = self.store.clone();
        let began = Instant::now();
        let read = async move { isolation::read(&store, document).await };
        ctx.spawn(
            wrap_future::<_, Self>(read).map(move |stored, actor, ctx| actor.loaded(document, stored, began, ctx)),
        );
    }

    pub(super) fn loaded(
        &mut self,
        document: DocumentId,
        stored: Result<Stored, Error>,
        began: Instant,
        ctx: &mut Context<Self>,
    ) {
        let Some((section, Slot::Loading(waiting))) = self.documents.remove(&document) else { return };
        let built = match stored {
            Ok(stored) => {
                let snapshot = stored.snapshot.as_ref().map(|(seq, _)| *seq);
                match (loading::build(stored, section.kind().roots()), snapshot) {
                    (Ok(loaded), _) => Ok(loaded),
                    (Err(error), Some(seq)) => {
                        tracing::error!(%document, %error, seq, "a snapshot does not load; the one before it is used");
                        metrics::damaged("snapshot");
                        return self.load_below(document, section, waiting, seq, ctx);
                    }
                    (Err(error), None) => {
                        tracing::error!(%document, %error, "a document cannot be loaded");
                        metrics::actor_panic("document");
                        Err(Code::Internal)
                    }
                }
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
                    if join.seat.lineage != room.lineage() {
                        drop(join.reply.send(Err(Code::WrongLineage)));
                        continue;
                    }
                    self.seat(document, &mut room, join, ctx);
                }
                room.flush();
                self.open_documents.insert(document, ctx.address().recipient());
                self.documents.insert(document, (section, Slot::Open(Box::new(room))));
                self.look_for_lag(ctx);
            }
            Err(code) => {
                for join in waiting {
                    drop(join.reply.send(Err(code)));
                }
            }
        }
    }

    /// Loads from an older snapshot and the archive. Compaction then writes the newer one again.
    fn load_below(
        &mut self,
        document: DocumentId,
        section: SectionName,
        waiting: Vec<Join>,
        below: i64,
        ctx: &mut Context<Self>,
    ) {
        self.documents.insert(document, (section, Slot::Loading(waiting)));
        let (store, began) = (self.store.clone(), Instant::now());
        let read = async move {
            let stored = store.read_document(document, below).await?;
            // Without the state that was there from the beginning nothing fits.
            if stored.snapshot.is_some() { Ok(stored) } else { Err(Error::Corrupt("no snapshot loads".to_owned())) }
        };
        ctx.spawn(
            wrap_future::<_, Self>(read).map(move |stored, actor, ctx| actor.loaded(document, stored, began, ctx)),
        );
        self.compactor.request(document);
    }

    /// Clears the count of unfinished loads and marks rows that were put aside.
    pub(super) fn after_load(&self, document: DocumentId, quarantine: Vec<i64>, ctx: &mut Context<Self>) {
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

    /// Somebody else wrote to this document: what they wrote is read from the log.
    pub(super) fn read_on(&mut self, document: DocumentId, after: i64, ctx: &mut Context<Self>) {
        let store = self.store.clone();
        let read = async move { store.read_log(document, after).await };
        ctx.spawn(wrap_future::<_, Self>(read).map(move |tail, actor, ctx| {
            let Some(room) = actor.open_room(document) else { return };
            let caught_up = match tail {
                Ok(tail) => room.catch_up(tail),
                Err(error) => {
                    tracing::warn!(%document, %error, "the log could not be read on");
                    room.catch_up_failed();
                    return;
                }
            };
            if let Err(error) = caught_up {
                tracing::error!(%document, %error, "a row of the log does not fit the document in memory");
                actor.rebuild(document, None, Code::Internal, ctx);
            }
            actor.look_for_lag(ctx);
        }));
    }

    /// The document in memory is given up and built again from the database; members are told `code` and come back by themselves. A row
    /// that is to blame is put aside first.
    pub(super) fn rebuild(&mut self, document: DocumentId, bad_row: Option<i64>, code: Code, ctx: &mut Context<Self>) {
        if code == Code::Internal {
            metrics::actor_panic("document");
        }
        let store = self.store.clone();
        let mark = async move {
            let Some(seq) = bad_row else { return };
            while let Err(error) = store.quarantine_update(document, seq).await {
                tracing::error!(%document, seq, %error, "an edit could not be put aside yet");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        };
        match self.documents.remove(&document) {
            Some((section, Slot::Open(mut room))) => {
                self.open_documents.remove(document);
                room.end_everybody(code);
                self.documents.insert(document, (section, Slot::Draining(room, Vec::new())));
            }
            Some(other) => drop(self.documents.insert(document, other)),
            None => {}
        }
        ctx.spawn(wrap_future::<_, Self>(mark).map(move |(), actor, ctx| actor.drained(document, ctx)));
    }

    /// The last of those who sat here lost the right to: was the document erased?
    pub(super) fn look_for_erasure(&self, document: DocumentId, ctx: &mut Context<Self>) {
        let store = self.store.clone();
        let look = async move { store.find_heads(vec![document]).await };
        ctx.spawn(wrap_future::<_, Self>(look).map(move |heads, actor, ctx| {
            // Whoever could not look is told by the position check.
            if heads.is_ok_and(|heads| heads.is_empty()) {
                actor.forget_erased(document, ctx);
            }
        }));
    }

    /// The document was erased: it leaves memory now. Whoever still sits there comes back and is told that there is none.
    pub(super) fn forget_erased(&mut self, document: DocumentId, ctx: &mut Context<Self>) {
        if self.open_room(document).is_some() {
            tracing::info!(%document, "a document was erased and leaves memory");
            self.rebuild(document, None, Code::Restarting, ctx);
        }
    }

    /// A broken document leaves memory once nothing of it is on its way.
    pub(super) fn drained(&mut self, document: DocumentId, ctx: &mut Context<Self>) {
        let Some((section, slot)) = self.documents.remove(&document) else { return };
        let Slot::Draining(room, waiting) = slot else {
            self.documents.insert(document, (section, slot));
            return;
        };
        if !room.is_settled() {
            self.documents.insert(document, (section, Slot::Draining(room, waiting)));
            ctx.run_later(Duration::from_millis(100), move |actor, ctx| actor.drained(document, ctx));
        } else if !waiting.is_empty() {
            self.start_loading(document, section, waiting, ctx);
        }
    }

    /// A document leaves memory. A long log is compacted, so that it opens quickly the next time.
    pub(super) fn passivate(&self, document: DocumentId, room: &mut Room) {
        self.open_documents.remove(document);
        if room.takes_compaction(true) {
            self.compactor.request(document);
        }
    }

    pub(super) fn retire(&mut self, ctx: &mut Context<Self>) {
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
