//! The real server: `kazumi serve` as a process on a port of its own, which a test may kill, stop and start again.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use kazumi::dev::secrets;
use kazumi::store::roles;
use reqwest::StatusCode;

use super::edge::Edge;
use super::{Session, TestDatabase, eventually, eventually_within};

/// Ports below the range the kernel gives to outgoing connections (32768 and up on Linux), so that nobody takes a server's
/// port between two of its lives. Runs start at different places; within a run each server gets the next free one.
const FIRST_PORT: u16 = 20_000;
const PORTS: u16 = 12_000;

/// The longest stop: rooms drain, then requests at work end, and a machine with two cores is slow.
const STOPS_WITHIN: Duration = Duration::from_secs(45);

static NEXT: AtomicU16 = AtomicU16::new(0);

/// A server process. Dropping it kills it; when the test fails, the last lines of its log are shown.
pub struct TestServer {
    /// What it serves from.
    pub database: TestDatabase,
    /// Its port on the loopback address.
    pub port: u16,
    /// What stands before it.
    edge: Option<Edge>,
    child: Option<Child>,
    log: PathBuf,
    program: PathBuf,
    settings: Vec<(String, String)>,
}

impl TestServer {
    /// A server over a database of its own with the demo network, ready to serve.
    pub async fn spawn() -> Self {
        Self::over(TestDatabase::demo().await, &[]).await
    }

    /// A server over `database` with further environment variables, ready to serve.
    pub async fn over(database: TestDatabase, settings: &[(&str, &str)]) -> Self {
        Self::of_program(env!("CARGO_BIN_EXE_kazumi").into(), database, settings).await
    }

    /// The same with the build that does wrong when it is told to (`src/sabotage.rs`), told so by the word of a fault.
    pub async fn sabotaged(database: TestDatabase, fault: &str) -> Self {
        let settings = [("KAZUMI_TRUSTED_PROXY", "true"), ("KAZUMI_SECOND_FACTOR", "required")];
        Self::sabotaged_with(database, fault, &settings).await
    }

    /// The same with further environment variables.
    pub async fn sabotaged_with(database: TestDatabase, fault: &str, settings: &[(&str, &str)]) -> Self {
        let program = PathBuf::from(env!("CARGO_BIN_EXE_kazumi")).with_file_name("kazumi-sabotaged");
        assert!(program.exists(), "first: cargo build --features sabotage --bin kazumi-sabotaged");
        let settings = [&[("KAZUMI_SABOTAGE", fault)], settings].concat();
        Self::of_program(program, database, &settings).await
    }

