//! What the database holds of a room: its log and who is in it. The same as a JSON file, for logs that are looked at later.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A message.
    Text,
    /// Other words for a message.
    Edited,
    /// A message was taken back.
    Deleted,
    /// A reaction, or that it was taken back.
    Reacted,
    /// Somebody came.
    MemberAdded,
    /// Somebody went.
    MemberRemoved,
}

impl Kind {
    /// Its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Edited => "edited",
            Self::Deleted => "deleted",
            Self::Reacted => "reacted",
            Self::MemberAdded => "member_added",
            Self::MemberRemoved => "member_removed",
        }
    }
}

/// A row of `room_events`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Event {
    /// Its place.
    pub seq: i64,
    /// Its ordinal.
    pub message_no: i64,
    /// What.
    pub kind: Kind,
    /// Who wrote it; who came or went.
    pub user: String,
    /// The device's name for it.
    pub client: Option<String>,
    /// What it said when it was written.
    pub text: Option<String>,
    /// Which message it is about.
    #[serde(default)]
    pub target: Option<i64>,
    /// When its transaction began, in microseconds since 1970: no later than its commit.
    pub created: i64,
}

impl Event {
    /// What it said when it was written; nothing for what has no words.
    #[must_use]
    pub fn words(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }
}

/// A row of `room_members`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Member {
    /// Who.
    pub user: String,
    /// The event that let them in.
    pub joined_seq: i64,
    /// The event that ended it.
    pub left_seq: Option<i64>,
}

/// A room.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Room {
    /// Its id.
    pub room: String,
    /// The last sequence that was given.
    pub last_seq: i64,
    /// How many messages there are.
    pub message_count: i64,
    /// Its log, by sequence.
    pub events: Vec<Event>,
    /// Who is and was in it.
    pub members: Vec<Member>,
}

/// Reads rooms from a file.
///
/// # Errors
/// A file that cannot be read or holds something else.
pub fn read_rooms(file: &Path) -> Result<Vec<Room>> {
    let reader = BufReader::new(File::open(file).with_context(|| format!("{} cannot be read", file.display()))?);
    serde_json::from_reader(reader).with_context(|| format!("{} holds no rooms", file.display()))
}
