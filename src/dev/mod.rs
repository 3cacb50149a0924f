//! Stub of this branch: `kazumi dev`.

use std::path::PathBuf;

/// What `kazumi dev` was asked for.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where the database lives.
    pub data: Option<PathBuf>,
    /// Port; 0 takes a free one.
    pub port: u16,
    /// The built browser application.
    pub static_dir: Option<PathBuf>,
    /// Begin with a new database.
    pub fresh: bool,
    /// Without demo data.
    pub no_demo: bool,
}

/// Not here yet.
///
/// # Errors
/// Always.
pub fn run(_: Options) -> anyhow::Result<()> {
    anyhow::bail!("not in this branch")
}
