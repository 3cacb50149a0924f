//! Section documents: who may join, loading a document from snapshot and log, putting a bad edit aside. The log is written by
//! `super::journal` and shortened by `super::compaction`, nowhere else.

use bytes::Bytes;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::audit::{self, Action, Event, Outcome};
use super::unchecked::or_unchecked;
use super::{Error, Store, sessions};
use crate::crdt::{ApplyError, Rebuilt, rebuild};
use crate::domain::ids::{DocumentId, Lineage, LoginSessionId, StudentId, UserId};
use crate::domain::pei::{DocumentName, PeiState, Section};
use crate::domain::permission::Access;
use crate::domain::session::{Caller, Standing};

pub(super) const FIND_FOR_JOIN: &str = include_str!("../../sql/queries/documents/find_for_join.sql");
const RECORD_ACCESS: &str = include_str!("../../sql/queries/documents/record_access.sql");
const BEGIN_LOAD: &str = include_str!("../../sql/queries/documents/begin_load.sql");
const END_LOAD: &str = include_str!("../../sql/queries/documents/end_load.sql");
const READ_SNAPSHOT: &str = include_str!("../../sql/queries/documents/read_snapshot.sql");
const READ_LOG: &str = include_str!("../../sql/queries/documents/read_log.sql");
const READ_CLIENTS: &str = include_str!("../../sql/queries/documents/read_clients.sql");
const QUARANTINE: &str = include_str!("../../sql/queries/documents/quarantine.sql");
const FIND_SECTION: &str = include_str!("../../sql/queries/documents/find_section.sql");
const FIND_HEADS: &str = include_str!("../../sql/queries/documents/find_heads.sql");

/// What a room needs to know about somebody who may join.
#[derive(Debug, Clone)]
pub struct JoinFacts {
    /// The document.
    pub document: DocumentId,
    /// The student it is about.
    pub student: StudentId,
    /// The lineage of the stored document.
    pub lineage: Lineage,
    /// The format of the stored document.
    pub schema_version: i32,
    /// What the person may do now: the grant, cut down to reading when the plan's state does not allow writing.
    pub access: Access,
    /// The person's name, for presence.
    pub name: String,
    /// The person's function with this student (or kind of account), for presence.
    pub function: String,
}

/// Why somebody may not join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinRefusal {
    /// The login session is over.
    SessionEnded,
    /// It still owes a second factor.
    SecondFactorOwed,
    /// No such document for this person.
    NotFound,
}

/// A document as stored: apply `snapshot`, then `log` in order, one transaction each.
#[derive(Debug)]
pub struct Stored {
    /// Sequence the snapshot covers, and its bytes.
    pub snapshot: Option<(i64, Bytes)>,
    /// The edits after it: sequence, bytes; in commit order.
    pub log: Vec<(i64, Bytes)>,
    /// Sequences of rows whose checksum does not fit: they were left out.
    pub corrupt: Vec<i64>,
    /// Client ids and the people they belong to.
    pub clients: Vec<(u64, UserId)>,
    /// Which lineage it is.
    pub lineage: Lineage,
    /// Loads begun and not finished, this one included.
    pub load_attempts: i32,
    /// The highest sequence that was given when reading began. The row may be in quarantine.
    pub head_seq: i64,
}

/// Loads begun and not finished after which a document may be killing its readers. Two servers may be loading it right now.
const SUSPICIOUS_ATTEMPTS: i32 = 3;

impl Stored {
    /// Whether so many loads were begun and not finished that it may be killing its readers.
    #[must_use]
    pub const fn is_suspicious(&self) -> bool {
        self.load_attempts >= SUSPICIOUS_ATTEMPTS
    }

    /// The document as a room would show it: what breaks it is left out. `before` is told each sequence before its row is touched. Needs a
    /// stack of [`READER_STACK_BYTES`](crate::crdt::limits::READER_STACK_BYTES); costs about 5 µs a row.
    ///
    /// # Errors
    /// When even the snapshot cannot be applied.
    pub fn rebuild(&self, roots: &[&str], before: impl FnMut(i64)) -> Result<Rebuilt, ApplyError> {
        let state = self.snapshot.as_ref().map(|(_, state)| state.as_ref());
        rebuild(state, &self.log, roots, self.corrupt.clone(), before)
    }

    /// Everything up to this sequence is here, or was put aside.
    #[must_use]
    pub fn last_seq(&self) -> i64 {
        let covered = self.snapshot.as_ref().map_or(0, |(seq, _)| *seq);
        self.log.last().map_or(covered, |(seq, _)| *seq).max(self.head_seq)
    }
}

/// Rows of the log after some sequence.
#[derive(Debug)]
pub struct LogTail {
    /// Sequence and bytes, in commit order.
    pub rows: Vec<(i64, Bytes)>,
    /// Everything up to this sequence is in `rows`, or was put aside, or its checksum does not fit.
    pub read_to: i64,
}

