//! Every open socket of this node, and the reaper: a thread that looks at them from outside once a second and cuts those whose peer
//! does not read or has fallen silent. It works when the session actor is frozen with its socket (actix-web issue 2441), when every
//! room thread is busy and when the database is away, because it needs none of them. Read next: `outlet.rs`, `docs/adr/0009`.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use super::KillSwitch;
use super::outlet::SocketState;
use crate::metrics::{self, SocketKind};

/// How often it looks.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Output that waits for so long without anything being taken, or that was not confirmed by the answer to a ping behind it, ends the
/// connection: with the time between two looks less than 10 s.
const STALLED_AFTER: Duration = Duration::from_secs(7);
/// Silence, pongs included, after which the peer is taken for dead: two pings that were not answered.
const SILENT_AFTER: Duration = Duration::from_secs(70);
/// Sockets on which nobody was let in yet. A whole network's browsers that come back at once after a restart are fewer; each may hold
/// a few kilobytes for five seconds.
const MAX_WAITING: usize = 8_192;

/// The open sockets of this node. Cheap to clone.
#[derive(Clone, Default)]
pub struct Sockets(Arc<Inner>);

#[derive(Default)]
struct Inner {
    open: Mutex<Vec<Weak<SocketState>>>,
    waiting: Arc<AtomicUsize>,
}

impl Sockets {
    /// Starts the reaper. It ends when the last handle is dropped.
    ///
    /// # Errors
    /// When the operating system refuses a thread.
    pub fn start() -> std::io::Result<Self> {
        let sockets = Self::default();
        let inner = Arc::downgrade(&sockets.0);
        std::thread::Builder::new().name("reaper".to_owned()).spawn(move || {
            while let Some(inner) = inner.upgrade() {
                inner.reap();
                drop(inner);
                std::thread::sleep(LOOK_EVERY);
            }
        })?;
        Ok(sockets)
    }

    /// A socket is about to be opened; `None` when too many wait to be let in.
    #[must_use]
    pub fn open(&self, kind: SocketKind, kill: KillSwitch) -> Option<Arc<SocketState>> {
        if self.0.waiting.load(Ordering::Relaxed) >= MAX_WAITING {
            return None;
        }
        let socket = Arc::new(SocketState::new(kind, kill, Arc::clone(&self.0.waiting)));
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::downgrade(&socket));
        Some(socket)
    }
}

impl Inner {
    fn reap(&self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|socket| {
            let Some(socket) = socket.upgrade() else { return false };
            if socket.was_evicted() {
                // Cut already; its session ends in a moment.
            } else if socket.stalled_for() >= STALLED_AFTER || socket.unanswered_for() >= STALLED_AFTER {
                metrics::slow_consumer_evicted(socket.kind());
                socket.evict();
            } else if socket.silent_for() >= SILENT_AFTER {
                socket.cut();
            }
            true
        });
    }
}
