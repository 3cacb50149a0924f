//! The journal: edits enter a queue, one task commits them in batches, and each edit's fate goes back to its room in order.
//!
//! Group commit: while one commit is in flight the next batch grows, so load makes batches larger instead of queues longer; under load
//! commits keep a pace, and nobody who writes alone waits for a timer. Nothing is answered before `commit` returned. Transient failures are retried for ever; after a lost answer the
//! rows are looked up before they are sent again; any other failure halves the batch until the bad row stands alone.
//!
//! Read next: [`batch`] (the statements), `docs/adr/0002`.

pub(super) mod batch;

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use self::batch::{Connection, Fate};
use super::{Error, Store};
use crate::domain::ids::{DocumentId, Lineage, UserId};

/// Most edits in one commit: 1,000 rows already cost less than 15 µs each, and more only lengthens the wait of the first.
const BATCH_ROWS: usize = 1000;
/// Most payload bytes in one commit.
const BATCH_BYTES: usize = 4 * 1024 * 1024;
/// A batch of so many rows means that many people write at once: the next commit then begins so long after this one began, if it could
/// begin sooner. It halves the work per edit, the database's most of all, for a few milliseconds of waiting, and the busier the more:
/// what commits together also leaves together. Whoever writes alone never waits for it.
const PACE: [(usize, Duration); 3] =
    [(128, Duration::from_millis(16)), (32, Duration::from_millis(8)), (4, Duration::from_millis(4))];
/// What an edit that waits costs in memory besides its bytes, all queues and the room's own notes together. Measured: 1.6 kB.
pub const ENTRY_BYTES: usize = 2 * 1024;
/// Most bytes that wait in this process while the database is away; beyond it new edits are refused as overload.
pub const QUEUE_BYTES: usize = 256 * 1024 * 1024;
/// First and longest pause between two tries after a transient failure.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(20), Duration::from_secs(2));

/// An edit on its way to the log.
pub struct Entry {
    /// The document it belongs to.
    pub document: DocumentId,
    /// The lineage it was written in: of one that was replaced meanwhile nothing is stored.
    pub lineage: Lineage,
    /// Who wrote it.
    pub author: UserId,
    /// One membership of one socket in one document. After a refusal the later entries of the same chain are refused too,
    /// because they may build on what was refused.
    pub chain: u64,
    /// Client ids the edit writes under: none of them may belong to somebody else, and those that nobody has become the author's.
    pub client_ids: Vec<i64>,
    /// The update, as received.
    pub payload: Bytes,
    /// Its SHA-256.
    pub sha256: [u8; 32],
    /// The room's own name for this edit.
    pub ticket: u64,
    /// Where its fate goes.
    pub reply: mpsc::UnboundedSender<Settled>,
}

/// The fate of one edit. Delivered in the order in which one room's edits of one document entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settled {
    /// The room's own name for the edit.
    pub ticket: u64,
    /// Its sequence in the log, or `None`: refused, and never stored.
    pub seq: Option<i64>,
}

/// The entrance to the journal. Cheap to clone.
#[derive(Clone)]
pub struct Journal {
    queue: mpsc::UnboundedSender<Entry>,
    waiting_bytes: Arc<AtomicUsize>,
    waiting_rows: Arc<watch::Sender<usize>>,
}

impl Journal {
    /// Starts the committing task on the store's runtime. It ends when the last handle is dropped and the queue is empty.
    #[must_use]
    pub fn start(store: &Store) -> (Self, tokio::task::JoinHandle<()>) {
        let (queue, entries) = mpsc::unbounded_channel();
        let waiting_bytes = Arc::new(AtomicUsize::new(0));
        let waiting_rows = Arc::new(watch::Sender::new(0));
        let writer = Writer {
            connection: Connection::new(store.writer_config()),
            waiting_bytes: Arc::clone(&waiting_bytes),
            waiting_rows: Arc::clone(&waiting_rows),
            refused_chains: RefusedChains::default(),
        };
        let task = store.runtime().spawn(writer.run(entries));
        (Self { queue, waiting_bytes, waiting_rows }, task)
    }

    /// Whether this node holds as many uncommitted bytes as it may: new edits are then refused as overload.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.waiting_bytes.load(Ordering::Relaxed) > QUEUE_BYTES
    }

    /// Hands an edit over. Its fate arrives at `entry.reply`.
    pub fn submit(&self, entry: Entry) {
        self.waiting_bytes.fetch_add(entry.payload.len() + ENTRY_BYTES, Ordering::Relaxed);
        self.waiting_rows.send_modify(|rows| *rows += 1);
        crate::metrics::journal_queue(1.0);
        if let Err(unsent) = self.queue.send(entry) {
            // The writing task is gone only when the process ends; nothing was acknowledged.
            tracing::error!(document = %unsent.0.document, "an edit came after the journal had ended");
        }
    }

    /// Resolves when nothing is on its way. May never do so while the database is away: give it a limit.
    pub async fn settled(&self) {
        // The sender lives as long as this handle.
        drop(self.waiting_rows.subscribe().wait_for(|rows| *rows == 0).await);
    }
}

struct Writer {
    connection: Connection,
    waiting_bytes: Arc<AtomicUsize>,
    waiting_rows: Arc<watch::Sender<usize>>,
    refused_chains: RefusedChains,
}

