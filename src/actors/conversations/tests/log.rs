//! The simulator's database: the log of one room and who is in it, by the rules of `sql/queries/rooms/append.sql` and the view `room_log`.

use std::collections::BTreeMap;

use time::OffsetDateTime;

use crate::domain::conversation::{Act, EventKind, RoomKind};
use crate::domain::ids::{ClientMessageId, UserId};
use crate::store::rooms::RoomEvent;
use crate::store::rooms::follow::{Member, Standing};
use crate::store::rooms::log::{Fate, NewEvent, Place};

/// What the database does.
#[derive(Default)]
pub struct Log {
    pub events: Vec<RoomEvent>,
    messages: i64,
    /// The event that let somebody in, while they are.
    members: BTreeMap<UserId, i64>,
}

impl Log {
    pub fn last(&self) -> i64 {
        self.events.len() as i64
    }

    fn push(&mut self, user: UserId, kind: EventKind, sent: Option<(ClientMessageId, &Act)>) -> Place {
        self.messages += i64::from(kind.is_message());
        let (seq, message_no, at) = (self.last() + 1, self.messages, OffsetDateTime::UNIX_EPOCH);
        let act = sent.map(|(_, act)| act);
        self.events.push(RoomEvent {
            seq,
            message_no,
            kind,
            user,
            is_hidden: false,
            name: None,
            client: sent.map(|(client, _)| client),
            reply_to: None,
            target: act.and_then(Act::target),
            reaction: act.and_then(Act::reaction),
            edited_seq: None,
            deleted_seq: None,
            title: None,
            needs_confirmation: None,
            body: act.and_then(Act::body).cloned(),
            at,
        });
        Place { seq, message_no, at, known: false }
    }

    pub fn append(&mut self, event: &NewEvent) -> Fate {
        let NewEvent { sender, client, act, .. } = event;
        if !self.members.contains_key(sender) {
            return Fate::Refused;
        }
        let known = self.events.iter().find(|known| known.client == Some(*client) && known.user == *sender);
        if let Some(known) = known {
            let is_same = (known.kind, known.body.as_ref(), known.target) == (act.kind(), act.body(), act.target());
            let place = Place { seq: known.seq, message_no: known.message_no, at: known.at, known: true };
            return if is_same { Fate::Stored(place) } else { Fate::Conflict };
        }
        let place = self.last() + 1;
        if let Some(seq) = act.target() {
            let joined = self.members[sender];
            let target = self.events.get_mut(seq as usize - 1);
            let target = target.filter(|target| target.kind == EventKind::Text && target.seq >= joined);
            let Some(target) = target.filter(|target| target.user == *sender || matches!(act, Act::React { .. }))
            else {
                return Fate::Refused;
            };
            match act {
                Act::Delete { .. } => target.deleted_seq = target.deleted_seq.or(Some(place)),
                _ if target.deleted_seq.is_some() => return Fate::Refused,
                Act::Edit { .. } => target.edited_seq = Some(place),
                _ => {}
            }
        }
        Fate::Stored(self.push(*sender, act.kind(), Some((*client, act))))
    }

    /// What a message says now.
    pub fn text(&self, seq: i64) -> Option<&str> {
        let message = &self.events[seq as usize - 1];
        let said = message.edited_seq.map_or(message, |edited| &self.events[edited as usize - 1]);
        said.body.as_deref().filter(|_| message.deleted_seq.is_none())
    }

    /// As it is read from the database.
    fn read(&self, event: &RoomEvent) -> RoomEvent {
        let body = match (event.kind, event.target) {
            (EventKind::Text, _) => self.text(event.seq),
            (EventKind::Edited, Some(target)) => event
                .body
                .as_deref()
                .filter(|_| self.events[target as usize - 1].edited_seq == Some(event.seq))
                .filter(|_| self.text(target).is_some()),
            _ => None,
        };
        RoomEvent { body: body.map(str::to_owned), ..event.clone() }
    }

    pub fn admit(&mut self, user: UserId) {
        if !self.members.contains_key(&user) {
            let seq = self.push(user, EventKind::MemberAdded, None).seq;
            self.members.insert(user, seq);
        }
    }

    pub fn dismiss(&mut self, user: UserId) {
        if self.members.remove(&user).is_some() {
            self.push(user, EventKind::MemberRemoved, None);
        }
    }

    pub fn after(&self, seq: i64, most: usize) -> Vec<RoomEvent> {
        self.events.iter().skip(seq.max(0) as usize).take(most).map(|event| self.read(event)).collect()
    }

    pub fn joined(&self, user: UserId) -> Option<i64> {
        self.members.get(&user).copied()
    }

    /// As somebody themselves may see it.
    pub fn after_as(&self, user: UserId, seq: i64, most: usize) -> Vec<RoomEvent> {
        let Some(joined) = self.members.get(&user) else { return Vec::new() };
        self.after(seq, usize::MAX).into_iter().filter(|event| event.seq >= *joined).take(most).collect()
    }

    pub fn standing(&self) -> Standing {
        let member = |(&user, &joined_seq): (&UserId, &i64)| Member {
            user,
            name: String::new(),
            function: String::new(),
            may_write: true,
            joined_seq,
            read_seq: joined_seq,
            read_no: 0,
            received_seq: joined_seq,
        };
        let members = self.members.iter().map(member).collect();
        Standing { kind: RoomKind::Family, epoch: 1, last_seq: self.last(), message_count: self.messages, members }
    }
}
