//! The metrics of conversations: names and functions, as in `mod.rs`, of which this is a part.

use std::sync::OnceLock;
use std::time::Duration;

use metrics::{
    Counter, Gauge, Histogram, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};

/// What became of a message that somebody sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// Committed, and shown.
    Accepted,
    /// Had been sent before: answered with its first place.
    Known,
    /// No right to write there, or no such room.
    Refused,
    /// Not a text that may be sent, or a name that was used for another one.
    Invalid,
    /// Too many at once: to be tried again.
    Postponed,
    /// The database cannot store it.
    Failed,
}

impl Sent {
    const ALL: [(Self, &'static str); 6] = [
        (Self::Accepted, "accepted"),
        (Self::Known, "known"),
        (Self::Refused, "refused"),
        (Self::Invalid, "invalid"),
        (Self::Postponed, "postponed"),
        (Self::Failed, "failed"),
    ];
}

/// Those of `domain::report`.
const REPORT_REASONS: [&str; 4] = ["offence", "threat", "private_data", "other"];

struct Hot {
    sent: Vec<Counter>,
    delivered: Counter,
    commit_seconds: Histogram,
    delivery_seconds: Histogram,
    batch_rows: Histogram,
    queue: Gauge,
}

static HOT: OnceLock<Hot> = OnceLock::new();

pub(super) fn describe() {
    describe_counter!("kazumi_chat_messages_total", "Messages that people sent, by what became of them");
    describe_counter!("kazumi_chat_delivered_total", "Events of rooms handed to sockets");
    describe_histogram!("kazumi_chat_commit_seconds", "Time to commit a batch of messages");
    describe_histogram!("kazumi_chat_delivery_seconds", "From reception of a message to handing it to every socket");
    describe_histogram!("kazumi_chat_batch_rows", "Messages per commit");
    describe_gauge!("kazumi_chat_queue_rows", "Messages received and not yet committed");
    describe_counter!("kazumi_chat_retries_total", "Batches of messages tried again after a transient failure");
    describe_gauge!("kazumi_chat_rooms", "Rooms in memory");
    describe_gauge!("kazumi_chat_attached", "Rooms attached, summed over sockets");
    describe_counter!("kazumi_chat_lagged_total", "Times that a socket had no room for what a room had to say");
    describe_counter!("kazumi_chat_resyncs_total", "Times that a device was sent on to a later place of a room's log");
    describe_counter!("kazumi_chat_behind_total", "Times that a room read on because another server had written");
    describe_counter!("kazumi_chat_reports_total", "Messages that somebody reported, by reason");
    describe_counter!("kazumi_chat_searches_total", "Searches in conversations that were answered");
    describe_counter!("kazumi_chat_indexed_total", "Messages whose words this server wrote for searches, or removed");
    describe_counter!("kazumi_chat_index_failures_total", "Failed attempts to write words for searches");
}

pub(super) fn zero() {
    for name in [
        "kazumi_chat_retries_total",
        "kazumi_chat_lagged_total",
        "kazumi_chat_resyncs_total",
        "kazumi_chat_behind_total",
        "kazumi_chat_searches_total",
        "kazumi_chat_indexed_total",
        "kazumi_chat_index_failures_total",
    ] {
        counter!(name).absolute(0);
    }
    for reason in REPORT_REASONS {
        counter!("kazumi_chat_reports_total", "reason" => reason).absolute(0);
    }
    for name in ["kazumi_chat_rooms", "kazumi_chat_attached"] {
        gauge!(name).set(0.0);
    }
    // Touching them creates the series of the hot path.
    hot().queue.set(0.0);
}

fn hot() -> &'static Hot {
    HOT.get_or_init(|| Hot {
        sent: Sent::ALL
            .iter()
            .map(|(_, name)| {
                let counter = counter!("kazumi_chat_messages_total", "result" => *name);
                counter.absolute(0);
                counter
            })
            .collect(),
        delivered: counter!("kazumi_chat_delivered_total"),
        commit_seconds: histogram!("kazumi_chat_commit_seconds"),
        delivery_seconds: histogram!("kazumi_chat_delivery_seconds"),
        batch_rows: histogram!("kazumi_chat_batch_rows"),
        queue: gauge!("kazumi_chat_queue_rows"),
    })
}

/// A message met its fate.
pub fn message(result: Sent) {
    hot().sent[result as usize].increment(1);
}

/// So many events were handed to a socket.
pub fn delivered(events: u64) {
    hot().delivered.increment(events);
}

/// A message was handed to every socket so long after it came.
pub fn delivery(took: Duration) {
    hot().delivery_seconds.record(took);
}

/// A batch of so many messages was committed.
pub fn committed(messages: usize, took: Duration) {
    hot().commit_seconds.record(took);
    hot().batch_rows.record(messages as f64);
}

/// Messages entered (positive) or left (negative) the queue.
pub fn queue(change: f64) {
    hot().queue.increment(change);
}

/// A batch is tried again.
pub fn retried() {
    counter!("kazumi_chat_retries_total").increment(1);
}

/// A room entered (`1.0`) or left (`-1.0`) memory.
pub fn rooms(change: f64) {
    gauge!("kazumi_chat_rooms").increment(change);
}

/// A socket was attached to (`1.0`) or let go of (`-1.0`) a room.
pub fn attached(change: f64) {
    gauge!("kazumi_chat_attached").increment(change);
}

/// A socket had no room for what a room had to say.
pub fn lagged() {
    counter!("kazumi_chat_lagged_total").increment(1);
}

/// A device was sent on to a later place.
pub fn resynced() {
    counter!("kazumi_chat_resyncs_total").increment(1);
}

/// A room reads on.
pub fn behind() {
    counter!("kazumi_chat_behind_total").increment(1);
}

/// A message was reported.
pub fn reported(reason: &'static str) {
    counter!("kazumi_chat_reports_total", "reason" => reason).increment(1);
}

/// A search was answered.
pub fn searched() {
    counter!("kazumi_chat_searches_total").increment(1);
}

/// The words of so many messages were written or removed.
pub fn indexed(messages: u64) {
    counter!("kazumi_chat_indexed_total").increment(messages);
}

/// Words could not be written.
pub fn index_failed() {
    counter!("kazumi_chat_index_failures_total").increment(1);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_results_is_the_order_of_their_counters() {
        for (index, (result, _)) in Sent::ALL.iter().enumerate() {
            assert_eq!(*result as usize, index);
        }
    }
}
