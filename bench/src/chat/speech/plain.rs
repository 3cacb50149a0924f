//! The frames of `bench/peers/starlette_chat.py`: one JSON object each, with the shortest shape that can be caught up with.

use anyhow::{Context, Result};

use super::{Device, Heard, Speech, client_id, hear_events, text};

/// The speech.
pub struct Plain;

impl Speech for Plain {
    fn upgrade(&self) -> (&'static str, &'static str) {
        ("/ws", "")
    }

    fn greet(&self, device: &mut Device, say: &mut Vec<String>) {
        say.push(format!("{{\"t\":\"hello\",\"room\":\"r{}\",\"after\":{}}}", device.room, device.cursor));
    }

    fn hear(&self, _: &mut Device, frame: &[u8], _: &mut Vec<String>, heard: &mut Vec<Heard>) -> Result<()> {
        if frame.starts_with(b"{\"t\":\"events\"") {
            hear_events(frame, heard);
        } else if frame.starts_with(b"{\"t\":\"ack\"") {
            let (message, _) = text::number_after(frame, b"\"request\":").context("an ack without a request")?;
            heard.push(Heard::Acknowledged(message as u32));
        } else if frame.starts_with(b"{\"t\":\"ready\"") {
            heard.push(Heard::Joined);
        }
        Ok(())
    }

    fn publish(&self, _: &Device, message: u32) -> String {
        let mut frame =
            format!("{{\"t\":\"publish\",\"request\":{message},\"client\":\"{}\",\"text\":\"", client_id(message));
        text::put(&mut frame, message);
        frame.push_str("\"}");
        frame
    }
}
