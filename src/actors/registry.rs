//! Which student's room is where. Get-or-start happens in one turn of one mailbox, so there are never two live rooms for
//! one student on this node. It forwards joins and counts them; afterwards session and room talk directly.
//!
//! A room that wants to go says how many joins it has seen. When that is how many were forwarded, nobody is on the way, the entry
//! is removed, and the room may stop. Otherwise it stays.

use std::collections::HashMap;
use std::sync::Arc;

use actix::{Actor, Addr, Context, Handler, Message, Recipient};

use super::messages::{Close, Join, Retire};
use super::student::{Services, StudentActor};
use super::threads::RoomThreads;
use crate::domain::ids::StudentId;
use crate::protocol::code::Code;

/// The server goes down: every room ends its sockets with this code, and no join is forwarded any more.
#[derive(Message)]
#[rtype(result = "()")]
pub struct CloseAll(pub Code);

struct Entry {
    room: Addr<StudentActor>,
    joins: u64,
}

/// The registry actor. One per node.
pub struct Registry {
    rooms: HashMap<StudentId, Entry>,
    threads: Arc<RoomThreads>,
    services: Services,
    closed: Option<Code>,
}

impl Registry {
    /// More joins than this waiting means that the node is overloaded; sessions then wait for their turn.
    const MAILBOX: usize = 1024;

    /// A registry that starts rooms on these threads.
    pub fn new(threads: Arc<RoomThreads>, services: Services) -> Self {
        Self { rooms: HashMap::new(), threads, services, closed: None }
    }

    fn room(&mut self, student: StudentId, retire: Recipient<Retire>) -> &mut Entry {
        if self.rooms.get(&student).is_some_and(|entry| !entry.room.connected()) {
            // It died (a panic): a new one is built from the database.
            crate::metrics::actor_panic("student");
            tracing::error!("a room was found dead and is started again");
            self.rooms.remove(&student);
        }
        let (threads, services) = (&self.threads, &self.services);
        self.rooms.entry(student).or_insert_with(|| {
            let services = services.clone();
            let room = StudentActor::start_in_arbiter(threads.of(student.0), move |_| {
                StudentActor::new(student, services, retire)
            });
            Entry { room, joins: 0 }
        })
    }
}

impl Actor for Registry {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(Self::MAILBOX);
    }
}

impl Handler<Join> for Registry {
    type Result = ();

    fn handle(&mut self, join: Join, ctx: &mut Self::Context) {
        use actix::AsyncContext;
        if let Some(code) = self.closed {
            drop(join.reply.send(Err(code)));
            return;
        }
        let entry = self.room(join.student, ctx.address().recipient());
        match entry.room.try_send(join) {
            Ok(()) => entry.joins += 1,
            Err(actix::dev::SendError::Full(join) | actix::dev::SendError::Closed(join)) => {
                drop(join.reply.send(Err(Code::Overloaded)));
            }
        }
    }
}

impl Handler<Retire> for Registry {
    type Result = bool;

    fn handle(&mut self, retire: Retire, _: &mut Self::Context) -> bool {
        let agreed = self.rooms.get(&retire.student).is_none_or(|entry| entry.joins == retire.joins_seen);
        if agreed {
            self.rooms.remove(&retire.student);
        }
        agreed
    }
}

impl Handler<CloseAll> for Registry {
    type Result = actix::ResponseFuture<()>;

    fn handle(&mut self, close: CloseAll, _: &mut Self::Context) -> Self::Result {
        self.closed = Some(close.0);
        let rooms: Vec<_> = self.rooms.values().map(|entry| entry.room.clone()).collect();
        Box::pin(async move {
            for room in rooms {
                // A room that is gone has nobody to tell.
                let _ = room.send(Close(close.0)).await;
            }
        })
    }
}
