//! Second factors and recovery codes as they are stored. That each is good once is decided here, by statements that count; what a code is,
//! `auth::second_factor` knows and hands in.

use deadpool_postgres::Transaction;

use super::audit::{self, Action, Event, Outcome};
use super::sessions::{event, settle_in};
use super::{Error, Store};
use crate::domain::ids::{LoginSessionId, UserId};

pub(super) const STATUS: &str = include_str!("../../sql/queries/second_factor/status.sql");
const FIND: &str = include_str!("../../sql/queries/second_factor/find.sql");
const BEGIN: &str = include_str!("../../sql/queries/second_factor/begin.sql");
const TAKE_STEP: &str = include_str!("../../sql/queries/second_factor/take_step.sql");
const USE_RECOVERY_CODE: &str = include_str!("../../sql/queries/second_factor/use_recovery_code.sql");
const DELETE_RECOVERY_CODES: &str = include_str!("../../sql/queries/second_factor/delete_recovery_codes.sql");
const INSERT_RECOVERY_CODES: &str = include_str!("../../sql/queries/second_factor/insert_recovery_codes.sql");
const DELETE: &str = include_str!("../../sql/queries/second_factor/delete.sql");
const RESET: &str = include_str!("../../sql/queries/second_factor/reset.sql");

/// Who acts, in which session and request.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The person.
    pub user: UserId,
    /// The session.
    pub session: LoginSessionId,
    /// The request.
    pub request_id: String,
}

impl Actor {
    fn event(&self, action: Action, outcome: Outcome) -> Event {
        event(action, outcome, self.user, self.session, self.request_id.clone())
    }
}

/// What a person has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// A second factor is in use.
    pub enrolled: bool,
    /// Recovery codes that were not used.
    pub recovery_codes_left: i64,
}

/// From the sealed secret to the step a code belongs to, if it is good.
pub type Judge = Box<dyn FnOnce(&[u8]) -> Option<i64> + Send>;

/// What somebody shows.
pub enum Shown {
    /// A code of the device.
    Code(Judge),
    /// SHA-256 of a recovery code.
    Recovery(Vec<u8>),
}

/// What the person has.
///
/// # Errors
/// Database errors.
pub async fn status(store: &Store, user: UserId) -> Result<Status, Error> {
    store.as_person(Some(user), move |transaction| Box::pin(status_in(transaction, user))).await
}

async fn status_in(transaction: &Transaction<'_>, user: UserId) -> Result<Status, Error> {
    let statement = transaction.prepare_cached(STATUS).await?;
    let row = transaction.query_one(&statement, &[&user.0]).await?;
    Ok(Status { enrolled: row.try_get("enrolled")?, recovery_codes_left: row.try_get("recovery_codes_left")? })
}

/// Keeps the secret of a device that is being set up. False when a second factor is in use already.
///
/// # Errors
/// Database errors.
pub async fn begin(store: &Store, user: UserId, sealed: Vec<u8>) -> Result<bool, Error> {
    store
        .as_person(Some(user), move |transaction| {
            Box::pin(async move {
                let statement = transaction.prepare_cached(BEGIN).await?;
                Ok(transaction.execute(&statement, &[&user.0, &sealed]).await? == 1)
            })
        })
        .await
}

/// Finishes setting up with a first code: the factor is in use, the session owes nothing, and there are new recovery codes. False for a
/// wrong code, and when nothing is being set up.
///
/// * `recovery_hashes`: SHA-256 of each
///
/// # Errors
/// Database errors.
pub async fn finish(store: &Store, actor: Actor, judge: Judge, recovery_hashes: Vec<Vec<u8>>) -> Result<bool, Error> {
    store
        .as_person(Some(actor.user), move |transaction| {
            Box::pin(async move {
                let done = take_code(transaction, actor.user, judge, false).await?;
                if done {
                    replace_codes(transaction, actor.user, &recovery_hashes).await?;
                    settle_in(transaction, actor.session).await?;
                }
                let outcome = if done { Outcome::Allowed } else { Outcome::Denied };
                audit::append_in(transaction, &actor.event(Action::EnrolSecondFactor, outcome)).await?;
                Ok(done)
            })
        })
        .await
}

