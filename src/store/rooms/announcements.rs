//! Announcements: what the school tells a class, who of the families has seen it, and who has confirmed it. An announcement is an event of the room's log,
//! written like a message: with the same lock, the same numbers, and the device's own name for it.

use deadpool_postgres::Transaction;
use time::OffsetDateTime;
use tokio_postgres::Row;
use uuid::Uuid;

use super::connection::LOCK_ROOMS;
use super::log::Place;
use crate::domain::administration::Refusal;
use crate::domain::conversation::{ANNOUNCEMENTS_AN_HOUR, Confirmed};
use crate::domain::ids::{ClientMessageId, RoomId, StudentId, UserId};
use crate::store::audit::{self, Action, Event, Outcome};
use crate::store::{Asker, Error, Store};

const LOCK_AUTHOR: &str = include_str!("../../../sql/queries/announcements/lock_author.sql");
const ANNOUNCE: &str = include_str!("../../../sql/queries/announcements/announce.sql");
const LIST_OWN: &str = include_str!("../../../sql/queries/announcements/list_own.sql");
const FIND_ROLE: &str = include_str!("../../../sql/queries/announcements/find_role.sql");
const CONFIRM: &str = include_str!("../../../sql/queries/announcements/confirm.sql");
const FIND_ANNOUNCEMENT: &str = include_str!("../../../sql/queries/announcements/find_announcement.sql");
const LIST_RECEIPTS: &str = include_str!("../../../sql/queries/announcements/list_receipts.sql");

/// An announcement on its way to the log. Title and text have passed `domain::conversation`.
#[derive(Debug, Clone)]
pub struct NewAnnouncement {
    /// What the author's device calls it, for ever.
    pub client: ClientMessageId,
    /// In one line.
    pub title: String,
    /// What it says.
    pub body: String,
    /// Whether families are asked to confirm it.
    pub needs_confirmation: bool,
}

/// What became of an announcement that its author may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Announced {
    /// It is in the log.
    Stored(Place),
    /// The same device has used its name before, for something else.
    Conflict,
    /// The author has written as many as anybody may in an hour.
    TooMany,
}

/// A confirmation as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confirmation {
    /// When.
    pub at: OffsetDateTime,
    /// In which way.
    pub how: Confirmed,
}

/// What became of an announcement, as somebody may see it who writes in its room.
#[derive(Debug, Clone)]
pub struct Receipts {
    /// Its title.
    pub title: String,
    /// Whether it asks for a confirmation.
    pub needs_confirmation: bool,
    /// When it was committed.
    pub at: OffsetDateTime,
    /// Students of the class today, also those out of the asker's sight.
    pub students_in_class: i64,
    /// For how many of them somebody has confirmed.
    pub students_confirmed: i64,
    /// The students for whom the asker writes in this room, by name.
    pub students: Vec<StudentReceipts>,
}

/// Who of a student's family has seen an announcement.
#[derive(Debug, Clone)]
pub struct StudentReceipts {
    /// The student.
    pub student: StudentId,
    /// Full name.
    pub name: String,
    /// The guardians who were in the room when it came, by name.
    pub guardians: Vec<Receipt>,
}

impl StudentReceipts {
    /// Whether somebody of the family has confirmed.
    #[must_use]
    pub fn is_confirmed(&self) -> bool {
        self.guardians.iter().any(|guardian| guardian.confirmation.is_some())
    }
}

/// One guardian and one announcement.
#[derive(Debug, Clone)]
pub struct Receipt {
    /// Who.
    pub user: UserId,
    /// Full name.
    pub name: String,
    /// When they had read so far.
    pub seen_at: Option<OffsetDateTime>,
    /// Their confirmation.
    pub confirmation: Option<Confirmation>,
}

/// Writes an announcement into the room of a class, or finds the one that was sent before.
///
/// # Errors
/// [`Error::NotFound`] for whoever is not in such a room, [`Error::Rule`] for whoever only reads there. [`Error::Unavailable`]: whether it was stored is
/// unknown; sent again, it is written once all the same.
pub async fn announce(store: &Store, asker: Asker, room: RoomId, new: NewAnnouncement) -> Result<Announced, Error> {
    let event = event(&asker, Action::Announce, Outcome::Allowed, room, None);
    let user = asker.user;
    let done = store
        .as_writer(move |transaction| Box::pin(async move { announce_in(transaction, user, room, &new, event).await }))
        .await?;
    match done {
        Some(announced) => Ok(announced),
        None => {
            let refused = refusal(store, asker.user, room).await;
            audit::append(store, self::event(&asker, Action::Announce, Outcome::Denied, room, None)).await?;
            Err(refused?)
        }
    }
}

