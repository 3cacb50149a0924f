//! Rooms of conversation as one person may see them: which they are in, what was said, how far they have read. Who is in is the grants'; the log is
//! written by [`log`] alone, which [`writer`] feeds in batches; a server that shows a room reads it through [`follow`]. Read next: `docs/adr/0028`.

pub mod announcements;
mod connection;
pub mod desks;
pub mod follow;
pub mod log;
pub mod marks;
pub mod record;
pub mod search;
pub mod writer;

use deadpool_postgres::Transaction;
use time::OffsetDateTime;
use tokio_postgres::Row;
use uuid::Uuid;

use super::{Error, Store};
use crate::domain::conversation::{EventKind, Reaction, RoomKind};
use crate::domain::ids::{ClientMessageId, RoomId, StudentId, UserId};
use crate::domain::permission::Access;

const LIST_FOR_PERSON: &str = include_str!("../../../sql/queries/rooms/list_for_person.sql");
const LIST_AFTER: &str = include_str!("../../../sql/queries/rooms/list_after.sql");
const LIST_BEFORE: &str = include_str!("../../../sql/queries/rooms/list_before.sql");

/// Most events of one part.
pub const MOST_EVENTS: i64 = 100;

/// A room as one person sees it.
#[derive(Debug, Clone)]
pub struct ListedRoom {
    /// The room.
    pub room: RoomId,
    /// Which of the rooms of a student or class.
    pub kind: RoomKind,
    /// The student; none in the room of a class.
    pub student: Option<StudentId>,
    /// Full name.
    pub student_name: Option<String>,
    /// Of the room of a class.
    pub class_name: Option<String>,
    /// Whose desk it is.
    pub guardian: Option<UserId>,
    /// Their full name.
    pub guardian_name: Option<String>,
    /// What the person may do.
    pub access: Access,
    /// In the room of a class: whether they are family there, whatever else they are.
    pub reads_along: Option<bool>,
    /// The last sequence of the log.
    pub last_seq: i64,
    /// Raised by a restore from a backup: what a device holds of another epoch is worth nothing.
    pub epoch: i32,
    /// Where the person's history begins.
    pub joined_seq: i64,
    /// How far they have read.
    pub read_seq: i64,
    /// Messages so far.
    pub message_count: i64,
    /// The ordinal of the last one they have read.
    pub read_no: i64,
    /// The last message they may see.
    pub last_message: Option<LastMessage>,
}

impl ListedRoom {
    /// Messages they have not read.
    #[must_use]
    pub const fn unread(&self) -> i64 {
        self.message_count - self.read_no
    }
}

/// The last message of a room.
#[derive(Debug, Clone)]
pub struct LastMessage {
    /// Its sequence.
    pub seq: i64,
    /// Who wrote it.
    pub by: UserId,
    /// Their full name; none for somebody out of sight.
    pub by_name: Option<String>,
    /// Of an announcement.
    pub title: Option<String>,
    /// What it says; nothing once it was taken back.
    pub body: Option<String>,
    /// When it was committed.
    pub at: OffsetDateTime,
}

/// Something that happened in a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomEvent {
    /// Its place in the room's order.
    pub seq: i64,
    /// The ordinal of a message; otherwise that of the last one before.
    pub message_no: i64,
    /// What.
    pub kind: EventKind,
    /// Who wrote it; about whom a change of members is.
    pub user: UserId,
    /// About whom it is, is for nobody who reads along: the server alone knows.
    pub is_hidden: bool,
    /// Their full name; none for somebody out of sight.
    pub name: Option<String>,
    /// What the sender's device calls it.
    pub client: Option<ClientMessageId>,
    /// Which message it answers.
    pub reply_to: Option<i64>,
    /// Of an announcement: its title.
    pub title: Option<String>,
    /// Of an announcement: whether it asks for a confirmation.
    pub needs_confirmation: Option<bool>,
    /// Which message it is about.
    pub target: Option<i64>,
    /// The reaction; none for one that was taken back.
    pub reaction: Option<Reaction>,
    /// Of a message: the last event that changed it.
    pub edited_seq: Option<i64>,
    /// Of a message: the event that took it back.
    pub deleted_seq: Option<i64>,
    /// What it says now; nothing for what was taken back, and for a change after which there was another.
    pub body: Option<String>,
    /// When it was committed.
    pub at: OffsetDateTime,
}

