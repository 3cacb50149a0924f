//! `kazumi dev`: the whole product on one machine from one command. A private database, migrations, demo data, keys made
//! once, then the same server as `kazumi serve`; at the end everything stops in order and the data stays.
//!
//! For development and demonstration only: it serves plain HTTP on the loopback address. Read next: `cluster.rs` (the
//! database), `demo/mod.rs` (the people in it), `crate::app` (the server).

pub mod account;
pub mod binaries;
pub mod cluster;
pub mod demo;
mod output;
pub mod place;
pub mod postmaster;
pub mod secrets;

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use actix_web::rt::System;
use anyhow::{Context, Result, anyhow, bail};
use tokio::signal::unix::{SignalKind, signal};

use account::Account;
use cluster::{Cluster, DATABASE};
use output::Output;
use place::Place;

use crate::app::Application;
use crate::auth::password;
use crate::config::{self, Config, Databases, Secret};
use crate::store::{migrations, roles};
use crate::telemetry;

/// Where data lives when nobody says otherwise: in the clone, or, since the account that root lends to the database may not
/// be able to enter the clone, where services keep theirs.
const IN_THE_CLONE: &str = ".kazumi";
const FOR_ROOT: &str = "/var/lib/kazumi";
/// The browser application as the build leaves it.
const BUILT_FRONTEND: &str = "frontend/dist";
/// The server opens at most 32 connections; the rest is for looking around with psql.
const DATABASE_CONNECTIONS: u16 = 60;

/// What `kazumi dev` was asked for.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Where the database and the keys live; see the module for the default.
    pub data: Option<PathBuf>,
    /// Port on the loopback address; 0 takes a free one.
    pub port: u16,
    /// The built browser application; `frontend/dist` when it is there.
    pub static_dir: Option<PathBuf>,
    /// Forget everything and begin anew.
    pub fresh: bool,
    /// Leave the database empty.
    pub no_demo: bool,
}

/// Starts everything, says where it is, serves until SIGINT or SIGTERM, stops everything.
///
/// # Errors
/// One line about what is missing or in the way.
pub fn run(options: Options) -> Result<()> {
    System::new().block_on(serve(options))
}

async fn serve(options: Options) -> Result<()> {
    // Asked for first: a Ctrl-C during a long start must not leave the database behind.
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for SIGINT")?;
    let output = Output::new();
    let place = Place {
        folder: data_folder(options.data.as_deref())?,
        binaries: config::postgres_programs_from_env(),
        connections: DATABASE_CONNECTIONS,
    };
    if options.fresh {
        output.step("forget the old data", || place::erase(&place))?;
    }
    let mut cluster = output.step("start the database", || Cluster::start(&place))?;
    // From here on the database must be stopped whatever happens; the guard does it on the early ways out.
    let outcome = async {
        output.step_async("migrate and load the demo", prepare(&cluster, options.no_demo)).await?;
        let application = build(&options, &place, &cluster).await?;
        output.ready(application.port(), &place.folder, options.no_demo)?;
        let stop = async {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            output.line("stopping");
        };
        application.run_until_stopped(stop).await.context("the server failed")
    }
    .await;
    let stopped = output.step("stop the database", || cluster.stop());
    outcome.and(stopped)
}

async fn prepare(cluster: &Cluster, no_demo: bool) -> Result<()> {
    cluster.prepare().await?;
    let mut owner = migrations::connect(&database(cluster, roles::OWNER)?).await.context("connect as the owner")?;
    migrations::run(&mut owner).await.context("migrate")?;
    if !no_demo {
        let hash = password::hash_now(demo::PASSWORD.as_bytes()).context("hash the demo's password")?;
        demo::load(&mut owner, &hash).await.context("load the demo")?;
        demo::talk(&mut owner).await?;
    }
    Ok(())
}

async fn build(options: &Options, place: &Place, cluster: &Cluster) -> Result<Application> {
    let mut config = Config::for_dev(
        SocketAddr::from((Ipv4Addr::LOCALHOST, options.port)),
        Databases {
            app: database(cluster, roles::APP)?,
            writer: database(cluster, roles::WRITER)?,
            registrar: database(cluster, roles::REGISTRAR)?,
        },
        secrets::signing_key_file(&place.folder)?,
        Secret::new(secrets::refresh_secret(&place.folder)?.into_bytes()),
    );
    config.static_dir = static_dir(options.static_dir.as_deref())?;
    telemetry::init(&config.log).context("start logging")?;
    Application::build(config).await.map_err(|error| match error.downcast_ref::<std::io::Error>() {
        Some(cause) if cause.kind() == ErrorKind::AddrInUse => {
            anyhow!("port {} is taken: choose another with PORT= or --port", options.port)
        }
        _ => error,
    })
}

fn database(cluster: &Cluster, role: &str) -> Result<tokio_postgres::Config> {
    cluster.url(role, DATABASE).parse().context("read the private database's address")
}

fn data_folder(asked: Option<&Path>) -> Result<PathBuf> {
    if let Some(folder) = asked {
        return Ok(folder.to_owned());
    }
    let here = std::env::current_dir().context("find the working directory")?;
    Ok(if Account::choose()?.is_lent() {
        Path::new(FOR_ROOT).join(place::path_hash(&here))
    } else {
        here.join(IN_THE_CLONE)
    })
}

fn static_dir(asked: Option<&Path>) -> Result<Option<PathBuf>> {
    let folder = asked.unwrap_or(Path::new(BUILT_FRONTEND));
    match (folder.join("index.html").is_file(), asked) {
        (true, _) => Ok(Some(folder.to_owned())),
        (false, None) => Ok(None),
        (false, Some(folder)) => bail!("{} holds no built browser application", folder.display()),
    }
}
