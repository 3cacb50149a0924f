//! The way into the logs of rooms: messages enter a queue, a few tasks commit them in batches, and each one's fate goes back to its room.
//!
//! Group commit without a timer: while one commit is in flight the next batch grows. Transient failures are retried for ever, which is safe because a
//! message that was stored by the attempt whose answer was lost is found by its name; any other failure halves the batch until the bad message stands
//! alone and is refused. A room always uses the same task, so its messages are numbered in the order in which they entered.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{mpsc, watch};

use super::connection::Connection;
use super::log::{self, Fate, NewEvent};
use crate::domain::ids::RoomId;
use crate::metrics::chat as metrics;
use crate::store::Store;

/// Tasks that commit, each over a connection of its own. Two, because a batch waits for the row lock of each of its rooms: somebody who holds one (a change of members) then delays half
/// of the rooms and not all.
const LANES: usize = 2;
/// Most messages and about most bytes of text in one commit.
const BATCH_MESSAGES: usize = 256;
const BATCH_BYTES: usize = 512 * 1024;
/// Most messages that wait on this node while the database is away: 8,000 of the longest are 256 MB, of usual ones 2 MB.
const QUEUE_MESSAGES: usize = 8_000;
/// First and longest pause between two tries after a transient failure.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(20), Duration::from_secs(2));

/// A message on its way.
pub struct Entry {
    /// What is to be written.
    pub event: NewEvent,
    /// The room's own name for it.
    pub ticket: u64,
    /// Where its fate goes.
    pub reply: mpsc::UnboundedSender<Settled>,
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settled {
    /// The room's own name for it.
    pub ticket: u64,
    /// `None`: the database cannot store this one, whatever is tried.
    pub fate: Option<Fate>,
}

/// The entrance. Cheap to clone.
#[derive(Clone)]
pub struct RoomWriter {
    lanes: Arc<[mpsc::UnboundedSender<Entry>]>,
    waiting: Arc<AtomicUsize>,
    changed: Arc<watch::Sender<()>>,
}

impl RoomWriter {
    /// Starts the committing tasks on the store's runtime. They end with the last handle.
    #[must_use]
    pub fn start(store: &Store) -> Self {
        let (waiting, changed) = (Arc::new(AtomicUsize::new(0)), Arc::new(watch::Sender::new(())));
        let lane = |_| {
            let (queue, entries) = mpsc::unbounded_channel();
            let connection = Connection::new(store);
            let lane = Lane { connection, waiting: Arc::clone(&waiting), changed: Arc::clone(&changed) };
            store.runtime().spawn(lane.run(entries));
            queue
        };
        Self { lanes: (0..LANES).map(lane).collect(), waiting, changed }
    }

    /// Whether this node holds as many messages as it may: new ones are to be tried again later.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) >= QUEUE_MESSAGES
    }

    /// Hands a message over. Its fate arrives at `entry.reply`.
    pub fn submit(&self, entry: Entry) {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        metrics::queue(1.0);
        if let Err(unsent) = self.lane(entry.event.room).send(entry) {
            // The tasks are gone only when the process ends; nothing was acknowledged.
            tracing::error!(room = %unsent.0.event.room, "a message came after the writer had ended");
        }
    }

    fn lane(&self, room: RoomId) -> &mpsc::UnboundedSender<Entry> {
        // The low bits of an id are random.
        &self.lanes[room.0.as_u128() as usize % self.lanes.len()]
    }

    /// Resolves when nothing is on its way. May never do so while the database is away: give it a limit.
    pub async fn settled(&self) {
        let waiting = || self.waiting.load(Ordering::Relaxed);
        // The sender lives as long as this handle.
        drop(self.changed.subscribe().wait_for(|()| waiting() == 0).await);
    }
}

struct Lane {
    connection: Connection,
    waiting: Arc<AtomicUsize>,
    changed: Arc<watch::Sender<()>>,
}

impl Lane {
    async fn run(mut self, mut entries: mpsc::UnboundedReceiver<Entry>) {
        let mut incoming = Vec::with_capacity(BATCH_MESSAGES);
        while entries.recv_many(&mut incoming, BATCH_MESSAGES).await > 0 {
            let mut waiting: VecDeque<Entry> = incoming.drain(..).collect();
            while !waiting.is_empty() {
                let batch = take_batch(&mut waiting);
                self.settle(batch).await;
            }
        }
    }

    /// Brings every message of the batch to its end, in the order of entry.
    async fn settle(&mut self, batch: Vec<Entry>) {
        let mut parts = VecDeque::from([batch]);
        while let Some(part) = parts.pop_front() {
            match self.append_or_wait(&part).await {
                Ok(fates) => self.answer(part, fates.into_iter().map(Some)),
                Err(error) if part.len() == 1 => {
                    tracing::warn!(%error, "the database refused one message");
                    self.answer(part, [None]);
                }
                Err(_) => {
                    let mut first = part;
                    let second = first.split_off(first.len() / 2);
                    parts.push_front(second);
                    parts.push_front(first);
                }
            }
        }
    }

    /// Returns only a final answer.
    async fn append_or_wait(&mut self, part: &[Entry]) -> Result<Vec<Fate>, crate::store::Error> {
        let mut pause = BACKOFF.0;
        let events: Vec<NewEvent> = part.iter().map(|entry| entry.event.clone()).collect();
        loop {
            let began = std::time::Instant::now();
            match log::append_on(&mut self.connection, &events).await {
                Ok(fates) => {
                    metrics::committed(part.len(), began.elapsed());
                    return Ok(fates);
                }
                Err(error) if error.is_transient() => {
                    tracing::warn!(%error, messages = part.len(), "messages wait for the database");
                    metrics::retried();
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(BACKOFF.1);
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn answer(&self, part: Vec<Entry>, fates: impl IntoIterator<Item = Option<Fate>>) {
        self.waiting.fetch_sub(part.len(), Ordering::Relaxed);
        metrics::queue(-(part.len() as f64));
        for (entry, fate) in part.into_iter().zip(fates) {
            // A room that is gone reads the log when it is started again.
            let _ = entry.reply.send(Settled { ticket: entry.ticket, fate });
        }
        self.changed.send_replace(());
    }
}

/// Cuts a batch off the front, at least one message.
fn take_batch(waiting: &mut VecDeque<Entry>) -> Vec<Entry> {
    let mut batch = Vec::with_capacity(waiting.len().min(BATCH_MESSAGES));
    let mut bytes = 0;
    while let Some(next) = waiting.front() {
        if !batch.is_empty()
            && (batch.len() == BATCH_MESSAGES || bytes + next.event.act.body().map_or(0, String::len) > BATCH_BYTES)
        {
            break;
        }
        bytes += next.event.act.body().map_or(0, String::len);
        batch.extend(waiting.pop_front());
    }
    batch
}
