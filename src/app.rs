//! The whole server put together: runtimes, pools, keys, routes, and the order in which all that stops.
//!
//! Reads no environment and prints nothing. [`Application::build`] binds and checks; [`Application::run_until_stopped`]
//! serves. Must run inside an actix system.

use std::any::Any;
use std::io;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::dev::{Extensions, Server};
use actix_web::middleware::{Compress, from_fn};
use actix_web::rt::net::TcpStream;
use actix_web::{App, HttpServer, web};
use anyhow::{Context, bail};
use futures_util::future::{BoxFuture, join_all};
use socket2::{SockRef, TcpKeepalive};
use tokio::runtime::Runtime;

use crate::actors::rooms::RoomSettings;
use crate::actors::{KillSwitch, Rooms};
use crate::auth::password::Passwords;
use crate::auth::second_factor::SealingKey;
use crate::auth::throttle::Throttle;
use crate::auth::token::KeyRing;
use crate::config::{Config, SecondFactor};
use crate::delivery::Delivery;
use crate::http::{self, Services, Site, dev_mailbox, dossiers, middleware, static_files};
use crate::mail::Slot;
use crate::mail::mailbox::Mailbox;
use crate::mail::sender::Sender;
use crate::store::{Store, audit_seal, checks, invitations, rooms as conversations};
use crate::ws::{self, SocketGate};

/// Threads of the database's runtime: they wait for sockets, the work is PostgreSQL's.
const DATABASE_THREADS: usize = 2;
/// How long what is running may take to end once the server stops taking new work.
const STOP_SECONDS: u64 = 5;
/// How long all drain hooks together may take.
const DRAIN_LIMIT: Duration = Duration::from_secs(25);
/// How long edits that were received may take to be committed while the server goes down.
const COMMIT_LIMIT: Duration = Duration::from_secs(15);
/// How long an idle connection is kept: longer than the proxy keeps it, so that the proxy closes first.
const KEEP_ALIVE: Duration = Duration::from_secs(90);
/// A peer that left without a word is noticed after 30 s of silence and three probes.
const PROBE_AFTER: Duration = Duration::from_secs(30);
const PROBE_EVERY: Duration = Duration::from_secs(10);
/// Bytes that a peer does not confirm for so long end the connection.
const UNCONFIRMED_LIMIT: Duration = Duration::from_secs(30);
/// File descriptors that are asked for: many systems give a process 1,024 until it asks.
const MOST_DESCRIPTORS: u64 = 65_536;
/// What the kernel keeps for a peer that does not read; it doubles this for its own bookkeeping. Enough for a third of a second of
/// 3 Mbit/s, and little enough that two thousand such peers are not missed.
const SEND_BUFFER_BYTES: usize = 128 * 1024;
/// How often histograms are folded; without it they grow until the next scrape.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// Something that must end before the listener closes, such as live rooms. Called once.
pub type DrainHook = Box<dyn FnOnce() -> BoxFuture<'static, ()> + Send>;

/// A server that is bound and checked, but not yet serving.
pub struct Application {
    server: Server,
    address: SocketAddr,
    draining: Arc<AtomicBool>,
    drain_hooks: Vec<DrainHook>,
    database: DatabaseRuntime,
}

impl Application {
    /// Opens everything, refuses to go on when something is not as it must be, and binds.
    ///
    /// # Errors
    /// An unusable key file, an unreachable database, a database that is not safe (`store::checks`), a taken address.
    pub async fn build(config: Config) -> anyhow::Result<Self> {
        crate::metrics::install();
        match rlimit::increase_nofile_limit(MOST_DESCRIPTORS) {
            Ok(limit) => tracing::info!(limit, "file descriptors; each socket takes two"),
            Err(error) => tracing::warn!(%error, "the limit of file descriptors stays as it was"),
        }
        let pem = std::fs::read_to_string(&config.signing_key_file)
            .with_context(|| format!("read the signing key {}", config.signing_key_file.display()))?;
        let keys = KeyRing::from_pem(&pem).context("use the signing key")?;
        let database = DatabaseRuntime::start()?;
        let store = Store::open(&config.databases, database.handle())?;
        let problems = checks::problems(&store).await.context("ask the database whether it is safe to serve")?;
        if !problems.is_empty() {
            bail!("the database is not as it must be:\n  {}", problems.join("\n  "));
        }

        let keys = Arc::new(keys);
        audit_seal::keep_sealing(&store);
        invitations::purge::keep_purging(&store);
        conversations::search::keep_indexing(&store);
        let rooms = Rooms::start(
            store.clone(),
            RoomSettings {
                threads: config.room_threads,
                document_idle: config.document_idle,
                position_check: config.position_check,
            },
        )?;
        let gate = web::Data::new(SocketGate {
            rooms: rooms.clone(),
            keys: Arc::clone(&keys),
            origins: config.public_origins.clone().into(),
        });
        let draining = Arc::new(AtomicBool::new(false));
        let slot = Slot::new(config.delivery != Delivery::Off);
        let mailbox = Arc::new(Mailbox::default());
        let shown_mailbox = (config.delivery == Delivery::LocalMailbox).then(|| Arc::clone(&mailbox));
        let services = web::Data::new(Services {
            store: store.clone(),
            keys,
            passwords: Passwords::new(),
            throttle: Throttle::new(NonZeroU32::new(config.sign_in_per_network).unwrap_or(NonZeroU32::MIN)),
            refresh_secret: config.refresh_secret.clone(),
            sealing_key: Arc::new(SealingKey::derive(&config.refresh_secret)),
            insists_on_second_factor: config.second_factor == SecondFactor::Required,
            slot: slot.clone(),
            dossiers: dossiers::Places::default(),
            site: Site::new(&config),
            draining: Arc::clone(&draining),
        });
        let drain_hooks: Vec<DrainHook> = vec![Box::new(move || Box::pin(drain_rooms(rooms)))];

        let server = HttpServer::new(move || {
            App::new()
                .app_data(services.clone())
                .app_data(gate.clone())
                .wrap(from_fn(middleware::observe))
                .wrap(Compress::default())
                .configure(http::routes)
                .configure(ws::routes)
                .configure(|routes| {
                    if let Some(mailbox) = shown_mailbox.clone() {
                        dev_mailbox::routes(mailbox)(routes);
                    }
                })
                .default_service(web::to(static_files::serve))
        })
        .workers(config.http_workers)
        .keep_alive(KEEP_ALIVE)
        .shutdown_timeout(STOP_SECONDS)
        .disable_signals()
        .on_connect(prepare_connection)
        .bind(config.http_addr)
        .with_context(|| format!("listen on {}", config.http_addr))?;
        let address = *server.addrs().first().context("the listener has an address")?;
        let origin = config.public_origins.first().cloned().unwrap_or_else(|| format!("http://{address}"));
        if let Some(sender) = Sender::new(&config.delivery, store, slot, origin, mailbox)? {
            sender.start();
        }
        Ok(Self { server: server.run(), address, draining, drain_hooks, database })
    }

