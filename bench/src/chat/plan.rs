//! What is planned: messages at fixed moments, however far behind anybody is, and what a device does later by itself.

use std::collections::HashMap;

/// Of a second.
pub const NANOSECONDS: u64 = 1_000_000_000;

/// Messages to come: so many a second, by these devices in turn.
pub struct Plan {
    authors: Vec<usize>,
    rate: f64,
    began: u64,
    next: u64,
    most: u64,
}

impl Plan {
    /// From `began` on, at most so many.
    pub fn new(authors: Vec<usize>, rate: f64, began: u64, most: u64) -> Self {
        Self { authors, rate, began, next: 0, most }
    }

    /// When the next message is to be sent.
    pub fn moment(&self) -> Option<u64> {
        (self.next < self.most).then(|| self.began + (self.next as f64 / self.rate * NANOSECONDS as f64) as u64)
    }

    /// The next message that is due by `now`: the moment it was meant for, and its author.
    pub fn take_due(&mut self, now: u64) -> Option<(u64, usize)> {
        let at = self.moment().filter(|at| *at <= now)?;
        let author = self.authors[(self.next % self.authors.len() as u64) as usize];
        self.next += 1;
        Some((at, author))
    }
}

/// How many of so many messages each author sends, when they take turns.
pub fn share(authors: &[usize], messages: f64) -> HashMap<usize, f64> {
    let turns = messages.ceil() as usize;
    let mut shares = HashMap::new();
    for place in 0..turns.min(authors.len()) {
        let rounds = turns / authors.len() + usize::from(place < turns % authors.len());
        *shares.entry(authors[place]).or_insert(0.0) += rounds as f64;
    }
    shares
}

/// What a device does by itself, later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Later {
    /// Connects.
    Connect(usize),
    /// Sends a message again.
    Again(u32),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn being_late_moves_no_appointment() {
        let mut plan = Plan::new(vec![7, 8, 7], 4.0, 1000, 4);
        assert_eq!(plan.take_due(999), None);
        let late: Vec<_> = std::iter::from_fn(|| plan.take_due(NANOSECONDS * 9)).collect();
        let quarter = NANOSECONDS / 4;
        assert_eq!(late, [(1000, 7), (1000 + quarter, 8), (1000 + 2 * quarter, 7), (1000 + 3 * quarter, 7)]);
        assert_eq!(share(&[7, 8, 7], 3.2), HashMap::from([(7, 3.0), (8, 1.0)]));
    }
}
