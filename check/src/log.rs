//! What a client has logged: one JSON object a line, one file a client, `what` names its kind. Times are microseconds on one monotonic clock of the process in
//! which all clients ran; `begin` says what time it was on the wall.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// One line of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Line {
    /// The first line: whose device it is, and the time on the wall, in microseconds since 1970, at `t`.
    Begin {
        /// The person.
        user: String,
        /// Microseconds since 1970.
        unix: i64,
        /// Now.
        t: i64,
    },
    /// A socket was opened.
    Connect {
        /// Now.
        t: i64,
    },
    /// `hello` and `sync` were sent.
    Hello {
        /// Now.
        t: i64,
    },
    /// A message is about to be sent, for the first time or again.
    Invoke {
        /// The device's name for it.
        client: String,
        /// Where to.
        room: String,
        /// What it says, as it will be stored.
        text: String,
        /// Now.
        t: i64,
    },
    /// It is committed.
    Ack {
        /// The device's name for it.
        client: String,
        /// Where.
        room: String,
        /// Its place.
        seq: i64,
        /// Its ordinal.
        message_no: i64,
        /// Had been sent before.
        known: bool,
        /// Now.
        t: i64,
    },
    /// It is not, for now or for good.
    Nack {
        /// The device's name for it.
        client: String,
        /// Why.
        code: String,
        /// Trying again does not help.
        r#final: bool,
        /// Now.
        t: i64,
    },
    /// An event was shown.
    Deliver {
        /// Where.
        room: String,
        /// Its place.
        seq: i64,
        /// `text`, `member_added`, `member_removed`.
        kind: String,
        /// Its ordinal.
        message_no: i64,
        /// The sender's name for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        client: Option<String>,
        /// Who wrote it; who came or went.
        user: String,
        /// What it says.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
        /// Now.
        t: i64,
    },
    /// What follows of a room begins behind `from`.
    Attached {
        /// Which room.
        room: String,
        /// Its epoch.
        epoch: i64,
        /// A sequence.
        from: i64,
        /// Now.
        t: i64,
    },
    /// Not in the room any more.
    Gone {
        /// Which room.
        room: String,
        /// Now.
        t: i64,
    },
    /// All was quiet, and the client has waited for what was still to come.
    Quiet {
        /// Now.
        t: i64,
    },
    /// The socket has ended.
    Close {
        /// Now.
        t: i64,
    },
}

/// The log of one client.
#[derive(Debug, Clone)]
pub struct Client {
    /// Its file.
    pub name: String,
    /// Each line with its number.
    pub lines: Vec<(usize, Line)>,
}

impl Client {
    /// Whose device it is.
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        self.lines.iter().find_map(|(_, line)| match line {
            Line::Begin { user, .. } => Some(user.as_str()),
            _ => None,
        })
    }

    /// What must be added to a time of this log to get microseconds since 1970.
    #[must_use]
    pub fn offset(&self) -> Option<i64> {
        self.lines.iter().find_map(|(_, line)| match line {
            Line::Begin { unix, t, .. } => Some(unix - t),
            _ => None,
        })
    }
}

/// Reads all logs (`*.jsonl`) of a folder, in the order of their names.
///
/// # Errors
/// A file that cannot be read, a line that is none, a log that does not say whose it is, or no log at all.
pub fn read_logs(folder: &Path) -> Result<Vec<Client>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "jsonl") {
            paths.push(path);
        }
    }
    paths.sort();
    anyhow::ensure!(!paths.is_empty(), "{} holds no logs (*.jsonl)", folder.display());
    paths.iter().map(|path| read_log(path)).collect()
}

fn read_log(path: &Path) -> Result<Client> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let file = BufReader::new(fs::File::open(path).with_context(|| format!("{name} cannot be read"))?);
    let mut lines = Vec::new();
    for (number, text) in (1..).zip(file.lines()) {
        let line = serde_json::from_str(&text?).with_context(|| format!("{name}:{number} is no line of a log"))?;
        lines.push((number, line));
    }
    let client = Client { name, lines };
    anyhow::ensure!(client.user().is_some(), "{} does not say whose it is", client.name);
    Ok(client)
}
