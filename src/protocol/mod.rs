//! What travels: bytes and frames to types and back, and the one table of error codes. Knows no socket, no actor, no SQL.

pub mod chat;
pub mod code;
pub mod collab;
pub mod wire;
