//! Whether what was written down is still what happened.

use std::fmt::Write;

use anyhow::{Context, bail};

use crate::config;
pub use crate::domain::audit_chain::Head;
use crate::store::audit_verify::{self, Verdict};
use crate::store::migrations;

/// Faults that are named; the rest is counted.
const NAMED: usize = 20;

/// Computes the chain again and compares, also with a head that was kept elsewhere. Reads only, so the backup role's address does as
/// well as the owner's.
///
/// # Errors
/// With all that is wrong, the first row of the chain first; or when the database does not answer.
pub async fn verify(kept: Option<Head>) -> anyhow::Result<String> {
    let mut client = migrations::connect(&config::owner_database_from_env()?).await?;
    let verdict = audit_verify::verify(&mut client, kept).await.context("read the records")?;
    if verdict.faults.is_empty() {
        return Ok(format!("the records are whole\n{}", counts(&verdict)));
    }
    let mut text = format!("{} fault(s) in the records:", verdict.faults.len());
    for fault in verdict.faults.iter().take(NAMED) {
        write!(text, "\n  {fault}")?;
    }
    if verdict.faults.len() > NAMED {
        write!(text, "\n  and {} more", verdict.faults.len() - NAMED)?;
    }
    bail!("{text}\n{}", counts(&verdict))
}

fn counts(verdict: &Verdict) -> String {
    format!("{} row(s) sealed, {} waiting\nhead {}", verdict.sealed, verdict.waiting, verdict.head)
}
