//! The frames of `/ws/chat`: JSON text, one object each, whose `t` names its type. What they mean is in `docs/protocol.md`, which a test compares with this
//! file. Reading copies each text once; an unknown type and an unknown field are ignored.

use std::collections::HashMap;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::code::Code;
use crate::domain::conversation::{EventKind, MOST_TEXT, Reaction, RoomKind};
use crate::domain::ids::{ClientMessageId, RoomId, StudentId, UserId};
use crate::domain::permission::Access;

/// The subprotocol that both sides must name at the upgrade.
pub const SUBPROTOCOL: &str = "kazumi.v1";
/// Largest frame once somebody was let in: the longest text with every character escaped is 48 kB.
pub const MAX_FRAME_BYTES: usize = 64 * 1024;
/// Messages of one socket that may be without an answer.
pub const MOST_IN_FLIGHT: usize = 32;
/// Most events of a `page`.
pub const MOST_HISTORY: i64 = 100;
/// Events that a device may be behind and still be caught up with.
pub const MOST_CATCH_UP: i64 = 300;
/// Rooms a person is told of.
pub const MOST_ROOMS: usize = 500;

/// A frame from a client.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub enum FromClient {
    /// The first frame.
    Hello {
        /// An access token.
        token: String,
    },
    /// A fresh token for somebody who is in.
    Token {
        /// An access token of the same person.
        token: String,
    },
    /// Attach to all rooms; of these the device holds everything up to a place.
    Sync {
        /// Room to epoch and sequence.
        #[serde(default)]
        have: HashMap<RoomId, (i32, i64)>,
    },
    /// A message.
    Publish {
        /// Comes back in the answer.
        request: u32,
        /// Where to.
        room: RoomId,
        /// What the device calls it.
        client: ClientMessageId,
        /// What it says.
        text: String,
        /// Which message it answers.
        #[serde(default)]
        reply_to: Option<i64>,
    },
    /// Other words for a message of one's own.
    Edit {
        /// Comes back in the answer.
        request: u32,
        /// Where.
        room: RoomId,
        /// What the device calls the change.
        client: ClientMessageId,
        /// Which message.
        target: i64,
        /// What it says from now on.
        text: String,
    },
    /// A message of one's own is taken back.
    Delete {
        /// Comes back in the answer.
        request: u32,
        /// Where.
        room: RoomId,
        /// What the device calls it.
        client: ClientMessageId,
        /// Which message.
        target: i64,
    },
    /// A reaction, in place of the one this person left there before.
    React {
        /// Comes back in the answer.
        request: u32,
        /// Where.
        room: RoomId,
        /// What the device calls it.
        client: ClientMessageId,
        /// To which message.
        target: i64,
        /// With what; none takes it back.
        #[serde(default)]
        reaction: Option<Reaction>,
    },
    /// Read up to here.
    Read {
        /// Where.
        room: RoomId,
        /// Up to which sequence.
        seq: i64,
    },
    /// The device holds everything up to here.
    Received {
        /// Room to sequence.
        marks: HashMap<RoomId, i64>,
    },
    /// Is writing.
    Typing {
        /// Where.
        room: RoomId,
    },
    /// What came before a place.
    History {
        /// Comes back in the answer.
        request: u32,
        /// Of which room.
        room: RoomId,
        /// Before which sequence.
        before: i64,
        /// How many events at most.
        most: i64,
    },
    /// Are you there?
    Ping,
    /// Anything newer than this server.
    #[serde(other)]
    Unknown,
}

/// Reads a frame.
///
/// # Errors
/// When it is no JSON object with a type and the fields of that type.
pub fn read(text: &[u8]) -> Result<FromClient, serde_json::Error> {
    serde_json::from_slice(text)
}

