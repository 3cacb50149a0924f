//! The position check: now and then this node asks how far the logs of its open documents and conversations go, and tells their rooms. A room that is
//! behind reads on. It is what makes two servers on one database agree when nothing else tells one about the other; everything
//! faster is only a hint. It also finds what was erased.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix::dev::SendError;
use actix::{Message, Recipient};

use crate::store::{Error, Store};

/// Logs asked about in one query.
const CHUNK: usize = 1000;

/// How far a log goes.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Head<I: Send, H: Send> {
    /// Whose log.
    pub id: I,
    /// Its end; `None` when there is no such thing any more.
    pub head: Option<H>,
}

type Rooms<I, H> = HashMap<I, Recipient<Head<I, H>>>;

/// Which logs are open on this node, and where. Cheap to clone.
#[derive(Clone)]
pub struct Open<I: Send, H: Send>(Arc<Mutex<Rooms<I, H>>>);

impl<I: Send, H: Send> Default for Open<I, H> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<I, H> Open<I, H>
where
    I: Copy + Eq + Hash + Send + Sync + 'static,
    H: Copy + Send + Sync + 'static,
{
    /// A log has been opened by this room.
    pub fn insert(&self, id: I, room: Recipient<Head<I, H>>) {
        self.lock().insert(id, room);
    }

    /// It is no longer open.
    pub fn remove(&self, id: I) {
        self.lock().remove(&id);
    }

    fn ids(&self) -> Vec<I> {
        self.lock().keys().copied().collect()
    }

    fn tell(&self, id: I, head: Option<H>) {
        let mut rooms = self.lock();
        let Some(room) = rooms.get(&id) else { return };
        match room.try_send(Head { id, head }) {
            // A full room hears of it next time.
            Ok(()) | Err(SendError::Full(_)) => {}
            Err(SendError::Closed(_)) => drop(rooms.remove(&id)),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Rooms<I, H>> {
        // Nothing inside can be half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts asking, on the store's runtime, for as long as that lives. One query per thousand open logs and period.
    pub fn watch<F>(self, store: &Store, every: Duration, find: impl Fn(Store, Vec<I>) -> F + Send + Sync + 'static)
    where
        F: Future<Output = Result<Vec<(I, H)>, Error>> + Send,
    {
        let (runtime, store) = (store.runtime().clone(), store.clone());
        runtime.spawn(async move {
            let mut period = tokio::time::interval(every);
            period.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                period.tick().await;
                for ids in self.ids().chunks(CHUNK) {
                    match find(store.clone(), ids.to_vec()).await {
                        Ok(heads) => {
                            let heads: HashMap<_, _> = heads.into_iter().collect();
                            ids.iter().for_each(|id| self.tell(*id, heads.get(id).copied()));
                        }
                        Err(error) => tracing::warn!(%error, "positions could not be asked for"),
                    }
                }
            }
        });
    }
}
