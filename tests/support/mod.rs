//! What the integration tests stand on: a private PostgreSQL cluster for the whole run, a database per test, the real
//! `kazumi` binary as a process, unmodified clients in Node processes. Tests that break the database have a cluster of their own.
//!
//! Nothing here replaces a part of the product by an imitation. Read next: `cluster.rs`, `server.rs`, `cluster_faults.rs`.

pub mod cluster;
mod cluster_faults;
pub mod database;
mod edge;
pub mod full_disk;
pub mod node_client;
pub mod proxy;
pub mod server;
pub mod session;
mod watcher;

pub use cluster::TestCluster;
pub use database::TestDatabase;
pub use node_client::NodeClient;
pub use server::TestServer;
pub use session::Session;

/// Writes a figure or a seed; the test runner shows it with a failed test, or always with `--nocapture`.
macro_rules! report {
    ($($argument:tt)*) => {{
        #[allow(clippy::print_stdout, reason = "the runner captures it")]
        {
            println!($($argument)*);
        }
    }};
}
pub(crate) use report;

use std::time::{Duration, Instant};

/// How long a test waits for something that normally takes milliseconds: a busy machine with two cores is slow.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// How often it looks.
const LOOK: Duration = Duration::from_millis(15);

/// Asks `check` until it answers, for as long as [`PATIENCE`]. Fails the test with `what` otherwise.
pub async fn eventually<T>(what: &str, check: impl AsyncFnMut() -> Option<T>) -> T {
    eventually_within(PATIENCE, what, check).await
}

/// The same, for what normally takes longer.
pub async fn eventually_within<T>(patience: Duration, what: &str, mut check: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + patience;
    loop {
        if let Some(answer) = check().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "waited {} s in vain: {what}", patience.as_secs());
        tokio::time::sleep(LOOK).await;
    }
}

/// How often or how long a test does something: `usual`, unless the environment says otherwise (the long part of the tests does).
pub fn amount(variable: &str, usual: u64) -> u64 {
    match std::env::var(variable) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{variable} is not a number: {text}")),
        Err(_) => usual,
    }
}
