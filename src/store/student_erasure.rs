//! Erasing a whole student: what no duty keeps goes, what stays loses its words, and nothing comes back.
//!
//! One transaction as the owner of the schema. It holds the student's row, so that nothing is added meanwhile, and the documents, so that
//! what was acknowledged before is seen and erased, and what comes after is refused by a foreign key. Two lists say what becomes of every
//! table that leads to `students`; `tests/student_erasure_catalogue.rs` finds a table that is in neither. Read next: `docs/adr/0024`,
//! `docs/runbooks/erase-a-student.md`.

use std::collections::HashMap;

use time::Date;
use tokio_postgres::{Client, Transaction};

use super::audit::Action;
use super::leaving::{self, Refusal};
use super::{Error, leaving::Standing};
use crate::domain::ids::StudentId;

/// The text of a statement about a table, beside the table's name.
macro_rules! about {
    ($table:literal, $file:literal) => {
        ($table, include_str!(concat!("../../sql/queries/student_erasure/", $file)))
    };
}

/// Whoever writes in one of the student's documents waits for an erasure, and others with them: it gives up before it waits long itself.
const LIMITS: &str = "set local lock_timeout = '10s'";
const LOCK_DOCUMENTS: &str = include_str!("../../sql/queries/student_erasure/lock_documents.sql");
const COUNT_KEPT: &str = include_str!("../../sql/queries/student_erasure/count_kept.sql");
const SWEEP: &str = include_str!("../../sql/queries/student_erasure/sweep.sql");
const REWRITE: &str = include_str!("../../sql/queries/student_erasure/rewrite.sql");

/// What goes, in the order in which it goes: table and statement. Each takes the student's id.
pub const DELETIONS: [(&str, &str); 19] = [
    // Who is family and in which class, is asked of what goes below.
    about!("announcement_receipts", "delete_announcement_receipts.sql"),
    about!("grants", "delete_grants.sql"),
    about!("team_links", "delete_team_links.sql"),
    about!("guardianships", "delete_guardianships.sql"),
    about!("corrections", "delete_corrections.sql"),
    about!("outbox", "delete_outbox.sql"),
    about!("invitations", "delete_invitations.sql"),
    about!("message_reports", "delete_message_reports.sql"),
    about!("message_search", "delete_message_search.sql"),
    about!("message_search_positions", "delete_message_search_positions.sql"),
    about!("room_events", "delete_room_events.sql"),
    about!("room_members", "delete_room_members.sql"),
    about!("rooms", "delete_rooms.sql"),
    about!("pei_updates", "delete_pei_updates.sql"),
    about!("pei_updates_archive", "delete_pei_updates_archive.sql"),
    about!("pei_snapshots", "delete_pei_snapshots.sql"),
    about!("document_clients", "delete_document_clients.sql"),
    about!("pei_documents", "delete_pei_documents.sql"),
    about!("peis", "delete_peis.sql"),
];

/// What stays, and why. None of it holds a word about the child.
pub const KEPT: [(&str, &str); 8] = [
    ("students", "a stone that the other rows point to: id, school, when it was made and when erased"),
    ("access_log", "who read which document, when and as whom: to be answered for; ids only"),
    ("erased_documents", "which section each of those documents was"),
    ("dossiers", "who took a copy away, when and as whom: to be answered for; ids only"),
    ("audit_log", "what happened: chained, so that nothing can be taken out unseen; ids only"),
    ("break_glass", "who opened the record in an emergency; the reason is taken out"),
    ("consents", "what the family decided and which text it read: to be proved; where the paper lies is taken out"),
    ("auth_changes", "whose rights may have changed: ids only, forgotten after a day"),
];

/// How the words are taken out of what stays; the student's own row last, because from then on nothing may be added.
const STRIPS: [(&str, &str); 3] = [
    about!("break_glass", "strip_break_glass.sql"),
    about!("consents", "strip_consents.sql"),
    about!("students", "strip_students.sql"),
];

/// Columns of the stone that are not empty, and why.
pub const STONE: [(&str, &str); 5] = [
    ("student_id", "what other rows point to"),
    ("school_id", "who answers for the record"),
    ("name", "a fixed word; the column cannot be empty"),
    ("created_at", "when the row was made"),
    ("erased_at", "when it became a stone"),
];

/// What an erasure did, or would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// The first day on which the child was no longer at the school, if that was noted.
    pub left_on: Option<Date>,
    /// Table and rows that went, in the order of [`DELETIONS`].
    pub gone: Vec<(&'static str, u64)>,
    /// Table, rows that stay, and why; in the order of [`KEPT`].
    pub kept: Vec<(&'static str, i64, &'static str)>,
}

/// Erases a student, with its event, or does all of it and undoes it when `on_trial`: so the preview cannot say anything else than what is
/// done. Costs some 20 statements; whoever writes in one of the student's documents waits for the end and is refused then.
///
/// # Errors
/// [`Refusal::Unknown`], [`Refusal::Held`], [`Refusal::Erased`], or database failures (unavailable when somebody else holds one of the rows for ten
/// seconds); then nothing has changed.
pub async fn erase(owner: &mut Client, student: StudentId, on_trial: bool) -> Result<Erased, Refusal> {
    let transaction = owner.transaction().await?;
    transaction.batch_execute(LIMITS).await?;
    let done = erase_in(&transaction, student).await;
    if on_trial {
        transaction.rollback().await?;
        return done;
    }
    leaving::settle(transaction, Action::EraseStudent, student, done).await
}

async fn erase_in(transaction: &Transaction<'_>, student: StudentId) -> Result<Erased, Refusal> {
    let Standing { left_on, held_on } = leaving::lock(transaction, student).await?;
    if let Some(since) = held_on {
        return Err(Refusal::Held(since));
    }
    // Each statement below sees what was committed before these locks were given.
    transaction.execute(LOCK_DOCUMENTS, &[&student.0]).await?;
    let mut gone = Vec::new();
    for (table, statement) in DELETIONS {
        gone.push((table, transaction.execute(statement, &[&student.0]).await?));
    }
    for (_, statement) in STRIPS {
        transaction.execute(statement, &[&student.0]).await?;
    }
    let mut counts = HashMap::new();
    for row in transaction.query(COUNT_KEPT, &[&student.0]).await? {
        counts.insert(row.try_get::<_, String>("kept")?, row.try_get::<_, i64>("rows")?);
    }
    let count = |(table, why): (&'static str, &'static str)| {
        let missing = || Error::Corrupt(format!("nobody counted what stays in {table}"));
        Ok((table, counts.get(table).copied().ok_or_else(missing)?, why))
    };
    let kept = KEPT.into_iter().map(count).collect::<Result<_, Error>>()?;
    Ok(Erased { left_on, gone, kept })
}

/// Frees the space of what was erased. With `rewrite` each table is copied into a new file, locked meanwhile, so that no freed byte is left in
/// its files; without it freed bytes stay there until they are overwritten.
///
/// # Errors
/// Database failures; some tables may be swept then.
pub async fn sweep(owner: &Client, rewrite: bool) -> Result<(), Error> {
    Ok(owner.batch_execute(if rewrite { REWRITE } else { SWEEP }).await?)
}
