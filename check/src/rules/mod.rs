//! The rules. `stored.rs` judges the logs of rooms against what clients wrote and were told; `shown.rs` judges what clients were shown. Both are pure.

mod index;
mod shown;
mod stored;
#[cfg(test)]
mod tests;

use std::fmt;

use self::index::Index;
use crate::log::{Client, Line};
use crate::rooms::Room;

/// Which rule; the crate's head says what each demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "they are the letters of the crate's table")]
pub enum Rule {
    D,
    U,
    G,
    O,
    R,
    N,
    P,
    Z,
    B,
}

/// Something that must not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Of which rule.
    pub rule: Rule,
    /// In which room.
    pub room: String,
    /// The line of a log (`file:line`), or the event of the room, that shows it.
    pub place: String,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} room {} {}: {}", self.rule, self.room, self.place, self.what)
    }
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// In no particular order.
    pub violations: Vec<Violation>,
    /// Messages that clients wrote.
    pub invoked: usize,
    /// Acknowledgements, the repeated ones too.
    pub acked: usize,
    /// Of those, of messages that had arrived before.
    pub known: usize,
    /// Messages that were refused for good.
    pub refused: usize,
    /// Refused for good after an attempt whose answer was lost: whether that one was stored, no client can know, so N does not judge them.
    pub doubtful: usize,
    /// Events that were shown, to everybody together.
    pub delivered: usize,
    /// Sockets that were opened.
    pub connected: usize,
    /// Events in the rooms.
    pub stored: usize,
}

impl Report {
    /// The rules that were broken, each once, in the order of the table.
    #[must_use]
    pub fn broken(&self) -> Vec<Rule> {
        let mut rules: Vec<Rule> = self.violations.iter().map(|violation| violation.rule).collect();
        rules.sort_unstable();
        rules.dedup();
        rules
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} violations; {} messages written, {} acknowledgements ({} known), {} refused for good ({} in doubt), {} events shown, {} sockets, {} events stored",
            self.violations.len(),
            self.invoked,
            self.acked,
            self.known,
            self.refused,
            self.doubtful,
            self.delivered,
            self.connected,
            self.stored
        )
    }
}

/// Judges logs against rooms. Both clocks are of one machine.
#[must_use]
pub fn check(clients: &[Client], rooms: &[Room]) -> Report {
    let index = Index::new(clients, rooms);
    let count = |fits: fn(&Line) -> bool| {
        clients.iter().flat_map(|client| &client.lines).filter(|(_, line)| fits(line)).count()
    };
    let mut report = Report {
        invoked: index.messages.len(),
        acked: count(|line| matches!(line, Line::Ack { .. })),
        known: count(|line| matches!(line, Line::Ack { known: true, .. })),
        delivered: count(|line| matches!(line, Line::Deliver { .. })),
        connected: count(|line| matches!(line, Line::Connect { .. })),
        stored: rooms.iter().map(|room| room.events.len()).sum(),
        ..Report::default()
    };
    stored::judge(&index, rooms, &mut report);
    for client in clients {
        shown::judge(&index, client, &mut report);
    }
    report
}
