//! Configuration: one typed value, read once from the environment, with all its problems reported together.
//!
//! The only file that reads the environment. It opens nothing: that a file or a database exists is found out by `app`.
//! Every variable is listed in [`VARIABLES`]; `.env.example` names the same.

use std::collections::HashSet;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use crate::delivery::Delivery;

/// Every variable this server reads.
pub const VARIABLES: &[&str] = &[
    "KAZUMI_HTTP_ADDR",
    "KAZUMI_DATABASE_URL",
    "KAZUMI_DATABASE_WRITER_URL",
    "KAZUMI_DATABASE_REGISTRAR_URL",
    "KAZUMI_DATABASE_OWNER_URL",
    "KAZUMI_STATIC_DIR",
    "KAZUMI_PUBLIC_ORIGINS",
    "KAZUMI_SIGNING_KEY_FILE",
    "KAZUMI_REFRESH_SECRET",
    "KAZUMI_SECOND_FACTOR",
    "KAZUMI_LOG",
    "KAZUMI_LOG_FORMAT",
    "KAZUMI_ROOM_THREADS",
    "KAZUMI_HTTP_WORKERS",
    "KAZUMI_TRUSTED_PROXY",
    "KAZUMI_DOCUMENT_IDLE_SECONDS",
    "KAZUMI_POSITION_CHECK_SECONDS",
    "KAZUMI_SMTP_URL",
    "KAZUMI_MAIL_FROM",
];

/// Shortest secret that is accepted, in bytes: 256 bits.
const SECRET_BYTES: usize = 32;
/// A secret with fewer different characters was typed, not drawn.
const SECRET_VARIETY: usize = 10;
/// Words that only an example, or a person in a hurry, writes into a secret.
const EXAMPLE_WORDS: [&str; 7] = ["change", "example", "secret", "password", "replace", "kazumi", "0123456789"];
/// Long enough for a phone to come back from a tunnel, short enough that a closed school costs nothing.
const DOCUMENT_IDLE: Duration = Duration::from_secs(30);
/// Two servers that nothing else tells of each other's edits differ for at most so long.
const POSITION_CHECK: Duration = Duration::from_secs(30);
/// Sign-in attempts a minute from one network address: a whole school sits behind one.
const SIGN_IN_PER_NETWORK: u32 = 60;
/// The same on a developer's machine, where browser tests sign in from one address all the time.
const SIGN_IN_PER_NETWORK_DEV: u32 = 1200;

/// Bytes that must never be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// Wraps bytes that were drawn at random.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes, for the one who computes with them.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Whether whoever needs a second factor (`domain::second_factor`) must have one. Whoever has one is asked in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondFactor {
    /// They must.
    Required,
    /// They may. Only for a server that nobody but this machine reaches.
    Optional,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}

/// What goes to the log, and how. Read on its own, so that a broken configuration can be logged too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// Filter in the syntax of `tracing`, e.g. `info,kazumi=debug`.
    pub filter: String,
    /// JSON or text.
    pub format: LogFormat,
}

/// One address for each role that a server uses.
#[derive(Debug, Clone)]
pub struct Databases {
    /// Requests.
    pub app: tokio_postgres::Config,
    /// Journals and rooms.
    pub writer: tokio_postgres::Config,
    /// Administration of people and links.
    pub registrar: tokio_postgres::Config,
}

