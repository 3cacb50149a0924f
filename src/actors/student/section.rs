//! The rules of one live document, without actors, sockets or a database: what happens to an update from its reception to its
//! end. The order is the design's: size, scanner, right, causal gate, client-id binding, commit, apply, show and acknowledge.
//!
//! The document in memory never holds what PostgreSQL does not. The gate's frontier is that document plus what is queued to the
//! journal, so fast typing is never deferred.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use bytes::Bytes;
use sha2::{Digest, Sha256};

use crate::actors::messages::MemberId;
use crate::crdt::{
    ApplyError, Assessment, ClientId, Deferred, Frontier, Parked, SectionDocument, UpdateSummary, limits, scan_update,
};
use crate::domain::ids::UserId;
use crate::domain::permission::Access;
use crate::protocol::code::Code;

/// An update that came before what it builds on waits at most this long for it.
const DEFERRED_FOR: Duration = Duration::from_secs(5);
/// Uncommitted bytes one document may hold while the database is away.
const QUEUED_BYTES: usize = 8 * 1024 * 1024;

/// Who sent an update, and whether they wait for an acknowledgement.
#[derive(Debug, Clone, Copy)]
pub struct Sender {
    /// The membership.
    pub member: MemberId,
    /// The person.
    pub user: UserId,
    /// What they may do.
    pub access: Access,
    /// Whether this frame is answered with an acknowledgement.
    pub wants_ack: bool,
}

/// What to do with an update now.
#[derive(Debug)]
pub enum Verdict {
    /// It held nothing new and all of it is committed: acknowledge.
    Contained,
    /// It held nothing new, but some of it is still on its way to the log: the acknowledgement follows.
    Waiting,
    /// Store it.
    Submit(Submission),
    /// It builds on something that is not here: ask this member for a sync.
    Deferred,
    /// It is refused and nothing of it is kept.
    Refused(Refusal),
}

/// Why an update was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Hostile or broken bytes.
    Malformed,
    /// More than the limit.
    TooLarge,
    /// The sender may only read.
    ReadOnly,
    /// Written under a client id of somebody else.
    ForeignClient,
    /// The writing statement did not take it.
    Store,
    /// More uncommitted bytes than may be held; try again later.
    Overloaded,
}

impl Refusal {
    /// The code that tells the client.
    pub const fn code(self) -> Code {
        match self {
            Self::Malformed => Code::Malformed,
            Self::TooLarge => Code::PayloadTooLarge,
            Self::ReadOnly | Self::ForeignClient | Self::Store => Code::Forbidden,
            Self::Overloaded => Code::Overloaded,
        }
    }
}

/// An update for the journal.
#[derive(Debug)]
pub struct Submission {
    /// The room's name for it; comes back with its fate.
    pub ticket: u64,
    /// Who wrote it.
    pub author: UserId,
    /// The membership it came through.
    pub member: MemberId,
    /// Client ids that become the author's with it.
    pub client_ids: Vec<ClientId>,
    /// As received.
    pub payload: Bytes,
    /// SHA-256 of the payload.
    pub sha256: [u8; 32],
}

/// A committed update, ready to be shown.
#[derive(Debug)]
pub struct Committed {
    /// The member who wrote it.
    pub author: MemberId,
    /// As received: what others get.
    pub payload: Bytes,
    /// Acknowledgements that are due now, the author's included.
    pub acknowledge: Vec<MemberId>,
    /// When it was received.
    pub received: Instant,
}

/// What the journal's answer means for the room.
#[derive(Debug)]
pub enum Settlement {
    /// Show and acknowledge.
    Committed(Committed),
    /// The store refused it: this member is cut off from the document.
    Refused(MemberId),
    /// It is in the log and breaks the document: put the row aside and build the document again.
    Poison {
        /// Its sequence.
        seq: i64,
        /// Who sent it.
        member: MemberId,
    },
    /// Not one of ours.
    Unknown,
}

struct InFlight {
    ticket: u64,
    author: MemberId,
    user: UserId,
    summary: UpdateSummary,
    payload: Bytes,
    acknowledge: Vec<MemberId>,
    received: Instant,
}

/// One live document: what is committed, what is on its way, what waits for something.
pub struct Section {
    document: SectionDocument,
    frontier: Frontier,
    roots: &'static [&'static str],
    /// Whose client ids are whose; the ids of queued updates included.
    clients: HashMap<ClientId, UserId>,
    in_flight: VecDeque<InFlight>,
    queued_bytes: usize,
    deferred: Deferred<(Sender, Instant)>,
    /// Encoded size when it was last measured, and bytes accepted since: an edit can cost more than its own length, so the
    /// document is measured again now and then.
    measured: usize,
    grown: usize,
    last_seq: i64,
    rows_since_snapshot: usize,
}