impl Writer {
    async fn run(mut self, mut entries: mpsc::UnboundedReceiver<Entry>) {
        let mut incoming = Vec::with_capacity(BATCH_ROWS);
        while entries.recv_many(&mut incoming, BATCH_ROWS).await > 0 {
            let (began, rows) = (Instant::now(), incoming.len());
            let mut waiting: VecDeque<Entry> = incoming.drain(..).collect();
            while !waiting.is_empty() {
                let batch = take_batch(&mut waiting);
                self.settle(batch).await;
            }
            if let Some((_, pace)) = PACE.iter().find(|(busy, _)| rows >= *busy) {
                tokio::time::sleep_until(began + *pace).await;
            }
        }
    }

    /// Brings every entry of the batch to its end. Fates are told in the order of entry, whatever they are: a room settles its
    /// edits in that order.
    async fn settle(&mut self, batch: Vec<Entry>) {
        let mut parts = VecDeque::from([batch]);
        // Once an answer was lost, every part of this batch may be stored already.
        let mut answer_was_lost = false;
        while let Some(part) = parts.pop_front() {
            let Self { connection, refused_chains, .. } = self;
            let sound: Vec<&Entry> = part.iter().filter(|entry| !refused_chains.contains(entry.chain)).collect();
            match commit_or_wait(connection, &sound, &mut answer_was_lost).await {
                Ok(fates) => self.answer(part, fates),
                Err(error) if part.len() == 1 => {
                    tracing::warn!(%error, "the database refused one edit");
                    self.answer(part, vec![Fate::Refused]);
                }
                Err(_) => {
                    // The bad row is somewhere in here: the first half goes again before the second, so order is kept.
                    let mut first = part;
                    let second = first.split_off(first.len() / 2);
                    parts.push_front(second);
                    parts.push_front(first);
                }
            }
        }
    }

    /// Tells every entry of a part its fate. `fates` are those of the entries whose chain was sound when the part was sent.
    fn answer(&mut self, part: Vec<Entry>, fates: Vec<Fate>) {
        let mut fates = fates.into_iter();
        let was_sound: Vec<bool> = part.iter().map(|entry| !self.refused_chains.contains(entry.chain)).collect();
        for (entry, was_sound) in part.into_iter().zip(was_sound) {
            self.release(&entry);
            let fate = if was_sound { fates.next() } else { None };
            let seq = match fate {
                Some(Fate::Stored(seq)) => Some(seq),
                Some(Fate::Refused) | None => {
                    self.refused_chains.insert(entry.chain);
                    None
                }
            };
            // A room that is gone reads the log when it is started again.
            let _ = entry.reply.send(Settled { ticket: entry.ticket, seq });
        }
    }

    fn release(&self, entry: &Entry) {
        self.waiting_bytes.fetch_sub(entry.payload.len() + ENTRY_BYTES, Ordering::Relaxed);
        self.waiting_rows.send_modify(|rows| *rows -= 1);
        crate::metrics::journal_queue(-1.0);
    }
}

/// Commits, waiting as long as the database is away. Returns only a final answer, one fate for each entry.
async fn commit_or_wait(
    connection: &mut Connection,
    part: &[&Entry],
    answer_was_lost: &mut bool,
) -> Result<Vec<Fate>, Error> {
    /// Tries of a part in which somebody else had just bound a client id: the next one sees whose it is.
    const BINDING_TRIES: usize = 3;
    let (mut pause, mut bindings) = (BACKOFF.0, 0);
    if part.is_empty() {
        return Ok(Vec::new());
    }
    loop {
        match connection.commit(part, *answer_was_lost).await {
            Ok(fates) => {
                crate::metrics::journal_batch(part.len());
                return Ok(fates);
            }
            Err(error) if error.is_transient() => {
                if !*answer_was_lost {
                    tracing::warn!(%error, rows = part.len(), "the journal waits for the database");
                }
                *answer_was_lost = true;
                crate::metrics::journal_retry();
                crate::metrics::db_error(error.kind());
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(BACKOFF.1);
            }
            Err(Error::Conflict { constraint })
                if constraint == "document_clients_pkey" && bindings < BINDING_TRIES =>
            {
                bindings += 1;
            }
            Err(error) => {
                crate::metrics::db_error(error.kind());
                return Err(error);
            }
        }
    }
}

/// Cuts a batch off the front: at most [`BATCH_ROWS`] rows and about [`BATCH_BYTES`] bytes, at least one row.
fn take_batch(waiting: &mut VecDeque<Entry>) -> Vec<Entry> {
    let mut batch = Vec::with_capacity(waiting.len().min(BATCH_ROWS));
    let mut bytes = 0;
    while let Some(next) = waiting.front() {
        if !batch.is_empty() && (batch.len() == BATCH_ROWS || bytes + next.payload.len() > BATCH_BYTES) {
            break;
        }
        bytes += next.payload.len();
        batch.extend(waiting.pop_front());
    }
    batch
}

/// Chains that had a refusal. A chain number is never used twice, so old ones may be forgotten.
#[derive(Default)]
struct RefusedChains {
    set: HashSet<u64>,
    order: VecDeque<u64>,
}

impl RefusedChains {
    /// A room cuts a member off at its first refusal; more than this many other refusals in between do not happen.
    const KEPT: usize = 4096;

    fn contains(&self, chain: u64) -> bool {
        self.set.contains(&chain)
    }

    fn insert(&mut self, chain: u64) {
        if self.set.insert(chain) {
            self.order.push_back(chain);
            if self.order.len() > Self::KEPT {
                self.order.pop_front().map(|old| self.set.remove(&old));
            }
        }
    }
}
