//! What a dialogue wants done. The pure state machines (`collab.rs`, `y.rs`, `chat.rs`) return these; `session.rs` carries them out.

use std::collections::HashMap;

use bytes::Bytes;

use crate::actors::conversations::messages::Said;
use crate::domain::ids::RoomId;
use crate::domain::pei::DocumentName;
use crate::protocol::code::Code;
use crate::protocol::collab::Inbound;

/// One thing to do for a socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Write a frame.
    Send(Bytes),
    /// Verify a token and join a document under this key. Nothing else of the socket is read meanwhile.
    Authenticate {
        /// What the client calls the document.
        key: String,
        /// What it means.
        name: DocumentName,
        /// The access token, not verified yet.
        token: String,
    },
    /// Verify a fresh token for a socket that is in already.
    Renew {
        /// The document it was sent for.
        key: String,
        /// The access token, not verified yet.
        token: String,
    },
    /// Give a frame to the room of this document.
    ToRoom {
        /// What the client calls the document.
        key: String,
        /// The frame.
        frame: Inbound,
    },
    /// Leave a document.
    Leave {
        /// What the client calls it.
        key: String,
    },
    /// Verify the token of somebody who wants to talk, and let them in.
    Enter {
        /// The access token, not verified yet.
        token: String,
    },
    /// Attach to all rooms of conversation.
    Sync {
        /// What the device holds: room to epoch and sequence.
        have: HashMap<RoomId, (i32, i64)>,
    },
    /// Say something in a room of conversation.
    ToConversation {
        /// Where.
        room: RoomId,
        /// What.
        said: Said,
    },
    /// Read a part of a room's log for somebody.
    History {
        /// Comes back in the answer.
        request: u32,
        /// Which room.
        room: RoomId,
        /// Before which sequence.
        before: i64,
        /// How many events at most.
        most: i64,
    },
    /// End the socket.
    Close(Code),
}