/// Everything `kazumi serve` needs to know.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub http_addr: SocketAddr,
    /// How to connect to the database.
    pub databases: Databases,
    /// The built browser application, if this server hands it out.
    pub static_dir: Option<PathBuf>,
    /// Exact origins of pages that may use cookies and sockets, besides the host they were asked on.
    pub public_origins: Vec<String>,
    /// Ed25519 key in PKCS8 PEM that signs access tokens.
    pub signing_key_file: PathBuf,
    /// Key from which successors of refresh tokens are derived, at least 32 bytes.
    pub refresh_secret: Secret,
    /// Whether whoever needs a second factor must have one.
    pub second_factor: SecondFactor,
    /// Logging.
    pub log: Log,
    /// Threads that run rooms, 1..=64.
    pub room_threads: usize,
    /// Threads that serve HTTP and sockets, 1..=64.
    pub http_workers: usize,
    /// Whether the client's address is taken from the last entry of `X-Forwarded-For`.
    pub trusted_proxy: bool,
    /// How long a document that nobody has open stays in memory, 1 s to 1 h.
    pub document_idle: Duration,
    /// How often open documents are compared with their logs, 1 s to 1 h.
    pub position_check: Duration,
    /// How mails leave.
    pub delivery: Delivery,
    /// Sign-in attempts per minute and network address, at least 1. Not an environment variable.
    pub sign_in_per_network: u32,
}

impl Config {
    /// Reads the environment.
    ///
    /// # Errors
    /// All problems at once, none of them quoting a secret.
    pub fn from_env() -> Result<Self, Problems> {
        Self::read(environment)
    }

    /// Configuration for a developer's machine or a test: text logs, loopback, everything else given.
    #[must_use]
    pub fn for_dev(
        http_addr: SocketAddr,
        databases: Databases,
        signing_key_file: PathBuf,
        refresh_secret: Secret,
    ) -> Self {
        Self {
            http_addr,
            databases,
            static_dir: None,
            public_origins: Vec::new(),
            signing_key_file,
            refresh_secret,
            second_factor: SecondFactor::Optional,
            log: Log { filter: "warn,kazumi=info".to_owned(), format: LogFormat::Text },
            room_threads: 2,
            http_workers: 2,
            trusted_proxy: false,
            document_idle: DOCUMENT_IDLE,
            position_check: POSITION_CHECK,
            delivery: Delivery::LocalMailbox,
            sign_in_per_network: SIGN_IN_PER_NETWORK_DEV,
        }
    }

    /// Whether cookies carry `Secure` and answers carry HSTS: always, unless only this machine can reach the server.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        let plain = |origin: &String| origin.starts_with("http://");
        !self.http_addr.ip().is_loopback() || !self.public_origins.iter().all(plain)
    }

    /// What one value says about another.
    fn checked(self) -> Result<Self, Problems> {
        if self.second_factor == SecondFactor::Optional && self.is_secure() {
            let problem = "KAZUMI_SECOND_FACTOR=optional is only for a server that nobody but this machine can reach";
            return Err(Problems(vec![problem.to_owned()]));
        }
        Ok(self)
    }

    fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Problems> {
        let mut reader = Reader { lookup, problems: Vec::new() };
        let http_addr = reader.parsed("KAZUMI_HTTP_ADDR", SocketAddr::from(([127, 0, 0, 1], 8000)));
        let app = reader.database("KAZUMI_DATABASE_URL");
        let writer = reader.database("KAZUMI_DATABASE_WRITER_URL");
        let registrar = reader.database("KAZUMI_DATABASE_REGISTRAR_URL");
        let databases = app.zip(writer).zip(registrar);
        let databases = databases.map(|((app, writer), registrar)| Databases { app, writer, registrar });
        let signing_key_file = reader.required("KAZUMI_SIGNING_KEY_FILE").map(PathBuf::from);
        let refresh_secret = reader.required("KAZUMI_REFRESH_SECRET").and_then(|text| reader.secret(&text));
        let public_origins = reader.origins();
        let static_dir = reader.optional("KAZUMI_STATIC_DIR").map(PathBuf::from);
        let second_factor = reader.second_factor();
        let log = reader.log();
        let room_threads = reader.threads("KAZUMI_ROOM_THREADS");
        let http_workers = reader.threads("KAZUMI_HTTP_WORKERS");
        let trusted_proxy = reader.parsed("KAZUMI_TRUSTED_PROXY", false);
        let document_idle = reader.seconds("KAZUMI_DOCUMENT_IDLE_SECONDS", DOCUMENT_IDLE);
        let position_check = reader.seconds("KAZUMI_POSITION_CHECK_SECONDS", POSITION_CHECK);
        let delivery = reader.delivery(!public_origins.is_empty());
        match (databases, signing_key_file, refresh_secret, reader.problems.is_empty()) {
            (Some(databases), Some(signing_key_file), Some(refresh_secret), true) => Self {
                http_addr,
                databases,
                static_dir,
                public_origins,
                signing_key_file,
                refresh_secret,
                second_factor,
                log,
                room_threads,
                http_workers,
                trusted_proxy,
                document_idle,
                position_check,
                delivery,
                sign_in_per_network: SIGN_IN_PER_NETWORK,
            }
            .checked(),
            _ => Err(Problems(reader.problems)),
        }
    }
}

