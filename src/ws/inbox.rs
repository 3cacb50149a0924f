//! From the frames of one socket to whole messages, and from every way to break the WebSocket protocol to its close code. Pure: no
//! actor, no context. The product's sessions and the conformance test's echo server read their frames through this, and through
//! `frame_guard.rs`, so what the test shows of one holds for the other.
//!
//! Source: RFC 6455, sections 5.4 (fragments), 7.4 (codes) and 8.1 (UTF-8).

use actix_http::ws::{CloseReason, Item, Message, ProtocolError};
use bytes::Bytes;

use super::assembly::{Assembled, Assembly, Part};
use super::frame_guard::FrameLimit;

/// What a frame led to.
#[derive(Debug, PartialEq, Eq)]
pub enum Incoming {
    /// Nothing yet: a fragment that is not the last, or a pong.
    Nothing,
    /// A whole binary message.
    Binary(Bytes),
    /// A whole text message; for a socket that takes no text, as soon as one begins and then empty.
    Text(Bytes),
    /// A ping to be answered with these bytes.
    Ping(Bytes),
    /// The peer says goodbye; the answer is the same.
    Close(Option<CloseReason>),
    /// The peer broke a rule: close with this code and reason.
    Broken(u16, &'static str),
    /// The stream ended without a goodbye, as a phone's does.
    Gone,
}

/// Reads the frames of one socket.
pub struct Inbox {
    limit: FrameLimit,
    assembly: Assembly,
    takes_text: bool,
    is_text: bool,
}

impl Inbox {
    /// An inbox behind a payload that is guarded with `limit`. Whether it puts text messages together or only reports them.
    #[must_use]
    pub fn new(limit: FrameLimit, takes_text: bool) -> Self {
        Self { limit, assembly: Assembly::default(), takes_text, is_text: false }
    }

    /// Takes what the codec made of the next frame; a message of several may have `max_bytes` in all.
    pub fn take(&mut self, frame: Result<Message, ProtocolError>, max_bytes: usize) -> Incoming {
        self.limit.note_taken();
        match frame {
            Ok(Message::Binary(bytes)) => Incoming::Binary(bytes),
            Ok(Message::Text(text)) if self.takes_text => Incoming::Text(text.into_bytes()),
            Ok(Message::Text(_)) => Incoming::Text(Bytes::new()),
            Ok(Message::Continuation(item)) => self.part(item, max_bytes),
            Ok(Message::Ping(bytes)) => Incoming::Ping(bytes),
            Ok(Message::Pong(_) | Message::Nop) => Incoming::Nothing,
            Ok(Message::Close(reason)) => Incoming::Close(reason),
            Err(error) => self.broken(&error),
        }
    }

    fn part(&mut self, item: Item, max_bytes: usize) -> Incoming {
        let part = match item {
            Item::FirstText(_) if !self.takes_text => return Incoming::Text(Bytes::new()),
            Item::FirstText(part) => {
                self.is_text = true;
                Part::First(part)
            }
            Item::FirstBinary(part) => {
                self.is_text = false;
                Part::First(part)
            }
            Item::Continue(part) => Part::Middle(part),
            Item::Last(part) => Part::Last(part),
        };
        match self.assembly.push(part, max_bytes) {
            Assembled::Waiting => Incoming::Nothing,
            Assembled::Whole(bytes) if !self.is_text => Incoming::Binary(bytes),
            Assembled::Whole(bytes) if std::str::from_utf8(&bytes).is_ok() => Incoming::Text(bytes),
            Assembled::Whole(_) => NOT_UTF8,
            Assembled::Unexpected => PROTOCOL_ERROR,
            Assembled::TooLarge => TOO_BIG,
        }
    }

