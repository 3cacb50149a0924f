//! One live section document: the only owner of a `yrs::Doc`.
//!
//! Must be given only bytes that the scanner and the gate have passed and that are stored. A document that has failed
//! once is poisoned and must be thrown away: yrs has no rollback, so its inside may be half an update. Build it again from
//! what is stored, without the row that failed. Read next: `canonical.rs`.

use super::canonical::{self, RootKind};
use super::gate::Frontier;
use super::limits::BYTES_PER_STRUCT;
use super::scan::{scan_own_state, scan_state_vector};
use super::scan_error::ScanError;
use super::summary::ClockRange;
use serde_json::Value;
use std::panic::{AssertUnwindSafe, catch_unwind};
use thiserror::Error;
use yrs::updates::decoder::Decode;
use yrs::updates::encoder::Encode;
use yrs::{ClientID, Doc, IdSet, OffsetKind, Options, ReadTxn, StateVector, Transact, Update};

/// What went wrong inside a document. After [`ApplyError::Panicked`], [`ApplyError::LeftPending`] or
/// [`ApplyError::Rejected`] from an apply the document is poisoned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ApplyError {
    /// yrs could not decode the update; the document is as it was.
    #[error("the update could not be decoded")]
    Undecodable,
    /// yrs refused the update after it had begun.
    #[error("the update was rejected half way")]
    Rejected,
    /// yrs panicked.
    #[error("the document code panicked")]
    Panicked,
    /// The update left something waiting for structs that are not there.
    #[error("the update left something pending")]
    LeftPending,
    /// An earlier failure made the document unusable.
    #[error("the document failed earlier and must be loaded again")]
    Poisoned,
    /// The given state vector is not one.
    #[error("the state vector is malformed")]
    BadStateVector(#[source] ScanError),
    /// The document's own encoding does not pass the scanner or the gate.
    #[error("the encoded document does not pass its own guard")]
    Inconsistent,
}

impl ApplyError {
    /// One lower-case word of a closed set, for metric labels and logs.
    pub fn code(&self) -> &'static str {
        match self {
            ApplyError::Undecodable => "undecodable",
            ApplyError::Rejected => "rejected",
            ApplyError::Panicked => "panicked",
            ApplyError::LeftPending => "left_pending",
            ApplyError::Poisoned => "poisoned",
            ApplyError::BadStateVector(_) => "bad_state_vector",
            ApplyError::Inconsistent => "inconsistent",
        }
    }
}

/// One section document in memory. `Send`; all methods run to the end on the calling thread.
///
/// Does not limit its own size: an update within the limits can cut one text into many structs, so that the encoding grows
/// by more than the update. Whoever stores compares [`SectionDocument::weight`] with the limit now and then.
pub struct SectionDocument {
    doc: Doc,
    poisoned: bool,
}

impl Default for SectionDocument {
    fn default() -> Self {
        SectionDocument::new()
    }
}

impl std::fmt::Debug for SectionDocument {
    /// Never the content.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SectionDocument").field("poisoned", &self.poisoned).finish_non_exhaustive()
    }
}

impl SectionDocument {
    /// An empty document.
    pub fn new() -> Self {
        // The server never writes through this document, so its own client id is never seen.
        let mut options = Options::with_client_id(ClientID::new(0));
        options.offset_kind = OffsetKind::Utf16;
        // Would delete formatting on the server's own account, which nobody stored.
        options.cleanup_formatting = false;
        SectionDocument { doc: Doc::with_options(options), poisoned: false }
    }

    /// Integrates one update in a transaction of its own. For loading; a live room calls
    /// [`SectionDocument::apply_and_settle`]. Microseconds for a keystroke.
    ///
    /// # Errors
    /// [`ApplyError::Undecodable`] leaves the document as it was. After any other error it is poisoned: throw it away.
    pub fn apply(&mut self, bytes: &[u8]) -> Result<(), ApplyError> {
        self.integrate(bytes).map(drop)
    }

    /// Integrates one update and reports to `frontier` what integration itself deleted (see [`Frontier`]).
    ///
    /// # Errors
    /// As [`SectionDocument::apply`].
    pub fn apply_and_settle(&mut self, bytes: &[u8], frontier: &mut Frontier) -> Result<(), ApplyError> {
        let deletions = self.integrate(bytes)?;
        frontier.settle(&deletions);
        Ok(())
    }

    fn integrate(&mut self, bytes: &[u8]) -> Result<Vec<ClockRange>, ApplyError> {
        self.usable()?;
        let update = catch_unwind(|| Update::decode_v1(bytes))
            .map_err(|_| ApplyError::Undecodable)?
            .map_err(|_| ApplyError::Undecodable)?;
        // Until the end is reached, whatever happens leaves a poisoned document behind.
        self.poisoned = true;
        // Nobody else holds a transaction: methods take `&mut self` or finish theirs before they return.
        let mut txn = self.doc.try_transact_mut().map_err(|_| ApplyError::Poisoned)?;
        let integrated = catch_unwind(AssertUnwindSafe(|| {
            let applied = txn.apply_update(update);
            txn.commit();
            applied
        }));
        match integrated {
            Err(_) => {
                // Dropping the transaction would commit it and walk links that may lead nowhere. The document leaks:
                // once per poisonous row, which is then quarantined.
                std::mem::forget(txn);
                return Err(ApplyError::Panicked);
            }
            Ok(Err(_)) => return Err(ApplyError::Rejected),
            Ok(Ok(())) if txn.has_missing_updates() => return Err(ApplyError::LeftPending),
            Ok(Ok(())) => {}
        }
        let deletions = ranges(txn.delete_set());
        drop(txn);
        self.poisoned = false;
        Ok(deletions)
    }

