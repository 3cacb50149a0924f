//! What PostgreSQL's own `postmaster.pid` says about a data folder, checked against the process it names. Read-only. Read
//! next: `cluster.rs`.

use std::fs;
use std::path::Path;

/// The server of a data folder, if one runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Postmaster {
    /// None runs (a stale file may remain; PostgreSQL clears it itself).
    Absent,
    /// One runs and does not take connections yet, or no longer.
    Busy,
    /// One runs and takes connections.
    Ready,
}

impl Postmaster {
    /// Looks at the data folder now.
    #[must_use]
    pub fn of(data: &Path) -> Self {
        let Ok(text) = fs::read_to_string(data.join("postmaster.pid")) else { return Self::Absent };
        let Some((pid, ready)) = parse(&text) else { return Self::Busy };
        // A process id may have been given to somebody else since: the server's working directory is its data folder.
        let folder = fs::read_link(format!("/proc/{pid}/cwd"));
        let same = matches!((folder, data.canonicalize()), (Ok(folder), Ok(data)) if folder == data);
        match (same, ready) {
            (false, _) => Self::Absent,
            (true, true) => Self::Ready,
            (true, false) => Self::Busy,
        }
    }
}

/// Process id and readiness from the file's lines (PostgreSQL, `miscadmin.h`: line 1 is the id, line 8 the status). `None`
/// while the file is being written.
fn parse(text: &str) -> Option<(u32, bool)> {
    let mut lines = text.lines();
    let pid = lines.next()?.trim().parse().ok()?;
    Some((pid, lines.nth(6).is_some_and(|status| status.trim() == "ready")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_tells_starting_from_ready() {
        let file = |status: &str| format!("4711\n/data\n1700000000\n5432\n/socket\n\n  131075 0\n{status}\n");
        assert_eq!(parse(&file("starting")), Some((4711, false)));
        assert_eq!(parse(&file("ready   ")), Some((4711, true)));
        assert_eq!(parse("4711\n/data\n"), Some((4711, false)));
        assert_eq!(parse(""), None);
    }

    #[test]
    fn a_stale_file_is_no_server() {
        let data = tempfile::tempdir().expect("a temporary folder");
        assert_eq!(Postmaster::of(data.path()), Postmaster::Absent);
        // This very process lives, and is no PostgreSQL of that folder.
        let text = format!("{}\n/data\n0\n5432\n/socket\n\n0 0\nready\n", std::process::id());
        fs::write(data.path().join("postmaster.pid"), text).expect("written");
        assert_eq!(Postmaster::of(data.path()), Postmaster::Absent);
    }
}