    async fn of_program(program: PathBuf, database: TestDatabase, settings: &[(&str, &str)]) -> Self {
        let folder = database.folder().to_owned();
        let key = secrets::signing_key_file(&folder).expect("a signing key");
        let port = free_port();
        let mut all = vec![
            ("KAZUMI_HTTP_ADDR".to_owned(), format!("127.0.0.1:{port}")),
            ("KAZUMI_DATABASE_URL".to_owned(), database.url(roles::APP)),
            ("KAZUMI_DATABASE_WRITER_URL".to_owned(), database.url(roles::WRITER)),
            ("KAZUMI_DATABASE_REGISTRAR_URL".to_owned(), database.url(roles::REGISTRAR)),
            ("KAZUMI_SIGNING_KEY_FILE".to_owned(), key.to_string_lossy().into_owned()),
            ("KAZUMI_REFRESH_SECRET".to_owned(), secrets::refresh_secret(&folder).expect("a secret")),
            ("KAZUMI_SECOND_FACTOR".to_owned(), "optional".to_owned()),
            ("KAZUMI_LOG".to_owned(), "info".to_owned()),
        ];
        all.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let log = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("server-{}-{port}.log", std::process::id()));
        let mut server = Self { database, port, edge: None, child: None, log, program, settings: all };
        server.start().await;
        server
    }

    /// A second server over the same database and keys, on a port of its own.
    pub async fn sibling(&self) -> Self {
        Self::over(self.database.same(), &[]).await
    }

    /// From now on everybody but the test itself comes through nginx. The server must trust its proxy.
    pub async fn behind_edge(mut self) -> Self {
        self.edge = Some(Edge::before(self.port, self.database.folder()).await);
        self
    }

    /// Whether everybody comes through nginx.
    pub fn is_behind_edge(&self) -> bool {
        self.edge.is_some()
    }

    /// Where everybody comes in.
    fn front(&self) -> u16 {
        self.edge.as_ref().map_or(self.port, |edge| edge.port)
    }

    /// Starts the process again, on the same port and database, and waits until it is ready.
    pub async fn start(&mut self) {
        let log = || File::options().create(true).append(true).open(&self.log).expect("a log file");
        let (out, err) = (log().into(), log().into());
        self.start_with(out, err).await;
    }

    /// Starts the process with a log that nobody reads: both pipes are closed at the other end.
    pub async fn start_unheard(&mut self) {
        let pipe = || std::io::pipe().expect("a pipe").1.into();
        self.start_with(pipe(), pipe()).await;
    }

    async fn start_with(&mut self, out: Stdio, err: Stdio) {
        assert!(self.child.is_none(), "the server still runs");
        let mut command = Command::new(&self.program);
        command.arg("serve").env_clear().envs(self.settings.iter().cloned());
        command.stdin(Stdio::null()).stdout(out).stderr(err);
        self.child = Some(command.spawn().expect("the server process"));
        let url = self.url("/readyz");
        let client = reqwest::Client::new();
        eventually("the server is ready", async || {
            let child = self.child.as_mut().expect("started above");
            if let Some(status) = child.try_wait().expect("the process can be watched") {
                panic!("the server ended with {status}");
            }
            client.get(&url).send().await.is_ok_and(|answer| answer.status() == StatusCode::OK).then_some(())
        })
        .await;
    }

    /// Ends the process as a power cut would (`SIGKILL`): no goodbye, no flush.
    pub fn kill9(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("the process can be killed");
            child.wait().expect("the process ends");
        }
    }

    /// Asks the process to stop (`SIGTERM`) and waits for its end.
    pub async fn sigterm(&mut self) -> ExitStatus {
        let mut child = self.child.take().expect("the server runs");
        let asked = Command::new("kill").arg("-TERM").arg(child.id().to_string()).status().expect("kill runs");
        assert!(asked.success(), "the process takes signals");
        eventually_within(STOPS_WITHIN, "the server stops", async || {
            child.try_wait().expect("the process can be watched")
        })
        .await
    }

    /// Its process id.
    pub fn process_id(&self) -> u32 {
        self.child.as_ref().expect("the server runs").id()
    }

    /// Memory of the process, in KiB.
    pub fn resident_kib(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process_id())).expect("the process runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its resident memory");
        line.split_whitespace().next().and_then(|kib| kib.parse().ok()).expect("a number")
    }

    /// Runs a command of the same program with this server's configuration; what it printed, if it succeeded.
    pub fn command(&self, arguments: &[&str]) -> Result<String, String> {
        self.command_with(arguments, &[])
    }

    /// The same with further environment variables.
    pub fn command_with(&self, arguments: &[&str], settings: &[(&str, &str)]) -> Result<String, String> {
        let mut command = Command::new(&self.program);
        command.args(arguments).env_clear().envs(self.settings.iter().cloned()).envs(settings.iter().copied());
        let output = command.output().expect("the program runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
    }

    /// An address below this server, e.g. `/readyz`.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.front())
    }

    /// The address of a socket, e.g. `/ws/collab`.
    pub fn ws_url(&self, path: &str) -> String {
        format!("ws://127.0.0.1:{}{path}", self.front())
    }

    /// Signs in somebody of the demo, e.g. `luciana.prado`.
    pub async fn login(&self, key: &str) -> Session {
        Session::login(&self.url(""), key).await
    }

    /// Everything the process has written so far, over all its lives.
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// What a monitoring system reads, past any edge.
    pub async fn metrics(&self) -> String {
        let address = format!("http://127.0.0.1:{}/metrics", self.port);
        reqwest::get(address).await.expect("an answer").text().await.expect("text")
    }

    /// The value of one series of `/metrics`, e.g. `kazumi_doc_actors`; 0 when there is none.
    pub async fn metric(&self, series: &str) -> f64 {
        let text = self.metrics().await;
        let line = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        line.map_or(0.0, |value| value.trim().parse().expect("a number"))
    }
}

impl Drop for TestServer {
    #[allow(clippy::print_stderr, reason = "the test runner shows it with the failed test")]
    fn drop(&mut self) {
        self.kill9();
        if std::thread::panicking() {
            let log = self.log();
            let lines: Vec<&str> = log.lines().collect();
            eprintln!(
                "--- last lines of {}\n{}",
                self.log.display(),
                lines[lines.len().saturating_sub(60)..].join("\n")
            );
        } else {
            // A log that is gone already is no failure.
            let _ = fs::remove_file(&self.log);
        }
    }
}

/// A port that nobody listens on now.
pub fn free_port() -> u16 {
    let start = (std::process::id() % u32::from(PORTS)) as u16;
    for _ in 0..PORTS {
        let step = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = FIRST_PORT + (start.wrapping_add(step) % PORTS);
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
    panic!("no free port between {FIRST_PORT} and {}", FIRST_PORT + PORTS);
}
