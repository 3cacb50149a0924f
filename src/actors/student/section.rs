//! The rules of one live document, without actors, sockets or a database: what happens to an update from its reception to its
//! end. The order is the design's: size, scanner, right, causal gate, client-id binding, commit, apply, show and acknowledge.
//!
//! The document in memory never holds what PostgreSQL does not. The gate's frontier is that document plus what is queued to the
//! journal, so fast typing is never deferred.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::owners::Owners;
use super::verdict::{Committed, Refusal, Sender, Settlement, Submission, Verdict};
use crate::actors::messages::MemberId;
use crate::crdt::{
    ApplyError, Assessment, ClientId, Deferred, Frontier, GateError, Parked, SectionDocument, UpdateSummary, limits,
    scan_update,
};
use crate::domain::ids::{Lineage, UserId};
use crate::domain::permission::Access;
use crate::store::documents::LogTail;
use crate::store::journal::ENTRY_BYTES;

/// An update that came before what it builds on waits at most this long for it.
const DEFERRED_FOR: Duration = Duration::from_secs(5);
/// Uncommitted bytes one document may hold while the database is away: 8,000 keystrokes, ten minutes of a team that types.
const QUEUED_BYTES: usize = 16 * 1024 * 1024;

struct InFlight {
    ticket: u64,
    author: MemberId,
    summary: UpdateSummary,
    payload: Bytes,
    new_client_ids: Vec<ClientId>,
    acknowledge: Vec<MemberId>,
    received: Instant,
}

/// One live document: what is committed, what is on its way, what waits for something.
pub struct Section {
    document: SectionDocument,
    lineage: Lineage,
    frontier: Frontier,
    /// Something queued was refused: the frontier is made anew before it is asked again.
    frontier_is_stale: bool,
    roots: &'static [&'static str],
    owners: Owners,
    in_flight: VecDeque<InFlight>,
    queued_bytes: usize,
    deferred: Deferred<(Sender, Instant)>,
    /// Encoded size when it was last measured, and bytes accepted since: an edit can cost more than its own length, so the
    /// document is measured again now and then.
    measured: usize,
    grown: usize,
    /// Everything up to this sequence is in memory.
    complete_to: i64,
    /// The highest sequence that is known to exist. Beyond `complete_to` somebody else has written: another server, or an
    /// earlier life of this room.
    last_seq: i64,
    /// Rows and bytes in the log since it was last compacted, or asked to be.
    log: LogLength,
}

/// How long a log has grown.
#[derive(Debug, Clone, Copy, Default)]
pub struct LogLength {
    /// Rows.
    pub rows: usize,
    /// Bytes of their updates.
    pub bytes: usize,
}

impl LogLength {
    fn add(&mut self, update: &[u8]) {
        self.rows += 1;
        self.bytes += update.len();
    }
}

