//! A connection that belongs to one task and to no pool: its statements are prepared once and its plans stay warm. Whoever has it closes it after a
//! failure and opens another.

use tokio::task::JoinHandle;
use tokio_postgres::{Client, Config, NoTls};

/// An open connection.
pub struct Alone {
    /// What statements are sent through.
    pub client: Client,
    _driver: Driver,
}

/// Moves a connection's bytes. Dropping it closes the connection at once, even when an answer is outstanding.
struct Driver(JoinHandle<()>);

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Alone {
    /// Opens it and applies settings. Must run on the store's runtime, where the connection lives.
    ///
    /// # Errors
    /// The database's.
    pub async fn open(config: &Config, settings: &str) -> Result<Self, tokio_postgres::Error> {
        let (client, connection) = config.connect(NoTls).await?;
        let driver = Driver(tokio::spawn(async move { drop(connection.await) }));
        client.batch_execute(settings).await?;
        Ok(Self { client, _driver: driver })
    }
}
