//! Reads the headers of WebSocket frames as they come in, before the codec does, and ends a stream whose next frame declares more
//! than is allowed. The codec of actix-http compares a declared length with its limit only once the whole frame has arrived, so
//! without this a peer could make the server buffer whatever it declares, before anybody was let in.
//!
//! And it lets frames through one pull at a time: the library's stream takes all bytes that there are before it hands out one frame, so a
//! session that reads slowly would fill memory instead of the network. Nothing more is pulled before every frame that came through was
//! taken.
//!
//! Source: RFC 6455, section 5.2. Knows nothing of what frames mean.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};

use actix_web::error::PayloadError;
use bytes::Bytes;
use futures_util::Stream;

/// How large a frame may be now, and whether one was larger. Shared by the stream and the session that raises the limit.
#[derive(Clone)]
pub struct FrameLimit {
    bytes: Arc<AtomicU64>,
    exceeded: Arc<AtomicBool>,
    failed: Arc<AtomicBool>,
    /// Whole frames that came through and were not taken yet.
    waiting: Arc<AtomicU64>,
}

impl FrameLimit {
    /// Frames of at most so many payload bytes.
    pub fn new(bytes: usize) -> Self {
        Self {
            bytes: Arc::new(AtomicU64::new(bytes as u64)),
            exceeded: Arc::default(),
            failed: Arc::default(),
            waiting: Arc::default(),
        }
    }

    /// Allows larger frames from the next header on.
    pub fn raise(&self, bytes: usize) {
        self.bytes.fetch_max(bytes as u64, Ordering::Relaxed);
    }

    /// Whether the stream was ended because of a frame.
    pub fn was_exceeded(&self) -> bool {
        self.exceeded.load(Ordering::Relaxed)
    }

    /// Whether the connection itself failed: the codec reports that with the same error as some broken frames.
    pub fn stream_failed(&self) -> bool {
        self.failed.load(Ordering::Relaxed)
    }

    /// A frame was taken out of the stream, whatever it was.
    pub fn note_taken(&self) {
        // What the codec could not read counts too; below nothing there is nothing.
        let _ = self.waiting.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |waiting| waiting.checked_sub(1));
    }

    /// Remembers that the connection failed.
    pub(super) fn note_stream_failure(&self) {
        self.failed.store(true, Ordering::Relaxed);
    }
}

/// Where in a frame the next byte belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// First byte: FIN and opcode.
    First,
    /// Second byte: mask bit and short length.
    Second,
    /// Extended length: bytes still to come, value so far, whether a mask follows.
    Length { left: u8, value: u64, masked: bool },
    /// Mask and payload bytes still to come.
    Body(u64),
}

/// Follows frames through a stream of bytes.
struct Follower {
    place: Place,
    /// Frames that were complete.
    whole: u64,
}

impl Follower {
    const fn new() -> Self {
        Self { place: Place::First, whole: 0 }
    }

    /// Takes the next bytes. `false` when a header among them declares more than `limit`.
    fn follow(&mut self, mut bytes: &[u8], limit: u64) -> bool {
        while let Some((&byte, rest)) = bytes.split_first() {
            if let Place::Body(left) = self.place {
                let taken = left.min(bytes.len() as u64);
                bytes = &bytes[taken as usize..];
                self.place = if left == taken { Place::First } else { Place::Body(left - taken) };
                self.whole += u64::from(left == taken);
                continue;
            }
            bytes = rest;
            let declared = match self.place {
                Place::First => {
                    self.place = Place::Second;
                    continue;
                }
                Place::Second => {
                    let masked = byte & 0x80 != 0;
                    match byte & 0x7f {
                        126 => {
                            self.place = Place::Length { left: 2, value: 0, masked };
                            continue;
                        }
                        127 => {
                            self.place = Place::Length { left: 8, value: 0, masked };
                            continue;
                        }
                        short => (u64::from(short), masked),
                    }
                }
                Place::Length { left, value, masked } => {
                    let value = (value << 8) | u64::from(byte);
                    if left > 1 {
                        self.place = Place::Length { left: left - 1, value, masked };
                        continue;
                    }
                    (value, masked)
                }
                Place::Body(_) => continue,
            };
            let (length, masked) = declared;
            if length > limit {
                return false;
            }
            let body = length + if masked { 4 } else { 0 };
            self.place = if body == 0 { Place::First } else { Place::Body(body) };
            self.whole += u64::from(body == 0);
        }
        true
    }
}

