//! The way from rooms to one socket, bounded in bytes and in messages, and what is known of its peer from outside: a peer that stops
//! reading freezes its session together with the socket, so nothing here asks the session anything.
//!
//! Overflow policy, *lag and resync*: what does not fit is given back to the room. A room then drops what it would have sent until the
//! socket has taken everything that waits, and sends one difference instead. Read next: `reaper.rs`, `docs/adr/0009`.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use actix::Recipient;
use actix::dev::SendError;
use bytes::Bytes;

use super::KillSwitch;
use super::messages::Deliver;
use crate::metrics::SocketKind;

/// Bytes that may wait for one peer. Many seconds of a busy room; with as much in the session's own buffer and in the kernel's, a peer
/// that does not read costs less than 2 MiB.
pub const MAX_QUEUED_BYTES: usize = 512 * 1024;
/// The slowest network on which a peer that reads counts as reading, 512 kbit/s, and from which size on a frame is given time of its own:
/// whole documents are, edits are not.
const SLOWEST_BYTES_A_MILLISECOND: usize = 64;
const LARGE_FRAME_BYTES: usize = 64 * 1024;
/// What a frame costs in memory besides its bytes: its handle and its part of the message that carries it.
const FRAME_BYTES: usize = 96;

/// What rooms, the session and the reaper share about one socket.
pub struct SocketState {
    kind: SocketKind,
    kill: KillSwitch,
    /// Bytes handed over by rooms and not yet taken by the session.
    queued: AtomicUsize,
    /// When the session last took something, or something began to wait: whatever is later.
    moved: AtomicU64,
    /// How much of large frames it took then: they are on their way to the peer before anything else.
    taken: AtomicUsize,
    /// When anything was last received.
    heard: AtomicU64,
    /// When the ping was sent that was not answered yet; 0 without one.
    pinged: AtomicU64,
    /// For how many things of ours (a room, the database, its pace) the session waits now, since when, and until when at most: these times
    /// are nobody's fault. Without a limit a session that is frozen while it waits would wait for ever, because it cannot end that.
    waits: AtomicUsize,
    waits_since: AtomicU64,
    waits_until: AtomicU64,
    evicted: AtomicBool,
    admission: Admission,
}

/// Counts sockets on which nobody was let in yet.
struct Admission {
    is_admitted: AtomicBool,
    waiting: Arc<AtomicUsize>,
}

impl SocketState {
    /// A socket that was just opened; `waiting` counts those on which nobody was let in yet.
    pub fn new(kind: SocketKind, kill: KillSwitch, waiting: Arc<AtomicUsize>) -> Self {
        waiting.fetch_add(1, Ordering::Relaxed);
        let now = milliseconds();
        Self {
            kind,
            kill,
            queued: AtomicUsize::new(0),
            moved: AtomicU64::new(now),
            taken: AtomicUsize::new(0),
            heard: AtomicU64::new(now),
            pinged: AtomicU64::new(0),
            waits: AtomicUsize::new(0),
            waits_since: AtomicU64::new(0),
            waits_until: AtomicU64::new(0),
            evicted: AtomicBool::new(false),
            admission: Admission { is_admitted: AtomicBool::new(false), waiting },
        }
    }

    /// Which endpoint it speaks on.
    pub const fn kind(&self) -> SocketKind {
        self.kind
    }

    /// The session took frames out of its mailbox.
    pub fn took(&self, frames: &[Bytes]) {
        let large = frames.iter().map(Bytes::len).filter(|bytes| *bytes >= LARGE_FRAME_BYTES).sum();
        self.took_bytes(cost(frames), large);
    }

    /// The session took the last word of a room.
    pub fn took_word(&self) {
        self.took_bytes(FRAME_BYTES, 0);
    }

    fn took_bytes(&self, bytes: usize, large: usize) {
        self.queued.fetch_sub(bytes, Ordering::Relaxed);
        let now = milliseconds();
        // What is taken in one turn leaves in one write.
        if self.moved.swap(now, Ordering::Relaxed) == now {
            self.taken.fetch_add(large, Ordering::Relaxed);
        } else {
            self.taken.store(large, Ordering::Relaxed);
        }
    }

    /// Something was received.
    pub fn heard(&self) {
        self.heard.store(milliseconds(), Ordering::Relaxed);
    }

