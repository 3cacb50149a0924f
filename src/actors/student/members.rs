//! Who sits in one document, and what they are to be sent. Output is collected per member and handed over once a turn, so that
//! several messages share one write; a frame for everybody is encoded once per framing and shared.

use std::collections::{BTreeMap, VecDeque};

use actix::dev::SendError;
use bytes::Bytes;

use crate::actors::messages::{Deliver, MemberId, Seat};
use crate::crdt::ClientId;
use crate::protocol::code::Code;
use crate::protocol::collab::{Framing, Outbound, encode};

/// A member and what waits for them.
pub struct Member {
    /// What the registry brought.
    pub seat: Seat,
    /// The client id under which they are present, once they said so.
    pub presence: Option<ClientId>,
    /// For each step 1 that we sent and they have not answered: whether the answer is acknowledged. Only the handshake's is,
    /// because the provider counts exactly that one.
    pub awaited_step2: VecDeque<bool>,
    outbox: Vec<Bytes>,
}

/// Everybody in one document.
#[derive(Default)]
pub struct Members {
    seats: BTreeMap<MemberId, Member>,
}

impl Members {
    /// Takes a member in.
    pub fn insert(&mut self, seat: Seat) {
        let member = Member { presence: None, awaited_step2: VecDeque::new(), outbox: Vec::new(), seat };
        self.seats.insert(member.seat.member, member);
    }

    /// Lets a member go.
    pub fn remove(&mut self, member: MemberId) -> Option<Member> {
        self.seats.remove(&member)
    }

    /// A member.
    pub fn get_mut(&mut self, member: MemberId) -> Option<&mut Member> {
        self.seats.get_mut(&member)
    }

    /// Whether nobody is here.
    pub fn is_empty(&self) -> bool {
        self.seats.is_empty()
    }

    /// Everybody's membership.
    pub fn ids(&self) -> Vec<MemberId> {
        self.seats.keys().copied().collect()
    }

    /// Puts a message for one member into their outbox.
    pub fn say(&mut self, member: MemberId, message: &Outbound) {
        if let Some(member) = self.seats.get_mut(&member) {
            member.outbox.extend(encode(&member.seat.framing, message));
        }
    }

    /// Puts a message for everybody into their outboxes. `author` is left out unless their framing has no acknowledgement: the
    /// echo of their own bytes then is one.
    pub fn say_to_all(&mut self, message: &Outbound, author: Option<MemberId>) {
        let mut encoded: Vec<(Framing, Option<Bytes>)> = Vec::new();
        for (id, member) in &mut self.seats {
            if Some(*id) == author && member.seat.framing != Framing::Y {
                continue;
            }
            let known = encoded.iter().find(|(framing, _)| *framing == member.seat.framing);
            let frame = match known {
                Some((_, frame)) => frame.clone(),
                None => {
                    let frame = encode(&member.seat.framing, message);
                    encoded.push((member.seat.framing.clone(), frame.clone()));
                    frame
                }
            };
            member.outbox.extend(frame);
        }
    }

    /// Hands every outbox over. Members whose mailbox is full or gone are returned: their sockets were cut, and a client that comes
    /// back loses nothing, because it syncs by state vector.
    pub fn flush(&mut self) -> Vec<MemberId> {
        let mut lost = Vec::new();
        for (id, member) in &mut self.seats {
            if member.outbox.is_empty() {
                continue;
            }
            match member.seat.outlet.try_send(Deliver::Frames(std::mem::take(&mut member.outbox))) {
                Ok(()) => {}
                Err(SendError::Full(_)) => {
                    crate::metrics::slow_consumer_evicted(member.seat.kind);
                    member.seat.kill.cut();
                    lost.push(*id);
                }
                Err(SendError::Closed(_)) => lost.push(*id),
            }
        }
        lost
    }

    /// Ends one membership, or the whole socket.
    pub fn end(&mut self, member: MemberId, code: Code, whole_socket: bool) {
        if let Some(member) = self.seats.remove(&member) {
            let mut member = member;
            if !member.outbox.is_empty() {
                drop(member.seat.outlet.try_send(Deliver::Frames(std::mem::take(&mut member.outbox))));
            }
            let word =
                if whole_socket { Deliver::Close(code) } else { Deliver::Ended { member: member.seat.member, code } };
            if member.seat.outlet.try_send(word).is_err() {
                member.seat.kill.cut();
            }
        }
    }
}