async fn announce_in(
    transaction: &Transaction<'_>,
    user: UserId,
    room: RoomId,
    new: &NewAnnouncement,
    event: Event,
) -> Result<Option<Announced>, Error> {
    let statement = transaction.prepare_cached(LOCK_AUTHOR).await?;
    transaction.execute(&statement, &[&user.0]).await?;
    let statement = transaction.prepare_cached(LOCK_ROOMS).await?;
    transaction.execute(&statement, &[&vec![room.0]]).await?;
    let statement = transaction.prepare_cached(ANNOUNCE).await?;
    let NewAnnouncement { client, title, body, needs_confirmation } = new;
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 7] =
        [&room.0, &user.0, &client.0, title, body, needs_confirmation, &ANNOUNCEMENTS_AN_HOUR];
    let Some(row) = transaction.query_opt(&statement, &values).await? else { return Ok(None) };
    if row.try_get("too_many")? {
        return Ok(Some(Announced::TooMany));
    }
    if !row.try_get::<_, bool>("same")? {
        return Ok(Some(Announced::Conflict));
    }
    let place = Place {
        seq: row.try_get("seq")?,
        message_no: row.try_get("message_no")?,
        at: row.try_get("created_at")?,
        known: row.try_get("known")?,
    };
    if !place.known {
        let resource = Some(format!("room/{room}/announcement/{}", place.seq));
        audit::append_in(transaction, &Event { resource, ..event }).await?;
    }
    Ok(Some(Announced::Stored(place)))
}

/// Confirms an announcement for the asker. Done again it stays what it was.
///
/// # Errors
/// [`Error::NotFound`] for an announcement out of sight, or that asks for nothing; [`Error::Rule`] for whoever is no family there.
pub async fn confirm(
    store: &Store,
    asker: Asker,
    room: RoomId,
    seq: i64,
    how: Confirmed,
) -> Result<Confirmation, Error> {
    let denied = event(&asker, Action::ConfirmAnnouncement, Outcome::Denied, room, Some(seq));
    let done = store
        .as_person(Some(asker.user), move |transaction| {
            Box::pin(async move {
                let role = role_in(transaction, asker.user, room, Some(seq)).await?.ok_or(Error::NotFound)?;
                if !role.reads_along {
                    return Err(Refusal::NotAllowed.into());
                }
                let statement = transaction.prepare_cached(CONFIRM).await?;
                let row = transaction.query_opt(&statement, &[&room.0, &seq, &asker.user.0, &how.as_str()]).await?;
                let row = row.ok_or(Error::NotFound)?;
                let event = event(&asker, Action::ConfirmAnnouncement, Outcome::Allowed, room, Some(seq));
                audit::append_in(transaction, &event).await?;
                let how: &str = row.try_get("how")?;
                Ok(Confirmation { at: row.try_get("confirmed_at")?, how: how.parse()? })
            })
        })
        .await;
    tell(store, done, denied).await
}

/// The asker's own confirmations in the room of a class, the newest first, 500 at most: what their device shows as done.
///
/// # Errors
/// [`Error::NotFound`] for a room out of sight.
pub async fn own_confirmations(store: &Store, user: UserId, room: RoomId) -> Result<Vec<(i64, Confirmation)>, Error> {
    store
        .as_person(Some(user), move |transaction| {
            Box::pin(async move {
                role_in(transaction, user, room, None).await?.ok_or(Error::NotFound)?;
                let statement = transaction.prepare_cached(LIST_OWN).await?;
                let rows = transaction.query(&statement, &[&room.0, &user.0]).await?;
                let own = |row: &Row| {
                    let how: &str = row.try_get("how")?;
                    Ok((row.try_get("seq")?, Confirmation { at: row.try_get("confirmed_at")?, how: how.parse()? }))
                };
                rows.iter().map(own).collect()
            })
        })
        .await
}

