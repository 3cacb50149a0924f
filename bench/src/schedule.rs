//! The fixed schedule of an open loop: who does what at which moment, however far behind anybody is.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

const NANOSECONDS: f64 = 1e9;

/// What a member does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// Makes its next edit.
    Edit,
    /// Moves its cursor.
    Cursor,
}

/// Everything that is planned, without end.
#[derive(Default)]
pub struct Schedule(BinaryHeap<Reverse<(u64, usize, Act, u64)>>);

impl Schedule {
    /// From `now` on each of these members acts `rate` times a second, all of them evenly spread.
    pub fn add(&mut self, members: &[usize], rate: f64, act: Act, now: u64) {
        let period = (NANOSECONDS / rate) as u64;
        for (place, member) in members.iter().enumerate() {
            let first = now + period * place as u64 / members.len() as u64;
            self.0.push(Reverse((first, *member, act, period)));
        }
    }

    /// Nothing any more.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// When the next act is due, in nanoseconds of the run.
    pub fn next_moment(&self) -> Option<u64> {
        self.0.peek().map(|due| due.0.0)
    }

    /// The next act that is due by `now`, and the moment it was meant for; its successor is planned from that moment.
    pub fn take_due(&mut self, now: u64) -> Option<(u64, usize, Act)> {
        let Reverse((at, member, act, period)) = *self.0.peek()?;
        if at > now {
            return None;
        }
        self.0.pop();
        self.0.push(Reverse((at + period, member, act, period)));
        Some((at, member, act))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn being_late_moves_no_appointment() {
        let mut schedule = Schedule::default();
        schedule.add(&[7, 8], 2.0, Act::Edit, 0);
        let late = std::iter::from_fn(|| schedule.take_due(1_000_000_000));
        let moments: Vec<_> = late.map(|(at, member, _)| (at / 1_000_000, member)).collect();
        assert_eq!(moments, [(0, 7), (250, 8), (500, 7), (750, 8), (1000, 7)]);
    }
}
