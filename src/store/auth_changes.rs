//! What takes rights away or gives them: reading the changes that other transactions wrote, hearing the bell they ring, and asking what
//! is left of the rights of many seats at once. Decides nothing: the answer is always in `grants` and `login_sessions`.
//!
//! The table is written by triggers (migration 8), so whoever changes a link, by whatever way, is noticed.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::poll_fn;
use time::OffsetDateTime;
use tokio::sync::Notify;
use tokio_postgres::{AsyncMessage, NoTls};
use uuid::Uuid;

use super::{Error, Store};
use crate::domain::ids::{DocumentId, Lineage, LoginSessionId, StudentId, UserId};
use crate::domain::people::UnknownName;
use crate::domain::permission::Access;
use crate::domain::session::Caller;

const READ_POSITION: &str = include_str!("../../sql/queries/auth_changes/read_position.sql");
const LIST_SINCE: &str = include_str!("../../sql/queries/auth_changes/list_since.sql");
const LIST_RIGHTS: &str = include_str!("../../sql/queries/auth_changes/list_rights.sql");
const DELETE_OLD: &str = include_str!("../../sql/queries/auth_changes/delete_old.sql");
/// The bell that the triggers ring. No statement with a plan, hence no file.
const LISTEN: &str = "listen auth_changes";

/// How soon a lost connection that listens is opened again.
const LISTEN_AGAIN: Duration = Duration::from_secs(1);
/// How long opening it, and its first answer, may take.
const LISTEN_WITHIN: Duration = Duration::from_secs(5);

/// Up to where changes were read.
#[derive(Debug, Clone)]
pub struct Position {
    xact: String,
    at: OffsetDateTime,
}

impl Position {
    /// Whether this was read from a database that has seen less than the one `other` was read from: another one has taken its place.
    #[must_use]
    pub fn is_before(&self, other: &Self) -> bool {
        let number = |position: &Self| position.xact.parse::<u64>().unwrap_or_default();
        number(self) < number(other)
    }
}

/// Something that may concern somebody's rights. What is `None` means any.
#[derive(Debug, Clone, Copy)]
pub struct Change {
    /// Whose.
    pub user: Option<UserId>,
    /// On which login session.
    pub session: Option<LoginSessionId>,
    /// About which student.
    pub student: Option<StudentId>,
    /// When it happened, by the database's clock.
    pub at: OffsetDateTime,
}

impl Change {
    /// Whether a seat of this person, session and student (any, without one) may be concerned.
    #[must_use]
    pub fn concerns(&self, caller: Caller, student: Option<StudentId>) -> bool {
        self.user.is_none_or(|user| user == caller.user)
            && self.session.is_none_or(|session| session == caller.session)
            && self.student.is_none_or(|found| student.is_none_or(|student| found == student))
    }
}

/// What is left of the right to be on a socket with a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RightLeft {
    /// The login session does not count any more.
    SessionEnded,
    /// The document may not be read any more.
    Nothing,
    /// The document was replaced by another lineage: what is open there is of the past.
    Replaced,
    /// This may be done.
    Access(Access),
}

impl Store {
    /// Where reading stands now; changes that were committed before are not read later.
    ///
    /// # Errors
    /// Only database failures.
    pub async fn auth_position(&self) -> Result<Position, Error> {
        self.as_watcher(|transaction| {
            Box::pin(async move {
                let statement = transaction.prepare_cached(READ_POSITION).await?;
                position(&transaction.query_one(&statement, &[]).await?)
            })
        })
        .await
    }

    /// The changes since a position, alike ones once, and the position to go on from. None is missed; some are told twice.
    ///
    /// # Errors
    /// Only database failures.
    pub async fn auth_changes_since(&self, last: Position) -> Result<(Vec<Change>, Position), Error> {
        self.as_watcher(move |transaction| {
            Box::pin(async move {
                // The position first: what commits between the two statements is read again from it.
                let statement = transaction.prepare_cached(READ_POSITION).await?;
                let next = position(&transaction.query_one(&statement, &[]).await?)?;
                let statement = transaction.prepare_cached(LIST_SINCE).await?;
                let rows = transaction.query(&statement, &[&last.xact, &last.at]).await?;
                let change = |row: &tokio_postgres::Row| Change {
                    user: row.get::<_, Option<Uuid>>("user_id").map(UserId),
                    session: row.get::<_, Option<Uuid>>("session_id").map(LoginSessionId),
                    student: row.get::<_, Option<Uuid>>("student_id").map(StudentId),
                    at: row.get("at"),
                };
                Ok((rows.iter().map(change).collect(), next))
            })
        })
        .await
    }

