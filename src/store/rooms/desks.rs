//! Opening a desk: the room of one guardian with one function of the school. Who is in it follows from the grants, like everywhere.

use uuid::Uuid;

use crate::domain::administration::Refusal;
use crate::domain::conversation::Desk;
use crate::domain::ids::{RoomId, StudentId, UserId};
use crate::store::audit::{self, Action, Event, Outcome};
use crate::store::{Asker, Error, Store};

const FIND_STUDENT: &str = include_str!("../../../sql/queries/desks/find_student.sql");
const OPEN: &str = include_str!("../../../sql/queries/desks/open.sql");

/// A room at a desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opened {
    /// The room.
    pub room: RoomId,
    /// There was none before.
    pub is_new: bool,
}

/// Finds or opens the room of a guardian at a desk: the asker's own, or that of `guardian` for somebody who writes at the desk.
///
/// # Errors
/// [`Error::NotFound`] for a student out of reach; [`Error::Rule`] for whoever does not write at this desk, for family that names somebody else, and
/// for a guardian who is none.
pub async fn open(
    store: &Store,
    asker: Asker,
    student: StudentId,
    desk: Desk,
    guardian: Option<UserId>,
) -> Result<Opened, Error> {
    let denied =
        Event { resource: Some(format!("student/{student}/desks")), ..asker.event(Action::OpenDesk, Outcome::Denied) };
    let done = store
        .as_person(Some(asker.user), move |transaction| {
            Box::pin(async move {
                let (user, kind) = (asker.user, desk.room().as_str());
                let statement = transaction.prepare_cached(FIND_STUDENT).await?;
                let found = transaction.query_opt(&statement, &[&user.0, &student.0, &kind]).await?;
                let found = found.ok_or(Error::NotFound)?;
                if !found.try_get::<_, bool>("writes")? {
                    return Err(Refusal::NotAllowed.into());
                }
                let guardian = match (guardian, found.try_get::<_, bool>("is_family")?) {
                    (None, true) => user,
                    (Some(named), true) if named != user => return Err(Refusal::NotAllowed.into()),
                    (Some(named), _) => named,
                    (None, false) => return Err(Refusal::Field("guardian_id").into()),
                };
                let statement = transaction.prepare_cached(OPEN).await?;
                let row = transaction.query_opt(&statement, &[&student.0, &kind, &guardian.0]).await?;
                let row = row.ok_or(Refusal::Field("guardian_id"))?;
                let opened = Opened { room: RoomId(row.try_get::<_, Uuid>("opened")?), is_new: row.try_get("is_new")? };
                let event = Event {
                    student: Some(student),
                    resource: Some(format!("room/{}", opened.room)),
                    ..asker.event(Action::OpenDesk, Outcome::Allowed)
                };
                audit::append_in(transaction, &event).await?;
                Ok(opened)
            })
        })
        .await;
    if matches!(done, Err(Error::NotFound | Error::Rule(_))) {
        audit::append(store, denied).await?;
    }
    done
}
