//! One open document with its members: turns what comes in into output for members and work for the actor. No actor context, no
//! database; the mailboxes of sessions are all it touches.

use std::time::{Duration, Instant};

use bytes::Bytes;

use super::members::Members;
use super::presence::Presence;
use super::section::Section;
use super::verdict::{Refusal, Sender, Settlement, Submission, Verdict};
use crate::actors::messages::{MemberId, Seat};
use crate::actors::revocation::SeatGuard;
use crate::crdt::{ApplyError, encode_awareness, scan_awareness, scan_state_vector};
use crate::domain::ids::Lineage;
use crate::metrics::{self, UpdateResult};
use crate::protocol::code::Code;
use crate::protocol::collab::{Framing, Inbound, Outbound};
use crate::store::documents::LogTail;

/// What the actor has to do after a turn.
#[derive(Default)]
pub struct Out {
    /// To be stored, by ticket.
    pub submissions: Vec<(u64, Submission)>,
    /// Presence should be told soon.
    pub presence_changed: bool,
    /// The document must be built again, after this row of the log was put aside if one is to blame.
    pub rebuild: Option<Option<i64>>,
    /// Somebody else wrote to this document: read the log after this sequence.
    pub behind_since: Option<i64>,
}

/// An open document.
pub struct Room {
    section: Section,
    members: Members,
    presence: Presence,
    empty_since: Instant,
    is_catching_up: bool,
}

impl Room {
    /// A room in which nobody sits yet.
    pub fn new(section: Section) -> Self {
        Self {
            section,
            members: Members::default(),
            presence: Presence::default(),
            empty_since: Instant::now(),
            is_catching_up: false,
        }
    }

    /// Which lineage is open here.
    pub fn lineage(&self) -> Lineage {
        self.section.lineage()
    }

    /// Somebody sits down and is asked what they have and told who is here.
    pub fn seat(&mut self, seat: Seat, guard: SeatGuard) {
        metrics::doc_participants(1.0);
        let member = seat.member;
        let speaks_first = seat.framing == Framing::Y;
        self.members.insert(seat, guard);
        if speaks_first {
            // A y-websocket client sends its step 1 by itself and answers ours; one is enough.
            self.ask_for_sync(member, true);
        }
        self.members.say(member, &Outbound::Awareness(self.presence.everybody()));
    }

    fn ask_for_sync(&mut self, member: MemberId, acknowledge: bool) {
        if let Some(seat) = self.members.get_mut(member) {
            seat.awaited_step2.push_back(acknowledge);
            self.members.say(member, &Outbound::SyncStep1(self.section.state_vector()));
        }
    }

    /// A frame from a member.
    pub fn receive(&mut self, member: MemberId, frame: Inbound, last_ticket: &mut u64, now: Instant) -> Out {
        let mut out = Out::default();
        match frame {
            Inbound::SyncStep1(state_vector) => self.answer_step1(member, &state_vector),
            Inbound::SyncStep2(bytes) => self.update(member, bytes, true, last_ticket, now, &mut out),
            Inbound::Update(bytes) => self.update(member, bytes, false, last_ticket, now, &mut out),
            Inbound::Awareness(bytes) => self.awareness(member, &bytes, now, &mut out),
            // Who lags is told anyway once it keeps up.
            Inbound::QueryAwareness if self.members.lags(member) => {}
            Inbound::QueryAwareness => self.members.say(member, &Outbound::Awareness(self.presence.everybody())),
        }
        self.flush();
        out
    }

    fn answer_step1(&mut self, member: MemberId, state_vector: &[u8]) {
        if let Err(error) = scan_state_vector(state_vector) {
            tracing::info!(reason = error.code(), "a state vector was refused");
            return self.members.end(member, Code::Malformed, true);
        }
        if !self.members.ask_later(member, state_vector) {
            self.send_missing(member, state_vector, true);
        }
    }

    /// Sends a member what it lacks: as the answer to its question, or unasked.
    fn send_missing(&mut self, member: MemberId, state_vector: &[u8], asked: bool) {
        match self.section.diff(state_vector) {
            Ok(missing) if asked => {
                self.members.say(member, &Outbound::SyncStep2(missing));
                let framing = self.members.get_mut(member).map(|member| member.seat.framing.clone());
                if matches!(framing, Some(Framing::Collab(_))) {
                    // Each step 1 of a provider is a handshake: it counts one acknowledgement for its own step 2.
                    self.ask_for_sync(member, true);
                }
            }
            Ok(missing) => self.members.say(member, &Outbound::Update(missing)),
            Err(error) => {
                tracing::error!(%error, "a document cannot answer");
                self.end(member, Code::Internal, true);
            }
        }
    }