impl Log {
    /// Logging alone.
    ///
    /// # Errors
    /// When the format is neither `json` nor `text`.
    pub fn from_env() -> Result<Self, Problems> {
        let mut reader = Reader { lookup: environment, problems: Vec::new() };
        let log = reader.log();
        if reader.problems.is_empty() { Ok(log) } else { Err(Problems(reader.problems)) }
    }
}

/// The owner role's connection, for migrations and the first administrator.
///
/// # Errors
/// When the variable is missing or cannot be read.
pub fn owner_database_from_env() -> Result<tokio_postgres::Config, Problems> {
    let mut reader = Reader { lookup: environment, problems: Vec::new() };
    reader.database("KAZUMI_DATABASE_OWNER_URL").ok_or(Problems(reader.problems))
}

/// A folder with PostgreSQL's programs for the private cluster of `kazumi dev`. Not in [`VARIABLES`]: a server never reads it.
#[must_use]
pub fn postgres_programs_from_env() -> Option<PathBuf> {
    environment("KAZUMI_PG_BIN").filter(|folder| !folder.is_empty()).map(PathBuf::from)
}

/// The fault that a test asks for; only a build for tests has any. Not in [`VARIABLES`], as above.
#[cfg(feature = "sabotage")]
#[must_use]
pub fn sabotage_from_env() -> Option<String> {
    environment("KAZUMI_SABOTAGE").filter(|word| !word.is_empty())
}

/// Everything that is wrong with the configuration, one line each.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the configuration has {} problem(s):\n  {}", .0.len(), .0.join("\n  "))]
pub struct Problems(Vec<String>);

fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Reads variables and collects what is wrong with them.
struct Reader<L> {
    lookup: L,
    problems: Vec<String>,
}

