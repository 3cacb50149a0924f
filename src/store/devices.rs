//! A person's own sessions, as they are shown to that person: where one is signed in, and the way to end it from afar.

use time::OffsetDateTime;

use super::audit::{self, Action, Outcome};
use super::second_factor::Actor;
use super::sessions::event;
use super::{Error, Store};
use crate::domain::device::{Browser, System};
use crate::domain::ids::{LoginSessionId, UserId};

const LIST: &str = include_str!("../../sql/queries/sessions/list.sql");
const REVOKE_OWN: &str = include_str!("../../sql/queries/sessions/revoke_own.sql");
const REVOKE_OTHERS: &str = include_str!("../../sql/queries/sessions/revoke_others.sql");

/// One session on one device.
#[derive(Debug, Clone)]
pub struct Device {
    /// The session.
    pub session: LoginSessionId,
    /// The browser.
    pub browser: Browser,
    /// The system.
    pub system: System,
    /// Others use it too.
    pub shared_computer: bool,
    /// When it signed in.
    pub created_at: OffsetDateTime,
    /// When it last renewed its access token.
    pub last_used_at: OffsetDateTime,
    /// It was ended because one of its refresh tokens was used twice.
    pub ended_for_safety: bool,
}

/// The person's sessions, the last used first; at most 100.
///
/// # Errors
/// Database errors.
pub async fn list(store: &Store, user: UserId) -> Result<Vec<Device>, Error> {
    store
        .as_person(Some(user), move |transaction| {
            Box::pin(async move {
                let statement = transaction.prepare_cached(LIST).await?;
                let rows = transaction.query(&statement, &[&user.0]).await?;
                rows.iter()
                    .map(|row| {
                        Ok(Device {
                            session: LoginSessionId(row.try_get("session_id")?),
                            browser: row.try_get::<_, &str>("browser")?.parse()?,
                            system: row.try_get::<_, &str>("system")?.parse()?,
                            shared_computer: row.try_get("shared_computer")?,
                            created_at: row.try_get("created_at")?,
                            last_used_at: row.try_get("last_used_at")?,
                            ended_for_safety: row.try_get("ended")?,
                        })
                    })
                    .collect()
            })
        })
        .await
}

/// Ends one session of the acting person. Its sockets close on every server (ADR 0010).
///
/// # Errors
/// [`Error::NotFound`] for a session of somebody else, one that is over, and one that never was.
pub async fn end(store: &Store, actor: Actor, target: LoginSessionId) -> Result<(), Error> {
    store
        .as_person(Some(actor.user), move |transaction| {
            Box::pin(async move {
                let statement = transaction.prepare_cached(REVOKE_OWN).await?;
                if transaction.execute(&statement, &[&target.0, &actor.user.0]).await? == 0 {
                    return Err(Error::NotFound);
                }
                record(transaction, &actor, target).await
            })
        })
        .await
}

/// Ends all sessions of the acting person but the one that asks. Returns how many.
///
/// # Errors
/// Database errors.
pub async fn end_others(store: &Store, actor: Actor) -> Result<usize, Error> {
    store
        .as_person(Some(actor.user), move |transaction| {
            Box::pin(async move {
                let statement = transaction.prepare_cached(REVOKE_OTHERS).await?;
                let rows = transaction.query(&statement, &[&actor.user.0, &actor.session.0]).await?;
                for row in &rows {
                    record(transaction, &actor, LoginSessionId(row.try_get("session_id")?)).await?;
                }
                Ok(rows.len())
            })
        })
        .await
}

async fn record(
    transaction: &deadpool_postgres::Transaction<'_>,
    actor: &Actor,
    target: LoginSessionId,
) -> Result<(), Error> {
    let event = event(Action::EndSession, Outcome::Allowed, actor.user, actor.session, actor.request_id.clone());
    audit::append_in(transaction, &audit::Event { resource: Some(format!("session/{target}")), ..event }).await
}
