//! The books: which edit was meant to be sent when, who has seen it, and who was told that it is safe. They must add up.
//!
//! Latencies count from the moment an edit was *meant* to be sent, so a generator or a server that falls behind cannot hide it
//! (coordinated omission). An edit belongs to the window in which it was meant to be sent, however late it arrives.

use std::rc::Rc;

use crate::histogram::Histogram;
use crate::trace::{self, Writer};

/// How far behind the first missing edit of a writer others are looked for: bounds the work when a server is far behind.
const LOOK_AHEAD: usize = 512;

/// A stretch of time that is reported on its own.
pub struct Window {
    /// From this moment on, in nanoseconds of the run.
    pub from: u64,
    /// Until this moment; the last window is open.
    pub until: u64,
    /// Edits sent.
    pub sent: u64,
    /// Deliveries that these edits must lead to.
    pub expected: u64,
    /// Deliveries seen, by latency.
    pub deliveries: Histogram,
    /// Acknowledgements seen, by latency.
    pub acknowledgements: Histogram,
}

/// What one member has seen of one writer: everything before `next`, and some behind it.
#[derive(Default, Clone)]
pub struct Seen {
    next: usize,
    ahead: Vec<usize>,
}

struct Sent {
    writer: Rc<Writer>,
    meant_at: Vec<u64>,
}

/// One document's writers.
#[derive(Default)]
struct Document {
    writers: Vec<Sent>,
}

/// The books of a run.
pub struct Ledger {
    documents: Vec<Document>,
    windows: Vec<Window>,
    /// Updates that contained nothing anybody had sent.
    pub unknown: u64,
}

impl Ledger {
    /// Books for so many documents, with one window open from the beginning.
    pub fn new(documents: usize) -> Self {
        let documents = (0..documents).map(|_| Document::default()).collect();
        let mut ledger = Self { documents, windows: Vec::new(), unknown: 0 };
        ledger.open_window(0);
        ledger
    }

    /// Adds a writer to a document; returns its number there.
    pub fn add_writer(&mut self, document: usize, writer: Rc<Writer>) -> usize {
        let writers = &mut self.documents[document].writers;
        writers.push(Sent { writer, meant_at: Vec::new() });
        writers.len() - 1
    }

    /// How many writers a document has.
    pub fn writers(&self, document: usize) -> usize {
        self.documents[document].writers.len()
    }

    /// Ends the window that is open and opens the next. Returns its number.
    pub fn open_window(&mut self, now: u64) -> usize {
        if let Some(last) = self.windows.last_mut() {
            last.until = now;
        }
        let (deliveries, acknowledgements) = (Histogram::new(), Histogram::new());
        self.windows.push(Window { from: now, until: u64::MAX, sent: 0, expected: 0, deliveries, acknowledgements });
        self.windows.len() - 1
    }

    /// A window by its number.
    pub fn window(&self, number: usize) -> &Window {
        &self.windows[number]
    }

    /// The next update of a writer, which `receivers` others are to see; `None` when the trace is at its end.
    pub fn send(&mut self, document: usize, writer: usize, meant_at: u64, receivers: u64) -> Option<&[u8]> {
        let sent = &mut self.documents[document].writers[writer];
        let update = sent.writer.updates.get(sent.meant_at.len())?;
        sent.meant_at.push(meant_at);
        let window = window_of(&mut self.windows, meant_at)?;
        window.sent += 1;
        window.expected += receivers;
        Some(&update.bytes)
    }

    /// A member's socket brought an update. `own` is the member's own number among the writers: seeing that is no delivery.
    /// Returns when the own edits that were seen were meant to be sent: an echo, which in some framings is the acknowledgement.
    pub fn receive(
        &mut self,
        document: usize,
        seen: &mut [Seen],
        own: Option<usize>,
        update: &[u8],
        now: u64,
    ) -> Vec<u64> {
        let writers = &self.documents[document].writers;
        // Most servers pass on the very bytes they received; looking into them is needed only where they do not.
        let same = seen.iter().enumerate().position(|(number, seen)| {
            let sent = &writers[number];
            seen.next < sent.meant_at.len() && sent.writer.updates[seen.next].bytes == update
        });
        if let Some(number) = same {
            let meant_at = writers[number].meant_at[seen[number].next];
            seen[number].advance();
            if own == Some(number) {
                return vec![meant_at];
            }
            self.record(meant_at, now);
            return Vec::new();
        }
        self.look_inside(document, seen, own, update, now)
    }

    fn look_inside(
        &mut self,
        document: usize,
        seen: &mut [Seen],
        own: Option<usize>,
        update: &[u8],
        now: u64,
    ) -> Vec<u64> {
        let Some(summary) = trace::summary(update) else {
            self.unknown += 1;
            return Vec::new();
        };
        let mut found = Vec::new();
        for (number, seen) in seen.iter_mut().enumerate() {
            let sent = &self.documents[document].writers[number];
            let last = sent.meant_at.len().min(seen.next + LOOK_AHEAD);
            for index in seen.next..last {
                if !seen.ahead.contains(&index) && sent.writer.updates[index].is_in(&summary) {
                    found.push((sent.meant_at[index], own == Some(number)));
                    seen.mark(index);
                }
            }
        }
        self.unknown += u64::from(found.is_empty() && !summary.is_empty());
        for (meant_at, _) in found.iter().filter(|(_, is_own)| !is_own) {
            self.record(*meant_at, now);
        }
        found.into_iter().filter(|(_, is_own)| *is_own).map(|(meant_at, _)| meant_at).collect()
    }

    fn record(&mut self, meant_at: u64, now: u64) {
        if let Some(window) = window_of(&mut self.windows, meant_at) {
            window.deliveries.record(now.saturating_sub(meant_at));
        }
    }

    /// The author of an edit learned that it was taken.
    pub fn acknowledge(&mut self, meant_at: u64, now: u64) {
        if let Some(window) = window_of(&mut self.windows, meant_at) {
            window.acknowledgements.record(now.saturating_sub(meant_at));
        }
    }
}

fn window_of(windows: &mut [Window], moment: u64) -> Option<&mut Window> {
    windows.iter_mut().rev().find(|window| window.from <= moment && moment < window.until)
}

impl Seen {
    fn advance(&mut self) {
        self.next += 1;
        while let Some(place) = self.ahead.iter().position(|index| *index == self.next) {
            self.ahead.swap_remove(place);
            self.next += 1;
        }
    }

    fn mark(&mut self, index: usize) {
        if index == self.next { self.advance() } else { self.ahead.push(index) }
    }
}

/// Sums over all windows.
impl Ledger {
    /// Acknowledgements seen.
    pub fn acknowledged(&self) -> u64 {
        self.windows.iter().map(|window| window.acknowledgements.count()).sum()
    }

    /// Deliveries seen.
    pub fn delivered(&self) -> u64 {
        self.windows.iter().map(|window| window.deliveries.count()).sum()
    }

    /// Deliveries that are missing.
    pub fn undelivered(&self) -> u64 {
        let expected: u64 = self.windows.iter().map(|window| window.expected).sum();
        expected.saturating_sub(self.delivered())
    }
}