impl<L: Fn(&str) -> Option<String>> Reader<L> {
    fn optional(&self, name: &str) -> Option<String> {
        (self.lookup)(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    fn required(&mut self, name: &str) -> Option<String> {
        let value = self.optional(name);
        if value.is_none() {
            self.problems.push(format!("{name} is missing"));
        }
        value
    }

    fn parsed<T: FromStr>(&mut self, name: &str, default: T) -> T {
        let Some(text) = self.optional(name) else { return default };
        text.parse().unwrap_or_else(|_| {
            self.problems.push(format!("{name} cannot be read: {text:?}"));
            default
        })
    }

    fn threads(&mut self, name: &str) -> usize {
        let threads = self.parsed(name, 2);
        if !(1..=64).contains(&threads) {
            self.problems.push(format!("{name} must lie between 1 and 64"));
        }
        threads
    }

    /// A time between a second and an hour.
    fn seconds(&mut self, name: &str, default: Duration) -> Duration {
        let seconds = self.parsed(name, default.as_secs());
        if !(1..=3600).contains(&seconds) {
            self.problems.push(format!("{name} must lie between 1 and 3600"));
        }
        Duration::from_secs(seconds)
    }

    /// An address holds a password, so the text is not quoted in the problem.
    fn database(&mut self, name: &str) -> Option<tokio_postgres::Config> {
        let config = self.required(name)?.parse::<tokio_postgres::Config>().ok();
        if config.is_none() {
            self.problems.push(format!("{name} is not a PostgreSQL address"));
        }
        config
    }

    fn secret(&mut self, text: &str) -> Option<Secret> {
        let bytes = from_hex(text).unwrap_or_else(|| text.as_bytes().to_vec());
        let lower = text.to_lowercase();
        let variety = text.chars().collect::<HashSet<_>>().len();
        if bytes.len() < SECRET_BYTES {
            self.problems.push(format!("KAZUMI_REFRESH_SECRET is shorter than {SECRET_BYTES} bytes"));
        } else if variety < SECRET_VARIETY || EXAMPLE_WORDS.iter().any(|word| lower.contains(word)) {
            self.problems
                .push("KAZUMI_REFRESH_SECRET looks like an example; draw one: openssl rand -base64 48".to_owned());
        } else {
            return Some(Secret(bytes));
        }
        None
    }

    fn origins(&mut self) -> Vec<String> {
        let list = self.optional("KAZUMI_PUBLIC_ORIGINS").unwrap_or_default();
        let mut origins = Vec::new();
        for origin in list.split(',').map(str::trim).filter(|origin| !origin.is_empty()) {
            match check_origin(origin) {
                Ok(()) => origins.push(origin.to_owned()),
                Err(why) => self.problems.push(format!("KAZUMI_PUBLIC_ORIGINS: {origin:?} {why}")),
            }
        }
        origins
    }

    fn second_factor(&mut self) -> SecondFactor {
        match self.optional("KAZUMI_SECOND_FACTOR").as_deref() {
            None | Some("required") => SecondFactor::Required,
            Some("optional") => SecondFactor::Optional,
            Some(other) => {
                self.problems.push(format!("KAZUMI_SECOND_FACTOR must be required or optional, not {other:?}"));
                SecondFactor::Required
            }
        }
    }

    fn delivery(&mut self, has_origin: bool) -> Delivery {
        let (url, from) = (self.optional("KAZUMI_SMTP_URL"), self.optional("KAZUMI_MAIL_FROM"));
        Delivery::read(url, from, has_origin).unwrap_or_else(|why| {
            self.problems.push(why.to_owned());
            Delivery::Off
        })
    }

    fn log(&mut self) -> Log {
        let filter = self.optional("KAZUMI_LOG").unwrap_or_else(|| "info".to_owned());
        let format = match self.optional("KAZUMI_LOG_FORMAT").as_deref() {
            None | Some("json") => LogFormat::Json,
            Some("text") => LogFormat::Text,
            Some(other) => {
                self.problems.push(format!("KAZUMI_LOG_FORMAT must be json or text, not {other:?}"));
                LogFormat::Json
            }
        };
        Log { filter, format }
    }
}

/// An origin is compared as text, so only the form that browsers send is accepted.
fn check_origin(origin: &str) -> Result<(), &'static str> {
    if origin.contains('*') {
        return Err("is a pattern; name each origin");
    }
    let (host, is_plain) = match (origin.strip_prefix("https://"), origin.strip_prefix("http://")) {
        (Some(host), _) => (host, false),
        (None, Some(host)) => (host, true),
        (None, None) => return Err("does not start with https://"),
    };
    if host.is_empty() || host.contains(['/', '?', '#', '@', ' ']) || *host != host.to_lowercase() {
        return Err("is not a bare origin in lower case, like https://pei.example.org");
    }
    let is_loopback = ["localhost", "127.0.0.1", "[::1]"]
        .iter()
        .any(|name| host.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(':')));
    if is_plain && !is_loopback {
        return Err("is not encrypted; only this machine may be reached over http");
    }
    Ok(())
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let pairs = text.as_bytes().chunks_exact(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests;
