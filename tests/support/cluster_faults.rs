//! How a test breaks a cluster of its own: killed, frozen, stopped for a while. Only processes that work in this cluster's data
//! folder are ever touched.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;
use std::{fs, thread};

use kazumi::dev::cluster::Cluster;

use super::PATIENCE;
use super::cluster::TestCluster;

const LOOK: Duration = Duration::from_millis(2);

impl TestCluster {
    /// Ends the postmaster and all its children as a power cut would (`SIGKILL`), and waits until they are gone.
    pub async fn kill9(self: &Arc<Self>) {
        self.blocking(|cluster| {
            cluster.signal_until("-KILL", <[Process]>::is_empty);
            cluster.running().stop().expect("it is dead");
        })
        .await;
    }

    /// Starts the server again and waits until it takes connections. Does nothing when it runs.
    pub async fn start(self: &Arc<Self>) {
        self.blocking(|cluster| {
            let mut running = cluster.running();
            if postmaster_runs(&cluster.place.data()) {
                return;
            }
            // Collects the old process and lets go of the folder.
            running.stop().expect("it has stopped");
            *running = Cluster::start(&cluster.place).expect("the cluster starts again");
        })
        .await;
    }

    /// Stops the server in order; its data stays.
    pub async fn stop(self: &Arc<Self>) {
        self.blocking(|cluster| cluster.running().stop().expect("it stops")).await;
    }

    /// Freezes every process of the server (`SIGSTOP`) and returns once all of them stand still.
    pub async fn freeze(self: &Arc<Self>) {
        // A postmaster that was not yet frozen may have made another child meanwhile.
        self.blocking(|cluster| cluster.signal_until("-STOP", |processes| processes.iter().all(Process::is_frozen)))
            .await;
    }

    /// Lets them go on.
    pub async fn thaw(self: &Arc<Self>) {
        self.blocking(|cluster| cluster.signal_until("-CONT", |processes| !processes.iter().any(Process::is_frozen)))
            .await;
    }

    /// Sends a signal to all processes of this cluster, again and again until they are as `done` wants them.
    fn signal_until(&self, signal: &str, done: impl Fn(&[Process]) -> bool) {
        let tries = PATIENCE.as_millis() / LOOK.as_millis();
        for _ in 0..tries {
            let processes = processes_in(&self.place.data());
            if done(&processes) {
                return;
            }
            let mut kill = Command::new("kill");
            kill.arg(signal).args(processes.iter().map(|process| process.id.to_string()));
            // One that has just ended makes this fail; the next look tells.
            drop(kill.output().expect("kill runs"));
            thread::sleep(LOOK);
        }
        panic!("the processes of the cluster do not obey {signal}");
    }

    async fn blocking<T: Send + 'static>(self: &Arc<Self>, work: impl FnOnce(&Self) -> T + Send + 'static) -> T {
        let cluster = Arc::clone(self);
        tokio::task::spawn_blocking(move || work(&cluster)).await.expect("no panic")
    }
}

struct Process {
    id: u32,
    folder: PathBuf,
}

impl Process {
    /// Whether it stands still. One that is gone is no obstacle.
    fn is_frozen(&self) -> bool {
        let Ok(stat) = fs::read_to_string(self.folder.join("stat")) else { return true };
        // The name, in parentheses, may hold anything.
        stat.rsplit_once(") ").is_none_or(|(_, rest)| rest.starts_with('T'))
    }
}

/// Every living process whose working directory is this folder. PostgreSQL's processes all work in their data folder.
fn processes_in(data: &Path) -> Vec<Process> {
    let data = data.canonicalize().expect("the cluster has a data folder");
    let entries = fs::read_dir("/proc").expect("/proc is mounted");
    let named = entries.flatten().filter_map(|entry| {
        let id = entry.file_name().to_str()?.parse().ok()?;
        Some(Process { id, folder: entry.path() })
    });
    named.filter(|process| fs::read_link(process.folder.join("cwd")).is_ok_and(|cwd| cwd == data)).collect()
}

fn postmaster_runs(data: &Path) -> bool {
    let Ok(text) = fs::read_to_string(data.join("postmaster.pid")) else { return false };
    let postmaster = text.lines().next().and_then(|line| line.trim().parse::<u32>().ok());
    processes_in(data).iter().any(|process| Some(process.id) == postmaster)
}
