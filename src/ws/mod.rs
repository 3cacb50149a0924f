//! The sockets: `/ws/collab` (hocuspocus framing), `/ws/y/…` (y-websocket framing) and `/ws/chat` (`docs/protocol.md`). Never imports `http`.
//!
//! `session.rs` is the transport, `collab.rs`, `y.rs` and `chat.rs` are the dialogues as pure state machines, `attendance.rs` what a session does with rooms of conversation. Read next: `session.rs`.

mod admission;
mod assembly;
mod attendance;
pub mod chat;
pub mod collab;
pub mod effect;
pub mod frame_guard;
pub mod inbox;
mod lease;
mod pace;
pub mod session;
mod upgrade;
pub mod y;

pub use upgrade::{SocketGate, routes};

/// Every kind of frame about documents that a client may send: each has a row in `authz/matrix.csv`.
pub const FRAMES: &[&str] = &[
    "collab.token",
    "collab.close",
    "collab.sync_step1",
    "collab.sync_step2",
    "collab.update",
    "collab.awareness",
    "collab.query_awareness",
    "y.sync_step1",
    "y.sync_step2",
    "y.update",
    "y.awareness",
    "y.query_awareness",
];

/// Every kind of frame of conversations: each has a row of the kind `chat` in `authz/matrix.csv`.
pub const CHAT_FRAMES: &[&str] = &[
    "chat.hello",
    "chat.token",
    "chat.sync",
    "chat.publish",
    "chat.edit",
    "chat.delete",
    "chat.react",
    "chat.read",
    "chat.received",
    "chat.typing",
    "chat.history",
    "chat.ping",
];
