//! `@hocuspocus/server` in the Node it asks for, storing into the same PostgreSQL cluster through its own extension.

use anyhow::{Context, Result};
use kazumi::store::migrations;
use tokio_postgres::config::Host;

use super::node;
use crate::laboratory::Laboratory;
use crate::process::Process;

const TABLE: &str = "create table documents (name text primary key, data bytea not null)";
const INSERT: &str = "insert into documents (name, data) values ('document-0', $1)";

/// Starts it over a database of its own.
pub fn start(laboratory: &Laboratory, port: u16, first_state: Option<&[u8]>) -> Result<Process> {
    let database = laboratory.fresh_database("template0")?;
    let config = laboratory.cluster.superuser(&database);
    laboratory.runtime.block_on(async {
        let client = migrations::connect(&config).await?;
        client.execute(TABLE, &[]).await?;
        if let Some(state) = first_state {
            client.execute(INSERT, &[&state]).await?;
        }
        anyhow::Ok(())
    })?;
    let host = config.get_hosts().first().and_then(|host| match host {
        Host::Unix(path) => Some(path.clone()),
        Host::Tcp(_) => None,
    });
    let mut server = node(laboratory);
    server.arg("hocuspocus.mjs").env("PORT", port.to_string());
    server.env("PGHOST", host.context("the database's socket")?).env("PGDATABASE", &database);
    server.env("PGUSER", config.get_user().unwrap_or_default());
    server.env("PGPASSWORD", String::from_utf8_lossy(config.get_password().unwrap_or_default()).into_owned());
    Process::start(&mut server, &laboratory.log("hocuspocus"))
}
