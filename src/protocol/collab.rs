//! The two framings of document traffic, as types: hocuspocus (document name in every frame, in-band token, acknowledgements)
//! and y-websocket (one document a socket). Both carry the same section frames; only the envelope differs.
//!
//! Source: y-protocols (sync, awareness) and the hocuspocus provider 4.8. What the bytes inside a sync frame mean is
//! `crate::crdt`; who may send them is the room's business.

use bytes::{BufMut, Bytes, BytesMut};

use super::wire::{Malformed, Reader, put_var_bytes, put_var_uint};

const SYNC: u64 = 0;
const AWARENESS: u64 = 1;
const AUTH: u64 = 2;
const QUERY_AWARENESS: u64 = 3;
const STATELESS: u64 = 5;
const CLOSE: u64 = 7;
const SYNC_STATUS: u64 = 8;
const PING: u64 = 9;
const PONG: u64 = 10;

const STEP_1: u64 = 0;
const STEP_2: u64 = 1;
const UPDATE: u64 = 2;

const AUTH_TOKEN: u64 = 0;
const AUTH_DENIED: u64 = 1;
const AUTH_GRANTED: u64 = 2;

/// The largest message: the largest step 2 and its envelope.
pub const MAX_MESSAGE_BYTES: usize = crate::crdt::limits::MAX_STEP2_BYTES + 1024;
/// Longest accepted document name, in bytes: UUIDs, a section, a lineage, and a session suffix fit three times.
const MAX_NAME_BYTES: usize = 512;

/// What a client says about one document, whichever framing it uses. The payloads are unchecked bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inbound {
    /// "This is what I have": a state vector.
    SyncStep1(Bytes),
    /// "This is what you lack": an update.
    SyncStep2(Bytes),
    /// A new edit.
    Update(Bytes),
    /// Presence of the client.
    Awareness(Bytes),
    /// "Who is here?"
    QueryAwareness,
}

/// What the server says about one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outbound {
    /// Our state vector; the client answers with what we lack.
    SyncStep1(Bytes),
    /// What the client lacks.
    SyncStep2(Bytes),
    /// A committed edit.
    Update(Bytes),
    /// Presence.
    Awareness(Bytes),
    /// The fate of one update or step 2: committed, or refused. Has no form in the y-websocket framing.
    Saved(bool),
}

/// A frame of the hocuspocus framing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CollabFrame {
    /// Credentials for one document; also the answer to [`ask_token`].
    Token {
        /// The document, as the client calls it.
        key: String,
        /// The access token.
        token: String,
    },
    /// Traffic of one document.
    Section {
        /// The document, as the client calls it.
        key: String,
        /// What is said about it.
        frame: Inbound,
    },
    /// The client leaves one document.
    Close {
        /// The document, as the client calls it.
        key: String,
    },
    /// Of no interest: pong, or a message for applications that we have none of.
    Ignored,
}

/// How a member's socket wants its frames.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Framing {
    /// hocuspocus, with the name this client uses for the document.
    Collab(String),
    /// y-websocket.
    Y,
}

/// Reads a frame of the hocuspocus framing.
///
/// # Errors
/// When it has no known form.
pub fn read_collab(frame: Bytes) -> Result<CollabFrame, Malformed> {
    if frame.len() == 1 && matches!(u64::from(frame[0]), PING | PONG) {
        return Ok(CollabFrame::Ignored);
    }
    let mut reader = Reader::new(frame);
    let key = reader.var_string()?;
    if key.len() > MAX_NAME_BYTES {
        return Err(Malformed);
    }
    match reader.var_uint()? {
        AUTH => match reader.var_uint()? {
            // The provider's version may follow and is of no interest.
            AUTH_TOKEN => Ok(CollabFrame::Token { key, token: reader.var_string()? }),
            _ => Err(Malformed),
        },
        CLOSE => Ok(CollabFrame::Close { key }),
        STATELESS => Ok(CollabFrame::Ignored),
        kind => Ok(CollabFrame::Section { key, frame: read_section(kind, &mut reader)? }),
    }
}

/// Reads a frame of the y-websocket framing; `None` is one of no interest.
///
/// # Errors
/// When it has no known form.
pub fn read_y(frame: Bytes) -> Result<Option<Inbound>, Malformed> {
    let mut reader = Reader::new(frame);
    match reader.var_uint()? {
        AUTH => Ok(None),
        kind => read_section(kind, &mut reader).map(Some),
    }
}

fn read_section(kind: u64, reader: &mut Reader) -> Result<Inbound, Malformed> {
    let frame = match kind {
        SYNC => match (reader.var_uint()?, reader.var_bytes()?) {
            (STEP_1, bytes) => Inbound::SyncStep1(bytes),
            (STEP_2, bytes) => Inbound::SyncStep2(bytes),
            (UPDATE, bytes) => Inbound::Update(bytes),
            _ => return Err(Malformed),
        },
        AWARENESS => Inbound::Awareness(reader.var_bytes()?),
        QUERY_AWARENESS => Inbound::QueryAwareness,
        _ => return Err(Malformed),
    };
    if reader.is_empty() { Ok(frame) } else { Err(Malformed) }
}