/// Which part of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What came after a sequence.
    After(i64),
    /// The last of what came before one.
    Before(i64),
}

/// The rooms somebody is in, the one where something happened last first; 500 at most.
///
/// # Errors
/// Database errors.
pub async fn list(store: &Store, person: UserId) -> Result<Vec<ListedRoom>, Error> {
    store
        .as_person(Some(person), move |transaction| {
            Box::pin(async move {
                let statement = transaction.prepare_cached(LIST_FOR_PERSON).await?;
                transaction.query(&statement, &[&person.0]).await?.iter().map(listed).collect()
            })
        })
        .await
}

/// A part of a room's log, in order, `most` events at most; empty for a room that does not exist and for one the person is not in.
///
/// # Errors
/// Database errors.
pub async fn events(
    store: &Store,
    person: UserId,
    room: RoomId,
    part: Part,
    most: i64,
) -> Result<Vec<RoomEvent>, Error> {
    store
        .as_person(Some(person), move |transaction| {
            Box::pin(async move { events_in(transaction, room, part, most.clamp(1, MOST_EVENTS)).await })
        })
        .await
}

async fn events_in(
    transaction: &Transaction<'_>,
    room: RoomId,
    part: Part,
    most: i64,
) -> Result<Vec<RoomEvent>, Error> {
    let (statement, place) = match part {
        Part::After(seq) => (LIST_AFTER, seq),
        Part::Before(seq) => (LIST_BEFORE, seq),
    };
    let statement = transaction.prepare_cached(statement).await?;
    let rows = transaction.query(&statement, &[&room.0, &place, &most]).await?;
    let mut events = rows.iter().map(event).collect::<Result<Vec<_>, Error>>()?;
    if matches!(part, Part::Before(_)) {
        events.reverse();
    }
    Ok(events)
}

fn listed(row: &Row) -> Result<ListedRoom, Error> {
    let last_message = match row.try_get::<_, Option<i64>>("message_seq")? {
        None => None,
        Some(seq) => Some(LastMessage {
            seq,
            by: UserId(row.try_get("message_by")?),
            by_name: row.try_get("message_by_name")?,
            title: row.try_get("message_title")?,
            body: row.try_get("message_body")?,
            at: row.try_get("message_at")?,
        }),
    };
    Ok(ListedRoom {
        room: RoomId(row.try_get("room_id")?),
        kind: row.try_get::<_, &str>("kind")?.parse()?,
        student: row.try_get::<_, Option<Uuid>>("student_id")?.map(StudentId),
        student_name: row.try_get("student_name")?,
        class_name: row.try_get("class_name")?,
        guardian: row.try_get::<_, Option<Uuid>>("guardian_id")?.map(UserId),
        guardian_name: row.try_get("guardian_name")?,
        access: if row.try_get("may_write")? { Access::Write } else { Access::Read },
        reads_along: row.try_get("reads_along")?,
        last_seq: row.try_get("last_seq")?,
        epoch: row.try_get("epoch")?,
        joined_seq: row.try_get("joined_seq")?,
        read_seq: row.try_get("read_seq")?,
        message_count: row.try_get("message_count")?,
        read_no: row.try_get("read_no")?,
        last_message,
    })
}

fn event(row: &Row) -> Result<RoomEvent, Error> {
    Ok(RoomEvent {
        seq: row.try_get("seq")?,
        message_no: row.try_get("message_no")?,
        kind: row.try_get::<_, &str>("kind")?.parse()?,
        user: UserId(row.try_get("user_id")?),
        is_hidden: row.try_get("is_hidden")?,
        name: row.try_get("name")?,
        client: row.try_get::<_, Option<Uuid>>("client_id")?.map(ClientMessageId),
        reply_to: row.try_get("reply_to")?,
        target: row.try_get("target_seq")?,
        reaction: row.try_get::<_, Option<&str>>("reaction")?.map(str::parse).transpose()?,
        edited_seq: row.try_get("edited_seq")?,
        deleted_seq: row.try_get("deleted_seq")?,
        title: row.try_get("title")?,
        needs_confirmation: row.try_get("needs_confirmation")?,
        body: row.try_get("body")?,
        at: row.try_get("created_at")?,
    })
}
