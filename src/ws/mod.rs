//! Sockets: stub of this branch.
pub mod kill_switch;
/// Kinds of frames.
pub const FRAMES: &[&str] = &[
    "collab.token",
    "collab.sync_step1",
    "collab.sync_step2",
    "collab.update",
    "collab.awareness",
    "collab.query_awareness",
    "collab.close",
    "y.sync_step1",
    "y.sync_step2",
    "y.update",
    "y.awareness",
    "y.query_awareness",
];
