//! The folder a private cluster lives in: what is in it, who is using it, how it is emptied. Read next: `cluster.rs`.

use std::fs::{self, File, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use super::account::Account;
use super::binaries::Binaries;
use super::postmaster::Postmaster;

/// The kernel keeps a socket's path in 108 bytes (unix(7)); the rest is room for the file name and its lock.
const LONGEST_SOCKET_DIR: usize = 80;
/// Where a cluster lives and which programs run it.
#[derive(Debug, Clone)]
pub struct Place {
    /// The folder of everything: data, socket, passwords, log.
    pub folder: PathBuf,
    /// `KAZUMI_PG_BIN`: a folder with PostgreSQL's programs, instead of looking for one.
    pub binaries: Option<PathBuf>,
    /// Connections the server accepts; each costs a process.
    pub connections: u16,
}

impl Place {
    /// PostgreSQL's data folder.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.folder.join("postgres")
    }

    /// The folder of the socket: inside, or in a short place when the path would not fit.
    #[must_use]
    pub fn socket_dir(&self) -> PathBuf {
        let inside = self.folder.join("socket");
        if inside.as_os_str().len() <= LONGEST_SOCKET_DIR {
            return inside;
        }
        PathBuf::from(format!("/tmp/kazumi-{}", path_hash(&self.folder)))
    }

    /// Takes the folder for this process. The kernel lets go of it however the process ends.
    ///
    /// # Errors
    /// When another process has it.
    pub fn lock(&self) -> Result<File> {
        let path = self.folder.join("lock");
        let file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
        file.set_permissions(Permissions::from_mode(0o600)).context("cannot close the lock file to others")?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(fs::TryLockError::WouldBlock) => bail!("another kazumi is already using {}", self.folder.display()),
            Err(fs::TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("cannot lock {}", path.display()))
            }
        }
    }

    /// The major version that made a data folder; `None` when there is no folder yet.
    ///
    /// # Errors
    /// When it is no data folder of PostgreSQL.
    pub fn data_version(&self) -> Result<Option<u32>> {
        let data = self.data();
        if !data.exists() {
            return Ok(None);
        }
        let path = data.join("PG_VERSION");
        let text =
            fs::read_to_string(&path).with_context(|| format!("{} is missing: start with --fresh", path.display()))?;
        Ok(Some(text.trim().parse().with_context(|| format!("{} is damaged: start with --fresh", path.display()))?))
    }
}

/// Removes everything a cluster and its keys consist of from a folder, and nothing else that may lie there. A server that a
/// killed run left behind is stopped first.
///
/// # Errors
/// When the folder is in use or the file system refuses.
pub fn erase(place: &Place) -> Result<()> {
    let folder = &place.folder;
    if !folder.exists() {
        return Ok(());
    }
    let _lock = place.lock()?;
    let data = place.data();
    if Postmaster::of(&data) != Postmaster::Absent {
        let program = Binaries::find(place.binaries.as_deref(), None)?.program("pg_ctl");
        let mut stop = Account::choose()?.command(program);
        stop.args(["stop", "--mode=immediate", "--wait", "--silent", "--pgdata"]).arg(&data).stdin(Stdio::null());
        stop.status().context("cannot run pg_ctl")?;
    }
    for name in ["postgres", "postgres.new", "socket"] {
        match fs::remove_dir_all(folder.join(name)) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(error).context("cannot remove the old data");
            }
            _ => {}
        }
    }
    for name in ["passwords.json", "postgres.log", "signing-key.pem", "refresh-secret"] {
        match fs::remove_file(folder.join(name)) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(error).context("cannot remove the old keys");
            }
            _ => {}
        }
    }
    Ok(())
}

/// Sixteen hexadecimal digits that stand for a path.
#[must_use]
pub fn path_hash(path: &Path) -> String {
    Sha256::digest(path.to_string_lossy().as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_path_gets_a_short_socket() {
        let place = |folder: &str| Place { folder: folder.into(), binaries: None, connections: 1 };
        assert_eq!(place("/home/ana/kazumi/.kazumi").socket_dir(), Path::new("/home/ana/kazumi/.kazumi/socket"));
        let deep = place(&format!("/home/{}/.kazumi", "long/".repeat(20)));
        assert!(deep.socket_dir().as_os_str().len() < LONGEST_SOCKET_DIR);
        assert_ne!(deep.socket_dir(), place(&format!("/home/{}/.kazumi", "long/".repeat(21))).socket_dir());
    }

    #[test]
    fn erasing_leaves_what_others_have_put_there() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(folder.path().join("postgres")).expect("made");
        fs::write(folder.path().join("notes.txt"), "mine").expect("written");
        fs::write(folder.path().join("refresh-secret"), "ours").expect("written");
        erase(&Place { folder: folder.path().into(), binaries: None, connections: 1 }).expect("erased");
        assert!(folder.path().join("notes.txt").exists());
        assert!(!folder.path().join("postgres").exists() && !folder.path().join("refresh-secret").exists());
    }
}
