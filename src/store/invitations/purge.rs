//! Forgetting invitations and requests for a new password that ended long ago: an invitation names a person who may never have come. What
//! happened stays in the audit log, by id.

use std::time::Duration;

use tokio::time::MissedTickBehavior;

use crate::domain::retention::Class;
use crate::store::{Error, Store, retention};

/// How often a server looks. `domain::retention` says how old is old, and the policies hold the server to it.
pub const PURGE_EVERY: Duration = Duration::from_secs(3_600);
/// Rows of each kind that one look takes at most, so that no look holds locks for long.
pub const PURGE_AT_ONCE: i64 = 1_000;

/// Forgets some of both; returns how many rows went.
///
/// # Errors
/// Database errors.
pub async fn purge_ended(store: &Store) -> Result<u64, Error> {
    let mut gone = 0;
    for class in [Class::Invitations, Class::PasswordResets] {
        gone += retention::forget_ended(store, class, PURGE_AT_ONCE).await?;
    }
    Ok(gone)
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