    fn update(
        &mut self,
        member: MemberId,
        bytes: Bytes,
        is_step2: bool,
        last_ticket: &mut u64,
        now: Instant,
        out: &mut Out,
    ) {
        let Some(seat) = self.members.get_mut(member) else { return };
        // A step 2 that nobody asked for is treated as an edit, and acknowledged.
        let wants_ack = if is_step2 { seat.awaited_step2.pop_front().unwrap_or(true) } else { true };
        let sender = Sender { member, user: seat.seat.person.user, access: seat.seat.access, wants_ack };
        *last_ticket += 1;
        let verdict = self.section.receive(sender, bytes, is_step2, *last_ticket, now);
        self.act_on(sender, verdict, out);
        self.retry_deferred(last_ticket, now, out);
    }

    fn retry_deferred(&mut self, last_ticket: &mut u64, now: Instant, out: &mut Out) {
        loop {
            let ticket = || {
                *last_ticket += 1;
                *last_ticket
            };
            let verdicts = self.section.retry_deferred(ticket, now);
            if verdicts.is_empty() {
                return;
            }
            for (sender, verdict) in verdicts {
                self.act_on(sender, verdict, out);
            }
        }
    }

    fn act_on(&mut self, sender: Sender, verdict: Verdict, out: &mut Out) {
        match verdict {
            Verdict::Contained => {
                metrics::doc_update(UpdateResult::Contained);
                if sender.wants_ack {
                    self.members.say(sender.member, &Outbound::Saved(true));
                }
            }
            Verdict::Waiting => metrics::doc_update(UpdateResult::Contained),
            Verdict::Submit(submission) => out.submissions.push((submission.ticket, submission)),
            Verdict::Deferred => {
                metrics::doc_update(UpdateResult::Deferred);
                self.ask_for_sync(sender.member, false);
            }
            Verdict::Refused(refusal) => self.refuse(sender, refusal),
            Verdict::Broken => out.rebuild = Some(None),
        }
    }

    fn refuse(&mut self, sender: Sender, refusal: Refusal) {
        let member = sender.member;
        metrics::doc_update(match refusal {
            Refusal::Malformed | Refusal::TooLarge => UpdateResult::RefusedScan,
            Refusal::ReadOnly => UpdateResult::RefusedGrant,
            Refusal::ForeignClient => UpdateResult::RefusedBinding,
            Refusal::Store => UpdateResult::RefusedStore,
            Refusal::Overloaded => UpdateResult::Dropped,
        });
        match refusal {
            Refusal::Malformed | Refusal::Overloaded => self.end(member, refusal.code(), true),
            Refusal::ReadOnly if self.has_acknowledgements(member) => {
                // The reader keeps its seat; its client knows that this was not taken.
                metrics::authz_denied("section");
                self.members.say(member, &Outbound::Saved(false));
            }
            Refusal::ReadOnly | Refusal::ForeignClient | Refusal::Store | Refusal::TooLarge => {
                metrics::authz_denied("section");
                self.members.say(member, &Outbound::Saved(false));
                self.end(member, refusal.code(), false);
            }
        }
    }

    fn has_acknowledgements(&mut self, member: MemberId) -> bool {
        self.members.get_mut(member).is_some_and(|member| member.seat.framing != Framing::Y)
    }

    fn awareness(&mut self, member: MemberId, bytes: &[u8], now: Instant, out: &mut Out) {
        let entries = match scan_awareness(bytes) {
            Ok(entries) => entries,
            Err(error) => {
                tracing::info!(reason = error.code(), "a presence message was refused");
                return self.end(member, Code::Malformed, true);
            }
        };
        let Some(seat) = self.members.get_mut(member) else { return };
        let (person, own) = (seat.seat.person.clone(), seat.presence);
        for entry in &entries {
            // The same person on a new socket, before the old one was found dead, takes the place over; an id that writes for
            // somebody else can never be spoken under.
            if let Some(speaker) = self.presence.speaker(entry.client)
                && self.members.get_mut(speaker).is_none_or(|other| other.seat.person.user == person.user)
            {
                self.presence.take_over(entry.client, speaker, member);
            }
        }
        let entries = entries
            .into_iter()
            .filter(|entry| self.section.owner_of(entry.client).is_none_or(|owner| owner == person.user))
            .collect();
        let own = self.presence.receive(member, &person, own, entries, now);
        if let Some(seat) = self.members.get_mut(member) {
            seat.presence = own;
        }
        out.presence_changed = self.presence.is_dirty();
    }

    /// The journal has answered. Output stays in the outboxes until [`Room::flush`].
    pub fn settle(&mut self, ticket: u64, seq: Option<i64>, last_ticket: &mut u64, now: Instant) -> Out {
        let mut out = Out::default();
        match self.section.settle(ticket, seq) {
            Settlement::Committed(committed) => {
                metrics::doc_update(UpdateResult::Accepted);
                metrics::doc_commit(now.duration_since(committed.received));
                self.members.say_to_all(&Outbound::Update(committed.payload), Some(committed.author));
                for member in committed.acknowledge {
                    self.members.say(member, &Outbound::Saved(true));
                }
                metrics::doc_fanout(committed.received.elapsed());
            }
            Settlement::Refused { author, others } => {
                metrics::doc_update(UpdateResult::RefusedStore);
                metrics::authz_denied("section");
                self.members.say(author, &Outbound::Saved(false));
                self.end(author, Refusal::Store.code(), false);
                for member in others {
                    // Their answer to this is acknowledged in place of the frame that waited.
                    self.ask_for_sync(member, true);
                }
            }
            Settlement::Poison { seq, member } => {
                self.end(member, Code::Malformed, true);
                out.rebuild = Some(Some(seq));
            }
            Settlement::Broken => out.rebuild = Some(None),
            Settlement::Unknown => {}
        }
        self.retry_deferred(last_ticket, now, &mut out);
        self.look_behind(&mut out);
        out
    }