    /// What the document holds, as Yjs encodes it for a sync step 1. Of a poisoned document: that it holds nothing.
    pub fn state_vector(&self) -> Vec<u8> {
        match self.poisoned {
            true => StateVector::default().encode_v1(),
            false => self.doc.transact().state_vector().encode_v1(),
        }
    }

    /// What someone with `state_vector` lacks, with the whole delete set: the answer to a sync step 1.
    ///
    /// # Errors
    /// [`ApplyError::BadStateVector`] if the scanner refuses it, [`ApplyError::Panicked`] (the document stays as it was).
    pub fn diff(&self, state_vector: &[u8]) -> Result<Vec<u8>, ApplyError> {
        scan_state_vector(state_vector).map_err(ApplyError::BadStateVector)?;
        self.read(|txn| {
            let theirs = StateVector::decode_v1(state_vector).map_err(|_| ApplyError::Undecodable)?;
            Ok(txn.encode_diff_v1(&theirs))
        })
    }

    /// The whole document as one update.
    ///
    /// # Errors
    /// [`ApplyError::Poisoned`] or [`ApplyError::Panicked`].
    pub fn encode(&self) -> Result<Vec<u8>, ApplyError> {
        self.read(|txn| Ok(txn.encode_diff_v1(&StateVector::default())))
    }

    /// Bytes of [`SectionDocument::encode`]; costs as much.
    ///
    /// # Errors
    /// As [`SectionDocument::encode`].
    pub fn encoded_len(&self) -> Result<usize, ApplyError> {
        self.encode().map(|bytes| bytes.len())
    }

    /// What the document counts for against the limit: its encoding, or [`BYTES_PER_STRUCT`] for each struct if that is more,
    /// because memory follows the structs. Costs an encoding and a scan.
    ///
    /// # Errors
    /// As [`SectionDocument::frontier`].
    pub fn weight(&self) -> Result<usize, ApplyError> {
        let state = self.encode()?;
        let own = scan_own_state(&state).map_err(|_| ApplyError::Inconsistent)?;
        let structs: usize = own.structs.iter().map(|found| found.parts as usize).sum();
        Ok(state.len().max(structs * BYTES_PER_STRUCT))
    }

    /// The frontier of exactly this document, without anything queued. Costs an encoding and a scan.
    ///
    /// # Errors
    /// As [`SectionDocument::encode`], or [`ApplyError::Inconsistent`].
    pub fn frontier(&self) -> Result<Frontier, ApplyError> {
        let own = scan_own_state(&self.encode()?).map_err(|_| ApplyError::Inconsistent)?;
        let mut frontier = Frontier::new();
        frontier.advance(&own);
        // An own state that did not fit onto nothing would have been left out whole.
        match own.blocks.iter().all(|range| frontier.next_clock(range.client) == range.end()) {
            true => Ok(frontier),
            false => Err(ApplyError::Inconsistent),
        }
    }

    /// The text of a root without formatting, one line per block or field: for search.
    ///
    /// # Errors
    /// As [`SectionDocument::encode`].
    pub fn plain_text(&self, root: &str) -> Result<String, ApplyError> {
        self.read(|txn| Ok(canonical::plain_text(txn, root)))
    }

    /// The content of a root as canonical JSON (see [`RootKind`]). An absent root is empty.
    ///
    /// # Errors
    /// As [`SectionDocument::encode`].
    pub fn to_json(&self, root: &str, kind: RootKind) -> Result<Value, ApplyError> {
        self.read(|txn| Ok(canonical::to_json(txn, root, kind)))
    }

    fn usable(&self) -> Result<(), ApplyError> {
        match self.poisoned {
            true => Err(ApplyError::Poisoned),
            false => Ok(()),
        }
    }

    /// Runs `job` over the content; a panic of yrs is an error.
    pub(super) fn read<R>(
        &self,
        job: impl FnOnce(&yrs::Transaction<'_>) -> Result<R, ApplyError>,
    ) -> Result<R, ApplyError> {
        self.usable()?;
        catch_unwind(AssertUnwindSafe(|| job(&self.doc.transact()))).unwrap_or(Err(ApplyError::Panicked))
    }
}

fn ranges(set: &IdSet) -> Vec<ClockRange> {
    let mut found = Vec::new();
    for (client, ranges) in set.iter() {
        for range in ranges.iter() {
            found.push(ClockRange { client: client.get(), start: range.start, len: range.end - range.start });
        }
    }
    found
}
