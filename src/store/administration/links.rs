//! Beginning and ending memberships in the team of a student.

use deadpool_postgres::Transaction;
use time::OffsetDateTime;
use uuid::Uuid;

use super::act::{self, Manner, Subject};
use super::functions::exercises;
use super::views::Effect;
use super::{allow, guardians, people, students};
use crate::domain::administration::{Act, Refusal, joins_teams};
use crate::domain::ids::{SchoolId, StudentId, UserId};
use crate::domain::people::{Function, UserKind};
use crate::store::audit::Action;
use crate::store::{Error, Store, grants};

const LOCK_LINK: &str = include_str!("../../../sql/queries/administration/lock_link.sql");
const IS_LINKED: &str = include_str!("../../../sql/queries/administration/is_linked.sql");
const INSERT_LINK: &str = include_str!("../../../sql/queries/administration/insert_link.sql");
const END_LINK: &str = include_str!("../../../sql/queries/administration/end_link.sql");

/// A membership to begin.
#[derive(Debug, Clone)]
pub struct NewLink {
    /// Who.
    pub user: UserId,
    /// In which function.
    pub function: Function,
    /// From when; `None` is now.
    pub from: Option<OffsetDateTime>,
    /// Until when.
    pub to: Option<OffsetDateTime>,
}

/// Makes a member of staff, who exercises the function in the school, a member of a student's team.
///
/// # Errors
/// [`Error::NotFound`] when the student is not in the asker's scope, [`Error::Rule`] for what is refused.
pub async fn give(store: &Store, manner: Manner, student: StudentId, new: NewLink) -> Result<Effect, Error> {
    let subject = Subject { action: Action::GiveLink, student: Some(student), resource: format!("user/{}", new.user) };
    act::run(store, manner, subject, move |transaction, manner| Box::pin(give_in(transaction, manner, student, new)))
        .await
}

async fn give_in(
    transaction: &Transaction<'_>,
    manner: Manner,
    student: StudentId,
    new: NewLink,
) -> Result<Effect, Error> {
    let (asker, user) = (manner.asker.user, new.user);
    let (found, actor) = students::find(transaction, asker, student).await?;
    allow(&actor, Act::LinkTeam, asker, user)?;
    grants::lock(transaction, &[student]).await?;
    let person = match people::find(transaction, asker, user).await {
        Err(Error::NotFound) => return Err(Refusal::Field("user_id").into()),
        other => other?.0,
    };
    let (guardian, now) = guardians::standing(transaction, student, user).await?;
    act::check_period((new.from, new.to), now)?;
    // Whoever a court keeps from the child does not come back through the team.
    if person.kind != UserKind::Staff || guardian.restricted {
        return Err(Refusal::Field("user_id").into());
    }
    let begins = new.from.unwrap_or(now);
    let school = SchoolId(found.school_id);
    if !joins_teams(new.function) || !exercises(transaction, user, new.function, school, begins, None).await? {
        return Err(Refusal::Field("function").into());
    }
    let function = new.function.as_str();
    let statement = transaction.prepare_cached(IS_LINKED).await?;
    let row = transaction.query_one(&statement, &[&student.0, &user.0, &function, &new.from, &new.to]).await?;
    if row.try_get("linked")? {
        return Err(Refusal::Changed.into());
    }
    let before = act::sight(transaction, user, Some(&[student])).await?;
    let id = Uuid::now_v7();
    let statement = transaction.prepare_cached(INSERT_LINK).await?;
    transaction.execute(&statement, &[&id, &student.0, &user.0, &function, &new.from, &new.to]).await?;
    grants::rebuild(transaction, &[student], Some(user)).await?;
    let after = act::sight(transaction, user, Some(&[student])).await?;
    let effect = act::effect(transaction, (user, &person.name), (&before, &after), true).await?;
    Ok(Effect { created_id: Some(id), ..effect })
}

/// Ends a membership.
///
/// * `seen`: the version the asker read
/// * `at`: when; `None` is now
///
/// # Errors
/// [`Error::NotFound`] when it is not in the asker's scope, [`Error::Rule`] for what is refused.
pub async fn end(
    store: &Store,
    manner: Manner,
    student: StudentId,
    link: Uuid,
    seen: i32,
    at: Option<OffsetDateTime>,
) -> Result<Effect, Error> {
    let subject = Subject { action: Action::EndLink, student: Some(student), resource: format!("team_link/{link}") };
    act::run(store, manner, subject, move |transaction, manner| {
        Box::pin(end_in(transaction, manner, student, link, seen, at))
    })
    .await
}

async fn end_in(
    transaction: &Transaction<'_>,
    manner: Manner,
    student: StudentId,
    link: Uuid,
    seen: i32,
    at: Option<OffsetDateTime>,
) -> Result<Effect, Error> {
    let asker = manner.asker.user;
    let (_, actor) = students::find(transaction, asker, student).await?;
    grants::lock(transaction, &[student]).await?;
    let statement = transaction.prepare_cached(LOCK_LINK).await?;
    let row = transaction.query_opt(&statement, &[&link, &student.0]).await?.ok_or(Error::NotFound)?;
    let user = UserId(row.try_get("user_id")?);
    allow(&actor, Act::LinkTeam, asker, user)?;
    let now = row.try_get("now")?;
    act::unchanged(seen, row.try_get("version")?, row.try_get("valid_to")?, now)?;
    let at = act::ends_at(at, now)?;
    let (person, _) = people::find(transaction, asker, user).await?;
    let before = act::sight(transaction, user, Some(&[student])).await?;
    let statement = transaction.prepare_cached(END_LINK).await?;
    transaction.execute(&statement, &[&link, &at]).await?;
    grants::rebuild(transaction, &[student], Some(user)).await?;
    let after = act::sight(transaction, user, Some(&[student])).await?;
    act::effect(transaction, (user, &person.name), (&before, &after), true).await
}