/// A frame to a client.
#[derive(Debug, Serialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub enum ToClient<'a> {
    /// Let in.
    Welcome {
        /// Who.
        user: UserId,
        /// Milliseconds since 1970.
        now: i64,
        /// What is allowed.
        limits: Limits,
    },
    /// All rooms this person is in.
    Inbox {
        /// The one where something happened last first.
        rooms: &'a [RoomItem],
    },
    /// What follows of a room begins behind `from`.
    Attached {
        /// Which room.
        room: RoomId,
        /// Its epoch.
        epoch: i32,
        /// A sequence.
        from: i64,
        /// Who is in it.
        members: &'a [MemberItem],
    },
    /// What happened, in order, without a gap.
    Events {
        /// Where.
        room: RoomId,
        /// Each as [`event`] wrote it.
        events: &'a [&'a RawValue],
    },
    /// Everything that was there at `sync` has been sent.
    CaughtUp,
    /// Committed.
    Ack {
        /// Of the request.
        request: u32,
        /// Where.
        room: RoomId,
        /// What the device calls it.
        client: ClientMessageId,
        /// Its place.
        seq: i64,
        /// Its ordinal among messages.
        message_no: i64,
        /// Milliseconds since 1970.
        at: i64,
        /// Had been sent before.
        known: bool,
    },
    /// Not done.
    Nack {
        /// Of the request.
        request: u32,
        /// Why.
        code: &'static str,
        /// When to try again; 0 for never.
        retry_after_ms: u32,
    },
    /// How far somebody has read and received.
    Mark {
        /// Where.
        room: RoomId,
        /// Who.
        user: UserId,
        /// Read up to here.
        read_seq: i64,
        /// Received up to here.
        received_seq: i64,
        /// The ordinal at `read_seq`, when it is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        read_no: Option<i64>,
    },
    /// Is writing.
    Typing {
        /// Where.
        room: RoomId,
        /// Who.
        user: UserId,
    },
    /// The answer to `history`.
    Page {
        /// Of the request.
        request: u32,
        /// Of which room.
        room: RoomId,
        /// In order.
        events: &'a [&'a RawValue],
        /// Nothing before it is this person's to see.
        end: bool,
    },
    /// Not in the room any more.
    Gone {
        /// Which room.
        room: RoomId,
    },
    /// A fresh token, please.
    Token {
        /// Seconds until the socket is closed without one.
        within_s: u64,
    },
    /// About to be closed.
    Bye {
        /// Why.
        code: &'a str,
        /// When to come back.
        retry_after_ms: u32,
    },
    /// Here.
    Pong {
        /// Milliseconds since 1970.
        now: i64,
    },
}

/// What is allowed on a socket.
#[derive(Debug, Serialize)]
pub struct Limits {
    frame_bytes: usize,
    text_characters: usize,
    in_flight: usize,
    history: i64,
    catch_up: i64,
    rooms: usize,
}

/// The limits of this server.
pub const LIMITS: Limits = Limits {
    frame_bytes: MAX_FRAME_BYTES,
    text_characters: MOST_TEXT,
    in_flight: MOST_IN_FLIGHT,
    history: MOST_HISTORY,
    catch_up: MOST_CATCH_UP,
    rooms: MOST_ROOMS,
};

/// A room in `inbox`.
#[derive(Debug, Clone, Serialize)]
pub struct RoomItem {
    /// The room.
    pub room: RoomId,
    /// Which of the rooms of a student or class.
    pub kind: RoomKind,
    /// About whom; absent in the room of a class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub student: Option<StudentId>,
    /// Full name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub student_name: Option<String>,
    /// Of the room of a class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class_name: Option<String>,
    /// Whose desk it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guardian: Option<UserId>,
    /// Their full name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guardian_name: Option<String>,
    /// What this person may do.
    pub access: Access,
    /// In the room of a class: whether they are family there and may be asked to confirm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reads_along: Option<bool>,
    /// Raised by a restore from a backup.
    pub epoch: i32,
    /// The last sequence.
    pub last_seq: i64,
    /// Where this person's history begins.
    pub joined_seq: i64,
    /// Messages so far.
    pub message_count: i64,
    /// Read up to here.
    pub read_seq: i64,
    /// The ordinal there.
    pub read_no: i64,
    /// The last message this person may see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_message: Option<LastMessageItem>,
}

/// The last message of a room in `inbox`.
#[derive(Debug, Clone, Serialize)]
pub struct LastMessageItem {
    /// Its place.
    pub seq: i64,
    /// Who wrote it.
    pub user: UserId,
    /// Full name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Of an announcement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it says; absent when it was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Milliseconds since 1970.
    pub at: i64,
}

/// A member in `attached`.
#[derive(Debug, Clone, Serialize)]
pub struct MemberItem {
    /// Who.
    pub user: UserId,
    /// Full name.
    pub name: String,
    /// Function with the student, or kind of account.
    pub function: String,
    /// Read up to here.
    pub read_seq: i64,
    /// Received up to here.
    pub received_seq: i64,
}

/// Something that happened.
#[derive(Debug, Serialize)]
pub struct EventItem<'a> {
    /// Its place.
    pub seq: i64,
    /// The ordinal of a message; of anything else that of the last message before it.
    pub message_no: i64,
    /// What.
    pub kind: EventKind,
    /// Who wrote it; who came or went, but for the room of a class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    /// Full name; absent for somebody out of sight.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'a str>,
    /// What its sender's device calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientMessageId>,
    /// Which message it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<i64>,
    /// Of an announcement: its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<&'a str>,
    /// Of an announcement: whether families are asked to confirm it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needs_confirmation: Option<bool>,
    /// Which message it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<i64>,
    /// The reaction; absent when it was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reaction: Option<Reaction>,
    /// The last event that changed it, as far as `text` knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edited_seq: Option<i64>,
    /// The event that took it back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted_seq: Option<i64>,
    /// What it says now; absent when it was taken back, and in a change after which there was another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<&'a str>,
    /// Milliseconds since 1970.
    pub at: i64,
}

