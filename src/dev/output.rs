//! What `kazumi dev` tells the person who started it, on standard output: steps with the time they took, then the address
//! and the accounts. The log goes to standard error.

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use anyhow::Result;

use super::demo;
use crate::domain::people::Function;

/// Standard output as lines.
pub(super) struct Output;

impl Output {
    pub(super) const fn new() -> Self {
        Self
    }

    /// One line. A closed standard output is no reason to stop serving.
    pub(super) fn line(&self, text: &str) {
        let mut out = std::io::stdout().lock();
        let _ = writeln!(out, "{text}").and_then(|()| out.flush());
    }

    /// Says what was done and how long it took.
    pub(super) fn step<T>(&self, what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let started = Instant::now();
        let value = work()?;
        self.took(what, started);
        Ok(value)
    }

    /// The same for work that waits.
    pub(super) async fn step_async<T>(&self, what: &str, work: impl Future<Output = Result<T>>) -> Result<T> {
        let started = Instant::now();
        let value = work.await?;
        self.took(what, started);
        Ok(value)
    }

    /// The address, alone on its line for scripts, then who can sign in.
    pub(super) fn ready(&self, port: u16, data: &Path, no_demo: bool) -> Result<()> {
        self.line(&format!("Kazumi is ready at http://127.0.0.1:{port}"));
        self.line(&format!("  interface  http://127.0.0.1:{port}/api/docs/"));
        self.line(&format!("  e-mails    http://127.0.0.1:{port}/dev/mailbox"));
        self.line(&format!("  metrics    http://127.0.0.1:{port}/metrics"));
        self.line(&format!("  data       {} (kept; FRESH=1 or --fresh begins anew)", data.display()));
        if !no_demo {
            self.line(&format!("\n  Demo accounts, all with the password {}:", demo::PASSWORD));
            for account in demo::accounts()? {
                let what = account.function.map_or(account.kind.as_str(), Function::as_str);
                self.line(&format!("    {:<42} {:<20} {what}", account.email, account.name));
            }
        }
        self.line("\n  Ctrl-C stops everything.");
        Ok(())
    }

    fn took(&self, what: &str, started: Instant) {
        self.line(&format!("  {what:<28} {:>6.2} s", started.elapsed().as_secs_f64()));
    }
}
