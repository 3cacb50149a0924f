//! PostgreSQL clusters of the tests: one that all tests of a run share, made on first use, and clusters of a test's own, for tests
//! that break the database. Each is gone when the test process is gone, however it ends (`watcher.rs`).

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::panic::catch_unwind;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use kazumi::auth::password::Passwords;
use kazumi::config;
use kazumi::dev::cluster::Cluster;
use kazumi::dev::demo;
use kazumi::dev::place::Place;
use kazumi::store::{migrations, roles};
use tokio::runtime;

use super::full_disk;
use super::watcher::{self, Watcher};

/// A migrated database without a row.
pub const EMPTY: &str = "template_empty";
/// A migrated database with the demo network.
pub const DEMO: &str = "template_demo";

/// Connections of the shared cluster, and of a test's own.
const CONNECTIONS: (u16, u16) = (400, 60);

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A running cluster, or one that a test has stopped.
pub struct TestCluster {
    /// Its folder; the servers under test keep their keys here too.
    pub folder: PathBuf,
    pub(super) place: Place,
    pub(super) running: Mutex<Cluster>,
    watcher: Watcher,
}

/// `None` when it could not be made: the first test says why, the others do not try again.
static SHARED: OnceLock<Option<Arc<TestCluster>>> = OnceLock::new();

impl TestCluster {
    /// The cluster of this run; the first call makes it (some seconds), with both templates.
    pub async fn shared() -> Arc<Self> {
        let make = || catch_unwind(|| Arc::new(Self::make(CONNECTIONS.0, None).expect("a test cluster"))).ok();
        // Connections that prepare the templates live on a runtime of their own and are gone when it is: a template with an
        // open connection cannot be copied.
        let made = tokio::task::spawn_blocking(move || SHARED.get_or_init(make).clone()).await;
        made.expect("no panic leaves the closure").expect("the test cluster could not be made; see the first failure")
    }

    /// A cluster that one test may break.
    pub async fn own() -> Arc<Self> {
        let made = tokio::task::spawn_blocking(|| Self::make(CONNECTIONS.1, None)).await;
        Arc::new(made.expect("a cluster of the test's own").expect("nothing to be mounted"))
    }

    /// The same on a disk of its own, of so many MiB. `Err` says why this machine does not mount one.
    pub async fn own_on_small_disk(mebibytes: u32) -> Result<Arc<Self>, String> {
        let made = tokio::task::spawn_blocking(move || Self::make(CONNECTIONS.1, Some(mebibytes))).await;
        made.expect("a cluster of the test's own").map(Arc::new)
    }

    fn make(connections: u16, disk_mebibytes: Option<u32>) -> Result<Self, String> {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        if number == 0 {
            watcher::sweep();
        }
        let folder = watcher::folder_of_this_run(number);
        fs::create_dir(&folder).expect("a folder for the test cluster");
        let watcher = Watcher::start(&folder);
        if let Some(mebibytes) = disk_mebibytes {
            full_disk::mount(&folder, mebibytes)?;
        }
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).expect("open to the database's account");
        let place = Place { folder: folder.clone(), binaries: config::postgres_programs_from_env(), connections };
        let cluster = Cluster::start(&place).expect("a test cluster");
        let runtime = runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(make_templates(&cluster));
        Ok(Self { folder, place, running: Mutex::new(cluster), watcher })
    }

    /// The address of a database for one of the four roles.
    pub fn url(&self, role: &str, database: &str) -> String {
        self.running().url(role, database)
    }

    /// How to connect as the cluster's superuser.
    pub fn superuser(&self, database: &str) -> tokio_postgres::Config {
        self.running().superuser(database)
    }

    pub(super) fn running(&self) -> MutexGuard<'_, Cluster> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for TestCluster {
    /// Only clusters of a test's own come here. Whatever the test has done to it, nothing of it stays.
    fn drop(&mut self) {
        self.watcher.finish();
        // Collects the process, which has ended. A test that failed must not fail again here.
        drop(self.running().stop());
    }
}

async fn make_templates(cluster: &Cluster) {
    cluster.prepare().await.expect("roles and database");
    let superuser = migrations::connect(&cluster.superuser("postgres")).await.expect("a connection");
    roles::ensure_database(&superuser, EMPTY, "template0").await.expect("a database");
    let inside = migrations::connect(&cluster.superuser(EMPTY)).await.expect("a connection");
    roles::close_public_schema(&inside).await.expect("closed");
    close(inside, cluster, EMPTY).await;
    let mut owner = as_owner(cluster, EMPTY).await;
    migrations::run(&mut owner).await.expect("every migration applies");
    close(owner, cluster, EMPTY).await;
    roles::ensure_database(&superuser, DEMO, EMPTY).await.expect("a database");
    let hash = Passwords::new().hash(demo::PASSWORD.to_owned()).await.expect("a hash");
    let mut owner = as_owner(cluster, DEMO).await;
    demo::load(&mut owner, &hash).await.expect("the demo loads");
    close(owner, cluster, DEMO).await;
}

async fn as_owner(cluster: &Cluster, database: &str) -> tokio_postgres::Client {
    let config = cluster.url(roles::OWNER, database).parse().expect("an address");
    migrations::connect(&config).await.expect("a connection as the owner")
}

/// Ends a connection and waits until the server has noticed.
async fn close(client: tokio_postgres::Client, cluster: &Cluster, database: &str) {
    drop(client);
    let superuser = migrations::connect(&cluster.superuser("postgres")).await.expect("a connection");
    super::eventually("the connection is closed", async || {
        let row = superuser.query_one("select count(*) from pg_stat_activity where datname = $1", &[&database]).await;
        (row.expect("an answer").get::<_, i64>(0) == 0).then_some(())
    })
    .await;
}
