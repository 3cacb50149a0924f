//! What sessions and rooms of conversation say to each other.

use actix::Message;
use tokio::sync::oneshot;

use super::talk::Wish;
use crate::actors::messages::MemberId;
use crate::actors::outlet::Outlet;
use crate::domain::ids::UserId;
use crate::protocol::code::Code;

/// Somebody's socket is to be attached.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Attach {
    /// The socket in this room.
    pub member: MemberId,
    /// Whose.
    pub user: UserId,
    /// Up to where the device holds the log: epoch, sequence.
    pub have: Option<(i32, i64)>,
    /// The way to the session.
    pub outlet: Outlet,
    /// Answered once everything that was there has been handed over; `NotFound` when this person is not in the room.
    pub reply: oneshot::Sender<Result<(), Code>>,
}

/// Something from an attached socket. The sender waits for the answer before it reads its socket again: whether the room knows the socket (still).
#[derive(Message)]
#[rtype(result = "bool")]
pub struct Say {
    /// From whom.
    pub member: MemberId,
    /// What.
    pub what: Said,
}

/// What sockets say to rooms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Something to be written.
    Write(Wish),
    /// Read up to a sequence.
    Read(i64),
    /// Received up to a sequence.
    Received(i64),
    /// Is writing.
    Typing,
}

/// A socket goes. May arrive twice or late.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Detach {
    /// Which.
    pub member: MemberId,
}
