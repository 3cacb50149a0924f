//! The sealer: once a second it chains what was added to the log of what happened, in the order in which it finds it. Rows are added
//! unhashed, because a chain that every request had to wait for would let one request stop all others.
//!
//! Runs as the writer role, which sees only the rows that still wait. One server at a time holds the lock; should two believe that they
//! do, the number of the link is the key, and one of them fails. Read next: `domain/audit_chain.rs`, `docs/adr/0017`.

use std::time::{Duration, Instant};

use deadpool_postgres::Transaction;
use tokio::time::MissedTickBehavior;
use tokio_postgres::Row;

use super::{Error, Store};
use crate::domain::audit_chain::{self, Head, Link};
use crate::metrics;

const TRY_LOCK: &str = include_str!("../../sql/queries/audit/try_lock_sealer.sql");
const READ_HEAD: &str = include_str!("../../sql/queries/audit/read_head.sql");
const LIST_WAITING: &str = include_str!("../../sql/queries/audit/list_waiting.sql");
const INSERT_SEALS: &str = include_str!("../../sql/queries/audit/insert_seals.sql");
const FORGET_WAITING: &str = include_str!("../../sql/queries/audit/forget_waiting.sql");
const COUNT_WAITING: &str = include_str!("../../sql/queries/audit/count_waiting.sql");

/// The advisory lock: the bytes of "audits".
const LOCK: i64 = 0x6175_6469_7473;
/// How often it looks.
const SEAL_EVERY: Duration = Duration::from_secs(1);
/// Links of one transaction: some milliseconds of work.
const BATCH: i64 = 500;
/// How often the head is written to the log of the server, which is kept elsewhere: a chain that was cut short later lacks it.
const TELL_HEAD_EVERY: Duration = Duration::from_secs(3_600);

/// What one look of the sealer found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sealing {
    /// Links that were added.
    pub sealed: usize,
    /// The end of the chain, unless another server was sealing.
    pub head: Option<Head>,
    /// Rows that still wait.
    pub waiting: i64,
    /// Since how many seconds the oldest of them waits.
    pub oldest_seconds: f64,
}

impl Store {
    /// Adds links for rows that wait, [`BATCH`] at most.
    ///
    /// # Errors
    /// Only database failures; nothing was sealed then.
    pub async fn seal_audit(&self) -> Result<Sealing, Error> {
        self.as_writer(|transaction| {
            Box::pin(async move {
                let (sealed, head) = match seal_in(transaction).await? {
                    Some((sealed, head)) => (sealed, Some(head)),
                    None => (0, None),
                };
                let statement = transaction.prepare_cached(COUNT_WAITING).await?;
                let row = transaction.query_one(&statement, &[]).await?;
                Ok(Sealing {
                    sealed,
                    head,
                    waiting: row.try_get("waiting")?,
                    oldest_seconds: row.try_get("oldest_seconds")?,
                })
            })
        })
        .await
    }
}

/// `None` while another server seals.
async fn seal_in(transaction: &Transaction<'_>) -> Result<Option<(usize, Head)>, Error> {
    let statement = transaction.prepare_cached(TRY_LOCK).await?;
    if !transaction.query_one(&statement, &[&LOCK]).await?.try_get::<_, bool>("locked")? {
        return Ok(None);
    }
    // Each statement sees what was committed before it, the links of whoever held the lock before included.
    let mut head = read_head(transaction).await?;
    let statement = transaction.prepare_cached(LIST_WAITING).await?;
    let rows = transaction.query(&statement, &[&BATCH]).await?;
    if rows.is_empty() {
        return Ok(Some((0, head)));
    }
    let (mut seqs, mut ids, mut links) = (Vec::new(), Vec::new(), Vec::new());
    for row in &rows {
        let row = read_row(row)?;
        head = Head { seq: head.seq + 1, link: head.link.next(&row) };
        seqs.push(head.seq);
        ids.push(row.audit_id);
        links.push(head.link.0.to_vec());
    }
    let statement = transaction.prepare_cached(INSERT_SEALS).await?;
    transaction.execute(&statement, &[&seqs, &ids, &links]).await?;
    let statement = transaction.prepare_cached(FORGET_WAITING).await?;
    transaction.execute(&statement, &[&ids]).await?;
    Ok(Some((ids.len(), head)))
}

/// The end of the chain as it is stored.
async fn read_head(transaction: &Transaction<'_>) -> Result<Head, Error> {
    let statement = transaction.prepare_cached(READ_HEAD).await?;
    let Some(row) = transaction.query_opt(&statement, &[]).await? else { return Ok(Head::START) };
    Ok(Head { seq: row.try_get("seal_seq")?, link: read_link(&row)? })
}

/// The column `hash`.
pub(super) fn read_link(row: &Row) -> Result<Link, Error> {
    let hash: &[u8] = row.try_get("hash")?;
    Ok(Link(hash.try_into().map_err(|_| Error::Corrupt("a link of the audit chain is not 32 bytes long".to_owned()))?))
}

/// A row of the log, as far as the chain holds it.
pub(super) fn read_row(row: &Row) -> Result<audit_chain::Row, Error> {
    Ok(audit_chain::Row {
        audit_id: row.try_get("audit_id")?,
        at_micros: row.try_get("at_micros")?,
        actor: row.try_get("actor_id")?,
        session: row.try_get("session_id")?,
        action: row.try_get("action")?,
        outcome: row.try_get("outcome")?,
        student: row.try_get("student_id")?,
        resource: row.try_get("resource")?,
        request_id: row.try_get("request_id")?,
    })
}

/// Starts sealing, on the store's runtime, for as long as that lives. What one look left over is sealed at once.
pub fn keep_sealing(store: &Store) {
    let (runtime, store) = (store.runtime().clone(), store.clone());
    runtime.spawn(async move {
        let mut period = tokio::time::interval(SEAL_EVERY);
        period.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut told: Option<(Head, Instant)> = None;
        loop {
            period.tick().await;
            while look(&store, &mut told).await {}
        }
    });
}

/// Whether more can be sealed at once.
async fn look(store: &Store, told: &mut Option<(Head, Instant)>) -> bool {
    match store.seal_audit().await {
        Ok(found) => {
            metrics::audit_sealed(found.sealed, found.waiting, found.oldest_seconds);
            if let Some(head) = found.head {
                tell_head(head, told);
            }
            found.sealed > 0 && found.waiting > 0
        }
        Err(error) => {
            metrics::audit_seal_failure();
            tracing::warn!(%error, "what happened could not be sealed; it waits");
            false
        }
    }
}

fn tell_head(head: Head, told: &mut Option<(Head, Instant)>) {
    let due = told.is_none_or(|(last, at)| last != head && at.elapsed() >= TELL_HEAD_EVERY);
    if due && head != Head::START {
        tracing::info!(%head, "head of the audit chain");
        *told = Some((head, Instant::now()));
    }
}
