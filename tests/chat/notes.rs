//! The log that a device keeps for the checker, and what the test sees of all devices meanwhile.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use kazumi_check::log::Line;

/// Microseconds on the one clock of all logs.
pub fn now() -> i64 {
    static BEGIN: OnceLock<Instant> = OnceLock::new();
    let passed = BEGIN.get_or_init(Instant::now).elapsed();
    i64::try_from(passed.as_micros()).expect("a test is short")
}

/// The log of one device.
pub struct Notes(BufWriter<File>);

impl Notes {
    /// Begins the log of somebody's device.
    pub fn begin(folder: &Path, device: &str, user: &str) -> Self {
        let file = File::create(folder.join(format!("{device}.jsonl"))).expect("a file");
        let mut notes = Self(BufWriter::new(file));
        let unix = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_micros();
        notes.write(&Line::Begin { user: user.to_owned(), unix: unix as i64, t: now() });
        notes
    }

    /// Writes a line.
    pub fn write(&mut self, line: &Line) {
        serde_json::to_writer(&mut self.0, line).expect("a line");
        self.0.write_all(b"\n").expect("room on the disk");
    }
}

/// What has happened so far, to all devices.
#[derive(Debug, Default)]
pub struct Tally {
    /// Messages that were acknowledged, each once.
    pub acked: AtomicU64,
    /// Rooms that were taken away.
    pub gone: AtomicU64,
    /// Where each device stands.
    devices: Mutex<HashMap<usize, Standing>>,
}

/// Where a device stands.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// Messages that it still has to send.
    pub unsent: usize,
    /// How far it has read the rooms that it is attached to; none while it has no socket, or has not caught up.
    pub cursors: Option<HashMap<String, i64>>,
}

impl Tally {
    /// A device says where it stands.
    pub fn stands(&self, device: usize, standing: Standing) {
        self.devices.lock().unwrap_or_else(PoisonError::into_inner).insert(device, standing);
    }

    /// Where all stand.
    pub fn standings(&self) -> Vec<Standing> {
        self.devices.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// Messages that were acknowledged.
    pub fn acked(&self) -> u64 {
        self.acked.load(Ordering::Relaxed)
    }
}
