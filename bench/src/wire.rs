//! WebSocket frames (RFC 6455) and the variable-length numbers of y-protocols, over borrowed bytes.
//!
//! A load generator's own parser: it must cost next to nothing, and trusts the server it measures more than a server may trust a
//! client. Frames of clients are masked with a key of zero: legal, and the payload stays as it is.

use std::ops::Range;

/// Opcodes that matter here.
pub const TEXT: u8 = 1;
/// Bytes.
pub const BINARY: u8 = 2;
/// The peer says goodbye.
pub const CLOSE: u8 = 8;
/// The peer asks whether we live.
pub const PING: u8 = 9;
const PONG: u8 = 10;

const MASKED: u8 = 0x80;
const FINAL: u8 = 0x80;

/// A whole frame at the beginning of some bytes.
#[derive(Debug, PartialEq, Eq)]
pub struct Frame {
    /// Its opcode.
    pub opcode: u8,
    /// Where its payload lies.
    pub payload: Range<usize>,
}

/// The frame at the beginning of `bytes`; `None` when it is not complete yet, `Err` for a fragment, which nobody here sends.
pub fn next_frame(bytes: &[u8]) -> Result<Option<Frame>, &'static str> {
    let [first, second, rest @ ..] = bytes else { return Ok(None) };
    if first & FINAL == 0 {
        return Err("a fragmented message");
    }
    let mask = if second & MASKED == 0 { 0 } else { 4 };
    let (header, length) = match (second & !MASKED, rest) {
        (126, [a, b, ..]) => (4, usize::from(u16::from_be_bytes([*a, *b]))),
        (127, [_, _, _, _, a, b, c, d, ..]) => (10, u32::from_be_bytes([*a, *b, *c, *d]) as usize),
        (126 | 127, _) => return Ok(None),
        (short, _) => (2, usize::from(short)),
    };
    let start = header + mask;
    let whole = bytes.len() >= start + length;
    Ok(whole.then_some(Frame { opcode: first & 0x0f, payload: start..start + length }))
}

fn put_header(out: &mut Vec<u8>, opcode: u8, length: usize, mask: u8) {
    out.push(FINAL | opcode);
    match length {
        0..=125 => out.push(mask | length as u8),
        126..=0xffff => {
            out.push(mask | 126);
            out.extend((length as u16).to_be_bytes());
        }
        _ => {
            out.push(mask | 127);
            out.extend((length as u64).to_be_bytes());
        }
    }
    if mask != 0 {
        out.extend([0; 4]);
    }
}

/// Appends a binary message of a client.
pub fn put_client_message(out: &mut Vec<u8>, payload: &[u8]) {
    put_header(out, BINARY, payload.len(), MASKED);
    out.extend_from_slice(payload);
}

/// Appends a text message of a client.
pub fn put_client_text(out: &mut Vec<u8>, text: &str) {
    put_header(out, TEXT, text.len(), MASKED);
    out.extend_from_slice(text.as_bytes());
}

/// Appends a client's answer to a ping.
pub fn put_pong(out: &mut Vec<u8>, payload: &[u8]) {
    put_header(out, PONG, payload.len(), MASKED);
    out.extend_from_slice(payload);
}

/// Appends a binary message of a server.
pub fn put_server_message(out: &mut Vec<u8>, payload: &[u8]) {
    put_header(out, BINARY, payload.len(), 0);
    out.extend_from_slice(payload);
}

/// Appends a variable-length number.
pub fn put_var_uint(out: &mut Vec<u8>, mut value: u64) {
    while value > 0x7f {
        out.push(0x80 | (value & 0x7f) as u8);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Appends bytes behind their length.
pub fn put_var_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_var_uint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Reads numbers and bytes one after the other.
pub struct Cursor<'a>(pub &'a [u8]);

impl<'a> Cursor<'a> {
    /// The next variable-length number.
    pub fn var_uint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    /// The next bytes that follow their length.
    pub fn var_bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.var_uint()?).ok()?;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_as_it_was_written_and_a_part_of_it_is_not_read() {
        for length in [0, 125, 126, 70_000] {
            let payload = vec![7; length];
            let (mut client, mut server) = (Vec::new(), Vec::new());
            put_client_message(&mut client, &payload);
            put_server_message(&mut server, &payload);
            for bytes in [client, server] {
                let frame = next_frame(&bytes).expect("well formed").expect("whole");
                assert_eq!((frame.opcode, frame.payload.len(), frame.payload.end), (BINARY, length, bytes.len()));
                assert_eq!(next_frame(&bytes[..bytes.len() - 1]), Ok(None));
            }
        }
    }

    #[test]
    fn numbers_are_read_as_they_were_written() {
        for value in [0, 127, 128, 300, u64::from(u32::MAX), u64::MAX] {
            let mut out = Vec::new();
            put_var_uint(&mut out, value);
            assert_eq!(Cursor(&out).var_uint(), Some(value));
        }
    }
}
