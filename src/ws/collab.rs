//! The dialogue on `/ws/collab`, as a pure state machine: an event comes in, effects come out. Many documents share the socket; each
//! is joined with the access token in its first frame, and a refusal concerns one document only.

use std::collections::HashMap;
use std::time::Instant;

use bytes::Bytes;

use super::effect::Effect;
use super::lease::{AUTHENTICATE_WITHIN, Due, Lease};
use crate::actors::messages::MemberId;
use crate::domain::ids::UserId;
use crate::domain::permission::Access;
use crate::protocol::code::Code;
use crate::protocol::collab::{CollabFrame, ask_token, close_document, denied, granted, read_collab};

/// Largest frame before anybody was let in: a token, a state vector, a presence.
const MAX_FIRST_BYTES: usize = 4 * 1024;
/// Documents one socket may hold.
const MAX_DOCUMENTS: usize = 64;
/// Frames for documents that were refused or left; a client of good will sends a few before it hears of it.
const MAX_STRAY_FRAMES: u32 = 2_000;

/// The dialogue of one socket.
pub struct Collab {
    opened: Instant,
    lease: Option<Lease>,
    seats: HashMap<String, MemberId>,
    stray_frames: u32,
}

impl Collab {
    /// A socket that was just opened.
    pub fn new(now: Instant) -> Self {
        Self { opened: now, lease: None, seats: HashMap::new(), stray_frames: 0 }
    }

    /// A binary frame.
    pub fn on_frame(&mut self, bytes: Bytes) -> Vec<Effect> {
        if self.lease.is_none() && bytes.len() > MAX_FIRST_BYTES {
            return vec![Effect::Close(Code::PayloadTooLarge)];
        }
        match read_collab(bytes) {
            Err(_) => vec![Effect::Close(Code::Malformed)],
            Ok(CollabFrame::Ignored) => Vec::new(),
            Ok(CollabFrame::Token { key, token }) => self.on_token(key, token),
            Ok(CollabFrame::Close { key }) => match self.seats.remove(&key) {
                Some(_) => vec![Effect::Leave { key }],
                None => Vec::new(),
            },
            Ok(CollabFrame::Section { key, frame }) if self.seats.contains_key(&key) => {
                vec![Effect::ToRoom { key, frame }]
            }
            Ok(CollabFrame::Section { .. }) => self.on_stray_frame(),
        }
    }

    fn on_token(&mut self, key: String, token: String) -> Vec<Effect> {
        if self.seats.contains_key(&key) {
            return vec![Effect::Renew { key, token }];
        }
        if self.seats.len() >= MAX_DOCUMENTS {
            return vec![Effect::Send(denied(&key, Code::Overloaded.as_str()))];
        }
        // A provider may put a session id behind a zero byte, so that one document can be open twice on a socket.
        match key.split('\0').next().unwrap_or_default().parse() {
            Ok(name) => vec![Effect::Authenticate { key, name, token }],
            Err(_) => vec![Effect::Send(denied(&key, Code::NotFound.as_str()))],
        }
    }

    fn on_stray_frame(&mut self) -> Vec<Effect> {
        self.stray_frames += 1;
        if self.stray_frames > MAX_STRAY_FRAMES { vec![Effect::Close(Code::Flood)] } else { Vec::new() }
    }

    /// Whether a token of this person may be used on this socket: the first decides.
    pub fn admits(&self, user: UserId) -> bool {
        self.lease.as_ref().is_none_or(|lease| lease.user == user)
    }

    /// A document was joined.
    pub fn on_joined(
        &mut self,
        key: &str,
        member: MemberId,
        access: Access,
        user: UserId,
        until: Instant,
    ) -> Vec<Effect> {
        self.extend_lease(user, until);
        self.seats.insert(key.to_owned(), member);
        vec![Effect::Send(granted(key, access == Access::Write))]
    }

    /// A fresh token was accepted.
    pub fn on_renewed(&mut self, user: UserId, until: Instant) {
        self.extend_lease(user, until);
    }

    fn extend_lease(&mut self, user: UserId, until: Instant) {
        match &mut self.lease {
            Some(lease) => lease.extend(until),
            None => self.lease = Some(Lease::new(user, until)),
        }
    }

    /// A document was refused, or a fresh token was.
    pub fn on_refused(&mut self, key: &str, code: Code) -> Vec<Effect> {
        // Who is in with a bad token is out. A failure that concerns all documents heals by reconnecting, which a refusal would
        // forbid; one document that cannot be opened must not take the others with it.
        if self.seats.contains_key(key) || (code.is_retryable() && code != Code::Internal) {
            return vec![Effect::Close(code)];
        }
        vec![Effect::Send(denied(key, code.as_str()))]
    }

