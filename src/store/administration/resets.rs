//! A code on paper for a new password, for people whom no mail reaches. Who may make one is who may close the account: somebody above the
//! person in every school the person is tied to. It is asked again when the code is used, so that it is worth no more than its maker is then.

use deadpool_postgres::Transaction;
use time::OffsetDateTime;
use uuid::Uuid;

use super::act::Subject;
use super::{accounts, people};
use crate::domain::administration::Refusal;
use crate::domain::ids::UserId;
use crate::store::audit::{self, Action, Outcome};
use crate::store::{Asker, Error, Store};

const NEEDS_RESET_CODE: &str = include_str!("../../../sql/queries/administration/needs_reset_code.sql");
const ISSUE_RESET_CODE: &str = include_str!("../../../sql/queries/administration/issue_reset_code.sql");

/// The stored form of a code.
#[derive(Clone)]
pub struct NewCode {
    /// What finds it.
    pub locator: String,
    /// Keyed hash of the code.
    pub hash: Vec<u8>,
}

/// Writes a code down and records it; the person's codes before it end. Returns when it ends by itself.
///
/// # Errors
/// [`Error::NotFound`] when the person is not in the asker's scope; [`Error::Rule`] when the asker may not close the account, or when a mail
/// reaches the person; [`Error::Conflict`] with `password_resets_locator` when another code begins like this one: draw again.
pub async fn issue(store: &Store, asker: Asker, user: UserId, code: NewCode) -> Result<OffsetDateTime, Error> {
    let subject = Subject { action: Action::MakeResetCode, student: None, resource: format!("user/{user}") };
    let event = subject.event(&asker, subject.action, Outcome::Allowed);
    let by = asker.user;
    let done = store
        .as_registrar(Some(by), move |transaction| {
            Box::pin(async move {
                if !may_in(transaction, by, user).await? {
                    return Err(Refusal::NotAllowed.into());
                }
                let statement = transaction.prepare_cached(ISSUE_RESET_CODE).await?;
                let row =
                    transaction.query_one(&statement, &[&Uuid::now_v7(), &user.0, &code.locator, &code.hash]).await?;
                let expires_at = row.try_get::<_, Option<OffsetDateTime>>("expires_at")?;
                let expires_at = expires_at.ok_or(Error::from(Refusal::NotAllowed))?;
                audit::append_in(transaction, &event).await?;
                Ok(expires_at)
            })
        })
        .await;
    if let Err(Error::NotFound | Error::Rule(_)) = &done {
        audit::append(store, subject.event(&asker, subject.action, Outcome::Denied)).await?;
    }
    done
}

/// Whether somebody may still make such a code for a person.
///
/// # Errors
/// Database errors.
pub async fn may_still(store: &Store, by: UserId, user: UserId) -> Result<bool, Error> {
    let may = store
        .as_registrar(Some(by), move |transaction| Box::pin(async move { may_in(transaction, by, user).await }))
        .await;
    match may {
        Err(Error::NotFound) => Ok(false),
        other => other,
    }
}

/// Whether a code on paper is the way to a new password for a person.
pub(super) async fn is_the_way(transaction: &Transaction<'_>, user: UserId) -> Result<bool, Error> {
    let statement = transaction.prepare_cached(NEEDS_RESET_CODE).await?;
    Ok(transaction.query_one(&statement, &[&user.0]).await?.try_get("needed")?)
}

async fn may_in(transaction: &Transaction<'_>, by: UserId, user: UserId) -> Result<bool, Error> {
    let (person, actor) = people::find(transaction, by, user).await?;
    let elsewhere = accounts::has_ties_elsewhere(transaction, user).await?;
    Ok(accounts::may_close(&person, &actor, elsewhere) && is_the_way(transaction, user).await?)
}
