//! Live revocation: which seats are taken on this node, and one task that asks, whenever somebody's rights may have changed, what is
//! left of them, and tells the rooms. It hears of changes by a bell of the database, and looks by itself every few seconds, so a lost
//! bell delays and never forgets. Writing is tested by the statement that writes, whatever this task does.
//!
//! Read next: `store/auth_changes.rs`, `docs/adr/0010`.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use actix::{Message, Recipient};
use futures_util::StreamExt;
use futures_util::stream;
use time::OffsetDateTime;
use tokio::sync::Notify;
use tokio::time::MissedTickBehavior;

use super::messages::MemberId;
use super::outlet::SocketState;
use crate::domain::ids::{DocumentId, Lineage, StudentId, UserId};
use crate::domain::permission::Access;
use crate::domain::session::Caller;
use crate::metrics;
use crate::protocol::code::Code;
use crate::store::auth_changes::{Change, Position, RightLeft};
use crate::store::{Error, Store};

/// How often it looks although no bell rang: dates pass silently, and a bell may be lost. An empty look is two short statements.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How soon it looks again when it could not.
const LOOK_AGAIN: Duration = Duration::from_millis(250);
/// A server that could not look for so long ends all seats: nothing new can be read or written on it anyway, and whoever lost a right
/// meanwhile must not stay in company for ever.
const BLIND_FOR: Duration = Duration::from_secs(300);
/// Seats asked about in one query.
const CHUNK: usize = 2_000;
/// How long a room may take to hear of it before the socket is cut as well, and how often it is told.
const TOLD_WITHIN: Duration = Duration::from_millis(500);
const TRIES: usize = 3;
/// Rooms told at the same time.
const AT_ONCE: usize = 64;
/// Looks between two sweeps of old rows: about an hour.
const LOOKS_A_SWEEP: u32 = 3_600;

/// A member's right is gone, or another one than it came with. Answered with whether the member still sat there: two looks in a row
/// may find the same seat.
#[derive(Message)]
#[rtype(result = "bool")]
pub struct Revoke {
    /// In which document; `None` for somebody's inbox.
    pub document: Option<DocumentId>,
    /// Whose.
    pub member: MemberId,
    /// Why it ends. An inbox with `ChangedMeanwhile` does not end: its rooms may be others now.
    pub code: Code,
    /// Whether the socket ends with it.
    pub whole_socket: bool,
}

/// A seat that is taken.
#[derive(Clone)]
pub struct TakenSeat {
    /// Who sits there, as their token said.
    pub caller: Caller,
    /// What it is a seat in.
    pub place: Place,
    /// Their room; for an inbox, their session.
    pub room: Recipient<Revoke>,
    /// Their socket, should the room not listen.
    pub socket: Arc<SocketState>,
}

/// What somebody's seat is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A document.
    Document {
        /// Which.
        document: DocumentId,
        /// The lineage that is open there.
        lineage: Lineage,
        /// About whom it is.
        student: StudentId,
        /// With which right they came.
        access: Access,
    },
    /// All rooms of conversation of this person: which they are, the rooms' logs say.
    Inbox,
}

impl Place {
    const fn student(self) -> Option<StudentId> {
        match self {
            Self::Document { student, .. } => Some(student),
            Self::Inbox => None,
        }
    }

    const fn document(self) -> Option<DocumentId> {
        match self {
            Self::Document { document, .. } => Some(document),
            Self::Inbox => None,
        }
    }

    const fn copy(self) -> Option<(DocumentId, Lineage)> {
        match self {
            Self::Document { document, lineage, .. } => Some((document, lineage)),
            Self::Inbox => None,
        }
    }
}

/// The moment at which somebody's right to join was read. A seat that is taken after changes were read in between is asked about
/// again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decided(u64);

/// Every seat that is taken on this node. Cheap to clone.
#[derive(Clone, Default)]
pub struct Seats {
    inner: Arc<Mutex<Inner>>,
    bell: Arc<Notify>,
}

#[derive(Default)]
struct Inner {
    /// How often changes were read and compared with the seats.
    looks: u64,
    taken: HashMap<MemberId, TakenSeat>,
    /// Taken on a decision older than the last look.
    unchecked: Vec<MemberId>,
}

/// Keeps a seat on the list; dropping it takes the seat off.
pub struct SeatGuard {
    seats: Seats,
    member: MemberId,
}

impl Drop for SeatGuard {
    fn drop(&mut self) {
        self.seats.lock().taken.remove(&self.member);
    }
}

