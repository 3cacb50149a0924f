//! The log of rooms: one statement writes a batch of events into many rooms, tests each sender's right, numbers without gaps, and finds what
//! was sent before. Marks move forward only. What is answered is committed.

use time::OffsetDateTime;
use uuid::Uuid;

use super::connection::Connection;
use crate::domain::conversation::Act;
use crate::domain::ids::{ClientMessageId, RoomId, UserId};
use crate::sabotage;
use crate::store::{Error, Store};

const SYNC_PASSED: &str = include_str!("../../../sql/queries/rooms/sync_passed.sql");
const MARK: &str = include_str!("../../../sql/queries/rooms/mark.sql");
/// Tries of a batch in which another server had just written the same event: the next one finds it.
const TRIES: usize = 4;

/// Something that somebody does in a room, on its way to the log. It has passed `domain::conversation::Act::checked`.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// Where.
    pub room: RoomId,
    /// Who.
    pub sender: UserId,
    /// What the sender's device calls it, for ever.
    pub client: ClientMessageId,
    /// What.
    pub act: Act,
}

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is in the log.
    Stored(Place),
    /// The same device has used its name before, for something else.
    Conflict,
    /// No right to write there, not in the room, or it is about a message that the sender does not see, that is gone, or that is not theirs to change.
    Refused,
    /// The time in which the message could be changed has passed.
    TooLate,
}

/// Where an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// In the room's order.
    pub seq: i64,
    /// Among the room's messages: its own ordinal, or that of the last message before it.
    pub message_no: i64,
    /// When it was committed.
    pub at: OffsetDateTime,
    /// It had been sent before: nothing was written now.
    pub known: bool,
}

/// How far somebody has read and received in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Where.
    pub room: RoomId,
    /// Who.
    pub user: UserId,
    /// Read up to here.
    pub read_seq: i64,
    /// Received up to here.
    pub received_seq: i64,
}

/// Commits the events over a connection that is opened for them, and returns their fates in the same order.
///
/// # Errors
/// As [`append_on`].
pub async fn append(store: &Store, events: Vec<NewEvent>) -> Result<Vec<Fate>, Error> {
    let mut connection = Connection::new(store);
    let written = store.runtime().spawn(async move { append_on(&mut connection, &events).await });
    written.await.unwrap_or_else(|join| Err(Error::Unavailable(join.to_string())))
}

/// Commits the events and returns their fates in the same order. The same event twice in one batch is written once. Must run on the store's runtime.
///
/// # Errors
/// [`Error::Unavailable`]: whether anything was stored is unknown; sent again, each event is written once all the same.
pub async fn append_on(connection: &mut Connection, events: &[NewEvent]) -> Result<Vec<Fate>, Error> {
    // The place of the first event that is the same; the others share its fate.
    let first_of: Vec<usize> = events
        .iter()
        .map(|event| {
            let is_it =
                |other: &NewEvent| (other.room, other.sender, other.client) == (event.room, event.sender, event.client);
            events.iter().position(is_it).unwrap_or_default()
        })
        .collect();
    let once: Vec<(usize, &NewEvent)> =
        events.iter().enumerate().filter(|(place, _)| first_of[*place] == *place).collect();
    let mut fates = vec![Fate::Refused; events.len()];
    let mut tries = TRIES;
    loop {
        tries -= 1;
        match connection.append(&once, &mut fates).await {
            Err(Error::Conflict { constraint }) if constraint == "room_events_client_unique" && tries > 0 => {}
            other => break other?,
        }
    }
    let fate_of = |(place, first): (usize, &usize)| match fates[*first] {
        Fate::Stored(stored) if *first != place => match events[place].act == events[*first].act {
            true => Fate::Stored(Place { known: true, ..stored }),
            false => Fate::Conflict,
        },
        fate => fate,
    };
    let fates = first_of.iter().enumerate().map(fate_of).collect();
    if sabotage::is_on(sabotage::Fault::WriteAgain) { write_again(connection, events, fates).await } else { Ok(fates) }
}

/// What a build that does wrong on purpose makes of events that were sent before.
async fn write_again(
    connection: &mut Connection,
    events: &[NewEvent],
    mut fates: Vec<Fate>,
) -> Result<Vec<Fate>, Error> {
    for (event, fate) in events.iter().zip(&mut fates) {
        if let Fate::Stored(Place { known: true, .. }) = fate {
            let renamed = NewEvent { client: ClientMessageId::generate(), ..event.clone() };
            *fate = Box::pin(append_on(connection, &[renamed])).await?[0];
        }
    }
    Ok(fates)
}

/// Moves marks forward; what is beyond the log, or behind where the mark is, changes nothing.
///
/// # Errors
/// Database errors.
pub async fn mark(store: &Store, marks: Vec<Mark>) -> Result<(), Error> {
    store
        .as_writer(move |transaction| {
            Box::pin(async move {
                let rooms: Vec<Uuid> = marks.iter().map(|mark| mark.room.0).collect();
                let users: Vec<Uuid> = marks.iter().map(|mark| mark.user.0).collect();
                let read: Vec<i64> = marks.iter().map(|mark| mark.read_seq).collect();
                let received: Vec<i64> = marks.iter().map(|mark| mark.received_seq).collect();
                let statement = transaction.prepare_cached(MARK).await?;
                transaction.execute(&statement, &[&rooms, &users, &read, &received]).await?;
                Ok(())
            })
        })
        .await
}

/// What was looked at for dates that passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Looked {
    /// Of how many students a date had passed.
    pub students: i64,
    /// Up to when, by the database's clock.
    pub at: OffsetDateTime,
}

/// Lets the members of rooms follow dates that have passed since `since`, or all of them.
///
/// # Errors
/// Database errors.
pub async fn sync_passed(store: &Store, since: Option<OffsetDateTime>) -> Result<Looked, Error> {
    store
        .as_writer(move |transaction| {
            Box::pin(async move {
                let statement = transaction.prepare_cached(SYNC_PASSED).await?;
                let row = transaction.query_one(&statement, &[&since]).await?;
                Ok(Looked { students: row.try_get("students")?, at: row.try_get("at")? })
            })
        })
        .await
}
