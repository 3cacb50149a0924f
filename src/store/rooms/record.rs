//! What was said in a student's rooms, for a copy of everything: the school's copy is the record, with first words and every change; the family's is what they
//! read in their room. Which of the two it is, the database decides.

use std::collections::{BTreeMap, HashMap};

use deadpool_postgres::Transaction;
use time::OffsetDateTime;
use tokio_postgres::Row;

use crate::domain::conversation::{EventKind, Reaction, RoomKind};
use crate::domain::ids::{RoomId, StudentId, UserId};
use crate::store::Error;

const LIST_CONVERSATIONS: &str = include_str!("../../../sql/queries/dossiers/list_conversations.sql");

/// A room with what was said in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    /// Which of the student's rooms.
    pub kind: RoomKind,
    /// Its id.
    pub room: RoomId,
    /// In order.
    pub messages: Vec<RecordedMessage>,
    /// Who came and went, in order.
    pub members: Vec<MemberChange>,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedMessage {
    /// Its place in the room.
    pub seq: i64,
    /// Who wrote it.
    pub user: UserId,
    /// Full name; none for somebody the asker does not see any more.
    pub name: Option<String>,
    /// When.
    pub at: OffsetDateTime,
    /// Which message it answers.
    pub reply_to: Option<i64>,
    /// What it says; nothing once it was taken back.
    pub text: Option<String>,
    /// When it was changed last.
    pub changed_at: Option<OffsetDateTime>,
    /// When it was taken back.
    pub taken_back_at: Option<OffsetDateTime>,
    /// In the school's record of a message that was changed or taken back: everything it has said, in order.
    pub versions: Vec<(OffsetDateTime, String)>,
    /// Reactions that hold, with whose they are.
    pub reactions: Vec<(Option<String>, Reaction)>,
}

/// Somebody came or went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberChange {
    /// Its place in the room.
    pub seq: i64,
    /// Who.
    pub user: UserId,
    /// Full name; none for somebody the asker does not see any more.
    pub name: Option<String>,
    /// When.
    pub at: OffsetDateTime,
    /// Came, or went.
    pub came: bool,
}

/// The last reaction of each person to a message, with their names.
type Reactions = BTreeMap<UserId, (Option<String>, Option<Reaction>)>;

/// An event as it is read.
struct Told {
    is_record: bool,
    room: (RoomKind, RoomId),
    seq: i64,
    kind: EventKind,
    user: UserId,
    name: Option<String>,
    reply_to: Option<i64>,
    target: Option<i64>,
    reaction: Option<Reaction>,
    edited_seq: Option<i64>,
    deleted_seq: Option<i64>,
    body: Option<String>,
    at: OffsetDateTime,
}

/// The conversations about a student that the transaction's person takes away.
///
/// # Errors
/// Database errors.
pub(in crate::store) async fn conversations(
    transaction: &Transaction<'_>,
    student: StudentId,
) -> Result<Vec<Conversation>, Error> {
    let statement = transaction.prepare_cached(LIST_CONVERSATIONS).await?;
    let rows = transaction.query(&statement, &[&student.0]).await?;
    let mut rooms: Vec<Vec<Told>> = Vec::new();
    for row in &rows {
        let event = told(row)?;
        match rooms.last_mut() {
            Some(events) if events[0].room == event.room => events.push(event),
            _ => rooms.push(vec![event]),
        }
    }
    Ok(rooms.into_iter().map(conversation).collect())
}

/// Puts the events of one room together.
fn conversation(events: Vec<Told>) -> Conversation {
    let (kind, room) = events[0].room;
    let moments: HashMap<i64, OffsetDateTime> = events.iter().map(|event| (event.seq, event.at)).collect();
    let moment = |seq: Option<i64>| seq.and_then(|seq| moments.get(&seq).copied());
    let mut changes: HashMap<i64, Vec<(OffsetDateTime, String)>> = HashMap::new();
    // The last reaction of each person counts.
    let mut reactions: HashMap<i64, Reactions> = HashMap::new();
    for event in &events {
        let Some(target) = event.target else { continue };
        match (event.kind, &event.body) {
            (EventKind::Edited, Some(body)) => changes.entry(target).or_default().push((event.at, body.clone())),
            (EventKind::Reacted, _) => {
                reactions.entry(target).or_default().insert(event.user, (event.name.clone(), event.reaction));
            }
            _ => {}
        }
    }
    let (mut messages, mut members) = (Vec::new(), Vec::new());
    for event in events {
        let Told { seq, user, name, at, .. } = event;
        match event.kind {
            EventKind::MemberAdded | EventKind::MemberRemoved => {
                members.push(MemberChange { seq, user, name, at, came: event.kind == EventKind::MemberAdded });
            }
            EventKind::Text | EventKind::Announcement => {
                let first = event.body.map(|body| (at, body));
                let mut versions: Vec<_> = first.into_iter().chain(changes.remove(&seq).unwrap_or_default()).collect();
                let text = versions.last().map(|(_, body)| body.clone()).filter(|_| event.deleted_seq.is_none());
                if !event.is_record || event.edited_seq.is_none() && event.deleted_seq.is_none() {
                    versions.clear();
                }
                let held = reactions.remove(&seq).unwrap_or_default().into_values();
                messages.push(RecordedMessage {
                    seq,
                    user,
                    name,
                    at,
                    reply_to: event.reply_to,
                    text,
                    changed_at: moment(event.edited_seq),
                    taken_back_at: moment(event.deleted_seq),
                    versions,
                    reactions: held.filter_map(|(name, reaction)| Some((name, reaction?))).collect(),
                });
            }
            EventKind::Edited | EventKind::Deleted | EventKind::Reacted => {}
        }
    }
    Conversation { kind, room, messages, members }
}

fn told(row: &Row) -> Result<Told, Error> {
    Ok(Told {
        is_record: row.try_get("is_record")?,
        room: (row.try_get::<_, &str>("room_kind")?.parse()?, RoomId(row.try_get("room_id")?)),
        seq: row.try_get("seq")?,
        kind: row.try_get::<_, &str>("kind")?.parse()?,
        user: UserId(row.try_get("user_id")?),
        name: row.try_get("name")?,
        reply_to: row.try_get("reply_to")?,
        target: row.try_get("target_seq")?,
        reaction: row.try_get::<_, Option<&str>>("reaction")?.map(str::parse).transpose()?,
        edited_seq: row.try_get("edited_seq")?,
        deleted_seq: row.try_get("deleted_seq")?,
        body: row.try_get("body")?,
        at: row.try_get("created_at")?,
    })
}