impl Section {
    /// Wraps a loaded document that covers everything up to `last_seq`.
    ///
    /// # Errors
    /// When the document cannot be encoded: it was poisoned while loading.
    pub fn new(
        document: SectionDocument,
        roots: &'static [&'static str],
        clients: HashMap<ClientId, UserId>,
        last_seq: i64,
        rows_since_snapshot: usize,
    ) -> Result<Self, ApplyError> {
        Ok(Self {
            frontier: document.frontier()?,
            measured: document.encoded_len()?,
            grown: 0,
            document,
            roots,
            clients,
            in_flight: VecDeque::new(),
            queued_bytes: 0,
            deferred: Deferred::new(),
            last_seq,
            rows_since_snapshot,
        })
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
        let assessment = self.frontier.assess(&summary);
        if matches!(assessment, Assessment::Contained) {
            return self.acknowledge_contained(sender);
        }
        // A reader has nothing new to say, whatever it depends on.
        if sender.access != Access::Write {
            return Verdict::Refused(Refusal::ReadOnly);
        }
        match assessment {
            Assessment::Ready => self.submit(sender, summary, payload, ticket, now),
            Assessment::Missing => {
                if self.deferred.push(summary, payload.into(), (sender, now)).is_err() {
                    return Verdict::Refused(Refusal::Overloaded);
                }
                Verdict::Deferred
            }
            Assessment::Refused(error) => {
                tracing::info!(reason = error.code(), "an update was refused by the gate");
                Verdict::Refused(Refusal::Malformed)
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
        if writing.iter().any(|client| self.clients.get(client).is_some_and(|owner| *owner != sender.user)) {
            return Verdict::Refused(Refusal::ForeignClient);
        }
        if self.exceeds_document_limit(payload.len()) {
            return Verdict::Refused(Refusal::TooLarge);
        }
        if self.queued_bytes + payload.len() > QUEUED_BYTES {
            return Verdict::Refused(Refusal::Overloaded);
        }
        let client_ids: Vec<ClientId> =
            writing.into_iter().filter(|client| !self.clients.contains_key(client)).collect();
        for client in &client_ids {
            self.clients.insert(*client, sender.user);
        }
        self.frontier.advance(&summary);
        self.queued_bytes += payload.len();
        self.grown += payload.len();
        let sha256 = Sha256::digest(&payload).into();
        self.in_flight.push_back(InFlight {
            ticket,
            author: sender.member,
            user: sender.user,
            summary,
            payload: payload.clone(),
            acknowledge: if sender.wants_ack { vec![sender.member] } else { Vec::new() },
            received: now,
        });
        Verdict::Submit(Submission { ticket, author: sender.user, member: sender.member, client_ids, payload, sha256 })
    }

    /// Measures when enough has changed since the last time, and before anybody is refused.
    fn exceeds_document_limit(&mut self, more: usize) -> bool {
        /// Measuring costs about a millisecond per 100 kB of document.
        const MEASURE_EVERY: usize = 64 * 1024;
        if self.grown + more > MEASURE_EVERY || self.measured + self.grown + more > limits::MAX_DOCUMENT_BYTES {
            self.measured = self.document.encoded_len().unwrap_or(usize::MAX);
            self.grown = self.queued_bytes;
        }
        self.measured.saturating_add(self.grown + more) > limits::MAX_DOCUMENT_BYTES
    }

    /// Takes the journal's answer. Answers arrive in the order of submission.
    pub fn settle(&mut self, ticket: u64, seq: Option<i64>) -> Settlement {
        if self.in_flight.front().is_none_or(|first| first.ticket != ticket) {
            return Settlement::Unknown;
        }
        let Some(entry) = self.in_flight.pop_front() else { return Settlement::Unknown };
        self.queued_bytes -= entry.payload.len();
        let Some(seq) = seq else {
            self.lower_frontier(&entry);
            return Settlement::Refused(entry.author);
        };
        self.last_seq = self.last_seq.max(seq);
        self.rows_since_snapshot += 1;
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

    /// What was refused is no longer on its way: what is known is the document and what is still queued.
    fn lower_frontier(&mut self, refused: &InFlight) {
        match self.document.frontier() {
            Ok(mut frontier) => {
                for waiting in &self.in_flight {
                    frontier.advance(&waiting.summary);
                }
                self.frontier = frontier;
            }
            Err(error) => tracing::error!(%error, "a document cannot be encoded"),
        }
        for client in refused.summary.clients() {
            let kept = self.frontier.next_clock(client) > 0
                || self.in_flight.iter().any(|waiting| waiting.summary.clients().any(|other| other == client));
            if !kept && self.clients.get(&client) == Some(&refused.user) {
                self.clients.remove(&client);
            }
        }
    }

    /// Deferred updates that no longer wait, each judged anew. Call until it returns nothing.
    pub fn retry_deferred(&mut self, mut ticket: impl FnMut() -> u64, now: Instant) -> Vec<(Sender, Verdict)> {
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
        self.clients.get(&client).copied()
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

    /// Tickets that are still with the journal.
    pub fn tickets_in_flight(&self) -> Vec<u64> {
        self.in_flight.iter().map(|entry| entry.ticket).collect()
    }

    /// The state to keep when the document leaves memory, if reading the log again would be long: `(covers, state)`.
    pub fn snapshot_worth_keeping(&self) -> Option<(i64, Bytes)> {
        /// Applying this many rows takes a few milliseconds.
        const ROWS: usize = 200;
        if self.rows_since_snapshot < ROWS || !self.in_flight.is_empty() {
            return None;
        }
        let state = self.document.encode().ok()?;
        // Kept only when it reads back as the same document.
        let mut copy = SectionDocument::new();
        copy.apply(&state).ok()?;
        (copy.encode().ok()? == state).then(|| (self.last_seq, Bytes::from(state)))
    }
}