    /// What is left of the rights of these seats, in their order; of a seat without a document, whether its login session counts. Costs some 20 µs a seat.
    ///
    /// # Errors
    /// Only database failures; then nothing is known, and nothing should end because of it.
    pub async fn rights_left(
        &self,
        seats: Vec<(Caller, Option<(DocumentId, Lineage)>)>,
    ) -> Result<Vec<RightLeft>, Error> {
        self.as_watcher(move |transaction| {
            Box::pin(async move {
                let places: Vec<i32> = (0..seats.len() as i32).collect();
                let users: Vec<Uuid> = seats.iter().map(|(caller, ..)| caller.user.0).collect();
                let sessions: Vec<Uuid> = seats.iter().map(|(caller, ..)| caller.session.0).collect();
                let versions: Vec<i32> = seats.iter().map(|(caller, ..)| caller.auth_version).collect();
                let documents: Vec<Option<Uuid>> =
                    seats.iter().map(|(_, copy)| copy.map(|(document, _)| document.0)).collect();
                let lineages: Vec<Option<Uuid>> =
                    seats.iter().map(|(_, copy)| copy.map(|(_, lineage)| lineage.0)).collect();
                let statement = transaction.prepare_cached(LIST_RIGHTS).await?;
                let rows = transaction
                    .query(&statement, &[&places, &users, &sessions, &versions, &documents, &lineages])
                    .await?;
                // A document that is gone has no row with a right.
                let mut left = vec![RightLeft::Nothing; seats.len()];
                for row in rows {
                    let access: Option<&str> = row.get("access");
                    let right = match (row.get("live"), access) {
                        (false, _) => RightLeft::SessionEnded,
                        (true, None) => RightLeft::Nothing,
                        (true, Some("replaced")) => RightLeft::Replaced,
                        (true, Some(name)) => RightLeft::Access(
                            name.parse().map_err(|error: UnknownName| Error::Corrupt(error.to_string()))?,
                        ),
                    };
                    if let Some(place) = left.get_mut(row.get::<_, i32>("place") as usize) {
                        *place = right;
                    }
                }
                Ok(left)
            })
        })
        .await
    }

    /// Forgets changes older than a day.
    ///
    /// # Errors
    /// Only database failures.
    pub async fn forget_old_auth_changes(&self) -> Result<(), Error> {
        self.as_writer(|transaction| {
            Box::pin(async move {
                let statement = transaction.prepare_cached(DELETE_OLD).await?;
                transaction.execute(&statement, &[]).await?;
                Ok(())
            })
        })
        .await
    }

    /// Listens for changes on a connection of its own, as long as the runtime lives, and wakes whoever waits for `bell`: at each
    /// change, and after each time that it may have missed one.
    pub fn listen_for_auth_changes(&self, bell: Arc<Notify>) {
        let config = self.writer_config();
        self.runtime().spawn(async move {
            loop {
                let ended = listen(&config, &bell).await;
                crate::metrics::auth_listener(false);
                if let Err(error) = ended {
                    tracing::warn!(%error, "not listening for changed rights; they are looked for");
                }
                tokio::time::sleep(LISTEN_AGAIN).await;
            }
        });
    }
}

async fn listen(config: &tokio_postgres::Config, bell: &Notify) -> Result<(), Error> {
    let connecting = tokio::time::timeout(LISTEN_WITHIN, config.connect(NoTls)).await;
    let (client, mut connection) = connecting.map_err(|_| Error::Unavailable("no connection in time".to_owned()))??;
    let heard = async {
        while let Some(message) = poll_fn(|context| connection.poll_message(context)).await {
            if let AsyncMessage::Notification(_) = message? {
                bell.notify_one();
            }
        }
        Ok::<(), Error>(())
    };
    let listening = async {
        let listens = tokio::time::timeout(LISTEN_WITHIN, client.batch_execute(LISTEN)).await;
        listens.map_err(|_| Error::Unavailable("no answer in time".to_owned()))??;
        crate::metrics::auth_listener(true);
        bell.notify_one();
        // The client must live as long as the connection is to.
        std::future::pending::<Result<(), Error>>().await
    };
    tokio::select! {
        ended = heard => ended,
        failed = listening => failed,
    }
}

fn position(row: &tokio_postgres::Row) -> Result<Position, Error> {
    Ok(Position { xact: row.try_get("xact")?, at: row.try_get("at")? })
}
