//! What a session of `/ws/chat` does with its rooms: it lets its person in, attaches to the rooms they are in, and looks again whenever their rights may
//! have changed. Carries out what the dialogue (`chat.rs`) returned.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use actix::fut::wrap_future;
use actix::{ActorFutureExt, AsyncContext, Handler};
use bytes::Bytes;
use futures_util::{StreamExt, stream};

use super::admission::{self, end_of};
use super::session::{Context, Dialogue, Session};
use crate::actors::conversations::entrance::{Conversations, RoomSeat};
use crate::actors::conversations::messages::{Said, Say};
use crate::actors::messages::MemberId;
use crate::actors::outlet::Outlet;
use crate::actors::revocation::{Place, Revoke, SeatGuard, TakenSeat};
use crate::domain::ids::{RoomId, UserId};
use crate::metrics;
use crate::protocol::chat::{self, MAX_FRAME_BYTES, RoomItem, ToClient, nack};
use crate::protocol::code::Code;
use crate::sabotage::{self, Fault};

/// Rooms attached to at the same time: most are answered from memory.
const AT_ONCE: usize = 8;
/// How long a person's session may take to be found, and a page of history, as our delay.
const ASK_WITHIN: Duration = Duration::from_secs(10);
/// How long a room's answer counts as our delay.
const ROOM_WITHIN: Duration = Duration::from_secs(1);
/// When a message may be tried again that came before its room was attached.
const TRY_AGAIN_MS: u32 = 500;

/// The cursors of a device: room to epoch and sequence.
type Have = HashMap<RoomId, (i32, i64)>;

/// The rooms of one session.
#[derive(Default)]
pub struct Attendance {
    seats: HashMap<RoomId, RoomSeat>,
    /// On the list of those whose rights are looked after.
    guard: Option<SeatGuard>,
    syncing: bool,
    /// The device has said what it holds. Before that there is nothing to look at again: attached without its cursors it would begin anew.
    has_synced: bool,
    /// Asked for while the last one was still at work: with cursors, or only a look at which rooms there are.
    again: Option<Option<Have>>,
}

impl Attendance {
    /// The session ends.
    pub fn clear(&mut self) {
        self.seats.clear();
        self.guard = None;
    }
}

/// What a look at the rooms found.
struct Synced {
    listed: HashSet<RoomId>,
    seats: Vec<(RoomId, RoomSeat)>,
}

impl Session {
    /// Lets somebody in whose token is good and whose login session lives.
    pub(super) fn enter(&mut self, token: &str, ctx: &mut Context) {
        let token = match admission::verify(&self.keys, token) {
            Ok(token) => token,
            Err(code) => return self.turned_away(code, ctx),
        };
        let (rooms, caller) = (self.rooms.clone(), token.caller());
        let decided = rooms.seats().decide();
        let check = async move { rooms.check_session(caller).await };
        let work = wrap_future::<_, Self>(check).map(move |checked, session, ctx: &mut Context| {
            if let Err(code) = checked {
                return session.turned_away(code, ctx);
            }
            metrics::ws_connect(session.kind(), "ok");
            session.socket.admitted();
            session.frame_limit.raise(MAX_FRAME_BYTES);
            session.caller = Some(caller);
            let (room, socket) = (ctx.address().recipient(), Arc::clone(&session.socket));
            let seat = TakenSeat { caller, place: Place::Inbox, room, socket };
            session.attendance.guard = Some(session.rooms.seats().take(MemberId::next(), seat, decided));
            let Dialogue::Chat(chat) = &mut session.dialogue else { return };
            let effects = chat.on_entered(caller.user, end_of(&token));
            session.perform(effects, ctx);
        });
        self.wait_for(work, ASK_WITHIN, ctx);
    }

    fn turned_away(&mut self, code: Code, ctx: &mut Context) {
        metrics::ws_connect(self.kind(), admission::result_label(code));
        self.close(code, ctx);
    }

    /// Attaches to all rooms: anew with cursors, without them only to those that are new. One at a time; frames go on meanwhile.
    pub(super) fn sync(&mut self, have: Option<Have>, ctx: &mut Context) {
        let Some(user) = self.caller.map(|caller| caller.user) else { return };
        self.attendance.has_synced |= have.is_some();
        if !self.attendance.has_synced {
            return;
        }
        if self.attendance.syncing {
            let before = self.attendance.again.take().flatten();
            self.attendance.again = Some(have.or(before));
            return;
        }
        self.attendance.syncing = true;
        if have.is_some() {
            self.attendance.seats.clear();
        }
        let attached = self.attendance.seats.keys().copied().collect();
        let outlet = Outlet::new(ctx.address().recipient(), Arc::clone(&self.socket));
        let is_beginning = have.is_some();
        let work = look(self.rooms.conversations().clone(), user, have, attached, outlet.clone());
        ctx.spawn(wrap_future::<_, Self>(work).map(move |synced, session, ctx: &mut Context| {
            session.attendance.syncing = false;
            match synced {
                Ok(Synced { listed, seats }) => {
                    session.attendance.seats.retain(|room, _| listed.contains(room));
                    session.attendance.seats.extend(seats);
                }
                Err(code) => return session.close(code, ctx),
            }
            // Only now: whoever hears it may write at once. Behind everything the rooms have said, on the same way.
            if is_beginning && let Err(code) = tell(&outlet, vec![chat::write(&ToClient::CaughtUp)]) {
                return session.close(code, ctx);
            }
            if let Some(have) = session.attendance.again.take() {
                session.sync(have, ctx);
            }
        }));
    }

