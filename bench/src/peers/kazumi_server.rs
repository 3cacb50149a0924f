//! `kazumi serve` from a release build, over a fresh copy of the data set.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use kazumi::dev::secrets;
use kazumi::store::roles;

use super::START_WITHIN;
use crate::dataset;
use crate::http;
use crate::laboratory::{Laboratory, TEMPLATE};
use crate::process::Process;

/// Starts it; it is ready when [`sign_in_all`] has returned.
pub fn start(laboratory: &Laboratory, port: u16, first_state: Option<&[u8]>) -> Result<Process> {
    let database = laboratory.fresh_database(TEMPLATE)?;
    if let Some(state) = first_state {
        laboratory.runtime.block_on(async {
            let owner = laboratory.connect_as(roles::OWNER, &database).await?;
            dataset::replace_first_state(&owner, state).await
        })?;
    }
    serve(laboratory, port, &database)
}

/// Starts it over a database.
pub fn serve(laboratory: &Laboratory, port: u16, database: &str) -> Result<Process> {
    let mut kazumi = Command::new(&laboratory.kazumi);
    kazumi.arg("serve").env_clear();
    kazumi.env("KAZUMI_HTTP_ADDR", format!("127.0.0.1:{port}"));
    kazumi.env("KAZUMI_DATABASE_URL", laboratory.cluster.url(roles::APP, database));
    kazumi.env("KAZUMI_DATABASE_WRITER_URL", laboratory.cluster.url(roles::WRITER, database));
    kazumi.env("KAZUMI_DATABASE_REGISTRAR_URL", laboratory.cluster.url(roles::REGISTRAR, database));
    kazumi.env("KAZUMI_SIGNING_KEY_FILE", secrets::signing_key_file(&laboratory.folder)?);
    kazumi.env("KAZUMI_REFRESH_SECRET", secrets::refresh_secret(&laboratory.folder)?);
    kazumi.env("KAZUMI_SECOND_FACTOR", "optional");
    kazumi.env("KAZUMI_LOG", "warn");
    // To try other settings without changing what is measured by default.
    for name in ["KAZUMI_HTTP_WORKERS", "KAZUMI_ROOM_THREADS"] {
        if let Ok(value) = std::env::var(name) {
            kazumi.env(name, value);
        }
    }
    Process::start(&mut kazumi, &laboratory.log("kazumi"))
}

/// Waits until it serves.
pub fn await_ready(port: u16) -> Result<()> {
    let deadline = Instant::now() + START_WITHIN;
    while !http::is_ready(port) {
        if Instant::now() > deadline {
            bail!("kazumi is not ready");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// An access token for each person of the data set.
pub fn sign_in_all(port: u16) -> Result<Vec<String>> {
    await_ready(port)?;
    (0..dataset::PEOPLE).map(|person| http::sign_in(port, &dataset::email(person), dataset::PASSWORD)).collect()
}