    /// A ping was sent; `true` when none is unanswered and it may be.
    pub fn ping(&self) -> bool {
        self.pinged.compare_exchange(0, milliseconds(), Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    /// A pong came: the peer has read everything before the ping.
    pub fn ponged(&self) {
        self.pinged.store(0, Ordering::Relaxed);
    }

    /// The session begins to wait for something of ours that takes so long at most. Only the session itself calls this and
    /// [`SocketState::end_wait`].
    pub fn begin_wait(&self, at_most: Duration) {
        let now = milliseconds();
        if self.waits.fetch_add(1, Ordering::Relaxed) == 0 {
            self.waits_since.store(now, Ordering::Relaxed);
            self.waits_until.store(now, Ordering::Relaxed);
        }
        self.waits_until.fetch_max(now + at_most.as_millis() as u64, Ordering::Relaxed);
    }

    /// It waits no longer: its peer's clocks go on where they stood.
    pub fn end_wait(&self) {
        if self.waits.fetch_sub(1, Ordering::Relaxed) > 1 {
            return;
        }
        let waited = self.waited(milliseconds());
        for moment in [&self.moved, &self.heard] {
            moment.fetch_add(waited, Ordering::Relaxed);
        }
        let later = |pinged: u64| (pinged > 0).then_some(pinged + waited);
        // Without an unanswered ping there is nothing to move.
        let _ = self.pinged.fetch_update(Ordering::Relaxed, Ordering::Relaxed, later);
    }

    /// Somebody was let in.
    pub fn admitted(&self) {
        self.admission.admit();
    }

    /// Ends the connection from outside, and remembers that its peer was to blame.
    pub fn evict(&self) {
        self.evicted.store(true, Ordering::Relaxed);
        self.kill.cut();
    }

    /// Ends the connection from outside.
    pub fn cut(&self) {
        self.kill.cut();
    }

    /// Whether the connection was ended because its peer did not read.
    pub fn was_evicted(&self) -> bool {
        self.evicted.load(Ordering::Relaxed)
    }

    /// How long output has waited for the peer beyond the time that what was taken before it needs on a bad network; zero when
    /// nothing waits, or when the delay is ours.
    pub fn stalled_for(&self) -> Duration {
        if self.queued.load(Ordering::Relaxed) == 0 {
            return Duration::ZERO;
        }
        self.since(&self.moved).saturating_sub(self.allowance())
    }

    /// How long the peer has not answered a ping, beyond the same time; zero without one.
    pub fn unanswered_for(&self) -> Duration {
        match self.pinged.load(Ordering::Relaxed) {
            0 => Duration::ZERO,
            _ => self.since(&self.pinged).saturating_sub(self.allowance()),
        }
    }

    fn allowance(&self) -> Duration {
        Duration::from_millis((self.taken.load(Ordering::Relaxed) / SLOWEST_BYTES_A_MILLISECOND) as u64)
    }

    /// How long nothing was received, without the times in which we were not listening.
    pub fn silent_for(&self) -> Duration {
        self.since(&self.heard)
    }

    fn since(&self, moment: &AtomicU64) -> Duration {
        let now = milliseconds();
        let ours = if self.waits.load(Ordering::Relaxed) > 0 { self.waited(now) } else { 0 };
        Duration::from_millis((now - ours).saturating_sub(moment.load(Ordering::Relaxed)))
    }

    /// Milliseconds of the wait that is on now, as far as they are ours.
    fn waited(&self, now: u64) -> u64 {
        let until = now.min(self.waits_until.load(Ordering::Relaxed));
        until.saturating_sub(self.waits_since.load(Ordering::Relaxed))
    }

    /// Takes room for frames, if there is any. Something that is larger than all there is fits when nothing else waits.
    fn reserve(&self, bytes: usize) -> bool {
        let before = self.begin_to_wait(bytes);
        let fits = before == 0 || before + bytes <= MAX_QUEUED_BYTES;
        if !fits {
            self.queued.fetch_sub(bytes, Ordering::Relaxed);
        }
        fits
    }

    /// Counts what begins to wait; how much waited before.
    fn begin_to_wait(&self, bytes: usize) -> usize {
        let before = self.queued.fetch_add(bytes, Ordering::Relaxed);
        if before == 0 {
            let now = milliseconds();
            let since = self.moved.swap(now, Ordering::Relaxed);
            // What was taken long ago has arrived meanwhile.
            let arrived = now.saturating_sub(since) as usize * SLOWEST_BYTES_A_MILLISECOND;
            let left = self.taken.load(Ordering::Relaxed).saturating_sub(arrived);
            self.taken.store(left, Ordering::Relaxed);
        }
        before
    }
}

impl Admission {
    fn admit(&self) {
        if !self.is_admitted.swap(true, Ordering::Relaxed) {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        self.admit();
    }
}

/// Why frames were not handed over.
#[derive(Debug)]
pub enum Unsent {
    /// There is no room now; here they are again.
    Full(Vec<Bytes>),
    /// The session has ended.
    Gone,
}

/// A room's end of the way to one socket. Cheap to clone.
#[derive(Clone)]
pub struct Outlet {
    mailbox: Recipient<Deliver>,
    socket: Arc<SocketState>,
}

impl Outlet {
    /// The way to a session's mailbox.
    pub const fn new(mailbox: Recipient<Deliver>, socket: Arc<SocketState>) -> Self {
        Self { mailbox, socket }
    }

    /// Hands frames over, all or none. Never waits.
    ///
    /// # Errors
    /// See [`Unsent`].
    pub fn frames(&self, frames: Vec<Bytes>) -> Result<(), Unsent> {
        let bytes = cost(&frames);
        if !self.mailbox.connected() {
            return Err(Unsent::Gone);
        }
        if !self.socket.reserve(bytes) {
            return Err(Unsent::Full(frames));
        }
        self.mailbox.try_send(Deliver::Frames(frames)).map_err(|error| {
            self.socket.queued.fetch_sub(bytes, Ordering::Relaxed);
            match error {
                SendError::Full(Deliver::Frames(frames)) => Unsent::Full(frames),
                SendError::Full(_) | SendError::Closed(_) => Unsent::Gone,
            }
        })
    }

    /// Says the last word. When it does not fit the connection is cut, which says it too.
    pub fn last_word(&self, word: Deliver) {
        self.socket.begin_to_wait(FRAME_BYTES);
        if self.mailbox.try_send(word).is_err() {
            self.socket.queued.fetch_sub(FRAME_BYTES, Ordering::Relaxed);
            self.socket.cut();
        }
    }

    /// Whether the session is there.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.mailbox.connected()
    }

    /// Whether the session has taken everything, or has ended.
    pub fn is_drained(&self) -> bool {
        self.socket.queued.load(Ordering::Relaxed) == 0 || !self.mailbox.connected()
    }

    /// What is known of the socket.
    pub const fn socket(&self) -> &Arc<SocketState> {
        &self.socket
    }
}

fn cost(frames: &[Bytes]) -> usize {
    frames.iter().map(|frame| frame.len() + FRAME_BYTES).sum()
}

/// Since a moment before the first call in this process, on the clock that does not jump; never 0.
fn milliseconds() -> u64 {
    static BEGIN: OnceLock<Instant> = OnceLock::new();
    // No process runs for 500 million years.
    BEGIN.get_or_init(Instant::now).elapsed().as_millis() as u64 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn socket() -> (SocketState, Arc<AtomicUsize>) {
        let waiting = Arc::default();
        (SocketState::new(SocketKind::Collab, KillSwitch::default(), Arc::clone(&waiting)), waiting)
    }

    #[test]
    fn what_waits_is_bounded_but_for_one_thing_that_is_larger_than_all() {
        let (socket, _) = socket();
        let large = vec![Bytes::from(vec![0; 2 * MAX_QUEUED_BYTES])];
        assert!(socket.reserve(cost(&large)));
        assert!(!socket.reserve(1), "nothing more fits behind it");
        socket.took(&large);
        let half = vec![Bytes::from(vec![0; MAX_QUEUED_BYTES / 2])];
        assert!(socket.reserve(cost(&half)));
        assert!(!socket.reserve(cost(&half)), "two halves and their costs are more than all");
        socket.took(&half);
        assert_eq!(socket.queued.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn a_peer_is_blamed_for_what_waits_and_not_for_our_own_delays() {
        let (socket, _) = socket();
        let long_ago = |moment: &AtomicU64| moment.store(0, Ordering::Relaxed);
        std::thread::sleep(Duration::from_millis(2));
        long_ago(&socket.moved);
        assert_eq!((socket.stalled_for(), socket.unanswered_for()), (Duration::ZERO, Duration::ZERO), "nothing waits");
        assert!(socket.reserve(10));
        assert!(socket.stalled_for() < Duration::from_secs(1), "it has just begun to wait");
        assert!(socket.ping() && !socket.ping(), "one ping at a time");
        for moment in [&socket.moved, &socket.heard] {
            long_ago(moment);
        }
        socket.pinged.store(1, Ordering::Relaxed);
        assert!(socket.stalled_for() > Duration::ZERO && socket.silent_for() > Duration::ZERO);
        assert!(socket.unanswered_for() > Duration::ZERO);
        socket.taken.store(1024 * 1024, Ordering::Relaxed);
        assert_eq!(socket.stalled_for(), Duration::ZERO, "a megabyte may take a while on the way");
        assert_eq!(socket.unanswered_for(), Duration::ZERO);
        socket.ponged();
        assert!(socket.ping());
        let clocks = || (socket.silent_for(), socket.pinged.load(Ordering::Relaxed));
        let before = clocks();
        socket.begin_wait(Duration::from_secs(1));
        socket.begin_wait(Duration::from_millis(1));
        std::thread::sleep(Duration::from_millis(20));
        assert!(socket.silent_for() < before.0 + Duration::from_millis(20), "our time does not count");
        socket.end_wait();
        socket.end_wait();
        assert!(clocks().1 >= before.1 + 20, "nor afterwards");
        // A session that is frozen while it waits never ends its wait.
        socket.begin_wait(Duration::from_millis(5));
        let silent = socket.silent_for();
        std::thread::sleep(Duration::from_millis(30));
        assert!(socket.silent_for() >= silent + Duration::from_millis(20), "only so much time is ours");
    }

    #[test]
    fn a_socket_counts_as_waiting_until_somebody_was_let_in_or_it_ends() {
        let (first, waiting) = socket();
        let second = SocketState::new(SocketKind::Y, KillSwitch::default(), Arc::clone(&waiting));
        assert_eq!(waiting.load(Ordering::Relaxed), 2);
        first.admitted();
        first.admitted();
        assert_eq!(waiting.load(Ordering::Relaxed), 1);
        drop((first, second));
        assert_eq!(waiting.load(Ordering::Relaxed), 0);
    }
}
