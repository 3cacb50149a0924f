//! An unmodified client (`@hocuspocus/provider`, `y-websocket` 2 or 3) in a Node process of its own; see `tests/clients`.

use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::task::JoinHandle;

use super::{Session, TestServer, eventually};

/// Which client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `@hocuspocus/provider` 4 over `/ws/collab`.
    Hocuspocus,
    /// `y-websocket` 2 over `/ws/y`.
    Y2,
    /// `y-websocket` 3 over `/ws/y`.
    Y3,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Hocuspocus, Self::Y2, Self::Y3];

    const fn name(self) -> &'static str {
        match self {
            Self::Hocuspocus => "hocuspocus",
            Self::Y2 => "y2",
            Self::Y3 => "y3",
        }
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Hocuspocus => "/ws/collab",
            Self::Y2 | Self::Y3 => "/ws/y",
        }
    }
}

/// A running client. Dropping it kills its process.
pub struct NodeClient {
    /// Which one it is.
    pub kind: Kind,
    child: Child,
    input: ChildStdin,
    events: Arc<Mutex<Vec<Value>>>,
    /// They end with the process, once all it said is in `events`.
    readers: Vec<JoinHandle<()>>,
    commands: u64,
}

impl NodeClient {
    /// Starts a client on a document as somebody who is signed in. Does not wait: see [`Self::synced`].
    pub async fn start(kind: Kind, server: &TestServer, document: &str, session: &Session) -> Self {
        Self::with_credential(kind, server, document, "--token", &session.access_token).await
    }

    /// Starts a client that shows another credential: `--token` or `--ticket` and its value.
    pub async fn with_credential(kind: Kind, server: &TestServer, document: &str, flag: &str, value: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients");
        assert!(folder.join("node_modules").exists(), "npm ci in tests/clients first, or run make test");
        let mut command = Command::new("node");
        command.arg("client.mjs").current_dir(folder).args(["--kind", kind.name(), "--document", document]);
        command.arg("--url").arg(server.ws_url(kind.path()));
        // A ticket may begin with a dash.
        command.arg(format!("{flag}={value}"));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().expect("node runs");
        let input = child.stdin.take().expect("piped above");
        let mut lines = BufReader::new(child.stdout.take().expect("piped above")).lines();
        let events = Arc::new(Mutex::new(Vec::new()));
        let mut complaints = BufReader::new(child.stderr.take().expect("piped above")).lines();
        let sink = Arc::clone(&events);
        let complaining = tokio::spawn(async move {
            while let Ok(Some(line)) = complaints.next_line().await {
                let event = json!({ "event": "complaint", "line": line });
                sink.lock().expect("no test panics while holding it").push(event);
            }
        });
        let sink = Arc::clone(&events);
        let speaking = tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                let event = serde_json::from_str(&line).unwrap_or_else(|_| json!({ "event": "noise", "line": line }));
                sink.lock().expect("no test panics while holding it").push(event);
            }
        });
        let mut client = Self { kind, child, input, events, readers: vec![speaking, complaining], commands: 0 };
        client.event("started").await;
        client
    }

    /// Sends a command and waits for its answer.
    pub async fn command(&mut self, mut command: Value) -> Value {
        self.commands += 1;
        let id = self.commands;
        command["id"] = id.into();
        let line = format!("{command}\n");
        self.input.write_all(line.as_bytes()).await.expect("the client reads");
        let answer = self.wait("an answer", |event| event["event"] == "answer" && event["id"] == id).await;
        assert_eq!(answer["error"], Value::Null, "{command}");
        answer
    }

    /// Waits for an event of this name, past ones included.
    pub async fn event(&mut self, name: &str) -> Value {
        self.wait(name, |event| event["event"] == name).await
    }

    /// Waits until the client has the server's state for the first time.
    pub async fn synced(mut self) -> Self {
        self.event("synced").await;
        self
    }

    /// Types into the first paragraph; returns how far this client has written.
    pub async fn insert(&mut self, at: usize, text: &str) -> u64 {
        let answer = self.command(json!({ "do": "insert_text", "at": at, "text": text })).await;
        answer["clock"].as_u64().expect("a clock")
    }

    /// Types at the end of the first paragraph; returns how far this client has written.
    pub async fn append(&mut self, text: &str) -> u64 {
        let answer = self.command(json!({ "do": "append", "text": text })).await;
        answer["clock"].as_u64().expect("a clock")
    }

    /// Waits until everything up to `clock` was acknowledged by the server.
    pub async fn saved(&mut self, clock: u64) {
        self.wait("saved", |event| event["event"] == "saved" && event["clock"].as_u64() >= Some(clock)).await;
    }

    /// The whole text as this client sees it, one line a block.
    pub async fn text(&mut self) -> String {
        self.command(json!({ "do": "text" })).await["text"].as_str().expect("text").to_owned()
    }

    /// Waits until this client sees `part` in the text.
    pub async fn sees(&mut self, part: &str) {
        eventually(part, async || self.text().await.contains(part).then_some(())).await;
    }

    /// The goals as this client sees them.
    pub async fn goals(&mut self) -> Value {
        self.command(json!({ "do": "goals" })).await["goals"].clone()
    }

    /// State vector and full state in the encoding of Yjs (v1).
    pub async fn state(&mut self) -> (Vec<u8>, Vec<u8>) {
        let answer = self.command(json!({ "do": "state" })).await;
        let bytes = |field: &str| STANDARD.decode(answer[field].as_str().expect("base64")).expect("base64");
        (bytes("vector"), bytes("state"))
    }

    /// What others show of themselves, by client id.
    pub async fn peers(&mut self) -> Value {
        self.command(json!({ "do": "peers" })).await["peers"].clone()
    }

    /// Goes offline, or back online.
    pub async fn online(&mut self, online: bool) {
        self.command(json!({ "do": if online { "connect" } else { "disconnect" } })).await;
    }

    async fn wait(&mut self, what: &str, matches: impl Fn(&Value) -> bool) -> Value {
        let kind = self.kind.name();
        let (events, child, readers) = (&self.events, &mut self.child, &mut self.readers);
        eventually(&format!("{kind}: {what}"), async || {
            let look = || events.lock().expect("no test panics while holding it").iter().find(|e| matches(e)).cloned();
            let found = look();
            if found.is_none() && child.try_wait().expect("the process can be watched").is_some() {
                // What it said before it ended may still be on its way to us.
                for reader in readers.drain(..) {
                    reader.await.expect("a reader does not panic");
                }
                let said = events.lock().expect("no test panics while holding it").clone();
                assert!(look().is_some(), "the {kind} client ended while waiting for {what}: {said:?}");
                return look();
            }
            found
        })
        .await
    }
}
