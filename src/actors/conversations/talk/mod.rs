//! What a room of conversation knows and decides, without I/O: messages, fates, events, marks and time come in; frames for sockets, messages for the log and
//! questions to the database come out.
//!
//! Three rules carry it. **The room follows its log**: an event is shown when it is the next one, whoever wrote it and on whichever server; what is beyond a
//! gap waits for the gap. **A socket has one number**, up to where everything was handed to it; what is live, what is caught up with and what is made up for
//! after a lag are the same step from that number to the log's end. **Who is in the room is what the log says** at that place, so whoever is taken out gets
//! nothing that came after.

mod marks;
mod output;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Instant;

use bytes::Bytes;
use serde_json::value::RawValue;

pub use self::output::Delivery;
use super::fanout::{Socket, Tail};
use crate::actors::messages::MemberId;
use crate::domain::conversation::{Act, EventKind, RoomKind};
use crate::domain::ids::{ClientMessageId, RoomId, UserId};
use crate::metrics::chat::{self as metrics, Sent};
use crate::protocol::chat::{self, EventItem, MOST_CATCH_UP, MOST_IN_FLIGHT, MemberItem, ToClient};
use crate::protocol::code::Code;
use crate::sabotage::{self, Fault};
use crate::store::rooms::RoomEvent;
use crate::store::rooms::follow::{Head, Member, Standing};
use crate::store::rooms::log::{Fate, NewEvent, Place};
use crate::store::rooms::writer::Settled;

/// Messages of one room on their way to the log.
const MOST_WAITING: usize = 1_000;
/// When somebody whose message found no place may try again.
const TRY_AGAIN_MS: u32 = 1_000;

/// Something that a socket wants to have written: a message, or what somebody does with one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// Comes back in the answer.
    pub request: u32,
    /// What the device calls it.
    pub client: ClientMessageId,
    /// What, with words as they came.
    pub act: Act,
}

/// An event with the log.
struct Waiting {
    member: MemberId,
    request: u32,
    event: NewEvent,
    since: Instant,
}

/// How attaching went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attached {
    /// The socket is attached.
    Yes,
    /// This person is not in the room, as far as the log was read.
    NotIn,
    /// The device has seen more of the log than this server: it must read on first.
    ReadOn,
}

/// A room of conversation.
pub struct Talk {
    room: RoomId,
    kind: RoomKind,
    epoch: i32,
    last_seq: i64,
    message_count: i64,
    members: BTreeMap<UserId, Member>,
    /// Somebody came whose function is not known yet.
    wants_functions: bool,
    tail: Tail,
    /// Committed by this server, and beyond a gap.
    early: BTreeMap<i64, RoomEvent>,
    /// How far the log is known to go.
    known_head: i64,
    sockets: BTreeMap<MemberId, Socket>,
    waiting: HashMap<u64, Waiting>,
    outgoing: Vec<(u64, NewEvent)>,
    /// Whose marks have moved and were not told yet.
    moved: BTreeSet<UserId>,
    typed: HashMap<UserId, Instant>,
    /// Messages of this server that are in the log and on their way to sockets: when each came.
    arriving: Vec<Instant>,
    /// Sockets that are over, because of the log.
    gone: Vec<(MemberId, UserId)>,
}

impl Talk {
    /// A room as it stood, with the last events before that.
    #[must_use]
    pub fn new(room: RoomId, standing: Standing, newest: &[RoomEvent]) -> Self {
        let mut talk = Self {
            room,
            kind: standing.kind,
            epoch: standing.epoch,
            last_seq: standing.last_seq,
            message_count: standing.message_count,
            members: standing.members.into_iter().map(|member| (member.user, member)).collect(),
            wants_functions: false,
            tail: Tail::default(),
            early: BTreeMap::new(),
            known_head: standing.last_seq,
            sockets: BTreeMap::new(),
            waiting: HashMap::new(),
            outgoing: Vec::new(),
            moved: BTreeSet::new(),
            typed: HashMap::new(),
            arriving: Vec::new(),
            gone: Vec::new(),
        };
        for event in newest.iter().filter(|event| event.seq <= standing.last_seq) {
            talk.keep_in_tail(event);
        }
        talk
    }

