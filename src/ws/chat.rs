//! The dialogue on `/ws/chat`, as a pure state machine: a frame comes in, effects come out. Who is in which room, and what it says, is the rooms' own.
//! Read next: `docs/protocol.md`.

use std::time::Instant;

use super::effect::Effect;
use super::lease::{ANSWER_WITHIN, AUTHENTICATE_WITHIN, Due, Lease};
use crate::actors::conversations::messages::Said;
use crate::actors::conversations::talk::Wish;
use crate::domain::conversation::Act;
use crate::domain::ids::{RoomId, UserId};
use crate::protocol::chat::{self, FromClient, LIMITS, ToClient, nack};
use crate::protocol::code::Code;

/// Largest frame before somebody was let in.
const MAX_FIRST_BYTES: usize = 4 * 1024;
/// Messages a second, and at once: hands type a tenth of it, and what waited in a tunnel passes at once.
const MESSAGES: (f64, f64) = (2.0, 30.0);
/// Questions to the database a second, and at once: pages of history, and beginning anew.
const QUESTIONS: (f64, f64) = (5.0, 20.0);
/// When somebody who asked too much may ask again.
const TRY_AGAIN_MS: u32 = 1_000;

/// So many a second, and so many at once.
struct Budget {
    left: f64,
    filled: Instant,
    rate: (f64, f64),
}

impl Budget {
    const fn new(rate: (f64, f64), now: Instant) -> Self {
        Self { left: rate.1, filled: now, rate }
    }

    fn takes(&mut self, now: Instant) -> bool {
        let passed = now.duration_since(self.filled).as_secs_f64();
        self.filled = now;
        self.left = (self.left + passed * self.rate.0).min(self.rate.1);
        let takes = self.left >= 1.0;
        if takes {
            self.left -= 1.0;
        }
        takes
    }
}

/// The dialogue of one socket.
pub struct Chat {
    opened: Instant,
    lease: Option<Lease>,
    messages: Budget,
    questions: Budget,
}

impl Chat {
    /// A socket that was just opened.
    pub const fn new(now: Instant) -> Self {
        Self { opened: now, lease: None, messages: Budget::new(MESSAGES, now), questions: Budget::new(QUESTIONS, now) }
    }

    /// A text frame.
    pub fn on_frame(&mut self, text: &[u8], now: Instant) -> Vec<Effect> {
        if self.lease.is_none() && text.len() > MAX_FIRST_BYTES {
            return vec![Effect::Close(Code::PayloadTooLarge)];
        }
        let Ok(frame) = chat::read(text) else { return vec![Effect::Close(Code::Malformed)] };
        match (frame, self.lease.is_some()) {
            (FromClient::Unknown, _) => Vec::new(),
            (FromClient::Hello { token }, false) => vec![Effect::Enter { token }],
            (_, false) | (FromClient::Hello { .. }, true) => vec![Effect::Close(Code::Malformed)],
            (FromClient::Token { token }, true) => vec![Effect::Renew { key: String::new(), token }],
            (FromClient::Ping, true) => vec![Effect::Send(chat::write(&ToClient::Pong { now: wall_clock() }))],
            (frame, true) => self.on_said(frame, now),
        }
    }

    fn on_said(&mut self, frame: FromClient, now: Instant) -> Vec<Effect> {
        match frame {
            // Whoever syncs again and again is in a loop, which only a pause ends.
            FromClient::Sync { .. } if !self.questions.takes(now) => vec![Effect::Close(Code::Flood)],
            FromClient::Sync { have } => vec![Effect::Sync { have }],
            FromClient::Publish { request, room, client, text, reply_to } => {
                self.on_wish(room, Wish { request, client, act: Act::Text { body: text, reply_to } }, now)
            }
            FromClient::Edit { request, room, client, target, text } => {
                self.on_wish(room, Wish { request, client, act: Act::Edit { target, body: text } }, now)
            }
            FromClient::Delete { request, room, client, target } => {
                self.on_wish(room, Wish { request, client, act: Act::Delete { target } }, now)
            }
            FromClient::React { request, room, client, target, reaction } => {
                self.on_wish(room, Wish { request, client, act: Act::React { target, reaction } }, now)
            }
            FromClient::Read { room, seq } => vec![Effect::ToConversation { room, said: Said::Read(seq) }],
            FromClient::Received { marks } => {
                let received = |(room, seq)| Effect::ToConversation { room, said: Said::Received(seq) };
                marks.into_iter().map(received).collect()
            }
            FromClient::Typing { room } => vec![Effect::ToConversation { room, said: Said::Typing }],
            FromClient::History { request, .. } if !self.questions.takes(now) => {
                vec![Effect::Send(nack(request, Code::TooManyAttempts, TRY_AGAIN_MS))]
            }
            FromClient::History { request, room, before, most } => {
                vec![Effect::History { request, room, before, most }]
            }
            FromClient::Hello { .. } | FromClient::Token { .. } | FromClient::Ping | FromClient::Unknown => Vec::new(),
        }
    }

