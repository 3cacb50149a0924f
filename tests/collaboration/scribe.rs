//! Updates written by hand, byte by byte, and the marks in them that a test finds again.

use bytes::{BufMut, Bytes, BytesMut};
use kazumi::protocol::wire::{put_var_bytes, put_var_uint};

/// Writes updates by hand: each adds a piece of text to the root `content`, behind what the same client wrote before.
#[derive(Clone)]
pub struct Scribe {
    client: u64,
    clock: u64,
    text: String,
}

impl Scribe {
    /// A fresh client id (31 random bits, so that no two of a run meet).
    pub fn new() -> Self {
        Self { client: u64::from(rand::random::<u32>() >> 1) + 2, clock: 0, text: String::new() }
    }

    /// A client id of one's own choice.
    pub fn with_client(client: u64) -> Self {
        Self { client, clock: 0, text: String::new() }
    }

    /// An update that adds `text` (plain ASCII).
    pub fn write(&mut self, text: &str) -> Bytes {
        let mut update = BytesMut::from(&[1, 1][..]);
        put_var_uint(&mut update, self.client);
        put_var_uint(&mut update, self.clock);
        if self.clock == 0 {
            // A string without neighbours, child of the root.
            update.put_slice(&[0x04, 1]);
            put_var_bytes(&mut update, b"content");
        } else {
            // A string right of the last unit of this client.
            update.put_u8(0x84);
            put_var_uint(&mut update, self.client);
            put_var_uint(&mut update, self.clock - 1);
        }
        put_var_bytes(&mut update, text.as_bytes());
        update.put_u8(0);
        self.clock += text.len() as u64;
        self.text.push_str(text);
        update.freeze()
    }

    /// An update that deletes the last so many characters.
    pub fn delete(&self, characters: usize) -> Bytes {
        let mut update = BytesMut::from(&[0, 1][..]);
        put_var_uint(&mut update, self.client);
        update.put_u8(1);
        put_var_uint(&mut update, self.clock - characters as u64);
        put_var_uint(&mut update, characters as u64);
        update.freeze()
    }

    /// Everything that was ever written, as a device keeps it, without deletions.
    pub fn whole(&self) -> Bytes {
        Self::with_client(self.client).write(&self.text)
    }
}

/// All marks like `<12.3>` in these bytes. Other bytes of an update may happen to be angle brackets.
pub fn tokens(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let ends = text.split('<').skip(1).filter_map(|rest| rest.split_once('>'));
    let marks = ends.filter(|(mark, _)| !mark.is_empty() && mark.chars().all(|c| c.is_ascii_digit() || c == '.'));
    marks.map(|(mark, _)| format!("<{mark}>")).collect()
}
