//! What leaves a room: for each socket everything from where it stands to the log's end, as far as it has room for it.

use std::collections::HashMap;

use bytes::Bytes;
use serde_json::value::RawValue;

use super::marks::mark_frame;
use super::{Talk, encoded};
use crate::actors::conversations::fanout::{Cursor, Socket};
use crate::actors::messages::MemberId;
use crate::domain::ids::UserId;
use crate::metrics::chat as metrics;
use crate::protocol::chat::{self, MOST_CATCH_UP, ToClient};
use crate::store::rooms::RoomEvent;

/// Frames for one socket. What could not be handed over goes back with [`Talk::unsent`].
#[derive(Debug)]
pub struct Delivery {
    /// Which socket.
    pub member: MemberId,
    /// In this order.
    pub frames: Vec<Bytes>,
    /// How many of them must not be lost, the first ones.
    kept: usize,
    /// How many events they carry.
    events: u64,
    /// Where the socket stood before.
    from: i64,
}

impl Delivery {
    /// How many events it carries.
    #[must_use]
    pub const fn events(&self) -> u64 {
        self.events
    }
}

impl Talk {
    /// Whether some socket has read a part and needs the next ([`Talk::take_reads`]).
    #[must_use]
    pub fn is_reading_due(&self) -> bool {
        self.sockets.values().any(|socket| self.needs_reading(socket))
    }

    fn needs_reading(&self, socket: &Socket) -> bool {
        let held = self.tail.first_seq().is_some_and(|first| socket.sent + 1 >= first);
        !socket.lags && !socket.reads && socket.sent != self.last_seq && !held
    }

    /// Sockets that are further behind than the events in memory reach: whose, and after which sequence to read for them, as themselves. Each is asked for
    /// once until [`Talk::read_for`].
    pub fn take_reads(&mut self) -> Vec<(MemberId, UserId, i64)> {
        let due: Vec<MemberId> =
            self.sockets.iter().filter(|(_, socket)| self.needs_reading(socket)).map(|(member, _)| *member).collect();
        let mut reads = Vec::new();
        for member in due {
            if let Some(socket) = self.sockets.get_mut(&member) {
                socket.reads = true;
                reads.push((member, socket.user, socket.sent));
            }
        }
        reads
    }

    /// What somebody who was far behind may see next; nothing ends the seat.
    pub fn read_for(&mut self, member: MemberId, events: &[RoomEvent]) {
        let (room, last) = (self.room, self.last_seq);
        let Some(socket) = self.sockets.get_mut(&member) else { return };
        socket.reads = false;
        let contiguous: Vec<&RoomEvent> = events
            .iter()
            .zip(socket.sent + 1..)
            .take_while(|(event, seq)| event.seq == *seq && event.seq <= last)
            .map(|(event, _)| event)
            .collect();
        match contiguous.last() {
            Some(newest) => {
                let encoded: Vec<Box<RawValue>> = contiguous.iter().map(|event| encoded(event)).collect();
                let encoded: Vec<&RawValue> = encoded.iter().map(|event| &**event).collect();
                metrics::delivered(encoded.len() as u64);
                socket.keep(chat::write(&ToClient::Events { room, events: &encoded }));
                socket.sent = newest.seq;
            }
            // As themselves they see nothing more of it: what the log says of members will follow.
            None => {
                let user = socket.user;
                self.gone.push((member, user));
            }
        }
    }

    /// Frames for every socket that has something to come, and the sockets that are over; with whether their people are in the room again by now. Call [`Talk::take_reads`] first.
    pub fn take_output(&mut self) -> (Vec<Delivery>, Vec<(MemberId, bool)>) {
        for (over, _) in &self.gone {
            if self.sockets.remove(over).is_some() {
                metrics::attached(-1.0);
            }
        }
        let (room, last) = (self.room, self.last_seq);
        let mut shared: HashMap<i64, Cursor> = HashMap::new();
        let mut deliveries = Vec::new();
        for (member, socket) in &mut self.sockets {
            if socket.lags {
                continue;
            }
            let (from, mut frames) = (socket.sent, std::mem::take(&mut socket.kept));
            let kept = frames.len();
            let mut events = 0;
            if from < last && !socket.reads {
                let cursor = shared.entry(from).or_insert_with(|| self.tail.after(room, from));
                if let Some(frame) = &cursor.frame {
                    frames.push(frame.clone());
                    (events, socket.sent) = (cursor.events, last);
                }
            }
            frames.append(&mut socket.loose);
            if !frames.is_empty() {
                deliveries.push(Delivery { member: *member, frames, kept, events, from });
            }
        }
        let over = std::mem::take(&mut self.gone);
        let is_in = |user: UserId| self.members.contains_key(&user);
        (deliveries, over.into_iter().map(|(member, user)| (member, is_in(user))).collect())
    }

    /// Everything that [`Talk::take_output`] gave was dealt with.
    pub fn delivered(&mut self) {
        for since in self.arriving.drain(..) {
            metrics::delivery(since.elapsed());
        }
    }

    /// There was no room for them: the socket lags until [`Talk::make_up`]. Marks and typing of that time are not repeated one by one.
    pub fn unsent(&mut self, delivery: Delivery) {
        let Some(socket) = self.sockets.get_mut(&delivery.member) else { return };
        if !socket.lags {
            metrics::lagged();
        }
        let mut kept = delivery.frames;
        kept.truncate(delivery.kept);
        kept.append(&mut socket.kept);
        socket.kept = kept;
        socket.loose.clear();
        (socket.sent, socket.lags) = (delivery.from, true);
    }

    /// The sockets that lag.
    pub fn lagging(&self) -> impl Iterator<Item = MemberId> + '_ {
        self.sockets.iter().filter(|(_, socket)| socket.lags).map(|(member, _)| *member)
    }

    /// A socket that lagged has read what it was given: it goes on from where it stood, or from the end when that is too far.
    pub fn make_up(&mut self, member: MemberId) {
        let (room, last) = (self.room, self.last_seq);
        let (hides, Some(socket)) = (self.hides_readers(), self.sockets.get(&member)) else { return };
        let user = socket.user;
        let is_far = last - socket.sent > MOST_CATCH_UP;
        let anew = is_far.then(|| self.attached_frame(last, user));
        let Some(socket) = self.sockets.get_mut(&member) else { return };
        socket.lags = false;
        match anew {
            Some(frame) => {
                metrics::resynced();
                socket.keep(frame);
                socket.sent = last;
            }
            None => {
                let told = self.members.values().filter(|member| !hides || member.user == user);
                told.for_each(|member| socket.say(mark_frame(room, member)));
            }
        }
    }
}
