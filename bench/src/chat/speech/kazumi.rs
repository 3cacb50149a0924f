//! `/ws/chat` as `docs/protocol.md` says it: hello and sync in one go, cursors, publish and ack.

use anyhow::{Context, Result};
use kazumi::auth::token::KeyRing;
use kazumi::domain::ids::{LoginSessionId, UserId};
use kazumi::protocol::chat::SUBPROTOCOL;
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::{Device, Heard, Speech, client_id, hear_events, text};

const HEADERS: &str = "Sec-WebSocket-Protocol: kazumi.v1\r\n";
/// The limits of one socket, as the protocol's page tells them.
const ALLOWANCE: (f64, f64) = (2.0, 30.0);
/// Before a room's id in a frame of events.
const EVENTS: &[u8] = b"{\"t\":\"events\",\"room\":\"";

/// Who a device belongs to.
pub struct Person {
    /// The account.
    pub user: UserId,
    /// Its login session.
    pub session: LoginSessionId,
}

/// The speech.
pub struct Kazumi {
    /// Signs access tokens, as the server under test does.
    pub keys: KeyRing,
    /// Everybody.
    pub people: Vec<Person>,
    /// The id of each room.
    pub rooms: Vec<String>,
}

impl Kazumi {
    fn token(&self, device: &Device) -> String {
        let person = &self.people[device.person];
        self.keys.sign(person.user, person.session, 1, OffsetDateTime::now_utc())
    }
}

impl Speech for Kazumi {
    fn upgrade(&self) -> (&'static str, &'static str) {
        debug_assert!(HEADERS.contains(SUBPROTOCOL));
        ("/ws/chat", HEADERS)
    }

    fn is_gapless(&self) -> bool {
        true
    }

    fn allowance(&self) -> Option<(f64, f64)> {
        Some(ALLOWANCE)
    }

    fn greet(&self, device: &mut Device, say: &mut Vec<String>) {
        say.push(json!({ "t": "hello", "token": self.token(device) }).to_string());
        let room = &self.rooms[device.room];
        let have = if device.cursor == 0 { json!({}) } else { json!({ room: [device.epoch, device.cursor] }) };
        say.push(json!({ "t": "sync", "have": have }).to_string());
    }

    fn hear(&self, device: &mut Device, frame: &[u8], say: &mut Vec<String>, heard: &mut Vec<Heard>) -> Result<()> {
        if let Some(rest) = frame.strip_prefix(EVENTS) {
            if rest.starts_with(self.rooms[device.room].as_bytes()) {
                hear_events(rest, heard);
            }
            return Ok(());
        }
        if frame.starts_with(b"{\"t\":\"ack\"") {
            let (message, _) = text::number_after(frame, b"\"request\":").context("an ack without a request")?;
            heard.push(Heard::Acknowledged(message as u32));
            return Ok(());
        }
        let value: Value = serde_json::from_slice(frame).context("no JSON")?;
        match value["t"].as_str() {
            Some("attached") if value["room"].as_str() == Some(&self.rooms[device.room]) => {
                device.epoch = value["epoch"].as_i64().unwrap_or(0);
                heard.push(Heard::Attached(value["from"].as_i64().unwrap_or(0)));
            }
            Some("caught_up") => heard.push(Heard::Joined),
            Some("nack") => {
                let retry = value["retry_after_ms"].as_u64().filter(|pause| *pause > 0);
                heard.push(Heard::Refused(value["request"].as_u64().unwrap_or(0) as u32, retry));
            }
            Some("token") => say.push(json!({ "t": "token", "token": self.token(device) }).to_string()),
            Some("bye") => heard.push(Heard::Farewell(value["code"].to_string())),
            _ => {}
        }
        Ok(())
    }

    fn publish(&self, device: &Device, message: u32) -> String {
        let room = &self.rooms[device.room];
        let mut frame = format!(
            "{{\"t\":\"publish\",\"request\":{message},\"room\":\"{room}\",\"client\":\"{}\",\"text\":\"",
            client_id(message)
        );
        text::put(&mut frame, message);
        frame.push_str("\"}");
        frame
    }
}
