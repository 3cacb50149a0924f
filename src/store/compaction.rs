//! Compaction: a long log becomes a snapshot, and the rows it covers move to the archive. On a thread of its own, one document at a
//! time, beside the rooms; a room learns nothing of it, and needs not.
//!
//! The new state is built by the same code that loads documents, read back into a fresh document and compared before it replaces
//! anything. Everything happens in one transaction: a server that dies in the middle leaves the log as it was. Rows that others commit
//! meanwhile simply stay. What cannot be built without leaving something out is not compacted. Read next: `docs/adr/0012`.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Instant;

use deadpool_postgres::Transaction;
use sha2::{Digest, Sha256};

use super::{Error, Store, documents};
use crate::crdt::limits::READER_STACK_BYTES;
use crate::crdt::{ApplyError, SectionDocument, reads_back, rebuild};
use crate::domain::ids::DocumentId;

const TRY_LOCK: &str = include_str!("../../sql/queries/compaction/try_lock.sql");
const SAVE_SNAPSHOT: &str = include_str!("../../sql/queries/compaction/save_snapshot.sql");
const ARCHIVE: &str = include_str!("../../sql/queries/compaction/archive.sql");
const REMOVE_ARCHIVED: &str = include_str!("../../sql/queries/compaction/remove_archived.sql");
const REMOVE_OLD_SNAPSHOTS: &str = include_str!("../../sql/queries/compaction/remove_old_snapshots.sql");

/// Documents that may wait. Beyond it a request is forgotten; the next one comes with the next few hundred edits.
const QUEUE: usize = 1024;

/// The way to the compacting thread. Cheap to clone.
#[derive(Clone)]
pub struct Compactor {
    queue: SyncSender<DocumentId>,
}

/// What a compaction came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// So many rows moved to the archive; the snapshot covers everything up to the sequence.
    Compacted {
        /// Rows that moved.
        rows: u64,
        /// The last sequence that the new snapshot covers.
        covers: i64,
    },
    /// There is nothing to move.
    NothingToDo,
    /// Another server compacts this document now.
    Busy,
}

/// Why a document was not compacted. The log is as it was.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The database.
    #[error(transparent)]
    Store(#[from] Error),
    /// A row would have to be left out: loading puts it aside first.
    #[error("row {0} of the log does not fit its document")]
    Damaged(i64),
    /// The document code failed.
    #[error("the document cannot be built: {0}")]
    Document(#[from] ApplyError),
    /// The new state does not read back as the document it was made from.
    #[error("the new state does not read back")]
    Unverified,
}

impl Failure {
    const fn reason(&self) -> &'static str {
        match self {
            Self::Store(_) => "database",
            Self::Damaged(_) => "damaged",
            Self::Document(_) | Self::Unverified => "unverified",
        }
    }

    /// Whether the document was erased before it could be compacted, or meanwhile.
    fn is_of_the_past(&self) -> bool {
        match self {
            Self::Store(Error::NotFound) => true,
            Self::Store(Error::Conflict { constraint }) => constraint == "pei_snapshots_document_id_fkey",
            _ => false,
        }
    }
}

impl Compactor {
    /// Starts the thread. It ends when the last handle is dropped.
    ///
    /// # Errors
    /// When the operating system refuses a thread.
    pub fn start(store: Store) -> std::io::Result<Self> {
        let (queue, requests) = sync_channel(QUEUE);
        std::thread::Builder::new()
            .name("compaction".to_owned())
            .stack_size(READER_STACK_BYTES)
            .spawn(move || run(&store, &requests))?;
        Ok(Self { queue })
    }

    /// Asks for a document to be compacted some time. Never waits.
    pub fn request(&self, document: DocumentId) {
        // Full or gone: the log still holds everything.
        let _ = self.queue.try_send(document);
    }
}

fn run(store: &Store, requests: &Receiver<DocumentId>) {
    while let Ok(document) = requests.recv() {
        match compact(store, document) {
            Ok(outcome) => tracing::debug!(%document, ?outcome, "compaction"),
            Err(failure) if failure.is_of_the_past() => {
                tracing::info!(%document, "a document is gone: nothing to compact")
            }
            Err(failure) => {
                crate::metrics::compaction_failure(failure.reason());
                tracing::error!(%document, error = %failure, "a document was not compacted; its log stays as it is");
            }
        }
    }
}

