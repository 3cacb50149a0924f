//! The log of rooms over a real database: who is in, who may write, and that each room is one order without a gap, whoever writes at once.

mod announcements;
mod classes;
mod desks;
mod log;
mod members;
mod revisions;
pub mod socket;
mod talking;

use kazumi::config::Databases;
use kazumi::domain::conversation::{Act, RoomKind};
use kazumi::domain::ids::{ClientMessageId, RoomId, StudentId, UserId};
use kazumi::store::rooms::log::{Fate, NewEvent, Place, append};
use kazumi::store::rooms::{ListedRoom, list};
use kazumi::store::{Store, roles};
use tokio_postgres::Client;

use crate::support::{TestDatabase, TestServer};

/// The demo network, as the servers see it.
struct Demo {
    database: TestDatabase,
    owner: Client,
    store: Store,
}

impl Demo {
    async fn new() -> Self {
        let database = TestDatabase::demo().await;
        let (owner, store) = (database.owner().await, store(&database));
        Self { database, owner, store }
    }

    async fn person(&self, account: &str) -> UserId {
        let statement = "select user_id from credentials where email = $1 || '@demo.kazumi.test'";
        UserId(self.owner.query_one(statement, &[&account]).await.expect("a person").get(0))
    }

    async fn student(&self, name: &str) -> StudentId {
        let statement = "select student_id from students where name like $1 || ' %'";
        StudentId(self.owner.query_one(statement, &[&name]).await.expect("one student").get(0))
    }

    async fn room(&self, name: &str, kind: RoomKind) -> RoomId {
        let statement = "select room_id from rooms where student_id = $1 and kind = $2";
        let student = self.student(name).await;
        RoomId(self.owner.query_one(statement, &[&student.0, &kind.as_str()]).await.expect("a room").get(0))
    }

    /// Beside a server over the same database.
    async fn beside(server: &TestServer) -> Self {
        let database = server.database.same();
        let (owner, store) = (database.owner().await, store(&database));
        Self { database, owner, store }
    }

    /// The room of a class.
    async fn class_room(&self, name: &str) -> RoomId {
        let statement = "select room_id from rooms join classes using (class_id) where name = $1";
        RoomId(self.owner.query_one(statement, &[&name]).await.expect("a room").get(0))
    }

    /// A room as a person sees it.
    async fn seen(&self, account: &str, room: RoomId) -> Option<ListedRoom> {
        let rooms = list(&self.store, self.person(account).await).await.expect("rooms");
        rooms.into_iter().find(|found| found.room == room)
    }

    /// Sends one message; what became of it.
    async fn send(&self, room: RoomId, account: &str, text: &str) -> Fate {
        let message = message(room, self.person(account).await, text);
        append(&self.store, vec![message]).await.expect("an answer")[0]
    }
}

fn store(database: &TestDatabase) -> Store {
    let address = |role| database.url(role).parse().expect("an address");
    let databases =
        Databases { app: address(roles::APP), writer: address(roles::WRITER), registrar: address(roles::REGISTRAR) };
    Store::open(&databases, tokio::runtime::Handle::current()).expect("a store")
}

fn message(room: RoomId, sender: UserId, text: &str) -> NewEvent {
    let act = Act::Text { body: text.to_owned(), reply_to: None };
    NewEvent { room, sender, client: ClientMessageId::generate(), act }
}

fn stored(fate: Fate) -> Place {
    match fate {
        Fate::Stored(place) => place,
        other => panic!("{other:?}"),
    }
}
