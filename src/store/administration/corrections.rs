//! What waits for an answer in a school, for direction and coordination. Asking and answering is `store::corrections`.

use time::OffsetDateTime;
use tokio_postgres::Row;
use uuid::Uuid;

use super::act::Subject;
use super::{in_school, people};
use crate::domain::administration::Act;
use crate::domain::correction::AskedAs;
use crate::domain::ids::SchoolId;
use crate::store::audit::Action;
use crate::store::{Asker, Error, Store};

const LIST_OPEN: &str = include_str!("../../../sql/queries/corrections/list_open.sql");

/// A request that waits.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Its id.
    pub id: Uuid,
    /// About whom.
    pub student: Uuid,
    /// Full name.
    pub student_name: String,
    /// As whom somebody asked.
    pub asked_as: AskedAs,
    /// When.
    pub asked_at: OffsetDateTime,
    /// By when it has to be answered.
    pub due_at: OffsetDateTime,
}

/// The requests of a school that wait, the most urgent first, 200 at most; recorded.
///
/// # Errors
/// [`Error::NotFound`] unless the asker answers for this school.
pub(in crate::store) async fn list(store: &Store, asker: Asker, school: SchoolId) -> Result<Vec<Waiting>, Error> {
    let resource = format!("school/{school}/corrections");
    let subject = Subject { action: Action::ViewCorrections, student: None, resource };
    people::recorded(store, asker, subject, move |transaction, asker| {
        Box::pin(async move {
            in_school(transaction, asker.user, school, Act::AnswerCorrections).await?;
            let statement = transaction.prepare_cached(LIST_OPEN).await?;
            transaction.query(&statement, &[&school.0]).await?.iter().map(waiting).collect()
        })
    })
    .await
}

fn waiting(row: &Row) -> Result<Waiting, Error> {
    Ok(Waiting {
        id: row.try_get("correction_id")?,
        student: row.try_get("student_id")?,
        student_name: row.try_get("student_name")?,
        asked_as: row.try_get::<_, &str>("asked_as")?.parse()?,
        asked_at: row.try_get("asked_at")?,
        due_at: row.try_get("due_at")?,
    })
}
