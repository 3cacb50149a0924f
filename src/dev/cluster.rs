//! A private PostgreSQL cluster: made on first use, reached through a Unix socket only, kept for the next start.
//!
//! It never touches an installation's own clusters and listens on no network address. The roles are real (scram passwords,
//! none a superuser), so that row-level security means here what it means in production. Nothing but `kazumi dev` and the
//! tests uses it. Read next: `store/roles.rs`, `postmaster.rs`.

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Output, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::account::Account;
use super::binaries::Binaries;
use super::place::Place;
use super::postmaster::Postmaster;
use super::secrets::{self, Passwords};
use crate::store::{migrations, roles};

/// The cluster's superuser; it makes roles and databases and nothing else.
const SUPERUSER: &str = "postgres";
/// The database of the application.
pub const DATABASE: &str = "kazumi";
/// Part of the socket's file name; no network port is opened.
const PORT: u16 = 5432;
/// How long a start may take. Recovery after a power cut is the slow case.
const START_TIMEOUT: Duration = Duration::from_secs(60);
/// How long a stop may take: the last checkpoint writes what is in memory.
const STOP_TIMEOUT: Duration = Duration::from_secs(30);
/// How often readiness is looked at while starting: well under what a person notices.
const POLL: Duration = Duration::from_millis(20);

/// A running cluster. Dropping it stops it.
#[derive(Debug)]
pub struct Cluster {
    data: PathBuf,
    socket_dir: PathBuf,
    log: PathBuf,
    account: Account,
    binaries: Binaries,
    passwords: Passwords,
    /// `None` for a server that an earlier run left behind and this one adopted.
    child: Option<Child>,
    running: bool,
    /// Held while this process uses the folder; the kernel lets go of it however the process ends.
    lock: Option<File>,
}

impl Cluster {
    /// Starts the cluster of a folder, making it first when there is none, or adopts the server that a killed run left.
    /// Blocks until it takes connections: some seconds the first time, a fraction of one later.
    ///
    /// # Errors
    /// One line: no PostgreSQL, a folder in use, closed or damaged, or the last line of the server's log.
    pub fn start(place: &Place) -> Result<Self> {
        let account = Account::choose()?;
        fs::create_dir_all(&place.folder).with_context(|| format!("cannot make {}", place.folder.display()))?;
        let folder = place.folder.canonicalize().with_context(|| format!("cannot find {}", place.folder.display()))?;
        let place = Place { folder: folder.clone(), ..place.clone() };
        account.check_reach(&folder)?;
        let lock = place.lock()?;
        let data = place.data();
        let binaries = Binaries::find(place.binaries.as_deref(), place.data_version()?)?;
        let socket_dir = place.socket_dir();
        account.make_private_dir(&socket_dir)?;
        let passwords_file = folder.join("passwords.json");
        if data.exists() && !passwords_file.exists() {
            bail!(
                "{} is gone and the database cannot be opened without it: start with --fresh",
                passwords_file.display()
            );
        }
        let mut cluster = Self {
            passwords: Passwords::load_or_create(&passwords_file)?,
            log: folder.join("postgres.log"),
            data,
            socket_dir,
            account,
            binaries,
            child: None,
            running: false,
            lock: Some(lock),
        };
        if !cluster.data.exists() {
            cluster.initialise(&folder)?;
        }
        cluster.run(place.connections)?;
        Ok(cluster)
    }

    /// Makes roles and the database where they are missing. Some milliseconds when nothing is.
    ///
    /// # Errors
    /// When the cluster does not answer or its passwords do not fit.
    pub async fn prepare(&self) -> Result<()> {
        let superuser = migrations::connect(&self.superuser(SUPERUSER)).await?;
        let passwords = &self.passwords;
        for (role, password) in [
            (roles::OWNER, &passwords.owner),
            (roles::APP, &passwords.app),
            (roles::WRITER, &passwords.writer),
            (roles::REGISTRAR, &passwords.registrar),
            (roles::BACKUP, &passwords.backup),
        ] {
            roles::ensure_role(&superuser, role, password).await.with_context(|| format!("cannot make {role}"))?;
        }
        if roles::ensure_database(&superuser, DATABASE, "template0").await.context("cannot make the database")? {
            let inside = migrations::connect(&self.superuser(DATABASE)).await?;
            roles::close_public_schema(&inside).await.context("cannot close the public schema")?;
        }
        Ok(())
    }

    /// The address of a database for one of the five roles of `store::roles`, as the configuration takes it.
    #[must_use]
    pub fn url(&self, role: &str, database: &str) -> String {
        let password = match role {
            roles::OWNER => &self.passwords.owner,
            roles::APP => &self.passwords.app,
            roles::WRITER => &self.passwords.writer,
            roles::REGISTRAR => &self.passwords.registrar,
            roles::BACKUP => &self.passwords.backup,
            _ => &self.passwords.superuser,
        };
        let host: String = self.socket_dir.to_string_lossy().bytes().map(|byte| format!("%{byte:02X}")).collect();
        format!("postgresql://{role}:{password}@{host}:{PORT}/{database}")
    }

    /// How to connect as the cluster's superuser; for making databases in tests.
    #[must_use]
    pub fn superuser(&self, database: &str) -> tokio_postgres::Config {
        let mut config = tokio_postgres::Config::new();
        config.host_path(&self.socket_dir).port(PORT).dbname(database).user(SUPERUSER);
        config.password(&self.passwords.superuser);
        config
    }

