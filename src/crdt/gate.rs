//! The causal gate: does an update fit onto what is stored and queued, is it already there, or did it come too early?
//!
//! Must not look at content. yrs keeps updates that came too early as "pending", loses data over them and can then no
//! longer be encoded; so nothing reaches it that the gate has not called ready. Read next: `walk.rs`, `deferred.rs`.

use super::cost::Bounds;
use super::gate_error::GateError;
use super::known::Known;
use super::summary::{ClientId, Clock, ClockRange, Id, UpdateSummary};
use super::walk::{Stop, adds_nothing, walk};

/// The gate's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assessment {
    /// Everything in it, deletions included, is already known.
    Contained,
    /// New, and everything it depends on is known or in the update itself.
    Ready,
    /// Something it depends on is not known yet: defer it and ask the client for a sync.
    Missing,
    /// It can never fit, whatever else arrives.
    Refused(GateError),
}

/// What is stored plus what is queued to be stored, without content. Its size follows the number of shared types,
/// of switches between them, and of gaps in what is deleted; not the length of the text. Cloning copies all of it.
///
/// Deletions that follow from integration itself (a map key set twice at once, a child sent to a deleted parent) are in
/// no update; `SectionDocument::apply_and_settle` reports them here. Without that a reader who merely sends back all
/// that the server gave would look like a writer.
#[derive(Debug, Clone, Default)]
pub struct Frontier(Known);

impl Frontier {
    /// The frontier of a document that holds nothing.
    pub fn new() -> Self {
        Frontier::default()
    }

    /// Judges an update. Linear in the update (times a logarithm of the document).
    pub fn assess(&self, update: &UpdateSummary) -> Assessment {
        self.judge(update, Bounds::Checked)
    }

    /// Judges an update that is stored already: as [`Frontier::assess`], but what it costs is no reason to leave it out.
    pub fn assess_stored(&self, update: &UpdateSummary) -> Assessment {
        self.judge(update, Bounds::Open)
    }

    fn judge(&self, update: &UpdateSummary, bounds: Bounds) -> Assessment {
        if adds_nothing(&self.0, update) {
            return Assessment::Contained;
        }
        match walk(&self.0, update, bounds) {
            Ok(_) => Assessment::Ready,
            Err(Stop::Missing) => Assessment::Missing,
            Err(Stop::Refused(error)) => Assessment::Refused(error),
        }
    }

    /// Takes an update in, once it is queued to be stored. Leaves the frontier as it is when the update is not
    /// [`Assessment::Ready`]. After a queued update was refused by the store, start again from
    /// `SectionDocument::frontier` and advance over what is still queued.
    pub fn advance(&mut self, update: &UpdateSummary) {
        if let Ok(added) = walk(&self.0, update, Bounds::Open) {
            self.0.absorb(added);
        }
    }

    /// The first clock of `client` that is not known yet.
    pub fn next_clock(&self, client: ClientId) -> Clock {
        self.0.next(client)
    }

    pub(super) fn knows(&self, (client, clock): Id) -> bool {
        clock < self.0.next(client)
    }

    /// Something that an update needs and that is not known; always there when [`Frontier::assess`] says that something is missing,
    /// and found faster. Also looks at what the update repeats, which nobody changes but a hostile writer; that one then waits in vain.
    pub(super) fn first_missing(&self, update: &UpdateSummary) -> Option<Id> {
        let gap = |range: &ClockRange| range.start.checked_sub(1).map(|before| (range.client, before));
        let defined =
            |&(client, clock): &Id| update.section(client).is_some_and(|section| clock < update.blocks[section].end());
        let gaps = update.blocks.iter().filter_map(gap);
        let deleted = update.deletions.iter().map(|range| (range.client, range.end() - 1)).filter(|id| !defined(id));
        gaps.chain(update.needs.iter().copied()).chain(deleted).find(|id| !self.knows(*id))
    }

    /// Marks known units as deleted.
    pub(super) fn settle(&mut self, deletions: &[ClockRange]) {
        for range in deletions {
            let end = range.end().min(self.0.next(range.client));
            if range.start < end {
                self.0.delete(range.client, range.start, end);
            }
        }
    }
}