    fn look_behind(&mut self, out: &mut Out) {
        if !self.is_catching_up {
            out.behind_since = self.section.behind_since();
            self.is_catching_up = out.behind_since.is_some();
        }
    }

    /// The log goes as far as `seq`, says the position check.
    pub fn note_head(&mut self, seq: i64) -> Out {
        let mut out = Out::default();
        self.section.note_head(seq);
        // What is on its way to us explains why we are behind, and brings us there.
        if self.section.is_settled() {
            self.look_behind(&mut out);
        }
        if out.behind_since.is_some() {
            metrics::doc_behind();
        }
        out
    }

    /// The log was read after a `behind_since`. Shows what others wrote; `Err` when the document must be built again.
    pub fn catch_up(&mut self, tail: LogTail) -> Result<(), ApplyError> {
        self.is_catching_up = false;
        for update in self.section.absorb(tail)? {
            self.members.say_to_all(&Outbound::Update(update), None);
        }
        self.flush();
        Ok(())
    }

    /// The log could not be read; the next commit tries again.
    pub fn catch_up_failed(&mut self) {
        self.is_catching_up = false;
    }

    /// The journal has answered for a document that is being given up: only the count matters.
    pub fn settle_unseen(&mut self, ticket: u64, seq: Option<i64>) {
        drop(self.section.settle(ticket, seq));
    }

    /// A member goes.
    pub fn leave(&mut self, member: MemberId) -> Out {
        if self.members.remove(member).is_some() {
            self.gone(member);
        }
        Out { presence_changed: self.presence.is_dirty(), ..Out::default() }
    }

    fn gone(&mut self, member: MemberId) {
        metrics::doc_participants(-1.0);
        self.presence.leave(member);
        self.section.forget_deferred_of(member);
        if self.members.is_empty() {
            self.empty_since = Instant::now();
        }
    }

    /// Whether the member is here.
    pub fn has(&self, member: MemberId) -> bool {
        self.members.has(member)
    }

    /// Ends one membership, or the whole socket it came through.
    pub fn end(&mut self, member: MemberId, code: Code, whole_socket: bool) {
        if self.has(member) {
            self.members.end(member, code, whole_socket);
            self.gone(member);
        }
    }

    /// Ends every member's socket.
    pub fn end_everybody(&mut self, code: Code) {
        for member in self.members.ids() {
            self.end(member, code, true);
        }
    }

    /// Hands all output over and lets those go whose session has ended.
    pub fn flush(&mut self) {
        let section = &self.section;
        for lost in self.members.flush(|| section.state_vector()) {
            if self.members.remove(lost).is_some() {
                self.gone(lost);
            }
        }
    }

    /// Whether a member's socket had no room, so that [`Room::make_up`] must be called soon.
    pub fn is_any_lagging(&self) -> bool {
        self.members.is_any_lagging()
    }

    /// Sends those who lagged and read again what they missed: one difference of the document, and who is here.
    pub fn make_up(&mut self) {
        for (member, state_vector, asked) in self.members.take_caught_up() {
            metrics::resynced();
            self.send_missing(member, &state_vector, asked);
            self.members.say(member, &Outbound::Awareness(self.presence.everybody()));
        }
        self.flush();
    }

    /// Tells everybody what changed in presence.
    pub fn flush_presence(&mut self) {
        if let Some(changes) = self.presence.take_changes() {
            self.members.say_to_all(&Outbound::Awareness(changes), None);
            self.flush();
        }
    }

    /// Lets run out what has run out, and breaks the silence when `keep_alive`.
    pub fn tidy(&mut self, now: Instant, keep_alive: bool) {
        for member in self.section.expire_deferred(now) {
            metrics::doc_update(UpdateResult::Dropped);
            self.end(member, Code::Overloaded, true);
        }
        self.presence.expire(now);
        if keep_alive {
            self.members.say_to_all(&Outbound::Awareness(encode_awareness(&[]).into()), None);
        }
        self.flush_presence();
        self.flush();
    }

    /// Whether nobody sits here.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Whether the document may leave memory.
    pub fn is_idle(&self, now: Instant, after: Duration) -> bool {
        self.members.is_empty() && self.is_settled() && now.duration_since(self.empty_since) >= after
    }

    /// Whether nothing is on its way to the log.
    pub fn is_settled(&self) -> bool {
        self.section.is_settled()
    }

    /// See [`Section::takes_compaction`].
    pub fn takes_compaction(&mut self, is_leaving: bool) -> bool {
        self.section.takes_compaction(is_leaving)
    }
}
