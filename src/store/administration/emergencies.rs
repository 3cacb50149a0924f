//! Emergency access: somebody who administers a school opens the record of one child for a short time. A row of `break_glass` is one more tie;
//! what it gives is `domain::permission`, and that it ends, and is cut, is what happens to every date of a grant.

use deadpool_postgres::Transaction;
use sha2::{Digest, Sha256};
use tokio_postgres::Row;
use uuid::Uuid;

use super::act::{self, Manner, Subject};
use super::views::{Effect, Emergency, EmergencyStudent};
use super::{guardians, in_school, people, students};
use crate::domain::administration::{Act, Refusal, may, may_any};
use crate::domain::break_glass::MOST_AN_HOUR;
use crate::domain::ids::{SchoolId, StudentId, UserId};
use crate::store::audit::Action;
use crate::store::outbox::{self, Letter};
use crate::store::{Asker, Error, Store, grants};

const INSERT: &str = include_str!("../../../sql/queries/break_glass/insert.sql");
const FIND_RECENT: &str = include_str!("../../../sql/queries/break_glass/find_recent.sql");
const LIST_RECIPIENTS: &str = include_str!("../../../sql/queries/break_glass/list_recipients.sql");
const LOCK: &str = include_str!("../../../sql/queries/break_glass/lock.sql");
const END: &str = include_str!("../../../sql/queries/break_glass/end.sql");
const LIST_FOR_SCHOOL: &str = include_str!("../../../sql/queries/break_glass/list_for_school.sql");
const FIND_STUDENTS: &str = include_str!("../../../sql/queries/break_glass/find_students.sql");

/// Writes a mail to an address.
pub type Writes = fn(String) -> Letter;

/// Opens the record of a student to the asker, to read, for an hour. Family, direction and coordination get a mail if `letter` writes one.
///
/// The reason's hash goes into the audit log, the reason itself stays where it can be erased.
///
/// # Errors
/// [`Error::NotFound`] for a student out of reach and for whom a court keeps away from this one; [`Error::Rule`] when it would give nothing,
/// when it is one's own child, and when it happens too often.
pub async fn open(
    store: &Store,
    manner: Manner,
    student: StudentId,
    reason: String,
    letter: Option<Writes>,
) -> Result<Effect, Error> {
    let id = Uuid::now_v7();
    let hash = Sha256::digest(&reason).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let resource = format!("break_glass/{id} reason sha256:{hash}");
    let subject = Subject { action: Action::BreakGlass, student: Some(student), resource };
    act::run(store, manner, subject, move |transaction, manner| {
        Box::pin(open_in(transaction, manner, student, (id, reason), letter))
    })
    .await
}

async fn open_in(
    transaction: &Transaction<'_>,
    manner: Manner,
    student: StudentId,
    (id, reason): (Uuid, String),
    letter: Option<Writes>,
) -> Result<Effect, Error> {
    let asker = manner.asker.user;
    let (_, actor) = students::find_for(transaction, asker, student, Act::BreakGlass).await?;
    grants::lock(transaction, &[student]).await?;
    let (standing, _) = guardians::standing(transaction, student, asker).await?;
    if standing.restricted {
        return Err(Error::NotFound);
    }
    let statement = transaction.prepare_cached(FIND_RECENT).await?;
    let recent = transaction.query_one(&statement, &[&asker.0, &student.0]).await?;
    if recent.try_get("is_open")? {
        return Err(Refusal::Changed.into());
    }
    if standing.living || recent.try_get::<_, i64>("recent")? >= MOST_AN_HOUR {
        return Err(Refusal::NotAllowed.into());
    }
    let acted_as = actor.iter().copied().find(|&function| may(function, Act::BreakGlass)).ok_or(Error::NotFound)?;
    let before = act::sight(transaction, asker, Some(&[student])).await?;
    let statement = transaction.prepare_cached(INSERT).await?;
    transaction.execute(&statement, &[&id, &student.0, &asker.0, &acted_as.as_str(), &reason]).await?;
    grants::rebuild(transaction, &[student], Some(asker)).await?;
    let after = act::sight(transaction, asker, Some(&[student])).await?;
    let name: String = recent.try_get("name")?;
    // The child is named once it is open.
    let effect = act::effect(transaction, (asker, &name), (&before, &after), !manner.dry_run).await?;
    if effect.changes.is_empty() {
        return Err(Refusal::Changed.into());
    }
    if let Some(write) = letter {
        let statement = transaction.prepare_cached(LIST_RECIPIENTS).await?;
        for row in transaction.query(&statement, &[&id]).await? {
            outbox::post_in(transaction, &write(row.try_get("email")?)).await?;
        }
    }
    Ok(Effect { created_id: Some(id), ..effect })
}

