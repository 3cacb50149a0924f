//! How far people have read and received, and who is writing.

use std::time::{Duration, Instant};

use bytes::Bytes;

use super::Talk;
use crate::actors::messages::MemberId;
use crate::domain::ids::RoomId;
use crate::protocol::chat::{self, ToClient};
use crate::store::rooms::follow::Member;
use crate::store::rooms::log::Mark;

/// "Is writing" of one person is told so often at most, and in rooms of so many at most.
const TYPING_EVERY: Duration = Duration::from_secs(3);
const TYPING_MEMBERS: usize = 30;

impl Talk {
    /// Somebody has read, and so received, up to here; or only received.
    pub fn mark(&mut self, member: MemberId, read: i64, received: i64) {
        let last = self.last_seq;
        let Some(user) = self.sockets.get(&member).map(|socket| socket.user) else { return };
        let (tail, count) = (&self.tail, self.message_count);
        let Some(person) = self.members.get_mut(&user) else { return };
        let (read, received) = (read.min(last), received.max(read).min(last));
        if read > person.read_seq {
            person.read_seq = read;
            let exact = if read == last { Some(count) } else { tail.message_no(read) };
            // Without it the database still counts right; devices hear of it when they sync.
            person.read_no = exact.unwrap_or(person.read_no);
            self.moved.insert(user);
        }
        if received > person.received_seq {
            person.received_seq = received;
            self.moved.insert(user);
        }
    }

    /// Whether marks have moved that were not told yet.
    #[must_use]
    pub fn has_marks(&self) -> bool {
        !self.moved.is_empty()
    }

    /// Tells the marks that moved, and returns them for the database.
    pub fn take_marks(&mut self) -> Vec<Mark> {
        let mut marks = Vec::new();
        let hides = self.hides_readers();
        for user in std::mem::take(&mut self.moved) {
            let Some(member) = self.members.get(&user) else { continue };
            let frame = mark_frame(self.room, member);
            for socket in self.sockets.values_mut().filter(|socket| !hides || socket.user == user) {
                socket.say(frame.clone());
            }
            let Member { read_seq, received_seq, .. } = *member;
            marks.push(Mark { room: self.room, user, read_seq, received_seq });
        }
        marks
    }

    /// Somebody is writing.
    pub fn typing(&mut self, member: MemberId, now: Instant) {
        let Some(user) = self.sockets.get(&member).map(|socket| socket.user) else { return };
        let too_soon = self.typed.get(&user).is_some_and(|last| now.duration_since(*last) < TYPING_EVERY);
        if too_soon || self.hides_readers() || self.members.len() > TYPING_MEMBERS {
            return;
        }
        self.typed.insert(user, now);
        let frame = chat::write(&ToClient::Typing { room: self.room, user });
        for socket in self.sockets.values_mut().filter(|socket| socket.user != user) {
            socket.say(frame.clone());
        }
    }
}

/// A mark, as a frame.
pub(super) fn mark_frame(room: RoomId, member: &Member) -> Bytes {
    let Member { user, read_seq, received_seq, read_no, .. } = *member;
    chat::write(&ToClient::Mark { room, user, read_seq, received_seq, read_no: Some(read_no) })
}
