//! Mails that still have to leave, kept where a restart does not lose them. A text may hold a secret: it is deleted with the row as soon
//! as the mail has left, and never logged. Read next: `mail/sender.rs`.

use deadpool_postgres::Transaction;
use time::Duration;
use tokio_postgres::Row;
use uuid::Uuid;

use super::{Error, Store};
use crate::domain::people::named;

const INSERT: &str = include_str!("../../sql/queries/outbox/insert.sql");
const CLAIM: &str = include_str!("../../sql/queries/outbox/claim.sql");
const DELETE: &str = include_str!("../../sql/queries/outbox/delete.sql");
const POSTPONE: &str = include_str!("../../sql/queries/outbox/postpone.sql");
const COUNT: &str = include_str!("../../sql/queries/outbox/count.sql");

named!(
    /// What a mail is about.
    MailKind, "mail kind" {
        /// Somebody is invited.
        Invitation = "invitation",
        /// Somebody asked for a new password.
        Reset = "reset",
        /// A password was changed.
        PasswordChanged = "password_changed",
        /// Somebody opened a child's record in an emergency.
        Emergency = "emergency",
    }
);

/// A mail to send.
#[derive(Clone)]
pub struct Letter {
    /// What it is about.
    pub kind: MailKind,
    /// Address.
    pub recipient: String,
    /// Subject, one line.
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// After this time it is of no use.
    pub useful_for: Duration,
}

/// A mail that is due.
pub struct Due {
    /// Its row.
    pub id: Uuid,
    /// What it is about.
    pub kind: MailKind,
    /// Address.
    pub recipient: String,
    /// Subject.
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// Attempts, this one included.
    pub attempts: i32,
    /// It is of no use any more.
    pub late: bool,
}

/// Puts a mail into the box, in the transaction of what it tells about.
///
/// # Errors
/// Database errors.
pub(super) async fn post_in(transaction: &Transaction<'_>, letter: &Letter) -> Result<(), Error> {
    let statement = transaction.prepare_cached(INSERT).await?;
    let (kind, seconds) = (letter.kind.as_str(), letter.useful_for.as_seconds_f64());
    transaction
        .execute(&statement, &[&Uuid::now_v7(), &kind, &letter.recipient, &letter.subject, &letter.body, &seconds])
        .await?;
    Ok(())
}

/// Takes up to `most` mails that are due, for two minutes.
///
/// # Errors
/// Database errors.
pub async fn claim(store: &Store, most: i64) -> Result<Vec<Due>, Error> {
    store
        .as_writer(move |transaction| {
            Box::pin(async move {
                let statement = transaction.prepare_cached(CLAIM).await?;
                transaction.query(&statement, &[&most]).await?.iter().map(due).collect()
            })
        })
        .await
}

/// Forgets a mail.
///
/// # Errors
/// Database errors.
pub async fn forget(store: &Store, mail: Uuid) -> Result<(), Error> {
    store
        .as_writer(move |transaction| {
            Box::pin(async move {
                let statement = transaction.prepare_cached(DELETE).await?;
                transaction.execute(&statement, &[&mail]).await?;
                Ok(())
            })
        })
        .await
}

/// Leaves a mail for later.
///
/// # Errors
/// Database errors.
pub async fn postpone(store: &Store, mail: Uuid, wait: std::time::Duration) -> Result<(), Error> {
    store
        .as_writer(move |transaction| {
            Box::pin(async move {
                let statement = transaction.prepare_cached(POSTPONE).await?;
                transaction.execute(&statement, &[&mail, &wait.as_secs_f64()]).await?;
                Ok(())
            })
        })
        .await
}

/// How many mails wait.
///
/// # Errors
/// Database errors.
pub async fn waiting(store: &Store) -> Result<i64, Error> {
    store
        .as_writer(|transaction| {
            Box::pin(async move {
                let statement = transaction.prepare_cached(COUNT).await?;
                Ok(transaction.query_one(&statement, &[]).await?.try_get("waiting")?)
            })
        })
        .await
}

fn due(row: &Row) -> Result<Due, Error> {
    Ok(Due {
        id: row.try_get("mail_id")?,
        kind: row.try_get::<_, &str>("kind")?.parse()?,
        recipient: row.try_get("recipient")?,
        subject: row.try_get("subject")?,
        body: row.try_get("body")?,
        attempts: row.try_get("attempts")?,
        late: row.try_get("late")?,
    })
}
