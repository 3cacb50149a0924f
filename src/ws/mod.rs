//! The sockets: `/ws/collab` (hocuspocus framing) and `/ws/y/…` (y-websocket framing). Never imports `http`.
//!
//! `session.rs` is the transport, `collab.rs` and `y.rs` are the dialogues as pure state machines. Read next: `session.rs`.

mod admission;
mod assembly;
pub mod collab;
pub mod effect;
pub mod frame_guard;
pub mod inbox;
mod pace;
pub mod session;
mod upgrade;
pub mod y;

pub use upgrade::{SocketGate, routes};

/// Every kind of frame that a client may send: each has a row in `authz/matrix.csv`.
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
