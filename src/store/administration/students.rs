//! The students of a school with who is tied to them, and one of them.

use deadpool_postgres::Transaction;
use tokio_postgres::Row;
use uuid::Uuid;

use super::act::Subject;
use super::in_school;
use super::people::{After, cursor, recorded};
use super::views::{AdminGuardianship, AdminLink, AdminStudent, AdminStudentDetail, AdminStudentsPage};
use crate::domain::administration::Act;
use crate::domain::ids::{SchoolId, StudentId, UserId};
use crate::domain::people::Function;
use crate::store::audit::Action;
use crate::store::{Asker, Error, Store};

const LIST_STUDENTS: &str = include_str!("../../../sql/queries/administration/list_students.sql");
const FIND_STUDENT: &str = include_str!("../../../sql/queries/administration/find_student.sql");
const LIST_LINKS: &str = include_str!("../../../sql/queries/administration/list_links.sql");
const LIST_GUARDIANSHIPS: &str = include_str!("../../../sql/queries/administration/list_guardianships.sql");

/// A page of the students of a school, recorded.
///
/// # Errors
/// [`Error::NotFound`] unless the asker may see who is tied to the students of this school.
pub async fn list(
    store: &Store,
    asker: Asker,
    school: SchoolId,
    part_of_name: Option<String>,
    after: After,
    limit: i64,
) -> Result<AdminStudentsPage, Error> {
    let subject = Subject { action: Action::ViewTies, student: None, resource: format!("school/{school}/students") };
    recorded(store, asker, subject, move |transaction, asker| {
        Box::pin(async move {
            in_school(transaction, asker.user, school, Act::ListStudents).await?;
            let (name, id) = after.unzip();
            let statement = transaction.prepare_cached(LIST_STUDENTS).await?;
            let rows = transaction.query(&statement, &[&school.0, &part_of_name, &name, &id, &(limit + 1)]).await?;
            let page = rows.len().min(usize::try_from(limit).unwrap_or_default());
            let next_cursor = if rows.len() > page { rows[..page].last().map(cursor).transpose()? } else { None };
            let students = rows[..page].iter().map(student).collect::<Result<_, _>>()?;
            Ok(AdminStudentsPage { students, next_cursor })
        })
    })
    .await
}

/// Everybody tied to a student of a school of the asker, recorded.
///
/// # Errors
/// [`Error::NotFound`] for every other student.
pub async fn show(store: &Store, asker: Asker, student: StudentId) -> Result<AdminStudentDetail, Error> {
    let subject = Subject { action: Action::ViewTies, student: Some(student), resource: format!("student/{student}") };
    recorded(store, asker, subject, move |transaction, asker| {
        Box::pin(async move {
            let (found, _) = find(transaction, asker.user, student).await?;
            let ids = [student.0];
            Ok(AdminStudentDetail {
                team: links(transaction, None, Some(&ids), None).await?,
                guardianships: guardianships(transaction, None, Some(&ids), None).await?,
                ..found
            })
        })
    })
    .await
}

/// A student of a school of the asker, without ties yet, and the asker's functions in that school.
pub(super) async fn find(
    transaction: &Transaction<'_>,
    asker: UserId,
    student: StudentId,
) -> Result<(AdminStudentDetail, Vec<Function>), Error> {
    find_for(transaction, asker, student, Act::ListStudents).await
}

/// The same for somebody who may do `least` there.
pub(in crate::store) async fn find_for(
    transaction: &Transaction<'_>,
    asker: UserId,
    student: StudentId,
    least: Act,
) -> Result<(AdminStudentDetail, Vec<Function>), Error> {
    let statement = transaction.prepare_cached(FIND_STUDENT).await?;
    let row = transaction.query_opt(&statement, &[&student.0]).await?.ok_or(Error::NotFound)?;
    let found = AdminStudentDetail {
        student_id: row.try_get("student_id")?,
        name: row.try_get("name")?,
        class_name: row.try_get("class_name")?,
        school_id: row.try_get("school_id")?,
        school_name: row.try_get("school_name")?,
        team: Vec::new(),
        guardianships: Vec::new(),
    };
    let actor = in_school(transaction, asker, SchoolId(found.school_id), least).await?;
    Ok((found, actor))
}

/// Memberships in teams, chosen by people, students or school.
pub(super) async fn links(
    transaction: &Transaction<'_>,
    people: Option<&[Uuid]>,
    students: Option<&[Uuid]>,
    school: Option<Uuid>,
) -> Result<Vec<AdminLink>, Error> {
    let statement = transaction.prepare_cached(LIST_LINKS).await?;
    transaction.query(&statement, &[&people, &students, &school]).await?.iter().map(link).collect()
}

/// Guardianships, chosen by people, students or school.
pub(super) async fn guardianships(
    transaction: &Transaction<'_>,
    people: Option<&[Uuid]>,
    students: Option<&[Uuid]>,
    school: Option<Uuid>,
) -> Result<Vec<AdminGuardianship>, Error> {
    let statement = transaction.prepare_cached(LIST_GUARDIANSHIPS).await?;
    transaction.query(&statement, &[&people, &students, &school]).await?.iter().map(guardianship).collect()
}

fn student(row: &Row) -> Result<AdminStudent, Error> {
    Ok(AdminStudent {
        student_id: row.try_get("student_id")?,
        name: row.try_get("name")?,
        class_name: row.try_get("class_name")?,
        team: row.try_get("team")?,
        guardians: row.try_get("guardians")?,
    })
}

fn link(row: &Row) -> Result<AdminLink, Error> {
    Ok(AdminLink {
        link_id: row.try_get("team_link_id")?,
        user_id: row.try_get("user_id")?,
        user_name: row.try_get("name")?,
        closed: row.try_get("closed")?,
        student_id: row.try_get("student_id")?,
        student_name: row.try_get("student_name")?,
        school_id: row.try_get("school_id")?,
        kept_away: row.try_get("kept_away")?,
        function: row.try_get::<_, &str>("function")?.parse()?,
        valid_from: row.try_get("valid_from")?,
        valid_to: row.try_get("valid_to")?,
        version: row.try_get("version")?,
    })
}

fn guardianship(row: &Row) -> Result<AdminGuardianship, Error> {
    Ok(AdminGuardianship {
        guardianship_id: row.try_get("guardianship_id")?,
        user_id: row.try_get("user_id")?,
        user_name: row.try_get("name")?,
        closed: row.try_get("closed")?,
        student_id: row.try_get("student_id")?,
        student_name: row.try_get("student_name")?,
        school_id: row.try_get("school_id")?,
        kept_away: row.try_get("kept_away")?,
        kinship: row.try_get("kinship")?,
        custody: row.try_get::<_, &str>("custody")?.parse()?,
        can_view: row.try_get("can_view")?,
        can_write: row.try_get("can_write")?,
        judicial_restriction: row.try_get("judicial_restriction")?,
        valid_from: row.try_get("valid_from")?,
        valid_to: row.try_get("valid_to")?,
        version: row.try_get("version")?,
    })
}
