//! The `grants` table: what `domain::permission` decides, written down for REST, sockets and row-level security.
//!
//! Nothing else writes that table. It decides nothing itself: it reads links, asks the domain, stores the answer. Runs as
//! the owner or the registrar role, inside the transaction that changed a link, so that no moment exists in which the two disagree. Read
//! next: `domain/permission.rs`.

use std::collections::BTreeMap;

use time::OffsetDateTime;
use tokio_postgres::{Client, Row, Transaction};
use uuid::Uuid;

use super::Error;
use crate::domain::ids::{StudentId, UserId};
use crate::domain::people::UnknownName;
use crate::domain::permission::{self, Grant, Link, Period, Relation};

const LOCK_STUDENTS: &str = include_str!("../../sql/queries/grants/lock_students.sql");
const LIST_LINKS: &str = include_str!("../../sql/queries/grants/list_links.sql");
const DELETE_FOR_STUDENTS: &str = include_str!("../../sql/queries/grants/delete_for_students.sql");
const INSERT: &str = include_str!("../../sql/queries/grants/insert.sql");
const SYNC_ROOMS: &str = include_str!("../../sql/queries/grants/sync_rooms.sql");
const LIST_FOR_STUDENT: &str = include_str!("../../sql/queries/grants/list_for_student.sql");
const LIST_STUDENTS: &str = include_str!("../../sql/queries/grants/list_students.sql");

/// A student whose stored grants are not what the links say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The student.
    pub student: StudentId,
    /// Rights that the links give and the table lacks.
    pub missing: Vec<Grant>,
    /// Rights that the table gives and no link supports.
    pub surplus: Vec<Grant>,
}

/// Rewrites all grants of one student from that student's links. Call it after every change of a link, in the same
/// transaction; it locks the student's row until that transaction ends.
///
/// Returns the number of grants written. Cost: five statements.
///
/// # Errors
/// [`Error::NotFound`] for an unknown student, [`Error::Corrupt`] for a link the domain does not know.
pub async fn rebuild_for_student(transaction: &Transaction<'_>, student: StudentId) -> Result<usize, Error> {
    lock(transaction, &[student]).await?;
    rebuild(transaction, &[student], None).await
}

/// Holds the rows of these students until the transaction ends. Whoever changes links locks first and reads afterwards.
///
/// # Errors
/// [`Error::NotFound`] unless all of them exist and may be changed by this role and person.
pub async fn lock(transaction: &Transaction<'_>, students: &[StudentId]) -> Result<(), Error> {
    let ids: Vec<Uuid> = students.iter().map(|student| student.0).collect();
    let locked = transaction.query(LOCK_STUDENTS, &[&ids]).await?;
    if locked.len() == ids.len() { Ok(()) } else { Err(Error::NotFound) }
}

/// Rewrites the grants of these students, or one person's grants for them: those of different people do not depend on each other.
/// The students' rows must be [`lock`]ed.
///
/// The members of the students' rooms follow. Returns the number of grants written. Cost: four statements, whatever the number of students.
///
/// # Errors
/// [`Error::Corrupt`] for a link the domain does not know.
pub async fn rebuild(
    transaction: &Transaction<'_>,
    students: &[StudentId],
    person: Option<UserId>,
) -> Result<usize, Error> {
    let grants = expected(transaction, students, person).await?;
    let ids: Vec<Uuid> = students.iter().map(|student| student.0).collect();
    transaction.execute(DELETE_FOR_STUDENTS, &[&ids, &person.map(|person| person.0)]).await?;
    let students: Vec<Uuid> = grants.iter().map(|(student, _)| student.0).collect();
    let users: Vec<Uuid> = grants.iter().map(|(_, grant)| grant.user.0).collect();
    let areas: Vec<&str> = grants.iter().map(|(_, grant)| grant.area.as_str()).collect();
    let access: Vec<&str> = grants.iter().map(|(_, grant)| grant.access.as_str()).collect();
    let from: Vec<OffsetDateTime> = grants.iter().map(|(_, grant)| grant.period.from).collect();
    let to: Vec<Option<OffsetDateTime>> = grants.iter().map(|(_, grant)| grant.period.to).collect();
    let sees: Vec<bool> = grants.iter().map(|(_, grant)| grant.sees_accesses).collect();
    transaction.execute(INSERT, &[&students, &users, &areas, &access, &from, &to, &sees]).await?;
    transaction.execute(SYNC_ROOMS, &[&ids]).await?;
    Ok(grants.len())
}

