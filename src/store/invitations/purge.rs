//! Forgetting invitations and requests for a new password that ended long ago: an invitation names a person who may never have come. What
//! happened stays in the audit log, by id.

use std::time::Duration;

use tokio::time::MissedTickBehavior;

use crate::store::{Error, Store};

const PURGE_INVITATIONS: &str = include_str!("../../../sql/queries/invitations/purge_ended.sql");
const PURGE_RESETS: &str = include_str!("../../../sql/queries/passwords/purge_ended.sql");

/// How often a server looks. The statements and the policies say how old is old: 90 days for invitations, 30 for requests.
pub const PURGE_EVERY: Duration = Duration::from_secs(3_600);
/// Rows of each kind that one look takes at most, so that no look holds locks for long.
pub const PURGE_AT_ONCE: i64 = 1_000;

/// Forgets some of both; returns how many rows went.
///
/// # Errors
/// Database errors.
pub async fn purge_ended(store: &Store) -> Result<u64, Error> {
    store
        .as_writer(|transaction| {
            Box::pin(async move {
                let mut gone = 0;
                for statement in [PURGE_INVITATIONS, PURGE_RESETS] {
                    let statement = transaction.prepare_cached(statement).await?;
                    gone += transaction.execute(&statement, &[&PURGE_AT_ONCE]).await?;
                }
                Ok(gone)
            })
        })
        .await
}

/// Looks at once and then every hour, on the store's runtime, for as long as that lives. Any number of servers may.
pub fn keep_purging(store: &Store) {
    let (runtime, store) = (store.runtime().clone(), store.clone());
    runtime.spawn(async move {
        let mut period = tokio::time::interval(PURGE_EVERY);
        period.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            period.tick().await;
            match purge_ended(&store).await {
                Ok(0) => {}
                Ok(gone) => tracing::info!(gone, "invitations and requests that ended long ago are forgotten"),
                Err(error) => tracing::warn!(%error, "invitations that ended long ago could not be forgotten"),
            }
        }
    });
}
