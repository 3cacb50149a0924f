//! Deletions as sets of clocks, kept as ranges.
//!
//! Must not grow with the number of clocks, only with the number of gaps. Read next: `known.rs`.

use super::summary::{ClientId, Clock};
use std::collections::{BTreeMap, HashMap};

/// Start → end (exclusive); ranges neither overlap nor touch.
#[derive(Debug, Clone, Default)]
struct ClockSet(BTreeMap<Clock, Clock>);

impl ClockSet {
    /// Adds `start..end`. Amortised logarithmic.
    fn insert(&mut self, start: Clock, end: Clock) {
        let (mut start, mut end) = (start, end);
        if let Some((&before, &until)) = self.0.range(..=start).next_back()
            && until >= start
        {
            if until >= end {
                return;
            }
            start = before;
        }
        while let Some((&next, &until)) = self.0.range(start..=end).next() {
            end = end.max(until);
            self.0.remove(&next);
        }
        self.0.insert(start, end);
    }

    /// True when all of `start..end` is in the set.
    fn covers(&self, start: Clock, end: Clock) -> bool {
        self.0.range(..=start).next_back().is_some_and(|(_, &until)| until >= end)
    }
}

/// What is deleted, of all clients.
#[derive(Debug, Clone, Default)]
pub(super) struct Deletions(HashMap<ClientId, ClockSet>);

impl Deletions {
    pub(super) fn insert(&mut self, client: ClientId, start: Clock, end: Clock) {
        self.0.entry(client).or_default().insert(start, end);
    }

    /// True when all of `start..end` of `client` is deleted.
    pub(super) fn covers(&self, client: ClientId, start: Clock, end: Clock) -> bool {
        self.0.get(&client).is_some_and(|set| set.covers(start, end))
    }

    pub(super) fn absorb(&mut self, added: Deletions) {
        for (client, added) in added.0 {
            let set = self.0.entry(client).or_default();
            added.0.into_iter().for_each(|(start, end)| set.insert(start, end));
        }
    }
}
