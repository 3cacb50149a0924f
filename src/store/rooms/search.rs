//! Finding messages. Their words are kept beside the log (V30) by a task that reads the logs on, some seconds behind and never in their way. Two walls: places
//! are looked up among the person's rooms, and what stands there is read as that person. Read next: `docs/adr/0032`.

use std::time::Duration;

use deadpool_postgres::Transaction;
use time::OffsetDateTime;
use tokio::time::MissedTickBehavior;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::domain::conversation::RoomKind;
use crate::domain::finding::{self, PAGE, Snippet};
use crate::domain::ids::{RoomId, StudentId, UserId};
use crate::metrics::chat as metric;
use crate::store::audit::{self, Action, Event, Outcome};
use crate::store::{Asker, Error, Store};

const TRY_LOCK_INDEXER: &str = include_str!("../../../sql/queries/rooms/try_lock_indexer.sql");
const INDEX_MESSAGES: &str = include_str!("../../../sql/queries/rooms/index_messages.sql");
const FIND_MESSAGES: &str = include_str!("../../../sql/queries/rooms/find_messages.sql");
const SHOW_FOUND: &str = include_str!("../../../sql/queries/rooms/show_found.sql");

/// The advisory lock: the bytes of "finder".
const LOCK: i64 = 0x6669_6e64_6572;
/// How often the task looks.
const INDEX_EVERY: Duration = Duration::from_secs(2);
/// Rooms, and events of each, of one transaction: a second of work when all messages are long.
const ROOMS_AT_ONCE: i64 = 50;
const EVENTS_AT_ONCE: i64 = 100;

/// A place in the list of what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FoundPlace {
    /// When the message was committed.
    pub at: OffsetDateTime,
    /// Its room.
    pub room: RoomId,
    /// Its place there.
    pub seq: i64,
}

/// A message that was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// Where.
    pub place: FoundPlace,
    /// Which room of the student.
    pub kind: RoomKind,
    /// The student; none in a room of more than one.
    pub student: Option<(StudentId, String)>,
    /// Who wrote it.
    pub user: UserId,
    /// Their full name; none for somebody out of sight.
    pub name: Option<String>,
    /// The piece around what was found.
    pub snippet: Snippet,
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Question {
    /// As [`finding::question`] left it.
    pub words: String,
    /// In one room only.
    pub room: Option<RoomId>,
    /// What comes behind this place.
    pub before: Option<FoundPlace>,
}

/// A page of what was found, newest first, and the place behind which the next one begins.
pub type FoundPage = (Vec<Found>, Option<FoundPlace>);

/// Looks for words in the rooms the asker is in, since they are in; recorded, without the words.
///
/// # Errors
/// Database errors.
pub async fn search(store: &Store, asker: Asker, question: Question) -> Result<FoundPage, Error> {
    let (user, Question { words, room, before }) = (asker.user, question);
    let (wanted, most) = (words.clone(), PAGE as i64 + 1);
    let mut places = store
        .as_writer(move |transaction| {
            Box::pin(async move {
                let (at, room_before, seq) = (before.map(|p| p.at), before.map(|p| p.room.0), before.map(|p| p.seq));
                let room = room.map(|room| room.0);
                let statement = transaction.prepare_cached(FIND_MESSAGES).await?;
                let rows =
                    transaction.query(&statement, &[&user.0, &wanted, &room, &at, &room_before, &seq, &most]).await?;
                rows.iter().map(place).collect::<Result<Vec<_>, Error>>()
            })
        })
        .await?;
    let goes_on = places.len() > PAGE;
    places.truncate(PAGE);
    let next = places.last().copied().filter(|_| goes_on);
    let resource = room.map_or_else(|| "rooms/search".to_owned(), |room| format!("room/{room}/search"));
    let event = Event { resource: Some(resource), ..asker.event(Action::SearchMessages, Outcome::Allowed) };
    let found = store
        .as_person(Some(user), move |transaction| {
            Box::pin(async move {
                audit::append_in(transaction, &event).await?;
                show(transaction, &places, &words).await
            })
        })
        .await?;
    metric::searched();
    Ok((found, next))
}

async fn show(transaction: &Transaction<'_>, places: &[FoundPlace], words: &str) -> Result<Vec<Found>, Error> {
    let rooms: Vec<Uuid> = places.iter().map(|place| place.room.0).collect();
    let seqs: Vec<i64> = places.iter().map(|place| place.seq).collect();
    let statement = transaction.prepare_cached(SHOW_FOUND).await?;
    transaction.query(&statement, &[&rooms, &seqs, &words]).await?.iter().map(found).collect()
}

fn place(row: &Row) -> Result<FoundPlace, Error> {
    Ok(FoundPlace { at: row.try_get("at")?, room: RoomId(row.try_get("room_id")?), seq: row.try_get("seq")? })
}

fn found(row: &Row) -> Result<Found, Error> {
    let student = row.try_get::<_, Option<Uuid>>("student_id")?.map(StudentId);
    Ok(Found {
        place: FoundPlace {
            at: row.try_get("created_at")?,
            room: RoomId(row.try_get("room_id")?),
            seq: row.try_get("seq")?,
        },
        kind: row.try_get::<_, &str>("kind")?.parse()?,
        student: student.zip(row.try_get("student_name")?),
        user: UserId(row.try_get("user_id")?),
        name: row.try_get("name")?,
        snippet: finding::snippet(row.try_get("body")?, row.try_get("marked")?),
    })
}

/// What one look of the task did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Indexed {
    /// Rooms that were behind, as many as one look takes at most.
    pub rooms: i64,
    /// Messages whose words were written.
    pub written: i64,
    /// Messages whose words were removed.
    pub removed: i64,
}

/// Reads the logs on; `None` while another server does.
///
/// # Errors
/// Database errors; nothing has moved then.
pub async fn index(store: &Store) -> Result<Option<Indexed>, Error> {
    store
        .as_writer(|transaction| {
            Box::pin(async move {
                let statement = transaction.prepare_cached(TRY_LOCK_INDEXER).await?;
                if !transaction.query_one(&statement, &[&LOCK]).await?.try_get::<_, bool>("locked")? {
                    return Ok(None);
                }
                let statement = transaction.prepare_cached(INDEX_MESSAGES).await?;
                let row = transaction.query_one(&statement, &[&ROOMS_AT_ONCE, &EVENTS_AT_ONCE]).await?;
                let (rooms, written) = (row.try_get("rooms")?, row.try_get("written")?);
                Ok(Some(Indexed { rooms, written, removed: row.try_get("removed")? }))
            })
        })
        .await
}

/// Starts reading the logs on, on the store's runtime, for as long as that lives. What one look left over is taken at once.
pub fn keep_indexing(store: &Store) {
    let (runtime, store) = (store.runtime().clone(), store.clone());
    runtime.spawn(async move {
        let mut period = tokio::time::interval(INDEX_EVERY);
        period.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            period.tick().await;
            while look(&store).await {}
        }
    });
}

/// Whether there is more at once.
async fn look(store: &Store) -> bool {
    match index(store).await {
        Ok(None) => false,
        Ok(Some(done)) => {
            metric::indexed(done.written.unsigned_abs() + done.removed.unsigned_abs());
            // A room that is further behind than one part comes again with the next look.
            done.rooms == ROOMS_AT_ONCE || done.written >= EVENTS_AT_ONCE
        }
        Err(error) => {
            metric::index_failed();
            tracing::warn!(%error, "words of messages could not be written; they wait");
            false
        }
    }
}
