//! What a server needs to show a room: how it stands, what comes after, and how far logs go. Read as the role that follows logs; what single people leaf
//! through is read as themselves ([`super::events`]).

use uuid::Uuid;

use super::{LIST_AFTER, RoomEvent};
use crate::domain::conversation::RoomKind;
use crate::domain::ids::{RoomId, UserId};
use crate::store::{Error, Store};

const READ_ROOM: &str = include_str!("../../../sql/queries/rooms/read_room.sql");
const FIND_HEADS: &str = include_str!("../../../sql/queries/rooms/find_heads.sql");

/// A room at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Which of the rooms of a student or class.
    pub kind: RoomKind,
    /// Raised by a restore from a backup.
    pub epoch: i32,
    /// The last sequence.
    pub last_seq: i64,
    /// Messages so far.
    pub message_count: i64,
    /// Who is in it.
    pub members: Vec<Member>,
}

/// Somebody in a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub user: UserId,
    /// Full name.
    pub name: String,
    /// Function with the student, or kind of account.
    pub function: String,
    /// Whether they may write, as far as is known.
    pub may_write: bool,
    /// The event that let them in.
    pub joined_seq: i64,
    /// Read up to here.
    pub read_seq: i64,
    /// The ordinal there.
    pub read_no: i64,
    /// Received up to here.
    pub received_seq: i64,
}

/// How far the log of a room goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The last sequence.
    pub last_seq: i64,
    /// Of which epoch.
    pub epoch: i32,
}

/// A room with who is in it; `None` when there is no such room (any more).
///
/// # Errors
/// Database errors.
pub async fn read(store: &Store, room: RoomId) -> Result<Option<Standing>, Error> {
    store
        .as_writer(move |transaction| {
            Box::pin(async move {
                let statement = transaction.prepare_cached(READ_ROOM).await?;
                let rows = transaction.query(&statement, &[&room.0]).await?;
                let Some(first) = rows.first() else { return Ok(None) };
                let mut members = Vec::with_capacity(rows.len());
                for row in &rows {
                    let Some(user) = row.try_get::<_, Option<Uuid>>("user_id")? else { continue };
                    members.push(Member {
                        user: UserId(user),
                        name: row.try_get("name")?,
                        function: row.try_get("function")?,
                        may_write: row.try_get("may_write")?,
                        joined_seq: row.try_get("joined_seq")?,
                        read_seq: row.try_get("read_seq")?,
                        read_no: row.try_get("read_no")?,
                        received_seq: row.try_get("received_seq")?,
                    });
                }
                Ok(Some(Standing {
                    kind: first.try_get::<_, &str>("kind")?.parse()?,
                    epoch: first.try_get("epoch")?,
                    last_seq: first.try_get("last_seq")?,
                    message_count: first.try_get("message_count")?,
                    members,
                }))
            })
        })
        .await
}

/// What came after a sequence, in order, `most` events at most.
///
/// # Errors
/// Database errors.
pub async fn after(store: &Store, room: RoomId, seq: i64, most: i64) -> Result<Vec<RoomEvent>, Error> {
    store
        .as_writer(move |transaction| {
            Box::pin(async move {
                let statement = transaction.prepare_cached(LIST_AFTER).await?;
                transaction.query(&statement, &[&room.0, &seq, &most]).await?.iter().map(super::event).collect()
            })
        })
        .await
}

/// How far the logs of these rooms go; a room that does not exist any more is missing.
///
/// # Errors
/// Database errors.
pub async fn heads(store: &Store, rooms: Vec<RoomId>) -> Result<Vec<(RoomId, Head)>, Error> {
    store
        .as_writer(move |transaction| {
            Box::pin(async move {
                let rooms: Vec<Uuid> = rooms.iter().map(|room| room.0).collect();
                let statement = transaction.prepare_cached(FIND_HEADS).await?;
                let head = |row: &tokio_postgres::Row| {
                    let head = Head { last_seq: row.try_get("last_seq")?, epoch: row.try_get("epoch")? };
                    Ok((RoomId(row.try_get("room_id")?), head))
                };
                transaction.query(&statement, &[&rooms]).await?.iter().map(head).collect()
            })
        })
        .await
}