    /// Attaches a socket of somebody whose device holds everything up to `have` (epoch and sequence). Frames follow with [`Talk::take_output`].
    pub fn attach(&mut self, member: MemberId, user: UserId, have: Option<(i32, i64)>) -> Attached {
        let Some(person) = self.members.get(&user) else { return Attached::NotIn };
        let from = match have {
            Some((epoch, seq)) if epoch == self.epoch && seq > self.last_seq => return Attached::ReadOn,
            Some((epoch, seq))
                if epoch == self.epoch && seq + 1 >= person.joined_seq && self.last_seq - seq <= MOST_CATCH_UP =>
            {
                seq
            }
            Some(_) => {
                metrics::resynced();
                self.last_seq
            }
            None => self.last_seq,
        };
        let mut socket = Socket::new(user, from);
        socket.keep(self.attached_frame(from, user));
        self.sockets.insert(member, socket);
        metrics::attached(1.0);
        Attached::Yes
    }

    /// Whether those who are in must not learn of each other.
    const fn hides_readers(&self) -> bool {
        self.kind.hides_readers()
    }

    fn attached_frame(&self, from: i64, to: UserId) -> Bytes {
        let is_shown = |member: &&Member| !self.hides_readers() || member.may_write || member.user == to;
        let item = |member: &Member| MemberItem {
            user: member.user,
            name: member.name.clone(),
            function: member.function.clone(),
            read_seq: member.read_seq,
            received_seq: member.received_seq,
        };
        let members: Vec<MemberItem> = self.members.values().filter(is_shown).map(item).collect();
        chat::write(&ToClient::Attached { room: self.room, epoch: self.epoch, from, members: &members })
    }

    /// A socket goes.
    pub fn detach(&mut self, member: MemberId) {
        if self.sockets.remove(&member).is_some() {
            metrics::attached(-1.0);
        }
    }

    /// Whether this socket is attached.
    #[must_use]
    pub fn has(&self, member: MemberId) -> bool {
        self.sockets.contains_key(&member)
    }

    /// Whether everything was handed to this socket, or it is over, or must first read what it was given.
    #[must_use]
    pub fn is_settled(&self, member: MemberId) -> bool {
        self.sockets.get(&member).is_none_or(|socket| socket.sent == self.last_seq || socket.lags)
    }

