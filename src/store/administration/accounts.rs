//! Closing and opening an account, and ending its sessions.

use std::collections::HashSet;

use deadpool_postgres::Transaction;
use time::OffsetDateTime;
use uuid::Uuid;

use super::act::{self, Manner, Sight, Subject};
use super::functions::{last_of, lock_school};
use super::people::{self, Actor};
use super::views::{AdminPerson, Effect};
use crate::domain::administration::{self, Act, Refusal, may_any};
use crate::domain::ids::{SchoolId, UserId};
use crate::domain::people::Function;
use crate::store::audit::Action;
use crate::store::{Error, Store};

const HAS_TIES_ELSEWHERE: &str = include_str!("../../../sql/queries/administration/has_ties_elsewhere.sql");
const LOCK_ACCOUNT: &str = include_str!("../../../sql/queries/administration/lock_account.sql");
const CLOSE_ACCOUNT: &str = include_str!("../../../sql/queries/administration/close_account.sql");
const OPEN_ACCOUNT: &str = include_str!("../../../sql/queries/administration/open_account.sql");
const END_SESSIONS: &str = include_str!("../../../sql/queries/administration/end_sessions.sql");

/// What is done to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountAct {
    /// Nobody signs in with it, and its sessions end.
    Close,
    /// It can be used again. What ended stays ended.
    Open,
    /// Everybody who uses it signs in again.
    EndSessions,
}

/// Does it.
///
/// # Errors
/// [`Error::NotFound`] when the person is not in the asker's scope, [`Error::Rule`] for what is refused.
pub async fn change(store: &Store, manner: Manner, user: UserId, what: AccountAct) -> Result<Effect, Error> {
    let action = match what {
        AccountAct::Close => Action::CloseAccount,
        AccountAct::Open => Action::OpenAccount,
        AccountAct::EndSessions => Action::EndSessions,
    };
    let subject = Subject { action, student: None, resource: format!("user/{user}") };
    act::run(store, manner, subject, move |transaction, manner| Box::pin(change_in(transaction, manner, user, what)))
        .await
}

async fn change_in(
    transaction: &Transaction<'_>,
    manner: Manner,
    user: UserId,
    what: AccountAct,
) -> Result<Effect, Error> {
    let (person, actor) = people::find(transaction, manner.asker.user, user).await?;
    let statement = transaction.prepare_cached(LOCK_ACCOUNT).await?;
    let row = transaction.query_opt(&statement, &[&user.0]).await?.ok_or(Error::NotFound)?;
    let (closed_at, now): (Option<OffsetDateTime>, _) = (row.try_get("disabled_at")?, row.try_get("now")?);
    if !may_close(&person, &actor, row.try_get("elsewhere")?) {
        return Err(Refusal::NotAllowed.into());
    }
    let mut warnings = Vec::new();
    if what == AccountAct::Close {
        let held =
            person.functions.iter().filter(|held| held.valid_from <= now && held.valid_to.is_none_or(|to| to > now));
        for (function, school) in held.filter_map(|held| Some((held.function, SchoolId(held.school_id?)))) {
            lock_school(transaction, school).await?;
            warnings.extend(last_of(transaction, &manner, user, function, school, now).await?);
        }
        warnings.dedup();
    }
    let sees = act::sight(transaction, user, None).await?;
    let (before, after, statement) = match (what, closed_at) {
        (AccountAct::Close, None) => (sees, Sight::none(), Some(CLOSE_ACCOUNT)),
        (AccountAct::Open, Some(_)) => (Sight::none(), sees, Some(OPEN_ACCOUNT)),
        (AccountAct::EndSessions, _) => (Sight::none(), Sight::none(), None),
        _ => return Err(Refusal::Changed.into()),
    };
    if let Some(statement) = statement {
        let statement = transaction.prepare_cached(statement).await?;
        transaction.execute(&statement, &[&user.0]).await?;
    }
    let mut ended_sessions = 0;
    if what != AccountAct::Open {
        let statement = transaction.prepare_cached(END_SESSIONS).await?;
        ended_sessions = transaction.query_one(&statement, &[&user.0]).await?.try_get("ended")?;
    }
    let named = actor.values().any(|functions| may_any(functions, Act::ListStudents));
    let effect = act::effect(transaction, (user, &person.name), (&before, &after), named).await?;
    Ok(Effect { warnings, ended_sessions, ..effect })
}

/// Whether somebody is tied to schools that the asker does not administer.
pub(super) async fn has_ties_elsewhere(transaction: &Transaction<'_>, user: UserId) -> Result<bool, Error> {
    let statement = transaction.prepare_cached(HAS_TIES_ELSEWHERE).await?;
    Ok(transaction.query_one(&statement, &[&user.0]).await?.try_get("elsewhere")?)
}

/// Whether the asker may close an account: in every school the person is tied to (was, if to none any more) they may, they stand above
/// every function the person exercises, it is not their own, and no court keeps the asker away from a child the person is tied to.
pub(super) fn may_close(person: &AdminPerson, actor: &Actor, elsewhere: bool) -> bool {
    let now = OffsetDateTime::now_utc();
    let ties = || {
        let functions = person.functions.iter().map(|tie| (tie.school_id, tie.valid_to));
        let links = person.links.iter().map(|tie| (Some(tie.school_id), tie.valid_to));
        let guardianships = person.guardianships.iter().map(|tie| (Some(tie.school_id), tie.valid_to));
        functions.chain(links).chain(guardianships)
    };
    let lives = |to: Option<OffsetDateTime>| to.is_none_or(|to| to > now);
    let any_lives = ties().any(|(_, to)| lives(to));
    let schools: HashSet<Uuid> =
        ties().filter(|(_, to)| lives(*to) || !any_lives).filter_map(|(school, _)| school).collect();
    let held: Vec<Function> =
        person.functions.iter().filter(|tie| lives(tie.valid_to)).map(|tie| tie.function).collect();
    let may = |functions: &Vec<Function>| administration::may_close(functions, &held);
    let everywhere = if schools.is_empty() {
        actor.values().any(may)
    } else {
        schools.iter().all(|school| actor.get(school).is_some_and(may))
    };
    // Who has the account of somebody near the child has the child: whoever a court keeps away leaves those to others.
    let links = person.links.iter().map(|tie| (tie.kept_away, tie.valid_to));
    let near_a_child_out_of_reach = links
        .chain(person.guardianships.iter().map(|tie| (tie.kept_away, tie.valid_to)))
        .any(|(kept_away, to)| kept_away && lives(to));
    !person.is_self && !elsewhere && everywhere && !near_a_child_out_of_reach
}
