//! The log of rooms: one statement writes a batch of messages into many rooms, tests each sender's right, numbers without gaps, and finds what
//! was sent before. Marks move forward only. What is answered is committed.

use deadpool_postgres::Transaction;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::ids::{ClientMessageId, RoomId, UserId};
use crate::sabotage;
use crate::store::{Error, Store};

const APPEND: &str = include_str!("../../../sql/queries/rooms/append.sql");
const SYNC_PASSED: &str = include_str!("../../../sql/queries/rooms/sync_passed.sql");
const MARK: &str = include_str!("../../../sql/queries/rooms/mark.sql");
/// Tries of a batch in which another server had just written the same message: the next one finds it.
const TRIES: usize = 4;

/// A message on its way to the log. Its text has passed `domain::conversation::text`.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// Where to.
    pub room: RoomId,
    /// Who writes it.
    pub sender: UserId,
    /// What the sender's device calls it, for ever.
    pub client: ClientMessageId,
    /// What it says.
    pub body: String,
    /// Which message it answers.
    pub reply_to: Option<i64>,
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is in the log.
    Stored(Place),
    /// The same device has used its name before, for something else.
    Conflict,
    /// No right to write there, not in the room, or it answers a message that the sender does not see.
    Refused,
}

/// Where a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// In the room's order.
    pub seq: i64,
    /// Among the room's messages.
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

/// Commits the messages and returns their fates in the same order. The same message twice in one batch is written once.
///
/// # Errors
/// [`Error::Unavailable`]: whether anything was stored is unknown; sent again, each message is written once all the same.
pub async fn append(store: &Store, messages: Vec<NewMessage>) -> Result<Vec<Fate>, Error> {
    // The place of the first message that is the same; the others share its fate.
    let first_of: Vec<usize> = messages
        .iter()
        .map(|message| {
            let is_it = |other: &NewMessage| {
                (other.room, other.sender, other.client) == (message.room, message.sender, message.client)
            };
            messages.iter().position(is_it).unwrap_or_default()
        })
        .collect();
    let mut tries = TRIES;
    let fates = loop {
        tries -= 1;
        let (messages, first_of) = (messages.clone(), first_of.clone());
        let written = store
            .as_writer(move |transaction| Box::pin(async move { append_in(transaction, &messages, &first_of).await }))
            .await;
        match written {
            Err(Error::Conflict { constraint }) if constraint == "room_events_client_unique" && tries > 0 => {}
            other => break other?,
        }
    };
    let fate_of = |(place, first): (usize, &usize)| match fates[*first] {
        Fate::Stored(stored) if *first != place => {
            let (message, other) = (&messages[place], &messages[*first]);
            match (&message.body, message.reply_to) == (&other.body, other.reply_to) {
                true => Fate::Stored(Place { known: true, ..stored }),
                false => Fate::Conflict,
            }
        }
        fate => fate,
    };
    let fates = first_of.iter().enumerate().map(fate_of).collect();
    if sabotage::is_on(sabotage::Fault::WriteAgain) { write_again(store, messages, fates).await } else { Ok(fates) }
}

/// What a build that does wrong on purpose makes of messages that were sent before.
async fn write_again(store: &Store, messages: Vec<NewMessage>, mut fates: Vec<Fate>) -> Result<Vec<Fate>, Error> {
    for (message, fate) in messages.into_iter().zip(&mut fates) {
        if let Fate::Stored(Place { known: true, .. }) = fate {
            let renamed = NewMessage { client: ClientMessageId::generate(), ..message };
            *fate = Box::pin(append(store, vec![renamed])).await?[0];
        }
    }
    Ok(fates)
}

async fn append_in(
    transaction: &Transaction<'_>,
    messages: &[NewMessage],
    first_of: &[usize],
) -> Result<Vec<Fate>, Error> {
    let once: Vec<(usize, &NewMessage)> =
        messages.iter().enumerate().filter(|(place, _)| first_of[*place] == *place).collect();
    let places: Vec<i32> = once.iter().map(|(place, _)| *place as i32).collect();
    let rooms: Vec<Uuid> = once.iter().map(|(_, message)| message.room.0).collect();
    let senders: Vec<Uuid> = once.iter().map(|(_, message)| message.sender.0).collect();
    let clients: Vec<Uuid> = once.iter().map(|(_, message)| message.client.0).collect();
    let bodies: Vec<&str> = once.iter().map(|(_, message)| message.body.as_str()).collect();
    let replies: Vec<Option<i64>> = once.iter().map(|(_, message)| message.reply_to).collect();
    let statement = transaction.prepare_cached(APPEND).await?;
    let mut fates = vec![Fate::Refused; messages.len()];
    for row in transaction.query(&statement, &[&places, &rooms, &senders, &clients, &bodies, &replies]).await? {
        let place = Place {
            seq: row.try_get("seq")?,
            message_no: row.try_get("message_no")?,
            at: row.try_get("created_at")?,
            known: row.try_get("known")?,
        };
        fates[row.try_get::<_, i32>("place")? as usize] =
            if row.try_get("same")? { Fate::Stored(place) } else { Fate::Conflict };
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