    /// Stops the server (running statements are ended, data is safe) and waits for its end. Stopping twice does nothing.
    ///
    /// # Errors
    /// When it does not stop in time.
    pub fn stop(&mut self) -> Result<()> {
        if !std::mem::take(&mut self.running) {
            return Ok(());
        }
        if Postmaster::of(&self.data) != Postmaster::Absent {
            self.ask_to_stop()?;
        }
        if let Some(mut child) = self.child.take() {
            child.wait().context("cannot collect the database's process")?;
        }
        self.lock = None;
        Ok(())
    }

    /// Waits here and not in pg_ctl, which takes a server that died and was not collected yet for a living one.
    fn ask_to_stop(&self) -> Result<()> {
        let mut stop = self.account.command(self.binaries.program("pg_ctl"));
        stop.args(["stop", "--mode=fast", "--no-wait", "--silent", "--pgdata"]).arg(&self.data);
        let output = stop.stdin(Stdio::null()).output().context("cannot run pg_ctl")?;
        let deadline = Instant::now() + STOP_TIMEOUT;
        while Postmaster::of(&self.data) != Postmaster::Absent {
            if !output.status.success() || Instant::now() > deadline {
                bail!("the database does not stop: {}", last_line(&String::from_utf8_lossy(&output.stderr)));
            }
            std::thread::sleep(POLL);
        }
        Ok(())
    }

    /// Lets go of the folder and leaves the server running, as the end of a killed process does. The next start adopts it.
    pub fn abandon(mut self) {
        self.running = false;
    }

    /// Makes the data folder beside its place and renames it, so that an interrupted first start leaves nothing half made.
    fn initialise(&self, folder: &Path) -> Result<()> {
        let draft = folder.join("postgres.new");
        if draft.exists() {
            fs::remove_dir_all(&draft).context("cannot clear an interrupted first start")?;
        }
        self.account.make_private_dir(&draft)?;
        let password_file = self.socket_dir.join("superuser");
        secrets::write_private(&password_file, &self.passwords.superuser)?;
        self.account.give(&password_file)?;
        let output = self
            .account
            .command(self.binaries.program("initdb"))
            .args(["--encoding=UTF8", "--locale=C.UTF-8", "--auth-local=scram-sha-256", "--auth-host=reject"])
            .args(["--username", SUPERUSER, "--pwfile"])
            .arg(&password_file)
            .arg("--pgdata")
            .arg(&draft)
            .stdin(Stdio::null())
            .output();
        let forgotten = fs::remove_file(&password_file);
        let Output { status, stderr, .. } = output.context("cannot run initdb")?;
        forgotten.context("cannot remove the superuser's password file")?;
        if !status.success() {
            bail!("initdb failed: {}", last_line(&String::from_utf8_lossy(&stderr)));
        }
        fs::rename(&draft, &self.data).context("cannot put the new data folder in its place")
    }

    /// Our settings, written before each start: the folder may have moved. What is not named keeps PostgreSQL's default,
    /// above all `fsync` and `synchronous_commit`: an acknowledged edit is on disk here too.
    fn write_settings(&self, connections: u16) -> Result<()> {
        let socket_dir = self.socket_dir.to_string_lossy().replace('\'', "''");
        let settings = format!(
            "listen_addresses = ''\nport = {PORT}\nunix_socket_directories = '{socket_dir}'\n\
             unix_socket_permissions = 0700\nmax_connections = {connections}\npassword_encryption = 'scram-sha-256'\n\
             timezone = 'UTC'\nlog_timezone = 'UTC'\nlog_min_messages = warning\nlog_min_error_statement = panic\n\
             max_wal_size = '256MB'\n"
        );
        let path = self.data.join("postgresql.auto.conf");
        secrets::write_private(&path, &settings)?;
        self.account.give(&path)
    }

    fn spawn(&mut self) -> Result<()> {
        let log = || File::options().append(true).create(true).open(&self.log).context("cannot write postgres.log");
        let mut command = self.account.command(self.binaries.program("postgres"));
        command.arg("-D").arg(&self.data).stdin(Stdio::null()).stdout(log()?).stderr(log()?);
        // A group of its own: Ctrl-C in the terminal reaches us alone, and we stop the server after the last commit.
        self.child = Some(command.process_group(0).spawn().context("cannot run postgres")?);
        Ok(())
    }

    /// Starts the server unless one runs, and waits for it. One that is just stopping is waited for and started again.
    fn run(&mut self, connections: u16) -> Result<()> {
        let deadline = Instant::now() + START_TIMEOUT;
        self.running = true;
        loop {
            match (Postmaster::of(&self.data), &mut self.child) {
                (Postmaster::Ready, _) => return Ok(()),
                (Postmaster::Absent, None) => {
                    self.write_settings(connections)?;
                    self.spawn()?;
                }
                (_, Some(child)) => {
                    if let Some(status) = child.try_wait().context("cannot watch the database")? {
                        self.running = false;
                        let log = fs::read_to_string(&self.log).unwrap_or_default();
                        bail!("the database ended with {status}: {}", last_line(&log));
                    }
                }
                (Postmaster::Busy, None) => {}
            }
            if Instant::now() > deadline {
                bail!("the database was not ready in {} s: see {}", START_TIMEOUT.as_secs(), self.log.display());
            }
            std::thread::sleep(POLL);
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Err(error) = self.stop() {
            tracing::error!(%error, "the private database could not be stopped");
        }
    }
}

fn last_line(text: &str) -> &str {
    text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("no message").trim()
}
