//! The position check: now and then this node asks how far the logs of its open documents go, and tells their rooms. A room that is
//! behind reads on. It is what makes two servers on one database agree when nothing else tells one about the other; everything
//! faster is only a hint. It also finds what was erased.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix::dev::SendError;
use actix::{Message, Recipient};

use crate::domain::ids::DocumentId;
use crate::store::Store;

/// Documents asked about in one query.
const CHUNK: usize = 1000;

/// How far the log of a document goes.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Head {
    /// The document.
    pub document: DocumentId,
    /// The highest sequence given; `None` when there is no such document any more.
    pub seq: Option<i64>,
}

/// Which documents are open on this node, and where. Cheap to clone.
#[derive(Clone, Default)]
pub struct OpenDocuments(Arc<Mutex<HashMap<DocumentId, Recipient<Head>>>>);

impl OpenDocuments {
    /// A document has been opened by this room.
    pub fn insert(&self, document: DocumentId, room: Recipient<Head>) {
        self.lock().insert(document, room);
    }

    /// A document is no longer open.
    pub fn remove(&self, document: DocumentId) {
        self.lock().remove(&document);
    }

    fn ids(&self) -> Vec<DocumentId> {
        self.lock().keys().copied().collect()
    }

    fn tell(&self, document: DocumentId, seq: Option<i64>) {
        let mut rooms = self.lock();
        let Some(room) = rooms.get(&document) else { return };
        match room.try_send(Head { document, seq }) {
            // A full room hears of it next time.
            Ok(()) | Err(SendError::Full(_)) => {}
            Err(SendError::Closed(_)) => drop(rooms.remove(&document)),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<DocumentId, Recipient<Head>>> {
        // Nothing inside can be half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts asking, on the store's runtime, for as long as that lives. One query per thousand open documents and period.
pub fn watch(store: &Store, open: OpenDocuments, every: Duration) {
    let (runtime, store) = (store.runtime().clone(), store.clone());
    runtime.spawn(async move {
        let mut period = tokio::time::interval(every);
        period.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            period.tick().await;
            for documents in open.ids().chunks(CHUNK) {
                match store.find_heads(documents.to_vec()).await {
                    Ok(heads) => {
                        let heads: HashMap<_, _> = heads.into_iter().collect();
                        documents.iter().for_each(|document| open.tell(*document, heads.get(document).copied()));
                    }
                    Err(error) => tracing::warn!(%error, "positions could not be asked for"),
                }
            }
        }
    });
}