/// A request's payload that ends with an error at the first frame that declares too much.
pub struct GuardedPayload<S> {
    inner: S,
    limit: FrameLimit,
    follower: Follower,
}

impl<S> GuardedPayload<S> {
    /// Guards a payload.
    pub fn new(inner: S, limit: FrameLimit) -> Self {
        Self { inner, limit, follower: Follower::new() }
    }
}

impl<S: Stream<Item = Result<Bytes, PayloadError>> + Unpin> Stream for GuardedPayload<S> {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.limit.was_exceeded() {
            return Poll::Ready(None);
        }
        if self.limit.waiting.load(Ordering::Relaxed) > 0 {
            // The stream above us has a whole frame and hands it out now; it asks again once there is none.
            return Poll::Pending;
        }
        let next = Pin::new(&mut self.inner).poll_next(context);
        if let Poll::Ready(Some(Err(_))) = &next {
            self.limit.note_stream_failure();
        }
        if let Poll::Ready(Some(Ok(bytes))) = &next {
            let limit = self.limit.bytes.load(Ordering::Relaxed);
            if !self.follower.follow(bytes, limit) {
                self.limit.exceeded.store(true, Ordering::Relaxed);
                return Poll::Ready(Some(Err(PayloadError::Overflow)));
            }
            let whole = std::mem::take(&mut self.follower.whole);
            self.limit.waiting.fetch_add(whole, Ordering::Relaxed);
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn frame(length: u64, masked: bool) -> Vec<u8> {
        let mask_bit = if masked { 0x80 } else { 0 };
        let mut bytes = vec![0x82];
        match length {
            0..=125 => bytes.push(mask_bit | length as u8),
            126..=0xffff => {
                bytes.push(mask_bit | 126);
                bytes.extend((length as u16).to_be_bytes());
            }
            _ => {
                bytes.push(mask_bit | 127);
                bytes.extend(length.to_be_bytes());
            }
        }
        bytes.extend(vec![0xff; length as usize + if masked { 4 } else { 0 }]);
        bytes
    }

    proptest! {
        #[test]
        fn frames_within_the_limit_pass_however_they_are_cut(
            lengths in proptest::collection::vec(0u64..70_000, 1..6),
            cut in 1usize..5_000,
            masked: bool,
        ) {
            let bytes: Vec<u8> = lengths.iter().flat_map(|length| frame(*length, masked)).collect();
            let longest = *lengths.iter().max().unwrap();
            let mut follower = Follower::new();
            prop_assert!(bytes.chunks(cut).all(|part| follower.follow(part, longest)));
            prop_assert_eq!((follower.place, follower.whole), (Place::First, lengths.len() as u64));
            if longest > 0 {
                let mut follower = Follower::new();
                prop_assert!(!bytes.chunks(cut).all(|part| follower.follow(part, longest - 1)));
            }
        }
    }

    #[test]
    fn a_header_alone_is_enough_to_be_refused() {
        let header = [0x82, 0xff, 0, 0, 1, 0, 0, 0, 0, 0];
        assert!(!Follower::new().follow(&header, 1 << 20));
        let mut in_parts = Follower::new();
        let accepted: Vec<bool> = header.iter().map(|byte| in_parts.follow(&[*byte], 1 << 20)).collect();
        assert_eq!(accepted.iter().position(|accepted| !accepted), Some(9));
    }
}