/// Ends an emergency before its time: the person who opened it, or who reviews it.
///
/// # Errors
/// [`Error::NotFound`] for everybody else; [`Error::Rule`] when it is over.
pub async fn end(store: &Store, manner: Manner, student: StudentId, emergency: Uuid) -> Result<Effect, Error> {
    let resource = format!("break_glass/{emergency}");
    let subject = Subject { action: Action::EndBreakGlass, student: Some(student), resource };
    act::run(store, manner, subject, move |transaction, manner| {
        Box::pin(end_in(transaction, manner, student, emergency))
    })
    .await
}

async fn end_in(
    transaction: &Transaction<'_>,
    manner: Manner,
    student: StudentId,
    emergency: Uuid,
) -> Result<Effect, Error> {
    let asker = manner.asker.user;
    let (_, actor) = students::find_for(transaction, asker, student, Act::BreakGlass).await?;
    grants::lock(transaction, &[student]).await?;
    let statement = transaction.prepare_cached(LOCK).await?;
    let row = transaction.query_opt(&statement, &[&emergency, &student.0]).await?.ok_or(Error::NotFound)?;
    let user = UserId(row.try_get("user_id")?);
    if user != asker && !may_any(&actor, Act::ReviewEmergencies) {
        return Err(Error::NotFound);
    }
    if !row.try_get::<_, bool>("is_open")? {
        return Err(Refusal::Changed.into());
    }
    let before = act::sight(transaction, user, Some(&[student])).await?;
    let statement = transaction.prepare_cached(END).await?;
    transaction.execute(&statement, &[&emergency, &asker.0]).await?;
    grants::rebuild(transaction, &[student], Some(user)).await?;
    let after = act::sight(transaction, user, Some(&[student])).await?;
    act::effect(transaction, (user, row.try_get("name")?), (&before, &after), true).await
}

/// Who opened records of a school's students, newest first, 200 at most; recorded.
///
/// # Errors
/// [`Error::NotFound`] unless the asker reviews emergencies of this school.
pub async fn list(store: &Store, asker: Asker, school: SchoolId) -> Result<Vec<Emergency>, Error> {
    let resource = format!("school/{school}/break_glass");
    let subject = Subject { action: Action::ReviewEmergencies, student: None, resource };
    people::recorded(store, asker, subject, move |transaction, asker| {
        Box::pin(async move {
            in_school(transaction, asker.user, school, Act::ReviewEmergencies).await?;
            let statement = transaction.prepare_cached(LIST_FOR_SCHOOL).await?;
            transaction.query(&statement, &[&school.0]).await?.iter().map(emergency).collect()
        })
    })
    .await
}

/// The students of a school who bear this name, 5 at most; recorded.
///
/// # Errors
/// [`Error::NotFound`] unless the asker may open records of this school in an emergency.
pub async fn find(store: &Store, asker: Asker, school: SchoolId, name: String) -> Result<Vec<EmergencyStudent>, Error> {
    let resource = format!("school/{school}/students");
    let subject = Subject { action: Action::FindInEmergency, student: None, resource };
    people::recorded(store, asker, subject, move |transaction, asker| {
        Box::pin(async move {
            in_school(transaction, asker.user, school, Act::BreakGlass).await?;
            let statement = transaction.prepare_cached(FIND_STUDENTS).await?;
            transaction.query(&statement, &[&school.0, &name]).await?.iter().map(found).collect()
        })
    })
    .await
}

fn emergency(row: &Row) -> Result<Emergency, Error> {
    Ok(Emergency {
        break_glass_id: row.try_get("break_glass_id")?,
        student_id: row.try_get("student_id")?,
        student_name: row.try_get("student_name")?,
        user_id: row.try_get("user_id")?,
        user_name: row.try_get("name")?,
        acted_as: row.try_get::<_, &str>("acted_as")?.parse()?,
        reason: row.try_get("reason")?,
        opened_at: row.try_get("opened_at")?,
        valid_to: row.try_get("valid_to")?,
        is_open: row.try_get("is_open")?,
    })
}

fn found(row: &Row) -> Result<EmergencyStudent, Error> {
    Ok(EmergencyStudent {
        student_id: row.try_get("student_id")?,
        name: row.try_get("name")?,
        class_name: row.try_get("class_name")?,
    })
}
