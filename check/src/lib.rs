//! Judges conversations: compares what clients have logged with what the database holds, by nine rules.
//!
//! | rule | what must hold |
//! |---|---|
//! | D | what was acknowledged is stored, at that place |
//! | U | each message (room, sender, the device's name for it) is stored at most once, whatever name it was stored under |
//! | G | the log of a room is 1, 2, 3, …; the ordinals of messages and the room's own counters fit it |
//! | O | between two `attached` a client is shown an unbroken run of the stored log from `from + 1`, as it is stored; to the end, if it waited |
//! | R | what was written after another message was acknowledged stands behind it |
//! | N | what was refused for good is not stored |
//! | P | nothing is shown or stored that nobody has written |
//! | Z | nobody is shown what came when they were not in the room |
//! | B | nothing is shown or acknowledged before it is committed: all of it is in the database in the end, whatever died meanwhile |
//!
//! Every acknowledgement carries its place, so no search is needed: the time is linear in the size of the logs. Read next: `log.rs` and `rooms.rs` (what comes
//! in), `rules/mod.rs`.

pub mod database;
pub mod log;
pub mod rooms;
pub mod rules;

pub use log::{Client, read_logs};
pub use rooms::{Event, Kind, Member, Room};
pub use rules::{Report, Rule, Violation, check};
