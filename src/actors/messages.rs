//! What sessions and rooms say to each other.

use std::sync::atomic::{AtomicU64, Ordering};

use actix::{Message, Recipient};
use bytes::Bytes;

use super::outlet::Outlet;
use super::revocation::Decided;
use crate::domain::ids::{DocumentId, Lineage, StudentId, UserId};
use crate::domain::pei::Section;
use crate::domain::permission::Access;
use crate::domain::session::Caller;
use crate::protocol::code::Code;
use crate::protocol::collab::{Framing, Inbound};

/// One membership of one socket in one document. Never used twice in the life of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MemberId(pub u64);

impl MemberId {
    /// The next number.
    pub fn next() -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        Self(LAST.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

/// How others see a member. Stamped by the server; what a client says about its own name is overwritten.
#[derive(Debug, Clone)]
pub struct Person {
    /// Who.
    pub user: UserId,
    /// Full name.
    pub name: String,
    /// Function with this student, or kind of account: a closed word that the screen translates.
    pub function: String,
}

/// Somebody who has been let in takes a seat. Sent by the registry to a room; answered through `reply`, because a document may
/// first have to be loaded.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Join {
    /// Which document.
    pub document: DocumentId,
    /// Which section it is: decides the form of its content.
    pub section: Section,
    /// The student the room belongs to.
    pub student: StudentId,
    /// The new member.
    pub seat: Seat,
    /// Where the answer goes.
    pub reply: tokio::sync::oneshot::Sender<Result<Joined, Code>>,
}

/// What a room keeps about a member.
#[derive(Clone)]
pub struct Seat {
    /// The membership.
    pub member: MemberId,
    /// Who sits here.
    pub person: Person,
    /// The same, as their token says.
    pub caller: Caller,
    /// When their right was read.
    pub decided: Decided,
    /// Read or write.
    pub access: Access,
    /// The lineage that the right was read for.
    pub lineage: Lineage,
    /// How this socket wants its frames.
    pub framing: Framing,
    /// The way to the session.
    pub outlet: Outlet,
}

/// The seat was taken: from now on the session talks to the room directly.
#[derive(Clone)]
pub struct Joined {
    /// Where frames go.
    pub frames: Recipient<Receive>,
    /// Where the goodbye goes.
    pub goodbye: Recipient<Leave>,
    /// The document in it.
    pub document: DocumentId,
    /// The membership.
    pub member: MemberId,
    /// Read or write.
    pub access: Access,
}

/// A frame from a member. The sender waits for the (empty) answer before it reads its socket again.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Receive {
    /// Which document.
    pub document: DocumentId,
    /// From whom.
    pub member: MemberId,
    /// What.
    pub frame: Inbound,
}

/// A member goes. May arrive twice or late; it names the membership, so it can never end another.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Leave {
    /// Which document.
    pub document: DocumentId,
    /// Who.
    pub member: MemberId,
}

/// From a room to a session.
#[derive(Message, Debug)]
#[rtype(result = "()")]
pub enum Deliver {
    /// Encoded frames, to be written in this order.
    Frames(Vec<Bytes>),
    /// The membership is over; the socket stays for its other documents when the framing has several.
    Ended {
        /// Which membership.
        member: MemberId,
        /// Why.
        code: Code,
    },
    /// The socket must end.
    Close(Code),
}

/// "May I go?" from a room that is empty and saved.
#[derive(Message)]
#[rtype(result = "bool")]
pub struct Retire {
    /// The room's student.
    pub student: StudentId,
    /// Joins that have arrived there.
    pub joins_seen: u64,
}

/// The server goes down: end every socket with this code. Answered once everybody was told.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Close(pub Code);