impl Store {
    /// Decides, as the joiner, whether a document may be joined, and records the read before anything is shown.
    ///
    /// # Errors
    /// Only database failures; a refusal is the inner `Err`.
    pub async fn find_document_for_join(
        &self,
        caller: Caller,
        name: DocumentName,
    ) -> Result<Result<JoinFacts, JoinRefusal>, Error> {
        let found = self
            .as_person(Some(caller.user), move |transaction| {
                Box::pin(async move {
                    match sessions::standing_in(transaction, caller).await? {
                        Standing::Live => {}
                        Standing::Owes(_) => return Ok(Err(JoinRefusal::SecondFactorOwed)),
                        Standing::Over => return Ok(Err(JoinRefusal::SessionEnded)),
                    }
                    let find = transaction.prepare_cached(or_unchecked(FIND_FOR_JOIN)).await?;
                    let row =
                        transaction.query_opt(&find, &[&caller.user.0, &name.pei.0, &name.section.as_str()]).await?;
                    row.map_or(Ok(Err(JoinRefusal::NotFound)), |row| facts(&row).map(Ok))
                })
            })
            .await?;
        if let Ok(facts) = &found {
            self.record_accesses(caller.user, caller.session, facts.student, vec![facts.document]).await?;
        }
        Ok(found)
    }

