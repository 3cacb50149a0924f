//! Who read what is written about a student, for those who may ask. The records are written by `documents` when somebody joins.

use deadpool_postgres::Transaction;
use time::OffsetDateTime;
use tokio_postgres::Row;

use super::audit::{self, Action, Event, Outcome};
use super::dossiers::{self, Copy};
use super::{Asker, Error, Store};
use crate::domain::ids::{DocumentId, StudentId, UserId};
use crate::domain::pei::Section;
use crate::domain::people::Function;

const FIND_STUDENT: &str = include_str!("../../sql/queries/accesses/find_student.sql");
const LIST_EMERGENCIES: &str = include_str!("../../sql/queries/accesses/list_emergencies.sql");
const LIST: &str = include_str!("../../sql/queries/accesses/list.sql");

/// Most emergencies and copies that are shown beside the list.
const MOST_BESIDE: i64 = 50;

/// One person who read one section in one half hour.
#[derive(Debug, Clone)]
pub struct Access {
    /// Who.
    pub user: UserId,
    /// Full name.
    pub name: String,
    /// As whom, at that moment: functions, or `guardian`. Empty when nobody knows any more.
    pub ties: Vec<String>,
    /// Which section; none when the asker may not read it.
    pub section: Option<Section>,
    /// The document of the section, for the place.
    document: DocumentId,
    /// When it was first opened in that half hour.
    pub first_at: OffsetDateTime,
    /// When the half hour begins.
    pub slot: OffsetDateTime,
    /// While the record was open to the person in an emergency.
    pub in_emergency: bool,
}

/// Somebody opened the record in an emergency.
#[derive(Debug, Clone)]
pub struct Emergency {
    /// Who.
    pub user: UserId,
    /// Full name.
    pub name: String,
    /// In which function.
    pub acted_as: Function,
    /// Why; none once erased.
    pub reason: Option<String>,
    /// When.
    pub opened_at: OffsetDateTime,
    /// Until when.
    pub valid_to: OffsetDateTime,
}

impl Access {
    /// Where a list goes on behind this one.
    #[must_use]
    pub fn place(&self) -> Place {
        Place { first_at: self.first_at, document: self.document, user: self.user }
    }
}

/// A place in the list. It names no right: those are asked anew for each page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// When.
    pub first_at: OffsetDateTime,
    /// What.
    pub document: DocumentId,
    /// Who.
    pub user: UserId,
}

/// A part of the list.
#[derive(Debug, Clone)]
pub struct Accesses {
    /// Full name of the student.
    pub student_name: String,
    /// Newest first.
    pub entries: Vec<Access>,
    /// Whether older ones follow.
    pub more: bool,
    /// Newest first, 50 at most; with the first part alone.
    pub emergencies: Vec<Emergency>,
    /// Who took a copy of everything: newest first, 50 at most; with the first part alone.
    pub copies: Vec<Copy>,
}

/// Who read about the student, newest first, behind `after`, `limit` entries at most; `None` when the student does not exist or the
/// asker may not know: the two are never told apart. Recorded either way.
///
/// # Errors
/// Database errors.
pub async fn list(
    store: &Store,
    asker: Asker,
    student: StudentId,
    after: Option<Place>,
    limit: u16,
) -> Result<Option<Accesses>, Error> {
    store
        .as_person(Some(asker.user), move |transaction| {
            Box::pin(async move {
                let statement = transaction.prepare_cached(FIND_STUDENT).await?;
                let found = transaction.query_opt(&statement, &[&asker.user.0, &student.0]).await?;
                let event = Event {
                    student: found.is_some().then_some(student),
                    resource: Some(format!("student/{student}")),
                    ..asker
                        .event(Action::ListAccesses, if found.is_some() { Outcome::Allowed } else { Outcome::Denied })
                };
                audit::append_in(transaction, &event).await?;
                let Some(found) = found else { return Ok(None) };
                let limit = usize::from(limit);
                // One more than asked for tells whether there is more.
                let mut entries = entries(transaction, student, after, Some(limit as i64 + 1)).await?;
                let more = entries.len() > limit;
                entries.truncate(limit);
                let (emergencies, copies) = match after {
                    Some(_) => (Vec::new(), Vec::new()),
                    None => (
                        emergencies(transaction, student, Some(MOST_BESIDE)).await?,
                        dossiers::copies(transaction, student, Some(MOST_BESIDE)).await?,
                    ),
                };
                Ok(Some(Accesses { student_name: found.try_get("name")?, entries, more, emergencies, copies }))
            })
        })
        .await
}

/// Who read about the student, as far as the transaction's person may see it, newest first, behind `after`, `most` at most.
pub(super) async fn entries(
    transaction: &Transaction<'_>,
    student: StudentId,
    after: Option<Place>,
    most: Option<i64>,
) -> Result<Vec<Access>, Error> {
    let (at, document, user) = (after.map(|a| a.first_at), after.map(|a| a.document.0), after.map(|a| a.user.0));
    let statement = transaction.prepare_cached(LIST).await?;
    let rows = transaction.query(&statement, &[&student.0, &at, &document, &user, &most]).await?;
    rows.iter().map(entry).collect()
}

/// Who opened the student's record in an emergency, newest first, `most` at most.
pub(super) async fn emergencies(
    transaction: &Transaction<'_>,
    student: StudentId,
    most: Option<i64>,
) -> Result<Vec<Emergency>, Error> {
    let statement = transaction.prepare_cached(LIST_EMERGENCIES).await?;
    transaction.query(&statement, &[&student.0, &most]).await?.iter().map(emergency).collect()
}

fn entry(row: &Row) -> Result<Access, Error> {
    let section: Option<&str> = row.try_get("section")?;
    Ok(Access {
        user: UserId(row.try_get("user_id")?),
        name: row.try_get("name")?,
        ties: row.try_get("reader_ties")?,
        section: section.map(str::parse).transpose()?,
        document: DocumentId(row.try_get("document_id")?),
        first_at: row.try_get("first_at")?,
        slot: row.try_get("slot")?,
        in_emergency: row.try_get("in_emergency")?,
    })
}

fn emergency(row: &Row) -> Result<Emergency, Error> {
    Ok(Emergency {
        user: UserId(row.try_get("user_id")?),
        name: row.try_get("name")?,
        acted_as: row.try_get::<_, &str>("acted_as")?.parse()?,
        reason: row.try_get("reason")?,
        opened_at: row.try_get("opened_at")?,
        valid_to: row.try_get("valid_to")?,
    })
}
