//! Processes that the benchmark started, and what the kernel says of them: time on a processor, memory, connections.
//!
//! Signals go to the ids of our own children and of the private database, and to nobody else.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process};

/// A child process; killed when dropped.
pub struct Process(Child);

impl Process {
    /// Starts a program whose output goes to `log`.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(command: &mut Command, log: &Path) -> Result<Self> {
        let file = || fs::File::options().create(true).append(true).open(log).context("a log file");
        let child = command.stdin(Stdio::null()).stdout(file()?).stderr(file()?).spawn();
        Ok(Self(child.with_context(|| format!("start {}", command.get_program().display()))?))
    }

    /// Its id.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// How it ended, if it did.
    pub fn ended(&mut self) -> Option<String> {
        self.0.try_wait().ok().flatten().map(|status| status.to_string())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may be gone already, which is all that is wanted.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The numbers of `/proc/<id>/stat` behind the program's name; the first is field 3 of proc(5).
fn stat(id: u32) -> Option<Vec<u64>> {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let (_, rest) = text.rsplit_once(')')?;
    Some(rest.split_whitespace().map(|field| field.parse().unwrap_or(0)).collect())
}

fn seconds(ticks: u64) -> f64 {
    ticks as f64 / rustix::param::clock_ticks_per_second() as f64
}

/// Seconds a process has spent on a processor; 0 when it is gone.
pub fn cpu_seconds(id: u32) -> f64 {
    stat(id).map_or(0.0, |fields| seconds(fields[11] + fields[12]))
}

/// A process and its direct children: what a PostgreSQL cluster consists of.
pub fn family(parent: u32) -> Vec<u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let is_child = |id: &u32| stat(*id).is_some_and(|fields| fields[1] == u64::from(parent));
    std::iter::once(parent).chain(ids.filter(is_child)).collect()
}

/// Seconds a process and all its children have spent on a processor, those that have ended included.
pub fn family_cpu_seconds(parent: u32) -> f64 {
    let ended = stat(parent).map_or(0.0, |fields| seconds(fields[13] + fields[14]));
    ended + family(parent).into_iter().map(cpu_seconds).sum::<f64>()
}

/// Seconds that all processors of the machine together were busy since it started.
pub fn machine_busy_seconds() -> f64 {
    let text = fs::read_to_string("/proc/stat").unwrap_or_default();
    let fields: Vec<u64> =
        text.lines().next().unwrap_or_default().split_whitespace().skip(1).filter_map(|n| n.parse().ok()).collect();
    // user, nice, system, (idle, iowait), irq, softirq, steal.
    [0, 1, 2, 5, 6, 7].iter().filter_map(|index| fields.get(*index)).map(|ticks| seconds(*ticks)).sum()
}

/// Resident memory in bytes; 0 when the process is gone.
pub fn resident_bytes(id: u32) -> f64 {
    let text = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok()).map_or(0.0, |kib| kib * 1024.0)
}

/// Established connections on this port of the loopback address, as the server sees them.
pub fn established_connections(port: u16) -> usize {
    let text = fs::read_to_string("/proc/net/tcp").unwrap_or_default();
    let local = format!(":{port:04X}");
    let is_one = |line: &&str| {
        let mut fields = line.split_whitespace().skip(1);
        fields.next().is_some_and(|address| address.ends_with(&local)) && fields.nth(1) == Some("01")
    };
    text.lines().filter(is_one).count()
}

/// Processes that stand still until this is dropped.
pub struct Frozen(Vec<u32>);

impl Frozen {
    /// Stops them.
    pub fn stop(ids: Vec<u32>) -> Self {
        freeze(&ids, true);
        Self(ids)
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        freeze(&self.0, false);
    }
}

/// Stops these processes where they stand, or lets them go on.
fn freeze(ids: &[u32], frozen: bool) {
    let signal = if frozen { Signal::STOP } else { Signal::CONT };
    for id in ids.iter().filter_map(|id| Pid::from_raw(i32::try_from(*id).ok()?)) {
        // A backend that ended meanwhile needs no signal.
        let _ = kill_process(id, signal);
    }
}
