//! Socket.IO 4 over Engine.IO 4, WebSocket from the beginning: `0` open, `2` and `3` ping and pong, `40` connect, `42` event, `43` acknowledgement.

use anyhow::{Context, Result};

use super::{Device, Heard, Speech, client_id, text};

/// Before the text of a message, as the tutorial names the event.
const MESSAGE: &[u8] = b"42[\"chat message\",\"";

/// The speech.
pub struct SocketIo;

impl Speech for SocketIo {
    fn upgrade(&self) -> (&'static str, &'static str) {
        ("/socket.io/?EIO=4&transport=websocket", "")
    }

    /// The server opens.
    fn greet(&self, _: &mut Device, _: &mut Vec<String>) {}

    fn hear(&self, device: &mut Device, frame: &[u8], say: &mut Vec<String>, heard: &mut Vec<Heard>) -> Result<()> {
        if let Some(rest) = frame.strip_prefix(MESSAGE) {
            let (message, end) = text::find(rest).context("a message without a number")?;
            let (place, _) = text::number_after(&rest[end..], b"\",").context("a message without a place")?;
            heard.push(Heard::Delivered(message, place));
        } else if frame.starts_with(b"43") {
            let (message, _) = text::number_after(frame, b"43").context("an answer to nothing")?;
            heard.push(Heard::Acknowledged(message as u32));
        } else if frame == b"2" {
            say.push("3".to_owned());
        } else if frame.starts_with(b"0{") {
            say.push(format!("40{{\"room\":\"r{}\",\"serverOffset\":{}}}", device.room, device.cursor));
        } else if frame.starts_with(b"42[\"caught up\"") {
            heard.push(Heard::Joined);
        } else if frame.starts_with(b"41") || frame.starts_with(b"44") {
            heard.push(Heard::Farewell(String::from_utf8_lossy(frame).into_owned()));
        }
        Ok(())
    }

    fn publish(&self, _: &Device, message: u32) -> String {
        let mut frame = format!("42{message}[\"chat message\",\"");
        text::put(&mut frame, message);
        frame.push_str(&format!("\",\"{}\"]", client_id(message)));
        frame
    }
}