impl Section {
    /// Wraps a loaded document that covers everything up to `last_seq`.
    ///
    /// # Errors
    /// When the document cannot be encoded: it was poisoned while loading.
    pub fn new(
        document: SectionDocument,
        lineage: Lineage,
        roots: &'static [&'static str],
        clients: HashMap<ClientId, UserId>,
        last_seq: i64,
        log: LogLength,
    ) -> Result<Self, ApplyError> {
        Ok(Self {
            frontier: document.frontier()?,
            frontier_is_stale: false,
            measured: document.weight()?,
            grown: 0,
            document,
            lineage,
            roots,
            owners: Owners::new(clients),
            in_flight: VecDeque::new(),
            queued_bytes: 0,
            deferred: Deferred::new(),
            complete_to: last_seq,
            last_seq,
            log,
        })
    }

    /// Which lineage of the document this is.
    pub const fn lineage(&self) -> Lineage {
        self.lineage
    }

    /// Judges an update (or a step 2). `ticket` names it if it is to be stored.
    pub fn receive(&mut self, sender: Sender, payload: Bytes, is_step2: bool, ticket: u64, now: Instant) -> Verdict {
        let limit = if is_step2 { limits::MAX_STEP2_BYTES } else { limits::MAX_UPDATE_BYTES };
        if payload.len() > limit {
            return Verdict::Refused(Refusal::TooLarge);
        }
        match scan_update(&payload, limit, self.roots) {
            Ok(summary) => self.judge(sender, summary, payload, ticket, now),
            Err(error) => {
                tracing::info!(reason = error.code(), "an update was refused by the scanner");
                Verdict::Refused(Refusal::Malformed)
            }
        }
    }

    fn judge(&mut self, sender: Sender, summary: UpdateSummary, payload: Bytes, ticket: u64, now: Instant) -> Verdict {
        if self.renew_frontier().is_err() {
            return Verdict::Broken;
        }
        let mut assessment = self.frontier.assess(&summary);
        if matches!(assessment, Assessment::Refused(GateError::TooCostly | GateError::TooManyMarks)) {
            // What a living frontier says of these is too much by what was merged or deleted since; a new one says how it is.
            self.frontier_is_stale = true;
            if self.renew_frontier().is_err() {
                return Verdict::Broken;
            }
            assessment = self.frontier.assess(&summary);
        }
        if matches!(assessment, Assessment::Contained) {
            return self.acknowledge_contained(sender);
        }
        // A reader has nothing new to say, whatever it depends on.
        if sender.access != Access::Write && !crate::sabotage::ignores_permission() {
            return Verdict::Refused(Refusal::ReadOnly);
        }
        match assessment {
            Assessment::Ready => self.submit(sender, summary, payload, ticket, now),
            Assessment::Missing => {
                let is_theirs = |(other, _): &(Sender, Instant)| other.member == sender.member;
                if self.deferred.push(summary, payload.into(), (sender, now), is_theirs).is_err() {
                    return Verdict::Refused(Refusal::Overloaded);
                }
                Verdict::Deferred
            }
            Assessment::Refused(error) => {
                tracing::info!(reason = error.code(), "an update was refused by the gate");
                Verdict::Refused(match error {
                    GateError::TooCostly | GateError::TooManyMarks => Refusal::TooLarge,
                    _ => Refusal::Malformed,
                })
            }
            Assessment::Contained => Verdict::Contained,
        }
    }

    fn acknowledge_contained(&mut self, sender: Sender) -> Verdict {
        match self.in_flight.back_mut() {
            Some(last) => {
                if sender.wants_ack {
                    last.acknowledge.push(sender.member);
                }
                Verdict::Waiting
            }
            None => Verdict::Contained,
        }
    }

    fn submit(&mut self, sender: Sender, summary: UpdateSummary, payload: Bytes, ticket: u64, now: Instant) -> Verdict {
        // Only what is new speaks for its author: a client that re-sends what is known may send anybody's.
        let writing: Vec<ClientId> = summary
            .blocks
            .iter()
            .filter(|range| range.end() > self.frontier.next_clock(range.client))
            .map(|range| range.client)
            .collect();
        let new_client_ids = match self.owners.admit(sender.user, &writing) {
            Ok(new) => new,
            Err(refusal) => return Verdict::Refused(refusal),
        };
        if self.exceeds_document_limit(payload.len()) {
            return Verdict::Refused(Refusal::TooLarge);
        }
        if self.queued_bytes + payload.len() + ENTRY_BYTES > QUEUED_BYTES {
            return Verdict::Refused(Refusal::Overloaded);
        }
        // The received bytes are a window into the socket's buffer, which is many times larger and must not wait with them.
        let payload = Bytes::copy_from_slice(&payload);
        self.owners.bind(sender.user, &new_client_ids);
        self.frontier.advance(&summary);
        self.queued_bytes += payload.len() + ENTRY_BYTES;
        self.grown += payload.len();
        let sha256 = Sha256::digest(&payload).into();
        self.in_flight.push_back(InFlight {
            ticket,
            author: sender.member,
            summary,
            payload: payload.clone(),
            new_client_ids,
            acknowledge: if sender.wants_ack { vec![sender.member] } else { Vec::new() },
            received: now,
        });
        let (author, member) = (sender.user, sender.member);
        Verdict::Submit(Submission {
            ticket,
            lineage: self.lineage,
            author,
            member,
            client_ids: writing,
            payload,
            sha256,
        })
    }

    /// Measures when enough has changed since the last time, and before anybody is refused.
    fn exceeds_document_limit(&mut self, more: usize) -> bool {
        /// Measuring costs about a millisecond per 100 kB of document.
        const MEASURE_EVERY: usize = 64 * 1024;
        if self.grown + more > MEASURE_EVERY || self.measured + self.grown + more > limits::MAX_DOCUMENT_BYTES {
            self.measured = self.document.weight().unwrap_or(usize::MAX);
            // What waits for its commit is not in the document yet; what it costs to wait is not of the document.
            self.grown = self.queued_bytes - ENTRY_BYTES * self.in_flight.len();
        }
        self.measured.saturating_add(self.grown + more) > limits::MAX_DOCUMENT_BYTES
    }

    /// Takes the journal's answer. Answers arrive in the order of submission.
    pub fn settle(&mut self, ticket: u64, seq: Option<i64>) -> Settlement {
        match self.in_flight.iter().position(|entry| entry.ticket == ticket) {
            Some(0) => {}
            Some(_) => return Settlement::Broken,
            None => return Settlement::Unknown,
        }
        let Some(entry) = self.in_flight.pop_front() else { return Settlement::Unknown };
        self.queued_bytes -= entry.payload.len() + ENTRY_BYTES;
        let Some(seq) = seq else {
            self.forget(&entry);
            let others = entry.acknowledge.into_iter().filter(|member| *member != entry.author).collect();
            return Settlement::Refused { author: entry.author, others };
        };
        if seq == self.complete_to + 1 {
            self.complete_to = seq;
        }
        self.last_seq = self.last_seq.max(seq);
        self.log.add(&entry.payload);
        match self.document.apply_and_settle(&entry.payload, &mut self.frontier) {
            Ok(()) => Settlement::Committed(Committed {
                author: entry.author,
                payload: entry.payload,
                acknowledge: entry.acknowledge,
                received: entry.received,
            }),
            Err(error) => {
                tracing::error!(%error, seq, "a committed edit breaks its document");
                Settlement::Poison { seq, member: entry.author }
            }
        }
    }

    /// The sequence after which the log must be read, when somebody else has written to this document.
    pub fn behind_since(&self) -> Option<i64> {
        (self.last_seq > self.complete_to).then_some(self.complete_to)
    }

    /// The log goes as far as this: a position check found out.
    pub fn note_head(&mut self, seq: i64) {
        self.last_seq = self.last_seq.max(seq);
    }

    /// Takes in rows of the log that somebody else wrote: all after `behind_since`, in order; `tail.read_to` is how far they reach.
    /// Returns those that were new, to be shown. Rows of this room are among them and contained.
    ///
    /// # Errors
    /// When one cannot be applied: the document must be built again.
    pub fn absorb(&mut self, tail: LogTail) -> Result<Vec<Bytes>, ApplyError> {
        self.renew_frontier()?;
        let mut new = Vec::new();
        for (seq, payload) in tail.rows {
            self.log.add(&payload);
            let Ok(summary) = scan_update(&payload, limits::MAX_STEP2_BYTES, self.roots) else { continue };
            match self.frontier.assess_stored(&summary) {
                Assessment::Ready => {
                    self.frontier.advance(&summary);
                    self.document.apply_and_settle(&payload, &mut self.frontier)?;
                    new.push(payload);
                }
                // It may be ours, with its answer still on the way, and the next row may build on it. Applying twice is harmless.
                Assessment::Contained => self.document.apply_and_settle(&payload, &mut self.frontier)?,
                Assessment::Missing | Assessment::Refused(_) => tracing::error!(seq, "a row of the log fits nothing"),
            }
        }
        self.complete_to = self.complete_to.max(tail.read_to);
        self.last_seq = self.last_seq.max(tail.read_to);
        Ok(new)
    }

    /// What was refused is no longer on its way, and client ids that only it used are free again.
    fn forget(&mut self, refused: &InFlight) {
        self.frontier_is_stale = true;
        for client in &refused.new_client_ids {
            let is_used = self.in_flight.iter().any(|entry| entry.summary.clients().any(|other| other == *client));
            if !is_used {
                self.owners.release(*client);
            }
        }
    }

    /// What is known is the document and what is still queued. Costs an encoding of the document when something was refused since.
    fn renew_frontier(&mut self) -> Result<(), ApplyError> {
        if self.frontier_is_stale {
            let mut frontier = self.document.frontier()?;
            for waiting in &self.in_flight {
                frontier.advance(&waiting.summary);
            }
            self.frontier = frontier;
            self.frontier_is_stale = false;
        }
        Ok(())
    }

    /// Deferred updates that no longer wait, each judged anew. Call until it returns nothing.
    pub fn retry_deferred(&mut self, mut ticket: impl FnMut() -> u64, now: Instant) -> Vec<(Sender, Verdict)> {
        if self.deferred.is_empty() || self.renew_frontier().is_err() {
            return Vec::new();
        }
        let ready: Vec<Parked<_>> = self.deferred.take_ready(&self.frontier);
        ready
            .into_iter()
            .map(|parked| {
                let (sender, _) = parked.tag;
                let verdict = self.judge(sender, parked.summary, parked.bytes.into(), ticket(), now);
                (sender, verdict)
            })
            .collect()
    }

    /// Gives up what has waited too long; returns whose it was, so that they can be told to reconnect.
    pub fn expire_deferred(&mut self, now: Instant) -> Vec<MemberId> {
        let late = |(_, since): &(Sender, Instant)| now.duration_since(*since) > DEFERRED_FOR;
        let mut members: Vec<_> =
            self.deferred.tags().filter(|tag| late(tag)).map(|(sender, _)| sender.member).collect();
        members.dedup();
        if !members.is_empty() {
            self.deferred.drop_by(late);
        }
        members
    }

    /// Forgets what a member that went had parked.
    pub fn forget_deferred_of(&mut self, member: MemberId) {
        self.deferred.drop_by(|(sender, _)| sender.member == member);
    }

    /// Whose this client id is, if anybody's.
    pub fn owner_of(&self, client: ClientId) -> Option<UserId> {
        self.owners.of(client)
    }

    /// What a member who has `state_vector` (already scanned) lacks, from committed state only.
    ///
    /// # Errors
    /// When the document is broken.
    pub fn diff(&self, state_vector: &[u8]) -> Result<Bytes, ApplyError> {
        self.document.diff(state_vector).map(Bytes::from)
    }

    /// Our committed state vector.
    pub fn state_vector(&self) -> Bytes {
        self.document.state_vector().into()
    }

    /// Whether nothing is on its way to the log.
    pub fn is_settled(&self) -> bool {
        self.in_flight.is_empty()
    }

    /// Whether the log has grown so long that it should be compacted; asking makes it wait for the next few hundred edits. A document
    /// that leaves memory is compacted sooner, because the next one who opens it reads all of the log.
    pub fn takes_compaction(&mut self, is_leaving: bool) -> bool {
        /// Applying so many rows takes a few milliseconds.
        const ROWS_LEAVING: usize = 200;
        const ROWS_OPEN: usize = 500;
        const BYTES: usize = 256 * 1024;
        let rows = if is_leaving { ROWS_LEAVING } else { ROWS_OPEN };
        let is_due = self.log.rows >= rows || self.log.bytes >= BYTES;
        if is_due {
            self.log = LogLength::default();
        }
        is_due
    }
}
