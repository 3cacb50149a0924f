//! What each server wants to hear, and what it says: the only files that know a server's protocol. A speech turns frames into [`Heard`] and messages into
//! frames; who is connected and when anything is sent is the crowd's.

mod kazumi;
mod plain;
mod socketio;
mod xmpp;

use anyhow::Result;

pub use kazumi::{Kazumi, Person};
pub use plain::Plain;
pub use socketio::SocketIo;
pub use xmpp::Xmpp;

use super::text;

/// What a server has said.
#[derive(Debug, PartialEq, Eq)]
pub enum Heard {
    /// In, and everything that was missed has been sent.
    Joined,
    /// A message is stored, says the server.
    Acknowledged(u32),
    /// A message, and its place in the order of its room.
    Delivered(u32, i64),
    /// A place in the order that holds no message.
    Passed(i64),
    /// What follows begins behind this place.
    Attached(i64),
    /// A message was not taken; to be sent again after so many milliseconds, or never.
    Refused(u32, Option<u64>),
    /// The server says goodbye.
    Farewell(String),
}

/// One device of one person, in one room.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Device {
    /// Number of the room.
    pub room: usize,
    /// Number of the person.
    pub person: usize,
    /// Which of the person's devices.
    pub number: usize,
    /// Up to where it has everything, in the server's terms; 0 for nothing.
    pub cursor: i64,
    /// What else the server wants to know of a device that comes back.
    pub epoch: i64,
    /// How far the handshake has come, in the speech's own terms.
    pub stage: u8,
}

/// A protocol.
pub trait Speech {
    /// Path of the socket, and header lines of the upgrade beyond the usual ones.
    fn upgrade(&self) -> (&'static str, &'static str);

    /// Whether places of a room's order follow each other without a gap.
    fn is_gapless(&self) -> bool {
        false
    }

    /// Messages a second that a socket may send, and at once; what is beyond is refused.
    fn allowance(&self) -> Option<(f64, f64)> {
        None
    }

    /// Whether the author's own copy is the acknowledgement.
    fn echo_acknowledges(&self) -> bool {
        false
    }

    /// The socket is open.
    fn greet(&self, device: &mut Device, say: &mut Vec<String>);

    /// A text frame has come.
    ///
    /// # Errors
    /// When it makes no sense.
    fn hear(&self, device: &mut Device, frame: &[u8], say: &mut Vec<String>, heard: &mut Vec<Heard>) -> Result<()>;

    /// The frame of a message.
    fn publish(&self, device: &Device, message: u32) -> String;
}

/// All messages of a frame that gives each event its `"seq"` before its text: pushes what is found.
fn hear_events(frame: &[u8], heard: &mut Vec<Heard>) {
    const SEQ: &[u8] = b"\"seq\":";
    let mut rest = frame;
    while let Some((place, end)) = text::number_after(rest, SEQ) {
        let next = text::find_bytes(&rest[end..], SEQ).map_or(rest.len(), |next| end + next);
        heard.push(match text::find(&rest[end..next]) {
            Some((message, _)) => Heard::Delivered(message, place),
            None => Heard::Passed(place),
        });
        rest = &rest[next..];
    }
}

/// What a device calls a message, for ever: a UUID that ends with its number.
fn client_id(message: u32) -> String {
    format!("00000000-0000-4000-8000-0000{message:08x}")
}
