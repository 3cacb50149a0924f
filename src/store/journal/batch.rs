//! One batch, one transaction: append, bind client ids, commit. Knows nothing of queues and retries.

use std::collections::HashMap;
use std::time::Duration;

use deadpool_postgres::{Object, Pool, Transaction};
use uuid::Uuid;

use super::Entry;
use crate::store::Error;

const APPEND: &str = include_str!("../../../sql/queries/journal/append.sql");
const BIND_CLIENTS: &str = include_str!("../../../sql/queries/journal/bind_clients.sql");
const FOREIGN_CLIENTS: &str = include_str!("../../../sql/queries/journal/foreign_clients.sql");
const LOCK_DOCUMENTS: &str = include_str!("../../../sql/queries/journal/lock_documents.sql");
const FIND_STORED: &str = include_str!("../../../sql/queries/journal/find_stored.sql");

/// A commit that takes longer goes to a database that is frozen or was replaced. Its outcome is unknown then, and found out before
/// anything is sent again. Longer than a slow disk ever took, because each try costs a connection.
const COMMIT_TIMEOUT: Duration = Duration::from_secs(20);

/// What became of one entry of a committed batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// In the log, at this sequence.
    Stored(i64),
    /// The statement did not take it: no right, not editable, or a client id of somebody else.
    Refused,
}

/// The journal's way to the database.
pub struct Connection {
    pool: Pool,
}

impl Connection {
    pub fn new(pool: Pool) -> Self {
        Self { pool }
    }

    /// Commits the entries and returns their fates in the same order. With `look_first`, entries that an earlier try already
    /// stored are found and not sent again.
    ///
    /// # Errors
    /// Nothing of the batch was stored, unless the error is transient: then it is unknown.
    pub async fn commit(&self, entries: &[&Entry], look_first: bool) -> Result<Vec<Fate>, Error> {
        let mut client = self.pool.get().await?;
        let commit = tokio::time::timeout(COMMIT_TIMEOUT, commit_on(&mut client, entries, look_first));
        let outcome = commit.await.unwrap_or_else(|_| {
            Err(Error::Unavailable(format!("a commit was not answered within {} s", COMMIT_TIMEOUT.as_secs())))
        });
        if outcome.as_ref().is_err_and(Error::is_transient) {
            // It may lead to a server that was demoted or is going down: the next try begins with a fresh connection.
            drop(Object::take(client));
        }
        outcome
    }
}

async fn commit_on(client: &mut Object, entries: &[&Entry], look_first: bool) -> Result<Vec<Fate>, Error> {
    let transaction = client.transaction().await?;
    let mut fates = vec![None; entries.len()];
    if look_first {
        for (place, seq) in find_stored(&transaction, entries).await? {
            fates[place] = Some(Fate::Stored(seq));
        }
    }
    let missing: Vec<(usize, &Entry)> =
        entries.iter().copied().enumerate().filter(|(place, _)| fates[*place].is_none()).collect();
    if !missing.is_empty() {
        let stored = append(&transaction, &missing).await?;
        check_chains(&missing, &stored)?;
        bind_clients(&transaction, &missing, &stored).await?;
        for (place, seq) in stored {
            fates[place] = Some(Fate::Stored(seq));
        }
    }
    transaction.commit().await?;
    Ok(fates.into_iter().map(|fate| fate.unwrap_or(Fate::Refused)).collect())
}

async fn append(transaction: &Transaction<'_>, entries: &[(usize, &Entry)]) -> Result<HashMap<usize, i64>, Error> {
    let places: Vec<i32> = entries.iter().map(|(place, _)| *place as i32).collect();
    let documents: Vec<Uuid> = entries.iter().map(|(_, entry)| entry.document.0).collect();
    let authors: Vec<Uuid> = entries.iter().map(|(_, entry)| entry.author.0).collect();
    let payloads: Vec<&[u8]> = entries.iter().map(|(_, entry)| entry.payload.as_ref()).collect();
    let hashes: Vec<&[u8]> = entries.iter().map(|(_, entry)| entry.sha256.as_slice()).collect();
    let claims = entries.iter().flat_map(|(place, entry)| entry.client_ids.iter().map(|id| (*place as i32, *id)));
    let (claim_places, claim_ids): (Vec<i32>, Vec<i64>) = claims.unzip();
    let statement = transaction.prepare_cached(APPEND).await?;
    let rows = transaction
        .query(&statement, &[&places, &documents, &authors, &payloads, &hashes, &claim_places, &claim_ids])
        .await?;
    Ok(rows.iter().map(|row| (row.get::<_, i32>(0) as usize, row.get::<_, i64>(1))).collect())
}

/// A later entry of a chain may build on an earlier one: if the statement refused the earlier and took the later, the batch is
/// taken apart until the earlier stands alone.
fn check_chains(entries: &[(usize, &Entry)], stored: &HashMap<usize, i64>) -> Result<(), Error> {
    let mut broken: Vec<u64> = Vec::new();
    for (place, entry) in entries {
        if !stored.contains_key(place) {
            broken.push(entry.chain);
        } else if broken.contains(&entry.chain) {
            return Err(Error::Refused);
        }
    }
    Ok(())
}

async fn bind_clients(
    transaction: &Transaction<'_>,
    entries: &[(usize, &Entry)],
    stored: &HashMap<usize, i64>,
) -> Result<(), Error> {
    let mut documents: Vec<Uuid> = Vec::new();
    let mut ids: Vec<i64> = Vec::new();
    let mut people: Vec<Uuid> = Vec::new();
    for (place, entry) in entries {
        if stored.contains_key(place) {
            for id in &entry.new_client_ids {
                documents.push(entry.document.0);
                ids.push(*id);
                people.push(entry.author.0);
            }
        }
    }
    if ids.is_empty() {
        return Ok(());
    }
    let bind = transaction.prepare_cached(BIND_CLIENTS).await?;
    transaction.execute(&bind, &[&documents, &ids, &people]).await?;
    let foreign = transaction.prepare_cached(FOREIGN_CLIENTS).await?;
    let count: i64 = transaction.query_one(&foreign, &[&documents, &ids, &people]).await?.get(0);
    // Two people claimed one id in the same moment: the batch is taken apart until the second claim stands alone.
    if count > 0 { Err(Error::Conflict { constraint: "document_clients_pkey".to_owned() }) } else { Ok(()) }
}

async fn find_stored(transaction: &Transaction<'_>, entries: &[&Entry]) -> Result<Vec<(usize, i64)>, Error> {
    let places: Vec<i32> = (0..entries.len() as i32).collect();
    let documents: Vec<Uuid> = entries.iter().map(|entry| entry.document.0).collect();
    let hashes: Vec<&[u8]> = entries.iter().map(|entry| entry.sha256.as_slice()).collect();
    // A commit whose answer was lost may still be on its way: once the documents are locked, it is visible or will never be.
    let lock = transaction.prepare_cached(LOCK_DOCUMENTS).await?;
    transaction.execute(&lock, &[&documents]).await?;
    let statement = transaction.prepare_cached(FIND_STORED).await?;
    let rows = transaction.query(&statement, &[&places, &documents, &hashes]).await?;
    Ok(rows.iter().map(|row| (row.get::<_, i32>(0) as usize, row.get::<_, i64>(1))).collect())
}