    fn broken(&self, error: &ProtocolError) -> Incoming {
        match error {
            ProtocolError::Overflow => TOO_BIG,
            _ if self.limit.was_exceeded() => TOO_BIG,
            ProtocolError::Io(_) if self.limit.stream_failed() => Incoming::Gone,
            // The codec has one name for three things. A stream that failed is dealt with above; reserved bits are told by their
            // kind; what is left is a text that is not UTF-8.
            ProtocolError::Io(error) if error.kind() != std::io::ErrorKind::InvalidData => NOT_UTF8,
            _ => PROTOCOL_ERROR,
        }
    }
}

/// How much a frame carries.
#[must_use]
pub fn payload_bytes(frame: &Message) -> usize {
    match frame {
        Message::Binary(bytes) | Message::Ping(bytes) | Message::Pong(bytes) => bytes.len(),
        Message::Text(text) => text.len(),
        Message::Continuation(item) => match item {
            Item::FirstText(part) | Item::FirstBinary(part) | Item::Continue(part) | Item::Last(part) => part.len(),
        },
        Message::Close(_) | Message::Nop => 0,
    }
}

const TOO_BIG: Incoming = Incoming::Broken(1009, "message too big");
const PROTOCOL_ERROR: Incoming = Incoming::Broken(1002, "protocol error");
const NOT_UTF8: Incoming = Incoming::Broken(1007, "text is not UTF-8");

#[cfg(test)]
mod tests {
    use std::io::Error;

    use bytes::BytesMut;
    use tokio_util::codec::Decoder;

    use super::*;
    use crate::ws::frame_guard::FrameLimit;

    fn inbox(takes_text: bool) -> Inbox {
        Inbox::new(FrameLimit::new(100), takes_text)
    }

    /// What the real codec makes of one masked frame (mask 0) with this first byte.
    fn decoded(first: u8, payload: &[u8]) -> Result<Message, ProtocolError> {
        let mut bytes = BytesMut::from(&[first, 0x80 | payload.len() as u8, 0, 0, 0, 0][..]);
        bytes.extend_from_slice(payload);
        let frame = actix_http::ws::Codec::new().decode(&mut bytes)?.expect("a whole frame");
        Ok(match frame {
            actix_http::ws::Frame::Close(reason) => Message::Close(reason),
            actix_http::ws::Frame::Continuation(item) => Message::Continuation(item),
            other => panic!("not needed here: {other:?}"),
        })
    }

    #[test]
    fn reserved_bits_reserved_opcodes_and_bad_goodbyes_are_protocol_errors() {
        for first in [0xc2, 0xa2, 0x92, 0x83, 0x8b, 0x80, 0x09] {
            assert_eq!(inbox(false).take(decoded(first, b"x"), 100), PROTOCOL_ERROR, "first byte {first:#x}");
        }
        for payload in [&[3][..], &[3, 0xed], &[0, 0], &[3, 0xe8, 0xff]] {
            assert_eq!(inbox(false).take(decoded(0x88, payload), 100), PROTOCOL_ERROR, "goodbye {payload:?}");
        }
        let goodbye = inbox(false).take(decoded(0x88, &[3, 0xe8]), 100);
        assert!(matches!(goodbye, Incoming::Close(Some(reason)) if u16::from(reason.code) == 1000));
    }

    #[test]
    fn text_in_parts_is_checked_as_a_whole_and_a_socket_without_text_refuses_its_beginning() {
        let text = "é".as_bytes();
        let mut inbox = inbox(true);
        let mut push = |item| inbox.take(Ok(Message::Continuation(item)), 100);
        assert_eq!(push(Item::FirstText(Bytes::copy_from_slice(&text[..1]))), Incoming::Nothing);
        assert_eq!(push(Item::Last(Bytes::copy_from_slice(&text[1..]))), Incoming::Text(Bytes::copy_from_slice(text)));
        assert_eq!(push(Item::FirstText(Bytes::copy_from_slice(&text[..1]))), Incoming::Nothing);
        assert_eq!(push(Item::Last(Bytes::new())), NOT_UTF8);
        let begun = Message::Continuation(Item::FirstText(Bytes::from_static(b"ab")));
        assert_eq!(self::inbox(false).take(Ok(begun), 100), Incoming::Text(Bytes::new()));
    }

    #[test]
    fn a_stream_that_just_ends_is_no_breach_and_bad_text_is_one() {
        let error = || Err(ProtocolError::Io(Error::other("whatever it says")));
        assert_eq!(inbox(true).take(error(), 100), NOT_UTF8);
        let limit = FrameLimit::new(100);
        limit.note_stream_failure();
        assert_eq!(Inbox::new(limit, true).take(error(), 100), Incoming::Gone);
    }
}