    /// The first read of a half hour goes into both records: the one that the family sees, and the chained one that keeps it honest.
    ///
    /// # Errors
    /// Only database failures: nothing may be shown then.
    pub async fn record_accesses(
        &self,
        user: UserId,
        session: LoginSessionId,
        student: StudentId,
        documents: Vec<DocumentId>,
    ) -> Result<(), Error> {
        self.as_writer(move |transaction| {
            Box::pin(async move {
                let statement = transaction.prepare_cached(RECORD_ACCESS).await?;
                for document in documents {
                    if transaction.execute(&statement, &[&user.0, &document.0, &student.0]).await? == 0 {
                        continue;
                    }
                    let event = Event {
                        actor: Some(user),
                        session: Some(session),
                        student: Some(student),
                        resource: Some(format!("document/{document}")),
                        ..Event::new(Action::OpenSection, Outcome::Allowed)
                    };
                    audit::append_in(transaction, &event).await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// Reads a document for loading: the newest snapshot below `below` (normally `i64::MAX`) that is whole, and the log after it. Rows whose checksum does not fit are left
    /// out and named.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the document is gone, [`Error::Corrupt`] when none of its snapshots is whole.
    pub async fn read_document(&self, document: DocumentId, below: i64) -> Result<Stored, Error> {
        let begun = self
            .as_writer(move |transaction| {
                Box::pin(async move {
                    let statement = transaction.prepare_cached(BEGIN_LOAD).await?;
                    let row = transaction.query_opt(&statement, &[&document.0]).await?.ok_or(Error::NotFound)?;
                    Ok((row.get(0), row.get(1), Lineage(row.get(2))))
                })
            })
            .await?;
        self.read_stored(document, below, begun).await
    }

    /// Reads a document without noting that it is being loaded: for looking at it from a process that may die of it.
    ///
    /// # Errors
    /// As [`Store::read_document`].
    pub async fn look_at_document(&self, document: DocumentId) -> Result<Stored, Error> {
        self.read_stored(document, i64::MAX, (0, 0, Lineage(Uuid::nil()))).await
    }

    /// Which section a document is.
    ///
    /// # Errors
    /// [`Error::NotFound`], or database failures.
    pub async fn find_section(&self, document: DocumentId) -> Result<Section, Error> {
        self.as_writer(move |transaction| Box::pin(find_section(transaction, document))).await
    }

    async fn read_stored(
        &self,
        document: DocumentId,
        below: i64,
        (load_attempts, head_seq, lineage): (i32, i64, Lineage),
    ) -> Result<Stored, Error> {
        self.as_writer(move |transaction| {
            Box::pin(async move {
                let snapshot = read_snapshot(transaction, document, below).await?;
                let after = snapshot.as_ref().map_or(0, |(seq, _)| *seq);
                let (log, corrupt) = read_log(transaction, document, after).await?;
                let statement = transaction.prepare_cached(READ_CLIENTS).await?;
                let rows = transaction.query(&statement, &[&document.0]).await?;
                let clients =
                    rows.iter().map(|row| (row.get::<_, i64>(0) as u64, UserId(row.get::<_, Uuid>(1)))).collect();
                Ok(Stored { snapshot, log, corrupt, clients, lineage, load_attempts, head_seq })
            })
        })
        .await
    }

    /// Reads the log after a sequence, in commit order, without rows whose checksum does not fit.
    ///
    /// # Errors
    /// Only database failures.
    pub async fn read_log(&self, document: DocumentId, after: i64) -> Result<LogTail, Error> {
        self.as_writer(move |transaction| {
            Box::pin(async move {
                // The head first: whatever it counts is visible to the statement that follows.
                let statement = transaction.prepare_cached(FIND_HEADS).await?;
                let head = transaction.query_opt(&statement, &[&vec![document.0]]).await?;
                let head: i64 = head.map_or(after, |row| row.get("head_seq"));
                let rows = read_log(transaction, document, after).await?.0;
                let read_to = rows.last().map_or(head, |(seq, _)| *seq).max(head);
                Ok(LogTail { rows, read_to })
            })
        })
        .await
    }

    /// How far the logs of these documents go: `(document, highest sequence)`.
    ///
    /// # Errors
    /// Only database failures.
    pub async fn find_heads(&self, documents: Vec<DocumentId>) -> Result<Vec<(DocumentId, i64)>, Error> {
        self.as_writer(move |transaction| {
            Box::pin(async move {
                let ids: Vec<Uuid> = documents.iter().map(|document| document.0).collect();
                let statement = transaction.prepare_cached(FIND_HEADS).await?;
                let rows = transaction.query(&statement, &[&ids]).await?;
                Ok(rows.iter().map(|row| (DocumentId(row.get(0)), row.get(1))).collect())
            })
        })
        .await
    }

    /// The document was loaded without harm.
    ///
    /// # Errors
    /// Only database failures; the caller may ignore them, the count then stays one too high.
    pub async fn end_load(&self, document: DocumentId) -> Result<(), Error> {
        self.as_writer(move |transaction| {
            Box::pin(async move {
                let statement = transaction.prepare_cached(END_LOAD).await?;
                transaction.execute(&statement, &[&document.0]).await?;
                Ok(())
            })
        })
        .await
    }

    /// Puts an edit that breaks its document aside, in a transaction of its own, before the document is built again.
    ///
    /// # Errors
    /// Only database failures.
    pub async fn quarantine_update(&self, document: DocumentId, seq: i64) -> Result<(), Error> {
        self.as_writer(move |transaction| {
            Box::pin(async move {
                let statement = transaction.prepare_cached(QUARANTINE).await?;
                transaction.execute(&statement, &[&document.0, &seq]).await?;
                Ok(())
            })
        })
        .await
    }
}

/// Rows that are whole, and the sequences of those that are not.
type Log = (Vec<(i64, Bytes)>, Vec<i64>);

pub(super) async fn find_section(
    transaction: &deadpool_postgres::Transaction<'_>,
    document: DocumentId,
) -> Result<Section, Error> {
    let statement = transaction.prepare_cached(FIND_SECTION).await?;
    let row = transaction.query_opt(&statement, &[&document.0]).await?.ok_or(Error::NotFound)?;
    let name: String = row.get(0);
    name.parse().map_err(|unknown| Error::Corrupt(format!("{unknown}")))
}

/// The newest snapshot below `below` that is whole. One that is damaged is passed over: the archive has what came after the one
/// before it.
pub(super) async fn read_snapshot(
    transaction: &deadpool_postgres::Transaction<'_>,
    document: DocumentId,
    mut below: i64,
) -> Result<Option<(i64, Bytes)>, Error> {
    let statement = transaction.prepare_cached(READ_SNAPSHOT).await?;
    let mut is_damaged = false;
    while let Some(row) = transaction.query_opt(&statement, &[&document.0, &below]).await? {
        let (seq, state, sha256): (i64, Vec<u8>, Vec<u8>) = (row.get(0), row.get(1), row.get(2));
        if fits(&state, &sha256) {
            return Ok(Some((seq, Bytes::from(state))));
        }
        tracing::error!(%document, seq, "a snapshot does not fit its checksum; an older one is used");
        crate::metrics::damaged("snapshot");
        is_damaged = true;
        below = seq;
    }
    if is_damaged { Err(Error::Corrupt(format!("every snapshot of document {document}"))) } else { Ok(None) }
}

pub(super) async fn read_log(
    transaction: &deadpool_postgres::Transaction<'_>,
    document: DocumentId,
    after: i64,
) -> Result<Log, Error> {
    let statement = transaction.prepare_cached(READ_LOG).await?;
    let (mut log, mut corrupt) = (Vec::new(), Vec::new());
    for row in transaction.query(&statement, &[&document.0, &after]).await? {
        let (seq, payload, sha256): (i64, Vec<u8>, Vec<u8>) = (row.get(0), row.get(1), row.get(2));
        if fits(&payload, &sha256) {
            log.push((seq, Bytes::from(payload)));
        } else {
            tracing::error!(%document, seq, "a row of the log does not fit its checksum");
            crate::metrics::damaged("update");
            corrupt.push(seq);
        }
    }
    Ok((log, corrupt))
}

fn facts(row: &tokio_postgres::Row) -> Result<JoinFacts, Error> {
    let state: String = row.get("state");
    let state: PeiState = state.parse().map_err(|unknown| Error::Corrupt(format!("{unknown}")))?;
    let access = if row.get("may_write") && state.is_editable() { Access::Write } else { Access::Read };
    Ok(JoinFacts {
        document: DocumentId(row.get("document_id")),
        student: StudentId(row.get("student_id")),
        lineage: Lineage(row.get("lineage")),
        schema_version: row.get("schema_version"),
        access,
        name: row.get("name"),
        function: row.get("function"),
    })
}

fn fits(bytes: &[u8], sha256: &[u8]) -> bool {
    Sha256::digest(bytes).as_slice() == sha256
}