/// Who has seen and confirmed an announcement; recorded.
///
/// # Errors
/// [`Error::NotFound`] for an announcement out of sight, [`Error::Rule`] for whoever does not write in its room.
pub async fn receipts(store: &Store, asker: Asker, room: RoomId, seq: i64) -> Result<Receipts, Error> {
    let denied = event(&asker, Action::ViewReceipts, Outcome::Denied, room, Some(seq));
    let user = asker.user;
    let role = store
        .as_person(Some(user), move |transaction| {
            Box::pin(async move { role_in(transaction, user, room, Some(seq)).await })
        })
        .await;
    let done = match role {
        Err(error) => Err(error),
        Ok(None) => Err(Error::NotFound),
        Ok(Some(role)) if !role.writes => Err(Refusal::NotAllowed.into()),
        Ok(Some(_)) => {
            store
                .as_writer(move |transaction| {
                    Box::pin(async move { receipts_in(transaction, &asker, room, seq).await })
                })
                .await
        }
    };
    tell(store, done, denied).await
}

async fn receipts_in(transaction: &Transaction<'_>, asker: &Asker, room: RoomId, seq: i64) -> Result<Receipts, Error> {
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 3] = [&room.0, &seq, &asker.user.0];
    let statement = transaction.prepare_cached(FIND_ANNOUNCEMENT).await?;
    let found = transaction.query_opt(&statement, &values).await?.ok_or(Error::NotFound)?;
    let statement = transaction.prepare_cached(LIST_RECEIPTS).await?;
    let mut students: Vec<StudentReceipts> = Vec::new();
    for row in transaction.query(&statement, &values).await? {
        let student = StudentId(row.try_get("student_id")?);
        if students.last().is_none_or(|last| last.student != student) {
            students.push(StudentReceipts { student, name: row.try_get("student_name")?, guardians: Vec::new() });
        }
        if let (Some(last), Some(guardian)) = (students.last_mut(), receipt(&row)?) {
            last.guardians.push(guardian);
        }
    }
    audit::append_in(transaction, &event(asker, Action::ViewReceipts, Outcome::Allowed, room, Some(seq))).await?;
    Ok(Receipts {
        title: found.try_get("title")?,
        needs_confirmation: found.try_get("needs_confirmation")?,
        at: found.try_get("created_at")?,
        students_in_class: found.try_get("students")?,
        students_confirmed: found.try_get("confirmed")?,
        students,
    })
}

fn receipt(row: &Row) -> Result<Option<Receipt>, Error> {
    let Some(user) = row.try_get::<_, Option<Uuid>>("user_id")? else { return Ok(None) };
    let confirmation = match (row.try_get("confirmed_at")?, row.try_get::<_, Option<&str>>("how")?) {
        (Some(at), Some(how)) => Some(Confirmation { at, how: how.parse()? }),
        _ => None,
    };
    Ok(Some(Receipt { user: UserId(user), name: row.try_get("name")?, seen_at: row.try_get("seen_at")?, confirmation }))
}

/// How somebody is in the room of a class.
struct Role {
    reads_along: bool,
    writes: bool,
}

/// `None` for a room out of reach, or when there is no such announcement that they see.
async fn role_in(
    transaction: &Transaction<'_>,
    user: UserId,
    room: RoomId,
    announcement: Option<i64>,
) -> Result<Option<Role>, Error> {
    let statement = transaction.prepare_cached(FIND_ROLE).await?;
    match transaction.query_opt(&statement, &[&room.0, &user.0, &announcement]).await? {
        Some(row) => Ok(Some(Role { reads_along: row.try_get("reads_along")?, writes: row.try_get("writes")? })),
        None => Ok(None),
    }
}

/// Why somebody may not announce: not there for them, or only to read.
async fn refusal(store: &Store, user: UserId, room: RoomId) -> Result<Error, Error> {
    let role = store
        .as_person(Some(user), move |transaction| Box::pin(async move { role_in(transaction, user, room, None).await }))
        .await?;
    Ok(role.map_or(Error::NotFound, |_| Refusal::NotAllowed.into()))
}

fn event(asker: &Asker, action: Action, outcome: Outcome, room: RoomId, seq: Option<i64>) -> Event {
    let announcement = seq.map_or_else(|| "s".to_owned(), |seq| format!("/{seq}"));
    Event { resource: Some(format!("room/{room}/announcement{announcement}")), ..asker.event(action, outcome) }
}

async fn tell<T>(store: &Store, done: Result<T, Error>, denied: Event) -> Result<T, Error> {
    if matches!(done, Err(Error::NotFound | Error::Rule(_))) {
        audit::append(store, denied).await?;
    }
    done
}
