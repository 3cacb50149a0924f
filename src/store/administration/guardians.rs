//! Guardianships: giving, changing, ending them, and what a court forbids.

use deadpool_postgres::Transaction;
use time::OffsetDateTime;
use uuid::Uuid;

use super::act::{self, Manner, Subject};
use super::views::{Custody, Effect};
use super::{allow, people, students};
use crate::domain::administration::{Act, Refusal};
use crate::domain::ids::{StudentId, UserId};
use crate::domain::people::UserKind;
use crate::store::audit::Action;
use crate::store::{Error, Store, grants};

const FIND_GUARDIANSHIP: &str = include_str!("../../../sql/queries/administration/find_guardianship.sql");
const LOCK_GUARDIANSHIP: &str = include_str!("../../../sql/queries/administration/lock_guardianship.sql");
const INSERT_GUARDIANSHIP: &str = include_str!("../../../sql/queries/administration/insert_guardianship.sql");
const UPDATE_GUARDIANSHIP: &str = include_str!("../../../sql/queries/administration/update_guardianship.sql");

/// A guardianship to begin.
#[derive(Debug, Clone)]
pub struct NewGuardianship {
    /// Who.
    pub user: UserId,
    /// In the family's words, e.g. "avó"; 1 to 60 characters.
    pub kinship: String,
    /// With whom the child lives.
    pub custody: Custody,
    /// May see the child's data.
    pub can_view: bool,
    /// May write the family's section.
    pub can_write: bool,
    /// A court forbids access.
    pub judicial_restriction: bool,
}

/// What changes; `None` leaves as it is.
#[derive(Debug, Clone)]
pub struct GuardianshipChange {
    /// The version the asker read.
    pub seen: i32,
    /// In the family's words.
    pub kinship: Option<String>,
    /// With whom the child lives.
    pub custody: Option<Custody>,
    /// May see the child's data.
    pub can_view: Option<bool>,
    /// May write the family's section.
    pub can_write: Option<bool>,
    /// A court forbids access.
    pub judicial_restriction: Option<bool>,
    /// Ends now or on a date.
    pub end: Option<End>,
}

/// When a guardianship ends.
#[derive(Debug, Clone, Copy)]
pub enum End {
    /// At once.
    Now,
    /// On a date to come.
    At(OffsetDateTime),
}

/// How somebody stands to a student as a guardian.
pub(super) struct Standing {
    /// Is or will be one.
    pub(super) living: bool,
    /// A court forbids access, by any row, past ones too.
    pub(super) restricted: bool,
}

pub(super) async fn standing(
    transaction: &Transaction<'_>,
    student: StudentId,
    user: UserId,
) -> Result<(Standing, OffsetDateTime), Error> {
    let statement = transaction.prepare_cached(FIND_GUARDIANSHIP).await?;
    let row = transaction.query_one(&statement, &[&student.0, &user.0]).await?;
    Ok((Standing { living: row.try_get("living")?, restricted: row.try_get("restricted")? }, row.try_get("now")?))
}

/// Makes somebody a guardian of a student from now on.
///
/// # Errors
/// [`Error::NotFound`] when the student is not in the asker's scope, [`Error::Rule`] for what is refused.
pub async fn give(store: &Store, manner: Manner, student: StudentId, new: NewGuardianship) -> Result<Effect, Error> {
    let subject =
        Subject { action: Action::GiveGuardianship, student: Some(student), resource: format!("user/{}", new.user) };
    act::run(store, manner, subject, move |transaction, manner| Box::pin(give_in(transaction, manner, student, new)))
        .await
}

async fn give_in(
    transaction: &Transaction<'_>,
    manner: Manner,
    student: StudentId,
    new: NewGuardianship,
) -> Result<Effect, Error> {
    let (asker, user) = (manner.asker.user, new.user);
    let (_, actor) = students::find(transaction, asker, student).await?;
    allow(&actor, Act::LinkGuardian, asker, user)?;
    grants::lock(transaction, &[student]).await?;
    let person = match people::find(transaction, asker, user).await {
        Err(Error::NotFound) => return Err(Refusal::Field("user_id").into()),
        other => other?.0,
    };
    if person.kind == UserKind::Operator {
        return Err(Refusal::Field("user_id").into());
    }
    if standing(transaction, student, user).await?.0.living {
        return Err(Refusal::Changed.into());
    }
    let before = act::sight(transaction, user, Some(&[student])).await?;
    let (id, custody) = (Uuid::now_v7(), new.custody.as_str());
    let statement = transaction.prepare_cached(INSERT_GUARDIANSHIP).await?;
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 8] =
        [&id, &student.0, &user.0, &new.kinship, &custody, &new.can_view, &new.can_write, &new.judicial_restriction];
    transaction.execute(&statement, &values).await?;
    grants::rebuild(transaction, &[student], Some(user)).await?;
    let after = act::sight(transaction, user, Some(&[student])).await?;
    let effect = act::effect(transaction, (user, &person.name), (&before, &after), true).await?;
    Ok(Effect { created_id: Some(id), ..effect })
}

/// Changes or ends a guardianship.
///
/// # Errors
/// [`Error::NotFound`] when it is not in the asker's scope, [`Error::Rule`] for what is refused.
pub async fn change(
    store: &Store,
    manner: Manner,
    student: StudentId,
    guardianship: Uuid,
    change: GuardianshipChange,
) -> Result<Effect, Error> {
    let subject = Subject {
        action: Action::ChangeGuardianship,
        student: Some(student),
        resource: format!("guardianship/{guardianship}"),
    };
    act::run(store, manner, subject, move |transaction, manner| {
        Box::pin(change_in(transaction, manner, student, guardianship, change))
    })
    .await
}

async fn change_in(
    transaction: &Transaction<'_>,
    manner: Manner,
    student: StudentId,
    id: Uuid,
    change: GuardianshipChange,
) -> Result<Effect, Error> {
    let asker = manner.asker.user;
    let (_, actor) = students::find(transaction, asker, student).await?;
    grants::lock(transaction, &[student]).await?;
    let statement = transaction.prepare_cached(LOCK_GUARDIANSHIP).await?;
    let row = transaction.query_opt(&statement, &[&id, &student.0]).await?.ok_or(Error::NotFound)?;
    let user = UserId(row.try_get("user_id")?);
    allow(&actor, Act::LinkGuardian, asker, user)?;
    let now = row.try_get("now")?;
    // What a court forbids can be written down, and taken back, on a guardianship that is over: it holds through every row.
    let to = if change.end.is_some() { row.try_get("valid_to")? } else { None };
    act::unchanged(change.seen, row.try_get("version")?, to, now)?;
    let at = match change.end {
        None => None,
        Some(End::Now) => Some(now),
        Some(End::At(at)) => Some(act::ends_at(Some(at), now)?),
    };
    let (person, _) = people::find(transaction, asker, user).await?;
    let before = act::sight(transaction, user, Some(&[student])).await?;
    let custody = change.custody.map(Custody::as_str);
    let statement = transaction.prepare_cached(UPDATE_GUARDIANSHIP).await?;
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 7] =
        [&id, &change.kinship, &custody, &change.can_view, &change.can_write, &change.judicial_restriction, &at];
    transaction.execute(&statement, &values).await?;
    grants::rebuild(transaction, &[student], Some(user)).await?;
    let after = act::sight(transaction, user, Some(&[student])).await?;
    act::effect(transaction, (user, &person.name), (&before, &after), true).await
}
