//! Debian's ejabberd with rooms (MUC) and their archive in PostgreSQL (`mod_mam`, `db_type: sql`), as a process of its own: configuration, spool and log in the
//! run's folder, no service and no Erlang distribution.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use tokio_postgres::config::Host;

use super::{execute, password};
use crate::laboratory::{Laboratory, free_port};
use crate::peers::await_listening;
use crate::process::Process;

/// The package's tables.
const TABLES: &str = "/usr/share/ejabberd/sql/pg.sql";

/// Where Debian puts Erlang's applications.
fn libraries() -> PathBuf {
    PathBuf::from(format!("/usr/lib/{}-linux-gnu", std::env::consts::ARCH))
}

/// Starts it, and the relay to the database.
pub fn start(laboratory: &Laboratory, port: u16, database: &str, helpers: &mut Vec<Process>) -> Result<Process> {
    let tables = fs::read_to_string(TABLES).context("ejabberd is not on this machine: tools/install.sh bench")?;
    execute(laboratory, database, &tables)?;
    let database_port = free_port()?;
    helpers.push(start_relay(laboratory, database, database_port)?);
    let folder = laboratory.folder.join("ejabberd");
    if folder.exists() {
        fs::remove_dir_all(&folder).context("clear the folder of the last run")?;
    }
    fs::create_dir_all(folder.join("spool")).context("a folder for ejabberd")?;
    let config = laboratory.cluster.superuser(database);
    let (user, password) = (config.get_user().unwrap_or_default(), password(&config));
    let text = settings(port, database_port, database, user, &password);
    fs::write(folder.join("ejabberd.yml"), text).context("ejabberd's settings")?;
    let mut erl = Command::new("erl");
    // As its own start script, but without a name: nothing else has to reach it.
    erl.args(["+K", "true", "+P", "250000", "-noinput", "-mnesia", "dir"]);
    erl.arg(format!("\"{}\"", folder.join("spool").display())).args(["-s", "ejabberd"]);
    erl.current_dir(&folder).env("HOME", &folder).env("ERL_LIBS", libraries()).env("ERL_MAX_PORTS", "65536");
    erl.env("EJABBERD_CONFIG_PATH", folder.join("ejabberd.yml")).env("EJABBERD_LOG_PATH", folder.join("ejabberd.log"));
    erl.env("ERL_CRASH_DUMP", folder.join("crash.dump")).env("SPOOL_DIR", folder.join("spool"));
    Process::start(&mut erl, &laboratory.log("ejabberd"))
}

fn start_relay(laboratory: &Laboratory, database: &str, port: u16) -> Result<Process> {
    let config = laboratory.cluster.superuser(database);
    let socket = config.get_hosts().first().and_then(|host| match host {
        Host::Unix(folder) => Some(folder.join(socket_file(&config))),
        Host::Tcp(_) => None,
    });
    let mut relay = Command::new(std::env::current_exe().context("our own program")?);
    relay.arg("relay").arg(port.to_string()).arg(socket.context("the database's socket")?);
    let mut relay = Process::start(&mut relay, &laboratory.log("relay"))?;
    await_listening(&mut relay, port, "the relay")?;
    Ok(relay)
}

fn socket_file(config: &tokio_postgres::Config) -> PathBuf {
    Path::new(&format!(".s.PGSQL.{}", config.get_ports().first().copied().unwrap_or(5432))).to_path_buf()
}

/// What differs from the package's settings: anonymous login instead of two thousand passwords, no limits of pace, a queue for connections
/// (its default of 5 makes everybody but the first wait for a second), rooms that keep an archive.
fn settings(port: u16, database_port: u16, database: &str, user: &str, password: &str) -> String {
    format!(
        "hosts: [localhost]
loglevel: warning
listen:
  - port: {port}
    ip: \"127.0.0.1\"
    module: ejabberd_http
    backlog: 1024
    request_handlers:
      /ws: ejabberd_http_ws
auth_method: [anonymous]
anonymous_protocol: sasl_anon
allow_multiple_connections: true
sql_type: pgsql
sql_server: \"127.0.0.1\"
sql_port: {database_port}
sql_database: \"{database}\"
sql_username: \"{user}\"
sql_password: \"{password}\"
modules:
  mod_muc:
    access: all
    access_create: all
    access_persistent: all
    max_users: 500
    history_size: 0
    default_room_options:
      mam: true
      persistent: true
      max_users: 500
  mod_mam:
    db_type: sql
    default: always
"
    )
}
