//! What all clients of a test have sent, had acknowledged and been shown, with the moment of each; and the comparison with what
//! PostgreSQL holds in the end.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::collaboration::raw::tokens;
use crate::support::{TestDatabase, eventually_within, report};

/// Shared by all clients of a test. Every edit carries a token of its own, `<writer.number>`.
#[derive(Default)]
pub struct Diary(Mutex<Entries>);

#[derive(Default)]
struct Entries {
    sent: HashMap<String, Instant>,
    /// The server has it: it answered something that was asked later on the same socket.
    received: HashSet<String>,
    acknowledged: HashMap<String, Instant>,
    shown: HashMap<String, Instant>,
}

/// A stretch of time in which nothing can be committed.
#[derive(Debug, Clone, Copy)]
pub struct Outage {
    /// The database has just stopped.
    pub from: Instant,
    /// It is about to come back.
    pub to: Instant,
}

impl Diary {
    /// A client has typed this and sends it for the first time.
    pub fn sent(&self, token: &str) {
        self.entries().sent.insert(token.to_owned(), Instant::now());
    }

    /// The server was heard to have these.
    pub fn received<'a>(&self, tokens: impl Iterator<Item = &'a String>) {
        self.entries().received.extend(tokens.cloned());
    }

    /// Its writer was told that this is saved.
    pub fn acknowledged(&self, token: String) {
        self.entries().acknowledged.insert(token, Instant::now());
    }

    /// Somebody else was shown these.
    pub fn shown(&self, update: &[u8]) {
        let mut entries = self.entries();
        for token in tokens(update) {
            entries.shown.entry(token).or_insert_with(Instant::now);
        }
    }

    /// How many edits were sent, and how many of them acknowledged.
    pub fn counts(&self) -> (usize, usize) {
        let entries = self.entries();
        (entries.sent.len(), entries.acknowledged.len())
    }

    /// Edits that the server is known to have.
    pub fn all_received(&self) -> HashSet<String> {
        self.entries().received.clone()
    }

    /// Waits until so many more edits were acknowledged than are now.
    pub async fn acknowledges(&self, more: usize) {
        let goal = self.counts().1 + more;
        eventually_within(super::RECOVERY, "enough was acknowledged", async || (self.counts().1 >= goal).then_some(()))
            .await;
    }

    /// Waits until so many writers have had something acknowledged: they sit and write. One who is still coming in when the database
    /// stops would not get in before it is back.
    pub async fn hears_from(&self, writers: usize) {
        eventually_within(super::RECOVERY, "everybody writes", async || {
            let heard: HashSet<String> =
                self.entries().acknowledged.keys().map(|token| writer_of(token).to_owned()).collect();
            (heard.len() >= writers).then_some(())
        })
        .await;
    }

    /// Waits until exactly so many edits are sent and not acknowledged: everybody has typed as far ahead as they may.
    pub async fn waits_for(&self, unacknowledged: usize) {
        eventually_within(super::RECOVERY, "everybody has typed ahead", async || {
            let (sent, acknowledged) = self.counts();
            (sent - acknowledged == unacknowledged).then_some(())
        })
        .await;
    }

    /// Nothing that was sent during the outage was acknowledged or shown before its end. Returns how many were sent in it.
    pub fn was_silent(&self, outage: Outage) -> usize {
        let entries = self.entries();
        let during = |moment: &Instant| (outage.from..outage.to).contains(moment);
        let sent: HashSet<&String> = entries.sent.iter().filter(|(_, at)| during(at)).map(|(token, _)| token).collect();
        for (what, told) in [("acknowledged", &entries.acknowledged), ("shown", &entries.shown)] {
            let early = told.iter().filter(|(token, at)| sent.contains(token) && during(at)).count();
            assert_eq!(early, 0, "{what} while the database could not commit");
        }
        sent.len()
    }

    /// What was acknowledged or shown by now is stored. Asked while no server runs: clients that come back would bring what is
    /// missing.
    pub async fn is_kept(&self, database: &TestDatabase) {
        let stored = stored(database).await;
        self.entries().are_kept(&stored);
    }

    /// Compares with what is stored in the end: everything acknowledged, shown or known to be received is stored, everything stored
    /// was sent and is stored once, and each writer's edits in their order.
    pub async fn compare(&self, database: &TestDatabase, what: &str) {
        let stored = stored(database).await;
        let entries = self.entries();
        let Entries { sent, acknowledged, shown, .. } = &*entries;
        report!(
            "{what}: sent {}, acknowledged {}, shown {}, stored {}",
            sent.len(),
            acknowledged.len(),
            shown.len(),
            stored.len()
        );
        entries.are_kept(&stored);
        assert_eq!(stored.len(), stored.iter().collect::<HashSet<_>>().len(), "stored twice");
        assert_eq!(stored.iter().filter(|token| !sent.contains_key(*token)).count(), 0, "stored and never sent");
        let mut last: HashMap<&str, u64> = HashMap::new();
        for token in &stored {
            let (writer, number) = token.trim_matches(['<', '>']).split_once('.').expect("two numbers");
            let number = number.parse().expect("a number");
            let before = last.insert(writer, number);
            assert!(
                before.is_none_or(|before| before < number),
                "{token} is stored after {before:?} of the same writer"
            );
        }
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entries {
    fn are_kept(&self, stored: &[String]) {
        let stored: HashSet<&String> = stored.iter().collect();
        let lost = |tokens: &mut dyn Iterator<Item = &String>| tokens.filter(|token| !stored.contains(token)).count();
        assert_eq!(lost(&mut self.acknowledged.keys()), 0, "acknowledged and not stored");
        assert_eq!(lost(&mut self.shown.keys()), 0, "shown and not stored");
        assert_eq!(lost(&mut self.received.iter()), 0, "received and not stored");
    }
}

/// Who typed `<writer.number>`.
fn writer_of(token: &str) -> &str {
    token.trim_start_matches('<').split('.').next().expect("a token names its writer")
}

/// The tokens of everything that is stored, in the order of the log.
async fn stored(database: &TestDatabase) -> Vec<String> {
    database.log().await.iter().flat_map(|update| tokens(update)).collect()
}
