//! The only room that knows SQL. Texts live in `sql/queries`, one statement a file, each included by one file here.
//!
//! All connections belong to one runtime of their own: deadpool spawns a connection's task on the runtime that opens it,
//! so a busy room thread would otherwise stall strangers' commits. Callers await a join handle; nothing of the database
//! runs on their thread. Every transaction of the application role carries the identity it acts for.

pub mod accesses;
pub mod accounts;
pub mod administration;
mod alone;
mod asker;
pub mod audit;
pub mod audit_seal;
pub mod audit_verify;
pub mod auth_changes;
pub mod checks;
pub mod compaction;
pub mod consents;
pub mod corrections;
pub mod demo;
pub mod devices;
pub mod documents;
pub mod dossiers;
pub mod erasure;
pub mod error;
pub mod grants;
pub mod invitations;
pub mod journal;
pub mod leaving;
pub mod migrations;
pub mod outbox;
pub mod passwords;
pub mod peis;
pub mod reports;
pub mod retention;
pub mod roles;
pub mod rooms;
pub mod second_factor;
pub mod sessions;
pub mod student_erasure;
pub mod students;
pub mod tickets;
mod unchecked;

use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Transaction};
use futures_util::future::BoxFuture;
use tokio::runtime::Handle;
use tokio_postgres::NoTls;

pub use asker::Asker;
pub use error::Error;

use crate::config::Databases;
use crate::domain::ids::UserId;

/// How long a caller waits for a free connection before it is told that the database is unavailable.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// How long opening a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long one transaction may take. The longest honest one reads a document of 1 MiB and takes milliseconds: a database that is
/// silent for so long is frozen, or cut off without a word, and the person who waits is told so.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(8);
/// The same limits where the work is done, so that nobody's locks outlive their owner: a statement, a wait for somebody else's lock, a
/// transaction that says nothing more; and a statement whose client has gone ends.
const SERVER_LIMITS: &str = "-c statement_timeout=8s -c lock_timeout=5s -c idle_in_transaction_session_timeout=15s \
                             -c client_connection_check_interval=5s";
/// Bytes that the database's machine does not confirm for so long end the connection; probes find one that vanished.
const UNCONFIRMED_LIMIT: Duration = Duration::from_secs(10);
const PROBE_AFTER: Duration = Duration::from_secs(10);

/// The connection pools. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    app: Pool,
    writer: Pool,
    registrar: Pool,
    /// One connection for looking after changed rights, whatever else waits.
    watcher: Pool,
    writer_config: Arc<tokio_postgres::Config>,
    runtime: Handle,
}

impl Store {
    /// Opens the pools lazily; no connection is made yet.
    ///
    /// # Errors
    /// When an address cannot be read.
    pub fn open(databases: &Databases, runtime: Handle) -> Result<Self, Error> {
        let [app, writer, registrar] = [&databases.app, &databases.writer, &databases.registrar].map(patient_no_longer);
        Ok(Self {
            app: pool(&app, 16)?,
            // The journal and the lanes of rooms have connections of their own.
            writer: pool(&writer, 6)?,
            registrar: pool(&registrar, 4)?,
            watcher: pool(&writer, 1)?,
            writer_config: Arc::new(writer),
            runtime,
        })
    }

