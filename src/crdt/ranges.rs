//! A set of clocks kept as ranges: what has been deleted of one client.
//!
//! Must not grow with the number of clocks, only with the number of gaps. Read next: `known.rs`.

use super::summary::Clock;
use std::collections::BTreeMap;

/// Start → end (exclusive); ranges neither overlap nor touch.
#[derive(Debug, Clone, Default)]
pub(super) struct ClockSet(BTreeMap<Clock, Clock>);

impl ClockSet {
    /// Adds `start..end`. Amortised logarithmic.
    pub(super) fn insert(&mut self, start: Clock, end: Clock) {
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
    pub(super) fn covers(&self, start: Clock, end: Clock) -> bool {
        self.0.range(..=start).next_back().is_some_and(|(_, &until)| until >= end)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Clock, Clock)> {
        self.0.iter().map(|(&start, &end)| (start, end))
    }
}
