//! What is known of a document without its content: how far each client got, where its units belong, which of them are
//! shared types and how deep, and what is deleted.
//!
//! Must stay proportional to the document: consecutive units of a client in one place are one run. Read next: `walk.rs`.

use super::ranges::Deletions;
use super::summary::{ClientId, Clock, Id, NameKey};
use std::collections::{HashMap, HashSet};

/// Where a unit belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Nowhere any more: it was collected, or what it hangs from was.
    Gone,
    In(Parent, Option<NameKey>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Parent {
    Root(NameKey),
    Type(Id),
}

/// Units of one client up to `end` (exclusive) that share a place; the run starts where the one before it ends.
#[derive(Debug, Clone, Copy)]
struct Run {
    end: Clock,
    place: Place,
}

#[derive(Debug, Clone, Default)]
struct Track {
    /// Where the first run starts: 0, except in an overlay.
    from: Clock,
    runs: Vec<Run>,
}

impl Track {
    fn next(&self) -> Clock {
        self.runs.last().map_or(self.from, |run| run.end)
    }

    fn push(&mut self, run: Run) {
        match self.runs.last_mut() {
            Some(last) if last.place == run.place => last.end = run.end,
            _ => self.runs.push(run),
        }
    }

    fn place(&self, clock: Clock) -> Option<Place> {
        let index = self.runs.partition_point(|run| run.end <= clock);
        self.runs.get(index).filter(|_| clock >= self.from).map(|run| run.place)
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct SharedType {
    /// Levels below the root; 1 is directly in a root.
    pub(super) depth: u8,
    pub(super) holds_text: bool,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    tracks: HashMap<ClientId, Track>,
    types: HashMap<Id, SharedType>,
    deleted: Deletions,
    /// At most so many items stand in a place: the structs that came for it and the cuts that deletions made in them.
    sizes: HashMap<(Parent, Option<NameKey>), u32>,
    marks: HashSet<NameKey>,
    /// What integrating all of it takes at most (`cost.rs`).
    pub(super) steps: u64,
}

impl Known {
    /// The first clock of `client` that is not known.
    pub(super) fn next(&self, client: ClientId) -> Clock {
        self.tracks.get(&client).map_or(0, Track::next)
    }

    pub(super) fn deletes(&self, client: ClientId, start: Clock, end: Clock) -> bool {
        self.deleted.covers(client, start, end)
    }

    pub(super) fn delete(&mut self, client: ClientId, start: Clock, end: Clock) {
        self.deleted.insert(client, start, end);
    }

    /// Takes over what an overlay added.
    pub(super) fn absorb(&mut self, overlay: Known) {
        for (client, added) in overlay.tracks {
            let track = self.tracks.entry(client).or_default();
            added.runs.into_iter().for_each(|run| track.push(run));
        }
        self.types.extend(overlay.types);
        self.deleted.absorb(overlay.deleted);
        for (place, added) in overlay.sizes {
            let size = self.sizes.entry(place).or_default();
            *size = size.saturating_add(added);
        }
        self.marks.extend(overlay.marks);
        self.steps = self.steps.saturating_add(overlay.steps);
    }
}

/// A base that stays untouched and what one update would add to it.
pub(super) struct Overlay<'a> {
    base: &'a Known,
    pub(super) added: Known,
}

impl<'a> Overlay<'a> {
    pub(super) fn over(base: &'a Known) -> Self {
        Overlay { base, added: Known::default() }
    }

    pub(super) fn next(&self, client: ClientId) -> Clock {
        self.added.tracks.get(&client).map_or_else(|| self.base.next(client), Track::next)
    }

    pub(super) fn knows(&self, (client, clock): Id) -> bool {
        clock < self.next(client)
    }

    /// The place of a known unit.
    pub(super) fn place(&self, (client, clock): Id) -> Place {
        let find = |known: &Known| known.tracks.get(&client).and_then(|track| track.place(clock));
        find(self.base).or_else(|| find(&self.added)).unwrap_or(Place::Gone)
    }

    pub(super) fn shared_type(&self, id: Id) -> Option<SharedType> {
        self.base.types.get(&id).or_else(|| self.added.types.get(&id)).copied()
    }

    /// True when yrs holds no content for a known unit, so that children sent to it are collected at once.
    pub(super) fn is_gone(&self, id: Id) -> bool {
        let (client, clock) = id;
        self.place(id) == Place::Gone
            || self.base.deletes(client, clock, clock + 1)
            || self.added.deletes(client, clock, clock + 1)
    }

    /// Adds the units of `client` from what is known of it to `end`.
    pub(super) fn extend(&mut self, client: ClientId, end: Clock, place: Place) {
        let from = self.base.next(client);
        let track = self.added.tracks.entry(client).or_insert_with(|| Track { from, runs: Vec::new() });
        track.push(Run { end, place });
    }

    /// At most so many items stand in a place.
    pub(super) fn size(&self, place: (Parent, Option<NameKey>)) -> u64 {
        let size = |known: &Known| known.sizes.get(&place).copied().unwrap_or_default();
        u64::from(size(self.base)) + u64::from(size(&self.added))
    }

    pub(super) fn grow(&mut self, place: (Parent, Option<NameKey>), by: u32) {
        let size = self.added.sizes.entry(place).or_default();
        *size = size.saturating_add(by);
    }

    /// Notes formatting keys; answers how many different ones there are now.
    pub(super) fn add_marks(&mut self, marks: &[NameKey]) -> usize {
        self.added.marks.extend(marks.iter().filter(|mark| !self.base.marks.contains(mark)));
        self.base.marks.len() + self.added.marks.len()
    }

    /// Steps that all of base and addition take.
    pub(super) fn total_steps(&self) -> u64 {
        self.base.steps.saturating_add(self.added.steps)
    }

    pub(super) fn add_type(&mut self, id: Id, found: SharedType) {
        self.added.types.insert(id, found);
    }
}
