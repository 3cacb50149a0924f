//! Who sits in one document, and what they are to be sent. Output is collected per member and handed over once a turn, so that
//! several messages share one write; a frame for everybody is encoded once per framing and shared.
//!
//! A member whose socket has no room *lags*: what was collected for it stays, what is said to everybody is not collected any more, and
//! once its socket has taken everything the room makes up for it with one difference. Nothing is lost and nothing piles up.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;

use crate::actors::messages::{Deliver, MemberId, Seat};
use crate::actors::outlet::Unsent;
use crate::actors::revocation::SeatGuard;
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
    /// What the member will have when its outbox has reached it, as a state vector; set while it lags. When it asked meanwhile, what it
    /// said that it has.
    lags_behind: Option<Bytes>,
    /// Whether it asked for what it lacks while it lagged, and waits for the answer.
    asked: bool,
    /// Keeps the seat on the node's list of seats.
    _guard: SeatGuard,
}

/// Everybody in one document.
#[derive(Default)]
pub struct Members {
    seats: BTreeMap<MemberId, Member>,
    /// Those with something in their outbox, in the order in which it began; may name members that went.
    pending: Vec<MemberId>,
    lagging: usize,
}

impl Members {
    /// Takes a member in.
    pub fn insert(&mut self, seat: Seat, guard: SeatGuard) {
        let awaited_step2 = VecDeque::new();
        let member = Member {
            presence: None,
            awaited_step2,
            outbox: Vec::new(),
            lags_behind: None,
            asked: false,
            seat,
            _guard: guard,
        };
        self.seats.insert(member.seat.member, member);
    }

    /// Lets a member go.
    pub fn remove(&mut self, member: MemberId) -> Option<Member> {
        let member = self.seats.remove(&member)?;
        self.lagging -= usize::from(member.lags_behind.is_some());
        Some(member)
    }

    /// A member.
    pub fn get_mut(&mut self, member: MemberId) -> Option<&mut Member> {
        self.seats.get_mut(&member)
    }

    /// Whether the member is here.
    pub fn has(&self, member: MemberId) -> bool {
        self.seats.contains_key(&member)
    }

    /// Whether nobody is here.
    pub fn is_empty(&self) -> bool {
        self.seats.is_empty()
    }

    /// Everybody's membership.
    pub fn ids(&self) -> Vec<MemberId> {
        self.seats.keys().copied().collect()
    }

    /// Whether somebody lags.
    pub fn is_any_lagging(&self) -> bool {
        self.lagging > 0
    }

    /// Remembers what a lagging member asks for, to be answered when it keeps up again; `false` when it does not lag.
    pub fn ask_later(&mut self, member: MemberId, state_vector: &[u8]) -> bool {
        let Some(member) = self.seats.get_mut(&member).filter(|member| member.lags_behind.is_some()) else {
            return false;
        };
        member.lags_behind = Some(Bytes::copy_from_slice(state_vector));
        member.asked = true;
        true
    }

    /// Whether this member lags.
    pub fn lags(&self, member: MemberId) -> bool {
        self.seats.get(&member).is_some_and(|member| member.lags_behind.is_some())
    }

    /// Puts a message for one member into their outbox.
    pub fn say(&mut self, member: MemberId, message: &Outbound) {
        if let Some(member) = self.seats.get_mut(&member)
            && let Some(frame) = encode(&member.seat.framing, message)
        {
            member.collect(frame, &mut self.pending);
        }
    }

    /// Puts a message for everybody who keeps up into their outboxes. `author` is left out unless their framing has no
    /// acknowledgement: the echo of their own bytes then is one.
    pub fn say_to_all(&mut self, message: &Outbound, author: Option<MemberId>) {
        let mut encoded: Vec<(Framing, Option<Bytes>)> = Vec::new();
        for (id, member) in &mut self.seats {
            if Some(*id) == author && member.seat.framing != Framing::Y {
                continue;
            }
            if member.lags_behind.is_some() {
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
            if let Some(frame) = frame {
                member.collect(frame, &mut self.pending);
            }
        }
    }

    /// Hands every outbox over. Members whose session is gone are returned. Whoever has no room begins to lag: `state_vector` says
    /// what they have once their outbox reaches them.
    pub fn flush(&mut self, state_vector: impl Fn() -> Bytes) -> Vec<MemberId> {
        let mut lost = Vec::new();
        for id in std::mem::take(&mut self.pending) {
            let Some(member) = self.seats.get_mut(&id).filter(|member| member.lags_behind.is_none()) else { continue };
            if member.outbox.is_empty() {
                continue;
            }
            match member.seat.outlet.frames(std::mem::take(&mut member.outbox)) {
                Ok(()) => {}
                Err(Unsent::Full(frames)) => {
                    crate::metrics::lagged(member.seat.outlet.socket().kind());
                    member.outbox = frames;
                    member.lags_behind = Some(state_vector());
                    self.lagging += 1;
                }
                Err(Unsent::Gone) => lost.push(id),
            }
        }
        lost
    }

    /// Members that lagged and whose sockets have taken everything: the state vector of what they will have once their outbox has
    /// reached them, and whether they asked for it. They keep up again from now on.
    pub fn take_caught_up(&mut self) -> Vec<(MemberId, Bytes, bool)> {
        let mut caught_up = Vec::new();
        for (id, member) in &mut self.seats {
            if member.lags_behind.is_some() && member.seat.outlet.is_drained() {
                let asked = std::mem::take(&mut member.asked);
                caught_up.extend(member.lags_behind.take().map(|state_vector| (*id, state_vector, asked)));
                self.pending.push(*id);
            }
        }
        self.lagging -= caught_up.len();
        caught_up
    }

    /// Ends one membership, or the whole socket.
    pub fn end(&mut self, member: MemberId, code: Code, whole_socket: bool) {
        if let Some(member) = self.remove(member) {
            let outlet = &member.seat.outlet;
            if !member.outbox.is_empty() {
                // What does not fit any more would have been followed by the end anyway.
                let _ = outlet.frames(member.outbox);
            }
            let member = member.seat.member;
            outlet.last_word(if whole_socket { Deliver::Close(code) } else { Deliver::Ended { member, code } });
        }
    }
}

impl Member {
    fn collect(&mut self, frame: Bytes, pending: &mut Vec<MemberId>) {
        if self.outbox.is_empty() {
            pending.push(self.seat.member);
        }
        self.outbox.push(frame);
    }
}