impl Seats {
    /// To be asked for before a right is read.
    #[must_use]
    pub fn decide(&self) -> Decided {
        Decided(self.lock().looks)
    }

    /// A seat is taken on a right that was read at `decided`.
    #[must_use]
    pub fn take(&self, member: MemberId, seat: TakenSeat, decided: Decided) -> SeatGuard {
        let mut inner = self.lock();
        inner.taken.insert(member, seat);
        if inner.looks != decided.0 {
            inner.unchecked.push(member);
            self.bell.notify_one();
        }
        drop(inner);
        SeatGuard { seats: self.clone(), member }
    }

    /// Begins a look: whoever was decided on before is asked about again from now on. Returns every seat, with whether it must be asked
    /// about whatever changed, and how many must, to be crossed off with [`Seats::cross_off`] once they were.
    fn look(&self) -> (Vec<(MemberId, TakenSeat, bool)>, usize) {
        let mut inner = self.lock();
        inner.looks += 1;
        let unchecked: HashSet<_> = inner.unchecked.iter().copied().collect();
        let seats = inner.taken.iter().map(|(member, seat)| (*member, seat.clone(), unchecked.contains(member)));
        (seats.collect(), inner.unchecked.len())
    }

    /// The first `count` that had to be asked about were.
    fn cross_off(&self, count: usize) {
        self.lock().unchecked.drain(..count);
    }

    /// Something may have been missed: every seat is asked about at the next look.
    fn doubt_all(&self) {
        let mut inner = self.lock();
        inner.unchecked = inner.taken.keys().copied().collect();
    }

    /// The server goes down: every inbox is told to end. Those of documents are told by their rooms.
    pub fn close_inboxes(&self, code: Code) {
        let inner = self.lock();
        for (member, seat) in inner.taken.iter().filter(|(_, seat)| seat.place == Place::Inbox) {
            let revoke = Revoke { document: None, member: *member, code, whole_socket: true };
            if seat.room.try_send(revoke).is_err() {
                seat.socket.cut();
            }
        }
    }

