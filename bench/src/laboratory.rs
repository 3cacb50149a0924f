//! What all peers stand on: a private PostgreSQL cluster (the product's own), folders, free ports, traces.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::{Context, Result};
use kazumi::config;
use kazumi::dev::cluster::Cluster;
use kazumi::dev::place::{self, Place};
use kazumi::store::{migrations, roles};
use tokio::runtime::{self, Runtime};
use tokio_postgres::Client;

use crate::dataset;
use crate::trace::{self, Kind, Writer};

/// A migrated database with the benchmark's data set.
pub const TEMPLATE: &str = "bench_template";
/// Each of some 25 server connections is a process; the rest is for the benchmark itself.
const CONNECTIONS: u16 = 100;
/// Sockets of one process in the largest scenario, and some.
const DESCRIPTORS: u64 = 16_384;

/// The place where everything happens.
pub struct Laboratory {
    /// The program under test.
    pub kazumi: PathBuf,
    /// Folder of the other servers.
    pub peers: PathBuf,
    /// Folder of this run: database, keys, logs.
    pub folder: PathBuf,
    /// For the few things that are asynchronous.
    pub runtime: Runtime,
    /// The database.
    pub cluster: Cluster,
    cache: PathBuf,
    databases: std::cell::Cell<u32>,
}

impl Laboratory {
    /// Starts the database.
    ///
    /// # Errors
    /// When PostgreSQL is missing or another run uses the folder.
    pub fn open(kazumi: PathBuf, peers: PathBuf) -> Result<Self> {
        raise_descriptor_limit();
        let folder = std::env::temp_dir().join("kazumi-bench");
        let cache = folder.join("traces");
        fs::create_dir_all(&cache).context("a folder for the run")?;
        // The account that root lends to the database must be able to enter.
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).context("open the folder")?;
        let place =
            Place { folder: folder.clone(), binaries: config::postgres_programs_from_env(), connections: CONNECTIONS };
        place::erase(&place)?;
        let cluster = Cluster::start(&place)?;
        let runtime = runtime::Builder::new_current_thread().enable_all().build().context("a runtime")?;
        runtime.block_on(cluster.prepare()).context("make the roles")?;
        Ok(Self { kazumi, peers, folder, runtime, cluster, cache, databases: std::cell::Cell::new(0) })
    }

    /// Makes a migrated database to be copied; a connection as its owner.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn new_template(&self, name: &str) -> Result<Client> {
        let superuser = migrations::connect(&self.cluster.superuser("postgres")).await?;
        roles::ensure_database(&superuser, name, "template0").await?;
        let inside = migrations::connect(&self.cluster.superuser(name)).await?;
        roles::close_public_schema(&inside).await?;
        drop(inside);
        let mut owner = self.connect_as(roles::OWNER, name).await?;
        migrations::run(&mut owner).await?;
        Ok(owner)
    }

    /// Makes the data set of the documents.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn make_documents(&self) -> Result<()> {
        let make = async { dataset::load(&mut self.new_template(TEMPLATE).await?).await };
        self.runtime.block_on(make).context("make the data set")
    }

    /// Stops the database and removes it; traces and logs stay. After a run that was killed, the next one does it.
    ///
    /// # Errors
    /// When the database does not stop.
    pub fn close(self) -> Result<()> {
        let Self { mut cluster, folder, .. } = self;
        cluster.stop()?;
        drop(cluster);
        place::erase(&Place { folder, binaries: config::postgres_programs_from_env(), connections: CONNECTIONS })
    }

    /// A connection to a database.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn connect_as(&self, role: &str, database: &str) -> Result<Client> {
        migrations::connect(&self.cluster.url(role, database).parse()?).await.context("connect to the database")
    }

    /// A fresh copy of a database; its name.
    ///
    /// # Errors
    /// When somebody is still connected to the template.
    pub fn fresh_database(&self, template: &str) -> Result<String> {
        self.databases.set(self.databases.get() + 1);
        let name = format!("bench_{}", self.databases.get());
        self.runtime.block_on(async {
            let superuser = migrations::connect(&self.cluster.superuser("postgres")).await?;
            // A server that was just killed may not have left yet.
            let others = "select pg_terminate_backend(pid) from pg_stat_activity where datname like 'bench%'";
            superuser.query(others, &[]).await?;
            for _ in 0..50 {
                match roles::ensure_database(&superuser, &name, template).await {
                    Ok(_) => return Ok(name),
                    Err(_) => tokio::time::sleep(std::time::Duration::from_millis(100)).await,
                }
            }
            roles::ensure_database(&superuser, &name, template).await.context("copy the data set")?;
            Ok(name)
        })
    }

    /// The database's first process.
    ///
    /// # Errors
    /// When it does not run.
    pub fn postmaster(&self) -> Result<u32> {
        let file = self.folder.join("postgres/postmaster.pid");
        let text = fs::read_to_string(file).context("the database does not run")?;
        text.lines().next().and_then(|line| line.trim().parse().ok()).context("the database's process id")
    }

    /// A trace, from the cache if it is there.
    ///
    /// # Errors
    /// When Node cannot write it.
    pub fn trace(&self, kind: Kind, writers: usize, size: usize) -> Result<Vec<Rc<Writer>>> {
        let writers = trace::load(kind, writers, size, &self.peers, &self.cache)?;
        Ok(writers.into_iter().map(Rc::new).collect())
    }

    /// Where a process writes what it has to say.
    pub fn log(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.log"))
    }
}

/// A port of the loopback address that nobody listens on now.
///
/// # Errors
/// When there is none.
pub fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("a free port")?;
    Ok(listener.local_addr()?.port())
}

/// The folder of the other servers, beside this crate's sources.
pub fn peers_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("peers")
}

/// The servers inherit the limit. Where it cannot be raised, the largest scenario fails and says so.
fn raise_descriptor_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let now = getrlimit(Resource::Nofile);
    if now.current.is_some_and(|current| current < DESCRIPTORS) {
        let wanted = now.maximum.map_or(DESCRIPTORS, |maximum| maximum.min(DESCRIPTORS));
        let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum: now.maximum });
    }
}
