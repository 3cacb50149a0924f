//! Live revocation: which seats are taken on this node, and one task that asks, whenever somebody's rights may have changed, what is
//! left of them, and tells the rooms. It hears of changes by a bell of the database, and looks by itself every few seconds, so a lost
//! bell delays and never forgets. Writing is tested by the statement that writes, whatever this task does.
//!
//! Read next: `store/auth_changes.rs`, `docs/adr/0010`.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix::{Message, Recipient};
use futures_util::StreamExt;
use futures_util::stream;
use time::OffsetDateTime;
use tokio::sync::Notify;
use tokio::time::MissedTickBehavior;

use super::messages::MemberId;
use super::outlet::SocketState;
use crate::domain::ids::{DocumentId, StudentId};
use crate::domain::permission::Access;
use crate::domain::session::Caller;
use crate::metrics;
use crate::protocol::code::Code;
use crate::store::auth_changes::{Change, Position, RightLeft};
use crate::store::{Error, Store};

/// How often it looks although no bell rang: dates pass silently, and a bell may be lost.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Seats asked about in one query.
const CHUNK: usize = 2_000;
/// How long a room may take to hear of it, and how often it is told. A room that does not listen has its members' sockets cut.
const TOLD_WITHIN: Duration = Duration::from_millis(500);
const TRIES: usize = 3;
/// Rooms told at the same time.
const AT_ONCE: usize = 64;
/// Looks between two sweeps of old rows: about an hour.
const LOOKS_A_SWEEP: u32 = 720;

/// A member's right is gone, or another one than it came with.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Revoke {
    /// In which document.
    pub document: DocumentId,
    /// Whose.
    pub member: MemberId,
    /// Why it ends.
    pub code: Code,
    /// Whether the socket ends with it.
    pub whole_socket: bool,
}

/// A seat that is taken.
#[derive(Clone)]
pub struct TakenSeat {
    /// Who sits there, as their token said.
    pub caller: Caller,
    /// In which document.
    pub document: DocumentId,
    /// About whom it is.
    pub student: StudentId,
    /// With which right they came.
    pub access: Access,
    /// Their room.
    pub room: Recipient<Revoke>,
    /// Their socket, should the room not listen.
    pub socket: Arc<SocketState>,
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

    /// The seats that changes may concern, each with the earliest change, and those that must be asked about anyway; how many of the
    /// latter there are, to be crossed off with [`Seats::cross_off`] once they were asked about.
    fn concerned(&self, changes: &[Change]) -> (Vec<(MemberId, TakenSeat, OffsetDateTime)>, usize) {
        let mut inner = self.lock();
        inner.looks += 1;
        let now = OffsetDateTime::now_utc();
        let unchecked: HashSet<_> = inner.unchecked.iter().collect();
        let since = |member: &MemberId, seat: &TakenSeat| {
            let concerning = changes.iter().filter(|change| change.concerns(seat.caller, seat.student));
            let first = concerning.map(|change| change.at).min();
            first.or_else(|| unchecked.contains(member).then_some(now))
        };
        let mut concerned = Vec::new();
        if !changes.is_empty() || !unchecked.is_empty() {
            let taken = inner.taken.iter();
            concerned.extend(taken.filter_map(|(member, seat)| Some((*member, seat.clone(), since(member, seat)?))));
        }
        (concerned, inner.unchecked.len())
    }

