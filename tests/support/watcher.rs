//! What a test cluster leaves behind is cleaned up however the test process ends.
//!
//! A static value is never dropped, and a killed process runs no cleanup. So a small shell waits on a pipe that only this
//! process holds open: when it closes, the shell stops the server and removes the folder.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Every folder of a test cluster begins so; what follows is the process that uses it and a number.
const FOLDER: &str = "kazumi-test-";

/// Waits for the end of standard input, then ends the server below the folder (`$1`) at once and removes the folder. The
/// processes of a server are those that work in its data folder: a stale file of a process id may name somebody else by now.
/// A test may have frozen them, and the folder may be a disk of its own.
const SCRIPT: &str = r#"
    cat > /dev/null
    data="$(cd "$1/postgres" 2> /dev/null && pwd -P)"
    signal() {
        [ -n "$data" ] || return
        for link in /proc/[0-9]*/cwd; do
            if [ "$(readlink "$link")" = "$data" ]; then
                process="${link#/proc/}"
                kill "$1" "${process%/cwd}"
            fi
        done
    }
    postmaster="$(head -n 1 "$data/postmaster.pid")"
    signal -CONT
    signal -QUIT
    tries=0
    while [ -n "$postmaster" ] && [ "$(readlink "/proc/$postmaster/cwd")" = "$data" ] && [ "$tries" -lt 100 ]; do
        sleep 0.05
        tries=$((tries + 1))
    done
    signal -KILL
    umount "$1"
    rm -rf "$1"
"#;

/// The shell that waits for the end of this process, or for [`Watcher::finish`].
pub struct Watcher(Child);

impl Watcher {
    /// Starts it in a group of its own, so that Ctrl-C in the terminal does not end it before its work.
    pub fn start(folder: &Path) -> Self {
        let mut command = Command::new("sh");
        command.args(["-c", SCRIPT, "watcher"]).arg(folder).current_dir("/");
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        Self(command.process_group(0).spawn().expect("a watcher"))
    }

    /// Lets it do its work now, and waits for it.
    pub fn finish(&mut self) {
        drop(self.0.stdin.take());
        // Nothing can be done about one that cannot be waited for.
        let _ = self.0.wait();
    }
}

/// The folder of one cluster of this process.
pub fn folder_of_this_run(number: u32) -> PathBuf {
    std::env::temp_dir().join(format!("{FOLDER}{}-{number}", std::process::id()))
}

/// Removes folders of runs whose process and watcher are both gone (a power cut, a killed container).
pub fn sweep() {
    let Ok(entries) = fs::read_dir(std::env::temp_dir()) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let run = name.to_str().and_then(|name| name.strip_prefix(FOLDER)).and_then(|run| run.split('-').next());
        let process = run.and_then(|process| process.parse::<u32>().ok());
        if process.is_some_and(|process| !Path::new(&format!("/proc/{process}")).exists()) {
            Watcher::start(&entry.path()).finish();
        }
    }
}