/// Encodes one message for a socket of this framing; `None` when the framing has no word for it.
#[must_use]
pub fn encode(framing: &Framing, message: &Outbound) -> Option<Bytes> {
    let mut out = BytesMut::with_capacity(64 + payload(message).map_or(0, Bytes::len));
    match framing {
        Framing::Collab(key) => put_var_bytes(&mut out, key.as_bytes()),
        Framing::Y if matches!(message, Outbound::Saved(_)) => return None,
        Framing::Y => {}
    }
    match message {
        Outbound::SyncStep1(bytes) => put_sync(&mut out, STEP_1, bytes),
        Outbound::SyncStep2(bytes) => put_sync(&mut out, STEP_2, bytes),
        Outbound::Update(bytes) => put_sync(&mut out, UPDATE, bytes),
        Outbound::Awareness(bytes) => {
            put_var_uint(&mut out, AWARENESS);
            put_var_bytes(&mut out, bytes);
        }
        Outbound::Saved(committed) => {
            put_var_uint(&mut out, SYNC_STATUS);
            out.put_u8(u8::from(*committed));
        }
    }
    Some(out.freeze())
}

fn payload(message: &Outbound) -> Option<&Bytes> {
    match message {
        Outbound::SyncStep1(bytes)
        | Outbound::SyncStep2(bytes)
        | Outbound::Update(bytes)
        | Outbound::Awareness(bytes) => Some(bytes),
        Outbound::Saved(_) => None,
    }
}

fn put_sync(out: &mut BytesMut, step: u64, bytes: &[u8]) {
    put_var_uint(out, SYNC);
    put_var_uint(out, step);
    put_var_bytes(out, bytes);
}

fn named(key: &str, kind: u64) -> BytesMut {
    let mut out = BytesMut::with_capacity(key.len() + 32);
    put_var_bytes(&mut out, key.as_bytes());
    put_var_uint(&mut out, kind);
    out
}

/// "You are in", with the right to write or only to read.
#[must_use]
pub fn granted(key: &str, may_write: bool) -> Bytes {
    let mut out = named(key, AUTH);
    put_var_uint(&mut out, AUTH_GRANTED);
    put_var_bytes(&mut out, if may_write { b"read-write" } else { b"readonly" });
    out.freeze()
}

/// "Not you", with the name of a code as the reason.
#[must_use]
pub fn denied(key: &str, reason: &str) -> Bytes {
    let mut out = named(key, AUTH);
    put_var_uint(&mut out, AUTH_DENIED);
    put_var_bytes(&mut out, reason.as_bytes());
    out.freeze()
}

/// Asks the client for a fresh access token.
#[must_use]
pub fn ask_token(key: &str) -> Bytes {
    let mut out = named(key, AUTH);
    put_var_uint(&mut out, AUTH_TOKEN);
    out.freeze()
}

/// Ends one document on a socket that stays open; the reason is `"<close code> <name>"`.
#[must_use]
pub fn close_document(key: &str, reason: &str) -> Bytes {
    let mut out = named(key, CLOSE);
    put_var_bytes(&mut out, reason.as_bytes());
    out.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn collab(key: &str, body: &[u8]) -> Bytes {
        let mut out = BytesMut::new();
        put_var_bytes(&mut out, key.as_bytes());
        out.put_slice(body);
        out.freeze()
    }

    #[test]
    fn a_token_frame_may_carry_the_client_version_behind_the_token() {
        let frame = collab("doc", &[2, 0, 3, b'a', b'b', b'c', 5, b'4', b'.', b'8', b'.', b'0']);
        let token = CollabFrame::Token { key: "doc".into(), token: "abc".into() };
        assert_eq!(read_collab(frame), Ok(token));
    }

    #[test]
    fn both_framings_carry_the_same_section_frame() {
        let step1 = Inbound::SyncStep1(Bytes::from_static(&[0]));
        assert_eq!(read_y(Bytes::from_static(&[0, 0, 1, 0])), Ok(Some(step1.clone())));
        assert_eq!(
            read_collab(collab("doc", &[0, 0, 1, 0])),
            Ok(CollabFrame::Section { key: "doc".into(), frame: step1 })
        );
    }

    #[test]
    fn what_is_left_over_or_missing_is_malformed() {
        for bytes in [&[0u8, 0, 1][..], &[0, 0, 1, 0, 9], &[0, 7, 0], &[4], &[]] {
            assert_eq!(read_y(Bytes::copy_from_slice(bytes)), Err(Malformed), "{bytes:?}");
        }
    }

    #[test]
    fn an_acknowledgement_has_no_form_in_the_y_websocket_framing() {
        assert_eq!(encode(&Framing::Y, &Outbound::Saved(true)), None);
        let collab = encode(&Framing::Collab("d".into()), &Outbound::Saved(true));
        assert_eq!(collab.as_deref(), Some(&[1u8, b'd', 8, 1][..]));
    }
}
