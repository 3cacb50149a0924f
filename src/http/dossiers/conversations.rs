//! Conversations in `dossie.json`.

use serde::Serialize;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::conversation::{Reaction, RoomKind};
use crate::store::rooms::record::{Conversation, RecordedMessage};

/// A room with what was said in it.
#[derive(Serialize)]
pub struct SaidInRoom {
    kind: RoomKind,
    room_id: Uuid,
    /// In order.
    messages: Vec<SaidMessage>,
    /// Who came and went, in order.
    members: Vec<CameOrWent>,
}

#[derive(Serialize)]
struct SaidMessage {
    seq: i64,
    user_id: Uuid,
    name: Option<String>,
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
    reply_to: Option<i64>,
    /// What it says; null once it was taken back.
    text: Option<String>,
    #[serde(with = "time::serde::rfc3339::option")]
    changed_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339::option")]
    taken_back_at: Option<OffsetDateTime>,
    /// In the school's copy, of a message that was changed or taken back: everything it has said, in order.
    versions: Vec<Version>,
    reactions: Vec<SaidReaction>,
}

#[derive(Serialize)]
struct Version {
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
    text: String,
}

#[derive(Serialize)]
struct SaidReaction {
    name: Option<String>,
    reaction: Reaction,
}

#[derive(Serialize)]
struct CameOrWent {
    seq: i64,
    user_id: Uuid,
    name: Option<String>,
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
    came: bool,
}

impl From<Conversation> for SaidInRoom {
    fn from(conversation: Conversation) -> Self {
        let members = conversation.members.into_iter().map(|change| CameOrWent {
            seq: change.seq,
            user_id: change.user.0,
            name: change.name,
            at: change.at,
            came: change.came,
        });
        Self {
            kind: conversation.kind,
            room_id: conversation.room.0,
            messages: conversation.messages.into_iter().map(Into::into).collect(),
            members: members.collect(),
        }
    }
}

impl From<RecordedMessage> for SaidMessage {
    fn from(message: RecordedMessage) -> Self {
        Self {
            seq: message.seq,
            user_id: message.user.0,
            name: message.name,
            at: message.at,
            reply_to: message.reply_to,
            text: message.text,
            changed_at: message.changed_at,
            taken_back_at: message.taken_back_at,
            versions: message.versions.into_iter().map(|(at, text)| Version { at, text }).collect(),
            reactions: message.reactions.into_iter().map(|(name, reaction)| SaidReaction { name, reaction }).collect(),
        }
    }
}
