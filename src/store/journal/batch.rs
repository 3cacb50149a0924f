//! One batch, one transaction, on a connection that nobody else uses: its plans stay warm, and a batch is one round trip. Knows nothing
//! of queues and retries.

use std::sync::Arc;
use std::time::Duration;

use tokio_postgres::{GenericClient, Statement};
use uuid::Uuid;

use super::Entry;
use crate::store::Error;
use crate::store::alone::Alone;
use crate::store::unchecked::or_unchecked;

pub(in crate::store) const APPEND: &str = include_str!("../../../sql/queries/journal/append.sql");
const LOCK_DOCUMENTS: &str = include_str!("../../../sql/queries/journal/lock_documents.sql");
const FIND_STORED: &str = include_str!("../../../sql/queries/journal/find_stored.sql");
/// One plan for batches of every size, by way of the indexes: planning anew costs more than most batches.
/// Whoever waits long for a document's lock tries again, so that rights are not much older than the commit that they allow.
const SETTINGS: &str = "set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set jit = off; \
                        set lock_timeout = '2s'; set statement_timeout = '15s'";
/// A journal has one backend at a time: a new connection waits until the one before it is really gone, or a statement that was given up
/// could still be executed after its rows were looked for in vain.
const FENCE: &str = "select pg_advisory_lock($1)";

/// A commit that takes longer goes to a database that is frozen or was replaced. Its outcome is unknown then, and found out before
/// anything is sent again. Longer than a slow disk ever took, because each try costs a connection.
const COMMIT_TIMEOUT: Duration = Duration::from_secs(20);

/// What became of one entry of a committed batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// In the log, at this sequence.
    Stored(i64),
    /// The statement did not take it: no right, not editable, a client id of somebody else, or behind one of these in its chain.
    Refused,
}

/// The journal's way to the database: one connection, opened when it is needed.
pub struct Connection {
    config: Arc<tokio_postgres::Config>,
    /// This journal's own number for the fence.
    fence: i64,
    open: Option<Open>,
}

struct Open {
    alone: Alone,
    append: Statement,
    lock_documents: Statement,
    find_stored: Statement,
}

impl Connection {
    pub fn new(config: Arc<tokio_postgres::Config>) -> Self {
        Self { config, fence: rand::random(), open: None }
    }

    /// Commits the entries and returns their fates in the same order. With `look_first`, entries that an earlier try already
    /// stored are found and not sent again. Must run on the store's runtime, where the connection lives.
    ///
    /// # Errors
    /// Nothing of the batch was stored, unless the error is transient: then it is unknown.
    pub async fn commit(&mut self, entries: &[&Entry], look_first: bool) -> Result<Vec<Fate>, Error> {
        let commit = tokio::time::timeout(COMMIT_TIMEOUT, self.commit_on_open(entries, look_first)).await;
        let outcome = commit.unwrap_or_else(|_| {
            Err(Error::Unavailable(format!("a commit was not answered within {} s", COMMIT_TIMEOUT.as_secs())))
        });
        if outcome.is_err() {
            // It may lead to a server that was demoted or is going down, or know statements that are none any more: the next try begins
            // with a fresh connection.
            self.open = None;
        }
        outcome
    }

    async fn commit_on_open(&mut self, entries: &[&Entry], look_first: bool) -> Result<Vec<Fate>, Error> {
        let open = match self.open.take().filter(|open| !open.alone.client.is_closed()) {
            Some(open) => open,
            None => Open::connect(&self.config, self.fence).await?,
        };
        let open = self.open.insert(open);
        if look_first { open.look_and_append(entries).await } else { open.append(entries).await }
    }
}

impl Open {
    /// Whatever keeps a connection from being opened, it is an outage.
    async fn connect(config: &tokio_postgres::Config, fence: i64) -> Result<Self, Error> {
        Self::try_connect(config, fence).await.map_err(|error| Error::Unavailable(Error::from(error).to_string()))
    }

    async fn try_connect(config: &tokio_postgres::Config, fence: i64) -> Result<Self, tokio_postgres::Error> {
        let alone = Alone::open(config, SETTINGS).await?;
        let client = &alone.client;
        client.execute(FENCE, &[&fence]).await?;
        let (append, lock_documents, find_stored) = tokio::try_join!(
            client.prepare(or_unchecked(APPEND)),
            client.prepare(LOCK_DOCUMENTS),
            client.prepare(FIND_STORED)
        )?;
        Ok(Self { alone, append, lock_documents, find_stored })
    }

    /// The statement alone: it is committed when its answer is complete.
    async fn append(&self, entries: &[&Entry]) -> Result<Vec<Fate>, Error> {
        let mut fates = vec![Fate::Refused; entries.len()];
        let all: Vec<(usize, &Entry)> = entries.iter().copied().enumerate().collect();
        append(&self.alone.client, &self.append, &all, &mut fates).await?;
        Ok(fates)
    }

    async fn look_and_append(&mut self, entries: &[&Entry]) -> Result<Vec<Fate>, Error> {
        let transaction = self.alone.client.transaction().await?;
        let documents: Vec<Uuid> = entries.iter().map(|entry| entry.document.0).collect();
        // A commit whose answer was lost may still be on its way: once the documents are locked, it is visible or will never be.
        transaction.execute(&self.lock_documents, &[&documents]).await?;
        let places: Vec<i32> = (0..entries.len() as i32).collect();
        let hashes: Vec<&[u8]> = entries.iter().map(|entry| entry.sha256.as_slice()).collect();
        let mut fates = vec![Fate::Refused; entries.len()];
        for row in transaction.query(&self.find_stored, &[&places, &documents, &hashes]).await? {
            fates[row.get::<_, i32>(0) as usize] = Fate::Stored(row.get(1));
        }
        let is_missing = |(place, _): &(usize, &Entry)| fates[*place] == Fate::Refused;
        let missing: Vec<(usize, &Entry)> = entries.iter().copied().enumerate().filter(is_missing).collect();
        if !missing.is_empty() {
            append(&transaction, &self.append, &missing, &mut fates).await?;
        }
        transaction.commit().await?;
        Ok(fates)
    }
}

async fn append(
    client: &impl GenericClient,
    statement: &Statement,
    entries: &[(usize, &Entry)],
    fates: &mut [Fate],
) -> Result<(), Error> {
    let places: Vec<i32> = entries.iter().map(|(place, _)| *place as i32).collect();
    let documents: Vec<Uuid> = entries.iter().map(|(_, entry)| entry.document.0).collect();
    let lineages: Vec<Uuid> = entries.iter().map(|(_, entry)| entry.lineage.0).collect();
    let authors: Vec<Uuid> = entries.iter().map(|(_, entry)| entry.author.0).collect();
    let chains: Vec<i64> = entries.iter().map(|(_, entry)| entry.chain as i64).collect();
    let payloads: Vec<&[u8]> = entries.iter().map(|(_, entry)| entry.payload.as_ref()).collect();
    let hashes: Vec<&[u8]> = entries.iter().map(|(_, entry)| entry.sha256.as_slice()).collect();
    let claims = entries.iter().flat_map(|(place, entry)| entry.client_ids.iter().map(|id| (*place as i32, *id)));
    let (claim_places, claim_ids): (Vec<i32>, Vec<i64>) = claims.unzip();
    let parameters: [&(dyn tokio_postgres::types::ToSql + Sync); 9] =
        [&places, &documents, &authors, &chains, &payloads, &hashes, &claim_places, &claim_ids, &lineages];
    for row in client.query(statement, &parameters).await? {
        fates[row.get::<_, i32>(0) as usize] = Fate::Stored(row.get(1));
    }
    Ok(())
}