/// Compacts one document now. Blocks: not for a thread that serves, and the thread needs a large stack.
///
/// # Errors
/// See [`Failure`]; nothing has changed then.
pub fn compact(store: &Store, document: DocumentId) -> Result<Outcome, Failure> {
    let began = Instant::now();
    // The database's runtime drives the connection, this thread does the computing in between.
    let outcome = store.runtime().block_on(async {
        let mut client = store.writer_pool().get().await.map_err(Error::from)?;
        let transaction = client.transaction().await.map_err(Error::from)?;
        let outcome = compact_in(&transaction, document).await?;
        transaction.commit().await.map_err(Error::from)?;
        Ok::<_, Failure>(outcome)
    })?;
    if let Outcome::Compacted { rows, .. } = outcome {
        crate::metrics::compaction(began.elapsed(), rows);
    }
    Ok(outcome)
}

async fn compact_in(transaction: &Transaction<'_>, document: DocumentId) -> Result<Outcome, Failure> {
    let lock = transaction.prepare_cached(TRY_LOCK).await.map_err(Error::from)?;
    let is_free = transaction.query_one(&lock, &[&document.0]).await.map_err(Error::from)?;
    if !is_free.get::<_, bool>(0) {
        return Ok(Outcome::Busy);
    }
    let roots = documents::find_section(transaction, document).await?.kind().roots();
    let Some((covers, document_built)) = build(transaction, document, roots).await? else {
        return Ok(Outcome::NothingToDo);
    };
    let state = document_built.encode()?;
    if !reads_back(&document_built, &state, roots)? {
        return Err(Failure::Unverified);
    }
    let sha256 = Sha256::digest(&state);
    let save = transaction.prepare_cached(SAVE_SNAPSHOT).await.map_err(Error::from)?;
    let saved = transaction.execute(&save, &[&document.0, &covers, &state, &sha256.as_slice()]).await;
    saved.map_err(Error::from)?;
    execute(transaction, ARCHIVE, document, covers).await?;
    let rows = execute(transaction, REMOVE_ARCHIVED, document, covers).await?;
    let tidy = transaction.prepare_cached(REMOVE_OLD_SNAPSHOTS).await.map_err(Error::from)?;
    transaction.execute(&tidy, &[&document.0]).await.map_err(Error::from)?;
    Ok(Outcome::Compacted { rows, covers })
}

/// The document with all of its log, and the last sequence in it; `None` when the newest snapshot covers everything.
async fn build(
    transaction: &Transaction<'_>,
    document: DocumentId,
    roots: &[&str],
) -> Result<Option<(i64, SectionDocument)>, Failure> {
    let mut below = i64::MAX;
    loop {
        let snapshot = documents::read_snapshot(transaction, document, below).await?;
        let after = snapshot.as_ref().map_or(0, |(seq, _)| *seq);
        let (log, corrupt) = documents::read_log(transaction, document, after).await?;
        if let Some(seq) = corrupt.first() {
            return Err(Failure::Damaged(*seq));
        }
        let Some((covers, _)) = log.last() else { return Ok(None) };
        match rebuild(snapshot.as_ref().map(|(_, state)| state.as_ref()), &log, roots, Vec::new(), |_| {}) {
            Ok(built) => match built.left_out.first() {
                Some(seq) => return Err(Failure::Damaged(*seq)),
                None => return Ok(Some((*covers, built.document))),
            },
            // A snapshot that is whole and cannot be applied: the one before it, and the archive, make it again.
            Err(_) if snapshot.is_some() => below = after,
            Err(error) => return Err(error.into()),
        }
    }
}

async fn execute(
    transaction: &Transaction<'_>,
    statement: &str,
    document: DocumentId,
    covers: i64,
) -> Result<u64, Error> {
    let statement = transaction.prepare_cached(statement).await?;
    Ok(transaction.execute(&statement, &[&document.0, &covers]).await?)
}