/// A moment as frames carry it: milliseconds since 1970.
#[must_use]
pub fn milliseconds(at: time::OffsetDateTime) -> i64 {
    (at.unix_timestamp_nanos() / 1_000_000) as i64
}

/// Writes a frame.
#[must_use]
pub fn write(frame: &ToClient<'_>) -> Bytes {
    // Writing into memory fails only for maps with keys that are no text, of which there are none.
    serde_json::to_vec(frame).map(Bytes::from).unwrap_or_default()
}

/// Writes an event once, for all frames that will carry it.
#[must_use]
pub fn event(event: &EventItem<'_>) -> Box<RawValue> {
    serde_json::value::to_raw_value(event).unwrap_or_default()
}

/// Longest pause before coming back after a restart: everybody at once would be the next overload.
const SPREAD_MS: u32 = 5_000;

/// The last frame before a close with this code and reason.
#[must_use]
pub fn bye(reason: &str, code: u16) -> Bytes {
    let is_restart = [Code::Restarting, Code::Overloaded].iter().any(|restart| restart.close_code() == code);
    let retry_after_ms = if is_restart { rand::random_range(0..SPREAD_MS) } else { 0 };
    write(&ToClient::Bye { code: reason, retry_after_ms })
}

/// Not done, and whether and when it is worth another try.
#[must_use]
pub fn nack(request: u32, code: Code, retry_after_ms: u32) -> Bytes {
    write(&ToClient::Nack { request, code: code.as_str(), retry_after_ms })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_read_whatever_else_it_says_and_an_unknown_one_is_no_breach() {
        let room = RoomId::generate();
        let read = |text: String| super::read(text.as_bytes());
        assert_eq!(read(r#"{"t":"ping","mood":"good"}"#.to_owned()).ok(), Some(FromClient::Ping));
        assert_eq!(read(r#"{"t":"dance","with":[1]}"#.to_owned()).ok(), Some(FromClient::Unknown));
        assert_eq!(
            read(format!(r#"{{"t":"read","room":"{room}","seq":3}}"#)).ok(),
            Some(FromClient::Read { room, seq: 3 })
        );
        let sync = FromClient::Sync { have: HashMap::from([(room, (1, 9))]) };
        assert_eq!(read(format!(r#"{{"t":"sync","have":{{"{room}":[1,9]}}}}"#)).ok(), Some(sync));
        let unfinished = [r#"{"t":"read"}"#, r#"{"t":"read","room":"x","seq":3}"#, r#"{"t":"sync","have":[]}"#];
        for broken in unfinished.into_iter().chain(["", "[]", "{}", "{\"t\":\"ping\"} x"]) {
            assert!(read(broken.to_owned()).is_err(), "{broken}");
        }
    }

    #[test]
    fn the_longest_text_fits_into_a_frame_however_it_is_escaped() {
        let text: String = std::iter::repeat_n("\\u00e9", MOST_TEXT).collect();
        assert!(text.len() + 512 < MAX_FRAME_BYTES);
    }

    #[test]
    fn every_frame_has_its_row_on_the_page_that_documents_them() {
        let page = include_str!("../../docs/protocol.md");
        let (of_client, of_server) = page.split_once("## From the server").expect("two parts");
        let own_text = include_str!("chat.rs");
        let is_row = |line: &&str| line.starts_with("| `") && !line.starts_with("| `t`");
        let rows = |text: &str| text.lines().filter(is_row).count();
        let server_rows = of_server.split("### Shapes").next().map_or(0, rows);
        let variants = |name: &str| {
            let body = own_text.split_once(&format!("pub enum {name}")).expect("the enum").1;
            let body = body.split_once("\n}\n").expect("its end").0;
            body.lines()
                .filter(|line| line.starts_with("    ") && line.as_bytes().get(4).is_some_and(u8::is_ascii_uppercase))
                .count()
        };
        assert_eq!(rows(of_client), variants("FromClient") - 1, "all but the unknown one");
        assert_eq!(server_rows, variants("ToClient<'a>"));
        for line in of_client.lines().chain(of_server.lines()).filter(is_row) {
            let name = line.split('`').nth(1).expect("a name");
            let tag: String = name.split('_').map(|word| word[..1].to_uppercase() + &word[1..]).collect();
            assert!(own_text.contains(&format!("    {tag}")), "{name} is on the page and not in the types");
        }
    }
}
