//! A database of its own for each test, copied from a template in a fraction of a second.

use std::sync::atomic::{AtomicU32, Ordering};

use kazumi::store::{migrations, roles};
use tokio_postgres::Client;

use super::cluster::{self, TestCluster};

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// One test's database. It stays until the cluster goes, so a failed test can be looked at while the run lasts.
pub struct TestDatabase {
    /// Its name in the cluster.
    pub name: String,
    cluster: &'static TestCluster,
}

impl TestDatabase {
    /// A migrated database without a row.
    pub async fn empty() -> Self {
        Self::copy(cluster::EMPTY).await
    }

    /// A migrated database with the demo network.
    pub async fn demo() -> Self {
        Self::copy(cluster::DEMO).await
    }

    async fn copy(template: &str) -> Self {
        let cluster = cluster::shared().await;
        let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let superuser = migrations::connect(&cluster.cluster.superuser("postgres")).await.expect("a connection");
        roles::ensure_database(&superuser, &name, template).await.expect("a copy of the template");
        Self { name, cluster }
    }

    /// The same database, for a second server.
    pub fn same(&self) -> Self {
        Self { name: self.name.clone(), cluster: self.cluster }
    }

    /// The address for one of the four roles.
    pub fn url(&self, role: &str) -> String {
        self.cluster.cluster.url(role, &self.name)
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
        migrations::connect(&self.cluster.cluster.superuser(&self.name)).await.expect("a connection")
    }

    /// Every edit that is stored, of all documents: the log and its archive.
    pub async fn log(&self) -> Vec<Vec<u8>> {
        let all = "select payload from pei_updates union all select payload from pei_updates_archive";
        let rows = self.owner().await.query(all, &[]).await.expect("the log");
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// The folder of the run, for files that belong to it.
    pub fn folder(&self) -> &std::path::Path {
        &self.cluster.folder
    }
}