    /// Something is to be written: everything that lasts shares one budget.
    fn on_wish(&mut self, room: RoomId, wish: Wish, now: Instant) -> Vec<Effect> {
        if !self.messages.takes(now) {
            return vec![Effect::Send(nack(wish.request, Code::TooManyAttempts, TRY_AGAIN_MS))];
        }
        vec![Effect::ToConversation { room, said: Said::Write(wish) }]
    }

    /// Whether a token of this person may be used on this socket: the first decides.
    pub fn admits(&self, user: UserId) -> bool {
        self.lease.as_ref().is_none_or(|lease| lease.user == user)
    }

    /// Somebody was let in.
    pub fn on_entered(&mut self, user: UserId, until: Instant) -> Vec<Effect> {
        self.lease = Some(Lease::new(user, until));
        vec![Effect::Send(chat::write(&ToClient::Welcome { user, now: wall_clock(), limits: LIMITS }))]
    }

    /// A fresh token was accepted.
    pub fn on_renewed(&mut self, until: Instant) {
        if let Some(lease) = &mut self.lease {
            lease.extend(until);
        }
    }

    /// Time passes; called every few seconds.
    pub fn on_tick(&mut self, now: Instant) -> Vec<Effect> {
        let Some(lease) = &mut self.lease else {
            // Retryable: a phone on a bad network may simply have been slow to fetch its token.
            let late = now.duration_since(self.opened) >= AUTHENTICATE_WITHIN;
            return if late { vec![Effect::Close(Code::Overloaded)] } else { Vec::new() };
        };
        match lease.due(now) {
            Due::Nothing => Vec::new(),
            Due::End => vec![Effect::Close(Code::TokenExpired)],
            Due::Ask => {
                lease.asked();
                vec![Effect::Send(chat::write(&ToClient::Token { within_s: ANSWER_WITHIN.as_secs() }))]
            }
        }
    }
}

/// Milliseconds since 1970.
fn wall_clock() -> i64 {
    chat::milliseconds(time::OffsetDateTime::now_utc())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::domain::ids::ClientMessageId;

    fn let_in(now: Instant) -> Chat {
        let mut chat = Chat::new(now);
        let effects = chat.on_entered(UserId::generate(), now + Duration::from_secs(600));
        assert!(matches!(effects.as_slice(), [Effect::Send(_)]));
        chat
    }

    fn publish(request: u32) -> String {
        let (room, client) = (RoomId::generate(), ClientMessageId::generate());
        format!(r#"{{"t":"publish","request":{request},"room":"{room}","client":"{client}","text":"oi"}}"#)
    }

    #[test]
    fn nothing_is_heard_of_somebody_who_has_not_said_hello_and_one_hello_is_enough() {
        let now = Instant::now();
        let mut chat = Chat::new(now);
        assert_eq!(chat.on_frame(br#"{"t":"ping"}"#, now), [Effect::Close(Code::Malformed)]);
        assert_eq!(chat.on_frame(publish(1).as_bytes(), now), [Effect::Close(Code::Malformed)]);
        assert_eq!(chat.on_frame(br#"{"t":"hello","token":"x"}"#, now), [Effect::Enter { token: "x".to_owned() }]);
        let long = format!(r#"{{"t":"hello","token":"{}"}}"#, "x".repeat(MAX_FIRST_BYTES));
        assert_eq!(chat.on_frame(long.as_bytes(), now), [Effect::Close(Code::PayloadTooLarge)]);
        assert_eq!(chat.on_frame(b"\xff", now), [Effect::Close(Code::Malformed)]);
        assert_eq!(let_in(now).on_frame(br#"{"t":"hello","token":"x"}"#, now), [Effect::Close(Code::Malformed)]);
        assert_eq!(let_in(now).on_frame(br#"{"t":"newer"}"#, now), []);
    }

    #[test]
    fn a_queue_from_a_tunnel_passes_and_a_flood_is_told_to_wait() {
        let begin = Instant::now();
        let mut chat = let_in(begin);
        let passes = |chat: &mut Chat, now| {
            matches!(chat.on_frame(publish(7).as_bytes(), now).as_slice(), [Effect::ToConversation { .. }])
        };
        assert_eq!((0..100).filter(|_| passes(&mut chat, begin)).count(), 30);
        let refused = [Effect::Send(nack(7, Code::TooManyAttempts, TRY_AGAIN_MS))];
        assert_eq!(chat.on_frame(publish(7).as_bytes(), begin), refused);
        let later = begin + Duration::from_secs(5);
        assert_eq!((0..100).filter(|_| passes(&mut chat, later)).count(), 10);
    }

    #[test]
    fn a_fresh_token_is_asked_for_once_and_the_socket_ends_without_it() {
        let now = Instant::now();
        let mut chat = let_in(now);
        assert_eq!(chat.on_tick(now + Duration::from_secs(500)), []);
        assert!(matches!(chat.on_tick(now + Duration::from_secs(541)).as_slice(), [Effect::Send(_)]));
        assert_eq!(chat.on_tick(now + Duration::from_secs(560)), []);
        assert_eq!(chat.on_tick(now + Duration::from_secs(630)), [Effect::Close(Code::TokenExpired)]);
        assert_eq!(Chat::new(now).on_tick(now + AUTHENTICATE_WITHIN), [Effect::Close(Code::Overloaded)]);
    }
}
