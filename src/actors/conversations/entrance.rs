//! The entrance to conversations, for sockets: which rooms somebody is in, a seat in one of them, and what was said before. Every question is asked as
//! the person, so that row-level security answers it.

use std::sync::Arc;
use std::time::Duration;

use actix::{Addr, Recipient};
use bytes::Bytes;
use serde_json::value::RawValue;
use tokio::sync::oneshot;

use super::directory::Directory;
use super::messages::{Attach, Detach, Say};
use super::talk::encoded;
use super::{Conversation, Services};
use crate::actors::messages::MemberId;
use crate::actors::outlet::Outlet;
use crate::actors::positions::Open;
use crate::actors::rooms::code_of;
use crate::actors::threads::RoomThreads;
use crate::domain::ids::{RoomId, UserId};
use crate::protocol::chat::{self, LastMessageItem, MOST_HISTORY, RoomItem, ToClient};
use crate::protocol::code::Code;
use crate::store::Store;
use crate::store::rooms::follow;
use crate::store::rooms::marks::Marks;
use crate::store::rooms::writer::RoomWriter;
use crate::store::rooms::{self, ListedRoom, Part};

/// How often open rooms are compared with their logs: how long what was written on another server takes to be seen here at most. One short query a
/// thousand rooms.
const POSITIONS_EVERY: Duration = Duration::from_secs(1);
/// How long a room may take to be opened and caught up with.
const ATTACH_WITHIN: Duration = Duration::from_secs(20);

/// All conversations of this node. Cheap to clone.
#[derive(Clone)]
pub struct Conversations {
    services: Services,
}

/// A socket's seat in a room. Dropping it says goodbye.
pub struct RoomSeat {
    room: Addr<Conversation>,
    member: MemberId,
}

impl RoomSeat {
    /// The socket in this room.
    #[must_use]
    pub const fn member(&self) -> MemberId {
        self.member
    }

    /// Where frames go.
    #[must_use]
    pub fn says(&self) -> Recipient<Say> {
        self.room.clone().recipient()
    }
}

impl Drop for RoomSeat {
    /// Past the mailbox's bound: a goodbye must never be lost, and each seat says it once.
    #[expect(clippy::disallowed_methods, reason = "a lost goodbye would leave a ghost in the room")]
    fn drop(&mut self) {
        self.room.do_send(Detach { member: self.member });
    }
}

impl Conversations {
    /// Starts the writers of logs and marks, and the position check.
    #[must_use]
    pub fn start(store: &Store, threads: Arc<RoomThreads>) -> Self {
        let open: Open<RoomId, follow::Head> = Open::default();
        open.clone().watch(store, POSITIONS_EVERY, |store, rooms| async move { follow::heads(&store, rooms).await });
        let services = Services {
            store: store.clone(),
            writer: RoomWriter::start(store),
            marks: Marks::start(store),
            open,
            directory: Directory::new(threads),
        };
        Self { services }
    }

    /// The rooms somebody is in, as frames list them.
    ///
    /// # Errors
    /// `StoreUnavailable`, `Internal`.
    pub async fn rooms_of(&self, user: UserId) -> Result<Vec<RoomItem>, Code> {
        let listed = rooms::list(&self.services.store, user).await.map_err(|error| code_of(&error))?;
        Ok(listed.into_iter().map(item).collect())
    }

    /// Attaches a socket to a room; answered once everything that was there has been handed over.
    ///
    /// # Errors
    /// `NotFound` when this person is not in it, `Overloaded`, `StoreUnavailable`, `Internal`.
    pub async fn attach(
        &self,
        room: RoomId,
        user: UserId,
        have: Option<(i32, i64)>,
        outlet: Outlet,
    ) -> Result<RoomSeat, Code> {
        let (reply, answer) = oneshot::channel();
        let member = MemberId::next();
        let attach = Attach { member, user, have, outlet, reply };
        let address = self.services.directory.attach(room, attach, &self.services)?;
        let seat = RoomSeat { room: address, member };
        match tokio::time::timeout(ATTACH_WITHIN, answer).await {
            Ok(Ok(Ok(()))) => Ok(seat),
            Ok(Ok(Err(code))) => Err(code),
            Ok(Err(_)) => Err(Code::Internal),
            Err(_) => Err(Code::StoreUnavailable),
        }
    }

    /// A part of a room's log, as a frame; an empty one for a room this person is not in.
    ///
    /// # Errors
    /// `StoreUnavailable`, `Internal`.
    pub async fn history(
        &self,
        user: UserId,
        request: u32,
        room: RoomId,
        before: i64,
        most: i64,
    ) -> Result<Bytes, Code> {
        let most = most.clamp(1, MOST_HISTORY);
        let read = rooms::events(&self.services.store, user, room, Part::Before(before), most).await;
        let events: Vec<Box<RawValue>> = read.map_err(|error| code_of(&error))?.iter().map(encoded).collect();
        let events: Vec<&RawValue> = events.iter().map(|event| &**event).collect();
        let end = (events.len() as i64) < most;
        Ok(chat::write(&ToClient::Page { request, room, events: &events, end }))
    }

    /// Waits until everything that was received is committed, and the marks are written.
    pub async fn settled(&self) {
        self.services.writer.settled().await;
        self.services.marks.flush().await;
    }
}

fn item(listed: ListedRoom) -> RoomItem {
    let ListedRoom { room, kind, student, access, epoch, last_seq, .. } = listed;
    let last_message = listed.last_message.map(|message| LastMessageItem {
        seq: message.seq,
        user: message.by,
        name: message.by_name,
        title: message.title,
        text: message.body,
        at: chat::milliseconds(message.at),
    });
    RoomItem {
        room,
        kind,
        student,
        student_name: listed.student_name,
        class_name: listed.class_name,
        guardian: listed.guardian,
        guardian_name: listed.guardian_name,
        access,
        reads_along: listed.reads_along,
        epoch,
        last_seq,
        joined_seq: listed.joined_seq,
        message_count: listed.message_count,
        read_seq: listed.read_seq,
        read_no: listed.read_no,
        last_message,
    }
}
