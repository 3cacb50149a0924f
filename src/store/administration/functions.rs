//! Giving and ending functions in a school. Direction and coordination reach every student of it, so their grants for all of them change too.

use deadpool_postgres::Transaction;
use time::OffsetDateTime;
use uuid::Uuid;

use super::act::{self, Manner, Subject};
use super::views::Effect;
use super::{allow, in_school, people, students};
use crate::domain::administration::{Act, Refusal, Warning, is_of_a_school, may_any, warning_for_last};
use crate::domain::ids::{SchoolId, StudentId, UserId};
use crate::domain::people::{Function, UserKind};
use crate::domain::permission::{Relation, reaches};
use crate::store::audit::Action;
use crate::store::{Error, Store, grants};

const LIST_STUDENT_IDS: &str = include_str!("../../../sql/queries/administration/list_student_ids.sql");
const LOCK_SCHOOL: &str = include_str!("../../../sql/queries/administration/lock_school.sql");
const FIND_FUNCTION_SCHOOL: &str = include_str!("../../../sql/queries/administration/find_function_school.sql");
const LOCK_FUNCTION: &str = include_str!("../../../sql/queries/administration/lock_function.sql");
const INSERT_FUNCTION: &str = include_str!("../../../sql/queries/administration/insert_function.sql");
const END_FUNCTION: &str = include_str!("../../../sql/queries/administration/end_function.sql");
const END_LINKS_OF_FUNCTION: &str = include_str!("../../../sql/queries/administration/end_links_of_function.sql");
const EXERCISES: &str = include_str!("../../../sql/queries/administration/exercises.sql");
const IS_EXERCISED_BY_OTHERS: &str = include_str!("../../../sql/queries/administration/is_exercised_by_others.sql");

/// Most students of a school whose grants one act rewrites: with seven sections each that is a second of the database's time.
const MOST_STUDENTS: usize = 5_000;

/// A function to give.
#[derive(Debug, Clone)]
pub struct NewFunction {
    /// Which.
    pub function: Function,
    /// Where.
    pub school: SchoolId,
    /// From when; `None` is now.
    pub from: Option<OffsetDateTime>,
    /// Until when.
    pub to: Option<OffsetDateTime>,
}

/// Gives a member of staff a function in a school.
///
/// # Errors
/// [`Error::NotFound`] when the school or the person is not in the asker's scope, [`Error::Rule`] for what is refused.
pub async fn give(store: &Store, manner: Manner, user: UserId, new: NewFunction) -> Result<Effect, Error> {
    let subject = Subject { action: Action::GiveFunction, student: None, resource: format!("user/{user}") };
    act::run(store, manner, subject, move |transaction, manner| Box::pin(give_in(transaction, manner, user, new))).await
}

async fn give_in(
    transaction: &Transaction<'_>,
    manner: Manner,
    user: UserId,
    new: NewFunction,
) -> Result<Effect, Error> {
    let asker = manner.asker.user;
    let actor = in_school(transaction, asker, new.school, Act::ListPeople).await?;
    let (person, _) = people::find(transaction, asker, user).await?;
    allow(&actor, Act::Appoint(new.function), asker, user)?;
    let now = lock_school(transaction, new.school).await?;
    act::check_period((new.from, new.to), now)?;
    if person.kind != UserKind::Staff || !is_of_a_school(new.function) {
        return Err(Refusal::Field("function").into());
    }
    if exercises(transaction, user, new.function, new.school, new.from.unwrap_or(now), None).await? {
        return Err(Refusal::Changed.into());
    }
    let students = reached(transaction, new.function, new.school).await?;
    grants::lock(transaction, &students).await?;
    let before = act::sight(transaction, user, Some(&students)).await?;
    let id = Uuid::now_v7();
    let statement = transaction.prepare_cached(INSERT_FUNCTION).await?;
    transaction.execute(&statement, &[&id, &user.0, &new.school.0, &new.function.as_str(), &new.from, &new.to]).await?;
    grants::rebuild(transaction, &students, Some(user)).await?;
    let after = act::sight(transaction, user, Some(&students)).await?;
    let named = may_any(&actor, Act::ListStudents);
    let effect = act::effect(transaction, (user, &person.name), (&before, &after), named).await?;
    Ok(Effect { created_id: Some(id), ..effect })
}

/// Ends a function, and the memberships in teams that rest on it.
///
/// * `seen`: the version the asker read
/// * `at`: when; `None` is now
///
/// # Errors
/// [`Error::NotFound`] when it is not in the asker's scope, [`Error::Rule`] for what is refused.
pub async fn end(
    store: &Store,
    manner: Manner,
    user: UserId,
    function: Uuid,
    seen: i32,
    at: Option<OffsetDateTime>,
) -> Result<Effect, Error> {
    let subject = Subject { action: Action::EndFunction, student: None, resource: format!("function/{function}") };
    act::run(store, manner, subject, move |transaction, manner| {
        Box::pin(end_in(transaction, manner, user, function, seen, at))
    })
    .await
}

