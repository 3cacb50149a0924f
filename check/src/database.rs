//! Reads rooms from the database, as somebody who sees every row (`kazumi_owner` or `kazumi_backup`).

use std::collections::BTreeMap;

use tokio_postgres::{Client, Error, IsolationLevel};

use crate::rooms::{Event, Kind, Member, Room};

const ROOMS: &str = "select room_id::text, last_seq, message_count from rooms";
const EVENTS: &str = "select room_id::text, seq, message_no, kind, user_id::text, client_id::text, body, target_seq, \
                      (extract(epoch from created_at) * 1000000)::bigint from room_events order by room_id, seq";
const MEMBERS: &str = "select room_id::text, user_id::text, joined_seq, left_seq from room_members";

/// All rooms, as they stand in one moment.
///
/// # Errors
/// Database errors.
pub async fn rooms(database: &mut Client) -> Result<Vec<Room>, Error> {
    let moment = database.build_transaction().isolation_level(IsolationLevel::RepeatableRead).read_only(true);
    let moment = moment.start().await?;
    let mut rooms = BTreeMap::new();
    for row in moment.query(ROOMS, &[]).await? {
        let (room, last_seq, message_count): (String, i64, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let found = Room { room: room.clone(), last_seq, message_count, events: Vec::new(), members: Vec::new() };
        rooms.insert(room, found);
    }
    for row in moment.query(EVENTS, &[]).await? {
        let Some(room) = rooms.get_mut(row.try_get::<_, &str>(0)?) else { continue };
        room.events.push(Event {
            seq: row.try_get(1)?,
            message_no: row.try_get(2)?,
            kind: match row.try_get(3)? {
                "member_added" => Kind::MemberAdded,
                "member_removed" => Kind::MemberRemoved,
                "edited" => Kind::Edited,
                "deleted" => Kind::Deleted,
                "reacted" => Kind::Reacted,
                _ => Kind::Text,
            },
            user: row.try_get(4)?,
            client: row.try_get(5)?,
            text: row.try_get(6)?,
            target: row.try_get(7)?,
            created: row.try_get(8)?,
        });
    }
    for row in moment.query(MEMBERS, &[]).await? {
        let Some(room) = rooms.get_mut(row.try_get::<_, &str>(0)?) else { continue };
        room.members.push(Member { user: row.try_get(1)?, joined_seq: row.try_get(2)?, left_seq: row.try_get(3)? });
    }
    Ok(rooms.into_values().collect())
}
