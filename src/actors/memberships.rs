//! Who is in a room follows the grants in the transaction that changes them; dates pass silently, and this looks for them. Each server does: what one has
//! done leaves nothing to the others. Writing and reading wait for none of it, because both ask the grants.

use std::time::Duration;

use tokio::time::MissedTickBehavior;

use crate::store::Store;
use crate::store::rooms::log;

/// How often it looks. An empty look is one short statement.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Starts looking, on the store's runtime; the first look compares everything, because dates passed while no server ran.
pub fn watch(store: &Store) {
    let store = store.clone();
    store.clone().runtime().spawn(async move {
        let mut period = tokio::time::interval(LOOK_EVERY);
        period.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut since = None;
        loop {
            period.tick().await;
            match log::sync_passed(&store, since).await {
                Ok(looked) => since = Some(looked.at),
                Err(error) => tracing::warn!(%error, "members of rooms do not follow dates that passed"),
            }
        }
    });
}
