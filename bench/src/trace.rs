//! Editing traces: what simulated clients type, as updates that Yjs made once (`peers/trace.mjs`), kept in a file and replayed.
//!
//! Each update is known by what it creates or deletes, so that it is recognised even after a server merged it with others.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use kazumi::crdt::{ClockRange, UpdateSummary, limits, scan_update};

/// One update of a trace.
pub struct Update {
    /// As Yjs wrote it.
    pub bytes: Vec<u8>,
    /// The first range it creates, or for a deletion the range it deletes.
    pub range: ClockRange,
    /// Whether it only deletes.
    pub deletes: bool,
}

/// What one simulated client types.
pub struct Writer {
    /// Its Yjs client id.
    pub client: u64,
    /// Its updates, each depending on earlier ones of the same client only.
    pub updates: Vec<Update>,
}

/// Which trace.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Keystrokes, about one in five a deletion.
    Typing,
    /// 8 kB pasted and deleted in turns.
    Pasting,
    /// One update: a long document.
    Document,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Typing => "typing",
            Self::Pasting => "pasting",
            Self::Document => "document",
        }
    }
}

impl Update {
    /// Whether a received update contains this one.
    pub fn is_in(&self, received: &UpdateSummary) -> bool {
        let ranges = if self.deletes { &received.deletions } else { &received.blocks };
        let mine = self.range;
        ranges.iter().any(|range| range.client == mine.client && range.start <= mine.start && range.end() >= mine.end())
    }
}

/// Reads a received update; `None` when it is damaged.
pub fn summary(bytes: &[u8]) -> Option<UpdateSummary> {
    scan_update(bytes, limits::MAX_STEP2_BYTES, &["content"]).ok()
}

/// The trace of so many writers with so many updates (bytes for a document), made on first use and kept in `cache`.
///
/// # Errors
/// When Node cannot write it or the file is damaged.
pub fn load(kind: Kind, writers: usize, size: usize, peers: &Path, cache: &Path) -> Result<Vec<Writer>> {
    let file = cache.join(format!("{}-{writers}-{size}.trace", kind.name()));
    if !file.exists() {
        write(kind, writers, size, peers, &file)?;
    }
    read(&fs::read(&file).with_context(|| format!("read {}", file.display()))?).context("the trace is damaged")
}

/// Under another name first: an interrupted run leaves no half trace.
fn write(kind: Kind, writers: usize, size: usize, peers: &Path, file: &Path) -> Result<()> {
    let draft: PathBuf = file.with_extension("new");
    let mut node = Command::new("node");
    node.arg(peers.join("trace.mjs")).arg(kind.name()).arg(writers.to_string()).arg(size.to_string()).arg(&draft);
    if !node.status().context("run node")?.success() {
        bail!("node could not write the trace");
    }
    fs::rename(&draft, file).context("keep the trace")
}

fn read(mut bytes: &[u8]) -> Result<Vec<Writer>> {
    let number = |bytes: &mut &[u8]| -> Result<u32> {
        let (number, rest) = bytes.split_first_chunk::<4>().context("too short")?;
        *bytes = rest;
        Ok(u32::from_le_bytes(*number))
    };
    let mut writers = Vec::new();
    for _ in 0..number(&mut bytes)? {
        let client = u64::from(number(&mut bytes)?);
        let mut updates = Vec::new();
        for _ in 0..number(&mut bytes)? {
            let length = number(&mut bytes)? as usize;
            let (update, rest) = bytes.split_at_checked(length).context("too short")?;
            bytes = rest;
            updates.push(recognise(update)?);
        }
        writers.push(Writer { client, updates });
    }
    ensure!(bytes.is_empty(), "{} bytes too many", bytes.len());
    Ok(writers)
}

fn recognise(bytes: &[u8]) -> Result<Update> {
    let summary = summary(bytes).context("an update that the scanner refuses")?;
    let deletes = summary.blocks.is_empty();
    let ranges = if deletes { &summary.deletions } else { &summary.blocks };
    let range = *ranges.first().context("an update of nothing")?;
    Ok(Update { bytes: bytes.to_owned(), range, deletes })
}