    /// The first `count` that had to be asked about were.
    fn cross_off(&self, count: usize) {
        self.lock().unchecked.drain(..count);
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
    let store_of_task = store.clone();
    store.runtime().spawn(async move {
        let store = store_of_task;
        let mut period = tokio::time::interval(LOOK_EVERY);
        period.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut position = None;
        for look in 0u32.. {
            tokio::select! {
                _ = period.tick() => {}
                () = seats.bell.notified() => {}
            }
            match look_once(&store, &seats, position.as_ref()).await {
                Ok(next) => position = Some(next),
                Err(error) => tracing::warn!(%error, "changed rights could not be looked for"),
            }
            if look % LOOKS_A_SWEEP == LOOKS_A_SWEEP - 1
                && let Err(error) = store.forget_old_auth_changes().await
            {
                tracing::warn!(%error, "old changes of rights stay");
            }
        }
    });
}

/// Reads what changed since `last` and acts on it. On an error nothing was skipped: the next look begins at the same place.
async fn look_once(store: &Store, seats: &Seats, last: Option<&Position>) -> Result<Position, Error> {
    let Some(last) = last else { return store.auth_position().await };
    let (changes, next) = store.auth_changes_since(last.clone()).await?;
    let (concerned, unchecked) = seats.concerned(&changes);
    let mut ends = Vec::new();
    for chunk in concerned.chunks(CHUNK) {
        let asked = chunk.iter().map(|(_, seat, _)| (seat.caller, seat.document)).collect();
        let left = store.rights_left(asked).await?;
        ends.extend(chunk.iter().zip(left).filter_map(|((member, seat, at), left)| {
            let (code, whole_socket) = end_of(seat.access, left)?;
            Some((*member, seat.clone(), *at, code, whole_socket))
        }));
    }
    seats.cross_off(unchecked);
    let told = ends.into_iter().map(|(member, seat, at, code, whole_socket)| async move {
        tell(seats, member, &seat, code, whole_socket).await;
        let reason = match code {
            Code::SessionEnded => "session",
            Code::NotFound => "right",
            _ => "changed",
        };
        // The database's clock may be ahead of ours.
        metrics::revoked(reason, (OffsetDateTime::now_utc() - at).try_into().unwrap_or_default());
    });
    stream::iter(told).buffer_unordered(AT_ONCE).collect::<Vec<()>>().await;
    Ok(next)
}

/// How a seat ends whose right was `had` and is now `left`; `None` when it stays. Whoever may still do something comes back at once and is
/// told what.
fn end_of(had: Access, left: RightLeft) -> Option<(Code, bool)> {
    match left {
        RightLeft::SessionEnded => Some((Code::SessionEnded, true)),
        RightLeft::Nothing => Some((Code::NotFound, false)),
        RightLeft::Access(access) if access != had => Some((Code::Restarting, true)),
        RightLeft::Access(_) => None,
    }
}

async fn tell(seats: &Seats, member: MemberId, seat: &TakenSeat, code: Code, whole_socket: bool) {
    for _ in 0..TRIES {
        let revoke = Revoke { document: seat.document, member, code, whole_socket };
        match tokio::time::timeout(TOLD_WITHIN, seat.room.send(revoke)).await {
            // Told, or the room is gone and its members with it.
            Ok(_) => return,
            Err(_) if !seats.is_taken(member) => return,
            Err(_) => {}
        }
    }
    tracing::error!(document = %seat.document, "a room did not hear of a revoked right; the socket is cut");
    seat.socket.cut();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actors::KillSwitch;
    use crate::domain::ids::{LoginSessionId, UserId};
    use crate::metrics::SocketKind;

    struct Nobody;

    impl actix::Actor for Nobody {
        type Context = actix::Context<Self>;
    }

    impl actix::Handler<Revoke> for Nobody {
        type Result = ();

        fn handle(&mut self, _: Revoke, _: &mut Self::Context) {}
    }

    fn seat(room: &actix::Addr<Nobody>) -> TakenSeat {
        let caller = Caller { user: UserId::generate(), session: LoginSessionId::generate(), auth_version: 1 };
        let socket = Arc::new(SocketState::new(SocketKind::Collab, KillSwitch::default(), Arc::default()));
        let (document, student) = (DocumentId::generate(), StudentId::generate());
        TakenSeat { caller, document, student, access: Access::Write, room: room.clone().recipient(), socket }
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
        let (concerned, unchecked) = seats.concerned(&[change(&late)]);
        assert_eq!((concerned.len(), unchecked), (0, 0));
        let member = MemberId::next();
        let second = seats.take(member, late, decided);
        let (concerned, unchecked) = seats.concerned(&[]);
        assert_eq!(concerned.iter().map(|(found, ..)| *found).collect::<Vec<_>>(), [member]);
        seats.cross_off(unchecked);
        assert_eq!(seats.concerned(&[]).0.len(), 0, "once is enough");
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
        let found = |change| seats.concerned(&[change]).0.into_iter().map(|(member, ..)| member).collect::<Vec<_>>();
        assert_eq!(found(change(&one)), [first]);
        assert_eq!(found(Change { student: Some(other.student), ..change(&one) }), []);
        let about_the_plan = Change { user: None, student: Some(other.student), ..change(&one) };
        assert_eq!(found(about_the_plan), [second]);
        assert_eq!(found(Change { session: Some(other.caller.session), ..change(&one) }), []);
    }

    #[test]
    fn only_a_right_that_is_the_same_keeps_its_seat() {
        use RightLeft as Left;
        for had in [Access::Read, Access::Write] {
            assert_eq!(end_of(had, Left::SessionEnded), Some((Code::SessionEnded, true)));
            assert_eq!(end_of(had, Left::Nothing), Some((Code::NotFound, false)));
            assert_eq!(end_of(had, Left::Access(had)), None);
        }
        assert_eq!(end_of(Access::Write, Left::Access(Access::Read)), Some((Code::Restarting, true)));
        assert_eq!(end_of(Access::Read, Left::Access(Access::Write)), Some((Code::Restarting, true)));
    }
}