    fn is_taken(&self, member: MemberId) -> bool {
        self.lock().taken.contains_key(&member)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Nothing inside can be half done.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts listening and looking, on the store's runtime, for as long as that lives.
pub fn watch(store: &Store, seats: Seats) {
    store.listen_for_auth_changes(Arc::clone(&seats.bell));
    let mut watcher = Watcher { store: store.clone(), seats, position: None, seen: Instant::now() };
    store.runtime().spawn(async move {
        let mut period = tokio::time::interval(LOOK_EVERY);
        period.set_missed_tick_behavior(MissedTickBehavior::Delay);
        for look in 0u32.. {
            tokio::select! {
                _ = period.tick() => {}
                () = watcher.seats.bell.notified() => {}
            }
            watcher.look().await;
            if look % LOOKS_A_SWEEP == LOOKS_A_SWEEP - 1
                && let Err(error) = watcher.store.forget_old_auth_changes().await
            {
                tracing::warn!(%error, "old changes of rights stay");
            }
        }
    });
}

/// What ends: the seat, when what ended it happened, and how it ends.
type End = (MemberId, TakenSeat, OffsetDateTime, Code, bool);

struct Watcher {
    store: Store,
    seats: Seats,
    position: Option<Position>,
    /// When the last look succeeded.
    seen: Instant,
}

impl Watcher {
    async fn look(&mut self) {
        match self.look_once().await {
            Ok(ends) => {
                self.seen = Instant::now();
                self.tell_all(ends);
            }
            Err(error) => {
                tracing::warn!(%error, "changed rights could not be looked for");
                // What was heard must not be forgotten, and what comes after an outage may be another database.
                self.seats.doubt_all();
                self.seats.bell.notify_one();
                tokio::time::sleep(LOOK_AGAIN).await;
                if self.seen.elapsed() >= BLIND_FOR {
                    self.seen = Instant::now();
                    let now = OffsetDateTime::now_utc();
                    let all = self.seats.look().0.into_iter();
                    self.tell_all(
                        all.map(|(member, seat, _)| (member, seat, now, Code::StoreUnavailable, true)).collect(),
                    );
                }
            }
        }
    }

    /// Reads what changed since the last look, and what is left of the rights of those concerned. On an error the next look begins at
    /// the same place.
    async fn look_once(&mut self) -> Result<Vec<End>, Error> {
        let (changes, next) = match &self.position {
            Some(last) => self.store.auth_changes_since(last.clone()).await?,
            None => (Vec::new(), self.store.auth_position().await?),
        };
        if self.position.as_ref().is_none_or(|last| next.is_before(last)) {
            self.seats.doubt_all();
        }
        let (seats, unchecked) = self.seats.look();
        let concerned = concerned(&changes, seats);
        let mut ends = Vec::new();
        for chunk in concerned.chunks(CHUNK) {
            let asked = chunk.iter().map(|(_, seat, _)| (seat.caller, seat.place.copy())).collect();
            let left = self.store.rights_left(asked).await?;
            ends.extend(chunk.iter().zip(left).filter_map(|((member, seat, at), left)| {
                let (code, whole_socket) = end_of(seat.place, left)?;
                Some((*member, seat.clone(), *at, code, whole_socket))
            }));
        }
        self.seats.cross_off(unchecked);
        self.position = Some(next);
        Ok(ends)
    }

    /// Tells the rooms beside the next looks.
    fn tell_all(&self, ends: Vec<End>) {
        if ends.is_empty() {
            return;
        }
        let seats = self.seats.clone();
        tokio::spawn(async move {
            let told = ends.into_iter().map(|end| tell(&seats, end));
            stream::iter(told).buffer_unordered(AT_ONCE).collect::<Vec<()>>().await;
        });
    }
}

/// The seats that changes may concern, each with the first of them, and those that must be asked about anyway.
fn concerned(
    changes: &[Change],
    seats: Vec<(MemberId, TakenSeat, bool)>,
) -> Vec<(MemberId, TakenSeat, OffsetDateTime)> {
    let now = OffsetDateTime::now_utc();
    let (mut by_user, mut of_anybody) = (HashMap::<UserId, Vec<&Change>>::new(), Vec::new());
    for change in changes {
        match change.user {
            Some(user) => by_user.entry(user).or_default().push(change),
            None => of_anybody.push(change),
        }
    }
    let first = |seat: &TakenSeat| {
        let theirs = by_user.get(&seat.caller.user).into_iter().flatten().chain(&of_anybody);
        theirs.filter(|change| change.concerns(seat.caller, seat.place.student())).map(|change| change.at).min()
    };
    let since = |(member, seat, must): (MemberId, TakenSeat, bool)| {
        let at = first(&seat).or_else(|| must.then_some(now))?;
        Some((member, seat, at))
    };
    seats.into_iter().filter_map(since).collect()
}

/// How a seat ends of whose right so much is left; `None` when it stays. Whoever may still do something comes back at once and is told what; an
/// inbox looks at its rooms again.
fn end_of(place: Place, left: RightLeft) -> Option<(Code, bool)> {
    match (left, place) {
        (RightLeft::SessionEnded, _) => Some((Code::SessionEnded, true)),
        (_, Place::Inbox) => Some((Code::ChangedMeanwhile, false)),
        (RightLeft::Nothing, _) => Some((Code::NotFound, false)),
        (RightLeft::Replaced, _) => Some((Code::WrongLineage, false)),
        (RightLeft::Access(left), Place::Document { access, .. }) if access != left => Some((Code::Restarting, true)),
        (RightLeft::Access(_), _) => None,
    }
}

async fn tell(seats: &Seats, (member, seat, at, code, whole_socket): End) {
    let mut ended = false;
    for _ in 0..TRIES {
        let revoke = Revoke { document: seat.place.document(), member, code, whole_socket };
        match tokio::time::timeout(TOLD_WITHIN, seat.room.send(revoke)).await {
            Ok(Ok(sat_there)) => {
                ended |= sat_there;
                break;
            }
            // The room is gone and its members with it.
            Ok(Err(_)) => break,
            Err(_) if !seats.is_taken(member) => break,
            Err(_) => {
                tracing::error!(place = ?seat.place, "a room did not hear of a revoked right; the socket is cut");
                seat.socket.cut();
                ended = true;
            }
        }
    }
    if !ended {
        return;
    }
    let reason = match code {
        Code::SessionEnded => "session",
        Code::NotFound => "right",
        Code::WrongLineage => "replaced",
        Code::StoreUnavailable => "blind",
        _ => "changed",
    };
    // The database's clock may be ahead of ours.
    metrics::revoked(reason, (OffsetDateTime::now_utc() - at).try_into().unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actors::KillSwitch;
    use crate::domain::ids::LoginSessionId;
    use crate::metrics::SocketKind;

    struct Nobody;

    impl actix::Actor for Nobody {
        type Context = actix::Context<Self>;
    }

    impl actix::Handler<Revoke> for Nobody {
        type Result = bool;

        fn handle(&mut self, _: Revoke, _: &mut Self::Context) -> bool {
            false
        }
    }

    fn seat(room: &actix::Addr<Nobody>) -> TakenSeat {
        let caller = Caller { user: UserId::generate(), session: LoginSessionId::generate(), auth_version: 1 };
        let socket = Arc::new(SocketState::new(SocketKind::Collab, KillSwitch::default(), Arc::default()));
        let (document, student) = (DocumentId::generate(), StudentId::generate());
        let place = Place::Document { document, lineage: Lineage::generate(), student, access: Access::Write };
        TakenSeat { caller, place, room: room.clone().recipient(), socket }
    }

    fn change(seat: &TakenSeat) -> Change {
        Change { user: Some(seat.caller.user), session: None, student: None, at: OffsetDateTime::now_utc() }
    }

    #[actix::test]
    async fn a_seat_that_was_decided_on_before_the_last_look_and_taken_after_it_is_asked_about_again() {
        let (seats, room) = (Seats::default(), actix::Actor::start(Nobody));
        let (on_time, late) = (seat(&room), seat(&room));
        let decided = seats.decide();
        let _first = seats.take(MemberId::next(), on_time.clone(), decided);
        // The change that took the late one's right away was read before the late one took the seat.
        let (all, unchecked) = seats.look();
        assert_eq!((concerned(&[change(&late)], all).len(), unchecked), (0, 0));
        let member = MemberId::next();
        let second = seats.take(member, late, decided);
        let asked = || {
            let (all, unchecked) = seats.look();
            (concerned(&[], all).into_iter().map(|(found, ..)| found).collect::<Vec<_>>(), unchecked)
        };
        let (found, unchecked) = asked();
        assert_eq!(found, [member]);
        seats.cross_off(unchecked);
        assert_eq!(asked().0, [], "once is enough");
        seats.doubt_all();
        assert_eq!(asked().0.len(), 2, "after an outage everybody is asked about");
        drop(second);
        assert!(!seats.is_taken(member), "who goes is off the list");
    }

    #[actix::test]
    async fn a_change_concerns_only_those_it_names() {
        let (seats, room) = (Seats::default(), actix::Actor::start(Nobody));
        let (one, other) = (seat(&room), seat(&room));
        let (first, second) = (MemberId::next(), MemberId::next());
        let _guards =
            (seats.take(first, one.clone(), seats.decide()), seats.take(second, other.clone(), seats.decide()));
        let found =
            |change| concerned(&[change], seats.look().0).into_iter().map(|(member, ..)| member).collect::<Vec<_>>();
        assert_eq!(found(change(&one)), [first]);
        assert_eq!(found(Change { student: other.place.student(), ..change(&one) }), []);
        let about_the_plan = Change { user: None, student: other.place.student(), ..change(&one) };
        assert_eq!(found(about_the_plan), [second]);
        assert_eq!(found(Change { session: Some(other.caller.session), ..change(&one) }), []);
    }

    #[test]
    fn only_a_right_that_is_the_same_keeps_its_seat() {
        use RightLeft as Left;
        let with = |access| {
            let (document, lineage, student) = (DocumentId::generate(), Lineage::generate(), StudentId::generate());
            Place::Document { document, lineage, student, access }
        };
        for had in [Access::Read, Access::Write] {
            assert_eq!(end_of(with(had), Left::SessionEnded), Some((Code::SessionEnded, true)));
            assert_eq!(end_of(with(had), Left::Replaced), Some((Code::WrongLineage, false)));
            assert_eq!(end_of(with(had), Left::Nothing), Some((Code::NotFound, false)));
            assert_eq!(end_of(with(had), Left::Access(had)), None);
        }
        assert_eq!(end_of(with(Access::Write), Left::Access(Access::Read)), Some((Code::Restarting, true)));
        assert_eq!(end_of(with(Access::Read), Left::Access(Access::Write)), Some((Code::Restarting, true)));
        assert_eq!(end_of(Place::Inbox, Left::SessionEnded), Some((Code::SessionEnded, true)));
        assert_eq!(end_of(Place::Inbox, Left::Nothing), Some((Code::ChangedMeanwhile, false)), "it looks again");
    }
}
