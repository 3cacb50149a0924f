//! One-use tickets for sockets whose client can only put a credential into the address. Only their SHA-256 is stored.

use super::{Error, Store};
use crate::domain::ids::{LoginSessionId, UserId};
use crate::domain::session::Caller;

const INSERT: &str = include_str!("../../sql/queries/tickets/insert.sql");
const REDEEM: &str = include_str!("../../sql/queries/tickets/redeem.sql");
const DELETE_EXPIRED: &str = include_str!("../../sql/queries/tickets/delete_expired.sql");

/// How long a ticket is good for, in seconds. The statement that stores it says the same.
pub const LIFETIME_SECONDS: i64 = 30;

/// Stores a ticket and sweeps those nobody came for.
///
/// * `hash`: SHA-256 of the ticket
///
/// # Errors
/// Database errors.
pub async fn create(store: &Store, hash: Vec<u8>, user: UserId, session: LoginSessionId) -> Result<(), Error> {
    store
        .as_person(Some(user), move |transaction| {
            Box::pin(async move {
                let statement = transaction.prepare_cached(DELETE_EXPIRED).await?;
                transaction.execute(&statement, &[]).await?;
                let statement = transaction.prepare_cached(INSERT).await?;
                transaction.execute(&statement, &[&hash, &user.0, &session.0]).await?;
                Ok(())
            })
        })
        .await
}

/// Spends a ticket. `None` when it was spent, came too late or never existed. The session must be checked by the caller.
///
/// # Errors
/// Database errors.
pub async fn redeem(store: &Store, hash: Vec<u8>) -> Result<Option<Caller>, Error> {
    store
        .as_person(None, move |transaction| {
            Box::pin(async move {
                let statement = transaction.prepare_cached(REDEEM).await?;
                let Some(row) = transaction.query_opt(&statement, &[&hash]).await? else { return Ok(None) };
                let is_fresh: bool = row.try_get("fresh")?;
                let caller = Caller {
                    user: UserId(row.try_get("user_id")?),
                    session: LoginSessionId(row.try_get("session_id")?),
                    auth_version: row.try_get("auth_version")?,
                };
                Ok(is_fresh.then_some(caller))
            })
        })
        .await
}