    /// The port that was bound.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Serves until `stop` resolves, then goes down in order: readiness turns red, drain hooks run, the listener closes,
    /// requests at work end.
    ///
    /// # Errors
    /// When the server itself fails.
    pub async fn run_until_stopped(self, stop: impl Future<Output = ()>) -> io::Result<()> {
        let Self { server, address, draining, drain_hooks, database } = self;
        let handle = server.handle();
        let upkeep = actix_web::rt::spawn(keep_metrics_small());
        let serving = actix_web::rt::spawn(server);
        tracing::info!(%address, "serving");
        stop.await;
        tracing::info!("stopping");
        draining.store(true, Ordering::Release);
        crate::metrics::draining(true);
        let drained = tokio::time::timeout(DRAIN_LIMIT, join_all(drain_hooks.into_iter().map(|hook| hook()))).await;
        if drained.is_err() {
            tracing::error!("draining took too long and was cut off");
        }
        handle.stop(true).await;
        let outcome = serving.await.unwrap_or_else(|error| Err(io::Error::other(error)));
        upkeep.abort();
        drop(database);
        tracing::info!("stopped");
        outcome
    }
}

/// Ends all sockets with "restarting" and waits for what was received to be committed.
async fn drain_rooms(rooms: Rooms) {
    if !rooms.drain(COMMIT_LIMIT).await {
        tracing::error!("stopped with uncommitted edits; none of them was acknowledged");
    }
}

/// A runtime of its own for database connections (see `store`). Ends in the background, because it may be dropped on
/// another runtime's thread, which must not block.
struct DatabaseRuntime(Option<Runtime>);

impl DatabaseRuntime {
    fn start() -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(DATABASE_THREADS)
            .thread_name("kazumi-database")
            .enable_all()
            .build()?;
        Ok(Self(Some(runtime)))
    }

    fn handle(&self) -> tokio::runtime::Handle {
        self.0.as_ref().expect("only drop takes the runtime").handle().clone()
    }
}

impl Drop for DatabaseRuntime {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

async fn keep_metrics_small() {
    let mut ticks = tokio::time::interval(UPKEEP_EVERY);
    loop {
        ticks.tick().await;
        crate::metrics::install().run_upkeep();
    }
}

/// Small messages leave at once, dead peers are noticed by the kernel, and a handle is kept that can end the connection
/// from outside.
fn prepare_connection(connection: &dyn Any, data: &mut Extensions) {
    let Some(stream) = connection.downcast_ref::<TcpStream>() else { return };
    let socket = SockRef::from(stream);
    let probes = TcpKeepalive::new().with_time(PROBE_AFTER).with_interval(PROBE_EVERY).with_retries(3);
    let prepared = socket
        .set_tcp_nodelay(true)
        .and_then(|()| socket.set_tcp_keepalive(&probes))
        .and_then(|()| socket.set_tcp_user_timeout(Some(UNCONFIRMED_LIMIT)))
        .and_then(|()| socket.set_send_buffer_size(SEND_BUFFER_BYTES));
    if let Err(error) = prepared {
        // The peer may be gone already; the connection's own reads will tell.
        tracing::debug!(%error, "a connection could not be prepared");
    }
    match stream.as_fd().try_clone_to_owned() {
        Ok(duplicate) => {
            data.insert(KillSwitch::new(duplicate.into()));
        }
        Err(error) => tracing::warn!(%error, "no second handle to a connection: out of file descriptors?"),
    }
}
