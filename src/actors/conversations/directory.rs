//! Which room of conversation is where on this node. Get-or-start happens under one lock, so there are never two live actors for one room here.
//!
//! A room that wants to go says how many sockets have come to it. When that is how many were sent, nobody is on the way, and it may stop.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix::{Actor, Addr};

use super::messages::Attach;
use super::{Conversation, Services};
use crate::actors::threads::RoomThreads;
use crate::domain::ids::RoomId;
use crate::protocol::code::Code;

struct Entry {
    room: Addr<Conversation>,
    attaches: u64,
}

/// The rooms of this node. Cheap to clone.
#[derive(Clone)]
pub struct Directory {
    threads: Arc<RoomThreads>,
    rooms: Arc<Mutex<HashMap<RoomId, Entry>>>,
}

impl Directory {
    /// An empty one, that starts rooms on these threads.
    #[must_use]
    pub fn new(threads: Arc<RoomThreads>) -> Self {
        Self { threads, rooms: Arc::default() }
    }

    /// Sends a socket to its room, which is started if need be; the room answers it.
    ///
    /// # Errors
    /// `Overloaded` when the room's mailbox is full.
    pub fn attach(&self, room: RoomId, attach: Attach, services: &Services) -> Result<Addr<Conversation>, Code> {
        let mut rooms = self.lock();
        if rooms.get(&room).is_some_and(|entry| !entry.room.connected()) {
            // It died (a panic): a new one is built from the database.
            crate::metrics::actor_panic("conversation");
            tracing::error!(%room, "a room was found dead and is started again");
            rooms.remove(&room);
        }
        let entry = rooms.entry(room).or_insert_with(|| {
            let services = services.clone();
            let started =
                Conversation::start_in_arbiter(self.threads.of(room.0), move |_| Conversation::new(room, services));
            Entry { room: started, attaches: 0 }
        });
        entry.room.try_send(attach).map_err(|_| Code::Overloaded)?;
        entry.attaches += 1;
        Ok(entry.room.clone())
    }

    /// "May I go?" from a room that nobody is in.
    #[must_use]
    pub fn retire(&self, room: RoomId, attaches_seen: u64) -> bool {
        let mut rooms = self.lock();
        let agreed = rooms.get(&room).is_none_or(|entry| entry.attaches == attaches_seen);
        if agreed {
            rooms.remove(&room);
        }
        agreed
    }

    /// This one ends in any case; whoever comes next gets another.
    pub fn forget(&self, room: RoomId, which: &Addr<Conversation>) {
        let mut rooms = self.lock();
        if rooms.get(&room).is_some_and(|entry| entry.room == *which) {
            rooms.remove(&room);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<RoomId, Entry>> {
        // Nothing inside can be half done.
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
