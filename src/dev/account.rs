//! Whose processes and files the database's are. PostgreSQL refuses to run as root, so a root shell lends it an
//! unprivileged account; everybody else runs it as themselves. Read next: `cluster.rs`.

use std::fs::{self, DirBuilder, Permissions};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

/// Accounts to lend, best first. An id without an entry in the list of users does not do: `initdb` asks for its name.
const LENT: [&str; 2] = ["postgres", "nobody"];

/// The account the database runs as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Account {
    /// The one that runs this process.
    Own,
    /// Another one, because this process runs as root.
    Lent {
        /// Login name, for messages.
        name: String,
        /// User id.
        uid: u32,
        /// Group id.
        gid: u32,
    },
}

impl Account {
    /// Decides it for this process.
    ///
    /// # Errors
    /// When running as root on a machine without any of the unprivileged accounts.
    pub fn choose() -> Result<Self> {
        let own = fs::metadata("/proc/self").context("/proc is not mounted")?.uid();
        if own != 0 {
            return Ok(Self::Own);
        }
        let users = fs::read_to_string("/etc/passwd").context("the list of users is unreadable")?;
        LENT.iter()
            .find_map(|name| entry(&users, name))
            .context("running as root, and there is no user postgres or nobody")
    }

    /// Whether this process runs as root and lends an account.
    #[must_use]
    pub const fn is_lent(&self) -> bool {
        matches!(self, Self::Lent { .. })
    }

    /// A command that will run as this account, in `/` and free of settings that PostgreSQL's programs would obey.
    #[must_use]
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir("/").env("LC_ALL", "C.UTF-8").env("TZ", "UTC");
        for name in ["PGDATA", "PGPORT", "PGHOST", "PGUSER", "PGDATABASE", "PGOPTIONS", "PGPASSFILE", "PGSERVICEFILE"] {
            command.env_remove(name);
        }
        if let Self::Lent { uid, gid, .. } = self {
            command.uid(*uid).gid(*gid);
        }
        command
    }

    /// Makes a folder that only this account (and root) may enter, or takes one that is already so.
    ///
    /// # Errors
    /// When something else is at that path: a link, a file, somebody else's folder.
    pub fn make_private_dir(&self, path: &Path) -> Result<()> {
        let what = || format!("cannot make the folder {}", path.display());
        match DirBuilder::new().mode(0o700).create(path) {
            Ok(()) => self.give(path),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                let metadata = fs::symlink_metadata(path).with_context(what)?;
                if !metadata.is_dir() || metadata.uid() != self.uid()? {
                    bail!("{} exists and is not a folder of the database's account", path.display());
                }
                fs::set_permissions(path, Permissions::from_mode(0o700)).with_context(what)
            }
            Err(error) => Err(error).with_context(what),
        }
    }

    /// Hands a file or folder of ours to this account.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn give(&self, path: &Path) -> Result<()> {
        if let Self::Lent { uid, gid, .. } = self {
            chown(path, Some(*uid), Some(*gid)).with_context(|| format!("cannot hand over {}", path.display()))?;
        }
        Ok(())
    }

    /// Checks that a lent account can reach what lies below `path`.
    ///
    /// # Errors
    /// Names the folder that is closed to it.
    pub fn check_reach(&self, path: &Path) -> Result<()> {
        let Self::Lent { name, uid, .. } = self else { return Ok(()) };
        for folder in path.ancestors().skip_while(|folder| !folder.exists()) {
            let metadata = fs::metadata(folder).with_context(|| format!("cannot look at {}", folder.display()))?;
            if metadata.uid() != *uid && metadata.mode() & 0o001 == 0 {
                bail!(
                    "{} is closed to the user {name}, who runs the database: choose another --data",
                    folder.display()
                );
            }
        }
        Ok(())
    }

    fn uid(&self) -> Result<u32> {
        match self {
            Self::Own => Ok(fs::metadata("/proc/self").context("/proc is not mounted")?.uid()),
            Self::Lent { uid, .. } => Ok(*uid),
        }
    }
}

/// Finds `name` in the text of `/etc/passwd`.
fn entry(users: &str, name: &str) -> Option<Account> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next()? != name {
            return None;
        }
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        Some(Account::Lent { name: name.to_owned(), uid, gid })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_found_by_its_whole_name() {
        let users = "root:x:0:0::/root:/bin/sh\npostgresql:x:7:7::/:/bin/sh\npostgres:x:101:104:admin:/var:/bin/sh\n";
        assert_eq!(entry(users, "postgres"), Some(Account::Lent { name: "postgres".into(), uid: 101, gid: 104 }));
        assert_eq!(entry(users, "nobody"), None);
    }
}
