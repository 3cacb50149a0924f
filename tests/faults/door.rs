//! How somebody gets into a document, again and again, whatever becomes of the server.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use crate::collaboration::raw::RawClient;

/// The pause before somebody tries to come back.
const RETURN_AFTER: Duration = Duration::from_millis(50);

/// What everybody is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Type, with at most so many edits unacknowledged.
    Type(usize),
    /// Type nothing new; go once everything is acknowledged.
    Finish,
    /// Make sure that the server has received everything, and go.
    Leave,
}

/// Where a document is, and how one gets in.
pub struct Door {
    url: String,
    document: String,
    tokens: Mutex<Vec<String>>,
    seated: AtomicUsize,
}

/// One stay of somebody, for as long as the socket lives.
pub struct Seat {
    /// Their socket.
    pub client: RawClient,
    door: Arc<Door>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.door.seated.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Door {
    /// The door of a document, before anybody has a token.
    pub fn new(url: String, document: String) -> Arc<Self> {
        Arc::new(Self { url, document, tokens: Mutex::default(), seated: AtomicUsize::new(0) })
    }

    /// Shown from now on, in turn by place.
    pub fn use_tokens(&self, tokens: Vec<String>) {
        *self.tokens.lock().unwrap_or_else(PoisonError::into_inner) = tokens;
    }

    /// How many are in now.
    pub fn seated(&self) -> usize {
        self.seated.load(Ordering::Relaxed)
    }

    /// Comes in, now or as soon as the server lets somebody in. `None` when it is time to go.
    pub async fn enter(self: &Arc<Self>, place: usize, wish: &watch::Receiver<Wish>) -> Option<Seat> {
        while *wish.borrow() != Wish::Leave {
            let token = {
                let tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
                tokens[place % tokens.len()].clone()
            };
            if let Ok(client) = RawClient::try_join(&self.url, &self.document, &token).await {
                self.seated.fetch_add(1, Ordering::Relaxed);
                return Some(Seat { client, door: Arc::clone(self) });
            }
            tokio::time::sleep(RETURN_AFTER).await;
        }
        None
    }
}
