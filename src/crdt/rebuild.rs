//! From what is stored to a document: a state, then updates in order, one transaction each, every one through the scanner and the
//! gate. An update that breaks the document is left out, with what depends on it; the rest is kept.
//!
//! Rooms load with it, compaction makes new states with it: what one leaves out the other does too.

use super::document::{ApplyError, SectionDocument};
use super::gate::{Assessment, Frontier};
use super::limits;
use super::scan::{scan_own_state, scan_update};
use super::summary::ClockRange;

/// A document as it came out of its log.
#[derive(Debug)]
pub struct Rebuilt {
    /// The document.
    pub document: SectionDocument,
    /// Its frontier.
    pub frontier: Frontier,
    /// Positions of updates that are not in it: those named before, those that broke it, and those that fitted nothing.
    pub left_out: Vec<i64>,
}

/// Builds a document from `state` and `updates` (position, bytes), without those named in `left_out`. `before` is told each
/// position before its update is touched. Costs about 5 µs an update; each one that breaks the document makes it begin again.
///
/// # Errors
/// When even `state` cannot be applied.
pub fn rebuild<B: AsRef<[u8]>>(
    state: Option<&[u8]>,
    updates: &[(i64, B)],
    roots: &[&str],
    mut left_out: Vec<i64>,
    mut before: impl FnMut(i64),
) -> Result<Rebuilt, ApplyError> {
    // Each round throws the document away and starts again without the update that broke it; every round removes one.
    loop {
        match attempt(state, updates, roots, &left_out, &mut before)? {
            Attempt::Done { document, frontier, skipped } => {
                left_out.extend(skipped);
                return Ok(Rebuilt { document: *document, frontier: *frontier, left_out });
            }
            Attempt::Broken(position) => left_out.push(position),
        }
    }
}

enum Attempt {
    Done { document: Box<SectionDocument>, frontier: Box<Frontier>, skipped: Vec<i64> },
    Broken(i64),
}

fn attempt<B: AsRef<[u8]>>(
    state: Option<&[u8]>,
    updates: &[(i64, B)],
    roots: &[&str],
    left_out: &[i64],
    before: &mut impl FnMut(i64),
) -> Result<Attempt, ApplyError> {
    let mut document = SectionDocument::new();
    if let Some(state) = state {
        document.apply(state)?;
    }
    let mut frontier = document.frontier()?;
    let mut skipped = Vec::new();
    for (position, update) in updates {
        if left_out.contains(position) {
            continue;
        }
        before(*position);
        let update = update.as_ref();
        let Ok(summary) = scan_update(update, limits::MAX_STEP2_BYTES, roots) else {
            skipped.push(*position);
            continue;
        };
        match frontier.assess_stored(&summary) {
            Assessment::Ready => {
                frontier.advance(&summary);
                if document.apply_and_settle(update, &mut frontier).is_err() {
                    return Ok(Attempt::Broken(*position));
                }
            }
            Assessment::Contained => {}
            Assessment::Missing | Assessment::Refused(_) => skipped.push(*position),
        }
    }
    Ok(Attempt::Done { document: Box::new(document), frontier: Box::new(frontier), skipped })
}

/// Whether `state` reads back as `document`: as a fresh document it holds the same structs, byte by byte, the same deletions and the same
/// text. What is to replace a log must pass this first. Costs four encodings.
///
/// # Errors
/// When one of the two cannot be read.
pub fn reads_back(document: &SectionDocument, state: &[u8], roots: &[&str]) -> Result<bool, ApplyError> {
    let mut copy = SectionDocument::new();
    copy.apply(state)?;
    if parts(&copy)? != parts(document)? {
        return Ok(false);
    }
    for root in roots {
        if copy.plain_text(root)? != document.plain_text(root)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The structs of a document as yrs writes them, and its deletions, sorted: yrs writes those in the order of a hash map.
fn parts(document: &SectionDocument) -> Result<(Vec<u8>, Vec<ClockRange>), ApplyError> {
    let mut structs = document.encode()?;
    // To somebody who has everything goes one byte, "no structs", and the deletions.
    let deletions = document.diff(&document.state_vector())?;
    structs.truncate((structs.len() + 1).saturating_sub(deletions.len()));
    let mut deletions = scan_own_state(&deletions).map_err(|_| ApplyError::Inconsistent)?.deletions;
    deletions.sort_unstable_by_key(|range| (range.client, range.start));
    Ok((structs, deletions))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crdt::seed;

    /// "x" at the end of the root, under this client.
    fn keystroke(client: u8) -> Vec<u8> {
        let mut update = vec![1, 1, client, 0, 0x04, 1, 7];
        update.extend(b"content");
        update.extend([1, b'x', 0]);
        update
    }

    #[test]
    fn a_state_reads_back_whatever_the_order_of_its_clients_and_one_that_lacks_something_does_not() {
        let seed = seed::rich_text("content", &[]);
        let mut rows: Vec<(i64, Vec<u8>)> = (1..60).map(|client| (i64::from(client), keystroke(client))).collect();
        // Deletions of many clients, which a hash map holds.
        rows.extend((1..60u8).map(|client| (100 + i64::from(client), vec![0, 1, client, 1, 0, 1])));
        let built = rebuild(Some(&seed), &rows, &["content"], Vec::new(), |_| {}).expect("all fit");
        assert_eq!(built.left_out, [] as [i64; 0]);
        let state = built.document.encode().expect("it encodes");
        assert_eq!(reads_back(&built.document, &state, &["content"]), Ok(true));
        rows.pop();
        let less = rebuild(Some(&seed), &rows, &["content"], Vec::new(), |_| {}).expect("all fit");
        let state = less.document.encode().expect("it encodes");
        assert_eq!(reads_back(&built.document, &state, &["content"]), Ok(false), "a deletion is missing");
    }

    #[test]
    fn what_fits_nothing_is_left_out_and_each_update_is_named_before_it_is_touched() {
        let seed = seed::rich_text("content", &[]);
        let rows =
            [(1, keystroke(7)), (2, vec![0xff; 9]), (3, vec![1, 1, 9, 5, 0x84, 9, 4, 1, b'x', 0]), (4, keystroke(8))];
        let mut told = Vec::new();
        let built = rebuild(Some(&seed), &rows, &["content"], vec![4], |seq| told.push(seq)).expect("the state fits");
        assert_eq!((built.left_out, told), (vec![4, 2, 3], vec![1, 2, 3]));
    }
}