async fn end_in(
    transaction: &Transaction<'_>,
    manner: Manner,
    user: UserId,
    id: Uuid,
    seen: i32,
    at: Option<OffsetDateTime>,
) -> Result<Effect, Error> {
    let asker = manner.asker.user;
    let statement = transaction.prepare_cached(FIND_FUNCTION_SCHOOL).await?;
    let row = transaction.query_opt(&statement, &[&id, &user.0]).await?.ok_or(Error::NotFound)?;
    let school = SchoolId(row.try_get("school_id")?);
    let actor = in_school(transaction, asker, school, Act::ListPeople).await?;
    lock_school(transaction, school).await?;
    let statement = transaction.prepare_cached(LOCK_FUNCTION).await?;
    let row = transaction.query_opt(&statement, &[&id, &user.0]).await?.ok_or(Error::NotFound)?;
    let function: Function = row.try_get::<_, &str>("function")?.parse()?;
    allow(&actor, Act::Appoint(function), asker, user)?;
    let now = row.try_get("now")?;
    act::unchanged(seen, row.try_get("version")?, row.try_get("valid_to")?, now)?;
    let at = act::ends_at(at, now)?;
    let warnings = last_of(transaction, &manner, user, function, school, at).await?;

    let (person, _) = people::find(transaction, asker, user).await?;
    let mut students = reached(transaction, function, school).await?;
    let links = students::links(transaction, Some(&[user.0]), None, Some(school.0)).await?;
    let resting = links.iter().filter(|link| link.function == function && link.valid_to.is_none_or(|to| to > at));
    students.extend(resting.map(|link| StudentId(link.student_id)));
    students.sort_unstable();
    students.dedup();
    grants::lock(transaction, &students).await?;
    let before = act::sight(transaction, user, Some(&students)).await?;
    let statement = transaction.prepare_cached(END_FUNCTION).await?;
    transaction.execute(&statement, &[&id, &at]).await?;
    let mut ended_links = 0;
    if !exercises(transaction, user, function, school, at, Some(id)).await? {
        let statement = transaction.prepare_cached(END_LINKS_OF_FUNCTION).await?;
        ended_links = transaction.query(&statement, &[&user.0, &function.as_str(), &school.0, &at]).await?.len();
    }
    grants::rebuild(transaction, &students, Some(user)).await?;
    let after = act::sight(transaction, user, Some(&students)).await?;
    let named = may_any(&actor, Act::ListStudents);
    let effect = act::effect(transaction, (user, &person.name), (&before, &after), named).await?;
    Ok(Effect { warnings, ended_links, ..effect })
}

/// What the asker must know when this person no longer exercises this function in this school.
pub(super) async fn last_of(
    transaction: &Transaction<'_>,
    manner: &Manner,
    user: UserId,
    function: Function,
    school: SchoolId,
    at: OffsetDateTime,
) -> Result<Vec<Warning>, Error> {
    let Some(warning) = warning_for_last(function) else { return Ok(Vec::new()) };
    let statement = transaction.prepare_cached(IS_EXERCISED_BY_OTHERS).await?;
    let row = transaction.query_one(&statement, &[&function.as_str(), &school.0, &at, &user.0]).await?;
    if row.try_get("exercised")? {
        return Ok(Vec::new());
    }
    manner.warn(warning)?;
    Ok(vec![warning])
}

/// Whether somebody exercises a function in a school at a time or later, apart from one row.
pub(super) async fn exercises(
    transaction: &Transaction<'_>,
    user: UserId,
    function: Function,
    school: SchoolId,
    at: OffsetDateTime,
    apart_from: Option<Uuid>,
) -> Result<bool, Error> {
    let statement = transaction.prepare_cached(EXERCISES).await?;
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 5] =
        [&user.0, &function.as_str(), &school.0, &at, &apart_from];
    Ok(transaction.query_one(&statement, &values).await?.try_get("exercises")?)
}

/// Holds a school's functions until the transaction ends; the transaction's time.
pub(super) async fn lock_school(transaction: &Transaction<'_>, school: SchoolId) -> Result<OffsetDateTime, Error> {
    let statement = transaction.prepare_cached(LOCK_SCHOOL).await?;
    Ok(transaction.query_one(&statement, &[&school.to_string()]).await?.try_get("now")?)
}

/// The students whom a function in a school reaches by itself.
async fn reached(transaction: &Transaction<'_>, function: Function, school: SchoolId) -> Result<Vec<StudentId>, Error> {
    if !reaches(Relation::School(function)) {
        return Ok(Vec::new());
    }
    let statement = transaction.prepare_cached(LIST_STUDENT_IDS).await?;
    let rows = transaction.query(&statement, &[&school.0]).await?;
    if rows.len() > MOST_STUDENTS {
        return Err(Refusal::Field("school_id").into());
    }
    rows.iter().map(|row| Ok(StudentId(row.try_get("student_id")?))).collect()
}
