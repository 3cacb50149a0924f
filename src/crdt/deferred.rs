//! A bounded parking place for updates that came too early.
//!
//! Must not hold updates of readers (they are acknowledged or refused at once) and must not decide when to give up: the
//! room drops what has waited too long. Read next: `gate.rs`.

use super::gate::{Assessment, Frontier};
use super::limits::{MAX_DEFERRED, MAX_DEFERRED_BYTES, MAX_DEFERRED_EACH};
use super::summary::{Id, UpdateSummary};
use thiserror::Error;

/// The parking place is full; the update was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("too many updates wait for what they depend on")]
pub struct Overflow;

/// One parked update.
#[derive(Debug, Clone)]
pub struct Parked<T> {
    /// What the scanner said about it.
    pub summary: UpdateSummary,
    /// The bytes as they were received.
    pub bytes: Vec<u8>,
    /// The room's note: who sent it, when.
    pub tag: T,
    /// Something that was missing when it was last looked for.
    waits_for: Option<Id>,
}

/// Updates that wait for others, at most [`MAX_DEFERRED`] and [`MAX_DEFERRED_BYTES`] bytes.
#[derive(Debug)]
pub struct Deferred<T> {
    parked: Vec<Parked<T>>,
    bytes: usize,
}

impl<T> Default for Deferred<T> {
    fn default() -> Self {
        Deferred { parked: Vec::new(), bytes: 0 }
    }
}

impl<T> Deferred<T> {
    /// An empty parking place.
    pub fn new() -> Self {
        Deferred::default()
    }

    /// Parks an update. `is_theirs` tells by the tag what the same connection has parked.
    ///
    /// # Errors
    /// [`Overflow`] when it would exceed a bound of the place or of the connection.
    pub fn push(
        &mut self,
        summary: UpdateSummary,
        bytes: Vec<u8>,
        tag: T,
        is_theirs: impl Fn(&T) -> bool,
    ) -> Result<(), Overflow> {
        let theirs = self.parked.iter().filter(|parked| is_theirs(&parked.tag));
        let (number, size) = theirs.fold((0, bytes.len()), |(n, size), parked| (n + 1, size + parked.bytes.len()));
        let (most, most_bytes) = MAX_DEFERRED_EACH;
        if number >= most
            || size > most_bytes
            || self.parked.len() >= MAX_DEFERRED
            || self.bytes + bytes.len() > MAX_DEFERRED_BYTES
        {
            return Err(Overflow);
        }
        self.bytes += bytes.len();
        self.parked.push(Parked { summary, bytes, tag, waits_for: None });
        Ok(())
    }

    /// Takes out, in order of arrival, all that no longer waits: ready, meanwhile contained, or refused. Taking one in may
    /// change the answer for the next, so assess each again before advancing over it, and call this until it gives nothing.
    ///
    /// Called for every update that comes in, so what still waits for the same must cost next to nothing.
    pub fn take_ready(&mut self, frontier: &Frontier) -> Vec<Parked<T>> {
        self.take(|parked| {
            if parked.waits_for.is_some_and(|id| !frontier.knows(id)) {
                return false;
            }
            parked.waits_for = frontier.first_missing(&parked.summary);
            parked.waits_for.is_none() && frontier.assess(&parked.summary) != Assessment::Missing
        })
    }

    /// Takes out what the tag says, for instance all of a connection that has gone. Answers how many.
    pub fn drop_by(&mut self, unwanted: impl Fn(&T) -> bool) -> usize {
        self.take(|parked| unwanted(&parked.tag)).len()
    }

    fn take(&mut self, mut wanted: impl FnMut(&mut Parked<T>) -> bool) -> Vec<Parked<T>> {
        let taken: Vec<_> = self.parked.extract_if(.., |parked| wanted(parked)).collect();
        self.bytes -= taken.iter().map(|parked| parked.bytes.len()).sum::<usize>();
        taken
    }

    /// Number of parked updates.
    pub fn len(&self) -> usize {
        self.parked.len()
    }

    /// True when nothing is parked.
    pub fn is_empty(&self) -> bool {
        self.parked.is_empty()
    }

    /// Bytes of all parked updates.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The notes of what is parked, oldest first.
    pub fn tags(&self) -> impl Iterator<Item = &T> {
        self.parked.iter().map(|parked| &parked.tag)
    }
}