    /// The room ended a membership.
    pub fn on_ended(&mut self, member: MemberId, code: Code) -> Vec<Effect> {
        let Some(key) = self.seats.iter().find(|(_, seat)| **seat == member).map(|(key, _)| key.clone()) else {
            return Vec::new();
        };
        self.seats.remove(&key);
        vec![Effect::Send(close_document(&key, &format!("{} {}", code.close_code(), code.as_str())))]
    }

    /// Time passes; called every few seconds.
    pub fn on_tick(&mut self, now: Instant) -> Vec<Effect> {
        let Some(lease) = &mut self.lease else {
            // Retryable: a phone on a bad network may simply have been slow to fetch its token.
            let late = now.duration_since(self.opened) >= AUTHENTICATE_WITHIN;
            return if late { vec![Effect::Close(Code::Overloaded)] } else { Vec::new() };
        };
        match (lease.due(now), self.seats.keys().next()) {
            (Due::Nothing, _) => Vec::new(),
            (Due::End, _) => vec![Effect::Close(Code::TokenExpired)],
            // Nobody to ask: the socket carries nothing, and its client may come back with a fresh token.
            (Due::Ask, None) => vec![Effect::Close(Code::Overloaded)],
            (Due::Ask, Some(key)) => {
                lease.asked();
                vec![Effect::Send(ask_token(key))]
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::{BufMut, BytesMut};

    use super::*;
    use crate::domain::ids::PeiId;
    use crate::protocol::wire::put_var_bytes;

    fn frame(key: &str, body: &[u8]) -> Bytes {
        let mut out = BytesMut::new();
        put_var_bytes(&mut out, key.as_bytes());
        out.put_slice(body);
        out.freeze()
    }

    fn key() -> String {
        format!("pei/{}/metas", PeiId::generate())
    }

    fn joined(now: Instant, until: Instant) -> (Collab, String, MemberId) {
        let (mut collab, key, member) = (Collab::new(now), key(), MemberId::next());
        let effects = collab.on_joined(&key, member, Access::Read, UserId::generate(), until);
        assert_eq!(effects, [Effect::Send(granted(&key, false))]);
        (collab, key, member)
    }

    #[test]
    fn nothing_reaches_a_room_before_the_document_was_joined() {
        let mut collab = Collab::new(Instant::now());
        assert_eq!(collab.on_frame(frame(&key(), &[0, 0, 1, 0])), []);
        let key = key();
        let effects = collab.on_frame(frame(&key, &[2, 0, 1, b't']));
        assert!(matches!(effects.as_slice(), [Effect::Authenticate { token, .. }] if token == "t"));
    }

    #[test]
    fn a_large_frame_is_read_only_from_somebody_who_is_in() {
        let now = Instant::now();
        let large = frame(&key(), &[0u8; 5000]);
        assert_eq!(Collab::new(now).on_frame(large.clone()), [Effect::Close(Code::PayloadTooLarge)]);
        let (mut collab, ..) = joined(now, now + Duration::from_secs(600));
        assert_ne!(collab.on_frame(large), [Effect::Close(Code::PayloadTooLarge)]);
    }

    #[test]
    fn a_socket_without_anybody_on_it_is_ended_and_may_come_back() {
        let now = Instant::now();
        let mut collab = Collab::new(now);
        assert_eq!(collab.on_tick(now + Duration::from_secs(4)), []);
        assert_eq!(collab.on_tick(now + Duration::from_secs(5)), [Effect::Close(Code::Overloaded)]);
        assert!(Code::Overloaded.is_retryable());
    }

    #[test]
    fn a_fresh_token_is_asked_for_once_and_the_socket_ends_without_it() {
        let now = Instant::now();
        let until = now + Duration::from_secs(600);
        let (mut collab, key, _) = joined(now, until);
        assert_eq!(collab.on_tick(until - Duration::from_secs(61)), []);
        assert_eq!(collab.on_tick(until - Duration::from_secs(59)), [Effect::Send(ask_token(&key))]);
        assert_eq!(collab.on_tick(until - Duration::from_secs(50)), []);
        assert_eq!(collab.on_tick(until + Duration::from_secs(30)), [Effect::Close(Code::TokenExpired)]);
    }

    #[test]
    fn a_refused_document_leaves_the_socket_to_the_others() {
        let now = Instant::now();
        let (mut collab, key, member) = joined(now, now + Duration::from_secs(600));
        let other = "pei/other";
        assert_eq!(collab.on_refused(other, Code::NotFound), [Effect::Send(denied(other, "not_found"))]);
        assert_eq!(collab.on_ended(member, Code::Forbidden), [Effect::Send(close_document(&key, "4403 forbidden"))]);
        assert_eq!(collab.on_frame(frame(&key, &[0, 0, 1, 0])), []);
    }

    #[test]
    fn a_second_person_is_not_admitted_on_a_socket() {
        let now = Instant::now();
        let (collab, ..) = joined(now, now + Duration::from_secs(600));
        assert!(!collab.admits(UserId::generate()));
    }
}
