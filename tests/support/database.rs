//! A database of its own for each test, copied from a template in a fraction of a second.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use kazumi::store::{migrations, roles};
use tokio_postgres::Client;

use super::cluster::{self, TestCluster};

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// One test's database. It stays until the cluster goes, so a failed test can be looked at while the run lasts.
pub struct TestDatabase {
    /// Its name in the cluster.
    pub name: String,
    cluster: Arc<TestCluster>,
}

impl TestDatabase {
    /// A migrated database without a row.
    pub async fn empty() -> Self {
        Self::copy(TestCluster::shared().await, cluster::EMPTY).await
    }

    /// A migrated database with the demo network.
    pub async fn demo() -> Self {
        Self::demo_in(TestCluster::shared().await).await
    }

    /// The same in a cluster of the test's own.
    pub async fn demo_in(cluster: Arc<TestCluster>) -> Self {
        Self::copy(cluster, cluster::DEMO).await
    }

    async fn copy(cluster: Arc<TestCluster>, template: &str) -> Self {
        let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let superuser = migrations::connect(&cluster.superuser("postgres")).await.expect("a connection");
        roles::ensure_database(&superuser, &name, template).await.expect("a copy of the template");
        Self { name, cluster }
    }

    /// The same database, for a second server.
    pub fn same(&self) -> Self {
        Self { name: self.name.clone(), cluster: Arc::clone(&self.cluster) }
    }

    /// The address for one of the four roles.
    pub fn url(&self, role: &str) -> String {
        self.cluster.url(role, &self.name)
    }

    /// The same through a socket in another folder.
    pub fn url_through(&self, role: &str, folder: &Path) -> String {
        let mut url = self.url(role);
        let host = url.find('@').expect("a password in front") + 1..url.rfind(':').expect("a port behind");
        let folder: String = folder.to_string_lossy().bytes().map(|byte| format!("%{byte:02X}")).collect();
        url.replace_range(host, &folder);
        url
    }

    /// The folder of PostgreSQL's socket.
    pub fn socket_folder(&self) -> PathBuf {
        self.cluster.place.socket_dir()
    }

    /// A connection as one of the four roles.
    pub async fn connect(&self, role: &str) -> Client {
        migrations::connect(&self.url(role).parse().expect("an address")).await.expect("a connection")
    }

    /// A connection as the owner of the schema, who sees every row.
    pub async fn owner(&self) -> Client {
        self.connect(roles::OWNER).await
    }

    /// A connection as the cluster's superuser.
    pub async fn superuser(&self) -> Client {
        migrations::connect(&self.cluster.superuser(&self.name)).await.expect("a connection")
    }

    /// Every edit that is stored, of all documents, in the order of their logs: the log and its archive.
    pub async fn log(&self) -> Vec<Vec<u8>> {
        let all = "select payload from (select document_id, seq, payload from pei_updates union all
                       select document_id, seq, payload from pei_updates_archive) stored order by document_id, seq";
        let rows = self.owner().await.query(all, &[]).await.expect("the log");
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// The folder of the run, for files that belong to it.
    pub fn folder(&self) -> &Path {
        &self.cluster.folder
    }
}
