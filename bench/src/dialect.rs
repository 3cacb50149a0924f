//! What the peers speak on their sockets, read over borrowed bytes: the hocuspocus framing, the y-websocket framing, and the same
//! without a handshake for the bare loop. The numbers are those of y-protocols and of the hocuspocus provider 4.8.

use crate::wire::{Cursor, put_var_bytes, put_var_uint};

const SYNC: u64 = 0;
const AWARENESS: u64 = 1;
const AUTH: u64 = 2;
/// hocuspocus' second number for sync: "and do not answer with a step 1".
const SYNC_REPLY: u64 = 4;
const CLOSE: u64 = 7;
const SYNC_STATUS: u64 = 8;

/// Sync message: "this is what I have".
pub const STEP_1: u8 = 0;
/// Sync message: "this is what you lack".
pub const STEP_2: u8 = 1;
/// Sync message: a new edit.
pub const UPDATE: u8 = 2;

/// A framing, and how the author of an edit learns of its fate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Document name in each frame, token in the first one, one acknowledgement message per edit.
    Collab,
    /// One document a socket; the echo of one's own bytes is the acknowledgement.
    Y,
    /// As `Y`, but nobody answers: whoever is connected is in.
    Bare,
}

/// What a server said.
#[derive(Debug, PartialEq, Eq)]
pub enum Heard<'a> {
    /// It wants to know what we lack.
    Step1,
    /// What we lack.
    Step2(&'a [u8]),
    /// Somebody's edit.
    Update(&'a [u8]),
    /// Presence.
    Awareness,
    /// The fate of one edit.
    Acknowledged(bool),
    /// Not let in, or not any more.
    Refused(&'a [u8]),
    /// Of no interest here.
    Other,
}

impl Dialect {
    /// Reads a message; `None` when it makes no sense.
    pub fn read(self, message: &[u8]) -> Option<Heard<'_>> {
        let mut cursor = Cursor(message);
        if self == Self::Collab {
            if message.len() == 1 {
                return Some(Heard::Other);
            }
            cursor.var_bytes()?;
        }
        Some(match cursor.var_uint()? {
            SYNC | SYNC_REPLY => match cursor.var_uint()? as u8 {
                STEP_1 => Heard::Step1,
                STEP_2 => Heard::Step2(cursor.var_bytes()?),
                _ => Heard::Update(cursor.var_bytes()?),
            },
            AWARENESS => Heard::Awareness,
            AUTH if self == Self::Collab => match cursor.var_uint()? {
                1 => Heard::Refused(cursor.var_bytes()?),
                _ => Heard::Other,
            },
            CLOSE if self == Self::Collab => Heard::Refused(cursor.0),
            SYNC_STATUS if self == Self::Collab => Heard::Acknowledged(cursor.var_uint()? == 1),
            _ => Heard::Other,
        })
    }

    fn begin(self, out: &mut Vec<u8>, name: &str, kind: u64) {
        out.clear();
        if self == Self::Collab {
            put_var_bytes(out, name.as_bytes());
        }
        put_var_uint(out, kind);
    }

    /// Writes a sync message into `out`, which is emptied first.
    pub fn sync(self, out: &mut Vec<u8>, name: &str, step: u8, bytes: &[u8]) {
        self.begin(out, name, SYNC);
        out.push(step);
        put_var_bytes(out, bytes);
    }

    /// Writes the first frame of the hocuspocus framing: a token.
    pub fn token(self, out: &mut Vec<u8>, name: &str, token: &str) {
        self.begin(out, name, AUTH);
        out.push(0);
        put_var_bytes(out, token.as_bytes());
        put_var_bytes(out, b"4.8.0");
    }

    /// Writes where a client's cursor is, as an editor's awareness says it.
    pub fn cursor(self, out: &mut Vec<u8>, name: &str, client: u64, clock: u64) {
        let place = format!(r#"{{"type":null,"tname":null,"item":{{"client":{client},"clock":{clock}}},"assoc":0}}"#);
        let state = format!(
            r##"{{"user":{{"name":"Membro {client}","color":"#30bced"}},"cursor":{{"anchor":{place},"head":{place}}}}}"##
        );
        let mut update = Vec::with_capacity(state.len() + 16);
        update.push(1);
        put_var_uint(&mut update, client);
        put_var_uint(&mut update, clock);
        put_var_bytes(&mut update, state.as_bytes());
        self.begin(out, name, AWARENESS);
        put_var_bytes(out, &update);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_we_write_the_product_reads() {
        use kazumi::protocol::collab::{CollabFrame, Inbound, read_collab, read_y};
        let mut out = Vec::new();
        Dialect::Collab.token(&mut out, "d", "abc");
        let token = CollabFrame::Token { key: "d".into(), token: "abc".into() };
        assert_eq!(read_collab(out.clone().into()), Ok(token));
        Dialect::Y.sync(&mut out, "", UPDATE, &[1, 2]);
        assert_eq!(read_y(out.clone().into()), Ok(Some(Inbound::Update(vec![1u8, 2].into()))));
        Dialect::Y.cursor(&mut out, "", 9, 3);
        assert!(matches!(read_y(out.clone().into()), Ok(Some(Inbound::Awareness(_)))));
    }

    #[test]
    fn acknowledgements_and_refusals_are_told_apart() {
        assert_eq!(Dialect::Collab.read(&[1, b'd', 8, 1]), Some(Heard::Acknowledged(true)));
        assert_eq!(Dialect::Collab.read(&[1, b'd', 2, 1, 2, b'n', b'o']), Some(Heard::Refused(b"no")));
        assert_eq!(Dialect::Collab.read(&[1, b'd', 4, 1, 1, 0]), Some(Heard::Step2(&[0])));
        assert_eq!(Dialect::Y.read(&[0, 2, 1, 5]), Some(Heard::Update(&[5])));
    }
}
