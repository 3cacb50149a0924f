//! What a room keeps for its sockets: the newest events, each encoded once, and for each socket up to where everything was handed to it.

use std::collections::VecDeque;

use bytes::Bytes;
use serde_json::value::RawValue;

use crate::domain::ids::{RoomId, UserId};
use crate::protocol::chat::{self, ToClient};
use crate::sabotage;

/// Events kept, and their bytes: enough for everybody who comes back after a tunnel or a restart of their phone. A room that is looked at costs this much at
/// most.
const MOST_EVENTS: usize = 128;
const MOST_BYTES: usize = 256 * 1024;

/// A socket in a room.
pub struct Socket {
    /// Whose.
    pub user: UserId,
    /// Everything up to this sequence was handed over.
    pub sent: i64,
    /// Has no room for more: gets nothing until it has read.
    pub lags: bool,
    /// What it needs next is being read from the database.
    pub reads: bool,
    /// Its messages that are with the log.
    pub in_flight: usize,
    /// Frames that must not be lost.
    pub kept: Vec<Bytes>,
    /// Frames that are worth nothing later.
    pub loose: Vec<Bytes>,
}

impl Socket {
    /// A socket that begins behind a sequence.
    pub fn new(user: UserId, sent: i64) -> Self {
        Self { user, sent, lags: false, reads: false, in_flight: 0, kept: Vec::new(), loose: Vec::new() }
    }

    /// A frame that must arrive.
    pub fn keep(&mut self, frame: Bytes) {
        self.kept.push(frame);
    }

    /// A frame that may be left out by a socket that lags.
    pub fn say(&mut self, frame: Bytes) {
        if !self.lags {
            self.loose.push(frame);
        }
    }
}

struct Kept {
    seq: i64,
    message_no: i64,
    event: Box<RawValue>,
}

/// The newest events of a room, without a gap.
#[derive(Default)]
pub struct Tail {
    events: VecDeque<Kept>,
    bytes: usize,
}

/// What comes behind some sequence, for every socket that stands there.
pub struct Cursor {
    /// One frame; `None` when the events begin later.
    pub frame: Option<Bytes>,
    /// How many events it carries.
    pub events: u64,
}

impl Tail {
    /// The next event.
    pub fn push(&mut self, seq: i64, message_no: i64, event: Box<RawValue>) {
        self.bytes += event.get().len();
        self.events.push_back(Kept { seq, message_no, event });
        while self.events.len() > MOST_EVENTS || (self.bytes > MOST_BYTES && self.events.len() > 1) {
            if let Some(old) = self.events.pop_front() {
                self.bytes -= old.event.get().len();
            }
        }
    }

    /// Nothing that was kept is of use any more.
    pub fn clear(&mut self) {
        self.events.clear();
        self.bytes = 0;
    }

    /// The first event that is kept.
    pub fn first_seq(&self) -> Option<i64> {
        self.events.front().map(|kept| kept.seq)
    }

    /// The ordinal at a sequence, if it is kept.
    pub fn message_no(&self, seq: i64) -> Option<i64> {
        let first = self.first_seq()?;
        let kept = self.events.get(usize::try_from(seq - first).ok()?)?;
        Some(kept.message_no)
    }

    /// Everything behind a sequence, as one frame.
    pub fn after(&self, room: RoomId, seq: i64) -> Cursor {
        let skipped = match self.first_seq() {
            Some(first) if seq + 1 >= first => (seq + 1 - first) as usize,
            _ => return Cursor { frame: None, events: 0 },
        };
        let events: Vec<&RawValue> =
            self.events.iter().skip(skipped).filter(|_| !sabotage::drops_event()).map(|kept| &*kept.event).collect();
        let frame = chat::write(&ToClient::Events { room, events: &events });
        Cursor { frame: Some(frame), events: events.len() as u64 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(bytes: usize) -> Box<RawValue> {
        serde_json::value::to_raw_value(&"x".repeat(bytes)).expect("text")
    }

    #[test]
    fn the_newest_events_stay_and_what_is_older_is_not_made_up() {
        let (mut tail, room) = (Tail::default(), RoomId::generate());
        assert!(tail.after(room, 0).frame.is_none());
        (1..=200).for_each(|seq| tail.push(seq, seq / 2, raw(4)));
        assert_eq!(tail.first_seq(), Some(73));
        assert_eq!(
            (tail.message_no(72), tail.message_no(73), tail.message_no(200), tail.message_no(201)),
            (None, Some(36), Some(100), None)
        );
        assert!(tail.after(room, 71).frame.is_none(), "72 is missing");
        assert_eq!(tail.after(room, 72).events, 128);
        assert_eq!(tail.after(room, 199).events, 1);
        tail.push(201, 101, raw(MOST_BYTES * 2));
        assert_eq!(tail.first_seq(), Some(201), "one that is larger than all there is stays alone");
    }
}