/// Lets the members of these students' rooms follow the grants, where a room came and no grant changed.
///
/// # Errors
/// Database errors.
pub async fn follow(transaction: &Transaction<'_>, students: &[StudentId]) -> Result<(), Error> {
    let ids: Vec<Uuid> = students.iter().map(|student| student.0).collect();
    transaction.execute(SYNC_ROOMS, &[&ids]).await?;
    Ok(())
}

/// Writes anew the grants of students for whom they are not what the links say: after a migration that taught the rules something. Returns of how many.
///
/// # Errors
/// [`Error::Corrupt`] for a row the domain does not know.
pub async fn mend(owner: &mut Client) -> Result<usize, Error> {
    let transaction = owner.transaction().await?;
    let found = differences(&transaction).await?;
    for difference in &found {
        rebuild_for_student(&transaction, difference.student).await?;
    }
    transaction.commit().await?;
    Ok(found.len())
}

/// Compares the stored grants of every student with what the links say. Empty is the only good answer.
///
/// Cost: two statements a student; for tests and `kazumi doctor`, not for requests.
///
/// # Errors
/// [`Error::Corrupt`] for a row the domain does not know.
pub async fn differences(transaction: &Transaction<'_>) -> Result<Vec<Difference>, Error> {
    let mut found = Vec::new();
    for row in transaction.query(LIST_STUDENTS, &[]).await? {
        let student = StudentId(row.try_get("student_id")?);
        let expected: Vec<Grant> =
            expected(transaction, &[student], None).await?.into_iter().map(|(_, grant)| grant).collect();
        let stored = transaction.query(LIST_FOR_STUDENT, &[&student.0]).await?;
        let stored: Vec<Grant> = stored.iter().map(grant).collect::<Result<_, _>>()?;
        let without = |some: &[Grant], others: &[Grant]| -> Vec<Grant> {
            some.iter().filter(|grant| !others.contains(grant)).copied().collect()
        };
        let (missing, surplus) = (without(&expected, &stored), without(&stored, &expected));
        if !missing.is_empty() || !surplus.is_empty() {
            found.push(Difference { student, missing, surplus });
        }
    }
    Ok(found)
}

async fn expected(
    transaction: &Transaction<'_>,
    students: &[StudentId],
    person: Option<UserId>,
) -> Result<Vec<(StudentId, Grant)>, Error> {
    let ids: Vec<Uuid> = students.iter().map(|student| student.0).collect();
    let mut links: BTreeMap<StudentId, Vec<Link>> = BTreeMap::new();
    for row in transaction.query(LIST_LINKS, &[&ids, &person.map(|person| person.0)]).await? {
        links.entry(StudentId(row.try_get("student_id")?)).or_default().push(link(&row)?);
    }
    let grants = links
        .into_iter()
        .flat_map(|(student, links)| permission::grants(&links).into_iter().map(move |grant| (student, grant)));
    Ok(grants.collect())
}

fn link(row: &Row) -> Result<Link, Error> {
    let relation = match row.try_get("relation")? {
        "team" => Relation::Team(named(row, "function")?),
        "school" => Relation::School(named(row, "function")?),
        "guardian" => Relation::Guardian {
            can_view: row.try_get("can_view")?,
            can_write: row.try_get("can_write")?,
            judicial_restriction: row.try_get("judicial_restriction")?,
        },
        "emergency" => Relation::Emergency,
        other => return Err(Error::Corrupt(format!("unknown relation {other:?}"))),
    };
    Ok(Link { user: UserId(row.try_get("user_id")?), relation, period: period(row)? })
}

fn grant(row: &Row) -> Result<Grant, Error> {
    Ok(Grant {
        user: UserId(row.try_get("user_id")?),
        area: named(row, "section")?,
        access: named(row, "access")?,
        period: period(row)?,
        sees_accesses: row.try_get("sees_accesses")?,
    })
}

fn period(row: &Row) -> Result<Period, Error> {
    Ok(Period { from: row.try_get("valid_from")?, to: row.try_get("valid_to")? })
}

fn named<T: std::str::FromStr<Err = UnknownName>>(row: &Row, column: &str) -> Result<T, Error> {
    let text: &str = row.try_get(column)?;
    text.parse().map_err(|error: UnknownName| Error::Corrupt(error.to_string()))
}