/// Takes a code or a recovery code, once. When it is good the session owes nothing and counts as freshly confirmed; either way it is
/// recorded.
///
/// # Errors
/// Database errors.
pub async fn answer(store: &Store, actor: Actor, shown: Shown, action: Action) -> Result<bool, Error> {
    store
        .as_person(Some(actor.user), move |transaction| {
            Box::pin(async move {
                let mut resource = None;
                let good = match shown {
                    Shown::Code(judge) => take_code(transaction, actor.user, judge, true).await?,
                    Shown::Recovery(hash) => {
                        resource = Some("recovery_code".to_owned());
                        let statement = transaction.prepare_cached(USE_RECOVERY_CODE).await?;
                        transaction.execute(&statement, &[&actor.user.0, &hash]).await? == 1
                    }
                };
                if good {
                    settle_in(transaction, actor.session).await?;
                }
                let outcome = if good { Outcome::Allowed } else { Outcome::Denied };
                audit::append_in(transaction, &Event { resource, ..actor.event(action, outcome) }).await?;
                Ok(good)
            })
        })
        .await
}

/// Replaces all recovery codes. False when there is no second factor.
///
/// # Errors
/// Database errors.
pub async fn renew_codes(store: &Store, actor: Actor, recovery_hashes: Vec<Vec<u8>>) -> Result<bool, Error> {
    store
        .as_person(Some(actor.user), move |transaction| {
            Box::pin(async move {
                if !status_in(transaction, actor.user).await?.enrolled {
                    return Ok(false);
                }
                replace_codes(transaction, actor.user, &recovery_hashes).await?;
                audit::append_in(transaction, &actor.event(Action::RenewRecoveryCodes, Outcome::Allowed)).await?;
                Ok(true)
            })
        })
        .await
}

/// Switches the second factor off. Done even if there was none.
///
/// # Errors
/// Database errors.
pub async fn remove(store: &Store, actor: Actor) -> Result<(), Error> {
    store
        .as_person(Some(actor.user), move |transaction| {
            Box::pin(async move {
                let statement = transaction.prepare_cached(DELETE_RECOVERY_CODES).await?;
                transaction.execute(&statement, &[&actor.user.0]).await?;
                let statement = transaction.prepare_cached(DELETE).await?;
                if transaction.execute(&statement, &[&actor.user.0]).await? > 0 {
                    let event = actor.event(Action::RemoveSecondFactor, Outcome::Allowed);
                    audit::append_in(transaction, &event).await?;
                }
                Ok(())
            })
        })
        .await
}

/// Takes the second factor from somebody who lost it and ends their sessions. Runs as the owner role. `None` for an unknown address.
///
/// # Errors
/// Database errors.
pub async fn reset(owner: &mut tokio_postgres::Client, email: &str) -> Result<Option<UserId>, Error> {
    let row = owner.query_opt(RESET, &[&email.to_lowercase()]).await?;
    row.map(|row| Ok(UserId(row.try_get("user_id")?))).transpose()
}

/// The row is locked until the transaction ends, so of many that show one code at once the first takes it.
async fn take_code(transaction: &Transaction<'_>, user: UserId, judge: Judge, in_use: bool) -> Result<bool, Error> {
    let statement = transaction.prepare_cached(FIND).await?;
    let Some(row) = transaction.query_opt(&statement, &[&user.0]).await? else { return Ok(false) };
    if row.try_get::<_, bool>("confirmed")? != in_use {
        return Ok(false);
    }
    let Some(step) = judge(row.try_get("sealed")?) else { return Ok(false) };
    let statement = transaction.prepare_cached(TAKE_STEP).await?;
    Ok(transaction.execute(&statement, &[&user.0, &step]).await? == 1)
}

async fn replace_codes(transaction: &Transaction<'_>, user: UserId, hashes: &[Vec<u8>]) -> Result<(), Error> {
    let statement = transaction.prepare_cached(DELETE_RECOVERY_CODES).await?;
    transaction.execute(&statement, &[&user.0]).await?;
    let statement = transaction.prepare_cached(INSERT_RECOVERY_CODES).await?;
    transaction.execute(&statement, &[&user.0, &hashes]).await?;
    Ok(())
}