    /// Nobody is here and nothing is on its way.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.sockets.is_empty() && self.waiting.is_empty() && self.moved.is_empty()
    }

    /// How far the log was read.
    #[must_use]
    pub const fn last_seq(&self) -> i64 {
        self.last_seq
    }

    /// Somebody wants something written. It is answered when it is in the log, or at once when it cannot get there.
    pub fn write(&mut self, member: MemberId, wish: Wish, ticket: u64, node_is_full: bool, now: Instant) {
        let waiting = self.waiting.len();
        let Some(socket) = self.sockets.get_mut(&member) else { return };
        let Wish { request, client, act } = wish;
        let Ok(act) = act.checked() else {
            metrics::message(Sent::Invalid);
            return socket.keep(chat::nack(request, Code::Validation, 0));
        };
        if node_is_full || waiting >= MOST_WAITING || socket.in_flight >= MOST_IN_FLIGHT {
            metrics::message(Sent::Postponed);
            return socket.keep(chat::nack(request, Code::Overloaded, TRY_AGAIN_MS));
        }
        socket.in_flight += 1;
        let event = NewEvent { room: self.room, sender: socket.user, client, act };
        if sabotage::is_on(Fault::AckBeforeCommit) {
            let ahead = waiting as i64 + 1;
            let (seq, message_no) = (self.last_seq + ahead, self.message_count + ahead);
            let place = Place { seq, message_no, at: time::OffsetDateTime::now_utc(), known: false };
            socket.keep(ack(request, &event, place));
        }
        self.typed.remove(&event.sender);
        self.outgoing.push((ticket, event.clone()));
        self.waiting.insert(ticket, Waiting { member, request, event, since: now });
    }

    /// What is to be handed to the log now.
    pub fn take_outgoing(&mut self) -> Vec<(u64, NewEvent)> {
        std::mem::take(&mut self.outgoing)
    }

    /// The log says what became of an event.
    pub fn settle(&mut self, settled: Settled) {
        let Some(waiting) = self.waiting.remove(&settled.ticket) else { return };
        let Waiting { member, request, event, since } = waiting;
        let (result, answer) = match settled.fate {
            Some(Fate::Stored(place)) => {
                let result = if place.known { Sent::Known } else { Sent::Accepted };
                let answer = ack(request, &event, place);
                self.stored(event, place, since);
                (result, answer)
            }
            Some(Fate::Conflict) => (Sent::Invalid, chat::nack(request, Code::ClientIdReused, 0)),
            Some(Fate::TooLate) => (Sent::Refused, chat::nack(request, Code::TooLate, 0)),
            Some(Fate::Refused) => {
                crate::metrics::authz_denied("room");
                let code = if self.members.contains_key(&event.sender) { Code::Forbidden } else { Code::NotFound };
                (Sent::Refused, chat::nack(request, code, 0))
            }
            None => (Sent::Failed, chat::nack(request, Code::Internal, 0)),
        };
        metrics::message(result);
        if let Some(socket) = self.sockets.get_mut(&member) {
            socket.in_flight -= 1;
            let was_answered = sabotage::is_on(Fault::AckBeforeCommit) && matches!(settled.fate, Some(Fate::Stored(_)));
            if !was_answered {
                socket.keep(answer);
            }
        }
        self.apply_early();
    }

    /// It is in the log, and an event for everybody when this attempt wrote it.
    fn stored(&mut self, event: NewEvent, place: Place, since: Instant) {
        self.known_head = self.known_head.max(place.seq);
        if place.known || place.seq <= self.last_seq {
            return;
        }
        self.arriving.push(since);
        let name = self.members.get(&event.sender).map(|member| member.name.clone());
        let event = RoomEvent {
            seq: place.seq,
            message_no: place.message_no,
            kind: event.act.kind(),
            user: event.sender,
            is_hidden: false,
            name,
            client: Some(event.client),
            reply_to: event.act.reply_to(),
            target: event.act.target(),
            reaction: event.act.reaction(),
            edited_seq: None,
            deleted_seq: None,
            title: None,
            needs_confirmation: None,
            body: event.act.body().cloned(),
            at: place.at,
        };
        self.early.insert(event.seq, event);
    }

    /// Somebody else says how far the log goes. `true` when the room is of another epoch than the one here: it must be read anew.
    pub fn note_head(&mut self, head: Head) -> bool {
        self.known_head = self.known_head.max(head.last_seq);
        head.epoch != self.epoch
    }

    /// After which sequence the log is to be read, if it goes on.
    #[must_use]
    pub fn reads_on_from(&self) -> Option<i64> {
        (self.known_head > self.last_seq).then_some(self.last_seq)
    }

    /// What was read of the log. Nothing where something was expected: a device or a server knows of a log that is not this one.
    pub fn read_on(&mut self, events: Vec<RoomEvent>) {
        if events.is_empty() {
            self.known_head = self.last_seq;
        }
        for event in events {
            self.known_head = self.known_head.max(event.seq);
            self.early.entry(event.seq).or_insert(event);
        }
        self.apply_early();
    }

    fn apply_early(&mut self) {
        while let Some(entry) = self.early.first_entry() {
            match *entry.key() - self.last_seq {
                ..=0 => drop(entry.remove()),
                1 => {
                    let event = entry.remove();
                    self.apply(event);
                }
                _ => break,
            }
        }
    }

    /// The next event of the log.
    fn apply(&mut self, event: RoomEvent) {
        self.last_seq = event.seq;
        self.message_count = event.message_no;
        match event.kind {
            EventKind::Text | EventKind::Announcement => {
                if let Some(member) = self.members.get_mut(&event.user) {
                    (member.read_seq, member.read_no, member.received_seq) = (event.seq, event.message_no, event.seq);
                }
            }
            // A server that goes on telling does so from memory: what it reads for them, row-level security would not give.
            EventKind::Edited | EventKind::Deleted if sabotage::is_on(Fault::KeepRemovedMembers) => {}
            // What is kept says what was said before: whoever has not read it yet reads the log, which says what holds now.
            EventKind::Edited | EventKind::Deleted => self.tail.clear(),
            EventKind::Reacted => {}
            EventKind::MemberAdded => {
                let member = Member {
                    user: event.user,
                    name: event.name.clone().unwrap_or_default(),
                    function: String::new(),
                    may_write: false,
                    joined_seq: event.seq,
                    read_seq: event.seq,
                    read_no: event.message_no,
                    received_seq: event.seq,
                };
                self.members.insert(event.user, member);
                self.wants_functions = true;
            }
            EventKind::MemberRemoved if sabotage::is_on(Fault::KeepRemovedMembers) => {}
            EventKind::MemberRemoved => {
                self.members.remove(&event.user);
                self.moved.remove(&event.user);
                let over: Vec<(MemberId, UserId)> =
                    self.sockets_of(event.user).map(|member| (member, event.user)).collect();
                self.gone.extend(over);
            }
        }
        self.keep_in_tail(&event);
    }

    /// What sockets are handed from memory. A change of a message that somebody here does not see, because it was written before they came, is not for them: then
    /// everybody reads it from the log, which tells it to those whom it concerns.
    fn keep_in_tail(&mut self, event: &RoomEvent) {
        let is_foreign = |target| self.members.values().any(|member| member.joined_seq > target);
        let is_told_on = sabotage::is_on(Fault::KeepRemovedMembers);
        if event.kind == EventKind::Edited && event.target.is_some_and(is_foreign) && !is_told_on {
            return self.tail.clear();
        }
        self.tail.push(event.seq, event.message_no, encoded(event));
    }

    fn sockets_of(&self, user: UserId) -> impl Iterator<Item = MemberId> + '_ {
        self.sockets.iter().filter(move |(_, socket)| socket.user == user).map(|(member, _)| *member)
    }

    /// Whether somebody came whose function is to be asked for. Asked once.
    pub fn takes_functions(&mut self) -> bool {
        std::mem::take(&mut self.wants_functions)
    }

    /// Names and functions as they are now; who is in the room stays what the log says.
    pub fn name_members(&mut self, standing: Standing) {
        for found in standing.members {
            if let Some(member) = self.members.get_mut(&found.user) {
                (member.name, member.function, member.may_write) = (found.name, found.function, found.may_write);
            }
        }
    }
}

/// It is in the log.
fn ack(request: u32, event: &NewEvent, place: Place) -> Bytes {
    let (room, client) = (event.room, event.client);
    let Place { seq, message_no, at, known } = place;
    chat::write(&ToClient::Ack { request, room, client, seq, message_no, at: chat::milliseconds(at), known })
}

/// An event as frames carry it.
#[must_use]
pub fn encoded(event: &RoomEvent) -> Box<RawValue> {
    chat::event(&EventItem {
        seq: event.seq,
        message_no: event.message_no,
        kind: event.kind,
        user: (!event.is_hidden).then_some(event.user),
        name: event.name.as_deref().filter(|_| !event.is_hidden),
        client: event.client,
        reply_to: event.reply_to,
        target: event.target,
        reaction: event.reaction,
        edited_seq: event.edited_seq,
        deleted_seq: event.deleted_seq,
        title: event.title.as_deref(),
        needs_confirmation: event.needs_confirmation,
        text: event.body.as_deref(),
        at: chat::milliseconds(event.at),
    })
}