    /// Gives something to a room; nothing more is read until the room has taken it.
    pub(super) fn say_in(&mut self, room: RoomId, said: Said, ctx: &mut Context) {
        let Some(seat) = self.attendance.seats.get(&room) else {
            if let Said::Write(wish) = said {
                // Not for them and not there are one answer; not yet is another.
                let (code, retry) =
                    if self.attendance.syncing { (Code::Overloaded, TRY_AGAIN_MS) } else { (Code::NotFound, 0) };
                if code == Code::NotFound {
                    metrics::authz_denied("room");
                }
                self.write(nack(wish.request, code, retry), ctx);
            }
            return;
        };
        let request = match &said {
            Said::Write(wish) => Some(wish.request),
            Said::Read(_) | Said::Received(_) | Said::Typing => None,
        };
        let answer = wrap_future::<_, Self>(seat.says().send(Say { member: seat.member(), what: said }));
        let work = answer.map(move |answer, session: &mut Self, ctx: &mut Context| match answer {
            Ok(true) => {}
            // Taken out, and perhaps let in again since: the rooms are looked at once more, and nothing stays without an answer.
            Ok(false) => {
                session.attendance.seats.remove(&room);
                if let Some(request) = request {
                    session.write(nack(request, Code::Overloaded, TRY_AGAIN_MS), ctx);
                }
                session.sync(None, ctx);
            }
            // The room died. It is rebuilt for whoever comes back.
            Err(_) => session.close(Code::Restarting, ctx),
        });
        self.wait_for(work, ROOM_WITHIN, ctx);
    }

    /// Leafs back for somebody.
    pub(super) fn history(&mut self, request: u32, room: RoomId, before: i64, most: i64, ctx: &mut Context) {
        let Some(user) = self.caller.map(|caller| caller.user) else { return };
        let conversations = self.rooms.conversations().clone();
        let read = async move { conversations.history(user, request, room, before, most).await };
        let work = wrap_future::<_, Self>(read).map(move |page, session, ctx: &mut Context| {
            session.write(page.unwrap_or_else(|code| nack(request, code, TRY_AGAIN_MS)), ctx);
        });
        self.wait_for(work, ASK_WITHIN, ctx);
    }
}

/// Tells which rooms somebody is in, and attaches to those that are not attached yet.
async fn look(
    conversations: Conversations,
    user: UserId,
    have: Option<Have>,
    attached: HashSet<RoomId>,
    outlet: Outlet,
) -> Result<Synced, Code> {
    let items: Vec<RoomItem> = conversations.rooms_of(user).await?;
    let listed: HashSet<RoomId> = items.iter().map(|item| item.room).collect();
    let have = have.unwrap_or_default();
    let mut frames = vec![chat::write(&ToClient::Inbox { rooms: &items })];
    let over = have.keys().chain(&attached).filter(|room| !listed.contains(room));
    frames.extend(over.map(|room| chat::write(&ToClient::Gone { room: *room })));
    tell(&outlet, frames)?;
    let new = items.iter().map(|item| item.room).filter(|room| !attached.contains(room));
    let attaching = new.map(|room| {
        let (conversations, outlet, cursor) = (&conversations, outlet.clone(), have.get(&room).copied());
        async move { (room, conversations.attach(room, user, cursor, outlet).await) }
    });
    let mut seats = Vec::new();
    let mut answers = stream::iter(attaching).buffered(AT_ONCE);
    while let Some((room, answer)) = answers.next().await {
        match answer {
            Ok(seat) => seats.push((room, seat)),
            // Ended in this moment: the bell that told of it leads to another look.
            Err(Code::NotFound) => {}
            Err(code) => return Err(code),
        }
    }
    Ok(Synced { listed, seats })
}

/// A device that has no room for the list of its rooms begins anew.
fn tell(outlet: &Outlet, frames: Vec<Bytes>) -> Result<(), Code> {
    outlet.frames(frames).map_err(|_| Code::SlowConsumer)
}

impl Handler<Revoke> for Session {
    type Result = bool;

    fn handle(&mut self, revoke: Revoke, ctx: &mut Self::Context) -> bool {
        if revoke.whole_socket {
            self.close(revoke.code, ctx);
            return true;
        }
        if sabotage::is_on(Fault::KeepRemovedMembers) {
            return false;
        }
        // Which rooms are left, the database says; whoever was taken out of one gets nothing of it meanwhile, because its log says so.
        self.sync(None, ctx);
        false
    }
}
