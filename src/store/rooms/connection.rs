//! One batch of events, one transaction, one round trip, on a connection that nobody else uses: what it takes is sent at once, without waiting for the answers
//! in between. It is committed when the last answer has come, and only then anybody is told. Knows nothing of queues and retries.

use std::sync::Arc;

use tokio_postgres::types::ToSql;
use tokio_postgres::{Config, Row, Statement};
use uuid::Uuid;

use super::log::{Fate, NewEvent, Place};
use crate::domain::conversation::EDIT_WITHIN;
use crate::store::alone::Alone;
use crate::store::{ANSWER_TIMEOUT, Error, Store, in_time};

/// Statements see the world as it was when they began: whoever is taken out while a batch waits for a room must be out for what is written then.
pub(super) const LOCK_ROOMS: &str = include_str!("../../../sql/queries/rooms/lock_rooms.sql");
const LOCK_MEMBERS: &str = include_str!("../../../sql/queries/rooms/lock_members.sql");
const APPEND: &str = include_str!("../../../sql/queries/rooms/append.sql");
/// One plan for batches of every size, by way of the indexes: planning this statement costs more than most batches.
const SETTINGS: &str = "set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set jit = off";

/// A way into the logs: one connection, opened when it is needed.
pub struct Connection {
    config: Arc<Config>,
    open: Option<Open>,
}

struct Open {
    alone: Alone,
    lock_rooms: Statement,
    lock_members: Statement,
    append: Statement,
}

impl Connection {
    /// Opens nothing yet.
    #[must_use]
    pub fn new(store: &Store) -> Self {
        Self { config: store.writer_config(), open: None }
    }

    /// Commits events, each with its place in `fates`, where its fate is put. No event twice. Must run on the store's runtime.
    ///
    /// # Errors
    /// Nothing was stored, unless the error is transient: then it is unknown.
    pub async fn append(&mut self, events: &[(usize, &NewEvent)], fates: &mut [Fate]) -> Result<(), Error> {
        let answer = in_time(self.append_on_open(events, fates)).await;
        let outcome = answer.unwrap_or_else(|| {
            Err(Error::Unavailable(format!("a batch was not answered within {} s", ANSWER_TIMEOUT.as_secs())))
        });
        if let Err(error) = &outcome {
            crate::metrics::db_error(error.kind());
            if !matches!(error, Error::Conflict { .. }) {
                // It may lead to a server that was demoted or is going down, or still wait for the answer: the next try begins with a fresh one.
                self.open = None;
            }
        }
        outcome
    }

    async fn append_on_open(&mut self, events: &[(usize, &NewEvent)], fates: &mut [Fate]) -> Result<(), Error> {
        let open = match self.open.take().filter(|open| !open.alone.client.is_closed()) {
            Some(open) => open,
            None => Open::connect(&self.config).await?,
        };
        self.open.insert(open).append(events, fates).await
    }
}

impl Open {
    /// Whatever keeps a connection from being opened, it is an outage.
    async fn connect(config: &Config) -> Result<Self, Error> {
        let connect = async {
            let alone = Alone::open(config, SETTINGS).await?;
            let lock_rooms = alone.client.prepare(LOCK_ROOMS).await?;
            let lock_members = alone.client.prepare(LOCK_MEMBERS).await?;
            let append = alone.client.prepare(APPEND).await?;
            Ok(Self { alone, lock_rooms, lock_members, append })
        };
        connect.await.map_err(|error: tokio_postgres::Error| Error::Unavailable(Error::from(error).to_string()))
    }

    async fn append(&self, events: &[(usize, &NewEvent)], fates: &mut [Fate]) -> Result<(), Error> {
        let places: Vec<i32> = events.iter().map(|(place, _)| *place as i32).collect();
        let rooms: Vec<Uuid> = events.iter().map(|(_, event)| event.room.0).collect();
        let senders: Vec<Uuid> = events.iter().map(|(_, event)| event.sender.0).collect();
        let clients: Vec<Uuid> = events.iter().map(|(_, event)| event.client.0).collect();
        let kinds: Vec<&str> = events.iter().map(|(_, event)| event.act.kind().as_str()).collect();
        let bodies: Vec<Option<&String>> = events.iter().map(|(_, event)| event.act.body()).collect();
        let replies: Vec<Option<i64>> = events.iter().map(|(_, event)| event.act.reply_to()).collect();
        let targets: Vec<Option<i64>> = events.iter().map(|(_, event)| event.act.target()).collect();
        let reactions: Vec<Option<&str>> =
            events.iter().map(|(_, event)| event.act.reaction().map(|reaction| reaction.as_str())).collect();
        let edit_within = EDIT_WITHIN.as_secs_f64();
        let arguments: [&(dyn ToSql + Sync); 10] =
            [&places, &rooms, &senders, &clients, &kinds, &bodies, &replies, &targets, &reactions, &edit_within];
        let client = &self.alone.client;
        let (locked_rooms, locked_members): ([&(dyn ToSql + Sync); 1], [&(dyn ToSql + Sync); 2]) =
            ([&rooms], [&rooms, &senders]);
        // Sent in this order, before the first answer. After a failure the database refuses the rest, and the last word undoes it all.
        let (begun, rooms, members, rows, ended) = tokio::join!(
            client.batch_execute("begin"),
            client.execute(&self.lock_rooms, &locked_rooms),
            client.execute(&self.lock_members, &locked_members),
            client.query(&self.append, &arguments),
            client.batch_execute("commit"),
        );
        begun?;
        rooms?;
        members?;
        let rows = rows?;
        ended?;
        for row in rows {
            fates[row.try_get::<_, i32>("place")? as usize] = fate(&row)?;
        }
        Ok(())
    }
}

fn fate(row: &Row) -> Result<Fate, Error> {
    let place = |known| -> Result<Fate, Error> {
        let (seq, message_no, at) = (row.try_get("seq")?, row.try_get("message_no")?, row.try_get("created_at")?);
        Ok(Fate::Stored(Place { seq, message_no, at, known }))
    };
    Ok(match row.try_get("outcome")? {
        "stored" => place(false)?,
        "known" => place(true)?,
        "too_late" => Fate::TooLate,
        _ => Fate::Conflict,
    })
}
