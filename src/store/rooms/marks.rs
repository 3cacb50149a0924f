//! Read and received marks on their way to the database: merged, and written once a second for the whole node. A mark that is lost with the process is sent
//! again by the device that set it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::log::{self, Mark};
use crate::domain::ids::{RoomId, UserId};
use crate::store::Store;

/// How often they are written.
const EVERY: Duration = Duration::from_secs(1);
/// Most marks of one statement.
const CHUNK: usize = 1_000;

type Waiting = HashMap<(RoomId, UserId), (i64, i64)>;

/// What waits to be written. Cheap to clone.
#[derive(Clone)]
pub struct Marks {
    store: Store,
    waiting: Arc<Mutex<Waiting>>,
}

impl Marks {
    /// Starts writing, on the store's runtime, for as long as that lives.
    #[must_use]
    pub fn start(store: &Store) -> Self {
        let marks = Self { store: store.clone(), waiting: Arc::default() };
        let writing = marks.clone();
        store.runtime().spawn(async move {
            let mut period = tokio::time::interval(EVERY);
            period.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                period.tick().await;
                writing.flush().await;
            }
        });
        marks
    }

    /// To be written soon.
    pub fn put(&self, marks: impl IntoIterator<Item = Mark>) {
        let mut waiting = self.lock();
        for mark in marks {
            let place = waiting.entry((mark.room, mark.user)).or_default();
            *place = (place.0.max(mark.read_seq), place.1.max(mark.received_seq));
        }
    }

    /// Writes what waits now. What cannot be written waits on.
    pub async fn flush(&self) {
        let taken = std::mem::take(&mut *self.lock());
        let mark = |(&(room, user), &(read_seq, received_seq)): (&(RoomId, UserId), &(i64, i64))| Mark {
            room,
            user,
            read_seq,
            received_seq,
        };
        let all: Vec<Mark> = taken.iter().map(mark).collect();
        for chunk in all.chunks(CHUNK) {
            if let Err(error) = log::mark(&self.store, chunk.to_vec()).await {
                tracing::warn!(%error, "read marks wait");
                self.put(chunk.iter().copied());
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        // Nothing inside can be half done.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
