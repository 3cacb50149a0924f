//! What becomes of an update: the words in which `section.rs` answers `room.rs`.

use std::time::Instant;

use bytes::Bytes;

use crate::actors::messages::MemberId;
use crate::crdt::ClientId;
use crate::domain::ids::{Lineage, UserId};
use crate::domain::permission::Access;
use crate::protocol::code::Code;

/// Who sent an update, and whether they wait for an acknowledgement.
#[derive(Debug, Clone, Copy)]
pub struct Sender {
    /// The membership.
    pub member: MemberId,
    /// The person.
    pub user: UserId,
    /// What they may do.
    pub access: Access,
    /// Whether this frame is answered with an acknowledgement.
    pub wants_ack: bool,
}

/// What to do with an update now.
#[derive(Debug)]
pub enum Verdict {
    /// It held nothing new and all of it is committed: acknowledge.
    Contained,
    /// It held nothing new, but some of it is still on its way to the log: the acknowledgement follows.
    Waiting,
    /// Store it.
    Submit(Submission),
    /// It builds on something that is not here: ask this member for a sync.
    Deferred,
    /// It is refused and nothing of it is kept.
    Refused(Refusal),
    /// The document in memory is unusable and must be built again.
    Broken,
}

/// Why an update was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Hostile or broken bytes.
    Malformed,
    /// More than the limit.
    TooLarge,
    /// The sender may only read.
    ReadOnly,
    /// Written under a client id of somebody else.
    ForeignClient,
    /// The writing statement did not take it.
    Store,
    /// More uncommitted bytes than may be held; try again later.
    Overloaded,
}

impl Refusal {
    /// The code that tells the client.
    pub const fn code(self) -> Code {
        match self {
            Self::Malformed => Code::Malformed,
            Self::TooLarge => Code::PayloadTooLarge,
            Self::ReadOnly | Self::ForeignClient | Self::Store => Code::Forbidden,
            Self::Overloaded => Code::Overloaded,
        }
    }
}

/// An update for the journal.
#[derive(Debug)]
pub struct Submission {
    /// The room's name for it; comes back with its fate.
    pub ticket: u64,
    /// The lineage it was written in.
    pub lineage: Lineage,
    /// Who wrote it.
    pub author: UserId,
    /// The membership it came through.
    pub member: MemberId,
    /// Client ids it writes under.
    pub client_ids: Vec<ClientId>,
    /// As received.
    pub payload: Bytes,
    /// SHA-256 of the payload.
    pub sha256: [u8; 32],
}

/// A committed update, ready to be shown.
#[derive(Debug)]
pub struct Committed {
    /// The member who wrote it.
    pub author: MemberId,
    /// As received: what others get.
    pub payload: Bytes,
    /// Acknowledgements that are due now, the author's included.
    pub acknowledge: Vec<MemberId>,
    /// When it was received.
    pub received: Instant,
}

/// What the journal's answer means for the room.
#[derive(Debug)]
pub enum Settlement {
    /// Show and acknowledge.
    Committed(Committed),
    /// The store refused it: its author is cut off from the document. The others waited for it because all they had was in it;
    /// they are asked again.
    Refused {
        /// Who wrote it.
        author: MemberId,
        /// Who else waited for it.
        others: Vec<MemberId>,
    },
    /// It is in the log and breaks the document: put the row aside and build the document again.
    Poison {
        /// Its sequence.
        seq: i64,
        /// Who sent it.
        member: MemberId,
    },
    /// Not one of ours.
    Unknown,
    /// The document in memory is unusable and must be built again.
    Broken,
}