    /// Runs `work` in one transaction of the application role, acting for `person` (`None` sees no tenant row).
    /// Commits when `work` returns `Ok`.
    ///
    /// # Errors
    /// Whatever `work` returned, or [`Error::Unavailable`].
    pub async fn as_person<T, F>(&self, person: Option<UserId>, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a Transaction<'a>) -> BoxFuture<'a, Result<T, Error>> + Send + 'static,
    {
        self.on_pool(self.app.clone(), person, true, work).await
    }

    /// Runs `work` in one transaction of the registrar role, acting for `person`, whom the policies hold to what they administer.
    /// Commits when `work` returns `Ok`.
    ///
    /// # Errors
    /// Whatever `work` returned, or [`Error::Unavailable`].
    pub async fn as_registrar<T, F>(&self, person: Option<UserId>, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a Transaction<'a>) -> BoxFuture<'a, Result<T, Error>> + Send + 'static,
    {
        self.on_pool(self.registrar.clone(), person, true, work).await
    }

    /// The same without the commit: what `work` did is undone, what it returned is kept. For saying beforehand what an act would do.
    ///
    /// # Errors
    /// Whatever `work` returned, or [`Error::Unavailable`].
    pub async fn as_registrar_on_trial<T, F>(&self, person: UserId, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a Transaction<'a>) -> BoxFuture<'a, Result<T, Error>> + Send + 'static,
    {
        self.on_pool(self.registrar.clone(), Some(person), false, work).await
    }

    /// Runs `work` in one transaction of the writer role (journals, rooms). Commits when `work` returns `Ok`.
    ///
    /// # Errors
    /// Whatever `work` returned, or [`Error::Unavailable`].
    pub async fn as_writer<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a Transaction<'a>) -> BoxFuture<'a, Result<T, Error>> + Send + 'static,
    {
        self.on_pool(self.writer.clone(), None, true, work).await
    }

    /// The same on the connection that nobody else waits for.
    pub(crate) async fn as_watcher<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a Transaction<'a>) -> BoxFuture<'a, Result<T, Error>> + Send + 'static,
    {
        self.on_pool(self.watcher.clone(), None, true, work).await
    }

    async fn on_pool<T, F>(&self, pool: Pool, person: Option<UserId>, keep: bool, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a Transaction<'a>) -> BoxFuture<'a, Result<T, Error>> + Send + 'static,
    {
        self.on_runtime(async move {
            let mut client = pool.get().await?;
            let answer = in_time(async {
                let transaction = client.transaction().await?;
                if let Some(person) = person {
                    let identity = transaction.prepare_cached("select set_config('app.user_id', $1, true)").await?;
                    transaction.execute(&identity, &[&person.to_string()]).await?;
                }
                let value = work(&transaction).await?;
                if keep {
                    transaction.commit().await?;
                } else {
                    transaction.rollback().await?;
                }
                Ok(value)
            })
            .await;
            answer.unwrap_or_else(|| Err(give_up(client)))
        })
        .await
    }

    /// The runtime that owns the connections; the journal runs there too.
    #[must_use]
    pub fn runtime(&self) -> &Handle {
        &self.runtime
    }

    /// The writer's pool, for the journal.
    pub(crate) fn writer_pool(&self) -> Pool {
        self.writer.clone()
    }

    /// How to open a connection of the writer role that belongs to no pool.
    pub(crate) fn writer_config(&self) -> Arc<tokio_postgres::Config> {
        Arc::clone(&self.writer_config)
    }

    /// Open and idle connections of all pools, for the metric: `(open, idle)`.
    #[must_use]
    pub fn connections(&self) -> (usize, usize) {
        let pools = [&self.app, &self.writer, &self.registrar, &self.watcher].map(Pool::status);
        pools.iter().fold((0, 0), |(open, idle), pool| (open + pool.size, idle + pool.available))
    }

    /// Asks the database for a row, as the application role.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it does not answer.
    pub async fn ping(&self) -> Result<(), Error> {
        self.as_person(None, |transaction| {
            Box::pin(async move {
                transaction.execute("select 1", &[]).await?;
                Ok(())
            })
        })
        .await
    }

    async fn on_runtime<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<T, Error> {
        match self.runtime.spawn(work).await {
            Ok(result) => result.inspect_err(|error| crate::metrics::db_error(error.kind())),
            Err(join) => Err(Error::Unavailable(join.to_string())),
        }
    }
}

/// `None` when the database did not answer in time.
async fn in_time<T>(work: impl Future<Output = Result<T, Error>>) -> Option<Result<T, Error>> {
    tokio::time::timeout(ANSWER_TIMEOUT, work).await.ok()
}

/// A connection with an answer outstanding is not given to anybody else.
fn give_up(client: Object) -> Error {
    drop(Object::take(client));
    Error::Unavailable(format!("no answer within {} s", ANSWER_TIMEOUT.as_secs()))
}

/// A connection that was cut off without a word would otherwise be believed in for hours.
fn patient_no_longer(config: &tokio_postgres::Config) -> tokio_postgres::Config {
    let mut config = config.clone();
    config.tcp_user_timeout(UNCONFIRMED_LIMIT).keepalives_idle(PROBE_AFTER).connect_timeout(CONNECT_TIMEOUT);
    let options = [config.get_options().unwrap_or_default(), SERVER_LIMITS].join(" ");
    config.options(options);
    config
}

fn pool(config: &tokio_postgres::Config, size: usize) -> Result<Pool, Error> {
    let options = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = Manager::from_config(config.clone(), NoTls, options);
    Pool::builder(manager)
        .max_size(size)
        .runtime(deadpool_postgres::Runtime::Tokio1)
        .wait_timeout(Some(ACQUIRE_TIMEOUT))
        .create_timeout(Some(CONNECT_TIMEOUT))
        .build()
        .map_err(|error| Error::Unavailable(error.to_string()))
}
