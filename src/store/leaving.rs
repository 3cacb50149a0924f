//! What is noted about a student's record as a whole: that the child left the school, and that the record is held. Erasure and retention ask
//! for it before they remove anything.
//!
//! Runs as the owner of the schema, for commands on the server (`kazumi student`); no request comes here. Each act leaves its event in its
//! own transaction; so does an act that is refused. Read next: `store/student_erasure.rs`.

use time::{Date, OffsetDateTime};
use tokio_postgres::{Client, Transaction};

use super::Error;
use super::audit::{self, Action, Event, Outcome};
use crate::domain::ids::StudentId;

const LOCK: &str = include_str!("../../sql/queries/leaving/lock.sql");
const SET_LEFT: &str = include_str!("../../sql/queries/leaving/set_left.sql");
const SET_HOLD: &str = include_str!("../../sql/queries/leaving/set_hold.sql");

/// Why nothing was done. The words are for whoever typed the command.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// There is no such student.
    #[error("no student has this id")]
    Unknown,
    /// Nothing is left to be noted, held or erased.
    #[error("this student was erased on {0}")]
    Erased(Date),
    /// The record may not be touched.
    #[error("the record is held since {0}; nothing is erased until it is released")]
    Held(Date),
    /// A second order would hide the first.
    #[error("the record is held already, since {0}")]
    HeldAlready(Date),
    /// There is nothing to release.
    #[error("the record is not held")]
    NotHeld,
    /// The database.
    #[error(transparent)]
    Store(#[from] Error),
}

impl From<tokio_postgres::Error> for Refusal {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Where the record of a student stands who was not erased.
pub(super) struct Standing {
    /// The first day on which the child was no longer at the school, if it left.
    pub left_on: Option<Date>,
    /// Since when the record is held, if it is.
    pub held_on: Option<Date>,
}

/// Notes that a child left the school, `None` that it is there again. Rights do not change by it.
///
/// # Errors
/// [`Refusal::Unknown`], [`Refusal::Erased`], or database failures; then nothing has changed.
pub async fn note_left(owner: &mut Client, student: StudentId, on: Option<Date>) -> Result<(), Refusal> {
    let transaction = owner.transaction().await?;
    let action = if on.is_some() { Action::NoteLeaving } else { Action::NoteReturn };
    let done = async {
        lock(&transaction, student).await?;
        transaction.execute(SET_LEFT, &[&student.0, &on]).await?;
        Ok(())
    }
    .await;
    settle(transaction, action, student, done).await
}

/// Holds a record: nothing of it is removed until it is released.
///
/// * `reason`: by whose order, 3 to 200 characters that name no child
///
/// # Errors
/// As [`note_left`], and [`Refusal::HeldAlready`].
pub async fn hold(owner: &mut Client, student: StudentId, reason: &str) -> Result<(), Refusal> {
    let transaction = owner.transaction().await?;
    let done = async {
        match lock(&transaction, student).await?.held_on {
            Some(since) => Err(Refusal::HeldAlready(since)),
            None => Ok(transaction.execute(SET_HOLD, &[&student.0, &Some(reason)]).await?),
        }
    }
    .await;
    settle(transaction, Action::HoldRecord, student, done.map(drop)).await
}

/// Releases a record that was held.
///
/// # Errors
/// As [`note_left`], and [`Refusal::NotHeld`].
pub async fn release(owner: &mut Client, student: StudentId) -> Result<(), Refusal> {
    let transaction = owner.transaction().await?;
    let done = async {
        match lock(&transaction, student).await?.held_on {
            Some(_) => Ok(transaction.execute(SET_HOLD, &[&student.0, &None::<&str>]).await?),
            None => Err(Refusal::NotHeld),
        }
    }
    .await;
    settle(transaction, Action::ReleaseRecord, student, done.map(drop)).await
}

/// Holds the student's row until the transaction ends, and whoever would add a row about the student.
pub(super) async fn lock(transaction: &Transaction<'_>, student: StudentId) -> Result<Standing, Refusal> {
    let row = transaction.query_opt(LOCK, &[&student.0]).await?.ok_or(Refusal::Unknown)?;
    let day = |column: &str| -> Result<Option<Date>, Refusal> {
        Ok(row.try_get::<_, Option<OffsetDateTime>>(column)?.map(OffsetDateTime::date))
    };
    if let Some(erased) = day("erased_at")? {
        return Err(Refusal::Erased(erased));
    }
    Ok(Standing { left_on: row.try_get("left_on")?, held_on: day("held_at")? })
}

/// Ends the transaction of an act: what was done is kept with its event; of what was refused only the event that it was tried.
pub(super) async fn settle<T>(
    transaction: Transaction<'_>,
    action: Action,
    student: StudentId,
    done: Result<T, Refusal>,
) -> Result<T, Refusal> {
    let outcome = match &done {
        Ok(_) => Outcome::Allowed,
        Err(Refusal::Unknown | Refusal::Store(_)) => return done,
        Err(_) => Outcome::Denied,
    };
    let event = Event { student: Some(student), ..Event::new(action, outcome) };
    audit::append_as_owner(&transaction, &event).await?;
    transaction.commit().await?;
    done
}
